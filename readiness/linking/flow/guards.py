"""What a test says about a place: a test with its truth and a place in, how far the place is restricted out.

`column in ALLOWED` fixes the column when ALLOWED holds nothing but constants; with any other collection it is a check whose
meaning is not known. `assert` is such a check too, whatever it tests: it is gone under `-O`.
"""

from __future__ import annotations

import ast
from enum import IntEnum

from readiness.languages.python.names import dotted, last_name
from readiness.languages.python.patterns import anchored, ended, harmless_pattern, open_pattern
from readiness.linking.flow.definitions import Binding
from readiness.linking.flow.known import PARSERS, PARSING
from readiness.linking.flow.nodes import place_of
from readiness.linking.flow.pieces import Flow
from readiness.linking.flow.reader import At, Lazy, Reader
from readiness.linking.flow.statements import rebinds
from readiness.model import PieceKind, SymbolKind
from readiness.model.summary import Name


class Restriction(IntEnum):
    """How far a place is restricted; the larger says more."""

    LOOSE = 1
    """It passed a pattern that lets quotes and white space through."""
    CHECKED = 2
    """It passed a test that is not understood."""
    FIXED = 3
    """It is one of a fixed set, or of a harmless alphabet."""
    NUMBER = 4


HARMLESS_TESTS = frozenset({"isdigit", "isdecimal", "isnumeric", "isalnum", "isalpha", "isidentifier"})
SAME_TEXT = frozenset({"lower", "upper", "casefold", "strip", "lstrip", "rstrip", "title", "capitalize"})
CUTTING = frozenset({"strip", "lstrip", "rstrip", "removeprefix", "removesuffix"})
FIXED_KINDS = (PieceKind.CONSTANT, PieceKind.NUMBER, PieceKind.VALIDATED)
MATCHING = frozenset({"match", "fullmatch", "search"})
ASKING = frozenset(
    f"{module}.{name}" for module in ("re", "regex") for name in (*MATCHING, "findall", "finditer", "sub", "split")
)
COMPILERS = frozenset({"re.compile", "regex.compile"})
NUMBER_CLASSES = frozenset(
    {"int", "float", "bool", "uuid.UUID", "decimal.Decimal", "datetime.date", "datetime.datetime"}
)
PLAIN = (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return)
"""Statements that ask nothing."""
ORDERED = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def restriction(reader: Reader, test: ast.expr, truth: bool, place: str, at: At) -> Restriction | None:
    """How a test restricts a place when it comes out as `truth`."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return restriction(reader, operand, not truth, place, at)
        case ast.BoolOp(op=operator, values=values):
            each = [restriction(reader, value, truth, place, at) for value in values]
            known = [one for one in each if one is not None]
            if isinstance(operator, ast.And) is truth:
                return max(known, default=None)
            return min(known) if len(known) == len(each) else None
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return _compare(reader, left, operator, right, truth, place, at)
        case ast.BinOp(op=ast.Sub(), left=left, right=right) if not truth:
            # `if set(columns) - ALLOWED: raise`
            inner = left.args[0] if isinstance(left, ast.Call) and left.args else left
            return Restriction.FIXED if place_of(inner) == place and is_fixed(reader, right, at) else None
        case ast.NamedExpr(value=value):
            return restriction(reader, value, truth, place, at)
        case ast.Call():
            return _call(reader, test, truth, place, at)
        case ast.Name() | ast.Attribute() | ast.Subscript() if place_of(test) == place:
            # An empty text, an empty collection, None: there is nothing in it.
            return None if truth else Restriction.FIXED
        case ast.Name():
            return _held_test(reader, test, truth, place, at)
    return None


def passed_by(reader: Reader, test: ast.expr, truth: bool, place: str, at: At) -> Restriction | None:
    """The same behind a statement: what `is_column(place)` gave is not asked where the call is a statement of its own."""
    held = restriction(reader, test, truth, place, at)
    if held is None or not isinstance(at.statement, PLAIN):
        return held
    refused = restriction(reader, test, not truth, place, at)
    return min(held, refused) if refused is not None else None


def _held_test(
    reader: Reader, test: ast.Name, truth: bool, place: str, at: At, *, found: bool = False
) -> Restriction | None:
    """`known = place in ALLOWED`, `match = PATTERN.match(place)`: a test whose result a name holds."""
    index = reader.index(at.path)
    reached = reader.definitions(test.id, at) if index is not None else None
    only = reached.definitions[0] if reached is not None and len(reached.definitions) == 1 else None
    if index is None or reached is None or reached.falls or only is None or only.binding is not Binding.VALUE:
        return None
    expression = only.expression
    if only.path or not isinstance(expression, ast.Call | ast.Compare | ast.BoolOp | ast.UnaryOp):
        return None
    here, there = index.block(at.statement), index.block(only.statement)
    if here is None or there is None or here[:2] != there[:2]:
        return None
    if found and not (isinstance(expression, ast.Call) and _is_match(expression)):
        return None
    root = place.split(".", 1)[0].split("[", 1)[0]
    between = getattr(there[0], there[1])[there[2] + 1 : here[2]]
    if any(rebinds(each, root) for each in between):
        return None
    return restriction(reader, expression, truth, place, At(at.path, only.statement, frame=at.frame))


def _is_match(call: ast.Call) -> bool:
    """`PATTERN.match(text)` gives a match, which is always true, or None."""
    return isinstance(call.func, ast.Attribute) and call.func.attr in MATCHING


def decided(reader: Reader, test: ast.expr, at: At) -> bool | None:
    """How a test always comes out: `False`, `not DEBUG` where `DEBUG` is a constant of the code; None where that depends."""
    match test:
        case ast.Constant(value=value):
            return bool(value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = decided(reader, operand, at)
            return None if inner is None else not inner
        case ast.BoolOp(op=operator, values=values):
            each = [decided(reader, value, at) for value in values]
            ending = isinstance(operator, ast.Or)
            return ending if ending in each else None if None in each else not ending
        case ast.Name(id=name) if name.isupper():
            index = reader.index(at.path)
            symbol = reader.symbol(test, at)
            if index is None or symbol is None or symbol.kind is not SymbolKind.VARIABLE or name in index.rebound:
                return None
            held = reader.code.constant(at.path, Name(name), index.scope(at.statement), at.statement.lineno)
            return held if isinstance(held, bool) else None
    return None


SENT = frozenset({PieceKind.REQUEST, PieceKind.PARAMETER})
"""What a client may have sent: to be equal to that says nothing."""


def _compare(
    reader: Reader, left: ast.expr, operator: ast.cmpop, right: ast.expr, truth: bool, place: str, at: At
) -> Restriction | None:
    if isinstance(operator, ORDERED) and (_is_number(right) or _is_number(left)):
        # A text is never more or less than a number: to ask so is an error.
        return Restriction.NUMBER if place_of(left if _is_number(right) else right) == place else None
    positive = isinstance(operator, ast.In | ast.Eq | ast.Is | ast.LtE)
    if not isinstance(operator, ast.In | ast.NotIn | ast.Eq | ast.NotEq | ast.Is | ast.IsNot | ast.LtE):
        return None
    if isinstance(right, ast.Constant) and right.value is None:
        return _compared_with_none(reader, left, place, at, none=positive is truth)
    if positive is not truth:
        return None
    if isinstance(operator, ast.LtE):
        # `set(columns) <= ALLOWED`
        inner = left.args[0] if isinstance(left, ast.Call) and left.args else left
        whole = isinstance(right, ast.Constant)
        return Restriction.FIXED if place_of(inner) == place and not whole and is_fixed(reader, right, at) else None
    if _same_text(left) != place:
        if not isinstance(operator, ast.Eq | ast.NotEq) or _same_text(right) != place:
            return None
        # `field["name"] == place`
        left, right = right, left
    if isinstance(operator, ast.In | ast.NotIn):
        return _member(reader, right, at)
    flow = reader.text(right, at)
    if flow.alternatives and flow.only(*FIXED_KINDS):
        return Restriction.FIXED
    known = flow.alternatives and not any(piece.kind in SENT or piece.outside for piece in flow.pieces)
    return Restriction.CHECKED if known and not isinstance(operator, ast.Is | ast.IsNot) else None


def _is_number(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)


def _compared_with_none(reader: Reader, left: ast.expr, place: str, at: At, *, none: bool) -> Restriction | None:
    """`place is None`; `match is not None` of what a pattern gave."""
    if none:
        return Restriction.FIXED if place_of(left) == place else None
    if isinstance(left, ast.NamedExpr):
        left = left.value
    if isinstance(left, ast.Call) and _is_match(left):
        return restriction(reader, left, True, place, at)
    return _held_test(reader, left, True, place, at, found=True) if isinstance(left, ast.Name) else None


def _same_text(node: ast.expr) -> str:
    """The place whose text this is, apart from case and outer white space."""
    while isinstance(node, ast.Call) and not node.keywords:
        if isinstance(node.func, ast.Attribute) and (
            (node.func.attr in SAME_TEXT and not node.args) or (node.func.attr in CUTTING and _cuts_signs(node))
        ):
            node = node.func.value
        elif isinstance(node.func, ast.Name) and node.func.id == "str" and len(node.args) == 1:
            node = node.args[0]
        else:
            return ""
    return node.target.id if isinstance(node, ast.NamedExpr) else place_of(node)


def _cuts_signs(call: ast.Call) -> bool:
    """What is cut off can do no harm where it stands: the `-` of `-name`."""
    return all(
        isinstance(each, ast.Constant) and isinstance(each.value, str) and set(each.value) <= {"-", "+", " ", "_", "."}
        for each in call.args
    )


def is_fixed(reader: Reader, collection: ast.expr, at: At) -> bool:
    """A collection (or a mapping, by its keys) holds nothing but constants, numbers and names that the code defines."""
    flow = reader.text(collection, at) if isinstance(collection, ast.Constant) else None
    if flow is not None:
        return flow.constant is not None
    elements = reader.elements(collection, at)
    return bool(elements.items) and all(_fixed(reader.element_text(each)) for each in elements.items)


def _member(reader: Reader, collection: ast.expr, at: At) -> Restriction | None:
    """What it says to be in a collection: nothing where the client fills that as well."""
    if is_fixed(reader, collection, at):
        return Restriction.FIXED
    held = [reader.element_text(each) for each in reader.elements(collection, at).items]
    sent = any(piece.kind is PieceKind.REQUEST and not piece.checked for flow in held for piece in flow.pieces)
    return None if sent else Restriction.CHECKED


def _fixed(flow: Flow) -> bool:
    return bool(flow.alternatives) and flow.only(*FIXED_KINDS)


def _call(reader: Reader, call: ast.Call, truth: bool, place: str, at: At) -> Restriction | None:
    if dotted(call.func) == "bool" and len(call.args) == 1 and not call.keywords:
        # `return bool(PATTERN.match(text))`
        made = reader.callee(call, at)
        known = made is not None and made.kind is SymbolKind.BUILTIN
        return restriction(reader, call.args[0], truth, place, at) if known else None
    if len(call.args) == 1 and place_of(call.args[0]) == place and last_name(call.func) in PARSING:
        symbol = reader.callee(call, at)
        if symbol is not None and symbol.name.removeprefix("builtins.") in PARSERS:
            return Restriction.NUMBER
    if not truth:
        return _refused(reader, call, place, at)
    func = call.func
    if (
        isinstance(func, ast.Attribute)
        and not call.args
        and func.attr in HARMLESS_TESTS
        and place_of(func.value) == place
    ):
        return Restriction.FIXED
    if isinstance(func, ast.Attribute) and func.attr == "issubset" and len(call.args) == 1:
        owner = func.value.args[0] if isinstance(func.value, ast.Call) and func.value.args else func.value
        return Restriction.FIXED if place_of(owner) == place and is_fixed(reader, call.args[0], at) else None
    if isinstance(func, ast.Attribute) and func.attr == "issuperset" and len(call.args) == 1:
        return Restriction.FIXED if place_of(call.args[0]) == place and is_fixed(reader, func.value, at) else None
    name = dotted(func)
    if name == "isinstance" and len(call.args) == 2 and place_of(call.args[0]) == place:
        return _instance(reader, call.args[1], at)
    if name == "all" and len(call.args) == 1:
        return _all(reader, call.args[0], place, at)
    return _pattern(reader, call, place, at) or _predicate(reader, call, place, at)


def _refused(reader: Reader, call: ast.Call, place: str, at: At) -> Restriction | None:
    """`any(each not in ALLOWED for each in place)` that came out false, here or in a function of the project."""
    if dotted(call.func) == "any" and len(call.args) == 1:
        argument = call.args[0]
        if not isinstance(argument, ast.GeneratorExp | ast.ListComp) or len(argument.generators) != 1:
            return None
        generator = argument.generators[0]
        if place_of(generator.iter) != place or not isinstance(generator.target, ast.Name):
            return None
        name = generator.target.id
        tests = [*generator.ifs, argument.elt]
        refused = ast.copy_location(ast.BoolOp(op=ast.And(), values=tests), argument) if len(tests) > 1 else tests[0]
        if generator.ifs and isinstance(argument.elt, ast.Name) and argument.elt.id == name:
            # `any(each for each in place if each not in ALLOWED)`: an empty text says nothing either way.
            refused = generator.ifs[0] if len(generator.ifs) == 1 else refused
        return restriction(reader, refused, False, name, at)
    returned, name = _returned_of(reader, call, place, at)
    if not name or len(returned) != 1 or not isinstance(returned[0].expression, ast.Call):
        return None
    return restriction(reader, returned[0].expression, False, name, returned[0].at)


def _returned_of(reader: Reader, call: ast.Call, place: str, at: At) -> tuple[tuple[Lazy, ...], str]:
    """What a function of the project that is handed the place returns, and the place's name inside of it; empty without any."""
    if not any(place_of(each) == place for each in (*call.args, *(keyword.value for keyword in call.keywords))):
        return (), ""
    returned = reader.returned(call, at)
    frame = returned[0].at.frame if returned else None
    given = frame.arguments if frame is not None else {}
    return returned, next((name for name, each in given.items() if place_of(each.expression) == place), "")


def _predicate(reader: Reader, call: ast.Call, place: str, at: At) -> Restriction | None:
    """`is_column(place)`: a function of the project that comes out true for restricted values only."""
    returned, name = _returned_of(reader, call, place, at)
    if not name:
        return None
    found: list[Restriction] = []
    for each in returned:
        if isinstance(each.expression, ast.Constant) and not each.expression.value:
            continue
        held = _held(reader, each, name)
        if held is None:
            return None
        found.append(held)
    return min(found, default=None)


def _held(reader: Reader, returned: Lazy, name: str) -> Restriction | None:
    """How far a parameter is restricted where a function comes out true."""
    if not isinstance(returned.expression, ast.Constant):
        return restriction(reader, returned.expression, True, name, returned.at)
    reached = reader.definitions(name, returned.at)
    tests = [each for each in reached.definitions if each.binding is Binding.GUARDED and each.expression is not None]
    if reached.falls or len(tests) < len(reached.definitions):
        return None
    each = [
        restriction(
            reader, test.expression, test.truth, name, At(returned.at.path, test.statement, frame=returned.at.frame)
        )
        for test in tests
        if test.expression is not None
    ]
    known = [one for one in each if one is not None]
    return min(known) if known and len(known) == len(each) else None


def _instance(reader: Reader, classes: ast.expr, at: At) -> Restriction | None:
    wanted = classes.elts if isinstance(classes, ast.Tuple) else [classes]
    for each in wanted:
        symbol = reader.symbol(each, at)
        if symbol is None:
            return None
        if symbol.kind is SymbolKind.CLASS and reader.code.is_a(symbol, ("enum.Enum", "enum.StrEnum", "enum.IntEnum")):
            continue
        if symbol.name.removeprefix("builtins.") not in NUMBER_CLASSES:
            return None
    return Restriction.NUMBER


def _all(reader: Reader, argument: ast.expr, place: str, at: At) -> Restriction | None:
    """`all(column in ALLOWED for column in columns)` restricts what `columns` holds."""
    if not isinstance(argument, ast.GeneratorExp | ast.ListComp) or len(argument.generators) != 1:
        return None
    generator = argument.generators[0]
    if place_of(generator.iter) != place or not isinstance(generator.target, ast.Name):
        return None
    return restriction(reader, argument.elt, True, generator.target.id, at)


def _pattern(reader: Reader, call: ast.Call, place: str, at: At) -> Restriction | None:
    """`re.fullmatch("[a-z_]+", place)`, `PATTERN.fullmatch(place)`."""
    if not isinstance(call.func, ast.Attribute) or not call.args:
        return None
    method = call.func.attr
    if method not in MATCHING:
        return None
    text = pattern_of(reader, call, at)
    subject = call.args[1] if is_module_function(reader, call, at) and len(call.args) > 1 else call.args[0]
    if subject is None or _same_text(subject) != place or text is None:
        return None
    whole = method == "fullmatch"
    if method == "search" and not anchored(text):
        return None
    if harmless_pattern(text, whole=whole):
        return Restriction.FIXED
    # What follows the match of an open pattern can be anything; an open alphabet lets whole statements through.
    if not whole and not ended(text):
        return None
    return Restriction.LOOSE if open_pattern(text) else Restriction.CHECKED


def pattern_of(reader: Reader, call: ast.Call, at: At) -> str | None:
    """The pattern of `re.match(pattern, text)` and `PATTERN.match(text)`, where it is fixed."""
    if not isinstance(call.func, ast.Attribute) or not call.args:
        return None
    if not is_module_function(reader, call, at):
        return compiled_pattern(reader, call.func.value, at)
    given = [*call.args[2:], *(each.value for each in call.keywords)]
    if len(call.args) < 2 or any("M" in ast.unparse(each) for each in given):
        # In many lines `$` is the end of any of them.
        return None
    return reader.text(call.args[0], at).constant


def is_module_function(reader: Reader, call: ast.Call, at: At) -> bool:
    """`re.match(pattern, text)`, and not `PATTERN.match(text)`."""
    symbol = reader.symbol(call.func, at)
    return symbol is not None and symbol.kind is SymbolKind.EXTERNAL and symbol.name in ASKING


def compiled_pattern(reader: Reader, expression: ast.expr, at: At) -> str | None:
    """The text of a compiled pattern that a name denotes."""
    origin = reader.origin(expression, at)
    if origin is None or not isinstance(origin.expression, ast.Call) or not origin.expression.args:
        return None
    symbol = reader.callee(origin.expression, origin.at)
    flags = [*origin.expression.args[1:], *(each.value for each in origin.expression.keywords)]
    if symbol is None or symbol.name not in COMPILERS or any("M" in ast.unparse(each) for each in flags):
        return None
    return reader.text(origin.expression.args[0], origin.at).constant
