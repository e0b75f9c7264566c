"""Manifests and lock files of the scan in; one `Dependency` for each distribution that they name, out."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from msgspec import Struct

from readiness.artifacts.locks import LOCKS, Locked, read_lock
from readiness.artifacts.manifests import (
    Included,
    ManifestError,
    Requirement,
    read_pipfile,
    read_pyproject,
    read_requirements,
    read_setup_cfg,
    read_setup_py,
)
from readiness.model import Dependency, Evidence, Library, Project, Scope, Span

library = Library(__name__, stage="web", provides=(Dependency, Evidence))

_REQUIREMENTS = re.compile(
    r"(?:.*/)?(?:[^/]*[-_.])?requirements(?:[-_.][^/]*)?\.(?:txt|in)|(?:.*/)?requirements/(?!constraints)[^/]+\.(?:txt|in)",
    re.IGNORECASE,
)

_SET_UP = re.compile(r"^(?:import|from) (?:setuptools|distutils)\b", re.MULTILINE)

INCLUDES = 200
"""Files that requirements files may take in."""


class _Manifests(Struct):
    """What all files say, by path."""

    wanted: dict[str, list[Requirement]]
    locked: dict[str, list[Locked]]
    constraints: dict[str, list[Requirement]]
    """Files that only set versions."""
    broken: list[tuple[str, str]]
    """Path and reason."""


@library.recognises
def recognise(project: Project) -> Iterator[Dependency | Evidence]:
    """Every requirement, with the version that the nearest lock file gives it, then what is locked without being asked for."""
    manifests = _read_all(project)
    versions = _versions(manifests)
    asked: dict[str, set[str]] = {}
    for path, requirements in sorted(manifests.wanted.items()):
        for each in requirements:
            version = each.pinned
            for lock in _locks_of(path, versions):
                version = version or versions[lock].get(each.name, "")
                asked.setdefault(lock, set()).add(each.name)
            yield _dependency(project, path, each.line, each.name, each.wanted, version, each.group)
    for path, locked in sorted(manifests.locked.items()):
        for entry in locked:
            if entry.name not in asked.get(path, ()):
                yield _dependency(project, path, entry.line, entry.name, "", entry.version, entry.group)
    for path, reason in manifests.broken:
        yield Evidence(
            span=Span(path, 1),
            symbol=path,
            scope=project.files[path].scope,
            kind="manifest",
            format="",
            stale=True,
            detail=f"unusable: {reason}",
            problem=f"this manifest cannot be read: {reason}",
        )


def _read_all(project: Project) -> _Manifests:
    found = _Manifests({}, {}, {}, [])
    files = (path for path, file in project.files.items() if file.scope not in (Scope.VENDORED, Scope.GENERATED))
    pending = [(path, False, False) for path in files]
    included = 0
    while pending:
        path, taken_in, constrains = pending.pop()
        try:
            for each in _read(project, path, found, taken_in=taken_in, constrains=constrains):
                target = posixpath.normpath(posixpath.join(posixpath.dirname(path), each.path))
                known = target in found.constraints if each.constrains else target in found.wanted
                if target in project.files and not known and included < INCLUDES:
                    included += 1
                    pending.append((target, True, each.constrains))
        except ManifestError as error:
            found.broken.append((path, str(error)))
    return found


def _read(project: Project, path: str, found: _Manifests, *, taken_in: bool, constrains: bool) -> list[Included]:
    """Read one file where it is a manifest, or one that a manifest takes in; give the files that it takes in itself."""
    name = path.rpartition("/")[2]
    if taken_in or _REQUIREMENTS.fullmatch(path):
        requirements, included = read_requirements(_text(project, path), path)
        (found.constraints if constrains else found.wanted)[path] = requirements
        return included
    if name in LOCKS:
        found.locked[path] = read_lock(_text(project, path), path)
    elif name == "pyproject.toml":
        found.wanted[path] = read_pyproject(_text(project, path))
    elif name == "Pipfile":
        found.wanted[path] = read_pipfile(_text(project, path))
    elif name == "setup.cfg":
        found.wanted[path] = read_setup_cfg(_text(project, path))
    elif name == "setup.py" and _SET_UP.search(_text(project, path)):
        tree = project.tree(path)
        found.wanted[path] = read_setup_py(tree) if tree is not None else []
    return []


def _text(project: Project, path: str) -> str:
    text = project.text(path)
    if text is None:
        raise ManifestError("it is no text, or larger than 4 MiB")
    return text


def _versions(manifests: _Manifests) -> dict[str, dict[str, str]]:
    """File that sets versions to name to version; where a name is locked in several versions (for several platforms), the first.

    Lock files set them, and so do constraints and requirements files in which every line is pinned.
    """
    versions: dict[str, dict[str, str]] = {}
    for path, locked in manifests.locked.items():
        table = versions.setdefault(path, {})
        for each in locked:
            table.setdefault(each.name, each.version)
    for path, requirements in [*manifests.constraints.items(), *manifests.wanted.items()]:
        pinned = {each.name: each.pinned for each in requirements if each.pinned}
        if pinned and (path in manifests.constraints or len(pinned) == len({each.name for each in requirements})):
            versions.setdefault(path, {}).update(pinned)
    return versions


def _locks_of(path: str, versions: dict[str, dict[str, str]]) -> list[str]:
    """The files that set versions for a manifest, those in its own folder first, then the folders above."""
    above = [path.rpartition("/")[0]]
    while above[-1]:
        above.append(above[-1].rpartition("/")[0])
    return sorted(
        (lock for lock in versions if lock.rpartition("/")[0] in above), key=lambda lock: (-lock.count("/"), lock)
    )


def _dependency(project: Project, path: str, line: int, name: str, wanted: str, version: str, group: str) -> Dependency:
    return Dependency(
        span=Span(path, line),
        symbol=path,
        scope=project.files[path].scope,
        language=project.files[path].language,
        name=name,
        requirement=wanted,
        version=version,
        group=group,
    )
