"""Routes of django-ninja in, one `ListEndpoint` out for each that answers with rows of a multi-row read, with its pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from readiness.libraries.django.urls import url_configurations
from readiness.libraries.django_orm.lists import DjangoAnswers, DjangoPages
from readiness.libraries.django_orm.page_sizes import DjangoPageFacts
from readiness.libraries.django_orm.views import ViewFollowing, ViewQuerySets
from readiness.libraries.evaluation.things import Routine
from readiness.libraries.listing.answers import Origin, Source
from readiness.libraries.listing.page_sizes import LARGEST, Size
from readiness.libraries.listing.pages import Cut
from readiness.libraries.listing.pagination import may_list, of_the_list
from readiness.libraries.ninja.inputs import Signatures
from readiness.libraries.ninja.pagination import Paginated, Paginations
from readiness.libraries.ninja.vocabulary import FRAMEWORK, PACKAGES, PAGINATING
from readiness.libraries.sqlalchemy.selections import Form
from readiness.model import (
    Bound,
    Cap,
    Library,
    ListEndpoint,
    PageLimit,
    PageOrder,
    Project,
    Resolution,
    Route,
    Scope,
    Symbol,
    SymbolKind,
)

library = Library(__name__, stage="joined", provides=[ListEndpoint, PageLimit, PageOrder], packages=PACKAGES)

VIA = "ninja.pagination."
INPUT = ".Input"
"""How the names of the classes end that hold a paginator's parameters."""
CURSOR = "cursor"


@library.recognises
def list_endpoints(project: Project) -> Iterator[ListEndpoint | PageLimit | PageOrder]:
    """Every list endpoint of service code."""
    routes = [each for each in project.each(Route) if each.framework == FRAMEWORK and each.scope is Scope.SERVICE]
    if not routes:
        return
    following = ViewFollowing(project)
    sets = ViewQuerySets(following)
    answers = DjangoAnswers(project, following, sets)
    pages = DjangoPages(project, answers)
    about_pages = NinjaPageFacts(project, answers, sets)
    reader = url_configurations(project).reader
    paginations = Paginations(reader, Signatures(reader))
    for route in routes:
        found = project.find(route.handler)
        if route.method not in ("GET", "ANY") or found is None or not route.data or not may_list(route):
            continue
        symbol = Symbol(SymbolKind.FUNCTION, route.handler, found[0], found[1])
        paginated = paginations.of(Routine(*found))
        if paginated is None and any(each.via.startswith(VIA) or each.via.endswith(INPUT) for each in route.parameters):
            paginated = paginations.by_default(PAGINATING, {})
        sources = of_the_list(route, answers.sources(symbol))
        endpoint = pages.endpoint(route, symbol, sources)
        if paginated is not None:
            endpoint = _bounded(route, endpoint, paginated)
            yield endpoint
            yield from about_pages.paginated(endpoint, sources, paginated)
        elif endpoint is not None:
            yield endpoint
            yield from about_pages.facts(endpoint, sources)


def _bounded(route: Route, endpoint: ListEndpoint | None, paginated: Paginated) -> ListEndpoint:
    """The endpoint, whose list is cut into pages whatever is behind it."""
    if endpoint is None:
        endpoint = ListEndpoint(
            span=route.span, symbol=route.symbol, scope=route.scope, route=route, bound=Bound.BOUNDED
        )
    mark = (paginated.how,)
    return replace(
        endpoint,
        bound=Bound.BOUNDED,
        marks=mark,
        reason=paginated.how,
        resolution=Resolution.EXACT,
        cut=False,
        envelope=False,
    )


class NinjaPageFacts(DjangoPageFacts):
    """Makes the facts about pages that a decorator cuts."""

    def paginated(
        self, endpoint: ListEndpoint, sources: Sequence[Source], paginated: Paginated
    ) -> Iterator[PageLimit | PageOrder]:
        """How large the pages get, and in which order the rows are cut."""
        size = _size(paginated)
        yield self._limit(endpoint, size, None)
        if any(each.name == CURSOR for each in paginated.parameters):
            return  # a cursor orders the rows itself
        ways = [
            Cut(way, source.place, size)
            for source in sources
            if source.origin is Origin.READ
            for way in self.statements.read(source.place)
            if way.form is not Form.ONE
        ]
        if ways:
            yield self._order(endpoint, ways)


def _size(paginated: Paginated) -> Size:
    if not paginated.known:
        return Size(Cap.UNKNOWN, None, paginated.parameter, f"{paginated.how} decides it")
    if paginated.maximum is None:
        how = f"{paginated.how} takes `{paginated.parameter}` without a maximum; set NINJA_PAGINATION_MAX_LIMIT"
        return Size(Cap.UNCAPPED, None, paginated.parameter, how)
    how = f"{paginated.how} allows {paginated.maximum:.0f}"
    if paginated.maximum > LARGEST:
        return Size(Cap.UNCAPPED, paginated.maximum, paginated.parameter, how)
    return Size(Cap.CAPPED, paginated.maximum, paginated.parameter, how)
