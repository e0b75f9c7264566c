"""Recognisers run in waves, alone or beside each other, with the same facts either way."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from readiness import recognition
from readiness.discovery.memory import listing_of
from readiness.languages.python import read
from readiness.linking import LinkedProject, link
from readiness.model import Application, Fact, Library, Problem, Project, Query, Read, Route, Scope, Span, Stage
from readiness.plugins import load_plugins
from readiness.recognition import recognise, waves_of

ROOT = Path(__file__).parent.parent
BACKENDS = sorted((ROOT / "fixtures" / "backends").iterdir())
FIRST = os.getpid()

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no second process without fork")


@pytest.fixture(autouse=True)
def small_projects_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "SERIAL_FILES", 1)
    monkeypatch.setattr("readiness.recognition.beside.way_to_start", lambda: "fork")


def linked(contents: dict[str, bytes], libraries: Sequence[Library] = ()) -> LinkedProject:
    summaries = {path: read(content).summary for path, content in contents.items() if path.endswith(".py")}
    return link(listing_of(contents), {path: each for path, each in summaries.items() if each}, libraries)


@pytest.fixture
def project() -> LinkedProject:
    return linked({"app.py": b"a = 1\n"})


def read_at(line: int) -> Fact:
    return Application(
        span=Span("app.py", line, 1), symbol="app", scope=Scope.SERVICE, framework=f"number {line}", name="app"
    )


def library(
    name: str, found: Callable[[Project], Iterator[Fact]], *, aside: bool = False, stage: str = "code"
) -> Library:
    made = Library(name, stage=stage, provides=[Application], aside=aside)
    made.recognises(found)
    return made


def numbers(project: LinkedProject) -> list[str]:
    return [each.framework for each in project.each(Application)]


def contents_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The processes that are started, in the first one's eyes."""
    found: list[int] = []
    fork = os.fork

    def noted() -> int:
        process = fork()
        found.append(process)
        return process

    monkeypatch.setattr(os, "fork", noted)
    return found


@pytest.mark.parametrize("folder", BACKENDS, ids=lambda folder: folder.name)
def test_two_processes_find_what_one_finds(folder: Path, started: list[int]) -> None:
    libraries = load_plugins().libraries
    contents = contents_of(folder)
    alone, together = linked(contents, libraries), linked(contents, libraries)
    recognise(alone, libraries, 1)
    assert started == []
    recognise(together, libraries, 2)
    assert len(started) == 1
    kinds = {kind for each in libraries for kind in each.provides}
    assert {kind: list(alone.each(kind)) for kind in kinds} == {kind: list(together.each(kind)) for kind in kinds}


@pytest.mark.parametrize("folder", BACKENDS, ids=lambda folder: folder.name)
def test_no_recogniser_asks_for_kinds_of_its_stage_that_it_does_not_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    libraries = load_plugins().libraries
    project = linked(contents_of(folder), libraries)
    asked: set[type[Fact]] = set()
    each_of = LinkedProject.each

    def noted(self: LinkedProject, kind: type[Fact]) -> Iterator[Fact]:
        asked.add(kind)
        return each_of(self, kind)

    monkeypatch.setattr(LinkedProject, "each", noted)
    unnamed = []
    for wave in waves_of(libraries):
        for one in wave:
            asked.clear()
            facts = list(one.recognise(project))
            others = {
                kind
                for other in libraries
                if other is not one and Library.STAGES.index(other.stage) >= Library.STAGES.index(one.stage)
                for kind in other.provides
            }
            unnamed += [(one.module, kind.__name__) for kind in (asked & others) - set(one.after)]
            project.add(facts)
    assert unnamed == []


def test_facts_of_the_second_process_join_the_first(project: LinkedProject) -> None:
    beside = library("beside", lambda _: iter([read_at(os.getpid())]), aside=True)
    recognise(project, [beside, library("here", lambda _: iter([read_at(1)]))], 2)
    here, other = numbers(project)
    assert here == "number 1"
    assert other != f"number {FIRST}"


def test_the_second_process_is_told_what_the_first_has_found(project: LinkedProject) -> None:
    def after(project: Project) -> Iterator[Fact]:
        yield read_at((10 if os.getpid() != FIRST else 20) + len(list(project.each(Application))))

    recognise(
        project,
        [
            library("one", lambda _: iter([read_at(1)]), aside=True, stage="data"),
            library("two", lambda _: iter([read_at(2)]), stage="data"),
            library("three", after, aside=True),
        ],
        2,
    )
    assert numbers(project) == ["number 1", "number 2", "number 12"]


def test_a_recogniser_that_crashes_in_the_second_process_is_named(project: LinkedProject) -> None:
    def crash(_: Project) -> Iterator[Fact]:
        yield read_at(1)
        raise ValueError("oh")

    found = recognise(project, [library("beside", crash, aside=True)], 2)
    assert found.problems == (Problem(Stage.RECOGNISE, "beside", "crashed: ValueError: oh"),)
    assert numbers(project) == ["number 1"]


def test_the_work_of_a_second_process_that_dies_is_done_by_the_first(project: LinkedProject) -> None:
    def dies_there(_: Project) -> Iterator[Fact]:
        if os.getpid() != FIRST:
            os.kill(os.getpid(), signal.SIGKILL)
        yield read_at(1)

    later = library("later", lambda _: iter([read_at(2)]), aside=True, stage="joined")
    found = recognise(project, [library("beside", dies_there, aside=True), later], 2)
    assert (numbers(project), found.problems) == (["number 1", "number 2"], ())


def test_facts_of_a_kind_that_was_not_promised_are_made_by_the_first_process(project: LinkedProject) -> None:
    made = Library("beside", stage="code", provides=[Query], aside=True)
    made.recognises(lambda _: iter([read_at(os.getpid())]))
    recognise(project, [made], 2)
    assert numbers(project) == [f"number {FIRST}"]


def test_an_interrupted_run_leaves_no_process_behind(project: LinkedProject, started: list[int]) -> None:
    def interrupted(_: Project) -> Iterator[Fact]:
        raise KeyboardInterrupt

    def forever(_: Project) -> Iterator[Fact]:
        while True:
            signal.pause()

    with pytest.raises(KeyboardInterrupt):
        recognise(project, [library("beside", forever, aside=True), library("here", interrupted)], 2)
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)


def test_what_got_in_the_way_of_the_second_process_is_a_problem_of_the_scan() -> None:
    project = linked({"app.py": b"a = 1\n"})

    def looks(project: Project) -> Iterator[Fact]:
        if os.getpid() != FIRST:
            vanished = Problem(Stage.LINK, "app.py", "vanished")
            project.take_problems([vanished])  # type: ignore[attr-defined]
        yield read_at(1)

    recognise(project, [library("beside", looks, aside=True)], 2)
    assert project.problems == (Problem(Stage.LINK, "app.py", "vanished"),)


def named(name: str, provides: type[Fact], *after: type[Fact], stage: str = "data") -> Library:
    return Library(name, stage=stage, provides=[provides], after=after)


def test_who_asks_for_a_kind_of_its_stage_comes_after_those_who_make_it() -> None:
    waves = waves_of([named("a", Query, Read), named("b", Read), named("c", Read)])
    assert [[each.module for each in wave] for wave in waves] == [["b", "c"], ["a"]]


def test_stages_come_in_their_order() -> None:
    waves = waves_of([named("a", Query), named("b", Route, stage="web")])
    assert [[each.module for each in wave] for wave in waves] == [["b"], ["a"]]


def test_two_that_wait_for_each_other_both_run() -> None:
    waves = waves_of([named("a", Query, Read), named("b", Read, Query)])
    assert [[each.module for each in wave] for wave in waves] == [["a"], ["b"]]


def test_one_may_ask_for_the_kind_that_it_makes_itself() -> None:
    waves = waves_of([named("a", Query), named("b", Query, Query)])
    assert [[each.module for each in wave] for wave in waves] == [["a"], ["b"]]


@pytest.mark.parametrize(("name", "number"), [("SERIAL_FILES", 2), ("LARGEST", 3)])
def test_small_and_huge_projects_keep_to_one_process(
    project: LinkedProject, monkeypatch: pytest.MonkeyPatch, name: str, number: int
) -> None:
    monkeypatch.setattr(recognition, name, number)
    recognise(project, [library("beside", lambda _: iter([read_at(os.getpid())]), aside=True)], 2)
    assert numbers(project) == [f"number {FIRST}"]


def test_a_recogniser_that_reaches_a_bound_did_not_crash(project: LinkedProject) -> None:
    def too_much(_: Project) -> Iterator[Fact]:
        yield read_at(1)
        raise OverflowError("more than 9 patterns; the rest was left out")

    found = recognise(project, [library("here", too_much)])
    assert [each.message for each in found.problems] == ["gave up: more than 9 patterns; the rest was left out"]
