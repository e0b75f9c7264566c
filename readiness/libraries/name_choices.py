"""Queries and calls of query builders in, one `NameChoice` out for each name of a table, column or relation that is decided at
run time: in SQL text, by `getattr(Model, name)`, in `order_by(name)`, in `filter(**names)`.

What an ORM does with such names was read in SQLAlchemy 2.1.9 (`filter_by`, `order_by`) and Django 5.2 (`order_by`, `values`,
lookups): no name can carry SQL, but each reaches every column, and Django's also every related table.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from readiness.libraries.django_orm.models import Models
from readiness.libraries.django_orm.querysets import QuerySets
from readiness.libraries.sqlalchemy.columns import COLUMN_MAKERS
from readiness.libraries.sqlalchemy.selections import Form
from readiness.libraries.values.expressions import called, receiver, tail, written
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Place
from readiness.libraries.values.route_inputs import RouteInputs, route_inputs
from readiness.model import (
    Library,
    NameChoice,
    PieceKind,
    Project,
    Query,
    Resolution,
    Scope,
    Symbol,
    SymbolKind,
    Text,
)
from readiness.model.summary import (
    Assignment,
    Call,
    CallRef,
    Class,
    Constant,
    Function,
    Mapping,
    Member,
    Name,
    Summary,
    Value,
)
from readiness.model.telling import tells

library = Library(__name__, stage="joined", provides=[NameChoice], aside=True)

SCOPES = (Scope.SERVICE, Scope.SCRIPT, Scope.MIGRATION)
SQLALCHEMY = ("sqlalchemy", "sqlmodel", "flask_sqlalchemy")
MAPPED = (
    "flask_sqlalchemy.SQLAlchemy.Model",
    "flask_sqlalchemy.model.Model",
    "flask_sqlalchemy.model.DefaultMeta",
    "sqlmodel.SQLModel",
    "sqlalchemy.orm.DeclarativeBase",
    "sqlalchemy.orm.declarative_base",
    "sqlalchemy.ext.declarative.declarative_base",
    "sqlalchemy.orm.decl_api.DeclarativeBase",
)
MODEL_NAMES = frozenset({"model", "model_class", "sql_model", "db_model", "entity", "entity_class"})
"""Names that a mapped class has in generic code."""
NAMES_TAKEN = frozenset({"order_by", "values", "values_list", "only", "defer", "latest", "earliest", "select_related"})
"""Methods of a Django query set whose arguments are names."""
LOOKUPS = frozenset({"filter", "exclude", "get", "filter_by", "get_or_create", "Q"})
"""Callables whose keywords are names of columns, or of lookups."""
ASKED = NAMES_TAKEN | LOOKUPS | {"getattr"}
REQUEST_NAMES = frozenset({"request", "req"})
MAX_STEPS = 4

CHECKED = frozenset({"cleaned_data", "validated_data"})
"""Attributes of Django's forms and of the serializers of Django REST framework that hold only fields which they declare."""


@library.recognises
def name_choices(project: Project) -> Iterator[NameChoice]:
    """Every name in a query that is not fixed in the code, however well it is checked."""
    inputs = route_inputs(project)
    for query in project.each(Query):
        choice = _in_text(query, inputs)
        if choice is not None:
            yield choice
    builders = _Builders(project, inputs)
    for path, asked in project.gathered(choosing, Scope.SERVICE):
        summary = project.summary(path)
        for index in asked:
            found = builders.choice(path, index, summary.calls[index]) if summary is not None else None
            if found is not None:
                yield found


@tells
def choosing(summary: Summary) -> list[int]:
    """The calls of a file that may choose names."""
    return [index for index, call in enumerate(summary.calls) if tail(call.callee) in ASKED and _may_choose(call)]


def _may_choose(call: Call) -> bool:
    name = tail(call.callee)
    if name == "getattr":
        return (
            call.callee == Name("getattr") and len(call.arguments) > 1 and not isinstance(call.arguments[1], Constant)
        )
    if name in NAMES_TAKEN and any(not isinstance(each, Constant) for each in call.arguments):
        return True
    return name in LOOKUPS and any(not keyword for keyword, _ in call.keywords)


def _in_text(query: Query, inputs: RouteInputs) -> NameChoice | None:
    """The pieces of a SQL text that stand where a name does."""
    if query.scope not in SCOPES:
        return None
    ways = tuple(
        tuple(inputs.chosen(piece, query.symbol) for piece in each if piece.position == "identifier")
        for each in query.text.alternatives
    )
    if not any(ways):
        return None
    return NameChoice(
        span=query.span,
        symbol=query.symbol,
        scope=query.scope,
        resolution=query.resolution,
        library=query.library,
        api=query.api,
        subject="a name in the SQL text",
        text=replace(query.text, alternatives=tuple(each for each in ways if each)),
        sql=True,
    )


class _Builders:
    """Names that are handed to query builders."""

    def __init__(self, project: Project, inputs: RouteInputs) -> None:
        self.project = project
        self.inputs = inputs
        self.following = Following(project)
        self.models = Models(project)
        self.sets = QuerySets(self.following, self.models)
        self.django = bool(project.imports("django"))
        self._asking: dict[str, bool] = {}

    def choice(self, path: str, index: int, call: Call) -> NameChoice | None:
        """The choice that a call makes; None where it makes none."""
        name = tail(call.callee)
        if name == "getattr" and call.callee == Name("getattr") and len(call.arguments) > 1:
            return self._attribute(path, index, call)
        if name in NAMES_TAKEN and call.arguments and self.django:
            return self._named(path, index, call, name)
        if name in LOOKUPS and any(not keyword for keyword, _ in call.keywords):
            return self._looked_up(path, index, call, name)
        return None

    def _attribute(self, path: str, index: int, call: Call) -> NameChoice | None:
        """`getattr(User, name)`, `getattr(table.c, name)`."""
        owner, name = call.arguments[0], call.arguments[1]
        if isinstance(name, Constant) or not isinstance(owner, Name | Member):
            return None
        summary = self.project.summary(path)
        known = self._is_mapped(path, owner, call)
        if summary is None or known is None:
            return None
        text = self._told(path, index, call, name)
        sent = any(piece.kind is PieceKind.REQUEST for piece in text.pieces)
        if not (sent or (known and _is_choice(text))):
            return None
        subject = f"an attribute of {written(summary, owner)}"
        return self._fact(path, index, call, "getattr", subject, text, exact=known, filters=True)

    def _is_mapped(self, path: str, owner: Value, call: Call) -> bool | None:
        """Whether it is certain that a value is a mapped class; None where nothing says that it is one."""
        symbol = self.project.resolve_value(path, owner, call.scope, call.line)
        if symbol.kind is SymbolKind.CLASS and not symbol.rest:
            return True if self._maps(symbol) else None
        if tail(owner) in ("c", "columns") and receiver(owner) is not None:
            return True
        if symbol.kind is SymbolKind.PARAMETER and not symbol.rest:
            passed = list(self._passed(symbol))
            if passed:
                return True if any(self._maps(each) for each in passed) else None
        return False if tail(owner).strip("_") in MODEL_NAMES and self._has_database(path) else None

    def _has_database(self, path: str) -> bool:
        summary = self.project.summary(path)
        return summary is not None and any(
            each.module.partition(".")[0] in (*SQLALCHEMY, "django") for each in summary.imports
        )

    def _maps(self, symbol: Symbol) -> bool:
        if self.project.is_a(symbol, MAPPED) or self.models.is_model(symbol):
            return True
        summary = self.project.summary(symbol.path)
        return summary is not None and any(
            each.scope == symbol.index
            and isinstance(each.value, CallRef)
            and called(self.project, symbol.path, each.value.index) in COLUMN_MAKERS - {"Field"}
            for each in summary.assignments
        )

    def _passed(self, symbol: Symbol, steps: int = MAX_STEPS) -> Iterator[Symbol]:
        """The classes that callers pass for a parameter."""
        summary = self.project.summary(symbol.path)
        function = summary.definitions[symbol.index] if summary is not None and symbol.index >= 0 else None
        if not isinstance(function, Function):
            return
        name = symbol.name.rpartition(".")[2]
        at = next((place for place, each in enumerate(function.parameters) if each.name == name), -1)
        owner = self.project.find(self.project.symbol(symbol.path, symbol.index))
        if at < 0 or owner is None:
            return
        method = function.scope >= 0 and summary is not None and isinstance(summary.definitions[function.scope], Class)
        target = Symbol(SymbolKind.FUNCTION, self.project.symbol(symbol.path, symbol.index), *owner)
        for path, index in self.project.callers(target)[:12]:
            other = self.project.summary(path)
            call = other.calls[index] if other is not None else None
            if call is None:
                continue
            place = at - method
            value = next((given for keyword, given in call.keywords if keyword == name), None)
            if value is None and 0 <= place < len(call.arguments):
                value = call.arguments[place]
            if isinstance(value, Name | Member):
                found = self.project.resolve_value(path, value, call.scope, call.line)
                if found.kind is SymbolKind.CLASS:
                    yield found
                elif found.kind is SymbolKind.PARAMETER and not found.rest and steps:
                    yield from self._passed(found, steps - 1)

    def _named(self, path: str, index: int, call: Call, name: str) -> NameChoice | None:
        """`queryset.order_by(name)` of Django."""
        dynamic = [each for each in call.arguments if not isinstance(each, Constant)]
        texts = [self._told(path, index, call, each) for each in dynamic]
        open_ = [text for text in texts if _is_choice(text)]
        model = self._queried(path, call) if open_ else None
        if model is None:
            return None
        subject = f"the order of {model}" if name in ("order_by", "latest", "earliest") else f"a column of {model}"
        return self._fact(path, index, call, f"django.{name}", subject, open_[0], exact=True, filters=False)

    def _queried(self, path: str, call: Call) -> str | None:
        """The model of the query set that a method is called on; None where it is called on something else."""
        owner = receiver(call.callee)
        if owner is None:
            return None
        place = Place(owner, self.following.entry_frame(path, call.scope), call.line)
        found = [each for each in self.sets.read(place) if each.form is Form.STATEMENT]
        return (found[0].model or "the query set") if found else None

    def _looked_up(self, path: str, index: int, call: Call, name: str) -> NameChoice | None:
        """`filter(**names)`: the names are the keys."""
        keys: list[Text] = []
        for keyword, value in call.keywords if self._asks_client(path) else ():
            if not keyword:
                place = Place(value, self.following.entry_frame(path, call.scope), call.line)
                keys.extend(self._keys(path, index, call, place, MAX_STEPS))
        if not keys:
            return None
        symbol = self.project.callee(path, index)
        package = symbol.name.partition(".")[0] if symbol.kind is SymbolKind.EXTERNAL else ""
        if package in SQLALCHEMY:
            owner = receiver(call.callee)
            summary = self.project.summary(path)
            model = written(summary, owner) if summary is not None and owner is not None else ""
            return self._fact(
                path, index, call, f"sqlalchemy.{name}", f"the columns that {model} is filtered by", keys[0],
                exact=True, filters=True,
            )  # fmt: skip
        if not self.django:
            return None
        django = (
            self._queried(path, call) if name != "Q" else ("a model" if symbol.name.startswith("django.") else None)
        )
        if django is None:
            return None
        subject = f"the lookups that {django} is filtered by"
        return self._fact(path, index, call, f"django.{name}", subject, keys[0], exact=True, filters=True)

    def _asks_client(self, path: str) -> bool:
        """The file speaks of a request; only there is a mapping of names looked into."""
        if path not in self._asking:
            summary = self.project.summary(path)
            self._asking[path] = summary is not None and (
                any(each.name.lower().endswith("request") for each in summary.imports)
                or any(
                    parameter.name in REQUEST_NAMES
                    for each in summary.definitions
                    if isinstance(each, Function)
                    for parameter in each.parameters
                )
                or any("request." in each.callee.dotted for each in summary.calls if isinstance(each.callee, Name))
            )
        return self._asking[path]

    def _keys(self, path: str, index: int, call: Call, place: Place, steps: int) -> list[Text]:
        """The keys of a mapping that are not fixed in the code."""
        if place.frame.path != path or place.frame.scope != call.scope:
            return []
        value = place.value
        if isinstance(value, Mapping):
            found = [
                self._told(path, index, call, key)
                for key in value.keys
                if key is not None and not isinstance(key, Constant)
            ]
            return [text for text in found if any(piece.kind is PieceKind.REQUEST for piece in text.pieces)]
        sources = self.following.back(place) if steps else None
        if _has_fields(value) or (sources and all(_has_fields(each.value) for each in sources)):
            return []  # the keys are the fields of a form or serializer
        text = self._told(path, index, call, value)
        if any(piece.kind is PieceKind.REQUEST for piece in text.pieces) and not self._is_built(path, value, call):
            return [text]
        return [key for each in sources or () for key in self._keys(path, index, call, each, steps - 1)]

    def _is_built(self, path: str, value: Value, call: Call) -> bool:
        """A mapping of the function itself, whose values, and not its keys, come from a client."""
        summary = self.project.summary(path)
        return isinstance(value, Name) and any(
            _makes(each, value.dotted, call.scope) for each in (summary.assignments if summary is not None else ())
        )

    def _told(self, path: str, index: int, call: Call, value: Value) -> Text:
        text = self.project.text_of(path, index, value)
        symbol = self.project.symbol(path, call.scope)
        summary = self.project.summary(path)
        code = written(summary, value) if summary is not None else ""
        ways = tuple(
            tuple(self.inputs.chosen(replace(piece, text=piece.text or code), symbol) for piece in each)
            for each in text.alternatives
        )
        return replace(text, alternatives=ways)

    def _fact(
        self, path: str, index: int, call: Call, api: str, subject: str, text: Text, *, exact: bool, filters: bool
    ) -> NameChoice:
        span = self.project.span(path, index)
        # In a chain of calls the name stands far below the beginning.
        inside = (each.span for each in text.pieces if each.span is not None and each.kind not in HARMLESS)
        nearest = next((each for each in inside if each.path == path and span.line <= each.line <= span.end_line), span)
        return NameChoice(
            span=nearest,
            symbol=self.project.symbol(path, call.scope),
            scope=self.project.files[path].scope,
            resolution=Resolution.EXACT if exact else Resolution.INFERRED,
            library="django" if api.startswith("django.") else "sqlalchemy",
            api=api,
            subject=subject,
            text=text,
            filters=filters,
        )


HARMLESS = frozenset({PieceKind.CONSTANT, PieceKind.STRUCTURE})
CHOSEN = frozenset({PieceKind.REQUEST, PieceKind.PARAMETER, PieceKind.VALIDATED})


def _is_choice(text: Text) -> bool:
    """Somebody else than the function itself may say the name. What it brings itself, from a loop over its own fields or
    from metadata, is none: an ORM lets no name become SQL."""
    return any(piece.kind in CHOSEN for piece in text.pieces)


def _has_fields(value: Value) -> bool:
    """`form.cleaned_data`, `serializer.validated_data`: what a client sent, by the names that a class declares."""
    return tail(value) in CHECKED and receiver(value) is not None


def _makes(assignment: Assignment, name: str, scope: int) -> bool:
    if assignment.scope != scope:
        return False
    return assignment.target == f"{name}[]" or (assignment.target == name and isinstance(assignment.value, Mapping))
