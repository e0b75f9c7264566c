"""Progress: only on a terminal, never in CI, and it leaves nothing behind."""

import io

import pytest

from readiness.cli.options import wants_color
from readiness.cli.progress import ProgressLine, progress_line


class Screen(io.StringIO):
    def __init__(self, tty: bool = True) -> None:
        super().__init__()
        self._tty = tty

    def isatty(self) -> bool:
        return self._tty


@pytest.mark.parametrize(
    ("tty", "environment", "quiet", "shown"),
    [
        (True, {}, False, True),
        (False, {}, False, False),
        (True, {"CI": "true"}, False, False),
        (True, {"TERM": "dumb"}, False, False),
        (True, {}, True, False),
    ],
)
def test_when_it_is_shown(tty, environment, quiet, shown):
    with progress_line(Screen(tty), environment, quiet=quiet) as progress:
        assert (progress is not None) is shown


def test_it_is_one_line_that_is_rewritten_and_removed():
    screen = Screen()
    times = iter([0.0, 0.1, 1.0, 1.01, 2.0])
    line = ProgressLine(screen, lambda: next(times))
    line.step("extract", 1, 4000)
    assert screen.getvalue() == ""
    line.step("extract", 1200, 4000)
    line.step("extract", 1201, 4000)
    line.step("judge", 0, 0)
    line.clear()
    assert screen.getvalue() == "\r\x1b[Kextract 1,200 of 4,000\r\x1b[Kjudge\r\x1b[K"


def test_a_terminal_that_went_away_does_not_end_the_scan():
    screen = Screen()
    line = ProgressLine(screen, iter([0.0, 9.0, 10.0]).__next__)
    screen.close()
    line.step("extract", 1, 2)
    line.step("extract", 2, 2)
    line.clear()
    assert screen.closed


@pytest.mark.parametrize(
    ("choice", "tty", "environment", "colored"),
    [
        ("always", False, {"NO_COLOR": "1"}, True),
        ("never", True, {"FORCE_COLOR": "1"}, False),
        ("auto", True, {}, True),
        ("auto", False, {}, False),
        ("auto", True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("auto", False, {"FORCE_COLOR": "1"}, True),
        ("auto", False, {"CLICOLOR_FORCE": "1"}, True),
        ("auto", False, {"FORCE_COLOR": "0"}, False),
        ("auto", True, {"TERM": "dumb"}, False),
    ],
)
def test_what_decides_about_color(choice, tty, environment, colored):
    assert wants_color(choice, tty=tty, environment=environment) is colored
