"""An expression that gives one row in, the class of the project that the row is an object of out."""

from __future__ import annotations

from readiness.libraries.sqlalchemy.selections import Form
from readiness.libraries.sqlalchemy.statements import Statements
from readiness.libraries.values.expressions import called, keyword, receiver, tail
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Place
from readiness.model import Project, Symbol, SymbolKind
from readiness.model.summary import CallRef, Class, Constant, Member, Name, Value

RELATIONS = frozenset({"relationship", "Relationship"})
STEPS = 6


class RowClasses:
    """Knows the classes of the rows that one project selects."""

    def __init__(self, following: Following, statements: Statements) -> None:
        self.following = following
        self.project: Project = following.project
        self.statements = statements
        self._models: dict[str, Symbol] | None = None
        self._backwards: dict[str, list[tuple[str, Symbol]]] = {}

    def of(self, place: Place, steps: int = STEPS) -> Symbol | None:
        """The class of the row; None where the place is no row, or not known to be one."""
        value = place.value
        if steps <= 0 or not isinstance(value, Name | Member | CallRef):
            return None
        kind = self.project.type_of(place.frame.path, value, place.frame.scope, place.line)
        if kind.kind is SymbolKind.CLASS:
            return kind
        for each in self.statements.read(place):
            if each.form is Form.ONE and each.model_place is not None:
                model = each.model_place
                symbol = self.project.resolve_value(model.frame.path, model.value, model.frame.scope, model.line)
                if symbol.kind is SymbolKind.CLASS:
                    return symbol
        owner = receiver(value) if isinstance(value, Name | Member) else None
        if owner is not None:
            holder = self.of(self.following.inside(place, owner), steps - 1)
            related = self.related(holder, tail(value)) if holder is not None else None
            if related is not None:
                return related
        for source in self.following.back(place) or ():
            found = self.of(source, steps - 1)
            if found is not None:
                return found
        return None

    def related(self, model: Symbol, name: str) -> Symbol | None:
        """The class on the other side of a relationship, or of one that points here with a `backref` of that name."""
        target = self._target(self.project.member(model, name))
        if target is not None:
            return target
        self._read()
        above = {each.name for each in self.project.ancestors(model)}
        return next((owner for mine, owner in self._backwards.get(name, ()) if mine in above), None)

    def _target(self, member: Symbol) -> Symbol | None:
        summary = (
            self.project.summary(member.path) if member.kind is SymbolKind.VARIABLE and member.index >= 0 else None
        )
        value = summary.assignments[member.index].value if summary is not None else None
        if (
            summary is None
            or not isinstance(value, CallRef)
            or called(self.project, member.path, value.index) not in RELATIONS
        ):
            return None
        call = summary.calls[value.index]
        return self._class(member.path, call.arguments[0] if call.arguments else keyword(call, "argument"), call.scope)

    def _class(self, path: str, value: Value | None, scope: int) -> Symbol | None:
        if isinstance(value, Constant) and isinstance(value.value, str):
            self._read()
            return (self._models or {}).get(value.value.rpartition(".")[2])
        if not isinstance(value, Name | Member):
            return None
        symbol = self.project.resolve_value(path, value, scope)
        return symbol if symbol.kind is SymbolKind.CLASS else None

    def _read(self) -> None:
        """Names of classes in files that declare relationships, and what their backrefs add to others."""
        if self._models is not None:
            return
        self._models = {}
        declared: list[tuple[str, int, int]] = []
        for path in self.project.imports("sqlalchemy", "sqlmodel", "flask_sqlalchemy") or self.project.paths():
            summary = self.project.summary(path)
            for index, definition in enumerate(summary.definitions if summary is not None else ()):
                if isinstance(definition, Class):
                    symbol = Symbol(SymbolKind.CLASS, self.project.symbol(path, index), path, index)
                    self._models.setdefault(definition.name, symbol)
            for index, call in enumerate(summary.calls if summary is not None else ()):
                if tail(call.callee) in RELATIONS and call.scope >= 0:
                    declared.append((path, index, call.scope))
        for path, index, scope in declared:
            summary = self.project.summary(path)
            if summary is None:
                continue
            made = summary.calls[index]
            back = keyword(made, "backref")
            if isinstance(back, CallRef):
                inner = summary.calls[back.index]
                back = inner.arguments[0] if inner.arguments else None
            target = self._class(path, made.arguments[0] if made.arguments else None, scope)
            if target is not None and isinstance(back, Constant) and isinstance(back.value, str):
                owner = Symbol(SymbolKind.CLASS, self.project.symbol(path, scope), path, scope)
                self._backwards.setdefault(back.value, []).append((target.name, owner))
