"""The functions that configure an application in, its records out: `include`, prefixes, helpers and directives are followed.

A configurator goes from function to function: as an argument, by `config.include("shop.routes")`, through a directive that the
project adds. Each function is entered with the prefix and the package that hold there.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from readiness.libraries.evaluation.conditions import together
from readiness.libraries.evaluation.constructions import Constructions
from readiness.libraries.evaluation.occurrences import Occurrences
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Frame, Kind, Made, Outside, Routine, Unit
from readiness.libraries.pyramid.directives import Directive, Directives
from readiness.libraries.pyramid.modules import Modules
from readiness.libraries.pyramid.records import ApplicationRecord, State
from readiness.libraries.pyramid.vocabulary import (
    ADD_SERVICE,
    ENTRY,
    HANDED_BACK,
    POSITIONAL,
    PREFIXED,
    is_configurator,
    is_service,
    is_view_config,
)
from readiness.libraries.values.expressions import receiver, tail
from readiness.model.summary import Call, CallRef, Name

STEPS = 20_000
"""Functions that are entered in one project."""
NESTED = 40
"""Functions inside one another."""


class Walker:
    """Walks configuring functions."""

    def __init__(self, reader: Reader, occurrences: Occurrences, modules: Modules, files: list[str]) -> None:
        self.reader = reader
        self.files = files
        self.project = reader.project
        self.occurrences = occurrences
        self.modules = modules
        self.constructions = Constructions(
            reader, POSITIONAL, lambda each: is_configurator(each) or is_view_config(each) or is_service(each)
        )
        self.directives = Directives(reader, modules)
        self.added: dict[str, list[Routine]] = {}
        """Functions that the project adds as directives."""
        self.entered: set[tuple[str, int]] = set()
        """Functions that some configurator came through."""
        self.steps = 0
        self._calls: dict[str, dict[int, list[int]]] = {}
        self._now: list[tuple[str, int, object]] = []

    # configurators

    def configurators(self, given: Answer) -> list[Made]:
        """The configurators that an expression can denote."""
        found = []
        for made in self.reader.made(given):
            if isinstance(made.maker, Outside):
                if is_configurator(made.maker):
                    found.append(made)
            else:
                construction = self.constructions.of(made)
                if construction is not None and is_configurator(construction.base):
                    found.append(made)
        return found

    # walking

    def walk(self, path: str, scope: int, frame: Frame | None, record: ApplicationRecord, state: State) -> None:
        """The directives in one scope, in their order."""
        identity = (path, scope, (frame.key, state.prefix) if frame is not None else state.prefix)
        self.steps += 1
        if self.steps > STEPS or len(self._now) > NESTED or identity in self._now:
            return
        self._now.append(identity)
        self.entered.add((path, scope))
        for index in self._calls_in(path, scope):
            call = self.reader.call(path, index)
            last = tail(call.callee)
            origin = receiver(call.callee)
            if (
                origin is not None
                and last not in HANDED_BACK
                and self._is_config(Bound(origin, path, scope, call.line, frame))
            ):
                for turn in self._turns(path, call, frame):
                    self._directive(path, index, last, turn, record, self._around(path, call, frame, state))
            elif any(self._is_config(each) for each in self._handed(path, call, frame)):
                for turn in self._turns(path, call, frame):
                    self._enter_call(path, index, turn, record, self._around(path, call, frame, state))
        self._now.pop()

    def _calls_in(self, path: str, scope: int) -> list[int]:
        if path not in self._calls:
            found: dict[int, list[int]] = {}
            for index, call in enumerate(self.reader.summary(path).calls):
                found.setdefault(call.scope, []).append(index)
            for indices in found.values():
                indices.sort(key=lambda each: self.reader.call(path, each).line)
            self._calls[path] = found
        return self._calls[path].get(scope, [])

    def _is_config(self, given: Bound) -> bool:
        return bool(self.configurators(given))

    def _handed(self, path: str, call: Call, frame: Frame | None) -> Iterator[Bound]:
        """Arguments that can be a configurator."""
        for value in (*call.arguments, *(each for _, each in call.keywords)):
            if isinstance(value, Name):
                yield Bound(value, path, call.scope, call.line, frame)

    def _turns(self, path: str, call: Call, frame: Frame | None) -> Iterator[Frame | None]:
        if self.reader.conditions.allow(path, call, frame):
            yield from self.occurrences.turns(path, call, frame)

    def _around(self, path: str, call: Call, frame: Frame | None, state: State) -> State:
        """The state at a call: prefixes of the `with` blocks around it, the condition under which it happens."""
        for index in call.within:
            outer = self.reader.call(path, index)
            if tail(outer.callee) == PREFIXED:
                place = Bound(outer.callee, path, outer.scope, outer.line, frame)
                state = self._prefixed(state, self.constructions.named(place, index, PREFIXED).get("route_prefix"))
        return replace(state, condition=together(state.condition, self.reader.conditions.text(path, call, frame)))

    def _prefixed(self, state: State, given: Answer | None) -> State:
        text, exact = self.directives.text(given)
        if not text:
            return state
        prefix = "/".join(each for each in (state.prefix.rstrip("/"), text.strip("/")) if each)
        return replace(state, prefix=prefix, exact=state.exact and exact)

    # directives

    def _directive(
        self, path: str, index: int, last: str, frame: Frame | None, record: ApplicationRecord, state: State
    ) -> None:
        call = self.reader.call(path, index)
        place = Bound(call.callee, path, call.scope, call.line, frame)
        write = self._include if last == "include" else self.directives.writing.get(last)
        if write is not None:
            given = self.constructions.named(place, index, last)
            write(Directive(given, (path, index), frame, record, state))
        for function in self.added.get(last, ()) if last != ADD_SERVICE else ():
            self._enter_directive(function, path, index, frame, record, state)

    def _include(self, directive: Directive) -> None:
        """`config.include("shop.routes", route_prefix="/shop")`."""
        target = directive.given.get("callable")
        if target is None:
            return
        inner = self._prefixed(directive.state, directive.given.get("route_prefix"))
        functions, known = self.functions(target, directive.state)
        for function in functions:
            state = replace(inner, package=self.modules.package_of(function.path))
            self.enter(function, (*directive.call, 0), directive.frame, directive.record, state)
        if not functions and not known:
            directive.record.open.append((self.project.span(*directive.call), inner))

    def functions(self, target: Answer, state: State) -> tuple[list[Routine], bool]:
        """The functions that an include calls, and whether what is included is known."""
        found: list[Routine] = []
        known = False
        for thing in self.directives.denoted(target, state):
            known |= thing is not None
            if isinstance(thing, Unit):
                member = self.modules.member(self.project.module(thing.path), ENTRY)
                if isinstance(member, Routine):
                    found.append(member)
            elif isinstance(thing, Routine):
                found.append(thing)
        return found, known

    def enter(
        self,
        function: Routine,
        site: tuple[str, int, int],
        frame: Frame | None,
        record: ApplicationRecord,
        state: State,
    ) -> None:
        """A function that gets the configurator and nothing else."""
        definition = self.reader.function(function)
        first = next((each.name for each in definition.parameters), "")
        names: dict[str, Answer] = {}
        if first:
            names[first] = record.made
        outer = frame.key if frame is not None else ()
        inner = Frame(function.path, function.index, names, {}, function.frame, (*outer, site))
        self.walk(function.path, function.index, inner, record, state)

    def _enter_call(self, path: str, index: int, frame: Frame | None, record: ApplicationRecord, state: State) -> None:
        """A function or class of the project that is handed the configurator."""
        call = self.reader.call(path, index)
        for target in self.reader.things(Bound(call.callee, path, call.scope, call.line, frame)):
            if isinstance(target, Routine):
                inner = self.reader.activate(target, path, index, frame)
                self.walk(target.path, target.index, inner, record, state)
            elif isinstance(target, Kind):
                made = self.reader.made(Bound(CallRef(index), path, call.scope, call.line, frame))
                member = self.project.member(self.reader.symbol_of(target), "__init__")
                if made and member.path:
                    routine = Routine(member.path, member.index, target.frame, made[0])
                    self.walk(
                        member.path, member.index, self.reader.activate(routine, path, index, frame), record, state
                    )

    def _enter_directive(
        self,
        function: Routine,
        path: str,
        index: int,
        frame: Frame | None,
        record: ApplicationRecord,
        state: State,
    ) -> None:
        """A directive of the project: the configurator comes first, the rest is handed on."""
        call = self.reader.call(path, index)
        definition = self.reader.function(function)
        names = self.reader.arguments.bind(definition, call, path, frame, 1)
        if definition.parameters:
            names[definition.parameters[0].name] = record.made
        outer = frame.seen_by(True) if frame is not None else ()
        inner = Frame(function.path, function.index, names, {}, function.frame, (*outer, (path, index, 0)))
        self.walk(function.path, function.index, inner, record, state)
