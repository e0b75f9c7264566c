"""The JSON report of a run in, its numbers out: as outputs of the step and as a short comment."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from readiness.errors import ReadinessError
from readiness.model.score import ReadinessVerdict
from readiness.reporters.json_v1 import ChangeLine, ReportV1, Service
from readiness.reporters.markdown_parts import item_table
from readiness.reporters.markup import code, escaped
from readiness.reporters.wording import count, points, tallied

SERVICES = 20
"""Services of one comment."""
WIDE = 300
"""Characters of one sentence."""
LIMIT = 30_000
"""Characters of a comment; GitHub takes 65,536."""


def read_report(file: Path) -> ReportV1:
    """The report in a file. Raises ReadinessError for one that is none."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=ReportV1)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ReadinessError(f"the report cannot be read back: {error}; run the scan again") from error


def figures(report: ReportV1) -> dict[str, str]:
    """`score`, `grade` and `verdict` of the lowest service, and `new-findings`; empty where there is none of it."""
    lowest = lowest_service(report)
    new = new_findings(report)
    return {
        "score": points(lowest.score.value) if lowest is not None else "",
        "grade": lowest.score.grade if lowest is not None else "",
        "verdict": lowest.score.verdict.value if lowest is not None else ReadinessVerdict.NOT_RATED.value,
        "new-findings": "" if new is None else str(new),
    }


def lowest_service(report: ReportV1) -> Service | None:
    """The service with the lowest score; None where none is rated."""
    rated = [each for each in report.services if each.score.verdict is not ReadinessVerdict.NOT_RATED]
    return min(rated, key=lambda each: each.score.value, default=None)


def new_findings(report: ReportV1) -> int | None:
    """Failures that the change brings, or that the baseline does not know; None where there is neither."""
    if report.change is not None:
        return sum(not each.known for each in report.change.new)
    if report.baseline is not None:
        return sum(each.active and not each.known for each in report.findings)
    return None


def marker(path: str) -> str:
    """What a comment begins with, unseen, so that the next run finds it; one for each path that is scanned."""
    return f"<!-- readiness {hashlib.blake2b(path.encode('utf-8', 'replace'), digest_size=8).hexdigest()} -->"


def comment(report: ReportV1, path: str, address: str) -> str:
    """The comment: numbers and tables, no findings. `address` leads to the run, empty where there is none."""
    text = "\n".join([marker(path), *_lines(report, address)]) + "\n"
    return text if len(text) <= LIMIT else text[: text.rindex("\n", 0, LIMIT)] + "\n"


def _lines(report: ReportV1, address: str) -> Iterator[str]:
    if not report.services:
        yield "**readiness**: nothing to analyse"
        return
    mark = "✅ gate passed" if report.gate.passed else "❌ gate failed"
    failed = ", ".join(code(each.condition) for each in report.gate.conditions if not each.passed)
    yield f"**readiness: {mark}**{f' by {failed}' if failed else ''}" if report.gate.conditions else "**readiness**"
    yield ""
    if report.change is not None:
        yield from _change(report.change)
    elif report.baseline is not None:
        yield f"{count(new_findings(report) or 0, 'failure')} beyond the {report.baseline.known:,} of the baseline"
        yield ""
    yield "| | Score | Grade | Verdict |"
    yield "|---|---:|---|---|"
    before = {each.service: each.before for each in report.change.scores} if report.change is not None else {}
    yield from (_service(each, before) for each in report.services[:SERVICES])
    if len(report.services) > SERVICES:
        yield f"| and {len(report.services) - SERVICES:,} more | | | |"
    yield ""
    if len(report.services) == 1:
        yield from item_table(report.services[0].items)
        yield ""
    known = f" at {code(report.head[:12])}" if report.head else ""
    link = f" · [all of it]({address})" if address else ""
    yield f"<sub>readiness {escaped(report.tool.version)}{known}{link}</sub>"


def _service(service: Service, before: Mapping[str, float]) -> str:
    score = service.score
    name = escaped(service.name)
    if score.verdict is ReadinessVerdict.NOT_RATED:
        return f"| {name} | | | {score.verdict.value} |"
    earlier = before.get(service.name)
    moved = f"{points(earlier)} → " if earlier is not None and points(earlier) != points(score.value) else ""
    return f"| {name} | {moved}{points(score.value)} | {score.grade} | {score.verdict.value} |"


def _change(change: ChangeLine) -> Iterator[str]:
    lacking = sum(bool(each.lacks) for each in change.endpoints)
    yield "| New | Worse | No longer decided | Mended | Endpoints touched | of them lacking something |"
    yield "|---:|---:|---:|---:|---:|---:|"
    numbers = (len(change.new), len(change.worse), len(change.lost), len(change.fixed), len(change.endpoints), lacking)
    yield f"| {' | '.join(f'{number:,}' for number in numbers)} |"
    yield ""
    for tally in change.tallies:
        yield escaped(tallied(tally), WIDE)
        yield ""
