"""What a whole run costs: a folder in; wall time, processor time and peak memory of cold and unchanged runs out, beside bandit
where that is installed.

    python benchmarks/whole_run.py PATH [--runs 3]

Every run is a process of its own with a cache of its own; the smallest figure of each kind is printed, since a busy machine only
ever adds.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def measured(command: list[str], environment: dict[str, str]) -> tuple[float, float, float]:
    """Wall seconds, processor seconds of the process and its children, MiB of the largest process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, used, after.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    readiness = [sys.executable, "-m", "readiness"]
    scan = [*readiness, "check", str(arguments.path), "--fail-on", "never"]
    rows: dict[str, list[tuple[float, float, float]]] = {}
    for _ in range(arguments.runs):
        with tempfile.TemporaryDirectory() as cache:
            environment = {**os.environ, "READINESS_CACHE_DIR": cache}
            rows.setdefault("readiness, cold", []).append(measured(scan, environment))
            rows.setdefault("readiness, unchanged", []).append(measured(scan, environment))
            rows.setdefault("readiness --version", []).append(measured([*readiness, "--version"], environment))
        bandit = shutil.which("bandit", path=str(Path(sys.executable).parent)) or shutil.which("bandit")
        if bandit:
            command = [bandit, "-q", "-r", str(arguments.path)]
            rows.setdefault("bandit", []).append(measured(command, dict(os.environ)))
    print(f"{'':24}{'wall s':>9}{'cpu s':>9}{'peak MiB':>10}")
    for name, figures in rows.items():
        wall, used, memory = (min(column) for column in zip(*figures, strict=True))
        print(f"{name:24}{wall:9.2f}{used:9.2f}{memory:10.0f}")


if __name__ == "__main__":
    main()
