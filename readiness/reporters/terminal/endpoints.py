"""The inventory of a report in, a table of endpoints a service out."""

from collections import Counter
from collections.abc import Sequence

from readiness.model.inventory import Endpoint, EndpointStep, EndpointWay
from readiness.model.report import Report
from readiness.reporters.inventory import TITLES, Tone, columns_of, facts_of
from readiness.reporters.terminal.painting import Line, Painter, Segment, Style, Terminal, width_of
from readiness.reporters.wording import count, listed, place

TONES = {Tone.PLAIN: Style.PLAIN, Tone.BAD: Style.RED, Tone.VAGUE: Style.YELLOW}
NARROW = 72
WIDEST = 14
"""Columns of a cell beside path and handler."""


def render_endpoints(report: Report, terminal: Terminal) -> str:
    """Every route with its handler's place, its dependencies, pagination and coverage."""
    painter = Painter(terminal)
    for service in report.services:
        mine = [endpoint for endpoint in report.endpoints if endpoint.service == service.root]
        painter.blank()
        title = service.root or service.name
        painter.line(Segment(painter.sayable(title, 60), Style.STRONG), f"   {count(len(mine), 'endpoint')}")
        if mine:
            painter.blank()
            _draw_table(painter, mine)
        elif service.recognised.unread:
            painter.line(f"{listed(list(service.recognised.unread))} seen, but its routes are not read yet", indent=1)
    roots = {service.root for service in report.services}
    stray = [endpoint for endpoint in report.endpoints if endpoint.service not in roots]
    if stray:
        painter.blank()
        painter.line(Segment("in no service", Style.STRONG), f"   {count(len(stray), 'endpoint')}")
        _draw_table(painter, stray)
    if report.graph_fields:
        painter.blank()
        painter.line(Segment("GraphQL", Style.STRONG), f"   {count(len(report.graph_fields), 'root field')}")
        painter.blank()
        _draw_table(painter, report.graph_fields, "field")
    _draw_totals(painter, report.endpoints)
    return painter.text()


def render_ways(ways: Sequence[EndpointWay], terminal: Terminal) -> str:
    """One operation's way through the code: what runs before it, what it asks for, where it fails, its tests."""
    painter = Painter(terminal)
    for way in ways:
        painter.blank()
        painter.line(Segment(f"{way.endpoint.method} {way.endpoint.path}", Style.STRONG))
        for name, value in facts_of(way):
            painter.wrapped(value, indent=16, first=(f" {name}",), limit=6)
        for kind, title in TITLES.items():
            steps = [each for each in way.steps if each.kind == kind]
            if steps:
                painter.blank()
                painter.line(Segment(title, Style.FAINT), indent=1)
            for each in steps:
                _draw_step(painter, each)
    return painter.text()


def _draw_step(painter: Painter, step: EndpointStep) -> None:
    painter.wrapped(step.text, indent=3, limit=3)
    where = [place(step.span)] if step.span is not None else []
    if step.through:
        where.append(f"in {step.through.rpartition('::')[2]}")
    if where or step.rules:
        rules = Segment(f"  {', '.join(step.rules)}", Style.RED)
        painter.line(Segment(" ".join(where), Style.FAINT), rules, indent=5)


def _draw_table(painter: Painter, endpoints: Sequence[Endpoint], title: str = "path") -> None:
    method_width = max(len("method"), *(width_of(each.method) for each in endpoints))
    if painter.columns < NARROW:
        for each in endpoints:
            painter.line(*painter.fit([each.method], method_width), " ", Segment(each.path, Style.STRONG), indent=1)
            painter.line(Segment(f"{each.file}:{each.line}", Style.FAINT), indent=method_width + 2)
        return
    kept = columns_of(endpoints)
    widths = {
        title: max(len(title), *(min(width_of(cell.text), WIDEST) for cell in cells)) for title, cells in kept.items()
    }
    room = painter.columns - 1 - method_width - 2 - sum(width + 2 for width in widths.values())
    paths = [painter.sayable(each.path) for each in endpoints]
    places = [painter.sayable(f"{each.file}:{each.line}") for each in endpoints]
    path_width = min(max(len("path"), *map(width_of, paths)), room * 3 // 5)
    place_width = min(max(len("handler"), *map(width_of, places)), room - path_width - 2)
    heads = ["method", title, "handler", *kept]
    all_widths = [method_width, path_width, place_width, *widths.values()]
    painter.line(*_row(painter, [(Segment(head, Style.FAINT),) for head in heads], all_widths), indent=1)
    for index, each in enumerate(endpoints):
        style = Style.PLAIN if each.resolution == "exact" else Style.YELLOW
        cells: list[Line] = [(Segment(each.method),), (Segment(paths[index], style),)]
        cells.append((Segment(_tail(painter, places[index], place_width), Style.FAINT),))
        cells += [(Segment(column[index].text, TONES[column[index].tone]),) for column in kept.values()]
        painter.line(*_row(painter, cells, all_widths), indent=1)


def _row(painter: Painter, cells: Sequence[Line], widths: Sequence[int]) -> list[Segment]:
    row: list[Segment] = []
    for cell, width in zip(cells, widths, strict=True):
        row += [*painter.fit(cell, width), Segment("  ")]
    return row[:-1]


def _tail(painter: Painter, text: str, width: int) -> str:
    """The end of a place, which says more than its beginning."""
    if width_of(text) <= width:
        return text
    end = text
    while end and width_of(end) > width - 1:
        end = end[1:]
    return painter.glyphs.more + end


def _draw_totals(painter: Painter, endpoints: Sequence[Endpoint]) -> None:
    painter.blank()
    painter.line(count(len(endpoints), "endpoint"), indent=1)
    lists = Counter(each.pagination for each in endpoints if each.pagination)
    if lists:
        shares = ", ".join(f"{number:,} {state}" for state, number in sorted(lists.items()))
        painter.line(f"lists: {shares}", indent=1)
    vague = sum(each.resolution != "exact" for each in endpoints)
    if vague:
        painter.line(
            f"{count(vague, 'endpoint')} could not be resolved whole: {{?}} stands for what is not known", indent=1
        )
