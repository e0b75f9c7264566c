"""Jobs in, their outcomes out, worked off by several processes of which this one is the first.

Bins of files are claimed by creating a file in a private folder, which is atomic on every system; each process appends its
outcomes to a file of its own there. So nobody waits for anybody, and what a worker finished survives its death.
"""

from __future__ import annotations

import gc
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from heapq import heapify, heapreplace
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

import msgspec

from readiness.extraction.work import Job, Outcome, carry_out
from readiness.model.source import SourceFile
from readiness.processes import way_to_start

BINS = 24
LIMIT = 60.0
"""Seconds that a worker may spend without finishing a file before it is stopped."""
ALONE = 20.0
"""Seconds for one file that is tried again by itself."""
STEP = 20
"""Files between two looks at what the others have done."""
HEADER = 8

OpenBytes = Callable[[SourceFile], bytes]
Record = tuple[int, Outcome]

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Record)


def run(
    work: list[Job],
    open_bytes: OpenBytes,
    processes: int,
    report: Callable[[int], None],
    start: str = "",
    *,
    keep: bool = True,
) -> list[Outcome] | None:
    """One outcome a job, in order of the jobs; None where no folder for the processes can be made. With `keep` those of this
    process hold the readings themselves."""
    start = start or way_to_start()
    try:
        folder = tempfile.TemporaryDirectory(prefix="readiness-", ignore_cleanup_errors=True)
    except OSError:
        return None
    with folder as name:
        team = Team(Path(name), work, open_bytes, start)
        try:
            team.hire(processes - 1)
            team.work(report, keep=keep)
            team.wait(report)
        finally:
            team.dismiss()
        return team.outcomes()


class Team:
    """The processes that share one list of jobs, and the folder through which they do."""

    def __init__(self, folder: Path, work: list[Job], open_bytes: OpenBytes, start: str) -> None:
        self.folder = folder
        self.jobs = work
        self.open_bytes = open_bytes
        self.start = start
        self.results: dict[int, Outcome] = {}
        self.workers: list[tuple[BaseProcess, Path]] = []
        self.read_up_to: dict[Path, int] = {}

    def hire(self, count: int) -> None:
        """Start workers on the bins."""
        if self.start == "spawn":
            store(self.folder, self.jobs, self.open_bytes)
        for _ in range(count):
            self.employ(None)

    def employ(self, only: list[int] | None) -> tuple[BaseProcess, Path]:
        """Start one worker, on the bins or on these jobs alone, in order."""
        results = self.folder / f"results-{len(self.read_up_to)}"
        results.touch()
        self.read_up_to[results] = 0
        context = get_context(self.start)
        parent = os.getpid()
        process: BaseProcess
        if self.start == "spawn":
            process = context.Process(target=spawned, args=(str(self.folder), str(results), only, parent))  # type: ignore[attr-defined]
        else:
            arguments = (self.folder, results, self.jobs, self.open_bytes, only, parent)
            process = context.Process(target=serve, args=arguments)  # type: ignore[attr-defined]
        with imports_kept_safe():
            process.start()
        self.workers.append((process, results))
        return process, results

    def work(self, report: Callable[[int], None], *, keep: bool) -> None:
        """Work off bins in this process."""
        for number, index in enumerate(claimed(self.folder, self.jobs)):
            self.results[index] = carry_out(self.jobs[index], self.open_bytes, keep=keep)
            if number % STEP == 0:
                self.collect()
                report(len(self.results))

    def wait(self, report: Callable[[int], None]) -> None:
        """Wait for the workers; what a dead or stuck one left over is done again, one by one."""
        for process, results in self.workers:
            self.watch(process, results, LIMIT, report)
        self.collect()
        left = [index for index in range(len(self.jobs)) if index not in self.results]
        while left:
            process, results = self.employ(left)
            self.watch(process, results, ALONE, report)
            self.collect()
            left = [index for index in left if index not in self.results]
            if left:
                culprit = left.pop(0)
                self.results[culprit] = Outcome(problem=cause_of_death(process))

    def watch(self, process: BaseProcess, results: Path, patience: float, report: Callable[[int], None]) -> None:
        """Wait for one worker as long as it gets on."""
        size, since = -1, time.monotonic()
        while process.is_alive():
            process.join(0.1)
            present = results.stat().st_size
            if present != size:
                size, since = present, time.monotonic()
                self.collect()
                report(len(self.results))
            elif time.monotonic() - since > patience:
                process.kill()
                process.join()

    def collect(self) -> None:
        """Take over every whole record that the workers have written so far."""
        for results, offset in self.read_up_to.items():
            with results.open("rb") as stream:
                stream.seek(offset)
                fresh = stream.read()
            at = 0
            while at + HEADER <= len(fresh):
                end = at + HEADER + int.from_bytes(fresh[at : at + HEADER], "big")
                if end > len(fresh):
                    break
                index, outcome = _decoder.decode(fresh[at + HEADER : end])
                self.results[index] = outcome
                at = end
            self.read_up_to[results] = offset + at

    def dismiss(self) -> None:
        """Leave no worker behind, whatever happened."""
        for process, _ in self.workers:
            if process.is_alive():
                process.kill()
            process.join()
            process.close()

    def outcomes(self) -> list[Outcome]:
        """The outcomes in order of the jobs."""
        return [self.results[index] for index in range(len(self.jobs))]


@contextmanager
def imports_kept_safe() -> Iterator[None]:
    """A process that is spawned starts with `python -c`, which would import `multiprocessing` from the current folder, maybe a
    scanned one, before anything else."""
    name = "PYTHONSAFEPATH"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def bins(work: list[Job]) -> list[list[int]]:
    """Indices of the jobs in bins of about equal size, the same in every process."""
    loads: list[tuple[int, int]] = [(0, number) for number in range(min(BINS, len(work)))]
    heapify(loads)
    filled: list[list[int]] = [[] for _ in loads]
    for index in sorted(range(len(work)), key=lambda index: (-work[index].file.size, index)):
        load, number = loads[0]
        filled[number].append(index)
        heapreplace(loads, (load + work[index].file.size + 500, number))
    return filled


def claimed(folder: Path, work: list[Job]) -> Iterator[int]:
    """The jobs of each bin that no other process has claimed yet."""
    for number, indices in enumerate(bins(work)):
        try:
            os.close(os.open(folder / f"bin-{number}", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            continue
        yield from indices


def serve(
    folder: Path, results: Path, work: list[Job], open_bytes: OpenBytes, only: list[int] | None, parent: int
) -> None:
    """The life of a worker: it ends with its jobs, with its parent, or at a failure, but never speaks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    with results.open("ab", buffering=0) as stream:
        for index in claimed(folder, work) if only is None else only:
            if os.name == "posix" and os.getppid() != parent:
                return
            record = _encoder.encode((index, carry_out(work[index], open_bytes)))
            stream.write(len(record).to_bytes(HEADER, "big") + record)


def spawned(folder: str, results: str, only: list[int] | None, parent: int) -> None:
    """The life of a worker that inherited nothing: jobs and contents lie in the folder."""
    place = Path(folder)
    entries = msgspec.msgpack.decode((place / "jobs").read_bytes(), type=list[tuple[Job, int, int]])
    offsets = {job.file.path: (start, length) for job, start, length in entries}
    contents = (place / "contents").open("rb")

    def open_bytes(file: SourceFile) -> bytes:
        start, length = offsets[file.path]
        if length < 0:
            raise OSError(0, "it could not be opened")
        contents.seek(start)
        return contents.read(length)

    with contents:
        serve(place, Path(results), [job for job, _, _ in entries], open_bytes, only, parent)


def store(folder: Path, work: list[Job], open_bytes: OpenBytes) -> None:
    """Put jobs and contents where a spawned worker finds them."""
    entries: list[tuple[Job, int, int]] = []
    with (folder / "contents").open("wb") as stream:
        at = 0
        for job in work:
            try:
                content = open_bytes(job.file)
            except OSError:
                entries.append((job, at, -1))
                continue
            stream.write(content)
            entries.append((job, at, len(content)))
            at += len(content)
    (folder / "jobs").write_bytes(_encoder.encode(entries))


def cause_of_death(process: BaseProcess) -> str:
    """Why a worker ended without finishing a file, as far as the system tells."""
    code = process.exitcode
    if code is not None and code < 0:
        try:
            return f"the process that read it was ended by {signal.Signals(-code).name}"
        except ValueError:
            return f"the process that read it was ended by signal {-code}"
    return f"the process that read it ended with code {code}"
