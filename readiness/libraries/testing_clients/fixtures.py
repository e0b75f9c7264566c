"""Test files in; which fixture a parameter of a test stands for, and what it gives, out. As pytest 9 looks fixtures up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from readiness.libraries.testing_clients.bindings import MOST, Given
from readiness.libraries.testing_clients.vocabulary import FIXTURE_MARKS
from readiness.model import Project, Scope, Symbol, SymbolKind
from readiness.model.summary import (
    CallRef,
    Class,
    Comprehension,
    Constant,
    Function,
    Member,
    Name,
    Sequence,
    Subscript,
    Summary,
    Value,
)

ON_CLASS = "request.cls."
ROWS = 64
"""Rows of parameters that one test is looked at with."""


class Fixture(Struct, frozen=True):
    """One fixture of the project."""

    path: str
    index: int
    """Into `Summary.definitions`."""


class Fixtures:
    """All fixtures of the tests, by name."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[str, list[Fixture]] = {}
        self.own: set[tuple[str, int]] = set()
        """All fixtures by place."""
        self._generated: dict[str, list[Given]] | None = None
        self._on_classes: dict[str, list[Given]] | None = None
        for path in project.paths(Scope.TEST):
            summary = project.summary(path)
            for index, each in enumerate(summary.definitions if summary is not None else ()):
                if isinstance(each, Function) and each.decorators and summary is not None:
                    name = _fixture_name(summary, each)
                    if name:
                        self._known.setdefault(name, []).append(Fixture(path, index))
                        self.own.add((path, index))

    def named(self, name: str, path: str, without: tuple[str, int] = ("", -1)) -> Fixture | None:
        """The fixture that a parameter of this name means in a file: its own, that of the nearest `conftest.py`, else the one that
        lies nearest. `without` is the fixture that asks: its own name is the one it overrides."""
        found = [each for each in self._known.get(name, ()) if (each.path, each.index) != without]
        if len(found) < 2:
            return found[0] if found else None
        folder = path.split("/")[:-1]

        def nearness(fixture: Fixture) -> tuple[int, int, int]:
            parts = fixture.path.split("/")
            common = 0
            while common < min(len(parts) - 1, len(folder)) and parts[common] == folder[common]:
                common += 1
            above = common == len(parts) - 1 and parts[-1] == "conftest.py"
            return (int(fixture.path == path), common if above else 0, common)

        return max(found, key=nearness)

    def gives(self, fixture: Fixture) -> list[Given]:
        """What a fixture yields or returns."""
        summary = self._project.summary(fixture.path)
        if summary is None:
            return []
        found = []
        for each in summary.returns:
            if each.scope == fixture.index and each.value == Name("request.param"):
                found += _params(fixture.path, summary, summary.definitions[fixture.index])
            elif each.scope == fixture.index and each.value is not None:
                found.append(Given(fixture.path, each.value, fixture.index, each.line))
        return found

    def value(self, path: str, index: int, name: str) -> list[Given]:
        """What the fixture gives that a parameter of a test stands for; empty where it is none of the project's."""
        if not self.is_test(path, index):
            return []
        fixture = self.named(name, path, (path, index))
        return self.gives(fixture) if fixture is not None else []

    def objects(self, path: str, index: int, name: str) -> list[Symbol]:
        """The classes of the project whose objects fixtures give a test under this name; those of its own file, each class of
        tests with one, all count."""
        if not self.is_test(path, index):
            return []
        nearest = self.named(name, path, (path, index))
        mine = [each for each in self._known.get(name, ()) if each.path == path]
        found = []
        for each in mine or ([nearest] if nearest is not None else []):
            for given in self.gives(each):
                if isinstance(given.value, CallRef):
                    symbol = self._project.callee(given.path, given.value.index)
                    found += [symbol] if symbol.kind is SymbolKind.CLASS and symbol.path else []
        return found

    def put_on_classes(self, name: str) -> list[Given]:
        """What fixtures bind this attribute of the class to that uses them: `request.cls.client = ...`."""
        if self._on_classes is None:
            self._on_classes = {}
            for path in sorted({path for path, _ in self.own}):
                summary = self._project.summary(path)
                for each in summary.assignments if summary is not None else ():
                    if (path, each.scope) in self.own and each.target.startswith(ON_CLASS) and each.value is not None:
                        given = Given(path, each.value, each.scope, each.line)
                        self._on_classes.setdefault(each.target.removeprefix(ON_CLASS), []).append(given)
        return self._on_classes.get(name, [])

    def generated(self, name: str) -> list[Given]:
        """The values that `pytest_generate_tests` gives to a parameter of this name: `metafunc.parametrize(name, [...])`."""
        if self._generated is None:
            self._generated = {}
            for path in self._project.paths(Scope.TEST):
                summary = self._project.summary(path)
                hooks = [
                    index
                    for index, each in enumerate(summary.definitions if summary is not None else ())
                    if isinstance(each, Function) and each.name == "pytest_generate_tests"
                ]
                for call in summary.calls if summary is not None and hooks else ():
                    callee = call.callee.dotted if isinstance(call.callee, Name) else ""
                    if call.scope not in hooks or not callee.endswith(".parametrize") or len(call.arguments) < 2:
                        continue
                    names, values = _names(call.arguments[0]), call.arguments[1]
                    if summary is not None and len(names) == 1 and isinstance(values, Sequence):
                        self._generated.setdefault(names[0], []).extend(
                            Given(path, _value(summary, each), call.scope, call.line) for each in values.items[:MOST]
                        )
        return self._generated.get(name, [])

    def is_test(self, path: str, index: int) -> bool:
        """A function whose parameters are filled by name: a test or a fixture."""
        summary = self._project.summary(path)
        function = summary.definitions[index] if summary is not None and index >= 0 else None
        return (path, index) in self.own or (isinstance(function, Function) and function.name.startswith("test"))

    def rows(self, path: str, index: int) -> list[tuple[tuple[str, Given], ...]]:
        """The values of a test's parameters, a row for each run, as far as decorators write them out; one empty row without any."""
        summary = self._project.summary(path)
        if summary is None:
            return [()]
        rows: list[tuple[tuple[str, Given], ...]] = [()]
        around = index
        while around >= 0:
            definition = summary.definitions[around]
            for decorator in definition.decorators:
                more = list(_rows(path, summary, decorator, definition.line, definition))
                if more and len(rows) * len(more) <= ROWS * 4:
                    rows = [(*row, *each) for row in rows for each in more]
            around = definition.scope
        return rows[: ROWS * 4]


def _params(path: str, summary: Summary, function: Function | Class) -> list[Given]:
    """The values of `@pytest.fixture(params=[...])`."""
    for decorator in function.decorators:
        values = dict(summary.calls[decorator.index].keywords).get("params") if isinstance(decorator, CallRef) else None
        if isinstance(values, Name):
            values = _table(summary, values.dotted, -1)
        if isinstance(values, Sequence):
            return [Given(path, _value(summary, each), -1, function.line) for each in values.items[:MOST]]
    return []


def _value(summary: Summary, item: Value) -> Value:
    """`1` of `pytest.param(1)`."""
    if isinstance(item, CallRef):
        made = summary.calls[item.index]
        if isinstance(made.callee, Name) and made.callee.dotted.rpartition(".")[2] == "param" and made.arguments:
            return made.arguments[0]
    return item


def _fixture_name(summary: Summary, function: Function) -> str:
    for decorator in function.decorators:
        value, call = decorator, None
        if isinstance(value, CallRef):
            call = summary.calls[value.index]
            value = call.callee
        last = (
            value.dotted.rpartition(".")[2]
            if isinstance(value, Name)
            else value.name
            if isinstance(value, Member)
            else ""
        )
        if last in FIXTURE_MARKS:
            named = dict(call.keywords).get("name") if call is not None else None
            return named.value if isinstance(named, Constant) and isinstance(named.value, str) else function.name
    return ""


def _rows(
    path: str, summary: Summary, decorator: Value, line: int, definition: Function | Class
) -> Iterator[tuple[tuple[str, Given], ...]]:
    """The rows of one `parametrize("a, b", [(1, 2), pytest.param(3, 4)])` or `parameterized.expand([...])`."""
    if not isinstance(decorator, CallRef):
        return
    call = summary.calls[decorator.index]
    dotted = call.callee.dotted if isinstance(call.callee, Name) else ""
    keywords = dict(call.keywords)
    if dotted.endswith("parametrize"):
        names_value = call.arguments[0] if call.arguments else keywords.get("argnames")
        values = call.arguments[1] if len(call.arguments) > 1 else keywords.get("argvalues")
        names = _names(names_value)
    elif dotted.endswith(("parameterized.expand", "parameterized")) and isinstance(definition, Function):
        values = call.arguments[0] if call.arguments else None
        names = [each.name for each in definition.parameters if each.name != "self"]
    else:
        return
    items = _items(summary, values, definition.scope)
    if not names:
        return
    for item in items:
        row = item
        if isinstance(row, CallRef):
            made = summary.calls[row.index]
            last = made.callee.dotted.rpartition(".")[2] if isinstance(made.callee, Name) else ""
            if last != "param":
                if len(names) > 1:
                    continue
            elif len(names) == 1:
                row = made.arguments[0] if made.arguments else row
            else:
                row = Sequence("tuple", made.arguments)
        if len(names) == 1 and not (isinstance(row, Sequence) and dotted.endswith("expand")):
            yield ((names[0], Given(path, row, -1, line)),)
        elif isinstance(row, Sequence) and len(row.items) >= len(names):
            yield tuple((name, Given(path, each, -1, line)) for name, each in zip(names, row.items, strict=False))


def _names(value: Value | None) -> list[str]:
    if isinstance(value, Constant) and isinstance(value.value, str):
        return [each.strip() for each in value.value.split(",") if each.strip()]
    if isinstance(value, Sequence):
        return [each.value for each in value.items if isinstance(each, Constant) and isinstance(each.value, str)]
    return []


def _items(summary: Summary, values: Value | None, scope: int) -> Iterable[Value]:
    """The items of a list that is written out, under a name, or picked from another one: `(page[0] for page in PAGES)`."""
    if isinstance(values, Name):
        values = _table(summary, values.dotted, scope)
    if isinstance(values, Comprehension) and values.kind in ("list", "generator") and len(values.sources) == 1:
        source, element = values.sources[0], values.element
        for item in _items(summary, source, scope) if isinstance(source, Name | Sequence) else ():
            place = (
                element.index.value if isinstance(element, Subscript) and isinstance(element.index, Constant) else -1
            )
            if isinstance(element, Subscript) and isinstance(item, Sequence) and isinstance(place, int):
                if 0 <= place < len(item.items):
                    yield item.items[place]
            elif isinstance(element, Name) and "." not in element.dotted:
                yield item
    elif isinstance(values, Sequence):
        yield from values.items[:MOST]


def _table(summary: Summary, name: str, scope: int) -> Value | None:
    """The list that a module binds a name to, or the class around."""
    for assignment in reversed(summary.assignments):
        if assignment.scope in (-1, scope) and assignment.target == name and assignment.operator == "=":
            return assignment.value
    return None
