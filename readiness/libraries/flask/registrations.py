"""Linked code in, the graph of applications, blueprints and API objects out: which view is registered where, and what hangs
on what."""

from __future__ import annotations

from msgspec import Struct

from readiness.libraries.evaluation.activations import running
from readiness.libraries.evaluation.families import derived_names
from readiness.libraries.evaluation.holders import enter
from readiness.libraries.evaluation.namesakes import is_foreign, name_given
from readiness.libraries.evaluation.occurrences import Occurrences
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Frame, Outside, Routine, Thing
from readiness.libraries.flask.classful import REGISTER, Classful
from readiness.libraries.flask.nodes import JoinEntry, Node, Nodes, RouteEntry
from readiness.libraries.flask.vocabulary import (
    ADDING,
    DECORATING,
    HOLDERS,
    HOOKS,
    JOINING,
    JSONAPI,
    PACKAGES,
    SHORTCUTS,
    Holder,
    is_holder,
)
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Project, SymbolKind
from readiness.model.summary import Call, CallRef, Name, Starred, Summary, Value

URLS = 50
"""Rules of one registration."""


class OpenJoin(Struct, frozen=True, eq=False):
    """A registration of a blueprint that could not be found."""

    holders: tuple[Node, ...]
    prefix: str | None
    name: str
    """What the blueprint is called there, empty where it has no name."""


class Graph:
    """Everything that is registered in one project."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project: Project = reader.project
        self.files = running(reader.project)
        self.nodes = Nodes(reader)
        self.texts = self.nodes.texts
        self.occurrences = Occurrences(reader)
        self.activations = self.occurrences.activations
        self.applications: list[Node] = []
        self.open_joins: list[OpenJoin] = []
        self.adrift: list[RouteEntry | JoinEntry] = []
        """Registrations on an application that is a parameter nobody is seen to give, or the current one."""
        self.endpoints: dict[str, Routine] = {}
        """Functions that are given the name of an endpoint by `@app.endpoint(...)`."""
        self.classful = Classful(reader, self.nodes)
        self._jsonapi = False
        self._flask = frozenset(reader.project.imports(*PACKAGES))

    def build(self) -> None:
        """Read every registration."""
        names = derived_names((self.reader.summary(path) for path in self.files), {last for _, last in HOLDERS})
        for path in self.files:
            self._made(path, names)
        self._jsonapi = any(node.base.package in JSONAPI for node in self.nodes.all)
        for path in self.files:
            summary = self.reader.summary(path)
            self._decorated(path, summary)
            self._called(path, summary)
        for node in self.nodes.all:
            self._hang_made(node)

    def _made(self, path: str, names: frozenset[str]) -> None:
        """Holders, found where they are made: a blueprint that nobody registers is to be known as well."""
        for made in self.occurrences.makings(path, names):
            for node in self.nodes.of(made):
                if node.holder is Holder.APPLICATION and node not in self.applications:
                    self.applications.append(node)

    def _hang_made(self, node: Node) -> None:
        """`Api(app)`, `Namespace("users", api=api)` and `api.namespace("users")` hang where they are made."""
        makers = self.nodes.maker_of(node)
        given = self.nodes.hung_on(node)
        if given is not None:
            makers.extend(self.nodes.of(given))
        call = (node.made.path, node.made.index)
        entry = JoinEntry((node,), None, True, call)
        makers = [each for each in makers if each is not node]
        application = node.arguments.get("app")
        if application is not None and application is not given and given is not None:
            self._registered(call, application, given)
        for each in makers:
            node.joined = True
            each.entries.append(entry)
        if given is not None and not makers and node.holder is Holder.API and self._is_adrift(given):
            node.joined = True
            self.adrift.append(entry)

    # registrations

    def _decorated(self, path: str, summary: Summary) -> None:
        """`@app.route(...)` on functions, `@namespace.route(...)` on classes."""
        for index, definition in enumerate(summary.definitions):
            for decorator in definition.decorators:
                if not isinstance(decorator, CallRef):
                    if tail(decorator) in HOOKS:
                        self._hook(path, decorator, definition.scope, definition.line, Routine(path, index))
                    continue
                call = summary.calls[decorator.index]
                if tail(call.callee) == "endpoint" and call.arguments and path in self._flask:
                    given = self.reader.constant(Bound(call.arguments[0], path, call.scope, call.line))
                    if isinstance(given, str):
                        self.endpoints.setdefault(given, Routine(path, index))
        for at, view, frame in self.occurrences.decorating(path, DECORATING):
            self._register(path, at, view, frame)

    def _called(self, path: str, summary: Summary) -> None:
        """Registrations by a call: `app.add_url_rule(...)`, `app.register_blueprint(...)`, `app.route("/")(view)`."""
        for index, call in enumerate(summary.calls):
            last = tail(call.callee)
            if last in JOINING:
                for frame in self.occurrences.of(path, call):
                    self._join(path, index, last, frame)
            elif last in HOOKS and call.arguments:
                view = Bound(call.arguments[0], path, call.scope, call.line)
                for thing in self.reader.things(view):
                    self._hook(path, call.callee, call.scope, call.line, thing)
            elif last == REGISTER and self.classful.used:
                for frame in self.occurrences.of(path, call):
                    self._classful(path, index, frame)
            elif last in ADDING or self._is_jsonapi(path, call, last):
                for frame in self.occurrences.of(path, call):
                    self._register(path, index, None, frame)
            elif isinstance(call.callee, CallRef) and call.arguments:
                inner = summary.calls[call.callee.index]
                if tail(inner.callee) in DECORATING:
                    for frame in self.occurrences.of(path, call):
                        view = Bound(call.arguments[0], path, call.scope, call.line, frame)
                        self._register(path, call.callee.index, view, frame)

    def _hook(self, path: str, callee: Value, scope: int, line: int, function: Thing) -> None:
        """`@blueprint.before_request`, `@blueprint.url_value_preprocessor`."""
        origin = receiver(callee)
        if origin is None or not isinstance(function, Routine):
            return
        for frame in self.activations.of(path, scope):
            for node in self.nodes.of(Bound(origin, path, scope, line, frame)):
                node.hooks.append(self.project.symbol(function.path, function.index))

    def _holders(self, path: str, call: Call, frame: Frame | None) -> list[Node] | None:
        """The nodes a registration is made on; an empty list for an application that is not seen, None where it is none."""
        origin = receiver(call.callee)
        if origin is None or self.reader.is_super(path, origin):
            return None
        place = Bound(origin, path, call.scope, call.line, frame)
        found = self.nodes.of(place)
        if found:
            return found
        kind = self.project.type_of(path, origin, call.scope, call.line)
        external = [each for each in self.project.ancestors(kind) if each.kind is SymbolKind.EXTERNAL]
        if any(is_holder(Outside(each.name)) for each in external):
            return []
        return [] if self._is_adrift(place) else None

    def _is_adrift(self, answer: Answer) -> bool:
        """The application of the request, or a parameter that nobody is seen to give."""
        found = self.reader.follow(answer)
        if found:
            return any(isinstance(each, Outside) and each.last == "current_app" for each in found)
        if not isinstance(answer, Bound) or not isinstance(answer.value, Name) or answer.path not in self._flask:
            return False
        symbol = self.project.resolve(answer.path, answer.value.dotted, answer.scope, answer.line)
        return symbol.kind is SymbolKind.PARAMETER

    def _register(self, path: str, index: int, view: Answer | None, frame: Frame | None) -> None:
        call = self.reader.call(path, index)
        holders = self._holders(path, call, frame)
        if holders is None:
            return
        name = tail(call.callee)
        place = Bound(call.callee, path, call.scope, call.line, frame)
        arguments = self.nodes.named(place, index, name)
        if name == "add_resource":
            given = self.reader.arguments.positional(call, place)
            view = arguments.get("resource", given[0] if given else None)
            rules = given[1:] if "resource" not in arguments else given
        elif self._is_jsonapi(path, call, name):
            if not any(each.base.package in JSONAPI for each in holders):
                return
            given = self.reader.arguments.positional(call, place)
            view, rules = given[0], given[2:]
            arguments = {"endpoint": given[1]}
        else:
            rules = self._rules(call, place, arguments, name, holders)
            view = view if view is not None else arguments.get("view_func")
        if not holders and not self._looks_registered(rules, view):
            return
        if self._only_builds(arguments):
            return
        if any(isinstance(each, Starred) for each in call.arguments) and not rules and holders:
            rules = [place]  # rules that cannot be read: one route on an unknown path
        endpoint = arguments.get("endpoint")
        text = self.reader.constant(endpoint) if endpoint is not None else None
        condition = self.reader.conditions.along(path, call, frame)
        for each in rules[:URLS]:
            rule, exact = self.texts.of(each)
            entry = RouteEntry(
                rule=rule,
                exact=exact,
                verb=SHORTCUTS.get(name, ""),
                view=view,
                endpoint=text if isinstance(text, str) else "",
                arguments=arguments,
                call=(path, index),
                condition=condition,
            )
            enter(entry, holders, self.adrift)

    def _is_jsonapi(self, path: str, call: Call, last: str) -> bool:
        """`api.route(UserList, "user_list", "/users")`: a resource, the name of its endpoint and rules."""
        return self._jsonapi and last == "route" and len(call.arguments) >= 2

    def _classful(self, path: str, index: int, frame: Frame | None) -> None:
        """`UserView.register(app)`: the methods of the class, each under a rule of its own."""
        condition = self.reader.conditions.along(path, self.reader.call(path, index), frame)
        for entry, holders in self.classful.entries(path, index, frame, condition):
            enter(entry, holders, self.adrift)

    def _rules(
        self, call: Call, place: Bound, arguments: dict[str, Answer], name: str, holders: list[Node]
    ) -> list[Answer]:
        """The rules of a registration: API objects and namespaces take several."""
        several = name == "resource" or any(each.concatenates for each in holders)
        if several and name in DECORATING:
            return self.reader.arguments.positional(call, place)
        rule = arguments.get("rule")
        return [rule] if rule is not None else []

    def _looks_registered(self, rules: list[Answer], view: Answer | None) -> bool:
        """What is registered on something unseen is a rule of Flask: it begins with a slash, and a view belongs to it."""
        return view is not None and bool(rules) and all(self.texts.of(each)[0].startswith(("/", "{")) for each in rules)

    def _only_builds(self, arguments: dict[str, Answer]) -> bool:
        given = arguments.get("build_only")
        return given is not None and self.reader.constant(given) is True

    # joining

    def _join(self, path: str, index: int, name: str, frame: Frame | None) -> None:
        call = self.reader.call(path, index)
        holders = self._holders(path, call, frame)
        if holders is None:
            return
        arguments = self.nodes.named(Bound(call.callee, path, call.scope, call.line, frame), index, name)
        if name == "init_app":
            self._initialised((path, index), holders, arguments, self.reader.conditions.along(path, call, frame))
            return
        given = arguments.get("blueprint" if name == "register_blueprint" else "ns")
        if given is None:
            return
        prefix, exact = self.nodes.given(arguments.get("url_prefix" if name == "register_blueprint" else "path"))
        wanted = Holder.BLUEPRINT if name == "register_blueprint" else Holder.NAMESPACE
        children = tuple(each for each in self.nodes.of(given) if each.holder is wanted)
        if not children:
            if wanted is Holder.BLUEPRINT and not is_foreign(self.reader, given):
                self.open_joins.append(OpenJoin(tuple(holders), prefix, name_given(self.reader, given)))
            return
        entry = JoinEntry(children, prefix, exact, (path, index), self.reader.conditions.along(path, call, frame))
        for child in children:
            child.joined = True
        enter(entry, holders, self.adrift)

    def _registered(self, call: tuple[str, int], application: Answer, blueprint: Answer, condition: str = "") -> None:
        """An API object of Flask-REST-JSONAPI that gets both registers the blueprint on the application itself."""
        entry = JoinEntry(tuple(self.nodes.of(blueprint)), None, True, call, condition)
        for child in entry.children:
            child.joined = True
        enter(entry, self.nodes.of(application), self.adrift)

    def _initialised(
        self, call: tuple[str, int], apis: list[Node], arguments: dict[str, Answer], condition: str
    ) -> None:
        """`api.init_app(app)`."""
        apis = [each for each in apis if each.holder is Holder.API]
        given = arguments.get("app")
        if given is None or not apis:
            return
        blueprint = arguments.get("blueprint")
        if blueprint is not None and all(each.base.package in JSONAPI for each in apis):
            self._registered(call, given, blueprint, condition)
            given = blueprint
        entry = JoinEntry(tuple(apis), None, True, call, condition)
        holders = self.nodes.of(given)
        enter(entry, holders, self.adrift)
        for api in apis:
            api.joined = True
