"""Scanned files in, the views that their decorators register out: `view_config`, decorators that wrap it, own ones on venusian."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from readiness.libraries.evaluation.things import Answer, Bound, Frame, Kind, Outside, Routine, Thing
from readiness.libraries.pyramid.records import ApplicationRecord, State, ViewRecord
from readiness.libraries.pyramid.vocabulary import ADD_SERVICE, VIEW_CONFIGS, VIEW_DEFAULTS, is_view_config
from readiness.libraries.pyramid.walking import Walker
from readiness.libraries.values.expressions import tail
from readiness.model import Span, SymbolKind
from readiness.model.summary import CallRef, Class, Function, Value

ATTACH = "venusian.attach"
REGISTERING = frozenset({"add_route", "add_view", ADD_SERVICE})
LIFT = "venusian.lift"
ONLY_LIFTED = "venusian.onlyliftedfrom"


class Scanning:
    """Reads the decorators of scanned files; each file is read once for each application and prefix."""

    def __init__(self, walker: Walker) -> None:
        self.walker = walker
        self.reader = walker.reader
        self.project = walker.project
        self.lifted_from: set[tuple[str, int]] = set()
        """Classes whose methods register for a class that is derived from them."""
        self._marked: dict[tuple[str, int, str], bool] = {}
        self._attaching: dict[tuple[str, int], Routine | None] = {}

    def scan(self, path: str, record: ApplicationRecord, state: State) -> None:
        """The views of one file."""
        definitions = self.reader.summary(path).definitions
        for index, definition in enumerate(definitions):
            if isinstance(definition, Class) and definition.scope < 0 and self._is(Kind(path, index), LIFT):
                self._lifted(Kind(path, index), record, state)
            around = definition.scope
            inside = around >= 0 and isinstance(definitions[around], Class) and definitions[around].scope < 0
            if not definition.decorators or (around >= 0 and not (inside and isinstance(definition, Function))):
                continue
            target: Thing = Routine(path, index) if isinstance(definition, Function) else Kind(path, index)
            owner = Kind(path, around) if inside else None
            if owner is not None and self._is(owner, ONLY_LIFTED):
                continue
            for decorator in definition.decorators:
                self._decorator(path, decorator, definition.line, target, owner, record, state)

    def _lifted(self, kind: Kind, record: ApplicationRecord, state: State) -> None:
        """`@venusian.lift()`: the decorated methods of the bases register for this class as well."""
        seen = {each.name for each in self._methods(kind.path, kind.index)}
        for ancestor in self.project.ancestors(self.reader.symbol_of(kind))[1:]:
            if not ancestor.path:
                continue
            self.lifted_from.add((ancestor.path, ancestor.index))
            for each in self._methods(ancestor.path, ancestor.index):
                if each.name in seen:
                    continue
                seen.add(each.name)
                index = self.reader.summary(ancestor.path).definitions.index(each)
                for decorator in each.decorators:
                    target = Routine(ancestor.path, index)
                    self._decorator(ancestor.path, decorator, each.line, target, kind, record, state)

    def _methods(self, path: str, index: int) -> list[Function]:
        definitions = self.reader.summary(path).definitions
        return [each for each in definitions if isinstance(each, Function) and each.scope == index]

    def _is(self, kind: Kind, name: str) -> bool:
        """A decorator of venusian stands on the class."""
        key = (kind.path, kind.index, name)
        if key not in self._marked:
            found = False
            definition = self.reader.summary(kind.path).definitions[kind.index]
            for decorator in definition.decorators:
                if isinstance(decorator, CallRef):
                    found |= self.project.callee(kind.path, decorator.index).name == name
            self._marked[key] = found
        return self._marked[key]

    def _decorator(
        self,
        path: str,
        decorator: Value,
        line: int,
        target: Thing,
        owner: Kind | None,
        record: ApplicationRecord,
        state: State,
    ) -> None:
        scope = self._definition(target).scope
        place = Bound(decorator, path, scope, line)
        name = self._definition(target).name
        span = self.project.span(path, decorator.index) if isinstance(decorator, CallRef) else Span(path, line)
        # Inside a class, what a nested function decorates is not seen by the scan.
        wrapped = self._wrapped(place) if owner is None else ()
        for arguments in (*self.view_configs(place), *wrapped):
            view: Answer = owner if owner is not None else target
            attribute = name if owner is not None else ""
            defaults = self.defaults(owner if owner is not None else target)
            record.views.append(ViewRecord(view, {**defaults, **arguments}, span, state, attribute))
        if isinstance(decorator, CallRef):
            self._attached(path, decorator, place, target, owner, record, state)

    def _definition(self, target: Thing) -> Function | Class:
        assert isinstance(target, Routine | Kind)  # noqa: S101 -- only these are decorated
        return self.reader.summary(target.path).definitions[target.index]

    def view_configs(self, decorator: Bound) -> Iterator[dict[str, Answer]]:
        """The arguments of `view_config(...)`, also of one that a function of the project returns."""
        for made in self.reader.made(decorator):
            if isinstance(made.maker, Outside) and not is_view_config(made.maker):
                continue
            construction = self.walker.constructions.of(made)
            if construction is not None and is_view_config(construction.base):
                yield self._named(construction.base, construction.arguments)

    @staticmethod
    def _named(decorator: Outside, arguments: dict[str, Answer]) -> dict[str, Answer]:
        """The arguments with the name of the route where `view_config` has it."""
        name = arguments.get(VIEW_CONFIGS[decorator.package, decorator.last])
        return {**arguments, "route_name": name} if name is not None else arguments

    def _wrapped(self, decorator: Bound) -> Iterator[dict[str, Answer]]:
        """`view_config(...)` in the function that a decorator of the project gives back: `view_config(**settings)(wrapped)`."""
        if not isinstance(decorator.value, CallRef):
            return
        call = self.reader.call(decorator.path, decorator.value.index)
        for factory in self.reader.things(self.reader.at(decorator, call.callee)):
            if not isinstance(factory, Routine):
                continue
            frame = self.reader.activate(factory, decorator.path, decorator.value.index, None)
            for index in self.project.calls_in(self.reader.symbol_of(factory)):
                inner = self.reader.call(factory.path, index)
                symbol = self.project.callee(factory.path, index)
                if inner.scope == factory.index or not is_view_config(Outside(symbol.name)):
                    continue
                if symbol.kind is SymbolKind.EXTERNAL:
                    around = Frame(factory.path, inner.scope, {}, {}, frame, frame.key)
                    place = Bound(inner.callee, factory.path, inner.scope, inner.line, around)
                    set_before = self._set_before(factory, frame)
                    given = self._named(Outside(symbol.name), self.reader.arguments.keywords(inner, place))
                    arguments = {**given, **set_before}
                    # A scan takes what is attached in another module for an import, unless it is told to look further up.
                    if factory.path == decorator.path or "_depth" in arguments:
                        yield arguments

    def _set_before(self, factory: Routine, frame: Frame) -> dict[str, Answer]:
        """`settings.update(renderer="json")` in a decorator of the project."""
        found: dict[str, Answer] = {}
        for call in self.reader.summary(factory.path).calls:
            if call.scope == factory.index and tail(call.callee) == "update":
                place = Bound(call.callee, factory.path, call.scope, call.line, frame)
                found |= self.reader.arguments.keywords(call, place)
        return found

    def defaults(self, thing: Answer) -> dict[str, Answer]:
        """What `view_defaults` says for all views of a class; of a base where the class itself says nothing."""
        if not isinstance(thing, Kind):
            return {}
        for ancestor in self.project.ancestors(self.reader.symbol_of(thing)):
            if not ancestor.path:
                continue
            definition = self.reader.summary(ancestor.path).definitions[ancestor.index]
            for decorator in definition.decorators:
                if not isinstance(decorator, CallRef):
                    continue
                symbol = self.project.callee(ancestor.path, decorator.index)
                if symbol.kind is SymbolKind.EXTERNAL and symbol.name.rpartition(".")[2] == VIEW_DEFAULTS:
                    call = self.reader.call(ancestor.path, decorator.index)
                    place = Bound(call.callee, ancestor.path, call.scope, call.line)
                    return self.reader.arguments.keywords(call, place)
        return {}

    # decorators on venusian

    def _attached(
        self,
        path: str,
        decorator: CallRef,
        place: Bound,
        target: Thing,
        owner: Kind | None,
        record: ApplicationRecord,
        state: State,
    ) -> None:
        """A decorator of the project that attaches a callback: the callback is entered with what is decorated."""
        call = self.reader.call(path, decorator.index)
        for factory in self.reader.things(self.reader.at(place, call.callee)):
            if not isinstance(factory, Routine):
                continue
            frame = self.reader.activate(factory, path, decorator.index, None)
            callback = self._callback(factory)
            if callback is None:
                continue
            before = len(record.views)
            parameters = [each.name for each in self.reader.function(callback).parameters]
            given = zip(parameters, (record.made, None, owner or target), strict=False)
            names: dict[str, Answer] = {name: value for name, value in given if value is not None}
            site = (path, -1 - self._index(target), decorator.index)
            inner = Frame(callback.path, callback.index, names, {}, frame, (*frame.key, site))
            self.walker.walk(callback.path, callback.index, inner, record, state)
            if len(record.views) == before and self._registers(callback):
                # What it registers is computed: the one thing that is known is what answers.
                span = self.project.span(path, decorator.index)
                record.views.append(ViewRecord(target if owner is None else owner, {}, span, state, lost=True))
                continue
            if owner is not None:
                name = self._definition(target).name
                added = record.views[before:]
                record.views[before:] = [
                    each if each.attribute or "attr" in each.arguments else replace(each, attribute=name)
                    for each in added
                ]

    def _registers(self, callback: Routine) -> bool:
        """It adds routes, views or services."""
        summary = self.reader.summary(callback.path)
        within = self.project.calls_in(self.reader.symbol_of(callback))
        return any(tail(summary.calls[index].callee) in REGISTERING for index in within)

    @staticmethod
    def _index(target: Thing) -> int:
        return target.index if isinstance(target, Routine | Kind) else 0

    def _callback(self, factory: Routine) -> Routine | None:
        """The function that a decorator hands to `venusian.attach`."""
        key = (factory.path, factory.index)
        if key not in self._attaching:
            self._attaching[key] = self._find_callback(factory)
        return self._attaching[key]

    def _find_callback(self, factory: Routine) -> Routine | None:
        for function in self.project.reached_from(self.reader.symbol_of(factory), 1):
            for index in self.project.calls_in(function) if function.kind is SymbolKind.FUNCTION else ():
                call = self.reader.call(function.path, index)
                if len(call.arguments) < 2 or self.project.callee(function.path, index).name != ATTACH:
                    continue
                found = self.project.resolve_value(function.path, call.arguments[1], call.scope, call.line)
                if found.kind is SymbolKind.FUNCTION:
                    return Routine(found.path, found.index)
        return None
