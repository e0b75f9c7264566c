"""A handler and its registration in, what it answers out: declared type, collection or not, status, page or data."""

from __future__ import annotations

from readiness.libraries.declarations.annotations import Types
from readiness.libraries.declarations.declared import Declared
from readiness.libraries.declarations.responses import Response
from readiness.libraries.declarations.statuses import status_given
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Made, Outside, Routine
from readiness.libraries.fastapi.vocabulary import DOCUMENT_PAGES, FRAMEWORK, PAGE_RESPONSES
from readiness.model.summary import CallRef, Constant


class Responses(Declared):
    """Reads what handlers answer."""

    def __init__(self, reader: Reader, types: Types) -> None:
        super().__init__(reader, types, FRAMEWORK, PAGE_RESPONSES)

    def of(self, arguments: dict[str, Answer], routine: Routine | None, default_class: Answer | None) -> Response:
        """The answer of one handler, registered with these arguments."""
        return self.response(
            self._declared(arguments, routine),
            routine,
            status=status_given(self.reader, arguments.get("status_code"), FRAMEWORK),
            of_class=arguments.get("response_class") or default_class,
        )

    def _declared(self, arguments: dict[str, Answer], routine: Routine | None) -> Bound | None:
        given = arguments.get("response_model")
        if isinstance(given, Bound):
            return None if given.value == Constant(None) else given
        return self.annotation(routine)

    def _gives_page(self, routine: Routine, value: CallRef) -> bool:
        """Templates of Starlette make pages as well."""
        if super()._gives_page(routine, value):
            return True
        return self.reader.project.callee(routine.path, value.index).name.endswith("Jinja2Templates.TemplateResponse")

    def _makes_page(self, made: Made) -> bool:
        """Generated documentation is a page as well."""
        if super()._makes_page(made):
            return True
        return isinstance(made.maker, Outside) and made.maker.last in DOCUMENT_PAGES and made.maker.package in FRAMEWORK
