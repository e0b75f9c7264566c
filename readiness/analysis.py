"""The whole pipeline on one page: a listing and plugins in, a `Report` out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct

from readiness import __version__
from readiness.assembling import endpoints, rule_infos, suppressions
from readiness.cache import Cache
from readiness.checklists import load_checklist
from readiness.config import ServiceSettings
from readiness.deviations import RuleNames, settle, verified
from readiness.discovery import CODE, Listing
from readiness.discovery.memory import listing_of
from readiness.extraction import Stored, extract
from readiness.judging import Judgement, judge
from readiness.languages import LANGUAGES
from readiness.linking import LinkedProject, link
from readiness.model import (
    Checklist,
    DeviationRecord,
    Evidence,
    Finding,
    Problem,
    Report,
    Rule,
    Scope,
    Stage,
    Suppression,
)
from readiness.model.report import ServiceReport
from readiness.plugins import Plugins, load_plugins
from readiness.recognition import Recognition, recognise
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
) -> Report:
    """Run every stage on a listing, with the rules that were chosen among the plugins'."""
    analysis = _analyse(listing, checklist, settings, rules, plugins, cache, today, jobs=jobs, progress=progress)
    project, services = analysis.project, analysis.services
    _tell(progress, "score")
    settled = settle(project, analysis.findings, plugins.rules, checklist, today)
    reports = _scored(analysis, settled.findings, plugins, rules, checklist)
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
        endpoints=tuple(endpoints(project, services)),
        deviations=settled.deviations,
        problems=tuple(sorted({*plugins.problems, *analysis.problems, *settled.problems})),
        rules=rule_infos(rules),
        scopes=tuple((scope, count) for scope in Scope if (count := sum(file.scope is scope for file in code))),
        files=len(code),
        files_read=sum(file.path not in unread for file in code),
        evidence=tuple((each.kind, each.span.path, each.detail) for each in project.each(Evidence) if not each.problem),
        suppressions=suppressions(project),
        readable_evidence=("coverage",),
    )


def _analyse(
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
    def step(done: int, total: int) -> None:
        if progress is not None:
            progress("extract", done, total)

    store = Stored(cache) if cache is not None else None
    needed = {kind for rule in rules for kind in rule.needs}
    with Tools(listing, needed, plugins.rules.values(), cache) as tools:
        tools.begin()
        summaries, unread = extract(listing.files, listing.content, store, jobs, step)
        _tell(progress, "link")
        project = link(listing, summaries, plugins.libraries, today=today)
        tools.go_on(project)
        _tell(progress, "recognise")
        recognition = recognise(project, plugins.libraries)
        project.add(tools.facts(project))
    names = RuleNames.of(plugins.rules.values(), checklist)
    project.revise(Suppression, lambda facts: verified(facts, names))
    project.revise(DeviationRecord, lambda facts: verified(facts, names))
    lost = {problem.path for problem in unread}
    services = divide(
        project,
        rules,
        name=Path(listing.root).name,
        unread=lost,
        unread_languages=CODE - frozenset(LANGUAGES),
        settings=settings,
    )
    _tell(progress, "judge")
    judgement = judge(project, rules, broken_facts=recognition.broken, service_of=services.root_of)
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


def _scored(
    analysis: Analysis, findings: Sequence[Finding], plugins: Plugins, judged: Sequence[Rule], checklist: Checklist
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
    return score(
        [
            ServiceInput(
                name=service.name,
                root=service.root,
                profile=service.profile,
                recognised=service.recognised,
                findings=tuple(each for each in findings if each.service in (service.root, "")),
                witnesses=service.witnesses,
                evidence=evidence,
            )
            for service in analysis.services.all
        ],
        rules,
        checklist,
    )


def analyse_files(files: Mapping[str, bytes], rules: Sequence[Rule], *, today: date) -> Analysis:
    """Judge a project that exists in memory only: no cache, no git, one process."""
    plugins = load_plugins()
    return _analyse(listing_of(files), load_checklist(), (), rules, plugins, None, today, jobs=1)


def _tell(progress: Progress | None, stage: str) -> None:
    if progress is not None:
        progress(stage, 0, 0)
