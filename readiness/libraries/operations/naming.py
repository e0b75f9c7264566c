"""Routes in, the literal parts of their paths out, one `ResourceName` each for a service, and how the paths end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from readiness.libraries.operations.groups import PREFIXES, VERSION, Groups, interface, segments
from readiness.libraries.operations.words import format_of, number_of, style_of, verb_of
from readiness.model import Library, PathEnding, Project, ResourceName, Route

library = Library(__name__, stage="joined", provides=[ResourceName, PathEnding])

DOCUMENTS = re.compile(
    r"(?:api[-_]?)?(?:docs?|documentation|schema|swagger(?:[-_]ui)?|redoc|openapi|explorer)|health[-_]?check",
    re.IGNORECASE,
)
"""Parts of paths that describe the interface or ask how it is, by the words that tools give them."""


@library.recognises
def recognise(project: Project) -> Iterator[ResourceName | PathEnding]:
    """The names and the endings of every service's paths."""
    services = interface(project, Groups(project))
    for group, found in services.items():
        # Not in the order of files: which route stands for a name is not to change when a function moves.
        routes = sorted(found, key=lambda each: (each.path, each.method))
        yield from _names(group, routes)
        yield from _endings(group, routes)


def _names(group: str, routes: Sequence[Route]) -> Iterator[ResourceName]:
    found: dict[str, list[Route]] = {}
    doubled: set[str] = set()
    for route in routes:
        parts = segments(route.path)
        for number, part in enumerate(parts):
            if number and parts[number - 1] == ".well-known":
                continue
            if "{" in part or VERSION.match(part) or part.startswith((".", "@", "~")) or DOCUMENTS.fullmatch(part):
                continue
            mine = found.setdefault(part, [])
            if not mine or mine[-1] is not route:
                mine.append(route)
            if number and parts[number - 1] == part and part in PREFIXES:
                doubled.add(part)
    collections = _collections(routes)
    for segment, mine in found.items():
        last = frozenset(each.method for each in mine if _is_last(each.path, segment))
        yield ResourceName(
            span=mine[0].registered,
            symbol=mine[0].symbol,
            scope=mine[0].scope,
            resolution=mine[0].resolution,
            segment=segment,
            group=group,
            routes=len(mine),
            example=f"{mine[0].method} {mine[0].path}",
            style=style_of(segment),
            verb=verb_of(segment, last),
            number=number_of(segment) if segment in collections else "",
            extension=format_of(segment),
            doubled=segment in doubled,
        )


def _is_last(path: str, segment: str) -> bool:
    """It is the last literal part of a path."""
    literal = [each for each in segments(path) if "{" not in each]
    return bool(literal) and literal[-1] == segment


def _collections(routes: Sequence[Route]) -> set[str]:
    """The parts that name a collection: they are asked as a whole, and one element of them by its key."""
    whole = {route.path.rstrip("/") for route in routes if route.method == "GET" and route.collection is not False}
    found = set()
    for route in routes:
        parts = route.path.rstrip("/").split("/")
        for number in range(len(parts) - 1):
            part, following = parts[number], parts[number + 1]
            key = following.startswith("{") and following.endswith("}") and following != "{?}"
            if part and "{" not in part and key and "/".join(parts[: number + 1]) in whole:
                found.add(part)
    return found


def _endings(group: str, routes: Sequence[Route]) -> Iterator[PathEnding]:
    """One fact for a service with paths of more than one part."""
    paths = {
        route.path: route
        for route in routes
        if len(segments(route.path)) > 1
        and not route.path.endswith((":path}", "*}"))
        and "{?}" not in route.path
        and "." not in segments(route.path)[-1]
        # The root of an interface is no resource beside those that it holds.
        and not all(each.path.startswith(route.path.rstrip("/")) for each in routes)
    }
    slashed = [each for each in paths if each.endswith("/")]
    bare = [each for each in paths if not each.endswith("/")]
    if not paths:
        return
    fewer = min((slashed, bare), key=len)
    route = paths[fewer[0]] if fewer else next(iter(paths.values()))
    yield PathEnding(
        span=route.registered,
        symbol=route.symbol,
        scope=route.scope,
        resolution=route.resolution,
        group=group,
        slashed=len(slashed),
        bare=len(bare),
        example=f"{route.method} {route.path}" if fewer else "",
    )
