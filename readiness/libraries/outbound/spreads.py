"""What a call spreads with `**` in, whether a timeout is in it out.

Dict displays, dicts that are filled step by step, and the `**kwargs` of a wrapper, which its callers give.
"""

from __future__ import annotations

import ast

from msgspec import Struct

from readiness.languages.python.walking import walk
from readiness.libraries.outbound.answer import UNKNOWN_ANSWER, Answer, worst
from readiness.libraries.outbound.values import Values, entry
from readiness.libraries.values.frames import Place
from readiness.libraries.values.reaching import class_node
from readiness.model import Project, SymbolKind, TimeoutState
from readiness.model.summary import CallRef, Class, Function, Mapping, Name

STEPS = 5
ABSENT = TimeoutState.ABSENT
NOT_HERE = Answer(ABSENT, "no timeout is in what is spread into the call")


class Filled(Struct, frozen=True):
    """What a function writes into a dict under the key."""

    given: bool = False
    off: bool = False
    """What is written is None."""
    open: bool = False
    """Something unknown is merged into it."""


class Spreads:
    """Answers for the dicts of one project."""

    def __init__(self, project: Project, values: Values) -> None:
        self.project = project
        self.values = values
        self.following = values.following
        self._filled: dict[tuple[str, int, str, str], Filled] = {}
        self._asked: set[tuple[str, int, str]] = set()

    def judge(self, place: Place, name: str, steps: int = STEPS) -> Answer:
        """What the entry `name` of a spread dict means; absent where it has none."""
        value = place.value
        if steps <= 0:
            return UNKNOWN_ANSWER
        if isinstance(value, Mapping):
            return self._display(place, value, name, steps)
        if isinstance(value, CallRef):
            return self._made(place, name, steps)
        if isinstance(value, Name):
            filled = self._filling(place, value.dotted, name)
            if filled.given:
                return Answer(TimeoutState.GIVEN, f"{name} is put into {value.dotted}")
            if filled.off:
                return Answer(TimeoutState.OFF, f"{name} of {value.dotted} is None")
            kwargs = self._own_keywords(place, value.dotted)
            if kwargs is not None:
                return self._from_callers(place, value.dotted, name, steps)
            if filled.open:
                return UNKNOWN_ANSWER
        sources = self.following.back(place)
        return worst([self.judge(each, name, steps - 1) for each in sources]) if sources else UNKNOWN_ANSWER

    def _display(self, place: Place, value: Mapping, name: str, steps: int) -> Answer:
        found, spread = entry(value, name)
        if found is not None:
            return self.values.judge(self.following.inside(place, found), name)
        return self._best([self.judge(self.following.inside(place, each), name, steps - 1) for each in spread])

    @staticmethod
    def _best(answers: list[Answer]) -> Answer:
        """Of several dicts that are merged, one that gives it is enough."""
        for state in (TimeoutState.GIVEN, TimeoutState.DEFAULT, TimeoutState.OFF, TimeoutState.UNKNOWN):
            for each in answers:
                if each.state is state:
                    return each
        return answers[0] if answers else NOT_HERE

    def _made(self, place: Place, name: str, steps: int) -> Answer:
        """`dict(timeout=5)`, `copy(options)`, or what a function of the project returns."""
        symbol, call = self.following.callee(place), self.following.call(place)
        if call is None:
            return UNKNOWN_ANSWER
        if symbol.kind is SymbolKind.BUILTIN and symbol.name in ("dict", "dict.copy"):
            given = next((value for key, value in call.keywords if key == name), None)
            if given is not None:
                return self.values.judge(self.following.inside(place, given), name)
            merged = [*call.arguments, *(value for key, value in call.keywords if not key)]
            if isinstance(call.callee, Name) and call.callee.dotted.endswith(".copy"):
                merged.append(Name(call.callee.dotted.removesuffix(".copy")))
            return self._best([self.judge(self.following.inside(place, each), name, steps - 1) for each in merged])
        sources = self.following.back(place) if symbol.kind is SymbolKind.FUNCTION else None
        return worst([self.judge(each, name, steps - 1) for each in sources]) if sources else UNKNOWN_ANSWER

    def _own_keywords(self, place: Place, dotted: str) -> Function | None:
        """The function around, where the name is its `**kwargs`."""
        found = self.following.parameter(Place(Name(dotted), place.frame, place.line))
        if found is None or found[1] != dotted:
            return None
        summary = self.project.summary(found[0].path)
        function = summary.definitions[found[0].scope] if summary is not None else None
        if not isinstance(function, Function):
            return None
        return (
            function
            if any(each.name == dotted and each.kind == "keyword-variadic" for each in function.parameters)
            else None
        )

    def _from_callers(self, place: Place, dotted: str, name: str, steps: int) -> Answer:
        """What the callers of a wrapper give for its `**kwargs`."""
        found = self.following.parameter(Place(Name(dotted), place.frame, place.line))
        frame = found[0] if found is not None else place.frame
        summary = self.project.summary(frame.path)
        function = summary.definitions[frame.scope] if summary is not None and frame.scope >= 0 else None
        if not frame.entry and dotted in frame.arguments:
            return self.judge(frame.arguments[dotted], name, steps - 1)
        asked = (frame.path, frame.scope, name)
        if summary is None or not isinstance(function, Function) or asked in self._asked:
            return UNKNOWN_ANSWER
        self._asked.add(asked)
        try:
            answers = []
            for path, index in self.values.callers(frame.path, frame.scope):
                _, given, _ = self.values.passed(path, index, summary, function)
                answer = self.judge(given[dotted], name, steps - 1) if dotted in given else UNKNOWN_ANSWER
                if answer.state is ABSENT:
                    answer = Answer(
                        ABSENT, f"{path}:{self.project.span(path, index).line} passes none to {function.name}"
                    )
                answers.append(answer if answer.bounded else answer.seen_at(self.project.span(path, index)))
        finally:
            self._asked.discard(asked)
        if not answers:
            return Answer(TimeoutState.UNKNOWN, f"{function.name} passes on what its callers give, and none was found")
        return worst(answers)

    def _filling(self, place: Place, dotted: str, name: str) -> Filled:
        """What the function around writes into a dict of that name under the key."""
        frame = place.frame
        key = (frame.path, frame.scope, dotted, name)
        if key not in self._filled:
            self._filled[key] = self._read(frame.path, frame.scope, dotted, name)
        return self._filled[key]

    def _read(self, path: str, scope: int, dotted: str, name: str) -> Filled:
        summary = self.project.summary(path)
        if summary is None:
            return Filled()
        touched = any(
            each.target.partition("[")[0] == dotted and (each.target.endswith("[]") or each.operator == "|=")
            for each in self.project.assigned_in(path, scope)
        ) or any(
            summary.calls[index].callee in (Name(f"{dotted}.setdefault"), Name(f"{dotted}.update"))
            for index in self.project.called_in(path, scope)
        )
        tree = self.project.tree(path) if touched else None
        if tree is None:
            return Filled()
        definition = summary.definitions[scope] if scope >= 0 else None
        within: ast.AST | None = self.project.function(path, scope) if isinstance(definition, Function) else None
        if isinstance(definition, Class):
            within = class_node(tree, definition)
        given = off = opened = False
        for node in walk(within or tree):
            for written_value in _written_under(node, dotted, name):
                if written_value is None:
                    opened = True
                elif isinstance(written_value, ast.Constant) and written_value.value is None:
                    off = True
                else:
                    given = True
        return Filled(given, off and not given, opened)


def _written_under(node: ast.AST, dotted: str, name: str) -> list[ast.expr | None]:
    """The values that a statement or call writes into the dict under the key; None for a merge of something unknown."""
    match node:
        case ast.Assign(targets=targets, value=value):
            return [value for each in targets if _is_item(each, dotted, name)]
        case ast.AugAssign(target=target, op=ast.BitOr(), value=value) if ast.unparse(target) == dotted:
            return _merged(value, name)
        case ast.Call(func=ast.Attribute(value=owner, attr="setdefault"), args=[ast.Constant(value=key), *rest]):
            return [*rest[:1]] if key == name and ast.unparse(owner) == dotted else []
        case ast.Call(func=ast.Attribute(value=owner, attr="update"), args=arguments, keywords=keywords):
            if ast.unparse(owner) != dotted:
                return []
            found: list[ast.expr | None] = [each.value for each in keywords if each.arg == name]
            for each in (*arguments, *(each.value for each in keywords if each.arg is None)):
                found.extend(_merged(each, name))
            return found
    return []


def _is_item(target: ast.expr, dotted: str, name: str) -> bool:
    return (
        isinstance(target, ast.Subscript)
        and isinstance(target.slice, ast.Constant)
        and target.slice.value == name
        and ast.unparse(target.value) == dotted
    )


def _merged(value: ast.expr, name: str) -> list[ast.expr | None]:
    if not isinstance(value, ast.Dict):
        return [None]
    found: list[ast.expr | None] = []
    for key, item in zip(value.keys, value.values, strict=True):
        if key is None:
            found.append(None)
        elif isinstance(key, ast.Constant) and key.value == name:
            found.append(item)
    return found
