"""The recognise stage: a linked project and recognisers in, facts added to the project and problems out.

A recogniser sees the facts of all earlier stages, and of its own stage those kinds that it names in `after`; so the others of a
stage can work at the same time, some of them in a process beside this one.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Protocol

from msgspec import Struct

from readiness.model import Fact, Library, Problem, Project, Stage
from readiness.profiling import stage
from readiness.recognition.beside import Beside, Outcome, Trace
from readiness.recognition.changes import Look, Told
from readiness.recognition.parts import Looked, Packing, looks_of

SERIAL_FILES = 400
"""Files below which a second process costs more than it saves."""
LARGEST = 128 * 2**20
"""Bytes of source beyond which the memory that a second process copies is worth more than the time it saves."""
LEFT = 2_000_000
"""Objects that recognisers may leave behind before those among them that refer to each other in a circle are looked for."""


class View(Project, Protocol):
    """A project as one recogniser sees it."""

    @property
    def looked(self) -> Looked:
        """What was looked at so far."""
        ...

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What has got in the way so far."""
        ...

    @property
    def steady(self) -> bool:
        """No file was met whose content is another than the listed one."""
        ...

    def remember(self, memory: Packing) -> None:
        """What is found for parts is kept there, and taken from there."""
        ...

    def close(self) -> None:
        """Nobody asks any more."""
        ...


class GrowingProject(Project, Protocol):
    """A project that takes new facts."""

    def add(self, facts: Iterable[Fact]) -> None:
        """Add facts, to be found by `each` from now on."""
        ...

    def prepare(self) -> None:
        """Work out what all recognisers need, before there are several processes."""
        ...

    def view(self) -> View:
        """The project for one recogniser, whose answers depend on nothing that another has asked."""
        ...

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What has got in the way so far."""
        ...

    def take_problems(self, problems: Iterable[Problem]) -> None:
        """What got in the way of another process, or of one recogniser."""
        ...


class Keeper(Protocol):
    """What earlier runs have kept."""

    def begin(self, libraries: Iterable[Library]) -> None:
        """These recognisers are due in this run."""
        ...

    def kept(self, library: Library) -> Outcome | None:
        """What a recogniser would find, where that is known; it is asked when everything before it is settled."""
        ...

    def packing(self, library: Library) -> Packing:
        """Where a recogniser that has to run finds, and leaves, what is found for its parts."""
        ...

    def settle(self, library: Library, outcome: Outcome) -> None:
        """What a recogniser has found, in this run or, as it was kept, in an earlier one."""
        ...

    def hear(self, changed: Iterable[Look]) -> None:
        """Another process has settled what was found, and these looks at facts find others than in the earlier run."""
        ...

    def news(self) -> list[Look]:
        """Such looks, as far as they were not told yet."""
        ...

    def tables(self) -> list[Told]:
        """The tables that were built in this process since this was asked for the last time, as far as they can be kept."""
        ...

    def take(self, tables: Iterable[Told]) -> None:
        """Tables that another process has built."""
        ...


class Recognition(Struct, frozen=True):
    """How it went."""

    broken: dict[type[Fact], str]
    """Kinds of fact that may be incomplete, with the reason: a recogniser that makes them crashed."""
    problems: tuple[Problem, ...]


def recognise(
    project: GrowingProject, libraries: Sequence[Library], processes: int = 1, keeper: Keeper | None = None
) -> Recognition:
    """Run the recognisers whose facts are not kept; one that crashes is named and keeps the facts it had made.

    With several `processes`, those that are marked `aside` run in a second one. The facts are the same either way.
    """
    broken: dict[type[Fact], str] = {}
    problems: list[Problem] = []
    waves = waves_of([each for each in libraries if not each.packages or project.imports(*each.packages)])
    sizes = [project.files[path].size for path in project.paths() if path in project.files]
    worth_it = len(sizes) >= SERIAL_FILES and sum(sizes) <= LARGEST
    if not gc.isenabled():
        gc.freeze()
    beside: Beside | None = None
    if keeper is not None:
        keeper.begin([each for wave in waves for each in wave])
    known = _known(waves[0], keeper) if waves else {}
    work = partial(run, keeper=keeper)
    try:
        for number, wave in enumerate(waves):
            due = [each for each in wave if each.module not in known]
            if beside is None and processes > 1 and any(each.aside for each in due) and worth_it:
                beside = Beside.started(project, waves[number:], work, [each.module for each in due], keeper)
            here = [each for each in due if beside is None or not each.aside]
            outcomes = known | {each.module: work(project, each) for each in here}
            theirs: dict[str, Outcome] = {}
            if beside is not None:
                with stage("wait for the other process"):
                    theirs = beside.outcomes(project, keeper)
                outcomes |= theirs
                # What a process that died has left undone is done here.
                outcomes |= {each.module: work(project, each) for each in due if each.module not in outcomes}
            for library in wave:
                outcome = outcomes[library.module]
                if outcome.problem:
                    problems.append(Problem(Stage.RECOGNISE, library.module, outcome.problem))
                    broken.update(dict.fromkeys(library.provides, f"{library.name} {outcome.problem}"))
                project.add(outcome.facts)
                if keeper is not None:
                    keeper.settle(library, outcome)
            following = waves[number + 1] if number + 1 < len(waves) else []
            known = _known(following, keeper)
            if beside is not None:
                mine = [each for module, each in outcomes.items() if module not in theirs]
                news = keeper.news() if keeper is not None else ()
                beside.tell(mine, [each.module for each in following if each.module not in known], news)
    finally:
        if beside is not None:
            beside.dismiss()
    return Recognition(broken, tuple(problems))


def _known(wave: Iterable[Library], keeper: Keeper | None) -> dict[str, Outcome]:
    """What the recognisers of a wave would find, as far as that is kept."""
    if keeper is None:
        return {}
    with stage("kept facts"):
        found = {each.module: keeper.kept(each) for each in wave}
    return {module: outcome for module, outcome in found.items() if outcome is not None}


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


def run(project: GrowingProject, library: Library, *, keeper: Keeper | None = None) -> Outcome:
    """What one recogniser finds; with a keeper also what it looked at."""
    facts: list[Fact] = []
    problem = ""
    view = project.view()
    memory = keeper.packing(library) if keeper is not None else None
    if memory is not None:
        view.remember(memory)
    try:
        with stage(library.name):
            facts.extend(library.recognise(view))
    except OverflowError as error:
        # How recognisers say that a bound of theirs was reached.
        problem = f"gave up: {error}"
    except Exception as error:  # noqa: BLE001 -- a broken recogniser must not end the run; what it serves stays open
        problem = f"crashed: {type(error).__name__}: {error}"
    met = view.problems
    project.take_problems(met)
    trace = None
    if memory is not None and not problem and not met and view.steady:
        trace = trace_of(view.looked, memory)
    view.close()
    del view
    tidy()
    return Outcome(library.module, facts, problem, trace)


def tidy() -> None:
    """Free what recognisers have left behind in circles, trees above all, where the collector is off and there is much of it.

    What stays, stays for the rest of the scan, and is not looked at again.
    """
    if not gc.isenabled() and gc.get_count()[0] >= LEFT:
        gc.collect()
        gc.freeze()


def trace_of(looked: Looked, memory: Packing) -> Trace:
    """What was looked at, for itself and for parts, in words that another process and another run understand."""
    files = {*looked.files, *memory.files()}
    looks = {*looks_of(looked), *memory.looks()}
    return Trace(tuple(sorted(files)), tuple(sorted(looks)), memory.packed())
