"""A value of a summary in, its text and its parts out."""

from collections.abc import Iterator

from readiness.model import Project, SymbolKind
from readiness.model.summary import (
    Call,
    CallRef,
    Choice,
    Comprehension,
    Constant,
    Mapping,
    Member,
    Name,
    Opaque,
    Operation,
    Sequence,
    Starred,
    Subscript,
    Summary,
    Template,
    Value,
)

LENGTH = 120
"""Longest text that `written` gives back."""
DEPTH = 12
"""Nesting that `written` shows; below it stands `...`."""
BRACKETS = {"list": ("[", "]"), "tuple": ("(", ")"), "set": ("{", "}")}


def written(summary: Summary, value: Value | None, depth: int = DEPTH) -> str:
    """The value as code, about as it was written, at most `LENGTH` characters."""
    text = _written(summary, value, depth)
    return text if len(text) <= LENGTH else text[: LENGTH - 3] + "..."


def slice_text(summary: Summary, index: Operation) -> str:
    """A slice as it was written, without its brackets."""
    return ":".join("" if each == Constant(None) else written(summary, each) for each in index.operands)


def callee_text(summary: Summary, call: Call) -> str:
    """What a call calls, as code: `session.commit`, `select(...).where`."""
    return written(summary, call.callee, 2)


def tail(value: Value) -> str:
    """The last name of a chain: `commit` of `self.session.commit`; empty where there is none."""
    if isinstance(value, Name):
        return value.dotted.rpartition(".")[2]
    return value.name if isinstance(value, Member) else ""


def called(project: Project, path: str, index: int) -> str:
    """The last name of what a call calls, whatever it was imported as: `mapped_column`."""
    symbol = project.callee(path, index)
    if symbol.kind is SymbolKind.EXTERNAL:
        return symbol.name.rpartition(".")[2]
    summary = project.summary(path)
    return tail(summary.calls[index].callee) if summary is not None else ""


def receiver(value: Value) -> Value | None:
    """What stands before the last dot of a callee; None where nothing does."""
    if isinstance(value, Member):
        return value.value
    if isinstance(value, Name) and "." in value.dotted:
        return Name(value.dotted.rpartition(".")[0])
    return None


def keyword(call: Call, name: str) -> Value | None:
    """The argument of a call by that keyword, None where it is not given."""
    return next((value for each, value in call.keywords if each == name), None)


def parts(value: Value) -> Iterator[Value]:
    """The values directly inside a value; a call's own parts are found through `Summary.calls`."""
    match value:
        case Member() | Starred():
            yield value.value
        case Subscript():
            yield value.value
            yield value.index
        case Sequence():
            yield from value.items
        case Mapping():
            yield from (key for key in value.keys if key is not None)
            yield from value.values
        case Template():
            yield from value.parts
        case Operation():
            yield from value.operands
        case Choice():
            yield from (value.test, value.yes, value.no)
        case Comprehension():
            yield value.element
            yield from value.sources
        case _:
            pass


def inside(summary: Summary, value: Value | None) -> Iterator[Value]:
    """The value and everything in it, calls' receivers and arguments included, each call once."""
    waiting: list[Value] = [] if value is None else [value]
    seen: set[int] = set()
    while waiting:
        each = waiting.pop()
        yield each
        if isinstance(each, CallRef):
            if each.index in seen:
                continue
            seen.add(each.index)
            call = summary.calls[each.index]
            waiting.append(call.callee)
            waiting.extend(call.arguments)
            waiting.extend(argument for _, argument in call.keywords)
        else:
            waiting.extend(parts(each))


def _written(summary: Summary, value: Value | None, depth: int) -> str:
    if value is None:
        return ""
    if depth <= 0:
        return "..."

    def inner(each: Value | None) -> str:
        return _written(summary, each, depth - 1)

    match value:
        case Constant():
            return repr(value.value)
        case Name():
            return value.dotted
        case Member():
            return f"{inner(value.value)}.{value.name}"
        case Subscript():
            index = value.index
            if isinstance(index, Sequence) and index.kind == "tuple" and index.items:
                return f"{inner(value.value)}[{', '.join(map(inner, index.items))}]"
            return f"{inner(value.value)}[{inner(index)}]"
        case Sequence():
            left, right = BRACKETS.get(value.kind, ("(", ")"))
            return left + ", ".join(map(inner, value.items)) + right
        case Mapping():
            pairs = zip(value.keys, value.values, strict=True)
            return (
                "{" + ", ".join(f"{inner(k)}: {inner(v)}" if k is not None else f"**{inner(v)}" for k, v in pairs) + "}"
            )
        case Starred():
            return f"*{inner(value.value)}"
        case Choice():
            return f"{inner(value.yes)} if {inner(value.test)} else {inner(value.no)}"
        case Operation():
            return _operation(
                value, inner(value.operands[0]) if value.operands else "", [inner(v) for v in value.operands]
            )
        case CallRef():
            call = summary.calls[value.index]
            given = [inner(each) for each in call.arguments]
            given += [f"{name}={inner(each)}" if name else f"**{inner(each)}" for name, each in call.keywords]
            return f"{inner(call.callee)}({', '.join(given)})"
        case Opaque():
            return "..."
        case Template():
            return "f'...'"
        case Comprehension():
            return f"[{inner(value.element)} for ...]"


def _operation(value: Operation, first: str, operands: list[str]) -> str:
    if len(operands) == 1:
        return f"{value.operator} {first}" if value.operator == "not" else f"{value.operator}{first}"
    if value.operator == ":":
        return ":".join(operands)
    return f" {value.operator} ".join(operands)
