"""A loop over a query set in, the relations that each turn loads by themselves out: `order.customer` without `select_related`,
`order.lines.all()` without `prefetch_related`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Set
from enum import StrEnum

from msgspec import Struct

from readiness.languages.python.walking import walk
from readiness.libraries.django_orm.likelihood import Likelihood
from readiness.libraries.django_orm.loading import loads
from readiness.libraries.django_orm.querysets import QuerySets
from readiness.libraries.sqlalchemy.selections import Form, Selection
from readiness.libraries.values.expressions import receiver, tail
from readiness.libraries.values.frames import Place
from readiness.libraries.values.loops import FEW
from readiness.model import Project, Symbol
from readiness.model.summary import Assignment, Call, CallRef, Name, Summary

CACHED = frozenset({"all", "count", "exists"})
"""Methods of a related manager that ask nothing where its rows were prefetched (Django 5.2)."""
LATER = frozenset({"prefetch_related_objects", "aprefetch_related_objects"})
TO_ONE = frozenset({"ForeignKey", "OneToOneField", "TreeForeignKey", "ParentalKey"})
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Loop = ast.For | ast.AsyncFor | Comprehension
NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


class Loading(StrEnum):
    """Whether the rows of a relation came with the rows."""

    LOADED = "loaded"
    ALONE = "alone"
    UNKNOWN = "unknown"


class Access(Struct, frozen=True):
    """One relation that a turn of a loop loads."""

    node: ast.Attribute
    iterated: ast.expr
    line: int
    """Of the loop."""
    column: int
    scope: int
    conditional: bool


class Relations:
    """Finds what the loops of one project load."""

    def __init__(self, sets: QuerySets, likely: Likelihood) -> None:
        self.sets = sets
        self.likely = likely
        self.project: Project = sets.project
        self._foreign: dict[str, tuple[str, ...]] = {}
        self._puts: dict[tuple[str, int], frozenset[str] | None] = {}

    def of(self, call: Call, ways: list[Selection]) -> Loading:
        """Whether a method of a related manager, called on a row of these, finds its rows there already."""
        origin = receiver(call.callee)
        if tail(call.callee) not in CACHED or origin is None or tail(origin) not in self.sets.models.related:
            return Loading.ALONE
        rows = [each for each in ways if each.form is not Form.ONE]
        if any(loads(each, tail(origin)) for each in rows):
            return Loading.LOADED
        known = bool(rows) and all(self.sets.model_of(each) is not None for each in rows)
        return Loading.ALONE if known else Loading.UNKNOWN

    def accesses(self, path: str, lines: Set[int]) -> Iterator[Access]:
        """The relations to one row that loops of a file load on each turn, the first of each loop; `lines` have its reads."""
        summary = self.project.summary(path)
        text: str | None = None
        loops: dict[int, list[Loop]] | None = None
        seen: set[tuple[int, str, str]] = set()
        for each in summary.assignments if summary is not None else ():
            if each.operator != "for" or summary is None or not _over_a_read(summary, each, lines):
                continue
            names = self._unloaded(path, each)
            if not names:
                continue
            text = text if text is not None else self.project.text(path) or ""
            if not re.search(rf"\b{re.escape(each.target)}\.(?:{'|'.join(names)})\b", text):
                continue
            loops = loops if loops is not None else _loops(self.project.tree(path))
            found = _first(loops.get(each.line, ()), each, frozenset(names))
            if found is None:
                continue
            # The next loop over the same rows finds what this one loaded.
            key = (each.scope, ast.unparse(found.iterated), found.node.attr)
            if key not in seen:
                seen.add(key)
                yield found

    def _unloaded(self, path: str, loop: Assignment) -> list[str]:
        """The foreign keys of what a loop goes over, without those that come with the rows; none where that is not sure."""
        if loop.value is None or loop.position >= 0 or not loop.target.isidentifier():
            return []
        if not self.likely.rows(path, loop.value, loop.scope):
            return []
        place = Place(loop.value, self.sets.following.entry_frame(path, loop.scope), loop.line)
        ways = self.sets.read(place)
        models = [self.sets.model_of(each) for each in ways]
        if not ways or any(each.form is Form.ONE for each in ways):
            return []
        known = {each.name: each for each in models if each is not None}
        if len(known) != 1 or None in models:
            return []
        model = next(iter(known.values()))
        if any(each.limit is not None and each.limit.text.isdigit() and int(each.limit.text) <= FEW for each in ways):
            return []
        put = self._put(path, loop.scope)
        return [
            name
            for name in self._foreign_keys(model)
            if put is not None and name not in put and not any(loads(each, name) for each in ways)
        ]

    def _put(self, path: str, scope: int) -> frozenset[str] | None:
        """The attributes that a function sets on some object; None where it loads relations in another way."""
        key = (path, scope)
        if key not in self._puts:
            summary = self.project.summary(path)
            calls = (
                [summary.calls[index] for index in self.project.calls_to(path, LATER)] if summary is not None else []
            )
            other = any(each.scope == scope for each in calls)
            targets = [each.target for each in self.project.assigned_in(path, scope)]
            self._puts[key] = None if other else frozenset(each.rpartition(".")[2] for each in targets if "." in each)
        return self._puts[key]

    def _foreign_keys(self, model: Symbol) -> tuple[str, ...]:
        """The fields of a model that hold one row of another."""
        if model.name not in self._foreign:
            found: dict[str, bool] = {}
            for each in self.project.ancestors(model):
                for assignment in self.project.assigned_in(each.path, each.index) if each.path else ():
                    if assignment.target not in found:
                        field = self.sets.models.field(model, assignment.target)
                        found[assignment.target] = field is not None and field.maker in TO_ONE
            self._foreign[model.name] = tuple(name for name, points in found.items() if points)
        return self._foreign[model.name]


def _over_a_read(summary: Summary, loop: Assignment, lines: Set[int]) -> bool:
    """The loop goes over a read, or over a name that was bound to one before; a cheap question that spares dear ones."""
    if loop.line in lines or (isinstance(loop.value, CallRef) and summary.calls[loop.value.index].line in lines):
        return True
    return isinstance(loop.value, Name) and any(
        each.line in lines and each.target == loop.value.dotted and each.scope == loop.scope
        for each in summary.assignments
    )


def _loops(tree: ast.Module | None) -> dict[int, list[Loop]]:
    """The loops of a file by their line; comprehensions by that of their first variable too."""
    found: dict[int, list[Loop]] = {}
    for node in walk(tree) if tree is not None else ():
        if isinstance(node, ast.For | ast.AsyncFor):
            found.setdefault(node.lineno, []).append(node)
        elif isinstance(node, Comprehension):
            for line in {node.lineno, node.generators[0].target.lineno}:
                found.setdefault(line, []).append(node)
    return found


def _first(loops: Iterable[Loop], loop: Assignment, names: frozenset[str]) -> Access | None:
    """The first attribute of these names that a turn of the loop reads; `loops` are those of its line."""
    for node in loops:
        if isinstance(node, ast.For | ast.AsyncFor):
            if isinstance(node.target, ast.Name) and node.target.id == loop.target:
                body: list[ast.AST] = [*node.body]
                if isinstance(node.body[-1], ast.Return | ast.Break):
                    return None
                return _read(body, loop.target, names, node.iter, (node.lineno, node.col_offset, loop.scope))
        else:
            first = node.generators[0]
            if isinstance(first.target, ast.Name) and first.target.id == loop.target:
                made = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
                rest = [each for one in node.generators[1:] for each in (one.iter, *one.ifs)]
                return _read(
                    [*first.ifs, *rest, *made],
                    loop.target,
                    names,
                    first.iter,
                    (node.lineno, node.col_offset, loop.scope),
                )
    return None


def _read(
    body: list[ast.AST], target: str, names: frozenset[str], iterated: ast.expr, place: tuple[int, int, int]
) -> Access | None:
    found: list[tuple[ast.Attribute, bool]] = []
    put: set[str] = set()
    for statement in body:
        for node, conditional in _walk(statement, conditional=False):
            if isinstance(node, ast.Name) and node.id == target and not isinstance(node.ctx, ast.Load):
                return None
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == target:
                if not isinstance(node.ctx, ast.Load):
                    put.add(node.attr)
                elif node.attr in names:
                    found.append((node, conditional))
    kept = [each for each in found if each[0].attr not in put]
    if not kept:
        return None
    node, conditional = min(kept, key=lambda each: (each[1], each[0].lineno, each[0].col_offset))
    return Access(node, iterated, *place, conditional=conditional)


def _walk(node: ast.AST, *, conditional: bool) -> Iterator[tuple[ast.AST, bool]]:
    """Every node that runs on a turn, and whether only under a condition; what runs when a turn fails is left out."""
    stack = [(node, conditional)]
    while stack:
        each, under = stack.pop()
        if isinstance(each, (*NESTED, ast.ExceptHandler)):
            continue
        yield each, under
        branches = isinstance(each, ast.If | ast.IfExp | ast.Match | ast.BoolOp)
        always = each.test if isinstance(each, ast.If | ast.IfExp) else None
        if isinstance(each, ast.BoolOp):
            always = each.values[0]
        stack.extend((child, under or (branches and child is not always)) for child in ast.iter_child_nodes(each))
