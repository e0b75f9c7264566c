"""A root folder in; the list of its files, each with language, digest and runtime scope, out."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from readiness import git
from readiness.discovery.evidence import find_evidence
from readiness.discovery.known import KnownFiles
from readiness.discovery.languages import CODE, language_of, script_language
from readiness.discovery.tree import SKIPPED, Links, names_below, shown, walk
from readiness.errors import ReadinessError
from readiness.model.report import Problem, Stage
from readiness.model.source import Scope, SourceFile, digest_of

__all__ = ["CODE", "KnownFiles", "Listing", "Options", "discover"]

LARGEST_SOURCE = 4 * 2**20
"""Bytes of a file that is read as code or data."""

LARGEST_EVIDENCE = 64 * 2**20
"""Bytes of an evidence file."""

PATTERNS = 500
"""Patterns of files to leave out."""


class Options(Struct, frozen=True, kw_only=True):
    """What to look at."""

    only: tuple[str, ...] = ()
    """Files and folders below the root, relative to it or absolute; everything without any. What git ignores counts when named."""
    exclude: tuple[str, ...] = ()
    """Patterns as in `.gitignore`, relative to the root; they hold for files that are named too."""
    evidence: Mapping[str, tuple[str, ...]] = {}
    """Kind to files below the root that the configuration names; a kind that stands here is not looked for by name."""


EVERYTHING = Options()


class Listing(Struct, frozen=True, kw_only=True):
    """The files of one scan."""

    root: str
    """Absolute."""
    files: tuple[SourceFile, ...]
    """In order of path."""
    problems: tuple[Problem, ...] = ()
    head: git.Head | None = None
    """None outside git."""
    evidence: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Kinds of evidence with the paths of their files, nearest to the root first."""
    touched: tuple[tuple[str, tuple[tuple[int, int], ...]], ...] = ()
    """Of the change under review: paths, with the first and last lines of stretches that it wrote; empty where none is reviewed."""

    @property
    def committed(self) -> datetime | None:
        """When HEAD was committed, UTC; None outside git and before the first commit."""
        return self.head.date if self.head else None

    def content(self, file: SourceFile) -> bytes:
        """The bytes of one file. Raises OSError where it cannot be read, is no regular file any more, or is too large."""
        return _content(os.fsencode(self.root), file.raw or file.path.encode(), LARGEST_EVIDENCE)


class _File(Struct):
    """What is known of one file before all of them are known."""

    raw: bytes
    language: str
    digest: str
    size: int
    tracked: bool | None


def discover(root: str | Path, options: Options = EVERYTHING, known: KnownFiles | None = None) -> Listing:
    """List, read and classify the files below a folder; a file for a root is that file alone. `known` files are not read again.

    Raises ReadinessError for a path that is not there or outside the root, and for a pattern that is none.
    """
    top = Path(root).resolve()
    if top.is_file():
        options = Options(only=(top.name,), exclude=options.exclude, evidence=options.evidence)
        top = top.parent
    if not top.is_dir():
        raise ReadinessError(f"{root} is not there; name a folder or a file that is")
    tree = names_below(top)
    problems = list(tree.problems)
    names = chosen_names(top, dict(tree.files), options, problems)
    evidence = _evidence(top, names, options, problems)
    links = Links(top)
    top_bytes = os.fsencode(top)
    supporting = {raw for paths in evidence.values() for raw in paths}
    marks: dict[str, int] = {}
    found: dict[str, _File] = {}
    known = known or KnownFiles()
    for raw in sorted(names):
        path = shown(raw)
        file = _read(top_bytes, raw, path, links, problems, marks, known, evidence=raw in supporting)
        if file is None:
            continue
        if path in found:
            problems.append(_problem(path, "two files have names that read the same; only the first is scanned"))
            continue
        file.tracked = names[raw]
        found[path] = file
    scopes = known.scopes(marks, found)
    return Listing(
        root=str(top),
        files=tuple(_source(path, file, scopes[path]) for path, file in sorted(found.items())),
        problems=tuple(sorted(problems)),
        head=tree.head,
        evidence=tuple(
            (kind, tuple(shown(raw) for raw in paths if shown(raw) in found))
            for kind, paths in sorted(evidence.items())
        ),
    )


def chosen_names(
    top: Path, names: Mapping[bytes, bool | None], options: Options, problems: list[Problem] | None = None
) -> dict[bytes, bool | None]:
    """The files among `names` that were asked for. With `problems`, what git ignores in a place that was named is looked for in
    the tree as well."""
    chosen = dict(names)
    if options.only and problems is not None:
        chosen = _named(top, chosen, options.only, problems)
    elif options.only:
        places = [os.path.relpath(os.path.normpath(top / name), top) for name in options.only]
        chosen = {raw: tracked for raw, tracked in chosen.items() if any(_below(shown(raw), place) for place in places)}
    return _without(chosen, options.exclude)


def _below(path: str, place: str) -> bool:
    return place == "." or path == place or path.startswith(f"{place}/")


def _named(
    top: Path, names: dict[bytes, bool | None], only: Iterable[str], problems: list[Problem]
) -> dict[bytes, bool | None]:
    """The files among `names` that lie in what the user named, and what git ignores there."""
    chosen: dict[bytes, bool | None] = {}
    for name in only:
        place = Path(os.path.normpath(top / name))
        if not place.is_relative_to(top):
            place = Path(name).resolve()
        if not place.is_relative_to(top):
            raise ReadinessError(f"{name} lies outside of {top}; scan its own folder instead")
        if not os.path.lexists(place):
            raise ReadinessError(f"{name} is not there; name a file or a folder that is")
        raw = os.fsencode(place.relative_to(top).as_posix())
        if raw == b".":
            return names
        if not place.is_dir() or place.is_symlink():
            chosen[raw] = names.get(raw, False if any(tracked is not None for tracked in names.values()) else None)
            continue
        inside = {path: tracked for path, tracked in names.items() if path.startswith(raw + b"/")}
        chosen |= inside or dict.fromkeys(walk(top, raw, problems))
    return chosen


def _without(names: dict[bytes, bool | None], patterns: tuple[str, ...]) -> dict[bytes, bool | None]:
    """The files that no pattern leaves out."""
    if not patterns:
        return names
    from pathspec import GitIgnoreSpec

    if len(patterns) > PATTERNS:
        raise ReadinessError(f"there are {len(patterns)} patterns in exclude; write at most {PATTERNS}")
    for pattern in patterns:
        # Patterns become regular expressions that step back, and a scanned repository may have written them.
        if any(part.count("*") > 2 for part in pattern.split("/")) or pattern.count("**") > 2:
            raise ReadinessError(f"the pattern {pattern!r} in exclude has too many stars; use at most two in a name")
    try:
        spec = GitIgnoreSpec.from_lines(patterns)
    except ValueError as error:
        raise ReadinessError(f"a pattern in exclude is malformed: {error}; write it as in .gitignore") from None
    return {raw: tracked for raw, tracked in names.items() if not spec.match_file(shown(raw))}


def _evidence(
    top: Path, names: dict[bytes, bool | None], options: Options, problems: list[Problem]
) -> dict[str, list[bytes]]:
    """Kind to the paths of its files; they join `names`, whether git tracks them or not."""
    asked = any(tracked is not None for tracked in names.values())
    found = find_evidence(os.fsencode(top), SKIPPED)
    found = {kind: paths for kind, paths in found.items() if kind not in options.evidence}
    for kind, paths in found.items():
        kept = _without(dict.fromkeys(paths), options.exclude)
        found[kind] = [raw for raw in paths if raw in kept]
    for kind, paths_named in options.evidence.items():
        found[kind] = []
        for name in paths_named:
            place = Path(os.path.normpath(top / name))
            if not place.is_relative_to(top):
                problems.append(
                    _problem(
                        name, f"this {kind} evidence lies outside of the scanned folder; copy it inside", Stage.EVIDENCE
                    )
                )
            elif not place.is_file():
                problems.append(
                    _problem(
                        name, f"the configuration names it as {kind} evidence, but it is not there", Stage.EVIDENCE
                    )
                )
            elif os.path.realpath(place.parent) != str(place.parent):
                problems.append(
                    _problem(name, f"this {kind} evidence lies behind a link; name the file itself", Stage.EVIDENCE)
                )
            else:
                found[kind].append(os.fsencode(place.relative_to(top).as_posix()))
    for paths in found.values():
        for raw in paths:
            names.setdefault(raw, False if asked else None)
    return found


def _read(
    top: bytes,
    raw: bytes,
    path: str,
    links: Links,
    problems: list[Problem],
    marks: dict[str, int],
    known: KnownFiles,
    *,
    evidence: bool,
) -> _File | None:
    """One file with its digest, and its marks put into `marks`; None for what is no file of the scan."""
    content = None
    try:
        if not links.plain(raw.rpartition(b"/")[0]):
            return None  # gone, or reached through a link
        status = os.lstat(top + b"/" + raw)
        limit = LARGEST_EVIDENCE if evidence else LARGEST_SOURCE
        before = known.find(raw, status)
        if before is not None and (before.digest or not evidence) and before.size <= limit:
            if before.marks >= 0:
                marks[path] = before.marks
            return _File(raw, before.language, before.digest, before.size, None)
        name = path.rpartition("/")[2]
        language = language_of(name)
        if stat.S_ISLNK(status.st_mode):
            if not links.inside(raw):
                problems.append(
                    _problem(path, "the link leads out of the scanned folder and was not followed", remark=True)
                )
            return None
        if not stat.S_ISREG(status.st_mode):
            if not stat.S_ISDIR(status.st_mode):
                problems.append(_problem(path, "it is a pipe, a socket or a device, and was not opened", remark=True))
            return None
        size = status.st_size
        if size > limit and (language in CODE or evidence):
            problems.append(
                _problem(path, f"it is larger than {limit // 2**20} MiB and was not read", remark=language not in CODE)
            )
        elif size <= limit and (language or evidence or "." not in name):
            content = _content(top, raw, limit)
    except FileNotFoundError:
        return None  # in the index, but deleted
    except OSError as error:
        problems.append(_problem(path, f"it cannot be read ({error.strerror or error})"))
        return None
    if content is None:
        return _File(raw, language, "", size, None)
    if not language and not evidence:
        language = script_language(content[:256])
    if language in CODE:
        from readiness.discovery.marks import marks_of  # many patterns, of no use where every file is known

        marks[path] = marks_of(path, language, content)
    digest = digest_of(content) if language or evidence else ""
    if len(content) == size:
        known.keep(raw, status, language, digest, marks.get(path, -1))
    return _File(raw, language, digest, len(content), None)


def _content(top: bytes, raw: bytes, limit: int) -> bytes:
    """The bytes of a regular file, opened so that neither a link nor a pipe put there meanwhile does harm."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(top + b"/" + raw, flags)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        if status.st_size > limit:
            raise OSError(errno.EFBIG, f"it is larger than {limit // 2**20} MiB")
        content = os.read(descriptor, status.st_size + 1)
        while more := os.read(descriptor, 2**20):
            content += more
            if len(content) > limit:
                raise OSError(errno.EFBIG, f"it is larger than {limit // 2**20} MiB")
        return content
    finally:
        os.close(descriptor)


def _source(path: str, file: _File, scope: Scope) -> SourceFile:
    raw = None if file.raw == path.encode("utf-8", "surrogateescape") else file.raw
    return SourceFile(path, file.language, file.digest, scope, file.size, raw, file.tracked)


def _problem(path: str, message: str, stage: Stage = Stage.DISCOVER, *, remark: bool = False) -> Problem:
    return Problem(stage, path, message, incomplete=not remark)
