"""Parts of a report in, the few words for them out: numbers, places, the sentence for what a rule found."""

import math
from collections.abc import Mapping

from readiness.model import Confidence, Finding, Span, Verdict
from readiness.model.report import BaselineUse, ChangeTally, Report, RuleInfo, Tally, TallyState


def points(value: float) -> str:
    """Points with one decimal, rounded down so that 89.96 never reads as a 90 that was not reached."""
    return f"{math.floor(value * 10 + 1e-6) / 10 + 0.0:.1f}"


def whole(value: float) -> str:
    """Whole points, rounded down for the same reason."""
    return str(math.floor(value + 1e-6))


def count(number: int, singular: str, plural: str = "") -> str:
    """`1 failure`, `1,234 failures`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def place(span: Span) -> str:
    """`app/search.py:41`; the file alone where no line is known."""
    return f"{span.path}:{span.line}" if span.line > 0 else span.path


def rules_by_id(report: Report) -> dict[str, RuleInfo]:
    """The rules of a report, to look up."""
    return {rule.id: rule for rule in report.rules}


def told(baseline: BaselineUse) -> str:
    """What a baseline came to: `readiness-baseline.json knows 70 of the failures; 2 that it holds are mended`."""
    parts = [f"{baseline.path} knows {count(baseline.known, 'failure')}"]
    if baseline.newer:
        rules = listed([*baseline.newer_rules[:3], *(["others"] if len(baseline.newer_rules) > 3 else [])])
        parts.append(
            f"{baseline.newer:,} more {'are' if baseline.newer > 1 else 'is'} of rules that it does not know yet ({rules}):"
            " readiness baseline update"
        )
    if baseline.gone:
        parts.append(
            f"{baseline.gone:,} that it holds {'are' if baseline.gone > 1 else 'is'} mended: readiness baseline prune"
        )
    return "; ".join(parts)


def unsettled(finding: Finding) -> bool:
    """A site that nobody could decide."""
    return not finding.excluded and (finding.verdict is Verdict.UNSURE or finding.disputed)


def certainty(finding: Finding) -> str:
    """What to know about how sure a failure is; empty for a sure one."""
    if finding.confidence is Confidence.HIGH and finding.exact:
        return ""
    return f"{finding.confidence} confidence" if finding.confidence is not Confidence.HIGH else "inferred"


def tally_fact(tally: Tally, rules: Mapping[str, RuleInfo]) -> str:
    """What one rule found: `118 of 120 queries are parameterized, 1 unsure`."""
    if tally.state is TallyState.MISSING:
        return f"{tally.rule}: no such rule yet"
    if tally.state is not TallyState.JUDGED or tally.sites == 0:
        return f"{tally.rule}: {tally.reason or _without_sites(tally)}"
    if tally.unsure == tally.sites:
        return f"{tally.rule}: {'unsure' if tally.sites == 1 else f'all {tally.sites:,} sites are unsure'}"
    info = rules.get(tally.rule)
    counted = f"{tally.passed:,} of {tally.sites:,}"
    fact = (
        f"{counted} {info.phrase}" if info is not None and info.phrase else f"{tally.rule.replace('-', ' ')}: {counted}"
    )
    further = [f"{tally.accepted:,} accepted"] if tally.accepted else []
    further += [f"{tally.unsure:,} unsure"] if tally.unsure else []
    return ", ".join([fact, *further])


def _without_sites(tally: Tally) -> str:
    if tally.state is TallyState.BROKEN:
        return "the rule crashed"
    return "not applicable" if tally.state is TallyState.NOT_APPLICABLE else "nothing to judge was found"


def tallied(tally: ChangeTally) -> str:
    """What a rule that judges changes alone says of one: `14 of 15 changed statements are run by tests`."""
    what = tally.phrase or f"sites of {tally.rule}"
    if not tally.known:
        return f"it is not known whether {tally.unsure:,} {what}: {tally.reason}"
    unsure = f"; of {tally.unsure:,} more it is not known: {tally.reason}" if tally.unsure else ""
    return f"{tally.passed:,} of {tally.known:,} {what}{unsure}"
