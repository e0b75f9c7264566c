"""Repairs in, text for a terminal out: what was mended where, what was left and why, and the change itself on demand."""

from collections.abc import Iterable, Sequence

from readiness.model import Left, Mended
from readiness.reporters.cleaning import clean
from readiness.reporters.terminal.painting import Painter, Segment, Style, Terminal
from readiness.reporters.wording import count, place

LONGEST = 2000
"""Characters of a changed line that are shown."""
SHOWN = 20
"""Findings of one reason that are listed before the rest is counted."""


def render_repairs(
    mended: Sequence[Mended], left: Sequence[Left], terminal: Terminal, difference: Iterable[str], *, written: bool
) -> str:
    """The difference first, then a line for each repair, then what a repair was refused for, by reason."""
    painter = Painter(terminal)
    shown = "".join(f"{clean(line, LONGEST)}\n" for line in difference)
    if shown:
        painter.blank()
    for each in mended:
        mark = "" if each.safe else "  unsafe"
        painter.line(
            Segment(place(each.finding.span), Style.STRONG),
            f"  {each.finding.rule}  {painter.sayable(each.title, 100)}{mark}",
        )
    reasons: dict[str, list[Left]] = {}
    for one in left:
        reasons.setdefault(one.reason, []).append(one)
    for reason, group in reasons.items():
        painter.blank()
        painter.wrapped(f"left {count(len(group), 'finding')}: {reason}", style=Style.YELLOW)
        for one in group[:SHOWN]:
            painter.line(f"{place(one.finding.span)}  ", Segment(one.finding.rule, Style.FAINT), indent=2)
        if len(group) > SHOWN:
            painter.line(f"and {len(group) - SHOWN:,} more", indent=2)
    painter.blank()
    files = len({each.finding.span.path for each in mended})
    word, then = ("mended", "") if written else ("can be mended", "; without --diff that is written")
    done = (
        f"{count(len(mended), 'finding')} {word} in {count(files, 'file')}{then}"
        if mended
        else "nothing to mend: no finding has a repair that needs no decision"
    )
    painter.line(Segment(done, Style.STRONG))
    return shown + painter.text()
