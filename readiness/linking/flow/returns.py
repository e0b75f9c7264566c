"""What functions of the project return: a call and its callee in, the text that comes back out."""

from __future__ import annotations

import ast

from msgspec.structs import replace

from readiness.languages.python.names import dotted
from readiness.linking.flow.nodes import FunctionNode, own_statements
from readiness.linking.flow.pieces import NOTHING, Flow, mapped, single, union
from readiness.linking.flow.reader import At, Element, Elements, Frame, Lazy, Reader
from readiness.linking.flow.types import annotation_kind
from readiness.model import Piece, PieceKind, Symbol, SymbolKind
from readiness.model.summary import Class, Function

MOST_RETURNS = 12


DEEPEST = 4
MOST_ROUNDS = 2
COLLECTING = frozenset({"list", "tuple", "set", "sorted", "frozenset"})
CONVERTERS = frozenset({"int", "float", "uuid.UUID", "UUID", "Decimal", "decimal.Decimal"})


def returned_text(reader: Reader, call: ast.Call, symbol: Symbol, at: At) -> Flow | None:
    """What a function of the project returns, with its parameters bound to the arguments."""
    definition = _definition(reader, symbol)
    if definition is None:
        return None
    if definition.returns is not None and not definition.generator:
        kind = annotation_kind(reader.code, symbol.path, definition.returns, symbol.index)
        if kind is not None:
            return single(reader.piece(kind, call, at))
    if definition.generator:
        return None
    if recurses(reader, symbol, at):
        # What another round adds has been seen.
        return replace(NOTHING, complete=False)
    found = returned_expressions(reader, call, symbol, at)
    if not found:
        return None
    flow = union(reader.text(each.expression, each.at) for each in found)
    here = reader.piece(PieceKind.UNKNOWN, call, at)
    own = reader.code.symbol(symbol.path, symbol.index)

    def seen_from_here(piece: Piece) -> Piece:
        # A parameter that was not bound, or an unknown of the other function: shown as the call it came through.
        if (
            piece.kind in (PieceKind.UNKNOWN, PieceKind.PARAMETER)
            and piece.span is not None
            and piece.span.path == symbol.path
        ):
            # What a function above was given came in with the arguments.
            above = bool(piece.owner) and piece.owner != own
            bound = piece.kind is PieceKind.PARAMETER and (
                above or (piece.origin is not None and piece.origin.path == at.path)
            )
            return (
                piece
                if bound
                else replace(
                    here,
                    origin=piece.span,
                    checked=piece.checked,
                    loose=piece.loose,
                    outside=piece.outside,
                    unread=piece.unread,
                )
            )
        return piece

    same_file = symbol.path == at.path
    return flow if same_file and _all_bound(flow) else mapped(flow, seen_from_here)


def converts(reader: Reader, call: ast.Call, symbol: Symbol, at: At) -> bool:
    """A function of the project that is handed `int` and calls it on what it gives: `asked(request, "page", convert=int)`."""
    handed = [
        each for each in (*call.args, *(keyword.value for keyword in call.keywords)) if dotted(each) in CONVERTERS
    ]
    found = [reader.symbol(each, at) for each in handed]
    if not any(each is not None and each.kind in (SymbolKind.BUILTIN, SymbolKind.EXTERNAL) for each in found):
        return False
    frame = reader.follow(call, at)
    if frame is None:
        return False
    names = {name for name, given in frame.arguments.items() if any(given.expression is each for each in handed)}
    returned = reader.returned(call, at)
    return bool(returned) and all(_converted(reader, each, names) for each in returned)


def _converted(reader: Reader, value: Lazy, names: set[str]) -> bool:
    """What is returned is fixed, or went through the function that was handed over, also item by item."""
    match value.expression:
        case ast.Constant():
            return True
        case ast.Call(func=ast.Name(id=name), args=[first, *_]):
            if name == "map":
                return dotted(first) in names
            return name in names or (name in COLLECTING and _converted(reader, Lazy(first, value.at), names))
        case ast.ListComp(elt=inner) | ast.SetComp(elt=inner) | ast.GeneratorExp(elt=inner):
            return _converted(reader, Lazy(inner, value.at), names)
        case ast.IfExp(body=body, orelse=other):
            return all(_converted(reader, Lazy(each, value.at), names) for each in (body, other))
    text = reader.text(value.expression, value.at)
    return bool(text.pieces) and text.only(PieceKind.CONSTANT, PieceKind.NUMBER)


def recurses(reader: Reader, symbol: Symbol, at: At) -> bool:
    """The function is being followed twice already."""
    index = reader.index(symbol.path) if at.frame is not None else None
    function = index.definition(symbol.index) if index is not None else None
    return at.frame is not None and isinstance(function, FunctionNode) and at.frame.activations(function) >= MOST_ROUNDS


def returned_expressions(reader: Reader, call: ast.Call, symbol: Symbol, at: At) -> tuple[Lazy, ...]:
    """What stands behind `return` in a function of the project, or in the methods that override it, read with its parameters
    bound to the arguments."""
    found: list[Lazy] = []
    own = _of_known_object(reader, call, symbol, at)
    methods = (own,) if own is not None else (symbol, *overriding(reader, call, symbol))
    if sum(_returns(reader, each) for each in methods) > MOST_RETURNS:
        # Told before their files are read: a base class can have a hundred below it.
        return ()
    for each in methods:
        definition = _definition(reader, each)
        if definition is None or definition.generator:
            return ()
        frame = (reader.follow(call, at) if each is symbol else None) or bind(reader, call, each, at)
        if frame is None:
            return ()
        index = reader.index(each.path)
        returns = index.returns(frame.function) if index is not None else ()
        found += [Lazy(one.value, At(each.path, one, frame=frame)) for one in returns if one.value is not None]
    return tuple(found) if len(found) <= MOST_RETURNS else ()


def _returns(reader: Reader, symbol: Symbol) -> int:
    """Number of `return` statements with a value in a function."""
    summary = reader.code.summary(symbol.path)
    if summary is None:
        return 0
    given = [summary.returns[number] for number in reader.code.returned_in(symbol.path, symbol.index)]
    return sum(each.value is not None and not each.yields for each in given)


def _of_known_object(reader: Reader, call: ast.Call, symbol: Symbol, at: At) -> Symbol | None:
    """The method that `self.method()` calls, where the call that led here says of which class the object is: `Report().text()`."""
    definition = _definition(reader, symbol)
    on_self = (
        isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and call.func.value.id == "self"
    )
    given = at.frame.arguments.get("self") if at.frame is not None and definition is not None and on_self else None
    origin = reader.origin(given.expression, given.at) if given is not None else None
    if definition is None or origin is None or not isinstance(origin.expression, ast.Call):
        return None
    owner = reader.callee(origin.expression, origin.at)
    if owner is None or owner.kind is not SymbolKind.CLASS or owner.rest:
        return None
    method = reader.code.member(owner, definition.name)
    return method if method.kind is SymbolKind.FUNCTION and not method.rest else None


def overriding(reader: Reader, call: ast.Call, symbol: Symbol) -> list[Symbol]:
    """The methods of classes below that stand in for a method: it has no body of its own, or is called on `self`."""
    definition = _definition(reader, symbol)
    if definition is None or definition.scope < 0 or not isinstance(call.func, ast.Attribute):
        return []
    above = definition.scope
    summary = reader.code.summary(symbol.path)
    on_self = isinstance(call.func.value, ast.Name) and call.func.value.id in ("self", "cls")
    if summary is None or not isinstance(summary.definitions[above], Class) or not (on_self or definition.stub):
        return []
    owner = Symbol(SymbolKind.CLASS, reader.code.symbol(symbol.path, above), symbol.path, above)
    found: dict[tuple[str, int], Symbol] = {}
    for below in reader.code.descendants(owner):
        method = reader.code.member(below, definition.name)
        if (
            method.kind is SymbolKind.FUNCTION
            and not method.rest
            and (method.path, method.index) != (symbol.path, symbol.index)
        ):
            found[method.path, method.index] = method
    return list(found.values())


def yielded_elements(reader: Reader, call: ast.Call, symbol: Symbol, at: At) -> Elements | None:
    """What stands behind `yield` in a generator of the project."""
    definition = _definition(reader, symbol)
    frame = reader.follow(call, at) if definition is not None and definition.generator else None
    if frame is None:
        return None
    found: list[Element] = []
    for statement in own_statements(frame.function):
        value = getattr(statement, "value", None)
        here = At(symbol.path, statement, frame=frame)
        if isinstance(value, ast.Yield) and value.value is not None:
            found.append(Lazy(value.value, here))
        elif isinstance(value, ast.YieldFrom):
            found.extend(reader.elements(value.value, here).items)
    return Elements(tuple(found)) if found and len(found) <= MOST_RETURNS else None


def _all_bound(flow: Flow) -> bool:
    return not any(piece.kind is PieceKind.UNKNOWN for piece in flow.pieces)


def _definition(reader: Reader, symbol: Symbol) -> Function | None:
    summary = reader.code.summary(symbol.path)
    if summary is None or not 0 <= symbol.index < len(summary.definitions):
        return None
    definition = summary.definitions[symbol.index]
    return definition if isinstance(definition, Function) else None


def _binds_task(function: FunctionNode) -> bool:
    """`@task(bind=True)`: the first argument is the task itself."""
    return any(
        each.arg == "bind" and isinstance(each.value, ast.Constant) and each.value.value is True
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call)
        for each in decorator.keywords
    )


def bind(reader: Reader, call: ast.Call, symbol: Symbol, at: At) -> Frame | None:
    """A call followed into the function that it calls: parameters bound to arguments and defaults."""
    depth = at.frame.depth + 1 if at.frame is not None else 1
    definition = _definition(reader, symbol)
    index = reader.index(symbol.path)
    if depth > DEEPEST or definition is None or index is None:
        return None
    function = index.definition(symbol.index)
    if function is None or isinstance(function, ast.ClassDef):
        return None
    arguments: dict[str, Lazy] = {}
    given = function.args
    method = isinstance(index.parents.get(function), ast.ClassDef) and isinstance(call.func, ast.Attribute)
    if method and given.args and given.args[0].arg == "self" and isinstance(call.func, ast.Attribute):
        above = (
            isinstance(call.func.value, ast.Call) and dotted(call.func.value.func) == "super" and at.frame is not None
        )
        own = at.frame.arguments.get("self") if above and at.frame is not None else None
        arguments["self"] = own if isinstance(own, Lazy) else Lazy(call.func.value, at)
    positional = [each.arg for each in (*given.posonlyargs, *given.args)]
    outside = At(symbol.path, function)
    for name, default in zip(reversed(positional), reversed(given.defaults), strict=False):
        arguments[name] = Lazy(default, outside)
    for parameter, value in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        if value is not None:
            arguments[parameter.arg] = Lazy(value, outside)
    names = positional
    if positional[:1] in (["self"], ["cls"]) and (
        isinstance(index.parents.get(function), ast.ClassDef) or _binds_task(function)
    ):
        names = positional[1:]
    for name, argument in zip(names, call.args, strict=False):
        if isinstance(argument, ast.Starred):
            rest_names = names[names.index(name) :]
            held = reader.elements(argument.value, at)
            for position, rest in enumerate(rest_names):
                item = held.items[position] if held.exact and position < len(held.items) else None
                if isinstance(item, Lazy):
                    arguments[rest] = item
                elif not held.exact or item is not None:
                    arguments.pop(rest, None)
            break
        arguments[name] = Lazy(argument, at)
    for keyword in call.keywords:
        if keyword.arg is not None:
            arguments[keyword.arg] = Lazy(keyword.value, at)
    spread = [each.value for each in call.keywords if each.arg is None]
    if len(spread) == 1 and given.kwarg is None:
        bound = {*names[: len(call.args)], *(each.arg for each in call.keywords)}
        open_ = [each for each in (*names, *(each.arg for each in given.kwonlyargs)) if each not in bound]
        arguments.update(_spread(reader, spread[0], open_, arguments, at))
    if given.vararg is not None:
        arguments[given.vararg.arg] = Lazy(_rest(call, len(names)), at)
    if given.kwarg is not None:
        known = {*names, *(each.arg for each in given.kwonlyargs)}
        named = [each for each in call.keywords if each.arg not in known]
        keys: list[ast.expr | None] = [
            ast.copy_location(ast.Constant(value=each.arg), call) if each.arg else None for each in named
        ]
        made = ast.Dict(keys=keys, values=[each.value for each in named])
        arguments[given.kwarg.arg] = Lazy(ast.copy_location(made, call), at)
    return Frame(function, arguments, depth, at.frame)


def _rest(call: ast.Call, named: int) -> ast.Tuple:
    """What a call passes behind the arguments that have names: `("b", *more)`; of a spread argument what the names leave of it."""
    starred = next((number for number, each in enumerate(call.args) if isinstance(each, ast.Starred)), named)
    given: list[ast.expr] = list(call.args[min(starred, named) :])
    if starred < named and isinstance(given[0], ast.Starred):
        behind = ast.Slice(lower=ast.Constant(value=named - starred))
        left = ast.Subscript(value=given[0].value, slice=behind, ctx=ast.Load())
        given[0] = ast.Starred(value=left, ctx=ast.Load())
    made = ast.copy_location(ast.Tuple(elts=given, ctx=ast.Load()), call)
    return ast.fix_missing_locations(made)


def _spread(reader: Reader, mapping: ast.expr, names: list[str], defaults: dict[str, Lazy], at: At) -> dict[str, Lazy]:
    """What `**mapping` passes for parameters that the call passes nothing else for: each by its key."""
    table = reader.table(mapping, at)
    keys = [reader.element_text(each).constant for each in table.keys] if table is not None else [None]
    found = {}
    for name in names:
        if name in keys or (None in keys and name not in defaults):
            made = ast.Subscript(value=mapping, slice=ast.Constant(value=name), ctx=ast.Load())
            found[name] = Lazy(ast.fix_missing_locations(ast.copy_location(made, mapping)), at)
    return found
