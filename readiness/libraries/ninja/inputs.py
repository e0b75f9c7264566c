"""A handler in, the inputs that its signature declares out, by the rules of django-ninja 1.7: what is marked is where the marker
says, what the path names is in the path, models and lists are the body, everything else is in the query."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.declarations.annotations import Typed, Types
from readiness.libraries.declarations.inputs import Input, Inputs
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside, Routine
from readiness.libraries.ninja.vocabulary import FILES, MODEL_BASES, PACKAGES, source_of
from readiness.model import RouteParameter
from readiness.model.summary import Function, Parameter, Value

NESTED = 4
"""Models inside one another whose fields are inputs of their own."""


class NinjaTypes(Types):
    """Reads annotations; the models of django-ninja are models."""

    def is_model(self, kind: Kind) -> bool:
        """A schema, or what is a model elsewhere too."""
        bases = self.bases(kind)
        if any(each.package in (*PACKAGES, "ninja_schema") and each.last in MODEL_BASES for each in bases):
            return True
        return super().is_model(kind)


class Signatures:
    """Reads the inputs of handlers."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.types = NinjaTypes(reader)
        self.inputs = Inputs(reader, self.types, source_of)

    def of(
        self, routine: Routine, path_names: frozenset[str], *, method: bool, reads: bool
    ) -> Iterator[RouteParameter]:
        """The inputs of a function, or of a controller's method, on a path with these parameters.

        `reads` says that it answers GET or DELETE: what is of a type that cannot be told is in the query then, else in the body.
        """
        function = self.reader.function(routine)
        skipped = 1 if method or function.parameters[:1] else 0
        for parameter in function.parameters[skipped:]:
            if parameter.kind in ("variadic", "keyword-variadic") or (method and parameter.name == "request"):
                continue
            for one in self._parameter(routine, function, parameter, path_names, reads=reads):
                yield one.on(path_names)

    def _parameter(
        self, routine: Routine, function: Function, parameter: Parameter, path_names: frozenset[str], *, reads: bool
    ) -> Iterator[Input]:
        def at(value: Value | None) -> Bound | None:
            if value is None:
                return None
            return Bound(value, routine.path, function.scope, function.line, routine.frame)

        typed = self.types.of(at(parameter.annotation))
        default = at(parameter.default)
        via = self.reader.symbol_of(routine).name
        if isinstance(typed.head, Outside) and typed.head.last.endswith("HttpResponse"):
            return
        source = ""
        if isinstance(typed.head, Outside) and source_of(typed.head):
            source = source_of(typed.head)  # `Query[Filters]`
            typed = self.types.of(typed.arguments[0]) if typed.arguments else Typed()
        markers = [_as_pydantic(each) for each in self._markers(typed, default)]
        marked = next((each for made in markers if (each := source_of(made.maker))), "")
        source = source or marked or self._unmarked(parameter, typed, path_names, reads=reads)
        yield from self._inputs(parameter.name, typed, default, markers, source, via, 0)

    def fields(self, kind: Kind, source: str, depth: int = 1) -> Iterator[Input]:
        """The fields of a schema, each as an input of its own."""
        symbol = self.reader.symbol_of(kind).name
        for field, annotation, given in self.types.fields(kind):
            inner = self.types.of(annotation)
            if not inner.name.startswith("ClassVar["):
                markers = [_as_pydantic(each) for each in self._markers(inner, given)]
                yield from self._inputs(field, inner, given, markers, source, symbol, depth)

    def _inputs(
        self, name: str, typed: Typed, default: Bound | None, markers: list[Made], source: str, via: str, depth: int
    ) -> Iterator[Input]:
        """One input, or one for each field of a model that stands for parameters."""
        spread = typed.head if isinstance(typed.head, Kind) and self.types.is_model(typed.head) else None
        if spread is None or source in ("body", "file", "") or depth >= NESTED:
            yield self.inputs.read(name, typed, default, markers, source, via)
            return
        yield from self.fields(spread, source, depth + 1)

    def _unmarked(self, parameter: Parameter, typed: Typed, path_names: frozenset[str], *, reads: bool) -> str:
        inner = typed
        if self.types.is_list(typed):
            inner = self.types.of(typed.arguments[0]) if typed.arguments else Typed()
        if isinstance(inner.head, Outside) and inner.head.last in FILES:
            return "file"
        if parameter.name in path_names:
            return "path"
        if self.types.is_list(typed) or any(self._is_body(each) for each in (typed, *typed.members)):
            return "body"
        unknown = isinstance(typed.head, Outside) and typed.head.last == "Annotated"
        unknown |= typed.head is None and not typed.members and not typed.choices
        return "body" if unknown and parameter.annotation is not None and not reads else "query"

    def _is_body(self, typed: Typed) -> bool:
        if isinstance(typed.head, Kind):
            return self.types.is_model(typed.head)
        return isinstance(typed.head, Outside) and typed.head.last in (*MODEL_BASES, "BaseModel")

    def _markers(self, typed: Typed, default: Answer | None) -> Iterator[Made]:
        """The calls that say what a parameter is: its default first, then the last of `Annotated`."""
        if default is not None:
            yield from self.reader.made(default)
        for each in reversed(typed.metadata):
            for thing in self.reader.things(each):
                if isinstance(thing, Made):
                    yield thing


def _as_pydantic(made: Made) -> Made:
    """`ninja.Field` is pydantic's own."""
    if isinstance(made.maker, Outside) and made.maker.package in PACKAGES and made.maker.last == "Field":
        return Made(Outside("pydantic.Field"), made.path, made.index, made.frame, made.looped)
    return made
