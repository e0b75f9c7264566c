"""What recognisers found is kept for the next run exactly as long as nothing that they looked at is another."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.discovery.memory import listing_of
from readiness.languages.python import read
from readiness.linking import LinkedProject, link
from readiness.model import Application, Code, Fact, Library, Project, Query, Route, Scope, SourceFile, Span, Text
from readiness.model.source import digest_of
from readiness.model.summary import Name, Summary
from readiness.model.telling import tabulates, tells
from readiness.recognition import recognise
from readiness.recognition.kept import LARGE, Keeping

FILES = {
    "app/__init__.py": b"",
    "app/models.py": b"class Order:\n    def total(self):\n        return 1\n",
    "app/views.py": b"from app.models import Order\n\n\ndef show():\n    return Order().total()\n",
    "app/plain.py": b"def plain(value):\n    return value\n",
    "notes.toml": b"a = 1\n",
}
DAY = date(2026, 6, 1)


class Entries:
    """A store in memory."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def get_many(self, keys: Iterable[str]) -> Mapping[str, bytes]:
        """The entries that are there."""
        return {key: self.held[key] for key in keys if key in self.held}

    def put_many(self, entries: Mapping[str, bytes]) -> None:
        """Keep these entries."""
        self.held.update(entries)


class Runs:
    """Runs of recognisers over changing files, with one store."""

    def __init__(self, *libraries: Library) -> None:
        self.store = Entries()
        self.libraries = libraries
        self.ran: list[str] = []
        self._contents: dict[str, bytes] = {}

    def earlier(self, _: SourceFile, digest: str) -> Summary | None:
        """What an earlier run has read."""
        content = self._contents.get(digest)
        return read(content).summary if content is not None else None

    def over(self, files: Mapping[str, bytes], today: date = DAY) -> list[str]:
        """The facts of one run; `ran` says which recognisers had to work."""
        self._contents |= {digest_of(content): content for content in files.values()}
        self.ran.clear()
        project = linked(files, today)
        keeping = Keeping(self.store, "here", project, self.earlier)
        recognise(project, self.libraries, 1, keeping)
        keeping.save()
        return [each.name for each in project.each(Application)]

    def library(self, name: str, found: Callable[[Project], object], **more: object) -> Library:
        """A recogniser whose one fact says what it saw."""
        module = f"readiness.libraries.{name}"
        made = Library(module, **{"stage": "code", "provides": [Application], **more})  # type: ignore[arg-type]

        def work(project: Project) -> Iterator[Fact]:
            self.ran.append(name)
            yield Application(
                span=Span("app/views.py", 1),
                symbol=name,
                scope=Scope.SERVICE,
                framework=name,
                name=repr(found(project)),
            )

        made.recognises(work)
        self.libraries = (*self.libraries, made)
        return made


def linked(files: Mapping[str, bytes], today: date = DAY) -> LinkedProject:
    summaries = {path: read(content).summary for path, content in files.items() if path.endswith(".py")}
    return link(listing_of(files), {path: each for path, each in summaries.items() if each}, (), today)


def calls_total(project: Project) -> object:
    return project.calls_to("app/views.py", frozenset({"total"})), project.calls_to(
        "app/plain.py", frozenset({"total"})
    )


def callers_of_total(project: Project) -> object:
    found = project.find("app.models::Order.total")
    if found is None:
        return None
    return project.callers(project.resolve("app/models.py", "Order.total"))


@tells
def has_classes(summary: Summary) -> bool:
    """A file defines a class."""
    return any(not hasattr(each, "parameters") for each in summary.definitions)


@tells
def names_returned(summary: Summary) -> dict[str, int]:
    """How often names are returned."""
    names = [each.value.dotted for each in summary.returns if isinstance(each.value, Name)]
    return {name: names.count(name) for name in names}


def returned(project: Project) -> object:
    project.looks_up(names_returned, "value")
    return project.shared(counted_returns).get("value")


def counted_returns(code: Code) -> dict[str, int]:
    found: dict[str, int] = {}
    for path in code.paths():
        summary = code.summary(path)
        for name, number in names_returned(summary).items() if summary is not None else ():
            found[name] = found.get(name, 0) + number
    return found


PLAIN = "app/plain.py"
QUESTIONS: dict[str, tuple[Callable[[Project], object], str, bytes, bytes]] = {
    # what is asked, the file that changes, a content that makes no difference, one that does
    "summary": (lambda project: project.summary("app/models.py"), "app/models.py", FILES["app/models.py"], b"x = 1\n"),
    "calls": (calls_total, PLAIN, b"other()\n", b"a.total()\n"),
    "callers": (callers_of_total, PLAIN, b"other()\n", b"from app.models import Order\nOrder().total()\n"),
    "importers": (lambda project: project.imports("flask"), PLAIN, b"import os\n", b"import flask\n"),
    "told": (lambda project: list(project.gathered(has_classes)), PLAIN, b"a = 1\n", b"class Plain: ...\n"),
    "shared": (returned, PLAIN, b"def other(value):\n    return value\n", b"def plain(other):\n    return other\n"),
    "subclasses": (
        lambda project: project.descendants(project.resolve("app/models.py", "Order")),
        PLAIN,
        b"class Other(Base): ...\n",
        b"from app.models import Order\nclass Other(Order): ...\n",
    ),
    "text": (lambda project: project.text("notes.toml"), "notes.toml", b"a = 1\n", b"a = 2\n"),
    "tree": (lambda project: len(project.tree(PLAIN).body), PLAIN, FILES[PLAIN], b"a = 1\nb = 2\n"),  # type: ignore[union-attr]
    "paths": (lambda project: list(project.paths()), PLAIN, b"a = 1\n", b"def broken(:\n"),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_asked_is_kept_until_its_answer_changes(question: str) -> None:
    ask, path, same, other = QUESTIONS[question]
    runs = Runs()
    runs.library("one", ask)
    first = runs.over(FILES)
    assert runs.over({**FILES, path: same}) == first
    assert runs.ran == []
    assert runs.over({**FILES, path: other}) != first
    assert runs.ran == ["one"]


def test_a_file_that_nobody_opened_may_change() -> None:
    runs = Runs()
    runs.library("one", lambda project: project.summary("app/models.py"))
    runs.over(FILES)
    runs.over({**FILES, "app/views.py": b"print(1)\n", "notes.toml": b""})
    assert runs.ran == []


def test_what_was_kept_twice_is_kept_again() -> None:
    runs = Runs()
    runs.library("one", lambda project: project.summary("app/models.py"))
    runs.library("two", lambda project: project.summary(PLAIN))
    runs.over(FILES)
    runs.over({**FILES, PLAIN: b"a = 1\n"})
    runs.over({**FILES, PLAIN: b"a = 2\n"})
    assert runs.ran == ["two"]
    runs.over({**FILES, PLAIN: b"a = 2\n", "app/models.py": b"a = 2\n"})
    assert runs.ran == ["one"]


LINKS = 12
"""Files that a name is passed on through: more than one answer tells by itself."""
CHAIN = {
    **FILES,
    **{f"app/link{at}.py": f"from app.link{at + 1} import end\n".encode() for at in range(LINKS)},
    f"app/link{LINKS}.py": b"def end(): ...\n",
}


def end_from(at: int) -> Callable[[Project], object]:
    return lambda project: project.resolve(f"app/link{at}.py", "end").kind


@pytest.mark.parametrize("first", [0, 3, LINKS - 1, LINKS])
@pytest.mark.parametrize("second", [0, 3, LINKS - 1, LINKS])
def test_an_answer_that_another_was_given_before_counts_as_looked_at(first: int, second: int) -> None:
    runs = Runs()
    runs.library("one", end_from(first))
    runs.library("two", end_from(second))
    before = runs.over(CHAIN)
    last = f"app/link{LINKS}.py"
    after = runs.over({**CHAIN, last: b"class end: ...\n"})
    assert runs.ran == ["one", "two"]
    assert set(before).isdisjoint(after)


def test_what_only_the_longer_question_looked_at_counts_for_who_asked_it() -> None:
    runs = Runs()
    runs.library("one", end_from(LINKS - 1))
    runs.library("two", end_from(0))
    runs.over(CHAIN)
    runs.over({**CHAIN, "app/link2.py": b"from app.link3 import end\nmore = 1\n"})
    assert runs.ran == ["two"]


def test_callers_that_another_was_told_before_count_as_looked_up() -> None:
    runs = Runs()
    runs.library("one", callers_of_total)
    runs.library("two", callers_of_total)
    before = runs.over(FILES)
    after = runs.over({**FILES, PLAIN: b"from app.models import Order\nOrder().total()\n"})
    assert runs.ran == ["one", "two"]
    assert set(before).isdisjoint(after)


def test_a_circle_that_another_has_asked_about_counts_as_looked_at() -> None:
    files = {**FILES, "app/one.py": b"from app.two import thing\n", "app/two.py": b"from app.one import thing\n"}
    runs = Runs()
    runs.library("one", lambda project: project.resolve("app/one.py", "thing").kind)
    runs.library("two", lambda project: project.resolve("app/two.py", "thing").kind)
    before = runs.over(files)
    after = runs.over({**files, "app/two.py": b"def thing(): ...\n"})
    assert runs.ran == ["one", "two"]
    assert set(before).isdisjoint(after)


def test_facts_of_another_recogniser_count_as_looked_at() -> None:
    runs = Runs()
    runs.library("one", lambda project: len(project.text(PLAIN) or ""))
    runs.library("two", lambda project: [each.name for each in project.each(Application)], stage="joined")
    runs.over(FILES)
    runs.over({**FILES, PLAIN: FILES[PLAIN].replace(b"plain", b"other")})
    assert runs.ran == ["one"]
    runs.over({**FILES, PLAIN: b"a = 1\n"})
    assert runs.ran == ["one", "two"]


def test_facts_of_other_kinds_do_not_count() -> None:
    runs = Runs()
    runs.library("one", lambda project: len(project.text(PLAIN) or ""))
    runs.library("two", lambda project: list(project.each(Query)), stage="joined")
    runs.over(FILES)
    runs.over({**FILES, PLAIN: b"a = 1\n"})
    assert runs.ran == ["one"]


def test_handlers_of_routes_are_facts() -> None:
    runs = Runs()
    made = Library("readiness.libraries.web", stage="web", provides=[Route])

    def routes(project: Project) -> Iterator[Fact]:
        if "routed" in (project.text(PLAIN) or ""):
            yield Route(
                span=Span(PLAIN, 1),
                symbol="plain",
                scope=Scope.SERVICE,
                framework="F",
                method="GET",
                path="/",
                handler="plain",
                registered=Span(PLAIN, 1),
            )

    made.recognises(routes)
    runs.libraries = (made,)
    runs.library("one", lambda project: project.handler_of("plain"))
    first = runs.over(FILES)
    assert runs.over({**FILES, PLAIN: b"# routed\n"}) != first


@pytest.mark.parametrize("asks", [True, False])
def test_the_date_counts_for_those_who_ask(asks: bool) -> None:
    runs = Runs()
    runs.library("one", lambda project: project.today if asks else 1)
    runs.over(FILES)
    runs.over(FILES, date(2026, 6, 2))
    assert runs.ran == (["one"] if asks else [])


def test_a_new_file_leaves_nothing() -> None:
    runs = Runs()
    runs.library("one", lambda project: 1)
    runs.over(FILES)
    runs.over({**FILES, "app/more.py": b""})
    assert runs.ran == ["one"]


def test_a_file_that_became_large_leaves_nothing() -> None:
    runs = Runs()
    runs.library("one", lambda project: project.files["notes.toml"].size > LARGE)
    first = runs.over(FILES)
    assert runs.over({**FILES, "notes.toml": b" " * (LARGE + 1)}) != first


def test_another_meaning_of_imports_leaves_nothing() -> None:
    files = {**FILES, "src/lib/one.py": b"a = 1\n", "src/lib/two.py": b"b = 1\n"}
    runs = Runs()
    runs.library("one", lambda project: project.module("src/lib/one.py"))
    first = runs.over(files)
    assert runs.over({**files, "src/lib/two.py": b"from one import a\n"}) != first


def test_another_recogniser_leaves_nothing() -> None:
    runs = Runs()
    runs.library("one", lambda project: [each.name for each in project.each(Application)], stage="joined")
    first = runs.over(FILES)
    runs.library("two", lambda project: 2)
    assert runs.over(FILES) != first
    assert runs.ran == ["two", "one"]


def test_recognisers_of_others_are_not_kept() -> None:
    runs = Runs()
    made = runs.library("one", lambda project: 1)
    made.module = "somebody.elses"
    runs.over(FILES)
    runs.over(FILES)
    assert runs.ran == ["one"]


def test_a_recogniser_that_crashes_is_not_kept() -> None:
    def crash(project: Project) -> object:
        raise ValueError(project.text(PLAIN))

    runs = Runs()
    runs.library("one", crash)
    runs.over(FILES)
    runs.over(FILES)
    assert runs.ran == ["one"]


def test_a_content_that_nobody_remembers_leaves_nothing() -> None:
    runs = Runs()
    runs.library("one", lambda project: 1)
    runs.over(FILES)
    runs._contents.clear()
    runs.over({**FILES, PLAIN: b"a = 1\n"})
    assert runs.ran == ["one"]


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_damaged_entry_changes_no_answer(data: st.DataObject) -> None:
    runs = Runs()
    runs.library("one", lambda project: project.summary("app/models.py"))
    runs.library("two", lambda project: callers_of_total(project))
    first = runs.over(FILES)
    key = data.draw(st.sampled_from(sorted(runs.store.held)))
    value = bytearray(runs.store.held[key])
    place = data.draw(st.integers(0, len(value) - 1))
    change = data.draw(st.sampled_from(["flip", "cut", "drop", "swap"]))
    if change == "flip":
        value[place] ^= data.draw(st.integers(1, 255))
    elif change == "cut":
        del value[place:]
    elif change == "swap":
        value = bytearray(runs.store.held[data.draw(st.sampled_from(sorted(runs.store.held)))])
    runs.store.held[key] = bytes(value)
    if change == "drop":
        del runs.store.held[key]
    assert runs.over(FILES) == first


MODELS, VIEWS = "app/models.py", "app/views.py"


def lines_of(project: Project, path: str) -> Iterator[Fact]:
    """A fact of a part: it says how often it was asked so far, and whom it calls."""
    ASKED.append(path)
    summary = project.summary(path)
    callees = [project.callee(path, index).name for index in range(len(summary.calls))] if summary is not None else []
    marks = [each.name for each in project.each_in(Application, path)]
    yield Query(
        span=Span(path, 1), symbol=path, scope=Scope.SERVICE, library=repr(callees), api=repr(marks), text=Text(())
    )


ASKED: list[str] = []


def in_parts(runs: Runs) -> Library:
    library = Library("readiness.libraries.parted", stage="joined", provides=[Query])

    def work(project: Project) -> Iterator[Fact]:
        yield from project.parts(project.paths(), lines_of)

    library.recognises(work)
    runs.libraries = (*runs.libraries, library)
    return library


def test_only_parts_that_looked_at_what_changed_are_asked_again() -> None:
    runs = Runs()
    in_parts(runs)
    runs.over(FILES)
    ASKED.clear()
    runs.over({**FILES, PLAIN: b"a = 1\n"})
    assert ASKED == [PLAIN]
    ASKED.clear()
    runs.over({**FILES, PLAIN: b"a = 1\n", MODELS: b"class Order: ...\n"})
    assert ASKED == [MODELS, VIEWS]
    ASKED.clear()
    runs.over({**FILES, PLAIN: b"a = 1\n", MODELS: b"class Order: ...\n"})
    assert ASKED == []


def test_a_part_is_asked_again_when_facts_of_its_file_are_others() -> None:
    runs = Runs()
    runs.library("one", lambda project: project.text("notes.toml"))
    in_parts(runs)
    runs.over(FILES)
    ASKED.clear()
    runs.over({**FILES, "notes.toml": b"a = 2\n"})
    assert ASKED == [VIEWS]


def test_parts_that_are_damaged_in_the_store_are_asked_again() -> None:
    runs = Runs()
    in_parts(runs)
    runs.over(FILES)
    key = next(each for each in runs.store.held if each.startswith("parts of"))
    runs.store.held[key] = runs.store.held[key][:-1] + b"!"
    ASKED.clear()
    runs.over({**FILES, PLAIN: b"a = 1\n"})
    assert len(ASKED) == len([path for path in FILES if path.endswith(".py")])


@tabulates
def classes_by_name(project: Project) -> dict[str, list[str]]:
    """Classes with the number of what stands in them."""
    TABLES.append(1)
    found: dict[str, list[str]] = {}
    for path in project.paths():
        summary = project.summary(path)
        for each in summary.definitions if summary is not None else ():
            if not hasattr(each, "parameters"):
                found[each.name] = [path, str(each.end_line)]
    return found


TABLES: list[int] = []


def test_who_looks_up_an_entry_of_a_table_rests_while_the_entry_is_the_same() -> None:
    runs = Runs()
    runs.library("one", lambda project: project.table(classes_by_name).get("Order"))
    runs.library("two", lambda project: sorted(project.table(classes_by_name)))
    first = runs.over(FILES)
    assert runs.over({**FILES, PLAIN: b"a = 1\n"}) == first
    assert runs.ran == []
    runs.over({**FILES, PLAIN: b"class Plain: ...\n"})
    assert runs.ran == ["two"]
    assert runs.over({**FILES, MODELS: b"class Order: ...\n"}) != first
    assert runs.ran == ["one", "two"]


def test_a_table_is_built_once_for_all_and_not_at_all_where_nothing_changed_for_it() -> None:
    runs = Runs()
    runs.library("one", lambda project: project.table(classes_by_name).get("Order"))
    runs.library("two", lambda project: project.table(classes_by_name).get("Other"))
    TABLES.clear()
    runs.over(FILES)
    assert len(TABLES) == 1
    runs.over({**FILES, "notes.toml": b"a = 2\n"})
    assert len(TABLES) == 1
