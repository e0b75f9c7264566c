"""What the attributes of the project's own objects can be: a class, an attribute and the call that made the object in, text out.

An attribute is what the methods of the class bind to it, what a property returns, or the field that the constructor was given.
Where the call that made the object is known, the parameters of `__init__` are what that call passes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice

from msgspec.structs import replace

from readiness.languages.python.names import dotted
from readiness.linking.flow.definitions import Binding, Definition
from readiness.linking.flow.nodes import FunctionNode, own_statements, place_of
from readiness.linking.flow.pieces import Flow, concatenate, single, union
from readiness.linking.flow.places import FileIndex
from readiness.linking.flow.reaching import Walker
from readiness.linking.flow.reader import At, Frame, Lazy, Reader
from readiness.linking.flow.returns import bind
from readiness.linking.flow.surrounding import surroundings
from readiness.linking.flow.types import field_kind, is_column
from readiness.model import FROM_DATABASE, PieceKind, Scope, Symbol, SymbolKind

PROPERTIES = frozenset({"property", "cached_property", "abstractproperty", "classproperty", "hybrid_property"})
RECORDS = (
    "typing.NamedTuple", "pydantic.BaseModel", "pydantic.main.BaseModel", "msgspec.Struct", "sqlmodel.SQLModel",
    "ninja.Schema", "pydantic_settings.BaseSettings",
)  # fmt: skip
"""Classes whose fields are filled by their constructor."""
RECORD_DECORATORS = frozenset({"dataclass", "define", "frozen", "attrs", "s", "mutable"})
MOST_BINDINGS = 12
MOST_HOPS = 8
MOST_BELOW = 12


def constructed(reader: Reader, expression: ast.expr, at: At) -> Lazy | None:
    """The call of a class of the project that made an object, through names, factories and methods that return `self`."""
    for _ in range(MOST_HOPS):
        origin = reader.origin(expression, at)
        if origin is None or not isinstance(origin.expression, ast.Call):
            return None
        call, at = origin.expression, origin.at
        symbol = reader.callee(call, at)
        if symbol is None or symbol.rest:
            return None
        if symbol.kind is SymbolKind.CLASS:
            return Lazy(call, at)
        returned = reader.returned(call, at)
        if len(returned) != 1:
            return None
        given = returned[0]
        if (
            isinstance(given.expression, ast.Name)
            and given.expression.id == "self"
            and isinstance(call.func, ast.Attribute)
        ):
            expression = call.func.value
        else:
            expression, at = given.expression, given.at
    return None


def attribute_text(
    reader: Reader, owner: Symbol, expression: ast.Attribute, instance: Lazy | None, at: At
) -> Flow | None:
    """The text of an attribute of an object of a class of the project; None where nothing of the project binds it."""
    if dotted(expression.value) != "cls" and is_column(reader.code, owner, expression.attr):
        kind = field_kind(reader.code, owner, expression.attr) or PieceKind.UNKNOWN
        outside = FROM_DATABASE if kind is PieceKind.UNKNOWN else ""
        return single(replace(reader.piece(kind, expression, at), outside=outside))
    flows: list[Flow] = []
    added: list[Flow] = []
    for count, (value, augmented) in enumerate(_values(reader, owner, expression, instance, at)):
        if count == MOST_BINDINGS:
            flows.append(single(reader.piece(PieceKind.UNKNOWN, expression, at)))
            break
        (added if augmented else flows).append(reader.text(value.expression, value.at))
    if not flows and not added:
        return None
    found = union(flows or added)
    return replace(concatenate([found, union(added)], "+"), complete=False) if flows and added else found


def attribute_elements(
    reader: Reader, owner: Symbol, expression: ast.Attribute, instance: Lazy | None, at: At
) -> list[tuple[Lazy, Definition | None]] | None:
    """What an attribute that holds a collection was bound to, and, with their definitions, the calls that make it grow."""
    found: list[tuple[Lazy, Definition | None]] = [
        (value, None) for value, _ in islice(_values(reader, owner, expression, instance, at), MOST_BINDINGS)
    ]
    if not found:
        return None
    for index, node in _classes(reader, owner):
        walker = Walker(index, f"self.{expression.attr}", True, lambda *_: False)
        for method in node.body:
            if isinstance(method, FunctionNode):
                found.extend(
                    (Lazy(each.expression, At(index.path, each.statement)), each)
                    for each in walker.anywhere(own_statements(method))
                    if each.binding is Binding.GROWN and each.expression is not None
                )
    return found


def method_text(reader: Reader, call: ast.Call, owner: Symbol, name: str, at: At) -> Flow | None:
    """What a method gives for the object that a call of its class makes: `__str__`."""
    for index, node in _classes(reader, owner):
        method = _method(node, name)
        if method is not None:
            return union(reader.text(each.expression, each.at) for each in _returns(index, method, Lazy(call, at)))
    return None


def _values(
    reader: Reader, owner: Symbol, expression: ast.Attribute, instance: Lazy | None, at: At
) -> Iterator[tuple[Lazy, bool]]:
    """The expressions that an attribute can be, each with whether it is added to what was there."""
    attribute = expression.attr
    if instance is None and place_of(expression.value) in ("self", "cls"):
        for below in reader.code.descendants(owner)[:MOST_BELOW]:
            yield from _set_below(reader, below, attribute)
    for index, node in _classes(reader, owner):
        method = _method(node, attribute)
        if method is not None:
            if any(dotted(each).rpartition(".")[2] in PROPERTIES for each in method.decorator_list):
                here = instance or Lazy(expression.value, at)
                yield from ((each, False) for each in _returns(index, method, here))
            return
        record = _is_record(reader, owner, node)
        if record and instance is None and attribute in _fields(node):
            yield from ((each, False) for each in _filled(reader, owner, attribute))
        bound = index.binding(node, f"self.{attribute}", attribute)
        if record:
            field = _field(reader, owner, attribute, instance)
            if field is not None:
                yield field, False
            if field is not None or attribute in _fields(node):
                return
        for statement in bound:
            if statement.value is not None:
                here_ = At(index.path, statement, frame=_frame(reader, owner, index, statement, instance))
                yield Lazy(statement.value, here_), isinstance(statement, ast.AugAssign)
        if bound:
            return


def _set_below(reader: Reader, below: Symbol, attribute: str) -> Iterator[tuple[Lazy, bool]]:
    """What a class below binds an attribute to, in its own body or in its methods; a property by what it returns."""
    index = reader.index(below.path)
    node = index.definition(below.index) if index is not None else None
    if index is None or not isinstance(node, ast.ClassDef):
        return
    method = _method(node, attribute)
    if method is not None and any(dotted(each).rpartition(".")[2] in PROPERTIES for each in method.decorator_list):
        made = ast.copy_location(ast.Name(id="self", ctx=ast.Load()), method)
        yield from ((each, False) for each in _returns(index, method, Lazy(made, At(below.path, method.body[0]))))
    for statement in index.binding(node, f"self.{attribute}", attribute):
        if statement.value is not None:
            yield Lazy(statement.value, At(index.path, statement)), isinstance(statement, ast.AugAssign)


def _frame(reader: Reader, owner: Symbol, index: FileIndex, statement: ast.stmt, instance: Lazy | None) -> Frame | None:
    """The call of `__init__` that binds the attribute of one object, where the statement stands in it."""
    function = index.scope_owner(statement)
    if instance is None or not isinstance(function, FunctionNode) or function.name != "__init__":
        return None
    inits = (_method(node, "__init__") for _, node in _classes(reader, owner))
    if next((each for each in inits if each is not None), None) is not function:
        return None
    if not isinstance(instance.expression, ast.Call):
        return None
    symbol = Symbol(SymbolKind.FUNCTION, "", index.path, index.definition_index(function))
    frame = bind(reader, instance.expression, symbol, instance.at)
    return replace(frame, arguments={**frame.arguments, "self": instance}) if frame is not None else None


def attribute_by_key(reader: Reader, expression: ast.Subscript, at: At) -> Flow | None:
    """`vars(options)["table"]`, `options.__dict__["table"]`, also of a copy: the attribute of the object."""
    key = expression.slice
    if not isinstance(key, ast.Constant) or not isinstance(key.value, str) or not key.value.isidentifier():
        return None
    held = Lazy(expression.value, at)
    for _ in range(MOST_HOPS):
        held = reader.origin(held.expression, held.at) or held
        match held.expression:
            case ast.Call(func=ast.Name(id="vars"), args=[owner]) | ast.Attribute(value=owner, attr="__dict__"):
                made = ast.copy_location(ast.Attribute(value=owner, attr=key.value, ctx=ast.Load()), expression)
                return reader.text(made, held.at)
            case (
                ast.Call(func=ast.Attribute(value=copied, attr="copy"), args=[])
                | ast.Call(func=ast.Name(id="dict"), args=[copied], keywords=[])
            ):
                held = Lazy(copied, held.at)
            case _:
                return None
    return None


def _field(reader: Reader, owner: Symbol, attribute: str, instance: Lazy | None) -> Lazy | None:
    """What the constructor of a record was given for a field, or the field's default."""
    if instance is None or not isinstance(instance.expression, ast.Call):
        return None
    call = instance.expression
    for keyword in call.keywords:
        if keyword.arg == attribute:
            return Lazy(keyword.value, instance.at)
    spread = [keyword.value for keyword in call.keywords if keyword.arg is None]
    if len(spread) == 1 and not call.args and not _leaves_out(reader, spread[0], attribute, instance.at):
        # `Mill(**row)`: what the mapping holds under the name of the field.
        made = ast.Subscript(value=spread[0], slice=ast.Constant(value=attribute), ctx=ast.Load())
        return Lazy(ast.fix_missing_locations(ast.copy_location(made, spread[0])), instance.at)
    if (spread and call.args) or len(spread) > 1 or any(isinstance(each, ast.Starred) for each in call.args):
        return None
    declared: dict[str, tuple[FileIndex, ast.AnnAssign]] = {}
    for index, node in reversed(_classes(reader, owner)):
        declared.update({name: (index, each) for name, each in _fields(node).items()})
    if attribute not in declared:
        return None
    position = list(declared).index(attribute)
    if position < len(call.args):
        return Lazy(call.args[position], instance.at)
    index, field = declared[attribute]
    value = field.value
    if isinstance(value, ast.Call):
        value = next((each.value for each in value.keywords if each.arg == "default"), value)
    return Lazy(value, At(index.path, field)) if value is not None else None


def _leaves_out(reader: Reader, mapping: ast.expr, name: str, at: At) -> bool:
    """A mapping whose keys are all known has none of that name."""
    table = reader.table(mapping, at)
    keys = [reader.element_text(each).constant for each in table.keys] if table is not None else [None]
    return None not in keys and name not in keys


def _filled(reader: Reader, owner: Symbol, attribute: str) -> Iterator[Lazy]:
    """What the code of the project gives a field wherever it constructs a record of the class."""
    for path, number in reader.code.callers(owner)[:MOST_BINDINGS]:
        summary, index = reader.code.summary(path), reader.index(path)
        if summary is None or index is None or reader.code.files[path].scope is Scope.TEST:
            continue
        call = index.call(summary.calls[number])
        statement = index.statement(call) if call is not None else None
        if call is None or statement is None:
            continue
        field = _field(reader, owner, attribute, Lazy(call, surroundings(reader, call, At(path, statement))))
        if field is not None:
            yield field


def _fields(node: ast.ClassDef) -> dict[str, ast.AnnAssign]:
    """The annotated names of a class body."""
    return {
        each.target.id: each
        for each in node.body
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    }


def _is_record(reader: Reader, owner: Symbol, node: ast.ClassDef) -> bool:
    for each in node.decorator_list:
        name = dotted(each.func if isinstance(each, ast.Call) else each).rpartition(".")[2]
        if name in RECORD_DECORATORS:
            return True
    return reader.code.is_a(owner, RECORDS)


def _method(node: ast.ClassDef, name: str) -> FunctionNode | None:
    return next((each for each in node.body if isinstance(each, FunctionNode) and each.name == name), None)


def _returns(index: FileIndex, method: FunctionNode, instance: Lazy) -> list[Lazy]:
    """What a method that takes nothing else returns for one object."""
    given = method.args.args
    depth = instance.at.frame.depth + 1 if instance.at.frame is not None else 1
    frame = Frame(method, {given[0].arg: instance} if given else {}, depth, instance.at.frame)
    return [
        Lazy(each.value, At(index.path, each, frame=frame))
        for each in own_statements(method)
        if isinstance(each, ast.Return) and each.value is not None
    ]


def _classes(reader: Reader, owner: Symbol) -> list[tuple[FileIndex, ast.ClassDef]]:
    """The class and its ancestors in the project, in the order in which Python looks for a member."""
    found = []
    for each in reader.code.ancestors(owner):
        index = reader.index(each.path) if each.kind is SymbolKind.CLASS and not each.rest else None
        node = index.definition(each.index) if index is not None else None
        if index is not None and isinstance(node, ast.ClassDef):
            found.append((index, node))
    return found
