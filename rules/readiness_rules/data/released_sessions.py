"""Sessions, connections and cursors in, whether each is given back in every case out."""

from collections.abc import Iterator

from readiness.model import Confidence, Finding, Project, Release, Rule, SessionUse, Severity

rule = Rule(
    __name__,
    summary="A session or connection is given back whatever happens.",
    phrase="sessions are released",
    severity=Severity.MAJOR,
    needs=[SessionUse],
    references=[
        "https://docs.sqlalchemy.org/en/20/orm/session_basics.html#closing",
        "https://cwe.mitre.org/data/definitions/772.html",
    ],
    peers=["CWE-772"],
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every acquisition that stays where it was made is a site; one that a caller is handed is the caller's."""
    for use in project.each(SessionUse):
        if use.release is not Release.HANDED_OVER:
            yield _judge(use)


def _judge(use: SessionUse) -> Finding:
    if use.release is Release.MANAGED:
        return rule.passes(use, f"the {use.kind} is given back: {use.how}")
    if use.release is Release.NEVER:
        low = use.kind == "cursor"
        return rule.fails(
            use,
            f"the {use.kind} is never given back: {use.how}; {_advice(use)}",
            severity=Severity.MINOR if low else Severity.MAJOR,
            confidence=Confidence.MEDIUM if low else Confidence.HIGH,
        )
    if use.release is Release.UNPROTECTED:
        return rule.fails(
            use,
            f"the {use.kind} leaks when something fails: {use.how}; take it in a `with` block",
            severity=Severity.MINOR,
        )
    if use.release is Release.SHARED:
        return rule.fails(
            use,
            f"one {use.kind} serves every request: {use.how}; take one for each request in a `with` block",
            severity=Severity.MAJOR,
            confidence=Confidence.MEDIUM,
        )
    return rule.unsure(use, f"whether the {use.kind} is given back is not known: {use.how}", severity=Severity.MINOR)


def _advice(use: SessionUse) -> str:
    if use.managed:
        return f"take it as `with contextlib.closing({use.api}(...))`"
    return "take it in a `with` block"
