"""Parts of a report in, the few words for them out: numbers, places, the sentence for what a rule found."""

import math
from collections.abc import Iterable, Mapping

from msgspec import Struct

from readiness.model import Confidence, Finding, Span, Verdict
from readiness.model.report import BaselineUse, ChangeTally, Report, RuleInfo
from readiness.model.score import Score, Tally, TallyState
from readiness.model.wording import counted

NOTHING = "nothing to judge was found"
"""Begins what is said of a rule without a site."""
SHORT = 90
"""Characters of a message that stands in the place of a number."""


count = counted


def points(value: float) -> str:
    """Points with one decimal, rounded down so that 89.96 never reads as a 90 that was not reached."""
    return f"{math.floor(value * 10 + 1e-6) / 10 + 0.0:.1f}"


def whole(value: float) -> str:
    """Whole points, rounded down for the same reason."""
    return str(math.floor(value + 1e-6))


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def place(span: Span) -> str:
    """`app/search.py:41`; the file alone where no line is known."""
    return f"{span.path}:{span.line}" if span.line > 0 else span.path


def rules_by_id(report: Report) -> dict[str, RuleInfo]:
    """The rules of a report, to look up."""
    return {rule.id: rule for rule in report.rules}


def told(baseline: BaselineUse, version: str) -> str:
    """What a baseline came to: `readiness-baseline.json knows 70 of the failures; 2 that it holds are mended`.

    Where another version than this one made it, what nobody finds may be mended, or may only be reported no more.
    """
    parts = [f"{baseline.path} knows {count(baseline.known, 'failure')}"]
    if baseline.newer:
        rules = listed([*baseline.newer_rules[:3], *(["others"] if len(baseline.newer_rules) > 3 else [])])
        parts.append(
            f"{baseline.newer:,} more {'are' if baseline.newer > 1 else 'is'} of rules that it does not know yet ({rules}):"
            " readiness baseline update"
        )
    if baseline.gone:
        same = baseline.tool == version
        why = "" if same else f" (readiness {baseline.tool[:40]} made it, this is {version})"
        what = "mended" if same else "no longer found"
        parts.append(
            f"{baseline.gone:,} that it holds {'are' if baseline.gone > 1 else 'is'} {what}{why}: readiness baseline prune"
        )
    if baseline.back:
        parts.append(f"{count(baseline.back, 'mended failure')} {'have' if baseline.back > 1 else 'has'} come back")
    return "; ".join(parts)


def could_be(score: Score) -> str:
    """What a score would be, and how sure the rest is. The confidence is about what was judged: what is open has its own words."""
    ends = f"{points(score.low)} if all that is open fails, {points(score.high)} if it passes"
    return f"{ends}; judged with {score.confidence} confidence"


def unsettled(finding: Finding) -> bool:
    """A site that nobody could decide."""
    return not finding.excluded and (finding.verdict is Verdict.UNSURE or finding.disputed)


def certainty(finding: Finding) -> str:
    """What to know about how sure a failure is; empty for a sure one."""
    if finding.confidence is Confidence.HIGH and finding.exact:
        return ""
    return f"{finding.confidence} confidence" if finding.confidence is not Confidence.HIGH else "inferred"


class Words(Struct, frozen=True):
    """What findings say that numbers do not."""

    alone: Mapping[str, str] = {}
    """By rule what its only finding says, without the advice: `there is no test` where a number would be `0 of 1`."""
    causes: Mapping[str, str] = {}
    """By rule the one reason for which all that it leaves open is open."""


def words_of(findings: Iterable[Finding]) -> Words:
    """What the findings of one service say."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        if not finding.excluded:
            groups.setdefault(finding.rule, []).append(finding)
    alone = {rule: _without_advice(group[0].message) for rule, group in groups.items() if len(group) == 1}
    causes = {rule: {each.cause for each in group if each.verdict is Verdict.UNSURE} for rule, group in groups.items()}
    return Words(
        {rule: said for rule, said in alone.items() if len(said) <= SHORT},
        {rule: "".join(each) for rule, each in causes.items() if len(each) == 1},
    )


def _without_advice(message: str) -> str:
    """A message up to what it advises, or explains; code in it is left whole."""
    said = message.partition(";")[0]
    short = said.partition(": ")[0]
    return (short if short.count("`") % 2 == 0 else said).strip()


def tally_fact(tally: Tally, rules: Mapping[str, RuleInfo], words: Words = Words()) -> str:  # noqa: B008 -- frozen
    """What one rule found: `118 of 120 queries are parameterized, 1 unsure`."""
    if tally.state is TallyState.MISSING:
        return f"{tally.rule}: no such rule yet"
    if tally.state is not TallyState.JUDGED or tally.sites == 0:
        return f"{tally.rule}: {tally.reason or _without_sites(tally)}"
    alone = words.alone.get(tally.rule, "") if tally.sites == 1 and not tally.passed and not tally.accepted else ""
    if alone:
        return alone
    if tally.unsure == tally.sites:
        cause = words.causes.get(tally.rule, "")
        every = f"all {tally.sites:,} sites are unsure{f': {cause}' if cause else ''}"
        return f"{tally.rule}: {'unsure' if tally.sites == 1 else every}"
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
    return "not applicable" if tally.state is TallyState.NOT_APPLICABLE else NOTHING


def tallied(tally: ChangeTally) -> str:
    """What a rule that judges changes alone says of one: `14 of 15 changed statements are run by tests`."""
    what = tally.phrase or f"sites of {tally.rule}"
    if not tally.known:
        return f"whether {what} is not known ({count(tally.unsure, 'site')}): {tally.reason}"
    unsure = f"; of {tally.unsure:,} more it is not known: {tally.reason}" if tally.unsure else ""
    return f"{tally.passed:,} of {tally.known:,} {what}{unsure}"
