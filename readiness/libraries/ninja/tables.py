"""The graph of registrations and the URL configurations of Django in, facts out: APIs, and the routes with their whole paths."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from readiness.libraries.django.facts import Endpoint, Facts
from readiness.libraries.django.paths import of_route
from readiness.libraries.django.registrations import Registration, State
from readiness.libraries.django.urls import UrlConfigurations
from readiness.libraries.django.views import Seen, Wrapper
from readiness.libraries.evaluation.bounds import NESTED, Walk, bounded
from readiness.libraries.evaluation.conditions import together
from readiness.libraries.evaluation.placing import Placing
from readiness.libraries.evaluation.reader import UNRESOLVED
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside, Part, Routine
from readiness.libraries.ninja.controllers import Controller, Controllers, Handled
from readiness.libraries.ninja.inputs import Signatures
from readiness.libraries.ninja.nodes import Controlled, Mounted, Node, Operation
from readiness.libraries.ninja.pagination import Paginations
from readiness.libraries.ninja.registrations import Graph
from readiness.libraries.ninja.responses import NinjaResponses
from readiness.libraries.ninja.vocabulary import (
    FRAMEWORK,
    PACKAGES,
    PAGINATING,
    PUBLIC_PERMISSIONS,
    SILENT_METHODS,
    TOKEN_ROUTERS,
    TOKENS,
)
from readiness.model import Application, Route, RouteParameter
from readiness.model.summary import CallRef, Constant, Context, Mapping

SPREADS = 20
"""Mappings that are spread into one call."""
NOT_SET = "NOT_SET"
READING = frozenset({"GET", "DELETE"})


class NinjaFacts(Facts):
    """Makes routes; those of an API without a Django site belong to none."""

    def application(self, settings: int) -> str:
        """Name of the settings module; empty without one."""
        return super().application(settings) if settings < len(self.configurations.settings) else ""


class Here(Struct, frozen=True, eq=False):
    """What the way to a router has gathered."""

    registration: Registration
    api: Node
    prefix: str = ""
    """As django-ninja writes it: with braces."""
    exact: bool = True
    auth: Answer | None = None
    """What the nearest router says; the API's own counts where none says anything."""
    wrappers: tuple[str, ...] = ()
    chain: tuple[int, ...] = ()
    paginates: bool = False
    """The router makes pages of every list by itself."""
    condition: str = ""

    def under(self, condition: str) -> Here:
        """The same way under one more test."""
        return replace(self, condition=together(self.condition, condition)) if condition else self


class Found(Struct, frozen=True, eq=False):
    """One operation on its path, before its methods are told apart."""

    here: Here
    path: str
    exact: bool
    methods: Answer | str
    arguments: dict[str, Answer]
    call: tuple[str, int]
    seen: Seen
    controller: Controller | None = None
    name: str = ""
    collection: bool | None = None


class Table:
    """Makes the facts of one project."""

    def __init__(self, graph: Graph, configurations: UrlConfigurations) -> None:
        self.graph = graph
        self.reader = graph.reader
        self.project = graph.project
        self.configurations = configurations
        self.facts = NinjaFacts(configurations)
        self.controllers = Controllers(graph)
        self.signatures = Signatures(self.reader)
        self.responses = NinjaResponses(self.reader, self.signatures.types)
        self.paginations = Paginations(self.reader, self.signatures)
        self.placing = Placing(self.reader)
        self.walk = Walk()
        self._auths: dict[int, Answer | None] = {}

    def all(self) -> Iterator[Application | Route]:
        """Every API, then every route once."""
        hosted = bool(self.configurations.settings)
        for api in self.graph.nodes.apis:
            yield self.placing.served(api.made, FRAMEWORK, mounted=hosted)
        yield from bounded(
            self._routes(),
            lambda: self.walk.cut or self.graph.occurrences.cut,
            f"{NESTED} routers inside one another",
            lambda each: (each.application, each.method, each.path, each.handler),
        )

    # walking

    def _routes(self) -> Iterator[Route]:
        mounted: set[int] = set()
        for registration in self.configurations.registrations:
            view = registration.view
            api = self.graph.nodes.node(view.made) if isinstance(view, Part) and view.name == "urls" else None
            if api is not None and api.is_api:
                mounted.add(id(api))
                yield from self._api(api, registration)
        for api in self.graph.nodes.apis:
            if id(api) not in mounted and api.entries:
                prefix = f"{UNRESOLVED}/" if self.configurations.settings else ""
                state = State(0, prefix=prefix, exact=False)
                made = api.made
                registration = Registration(state, Part(made, "urls"), made.path, made.index, made.frame)
                yield from self._api(api, registration)

    def _api(self, api: Node, registration: Registration) -> Iterator[Route]:
        """The routes of an API; its default router holds what is registered on the API itself."""
        here = Here(registration, api, auth=self._auth_of(api), condition=registration.state.condition)
        yield from self._walk(api, here)
        for router in self._default_routers(api):
            auth = self._given(router.arguments.get("auth"), here.auth)
            yield from self._walk(router, replace(here, auth=auth, chain=(id(api),)))

    def _default_routers(self, api: Node) -> list[Node]:
        given = api.arguments.get("default_router")
        return self.graph.nodes.of(given) if given is not None else []

    def _walk(self, node: Node, here: Here) -> Iterator[Route]:
        """The routes of an API or router under the prefix that is gathered."""
        if not self.walk.goes_on(node, here.chain):
            return
        inside = replace(
            here,
            chain=(*here.chain, id(node)),
            wrappers=(*here.wrappers, *node.wrappers),
            paginates=any(each.base.last == PAGINATING for each in (node, *self._default_routers(node))),
        )
        for entry in node.entries:
            below = inside.under(entry.condition)
            match entry:
                case Operation():
                    yield from self._operation(entry, below)
                case Mounted():
                    yield from self._mounted(entry, below)
                case Controlled():
                    yield from self._controlled(entry, below)

    def _mounted(self, entry: Mounted, here: Here) -> Iterator[Route]:
        prefix = joined(here.prefix, entry.prefix) if len(here.chain) > 1 else entry.prefix
        below = replace(here, prefix=prefix, exact=here.exact and entry.exact)
        for child in entry.children:
            auth = self._given(entry.auth, child.arguments.get("auth"), here.auth)
            yield from self._walk(child, replace(below, auth=auth))
        for name in entry.foreign:
            for path in TOKEN_ROUTERS.get(name.rpartition(".")[2], ()) if name.partition(".")[0] == TOKENS else ():
                handler = f"{name}{path.replace('/', '.')}"
                yield from self._found(Found(below, path, True, "POST", {}, entry.call, Seen(None), name=handler))

    def _operation(self, entry: Operation, here: Here) -> Iterator[Route]:
        views = list(self.configurations.views.of(entry.view)) or [Seen(None)]
        for seen in views:
            yield from self._found(
                Found(here, entry.path, entry.exact, entry.methods, entry.arguments, entry.call, seen)
            )

    def _controlled(self, entry: Controlled, here: Here) -> Iterator[Route]:
        for thing in entry.controllers or ():
            if isinstance(thing, Outside):
                for each in self.controllers.outside(thing.name):
                    yield from self._handled(each, replace(here, prefix=""), None, entry.call)
        for controller in self.controllers.of(entry.controllers):
            auth = self._given(controller.arguments.get("auth"), here.auth)
            below = replace(here, prefix=controller.prefix, exact=here.exact and controller.exact, auth=auth)
            for each in self.controllers.operations(controller):
                yield from self._handled(each, below, controller, entry.call)

    def _handled(
        self, each: Handled, here: Here, controller: Controller | None, call: tuple[str, int]
    ) -> Iterator[Route]:
        yield from self._found(
            Found(
                here,
                each.path,
                each.exact,
                each.methods,
                each.arguments,
                each.call or call,
                Seen(each.routine),
                controller,
                each.name,
                each.collection,
            )
        )

    # one operation

    def _found(self, found: Found) -> Iterator[Route]:
        methods, known = self._methods(found.methods)
        routine = found.seen.target if isinstance(found.seen.target, Routine) else None
        for method in methods:
            endpoint = Endpoint(
                method=method,
                routine=routine,
                name=found.name or self._name(found, routine),
                view=found.controller.kind if found.controller is not None else None,
                framework=FRAMEWORK,
                wrappers=self._wrappers(found, routine),
                exact=known,
                resolved=routine is not None or bool(found.name) or found.seen.lambda_,
                collection=found.collection,
                lambda_=found.seen.lambda_,
            )
            yield self._route(found, endpoint, routine)

    def _name(self, found: Found, routine: Routine | None) -> str:
        if routine is not None:
            return self.project.symbol(routine.path, routine.index)
        target = found.seen.target
        if isinstance(target, Outside):
            return target.name
        return self.project.symbol(target.path, target.index) if isinstance(target, Kind) else ""

    def _methods(self, given: Answer | str) -> tuple[list[str], bool]:
        if isinstance(given, str):
            return [given], True
        items, complete = self.reader.elements(given)
        texts = [self.reader.constant(each) for each in items]
        named = dict.fromkeys(each.upper() for each in texts if isinstance(each, str))
        spoken = [each for each in named if each not in SILENT_METHODS]
        return spoken or ["ANY"], complete and bool(spoken)

    def _wrappers(self, found: Found, routine: Routine | None) -> tuple[Wrapper, ...]:
        """What stands around the function itself and may refuse a request."""
        around = (*found.seen.wrappers, *(self.facts.decorators(routine) if routine is not None else ()))
        return tuple(each for each in around if not self._registers(each))

    def _registers(self, wrapper: Wrapper) -> bool:
        place = wrapper.call
        index = place.value.index if place is not None and isinstance(place.value, CallRef) else -1
        if place is not None and (place.path, index) in self.graph.registering:
            return True
        return wrapper.name.partition(".")[0] in PACKAGES

    def _route(self, found: Found, endpoint: Endpoint, routine: Routine | None) -> Route:
        here = found.here
        registration = here.registration
        text = joined(here.prefix, found.path).lstrip("/")
        own = of_route(text.replace(UNRESOLVED, "\0").replace("{", "<").replace("}", ">"))
        state = registration.state
        route = self.facts.route(
            registration,
            endpoint,
            path=state.prefix + own.text.replace("\0", UNRESOLVED),
            parameters=(*state.parameters, *own.parameters),
            name=self._url_name(found, endpoint),
            call=found.call,
            exact=here.exact and found.exact,
        )
        annotated = found.controller is not None
        response = self.responses.of(found.arguments, routine, annotated=annotated)
        auth = self._given(found.arguments.get("auth"), here.auth, self._auth_of(here.api))
        permissions = self._permissions(found)
        guards = self._guards(auth)
        outer = tuple(state.wrappers)
        names = [*outer, *guards, *permissions, *here.wrappers, *route.dependencies[len(outer) :]]
        shown = found.arguments.get("include_in_schema")
        return replace(
            route,
            parameters=self._parameters(route, found, routine, collection=response.collection is True),
            dependencies=tuple(dict.fromkeys(each for each in names if not _is_public(each))),
            permission=", ".join(each.rpartition("::")[2].rpartition(".")[2] for each in permissions),
            declared_public=self.reader.is_none(auth) or (not guards and any(_is_public(each) for each in permissions)),
            response=response.written,
            collection=found.collection if found.collection is not None else response.collection,
            status=response.status,
            documented=route.documented or bool({"summary", "description"} & found.arguments.keys()),
            in_schema=shown is None or self.reader.constant(shown) is not False,
            condition=here.condition,
        )

    def _url_name(self, found: Found, endpoint: Endpoint) -> str:
        given = found.arguments.get("url_name")
        name = self.reader.constant(given) if given is not None else None
        if not isinstance(name, str):
            name = endpoint.name.rpartition("::")[2].rpartition(".")[2]
        api = found.here.api.arguments
        label = self.reader.constant(api["urls_namespace"]) if "urls_namespace" in api else None
        if not isinstance(label, str):
            version = self.reader.constant(api["version"]) if "version" in api else "1.0.0"
            label = f"api-{version}" if isinstance(version, str) else UNRESOLVED
        return ":".join((*found.here.registration.state.namespaces, label.rpartition(":")[2], name))

    # who may call

    def _given(self, *answers: Answer | None) -> Answer | None:
        """The first that says something: `NOT_SET` is nothing."""
        for each in answers:
            if each is None:
                continue
            things = self.reader.things(each)
            if not any(isinstance(thing, Outside) and thing.last == NOT_SET for thing in things):
                return each
        return None

    def _auth_of(self, api: Node) -> Answer | None:
        """What the API itself says. Where only some deployments switch it off, it is what the others have."""
        if id(api) not in self._auths:
            given = api.arguments.get("auth")
            if given is not None and self.reader.is_none(given) and self._is_conditional(given):
                others = [each for each in self._alternatives(api.made) if not self.reader.is_none(each)]
                given = others[0] if others else None
            self._auths[id(api)] = given
        return self._auths[id(api)]

    def _is_conditional(self, answer: Answer) -> bool:
        """It stands in something that is assigned under a condition."""
        if not isinstance(answer, Bound):
            return False
        assignments = self.reader.summary(answer.path).assignments
        around = [each for each in assignments if each.scope == answer.scope and each.line == answer.line]
        return any(each.context & Context.CONDITION for each in around)

    def _alternatives(self, made: Made) -> Iterator[Answer]:
        """Every `auth` in what is spread into the call that makes an API: `**{**defaults, **of_this_deployment}`."""
        call = self.reader.call(made.path, made.index)
        place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
        waiting = [self.reader.at(place, value) for name, value in call.keywords if not name]
        for _ in range(SPREADS):
            if not waiting:
                return
            for each in self.reader.follow(waiting.pop(0)):
                if isinstance(each, Bound) and isinstance(each.value, Mapping):
                    for key, value in zip(each.value.keys, each.value.values, strict=True):
                        if key is None:
                            waiting.append(self.reader.at(each, value))
                        elif key == Constant("auth"):
                            yield self.reader.at(each, value)

    def _guards(self, auth: Answer | None) -> list[str]:
        """The names of what authenticates; of a list each of its elements."""
        if auth is None or self.reader.is_none(auth):
            return []
        items, _ = self.reader.elements(auth)
        names = [name for each in items or [auth] for name in self.graph.names_of(each)]
        return list(dict.fromkeys(names)) or ["auth"]

    def _permissions(self, found: Found) -> list[str]:
        """The permissions of a controller's operation: its own, else those of the class."""
        given = found.arguments.get("permissions")
        if given is None and found.controller is not None:
            given = found.controller.arguments.get("permissions")
        if given is None:
            return []
        items, _ = self.reader.elements(given)
        return list(dict.fromkeys(name for each in items for name in self.graph.names_of(each)))

    # inputs

    def _parameters(
        self, route: Route, found: Found, routine: Routine | None, *, collection: bool
    ) -> tuple[RouteParameter, ...]:
        inputs = {(each.source, each.name): each for each in route.parameters}
        paths = frozenset(name for source, name in inputs if source == "path")
        if routine is not None:
            for each in self.signatures.of(
                routine, paths, method=found.controller is not None, reads=route.method in READING
            ):
                inputs[each.source, each.name] = each
            pages = self.paginations.of(routine)
            if pages is None and found.here.paginates and collection:
                pages = self.paginations.by_default(PAGINATING, {})
            for each in pages.parameters if pages is not None else ():
                inputs.setdefault((each.source, each.name), each)
        return tuple(inputs.values())


def joined(prefix: str, path: str) -> str:
    """A prefix and a path as django-ninja joins them: by a slash, and several slashes are one."""
    text = "/".join(each for each in (prefix, path) if each)
    while "//" in text:
        text = text.replace("//", "/")
    return text


def _is_public(name: str) -> bool:
    """A permission that everyone has."""
    return name.rpartition(".")[2] in PUBLIC_PERMISSIONS and name.partition(".")[0] in PACKAGES
