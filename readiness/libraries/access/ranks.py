"""A protected route with an address of administration in, whether anything on its way speaks of more than who is calling out.

What a guard asks of somebody who is known cannot be followed as what it does with a stranger can. So words decide, and only in
favour of the route: where one of them stands in a guard, in what it calls or in the handler, a role is taken to be asked for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from readiness.languages.python.walking import walk
from readiness.libraries.access.openings import plain
from readiness.libraries.access.vocabulary import last_of, words
from readiness.model import Project, Route, Symbol, SymbolKind
from readiness.model.summary import Class, Function

SEGMENTS = frozenset(
    {"admin", "admins", "administration", "superuser", "superusers", "superadmin", "sysadmin", "backoffice"}
)
"""Segments of a path, without their separators, behind which a service is administered."""
RANKS = frozenset(
    {
        "admin", "admins", "administrator", "superuser", "superusers", "superadmin", "staff", "role", "roles", "permission",
        "permissions", "perm", "perms", "scopes", "group", "groups", "privilege", "privileges", "rank", "god", "policy", "policies",
        "acl", "grants", "rights", "capability", "capabilities", "enforce", "enforcer", "ability", "abilities",
    }
)  # fmt: skip
"""Words by which code speaks of what a known caller may do."""
PLACES = frozenset({"admin", "admins", "administrator", "group", "groups"})
"""Words that a handler behind such an address says anyway, of what it shows and changes."""
ASKING = ("is_", "has_", "can_", "require", "ensure", "check")
"""How the names of questions begin, which may be about anything."""
DEPTH = 2
"""Calls behind a guard that are read."""
WIDEST = 30
"""Functions behind one guard that are read."""


def administered(path: str) -> str:
    """The path up to the segment that speaks of administration; empty for any other path."""
    segments = path.split("/")
    for number, each in enumerate(segments):
        if plain(each) in SEGMENTS:
            return "/".join(segments[: number + 1])
    return ""


class Ranks:
    """Looks for words about roles in guards. One for a project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._known: dict[str, bool] = {}

    def asked(self, route: Route, names: Iterable[str]) -> bool:
        """Some guard of the route, or its handler, speaks of a role."""
        if route.permission:
            return True
        view = self.project.find(route.view) if route.view else None
        bases = self.project.ancestors(Symbol(SymbolKind.CLASS, route.view, *view))[1:] if view is not None else []
        around = [*names, *route.dependencies, *(each.name for each in bases)]
        if any(self._named(each) or self._speaks(each) for each in around):
            return True
        place = self.project.find(route.handler)
        node = self.project.function(*place) if place is not None else None
        return node is None or any(_asks(text) for text in _texts(node))

    @staticmethod
    def _named(name: str) -> bool:
        return bool(words(last_of(name)) & RANKS)

    def _speaks(self, name: str) -> bool:
        if name not in self._known:
            self._known[name] = False
            self._known[name] = any(self._in(path, index) for path, index in self._functions(name))
        return self._known[name]

    def _functions(self, name: str) -> Iterator[tuple[str, int]]:
        """What is read of a guard: the function and what it calls, the methods of the class."""
        place = self.project.find(name)
        summary = self.project.summary(place[0]) if place is not None else None
        if place is None or summary is None:
            return
        path, index = place
        inside = [
            number
            for number, each in enumerate(summary.definitions)
            if isinstance(each, Function) and (number == index or each.scope == index)
        ]
        if isinstance(summary.definitions[index], Class):
            inside = [each for each in inside if each != index]
        read = 0
        for number in inside:
            symbol = Symbol(SymbolKind.FUNCTION, self.project.symbol(path, number), path, number)
            for each in self.project.reached_from(symbol, DEPTH):
                read += 1
                if read > WIDEST:
                    return
                if each.path and each.index >= 0:
                    yield each.path, each.index

    def _in(self, path: str, index: int) -> bool:
        node = self.project.function(path, index)
        return node is not None and any(words(text) & RANKS for text in _texts(node))


def _asks(text: str) -> bool:
    """A word of a handler that speaks of a role; `is_admin` does, and `AdminView` does not."""
    found = words(text) & RANKS
    return bool(found - PLACES) or text.startswith(ASKING)


def _texts(node: ast.AST) -> Iterator[str]:
    """The names and short texts of some code."""
    for each in walk(node):
        match each:
            case ast.Attribute(attr=text) | ast.Name(id=text) | ast.keyword(arg=str(text)):
                yield text
            case ast.Constant(value=str(text)) if len(text) < 40:
                yield text
