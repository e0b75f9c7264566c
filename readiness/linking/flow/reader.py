"""The words of value flow while it works: where an expression is read, what elements a collection has, who reads.

`Reader` is the contract between the parts: each part asks the reader for the text or the elements of a smaller expression.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct

from readiness.linking.flow.definitions import Reached
from readiness.linking.flow.nodes import FunctionNode
from readiness.linking.flow.pieces import Flow
from readiness.linking.flow.places import FileIndex
from readiness.model import Code, Piece, PieceKind, Symbol


class Lazy(Struct, frozen=True):
    """An element given by an expression, read where it stands."""

    expression: ast.expr
    at: At


class Known(Struct, frozen=True):
    """An element whose text is known already."""

    flow: Flow


class Parts(Struct, frozen=True):
    """An element that is a tuple: `(index, value)` of `enumerate`, `(key, value)` of `items()`."""

    elements: tuple[Element, ...]


class Choice(Struct, frozen=True):
    """One of several elements, which are collections: a table of tables, looked up."""

    elements: tuple[Element, ...]


Element = Lazy | Known | Parts | Choice


class Elements(Struct, frozen=True):
    """What a collection holds."""

    items: tuple[Element, ...]
    exact: bool = False
    """These items, in this order, and no others; else each stands for any number of elements."""
    empty: bool = True
    """It can be empty (only asked where it is not exact)."""


class Table(Struct, frozen=True):
    """What a mapping holds, entry by entry."""

    keys: tuple[Element, ...]
    values: tuple[Element, ...]


class Bound(Struct, frozen=True):
    """A name that an expression binds for itself: the target of a comprehension, the parameter of a lambda."""

    name: str
    element: Element


class Assumed(Struct, frozen=True):
    """A test that holds, or not, where the expression is read: the condition of a comprehension or of `a if test else b`."""

    test: ast.expr
    truth: bool


class Frame(Struct, frozen=True):
    """A call that is being followed: what the parameters of the function are."""

    function: FunctionNode
    arguments: Mapping[str, Lazy]
    depth: int = 1
    around: Frame | None = None
    """The call that was being followed before."""

    def activations(self, function: FunctionNode) -> int:
        """How often a function is being followed."""
        count = 0
        frame: Frame | None = self
        while frame is not None:
            count += frame.function is function
            frame = frame.around
        return count


class Passed(Struct, frozen=True):
    """What callers pass as a parameter."""

    flow: Flow
    complete: bool
    """Every caller is known; else only what some of them pass from outside stands here."""
    message: bool = False
    """A worker calls the function with what stood in a queue, and nothing else is known of its callers."""


class At(Struct, frozen=True):
    """Where an expression is read."""

    path: str
    statement: ast.stmt
    local: tuple[Bound | Assumed, ...] = ()
    frame: Frame | None = None
    end: bool = False
    """Behind the last statement of the statement's own block: how another module sees a module's names."""


class Reader(Protocol):
    """Who answers what expressions are."""

    @property
    def code(self) -> Code:
        """The linked code."""
        ...

    def index(self, path: str) -> FileIndex | None:
        """The tree of one file with its places, None where there is none."""
        ...

    def text(self, expression: ast.expr, at: At) -> Flow:
        """What text an expression can be."""
        ...

    def elements(self, expression: ast.expr, at: At) -> Elements:
        """What a collection holds."""
        ...

    def table(self, expression: ast.expr, at: At) -> Table | None:
        """What a mapping holds, None where that is not known."""
        ...

    def element_text(self, element: Element) -> Flow:
        """What text an element can be."""
        ...

    def symbol(self, expression: ast.expr, at: At) -> Symbol | None:
        """What a dotted name denotes, None for any other expression."""
        ...

    def callee(self, call: ast.Call, at: At) -> Symbol | None:
        """What a call calls, None where that is not known."""
        ...

    def type_of(self, expression: ast.expr, at: At) -> Symbol | None:
        """The class of the object that an expression is, None where that is not known."""
        ...

    def origin(self, expression: ast.expr, at: At) -> Lazy | None:
        """The one expression that a place was bound to, through names and modules; the expression itself when it is no place."""
        ...

    def definitions(self, place: str, at: At, *, growing: bool = False) -> Reached:
        """Which bindings of a place reach the statement where it is read."""
        ...

    def outer(self, name: str, at: At) -> At | None:
        """Where a name that the function does not bind is to be read: in the function around it, at the end of the module."""
        ...

    def assigned(self, symbol: Symbol) -> Lazy | None:
        """The expression that a variable of some module or class is bound to, and where it is read."""
        ...

    def follow(self, call: ast.Call, at: At) -> Frame | None:
        """The project function that a call calls, with its parameters bound; None where it is not known or too deep."""
        ...

    def comprehended(self, generators: list[ast.comprehension], at: At) -> At:
        """Where the element of a comprehension is read: its targets bound, its conditions assumed."""
        ...

    def returned(self, call: ast.Call, at: At) -> tuple[Lazy, ...]:
        """The expressions that a function of the project returns to a call; none where they are not known."""
        ...

    def row(self, call: ast.Call, at: At) -> Parts | None:
        """The columns of the one row that a call fetches, None where they are not known."""
        ...

    def yielded(self, call: ast.Call, at: At) -> Elements | None:
        """What a generator of the project yields to a call, None where that is not known."""
        ...

    def passed(self, name: str, function: FunctionNode, at: At) -> Passed | None:
        """What the callers of a function pass as a parameter, None where nothing is known of them."""
        ...

    def given(self, name: str, function: FunctionNode, at: At) -> tuple[Lazy, ...]:
        """The expressions that the callers pass as a parameter; none unless every caller is known."""
        ...

    def piece(self, kind: PieceKind, expression: ast.expr, at: At, source: str = "") -> Piece:
        """A piece that stands for an expression as written."""
        ...
