"""What each fix makes of a file: `before.py` in, `after.py` out; without one the file stays as it is."""

from datetime import date
from pathlib import Path

import pytest

from readiness.fixing import Outcome, fix
from readiness.plugins import load_plugins, page_of
from readiness.scan import ScanOptions

FOLDER = Path(__file__).parents[2] / "fixtures" / "fixes"
CASES = sorted(folder for rule in FOLDER.iterdir() for folder in rule.iterdir() if (folder / "before.py").is_file())
PLUGINS = load_plugins()


def fixed(text: str, rule: str, place: Path, *, unsafe: bool = False) -> Outcome:
    (place / "app.py").write_text(text)
    options = ScanOptions(select=(rule,), cache=False, today=date(2026, 6, 1), jobs=1)
    return fix([str(place)], options, unsafe=unsafe)


def after(outcome: Outcome, text: str) -> str:
    return outcome.changes[0].after.decode() if outcome.changes else text


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_the_file_becomes_what_it_should(case: Path, tmp_path: Path) -> None:
    before = (case / "before.py").read_text()
    wanted = (case / "after.py").read_text() if (case / "after.py").exists() else before
    outcome = fixed(before, case.parent.name, tmp_path, unsafe=case.name.startswith("unsafe_"))
    assert after(outcome, before) == wanted


@pytest.mark.parametrize(
    "case", [case for case in CASES if (case / "after.py").exists()], ids=lambda case: f"{case.parent.name}/{case.name}"
)
def test_what_is_mended_is_not_mended_again(case: Path, tmp_path: Path) -> None:
    wanted = (case / "after.py").read_text()
    assert fixed(wanted, case.parent.name, tmp_path, unsafe=True).changes == ()


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.name.startswith("unsafe_")],
    ids=lambda case: f"{case.parent.name}/{case.name}",
)
def test_an_unsafe_repair_waits_to_be_asked_for(case: Path, tmp_path: Path) -> None:
    outcome = fixed((case / "before.py").read_text(), case.parent.name, tmp_path)
    assert (outcome.changes, {each.reason for each in outcome.left}) == (
        (),
        {"its repair can change what the code does: --unsafe applies it"},
    )


@pytest.mark.parametrize("rule", sorted(PLUGINS.fixes))
def test_the_page_of_the_rule_says_what_its_fix_does(rule: str) -> None:
    assert "`readiness fix" in (page_of(PLUGINS.rules[rule]) or "")
