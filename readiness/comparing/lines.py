"""The files of two states in, the lines that the later one wrote anew out.

What was only formatted, indented, commented or moved is not new: lines are compared by what no formatter changes, and a stretch
that stood elsewhere before (in a file that has another name now, in a function that went to another file) is known again.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import groupby, pairwise

from msgspec import Struct

from readiness.discovery import Listing
from readiness.model.source import SourceFile

Stretch = tuple[int, int]
"""First and last line."""

WORK = 5_000_000
"""Lines that are looked at to hold two files against each other; beyond it what is left counts as new."""
SMALL = 20_000
"""Pairs of lines that are compared one by one where no line stands only once."""
MOVED = 3
"""Lines in a row that are taken for the same ones in another place; of a function its head and one more are enough."""

COMMON = 5
"""Files that can share a line that still tells one of them."""

LINE_END = re.compile(r"\r\n|\r|\n")
COMMENT_OR_TEXT = re.compile(r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|#.*""")
DEFINITION = re.compile(r"(?:async)?def\w.*:\Z", re.DOTALL)
"""A bare line that is the head of a function."""
FORMAT = re.compile(r"[\s()\[\]{},'\"\\]+")


class _Line(Struct, frozen=True):
    """One line that says something."""

    number: int
    bare: str
    """Without what a formatter can change."""


class _Hunk(Struct, frozen=True):
    """Lines that stand in the place of others."""

    earlier: Sequence[_Line]
    later: Sequence[_Line]


def touched(before: Listing, after: Listing) -> tuple[tuple[str, tuple[Stretch, ...]], ...]:
    """Stretches of new lines of each Python file that has some, by path."""
    old = {file.path: file for file in before.files if file.language == "python"}
    new = {file.path: file for file in after.files if file.language == "python"}
    differing = sorted(path for path in old.keys() | new.keys() if _digest(old.get(path)) != _digest(new.get(path)))
    earlier = {path: _lines(before, old[path]) for path in differing if path in old}
    later = {path: _lines(after, new[path]) for path in differing if path in new}
    names = _renamed(
        {path: lines for path, lines in earlier.items() if path not in new},
        {path: lines for path, lines in later.items() if path not in old},
    )
    hunks = {path: list(_hunks(earlier.get(names.get(path, path), []), lines)) for path, lines in later.items()}
    left = earlier.keys() - later.keys() - set(names.values())
    hunks |= {path: [_Hunk(earlier[path], [])] for path in left}
    gone = {window for each in hunks.values() for hunk in each for _, window in _windows(hunk.earlier)}
    found = []
    for path in sorted(later):
        numbers = [number for hunk in hunks[path] for number in _fresh(hunk, gone)]
        if numbers:
            found.append((path, tuple(_stretches(sorted(numbers)))))
    return tuple(found)


def _renamed(gone: Mapping[str, Sequence[_Line]], added: Mapping[str, Sequence[_Line]]) -> dict[str, str]:
    """For each file that came, the one that went and has most of its lines, at least half of them."""
    holders: dict[str, set[str]] = {}
    for path, lines in gone.items():
        for bare in {line.bare for line in lines}:
            holders.setdefault(bare, set()).add(path)
    shared = {bare: paths for bare, paths in holders.items() if len(paths) <= COMMON}
    names: dict[str, str] = {}
    taken: set[str] = set()
    for path, lines in added.items():
        found = Counter(each for bare in {line.bare for line in lines} for each in shared.get(bare, ()))
        number, best = max(((number, each) for each, number in found.items() if each not in taken), default=(0, ""))
        if number and 2 * number >= len({line.bare for line in lines}):
            names[path] = best
            taken.add(best)
    return names


def _digest(file: SourceFile | None) -> str:
    return file.digest if file is not None else ""


def _lines(listing: Listing, file: SourceFile) -> list[_Line]:
    try:
        text = listing.content(file).decode("utf-8", "replace")
    except OSError:
        return []
    numbered = ((number, bare(line)) for number, line in enumerate(LINE_END.split(text), start=1))
    return [_Line(number, said) for number, said in numbered if said]


def bare(line: str) -> str:
    """A line without its comment and without what a formatter can change."""
    return FORMAT.sub("", COMMENT_OR_TEXT.sub(lambda found: found[1] or "", line))


def _fresh(hunk: _Hunk, gone: set[tuple[str, ...]]) -> Iterator[int]:
    """Numbers of the lines that stood nowhere before."""
    moved: set[int] = set()
    for at, window in _windows(hunk.later):
        if window in gone:
            moved.update(range(at, at + len(window)))
    first, last = _kept(hunk)
    for at, line in enumerate(hunk.later):
        if first <= at < last and at not in moved:
            yield line.number


def _windows(lines: Sequence[_Line]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Lines in a row by the index of the first: as many as tell a place, or the head of a function and one line of its body."""
    for at in range(len(lines) - 1):
        if at + MOVED <= len(lines):
            yield at, tuple(line.bare for line in lines[at : at + MOVED])
        if DEFINITION.match(lines[at].bare):
            yield at, (lines[at].bare, lines[at + 1].bare)


def _kept(hunk: _Hunk) -> Stretch:
    """Where the new text of a hunk begins and where it ends, as indices of its lines: what was one line may be three now."""
    earlier = "".join(line.bare for line in hunk.earlier)
    later = "".join(line.bare for line in hunk.later)
    if earlier == later:
        return 0, 0
    ends = []
    at = 0
    for line in hunk.later:
        at += len(line.bare)
        ends.append(at)
    same = _common(earlier, later)
    behind = _common(earlier[same:][::-1], later[same:][::-1])
    return bisect_left(ends, same + 1), bisect_left(ends, len(later) - behind) + 1


def _common(one: str, other: str) -> int:
    """Characters that both begin with."""
    most = min(len(one), len(other))
    return next((at for at in range(most) if one[at] != other[at]), most)


def _hunks(earlier: Sequence[_Line], later: Sequence[_Line]) -> Iterator[_Hunk]:
    """What differs, between lines that stand once in both (the patience difference)."""
    a, b = [line.bare for line in earlier], [line.bare for line in later]
    work = WORK
    waiting = [(0, len(a), 0, len(b))]
    while waiting:
        first, last, low, high = waiting.pop()
        while first < last and low < high and a[first] == b[low]:
            first, low = first + 1, low + 1
        while first < last and low < high and a[last - 1] == b[high - 1]:
            last, high = last - 1, high - 1
        if low == high and first == last:
            continue
        work -= last - first + high - low
        anchors = _anchors(a, b, (first, last, low, high)) if work > 0 and first < last and low < high else []
        if anchors:
            bounds = [(first - 1, low - 1), *anchors, (last, high)]
            waiting += [(i + 1, k, j + 1, m) for (i, j), (k, m) in pairwise(bounds)]
        elif work > 0 and 0 < (last - first) * (high - low) <= SMALL:
            work -= (last - first) * (high - low)
            matcher = SequenceMatcher(None, a[first:last], b[low:high], autojunk=False)
            for kind, i, k, j, m in matcher.get_opcodes():
                if kind != "equal":
                    yield _Hunk(earlier[first + i : first + k], later[low + j : low + m])
        else:
            yield _Hunk(earlier[first:last], later[low:high])


def _anchors(a: Sequence[str], b: Sequence[str], bounds: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    """Lines that stand once in both stretches, the longest row of them that is in the same order."""
    first, last, low, high = bounds
    once_a, once_b = Counter(a[first:last]), Counter(b[low:high])
    place = {b[at]: at for at in range(low, high) if once_b[b[at]] == 1}
    pairs = [(at, place[a[at]]) for at in range(first, last) if once_a[a[at]] == 1 and a[at] in place]
    tails: list[int] = []
    chosen: list[int] = []
    before: list[int] = []
    for number, (_, there) in enumerate(pairs):
        at = bisect_left(tails, there)
        before.append(chosen[at - 1] if at else -1)
        tails[at : at + 1] = [there]
        chosen[at : at + 1] = [number]
    row = []
    number = chosen[-1] if chosen else -1
    while number >= 0:
        row.append(pairs[number])
        number = before[number]
    return row[::-1]


def _stretches(numbers: Sequence[int]) -> Iterator[Stretch]:
    for _, group in groupby(enumerate(numbers), key=lambda each: each[1] - each[0]):
        run = [number for _, number in group]
        yield run[0], run[-1]
