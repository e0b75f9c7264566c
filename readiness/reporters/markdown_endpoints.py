"""The inventory of a report in, GitHub-flavoured Markdown out: a table for each service. Nothing of the scanned repository becomes
markup."""

from collections.abc import Iterator, Sequence

from readiness.model.inventory import Endpoint, EndpointWay
from readiness.model.report import Report
from readiness.reporters.inventory import TITLES, Cell, Tone, columns_of, facts_of
from readiness.reporters.markup import code, escaped
from readiness.reporters.wording import count, place


def render(report: Report) -> str:
    """The tables, then the ways that were asked for."""
    lines = [f"## Endpoints of {escaped(report.root)}", "", count(len(report.endpoints), "endpoint"), ""]
    roots = dict.fromkeys(each.service for each in report.endpoints)
    for root in roots:
        if len(roots) > 1:
            lines += [f"### {escaped(root or report.root)}", ""]
        lines += _table([each for each in report.endpoints if each.service == root])
    if report.graph_fields:
        lines += ["### GraphQL", "", count(len(report.graph_fields), "root field"), ""]
        lines += _table(report.graph_fields)
    for way in report.ways:
        lines += _way(way)
    return "\n".join(lines).rstrip() + "\n"


def _table(endpoints: Sequence[Endpoint]) -> Iterator[str]:
    columns = columns_of(endpoints)
    yield f"| {' | '.join(['method', 'path', 'handler', *columns])} |"
    yield f"|{'---|' * (3 + len(columns))}"
    for number, each in enumerate(endpoints):
        cells = [escaped(each.method), code(each.path), code(f"{each.file}:{each.line}")]
        cells += [_cell(column[number]) for column in columns.values()]
        yield f"| {' | '.join(cells)} |"
    yield ""


def _cell(cell: Cell) -> str:
    text = escaped(cell.text + cell.more)
    return f"**{text}**" if cell.tone is Tone.BAD and text else text


def _way(way: EndpointWay) -> Iterator[str]:
    yield from (f"### {code(f'{way.endpoint.method} {way.endpoint.path}')}", "")
    yield from (f"- {name}: {escaped(value, 1000)}" for name, value in facts_of(way))
    for kind, title in TITLES.items():
        steps = [each for each in way.steps if each.kind == kind]
        if steps:
            yield from ("", f"**{title}**", "")
        for each in steps:
            where = f" {code(place(each.span))}" if each.span is not None else ""
            rules = f" ({', '.join(map(code, each.rules))})" if each.rules else ""
            yield f"- {escaped(each.text, 400)}{where}{rules}"
    yield ""
