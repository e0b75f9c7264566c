"""The harness for rules: marks are read exactly, and variants say the same in other words."""

import textwrap
from pathlib import Path

import pytest

from readiness.model import Rule, Severity, Verdict
from readiness.testing import Expectation, Sample, fixture_samples, variants
from readiness.testing.samples import _projects, _sample
from readiness.testing.variants import aliased_imports, renamed_locals, split_file, wrapped_functions

RULE = Rule("somewhere.bounded_retries", summary="Retries end.", severity=Severity.MAJOR)


def sample(text: str, **others: str) -> Sample:
    files = {"app.py": textwrap.dedent(text).lstrip().encode()}
    files |= {path: textwrap.dedent(content).lstrip().encode() for path, content in others.items()}
    return _sample("sample", RULE, files)


def source(changed: Sample | None, path: str = "app.py") -> str:
    assert changed is not None
    return changed.files[path].decode()


def test_a_mark_behind_code_is_about_its_line() -> None:
    found = sample("a = 1\nb = 2  # fails: bounded-retries\n")
    assert found.expected == {Expectation("app.py", 2, Verdict.FAILS)}


def test_a_mark_alone_is_about_the_next_line() -> None:
    found = sample("# unsure: bounded-retries\n\na = 1\n")
    assert found.expected == {Expectation("app.py", 3, Verdict.UNSURE)}


def test_marks_are_taken_out_and_lines_stay() -> None:
    assert source(sample("# fails: bounded-retries\na = 1  # noqa  # passes: bounded-retries\n")) == "\na = 1  # noqa\n"


def test_a_mark_of_another_rule_expects_nothing() -> None:
    assert sample("a = 1  # fails: something-else\n").expected == frozenset()


def test_a_mark_may_name_several_rules() -> None:
    assert len(sample("a = 1  # fails: something-else, bounded-retries\n").expected) == 1


def test_a_mark_about_nothing_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="speaks about no line"):
        sample("a = 1\n# fails: bounded-retries\n")


def test_fences_with_paths_under_one_heading_are_one_project() -> None:
    good = "## Good\n\n```python path=a.py\nA = 1\n```\n\n```toml path=b.toml\nb = 1\n```\n\n"
    page = f"# r\n\n{good}## Bad\n\n```python\nC = 1\n```\n"
    projects = [(section, sorted(files)) for section, _, files in _projects(page)]
    assert projects == [("Good", ["a.py", "b.toml"]), ("Bad", ["app.py"])]


def test_a_missing_fixture_folder_holds_no_samples(tmp_path: Path) -> None:
    assert fixture_samples(RULE, tmp_path / "none") == []


def test_imports_get_other_names() -> None:
    changed = aliased_imports(sample("from a import b\nimport c\nb(c)\n"))
    assert source(changed) == "from a import b as b_renamed\nimport c as c_renamed\nb_renamed(c_renamed)\n"


def test_an_import_that_another_file_takes_keeps_its_name() -> None:
    changed = aliased_imports(sample("from b import engine\nengine.go()\n", **{"b.py": "from z import engine\n"}))
    assert changed is None


def test_locals_get_other_names_also_inside_strings_with_placeholders() -> None:
    changed = renamed_locals(sample('def f(a):\n    x = a\n    return f"{x} {a}"\n'))
    assert source(changed) == 'def f(a):\n    x_renamed = a\n    return f"{x_renamed} {a}"\n'


def test_a_parameter_that_is_bound_again_keeps_its_name() -> None:
    assert renamed_locals(sample("def f(a):\n    a = a + 1\n    return a\n")) is None


def test_functions_are_called_through_one_that_passes_on() -> None:
    changed = wrapped_functions(sample("def f(a, *, b=1):\n    return a\n\n\nf(2, b=3)\n"))
    assert source(changed).endswith("f_wrapped(2, b=3)\n\n\ndef f_wrapped(a, *, b=1):\n    return f(a, b=b)\n")


def test_a_generator_is_not_wrapped() -> None:
    assert wrapped_functions(sample("def f():\n    yield 1\n\n\nf()\n")) is None


def test_a_file_is_split_and_lines_stay() -> None:
    changed = split_file(
        sample("A = 1  # passes: bounded-retries\n\n\ndef f():\n    return A  # fails: bounded-retries\n")
    )
    assert source(changed) == "from app_part import A\n\n\ndef f():\n    return A\n"
    assert source(changed, "app_part.py") == "A = 1\n"
    assert changed is not None
    assert changed.expected == {Expectation("app_part.py", 1, Verdict.PASSES), Expectation("app.py", 5, Verdict.FAILS)}


def test_a_file_whose_parts_need_each_other_is_not_split() -> None:
    assert split_file(sample("def f():\n    return g()\n\n\ndef g():\n    return f()\n")) is None


def test_an_author_can_say_that_spelling_matters() -> None:
    assert list(variants(sample("# no variants: it is about the names\nimport a\na()\n"))) == []
