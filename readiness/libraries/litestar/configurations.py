"""An application in, what its plugins and `on_app_init` functions add to it out.

They get the application's configuration and change it: `app_config.route_handlers.append(...)`,
`app_config.guards.extend([...])`, `app_config.dependencies["user"] = ...`, `auth.on_app_init(app_config)`. What they call
with the configuration is followed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Frame, Kind, Made, Part, Routine
from readiness.libraries.litestar.lineage import Lineage
from readiness.libraries.litestar.nodes import Node, Nodes, Registered
from readiness.libraries.litestar.vocabulary import is_security
from readiness.libraries.values.expressions import receiver, tail
from readiness.model.summary import Assignment, Call, Name

DEPTH = 6
"""Functions that hand the configuration on to one another."""
STEPS = 400
"""Plugins and functions of one application."""
INITIALISER = "on_app_init"
LISTS = frozenset({"route_handlers", "guards", "middleware", "plugins", INITIALISER})
GROWING = frozenset({"append", "extend", "insert"})


class Additions(Struct, eq=False):
    """What is added to an application's configuration, gathered."""

    registered: list[Registered] = []
    guards: list[Answer] = []
    """Guards and lists of them, in order."""
    middleware: list[Answer] = []
    dependencies: list[Answer] = []
    """Mappings of names to providers."""
    provided: dict[str, Answer] = {}
    """Providers that are set one by one."""
    security: list[Made] = []
    texts: dict[str, Answer] = {}
    """Plain attributes that are set: `path`, `before_request`."""


class Walk(Struct, eq=False):
    """One application whose configuration is followed."""

    node: Node
    additions: Additions
    steps: int = 0
    active: set[tuple[str, int]] = set()
    """Functions that are being read; one that comes to itself ends there."""


class Configurations:
    """Follows configurations."""

    def __init__(self, reader: Reader, nodes: Nodes, lineage: Lineage) -> None:
        self.reader = reader
        self.nodes = nodes
        self.lineage = lineage
        self._known: dict[int, Additions] = {}

    def of(self, node: Node) -> Additions:
        """What is added to one application."""
        if id(node) not in self._known:
            walk = Walk(node, Additions())
            self._known[id(node)] = walk.additions
            for name in (INITIALISER, "plugins"):
                given = node.arguments.get(name)
                if given is not None:
                    self._each(walk, given)
        return self._known[id(node)]

    def _each(self, walk: Walk, given: Answer) -> None:
        """Plugins and functions of a list."""
        for element in self.reader.elements(given)[0]:
            for thing in self.reader.things(element):
                self._initialise(walk, thing)

    def _initialise(self, walk: Walk, thing: Answer) -> None:
        """One plugin, or one function that takes the configuration."""
        walk.steps += 1
        if walk.steps > STEPS:
            return
        match thing:
            case Routine():
                self._enter(walk, thing)
            case Part(made=made):
                self._initialise(walk, made)
            case Made(maker=Kind() as maker):
                method = self._method(maker)
                if method is not None:
                    self._enter(walk, Routine(method.path, method.index, method.frame, thing))
                else:
                    self._secure(walk, thing)
            case Made():
                self._secure(walk, thing)
            case _:
                pass

    def _method(self, kind: Kind) -> Routine | None:
        for name in (INITIALISER, "__call__"):
            found = self.lineage.attribute(kind, name)
            if isinstance(found, Routine):
                return found
        return None

    def _secure(self, walk: Walk, made: Made) -> None:
        """A security configuration adds its middleware, and the guards, handlers and providers it is made with."""
        known = self.nodes.arguments(made)
        if known is None or not is_security(known[0]) or any(each.key == made.key for each in walk.additions.security):
            return
        walk.additions.security.append(made)
        arguments = known[1]
        if "guards" in arguments:
            walk.additions.guards.append(arguments["guards"])
        if "dependencies" in arguments:
            walk.additions.dependencies.append(arguments["dependencies"])
        if "route_handlers" in arguments:
            call = (made.path, made.index)
            walk.additions.registered.append(Registered(arguments["route_handlers"], call, several=True))

    # functions

    def _enter(self, walk: Walk, routine: Routine) -> None:
        """A function that the framework gives the configuration, as the only argument behind `self`."""
        function = self.reader.function(routine)
        method = self.reader.is_method(routine.path, routine.index)
        names = [each.name for each in function.parameters if each.kind.startswith("positional")]
        if len(names) <= method:
            return
        bound: dict[str, Answer] = {}
        if method:
            bound[names[0]] = routine.owner or Made(Kind(routine.path, function.scope), routine.path, -1, None)
        made = walk.node.made
        outer = made.frame.key if made.frame is not None else ()
        owner = routine.owner
        whose = (owner.path, owner.index, -2) if owner is not None else (routine.path, routine.index, -2)
        key = (*outer, (made.path, made.index, -2), whose)
        frame = Frame(routine.path, routine.index, bound, {}, routine.frame, key)
        self._read(walk, routine, frame, names[int(method)], 0)

    def _read(self, walk: Walk, routine: Routine, frame: Frame, config: str, depth: int) -> None:
        """What one function does to the configuration that it calls `config`."""
        walk.steps += 1
        entered = (routine.path, routine.index)
        if walk.steps > STEPS or depth > DEPTH or entered in walk.active:
            return
        walk.active.add(entered)
        self._body(walk, routine, frame, config, depth)
        walk.active.remove(entered)

    def _body(self, walk: Walk, routine: Routine, frame: Frame, config: str, depth: int) -> None:
        summary = self.reader.summary(routine.path)
        own = [each for each in summary.assignments if each.scope == routine.index]
        aliases = {config: ""}
        for each in own:
            if each.operator == "=" and isinstance(each.value, Name):
                head, _, attribute = each.value.dotted.partition(".")
                if head == config and attribute in (*LISTS, "dependencies", ""):
                    aliases[each.target] = attribute
        for index, call in enumerate(summary.calls):
            if call.scope == routine.index:
                self._call(walk, routine.path, index, call, frame, aliases, depth)
        for each in own:
            self._assigned(walk, routine, each, frame, config)

    def _call(
        self, walk: Walk, path: str, index: int, call: Call, frame: Frame, aliases: dict[str, str], depth: int
    ) -> None:
        origin, last = receiver(call.callee), tail(call.callee)
        attribute = self._attribute(origin, aliases) if isinstance(origin, Name) else ""
        if attribute and call.arguments:
            given = Bound(call.arguments[-1], path, call.scope, call.line, frame)
            if last in GROWING:
                condition = self.reader.conditions.text(path, call)
                self._add(walk, attribute, given, last == "extend", (path, index), condition)
            elif last == "update" and attribute == "dependencies":
                walk.additions.dependencies.append(given)
            return
        handed = {name for name, whole in aliases.items() if not whole}
        values = (*call.arguments, *(value for _, value in call.keywords))
        if any(isinstance(value, Name) and value.dotted in handed for value in values):
            self._hand_on(walk, path, index, call, frame, handed, depth)

    @staticmethod
    def _attribute(origin: Name, aliases: dict[str, str]) -> str:
        """`route_handlers` of `app_config.route_handlers`, whatever that is called here."""
        head, _, attribute = origin.dotted.partition(".")
        if head not in aliases:
            return ""
        return aliases[head] or attribute

    def _add(
        self, walk: Walk, attribute: str, given: Answer, several: bool, call: tuple[str, int], condition: str
    ) -> None:
        additions = walk.additions
        if attribute == "route_handlers":
            additions.registered.append(Registered(given, call, condition, several))
        elif attribute == "guards":
            additions.guards.append(given)
        elif attribute == "middleware":
            additions.middleware.append(given)
        elif attribute in ("plugins", INITIALISER):
            if several:
                self._each(walk, given)
            else:
                for thing in self.reader.things(given):
                    self._initialise(walk, thing)

    def _hand_on(
        self, walk: Walk, path: str, index: int, call: Call, frame: Frame, handed: set[str], depth: int
    ) -> None:
        """The configuration is given to another function."""
        callee = Bound(call.callee, path, call.scope, call.line, frame)
        for thing in self.reader.things(callee):
            if isinstance(thing, Part) and thing.name == INITIALISER:
                self._initialise(walk, thing.made)
            elif isinstance(thing, Routine):
                inner = self.reader.activate(thing, path, index, frame)
                for name, value in inner.names.items():
                    if isinstance(value, Bound) and isinstance(value.value, Name) and value.value.dotted in handed:
                        self._read(walk, thing, inner, name, depth + 1)
                        break

    def _assigned(self, walk: Walk, routine: Routine, each: Assignment, frame: Frame, config: str) -> None:
        """`app_config.route_handlers = [*app_config.route_handlers, own]`, `app_config.dependencies["user"] = provide`."""
        head, _, attribute = each.target.partition(".")
        if head != config or each.value is None:
            return
        given = Bound(each.value, routine.path, each.scope, each.line, frame)
        if attribute == "dependencies[]":
            for name in self._keys(routine, config, each.line):
                walk.additions.provided[name] = given
        elif attribute == "dependencies":
            walk.additions.dependencies.append(given)
        elif attribute == "route_handlers" and each.operator in ("=", "+="):
            call = (walk.node.made.path, walk.node.made.index)
            walk.additions.registered.append(Registered(given, call, several=True, spread=True))
        elif attribute in LISTS and each.operator in ("=", "+="):
            self._add(walk, attribute, given, True, ("", -1), "")
        elif attribute in ("path", "before_request"):
            walk.additions.texts[attribute] = given

    def _keys(self, routine: Routine, config: str, line: int) -> Iterator[str]:
        tree = self.reader.project.function(routine.path, routine.index)
        for node in ast.walk(tree) if tree is not None else ():
            match node:
                case ast.Assign(
                    [ast.Subscript(ast.Attribute(ast.Name(name), "dependencies"), ast.Constant(str(key)))]
                ) if name == config and node.lineno == line:
                    yield key
                case _:
                    pass
