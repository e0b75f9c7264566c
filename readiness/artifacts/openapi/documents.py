"""The values of an OpenAPI or Swagger document in, `SpecDocument` with one `SpecOperation` for each operation out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.artifacts.openapi.contents import Contents
from readiness.artifacts.openapi.references import Load, Place, References
from readiness.artifacts.openapi.schemas import Schemas
from readiness.artifacts.openapi.values import DocumentError, Table, items_of, table_of, text_of, texts_of
from readiness.model.facts.contract import SpecDocument, SpecOperation
from readiness.model.source import Scope, Span

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
OPERATIONS = 5_000
PREFIXES = 20
CONTROLLERS = ("x-openapi-router-controller", "x-swagger-router-controller")
FUNCTIONS = ("x-bearerInfoFunc", "x-apikeyInfoFunc", "x-basicInfoFunc", "x-tokenInfoFunc", "x-tokenInfoUrl")
"""Where connexion (2 and 3) looks for what checks a scheme."""
VARIABLE = re.compile(r"\{([^{}]{1,200})\}")
HOST = re.compile(r"^[^/]*//[^/]*")
QUERY = re.compile(r"\?(?!\})|#")
SHOWN = 2_000
"""Characters of a description that are kept."""


def read_document(
    path: str, root: Table, load: Load, *, scope: Scope = Scope.SERVICE, configured: bool = False
) -> SpecDocument:
    """Read the document at `path`; `load` gives the other documents of the scan that it refers to.

    Raises DocumentError where it is an OpenAPI document by name only.
    """
    version = _version(root)
    if not version:
        raise DocumentError("it says neither `openapi` nor `swagger`")
    if not isinstance(root.get("paths", Table()), Table | None):
        raise DocumentError("its `paths` is no mapping")
    reader = _Reader(path, root, load, scope, swagger=version.startswith("2"))
    return SpecDocument(
        span=Span(path, root.line_of("openapi") or root.line_of("swagger") or 1),
        symbol=path,
        scope=scope,
        language="openapi",
        version=version,
        title=text_of(table_of(root.get("info")).get("title"))[:200],
        prefixes=_prefixes(root),
        operations=tuple(reader.operations()),
        schemes=tuple(sorted(reader.schemes())),
        configured=configured,
    )


def _version(root: Table) -> str:
    for key in ("openapi", "swagger"):
        if key in root:
            written = str(root[key])
            if not re.fullmatch(r"[23](?:\.\d{1,3}){0,2}[\w.-]{0,20}", written):
                raise DocumentError(f"its version {written[:20]!r} is none of Swagger 2 and OpenAPI 3")
            return written
    return ""


def _prefixes(root: Table) -> tuple[str, ...]:
    """Paths of the servers, without a slash at the end."""
    found = []
    if "swagger" in root:
        found.append(text_of(root.get("basePath")))
    for server in items_of(root.get("servers"))[:PREFIXES]:
        url = _filled(text_of(table_of(server).get("url"))[:2000], table_of(table_of(server).get("variables")))
        if url:
            found.append(_path_of(url))
    return tuple(dict.fromkeys(each.rstrip("/") for each in found)) or ("",)


def _path_of(url: str) -> str:
    """The path of an address; a part that is not known (`{?}`) is no query."""
    path = QUERY.split(HOST.sub("", url), maxsplit=1)[0].strip("/")
    return f"/{path}" if path else ""


def _filled(url: str, variables: Table) -> str:
    """An address with the defaults of its variables."""
    return VARIABLE.sub(lambda each: str(table_of(variables.get(each[1])).get("default", each[0])), url)


class _Reader:
    """Reads the operations of one document."""

    def __init__(self, path: str, root: Table, load: Load, scope: Scope, *, swagger: bool) -> None:
        self._path = path
        self._root = root
        self._scope = scope
        self._swagger = swagger
        self._references = References(path, root, load)
        self._contents = Contents(root, self._references, Schemas(self._references), swagger=swagger)
        self._security = _alternatives(root.get("security"))

    def schemes(self) -> Iterator[tuple[str, str]]:
        """Names of security schemes with the function that checks them."""
        holder = self._root if self._swagger else table_of(self._root.get("components"))
        for name, value in table_of(holder.get("securityDefinitions" if self._swagger else "securitySchemes")).items():
            table = self._references.follow(Place(value, self._path)).table
            yield name, next((text_of(table[key]) for key in FUNCTIONS if text_of(table.get(key))), "")

    def operations(self) -> Iterator[SpecOperation]:
        """Every operation, in the order of the document."""
        paths = table_of(self._root.get("paths"))
        count = 0
        for path, value in paths.items():
            if not path.startswith("/"):
                continue  # extensions
            item = self._references.follow(Place(value, self._path))
            for method in METHODS:
                if not isinstance(item.table.get(method), Table):
                    continue
                count += 1
                if count > OPERATIONS:
                    raise DocumentError(f"it has more than {OPERATIONS} operations")
                yield self._operation(method, path, item, paths.line_of(path))

    def _operation(self, method: str, path: str, item: Place, line: int) -> SpecOperation:
        before = len(self._references.broken)
        place = item.at(method)
        own = place.table
        here = item.path == self._path
        security = self._security
        if "security" in own:
            security = _alternatives(own["security"])
        tags = texts_of(own.get("tags"))
        placed = item.table.line_of(method) or (line if here else 1)
        return SpecOperation(
            span=Span(item.path, max(placed, 1)),
            symbol=f"{self._path}::{method.upper()} {path}",
            scope=self._scope,
            language="openapi",
            method=method.upper(),
            path=path,
            operation_id=text_of(own.get("operationId"))[:500],
            summary=(text_of(own.get("summary")) or text_of(item.table.get("summary"))).strip()[:SHOWN],
            description=(text_of(own.get("description")) or text_of(item.table.get("description"))).strip()[:SHOWN],
            tags=tags[:50],
            parameters=self._contents.parameters(place, item),
            body=self._contents.request(place, item),
            responses=self._contents.responses(place),
            security=security,
            overridden="security" in own,
            deprecated=own.get("deprecated") is True,
            controller=next((text_of(own[key]) for key in CONTROLLERS if text_of(own.get(key))), ""),
            unresolved=tuple(self._references.broken[before:]),
        )


def _alternatives(value: object) -> tuple[tuple[str, ...], ...] | None:
    """Security requirements: one of the tables, all schemes in it; an empty table lets everyone in."""
    if not isinstance(value, list):
        return None
    return tuple(tuple(sorted(table_of(each))) for each in value[:PREFIXES])
