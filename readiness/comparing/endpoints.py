"""The endpoints of a base and of a change in, those that the change touches out, with what they lack now."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set

from readiness.comparing.lines import bare
from readiness.model import Report, Verdict
from readiness.model.inventory import Endpoint
from readiness.model.report import EndpointChange

CODE = 400
"""Lines of a handler that are compared."""
NOT_BOUND = frozenset({"unbounded"})
ACCESS_RULE = "authenticated-endpoints"
"""The rule that knows which open endpoints everybody has to reach, such as the login."""
QUOTED = re.compile(r"""[rRuU]?("{3}|'{3}|"|')""")
Text = Callable[[str], str | None]
"""The text of a file by its path."""


def touched_endpoints(
    before: Report, after: Report, earlier: Text, later: Text, unrun: Set[str]
) -> Iterator[EndpointChange]:
    """Endpoints that came, went, or whose handler or marks are other ones, with what they lack now. `unrun` are functions of whose
    new code too little ran."""
    old = {_operation(each): each for each in (*before.endpoints, *before.graph_fields)}
    new = {_operation(each): each for each in (*after.endpoints, *after.graph_fields)}
    handlers = {each.replace("::", ".") for each in unrun}
    for_all = {
        (each.span.path, each.span.line)
        for each in after.findings
        if each.rule == ACCESS_RULE and each.verdict is Verdict.PASSES
    }
    for operation, endpoint in sorted(new.items()):
        partner = old.get(operation)
        asked = (endpoint.file, endpoint.line) in for_all
        if partner is None:
            yield EndpointChange("added", endpoint, _lacks(endpoint, handlers, asked=asked))
        elif _marks(partner) != _marks(endpoint) or _code(partner, earlier) != _code(endpoint, later):
            # That it was open before is no news.
            asked = asked or partner.access == endpoint.access
            yield EndpointChange("changed", endpoint, _lacks(endpoint, handlers, asked=asked))
    for operation in sorted(old.keys() - new.keys()):
        yield EndpointChange("removed", old[operation], ())


def _operation(endpoint: Endpoint) -> tuple[str, str, str]:
    return (endpoint.path, endpoint.method, endpoint.service)


def _marks(endpoint: Endpoint) -> tuple[object, ...]:
    return (
        endpoint.access,
        endpoint.validation,
        endpoint.pagination,
        endpoint.inputs,
        endpoint.response,
        endpoint.rate_limit,
    )


def _code(endpoint: Endpoint, text: Text) -> str:
    """A handler from its head to the next line that stands no deeper, without what changes nothing: format, comments, docstring."""
    lines = (text(endpoint.file) or "").splitlines()[max(endpoint.line - 1, 0) :][:CODE]
    if not lines:
        return ""
    depth = len(lines[0]) - len(lines[0].lstrip())
    body = [lines[0]]
    for line in lines[1:]:
        stripped = line.strip()
        if stripped and len(line) - len(line.lstrip()) <= depth and not stripped.startswith((")", "]", "#")):
            break
        if stripped:
            body.append(line)
    return "".join(bare(line) for line in _without_docstring(body))


def _without_docstring(lines: Sequence[str]) -> Sequence[str]:
    """The lines of a function without the text that stands first behind its head."""
    head = next((at for at, line in enumerate(lines) if bare(line).endswith(":")), len(lines))
    first = head + 1
    quote = QUOTED.match(lines[first].strip()) if first < len(lines) else None
    if quote is None:
        return lines
    mark = quote[1]
    rest = lines[first].strip()[quote.end() :]
    last = first
    while mark not in rest:
        last += 1
        if last == len(lines):
            return lines
        rest = lines[last]
    return [*lines[:first], *lines[last + 1 :]] if not bare(rest.partition(mark)[2]) else lines


def _lacks(endpoint: Endpoint, unrun: Set[str], *, asked: bool) -> tuple[str, ...]:
    """What a reviewer would ask for."""
    lacking = []
    if not endpoint.tests:
        lacking.append("test")
    elif endpoint.handler.replace("::", ".") in unrun:
        lacking.append("test of all that is new")
    if endpoint.specification == "missing":
        lacking.append("entry in the API document")
    if endpoint.pagination in NOT_BOUND:
        lacking.append("bound")
    if endpoint.access == "open" and not asked:
        lacking.append("authentication")
    return tuple(lacking)
