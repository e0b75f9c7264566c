"""Facts about tests and what they ran."""

from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from readiness.model.facts.base import Fact
from readiness.model.facts.web import Route


class CoverageState(StrEnum):
    """What the coverage data can say about one function."""

    MEASURED = "measured"
    STALE = "stale"
    """The data was made from other source text."""
    AMBIGUOUS = "ambiguous"
    """The body shares its line with the `def`, so a line says nothing about it."""
    CONTESTED = "contested"
    """The data has one entry for several files of the same relative name, below several source roots."""
    ABSENT = "absent"
    """The data holds nothing about the file."""
    MISSING = "missing"
    """There is no coverage data."""


class CoverageOf(Fact, frozen=True, kw_only=True):
    """How much of one handler's body the tests ran."""

    capability: ClassVar[str] = "web"

    route: Route
    state: CoverageState
    executed: int = 0
    total: int = 0
    """Statements of the body, the `def` and its decorators left out."""
    excluded: bool = False
    """The handler is excluded from measurement by a pragma."""
    source: str = ""
    """The evidence file."""


class FileCoverage(Struct, frozen=True):
    """How much of one file of the service the tests ran."""

    path: str
    state: CoverageState
    """`MEASURED`, `STALE`, `CONTESTED`, `ABSENT` (the data knows other files of the project and not this one) or `MISSING`."""
    executed: int
    """Executable statements that ran, of `total`."""
    total: int
    """Executable statements of today's text, those that a pragma takes out of the measurement included."""
    gaps: tuple[tuple[int, int], ...] = ()
    """First and last lines of stretches of statements that did not run, the longest first, at most 5."""


class CoverageOfChange(Fact, frozen=True, kw_only=True):
    """How much of what a change wrote in one function, or in one file outside of functions, the tests ran; its span is the first
    statement of it."""

    name: str
    """The function as it is called in its file, `Orders.create`; empty for code outside of functions."""
    routes: tuple[str, ...] = ()
    """What the function answers, `POST /orders`."""
    state: CoverageState
    executed: int
    """Statements that ran, of `total`."""
    total: int
    """Statements of bodies that the change wrote, those that a pragma takes out of the measurement included."""
    gaps: tuple[tuple[int, int], ...] = ()
    """First and last lines of its stretches of statements that did not run, in order, at most 20."""
    source: str = ""
    """The evidence file, empty without any."""
    target: float = 90.0
    """Percent of the statements of the whole change that should run: the configuration's, else that of the catalogue."""


class CoverageTotal(Fact, frozen=True, kw_only=True):
    """How much of one project's service code the tests ran; its span is the project's manifest, or the first file."""

    folder: str
    """The folder of the project, empty for the root."""
    files: tuple[FileCoverage, ...]
    source: str = ""
    """The evidence file that knows most of it, empty without any."""
    target: float = 80.0
    """Percent of the statements that should run: the configuration's, else that of the catalogue."""

    @property
    def executed(self) -> int:
        """Statements that ran."""
        return sum(file.executed for file in self.files)

    @property
    def total(self) -> int:
        """Statements."""
        return sum(file.total for file in self.files)


class TestOutcome(StrEnum):
    """What became of one test."""

    __test__ = False

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"
    EXPECTED_FAILURE = "expected failure"


class TestCase(Fact, frozen=True, kw_only=True):
    """One test function as it is written; its span is the `def`."""

    __test__: ClassVar[bool] = False

    name: str
    checks: bool | None = None
    """It checks something: an assertion, an expected exception, a call that does one of these. None where a call or a decorator
    leaves that open."""
    trivial: bool = False
    """All that it asserts are constants."""
    empty: bool = False
    """Its body is a docstring, `pass` or `...`."""


class TestRun(Fact, frozen=True, kw_only=True):
    """One report of a test run; its span is the report."""

    __test__: ClassVar[bool] = False

    passed: int = 0
    failed: int = 0
    errors: int = 0
    skipped: int = 0
    expected_failures: int = 0
    undetailed: int = 0
    """Failures and errors that a suite declares and does not list."""
    stale: bool = False
    """It was made before the commit of HEAD."""
    made: str = ""
    """When, as an ISO date in UTC; empty where it does not say."""
    foreign: bool = False
    """None of its tests is one of this scan, although the scan has tests."""

    @property
    def total(self) -> int:
        """Tests of the report."""
        return self.passed + self.failed + self.errors + self.skipped + self.expected_failures + self.undetailed


class TestResult(Fact, frozen=True, kw_only=True):
    """A test of a report that did not simply pass; its span is the test's `def`, or the report where that is not found."""

    __test__: ClassVar[bool] = False

    name: str
    """`tests/test_orders.py::TestOrders::test_create[1]`, as far as the report says."""
    outcome: TestOutcome
    report: str
    """Path of the report."""
    stale: bool = False
    """Its report is."""
    message: str = ""
    """First line of the failure, or the reason of a skip."""


class EndpointTestKind(StrEnum):
    """How a test reaches an endpoint, strongest first."""

    REQUEST = "request"
    """A request of a test client to its address."""
    RAN = "coverage context"
    """Coverage data says that a statement of the handler ran in the test."""
    DIRECT = "direct call"
    """The test calls the handler function: routing, validation and dependencies are left out."""
    SPECIFICATION = "specification"
    """A suite that is made from the API specification (schemathesis) sends requests to every operation."""


class EndpointTest(Fact, frozen=True, kw_only=True):
    """One test that reaches one route; its span is the request or the call."""

    capability: ClassVar[str] = "web"

    route: Route
    kind: EndpointTestKind
    test: str
    """Symbol of the test or of the function that sends the request."""
    statuses: tuple[int, ...] = ()
    """Statuses that the test accepts, where it names them beside this request."""
    checked: bool = True
    """The test asserts something."""
    sent_to_login: bool = False
    """The test expects the answer to send its reader to the login."""


class UnresolvedRequest(Fact, frozen=True, kw_only=True):
    """A request of a test client whose address is not known."""

    capability: ClassVar[str] = "web"

    method: str = ""
    """Empty where it is not known."""
    pattern: str = ""
    """What is known of the address, `*` for the rest."""


class MeasurementExclusion(Fact, frozen=True, kw_only=True):
    """Something that takes code out of the measurement of coverage: a comment, or an entry of its configuration."""

    kind: str
    """`pragma`, `omit`, `source`, `exclude` (a pattern of lines)."""
    text: str
    """The comment, or the entry as written."""
    reason: str = ""
    """What a comment says beside the mark."""
    handlers: tuple[str, ...] = ()
    """Routes that it hides, `GET /orders`."""
    paths: tuple[str, ...] = ()
    """Files of the service that it hides, at most 10."""
    statements: int = 0
    """Executable statements of the service that it hides; for an entry of the configuration those in functions."""
    branch: str = ""
    """For a pragma: what it stands on: `function`, `class`, `if`, `except`, `else`, ..., `statement`."""
    evident: bool = False
    """What it hides is no code that tests could run (`TYPE_CHECKING`, `__main__`, abstract methods, `__repr__`); a pattern of lines
    that takes no whole kind of statement out."""
