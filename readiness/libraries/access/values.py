"""What an expression is worth when a caller who presents nothing asks: values, and how two of them are joined.

`identity` says that a value was made of who is calling. A caller who presents nothing has no session, no token and no user, so
such a value is mostly known: it is None, empty or False.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from msgspec import Struct

from readiness.model import UNKNOWN, Missing, Symbol


class Carrier(Struct, frozen=True):
    """An object that says who is calling, or leads to what says it."""

    kind: str
    """`request`, `headers`, `cookies`, `session`, `state`, `inputs`, `user`, `arguments`, `path`, `url`."""


class Outside(Struct, frozen=True):
    """Something of another package."""

    name: str
    made: bool = False
    """An object of that class, rather than the class or function."""
    lenient: bool = False
    """It was made with `auto_error=False` or `optional=True`: it lets a caller without credentials pass."""


class Code(Struct, frozen=True, eq=False):
    """A function of the project, with the names around it."""

    path: str
    index: int
    """Into the definitions of its file; for a lambda that of the function around it."""
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | None
    """Its syntax tree; None until it is asked for."""
    names: dict[str, Seen]
    """What the functions around it bind."""
    owner: Seen | None = None
    """The object that a method is bound to."""


class Type(Struct, frozen=True, eq=False):
    """A class of the project."""

    symbol: Symbol
    names: dict[str, Seen]


class Instance(Struct, frozen=True, eq=False):
    """An object of a class of the project."""

    symbol: Symbol
    attributes: dict[str, Seen]
    names: dict[str, Seen]


class Parent(Struct, frozen=True, eq=False):
    """`super()` in a method of a class."""

    symbol: Symbol
    """The class that holds the method."""
    owner: Seen


class Items(Struct, frozen=True, eq=False):
    """A list, tuple or set."""

    items: tuple[Seen, ...]
    complete: bool = True


class Table(Struct, frozen=True, eq=False):
    """A dict whose entries are written out, such as one of checks by their names."""

    entries: tuple[tuple[Seen, Seen], ...]

    def at(self, key: Seen) -> Seen:
        """The value at a key; nothing where it has no such key, one of all where the key is not known."""
        if not key.known:
            return joined(value for _, value in self.entries)
        found = [value for each, value in self.entries if each.known and _same(each.constant, key.constant)]
        return found[-1] if found else known(None)

    def has(self, key: Seen) -> bool | None:
        """Whether it has a key; None where that is not known."""
        if not key.known:
            return None
        return any(each.known and _same(each.constant, key.constant) for each, _ in self.entries)


class Combined(Struct, frozen=True, eq=False):
    """`one | other` and its kin, of permissions."""

    operator: str
    items: tuple[Seen, ...]


class Handler(Struct, frozen=True):
    """What a guard stands before: the handler, or the application behind a middleware."""


class Answer(Struct, frozen=True):
    """What the handler gives back: the caller was let through."""


class Response(Struct, frozen=True):
    """A response that is made here."""

    status: int = 0
    """0 where it is not known."""


class Error(Struct, frozen=True):
    """An exception."""

    name: str
    status: int = 0
    asks: bool = False
    """Its name in its library says that the caller is not known or not allowed."""


class Guarded(Struct, frozen=True):
    """Something that a guard of a library stands before."""

    name: str


Thing = (
    Carrier
    | Outside
    | Code
    | Type
    | Instance
    | Parent
    | Items
    | Table
    | Combined
    | Handler
    | Answer
    | Response
    | Error
    | Guarded
)


class Seen(Struct, frozen=True, eq=False):
    """What is known of a value."""

    constant: object = UNKNOWN
    truth: bool | None = None
    identity: bool = False
    thing: Thing | None = None
    partly: bool | None = None
    """The truth that it has only where who is calling and something else agree, which is not known; None where there is none."""

    @property
    def known(self) -> bool:
        """It is one constant."""
        return not isinstance(self.constant, Missing)


UNKNOWN_VALUE = Seen()
ABSENT = Seen(None, truth=False, identity=True)
"""What a caller who presents nothing has for a token, a session entry, a user."""
TRACED = Seen(identity=True)
"""Made of who is calling; what it comes to is not known."""
DENIED = Seen(constant=False, truth=False, identity=True)
GRANTED = Seen(constant=True, truth=True, identity=True)
USER = Seen(truth=True, identity=True, thing=Carrier("user"))
"""The object that frameworks give for a caller they do not know: it is true, and not authenticated."""


def known(value: object, *, identity: bool = False) -> Seen:
    """A constant."""
    return Seen(value, truth=bool(value), identity=identity)


def of(thing: Thing, *, identity: bool = False) -> Seen:
    """A thing; everything but an empty list is true."""
    truth = True
    if isinstance(thing, Items):
        truth = True if thing.items else (False if thing.complete else None)  # type: ignore[assignment]
    return Seen(truth=truth, identity=identity, thing=thing)


def traced(*values: Seen) -> Seen:
    """An unknown value that was made of others."""
    return TRACED if any(each.identity for each in values) else UNKNOWN_VALUE


def joined(values: Iterable[Seen]) -> Seen:
    """A value that is one of several."""
    found = list(values)
    if not found:
        return UNKNOWN_VALUE
    first = found[0]
    if all(each is first for each in found):
        return first
    identity = any(each.identity for each in found)
    same = all(each.known and first.known and _same(each.constant, first.constant) for each in found)
    truth = first.truth if all(each.truth is first.truth for each in found) else None
    things = [each.thing for each in found]
    thing = things[0] if all(each is things[0] or each == things[0] for each in things) else None
    if thing is None:
        answers = [each for each in things if isinstance(each, Answer)]
        thing = answers[0] if len(answers) == len(things) else _twin(things)
    partly = next((each.partly for each in found if each.partly is not None), None)
    return Seen(first.constant if same else UNKNOWN, truth, identity, thing, partly)


def _twin(things: Sequence[object]) -> Code | None:
    """A wrapper that is written twice, for functions that are awaited and for those that are not: one stands for both."""
    codes = {id(each.node): each for each in things if isinstance(each, Code) and each.node is not None}
    kinds = {type(each.node) for each in codes.values()}
    twins = len(codes) == len(kinds) and all(isinstance(each, Code) for each in things)
    return next(iter(codes.values())) if twins and kinds == {ast.FunctionDef, ast.AsyncFunctionDef} else None


def _same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other


def reliant(value: Seen, *, asked: bool) -> Seen:
    """The value, made where who is calling decided that the code runs."""
    if not asked or value.identity:
        return value
    return Seen(value.constant, value.truth, identity=True, thing=value.thing)
