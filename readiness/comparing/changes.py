"""The report of a base and that of the change in, what the change brings out: findings, endpoints, scores, deviations."""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from readiness.comparing.matching import keys_of, match
from readiness.model import Finding, Report, Verdict
from readiness.model.report import Change, DeviationState, Endpoint, EndpointChange, ScoreChange, WorseFinding

CODE = 400
"""Lines of a handler that are compared."""
NOT_BOUND = frozenset({"unbounded"})
Text = Callable[[str], str | None]
"""The text of a file by its path."""


def changed(before: Report, after: Report, *, base: str, name: str, earlier: Text, later: Text) -> Report:
    """The later report with what it brings against the earlier one. `earlier` and `later` give the texts of both states."""
    old = [each for each in before.findings if each.verdict is not Verdict.PASSES and not each.excluded]
    new = [each for each in after.findings if each.verdict is not Verdict.PASSES and not each.excluded]
    # Failures first: a doubt about the same code must not take their place.
    old.sort(key=lambda each: each.verdict is not Verdict.FAILS)
    new.sort(key=lambda each: each.verdict is not Verdict.FAILS)
    found = match(keys_of(old), keys_of(new))
    judged = {rule.id for rule in after.rules}
    known_before = {
        (each.rule, each.span.path, each.symbol) for each in before.findings if each.verdict is not Verdict.UNSURE
    }
    fresh: list[Finding] = []
    worse: list[WorseFinding] = []
    lost: list[Finding] = []
    for index, each in enumerate(new):
        partner = old[found.pairs[index]] if index in found.pairs else None
        if each.verdict is Verdict.UNSURE:
            if (partner is not None and partner.verdict is Verdict.FAILS) or (
                partner is None and (each.rule, each.span.path, each.symbol) in known_before
            ):
                lost.append(each)
        elif not each.active:
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
        endpoints=tuple(_endpoints(before, after, earlier, later)),
        scores=tuple(_scores(before, after)),
        expired=tuple(_expired(before.deviations, after.deviations)),
    )
    return msgspec.structs.replace(after, change=change)


def _place(finding: Finding) -> tuple[int, object, str]:
    return (finding.severity.rank, finding.span, finding.rule)


def _endpoints(before: Report, after: Report, earlier: Text, later: Text) -> Iterator[EndpointChange]:
    """Endpoints that came, went, or whose handler or marks are other ones, with what they lack now."""
    old = {_operation(each): each for each in (*before.endpoints, *before.graph_fields)}
    new = {_operation(each): each for each in (*after.endpoints, *after.graph_fields)}
    for operation, endpoint in sorted(new.items()):
        partner = old.get(operation)
        if partner is None:
            yield EndpointChange("added", endpoint, _lacks(endpoint))
        elif _marks(partner) != _marks(endpoint) or _code(partner, earlier) != _code(endpoint, later):
            yield EndpointChange("changed", endpoint, _lacks(endpoint))
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


def _lacks(endpoint: Endpoint) -> tuple[str, ...]:
    """What a reviewer would ask for."""
    lacking = []
    if not endpoint.tests:
        lacking.append("test")
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


def _expired(before: Iterable[DeviationState], after: Iterable[DeviationState]) -> Iterator[DeviationState]:
    """Deviations that no longer hold and did before."""
    held = {each.id for each in before if each.state == "current"}
    yield from (each for each in after if each.id in held and each.state in ("expired", "malformed"))
