"""Linked code in, the functions out that an application registers for failures: handlers by type or status, and middleware
around every request.

Spellings of Flask and Quart (`errorhandler`, `app_errorhandler`, `register_error_handler`), FastAPI, Starlette and django-ninja
(`exception_handler`, `add_exception_handler`, `exception_handlers={...}`), Litestar (`exception_handlers`), aiohttp, Sanic
(`exception`, `error_handler.add`), Falcon (`add_error_handler`).
"""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from msgspec import Struct

from readiness.libraries.values.expressions import keyword, receiver, tail
from readiness.model import UNKNOWN, Project, Scope, Span, Symbol, SymbolKind
from readiness.model.summary import (
    Call,
    CallRef,
    Class,
    Constant,
    Function,
    Mapping,
    Name,
    Sequence,
    Starred,
    Summary,
    Value,
)
from readiness.model.telling import tells

DECORATORS = frozenset({"exception_handler", "errorhandler", "app_errorhandler", "error", "exception"})
"""Methods that are called with the type and decorate the function."""
REGISTRARS = frozenset({"add_exception_handler", "register_error_handler", "add_error_handler"})
"""Methods that are called with the type and the function."""
TABLES = "exception_handlers"
"""The keyword of an application, a router or a handler that takes a table of them."""
EVERYTHING = frozenset({"Exception", "BaseException", "builtins.Exception", "builtins.BaseException"})
SERVER_ERRORS = frozenset({"500", "werkzeug.exceptions.InternalServerError"})
FRAMEWORKS = (
    ("flask_restx", "Flask-RESTX"),
    ("flask_restplus", "Flask-RESTX"),
    ("flask_restful", "Flask-RESTful"),
    ("flask", "Flask"),
    ("quart", "Quart"),
    ("fastapi", "FastAPI"),
    ("starlette", "Starlette"),
    ("litestar", "Litestar"),
    ("ninja_extra", "django-ninja"),
    ("ninja", "django-ninja"),
    ("falcon", "Falcon"),
    ("sanic", "Sanic"),
    ("slowapi", "Starlette"),
)
"""Top-level packages, and how their makers spell the framework."""
BY_METHOD = {
    "errorhandler": "Flask",
    "app_errorhandler": "Flask",
    "register_error_handler": "Flask",
    "add_exception_handler": "Starlette",
    "exception_handler": "Starlette",
}
"""Whose method it is where the object cannot be resolved; other names are too common for that."""
WHOLE = frozenset({"FastAPI", "Starlette", "Litestar", "APIFlask"})
"""Classes whose table holds for the whole application."""
STEPS = 4


class Registered(Struct, frozen=True):
    """One registration."""

    span: Span
    types: tuple[str, ...]
    """Canonical names of what it is for; a status as its digits."""
    framework: str
    handler: Symbol | None
    """The function, None where it could not be resolved."""
    exact: bool
    """The object that it is registered with was resolved."""
    local: bool = False
    """It holds for a part of the application only: a blueprint, a router, a namespace."""
    owner: Span | None = None
    """The call that made the object that it is registered with; None where that could not be followed."""

    @property
    def everything(self) -> bool:
        """It is for exceptions of every kind."""
        return not EVERYTHING.isdisjoint(self.types)

    @property
    def server_error(self) -> bool:
        """It is for the answer that an unhandled exception becomes."""
        return not SERVER_ERRORS.isdisjoint(self.types)


_known: WeakKeyDictionary[Project, list[Registered]] = WeakKeyDictionary()


def registered(project: Project) -> list[Registered]:
    """Every registration of a handler for failures in service code."""
    found = _known.get(project)
    if found is None:
        found = _known[project] = list(_Reader(project).all())
    return found


class Place(Struct, frozen=True):
    """Where an expression stands."""

    path: str
    scope: int
    line: int


@tells
def may_register(summary: Summary) -> bool:
    """A call or decorator of a file has a name by which handlers are registered."""
    return any(
        type(call.callee) is CallRef
        or tail(call.callee) in REGISTRARS
        or tail(call.callee) in DECORATORS
        or (call.keywords and keyword(call, TABLES) is not None)
        for call in summary.calls
    ) or any(
        isinstance(decorator, Name) and tail(decorator) == "errorhandler"
        for each in summary.definitions
        if isinstance(each, Function)
        for decorator in each.decorators
    )


class _Reader:
    def __init__(self, project: Project) -> None:
        self.project = project

    def all(self) -> Iterator[Registered]:
        for path, _ in self.project.gathered(may_register, Scope.SERVICE):
            summary = self.project.summary(path)
            if summary is None:
                continue
            decorated: set[int] = set()
            for index, definition in enumerate(summary.definitions):
                if not isinstance(definition, Function):
                    continue
                for decorator in definition.decorators:
                    if isinstance(decorator, Name) and tail(decorator) == "errorhandler":
                        yield from self._bare(path, index, definition, decorator)
                    if isinstance(decorator, CallRef) and tail(summary.calls[decorator.index].callee) in DECORATORS:
                        decorated.add(decorator.index)
                        function = Symbol(SymbolKind.FUNCTION, self.project.symbol(path, index), path, index)
                        yield from self._registration(path, summary, decorator.index, function)
            registering = set(self.project.calls_to(path, REGISTRARS))
            for index, call in enumerate(summary.calls):
                if index in registering:
                    yield from self._registration(path, summary, index, self._second(path, call))
                elif type(call.callee) is CallRef and call.arguments:
                    # `app.errorhandler(Invalid)(answer)`
                    inner = call.callee.index
                    if tail(summary.calls[inner].callee) in DECORATORS and inner not in decorated:
                        yield from self._registration(
                            path, summary, inner, self._function(call.arguments[0], Place(path, call.scope, call.line))
                        )
                table = keyword(call, TABLES) if call.keywords else None
                if table is not None:
                    yield from self._table(path, index, call, table)

    def _bare(self, path: str, index: int, function: Function, decorator: Name) -> Iterator[Registered]:
        """`@api.errorhandler` without a type, which only Flask-RESTX knows."""
        origin = receiver(decorator)
        kind = self.project.type_of(path, origin, function.scope, function.first_line) if origin is not None else None
        if kind is not None and _framework(kind.name) == "Flask-RESTX":
            symbol = Symbol(SymbolKind.FUNCTION, self.project.symbol(path, index), path, index)
            span = Span(path, function.line, function.column)
            yield Registered(span, ("Exception",), "Flask-RESTX", symbol, exact=True)

    def _registration(self, path: str, summary: Summary, index: int, function: Symbol | None) -> Iterator[Registered]:
        call = summary.calls[index]
        framework, exact, local = self._owner(path, index, call)
        if not framework:
            return
        origin = receiver(call.callee)
        made = self.project.creation(path, origin, call.scope, call.line) if origin is not None else None
        owner = self.project.span(made.path, made.index) if made is not None else None
        span = self.project.span(path, index)
        looped = self._looped(path, call)
        if looped is not None:
            for each, handler in looped:
                yield Registered(span, each, framework, function or handler, exact, local, owner)
            return
        first = call.arguments[0] if call.arguments else keyword(call, "exc_class_or_status_code")
        if first is None and framework != "Flask-RESTX":
            return
        # Without a type Flask-RESTX takes it for everything (1.3).
        types = ("Exception",) if first is None else tuple(self._types(first, Place(path, call.scope, call.line)))
        yield Registered(span, types, framework, function, exact, local, owner)

    def _owner(self, path: str, index: int, call: Call) -> tuple[str, bool, bool]:
        """The framework of the object, whether that is sure, and whether it is only a part of the application."""
        symbol = self.project.callee(path, index)
        if symbol.kind is SymbolKind.EXTERNAL:
            framework = _framework(symbol.name)
            owner = symbol.name.rpartition(".")[0].rpartition(".")[2]
            # Python's own `logger.exception(...)` and `parser.error(...)` are no registrations.
            local = owner in ("Blueprint", "Namespace", "APIRouter") and "app_" not in symbol.name
            return framework, True, local
        if symbol.kind in (SymbolKind.FUNCTION, SymbolKind.CLASS, SymbolKind.BUILTIN):
            return "", False, False
        origin = receiver(call.callee)
        if origin is None:
            return "", False, False
        kind = self.project.type_of(path, origin, call.scope, call.line)
        for each in self.project.ancestors(kind) if kind.kind is SymbolKind.CLASS else [kind]:
            if each.kind is SymbolKind.EXTERNAL and _framework(each.name):
                owner = each.name.rpartition(".")[2]
                return _framework(each.name), True, owner in ("Blueprint", "Namespace", "APIRouter")
        method = tail(call.callee)
        framework = BY_METHOD.get(method, "")
        return framework, False, False

    def _types(self, value: Value, place: Place) -> Iterator[str]:
        if isinstance(value, Sequence):
            for item in value.items:
                yield from self._types(item, place)
            return
        known = self.project.constant(place.path, value, place.scope, place.line)
        if known is not UNKNOWN and isinstance(known, int):
            yield str(known)
            return
        symbol = self.project.resolve_value(place.path, value, place.scope, place.line)
        name = symbol.name.removeprefix("builtins.")
        digits = name.rpartition(".")[2].removeprefix("HTTP_")[:3]
        if symbol.kind is SymbolKind.EXTERNAL and "HTTP_" in name and digits.isdigit():
            yield digits
            return
        yield name if symbol.kind is not SymbolKind.UNKNOWN else tail(value)

    def _looped(self, path: str, call: Call) -> list[tuple[tuple[str, ...], Symbol | None]] | None:
        """Types and functions where the registration stands in a loop over a list or a table; None elsewhere."""
        first = call.arguments[0] if call.arguments else None
        summary = self.project.summary(path)
        if summary is None or not isinstance(first, Name) or "." in first.dotted:
            return None
        loop = next(
            (
                each
                for each in summary.assignments
                if each.operator == "for"
                and each.scope == call.scope
                and each.target == first.dotted
                and each.line <= call.line
            ),
            None,
        )
        if loop is None or loop.value is None:
            return None
        display, place = self._display(loop.value, Place(path, call.scope, call.line), STEPS)
        if isinstance(display, Mapping):
            return list(self._entries(display, place))
        if not isinstance(display, Sequence):
            return None
        found: list[tuple[tuple[str, ...], Symbol | None]] = []
        for item in display.items:
            if isinstance(item, Sequence) and len(item.items) > 1:
                found.append((tuple(self._types(item.items[0], place)), self._function(item.items[1], place)))
            elif not isinstance(item, Starred):
                found.append((tuple(self._types(item, place)), None))
        return found

    def _entries(self, table: Mapping, place: Place) -> Iterator[tuple[tuple[str, ...], Symbol | None]]:
        for key, value in zip(table.keys, table.values, strict=True):
            if key is not None:
                yield tuple(self._types(key, place)), self._function(value, place)

    def _display(self, value: Value, place: Place, steps: int) -> tuple[Value | None, Place]:
        """The list or table that is meant, through names and `.items()`, and where it is written."""
        summary = self.project.summary(place.path)
        if steps == 0 or summary is None or isinstance(value, Sequence | Mapping):
            return value, place
        if isinstance(value, CallRef):
            origin = receiver(summary.calls[value.index].callee)
            if origin is not None and tail(summary.calls[value.index].callee) in ("items", "keys"):
                return self._display(origin, place, steps - 1)
        elif isinstance(value, Name):
            symbol = self.project.resolve_value(place.path, value, place.scope, place.line)
            other = self.project.summary(symbol.path) if symbol.kind is SymbolKind.VARIABLE else None
            if other is not None and symbol.index >= 0 and not symbol.rest:
                bound = other.assignments[symbol.index]
                if bound.value is not None:
                    return self._display(bound.value, Place(symbol.path, bound.scope, bound.line), steps - 1)
        return None, place

    def _table(self, path: str, index: int, call: Call, table: Value) -> Iterator[Registered]:
        symbol = self.project.callee(path, index)
        framework = _framework(symbol.name) if symbol.kind is SymbolKind.EXTERNAL else ""
        if symbol.kind is SymbolKind.CLASS:
            framework = next((name for each in self.project.ancestors(symbol) if (name := _framework(each.name))), "")
        display, place = self._display(table, Place(path, call.scope, call.line), STEPS)
        if not framework or not isinstance(display, Mapping):
            return
        local = symbol.name.rpartition(".")[2] not in WHOLE
        span = self.project.span(path, index)
        for types, handler in self._entries(display, place):
            yield Registered(span, types, framework, handler, exact=True, local=local, owner=span)

    def _second(self, path: str, call: Call) -> Symbol | None:
        value = call.arguments[1] if len(call.arguments) > 1 else keyword(call, "handler") or keyword(call, "f")
        return self._function(value, Place(path, call.scope, call.line)) if value is not None else None

    def _function(self, value: Value, place: Place) -> Symbol | None:
        if isinstance(value, Constant | CallRef):
            return None
        symbol = self.project.resolve_value(place.path, value, place.scope, place.line)
        return symbol if symbol.kind in (SymbolKind.FUNCTION, SymbolKind.EXTERNAL) else None


def _framework(name: str) -> str:
    package = name.partition(".")[0]
    return next((framework for each, framework in FRAMEWORKS if each == package), "")


def error_parameter(project: Project, handler: Symbol) -> str:
    """The name of the parameter that takes the exception: the last one of `(request, exc)`, the only one of `(error)`."""
    summary = project.summary(handler.path)
    function = summary.definitions[handler.index] if summary is not None and handler.index >= 0 else None
    if summary is None or not isinstance(function, Function):
        return ""
    names = [each.name for each in function.parameters if each.kind in ("positional-only", "positional")]
    if function.scope >= 0 and isinstance(summary.definitions[function.scope], Class):
        names = names[1:]
    if not names:
        return ""
    return names[1] if len(names) > 1 else names[0]
