"""A handler and its path in, the inputs it declares and reads out: path parameters, and what it takes from the request."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.declarations.patterns import Parameter
from readiness.libraries.django.bodies import Bodies
from readiness.libraries.django.vocabulary import CONVERTERS
from readiness.libraries.evaluation.things import Routine
from readiness.model import UNKNOWN, RouteParameter
from readiness.model.summary import Name

SOURCES = {
    "GET": "query",
    "query_params": "query",
    "QUERY_PARAMS": "query",
    "POST": "form",
    "FILES": "file",
    "data": "body",
    "COOKIES": "cookie",
    "headers": "header",
}
"""Attributes of Django's and REST framework's requests -> where their entries come from."""
READS = frozenset({"get", "getlist"})
REQUESTS = frozenset({"request", "self.request", "req", "self.req", "_request"})
WORDS = {"slug": "[-a-zA-Z0-9_]+"}
"""What Django's converters that give text let through (5.2)."""
NUMBERS = frozenset({r"\d+", "[0-9]+"})


def path_parameters(parameters: tuple[Parameter, ...]) -> Iterator[RouteParameter]:
    """The parameters of a path, the last of a name."""
    for each in {each.name: each for each in parameters}.values():
        yield RouteParameter(
            name=each.name,
            source="path",
            annotation=CONVERTERS.get(each.converter, "") if not each.pattern else "str",
            constrained=each.pattern in NUMBERS,
            pattern=each.pattern or WORDS.get(each.converter, ""),
        )


def read_parameters(bodies: Bodies, routine: Routine | None) -> Iterator[RouteParameter]:
    """What a handler itself takes from the request: `request.GET.get("page", 1)`."""
    if routine is None:
        return
    reader = bodies.reader
    function = reader.function(routine)
    names = REQUESTS | {each.name for each in function.parameters[:2]}
    seen: set[tuple[str, str]] = set()
    for call in bodies.calls(routine):
        if not isinstance(call.callee, Name) or not call.arguments:
            continue
        holder, _, method = call.callee.dotted.rpartition(".")
        request, _, attribute = holder.rpartition(".")
        source = SOURCES.get(attribute, "") if method in READS and request in names else ""
        name = reader.project.constant(routine.path, call.arguments[0], call.scope, call.line) if source else UNKNOWN
        if not isinstance(name, str) or (source, name) in seen:
            continue
        seen.add((source, name))
        given = call.arguments[1] if len(call.arguments) > 1 else dict(call.keywords).get("default")
        default = reader.project.constant(routine.path, given, call.scope, call.line) if given is not None else UNKNOWN
        yield RouteParameter(
            name=name, source=source, required=False, default=repr(default) if default is not UNKNOWN else ""
        )
