"""One parameter of a handler or provider in, what a client can send for it out.

Read from Litestar 2.25: some parameters are filled by their name, those of the path by the path, and all others come from the
query unless `Parameter(header=...)` or `Parameter(cookie=...)` says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.declarations.annotations import NUMBERS, Typed, Types
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Made, Outside
from readiness.libraries.litestar.vocabulary import RESERVED, is_ours
from readiness.model import RouteParameter
from readiness.model.summary import Constant, Opaque

MARKERS = frozenset({"Parameter", "Body", "Dependency", "ParameterKwarg", "BodyKwarg", "DependencyKwarg"})
PLACED = {"QueryParameter": "query", "HeaderParameter": "header", "CookieParameter": "cookie", "PathParameter": "path"}
"""Markers that name where a value comes from."""
CHECKS = frozenset({"min_length", "max_length", "pattern", "multiple_of", "min_items", "max_items", "const", "regex"})
INTERVAL = ("ge", "gt", "le", "lt")
SOURCES = ("header", "cookie", "query")
FORMS = frozenset({"URL_ENCODED", "MULTI_PART"})
"""Encodings of a body that a browser's form sends."""
DEPENDENCY = frozenset({"Dependency", "DependencyKwarg"})


class Marks(Struct):
    """What the markers of one parameter say, gathered."""

    source: str = ""
    name: str = ""
    default: Answer | None = None
    required: bool | None = None
    minimum: float | None = None
    maximum: float | None = None
    constrained: bool = False
    form: bool = False
    dependency: bool = False
    """It is filled by a provider."""


class Inputs:
    """Reads parameters."""

    def __init__(self, reader: Reader, types: Types) -> None:
        self.reader = reader
        self.types = types

    def marks(self, typed: Typed, default: Bound | None) -> Marks:
        """Everything that is said beside the type."""
        marks = Marks()
        whole = "float" not in typed.name and "Decimal" not in typed.name
        if isinstance(typed.head, Outside) and typed.head.last in NUMBERS and typed.head.package == "pydantic":
            marks.minimum = NUMBERS[typed.head.last]
        marked = False
        for made in self._markers(typed, default):
            marked |= self._read(made, marks, whole)
        if default is not None and not (marked and self.reader.made(default)):
            marks.default = default
        return marks

    def _markers(self, typed: Typed, default: Bound | None) -> Iterator[Made]:
        if default is not None:
            yield from self.reader.made(default)
        for each in typed.metadata:
            yield from self.reader.made(each)

    def _read(self, made: Made, marks: Marks, whole: bool) -> bool:
        """Take over what `Parameter(...)`, `Body(...)`, `Meta(...)` or `Field(...)` says; False for anything else."""
        maker = made.maker
        if not isinstance(maker, Outside) or made.index < 0:
            return False
        ours = is_ours(maker) and (maker.last in MARKERS or maker.last in PLACED)
        if not ours and maker.package not in ("msgspec", "pydantic", "annotated_types"):
            return False
        call = self.reader.call(made.path, made.index)
        place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
        named = self.reader.arguments.keywords(call, place)
        if maker.package == "annotated_types" and call.arguments:
            named.setdefault(maker.last.lower(), self.reader.at(place, call.arguments[0]))
        marks.dependency |= maker.last in DEPENDENCY
        for source in SOURCES if maker.last.startswith("Parameter") else ():
            text = self.reader.constant(named[source]) if source in named else None
            if isinstance(text, str) and text:
                marks.source, marks.name = source, text
        if maker.last in PLACED and ours:
            marks.source = PLACED[maker.last]
            text = self.reader.constant(named["name"]) if "name" in named else None
            marks.name = text if isinstance(text, str) else marks.name
        if maker.last.startswith("Body") and "media_type" in named:
            marks.form = self._is_form(named["media_type"])
        marks.default = named.get("default", marks.default)
        required = self.reader.constant(named["required"]) if "required" in named else None
        marks.required = required if isinstance(required, bool) else marks.required
        self._bounds(named, marks, whole)
        return ours

    def _is_form(self, given: Answer) -> bool:
        constant = self.reader.constant(given)
        if isinstance(constant, str):
            return constant in ("multipart/form-data", "application/x-www-form-urlencoded")
        return any(isinstance(each, Outside) and each.last in FORMS for each in self.reader.things(given))

    def _bounds(self, named: dict[str, Answer], marks: Marks, whole: bool) -> None:
        for name in INTERVAL:
            if name not in named:
                continue
            value = self.reader.constant(named[name])
            if not isinstance(value, int | float) or isinstance(value, bool):
                marks.constrained = True  # bounded by something that is not known here
                continue
            step = 1 if whole and name in ("gt", "lt") else 0
            if name in ("ge", "gt"):
                marks.minimum = float(value) + step
            else:
                marks.maximum = float(value) - step
        marks.constrained |= bool(CHECKS & named.keys())

    def parameter(
        self, name: str, typed: Typed, marks: Marks, path_names: frozenset[str], via: str
    ) -> RouteParameter | None:
        """The input; None for what the client does not send."""
        reserved = RESERVED.get(name)
        if reserved == "":
            return None
        if reserved is not None:
            return RouteParameter(
                name=name,
                source=self._body(typed, marks) if name == "data" else reserved,
                annotation=typed.name,
                required=name in ("data", "request", "socket") and not typed.optional,
                constrained=marks.constrained,
                via=via,
            )
        in_path = name in path_names and not marks.source
        required, default = self._default(typed, marks)
        return RouteParameter(
            name=marks.name or name,
            source="path" if in_path else marks.source or "query",
            annotation=typed.name,
            required=required or in_path,
            default=default,
            minimum=marks.minimum,
            maximum=marks.maximum,
            choices=typed.choices or any(each.choices for each in typed.members),
            via=via,
            constrained=marks.constrained,
        )

    def _body(self, typed: Typed, marks: Marks) -> str:
        if "UploadFile" in typed.name:
            return "file"
        return "form" if marks.form else "body"

    def _default(self, typed: Typed, marks: Marks) -> tuple[bool, str]:
        given = marks.default
        if given is None or (isinstance(given, Bound) and given.value == Opaque("Ellipsis")):
            if marks.required is not None:
                return marks.required, ""
            return not typed.optional, "None" if typed.optional else ""
        constant = self.reader.constant(given)
        if constant is not None or (isinstance(given, Bound) and given.value == Constant(None)):
            return False, str(constant)
        return False, "..."
