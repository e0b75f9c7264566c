"""What is registered in, the things that answer out: decorated functions, controllers, listeners, routers."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.evaluation.methods import method_named
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.texts import Texts
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside, Routine, Unit
from readiness.libraries.litestar.lineage import Lineage
from readiness.libraries.litestar.nodes import Node, Nodes
from readiness.libraries.litestar.vocabulary import ASGI, HANDLERS, LISTENING, SEVERAL, SOCKETS, VERBS, is_handler
from readiness.libraries.values.expressions import tail
from readiness.model import SymbolKind
from readiness.model.summary import CallRef, Constant, Name, Opaque

STEPS = 5
"""Names for one handler that are followed."""
PARTIAL = "functools.partial"
PATHS = 50
"""Paths of one handler."""


class Handler(Struct, frozen=True, eq=False):
    """One function, or one class of a websocket, with the decorator that makes it a handler."""

    target: Routine | Kind
    maker: Outside
    """`litestar.get` and its kin."""
    arguments: dict[str, Answer]
    call: tuple[str, int]
    """The decorator."""

    @property
    def key(self) -> tuple[object, ...]:
        """Its identity."""
        return (self.target.path, self.target.index)


class Unreadable(Struct, frozen=True, eq=False):
    """Something registered that cannot be found."""


class Foreign(Struct, frozen=True, eq=False):
    """Something registered that another package makes."""


Registrable = Handler | Kind | Node | Unreadable | Foreign
"""What an expression that is registered comes to; a class is a controller."""


class Handlers:
    """Finds handlers."""

    def __init__(self, reader: Reader, nodes: Nodes, lineage: Lineage) -> None:
        self.reader = reader
        self.nodes = nodes
        self.lineage = lineage
        self.texts = Texts(reader)

    def of(self, given: Answer) -> Iterator[Registrable]:
        """What one registered expression can denote."""
        if isinstance(given, Bound) and given.value == Opaque("Ellipsis"):
            return  # a placeholder in an example
        applied = self._applied(given)
        if applied is not None:
            yield applied
            return
        found = False
        for node in self.nodes.of(given):
            found = True
            yield node
        for thing in self.reader.things(given):
            match thing:
                case Kind() if self.lineage.is_listener(thing):
                    yield self._listener(thing)
                case Kind():
                    yield thing
                case Routine():
                    yield self.decorated(thing) or Unreadable()
                case Made() if self.nodes.node(thing) is not None:
                    pass
                case Outside() | Made():
                    yield self._called(thing) or Foreign()
                case Unit():
                    yield Unreadable()
                case _:
                    continue
            found = True
        if not found:
            yield Unreadable()

    def _called(self, thing: Outside | Made) -> Handler | Foreign | None:
        """`route_handler = get("/")(function)` where the call was followed by its maker."""
        if isinstance(thing, Made) and thing.index >= 0:
            call = self.reader.call(thing.path, thing.index)
            return self._applied(Bound(CallRef(thing.index), thing.path, call.scope, call.line, thing.frame))
        return None

    def _applied(self, given: Answer) -> Handler | Foreign | None:
        """`get("/")(function)`, also behind names."""
        for _ in range(STEPS):
            if not isinstance(given, Bound):
                return None
            if isinstance(given.value, Name):
                symbol = self.reader.project.resolve(given.path, given.value.dotted, given.scope, given.line)
                if symbol.kind is not SymbolKind.VARIABLE or symbol.index < 0 or symbol.rest:
                    return None
                assignment = self.reader.summary(symbol.path).assignments[symbol.index]
                if assignment.value is None or assignment.operator != "=" or assignment.position >= 0:
                    return None
                given = Bound(assignment.value, symbol.path, assignment.scope, assignment.line, given.frame)
            elif isinstance(given.value, CallRef):
                return self._call_applied(given, given.value.index)
            else:
                return None
        return None

    def _call_applied(self, given: Bound, index: int) -> Handler | Foreign | None:
        call = self.reader.call(given.path, index)
        if not isinstance(call.callee, CallRef) or not call.arguments:
            return None
        made = self._maker(self.reader.at(given, call.callee))
        if made is None:
            return None
        for thing in self.reader.things(self.reader.at(given, call.arguments[0])):
            if isinstance(thing, Routine):
                return Handler(thing, made[1], made[2], (made[0].path, made[0].index))
        return Foreign()  # an application that another package makes, hung in by `asgi("/admin", is_mount=True)(admin)`

    def _maker(self, decorator: Answer) -> tuple[Made, Outside, dict[str, Answer]] | None:
        """The handler class behind a decorator, with its arguments."""
        for made in self.reader.made(decorator):
            known = self.nodes.arguments(made)
            if known is not None and is_handler(known[0]) and made.index >= 0:
                return made, known[0], known[1]
        return self._partial(decorator) if isinstance(decorator, Bound) else None

    def _partial(self, decorator: Bound) -> tuple[Made, Outside, dict[str, Answer]] | None:
        """`guarded_get = functools.partial(get, guards=[...])`, used as `@guarded_get("/path")`."""
        if not isinstance(decorator.value, CallRef):
            return None
        index = decorator.value.index
        call = self.reader.call(decorator.path, index)
        for made in self.reader.made(self.reader.at(decorator, call.callee)):
            if not isinstance(made.maker, Outside) or made.maker.name != PARTIAL or made.index < 0:
                continue
            outer = self.reader.call(made.path, made.index)
            place = Bound(outer.callee, made.path, outer.scope, outer.line, made.frame)
            for thing in self.reader.things(self.reader.at(place, outer.arguments[0])) if outer.arguments else ():
                if isinstance(thing, Outside) and is_handler(thing):
                    given = self.nodes.named(decorator, index, thing.last)
                    known = self.reader.arguments.keywords(outer, place) | given
                    return Made(thing, decorator.path, index, decorator.frame), thing, known
        return None

    def decorated(self, routine: Routine) -> Handler | None:
        """The handler that a decorator makes of a function."""
        function = self.reader.function(routine)
        for decorator in function.decorators:
            if isinstance(decorator, CallRef):
                place = Bound(decorator, routine.path, function.scope, function.line, routine.frame)
                made = self._maker(place)
                if made is not None:
                    return Handler(routine, made[1], made[2], (made[0].path, made[0].index))
        return None

    def looks_decorated(self, routine: Routine) -> bool:
        """A cheap test before decorators are followed."""
        function = self.reader.function(routine)
        summary = self.reader.summary(routine.path)
        names = [tail(summary.calls[each.index].callee) for each in function.decorators if isinstance(each, CallRef)]
        aliases = {each.alias for each in summary.imports if each.name in HANDLERS}
        return any(each in HANDLERS or each in aliases for each in names)

    def _listener(self, kind: Kind) -> Handler:
        """A class that answers a websocket: its path stands in its body."""
        path = self.lineage.attribute(kind, "path")
        answering = self.lineage.attribute(kind, LISTENING)
        target = answering if isinstance(answering, Routine) else kind
        names = ("path", "guards", "dependencies", "middleware", "opt")
        arguments = {name: given for name in names if (given := self.lineage.attribute(kind, name)) is not None}
        if path is None:
            arguments.pop("path", None)
        return Handler(target, Outside("litestar.websocket_listener"), arguments, (kind.path, -1))

    def of_controller(self, kind: Kind) -> Iterator[Handler]:
        """The handlers of a controller, inherited ones included, by name."""
        for member in self.lineage.members(kind).values():
            if isinstance(member, Routine):
                handler = self.decorated(member)
                if handler is not None:
                    yield handler
            elif isinstance(member, Bound):
                yield from self._assigned(member)

    def _assigned(self, member: Bound) -> Iterator[Handler]:
        """`index = get("/")(function)` in the body of a class."""
        if not isinstance(member.value, CallRef | Name):
            return
        applied = self._applied(member)
        if applied is not None:
            yield from (each for each in (applied,) if isinstance(each, Handler))
            return
        for thing in self.reader.things(member):
            if isinstance(thing, Routine):
                handler = self.decorated(thing)
                if handler is not None:
                    yield handler

    # what a handler says

    def paths(self, handler: Handler) -> list[tuple[str, bool]]:
        """The paths of a handler, each with whether it is known; one empty path where none is given."""
        given = handler.arguments.get("path")
        if given is None or (isinstance(given, Bound) and given.value == Constant(None)):
            return [("", True)]
        items, complete = self.reader.elements(given)
        if items:
            return [(text, exact and complete) for text, exact in map(self.texts.of, items[:PATHS])]
        return [self.texts.of(given)]

    def methods(self, handler: Handler) -> list[tuple[str, bool]]:
        """The methods of a handler, each with whether it is known."""
        last = handler.maker.last
        if last in VERBS:
            return [(VERBS[last], True)]
        if last in SOCKETS:
            return [("WEBSOCKET", True)]
        if last in ASGI or last not in SEVERAL:
            return [("ANY", True)]
        given = handler.arguments.get("http_method")
        if given is None:
            return [("ANY", False)]
        items, complete = self.reader.elements(given)
        named = [text for item in (items or [given]) if (text := method_named(self.reader, item))]
        found = [(each, complete or not items) for each in dict.fromkeys(named)]
        return found or [("ANY", False)]

    def is_mount(self, handler: Handler) -> bool:
        """An application of another kind is hung there, or static files."""
        named = (handler.arguments.get(name) for name in ("is_mount", "is_static"))
        return any(self.reader.constant(given) is True for given in named if given is not None)
