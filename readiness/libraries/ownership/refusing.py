"""The body of a handler and one call that loads an object in, what refuses callers by that object out."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator

from readiness.languages.python.names import last_name

PEOPLE = frozenset({"user", "current_user", "auser", "auth"})
"""Attributes of a request, or of a handler, that hold who is calling."""
HOLDERS = frozenset({"request", "req", "info", "g", "self", "context", "state", "ctx"})
CHECKS = frozenset(
    {"check_object_permissions", "has_object_permission", "has_perm", "has_permission", "authorize", "is_authorized"}
)
LEAVING = frozenset({"abort", "fail", "redirect"})
HELD = 40
"""Names that are made of the object."""


class Body:
    """One handler's body, and the object that is loaded in it."""

    def __init__(self, node: ast.AST, load: ast.Call, ids: Collection[str], *, known: bool) -> None:
        self.node = node
        self.ids = ids
        """Parameters in which the client names objects."""
        self.known = known
        """It was found before that the object and who is calling stand together somewhere."""
        self.names = self._names(load)
        self.people = self._named_people()

    def decided(self, refuses: Callable[[ast.Call], bool]) -> str:
        """What decides by the object, as it is to be shown; empty for nothing. `refuses` tells it of a function of the project."""
        if not self.names:
            return ""
        for node in ast.walk(self.node):
            if isinstance(node, ast.If | ast.Assert) and self._is_door(node):
                return f"a test in line {node.lineno}"
            if isinstance(node, ast.Expr):
                call = node.value.value if isinstance(node.value, ast.Await) else node.value
                if isinstance(call, ast.Call) and self._given(call) and self._asks(call, refuses):
                    return f"`{last_name(call.func)}`"
        return ""

    def _names(self, load: ast.Call) -> set[str]:
        """The name that the object is bound to, and those that are made of it."""
        names: set[str] = set()
        assigned = [each for each in ast.walk(self.node) if isinstance(each, ast.Assign | ast.NamedExpr)]
        for each in assigned:
            if any(part is load for part in ast.walk(each.value)):
                names.update(_targets(each))
        for each in sorted(assigned, key=lambda one: one.lineno) if names else ():
            if len(names) < HELD and self._holds(each.value, names):
                names.update(_targets(each))
        return names

    def _named_people(self) -> set[str]:
        """Names that are bound to who is calling: `user = request.user`."""
        found: set[str] = set()
        for each in ast.walk(self.node):
            if isinstance(each, ast.Assign) and isinstance(each.value, ast.Attribute) and is_person(each.value):
                found.update(_targets(each))
        return found

    @staticmethod
    def _holds(node: ast.AST, names: set[str]) -> bool:
        return any(isinstance(each, ast.Name) and each.id in names for each in ast.walk(node))

    def _given(self, call: ast.Call) -> bool:
        given = (*call.args, *(each.value for each in call.keywords))
        return any(self._holds(each, self.names) for each in given)

    def _person(self, node: ast.AST) -> bool:
        return any(
            is_person(each) or (isinstance(each, ast.Name) and each.id in self.people) for each in ast.walk(node)
        )

    def _asks(self, call: ast.Call, refuses: Callable[[ast.Call], bool]) -> bool:
        """A call for its own sake that is given the object, and who is calling or what finds that out."""
        if last_name(call.func) in CHECKS:
            return True
        return refuses(call)

    def _is_door(self, node: ast.If | ast.Assert) -> bool:
        """A test of the object and who is calling, behind which the handler is left."""
        if not self._holds(node.test, self.names):
            return False
        if not self._person(node.test) and not (self.known and self._speaks_of_more(node.test)):
            return False
        if isinstance(node, ast.Assert):
            return True
        if not any(_leaves(each) for each in (*node.body, *node.orelse)):
            return False
        # Refusing somebody himself (`if user == current_user: abort(403)`) says nothing of all others.
        return not (self._is_himself(node.test) and any(_leaves(each) for each in node.body))

    def _speaks_of_more(self, test: ast.expr) -> bool:
        """The test holds something that may be who is calling: no part of the object, no id, nothing that was loaded as well."""
        called = {id(each.func) for each in ast.walk(test) if isinstance(each, ast.Call)}
        others = self.names | self._loaded() | set(self.ids)
        return any(
            isinstance(each, ast.Name) and each.id not in others and id(each) not in called for each in ast.walk(test)
        )

    def _loaded(self) -> set[str]:
        """Names that are bound in the body to anything but what a call without arguments gives: `user = current_account()`."""
        found: set[str] = set()
        for each in ast.walk(self.node):
            if isinstance(each, ast.Assign | ast.NamedExpr):
                value = each.value.value if isinstance(each.value, ast.Await) else each.value
                if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and not value.args):
                    found.update(_targets(each))
        return found - self.people

    def _is_himself(self, test: ast.expr) -> bool:
        if not isinstance(test, ast.Compare) or not all(isinstance(each, ast.Eq | ast.Is) for each in test.ops):
            return False
        mine = [each for each in (test.left, *test.comparators) if self._is_object_or_key(each)]
        return bool(mine)

    def _is_object_or_key(self, node: ast.expr) -> bool:
        """`user`, `user.id`: the object itself, and not whose it is."""
        if isinstance(node, ast.Attribute) and node.attr in ("id", "pk", "uuid"):
            node = node.value
        return isinstance(node, ast.Name) and node.id in self.names


def is_person(node: ast.AST) -> bool:
    """`request.user`, `self.current_user`, `self.request.user`."""
    if not isinstance(node, ast.Attribute) or node.attr not in PEOPLE:
        return False
    held = node.value
    return (isinstance(held, ast.Name) and held.id in HOLDERS) or (
        isinstance(held, ast.Attribute) and held.attr in HOLDERS
    )


def _leaves(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Raise | ast.Return):
        return True
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and last_name(statement.value.func) in LEAVING
    )


def _targets(node: ast.Assign | ast.NamedExpr) -> Iterator[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        for each in target.elts if isinstance(target, ast.Tuple) else [target]:
            if isinstance(each, ast.Name):
                yield each.id
