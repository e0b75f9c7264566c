"""Every file of a known language has a summary or a problem, whatever happens to the processes that read it."""

import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path

import pytest

from readiness.cache import Cache
from readiness.extraction import Stored, extract, pool
from readiness.extraction.work import Job
from readiness.model.report import Stage
from readiness.model.source import Scope, SourceFile

forks = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")
threads_run = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")


class Store:
    """A cache in memory."""

    def __init__(self) -> None:
        self.entries: dict[str, bytes] = {}

    def get_many(self, keys: Iterable[str]) -> Mapping[str, bytes]:
        return {key: self.entries[key] for key in keys if key in self.entries}

    def put_many(self, entries: Mapping[str, bytes]) -> None:
        self.entries.update(entries)


class Tree:
    """Files in memory, opened by whoever reads them; a text may ask for a death or a hang in a worker."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.contents = {path: text.encode() for path, text in texts.items()}
        self.owner = os.getpid()
        self.opened: list[str] = []

    def files(self, language: str = "python") -> list[SourceFile]:
        return [
            SourceFile(path, language, blake2b(content, digest_size=16).hexdigest(), Scope.SERVICE, len(content))
            for path, content in self.contents.items()
        ]

    def open_bytes(self, file: SourceFile) -> bytes:
        self.opened.append(file.path)
        content = self.contents[file.path]
        if os.getpid() != self.owner:
            if content == b"die":
                os.kill(os.getpid(), signal.SIGKILL)
            if content == b"hang":
                signal.pause()
        return content


def many(count: int) -> dict[str, str]:
    return {f"app/file_{number}.py": f"x = f({number})\n" for number in range(count)}


def test_summaries_come_in_order_of_path() -> None:
    tree = Tree({"b.py": "x = 1", "a.py": "y = 2", "c.py": "x = 1"})
    summaries, problems = extract(tree.files(), tree.open_bytes)
    assert list(summaries) == ["a.py", "b.py", "c.py"]
    assert problems == []


def test_files_of_other_languages_are_passed_over() -> None:
    tree = Tree({"a.go": "package a"})
    assert extract(tree.files("go"), tree.open_bytes) == ({}, [])


def test_files_of_equal_content_are_read_once() -> None:
    tree = Tree({"a.py": "x = 1", "b.py": "x = 1"})
    summaries, _ = extract(tree.files(), tree.open_bytes)
    assert tree.opened == ["a.py"]
    assert summaries["a.py"] is summaries["b.py"]


def test_an_unreadable_file_is_a_problem_that_names_it_and_the_reason() -> None:
    tree = Tree({"a.py": "x = 1", "b.py": "x = (("})
    summaries, (problem,) = extract(tree.files(), tree.open_bytes)
    assert list(summaries) == ["a.py"]
    assert (problem.stage, problem.path, problem.incomplete) == (Stage.EXTRACT, "b.py", True)
    assert problem.message == "could not be read: line 1: '(' was never closed"


def test_a_file_that_cannot_be_opened_is_a_problem() -> None:
    def open_bytes(file: SourceFile) -> bytes:
        raise PermissionError(13, "Permission denied")

    _, (problem,) = extract(Tree({"a.py": ""}).files(), open_bytes)
    assert problem.message == "could not be read: Permission denied"


def test_what_is_stored_is_not_read_again() -> None:
    tree, store = Tree({"a.py": "f()", "b.py": "x = (("}), Store()
    first = extract(tree.files(), tree.open_bytes, store)
    tree.opened.clear()
    assert extract(tree.files(), tree.open_bytes, store) == first
    assert tree.opened == []


def test_a_spoiled_entry_is_read_again() -> None:
    tree, store = Tree({"a.py": "f()"}), Store()
    first = extract(tree.files(), tree.open_bytes, store)
    store.entries = dict.fromkeys(store.entries, b"\x93nonsense")
    assert extract(tree.files(), tree.open_bytes, store) == first


def test_a_file_that_changed_since_it_was_listed_is_not_stored() -> None:
    tree, store = Tree({"a.py": "f()"}), Store()
    files = tree.files()
    tree.contents["a.py"] = b"g()"
    extract(files, tree.open_bytes, store)
    assert store.entries == {}


def test_what_could_not_be_opened_is_not_stored() -> None:
    def open_bytes(file: SourceFile) -> bytes:
        raise FileNotFoundError(2, "No such file or directory")

    store = Store()
    extract(Tree({"a.py": ""}).files(), open_bytes, store)
    assert store.entries == {}


def test_the_engines_cache_is_a_store(tmp_path: Path) -> None:
    tree = Tree({"a.py": "f()"})
    with Cache("engine", folder=tmp_path) as cache:
        first = extract(tree.files(), tree.open_bytes, Stored(cache))
    tree.opened.clear()
    with Cache("engine", folder=tmp_path) as cache:
        assert extract(tree.files(), tree.open_bytes, Stored(cache)) == first
    assert tree.opened == []


def test_progress_counts_every_file_to_the_end() -> None:
    tree, store, seen = Tree(many(5)), Store(), list[tuple[int, int]]()
    extract(tree.files()[:2], tree.open_bytes, store)
    extract(tree.files(), tree.open_bytes, store, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(3, 5), (4, 5), (5, 5), (5, 5)]


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was(enabled: bool) -> None:
    tree = Tree({"a.py": "x = 1"})
    before, during = gc.isenabled(), list[bool]()
    (gc.enable if enabled else gc.disable)()
    try:
        extract(tree.files(), tree.open_bytes, progress=lambda done, total: during.append(gc.isenabled()))
        assert gc.isenabled() is enabled
        assert not any(during)
    finally:
        (gc.enable if before else gc.disable)()


@threads_run
@pytest.mark.parametrize("start", [pytest.param("fork", marks=forks), "spawn"])
def test_several_processes_say_what_one_says(start: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "way_to_start", lambda: start)
    tree = Tree({**many(200), "broken.py": "x = (("})
    alone = extract(tree.files(), tree.open_bytes, jobs=1)
    assert extract(tree.files(), tree.open_bytes, jobs=2) == alone
    assert multiprocessing.active_children() == []


def jobs_of(tree: Tree) -> list[Job]:
    return [Job(key=file.path, file=file) for file in tree.files()]


@forks
@threads_run
def test_the_death_of_a_worker_costs_one_file(tmp_path: Path) -> None:
    tree = Tree({**many(40), "app/deadly.py": "die"})
    team = pool.Team(tmp_path, jobs_of(tree), tree.open_bytes, "fork")
    team.hire(1)
    team.wait(lambda done: None)
    team.dismiss()
    outcomes = dict(zip(tree.contents, team.outcomes(), strict=True))
    assert outcomes.pop("app/deadly.py").problem == "the process that read it was ended by SIGKILL"
    assert all(outcome.encoded for outcome in outcomes.values())


@forks
@threads_run
def test_a_file_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "LIMIT", 0.3)
    monkeypatch.setattr(pool, "ALONE", 0.3)
    tree = Tree({**many(5), "app/endless.py": "hang"})
    team = pool.Team(tmp_path, jobs_of(tree), tree.open_bytes, "fork")
    team.hire(1)
    team.wait(lambda done: None)
    team.dismiss()
    outcomes = dict(zip(tree.contents, team.outcomes(), strict=True))
    assert outcomes.pop("app/endless.py").problem
    assert all(outcome.encoded for outcome in outcomes.values())


@forks
@threads_run
def test_an_interrupt_leaves_no_worker_behind() -> None:
    tree = Tree({**many(200), "app/endless.py": "hang"})

    def interrupt(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pool.run(jobs_of(tree), tree.open_bytes, 3, interrupt, "fork")
    assert multiprocessing.active_children() == []


def test_without_a_folder_for_the_processes_one_does_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(pool.tempfile, "TemporaryDirectory", refuse)
    tree = Tree(many(200))
    summaries, problems = extract(tree.files(), tree.open_bytes, jobs=2)
    assert (len(summaries), problems) == (200, [])


def test_the_bins_hold_every_job_once_and_about_the_same_size() -> None:
    tree = Tree({f"{number}.py": "x" * number * 100 for number in range(100)})
    work = jobs_of(tree)
    filled = pool.bins(work)
    assert sorted(index for indices in filled for index in indices) == list(range(100))
    sizes = [sum([work[index].file.size for index in indices]) for indices in filled]
    assert max(sizes) < 1.2 * min(sizes)
