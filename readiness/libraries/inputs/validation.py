"""Routes in, one `RouteValidation` a route out: what checks the data that a client sends for it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from readiness.libraries.inputs.assignments import ModelInputs, Spreads, fillings
from readiness.libraries.inputs.decorators import Decorators
from readiness.libraries.inputs.expressions import Reading
from readiness.libraries.inputs.fields import ClassFields
from readiness.libraries.inputs.functions import Functions
from readiness.libraries.inputs.ledger import PRESENT, STRONG, Filling, Ledger, Record, Tag, Tags
from readiness.libraries.inputs.schemas import Schemas
from readiness.libraries.inputs.vocabulary import LOOSE, LOOSE_ARGUMENTS, REQUEST_NAMES, TORNADO, TYPING_FRAMEWORKS
from readiness.libraries.inputs.walking import Context, Walk
from readiness.libraries.values.expressions import tail
from readiness.model import (
    Library,
    MassAssignment,
    Project,
    RawRead,
    Resolution,
    Route,
    RouteParameter,
    RouteValidation,
    Span,
    Symbol,
    SymbolKind,
    Validation,
)
from readiness.model.summary import Class, Function, Name

library = Library(__name__, stage="joined", provides=[RouteValidation, MassAssignment])

JUDGED = frozenset({"body", "form", "query"})
REST = "Django REST framework"
BODIES = frozenset({"json", "form", "body", "stream"})
"""Methods of Starlette's request that read the body."""
SPECIFIED = frozenset({"connexion", "Connexion"})
TEXTS = frozenset({"form", "query", "file"})
"""Sources whose values are texts or files, whatever a client does."""
READS = 12
"""Reads that one fact names."""


@library.recognises
def validation(project: Project) -> Iterator[RouteValidation | MassAssignment]:
    """What validates each route, and every place that sets many fields at once."""
    finder = Finder(project)
    for route in project.each(Route):
        yield finder.of(route)
    yield from fillings(project, finder.fillings())
    fields = ClassFields(project)
    yield from Spreads(project, finder.schemas, fields).facts()
    if project.imports("django"):
        yield from ModelInputs(project, fields).facts()


class Finder:
    """Reads the routes of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.schemas = Schemas(project)
        self.functions = Functions(project)
        self.reading = Reading(project, self.schemas)
        self.decorators = Decorators(project, self.schemas, self.functions)
        self._readers: dict[tuple[str, int, bool], bool] = {}
        self._ledgers: dict[tuple[str, str, tuple[RouteParameter, ...]], Ledger] = {}

    def of(self, route: Route) -> RouteValidation:
        """The fact of one route."""
        known = set(self._ledgers)
        try:
            return self._of(route)
        except RecursionError:
            # What was noted on the way is not the whole.
            for key in self._ledgers.keys() - known:
                del self._ledgers[key]
            return self._fact(route, Validation.UNKNOWN, reason="its code is nested too deep to be followed")

    def _of(self, route: Route) -> RouteValidation:
        found = self.project.find(route.handler)
        if found is None:
            return self._of_library(route)
        if route.framework in TYPING_FRAMEWORKS:
            return self._typed(route, *found)
        ledger = self._ledger(route, *found, ())
        return self._judged(route, ledger, typed="")

    def _of_library(self, route: Route) -> RouteValidation:
        """A handler of a library."""
        if route.resolution is Resolution.UNRESOLVED or not route.handler:
            return self._fact(route, Validation.UNKNOWN, reason="what answers it was not found")
        if route.method in ("GET", "HEAD", "DELETE", "OPTIONS", "WEBSOCKET") or not route.handler.partition(".")[2]:
            return self._fact(route, Validation.NONE)
        name = route.handler.rpartition(".")[0].rpartition(".")[2] or route.handler
        view = self.project.find(route.view) if route.view else None
        own = route.view.rpartition("::")[2] if view is not None else name
        return self._fact(
            route,
            Validation.SCHEMA,
            by=f"the serializer of {own}" if route.framework == REST else f"{own}, a view of the library",
            sources=("body",),
        )

    def fillings(self) -> list[Filling]:
        """What the walks came by that sets many fields at once."""
        return [each for ledger in self._ledgers.values() for each in ledger.fillings]

    # frameworks that read types

    def _typed(self, route: Route, path: str, index: int) -> RouteValidation:
        inputs = [each for each in route.parameters if each.source not in ("path", "dependency", "request")]
        if route.framework in SPECIFIED and inputs:
            return self._fact(route, Validation.SCHEMA, by="the specification", sources=_sources(inputs))
        loose = tuple(each for each in route.parameters if self._is_loose(route, each, path, index))
        typed = "types of the parameters" if any(each not in loose for each in inputs) else ""
        sources = _sources(inputs)
        if not loose:
            if not inputs:
                return self._fact(route, Validation.NONE)
            return self._fact(route, Validation.TYPED, by=typed, sources=sources)
        ledger = self._ledger(route, path, index, loose)
        return self._judged(route, ledger, typed=typed, declared=sources, loose=loose)

    def _is_loose(self, route: Route, parameter: RouteParameter, path: str, index: int) -> bool:
        """A body whose type says nothing, or a request object whose body somebody reads."""
        if parameter.source == "body":
            loose = is_loose(parameter.annotation) and not parameter.constrained and not parameter.choices
            return loose and (bool(parameter.annotation) or not self._annotated(parameter, path, index))
        if parameter.source != "request":
            return False
        if not parameter.via:
            return route.method not in ("GET", "HEAD", "WEBSOCKET") and self._reads_body(path, index, direct=False)
        found = self.project.find(parameter.via)
        return found is not None and self._reads_body(*found, direct=True)

    def _annotated(self, parameter: RouteParameter, path: str, index: int) -> bool:
        """A type is written that could not be resolved: a model made at run time."""
        summary = self.project.summary(path)
        definition = summary.definitions[index] if summary is not None else None
        if not isinstance(definition, Function):
            return False
        return any(each.name == parameter.name and each.annotation is not None for each in definition.parameters)

    def _reads_body(self, path: str, index: int, *, direct: bool) -> bool:
        """A function asks a request for its body, or hands it on."""
        key = (path, index, direct)
        if key not in self._readers:
            summary = self.project.summary(path)
            symbol = Symbol(SymbolKind.FUNCTION, self.project.symbol(path, index), path, index)
            definition = summary.definitions[index] if summary is not None else None
            names = {each.name for each in definition.parameters} if isinstance(definition, Function) else set()
            self._readers[key] = summary is not None and any(
                (
                    isinstance(call.callee, Name)
                    and call.callee.dotted.partition(".")[0] in names
                    and call.callee.dotted.count(".") == 1
                    and tail(call.callee) in BODIES
                )
                or (not direct and any(isinstance(each, Name) and each.dotted in names for each in call.arguments))
                for call in (summary.calls[number] for number in self.project.calls_in(symbol))
            )
        return self._readers[key]

    # the way through the code

    def _ledger(self, route: Route, path: str, index: int, loose: tuple[RouteParameter, ...]) -> Ledger:
        key = (route.handler, route.framework, loose)
        if key in self._ledgers:
            return self._ledgers[key]
        ledger = Ledger()
        self._ledgers[key] = ledger
        summary = self.project.summary(path)
        definition = summary.definitions[index] if summary is not None else None
        if isinstance(definition, Class):
            return ledger
        if isinstance(definition, Function):
            self.decorators.apply(ledger, path, index, definition, route)
        self._walk(route, ledger, path, index, loose)
        for via in dict.fromkeys(each.via for each in loose if each.via and each.source == "request"):
            found = self.project.find(via)
            if found is not None:
                given = tuple(each for each in loose if each.via == via)
                self._walk(route, ledger, *found, given)
        return ledger

    def _walk(self, route: Route, ledger: Ledger, path: str, index: int, loose: tuple[RouteParameter, ...]) -> None:
        node = self.functions.node(path, index)
        summary = self.project.summary(path)
        definition = summary.definitions[index] if summary is not None else None
        if node is None or not isinstance(definition, Function):
            return
        context = Context(self.project, self.functions, ledger, route.framework)
        walk = Walk(context, self.reading, path, index, 0, frozenset())
        walk.run(node, self._names(route, definition, loose, path))

    def _names(self, route: Route, function: Function, loose: tuple[RouteParameter, ...], path: str) -> dict[str, Tags]:
        """What the parameters of a handler hold of the client's data."""
        request = frozenset({Tag("request")})
        if route.framework in TYPING_FRAMEWORKS:
            names = {each.name for each in function.parameters}
            return {
                each.name: request if each.source == "request" else frozenset({Tag("whole", each.source)})
                for each in loose
                if each.name in names
            }
        in_class = bool(function.parameters) and function.parameters[0].name in ("self", "cls")
        found: dict[str, Tags] = {}
        if in_class:
            found[f"{function.parameters[0].name}.request"] = request
            if route.framework == TORNADO:
                found[function.parameters[0].name] = request
        if route.framework.startswith("Flask"):
            return found
        given = function.parameters[1 if in_class else 0 :]
        for place, each in enumerate(given[:2]):
            if place == 0 or each.name in REQUEST_NAMES:
                found[each.name] = request
            if place == 0 and each.name in REQUEST_NAMES:
                break
        return found

    # the verdict

    def _judged(
        self,
        route: Route,
        ledger: Ledger,
        *,
        typed: str,
        declared: tuple[str, ...] = (),
        loose: tuple[RouteParameter, ...] = (),
    ) -> RouteValidation:
        for tag, use in ledger.pending.items():
            source = "body" if tag.source == "*" else tag.source
            if tag.source != "*" and source not in ledger.validated and "*" not in ledger.validated:
                ledger.unknown = ledger.unknown or use.through
                ledger.read(Tag("whole", source), use.span).uses.append(use)
        ledger.pending.clear()
        judged = JUDGED - {"body", "form"} if route.method in ("GET", "HEAD") else JUDGED
        records = {key: each for key, each in ledger.records.items() if key[0] in judged}
        sources = tuple(
            sorted({*declared, *(key[0] for key in records), *(each for each in ledger.validated if each in JUDGED)})
        )
        raw = tuple(sorted({each for key, record in records.items() for each in self._raw(key, record, ledger)}))[
            :READS
        ]
        covered = ledger.validated.keys()
        flawed = tuple(
            sorted(
                {
                    RawRead(span, source, "" if field == "*" else field, reason)
                    for span, source, field, reason in ledger.flaws
                    if source in judged and "*" not in covered and source not in covered
                }
            )
        )[:READS]
        fact = replace(self._fact(route, Validation.NONE, sources=sources), raw=raw, flawed=flawed)
        validator = self._validator(ledger)
        if validator is not None and (validator[0] != "query" or not any(each.source != "query" for each in raw)):
            return replace(fact, kind=Validation.SCHEMA, by=validator[1], at=validator[2])
        if ledger.ignored and validator is None:
            return replace(fact, kind=Validation.RAW, ignored=ledger.ignored, at=ledger.ignored_at)
        if raw and ledger.unknown and all(not each.field for each in raw):
            return replace(fact, kind=Validation.UNKNOWN, reason=f"`{ledger.unknown}` could not be followed")
        if raw or (not records and any(each.source == "body" for each in loose)):
            return replace(fact, kind=Validation.RAW)
        if records:
            return replace(fact, kind=Validation.CHECKED, by="checks of its own")
        return replace(fact, kind=Validation.TYPED, by=typed) if typed else fact

    @staticmethod
    def _validator(ledger: Ledger) -> tuple[str, str, Span] | None:
        order = ("body", "form", "*", "file", "query", "header", "cookie", "path")
        for source in order:
            if source in ledger.validated:
                return (source, *ledger.validated[source])
        return None

    def _raw(self, key: tuple[str, str], record: Record, ledger: Ledger) -> Iterator[RawRead]:
        source, field = key
        if record.level >= STRONG or source in ledger.validated or "*" in ledger.validated:
            return
        name = "" if field == "*" else field
        if not record.uses:
            if source == "body" and record.compared is not None:
                yield RawRead(record.compared, source, name, "compared")
            return
        if source in TEXTS and record.level >= PRESENT:
            return
        worst = next((each for each in record.uses if each.stored), record.uses[0])
        yield RawRead(worst.span, source, name, stored=worst.stored)

    @staticmethod
    def _fact(
        route: Route,
        kind: Validation,
        *,
        by: str = "",
        sources: tuple[str, ...] = (),
        reason: str = "",
    ) -> RouteValidation:
        return RouteValidation(
            span=route.span,
            symbol=route.symbol,
            scope=route.scope,
            resolution=route.resolution,
            language=route.language,
            route=route,
            kind=kind,
            by=by,
            sources=sources,
            reason=reason,
        )


def _sources(parameters: list[RouteParameter]) -> tuple[str, ...]:
    return tuple(sorted({each.source for each in parameters}))


def is_loose(annotation: str) -> bool:
    """A type that says nothing of what a body holds: `dict`, `Any`, `list[dict[str, Any]]`."""
    name = annotation.removeprefix("builtins.")
    if name in LOOSE:
        return True
    head, bracket, inside = name.partition("[")
    if not bracket or head.rpartition(".")[2] not in (
        "dict",
        "list",
        "Dict",
        "List",
        "Mapping",
        "MutableMapping",
        "set",
        "tuple",
    ):
        return False
    last = inside.rstrip("]").rpartition(",")[2].strip() if "," in inside else inside[:-1]
    return last in LOOSE_ARGUMENTS or is_loose(last) if last else True
