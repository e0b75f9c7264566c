"""Attributes that a program hangs on objects of a web framework in; the shapes of what they hold out.

`g.db = sqlite3.connect(...)` in one function and `g.db.execute(...)` in another, `app.state.pool = ...` at start-up and
`request.app.state.pool` in a handler: the framework declares no such attribute, so what is assigned anywhere tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.linking.annotations import SHAPELESS, Shape
from readiness.linking.indices import HUNG
from readiness.model.project import Symbol, SymbolKind
from readiness.model.summary import Name

if TYPE_CHECKING:
    from readiness.linking.linker import Linker

PROXIES = {
    "flask.g": "flask.g", "flask.globals.g": "flask.g", "quart.g": "quart.g", "quart.globals.g": "quart.g",
    "flask.current_app": "flask.app", "flask.globals.current_app": "flask.app", "flask.Flask": "flask.app",
    "flask.app.Flask": "flask.app", "quart.current_app": "quart.app", "quart.Quart": "quart.app",
    "tornado.web.Application": "tornado.app", "tornado.web.RequestHandler.application": "tornado.app",
}  # fmt: skip
"""External objects and classes whose attributes are the program's own -> what they are one and the same with."""
ROOTS = ("flask.", "quart.", "tornado.")
"""Packages with objects that are imported by name, or reached through a base class."""
SHELVES = {
    "state": ("fastapi", "starlette", "litestar", "quart"),
    "ctx": ("sanic",),
    "context": ("falcon",),
    "app": ("fastapi", "starlette", "sanic"),
    "FastAPI": ("fastapi",),
    "Starlette": ("starlette",),
    "Sanic": ("sanic",),
}
"""Attributes and classes made for things of the program, with the frameworks that have them."""
SAME_SHELF = {"FastAPI": "app", "Starlette": "app", "Sanic": "app"}
SITES = 24
"""Assignments of one attribute that are looked at."""


class Hung:
    """What is hung on the objects of frameworks."""

    def __init__(self, linker: Linker) -> None:
        self._linker = linker

    def shape(self, name: str) -> Shape:
        """The shape of an external attribute by its dotted name, `flask.g.db`; nothing known where it is the library's own."""
        owner, _, attribute = name.rpartition(".")
        shelf = shelf_of(owner)
        if not shelf:
            return SHAPELESS
        self._linker.looked.add((HUNG, attribute))
        if attribute not in self._linker.indices.hung:
            return SHAPELESS
        return self._linker.once(("hung", shelf, attribute), lambda: self._shape(shelf, attribute), SHAPELESS)

    def through(self, symbol: Symbol) -> Symbol:
        """The method or attribute that an external name means when something of the program stands on its way:
        `flask.g.db.execute` is `sqlite3.Connection.execute`."""
        if symbol.kind is not SymbolKind.EXTERNAL or not symbol.name.startswith(ROOTS):
            return symbol
        parts = symbol.name.split(".")
        for at in range(3, len(parts)):
            held = self.shape(".".join(parts[:at]))
            if held.known:
                for each in parts[at:-1]:
                    held = self._linker.types.attribute_shape(held, each)
                found = self._linker.types.attribute(held, parts[-1])
                return found if found.kind is not SymbolKind.UNKNOWN else symbol
        return symbol

    def _shape(self, shelf: str, attribute: str) -> Shape:
        found = SHAPELESS
        for path, index in self._linker.indices.hung[attribute][:SITES]:
            assignment = self._linker.assignment(path, index)
            if assignment is None:
                continue
            holder = assignment.target.rpartition(".")[0]
            if self._shelf(path, holder, assignment.scope, assignment.line) != shelf:
                continue
            held = self._linker.types.variable(path, index)
            if held.known and held.symbol.name != "None":
                if found.known and found.symbol != held.symbol:
                    return SHAPELESS
                found = held
        return found

    def _shelf(self, path: str, holder: str, scope: int, line: int) -> str:
        symbol = self._linker.resolving.resolve(path, holder, scope, line)
        if symbol.kind is SymbolKind.EXTERNAL and not symbol.rest:
            return shelf_of(symbol.name)
        held = self._linker.types.shape(path, Name(holder), scope, line).symbol
        if held.kind is SymbolKind.CLASS:
            held = self._linker.classes.external(held)
        return shelf_of(held.name) if held.kind is SymbolKind.EXTERNAL else ""


def shelf_of(name: str) -> str:
    """What the object of an external name is one and the same with, as far as what hangs on it goes; empty for others."""
    found = PROXIES.get(name, "")
    if found:
        return found
    end = name.rpartition(".")[2]
    packages = SHELVES.get(end, ())
    package = name.partition(".")[0]
    if package not in packages:
        return ""
    # FastAPI's application and request are Starlette's.
    return f"{'starlette' if package == 'fastapi' else package}.{SAME_SHELF.get(end, end)}"
