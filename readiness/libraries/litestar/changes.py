"""Applications and routers in, what their attributes are given once they are made out: `router.middleware.append(...)`.

A router hands on what it has when it is registered, so that what is appended to its lists before counts for all handlers below.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readiness.languages.python.walking import walk
from readiness.libraries.evaluation.occurrences import Occurrences
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Bound, Keywords
from readiness.libraries.litestar.nodes import Nodes, Registered
from readiness.libraries.values.expressions import receiver, tail
from readiness.model.summary import Assignment, Call, Function, Name

LISTS = frozenset({"middleware", "guards", "route_handlers"})
MAPPING = "dependencies"
GROWING = frozenset({"append", "extend", "insert", "update"})


class Changes:
    """Reads what is added to objects that exist."""

    def __init__(self, reader: Reader, nodes: Nodes, occurrences: Occurrences) -> None:
        self.reader = reader
        self.nodes = nodes
        self.occurrences = occurrences

    def called(self, path: str, index: int, call: Call) -> None:
        """`router.guards.append(guard)`, `app.dependencies.update({...})`."""
        origin = receiver(call.callee)
        if not isinstance(origin, Name) or tail(call.callee) not in GROWING or not call.arguments:
            return
        holder, _, attribute = origin.dotted.rpartition(".")
        if not holder or (attribute not in LISTS and attribute != MAPPING):
            return
        several = tail(call.callee) == "extend"
        for frame in self.occurrences.of(path, call):
            given = Bound(call.arguments[-1], path, call.scope, call.line, frame)
            for node in self.nodes.holders(Bound(Name(holder), path, call.scope, call.line, frame)):
                if attribute == "route_handlers":
                    condition = self.reader.conditions.along(path, call, frame)
                    node.registered.append(Registered(given, (path, index), condition, several))
                else:
                    node.later.append({attribute: given})

    def assigned(self, path: str, each: Assignment) -> None:
        """`app.dependencies["user"] = Provide(current_user)`."""
        holder, _, attribute = each.target.rpartition(".")
        if attribute != f"{MAPPING}[]" or not holder or each.value is None:
            return
        keys = list(self._keys(path, each))
        for frame in self.occurrences.activations.of(path, each.scope) if keys else ():
            given = Bound(each.value, path, each.scope, each.line, frame)
            for node in self.nodes.holders(Bound(Name(holder), path, each.scope, each.line, frame)):
                node.later.append({MAPPING: Keywords(dict.fromkeys(keys, given))})

    def _keys(self, path: str, each: Assignment) -> Iterator[str]:
        definitions = self.reader.summary(path).definitions
        inside = each.scope >= 0 and isinstance(definitions[each.scope], Function)
        tree = self.reader.project.function(path, each.scope) if inside else self.reader.project.tree(path)
        for node in walk(tree) if tree is not None else ():
            match node:
                case ast.Assign([ast.Subscript(ast.Attribute(_, "dependencies"), ast.Constant(str(key)))]) if (
                    node.lineno == each.line
                ):
                    yield key
                case _:
                    pass
