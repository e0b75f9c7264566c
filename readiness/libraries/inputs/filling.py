"""A call that is given a client's data in, whether it fills an object with whatever the client names out: into the ledger."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from readiness.languages.python.names import dotted
from readiness.libraries.inputs.ledger import NOTHING, Filling, Tag, Tags
from readiness.libraries.inputs.schemas import STORES, Schemas
from readiness.libraries.inputs.walking import Walk
from readiness.model import Symbol, SymbolKind

FILLING = frozenset(
    {"create", "update", "insert", "values", "update_or_create", "get_or_create", "insert_one", "upsert"}
)
"""Methods that store the keywords that they are given."""
QUERIES = frozenset({"update", "values", "insert", "insert_one"})
"""Methods of a query that store what a mapping holds."""
LENGTH = 60


def fill(walk: Walk, schemas: Schemas, node: ast.Call, symbol: Symbol, given: Mapping[str, Tags]) -> None:
    """Note it where a call sets every field that a client names."""
    last = symbol.name.rpartition(".")[2].rpartition("::")[2] or dotted(node.func).rpartition(".")[2]
    spread = given.get("**", NOTHING)
    if symbol.kind is SymbolKind.BUILTIN and last == "setattr":
        names = given.get("1", NOTHING)
        if any(tag.field == "*" for tag in names if tag.kind == "field"):
            _note(walk, node, names, "", sure=True)
        return
    name = dotted(node.func)
    if name.endswith(".__dict__.update") and _wholes(given.get("0", NOTHING) | spread):
        _note(walk, node, given.get("0", NOTHING) | spread, "", sure=True)
        return
    if symbol.kind is SymbolKind.CLASS:
        stored = schemas.is_stored(symbol)
        if stored and _wholes(spread):
            _note(walk, node, spread, last, sure=True)
        return
    package = symbol.name.partition(".")[0] if symbol.kind is SymbolKind.EXTERNAL else ""
    stores = package in STORES or symbol.name.startswith("django.db.")
    if stores and last in FILLING and _wholes(spread):
        _note(walk, node, spread, _owner(name, last), sure=True)
    elif stores and last in QUERIES and _wholes(given.get("0", NOTHING)):
        _note(walk, node, given["0"], "", sure=True)
    elif symbol.kind in (SymbolKind.UNKNOWN, SymbolKind.VARIABLE) and _wholes(spread):
        called = dotted(node.func).rpartition(".")[2]
        if called[:1].isupper() or last in FILLING:
            _note(walk, node, spread, "", sure=last in FILLING and ".objects." in f".{name}.")


def _wholes(tags: Tags) -> bool:
    return any(tag.kind == "whole" for tag in tags)


def _owner(name: str, last: str) -> str:
    """`User` of `User.objects.create`."""
    return name.removesuffix(f".{last}").removesuffix(".objects").rpartition(".")[2]


def _note(walk: Walk, node: ast.Call, tags: Tags, target: str, *, sure: bool) -> None:
    ledger = walk.ledger
    sources = {tag.source for tag in tags if isinstance(tag, Tag)}
    if sources <= ledger.validated.keys() or "*" in ledger.validated:
        return
    text = ast.unparse(node)
    filling = Filling(
        walk.span(node),
        walk.context.project.symbol(walk.path, walk.scope),
        text if len(text) <= LENGTH else text[: LENGTH - 3] + "...",
        target,
        sure,
        bool(sources & ledger.listed),
    )
    if filling not in ledger.fillings:
        ledger.fillings.append(filling)
