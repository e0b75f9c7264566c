"""The change of a report in, Markdown for a summary or a comment out: numbers first, then what to mend."""

from collections.abc import Iterator, Sequence

from readiness.model import Finding, Severity
from readiness.model.report import Change, EndpointChange, ScoreChange
from readiness.reporters.markdown_parts import finding_line, folded
from readiness.reporters.markup import code, escaped
from readiness.reporters.wording import count, listed, points, tallied

SHOWN = 10
"""Findings or endpoints of one kind that stand in the open; as many findings again are folded, and the rest is counted."""
WIDE_TEXT = 240
SCORES = 5


def change_lines(change: Change) -> Iterator[str]:
    """What the change brings, as lines."""
    yield _title(change)
    yield ""
    yield "| New | Worse | No longer decided | Mended | Score |"
    yield "|---:|---:|---:|---:|---|"
    scores = _scores(change)
    numbers = (len(change.new), len(change.worse), len(change.lost), len(change.fixed))
    yield f"| {' | '.join(f'{number:,}' for number in numbers)} | {scores} |"
    yield ""
    for tally in change.tallies:
        yield f"- {escaped(tallied(tally), WIDE_TEXT)}"
    if change.tallies:
        yield ""
    yield from _findings("New", change.new)
    yield from _findings("Worse", [each.finding for each in change.worse])
    if change.lost:
        yield from folded("No longer decided", _some(change.lost)).split("\n")
    yield from _endpoints(change.endpoints)
    for each in change.expired:
        yield f"- the deviation {code(each.id)} of {code(each.rule)} has expired: {escaped(each.until)}"
    if change.expired:
        yield ""


def _title(change: Change) -> str:
    base = code(change.base[:10])
    if not change.name:
        return f"**What is staged** against {base}"
    if change.base.startswith(change.name):
        return f"**The change since {base}**"
    return f"**The change since {code(change.name)}** (from {base})"


def _scores(change: Change) -> str:
    """The scores of a few services, those that moved first."""
    ordered = sorted(change.scores, key=lambda each: -abs(_moved(each)))
    shown = ordered[:SCORES] if len(ordered) == 1 else [each for each in ordered[:SCORES] if _moved(each)]
    said = [
        (f"{escaped(each.service)}: " if len(change.scores) > 1 else "")
        + f"{points(each.before)} to {points(each.after)}"
        for each in shown
    ]
    if len(ordered) > len(shown):
        moved = sum(bool(_moved(each)) for each in ordered[len(shown) :])
        kept = len(ordered) - len(shown) - moved
        said += [f"{moved:,} more moved"] if moved else []
        said += [f"{kept:,} as before"] if kept else []
    return "; ".join(said)


def _moved(score: ScoreChange) -> float:
    """By how much a reader sees it move."""
    return score.after - score.before if points(score.before) != points(score.after) else 0.0


def listed_findings(findings: Sequence[Finding]) -> Iterator[str]:
    """The first in the open, as many again folded, the rest as a number; what the baseline knows comes last."""
    ordered = sorted(findings, key=lambda each: each.known)
    yield from (finding_line(each, rule=True, width=WIDE_TEXT) for each in ordered[:SHOWN])
    more = ordered[SHOWN:]
    if more:
        severities = [f"{sum(each.severity is one for each in more):,} {one.value}" for one in Severity]
        told = listed([each for each in severities if not each.startswith("0 ")])
        yield from folded(f"{len(more):,} more: {told}", _some(more)).split("\n")
    if ordered:
        yield ""


def _some(findings: Sequence[Finding]) -> list[str]:
    lines = [finding_line(each, rule=True, width=WIDE_TEXT) for each in findings[:SHOWN]]
    return [*lines, f"- and {len(findings) - SHOWN:,} more"] if len(findings) > SHOWN else lines


def _findings(title: str, findings: Sequence[Finding]) -> Iterator[str]:
    if findings:
        yield f"**{title}**"
        yield ""
        yield from listed_findings(findings)


def _endpoints(endpoints: Sequence[EndpointChange]) -> Iterator[str]:
    lacking = [each for each in endpoints if each.lacks]
    if not endpoints:
        return
    some = f"{len(lacking):,} of which lack something" if len(lacking) > 1 else "one of which lacks something"
    said = "which lacks something" if len(endpoints) == 1 else some
    yield f"{count(len(endpoints), 'endpoint')} touched{f', {said}:' if lacking else '.'}"
    yield ""
    for each in lacking[:SHOWN]:
        name = code(f"{each.endpoint.method} {each.endpoint.path}")
        yield f"- {name} ({each.state}) is without {listed(list(each.lacks))}"
    if len(lacking) > SHOWN:
        yield f"- and {len(lacking) - SHOWN:,} more"
    if lacking:
        yield ""
