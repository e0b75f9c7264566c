"""Every read of several rows that no list endpoint answers with in; whether it takes a bounded number of them out."""

from collections.abc import Iterator

from readiness.model import (
    Bound,
    Confidence,
    Finding,
    ListEndpoint,
    Project,
    Read,
    Resolution,
    Route,
    Rule,
    Scope,
    Severity,
    Span,
    Symbol,
    SymbolKind,
    is_look_up,
)

rule = Rule(
    __name__,
    summary="Code of a service reads a bounded number of rows at once.",
    phrase="reads are bounded",
    severity=Severity.MAJOR,
    needs=[Read],
    references=[
        "https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/",
        "https://docs.sqlalchemy.org/en/20/orm/queryguide/api.html#fetching-large-result-sets-with-yield-per",
    ],
    yields_to=["paginated-lists"],
)

DEPTH = 3
"""Calls between a handler and a read that it is answerable for."""


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """One finding for each read of several rows in service code; what a list endpoint answers with unbounded is its own finding."""
    lists = _Lists(project)
    behind: dict[str, Route] | None = None
    told: set[tuple[Span, str]] = set()
    for read in project.each(Read):
        if read.scope is not Scope.SERVICE or (read.bound is not Bound.BOUNDED and lists.answers_with(read)):
            continue
        if behind is None:
            behind = _behind_handlers(project)
        finding = _judge(read, behind.get(read.symbol.partition(".<locals>")[0]))
        # One statement that may be ordered in two ways is two facts, and one site.
        if (finding.span, finding.message) not in told:
            told.add((finding.span, finding.message))
            yield finding


class _Lists:
    """The reads that list endpoints answer with."""

    def __init__(self, project: Project) -> None:
        self._spans: set[tuple[str, int]] = set()
        self._models: set[tuple[str, str]] = set()
        for endpoint in project.each(ListEndpoint):
            for read in endpoint.reads:
                self._spans.add((read.span.path, read.span.line))
                self._models.add((read.symbol, read.model))

    def answers_with(self, read: Read) -> bool:
        """The statement of an endpoint's read may be made and run on different lines of one function."""
        return (read.span.path, read.span.line) in self._spans or (read.symbol, read.model) in self._models


def _behind_handlers(project: Project) -> dict[str, Route]:
    """Functions that a handler calls, itself included, with the nearest route."""
    found: dict[str, tuple[int, Route]] = {}
    handlers: dict[str, Route] = {}
    for route in project.each(Route):
        if route.scope is Scope.SERVICE:
            handlers.setdefault(route.handler, route)
    for handler, route in handlers.items():
        place = project.find(handler)
        if place is None:
            continue
        symbol = Symbol(SymbolKind.FUNCTION, handler, place[0], place[1])
        for distance, each in enumerate(project.reached_from(symbol, DEPTH)):
            if each.name not in found or distance < found[each.name][0]:
                found[each.name] = distance, route
    return {name: route for name, (_, route) in found.items()}


def _judge(read: Read, route: Route | None) -> Finding:
    what = f"rows of {read.model}" if read.model else "rows"
    where = f", and {route.method} {route.path} leads here" if route is not None else ""
    severity = Severity.MAJOR if route is not None else Severity.MINOR
    if read.counted and read.bound is not Bound.BOUNDED:
        return rule.fails(
            read,
            f"{what} are read only to be counted{where}; let the database count them",
            severity=severity if read.bound is Bound.UNBOUNDED else Severity.MINOR,
            confidence=Confidence.MEDIUM if read.resolution is Resolution.EXACT else Confidence.LOW,
        )
    if read.bound is Bound.BOUNDED:
        return rule.passes(read, f"the number of {what} is bounded: {read.how}")
    if read.bound is Bound.BY_PARENT:
        return rule.passes(read, f"the number of {what} is bounded by their parent: {read.how}")
    if read.bound is Bound.UNKNOWN:
        return rule.unsure(read, f"how many {what} are read is not known: {read.how}", severity=severity)
    if is_look_up(read.model):
        return rule.unsure(
            read,
            f"every row of {read.model} is read{where}; fine while it is a small table that users do not fill",
            severity=Severity.INFO,
        )
    if read.resolution is not Resolution.EXACT:
        return rule.unsure(
            read,
            f"{what} are read without a limit{where}, but a condition or the class of the receiver could not be seen",
            severity=severity,
        )
    if read.compared:
        return rule.unsure(
            read,
            f"{what} with one value of {read.compared} are read without a limit{where}; fine while few share one",
            severity=Severity.INFO,
        )
    model = read.symbol.rpartition("::")[2].partition(".")[0] if read.model == "cls" else read.model
    every = f"every row of {model}" if model else "every row"
    return rule.fails(
        read,
        f"{every} that matches is read into memory ({read.how}){where}; limit the read, or go through the rows in portions",
        severity=severity,
        confidence=Confidence.MEDIUM,
    )
