"""A folder of Python files in; wall time and peak memory of extracting it out, cold and from the cache, in one process and more.

    python benchmarks/extraction.py PATH [--jobs 2] [--repeat 3]

Each figure comes from a process of its own; the best of the repetitions is printed, with lines a second.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from readiness.cache import Cache
from readiness.discovery import discover
from readiness.extraction import Stored, extract


def measure(root: Path, jobs: int, cache_folder: Path | None) -> dict[str, float]:
    """Extract once in this process. Times in seconds, memory in MiB."""
    listing = discover(root)
    with Cache("benchmark", folder=cache_folder, enabled=cache_folder is not None) as cache:
        store = Stored(cache) if cache_folder is not None else None
        begin = time.perf_counter()
        summaries, problems = extract(listing.files, listing.content, store, jobs)
        wall = time.perf_counter() - begin
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    lines = sum([summary.lines for summary in summaries.values()])
    return {
        "wall": wall,
        "own": own,
        "workers": workers,
        "lines": lines,
        "files": len(summaries),
        "problems": len(problems),
    }


def in_a_process(root: Path, jobs: int, cache_folder: Path | None) -> dict[str, float]:
    """The same in a fresh interpreter."""
    command = [sys.executable, __file__, str(root), "--jobs", str(jobs), "--once"]
    if cache_folder is not None:
        command += ["--cache", str(cache_folder)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(answer.stdout)
    return figures


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--cache", type=Path, default=None, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.once:
        print(json.dumps(measure(chosen.path, chosen.jobs, chosen.cache)))
        return
    print(f"{'':24}{'wall s':>8}{'klines/s':>10}{'MiB':>7}{'MiB of a worker':>17}{'files':>8}{'problems':>10}")
    for name, jobs, cached in (
        ("cold, 1 process", 1, False),
        (f"cold, {chosen.jobs} processes", chosen.jobs, False),
        ("cold, filling the cache", chosen.jobs, True),
        ("from the cache", chosen.jobs, True),
    ):
        runs = []
        for _ in range(chosen.repeat):
            with tempfile.TemporaryDirectory() as folder:
                cache = Path(folder) if cached else None
                if name == "from the cache":
                    in_a_process(chosen.path, jobs, cache)
                runs.append(in_a_process(chosen.path, jobs, cache))
        best = min(runs, key=lambda run: run["wall"])
        speed = best["lines"] / best["wall"] / 1000
        print(
            f"{name:24}{best['wall']:8.2f}{speed:10.0f}{best['own']:7.0f}{best['workers']:17.0f}"
            f"{best['files']:8.0f}{best['problems']:10.0f}"
        )


if __name__ == "__main__":
    main()
