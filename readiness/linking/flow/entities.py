"""Objects that a query of an object-relational mapper gives: an attribute of one in, the text that its column can be out.

Keys and other columns that hold numbers are numbers; what else a row holds is text from the database. The class is the one that
the query names: `session.query(Order)`, `select(Order)`, `Order.query`, `Order.objects`, through names and functions.
"""

from __future__ import annotations

import ast

from msgspec.structs import replace

from readiness.languages.python.names import dotted, last_name
from readiness.linking.flow.declared import made_by
from readiness.linking.flow.definitions import Binding
from readiness.linking.flow.nodes import FunctionNode, place_of
from readiness.linking.flow.pieces import Flow, single
from readiness.linking.flow.reader import At, Lazy, Reader
from readiness.linking.flow.types import assignment_of, field_kind
from readiness.model import FROM_DATABASE, PieceKind, Symbol, SymbolKind

MANAGERS = frozenset({"objects", "query", "_default_manager", "_base_manager", "all_objects"})
"""Attributes of a class that ask for its objects: Django 5.2, Flask-SQLAlchemy 3.1."""
NAMING = frozenset(
    {
        "query", "select", "get", "get_one", "get_or_404", "first_or_404", "one_or_404", "get_object_or_404", "get_list_or_404",
        "aget_object_or_404",
    }
)  # fmt: skip
"""What takes the class first: SQLAlchemy 2.0, Django 5.2."""
RUNNING = frozenset({"execute", "scalars", "scalar", "exec", "stream_scalars", "get_object_or_404", "get_list_or_404"})
"""What takes a query first and gives its objects."""
GIVING_ONE = frozenset(
    {"get", "first", "last", "earliest", "latest", "create", "get_for_model", "get_by_natural_key", "aget", "acreate"}
)
"""Methods of Django's managers that give one object (5.2)."""
TABLE_EVENTS = frozenset({"before_create", "after_create", "before_drop", "after_drop"})
TABLE_NAMES = frozenset({"name", "fullname", "schema", "key"})
"""Events of SQLAlchemy's tables, and what a table says of itself (2.0)."""
LISTENING = frozenset({"sqlalchemy.event.listens_for", "sqlalchemy.event.api.listens_for"})
KEYS = frozenset({"id", "pk"})
DJANGO_MODELS = ("django.db.models.Model", "django.db.models.base.Model")
MOST_HOPS = 24
DEEPEST = 3


def entity_text(reader: Reader, expression: ast.Attribute, at: At) -> Flow | None:
    """The text of an attribute of an object that a query gave; None where no query is seen."""
    place = expression.value
    while isinstance(place, ast.Await):
        place = place.value
    if not isinstance(place, ast.Name | ast.Call) or dotted(place) in ("self", "cls"):
        return None
    owners = _watched(reader, place, at) or [
        _asked(reader, each.expression, each.at) for each in _sources(reader, place, at)
    ]
    known = [each for each in owners if each is not None]
    if not known or len(known) < len(owners):
        return (
            single(reader.piece(PieceKind.NUMBER, expression, at))
            if _is_key_of_django(reader, expression, at)
            else None
        )
    kinds = {column_kind(reader, each, expression.attr) for each in known}
    kind = kinds.pop() if len(kinds) == 1 else None
    if kind is not None:
        return single(reader.piece(kind, expression, at))
    owner = known[0]
    if any(each != owner for each in known):
        return None
    symbol = reader.code.member(owner, expression.attr)
    if symbol.kind is not SymbolKind.VARIABLE or assignment_of(reader.code, symbol) is None:
        return None
    return single(replace(reader.piece(PieceKind.UNKNOWN, expression, at), outside=FROM_DATABASE))


def column_kind(reader: Reader, owner: Symbol, name: str) -> PieceKind | None:
    """The kind of a column of a mapped class, where it cannot hold text."""
    found = field_kind(reader.code, owner, name)
    if found is not None or not reader.code.is_a(owner, DJANGO_MODELS):
        return found
    if reader.code.member(owner, name).kind is not SymbolKind.UNKNOWN:
        return None
    # Django makes the key of a class that declares none, and the column of a reference.
    return PieceKind.NUMBER if name in KEYS or field_kind(reader.code, owner, name.removesuffix("_id")) else None


def _is_key_of_django(reader: Reader, expression: ast.Attribute, at: At) -> bool:
    """The key of an object that a manager of Django gave, whatever its class: `objects.get_for_model(model).id`."""
    if expression.attr not in KEYS or not reader.code.imports("django"):
        return False
    origin = reader.origin(expression.value, at)
    call = origin.expression if origin is not None else None
    method = call.func if isinstance(call, ast.Call) else None
    if not isinstance(method, ast.Attribute) or method.attr not in GIVING_ONE:
        return False
    owner = method.value
    for _ in range(MOST_HOPS):
        if isinstance(owner, ast.Call):
            owner = owner.func
        elif isinstance(owner, ast.Attribute) and owner.attr == "objects":
            return True
        elif isinstance(owner, ast.Attribute):
            owner = owner.value
        else:
            return False
    return False


def names_a_table(reader: Reader, expression: ast.Attribute, at: At) -> bool:
    """`target.fullname` where SQLAlchemy hands a function the table that it creates or drops:
    `@event.listens_for(Order.__table__, "after_create")` on `def after(target, connection, **kw)`."""
    index = reader.index(at.path)
    function = index.scope_owner(at.statement) if index is not None else None
    if not isinstance(function, FunctionNode) or not isinstance(expression.value, ast.Name):
        return False
    if expression.attr not in TABLE_NAMES or [each.arg for each in function.args.args][:1] != [expression.value.id]:
        return False
    here = At(at.path, function)
    for each in function.decorator_list:
        if isinstance(each, ast.Call) and last_name(each.func) == "listens_for" and len(each.args) > 1:
            symbol = reader.symbol(each.func, here)
            if (
                symbol is not None
                and symbol.name in LISTENING
                and reader.text(each.args[1], here).constant in TABLE_EVENTS
            ):
                return True
    return False


def _watched(reader: Reader, place: ast.Name | ast.Call, at: At, depth: int = DEEPEST) -> list[Symbol | None]:
    """The classes whose objects SQLAlchemy hands to a function that watches their rows, here or in its callers:
    `@event.listens_for(Order, "after_insert")` on `def log(mapper, connection, target)`."""
    index = reader.index(at.path)
    function = index.scope_owner(at.statement) if index is not None else None
    if not isinstance(place, ast.Name) or not isinstance(function, FunctionNode) or depth == 0:
        return []
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    if place.id not in names or reader.definitions(place.id, at).definitions:
        return []
    calls = [each for each in function.decorator_list if isinstance(each, ast.Call) and len(each.args) > 1]
    listened = [each for each in calls if last_name(each.func) == "listens_for"]
    if listened:
        here = At(at.path, function)
        known = all(
            symbol is not None and symbol.name in LISTENING
            for symbol in (reader.symbol(each.func, here) for each in listened)
        )
        return [_class(reader, each.args[0], here) for each in listened] if known and names[2:3] == [place.id] else []
    found: list[Symbol | None] = []
    for each in reader.given(place.id, function, at):
        watched = _watched(reader, each.expression, each.at, depth - 1) if isinstance(each.expression, ast.Name) else []
        if not watched:
            return []
        found += watched
    return found


def _sources(reader: Reader, place: ast.Name | ast.Call, at: At) -> list[Lazy]:
    """What an object was made by, or taken out of; none where that is not known."""
    if isinstance(place, ast.Name):
        reached = reader.definitions(place.id, at)
        only = reached.definitions[0] if len(reached.definitions) == 1 and not reached.falls else None
        if only is not None and only.binding is Binding.ELEMENT and not only.path and only.expression is not None:
            return [Lazy(only.expression, At(at.path, only.statement, frame=at.frame))]
    return made_by(reader, place, at)


def _asked(reader: Reader, expression: ast.expr, at: At, depth: int = 0) -> Symbol | None:
    """The class of the project whose objects an expression asks for."""
    for _ in range(MOST_HOPS):
        if isinstance(expression, ast.Await):
            expression = expression.value
        elif isinstance(expression, ast.Call):
            first = expression.args[0] if expression.args else None
            name = dotted(expression.func).rpartition(".")[2] or getattr(expression.func, "attr", "")
            named = _class(reader, first, at) if name in NAMING and first is not None else None
            if named is not None:
                return named if len(expression.args) == 1 or name not in ("query", "select") else None
            if name in RUNNING and first is not None:
                expression = first
                continue
            symbol = reader.callee(expression, at)
            if symbol is not None and symbol.kind is SymbolKind.FUNCTION:
                return _given_back(reader, expression, at, depth)
            if not isinstance(expression.func, ast.Attribute):
                return None
            expression = expression.func.value
        elif isinstance(expression, ast.Attribute) and expression.attr in MANAGERS:
            return _class(reader, expression.value, at)
        elif place_of(expression):
            origin = reader.origin(expression, at)
            if origin is None or origin.expression is expression:
                return None
            expression, at = origin.expression, origin.at
        else:
            return None
    return None


def _class(reader: Reader, expression: ast.expr, at: At) -> Symbol | None:
    symbol = reader.symbol(expression, at)
    return symbol if symbol is not None and symbol.kind is SymbolKind.CLASS and not symbol.rest else None


def _given_back(reader: Reader, call: ast.Call, at: At, depth: int) -> Symbol | None:
    """The class of what a function of the project gives: by what it returns, or by the one query that it is handed to run."""
    if depth >= DEEPEST:
        return None
    returned = reader.returned(call, at)
    found = [_asked(reader, each.expression, each.at, depth + 1) for each in returned]
    if found and found[0] is not None and all(each == found[0] for each in found):
        return found[0]
    handed = [_asked(reader, each, at, depth + 1) for each in call.args if isinstance(each, ast.Name | ast.Call)]
    asked = [each for each in handed if each is not None]
    return asked[0] if len(asked) == 1 else None
