"""What is taken out of the measurement, and tests that check nothing, in; whether the coverage is honest, out."""

from collections.abc import Iterator

from readiness.model import Finding, MeasurementExclusion, Project, Rule, Severity, TestCase, counted

FEW = 5
"""Statements that a pragma may hide without more than a question."""
MANY = 20
"""Statements in functions that an entry of the configuration may hide."""
WORDS = 2
"""A reason has at least as many words."""

rule = Rule(
    __name__,
    summary="Coverage measures the whole service, and comes from tests that check something.",
    phrase="tests and coverage exclusions hide nothing",
    severity=Severity.MINOR,
    needs=[MeasurementExclusion, TestCase],
    references=["https://coverage.readthedocs.io/en/latest/excluding.html"],
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Each exclusion from the measurement is a site, and each test that asserts nothing; all other tests are one."""
    for exclusion in project.each(MeasurementExclusion):
        yield _pragma(exclusion) if exclusion.kind == "pragma" else _entry(exclusion)
    yield from _tests(list(project.each(TestCase)))


def _pragma(exclusion: MeasurementExclusion) -> Finding:
    count = _statements(exclusion.statements)
    if exclusion.evident:
        return rule.passes(exclusion, "what the pragma hides is nothing that a test of this service runs")
    if _explained(exclusion):
        return rule.passes(exclusion, f"the pragma hides {count} and says why: {exclusion.reason[:80]}")
    if exclusion.handlers:
        return rule.fails(
            exclusion,
            f"the pragma takes {_first(exclusion.handlers)} out of the measurement; drop it and test the endpoint",
            severity=Severity.MAJOR,
        )
    if exclusion.branch in {"function", "class"} and exclusion.statements >= FEW:
        return rule.fails(
            exclusion, f"the pragma hides a whole {exclusion.branch}, {count}; test it, or say behind the mark why not"
        )
    if exclusion.statements >= FEW:
        return rule.fails(exclusion, f"the pragma hides {count}; test them, or say behind the mark why not")
    return rule.unsure(
        exclusion, f"the pragma hides {count} and gives no reason; say behind the mark why no test runs this"
    )


def _entry(exclusion: MeasurementExclusion) -> Finding:
    written = f"{exclusion.kind} {exclusion.text!r}"
    if exclusion.kind == "exclude":
        if exclusion.evident:
            return rule.passes(exclusion, f"{written} leaves out a narrow kind of line")
        return rule.fails(
            exclusion,
            f"{written} takes every such statement of the service out of the measurement; name the one line that is meant",
            severity=Severity.MAJOR,
        )
    verb = "measures without" if exclusion.kind == "source" else "hides"
    if exclusion.handlers:
        many = f" and {len(exclusion.handlers) - 1} more endpoints" if len(exclusion.handlers) > 1 else ""
        return rule.fails(
            exclusion,
            f"{written} {verb} {exclusion.handlers[0]}{many}, in {_first(exclusion.paths)}; measure them",
            severity=Severity.MAJOR,
        )
    count = _statements(exclusion.statements)
    if exclusion.statements < MANY:
        return rule.passes(exclusion, f"{written} {verb} {count} of the service's functions")
    if _explained(exclusion):
        return rule.passes(exclusion, f"{written} {verb} {count} and says why: {exclusion.reason[:80]}")
    return rule.fails(
        exclusion, f"{written} {verb} {count} of {_first(exclusion.paths)}; measure them, or say beside it why not"
    )


def _tests(cases: list[TestCase]) -> Iterator[Finding]:
    checking = [case for case in cases if case.checks]
    if checking:
        yield rule.passes(
            checking[0],
            f"{len(checking)} of {counted(len(cases), 'test')} {'checks' if len(checking) == 1 else 'check'} something",
        )
    for case in cases:
        if case.trivial:
            yield rule.fails(
                case, f"{case.name} asserts constants only, so it passes whatever the code does; assert a result"
            )
        elif case.empty:
            yield rule.fails(
                case, f"{case.name} has no body, so it passes whatever the code does; write it or delete it"
            )
        elif case.checks is False:
            yield rule.unsure(
                case, f"{case.name} asserts nothing and passes unless something raises; assert what it should do"
            )


def _explained(exclusion: MeasurementExclusion) -> bool:
    return len(exclusion.reason.split()) >= WORDS


def _first(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{names[0]}{more}" if names else "the service"


def _statements(count: int) -> str:
    return "1 statement" if count == 1 else f"{count} statements"
