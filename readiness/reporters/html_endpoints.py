"""The inventory of a report in, one page of HTML out, without scripts and without anything from elsewhere.

Every text of the scanned repository is cleaned and escaped, so that nothing of it becomes markup.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from readiness.model.inventory import Endpoint, EndpointStep, EndpointWay
from readiness.model.report import Report
from readiness.reporters.cleaning import clean
from readiness.reporters.inventory import TITLES, Cell, columns_of, facts_of
from readiness.reporters.wording import count, place

STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:90rem;padding:0 1rem;color:#1c2128;background:#fff}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.25rem .75rem .25rem 0;vertical-align:top;border-bottom:1px solid #d0d7de}
th{font-weight:600;color:#59636e}code{font:13px/1.4 ui-monospace,monospace;overflow-wrap:anywhere}
.bad{color:#b42318}.vague{color:#8a5a00}.faint{color:#59636e}dt{font-weight:600}dd{margin:0 0 .4rem}
@media (prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}th,.faint{color:#9198a1}th,td{border-color:#30363d}
.bad{color:#ff7b72}.vague{color:#d29922}}
"""


def render(report: Report) -> str:
    """The page: a table for each service, then the ways that were asked for."""
    title = f"Endpoints of {_text(report.root)}"
    body = [f"<h1>{title}</h1>", f"<p>{count(len(report.endpoints), 'endpoint')}</p>"]
    roots = dict.fromkeys(each.service for each in report.endpoints)
    for root in roots:
        mine = [each for each in report.endpoints if each.service == root]
        if len(roots) > 1:
            body.append(f"<h2>{_text(root or report.root)}</h2>")
        body.append(_table(mine))
    if report.graph_fields:
        body += [
            "<h2>GraphQL</h2>",
            f"<p>{count(len(report.graph_fields), 'root field')}</p>",
            _table(report.graph_fields),
        ]
    for way in report.ways:
        body += _way(way)
    head = f'<meta charset="utf-8"><title>{title}</title><meta name="viewport" content="width=device-width">'
    content = "\n".join(body)
    return f'<!doctype html>\n<html lang="en"><head>{head}<style>{STYLE}</style></head>\n<body>\n{content}\n</body></html>\n'


def _table(endpoints: Sequence[Endpoint]) -> str:
    columns = columns_of(endpoints)
    heads = "".join(f"<th>{title}</th>" for title in ("method", "path", "handler", *columns))
    rows = (
        f"<tr><td>{_text(each.method)}</td><td>{_code(each.path)}</td><td>{_code(f'{each.file}:{each.line}')}</td>"
        f"{''.join(_cell(cells[number]) for cells in columns.values())}</tr>"
        for number, each in enumerate(endpoints)
    )
    return f"<table><thead><tr>{heads}</tr></thead>\n<tbody>\n{chr(10).join(rows)}\n</tbody></table>"


def _cell(cell: Cell) -> str:
    return f'<td class="{cell.tone}">{_text(cell.text + cell.more)}</td>'


def _way(way: EndpointWay) -> Iterator[str]:
    yield f"<h2>{_code(f'{way.endpoint.method} {way.endpoint.path}')}</h2>"
    facts = "".join(f"<dt>{name}</dt><dd>{_text(value, 1000)}</dd>" for name, value in facts_of(way))
    yield f"<dl>{facts}</dl>"
    for kind, title in TITLES.items():
        steps = [each for each in way.steps if each.kind == kind]
        if steps:
            yield f"<h3>{title}</h3><ul>{''.join(_items(steps))}</ul>"


def _items(steps: Iterable[EndpointStep]) -> Iterator[str]:
    for each in steps:
        where = f' <span class="faint">{_code(place(each.span))}</span>' if each.span is not None else ""
        rules = f' <span class="bad">{_text(", ".join(each.rules))}</span>' if each.rules else ""
        yield f"<li>{_text(each.text)}{where}{rules}</li>"


def _text(text: str, limit: int = 300) -> str:
    return escape(clean(text, limit))


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"
