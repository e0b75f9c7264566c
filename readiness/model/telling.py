"""Functions in that tell one thing of one summary, known by their names: what is asked of every file without opening it.

A recogniser that opens every file depends on every line of it. One that asks such a function depends on what the function
tells, and that is compared where a file has changed since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from readiness.model.summary import Summary

T = TypeVar("T")
Tell = Callable[[Summary], T]

_known: dict[str, Callable[[Summary], object]] = {}


def tells(function: Tell[T]) -> Tell[T]:
    """Decorate a function of a module that looks at nothing but the summary it is given, and gives something that can be compared.

    Where it tells a mapping, its keys are names that are looked up one by one.
    """
    _known[tell_name(function)] = function
    return function


def tell_name(function: Callable[[Summary], object]) -> str:
    """What such a function is known by."""
    return f"{function.__module__}:{function.__qualname__}"


def is_known(function: Callable[[Summary], object]) -> bool:
    """The function is decorated so."""
    return _known.get(tell_name(function)) is function


def is_known_name(name: str) -> bool:
    """A function is decorated so and known by that name."""
    return name in _known


def told_differently(one: Summary, other: Summary) -> Iterator[tuple[str, str]]:
    """The functions that tell different things of two summaries, by name; with the keys that differ, for those that tell
    mappings."""
    for name, function in _known.items():
        first, second = function(one), function(other)
        if isinstance(first, Mapping) and isinstance(second, Mapping):
            for key in first.keys() | second.keys():
                if key not in first or key not in second or first[key] != second[key]:
                    yield name, str(key)
        elif first != second:
            yield name, ""


Tabulated = TypeVar("Tabulated", bound=Callable[..., Mapping[str, object]])

_tables: dict[str, Callable[..., Mapping[str, object]]] = {}


def tabulates(function: Tabulated) -> Tabulated:
    """Decorate a function of a module that tells something of a whole project, entry by entry, and looks at nothing else."""
    _tables[name_of_table(function)] = function
    return function


def name_of_table(function: Callable[..., Mapping[str, object]]) -> str:
    """What such a function is known by."""
    return f"{function.__module__}:{function.__qualname__}"


def table_named(name: str) -> Callable[..., Mapping[str, object]] | None:
    """The function that is known by a name."""
    return _tables.get(name)
