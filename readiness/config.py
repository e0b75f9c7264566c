"""What was named for a scan in; the folder it begins at out, and its settings: `readiness.toml`, or `[tool.readiness]` in
`pyproject.toml`.

Nothing here can name a program, a module or a plugin: the file belongs to the scanned project, and a scan never runs its code.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from readiness.errors import ReadinessError
from readiness.tables import read_tables

OWN_FILE = "readiness.toml"
SHARED_FILE = "pyproject.toml"

LARGEST = 2**20
"""Bytes of a file of settings."""

SEVERITIES = ("blocker", "critical", "major", "minor", "never")
"""What `fail_on` can be."""

Paths = str | tuple[str, ...]


class ServiceSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One service of a repository with several."""

    root: Annotated[str, Meta(description="Folder of the service, relative to this file.", min_length=1)]
    name: Annotated[str, Meta(description="What the report calls it; the folder's name without one.")] = ""
    spec: Annotated[str, Meta(description="Path of its OpenAPI or Swagger document, relative to this file.")] = ""


class EvidenceSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Files of evidence, relative to this file. A kind that is named here is not looked for elsewhere."""

    coverage: Annotated[
        Paths, Meta(description="Coverage data: .coverage, coverage.xml, coverage.json or lcov.info.")
    ] = ()
    tests: Annotated[Paths, Meta(description="JUnit reports of the test run.")] = ()
    load: Annotated[Paths, Meta(description="Results of load tests: k6, Locust or JMeter.")] = ()
    security: Annotated[Paths, Meta(description="SARIF files of security scanners.")] = ()
    openapi: Annotated[
        Paths, Meta(description="OpenAPI or Swagger documents that are the contract of the service.")
    ] = ()


class TargetSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the project wants to reach."""

    coverage: (
        Annotated[
            float, Meta(description="Percent of the service's statements that the tests should run.", gt=0, le=100)
        ]
        | None
    ) = None
    changes: (
        Annotated[
            float,
            Meta(description="Percent of the statements that a change writes that the tests should run.", gt=0, le=100),
        ]
        | None
    ) = None


class _Written(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"services": "service"}):
    """Settings as they are written in the file."""

    exclude: Annotated[
        tuple[str, ...], Meta(description="Patterns of files to leave out, as in .gitignore, relative to this file.")
    ] = ()
    checklist: Annotated[str, Meta(description="Name of a checklist, or the path of one's own.")] = ""
    deviations: Annotated[str, Meta(description="Path of the register of accepted deviations.", min_length=1)] = (
        "deviations.toml"
    )
    baseline: Annotated[
        str, Meta(description="Path of the baseline. [default: readiness-baseline.json, if it is there]")
    ] = ""
    evidence: EvidenceSettings = EvidenceSettings()
    targets: TargetSettings = TargetSettings()
    services: Annotated[
        tuple[ServiceSettings, ...], Meta(description="The services of a repository with several.")
    ] = ()
    min_score: Annotated[float, Meta(description="The gate fails below this score.", ge=0, le=100)] | None = None
    fail_on: (
        Annotated[
            Literal["blocker", "critical", "major", "minor", "never"],
            Meta(description="The gate fails for an active finding of this severity or a worse one."),
        ]
        | None
    ) = None
    require_complete: Annotated[bool, Meta(description="The run fails when anything could not be read or judged.")] = (
        False
    )


class Config(Struct, frozen=True, kw_only=True):
    """The settings of one scan."""

    exclude: tuple[str, ...] = ()
    """Patterns as in `.gitignore`."""
    checklist: str = ""
    """Name or path; empty for the default."""
    deviations: str = "deviations.toml"
    """Path of the register, relative to the root."""
    baseline: str = ""
    """Path of the baseline, relative to the root; empty for the usual one."""
    evidence: Mapping[str, tuple[str, ...]] = {}
    """Kind to the files that are named for it."""
    targets: TargetSettings = TargetSettings()
    services: tuple[ServiceSettings, ...] = ()
    min_score: float | None = None
    fail_on: str | None = None
    """A severity or `never`."""
    require_complete: bool = False
    source: str = ""
    """The file that they come from; empty without one."""


def root_of(paths: Sequence[str]) -> tuple[Path, tuple[str, ...]]:
    """The folder to scan, and what in it was named: one folder is the root, several places are looked for below the current
    folder, or below the folder that they share."""
    places = [Path(path).absolute() for path in paths]
    if len(places) == 1 and places[0].is_dir():
        return places[0].resolve(), ()
    if not places:
        raise ReadinessError("there is nothing to scan; name a folder")
    root = Path.cwd()
    if not all(place.is_relative_to(root) for place in places):
        shared = [set(place.parents) | {place} for place in places]
        root = max(set.intersection(*shared), key=lambda place: len(place.parts))
        root = root if root.is_dir() else root.parent
    return root.resolve(), tuple(str(place) for place in places)


def load_config(root: Path) -> Config:
    """The settings of the project at `root`; its own file wins over the shared one.

    Raises ReadinessError, with file and key or line, for what is no TOML, no setting, or of the wrong type.
    """
    return config_in(lambda name: _read(root / name))


def config_in(text_of: Callable[[str], str | None]) -> Config:
    """The settings of a project whose files are read by this function, from their names at the root to their texts.

    Raises ReadinessError as `load_config` does.
    """
    own = text_of(OWN_FILE)
    if own is not None:
        return _config(_tables(own, OWN_FILE), OWN_FILE)
    shared = text_of(SHARED_FILE)
    tools = _tables(shared, SHARED_FILE).get("tool") if shared is not None else None
    if not isinstance(tools, dict) or "readiness" not in tools:
        return Config()
    return _config(tools["readiness"], SHARED_FILE)


def json_schema() -> dict[str, object]:
    """The JSON schema of the settings as they are written in `readiness.toml`."""
    (schema,), components = msgspec.json.schema_components([_Written], ref_template="#/$defs/{name}")
    definitions = {name.lstrip("_"): each for name, each in components.items()}
    top = definitions.pop("Written")
    assert schema == {"$ref": "#/$defs/_Written"}  # noqa: S101
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of readiness",
        "description": "The content of readiness.toml, or of [tool.readiness] in pyproject.toml.",
        **{key: value for key, value in top.items() if key not in {"title", "description"}},
        "$defs": definitions,
    }


def _read(path: Path) -> str | None:
    """The text of one file; None where it is not there."""
    try:
        if not os.path.realpath(path).startswith(os.path.join(os.path.realpath(path.parent), "")):  # noqa: PTH118
            if path.name == SHARED_FILE:
                return None  # discovery names the link
            raise ReadinessError(f"{path.name} is a link that leads out of the project; put a copy in its place")
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ReadinessError(f"{path.name} is no regular file; make it one, or take it away")
        if status.st_size > LARGEST:
            raise ReadinessError(f"{path.name} is larger than {LARGEST // 1024} KiB; make it smaller")
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ReadinessError(f"{path.name} cannot be read ({error.strerror}); mend its permissions") from None
    except UnicodeDecodeError as error:
        raise ReadinessError(f"{path.name} is not UTF-8 (byte {error.start}); save it as UTF-8") from None


def _tables(text: str, name: str) -> dict[str, object]:
    import tomllib

    try:
        return read_tables(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"^(.*?) \(at line (\d+), column \d+\)$", str(error))
        what, line = (found[1], found[2]) if found else (str(error).partition(" (")[0], str(text.count("\n") + 1))
        raise ReadinessError(f"{name}:{line}: it is no TOML: {what}; mend this line") from None


def _config(written: object, source: str) -> Config:
    prefix = "" if source == OWN_FILE else "tool.readiness."
    if not isinstance(written, dict):
        raise ReadinessError(f"tool.readiness in {source} must be a table; write [tool.readiness]")
    _refuse_unknown(written, _Written, prefix, source)
    evidence = written.get("evidence")
    if isinstance(evidence, dict):
        _refuse_unknown(evidence, EvidenceSettings, f"{prefix}evidence.", source)
    targets = written.get("targets")
    if isinstance(targets, dict):
        _refuse_unknown(targets, TargetSettings, f"{prefix}targets.", source)
    services = written.get("service")
    for number, service in enumerate(services if isinstance(services, list) else ()):
        if isinstance(service, dict):
            _refuse_unknown(service, ServiceSettings, f"{prefix}service[{number}].", source)
    try:
        settings = msgspec.convert(written, _Written)
    except msgspec.ValidationError as error:
        raise ReadinessError(_in_words(str(error), prefix, source)) from None
    for number, entry in enumerate(settings.services):
        if Path(entry.root).is_absolute() or ".." in Path(entry.root).parts:
            raise ReadinessError(
                f"{prefix}service[{number}].root in {source} leads out of the project; write a path relative to its root"
            )
    return Config(
        exclude=settings.exclude,
        checklist=settings.checklist,
        deviations=settings.deviations,
        baseline=settings.baseline,
        evidence=_evidence(settings),
        targets=settings.targets,
        services=settings.services,
        min_score=settings.min_score,
        fail_on=settings.fail_on,
        require_complete=settings.require_complete,
        source=source,
    )


def _evidence(settings: _Written) -> dict[str, tuple[str, ...]]:
    """Kind to the files that are named for it; the documents of the services are documents of the whole."""
    written = {kind: getattr(settings.evidence, kind) for kind in EvidenceSettings.__struct_fields__}
    named = {kind: (paths,) if isinstance(paths, str) else paths for kind, paths in written.items()}
    named["openapi"] = (*named["openapi"], *(each.spec for each in settings.services if each.spec))
    return {kind: paths for kind, paths in named.items() if paths}


def _refuse_unknown(table: Mapping[str, object], struct: type[Struct], prefix: str, source: str) -> None:
    known = struct.__struct_encode_fields__
    for key in table:
        if key not in known:
            raise ReadinessError(f"{prefix}{key} in {source} is no setting; {_suggestion(key, known)}")


def _suggestion(key: str, known: Iterable[str]) -> str:
    close = get_close_matches(key.lower().replace("-", "_")[:60], known, n=1)
    return f"did you mean {close[0]}?" if close else f"the settings are {', '.join(known)}"


def _in_words(message: str, prefix: str, source: str) -> str:
    """`Expected ..., got ... - at `$.key`` as a sentence that names the key."""
    what, _, where = message.partition(" - at `$")
    key = f"{prefix}{where.rstrip('`').lstrip('.').replace('[...]', '[]')}".rstrip(".") or "the file"
    missing = re.fullmatch(r"Object missing required field `(\w+)`", what)
    if missing:
        return f"{key} in {source} lacks {missing[1]}; add it"
    invalid = re.fullmatch(r"Invalid enum value (.*)", what, re.DOTALL)
    if invalid:
        return f"{key} in {source} cannot be {invalid[1][:60]}; write one of {', '.join(SEVERITIES)}"
    kinds = re.fullmatch(r"Expected (.*), got (.*)", what, re.DOTALL)
    if kinds:
        return f"{key} in {source} must be {_type(kinds[1])}, and is {_type(kinds[2])}; mend it"
    return f"{key} in {source}: {_type(what)}; mend it"


def _type(words: str) -> str:
    """Types of JSON, as msgspec names them, in the words of TOML."""
    words = words.removesuffix(" | null`") + "`" if words.endswith(" | null`") else words
    return re.sub(
        r"`([^`]*)`", lambda found: " or ".join(_TYPES.get(each, each) for each in found[1].split(" | ")), words
    )


_TYPES = {
    "array": "a list",
    "bool": "true or false",
    "float": "a number",
    "int": "a whole number",
    "null": "nothing",
    "object": "a table",
    "str": "text",
}
