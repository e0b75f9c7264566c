"""A handler in, what it answers out: declared type, collection or not, status, page or data."""

from __future__ import annotations

from msgspec.structs import replace

from readiness.libraries.declarations.annotations import Typed, Types, written
from readiness.libraries.declarations.envelopes import Collections
from readiness.libraries.declarations.responses import Response
from readiness.libraries.declarations.statuses import status_given
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Outside, Routine
from readiness.libraries.litestar.handlers import Handler
from readiness.libraries.litestar.vocabulary import ENVELOPES, PACKAGES, PAGES, is_ours

WRAPPERS = frozenset({"Response"})
"""Generic answers that hold what they answer."""
WRAPPED = 4
STATUSES = (*PACKAGES, "starlette")
"""Packages with constants for statuses."""


class Responses:
    """Reads what handlers answer."""

    def __init__(self, reader: Reader, types: Types) -> None:
        self.reader = reader
        self.types = types
        self.collections = Collections(reader, types, PACKAGES)

    def of(self, handler: Handler, media_type: Answer | None) -> Response:
        """The answer of one handler; `media_type` is that of the nearest layer that names one."""
        status = status_given(self.reader, handler.arguments.get("status_code"), STATUSES)
        routine = handler.target
        if not isinstance(routine, Routine):
            return Response(status=status)
        function = self.reader.function(routine)
        if function.returns is None:
            return Response(status=status, data=not self._is_html(media_type))
        declared = Bound(function.returns, routine.path, function.scope, function.line, routine.frame)
        typed = self._unwrapped(self.types.of(declared), 0)
        return Response(
            written=written(declared.value, self.reader, declared.path),
            collection=self._is_collection(typed),
            status=status,
            data=not (self._is_page(typed) or self._is_html(media_type)),
        )

    def _unwrapped(self, typed: Typed, depth: int) -> Typed:
        """What is inside `Response[...]`."""
        head = typed.head
        if depth > WRAPPED or not typed.arguments or not isinstance(head, Outside) or not is_ours(head):
            return typed
        return self._unwrapped(self.types.of(typed.arguments[0]), depth + 1) if head.last in WRAPPERS else typed

    def _is_collection(self, typed: Typed) -> bool | None:
        if isinstance(typed.head, Outside) and typed.head.last in ENVELOPES:
            return True
        if typed.optional and typed.name != "None":
            return self._is_collection(replace(typed, optional=False))
        return self.collections.is_collection(typed)

    def _is_page(self, typed: Typed) -> bool:
        if typed.members:
            return all(self._is_page(each) for each in typed.members)
        return isinstance(typed.head, Outside) and typed.head.last in PAGES

    def _is_html(self, given: Answer | None) -> bool:
        if given is None:
            return False
        if self.reader.constant(given) == "text/html":
            return True
        return any(
            isinstance(each, Outside) and each.name.endswith("MediaType.HTML") for each in self.reader.things(given)
        )
