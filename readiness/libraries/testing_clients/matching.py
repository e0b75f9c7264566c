"""Routes and one request of a test in; the routes that the request reaches, out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from urllib.parse import urlsplit

from msgspec import Struct

from readiness.libraries.testing_clients.route_names import HOLE, RouteName
from readiness.libraries.testing_clients.vocabulary import HERE
from readiness.model import Route

MOST_STEPS = 2000
"""Branches of the tree of routes that one address is tried on."""

MOST_ENDS = 500
"""Places of the tree from which the end of one address is looked for."""

LANGUAGE = "/{language}/"
"""How paths of `i18n_patterns` begin; Django fills the language in by itself."""
LITERALS = 2
"""Literal segments of an address that are needed to drop what stands before them."""

_PARAMETER = re.compile(r"\{([^{}]*)\}")
_DEEP = frozenset({"path", "re", "everything", "any"})
"""Converters that match slashes too."""
_REST = "**"


class Node:
    """One place in the tree of paths."""

    __slots__ = ("literals", "patterns", "rest", "routes")

    def __init__(self) -> None:
        self.literals: dict[str, Node] = {}
        self.patterns: dict[tuple[str, ...] | None, Node] = {}
        """Segments with parameters, as what stands before, between and behind these; None for a segment that is one parameter."""
        self.rest: list[Route] = []
        """Routes whose parameter takes all that follows."""
        self.routes: list[Route] = []


class Match(Struct, frozen=True):
    """What a request reaches."""

    routes: tuple[Route, ...]
    """Those that it reaches for certain: one, or the same operation registered several times."""
    possible: tuple[Route, ...] = ()
    """Those that it may reach, where its address leaves several."""


NOTHING = Match(())


class Routes:
    """The routes of all services, by path and by name."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = Node()
        self._names: dict[str, list[Route]] = {}
        self._views: dict[str, list[Route]] = {}
        self._parameters: dict[str, frozenset[str]] = {}
        self.all = list(routes)
        self._known: dict[tuple[str, str], Match] = {}
        self._ends: dict[str, dict[Node, None]] = {}
        self._below: dict[tuple[str, str], bool] = {}
        for route in self.all:
            self._add(route)

    def _add(self, route: Route) -> None:
        node = self._root
        segments = _segments(route.path)
        for number, segment in enumerate(segments):
            if segment == "{?}" and number == 0 and len(segments) > 1:
                # An unknown prefix: the rest is matched at the end of addresses.
                continue
            if "{" not in segment:
                node = node.literals.setdefault(segment, Node())
                self._ends.setdefault(segment, {})[node] = None
                continue
            deep = [each.partition(":")[2] for each in _PARAMETER.findall(segment)]
            if any(each.split("(")[0] in _DEEP for each in deep):
                node.rest.append(route)
                break
            node = _pattern(node, segment)
        else:
            node.routes.append(route)
        for name in {route.name, route.handler.rpartition(".")[2].rpartition("::")[2]} - {""}:
            self._names.setdefault(name, []).append(route)
            short = re.split(r"[.:]", name)[-1]
            if short != name:
                self._names.setdefault(short, []).append(route)
        for view in {route.view, route.handler} - {""}:
            self._views.setdefault(view, []).append(route)

    def match(self, method: str, address: str | RouteName) -> Match:
        """The routes that a request reaches. `method` is empty where it is not known."""
        if isinstance(address, RouteName):
            return _settled(list(self._named(address)), method)
        key = (method, address)
        if key not in self._known:
            self._known[key] = self._of_path(method, address)
        return self._known[key]

    def _of_path(self, method: str, address: str) -> Match:
        path = _path(address)
        if path is None:
            return NOTHING
        segments = _segments(path)
        if not segments:
            return _settled([(self._root.routes, 0, True)], method) if path else NOTHING
        if segments[0] == HOLE:
            return self._of_end(method, segments)
        found = _settled(list(_walk(self._root, segments)), method)
        fits = found is not NOTHING and not _takes_all(found)
        if (fits and found.routes) or HOLE in segments[0]:
            return found
        # A client of a part of the application, or with a base address; then one of an application below a prefix.
        other = self._of_end(method, segments)
        for start in (1, 2):
            rest = segments[start:]
            if (other is NOTHING or _takes_all(other)) and sum(HOLE not in each for each in rest) >= LITERALS:
                other = _settled(list(_walk(self._root, rest)), method)
        if fits and not other.routes:
            return Match((), tuple(dict.fromkeys((*found.possible, *other.possible))))
        return found if other is NOTHING or _takes_all(other) else other

    def may_reach(self, method: str, address: str) -> bool:
        """Some route could be meant, whatever stands in the holes of an address: one lies below what is written before them."""
        path = _path(address)
        segments = _segments(path) if path is not None else []
        written = segments[: next((number for number, each in enumerate(segments) if HOLE in each), len(segments))]
        if not written:
            return True
        key = (method, "/".join(written))
        if key not in self._below:
            starts = [(self._root, written[start:]) for start in range(min(3, len(written)))]
            starts += [(node, written[1:]) for node in islice(self._ends.get(written[0], ()), MOST_ENDS)]
            found = (node for start, rest in starts for node in _led_to(start, rest))
            self._below[key] = any(_answers(route, method) for node in found for route in _held(node))
        return self._below[key]

    def knows(self, address: RouteName) -> bool:
        """Some route has that name, whatever its method and parameters."""
        known = self._views.get(address.view) if address.view else self._names.get(re.split(r"[.:]", address.name)[-1])
        return bool(known) or (not address.view and address.name in self._names)

    def _of_end(self, method: str, segments: list[str]) -> Match:
        """An address with an unknown beginning: what follows is looked for from every literal of that name."""
        rest = segments
        while rest and rest[0] == HOLE:
            rest = rest[1:]
        if not rest or HOLE in rest[0]:
            return NOTHING
        found: list[tuple[list[Route], int, bool]] = []
        for node in islice(self._ends.get(rest[0], ()), MOST_ENDS):
            found += _walk(node, rest[1:])
        return _settled(found, method)

    def _named(self, address: RouteName) -> Iterator[tuple[list[Route], int, bool]]:
        """The routes of that name that take the parameters which are given."""
        if address.view:
            choices = self._views.get(address.view, [])
        else:
            choices = self._names.get(address.name) or self._names.get(re.split(r"[.:]", address.name)[-1], [])
        fitting = [route for route in choices if self._takes(route, address)]
        groups: dict[str, list[Route]] = {}
        spaces = re.split(r"[.:]", address.name)[:-1]
        for route in fitting or ([] if address.complete else choices):
            groups.setdefault(route.path, []).append(route)
        named = {path: routes for path, routes in groups.items() if spaces and _in_space(routes[0], spaces[-1])}
        chosen = named or groups
        if address.view and len(chosen) > 1:
            # A class registered at several addresses; without more the shortest is meant.
            chosen = {path: chosen[path] for path in sorted(chosen, key=lambda path: (path.count("/"), path))[:1]}
        for routes in chosen.values():
            yield routes, 0, True

    def _takes(self, route: Route, address: RouteName) -> bool:
        if route.path not in self._parameters:
            names = (each.partition(":")[0] for each in _PARAMETER.findall(route.path))
            self._parameters[route.path] = frozenset(name for name in names if name)
        wanted = self._parameters[route.path] - {"?", "format"}
        if not address.complete:
            return True
        if route.path.startswith(LANGUAGE) and route.framework.startswith("Django"):
            wanted -= {"language"}
        if address.positional:
            return len(wanted) == address.positional
        return wanted <= set(address.given)


def _pattern(node: Node, segment: str) -> Node:
    parts = None if _PARAMETER.fullmatch(segment) else tuple(_PARAMETER.sub("\0", segment).split("\0"))
    return node.patterns.setdefault(parts, Node())


def _fits(parts: Sequence[str], text: str, least: int) -> bool:
    """The text holds the parts in their order from its beginning to its end, with at least so many characters between them.

    Whatever can match does so where each part is taken as early as possible, so nothing is tried twice.
    """
    if not (text.startswith(parts[0]) and text.endswith(parts[-1])):
        return False
    place = len(parts[0])
    for part in parts[1:-1]:
        found = text.find(part, place + least)
        if found < 0:
            return False
        place = found + len(part)
    return len(parts) == 1 or place + least <= len(text) - len(parts[-1])


def _walk(root: Node, segments: list[str]) -> Iterator[tuple[list[Route], int, bool]]:
    """Lists of routes that the segments lead to, each with its number of literal segments and whether all holes fell on
    parameters."""
    waiting = [(root, 0, 0, True)]
    steps = 0
    while waiting and steps < MOST_STEPS:
        node, place, literal, certain = waiting.pop()
        steps += 1
        if node.rest and place < len(segments):
            yield node.rest, literal, certain
        if place == len(segments):
            if node.routes:
                yield node.routes, literal, certain
            continue
        segment = segments[place]
        if HOLE not in segment:
            if segment in node.literals:
                waiting.append((node.literals[segment], place + 1, literal + 1, certain))
            for pattern, child in node.patterns.items():
                if pattern is None or _fits(pattern, segment, 1):
                    waiting.append((child, place + 1, literal, certain))
            continue
        filling = segment.split(HOLE) if segment != HOLE else None
        for name, child in node.literals.items():
            if filling is None or _fits(filling, name, 0):
                waiting.append((child, place + 1, literal, False))
        for pattern, child in node.patterns.items():
            if pattern is None or segment == HOLE or _fits(pattern, segment.replace(HOLE, "0"), 1):
                waiting.append((child, place + 1, literal + (pattern is not None and segment != HOLE), certain))


def _led_to(root: Node, segments: list[str]) -> Iterator[Node]:
    """The places that written segments lead to."""
    waiting = [(root, 0)]
    steps = 0
    while waiting and steps < MOST_STEPS:
        node, place = waiting.pop()
        steps += 1
        if place == len(segments) or node.rest:
            yield node
        if place < len(segments):
            if segments[place] in node.literals:
                waiting.append((node.literals[segments[place]], place + 1))
            waiting += [
                (child, place + 1)
                for parts, child in node.patterns.items()
                if parts is None or _fits(parts, segments[place], 1)
            ]


def _held(root: Node) -> Iterator[Route]:
    """The routes of a place and of all below it."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield from node.routes
        yield from node.rest
        waiting += [*node.literals.values(), *node.patterns.values()]


def _settled(found: list[tuple[list[Route], int, bool]], method: str) -> Match:
    """The routes of the best way: holes on parameters before holes on literals, more literals before fewer."""
    ways: list[tuple[bool, int, tuple[Route, ...]]] = []
    for routes, literal, certain in found:
        fitting = tuple(route for route in routes if _answers(route, method))
        if fitting:
            ways.append((certain, literal, fitting))
    if not ways:
        return NOTHING
    best = max((certain, literal) for certain, literal, _ in ways)
    first = [routes for certain, literal, routes in ways if (certain, literal) == best]
    paths = {(route.path, route.method) for routes in first for route in routes}
    chosen = tuple(route for routes in first for route in routes)
    sure = best[0] and (len(paths) == 1 or len({(route.method, _shape(route.path)) for route in chosen}) == 1)
    if sure and method:
        return Match(chosen)
    return Match((), tuple(route for _, _, routes in ways if best[0] is False or _ == best[1] for route in routes))


def _takes_all(match: Match) -> bool:
    """All that it reaches is a route that takes every address, such as the pages of a single-page application."""
    return all(len(_segments(route.path)) == 1 and "{" in route.path for route in (*match.routes, *match.possible))


def _shape(path: str) -> str:
    return _PARAMETER.sub("{}", path).rstrip("/")


def _answers(route: Route, method: str) -> bool:
    if not method or route.method == method:
        return True
    if route.method == "ANY":
        return method != "WEBSOCKET"
    return method == "HEAD" and route.method == "GET"


def _in_space(route: Route, space: str) -> bool:
    """The blueprint or namespace of a name agrees with the route's own name, or with the module or class of its handler."""
    words = set(re.split(r"[.:_]+", f"{route.handler}.{route.name}".lower()))
    wanted = re.split(r"[.:_-]+", space.lower())
    return f"{space}." in route.name or f"{space}:" in route.name or set(wanted) <= words


def _path(address: str) -> str | None:
    """The path of an address, None where it goes to another machine."""
    text = address
    if "://" in text[:12] or text.startswith("//"):
        try:
            split = urlsplit(text)
        except ValueError:
            return None
        host = split.hostname or ""
        if (
            HOLE not in host
            and host not in HERE
            and not host.endswith((".test", ".local", ".localhost", "example.com"))
        ):
            return None
        return split.path or "/"
    text = re.split(r"[?#]", text, maxsplit=1)[0]
    if not text.startswith(("/", HOLE)):
        text = "/" + text
    return text


def _segments(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment]
