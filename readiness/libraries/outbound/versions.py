"""A library's rows of defaults in, the one that holds for a file out: the lock file chooses."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from readiness.libraries.outbound.vocabulary import Default
from readiness.model import Dependency, Project

NUMBER = re.compile(r"\d+")
LOWER = re.compile(r"(?:>=|==|~=|>)\s*v?(\d+(?:\.\d+)*)|\^\s*v?(\d+(?:\.\d+)*)")
UPPER = re.compile(r"<(=?)\s*v?(\d+(?:\.\d+)*)")

Release = tuple[int, ...]


class Range(Struct, frozen=True):
    """Releases from `first` to `last`."""

    first: Release
    last: Release
    with_last: bool


class Versions:
    """Knows which releases of a distribution the project's manifests and lock files name."""

    def __init__(self, project: Project) -> None:
        self._named: dict[str, list[Dependency]] = {}
        for each in project.each(Dependency):
            self._named.setdefault(each.name, []).append(each)

    def default(self, distribution: str, defaults: Sequence[Default], path: str) -> Default | None:
        """The row that holds for a file; None where releases differ and nothing says which one runs."""
        if len({each.bounded for each in defaults}) == 1:
            wanted = [each for each in defaults if not each.until]
            return (wanted or list(defaults))[-1]
        possible = [each for each in defaults if any(_holds(each, span) for span in self._spans(distribution, path))]
        return possible[0] if len({each.bounded for each in possible}) == 1 else None

    def _spans(self, distribution: str, path: str) -> list[Range]:
        """The releases that can run; the nearest manifest's word counts, an exact version before a range."""
        named = self._named.get(distribution, [])
        near = max((_shared(each.span.path, path) for each in named), default=0)
        here = [each for each in named if _shared(each.span.path, path) == near]
        exact = {release(each.version) for each in here if each.version}
        if exact:
            return [Range(each, each, with_last=True) for each in sorted(exact)]
        lows = [release(low or caret) for each in here for low, caret in LOWER.findall(each.requirement)]
        highs = [(release(last), bool(equal)) for each in here for equal, last in UPPER.findall(each.requirement)]
        last, with_last = min(highs, default=((10**9,), True))
        return [Range(max(lows, default=()), last, with_last)]


def release(text: str) -> Release:
    """`(8, 0, 1)` of `8.0.1rc1`."""
    return tuple(int(each) for each in NUMBER.findall(re.split(r"[a-zA-Z+!-]", text, maxsplit=1)[0])[:4])


def _holds(row: Default, span: Range) -> bool:
    """Some release of the span is one of the row's."""
    since = release(row.since)
    below = not row.until or span.first < release(row.until)
    above = not since or span.last > since or (span.with_last and span.last == since)
    return below and above


def _shared(manifest: str, path: str) -> int:
    """How near a manifest is to a file: the depth of its folder where that holds the file, else -1."""
    folder = manifest.rpartition("/")[0]
    if not folder:
        return 0
    return folder.count("/") + 1 if path.startswith(f"{folder}/") else -1
