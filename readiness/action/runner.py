"""Names and texts in; outputs, annotations and summaries in the files and the log of a GitHub runner out.

Whatever text comes in, nothing but what was meant reaches the runner: no second output, no second command.
"""

import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from readiness.errors import ReadinessError
from readiness.reporters.cleaning import clean

SUMMARY = 1_000_000
"""Bytes of one step's summary; GitHub drops all of it above 1 MiB."""
CUT = "\n\nThe rest was left out for want of room.\n"
LONGEST = 1_000
"""Characters of one output or one annotation."""


def flag(environment: Mapping[str, str], name: str) -> bool:
    """The input of that name, `true` or `false`. Raises ReadinessError for anything else."""
    return choice(environment, name, ("false", "true")) == "true"


def choice(environment: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """The input of that name, one of the choices; empty means the first. Raises ReadinessError for anything else."""
    value = given(environment, name) or choices[0]
    if value not in choices:
        raise ReadinessError(f"the input {name} is {value!r}; write {', '.join(choices[:-1])} or {choices[-1]}")
    return value


def given(environment: Mapping[str, str], name: str) -> str:
    """The input of that name as it was written, without the white space around it."""
    return environment.get(f"INPUT_{name.upper().replace('-', '_')}", "").strip()


def put_outputs(environment: Mapping[str, str], outputs: Mapping[str, str]) -> None:
    """Set the outputs of this step; each value is one line. Raises ReadinessError where the runner named no file."""
    lines = "".join(f"{name}={clean(value, LONGEST)}\n" for name, value in outputs.items())
    try:
        with Path(environment.get("GITHUB_OUTPUT", "")).open("a", encoding="utf-8", newline="\n") as stream:
            stream.write(lines)
    except OSError as error:
        raise ReadinessError(
            f"the outputs cannot be written to GITHUB_OUTPUT: {error.strerror}; run this in a GitHub workflow"
        ) from error


def add_summary(environment: Mapping[str, str], text: str) -> None:
    """Add Markdown to the summary of the job, cut at a line where it would not fit; nowhere without such a file."""
    name = environment.get("GITHUB_STEP_SUMMARY", "")
    if not name:
        return
    content = text.encode("utf-8", "replace")
    try:
        with Path(name).open("ab") as stream:
            room = SUMMARY - stream.tell()
            if len(content) > room:
                kept = max(room - len(CUT), 0)
                content = content[: content.rfind(b"\n", 0, kept) + 1] + CUT.encode()
            if len(content) <= room:
                stream.write(content)
    except OSError as error:
        log(f"no summary: {error.strerror}")


def annotate(kind: str, text: str) -> None:
    """An `error`, a `warning` or a `notice` for the whole run."""
    said = clean(text, LONGEST).replace("%", "%25")
    _write(f"::{kind} title=readiness::{said}\n".encode())


def print_commands(commands: str) -> None:
    """Commands that a reporter has written, each safe on its line."""
    _write(commands.encode("utf-8", "replace"))


def log(text: str) -> None:
    """One line in the log of the step, which cannot be taken for a command."""
    _write(f"readiness: {clean(text, LONGEST)}\n".encode("utf-8", "replace"))


def pass_on(output: bytes) -> None:
    """What another process has written, as it is."""
    _write(output)


class Quiet:
    """While it is open, the runner takes nothing in the log for a command, whoever wrote it."""

    def __init__(self) -> None:
        self._word = f"readiness-{secrets.token_hex(16)}"

    def __enter__(self) -> None:
        _write(f"::stop-commands::{self._word}\n".encode())

    def __exit__(self, *error: object) -> None:
        _write(f"\n::{self._word}::\n".encode())


def _write(content: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
