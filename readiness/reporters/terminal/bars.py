"""Shares in, bars out: the four parts of a whole, drawn in as many cells as there is room."""

from readiness.model.score import Shares
from readiness.reporters.terminal.painting import Glyphs, Segment, Style

STYLES = (Style.GREEN, Style.CYAN, Style.RED, Style.FAINT)


def cells(shares: Shares, width: int) -> tuple[int, int, int, int]:
    """How many of `width` cells each part takes: proven, accepted, refuted, open. What is there at all has a cell of its
    own, as long as there are cells enough; what is not there has none."""
    parts = (shares.proven, shares.accepted, shares.refuted, shares.open)
    total = sum(parts)
    if total <= 0 or width <= 0:
        return (0, 0, 0, max(width, 0))
    exact = [max(part, 0.0) / total * width for part in parts]
    counts = [int(each) for each in exact]
    rest = width - sum(counts)
    for index in sorted(range(4), key=lambda each: counts[each] - exact[each])[:rest]:
        counts[index] += 1
    for index in range(4):
        if parts[index] > 1e-9 and counts[index] == 0 and max(counts) > 1:
            counts[counts.index(max(counts))] -= 1
            counts[index] = 1
    return (counts[0], counts[1], counts[2], counts[3])


def bar(shares: Shares, width: int, glyphs: Glyphs) -> tuple[Segment, ...]:
    """The bar as segments, `width` columns in all."""
    signs = (glyphs.proven, glyphs.accepted, glyphs.refuted, glyphs.open)
    return tuple(
        Segment(sign * number, style)
        for sign, number, style in zip(signs, cells(shares, width), STYLES, strict=True)
        if number
    )
