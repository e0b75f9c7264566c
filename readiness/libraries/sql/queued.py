"""A name that a loop binds in; where the methods of its class put what it goes through, out.

`for sql, values in self._queue: cursor.execute(sql, values)` runs what `def add(self, sql, values)` kept before:
`self._queue.append((sql, values))`. Whoever calls `add` hands over a statement as if it were run at once.
"""

from collections.abc import Iterator

from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Project
from readiness.model.summary import Assignment, Call, CallRef, Class, Name, Sequence, Summary, Value

KEEPING = frozenset({"append", "appendleft", "put", "put_nowait", "push", "add"})
"""Methods of a collection that keep one thing: lists, `deque`, `queue.Queue`."""
TAKING = frozenset({"pop", "popleft", "get", "get_nowait"})
"""Methods of a collection that give back one thing."""
WHOLE = frozenset({"list", "tuple", "reversed", "iter", "copy"})


def kept(project: Project, path: str, summary: Summary, bound: Assignment) -> Iterator[tuple[Value, Call]]:
    """What the methods of the class keep in the attribute that a name is taken out of, with the calls that keep it."""
    attribute = _attribute(summary, bound)
    method = summary.definitions[bound.scope] if bound.scope >= 0 else None
    owner = method.scope if method is not None else -1
    if not attribute or owner < 0 or not isinstance(summary.definitions[owner], Class):
        return
    for function in project.defined_in(path, owner):
        for index in project.called_in(path, function):
            call = summary.calls[index]
            if tail(call.callee) in KEEPING and receiver(call.callee) == Name(attribute) and len(call.arguments) == 1:
                part = _part(call.arguments[0], bound.position)
                if part is not None:
                    yield part, call


def _attribute(summary: Summary, bound: Assignment) -> str:
    """The attribute of the object that is gone through, or that one thing is taken out of."""
    value = bound.value
    if bound.operator == "for":
        while isinstance(value, CallRef) and tail(summary.calls[value.index].callee) in WHOLE:
            call = summary.calls[value.index]
            value = call.arguments[0] if call.arguments else receiver(call.callee)
    elif bound.operator in ("=", ":=") and isinstance(value, CallRef):
        call = summary.calls[value.index]
        value = receiver(call.callee) if tail(call.callee) in TAKING else None
    else:
        return ""
    name = value.dotted if isinstance(value, Name) else ""
    return name if name.startswith("self.") and name.count(".") == 1 else ""


def _part(value: Value, position: int) -> Value | None:
    if position < 0:
        return value
    return value.items[position] if isinstance(value, Sequence) and position < len(value.items) else None
