"""The whole pipeline on one page: a listing and plugins in, a `Report` out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct

from readiness import __version__
from readiness.assembling import rule_infos, silenced, suppressions
from readiness.assembling.endpoints import endpoints, graph_fields
from readiness.assembling.ways import ways
from readiness.cache import Cache
from readiness.checklists import load_checklist
from readiness.config import ServiceSettings
from readiness.deviations import RuleNames, settle, uses, verified
from readiness.discovery import CODE, Listing
from readiness.discovery.memory import Touched, listing_of
from readiness.extraction import Earlier, Stored, extract
from readiness.judging import Judgement, judge
from readiness.languages import LANGUAGES
from readiness.linking import LinkedProject, link
from readiness.model import (
    Checklist,
    DeviationRecord,
    DeviationUse,
    Evidence,
    Finding,
    Problem,
    Report,
    Rule,
    Scope,
    Stage,
    Suppression,
    TestRun,
    ToolFinding,
    ToolRun,
)
from readiness.model.report import ServiceReport, counts_for
from readiness.plugins import Plugins, load_plugins
from readiness.processes import cores
from readiness.profiling import count, stage
from readiness.recognition import Recognition, recognise
from readiness.recognition.kept import Keeping
from readiness.scoring import RuleInput, ServiceInput, score
from readiness.services import Services, divide
from readiness.tools import Tools

Progress = Callable[[str, int, int], None]


class Analysis(Struct, frozen=True):
    """Everything up to the judgement, before deviations and the score."""

    project: LinkedProject
    services: Services
    recognition: Recognition
    judgement: Judgement
    problems: tuple[Problem, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the rules said."""
        return self.judgement.findings


def analyse(
    listing: Listing,
    checklist: Checklist,
    settings: Sequence[ServiceSettings],
    rules: Sequence[Rule],
    plugins: Plugins,
    cache: Cache,
    today: date,
    jobs: int,
    progress: Progress | None,
    *,
    show: str = "",
    target: float | None = None,
) -> Report:
    """Run every stage on a listing, with the rules that were chosen among the plugins'."""
    analysis = examine(listing, checklist, settings, rules, plugins, cache, today, jobs=jobs, progress=progress)
    project, services = analysis.project, analysis.services
    _tell(progress, "score")
    judged = {rule.id for rule in rules} - analysis.judgement.broken.keys()
    with stage("settle"):
        settled = settle(project, analysis.findings, plugins.rules, checklist, today, judged)
    with stage("score"):
        reports = _scored(analysis, settled.findings, plugins, rules, checklist, target)
    with stage("endpoints"):
        inventory = tuple(endpoints(project, services))
    code = [file for file in listing.files if file.language in LANGUAGES]
    unread = {problem.path for problem in analysis.problems if problem.stage in (Stage.DISCOVER, Stage.EXTRACT)}
    return Report(
        tool_version=__version__,
        checklist=checklist.id,
        checklist_version=checklist.version,
        checklist_title=checklist.title,
        root=Path(listing.root).name,
        today=today.isoformat(),
        head=listing.head.commit if listing.head else "",
        services=reports,
        findings=settled.findings,
        endpoints=inventory,
        graph_fields=tuple(graph_fields(project, services)),
        ways=ways(project, services, inventory, settled.findings, show) if show else (),
        deviations=settled.deviations,
        problems=tuple(sorted({*plugins.problems, *analysis.problems, *settled.problems})),
        rules=rule_infos(rules, plugins.fixes),
        scopes=tuple((scope, count) for scope in Scope if (count := sum(file.scope is scope for file in code))),
        files=len(code),
        files_read=sum(file.path not in unread for file in code),
        evidence=tuple((each.kind, each.span.path, each.detail) for each in project.each(Evidence) if not each.problem),
        suppressions=suppressions(project),
        silenced=silenced(project),
        readable_evidence=("coverage", "tests"),
        standings=tuple((each.span.path, _standing(each)) for each in project.each(Evidence) if not each.problem),
        newer=sum(summary.lowered for path in project.paths() if (summary := project.summary(path)) is not None),
    )


def _standing(evidence: Evidence) -> str:
    if evidence.stale or evidence.early:
        return "stale" if evidence.stale else "early"
    return "observed" if evidence.observed else "claimed"


def examine(
    listing: Listing,
    checklist: Checklist,
    settings: Sequence[ServiceSettings],
    rules: Sequence[Rule],
    plugins: Plugins,
    cache: Cache | None,
    today: date,
    *,
    jobs: int,
    progress: Progress | None = None,
) -> Analysis:
    """Run the stages up to the judgement."""

    def step(done: int, total: int) -> None:
        if progress is not None:
            progress("extract", done, total)

    store = Stored(cache) if cache is not None else None
    needed = {kind for rule in rules for kind in rule.needs}
    with Tools(listing, needed, plugins.rules.values(), cache) as tools:
        with stage("ruff"):
            tools.begin()
        with stage("extract"):
            summaries, unread = extract(listing.files, listing.content, store, jobs, step)
        count("lines", sum([summary.lines for summary in summaries.values()]))
        _tell(progress, "link")
        with stage("link"):
            project = link(listing, summaries, plugins.libraries, today=today)
        tools.go_on(project)
        _tell(progress, "recognise")
        with stage("recognise"):
            # Of a backend that is too large for its summaries to lie in memory, the facts of all recognisers would not either.
            keeps = cache is not None and cache.usable and isinstance(summaries, dict)
            keeping = _keeping(project, listing, cache) if cache is not None and keeps else None
            recognition = recognise(project, plugins.libraries, jobs or cores(), keeping)
            if keeping is not None and project.steady and not project.problems:
                with stage("keep facts"):
                    keeping.save()
        with stage("bandit"):
            project.add(tools.facts(project))
    names = RuleNames.of(plugins.rules.values(), checklist)
    project.revise(Suppression, lambda facts: verified(facts, names))
    project.revise(DeviationRecord, lambda facts: verified(facts, names))
    lost = {problem.path for problem in unread}
    with stage("services"):
        services = divide(
            project,
            rules,
            name=Path(listing.root).name,
            unread=lost,
            unread_languages=CODE - frozenset(LANGUAGES),
            settings=settings,
        )
    _tell(progress, "judge")
    with stage("judge"):
        judgement = _judged(project, rules, plugins, recognition, services)
    useless = [Problem(Stage.EVIDENCE, each.span.path, each.problem) for each in project.each(Evidence) if each.problem]
    problems = (
        *listing.problems,
        *unread,
        *tools.problems,
        *project.problems,
        *recognition.problems,
        *judgement.problems,
        *useless,
    )
    return Analysis(project, services, recognition, judgement, problems)


def _keeping(project: LinkedProject, listing: Listing, cache: Cache) -> Keeping:
    """What earlier runs on the same folder have kept."""
    with stage("kept facts"):
        return Keeping(Stored(cache, "facts"), listing.root, project, Earlier(cache).summary)


def _judged(
    project: LinkedProject, rules: Sequence[Rule], plugins: Plugins, recognition: Recognition, services: Services
) -> Judgement:
    """What the rules say; those about the use of deviations after all others, of whose findings their facts are made."""

    def judge_all(chosen: Sequence[Rule]) -> Judgement:
        return judge(project, chosen, broken_facts=recognition.broken, service_of=services.root_of)

    first = judge_all([rule for rule in rules if DeviationUse not in rule.needs])
    late = [rule for rule in rules if DeviationUse in rule.needs]
    if not late:
        return first
    records = {record.rule for record in project.each(DeviationRecord)}
    chosen = {rule.id for rule in rules}
    # A rule that was not asked for, but that a record names, judges too, for the record's sake and unheard. What other tools
    # find is there only where a rule was asked for that needs it.
    aside = [
        rule
        for rule in plugins.rules.values()
        if rule.id in records - chosen and {DeviationUse, ToolFinding, ToolRun}.isdisjoint(rule.needs)
    ]
    unheard = judge_all(aside)
    known = {rule.id for rule in (*rules, *aside) if rule not in late} - first.broken.keys() - unheard.broken.keys()
    project.add(uses(project, (*first.findings, *unheard.findings), known))
    second = judge_all(late)
    findings = sorted(
        (*first.findings, *second.findings), key=lambda each: (each.span, each.rule, each.verdict, each.message)
    )
    return Judgement(tuple(findings), first.broken | second.broken, (*first.problems, *second.problems))


def _scored(
    analysis: Analysis,
    findings: Sequence[Finding],
    plugins: Plugins,
    judged: Sequence[Rule],
    checklist: Checklist,
    target: float | None,
) -> tuple[ServiceReport, ...]:
    """The services with their scores. Findings in files that several services share count for each of them."""
    chosen = {rule.id for rule in judged}
    broken = analysis.judgement.broken
    rules = [
        RuleInput(
            id=rule.id,
            severity=rule.severity,
            aliases=rule.aliases,
            preview=rule.lifecycle == "preview",
            broken=broken.get(rule.id, ""),
            deselected=rule.id not in chosen,
        )
        for rule in plugins.rules.values()
    ]
    evidence = tuple(analysis.project.each(Evidence))
    roots = {service.root for service in analysis.services.all}
    return score(
        [
            ServiceInput(
                name=service.name,
                root=service.root,
                profile=service.profile,
                recognised=service.recognised,
                findings=tuple(each for each in findings if counts_for(each.service, service.root, roots)),
                witnesses=service.witnesses,
                evidence=evidence,
                failing_tests=_failing_tests(analysis, service.root),
            )
            for service in analysis.services.all
        ],
        rules,
        checklist,
        target=target,
    )


def _failing_tests(analysis: Analysis, root: str) -> str:
    """What the fresh test reports of a service, or of all services together, say of tests that fail."""
    runs = [
        run
        for run in analysis.project.each(TestRun)
        if not run.stale and not run.foreign and analysis.services.root_of(run.span.path) in (root, "")
    ]
    failing = sum(run.failed + run.errors + run.undetailed for run in runs)
    total = sum(run.total for run in runs)
    return f"{failing} of {total} tests {'fails' if failing == 1 else 'fail'}" if failing else ""


def analyse_files(files: Mapping[str, bytes], rules: Sequence[Rule], *, today: date, touched: Touched = ()) -> Analysis:
    """Judge a project that exists in memory only: no cache, no git, one process. `touched` are lines of a change under review."""
    plugins = load_plugins()
    return examine(listing_of(files, touched), load_checklist(), (), rules, plugins, None, today, jobs=1)


def _tell(progress: Progress | None, stage: str) -> None:
    if progress is not None:
        progress(stage, 0, 0)
