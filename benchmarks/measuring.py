"""A command in; its wall time, the processor time and the peak memory of it and every process below it out.

Memory is sampled from `/proc` (Linux): the sum of the proportional sets, in which a page that several processes share counts
once. A look takes time itself, so the next one comes only after many times as long. Elsewhere it is the largest process alone.
"""

import contextlib
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

REST = 30
"""The sampler sleeps so many times as long as its look took."""
SHORTEST = 0.01
"""Seconds between two looks at least."""
PROC = Path("/proc")


@dataclass(frozen=True)
class Figures:
    """One run of a command."""

    wall: float
    """Seconds."""
    cpu: float
    """Processor seconds, user and system, of all processes."""
    memory: int
    """Bytes of all processes together, at their highest."""
    code: int | None
    """How it ended; None where it was stopped because it took too long."""


def measure(command: Sequence[str], environment: Mapping[str, str] | None = None, patience: float = 900.0) -> Figures:
    """Run a command to its end, or for `patience` seconds; whatever it started is ended with it."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    sampler = Sampler(process.pid)
    stopper = threading.Timer(patience, _end, (process.pid,))
    stopper.daemon = True
    stopper.start()
    sampler.start()
    try:
        _, status, used = os.wait4(process.pid, 0)
    except BaseException:
        _end(process.pid)
        process.wait()
        raise
    finally:
        wall = time.perf_counter() - started
        stopper.cancel()
        sampler.finish()
    process.returncode = os.waitstatus_to_exitcode(status)
    code = None if wall >= patience else process.returncode
    # Where there is no /proc: of the largest process, in bytes on macOS, else in KiB.
    largest = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Figures(wall, used.ru_utime + used.ru_stime, sampler.peak or largest, code)


def _end(leader: int) -> None:
    """End the processes of a session that was started here."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


class Sampler(threading.Thread):
    """Looks at the memory of a process and all below it until it is told to finish."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._root = root
        self._done = threading.Event()

    def run(self) -> None:
        """Look again and again."""
        rest = 0.0
        while not self._done.wait(max(rest, SHORTEST)):
            before = time.perf_counter()
            family = list(descendants(self._root))
            # Resident sets are cheap to read and never less than the proportional ones.
            if sum(resident(each) for each in family) > self.peak:
                self.peak = max(self.peak, sum(proportional(each) for each in family))
            # What the first process alone had between two looks, the system remembers.
            self.peak = max(self.peak, highest(self._root))
            rest = (time.perf_counter() - before) * REST

    def finish(self) -> None:
        """Stop looking."""
        self._done.set()
        self.join()


def descendants(root: int) -> Iterator[int]:
    """A process and all below it that are alive."""
    yield root
    try:
        for task in (PROC / str(root) / "task").iterdir():
            for child in (task / "children").read_text().split():
                yield from descendants(int(child))
    except OSError:
        return


def resident(process: int) -> int:
    """Bytes of a process in memory, shared ones included; 0 where it is gone."""
    try:
        return int((PROC / str(process) / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def proportional(process: int) -> int:
    """Bytes of a process in memory, of shared ones its part; 0 where it is gone."""
    return _told_in(PROC / str(process) / "smaps_rollup", "Pss:")


def highest(process: int) -> int:
    """The most bytes that a process had in memory so far, shared ones included; 0 where it is gone."""
    return _told_in(PROC / str(process) / "status", "VmHWM:")


def _told_in(file: Path, name: str) -> int:
    try:
        text = file.read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith(name)), 0)


@dataclass(frozen=True)
class Spread:
    """Several figures of one thing."""

    middle: float
    least: float
    most: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> "Spread":
        """The median and the ends of at least one figure."""
        return cls(median(figures), min(figures), max(figures))

    def told(self, pattern: str = "{:.2f}", scale: float = 1.0) -> str:
        """`2.31 (2.20-2.64)`; the middle alone where there is no spread."""
        middle, least, most = (pattern.format(each * scale) for each in (self.middle, self.least, self.most))
        return middle if least == most else f"{middle} ({least}–{most})"


def machine() -> dict[str, str]:
    """What it was measured on; the load at the beginning says how quiet it was."""
    try:
        lines = (PROC / "cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    processor = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor()
    )
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": f"{processor}, {cores} cores, {memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "load at the start": f"{os.getloadavg()[0]:.2f}",
    }


def readiness() -> list[str]:
    """The command that a user calls: the script beside this interpreter, or the module."""
    script = Path(sys.executable).parent / "readiness"
    return [str(script)] if script.exists() else [sys.executable, "-m", "readiness"]


def check(folder: Path, profile: Path) -> list[str]:
    """`readiness check` on a folder, with the stages of the run in a file."""
    return [*readiness(), "check", str(folder), "--fail-on", "never", "--output", f"profile={profile}"]


def warm_up() -> None:
    """One scan that does not count, after which the interpreter has compiled what it imports."""
    with tempfile.TemporaryDirectory() as place:
        Path(place, "main.py").write_text("import flask\n")
        measure(check(Path(place), Path(place, "profile.json")), {"READINESS_CACHE_DIR": place})


@dataclass(frozen=True)
class Share:
    """What a stage of a run took, in seconds."""

    wall: float
    cpu: float


def stages(profile: Path) -> dict[str, Share]:
    """The stages of a run by name, in its order, with what was between them as `the rest`; nothing where the run wrote none."""
    try:
        whole = json.loads(profile.read_text())["run"]
    except (OSError, ValueError):
        return {}
    found = {name: Share(part["wall"], part["cpu"] + part["others"]) for name, part in whole["parts"].items()}
    wall, cpu = (sum(getattr(share, name) for share in found.values()) for name in ("wall", "cpu"))
    found["the rest"] = Share(whole["wall"] - wall, whole["cpu"] + whole["others"] - cpu)
    return found
