"""Untrusted text cannot act on a terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.reporters.cleaning import clean

ACTING = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(st.text(st.characters(categories=None), max_size=400), st.integers(1, 350))
def test_nothing_that_acts_is_left_and_the_length_is_bounded(text, limit):
    cleaned = clean(text, limit)
    assert len(cleaned) <= limit
    assert not {unicodedata.category(character) for character in cleaned} & ACTING


@given(st.text(st.characters(categories=None), max_size=200))
def test_cleaning_twice_is_cleaning_once(text):
    assert clean(clean(text)) == clean(text)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=300))
def test_plain_text_stays_as_it_is(text):
    assert clean(text.replace("::", ":").replace("##", "#")) == text.replace("::", ":").replace("##", "#")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("\x9b2J", "\\x9b2J"),
        ("\u202eevil\u2066", "\\u202eevil\\u2066"),
        ("\u2028\u2029\u200b\ufeff", "\\u2028\\u2029\\u200b\\ufeff"),
        ("\udc80", "\\udc80"),
        ("\U000e0041", "\\U000e0041"),
        ("a\u00a0b\u3000c", "a b c"),
        ("e\u0301", "e\u0301"),
        ("e" + "\u0301" * 4, "e\u0301\u0301\\u0301\\u0301"),
        ("app.main::Shop.get and a::b", "app.main::Shop.get and a::b"),
        ("::error::x", ":\\x3aerror::x"),
        ("a ::warning", "a :\\x3awarning"),
        ("a::error file=b::c", "a:\\x3aerror file=b::c"),
        ("#[x] ## y ##[z] ##vso[t]", "#[x] ## y #\\x23[z] #\\x23vso[t]"),
        ("café 日本語 😀", "café 日本語 😀"),
    ],
)
def test_what_becomes_of(text, shown):
    assert clean(text) == shown


def test_a_cut_is_marked():
    assert clean("x" * 400, 10) == "xxxxxxxxx…"
