"""Applications, their handlers for failures and their settings in, what becomes of an unhandled exception in each of them out.

Two things are asked: is it recorded with its traceback, and does the client get an answer of its own. What frameworks do
by themselves stands in `DEFAULTS`, tried by running them.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.failures.django import Django
from readiness.libraries.failures.error_handlers import Registered, registered
from readiness.libraries.failures.visibility import Visibility
from readiness.libraries.values.expressions import keyword, tail
from readiness.model import (
    Application,
    ExceptionHandler,
    Library,
    Project,
    Resolution,
    Scope,
    Span,
    Symbol,
    SymbolKind,
    UnhandledErrors,
)
from readiness.model.summary import CallRef, Constant, Function, Name

library = Library(__name__, stage="joined", provides=[UnhandledErrors])


class Default(Struct, frozen=True):
    """What a framework does by itself."""

    recorded: bool
    how: str


SERVER = "the server logs the traceback, and the framework answers a plain 500"
FRAMEWORK = "the framework logs the traceback and answers a generic 500"
DEFAULTS = {
    # FastAPI 0.165 and Starlette 1.10 under uvicorn
    "FastAPI": Default(True, SERVER),
    "Starlette": Default(True, SERVER),
    # Flask 3.1.3, Flask-RESTful 0.3.10, Flask-RESTX 1.3.2, Quart 0.20
    "Flask": Default(True, FRAMEWORK),
    "Flask-RESTful": Default(True, FRAMEWORK),
    "Flask-RESTX": Default(True, FRAMEWORK),
    "APIFlask": Default(True, FRAMEWORK),
    "flask-openapi3": Default(True, FRAMEWORK),
    "Quart": Default(True, FRAMEWORK),
    # aiohttp 3.14, Falcon 4.4, connexion 3.3, Tornado 6.5, Bottle 0.13
    "aiohttp": Default(True, FRAMEWORK),
    "Falcon": Default(True, FRAMEWORK),
    "Connexion": Default(True, FRAMEWORK),
    "Tornado": Default(True, FRAMEWORK),
    "Bottle": Default(True, "the server's error stream gets the traceback, and the framework answers a generic 500"),
    # Litestar 2.25: nothing is logged outside of debug mode
    "Litestar": Default(False, "Litestar answers a generic 500 and logs nothing"),
}
INNER = frozenset(
    {
        "Django REST framework",
        "django-ninja",
        "Tastypie",
        "Strawberry",
        "Graphene",
        "Ariadne",
        "Tartiflette",
        "Flask-AppBuilder",
        "gRPC",
        "Flask-RESTful",
        "Flask-RESTX",
        "Functions Framework",
        "Nameko",
    }
)
"""Frameworks that live in the application of another one."""
WERKZEUG_LIKE = frozenset({"Flask", "Quart", "APIFlask", "flask-openapi3"})
"""A handler for `Exception` keeps these from logging (Flask 3.1 `handle_user_exception`); one for 500 does not."""
ASGI = frozenset({"FastAPI", "Starlette"})
"""A handler for `Exception` is run and the exception is raised again, so the server logs it (Starlette `ServerErrorMiddleware`)."""
MIDDLEWARE_BASES = frozenset({"starlette.middleware.base.BaseHTTPMiddleware", "fastapi.middleware.BaseHTTPMiddleware"})
LITESTAR_LOGGING = "log_exceptions"


@library.recognises
def unhandled(project: Project) -> Iterator[UnhandledErrors]:
    """One fact for each application that stands on its own."""
    reader = Reader(project)
    seen: set[tuple[str, str]] = set()
    applications = sorted(project.each(Application), key=lambda each: not each.routed)
    for application in applications:
        key = (application.framework, application.symbol)
        if application.mounted or application.framework in INNER or application.scope is not Scope.SERVICE:
            continue
        if key not in seen:
            seen.add(key)
            yield reader.of(application)


class Reader:
    """Answers for the applications of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.visibility = Visibility(project)
        outer = [each for each in project.each(Application) if not each.mounted and each.scope is Scope.SERVICE]
        self._places = {each.span for each in project.each(Application)}
        self._alone = sum(each.framework in ASGI for each in outer) == 1
        self.handlers = [each for each in registered(project) if not each.local]

    def of(self, application: Application) -> UnhandledErrors:
        """What becomes of an unhandled exception in one application."""
        if application.framework == "Django":
            django = Django(self.project, self.visibility).of(application)
            return django if django is not None else self._fact(application, None, None, "its settings are not known")
        default = DEFAULTS.get(application.framework)
        if default is None:
            return self._fact(application, None, None, f"what {application.framework} does by itself is not known")
        return self._middleware(application) or self._registered(application) or self._default(application, default)

    def _default(self, application: Application, default: Default) -> UnhandledErrors:
        if application.framework == "Litestar" and (told := self._told_to_log()) is not None:
            return self._fact(
                application, told, True, "log_exceptions makes Litestar log it, and it answers a generic 500"
            )
        return self._fact(application, default.recorded, True, default.how)

    def _registered(self, application: Application) -> UnhandledErrors | None:
        """What a handler for everything makes of it."""
        mine = [each for each in self.handlers if self._belongs(each, application)]
        every = next((each for each in mine if each.everything), None)
        late = next((each for each in mine if each.server_error), None)
        if every is None:
            return self._own(application, late, True, "handler for 500") if late is not None else None
        if application.framework in ASGI:
            return self._own(application, every, True, "exception_handler(Exception)")
        if every.handler is None or every.handler.kind is not SymbolKind.FUNCTION:
            return self._own(application, every, None, "handler for Exception")
        outcome = self.visibility.function(every.handler)
        return self._own(application, every, outcome.keeps or outcome.raises, "handler for Exception")

    def _own(self, application: Application, each: Registered, recorded: bool | None, how: str) -> UnhandledErrors:
        span = each.span
        symbol = application.symbol
        if each.handler is not None and each.handler.kind is SymbolKind.FUNCTION:
            symbol = each.handler.name
            summary = self.project.summary(each.handler.path)
            if summary is not None and each.handler.index >= 0:
                span = Span(each.handler.path, summary.definitions[each.handler.index].line)
        exact = Resolution.EXACT if each.exact else Resolution.INFERRED
        return self._fact(application, recorded, True, how, span=span, symbol=symbol, resolution=exact, own=True)

    def _belongs(self, each: Registered, application: Application) -> bool:
        if each.owner is not None and each.owner in self._places:
            return each.owner == application.span
        same = {each.framework, application.framework}
        return len(same) == 1 or same <= ASGI or same <= WERKZEUG_LIKE

    def _middleware(self, application: Application) -> UnhandledErrors | None:
        """What middleware makes of it that catches everything the application raises."""
        if application.framework not in ASGI or not self._alone:
            # With several applications it is not clear which one the middleware is around.
            return None
        for handler in self.project.each(ExceptionHandler):
            if handler.broad and handler.scope is Scope.SERVICE and handler.kind == "except" and not handler.raises:
                name = self._around_requests(handler)
                if name:
                    kept = handler.trace == "kept"
                    return self._fact(
                        application,
                        kept,
                        True,
                        f"middleware {name}",
                        span=handler.span,
                        symbol=handler.symbol,
                        own=True,
                    )
        return None

    def _around_requests(self, handler: ExceptionHandler) -> str:
        """The name of the middleware whose `call_next` a clause guards; empty for any other clause."""
        found = self.project.find(handler.symbol)
        summary = self.project.summary(handler.span.path)
        function = summary.definitions[found[1]] if summary is not None and found is not None else None
        if found is None or summary is None or not isinstance(function, Function) or not function.parameters:
            return ""
        following = function.parameters[-1].name
        clause = next((each for each in summary.handlers if each.line == handler.span.line), None)
        if clause is None or not any(
            call.callee == Name(following) and clause.try_line <= call.line <= clause.try_end_line
            for call in summary.calls
            if call.scope == found[1]
        ):
            return ""
        for decorator in function.decorators:
            if isinstance(decorator, CallRef):
                call = summary.calls[decorator.index]
                if tail(call.callee) == "middleware" and call.arguments and call.arguments[0] == Constant("http"):
                    return function.name
        if function.name == "dispatch" and function.scope >= 0:
            owner = Symbol(SymbolKind.CLASS, self.project.symbol(found[0], function.scope), found[0], function.scope)
            if self.project.is_a(owner, MIDDLEWARE_BASES):
                return owner.name.rpartition("::")[2]
        return ""

    def _told_to_log(self) -> bool | None:
        """Whether Litestar's logging is told to log exceptions; None where nothing is said."""
        for path in self.project.imports("litestar"):
            summary = self.project.summary(path)
            for call in summary.calls if summary is not None else ():
                given = keyword(call, LITESTAR_LOGGING)
                if given is not None:
                    return self.project.constant(path, given, call.scope, call.line) == "always"
        return None

    def _fact(
        self,
        application: Application,
        recorded: bool | None,
        answered: bool | None,
        how: str,
        *,
        span: Span | None = None,
        symbol: str = "",
        resolution: Resolution = Resolution.EXACT,
        own: bool = False,
    ) -> UnhandledErrors:
        place = span or application.span
        return UnhandledErrors(
            span=place,
            symbol=symbol or application.symbol,
            scope=self.project.files[place.path].scope,
            resolution=resolution,
            application=application.name,
            framework=application.framework,
            recorded=recorded,
            answered=answered,
            how=how,
            own=own,
        )
