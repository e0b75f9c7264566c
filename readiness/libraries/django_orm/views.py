"""The class that was registered for a route in; its methods, attributes and query set out, as its own objects see them.

A method of a base that says `self.get_queryset()` means the one of the class that was registered.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from readiness.libraries.django_orm.attributes import Attributes
from readiness.libraries.django_orm.models import Models
from readiness.libraries.django_orm.pagination import Pages, Pagination, Paginations
from readiness.libraries.django_orm.querysets import MAX_STEPS, QuerySets
from readiness.libraries.django_orm.view_orders import ViewOrders
from readiness.libraries.sqlalchemy.selections import UNREAD, Form, Selection, bounded, paged
from readiness.libraries.values.expressions import keyword, receiver, tail
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Frame, Place
from readiness.libraries.values.reaching import NOTHING, Known
from readiness.model import Bound, Project, Route, Symbol, SymbolKind
from readiness.model.summary import Call, CallRef, Constant, Name, Operation, Value

LIST_HANDLERS = frozenset({"get", "list"})
"""Methods by which a view of a library answers with a list."""
ASKED = ("self.action", "self.request.method")
"""What a method of a view asks to tell requests apart."""
VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "DISPATCH"})
"""Methods of views that are no actions, in upper case."""
SIZES = ("page_size", "default_limit")
"""Attributes of a paginator that say how large a page is."""
LIST_VIEWS = (
    "django.views.generic.ListView",
    "django.views.generic.list.ListView",
    "django.views.generic.list.BaseListView",
    "django.views.generic.list.MultipleObjectMixin",
    "django_filters.views.FilterView",
    "django_tables2.SingleTableView",
    "rest_framework.generics.ListAPIView",
    "rest_framework.generics.ListCreateAPIView",
    "rest_framework.mixins.ListModelMixin",
    "rest_framework.viewsets.ModelViewSet",
    "rest_framework.viewsets.ReadOnlyModelViewSet",
)


class ViewFollowing(Following):
    """Follows values as the object of a registered view class sees them."""

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self.view: Symbol | None = None
        """The class whose handler is followed now."""
        self.pagination: Place | None = None
        """The `pagination_class` of the action that is followed now, where it has one of its own."""
        self.known: Known = NOTHING
        """What `self` knows of the request that is followed now: its action and its method."""
        self.attributes = Attributes(self)
        self._views: dict[int, tuple[Symbol, Known]] = {}
        """By the entry frame: the class of its `self`, and what was known of the request."""
        self._asking: dict[str, bool] = {}
        self._telling = False
        """Something was known of a request so far."""

    def follow(self, view: Symbol | None, route: Route | None = None) -> None:
        """Say whose handlers are followed from now on, and for which route; None for no class's."""
        self.view, self.pagination, self.known = view, None, NOTHING
        if view is None or route is None or not self._asks(view):
            return
        known: dict[str, str | bool] = {}
        if route.method != "ANY":
            known["self.request.method"] = route.method
        action = route.handler.rpartition(".")[2]
        if action.upper() not in VERBS:
            known["self.action"] = action
        self.known = known
        self._telling = True

    def _asks(self, view: Symbol) -> bool:
        """Some method of the class, or of a base, asks which action or method it is run for."""
        paths = {each.path for each in self.project.ancestors(view) if each.kind is SymbolKind.CLASS} | {view.path}
        for path in paths - self._asking.keys():
            text = self.project.text(path) or ""
            self._asking[path] = any(each in text for each in ASKED)
        return any(self._asking[path] for path in paths)

    def returned(self, frame: Frame) -> list[Place]:
        """What a function gives back, by the branches that the request takes."""
        found = super().returned(frame)
        known = self._known(frame) if len(found) > 1 else NOTHING
        if not known:
            return found
        with self._knowing(known):
            return [each for each in found if self.reaching.runs(frame.path, frame.scope, each.line)]

    def _name(self, place: Place, value: Name) -> list[Place] | None:
        known = self._known(place.frame)
        if known is self.reaching.known:
            return super()._name(place, value)
        with self._knowing(known):
            return super()._name(place, value)

    def _decided(self, place: Place, test: Value) -> bool | None:
        """How a test of a conditional expression comes out: `self.action == "list"` by the request that is followed."""
        match test:
            case Operation(operator="==" | "!=" as operator, operands=(Name() as name, Constant(value=wanted))):
                value = self._known(place.frame).get(name.dotted)
                return (value == wanted) is (operator == "==") if value is not None else None
        return super()._decided(place, test)

    def _known(self, frame: Frame) -> Known:
        """What a function knows of the request that is followed: a method of the view's object all of it, another one nothing."""
        found = self._seen(frame) if self._telling and frame.scope >= 0 else None
        return found[1] if found is not None else NOTHING

    @contextmanager
    def _knowing(self, known: Known) -> Iterator[None]:
        before, self.reaching.known = self.reaching.known, known
        try:
            yield
        finally:
            self.reaching.known = before

    def entry(self, symbol: Symbol) -> Frame | None:
        """A frame to start from, whose `self` is an object of the view class."""
        frame = super().entry(symbol)
        if frame is not None and self.view is not None:
            self._views[id(frame)] = self.view, self.known
        return frame

    def view_of(self, frame: Frame) -> Symbol | None:
        """The view class whose object is `self` in a frame."""
        found = self._seen(frame)
        return found[0] if found is not None else None

    def _seen(self, frame: Frame) -> tuple[Symbol, Known] | None:
        while not frame.entry:
            own = frame.arguments.get("self")
            if own is None or not self._is_self(own):
                return None
            frame = own.frame
        return self._views.get(id(frame))

    def _is_self(self, place: Place) -> bool:
        if isinstance(place.value, CallRef):
            call = self.call(place)
            return call is not None and call.callee == Name("super")
        return place.value == Name("self")

    def callee(self, place: Place) -> Symbol:
        """What the call at a place calls; a method of `self` is looked up on the registered class."""
        call = self.call(place)
        found = self._own(place, call.callee) if call is not None else None
        return found if found is not None and found.kind is SymbolKind.FUNCTION else super().callee(place)

    def _own(self, place: Place, value: Value) -> Symbol | None:
        """The member of the registered class that `self.name` is."""
        if not isinstance(value, Name) or value.dotted.count(".") != 1 or not value.dotted.startswith("self."):
            return None
        view = self.view_of(place.frame)
        return self.project.member(view, value.dotted.partition(".")[2]) if view is not None else None

    def _elsewhere(self, place: Place, value: Name) -> list[Place] | None:
        view = self.view_of(place.frame) if value.dotted.startswith("self.") else None
        if view is not None and value.dotted.count(".") == 1:
            found = self.attributes.of(view, value.dotted.partition(".")[2])
            if found is not None:
                return [found]
        return super()._elsewhere(place, value)


class ViewQuerySets(QuerySets):
    """Reads query sets with what Django's and REST framework's views do to them."""

    def __init__(self, following: ViewFollowing, models: Models | None = None) -> None:
        super().__init__(following, models)
        self.views = following
        self.paginations = Paginations(following)
        self.orders_of_views = ViewOrders(following.attributes, self.orders)

    def _selected(self, place: Place, owner: Value, *, exact: bool = True) -> Selection:
        """Rows of a model; `self.model` is that of the registered class."""
        view = self.views.view_of(place.frame) if owner == Name("self.model") else None
        named = self.views.attributes.of(view, "model") if view is not None else None
        if named is None:
            return super()._selected(place, owner, exact=exact)
        return msgspec.structs.replace(super()._selected(named, named.value), at=place)

    def is_list_view(self, view: Symbol) -> bool:
        """The class answers with a list by a method of its library."""
        return self.project.is_a(view, LIST_VIEWS)

    def listed(self, view: Symbol, place: Place, steps: int = MAX_STEPS) -> list[Selection]:
        """What the list of a view class answers with, its pages applied; `place` stands for the list."""
        pagination = self.paginations.of(view, self.views.pagination)
        found = [
            self._paged_by(self._filtered_by(view, each), pagination)
            for each in self.query_set(view, steps)
            if each.form is not Form.ONE
        ]
        if found:
            return found
        how = "a query set that could not be followed"
        empty = Selection(Form.STATEMENT, bound=Bound.UNKNOWN, how=how, exact=False, at=place, ordered=UNREAD)
        paged = self._paged_by(self._filtered_by(view, empty), pagination)
        return [paged] if paged.bounded or pagination.pages is not Pages.ALWAYS else []

    def query_set(self, view: Symbol, steps: int = MAX_STEPS) -> list[Selection]:
        """What `get_queryset()` of a view class gives, else its `queryset`, else every row of its `model`."""
        method = self.views.attributes.method(view, "get_queryset")
        if method is not None:
            before, self.views.view = self.views.view, view
            frame = self.following.entry(method)
            self.views.view = before
            if frame is None:
                return []
            return [each for source in self.following.returned(frame) for each in self.read(source, steps - 1)]
        return self._declared(view, steps)

    def _declared(self, view: Symbol, steps: int) -> list[Selection]:
        place = self.views.attributes.of(view, "queryset")
        found = self.read(place, steps - 1) if place is not None else []
        if not found:
            place = self.views.attributes.of(view, "model")
            found = (
                [self._selected(place, place.value)]
                if place is not None and isinstance(place.value, Name | CallRef)
                else []
            )
        return [self._declared_order(view, each) for each in found]

    def _filtered_by(self, view: Symbol, selection: Selection) -> Selection:
        """The rows in the order that the filters of a view, or its own code, give them."""
        order = self.orders_of_views.by_filters(view, selection.ordered, self.model_of(selection))
        return msgspec.structs.replace(selection, ordered=order)

    def _declared_order(self, view: Symbol, selection: Selection) -> Selection:
        order = self.orders_of_views.declared(view, selection.ordered, self.model_of(selection))
        return msgspec.structs.replace(selection, ordered=order)

    def _paged_by(self, selection: Selection, pagination: Pagination) -> Selection:
        if pagination.pages is Pages.ALWAYS:
            exact = selection.exact and pagination.exact
            if selection.bounded:
                # Pages of what a limit has cut already: the smaller of the two holds.
                pager = pagination if selection.limit is not None else selection.pager
                return msgspec.structs.replace(selection, exact=exact, pager=pager)
            found = msgspec.structs.replace(bounded(selection, pagination.how), exact=exact, pager=pagination)
            return paged(self.orders_of_views.by_paginator(found, pagination, self.model_of(selection)))
        if selection.bound is not Bound.UNBOUNDED:
            return selection
        if pagination.pages is Pages.UNKNOWN:
            return msgspec.structs.replace(selection, bound=Bound.UNKNOWN, how=pagination.how, exact=False)
        return msgspec.structs.replace(selection, how=pagination.how)

    def _special(self, place: Place, call: Call, name: str, symbol: Symbol, steps: int) -> list[Selection] | None:
        found = super()._special(place, call, name, symbol, steps)
        if found is not None:
            return found
        if not self._on_view(place, call):
            return self._by_hand(place, call, steps) if name == "paginate_queryset" else None
        view = self.views.view_of(place.frame)
        if symbol.kind is SymbolKind.FUNCTION:
            return self._own_pages(place, call, name, steps)
        if name == "get_object":
            return [Selection(Form.ONE, bound=Bound.BOUNDED, how="one row")]
        given = call.arguments[0] if call.arguments else keyword(call, "queryset")
        if name in ("filter_queryset", "paginate_queryset") and given is not None:
            before = self.read(self.following.inside(place, given), steps)
            if name == "filter_queryset" and view is not None:
                return [self._filtered_by(view, each) for each in before]
            if view is None:
                return before
            pagination = self.paginations.of(view, self.views.pagination)
            if not before and pagination.pages is Pages.ALWAYS:
                # A list of something else, cut to a page all the same.
                return [Selection(Form.ROWS, bound=Bound.BOUNDED, how=pagination.how, exact=False, at=place)]
            return [self._paged_by(each, pagination) for each in before if each.form is not Form.ONE]
        if view is None:
            return None
        if name == "get_queryset":
            return self._declared(view, steps)
        if name in LIST_HANDLERS and self.is_list_view(view):
            return self.listed(view, place, steps)
        return None

    def _by_hand(self, place: Place, call: Call, steps: int) -> list[Selection] | None:
        """`Twenty().paginate_queryset(orders, request)`: a paginator that the code itself makes."""
        origin = receiver(call.callee)
        given = call.arguments[0] if call.arguments else keyword(call, "queryset")
        if origin is None or given is None:
            return None
        kind = self.project.type_of(place.frame.path, origin, place.frame.scope, place.line)
        pagination = self.paginations.made_by(kind, place.frame.path)
        if pagination is None:
            return None
        summary = self.following.summary(place)
        sized = {f"{tail(origin)}.{each}" for each in SIZES} if isinstance(origin, Name) else set()
        for each in summary.assignments:
            if each.scope == place.frame.scope and each.target in sized and each.value is not None:
                size = Place(each.value, place.frame, each.line)
                pagination = msgspec.structs.replace(
                    pagination, pages=Pages.ALWAYS, how=f"`{tail(origin)}`", exact=False, size=size, rows=None
                )
        before = self.read(self.following.inside(place, given), steps)
        return [self._paged_by(each, pagination) for each in before if each.form is not Form.ONE]

    def _own_pages(self, place: Place, call: Call, name: str, steps: int) -> list[Selection] | None:
        """The project's own `paginate_queryset` or `paginate`: what it gives back, else pages whose size is not known."""
        if not name.strip("_").startswith("paginate"):
            return None
        found = self._sources(place, steps)
        if any(each.form is not Form.ONE for each in found):
            return found
        given = [*call.arguments, *(value for _, value in call.keywords)]
        before = [each for one in given for each in self.read(self.following.inside(place, one), steps)]
        return [
            msgspec.structs.replace(bounded(each, f"{name}(...)"), exact=False)
            for each in before
            if each.form is not Form.ONE
        ] or None

    def _on_view(self, place: Place, call: Call) -> bool:
        """The call is one of a method of the object itself."""
        origin = receiver(call.callee)
        if origin is None:
            return False
        if isinstance(origin, CallRef):
            return self.following.summary(place).calls[origin.index].callee == Name("super")
        return isinstance(origin, Name) and tail(origin) == "self" and "." not in origin.dotted
