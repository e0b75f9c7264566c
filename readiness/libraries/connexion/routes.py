"""Added documents in, `Application` and `Route` facts out: operations of the document, with the functions that answer them."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.connexion.registrations import MOST, Addition, Registrations
from readiness.libraries.connexion.resolvers import Found, Functions
from readiness.libraries.connexion.vocabulary import CLASS_LISTS, QUIET, TITLE
from readiness.libraries.contract.documents import Documents
from readiness.libraries.evaluation.bounds import bounded
from readiness.libraries.evaluation.handlers import Handlers
from readiness.libraries.evaluation.placing import Placing
from readiness.model import (
    Application,
    Resolution,
    Route,
    RouteParameter,
    SpecDocument,
    SpecField,
    SpecOperation,
    SpecResponse,
)

CONVERTERS = {"integer": "int", "number": "float"}
TYPES = {"integer": "int", "number": "float", "boolean": "bool", "string": "str", "array": "list", "object": "dict"}
FORMATS = {
    "uuid": "uuid.UUID",
    "date-time": "datetime.datetime",
    "date": "datetime.date",
    "binary": "bytes",
}
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
SILENT = frozenset({"OPTIONS"})


class Table:
    """Makes the facts of one project."""

    def __init__(self, registrations: Registrations) -> None:
        self.registrations = registrations
        self.reader = registrations.reader
        self.project = registrations.project
        self.placing = Placing(self.reader)
        self.documents = Documents(self.project)
        self.functions = Functions(self.reader)
        self.handlers = Handlers(self.reader, QUIET)
        self._read: dict[str, SpecDocument | None] = {}

    def facts(self) -> Iterator[Application | Route]:
        """Every application, then every route once."""
        additions = self.registrations.read()
        for made in self.registrations.applications.values():
            yield self.placing.served(made, TITLE)
        yield from bounded(
            (route for addition in additions for route in self._added(addition)),
            lambda: self.registrations.cut or self.registrations.occurrences.cut,
            f"{MOST} documents",
            lambda each: (each.application, each.method, each.path, each.handler, *self._unknown(each)),
        )

    @staticmethod
    def _unknown(route: Route) -> tuple[object, ...]:
        """Routes of documents that nobody could read are told apart by the calls that add them."""
        return (route.registered,) if route.method == "ANY" else ()

    def _added(self, addition: Addition) -> Iterator[Route]:
        document = next((each for path in addition.documents if (each := self._document(path)) is not None), None)
        if document is None or document.problem:
            yield self._unread(addition)
            return
        prefix = addition.prefix if addition.prefix is not None else document.prefixes[0]
        if not document.operations:
            return
        several = len(addition.documents) > 1 and addition.documents[0] != document.span.path
        for operation in document.operations:
            path = _converted(f"{prefix}{operation.path}", operation)
            found = self._function(addition, operation)
            if operation.method in SILENT:
                continue
            exact = addition.exact and addition.resolver.exact and found.thing is not None and not several
            yield self._route(addition, document, operation, path, found, exact=exact)

    def _document(self, path: str) -> SpecDocument | None:
        if path not in self._read:
            self._read[path] = self.documents.at(path)
        return self._read[path]

    def _function(self, addition: Addition, operation: SpecOperation) -> Found:
        names = [*addition.resolver.names(operation)]
        found = [self.functions.of(name) for name in names]
        best = next((each for each in found if each.thing is not None), None)
        return best or (found[0] if found else Found(operation.operation_id))

    def _application(self, addition: Addition) -> str:
        return self.placing.application(addition.application) if addition.application is not None else ""

    def _unread(self, addition: Addition) -> Route:
        """A document that was not found, or cannot be read, stands for routes that nobody knows."""
        path, index = addition.call
        span = self.project.span(path, index)
        prefix = addition.prefix or ""
        return Route(
            span=span,
            symbol=self.placing.around(addition.call),
            scope=self.project.files[path].scope,
            resolution=Resolution.UNRESOLVED,
            framework=TITLE,
            method="ANY",
            path=f"{prefix}/{{?}}",
            handler="connexion",
            registered=span,
            application=self._application(addition),
            condition=addition.condition,
        )

    def _route(
        self,
        addition: Addition,
        document: SpecDocument,
        operation: SpecOperation,
        path: str,
        found: Found,
        *,
        exact: bool,
    ) -> Route:
        placed = self.placing.handler(found.thing, found.name, operation.span)
        answer = next((each for each in operation.responses if each.status.startswith("2")), None)
        around = self.handlers.around(found.thing, found.owner, CLASS_LISTS)
        view = self.project.symbol(found.owner.path, found.owner.index) if found.owner is not None else ""
        missing = found.thing is None and not found.known
        return Route(
            span=placed.span,
            symbol=placed.name if found.thing is not None else self.placing.around(addition.call),
            scope=self.placing.scope(placed.span.path, addition.call[0]),
            resolution=Resolution.EXACT if exact else Resolution.UNRESOLVED if missing else Resolution.INFERRED,
            framework=TITLE,
            method=operation.method,
            path=path,
            handler=placed.name,
            registered=operation.span,
            view=view,
            first_line=placed.first_line,
            end_line=placed.end_line,
            application=self._application(addition),
            condition=addition.condition,
            parameters=_parameters(operation),
            dependencies=tuple(dict.fromkeys((*self._checks(document, operation), *around))),
            permission=" or ".join(" and ".join(each) for each in operation.security or () if each),
            declared_public=operation.security is not None and (not operation.security or () in operation.security),
            response=answer.body.kind if answer is not None and answer.body is not None else "",
            collection=_collection(answer),
            status=int(answer.status) if answer is not None and answer.status.isdecimal() else 0,
            documented=bool(operation.summary or operation.description) or placed.documented,
            name=operation.operation_id,
            data=not _is_page(answer),
        )

    def _checks(self, document: SpecDocument, operation: SpecOperation) -> Iterator[str]:
        """Functions that connexion calls for the schemes of an operation."""
        schemes = dict(document.schemes)
        for scheme in dict.fromkeys(each for group in operation.security or () for each in group):
            function = schemes.get(scheme, "")
            if function:
                yield self.functions.symbol(function)


def _converted(path: str, operation: SpecOperation) -> str:
    """The path as connexion hands it to its framework: integers and numbers are converted."""
    for parameter in operation.parameters:
        if parameter.source == "path":
            converter = CONVERTERS.get(parameter.value.type) or ("path" if parameter.value.format == "path" else "")
            if converter:
                path = path.replace(f"{{{parameter.name}}}", f"{{{parameter.name}:{converter}}}")
    return path if path.startswith("/") else f"/{path}"


def _parameters(operation: SpecOperation) -> tuple[RouteParameter, ...]:
    """The inputs of an operation, which connexion checks against the document."""
    found = [_parameter(each.name, each.source, each.value, required=each.required) for each in operation.parameters]
    body = operation.body
    if body is None:
        return tuple(found)
    if any(each in FORMS for each in body.media_types):
        fields = [each for each in body.fields if "." not in each.name and "[]" not in each.name]
        sources = ["file" if each.format == "binary" else "form" for each in fields]
        pairs = zip(fields, sources, strict=True)
        return (*found, *(_parameter(each.name, source, each, required=each.required) for each, source in pairs))
    typed = TYPES.get(body.kind, "")
    known = bool(body.fields) or bool(body.kind)
    return (*found, RouteParameter("body", "body", typed, required=body.required, constrained=known))


def _parameter(name: str, source: str, value: SpecField, *, required: bool) -> RouteParameter:
    return RouteParameter(
        name=name,
        source=source,
        annotation=FORMATS.get(value.format) or TYPES.get(value.type, ""),
        required=required,
        minimum=value.minimum,
        maximum=value.maximum,
        choices=bool(value.choices),
        constrained=bool(value.format),
    )


def _collection(answer: SpecResponse | None) -> bool | None:
    """A list, a single object (one without a list among its fields), or not known."""
    if answer is None or answer.body is None or not answer.body.kind:
        return None
    if answer.body.kind != "object":
        return answer.body.kind == "array"
    return None if not answer.body.fields or any(each.type == "array" for each in answer.body.fields) else False


def _is_page(answer: SpecResponse | None) -> bool:
    return answer is not None and answer.body is not None and set(answer.body.media_types) == {"text/html"}
