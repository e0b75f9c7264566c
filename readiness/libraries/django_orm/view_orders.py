"""A view class and the order of its query set in, the order of the list that it answers with out.

`OrderingFilter` orders by the view's `ordering` where a client names nothing (Django REST framework 3.16), Django's `ListView`
by an attribute of the same name, and a cursor by that of its paginator.
"""

import msgspec

from readiness.libraries.django.settings import settings_for
from readiness.libraries.django_orm.attributes import Attributes
from readiness.libraries.django_orm.orders import Orders
from readiness.libraries.django_orm.pagination import NEWEST, Pagination
from readiness.libraries.sqlalchemy.selections import UNREAD, Ordered, Selection
from readiness.libraries.values.expressions import tail
from readiness.libraries.values.frames import Place
from readiness.model import Missing, Symbol, SymbolKind
from readiness.model.summary import Constant, Operation, Sequence, Value

ORDERING_FILTER = "rest_framework.filters.OrderingFilter"
QUIET = frozenset(
    {"rest_framework.filters.SearchFilter", "rest_framework.filters.BaseFilterBackend",
     "django_filters.rest_framework.DjangoFilterBackend", "django_filters.rest_framework.backends.DjangoFilterBackend"}
)  # fmt: skip
"""Filters that leave the order as it is, unless a client names one."""


class ViewOrders:
    """Answers for the views of one project."""

    def __init__(self, attributes: Attributes, orders: Orders) -> None:
        self.attributes = attributes
        self.project = attributes.project
        self.orders = orders
        self._filters: dict[str, tuple[bool, bool]] = {}
        self._sorting: dict[str, bool] = {}

    def declared(self, view: Symbol, before: Ordered | None, model: Symbol | None) -> Ordered | None:
        """The order in which `get_queryset()` of Django's own list views gives the rows."""
        if self._is_rest(view):
            return before
        if self.attributes.method(view, "get_ordering") is not None:
            return UNREAD
        return self._of(self.attributes.of(view, "ordering"), model) or before

    def by_filters(self, view: Symbol, before: Ordered | None, model: Symbol | None) -> Ordered | None:
        """The order after `filter_queryset()` of a view of REST framework."""
        if not self._is_rest(view):
            return before
        own = self.attributes.method(view, "filter_queryset")
        if own is not None:
            return before if before is not None and not self._sorts(own) else UNREAD
        orders, unread = self._filters_of(view)
        if orders:
            given = self._of(self.attributes.of(view, "ordering"), model)
            if given is not None:
                return given
        return UNREAD if unread and before is None else before

    def by_paginator(self, selection: Selection, pagination: Pagination, model: Symbol | None) -> Selection:
        """The selection in the order that its paginator gives it."""
        if pagination.sorts:
            return msgspec.structs.replace(selection, ordered=selection.ordered or UNREAD)
        if not pagination.cursor:
            return selection
        order = self._of(pagination.orders, model) if pagination.orders is not None else Ordered((NEWEST.lstrip("-"),))
        return msgspec.structs.replace(selection, ordered=order or UNREAD)

    def _of(self, place: Place | None, model: Symbol | None) -> Ordered | None:
        """`ordering = "name"` or `ordering = ["name", "-id"]`; None where there is none."""
        if place is None or place.value in (Constant(None), Constant("")):
            return None
        if isinstance(place.value, Sequence):
            return self.orders.given(place, model, place.value.items)
        constant = self.project.constant(place.frame.path, place.value, place.frame.scope, place.line)
        return UNREAD if isinstance(constant, Missing) else self.orders.given(place, model, (place.value,))

    def _is_rest(self, view: Symbol) -> bool:
        return any(
            each.kind is SymbolKind.EXTERNAL and each.name.startswith("rest_framework")
            for each in self.project.ancestors(view)
        )

    def _filters_of(self, view: Symbol) -> tuple[bool, bool]:
        """Whether a view has an `OrderingFilter`, and whether another filter may order as well."""
        if view.name not in self._filters:
            found = [self._kind(each) for each in self._backends(view)]
            self._filters[view.name] = any(each is True for each in found), any(each is None for each in found)
        return self._filters[view.name]

    def _backends(self, view: Symbol) -> list[Symbol]:
        place = self.attributes.of(view, "filter_backends")
        if place is not None:
            return [
                self.project.resolve_value(place.frame.path, each, place.frame.scope, place.line)
                for each in _items(place.value)
            ]
        settings = settings_for(self.project, view.path)
        rest = settings.get("REST_FRAMEWORK") if settings is not None else None
        entry = settings.entry(rest, "DEFAULT_FILTER_BACKENDS") if settings is not None and rest is not None else None
        if settings is None or entry is None:
            return []
        found = []
        for given in settings.elements(entry)[0]:
            name = self.project.constant(given.path, given.value, given.scope, given.line)
            found.append(Symbol(SymbolKind.EXTERNAL, name) if isinstance(name, str) else Symbol(SymbolKind.UNKNOWN, ""))
        return found

    def _kind(self, symbol: Symbol) -> bool | None:
        """True for an `OrderingFilter`, False for a filter that orders nothing by itself, None where that is not known."""
        names = {each.name for each in self.project.ancestors(symbol)} | {symbol.name}
        own = any(
            self.attributes.method(symbol, each) for each in ("filter_queryset", "get_default_ordering", "get_ordering")
        )
        if symbol.kind is SymbolKind.CLASS and own:
            return None
        if ORDERING_FILTER in names:
            return True
        return False if names & QUIET else None

    def bases_sort(self, view: Symbol) -> bool:
        """A base of the view orders rows in some method, which may run on the way."""
        if view.name not in self._sorting:
            self._sorting[view.name] = any(
                each.scope >= 0 and self.project.symbol(base.path, each.scope).startswith(f"{base.name}.")
                for base in self.project.ancestors(view)[1:]
                if base.kind is SymbolKind.CLASS and (summary := self.project.summary(base.path)) is not None
                for index in self.project.calls_to(base.path, ("order_by",))
                for each in (summary.calls[index],)
            )
        return self._sorting[view.name]

    def _sorts(self, method: Symbol) -> bool:
        summary = self.project.summary(method.path)
        return summary is None or any(
            tail(summary.calls[index].callee) == "order_by" for index in self.project.calls_in(method)
        )


def _items(value: Value) -> list[Value]:
    """The items of a display, or of several that are joined."""
    if isinstance(value, Sequence):
        return list(value.items)
    if isinstance(value, Operation) and value.operator == "+":
        return [item for each in value.operands for item in _items(each)]
    return [value]
