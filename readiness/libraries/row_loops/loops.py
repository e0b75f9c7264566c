"""Linked code in, one `RowLoop` out for every loop that asks the database on each turn, and for loops over rows that do not."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readiness.libraries.django_orm.relations import CACHED, Loading
from readiness.libraries.row_loops.asking import Asked, Asking
from readiness.libraries.sqlalchemy.selections import Form, joined
from readiness.libraries.values.expressions import receiver, tail
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Place
from readiness.libraries.values.loops import FEW, Loop, Loops, made_of, taken, uses
from readiness.model import (
    Library,
    Project,
    Repetition,
    Resolution,
    RowLoop,
    Scope,
    Span,
    SymbolKind,
)
from readiness.model.summary import (
    Assignment,
    CallRef,
    Class,
    Comprehension,
    Context,
    Mapping,
    Member,
    Name,
    Sequence,
    Summary,
    Value,
)

library = Library(__name__, stage="joined", provides=[RowLoop])

STEPS = 5
"""Assignments between a loop and the rows it goes over."""
VIEWS = frozenset({"items", "values", "keys", "copy"})
WRAPPERS = frozenset({"enumerate", "sorted", "reversed", "list", "tuple", "set", "zip", "tqdm", "iter", "filter"})
REQUESTS = ("flask.request.", "quart.request.")
LENGTH = 80


@library.recognises
def row_loops(project: Project) -> Iterator[RowLoop]:
    """Loops with queries in them; loops over rows without; one fact a loop."""
    yield from project.parts(project.paths(Scope.SERVICE), loops_of)


def loops_of(project: Project, path: str) -> Iterator[RowLoop]:
    """Those of one file."""
    finder = Finder(project)
    found: dict[tuple[int, int], RowLoop] = {}
    for index, asked in finder.asking.sites(path):
        fact = finder.asked(path, index, asked)
        if fact is not None:
            found.setdefault((fact.loop.line, fact.loop.column), fact)
    reads = finder.read_lines(path)
    if reads:
        for fact in finder.relations(path, reads):
            found.setdefault((fact.loop.line, fact.loop.column), fact)
    yield from found.values()
    if reads:
        yield from finder.quiet(path, {line for line, _ in found})


class Finder:
    """Finds the loops of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.asking = Asking(project)
        self.following: Following = self.asking.following
        self._loops: dict[tuple[str, int], Loops] = {}

    def read_lines(self, path: str) -> set[int]:
        """Lines on which a file takes several rows."""
        return {line for line, _ in self.asking.reads(path)}

    def asked(self, path: str, index: int, asked: Asked) -> RowLoop | None:
        """The innermost loop around a call that goes to the database; None where each turn is another matter."""
        summary = self.project.summary(path)
        if summary is None:
            return None
        call = summary.calls[index]
        loops = self._in(path, call.scope)
        if loops is None:
            return None
        span = self.project.span(path, index)
        for loop in loops.around(span.line, span.column - 1):
            if loop.few:
                continue
            value = self._value(summary, call.scope, loop)
            over, few = self._over(path, call.scope, loop, value)
            if few:
                continue
            if self.asking.django:
                loading = self._loading(path, call.scope, value, asked)
                if loading is Loading.LOADED:
                    return None
                if loading is Loading.UNKNOWN:
                    over = Repetition.UNKNOWN
            node = loops.call(span, tail(call.callee))
            conditional = asked.conditional or bool(call.context & (Context.CONDITION | Context.EXCEPT))
            return RowLoop(
                span=span,
                symbol=self.project.symbol(path, call.scope),
                scope=self.project.files[path].scope,
                resolution=Resolution.UNRESOLVED
                if over is Repetition.UNKNOWN
                else Resolution.INFERRED
                if asked.through
                else Resolution.EXACT,
                over=over,
                iterated=ast.unparse(loop.iterated)[:LENGTH],
                loop=Span(path, loop.line, loop.column + 1),
                query=ast.unparse(node.func)[:LENGTH] if node is not None else tail(call.callee),
                kind=asked.kind,
                through=asked.through,
                at=self.project.span(asked.path, asked.index) if asked.through else None,
                dependent=node is not None and self._dependent(node, loop.names, asked),
                conditional=conditional,
            )
        return None

    def _loading(self, path: str, scope: int, bound: Assignment | None, asked: Asked) -> Loading:
        """Whether the rows of a related manager may have come with the rows of the loop."""
        summary = self.project.summary(asked.path)
        if summary is None or tail(summary.calls[asked.index].callee) not in CACHED:
            return Loading.ALONE
        ways = []
        if bound is not None and bound.value is not None:
            ways = self.asking.sets.read(Place(bound.value, self.following.entry_frame(path, scope), bound.line))
        return self.asking.relations.of(summary.calls[asked.index], ways)

    def relations(self, path: str, lines: set[int]) -> Iterator[RowLoop]:
        """Loops over the rows of a query set that load one more row on each turn: `order.customer`."""
        if not self.asking.django:
            return
        for each in self.asking.relations.accesses(path, lines):
            yield RowLoop(
                span=Span(path, each.node.lineno, each.node.col_offset + 1),
                symbol=self.project.symbol(path, each.scope),
                scope=self.project.files[path].scope,
                over=Repetition.ROWS,
                iterated=ast.unparse(each.iterated)[:LENGTH],
                loop=Span(path, each.line, each.column + 1),
                query=ast.unparse(each.node),
                kind="relation",
                dependent=True,
                conditional=each.conditional,
            )

    def _dependent(self, node: ast.Call, names: frozenset[str], asked: Asked) -> bool:
        """What is asked for depends on these names, through the parameters of the functions on the way."""
        for name, (path, index) in zip(asked.through, asked.steps, strict=True):
            found = self.project.find(name)
            summary = self.project.summary(path)
            if found is None or summary is None:
                return False
            definition = summary.definitions[found[1]]
            function, loops = self.project.function(path, found[1]), self._in(path, summary.calls[index].scope)
            if loops is None:
                return False
            inner = loops.call(self.project.span(path, index), tail(summary.calls[index].callee))
            if function is None or inner is None:
                return False
            method = definition.scope >= 0 and isinstance(summary.definitions[definition.scope], Class)
            names = made_of(function.body, taken(node, function.args, names, method=method))
            node = inner
        return uses(node, names)

    def _in(self, path: str, scope: int) -> Loops | None:
        """The loops of a function; of the whole file for a module's or a class's own statements."""
        key = (path, scope)
        if key not in self._loops:
            tree = self.project.function(path, scope) or self.project.tree(path)
            if tree is None:
                return None
            self._loops[key] = Loops(tree)
        return self._loops[key]

    @staticmethod
    def _value(summary: Summary, scope: int, loop: Loop) -> Assignment | None:
        """The assignment that binds the loop's names, which knows what is gone over."""
        line = loop.iterated.lineno
        return next(
            (
                each
                for each in summary.assignments
                if each.operator == "for"
                and each.scope == scope
                and loop.line <= each.line <= line
                and each.target in loop.names
            ),
            None,
        )

    def _over(self, path: str, scope: int, loop: Loop, bound: Assignment | None) -> tuple[Repetition, bool]:
        """What is gone over, and whether that is a constant few."""
        if loop.iterated.lineno in self.read_lines(path):
            return Repetition.ROWS, False
        if bound is None or bound.value is None:
            return Repetition.UNKNOWN, False
        place = Place(bound.value, self.following.entry_frame(path, scope), bound.line)
        return self._kind(place, STEPS)

    def _kind(self, place: Place, steps: int) -> tuple[Repetition, bool]:
        value = place.value
        path = place.frame.path
        if isinstance(value, Sequence | Mapping):
            items = value.items if isinstance(value, Sequence) else value.values
            return Repetition.UNKNOWN, 0 < len(items) <= FEW
        if isinstance(value, Comprehension) and steps:
            return self._kind(self.following.inside(place, value.sources[0]), steps - 1)
        if isinstance(value, CallRef):
            call = self.following.summary(place).calls[value.index]
            name, origin = tail(call.callee), receiver(call.callee)
            if name in WRAPPERS and origin is None and call.arguments:
                return self._kind(self.following.inside(place, call.arguments[-1 if name == "filter" else 0]), steps)
            if name in VIEWS and origin is not None and not call.arguments and steps and not self._rows(place):
                return self._kind(self.following.inside(place, origin), steps - 1)
        if self._rows(place):
            return Repetition.ROWS, False
        if isinstance(value, Name | Member):
            symbol = self.project.resolve_value(path, value, place.frame.scope, place.line)
            if symbol.kind is SymbolKind.CLASS:
                return Repetition.UNKNOWN, True  # the members of an enumeration
            if symbol.kind is SymbolKind.EXTERNAL and symbol.name.startswith(REQUESTS):
                return Repetition.REQUEST, False
        found = self.following.parameter(Place(_root(value), place.frame, place.line))
        if found is not None and found[1] not in ("self", "cls"):
            handler = self.project.handler_of(self.project.symbol(found[0].path, found[0].scope))
            return (Repetition.REQUEST if handler else Repetition.ITEMS), False
        sources = self.following.back(place) if steps else None
        kinds = [self._kind(each, steps - 1) for each in sources or ()]
        for wanted in (Repetition.ROWS, Repetition.REQUEST, Repetition.ITEMS):
            if any(kind is wanted for kind, _ in kinds):
                return wanted, False
        return Repetition.UNKNOWN, bool(kinds) and all(few for _, few in kinds)

    def _rows(self, place: Place) -> bool:
        """The place gives the rows of a query, or those that a relation of a row holds."""
        if not isinstance(place.value, CallRef | Name | Member):
            return False
        if isinstance(place.value, CallRef):
            span = self.project.span(place.frame.path, place.value.index)
            if span.line in self.read_lines(span.path):
                return True
        found = joined(self.asking.statements.read(place))
        if found is None and self.asking.django:
            path, scope = place.frame.path, place.frame.scope
            if self.asking.likely.rows(path, place.value, scope):
                found = joined(self.asking.sets.read(place))
        return found is not None and found.form is not Form.ONE

    def quiet(self, path: str, lines: set[int]) -> Iterator[RowLoop]:
        """Loops over rows that ask nothing: the good state."""
        summary = self.project.summary(path)
        seen: set[int] = set()
        for each in summary.assignments if summary is not None else ():
            if each.operator != "for" or each.context & Context.COMPREHENSION or each.value is None:
                continue
            if each.line in lines or each.line in seen:
                continue
            if self._goes_over_rows(path, summary, each):
                seen.add(each.line)
                yield RowLoop(
                    span=Span(path, each.line),
                    symbol=self.project.symbol(path, each.scope),
                    scope=self.project.files[path].scope,
                    over=Repetition.ROWS,
                    iterated=each.target,
                    loop=Span(path, each.line),
                )

    def _goes_over_rows(self, path: str, summary: Summary | None, loop: Assignment) -> bool:
        """The loop goes over a read in its header, or over a name that was bound to one."""
        if loop.line in self.read_lines(path):
            return True
        if summary is None or not isinstance(loop.value, Name):
            return False
        name, scope = loop.value.dotted, loop.scope
        return any(
            each.target == name and each.line < loop.line and each.line in self.read_lines(path)
            for each in self.project.assigned_in(path, scope)
        )


def _root(value: Value) -> Value:
    """The name that a chain of attributes and items begins at."""
    while not isinstance(value, Name):
        inner = getattr(value, "value", None)
        if inner is None or isinstance(inner, str | int | float | bool):
            return value
        value = inner
    return value
