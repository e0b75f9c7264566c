"""Loops over rows in, whether each turn asks the database out."""

from collections.abc import Iterator

from readiness.model import (
    Confidence,
    Finding,
    Project,
    Related,
    Repetition,
    Resolution,
    Route,
    RowLoop,
    Rule,
    Severity,
    Symbol,
    SymbolKind,
)

rule = Rule(
    __name__,
    summary="A loop over rows asks the database once, not once for each row.",
    phrase="loops ask in batches",
    severity=Severity.MAJOR,
    needs=[RowLoop],
    references=[
        "https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html",
        "https://docs.djangoproject.com/en/stable/topics/db/optimization/",
    ],
)
DEPTH = 4
"""Calls between a route's handler and what still runs while a client waits."""
OVER = {Repetition.ROWS: "row", Repetition.REQUEST: "item that the client sends", Repetition.ITEMS: "item"}


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every loop over rows or items of a number not known is a site."""
    answering: set[str] | None = None
    for loop in project.each(RowLoop):
        if loop.query and answering is None:
            answering = _answering(project)
        yield _judge(loop, answered=loop.symbol in (answering or ()))


def _answering(project: Project) -> set[str]:
    """The functions that run while a route answers."""
    found: set[str] = set()
    for name in sorted({name for route in project.each(Route) for name in (route.handler, *route.dependencies)}):
        place = project.find(name)
        if place is not None:
            symbol = Symbol(SymbolKind.FUNCTION, name, place[0], place[1])
            found.update(each.name for each in project.reached_from(symbol, DEPTH))
    return found


def _judge(loop: RowLoop, *, answered: bool) -> Finding:
    if not loop.query:
        return rule.passes(loop, "the loop over rows asks nothing more of the database")
    related = [Related(loop.loop, f"the loop over `{loop.iterated}`")]
    if loop.at is not None:
        related.append(Related(loop.at, "the query"))
    way = f" through {' and '.join(f'`{_last(name)}()`' for name in loop.through)}" if loop.through else ""
    what = {"commit": "commits", "write": "writes to the database"}.get(loop.kind, "asks the database")
    if loop.kind == "relation":
        return _relation(loop, related, answered=answered)
    message = f"`{loop.query}()` {what}{way} for each {OVER.get(loop.over, 'turn')} of `{loop.iterated}`"
    if loop.over is Repetition.UNKNOWN or (loop.kind == "commit" and not answered) or not loop.dependent:
        doubt = "how many turns there are is not known" if loop.over is Repetition.UNKNOWN else "that may be meant"
        return rule.unsure(loop, f"{message}; {doubt}", severity=Severity.MINOR, related=related)
    sure = loop.over is not Repetition.ITEMS and not loop.conditional and loop.resolution is Resolution.EXACT
    return rule.fails(
        loop,
        f"{message}; ask once for all of them",
        severity=Severity.MAJOR if answered else Severity.MINOR,
        confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
        related=related,
    )


def _relation(loop: RowLoop, related: list[Related], *, answered: bool) -> Finding:
    return rule.fails(
        loop,
        f"`{loop.query}` loads one more row for each row of `{loop.iterated}`; name it in select_related()",
        severity=Severity.MAJOR if answered else Severity.MINOR,
        confidence=Confidence.MEDIUM if loop.conditional else Confidence.HIGH,
        related=related,
    )


def _last(symbol: str) -> str:
    return symbol.rpartition("::")[2].rpartition(".")[2]
