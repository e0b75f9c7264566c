"""The change of a report in, Markdown for a summary or a comment out: numbers first, then what to mend."""

from collections.abc import Iterator, Sequence

from readiness.model import Finding
from readiness.model.report import Change, EndpointChange
from readiness.reporters.markup import code, escaped
from readiness.reporters.wording import certainty, count, listed, place, points, tallied

SHOWN = 20
"""Findings or endpoints of one kind before the rest is counted."""
WIDE_TEXT = 400


def change_lines(change: Change) -> Iterator[str]:
    """What the change brings, as lines."""
    yield _title(change)
    yield ""
    yield "| New | Worse | No longer decided | Mended | Score |"
    yield "|---:|---:|---:|---:|---|"
    scores = "; ".join(
        (f"{escaped(each.service)}: " if len(change.scores) > 1 else "")
        + f"{points(each.before)} to {points(each.after)}"
        for each in change.scores
    )
    numbers = (len(change.new), len(change.worse), len(change.lost), len(change.fixed))
    yield f"| {' | '.join(f'{number:,}' for number in numbers)} | {scores} |"
    yield ""
    for tally in change.tallies:
        yield f"- {escaped(tallied(tally), WIDE_TEXT)}"
    if change.tallies:
        yield ""
    yield from _findings("New", change.new)
    yield from _findings("Worse", [each.finding for each in change.worse])
    yield from _findings("No longer decided", change.lost)
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


def _findings(title: str, findings: Sequence[Finding]) -> Iterator[str]:
    if not findings:
        return
    yield f"**{title}**"
    yield ""
    for each in findings[:SHOWN]:
        degree = [each.severity.value, certainty(each), "known to the baseline" if each.known else ""]
        said = escaped(each.message, WIDE_TEXT)
        yield f"- {code(place(each.span))} {code(each.rule)} ({', '.join(one for one in degree if one)}): {said}"
    if len(findings) > SHOWN:
        yield f"- and {len(findings) - SHOWN:,} more"
    yield ""


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
