"""Paths of files in, what ruff's security rules say of each out.

The selection is our own, never ruff's defaults, and ruff runs isolated from any configuration of the scanned repository.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from readiness.adapters.processes import Running, ToolError
from readiness.adapters.remarks import Remark

SELECTION = (
    "S102", "S103", "S202", "S301", "S302", "S304", "S305", "S306", "S307", "S312", "S313", "S314", "S315", "S316",
    "S317", "S318", "S319", "S321", "S323", "S501", "S502", "S503", "S504", "S505", "S506", "S507", "S508", "S509",
    "S601", "S602", "S604", "S605", "S609", "S612", "S701", "S702",
)  # fmt: skip
"""flake8-bandit rules of ruff 0.17 whose remarks a reviewer acts on. Left out: `assert` (S101), imports alone (S4xx), random
numbers (S311), temporary paths (S108), all interfaces (S104), words that look like passwords (S105 to S107), starting a
program without a shell (S603, S606, S607), digests (S324: mostly keys of caches),
`mark_safe` and `Markup` (S308, S704: it matters where their text comes from)."""


class _Place(Struct):
    row: int
    column: int


class _Remark(Struct):
    code: str | None
    message: str
    filename: str
    location: _Place
    end_location: _Place


class Ruff:
    """One run of ruff."""

    def __init__(self, paths: Sequence[Path], left_out: Collection[str]) -> None:
        """Start it on absolute paths, without the rules in `left_out`. Raises ToolError."""
        self._folder = tempfile.TemporaryDirectory(prefix="readiness-", ignore_cleanup_errors=True)
        listed = Path(self._folder.name, "files")
        listed.write_bytes(b"".join(os.fsencode(path) + b"\n" for path in paths))
        chosen = ",".join(code for code in SELECTION if code not in left_out)
        arguments = ["check", "--isolated", "--no-cache", "--exit-zero", "--quiet", "--output-format=json"]
        try:
            self._running = Running("ruff", [*arguments, f"--select={chosen}", f"@{listed}"])
        except ToolError:
            self._folder.cleanup()
            raise

    def remarks(self, patience: float) -> dict[str, list[Remark]]:
        """Remarks by path. Raises ToolError."""
        try:
            answer = msgspec.json.decode(self._running.answer(patience), type=list[_Remark])
        except msgspec.MsgspecError as error:
            raise ToolError(f"answered what nobody can read ({error})") from None
        finally:
            self._folder.cleanup()
        found: dict[str, list[Remark]] = {}
        for each in answer:
            if each.code in SELECTION:
                start, end = each.location, each.end_location
                remark = Remark(each.code, each.message, start.row, start.column, end.row, end.column)
                found.setdefault(each.filename, []).append(remark)
        return found

    def stop(self) -> None:
        """End it, if it still runs."""
        self._running.stop()
        self._folder.cleanup()
