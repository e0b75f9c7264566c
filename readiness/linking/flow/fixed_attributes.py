"""The name of an attribute in, the fixed texts that it holds wherever the project binds it out."""

from __future__ import annotations

from readiness.linking.flow.methods import GENERIC, WRITTEN, defines
from readiness.model import Code
from readiness.model.summary import Class, Constant, Summary
from readiness.model.telling import tells

MOST_BINDINGS = 16
"""Places that bind an attribute of one name; more say that the name means nothing by itself."""
Bound = tuple[str | None, bool]
"""A fixed text, None for anything else, and whether the body of a class binds it."""


def constants_named(code: Code, name: str) -> tuple[str, ...]:
    """The texts that an attribute of that name holds, where each class that has it fixes it, and nothing else in the project
    binds it: whatever the object is, it has one of these or none."""
    if name in GENERIC or name.startswith("__") or defines(code, name):
        return ()
    code.looks_up(attributes_of, name)
    found = code.shared(_bound).get(name, ())
    texts = [text for text, _ in found if text is not None]
    fixed = len(texts) == len(found) <= MOST_BINDINGS and any(of_class for _, of_class in found)
    return tuple(dict.fromkeys(texts)) if fixed else ()


@tells
def attributes_of(summary: Summary) -> dict[str, list[Bound]]:
    """What a file binds to attributes, by their names."""
    found: dict[str, list[Bound]] = {}
    for each in summary.assignments:
        owner, _, name = each.target.rpartition(".")
        of_class = not owner and each.scope >= 0 and isinstance(summary.definitions[each.scope], Class)
        if not of_class and not owner:
            continue
        plain = isinstance(each.value, Constant) and each.operator == "=" and each.annotation is None
        value = each.value.value if plain and isinstance(each.value, Constant) else None
        found.setdefault(name, []).append((value if isinstance(value, str) else None, of_class))
    return found


def _bound(code: Code) -> dict[str, list[Bound]]:
    """The same of the whole project, tests apart."""
    found: dict[str, list[Bound]] = {}
    for path in code.paths(*WRITTEN):
        summary = code.summary(path)
        for name, values in attributes_of(summary).items() if summary is not None else ():
            found.setdefault(name, []).extend(values)
    return found
