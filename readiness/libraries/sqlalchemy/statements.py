"""An expression that makes or runs a SQLAlchemy statement in, what it selects and what limits it out.

Covers `select()` of SQLAlchemy 1.4 and 2 and of SQLModel, `session.query()`, Flask-SQLAlchemy's `Model.query`, results,
and helpers of the project that build, narrow or run a statement.
"""

import msgspec

from readiness.libraries.expressions import called, inside, receiver, tail, written
from readiness.libraries.following import Following
from readiness.libraries.frames import Place
from readiness.libraries.limits import Limits
from readiness.libraries.sqlalchemy.columns import Columns, Condition, Narrowing
from readiness.libraries.sqlalchemy.selections import (
    Form,
    Selection,
    at,
    bounded,
    distinct,
    formed,
    joined,
    limited,
    unknown,
)
from readiness.libraries.sqlalchemy.vocabulary import (
    AGGREGATES,
    COMBINES,
    EXECUTES,
    LIMITED_HELPERS,
    LIMITS,
    ONE,
    PACKAGES,
    PAGES,
    RESULT_STEPS,
    ROWS,
    RUNS_ONE,
    SAME_STATEMENT,
    SELECTS,
    SQL_LIMIT,
    SQL_ONE,
    SQL_SELECT,
    STATEMENT_TYPES,
)
from readiness.model import Bound, PieceKind, SymbolKind
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
MAX_WAYS = 16
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
            return []
        self._open.add(key)
        cut = self._cut
        found = distinct(self._read(place, steps - 1, given))[:MAX_WAYS]
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
                made = self._model_query(place)
                return [made] if made is not None else self._sources(place, steps, given)
            case Choice() | Starred():
                return self._sources(place, steps, given)
            case Operation(operator="or" | "and"):
                return self._sources(place, steps, given)
            case _:
                return []

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

    def _conditional(self, place: Place) -> bool:
        """The call at a place runs only under a condition of its function."""
        call = self.following.call(place)
        return call is not None and bool(call.context & Context.CONDITION)

    def _call(self, place: Place, call: Call, steps: int, given: bool) -> list[Selection]:
        name = tail(call.callee)
        symbol = self.following.callee(place)
        if symbol.kind is SymbolKind.FUNCTION or self.following.runs(place):
            return self._sources(place, steps, given)
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
                return [at(place, one, each) for one in before for each in self._step(place, call, name, one, steps)]
            if name == "query" and call.arguments and self._is_model(place, call.arguments[0]):
                return [self._selected(place, call)]
            if name in EXECUTES | RUNS_ONE and call.arguments:
                return self._executed(place, call, name, steps)
            if name in PAGES:
                return self._paged(place, call, steps)
        if symbol.kind is SymbolKind.CLASS:
            return []
        return self._passed_through(place, call, steps) or (
            [unknown(place)] if given and symbol.kind is not SymbolKind.EXTERNAL else []
        )

    def _external(self, place: Place, call: Call, dotted: str, steps: int) -> list[Selection] | None:
        """What a library's function or method gives; None where it needs the rows before it."""
        name = dotted.rpartition(".")[2]
        package = dotted.partition(".")[0]
        if package in ("sqlalchemy", "sqlmodel"):
            if name in SELECTS and self.read_receiver(place, call, steps) == []:
                return [self._selected(place, call)]
            if name in COMBINES and len(call.arguments) > 1 and not self.read_receiver(place, call, steps):
                return [
                    each
                    for argument in call.arguments
                    for each in self.read(self.following.inside(place, argument), steps)
                ]
            if name == "text" and call.arguments:
                return self._text(place, call)
            if name == "query" and call.arguments:
                return [self._selected(place, call)]
            if name == "get" and not self.read_receiver(place, call, steps):
                return [Selection(Form.ONE, bound=Bound.BOUNDED, how="by primary key")]
        if dotted in LIMITED_HELPERS:
            return self._limited_by_helper(place, call, dotted, steps)
        if dotted.startswith(SAME_STATEMENT) and call.arguments:
            return [
                each
                for argument in self._given(call)
                for each in self.read(self.following.inside(place, argument), steps)
            ]
        if package == "fastapi_pagination" and name in PAGES:
            return self._paged(place, call, steps)
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

    @staticmethod
    def _given(call: Call) -> list[Value]:
        return [*call.arguments, *(value for _, value in call.keywords)]

    def _selected(self, place: Place, call: Call) -> Selection:
        """A new statement from `select(...)` or `query(...)`."""
        summary = self.following.summary(place)
        given = [each.value if isinstance(each, Starred) else each for each in call.arguments]
        single = bool(given) and all(self._aggregates(place, each) for each in given)
        first = given[0] if given else None
        model = ""
        model_place = None
        inner = self._inner(place, first)
        if inner is not None and not single:
            return formed(inner, Form.STATEMENT)
        if isinstance(first, Name | Member):
            model = written(summary, first)
            model_place = self.following.inside(place, first)
        return Selection(
            Form.STATEMENT,
            model=model,
            model_place=model_place,
            bound=Bound.BOUNDED if single else Bound.UNBOUNDED,
            how="aggregates only" if single else "no limit",
            at=place,
        )

    def _inner(self, place: Place, first: Value | None) -> Selection | None:
        """The statement that a column of a subquery belongs to: `rows` of `select(rows.c.id)`."""
        if not isinstance(first, Name) or ".c." not in first.dotted:
            return None
        owner = Name(first.dotted.partition(".c.")[0])
        return joined(self.read(self.following.inside(place, owner)))

    def _aggregates(self, place: Place, value: Value) -> bool:
        summary = self.following.summary(place)
        if isinstance(value, Constant):
            return True
        return isinstance(value, CallRef) and any(
            isinstance(each, CallRef) and called(self.project, place.frame.path, each.index) in AGGREGATES
            for each in inside(summary, value)
        )

    def _text(self, place: Place, call: Call) -> list[Selection]:
        """What SQL text selects; put together from pieces, each way it can come about must agree."""
        texts, whole = self._texts(place, call)
        if texts and not any(SQL_SELECT.match(text) for text in texts):
            return []
        few = [bool(SQL_LIMIT.search(text) or SQL_ONE.match(text)) for text in texts]
        if len(set(few)) != 1 or not (whole or few[0]):
            return [Selection(Form.STATEMENT, bound=Bound.UNKNOWN, how="SQL text that could not be read", exact=False)]
        bound = Bound.BOUNDED if few[0] else Bound.UNBOUNDED
        return [Selection(Form.STATEMENT, bound=bound, how="limited in its SQL text" if few[0] else "no limit")]

    def _texts(self, place: Place, call: Call) -> tuple[list[str], bool]:
        """The texts that a call's first argument can be, a blank for each piece that is no constant, and whether no such piece
        can hold a clause of its own."""
        path = place.frame.path
        text = self.project.constant(path, call.arguments[0], place.frame.scope, place.line)
        if isinstance(text, str):
            return [text], True
        summary = self.following.summary(place)
        index = next(index for index, each in enumerate(summary.calls) if each is call)
        built = self.project.text_of(path, index, call.arguments[0])
        words = (PieceKind.UNKNOWN, PieceKind.PARAMETER, PieceKind.REQUEST)
        texts = [
            "".join(piece.text if piece.kind is PieceKind.CONSTANT else " " for piece in alternative)
            for alternative in built.alternatives
        ]
        return texts, built.complete and not any(piece.kind in words for piece in built.pieces)

    def _is_model(self, place: Place, value: Value) -> bool:
        """The argument of a method called `query` is a class or an attribute of one, not text."""
        if not isinstance(value, Name | Member | CallRef):
            return False
        if isinstance(value, CallRef):
            return self._aggregates(place, value)
        symbol = self.project.resolve_value(place.frame.path, value, place.frame.scope, place.line)
        if symbol.kind is SymbolKind.CLASS:
            return True
        owner = receiver(value)
        if owner is not None:
            over = self.project.resolve_value(place.frame.path, owner, place.frame.scope, place.line)
            if over.kind is SymbolKind.CLASS:
                return True
        return "session" in written(self.following.summary(place), self._session(place)).lower()

    def _session(self, place: Place) -> Value | None:
        call = self.following.call(place)
        return receiver(call.callee) if call is not None else None

    def _model_query(self, place: Place) -> Selection | None:
        """`User.query`, the attribute that Flask-SQLAlchemy gives to models."""
        value = place.value
        if tail(value) != "query":
            return None
        owner = receiver(value)
        if owner is None:
            return None
        symbol = self.project.resolve_value(place.frame.path, owner, place.frame.scope, place.line)
        if symbol.kind is not SymbolKind.CLASS or self.project.member(symbol, "query").kind is SymbolKind.FUNCTION:
            return None
        summary = self.following.summary(place)
        return Selection(Form.STATEMENT, model=written(summary, owner), model_place=self.following.inside(place, owner))

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

    def _paged(self, place: Place, call: Call, steps: int) -> list[Selection]:
        """A call of a library's `paginate`."""
        how = f".{tail(call.callee)}(...)"
        given = [each for value in self._given(call) for each in self.read(self.following.inside(place, value), steps)]
        model = next((each.model for each in given if each.model), "")
        return [Selection(Form.ROWS, model=model, bound=Bound.BOUNDED, how=how, exact=bool(given))] if given else []

    def _passed_through(self, place: Place, call: Call, steps: int) -> list[Selection]:
        """A call that could not be followed, of a statement: what comes back is taken for a statement of the same rows."""
        found: list[Selection] = []
        for value in self._given(call):
            if not isinstance(value, Name | CallRef | Member):
                continue
            for each in self.read(self.following.inside(place, value), steps):
                if each.form is not Form.STATEMENT:
                    continue
                bound = Bound.UNKNOWN if each.bound is Bound.UNBOUNDED else each.bound
                how = f"goes through {written(self.following.summary(place), call.callee)}()"
                found.append(
                    msgspec.structs.replace(each, bound=bound, how=each.how if each.bounded else how, exact=False)
                )
        return found

    def _limited_by_helper(self, place: Place, call: Call, dotted: str, steps: int) -> list[Selection]:
        wanted = LIMITED_HELPERS[dotted]
        value = next((each for name, each in call.keywords if name == wanted), None)
        if value is None and len(call.arguments) > 2:
            value = call.arguments[2]
        given = [each for one in self._given(call) for each in self.read(self.following.inside(place, one), steps)]
        if value is None:
            return given
        limit = self.limits.of(self.following.inside(place, value))
        how = f"{dotted.rpartition('.')[2]}({wanted}={limit.text})"
        return [at(place, each, limited(each, limit, how)) for each in given]

    def _subscript(self, place: Place, value: Subscript, steps: int, given: bool) -> list[Selection]:
        before = self.read(self.following.inside(place, value.value), steps)
        sliced = isinstance(value.index, Operation) and value.index.operator == ":"
        if not before:
            return self._sources(place, steps, given)
        if sliced:
            # On a query the slice is LIMIT and OFFSET; on rows it comes after the whole read.
            how = f"[{written(self.following.summary(place), value.index)}]"
            return [bounded(formed(each, Form.ROWS), how) if each.form is Form.STATEMENT else each for each in before]
        if isinstance(value.index, Constant) and isinstance(value.index.value, int):
            unpacked = self._sources(place, steps)
            if unpacked:
                return unpacked
            # `statement, pagination = helper(statement)`: the first item of what could not be followed.
            if value.index.value == 0 and all(each.form is Form.STATEMENT for each in before):
                return before
        return []

    def _step(self, place: Place, call: Call, name: str, before: Selection, steps: int) -> list[Selection]:
        """What a method makes of a statement, a query or a result."""
        if before.form is Form.ONE:
            return []
        if name in PAGES:
            return [bounded(formed(before, Form.ROWS), f".{name}(...)")]
        if name in ROWS:
            return [formed(before, Form.ROWS)]
        if before.form is Form.ROWS:
            return []
        if name == "fetchmany":
            return [bounded(formed(before, Form.ROWS), ".fetchmany(...)")]
        if name == "yield_per":
            return [bounded(before, "read in portions (yield_per)")]
        if name in ONE and not (before.form is Form.STATEMENT and name in ("delete", "update")):
            return [formed(before, Form.ONE)]
        if before.form is Form.RESULT:
            return [before] if name in RESULT_STEPS else []
        return self._narrowed(place, call, name, before, steps)

    def _narrowed(self, place: Place, call: Call, name: str, before: Selection, steps: int) -> list[Selection]:
        if name in LIMITS and call.arguments:
            limit = self.limits.of(self.following.inside(place, call.arguments[0]))
            return [limited(before, limit, f".{name}({limit.text})")]
        if name == "slice":
            return [bounded(before, ".slice(...)")]
        if name == "execution_options" and any(keyword == "yield_per" for keyword, _ in call.keywords):
            return [bounded(before, "read in portions (yield_per)")]
        if name in ("with_only_columns", "with_entities") and call.arguments:
            if all(self._aggregates(place, each) for each in call.arguments):
                return [bounded(before, "aggregates only")]
            return [before]
        if name in ("where", "filter"):
            return [self._filtered(place, before, self.columns.where(place, call.arguments))]
        if name == "filter_by":
            return [self._filtered(place, before, self.columns.filter_by(place, before.model_place, call.keywords))]
        if name == "group_by" and before.bound is Bound.UNBOUNDED:
            return [msgspec.structs.replace(before, bound=Bound.UNKNOWN, how="one row for each group", exact=False)]
        if name in COMBINES:
            others = [
                each for value in call.arguments for each in self.read(self.following.inside(place, value), steps)
            ]
            return [before, *others]
        return [before]

    def _filtered(self, place: Place, before: Selection, condition: Condition) -> Selection:
        exact = before.exact and condition.exact
        if before.bounded:
            return before
        if condition.narrowing is Narrowing.NONE:
            return before if condition.exact else msgspec.structs.replace(before, exact=exact)
        if condition.narrowing is Narrowing.UNIQUE:
            how = f"selected by {condition.column}"
            return msgspec.structs.replace(before, bound=Bound.BOUNDED, how=how, exact=exact)
        how = f"rows of one {condition.column.rpartition('.')[2].removesuffix('_id')}"
        return msgspec.structs.replace(before, bound=Bound.BY_PARENT, how=how, parent=condition.value, exact=exact)
