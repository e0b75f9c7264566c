"""A pattern and what answers one of its methods in, the `Route` out."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.declarations.patterns import Parameter
from readiness.libraries.django.bodies import Bodies
from readiness.libraries.django.inputs import path_parameters, read_parameters
from readiness.libraries.django.registrations import Registration
from readiness.libraries.django.urls import UrlConfigurations
from readiness.libraries.django.views import LAMBDA, Wrapper
from readiness.libraries.django.vocabulary import PAGES, STRUCTURAL, last_of
from readiness.libraries.evaluation.things import Kind, Routine
from readiness.model import Resolution, Route, Scope, Span, Symbol, SymbolKind
from readiness.model.summary import CallRef, Function, Member, Name, Sequence, Value

DJANGO = "Django"


class Endpoint(Struct, frozen=True, kw_only=True, eq=False):
    """What answers one method of a pattern."""

    method: str
    routine: Routine | None = None
    """The project's function; None where a library's or a lambda answers."""
    name: str = ""
    """The symbol, or the library's name of what answers."""
    view: Kind | None = None
    """The class that was registered."""
    framework: str = DJANGO
    wrappers: tuple[Wrapper, ...] = ()
    exact: bool = True
    resolved: bool = True
    """False where what answers was not found."""
    collection: bool | None = None
    data: bool = True
    lambda_: bool = False


class Facts:
    """Makes routes. One for a scan."""

    def __init__(self, configurations: UrlConfigurations) -> None:
        self.configurations = configurations
        self.reader = configurations.reader
        self.project = configurations.project
        self.bodies = Bodies(self.reader)
        self._pages: dict[tuple[str, int, bool], bool] = {}

    def route(
        self,
        registration: Registration,
        endpoint: Endpoint,
        *,
        path: str = "",
        parameters: tuple[Parameter, ...] | None = None,
        name: str = "",
        call: tuple[str, int] | None = None,
        exact: bool = True,
    ) -> Route:
        """The fact; what is given beside the endpoint is that of a router's pattern, where the registration is the router."""
        state = registration.state
        registered = self.project.span(*(call or (registration.path, registration.call)))
        span, first, last, documented = self._place(endpoint, registered)
        scope = self.project.files[span.path].scope if span.path in self.project.files else Scope.SERVICE
        handler = endpoint.name
        if endpoint.lambda_:
            handler = f"{self.project.symbol(registered.path, -1)}::{LAMBDA}"
        text = path or state.prefix
        inputs = {
            (each.source, each.name): each
            for each in (
                *path_parameters(parameters if parameters is not None else state.parameters),
                *read_parameters(self.bodies, endpoint.routine),
            )
        }
        return Route(
            span=span,
            symbol=handler if endpoint.routine is not None else self._symbol(endpoint, registered),
            scope=scope,
            resolution=_resolution(endpoint, exact and state.exact),
            framework=endpoint.framework,
            method=endpoint.method,
            path=text if text.startswith("/") else f"/{text}",
            handler=handler,
            registered=registered,
            view=self.project.symbol(endpoint.view.path, endpoint.view.index) if endpoint.view is not None else "",
            first_line=first,
            end_line=last,
            application=self.application(state.settings),
            parameters=tuple(inputs.values()),
            dependencies=tuple(dict.fromkeys(self._dependencies(state.wrappers, endpoint.wrappers))),
            collection=endpoint.collection,
            documented=documented,
            name=name or registration.name,
            data=endpoint.data,
            condition=state.condition,
        )

    def key(self, registration: Registration, route: Route) -> tuple[str, str, str, str]:
        """What tells routes apart; the demonstration projects of a library show the same ones again."""
        module = self.configurations.settings[registration.state.settings].module
        service = self.project.files[module.path].scope is Scope.SERVICE
        return route.application if service else "", route.method, route.path, route.handler

    def application(self, settings: int) -> str:
        """Name of the application that the settings describe: the settings module."""
        return self.project.symbol(self.configurations.settings[settings].module.path, -1)

    def _place(self, endpoint: Endpoint, registered: Span) -> tuple[Span, int, int, bool]:
        """Where the handler stands: its `def`, the class where a library's base answers, else the registration."""
        thing = endpoint.routine or endpoint.view
        if thing is None:
            return registered, registered.line, registered.end_line or registered.line, False
        definition = self.reader.summary(thing.path).definitions[thing.index]
        span = Span(thing.path, definition.line, definition.column)
        return span, definition.first_line, definition.end_line, bool(definition.docstring)

    def _symbol(self, endpoint: Endpoint, registered: Span) -> str:
        if endpoint.view is not None:
            return self.project.symbol(endpoint.view.path, endpoint.view.index)
        return self.project.symbol(registered.path, -1)

    def _dependencies(self, names: tuple[str, ...], wrappers: tuple[Wrapper, ...]) -> Iterator[str]:
        """What runs before a view: wrappers and decorators, those inside `method_decorator` by their own names."""
        yield from names
        for each in wrappers:
            last = last_of(each.name)
            if last == "method_decorator" and each.call is not None and isinstance(each.call.value, CallRef):
                call = self.reader.call(each.call.path, each.call.value.index)
                for value in call.arguments[:1]:
                    inner = value.items if isinstance(value, Sequence) else (value,)
                    yield from (self._named(each.call.path, item, call.scope, call.line) for item in inner)
            elif last not in STRUCTURAL:
                yield each.name

    def _named(self, path: str, value: Value, scope: int, line: int) -> str:
        if isinstance(value, CallRef):
            return self.project.callee(path, value.index).name
        return self.project.resolve_value(path, value, scope, line).name

    def decorators(self, routine: Routine) -> tuple[Wrapper, ...]:
        """The decorators of a function, outermost first."""
        return self._decorators(routine.path, routine.index)

    def class_decorators(self, kind: Kind) -> tuple[Wrapper, ...]:
        """The decorators of a class."""
        return self._decorators(kind.path, kind.index)

    def _decorators(self, path: str, index: int) -> tuple[Wrapper, ...]:
        from readiness.libraries.evaluation.things import Bound

        definition = self.reader.summary(path).definitions[index]
        found = []
        for each in definition.decorators:
            place = Bound(each, path, definition.scope, definition.first_line)
            if isinstance(each, CallRef):
                symbol = self.project.callee(path, each.index)
                found.append(Wrapper(symbol.name, place))
            else:
                symbol = self.project.resolve_value(path, each, definition.scope, definition.first_line)
                found.append(Wrapper(symbol.name))
        return tuple(found)

    def answers_pages(self, routine: Routine, *, above: bool = False) -> bool:
        """Everything that a handler returns is a page, a file or a redirect; `above` says that what it hands up to is one."""
        key = (routine.path, routine.index, above)
        if key not in self._pages:
            returned = [each.value for each in self.bodies.returns(routine) if each.value is not None]
            self._pages[key] = False  # a function that calls itself
            self._pages[key] = bool(returned) and all(
                self._is_page(routine, each, above=above) or (above and self._is_empty(routine, each))
                for each in returned
            )
        return self._pages[key]

    def _is_page(self, routine: Routine, value: Value, *, above: bool) -> bool:
        """A page, a file or a redirect: made here, by a function of the project or handed up to, or bound to a name before."""
        if isinstance(value, CallRef):
            made = self._page(routine, value.index) or self._is_made(routine, value.index)
            return made or (above and self._up(routine, value))
        if not isinstance(value, Name):
            return False
        assignments = self.reader.summary(routine.path).assignments
        bound = [each for each in assignments if each.scope == routine.index and each.target == value.dotted]
        return bool(bound) and all(
            isinstance(each.value, CallRef) and each.position < 0 and self._is_page(routine, each.value, above=above)
            for each in bound
        )

    def _is_made(self, routine: Routine, index: int) -> bool:
        """A function of the project that gives nothing but pages is called."""
        symbol = self.project.callee(routine.path, index)
        return (
            symbol.kind is SymbolKind.FUNCTION
            and bool(symbol.path)
            and not symbol.rest
            and (self._is_abstract(symbol) or self.answers_pages(Routine(symbol.path, symbol.index)))
        )

    def _is_abstract(self, symbol: Symbol) -> bool:
        """A method that derived classes write: `raise NotImplementedError`, which says nothing of what they give."""
        summary = self.project.summary(symbol.path)
        definition = summary.definitions[symbol.index] if summary is not None else None
        return isinstance(definition, Function) and definition.stub

    def _up(self, routine: Routine, value: CallRef) -> bool:
        """`super().get(...)`, or `self.render_to_response(...)`, which a view of Django has for its page."""
        callee = self.reader.call(routine.path, value.index).callee
        if isinstance(callee, Name):
            return callee.dotted == "self.render_to_response"
        return isinstance(callee, Member) and self.reader.is_super(routine.path, callee.value)

    def _is_empty(self, routine: Routine, value: Value) -> bool:
        """A response without content, which only its headers say something with."""
        if not isinstance(value, Name):
            return False
        given = [
            each.value
            for each in self.reader.summary(routine.path).assignments
            if each.scope == routine.index and each.target == value.dotted
        ]
        return bool(given) and all(
            isinstance(each, CallRef) and self._is_empty_response(routine, each.index) for each in given
        )

    def _is_empty_response(self, routine: Routine, index: int) -> bool:
        call = self.reader.call(routine.path, index)
        keywords = {key for key, _ in call.keywords}
        if call.arguments or keywords & {"content", ""} or not isinstance(call.callee, Name):
            return False
        name = self.project.resolve(routine.path, call.callee.dotted, call.scope, call.line).name
        return name.startswith("django.") and last_of(name) == "HttpResponse"

    def _page(self, routine: Routine, index: int) -> bool:
        call = self.reader.call(routine.path, index)
        if not isinstance(call.callee, Name):
            return False
        name = self.project.resolve(routine.path, call.callee.dotted, call.scope, call.line).name
        if name.startswith("django.") and last_of(name).startswith("HttpResponse") and call.arguments:
            given = call.arguments[0]  # `HttpResponseNotFound(render(request, "missing.html"))`
            if isinstance(given, CallRef) and self._page(routine, given.index):
                return True
        return name.startswith("django.") and last_of(name) in PAGES


def _resolution(endpoint: Endpoint, exact: bool) -> Resolution:
    if not endpoint.resolved:
        return Resolution.UNRESOLVED
    return Resolution.EXACT if exact and endpoint.exact else Resolution.INFERRED
