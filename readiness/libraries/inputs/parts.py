"""A key and what is asked for it in, what of the client's data stands there out."""

from __future__ import annotations

import ast

from readiness.libraries.inputs.ledger import Tag, Tags

PARTS_DEPTH = 3
"""Keys inside one another that are told apart."""


def item_of(base: Tags, key: ast.expr, *, packed: bool = False) -> Tags:
    """What `base[key]` holds."""
    return frozenset(
        named(tag, key if not packed or tag.kind == "whole" else None)
        for tag in base
        if tag.kind not in ("request", "form")
    )


def named(tag: Tag, key: ast.expr | None) -> Tag:
    """What stands under a key of something: of all data a field, of a field a part of it."""
    name = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""
    if tag.kind == "whole":
        return Tag("field", tag.source, name or "*")
    if tag.kind == "field" and name and tag.field.count(".") < PARTS_DEPTH:
        return Tag("field", tag.source, f"{tag.field}.{name}")
    return tag
