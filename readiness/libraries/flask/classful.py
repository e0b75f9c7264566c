"""`UserView.register(app, ...)` of Flask-Classful in, the registrations of the class's methods out: a rule and a method each.

Read from Flask-Classful 0.16: `FlaskView.register`, `build_rule` and `get_interesting_members`. Flask-Classy, which it was forked
from, spells the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.evaluation.holders import Holders
from readiness.libraries.evaluation.methods import method_named
from readiness.libraries.evaluation.reader import UNRESOLVED, Reader
from readiness.libraries.evaluation.things import Answer, Bound, Frame, Kind, Routine
from readiness.libraries.flask.nodes import Node, Nodes, RouteEntry
from readiness.libraries.flask.rules import VARIABLE
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import SymbolKind
from readiness.model.summary import CallRef, Function, Name, Scalar

PACKAGES = ("flask_classful", "flask_classy")
BASE = "FlaskView"
REGISTER = "register"
SPECIAL = {"get": "GET", "put": "PUT", "patch": "PATCH", "post": "POST", "delete": "DELETE", "index": "GET"}
"""Methods of a view class that answer at the class's own path."""
OWN = frozenset(
    {
        "register",
        "parse_options",
        "make_proxy_method",
        "build_rule",
        "get_route_base",
        "default_route_base",
        "build_route_name",
    }
)
"""Methods of the base class, which answer nothing."""
UNROUTED = ("_", "before_", "after_")
"""How the names of methods begin that answer nothing."""
BOUND = frozenset({"classmethod", "property", "cached_property", "abstractproperty"})
"""Decorators that leave no plain function in a class."""
CONVERTERS = {"int": "int", "float": "float", "UUID": "uuid", "str": "string"}
"""Annotations of a parameter that choose its converter."""
CHAIN = 12
"""Classes in one line of descent."""


class Settings(Struct, frozen=True):
    """What a view class and its registration say together."""

    base: str
    """Prefix and base path."""
    exact: bool
    slash: bool
    dashed: bool
    excluded: frozenset[str]
    bound: frozenset[str]
    """Parameters that the base path takes already."""
    inspected: bool
    methods: tuple[str, ...]


class Classful:
    """Reads registrations of view classes."""

    def __init__(self, reader: Reader, nodes: Nodes) -> None:
        self.reader = reader
        self.project = reader.project
        self.nodes: Holders[Node] = nodes
        self.texts = nodes.texts
        self.used = bool(reader.project.imports(*PACKAGES))

    def entries(
        self, path: str, index: int, frame: Frame | None, condition: str
    ) -> Iterator[tuple[RouteEntry, list[Node]]]:
        """Every rule of one `View.register(app)` with what it is registered on."""
        call = self.reader.call(path, index)
        origin = receiver(call.callee)
        if origin is None:
            return
        place = Bound(origin, path, call.scope, call.line, frame)
        kinds = [each for each in self.reader.things(place) if isinstance(each, Kind) and self.is_view(each)]
        if not kinds:
            return
        arguments = self.nodes.named(
            Bound(call.callee, path, call.scope, call.line, frame), index, "FlaskView.register"
        )
        given = arguments.get("app")
        holders = self.nodes.of(given) if given is not None else []
        for kind in kinds:
            settings = self._settings(kind, arguments)
            for name, routine in sorted(self._members(kind, settings).items()):
                for rule, exact, verb, options in self._rules(name, routine, settings):
                    yield (
                        RouteEntry(
                            rule=rule,
                            exact=exact and settings.exact,
                            verb=verb,
                            view=routine,
                            endpoint="",
                            arguments=options,
                            call=(path, index),
                            condition=condition,
                            owner=kind,
                        ),
                        holders,
                    )

    def is_view(self, kind: Kind) -> bool:
        """A class of the project that is derived from the library's."""
        names = [f"{package}.{BASE}" for package in PACKAGES]
        return self.project.is_a(self.reader.symbol_of(kind), names)

    # what a class says

    def _attribute(self, kind: Kind, name: str) -> Bound | None:
        symbol = self.project.member(self.reader.symbol_of(kind), name)
        if symbol.kind is not SymbolKind.VARIABLE or symbol.index < 0:
            return None
        assignment = self.reader.summary(symbol.path).assignments[symbol.index]
        if assignment.value is None:
            return None
        return Bound(assignment.value, symbol.path, assignment.scope, assignment.line)

    def _said(self, kind: Kind, name: str, arguments: dict[str, Answer]) -> Answer | None:
        """What a registration says, else the class; None where neither does or it says None."""
        given = arguments.get(name)
        if given is None or self.reader.is_none(given):
            given = self._attribute(kind, name)
        return None if given is None or self.reader.is_none(given) else given

    def _constant(self, kind: Kind, name: str, arguments: dict[str, Answer]) -> Scalar:
        given = self._said(kind, name, arguments)
        return self.reader.constant(given) if given is not None else None

    def _texts(self, kind: Kind, name: str) -> tuple[str, ...]:
        given = self._attribute(kind, name)
        items = self.reader.elements(given)[0] if given is not None else []
        return tuple(text for each in items if isinstance(text := self.reader.constant(each), str))

    def _settings(self, kind: Kind, arguments: dict[str, Answer]) -> Settings:
        prefix, prefix_exact = self._path(self._said(kind, "route_prefix", arguments))
        base, base_exact = self._path(self._said(kind, "route_base", arguments))
        if base is None:
            own = self.reader.summary(kind.path).definitions[kind.index].name
            base = dashed(own.removesuffix("View") if own != "View" else "")
        found = self._attribute(kind, "default_methods")
        items = self.reader.elements(found)[0] if found is not None else []
        return Settings(
            base=f"{prefix or ''}/{base.strip('/')}",
            exact=prefix_exact and base_exact,
            slash=self._constant(kind, "trailing_slash", arguments) is not False,
            dashed=self._constant(kind, "method_dashified", arguments) is True,
            excluded=frozenset(self._texts(kind, "excluded_methods")),
            bound=frozenset(
                {"self", *self._texts(kind, "base_args"), *(each["name"] for each in VARIABLE.finditer(base))}
            ),
            inspected=self._constant(kind, "inspect_args", {}) is not False,
            methods=tuple(text for each in items if (text := method_named(self.reader, each))) or ("GET",),
        )

    def _path(self, given: Answer | None) -> tuple[str | None, bool]:
        return (None, True) if given is None else self.texts.of(given)

    def _members(self, kind: Kind, settings: Settings) -> dict[str, Routine]:
        """The methods that answer, the nearest class's first."""
        found: dict[str, Routine] = {}
        own = self.reader.symbol_of(kind)
        for symbol in [own, *self.project.ancestors(own)][:CHAIN]:
            if symbol.kind is not SymbolKind.CLASS:
                continue
            for index in self.project.defined_in(symbol.path, symbol.index):
                function = self.reader.summary(symbol.path).definitions[index]
                if isinstance(function, Function):
                    found.setdefault(function.name, Routine(symbol.path, index))
        return {name: each for name, each in found.items() if self._answers(name, each, settings)}

    def _answers(self, name: str, routine: Routine, settings: Settings) -> bool:
        if name.startswith(UNROUTED) or name in OWN or name in settings.excluded:
            return False
        decorators = self.reader.function(routine).decorators
        return not any(
            tail(each) in BOUND | {"setter", "deleter"} for each in decorators if not isinstance(each, CallRef)
        )

    # rules

    def _rules(
        self, name: str, routine: Routine, settings: Settings
    ) -> Iterator[tuple[str, bool, str, dict[str, Answer]]]:
        """Each rule of a method with whether it is known, the verb it answers and the options that name its methods."""
        written = list(self._written(routine))
        if written:
            for rule, exact, options in written:
                yield joined(*([settings.base, rule] if rule else [settings.base])), exact, "", options
            return
        verb = SPECIAL.get(name)
        parts = [f"<{each}>" for each in self._parameters(routine, settings)]
        own = "" if verb else name.replace("_", "-") if settings.dashed else name
        rule = joined(settings.base, own, *parts)
        if settings.slash:
            rule = f"{rule.rstrip('/')}/"
        elif verb and rule != "/":
            rule = rule.rstrip("/")
        for each in (verb,) if verb else self._verbs(routine) or settings.methods:
            yield rule, True, each, {}

    def _written(self, routine: Routine) -> Iterator[tuple[str, bool, dict[str, Answer]]]:
        """`@route("/path", methods=[...])`, the innermost first, as they are applied."""
        for place, index in self._decorators(routine, "route"):
            arguments = self.nodes.named(place, index, "route")
            rule = arguments.get("rule")
            if rule is None:
                yield UNRESOLVED, False, arguments
                continue
            yield *self.texts.of(rule), arguments

    def _verbs(self, routine: Routine) -> tuple[str, ...]:
        """`@method("POST")`."""
        found: list[str] = []
        for place, index in self._decorators(routine, "method"):
            given = self.reader.arguments.positional(self.reader.call(routine.path, index), place)
            found.extend(text for each in given[:1] if (text := method_named(self.reader, each)))
        return tuple(dict.fromkeys(found))

    def _decorators(self, routine: Routine, name: str) -> Iterator[tuple[Bound, int]]:
        """The library's decorators of this name around a method."""
        function = self.reader.function(routine)
        for decorator in reversed(function.decorators):
            if not isinstance(decorator, CallRef):
                continue
            callee = self.project.callee(routine.path, decorator.index)
            if callee.kind is SymbolKind.EXTERNAL and callee.name in {f"{each}.{name}" for each in PACKAGES}:
                call = self.reader.call(routine.path, decorator.index)
                yield Bound(call.callee, routine.path, function.scope, function.line), decorator.index

    def _parameters(self, routine: Routine, settings: Settings) -> Iterator[str]:
        """The variables of a rule that a method's parameters without a default make."""
        if not settings.inspected:
            return
        function = self.reader.function(routine)
        summary = self.reader.summary(routine.path)
        quoted = any(each.module == "__future__" and each.name == "annotations" for each in summary.imports)
        for each in function.parameters:
            if each.kind not in ("positional-only", "positional") or each.name in settings.bound:
                continue
            if each.default is not None:
                return
            converter = ""
            if isinstance(each.annotation, Name) and not quoted:
                converter = CONVERTERS.get(tail(each.annotation), "")
            yield f"{converter}:{each.name}" if converter else each.name


def joined(*parts: str) -> str:
    """Parts of a rule with one slash between two."""
    return re.sub("/+", "/", "/" + "/".join(parts))


def dashed(name: str) -> str:
    """`StockItems` -> `stock-items`."""
    first = re.sub("(.)([A-Z][a-z]+)", r"\1-\2", name)
    return re.sub("([a-z0-9])([A-Z])", r"\1-\2", first).lower()
