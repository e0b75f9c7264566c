"""Middleware, hooks and decorators in, what runs before a responder out, and who is let pass.

Read from Falcon 4.4: a component's `process_request` and `process_resource` run before every responder of its application; a
hook on a class wraps the responders that the class has, inherited ones included.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.evaluation.handlers import SKIPPED
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside, Routine, Unit
from readiness.libraries.falcon.nodes import Node
from readiness.libraries.falcon.vocabulary import PROCESSING, SOCKET_PROCESSING, is_hook, is_validator
from readiness.model import Symbol, SymbolKind
from readiness.model.summary import CallRef, Class, Constant, Function, Value

RESOURCE = "process_resource"
LIMIT = 30
"""Components of one application, hooks of one class and arguments of one hook that are looked at."""


class Guard(Struct, frozen=True, eq=False):
    """One thing that runs before a responder."""

    name: str
    """Its symbol, or the name of another package's."""
    routine: Routine | None = None
    exempting: frozenset[str] = frozenset()
    """Attributes of a resource that make it let everyone pass, where they are true."""
    validates: bool = False
    """It checks the body against a schema."""


class Guards:
    """Reads what stands before responders; each component and class is read once."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project = reader.project
        self._components: dict[tuple[int, bool], list[Guard]] = {}
        self._decorated: dict[tuple[str, int], list[Guard]] = {}

    # middleware

    def of_application(self, node: Node, socket: bool) -> list[Guard]:
        """The middleware of an application, in order."""
        key = (id(node), socket)
        if key not in self._components:
            found = [guard for given in node.middleware for guard in self._middleware(given, socket)]
            self._components[key] = list({each.name: each for each in found}.values())
        return self._components[key]

    def _middleware(self, given: Answer, socket: bool) -> Iterator[Guard]:
        components, _ = self.reader.elements(given)
        for component in (components or [given])[:LIMIT]:
            for thing in self.reader.things(component):
                if isinstance(thing, Made) and isinstance(thing.maker, Kind):
                    yield from self._component(thing, thing.maker, socket)
                elif isinstance(thing, Kind):
                    yield from self._component(None, thing, socket)
                elif isinstance(thing, Made | Outside):
                    maker = thing.maker if isinstance(thing, Made) else thing
                    if isinstance(maker, Outside):
                        yield Guard(maker.name, exempting=frozenset({"auth.auth_disabled"}))

    def _component(self, made: Made | None, kind: Kind, socket: bool) -> Iterator[Guard]:
        """The methods of a component that run before a responder, and the functions that it is given to run."""
        names = SOCKET_PROCESSING if socket else PROCESSING
        methods = [self.project.member(self.reader.symbol_of(kind), name) for name in names]
        routines = [
            Routine(each.path, each.index, kind.frame, made) for each in methods if each.kind is SymbolKind.FUNCTION
        ]
        for routine in routines:
            yield Guard(self.project.symbol(routine.path, routine.index), routine, exempting=self._exempting(routine))
        if routines and made is not None and made.index >= 0:
            call = self.reader.call(made.path, made.index)
            place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
            for argument in call.arguments[:LIMIT]:
                for thing in self.reader.things(self.reader.at(place, argument)):
                    if isinstance(thing, Routine):
                        yield Guard(self.project.symbol(thing.path, thing.index), thing)

    def _exempting(self, routine: Routine) -> frozenset[str]:
        """`if resource.open: return` and `if getattr(resource, "open", False): return` at the top of `process_resource`."""
        function = self.reader.function(routine)
        parameters = [each.name for each in function.parameters if each.kind.startswith("positional")]
        if not function.name.startswith(RESOURCE) or len(parameters) < 4:
            return frozenset()
        tree = self.project.function(routine.path, routine.index)
        block = tree.body if tree is not None else []
        while block and isinstance(block[0], ast.Assign | ast.AnnAssign | ast.Expr):
            block = block[1:]
        first = block[0] if block else None
        if isinstance(first, ast.Try):
            first = first.body[0]
        if not isinstance(first, ast.If) or not _only_returns(first.body):
            return frozenset()
        return frozenset(_attributes(first.test, parameters[3]))

    def passed(self, guards: list[Guard], owner: Kind | Unit | None) -> Guard | None:
        """The one component that looks at resources, if it lets everyone pass to this one."""
        looking = [each for each in guards if each.exempting or each.name.rpartition(".")[2].startswith(RESOURCE)]
        if owner is None or len(looking) != 1:
            return None
        exempt = any(self._is_true(owner, attribute) for attribute in looking[0].exempting)
        return looking[0] if exempt else None

    def _is_true(self, owner: Kind | Unit, attribute: str) -> bool:
        """The attribute is `True`, or a dict whose entry behind the dot is."""
        name, _, key = attribute.partition(".")
        for answer in self.reader.attributes.of(owner, name):
            if not isinstance(answer, Bound):
                continue
            if not key and isinstance(answer.value, Constant):
                return answer.value.value is True
            entry = self.reader.arguments.entries(answer).get(key) if key else None
            if entry is not None and self.reader.constant(entry) is True:
                return True
        return False

    # hooks and decorators

    def of_responder(self, routine: Routine, owner: Kind | Unit | None) -> list[Guard]:
        """Hooks and decorators of the class and its bases, then of the responder itself."""
        found: list[Guard] = []
        if isinstance(owner, Kind):
            for ancestor in self.project.ancestors(self.reader.symbol_of(owner)):
                if not ancestor.path or ancestor.kind is not SymbolKind.CLASS:
                    continue
                found.extend(self._of_class(ancestor, owner))
                if (ancestor.path, ancestor.index) == (routine.path, self.reader.function(routine).scope):
                    break
        found.extend(self._of_definition(routine.path, routine.index, routine))
        return found

    def _of_class(self, symbol: Symbol, owner: Kind) -> list[Guard]:
        key = (symbol.path, symbol.index)
        if key not in self._decorated:
            kind = Kind(symbol.path, symbol.index, owner.frame)
            self._decorated[key] = self._of_definition(symbol.path, symbol.index, kind)
        return self._decorated[key]

    def _of_definition(self, path: str, index: int, thing: Routine | Kind) -> list[Guard]:
        definition = self.reader.summary(path).definitions[index]
        found: list[Guard] = []
        for decorator in definition.decorators[:LIMIT]:
            found.extend(self._decorator(path, decorator, definition, thing))
        return found

    def _decorator(
        self, path: str, decorator: Value, definition: Function | Class, thing: Routine | Kind
    ) -> Iterator[Guard]:
        symbol = self._symbol(path, decorator, definition)
        if symbol.kind is SymbolKind.EXTERNAL:
            if is_hook(symbol.name, "after") or symbol.name.partition(".")[0] in SKIPPED:
                return
            if is_hook(symbol.name, "before"):
                if isinstance(decorator, CallRef):
                    place = Bound(decorator, path, definition.scope, definition.line, thing.frame)
                    yield from self._hook(place, decorator)
                return
            if is_validator(symbol.name):
                yield Guard(symbol.name, validates=True)
                return
        if isinstance(thing, Kind):
            # Of what stands on a class only hooks are known to wrap its responders.
            yield from self._hooks_behind(path, decorator, definition, thing)
            return
        hooks = list(self._hooks_behind(path, decorator, definition, thing))
        if hooks:
            yield from hooks
        elif symbol.kind in (SymbolKind.EXTERNAL, SymbolKind.FUNCTION, SymbolKind.CLASS):
            yield Guard(symbol.name)

    def _symbol(self, path: str, decorator: Value, definition: Function | Class) -> Symbol:
        if isinstance(decorator, CallRef):
            return self.project.callee(path, decorator.index)
        return self.project.resolve_value(path, decorator, definition.scope, definition.line)

    def _hooks_behind(
        self, path: str, decorator: Value, definition: Function | Class, thing: Routine | Kind
    ) -> Iterator[Guard]:
        """`needs_login = falcon.before(check)` and functions that return such a hook."""
        place = Bound(decorator, path, definition.scope, definition.line, thing.frame)
        for made in self.reader.made(place):
            if isinstance(made.maker, Outside) and made.index >= 0 and is_hook(made.maker.name, "before"):
                call = self.reader.call(made.path, made.index)
                yield from self._hook(
                    Bound(decorator, made.path, call.scope, call.line, made.frame), CallRef(made.index)
                )

    def _hook(self, place: Bound, decorator: CallRef) -> Iterator[Guard]:
        call = self.reader.call(place.path, decorator.index)
        for argument in call.arguments[:1]:
            for thing in self.reader.things(self.reader.at(place, argument)):
                if isinstance(thing, Routine):
                    yield Guard(self.project.symbol(thing.path, thing.index), thing)
                elif isinstance(thing, Made) and isinstance(thing.maker, Kind):
                    called = self.project.member(self.reader.symbol_of(thing.maker), "__call__")
                    routine = Routine(called.path, called.index, None, thing) if called.path else None
                    name = called.name if routine is not None else self.reader.symbol_of(thing.maker).name
                    yield Guard(name, routine)
                elif isinstance(thing, Outside):
                    yield Guard(thing.name)


def _only_returns(body: list[ast.stmt]) -> bool:
    return len(body) == 1 and isinstance(body[0], ast.Return) and body[0].value is None


def _attributes(test: ast.expr, resource: str) -> Iterator[str]:
    """Attributes of the resource that a test asks for."""
    match test:
        case ast.Attribute(ast.Name(name), attribute) if name == resource:
            yield attribute
        case ast.Call(ast.Name("getattr"), [ast.Name(name), ast.Constant(str(attribute)), *_]) if name == resource:
            yield attribute
        case ast.BoolOp(ast.Or(), values):
            for each in values:
                yield from _attributes(each, resource)
        case _:
            pass
