"""Functions that tell of all files together in, what they told out, entry by entry: built once for all who look at a scan.

Whoever looks an entry up depends on that entry, not on what was looked at for the table: that is known of the table itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar, cast

from readiness.linking.looked import ALL, Looked
from readiness.model import Fact, Problem
from readiness.model.telling import name_of_table

if TYPE_CHECKING:
    from readiness.linking.project import LinkedProject
    from readiness.model import Project

V = TypeVar("V")
Build = Callable[["Project"], Mapping[str, V]]


class Table:
    """What one function told."""

    __slots__ = ("entries", "looked", "name", "problems")

    def __init__(self, name: str, entries: Mapping[str, object], looked: Looked, problems: tuple[Problem, ...]) -> None:
        self.name = name
        self.entries = entries
        self.looked = looked
        """What the function looked at."""
        self.problems = problems


class Tables:
    """The tables of one scan."""

    def __init__(self) -> None:
        self.built: dict[Callable[..., object], Table] = {}

    def of(self, build: Build[V], project: LinkedProject) -> Table:
        """The table that a function makes."""
        found = self.built.get(build)
        if found is None:
            view = project.view()
            entries = build(view)
            found = Table(name_of_table(build), entries, view.looked, view.problems)
            self.built[build] = found
            view.close()
        return found

    def forget(self, kinds: set[type[Fact]]) -> None:
        """There are other facts of these kinds now: what was told of them is told again."""
        for build, table in list(self.built.items()):
            asked = {*table.looked.kinds, *(kind for kind, _ in table.looked.placed)}
            if not kinds.isdisjoint(asked):
                del self.built[build]


class Entries(Mapping[str, V]):
    """A table as one view sees it, which notes what is looked up."""

    __slots__ = ("_entries", "_looks", "_name")

    def __init__(self, table: Table, looks: set[tuple[str, str]]) -> None:
        self._entries = cast("Mapping[str, V]", table.entries)
        self._name = table.name
        self._looks = looks

    def __getitem__(self, key: str) -> V:
        """One entry. Raises KeyError where there is none."""
        self._looks.add((self._name, key))
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        """All keys, which is a look at all entries."""
        self._looks.add((self._name, ALL))
        return iter(self._entries)

    def __len__(self) -> int:
        """How many entries there are."""
        self._looks.add((self._name, ALL))
        return len(self._entries)
