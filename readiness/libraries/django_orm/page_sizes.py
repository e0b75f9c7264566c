"""The limited reads behind Django's list endpoints in, how large their pages can get out: by paginators of Django REST framework,
by `ListView` and by `Paginator`."""

from msgspec.structs import replace

from readiness.libraries.django_orm.pagination import Pagination
from readiness.libraries.django_orm.views import ViewQuerySets
from readiness.libraries.django_orm.vocabulary import PACKAGES, PAGE_METHODS
from readiness.libraries.listing.answers import Answers, Source
from readiness.libraries.listing.page_sizes import LARGEST, ORDER, UNKNOWN, Size, worst
from readiness.libraries.listing.pages import Cut, PageFacts
from readiness.libraries.sqlalchemy.selections import UNREAD, Selection
from readiness.libraries.values.client_inputs import ClientInputs
from readiness.libraries.values.expressions import keyword, receiver, tail, written
from readiness.libraries.values.frames import Place
from readiness.model import Cap, Project, Route, Symbol, SymbolKind
from readiness.model.summary import CallRef, Function, Name, Value

STEPS = 12
PER_PAGE = "per_page"


class ViewInputs(ClientInputs):
    """Reads what views take out of `self.request`."""

    def _is_request(self, place: Place, origin: Value) -> bool:
        if super()._is_request(place, origin):
            return True
        if not isinstance(origin, Name) or origin.dotted != "self.request":
            return False
        symbol = self.project.resolve(place.frame.path, origin.dotted, place.frame.scope, place.line)
        return symbol.kind is SymbolKind.EXTERNAL and symbol.name.startswith(PACKAGES)


class DjangoPageFacts(PageFacts):
    """Makes the facts about pages of one project's Django routes."""

    def __init__(self, project: Project, answers: Answers, sets: ViewQuerySets) -> None:
        super().__init__(project, answers)
        self.sets = sets
        self.sizes.inputs = ViewInputs(project)

    def _cut(self, route: Route, source: Source, way: Selection) -> Cut | None:
        if way.ordered is None and self._may_sort(route):
            way = replace(way, ordered=UNREAD)
        if not isinstance(way.pager, Pagination):
            return super()._cut(route, source, way)
        place = way.pager.at or way.at or source.place
        pages = Cut(way, place, self._paged(route, way.pager))
        if way.limit is None:
            return pages
        # What is paged was cut before: `rows[:limit]`.
        limited = super()._cut(route, source, way)
        return min([pages, *([limited] if limited is not None else [])], key=lambda each: ORDER.index(each.size.cap))

    def _may_sort(self, route: Route) -> bool:
        """A base of the route's view orders rows in some method, which may run on the way."""
        found = self.project.find(route.view) if route.view else None
        view = Symbol(SymbolKind.CLASS, route.view, found[0], found[1]) if found is not None else None
        return view is not None and self.sets.orders_of_views.bases_sort(view)

    def _size(self, route: Route, place: Place) -> Size | None:
        call = self.following.call(place)
        if call is None or tail(call.callee) not in PAGE_METHODS:
            return super()._size(route, place)
        made = self.sets.paginator(place, call, STEPS)
        pager = self.following.call(made) if made is not None else None
        if made is None or pager is None:
            return None
        symbol = self.following.callee(made)
        init = self.project.member(symbol, "__init__") if symbol.kind is SymbolKind.CLASS else None
        own = init is not None and init.kind is SymbolKind.FUNCTION
        size = keyword(pager, PER_PAGE)
        if size is None and len(pager.arguments) > 1 and (init is None or not own or self._second(init) == PER_PAGE):
            size = pager.arguments[1]
        if size is None:
            return UNKNOWN
        found = self.sizes.of(route, self.following.inside(made, size))
        return _doubted(found, tail(pager.callee)) if own else found

    def _second(self, init: Symbol) -> str:
        """The second argument of a class's constructor."""
        summary = self.project.summary(init.path)
        definition = summary.definitions[init.index] if summary is not None else None
        names = [each.name for each in definition.parameters] if isinstance(definition, Function) else []
        return names[2] if len(names) > 2 else ""

    def _paged(self, route: Route, pagination: Pagination) -> Size:
        """How large the pages of a paginator, or of a list view, get."""
        if pagination.sizer is not None:
            return self._decided(route, pagination, pagination.sizer)
        if not pagination.known:
            return Size(Cap.UNKNOWN, how=f"{pagination.how} decides it")
        if pagination.asks:
            return self._asked(route, pagination)
        if pagination.size is None:
            return Size(Cap.FIXED, pagination.rows, how=pagination.how)
        found = self.sizes.of(route, pagination.size)
        return replace(found, how=pagination.how) if found.cap is Cap.FIXED else found

    def _asked(self, route: Route, pagination: Pagination) -> Size:
        """A client says how many rows it wants."""
        name = pagination.asks
        if pagination.most is None:
            paginator = pagination.paginator
            owner = paginator.name.rpartition("::")[2].rpartition(".")[2] if paginator is not None else "the paginator"
            return Size(Cap.UNCAPPED, None, name, f"`{owner}` has no maximum for `?{name}=`")
        found = self.sizes.of(route, pagination.most)
        text = written(self.following.summary(pagination.most), pagination.most.value)
        if found.cap is Cap.UNKNOWN or found.open:
            return Size(Cap.UNKNOWN, None, name, f"`{text}` is the maximum for `?{name}=`")
        if found.maximum is not None and found.maximum > LARGEST:
            how = f"`?{name}=` may be {found.maximum:.0f}, which is no page"
            return Size(Cap.UNCAPPED, found.maximum, name, how)
        return Size(Cap.CAPPED, found.maximum, name, f"`?{name}=` is at most {text}")

    def _decided(self, route: Route, pagination: Pagination, method: Symbol) -> Size:
        """What a method of the project gives for a size: `get_page_size()`, `get_limit()`, `get_paginate_by()`."""
        name = method.name.rpartition(".")[2]
        before, self.sets.views.view = self.sets.views.view, pagination.owner
        frame = self.sets.following.entry(method)
        self.sets.views.view = before
        if frame is None:
            return UNKNOWN
        found = worst([self._returned(route, pagination, each) for each in self.following.returned(frame)])
        summary = self.project.summary(method.path)
        calls = [summary.calls[index] for index in self.project.calls_in(method)] if summary is not None else []
        # None for one way, such as an export, says nothing about what a client can ask of the others.
        if any(tail(each.callee) == "min" for each in calls) or (found.cap is Cap.ALL and not found.parameter):
            found = _doubted(found, f"{name}()")
        return found if found.cap is not Cap.UNKNOWN else Size(Cap.UNKNOWN, how=f"{name}() decides it")

    def _returned(self, route: Route, pagination: Pagination, place: Place) -> Size:
        """One value that such a method gives back; `super().get_page_size(request)` is what the attributes say."""
        call = self.following.call(place)
        origin = receiver(call.callee) if call is not None else None
        if isinstance(origin, CallRef):
            above = self.following.summary(place).calls[origin.index]
            if above.callee == Name("super") and pagination.paginator is not None:
                return self._paged(route, replace(pagination, sizer=None))
        return self.sizes.of(route, place)


def _doubted(size: Size, how: str) -> Size:
    """A size that code which was not read whole may still cap."""
    return Size(Cap.UNKNOWN, size.maximum, size.parameter, f"{how} decides it") if size.open else size
