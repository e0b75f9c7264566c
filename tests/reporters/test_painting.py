"""Lines never pass the width, whatever is written into them."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.model.score import Shares
from readiness.reporters.terminal.bars import bar, cells
from readiness.reporters.terminal.painting import ASCII, UNICODE, Painter, Segment, Style, Terminal, width_of

TEXTS = st.text(max_size=120)
SGR = re.compile(r"\x1b\[[0-9;]*m")
PARTS = st.lists(st.floats(0, 1), min_size=4, max_size=4)


def columns(line):
    """Columns of a line, counted in another way than the painter does."""
    return sum(
        0
        if unicodedata.category(character) in ("Mn", "Me") or unicodedata.combining(character)
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in SGR.sub("", line)
    )


@given(st.lists(TEXTS, max_size=4), st.integers(40, 130), st.booleans(), st.sampled_from(["utf-8", "ascii", "cp1252"]))
def test_a_line_is_never_wider_than_the_terminal(texts, width, color, encoding):
    painter = Painter(Terminal(width, color, encoding))
    painter.line(*[Segment(text, Style.RED) for text in texts], indent=2)
    painter.wrapped(" ".join(texts), indent=5)
    for line in painter.lines:
        assert columns(line) <= width
        line.encode(encoding)


@given(TEXTS, st.integers(1, 50))
def test_fitting_fills_exactly(text, width):
    kept = Painter(Terminal()).fit([text], width)
    assert sum(width_of(each.text) for each in kept) == width


@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=200), st.integers(2, 30))
def test_wrapping_loses_nothing(text, width):
    rows = Painter(Terminal()).rows(text, width)
    assert "".join(rows) == "".join(text.split())


def test_what_is_left_out_is_marked():
    painter = Painter(Terminal())
    assert painter.rows("one two three four five six", 9, 2) == ["one two", "three fo…"]
    assert painter.cut(["abc", "def"], 3) == (Segment("ab…"),)


@given(PARTS, st.integers(0, 120))
def test_a_bar_fills_its_width(parts, width):
    assert sum(cells(Shares(*parts), width)) == width


@given(PARTS, st.integers(4, 120))
def test_a_part_has_cells_if_and_only_if_it_is_there(parts, width):
    total = sum(parts)
    for part, count in zip(parts, cells(Shares(*parts), width), strict=True):
        if total and part > 1e-6:
            assert count > 0
        if part == 0 and total > 0:
            assert count == 0


def test_a_bar_is_drawn_in_ascii_where_blocks_cannot_be_written():
    assert "".join(each.text for each in bar(Shares(0.5, 0.1, 0.2, 0.2), 10, ASCII)) == "#####+xx.."
    assert Terminal(encoding="ascii").glyphs is ASCII
    assert Terminal(encoding="no-such-codec").glyphs is ASCII
    assert Terminal(encoding="utf-8").glyphs is UNICODE


@pytest.mark.parametrize(("width", "used"), [(10, 40), (80, 80), (300, 120)])
def test_the_width_that_is_used(width, used):
    assert Terminal(width).columns == used
