"""An expression in; the name that it is, as written, out: whole, or the last part of it."""

from __future__ import annotations

import ast


def dotted(node: ast.expr) -> str:
    """A name or a chain of attributes of a name, as written; empty for anything else."""
    names: list[str] = []
    while type(node) is ast.Attribute:
        names.append(node.attr)
        node = node.value
    if type(node) is not ast.Name:
        return ""
    if not names:
        return node.id
    names.append(node.id)
    names.reverse()
    return ".".join(names)


def last_name(node: ast.AST | None) -> str:
    """`commit` of `session.commit` and of `open_session().commit`; empty for what has no name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
