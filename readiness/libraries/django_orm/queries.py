"""Django's ways past its own SQL: linked code in, one `Query` out for every call that takes SQL text.

Covers `raw()`, `extra()`, `RawSQL`, `callproc`, schema editors and `RunSQL`; cursors are read in `drivers`. What interpolates was
read in Django 5.2: `extra()` quotes the names in `tables`, but not `select`, `where` and `order_by`; every one of them takes `%s`
marks and a list of parameters beside the text.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from readiness.libraries.django_orm.querysets import QuerySets
from readiness.libraries.sql.text import query
from readiness.libraries.sql.wrappers import Sink, Wrappers, sink
from readiness.libraries.values.expressions import keyword, receiver, tail, written
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Place
from readiness.model import Library, Missing, Piece, PieceKind, Project, Query, Resolution, Scope, SymbolKind, Text
from readiness.model.summary import (
    Call,
    CallRef,
    Constant,
    Mapping,
    Name,
    Sequence,
    Starred,
    Subscript,
    Summary,
    Template,
    Value,
)
from readiness.model.telling import tabulates, tells

VIEWS = (
    *(f"django.views.{module}" for module in ("View", "generic.View", "generic.base.View")),
    *(
        f"django.views.generic.{module}"
        for name, home in (
            ("TemplateView", "base"), ("RedirectView", "base"), ("ListView", "list"), ("DetailView", "detail"),
            ("FormView", "edit"), ("CreateView", "edit"), ("UpdateView", "edit"), ("DeleteView", "edit"),
        )
        for module in (name, f"{home}.{name}")
    ),
    "rest_framework.views.APIView",
    *(
        f"rest_framework.generics.{name}"
        for name in (
            "GenericAPIView", "ListAPIView", "CreateAPIView", "RetrieveAPIView", "UpdateAPIView", "DestroyAPIView",
            "ListCreateAPIView", "RetrieveUpdateAPIView", "RetrieveDestroyAPIView", "RetrieveUpdateDestroyAPIView",
        )
    ),
    *(
        f"rest_framework.viewsets.{name}"
        for name in ("ViewSet", "GenericViewSet", "ModelViewSet", "ReadOnlyModelViewSet", "ViewSetMixin")
    ),
)  # fmt: skip
"""Classes whose objects hold the request that they answer."""

SCHEMA_EDITOR = "django.db.backends.base.schema.BaseDatabaseSchemaEditor"
WRAPPER = "django.db.backends.base.base.BaseDatabaseWrapper"
CURSOR = "django.db.backends.utils.CursorWrapper"
RESULTS = {
    **{f"{view}.request": "django.http.HttpRequest" for view in VIEWS if view.startswith("django.")},
    **{f"{view}.request": "rest_framework.request.Request" for view in VIEWS if view.startswith("rest_framework.")},
    "django.db.connection.schema_editor": SCHEMA_EDITOR,
    "django.db.connections.schema_editor": SCHEMA_EDITOR,
    f"{WRAPPER}.schema_editor": SCHEMA_EDITOR,
    f"{SCHEMA_EDITOR}.__enter__": SCHEMA_EDITOR,
    f"{SCHEMA_EDITOR}.connection": WRAPPER,
    "django.db.transaction.get_connection": WRAPPER,
    "django.db.connections.all": f"list[{WRAPPER}]",
    "django.db.router.db_for_read": "str",
}

library = Library(__name__, stage="data", provides=[Query], packages=["django"], results=RESULTS)

NAMES = frozenset({"raw", "extra", "RawSQL", "RunSQL", "execute", "callproc", "Func", "Aggregate"})
TEMPLATED = frozenset(
    f"django.db.models.{module}{name}"
    for module, name in (
        ("", "Func"), ("expressions.", "Func"), ("", "Aggregate"), ("aggregates.", "Aggregate"),
        ("functions.", "Func"),
    )
)  # fmt: skip
"""Expressions whose `template` and `function` are SQL text."""
RAW_SQL = frozenset({"django.db.models.expressions.RawSQL", "django.db.models.RawSQL"})
RUN_SQL = frozenset(
    {"django.db.migrations.RunSQL", "django.db.migrations.operations.RunSQL", "django.db.migrations.operations.special.RunSQL"}
)  # fmt: skip
EXTRA = ("select", "where", "params", "tables", "order_by", "select_params")
"""Parameters of `extra()`, in order."""
GROWING = frozenset({"append", "extend", "insert"})


@library.recognises
def queries(project: Project) -> Iterator[Query]:
    """Every call that hands SQL text to Django, apart from cursors."""
    around = Wrappers(project)
    for each in project.parts(project.paths(), queries_of, Sink):
        yield from around.of(each)


def queries_of(project: Project, path: str) -> Iterator[Sink]:
    """Those of one file, before it is asked who hands the text over."""
    candidates = project.calls_to(path, project.table(names_of_sinks)["names"])
    summary = project.summary(path) if candidates else None
    if summary is None:
        return
    sets = QuerySets(Following(project))
    for index in candidates:
        call = summary.calls[index]
        found = _query(sets, path, index, call)
        if found is not None:
            yield sink(project, found, path, index, _statement(call, found.api))


def _statement(call: Call, api: str) -> Value | None:
    """The argument that is a whole statement."""
    keyword_ = {"django.db.models.Manager.raw": "raw_query", f"{SCHEMA_EDITOR}.execute": "sql"}.get(api)
    return _argument(call, 0, keyword_) if keyword_ is not None else None


@tabulates
def names_of_sinks(project: Project) -> dict[str, frozenset[str]]:
    """Every name by which the sinks are called somewhere: their own, and what imports call them."""
    importing = set(project.imports("django"))
    others = {name for path, names in project.gathered(other_names) if path in importing for name in names}
    return {"names": NAMES | others}


@tells
def other_names(summary: Summary) -> list[str]:
    """What imports of a file call the sinks."""
    return [each.alias for each in summary.imports if each.name in ("RawSQL", "RunSQL", "Func")]


def _query(sets: QuerySets, path: str, index: int, call: Call) -> Query | None:
    project = sets.project
    name = tail(call.callee)
    symbol = project.callee(path, index)
    if symbol.kind is SymbolKind.EXTERNAL and symbol.name in RAW_SQL:
        return _plain(project, path, index, _argument(call, 0, "sql"), "django.db.models.expressions.RawSQL", 1)
    if symbol.kind is SymbolKind.EXTERNAL and symbol.name in RUN_SQL:
        return _run(project, path, index, call)
    if symbol.kind is SymbolKind.EXTERNAL and symbol.name in TEMPLATED:
        return _templated(project, path, index, call)
    if name == "execute" and _is_schema_editor(project, path, call, symbol.name):
        return _plain(project, path, index, _argument(call, 0, "sql"), f"{SCHEMA_EDITOR}.execute", 1)
    if name == "callproc" and symbol.name == f"{CURSOR}.callproc":
        return _plain(project, path, index, _argument(call, 0, "procname"), f"{CURSOR}.callproc", 1)
    if name in ("raw", "extra") and symbol.kind is not SymbolKind.FUNCTION:
        return _of_query_set(sets, path, index, call, name)
    return None


def _of_query_set(sets: QuerySets, path: str, index: int, call: Call, name: str) -> Query | None:
    """`Order.objects.raw(sql)`, `orders.extra(where=[...])`."""
    origin = receiver(call.callee)
    if origin is None:
        return None
    place = Place(origin, sets.following.entry_frame(path, call.scope), call.line)
    found = sets.read(place)
    known = bool(found) or sets.project.callee(path, index).name.startswith("django.db.models.")
    if name == "raw":
        return (
            _plain(sets.project, path, index, _argument(call, 0, "raw_query"), "django.db.models.Manager.raw", 1)
            if known
            else None
        )
    if not known and (call.arguments or not any(key in EXTRA for key, _ in call.keywords)):
        return None
    # Nothing else has a method `extra` that takes a list in `where` or a mapping in `select`.
    exact = known or not any(isinstance(value, Constant | Template) for _, value in call.keywords)
    return _extra(sets.project, path, index, call, exact=exact)


def _argument(call: Call, position: int, name: str) -> Value | None:
    if len(call.arguments) > position:
        argument = call.arguments[position]
        return None if isinstance(argument, Starred) else argument
    return keyword(call, name)


def _plain(project: Project, path: str, index: int, argument: Value | None, api: str, beside: int) -> Query | None:
    """A call whose one argument is SQL text, with the parameters in the argument at `beside`."""
    if argument is None:
        return None
    summary = project.summary(path)
    call = summary.calls[index] if summary is not None else None
    given = _argument(call, beside, "params") if call is not None else None
    empty = given is None or given == Constant(None) or (isinstance(given, Sequence) and not given.items)
    return query(
        project, path, index, argument, library="django", api=api, parameters=not empty, paramstyle="%s"
    )  # fmt: skip


def _templated(project: Project, path: str, index: int, call: Call) -> Query | None:
    """`Func(..., template=text)`: a fixed one, as nearly all are, is no query."""
    for name in ("template", "function", "arg_joiner"):
        argument = keyword(call, name)
        if argument is None or isinstance(project.constant(path, argument, call.scope, call.line), str):
            continue
        found = _plain(project, path, index, argument, f"django.db.models.Func({name})", len(call.arguments))
        if found is not None and found.text.pieces and argument != Constant(None):
            return replace(found, parameters=False)
    return None


def _is_schema_editor(project: Project, path: str, call: Call, callee: str) -> bool:
    """The editor that a connection gives, or the second parameter of a function that a migration runs."""
    if callee == f"{SCHEMA_EDITOR}.execute":
        return True
    origin = receiver(call.callee)
    if not isinstance(origin, Name) or origin.dotted != "schema_editor":
        return False
    symbol = project.resolve(path, origin.dotted, call.scope, call.line)
    return symbol.kind is SymbolKind.PARAMETER and (
        project.files[path].scope is Scope.MIGRATION or path in project.imports("django")
    )


def _extra(project: Project, path: str, index: int, call: Call, *, exact: bool) -> Query | None:
    """`extra(where=[...])`: every condition, column and order in it is SQL text."""
    given = {
        name: value for position, name in enumerate(EXTRA) if (value := _argument(call, position, name)) is not None
    }
    texts: list[Text] = []
    for name in ("where", "select", "order_by"):
        if name in given:
            texts += _collected(project, path, index, call, given[name])
    if not texts:
        return None
    first = next(given[name] for name in ("where", "select", "order_by") if name in given)
    found = query(
        project, path, index, first, library="django", api="django.db.models.QuerySet.extra",
        resolution=Resolution.EXACT if exact else Resolution.INFERRED, parameters="params" in given, paramstyle="%s",
        text=_together(texts),
    )  # fmt: skip
    return replace(found, whole=False) if found is not None else None


def _run(project: Project, path: str, index: int, call: Call) -> Query | None:
    """`RunSQL(sql, reverse_sql)`: text, or a list of texts and of texts with their parameters."""
    texts: list[Text] = []
    for position, name in ((0, "sql"), (1, "reverse_sql")):
        value = _argument(call, position, name)
        if value is None or _is_noop(value) or value == Constant(None):
            continue
        if any(isinstance(each, Sequence) for each in _items(value)):
            texts += [_item(project, path, index, each) for each in _items(value)]
        else:
            texts.append(project.text_of(path, index, value))
    if not texts:
        return None
    argument = _argument(call, 0, "sql")
    if argument is None:
        return None
    return query(
        project, path, index, argument, library="django", api="django.db.migrations.RunSQL", paramstyle="%s",
        text=_together(texts), parameters=any(isinstance(each, Sequence) for each in _items(argument)),
    )  # fmt: skip


def _items(value: Value) -> tuple[Value, ...]:
    return value.items if isinstance(value, Sequence) else ()


def _is_noop(value: Value) -> bool:
    return isinstance(value, Name) and tail(value) == "noop"


def _item(project: Project, path: str, index: int, value: Value) -> Text:
    """One item of a list of texts: a text, or a pair of a text and its parameters."""
    if isinstance(value, Sequence) and value.kind == "tuple" and value.items:
        value = value.items[0]
    return _text(project, path, index, value)


def _text(project: Project, path: str, index: int, value: Value) -> Text:
    """A text that stands inside of an argument: a constant, or what it is put together from."""
    found = _constant(project, path, index, value)
    if found is None:
        found = project.text_of(path, index, value)
    known = any(piece.text or piece.kind is not PieceKind.UNKNOWN for each in found.alternatives for piece in each)
    return found if known else _unread(project, path, value)


def _collected(project: Project, path: str, index: int, call: Call, value: Value) -> list[Text]:
    """The texts in a list or in the values of a dict, what is appended to the list before included."""
    mapping = _mapping(project, path, call, value)
    if mapping is not None:
        entries = zip(mapping.keys, mapping.values, strict=False)
        # What a name holds is read where the call is: `columns["rank"]`.
        named = isinstance(value, Name)
        asked = [Subscript(value, key) if named and isinstance(key, Constant) else each for key, each in entries]
        return [_text(project, path, index, each) for each in asked]
    summary = project.summary(path)
    if isinstance(value, CallRef) and summary is not None and project.callee(path, value.index).name == "dict":
        # `select=dict(rank="...")`
        made = summary.calls[value.index]
        if not made.arguments and all(name for name, _ in made.keywords):
            return [_text(project, path, value.index, each) for _, each in made.keywords]
    texts = [project.text_of(path, index, value)]
    if isinstance(value, Name) and summary is not None:
        for number in project.calls_to(path, GROWING):
            each = summary.calls[number]
            if each.scope == call.scope and each.line < call.line and each.arguments and receiver(each.callee) == value:
                texts.append(project.text_of(path, number, each.arguments[-1]))
    return texts


def _mapping(project: Project, path: str, call: Call, value: Value) -> Mapping | None:
    """A dict display, or the one that a local name or one of the module is."""
    if isinstance(value, Name):
        symbol = project.resolve(path, value.dotted, call.scope, call.line)
        summary = project.summary(symbol.path) if symbol.kind is SymbolKind.VARIABLE and not symbol.rest else None
        found = summary.assignments[symbol.index] if summary is not None and symbol.index >= 0 else None
        if found is not None and found.operator == "=" and found.position < 0 and symbol.path == path:
            return found.value if isinstance(found.value, Mapping) else None
    return value if isinstance(value, Mapping) else None


def _constant(project: Project, path: str, index: int, value: Value) -> Text | None:
    summary = project.summary(path)
    if summary is None:
        return None
    call = summary.calls[index]
    found = project.constant(path, value, call.scope, call.line)
    if not isinstance(found, Missing):
        return Text(((Piece(PieceKind.CONSTANT, str(found)),),))
    if isinstance(value, CallRef) and project.callee(path, value.index).name.endswith("dedent"):
        inner = summary.calls[value.index].arguments
        return project.text_of(path, value.index, inner[0]) if inner else None
    return None


def _unread(project: Project, path: str, value: Value) -> Text:
    """A text of which nothing is known."""
    summary = project.summary(path)
    text = written(summary, value) if summary is not None else ""
    return Text(((Piece(PieceKind.UNKNOWN, text),),), "unknown", complete=False)


def _together(texts: list[Text]) -> Text:
    """Several texts as the alternatives of one, those with something in them first."""
    if len(texts) == 1:
        return texts[0]
    alternatives = [each for text in texts for each in text.alternatives]
    fixed = [each for each in alternatives if all(piece.kind is PieceKind.CONSTANT for piece in each)]
    open_ = [each for each in alternatives if each not in fixed]
    how = next((text.how for text in texts if text.how != "literal"), "literal")
    return Text((*open_[:15], *fixed[:1]), how, all(text.complete for text in texts))
