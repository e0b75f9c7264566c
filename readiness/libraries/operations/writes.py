"""A function in, the calls out that change rows of a database, in it and in what it calls.

Changes are those of SQLAlchemy sessions, statements and mapped objects, of Django's managers, query sets and models, SQL text
that begins with INSERT, UPDATE or DELETE, and the collections of MongoDB's drivers. A commit alone changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from readiness.libraries.django_orm.likelihood import Likelihood
from readiness.libraries.django_orm.querysets import QuerySets
from readiness.libraries.django_orm.vocabulary import MANAGER_NAMES
from readiness.libraries.listing.row_classes import RowClasses
from readiness.libraries.operations.functions import Functions
from readiness.libraries.sqlalchemy.selections import Form
from readiness.libraries.sqlalchemy.statements import Statements
from readiness.libraries.values.expressions import callee_text, receiver, tail
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Place
from readiness.model import Project, Query, Symbol, SymbolKind
from readiness.model.summary import Call, CallRef, Constant, Member, Name, Sequence, Summary, Value

SESSION_ACTIONS = {
    "add": "inserts", "add_all": "inserts", "merge": "writes", "delete": "deletes", "bulk_save_objects": "writes",
    "bulk_insert_mappings": "inserts", "bulk_update_mappings": "updates",
}  # fmt: skip
SESSIONS = frozenset({"Session", "AsyncSession", "scoped_session", "async_scoped_session"})
QUERIES = frozenset({"Query", "RowReturningQuery"})
SESSION_NAMES = frozenset({"session", "db_session", "dbsession"})
RUNS = frozenset({"execute", "exec", "scalar", "scalars", "stream"})
STATEMENTS = {"insert": "inserts", "update": "updates", "delete": "deletes"}
ORM = ("sqlalchemy", "sqlmodel", "flask_sqlalchemy")
QUERY_ACTIONS = {"delete": "deletes", "update": "updates"}
ROW_ACTIONS = {"save": "writes", "asave": "writes", "delete": "deletes", "adelete": "deletes"}
SET_ACTIONS = {
    "create": "inserts", "acreate": "inserts", "bulk_create": "inserts", "abulk_create": "inserts", "update": "updates",
    "aupdate": "updates", "bulk_update": "updates", "abulk_update": "updates", "delete": "deletes", "adelete": "deletes",
    "get_or_create": "inserts", "aget_or_create": "inserts", "update_or_create": "writes", "aupdate_or_create": "writes",
    "create_user": "inserts",
}  # fmt: skip
MONGO_ACTIONS = {
    "insert_one": "inserts", "insert_many": "inserts", "update_one": "updates", "update_many": "updates",
    "replace_one": "updates", "delete_one": "deletes", "delete_many": "deletes", "find_one_and_update": "updates",
    "find_one_and_replace": "updates", "find_one_and_delete": "deletes",
}  # fmt: skip
"""Methods of a collection in pymongo 4 and motor 3."""
SQL_ACTIONS = {
    "INSERT": "inserts", "REPLACE": "writes", "MERGE": "writes", "UPDATE": "updates", "DELETE": "deletes",
    "TRUNCATE": "deletes",
}  # fmt: skip
MAKES_ROW = frozenset({"get_or_create", "aget_or_create"})
ENDS = frozenset(SESSION_ACTIONS) | set(ROW_ACTIONS) | set(SET_ACTIONS) | set(MONGO_ACTIONS) | RUNS
TABLE = "__tablename__"
CHAIN = 12


class Change(Struct, frozen=True):
    """One change, where it stands and how a function gets there."""

    action: str
    subject: str
    path: str
    scope: int
    index: int
    """The call; -1 for an attribute that is set."""
    line: int
    text: str
    fields: tuple[str, ...] = ()
    """The columns that an update sets, where they are known."""
    through: tuple[Symbol, ...] = ()
    """Functions on the way, outermost first."""
    step: int = -1
    """The call in the asked function that leads there; the change itself where it stands in that function."""
    steps: tuple[tuple[str, int, int], ...] = ()
    """File, function and line of each call on the way, and of the change."""


class Writes:
    """Finds the changes of one project's functions."""

    def __init__(self, project: Project, functions: Functions) -> None:
        self.project = project
        self.functions = functions
        self.following = Following(project)
        self.row_classes = RowClasses(self.following, Statements(self.following))
        self.sets = QuerySets(self.following)
        self.likely = Likelihood(project)
        self.orm = frozenset(project.imports(*ORM))
        self.django = bool(project.imports("django"))
        self.mongo = bool(project.imports("pymongo", "motor", "mongoengine"))
        self._queries = {
            (each.span.path, each.span.line, each.span.column): each
            for each in project.each(Query)
            if each.statement in SQL_ACTIONS
        }
        self._direct: dict[tuple[str, int], tuple[Change, ...]] = {}
        self._behind: dict[tuple[str, int, int], tuple[Change, ...]] = {}
        self._mapped: dict[str, bool] = {}

    def of(self, symbol: Symbol, depth: int) -> tuple[Change, ...]:
        """The changes in a function and in those that it calls, at most so many calls away; each place once."""
        key = (symbol.path, symbol.index, depth)
        if key in self._behind:
            return self._behind[key]
        self._behind[key] = ()  # while it is open: a function that calls itself
        found = {(each.path, each.line, each.text): each for each in self.direct(symbol)}
        summary = self.project.summary(symbol.path)
        steps = self.functions.steps(symbol) if depth and summary is not None else []
        lines = {index: summary.calls[index].line for index, _ in steps} if summary is not None else {}
        for index, called in steps:
            for each in self.of(called, depth - 1):
                place = (each.path, each.line, each.text)
                if place not in found:
                    found[place] = _through(each, called, symbol, index, lines[index])
        self._behind[key] = tuple(found.values())
        return self._behind[key]

    def direct(self, symbol: Symbol) -> tuple[Change, ...]:
        """The changes that stand in a function itself."""
        key = (symbol.path, symbol.index)
        if key not in self._direct:
            self._direct[key] = tuple(self._in(symbol))
        return self._direct[key]

    def _in(self, symbol: Symbol) -> Iterator[Change]:
        path = symbol.path
        summary = self.project.summary(path)
        if summary is None:
            return
        commits = False
        for scope, body in self.functions.bodies(symbol):
            for index in body.calls:
                call = summary.calls[index]
                name = tail(call.callee)
                commits |= name in ("commit", "flush")
                found = self._call(path, summary, index, call, name)
                if found is not None:
                    action, subject, fields = found
                    where = ((path, scope, call.line),)
                    yield Change(
                        action,
                        subject,
                        path,
                        scope,
                        index,
                        call.line,
                        callee_text(summary, call),
                        fields,
                        (),
                        index,
                        where,
                    )
        if commits and path in self.orm:
            yield from self._set(symbol, summary)

    def _call(
        self, path: str, summary: Summary, index: int, call: Call, name: str
    ) -> tuple[str, str, tuple[str, ...]] | None:
        """What a call changes, of what, and which columns."""
        if self._queries:
            span = self.project.span(path, index)
            query = self._queries.get((span.path, span.line, span.column))
            if query is not None:
                return SQL_ACTIONS[query.statement], "", ()
        if name not in ENDS:
            return None
        if name in MONGO_ACTIONS:
            return self._mongo(path, index, call, name)
        symbol = self.project.callee(path, index)
        if symbol.kind in (SymbolKind.FUNCTION, SymbolKind.CLASS, SymbolKind.BUILTIN):
            return None
        origin = receiver(call.callee)
        if origin is None:
            return None
        if self.orm and (path in self.orm or symbol.kind is SymbolKind.EXTERNAL):
            found = self._session(path, summary, call, name, symbol, origin)
            if found is not None:
                return found
        return self._django(path, summary, index, call, name, origin) if self.django else None

    # SQLAlchemy

    def _session(
        self, path: str, summary: Summary, call: Call, name: str, symbol: Symbol, origin: Value
    ) -> tuple[str, str, tuple[str, ...]] | None:
        owner = symbol.name.split(".")[-2:-1] if symbol.kind is SymbolKind.EXTERNAL else []
        external = bool(owner) and symbol.name.startswith(ORM)
        session = (external and owner[0] in SESSIONS | {"session"}) or (
            symbol.kind is not SymbolKind.EXTERNAL and tail(origin).strip("_") in SESSION_NAMES
        )
        if session and name in SESSION_ACTIONS:
            held = self._held(path, call) if name == "add" else None
            if held is not None:
                return "updates", self._subject(path, call), held
            return SESSION_ACTIONS[name], self._subject(path, call), ()
        if (
            name in RUNS
            and call.arguments
            and (session or (external and owner[0] in ("Connection", "AsyncConnection")))
        ):
            statement = self._statement(path, summary, call.arguments[0], call)
            return (*statement, ()) if statement is not None else None
        if name in QUERY_ACTIONS and isinstance(origin, CallRef | Name):
            known = path in self.orm or (external and owner[0] in QUERIES)
            model = self._queried(path, summary, origin) if known else None
            if model is not None:
                return QUERY_ACTIONS[name], model, _keys(call)
        return None

    def _held(self, path: str, call: Call) -> tuple[str, ...] | None:
        """The attributes that were set on a row which `session.add` is given again; None for a new row."""
        given = call.arguments[0] if call.arguments else None
        if not isinstance(given, Name) or "." in given.dotted:
            return None
        fields = []
        for each in self.functions.body(path, call.scope).assignments:
            if each.target == given.dotted and isinstance(each.value, CallRef):
                made = self.project.callee(path, each.value.index)
                if made.kind is SymbolKind.CLASS or each.line > call.line:
                    return None
            owner, _, attribute = each.target.rpartition(".")
            if owner == given.dotted:
                fields.append(attribute)
        return tuple(fields) or None

    def _subject(self, path: str, call: Call) -> str:
        if not call.arguments:
            return ""
        return _short(self.project.type_of(path, call.arguments[0], call.scope, call.line))

    def _statement(self, path: str, summary: Summary, value: Value, call: Call) -> tuple[str, str] | None:
        """What an insert, update or delete statement does: the beginning of its chain."""
        frame = self.following.entry_frame(path, call.scope)
        place: Place | None = Place(value, frame, call.line)
        for _ in range(CHAIN):
            if place is None:
                return None
            inner = self.following.call(place)
            if inner is None:
                back = self.following.back(place)
                place = back[0] if back else None
                continue
            origin = receiver(inner.callee)
            if isinstance(origin, CallRef):
                place = Place(origin, place.frame, inner.line)
                continue
            made = self.following.callee(place)
            last = made.name.rpartition(".")[2]
            if made.kind is SymbolKind.EXTERNAL and made.name.startswith("sqlalchemy") and last in STATEMENTS:
                given = inner.arguments[0] if inner.arguments else None
                return STATEMENTS[last], tail(given) if given is not None else ""
            return None
        return None

    def _queried(self, path: str, summary: Summary, origin: CallRef | Name) -> str | None:
        """The model of `session.query(Model)....delete()`, or of `Model.query....delete()`; None for anything else."""
        value: Value = origin
        for _ in range(CHAIN):
            if not isinstance(value, CallRef):
                break
            call = summary.calls[value.index]
            before = receiver(call.callee)
            if tail(call.callee) == "query" and before is not None:
                given = call.arguments[0] if call.arguments else None
                return tail(given) if given is not None else ""
            if before is None:
                return None
            value = before
        if isinstance(value, Name) and value.dotted.endswith(".query"):
            owner = self.project.resolve(path, value.dotted.rpartition(".")[0])
            return _short(owner) if owner.kind is SymbolKind.CLASS and self._is_mapped(owner) else None
        return None

    def _set(self, symbol: Symbol, summary: Summary) -> Iterator[Change]:
        """Attributes of mapped objects that are set in a function that commits."""
        kinds: dict[str, Symbol | None] = {}
        rows: dict[str, tuple[str, list[str], int, int]] = {}
        for scope, body in self.functions.bodies(symbol):
            for each in body.assignments:
                owner, _, attribute = each.target.rpartition(".")
                if not owner or "." in owner or owner in ("self", "cls") or attribute.endswith("[]"):
                    continue
                if owner not in kinds:
                    kinds[owner] = self._row_class(symbol.path, Name(owner), scope, each.line)
                kind = kinds[owner]
                if kind is not None:
                    rows.setdefault(owner, (_short(kind), [], scope, each.line))[1].append(attribute)
        made = self._made(symbol)
        for owner, (model, attributes, scope, line) in rows.items():
            if owner not in made:
                where = ((symbol.path, scope, line),)
                text = f"{owner}.{attributes[0]} = ..."
                yield Change("updates", model, symbol.path, scope, -1, line, text, tuple(attributes), (), -1, where)

    def _row_class(self, path: str, value: Value, scope: int, line: int) -> Symbol | None:
        """The mapped class of the row that a value is."""
        kind: Symbol | None = self.project.type_of(path, value, scope, line)
        if kind is not None and kind.kind is SymbolKind.UNKNOWN:
            place = Place(value, self.following.entry_frame(path, scope), line)
            kind = self._gotten(place) or self.row_classes.of(place)
        return kind if kind is not None and kind.kind is SymbolKind.CLASS and self._is_mapped(kind) else None

    def _gotten(self, place: Place) -> Symbol | None:
        """The class that `session.get(Order, key)` is asked for."""
        for source in self.following.back(place) or ():
            call = self.following.call(source)
            if call is not None and call.arguments and tail(call.callee) in ("get", "get_one"):
                given = call.arguments[0]
                return self.project.resolve_value(source.frame.path, given, source.frame.scope, source.line)
        return None

    def _made(self, symbol: Symbol) -> set[str]:
        """Names in a function that are bound to a new object of a class."""
        return {
            each.target
            for _, body in self.functions.bodies(symbol)
            for each in body.assignments
            if isinstance(each.value, CallRef)
            and self.project.callee(symbol.path, each.value.index).kind is SymbolKind.CLASS
        }

    def _is_mapped(self, kind: Symbol) -> bool:
        """A class of rows: it names its table, or a base of it is one of SQLAlchemy's."""
        if kind.name not in self._mapped:
            self._mapped[kind.name] = self.project.member(kind, TABLE).kind is not SymbolKind.UNKNOWN or any(
                each.kind is SymbolKind.EXTERNAL
                and (each.name.startswith(ORM) and each.name.rpartition(".")[2] in ("DeclarativeBase", "Model"))
                for each in self.project.ancestors(kind)
            )
        return self._mapped[kind.name]

    # Django and others

    def _django(
        self, path: str, summary: Summary, index: int, call: Call, name: str, origin: Value
    ) -> tuple[str, str, tuple[str, ...]] | None:
        if name in ROW_ACTIONS:
            kind = self.project.type_of(path, origin, call.scope, call.line)
            if self.sets.models.is_model(kind):
                return ROW_ACTIONS[name], _short(kind), _named_fields(call)
            taken = self._taken(path, origin, call) if name in ("save", "asave") else None
            if taken is not None:
                return ROW_ACTIONS[name], taken, _named_fields(call)
        if name not in SET_ACTIONS:
            return None
        manager = self._manager(path, summary, call, origin)
        if manager is not None:
            return SET_ACTIONS[name], manager, _keys(call) if name in ("update", "aupdate") else ()
        if not self.likely.rows(path, CallRef(index), call.scope):
            return None
        place = Place(CallRef(index), self.following.entry_frame(path, call.scope), call.line)
        ways = [each for each in self.sets.read(place) if each.form is Form.ONE]
        if not ways:
            return None
        return SET_ACTIONS[name], ways[0].model, _keys(call) if name in ("update", "aupdate") else ()

    def _taken(self, path: str, origin: Value, call: Call) -> str | None:
        """The model of a row that was taken out of a query set: `rows[0]`, `rows.first()`; None for anything else."""
        if (isinstance(origin, Name) and "." in origin.dotted) or not self.likely.rows(path, origin, call.scope):
            return None
        place = Place(origin, self.following.entry_frame(path, call.scope), call.line)
        ways = [each for each in self.sets.read(place) if each.form is Form.ONE]
        return ways[0].model if ways else None

    def _manager(self, path: str, summary: Summary, call: Call, origin: Value) -> str | None:
        """The model of `Model.objects....`; None where the chain begins otherwise."""
        for _ in range(CHAIN):
            if isinstance(origin, CallRef):
                before = receiver(summary.calls[origin.index].callee)
                if before is None:
                    return None
                origin = before
            elif isinstance(origin, Name) and "." in origin.dotted:
                owner, _, last = origin.dotted.rpartition(".")
                if last not in MANAGER_NAMES:
                    return None
                symbol = self.project.resolve(path, owner, call.scope, call.line)
                return _short(symbol) if self.sets.models.is_model(symbol) else None
            elif isinstance(origin, Member):
                origin = origin.value
            else:
                return None
        return None

    def _mongo(self, path: str, index: int, call: Call, name: str) -> tuple[str, str, tuple[str, ...]] | None:
        symbol = self.project.callee(path, index)
        known = symbol.kind is SymbolKind.EXTERNAL and symbol.name.startswith(("pymongo", "motor"))
        if not known and not (self.mongo and symbol.kind is SymbolKind.UNKNOWN):
            return None
        origin = receiver(call.callee)
        return MONGO_ACTIONS[name], tail(origin) if origin is not None else "", ()


def _through(change: Change, called: Symbol, caller: Symbol, index: int, line: int) -> Change:
    return replace(
        change,
        through=(called, *change.through),
        step=index,
        steps=((caller.path, caller.index, line), *change.steps),
    )


def _keys(call: Call) -> tuple[str, ...]:
    return tuple(name for name, _ in call.keywords if name and name != "synchronize_session")


def _named_fields(call: Call) -> tuple[str, ...]:
    """The columns of `save(update_fields=[...])`."""
    given = next((value for name, value in call.keywords if name == "update_fields"), None)
    if not isinstance(given, Sequence):
        return ()
    return tuple(each.value for each in given.items if isinstance(each, Constant) and isinstance(each.value, str))


def _short(symbol: Symbol) -> str:
    """The bare name of a class; empty for anything else."""
    if symbol.kind not in (SymbolKind.CLASS, SymbolKind.EXTERNAL):
        return ""
    return symbol.name.rpartition("::")[2].rpartition(".")[2]
