"""A schema of a document in, the fields of the body that it describes out: references followed, parts put together, bounded."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from readiness.artifacts.openapi.references import Place, References
from readiness.artifacts.openapi.values import Table, items_of, number_of, text_of, texts_of
from readiness.model.facts.contract import SpecField

DEPTH = 5
"""Objects inside one another whose fields are told."""
FIELDS = 400
"""Fields of one body."""
TOTAL = 60_000
"""Fields of one document."""
PARTS = 50
"""Schemas that one is put together from."""
CHOICES = 200


class Shape(Struct, frozen=True):
    """What a schema says."""

    root: SpecField
    fields: tuple[SpecField, ...] = ()
    closed: bool = False
    whole: bool = True
    example: bool = False


class Merged(Struct):
    """A schema after its references and its `allOf` were put together."""

    table: Table
    path: str
    properties: dict[str, Place]
    required: set[str]
    nullable: bool = False
    whole: bool = True
    example: bool = False


class Schemas:
    """Reads schemas of one document."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._known: dict[tuple[int, str], Shape] = {}
        self._together: dict[tuple[int, str], tuple[object, Merged]] = {}
        """What was put together, with the value that it was made of, so that the value's identity stays its own."""
        self._kept: list[object] = []
        self._fields = 0

    def of(self, place: Place) -> Shape:
        """The shape of a schema; the same for each place that refers to it."""
        followed = self._references.follow(place)
        key = (id(followed.value), followed.path)
        if key not in self._known:
            self._kept.append(followed.value)  # so that the identity stays its own
            found = list(self._fields_of(followed, "", False, 0, ()))[:FIELDS]
            self._fields += len(found)
            merged = self._merged(followed)
            self._known[key] = Shape(
                root=self._field("", merged, required=False),
                fields=tuple(each for each in found if each.name),
                closed=merged.table.get("additionalProperties") is False,
                whole=merged.whole and self._fields < TOTAL,
                example=self._has_example(followed),
            )
        return self._known[key]

    def field(self, name: str, place: Place, *, required: bool) -> SpecField:
        """One value without its inner fields."""
        return self._field(name, self._merged(self._references.follow(place)), required=required)

    def _has_example(self, place: Place) -> bool:
        """An example stands in the schema, in a field of it, or in the items of a list, as deep as fields are read."""
        waiting = [(self._references.follow(place), 0)]
        seen: set[int] = set()
        while waiting and len(seen) < FIELDS:
            each, depth = waiting.pop()
            if id(each.value) in seen:
                continue
            seen.add(id(each.value))
            merged = self._merged(each)
            if merged.example:
                return True
            if depth < DEPTH:
                inner = [*merged.properties.values(), Place(merged.table.get("items"), merged.path)]
                waiting += [(self._references.follow(one), depth + 1) for one in inner if isinstance(one.value, Table)]
        return False

    def _fields_of(
        self, place: Place, name: str, required: bool, depth: int, around: tuple[int, ...]
    ) -> Iterator[SpecField]:
        merged = self._merged(place)
        field = self._field(name, merged, required=required)
        yield field
        if depth >= DEPTH or self._fields > TOTAL or id(place.value) in around:
            return
        inner = (*around, id(place.value))
        if field.type == "array":
            items = Place(merged.table.get("items"), merged.path)
            if isinstance(items.value, Table):
                yield from self._fields_of(self._references.follow(items), f"{name}[]", False, depth + 1, inner)
            return
        before = f"{name}." if name else ""
        for key, each in list(merged.properties.items())[:FIELDS]:
            followed = self._references.follow(each)
            yield from self._fields_of(followed, f"{before}{key}", key in merged.required, depth + 1, inner)

    def _field(self, name: str, merged: Merged, *, required: bool) -> SpecField:
        table = merged.table
        kinds = (
            [text_of(table.get("type"))] if isinstance(table.get("type"), str) else list(texts_of(table.get("type")))
        )
        nullable = (
            merged.nullable or "null" in kinds or table.get("nullable") is True or table.get("x-nullable") is True
        )
        kinds = [each for each in kinds if each != "null"]
        kind = kinds[0] if len(kinds) == 1 else ""
        if not kinds and merged.properties:
            kind = "object"
        elif not kinds and "items" in table:
            kind = "array"
        choices = items_of(table.get("enum")) or ([table["const"]] if "const" in table else [])
        shown = [_shown(each) for each in choices[:CHOICES] if each is not None]
        return SpecField(
            name=name,
            type=kind,
            format=text_of(table.get("format")),
            required=required,
            nullable=nullable or None in choices,
            choices=tuple(shown),
            minimum=number_of(table.get("minimum")),
            maximum=number_of(table.get("maximum")),
            read_only=table.get("readOnly") is True,
            write_only=table.get("writeOnly") is True,
        )

    def _merged(self, place: Place) -> Merged:
        """What a schema says with its references and parts; the same for each place that refers to it."""
        key = (id(place.value), place.path)
        known = self._together.get(key)
        if known is None:
            known = self._together[key] = (place.value, self._put_together(place))
        return known[1]

    def _put_together(self, place: Place) -> Merged:
        merged = Merged(Table(), place.path, {}, set())
        waiting = [place]
        for _ in range(PARTS):
            if not waiting:
                break
            part = self._references.follow(waiting.pop(0))
            table = part.table
            for key, value in table.items():
                if key not in ("properties", "required", "allOf", "oneOf", "anyOf") and key not in merged.table:
                    merged.table[key] = value
                    if key == "items":
                        merged.path = part.path
            for key, value in _table(table, "properties").items():
                merged.properties.setdefault(key, part.inside(value))
            merged.required.update(texts_of(table.get("required")))
            merged.example |= _is_example(table)
            waiting.extend(part.inside(each) for each in items_of(table.get("allOf")))
            waiting.extend(self._only_choice(part, merged))
        else:
            merged.whole = False
        return merged

    def _only_choice(self, part: Place, merged: Merged) -> list[Place]:
        """The one alternative that is left beside null."""
        for word in ("oneOf", "anyOf"):
            choices = [self._references.follow(part.inside(each)) for each in items_of(part.table.get(word))[:PARTS]]
            real = [each for each in choices if each.table.get("type") != "null"]
            merged.nullable |= len(real) < len(choices)
            if len(real) == 1:
                return real
            if real:
                merged.whole = False
                return []
        return []


def _table(table: Table, key: str) -> Table:
    value = table.get(key)
    return value if isinstance(value, Table) else Table()


def _is_example(table: Table) -> bool:
    return any(table.get(word) not in (None, [], {}) for word in ("example", "examples", "x-example"))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)[:200]


def contradiction(value: object, shape: Shape) -> str:
    """Why an example does not fit its schema, as far as its first level shows; empty where it does."""
    expected = shape.root.type
    actual = _kind_of(value)
    if value is None or not expected:
        return ""
    # A version or a telephone number without quotes is a number for YAML and a text for everyone else.
    loose = (expected == "number" and actual == "integer") or (
        expected == "string" and actual not in ("object", "array")
    )
    if actual != expected and not loose:
        return f"it is of type {actual}, and the schema says {expected}"
    if not isinstance(value, Table) or not shape.whole:
        return ""
    top = {each.name: each for each in shape.fields if "." not in each.name and "[]" not in each.name}
    missing = [name for name, each in top.items() if each.required and not each.write_only and name not in value]
    missing = [name for name in missing if not top[name].read_only]
    if missing:
        return f"it lacks the required {missing[0]!r}"
    for name, inner in value.items():
        field = top.get(name)
        if field is not None and inner is not None:
            wrong = contradiction(inner, Shape(replace(field, name="")))
            if wrong:
                return f"{name!r}: {wrong}"
    return ""


def _kind_of(value: object) -> str:
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "integer" if value.is_integer() else "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"
