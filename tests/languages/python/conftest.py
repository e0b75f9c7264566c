"""Fixtures of the Python front end's tests."""

from collections.abc import Callable
from textwrap import dedent

import pytest

from readiness.languages.python import read
from readiness.model.summary import Call, Name, Summary

Summarise = Callable[[str], Summary]
CallOf = Callable[[Summary, str], Call]


@pytest.fixture(name="summary")
def fixture_summary() -> Summarise:
    """The summary of readable text."""

    def summarise(text: str) -> Summary:
        reading = read(dedent(text).encode())
        assert reading.summary is not None, reading.problem
        return reading.summary

    return summarise


@pytest.fixture(name="call")
def fixture_call() -> CallOf:
    """The only call of this name."""

    def find(found: Summary, name: str) -> Call:
        (one,) = [each for each in found.calls if each.callee == Name(name)]
        return one

    return find
