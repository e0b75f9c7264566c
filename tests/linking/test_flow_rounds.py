"""What value flow keeps while it answers one question, and what it says of what it did not read."""

from collections.abc import Callable

import pytest

from readiness.analysis import analyse_files
from readiness.linking.flow.rounds import Mark, Rounds
from readiness.model import Verdict
from readiness.plugins import load_plugins
from readiness.testing.samples import TODAY

RULE = load_plugins().rules["parameterized-queries"]


def mark(name: str) -> Mark:
    return (ord(name), 0, 0)


class Circle:
    """Questions that ask one another, by a table; counts how often each is worked out."""

    def __init__(self, asks: dict[str, str]) -> None:
        self.asks = asks
        self.worked: dict[str, int] = dict.fromkeys(asks, 0)
        self.rounds = Rounds()

    def answer(self, name: str) -> frozenset[str]:
        known = self.rounds.known((name,))
        if known is not None:
            return known[0]  # type: ignore[return-value]
        if self.rounds.again(mark(name)):
            return frozenset()

        def work() -> frozenset[str]:
            self.worked[name] += 1
            return frozenset({name}).union(*(self.answer(each) for each in self.asks[name]))

        return self.rounds.found((name,), work, None, mark(name))


def test_an_answer_is_worked_out_once() -> None:
    circle = Circle({"a": "bc", "b": "d", "c": "d", "d": ""})
    assert circle.answer("a") == set("abcd")
    assert circle.worked == {"a": 1, "b": 1, "c": 1, "d": 1}


def test_what_was_found_behind_a_cut_is_kept_while_the_question_that_was_cut_is_under_way() -> None:
    circle = Circle({"a": "bcd", "b": "x", "c": "x", "d": "x", "x": "a"})
    assert circle.answer("a") == set("abcdx")
    assert circle.worked["x"] == 1


@pytest.mark.parametrize("first", "abx")
def test_what_was_found_behind_a_cut_is_worked_out_anew_behind(first: str) -> None:
    circle = Circle({"a": "bx", "b": "x", "x": "a"})
    circle.answer(first)
    assert [circle.answer(each) for each in "abx"] == [set("abx")] * 3


def test_nothing_is_under_way_behind_a_question_that_failed() -> None:
    rounds = Rounds()

    def fails() -> None:
        raise ValueError

    with pytest.raises(ValueError):
        rounds.found(("a",), fails, None, mark("a"))
    assert rounds.depth == 0
    assert not rounds.again(mark("a"))
    assert rounds.known(("a",)) is None


def test_what_was_left_unread_is_told_to_whoever_asked_for_it() -> None:
    rounds = Rounds()

    def short() -> str:
        rounds.short = True
        return "cut"

    def inside() -> tuple[str, bool]:
        return rounds.found(("deep",), short, None), rounds.short

    assert rounds.found(("outer",), inside, None) == ("cut", True)
    rounds.short = False
    assert rounds.found(("other",), lambda: rounds.short, None) is False
    assert rounds.known(("outer",)) == (("cut", True),)
    assert rounds.short


def verdict(program: str) -> Verdict:
    findings = analyse_files({"app.py": program.encode()}, [RULE], today=TODAY).findings
    return findings[-1].verdict


def deep(first: str) -> str:
    """A text that lies deeper than is read, beside another one."""
    steps = "".join(f"    step{number} = f'{{step{number - 1}}}'\n" for number in range(1, 80))
    return (
        "import sqlite3, sys\n\nconn = sqlite3.connect('deep.db')\n\n\ndef run(given):\n    step0 = given\n"
        + steps
        + f"    conn.execute(f'SELECT * FROM {{{first}}} WHERE n = {{step79}}')\n"
    )


@pytest.mark.parametrize(
    ("first", "said"),
    [
        pytest.param("'ships'", Verdict.UNSURE, id="a fixed name"),
        pytest.param("sys.argv[1]", Verdict.FAILS, id="a name from outside"),
    ],
)
def test_what_comes_from_outside_fails_whatever_was_left_unread(first: str, said: Verdict) -> None:
    assert verdict(deep(first)) is said


def lengthened(statements: int, added: Callable[[int], str]) -> str:
    body = "".join(
        f"        if word > '{number}':\n            text += {added(number)}\n" for number in range(statements)
    )
    return (
        "import sqlite3, sys\n\nconn = sqlite3.connect('long.db')\n\n\ndef run():\n    text = 'SELECT * FROM ships WHERE 1'\n"
        f"    for word in sys.argv:\n{body}    conn.execute(text)\n"
    )


@pytest.mark.parametrize(
    ("added", "said"),
    [
        pytest.param(lambda number: f"' AND n{number} = 1'", Verdict.PASSES, id="fixed"),
        pytest.param(lambda number: "' AND n = 1'" if number else "word", Verdict.FAILS, id="once from outside"),
    ],
)
def test_a_loop_that_lengthens_a_text_in_many_places_is_read_to_its_end(
    added: Callable[[int], str], said: Verdict
) -> None:
    assert verdict(lengthened(40, added)) is said
