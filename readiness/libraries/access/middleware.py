"""Middleware of applications in, what it does with a caller who presents nothing and asks for one route out."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.access.arguments import Arguments
from readiness.libraries.access.carriers import Asked
from readiness.libraries.access.exits import Refused, Role, Spent
from readiness.libraries.access.rulings import Ruling, Rulings, Verdict
from readiness.libraries.access.values import Code, Handler, Instance, Outside, Seen, Type, of
from readiness.libraries.access.vocabulary import demand_of
from readiness.libraries.django.locating import Locator
from readiness.libraries.django.settings import settings_for
from readiness.libraries.values.expressions import tail
from readiness.model import Project, Route, Scope, Symbol, SymbolKind
from readiness.model.summary import CallRef, Function, Value

ASGI = frozenset({"FastAPI", "Starlette"})
ASGI_PACKAGES = ("fastapi", "starlette")
DJANGO = frozenset({"Django", "Django REST framework", "django-ninja"})
DJANGO_METHODS = {"process_request": Role.HOOK, "process_view": Role.HOOK, "__call__": Role.WRAPPER}
ASGI_METHODS = {"dispatch": Role.WRAPPER, "__call__": Role.WRAPPER}
INNER = ("get_response", "app", "application", "inner", "_app", "asgi_app")


class Layer(Struct, frozen=True, eq=False):
    """One middleware."""

    name: str
    value: Seen
    methods: dict[str, Role]
    module: str = ""
    """The module that adds it, for frameworks with application objects."""


class Middleware:
    """Judges middleware. One for a project."""

    def __init__(self, rulings: Rulings) -> None:
        self.rulings = rulings
        self.project: Project = rulings.project
        self.locator = Locator(rulings.project)
        self._django: dict[str, list[Layer]] = {}
        self._asgi: list[Layer] | None = None

    def of(self, route: Route, asked: Asked) -> Iterator[Ruling]:
        """What every middleware before a route does."""
        for layer in self._layers(route):
            ruling = self.rulings.kept(id(layer), asked, lambda each, layer=layer: self._judged(layer, each))  # type: ignore[misc]
            if ruling.verdict is not Verdict.PASSES:
                yield ruling

    def _layers(self, route: Route) -> list[Layer]:
        if route.framework in DJANGO:
            return self._of_django(route.span.path)
        if route.framework in ASGI:
            if self._asgi is None:
                self._asgi = list(self._of_asgi())
            module = route.application.partition("::")[0]
            modules = {each.module for each in self._asgi}
            return [each for each in self._asgi if module not in modules or each.module == module]
        return []

    # Django

    def _of_django(self, path: str) -> list[Layer]:
        settings = settings_for(self.project, path)
        if settings is None:
            return []
        key = settings.module.path
        if key not in self._django:
            texts, _ = settings.texts("MIDDLEWARE")
            named = [(each, self.locator.named(each, key)) for each in texts]
            self._django[key] = [
                self._named(dotted, found)
                for dotted, found in named
                if found is not None or demand_of(dotted) is not None
            ]
        return self._django[key]

    def _named(self, dotted: str, found: Symbol | None) -> Layer:
        if found is None:
            return Layer(dotted, of(Outside(dotted)), {})
        return Layer(found.name, self.rulings.value_of(found.name), DJANGO_METHODS)

    # ASGI

    def _of_asgi(self) -> Iterator[Layer]:
        """`app.add_middleware(Guard, ...)`, `Middleware(Guard, ...)`, `@app.middleware("http")`."""
        for path in self.project.imports(*ASGI_PACKAGES, scopes=(Scope.SERVICE,)):
            summary = self.project.summary(path)
            if summary is None:
                continue
            module = self.project.symbol(path, -1)
            for index, call in enumerate(summary.calls):
                last = tail(call.callee)
                if last not in ("add_middleware", "Middleware") or not call.arguments:
                    continue
                if last == "Middleware" and self.project.callee(path, index).name.partition(".")[0] != "starlette":
                    continue
                symbol = self.project.resolve_value(path, call.arguments[0], call.scope, call.line)
                if symbol.kind is SymbolKind.CLASS:
                    yield Layer(symbol.name, self._made(path, index, symbol.name), ASGI_METHODS, module)
            for index, definition in enumerate(summary.definitions):
                if isinstance(definition, Function) and any(
                    self._registers(path, each) for each in definition.decorators
                ):
                    name = self.project.symbol(path, index)
                    yield Layer(name, of(Code(path, index, None, {})), {}, module)

    def _registers(self, path: str, decorator: Value) -> bool:
        summary = self.project.summary(path)
        return (
            summary is not None
            and isinstance(decorator, CallRef)
            and tail(summary.calls[decorator.index].callee) == "middleware"
        )

    def _made(self, path: str, index: int, name: str) -> Seen:
        """The middleware object, with what it is given beside the application."""
        evaluation, summary = self.rulings.evaluation, self.project.summary(path)
        kind = self.rulings.value_of(name)
        if summary is None or not isinstance(kind.thing, Type):
            return kind
        call = summary.calls[index]
        evaluation.ask(Asked())
        try:
            keywords = {key: evaluation.names.value(path, value, call.scope, call.line) for key, value in call.keywords}
            return evaluation.members.made(kind.thing, Arguments([of(Handler())], keywords), 0)
        except (Refused, Spent):
            return kind

    # judging

    def _judged(self, layer: Layer, asked: Asked) -> Ruling:
        thing = layer.value.thing
        if isinstance(thing, Outside):
            return self.rulings.library(thing, asked)
        if isinstance(thing, Code):
            decorator = not layer.module
            return self.rulings.of_value(layer.value, layer.name, asked, decorator=decorator, hook=True)
        found = Ruling(Verdict.PASSES)
        if isinstance(thing, Type):
            thing = Instance(thing.symbol, {}, {})
        if not isinstance(thing, Instance):
            return found
        handed = dict.fromkeys(INNER, of(Handler()))
        owner = of(Instance(thing.symbol, thing.attributes | handed, thing.names))
        for name, role in layer.methods.items():
            member = self.project.member(thing.symbol, name)
            if member.kind is not SymbolKind.FUNCTION or not member.path:
                continue
            ruling = self.rulings.of_member(owner, name, role, asked)
            if ruling.verdict is Verdict.REFUSES:
                return Ruling(Verdict.REFUSES, layer.name, ruling.role, ruling.span)
            if ruling.verdict is Verdict.DEPENDS:
                found = Ruling(Verdict.DEPENDS, layer.name, ruling.role, ruling.span)
        return found if found.verdict is not Verdict.PASSES else self._inherited(thing, asked)

    def _inherited(self, thing: Instance, asked: Asked) -> Ruling:
        """A middleware of the project that is one of a library's: `class Login(LoginRequiredMiddleware)`."""
        for each in self.rulings.evaluation.members.ancestors(thing.symbol):
            if each.kind is SymbolKind.EXTERNAL and demand_of(each.name) is not None:
                return self.rulings.library(Outside(each.name), asked)
        return Ruling(Verdict.PASSES)
