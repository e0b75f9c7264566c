"""Fields of marshmallow schemas and of Flask-RESTX models in, inputs of a route out (read from marshmallow 4.1, webargs 8.7)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside
from readiness.model import RouteParameter, SymbolKind
from readiness.model.summary import Class, Constant, Mapping

FIELD_PACKAGES = frozenset(
    {"marshmallow", "webargs", "flask_marshmallow", "marshmallow_sqlalchemy", "flask_restx", "flask_restplus"}
)
MODELS = frozenset({"model", "Model", "inherit", "clone", "OrderedModel"})
"""What makes a model of Flask-RESTX: `ns.model("Name", {...})`."""
TYPES = {
    "Int": "int",
    "Integer": "int",
    "Float": "float",
    "Number": "float",
    "Decimal": "decimal.Decimal",
    "Arbitrary": "decimal.Decimal",
    "Fixed": "decimal.Decimal",
    "Str": "str",
    "String": "str",
    "Url": "str",
    "URL": "str",
    "Email": "str",
    "Bool": "bool",
    "Boolean": "bool",
    "UUID": "uuid.UUID",
    "DateTime": "datetime.datetime",
    "Date": "datetime.date",
    "List": "list",
    "DelimitedList": "list",
    "Tuple": "tuple",
    "Dict": "dict",
    "Mapping": "dict",
    "Raw": "",
    "Nested": "dict",
}
"""Field classes -> the type of what they load."""
DEFAULTS = ("load_default", "missing", "default")
CHECKED = frozenset({"Email", "Url", "URL", "UUID"})
RESTX = frozenset({"flask_restx", "flask_restplus"})
DEPTH = 6


class Checks(Struct):
    """What the validators of one field say, gathered."""

    minimum: float | None = None
    maximum: float | None = None
    choices: bool = False
    constrained: bool = False


class Fields:
    """Reads fields."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def of(self, spec: Answer, source: str) -> Iterator[RouteParameter]:
        """The inputs that a dict of fields, a schema, its class or a model takes."""
        for thing in self.reader.follow(spec):
            if isinstance(thing, Bound) and isinstance(thing.value, Mapping):
                yield from self._of_mapping(thing, source)
            elif isinstance(thing, Kind):
                yield from self._of_class(thing, source)
            elif isinstance(thing, Made) and isinstance(thing.maker, Kind):
                yield from self._of_class(thing.maker, source)
            elif isinstance(thing, Made) and isinstance(thing.maker, Outside) and thing.index >= 0:
                yield from self._of_model(thing, thing.maker, source)

    def _of_model(self, made: Made, maker: Outside, source: str) -> Iterator[RouteParameter]:
        if maker.last not in MODELS or maker.package not in RESTX:
            return
        call = self.reader.call(made.path, made.index)
        for argument in call.arguments[1:]:
            yield from self.of(Bound(argument, made.path, call.scope, call.line, made.frame), "body")

    def _of_mapping(self, mapping: Bound, source: str) -> Iterator[RouteParameter]:
        for name, value in self.reader.arguments.entries(mapping).items():
            found = self._field(name, value, source)
            if found is not None:
                yield found

    def _of_class(self, kind: Kind, source: str) -> Iterator[RouteParameter]:
        """Fields in the body of a schema and of its bases, nearest first."""
        seen: set[str] = set()
        for ancestor in self.reader.project.ancestors(self.reader.symbol_of(kind)):
            summary = self.reader.project.summary(ancestor.path) if ancestor.path else None
            if summary is None or ancestor.kind is not SymbolKind.CLASS:
                continue
            if not isinstance(summary.definitions[ancestor.index], Class):
                continue
            for each in summary.assignments:
                if each.scope == ancestor.index and each.value is not None and each.target not in seen:
                    seen.add(each.target)
                    found = self._field(each.target, Bound(each.value, ancestor.path, each.scope, each.line), source)
                    if found is not None:
                        yield found

    def _field(self, name: str, given: Answer, source: str) -> RouteParameter | None:
        for made in self.reader.made(given):
            maker = made.maker
            if not isinstance(maker, Outside) or made.index < 0 or maker.package not in FIELD_PACKAGES:
                continue
            if maker.last not in TYPES:
                continue
            call = self.reader.call(made.path, made.index)
            place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
            named = self.reader.arguments.keywords(call, place)
            if any(self._true(named.get(key)) for key in ("dump_only", "readonly")):
                return None
            return self._parameter(name, maker, named, source)
        return None

    def _parameter(self, name: str, maker: Outside, named: dict[str, Answer], source: str) -> RouteParameter:
        checks = Checks(constrained=maker.last in CHECKED)
        if "validate" in named:
            self._validators(named["validate"], checks)
        if maker.package in RESTX:
            checks.minimum = self._number(named.get("min"))
            checks.maximum = self._number(named.get("max"))
            checks.choices = "enum" in named
            checks.constrained |= bool({"min_length", "max_length", "pattern"} & named.keys())
        alias = self.reader.constant(named["data_key"]) if "data_key" in named else None
        default = next((named[key] for key in DEFAULTS if key in named), None)
        value = self.reader.constant(default) if default is not None else None
        text = "" if default is None else str(value) if value is not None else self._unread(default)
        return RouteParameter(
            name=alias if isinstance(alias, str) else name,
            source=source,
            annotation=TYPES[maker.last],
            required=self._true(named.get("required")),
            default=text,
            minimum=checks.minimum,
            maximum=checks.maximum,
            choices=checks.choices,
            constrained=checks.constrained,
        )

    @staticmethod
    def _unread(default: Answer) -> str:
        return "None" if isinstance(default, Bound) and default.value == Constant(None) else "..."

    def _validators(self, given: Answer, checks: Checks) -> None:
        """`validate.Range(min=1, max=100)`, `validate.OneOf([...])`, a list of them, or a function."""
        waiting = [given]
        items, _ = self.reader.elements(given)
        waiting.extend(items[:DEPTH])
        for each in waiting:
            for made in self.reader.made(each):
                if made.index < 0 or not isinstance(made.maker, Outside):
                    continue
                call = self.reader.call(made.path, made.index)
                place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
                named = self.reader.arguments.keywords(call, place)
                positional = self.reader.arguments.positional(call, place)
                if made.maker.last == "Range":
                    named = dict(zip(("min", "max"), positional, strict=False)) | named
                    checks.minimum = self._number(named.get("min"))
                    checks.maximum = self._number(named.get("max"))
                elif made.maker.last == "OneOf":
                    checks.choices = True
        checks.constrained = True

    def _number(self, given: Answer | None) -> float | None:
        value = self.reader.constant(given) if given is not None else None
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def _true(self, given: Answer | None) -> bool:
        return given is not None and self.reader.constant(given) is True


def is_many(reader: Reader, schema: Answer) -> bool | None:
    """Whether a schema stands for several things, `Schema(many=True)`; None where it cannot be told."""
    for made in reader.made(schema):
        if made.index >= 0:
            call = reader.call(made.path, made.index)
            given = next((value for name, value in call.keywords if name == "many"), None)
            return isinstance(given, Constant) and given.value is True
    return False if any(isinstance(each, Kind) for each in reader.things(schema)) else None
