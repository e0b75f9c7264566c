"""Comments that silence tools: what they silence, why, until when, and which lines they speak about."""

from datetime import date

import pytest

from readiness.analysis import analyse_files
from readiness.libraries.suppressions.directive import directive_in
from readiness.libraries.suppressions.foreign import is_reason, reason_beside, silencers
from readiness.model import DeviationRecord, Suppression

TODAY = date(2026, 6, 1)
WHOLE = "readiness: ignore[paginated-lists] until=2026-12-01 owner=@orders -- at most 20 warehouses exist"


def suppressions(text: str, path: str = "app.py") -> list[Suppression]:
    return list(analyse_files({path: text.encode()}, [], today=TODAY).project.each(Suppression))


def records(text: str) -> list[DeviationRecord]:
    return list(analyse_files({"app.py": text.encode()}, [], today=TODAY).project.each(DeviationRecord))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("noqa", [("noqa", ())]),
        ("NOQA", [("noqa", ())]),
        ("noqa: E501", [("noqa", ("E501",))]),
        ("noqa:E501,W291", [("noqa", ("E501", "W291"))]),
        ("noqa: F403 F401", [("noqa", ("F403", "F401"))]),
        ("noqa : E501", [("noqa", ("E501",))]),
        ("noqa E711", [("noqa", ())]),
        ("noqa: because the table is small", [("noqa", ())]),
        ("type: ignore", [("type: ignore", ())]),
        ("type:ignore[attr-defined, misc]", [("type: ignore", ("attr-defined", "misc"))]),
        ("type: ignored", []),
        ("pyright: ignore[reportCallIssue]", [("pyright", ("reportCallIssue",))]),
        ("pylint: disable=too-many-args,W0613", [("pylint", ("too-many-args", "W0613"))]),
        ("pylint: enable=W0613", []),
        ("nosec", [("nosec", ())]),
        ("nosec B602, B607", [("nosec", ("B602", "B607"))]),
        ("nosec: B602", [("nosec", ("B602",))]),
        ("nosec subprocess_popen_with_shell_equals_true", [("nosec", ("subprocess_popen_with_shell_equals_true",))]),
        ("nosec the input is a constant", [("nosec", ())]),
        ("nosemgrep: python.lang.audit, other-id", [("nosemgrep", ("python.lang.audit", "other-id"))]),
        ("pragma: no cover", [("pragma: no cover", ())]),
        ("pragma: nocover", [("pragma: no cover", ())]),
        ("pragma: once", []),
        ("mypy: ignore-errors", [("mypy", ())]),
        ("ruff: ignore[F401]", [("ruff", ("F401",))]),
        ("ruff: isort: skip_file", []),
        ("type: ignore[misc] # noqa: E501", [("type: ignore", ("misc",)), ("noqa", ("E501",))]),
        ("noqa: E501 pylint: disable=line-too-long", [("noqa", ("E501",)), ("pylint", ("line-too-long",))]),
        ("why it is so # noqa: E501", [("noqa", ("E501",))]),
        ("the noqa below is right", []),
        ("", []),
    ],
)
def test_silencers_are_read_as_their_tools_read_them(text: str, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    assert [(each.tool, each.codes) for each in silencers(text)] == expected


@pytest.mark.parametrize(
    "text", ["ruff: noqa", "ruff: noqa: F401", "flake8: noqa", "mypy: ignore-errors", "pylint: skip-file"]
)
def test_some_silencers_hold_for_the_whole_file(text: str) -> None:
    assert silencers(text)[0].whole_file


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("noqa: F401 -- registers the handlers", "registers the handlers"),
        ("noqa: F401 - registers the handlers", "registers the handlers"),
        ("noqa: F401: registers the handlers", "registers the handlers"),
        ("noqa: F401 (registers the handlers)", "registers the handlers"),
        ("noqa: F401 # registers the handlers", "registers the handlers"),
        ("registers the handlers # noqa: F401", "registers the handlers"),
        ("type: ignore[misc] # the stubs lack it # noqa: E501", "the stubs lack it"),
        ("noqa: F401 -- see https://tracker.example/1", "see https://tracker.example/1"),
        ("noqa: F401 -- needed", ""),
        ("noqa: F401 lgtm[py/unused-import]", ""),
        ("noqa: F401 -- 1 2 3", ""),
        ("noqa: F401", ""),
    ],
)
def test_a_reason_is_three_words_beside_the_mark(text: str, reason: str) -> None:
    assert reason_beside(text, silencers(text)) == reason


def test_words_are_counted_in_scripts_without_spaces() -> None:
    assert is_reason("登録のために必要")
    assert not is_reason("登録")


def test_a_whole_directive_has_no_problem() -> None:
    directive = directive_in(WHOLE, TODAY)
    assert directive is not None
    assert (directive.rules, directive.until, directive.owner) == (("paginated-lists",), date(2026, 12, 1), "@orders")
    assert (directive.reason, directive.problem) == ("at most 20 warehouses exist", "")


def test_a_directive_may_name_several_rules_and_turn_its_settings_round() -> None:
    text = "readiness: ignore[a-b , c-d,a-b] owner=@orders until=2026-12-01 -- at most 20 warehouses exist"
    directive = directive_in(text, TODAY)
    assert directive is not None
    assert (directive.rules, directive.problem) == (("a-b", "c-d"), "")


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        (" owner=@orders", "", "the owner is missing"),
        ("owner=@orders", "owner=", "the owner is missing"),
        (" until=2026-12-01", "", "the date is missing"),
        ("2026-12-01", "2026-13-01", "'2026-13-01' is no date"),
        ("2026-12-01", "2026-W10-1", "'2026-W10-1' is no date"),
        ("2026-12-01", "20261201", "'20261201' is no date"),
        ("2026-12-01", "2027-06-02", "more than 365 days away"),
        ("until=2026-12-01", "until=2026-12-01 until=2026-12-02", "until is given twice"),
        ("until", "untill", "'untill=2026-12-01' is not understood; did you mean until=?"),
        (" -- at most 20 warehouses exist", "", "the reason is missing"),
        ("at most 20 warehouses exist", "small table", "fewer than 3 words"),
        ("[paginated-lists]", "[]", "it names no rule"),
        ("[paginated-lists]", "[paginated_lists]", "'paginated_lists' is no rule's id"),
        ("[paginated-lists]", "[*]", "'*' is no rule's id"),
        ("[paginated-lists]", "[paginated-lists", "the bracket is not closed"),
        ("[paginated-lists]", "", "it names no rule"),
        ("ignore[", "noqa[", "'noqa' is no word of ours"),
    ],
)
def test_a_mistake_in_a_directive_is_named(before: str, after: str, problem: str) -> None:
    directive = directive_in(WHOLE.replace(before, after, 1), TODAY)
    assert directive is not None
    assert problem in directive.problem


@pytest.mark.parametrize(
    "text",
    [
        "readiness: probes wait for the database",
        "readiness: ignored by the balancer",
        "readiness: ignore what the balancer says",
        "readiness:",
        "about readiness: ignore[x]",
    ],
)
def test_a_sentence_about_readiness_is_no_directive(text: str) -> None:
    assert directive_in(text, TODAY) is None


@pytest.mark.parametrize(
    ("lines", "covered"),
    [
        ([f"# {WHOLE}", "x = load(", "    1,", ")", "y = 1"], (2, 4)),
        (["x = load(", f"    1,  # {WHOLE}", ")", "y = 1"], (1, 3)),
        (["x = load(", f"    # {WHOLE}", "    1,", ")", "y = 1"], (1, 4)),
        (["x = 1", f"y = 2  # {WHOLE}"], (2, 2)),
        ([f"# {WHOLE}", "@get('/')", "@cached", "def items(", "    page,", "):", "    return 1"], (2, 5)),
        (["@get('/')", f"@cached  # {WHOLE}", "def items():", "    return 1"], (1, 3)),
        (["@get('/')", f"# {WHOLE}", "def items():", "    return 1"], (1, 3)),
        ([f"# {WHOLE}", "# another comment", "", "x = 1"], (4, 4)),
        (["try:", "    f()", f"# {WHOLE}", "except Exception:", "    pass"], (4, 4)),
        (["try:", "    f()", f"except Exception:  # {WHOLE}", "    pass"], (3, 3)),
        (["class A:", f"    # {WHOLE}", "    x = 1", "    y = 2"], (3, 3)),
        (["with a() as b:", f"    c(b)  # {WHOLE}", "    d(b)"], (2, 2)),
        ([f"for a in b:  # {WHOLE}", "    c(a)"], (1, 1)),
        (["x = 1", f"# {WHOLE}"], (2, 2)),
    ],
)
def test_a_directive_covers_one_logical_statement(lines: list[str], covered: tuple[int, int]) -> None:
    (record,) = records("\n".join(lines) + "\n")
    assert record.covers == covered


def test_a_directive_above_a_decorator_reaches_the_line_of_the_function() -> None:
    text = f"@first\n# {WHOLE}\n@second\nasync def items():\n    return 1\n"
    (record,) = records(text)
    assert record.covers[0] <= 4 <= record.covers[1]


def test_each_rule_of_a_directive_is_a_record() -> None:
    found = records(f"x = 1  # {WHOLE.replace('[', '[bounded-reads, ')}\n")
    assert [(each.rule, each.state, each.recorded, each.id) for each in found] == [
        ("bounded-reads", "current", "directive", "app.py:1"),
        ("paginated-lists", "current", "directive", "app.py:1"),
    ]


@pytest.mark.parametrize(
    ("until", "state"), [("2026-06-01", "current"), ("2026-05-31", "expired"), ("soon", "malformed")]
)
def test_the_state_of_a_directive_follows_its_date(until: str, state: str) -> None:
    (record,) = records(f"x = 1  # {WHOLE.replace('2026-12-01', until)}\n")
    assert record.state == state


def test_a_directive_and_another_mark_share_a_comment() -> None:
    after = suppressions(f"x = 1  # {WHOLE}  # noqa: E501\n")
    before = suppressions(f"x = 1  # noqa: E501  # {WHOLE}\n")
    assert {each.tool for each in after} == {each.tool for each in before} == {"readiness", "noqa"}
    assert {each.reason for each in after if each.tool == "readiness"} == {"at most 20 warehouses exist"}
    assert all(not each.problem for each in (*after, *before))


def test_a_reason_may_name_a_ticket() -> None:
    (found,) = suppressions(f"x = 1  # {WHOLE}, see #441\n")
    assert found.reason == "at most 20 warehouses exist, see #441"


def test_marks_in_strings_are_none() -> None:
    assert suppressions(f'x = "# noqa"\ny = """\n# {WHOLE}\n"""\n') == []


def test_a_suppression_knows_its_function() -> None:
    (found,) = suppressions("class A:\n    def f(self):\n        return 1  # noqa\n")
    assert found.symbol == "app::A.f"
    (after,) = suppressions("class A:\n    def f(self):\n        return 1\n\n\nx = 1  # noqa\n")
    assert after.symbol == "app"


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("# type: ignore\nimport a\n", True),
        ("import a\n# type: ignore\nimport b\n", False),
        ("import a  # type: ignore\n", False),
        ("import a\n# pylint: disable=invalid-name\nimport b\n", True),
        ("def f():\n    # pylint: disable=invalid-name\n    return 1\n", False),
    ],
)
def test_a_mark_above_all_code_holds_for_the_file(text: str, whole: bool) -> None:
    assert suppressions(text)[0].whole_file is whole


def test_a_file_full_of_marks_is_read_in_linear_time() -> None:
    lines = "x = 1  # noqa\n" * 20_000
    assert len(suppressions(lines)) == 20_000
