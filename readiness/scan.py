"""The whole pipeline on one page: paths and options in, a `Report` out."""

import gc
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from readiness import __version__
from readiness.assembling import endpoints, rule_infos, suppressions
from readiness.cache import Cache, fingerprint
from readiness.checklists import load_checklist, shipped
from readiness.config import Config, ServiceSettings, load_config
from readiness.deviations import RuleNames, settle, verified
from readiness.discovery import CODE, Listing, Options, discover
from readiness.discovery.memory import listing_of
from readiness.errors import ReadinessError
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

Progress = Callable[[str, int, int], None]
"""Called with the name of a stage, how much of it is done, and how much it is."""


class ScanOptions(Struct, frozen=True, kw_only=True):
    """What to scan and how; whatever is empty is left to the configuration and its defaults."""

    exclude: tuple[str, ...] = ()
    checklist: str = ""
    select: tuple[str, ...] = ()
    """Ids of the rules to judge; all without any."""
    ignore: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    jobs: int | None = None
    cache: bool = True
    today: date | None = None
    """The date of the scan, UTC."""


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


def scan(paths: Sequence[str], options: ScanOptions, progress: Progress | None = None) -> Report:
    """Scan a backend. Raises ReadinessError for what the user can mend."""
    with _collector_off():
        root, only = _root_of(paths)
        config = load_config(root)
        today = options.today or datetime.now(UTC).date()
        plugins = load_plugins(options.plugins)
        checklist = _checklist(root, options, config)
        _tell(progress, "discover")
        listing = discover(
            root, Options(only=only, exclude=(*config.exclude, *options.exclude), evidence=config.evidence)
        )
        listing = _with_register(listing, config)
        engine = fingerprint([Path(__file__).parent, *plugins.packages])
        with Cache(engine, enabled=options.cache) as cache:
            key = _key(options, config, checklist, plugins, listing, today)
            report = _stored(cache, key)
            if report is None:
                report = _scan(listing, options, config, checklist, plugins, cache, today, progress)
                cache.put_report(key, msgspec.msgpack.encode(report))
        remarks = tuple(cache.problems)
        return msgspec.structs.replace(report, problems=(*report.problems, *remarks)) if remarks else report


def analyse_files(files: Mapping[str, bytes], rules: Sequence[Rule], *, today: date) -> Analysis:
    """Judge a project that exists in memory only: no cache, no git, one process."""
    plugins = load_plugins()
    return _analyse(listing_of(files), load_checklist(), (), rules, plugins, None, today, jobs=1)


def _scan(
    listing: Listing,
    options: ScanOptions,
    config: Config,
    checklist: Checklist,
    plugins: Plugins,
    cache: Cache,
    today: date,
    progress: Progress | None,
) -> Report:
    rules = [
        rule
        for rule in plugins.rules.values()
        if (not options.select or rule.id in options.select) and rule.id not in options.ignore
    ]
    analysis = _analyse(
        listing, checklist, config.services, rules, plugins, cache, today, jobs=options.jobs or 0, progress=progress
    )
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
    summaries, unread = extract(listing.files, listing.content, store, jobs, step)
    _tell(progress, "link")
    project = link(listing, summaries, plugins.libraries, today=today)
    _tell(progress, "recognise")
    recognition = recognise(project, plugins.libraries)
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
    problems = (*listing.problems, *unread, *project.problems, *recognition.problems, *judgement.problems, *useless)
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


def _checklist(root: Path, options: ScanOptions, config: Config) -> Checklist:
    """The checklist that was asked for; what the scanned project asks for is a shipped one or a file of its own."""
    name = config.checklist
    if options.checklist or not name or name.replace("_", "-") in shipped():
        return load_checklist(options.checklist or name or "production-readiness")
    place = Path(os.path.realpath(root / name.replace("\0", "")))
    if not place.is_relative_to(root):
        raise ReadinessError(
            f"checklist in {config.source} leads out of the project; name a file inside, or give it with --checklist"
        )
    if not place.is_file():
        raise ReadinessError(
            f"checklist in {config.source} names {name}, which is no file of the project and no shipped checklist "
            f"({', '.join(shipped())}); mend the name"
        )
    return load_checklist(str(place))


def _with_register(listing: Listing, config: Config) -> Listing:
    """The listing with the register of deviations among the evidence. Raises ReadinessError when one is named that is not
    there."""
    if any(file.path == config.deviations for file in listing.files):
        return msgspec.structs.replace(listing, evidence=(*listing.evidence, ("deviations", (config.deviations,))))
    if config.deviations != Config().deviations:
        raise ReadinessError(
            f"deviations in {config.source} names {config.deviations}, which is not there; write the file or mend the name"
        )
    return listing


def _root_of(paths: Sequence[str]) -> tuple[Path, tuple[str, ...]]:
    """The folder to scan, and what in it was named: one folder is the root, several places are looked for below the current
    folder, or below the folder that they share."""
    places = [Path(path).absolute() for path in paths]
    if len(places) == 1 and places[0].is_dir():
        return places[0].resolve(), ()
    if not places:
        raise ReadinessError("there is nothing to scan; name a folder")
    root = Path.cwd()
    if not all(place.is_relative_to(root) for place in places):
        shared = [set(place.parents) | {place} for place in places]
        root = max(set.intersection(*shared), key=lambda place: len(place.parts))
        root = root if root.is_dir() else root.parent
    return root.resolve(), tuple(str(place) for place in places)


def _key(
    options: ScanOptions, config: Config, checklist: Checklist, plugins: Plugins, listing: Listing, today: date
) -> str:
    """A digest of everything that a report depends on; how many processes made it is no part of it."""
    inputs = (
        msgspec.structs.replace(options, jobs=None, cache=True),
        config,
        checklist,
        plugins.problems,
        listing,
        today,
    )
    return hashlib.blake2b(msgspec.msgpack.encode(inputs), digest_size=16).hexdigest()


def _stored(cache: Cache, key: str) -> Report | None:
    """The report of an earlier run on the same inputs; one that does not decode is none."""
    stored = cache.report(key)
    if stored is None:
        return None
    try:
        return msgspec.msgpack.decode(stored, type=Report)
    except msgspec.MsgspecError:
        return None


def _tell(progress: Progress | None, stage: str) -> None:
    if progress is not None:
        progress(stage, 0, 0)


@contextmanager
def _collector_off() -> Iterator[None]:
    """The garbage collector costs a third of a scan and finds nothing: trees and facts hold no circles that matter."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
