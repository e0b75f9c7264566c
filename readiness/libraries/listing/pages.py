"""The limited reads behind a list endpoint in, how large its pages can get and how they are ordered out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from readiness.libraries.listing.answers import Answers, Origin, Source
from readiness.libraries.listing.page_sizes import LARGEST, UNKNOWN, Size, Sizes, worst
from readiness.libraries.sqlalchemy.selections import Form, Ordered, Selection
from readiness.libraries.sqlalchemy.vocabulary import LIMITED_HELPERS, LIMITS, PAGES
from readiness.libraries.values.expressions import keyword, tail, written
from readiness.libraries.values.frames import Place
from readiness.model import (
    Bound,
    Cap,
    ListEndpoint,
    Order,
    PageLimit,
    PageOrder,
    Project,
    Resolution,
    Route,
    RouteParameter,
    Span,
    SymbolKind,
)
from readiness.model.summary import Call, CallRef, Constant, Name, Operation, Subscript, Value

SIZE_NAMES = frozenset(
    {
        "limit", "size", "per_page", "perpage", "page_size", "pagesize", "items_per_page", "itemsperpage", "take", "first",
        "last", "top", "count", "max_results", "page_limit", "pagelimit", "results_per_page", "num_results",
    }
)  # fmt: skip
"""Names of parameters that choose how many rows a page has."""
FASTAPI_PAGINATION_MAXIMUM = 100
"""`Params.size` is `Query(50, ge=1, le=100)` (fastapi-pagination 0.16.1)."""
PER_PAGE = "per_page"
MAXIMUM = "max_per_page"


class Cut(Struct, frozen=True):
    """One way in which a page is cut out of the rows."""

    selection: Selection
    place: Place
    """The call or slice that limits."""
    size: Size


class PageFacts:
    """Makes the facts about pages of one project."""

    def __init__(self, project: Project, answers: Answers) -> None:
        self.project = project
        self.following = answers.following
        self.statements = answers.statements
        self.sizes = Sizes(self.following)

    def facts(self, endpoint: ListEndpoint, sources: Sequence[Source]) -> Iterator[PageLimit | PageOrder]:
        """What can be said of the pages of one endpoint that has some."""
        route = endpoint.route
        if endpoint.bound is Bound.BOUNDED and not any(each.origin is Origin.READ for each in sources):
            declared = self._by_name(route)
            if declared is not None:
                yield self._limit(endpoint, declared, None)
            return
        cuts = [cut for source in sources if source.origin is Origin.READ for cut in self._cuts(route, source)]
        if not cuts:
            return
        if endpoint.bound is Bound.BOUNDED:
            yield self._limit(endpoint, self._largest(route, sources, cuts), cuts[0].place)
        ordered = [cut for cut in cuts if cut.selection.offset or cut.size.parameter]
        if ordered:
            yield self._order(endpoint, ordered)

    def _limit(self, endpoint: ListEndpoint, size: Size, place: Place | None) -> PageLimit:
        resolution = Resolution.UNRESOLVED if size.cap is Cap.UNKNOWN else endpoint.resolution
        return PageLimit(
            span=endpoint.span,
            symbol=endpoint.symbol,
            scope=endpoint.scope,
            resolution=resolution,
            route=endpoint.route,
            cap=size.cap,
            parameter=size.parameter,
            maximum=size.maximum,
            how=size.how,
            limit=self._span(place) if place is not None else None,
        )

    def _span(self, place: Place) -> Span:
        if isinstance(place.value, CallRef):
            return self.project.span(place.frame.path, place.value.index)
        return Span(place.frame.path, place.line)

    # sizes

    def _cuts(self, route: Route, source: Source) -> Iterator[Cut]:
        for way in self.statements.read(source.place):
            cut = self._cut(route, source, way) if way.bounded and way.form is not Form.ONE else None
            if cut is not None:
                yield cut

    def _cut(self, route: Route, source: Source, way: Selection) -> Cut | None:
        """The page that one way of selecting rows is; None where it is none."""
        place = way.at or source.place
        size = self._size(route, place)
        return Cut(way, place, size) if size is not None else None

    def _size(self, route: Route, place: Place) -> Size | None:
        """How large the limit at a place can be; None where what is there limits no page."""
        value = place.value
        if isinstance(value, Subscript) and isinstance(value.index, Operation) and value.index.operator == ":":
            return self._length(route, place, value.index)
        call = self.following.call(place)
        if call is None:
            return None
        symbol = self.following.callee(place)
        dotted = symbol.name if symbol.kind is SymbolKind.EXTERNAL else ""
        name = dotted.rpartition(".")[2] or tail(call.callee)
        if dotted in LIMITED_HELPERS:
            given = keyword(call, LIMITED_HELPERS[dotted]) or (call.arguments[2] if len(call.arguments) > 2 else None)
            return self._of(route, place, given)
        if name in PAGES:
            return self._paginated(route, place, call, dotted)
        if name in LIMITS or name == "fetchmany":
            return self._of(route, place, call.arguments[0] if call.arguments else None)
        if name == "slice" and len(call.arguments) > 1:
            return self._length(route, place, Operation(":", call.arguments[:2]))
        return None

    def _of(self, route: Route, place: Place, value: Value | None) -> Size | None:
        return self.sizes.of(route, self.following.inside(place, value)) if value is not None else None

    def _length(self, route: Route, place: Place, index: Operation) -> Size:
        """The number of rows of `[start:end]`."""
        start, end = index.operands[0], index.operands[1]
        if start in (Constant(None), Constant(0)):
            return self.sizes.of(route, self.following.inside(place, end))
        for each in self._written(place, end):
            if not isinstance(each.value, Operation):
                continue
            if each.value.operator == "+" and start in each.value.operands:
                length = next((part for part in each.value.operands if part != start), start)
                return self.sizes.of(route, self.following.inside(each, length))
            if each.value.operator == "*":
                # `(page - 1) * size : page * size`
                for before in self._written(place, start):
                    if isinstance(before.value, Operation) and before.value.operator == "*":
                        shared = [part for part in each.value.operands if part in before.value.operands]
                        if shared:
                            return self.sizes.of(route, self.following.inside(each, shared[-1]))
        if isinstance(start, Constant) and isinstance(end, Constant):
            return Size(Cap.FIXED, how=f"[{start.value}:{end.value}]")
        return UNKNOWN

    def _written(self, place: Place, value: Value) -> list[Place]:
        """The value itself, or what a name stands for."""
        inner = self.following.inside(place, value)
        return [inner] if not isinstance(value, Name) else self.following.back(inner) or [inner]

    def _paginated(self, route: Route, place: Place, call: Call, dotted: str) -> Size:
        """`paginate(...)` of Flask-SQLAlchemy or fastapi-pagination."""
        if dotted.startswith("fastapi_pagination"):
            declared = self._by_name(route)
            if declared is not None and declared.cap is not Cap.UNKNOWN:
                return declared
            how = f"fastapi-pagination allows at most {FASTAPI_PAGINATION_MAXIMUM} by default"
            return Size(Cap.CAPPED, FASTAPI_PAGINATION_MAXIMUM, "size", how)
        at_most = keyword(call, MAXIMUM) or (call.arguments[3] if len(call.arguments) > 3 else None)
        if at_most is not None and at_most != Constant(None):
            cap = self.sizes.of(route, self.following.inside(place, at_most))
            if not cap.open and (cap.maximum is None or cap.maximum <= LARGEST):
                how = f"{MAXIMUM}={written(self.following.summary(place), at_most)}"
                return Size(Cap.CAPPED, cap.maximum, PER_PAGE, how)
        size = keyword(call, PER_PAGE) or (call.arguments[1] if len(call.arguments) > 1 else None)
        if size is not None and size != Constant(None):
            return self.sizes.of(route, self.following.inside(place, size))
        if any(not name for name, _ in call.keywords):
            return UNKNOWN
        # Flask-SQLAlchemy 3.1.1: `?per_page=100000` answers with as many rows.
        return Size(
            Cap.UNCAPPED, None, PER_PAGE, f"paginate() takes `{PER_PAGE}` from the query string, without {MAXIMUM}"
        )

    def _largest(self, route: Route, sources: Sequence[Source], cuts: Sequence[Cut]) -> Size:
        """The largest of all pages, the one of a client that leaves the limit out included."""
        size = worst([cut.size for cut in cuts])
        if size.open or not size.parameter or not any(cut.selection.conditional for cut in cuts):
            return size
        ways = [way for source in sources for way in self.statements.read(source.place)]
        if any(way.bound is Bound.UNBOUNDED and way.form is not Form.ONE for way in ways):
            parameter = _parameter(route, size.parameter)
            if parameter is not None and not parameter.required and parameter.default in ("None", "0", "-1"):
                how = f"without `{parameter.name}` every row is answered"
                return Size(Cap.ALL, None, parameter.name, how)
        return size

    def _by_name(self, route: Route) -> Size | None:
        """What the route's own parameter for a size allows, where the code behind it could not be followed."""
        parameter = next((each for each in route.parameters if each.name.lower() in SIZE_NAMES), None)
        if parameter is None:
            return None
        if parameter.choices or (parameter.maximum is not None and parameter.maximum <= LARGEST):
            how = f"`{parameter.name}` is " + (
                "one of a fixed set" if parameter.choices else f"at most {parameter.maximum:.0f}"
            )
            return Size(Cap.CAPPED, parameter.maximum, parameter.name, how)
        how = f"`{parameter.name}` has no maximum, and what is done with it could not be followed"
        return Size(Cap.UNKNOWN, parameter.maximum, parameter.name, how)

    # order

    def _order(self, endpoint: ListEndpoint, cuts: Sequence[Cut]) -> PageOrder:
        order, how, columns = _judged([cut.selection.ordered for cut in cuts])
        return PageOrder(
            span=endpoint.span,
            symbol=endpoint.symbol,
            scope=endpoint.scope,
            resolution=Resolution.UNRESOLVED if order is Order.UNKNOWN else endpoint.resolution,
            route=endpoint.route,
            order=order,
            columns=columns,
            model=next((cut.selection.model for cut in cuts if cut.selection.model), ""),
            how=how,
            limit=self._span(cuts[0].place),
        )


def _parameter(route: Route, name: str) -> RouteParameter | None:
    return next((each for each in route.parameters if each.name == name), None)


def _judged(found: Sequence[Ordered | None]) -> tuple[Order, str, tuple[str, ...]]:
    """What the orders of all ways amount to, said in one phrase, and their columns."""
    known = [each for each in found if each is not None]
    columns = tuple(dict.fromkeys(name for each in known for name in each.columns))
    by = f"ordered by {', '.join(columns)}"
    if not known:
        return Order.NONE, "nothing orders the rows", ()
    if all(each.unique for each in known) and len(known) == len(found):
        return Order.TOTAL, by, columns
    if any(not each.columns for each in known):
        return Order.UNKNOWN, "an order could not be followed", columns
    if len(known) < len(found):
        return Order.OPTIONAL, f"{by} on some ways only", columns
    if all(each.exact for each in known):
        return Order.PARTIAL, f"{by}, which rows can share", columns
    return Order.UNKNOWN, f"{by}, of which it is not known whether rows can share it", columns
