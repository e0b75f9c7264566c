"""An expression of a handler in, what of the client's data it holds out; checks and uses on the way go into the ledger."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from readiness.languages.python.names import dotted
from readiness.languages.python.walking import children
from readiness.libraries.inputs.calls import Calls
from readiness.libraries.inputs.ledger import NOTHING, PRESENT, STRONG, Tag, Tags
from readiness.libraries.inputs.parts import item_of
from readiness.libraries.inputs.requests import part_of
from readiness.libraries.inputs.schemas import Schemas
from readiness.libraries.inputs.vocabulary import CLEANED, TEXT_TESTS
from readiness.libraries.inputs.walking import NESTING, Expressions, Walk, elements
from readiness.model import Project

TEXT_SOURCES = frozenset({"form", "query", "header", "cookie"})
"""Sources whose values are always text."""


class Reading(Expressions):
    """Reads the expressions of one project."""

    def __init__(self, project: Project, schemas: Schemas) -> None:
        self.project = project
        self.calls = Calls(project, schemas, self)

    def evaluate(self, walk: Walk, node: ast.expr, depth: int = 0, *, discarded: bool = False) -> Tags:
        """What an expression holds."""
        if depth > NESTING:
            return NOTHING
        match node:
            case ast.Name():
                return self._name(walk, node)
            case ast.Constant():
                return NOTHING
            case ast.Attribute():
                return self._attribute(walk, node, depth)
            case ast.Subscript():
                return self._subscript(walk, node, depth)
            case ast.Call():
                return self.calls.of(walk, node, depth, discarded=discarded)
            case ast.Await():
                return self.evaluate(walk, node.value, depth + 1, discarded=discarded)
            case ast.Compare():
                self.test(walk, node, leaves=False)
                return NOTHING
            case ast.UnaryOp(op=ast.Not()):
                self.test(walk, node.operand, leaves=False)
                return NOTHING
            case ast.IfExp():
                self.test(walk, node.test, leaves=True)
                return self._all(walk, (node.body, node.orelse), depth)
            case ast.NamedExpr():
                tags = self.evaluate(walk, node.value, depth + 1)
                walk.bind(node.target, tags, node.value)
                return tags
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return self._comprehension(walk, node, depth)
        return self._all(walk, (each for each in children(node) if isinstance(each, ast.expr)), depth)

    def _all(self, walk: Walk, nodes: Iterable[ast.expr], depth: int) -> Tags:
        found = NOTHING
        for each in nodes:
            found |= self.evaluate(walk, each, depth + 1)
        return found

    def _name(self, walk: Walk, node: ast.Name) -> Tags:
        if node.id in walk.names:
            return walk.names[node.id]
        return frozenset({Tag("request")}) if walk.is_request(node.id) else NOTHING

    def _attribute(self, walk: Walk, node: ast.Attribute, depth: int) -> Tags:
        name = dotted(node)
        if name in walk.names:
            return walk.names[name]
        found: set[Tag] = set()
        for tag in self.evaluate(walk, node.value, depth + 1):
            if tag.kind == "request":
                part = part_of(node.attr, walk.context.framework, ())
                found |= {part} if part is not None else set()
            elif tag.kind == "form":
                if node.attr == "initial_data":
                    found.add(Tag("whole", tag.source))
                elif node.attr == "errors":
                    walk.ledger.validate(frozenset({tag}), tag.field, walk.span(node))
                elif node.attr not in CLEANED:
                    found.add(tag)
            else:
                found.add(tag)
        return frozenset(found)

    def _subscript(self, walk: Walk, node: ast.Subscript, depth: int) -> Tags:
        base = self.evaluate(walk, node.value, depth + 1)
        key = self.evaluate(walk, node.slice, depth + 1)
        if key and not base:
            # A table that is asked for a client's key refuses what it does not hold.
            walk.ledger.check(key, walk.span(node), STRONG if walk.catches() else PRESENT)
        packed = isinstance(node.value, ast.Name) and node.value.id in walk.packed
        return item_of(base, node.slice, packed=packed)

    def _comprehension(
        self, walk: Walk, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, depth: int
    ) -> Tags:
        kept = dict(walk.names)
        found = NOTHING
        for each in node.generators:
            tags = elements(self.evaluate(walk, each.iter, depth + 1))
            walk.bind(each.target, tags, None)
            for condition in each.ifs:
                self.test(walk, condition, leaves=True)
        values = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        found = self._all(walk, values, depth)
        walk.names = kept
        return found

    # conditions

    def test(self, walk: Walk, node: ast.expr, *, leaves: bool) -> None:
        """A condition: the checks that it makes; `leaves` where one of its branches refuses or goes away."""
        match node:
            case ast.BoolOp():
                for each in node.values:
                    self.test(walk, each, leaves=leaves)
            case ast.UnaryOp(op=ast.Not()):
                self.test(walk, node.operand, leaves=leaves)
            case ast.Compare():
                self._compare(walk, node, leaves=leaves)
            case ast.Call():
                self._asked(walk, node, leaves=leaves)
            case _:
                self._about(walk, self.evaluate(walk, node), node, leaves=leaves)

    def _about(self, walk: Walk, tags: Tags, node: ast.expr, *, leaves: bool) -> None:
        """A test whether there is something; of what a function made of a field it is a test of the field."""
        walk.ledger.check(_fields(tags), walk.span(node), PRESENT)
        made = frozenset(tag for tag in tags if tag.kind == "derived")
        walk.ledger.check(made, walk.span(node), STRONG if leaves else PRESENT)

    def _compare(self, walk: Walk, node: ast.Compare, *, leaves: bool) -> None:
        terms = [node.left, *node.comparators]
        for operator, first, second in zip(node.ops, terms, terms[1:], strict=False):
            left, right = self._compared(walk, first), self._compared(walk, second)
            self._about(walk, frozenset(tag for tag in left | right if tag.kind == "derived"), node, leaves=leaves)
            if isinstance(operator, ast.In | ast.NotIn):
                if left and not right:
                    walk.ledger.listed.update(tag.source for tag in left if tag.kind == "field" and tag.field == "*")
                    walk.ledger.check(_fields(left), walk.span(node), STRONG if leaves else PRESENT)
                elif right and isinstance(first, ast.Constant):
                    walk.ledger.check(_fields(item_of(right, first)), walk.span(node), PRESENT)
            elif isinstance(operator, ast.Lt | ast.LtE | ast.Gt | ast.GtE):
                texts = frozenset(tag for tag in left | right if tag.source in TEXT_SOURCES)
                walk.ledger.check(_fields(texts), walk.span(node), STRONG if leaves else PRESENT)
                walk.ledger.check(_fields(left | right), walk.span(node), PRESENT)
            else:
                walk.ledger.check(_fields(left | right), walk.span(node), PRESENT)
                other = second if left else first
                if isinstance(other, ast.Constant) and isinstance(other.value, str) and other.value:
                    walk.ledger.compare(_fields(left | right), walk.span(node))

    def _compared(self, walk: Walk, node: ast.expr) -> Tags:
        """A side of a comparison; that of a length is what has it."""
        if isinstance(node, ast.Call) and dotted(node.func) in ("len", "abs", "type") and node.args:
            return self.evaluate(walk, node.args[0])
        return self.evaluate(walk, node)

    def _asked(self, walk: Walk, node: ast.Call, *, leaves: bool) -> None:
        """A call as a condition: `isinstance(name, str)`, `re.match(PATTERN, name)`, `is_email(address)`."""
        given = [*node.args, *(each.value for each in node.keywords)]
        name = dotted(node.func)
        if name in ("isinstance", "issubclass"):
            walk.ledger.check(
                _fields(self.evaluate(walk, node.args[0])) if node.args else NOTHING, walk.span(node), STRONG
            )
            return
        if isinstance(node.func, ast.Attribute) and node.func.attr in TEXT_TESTS:
            level = STRONG if leaves and node.func.attr not in ("startswith", "endswith") else PRESENT
            walk.ledger.check(_fields(self.evaluate(walk, node.func.value)), walk.span(node), level)
            return
        if isinstance(node.func, ast.Attribute) and self.evaluate(walk, node.func.value):
            walk.ledger.check(_fields(self.evaluate(walk, node)), walk.span(node), PRESENT)
            return
        if name in ("bool", "len", "any", "all"):
            walk.ledger.check(_fields(self._all(walk, given, 0)), walk.span(node), PRESENT)
            return
        if not self.calls.asks(walk, node, leaves=leaves):
            self.evaluate(walk, node)


def _fields(tags: Tags) -> Tags:
    return frozenset(tag for tag in tags if tag.kind in ("field", "whole"))
