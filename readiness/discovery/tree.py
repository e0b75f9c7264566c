"""A root in; the names of the files below it out, from git or from a walk, with what stood in the way."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from msgspec import Struct

from readiness import git
from readiness.model.report import Problem, Stage

SKIPPED = frozenset(
    b".git .hg .svn .jj .tox .nox .venv .eggs .mypy_cache .ruff_cache .pytest_cache .hypothesis .cache .idea .terraform "
    b"node_modules bower_components __pycache__ __pypackages__ site-packages".split()
)
"""Folders that a walk never enters; virtual environments of another name are known by their `pyvenv.cfg`."""

DEEPEST = 100
"""Folders in one another that a walk enters."""

MOST = 500_000
"""Files of one scan."""


class Names(Struct, frozen=True):
    """The files of a tree by name."""

    files: dict[bytes, bool | None]
    """Path to whether git tracks it; None where git was not asked."""
    problems: tuple[Problem, ...]
    head: git.Head | None


def names_below(root: Path) -> Names:
    """Every file below `root`: what git tracks or would offer to add, else what a walk of the tree finds."""
    problems: list[Problem] = []
    try:
        listed = git.files(root)
        head = git.head(root)
    except git.NoRepository:
        files = walk(root, b"", problems)
        problems.append(
            _remark(
                "git", "the folder is no git repository: the tree was walked, and what git would ignore is scanned too"
            )
        )
        return Names(dict.fromkeys(files), tuple(problems), None)
    except git.GitError as error:
        files = walk(root, b"", problems)
        problems.append(
            _remark("git", f"{error}: the tree was walked instead, and what git would ignore is scanned too")
        )
        return Names(dict.fromkeys(files), tuple(problems), None)
    if not listed.entries and not listed.unread:
        # A folder that the repository around it ignores.
        return Names(dict.fromkeys(walk(root, b"", problems)), tuple(problems), head)
    found: dict[bytes, bool | None] = {entry.path: entry.tracked for entry in listed.entries if not entry.skipped}
    left_out = len(listed.entries) - len(found)
    if left_out:
        problems.append(
            Problem(Stage.DISCOVER, "git", f"a sparse checkout leaves out {left_out} files; check out the whole tree")
        )
    for nested in listed.unread:
        name = shown(nested.path)
        if nested.present:
            found |= dict.fromkeys(walk(root, nested.path, problems))
            problems.append(_remark(name, f"{nested.reason}: the folder was walked instead"))
        else:
            problems.append(Problem(Stage.DISCOVER, name, f"{nested.reason}; run git submodule update --init"))
    return Names(found, tuple(problems), head)


def walk(root: Path, below: bytes, problems: list[Problem]) -> list[bytes]:
    """Relative paths of all files below a folder. Links are given as names and never entered."""
    found: list[bytes] = []
    top = os.fsencode(root)
    pending = [(below, 0)]
    while pending:
        folder, depth = pending.pop()
        prefix = folder + b"/" if folder else b""
        try:
            with os.scandir(os.path.join(top, folder)) as entries:  # noqa: PTH118 (bytes)
                inside = list(entries)
        except OSError as error:
            problems.append(Problem(Stage.DISCOVER, shown(folder), f"the folder cannot be read ({error.strerror})"))
            continue
        if folder != below and any(entry.name == b"pyvenv.cfg" for entry in inside):
            continue
        for entry in inside:
            if not entry.is_dir(follow_symlinks=False):
                found.append(prefix + entry.name)
            elif entry.name not in SKIPPED and depth < DEEPEST:
                pending.append((prefix + entry.name, depth + 1))
            elif entry.name not in SKIPPED:
                problems.append(
                    Problem(Stage.DISCOVER, shown(prefix + entry.name), f"folders are nested over {DEEPEST} deep")
                )
        if len(found) > MOST:
            problems.append(Problem(Stage.DISCOVER, ".", f"there are over {MOST} files; name the folders to scan"))
            break
    return found


class Links:
    """Tells which names lead through a symbolic link, asking once for each folder."""

    def __init__(self, root: Path) -> None:
        self._top = os.fsencode(root)
        self._plain: dict[bytes, bool] = {b"": True}

    def plain(self, folder: bytes) -> bool:
        """No part of the folder's path is a link; git's index can hold names below a folder that a link replaced."""
        known = self._plain.get(folder)
        if known is None:
            known = self.plain(folder.rpartition(b"/")[0])
            if known:
                try:
                    known = stat.S_ISDIR(os.lstat(os.path.join(self._top, folder)).st_mode)  # noqa: PTH118 (bytes)
                except OSError:
                    known = False
            self._plain[folder] = known
        return known

    def inside(self, path: bytes) -> bool:
        """The link leads to something below the root."""
        target = os.path.realpath(os.path.join(self._top, path))  # noqa: PTH118 (bytes)
        return target.startswith(self._top.rstrip(b"/") + b"/")


def shown(path: bytes) -> str:
    """A path as text: bytes that are not UTF-8 stand as `\\xNN`."""
    return path.decode("utf-8", "backslashreplace")


def _remark(path: str, message: str) -> Problem:
    return Problem(Stage.DISCOVER, path, message, incomplete=False)
