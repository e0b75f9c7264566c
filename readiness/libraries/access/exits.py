"""How a function can end, and what is known at a point of it: ways out, states, and which of them turn a caller away."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from readiness.libraries.access.values import (
    UNKNOWN_VALUE,
    Answer,
    Error,
    Guarded,
    Items,
    Response,
    Seen,
    joined,
    of,
    reliant,
)
from readiness.libraries.access.vocabulary import DENIALS, REFUSALS

UNAUTHORIZED = 401


class Role(StrEnum):
    """What the way a function ends means to whoever calls it."""

    VALUE = "value"
    """It gives a value, and turns the caller away by raising."""
    HOOK = "hook"
    """It runs before the handler; whatever it gives back but None is the response."""
    WRAPPER = "wrapper"
    """It stands around the handler: whatever it gives back instead of the handler's answer is the response."""
    PREDICATE = "predicate"
    """It says yes or no."""
    HANDLER = "handler"
    """It is the handler."""


class Exit(Struct, frozen=True, eq=False):
    """One way in which a function ends."""

    raises: bool
    value: Seen
    asks: bool
    """Who is calling decided that it ends here."""
    line: int = 0
    by_status: bool = False
    """Nothing but the status says so: it answers 401, for a reason that is not understood."""

    @property
    def error(self) -> Error | None:
        """The exception it raises, where that is known."""
        return self.value.thing if isinstance(self.value.thing, Error) else None


class Refused(Exception):
    """An expression raises, for sure."""

    def __init__(self, exit_: Exit) -> None:
        super().__init__()
        self.exit = exit_


class Spent(Exception):
    """The question costs more than it may."""


class State:
    """What names are bound to at one point, and whether who is calling decided that this point is reached."""

    __slots__ = ("asked", "handed", "left", "names")

    def __init__(self, names: dict[str, Seen], *, asked: bool, handed: bool = False, left: bool = False) -> None:
        self.names = names
        self.asked = asked
        self.left = left
        """Those who are known have left before, by a branch of their own."""
        self.handed = handed
        """The handler has been called: the caller was let through."""

    def copy(self, *, asked: bool = False) -> State:
        """A state of its own."""
        return State(dict(self.names), asked=self.asked or asked, handed=self.handed, left=self.left)

    @property
    def decided(self) -> bool:
        """Who is calling decided that this point is reached."""
        return self.asked or self.left

    def bind(self, name: str, value: Seen) -> None:
        """Bind a name here."""
        self.names[name] = reliant(value, asked=self.decided)


def merged(states: Sequence[State | None], *, asked: bool) -> State | None:
    """The state after several ways; None where none goes on."""
    left = [each for each in states if each is not None]
    if len(left) < 2:
        return left[0] if left else None
    names: dict[str, Seen] = {}
    for name in {name: None for each in left for name in each.names}:
        values = [each.names.get(name, UNKNOWN_VALUE) for each in left]
        names[name] = reliant(joined(values), asked=asked and any(each is not values[0] for each in values))
    return State(
        names,
        asked=all(each.asked for each in left),
        handed=all(each.handed for each in left),
        left=all(each.left for each in left),
    )


def refuses(exit_: Exit, role: Role) -> bool:
    """The way out turns the caller away."""
    thing = exit_.value.thing
    if exit_.raises:
        status = exit_.error.status if exit_.error is not None else 0
        if role is Role.HANDLER:
            return status in DENIALS or (status in (0, 302, 303) and exit_.asks)
        # A missing signature or key is often called a bad request.
        return not status or status in REFUSALS or (status in (400, 422) and exit_.asks)
    if isinstance(thing, Guarded):
        return True
    match role:
        case Role.HOOK:
            return not (exit_.value.known and exit_.value.constant is None) and not isinstance(thing, Answer)
        case Role.WRAPPER:
            return not isinstance(thing, Answer)
        case Role.PREDICATE:
            return (
                exit_.value.truth is False or (exit_.value.truth is None and exit_.value.identity) or half(exit_, role)
            )
        case Role.HANDLER:
            return isinstance(thing, Response) and (
                thing.status in DENIALS or (300 <= thing.status < 400 and exit_.asks)
            )
        case _:
            return False


def asks(exit_: Exit, role: Role) -> bool:
    """Who is calling made it end so."""
    thing = exit_.value.thing
    if exit_.asks or isinstance(thing, Guarded) or (isinstance(thing, Response) and thing.status == UNAUTHORIZED):
        return True
    return role is Role.PREDICATE and (exit_.value.identity or half(exit_, role))


def half(exit_: Exit, role: Role) -> bool:
    """The one half of an answer is that nobody is known, the other is not known: `is_member(user) or has_ticket(request)`."""
    value = exit_.value
    return role is Role.PREDICATE and value.truth is None and value.partly is False and not value.identity


def ending(state: State) -> Exit:
    """The end of a function without a `return`."""
    return Exit(False, of(Answer()) if state.handed else Seen(None, truth=False), state.decided)


def strong(exit_: Exit) -> bool:
    """It answers 401, and nothing else says why: what led to it was about who is calling."""
    thing = exit_.value.thing
    if isinstance(thing, Error):
        return exit_.by_status
    return isinstance(thing, Response) and thing.status == UNAUTHORIZED and not exit_.asks


def clear(exit_: Exit) -> bool:
    """A response that says by its status that the caller is turned away: a cached answer says nothing of the kind."""
    thing = exit_.value.thing
    if exit_.value.known and exit_.value.constant is None:
        return True  # an ASGI application that ends without the one behind it has sent its answer
    return isinstance(thing, Guarded) or (isinstance(thing, Response) and thing.status in REFUSALS)


def answered(value: Seen) -> Seen:
    """What a function gives back; `{"error": ...}, 403` is a response with that status."""
    items = value.thing.items if isinstance(value.thing, Items) else ()
    if len(items) in (2, 3) and isinstance(status := items[1].constant, int) and 100 <= status < 600:
        return of(Response(status), identity=value.identity)
    return value
