"""Annotations and parameter lists in, values out, with quoted annotations read as if they were not quoted."""

from __future__ import annotations

import ast
import re

from readiness.languages.python.expressions import Expressions
from readiness.languages.python.names import dotted
from readiness.languages.python.trees import parse_expression
from readiness.model.summary import Context, Name, Operation, Parameter, Sequence, Subscript, Value

ANNOTATION = int(Context.ANNOTATION)
DEFAULT = int(Context.DEFAULT)

PLAIN_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*\Z")
QUOTED = 2000
"""Characters of a quoted annotation that are worth parsing."""


class Annotations(Expressions):
    """Reads annotations and parameters on top of expressions."""

    def annotation(self, node: ast.expr, depth: int = 0) -> Value:
        """The value of an annotation."""
        kind = type(node)
        if kind is ast.Name:
            return self.name(node, depth)  # type: ignore[arg-type]
        if depth > self.limit:
            return self.value(node, depth)
        below = depth + 1
        if type(node) is ast.Constant and type(node.value) is str:
            return self.quoted(node, node.value, depth)
        if type(node) is ast.Subscript:
            value = self.value(node.value, below)
            last = dotted(node.value).rpartition(".")[2]
            if last == "Literal":
                return Subscript(value, self.value(node.slice, below))
            if last == "Annotated" and type(node.slice) is ast.Tuple and node.slice.elts:
                first, *rest = node.slice.elts
                items = (self.annotation(first, below + 1), *self.items(rest, below + 1))
                return Subscript(value, Sequence("tuple", items))
            return Subscript(value, self.annotation(node.slice, below))
        if type(node) is ast.Tuple or type(node) is ast.List:
            kind_name = "tuple" if type(node) is ast.Tuple else "list"
            return Sequence(kind_name, tuple([self.annotation(item, below) for item in node.elts]))
        if type(node) is ast.BinOp and type(node.op) is ast.BitOr:
            operands = [node.right]
            left = node.left
            while type(left) is ast.BinOp and type(left.op) is ast.BitOr:
                operands.append(left.right)
                left = left.left
            operands.append(left)
            return Operation("|", tuple([self.annotation(operand, below) for operand in reversed(operands)]))
        return self.value(node, depth)

    def quoted(self, node: ast.Constant, text: str, depth: int) -> Value:
        text = text.strip()
        if PLAIN_NAME.match(text):
            return Name(text)
        inner = parse_expression(text) if len(text) <= QUOTED else None
        if inner is None:
            return self.value(node, depth)
        for part in ast.walk(inner):
            if isinstance(part, ast.expr | ast.keyword):
                ast.copy_location(part, node)
        return self.annotation(inner, depth + 1)

    def parameters(self, arguments: ast.arguments) -> tuple[Parameter, ...]:
        """Parameters in order, with annotations and defaults as they are met."""
        positional = [*arguments.posonlyargs, *arguments.args]
        if not (positional or arguments.vararg or arguments.kwonlyargs or arguments.kwarg):
            return ()
        defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
        defaults += arguments.defaults
        parameters = []
        for place, (argument, default) in enumerate(zip(positional, defaults, strict=True)):
            kind = "positional-only" if place < len(arguments.posonlyargs) else "positional"
            parameters.append(self.parameter(argument, kind, default))
        if arguments.vararg is not None:
            parameters.append(self.parameter(arguments.vararg, "variadic", None))
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            parameters.append(self.parameter(argument, "keyword-only", default))
        if arguments.kwarg is not None:
            parameters.append(self.parameter(arguments.kwarg, "keyword-variadic", None))
        return tuple(parameters)

    def parameter(self, argument: ast.arg, kind: str, default: ast.expr | None) -> Parameter:
        context = self.context
        annotation = value = None
        if argument.annotation is not None:
            self.context = context | ANNOTATION
            annotation = self.annotation(argument.annotation)
        if default is not None:
            self.context = context | DEFAULT
            value = self.value(default)
        self.context = context
        return Parameter(argument.arg, kind, annotation, value)
