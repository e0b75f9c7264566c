"""Recognisers in, what they find out, from a second process that runs beside this one.

It is a fork of this process, so it begins with everything that is known here, and what both find out is told to the other after
each wave: both have the same facts when the next begins. Where it cannot be started, or dies, the work is done here.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from readiness import profiling
from readiness.model import Fact, Library, Problem
from readiness.processes import way_to_start
from readiness.recognition.changes import Look, Told
from readiness.recognition.parts import Parts

if TYPE_CHECKING:
    from readiness.recognition import GrowingProject, Keeper

HEADER = 8


class Trace(Struct, frozen=True, array_like=True):
    """What a recogniser looked at, as `Looked` of the linked project has it."""

    files: tuple[str, ...]
    looks: tuple[Look, ...]
    parts: Parts | None = None
    """What was found for its parts."""


class Outcome(Struct, frozen=True):
    """What one recogniser found."""

    module: str
    facts: Sequence[Fact]
    problem: str = ""
    """How it crashed."""
    trace: Trace | None = None
    """What it looked at, where the facts may be kept for the next run."""


class Sent(Struct, frozen=True, array_like=True):
    """An outcome on its way to the other process."""

    module: str
    facts: tuple[tuple[int, bytes], ...]
    """Each with the place of its kind among those that the recogniser provides."""
    problem: str
    trace: Trace | None = None


class Message(Struct, frozen=True, array_like=True):
    """What one process tells the other after a wave."""

    outcomes: tuple[Sent, ...]
    problems: tuple[Problem, ...]
    stages: bytes = b""
    """What they cost, where somebody measures."""
    following: tuple[str, ...] = ()
    """The recognisers of the next wave that have to run."""
    changed: tuple[Look, ...] = ()
    """Looks at facts that would find others than in the run before."""
    tables: tuple[Told, ...] = ()
    """Tables that were built so far."""


Run = Callable[["GrowingProject", Library], Outcome]

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Message)


class Beside:
    """The second process, seen from the first."""

    def __init__(self, process: int, incoming: int, outgoing: int, libraries: Iterable[Library]) -> None:
        self._process = process
        self._incoming = incoming
        self._outgoing = outgoing
        self._libraries = {each.module: each for each in libraries}
        self._alive = True

    @classmethod
    def started(
        cls,
        project: GrowingProject,
        waves: Sequence[Sequence[Library]],
        run: Run,
        first: Iterable[str],
        keeper: Keeper | None = None,
    ) -> Beside | None:
        """Start it on the recognisers of these waves that are marked `aside`, as far as they have to run: those of the first wave
        are named here, those of the others when they are due. None where the system does not let us."""
        if way_to_start() != "fork":
            return None
        libraries = [each for wave in waves for each in wave]
        project.prepare()
        ends: list[int] = []
        try:
            ends += os.pipe()
            ends += os.pipe()
            process = os.fork()
        except OSError:
            for end in ends:
                os.close(end)
            return None
        from_child, to_parent, from_parent, to_child = ends
        if process == 0:
            try:
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                profiling.elsewhere()
                os.close(from_child)
                os.close(to_child)
                serve(project, waves, run, from_parent, to_parent, first, keeper)
            finally:
                # Nothing of what the first process has open is ours to close.
                os._exit(0)
        os.close(to_parent)
        os.close(from_parent)
        return cls(process, from_child, to_child, libraries)

    def outcomes(self, project: GrowingProject, keeper: Keeper | None = None) -> dict[str, Outcome]:
        """What it found in this wave, by module; nothing where it has died."""
        message = received(self._incoming) if self._alive else None
        if message is None:
            self._alive = False
            return {}
        profiling.take(message.stages)
        project.take_problems(message.problems)
        if keeper is not None:
            keeper.take(message.tables)
        return {each.module: decoded(each, self._libraries[each.module]) for each in message.outcomes}

    def tell(self, outcomes: Iterable[Outcome], following: Iterable[str], changed: Iterable[Look]) -> None:
        """What was found here in this wave, which recognisers of the next have to run, and which facts are others than before."""
        if self._alive:
            self._alive = sent(self._outgoing, outcomes, self._libraries, (), following=following, changed=changed)

    def dismiss(self) -> None:
        """Leave no process behind, whatever happened."""
        os.close(self._incoming)
        os.close(self._outgoing)
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)


def serve(
    project: GrowingProject,
    waves: Sequence[Sequence[Library]],
    run: Run,
    incoming: int,
    outgoing: int,
    first: Iterable[str],
    keeper: Keeper | None,
) -> None:
    """The life of the second process: it ends with its work, or when the first one is gone."""
    libraries = {each.module: each for wave in waves for each in wave}
    due = frozenset(first)
    for wave in waves:
        outcomes = {each.module: run(project, each) for each in wave if each.aside and each.module in due}
        tables = keeper.tables() if keeper is not None else ()
        if not sent(outgoing, outcomes.values(), libraries, project.problems, profiling.told(), tables=tables):
            return
        message = received(incoming)
        if message is None:
            return
        outcomes |= {each.module: decoded(each, libraries[each.module]) for each in message.outcomes}
        if any(library.module not in outcomes for library in wave):
            return  # a fact of a kind that nobody promised could not be sent; the first process goes on alone
        due = frozenset(message.following)
        if keeper is not None:
            keeper.hear(message.changed)
        for library in wave:
            project.add(outcomes[library.module].facts)


def sent(
    end: int,
    outcomes: Iterable[Outcome],
    libraries: dict[str, Library],
    problems: tuple[Problem, ...],
    stages: bytes = b"",
    following: Iterable[str] = (),
    changed: Iterable[Look] = (),
    tables: Iterable[Told] = (),
) -> bool:
    """Write one message; False where nobody reads it any more."""
    encodings = [encoded(each, libraries[each.module]) for each in outcomes]
    found = tuple([each for each in encodings if each is not None])
    message = _encoder.encode(Message(found, problems, stages, tuple(following), tuple(changed), tuple(tables)))
    waiting = memoryview(len(message).to_bytes(HEADER, "big") + message)
    try:
        while waiting:
            waiting = waiting[os.write(end, waiting) :]
    except OSError:
        return False
    return True


def received(end: int) -> Message | None:
    """Read one message; None where nobody writes any more."""
    head = b"".join(pieces(end, HEADER))
    if len(head) < HEADER:
        return None
    length = int.from_bytes(head, "big")
    message = b"".join(pieces(end, length))
    return _decoder.decode(message) if len(message) == length else None


def pieces(end: int, length: int) -> Iterator[bytes]:
    while length > 0:
        piece = os.read(end, min(length, 2**20))
        if not piece:
            return
        length -= len(piece)
        yield piece


def encoded(outcome: Outcome, library: Library) -> Sent | None:
    """None where there are facts of other kinds than the recogniser has promised: nobody could read them."""
    places = {kind: place for place, kind in enumerate(library.provides)}
    if not all(type(each) in places for each in outcome.facts):
        return None
    facts = tuple([(places[type(each)], _encoder.encode(each)) for each in outcome.facts])
    return Sent(outcome.module, facts, outcome.problem, outcome.trace)


def decoded(outcome: Sent, library: Library) -> Outcome:
    decoders = [msgspec.msgpack.Decoder(kind) for kind in library.provides]
    facts = [decoders[place].decode(each) for place, each in outcome.facts]
    return Outcome(outcome.module, facts, outcome.problem, outcome.trace)
