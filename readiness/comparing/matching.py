"""Findings of an earlier state and of this one in, pairs that are the same finding out.

No line numbers: a finding is named by its rule, its file, its symbol and the mark of its code. What moved, or got another name
around it, is found again by what is left of that, most particular first.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from msgspec import Struct

from readiness.model import Finding

DEFINITION = "="
"""Begins the mark of a definition, which is its head alone."""


class Key(Struct, frozen=True, order=True):
    """What names a finding from one state of the code to another."""

    rule: str
    path: str
    symbol: str
    mark: str


class Matches(Struct, frozen=True):
    """Indices into the two sequences that were matched."""

    pairs: dict[int, int]
    """Of the later one to the earlier one."""
    gone: tuple[int, ...]
    """Of the earlier one: what has no counterpart any more."""


def key_of(finding: Finding) -> Key:
    """The name of a finding."""
    return Key(finding.rule, finding.span.path, finding.symbol, finding.mark)


def match(
    earlier: Sequence[Key], later: Sequence[Key], said: tuple[Sequence[str], Sequence[str]] | None = None
) -> Matches:
    """Pair what is the same; each is paired once.

    `said` are the messages of both. They tell apart findings of one name, of which a handler of many routes has one for each; any
    other message is no hindrance.
    """
    pairs: dict[int, int] = {}
    free_earlier, free_later = list(range(len(earlier))), list(range(len(later)))
    for before, after in _rounds(earlier, later, said):
        waiting: defaultdict[Hashable, list[int]] = defaultdict(list)
        for index in reversed(free_earlier):
            if before[index] is not None:
                waiting[before[index]].append(index)
        for index in free_later:
            if waiting.get(after[index]):
                pairs[index] = waiting[after[index]].pop()
        taken = set(pairs.values())
        free_earlier = [index for index in free_earlier if index not in taken]
        free_later = [index for index in free_later if index not in pairs]
    return Matches(pairs, tuple(free_earlier))


def _rounds(
    earlier: Sequence[Key], later: Sequence[Key], said: tuple[Sequence[str], Sequence[str]] | None
) -> Iterator[tuple[Sequence[Hashable], Sequence[Hashable]]]:
    """What names the earlier and the later ones, most particular first; None where that is too little."""
    if said is not None:
        yield tuple(zip(earlier, said[0], strict=True)), tuple(zip(later, said[1], strict=True))
    for particular in LEVELS:
        yield [particular(each) for each in earlier], [particular(each) for each in later]


def _same_place(key: Key) -> Hashable:
    return key


def _same_file(key: Key) -> Hashable:
    """The function around it has another name, or the code went to another function of the file."""
    return (key.rule, key.path, key.mark)


def _same_symbol(key: Key) -> Hashable:
    """The file has another name, or the function went to another file."""
    return (key.rule, _local(key.symbol), key.mark)


def _same_code(key: Key) -> Hashable:
    """Both: the code is all that is left. A bare definition is told by its name, which is too little."""
    return None if key.mark.startswith(DEFINITION) or not key.mark else (key.rule, key.mark)


LEVELS: tuple[Callable[[Key], Hashable], ...] = (_same_place, _same_file, _same_symbol, _same_code)


def _local(symbol: str) -> str:
    """The symbol without its module: `Orders.create`; of a module nothing."""
    return symbol.partition("::")[2]


def keys_of(findings: Iterable[Finding]) -> list[Key]:
    """The names of findings, in their order."""
    return [key_of(finding) for finding in findings]
