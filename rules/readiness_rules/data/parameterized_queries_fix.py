"""A query with values in its text in; the same query with parameters out, for texts that are written where they are used.

What is rewritten: an f-string, `%`, `.format()` or a sum, in the call itself or in a variable that only this call uses, whose
values all stand where SQL takes a value. Names, clauses, patterns and lists need a decision and stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from readiness.model import Edit, Finding, Fix, Piece, PieceKind, Project, Query, Repair, Source, Span

if TYPE_CHECKING:
    import libcst as cst

fix = Fix(__name__, summary="binds the values as parameters")

POSITIONS = frozenset({"value", "quoted value"})
FIXED = frozenset({PieceKind.CONSTANT})
TAKES_SECOND = frozenset({"execute", "raw", "fetch_all", "fetch_one", "fetch_val", "iterate"})
"""Methods whose second argument holds the values, by every driver that marks them so."""
TAKES_REST = frozenset({"execute", "fetch", "fetchrow", "fetchval", "fetchmany", "cursor"})
"""Methods of asyncpg whose further arguments are the values."""
CONFUSING = {
    ":name": re.compile(r"(?<![:\w\\]):\w"),
    "?": re.compile(r"\?"),
    "$1": re.compile(r"\$\d"),
}
"""What the driver would take for a parameter as soon as one is passed; of `%s` every `%` is doubled."""
SETTING = re.compile(r"\s*SET\b", re.IGNORECASE)
FIELD = re.compile(r"\{\{|\}\}|\{(\w*)\}|[{}]")
MARK = re.compile(r"%%|%s|%")


class Text(Struct):
    """A stretch of fixed text, as it is written between the quotes, with doubled braces and percent signs made single."""

    raw: str


class Put(Struct):
    """A value that is put in."""

    code: str


class Leaf(Struct):
    """One string literal, or several that a sum joined."""

    prefix: str
    quote: str
    parts: list[Text | Put]
    span: Span


class Composition(Struct):
    """A text that is put together."""

    leaves: list[Leaf]
    kept: Span | None = None
    """What stays of it, with the literals in it; None where they are joined anew."""


@fix.rewrites
def bind(project: Project, finding: Finding, source: Source) -> Repair | None:
    """Bind every value of one query, or None where its text is not of that kind."""
    query = next((each for each in project.each(Query) if each.span == finding.span), None)
    if (
        query is None
        or query.whole
        or query.runs_at is not None
        or not query.text.complete
        or len(query.text.alternatives) != 1
    ):
        return None
    pieces = [piece for piece in query.text.alternatives[0] if piece.kind not in FIXED]
    if not pieces or any(piece.position not in POSITIONS for piece in pieces):
        return None
    return _Binding(query, pieces, source).repair()


class _Binding:
    """One query on the way to its parameters."""

    def __init__(self, query: Query, pieces: Sequence[Piece], source: Source) -> None:
        self.query = query
        self.pieces = pieces
        self.source = source
        self.style = query.paramstyle
        self.method = query.api.rpartition(".")[2]

    def repair(self) -> Repair | None:
        import libcst as cst

        call = self.source.at(self.query.span, cst.Call)
        if call is None or not call.args or call.args[0].star:
            return None
        first = call.args[0]
        composed = self._composed(first.value)
        text = _composition(composed, self.source) if composed is not None else None
        if composed is None or text is None or not self._can_bind(call, text.leaves):
            return None
        leaves = text.leaves
        values = [part.code for leaf in leaves for part in leaf.parts if isinstance(part, Put)]
        if len(values) != len(self.pieces) or not _unquoted(leaves):
            return None
        names = _names(values)
        edits = list(_rewritten(self.source.span(composed), text.kept, self._marked(leaves, names)))
        edits += self._passed(call, first, values, names)
        return Repair(tuple(edits), safe=self._safe(leaves), title=f"binds {_listed(names)}")

    def _composed(self, value: cst.BaseExpression) -> cst.BaseExpression | None:
        """The expression that puts the text together: the argument, or what the variable in its place is bound to."""
        import libcst as cst

        if not isinstance(value, cst.Name):
            return value
        function = self.source.around(value, cst.FunctionDef)
        if function is None:
            return None
        inside = self.source.span(function)
        named = [each for each in self.source.within(inside, cst.Name) if each.value == value.value]
        number = named.index(value)
        assigned = self.source.around(named[number - 1], cst.Assign) if number else None
        if assigned is None or len(assigned.targets) != 1 or assigned.targets[0].target is not named[number - 1]:
            return None
        behind = self.source.around(named[number + 1], cst.AssignTarget) if number + 1 < len(named) else None
        read_again = number + 1 < len(named) and (behind is None or behind.target is not named[number + 1])
        block = self.source.around(assigned, cst.IndentedBlock)
        if read_again or block is None or self.source.around(value, cst.IndentedBlock) is not block:
            return None
        return None if self._changes_between(assigned.value, value, inside) else assigned.value

    def _changes_between(self, text: cst.BaseExpression, use: cst.Name, inside: Span) -> bool:
        """Whether a name that the text reads is bound anew before the call: there its value is another one."""
        import libcst as cst

        read = {each.value for each in self.source.within(self.source.span(text), cst.Name)}
        first, last = self.source.span(text).end_line, self.source.span(use).line
        return any(
            each.value in read
            and first < self.source.span(each).line <= last
            and any(
                self.source.around(each, kind) is not None for kind in (cst.AssignTarget, cst.AugAssign, cst.NamedExpr)
            )
            for each in self.source.within(inside, cst.Name)
        )

    def _can_bind(self, call: cst.Call, leaves: Sequence[Leaf]) -> bool:
        """Whether the call can take parameters, and its text holds nothing that a driver would take for one."""
        keywords = {argument.keyword.value for argument in call.args if argument.keyword is not None}
        positional = [argument for argument in call.args if argument.keyword is None]
        texts = "".join(part.raw if isinstance(part, Text) else " " for leaf in leaves for part in leaf.parts)
        confusing = CONFUSING.get(self.style)
        if confusing is not None and confusing.search(texts):
            return False
        if self.style == ":name":
            return self.query.api == "sqlalchemy.text" or (self.query.library == "databases" and len(call.args) == 1)
        if self.style == "$1":
            return self.method in TAKES_REST and len(positional) == 1 and keywords <= {"timeout", "column"}
        return self.style in ("%s", "?") and self.method in TAKES_SECOND and len(call.args) == 1

    def _marked(self, leaves: Sequence[Leaf], names: Sequence[str]) -> list[Leaf]:
        """The literals with the driver's marks in place of the values."""
        number = 0
        marked = []
        for leaf in leaves:
            parts: list[Text | Put] = []
            for part in leaf.parts:
                if isinstance(part, Put):
                    mark = {":name": f":{names[number]}", "$1": f"${number + 1}"}.get(self.style, self.style)
                    number += 1
                    parts.append(Text(mark))
                else:
                    parts.append(Text(part.raw.replace("%", "%%") if self.style == "%s" else part.raw))
            marked.append(Leaf(leaf.prefix, leaf.quote, parts, leaf.span))
        return marked

    def _passed(self, call: cst.Call, first: cst.Arg, values: Sequence[str], names: Sequence[str]) -> Iterator[Edit]:
        """The edit that passes the values."""
        pairs = ", ".join(f'"{name}": {value}' for name, value in zip(names, values, strict=True))
        if self.query.api == "sqlalchemy.text":
            bound = ", ".join(f"{name}={value}" for name, value in zip(names, values, strict=True))
            yield self._behind(call, f".bindparams({bound})")
            return
        joined = ", ".join(values)
        passed = {
            ":name": f"{{{pairs}}}",
            "$1": joined,
            "%s": f"[{joined}]" if self.query.library == "django" else f"({joined}{',' if len(values) == 1 else ''})",
            "?": f"({joined}{',' if len(values) == 1 else ''})",
        }[self.style]
        yield self._behind(first, f", {passed}")

    def _behind(self, node: cst.CSTNode, text: str) -> Edit:
        place = self.source.span(node)
        end = (place.end_line, place.end_column)
        return Edit(Span(place.path, *end, *end), text)

    def _safe(self, leaves: Sequence[Leaf]) -> bool:
        """What stood without quotes may be a text that holds a number: asyncpg does not take that for one, and a `SET` does not."""
        quoted = all(piece.position == "quoted value" for piece in self.pieces)
        first = next((part.raw for leaf in leaves for part in leaf.parts if isinstance(part, Text)), "")
        return quoted or (self.style != "$1" and not SETTING.match(first))


def _composition(node: cst.BaseExpression, source: Source) -> Composition | None:
    """The literals of a composed text with the values between them; None for what is put together in another way."""
    import libcst as cst

    if isinstance(node, cst.SimpleString | cst.FormattedString | cst.ConcatenatedString):
        leaves = _literals(node, source)
        return Composition(leaves, source.span(node)) if leaves is not None else None
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        leaves = _summed(node, source)
        return Composition(leaves) if leaves is not None else None
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Modulo):
        elements = (
            [element.value for element in node.right.elements] if isinstance(node.right, cst.Tuple) else [node.right]
        )
        leaves = _filled(node.left, MARK, [source.code(each) for each in elements], source)
        return Composition(leaves, _with_brackets(node.left, source)) if leaves is not None else None
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value == "format":
        if any(argument.star for argument in node.args):
            return None
        given = {
            argument.keyword.value if argument.keyword is not None else str(number): source.code(argument.value)
            for number, argument in enumerate(node.args)
        }
        leaves = _filled(node.func.value, FIELD, given, source)
        return Composition(leaves, _with_brackets(node.func.value, source)) if leaves is not None else None
    return None


def _with_brackets(node: cst.BaseExpression, source: Source) -> Span:
    first = source.span(node.lpar[0] if node.lpar else node)
    last = source.span(node.rpar[-1] if node.rpar else node)
    return Span(first.path, first.line, first.column, last.end_line, last.end_column)


def _literals(node: cst.BaseExpression, source: Source) -> list[Leaf] | None:
    import libcst as cst

    if isinstance(node, cst.ConcatenatedString):
        left, right = _literals(node.left, source), _literals(node.right, source)
        return [*left, *right] if left is not None and right is not None else None
    if isinstance(node, cst.SimpleString):
        return (
            None
            if "b" in node.prefix.lower()
            else [Leaf(node.prefix, node.quote, [Text(node.raw_value)], source.span(node))]
        )
    if not isinstance(node, cst.FormattedString):
        return None
    parts: list[Text | Put] = []
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            parts.append(Text(part.value.replace("{{", "{").replace("}}", "}")))
        elif isinstance(part, cst.FormattedStringExpression) and not (
            part.conversion or part.format_spec or part.equal
        ):
            parts.append(Put(source.code(part.expression)))
        else:
            return None
    prefix = node.start.rstrip("\"'").replace("f", "").replace("F", "")
    return [Leaf(prefix, node.end, parts, source.span(node))]


def _summed(node: cst.BaseExpression, source: Source) -> list[Leaf] | None:
    """`"... = '" + name + "'"`: a value belongs to the literal in front of it."""
    import libcst as cst

    terms: list[cst.BaseExpression] = []
    waiting = [node]
    while waiting:
        term = waiting.pop()
        if isinstance(term, cst.BinaryOperation) and isinstance(term.operator, cst.Add):
            waiting += [term.right, term.left]
        else:
            terms.append(term)
    leaves: list[Leaf] = []
    for term in terms:
        literals = _literals(term, source)
        if literals is not None:
            for leaf in literals:
                last = leaves[-1] if leaves else None
                if last is not None and (last.prefix, last.quote) == (leaf.prefix, leaf.quote):
                    last.parts += leaf.parts
                else:
                    leaves.append(leaf)
        elif leaves:
            leaves[-1].parts.append(Put(_without_str(term, source)))
        else:
            return None
    return leaves


def _without_str(term: cst.BaseExpression, source: Source) -> str:
    """`str(number)` was there for the sum's sake."""
    import libcst as cst

    if (
        isinstance(term, cst.Call)
        and isinstance(term.func, cst.Name)
        and term.func.value == "str"
        and len(term.args) == 1
    ):
        return source.code(term.args[0].value)
    return source.code(term)


def _filled(
    node: cst.BaseExpression, marks: re.Pattern[str], values: Sequence[str] | dict[str, str], source: Source
) -> list[Leaf] | None:
    """A text with `%s` or `{}` in it, and what fills them."""
    leaves = _literals(node, source)
    if leaves is None or any(isinstance(part, Put) for leaf in leaves for part in leaf.parts):
        return None
    number = 0
    for leaf in leaves:
        parts: list[Text | Put] = []
        for part in leaf.parts:
            text = part.raw if isinstance(part, Text) else ""
            at = 0
            for mark in marks.finditer(text):
                if mark[0] in ("%%", "{{", "}}"):
                    parts.append(Text(text[at : mark.start()] + mark[0][0]))
                elif mark[0] in ("%", "{", "}"):
                    return None
                else:
                    name = (mark[1] or str(number)) if isinstance(values, dict) else number
                    value = _value(values, name)
                    if value is None:
                        return None
                    parts += [Text(text[at : mark.start()]), Put(value)]
                    number += 1
                at = mark.end()
            parts.append(Text(text[at:]))
        leaf.parts = parts
    return leaves


def _value(values: Sequence[str] | dict[str, str], name: str | int) -> str | None:
    if isinstance(values, dict):
        return values.get(str(name))
    number = int(name)
    return values[number] if number < len(values) else None


def _unquoted(leaves: Sequence[Leaf]) -> bool:
    """Take away the quotes around each value; False where only one side has one."""
    for leaf in leaves:
        for number, part in enumerate(leaf.parts):
            if not isinstance(part, Put):
                continue
            before = leaf.parts[number - 1] if number else Text("")
            after = leaf.parts[number + 1] if number + 1 < len(leaf.parts) else Text("")
            if isinstance(before, Put) or isinstance(after, Put):
                return False
            opening, closing = before.raw.endswith("'"), after.raw.startswith("'")
            escaped = before.raw.endswith("\\'")
            if opening != (closing or after.raw.startswith("\\'")) and not escaped:
                return False
            width = 2 if escaped else 1
            if escaped != after.raw.startswith("\\'"):
                return False
            if opening or escaped:
                before.raw, after.raw = before.raw[:-width], after.raw[width:]
    return True


def _names(values: Sequence[str]) -> list[str]:
    """A name for each value: its own last one, or `value`."""
    names: list[str] = []
    for value in values:
        found = re.findall(r"[A-Za-z_]\w*", re.sub(r"\(.*\)\Z", "", value, flags=re.DOTALL))
        own = found[-1] if found and found[-1].isidentifier() and not found[-1].startswith("_") else "value"
        name = own
        number = 2
        while name in names:
            name = f"{own}_{number}"
            number += 1
        names.append(name)
    return names


def _rewritten(whole: Span, kept: Span | None, leaves: Sequence[Leaf]) -> Iterator[Edit]:
    """The edits that leave nothing but the literals: each in its place, or all of them one behind the other."""
    if kept is None:
        yield Edit(whole, " ".join(text for text in map(_written, leaves) if text) or '""')
        return
    for leaf in leaves:
        yield Edit(leaf.span, _written(leaf) or f"{leaf.quote}{leaf.quote}")
    before = Span(whole.path, whole.line, whole.column, kept.line, kept.column)
    behind = Span(whole.path, kept.end_line, kept.end_column, whole.end_line, whole.end_column)
    yield from (
        Edit(each, "") for each in (before, behind) if (each.line, each.column) != (each.end_line, each.end_column)
    )


def _written(leaf: Leaf) -> str:
    """One literal as code; nothing where it is empty."""
    text = "".join(part.raw for part in leaf.parts if isinstance(part, Text))
    return f"{leaf.prefix}{leaf.quote}{text}{leaf.quote}" if text else ""


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
