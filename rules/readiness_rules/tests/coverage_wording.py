"""What the rules about coverage say in the same words: how to measure, which lines did not run, what data cannot tell apart."""

from collections.abc import Iterable

from readiness.model import Fact, Finding, Rule, Span

MEASURE = "run the tests with `coverage run -m pytest` or `pytest --cov`"


def contested(rule: Rule, fact: Fact, path: str, span: Span | None = None) -> Finding:
    """The rule is unsure of the file, whose data is not told from that of another one."""
    return rule.unsure(
        fact,
        f"the coverage data has one entry for {path} and a file of the same name below another source root; measure with "
        "one source, or relative_files = true",
        span=span,
        cause="coverage data mixes files of one name",
    )


def stretches(gaps: Iterable[tuple[int, int]]) -> str:
    """`4, 6-9`, of first and last lines."""
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in gaps)


def percent(part: int, whole: int) -> str:
    """`86.4 %`; none of nothing is `0 %`."""
    return f"{100 * part / whole:.1f} %" if whole else "0 %"
