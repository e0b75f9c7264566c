"""One way in which a place gets its value, and those that reach a point of a file: what `reaching` finds and others read."""

from __future__ import annotations

import ast
from enum import Enum, auto

from msgspec import Struct


class Binding(Enum):
    """How a place got its value."""

    VALUE = auto()
    """`place = expression`"""
    AUGMENTED = auto()
    """`place += expression`"""
    ELEMENT = auto()
    """`for place in expression`"""
    CONTEXT = auto()
    """`with expression as place`"""
    GROWN = auto()
    """`place.append(expression)`, `place[key] = expression`: only asked for by who wants elements"""
    GUARDED = auto()
    """a test that the place passed on the way; the expression is the test"""
    MATCHED = auto()
    """`case "a" | "b"` of a `match place`; the expression is a tuple of the constants"""
    HANDED = auto()
    """`fill(place, ...)`: a function that may make it grow; only asked for by who wants elements"""
    PART = auto()
    """some part of the expression: `first, *place = expression`, `case ["custom", place]`"""
    OTHER = auto()
    """bound in a way that says nothing: an import, a `def`, an `except ... as`"""


class Definition(Struct, frozen=True):
    """One binding that reaches."""

    binding: Binding
    statement: ast.stmt
    """Where the expression is to be read."""
    expression: ast.expr | None = None
    path: tuple[int, ...] = ()
    """Which element of it, for unpacked tuples: `(1, 0)` is the first of the second."""
    truth: bool = True
    """For a guard: whether the test held."""
    node: ast.stmt | None = None
    """The statement that binds."""
    place: str = ""
    """For a guard: what the test speaks of, where that is each element of the place."""
    loop: ast.stmt | None = None
    """It reaches because an earlier round of this loop made it."""


class Reached(Struct, frozen=True):
    """What reaches a point."""

    definitions: tuple[Definition, ...]
    falls: bool
    """A way leads here from the start of the function without meeting a binding."""
