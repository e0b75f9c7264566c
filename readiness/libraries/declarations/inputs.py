"""One parameter or field with the markers around it in, what a client can send for it out.

Pydantic's constraints count wherever they stand; which markers say where a value comes from, the framework tells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from readiness.libraries.declarations.annotations import NUMBERS, Typed, Types
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside
from readiness.model import RouteParameter
from readiness.model.summary import Constant, Opaque

LENGTHS = frozenset({"min_length", "max_length", "pattern", "regex", "multiple_of", "max_digits", "strict"})
VALIDATORS = frozenset(
    {"AfterValidator", "BeforeValidator", "PlainValidator", "WrapValidator", "StringConstraints", "constr"}
)
BOUND_CLASSES = {"Ge": "ge", "Gt": "gt", "Le": "le", "Lt": "lt"}
"""Classes of `annotated_types` that bound a number by their only argument."""
INTERVAL = ("ge", "gt", "le", "lt")
FIELDS = ("pydantic", "sqlmodel", "pydantic_core")
"""Packages whose `Field` and constrained types bound a value."""


class Input(Struct, frozen=True, kw_only=True, eq=False):
    """One input before the path is known that decides between path and query."""

    name: str
    source: str
    """Empty where the path decides."""
    annotation: str
    via: str
    required: bool = True
    default: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: bool = False
    constrained: bool = False
    scalar: bool = True
    spread: Kind | None = None
    """A model whose fields are the inputs."""

    def on(self, path_names: frozenset[str]) -> RouteParameter:
        """The parameter of a route whose path has these parameters."""
        source = self.source
        if not source:
            source = "path" if self.name in path_names else "query" if self.scalar else "body"
        return RouteParameter(
            name=self.name,
            source=source,
            annotation=self.annotation,
            required=self.required or source == "path",
            default=self.default,
            minimum=self.minimum,
            maximum=self.maximum,
            choices=self.choices,
            via=self.via,
            constrained=self.constrained,
        )


class Limits(Struct):
    """What the markers of a parameter say, gathered."""

    source: str = ""
    alias: str = ""
    default: Answer | None = None
    minimum: float | None = None
    maximum: float | None = None
    constrained: bool = False


class Inputs:
    """Reads parameters that are no dependencies.

    `source_of` tells where the value of a marker comes from; empty for anything but a marker.
    """

    def __init__(self, reader: Reader, types: Types, source_of: Callable[[Outside], str]) -> None:
        self.reader = reader
        self.types = types
        self.source_of = source_of

    def read(
        self, name: str, typed: Typed, default: Bound | None, markers: Sequence[Made], source: str, via: str
    ) -> Input:
        """One parameter; `source` is that of the model it is a field of."""
        limits = Limits()
        whole = "int" in typed.name or typed.name == ""
        if isinstance(typed.head, Outside) and typed.head.last in NUMBERS and typed.head.package == "pydantic":
            limits.minimum = NUMBERS[typed.head.last]
        marked = False
        for marker in markers:
            marked |= self._marker(marker, limits, whole)
        if default is not None and not (markers and self.reader.made(default) and marked):
            limits.default = default
        required, text = self._default(limits.default)
        scalar = self.types.is_scalar(typed)
        where = limits.source or source
        if not where and isinstance(typed.head, Outside) and typed.head.last == "UploadFile":
            where = "file"
        if where == "query" and source == "" and self._element_model(typed) is None:
            scalar = True
        return Input(
            name=limits.alias or name,
            source=where,
            annotation=typed.name,
            via=via,
            required=required,
            default=text,
            minimum=limits.minimum,
            maximum=limits.maximum,
            choices=typed.choices or any(each.choices for each in typed.members),
            constrained=limits.constrained,
            scalar=scalar,
            spread=self._element_model(typed) if limits.source in ("query", "header", "cookie", "form") else None,
        )

    def _element_model(self, typed: Typed) -> Kind | None:
        """The model that a parameter is, whose fields are spread."""
        return typed.head if isinstance(typed.head, Kind) and self.types.is_model(typed.head) else None

    def _default(self, default: Answer | None) -> tuple[bool, str]:
        """Whether a value must be sent, and the default as text."""
        if default is None or (isinstance(default, Bound) and default.value == Opaque("Ellipsis")):
            return True, ""
        constant = self.reader.constant(default)
        if constant is not None or (isinstance(default, Bound) and default.value == Constant(None)):
            return False, str(constant)
        return False, "..."

    def _marker(self, made: Made, limits: Limits, whole: bool) -> bool:
        """Take over what `Query(...)`, `Field(...)`, `conint(...)` or `Ge(1)` says; False for anything else."""
        maker = made.maker
        if not isinstance(maker, Outside):
            return False
        source = self.source_of(maker)
        limits.source = limits.source or source
        if made.index < 0:
            return bool(source)
        call = self.reader.call(made.path, made.index)
        place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
        named = self.reader.arguments.keywords(call, place)
        given = [self.reader.at(place, value) for value in call.arguments]
        if maker.package == "annotated_types":
            if maker.last in BOUND_CLASSES and given:
                named.setdefault(BOUND_CLASSES[maker.last], given[0])
            limits.constrained |= maker.last not in (*BOUND_CLASSES, "Interval")
        elif maker.last in VALIDATORS:
            limits.constrained = True
        elif not source and maker.package not in FIELDS:
            return False
        if source or maker.last in ("Field", "FieldInfo"):
            if given:
                limits.default = given[0]
            limits.default = named.get("default", limits.default)
            if "default_factory" in named:
                limits.default = named["default_factory"]
            self._alias(named, limits)
        self._bounds(named, limits, whole)
        limits.constrained |= any(name in LENGTHS for name in named)
        return True

    def _alias(self, named: dict[str, Answer], limits: Limits) -> None:
        for name in ("validation_alias", "alias"):
            if name in named:
                alias = self.reader.constant(named[name])
                limits.alias = alias if isinstance(alias, str) and alias else limits.alias

    def _bounds(self, named: dict[str, Answer], limits: Limits, whole: bool) -> None:
        for name in INTERVAL:
            if name not in named:
                continue
            value = self.reader.constant(named[name])
            if value is None or isinstance(value, str):
                limits.constrained = True  # bounded by something that is not known here
                continue
            step = 1 if whole and name in ("gt", "lt") else 0
            if name in ("ge", "gt"):
                limits.minimum = float(value) + step
            else:
                limits.maximum = float(value) - step
