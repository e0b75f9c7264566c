"""A handler with what it is declared to answer in, its `Response` out: type, collection or not, page or data."""

from __future__ import annotations

from collections.abc import Collection

from readiness.libraries.declarations.annotations import Typed, Types, written
from readiness.libraries.declarations.envelopes import Collections
from readiness.libraries.declarations.responses import Response
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside, Routine
from readiness.model.summary import CallRef, Value


class Declared(Collections):
    """Reads declared answers. `pages` are the last names of the classes whose objects are pages, files and redirects."""

    def __init__(self, reader: Reader, types: Types, packages: Collection[str], pages: Collection[str]) -> None:
        super().__init__(reader, types, packages)
        self.pages = frozenset(pages)
        self._given: dict[str, dict[int, list[Value | None]]] = {}
        """File -> function -> what its `return`s give."""

    def response(
        self, declared: Bound | None, routine: Routine | None, *, status: int = 0, of_class: Answer | None = None
    ) -> Response:
        """The answer that is declared as a type; `of_class` is the class of response where one is named."""
        typed = self.types.of(declared)
        text = written(declared.value, self.reader, declared.path) if declared is not None else ""
        return Response(
            written=text,
            collection=self.is_collection(typed) if text else None,
            status=status,
            data=not self._is_page(of_class, typed, routine),
        )

    def annotation(self, routine: Routine | None) -> Bound | None:
        """The return annotation of a function; None without one."""
        function = self.reader.function(routine) if routine is not None else None
        if routine is None or function is None or function.returns is None:
            return None
        return Bound(function.returns, routine.path, function.scope, function.line, routine.frame)

    # pages

    def _is_page(self, given: Answer | None, typed: Typed, routine: Routine | None) -> bool:
        if given is not None:
            return any(self._page_class(each) for each in self.reader.things(given))
        if typed.head is not None and self._page_class(typed.head):
            return True
        if typed.members and all(each.head is not None and self._page_class(each.head) for each in typed.members):
            return True
        return routine is not None and (typed.head is None or typed.name == "None") and self._returns_pages(routine)

    def _page_class(self, thing: Answer) -> bool:
        if isinstance(thing, Outside):
            return thing.last in self.pages
        return isinstance(thing, Kind) and any(each.last in self.pages for each in self.types.bases(thing))

    def _returns_pages(self, routine: Routine) -> bool:
        """Every `return` gives a page, a file or a redirect."""
        if routine.path not in self._given:
            self._given[routine.path] = {}
            for each in self.reader.summary(routine.path).returns:
                self._given[routine.path].setdefault(each.scope, []).append(each.value)
        given = self._given[routine.path].get(routine.index, [])
        return bool(given) and all(isinstance(value, CallRef) and self._gives_page(routine, value) for value in given)

    def _gives_page(self, routine: Routine, value: CallRef) -> bool:
        call = self.reader.call(routine.path, value.index)
        return any(
            self._makes_page(made) for made in self.reader.made(Bound(value, routine.path, routine.index, call.line))
        )

    def _makes_page(self, made: Made) -> bool:
        return self._page_class(made.maker)
