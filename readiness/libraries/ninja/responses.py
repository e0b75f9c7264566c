"""A registration and its handler in, what is answered out: `response=List[Item]`, `response={200: Item, 404: Error}`."""

from __future__ import annotations

from readiness.libraries.declarations.annotations import Typed, Types
from readiness.libraries.declarations.declared import Declared
from readiness.libraries.declarations.responses import NOTHING, Response
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Routine
from readiness.libraries.ninja.vocabulary import PACKAGES, PAGE_RESPONSES
from readiness.model.summary import Constant, Mapping, Sequence, Value

Pair = tuple[Value | None, Value]
"""A status with what is answered under it."""


class SchemaResponses(Declared):
    """Knows that a schema made of a model's fields is one object."""

    def is_collection(self, typed: Typed, depth: int = 0) -> bool | None:
        """A list, a page or an envelope of one list; None where it cannot be told."""
        found = super().is_collection(typed, depth)
        if found is None and isinstance(typed.head, Kind):
            bases = self.types.bases(typed.head)
            return False if any(each.last == "ModelSchema" for each in bases) else None
        return found


class NinjaResponses:
    """Reads what operations answer."""

    def __init__(self, reader: Reader, types: Types) -> None:
        self.reader = reader
        self.inner = SchemaResponses(reader, types, PACKAGES, PAGE_RESPONSES)

    def of(self, arguments: dict[str, Answer], routine: Routine | None, *, annotated: bool) -> Response:
        """The answer of one operation; `annotated` says that the return annotation counts where nothing else is declared."""
        given = arguments.get("response")
        if given is None:
            answering = routine if annotated else None
            return self.inner.response(self.inner.annotation(answering), answering)
        for each in self.reader.follow(given):
            if isinstance(each, Bound) and isinstance(each.value, Mapping):
                return self._by_status(each, list(zip(each.value.keys, each.value.values, strict=True)))
            if isinstance(each, Bound) and isinstance(each.value, Sequence) and each.value.kind == "list":
                return self._by_status(each, [pair for item in each.value.items if (pair := _pair(item)) is not None])
        return self._declared(given)

    def _by_status(self, place: Bound, pairs: list[Pair]) -> Response:
        """The first success of `{200: Item, codes_4xx: Error}`."""
        for key, value in pairs:
            status = self.reader.constant(self.reader.at(place, key)) if key is not None else None
            if isinstance(status, int) and 200 <= status <= 299:
                return self._declared(self.reader.at(place, value), status)
        return NOTHING

    def _declared(self, given: Answer, status: int = 0) -> Response:
        """A type, or None for no answer at all."""
        declared = given if isinstance(given, Bound) and given.value != Constant(None) else None
        return self.inner.response(declared, None, status=status)


def _pair(item: Value) -> Pair | None:
    """`(201, Item)` in a list of django-ninja-extra."""
    if isinstance(item, Sequence) and item.kind == "tuple" and len(item.items) == 2:
        return item.items[0], item.items[1]
    return None
