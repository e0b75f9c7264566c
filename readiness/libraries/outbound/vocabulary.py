"""The words in which each library of this folder says what its calls are and which limits it has by itself."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    """Where the limit of a call belongs."""

    CALL = "call"
    """Every call is asked: `requests.get`, `requests.Session.get`."""
    CLIENT = "client"
    """The object that is made is asked: `httpx.Client`."""
    THROUGH = "through"
    """A method of such a client; it is asked only where it says something of its own."""


class Default(Struct, frozen=True):
    """What a library does by itself, in the releases from `since` up to, but not including, `until`."""

    bounded: bool
    text: str
    """`5 s for connecting, reading, writing and the pool`; empty where there is none."""
    read_in: str
    """Release and place where it was read."""
    since: str = ""
    until: str = ""


class Api(Struct, frozen=True, kw_only=True):
    """Callables that take their limit in the same way."""

    names: frozenset[str]
    """Canonical names; for methods `Class.method`."""
    kind: Kind
    defaults: tuple[Default, ...]
    keywords: tuple[str, ...] = ("timeout",)
    """Parameters any of which sets the limit; without any the API takes none."""
    position: int = -1
    """Place of the first of them among the positional arguments, -1 where it is no such."""
    socket: bool = False
    """`socket.setdefaulttimeout` reaches it."""
    asynchronous: bool = False
    given_by: tuple[str, ...] = ()
    """Parameters that bring an object which has its own limit: `connection_pool`."""
    address: str = ""
    """A piece of the address that sets the limit: `socket_timeout=` in the query of a redis URL."""


class Client(Struct, frozen=True, kw_only=True):
    """One library."""

    distribution: str
    packages: tuple[str, ...]
    """What it is imported as."""
    apis: tuple[Api, ...]
    sessions: frozenset[str] = frozenset()
    """Classes whose objects send the calls; a project's own class below one of them may set the limit for all."""
    results: Mapping[str, str] = {}
    """What its callables give; see `Library.results`."""


HTTP_METHODS = ("get", "options", "head", "post", "put", "patch", "delete", "request")


def methods(classes: tuple[str, ...], names: tuple[str, ...]) -> frozenset[str]:
    """`Class.method` for every class and method."""
    return frozenset(f"{each}.{name}" for each in classes for name in names)
