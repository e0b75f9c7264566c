"""Answers with a status of 400 or more in, the form of each out: one `ErrorFormat` for each place that makes one.

Looked at are what handlers of data routes return, the exceptions and aborts of handlers and of what they call themselves,
registered error handlers, and what FastAPI answers to invalid input by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.failures.error_answers import answer_of, raised_status, raises_answer
from readiness.libraries.failures.error_handlers import Registered, registered
from readiness.libraries.operations.answers import Given, answers_of
from readiness.libraries.operations.bodies import Form, bodies_of
from readiness.libraries.operations.functions import functions_of
from readiness.libraries.operations.groups import Groups, answers_data, version_in
from readiness.libraries.values.expressions import tail
from readiness.libraries.values.frames import Place
from readiness.model import (
    Application,
    ErrorFormat,
    Library,
    Project,
    Resolution,
    Route,
    Scope,
    Span,
    Symbol,
    SymbolKind,
)
from readiness.model.summary import CallRef, Mapping, Name, Value

library = Library(__name__, stage="joined", provides=[ErrorFormat], aside=True)

STARLETTE = frozenset(
    {"fastapi.HTTPException", "fastapi.exceptions.HTTPException", "starlette.exceptions.HTTPException"}
)
INVALID = frozenset({"fastapi.exceptions.RequestValidationError", "fastapi.RequestValidationError", "422"})
EVERYTHING = frozenset({"Exception", "BaseException", "builtins.Exception", "builtins.BaseException"})
REST = ("rest_framework.exceptions.", "rest_framework.serializers.")
MESSAGES = ("flask_restful.", "flask_restx.", "flask_restplus.")
"""Flask-RESTful (0.3.10) and Flask-RESTX (1.3) answer every HTTP exception as `{message}`."""
WERKZEUG = ("werkzeug.", "flask.abort", "quart.abort")
PROTOCOLS = frozenset(
    {"scim", "oauth", "oauth2", "saml", "token", "s3", "webdav", "jsonrpc", "graphql", "mcp", ".well-known"}
)
"""Parts of paths where another specification says what errors look like."""
STANDARD_KEYS = frozenset({"error_description", "error_uri", "schemas", "jsonrpc"})
"""Fields by which OAuth 2, SCIM and JSON-RPC errors are known."""
TELLING = frozenset(
    {
        "errors", "error", "detail", "details", "message", "msg", "title", "reason", "description", "error_message",
        "error_code", "success", "ok",
    }
)  # fmt: skip
"""Names of fields by which an error is known."""
YEARS = 1000
"""From here on a number is no version but a date."""
DETAIL = Form("object", (("detail", None),))
MESSAGE = Form("object", (("message", None),))
FIELDS = Form("fields")
HTML = Form("html")
NOTHING = frozenset({"empty", "unknown"})


@library.recognises
def recognise(project: Project) -> Iterator[ErrorFormat]:
    """The form of every error answer of a service's interface, each place once."""
    routes = [each for each in project.each(Route) if answers_data(each) and not _is_protocol(each.path)]
    if not routes:
        return
    reader = Reader(project, routes)
    seen: set[Span] = set()
    for each in reader.all(routes):
        if each.span not in seen:
            seen.add(each.span)
            yield each


class Context(Struct, frozen=True):
    """Where an answer belongs."""

    group: str
    framework: str
    json: bool = True
    """The handler answers JSON for certain."""


class Reader:
    """Reads the error answers of one project."""

    def __init__(self, project: Project, routes: list[Route]) -> None:
        self.project = project
        self.functions = functions_of(project)
        self.groups = Groups(project)
        self.answers = answers_of(project)
        self.bodies = bodies_of(project)
        self._versions: dict[str, set[str]] = {}
        for each in routes:
            self._versions.setdefault(self.groups.of(each.span.path), set()).add(version_in(each.path))
        self._several = {group for group, versions in self._versions.items() if _stand_apart(versions)}
        self.handlers = registered(project)
        self._replaced: bool | None = None

    def all(self, routes: list[Route]) -> Iterator[ErrorFormat]:
        """Every error answer."""
        answering: set[str] = set()
        around: dict[tuple[str, int], tuple[Symbol, Context]] = {}
        for route in routes:
            handler = self.functions.handler(route)
            if handler is None or route.handler in answering:
                continue
            answering.add(route.handler)
            found = [
                (given, self.bodies.of(given), answer.line)
                for answer in self.functions.body(handler.path, handler.index).returns
                for given in self.answers.of_return(handler.path, answer)
            ]
            json = any(form.kind in ("object", "list", "fields") for _, form, _ in found)
            context = Context(self._group(route), route.framework, json)
            for given, form, _ in found:
                if given.status >= 400 and (json or form.kind != "text"):
                    yield from self._fact(given.place.frame.path, given.place.frame.scope, given, form, context)
            for each in self.functions.reached(handler, 1):
                around.setdefault((each.path, each.index), (each, context))
        for symbol, context in around.values():
            yield from self._raised(symbol, context)
        yield from self._registered(routes)
        yield from self._invalid(routes)

    def _group(self, route: Route) -> str:
        group = self.groups.of(route.span.path)
        version = version_in(route.path) if group in self._several else ""
        # The views behind pages and the interface for programs are read by different clients.
        views = "views" if route.framework == "Django" else ""
        return f"{group} {version} {views}".strip()

    def _group_of_handler(self, path: str, groups: dict[str, str]) -> str | None:
        """Where a registered handler answers: in the version that its file belongs to, where versions stand apart."""
        group = self.groups.of(path)
        if group not in self._several:
            return groups.get(group)
        version = version_in(path)
        return f"{group} {version}".strip() if version in self._versions[group] else None

    def _fact(self, path: str, scope: int, given: Given, form: Form, context: Context) -> Iterator[ErrorFormat]:
        if form.kind in NOTHING or not STANDARD_KEYS.isdisjoint(form.names):
            return
        kind = form.kind
        if kind == "object" and TELLING.isdisjoint(form.names):
            if given.status >= 500 or not form.fields or not all(self._is_text(held) for _, held in form.fields):
                return
            kind = "fields"
        place = given.place
        span = (
            self.project.span(path, place.value.index) if isinstance(place.value, CallRef) else Span(path, place.line)
        )
        yield self._made(path, scope, span, form, given.status, context.group, kind)

    def _is_text(self, held: Place | None) -> bool:
        return held is not None and self.bodies.form(held).kind in ("text", "list", "fields")

    def _made(
        self,
        path: str,
        scope: int,
        span: Span,
        form: Form,
        status: int,
        group: str,
        kind: str = "",
        origin: str = "answer",
    ) -> ErrorFormat:
        return ErrorFormat(
            span=span,
            symbol=self.project.symbol(path, scope),
            scope=self.project.files[path].scope,
            resolution=Resolution.EXACT if form.complete else Resolution.INFERRED,
            kind=kind or form.kind,
            keys=form.names if (kind or form.kind) == "object" else (),
            status=status,
            group=group,
            origin=origin,
        )

    # exceptions and aborts

    def _raised(self, symbol: Symbol, context: Context) -> Iterator[ErrorFormat]:
        summary = self.project.summary(symbol.path)
        if summary is None:
            return
        aborts = {"abort"} | {each.alias for each in summary.imports if each.name == "abort"}
        for scope, body in self.functions.bodies(symbol):
            raised = {each.value.index for each in body.raises if isinstance(each.value, CallRef)}
            for index in body.calls:
                call = summary.calls[index]
                if index not in raised and tail(call.callee) not in aborts:
                    continue
                made = self.project.callee(symbol.path, index)
                form = self._form_of(made, symbol.path, call.arguments, call.keywords, context)
                if form is None or form.kind in NOTHING:
                    continue
                answer = answer_of(self.project, symbol.path, index)
                status = answer.status if answer is not None else 0
                if status == 0 or status >= 400:
                    span = self.project.span(symbol.path, index)
                    yield self._made(symbol.path, scope, span, form, status, context.group, origin="framework")

    def _form_of(
        self,
        made: Symbol,
        path: str,
        arguments: tuple[Value, ...],
        keywords: tuple[tuple[str, Value], ...],
        context: Context,
    ) -> Form | None:
        """What a framework makes of an exception that is raised, or of an abort; None for others, or where it is not known."""
        names = [made.name] if made.kind is SymbolKind.EXTERNAL else []
        if made.kind is SymbolKind.CLASS and raises_answer(self.project, made):
            names = [each.name for each in self.project.ancestors(made)]
        if not names:
            return None
        own = self._handled(names)
        if own is not None:
            # Its handler is a site of its own.
            return None
        for name in names:
            if name in STARLETTE:
                return DETAIL
            if name.startswith(REST) and raised_status(name) is not None:
                return self._rest(name, arguments, keywords, context)
            if name.startswith(MESSAGES):
                return MESSAGE
            if name.startswith(WERKZEUG):
                if context.framework in ("Flask-RESTful", "Flask-RESTX"):
                    return MESSAGE
                return HTML if context.json else None
        return None

    def _rest(
        self, name: str, arguments: tuple[Value, ...], keywords: tuple[tuple[str, Value], ...], context: Context
    ) -> Form | None:
        """Exceptions of Django REST framework (3.16): `{detail}`, or for invalid input what it was given."""
        if context.framework != "Django REST framework" or self._own_handler:
            return None
        if name.rpartition(".")[2] != "ValidationError":
            given = arguments[0] if arguments else next((value for key, value in keywords if key == "detail"), None)
            # A dict is the body itself.
            return None if isinstance(given, Mapping | Name) else DETAIL
        return FIELDS

    @property
    def _own_handler(self) -> bool:
        """The project sets EXCEPTION_HANDLER, whose answers are not read."""
        from readiness.libraries.django.settings import settings_of

        if self._replaced is None:
            self._replaced = False
            for settings in settings_of(self.project):
                rest = settings.get("REST_FRAMEWORK")
                if rest is not None and settings.entry(rest, "EXCEPTION_HANDLER") is not None:
                    self._replaced = True
        return self._replaced

    def _handled(self, names: list[str]) -> Registered | None:
        """The handler that an application registers for an exception of one of these classes."""
        wanted = set(names)
        if not wanted.isdisjoint(STARLETTE):
            wanted |= STARLETTE
        for each in self.handlers:
            if not wanted.isdisjoint(each.types):
                return each
            web = each.framework in ("Flask", "Flask-RESTX", "Quart") and any(
                name.startswith(WERKZEUG) for name in names
            )
            if web and any(kind.isdigit() or "HTTPException" in kind or kind in EVERYTHING for kind in each.types):
                return each
        return None

    # handlers, and what a framework does by itself

    def _registered(self, routes: list[Route]) -> Iterator[ErrorFormat]:
        """What registered error handlers answer."""
        groups = {self.groups.of(each.span.path): self._group(each) for each in routes}
        for each in self.handlers:
            handler = each.handler
            if handler is None or handler.kind is not SymbolKind.FUNCTION:
                continue
            group = self._group_of_handler(handler.path, groups)
            if group is None:
                continue
            for answer in self.functions.body(handler.path, handler.index).returns:
                for given in self.answers.of_return(handler.path, answer):
                    form = self.bodies.of(given)
                    if form.kind not in ("object", "list") or TELLING.isdisjoint(form.names):
                        continue
                    span = Span(handler.path, answer.line)
                    yield self._made(
                        handler.path, handler.index, span, form, max(given.status, 0), group, origin="handler"
                    )

    def _invalid(self, routes: list[Route]) -> Iterator[ErrorFormat]:
        """FastAPI's own answer to invalid input, `{detail}` (0.115), unless the application answers it."""
        if any(not INVALID.isdisjoint(each.types) for each in self.handlers):
            return
        groups = {self.groups.of(each.span.path): self._group(each) for each in routes if each.framework == "FastAPI"}
        for application in self.project.each(Application):
            group = groups.get(self.groups.of(application.span.path))
            if (
                application.framework == "FastAPI"
                and application.scope is Scope.SERVICE
                and not application.mounted
                and group is not None
            ):
                yield ErrorFormat(
                    span=application.span,
                    symbol=application.symbol,
                    scope=application.scope,
                    kind="object",
                    keys=("detail",),
                    status=422,
                    group=group,
                    origin="framework",
                )


def _stand_apart(versions: set[str]) -> bool:
    """Several versions of an interface are there. A second one says that what names none is the first."""
    named = versions - {""}
    if len(named) == 1 and "" in versions:
        number = re.search(r"\d+", next(iter(named)))
        return number is not None and 1 < int(number[0]) < YEARS
    return len(named) > 1


def _is_protocol(path: str) -> bool:
    return not PROTOCOLS.isdisjoint(path.lower().strip("/").split("/"))
