"""The recognise stage: a linked project and recognisers in, facts added to the project and problems out."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from msgspec import Struct

from readiness.model import Fact, Library, Problem, Project, Stage


class GrowingProject(Project, Protocol):
    """A project that takes new facts."""

    def add(self, facts: Iterable[Fact]) -> None:
        """Add facts, to be found by `each` from now on."""
        ...


class Recognition(Struct, frozen=True):
    """How it went."""

    broken: dict[type[Fact], str]
    """Kinds of fact that may be incomplete, with the reason: a recogniser that makes them crashed."""
    problems: tuple[Problem, ...]


def recognise(project: GrowingProject, libraries: Sequence[Library]) -> Recognition:
    """Run the recognisers in the order of their stages; one that crashes is named and keeps the facts it had made."""
    broken: dict[type[Fact], str] = {}
    problems: list[Problem] = []
    for library in sorted(libraries, key=lambda each: (Library.STAGES.index(each.stage), each.module)):
        if library.packages and not project.imports(*library.packages):
            continue
        facts: list[Fact] = []
        try:
            facts.extend(library.recognise(project))
        except Exception as error:  # noqa: BLE001 -- a broken recogniser must not end the run; what it serves stays open
            reason = f"crashed: {type(error).__name__}: {error}"
            problems.append(Problem(Stage.RECOGNISE, library.module, reason))
            broken.update(dict.fromkeys(library.provides, f"{library.name} {reason}"))
        project.add(facts)
    return Recognition(broken, tuple(problems))
