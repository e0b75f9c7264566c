"""The beginning of a statement in, what it selects before anything narrows it out."""

from readiness.libraries.sql.rows import rows_of
from readiness.libraries.sqlalchemy.columns import COLUMN_MAKERS
from readiness.libraries.sqlalchemy.reading import Reading
from readiness.libraries.sqlalchemy.results import MODEL_QUERY
from readiness.libraries.sqlalchemy.selections import Form, Selection, formed, joined
from readiness.libraries.sqlalchemy.vocabulary import AGGREGATES
from readiness.libraries.values.expressions import called, inside, receiver, tail, written
from readiness.libraries.values.frames import Place
from readiness.model import Bound, Symbol, SymbolKind
from readiness.model.summary import Call, CallRef, Constant, Member, Name, Starred, Value


class Making:
    """Reads `select(...)`, `query(...)`, `text(...)` and `Model.query`."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.following = reading.following
        self.project = reading.following.project

    def selected(self, place: Place, call: Call) -> Selection:
        """A new statement from `select(...)` or `query(...)`."""
        summary = self.following.summary(place)
        given = [each.value if isinstance(each, Starred) else each for each in call.arguments]
        single = bool(given) and all(self.aggregates(place, each) for each in given)
        first = given[0] if given else None
        model = ""
        model_place = None
        inner = self._inner(place, first)
        if inner is not None and not single:
            return formed(inner, Form.STATEMENT)
        if isinstance(first, CallRef) and called(self.project, place.frame.path, first.index) == "distinct":
            return self._different(place, summary.calls[first.index])
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

    def _different(self, place: Place, call: Call) -> Selection:
        """`select(distinct(User.city))`: one row for each value of a column."""
        model = written(self.following.summary(place), call.arguments[0]) if call.arguments else ""
        how = f"one row for each value of {model}"
        return Selection(Form.STATEMENT, model=model, bound=Bound.UNKNOWN, how=how, exact=False, at=place)

    def _inner(self, place: Place, first: Value | None) -> Selection | None:
        """The statement that a column of a subquery belongs to: `rows` of `select(rows.c.id)`."""
        mark = next((each for each in (".c.", ".columns.") if isinstance(first, Name) and each in first.dotted), "")
        if not mark or not isinstance(first, Name):
            return None
        owner = Name(first.dotted.partition(mark)[0])
        return joined(self.reading.read(self.following.inside(place, owner)))

    def aggregates(self, place: Place, value: Value) -> bool:
        summary = self.following.summary(place)
        if isinstance(value, Constant):
            return True
        return isinstance(value, CallRef) and any(
            isinstance(each, CallRef) and called(self.project, place.frame.path, each.index) in AGGREGATES
            for each in inside(summary, value)
        )

    def is_model(self, place: Place, value: Value) -> bool:
        """The argument of a method called `query` is a class or an attribute of one, not text."""
        if not isinstance(value, Name | Member | CallRef):
            return False
        if isinstance(value, CallRef):
            return self.aggregates(place, value)
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

    def model_query(self, place: Place) -> Selection | None:
        """`User.query`, the attribute that Flask-SQLAlchemy gives to models."""
        value = place.value
        owner = receiver(value) if tail(value) == "query" else None
        if owner is None:
            return None
        symbol = self.project.resolve_value(place.frame.path, owner, place.frame.scope, place.line)
        if symbol.kind is not SymbolKind.CLASS or self._is_own(self.project.member(symbol, "query")):
            return None
        summary = self.following.summary(place)
        return Selection(Form.STATEMENT, model=written(summary, owner), model_place=self.following.inside(place, owner))

    def typed_query(self, place: Place) -> Selection | None:
        """`cls.query` in a method of a model, where nothing more is known of `cls`."""
        owner = receiver(place.value) if tail(place.value) == "query" else None
        frame = place.frame
        if owner is None or self.project.type_of(frame.path, place.value, frame.scope, place.line).name != MODEL_QUERY:
            return None
        model = written(self.following.summary(place), owner)
        if model == "cls":
            model = self.project.symbol(frame.path, frame.scope).rpartition("::")[2].rpartition(".")[0]
        return Selection(Form.STATEMENT, model=model, model_place=self.following.inside(place, owner))

    def _is_own(self, member: Symbol) -> bool:
        """The class has a method or a column of that name."""
        if member.kind is SymbolKind.FUNCTION:
            return True
        summary = self.project.summary(member.path) if member.kind is SymbolKind.VARIABLE else None
        made = summary.assignments[member.index].value if summary is not None and member.index >= 0 else None
        return isinstance(made, CallRef) and called(self.project, member.path, made.index) in COLUMN_MAKERS

    def text(self, place: Place, index: int, call: Call) -> list[Selection]:
        """What SQL text selects; nothing where it reads no rows."""
        found = rows_of(self.project.text_of(place.frame.path, index, call.arguments[0]))
        if found is None:
            return []
        return [
            Selection(
                Form.STATEMENT,
                model=found.model,
                bound=found.bound,
                how=found.how,
                exact=found.exact,
                compared=found.compared,
            )
        ]
