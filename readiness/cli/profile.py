"""A run to measure in; the table of where its time went on stderr, and the whole of it as JSON in a file."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from readiness.profiling import Part, Profile

SMALL = 0.005
"""Share of the run below which a part is not shown by itself."""
WIDTH = 34
"""Columns of the names."""
NOTES = (
    "others: processor time of workers and other programs, told where they end",
    "names, callers and files read again count for the stage that asked first",
)


@contextmanager
def measured(table: bool, writers: Sequence[Callable[[str], None]]) -> Iterator[None]:
    """Measure the block where the table is wanted, or somebody who writes the JSON."""
    if not table and not writers:
        yield
        return
    from readiness.profiling import profiling

    with profiling() as profile:
        yield
    for write in writers:
        write(profile.document())
    if table:
        for line in lines(profile):
            click.echo(line, err=True)


def lines(profile: "Profile") -> Iterator[str]:
    """The table: a line a stage and, indented, a line a part of it; those that took next to nothing together."""
    whole = profile.whole
    yield f"{'where the time went':{WIDTH}}{'wall s':>9}{'share':>8}{'cpu s':>9}{'others':>9}{'peak MiB':>10}"
    yield from _rows(whole, whole, "")
    yield _row(f"{'in all':{WIDTH}}", whole, whole)
    shared = _shared(whole)
    if shared:
        yield "steps of several stages, counted above"
        for part in shared:
            yield f"{_row(f'  {part.name:{WIDTH - 2}}', part, whole)}  {part.times:,} times"
    if profile.counts:
        yield ", ".join(f"{number:,} {name}" for name, number in profile.counts.items())
    yield from NOTES


def _rows(part: "Part", whole: "Part", indent: str) -> Iterator[str]:
    """The parts of a stage, the largest first below the first level, which keeps the order of the run."""
    parts = [each for each in part.parts.values() if not each.shared]
    shown = [each for each in parts if not indent or _counts(each, whole)]
    small = [each for each in parts if indent and not _counts(each, whole)]
    if indent:
        shown.sort(key=lambda each: -each.wall)
    for each in shown:
        yield _row(f"{f'{indent}{each.name}':{WIDTH}}", each, whole)
        yield from _rows(each, whole, f"{indent}  ")
    if small:
        yield _row(f"{f'{indent}{len(small)} more':{WIDTH}}", _together("", small), whole)
    if parts:
        rest = _together("", parts)
        at_once = sum(each.wall for each in parts if each.beside)
        rest.wall, rest.cpu, rest.others = (
            part.wall - rest.wall + at_once,
            part.cpu - rest.cpu,
            part.others - rest.others,
        )
        if _counts(rest, whole):
            yield _row(f"{f'{indent}the rest':{WIDTH}}", rest, whole)


def _row(name: str, part: "Part", whole: "Part") -> str:
    share = part.wall / whole.wall if whole.wall else 0.0
    peak = f"{part.peak / 2**20:10.0f}" if part.peak else ""
    return f"{name}{part.wall:9.3f}{share:8.1%}{part.cpu:9.3f}{part.others:9.3f}{peak}"


def _counts(part: "Part", whole: "Part") -> bool:
    return part.wall >= SMALL * whole.wall or part.cpu + part.others >= SMALL * (whole.cpu + whole.others)


def _together(name: str, parts: "list[Part]") -> "Part":
    from readiness.profiling import Part

    return Part(
        name,
        wall=sum(each.wall for each in parts),
        cpu=sum(each.cpu for each in parts),
        others=sum(each.others for each in parts),
        times=sum(each.times for each in parts),
    )


def _shared(whole: "Part") -> "list[Part]":
    """The shared steps, each with its sum over all stages; one inside of itself is counted once."""
    found: dict[str, list[Part]] = {}

    def look(part: "Part", around: frozenset[str]) -> None:
        for each in part.parts.values():
            if each.shared and each.name not in around:
                found.setdefault(each.name, []).append(each)
            look(each, around | {each.name} if each.shared else around)

    look(whole, frozenset())
    return [_together(name, parts) for name, parts in sorted(found.items())]
