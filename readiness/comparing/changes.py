"""The report of a base and that of the change in, what the change brings out: findings, endpoints, scores, deviations."""

from collections import Counter
from collections.abc import Iterable, Iterator, Set

import msgspec
from msgspec import UNSET

from readiness.comparing.endpoints import Text, touched_endpoints
from readiness.comparing.matching import keys_of, match
from readiness.model import Checklist, Finding, Report, Verdict
from readiness.model.report import Change, ChangeTally, DeviationState, ScoreChange, WorseFinding


def changed(
    before: Report,
    after: Report,
    *,
    base: str,
    began: str,
    name: str,
    earlier: Text,
    later: Text,
    checklist: Checklist,
) -> Report:
    """The later report with what it brings against the earlier one.

    `began` is the day of the base, an ISO date; `earlier` and `later` give the texts of both states.
    """
    uses = [use for item in checklist.items for criterion in item.criteria for use in criterion.rules]
    only = {use.id for use in uses if use.changes_only}
    # Evidence is about the later state: what it cannot say of the earlier one, the change need not have brought, nor mended.
    resting = {use.id for use in uses if use.evidence}
    old = [each for each in before.findings if each.verdict is not Verdict.PASSES and not each.excluded]
    new = [each for each in after.findings if each.verdict is not Verdict.PASSES and not each.excluded]
    # Failures first: a doubt about the same code must not take their place.
    old.sort(key=lambda each: each.verdict is not Verdict.FAILS)
    new.sort(key=lambda each: each.verdict is not Verdict.FAILS)
    found = match(keys_of(old), keys_of(new), ([each.message for each in old], [each.message for each in new]))
    judged = {rule.id for rule in after.rules}
    decided, left = _decided(before), _decided(after)
    fresh: list[Finding] = []
    worse: list[WorseFinding] = []
    lost: list[Finding] = []
    for index, each in enumerate(new):
        partner = old[found.pairs[index]] if index in found.pairs else None
        if each.verdict is Verdict.UNSURE:
            if (partner is not None and partner.verdict is Verdict.FAILS) or (
                partner is None and decided[_site(each)] > left[_site(each)]
            ):
                lost.append(each)
        elif not each.active or (partner is not None and partner.verdict is Verdict.UNSURE and each.rule in resting):
            continue
        elif partner is None or not partner.active:
            fresh.append(each)
        elif each.severity.rank < partner.severity.rank:
            worse.append(WorseFinding(each, partner.severity))
    fixed = [old[index] for index in found.gone if old[index].active and old[index].rule in judged - resting]
    change = Change(
        base=base,
        name=name,
        new=tuple(sorted(fresh, key=_place)),
        worse=tuple(sorted(worse, key=lambda each: _place(each.finding))),
        lost=tuple(sorted(lost, key=_place)),
        fixed=tuple(sorted(fixed, key=_place)),
        endpoints=tuple(
            touched_endpoints(before, after, earlier, later, {each.symbol for each in fresh if each.rule in only})
        ),
        scores=tuple(_scores(before, after)),
        expired=tuple(_expired(before.deviations, after.deviations, began)),
        tallies=tuple(_tallies(after, only)),
    )
    return msgspec.structs.replace(after, change=change)


def _decided(report: Report) -> Counter[tuple[str, str]]:
    """How many sites of each rule are decided, by symbol."""
    return Counter(_site(each) for each in report.findings if each.verdict is not Verdict.UNSURE)


def _site(finding: Finding) -> tuple[str, str]:
    """The rule and the function, whatever its file is called; code outside of functions by its file."""
    return finding.rule, finding.symbol.partition("::")[2] or finding.span.path


def _place(finding: Finding) -> tuple[int, object, str]:
    return (finding.severity.rank, finding.span, finding.rule)


def _scores(before: Report, after: Report) -> Iterator[ScoreChange]:
    """Each service that is in both reports, by the same rules."""
    old = {service.root: service for service in before.services}
    for service in after.services:
        partner = old.get(service.root)
        if partner is not None:
            yield ScoreChange(
                service.name, partner.score.value, service.score.value, partner.score.grade, service.score.grade
            )


def _expired(before: Iterable[DeviationState], after: Iterable[DeviationState], began: str) -> Iterator[DeviationState]:
    """Deviations that no longer hold: they did in the earlier state, or on the day of it."""
    held = {(each.id, each.rule) for each in before if each.state == "current"}
    for each in after:
        ended = each.state == "expired" and began != "" and each.until >= began
        if ended or ((each.id, each.rule) in held and each.state in ("expired", "malformed")):
            yield each


def _tallies(report: Report, only: Set[str]) -> Iterator[ChangeTally]:
    """What the rules that judge changes alone say of this one."""
    for rule in report.rules:
        findings = [each for each in report.findings if each.rule == rule.id and rule.id in only and not each.excluded]
        if not findings:
            continue
        counted = [
            (each, each.measured if each.measured is not UNSET else (each.verdict is Verdict.PASSES, 1))
            for each in findings
        ]
        known = [parts for each, parts in counted if each.verdict is not Verdict.UNSURE]
        open_ = [(each, parts) for each, parts in counted if each.verdict is Verdict.UNSURE]
        yield ChangeTally(
            rule=rule.id,
            phrase=rule.phrase,
            passed=sum(int(passed) for passed, _ in known),
            known=sum(total for _, total in known),
            unsure=sum(total for _, (_, total) in open_),
            reason=open_[0][0].cause or open_[0][0].message if open_ else "",
        )
