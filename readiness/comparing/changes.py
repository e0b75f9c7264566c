"""The report of a base and that of the change in, what the change brings out: findings, endpoints, scores, deviations."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Set

import msgspec
from msgspec import UNSET

from readiness.comparing.matching import keys_of, match
from readiness.model import Checklist, Finding, Report, Verdict
from readiness.model.report import (
    Change,
    ChangeTally,
    DeviationState,
    Endpoint,
    EndpointChange,
    ScoreChange,
    WorseFinding,
)

CODE = 400
"""Lines of a handler that are compared."""
NOT_BOUND = frozenset({"unbounded"})
Text = Callable[[str], str | None]
"""The text of a file by its path."""


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
    # Evidence is about the later state: what it cannot say of the earlier one, the change need not have brought.
    resting = {use.id for use in uses if use.evidence}
    old = [each for each in before.findings if each.verdict is not Verdict.PASSES and not each.excluded]
    new = [each for each in after.findings if each.verdict is not Verdict.PASSES and not each.excluded]
    # Failures first: a doubt about the same code must not take their place.
    old.sort(key=lambda each: each.verdict is not Verdict.FAILS)
    new.sort(key=lambda each: each.verdict is not Verdict.FAILS)
    found = match(keys_of(old), keys_of(new))
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
    fixed = [old[index] for index in found.gone if old[index].active and old[index].rule in judged]
    change = Change(
        base=base,
        name=name,
        new=tuple(sorted(fresh, key=_place)),
        worse=tuple(sorted(worse, key=lambda each: _place(each.finding))),
        lost=tuple(sorted(lost, key=_place)),
        fixed=tuple(sorted(fixed, key=_place)),
        endpoints=tuple(
            _endpoints(before, after, earlier, later, {each.symbol for each in fresh if each.rule in only})
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


def _endpoints(before: Report, after: Report, earlier: Text, later: Text, unrun: Set[str]) -> Iterator[EndpointChange]:
    """Endpoints that came, went, or whose handler or marks are other ones, with what they lack now. `unrun` are functions of whose
    new code too little ran."""
    old = {_operation(each): each for each in (*before.endpoints, *before.graph_fields)}
    new = {_operation(each): each for each in (*after.endpoints, *after.graph_fields)}
    handlers = {each.replace("::", ".") for each in unrun}
    for operation, endpoint in sorted(new.items()):
        partner = old.get(operation)
        if partner is None:
            yield EndpointChange("added", endpoint, _lacks(endpoint, handlers))
        elif _marks(partner) != _marks(endpoint) or _code(partner, earlier) != _code(endpoint, later):
            yield EndpointChange("changed", endpoint, _lacks(endpoint, handlers))
    for operation in sorted(old.keys() - new.keys()):
        yield EndpointChange("removed", old[operation], ())


def _operation(endpoint: Endpoint) -> tuple[str, str, str]:
    return (endpoint.path, endpoint.method, endpoint.service)


def _marks(endpoint: Endpoint) -> tuple[object, ...]:
    return (
        endpoint.access,
        endpoint.validation,
        endpoint.pagination,
        endpoint.inputs,
        endpoint.response,
        endpoint.rate_limit,
    )


def _code(endpoint: Endpoint, text: Text) -> list[str]:
    """The lines of a handler, from its head to the next line that stands no deeper."""
    lines = (text(endpoint.file) or "").splitlines()[max(endpoint.line - 1, 0) :][:CODE]
    if not lines:
        return []
    depth = len(lines[0]) - len(lines[0].lstrip())
    body = [lines[0].strip()]
    for line in lines[1:]:
        stripped = line.strip()
        if stripped and len(line) - len(line.lstrip()) <= depth and not stripped.startswith((")", "]", "#")):
            break
        body.append(stripped)
    return [line for line in body if line]


def _lacks(endpoint: Endpoint, unrun: Set[str]) -> tuple[str, ...]:
    """What a reviewer would ask for."""
    lacking = []
    if not endpoint.tests:
        lacking.append("test")
    elif endpoint.handler.replace("::", ".") in unrun:
        lacking.append("test of all that is new")
    if endpoint.specification == "missing":
        lacking.append("entry in the API document")
    if endpoint.pagination in NOT_BOUND:
        lacking.append("bound")
    if endpoint.access == "open":
        lacking.append("authentication")
    return tuple(lacking)


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
    held = {each.id for each in before if each.state == "current"}
    for each in after:
        ended = each.state == "expired" and began != "" and each.until >= began
        if ended or (each.id in held and each.state in ("expired", "malformed")):
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
