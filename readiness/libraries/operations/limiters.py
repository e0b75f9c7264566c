"""A project in, what limits the rate of requests in it out: decorators, dependencies, middleware, settings, gateways.

The packages are those of the catalogue's list; a function of the project's own limits when it answers 429 or is called so.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.django.history import Given
from readiness.libraries.django.settings import Settings, settings_of
from readiness.libraries.operations.counting import COUNTERS, SETTERS, counts_in_cache
from readiness.libraries.operations.functions import Functions
from readiness.libraries.values.expressions import keyword, tail
from readiness.model import Project, Scope, Symbol, SymbolKind
from readiness.model.summary import Call, CallRef, Constant, Function, Name, Sequence, Summary, Value

PACKAGES = frozenset(
    {
        "slowapi", "fastapi_limiter", "flask_limiter", "django_ratelimit", "ratelimit", "axes", "defender", "sanic_limiter",
        "quart_rate_limiter", "pyrate_limiter", "throttled", "fastapi_throttle", "aiohttp_ratelimiter", "asgi_ratelimit",
        "brutebuster", "flask_ratelimiter", "starlette_ratelimit", "limits", "ratelimiter", "fastapi_guard", "guard",
    }
)  # fmt: skip
MODULES = (
    "rest_framework.throttling.",
    "ninja.throttling.",
    "litestar.middleware.rate_limit.",
    "ninja_extra.throttling.",
)
EXEMPTING = frozenset({"exempt", "rate_limit_exempt"})
NAMED = re.compile(
    r"rate_?limit|limit_?rate|throttl|token_?bucket|leaky_?bucket|lock(?:ed)?_?out|too_?many"
    r"|(?:login|failed|signin|auth)_?(?:att?emp|fail)|fail(?:ed|ure)?_?(?:login|count|att?emp)"
    r"|brute_?force|flood_?control|cool_?down",
    re.IGNORECASE,
)
"""How functions and classes are called that count requests."""
TOO_MANY = frozenset(
    {"HTTP_429_TOO_MANY_REQUESTS", "TOO_MANY_REQUESTS", "TooManyRequests", "Throttled", "RateLimitExceeded"}
)
GATEWAY_FILES = re.compile(
    r"(?:nginx|kong|envoy|traefik|haproxy|ingress|gateway|caddy|apisix|krakend|compose)[^/]*$|\.conf(?:\.\w+)?$|(?:^|/)Caddyfile$",
    re.IGNORECASE,
)
GATEWAYS = (
    (re.compile(r"^[^#\n]*\blimit_req\s+zone", re.MULTILINE), "nginx limit_req"),
    (re.compile(r"nginx\.ingress\.kubernetes\.io/limit-(?:rpm|rps|connections)"), "the ingress's limit"),
    (re.compile(r"^[^#\n]*\bname:\s*rate-limiting", re.MULTILINE), "Kong's rate-limiting"),
    (re.compile(r"^[^#\n]*\brate[lL]imit[.:](?!ing)[^\n]*(?:average|burst|$)", re.MULTILINE), "Traefik's rateLimit"),
    (re.compile(r"envoy\.filters\.http\.(?:local_)?ratelimit"), "Envoy's rate limit"),
    (re.compile(r"^[^#\n]*\bstick-table\b[^\n]*http_req_rate", re.MULTILINE), "HAProxy's stick-table"),
    (re.compile(r"^[^#\n]*\brate_limit\s*\{", re.MULTILINE), "Caddy's rate_limit"),
    (re.compile(r"[\"']?limit-(?:req|count)[\"']?\s*:"), "APISIX's limit"),
)
LARGEST = 500_000
CHECKS = ("authenticate", "clean", "validate", "check_password", "login", "verify")
"""Beginnings of names of methods that check what somebody enters."""
FEW = 8
LOCATION = re.compile(r"\blocation\s+(?:[=~^*]+\s*)?(\S+)\s*\{")
MIDDLEWARE = frozenset({"add_middleware", "Middleware", "use", "register_middleware"})
LIST_NAMES = ("MIDDLEWARE", "MIDDLEWARE_CLASSES", "INSTALLED_APPS")


class Everywhere(Struct, frozen=True):
    """What limits every request of the service, or those of some kind."""

    what: str
    only: str = ""
    """`login`, `rest` for Django REST framework's views, `anonymous` for its callers without a login; empty for all."""
    prefix: str = ""
    """Paths that begin so; empty for all."""


class Limiters:
    """Knows the limiters of one project."""

    def __init__(self, project: Project, functions: Functions) -> None:
        self.project = project
        self.functions = functions
        self._own: dict[tuple[str, int], bool] = {}
        self._checks: dict[str, list[Symbol]] | None = None

    def everywhere(self) -> list[Everywhere]:
        """Limits of whole applications."""
        return [*self._gateways(), *self._settings(), *self._calls()]

    def named(self, name: str) -> str:
        """What limits, where the name of a decorator, a dependency or a base class is one that does; else empty."""
        last = name.rpartition(".")[2]
        if (name.partition(".")[0] in PACKAGES or name.startswith(MODULES)) and last not in EXEMPTING:
            return name
        found = self.project.find(name)
        if found is not None:
            summary = self.project.summary(found[0])
            short = name.rpartition("::")[2]
            if NAMED.search(short):
                return short
            if summary is not None:
                symbol = Symbol(SymbolKind.FUNCTION, name, *found)
                if any(self.answers_429(each) for each in self.functions.reached(symbol, 1)):
                    return short
        return ""

    def exempts(self, name: str) -> bool:
        """The decorator takes a route out of a limit."""
        return name.rpartition(".")[2] in EXEMPTING and name.partition(".")[0] in PACKAGES

    def answers_429(self, symbol: Symbol) -> bool:
        """The function itself answers that there were too many requests."""
        key = (symbol.path, symbol.index)
        if key not in self._own:
            self._own[key] = self._finds_429(symbol)
        return self._own[key]

    def _finds_429(self, symbol: Symbol) -> bool:
        summary = self.project.summary(symbol.path)
        if summary is None or symbol.index < 0:
            return False
        for _, body in self.functions.bodies(symbol):
            for index in body.calls:
                call = summary.calls[index]
                values = [call.callee, *call.arguments, *(value for _, value in call.keywords)]
                if any(_is_429(each) for each in values):
                    return True
            for each in body.assignments:
                if each.value is not None and _is_429(each.value):
                    return True
            for answer in body.returns:
                if isinstance(answer.value, Sequence) and any(_is_429(each) for each in answer.value.items):
                    return True
            for failure in body.raises:
                if isinstance(failure.value, Name) and tail(failure.value) in TOO_MANY:
                    return True
        return False

    def inside(self, handler: Symbol, *, guessed: bool) -> str:
        """What a handler does itself, or calls, against too many requests; empty for nothing. Where passwords are guessed,
        the forms that it makes and all methods that its calls may mean are looked at too."""
        near = self.functions.reached(handler, 1)
        for each in near:
            if self.answers_429(each):
                return f"{_short(each)} answers 429"
        for each in self.functions.reached(handler, 2):
            if (each.path, each.index) != (handler.path, handler.index) and NAMED.search(_short(each)):
                return _short(each)
            found = self._counts(each)
            if found:
                return found
        if not guessed:
            return ""
        return next((found for each in self._behind(near) if (found := self._counts(each))), "")

    def _counts(self, symbol: Symbol) -> str:
        """What a function calls or sets that counts requests, by its name."""
        summary = self.project.summary(symbol.path)
        if summary is None:
            return ""
        for _, body in self.functions.bodies(symbol):
            names = [_written(summary.calls[index].callee) for index in body.calls]
            names += [each.target for each in body.assignments if "." in each.target]
            for name in names:
                if NAMED.search(name):
                    return name
        called = self.project.names_called(symbol.path)
        if COUNTERS.isdisjoint(called) and SETTERS.isdisjoint(called):
            return ""
        node = self.project.function(symbol.path, symbol.index)
        return f"{_short(symbol)} counts in a cache" if node is not None and counts_in_cache(node) else ""

    def _behind(self, functions: list[Symbol]) -> Iterator[Symbol]:
        """Methods of the forms that functions make, and those that a call of an abstract method may mean."""
        for each in functions:
            summary = self.project.summary(each.path)
            if summary is None:
                continue
            for _, body in self.functions.bodies(each):
                for index in body.calls:
                    called = self.project.callee(each.path, index)
                    if called.kind is SymbolKind.CLASS:
                        yield from self._methods(called)
                    elif called.kind is SymbolKind.UNKNOWN or self._is_abstract(called):
                        yield from self._named_so(tail(summary.calls[index].callee))

    def _methods(self, kind: Symbol) -> Iterator[Symbol]:
        summary = self.project.summary(kind.path)
        for index, each in enumerate(summary.definitions if summary is not None else ()):
            if isinstance(each, Function) and each.scope == kind.index and each.name.startswith(CHECKS):
                yield Symbol(SymbolKind.FUNCTION, self.project.symbol(kind.path, index), kind.path, index)

    def _is_abstract(self, symbol: Symbol) -> bool:
        definition = self.functions.definition(symbol) if symbol.kind is SymbolKind.FUNCTION else None
        return definition is not None and definition.stub

    def _named_so(self, name: str) -> list[Symbol]:
        """The methods of service code of that name, where these are few."""
        if not name.startswith(CHECKS):
            return []
        if self._checks is None:
            self._checks = {}
            for path in self.project.paths(Scope.SERVICE):
                summary = self.project.summary(path)
                for index, each in enumerate(summary.definitions if summary is not None else ()):
                    if isinstance(each, Function) and each.scope >= 0 and each.name.startswith(CHECKS):
                        symbol = Symbol(SymbolKind.FUNCTION, self.project.symbol(path, index), path, index)
                        self._checks.setdefault(each.name, []).append(symbol)
        found = self._checks.get(name, [])
        return found if len(found) <= FEW else []

    # whole applications

    def _gateways(self) -> Iterator[Everywhere]:
        for path in self.project.files:
            if not GATEWAY_FILES.search(path) or path.endswith(".py"):
                continue
            text = self.project.text(path)
            if text is None or len(text) > LARGEST:
                continue
            for pattern, what in GATEWAYS:
                found = pattern.search(text)
                if found:
                    prefix = _location(text, found.start()) if what.startswith("nginx l") else ""
                    yield Everywhere(f"{what} in {posixpath.basename(path)}", prefix=prefix)

    def _settings(self) -> Iterator[Everywhere]:
        for settings in settings_of(self.project):
            rest = settings.get("REST_FRAMEWORK")
            throttles = settings.entry(rest, "DEFAULT_THROTTLE_CLASSES") if rest is not None else None
            if throttles is not None:
                names = [each for each in self._texts(settings, throttles.given) if "Scoped" not in each]
                if names:
                    only = "anonymous" if all("Anon" in each for each in names) else "rest"
                    yield Everywhere("DEFAULT_THROTTLE_CLASSES", only)
            for name in LIST_NAMES:
                for text in settings.texts(name)[0]:
                    package = text.partition(".")[0]
                    if package in ("axes", "defender"):
                        yield Everywhere(text, "login")
                    elif name != "INSTALLED_APPS" and (package in PACKAGES or NAMED.search(text.rpartition(".")[2])):
                        yield Everywhere(text)

    @staticmethod
    def _texts(settings: Settings, given: tuple[Given, ...]) -> Iterator[str]:
        for each in given:
            for display in settings.displays(each):
                for item in display.value.items if isinstance(display.value, Sequence) else ():
                    if isinstance(item, Constant) and isinstance(item.value, str):
                        yield item.value

    def _calls(self) -> Iterator[Everywhere]:
        """Limiters with default limits, and middleware."""
        imported = set(self.project.imports(*PACKAGES, "litestar", scopes=(Scope.SERVICE,)))
        for path in self.project.paths(Scope.SERVICE):
            summary = self.project.summary(path)
            if summary is None:
                continue
            for index, call in enumerate(summary.calls):
                name = tail(call.callee)
                if name in MIDDLEWARE and call.arguments:
                    found = self._middleware(path, summary, call)
                    if found:
                        yield Everywhere(found)
                elif path in imported and name in ("Limiter", "RateLimitConfig", "RateLimiter"):
                    symbol = self.project.callee(path, index)
                    outside = symbol.kind is SymbolKind.EXTERNAL
                    if outside and (name == "RateLimitConfig" or _has_defaults(call)):
                        yield Everywhere(symbol.name)

    def _middleware(self, path: str, summary: Summary, call: Call) -> str:
        value: Value = call.arguments[0]
        symbol = (
            self.project.callee(path, value.index)
            if isinstance(value, CallRef)
            else self.project.resolve_value(path, value, call.scope, call.line)
        )
        if (
            symbol.kind is SymbolKind.EXTERNAL
            and symbol.name.partition(".")[0] in PACKAGES
            and "SlowAPI" not in symbol.name
        ):
            return symbol.name
        if symbol.kind is SymbolKind.FUNCTION:
            for index in self.project.calls_in(symbol):
                made = self.project.callee(symbol.path, index)
                if made.kind is SymbolKind.EXTERNAL and made.name.partition(".")[0] in PACKAGES:
                    return made.name
        if symbol.kind is SymbolKind.CLASS:
            short = _short(symbol)
            methods = [self.project.member(symbol, each) for each in ("dispatch", "__call__")]
            if NAMED.search(short) or any(
                each.kind is SymbolKind.FUNCTION and self.answers_429(each) for each in methods
            ):
                return short
        return ""


def _has_defaults(call: Call) -> bool:
    """`Limiter(default_limits=[...])`: every route is limited. slowapi needs its middleware for that, which comes with it."""
    given = keyword(call, "default_limits") or keyword(call, "application_limits")
    return given is not None and given != Sequence("list", ())


def _is_429(value: Value) -> bool:
    if isinstance(value, Constant):
        return value.value == 429 and not isinstance(value.value, bool)
    return tail(value) in TOO_MANY


def _short(symbol: Symbol) -> str:
    return symbol.name.rpartition("::")[2]


def _written(value: Value) -> str:
    return value.dotted if isinstance(value, Name) else tail(value)


def _location(text: str, place: int) -> str:
    """The path of the `location` block around a directive of nginx; empty outside of all."""
    depth = 0
    for number in range(place - 1, -1, -1):
        if text[number] == "}":
            depth += 1
        elif text[number] == "{":
            if depth == 0:
                line = text.rfind("\n", 0, number) + 1
                found = LOCATION.search(text[line : number + 1])
                return found[1] if found else ""
            depth -= 1
    return ""
