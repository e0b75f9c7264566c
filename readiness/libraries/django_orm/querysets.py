"""An expression that makes, narrows or runs a query set in, what it selects and what limits it out.

Query sets are lazy: narrowing one is no read. Methods of the project's managers and query sets are followed with the query
set that they are called on.
"""

import sys

import msgspec

from readiness.libraries.django_orm.loading import Managers, grouped, loading
from readiness.libraries.django_orm.lookups import Lookups
from readiness.libraries.django_orm.models import Models, may_be_model, may_make_model
from readiness.libraries.django_orm.orders import Orders
from readiness.libraries.django_orm.vocabulary import (
    COMBINES,
    LISTS,
    MANAGER_NAMES,
    METHODS,
    ONE,
    PAGE_METHODS,
    PAGINATORS,
    PORTIONS,
    ROWS,
    SHORTCUT_LIST,
    SHORTCUT_ONE,
)
from readiness.libraries.sql.narrowing import Narrowing
from readiness.libraries.sqlalchemy.selections import (
    UNREAD,
    Form,
    Selection,
    at,
    bounded,
    distinct,
    formed,
    joined,
    limited,
    paged,
    unknown,
)
from readiness.libraries.values.expressions import keyword, receiver, slice_text, tail, written
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Place
from readiness.libraries.values.limits import Limits
from readiness.model import Bound, Symbol, SymbolKind
from readiness.model.summary import (
    Call,
    CallRef,
    Choice,
    Constant,
    Context,
    Member,
    Name,
    Operation,
    Starred,
    Subscript,
    Value,
)

MAX_STEPS = 40
MAX_WAYS = 12
MAX_SOURCES = 60
MAX_QUESTIONS, NO_CUT = 2000, sys.maxsize
"""Expressions that are looked at for one question; what stands for an answer that was not cut short."""
CASTS = frozenset({"typing.cast", "typing_extensions.cast"})

Key = tuple[int, Value, int]


class QuerySets:
    """Reads the query sets of one project along paths of calls."""

    def __init__(self, following: Following, models: Models | None = None) -> None:
        self.following = following
        self.project = following.project
        self.models = models if models is not None else Models(following.project)
        self.limits = Limits(following)
        self.lookups = Lookups(following, self.models, lambda place: joined(self.read(place)))
        self.orders = Orders(following, self.models)
        self.managers = Managers(self.models)
        self._known: dict[Key, list[Selection]] = {}
        self._open: dict[Key, int] = {}
        """The questions that are not answered yet, outermost first, by their place in that order."""
        self._questions = 0
        self._lowest = NO_CUT
        """The outermost open question that an answer since then was cut short at; -1 where it ran out of steps."""

    def read(self, place: Place, steps: int = MAX_STEPS) -> list[Selection]:
        """Every way in which the expression at a place selects rows; none where it is no query set and no rows of one."""
        key = place.key
        known = self._known.get(key)
        if known is not None:
            return known
        if not self._open:
            self._questions = 0
        self._questions += 1
        if key in self._open or steps <= 0 or self._questions > MAX_QUESTIONS:
            self._lowest = min(self._lowest, self._open.get(key, -1))
            return []
        depth = self._open[key] = len(self._open)
        before, self._lowest = self._lowest, NO_CUT
        found = distinct(self._read(place, steps - 1))[:MAX_WAYS]
        del self._open[key]
        # What came round to this question, or to one inside of it, is whole; only what waits for one around it is not.
        if self._lowest >= depth:
            self._known[key] = found
            self._lowest = before
        else:
            if not self._open:
                self._known[key] = found
            self._lowest = min(before, self._lowest)
        return found

    def remember(self, place: Place, ways: list[Selection]) -> None:
        """The ways in which a place that stands for a list selects rows, for whoever asks for them later."""
        self._known[place.key] = ways

    def _read(self, place: Place, steps: int) -> list[Selection]:
        value = place.value
        match value:
            case CallRef():
                return self._call(place, self.following.summary(place).calls[value.index], steps)
            case Subscript():
                return self._subscript(place, value, steps)
            case Name() | Member():
                made = self._manager(place)
                return [made] if made is not None else self._attribute(place, value, steps)
            case Choice() | Starred() | Operation(operator="or" | "and"):
                return self._sources(place, steps)
            case Operation(operator="|" | "&" | "^"):
                return [each for one in value.operands for each in self.read(self.following.inside(place, one), steps)]
            case _:
                return []

    def _attribute(self, place: Place, value: Name | Member, steps: int) -> list[Selection]:
        """A name, or an attribute such as `self.queryset` or `page.object_list`."""
        found = self._sources(place, steps)
        owner = receiver(value)
        if found or owner is None or tail(value) not in ("object_list", "paginator"):
            return found
        before = self.read(self.following.inside(place, owner), steps)
        return before if tail(value) == "object_list" else []

    def _sources(self, place: Place, steps: int) -> list[Selection]:
        found: list[Selection] = []
        for source in (self.following.back(place) or ())[:MAX_SOURCES]:
            conditional = self._conditional(source)
            found.extend(
                msgspec.structs.replace(each, conditional=each.conditional or conditional)
                for each in self.read(source, steps)
            )
        return found

    def _conditional(self, place: Place) -> bool:
        """What stands at a place runs only under a condition of its function."""
        call = self.following.call(place)
        if call is not None:
            return bool(call.context & Context.CONDITION)
        return isinstance(place.value, Subscript) and any(
            each.line == place.line and each.value == place.value and each.context & Context.CONDITION
            for each in self.following.summary(place).assignments
        )

    # Managers

    def _manager(self, place: Place) -> Selection | None:
        """`Order.objects` and other managers of a model; `self` inside of a manager or a query set."""
        value = place.value
        owner, name = receiver(value), tail(value)
        if owner is None:
            return self._own(place, name)
        symbol = self.project.resolve_value(place.frame.path, owner, place.frame.scope, place.line)
        if symbol.kind in (SymbolKind.CLASS, SymbolKind.EXTERNAL) and self.models.is_model(symbol):
            if name not in MANAGER_NAMES and (
                symbol.kind is SymbolKind.EXTERNAL or self.models.manager_classes(symbol, name) is None
            ):
                return None
            found = self._selected(place, owner)
            return self.managers.made(symbol, name, found) if symbol.kind is SymbolKind.CLASS else found
        if name not in MANAGER_NAMES or symbol.kind is SymbolKind.EXTERNAL or not self._may_name_model(place, owner):
            return None
        return self._selected(place, owner, exact=False)

    def _may_name_model(self, place: Place, owner: Value) -> bool:
        call = self.following.call(self.following.inside(place, owner))
        return may_make_model(tail(call.callee)) if call is not None else may_be_model(tail(owner))

    def _own(self, place: Place, name: str) -> Selection | None:
        """`self` in a method of a manager that is not followed from a call of it."""
        if name != "self":
            return None
        found = self.following.parameter(place)
        if found is None or not found[0].entry or found[0].scope < 0:
            return None
        kind = self.project.type_of(place.frame.path, place.value, place.frame.scope, place.line)
        if kind.kind is not SymbolKind.CLASS or not self.models.is_manager(kind):
            return None
        return Selection(
            Form.STATEMENT, bound=Bound.UNKNOWN, how="the query set that it is called on", exact=False, at=place
        )

    def _selected(self, place: Place, owner: Value, *, exact: bool = True) -> Selection:
        symbol = self.project.resolve_value(place.frame.path, owner, place.frame.scope, place.line)
        known = symbol.kind is SymbolKind.CLASS
        return Selection(
            Form.STATEMENT,
            ordered=self.orders.of_model(symbol) if known else UNREAD,
            model=written(self.following.summary(place), owner),
            model_place=self.following.inside(place, owner),
            exact=exact,
            at=place,
        )

    def _related(self, place: Place, origin: Value) -> Selection | None:
        """`user.orders`, the rows of another model that an object holds."""
        name, owner = tail(origin), receiver(origin)
        if owner is None or name not in self.models.related or name == "":
            return None
        kind = self.project.type_of(place.frame.path, owner, place.frame.scope, place.line)
        if kind.kind is SymbolKind.CLASS and not self.models.is_model(kind):
            return None
        over = self.project.resolve_value(place.frame.path, owner, place.frame.scope, place.line)
        if over.kind in (SymbolKind.MODULE, SymbolKind.CLASS, SymbolKind.FUNCTION):
            return None
        summary = self.following.summary(place)
        how = f"rows of one {written(summary, owner)}, through `{name}`"
        return Selection(
            Form.STATEMENT,
            model=name,
            bound=Bound.BY_PARENT,
            how=how,
            parent=self.following.inside(place, owner),
            exact=kind.kind is SymbolKind.CLASS,
            at=place,
            ordered=UNREAD,
        )

    def model_of(self, selection: Selection) -> Symbol | None:
        """The class of the model that is selected, None where that is not known."""
        place = selection.model_place
        if place is None:
            return None
        found = self.project.resolve_value(place.frame.path, place.value, place.frame.scope, place.line)
        return found if found.kind is SymbolKind.CLASS else None

    # Calls

    def _call(self, place: Place, call: Call, steps: int) -> list[Selection]:
        name = tail(call.callee)
        symbol = self.following.callee(place)
        special = self._special(place, call, name, symbol, steps)
        if special is not None:
            return special
        origin = receiver(call.callee)
        if symbol.kind is SymbolKind.FUNCTION or self.following.runs(place):
            return self._sources(place, steps)
        if symbol.kind in (SymbolKind.BUILTIN, SymbolKind.CLASS) and not (origin is not None and name in METHODS):
            return self._builtin(place, call, name, steps) if symbol.kind is SymbolKind.BUILTIN else []
        if origin is None:
            return []
        inner = self.following.inside(place, origin)
        before = self.read(inner, steps)
        if not before and name in METHODS:
            related = self._related(place, origin)
            before = [related] if related is not None else self._above(place, origin, steps)
        return [at(place, one, each) for one in before for each in self._step(place, call, name, one, steps)]

    def _special(self, place: Place, call: Call, name: str, symbol: Symbol, steps: int) -> list[Selection] | None:
        """Functions and classes of Django that take a query set; None for any other call."""
        if symbol.kind is SymbolKind.EXTERNAL:
            if symbol.name in CASTS and len(call.arguments) > 1:
                return self.read(self.following.inside(place, call.arguments[1]), steps)
            if symbol.name in SHORTCUT_ONE:
                return [Selection(Form.ONE, bound=Bound.BOUNDED, how="one row")]
            if symbol.name in SHORTCUT_LIST and call.arguments:
                return self._listed(place, call, steps)
        if name in PAGE_METHODS:
            return self._paged(place, call, steps)
        if self._is_paginator(symbol):
            value = call.arguments[0] if call.arguments else keyword(call, "object_list")
            found = self.read(self.following.inside(place, value), steps) if value is not None else []
            return [formed(each, Form.STATEMENT) for each in found if each.form is not Form.ONE]
        return None

    def _is_paginator(self, symbol: Symbol) -> bool:
        if symbol.kind is SymbolKind.EXTERNAL:
            return symbol.name in PAGINATORS
        return symbol.kind is SymbolKind.CLASS and self.project.is_a(symbol, PAGINATORS)

    def _paged(self, place: Place, call: Call, steps: int) -> list[Selection] | None:
        """`Paginator(rows, 25).get_page(number)`; None where what it is called on holds no query set."""
        origin = receiver(call.callee)
        if origin is None:
            return None
        made = self._maker(self.following.inside(place, origin), steps)
        if made is None:
            return None
        pager = self.following.call(made)
        size = None
        if pager is not None:
            size = pager.arguments[1] if len(pager.arguments) > 1 else keyword(pager, "per_page")
        before = self.read(made, steps)
        if size is None:
            return [paged(bounded(each, f".{tail(call.callee)}(...)")) for each in before]
        limit = self.limits.of(self.following.inside(made, size))
        how = f"Paginator(..., {limit.text})"
        return [at(place, each, limited(paged(each), limit, how)) for each in before]

    def paginator(self, place: Place, call: Call, steps: int) -> Place | None:
        """The call that makes the paginator of `pages.get_page(number)`."""
        origin = receiver(call.callee)
        return self._maker(self.following.inside(place, origin), steps) if origin is not None else None

    def _maker(self, place: Place, steps: int) -> Place | None:
        """The call that makes a paginator."""
        for _ in range(steps):
            call = self.following.call(place)
            if call is not None and self._is_paginator(self.following.callee(place)):
                return place
            sources = self.following.back(place)
            if not sources:
                return None
            place = sources[0]
        return None

    def _listed(self, place: Place, call: Call, steps: int) -> list[Selection]:
        """`get_list_or_404(Order, user=user)`."""
        first = call.arguments[0]
        found = self.read(self.following.inside(place, first), steps) or [self._selected(place, first)]
        return [self._filtered(place, each, call.arguments[1:], call.keywords) for each in found]

    def _builtin(self, place: Place, call: Call, name: str, steps: int) -> list[Selection]:
        if name in LISTS and call.arguments:
            found = self.read(self.following.inside(place, call.arguments[0]), steps)
            return [formed(each, Form.ROWS) for each in found if each.form is not Form.ONE]
        return []

    def _above(self, place: Place, origin: Value, steps: int) -> list[Selection]:
        """`super().get_queryset()` in a manager: what the manager is called on."""
        if not isinstance(origin, CallRef):
            return []
        call = self.following.summary(place).calls[origin.index]
        if not (isinstance(call.callee, Name) and call.callee.dotted == "super"):
            return []
        return self.read(self.following.inside(place, Name("self")), steps)

    def _step(self, place: Place, call: Call, name: str, before: Selection, steps: int) -> list[Selection]:
        """What a method makes of a query set."""
        if before.form is not Form.STATEMENT:
            return []
        if name in ONE:
            return [formed(before, Form.ONE)]
        if name in ROWS:
            given = bool(call.arguments) or keyword(call, "id_list") is not None
            rows = formed(before, Form.ROWS)
            return [bounded(rows, f".{name}(...)") if given else rows]
        if name in PORTIONS:
            return [bounded(before, f"read in portions ({name})")]
        if name == "none":
            return [formed(before, Form.ONE)]
        if name in ("filter", "complex_filter"):
            return [self._filtered(place, before, call.arguments, call.keywords)]
        if name in COMBINES:
            others = [
                each for value in call.arguments for each in self.read(self.following.inside(place, value), steps)
            ]
            return [before, *others] if name == "union" else [before]
        if name == "raw":
            return [msgspec.structs.replace(before, bound=Bound.UNKNOWN, how="SQL text", exact=False)]
        if name in METHODS:
            if name == "order_by":
                order = self.orders.given(place, self.model_of(before), call.arguments)
                return [msgspec.structs.replace(before, ordered=order)]
            after = loading(self.following.summary(place), call, name, before)
            return [grouped(self.following.summary(place), call, name, after)]
        return self._own_method(place, call, name, before, steps)

    def _own_method(self, place: Place, call: Call, name: str, before: Selection, steps: int) -> list[Selection]:
        """A method of the project's manager or query set, followed with the query set that it is called on."""
        model = self.model_of(before)
        method = self._method(model, before, name) if model is not None else None
        frame = self.following.enter(place, method) if method is not None else None
        if frame is not None:
            return [each for source in self.following.returned(frame) for each in self.read(source, steps)]
        if model is not None and method is None and not self._manages(model):
            return []
        return [msgspec.structs.replace(unknown(place), model=before.model, how=f".{name}() could not be followed")]

    def _manages(self, model: Symbol) -> bool:
        """The model has managers of its own, whose methods may come from anywhere."""
        return self.models.manager_classes(model, "objects") is not None

    def _method(self, model: Symbol, before: Selection, name: str) -> Symbol | None:
        manager = "objects"
        place = before.at
        if place is not None and isinstance(place.value, Name | Member):
            manager = tail(place.value)
        for owner in self.models.manager_classes(model, manager) or self.models.manager_classes(model, "objects") or ():
            found = self.project.member(owner, name)
            if found.kind is SymbolKind.FUNCTION:
                return found
        return None

    def _filtered(
        self, place: Place, before: Selection, arguments: tuple[Value, ...], keywords: tuple[tuple[str, Value], ...]
    ) -> Selection:
        if before.bounded:
            return before
        condition = self.lookups.of(place, self.model_of(before), arguments, keywords)
        exact = before.exact and condition.exact
        if condition.narrowing is Narrowing.NONE and condition.column:
            before = msgspec.structs.replace(before, compared=condition.column)
        # The last parent is the nearest one, unless it only is the user that asks.
        same = before.bound is Bound.BY_PARENT and self.lookups.of_user(condition.value)
        if condition.narrowing is Narrowing.NONE or (same and condition.narrowing is Narrowing.PARENT):
            return before if condition.exact else msgspec.structs.replace(before, exact=exact)
        if condition.narrowing is Narrowing.UNIQUE:
            how = f"selected by {condition.column}"
            return msgspec.structs.replace(before, bound=Bound.BOUNDED, how=how, exact=exact)
        how = f"rows of one {condition.column.partition('.')[0].removesuffix('_id')}"
        return msgspec.structs.replace(before, bound=Bound.BY_PARENT, how=how, parent=condition.value, exact=exact)

    # Slices

    def _subscript(self, place: Place, value: Subscript, steps: int) -> list[Selection]:
        before = self.read(self.following.inside(place, value.value), steps)
        if not before:
            return self._sources(place, steps)
        match value.index:
            case Operation(operator=":", operands=operands) as index:
                upper = operands[1] if len(operands) > 1 else Constant(None)
                if upper == Constant(None):
                    return before
                # Rows that are cut in memory are no narrower read: whoever asks follows them further.
                before = [each for each in before if each.form is Form.STATEMENT]
                return [at(place, each, self._sliced(place, each, index, upper)) for each in before]
            case Name(dotted="*"):
                return []
            case Constant(value=str()):
                return self._sources(place, steps)
            case _:
                return [formed(each, Form.ONE) for each in before]

    def _sliced(self, place: Place, before: Selection, index: Operation, upper: Value) -> Selection:
        """The slice of a query set: LIMIT and OFFSET."""
        limit = self.limits.of(self.following.inside(place, upper))
        if index.operands[0] not in (Constant(None), Constant(0)):
            before = paged(before)
        return limited(before, limit, f"[{slice_text(self.following.summary(place), index)}]")
