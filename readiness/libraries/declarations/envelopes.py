"""Types in, whether they are lists of things out: lists, pages, envelopes of one list."""

from __future__ import annotations

from collections.abc import Collection

from readiness.libraries.declarations.annotations import LISTS, Typed, Types
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Bound, Kind, Outside

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


class Collections:
    """Tells collections from single things; `packages` are those whose responses say nothing about what they hold."""

    def __init__(self, reader: Reader, types: Types, packages: Collection[str] = ()) -> None:
        self.reader = reader
        self.types = types
        self.packages = frozenset(packages)

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
            if any(each.last.endswith("Response") and each.package in self.packages for each in bases):
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


def _words(name: str) -> list[str]:
    """The words of a name in snake case or camel case."""
    spaced = "".join(f"_{letter}" if letter.isupper() else letter for letter in name)
    return [*spaced.lower().strip("_").split("_"), name.lower()]
