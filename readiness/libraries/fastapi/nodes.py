"""The objects that routes hang on: applications, routers and mounts, each with what its maker gave it."""

from __future__ import annotations

import ast

from msgspec import Struct

from readiness.libraries.fastapi.reader import UNRESOLVED, Reader
from readiness.libraries.fastapi.texts import Texts
from readiness.libraries.fastapi.things import Answer, Bound, Made, Outside, Routine
from readiness.libraries.fastapi.vocabulary import APPLICATIONS, POSITIONAL, is_router
from readiness.model import SymbolKind
from readiness.model.summary import CallRef, Constant, Function, Member, Name


class Construction(Struct, frozen=True, eq=False):
    """What the library's own class is given in the end, after the project's derived classes had their say."""

    base: Outside
    arguments: dict[str, Answer]
    hidden: frozenset[str] = frozenset()
    """Arguments that are set in a way that cannot be read."""


class RouteEntry(Struct, frozen=True, eq=False):
    """One registration of a handler."""

    path: str
    exact: bool
    """The path is known to the last part."""
    verb: str
    """The method that the call itself names, empty where `methods` says it."""
    socket: bool
    endpoint: Answer
    arguments: dict[str, Answer]
    call: tuple[str, int]
    starlette: bool
    """It follows Starlette's defaults: an endpoint class answers what it defines, parameters are not read."""


class JoinEntry(Struct, frozen=True, eq=False):
    """One router or application hung on another."""

    children: tuple[Node, ...]
    prefix: str
    exact: bool
    arguments: dict[str, Answer]
    mounted: bool
    call: tuple[str, int]


class Node:
    """One application, router or mount of the project."""

    def __init__(self, made: Made, construction: Construction, prefix: str, exact: bool) -> None:
        self.made = made
        self.base = construction.base
        self.application = construction.base.last in APPLICATIONS
        self.framework = "FastAPI" if construction.base.package != "starlette" else "Starlette"
        self.arguments = construction.arguments
        self.prefix = prefix
        self.exact = exact
        self.entries: list[RouteEntry | JoinEntry] = []
        self.joined = False
        """It hangs on something."""
        self.mounted = False


class Nodes:
    """Finds the node of an object; each object has one."""

    def __init__(self, reader: Reader, texts: Texts) -> None:
        self.reader = reader
        self.texts = texts
        self.known: dict[tuple[object, ...], Node | None] = {}

    def of(self, answer: Answer, depth: int = 0) -> list[Node]:
        """The nodes an expression can denote; what merely wraps an application counts as it."""
        found = []
        for made in self.reader.made(answer):
            node = self.node(made)
            if node is not None:
                found.append(node)
            elif depth < 3 and made.index >= 0:
                found.extend(self._wrapped(made, depth))
        return list({id(each): each for each in found}.values())

    def _wrapped(self, made: Made, depth: int) -> list[Node]:
        """Applications among the arguments of a call: `Middleware(app, ...)`."""
        call = self.reader.call(made.path, made.index)
        place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
        values = [
            *call.arguments[:2],
            *(value for name, value in call.keywords if name in ("app", "application", "other_asgi_app")),
        ]
        return [
            node for value in values for node in self.of(self.reader.at(place, value), depth + 1) if node.application
        ]

    def node(self, made: Made) -> Node | None:
        """The node of one object, None where it takes no routes."""
        if made.key in self.known:
            return self.known[made.key]
        construction = self.construction(made)
        node = None
        if construction is not None and is_router(construction.base):
            given = construction.arguments.get("prefix")
            prefix, exact = self.texts.of(given) if given is not None else ("", True)
            if "prefix" in construction.hidden:
                prefix, exact = UNRESOLVED, False
            if construction.base.last in APPLICATIONS:
                prefix, exact = "", True
            node = Node(made, construction, prefix, exact)
        self.known[made.key] = node
        return node

    def mount_of(self, made: Made) -> Node:
        """The node of a `Mount` with routes of its own."""
        node = self.known.get(made.key)
        if node is None:
            node = Node(made, Construction(Outside("starlette.routing.Mount"), self.arguments(made)), "", True)
            node.joined = node.mounted = True
            self.known[made.key] = node
        return node

    def construction(self, made: Made) -> Construction | None:
        """The library's class behind an object, with its arguments; None where there is none."""
        maker = made.maker
        if isinstance(maker, Outside):
            return Construction(maker, self.arguments(made))
        ancestors = self.reader.project.ancestors(self.reader.symbol_of(maker))
        bases = [Outside(each.name) for each in ancestors if each.kind is SymbolKind.EXTERNAL]
        base = next((each for each in bases if is_router(each)), None)
        if base is None:
            return None
        hidden: set[str] = set()
        given: tuple[list[Answer], dict[str, Answer]] | None = None
        for ancestor in ancestors:
            if not ancestor.path:
                continue
            init = self._init_of(ancestor.path, ancestor.index)
            if init < 0:
                continue
            routine = Routine(ancestor.path, init, maker.frame, made)
            given = self._super_arguments(routine, made, given, hidden)
        if given is None:
            named = self.arguments(made, base.last) if made.index >= 0 else {}
        else:
            named = dict(zip(POSITIONAL.get(base.last, ()), given[0], strict=False)) | given[1]
        return Construction(base, named, frozenset(hidden))

    def _init_of(self, path: str, class_index: int) -> int:
        definitions = self.reader.summary(path).definitions
        for index, definition in enumerate(definitions):
            if definition.scope == class_index and definition.name == "__init__" and isinstance(definition, Function):
                return index
        return -1

    def _super_arguments(
        self,
        routine: Routine,
        made: Made,
        given: tuple[list[Answer], dict[str, Answer]] | None,
        hidden: set[str],
    ) -> tuple[list[Answer], dict[str, Answer]]:
        """What a derived class's `__init__` hands on to the one above."""
        reader = self.reader
        function = reader.function(routine)
        frame = reader.attributes.entered(routine, made)
        if given is not None:
            first = function.parameters[0].name if function.parameters else "self"
            names = reader.arguments.fill(function, given[0], given[1], 1)
            frame.names.clear()
            frame.names.update({first: made, **names})
        summary = reader.summary(routine.path)
        extra = self._set_in_kwargs(routine, function, hidden)
        for call in summary.calls:
            if call.scope == routine.index and self._is_super_init(routine.path, call.callee):
                place = Bound(call.callee, routine.path, routine.index, call.line, frame)
                positional = reader.arguments.positional(call, place)
                if isinstance(call.callee, Name):
                    positional = positional[1:]
                return positional, reader.arguments.keywords(call, place) | extra
        return [], {}

    def _is_super_init(self, path: str, callee: object) -> bool:
        if isinstance(callee, Member) and callee.name == "__init__" and isinstance(callee.value, CallRef):
            return self.reader.call(path, callee.value.index).callee == Name("super")
        return (
            isinstance(callee, Name) and callee.dotted.endswith(".__init__") and not callee.dotted.startswith("self.")
        )

    def _set_in_kwargs(self, routine: Routine, function: Function, hidden: set[str]) -> dict[str, Answer]:
        """Keys set in `**kwargs` before it is handed on: `setdefault` is read, an item's assignment is only seen."""
        spread = next((each.name for each in function.parameters if each.kind == "keyword-variadic"), "")
        summary = self.reader.summary(routine.path)
        found: dict[str, Answer] = {}
        for call in summary.calls:
            if call.scope == routine.index and call.callee == Name(f"{spread}.setdefault") and len(call.arguments) == 2:
                key, value = call.arguments
                if isinstance(key, Constant) and isinstance(key.value, str):
                    found[key.value] = Bound(value, routine.path, routine.index, call.line)
        if any(each.target == f"{spread}[]" and each.scope == routine.index for each in summary.assignments):
            hidden |= self._keys_assigned(routine.path, function, spread)
        return found

    def _keys_assigned(self, path: str, function: Function, name: str) -> set[str]:
        tree = self.reader.project.tree(path)
        keys = set()
        for node in ast.walk(tree) if tree is not None else ():
            if (
                isinstance(node, ast.Subscript)
                and isinstance(node.ctx, ast.Store)
                and isinstance(node.value, ast.Name)
                and node.value.id == name
                and function.line <= node.lineno <= function.end_line
            ):
                keys.add(node.slice.value if isinstance(node.slice, ast.Constant) else "")
        return {key for key in keys if isinstance(key, str)}

    def arguments(self, made: Made, name: str = "") -> dict[str, Answer]:
        """Arguments of the call that made an object, by name; `name` says whose positional parameters they are."""
        call = self.reader.call(made.path, made.index)
        last = name or (made.maker.last if isinstance(made.maker, Outside) else "")
        return self.named(Bound(call.callee, made.path, call.scope, call.line, made.frame), made.index, last)

    def named(self, place: Bound, index: int, name: str) -> dict[str, Answer]:
        """Arguments of a call by name, evaluated where `place` is."""
        call = self.reader.call(place.path, index)
        positional = dict(zip(POSITIONAL.get(name, ()), self.reader.arguments.positional(call, place), strict=False))
        return positional | self.reader.arguments.keywords(call, place)
