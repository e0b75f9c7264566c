"""The report: everything a reporter may say. Reporters import nothing else of the engine."""

from collections.abc import Collection
from enum import StrEnum

from msgspec import Struct

from readiness.model.finding import Finding, Severity
from readiness.model.inventory import Endpoint, EndpointWay
from readiness.model.score import Gain, ItemScore, Plan, Score, Tally
from readiness.model.source import Scope, Span


class Stage(StrEnum):
    """Where a problem arose."""

    DISCOVER = "discover"
    EXTRACT = "extract"
    LINK = "link"
    RECOGNISE = "recognise"
    JUDGE = "judge"
    SETTLE = "settle"
    SCORE = "score"
    EVIDENCE = "evidence"
    PLUGIN = "plugin"
    CACHE = "cache"
    TOOL = "tool"


class Problem(Struct, frozen=True, order=True):
    """Something that could not be read or judged. It makes what needed it open, never passed."""

    stage: Stage
    path: str
    """The file, the rule, the plugin or the tool it is about."""
    message: str
    """One sentence."""
    incomplete: bool = True
    """It makes the analysis incomplete (`--require-complete`); False for a mere remark."""
    line: int = 0


class Recognised(Struct, frozen=True, kw_only=True):
    """What was recognised in a service, for the first line of the report."""

    frameworks: tuple[str, ...] = ()
    """Read: `FastAPI`, `SQLAlchemy`."""
    unread: tuple[str, ...] = ()
    """Seen, but nothing reads them yet: `Django`, `Celery`."""
    databases: tuple[str, ...] = ()
    files: int = 0
    files_read: int = 0
    lines: int = 0
    routes: int = 0
    queries: int = 0
    tests: int = 0
    """Test files."""
    languages_unread: tuple[tuple[str, int], ...] = ()
    """Languages that no front end reads, with their number of files."""


class ServiceReport(Struct, frozen=True, kw_only=True):
    """One service, scored."""

    name: str
    root: str
    """Relative to the scanned root; empty for the root itself."""
    profile: str
    """`service`, `worker`, `site` or `library`."""
    recognised: Recognised
    score: Score
    items: tuple[ItemScore, ...]
    gains: tuple[Gain, ...] = ()
    """Repairs, worth most first."""
    unweighted: tuple[Tally, ...] = ()
    """Rules that ran and carry no points in this checklist."""
    plan: Plan | None = None
    """Where a target was given."""


class DeviationState(Struct, frozen=True, kw_only=True):
    """One accepted deviation, as the report shows it."""

    id: str
    rule: str
    where: str
    reason: str
    owner: str
    until: str
    recorded: Span
    state: str
    """`current`, `expired`, `malformed`, `unused`."""
    kind: str
    findings: int
    operation: str = ""
    """As `DeviationRecord.operation`; `where` repeats it where there is no other place."""
    approver: str = ""
    created: str = ""
    link: str = ""
    problem: str = ""
    """Why it is malformed."""
    source: str = "register"
    """`register`, `decision` or `directive`."""


class SilencedPlace(Struct, frozen=True, kw_only=True):
    """One comment that silences another tool."""

    tool: str
    span: Span
    codes: tuple[str, ...]
    """What it silences; empty for everything."""
    reason: str
    """Empty where it gives none."""
    whole_file: bool


class RuleInfo(Struct, frozen=True, kw_only=True):
    """A rule as the report needs to name it."""

    id: str
    summary: str
    severity: Severity
    lifecycle: str
    chapter: str
    phrase: str = ""
    """As `Rule.phrase`."""
    references: tuple[str, ...] = ()
    security: bool = False
    """As `Rule.security`."""
    fix: str = ""
    """What `readiness fix` does about a failure; empty for a rule without a fix."""


class GateCondition(Struct, frozen=True, kw_only=True):
    """One condition of the gate and how it went."""

    condition: str
    """As asked for: `--min-score 80`."""
    passed: bool
    detail: str
    """One sentence, with by how much."""


class Gate(Struct, frozen=True, kw_only=True):
    """The gate: the conditions that were asked for."""

    passed: bool
    conditions: tuple[GateCondition, ...]


class WorseFinding(Struct, frozen=True):
    """A failure that was there before and is more severe now."""

    finding: Finding
    before: Severity


class EndpointChange(Struct, frozen=True):
    """An endpoint that a change touches."""

    state: str
    """`added`, `changed` or `removed`."""
    endpoint: Endpoint
    lacks: tuple[str, ...]
    """What a reviewer would ask for: `test`, `test of all that is new`, `entry in the API document`, `bound`, `authentication`."""


class ScoreChange(Struct, frozen=True):
    """The score of one service before and after, by the same rules."""

    service: str
    before: float
    after: float
    grade_before: str
    grade: str


class ChangeTally(Struct, frozen=True):
    """What a rule that judges changes alone says of one."""

    rule: str
    phrase: str
    """As `Rule.phrase`."""
    passed: int
    """Countable parts (`Finding.measured`, or sites) that are as they should be, of `known`."""
    known: int
    unsure: int
    """Parts that could not be decided."""
    reason: str = ""
    """Why not, of the first of them."""


class Change(Struct, frozen=True, kw_only=True):
    """What a change brings, against the commit that it began from."""

    base: str
    """That commit."""
    name: str
    """What the user called it: `main`; empty for what is staged."""
    new: tuple[Finding, ...]
    """Failures that were not there, or not decided."""
    worse: tuple[WorseFinding, ...]
    lost: tuple[Finding, ...]
    """Sites that were decided and no longer are."""
    fixed: tuple[Finding, ...]
    """Failures that are gone, with their places of then."""
    endpoints: tuple[EndpointChange, ...]
    scores: tuple[ScoreChange, ...]
    expired: tuple[DeviationState, ...]
    """Deviations that held before, or on the day of the base, and do not any more."""
    tallies: tuple[ChangeTally, ...] = ()
    """Of each rule that judges changes alone and found something in this one."""


class BaselineUse(Struct, frozen=True, kw_only=True):
    """What the baseline came to in a report."""

    path: str
    tool: str
    """Version of readiness that made it."""
    known: int
    """Failures that it accepts."""
    newer: int = 0
    """Failures of rules that it does not know yet; they do not fail the gate either."""
    newer_rules: tuple[str, ...] = ()
    gone: int = 0
    """Failures that it holds and that nobody finds any more: mended, or no longer reported by this version."""
    back: int = 0
    """Failures that it holds, that were mended where the change began, and that the change brings again."""
    gone_places: tuple[tuple[str, str, str], ...] = ()
    """Rule, path and code of the first of them."""


def counts_for(service: str, root: str, roots: Collection[str]) -> bool:
    """Whether what lies in a service of the first root counts for the one of the second. What lies outside all of them, under
    the root `""`, counts for each; where a service stands there itself, it is that one's own."""
    return service == root or (not service and "" not in roots)


class Report(Struct, frozen=True, kw_only=True):
    """The whole answer of one scan."""

    tool_version: str
    checklist: str
    checklist_version: str
    checklist_title: str
    root: str
    """Name of the scanned folder."""
    today: str
    head: str = ""
    """Commit of HEAD, empty outside git."""
    services: tuple[ServiceReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    """All of them, passes included, in order of path, line, rule."""
    endpoints: tuple[Endpoint, ...] = ()
    graph_fields: tuple[Endpoint, ...] = ()
    """Root fields of GraphQL schemas: `QUERY`, `MUTATION` or `SUBSCRIPTION`, and the field's name in place of a path."""
    ways: tuple[EndpointWay, ...] = ()
    """The ways of the operations that were asked for."""
    deviations: tuple[DeviationState, ...] = ()
    problems: tuple[Problem, ...] = ()
    rules: tuple[RuleInfo, ...] = ()
    scopes: tuple[tuple[Scope, int], ...] = ()
    """Number of code files in each scope."""
    files: int = 0
    files_read: int = 0
    evidence: tuple[tuple[str, str, str], ...] = ()
    """Kind, path and one sentence for each piece of evidence that was read."""
    readable_evidence: tuple[str, ...] = ()
    """Kinds of evidence that this version reads: only these are asked for on the first screen."""
    suppressions: tuple[tuple[str, int, int], ...] = ()
    """Tool, number of suppressions, and how many of them give no reason."""
    silenced: tuple[SilencedPlace, ...] = ()
    """Each of other tools' suppressions, tests left out."""
    standings: tuple[tuple[str, str], ...] = ()
    """Path of each piece of evidence that was read, and `observed`, `claimed`, `early` (older than the commit) or `stale`."""
    newer: int = 0
    """Code files in a newer grammar than that of the running interpreter; they were read all the same."""
    baseline: BaselineUse | None = None
    change: Change | None = None
    gate: Gate = Gate(passed=True, conditions=())

    def counts_for(self, finding: Finding, service: ServiceReport) -> bool:
        """A finding counts for a service."""
        return counts_for(finding.service, service.root, {each.root for each in self.services})
