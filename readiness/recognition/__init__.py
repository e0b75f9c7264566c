"""The recognise stage: a linked project and recognisers in, facts added to the project and problems out.

A recogniser sees the facts of all earlier stages, and of its own stage those kinds that it names in `after`; so the others of a
stage can work at the same time, some of them in a process beside this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from msgspec import Struct

from readiness.model import Fact, Library, Problem, Project, Stage
from readiness.profiling import stage
from readiness.recognition.beside import Beside, Outcome

SERIAL_FILES = 400
"""Files below which a second process costs more than it saves."""
LARGEST = 128 * 2**20
"""Bytes of source beyond which the memory that a second process copies is worth more than the time it saves."""


class GrowingProject(Project, Protocol):
    """A project that takes new facts."""

    def add(self, facts: Iterable[Fact]) -> None:
        """Add facts, to be found by `each` from now on."""
        ...

    def prepare(self) -> None:
        """Work out what all recognisers need, before there are several processes."""
        ...

    def renew(self) -> None:
        """Give the next recogniser the full number of steps for its questions, whatever the one before has used."""
        ...

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What has got in the way so far."""
        ...

    def take_problems(self, problems: Iterable[Problem]) -> None:
        """What got in the way of another process."""
        ...


class Recognition(Struct, frozen=True):
    """How it went."""

    broken: dict[type[Fact], str]
    """Kinds of fact that may be incomplete, with the reason: a recogniser that makes them crashed."""
    problems: tuple[Problem, ...]


def recognise(project: GrowingProject, libraries: Sequence[Library], processes: int = 1) -> Recognition:
    """Run the recognisers; one that crashes is named and keeps the facts it had made.

    With several `processes`, those that are marked `aside` run in a second one. The facts are the same either way.
    """
    broken: dict[type[Fact], str] = {}
    problems: list[Problem] = []
    waves = waves_of([each for each in libraries if not each.packages or project.imports(*each.packages)])
    sizes = [project.files[path].size for path in project.paths() if path in project.files]
    worth_it = len(sizes) >= SERIAL_FILES and sum(sizes) <= LARGEST
    beside: Beside | None = None
    try:
        for number, wave in enumerate(waves):
            if beside is None and processes > 1 and any(each.aside for each in wave) and worth_it:
                beside = Beside.started(project, waves[number:], run)
            here = [each for each in wave if beside is None or not each.aside]
            outcomes = {each.module: run(project, each) for each in here}
            if beside is not None:
                with stage("wait for the other process"):
                    outcomes |= beside.outcomes(project)
                # What a process that died has left undone is done here.
                outcomes |= {each.module: run(project, each) for each in wave if each.module not in outcomes}
                beside.tell([outcomes[each.module] for each in here])
            for library in wave:
                outcome = outcomes[library.module]
                if outcome.problem:
                    problems.append(Problem(Stage.RECOGNISE, library.module, outcome.problem))
                    broken.update(dict.fromkeys(library.provides, f"{library.name} {outcome.problem}"))
                project.add(outcome.facts)
    finally:
        if beside is not None:
            beside.dismiss()
    return Recognition(broken, tuple(problems))


def waves_of(libraries: Iterable[Library]) -> list[list[Library]]:
    """The recognisers in groups, one after the other; those of one group ask nothing of each other."""
    found: list[list[Library]] = []
    for name in Library.STAGES:
        waiting = sorted((each for each in libraries if each.stage == name), key=lambda each: each.module)
        while waiting:
            ready = [
                each
                for each in waiting
                if not any(kind in other.provides for other in waiting if other is not each for kind in each.after)
            ]
            # Two that wait for each other run in the order of their names.
            found.append(ready or waiting[:1])
            waiting = [each for each in waiting if each not in found[-1]]
    return found


def run(project: GrowingProject, library: Library) -> Outcome:
    """What one recogniser finds."""
    project.renew()
    facts: list[Fact] = []
    problem = ""
    try:
        with stage(library.name):
            facts.extend(library.recognise(project))
    except OverflowError as error:
        # How recognisers say that a bound of theirs was reached.
        problem = f"gave up: {error}"
    except Exception as error:  # noqa: BLE001 -- a broken recogniser must not end the run; what it serves stays open
        problem = f"crashed: {type(error).__name__}: {error}"
    return Outcome(library.module, facts, problem)
