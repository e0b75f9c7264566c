"""Bytes of a JUnit report in; its tests with what became of them, out.

JUnit XML has no standard. Read as pytest 9, unittest-xml-reporting 3, Maven Surefire 3, jest-junit and schemathesis write it. The
file is hostile input: no document type with declarations of its own, no entities, bounded in every count.
"""

from __future__ import annotations

from datetime import datetime
from pyexpat import ErrorString, ExpatError
from xml.parsers import expat

from msgspec import Struct

from readiness.artifacts.coverage_lines import moment

MOST_TESTS = 500_000
DEEPEST = 100
LONGEST = 200
"""Characters of a message that are kept."""

_OUTCOMES = {"failure": "failed", "error": "error", "skipped": "skipped"}
_RANK = ("passed", "skipped", "expected failure", "failed", "error")
"""What wins where a test has several outcomes."""
_EXPECTED = "pytest.xfail"
"""The type that pytest gives to `<skipped>` for a test that failed as it was expected to."""


class JUnitError(Exception):
    """The file cannot be used; the text is the end of a sentence that says why."""


class JUnitTest(Struct, frozen=True):
    """One test of the report."""

    name: str
    """As in the report: `test_create[eur]`."""
    group: str
    """`classname`: mostly the dotted module and class, `tests.test_orders.TestOrders`."""
    outcome: str
    """`passed`, `failed`, `error`, `skipped` or `expected failure`."""
    message: str
    """First line of the failure, or the reason of a skip."""
    line: int
    """Of the report."""
    file: str = ""
    """The test's file, where the report names it."""


class JUnitReport(Struct, frozen=True):
    """One report."""

    tests: tuple[JUnitTest, ...]
    undetailed: int
    """Failures and errors that a suite declares beyond those that it lists."""
    latest: datetime | None
    """The latest time of its suites, UTC; at the latest where none names a zone. None where it does not say."""


def read_junit(content: bytes) -> JUnitReport:
    """Read one report. Raises JUnitError."""
    if not content.strip():
        raise JUnitError("it is empty")
    parser = expat.ParserCreate()
    reader = _Reader(parser)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.document_type
    parser.EntityDeclHandler = reader.entity
    parser.buffer_text = True
    try:
        parser.Parse(content, True)
    except ExpatError as error:
        raise JUnitError(f"it is no XML ({ErrorString(error.code)} in line {error.lineno})") from None
    except (ValueError, LookupError) as error:
        raise JUnitError(f"it is no XML ({error})") from None
    return JUnitReport(tuple(reader.tests), reader.undetailed, reader.latest)


class _Suite:
    """A suite that is open: what it declares, and what it was seen to list itself."""

    def __init__(self, declared: int) -> None:
        self.declared = declared
        self.listed = 0
        self.inner = False


class _Reader:
    """Collects tests while the parser walks the document once."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self.parser = parser
        self.depth = 0
        self.tests: list[JUnitTest] = []
        self.undetailed = 0
        self.latest: datetime | None = None
        self.suites: list[_Suite] = []
        self.test: dict[str, str] | None = None
        self.line = 0
        self.outcome = "passed"
        self.message = ""
        self.written: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth == 1 and tag not in {"testsuites", "testsuite"}:
            raise JUnitError(f"it is XML of another kind (<{tag[:40]}>), not a JUnit report")
        if self.depth > DEEPEST:
            raise JUnitError("its elements are nested too deep")
        if tag in {"testsuites", "testsuite"}:
            self._open(tag, attributes)
        elif tag == "testcase":
            if len(self.tests) >= MOST_TESTS:
                raise JUnitError(f"it lists more than {MOST_TESTS} tests")
            self.test = attributes
            self.line = self.parser.CurrentLineNumber
            self.outcome, self.message = "passed", ""
        elif self.test is not None and tag in _OUTCOMES:
            outcome = _OUTCOMES[tag]
            if attributes.get("type") == _EXPECTED:
                outcome = "expected failure"
            if _RANK.index(outcome) > _RANK.index(self.outcome):
                self.outcome = outcome
                self.message = _first_line(attributes.get("message", ""))
                self.written = [] if not self.message else None

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        if self.suites:
            self.suites[-1].inner = True
        self.suites.append(_Suite(_number(attributes.get("failures", "")) + _number(attributes.get("errors", ""))))
        when = moment(attributes.get("timestamp", ""))
        if when is not None and (self.latest is None or when > self.latest):
            self.latest = when

    def end(self, tag: str) -> None:
        self.depth -= 1
        if tag == "testcase" and self.test is not None:
            self._close_test(self.test)
        elif tag in _OUTCOMES and self.written is not None:
            self.message = _first_line("".join(self.written))
            self.written = None
        elif tag in {"testsuites", "testsuite"}:
            suite = self.suites.pop()
            if not suite.inner:
                self.undetailed += max(0, suite.declared - suite.listed)

    def _close_test(self, test: dict[str, str]) -> None:
        self.tests.append(
            JUnitTest(
                name=test.get("name", "")[:LONGEST],
                group=test.get("classname", "")[:LONGEST],
                outcome=self.outcome,
                message=self.message,
                line=self.line,
                file=test.get("file", "")[:LONGEST],
            )
        )
        if self.outcome in {"failed", "error"} and self.suites:
            self.suites[-1].listed += 1
        self.test = None

    def text(self, text: str) -> None:
        if self.written is not None and len(self.written) < LONGEST:
            self.written.append(text[: 4 * LONGEST])

    def document_type(self, name: str, system: str | None, public: str | None, declares: bool) -> None:
        if declares:
            raise JUnitError("it declares a document type of its own, which is refused")

    def entity(self, *declaration: object) -> None:
        raise JUnitError("it declares entities, which is refused")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _first_line(text: str) -> str:
    return next((line.strip()[:LONGEST] for line in text.splitlines() if line.strip()), "")
