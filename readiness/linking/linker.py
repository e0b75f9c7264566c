"""What the parts of the linker share: the files, a table of names for each, and answers that are worked out once.

A question that comes back to itself, or leads too deep, is answered with "nothing known"; such an answer, and what was
built on it, is not kept unless the question was the first one of the circle. So answers do not depend on the order of questions.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, TypeVar, cast

from readiness.linking.indices import Indices, Key
from readiness.linking.modules import Modules
from readiness.linking.names import Names
from readiness.model.source import SourceFile
from readiness.model.summary import Assignment, Call, Class, Definition, Function, Summary

if TYPE_CHECKING:
    from readiness.linking.calls import Calls
    from readiness.linking.classes import Classes
    from readiness.linking.constants import Constants
    from readiness.linking.creations import Creations
    from readiness.linking.hung import Hung
    from readiness.linking.outcomes import Outcomes
    from readiness.linking.resolving import Resolving
    from readiness.linking.shapes import Types

A = TypeVar("A")

DEPTH = 70
"""Questions inside one another."""
STEPS = 8_000
"""Questions that one question from outside may lead to; in the largest backends tried it was 1,200."""
KEPT = 400_000
"""Answers kept before all are forgotten."""


class TooManySteps(Exception):
    """A question led to more others than are answered: everybody between it and the one who asked gives up at once."""


class Linker:
    """The linked files with their parts, which ask one another."""

    resolving: Resolving
    classes: Classes
    types: Types
    outcomes: Outcomes
    creations: Creations
    calls: Calls
    constants: Constants
    hung: Hung

    def __init__(
        self,
        files: Mapping[str, SourceFile],
        summaries: Mapping[str, Summary],
        results: Mapping[str, str],
        around: Linker | None = None,
    ) -> None:
        self.files = files
        self.summaries = summaries
        self.results = results
        """External callable, `Class.method` or `Class.*` -> the class of what it gives back."""
        self.result_owners = frozenset(key.rpartition(".")[0] for key in results)
        """External classes of which results are known, however they are spelled."""
        self.modules: Modules = around.modules if around is not None else Modules(files, summaries)
        self.indices: Indices = around.indices if around is not None else Indices(summaries)
        """What is the same for all who look at the files; with `around`, another's."""
        self.opened: set[str] = set()
        """Files that were looked into."""
        self.asked: set[Key] = set()
        """What was looked up in the indices of all files."""
        self._given: dict[str, str] = {}
        self.answers: dict[Hashable, object] = {}
        self._in_circles: dict[Hashable, object] = {}
        """Answers to questions from outside that lead back to themselves. Where a circle is entered decides what is answered inside
        of it, so only the very same question is given such an answer."""
        self._active: dict[Hashable, int] = {}
        self._cut = sys.maxsize
        self._steps = 0
        self._allowance = STEPS

    def given(self, name: str) -> str:
        """The known result of an external callable, or the type of an external object; empty where none is known."""
        found = self._given.get(name)
        if found is None:
            found = next((self.results[each] for each in spellings(name) if each in self.results), "")
            self._given[name] = found
        return found

    def knows(self, package: str) -> bool:
        """Something of the package, written out as it is imported, has a known result."""
        return any(each == package or each.startswith(f"{package}.") for each in self.result_owners)

    def names(self, path: str) -> Names | None:
        """The tables of a file, None where it has no summary."""
        self.opened.add(path)
        return self.indices.names(path)

    def summary(self, path: str) -> Summary | None:
        """The summary of a file, None where it has none."""
        self.opened.add(path)
        return self.summaries.get(path)

    def assignment(self, path: str, index: int) -> Assignment | None:
        """One assignment of a file, None out of range."""
        summary = self.summary(path)
        return summary.assignments[index] if summary is not None and 0 <= index < len(summary.assignments) else None

    def definition(self, path: str, index: int) -> Definition | None:
        """One definition of a file, None out of range."""
        summary = self.summary(path)
        return summary.definitions[index] if summary is not None and 0 <= index < len(summary.definitions) else None

    def function(self, path: str, index: int) -> Function | None:
        """One function of a file."""
        found = self.definition(path, index)
        return found if isinstance(found, Function) else None

    def class_(self, path: str, index: int) -> Class | None:
        """One class of a file."""
        found = self.definition(path, index)
        return found if isinstance(found, Class) else None

    def call(self, path: str, index: int) -> Call | None:
        """One call of a file, None out of range."""
        summary = self.summary(path)
        return summary.calls[index] if summary is not None and 0 <= index < len(summary.calls) else None

    def forget(self) -> None:
        """Keep no answer."""
        self.answers.clear()
        self._in_circles.clear()

    @property
    def busy(self) -> bool:
        """A question is being answered: what is asked now is a part of it, and counts for its bounds."""
        return bool(self._active)

    def once(self, key: Hashable, answer: Callable[[], A], nothing: A) -> A:
        """The kept answer to a question, or a new one; `nothing` inside a circle and beyond the bounds."""
        if key in self.answers:
            return cast("A", self.answers[key])
        depth = self._active.get(key)
        if depth is not None:
            self._cut = min(self._cut, depth)
            return nothing
        level = len(self._active)
        if level == 0:
            if key in self._in_circles:
                return cast("A", self._in_circles[key])
            if self._steps > self._allowance:
                # Code that leads every question astray must not cost the full bound each time.
                self._allowance = max(STEPS // 50, self._allowance * 3 // 4)
            self._steps = 0
            self._cut = sys.maxsize
            if len(self.answers) > KEPT:
                self.answers.clear()
                self._in_circles.clear()
        self._steps += 1
        if self._steps > self._allowance:
            raise TooManySteps
        if level >= DEPTH:
            self._cut = 0
            return nothing
        outer, self._cut = self._cut, sys.maxsize
        self._active[key] = level
        try:
            found = answer()
        except TooManySteps:
            if level:
                raise
            self._cut, found = 0, nothing
        except RecursionError:
            # The caller itself may stand deep already: this question is given up, as beyond the bounds.
            self._cut, found = 0, nothing
        finally:
            del self._active[key]
        if self._cut > level:
            self.answers[key] = found
            self._cut = outer
        elif level == 0:
            self._in_circles[key] = found
            self._cut = outer
        else:
            self._cut = min(self._cut, outer)
        return found


def spellings(name: str) -> list[str]:
    """A dotted name of a library, and the shorter ones by which packages pass on what their inner modules hold:
    `sqlalchemy.orm.session.Session.add` is `sqlalchemy.orm.Session.add` and `sqlalchemy.Session.add` as well."""
    parts = name.split(".")
    place = next((at for at, part in enumerate(parts) if part.lstrip("_")[:1].isupper()), len(parts) - 1)
    return [name, *(".".join([*parts[:kept], *parts[place:]]) for kept in range(place - 1, 0, -1))]
