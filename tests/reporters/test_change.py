"""A change as a screen and as Markdown: what stands first, what is counted, and that hostile text stays text."""

import re

import msgspec
import pytest

from readiness.model import Confidence, Finding, Scope, Severity, Span, Verdict
from readiness.model.inventory import Endpoint
from readiness.model.report import (
    Change,
    ChangeTally,
    DeviationState,
    EndpointChange,
    Report,
    ScoreChange,
    WorseFinding,
)
from readiness.reporters import markdown
from readiness.reporters.markdown_change import change_lines
from readiness.reporters.terminal import Terminal, render

HOSTILE = "\x1b[31m<img src=x>\n::error::owned\n| cell | [a](http://evil.example) @admin `x`"


def failure(message: str = "wrong", line: int = 3, **more: object) -> Finding:
    return Finding(
        rule="paginated-lists", verdict=Verdict.FAILS, severity=Severity.MAJOR, confidence=Confidence.HIGH,
        span=Span("app/main.py", line), symbol="app.main::f", message=message, scope=Scope.SERVICE, **more,
    )  # fmt: skip


def endpoint(path: str = "/orders") -> Endpoint:
    return Endpoint(
        method="GET", path=path, handler="app.main::f", file="app/main.py", line=3, service="", framework="FastAPI"
    )


def change(**fields: object) -> Change:
    empty: dict[str, object] = dict.fromkeys(("new", "worse", "lost", "fixed", "endpoints", "scores", "expired"), ())
    return Change(**{"base": "abcdef1234567890", "name": "main", **empty, **fields})  # type: ignore[arg-type]


@pytest.fixture
def report(samples) -> Report:
    return samples.trouble()


def screen(report: Report, change: Change) -> str:
    return render(msgspec.structs.replace(report, change=change), Terminal(width=100))


def test_the_screen_counts_what_the_change_brings(report):
    shown = screen(report, change(new=(failure(),), lost=(failure(),), fixed=(failure(), failure())))
    assert "1 new failure, 1 no longer decided, 2 mended" in shown


def test_the_first_screen_of_the_whole_is_left_out(report):
    assert "Fix first" not in screen(report, change())


def test_what_is_staged_is_called_so(report):
    assert screen(report, change(name="")).startswith("What is staged, against abcdef1234")


def test_a_score_stands_before_and_after(report):
    shown = screen(report, change(scores=(ScoreChange("shop", 61.24, 58.1, "C", "D"),)))
    assert "score 61.2 to 58.1 by the same rules, grade C to D" in shown


def test_an_endpoint_says_what_it_lacks(report):
    touched = EndpointChange("added", endpoint(), ("test", "bound"))
    assert "added     GET /orders  without test and bound" in screen(report, change(endpoints=(touched,)))


def test_beyond_fifteen_findings_the_rest_is_counted(report):
    shown = screen(report, change(new=tuple(failure(line=number) for number in range(1, 21))))
    assert (shown.count("paginated-lists"), "and 5 more" in shown) == (15, True)


def test_a_deviation_that_expired_is_named(report):
    state = DeviationState(
        id="DEV-1", rule="paginated-lists", where="app", reason="", owner="@a", until="2026-05-01",
        recorded=Span("deviations.toml", 1), state="expired", kind="accepted", findings=1,
    )  # fmt: skip
    assert "the deviation DEV-1 of paginated-lists has expired: 2026-05-01" in screen(report, change(expired=(state,)))


def test_markdown_has_the_numbers_in_a_table():
    worse = WorseFinding(failure(), Severity.MINOR)
    lines = list(
        change_lines(change(new=(failure(),), worse=(worse,), scores=(ScoreChange("shop", 61.24, 58.1, "C", "D"),)))
    )
    assert "| 1 | 1 | 0 | 0 | 61.2 to 58.1 |" in lines


def test_markdown_marks_what_the_baseline_knows():
    assert any("(major, known to the baseline)" in line for line in change_lines(change(new=(failure(known=True),))))


def hostile() -> Change:
    return change(
        name=HOSTILE,
        new=(failure(HOSTILE),),
        worse=(WorseFinding(failure(HOSTILE), Severity.MINOR),),
        lost=(failure(HOSTILE),),
        fixed=(failure(HOSTILE),),
        endpoints=(EndpointChange("added", endpoint(HOSTILE), ("test",)),),
        scores=(ScoreChange(HOSTILE, 1, 2, "E", "E"), ScoreChange(HOSTILE, 1, 2, "E", "E")),
    )


def test_no_text_reaches_the_terminal_as_a_command(report):
    shown = screen(report, hostile())
    assert ("\x1b" in shown, re.findall(r"^::error", shown, re.MULTILINE)) == (False, [])


def test_no_text_becomes_markup(report):
    text = markdown.render(msgspec.structs.replace(report, change=hostile()))
    bare = re.sub(r"`[^`\n]+`", "", text)
    assert (re.findall(r"<img|\]\(http|@admin", bare), re.findall(r"^::error", text, re.MULTILINE)) == ([], [])


def tally(**fields: object) -> ChangeTally:
    numbers: dict[str, object] = {"passed": 14, "known": 15, "unsure": 0}
    return ChangeTally(rule="covered-changes", phrase="changed statements are run by tests", **numbers | fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (tally(), "14 of 15 changed statements are run by tests"),
        (
            tally(unsure=3, reason="no data"),
            "14 of 15 changed statements are run by tests; of 3 more it is not known: no data",
        ),
        (
            tally(passed=0, known=0, unsure=3, reason="no data"),
            "whether changed statements are run by tests is not known (3 sites): no data",
        ),
    ],
    ids=["known", "partly", "nothing"],
)
def test_what_is_said_of_the_change_alone_is_counted(report: Report, found: ChangeTally, said: str) -> None:
    assert said in screen(report, change(tallies=(found,))).replace("\n ", "")
    assert f"- {said}" in "\n".join(change_lines(change(tallies=(found,))))


def test_a_hostile_reason_stays_text(report: Report) -> None:
    shown = "\n".join(change_lines(change(tallies=(tally(unsure=1, reason=HOSTILE),))))
    assert "<img" not in shown and "\n::error" not in shown
    assert "\x1b[31m" not in screen(report, change(tallies=(tally(unsure=1, reason=HOSTILE),)))


def test_how_sure_a_new_failure_is_stands_beside_it(report):
    found = msgspec.structs.replace(failure(), confidence=Confidence.MEDIUM)
    assert "paginated-lists  medium confidence" in screen(report, change(new=(found,)))
    assert "(major, medium confidence)" in "\n".join(change_lines(change(new=(found,))))


def test_suppressions_of_the_whole_are_no_matter_of_a_change(report):
    whole = msgspec.structs.replace(report, suppressions=(("noqa", 3, 2),))
    assert "suppressions in the code" in render(whole, Terminal(width=100))
    assert "suppressions in the code" not in screen(whole, change())


@pytest.mark.parametrize(
    ("lacking", "whole", "said"),
    [
        (0, 2, "2 endpoints touched."),
        (1, 1, "1 endpoint touched, which lacks something:"),
        (1, 2, "2 endpoints touched, one of which lacks something:"),
        (2, 3, "3 endpoints touched, 2 of which lack something:"),
    ],
)
def test_endpoints_are_counted_in_a_sentence(lacking, whole, said):
    touched = tuple(EndpointChange("added", endpoint(), ("test",) if each < lacking else ()) for each in range(whole))
    assert said in list(change_lines(change(endpoints=touched)))


def test_a_base_that_is_named_by_its_commit_is_named_once(report):
    assert next(iter(change_lines(change(name="abcdef1234567890")))) == "**The change since `abcdef1234`**"


def test_in_one_line_the_change_comes_first(report):
    shown = render(
        msgspec.structs.replace(report, change=change(new=(failure(),), fixed=(failure(),))),
        Terminal(100),
        verbosity=-1,
    )
    assert shown.splitlines()[0] == "The change since main (from abcdef1234): 1 new failure, 1 mended"


@pytest.mark.parametrize(
    ("name", "new", "command"),
    [
        ("main", (), ""),
        ("main", (failure(),), "readiness fix --diff"),
        ("", (failure(),), "readiness fix --staged --diff"),
    ],
    ids=["nothing new", "a branch", "what is staged"],
)
def test_beside_a_change_only_its_own_repairs_are_offered(report, name, new, command):
    mendable = tuple(msgspec.structs.replace(each, fix="adds a limit") for each in report.rules)
    shown = screen(msgspec.structs.replace(report, rules=mendable), change(name=name, new=new))
    assert (("readiness fix" in shown), command in shown) == (bool(command), True)


def test_nothing_staged_is_said_to_be_that(report):
    empty = msgspec.structs.replace(report, files=0, services=(), findings=())
    assert "Nothing is staged" in screen(empty, change(name=""))
    assert "Nothing is staged" not in screen(empty, change(name="main"))
