"""Names of files in coverage data and paths of the scan in; which name is which path, out.

Data is made where the tests ran: in a container, on another machine, from an installed copy, relative to one of several source
roots. So names are matched by their ends, and by what the other names say about where the project stood.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

Parts = tuple[str, ...]

MOST_SOURCES = 50
"""Source roots that are tried for a relative name."""

MOST_CHOICES = 2_000_000
"""Paths that all names together may stand for; names beyond it are left out where they are ambiguous."""


class Matches(Struct, frozen=True):
    """What the names in coverage data stand for."""

    paths: dict[str, str]
    """Name to path of the scan."""
    contested: frozenset[str]
    """Paths that share a relative name with another one, below another source root, and have no lines of their own."""


def match_paths(
    names: Iterable[str], paths: Iterable[str], *, sources: Sequence[str] = (), beside: str = ""
) -> Matches:
    """Which path each name is, for the names that can be told; those that could be several paths are left out.

    A name and a path match when one ends with the whole of the other, or when at least their file and its folder agree; the longest
    common end wins. Where several paths are left, the one wins whose place agrees with most other names, else the only one below
    `beside`, the folder of the coverage file. Several names can be one path: the same file, measured on two machines.
    """
    ends = _ends(paths)
    deepest = max((end.count("/") + 1 for end in ends), default=0)
    choices = {}
    left = MOST_CHOICES
    for name in sorted(set(names)):
        choice = _choices(name, ends, sources, deepest)
        left -= len(choice)
        choices[name] = choice if left > 0 or len(choice) < 2 else []
    votes: Counter[tuple[Parts, Parts]] = Counter()
    for choice in choices.values():
        if len(choice) == 1:
            votes[_move(*choice[0])] += 1
    found: dict[str, tuple[str, int]] = {}
    closest: dict[str, int] = {}
    for name, choice in choices.items():
        kept = _best(choice, votes, beside)
        if kept is not None:
            common = _common(*kept)
            found[name] = kept[1], common
            closest[kept[1]] = max(common, closest.get(kept[1], 0))
    names_of = {name: path for name, (path, common) in found.items() if common == closest[path]}
    known = set(names_of.values())
    contested = {path for choice in choices.values() if _by_sources(choice) for _, path in choice}
    return Matches(names_of, frozenset(contested - known))


def _by_sources(choice: list[tuple[str, str]]) -> bool:
    """One relative name stands for files below several source roots; a report keeps the lines of one of them."""
    return len({full for full, _ in choice}) > 1


def _ends(paths: Iterable[str]) -> dict[str, list[str]]:
    """Every end of every path at a folder's border: `src/app/x.py`, `app/x.py`, `x.py`."""
    ends: dict[str, list[str]] = {}
    for path in paths:
        parts = path.split("/")
        for start in range(len(parts)):
            ends.setdefault("/".join(parts[start:]), []).append(path)
    return ends


def _choices(name: str, ends: dict[str, list[str]], sources: Sequence[str], deepest: int) -> list[tuple[str, str]]:
    """The spelled-out name with each path that its longest known end belongs to; no path has more than `deepest` parts."""
    best: list[tuple[str, str]] = []
    longest = 0
    for full in _spellings(name, sources):
        parts = full.rsplit("/", deepest)
        for start in range(int(len(parts) > deepest), len(parts)):
            length = len(parts) - start
            if length < longest:
                break
            end = "/".join(parts[start:])
            hits = [path for path in ends.get(end, ()) if length > 1 or start == 0 or path == end]
            if hits:
                pairs = [(full, path) for path in hits]
                best = (
                    pairs
                    if length > longest
                    else best + [pair for pair in pairs if pair[1] not in {p for _, p in best}]
                )
                longest = length
                break
    return best


def _spellings(name: str, sources: Sequence[str]) -> list[str]:
    """The name below each source root, and as it stands."""
    plain = _slashed(name)
    if plain.startswith("/") or plain[1:2] == ":":
        return [plain]
    return [*(f"{_slashed(source).rstrip('/')}/{plain}" for source in sources[:MOST_SOURCES]), plain]


def _slashed(name: str) -> str:
    return name.replace("\\", "/").replace("/./", "/").removeprefix("./")


def _move(full: str, path: str) -> tuple[Parts, Parts]:
    """What stands before the common end of both: where the project stood, and where it stands here."""
    there, here = full.split("/"), path.split("/")
    while there and here and there[-1] == here[-1]:
        there.pop()
        here.pop()
    return tuple(there), tuple(here)


def _common(full: str, path: str) -> int:
    """How many parts both end with."""
    return path.count("/") + 1 - len(_move(full, path)[1])


def _best(choice: list[tuple[str, str]], votes: Counter[tuple[Parts, Parts]], beside: str) -> tuple[str, str] | None:
    if len(choice) < 2:
        return choice[0] if choice else None
    ranked = Counter({pair: votes[_move(*pair)] for pair in choice}).most_common(2)
    if ranked[0][1] > ranked[1][1]:
        return ranked[0][0]
    near = [pair for pair in choice if beside and pair[1].startswith(beside.rstrip("/") + "/")]
    return near[0] if len(near) == 1 else None
