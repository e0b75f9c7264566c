"""What grows faster than the file it stands in: a number in; the stages of a scan that cost more than their share out.

    python benchmarks/crowded.py [--count 500] [--times 4] [--only TEXT] [--tolerance 1.6]

For each crowd (`synthetic/crowds.py`) one file is written with so many of a thing, and one with `--times` as many. Of the two
scans, one process each and no cache, the stages are told whose processor time grew by more than `--tolerance` times that. It
ends with 1 where there are such, and with 2 where nothing was measured.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from measuring import check, machine, measure, warm_up
from synthetic.crowds import CROWDS, Crowd

LEAST = 0.25
"""Processor seconds below which a stage of the larger file is not looked at."""


def processor_times(crowd: Crowd, count: int, patience: float) -> dict[str, float]:
    """Processor seconds of each stage, those inside of others too; nothing where the run did not end well in time."""
    with tempfile.TemporaryDirectory() as place:
        folder, profile = Path(place) / "backend", Path(place) / "profile.json"
        folder.mkdir()
        for name, text in crowd.files(count).items():
            (folder / name).write_text(text)
        command = [*check(folder, profile), "--no-cache", "--jobs", "1"]
        if measure(command, patience=patience).code != 0:
            return {}
        return dict(flat(json.loads(profile.read_text())["run"]))


def flat(part: dict) -> Iterator[tuple[str, float]]:
    """A stage and all inside of it."""
    yield part["name"], part["cpu"] + part["others"]
    for inner in part["parts"].values():
        yield from flat(inner)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--times", type=int, default=4)
    parser.add_argument("--only", default="", metavar="TEXT", help="crowds with this in their name")
    parser.add_argument("--tolerance", type=float, default=1.6, help="what a stage may grow more than the file")
    parser.add_argument(
        "--patience", type=float, default=300.0, metavar="S", help="seconds after which a run is stopped"
    )
    arguments = parser.parse_args()
    chosen = {name: crowd for name, crowd in CROWDS.items() if arguments.only in name}
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    warm_up()
    steep = measured = 0
    for name, crowd in chosen.items():
        small, large = (
            processor_times(crowd, arguments.count * times, arguments.patience) for times in (1, arguments.times)
        )
        if not small or not large:
            print(f"{name}: not measured within {arguments.patience:.0f} s")
            continue
        measured += 1
        print(f"{name}: {small['run']:.2f} s, {arguments.times} times as many {large['run']:.2f} s")
        for stage, seconds in large.items():
            most = small.get(stage, 0.0) * arguments.times * arguments.tolerance
            if seconds > max(most, LEAST) and stage in small:
                steep += 1
                print(f"    {stage}: {small[stage]:.2f} s, then {seconds:.2f} s")
    sys.exit(2 if measured < len(chosen) or not chosen else min(steep, 1))


if __name__ == "__main__":
    main()
