"""A class or object of the project and a name in, what that attribute or method is worth out: bases, `super()`, what is made."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from readiness.libraries.access.exits import Exit, Refused, Role, State
from readiness.libraries.access.expressions import Place
from readiness.libraries.access.values import (
    ABSENT,
    DENIED,
    UNKNOWN_VALUE,
    Carrier,
    Code,
    Error,
    Instance,
    Parent,
    Seen,
    Type,
    known,
    of,
)
from readiness.libraries.access.vocabulary import (
    DENIALS,
    ERROR_STATUSES,
    STATUS_NAMES,
    Demand,
    demand_of,
    last_of,
    package_of,
)
from readiness.model import UNKNOWN, Project, Symbol, SymbolKind
from readiness.model.summary import Class, Constant, Function, Name

if TYPE_CHECKING:
    from readiness.libraries.access.arguments import Arguments
    from readiness.libraries.access.evaluation import Evaluation

REQUEST_ATTRIBUTES = frozenset({"request", "_request", "context", "connection"})
PREDICATES = frozenset({"has_permission", "has_permissions", "test_func", "has_object_permission", "can"})
OPTIONS = "_meta"
PROPERTIES = frozenset({"property", "cached_property", "hybrid_property"})
FAILURES = frozenset({"Exception", "BaseException"})
VIEW_PACKAGES = frozenset({"django", "rest_framework"})
VIEW_ATTRIBUTES = frozenset(
    {
        "_ignore_model_permissions",
        "action", "action_map", "allowed_methods", "args", "authentication_classes", "basename", "cache", "content_type",
        "context_object_name", "default_response_headers", "description", "detail", "extra_context", "filter_backends",
        "form_class", "format_kwarg", "headers", "http_method_names", "initial", "kwargs", "lookup_field", "lookup_url_kwarg",
        "model", "name", "object", "object_list", "options", "paginate_by", "paginator", "pagination_class", "parser_classes",
        "permission_classes", "permission_required", "queryset", "renderer_classes", "request", "response", "schema",
        "serializer_class", "settings", "suffix", "template_name", "throttle_classes", "throttle_scope", "versioning_class",
    }
)  # fmt: skip
"""Attributes that views of Django 5.2 and REST framework 3.16 have or are given."""
LIBRARY_VALUES = {
    "DjangoModelPermissions.authenticated_users_only": True,
    "DjangoObjectPermissions.authenticated_users_only": True,
    "DjangoModelPermissionsOrAnonReadOnly.authenticated_users_only": False,
}
"""Class attributes of REST framework 3.16."""


class Members:
    """Reads members of classes. One for a project."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self.project: Project = evaluation.project
        self._ancestors: dict[str, list[Symbol]] = {}
        self._errors: dict[str, tuple[bool, int]] = {}

    def ancestors(self, symbol: Symbol) -> list[Symbol]:
        """The class and its bases."""
        if symbol.name not in self._ancestors:
            self._ancestors[symbol.name] = self.project.ancestors(symbol)
        return self._ancestors[symbol.name]

    def of(self, value: Seen, name: str, depth: int, *, called: bool = False) -> Seen:
        """An attribute of an object, a class or what `super()` gives; a property is run unless it is to be called."""
        thing = value.thing
        if isinstance(thing, Instance) and name in thing.attributes:
            return thing.attributes[name]
        if isinstance(thing, Parent):
            return self._of_parent(thing, name, depth)
        if not isinstance(thing, Instance | Type):
            return UNKNOWN_VALUE
        found = self.project.member(thing.symbol, name)
        if name == OPTIONS and not found.path:
            return self._options(thing.symbol)
        if found.kind is SymbolKind.FUNCTION:
            return self._function(found, value, depth, called=called, names=thing.names)
        if found.kind is SymbolKind.VARIABLE and found.index >= 0:
            return UNKNOWN_VALUE if self._is_configured(thing.symbol) else self._attribute(found)
        if not isinstance(thing, Instance):
            return UNKNOWN_VALUE
        given = self._library_value(thing.symbol, name)
        return given if given.known else self._foreign(thing.symbol, name)

    def _function(self, symbol: Symbol, owner: Seen, depth: int, *, called: bool, names: dict[str, Seen]) -> Seen:
        summary = self.project.summary(symbol.path)
        definition = summary.definitions[symbol.index] if summary is not None else None
        if not isinstance(definition, Function):
            return UNKNOWN_VALUE
        marks = {each.dotted.rpartition(".")[2] for each in definition.decorators if isinstance(each, Name)}
        bound = None if "staticmethod" in marks or isinstance(owner.thing, Type) else owner
        if "classmethod" in marks:
            bound = (
                owner
                if isinstance(owner.thing, Type)
                else of(Type(owner.thing.symbol, names))
                if isinstance(owner.thing, Instance)
                else None
            )
        code = Code(symbol.path, symbol.index, None, names, bound)
        if marks & PROPERTIES and not called and depth < self.evaluation.deepest:
            from readiness.libraries.access.arguments import Arguments

            return self.evaluation.run(code, Arguments([], {}), Role.VALUE, depth + 1).value
        return of(code)

    def _options(self, symbol: Symbol) -> Seen:
        """What Graphene and Django make of `class Meta`; an option that it does not name is nothing."""
        meta = self.project.member(symbol, "Meta")
        summary = self.project.summary(meta.path) if meta.kind is SymbolKind.CLASS else None
        if summary is None:
            return UNKNOWN_VALUE
        values = {
            each.target: self.evaluation.names.value(meta.path, each.value, meta.index, each.line)
            for each in summary.assignments
            if each.scope == meta.index and each.value is not None
        }
        return of(Instance(meta, values, {}))

    def _attribute(self, symbol: Symbol) -> Seen:
        summary = self.project.summary(symbol.path)
        if summary is None:
            return UNKNOWN_VALUE
        assignment = summary.assignments[symbol.index]
        if assignment.value is None or (
            assignment.scope >= 0 and not isinstance(summary.definitions[assignment.scope], Class)
        ):
            return UNKNOWN_VALUE
        return self.evaluation.names.value(symbol.path, assignment.value, assignment.scope, assignment.line)

    def has(self, instance: Instance, name: str) -> bool | None:
        """Whether an object has an attribute; None where a base that is not of the project may have it."""
        if name in instance.attributes or self.project.member(instance.symbol, name).path:
            return True
        if (self._library_value(instance.symbol, name)).known:
            return True
        line = self.ancestors(instance.symbol)
        outside = [each.name for each in line if each.kind is not SymbolKind.CLASS]
        if name.startswith("_") and name not in VIEW_ATTRIBUTES:
            return False  # a library does not set a mark of the project's own
        views = all(package_of(each) in VIEW_PACKAGES or each in ("object", "builtins.object") for each in outside)
        return False if views and name not in VIEW_ATTRIBUTES and not name.startswith("get") else None

    def _library_value(self, symbol: Symbol, name: str) -> Seen:
        """What a class attribute of a library's class is where nobody sets it anew."""
        for each in self.ancestors(symbol):
            if each.kind is SymbolKind.EXTERNAL and f"{last_of(each.name)}.{name}" in LIBRARY_VALUES:
                return known(LIBRARY_VALUES[f"{last_of(each.name)}.{name}"])
        return UNKNOWN_VALUE

    def _is_configured(self, symbol: Symbol) -> bool:
        """A class of settings, whose attributes the deployment sets."""
        return any(last_of(each.name) == "BaseSettings" for each in self.ancestors(symbol))

    def _foreign(self, symbol: Symbol, name: str) -> Seen:
        """What a base of another package gives."""
        if name in REQUEST_ATTRIBUTES:
            return of(Carrier("request"))
        packages = {package_of(each.name) for each in self.ancestors(symbol) if each.kind is SymbolKind.EXTERNAL}
        if "tornado" in packages and name in (
            "current_user",
            "get_current_user",
            "get_secure_cookie",
            "get_signed_cookie",
        ):
            return ABSENT
        if "tornado" in packages and name in ("session",):
            return of(Carrier("session"))
        return UNKNOWN_VALUE

    # super

    def parent(self, place: Place, state: State) -> Seen:
        """`super()` in a method."""
        summary = self.project.summary(place.path)
        index = place.index
        while summary is not None and index >= 0:
            definition = summary.definitions[index]
            if isinstance(definition, Function) and definition.scope >= 0:
                around = summary.definitions[definition.scope]
                if isinstance(around, Class):
                    symbol = Symbol(
                        SymbolKind.CLASS,
                        self.project.symbol(place.path, definition.scope),
                        place.path,
                        definition.scope,
                    )
                    own = definition.parameters[0].name if definition.parameters else "self"
                    owner = state.names.get(own, UNKNOWN_VALUE)
                    if not isinstance(owner.thing, Instance):
                        owner = of(Instance(symbol, {}, {}))
                    return of(Parent(symbol, owner))
            index = definition.scope
        return UNKNOWN_VALUE

    def _of_parent(self, parent: Parent, name: str, depth: int) -> Seen:
        """What comes after a class among the bases of the object."""
        owner = parent.owner.thing
        line = self.ancestors(owner.symbol) if isinstance(owner, Instance) else self.ancestors(parent.symbol)
        names = [each.name for each in line]
        start = names.index(parent.symbol.name) + 1 if parent.symbol.name in names else 1
        for each in line[start:]:
            if each.kind is SymbolKind.EXTERNAL:
                found = self._of_library(each.name, name, parent)
                if found is not None:
                    return found
                continue
            member = self.project.member(each, name)
            if member.kind is SymbolKind.FUNCTION and member.path:
                return self._function(member, parent.owner, depth, called=True, names={})
        return UNKNOWN_VALUE

    def _of_library(self, base: str, name: str, parent: Parent) -> Seen | None:
        """A method of a library's class that asks who is calling."""
        demand = demand_of(base)
        if demand in (None, Demand.PUBLIC, Demand.NOTHING):
            return ABSENT if name == "authenticate" else None
        if name in PREDICATES:
            return self.evaluation.of_demand(demand)
        if name == "__call__":
            owner = parent.owner.thing
            lenient = isinstance(owner, Instance) and _is_false(owner.attributes.get("auto_error"))
            if lenient:
                return ABSENT
            raise Refused(Exit(True, of(Error("HTTPException", 401)), asks=True))
        return None

    # objects

    def made(self, kind: Type, arguments: Arguments, depth: int) -> Seen:
        """An object of a class: what its `__init__` sets, or the fields that it is given."""
        failure, status = self._failure(kind.symbol)
        if failure:
            from readiness.libraries.access.arguments import status_of

            return of(Error(last_of(kind.symbol.name), status_of(arguments) or status))
        attributes: dict[str, Seen] = dict(arguments.keywords)
        attributes.pop("", None)
        instance = Instance(kind.symbol, attributes, kind.names)
        init = self.project.member(kind.symbol, "__init__")
        if init.kind is SymbolKind.FUNCTION and depth < self.evaluation.deepest:
            code = Code(init.path, init.index, None, kind.names, of(instance))
            names = self.evaluation.end_of(code, arguments, depth + 1)
            for name, value in names.items():
                if name.startswith("self."):
                    attributes[name[5:]] = value
        return of(instance)

    def promised(self, code: Code, value: Seen) -> Seen:
        """What a function says that it gives, where what that is cannot be seen, as of one that loads a class by its name: an
        object that is called later, `def verifier(scopes) -> Verifier`. Any other value stays as it is."""
        summary = self.project.summary(code.path)
        definition = summary.definitions[code.index] if summary is not None and code.node is None else None
        if not isinstance(definition, Function) or definition.returns is None:
            return value
        symbol = self.project.resolve_value(code.path, definition.returns, definition.scope, definition.line)
        if symbol.kind is not SymbolKind.CLASS or symbol.rest:
            return value
        called = self.project.member(symbol, "__call__")
        if called.kind is not SymbolKind.FUNCTION or not called.path:
            return value
        return of(Instance(symbol, {}, {}), identity=value.identity)

    def _failure(self, symbol: Symbol) -> tuple[bool, int]:
        """Whether a class is an exception, and the status it stands for."""
        if symbol.name not in self._errors:
            self._errors[symbol.name] = (False, 0)
            self._errors[symbol.name] = self._read_failure(symbol)
        return self._errors[symbol.name]

    def _read_failure(self, symbol: Symbol) -> tuple[bool, int]:
        line = self.ancestors(symbol)
        outside = [each.name for each in line if each.kind in (SymbolKind.EXTERNAL, SymbolKind.BUILTIN)]
        if not any(
            last_of(each).endswith(("Exception", "Error")) or last_of(each) in ERROR_STATUSES for each in outside
        ):
            return False, 0
        for name in STATUS_NAMES:
            member = self.project.member(symbol, name)
            if member.kind is SymbolKind.VARIABLE and member.index >= 0:
                found = self._attribute(member).constant
                if isinstance(found, int):
                    return True, found
        given = self._given_up(line)
        if given:
            return True, given
        return True, next((ERROR_STATUSES[last_of(each)] for each in outside if last_of(each) in ERROR_STATUSES), 0)

    def _given_up(self, line: list[Symbol]) -> int:
        """The status that `__init__` hands to its base, or takes by default: `super().__init__(status_code=401)`."""
        for each in line:
            init = self.project.member(each, "__init__") if each.kind is SymbolKind.CLASS else None
            summary = self.project.summary(init.path) if init is not None and init.kind is SymbolKind.FUNCTION else None
            if init is None or summary is None:
                continue
            definition = summary.definitions[init.index]
            for parameter in definition.parameters if isinstance(definition, Function) else ():
                if parameter.name in STATUS_NAMES and parameter.default is not None:
                    found = self.project.constant(init.path, parameter.default, init.index)
                    if isinstance(found, int):
                        return found
            for index in self.project.calls_in(init):
                call = summary.calls[index]
                values = [*call.arguments[:3], *(value for name, value in call.keywords if name in STATUS_NAMES)]
                for value in values:
                    seen = self.evaluation.names.value(init.path, value, init.index, call.line)
                    if isinstance(seen.constant, int) and 400 <= seen.constant < 600:
                        return seen.constant
        return 0

    def error_names(self, node: ast.expr, place: Place) -> tuple[str, ...]:
        """What `except` names: last names, those of a tuple each."""
        if isinstance(node, ast.Tuple):
            return tuple(name for each in node.elts for name in self.error_names(each, place))
        return (last_of(ast.unparse(node)),) if isinstance(node, ast.Name | ast.Attribute) else ("Exception",)


def _is_false(value: Seen | None) -> bool:
    return value is not None and value.constant is False


__all__ = ["DENIALS", "DENIED", "UNKNOWN", "Constant", "Members"]
