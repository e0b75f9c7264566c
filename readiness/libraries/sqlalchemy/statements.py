"""An expression that makes or runs a SQLAlchemy statement in, what it selects and what limits it out.

Covers `select()` of SQLAlchemy 1.4 and 2 and of SQLModel, `session.query()`, Flask-SQLAlchemy's `Model.query`, results,
and helpers of the project that build, narrow or run a statement.
"""

import msgspec

from readiness.libraries.sqlalchemy.columns import Columns
from readiness.libraries.sqlalchemy.making import Making
from readiness.libraries.sqlalchemy.pages import Pages, given_to
from readiness.libraries.sqlalchemy.reading import MAX_STEPS
from readiness.libraries.sqlalchemy.selections import (
    UNREAD,
    Form,
    Ordered,
    Selection,
    at,
    bounded,
    distinct,
    formed,
    ordered,
    portioned,
    shortened,
    unknown,
)
from readiness.libraries.sqlalchemy.steps import Steps
from readiness.libraries.sqlalchemy.vocabulary import (
    COMBINES,
    EXECUTES,
    LIMITED_HELPERS,
    ONE,
    PACKAGES,
    PAGES,
    RUNS_ONE,
    SAME_STATEMENT,
    SELECTS,
    SORTS,
    STATEMENT_TYPES,
    WRITERS,
    WRITES,
)
from readiness.libraries.values.expressions import receiver, tail, written
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

MAX_WAYS = 16
"""Ways of one expression; with more of them it may select rows in a way that is not known."""
MAX_SOURCES = 100
"""Places that the value of one place can come from; what is behind more of them is unknown."""
MAX_QUESTIONS = 3000
"""Expressions that are looked at for one question."""


Key = tuple[int, Value, int, bool]


class Statements:
    """Reads the statements of one project along paths of calls."""

    def __init__(self, following: Following) -> None:
        self.following = following
        self.project = following.project
        self.limits = Limits(following)
        self.columns = Columns(following)
        self.making = Making(self)
        self.pages = Pages(self)
        self.steps = Steps(self, self.making, self.pages)
        self._known: dict[Key, list[Selection]] = {}
        self._open: set[Key] = set()
        self._unsettled: dict[Key, list[Selection]] = {}
        self._questions = 0
        self._cut = 0
        """Answers cut short, at a loop or at the bound on steps."""

    def read(self, place: Place, steps: int = MAX_STEPS, *, given: bool = False) -> list[Selection]:
        """Every way in which the expression at a place selects rows; none where it is no statement and no result.

        With `given` the expression certainly is a statement: what cannot be followed is one that selects unknown rows.
        """
        key = (*place.key, given)
        known = self._known.get(key, self._unsettled.get(key))
        if known is not None:
            return known
        if not self._open:
            self._questions = 0
        self._questions += 1
        if key in self._open or steps <= 0 or self._questions > MAX_QUESTIONS:
            self._cut += 1
            return [unknown(place)] if given and key not in self._open else []
        self._open.add(key)
        cut = self._cut
        found = shortened(place, distinct(self._read(place, steps - 1, given)), MAX_WAYS)
        self._open.discard(key)
        if cut == self._cut or not self._open:
            self._known[key] = found
        else:
            # It lacks what loops back to a question that is still open; good enough for that question alone.
            self._unsettled[key] = found
        if not self._open:
            self._unsettled.clear()
        return found

    def _read(self, place: Place, steps: int, given: bool) -> list[Selection]:
        value = place.value
        match value:
            case CallRef():
                return self._call(place, self.following.summary(place).calls[value.index], steps, given)
            case Subscript():
                return self._subscript(place, value, steps, given)
            case Name() | Member():
                return self._named(place, steps, given)
            case Choice() | Starred():
                return self._sources(place, steps, given)
            case Operation(operator="or" | "and"):
                return self._sources(place, steps, given)
            case _:
                return []

    def _named(self, place: Place, steps: int, given: bool) -> list[Selection]:
        made = self.making.model_query(place)
        if made is not None:
            return [made]
        typed = self.making.typed_query(place)
        if typed is not None:
            return self._sources(place, steps) or [typed]
        return self._page_items(place, steps) or self._sources(place, steps, given)

    def _sources(self, place: Place, steps: int, given: bool = False) -> list[Selection]:
        found: list[Selection] = []
        sources = self.following.back(place)
        for source in sources[:MAX_SOURCES] if sources else ():
            conditional = self._conditional(source)
            found.extend(
                msgspec.structs.replace(each, conditional=each.conditional or conditional)
                for each in self.read(source, steps, given=given)
            )
        if sources and len(sources) > MAX_SOURCES and (given or found):
            self._cut += 1
            found.append(unknown(place))
        return [unknown(place)] if given and not sources else found

    def _page_items(self, place: Place, steps: int) -> list[Selection]:
        """`page.items`: the rows of a page; a list has no such attribute."""
        owner = receiver(place.value) if tail(place.value) == "items" else None
        if owner is None:
            return []
        return [each for each in self.read(self.following.inside(place, owner), steps) if each.form is Form.ROWS]

    def _conditional(self, place: Place) -> bool:
        """The call at a place runs only under a condition of its function."""
        call = self.following.call(place)
        return call is not None and bool(call.context & Context.CONDITION)

    def _call(self, place: Place, call: Call, steps: int, given: bool) -> list[Selection]:
        name = tail(call.callee)
        symbol = self.following.callee(place)
        if symbol.kind is SymbolKind.FUNCTION or self.following.runs(place):
            found = self._sources(place, steps, given)
            return [portioned(each) for each in found] if self._yields_in_loop(symbol) else found
        if symbol.kind is SymbolKind.EXTERNAL:
            made = self._external(place, call, symbol.name, steps)
            if made is not None:
                return made
        if symbol.kind is SymbolKind.BUILTIN:
            return self._builtin(place, call, symbol.name.rpartition(".")[2], steps)
        origin = receiver(call.callee)
        if origin is not None:
            owner = symbol.name.split(".") if symbol.kind is SymbolKind.EXTERNAL else []
            if owner:
                given = owner[0] in PACKAGES and (given or not STATEMENT_TYPES.isdisjoint(owner))
            before = self.read(self.following.inside(place, origin), steps, given=given)
            if before:
                return [
                    at(place, one, each) for one in before for each in self.steps.after(place, call, name, one, steps)
                ]
            if name == "query" and call.arguments and self.making.is_model(place, call.arguments[0]):
                return [self.making.selected(place, call)]
            if name in EXECUTES | RUNS_ONE and call.arguments:
                return self._executed(place, call, name, steps)
            if name in PAGES:
                return self.pages.of_given(place, call, steps)
        if symbol.kind is SymbolKind.CLASS:
            return []
        return self._passed_through(place, call, steps) or (
            [unknown(place)] if given and symbol.kind is not SymbolKind.EXTERNAL else []
        )

    def _yields_in_loop(self, symbol: Symbol) -> bool:
        """The function gives out rows from several reads, one after another."""
        summary = self.project.summary(symbol.path) if symbol.kind is SymbolKind.FUNCTION else None
        return summary is not None and any(
            each.scope == symbol.index and each.yields and each.context & Context.LOOP for each in summary.returns
        )

    def _external(self, place: Place, call: Call, dotted: str, steps: int) -> list[Selection] | None:
        """What a library's function or method gives; None where it needs the rows before it."""
        name = dotted.rpartition(".")[2]
        owners = dotted.split(".")[:-1]
        package = owners[0] if owners else ""
        if package in PACKAGES:
            if not WRITES.isdisjoint(owners) or (name in WRITERS and all(each.islower() for each in owners)):
                return []
            if owners[-1] == "SQLAlchemy" and name in ONE:
                return [Selection(Form.ONE, bound=Bound.BOUNDED, how=f"{name}()")]
            if owners[-1] == "SQLAlchemy" and name in PAGES and call.arguments:
                return self.pages.of_database(place, call, steps)
            if name in SELECTS and self.read_receiver(place, call, steps) == []:
                return [self.making.selected(place, call)]
            if name in COMBINES and len(call.arguments) > 1 and not self.read_receiver(place, call, steps):
                return [
                    each
                    for argument in call.arguments
                    for each in self.read(self.following.inside(place, argument), steps)
                ]
            if name == "text" and call.arguments:
                assert isinstance(place.value, CallRef)  # noqa: S101 -- it is the call, for the type checker
                return self.making.text(place, place.value.index, call)
            if name == "query" and call.arguments:
                return [self.making.selected(place, call)]
            if name == "get" and not self.read_receiver(place, call, steps):
                return [Selection(Form.ONE, bound=Bound.BOUNDED, how="by primary key")]
        if dotted in LIMITED_HELPERS:
            return self.pages.limited_by_helper(place, call, dotted, steps)
        if dotted.startswith(SAME_STATEMENT) and call.arguments:
            return [
                ordered(each, Ordered((written(self.following.summary(place), call.arguments[-1]),), exact=False))
                if name in SORTS
                else each
                for argument in given_to(call)
                for each in self.read(self.following.inside(place, argument), steps)
            ]
        if package == "fastapi_pagination" and name in PAGES:
            return self.pages.of_given(place, call, steps)
        return None

    def read_receiver(self, place: Place, call: Call, steps: int) -> list[Selection]:
        """What stands before the last dot of a call."""
        origin = receiver(call.callee)
        if origin is None:
            return []
        return self.read(self.following.inside(place, origin), steps)

    def _builtin(self, place: Place, call: Call, name: str, steps: int) -> list[Selection]:
        """`list(result)` and its kin keep the rows."""
        if name in ("list", "tuple", "set", "frozenset", "sorted", "reversed", "iter") and call.arguments:
            found = self.read(self.following.inside(place, call.arguments[0]), steps)
            return [formed(each, Form.ROWS) for each in found if each.form is not Form.ONE]
        return []

    def _executed(self, place: Place, call: Call, name: str, steps: int) -> list[Selection]:
        form = Form.ONE if name in RUNS_ONE else Form.ROWS if name == "fetch_all" else Form.RESULT
        statement = self.following.inside(place, call.arguments[0])
        given = self._is_session(place, call)
        found = [formed(each, form) for each in self.read(statement, steps, given=given) if each.form is Form.STATEMENT]
        if any(keyword == "execution_options" for keyword, _ in call.keywords):
            options = next(value for keyword, value in call.keywords if keyword == "execution_options")
            if "yield_per" in written(self.following.summary(place), options):
                return [bounded(each, "read in portions (yield_per)") for each in found]
        return found

    def _is_session(self, place: Place, call: Call) -> bool:
        """The call runs a statement for certain: by the type of its receiver, else by the receiver's name."""
        symbol = self.following.callee(place)
        if symbol.kind is SymbolKind.EXTERNAL:
            return symbol.name.partition(".")[0] in PACKAGES
        origin = receiver(call.callee)
        return origin is not None and tail(origin).strip("_").endswith(("session", "db", "connection", "conn"))

    def _passed_through(self, place: Place, call: Call, steps: int) -> list[Selection]:
        """A call that could not be followed, of a statement: what comes back is taken for a statement of the same rows."""
        found: list[Selection] = []
        for value in given_to(call):
            if not isinstance(value, Name | CallRef | Member):
                continue
            for each in self.read(self.following.inside(place, value), steps):
                if each.form is not Form.STATEMENT:
                    continue
                bound = Bound.UNKNOWN if each.bound is Bound.UNBOUNDED else each.bound
                how = f"goes through {written(self.following.summary(place), call.callee)}()"
                found.append(
                    msgspec.structs.replace(
                        ordered(each, UNREAD), bound=bound, how=how if bound is Bound.UNKNOWN else each.how, exact=False
                    )
                )
        return found

    def _subscript(self, place: Place, value: Subscript, steps: int, given: bool) -> list[Selection]:
        before = self.read(self.following.inside(place, value.value), steps)
        sliced = isinstance(value.index, Operation) and value.index.operator == ":"
        if not before:
            return self._sources(place, steps, given)
        if sliced:
            # On a query the slice is LIMIT and OFFSET; on rows it comes after the whole read.
            how = f"[{written(self.following.summary(place), value.index)}]"
            index = value.index
            begins = isinstance(index, Operation) and index.operands[0] not in (Constant(None), Constant(0))
            return [
                at(place, each, self._sliced(each, how, begins=begins)) if each.form is Form.STATEMENT else each
                for each in before
            ]
        if isinstance(value.index, Constant) and isinstance(value.index.value, int):
            unpacked = self._sources(place, steps)
            if unpacked:
                return unpacked
            # `statement, pagination = helper(statement)`: the first item of what could not be followed.
            if value.index.value == 0 and all(each.form is Form.STATEMENT for each in before):
                return before
        return []

    @staticmethod
    def _sliced(selection: Selection, how: str, *, begins: bool) -> Selection:
        """The rows of a slice of a query."""
        return msgspec.structs.replace(bounded(formed(selection, Form.ROWS), how), offset=selection.offset or begins)
