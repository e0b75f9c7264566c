"""A handler in, what a client can send for it out: declared by schemas or a typed signature, or read from the request."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.aiohttp_web.paths import parameters_of
from readiness.libraries.declarations.annotations import Types
from readiness.libraries.declarations.fields import Fields
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.request_reads import WHOLE, RequestReads
from readiness.libraries.evaluation.things import Bound, Kind, Routine
from readiness.libraries.values.expressions import tail
from readiness.model import RouteParameter, SymbolKind
from readiness.model.summary import CallRef, Class, Constant, Parameter

SOURCES = {
    "match_info": "path",
    "query": "query",
    "rel_url.query": "query",
    "url.query": "query",
    "headers": "header",
    "cookies": "cookie",
    "json": "body",
    "post": "form",
    "text": "body",
    "read": "body",
    "multipart": "file",
}
"""Attributes and methods of the request -> where their values come from."""
SCHEMAS = {
    "request_schema": "body",
    "json_schema": "body",
    "querystring_schema": "query",
    "form_schema": "form",
    "match_info_schema": "path",
    "headers_schema": "header",
    "cookies_schema": "cookie",
}
"""Decorators of aiohttp-apispec -> where the fields of their schema come from."""
SCHEMA_PACKAGES = frozenset({"aiohttp_apispec", "aiohttp_apigami"})
LOCATIONS = {"querystring": "query", "query": "query", "json": "body", "form": "form", "match_info": "path"}
ARGUMENTS = frozenset({"use_args", "use_kwargs"})
PYDANTIC = "aiohttp_pydantic"
GROUP = "Group"


class Inputs:
    """Reads the inputs of handlers."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project = reader.project
        self.reads = RequestReads(reader, "aiohttp", SOURCES)
        self.fields = Fields(reader)
        self.types = Types(reader)
        self._pydantic = bool(reader.project.imports(PYDANTIC))

    def of(self, routine: Routine, path: str) -> Iterator[RouteParameter]:
        """The inputs of a handler that answers on a path."""
        if self._pydantic and self._is_typed(routine):
            yield from self._signature(routine, {each.name for each in parameters_of(path)})
        yield from self._declared(routine)
        yield from self.reads.of(routine)

    # schemas

    def _declared(self, routine: Routine) -> Iterator[RouteParameter]:
        """`@querystring_schema(Schema)` of aiohttp-apispec, `@use_kwargs({...}, location="query")` of webargs."""
        function = self.reader.function(routine)
        for decorator in function.decorators:
            if not isinstance(decorator, CallRef):
                continue
            call = self.reader.call(routine.path, decorator.index)
            name = tail(call.callee)
            if name not in SCHEMAS and name not in ARGUMENTS:
                continue
            symbol = self.project.callee(routine.path, decorator.index)
            package = symbol.name.partition(".")[0] if symbol.kind is SymbolKind.EXTERNAL else ""
            place = Bound(call.callee, routine.path, function.scope, call.line, routine.frame)
            given = self.reader.arguments.positional(call, place)
            named = self.reader.arguments.keywords(call, place)
            spec = named.get("schema", named.get("argmap", given[0] if given else None))
            if spec is None:
                continue
            if package in SCHEMA_PACKAGES:
                where = self.reader.constant(named["location"]) if "location" in named else None
                yield from self.fields.of(spec, LOCATIONS.get(str(where), SCHEMAS.get(name, "body")))
            elif package == "webargs":
                where = self.reader.constant(named["location"]) if "location" in named else "json"
                yield from self.fields.of(spec, LOCATIONS.get(str(where), "body"))

    # typed signatures

    def _is_typed(self, routine: Routine) -> bool:
        """A method of a `PydanticView`, or a function under `@inject_params`."""
        function = self.reader.function(routine)
        definitions = self.reader.summary(routine.path).definitions
        if function.scope >= 0 and isinstance(definitions[function.scope], Class):
            kind = self.reader.symbol_of(Kind(routine.path, function.scope))
            bases = [each.name for each in self.project.ancestors(kind) if each.kind is SymbolKind.EXTERNAL]
            return any(each.startswith(f"{PYDANTIC}.") for each in bases)
        for decorator in function.decorators:
            index = decorator.index if isinstance(decorator, CallRef) else -1
            symbol = (
                self.project.callee(routine.path, index)
                if index >= 0
                else self.project.resolve_value(routine.path, decorator, function.scope, function.line)
            )
            if symbol.name.startswith(f"{PYDANTIC}.") and "inject_params" in symbol.name:
                return True
        return False

    def _signature(self, routine: Routine, in_path: set[str]) -> Iterator[RouteParameter]:
        """Positional-only parameters come from the path, keyword-only ones from headers, models from the body, others
        from the query (read from aiohttp-pydantic 2.6)."""
        function = self.reader.function(routine)
        skip = 1 if self.reader.is_method(routine.path, routine.index) else 0
        for parameter in function.parameters[skip:]:
            if parameter.annotation is None or parameter.kind in ("variadic", "keyword-variadic"):
                continue
            annotation = Bound(parameter.annotation, routine.path, function.scope, function.line, routine.frame)
            typed = self.types.of(annotation)
            head = typed.head
            if isinstance(head, Kind) and any(each.last == GROUP for each in self.types.bases(head)):
                source = {"positional-only": "path", "keyword-only": "header"}.get(parameter.kind, "query")
                for name, inner, default in self.types.fields(head):
                    kind = self.types.of(inner)
                    yield RouteParameter(name, source, kind.name, default is None, self._text(default))
                continue
            model = isinstance(head, Kind) and self.types.is_model(head)
            if parameter.name in in_path and parameter.kind == "positional-only":
                source = "path"
            elif parameter.kind == "keyword-only":
                source = "header"
            else:
                source = "body" if model else "query"
            yield self._parameter(parameter, source, typed.name, typed.choices, routine)

    def _parameter(
        self, parameter: Parameter, source: str, annotation: str, choices: bool, routine: Routine
    ) -> RouteParameter:
        default = parameter.default
        scope = self.reader.function(routine).scope
        bound = Bound(default, routine.path, scope, self.reader.function(routine).line) if default is not None else None
        name = parameter.name if source != "body" else WHOLE if not parameter.name else parameter.name
        return RouteParameter(
            name=name,
            source=source,
            annotation=annotation,
            required=default is None,
            default=self._text(bound),
            choices=choices,
            constrained=source == "body",
        )

    def _text(self, default: Bound | None) -> str:
        if default is None:
            return ""
        value = self.reader.constant(default)
        return str(value) if value is not None or default.value == Constant(None) else "..."
