"""A view class in, what pages its lists get out: Django REST framework's `pagination_class` and settings, `ListView.paginate_by`.

Read in Django REST framework 3.16 and 3.18: the default of `DEFAULT_PAGINATION_CLASS` and of `PAGE_SIZE` is None; a paginator
without a page size paginates nothing, or only for a client that asks for pages. A client chooses the size by `limit_query_param`
("limit"), or by `page_size_query_param` (None); `max_limit` and `max_page_size` are None, which caps nothing. Cursors order
the rows by `ordering` ("-created").
"""

from enum import StrEnum
from typing import TypedDict

from msgspec import Struct
from msgspec.structs import replace

from readiness.libraries.django.history import Given
from readiness.libraries.django.settings import settings_for
from readiness.libraries.django_orm.attributes import Attributes
from readiness.libraries.values.expressions import receiver, tail
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Place
from readiness.model import Missing, Project, Symbol, SymbolKind
from readiness.model.summary import CallRef, Constant, Name, Value

DRF = "rest_framework.pagination."
OFFSET = "LimitOffsetPagination"
SIZED = frozenset({"PageNumberPagination", "CursorPagination"})
CURSOR = "CursorPagination"
LIMIT = "limit"
"""`LimitOffsetPagination.limit_query_param` where nothing sets it."""
NEWEST = "-created"
"""`CursorPagination.ordering` where nothing sets it."""
DEFAULT = "api_settings.DEFAULT_PAGINATION_CLASS"


class Pages(StrEnum):
    """Whether a list comes in pages."""

    ALWAYS = "always"
    OPTIONAL = "optional"
    """Only for a client that asks for them."""
    NEVER = "never"
    UNKNOWN = "unknown"


class Pagination(Struct, frozen=True):
    """What is known of a view's pages."""

    pages: Pages
    how: str
    """What paginates, or why nothing does."""
    exact: bool = True
    paginator: Symbol | None = None
    """The paginator's class."""
    size: Place | None = None
    """The size of a page, where the code says it."""
    rows: float | None = None
    """The size of a page that the settings say."""
    known: bool = False
    """What follows could be read."""
    asks: str = ""
    """How a client asks for another size; empty where it has no say."""
    most: Place | None = None
    """The largest size that a client can ask for; None where there is none."""
    sizer: Symbol | None = None
    """The project's method that decides the size instead."""
    owner: Symbol | None = None
    """The class whose object `self` is in it."""
    cursor: bool = False
    """The paginator orders the rows, by `orders` or by REST framework's default."""
    orders: Place | None = None
    """A text or several."""
    sorts: bool = False
    """The paginator's own code may order the rows."""
    at: Place | None = None
    """Where the code says how large pages are."""


class Paginations:
    """Answers for the views of one project."""

    def __init__(self, following: Following) -> None:
        self.following = following
        self.project: Project = following.project
        self.attributes = Attributes(following)
        self._known: dict[str, Pagination] = {}

    def of(self, view: Symbol, given: Place | None = None) -> Pagination:
        """What paginates the lists of a view class; `given` is the `pagination_class` of one action of it."""
        if given is not None:
            return self._named_by(given, view)
        if view.name not in self._known:
            self._known[view.name] = self._of(view)
        return self._known[view.name]

    def _of(self, view: Symbol) -> Pagination:
        names = {each.name for each in self.project.ancestors(view) if each.kind is SymbolKind.EXTERNAL}
        if any(each.startswith("rest_framework") for each in names):
            return self._rest(view)
        return self._list_view(view)

    # Django

    def _list_view(self, view: Symbol) -> Pagination:
        sizer = self.attributes.method(view, "get_paginate_by")
        if sizer is not None:
            return Pagination(Pages.ALWAYS, "get_paginate_by()", exact=False, sizer=sizer, owner=view)
        size = self.attributes.of(view, "paginate_by")
        if size is None:
            return Pagination(Pages.NEVER, "no `paginate_by`")
        constant = self._constant(size)
        if constant is None or constant == 0:
            return Pagination(Pages.NEVER, f"`paginate_by` is {constant}")
        how = f"paginate_by = {constant}" if isinstance(constant, int) else "paginate_by"
        return Pagination(Pages.ALWAYS, how, size=size, known=True, at=size)

    # Django REST framework

    def _rest(self, view: Symbol) -> Pagination:
        if self.attributes.method(view, "pagination_class") or self.attributes.method(view, "paginator"):
            return Pagination(Pages.ALWAYS, "a paginator that the view chooses", exact=False)
        place = self.attributes.of(view, "pagination_class")
        return self._named_by(place, view) if place is not None else self._default(view)

    def _named_by(self, place: Place, view: Symbol) -> Pagination:
        """What a `pagination_class` says."""
        if place.value == Constant(None):
            return Pagination(Pages.NEVER, "`pagination_class = None`")
        symbol = self.project.resolve_value(place.frame.path, place.value, place.frame.scope, place.line)
        if symbol.name.endswith(DEFAULT):
            return self._default(view)
        found = self._paginated(symbol, view.path)
        return found if found.at is not None else replace(found, at=place)

    def _default(self, view: Symbol) -> Pagination:
        """What the settings say for every view."""
        settings = settings_for(self.project, view.path)
        rest = settings.get("REST_FRAMEWORK") if settings is not None else None
        if settings is None:
            return Pagination(Pages.UNKNOWN, "the settings are not in the project", exact=False)
        if rest is None:
            return Pagination(Pages.NEVER, "no `pagination_class`, and none in the settings")
        keys, complete = settings.keys(rest)
        entry = settings.entry(rest, "DEFAULT_PAGINATION_CLASS")
        if entry is None:
            if not complete and "DEFAULT_PAGINATION_CLASS" not in keys:
                return Pagination(Pages.UNKNOWN, "`REST_FRAMEWORK` could not be read whole", exact=False)
            return Pagination(Pages.NEVER, "no `pagination_class`, and no `DEFAULT_PAGINATION_CLASS` in the settings")
        if entry.default is None:
            return Pagination(Pages.NEVER, "`DEFAULT_PAGINATION_CLASS` is None")
        symbol = self._named(entry.default) if isinstance(entry.default, str) else self._given(entry.given[-1])
        if symbol is None:
            return Pagination(Pages.ALWAYS, "`DEFAULT_PAGINATION_CLASS`", exact=False)
        found = self._paginated(symbol, view.path)
        if found.at is not None:
            return found
        given = entry.given[-1]
        return replace(found, at=Place(given.value, self.following.entry_frame(given.path, given.scope), given.line))

    def _given(self, given: Given) -> Symbol | None:
        found = self.project.resolve_value(given.path, given.value, given.scope, given.line)
        return found if found.kind in (SymbolKind.CLASS, SymbolKind.EXTERNAL) else None

    def _named(self, dotted: str) -> Symbol | None:
        """The class behind a dotted path in the settings."""
        module, _, name = dotted.rpartition(".")
        if dotted.startswith(DRF):
            return Symbol(SymbolKind.EXTERNAL, dotted)
        parts = module.split(".")
        wanted = "/".join(parts)
        for path in self.project.paths():
            if path.endswith((f"{wanted}.py", f"{wanted}/__init__.py")):
                found = self.project.resolve(path, name)
                if found.kind in (SymbolKind.CLASS, SymbolKind.EXTERNAL):
                    return found
        return Symbol(SymbolKind.EXTERNAL, dotted) if module else None

    def made_by(self, paginator: Symbol, path: str) -> Pagination | None:
        """What an object of a paginator class does that code of `path` makes by hand; None where the class is no paginator."""
        if not any(each.name.startswith(DRF) for each in self.project.ancestors(paginator)):
            return None
        return self._paginated(paginator, path)

    def _paginated(self, paginator: Symbol, path: str) -> Pagination:
        """What a paginator class does by its attributes, its overrides and the settings."""
        name = paginator.name.rpartition("::")[2].rpartition(".")[2]
        if paginator.kind not in (SymbolKind.CLASS, SymbolKind.EXTERNAL):
            return Pagination(Pages.ALWAYS, "a paginator that could not be followed", exact=False)
        bases = {each.name.rpartition(".")[2] for each in self.project.ancestors(paginator) if "." in each.name}
        bases |= {name}
        if OFFSET not in bases and not bases & SIZED:
            return Pagination(Pages.ALWAYS, f"`{name}`", exact=False, paginator=paginator)
        offset = OFFSET in bases
        found = self._sized(paginator, path, name, "default_limit" if offset else "page_size", offset=offset)
        if paginator.kind is SymbolKind.EXTERNAL and not paginator.name.startswith(DRF):
            return replace(found, exact=False, known=False)
        return replace(found, **self._asked(paginator, offset=offset), **self._sorted(paginator, CURSOR in bases))

    def _sized(self, paginator: Symbol, path: str, name: str, attribute: str, *, offset: bool) -> Pagination:
        """Whether every list of the paginator comes in pages, by the size that it has where nobody asks for one."""
        own = paginator.kind is SymbolKind.CLASS
        if own and any(
            self.attributes.method(paginator, each) for each in ("paginate_queryset", _sizer(offset=offset))
        ):
            return Pagination(Pages.ALWAYS, f"`{name}`", exact=False, paginator=paginator)
        place = self.attributes.of(paginator, attribute) if own else None
        if place is not None:
            constant = self._constant(place)
            if constant is not None and constant != 0:
                shown = f", {constant} rows a page" if isinstance(constant, int) else ""
                return Pagination(Pages.ALWAYS, f"`{name}`{shown}", paginator=paginator, size=place)
        elif own and self.attributes.method(paginator, "__init__"):
            return Pagination(Pages.ALWAYS, f"`{name}`", exact=False, paginator=paginator)
        else:
            found = self._page_size(path, name, paginator)
            if found is not None:
                return found
        if offset or (own and self._constant_of(paginator, "page_size_query_param") is not None):
            return Pagination(Pages.OPTIONAL, f"`{name}` has no {attribute}: all rows unless a client asks for pages",
                              paginator=paginator)  # fmt: skip
        return Pagination(Pages.NEVER, f"`{name}` has no {attribute}, so it paginates nothing", paginator=paginator)

    def _asked(self, paginator: Symbol, *, offset: bool) -> "Asked":
        """What a client can ask for."""
        own = paginator.kind is SymbolKind.CLASS
        sizer = self.attributes.method(paginator, _sizer(offset=offset)) if own else None
        known = sizer is not None or not own or self._hands_up(paginator, "paginate_queryset")
        parameter = self.attributes.of(paginator, "limit_query_param" if offset else "page_size_query_param")
        most = self.attributes.of(paginator, "max_limit" if offset else "max_page_size")
        asks = self._constant(parameter) if parameter is not None else LIMIT if offset else None
        if parameter is not None and not isinstance(asks, str | None):
            known = known and sizer is not None
            asks = ""
        where = most or parameter
        if most is not None and self._constant(most) is None:
            most = None
        return {"known": known, "asks": asks if isinstance(asks, str) else "", "most": most, "sizer": sizer,
                "owner": paginator, "at": where or self._body(paginator)}  # fmt: skip

    def _sorted(self, paginator: Symbol, cursor: bool) -> "Sorted":
        """What the paginator does to the order of the rows."""
        own = [each for name in ("paginate_queryset", "get_ordering")
               if (each := self.attributes.method(paginator, name)) is not None]  # fmt: skip
        sorts = any(_orders(self.project, each) or each.name.endswith("get_ordering") for each in own)
        return {"cursor": cursor, "orders": self.attributes.of(paginator, "ordering") if cursor else None,
                "sorts": sorts}  # fmt: skip

    def _hands_up(self, paginator: Symbol, name: str) -> bool:
        """The class leaves a method to REST framework: it has none, or one that calls it through `super()`."""
        method = self.attributes.method(paginator, name)
        summary = self.project.summary(method.path) if method is not None else None
        if method is None or summary is None:
            return True
        return any(
            tail(call.callee) == name
            and isinstance(origin := receiver(call.callee), CallRef)
            and summary.calls[origin.index].callee == Name("super")
            for call in (summary.calls[index] for index in self.project.calls_in(method))
        )

    def _body(self, paginator: Symbol) -> Place | None:
        """The line of the class."""
        summary = self.project.summary(paginator.path) if paginator.kind is SymbolKind.CLASS else None
        if summary is None:
            return None
        line = summary.definitions[paginator.index].line
        return Place(Name(paginator.name), self.following.module(paginator.path), line)

    def _page_size(self, path: str, name: str, paginator: Symbol) -> Pagination | None:
        """The page size of the settings; None where they have none."""
        settings = settings_for(self.project, path)
        rest = settings.get("REST_FRAMEWORK") if settings is not None else None
        if settings is None:
            return Pagination(Pages.UNKNOWN, f"`{name}` takes its page size from settings that are not in the project",
                              exact=False, paginator=paginator)  # fmt: skip
        entry = settings.entry(rest, "PAGE_SIZE") if rest is not None else None
        if entry is None or entry.default is None or entry.default == 0:
            return None
        rows = entry.default if isinstance(entry.default, int) else None
        shown = f", {rows} rows a page" if rows is not None else ""
        return Pagination(Pages.ALWAYS, f"`{name}`{shown} by the settings", paginator=paginator, rows=rows)

    def _constant_of(self, paginator: Symbol, name: str) -> Value | str | int | float | bool | None:
        place = self.attributes.of(paginator, name)
        return self._constant(place) if place is not None else None

    def _constant(self, place: Place) -> Value | str | int | float | bool | None:
        """The constant of a place; the value itself where it is none."""
        found = self.project.constant(place.frame.path, place.value, place.frame.scope, place.line)
        return place.value if isinstance(found, Missing) else found


class Asked(TypedDict):
    """The fields of `Pagination` that say what a client can ask for."""

    known: bool
    asks: str
    most: Place | None
    sizer: Symbol | None
    owner: Symbol
    at: Place | None


class Sorted(TypedDict):
    """The fields of `Pagination` about the order of the rows."""

    cursor: bool
    orders: Place | None
    sorts: bool


def _sizer(*, offset: bool) -> str:
    """The method of a paginator that decides how large a page is."""
    return "get_limit" if offset else "get_page_size"


def _orders(project: Project, method: Symbol) -> bool:
    """The method orders rows somewhere."""
    summary = project.summary(method.path)
    return summary is not None and any(
        tail(summary.calls[index].callee) == "order_by" for index in project.calls_in(method)
    )
