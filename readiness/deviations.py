"""The settle stage: findings and the records of deviations in, findings marked as accepted, disputed or excluded out.

A record hides nothing unless it is whole, current and allowed to: blocker and gate rules are settled in the register only.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fnmatch import fnmatchcase
from typing import TypeVar

import msgspec
from msgspec import Struct

from readiness.artifacts.register import registers
from readiness.model import DeviationRecord, Fact, Suppression
from readiness.model.checklist import Checklist
from readiness.model.finding import Finding, Severity, Verdict
from readiness.model.project import Project
from readiness.model.report import DeviationState, Problem, Stage
from readiness.model.rule import Rule

F = TypeVar("F", bound=Fact)
BUDGET = 0.05
"""A record that covers a larger share of a rule's sites (and more than one) needs an approver and a link."""
DEEPEST = 64
"""Parts of a path that a pattern is tried on."""


class Settlement(Struct, frozen=True):
    """What the records came to."""

    findings: tuple[Finding, ...]
    """All of them, in the same order."""
    deviations: tuple[DeviationState, ...]
    """One for each record, in order of place."""
    problems: tuple[Problem, ...]


class RuleNames(Struct, frozen=True):
    """Which rules a record may name."""

    current: dict[str, str]
    """Id or former name -> id."""
    register_only: frozenset[str]
    """Rules that a comment in the code cannot silence."""

    @classmethod
    def of(cls, rules: Iterable[Rule], checklist: Checklist) -> "RuleNames":
        """The names of all installed rules, and of those that the checklist already knows."""
        uses = [use for item in checklist.items for criterion in item.criteria for use in criterion.rules]
        current = {use.id: use.id for use in uses} | {rule: rule for rule in checklist.unweighted_rules}
        serious = {use.id for use in uses if use.kind == "strict"} | set(checklist.gate_rules)
        for rule in rules:
            current |= dict.fromkeys(rule.aliases, rule.id)
            current[rule.id] = rule.id
            if rule.severity is Severity.BLOCKER:
                serious.add(rule.id)
        return cls(current, frozenset(current.get(rule, rule) for rule in serious))

    def mistake(self, rule: str) -> str:
        """Why a record cannot name this rule; empty where it can."""
        if rule in self.current:
            return ""
        close = difflib.get_close_matches(rule, self.current, n=1)
        return f"there is no rule {rule!r}" + (f"; did you mean {close[0]!r}?" if close else "")


def verified(facts: Iterable[F], names: RuleNames) -> list[F]:
    """The same facts, with records and directives malformed that name an unknown rule or one they must not silence.

    Called between recognising and judging, where the rules are known and the rules about deviations have not run yet.
    """
    return [_verified(fact, names) for fact in facts]


def _verified(fact: F, names: RuleNames) -> F:
    if isinstance(fact, Suppression) and fact.tool == "readiness" and not fact.problem:
        mistakes = [_mistake(code, "directive", "", names) for code in fact.codes]
        return msgspec.structs.replace(fact, problem="; ".join(mistake for mistake in mistakes if mistake))
    if isinstance(fact, DeviationRecord) and fact.state != "malformed":
        problem = _mistake(fact.rule, fact.recorded, fact.approver, names)
        if problem:
            return msgspec.structs.replace(fact, state="malformed", problem=problem)
        return msgspec.structs.replace(fact, rule=names.current[fact.rule])
    return fact


def _mistake(rule: str, recorded: str, approver: str, names: RuleNames) -> str:
    mistake = names.mistake(rule)
    if mistake or names.current[rule] not in names.register_only:
        return mistake
    if recorded == "directive":
        return f"{rule} is a blocker or gate rule: only the register of deviations can accept it"
    return "" if approver else f"{rule} is a blocker or gate rule: a record of it needs an approver"


def settle(
    project: Project, findings: Sequence[Finding], rules: Mapping[str, Rule], checklist: Checklist, today: date
) -> Settlement:
    """Apply every record of the project; `today` is in UTC, and a record still holds on its last day."""
    records = list(project.each(DeviationRecord))
    checked = verified(records, RuleNames.of(rules.values(), checklist))
    problems = [problem for register in registers(project) for problem in register.problems]
    named = {(problem.path, problem.line) for problem in problems}
    problems += [
        _problem(record, f"deviation {record.id!r} hides nothing: {record.problem}")
        for record in checked
        if record.problem and record.recorded == "register" and (record.span.path, record.span.line) not in named
    ]
    settlement = apply(findings, checked, today)
    return msgspec.structs.replace(settlement, problems=(*problems, *settlement.problems))


def apply(findings: Sequence[Finding], records: Iterable[DeviationRecord], today: date) -> Settlement:
    """Apply records whose names are verified. A confirmed false positive goes before a disputed one, and that before an
    accepted one."""
    by_rule: dict[str, list[int]] = {}
    for index, finding in enumerate(findings):
        by_rule.setdefault(finding.rule, []).append(index)
    settled = list(findings)
    states: list[DeviationState] = []
    problems: list[Problem] = []
    for record in sorted(records, key=lambda each: (each.span, each.id, each.rule)):
        state = _state_on(record, today)
        sites = by_rule.get(record.rule, []) if state == "current" else []
        covered = [index for index in sites if _covers(record, findings[index])]
        overreach = _overreach(record, len(covered), len(sites))
        if overreach:
            problems.append(_problem(record, overreach))
            state, covered = "malformed", []
        elif state == "current" and not covered:
            state = "unused"
        for index in covered:
            settled[index] = _marked(settled[index], record)
        states.append(_shown(record, state, len(covered)))
    return Settlement(tuple(settled), tuple(states), tuple(problems))


def _state_on(record: DeviationRecord, today: date) -> str:
    expired = record.state == "current" and record.until < today.isoformat()
    return "expired" if expired else record.state


def _problem(record: DeviationRecord, message: str) -> Problem:
    return Problem(Stage.SETTLE, record.span.path, message, incomplete=False, line=record.span.line)


def _covers(record: DeviationRecord, finding: Finding) -> bool:
    if finding.verdict is Verdict.PASSES:
        return False
    if record.recorded == "directive":
        first, last = record.covers
        same = finding.span.path == record.span.path and first <= finding.span.line <= last
        return same and finding.severity is not Severity.BLOCKER
    return holds(record.where, finding)


def holds(where: str, finding: Finding) -> bool:
    """The place of a record holds a finding: a symbol and all inside it, a file, a folder, or a pattern of these.

    Symbols may be written with the module (`app.views::List.get`) or with the file (`app/views.py::List.get`).
    """
    path = finding.span.path
    name = finding.symbol.partition("::")[2]
    places = [finding.symbol, path, f"{path}::{name}"]
    if any(mark in where for mark in "*?[") or where.endswith("/"):
        pattern = f"{where}**" if where.endswith("/") else where
        return any(_matches(pattern.split("/"), place.split("/")) for place in places)
    inside = f"{where}." if "::" in where else f"{where}::"
    return any(place == where or place.startswith(inside) for place in places)


def _matches(pattern: Sequence[str], parts: Sequence[str]) -> bool:
    """`*` and `?` stay inside one part of a path, `**` spans any number of them. Time grows with pattern times path."""
    if len(parts) > DEEPEST or len(pattern) > DEEPEST:
        return False
    reached = {0}
    for piece in pattern:
        if piece == "**":
            reached = set(range(min(reached, default=len(parts) + 1), len(parts) + 1))
        else:
            reached = {place + 1 for place in reached if place < len(parts) and fnmatchcase(parts[place], piece)}
    return len(parts) in reached


def _overreach(record: DeviationRecord, covered: int, sites: int) -> str:
    """Why a record covers too much; empty where it does not."""
    wide = covered > max(1.0, BUDGET * sites)
    if record.recorded == "directive" or not wide or (record.approver and record.link):
        return ""
    return (
        f"deviation {record.id!r} hides nothing: it covers {covered} of {sites} sites of {record.rule}, "
        "so it needs an approver and a link"
    )


def _marked(finding: Finding, record: DeviationRecord) -> Finding:
    if record.kind == "false-positive":
        if record.approver:
            return msgspec.structs.replace(finding, excluded=True)
        return msgspec.structs.replace(finding, disputed=True)
    return finding if finding.accepted else msgspec.structs.replace(finding, accepted=record.id)


def _shown(record: DeviationRecord, state: str, findings: int) -> DeviationState:
    return DeviationState(
        id=record.id,
        rule=record.rule,
        where=record.where,
        reason=record.reason,
        owner=record.owner,
        until=record.until,
        recorded=record.span,
        state=state,
        kind=record.kind,
        findings=findings,
    )
