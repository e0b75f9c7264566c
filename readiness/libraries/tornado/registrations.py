"""Linked code in, the applications of Tornado out, each with its rules; beside them the rules that nobody is seen to hand in."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.evaluation.activations import running
from readiness.libraries.evaluation.families import derived_names
from readiness.libraries.evaluation.occurrences import Occurrences
from readiness.libraries.evaluation.placing import Placing
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside, Routine
from readiness.libraries.tornado.rules import Entry, Rules
from readiness.libraries.tornado.texts import PatternReader
from readiness.libraries.tornado.vocabulary import (
    ADDING,
    APPLICATION,
    HANDLER,
    HOLDERS,
    PACKAGE,
    RULES,
    SOCKET,
    is_holder,
)
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Project, Span, SymbolKind
from readiness.model.summary import Call, CallRef, Class, Constant, Sequence, Summary, Value


class Node(Struct, eq=False):
    """One application or router."""

    made: Made
    name: str
    """Empty for a router."""
    place: Span
    symbol: str
    entries: list[Entry]
    complete: bool = True
    """Every rule could be read."""


class Graph:
    """The applications of one project."""

    def __init__(self, reader: PatternReader) -> None:
        self.reader = reader
        self.project: Project = reader.project
        self.files = running(reader.project)
        self.rules = Rules(reader)
        self.occurrences = Occurrences(reader)
        self.activations = self.occurrences.activations
        self.nodes: dict[tuple[object, ...], Node] = {}
        self.adrift: list[Entry] = []
        """Rules that are added to an application that is not seen."""
        self.afloat: list[Entry] = []
        """Rules that stand in a list whose way to an application is not seen."""
        summaries = [self.reader.summary(path) for path in self.files]
        self.holders = derived_names(summaries, HOLDERS)
        self.handlers = derived_names(summaries, (HANDLER, SOCKET))

    def build(self) -> None:
        """Read every registration."""
        for path in self.files:
            self._made(path, self.reader.summary(path))
        parents = self._parents()
        for path in self.files:
            self._derived(path, self.reader.summary(path), parents)
        for path in self.files:
            self._added(path, self.reader.summary(path))
        for path in self.files:
            self._floating(path, self.reader.summary(path))

    def _made(self, path: str, summary: Summary) -> None:
        aliases = {each.alias for each in summary.imports if each.name in self.holders}
        for index, call in enumerate(summary.calls):
            last = tail(call.callee)
            if last not in self.holders and last not in aliases:
                continue
            for frame in self.occurrences.of(path, call):
                for made in self.reader.made(Bound(CallRef(index), path, call.scope, call.line, frame)):
                    self.node(made)

    def node(self, made: Made) -> Node | None:
        """The application or router of one object; None for any other object."""
        known = self.nodes.get(made.key)
        if known is not None:
            return known
        construction = self.rules.constructions.of(made)
        if construction is None or not is_holder(construction.base):
            return None
        application = construction.base.last == APPLICATION
        place = self.project.span(made.path, made.index)
        scope = self.reader.call(made.path, made.index).scope
        node = Node(made, "", place, self.project.symbol(made.path, scope), [])
        node.name = self._name(made) if application else ""
        self.nodes[made.key] = node
        given = construction.arguments.get("handlers" if application else "rules")
        found = [given] if given is not None else list(self._handed_on(made))
        for each in found:
            entries, complete = self.rules.of(each)
            node.entries.extend(entries)
            node.complete &= complete
        node.complete &= bool(found) or "handlers" not in construction.hidden
        return node

    def _name(self, made: Made) -> str:
        return Placing(self.reader).application(made)

    def _handed_on(self, made: Made) -> Iterator[Answer]:
        """`kwargs.update(handlers=...)` and `settings["handlers"] = ...` in the `__init__` of a derived class."""
        if not isinstance(made.maker, Kind):
            return
        for ancestor in self.project.ancestors(self.reader.symbol_of(made.maker)):
            if not ancestor.path:
                continue
            summary = self.reader.summary(ancestor.path)
            for index, definition in enumerate(summary.definitions):
                if definition.scope == ancestor.index and definition.name == "__init__":
                    frame = self.reader.attributes.entered(Routine(ancestor.path, index, made.maker.frame, made), made)
                    for call in summary.calls:
                        given = dict(call.keywords).get("handlers")
                        if call.scope == index and tail(call.callee) == "update" and given is not None:
                            yield Bound(given, ancestor.path, index, call.line, frame)

    def _derived(self, path: str, summary: Summary, parents: set[tuple[object, ...]]) -> None:
        """Classes of applications that nobody is seen to make."""
        classes = [
            (index, each)
            for index, each in enumerate(summary.definitions)
            if isinstance(each, Class) and each.name in self.holders
        ]
        if not classes:
            return
        made = {each.made.maker.key for each in self.nodes.values() if isinstance(each.made.maker, Kind)}
        for index, definition in classes:
            kind = Kind(path, index)
            bases = self.project.ancestors(self.reader.symbol_of(kind))
            external = [Outside(each.name) for each in bases if each.kind is SymbolKind.EXTERNAL]
            if kind.key in made or kind.key in parents or not any(map(is_holder, external)):
                continue
            if any(each.last == APPLICATION and is_holder(each) for each in external):
                self._unmade(kind, Span(path, definition.line, definition.column))

    def _parents(self) -> set[tuple[object, ...]]:
        """Classes from which classes of applications are derived."""
        found: set[tuple[object, ...]] = set()
        for path in self.files:
            for index, definition in enumerate(self.reader.summary(path).definitions):
                if isinstance(definition, Class) and definition.name in self.holders:
                    above = self.project.ancestors(self.reader.symbol_of(Kind(path, index)))[1:]
                    found |= {(each.path, each.index) for each in above if each.path}
        return found

    def _unmade(self, kind: Kind, place: Span) -> None:
        made = Made(kind, kind.path, -1, None)
        name = self.project.symbol(kind.path, kind.index)
        node = self.nodes[made.key] = Node(made, name, place, name, [])
        construction = self.rules.constructions.of(made)
        given = construction.arguments.get("handlers") if construction is not None else None
        for each in [given] if given is not None else self._handed_on(made):
            entries, complete = self.rules.of(each)
            node.entries.extend(entries)
            node.complete &= complete

    # added later

    def _added(self, path: str, summary: Summary) -> None:
        """`app.add_handlers(host, [...])`, `app.default_router.add_rules([...])`."""
        for index, call in enumerate(summary.calls):
            last = tail(call.callee)
            origin = receiver(call.callee)
            if last not in ADDING or origin is None or self.reader.is_super(path, origin):
                continue
            for frame in self.occurrences.of(path, call):
                place = Bound(call.callee, path, call.scope, call.line, frame)
                given = self.rules.constructions.named(place, index, last).get(ADDING[last])
                if given is None:
                    continue
                nodes = self._holders(self.reader.at(place, origin))
                entries, complete = self.rules.of(given)
                for node in nodes:
                    node.entries.extend(entries)
                    node.complete &= complete
                if not nodes:
                    self.adrift.extend(each for each in entries if self.is_handler(each))

    def _holders(self, origin: Bound) -> list[Node]:
        for _ in range(2):
            nodes = [self.node(made) for made in self.reader.made(origin) if made.index >= 0]
            found = [each for each in nodes if each is not None]
            if found:
                return found
            # `app.wildcard_router` and `app.default_router` are the application's own.
            inner = receiver(origin.value) if tail(origin.value).endswith("_router") else None
            if inner is None:
                break
            origin = self.reader.at(origin, inner)
        return []

    # lists that nobody is seen to hand in

    def _floating(self, path: str, summary: Summary) -> None:
        """Lists of rules that no application was seen to get: plug-ins, modules that are imported by name."""
        for value, scope, line in _lists(summary):
            if not any(self._looks_like_rule(summary, item, path, scope, line) for item in value.items[:5]):
                continue
            if (path, scope, line) in self.rules.displays:
                continue
            frame = next(iter(self.activations.of(path, scope)), None)
            entries, _ = self.rules.of(Bound(value, path, scope, line, frame))
            self.afloat.extend(each for each in entries if self.is_handler(each))

    def _looks_like_rule(self, summary: Summary, item: Value, path: str, scope: int, line: int) -> bool:
        """A tuple whose second part, or a call of `url` whose second argument, is a request handler."""
        given: tuple[Value, ...] = ()
        if isinstance(item, Sequence) and item.kind == "tuple" and 2 <= len(item.items) <= 4:
            given = item.items
        elif isinstance(item, CallRef) and tail(summary.calls[item.index].callee) in RULES:
            given = summary.calls[item.index].arguments
        if len(given) < 2:
            return False
        if tail(given[1]) not in self.handlers:
            return self._holds_handler(given, path, scope, line)
        symbol = self.project.resolve_value(path, given[1], scope, line)
        return symbol.kind is SymbolKind.CLASS and self._serves(Kind(symbol.path, symbol.index))

    def _holds_handler(self, given: tuple[Value, ...], path: str, scope: int, line: int) -> bool:
        """A path, and an attribute that holds a request handler."""
        if not isinstance(given[0], Constant) or not str(given[0].value).startswith("/") or not tail(given[1]):
            return False
        targets = self.rules.targets(Bound(given[1], path, scope, line, next(iter(self.activations.of(path, scope)))))
        return any(isinstance(each, Kind) and self._serves(each) for each in targets)

    def _serves(self, kind: Kind) -> bool:
        ancestors = self.project.ancestors(self.reader.symbol_of(kind))
        return any(each.kind is SymbolKind.EXTERNAL and each.name.startswith(f"{PACKAGE}.") for each in ancestors)

    def is_handler(self, entry: Entry) -> bool:
        """The rule names a class that is derived from a request handler of another package, or such a handler itself."""
        if isinstance(entry.handler, Outside):
            return entry.handler.last.endswith("Handler")
        if not isinstance(entry.handler, Kind):
            return False
        ancestors = self.project.ancestors(self.reader.symbol_of(entry.handler))
        return any(each.kind is SymbolKind.EXTERNAL and each.name.endswith("Handler") for each in ancestors)


def _lists(summary: Summary) -> Iterator[tuple[Sequence, int, int]]:
    """The lists that are named, returned or handed on in a file."""
    bound = [(each.value, each.scope, each.line) for each in summary.assignments]
    bound += [(each.value, each.scope, each.line) for each in summary.returns]
    bound += [(value, call.scope, call.line) for call in summary.calls for value in call.arguments]
    bound += [(Sequence("list", call.arguments), call.scope, call.line) for call in summary.calls if _appends(call)]
    for value, scope, line in bound:
        if isinstance(value, Sequence) and value.kind in ("list", "tuple") and value.items:
            yield value, scope, line


def _appends(call: Call) -> bool:
    return tail(call.callee) == "append" and len(call.arguments) == 1
