"""An endpoint in, the cells of its line out, the same for every form of the table; and which endpoints a reader asks for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from readiness.model.inventory import Endpoint, EndpointWay


class Tone(StrEnum):
    """How a cell is meant."""

    PLAIN = "plain"
    BAD = "bad"
    VAGUE = "vague"


class Cell(Struct, frozen=True):
    """One cell."""

    text: str
    tone: Tone = Tone.PLAIN
    more: str = ""
    """What is said where there is room."""


ACCESS = {
    "protected": Cell("yes"),
    "public": Cell("public"),
    "open": Cell("none", Tone.BAD),
    "unknown": Cell("?", Tone.VAGUE),
}
INPUTS = {"raw": Tone.BAD, "unknown": Tone.VAGUE}
LISTS = {"unbounded": Tone.BAD, "unknown": Tone.VAGUE}
SPECIFIED = {"differs": Tone.BAD, "missing": Tone.BAD}


def _list(endpoint: Endpoint) -> Cell:
    if endpoint.pagination == "paginated" and endpoint.page_size:
        bad = endpoint.page_size == "as the client likes"
        return Cell("any size" if bad else endpoint.page_size, Tone.BAD if bad else Tone.PLAIN)
    return Cell(endpoint.pagination, LISTS.get(endpoint.pagination, Tone.PLAIN))


def _tests(endpoint: Endpoint) -> Cell:
    if not endpoint.tests:
        return Cell("none", Tone.VAGUE)
    statuses = " ".join(map(str, endpoint.statuses))
    return Cell(str(endpoint.tests), more=f" ({statuses})" if statuses else "")


def _coverage(endpoint: Endpoint) -> Cell:
    return Cell(endpoint.coverage.removesuffix(" statements"))


COLUMNS: Mapping[str, Callable[[Endpoint], Cell]] = {
    "auth": lambda each: ACCESS.get(each.access, Cell(each.access)),
    "input": lambda each: Cell(
        "" if each.validation == "none" else each.validation, INPUTS.get(each.validation, Tone.PLAIN)
    ),
    "list": _list,
    "rate": lambda each: Cell("limited" if each.rate_limit else ""),
    "spec": lambda each: Cell(each.specification, SPECIFIED.get(each.specification, Tone.PLAIN)),
    "tests": _tests,
    "covered": _coverage,
}
"""Title of a column, what stands in it."""

FILTERS: Mapping[str, Callable[[Endpoint], bool]] = {
    "unprotected": lambda each: each.access == "open",
    "untested": lambda each: not each.tests,
    "unbounded": lambda each: each.pagination == "unbounded" or each.page_size == "as the client likes",
    "undocumented": lambda each: each.specification == "missing" or not (each.documented or each.specification),
}
"""Name of a filter, what it keeps."""


def columns_of(endpoints: Sequence[Endpoint]) -> dict[str, list[Cell]]:
    """The columns in which anything stands; `tests` says nothing where no endpoint has one."""
    columns = {title: [cell(each) for each in endpoints] for title, cell in COLUMNS.items()}
    if not any(each.tests for each in endpoints):
        columns.pop("tests")
    return {title: cells for title, cells in columns.items() if any(cell.text for cell in cells)}


def chosen(endpoints: Iterable[Endpoint], filters: Iterable[str]) -> tuple[Endpoint, ...]:
    """The endpoints that all the filters keep."""
    kept = [FILTERS[name] for name in filters]
    return tuple(each for each in endpoints if all(keeps(each) for keeps in kept))


TITLES = {
    "dependency": "runs before it",
    "query": "SQL",
    "read": "reads rows",
    "call": "calls other services",
    "failure": "failures caught",
    "answer": "answers failures",
    "test": "tests",
}
"""Kind of a step, the heading above its steps, in the order of a request."""


def facts_of(way: EndpointWay) -> list[tuple[str, str]]:
    """What is known of the endpoint itself: name, value."""
    endpoint = way.endpoint
    inputs = ", ".join(
        f"{each.name}{f': {each.annotation}' if each.annotation else ''} ({each.source}{'' if each.required else ', optional'})"
        for each in endpoint.inputs
    )
    by = f" by {', '.join(endpoint.access_by)}" if endpoint.access_by else ""
    known = [
        ("handler", f"{endpoint.handler.replace('::', '.')}  {endpoint.file}:{endpoint.line}"),
        ("service", endpoint.service),
        ("registered if", endpoint.condition),
        ("access", f"{endpoint.access}{by}" if endpoint.access else ""),
        ("takes", f"{inputs}{f'; {endpoint.validation}' if endpoint.validation not in ('', 'none') else ''}"),
        ("answers with", endpoint.response),
        ("list", f"{endpoint.pagination}{f', {endpoint.page_size}' if endpoint.page_size else ''}"),
        ("rate limit", endpoint.rate_limit),
        ("specification", endpoint.specification),
        ("coverage", endpoint.coverage),
        ("fails", ", ".join(way.rules)),
    ]
    return [(name, value) for name, value in known if value]
