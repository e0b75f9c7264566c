"""A handler in, the pages that `@paginate` makes of its list out, with their size (read in django-ninja 1.7.1).

`LimitOffsetPagination`, the default, takes `limit` from the client: 100 without one, and as many as asked for unless
`NINJA_PAGINATION_MAX_LIMIT` or `max_limit=` says otherwise. `PageNumberPagination` and `CursorPagination` answer at most
`NINJA_MAX_PER_PAGE_SIZE` rows, which is 100 by default.
"""

from __future__ import annotations

from msgspec import Struct

from readiness.libraries.declarations.inputs import Input
from readiness.libraries.django.settings import settings_of
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Outside, Routine
from readiness.libraries.ninja.inputs import Signatures
from readiness.libraries.ninja.vocabulary import PACKAGES
from readiness.model import Missing, RouteParameter, Symbol, SymbolKind
from readiness.model.summary import CallRef

PAGINATE = "paginate"
PER_PAGE = 100
"""`NINJA_PAGINATION_PER_PAGE` and `NINJA_MAX_PER_PAGE_SIZE` where they are not set."""
LIMITED = "LimitOffsetPagination"
SIZES: dict[str, tuple[str, str]] = {
    LIMITED: ("limit", "max_limit"),
    "PageNumberPagination": ("page_size", "max_page_size"),
    "CursorPagination": ("page_size", "max_page_size"),
    "PageNumberPaginationExtra": ("page_size", "max_page_size"),
}
"""Paginator -> the parameter for the size, and the argument for its maximum."""
SIZE_NAMES = frozenset({"page_size", "limit", "size", "per_page", "first", "count"})
"""Fields of a project's own `Input` that choose how many rows a page has."""
BESIDE = {LIMITED: "offset", "CursorPagination": "cursor"}
"""Paginator -> the parameter that chooses the page; `page` for all others."""


class Paginated(Struct, frozen=True):
    """How one list is cut into pages."""

    how: str
    """`@paginate(PageNumberPagination)`."""
    parameter: str = ""
    """What the client sends for the size; empty where it has no say."""
    maximum: float | None = None
    """Rows of the largest page; None for as many as the client likes."""
    known: bool = True
    """False where the project's own paginator decides."""
    parameters: tuple[RouteParameter, ...] = ()


class Paginations:
    """Reads paginators. One for a scan."""

    def __init__(self, reader: Reader, signatures: Signatures) -> None:
        self.reader = reader
        self.signatures = signatures
        self._settings: dict[str, object] | None = None

    def of(self, routine: Routine) -> Paginated | None:
        """The pages of one handler; None where nothing paginates it."""
        function = self.reader.function(routine)
        for decorator in function.decorators:
            place = Bound(decorator, routine.path, function.scope, function.line, routine.frame)
            if not isinstance(decorator, CallRef):
                if self._is_paginate(place):
                    return self.by_default(f"@{PAGINATE}", {})
                continue
            call = self.reader.call(routine.path, decorator.index)
            if not self._is_paginate(self.reader.at(place, call.callee)):
                continue
            arguments = self.reader.arguments.keywords(call, place)
            given = self.reader.arguments.positional(call, place)
            chosen = given[0] if given else arguments.get("func_or_pgn_class")
            if chosen is None:
                return self.by_default(f"@{PAGINATE}", arguments)
            for thing in self.reader.things(chosen):
                if isinstance(thing, Outside | Kind):
                    return self._of(thing, arguments)
            return Paginated(f"@{PAGINATE}", known=False)
        return None

    def _is_paginate(self, place: Bound) -> bool:
        return any(
            isinstance(each, Outside) and each.package in PACKAGES and each.last == PAGINATE
            for each in self.reader.things(place)
        )

    def by_default(self, how: str, arguments: dict[str, Answer]) -> Paginated:
        """The pages of the paginator that the settings name."""
        name = self.setting("NINJA_PAGINATION_CLASS")
        if not isinstance(name, str):
            return self._of(Outside(f"ninja.pagination.{LIMITED}"), arguments, how)
        if name.partition(".")[0] in PACKAGES:
            return self._of(Outside(name), arguments, how)
        module, _, last = name.rpartition(".")
        found = self.reader.project.find(f"{module}::{last}")
        return self._of(Kind(*found), arguments, how) if found is not None else Paginated(how, known=False)

    def _of(self, thing: Outside | Kind, arguments: dict[str, Answer], how: str = "") -> Paginated:
        name = thing.last if isinstance(thing, Outside) else self.reader.symbol_of(thing).name.rpartition("::")[2]
        how = how or f"@{PAGINATE}({name})"
        own = thing if isinstance(thing, Kind) else None
        base = thing.last if isinstance(thing, Outside) else self._base(thing)
        if base not in SIZES:
            return self._written(own, how) if own is not None else Paginated(how, known=False)
        parameter, argument = SIZES[base]
        maximum, known = self._maximum(base, argument, arguments)
        page = BESIDE.get(base, "page")
        parameters = tuple(
            RouteParameter(
                name=each,
                source="query",
                annotation="str" if each == "cursor" else "int",
                required=False,
                minimum=1 if each != "offset" else 0,
                maximum=maximum if each == parameter else None,
                via=f"ninja.pagination.{base}",
            )
            for each in (parameter, page)
        )
        found = Paginated(how, parameter, maximum, known, parameters)
        return self._own(own, found) if own is not None else found

    def _base(self, kind: Kind) -> str:
        """The library's paginator that a class of the project is derived from."""
        ancestors = self.reader.project.ancestors(self.reader.symbol_of(kind))
        names = [each.name.rpartition(".")[2] for each in ancestors if each.kind is SymbolKind.EXTERNAL]
        return next((each for each in names if each in SIZES), "")

    def _maximum(self, base: str, argument: str, arguments: dict[str, Answer]) -> tuple[float | None, bool]:
        if argument in arguments:
            given = self.reader.constant(arguments[argument])
            return (float(given), True) if isinstance(given, int | float) else (None, False)
        setting = "NINJA_PAGINATION_MAX_LIMIT" if base == LIMITED else "NINJA_MAX_PER_PAGE_SIZE"
        found = self.setting(setting)
        if isinstance(found, int | float):
            return float(found), True
        return (None if base == LIMITED else float(PER_PAGE)), True

    def _own(self, kind: Kind, above: Paginated) -> Paginated:
        """What a derived paginator changes: its `Input`, or the method that cuts the page."""
        project, symbol = self.reader.project, self.reader.symbol_of(kind)
        method = project.member(symbol, "paginate_queryset")
        decides = method.kind is SymbolKind.FUNCTION
        fields = self._input(symbol)
        if not fields:
            return above if not decides else Paginated(above.how, above.parameter, known=False)
        parameters = tuple(each.on(frozenset()) for each in fields)
        size = next((each for each in parameters if each.name == above.parameter), None)
        maximum = size.maximum if size is not None and size.maximum is not None else above.maximum
        known = above.known and (not decides or (size is not None and size.maximum is not None))
        name = size.name if size is not None else above.parameter
        return Paginated(above.how, name, maximum, known, parameters)

    def _written(self, kind: Kind, how: str) -> Paginated:
        """A paginator that the project wrote from the ground up: its size is what its `Input` says."""
        parameters = tuple(each.on(frozenset()) for each in self._input(self.reader.symbol_of(kind)))
        size = next((each for each in parameters if each.name in SIZE_NAMES), None)
        if size is None:
            return Paginated(how, known=False, parameters=parameters)
        return Paginated(how, size.name, size.maximum, size.maximum is not None, parameters)

    def _input(self, symbol: Symbol) -> list[Input]:
        """The fields of the class `Input` inside a paginator of the project."""
        member = self.reader.project.member(symbol, "Input")
        if member.kind is not SymbolKind.CLASS or not member.path:
            return []
        return list(self.signatures.fields(Kind(member.path, member.index), "query"))

    def setting(self, name: str) -> object:
        """The value of a Django setting; None where it is not set, or not to a constant."""
        if self._settings is None:
            self._settings = {}
        if name not in self._settings:
            self._settings[name] = self._read(name)
        return self._settings[name]

    def _read(self, name: str) -> object:
        for settings in settings_of(self.reader.project):
            found = settings.get(name)
            if found is not None and not isinstance(found.default, Missing):
                return found.default
        return None
