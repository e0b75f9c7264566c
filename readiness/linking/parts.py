"""A function that is asked for one name after the other in, what it finds out: from a memory where that is known, else asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar, cast

from msgspec import Struct

from readiness.linking.listed import Memory
from readiness.model.project import Project

if TYPE_CHECKING:
    from readiness.linking.project import LinkedProject

S = TypeVar("S", bound=Struct)


def found_in_parts(
    project: LinkedProject,
    memory: Memory | None,
    names: Iterable[str],
    ask: Callable[[Project, str], Iterable[S]],
    kinds: Sequence[type[S]],
) -> Iterator[S]:
    """What is found for each of the names, in a view of its own for each."""
    steps = 0
    for name in names:
        part = f"{ask.__module__}:{ask.__qualname__} {name}"
        known = memory.known(part, kinds) if memory is not None else None
        if known is not None:
            yield from cast("list[S]", known)
            continue
        from readiness.linking.flow import charge, steps_of

        view = project.part()
        charge(view, steps)
        found = list(ask(view, name))
        project.take_problems(view.problems)
        if memory is not None and not memory.take(part, found, kinds, view.looked):
            memory = None
        steps = steps_of(view)
        view.close()
        yield from found
