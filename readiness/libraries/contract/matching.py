"""A document and the routes of a service in, which operation is which route out, below the prefix under which most agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from readiness.libraries.contract.addresses import covers, is_open, literals, may_be, normal
from readiness.model import Route, SpecDocument, SpecOperation

SHARE = 1 / 3
"""Share of a document's operations that must be routes of a service for the document to be its contract."""
SAME = 0.6
"""Share of the best prefix's matches with which another prefix serves the same document once more."""
CANDIDATES = 40
SUFFIXES = 400_000
COVERED = 200
"""Routes with as many parts as an operation that are held against it."""
DECLARED = 0.9


class Prefix(Struct, frozen=True, order=True):
    """What turns a document's path into a route's: take this off, put that before."""

    off: str = ""
    before: str = ""

    def applied(self, path: str) -> str | None:
        """The route's normal path of a document's; None where it does not begin as it should."""
        if self.off:
            if path != self.off and not path.startswith(f"{self.off}/"):
                return None
            path = path[len(self.off) :]
        return self.before + path


class RouteIndex:
    """The routes of one service by normal path and method."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.paths: dict[str, dict[str, list[Route]]] = {}
        self.open: list[tuple[str, Route]] = []
        for route in routes:
            path = normal(route.path)
            if is_open(path):
                self.open.append((path, route))
            else:
                self.paths.setdefault(path, {}).setdefault(route.method, []).append(route)
        self._by_length: dict[int, list[str]] = {}
        for path in self.paths:
            self._by_length.setdefault(path.count("/"), []).append(path)
        self._suffixes: dict[str, list[str]] | None = None

    def find(self, method: str, path: str) -> Route | None:
        """The route of an operation; one that takes any method too."""
        methods = self.paths.get(path, {})
        found = methods.get(method) or methods.get("ANY") or ()
        return found[0] if found else None

    def covering(self, method: str, path: str) -> Route | None:
        """A route whose parameters take in the path's literal parts."""
        for pattern in self._by_length.get(path.count("/"), ())[:COVERED]:
            if covers(pattern, path):
                route = self.find(method, pattern)
                if route is not None:
                    return route
        return None

    def possible(self, method: str, path: str) -> Route | None:
        """An unresolved route that may be this one."""
        return next(
            (route for pattern, route in self.open if route.method in (method, "ANY") and may_be(pattern, path)), None
        )

    def prefixes_of(self, path: str) -> list[str]:
        """What stands before this path in the routes that end with it."""
        if self._suffixes is None:
            self._suffixes = {}
            count = 0
            for known in self.paths:
                place = known.find("/", 1)
                while place > 0 and count < SUFFIXES:
                    self._suffixes.setdefault(known[place:], []).append(known[:place])
                    place = known.find("/", place + 1)
                    count += 1
        return self._suffixes.get(path, [])


class Matching(Struct, frozen=True, eq=False):
    """One document against one service."""

    document: SpecDocument
    prefix: Prefix
    pairs: dict[int, Route]
    """Index of an operation -> its route."""
    paths: tuple[str, ...]
    """For each operation its path as the service would answer it, normal; empty where the prefix does not fit."""
    aliases: tuple[Prefix, ...]
    """Other prefixes under which the same operations are served."""

    @property
    def share(self) -> float:
        """Share of the operations that are routes."""
        return len(self.pairs) / len(self.document.operations) if self.document.operations else 0.0

    def keys(self) -> set[tuple[str, str]]:
        """Method and normal path of every operation."""
        return {(each.method, path) for each, path in zip(self.document.operations, self.paths, strict=True)}


def match(document: SpecDocument, index: RouteIndex) -> Matching:
    """The best matching of a document with the routes of a service."""
    operations = document.operations
    paths = [normal(each.path) for each in operations]
    counts = {each: len(_pairs(operations, paths, each, index)) for each in _candidates(document, paths, index)}
    best = max(counts, key=lambda each: (counts[each], _is_declared(document, each), -len(each.before), each))
    most = counts[best]
    declared = [each for each in counts if _is_declared(document, each) and counts[each] >= DECLARED * most]
    if declared and not _is_declared(document, best):
        best = max(declared, key=lambda each: counts[each])
    aliases = tuple(sorted(each for each in counts if each != best and counts[each] >= max(2, SAME * counts[best])))
    return Matching(
        document=document,
        prefix=best,
        pairs=_pairs(operations, paths, best, index),
        paths=tuple(best.applied(path) or "" for path in paths),
        aliases=aliases,
    )


def is_contract(matching: Matching) -> bool:
    """The document speaks of this service: the settings name it, or enough of its operations are routes."""
    if not matching.document.operations:
        return False
    if matching.document.configured:
        return True
    strong = [index for index in matching.pairs if literals(matching.paths[index])]
    enough = 1 if len(matching.document.operations) == 1 else 2
    return len(strong) >= enough and matching.share >= SHARE


def _is_declared(document: SpecDocument, prefix: Prefix) -> bool:
    return not prefix.off and prefix.before in [normal(each) for each in document.prefixes]


def _candidates(document: SpecDocument, paths: Sequence[str], index: RouteIndex) -> set[Prefix]:
    """The declared prefixes, none at all, and those that most paths suggest."""
    found = {Prefix(before=normal(each)) for each in document.prefixes} | {Prefix()}
    before: Counter[str] = Counter()
    off: Counter[str] = Counter()
    for path in dict.fromkeys(paths):
        if not literals(path):
            continue
        before.update(dict.fromkeys(index.prefixes_of(path), 1))
        place = path.find("/", 1)
        while place > 0:
            if path[place:] in index.paths and literals(path[place:]):
                off[path[:place]] += 1
            place = path.find("/", place + 1)
    found |= {Prefix(before=each) for each, _ in before.most_common(CANDIDATES)}
    found |= {Prefix(off=each) for each, _ in off.most_common(CANDIDATES)}
    return found


def _pairs(
    operations: Sequence[SpecOperation], paths: Sequence[str], prefix: Prefix, index: RouteIndex
) -> dict[int, Route]:
    pairs = {}
    for number, (operation, path) in enumerate(zip(operations, paths, strict=True)):
        applied = prefix.applied(path)
        route = index.find(operation.method, applied) if applied is not None else None
        if route is not None:
            pairs[number] = route
    return pairs
