"""The summaries of a scan in; what all files together hold under one name out, built once for all who look.

Each index is a sum: what one file adds to it can be told from its summary alone (`entries`). So whoever asked for a name got
nothing from a file that adds nothing under it, and would get the same from another content of the file that adds the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias, TypeVar, cast

from readiness.linking.names import Names, last_name
from readiness.model.project import Code
from readiness.model.summary import Class, Name, Subscript, Summary, Value
from readiness.model.summary import Member as Attribute
from readiness.model.telling import told_differently

T = TypeVar("T")

Site: TypeAlias = tuple[str, int]
"""A path, with the place of a call, a class or an assignment in its summary."""
Key: TypeAlias = tuple[str, str]
"""An index by its name, and the name that is looked up in it."""

INDICES = CALLS, ALIASES, BASES, HUNG, IMPORTERS = "calls", "aliases", "bases", "hung", "importers"

APPLICATIONS = frozenset({"Application", "Flask", "Quart", "FastAPI", "Starlette", "Sanic"})
"""Classes that a program makes subclasses of, on whose `self` things are hung."""
HOLDERS = ("g", "state", "ctx", "context", "app", "application")
"""Ends of the expressions that things are hung on; what they are is asked of their types."""


FILES = 10_000
"""Files whose tables of names are kept where the summaries are no dict: each holds the summary that it was made of."""


class Indices:
    """The tables of one scan: of each file, and of all together."""

    def __init__(self, summaries: Mapping[str, Summary]) -> None:
        self._summaries = summaries
        self._most = len(summaries) if isinstance(summaries, dict) else FILES
        self._names: dict[str, Names] = {}
        self._tails: dict[str, dict[str, list[int]]] = {}
        self._symbols: dict[str, dict[str, int]] = {}
        self._told: dict[object, dict[str, object]] = {}
        self._shared: dict[object, object] = {}
        self._called: dict[str, list[tuple[str, Sequence[int]]]] | None = None
        self._aliases: dict[str, set[str]] = {}
        self._below: dict[str, list[Site]] | None = None
        self._hung: dict[str, list[Site]] | None = None
        self._importers: dict[str, list[str]] | None = None

    # Of one file

    def names(self, path: str) -> Names | None:
        """The tables of a file, None where it has no summary."""
        found = self._names.get(path)
        if found is None:
            summary = self._summaries.get(path)
            if summary is None:
                return None
            found = self._names[path] = Names(summary)
            if len(self._names) > self._most:
                del self._names[next(iter(self._names))]
        return found

    def tails(self, path: str) -> dict[str, list[int]]:
        """Indices of the calls of a file by the last name of what they call as written, in order; under the empty name those of
        what has none."""
        found = self._tails.get(path)
        if found is None:
            summary = self._summaries.get(path)
            found = self._tails[path] = tails_of(summary) if summary is not None else {}
        return found

    def symbols(self, path: str) -> dict[str, int]:
        """The definitions of a file by their qualified names."""
        known = self._symbols.get(path)
        if known is None:
            definitions = self._summaries[path].definitions
            known = self._symbols[path] = {each.qualname: index for index, each in enumerate(definitions)}
        return known

    def told(self, tell: Callable[[Summary], T | None]) -> Callable[[str], T | None]:
        """What a function tells of the summary of a file; each is asked once."""
        kept = cast("dict[str, T | None]", self._told.setdefault(tell, {}))

        def of(path: str) -> T | None:
            if path not in kept:
                summary = self._summaries.get(path)
                kept[path] = tell(summary) if summary is not None else None
            return kept[path]

        return of

    # Of all files

    def shared(self, build: Callable[[Code], T], code: Code) -> T:
        """A table for all, built when it is first asked for."""
        if build not in self._shared:
            self._shared[build] = build(code)
        return cast("T", self._shared[build])

    @property
    def called(self) -> dict[str, list[tuple[str, Sequence[int]]]]:
        """Calls by the last name of what they call: files in order, each with the indices of its calls."""
        if self._called is None:
            self._called = {}
            for path, summary in self._summaries.items():
                behind: dict[str, list[int]] = {}
                tails = self.tails(path)
                for last, indices in tails.items():
                    if last:
                        self._called.setdefault(last, []).append((path, indices))
                        continue
                    for index in indices:
                        behind.setdefault(called_name(summary.calls[index].callee), []).append(index)
                for name, indices in behind.items():
                    sites = self._called.setdefault(name, [])
                    direct = sites.pop()[1] if name and name in tails else ()
                    sites.append((path, sorted([*direct, *indices])))
                for name, alias in aliases_of(summary):
                    self._aliases.setdefault(name, set()).add(alias)
        return self._called

    def sites(self, name: str) -> Iterator[Site]:
        """The calls of what has this last name."""
        for path, indices in self.called.get(name, ()):
            for index in indices:
                yield path, index

    @property
    def aliases(self) -> dict[str, set[str]]:
        """Other names that imports and assignments give to a name."""
        _ = self.called
        return self._aliases

    @property
    def below(self) -> dict[str, list[Site]]:
        """Classes by the last name of a base as written."""
        if self._below is None:
            self._below = {}
            for path in sorted(self._summaries):
                for name, index in bases_of(self._summaries[path]):
                    self._below.setdefault(name, []).append((path, index))
        return self._below

    @property
    def hung(self) -> dict[str, list[Site]]:
        """Assignments of an attribute to what may be an object of a framework."""
        if self._hung is None:
            self._hung = {}
            for path, summary in self._summaries.items():
                for attribute, index in hung_of(summary):
                    self._hung.setdefault(attribute, []).append((path, index))
        return self._hung

    @property
    def importers(self) -> dict[str, list[str]]:
        """Files by the top-level packages that they import."""
        if self._importers is None:
            self._importers = {}
            for path in sorted(self._summaries):
                for top in imported(self._summaries[path]):
                    self._importers.setdefault(top, []).append(path)
        return self._importers


def entries(summary: Summary) -> dict[Key, object]:
    """What one file adds to the indices of all files."""
    found: dict[Key, list[object]] = {}
    for last, indices in tails_of(summary).items():
        found[CALLS, last] = list(indices)
    for index in found.get((CALLS, ""), ()):
        if isinstance(index, int):
            found.setdefault((CALLS, called_name(summary.calls[index].callee)), []).append(("behind", index))
    for name, alias in sorted(set(aliases_of(summary))):
        found.setdefault((ALIASES, name), []).append(alias)
    for name, place in bases_of(summary):
        found.setdefault((BASES, name), []).append(place)
    for attribute, place in hung_of(summary):
        found.setdefault((HUNG, attribute), []).append(place)
    for top in imported(summary):
        found[IMPORTERS, top] = []
    return dict(found)


def differing(one: Summary, other: Summary) -> set[Key]:
    """Under which names two contents of a file add different things."""
    first, second = entries(one), entries(other)
    found = {key for key in first.keys() | second.keys() if first.get(key) != second.get(key)}
    return found | set(told_differently(one, other))


def tails_of(summary: Summary) -> dict[str, list[int]]:
    """Calls of a file by the last name of what they call."""
    found: dict[str, list[int]] = {}
    for index, call in enumerate(summary.calls):
        callee = call.callee
        last = ""
        if type(callee) is Name:
            last = callee.dotted.rpartition(".")[2]
        elif type(callee) is Attribute:
            last = callee.name
        if last in found:
            found[last].append(index)
        else:
            found[last] = [index]
    return found


def aliases_of(summary: Summary) -> Iterator[tuple[str, str]]:
    """Names with other names that a file gives to them."""
    for each in summary.imports:
        if each.name and each.alias != each.name:
            yield each.name, each.alias
    for assignment in summary.assignments:
        if isinstance(assignment.value, Name) and assignment.operator == "=":
            yield called_name(assignment.value), assignment.target.rpartition(".")[2]


def bases_of(summary: Summary) -> Iterator[tuple[str, int]]:
    """Last names of bases as written, with the class."""
    for index, each in enumerate(summary.definitions):
        for base in each.bases if isinstance(each, Class) else ():
            inner = base.value if isinstance(base, Subscript) else base
            yield last_name(inner), index


def hung_of(summary: Summary) -> Iterator[tuple[str, int]]:
    """Attributes that a file binds on what may be an object of a framework, with the assignment."""
    holders = (*HOLDERS, "self") if _has_application(summary) else HOLDERS
    for index, each in enumerate(summary.assignments):
        holder, dot, attribute = each.target.rpartition(".")
        if dot and holder.endswith(holders) and each.operator in ("=", "with"):
            yield attribute, index


def imported(summary: Summary) -> set[str]:
    """Top-level packages that a file imports."""
    return {each.module.partition(".")[0] for each in summary.imports if not each.level}


def _has_application(summary: Summary) -> bool:
    return any(
        isinstance(each, Class)
        and any(isinstance(base, Name) and base.dotted.rpartition(".")[2] in APPLICATIONS for base in each.bases)
        for each in summary.definitions
    )


def called_name(value: Value) -> str:
    """The last name of what is called as written, behind subscripts too; empty for what has none."""
    while isinstance(value, Subscript):
        value = value.value
    if isinstance(value, Name):
        return value.dotted.rpartition(".")[2]
    return value.name if isinstance(value, Attribute) else ""
