"""An object that leads to who is calling and a name in, what that attribute, item or method is for a stranger out."""

from __future__ import annotations

from msgspec import Struct

from readiness.libraries.access.values import ABSENT, DENIED, TRACED, UNKNOWN_VALUE, USER, Carrier, Seen, known, of
from readiness.libraries.access.vocabulary import (
    FORGERY_WORDS,
    INPUT_WORDS,
    USER_FACTS,
    names_caller,
    names_identity,
    words,
)

REQUEST: dict[str, str] = {
    "headers": "headers",
    "META": "headers",
    "environ": "headers",
    "cookies": "cookies",
    "COOKIES": "cookies",
    "session": "session",
    "state": "state",
    "ctx": "state",
    "args": "inputs",
    "values": "inputs",
    "form": "inputs",
    "GET": "inputs",
    "POST": "inputs",
    "data": "inputs",
    "json": "inputs",
    "query_params": "inputs",
    "query": "inputs",
    "params": "inputs",
    "request": "request",
    "context": "request",
    "handler": "request",
    "_request": "request",
    "url": "url",
    "rel_url": "url",
    "endpoint": "endpoint",
    "view_args": "values",
}
"""Attributes of a request -> the carrier they are."""
PEOPLE = frozenset({"user", "current_user", "auser", "remote_user_object"})
NOBODY = frozenset(
    {
        "auth",
        "authorization",
        "identity",
        "authenticated_userid",
        "unauthenticated_userid",
        "credentials",
        "token",
        "remote_user",
    }
)
PATHS = frozenset({"path", "path_info", "full_path", "get_full_path", "get_full_path_info", "raw_path"})
FALSE_METHODS = frozenset({"startswith", "endswith", "isdigit", "isalnum", "count", "find"})
ENDING = frozenset({"strip", "lstrip", "rstrip", "lower", "upper", "encode", "decode"})
MAPPINGS = frozenset({"headers", "cookies", "session", "state", "inputs"})
READERS = frozenset(
    {"get", "pop", "getlist", "get_all", "getone", "setdefault", "get_signed_cookie", "get_secure_cookie"}
)
COOKIE_READERS = frozenset({"get_signed_cookie", "get_secure_cookie", "get_cookie"})
COPYING = frozenset({"items", "values", "copy", "dict", "to_dict", "multi_items"})
HEADER_READERS = frozenset({"get_header", "getHeader", "header"})


class Asked(Struct, frozen=True):
    """The request that is asked about."""

    method: str = ""
    """Empty for a method that is not known."""
    path: str = ""
    """With something in the place of parameters; empty where it is not known."""
    people: bool = True
    """The framework gives an object for a caller nobody knows, and not None."""
    name: str = ""
    """Last part of the name that Flask gives the view; empty where it is not known."""
    parameters: tuple[str, ...] | None = None
    """Names of the parts of the path that become arguments; None where they are not known."""

    def about(self, reads: frozenset[str]) -> tuple[object, ...]:
        """What of the request was read: part of the key of an answer."""
        return (
            self.people,
            self.method if "method" in reads else None,
            self.path if "path" in reads else None,
            (self.name, self.parameters) if "route" in reads and (self.name or self.parameters is not None) else None,
        )


class Carriers:
    """Reads carriers. `reads` gathers what of the request an answer depends on: `method`, `path`, `route`."""

    def __init__(self) -> None:
        self.asked = Asked()
        self.reads: set[str] = set()

    def attribute(self, carrier: Carrier, name: str) -> Seen:
        """`request.user`, `session.user_id`, `user.is_authenticated`."""
        kind = carrier.kind
        if kind == "user":
            return self._of_user(name)
        if kind == "request":
            return self._of_request(name)
        if kind == "url":
            return self._path() if name in PATHS else UNKNOWN_VALUE
        if kind == "state":
            return self._named(name)
        if kind == "session":
            return ABSENT if names_identity(name) else UNKNOWN_VALUE
        if kind == "headers" and name == "authorization":
            return ABSENT
        return UNKNOWN_VALUE

    def is_view(self, name: str) -> Seen:
        """Whether the request goes to the view of this name, as `blueprint.function`: the blueprint is not known."""
        self.reads.add("route")
        own = self.asked.name
        return known(False) if own and name.rpartition(".")[2] != own else UNKNOWN_VALUE

    def _value(self, key: object, default: Seen) -> Seen:
        """One part of the path; what is given instead where the path has no such part."""
        self.reads.add("route")
        if self.asked.parameters is None or not isinstance(key, str):
            return UNKNOWN_VALUE
        return Seen(truth=True) if key in self.asked.parameters else default

    def _of_request(self, name: str) -> Seen:
        if name == "method":
            self.reads.add("method")
            return known(self.asked.method) if self.asked.method else UNKNOWN_VALUE
        if name in PATHS:
            return self._path()
        if name in PEOPLE:
            return USER if self.asked.people else ABSENT
        if name in NOBODY:
            return ABSENT
        if name == "is_authenticated":
            return DENIED
        kind = REQUEST.get(name)
        return of(Carrier(kind)) if kind is not None else UNKNOWN_VALUE

    def _path(self) -> Seen:
        self.reads.add("path")
        return known(self.asked.path) if self.asked.path else UNKNOWN_VALUE

    @staticmethod
    def _of_user(name: str) -> Seen:
        fact = USER_FACTS.get(name)
        if fact is not None:
            return known(fact, identity=True)
        if name.startswith(("is_", "has_", "can_")):
            return DENIED
        return ABSENT if name in ("id", "pk", "email", "username") else TRACED

    @staticmethod
    def _named(name: str) -> Seen:
        return ABSENT if names_caller(name) else UNKNOWN_VALUE

    def item(self, carrier: Carrier, key: object) -> Seen:
        """`request.headers["Authorization"]`, `session["user_id"]`, `args[0]`."""
        kind = carrier.kind
        if kind == "arguments":
            return of(Carrier("request"))
        if kind == "values":
            return self._value(key, UNKNOWN_VALUE)
        if not isinstance(key, str):
            return TRACED if kind in ("session", "cookies") else UNKNOWN_VALUE
        if kind == "request":
            return self._of_scope(key)
        if kind == "inputs":
            return ABSENT if key.lower() in INPUT_WORDS else UNKNOWN_VALUE
        if kind == "cookies":
            return UNKNOWN_VALUE if words(key) & FORGERY_WORDS else ABSENT
        if kind == "state":
            return self._named(key)
        if kind in MAPPINGS:
            if kind == "headers" and key == "PATH_INFO":
                return self._path()
            return ABSENT if names_identity(key.removeprefix("HTTP_")) else UNKNOWN_VALUE
        return UNKNOWN_VALUE

    def _of_scope(self, key: str) -> Seen:
        """An entry of an ASGI scope, a WSGI environment or a GraphQL context."""
        if key == "PATH_INFO":
            return self._path()
        if key == "type":
            return known("http")
        if key == "REQUEST_METHOD":
            return self._of_request("method")
        if key.startswith("HTTP_"):
            return self.item(Carrier("headers"), key)
        found = self._of_request(key)
        return ABSENT if found is UNKNOWN_VALUE and names_caller(key) else found

    def contains(self, carrier: Carrier, key: object) -> Seen:
        """`"user_id" in session`."""
        if carrier.kind == "values":
            found = self._value(key, known(False))
            return known(True) if found.truth else found
        found = self.item(carrier, key)
        return DENIED if found is ABSENT else UNKNOWN_VALUE

    def called(self, carrier: Carrier, name: str, arguments: list[Seen]) -> Seen | None:
        """A method of a carrier; None for one that says nothing."""
        kind = carrier.kind
        if kind == "user":
            if name == "is_anonymous":
                return known(True, identity=True)
            return DENIED if name.startswith(("is_", "has_", "can_")) else TRACED
        key = arguments[0].constant if arguments else None
        if kind == "values":
            return self._value(key, arguments[1] if len(arguments) > 1 else known(None)) if name in READERS else None
        if kind in MAPPINGS and name in READERS:
            found = self.item(carrier, key)
            if found is ABSENT and len(arguments) > 1 and arguments[1].known:
                return known(arguments[1].constant, identity=True)
            return found
        if kind in MAPPINGS and name in COPYING:
            return of(carrier)
        if kind == "request":
            if name in COOKIE_READERS:
                return self.item(Carrier("cookies"), key)
            if name == "get" and isinstance(key, str):
                return self._of_scope(key)
            if name in HEADER_READERS:
                return self.item(Carrier("headers"), key)
            if name in PATHS:
                return self._path()
            if name in ("has_permission", "has_role"):
                return DENIED
            if name == "auser":
                return USER if self.asked.people else ABSENT
        return None


def of_nothing(name: str) -> Seen:
    """A method of something that a caller who presents nothing does not have."""
    return DENIED if name in FALSE_METHODS or name.startswith(("is_", "has_", "can_")) else ABSENT


def of_text(text: str, name: str, arguments: list[Seen], *, identity: bool) -> Seen:
    """A method of a text that is known, such as a path."""
    first = arguments[0] if arguments else None
    if name in ("startswith", "endswith") and first is not None:
        wanted = first.constant
        options = [wanted] if isinstance(wanted, str) else texts(first)
        if options:
            return known(getattr(text, name)(tuple(options)), identity=identity)
        return Seen(identity=identity)
    if name in ENDING and not text:
        return known("", identity=identity)
    if name in ("rstrip", "strip", "lstrip") and (first is None or isinstance(first.constant, str)):
        given = first.constant if first is not None else None
        return known(getattr(text, name)(given), identity=identity)
    if name in ("lower", "upper"):
        return known(getattr(text, name)(), identity=identity)
    return Seen(identity=identity)


def texts(value: Seen) -> list[str]:
    """The texts of a list that is written out; empty where one of them is not known."""
    from readiness.libraries.access.values import Items

    if not isinstance(value.thing, Items) or not value.thing.complete:
        return []
    found = [each.constant for each in value.thing.items]
    return [each for each in found if isinstance(each, str)] if all(isinstance(each, str) for each in found) else []
