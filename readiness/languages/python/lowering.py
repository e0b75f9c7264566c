"""Text in a newer grammar than the running interpreter's in, text that it parses out, every line in its place.

What has no older spelling is written as a call of a name below, and `restore` turns the f-strings back in the tree:

- type parameters are dropped, and `type X = ...` becomes an assignment;
- `except A, B:` gets its parentheses;
- an f-string that the interpreter rejects (quotes or backslashes inside its braces) becomes `FORMATTED(...)`;
- a template string `t"..."` becomes `__template__(f"...")`, in every file, lowered or not.

libcst can end the whole process on deep expressions, so this runs in the child process of `child.py` only.
"""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Callable, Iterator
from typing import cast

import libcst as cst

from readiness.languages.python.trees import CONVERTED, FORMATTED, TEMPLATE_CALL, parse_expression, parse_module

NEW_LINE = "\n"
ROUNDS = 20
BEGINNING = re.compile(r"(?!(?:else|elif|except|finally)\b)[^\s)\]}#]")
"""The first line of a statement, behind its indentation."""
INNER = re.compile(r"([ \t]+)(?:async +def|def) ")
UNESCAPED = re.compile(r"(\\.)|\"", re.DOTALL)


def lower(text: str) -> str:
    """The text in the older grammar; raises libcst's errors, `RecursionError` or `ValueError`.

    libcst reads some 20,000 lines a second, the interpreter 300,000: where the interpreter's own error leads to the
    statements that need it, methods and what stands at the top level, only these go through libcst.
    """
    lines = text.split(NEW_LINE)
    for number in range(2 * ROUNDS):
        line = failing_line(NEW_LINE.join(lines))
        if line == 0:
            return NEW_LINE.join(lines)
        # A method is the least to lower; a class with many of them is lowered at once in the end.
        around = list(statements_around(lines, line))[-1 if number >= ROUNDS else 0 :]
        if not any(lower_lines(lines, first, last) for first, last in around):
            break
    return lower_whole(text)


def lower_lines(lines: list[str], first: int, last: int) -> bool:
    """Lower some of the lines, in their place; False where they are no statement, or one that stays as it is."""
    # An `if` around it keeps its indentation.
    before = f"if 1:{NEW_LINE}" if lines[first][:1] in (" ", "\t") else ""
    old = before + NEW_LINE.join(lines[first:last])
    try:
        new = lower_whole(old)
    except Exception:  # noqa: BLE001 -- the lines were no statement after all; the whole file decides
        return False
    if new == old or new.count(NEW_LINE) != old.count(NEW_LINE):
        return False
    lines[first:last] = new.removeprefix(before).split(NEW_LINE)
    return True


def lower_whole(text: str) -> str:
    """All of the text in the older grammar."""
    module = cst.parse_module(text)
    Lowering().children(module)
    return module.code


def failing_line(text: str) -> int:
    """The line at which the interpreter gives up, 0 where it reads everything."""
    try:
        parse_module(text)
    except SyntaxError as error:
        return error.lineno or 1
    return 0


def statements_around(lines: list[str], line: int) -> Iterator[tuple[int, int]]:
    """The lines (from 0, the last excluded) of the statement around a line, as far as indentation shows it: of the one beside
    the first inner function, as a rule a method, then of the one at the top level."""
    at = min(line, len(lines)) - 1
    first, last = block_around(lines, at, 0, len(lines), "")
    inner = next((found[1] for each in lines[first:last] if (found := INNER.match(each))), "")
    if inner:
        narrow = block_around(lines, at, first, last, inner)
        if lines[narrow[0]].startswith(inner):
            yield narrow
    yield first, last


def block_around(lines: list[str], at: int, low: int, high: int, indentation: str) -> tuple[int, int]:
    """The lines from the last that begins a statement at an indentation, its decorators included, to the next such one."""
    depth = len(indentation)

    def begins(index: int) -> bool:
        return lines[index].startswith(indentation) and BEGINNING.match(lines[index], depth) is not None

    first = at
    while first > low and not begins(first):
        first -= 1
    while first > low and lines[first - 1].startswith(f"{indentation}@"):
        first -= 1
    last = at + 1
    while last < high and not begins(last):
        last += 1
    return first, last


class Lowering:
    """Walks a tree once, children first, and changes its nodes where they stand: nobody else holds the tree."""

    def __init__(self) -> None:
        self.fields: dict[type, tuple[str, ...]] = {}
        self.changes = cast(
            "dict[type, Callable[[cst.CSTNode], cst.CSTNode]]",
            {
                cst.FunctionDef: self.function,
                cst.ClassDef: self.class_,
                cst.TypeAlias: self.alias,
                cst.ExceptHandler: self.handler,
                cst.ExceptStarHandler: self.handler,
                cst.FormattedString: self.formatted,
                cst.TemplatedString: self.formatted,
                cst.ConcatenatedString: self.formatted,
            },
        )
        lazy = getattr(cst, "LazyImport", None), getattr(cst, "LazyImportFrom", None)
        self.changes |= {kind: self.lazy for kind in lazy if kind is not None}

    def children(self, node: cst.CSTNode) -> None:
        """Lower everything below a node."""
        kind = type(node)
        fields = self.fields.get(kind)
        if fields is None:
            fields = self.fields[kind] = tuple([field.name for field in dataclasses.fields(node)])
        for field in fields:
            value = getattr(node, field)
            if isinstance(value, cst.CSTNode):
                fresh = self.node(value)
                if fresh is not value:
                    put(node, field, fresh)
            elif isinstance(value, list | tuple):
                items = [self.node(item) if isinstance(item, cst.CSTNode) else item for item in value]
                if any(new is not old for new, old in zip(items, value, strict=True)):
                    put(node, field, items)

    def node(self, node: cst.CSTNode) -> cst.CSTNode:
        if type(node) is cst.ConcatenatedString:
            for piece, _ in pieces(node):
                self.children(piece)
        else:
            self.children(node)
        change = self.changes.get(type(node))
        return node if change is None else change(node)

    def function(self, node: cst.FunctionDef) -> cst.CSTNode:
        parameters = node.type_parameters
        if parameters is not None:
            lines = line_ends(parameters)
            put(node, "type_parameters", None)
            if lines:
                put(node, "whitespace_before_params", padding(lines, node.whitespace_before_params))
        return node

    def class_(self, node: cst.ClassDef) -> cst.CSTNode:
        parameters = node.type_parameters
        if parameters is not None:
            lines = line_ends(parameters)
            put(node, "type_parameters", None)
            if lines and isinstance(node.lpar, cst.LeftParen):
                put(node.lpar, "whitespace_after", padding(lines, node.lpar.whitespace_after))
            elif lines:
                put(node, "lpar", cst.LeftParen(whitespace_after=padding(lines)))
                put(node, "rpar", cst.RightParen())
        return node

    def alias(self, node: cst.TypeAlias) -> cst.CSTNode:
        parameters, value = node.type_parameters, node.value
        if parameters is not None and line_ends(parameters):
            opening = cst.LeftParen(whitespace_after=padding(line_ends(parameters)))
            value = value.with_changes(lpar=[opening, *value.lpar], rpar=[*value.rpar, cst.RightParen()])
        return cst.Assign([cst.AssignTarget(node.name)], value, node.semicolon)

    def lazy(self, node: cst.CSTNode) -> cst.CSTNode:
        """`lazy import x` of Python 3.15 binds what `import x` binds."""
        kind = cst.ImportFrom if hasattr(node, "module") else cst.Import
        shared = {field.name for field in dataclasses.fields(kind)}
        return kind(**{field: getattr(node, field) for field in self.fields[type(node)] if field in shared})

    def handler(self, node: cst.ExceptHandler | cst.ExceptStarHandler) -> cst.CSTNode:
        if isinstance(node.type, cst.Tuple) and not node.type.lpar:
            put(node.type, "lpar", [cst.LeftParen()])
            put(node.type, "rpar", [cst.RightParen()])
        return node

    def formatted(self, node: cst.FormattedString | cst.TemplatedString | cst.ConcatenatedString) -> cst.CSTNode:
        """A string that the interpreter does not read, as the call that stands for it."""
        opening, closing = node.lpar, node.rpar
        put(node, "lpar", ())
        put(node, "rpar", ())
        code = cst.Module([]).code_for_node(node)
        if parse_expression(f"({code}\n)") is not None:
            put(node, "lpar", opening)
            put(node, "rpar", closing)
            return node
        found = pieces(node)
        template = any(isinstance(piece, cst.TemplatedString) for piece, _ in found)
        arguments = "".join([spelled(piece) + NEW_LINE * lines for piece, lines in found])
        missing = code.count(NEW_LINE) - arguments.count(NEW_LINE)
        call = f"{FORMATTED}({arguments}{NEW_LINE * missing})"
        fresh = cst.Name("_", opening, closing)
        put(fresh, "value", f"{TEMPLATE_CALL}({call})" if template else call)
        return fresh


def put(node: cst.CSTNode, field: str, value: object) -> None:
    """Change a field of a frozen node."""
    object.__setattr__(node, field, value)


def line_ends(node: cst.CSTNode) -> int:
    return cst.Module([]).code_for_node(node).count("\n")


def padding(lines: int, before: cst.BaseParenthesizableWhitespace | None = None) -> cst.ParenthesizedWhitespace:
    """White space inside parentheses that is so many lines high, above what stood there."""
    kept = line_ends(before) if before is not None else 0
    return cst.ParenthesizedWhitespace(empty_lines=[cst.EmptyLine() for _ in range(lines + kept - 1)])


def pieces(node: cst.BaseExpression) -> list[tuple[cst.BaseExpression, int]]:
    """The strings of an implicit concatenation, in order, each with the number of line ends behind it."""
    found = []
    while isinstance(node, cst.ConcatenatedString):
        found.append((cast("cst.BaseExpression", node.left), line_ends(node.whitespace_between)))
        node = node.right
    return [*found, (node, 0)]


def spelled(piece: cst.BaseExpression) -> str:
    """One string as arguments of `FORMATTED`, each with a comma behind it."""
    if isinstance(piece, cst.FormattedString | cst.TemplatedString):
        raw = "r" in piece.start.lower()
        return "".join([part(one, raw) for one in piece.parts])
    return f"{cst.Module([]).code_for_node(piece)}, "


def part(node: cst.CSTNode, raw: bool) -> str:
    """One part of an f-string or template string as an argument."""
    if isinstance(node, cst.FormattedStringText | cst.TemplatedStringText):
        return f"{plain(node.value, raw)!r}{NEW_LINE * node.value.count(NEW_LINE)}, "
    if not isinstance(node, cst.FormattedStringExpression | cst.TemplatedStringExpression):
        raise TypeError(type(node).__name__)
    empty = cst.Module([])
    code = "".join(
        [empty.code_for_node(one) for one in (node.whitespace_before_expression, node.expression)]
        + [empty.code_for_node(node.whitespace_after_expression)]
    )
    shown, conversion = "", node.conversion or ""
    if node.equal is not None:
        shown = f"{code + empty.code_for_node(node.equal)!r}, "
        conversion = conversion or ("" if node.format_spec else "r")
    inner = f"({code})"
    if not conversion and not node.format_spec:
        return f"{shown}{inner}, "
    spec = "".join([part(one, raw) for one in node.format_spec or ()])
    return f"{shown}{CONVERTED}({inner}, {conversion!r}, {FORMATTED}({spec})), "


def plain(text: str, raw: bool) -> str:
    """What the text between the braces means."""
    text = text.replace("{{", "{").replace("}}", "}")
    if raw or "\\" not in text:
        return text
    escaped = UNESCAPED.sub(lambda match: match.group(1) or '\\"', text)
    return str(ast.literal_eval(f'"""{escaped}"""'))
