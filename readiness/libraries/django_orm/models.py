"""A class or an attribute of one in, what Django makes of it out: model, manager, relation, field."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from readiness.libraries.django_orm.vocabulary import (
    MANAGERS,
    MODEL_BASES,
    NO_MODELS,
    PLAIN_BASES,
    RELATIONS,
    TO_MANY,
)
from readiness.libraries.values.expressions import called, keyword, receiver, tail
from readiness.model import Project, Symbol, SymbolKind
from readiness.model.summary import Call, CallRef, Class, Constant, Name, Sequence, Value
from readiness.model.telling import tabulates

KEYS = frozenset({"id", "pk"})
"""Every model has them."""

MODEL_WORDS = frozenset({"model", "cls", "__class__", "model_class", "queryset_model"})
"""Names that a class of a model has in generic code."""


class Field(Struct, frozen=True):
    """One field of a model."""

    maker: str
    """The last name of its class: `ForeignKey`."""
    unique: bool = False
    target: Symbol | None = None
    """The model that it points to, where that is known."""

    @property
    def points(self) -> bool:
        """It is a relation to another model."""
        return self.maker in RELATIONS


class Models:
    """The models of one project. One for a project: it remembers what it looked up."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._models: dict[str, bool] = {}
        self._fields: dict[tuple[str, str], Field | None] = {}

    def is_model(self, symbol: Symbol) -> bool:
        """The class is a model, of the project or of another package."""
        if symbol.rest:
            return False
        if symbol.kind is SymbolKind.EXTERNAL:
            return _external_model(symbol.name)
        if symbol.kind is not SymbolKind.CLASS:
            return False
        if symbol.name not in self._models:
            self._models[symbol.name] = any(
                each.kind is SymbolKind.EXTERNAL and _external_model(each.name)
                for each in self.project.ancestors(symbol)
            )
        return self._models[symbol.name]

    def is_manager(self, symbol: Symbol) -> bool:
        """The class is a manager or a query set."""
        if symbol.kind is SymbolKind.EXTERNAL:
            return symbol.name in MANAGERS
        return symbol.kind is SymbolKind.CLASS and self.project.is_a(symbol, MANAGERS)

    def manager_classes(self, model: Symbol, name: str) -> list[Symbol] | None:
        """The project's classes behind a manager attribute of a model, nearest first; None where it is no manager."""
        member = self.project.member(model, name)
        if member.kind is not SymbolKind.VARIABLE or member.index < 0 or member.rest:
            return None
        summary = self.project.summary(member.path)
        assignment = summary.assignments[member.index] if summary is not None else None
        if assignment is None or not isinstance(assignment.value, CallRef):
            return None
        return self._made(member.path, assignment.value.index)

    def _made(self, path: str, index: int) -> list[Symbol] | None:
        """The classes behind `OrderManager()`, `OrderQuerySet.as_manager()`, `OrderManager.from_queryset(OrderQuerySet)()`."""
        summary = self.project.summary(path)
        if summary is None:
            return None
        call = summary.calls[index]
        if tail(call.callee) == "as_manager":
            owner = receiver(call.callee)
            found = self.project.resolve_value(path, owner, call.scope, call.line) if owner is not None else None
            return [found] if found is not None and self.is_manager(found) else None
        if isinstance(call.callee, CallRef):
            return self._from_queryset(path, summary.calls[call.callee.index])
        found = self.project.callee(path, index)
        if found.kind is SymbolKind.VARIABLE:
            return self._assigned_class(found)
        return [found, *self._generated(found)] if self.is_manager(found) else None

    def _assigned_class(self, symbol: Symbol) -> list[Symbol] | None:
        """`Managers = Manager.from_queryset(OrderQuerySet)`, then `objects = Managers()`."""
        summary = self.project.summary(symbol.path)
        value = summary.assignments[symbol.index].value if summary is not None and symbol.index >= 0 else None
        if summary is None or not isinstance(value, CallRef):
            return None
        return self._from_queryset(symbol.path, summary.calls[value.index])

    def _from_queryset(self, path: str, call: Call) -> list[Symbol] | None:
        if tail(call.callee) != "from_queryset" or not call.arguments:
            return None
        owner = receiver(call.callee)
        values = [*([owner] if owner is not None else []), call.arguments[0]]
        found = [self.project.resolve_value(path, each, call.scope, call.line) for each in values]
        return [each for each in found if self.is_manager(each)] or None

    def _generated(self, symbol: Symbol) -> list[Symbol]:
        """The query set of `class OrderManager(Manager.from_queryset(OrderQuerySet))`."""
        summary = self.project.summary(symbol.path)
        definition = summary.definitions[symbol.index] if summary is not None and symbol.index >= 0 else None
        if summary is None or not isinstance(definition, Class):
            return []
        found: list[Symbol] = []
        for base in definition.bases:
            if isinstance(base, CallRef):
                found.extend(self._from_queryset(symbol.path, summary.calls[base.index]) or ())
        return found

    def field(self, model: Symbol, name: str) -> Field | None:
        """The field of a project's model by that name, `user_id` being the key behind `user`; None where there is none."""
        key = (model.name, name)
        if key not in self._fields:
            self._fields[key] = self._field(model, name)
        return self._fields[key]

    def _field(self, model: Symbol, name: str) -> Field | None:
        if model.kind is not SymbolKind.CLASS:
            return None
        found = self._declared(model, name)
        if found is None and name.endswith("_id"):
            behind = self._declared(model, name.removesuffix("_id"))
            return behind if behind is not None and behind.points else None
        if found is None and name in KEYS:
            return Field("AutoField", unique=True)
        return found

    def ordering(self, model: Symbol) -> tuple[str, int, int, Value] | None:
        """`ordering` in the `Meta` of a model or the nearest base with one: path, scope, line and value."""
        return self._meta(model, "ordering")

    def _meta(self, model: Symbol, name: str) -> tuple[str, int, int, Value] | None:
        for each in self.project.ancestors(model):
            summary = self.project.summary(each.path) if each.kind is SymbolKind.CLASS else None
            if summary is None:
                continue
            for index in self.project.defined_in(each.path, each.index):
                if summary.definitions[index].name != "Meta":
                    continue
                for assignment in self.project.assigned_in(each.path, index):
                    if assignment.target == name and assignment.value is not None:
                        return each.path, index, assignment.line, assignment.value
        return None

    def unique_together(self, model: Symbol) -> list[frozenset[str]]:
        """Fields of which no two rows have the same values: `unique_together` and `UniqueConstraint(fields=[...])`, without
        those that hold for some rows only."""
        found = self._meta(model, "unique_together")
        sets = [_texts(each) for each in _nested(found[3])] if found is not None else []
        constraints = self._meta(model, "constraints")
        summary = self.project.summary(constraints[0]) if constraints is not None else None
        if constraints is not None and summary is not None and isinstance(constraints[3], Sequence):
            for each in constraints[3].items:
                call = summary.calls[each.index] if isinstance(each, CallRef) else None
                if call is not None and tail(call.callee) == "UniqueConstraint" and keyword(call, "condition") is None:
                    sets.append(_texts(keyword(call, "fields")))
        return [each for each in sets if each]

    def may_inherit(self, model: Symbol) -> bool:
        """The model has a base outside of the project that may declare fields, an order and managers of its own."""
        return any(
            each.kind is not SymbolKind.CLASS and each.name not in PLAIN_BASES for each in self.project.ancestors(model)
        )

    def _declared(self, model: Symbol, name: str) -> Field | None:
        member = self.project.member(model, name)
        summary = self.project.summary(member.path) if member.kind is SymbolKind.VARIABLE else None
        value = summary.assignments[member.index].value if summary is not None and member.index >= 0 else None
        if summary is None or not isinstance(value, CallRef):
            return None
        call = summary.calls[value.index]
        maker = called(self.project, member.path, value.index)
        unique = maker == "OneToOneField" or any(
            keyword(call, each) == Constant(True) for each in ("unique", "primary_key")
        )
        target = self._target(member.path, call) if maker in RELATIONS else None
        return Field(maker, unique, target)

    def _target(self, path: str, call: Call) -> Symbol | None:
        """The model that a relation points to: a class, or its name as text."""
        value: Value | None = call.arguments[0] if call.arguments else keyword(call, "to")
        if isinstance(value, Name):
            found = self.project.resolve(path, value.dotted, call.scope, call.line)
            return found if self.is_model(found) else None
        if isinstance(value, Constant) and isinstance(value.value, str):
            name = value.value.rpartition(".")[2]
            if name == "self":
                return None
            near = self.project.resolve(path, name)
            return near if self.is_model(near) else self._named().get(name)
        return None

    def _named(self) -> Mapping[str, Symbol | None]:
        return self.project.table(models_by_name)

    @property
    def related(self) -> Mapping[str, Symbol | None]:
        """Every name under which an object of the project holds rows of another model (`orders`, `order_set`, a many-to-many
        field), with that model; None where several models have it or it is not known."""
        return self.project.table(related_names)


@tabulates
def models_by_name(project: Project) -> dict[str, Symbol | None]:
    """Models by their bare name; None where several classes of the project have it."""
    found: dict[str, Symbol | None] = {}
    for path in project.imports("django"):
        summary = project.summary(path)
        for index, each in enumerate(summary.definitions if summary is not None else ()):
            if isinstance(each, Class) and each.scope < 0 and each.bases:
                symbol = Symbol(SymbolKind.CLASS, project.symbol(path, index), path, index)
                found[each.name] = symbol if each.name not in found else None
    return found


@tabulates
def related_names(project: Project) -> dict[str, Symbol | None]:
    """Names under which objects hold rows, with the model of those; None where several have it or it is not known."""
    found: dict[str, Symbol | None] = {}
    for name, symbol in _related_names(project):
        found[name] = symbol if name not in found or found[name] == symbol else None
    return found


def _related_names(project: Project) -> Iterator[tuple[str, Symbol | None]]:
    for path in project.imports("django", "mptt", "modelcluster", "taggit"):
        relations = set(project.calls_to(path, RELATIONS))
        summary = project.summary(path) if relations else None
        if summary is None:
            continue
        for assignment in summary.assignments:
            value = assignment.value
            if not isinstance(value, CallRef) or assignment.scope < 0 or value.index not in relations:
                continue
            owner = summary.definitions[assignment.scope]
            call = summary.calls[value.index]
            name = tail(call.callee)
            if not isinstance(owner, Class):
                continue
            if name in TO_MANY:
                yield assignment.target, None
            given = keyword(call, "related_name")
            symbol = Symbol(SymbolKind.CLASS, project.symbol(path, assignment.scope), path, assignment.scope)
            if isinstance(given, Constant) and isinstance(given.value, str) and given.value != "+":
                yield given.value, symbol
            elif given is None:
                yield f"{owner.name.lower()}_set", symbol


def _nested(value: Value) -> list[Value]:
    """The sets of `unique_together`: several, or one that is written without brackets."""
    if not isinstance(value, Sequence):
        return []
    return list(value.items) if any(isinstance(each, Sequence) for each in value.items) else [value]


def _texts(value: Value | None) -> frozenset[str]:
    items = value.items if isinstance(value, Sequence) else ()
    texts = [each.value for each in items if isinstance(each, Constant) and isinstance(each.value, str)]
    return frozenset(texts) if len(texts) == len(items) else frozenset()


def _external_model(name: str) -> bool:
    if name in MODEL_BASES:
        return True
    module, _, last = name.rpartition(".")
    return module.endswith(".models") and last not in NO_MODELS and module != "django.db.models" and last[:1].isupper()


def may_be_model(name: str) -> bool:
    """The name can be that of a model class whose definition is not seen: `User`, `self.model`."""
    return name[:1].isupper() or name.strip("_") in MODEL_WORDS or name in MODEL_WORDS or name.endswith("_model")


def may_make_model(name: str) -> bool:
    """A function of that name can give a model class: `get_user_model`, `apps.get_model`, `type`."""
    return name == "type" or name.lower().endswith(("model", "model_class"))
