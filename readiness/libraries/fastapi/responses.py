"""A handler and its registration in, what it answers out: declared type, collection or not, status, page or data."""

from __future__ import annotations

from readiness.libraries.declarations.annotations import Typed, Types, written
from readiness.libraries.declarations.envelopes import Collections
from readiness.libraries.declarations.responses import Response
from readiness.libraries.declarations.statuses import status_given
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside, Routine
from readiness.libraries.fastapi.vocabulary import DOCUMENT_PAGES, FRAMEWORK, PAGE_RESPONSES
from readiness.model.summary import CallRef, Constant, Value


class Responses(Collections):
    """Reads what handlers answer."""

    def __init__(self, reader: Reader, types: Types) -> None:
        super().__init__(reader, types, FRAMEWORK)
        self._given: dict[str, dict[int, list[Value | None]]] = {}
        """File -> function -> what its `return`s give."""

    def of(self, arguments: dict[str, Answer], routine: Routine | None, default_class: Answer | None) -> Response:
        """The answer of one handler, registered with these arguments."""
        declared = self._declared(arguments, routine)
        typed = self.types.of(declared)
        text = written(declared.value, self.reader, declared.path) if declared is not None else ""
        return Response(
            written=text,
            collection=self.is_collection(typed) if text else None,
            status=status_given(self.reader, arguments.get("status_code"), FRAMEWORK),
            data=not self._is_page(arguments.get("response_class") or default_class, typed, routine),
        )

    def _declared(self, arguments: dict[str, Answer], routine: Routine | None) -> Bound | None:
        given = arguments.get("response_model")
        if isinstance(given, Bound):
            return None if given.value == Constant(None) else given
        if routine is None:
            return None
        function = self.reader.function(routine)
        if function.returns is None:
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
            return thing.last in PAGE_RESPONSES
        if isinstance(thing, Kind):
            return any(each.last in PAGE_RESPONSES for each in self.types.bases(thing))
        return False

    def _returns_pages(self, routine: Routine) -> bool:
        """Every `return` gives a page, a file, a redirect or generated documentation."""
        if routine.path not in self._given:
            self._given[routine.path] = {}
            for each in self.reader.summary(routine.path).returns:
                self._given[routine.path].setdefault(each.scope, []).append(each.value)
        given = self._given[routine.path].get(routine.index, [])
        return bool(given) and all(isinstance(value, CallRef) and self._makes_page(routine, value) for value in given)

    def _makes_page(self, routine: Routine, value: CallRef) -> bool:
        call = self.reader.call(routine.path, value.index)
        for made in self.reader.made(Bound(value, routine.path, routine.index, call.line)):
            if self._makes(made):
                return True
        return self.reader.project.callee(routine.path, value.index).name.endswith("Jinja2Templates.TemplateResponse")

    def _makes(self, made: Made) -> bool:
        if self._page_class(made.maker):
            return True
        return isinstance(made.maker, Outside) and made.maker.last in DOCUMENT_PAGES and made.maker.package in FRAMEWORK
