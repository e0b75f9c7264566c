"""The inventory of a report in, a table of endpoints a service out."""

from collections import Counter
from collections.abc import Sequence

from readiness.model.report import Endpoint, Report
from readiness.reporters.terminal.painting import Line, Painter, Segment, Style, Terminal, width_of
from readiness.reporters.wording import count, listed

PAGINATION_STYLES = {"unbounded": Style.RED, "unknown": Style.YELLOW}
NARROW = 72


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
    _draw_totals(painter, report.endpoints)
    return painter.text()


def _draw_table(painter: Painter, endpoints: Sequence[Endpoint]) -> None:
    method_width = max(len("method"), *(width_of(each.method) for each in endpoints))
    if painter.columns < NARROW:
        for each in endpoints:
            painter.line(*painter.fit([each.method], method_width), " ", Segment(each.path, Style.STRONG), indent=1)
            painter.line(Segment(f"{each.file}:{each.line}", Style.FAINT), indent=method_width + 2)
        return
    columns = {
        "deps": [(Segment(str(len(each.dependencies)) if each.dependencies else ""),) for each in endpoints],
        "list": [
            (Segment(each.pagination, PAGINATION_STYLES.get(each.pagination, Style.PLAIN)),) for each in endpoints
        ],
        "coverage": [(Segment(each.coverage),) for each in endpoints],
    }
    kept = {title: cells for title, cells in columns.items() if any(cell[0].text for cell in cells)}
    widths = {
        title: max(len(title), *(min(width_of(cell[0].text), 20) for cell in cells)) for title, cells in kept.items()
    }
    room = painter.columns - 1 - method_width - 2 - sum(width + 2 for width in widths.values())
    paths = [painter.sayable(each.path) for each in endpoints]
    places = [painter.sayable(f"{each.file}:{each.line}") for each in endpoints]
    path_width = min(max(len("path"), *map(width_of, paths)), room * 11 // 20)
    place_width = min(max(len("handler"), *map(width_of, places)), room - path_width - 2)
    heads = ["method", "path", "handler", *kept]
    all_widths = [method_width, path_width, place_width, *widths.values()]
    painter.line(*_row(painter, [(Segment(head, Style.FAINT),) for head in heads], all_widths), indent=1)
    for index, each in enumerate(endpoints):
        style = Style.PLAIN if each.resolution == "exact" else Style.YELLOW
        cells: list[Line] = [(Segment(each.method),), (Segment(paths[index], style),)]
        cells.append((Segment(_tail(painter, places[index], place_width), Style.FAINT),))
        cells += [column[index] for column in kept.values()]
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
