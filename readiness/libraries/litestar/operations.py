"""A handler with the layers around it in, everything that is said of the operation out: inputs, what runs before, answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.declarations.responses import Response
from readiness.libraries.evaluation.handlers import SKIPPED
from readiness.libraries.evaluation.things import Answer, Bound, Made, Outside, Routine
from readiness.libraries.litestar.guards import Before, Guards
from readiness.libraries.litestar.handlers import Handler
from readiness.libraries.litestar.nodes import Node
from readiness.libraries.litestar.providers import Provider, Providers
from readiness.libraries.litestar.registrations import Graph
from readiness.libraries.litestar.responses import Responses
from readiness.libraries.litestar.vocabulary import EXCLUDED, is_handler
from readiness.model import RouteParameter, SymbolKind
from readiness.model.summary import CallRef, Constant, Name

FIELD = re.compile(r"\{(?P<name>[A-Za-z_]\w*)(?::(?P<converter>\w+))?\}")
CONVERTERS = {
    "str": "str",
    "int": "int",
    "float": "float",
    "uuid": "uuid.UUID",
    "decimal": "decimal.Decimal",
    "date": "datetime.date",
    "datetime": "datetime.datetime",
    "time": "datetime.time",
    "timedelta": "datetime.timedelta",
    "path": "pathlib.Path",
}
Layers = tuple[dict[str, Answer], ...]


class Operation(Struct, frozen=True, eq=False):
    """What is said of one handler on one path."""

    parameters: tuple[RouteParameter, ...]
    dependencies: tuple[str, ...]
    permission: str
    public: bool
    response: Response
    described: bool
    shown: bool
    name: str


class Operations:
    """Gathers what layers say."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.reader = graph.reader
        self.project = graph.project
        self.guards = Guards(graph.reader, graph.nodes, graph.lineage)
        self.providers = Providers(graph.reader)
        self.responses = Responses(graph.reader, self.providers.types)
        self._before: dict[tuple[int, str], list[Before]] = {}
        self._kept: list[Answer] = []
        """Answers whose identity is a key; kept so that no other takes their place."""

    def of(self, handler: Handler, node: Node | None, layers: Layers, path: str, own: str) -> Operation:
        """Everything about a handler below these layers, outermost first."""
        said = (*layers, handler.arguments)
        opt = self._opt(said)
        before = list(self._standing(node, said))
        passed = [each for each in before if self.guards.lets_pass(each, path, opt)]
        standing = [each for each in before if each not in passed]
        public = any(each.authenticates for each in passed) or opt.get(EXCLUDED) is True
        names = [name for each in standing for name in each.names]
        inputs: list[RouteParameter] = []
        path_names = {each["name"]: each["converter"] or "str" for each in FIELD.finditer(path)}
        if isinstance(handler.target, Routine):
            providers = self._provided(node, said)
            needed, inputs = self.providers.of(handler.target, providers, list(path_names), own)
            names.extend(needed)
            names.extend(self._wrapping(handler.target))
        for layer in said:
            if "parameters" in layer:
                inputs.extend(self.providers.layered(layer["parameters"], list(path_names)))
        return Operation(
            parameters=self._parameters(inputs, path_names),
            dependencies=tuple(dict.fromkeys(names)),
            permission=", ".join(dict.fromkeys(each.permission for each in standing if each.permission)),
            public=public,
            response=self.responses.of(handler, self._nearest(said, "media_type")),
            described=any(self._text(handler.arguments.get(name)) for name in ("summary", "description")),
            shown=self._shown(said),
            name=self._text(handler.arguments.get("name")),
        )

    def _nearest(self, said: Layers, name: str) -> Answer | None:
        return next((layer[name] for layer in reversed(said) if name in layer), None)

    def _shown(self, said: Layers) -> bool:
        given = self._nearest(said, "include_in_schema")
        return given is None or self.reader.constant(given) is not False

    def _opt(self, said: Layers) -> dict[str, object]:
        """Options of all layers, the inner ones winning; other keyword arguments of a handler are options too."""
        found: dict[str, object] = {}
        for layer in said:
            for mapping in self.reader.follow(layer["opt"]) if "opt" in layer else ():
                for key, value in self.reader.arguments.entries(mapping).items():
                    found[key] = self.reader.constant(value)
        for key, value in said[-1].items():
            if isinstance(value, Bound) and isinstance(value.value, Constant | Name):
                constant = self.reader.constant(value)
                if isinstance(constant, bool):
                    found.setdefault(key, constant)
        return found

    # what runs before

    def _standing(self, node: Node | None, said: Layers) -> Iterator[Before]:
        """Security first, then each layer's middleware, guards and hook."""
        if node is not None and node.application:
            additions = self.graph.configurations.of(node)
            for made in additions.security:
                security = self.guards.security(made)
                if security is not None:
                    yield security
            for given in additions.middleware:
                yield from self._read(given, "middleware")
            for given in additions.guards:
                yield from self._read(given, "guards")
        for layer in said:
            for name in ("middleware", "guards", "before_request"):
                if name in layer:
                    yield from self._read(layer[name], name)

    def _read(self, given: Answer, name: str) -> list[Before]:
        key = (id(given), name)
        if key not in self._before:
            self._kept.append(given)
            self._before[key] = self.guards.several(given, name == "middleware")
        return self._before[key]

    def _wrapping(self, routine: Routine) -> Iterator[str]:
        """Decorators beside the one that makes the handler."""
        function = self.reader.function(routine)
        for decorator in function.decorators:
            if isinstance(decorator, CallRef):
                symbol = self.project.callee(routine.path, decorator.index)
            else:
                symbol = self.project.resolve_value(routine.path, decorator, function.scope, function.line)
            if symbol.kind is SymbolKind.EXTERNAL:
                if symbol.name.partition(".")[0] not in SKIPPED and not is_handler(Outside(symbol.name)):
                    yield symbol.name
            elif symbol.kind in (SymbolKind.FUNCTION, SymbolKind.CLASS) and not self._makes_handler(routine, decorator):
                yield symbol.name

    def _makes_handler(self, routine: Routine, decorator: object) -> bool:
        """A function of the project that gives a handler decorator."""
        if not isinstance(decorator, CallRef):
            return False
        function = self.reader.function(routine)
        place = Bound(decorator, routine.path, function.scope, function.line, routine.frame)
        return any(self._is_handler(made) for made in self.reader.made(place))

    def _is_handler(self, made: Made) -> bool:
        known = self.graph.nodes.arguments(made)
        return known is not None and is_handler(known[0])

    # providers and inputs

    def _provided(self, node: Node | None, said: Layers) -> dict[str, Provider]:
        found: dict[str, Provider] = {}
        if node is not None and node.application:
            additions = self.graph.configurations.of(node)
            for mapping in additions.dependencies:
                found |= self.providers.of_mapping(mapping)
            found |= {name: Provider(given) for name, given in additions.provided.items()}
        for layer in said:
            if "dependencies" in layer:
                found |= self.providers.of_mapping(layer["dependencies"])
        return found

    def _parameters(self, inputs: list[RouteParameter], path_names: dict[str, str]) -> tuple[RouteParameter, ...]:
        found: dict[tuple[str, str], RouteParameter] = {}
        for each in inputs:
            found.setdefault((each.source, each.name), each)
        for name, converter in path_names.items():
            found.setdefault(("path", name), RouteParameter(name, "path", CONVERTERS.get(converter, "")))
        return tuple(found.values())

    def _text(self, given: Answer | None) -> str:
        constant = self.reader.constant(given) if given is not None else None
        return constant if isinstance(constant, str) else ""
