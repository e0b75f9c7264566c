"""Routes and API documents in; one `OperationMatch` an operation of either out, and a `SpecDeviation` for each that differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from readiness.libraries.contract.addresses import PARAMETER, is_open, literals, normal, shared_start
from readiness.libraries.contract.comparing import Comparing, documents_errors
from readiness.libraries.contract.demands import Demands, access_of
from readiness.libraries.contract.matching import Matching, RouteIndex, is_contract, match
from readiness.libraries.contract.models import Models
from readiness.libraries.contract.services import ServiceRoots
from readiness.libraries.contract.statuses import Statuses
from readiness.libraries.contract.surface import is_operational, is_private
from readiness.model import (
    Application,
    Difference,
    Fact,
    Library,
    OperationMatch,
    Project,
    Resolution,
    Route,
    Scope,
    SpecDeviation,
    SpecDocument,
    SpecOperation,
)
from readiness.model.summary import Function

library = Library(__name__, stage="joined", provides=(OperationMatch, SpecDeviation))

COMPARED = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "ANY"})
METHOD_NOT_ALLOWED = 405
POSITIONAL = frozenset({"Tornado"})
"""Frameworks that give the groups of a pattern to whatever methods a class has."""
EDITION = 0.5
"""Share of a document's operations that a better one knows as well, from which on it is another edition of that one."""


@library.recognises
def recognise(project: Project) -> Iterator[Fact]:
    """Every operation of services with a document."""
    contracts = Contracts(project)
    for matched in contracts.matches():
        yield matched
        if matched.differences and not matched.doubt:
            yield SpecDeviation(
                span=matched.span,
                symbol=matched.symbol,
                scope=matched.scope,
                language=matched.language,
                match=matched,
            )


class Service(Struct, eq=False):
    """One service with what is compared."""

    root: str
    routes: list[Route]
    index: RouteIndex
    unread: str
    """A framework of the service whose routes nobody reads; empty without one."""


class Contracts:
    """Finds which document is whose contract, and compares."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._documents = [each for each in project.each(SpecDocument) if each.operations]
        self._roots = ServiceRoots(project)
        self._models = Models(project)
        self._statuses = Statuses(project)
        self._access = access_of(project)

    def matches(self) -> Iterator[OperationMatch]:
        """Every operation of every service that has a contract."""
        if not self._documents:
            return
        for service, chosen in self.chosen():
            yield from self._service(service, chosen)

    def chosen(self) -> Iterator[tuple[Service, list[Matching]]]:
        """Services with the documents that are their contracts, without other editions of these."""
        roots = self._roots
        services = self._services(roots)
        found: dict[str, list[Matching]] = {}
        for document in self._documents:
            home = roots.of(document.span.path)
            near = [services[home]] if home and home in services else list(services.values())
            matchings = [match(document, service.index) for service in near]
            best = max(zip(matchings, near, strict=True), key=lambda each: len(each[0].pairs), default=None)
            if best is not None and is_contract(best[0]):
                found.setdefault(best[1].root, []).append(best[0])
        for root in sorted(found):
            yield services[root], _editions(found[root])

    def _services(self, roots: ServiceRoots) -> dict[str, Service]:
        grouped: dict[str, list[Route]] = {}
        for route in self._project.each(Route):
            if route.scope is Scope.SERVICE and route.method in COMPARED:
                grouped.setdefault(roots.of(route.span.path), []).append(route)
        unread: dict[str, str] = {}
        for each in self._project.each(Application):
            if not each.routed and each.scope is Scope.SERVICE:
                unread.setdefault(roots.of(each.span.path), each.framework)
        return {
            root: Service(root, routes, RouteIndex(routes), unread.get(root, unread.get("", "")))
            for root, routes in sorted(grouped.items())
        }

    # one service

    def _service(self, service: Service, chosen: list[Matching]) -> Iterator[OperationMatch]:
        seen: set[tuple[str, str]] = set()
        for matching in chosen:
            yield from self._documented(service, matching, seen)
        yield from self._undocumented(service, chosen, seen)

    def _documented(self, service: Service, matching: Matching, seen: set[tuple[str, str]]) -> Iterator[OperationMatch]:
        operations = matching.document.operations
        demands = Demands(self._access, operations, matching.pairs)
        errors = documents_errors(operations)
        comparing = Comparing(self._project, self._models, self._statuses, demands, documents_errors=errors)
        for number, operation in enumerate(operations):
            path = matching.paths[number]
            key = (operation.method, path)
            if operation.method not in COMPARED or key in seen:
                continue
            seen.add(key)
            route = matching.pairs.get(number)
            if route is None:
                yield self._missing(service, matching, operation, path)
                continue
            yield self._pair(matching.document, operation, route, tuple(comparing.differences(operation, route)))

    def _pair(
        self, document: SpecDocument, operation: SpecOperation, route: Route, differences: Sequence[Difference]
    ) -> OperationMatch:
        doubt = ""
        if route.registered == operation.span and route.span == operation.span:
            differences, doubt = self._without_handler(route)
        return OperationMatch(
            span=route.span,
            symbol=route.symbol,
            scope=route.scope,
            resolution=Resolution.UNRESOLVED if doubt else Resolution.EXACT,
            method=operation.method,
            path=route.path,
            document=document.span.path,
            operation=operation,
            route=route,
            differences=tuple(differences),
            doubt=doubt,
        )

    @staticmethod
    def _without_handler(route: Route) -> tuple[tuple[Difference, ...], str]:
        """An operation that is served by a function nobody found."""
        if route.resolution is Resolution.UNRESOLVED:
            return (), f"`{route.handler}`, which should answer it, is not in the repository"
        message = f"the function `{route.handler}`, which should answer it, is not there"
        return (Difference(kind="handler", message=message),), ""

    def _missing(self, service: Service, matching: Matching, operation: SpecOperation, path: str) -> OperationMatch:
        doubt = self._doubt(service, operation, path)
        others = sorted(service.index.paths.get(path, ()))
        takes = f"; this path takes {' and '.join(others)}" if others else ""
        return OperationMatch(
            span=operation.span,
            symbol=operation.symbol,
            scope=Scope.SERVICE,
            language=operation.language,
            resolution=Resolution.UNRESOLVED if doubt else Resolution.EXACT,
            method=operation.method,
            path=f"{matching.prefix.before}{operation.path.removeprefix(matching.prefix.off)}",
            document=matching.document.span.path,
            operation=operation,
            differences=(Difference(kind="missing-route", message=f"no route answers it{takes}"),),
            doubt=doubt,
        )

    def _doubt(self, service: Service, operation: SpecOperation, path: str) -> str:
        """Why a route may be there that is not seen."""
        possible = service.index.possible(operation.method, path)
        if possible is not None:
            return f"the route at {possible.registered.path}:{possible.registered.line} could not be followed and may be it"
        covering = service.index.covering(operation.method, path)
        if covering is not None:
            return f"{covering.method} {covering.path} may answer it"
        if service.unread:
            return f"routes of {service.unread} are not read"
        return ""

    # routes without an operation

    def _undocumented(
        self, service: Service, chosen: list[Matching], seen: set[tuple[str, str]]
    ) -> Iterator[OperationMatch]:
        if self._computes_visibility(service):
            return
        known = {path for _, path in seen}
        areas = list(dict.fromkeys(_area(each) for each in chosen))
        aliases = _aliases(chosen)
        found: dict[tuple[str, str], Route] = {}
        for route in service.routes:
            path = normal(route.path)
            key = (route.method, path)
            if key in seen or path in aliases or (route.method == "ANY" and path in known):
                continue
            if self._expected(route, path, areas) and not self._refuses(route, path):
                found.setdefault(key, route)
        if len(found) > len(seen):
            # The documents are about a part of the service: of its other resources they need not know.
            resources = {
                (area, _resource(path, area)) for path in known for area in areas if path.startswith(f"{area}/")
            }
            found = {
                key: route
                for key, route in found.items()
                if any((area, _resource(key[1], area)) in resources for area in areas)
            }
        beginnings = _beginnings(chosen) if found else {}
        for (_, path), route in found.items():
            yield self._unknown(route, _nearest(path, beginnings), known, path)

    def _computes_visibility(self, service: Service) -> bool:
        """Code of the service decides at run time which routes the schema holds: `route.include_in_schema = ...`."""
        for path in self._project.imports("fastapi", "starlette", "litestar", scopes=(Scope.SERVICE,)):
            summary = self._project.summary(path)
            if summary is None or self._roots.of(path) not in (service.root, ""):
                continue
            if any(each.target.endswith(".include_in_schema") for each in summary.assignments):
                return True
        return False

    def _refuses(self, route: Route, path: str) -> bool:
        """One function stands at several paths and takes this one back: it answers 405, or cannot take what the path holds."""
        if any(each.status == METHOD_NOT_ALLOWED for each in self._statuses.of(route.handler)):
            return True
        place = self._project.find(route.handler) if route.framework in POSITIONAL else None
        summary = self._project.summary(place[0]) if place is not None else None
        function = summary.definitions[place[1]] if place is not None and summary is not None else None
        if not isinstance(function, Function):
            return False
        taken = [each for each in function.parameters[1:] if each.kind in ("positional", "positional-only")]
        open_ended = any(each.kind in ("variadic", "keyword-variadic") for each in function.parameters)
        given = path.count(PARAMETER)
        return given < sum(each.default is None for each in taken) or (given > len(taken) and not open_ended)

    @staticmethod
    def _expected(route: Route, path: str, areas: Sequence[str]) -> bool:
        """A document of one of these areas should name the route."""
        if not route.data or not route.in_schema or is_open(path) or not literals(path):
            return False
        if route.resolution is Resolution.UNRESOLVED or not any(path.startswith(f"{each}/") for each in areas):
            return False
        return not is_operational(path) and not is_private(path)

    @staticmethod
    def _unknown(route: Route, document: SpecDocument, known: set[str], path: str) -> OperationMatch:
        message = (
            "the document knows this path with other methods only" if path in known else "it is not in the document"
        )
        return OperationMatch(
            span=route.span,
            symbol=route.symbol,
            scope=route.scope,
            resolution=route.resolution,
            method=route.method,
            path=route.path,
            document=document.span.path,
            route=route,
            differences=(Difference(kind="undocumented", message=message),),
        )


def _editions(matchings: list[Matching]) -> list[Matching]:
    """The documents to compare: of several editions of one the best."""
    ordered = sorted(matchings, key=_rank, reverse=True)
    kept: list[Matching] = []
    known: set[tuple[str, str]] = set()
    for matching in ordered:
        keys = matching.keys()
        if not kept or len(keys & known) < EDITION * len(keys):
            kept.append(matching)
            known |= keys
    return kept


def _rank(matching: Matching) -> tuple[bool, int, float, int, str]:
    """A document that the code serves goes before one that lies beside it; then what agrees most, then the latest name."""
    document = matching.document
    served = any(route.registered.path == document.span.path for route in matching.pairs.values())
    return (served, len(matching.pairs), matching.share, -document.span.path.count("/"), document.span.path)


def _aliases(chosen: list[Matching]) -> set[str]:
    """Normal paths of the operations below the other prefixes that serve them."""
    return {
        applied
        for matching in chosen
        for alias in matching.aliases
        for each in matching.document.operations
        if (applied := alias.applied(normal(each.path))) is not None
    }


def _resource(path: str, area: str) -> str:
    """The first part of a path inside an area."""
    return path.removeprefix(f"{area}/").partition("/")[0]


def _beginnings(chosen: Sequence[Matching]) -> dict[str, SpecDocument]:
    """Every start of a documented path, with the first document that has it."""
    found: dict[str, SpecDocument] = {}
    for matching in chosen:
        for path in dict.fromkeys(matching.paths):
            while path not in found:
                found[path] = matching.document
                path = path.rpartition("/")[0]
    return found


def _nearest(path: str, beginnings: dict[str, SpecDocument]) -> SpecDocument:
    """The document that should name a path: the one with an operation that begins like it the longest."""
    while path not in beginnings:
        path = path.rpartition("/")[0]
    return beginnings[path]


def _area(matching: Matching) -> str:
    """The start that the paths of all documented operations share: what is put before them at least, even where one of them is
    the root of the API, and that root where all others lie below it."""
    paths = list(dict.fromkeys(path for number, path in enumerate(matching.paths) if number in matching.pairs))
    root = min(paths, key=len, default="")
    if len(paths) > 1 and literals(root) and all(path == root or path.startswith(f"{root}/") for path in paths):
        return max(root, matching.prefix.before, key=len)
    return max(shared_start(paths), matching.prefix.before, key=len)
