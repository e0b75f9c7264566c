"""What a regular expression caught: `match.group(1)`, `match["name"]`, `match.groups()`, `re.findall(...)` in, text out.

A match is made of what its pattern takes, wherever the text comes from: `(\\w+)` catches words out of anything.
"""

from __future__ import annotations

import ast
import re

from msgspec.structs import replace

from readiness.languages.python.patterns import Pattern, Signs, read_pattern, removes_harm
from readiness.linking.flow.definitions import Binding
from readiness.linking.flow.guards import MATCHING, is_module_function, pattern_of
from readiness.linking.flow.nodes import written_number
from readiness.linking.flow.pieces import Flow, concatenate, single, union
from readiness.linking.flow.reader import At, Elements, Known, Lazy, Parts, Reader
from readiness.model import PieceKind

WHOLE = "0"
ALL = frozenset({"groups", "groupdict"})
DEEPEST = 4


def regular_text(reader: Reader, call: ast.Call, at: At) -> Flow | None:
    """What a call of a regular expression gives: a group of a match, a match, a text in which matches are replaced; None for any
    other call."""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if method == "group":
        return caught_text(reader, call, at)
    if method == "sub":
        return _substituted(reader, call, at)
    if method in MATCHING or method == "finditer":
        subject = _subject(reader, call, at)
        return _part(reader, call, subject, at) if subject is not None else None
    return None


def _subject(reader: Reader, call: ast.Call, at: At) -> ast.expr | None:
    """The text that is searched."""
    if is_module_function(reader, call, at):
        return call.args[1] if len(call.args) > 1 else None
    return call.args[0] if call.args and pattern_of(reader, call, at) is not None else None


def _part(reader: Reader, expression: ast.expr, whole: ast.expr, at: At) -> Flow:
    """A part of a text: as risky as the whole."""
    base = reader.text(whole, at)
    piece = base.riskiest
    if piece is None or piece.kind is PieceKind.CONSTANT:
        return base
    here = reader.piece(piece.kind, expression, at, piece.source)
    return single(replace(piece, text=here.text, span=here.span, origin=piece.origin or piece.span))


def _substituted(reader: Reader, call: ast.Call, at: At) -> Flow | None:
    """`re.sub("[^a-z]", "", x)`, `PATTERN.sub("", x)`: leaves nothing but the letters of its class."""
    pattern, rest = pattern_of(reader, call, at), call.args[1:]
    if not is_module_function(reader, call, at):
        if pattern is None:
            return None
        rest = call.args
    if len(rest) < 2:
        return None
    replacement, subject = reader.text(rest[0], at), reader.text(rest[1], at)
    clean = replacement.constant is not None and re.fullmatch(r"[\w.\-]*", replacement.constant) is not None
    if pattern is not None and clean and removes_harm(pattern):
        return single(reader.piece(PieceKind.VALIDATED, call, at))
    return union([subject, concatenate([subject, replacement], "replace")]) if replacement.constant is None else subject


def caught_text(reader: Reader, expression: ast.Call | ast.Subscript, at: At) -> Flow | None:
    """The text of a group of a match; None where that is none, or can be anything."""
    owner, name = _asked(expression)
    if owner is None:
        return None
    patterns = _patterns(reader, owner, at, DEEPEST)
    if not patterns or not all(_signs(each, name).harmless for each in patterns):
        return None
    return single(reader.piece(PieceKind.VALIDATED, expression, at))


def caught_parts(reader: Reader, call: ast.Call, at: At) -> Parts | None:
    """The groups of `match.groups()` and of `match.group(1, 2)`, in order."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in ("groups", "group"):
        return None
    patterns = _patterns(reader, call.func.value, at, DEEPEST)
    if len(patterns) != 1:
        return None
    if call.func.attr == "groups":
        names = [str(number + 1) for number in range(patterns[0].count)]
    else:
        names = [_name(each) for each in call.args]
        if len(names) < 2 or "" in names:
            return None
    return Parts(tuple(_known(reader, patterns[0], name, call, at) for name in names))


def found_elements(reader: Reader, call: ast.Call, at: At) -> Elements | None:
    """What `re.findall(pattern, text)` gives: the group of the pattern, tuples of its groups, the whole matches without any."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "findall":
        return None
    text = pattern_of(reader, call, at)
    pattern = read_pattern(text) if text is not None else None
    if pattern is None or text is None:
        return None
    if pattern.count > 1:
        groups = [_known(reader, pattern, str(number + 1), call, at) for number in range(pattern.count)]
        return Elements((Parts(tuple(groups)),))
    return Elements((_known(reader, pattern, str(pattern.count), call, at),))


def _known(reader: Reader, pattern: Pattern, name: str, call: ast.Call, at: At) -> Known:
    """One group: harmless, or as risky as the text that was searched."""
    if _signs(pattern, name).harmless:
        return Known(single(reader.piece(PieceKind.VALIDATED, call, at)))
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    subject = _subject(reader, call, at) if method == "findall" else _owner(call)
    if subject is None:
        return Known(single(reader.piece(PieceKind.UNKNOWN, call, at)))
    return Known(_part(reader, call, subject, at))


def _asked(expression: ast.Call | ast.Subscript) -> tuple[ast.expr | None, str]:
    """The match, and the group that is asked for."""
    if isinstance(expression, ast.Call):
        func = expression.func
        if not isinstance(func, ast.Attribute) or len(expression.args) > 1:
            return None, ""
        if func.attr == "group":
            return func.value, _name(expression.args[0]) if expression.args else WHOLE
        if func.attr == "get" and expression.args and _is(func.value, "groupdict"):
            return _owner(func.value), _name(expression.args[0])
        return None, ""
    if _is(expression.value, "groups"):
        number = written_number(expression.slice)
        return (_owner(expression.value), str(number + 1)) if number is not None and number >= 0 else (None, "")
    if _is(expression.value, "groupdict"):
        return _owner(expression.value), _name(expression.slice)
    return (expression.value, _name(expression.slice)) if not isinstance(expression.slice, ast.Slice) else (None, "")


def _is(expression: ast.expr, method: str) -> bool:
    return (
        isinstance(expression, ast.Call)
        and isinstance(expression.func, ast.Attribute)
        and expression.func.attr == method
    )


def _owner(expression: ast.expr) -> ast.expr | None:
    func = expression.func if isinstance(expression, ast.Call) else None
    return func.value if isinstance(func, ast.Attribute) else None


def _name(expression: ast.expr) -> str:
    number = written_number(expression)
    if number is not None:
        return str(number)
    return expression.value if isinstance(expression, ast.Constant) and isinstance(expression.value, str) else ""


def _signs(pattern: Pattern, name: str) -> Signs:
    return pattern.whole if name == WHOLE else pattern.groups.get(name, Signs(anything=True))


def _patterns(reader: Reader, match: ast.expr, at: At, depth: int) -> list[Pattern]:
    """The patterns by which an expression can have become a match; none unless every one is known."""
    if depth == 0:
        return []
    if isinstance(match, ast.NamedExpr):
        match = match.value
    if isinstance(match, ast.BoolOp | ast.IfExp):
        sides = match.values if isinstance(match, ast.BoolOp) else [match.body, match.orelse]
        return _every(reader, [Lazy(each, at) for each in sides], depth)
    if isinstance(match, ast.Call):
        if not isinstance(match.func, ast.Attribute) or match.func.attr not in MATCHING | {"finditer"}:
            return []
        text = pattern_of(reader, match, at)
        read = read_pattern(text) if text is not None else None
        return [read] if read is not None else []
    if not isinstance(match, ast.Name):
        return []
    reached = reader.definitions(match.id, at)
    bound = [
        Lazy(each.expression, At(at.path, each.statement, frame=at.frame))
        for each in reached.definitions
        if each.binding in (Binding.VALUE, Binding.ELEMENT) and not each.path and each.expression is not None
    ]
    guarded = sum(each.binding is Binding.GUARDED for each in reached.definitions)
    if guarded and len(bound) + guarded == len(reached.definitions):
        # `if match: match.group(1)`
        bound += [
            Lazy(match, At(at.path, each.statement, frame=at.frame))
            for each in reached.definitions
            if each.binding is Binding.GUARDED
        ]
    elif reached.falls or len(bound) < len(reached.definitions):
        return []
    return _every(reader, bound, depth)


def _every(reader: Reader, values: list[Lazy], depth: int) -> list[Pattern]:
    found: list[Pattern] = []
    for each in values:
        if isinstance(each.expression, ast.Constant) and each.expression.value is None:
            continue
        inner = _patterns(reader, each.expression, each.at, depth - 1)
        if not inner:
            return []
        found += inner
    return found
