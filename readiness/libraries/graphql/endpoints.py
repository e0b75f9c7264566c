"""The calls that serve a schema over HTTP in, how its queries are bounded there out: limits, introspection, explorer, debug."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from readiness.libraries.django.settings import settings_of
from readiness.libraries.evaluation.families import derived_classes, imported_names, names_made_of
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside, Thing
from readiness.libraries.graphql.limits import Limits, Read
from readiness.libraries.graphql.reading import Reading
from readiness.libraries.graphql.rules import OwnRules
from readiness.libraries.graphql.vocabulary import ARIADNE, GRAPHENE, STRAWBERRY
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import (
    GraphEndpoint,
    GraphSchema,
    Library,
    Missing,
    Project,
    Resolution,
    Route,
    Scope,
)
from readiness.model.summary import Constant

library = Library(__name__, stage="joined", provides=(GraphEndpoint,))

VIEW = "as_view"
SERVING: dict[str, str] = {
    "strawberry": STRAWBERRY,
    "strawberry_django": STRAWBERRY,
    "graphene_django": GRAPHENE,
    "graphene_file_upload": GRAPHENE,
    "flask_graphql": GRAPHENE,
    "graphql_server": GRAPHENE,
    "sanic_graphql": GRAPHENE,
    "aiohttp_graphql": GRAPHENE,
    "starlette_graphene3": GRAPHENE,
    "starlette_graphene": GRAPHENE,
    "ariadne": ARIADNE,
    "ariadne_django": ARIADNE,
}
"""Packages that serve schemas -> the library whose schemas they mostly serve."""
CLASSES = frozenset(
    {
        "GraphQLRouter", "GraphQL", "GraphQLView", "AsyncGraphQLView", "GraphQLApp", "FileUploadGraphQLView",
        "GraphQLController", "GraphQLHTTPConsumer", "GraphQLHTTPHandler",
    }
)  # fmt: skip
"""Classes of those packages whose objects answer requests."""
FUNCTIONS = frozenset({"graphql_sync", "graphql", "make_graphql_controller"})
EXPLORERS = ("graphql_ide", "graphiql", "explorer", "playground")
"""Arguments and attributes that switch the page on which queries are tried."""
OFF = (None, False)


class Serving(Struct, frozen=True, eq=False):
    """One call that serves a schema."""

    call: tuple[str, int]
    library: str
    arguments: dict[str, Answer]
    view: Kind | None
    """The project's class that answers."""
    runs: bool = False
    """It is a function that runs one query, no application."""


@library.recognises
def recognise(project: Project) -> Iterator[GraphEndpoint]:
    """Every place that serves a schema."""
    schemas = list(project.each(GraphSchema))
    if schemas:
        yield from Endpoints(project, schemas).all()


class Endpoints:
    """Finds the places of one scan."""

    def __init__(self, project: Project, schemas: list[GraphSchema]) -> None:
        self.project = project
        self.reading = Reading(project)
        self.reader = self.reading.reader
        self.limits = Limits(self.reading)
        self.rules = OwnRules(self.reading)
        self.schemas = {(each.span.path, each.span.line, each.span.column): each for each in schemas}
        self.routes: dict[tuple[str, int], list[Route]] = {}
        for route in project.each(Route):
            self.routes.setdefault((route.registered.path, route.registered.line), []).append(route)
            self.routes.setdefault((route.span.path, route.span.line), []).append(route)

    def all(self) -> Iterator[GraphEndpoint]:
        """Every place once."""
        seen: set[tuple[str, int]] = set()
        for path, index in self._candidates():
            call = self.reader.call(path, index)
            for frame in self.reading.activations.of(path, call.scope):
                found = self._serving(path, index, Bound(call.callee, path, call.scope, call.line, frame))
                if found is not None and found.call not in seen:
                    endpoint = self._endpoint(found)
                    if endpoint is not None:
                        seen.add(found.call)
                        yield endpoint

    def _candidates(self) -> Iterator[tuple[str, int]]:
        """Calls whose names are those of what serves, or of a view that is given a schema."""
        imports = dict(self.project.gathered(imported_names, Scope.SERVICE))
        classes = [pairs for _, pairs in self.project.gathered(derived_classes, Scope.SERVICE)]
        names = names_made_of(CLASSES | FUNCTIONS, imports.values(), classes)
        for path in self.project.paths(Scope.SERVICE):
            own = names | {alias for name, alias in imports.get(path, ()) if name in names}
            for index in self.project.calls_to(path, own | {VIEW}):
                call = self.reader.summary(path).calls[index]
                if tail(call.callee) == VIEW:
                    origin = receiver(call.callee)
                    given = any(name == "schema" for name, _ in call.keywords)
                    if given or (origin is not None and tail(origin) in own):
                        yield path, index
                else:
                    yield path, index

    def _serving(self, path: str, index: int, callee: Bound) -> Serving | None:
        call = self.reader.call(path, index)
        arguments = self.reader.arguments.keywords(call, callee)
        given = self.reader.arguments.positional(call, callee)
        origin = receiver(call.callee)
        viewed = tail(call.callee) == VIEW and origin is not None
        place = self.reader.at(callee, origin) if viewed and origin is not None else callee
        for thing in self.reader.things(place):
            library = self._library(thing)
            kind = thing if isinstance(thing, Kind) else None
            if library and not viewed and given:
                arguments.setdefault("schema", given[0])
            if library or (
                kind is not None and "schema" in arguments and self._schema(arguments["schema"]) is not None
            ):
                runs = isinstance(thing, Outside) and thing.last in FUNCTIONS
                return Serving((path, index), library, arguments, kind, runs)
        return None

    def _library(self, thing: Thing) -> str:
        """The library that serves by a class or function; empty for anything else."""
        if isinstance(thing, Outside):
            serves = thing.last in CLASSES or thing.last in FUNCTIONS
            return SERVING.get(thing.package, "") if serves else ""
        if isinstance(thing, Kind):
            for name in self.reading.members.outside(thing):
                if name.rpartition(".")[2] in CLASSES and name.partition(".")[0] in SERVING:
                    return SERVING[name.partition(".")[0]]
        return ""

    def _schema(self, answer: Answer) -> GraphSchema | None:
        """The schema that an argument is, with what bounds it as it is made there."""
        for made in self.reader.made(answer):
            if made.index >= 0:
                span = self.project.span(made.path, made.index)
                found = self.schemas.get((span.path, span.line, span.column))
                if found is not None:
                    construction = self.reading.constructions.of(made)
                    read = self.limits.of(construction.arguments) if construction is not None else Read()
                    return replace(found, limits=read.limits, open_limits=read.open, introspection=read.introspection)
        return None

    def _endpoint(self, serving: Serving) -> GraphEndpoint | None:
        path, index = serving.call
        given = serving.arguments.get("schema")
        schema = self._schema(given) if given is not None else self._default(serving)
        if schema is None and given is not None and not serving.library:
            return None
        read = self.limits.of(self._with_attributes(serving))
        own, unread = self.rules.of(serving.view, path, self.reader.call(path, index).scope)
        limits = (*(schema.limits if schema is not None else ()), *read.limits, *own)
        open_limits = (*(schema.open_limits if schema is not None else ()), *read.open, *unread)
        span = self.project.span(path, index)
        return GraphEndpoint(
            span=span,
            symbol=self.reading.placing.around(serving.call),
            scope=self.project.files[path].scope,
            resolution=Resolution.EXACT if schema is not None else Resolution.UNRESOLVED,
            library=serving.library or (schema.library if schema is not None else ""),
            schema=schema.name if schema is not None else "",
            routes=tuple(self._routes(serving)),
            limits=tuple(dict.fromkeys(limits)),
            open_limits=tuple(dict.fromkeys(open_limits)),
            introspection=self._introspection(schema, read),
            explorer=self._explorer(serving),
            debug=self._debug(serving),
        )

    def _routes(self, serving: Serving) -> list[Route]:
        """The routes that stand on its lines, or whose handler makes it."""
        path, index = serving.call
        call = self.reader.call(path, index)
        found = [each for line in range(call.line, call.end_line + 1) for each in self.routes.get((path, line), ())]
        around = self.reading.placing.around(serving.call)
        found += [each for each in self.project.each(Route) if each.handler == around] if not found else []
        span = self.project.span(path, index)
        found += [
            each
            for each in self.project.each(Route)
            if not found
            and each.registered.path == path
            and each.registered.line <= span.line <= each.registered.end_line
        ]
        return list({(each.method, each.path): each for each in found}.values())

    def _default(self, serving: Serving) -> GraphSchema | None:
        """The schema of a view that is given none: its own attribute, else the one that graphene-django's settings name."""
        if serving.view is not None:
            member = self.reading.members.member(serving.view, "schema")
            if member is not None and member.value is not None:
                return self._schema(member.value)
        if serving.library == GRAPHENE:
            for settings in settings_of(self.project):
                setting = settings.get("GRAPHENE")
                entry = settings.entry(setting, "SCHEMA") if setting is not None else None
                if entry is not None and not isinstance(entry.default, Missing):
                    module, _, name = str(entry.default).rpartition(".")
                    for schema in self.schemas.values():
                        if schema.name == f"{module}::{name}":
                            return schema
        alone = list(self.schemas.values())
        return alone[0] if len(alone) == 1 else None

    # settings of the view

    def _with_attributes(self, serving: Serving) -> dict[str, Answer]:
        """The arguments, and what the view class sets where they say nothing."""
        found = dict(serving.arguments)
        for name in ("validation_rules", "extensions", "middleware", "introspection", *EXPLORERS):
            member = self.reading.members.member(serving.view, name) if serving.view is not None else None
            if member is not None and member.value is not None:
                found.setdefault(name, member.value)
        return found

    def _introspection(self, schema: GraphSchema | None, read: Read) -> bool | None:
        if read.introspection is False or (schema is not None and schema.introspection is False):
            return False
        if schema is None or schema.introspection is None or read.introspection is None:
            return None
        return True

    def _explorer(self, serving: Serving) -> bool | None:
        arguments = self._with_attributes(serving)
        for name in EXPLORERS:
            if name in arguments:
                return self._switch(arguments[name])
        if serving.library == STRAWBERRY:
            return True
        # Ariadne's applications serve the explorer by default, its functions serve none.
        return serving.library == ARIADNE and not serving.runs

    def _switch(self, answer: Answer) -> bool | None:
        """Whether an argument is on; None where something decides that."""
        found = self.reader.follow(answer)
        constants = [each.value.value for each in found if isinstance(each, Bound) and isinstance(each.value, Constant)]
        if len(constants) == len(found) == 1:
            return constants[0] not in OFF
        made = [each for each in found if isinstance(each, Made)]
        return True if made and len(made) == len(found) else None

    def _debug(self, serving: Serving) -> bool | None:
        given = serving.arguments.get("debug")
        return self._switch(given) if given is not None else False
