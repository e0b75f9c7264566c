"""Paths of files in, what bandit says of each out: severity, confidence, the weakness by number, and what ruff does not know.

Bandit reads some 20,000 lines a second, so it is given the few files where there is something to say.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from readiness.adapters.processes import Running, ToolError
from readiness.adapters.remarks import Remark

SELECTION = (
    "B102", "B103", "B202", "B301", "B302", "B304", "B305", "B306", "B307", "B312", "B313", "B314", "B315", "B316",
    "B317", "B318", "B319", "B321", "B323", "B501", "B502", "B503", "B504", "B505", "B506", "B507", "B508", "B509",
    "B601", "B602", "B604", "B605", "B609", "B612", "B613", "B614", "B615", "B701", "B702",
)  # fmt: skip
"""Tests of bandit 1.9, those of the ruff rules that are selected and, of its own, B613 (text that runs backwards), B614 and B615
(models loaded from anywhere)."""

OWN = ("torch", "huggingface_hub", "transformers", "datasets")
"""Packages whose use only bandit looks into."""

MOST = 1000
"""Files of one run: all stand on the command line."""


class _Weakness(Struct, frozen=True):
    id: int = 0


class _Remark(Struct):
    filename: str
    test_id: str
    issue_text: str
    issue_severity: str
    issue_confidence: str
    line_number: int
    issue_cwe: _Weakness = _Weakness()
    col_offset: int = 0
    end_col_offset: int = 0
    line_range: list[int] = []


class _Answer(Struct):
    results: list[_Remark]


class Bandit:
    """One run of bandit."""

    def __init__(self, paths: Sequence[Path], left_out: Collection[str]) -> None:
        """Start it on at most `MOST` absolute paths, without the tests in `left_out`. Raises ToolError."""
        chosen = ",".join(code for code in SELECTION if code not in left_out)
        names = [str(path) for path in paths[:MOST]]
        self._running = Running("bandit", ["-q", "-f", "json", "--exit-zero", "-t", chosen, *names])

    def remarks(self, patience: float) -> dict[str, list[Remark]]:
        """Remarks by path. Columns are left out: bandit counts them in bytes. Raises ToolError."""
        try:
            answer = msgspec.json.decode(self._running.answer(patience), type=_Answer)
        except msgspec.MsgspecError as error:
            raise ToolError(f"answered what nobody can read ({error})") from None
        found: dict[str, list[Remark]] = {}
        for each in answer.results:
            remark = Remark(
                each.test_id,
                each.issue_text,
                each.line_number,
                end_line=max(each.line_range, default=each.line_number),
                severity=each.issue_severity,
                confidence=each.issue_confidence,
                weakness=each.issue_cwe.id,
            )
            found.setdefault(each.filename, []).append(remark)
        return found

    def stop(self) -> None:
        """End it, if it still runs."""
        self._running.stop()
