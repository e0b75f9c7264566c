"""Routes of Django and of Django REST framework in, one `ListEndpoint` out for each that answers with rows of a multi-row read.

Views of a library that list by themselves (`ListView`, `ListAPIView`, viewsets) are judged by their query set and their pages;
functions and methods of the project by what they answer.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from readiness.libraries.django_orm.page_sizes import DjangoPageFacts
from readiness.libraries.django_orm.pagination import Pages as HowPaged
from readiness.libraries.django_orm.reads import is_serializer
from readiness.libraries.django_orm.views import ViewFollowing, ViewQuerySets
from readiness.libraries.listing.answers import Answers, Origin, Source, Way
from readiness.libraries.listing.pagination import Pages, may_list, of_the_list
from readiness.libraries.sqlalchemy.selections import Selection, joined
from readiness.libraries.values.expressions import inside, keyword, receiver, tail
from readiness.libraries.values.frames import Place
from readiness.model import (
    Bound,
    Library,
    ListEndpoint,
    PageLimit,
    PageOrder,
    Project,
    Read,
    Route,
    Scope,
    Symbol,
    SymbolKind,
)
from readiness.model.summary import Call, CallRef, Constant, Function, Member, Name

library = Library(__name__, stage="joined", provides=[ListEndpoint, PageLimit, PageOrder], packages=["django"])

METHODS = frozenset({"GET", "ANY"})
NO_LIST = frozenset(
    {
        "StreamingHttpResponse", "FileResponse", "HttpResponseRedirect", "HttpResponsePermanentRedirect", "redirect",
        "HttpResponseBadRequest", "HttpResponseNotFound", "HttpResponseForbidden", "HttpResponseNotAllowed",
        "HttpResponseServerError", "Http404", "render_to_string",
    }
)  # fmt: skip
"""Answers of Django that are no list; an export that streams is no page."""
PAGES = frozenset({"render", "TemplateResponse", "SimpleTemplateResponse", "render_to_response"})
MAKERS = frozenset({"get_serializer"})
SERIALIZER_STEPS = 6


@library.recognises
def list_endpoints(project: Project) -> Iterator[ListEndpoint | PageLimit | PageOrder]:
    """Every list endpoint of service code. Static enumerations, files and streams are none."""
    following = ViewFollowing(project)
    sets = ViewQuerySets(following)
    answers = DjangoAnswers(project, following, sets)
    pages = DjangoPages(project, answers)
    about_pages = DjangoPageFacts(project, answers, sets)
    for route in project.each(Route):
        if not route.framework.startswith("Django") or route.method not in METHODS or route.scope is not Scope.SERVICE:
            continue
        if route.collection is False:
            continue
        symbol, sources = _sources(project, answers, sets, route)
        if symbol is None:
            continue
        endpoint = pages.endpoint(route, symbol, sources)
        if endpoint is not None:
            yield endpoint
            yield from about_pages.facts(endpoint, sources)


def _sources(
    project: Project, answers: "DjangoAnswers", sets: ViewQuerySets, route: Route
) -> tuple[Symbol | None, list[Source]]:
    """What answers a route, and where its rows come from."""
    view = _view(project, route.view)
    found = project.find(route.handler)
    if found is None:
        if view is None or not sets.is_list_view(view) or route.collection is not True:
            return None, []
        sets.views.follow(view, route)
        listed = _listed(project, sets, view)
        sets.views.follow(None)
        return view, listed
    if not route.data or not may_list(route):
        return None, []
    symbol = Symbol(SymbolKind.FUNCTION, route.handler, found[0], found[1])
    sets.views.follow(view, route)
    sets.views.pagination = _of_action(sets, symbol)
    sources = of_the_list(route, answers.sources(symbol))
    pages = sets.paginations.of(view, sets.views.pagination).how if view is not None else ""
    sets.views.follow(None)
    paged = [each for each in sources if each.selection is not None and each.selection.how == pages]
    if paged and _asks_for_page(project, symbol):
        # `if page is not None:`: what stands behind it is for views without pages, which this one is not.
        sources = paged
    elif view is not None and _asks_for_page(project, symbol):
        paging = sets.paginations.of(view, _of_action(sets, symbol)).pages
        sources = [_doubted(each) if paging is not HowPaged.NEVER else each for each in sources]
    return symbol, sources


def _doubted(source: Source) -> Source:
    """Rows of a handler that cuts pages itself, and that are not followed to one."""
    selection = source.selection
    if selection is None or selection.bound is not Bound.UNBOUNDED:
        return source
    how = "the handler asks for a page, and whether it answers with that could not be followed"
    return replace(source, selection=replace(selection, bound=Bound.UNKNOWN, how=how, exact=False))


def _asks_for_page(project: Project, symbol: Symbol) -> bool:
    """The handler itself calls `self.paginate_queryset(...)`."""
    summary = project.summary(symbol.path)
    return summary is not None and any(
        tail(summary.calls[index].callee) == "paginate_queryset" for index in project.calls_in(symbol)
    )


def _of_action(sets: ViewQuerySets, symbol: Symbol) -> Place | None:
    """The `pagination_class` in the decorator of an action."""
    summary = sets.project.summary(symbol.path)
    definition = summary.definitions[symbol.index] if summary is not None else None
    if summary is None or not isinstance(definition, Function):
        return None
    for each in definition.decorators:
        call = summary.calls[each.index] if isinstance(each, CallRef) else None
        value = keyword(call, "pagination_class") if call is not None else None
        if value is not None:
            return Place(value, sets.following.entry_frame(symbol.path, definition.scope), definition.first_line)
    return None


def _view(project: Project, name: str) -> Symbol | None:
    found = project.find(name) if name else None
    return Symbol(SymbolKind.CLASS, name, found[0], found[1]) if found is not None else None


def _listed(project: Project, sets: ViewQuerySets, view: Symbol) -> list[Source]:
    """The list that a view of a library answers with."""
    summary = project.summary(view.path)
    line = summary.definitions[view.index].line if summary is not None else 1
    place = Place(Name(view.name), sets.following.module(view.path), line)
    ways = sets.listed(view, place)
    sets.remember(place, ways)
    found = joined(ways)
    return [Source(Origin.READ, place, found)] if found is not None else []


class DjangoAnswers(Answers):
    """Follows the answers of Django's handlers: through serializers, and past pages that are no data."""

    def __init__(self, project: Project, following: ViewFollowing, sets: ViewQuerySets) -> None:
        super().__init__(project, following, sets)
        self._facts = {key: read for key, read in self._facts.items() if read.library not in ("sqlalchemy", "django")}

    def _call(self, place: Place, call: Call, way: Way, steps: int) -> None:
        name = tail(call.callee)
        symbol = self.following.callee(place)
        django = symbol.kind is SymbolKind.EXTERNAL and symbol.name.startswith("django.")
        if name == "render_to_response" or (django and name in NO_LIST | PAGES):
            return
        if name in MAKERS or keyword(call, "many") is not None or is_serializer(self.project, symbol):
            self._serialized(place, call, way, steps)
            return
        super()._call(place, call, way, steps)

    def _serialized(self, place: Place, call: Call, way: Way, steps: int) -> None:
        """`OrderSerializer(orders, many=True)`: the orders; without `many` it is one object."""
        many = keyword(call, "many")
        value = call.arguments[0] if call.arguments else keyword(call, "instance")
        if many is not None and many != Constant(False) and value is not None:
            self._visit(self.following.inside(place, value), way, steps - 1)

    def _name(self, place: Place, way: Way, steps: int) -> None:
        owner = receiver(place.value) if isinstance(place.value, Name | Member) else None
        if tail(place.value) == "data" and owner is not None:
            made = self._maker(self.following.inside(place, owner))
            if made is not None:
                self._visit(made, way, steps - 1)
                return
        super()._name(place, way, steps)

    def _maker(self, place: Place) -> Place | None:
        """The call that makes the serializer at a place."""
        for _ in range(SERIALIZER_STEPS):
            call = self.following.call(place)
            if call is not None:
                made = tail(call.callee) in MAKERS or keyword(call, "many") is not None
                return place if made or is_serializer(self.project, self.following.callee(place)) else None
            sources = self.following.back(place)
            if not sources:
                return None
            place = sources[0]
        return None


class DjangoPages(Pages):
    """Decides how many rows Django's list endpoints can answer with."""

    def _fact(self, place: Place, selection: Selection, bound: Bound) -> Read:
        return replace(super()._fact(place, selection, bound), library="django")

    def _named_by_client(self, route: Route, selection: Selection) -> bool:
        """The parent is chosen by the address, in a view class through `self.kwargs`."""
        if super()._named_by_client(route, selection):
            return True
        if selection.parent is None or not any(each.source == "path" for each in route.parameters):
            return False
        summary = self.following.summary(selection.parent)
        for value in inside(summary, selection.parent.value):
            names = [value] if isinstance(value, Name) else []
            for name in names:
                if "kwargs" in name.dotted.split("."):
                    return True
                sources = self.following.back(self.following.inside(selection.parent, name)) or ()
                if any(_kwargs(self, each) for each in sources):
                    return True
        return False


def _kwargs(pages: Pages, place: Place) -> bool:
    """The value is taken from `self.kwargs`."""
    summary = pages.following.summary(place)
    return any(isinstance(each, Name) and "kwargs" in each.dotted.split(".") for each in inside(summary, place.value))
