"""A handler and its registration in, what it answers out: declared type, collection or not, status, page or data."""

from __future__ import annotations

from msgspec import Struct

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside, Routine
from readiness.libraries.fastapi.annotations import LISTS, Typed, Types, written
from readiness.libraries.fastapi.vocabulary import DOCUMENT_PAGES, FRAMEWORK, PAGE_RESPONSES, status_of
from readiness.model.summary import CallRef, Constant, Value

PAGES = frozenset(
    {"Page", "LimitOffsetPage", "CursorPage", "LimitOffsetPagination", "OffsetPagination", "CursorPagination"}
)
"""Generic pages of fastapi-pagination and its kin."""
PAGE_PACKAGES = frozenset({"fastapi_pagination", "litestar", "advanced_alchemy"})
BESIDE = """
count total page pages per size limit offset next previous prev cursor has more number items max links meta first last
elapsed took facets pagination self current sort order query q start end token results
"""
PAGING_WORDS = frozenset(BESIDE.split())
"""Words that name a field beside the items of an envelope."""


class Response(Struct, frozen=True):
    """The declared answer of one route."""

    written: str = ""
    collection: bool | None = None
    status: int = 0
    data: bool = True


class Responses:
    """Reads what handlers answer."""

    def __init__(self, reader: Reader, types: Types) -> None:
        self.reader = reader
        self.types = types
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
            status=self._status(arguments.get("status_code")),
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

    def is_collection(self, typed: Typed, depth: int = 0) -> bool | None:
        """A list, a page or an envelope of one list; None where it cannot be told."""
        head = typed.head
        if typed.name == "None":
            return False
        if isinstance(head, Outside):
            if head.last in LISTS and not typed.choices:
                return True
            if head.last in PAGES or (head.package in PAGE_PACKAGES and head.last.endswith("Page")):
                return True
            if head.name in ("str", "int", "float", "bool", "bytes"):
                return False
            return None
        if isinstance(head, Kind) and depth < 3:
            bases = self.types.bases(head)
            if any(each.last in PAGES for each in bases):
                return True
            if any(each.last.endswith("Response") and each.package in FRAMEWORK for each in bases):
                return None
            return self._is_envelope(head, depth)
        if typed.members:
            answers = {self.is_collection(each, depth + 1) for each in typed.members}
            return answers.pop() if len(answers) == 1 else None
        return None

    def _is_envelope(self, kind: Kind, depth: int) -> bool | None:
        """Exactly one list among its fields, and beside it nothing but words about the page."""
        fields = [(name, self.types.of(annotation)) for name, annotation, _ in self.types.fields(kind)]
        if not fields:
            root = self._root(kind)
            return self.is_collection(root, depth + 1) if root is not None else None
        lists = [name for name, typed in fields if self.types.is_list(typed)]
        if len(lists) != 1:
            return False
        return all(self._about_the_page(name, typed) for name, typed in fields if name != lists[0])

    def _about_the_page(self, name: str, typed: Typed) -> bool:
        words = set(_words(name))
        if words & PAGING_WORDS and name not in ("id", "name"):
            return True
        # `articles_count` beside `articles`, a flag, the model of the page itself
        if isinstance(typed.head, Kind):
            inner = [(field, self.types.of(each)) for field, each, _ in self.types.fields(typed.head)]
            return bool(inner) and all(set(_words(field)) & PAGING_WORDS for field, _ in inner)
        return typed.name == "bool"

    def _root(self, kind: Kind) -> Typed | None:
        """What a `RootModel[...]` holds."""
        for base in self.reader.summary(kind.path).definitions[kind.index].bases:  # type: ignore[union-attr]
            typed = self.types.of(Bound(base, kind.path, kind.index, 0, kind.frame))
            if isinstance(typed.head, Outside) and typed.head.last == "RootModel" and typed.arguments:
                return self.types.of(typed.arguments[0])
        return None

    def _status(self, given: Answer | None) -> int:
        if given is None:
            return 0
        constant = self.reader.constant(given)
        if isinstance(constant, int) and not isinstance(constant, bool):
            return constant if 100 <= constant <= 599 else 0
        for thing in self.reader.things(given):
            if isinstance(thing, Outside):
                return status_of(thing.name)
        return 0

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


def _words(name: str) -> list[str]:
    """The words of a name in snake case or camel case."""
    spaced = "".join(f"_{letter}" if letter.isupper() else letter for letter in name)
    return [*spaced.lower().strip("_").split("_"), name.lower()]
