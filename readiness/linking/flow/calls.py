"""What text a call gives: a call and where it is read in, a composition of pieces out.

Known functions and methods stand in tables; functions of the project are followed through what they return.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from msgspec.structs import replace

from readiness.languages.python.names import dotted
from readiness.linking.flow.applied import applied_text, looked_up_by_method, text_by_name
from readiness.linking.flow.declared import command_option
from readiness.linking.flow.definitions import Binding, Definition
from readiness.linking.flow.described import describes
from readiness.linking.flow.elements import joined
from readiness.linking.flow.filling import format_text, rendered_text, replaced_text, substitute_text
from readiness.linking.flow.known import (
    BUILDER_TEXTS,
    BUILDERS,
    COMPOSED_CALLS,
    DRIVERS,
    MODULES,
    NUMBER_CALLS,
    NUMBER_METHODS,
    OPENING_CALLS,
    QUOTING_CALLS,
    QUOTING_METHODS,
    QUOTING_OWNERS,
    REFLECTED,
    SAME_TEXT_CALLS,
    SAME_TEXT_METHODS,
    SHIPPED_CALLS,
    WORD_CALLS,
)
from readiness.linking.flow.libraries import kind_by_library
from readiness.linking.flow.matches import caught_text, regular_text
from readiness.linking.flow.members import fixed, member_of_call, named_value
from readiness.linking.flow.methods import defines
from readiness.linking.flow.nodes import place_of
from readiness.linking.flow.objects import method_text
from readiness.linking.flow.parts import merged
from readiness.linking.flow.paths import file_text, is_path, joined_path, opened_file
from readiness.linking.flow.pieces import EMPTY, RISK, Flow, concatenate, constant, mapped, single, union
from readiness.linking.flow.reader import At, Elements, Reader
from readiness.linking.flow.returns import converts, returned_text
from readiness.linking.flow.rows import row_text
from readiness.linking.flow.sources import CONFIGURED_NAMES, REQUEST_CALLS, SETTINGS_TYPES, outside_of
from readiness.linking.flow.text import placed, shown_in_quotes
from readiness.linking.flow.types import type_kind
from readiness.model import FROM_DATABASE, Piece, PieceKind, Symbol, SymbolKind

COLLECTING = frozenset({"tuple", "list", "set", "frozenset", "sorted"})
CHANGES: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "casefold": str.casefold,
    "title": str.title,
    "strip": str.strip,
    "lstrip": str.lstrip,
    "rstrip": str.rstrip,
}


def call_text(reader: Reader, call: ast.Call, at: At) -> Flow | None:
    """The text of a call; None where nothing is known of it."""
    if describes(call):
        return single(reader.piece(PieceKind.VALIDATED, call, at))
    symbol = reader.callee(call, at)
    caught = regular_text(reader, call, at)
    if caught is not None:
        return caught
    if isinstance(call.func, ast.Attribute) and (symbol is None or not symbol.name.startswith(MODULES)):
        found = looked_up_by_method(reader, call, call.func, at)
        if found is not None:
            return found
        found = _method(reader, call, call.func, at)
        if found is not None:
            return found
    if symbol is not None:
        found = _function(reader, call, symbol, at)
        if found is not None:
            return found
    if symbol is None or symbol.kind in (SymbolKind.VARIABLE, SymbolKind.PARAMETER):
        found = _renamed(reader, call, at) or applied_text(reader, call, at)
        if found is not None:
            return found
    if isinstance(call.func, ast.Attribute):
        late = _known_method(reader, call, call.func, at)
        if late is not None:
            return late
        return _member_call(reader, call, call.func, symbol, at)
    return None


def _renamed(reader: Reader, call: ast.Call, at: At) -> Flow | None:
    """`quote = connection.ops.quote_name`, `quote(name)`: a quoting method under a name of its own."""
    origin = reader.origin(call.func, at) if isinstance(call.func, ast.Name) else None
    method = origin.expression if origin is not None else None
    if origin is None or not isinstance(method, ast.Attribute) or method.attr not in QUOTING_METHODS:
        return None
    made = ast.copy_location(ast.Call(func=method, args=call.args, keywords=call.keywords), call)
    return _known_method(reader, made, method, replace(at, statement=origin.at.statement))


def _member_call(reader: Reader, call: ast.Call, func: ast.Attribute, symbol: Symbol | None, at: At) -> Flow | None:
    """A method of which nothing is known but what it is called on."""
    known = symbol is not None and symbol.kind not in (SymbolKind.PARAMETER, SymbolKind.VARIABLE)
    for owner in (func, func.value):
        base = reader.text(owner, at)
        piece = base.riskiest
        if piece is None:
            continue
        if piece.kind in (PieceKind.REQUEST, PieceKind.CONFIGURED) or piece.outside:
            return member_of_call(reader, call, base, at)
        if piece.kind is PieceKind.PARAMETER:
            named = text_by_name(reader, call, func.attr, at) if not known else None
            return named or member_of_call(reader, call, base, at)
    return text_by_name(reader, call, func.attr, at) if not known else None


def _asked_for(call: ast.Call) -> str:
    first = call.args[0] if call.args else None
    return str(first.value) if isinstance(first, ast.Constant) else ""


def _function(reader: Reader, call: ast.Call, symbol: Symbol, at: At) -> Flow | None:
    name = symbol.name.removeprefix("builtins.")
    if symbol.kind in (SymbolKind.BUILTIN, SymbolKind.EXTERNAL):
        return _known_function(reader, call, symbol, name, at)
    if symbol.kind is SymbolKind.CLASS:
        kind = type_kind(reader.code, symbol)
        if kind is not None:
            return single(reader.piece(kind, call, at))
        if reader.code.is_a(symbol, SETTINGS_TYPES):
            return single(reader.piece(PieceKind.CONFIGURED, call, at))
        return method_text(reader, call, symbol, "__str__", at)
    if symbol.kind is SymbolKind.FUNCTION:
        if converts(reader, call, symbol, at):
            return single(reader.piece(PieceKind.NUMBER, call, at))
        return returned_text(reader, call, symbol, at)
    return None


def _counts_letters(reader: Reader, number: ast.expr, at: At) -> bool:
    """A number from that of a letter on: `65 + position`, `ord("a") + position`. No quote has such a number."""
    if not isinstance(number, ast.BinOp) or not isinstance(number.op, ast.Add):
        return False
    for base in (number.left, number.right):
        if isinstance(base, ast.Call) and dotted(base.func) == "ord" and base.args:
            letter = reader.text(base.args[0], at).constant or ""
            if letter.isascii() and letter.isalpha():
                return True
        elif (reader.text(base, at).constant or "").isdecimal() and int(reader.text(base, at).constant or "0") >= ord(
            "A"
        ):
            return True
    return False


def _known_function(reader: Reader, call: ast.Call, symbol: Symbol, name: str, at: At) -> Flow | None:
    first = call.args[0] if call.args else None
    if name in NUMBER_CALLS or type_kind(reader.code, symbol) is PieceKind.NUMBER:
        return single(reader.piece(PieceKind.NUMBER, call, at))
    if name == "chr" and first is not None and _counts_letters(reader, first, at):
        return single(reader.piece(PieceKind.VALIDATED, call, at))
    told = kind_by_library(name)
    if told is not None:
        return single(reader.piece(told, call, at))
    if name in REQUEST_CALLS:
        return single(reader.piece(PieceKind.REQUEST, call, at, _asked_for(call)))
    if name in SHIPPED_CALLS or name in WORD_CALLS:
        return single(reader.piece(PieceKind.VALIDATED, call, at))
    if name in OPENING_CALLS and call.args:
        return opened_file(reader, call, at)
    if name in ("glob.glob", "glob.iglob", "os.listdir") and call.args:
        # The files of a folder that the code names are a part of the program as the folder is.
        return reader.text(call.args[0], at)
    if name == "os.path.join":
        return joined_path(reader, call.args, at)
    if name.startswith("os.path.") and call.args:
        return concatenate([reader.text(argument, at) for argument in call.args], "expression")
    if name in CONFIGURED_NAMES or name.startswith(("os.environ.", "starlette.config.", "decouple.", "environ.")):
        default = reader.text(call.args[1], at) if len(call.args) > 1 else None
        configured = single(reader.piece(PieceKind.CONFIGURED, call, at))
        return (
            union([configured, default])
            if default is not None and name in ("os.getenv", "os.environ.get")
            else configured
        )
    if name in COMPOSED_CALLS:
        return _composed(reader, call, at)
    if name in QUOTING_CALLS or (name.startswith(DRIVERS) and name.rpartition(".")[2] in QUOTING_METHODS):
        return single(reader.piece(PieceKind.QUOTED, call, at))
    if name in ("typing.cast", "typing_extensions.cast") and len(call.args) == 2:
        return reader.text(call.args[1], at)
    if name in SAME_TEXT_CALLS and first is not None:
        return _same(reader, call, first, name, at)
    if name in COLLECTING and first is not None:
        held = [reader.element_text(each) for each in reader.elements(call, at).items]
        # `f"IN {tuple(names)}"`
        held = [shown_in_quotes(each) for each in held] if name == "tuple" else held
        return concatenate([constant("("), *held, constant(")")], "expression")
    if name in ("min", "max") and call.args:
        return _extreme(reader, call, at)
    if name in ("dataclasses.fields", "typing.get_type_hints", "msgspec.structs.fields", "attr.fields", "attrs.fields"):
        return single(reader.piece(PieceKind.VALIDATED, call, at))
    if name == "next" and first is not None:
        return reader.element_text(merged(reader, reader.elements(first, at)))
    if name == "getattr" and len(call.args) >= 2:
        return _getattr(reader, call, at)
    outside = outside_of(name)
    if outside:
        return single(replace(reader.piece(PieceKind.UNKNOWN, call, at), outside=outside))
    if name.rpartition(".")[2] in REFLECTED and name.startswith(("sqlalchemy.", "django.db.")):
        return single(replace(reader.piece(PieceKind.UNKNOWN, call, at), outside=FROM_DATABASE))
    if name.startswith(BUILDERS) and name not in BUILDER_TEXTS:
        rows = row_text(reader, call, call.func, at) if isinstance(call.func, ast.Attribute) else None
        return rows or single(reader.piece(PieceKind.STRUCTURE, call, at))
    return None


def _extreme(reader: Reader, call: ast.Call, at: At) -> Flow:
    """`max(text, 0)` is an error: what is compared with a number is one."""
    if len(call.args) == 1:
        return union(reader.element_text(each) for each in reader.elements(call.args[0], at).items)
    if not call.keywords and any(_is_counted(reader, argument, at, call) for argument in call.args):
        return single(reader.piece(PieceKind.NUMBER, call, at))
    return union(reader.text(argument, at) for argument in call.args)


def _is_counted(reader: Reader, expression: ast.expr, at: At, extreme: ast.expr, depth: int = 2) -> bool:
    """A number as written, what a conversion gave, or a name that holds nothing else but the extreme itself."""
    match expression:
        case ast.Constant(value=value):
            return isinstance(value, int | float) and not isinstance(value, bool)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            return _is_counted(reader, operand, at, extreme, depth)
        case ast.Call(func=ast.Name(id="int" | "float" | "len")):
            return True
        case ast.Name(id=name) if depth:
            reached = reader.definitions(name, at)
            return (
                bool(reached.definitions)
                and not reached.falls
                and all(_holds_count(reader, each, at, extreme, depth) for each in reached.definitions)
            )
    return False


def _holds_count(reader: Reader, definition: Definition, at: At, extreme: ast.expr, depth: int) -> bool:
    value = definition.expression
    if definition.binding is not Binding.VALUE or value is None:
        return False
    for position in definition.path:
        if not isinstance(value, ast.Tuple | ast.List) or position >= len(value.elts):
            return False
        value = value.elts[position]
    here = replace(at, statement=definition.statement, local=(), end=False)
    return value is extreme or _is_counted(reader, value, here, extreme, depth - 1)


def _same(reader: Reader, call: ast.Call, first: ast.expr, name: str, at: At) -> Flow:
    if isinstance(first, ast.Dict) and name.endswith(".dumps"):
        held = [reader.text(each, at) for each in (*first.keys, *first.values) if each is not None]
        return concatenate([constant("{"), *held, constant("}")], "expression")
    inner = reader.text(first, at)
    if name in ("repr", "ascii"):
        return shown_in_quotes(inner)
    text = inner.constant
    if text is not None and name in ("textwrap.dedent", "inspect.cleandoc"):
        import inspect
        import textwrap

        return constant(textwrap.dedent(text) if name == "textwrap.dedent" else inspect.cleandoc(text))
    return inner


def _composed(reader: Reader, call: ast.Call, at: At) -> Flow:
    """`sql.SQL(text)`: text that is no constant is judged at this very call, so it counts as structure for those around it."""
    if not call.args:
        return replace(EMPTY, how="composed")
    symbol = reader.callee(call, at)
    if symbol is not None and symbol.name.endswith("Composed"):
        parts = [reader.element_text(each) for each in reader.elements(call.args[0], at).items]
        return concatenate(parts, "composed") if parts else replace(EMPTY, how="composed")
    flow = reader.text(call.args[0], at)
    return replace(
        mapped(
            flow,
            lambda piece: (
                piece if RISK[piece.kind] < RISK[PieceKind.STRUCTURE] else replace(piece, kind=PieceKind.STRUCTURE)
            ),
        ),
        how="composed",
    )


def _getattr(reader: Reader, call: ast.Call, at: At) -> Flow | None:
    """`getattr(Model, name)` gives an expression object where Model is a class."""
    owner = reader.symbol(call.args[0], at)
    if owner is not None and owner.kind is SymbolKind.CLASS:
        return single(reader.piece(PieceKind.STRUCTURE, call, at))
    name = reader.text(call.args[1], at).constant
    if name is not None and name.isidentifier():
        made = ast.copy_location(ast.Attribute(value=call.args[0], attr=name, ctx=ast.Load()), call)
        return reader.text(made, at)
    return None


def _method(reader: Reader, call: ast.Call, func: ast.Attribute, at: At) -> Flow | None:
    """Methods whose meaning their name and receiver decide."""
    match func.attr:
        case "format" | "format_map":
            return format_text(reader, call, func, at)
        case "join" if len(call.args) == 1:
            separator = reader.text(func.value, at)
            if separator.structure:
                # `query.join(table)` of a query builder.
                return single(reader.piece(PieceKind.STRUCTURE, call, at))
            how = "composed" if separator.how == "composed" else "join"
            return joined(reader, separator, reader.elements(call.args[0], at), how, call, at)
        case "replace" if len(call.args) >= 2:
            return replaced_text(reader, call, func, at)
        case "substitute" | "safe_substitute":
            return substitute_text(reader, call, func, at)
        case "render":
            return rendered_text(reader, call, func, at)
        case "get" | "pop" | "setdefault" if call.args:
            return _get(reader, call, func, at)
        case "read" | "read_text" | "readlines" | "open":
            return file_text(reader, call, func, at)
        case "glob" | "rglob" | "iterdir" if is_path(reader, call, at):
            return reader.text(func.value, at)
        case "joinpath":
            return joined_path(reader, (func.value, *call.args), at)
    return None


def _known_method(reader: Reader, call: ast.Call, func: ast.Attribute, at: At) -> Flow | None:
    owner = place_of(func.value)
    tail = owner.rpartition(".")[2] or (
        func.value.func.attr if isinstance(func.value, ast.Call) and isinstance(func.value.func, ast.Attribute) else ""
    )
    own = func.attr in QUOTING_METHODS and tail not in QUOTING_OWNERS and defines(reader.code, func.attr)
    if (
        func.attr in QUOTING_METHODS
        and not own
        and (
            func.attr
            in (
                "quote_name",
                "quote_identifier",
                "escape_string",
                "mogrify",
                "format_table",
                "quote_ident",
                "sql_with_params",
                "as_sql",
            )
            or tail in QUOTING_OWNERS
        )
    ):
        return single(reader.piece(PieceKind.QUOTED, call, at))
    if (
        func.attr in QUOTING_METHODS
        and not own
        and func.attr in ("escape", "literal")
        and tail in ("conn", "connection", "db", "cursor")
    ):
        return single(reader.piece(PieceKind.QUOTED, call, at))
    if func.attr in NUMBER_METHODS:
        return single(reader.piece(PieceKind.NUMBER, call, at))
    if func.attr in REFLECTED and not defines(reader.code, func.attr):
        return single(replace(reader.piece(PieceKind.UNKNOWN, call, at), outside=FROM_DATABASE))
    rows = row_text(reader, call, func, at)
    if rows is not None:
        return rows
    if (
        func.attr == "values_list"
        and call.args
        and all(getattr(each, "value", "") in ("id", "pk") for each in call.args)
    ):
        return single(reader.piece(PieceKind.NUMBER, call, at))
    if func.attr in SAME_TEXT_METHODS:
        return _same_method(reader, call, func, at)
    base = reader.text(func.value, at)
    if base.structure:
        return single(reader.piece(PieceKind.STRUCTURE, call, at))
    return None


def _same_method(reader: Reader, call: ast.Call, func: ast.Attribute, at: At) -> Flow:
    """A method that changes case or outer white space, or takes a part: as risky as what it is called on."""
    base = reader.text(func.value, at)
    if func.attr == "strftime" and call.args:
        # What is not in the pattern is digits and the names of days and months.
        pattern = reader.text(call.args[0], at)
        return single(reader.piece(PieceKind.NUMBER, call, at)) if pattern.constant is not None else pattern
    change = CHANGES.get(func.attr)
    if base.constant is not None:
        return constant(change(base.constant), base.how) if change is not None and not call.args else base
    if len(base.pieces) == 1:
        return placed(reader, base, call, at)
    if change is None or call.args:
        return base
    if "strip" in func.attr:
        return replace(base, alternatives=tuple(_stripped(each, func.attr) for each in base.alternatives))
    return mapped(
        base, lambda piece: replace(piece, text=change(piece.text)) if piece.kind is PieceKind.CONSTANT else piece
    )


def _stripped(alternative: tuple[Piece, ...], method: str) -> tuple[Piece, ...]:
    """The pieces without outer white space of their constants."""
    pieces = list(alternative)
    if pieces and method != "rstrip" and pieces[0].kind is PieceKind.CONSTANT:
        pieces[0] = replace(pieces[0], text=pieces[0].text.lstrip())
    if pieces and method != "lstrip" and pieces[-1].kind is PieceKind.CONSTANT:
        pieces[-1] = replace(pieces[-1], text=pieces[-1].text.rstrip())
    return tuple(pieces)


def _get(reader: Reader, call: ast.Call, func: ast.Attribute, at: At) -> Flow | None:
    """`TABLE.get(key, default)`."""
    caught = caught_text(reader, call, at)
    if caught is not None:
        return caught
    table = reader.table(func.value, at)
    default = reader.text(call.args[1], at) if len(call.args) > 1 else None
    if table is not None and table.values:
        named = named_value(reader, table, call.args[0], at)
        if named is not None:
            return named
        values = fixed(reader, call, reader.element_text(merged(reader, Elements(table.values))), at)
        return union([values, default]) if default is not None else values
    option = command_option(reader, func.value, call.args[0], call, at)
    if option is not None:
        return option
    base = reader.text(func.value, at)
    piece = base.riskiest
    if piece is None or piece.kind not in (PieceKind.REQUEST, PieceKind.PARAMETER, PieceKind.CONFIGURED):
        return None
    if any(keyword.arg == "type" and place_of(keyword.value) in ("int", "float", "bool") for keyword in call.keywords):
        # Werkzeug converts, and gives the default when that fails.
        return single(reader.piece(PieceKind.NUMBER, call, at))
    found = member_of_call(reader, call, base, at)
    return union([found, default]) if default is not None and default.constant is None else found
