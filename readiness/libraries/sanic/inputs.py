"""A handler in, what a client can send for it out: models that decorators validate, or what is read from the request."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.declarations.annotations import Types
from readiness.libraries.declarations.fields import Fields
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.request_reads import RequestReads
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Routine
from readiness.libraries.values.expressions import tail
from readiness.model import RouteParameter, SymbolKind
from readiness.model.summary import CallRef, Constant, Function

SOURCES = {
    "args": "query",
    "get_args": "query",
    "query_args": "query",
    "get_query_args": "query",
    "form": "form",
    "get_form": "form",
    "files": "file",
    "headers": "header",
    "cookies": "cookie",
    "json": "body",
    "load_json": "body",
    "body": "body",
    "match_info": "path",
}
"""Attributes and methods of the request -> where their values come from."""
VALIDATED = {"json": "body", "form": "form", "query": "query"}
"""Keywords of `sanic_ext.validate` -> where the values of the model come from."""
VALIDATOR = "validate"
ARGUMENTS = frozenset({"use_args", "use_kwargs"})
LOCATIONS = {"query": "query", "querystring": "query", "json": "body", "form": "form", "headers": "header"}


class Inputs:
    """Reads the inputs of handlers."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project = reader.project
        self.reads = RequestReads(reader, "sanic", SOURCES)
        self.types = Types(reader)
        self.fields = Fields(reader)

    def of(self, routine: Routine) -> Iterator[RouteParameter]:
        """The inputs of a handler, path parameters apart."""
        yield from self._validated(routine)
        yield from self.reads.of(routine)

    def annotations(self, routine: Routine | None) -> dict[str, str]:
        """Canonical types of the parameters of a handler."""
        if routine is None:
            return {}
        definition = self.reader.summary(routine.path).definitions[routine.index]
        if not isinstance(definition, Function):
            return {}
        return {
            each.name: self.types.of(Bound(each.annotation, routine.path, definition.scope, definition.line)).name
            for each in definition.parameters
            if each.annotation is not None
        }

    def _validated(self, routine: Routine) -> Iterator[RouteParameter]:
        """`@validate(json=Model, query=Filter)` of sanic-ext, `@use_args({...})` of webargs."""
        function = self.reader.function(routine)
        for decorator in function.decorators:
            if not isinstance(decorator, CallRef):
                continue
            call = self.reader.call(routine.path, decorator.index)
            if tail(call.callee) != VALIDATOR and tail(call.callee) not in ARGUMENTS:
                continue
            symbol = self.project.callee(routine.path, decorator.index)
            package = symbol.name.partition(".")[0] if symbol.kind is SymbolKind.EXTERNAL else ""
            place = Bound(call.callee, routine.path, function.scope, call.line, routine.frame)
            named = self.reader.arguments.keywords(call, place)
            given = self.reader.arguments.positional(call, place)
            if package == "sanic_ext":
                named = dict(zip(VALIDATED, given, strict=False)) | named
                for keyword, source in VALIDATED.items():
                    if keyword in named:
                        yield from self._model(named[keyword], source)
            elif package in ("webargs", "webargs_sanic") and (given or "argmap" in named):
                where = self.reader.constant(named["location"]) if "location" in named else "json"
                yield from self.fields.of(
                    named.get("argmap", given[0] if given else place), LOCATIONS.get(str(where), "body")
                )

    def _model(self, model: Answer, source: str) -> Iterator[RouteParameter]:
        """The fields of a model; the model itself where they cannot be read."""
        typed = self.types.of(model)
        fields = self.types.fields(typed.head) if isinstance(typed.head, Kind) else []
        if not fields:
            yield RouteParameter(source, source, typed.name, constrained=True)
        for name, annotation, default in fields:
            kind = self.types.of(annotation)
            value = self.reader.constant(default) if default is not None else None
            text = "" if default is None else str(value) if value is not None else self._unread(default)
            required = default is None and not kind.optional
            yield RouteParameter(name, source, kind.name, required, text, choices=kind.choices)

    @staticmethod
    def _unread(default: Bound) -> str:
        return "None" if default.value == Constant(None) else "..."
