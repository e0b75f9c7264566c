"""Routes, their documents and the prose of the repository in, what clients are told of each operation out: `OperationText`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.libraries.contract.addresses import literals, normal
from readiness.libraries.contract.code_examples import CodeExamples
from readiness.libraries.contract.docstrings import Docstrings
from readiness.libraries.contract.prose import Prose
from readiness.libraries.contract.surface import beside_interface, is_operation
from readiness.model import (
    Fact,
    Library,
    OperationMatch,
    OperationText,
    Project,
    Resolution,
    Route,
    SpecBody,
    SpecOperation,
)
from readiness.model.summary import Function

library = Library(__name__, stage="joined", provides=(OperationText,), after=(OperationMatch,))

Key = tuple[str, str, str]
Documented = tuple[SpecOperation, str]
"""An operation and the path of its document."""


FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|bmp|tiff?|mp[34]|m4[av]|webm|mov|avi|wav|ogg|flac|mpeg|m3u8|ts|pdf|zip|gz|tgz|tar|bz2|7z"
    r"|whl|jar|apk|exe|bin|iso|docx?|xlsx?|pptx?|odt|ods|epub|woff2?|ttf|css|js|html?)$",
    re.IGNORECASE,
)
"""The end of a path that answers with a file."""
TEXT = re.compile(
    r"json|xml|yaml|csv|text/(?!html|css|javascript)|x-www-form-urlencoded|^\*/\*$|^application/\*$", re.IGNORECASE
)
"""Media types of what an example can show."""


@library.recognises
def recognise(project: Project) -> Iterator[Fact]:
    """One fact for each operation of the API."""
    every = list(project.each(Route))
    aside = beside_interface(every)
    routes = [
        each
        for each in every
        if is_operation(each)
        and id(each) not in aside
        and not _is_gone(project, each)
        and not _is_foreign(project, each)
    ]
    if not routes:
        return
    documented: dict[Key, Documented] = {}
    same: dict[tuple[str, str], Documented] = {}
    """What one function answers below another prefix, or under a second path, is described where the first is."""
    for each in project.each(OperationMatch):
        if each.operation is not None and each.route is not None:
            documented[each.method, each.route.path, each.route.handler] = (each.operation, each.document)
            same.setdefault((each.method, each.route.handler), (each.operation, each.document))
    texts = _Texts(project)
    seen: set[Key] = set()
    for route in routes:
        key = (route.method, route.path, route.handler)
        if key not in seen:
            seen.add(key)
            yield texts.of(route, documented.get(key) or same.get((route.method, route.handler)))


def _is_foreign(project: Project, route: Route) -> bool:
    """A whole view of a library, such as `obtain_auth_token`: what it does is written in the library's own documents."""
    return (
        route.framework.startswith("Django")
        and not route.view
        and "::" not in route.handler
        and project.find(route.handler) is None
        and route.resolution is Resolution.EXACT
    )


def _is_gone(project: Project, route: Route) -> bool:
    """A function of Flask that does nothing cannot answer: what runs before it does, mostly to say that the operation is gone."""
    place = project.find(route.handler) if route.framework == "Flask" and route.dependencies else None
    summary = project.summary(place[0]) if place is not None else None
    function = summary.definitions[place[1]] if place is not None and summary is not None else None
    return isinstance(function, Function) and function.stub and not function.docstring


class _Texts:
    """Makes the facts of one project."""

    def __init__(self, project: Project) -> None:
        self._docstrings = Docstrings(project)
        self._examples = CodeExamples(project)
        self._prose = Prose(project)

    def of(self, route: Route, documented: Documented | None) -> OperationText:
        where = self._docstrings.of(route)
        operation, document = documented if documented is not None else (None, "")
        if operation is not None:
            said = _said(operation, route)
            where = f"{said} in {document}" if said else where
        path = normal(route.path)
        listed = self._prose.listed(route.method, path) if not where and literals(path) else ""
        if listed:
            where = f"it is listed in {listed}"
        example, bad, exchanges = "", "", _exchanges(route)
        if operation is not None:
            example, bad = _documented_example(operation, document)
            exchanges = operation.body is not None or any(
                _is_writable(each.body, route) for each in operation.responses if each.status.startswith("2")
            )
        example = example or self._examples.of(route) or (self._prose.of(route.method, path) if literals(path) else "")
        return OperationText(
            span=route.span,
            symbol=route.symbol,
            scope=route.scope,
            resolution=Resolution.UNRESOLVED if route.resolution is Resolution.UNRESOLVED else Resolution.EXACT,
            method=route.method,
            path=route.path,
            described=bool(where),
            source="document" if operation is not None else "code",
            where=where,
            example=example,
            exchanges=exchanges,
            bad_example=bad,
        )


def _said(operation: SpecOperation, route: Route) -> str:
    """What of an operation's text somebody wrote: generators make a summary out of the function's name."""
    if operation.description:
        return "description"
    summary = _letters(operation.summary)
    names = {_letters(route.handler.rpartition("::")[2].rpartition(".")[2]), _letters(route.name)}
    return "summary" if summary and summary not in names else ""


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def _documented_example(operation: SpecOperation, document: str) -> tuple[str, str]:
    """Where the document has an example, and why one of its examples is wrong."""
    bodies = [operation.body] if operation.body is not None else []
    bodies += [each.body for each in operation.responses if each.body is not None]
    good = [each.body for each in operation.responses if each.body is not None and each.status.startswith(("2", "3"))]
    good += [operation.body] if operation.body is not None else []
    wrong = next((each.bad_example for each in bodies if each.bad_example), "")
    shown = any(each.example for each in good) or any(each.example for each in operation.parameters)
    return (f"example in {document}" if shown else ""), wrong


def _is_writable(body: SpecBody | None, route: Route) -> bool:
    """A response that an example can show: no picture, no archive, no page."""
    if body is None or FILE.search(route.path):
        return False
    return not body.media_types or any(TEXT.search(each) for each in body.media_types)


def _exchanges(route: Route) -> bool:
    """The route takes a body, or answers with something that can be written down."""
    if any(each.source in ("body", "form", "file") for each in route.parameters):
        return True
    if FILE.search(route.path):
        return False
    return (
        route.status not in (204, 205, 304) and route.method != "DELETE" and route.response not in ("None", "Response")
    )
