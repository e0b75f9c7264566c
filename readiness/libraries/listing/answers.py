"""A handler in, where the rows of its answer come from out: reads, other services, or what could not be followed.

The answer is followed backwards from what the handler returns, through locals, comprehensions, lists built step by step,
schema objects, envelopes and the functions that it calls.
"""

from collections.abc import Sequence as Several
from enum import StrEnum
from typing import Protocol

import msgspec
from msgspec import Struct

from readiness.libraries.listing.answer_words import (
    BESIDE,
    BUILDERS,
    COUNTS,
    NARROWING,
    NO_LIST,
    ONE_VALUE,
    PAGES,
    RELATIONS,
    REMOTE_PACKAGES,
    RESULTS,
)
from readiness.libraries.listing.row_classes import RowClasses
from readiness.libraries.sqlalchemy.selections import Form, Selection, joined
from readiness.libraries.sqlalchemy.statements import Statements
from readiness.libraries.values.expressions import called, callee_text, receiver, tail
from readiness.libraries.values.following import COPIES, Following
from readiness.libraries.values.frames import Place
from readiness.model import Bound, Project, Read, Symbol, SymbolKind
from readiness.model.summary import (
    Call,
    CallRef,
    Choice,
    Comprehension,
    Constant,
    Mapping,
    Member,
    Name,
    Operation,
    Sequence,
    Starred,
    Subscript,
    Value,
)

MAX_STEPS = 60
MAX_SOURCES = 24


class Origin(StrEnum):
    """Where rows come from."""

    READ = "read"
    REMOTE = "remote"
    UNKNOWN = "unknown"


class Source(Struct, frozen=True):
    """One source of the rows of an answer."""

    origin: Origin
    place: Place
    selection: Selection | None = None
    fact: Read | None = None
    """A read that another recogniser found there."""
    enveloped: bool = False
    """It stands in an object beside fields that count pages."""
    field: str = ""
    """The field of the object that holds it; empty where the rows are the answer."""
    alone: bool = False
    """It is the one list of its object."""
    cut: bool = False
    """A slice is taken of it in memory."""
    text: str = ""
    """For what could not be followed: the call."""


class Way(Struct, frozen=True):
    """What was passed on the way back from the answer."""

    enveloped: bool = False
    field: str = ""
    cut: bool = False
    alone: bool = False
    building: bool = False
    """An element stands for the list that it is put into."""


class Selecting(Protocol):
    """Reads what an expression selects: the statements of one library."""

    def read(self, place: Place) -> list[Selection]:
        """Every way in which the expression at a place selects rows."""
        ...


class Answers:
    """Follows the answers of one project's handlers."""

    def __init__(
        self, project: Project, following: Following | None = None, statements: Selecting | None = None
    ) -> None:
        self.project = project
        self.following = following if following is not None else Following(project)
        self.statements: Selecting = statements if statements is not None else Statements(self.following)
        self.row_classes = RowClasses(
            self.following, self.statements if isinstance(self.statements, Statements) else Statements(self.following)
        )
        self._facts = {(read.span.path, read.span.line, read.span.column): read for read in project.each(Read)}
        self._seen: set[tuple[tuple[int, Value, int], Way]] = set()
        self._found: list[Source] = []

    def sources(self, symbol: Symbol) -> list[Source]:
        """The sources of what a handler answers; an empty list where its answer holds no rows."""
        frame = self.following.entry(symbol)
        if frame is None:
            return []
        self._seen, self._found = set(), []
        for place in self.following.returned(frame):
            self._visit(place, Way(), MAX_STEPS)
        return self._found

    def _add(self, source: Source) -> None:
        if len(self._found) < MAX_SOURCES:
            self._found.append(source)

    def _visit(self, place: Place, way: Way, steps: int) -> None:
        key = (place.key, way)
        if steps <= 0 or key in self._seen or len(self._found) >= MAX_SOURCES:
            return
        self._seen.add(key)
        selection = joined(self.statements.read(place)) if _may_read(place.value) else None
        if selection is not None:
            cut = way.cut or (_is_slice(place.value) and selection.form is Form.ROWS and not selection.bounded)
            self._add(
                Source(
                    Origin.READ, place, selection, enveloped=way.enveloped, field=way.field, alone=way.alone, cut=cut
                )
            )
            return
        if self._is_one(place):
            self._relation(place, way)
            return
        match place.value:
            case CallRef():
                self._call(place, self.following.summary(place).calls[place.value.index], way, steps)
            case Comprehension():
                for each in place.value.sources:
                    self._visit(self.following.inside(place, each), _iterated(way), steps - 1)
            case Sequence() | Starred() | Choice() | Operation():
                self._parts(place, way, steps)
            case Mapping():
                self._mapping(place, place.value, way, steps)
            case Subscript():
                self._subscript(place, place.value, way, steps)
            case Name() | Member():
                self._name(place, way, steps)
            case _:
                pass

    def _is_one(self, place: Place) -> bool:
        found = self.statements.read(place) if _may_read(place.value) else []
        return bool(found) and all(each.form is Form.ONE for each in found)

    def _parts(self, place: Place, way: Way, steps: int) -> None:
        value = place.value
        inner: tuple[Value, ...] = ()
        match value:
            case Sequence():
                inner = value.items
            case Starred():
                inner = (value.value,)
            case Choice():
                inner = (value.yes, value.no)
            case Operation() if value.operator in ("or", "and", "+", "|"):
                inner = value.operands
            case _:
                pass
        for each in inner:
            self._visit(self.following.inside(place, each), way, steps - 1)

    def _mapping(self, place: Place, value: Mapping, way: Way, steps: int) -> None:
        names = [key.value if isinstance(key, Constant) and isinstance(key.value, str) else "" for key in value.keys]
        paged = not COUNTS.isdisjoint(names)
        for name, item in zip(names, value.values, strict=True):
            inner = way if way.building else _held(way, name, paged=paged, alone=_is_alone(name, names))
            self._visit(self.following.inside(place, item), inner, steps - 1)

    def _subscript(self, place: Place, value: Subscript, way: Way, steps: int) -> None:
        whole = self.following.inside(place, value.value)
        if isinstance(value.index, Name) and value.index.dotted == "*":
            if way.building:
                self._visit(whole, _iterated(way), steps - 1)
            return
        if _is_slice(value):
            self._visit(whole, msgspec.structs.replace(way, cut=True), steps - 1)
            return
        sources = self.following.back(place)
        for source in sources or ():
            self._visit(source, way, steps - 1)
        if way.building and not sources:
            # A part of an element leads to what is iterated, as the element does.
            self._visit(whole, way, steps - 1)

    def _name(self, place: Place, way: Way, steps: int) -> None:
        if self._relation(place, way):
            return
        if way.building and isinstance(place.value, Member):
            # What an element is made of: the element itself leads to what is iterated.
            self._visit(self.following.inside(place, place.value.value), way, steps - 1)
        sources = self.following.back(place)
        if isinstance(place.value, Member) and isinstance(place.value.value, CallRef) and not sources:
            # What a library made of its argument: `schema.dump(rows).data`.
            if place.value.name in RESULTS:
                self._visit(self.following.inside(place, place.value.value), way, steps - 1)
            return
        if isinstance(place.value, Name) and "." not in place.value.dotted:
            self._built(place, place.value.dotted, way, steps)
        for source in sources or ():
            self._visit(source, way, steps - 1)

    def _built(self, place: Place, name: str, way: Way, steps: int) -> None:
        """What is put into a list step by step: `result.append(...)`."""
        summary, frame = self.following.summary(place), place.frame
        for index in self.following.project.called_in(frame.path, frame.scope):
            call = summary.calls[index]
            if not call.arguments or tail(call.callee) not in BUILDERS:
                continue
            if receiver(call.callee) == Name(name):
                value = call.arguments[-1]
                self._visit(Place(value, place.frame, call.line), _building(way), steps - 1)

    def _relation(self, place: Place, way: Way) -> bool:
        """The rows that an object holds through a relationship: those of one parent."""
        value = place.value
        if not isinstance(value, Name | Member):
            return False
        owner, name = receiver(value), tail(value)
        if owner is None:
            return False
        kind = self.project.type_of(place.frame.path, owner, place.frame.scope, place.line)
        if kind.kind is not SymbolKind.CLASS:
            row = self.row_classes.of(self.following.inside(place, owner))
            if row is None:
                return False
            kind = row
        member = self.project.member(kind, name)
        summary = self.project.summary(member.path) if member.kind is SymbolKind.VARIABLE else None
        assignment = summary.assignments[member.index] if summary is not None and member.index >= 0 else None
        if summary is None or assignment is None or not isinstance(assignment.value, CallRef):
            return False
        if called(self.project, member.path, assignment.value.index) not in RELATIONS:
            return False
        how = f"rows of one {kind.name.rpartition('::')[2]}, through its relationship"
        selection = Selection(
            Form.ROWS,
            model=name,
            bound=Bound.BY_PARENT,
            how=how,
            parent=self.following.inside(place, owner),
            exact=False,
            at=place,
        )
        self._add(
            Source(
                Origin.READ, place, selection, enveloped=way.enveloped, field=way.field, alone=way.alone, cut=way.cut
            )
        )
        return True

    def _call(self, place: Place, call: Call, way: Way, steps: int) -> None:
        symbol = self.following.callee(place)
        name = symbol.name.rpartition(".")[2] if symbol.kind is not SymbolKind.UNKNOWN else tail(call.callee)
        if name in NO_LIST or (symbol.kind is SymbolKind.BUILTIN and name in ONE_VALUE):
            return
        if tail(call.callee) == "format" and isinstance(receiver(call.callee), Constant):
            return  # a text that something is put into
        fact = self._fact(place)
        if fact is not None:
            self._add(
                Source(
                    Origin.READ,
                    place,
                    fact=fact,
                    enveloped=way.enveloped,
                    field=way.field,
                    alone=way.alone,
                    cut=way.cut,
                )
            )
            return
        if symbol.kind is SymbolKind.UNKNOWN and self._method_of_row(place, call, way, steps):
            return
        if symbol.kind is SymbolKind.FUNCTION or self.following.runs(place):
            self._function(place, call, symbol, way, steps)
            return
        if symbol.kind is SymbolKind.CLASS or (symbol.kind is SymbolKind.EXTERNAL and name in PAGES):
            self._constructed(place, call, way, steps)
            return
        if symbol.kind is SymbolKind.EXTERNAL and symbol.name.partition(".")[0] in ("sqlalchemy", "sqlmodel"):
            return
        before = len(self._found)
        self._given(place, call, way, steps)
        if len(self._found) > before or symbol.kind is SymbolKind.BUILTIN:
            return
        if symbol.kind is SymbolKind.EXTERNAL:
            if symbol.name.partition(".")[0] in REMOTE_PACKAGES:
                self._unfollowed(place, call, way, Origin.REMOTE)
        elif tail(call.callee) not in COPIES and not way.building:
            self._unfollowed(place, call, way, Origin.UNKNOWN)

    def _method_of_row(self, place: Place, call: Call, way: Way, steps: int) -> bool:
        """A method that a model defines, called on a row: `user.recent_orders()`."""
        origin = receiver(call.callee)
        row = self.row_classes.of(self.following.inside(place, origin)) if origin is not None else None
        method = self.project.member(row, tail(call.callee)) if row is not None else None
        if method is None or method.kind is not SymbolKind.FUNCTION:
            return False
        frame = self.following.enter(place, method)
        for source in self.following.returned(frame) if frame is not None else ():
            self._visit(source, way, steps - 1)
        return frame is not None

    def _fact(self, place: Place) -> Read | None:
        if not self._facts or not isinstance(place.value, CallRef):
            return None
        span = self.project.span(place.frame.path, place.value.index)
        found = self._facts.get((span.path, span.line, span.column))
        return found if found is not None and found.library != "sqlalchemy" else None

    def _unfollowed(self, place: Place, call: Call, way: Way, origin: Origin) -> None:
        text = callee_text(self.following.summary(place), call)
        self._add(
            Source(origin, place, enveloped=way.enveloped, field=way.field, alone=way.alone, cut=way.cut, text=text)
        )

    def _function(self, place: Place, call: Call, symbol: Symbol, way: Way, steps: int) -> None:
        sources = self.following.back(place)
        if not sources:
            summary = self.project.summary(symbol.path)
            definition = summary.definitions[symbol.index] if summary is not None and symbol.index >= 0 else None
            if sources is None or getattr(definition, "stub", False):
                self._unfollowed(place, call, way, Origin.UNKNOWN)
            return
        for source in sources:
            self._visit(source, _building(way) if self._yields(symbol) else way, steps - 1)

    def _yields(self, symbol: Symbol) -> bool:
        summary = self.project.summary(symbol.path)
        definition = summary.definitions[symbol.index] if summary is not None and symbol.index >= 0 else None
        return bool(getattr(definition, "generator", False))

    def _constructed(self, place: Place, call: Call, way: Way, steps: int) -> None:
        """A schema object: its fields."""
        names = [name for name, _ in call.keywords]
        paged = not COUNTS.isdisjoint(names)
        for value in call.arguments:
            self._visit(self.following.inside(place, value), way, steps - 1)
        for name, value in call.keywords:
            inner = way if way.building else _held(way, name, paged=paged, alone=_is_alone(name, names))
            self._visit(self.following.inside(place, value), inner, steps - 1)

    def _given(self, place: Place, call: Call, way: Way, steps: int) -> None:
        """The arguments and the receiver of a call that only reshapes what it is given."""
        origin = receiver(call.callee)
        values: list[Value] = []
        if tail(call.callee) not in NARROWING:
            values = [*call.arguments, *(value for name, value in call.keywords if name not in COUNTS)]
        local = isinstance(origin, Name) and "." not in origin.dotted and origin.dotted not in ("self", "cls")
        if origin is not None and (local or isinstance(origin, CallRef)):
            values.append(origin)
        for value in values:
            if not isinstance(value, Constant):
                self._visit(self.following.inside(place, value), way, steps - 1)


def _building(way: Way) -> Way:
    return msgspec.structs.replace(way, building=True)


def _iterated(way: Way) -> Way:
    return msgspec.structs.replace(way, building=False)


def _held(way: Way, name: str, *, paged: bool, alone: bool) -> Way:
    """The way into a field of an object."""
    first = not way.field
    field = way.field or name or "*"
    return Way(way.enveloped or paged, field, way.cut, alone=alone if first else way.alone and alone)


def _is_alone(name: str, names: Several[str]) -> bool:
    """The field is the only one of an object that can hold rows."""
    return [each for each in names if each not in BESIDE or each == name] == [name]


def _is_slice(value: Value) -> bool:
    return isinstance(value, Subscript) and isinstance(value.index, Operation) and value.index.operator == ":"


def _may_read(value: Value) -> bool:
    return isinstance(value, CallRef | Name | Member | Subscript | Choice | Starred | Operation)
