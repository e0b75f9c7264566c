"""The stages of one run in, where its time and memory went out, as a tree of stages with their figures.

Whoever does the work of a stage says so with `with stage("link"):`. While nobody measures, that is an empty block.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

import msgspec
from msgspec import Struct

Clocks = tuple[float, float, float]
"""Seconds on the wall, of this process's processors, and of the processors of those it started that have ended."""

BESIDE = "in another process"
"""What other processes told of their stages."""
START = "start"
"""What came before the measuring: the interpreter and its first imports."""


class Part(Struct):
    """What one stage came to, all its passes together."""

    name: str
    wall: float = 0.0
    """Seconds, those of its parts included, as in the next two."""
    cpu: float = 0.0
    """Processor seconds of this process."""
    others: float = 0.0
    """Processor seconds of processes that ended during the stage, wherever they started: workers, git, other tools."""
    times: int = 0
    """Number of passes."""
    peak: int = 0
    """The largest memory of this process up to its end, in bytes; 0 where the system does not tell, and inside of stages."""
    shared: bool = False
    """It is a step in the work of many stages, and belongs to the one that happens to need it."""
    beside: bool = False
    """Another process did it at the same time, and is `this process` for its parts: its wall time is no part of the time of the
    stage around it."""
    parts: dict[str, "Part"] = {}
    """Those inside of it, by name, in the order of their beginning."""

    def add(self, other: "Part") -> None:
        """Further passes of the same stage, with what is inside of them."""
        self.wall += other.wall
        self.cpu += other.cpu
        self.others += other.others
        self.times += other.times
        self.peak = max(self.peak, other.peak)
        for name, part in other.parts.items():
            if name in self.parts:
                self.parts[name].add(part)
            else:
                self.parts[name] = part


class Profile:
    """The figures of one run; it is taken from `profiling`."""

    def __init__(self, clocks: Callable[[], Clocks], peak: Callable[[], int]) -> None:
        self.whole = Part("run", times=1)
        self.counts: dict[str, int] = {}
        """What was counted, by name."""
        self._clocks = clocks
        self._peak = peak
        self._open: list[tuple[Part, Clocks]] = []

    def begin(self, name: str, *, shared: bool = False) -> None:
        """A stage begins, inside of the one that is open."""
        around = self._open[-1][0] if self._open else self.whole
        part = around.parts.get(name)
        if part is None:
            part = around.parts[name] = Part(name, shared=shared)
        self._open.append((part, self._clocks()))

    def end(self) -> None:
        """The stage that began last ends."""
        part, (wall, cpu, others) = self._open.pop()
        now = self._clocks()
        part.wall += now[0] - wall
        part.cpu += now[1] - cpu
        part.others += now[2] - others
        part.times += 1
        if not self._open:
            part.peak = self._peak()

    def take(self, parts: Sequence[Part]) -> None:
        """Parts that another process has told, into the stage of the run that is open."""
        around = self._open[0][0] if self._open else self.whole
        beside = around.parts.setdefault(BESIDE, Part(BESIDE, beside=True))
        for part in parts:
            beside.wall += part.wall
            beside.others += part.cpu + part.others
            beside.times += part.times
            known = beside.parts.get(part.name)
            if known is None:
                beside.parts[part.name] = part
            else:
                known.add(part)

    @contextmanager
    def running(self, age: float | None) -> Iterator[None]:
        """Measure the whole. What the process did earlier is a stage of its own; `age` is how long it took, None where the system
        does not tell."""
        began = self._clocks()
        start = self.whole.parts[START] = Part(
            START, began[1] if age is None else age, began[1], began[2], 1, self._peak()
        )
        try:
            yield
        finally:
            now = self._clocks()
            self.whole.wall = start.wall + now[0] - began[0]
            self.whole.cpu, self.whole.others = now[1], now[2]
            self.whole.peak = self._peak()

    def document(self) -> str:
        """The tree as JSON: seconds and bytes, and what was counted."""
        return msgspec.json.format(msgspec.json.encode({"run": self.whole, "counts": self.counts})).decode() + "\n"


class _Pass:
    """One pass of a stage."""

    __slots__ = ("name", "profile", "shared")

    def __init__(self, profile: Profile, name: str, shared: bool) -> None:
        self.profile = profile
        self.name = name
        self.shared = shared

    def __enter__(self) -> None:
        self.profile.begin(self.name, shared=self.shared)

    def __exit__(self, *error: object) -> None:
        self.profile.end()


_UNMEASURED: AbstractContextManager[None] = nullcontext()
_current: Profile | None = None
"""One run at a time is measured in a process, whose processor time it is; handed down, it would be a parameter of every stage."""


def stage(name: str, *, shared: bool = False) -> AbstractContextManager[None]:
    """The block is a pass of the stage of this name, inside of the stage whose block is around it; `shared` as in `Part`."""
    return _UNMEASURED if _current is None else _Pass(_current, name, shared)


def count(name: str, number: int) -> None:
    """Add to what is counted under a name."""
    if _current is not None:
        _current.counts[name] = _current.counts.get(name, 0) + number


def elsewhere() -> None:
    """This process has just been forked from the one that is measured: from now on it has figures of its own, for `told`."""
    global _current
    if _current is not None:
        _current = Profile(_clocks, _peak)


def told() -> bytes:
    """The stages since the last call, for `take` in the process that this one was forked from; empty while nobody measures."""
    if _current is None:
        return b""
    parts, _current.whole.parts = _current.whole.parts, {}
    return msgspec.msgpack.encode(list(parts.values()))


def take(stages: bytes) -> None:
    """What another process told of its stages."""
    if _current is not None and stages:
        _current.take(msgspec.msgpack.decode(stages, type=list[Part]))


@contextmanager
def profiling() -> Iterator[Profile]:
    """Measure what is run inside of the block; the figures are whole after it."""
    global _current
    profile = Profile(_clocks, _peak)
    before, _current = _current, profile
    try:
        with profile.running(_age()):
            yield profile
    finally:
        _current = before


def _clocks() -> Clocks:
    return time.perf_counter(), time.process_time(), _of_children()


def _of_children() -> float:
    """Processor seconds of the processes that were started and have ended, with theirs; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0.0
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _peak() -> int:
    """The most memory that this process had at once, in bytes; 0 where the system does not tell."""
    try:
        # Not `ru_maxrss`, which begins with what the program had that started this one.
        with open("/proc/self/status", "rb") as stream:  # noqa: PTH123 -- no pathlib for those who only say `stage`
            line = next((line for line in stream if line.startswith(b"VmHWM:")), b"")
        return int(line.split()[1]) * 1024 if line else 0
    except OSError:
        pass
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _age() -> float | None:
    """Seconds since this process began, to a hundredth; None where the system does not tell."""
    try:
        with open("/proc/self/stat", "rb") as stream:  # noqa: PTH123 -- as above
            fields = stream.read().rpartition(b")")[2].split()
        began = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - began)
    except (OSError, AttributeError, ValueError, IndexError):
        return None
