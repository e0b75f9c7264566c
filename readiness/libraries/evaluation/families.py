"""Names of classes in, the names of all classes that are derived from them out: a cheap test before names are resolved."""

from __future__ import annotations

from collections.abc import Iterable

from readiness.libraries.values.expressions import tail
from readiness.model.summary import Class, Summary
from readiness.model.telling import tells

Pairs = list[tuple[str, str]]
"""Names, each with another that is made of it."""


@tells
def imported_names(summary: Summary) -> Pairs:
    """What a file takes from modules, with what it calls that."""
    return [(each.name, each.alias) for each in summary.imports if each.name]


@tells
def derived_classes(summary: Summary) -> Pairs:
    """The last names of bases, with the classes of a file that have them."""
    return [
        (tail(base), each.name)
        for each in summary.definitions
        for base in (each.bases if isinstance(each, Class) else ())
    ]


def derived_names(summaries: Iterable[Summary], roots: Iterable[str]) -> frozenset[str]:
    """The roots, what they are imported as, and the classes that the project derives from them."""
    found = list(summaries)
    return names_made_of(roots, map(imported_names, found), map(derived_classes, found))


def names_made_of(roots: Iterable[str], imports: Iterable[Pairs], classes: Iterable[Pairs]) -> frozenset[str]:
    """The roots, what they are imported as, and the classes that are derived from them, by what is told of all files."""
    first = frozenset(roots)
    names = set(first)
    derived: dict[str, set[str]] = {}
    for each in imports:
        names.update([alias for name, alias in each if name in first])
    for each in classes:
        for base, name in each:
            derived.setdefault(base, set()).add(name)
    waiting = list(names)
    while waiting:
        for name in derived.pop(waiting.pop(), ()):
            if name not in names:
                names.add(name)
                waiting.append(name)
    return frozenset(names)
