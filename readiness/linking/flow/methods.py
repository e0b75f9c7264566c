"""The project's own functions by their bare name: a name in, the methods that have it out."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from readiness.model import Code, Scope, Symbol, SymbolKind
from readiness.model.summary import Class, Function

MOST_METHODS = 3
"""Classes that are looked at for one name; more say that the name means nothing by itself."""
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
