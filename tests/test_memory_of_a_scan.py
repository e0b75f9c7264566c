"""What a recogniser leaves behind does not stay in memory until the end of the scan."""

import gc
import weakref
from collections.abc import Iterator
from datetime import date

import pytest

from readiness import recognition
from readiness.discovery.memory import listing_of
from readiness.languages.python import read
from readiness.linking import LinkedProject, flow, link
from readiness.linking.trees import KEPT_BYTES
from readiness.model import Application, Library, Project
from readiness.recognition import recognise
from readiness.scan import collector_off

QUERY = b"import sqlite3\n\ndef show(name):\n    sqlite3.connect('a').execute('SELECT ' + name)\n"


def linked(contents: dict[str, bytes]) -> LinkedProject:
    summaries = {path: summary for path, content in contents.items() if (summary := read(content).summary)}
    return link(listing_of(contents), summaries, today=date(2026, 1, 1))


class Circle:
    """Two things that refer to each other."""

    def __init__(self) -> None:
        self.other = [self]


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    with collector_off():
        yield


@pytest.mark.usefixtures("no_collector")
def test_circles_that_a_recogniser_leaves_are_freed_when_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "LEFT", 1)
    left: list[weakref.ref[Circle]] = []
    made = Library("circles", stage="code", provides=[Application])

    def found(project: Project) -> Iterator[Application]:
        left.append(weakref.ref(Circle()))
        yield from ()

    made.recognises(found)
    recognise(linked({"app.py": b"a = 1\n"}), [made])
    assert left[0]() is None


def test_a_scan_leaves_no_object_out_of_the_collector_s_reach() -> None:
    before = gc.get_freeze_count()
    with collector_off():
        recognise(linked({"app.py": b"a = 1\n"}), [])
        assert gc.get_freeze_count() > before
    assert gc.get_freeze_count() == 0
    assert gc.isenabled()


@pytest.mark.usefixtures("no_collector")
def test_value_flow_of_a_view_ends_with_the_view() -> None:
    view = linked({"app.py": QUERY}).view()
    (call,) = view.calls_to("app.py", frozenset({"execute"}))
    summary = view.summary("app.py")
    assert summary is not None
    view.text_of("app.py", call, summary.calls[call].arguments[0])
    kept = weakref.ref(flow._flows[view])
    view.close()
    assert kept() is None


def test_trees_are_kept_by_the_size_of_their_files() -> None:
    large = b"# " + b"x" * (KEPT_BYTES // 2) + b"\n"
    project = linked({f"m{number}.py": large for number in range(4)} | {"small.py": b"a = 1\n"})
    first = project.tree("m0.py")
    assert project.tree("m0.py") is first
    assert project.tree("m1.py") is not None
    assert project.tree("m0.py") is not first
    small = project.tree("small.py")
    assert project.tree("small.py") is small
