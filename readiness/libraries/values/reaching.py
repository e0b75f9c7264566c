"""A function in, the assignments of a name that can be in force on one of its lines out.

The summary knows the assignments; the syntax tree, asked for on demand, knows which branches exclude each other.
"""

import ast
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from weakref import WeakKeyDictionary

from readiness.languages.python.walking import children
from readiness.model import Project
from readiness.model.summary import Assignment, Context, Definition, Function, Summary

Bindings = dict[str, frozenset[int]]
"""Target as written -> indices into `Summary.assignments`."""
PAST = -1
"""Stands in bindings for "not assigned yet"."""
NO_BINDING = frozenset({"declare", "del"})
"""Operators of assignments that bind no value."""
PLAIN = frozenset({"=", "with", ":="})
"""Operators that bind a name anew."""
REPLACING = PLAIN | {"for", "declare", "case", "del"}
BRANCHES = Context.CONDITION | Context.LOOP | Context.TRY | Context.EXCEPT | Context.FINALLY | Context.COMPREHENSION
MAX_STATEMENTS = 3000
"""Larger functions are not followed."""


Known = Mapping[str, str | bool]
"""What a name, as it is written, is known to be: `self.action` is `list`."""
NOTHING: Known = {}


class Reaching:
    """Answers for all functions of one project; each function is walked once, and once more for all that is known of names."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.known: Known = NOTHING
        """What the functions that are asked about know for now: a branch that this rules out is not taken."""
        self._flows: dict[tuple[str, int, tuple[tuple[str, str | bool], ...]], _Flow] = {}
        self._by_scope: dict[str, dict[int, list[int]]] = {}

    def at(self, path: str, scope: int, name: str, line: int) -> tuple[list[Assignment], bool]:
        """Assignments of `name` in a function, or in the module for -1, that can be in force before `line` is run, and
        whether there is a way to that line past all of them, so that a parameter still is what was passed.

        Line 0 asks for the end of the function: what a nested function sees.
        """
        summary = self.project.summary(path)
        if summary is None:
            return [], True
        mine = self._assignments(path, summary).get(scope, ())
        if not any(summary.assignments[index].target == name for index in mine):
            return [], True
        if scope < 0 or not isinstance(summary.definitions[scope], Function):
            return [summary.assignments[index] for index in mine if self._binds(summary, index, name)], False
        straight = self._straight(summary, mine, name, line)
        if straight is not None:
            return straight
        found = self._flow(path, scope, summary, mine).before(line).get(name, frozenset())
        bound = [summary.assignments[index] for index in sorted(found - {PAST}) if self._binds(summary, index, name)]
        return bound, PAST in found

    @staticmethod
    def _straight(summary: Summary, mine: Sequence[int], name: str, line: int) -> tuple[list[Assignment], bool] | None:
        """The answer where nothing that bears on the name stands under a condition: no syntax tree is needed then."""
        last: Assignment | None = None
        root = name.partition(".")[0]
        for index in mine:
            assignment = summary.assignments[index]
            if assignment.target.partition(".")[0] not in (root, f"{root}[]"):
                continue
            if assignment.context & BRANCHES or assignment.operator not in PLAIN or assignment.target != name:
                return None
            if (line == 0 or assignment.line < line) and (last is None or last.line < assignment.line):
                last = assignment
        return ([last], False) if last is not None else ([], True)

    def runs(self, path: str, scope: int, line: int) -> bool:
        """Whether the statement that begins on a line of a function can be reached with what is known."""
        summary = self.project.summary(path)
        if summary is None or not self.known:
            return True
        return self._flow(path, scope, summary, self._assignments(path, summary).get(scope, ())).runs(line)

    def binds(self, path: str, scope: int, name: str) -> bool:
        """The function assigns the name somewhere."""
        summary = self.project.summary(path)
        if summary is None:
            return False
        return any(
            summary.assignments[index].target == name for index in self._assignments(path, summary).get(scope, ())
        )

    @staticmethod
    def _binds(summary: Summary, index: int, name: str) -> bool:
        assignment = summary.assignments[index]
        return assignment.target == name and assignment.operator not in NO_BINDING

    def _assignments(self, path: str, summary: Summary) -> dict[int, list[int]]:
        if path not in self._by_scope:
            by_scope: dict[int, list[int]] = {}
            for index, assignment in enumerate(summary.assignments):
                by_scope.setdefault(assignment.scope, []).append(index)
            self._by_scope[path] = by_scope
        return self._by_scope[path]

    def _flow(self, path: str, scope: int, summary: Summary, mine: Sequence[int]) -> "_Flow":
        key = (path, scope, tuple(sorted(self.known.items())))
        if key not in self._flows:
            node = self.project.function(path, scope)
            self._flows[key] = _Flow(summary, mine, node.body if node is not None else (), self.known)
        return self._flows[key]


class _Flow:
    """One function's bindings before each of its statements."""

    def __init__(self, summary: Summary, mine: Sequence[int], body: Sequence[ast.stmt], known: Known) -> None:
        self._summary = summary
        self._known = known
        self._lines = sorted((summary.assignments[index].line, index) for index in mine)
        self._starts: list[int] = []
        self._snapshots: dict[int, Bindings] = {}
        self._loops: list[list[Bindings]] = []
        self._budget = MAX_STATEMENTS
        everything: Bindings = {}
        for index in mine:
            target = summary.assignments[index].target
            everything[target] = everything.get(target, frozenset({PAST})) | {index}
        self._all = everything
        try:
            self._block(body, dict.fromkeys(everything, frozenset({PAST})))
        except RecursionError:
            self._budget = -1  # nested too deep to be followed
        self._starts = sorted(self._snapshots)

    def before(self, line: int) -> Bindings:
        """The bindings in force before the statement on that line; 0 for those at the end."""
        if line == 0:
            return self._all
        if self._budget < 0 or not self._starts:
            return {
                target: frozenset(each for each in found if each == PAST or self._summary.assignments[each].line < line)
                for target, found in self._all.items()
            }
        place = bisect_right(self._starts, line) - 1
        return self._snapshots[self._starts[max(place, 0)]]

    def runs(self, line: int) -> bool:
        """A statement that begins on that line was reached, or the function was not followed to its end."""
        return self._budget < 0 or not self._starts or line in self._snapshots

    def _block(self, statements: Iterable[ast.stmt], bindings: Bindings | None) -> Bindings | None:
        """Bindings after the statements; None when control never gets there."""
        for statement in statements:
            if bindings is None:
                return None
            bindings = self._statement(statement, bindings)
        return bindings

    def _statement(self, statement: ast.stmt, bindings: Bindings) -> Bindings | None:
        self._budget -= 1
        if self._budget < 0:
            return bindings
        self._note(statement, bindings)
        match statement:
            case ast.If():
                return self._if(statement, bindings)
            case ast.For() | ast.AsyncFor() | ast.While():
                return self._loop(statement, self._bound(statement.lineno, _header_end(statement), bindings))
            case ast.Try() | ast.TryStar():
                return self._try(statement, bindings)
            case ast.With() | ast.AsyncWith():
                return self._block(statement.body, self._bound(statement.lineno, _header_end(statement), bindings))
            case ast.Match():
                return self._match(statement, bindings)
            case ast.Return() | ast.Raise():
                return None
            case ast.Break() | ast.Continue():
                if self._loops:
                    self._loops[-1].append(bindings)
                return None
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return bindings
            case _:
                return self._bound(statement.lineno, statement.end_lineno or statement.lineno, bindings)

    def _note(self, statement: ast.stmt, bindings: Bindings) -> None:
        known = self._snapshots.get(statement.lineno)
        self._snapshots[statement.lineno] = bindings if known is None else _joined(known, bindings)

    def _if(self, statement: ast.If, bindings: Bindings) -> Bindings | None:
        """A chain of `elif` is one loop here: it can be longer than calls may be nested."""
        after = self._tested(statement, bindings)
        taken = outcome(statement.test, self._known)
        if taken is not None:
            return self._block(statement.body if taken else statement.orelse, after)
        result = self._block(statement.body, after)
        while len(statement.orelse) == 1 and isinstance(further := statement.orelse[0], ast.If):
            self._budget -= 1
            if self._budget < 0:
                break
            statement = further
            self._note(statement, after)
            after = self._tested(statement, after)
            taken = outcome(statement.test, self._known)
            if taken is not None:
                return _either(result, self._block(statement.body if taken else statement.orelse, after))
            result = _either(result, self._block(statement.body, after))
        return _either(result, self._block(statement.orelse, after))

    def _tested(self, statement: ast.If, bindings: Bindings) -> Bindings:
        """The bindings after a test. `if not x: x = 1` binds in its branch only what stands on the same line."""
        if statement.body[0].lineno > statement.lineno:
            return self._bound(statement.lineno, _header_end(statement), bindings)
        return self._bound(statement.lineno, statement.lineno, bindings, only=frozenset({":="}))

    def _loop(self, statement: ast.For | ast.AsyncFor | ast.While, bindings: Bindings) -> Bindings | None:
        left: list[Bindings] = []
        inside = bindings
        # Twice, so that what the body binds reaches its own beginning.
        for _ in range(2):
            self._loops.append([])
            end = self._block(statement.body, inside)
            left.extend(self._loops.pop())
            for each in (*left, *(() if end is None else (end,))):
                inside = _joined(inside, each)
        return self._block(statement.orelse, inside) if statement.orelse else inside

    def _try(self, statement: ast.Try | ast.TryStar, bindings: Bindings) -> Bindings | None:
        after = self._block(statement.body, bindings)
        last = max((each.end_lineno or each.lineno for each in statement.body), default=statement.lineno)
        anywhere = _joined(bindings, self._added(statement.lineno, last, bindings))
        result = self._block(statement.orelse, after)
        for handler in statement.handlers:
            result = _either(result, self._block(handler.body, anywhere))
        if not statement.finalbody:
            return result
        ended = self._block(statement.finalbody, anywhere if result is None else result)
        return None if result is None else ended

    def _match(self, statement: ast.Match, bindings: Bindings) -> Bindings | None:
        last = statement.cases[-1]
        # `case _` leaves no way past the cases.
        always = last.guard is None and isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None
        result: Bindings | None = None if always else bindings
        for case in statement.cases:
            first = case.pattern.lineno
            inside = self._bound(first, max(first, case.body[0].lineno - 1), bindings)
            result = _either(result, self._block(case.body, inside))
        return result

    def _bound(self, first: int, last: int, bindings: Bindings, *, only: frozenset[str] = frozenset()) -> Bindings:
        """The bindings after the assignments on these lines."""
        start = bisect_right(self._lines, (first, -1))
        result = bindings
        for line, index in self._lines[start:]:
            if line > last:
                break
            if only and self._summary.assignments[index].operator not in only:
                continue
            target = self._summary.assignments[index].target
            if result is bindings:
                result = dict(bindings)
            same = self._summary.assignments[index].operator in REPLACING
            if same and not target.endswith("[]"):
                result[target] = frozenset({index})
                for other in [name for name in result if name.startswith((f"{target}.", f"{target}["))]:
                    result[other] = frozenset({PAST})
            else:
                result[target] = result.get(target, frozenset()) | {index}
        return result

    def _added(self, first: int, last: int, bindings: Bindings) -> Bindings:
        result = dict(bindings)
        for line, index in self._lines:
            if first <= line <= last:
                target = self._summary.assignments[index].target
                result[target] = result.get(target, frozenset()) | {index}
        return result


def _joined(left: Bindings, right: Bindings) -> Bindings:
    if left is right:
        return left
    result = dict(left)
    for name, found in right.items():
        result[name] = result.get(name, frozenset()) | found
    return result


def _either(left: Bindings | None, right: Bindings | None) -> Bindings | None:
    if left is None:
        return right
    return left if right is None else _joined(left, right)


def _header_end(statement: ast.If | ast.For | ast.AsyncFor | ast.While | ast.With | ast.AsyncWith) -> int:
    """Last line before the body, or the only line where the body stands on it."""
    return max(statement.lineno, statement.body[0].lineno - 1)


def outcome(test: ast.expr, known: Known) -> bool | None:
    """How a test comes out with what is known of names; None where that does not decide it."""
    if not known:
        return None
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            found = outcome(inner, known)
            return None if found is None else not found
        case ast.BoolOp(op=operator, values=values):
            ends = isinstance(operator, ast.Or)
            each = [outcome(value, known) for value in values]
            if ends in each:
                return ends
            return None if None in each else not ends
        case ast.Compare(left=ast.Name() | ast.Attribute() as left, ops=[operator], comparators=[right]):
            return _compared(known.get(ast.unparse(left)), operator, right)
        case ast.Name() | ast.Attribute():
            value = known.get(ast.unparse(test))
            return value if isinstance(value, bool) else None
    return None


def _compared(value: str | bool | None, operator: ast.cmpop, right: ast.expr) -> bool | None:
    """How a value compares with one that is written out, or with the items of a display."""
    if value is None:
        return None
    match operator, right:
        case ((ast.Eq() | ast.NotEq() | ast.Is() | ast.IsNot()), ast.Constant(value=wanted)):
            return (value == wanted) is isinstance(operator, ast.Eq | ast.Is)
        case ((ast.In() | ast.NotIn()), ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items)):
            if not all(isinstance(item, ast.Constant) for item in items):
                return None
            found = any(isinstance(item, ast.Constant) and item.value == value for item in items)
            return found is isinstance(operator, ast.In)
    return None


def class_node(tree: ast.Module, wanted: Definition) -> ast.ClassDef | None:
    """The node of a class, found by its line and name; for a function there is `Project.function`."""
    return _classes_of(tree).get((wanted.line, wanted.name))


def _classes_of(tree: ast.Module) -> dict[tuple[int, str], ast.ClassDef]:
    """The classes of a tree, whose statements are visited once for all of them."""
    known = _classes.get(tree)
    if known is None:
        known = _classes[tree] = {}
        waiting: list[ast.AST] = list(tree.body)
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.ClassDef):
                known[node.lineno, node.name] = node
            waiting.extend(
                each for each in children(node) if isinstance(each, ast.stmt | ast.excepthandler | ast.match_case)
            )
    return known


_classes: WeakKeyDictionary[ast.Module, dict[tuple[int, str], ast.ClassDef]] = WeakKeyDictionary()
