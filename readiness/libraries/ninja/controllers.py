"""Controller classes of django-ninja-extra in, the operations that they hold out, with what the class says for all of them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.evaluation.activations import running
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Outside, Routine, Thing
from readiness.libraries.ninja.registrations import Graph
from readiness.libraries.ninja.vocabulary import (
    CONTROLLER,
    GENERIC,
    HANDLING,
    KEYS,
    MODEL_CONTROLLER,
    MODEL_ROUTES,
    TOKEN_CONTROLLERS,
    TOKENS,
    VERBS,
)
from readiness.libraries.values.expressions import tail
from readiness.model import Scope, Symbol, SymbolKind
from readiness.model.summary import CallRef, Class, Constant, Function


class Controller(Struct, frozen=True, eq=False):
    """One decorated class."""

    kind: Kind
    prefix: str
    exact: bool
    arguments: dict[str, Answer]
    call: tuple[str, int]
    """The decorator's call; the index is -1 for a decorator without one."""


class Handled(Struct, frozen=True, eq=False):
    """One operation of a controller."""

    path: str
    exact: bool
    methods: Answer | str
    arguments: dict[str, Answer]
    routine: Routine | None = None
    call: tuple[str, int] | None = None
    name: str = ""
    """Of what answers, where a library does."""
    collection: bool | None = None


class Controllers:
    """Reads controllers. One for a scan."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.reader = graph.reader
        self.project = graph.project
        self._all: list[Controller] | None = None

    def of(self, controllers: tuple[Thing, ...] | None) -> Iterator[Controller]:
        """The registered ones; all that may be found by themselves for None."""
        if controllers is None:
            yield from (each for each in self.all if self._is_found(each))
            return
        for thing in controllers:
            if isinstance(thing, Kind):
                found = self._controller(thing)
                if found is not None:
                    yield found

    @property
    def all(self) -> list[Controller]:
        """Every controller of the project."""
        if self._all is None:
            self._all = []
            for path in running(self.project):
                for index, definition in enumerate(self.reader.summary(path).definitions):
                    if isinstance(definition, Class) and definition.decorators:
                        found = self._controller(Kind(path, index))
                        if found is not None:
                            self._all.append(found)
        return self._all

    def _is_found(self, controller: Controller) -> bool:
        """It is not kept from being found, neither by the decorator nor by an attribute of the class."""
        given = controller.arguments.get("auto_import")
        member = self.project.member(self.reader.symbol_of(controller.kind), "auto_import")
        if member.kind is SymbolKind.VARIABLE and member.index >= 0:
            value = self.reader.summary(member.path).assignments[member.index].value
            return value != Constant(False)
        scope = self.project.files[controller.kind.path].scope
        return scope is Scope.SERVICE and (given is None or self.reader.constant(given) is not False)

    def _controller(self, kind: Kind) -> Controller | None:
        definition = self.reader.summary(kind.path).definitions[kind.index]
        for decorator in definition.decorators:
            place = Bound(decorator, kind.path, definition.scope, definition.line, kind.frame)
            if isinstance(decorator, CallRef):
                call = self.reader.call(kind.path, decorator.index)
                if tail(call.callee) == CONTROLLER or self._is_controller(self.reader.at(place, call.callee)):
                    at = self.reader.at(place, call.callee)
                    if not self._is_controller(at):
                        continue
                    arguments = self.graph.constructions.named(at, decorator.index, CONTROLLER)
                    prefix = arguments.get("prefix_or_class")
                    text, exact = self.graph.texts.of(prefix) if prefix is not None else ("", True)
                    return Controller(kind, text, exact, arguments, (kind.path, decorator.index))
            elif self._is_controller(place):
                return Controller(kind, "", True, {}, (kind.path, -1))
        return None

    def _is_controller(self, place: Bound) -> bool:
        return any(
            isinstance(each, Outside) and each.package == "ninja_extra" and each.last == CONTROLLER
            for each in self.reader.things(place)
        )

    # operations

    def operations(self, controller: Controller) -> Iterator[Handled]:
        """What a controller registers: methods of the class and of its bases, and what a library's base defines."""
        ancestors = self.project.ancestors(self.reader.symbol_of(controller.kind))
        methods: dict[str, Handled] = {}
        for ancestor in reversed(ancestors):
            if ancestor.path and ancestor.kind is SymbolKind.CLASS:
                for name, index in self._functions(ancestor.path, ancestor.index):
                    found = self._handled(Routine(ancestor.path, index, controller.kind.frame))
                    if found is not None:
                        methods[name] = found
        for base in ancestors:
            if base.kind is SymbolKind.EXTERNAL:
                yield from self._outside(base.name)
                if base.name.rpartition(".")[2] == MODEL_CONTROLLER:
                    yield from self._model_routes(controller)
        yield from methods.values()

    def outside(self, name: str) -> Iterator[Handled]:
        """What a controller of another package registers."""
        whole = "/token" if "NinjaJWT" in name.rpartition(".")[2] else ""
        for each in self._outside(name):
            yield Handled(whole + each.path, True, each.methods, each.arguments, name=each.name)

    def _outside(self, name: str) -> Iterator[Handled]:
        last = name.rpartition(".")[2].removeprefix("Async")
        if name.partition(".")[0] == TOKENS:
            for path in TOKEN_CONTROLLERS.get(last, ()):
                yield Handled(path, True, "POST", {}, name=f"{name}{path.replace('/', '.')}")

    def _functions(self, path: str, scope: int) -> Iterator[tuple[str, int]]:
        for index, definition in enumerate(self.reader.summary(path).definitions):
            if isinstance(definition, Function) and definition.scope == scope:
                yield definition.name, index

    def _handled(self, routine: Routine) -> Handled | None:
        """The operation that a method is, by its decorator: `@http_get("/items")`, `@route.post("/items")`."""
        function = self.reader.function(routine)
        for decorator in function.decorators:
            if not isinstance(decorator, CallRef):
                continue
            call = self.reader.call(routine.path, decorator.index)
            place = Bound(call.callee, routine.path, function.scope, call.line, routine.frame)
            name = self._verb(place)
            if not name:
                continue
            arguments = self.graph.constructions.named(place, decorator.index, name)
            methods: Answer | str = HANDLING.get(name) or VERBS.get(name) or arguments.get("methods") or "ANY"
            text, exact = self.graph.texts.of(arguments["path"]) if "path" in arguments else ("", True)
            self.graph.registering.add((routine.path, decorator.index))
            return Handled(text, exact, methods, arguments, routine, (routine.path, decorator.index))
        return None

    def _verb(self, place: Bound) -> str:
        for each in self.reader.things(place):
            if isinstance(each, Outside) and each.package == "ninja_extra":
                last = each.last
                if last in HANDLING or last in GENERIC or (last in VERBS and ".route." in f".{each.name}."):
                    return last
        return ""

    # model controllers

    def _model_routes(self, controller: Controller) -> Iterator[Handled]:
        """What `model_config = ModelConfig(model=Event, allowed_routes=[...])` registers."""
        member = self.project.member(self.reader.symbol_of(controller.kind), "model_config")
        if member.kind is not SymbolKind.VARIABLE or member.index < 0:
            return
        assignment = self.reader.summary(member.path).assignments[member.index]
        if assignment.value is None:
            return
        value = Bound(assignment.value, member.path, assignment.scope, assignment.line)
        for made in self.reader.made(value):
            if not isinstance(made.maker, Outside) or made.maker.last != "ModelConfig" or made.index < 0:
                continue
            given = self.graph.constructions.arguments(made)
            allowed, complete = list(MODEL_ROUTES), True
            if "allowed_routes" in given:
                items, complete = self.reader.elements(given["allowed_routes"])
                allowed = [text for each in items if isinstance(text := self.reader.constant(each), str)]
            key = self._key(given.get("model"))
            for name in allowed:
                if name in MODEL_ROUTES:
                    method, path = MODEL_ROUTES[name]
                    yield Handled(
                        path.replace("{pk}", key),
                        complete,
                        method,
                        {},
                        call=(made.path, made.index),
                        name=f"ninja_extra.ModelControllerBase.{name}",
                        collection=name == "list",
                    )

    def _key(self, model: Answer | None) -> str:
        """The primary key of a model as a path holds it: `{int:id}` unless the model declares another."""
        for thing in self.reader.things(model) if model is not None else ():
            if not isinstance(thing, Kind):
                continue
            for ancestor in self.project.ancestors(self.reader.symbol_of(thing)):
                found = self._declared_key(ancestor) if ancestor.path else ""
                if found:
                    return found
        return "{int:id}"

    def _declared_key(self, model: Symbol) -> str:
        summary = self.reader.summary(model.path)
        for each in summary.assignments:
            if each.scope != model.index or not isinstance(each.value, CallRef):
                continue
            call = summary.calls[each.value.index]
            if any(name == "primary_key" and value == Constant(True) for name, value in call.keywords):
                return f"{{{KEYS.get(tail(call.callee), 'str')}:{each.target}}}"
        return ""
