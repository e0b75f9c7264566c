"""Regular expressions, and whether what they let through can write SQL."""

import re
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.languages.python.patterns import (
    anchored,
    ended,
    harmless_pattern,
    open_pattern,
    read_pattern,
    removes_harm,
)

HARMLESS = [
    r"\w+", "[a-z_]+", "URS[0-9A-Fa-f]{10}", r"\d{4}-\d\d-\d\d \d\d:\d\d", r"[\w-]+", "(asc|desc)", r"(?:\d+,)*\d+",
    r"(?P<year>\d{4})/(?P=year)", r"(?<=FROM )\w+\.\w+", r"[]a]", r"(?i:[a-f]+)", "[à-ü]+",
]  # fmt: skip
HARMFUL = [
    ".+", r"\S+", "[^/]+", r"[\w ]+", r"[\w'-]+", r"\w+;", r"[A-z]+", r"(\w+|.*)", r"\W", r"[\s\d]+\w", r"\w+ or \w+", "",
]  # fmt: skip
WRITTEN = st.text("\\wdsWDS.[]^-()?:P<>=!|*+{},0123456789ab' $\"", max_size=24)


@pytest.mark.parametrize("pattern", HARMLESS)
def test_letters_digits_and_signs_between_them_do_no_harm(pattern: str) -> None:
    assert harmless_pattern(pattern, whole=True)


@pytest.mark.parametrize("pattern", [each for each in HARMFUL if each])
def test_quotes_white_space_and_brackets_do_harm(pattern: str) -> None:
    assert not harmless_pattern(pattern, whole=True)


@pytest.mark.parametrize("pattern", [r"\w+(", "[a", r"a)b", "(?", "(" * 40 + r"\w" + ")" * 40, r"\w" * 300])
def test_what_cannot_be_read_or_is_too_long_says_nothing(pattern: str) -> None:
    assert not harmless_pattern(pattern, whole=True)


@pytest.mark.parametrize(
    ("pattern", "held"), [(r"^\w+$", True), (r"\w+\Z", True), (r"^\w+", False), (r"^\w+\$", False)]
)
def test_what_is_matched_from_the_start_has_to_say_where_it_ends(pattern: str, held: bool) -> None:
    assert harmless_pattern(pattern, whole=False) is held


@pytest.mark.parametrize("pattern", [r"^new|old$", r"(?m)^\w+$"])
def test_an_end_of_one_branch_or_of_one_line_is_none(pattern: str) -> None:
    assert not ended(pattern)


def test_an_anchor_holds_for_every_branch() -> None:
    assert anchored(r"^(new|old)$")
    assert anchored(r"(?i)\Anew")
    assert not anchored(r"^new|old")
    assert not anchored("new")


def test_groups_are_known_by_number_and_by_name() -> None:
    read = read_pattern(r"(?P<kind>\w+):(.+)")
    assert read is not None
    assert {name: signs.harmless for name, signs in read.groups.items()} == {"1": True, "kind": True, "2": False}


@pytest.mark.parametrize(
    ("pattern", "held"),
    [(r"\W+", True), (r"[^\w]", True), (r"[^a-z0-9_]+", True), (r"[^\w ]", False), (r"\s", False), ("'", False)],
)
def test_what_is_left_when_matches_are_cut_out(pattern: str, held: bool) -> None:
    assert removes_harm(pattern) is held


def test_one_repeated_part_that_takes_quotes_and_spaces_is_open() -> None:
    assert open_pattern(r"[\w ']+")
    assert not open_pattern(r"[\w ]+")


@given(pattern=WRITTEN, text=st.text("ab1' \"();,-", max_size=6))
def test_a_harmless_expression_matches_no_quote_and_no_bracket(pattern: str, text: str) -> None:
    if not harmless_pattern(pattern, whole=True):
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = re.fullmatch(pattern, text)
    except (re.error, RecursionError, OverflowError):
        return
    assert found is None or not set(text) & set("'\"();")


@given(pattern=WRITTEN)
def test_any_text_can_be_read_as_an_expression(pattern: str) -> None:
    read = read_pattern(pattern)
    assert read is None or read.count >= 0
