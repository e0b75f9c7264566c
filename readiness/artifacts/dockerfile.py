"""The bytes of a Dockerfile in; the image that is run out: its last stage, those of developers apart. Nothing is built."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator

from msgspec import Struct, field

from readiness.artifacts.commands import LONGEST, HealthCommand, command_of

LARGEST = 512 * 1024
LINES = 5_000
STAGES = 500
VARIABLES = 1_000
"""Variables of one stage; each stage takes over those of the one before."""
PORTS = 200
FLAGS = 20
"""Flags of one instruction."""
VALUE = 1_000
"""Characters of one variable that are kept: values grow when they name each other."""
HEREDOC = re.compile(r"<<-?\s*([\"']?)([A-Za-z_][A-Za-z0-9_]*)\1")
FLAG = re.compile(r"^--([a-z-]+)(?:=(\S+))?\s+")
VARIABLE = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)(?::?([-+])([^{}]*))?\}|([A-Za-z_][A-Za-z0-9_]*))")
PORT = re.compile(r"^(\d{1,5})(?:/tcp)?$")
DEVELOPERS = frozenset(
    {
        "dev",
        "devel",
        "develop",
        "development",
        "debug",
        "debugger",
        "test",
        "tests",
        "testing",
        "lint",
        "local",
        "devcontainer",
    }
)
"""Words in the names of stages that no service runs from."""
STEPS = 5
"""Variables inside of variables."""


class DockerfileError(Exception):
    """The file cannot be read; the text is the end of a sentence that says why."""


class Image(Struct, frozen=True, kw_only=True):
    """What the stage that is run says, with what it takes over from earlier stages."""

    line: int
    """Of that stage's `FROM`."""
    bases: tuple[str, ...]
    """The image it is made from, local stages followed: `python:3.12-slim`; nearest first."""
    health: HealthCommand | None
    ports: tuple[int, ...]
    command: str
    """ENTRYPOINT and CMD, as a shell would read them."""
    environment: dict[str, str]


class _Stage(Struct):
    line: int
    bases: tuple[str, ...]
    health: HealthCommand | None = None
    ports: list[int] = field(default_factory=list)
    entrypoint: str = ""
    command: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)


def read_dockerfile(content: bytes) -> Image:
    """Read a Dockerfile. Raises DockerfileError where it has no `FROM` or is no text."""
    if len(content) > LARGEST:
        raise DockerfileError(f"it is larger than {LARGEST // 1024} KiB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DockerfileError("it is no text") from error
    stages: dict[str, _Stage] = {}
    globals_: dict[str, str] = {}
    stage: _Stage | None = None
    for line, keyword, rest in _instructions(text):
        if keyword == "FROM":
            if len(stages) >= STAGES:
                raise DockerfileError(f"it has more than {STAGES} stages")
            stage = _from(line, _filled(rest, globals_), stages)
        elif stage is None:
            if keyword == "ARG":
                _keep(_assignments(rest, globals_), globals_)
        else:
            _apply(stage, line, keyword, rest, globals_)
    if stage is None:
        raise DockerfileError("it has no FROM")
    stage = _run(stages) or stage
    return Image(
        line=stage.line,
        bases=stage.bases,
        health=stage.health,
        ports=tuple(dict.fromkeys(stage.ports)),
        command=" ".join(part for part in (stage.entrypoint, stage.command) if part)[:LONGEST],
        environment=stage.environment,
    )


def _run(stages: dict[str, _Stage]) -> _Stage | None:
    """The last stage; where that is named for developers, the last before it that starts something and is not."""
    last = next(reversed(stages), "")
    if _is_own(last):
        return stages.get(last)
    found = (stage for name, stage in reversed(stages.items()) if (stage.command or stage.entrypoint) and _is_own(name))
    return next(found, None)


def _is_own(name: str) -> bool:
    return DEVELOPERS.isdisjoint(re.split(r"[-_.]", name))


def _from(line: int, rest: str, stages: dict[str, _Stage]) -> _Stage:
    """A new stage; one that starts from an earlier stage takes over what that one says."""
    for _ in range(FLAGS):
        found = FLAG.match(rest)
        rest = rest[found.end() :] if found else rest
    words = rest.split()
    base = words[0] if words else ""
    known = stages.get(base.lower())
    if known is not None:
        stage = _Stage(
            line,
            (base, *known.bases),
            known.health,
            list(known.ports),
            known.entrypoint,
            known.command,
            dict(known.environment),
        )
    else:
        stage = _Stage(line, (base,))
    name = words[2] if len(words) > 2 and words[1].lower() == "as" else str(len(stages))
    stages[name.lower()] = stage
    return stage


def _apply(stage: _Stage, line: int, keyword: str, rest: str, globals_: dict[str, str]) -> None:
    variables = {**stage.arguments, **stage.environment}
    match keyword:
        case "ENV":
            _keep(_assignments(rest, variables), stage.environment)
        case "ARG":
            name, mark, _ = rest.partition("=")
            given = _assignments(rest, variables) if mark else {name.strip(): globals_.get(name.strip(), "")}
            _keep(given, stage.arguments)
        case "EXPOSE":
            for word in _filled(rest, variables).split():
                found = PORT.match(word)
                if found and len(stage.ports) < PORTS:
                    stage.ports.append(int(found[1]))
        case "CMD":
            stage.command = _command(_filled(rest, variables))
        case "ENTRYPOINT":
            stage.entrypoint, stage.command = _command(_filled(rest, variables)), ""
        case "HEALTHCHECK":
            stage.health = _health(line, _filled(rest, variables))


def _keep(given: dict[str, str], variables: dict[str, str]) -> None:
    """Set variables, as long as there is room for new ones."""
    for name, value in given.items():
        if name in variables or len(variables) < VARIABLES:
            variables[name] = value


def _health(line: int, rest: str) -> HealthCommand:
    flags: dict[str, str] = {}
    for _ in range(FLAGS):
        found = FLAG.match(rest)
        if found:
            flags[found[1]] = found[2] or ""
            rest = rest[found.end() :]
    if rest.strip().upper() == "NONE":
        return HealthCommand("", line, disabled=True)
    body = re.sub(r"^CMD\s+", "", rest.strip(), flags=re.IGNORECASE)
    words = _exec_form(body)
    written = ("CMD", *words) if words is not None else (body,)
    return command_of(written, line, flags.get("interval", ""), flags.get("timeout", ""))


def _command(rest: str) -> str:
    words = _exec_form(rest)
    return rest.strip() if words is None else command_of(("CMD", *words), 0).text


def _exec_form(text: str) -> tuple[str, ...] | None:
    """`["a", "b"]`; None where it is no JSON list of texts, which a shell then reads."""
    if not text.lstrip().startswith("["):
        return None
    try:
        words = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(words, list) or not all(isinstance(each, str) for each in words):
        return None
    return tuple(words)


def _assignments(rest: str, variables: dict[str, str]) -> dict[str, str]:
    """`A=1 B="x y"`, and the old spelling `A 1`."""
    if "=" not in rest.split(maxsplit=1)[0] if rest.split() else True:
        name, _, value = rest.strip().partition(" ")
        return {name: _filled(value.strip(), variables)[:VALUE]} if name else {}
    try:
        words = shlex.split(rest)
    except ValueError:
        words = rest.split()
    found = {}
    for word in words:
        name, mark, value = word.partition("=")
        if mark:
            found[name] = _filled(value, variables)[:VALUE]
    return found


def _filled(text: str, variables: dict[str, str]) -> str:
    """The text with the variables that are known; the others stay as they are written."""

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[4]
        if found[2] == "-" and not variables.get(name):
            return str(found[3])
        if found[2] == "+":
            return str(found[3]) if variables.get(name) else ""
        return variables[name] if variables.get(name) else found[0]

    for _ in range(STEPS):
        filled = VARIABLE.sub(value, text)
        if filled == text or len(filled) > 2 * LONGEST:
            return filled[: 2 * LONGEST]
        text = filled
    return text


def _instructions(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, keyword in upper case and the rest of each instruction; lines are joined, comments and heredocs left out."""
    lines = text.splitlines()[:LINES]
    escape = "`" if re.match(r"(?i)#\s*escape\s*=\s*`", lines[0] if lines else "") else "\\"
    number = 0
    while number < len(lines):
        first = number
        parts: list[str] = []
        while number < len(lines):
            line = lines[number].strip()
            number += 1
            if line.startswith("#") or (parts and not line):
                continue
            if line.endswith(escape):
                parts.append(line[: -len(escape)].strip())
                continue
            parts.append(line)
            break
        whole = " ".join(part for part in parts if part)
        keyword, _, rest = whole.partition(" ")
        for _, mark in HEREDOC.findall(rest) if keyword.upper() in ("RUN", "COPY", "ADD") else ():
            while number < len(lines) and lines[number].strip() != mark:
                number += 1
            number += 1
        if keyword:
            yield first + 1, keyword.upper(), rest.strip()[: 2 * LONGEST]
