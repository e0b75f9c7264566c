"""The report: everything a reporter may say. Reporters import nothing else of the engine."""

from enum import StrEnum

from msgspec import Struct

from readiness.model.finding import Finding, Severity
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


class Shares(Struct, frozen=True):
    """The four parts of a whole; they add up to 1."""

    proven: float = 0.0
    accepted: float = 0.0
    refuted: float = 0.0
    open: float = 0.0


class TallyState(StrEnum):
    """What became of a rule."""

    JUDGED = "judged"
    NO_SITE = "no-site"
    """It ran and found no site, and nothing proves that there is none: open."""
    NOT_APPLICABLE = "not-applicable"
    """It found no site, with a witness that there is none."""
    MISSING = "missing"
    """No such rule is built or installed yet."""
    BROKEN = "broken"
    """It crashed: open."""


class Tally(Struct, frozen=True, kw_only=True):
    """What one rule found in one service."""

    rule: str
    state: TallyState
    passed: int = 0
    failed: int = 0
    unsure: int = 0
    accepted: int = 0
    shares: Shares = Shares(open=1.0)
    reason: str = ""
    """Why it is open or not applicable."""
    kind: str = "linear"
    """How its sites become shares: `linear`, `strict` or `target`."""
    target: float = 1.0
    """For `target`: the pass rate that proves it whole."""
    halved: bool = False
    """A blocker stands in a strict rule: half of the proven share moved."""
    claimed: float = 1.0
    """Below 1 where the evidence behind it is only claimed: the part of the proven share that counts."""
    disputed: int = 0
    """Unsure sites that a record calls false positives."""

    @property
    def sites(self) -> int:
        """The number of sites that count."""
        return self.passed + self.failed + self.unsure + self.accepted


class EvidenceTally(Struct, frozen=True, kw_only=True):
    """One piece of evidence that a criterion counts by itself."""

    kind: str
    hint: str
    state: str
    """`observed`, `claimed`, `stale` or `missing`."""
    shares: Shares


class CriterionScore(Struct, frozen=True, kw_only=True):
    """One criterion's arithmetic."""

    id: str
    title: str
    weight: float
    shares: Shares
    applicable: bool
    tallies: tuple[Tally, ...] = ()
    lacking: tuple[str, ...] = ()
    """Evidence that is not there, each as the hint of the checklist."""
    evidence: tuple[EvidenceTally, ...] = ()
    """Evidence that counts as a member of the mean beside the rules."""


class ItemState(StrEnum):
    """The state of an item."""

    SATISFIED = "satisfied"
    NOT_EVIDENCED = "not evidenced"
    VIOLATED = "violated"
    NOT_APPLICABLE = "not applicable"


class ItemScore(Struct, frozen=True, kw_only=True):
    """One item's arithmetic."""

    id: str
    title: str
    question: str
    weight: float
    state: ItemState
    shares: Shares
    shown: float
    """Proven points of 100 as displayed: at most 25 with a blocker, 50 with a gate finding."""
    reason: str = ""
    """What holds the display down, or empty."""
    criteria: tuple[CriterionScore, ...] = ()


class Cap(Struct, frozen=True, kw_only=True):
    """A limit that applies to the score."""

    limit: float
    reason: str
    id: str = ""
    """`blocker`, `failing-tests`, `gate`, `unresolved`, `unobserved`."""
    active: bool = True
    """False where only accepted findings hold it: it then does not limit the score with deviations."""


class ReadinessVerdict(StrEnum):
    """What the checklist says of the service."""

    NOT_READY = "NOT READY"
    NOT_EVIDENCED = "NOT EVIDENCED"
    READY_CLAIMED = "READY (CLAIMED)"
    READY_WITH_DEVIATIONS = "READY WITH DEVIATIONS"
    READY = "READY"
    NOT_RATED = "NOT RATED"
    """A library: findings and rates only."""


class Score(Struct, frozen=True, kw_only=True):
    """The score with everything that leads to it. Points of 100."""

    value: float
    uncapped: float
    low: float
    """If every open site failed, caps included."""
    high: float
    """If every open site passed, caps included."""
    with_deviations: float
    grade: str
    """A to E; empty for a library."""
    shares: Shares
    caps: tuple[Cap, ...] = ()
    """All that apply, lowest first."""
    verdict: ReadinessVerdict = ReadinessVerdict.NOT_EVIDENCED
    confidence: str = "low"
    """`high`, `medium` or `low`."""
    confidence_factors: tuple[tuple[str, float], ...] = ()
    unbuilt: float = 0.0
    """Part of the open points that is open only because the tool has no rule for it yet."""


class Gain(Struct, frozen=True, kw_only=True):
    """What one repair would add to the score."""

    points: float
    rule: str
    span: Span
    message: str
    count: int = 1
    """Findings that the repair mends: all of one cause, or all that hold the lowest cap."""
    severity: Severity = Severity.INFO
    """Of the worst of them."""


class PlanStep(Struct, frozen=True, kw_only=True):
    """Repairs of one kind, made together."""

    rule: str
    points: float
    """What they add, caps that they lift included."""
    reached: float
    """The score after this step and all before it."""
    repairs: int
    findings: int
    """Findings that they mend."""
    severity: Severity
    message: str
    """Of the worst of them."""
    places: tuple[Span, ...]
    """Of the first of them, worst first."""


class Plan(Struct, frozen=True, kw_only=True):
    """The shortest way to a score by mending findings."""

    target: float
    start: float
    reached: float
    """Below the target where mending alone does not lead there: what is open needs evidence, or rules."""
    steps: tuple[PlanStep, ...]


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


class EndpointInput(Struct, frozen=True):
    """One thing that an operation takes from a request."""

    name: str
    source: str
    """As `RouteParameter.source`."""
    annotation: str
    """Its type, empty where none is written."""
    required: bool


class EndpointStep(Struct, frozen=True):
    """One thing on the way of a request through the code."""

    kind: str
    """`dependency`, `function`, `query`, `read`, `call`, `failure`, `answer`, `test`."""
    text: str
    span: Span | None
    """None for what stands outside of the project."""
    through: str = ""
    """The function in which it stands."""
    rules: tuple[str, ...] = ()
    """Rules with a failing finding there."""


class EndpointWay(Struct, frozen=True):
    """One operation's way through the code."""

    endpoint: "Endpoint"
    steps: tuple[EndpointStep, ...]
    rules: tuple[str, ...] = ()
    """Rules with a failing finding at the handler itself."""


class Endpoint(Struct, frozen=True, kw_only=True):
    """One line of the inventory."""

    method: str
    path: str
    handler: str
    file: str
    line: int
    service: str
    framework: str
    dependencies: tuple[str, ...] = ()
    response: str = ""
    pagination: str = ""
    """`paginated`, `unbounded`, `bounded`, `unknown`; empty where the route is no list."""
    coverage: str = ""
    """`12 of 14 lines`, or the reason why it is not known."""
    resolution: str = "exact"
    condition: str = ""
    """The condition under which it is registered; empty where it always is."""
    documented: bool = False
    """It has a summary, a description or a docstring."""
    page_size: str = ""
    """`up to 100`, `as the client likes`; empty where it is no list, or the client has no say."""
    inputs: tuple[EndpointInput, ...] = ()
    access: str = ""
    """`protected`, `public` (it says that anyone may call it), `open` (nothing asks who calls), `unknown`;
    empty where nothing judged it."""
    access_by: tuple[str, ...] = ()
    """What decides that."""
    validation: str = ""
    """`typed` (the framework enforces types), `schema`, `raw` (used as it comes), `none` (it takes nothing), `unknown`."""
    rate_limit: str = ""
    """What limits how often it is called; empty without."""
    specification: str = ""
    """`agrees`, `differs`, `missing` (the service's API document does not know it), `generated`; empty without a document."""
    tests: int = 0
    """Tests that reach it."""
    tested: tuple[str, ...] = ()
    """What they try: `success`, `refusal` (401, 403, 404), `bad input`."""
    statuses: tuple[int, ...] = ()
    """Statuses that they name."""


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
    """Failures that it holds and that nobody finds any more."""
    gone_places: tuple[tuple[str, str, str], ...] = ()
    """Rule, path and code of the first of them."""


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
    """Path of each piece of evidence that was read, and `observed`, `claimed` or `stale`."""
    newer: int = 0
    """Code files in a newer grammar than that of the running interpreter; they were read all the same."""
    baseline: BaselineUse | None = None
    change: Change | None = None
    gate: Gate = Gate(passed=True, conditions=())
