"""What an expression can denote, as far as routers, dependencies and handlers need to know."""

from __future__ import annotations

from msgspec import Struct

from readiness.model.summary import Value

Site = tuple[str, int, int]
"""One step on the way into an activation: path, index of the call (below 0 for anything else), number of the turn."""
TURN = -1_000_000
"""The index of a loop's assignment is counted down from here in a site."""


class Frame(Struct, frozen=True, eq=False):
    """One activation of a function, or one turn of the loops of a module: what its names are bound to."""

    path: str
    scope: int
    """The function in `Summary.definitions`; -1 for a module."""
    names: dict[str, Bound | Thing]
    """Parameters that a call binds."""
    turns: dict[int, Bound | Thing]
    """Loop variables, by their index in `Summary.assignments`."""
    parent: Frame | None
    """The activation of the function around it."""
    key: tuple[Site, ...]
    """How it was entered: two frames of one function with the same key and turn are the same."""
    turn: tuple[Site, ...] = ()
    """Which turn of which of its loops it is in."""

    def seen_by(self, looped: bool) -> tuple[Site, ...]:
        """The identity of what is made or called in it; what stands outside the loops is the same in all their turns."""
        return (*self.key, *self.turn) if looped else self.key


class Bound(Struct, frozen=True, eq=False):
    """An expression with the place it stands in and the activation it is evaluated in."""

    value: Value
    path: str
    scope: int
    line: int
    frame: Frame | None = None


class Made(Struct, frozen=True, eq=False):
    """An object that a call makes; an instance nobody is seen to make has the index -1."""

    maker: Outside | Kind
    path: str
    index: int
    frame: Frame | None
    """The activation in which it is made."""
    looped: bool = False
    """The call stands in a loop."""

    @property
    def key(self) -> tuple[object, ...]:
        """Its identity."""
        if self.index < 0:
            return (self.maker.key,)
        return (self.path, self.index, self.frame.seen_by(self.looped) if self.frame is not None else ())


class Routine(Struct, frozen=True, eq=False):
    """A function or method of the project."""

    path: str
    index: int
    frame: Frame | None = None
    """The activation of the function around it."""
    owner: Made | None = None
    """The object that a method is bound to."""

    @property
    def key(self) -> tuple[object, ...]:
        """Its identity."""
        return (self.path, self.index, self.frame.key if self.frame is not None else ())


class Kind(Struct, frozen=True, eq=False):
    """A class of the project."""

    path: str
    index: int
    frame: Frame | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """Its identity."""
        return (self.path, self.index)


class Outside(Struct, frozen=True, eq=False):
    """Something of another distribution, of the standard library or built in."""

    name: str

    @property
    def key(self) -> tuple[object, ...]:
        """Its identity."""
        return (self.name,)

    @property
    def package(self) -> str:
        """The top-level package."""
        return self.name.partition(".")[0]

    @property
    def last(self) -> str:
        """The last part of the name, which re-exports keep."""
        return self.name.rpartition(".")[2]


class Unit(Struct, frozen=True, eq=False):
    """A module of the project."""

    path: str


class Keywords(Struct, frozen=True, eq=False):
    """What `**kwargs` of an activation holds."""

    items: dict[str, Bound | Thing]


class Part(Struct, frozen=True, eq=False):
    """An attribute of an object of another package that its recogniser knows: the `routes` of a router."""

    made: Made
    name: str


Thing = Made | Routine | Kind | Outside | Unit | Keywords | Part
Answer = Bound | Thing
"""What following an expression comes to: a thing, or the expression where it is a literal, a display or an operation."""


def enclosing(frame: Frame | None, path: str, scope: int) -> Frame | None:
    """The activation of one function among those around."""
    while frame is not None and (frame.path, frame.scope) != (path, scope):
        frame = frame.parent
    return frame
