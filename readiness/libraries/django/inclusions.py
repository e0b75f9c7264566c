"""What a pattern or an `include()` is given in, whether it holds patterns and whether it could be followed out."""

from __future__ import annotations

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Made, Outside, Part, Unit
from readiness.model import SymbolKind
from readiness.model.summary import Constant, Name, Opaque, Sequence

INCLUDES = frozenset({"include", "decorator_include"})


def is_open(reader: Reader, argument: Answer) -> bool:
    """What is included is an expression of the project that leads neither to a list nor to another package."""
    if not isinstance(argument, Bound) or isinstance(argument.value, Constant | Sequence):
        return False
    if isinstance(argument.value, Name):
        symbol = reader.project.resolve(argument.path, argument.value.dotted, argument.scope, argument.line)
        if symbol.kind in (SymbolKind.MODULE, SymbolKind.EXTERNAL):
            return False
    return not any(
        isinstance(each, Outside | Made | Part | Unit) or (isinstance(each, Bound) and isinstance(each.value, Sequence))
        for each in reader.follow(argument)
    )


def holding_patterns(reader: Reader, view: Answer) -> Answer | None:
    """What holds patterns where a view stands: `include(...)`, `router.urls`, the three parts that `admin.site.urls` is."""
    if isinstance(view, Bound) and isinstance(view.value, Opaque | Constant):
        return None
    for each in reader.follow(view):
        outside = each.maker if isinstance(each, Made) else each
        if isinstance(each, Made) and isinstance(outside, Outside) and outside.last in INCLUDES:
            return each
        if isinstance(each, Part | Unit) or (isinstance(each, Bound) and isinstance(each.value, Sequence)):
            return each
        if isinstance(each, Outside) and each.last == "urls":
            return each
    return None
