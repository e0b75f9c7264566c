"""A view class in, what pages its lists get out: Django REST framework's `pagination_class` and settings, `ListView.paginate_by`.

Read in Django REST framework 3.16: the default of `DEFAULT_PAGINATION_CLASS` and of `PAGE_SIZE` is None; a paginator without a
page size paginates nothing, or only for a client that asks for pages.
"""

from enum import StrEnum

from msgspec import Struct

from readiness.libraries.django.history import Given
from readiness.libraries.django.settings import settings_for
from readiness.libraries.django_orm.attributes import Attributes
from readiness.libraries.following import Following
from readiness.libraries.frames import Place
from readiness.model import Missing, Project, Symbol, SymbolKind
from readiness.model.summary import Constant, Value

DRF = "rest_framework.pagination."
OFFSET = "LimitOffsetPagination"
SIZED = frozenset({"PageNumberPagination", "CursorPagination"})
OVERRIDES = ("paginate_queryset", "get_page_size", "get_limit")
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
        if self.attributes.method(view, "get_paginate_by"):
            return Pagination(Pages.ALWAYS, "get_paginate_by()", exact=False)
        size = self.attributes.of(view, "paginate_by")
        if size is None:
            return Pagination(Pages.NEVER, "no `paginate_by`")
        constant = self._constant(size)
        if constant is None or constant == 0:
            return Pagination(Pages.NEVER, f"`paginate_by` is {constant}")
        how = f"paginate_by = {constant}" if isinstance(constant, int) else "paginate_by"
        return Pagination(Pages.ALWAYS, how, size=size)

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
        return self._default(view) if symbol.name.endswith(DEFAULT) else self._paginated(symbol, view.path)

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
        return self._paginated(symbol, view.path)

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
        own = paginator.kind is SymbolKind.CLASS
        if own and any(self.attributes.method(paginator, each) for each in OVERRIDES):
            return Pagination(Pages.ALWAYS, f"`{name}`", exact=False, paginator=paginator)
        if OFFSET not in bases and not bases & SIZED:
            return Pagination(Pages.ALWAYS, f"`{name}`", exact=False, paginator=paginator)
        attribute = "default_limit" if OFFSET in bases else "page_size"
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
        asks = OFFSET in bases or (own and self._asks(paginator))
        if asks:
            return Pagination(Pages.OPTIONAL, f"`{name}` has no {attribute}: all rows unless a client asks for pages",
                              paginator=paginator)  # fmt: skip
        return Pagination(Pages.NEVER, f"`{name}` has no {attribute}, so it paginates nothing", paginator=paginator)

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
        shown = f", {entry.default} rows a page" if isinstance(entry.default, int) else ""
        return Pagination(Pages.ALWAYS, f"`{name}`{shown} by the settings", paginator=paginator)

    def _asks(self, paginator: Symbol) -> bool:
        """A client can ask for a page size."""
        place = self.attributes.of(paginator, "page_size_query_param")
        return place is not None and self._constant(place) is not None

    def _constant(self, place: Place) -> Value | str | int | float | bool | None:
        """The constant of a place; the value itself where it is none."""
        found = self.project.constant(place.frame.path, place.value, place.frame.scope, place.line)
        return place.value if isinstance(found, Missing) else found
