"""Schemas, forms and serializers in, one `MassAssignment` out for each that decides which fields of a row a client sets."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.inputs.fields import ASSIGNED, PRIVILEGED, ClassFields
from readiness.libraries.inputs.filling import FILLING
from readiness.libraries.inputs.ledger import Filling
from readiness.libraries.inputs.schemas import STORES, Schemas
from readiness.libraries.inputs.vocabulary import TYPING_FRAMEWORKS
from readiness.libraries.values.expressions import keyword, receiver, tail, written
from readiness.model import AssignmentKind, MassAssignment, Project, Resolution, Route, Scope, Span, Symbol, SymbolKind
from readiness.model.summary import Call, CallRef, Class, Constant, Name, Summary, Value

DUMPS = frozenset({"model_dump", "dict", "_asdict"})
"""Methods of a schema that give its fields."""
WRITING = frozenset({"POST", "PUT", "PATCH", "ANY"})
MODEL_FORMS = frozenset({"ModelForm", "BaseModelForm"})
MODEL_SERIALIZERS = frozenset({"ModelSerializer", "HyperlinkedModelSerializer"})
GUARDS = ("superuser", "admin", "staff", "permission", "role", "owner")
"""Words in the name of a dependency that lets only some callers in."""


def fillings(project: Project, found: list[Filling]) -> Iterator[MassAssignment]:
    """Places where a handler, or what it calls, sets whatever a client names."""
    for each in dict.fromkeys(found):
        kind = AssignmentKind.LISTED if each.listed else AssignmentKind.ANY if each.sure else AssignmentKind.UNKNOWN
        yield MassAssignment(
            span=each.span,
            symbol=each.symbol,
            scope=project.files[each.span.path].scope,
            kind=kind,
            how=each.how,
            target=each.target,
            allowed="a list of fields" if each.listed else "",
        )


class Spreads:
    """Finds schemas whose fields are set all at once: `User(**body.model_dump())`."""

    def __init__(self, project: Project, schemas: Schemas, fields: ClassFields) -> None:
        self.project = project
        self.schemas = schemas
        self.fields = fields

    def facts(self) -> Iterator[MassAssignment]:
        """One a place."""
        bodies = self._bodies()
        if not bodies:
            return
        for path in self.project.paths(Scope.SERVICE):
            summary = self.project.summary(path)
            for index, call in enumerate(summary.calls if summary is not None else ()):
                if summary is None:
                    break
                given = self._given(path, summary, index, call)
                if given is None:
                    continue
                schema = self._schema(path, summary, given, call)
                if schema is None or schema.name not in bodies:
                    continue
                yield self._fact(path, index, call, summary, schema, guarded=bodies[schema.name])

    def _bodies(self) -> dict[str, bool]:
        """Models that routes take as a body, with whether only some callers may send each."""
        found: dict[str, bool] = {}
        for route in self.project.each(Route):
            if route.framework not in TYPING_FRAMEWORKS or route.method not in WRITING:
                continue
            guarded = bool(route.permission) or any(
                word in name.rpartition("::")[2].lower() for name in route.dependencies for word in GUARDS
            )
            for each in route.parameters:
                if each.source in ("body", "form") and "::" in each.annotation:
                    found[each.annotation] = found.get(each.annotation, True) and guarded
        return found

    def _given(self, path: str, summary: Summary, index: int, call: Call) -> Value | None:
        """What holds the fields that a call stores."""
        name = tail(call.callee)
        if name == "setattr" and len(call.arguments) > 2 and isinstance(call.arguments[1], Name):
            key = call.arguments[1].dotted
            looped = (each for each in summary.assignments if each.scope == call.scope and each.operator == "for")
            source = next((each for each in looped if each.target == key), None)
            if source is None or source.value is None:
                return None
            value = source.value
            if isinstance(value, CallRef) and tail(summary.calls[value.index].callee) in ("items", "keys"):
                value = receiver(summary.calls[value.index].callee) or value
            return value
        spread = next((value for keyword_, value in call.keywords if not keyword_), None)
        if name == "model_validate" or name == "sqlmodel_update":
            return call.arguments[0] if call.arguments and self._stores(path, index, name) else None
        return spread if spread is not None and self._stores(path, index, name) else None

    def _stores(self, path: str, index: int, name: str) -> bool:
        """A row's class, or a method of a query that stores keywords."""
        symbol = self.project.callee(path, index)
        if symbol.kind is SymbolKind.CLASS:
            return self.schemas.is_stored(symbol)
        if symbol.kind is SymbolKind.EXTERNAL and symbol.name.partition(".")[0] in STORES:
            return name in FILLING or name in ("sqlmodel_update", "model_validate")
        return False

    def _schema(self, path: str, summary: Summary, value: Value, call: Call, depth: int = 0) -> Symbol | None:
        """The class of the schema that a value holds the fields of."""
        if depth > 3:
            return None
        if isinstance(value, CallRef):
            inner = summary.calls[value.index]
            origin = receiver(inner.callee)
            if tail(inner.callee) in DUMPS and origin is not None:
                kind = self.project.type_of(path, origin, call.scope, call.line)
                return kind if kind.kind is SymbolKind.CLASS and self.schemas.is_model(kind) else None
            return None
        if isinstance(value, Name):
            kind = self.project.type_of(path, value, call.scope, call.line)
            if kind.kind is SymbolKind.CLASS and self.schemas.is_model(kind):
                return kind
            for each in summary.assignments:
                if each.scope == call.scope and each.target == value.dotted and isinstance(each.value, CallRef):
                    found = self._schema(path, summary, each.value, call, depth + 1)
                    if found is not None:
                        return found
        return None

    def _fact(
        self, path: str, index: int, call: Call, summary: Summary, schema: Symbol, *, guarded: bool
    ) -> MassAssignment:
        privileged = tuple(each.name for each in self.fields.of(schema) if each.name.lower() in PRIVILEGED)
        risky = bool(privileged) and not guarded
        return MassAssignment(
            span=self.project.span(path, index),
            symbol=self.project.symbol(path, call.scope),
            scope=self.project.files[path].scope,
            resolution=Resolution.EXACT,
            kind=AssignmentKind.PRIVILEGED if risky else AssignmentKind.LISTED,
            how=written(summary, CallRef(index)),
            target=tail(call.callee),
            allowed=schema.name.rpartition("::")[2],
            fields=privileged if risky else (),
        )


class ModelInputs:
    """Finds forms and serializers that are made from a model."""

    def __init__(self, project: Project, fields: ClassFields) -> None:
        self.project = project
        self.fields = fields

    def facts(self) -> Iterator[MassAssignment]:
        """One a class that a route lets clients write through."""
        written_ones = self._written()
        for path in self.project.paths(Scope.SERVICE):
            summary = self.project.summary(path)
            for index, definition in self._with_options(summary):
                kind = Symbol(SymbolKind.CLASS, self.project.symbol(path, index), path, index)
                role = self._role(kind)
                if not role or (role == "serializer" and kind.name not in written_ones):
                    continue
                fact = self._fact(kind, definition, role)
                if fact is not None:
                    yield fact

    @staticmethod
    def _with_options(summary: Summary | None) -> Iterator[tuple[int, Class]]:
        """The classes of a file that have a `Meta`."""
        definitions = summary.definitions if summary is not None else ()
        for each in definitions:
            if isinstance(each, Class) and each.name == "Meta" and each.scope >= 0:
                owner = definitions[each.scope]
                if isinstance(owner, Class):
                    yield each.scope, owner

    def _role(self, kind: Symbol) -> str:
        if self.fields.option(kind, "model") is None:
            return ""
        for each in self.project.ancestors(kind):
            if each.kind is SymbolKind.EXTERNAL:
                package, last = each.name.partition(".")[0], each.name.rpartition(".")[2]
                if package == "django" and last in MODEL_FORMS:
                    return "form"
                if package == "rest_framework" and last in MODEL_SERIALIZERS:
                    return "serializer"
        return ""

    def _written(self) -> frozenset[str]:
        """Serializers that some route writes through: of a view that has such a method, or made with `data=`."""
        found: set[str] = set()
        views: dict[str, set[str]] = {}
        for route in self.project.each(Route):
            if route.view and route.method in WRITING:
                views.setdefault(route.view, set()).add(route.method)
        for view in views:
            place = self.project.find(view)
            if place is None:
                continue
            kind = Symbol(SymbolKind.CLASS, view, *place)
            chosen = self.fields.attribute(kind, "serializer_class")
            if chosen is not None and isinstance(chosen[0].value, Name):
                found.add(self.project.resolve(chosen[1], chosen[0].value.dotted, chosen[0].scope, chosen[0].line).name)
        for path in self.project.imports("rest_framework"):
            summary = self.project.summary(path)
            for index, call in enumerate(summary.calls if summary is not None else ()):
                if call.keywords and keyword(call, "data") is not None:
                    symbol = self.project.callee(path, index)
                    if symbol.kind is SymbolKind.CLASS:
                        found.add(symbol.name)
        return frozenset(found)

    def _fact(self, kind: Symbol, definition: Class, role: str) -> MassAssignment | None:
        chosen, left = self.fields.option(kind, "fields"), self.fields.option(kind, "exclude")
        whole = chosen is None or (isinstance(chosen[0].value, Constant) and chosen[0].value.value == "__all__")
        if chosen is None and left is None:
            return None
        place = chosen or left
        span = Span(place[1], place[0].line) if place is not None else Span(kind.path, definition.line)
        name = kind.name.rpartition("::")[2]
        model = self.fields.option(kind, "model")
        target = self._model(model[0].value, model[1], model[0].scope, model[0].line) if model is not None else None
        said = "fields" if chosen is not None else "exclude"
        how = f'{said} = "__all__"' if whole and chosen is not None else f"{said} = [...]"
        common = MassAssignment(
            span=span,
            symbol=kind.name,
            scope=self.project.files[kind.path].scope,
            kind=AssignmentKind.LISTED,
            how=how,
            target=target.name.rpartition("::")[2].rpartition(".")[2] if target is not None else "",
            allowed=name,
        )
        return common if not whole else self._whole(kind, target, common)

    def _whole(self, kind: Symbol, target: Symbol | None, common: MassAssignment) -> MassAssignment:
        """All columns of a model, less what is left out or read only."""
        from msgspec.structs import replace

        fixed: set[str] = set()
        known = True
        for option in ("read_only_fields", "exclude"):
            found = self.fields.option(kind, option)
            if found is not None:
                texts, complete = self.fields.texts(found[1], found[0].value, found[0].scope, found[0].line)
                fixed |= texts
                known = known and complete
        declared = {each.name for each in self.fields.of(kind)}
        if target is None or target.kind is not SymbolKind.CLASS:
            return replace(common, kind=AssignmentKind.UNKNOWN)
        open_ones = tuple(
            each.name
            for each in self.fields.of(target)
            if each.name.lower() in PRIVILEGED and each.name not in fixed and each.name not in declared and each.maker
        )
        if open_ones:
            asked = not known or all(each.lower() in ASSIGNED for each in open_ones)
            return replace(common, kind=AssignmentKind.PRIVILEGED if asked else AssignmentKind.ANY, fields=open_ones)
        return common

    def _model(self, value: Value | None, path: str, scope: int, line: int) -> Symbol | None:
        if not isinstance(value, Name):
            return None
        symbol = self.project.resolve(path, value.dotted, scope, line)
        return symbol if symbol.kind in (SymbolKind.CLASS, SymbolKind.EXTERNAL) else None
