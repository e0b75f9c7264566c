"""A Django application and its settings in, what becomes of an unhandled exception in it out.

Django logs one to `django.request`. Its own configuration (5.2, 6.1: `django.utils.log.DEFAULT_LOGGING`) writes to the console
only with DEBUG, and else mails to ADMINS, who are nobody by default. `LOGGING` comes on top of it, and with
`disable_existing_loggers`, which is on unless it is switched off, silences every logger it does not name.
"""

from __future__ import annotations

from readiness.libraries.django.locating import Locator
from readiness.libraries.django.modules import is_for_development
from readiness.libraries.django.settings import Setting, Settings, settings_for
from readiness.libraries.failures.error_answers import answer_of
from readiness.libraries.failures.visibility import Visibility
from readiness.model import (
    Application,
    Project,
    Resolution,
    Scope,
    Span,
    Symbol,
    SymbolKind,
    UnhandledErrors,
)
from readiness.model.summary import Class, Context, Function, Name

TRACKERS = frozenset(
    {
        "sentry_sdk.init",
        "rollbar.init",
        "bugsnag.configure",
        "bugsnag.django.configure",
        "newrelic.agent.initialize",
        "elasticapm.Client",
    }
)
"""Calls that start an error tracker, which hears of unhandled exceptions through Django's signal."""
TRACKER_APPS = ("elasticapm.contrib.django", "rollbar.contrib.django", "bugsnag.django", "sentry", "honeybadger")
SETUP = frozenset(
    {"logging.basicConfig", "logging.config.dictConfig", "logging.config.fileConfig", "structlog.configure"}
)
DEBUG_ONLY = "require_debug_true"
LOGGERS = ("django.request", "django")
SERVER_ERROR = 500


class Django:
    """Answers for the Django applications of one project."""

    def __init__(self, project: Project, visibility: Visibility) -> None:
        self.project = project
        self.locator = Locator(project)
        self.visibility = visibility

    def of(self, application: Application) -> UnhandledErrors | None:
        """What becomes of an unhandled exception; None where there are no settings."""
        settings = settings_for(self.project, application.span.path)
        if settings is None:
            return None
        if settings.constant("DEBUG", False) is True and (debug := settings.get("DEBUG")) is not None:
            if is_for_development(debug.span.path):
                how = "only settings for development were found, with DEBUG = True"
                return self._fact(application, debug.span, None, None, how)
            return self._fact(
                application, debug.span, True, False, "DEBUG = True answers a page with code, values and settings"
            )
        answering = self._rest_setting(settings)
        if answering is not None:
            summary = self.project.summary(answering.path)
            line = summary.definitions[answering.index].line if summary is not None else 1
            how = "EXCEPTION_HANDLER of Django REST framework"
            return self._fact(application, Span(answering.path, line), False, True, how, own=True)
        recorded, how, span = self._recorded(settings)
        if recorded is not True and (own := self._rest_handler()) is not None:
            recorded, how, span = True, "handle_exception of the views' base class", own
        elif recorded is not True and (tracked := self._tracked(settings)) is not None:
            recorded = True if tracked else None
            how = (
                "an error tracker hears of it"
                if tracked
                else "an error tracker hears of it where the deployment sets one up"
            )
        return self._fact(application, span or application.span, recorded, True, how)

    def _recorded(self, settings: Settings) -> tuple[bool | None, str, Span | None]:
        """Whether `django.request` reaches something that writes, why, and where that is set."""
        logging = settings.get("LOGGING")
        if self._mailed(settings):
            return True, "ADMINS get a mail with the traceback", None
        if logging is None:
            if self._set_up(settings):
                return True, "logging is set up where the settings are", None
            return False, "without LOGGING and ADMINS Django writes nothing when DEBUG is off", None
        keys, complete = settings.keys(logging)
        if not keys or not complete:
            return None, "the deployment decides what is logged", logging.span
        found = self._reaches(settings, logging)
        if found is None:
            return None, "what LOGGING does with django.request could not be followed", logging.span
        if found:
            return True, "LOGGING sends it to a handler", logging.span
        return False, "LOGGING gives django.request no handler that writes when DEBUG is off", logging.span

    def _reaches(self, settings: Settings, logging: Setting) -> bool | None:
        """Whether a record of `django.request` reaches a handler; None where that cannot be followed."""
        loggers = settings.entry(logging, "loggers")
        for name in LOGGERS:
            logger = settings.entry(loggers, name) if loggers is not None else None
            if logger is None:
                continue
            handlers = settings.entry(logger, "handlers")
            if handlers is not None and (found := self._writes(settings, logging, handlers)) is not False:
                return found
            propagate = settings.entry(logger, "propagate")
            if propagate is not None and propagate.constant is False:
                return False
        named = any(loggers is not None and settings.entry(loggers, name) is not None for name in LOGGERS)
        disabling = settings.entry(logging, "disable_existing_loggers")
        if not named and (disabling is None or disabling.constant is True):
            # Django's loggers exist before LOGGING is read.
            return False
        root = settings.entry(logging, "root") or (settings.entry(loggers, "") if loggers is not None else None)
        handlers = settings.entry(root, "handlers") if root is not None else None
        if handlers is None:
            return None if root is not None and not settings.keys(root)[1] else False
        return self._writes(settings, logging, handlers)

    def _writes(self, settings: Settings, logging: Setting, names: Setting) -> bool | None:
        """One of these handlers writes when DEBUG is off; None where a name is not known."""
        elements, complete = settings.elements(names)
        known = settings.entry(logging, "handlers")
        for each in elements:
            name = self.project.constant(each.path, each.value, each.scope, each.line)
            if not isinstance(name, str):
                return None
            handler = settings.entry(known, name) if known is not None else None
            if handler is None:
                return None
            kind = settings.entry(handler, "class") or settings.entry(handler, "()")
            if kind is not None and str(kind.constant).endswith(("NullHandler", "AdminEmailHandler")):
                continue
            filters = settings.entry(handler, "filters")
            texts = [
                self.project.constant(one.path, one.value, one.scope, one.line)
                for one in (settings.elements(filters)[0] if filters is not None else ())
            ]
            if DEBUG_ONLY not in texts:
                return True
        return False if complete else None

    def _mailed(self, settings: Settings) -> bool:
        """ADMINS names somebody."""
        admins = settings.get("ADMINS")
        return admins is not None and bool(settings.elements(admins)[0])

    def _set_up(self, settings: Settings) -> bool:
        """The settings set logging up by themselves."""
        return any(
            self._calls(path, SETUP)
            for path in self.project.imports("logging", "structlog", scopes=[Scope.SERVICE])
            if not settings.root or path.startswith(f"{settings.root}/")
        )

    def _calls(self, path: str, names: frozenset[str]) -> list[int]:
        summary = self.project.summary(path)
        last = {each.rpartition(".")[2] for each in names}
        return [
            index
            for index, call in enumerate(summary.calls if summary is not None else ())
            if isinstance(call.callee, Name)
            and call.callee.dotted.rpartition(".")[2] in last
            and self.project.callee(path, index).name in names
        ]

    def _tracked(self, settings: Settings) -> bool | None:
        """An error tracker is started: always (True), or under a condition (False); None without one."""
        apps, _ = settings.texts("INSTALLED_APPS")
        if any(app.startswith(TRACKER_APPS) for app in apps):
            return True
        found: bool | None = None
        packages = sorted({name.partition(".")[0] for name in TRACKERS})
        for path in self.project.imports(*packages, scopes=[Scope.SERVICE]):
            summary = self.project.summary(path)
            for index in self._calls(path, TRACKERS):
                always = summary is not None and not summary.calls[index].context & Context.CONDITION
                found = found or always
        return found

    def _rest_setting(self, settings: Settings) -> Symbol | None:
        """The function of EXCEPTION_HANDLER, where it answers server errors by itself and logs no traceback.

        The one of Django REST framework (3.16) gives None for an exception that it does not know, so Django sees it.
        """
        rest = settings.get("REST_FRAMEWORK")
        named = settings.entry(rest, "EXCEPTION_HANDLER") if rest is not None else None
        if named is None or not isinstance(named.constant, str):
            return None
        function = self.locator.named(named.constant, settings.module.path)
        if function is None or function.kind is not SymbolKind.FUNCTION:
            return None
        outcome = self.visibility.function(function)
        answers = any(
            (answer := answer_of(self.project, function.path, index)) is not None and answer.status >= SERVER_ERROR
            for index in self.project.calls_in(function)
        )
        return function if answers and not outcome.keeps and not outcome.raises else None

    def _rest_handler(self) -> Span | None:
        """A base class of REST views that catches everything and logs it."""
        for path in self.project.imports("rest_framework", scopes=[Scope.SERVICE]):
            summary = self.project.summary(path)
            for index, definition in enumerate(summary.definitions if summary is not None else ()):
                if summary is None or not isinstance(definition, Function) or definition.name != "handle_exception":
                    continue
                owner = summary.definitions[definition.scope] if definition.scope >= 0 else None
                if not isinstance(owner, Class):
                    continue
                symbol = Symbol(SymbolKind.CLASS, self.project.symbol(path, definition.scope), path, definition.scope)
                function = Symbol(SymbolKind.FUNCTION, self.project.symbol(path, index), path, index)
                if self._is_view(symbol) and self.visibility.function(function).keeps:
                    return Span(path, definition.line, definition.column)
        return None

    def _is_view(self, symbol: Symbol) -> bool:
        return any(
            each.kind is SymbolKind.EXTERNAL and each.name.startswith("rest_framework.")
            for each in self.project.ancestors(symbol)
        )

    def _fact(
        self,
        application: Application,
        span: Span,
        recorded: bool | None,
        answered: bool | None,
        how: str,
        *,
        own: bool = False,
    ) -> UnhandledErrors:
        return UnhandledErrors(
            span=span,
            symbol=application.symbol,
            scope=self.project.files[span.path].scope,
            resolution=Resolution.EXACT,
            application=application.name,
            framework="Django",
            recorded=recorded,
            answered=answered,
            how=how,
            own=own,
        )
