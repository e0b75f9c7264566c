"""The functions that configure an application in, its records out: `include`, prefixes, helpers and directives are followed.

A configurator goes from function to function: as an argument, by `config.include("shop.routes")`, through a directive that the
project adds. Each function is entered with the prefix and the package that hold there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from readiness.libraries.evaluation.conditions import together
from readiness.libraries.evaluation.constructions import Constructions
from readiness.libraries.evaluation.occurrences import Occurrences
from readiness.libraries.evaluation.reader import UNRESOLVED, Reader
from readiness.libraries.evaluation.texts import Texts
from readiness.libraries.evaluation.things import Answer, Bound, Frame, Kind, Made, Outside, Routine, Thing, Unit
from readiness.libraries.pyramid.modules import Modules
from readiness.libraries.pyramid.patterns import joined
from readiness.libraries.pyramid.records import ApplicationRecord, RouteRecord, State, ViewRecord
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
from readiness.model.summary import Call, CallRef, Constant, Name

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
        self.texts = Texts(reader)
        self.directives: dict[str, list[Routine]] = {}
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
        text, exact = self.text(given)
        if not text:
            return state
        prefix = "/".join(each for each in (state.prefix.rstrip("/"), text.strip("/")) if each)
        return replace(state, prefix=prefix, exact=state.exact and exact)

    def text(self, given: Answer | None) -> tuple[str, bool]:
        """The text of an argument, empty where it is not given."""
        return self.texts.of(given) if given is not None else ("", True)

    # directives

    def _directive(
        self, path: str, index: int, last: str, frame: Frame | None, record: ApplicationRecord, state: State
    ) -> None:
        call = self.reader.call(path, index)
        place = Bound(call.callee, path, call.scope, call.line, frame)
        known: Callable[..., None] | None = getattr(self, f"_on_{last}", None)
        if known is not None:
            known(self.constructions.named(place, index, last), (path, index), frame, record, state)
        for function in self.directives.get(last, ()) if last != ADD_SERVICE else ():
            self._enter_directive(function, path, index, frame, record, state)

    def _on_add_route(
        self,
        given: dict[str, Answer],
        call: tuple[str, int],
        frame: Frame | None,
        record: ApplicationRecord,
        state: State,
    ) -> None:
        static = given.get("static")
        if static is not None and self.reader.constant(static) is True:
            return
        pattern, exact = self.text(given.get("pattern", given.get("path")))
        if "pattern" not in given and "path" not in given:
            pattern, exact = UNRESOLVED, False
        if "://" in pattern:
            return
        inherit = given.get("inherit_slash")
        inherits = inherit is not None and self.reader.constant(inherit) is True
        route = RouteRecord(
            name=self.route_name(given.get("name"), frame) or "",
            pattern=joined(state.prefix, pattern, inherits_slash=inherits),
            exact=exact and state.exact,
            arguments=given,
            place=self.project.span(*call),
            state=state,
        )
        record.routes.setdefault(route.name, []).append(route)
        if "view" in given:
            record.views.append(ViewRecord(given["view"], given, route.place, state, route=route))

    _on_add_xmlrpc_endpoint = _on_add_route
    _on_add_jsonrpc_endpoint = _on_add_route

    def _on_add_view(
        self,
        given: dict[str, Answer],
        call: tuple[str, int],
        frame: Frame | None,
        record: ApplicationRecord,
        state: State,
    ) -> None:
        name = self.route_name(given.get("route_name"), frame)
        record.views.append(ViewRecord(given.get("view"), given, self.project.span(*call), state, route_name=name))

    def route_name(self, given: Answer | None, frame: Frame | None) -> str | None:
        """The name of a route; one that is not known to the last part is the same only within one activation."""
        if given is None or self.is_none(given):
            return None
        text, exact = self.texts.of(given)
        return text if exact else f"{text} {frame.key if frame is not None else ()}"

    def _on_include(
        self,
        given: dict[str, Answer],
        call: tuple[str, int],
        frame: Frame | None,
        record: ApplicationRecord,
        state: State,
    ) -> None:
        target = given.get("callable")
        if target is None:
            return
        inner = self._prefixed(state, given.get("route_prefix"))
        functions, known = self.functions(target, state)
        for function in functions:
            self.enter(function, (*call, 0), frame, record, replace(inner, package=self._package(function)))
        if not functions and not known:
            record.open.append((self.project.span(*call), inner))

    def _package(self, function: Routine) -> str:
        return self.modules.package_of(function.path)

    def functions(self, target: Answer, state: State) -> tuple[list[Routine], bool]:
        """The functions that an include calls, and whether what is included is known."""
        found: list[Routine] = []
        known = False
        for thing in self.denoted(target, state):
            known |= thing is not None
            if isinstance(thing, Unit):
                member = self.modules.member(self.project.module(thing.path), ENTRY)
                if isinstance(member, Routine):
                    found.append(member)
            elif isinstance(thing, Routine):
                found.append(thing)
        return found, known

    def denoted(self, given: Answer, state: State) -> list[Thing | None]:
        """What a dotted name or an object denotes; None among them for what is not known."""
        text, exact = self.texts.of(given) if isinstance(given, Bound) else ("", False)
        if exact and text:
            # A name that is none of ours is that of another package.
            return [self.modules.named(text, state.package) or Outside(text)]
        return [*self.reader.things(given)] or [None]

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

    def _on_scan(
        self,
        given: dict[str, Answer],
        call: tuple[str, int],
        frame: Frame | None,
        record: ApplicationRecord,
        state: State,
    ) -> None:
        paths = self._scanned(given.get("package"), call[0], state)
        if paths is None:
            record.open.append((self.project.span(*call), state))
            return
        left_out = set(self._ignored(given.get("ignore"), state))
        for path in paths:
            if not any(self._is_inside(path, each) for each in left_out):
                record.scanned.setdefault((path, state.prefix), state)

    def _scanned(self, package: Answer | None, path: str, state: State) -> list[str] | None:
        """The files of a scan; None where what is scanned is not known."""
        if package is None:
            own = self.modules.paths.get(state.package)
            return self.modules.within(own) if own is not None else self.modules.within(path)
        found: list[str] = []
        known = False
        for thing in self.denoted(package, state):
            known |= thing is not None
            if isinstance(thing, Unit):
                found.extend(self.modules.within(thing.path))
        return found if known else None

    def _ignored(self, given: Answer | None, state: State) -> Iterator[str]:
        """Modules that a scan leaves out."""
        if given is None:
            return
        items = self.reader.elements(given)[0] or [given]
        for each in items:
            text, exact = self.texts.of(each)
            if exact and text:
                yield self.modules.absolute(text, state.package)

    def _is_inside(self, path: str, module: str) -> bool:
        own = self.project.module(path)
        return own == module or own.startswith(f"{module}.")

    def _on_set_default_permission(
        self,
        given: dict[str, Answer],
        call: tuple[str, int],
        frame: Frame | None,
        record: ApplicationRecord,
        state: State,
    ) -> None:
        record.permission = given.get("permission", record.permission)

    def _on_set_default_csrf_options(
        self,
        given: dict[str, Answer],
        call: tuple[str, int],
        frame: Frame | None,
        record: ApplicationRecord,
        state: State,
    ) -> None:
        wanted = given.get("require_csrf")
        record.csrf = wanted is None or self.reader.constant(wanted) is not False

    def _on_set_root_factory(
        self,
        given: dict[str, Answer],
        call: tuple[str, int],
        frame: Frame | None,
        record: ApplicationRecord,
        state: State,
    ) -> None:
        record.root_factory = given.get("factory", record.root_factory)

    def _on_add_cornice_service(
        self,
        given: dict[str, Answer],
        call: tuple[str, int],
        frame: Frame | None,
        record: ApplicationRecord,
        state: State,
    ) -> None:
        if "service" in given:
            record.given_services.append((given["service"], state))

    def _on_add_tween(
        self,
        given: dict[str, Answer],
        call: tuple[str, int],
        frame: Frame | None,
        record: ApplicationRecord,
        state: State,
    ) -> None:
        if "tween_factory" in given:
            record.around.append((given["tween_factory"], state))

    def _on_add_view_deriver(
        self,
        given: dict[str, Answer],
        call: tuple[str, int],
        frame: Frame | None,
        record: ApplicationRecord,
        state: State,
    ) -> None:
        if "deriver" in given:
            record.around.append((given["deriver"], state))

    def is_none(self, given: Answer | None) -> bool:
        """An argument that is not given, or given as None."""
        if given is None:
            return True
        found = self.reader.follow(given)
        return bool(found) and all(isinstance(each, Bound) and each.value == Constant(None) for each in found)
