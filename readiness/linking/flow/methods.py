"""What the project's classes define under a bare name: a name in, the methods that have it out."""

from __future__ import annotations

from readiness.model import Code, Scope, Symbol, SymbolKind
from readiness.model.summary import Class, Function, Summary
from readiness.model.telling import tells

WRITTEN = (Scope.SERVICE, Scope.SCRIPT, Scope.MIGRATION)
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
    code.looks_up(functions_of, name)
    found = code.shared(_index).get(name, ())
    return tuple(found) if len(found) <= MOST_METHODS and not any(each.rest for each in found) else ()


def methods_of(code: Code, name: str) -> list[Symbol]:
    """All methods of the project's classes of a name."""
    code.looks_up(functions_of, name)
    return [each for each in code.shared(_index).get(name, ()) if not each.rest]


def defines(code: Code, name: str) -> bool:
    """The project has a function or method of that name."""
    code.looks_up(functions_of, name)
    return name in code.shared(_index)


@tells
def functions_of(summary: Summary) -> dict[str, list[tuple[int, bool]]]:
    """The functions of a file by name: their places, and whether they are methods."""
    found: dict[str, list[tuple[int, bool]]] = {}
    for number, each in enumerate(summary.definitions):
        if isinstance(each, Function):
            method = each.scope >= 0 and isinstance(summary.definitions[each.scope], Class)
            found.setdefault(each.name, []).append((number, method))
    return found


def _index(code: Code) -> dict[str, list[Symbol]]:
    """By name, the methods; a function that is none stands for itself with a rest that says so."""
    found: dict[str, list[Symbol]] = {}
    for path in code.paths(*WRITTEN):
        summary = code.summary(path)
        for name, places in functions_of(summary).items() if summary is not None else ():
            found.setdefault(name, []).extend(
                [
                    Symbol(SymbolKind.FUNCTION, name, path, number, () if method else ("()",))
                    for number, method in places
                ]
            )
    return found
