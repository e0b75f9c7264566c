"""The trees that value flow keeps: the ones asked for last stay, within the bytes that are allowed, and answers stay the same."""

from datetime import date

import pytest

from readiness.analysis import analyse_files
from readiness.linking.flow import files as kept
from readiness.linking.flow.files import Files
from readiness.model.project import Project

TODAY = date(2026, 6, 1)
MODULES = {
    f"part_{number}.py": f"from part_{number + 1} import name_{number + 1}\nname_{number} = name_{number + 1}\n"
    for number in range(6)
}
PROGRAM = {**MODULES, "part_6.py": 'name_6 = "accounts"\n', "app.py": "from part_0 import name_0\nrun(name_0)\n"}


def linked() -> Project:
    """A constant that is handed on through seven modules."""
    return analyse_files({path: text.encode() for path, text in PROGRAM.items()}, [], today=TODAY).project


def allow(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Keep files of so many bytes."""
    monkeypatch.setattr(kept, "KEPT", size)
    monkeypatch.setattr(kept, "MOST", size)


def test_a_file_that_is_kept_has_the_same_tree() -> None:
    files = Files(linked())
    assert files.index("app.py") is files.index("app.py")


def test_a_file_without_a_tree_has_no_index() -> None:
    assert Files(linked()).index("missing.py") is None


def test_the_file_that_was_not_asked_for_longest_is_dropped_first(monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch, 100)
    files = Files(linked())
    first, second = files.index("part_0.py"), files.index("part_1.py")
    files.index("part_0.py")
    files.index("part_2.py")
    files.index("part_3.py")
    assert files.index("part_0.py") is first
    assert files.index("part_1.py") is not second


def test_what_was_found_out_about_a_file_goes_with_its_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    files = Files(linked())
    files.index("part_0.py")
    files.index("part_1.py")
    known = files.reached("part_0.py")
    monkeypatch.setattr(kept, "KEPT", 1)
    files.settle()
    assert files.reached("part_0.py") is not known


def test_a_question_is_answered_once() -> None:
    project = linked()
    argument = project.summary("app.py").calls[0].arguments[0]  # type: ignore[union-attr]
    answer = project.text_of("app.py", 0, argument)
    assert project.text_of("app.py", 0, argument) is answer


def test_an_answer_does_not_depend_on_the_trees_that_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    argument = linked().summary("app.py").calls[0].arguments[0]  # type: ignore[union-attr]
    before = linked().text_of("app.py", 0, argument)
    allow(monkeypatch, 1)
    assert linked().text_of("app.py", 0, argument) == before
