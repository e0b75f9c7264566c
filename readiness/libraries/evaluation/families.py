"""Names of classes in, the names of all classes that are derived from them out: a cheap test before names are resolved."""

from __future__ import annotations

from collections.abc import Iterable

from readiness.libraries.values.expressions import tail
from readiness.model.summary import Class, Summary


def derived_names(summaries: Iterable[Summary], roots: Iterable[str]) -> frozenset[str]:
    """The roots, what they are imported as, and the classes that the project derives from them."""
    first = frozenset(roots)
    names = set(first)
    derived: dict[str, set[str]] = {}
    for summary in summaries:
        names |= {each.alias for each in summary.imports if each.name in first}
        for each in summary.definitions:
            for base in each.bases if isinstance(each, Class) else ():
                derived.setdefault(tail(base), set()).add(each.name)
    waiting = list(names)
    while waiting:
        for name in derived.pop(waiting.pop(), ()):
            if name not in names:
                names.add(name)
                waiting.append(name)
    return frozenset(names)
