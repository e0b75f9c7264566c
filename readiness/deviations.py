"""The settle stage: findings and the records of deviations in, findings marked as accepted, disputed or excluded out.

A record hides nothing unless it is whole, current and allowed to: blocker and gate rules are settled in the register only.
"""

import difflib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fnmatch import fnmatchcase
from itertools import chain
from typing import TypeVar

import msgspec
from msgspec import Struct

from readiness.artifacts.decisions import decisions
from readiness.artifacts.register import is_wide, registers
from readiness.model import DeviationRecord, DeviationUse, Fact, OperationMatch, Route, Span, Suppression
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
COMPARISONS = 400_000
"""Findings that all patterns together are held against."""
PARAMETER = re.compile(r"\{[^{}]*\}|<[^<>]*>")


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
    project: Project,
    findings: Sequence[Finding],
    rules: Mapping[str, Rule],
    checklist: Checklist,
    today: date,
    judged: Collection[str] | None = None,
) -> Settlement:
    """Apply every record of the project; `today` is in UTC, and a record still holds on its last day. `judged` are the ids of
    the rules that judged, all by default: of the others nobody knows whether a record is used."""
    records = list(project.each(DeviationRecord))
    checked = verified(records, RuleNames.of(rules.values(), checklist))
    problems = [problem for register in chain(registers(project), decisions(project)) for problem in register.problems]
    named = {(problem.path, problem.line) for problem in problems}
    problems += [
        _problem(record, f"deviation {record.id!r} hides nothing: {record.problem}")
        for record in checked
        if record.problem and record.recorded != "directive" and (record.span.path, record.span.line) not in named
    ]
    settlement = apply(findings, checked, today, judged, project.each(Route), project.each(OperationMatch))
    return msgspec.structs.replace(settlement, problems=(*problems, *settlement.problems))


def apply(
    findings: Sequence[Finding],
    records: Iterable[DeviationRecord],
    today: date,
    judged: Collection[str] | None = None,
    routes: Iterable[Route] = (),
    matches: Iterable[OperationMatch] = (),
) -> Settlement:
    """Apply records whose names are verified. A confirmed false positive goes before a disputed one, and that before an
    accepted one."""
    sites = _Sites(findings, routes, matches)
    settled = list(findings)
    states: list[DeviationState] = []
    problems: list[Problem] = []
    for record in sorted(records, key=lambda each: (each.span, each.id, each.rule)):
        state = _state_on(record, today)
        covered = sites.covered(record) if state == "current" else []
        overreach = _overreach(record, len(covered), sites.number(record.rule))
        if state == "current" and is_wide(record.where) and sites.too_many():
            overreach = f"the patterns of all deviations were held against {COMPARISONS:,} findings already"
        if overreach:
            problems.append(_problem(record, f"deviation {record.id!r} hides nothing: {overreach}"))
            state, covered = "malformed", []
        elif state == "current" and not covered and (judged is None or record.rule in judged):
            state = "unused"
        for index in covered:
            settled[index] = _marked(settled[index], record)
        states.append(_shown(record, state, len(covered), overreach))
    return Settlement(tuple(settled), tuple(states), tuple(problems))


def uses(project: Project, findings: Sequence[Finding], judged: Collection[str]) -> Iterator[DeviationUse]:
    """What each record of the project covers, of the findings of the rules that judged: for the rules about deviations."""
    sites = _Sites(findings, project.each(Route), project.each(OperationMatch))
    for record in project.each(DeviationRecord):
        known = record.state != "malformed" and record.rule in judged
        places = [findings[index] for index in sites.covered(record)] if known else []
        covered = len(places)
        known = known and not (is_wide(record.where) and sites.too_many())
        number = sites.number(record.rule) if known else 0
        yield DeviationUse(
            span=record.span,
            symbol=record.symbol,
            scope=record.scope,
            language=record.language,
            record=record,
            judged=known,
            covered=covered,
            sites=number,
            overreach=_overreach(record, covered, number),
            known=not record.operation or sites.knows(record.operation),
            places=tuple((each.span, each.symbol) for each in places),
        )


class _Sites:
    """The findings, to be asked for those that a record covers. Places without a pattern are looked up."""

    def __init__(
        self, findings: Sequence[Finding], routes: Iterable[Route], matches: Iterable[OperationMatch] = ()
    ) -> None:
        self._findings = findings
        self._unanswered: dict[str, set[str]] = {}
        """Documented operations that no route answers, with their places."""
        for match in matches:
            if match.route is None:
                places = self._unanswered.setdefault(_operation(f"{match.method} {match.path}"), set())
                places.add(f"{match.span.path}:{match.span.line}")
        self._routes: dict[str, list[Route]] = {}
        self._registered: Counter[Span] = Counter()
        for route in routes:
            self._routes.setdefault(_operation(f"{route.method} {route.path}"), []).append(route)
            self._registered[route.registered] += 1
        self._by_rule: dict[str, list[int]] = {}
        for index, finding in enumerate(findings):
            self._by_rule.setdefault(finding.rule, []).append(index)
        self._by_place: dict[str, dict[str, list[int]]] = {}
        self._compared = 0

    def too_many(self) -> bool:
        """More patterns were held against findings than there is time for: the last ones covered nothing."""
        return self._compared > COMPARISONS

    def number(self, rule: str) -> int:
        """All findings of a rule, passes included."""
        return len(self._by_rule.get(rule, ()))

    def knows(self, operation: str) -> bool:
        """A route of the project is this operation."""
        return _operation(operation) in self._routes or _operation(operation) in self._unanswered

    def covered(self, record: DeviationRecord) -> list[int]:
        """Places in the list of the findings that the record covers."""
        found = [index for index in self._near(record) if _covers(record, self._findings[index])]
        if not record.operation:
            return found
        routes = self._routes.get(_operation(record.operation), [])
        return [
            index
            for index in found
            if self._is_unanswered(record.operation, self._findings[index])
            or any(self._answers(route, self._findings[index]) for route in routes)
        ]

    def _is_unanswered(self, operation: str, finding: Finding) -> bool:
        """The finding is about a documented operation that no route answers."""
        places = self._unanswered.get(_operation(operation), ())
        return f"{finding.span.path}:{finding.span.line}" in places

    def _near(self, record: DeviationRecord) -> list[int]:
        """Findings of the rule among which are all that the record covers; no more than the places allow to tell."""
        if record.recorded == "directive":
            first, last = record.covers
            names = [f"{record.span.path}:{line}" for line in range(first, last + 1)]
        elif is_wide(record.where):
            found = self._by_rule.get(record.rule, [])
            self._compared += len(found)
            return found if self._compared <= COMPARISONS else []
        elif record.where:
            names = [record.where]
        else:
            routes = self._routes.get(_operation(record.operation), [])
            places = [f"{span.path}:{span.line}" for each in routes for span in (each.span, each.registered)]
            unanswered = self._unanswered.get(_operation(record.operation), set())
            names = [*(each.handler for each in routes), *places, *sorted(unanswered)]
        return sorted({index for name in names for index in self._place(record.rule, name)})

    def _place(self, rule: str, where: str) -> list[int]:
        if rule not in self._by_place:
            places: dict[str, list[int]] = {}
            for index in self._by_rule.get(rule, ()):
                finding = self._findings[index]
                for name in (*_places(finding), f"{finding.span.path}:{finding.span.line}"):
                    places.setdefault(name, []).append(index)
            self._by_place[rule] = places
        return self._by_place[rule].get(where, [])

    def _answers(self, route: Route, finding: Finding) -> bool:
        """The finding is about the function that answers a route, or about the line that registers this route alone."""
        if finding.symbol == route.handler or finding.symbol.startswith(f"{route.handler}."):
            return True
        place = (finding.span.path, finding.span.line)
        alone = self._registered[route.registered] == 1
        return place == (route.span.path, route.span.line) or (
            alone and place == (route.registered.path, route.registered.line)
        )


def _operation(written: str) -> str:
    """A method and a path, whatever the parameters are called."""
    method, _, path = written.partition(" ")
    return f"{method.upper()} {PARAMETER.sub('{}', path[:2000]).rstrip('/')}"


def _places(finding: Finding) -> set[str]:
    """Every name without a pattern of a place that holds the finding: its file, its module, its symbol and those around."""
    path = finding.span.path
    module, _, name = finding.symbol.partition("::")
    parts = name.split(".")[:DEEPEST] if name else []
    inner = [".".join(parts[: depth + 1]) for depth in range(len(parts))]
    return {path, module, finding.symbol, *(f"{start}::{each}" for start in (path, module) for each in inner)}


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
    return holds(record.where, finding) if record.where else bool(record.operation)


def holds(where: str, finding: Finding) -> bool:
    """The place of a record holds a finding: a symbol and all inside it, a file, a folder, or a pattern of these.

    Symbols may be written with the module (`app.views::List.get`) or with the file (`app/views.py::List.get`).
    """
    path = finding.span.path
    name = finding.symbol.partition("::")[2]
    places = [finding.symbol, path, f"{path}::{name}"]
    if is_wide(where):
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
    return f"it covers {covered} of {sites} sites of {record.rule}, so it needs an approver and a link"


def _marked(finding: Finding, record: DeviationRecord) -> Finding:
    if record.kind == "false-positive":
        if record.approver:
            return msgspec.structs.replace(finding, excluded=True)
        return msgspec.structs.replace(finding, disputed=True)
    return finding if finding.accepted else msgspec.structs.replace(finding, accepted=record.id)


def _shown(record: DeviationRecord, state: str, findings: int, overreach: str) -> DeviationState:
    return DeviationState(
        id=record.id,
        rule=record.rule,
        where=record.where or record.operation,
        reason=record.reason,
        owner=record.owner,
        until=record.until,
        recorded=record.span,
        state=state,
        kind=record.kind,
        findings=findings,
        operation=record.operation,
        approver=record.approver,
        created=record.created,
        link=record.link,
        problem=overreach or record.problem,
        source=record.recorded,
    )
