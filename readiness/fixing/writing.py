"""Changes in; the files of the project out, each replaced at once or not at all."""

import os
import stat
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from pathlib import Path

from readiness.files import replace_file
from readiness.fixing import Change
from readiness.model import Problem, Stage


def write(root: str, changes: Sequence[Change]) -> tuple[Problem, ...]:
    """Replace the files; what cannot be written, or is another file by now, is named and stays as it is."""
    problems = []
    for change in changes:
        try:
            _replace(root, change)
        except OSError as error:
            problems.append(Problem(Stage.JUDGE, change.file.path, f"cannot be written: {error.strerror or error}"))
    return tuple(problems)


def differences(changes: Sequence[Change]) -> Iterator[str]:
    """The changes as a unified difference, line by line without line ends."""
    for change in changes:
        yield from unified_diff(
            change.before.decode("utf-8", "replace").splitlines(),
            change.after.decode("utf-8", "replace").splitlines(),
            f"a/{change.file.path}",
            f"b/{change.file.path}",
            lineterm="",
        )


def _replace(root: str, change: Change) -> None:
    place = Path(os.fsdecode(os.path.join(os.fsencode(root), change.file.raw or change.file.path.encode())))  # noqa: PTH118
    if Path(os.path.realpath(place)) != Path(os.path.realpath(root)) / place.relative_to(root):
        raise OSError("a link leads elsewhere")
    state = place.lstat()
    if not stat.S_ISREG(state.st_mode) or place.read_bytes() != change.before:
        raise OSError("it is another file than the one that was scanned")
    replace_file(place, change.after, stat.S_IMODE(state.st_mode))
