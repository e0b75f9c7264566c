"""The decorators of a handler in, those that check the request before it runs out: into its ledger."""

from __future__ import annotations

from readiness.libraries.inputs.functions import Functions
from readiness.libraries.inputs.ledger import Ledger, Tag
from readiness.libraries.inputs.schemas import Schemas
from readiness.libraries.inputs.vocabulary import DECORATORS, LOCATIONS, VALIDATION_ERRORS, VALIDATION_PACKAGES
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Project, Route, Span, Symbol, SymbolKind
from readiness.model.summary import Call, CallRef, Constant, Function, Member, Name, Sequence, Summary, Value

REACHED = 6
"""Functions behind a decorator that are looked at."""
LOADING = frozenset(
    {"load", "loads", "validate", "parse", "model_validate", "parse_obj", "deserialize", "check", "is_valid"}
)
RESTX = frozenset({"flask_restx", "flask_restplus", "flask_restful"})
REGISTERING = frozenset({"route", "get", "post", "put", "patch", "delete"})


class Decorators:
    """Reads the decorators of one project."""

    def __init__(self, project: Project, schemas: Schemas, functions: Functions) -> None:
        self.project = project
        self.schemas = schemas
        self.functions = functions
        self._validating: dict[str, bool] = {}

    def apply(self, ledger: Ledger, path: str, index: int, function: Function, route: Route) -> None:
        """What the decorators of a handler validate, and the parsers that it asks."""
        summary = self.project.summary(path)
        if summary is None:
            return
        for decorator in function.decorators:
            call = summary.calls[decorator.index] if isinstance(decorator, CallRef) else None
            symbol = self._symbol(path, decorator, function)
            source = self._source(call, route, symbol)
            if source and (by := self._validates(path, symbol, call, summary)):
                line = call.line if call is not None else function.first_line
                ledger.validate(frozenset({Tag("whole", source)}), by, Span(path, line))
        self._parsed(ledger, path, index, summary, route)

    def _symbol(self, path: str, decorator: Value, function: Function) -> Symbol:
        if isinstance(decorator, CallRef):
            return self.project.callee(path, decorator.index)
        return self.project.resolve_value(path, decorator, function.scope, function.line)

    def _source(self, call: Call | None, route: Route, symbol: Symbol) -> str:
        """Which part of the request it is about."""
        fallback = "query" if route.method in ("GET", "HEAD", "DELETE") else "body"
        if "form" in symbol.name.rpartition(".")[2].lower():
            fallback = "form"
        if "query" in symbol.name.rpartition(".")[2].lower():
            fallback = "query"
        values: list[Value] = []
        for value in (*call.arguments, *(each for _, each in call.keywords)) if call is not None else ():
            values.extend(value.items if isinstance(value, Sequence) else [value])
        for value in values:
            if isinstance(value, Constant) and isinstance(value.value, str) and value.value.lower() in LOCATIONS:
                return LOCATIONS[value.value.lower()]
        return fallback

    def _validates(self, path: str, symbol: Symbol, call: Call | None, summary: Summary) -> str:
        """The name of what checks the request; empty where nothing does."""
        last = symbol.name.rpartition(".")[2].rpartition("::")[2]
        package = symbol.name.partition(".")[0]
        if symbol.kind is SymbolKind.EXTERNAL:
            if package in DECORATORS.get(last, ()):
                return self._schema(path, call) or last
            if last == "expect" and package in RESTX and call is not None and self._enforced(call):
                return self._schema(path, call) or "expect(validate=True)"
            if package == "falcon" and "jsonschema" in symbol.name:
                return "jsonschema"
            return ""
        if symbol.kind is not SymbolKind.FUNCTION or last in REGISTERING:
            return ""
        if symbol.name not in self._validating:
            self._validating[symbol.name] = any(self._own(each) for each in self._reached(symbol))
        if self._validating[symbol.name]:
            return self._schema(path, call) or last
        given = self._schema(path, call)
        if not given:
            return ""
        loading = any(self._loads_parameter(each) and self._reads_request(each) for each in self._reached(symbol))
        return given if loading else ""

    def _reached(self, symbol: Symbol) -> list[Symbol]:
        """The decorator, and what it is made by."""
        return [each for each in self.project.reached_from(symbol, 1) if each.kind is SymbolKind.FUNCTION][:REACHED]

    @staticmethod
    def _enforced(call: Call) -> bool:
        return any(name == "validate" and value == Constant(True) for name, value in call.keywords)

    def _schema(self, path: str, call: Call | None) -> str:
        """The schema among the arguments of a decorator."""
        for value in (*call.arguments, *(each for _, each in call.keywords)) if call is not None else ():
            if not isinstance(value, Name | Member | CallRef):
                continue
            kind = self.project.type_of(path, value, call.scope if call else -1, call.line if call else 0)
            if kind.kind is SymbolKind.UNKNOWN and not isinstance(value, CallRef):
                kind = self.project.resolve_value(path, value, call.scope if call else -1, call.line if call else 0)
            if self.schemas.is_schema(kind):
                return kind.name.rpartition("::")[2].rpartition(".")[2]
        return ""

    def _inner(self, symbol: Symbol) -> tuple[Summary, set[int]] | None:
        """The summary of a function's file, and the function with all that stand in it."""
        summary = self.project.summary(symbol.path)
        if summary is None or symbol.index < 0:
            return None
        inside = {symbol.index}
        for index, definition in enumerate(summary.definitions):
            if definition.scope in inside:
                inside.add(index)
        return summary, inside

    def _own(self, symbol: Symbol) -> bool:
        """A decorator of the project that answers a schema library's refusal."""
        found = self._inner(symbol)
        if found is None:
            return False
        summary, inside = found
        for handler in summary.handlers:
            if handler.scope not in inside or not {"return", "raise"} & {
                *handler.body,
                "raise" if handler.raises else "",
            }:
                continue
            for kind in handler.types:
                resolved = self.project.resolve_value(symbol.path, kind, handler.scope, handler.line)
                if (
                    resolved.kind is SymbolKind.EXTERNAL
                    and resolved.name.partition(".")[0] in VALIDATION_PACKAGES
                    and resolved.name.rpartition(".")[2] in VALIDATION_ERRORS
                ):
                    return True
        return False

    def _loads_parameter(self, symbol: Symbol) -> bool:
        """It asks one of its own parameters to check something."""
        found = self._inner(symbol)
        if found is None:
            return False
        summary, inside = found
        definition = summary.definitions[symbol.index]
        names = {each.name for each in definition.parameters} if isinstance(definition, Function) else set()
        for call in summary.calls:
            if call.scope not in inside:
                continue
            origin = receiver(call.callee)
            if tail(call.callee) in LOADING and isinstance(origin, Name) and origin.dotted in names:
                return True
            if isinstance(call.callee, Name) and call.callee.dotted in names and (call.arguments or call.keywords):
                return True
        return False

    def _reads_request(self, symbol: Symbol) -> bool:
        found = self._inner(symbol)
        if found is None:
            return False
        summary, inside = found
        names = self.functions.requests(symbol.path) | {"request", "self.request"}
        return any(
            (isinstance(call.callee, Name) and call.callee.dotted.partition(".")[0] in names)
            for call in summary.calls
            if call.scope in inside
        )

    # parsers that are asked in the handler

    def _parsed(self, ledger: Ledger, path: str, index: int, summary: Summary, route: Route) -> None:
        """`parser.parse_args()`, `webargs.flaskparser.parser.parse(...)`."""
        source = "query" if route.method in ("GET", "HEAD", "DELETE") else "body"
        for number in self.project.calls_in(Symbol(SymbolKind.FUNCTION, self.project.symbol(path, index), path, index)):
            call = summary.calls[number]
            if tail(call.callee) not in ("parse_args", "parse"):
                continue
            symbol = self.project.callee(path, number)
            package = symbol.name.partition(".")[0] if symbol.kind is SymbolKind.EXTERNAL else ""
            if (tail(call.callee) == "parse_args" and package in RESTX) or package == "webargs":
                ledger.validate(frozenset({Tag("whole", source)}), "request parser", self.project.span(path, number))
