"""A rule: its metadata, and the one function that judges."""

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum

from readiness.model.facts.base import Fact, Resolution
from readiness.model.finding import Confidence, Finding, Related, Severity, Verdict
from readiness.model.project import Project
from readiness.model.source import Span

Judge = Callable[[Project], Iterator[Finding]]


class Lifecycle(StrEnum):
    """How settled a rule is; a preview rule judges and is shown but never fails a gate."""

    PREVIEW = "preview"
    STABLE = "stable"
    DEPRECATED = "deprecated"


class Rule:
    """One rule. Its module makes it (`rule = Rule(__name__, ...)`) and decorates its judge with `@rule.judges`.

    The id is the module's last name in kebab case: `parameterized_queries` is `parameterized-queries`.
    """

    def __init__(
        self,
        module: str,
        *,
        summary: str,
        severity: Severity,
        needs: Sequence[type[Fact]] = (),
        aliases: Sequence[str] = (),
        lifecycle: Lifecycle = Lifecycle.STABLE,
        references: Sequence[str] = (),
        peers: Sequence[str] = (),
        yields_to: Sequence[str] = (),
        phrase: str = "",
        security: bool = False,
    ) -> None:
        self.module = module
        self.id = module.rpartition(".")[2].replace("_", "-")
        self.summary = summary
        self.severity = severity
        """Of a failure unless the site says otherwise."""
        self.needs = tuple(needs)
        """Kinds of fact it judges; the engine works out from them whether 'no site' means 'not applicable'."""
        self.aliases = tuple(aliases)
        self.lifecycle = lifecycle
        self.references = tuple(references)
        self.peers = tuple(peers)
        """Ids of other tools for the same defect: `B608`, `S608`."""
        self.yields_to = tuple(yields_to)
        """Rules that say the same better: where one of them fails a site, this one stays silent there."""
        self.phrase = phrase
        """What a pass is, as it reads behind `118 of 120`: `queries are parameterized`. Empty: reports use the id."""
        self.security = security
        """A failure can be attacked: code scanning files it among the security alerts."""
        self._judge: Judge | None = None

    @property
    def chapter(self) -> str:
        """The folder that its module stands in: `data`."""
        return self.module.rpartition(".")[0].rpartition(".")[2]

    def judges(self, judge: Judge) -> Judge:
        """Decorate the function that judges a project."""
        self._judge = judge
        return judge

    def judge(self, project: Project) -> Iterator[Finding]:
        """Judge every site of the project. Raises LookupError when the module decorated no judge."""
        if self._judge is None:
            raise LookupError(f"{self.module} has no function decorated with @rule.judges")
        return self._judge(project)

    def passes(self, fact: Fact, message: str, *, related: Sequence[Related] = (), span: Span | None = None) -> Finding:
        """The site is as it should be; `message` says why."""
        return self._finding(fact, Verdict.PASSES, message, self.severity, Confidence.HIGH, "", related, span)

    def fails(
        self,
        fact: Fact,
        message: str,
        *,
        severity: Severity | None = None,
        confidence: Confidence = Confidence.HIGH,
        cause: str = "",
        related: Sequence[Related] = (),
        span: Span | None = None,
    ) -> Finding:
        """The site is not as it should be; `message` says what is wrong and what to do."""
        return self._finding(fact, Verdict.FAILS, message, severity or self.severity, confidence, cause, related, span)

    def unsure(
        self,
        fact: Fact,
        message: str,
        *,
        severity: Severity | None = None,
        cause: str = "",
        related: Sequence[Related] = (),
        span: Span | None = None,
    ) -> Finding:
        """The site cannot be decided; `message` says what is not known."""
        return self._finding(
            fact, Verdict.UNSURE, message, severity or self.severity, Confidence.LOW, cause, related, span
        )

    def _finding(
        self,
        fact: Fact,
        verdict: Verdict,
        message: str,
        severity: Severity,
        confidence: Confidence,
        cause: str,
        related: Sequence[Related],
        span: Span | None,
    ) -> Finding:
        return Finding(
            rule=self.id,
            verdict=verdict,
            severity=severity,
            confidence=confidence,
            span=span or fact.span,
            symbol=fact.symbol,
            message=message,
            scope=fact.scope,
            cause=cause,
            related=tuple(related),
            exact=fact.resolution is Resolution.EXACT,
        )
