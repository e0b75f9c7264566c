"""An operation of a document and its route in, the points in which they differ out.

Only what both sides say is compared. Where a framework reads inputs from types, all inputs of a route are known; elsewhere a
parameter that the code is not seen to read may be read all the same, so that its absence says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.contract.addresses import TYPED, names
from readiness.libraries.contract.demands import Demands
from readiness.libraries.contract.models import Models
from readiness.libraries.contract.statuses import Statuses
from readiness.model import (
    Code,
    Difference,
    Resolution,
    Route,
    RouteParameter,
    SpecBody,
    SpecOperation,
    SpecParameter,
    SpecResponse,
)
from readiness.model.summary import CallRef, Constant, Function, Parameter, Sequence, Subscript

TYPES_DECIDE = frozenset({"FastAPI", "Litestar", "django-ninja"})
"""Frameworks whose routes take no other inputs than those that their signatures declare."""
PROVIDING = frozenset({"Litestar"})
"""Those among them where what a dependency of another package reads is not seen."""
WHOLE = ("body", "form", "file")
OPEN_SOURCES = frozenset({"request", "dependency"})
AUTOMATIC = frozenset({"422"})
"""Error statuses that generators declare by themselves."""
AUTOMATIC_BAD_REQUEST = "Bad request syntax or unsupported method"
"""What Litestar 2 declares for status 400."""
NUMBERS = frozenset({"integer", "number"})
WITHOUT_BODY = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})


class Comparing:
    """Compares pairs; `documents_errors` says that the document declares errors at all."""

    def __init__(
        self, code: Code, models: Models, statuses: Statuses, demands: Demands, *, documents_errors: bool
    ) -> None:
        self._code = code
        self._demands = demands
        self._models = models
        self._statuses = statuses
        self._documents_errors = documents_errors

    def differences(self, operation: SpecOperation, route: Route) -> Iterator[Difference]:
        """Every point, the gravest first."""
        served = route.registered == operation.span
        if not served:  # otherwise the route was made of the document itself
            yield from self._path(operation, route)
            yield from self._query(operation, route)
            yield from self._body(operation, route)
            yield from self._success(operation, route)
            yield from self._demands.differences(operation, route)
        yield from self._errors(operation, route)

    # parameters

    def _path(self, operation: SpecOperation, route: Route) -> Iterator[Difference]:
        documented = {each.name: each for each in operation.parameters if each.source == "path"}
        routed = {each.name: each for each in route.parameters if each.source == "path"}
        pairs = zip(reversed(names(operation.path)), reversed(names(route.path)), strict=False)
        for documented_name, routed_name in pairs:
            spec, own = documented.get(documented_name), routed.get(routed_name)
            if spec is None or own is None:
                continue
            expected = TYPED.get(own.annotation, "")
            said = spec.value.format if spec.value.format == "uuid" else spec.value.type
            if not expected or not said or expected == said or {expected, said} <= NUMBERS or spec.value.choices:
                continue
            if expected == "uuid" and said != "string":
                message = f"path parameter `{spec.name}` is a UUID in the code, and of type {said} in the document"
                yield Difference(kind="parameter", message=message)
            elif expected in NUMBERS:
                said = "a UUID" if said == "uuid" else f"of type {said}"
                message = f"path parameter `{spec.name}` is a number in the code, and {said} in the document"
                yield Difference(kind="parameter", message=message, minor=said.endswith("string"))

    def _query(self, operation: SpecOperation, route: Route) -> Iterator[Difference]:
        documented = {_plain(each.name): each for each in operation.parameters if each.source == "query"}
        routed = {_plain(each.name): each for each in route.parameters if each.source == "query"}
        known = self._all_known(route)
        if any(_is_computed(each) for each in routed.values()):
            return
        for name, own in routed.items():
            spec = documented.get(name)
            if (not known and not own.required) or (spec is None and self._is_hidden(route, own)):
                continue
            yield from self._one(own, spec, known=known)
        if not known or route.framework in PROVIDING or any(each.source in OPEN_SOURCES for each in route.parameters):
            return
        for name, spec in documented.items():
            if name not in routed:
                message = f"the document has a query parameter `{spec.name}` that the route does not read"
                yield Difference(kind="parameter", message=message, minor=not spec.required)

    def _one(self, own: RouteParameter, spec: SpecParameter | None, *, known: bool) -> Iterator[Difference]:
        if spec is None:
            what = "required query parameter" if own.required else "query parameter"
            if own.required and not known:
                return  # read with brackets under a condition, perhaps
            message = f"the {what} `{own.name}` of the route is not in the document"
            yield Difference(kind="parameter", message=message, minor=not own.required)
        elif own.required and not spec.required and known:
            message = f"query parameter `{own.name}` is required by the route, and optional in the document"
            yield Difference(kind="parameter", message=message)

    def _is_hidden(self, route: Route, own: RouteParameter) -> bool:
        """The parameter is kept out of the schema: `Query(include_in_schema=False)`."""
        place = self._code.find(route.handler)
        summary = self._code.summary(place[0]) if place is not None and not own.via else None
        if place is None or summary is None:
            return False
        function = summary.definitions[place[1]]
        parameters = function.parameters if isinstance(function, Function) else ()
        named = [each for each in parameters if each.name == own.name] or parameters
        return any(
            ("include_in_schema", Constant(False)) in summary.calls[index].keywords
            for each in named
            for index in _calls_of(each)
        )

    def _all_known(self, route: Route) -> bool:
        return route.framework in TYPES_DECIDE and route.resolution is not Resolution.UNRESOLVED

    # bodies

    def _body(self, operation: SpecOperation, route: Route) -> Iterator[Difference]:
        if operation.method in WITHOUT_BODY:
            return
        own = [each for each in route.parameters if each.source in WHOLE and not each.via]
        spec = operation.body
        if not self._all_known(route) or len(own) < sum(each.source in WHOLE for each in route.parameters):
            return  # part of the body belongs to a dependency
        if spec is None:
            if any(each.required for each in own):
                yield Difference(kind="body", message="the route takes a body, and the document has none")
            return
        if not own:
            # A request object is read by hand; what is read of it is not known here.
            if spec.required and not any(each.source in OPEN_SOURCES for each in route.parameters):
                yield Difference(kind="body", message="the document asks for a body that the route does not take")
            return
        if len(own) == 1 and own[0].source == "body":
            yield from self._fields(own[0], spec)

    def _fields(self, own: RouteParameter, spec: SpecBody) -> Iterator[Difference]:
        model = self._models.of(own.annotation)
        if model is None or not spec.whole or spec.kind not in ("object", "") or not spec.fields:
            return
        documented = {each.name: each for each in spec.fields if "." not in each.name and "[]" not in each.name}
        if model.fields and len(documented) == 1 and own.name in documented:
            return  # embedded: the body holds the model below the parameter's name
        kind = model.name.rpartition("::")[2]
        for field in model.fields:
            known = documented.get(field.name)
            if field.required and known is None:
                yield Difference(kind="body", message=f"`{field.name}`, which {kind} requires, is not in the document")
            elif known is None:
                message = f"`{field.name}` of {kind} is not in the document"
                yield Difference(kind="body", message=message, minor=True)
            elif field.required and not known.required:
                message = f"`{field.name}` is required by {kind}, and optional in the document"
                yield Difference(kind="body", message=message)
        own_names = {each.name for each in model.fields}
        for name, known in documented.items():
            if name not in own_names and not known.read_only:
                message = f"the document has a field `{name}` that {kind} does not know"
                yield Difference(kind="body", message=message, minor=not known.required)

    # statuses

    def _success(self, operation: SpecOperation, route: Route) -> Iterator[Difference]:
        declared = {each.status for each in operation.responses}
        successes = {each for each in declared if each.startswith(("2", "3"))}
        if not route.status or not successes or str(route.status) in declared or "default" in declared:
            return
        if f"{str(route.status)[0]}XX" in declared or not 200 <= route.status < 400:
            return
        listed = " and ".join(sorted(successes))
        yield Difference(kind="status", message=f"the route answers {route.status}, and the document says {listed}")

    def _errors(self, operation: SpecOperation, route: Route) -> Iterator[Difference]:
        declared = {each.status for each in operation.responses}
        if not self._documents_errors or declared & {"default", "4XX"}:
            return
        missing = [each for each in self._statuses.of(route.handler) if str(each.status) not in declared]
        for each in missing:
            message = f"the handler answers {each.status} ({each.span.path}:{each.span.line}), which the document does not declare"
            yield Difference(kind="status", message=message, minor=True)


def documents_errors(operations: tuple[SpecOperation, ...]) -> bool:
    """A document declares errors of its own on a good part of its operations, beside those that generators add."""
    errors = sum(
        any(each.status.startswith("4") and not _is_automatic(each) for each in operation.responses)
        for operation in operations
    )
    return errors >= 0.3 * len(operations)


def _is_automatic(response: SpecResponse) -> bool:
    return response.status in AUTOMATIC or response.description == AUTOMATIC_BAD_REQUEST


def _is_computed(parameter: RouteParameter) -> bool:
    """A dependency has it without a type: its signature is made by code."""
    return bool(parameter.via) and parameter.annotation in ("", "typing.Any", "Any")


def _calls_of(parameter: Parameter) -> Iterator[int]:
    """Calls in a parameter's default, and in the metadata of its annotation: `Annotated[str, Query(...)]`."""
    inside = parameter.annotation.index if isinstance(parameter.annotation, Subscript) else None
    metadata = inside.items if isinstance(inside, Sequence) else ()
    for each in (parameter.default, *metadata):
        if isinstance(each, CallRef):
            yield each.index


def _plain(name: str) -> str:
    """Names of lists are written with and without brackets."""
    return name.removesuffix("[]")
