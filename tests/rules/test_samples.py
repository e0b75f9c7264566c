"""Every rule answers what its page and its fixtures say, however the same code is written."""

from pathlib import Path

import pytest

from readiness.plugins import load_plugins, page_of
from readiness.testing import Sample, fixture_samples, page_samples, variants

FIXTURES = Path(__file__).parents[2] / "fixtures" / "rules"
BUILT_IN = {rule.id: rule for rule in load_plugins().rules.values() if rule.module.startswith("readiness_rules.")}
PAGES = {name: page_samples(rule.module) for name, rule in BUILT_IN.items() if page_of(rule)}
SAMPLES = [
    sample
    for name, rule in BUILT_IN.items()
    for sample in [*PAGES.get(name, []), *fixture_samples(rule, FIXTURES / name)]
]


def _has_python(sample: Sample) -> bool:
    return any(path.endswith(".py") for path in sample.files)


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_the_sample_finds_exactly_what_its_marks_say(sample: Sample) -> None:
    assert sample.found() == sample.expected


@pytest.mark.parametrize("sample", [each for each in SAMPLES if not each.only and _has_python(each)], ids=str)
def test_the_answer_does_not_depend_on_how_the_code_is_written(sample: Sample) -> None:
    # Made here and not when tests are collected, which each worker does for all of them: rewriting takes a minute.
    written = list(variants(sample))
    assert {each.name: each.found() for each in written} == {each.name: each.expected for each in written}


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_the_page_has_a_title_and_its_sections(name: str) -> None:
    page = page_of(BUILT_IN[name])
    assert page is not None
    lines = page.splitlines()
    assert lines[0] == f"# {name}"
    assert {"## Why", "## Bad", "## Good", "## Unsure", "## When not to follow it"} <= set(lines)


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_a_good_example_passes_and_a_bad_one_fails(name: str) -> None:
    verdicts = {
        section: {each.verdict for sample in PAGES[name] if sample.section == section for each in sample.expected}
        for section in ("Good", "Bad")
    }
    assert "passes" in verdicts["Good"]
    assert "fails" in verdicts["Bad"]


def test_every_fixture_folder_belongs_to_a_rule() -> None:
    assert {folder.name for folder in FIXTURES.iterdir() if folder.is_dir()} <= set(BUILT_IN)
