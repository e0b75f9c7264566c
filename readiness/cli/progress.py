"""Steps of a scan in, a single line on stderr out that is rewritten and then removed. Only on a terminal, never in CI."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

Progress = Callable[[str, int, int], None]
INTERVAL = 0.1
"""Seconds between two drawings."""
DELAY = 0.5
"""Seconds before the first one: a quick scan shows nothing."""


@contextmanager
def progress_line(stream: TextIO, environment: Mapping[str, str], *, quiet: bool) -> Iterator[Progress | None]:
    """A function that takes stage, done and total, or None where no progress is to be shown."""
    if quiet or environment.get("CI") or environment.get("TERM") == "dumb" or not stream.isatty():
        yield None
        return
    line = ProgressLine(stream)
    try:
        yield line.step
    finally:
        line.clear()


class ProgressLine:
    """The line: it draws itself at most ten times a second."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._next = clock() + DELAY
        self._drawn = False

    def step(self, stage: str, done: int, total: int) -> None:
        """Show that `done` of `total` steps of a stage are done; a total of 0 is not known."""
        now = self._clock()
        if now < self._next:
            return
        self._next = now + INTERVAL
        count = f" {done:,} of {total:,}" if total > 0 else ""
        self._write(f"\r\x1b[K{stage}{count}"[:60])
        self._drawn = True

    def clear(self) -> None:
        """Take the line away."""
        if self._drawn:
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            # Progress is a courtesy: a terminal that went away must not end the scan.
            self._next = float("inf")
