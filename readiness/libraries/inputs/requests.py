"""An attribute or method of a request in, which part of a client's data it gives out."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from readiness.libraries.inputs.ledger import Tag
from readiness.libraries.inputs.vocabulary import PARSED_DATA, PARTS


def part_of(name: str, framework: str, arguments: Sequence[ast.expr]) -> Tag | None:
    """The part of the request behind one of its names; None for what a client does not fill, or is not of the request."""
    if name == "data" and framework in PARSED_DATA:
        return Tag("whole", "body")
    found = PARTS.get(name)
    if found is None:
        return None
    source, shape = found
    if shape != "named":
        return Tag(shape, source)
    first = arguments[0] if arguments else None
    key = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else "*"
    return Tag("field", source, key)
