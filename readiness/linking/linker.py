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


SMALL = frozenset({"resolve", "shape", "result", "parameter", "member", "bases"})
"""Questions that are hardly asked twice but by who asked first, where they are parts of others: answers to parts are not shared."""
FEW = 8
"""Things looked at that are told one by one to whoever is given an answer; of more the answer itself is told."""


class Answer:
    """What a question was answered, with all that was looked at for it: whoever is given it has looked at that too."""

    __slots__ = ("few", "found", "looked")

    def __init__(self, found: object, looked: tuple[object, ...], *, few: bool) -> None:
        self.found = found
        self.looked = looked
        """Paths, keys of indices, and answers to other questions."""
        self.few = few


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
        self.result_owners: frozenset[str] = (
            around.result_owners if around is not None else frozenset(key.rpartition(".")[0] for key in results)
        )
        """External classes of which results are known, however they are spelled."""
        self.modules: Modules = around.modules if around is not None else Modules(files, summaries)
        self.indices: Indices = around.indices if around is not None else Indices(summaries)
        """What is the same for all who look at the files; with `around`, another's."""
        self.answers: dict[Hashable, Answer] = around.answers if around is not None else {}
        """Answers that do not depend on who asked what before: they are shared."""
        self._own: dict[Hashable, Answer] = {}
        """Answers to parts of questions, of whoever asked them."""
        self.looked: set[object] = set()
        """What was looked at for the question that is being answered, or, where none is, by whoever asks: paths of files that were
        opened, keys of what was looked up in the indices of all files, and kept answers."""
        self._given: dict[str, str] = around._given if around is not None else {}
        self._same: dict[tuple[object, ...], tuple[object, ...]] = around._same if around is not None else {}
        """One tuple for all answers for which the same was looked at."""
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
        self.looked.add(path)
        return self.indices.names(path)

    def summary(self, path: str) -> Summary | None:
        """The summary of a file, None where it has none."""
        self.looked.add(path)
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

    def looked_at(self) -> tuple[set[str], set[Key]]:
        """The files that were opened, and what was looked up in the indices of all files, here or for an answer that was given."""
        files: set[str] = set()
        asked: set[Key] = set()
        seen = set(self.looked)
        waiting = list(seen)
        while waiting:
            each = waiting.pop()
            if type(each) is Answer:
                fresh = [part for part in each.looked if part not in seen]
                seen.update(fresh)
                waiting += fresh
            elif type(each) is str:
                files.add(each)
            else:
                asked.add(cast("Key", each))
        return files, asked

    def forget(self) -> None:
        """Nobody asks any more."""
        self.looked.clear()
        self._own.clear()
        self._in_circles.clear()

    def kept(self, key: Hashable) -> object:
        """The kept answer to a question, None without one."""
        known = self.answers.get(key) or self._own.get(key)
        if known is None:
            return None
        if known.few:
            self.looked.update(known.looked)
        else:
            self.looked.add(known)
        return known.found

    def apart(self, key: Hashable, answer: Callable[[], A]) -> A:
        """The kept answer to a question that is no question of the linker's own but leads to many, or a new one."""
        if key in self.answers:
            return cast("A", self.kept(key))
        around, self.looked = self.looked, set()
        try:
            found = answer()
        finally:
            inner, self.looked = self.looked, around
            around |= inner
        self._keep(self.answers, key, found, inner)
        return found

    @property
    def busy(self) -> bool:
        """A question is being answered: what is asked now is a part of it, and counts for its bounds."""
        return bool(self._active)

    def once(self, key: Hashable, answer: Callable[[], A], nothing: A) -> A:
        """The kept answer to a question, or a new one; `nothing` inside a circle and beyond the bounds."""
        known = self.answers.get(key) or self._own.get(key)
        if known is not None:
            if known.few:
                self.looked.update(known.looked)
            else:
                self.looked.add(known)
            return cast("A", known.found)
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
            if len(self.answers) + len(self._own) > KEPT:
                self.answers.clear()
                self._own.clear()
                self._same.clear()
                self._in_circles.clear()
        self._steps += 1
        if self._steps > self._allowance:
            raise TooManySteps
        if level >= DEPTH:
            self._cut = 0
            return nothing
        outer, self._cut = self._cut, sys.maxsize
        around, self.looked = self.looked, set()
        self._active[key] = level
        try:
            found = answer()
        except TooManySteps:
            if level:
                around |= self.looked
                raise
            self._cut, found = 0, nothing
        except RecursionError:
            # The caller itself may stand deep already: this question is given up, as beyond the bounds.
            self._cut, found = 0, nothing
        finally:
            del self._active[key]
            inner, self.looked = self.looked, around
        if self._cut > level:
            part = level > 0 and isinstance(key, tuple) and key[0] in SMALL
            self._keep(self._own if part else self.answers, key, found, inner)
            self._cut = outer
            return found
        around |= inner
        if level == 0:
            self._in_circles[key] = found
            self._cut = outer
        else:
            self._cut = min(self._cut, outer)
        return found

    def _keep(self, answers: dict[Hashable, Answer], key: Hashable, found: object, looked: set[object]) -> None:
        """Keep an answer; whoever asked has looked at the same."""
        parts = tuple(looked)
        if len(parts) <= FEW and Answer not in map(type, parts):
            parts = self._same.setdefault(parts, parts)
            answers[key] = Answer(found, parts, few=True)
            self.looked.update(parts)
        else:
            kept = answers[key] = Answer(found, parts, few=False)
            self.looked.add(kept)


def spellings(name: str) -> list[str]:
    """A dotted name of a library, and the shorter ones by which packages pass on what their inner modules hold:
    `sqlalchemy.orm.session.Session.add` is `sqlalchemy.orm.Session.add` and `sqlalchemy.Session.add` as well."""
    parts = name.split(".")
    place = next((at for at, part in enumerate(parts) if part.lstrip("_")[:1].isupper()), len(parts) - 1)
    return [name, *(".".join([*parts[:kept], *parts[place:]]) for kept in range(place - 1, 0, -1))]
