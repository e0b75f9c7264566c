"""What the project's classes hold under a bare name: a name in, the methods, or the fixed texts of attributes, that have it out."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from readiness.model import Code, Scope, Symbol, SymbolKind
from readiness.model.summary import Class, Constant, Function

MOST_METHODS = 3
"""Classes that are looked at for one name; more say that the name means nothing by itself."""
MOST_ATTRIBUTES = 16
"""Classes that an attribute of one name is looked up in."""
GENERIC = frozenset(
    {name for kind in (str, bytes, list, dict, set, tuple, int) for name in dir(kind)}
    | {
        "all", "add", "apply", "build", "call", "close", "commit", "connect", "create", "cursor", "delete", "dump", "execute",
        "fetch", "fetchall", "fetchone", "filter", "first", "get_query", "group", "groups", "handle", "limit", "load", "loads",
        "dumps", "match", "name", "next", "one", "open", "order_by", "parse", "process", "put", "query", "read", "readline",
        "readlines", "render", "result", "results", "run", "save", "scalar", "select", "send", "set", "start", "stop",
        "submit", "text", "to_dict", "to_json", "to_string", "value", "where", "write", "json", "exists",
    }
)  # fmt: skip
"""Names of methods that objects of many libraries have as well."""


def methods_named(code: Code, name: str) -> tuple[Symbol, ...]:
    """The methods of the project's classes that have a name of their own; none where it is a common one or has many."""
    if name in GENERIC or name.startswith("__"):
        return ()
    found = _index(code).get(name, ())
    return tuple(found) if len(found) <= MOST_METHODS and not any(each.rest for each in found) else ()


def defines(code: Code, name: str) -> bool:
    """The project has a function or method of that name."""
    return name in _index(code)


def constants_named(code: Code, name: str) -> tuple[str, ...]:
    """The texts that an attribute of that name holds, where each class that has it fixes it, and nothing else binds it."""
    if name in GENERIC or name.startswith("__") or defines(code, name):
        return ()
    if code not in _attributes:
        _attributes[code] = _bound(code)
    found = _attributes[code].get(name, ())
    texts = [each for each in found if each is not None]
    return tuple(dict.fromkeys(texts)) if len(texts) == len(found) <= MOST_ATTRIBUTES else ()


def _bound(code: Code) -> dict[str, list[str | None]]:
    """By name, what class bodies bind to an attribute and what is bound to one of an object: a fixed text, or None."""
    inside: set[str] = set()
    found: dict[str, list[str | None]] = {}
    for path in code.paths(Scope.SERVICE, Scope.SCRIPT, Scope.MIGRATION):
        summary = code.summary(path)
        for each in summary.assignments if summary is not None else ():
            of_class = each.scope >= 0 and summary is not None and isinstance(summary.definitions[each.scope], Class)
            owner, _, name = each.target.rpartition(".")
            if not of_class and not owner:
                continue
            if of_class and not owner:
                inside.add(name)
            plain = isinstance(each.value, Constant) and each.operator == "=" and each.annotation is None
            value = each.value.value if plain and isinstance(each.value, Constant) else None
            found.setdefault(name, []).append(value if isinstance(value, str) else None)
    return {name: each for name, each in found.items() if name in inside}


def _index(code: Code) -> dict[str, list[Symbol]]:
    """By name, the methods; a function that is none stands for itself with a rest that says so."""
    if code in _known:
        return _known[code]
    found: dict[str, list[Symbol]] = {}
    for path in code.paths(Scope.SERVICE, Scope.SCRIPT, Scope.MIGRATION):
        summary = code.summary(path)
        for number, each in enumerate(summary.definitions if summary is not None else ()):
            if summary is None or not isinstance(each, Function):
                continue
            method = each.scope >= 0 and isinstance(summary.definitions[each.scope], Class)
            found.setdefault(each.name, []).append(
                Symbol(SymbolKind.FUNCTION, each.name, path, number, () if method else ("()",))
            )
    _known[code] = found
    return found


_known: WeakKeyDictionary[Code, dict[str, list[Symbol]]] = WeakKeyDictionary()
_attributes: WeakKeyDictionary[Code, dict[str, list[str | None]]] = WeakKeyDictionary()
