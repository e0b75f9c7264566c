"""Routes with the code behind them in, one `ListEndpoint` out for each GET that answers with rows of a multi-row read.

Beside it stand the facts about its pages: how large they get, and in which order the rows are cut.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from readiness.libraries.listing.answers import Answers, Origin, Source
from readiness.libraries.listing.pages import PageFacts
from readiness.libraries.sqlalchemy.selections import Selection
from readiness.libraries.values.expressions import inside
from readiness.libraries.values.frames import Place
from readiness.libraries.values.limits import LimitKind
from readiness.model import (
    Bound,
    Library,
    ListEndpoint,
    PageLimit,
    PageOrder,
    Project,
    Read,
    Resolution,
    Route,
    RouteParameter,
    Scope,
    Span,
    Symbol,
    SymbolKind,
)
from readiness.model.summary import CallRef, Name

library = Library(__name__, stage="joined", provides=[ListEndpoint, PageLimit, PageOrder], aside=True)

NAMES = frozenset(
    {
        "limit",
        "offset",
        "page",
        "size",
        "per_page",
        "perpage",
        "page_size",
        "pagesize",
        "page_number",
        "items_per_page",
        "itemsperpage",
        "cursor",
        "after",
        "before",
        "skip",
        "take",
        "first",
        "last",
        "top",
        "count",
        "max_results",
        "page_token",
        "next_token",
        "starting_after",
        "ending_before",
        "marker",
    }
)
"""Names of parameters that choose a page."""
WEAK_NAMES = frozenset({"after", "before", "first", "last", "top", "count", "size", "marker"})
"""Those that may mean something else, such as a date."""
LIST_FIELDS = frozenset(
    {
        "items",
        "results",
        "data",
        "rows",
        "records",
        "objects",
        "entries",
        "content",
        "values",
        "list",
        "elements",
        "edges",
        "nodes",
    }
)
"""Fields that hold the list of an envelope."""
PAGER = "flask_smorest.Page"
"""`RouteParameter.via` of the size that a pager of flask-smorest takes; it cuts the page out of whatever a view answers with."""
BOUND_ORDER = (Bound.UNBOUNDED, Bound.UNKNOWN, Bound.BY_PARENT, Bound.BOUNDED)
PARENT_STEPS = 12


class Judged(Struct, frozen=True):
    """What one source says of the endpoint."""

    bound: Bound
    reason: str
    marks: tuple[str, ...] = ()
    exact: bool = True
    read: Read | None = None
    cut: bool = False
    enveloped: bool = False


@library.recognises
def list_endpoints(project: Project) -> Iterator[ListEndpoint | PageLimit | PageOrder]:
    """Every list endpoint of service code, with its pages. Static enumerations, files and streams are none."""
    answers = Answers(project)
    pages = Pages(project, answers)
    about_pages = PageFacts(project, answers)
    for route in project.each(Route):
        if route.framework.startswith(("Django", "django-ninja")):
            # `django_orm.lists` and `ninja.lists` read these.
            continue
        if route.method != "GET" or route.scope is not Scope.SERVICE or not may_list(route):
            continue
        found = project.find(route.handler)
        if found is None:
            continue
        symbol = Symbol(SymbolKind.FUNCTION, route.handler, found[0], found[1])
        sources = of_the_list(route, answers.sources(symbol))
        endpoint = pages.endpoint(route, symbol, sources)
        if endpoint is not None and any(each.via == PAGER for each in route.parameters):
            # what the view answers with is cut afterwards
            endpoint = replace(endpoint, bound=Bound.BOUNDED, marks=(PAGER,), reason=PAGER, cut=False, envelope=False)
            sources = []
        if endpoint is not None:
            yield endpoint
            yield from about_pages.facts(endpoint, sources)


class Pages:
    """Decides how many rows the list endpoints of one project can answer with."""

    def __init__(self, project: Project, answers: Answers) -> None:
        self.project = project
        self.answers = answers
        self.following = answers.following

    def endpoint(self, route: Route, symbol: Symbol, sources: Sequence[Source]) -> ListEndpoint | None:
        """The fact for one route; None where its answer holds no rows of a read."""
        reads = [each for each in sources if each.origin is Origin.READ]
        judged = [self._read(route, each) for each in reads]
        if not judged:
            if route.collection is not True:
                return None
            judged = [self._unfollowed(route, symbol, each) for each in sources]
        if not judged:
            return None
        worst = min(judged, key=lambda each: (BOUND_ORDER.index(each.bound), each.cut))
        unused = self._unused(route) if worst.bound is Bound.UNBOUNDED and not worst.cut else ""
        return ListEndpoint(
            span=route.span,
            symbol=route.symbol,
            scope=route.scope,
            resolution=_resolution(worst),
            route=route,
            bound=worst.bound,
            marks=tuple(dict.fromkeys(mark for each in judged for mark in each.marks)),
            reads=tuple(dict.fromkeys(each.read for each in judged if each.read is not None)),
            reason=f"{worst.reason}{unused}",
            envelope=worst.bound is Bound.UNBOUNDED and any(each.enveloped for each in judged),
            cut=worst.cut,
        )

    def _read(self, route: Route, source: Source) -> Judged:
        if source.fact is not None:
            return Judged(
                source.fact.bound, source.fact.how, exact=source.fact.resolution is Resolution.EXACT, read=source.fact
            )
        selection = source.selection
        assert selection is not None  # noqa: S101 -- a read source has a selection or a fact
        bound, reason = selection.bound, selection.how
        if bound is Bound.BY_PARENT and not self._named_by_client(route, selection):
            bound, reason = Bound.UNBOUNDED, f"all {reason}, whoever asks, without a limit"
        read = self._fact(source.place, selection, bound)
        where = selection.at or source.place
        marks = (self._mark(route, selection, where),) if bound is Bound.BOUNDED else ()
        cut = source.cut and bound is not Bound.BOUNDED
        return Judged(bound, reason, marks, selection.exact, read, cut, source.enveloped)

    def _mark(self, route: Route, selection: Selection, where: Place) -> str:
        """What limits a read: `.limit(page.size) in app/crud.py:12`."""
        by = ""
        if selection.limit is not None and selection.limit.kind is LimitKind.CLIENT:
            name = selection.limit.source.rpartition(".")[2]
            parameter = next((each for each in route.parameters if each.name == name), None)
            kind = f" ({parameter.source} parameter)" if parameter is not None else ""
            by = f"`{selection.limit.source}`{kind} through "
        return f"{by}{selection.how} in {where.frame.path}:{where.line}"

    def _fact(self, place: Place, selection: Selection, bound: Bound) -> Read:
        where = selection.at or place
        frame = where.frame
        span = Span(frame.path, where.line)
        if isinstance(where.value, CallRef):
            span = self.project.span(frame.path, where.value.index)
        scope = self.project.files[frame.path].scope
        return Read(
            span=span,
            symbol=self.project.symbol(frame.path, frame.scope),
            scope=scope,
            resolution=Resolution.EXACT if selection.exact else Resolution.INFERRED,
            library="sqlalchemy",
            model=selection.model,
            bound=bound,
            how=selection.how,
            limit=selection.limit.text if selection.limit is not None else "",
        )

    def _named_by_client(self, route: Route, selection: Selection) -> bool:
        """The parent is chosen by the address: a path parameter or a required one of the query, or an object that a
        dependency loads by a path parameter."""
        names = {
            each.name
            for each in route.parameters
            if each.source == "path" or (each.source == "query" and each.required)
        }
        if not names or selection.parent is None:
            return False
        loaded = {each.via for each in route.parameters if each.source == "path" and each.via}
        return self._reaches(selection.parent, names, loaded, PARENT_STEPS, set())

    def _reaches(
        self, place: Place, names: set[str], loaded: set[str], steps: int, seen: set[tuple[int, object, int]]
    ) -> bool:
        if steps <= 0 or place.key in seen:
            return False
        seen.add(place.key)
        summary = self.following.summary(place)
        for value in inside(summary, place.value):
            if not isinstance(value, Name):
                continue
            inner = self.following.inside(place, value)
            found = self.following.parameter(inner)
            if found is not None and found[0].entry and found[1] not in found[0].arguments:
                if found[1] in names or (loaded and self._is_loaded(found[0].path, found[0].scope, found[1])):
                    return True
                continue
            if any(self._reaches(each, names, loaded, steps - 1, seen) for each in self.following.back(inner) or ()):
                return True
        return False

    def _is_loaded(self, path: str, scope: int, name: str) -> bool:
        """The parameter of a handler is an object of the project, given by a dependency that reads the path."""
        kind = self.project.type_of(path, Name(name), scope)
        return kind.kind is SymbolKind.CLASS and name not in ("self", "cls")

    def _unfollowed(self, route: Route, symbol: Symbol, source: Source) -> Judged:
        where = f"{source.place.frame.path}:{source.place.line}"
        used = self._page_parameter_in(route, source)
        if used:
            return Judged(
                Bound.BOUNDED,
                f"`{used}` goes into {source.text}()",
                (f"`{used}` into {source.text}() in {where}",),
                exact=False,
            )
        if source.origin is Origin.REMOTE:
            return Judged(Bound.UNKNOWN, f"the list comes from another service, through {source.text}()", exact=False)
        return Judged(Bound.UNKNOWN, f"{source.text}() in {where} could not be followed", exact=False)

    def _page_parameter_in(self, route: Route, source: Source) -> str:
        """A parameter of the route that chooses a page and goes into the call that could not be followed."""
        wanted = {each.name: each for each in route.parameters if _pages(each)}
        if not wanted:
            return ""
        own = {name for name, each in wanted.items() if not each.via}
        behind = {each.name for each in route.parameters if not each.via}
        for value in inside(self.following.summary(source.place), source.place.value):
            for name in self._entry_names(source.place, value, PARENT_STEPS):
                if name in own:
                    return name
                if name not in behind and len(own) < len(wanted) and name not in ("self", "cls"):
                    return next(each for each in wanted if each not in own)
        return ""

    def _entry_names(self, place: Place, value: object, steps: int) -> Iterator[str]:
        """Parameters of the handler that a name comes from."""
        if not isinstance(value, Name) or steps <= 0:
            return
        inner = self.following.inside(place, value)
        found = self.following.parameter(inner)
        if found is not None and found[0].entry and found[1] not in found[0].arguments:
            yield found[1]
            return
        for each in self.following.back(inner) or ():
            for part in inside(self.following.summary(each), each.value):
                yield from self._entry_names(each, part, steps // 2)

    def _unused(self, route: Route) -> str:
        """Says that a parameter promises pages which the read does not keep."""
        names = [each.name for each in route.parameters if _pages(each) and each.name not in WEAK_NAMES]
        if not names:
            return ""
        return f"; `{names[0]}` is declared but never reaches the read"


def may_list(route: Route) -> bool:
    """The address and the declared response leave room for a list."""
    if route.collection is True:
        return True
    last = route.path.rstrip("/").rpartition("/")[2]
    return not (last.startswith("{") and last.endswith("}"))


def of_the_list(route: Route, sources: Sequence[Source]) -> list[Source]:
    """The sources of the list itself: without a declared list, a field of an object is one only by its name."""
    if not route.data:
        # A page of HTML is a list where it is named for what it shows: `/orders` with `orders=...`.
        subject = route.path.rstrip("/").rpartition("/")[2].replace("-", "_")
        return [each for each in sources if subject and each.field == subject]
    if route.collection is True:
        return list(sources)
    return [
        each
        for each in sources
        if each.enveloped or each.alone or each.field in LIST_FIELDS or (not each.field and route.collection is None)
    ]


def _pages(parameter: RouteParameter) -> bool:
    return parameter.source in ("query", "body", "header") and parameter.name.lower() in NAMES


def _resolution(judged: Judged) -> Resolution:
    if judged.bound is Bound.UNKNOWN:
        return Resolution.UNRESOLVED
    return Resolution.EXACT if judged.exact else Resolution.INFERRED
