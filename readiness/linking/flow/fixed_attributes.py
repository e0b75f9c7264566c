"""The name of an attribute in, the fixed texts that it holds wherever the project binds it out."""

from __future__ import annotations

from msgspec import Struct

from readiness.linking.flow.methods import GENERIC, WRITTEN, defines
from readiness.linking.flow.pieces import Flow
from readiness.model import Code, PieceKind
from readiness.model.summary import Class, Constant, Name, Sequence, Subscript, Summary, Value
from readiness.model.telling import tells

MOST_BINDINGS = 16
"""Places that bind an attribute of one name; more say that the name means nothing by itself."""
ADDING = frozenset({"append", "extend", "insert", "add", "update", "appendleft"})


class Bound(Struct, frozen=True):
    """What one place binds an attribute to."""

    texts: tuple[str, ...] | None
    """The fixed texts, None for anything else."""
    collected: bool = False
    """They are the items of a list, tuple or set."""
    owned: bool = False
    """A class has it: its body binds it, or a method binds it to `self`."""


def constants_named(code: Code, name: str, *, collected: bool = False) -> tuple[str, ...]:
    """The texts that an attribute of that name holds, or the items of the collection that it is, where each class that has it
    fixes it, and nothing else in the project binds it: whatever the object is, it has one of these or none."""
    if name in GENERIC or name.startswith("__") or defines(code, name):
        return ()
    code.looks_up(attributes_of, name)
    found = code.shared(_bound).get(name, ())
    fixed = [each for each in found if each.texts is not None and each.collected is collected]
    if len(fixed) < len(found) or len(found) > MOST_BINDINGS or not any(each.owned for each in found):
        return ()
    return tuple(dict.fromkeys(text for each in fixed for text in each.texts or ()))


def is_open(base: Flow) -> bool:
    """Nothing is known of an object, not even who made it."""
    kinds = (PieceKind.UNKNOWN, PieceKind.PARAMETER)
    pieces = [piece for piece in base.pieces if piece.text != "None"]
    return bool(pieces) and all(piece.kind in kinds and not piece.outside for piece in pieces)


@tells
def attributes_of(summary: Summary) -> dict[str, list[Bound]]:
    """What a file binds to attributes, by their names."""
    found: dict[str, list[Bound]] = {}
    for each in summary.assignments:
        owner, _, name = each.target.rpartition(".")
        of_class = not owner and each.scope >= 0 and isinstance(summary.definitions[each.scope], Class)
        if not of_class and not owner:
            continue
        if of_class and each.value is None and _is_of_class(each.annotation):
            # `table: ClassVar[str]` binds nothing.
            continue
        plain = each.operator == "=" and each.annotation is None
        items = each.value.items if isinstance(each.value, Sequence) else (each.value,)
        texts = [item.value for item in items if isinstance(item, Constant) and isinstance(item.value, str)]
        known = tuple(texts) if plain and texts and len(texts) == len(items) else None
        # A name of one word can be that of an attribute of anything.
        owned = of_class or (owner == "self" and "_" in name.strip("_"))
        found.setdefault(name, []).append(Bound(known, isinstance(each.value, Sequence), owned))
    for call in summary.calls:
        owner, _, method = call.callee.dotted.rpartition(".") if isinstance(call.callee, Name) else ("", "", "")
        if method in ADDING and "." in owner:
            found.setdefault(owner.rpartition(".")[2], []).append(Bound(None))
    return found


def _is_of_class(annotation: Value | None) -> bool:
    """`ClassVar`, `ClassVar[str]`."""
    named = annotation.value if isinstance(annotation, Subscript) else annotation
    return isinstance(named, Name) and named.dotted.rpartition(".")[2] == "ClassVar"


def _bound(code: Code) -> dict[str, list[Bound]]:
    """The same of the whole project, tests apart."""
    found: dict[str, list[Bound]] = {}
    for path in code.paths(*WRITTEN):
        summary = code.summary(path)
        for name, values in attributes_of(summary).items() if summary is not None else ():
            found.setdefault(name, []).extend(values)
    return found
