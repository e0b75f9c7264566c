"""What a baseline accepts, what it does not, and what a broken one is told."""

import ast
import json
from datetime import date
from pathlib import Path
from textwrap import indent

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.analysis import analyse_files
from readiness.assembling import rule_infos
from readiness.cli import main
from readiness.comparing.baseline import Baseline, applied, of, place_of, pruned, read, updated, written
from readiness.errors import ReadinessError
from readiness.model import Problem, Report, Rule, Stage
from readiness.plugins import load_plugins

RULES = load_plugins().rules
CHOSEN = [RULES[name] for name in ("parameterized-queries", "calls-have-timeouts", "no-swallowed-exceptions")]
FLAWS = (
    'requests.get("https://other.example/" + str(number))',
    'sqlite3.connect("shop.db").execute(f"SELECT * FROM orders WHERE name = \'{number}\'")',
    "try:\n    work()\nexcept Exception:\n    pass",
    'requests.post("https://other.example", json=number)',
)
CALM = "total = 1 + 1"
HEAD = "import sqlite3\nimport requests\n\n\ndef work():\n    return 1\n"


def report_of(files: dict[str, str], rules: list[Rule] = CHOSEN, problems: tuple[Problem, ...] = ()) -> Report:
    analysis = analyse_files({path: text.encode() for path, text in files.items()}, rules, today=date(2026, 6, 1))
    return Report(
        tool_version="1.0",
        checklist="production-readiness",
        checklist_version="1",
        checklist_title="",
        root="shop",
        today="2026-06-01",
        findings=analysis.findings,
        rules=rule_infos(rules, {}),
        problems=problems,
    )


def module(*functions: tuple[str, tuple[str, ...]]) -> str:
    return HEAD + "".join(
        f"\n\ndef {name}(number):\n{indent(chr(10).join(body), '    ')}\n" for name, body in functions
    )


def new(baseline: Baseline, report: Report) -> list[str]:
    return [each.rule for each in applied(baseline, report, "b").findings if each.verdict == "fails" and not each.known]


ONE = {"app/orders.py": module(("ask", FLAWS[:2]))}


def test_what_was_there_is_known() -> None:
    assert new(of(report_of(ONE)), report_of(ONE)) == []


def test_what_comes_later_is_new() -> None:
    later = {"app/orders.py": module(("ask", FLAWS[:3]))}
    assert new(of(report_of(ONE)), report_of(later)) == ["no-swallowed-exceptions"]


def test_a_second_copy_of_a_known_flaw_is_new() -> None:
    later = {"app/orders.py": module(("ask", (*FLAWS[:2], FLAWS[0])))}
    assert new(of(report_of(ONE)), report_of(later)) == ["calls-have-timeouts"]


def test_the_score_of_a_report_is_left_alone() -> None:
    report = report_of(ONE)
    assert applied(of(report), report, "b").services == report.services


def test_what_is_mended_is_counted_as_gone() -> None:
    later = {"app/orders.py": module(("ask", FLAWS[:1]))}
    use = applied(of(report_of(ONE)), report_of(later), "b").baseline
    assert use is not None
    assert (use.known, use.gone, use.gone_places[0][:2]) == (1, 1, ("parameterized-queries", "app/orders.py"))


def test_after_pruning_a_mended_flaw_cannot_come_back() -> None:
    mended = report_of({"app/orders.py": module(("ask", FLAWS[:1]))})
    assert new(pruned(of(report_of(ONE)), mended), report_of(ONE)) == ["parameterized-queries"]


def test_pruning_accepts_nothing_new() -> None:
    later = report_of({"app/orders.py": module(("ask", FLAWS[:3]))})
    assert new(pruned(of(report_of(ONE)), later), later) == ["no-swallowed-exceptions"]


def test_updating_accepts_what_is_new_and_drops_what_is_gone() -> None:
    later = report_of({"app/orders.py": module(("ask", FLAWS[2:]))})
    assert {entry.rule for entry in updated(of(report_of(ONE)), later).findings} == {
        "no-swallowed-exceptions",
        "calls-have-timeouts",
    }


def test_failures_of_a_rule_that_came_later_do_not_fail_yet() -> None:
    use = applied(of(report_of(ONE, CHOSEN[1:])), report_of(ONE), "b").baseline
    assert use is not None
    assert (use.newer, use.newer_rules) == (1, ("parameterized-queries",))


def test_a_rule_that_was_not_asked_is_not_taken_for_mended() -> None:
    use = applied(of(report_of(ONE)), report_of(ONE, CHOSEN[:1]), "b").baseline
    assert use is not None
    assert use.gone == 0


def test_a_file_that_could_not_be_read_is_not_taken_for_mended() -> None:
    broken = report_of({}, problems=(Problem(Stage.EXTRACT, "app/orders.py", "cannot be read"),))
    use = applied(of(report_of(ONE)), broken, "b").baseline
    assert use is not None
    assert use.gone == 0


@pytest.mark.parametrize("change", [pruned, updated])
def test_entries_of_which_nothing_is_known_stay(change: object) -> None:
    before = of(report_of(ONE))
    broken = report_of({}, problems=(Problem(Stage.EXTRACT, "app/orders.py", "cannot be read"),))
    assert change(before, broken).findings == before.findings  # type: ignore[operator]


def test_a_file_reads_back_as_it_was_written(tmp_path: Path) -> None:
    baseline = of(report_of(ONE))
    (tmp_path / "b.json").write_bytes(written(baseline))
    assert read(tmp_path / "b.json") == baseline


def test_the_file_holds_no_line_numbers() -> None:
    moved = {"app/orders.py": ONE["app/orders.py"].replace("def work", "\n\n\n\n# more\ndef work")}
    assert written(of(report_of(ONE))) == written(of(report_of(moved)))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"schema_name":"readiness/baseline/v9","tool":"1","checklist":"c","rules":[],"findings":[]}',
        b'{"schema_name":"readiness/baseline/v1","tool":"1","checklist":"c","rules":[],"findings":[{"rule":"r","path":"p","symbol":"","mark":"","count":0}]}',
    ],
)
def test_what_is_no_baseline_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.json").write_bytes(content)
    with pytest.raises(ReadinessError, match="anew"):
        read(tmp_path / "b.json")


def test_an_entry_that_claims_a_million_findings_costs_nothing() -> None:
    baseline = of(report_of(ONE))
    huge = Baseline(
        schema_name=baseline.schema_name,
        tool="1",
        checklist="c",
        rules=baseline.rules,
        findings=tuple(type(each)(each.rule, each.path, each.symbol, each.mark, 10**15) for each in baseline.findings),
    )
    assert new(huge, report_of(ONE)) == []


def test_a_configuration_cannot_lead_out_of_the_project(tmp_path: Path) -> None:
    with pytest.raises(ReadinessError, match="leads out"):
        place_of(tmp_path, "../../etc/passwd", None)


bodies = st.lists(st.sampled_from(FLAWS), min_size=1, max_size=3, unique=True)
functions = st.lists(bodies, min_size=1, max_size=4)


@st.composite
def refactored(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, str]]:
    """A project, and the same after what a team does to its code without touching a flaw."""
    bodies = draw(functions)
    before = [(f"ask_{number}", tuple(body)) for number, body in enumerate(bodies)]
    after = draw(st.permutations(before))
    renamed = draw(st.booleans())
    path = draw(st.sampled_from(["app/orders.py", "app/purchases.py"]))
    grown = [
        (f"{name}_now" if renamed else name, (CALM, *body) if draw(st.booleans()) else body) for name, body in after
    ]
    cut = draw(st.integers(0, len(grown)))
    files = {path: module(*grown[cut:]), "app/more.py": module(*grown[:cut])}
    if draw(st.booleans()):
        files = {name: ast.unparse(ast.parse(text)) for name, text in files.items()}
    if draw(st.booleans()):
        files = {name: text.replace("requests.get(", "requests.get(\n        ") for name, text in files.items()}

    return {"app/orders.py": module(*before)}, files


@settings(max_examples=25, deadline=None)
@given(refactored())
def test_refactoring_makes_nothing_new_and_mends_nothing(states: tuple[dict[str, str], dict[str, str]]) -> None:
    before, after = states
    baseline, report = of(report_of(before)), report_of(after)
    use = applied(baseline, report, "b").baseline
    assert use is not None
    assert (new(baseline, report), use.gone) == ([], 0)


# The command


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "orders.py").write_text(
        "import sqlite3\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.get('/orders')\ndef orders():\n"
        "    db = sqlite3.connect('shop.db')\n"
        "    return db.execute(f\"SELECT * FROM orders WHERE name = '{request.args['name']}'\").fetchall()\n"
    )
    return tmp_path


def test_a_known_blocker_does_not_fail_the_gate(shop: Path) -> None:
    assert call("check", str(shop), "--no-cache").exit_code == 1
    assert call("baseline", "create", str(shop), "--no-cache").exit_code == 0
    assert call("check", str(shop), "--no-cache").exit_code == 0


def test_no_baseline_looks_at_everything(shop: Path) -> None:
    call("baseline", "create", str(shop), "--no-cache")
    assert call("check", str(shop), "--no-cache", "--no-baseline").exit_code == 1


def test_what_nobody_finds_any_more_fails_nothing_and_is_named_once(shop: Path) -> None:
    call("baseline", "create", str(shop), "--no-cache")
    call("fix", str(shop), "--no-cache")
    result = call("check", str(shop), "--no-cache")
    assert (result.exit_code, " ".join(result.stdout.split()).count("readiness baseline prune")) == (0, 1)


def test_what_another_version_no_longer_finds_is_not_called_mended(shop: Path) -> None:
    call("baseline", "create", str(shop), "--no-cache")
    place = shop / "readiness-baseline.json"
    gone = {
        "rule": "typed-responses",
        "path": "orders.py",
        "symbol": "orders::gone",
        "mark": "0",
        "count": 1,
        "code": "",
    }
    held = json.loads(place.read_text())
    place.write_text(json.dumps(held | {"tool": "0.0.1", "findings": [*held["findings"], gone]}))
    result = call("check", str(shop), "--no-cache")
    said = " ".join(result.stdout.split())
    assert (result.exit_code, "1 that it holds is no longer found (readiness 0.0.1 made it" in said) == (0, True)


def test_in_markdown_it_is_named_once_too(shop: Path) -> None:
    call("baseline", "create", str(shop), "--no-cache")
    call("fix", str(shop), "--no-cache")
    assert call("check", str(shop), "--no-cache", "--format", "markdown").stdout.count("readiness baseline prune") == 1


def test_create_does_not_replace_a_baseline(shop: Path) -> None:
    call("baseline", "create", str(shop), "--no-cache")
    assert call("baseline", "create", str(shop), "--no-cache").exit_code == 2
    assert call("baseline", "create", str(shop), "--no-cache", "--force").exit_code == 0


def test_a_baseline_that_was_named_must_be_there(shop: Path) -> None:
    assert call("check", str(shop), "--no-cache", "--baseline", str(shop / "none.json")).exit_code == 2


def test_the_report_says_what_the_baseline_knows(shop: Path) -> None:
    call("baseline", "create", str(shop), "--no-cache")
    assert "readiness-baseline.json knows" in call("check", str(shop), "--no-cache").stdout


@pytest.mark.parametrize("action", ["create", "update", "prune"])
def test_where_there_is_nothing_to_analyse_no_baseline_is_written(tmp_path: Path, action: str) -> None:
    place = tmp_path / "readiness-baseline.json"
    if action != "create":
        place.write_bytes(written(of(report_of(ONE))))
    held = place.read_bytes() if place.exists() else None
    result = call("baseline", action, str(tmp_path), "--no-cache")
    assert (result.exit_code, "nothing to analyse" in result.stderr) == (4, True)
    assert (place.read_bytes() if place.exists() else None) == held


def test_a_folder_is_no_baseline(shop: Path) -> None:
    (shop / "readiness-baseline.json").mkdir()
    result = call("check", str(shop), "--no-cache")
    assert (result.exit_code, "is a folder; name a file" in result.stderr) == (2, True)
