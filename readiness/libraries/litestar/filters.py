"""Provider factories of advanced-alchemy in, the inputs that their providers take out (read from advanced-alchemy 1.12).

`create_service_dependencies(Service, key="users", filters={"pagination_type": "limit_offset", ...})` makes one provider of
the service and one, called `filters`, of everything that a client can ask of a list.
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Made, Outside
from readiness.model import RouteParameter

PACKAGE = "advanced_alchemy"
SERVICES = "create_service_dependencies"
FILTERS = "create_filter_dependencies"
TOGETHER = "filters"
"""The name of the provider of all filters."""
PAGE_SIZE = 20
"""Rows of a page where nothing is configured; a client can ask for any number."""
PARTS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "id_filter": ("id_filter", (("ids", "list[str]"),)),
    "created_at": (
        "created_filter",
        (("createdBefore", "datetime.datetime"), ("createdAfter", "datetime.datetime")),
    ),
    "updated_at": (
        "updated_filter",
        (("updatedBefore", "datetime.datetime"), ("updatedAfter", "datetime.datetime")),
    ),
    "search": ("search_filter", (("searchString", "str"), ("searchIgnoreCase", "bool"))),
    "sort_field": ("order_by_filter", (("orderBy", "str"), ("sortOrder", "Literal"))),
}
"""Keys of the configuration -> the provider that each adds, with its inputs."""

Provided = dict[str, tuple[RouteParameter, ...]]
"""Names of providers -> what clients send for them."""


def provided(reader: Reader, made: Made) -> Provided:
    """The providers that a factory makes; none for anything else."""
    maker = made.maker
    if not isinstance(maker, Outside) or maker.package != PACKAGE or made.index < 0:
        return {}
    if maker.last not in (SERVICES, FILTERS):
        return {}
    call = reader.call(made.path, made.index)
    place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
    named = reader.arguments.keywords(call, place)
    positional = reader.arguments.positional(call, place)
    found: Provided = {}
    if maker.last == SERVICES:
        key = named.get("key", positional[1] if len(positional) > 1 else None)
        name = reader.constant(key) if key is not None else None
        if isinstance(name, str):
            found[name] = ()
        config = named.get("filters")
    else:
        config = named.get("config", positional[0] if positional else None)
    if config is not None:
        found |= _filters(reader, config)
    return found


def _filters(reader: Reader, config: Answer) -> Provided:
    entries: dict[str, Answer] = {}
    for each in reader.follow(config):
        entries |= reader.arguments.entries(each)
    found: Provided = {}
    for key, (name, inputs) in PARTS.items():
        if key in entries and reader.constant(entries[key]) is not False:
            found[name] = tuple(
                RouteParameter(each, "query", kind, required=False, default="None", choices=kind == "Literal")
                for each, kind in inputs
            )
    if "pagination_type" in entries and reader.constant(entries["pagination_type"]) == "limit_offset":
        found["limit_offset_filter"] = tuple(_page(reader, entries.get("pagination_size")))
    if found:
        found[TOGETHER] = tuple(each for inputs in found.values() for each in inputs)
    return found


def _page(reader: Reader, size: Answer | None) -> Iterator[RouteParameter]:
    given = reader.constant(size) if size is not None else PAGE_SIZE
    text = str(given) if isinstance(given, int) else "..."
    yield RouteParameter("currentPage", "query", "int", required=False, default="1", minimum=1)
    yield RouteParameter("pageSize", "query", "int", required=False, default=text, minimum=1)
