"""Middleware and application wrappers in, those that answer a health path by themselves out.

What counts is the shape: a comparison of the request's path with a fixed text, behind which the function answers instead of
handing the request on. Middleware that lets the health path pass (to keep it out of a log, say) is none.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from msgspec import Struct

from readiness.languages.python.walking import walk
from readiness.libraries.health.checks import Handlers
from readiness.libraries.health.names import Strength, last_segment, strength_of
from readiness.model import HealthCheck, Project, Resolution, Scope, Span, Symbol, SymbolKind
from readiness.model.summary import Constant, Function, Name, Summary, Value

SIGNATURES = (
    frozenset({"scope", "receive", "send"}),
    frozenset({"environ", "start_response"}),
    frozenset({"request", "call_next"}),
)
DJANGO = "get_response"
HANDING_ON = frozenset(
    {"call_next", "get_response", "app", "application", "asgi_app", "wsgi_app", "inner", "next", "handler", "_app"}
)
ANSWERING = frozenset({"send", "start_response", "make_response", "jsonify"})
COMPARING = (ast.Eq, ast.NotEq, ast.In, ast.NotIn)
PATH_WORDS = frozenset({"path", "path_info", "PATH_INFO", "raw_path"})


class Place(Struct, frozen=True):
    """The wrapping function."""

    project: Project
    path: str
    index: int
    parameters: frozenset[str]


class Answer(Struct, frozen=True):
    """One comparison behind which a wrapper answers."""

    line: int
    column: int
    compared: tuple[ast.expr, ...]


def wrapper_checks(project: Project, handlers: Handlers) -> Iterator[HealthCheck]:
    """Every wrapper that answers a health path."""
    for path in project.paths(Scope.SERVICE):
        summary = project.summary(path)
        wrapping = (
            [] if summary is None else [index for index in range(len(summary.definitions)) if _wraps(summary, index)]
        )
        if summary is None or not wrapping:
            continue
        tree = project.tree(path)
        if tree is None:
            continue
        for index in wrapping:
            function = summary.definitions[index]
            for node in walk(tree):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.lineno == function.line:
                    for answer in _answers(node.body, Place(project, path, index, _parameters(summary, index))):
                        yield from _checks(handlers, path, index, answer)


def _wraps(summary: Summary, index: int) -> bool:
    """The function stands between the server and the application."""
    function = summary.definitions[index]
    if not isinstance(function, Function):
        return False
    names = {parameter.name for parameter in function.parameters}
    if any(signature <= names for signature in SIGNATURES):
        return True
    if "request" not in names or function.scope < 0:
        return False
    around = summary.definitions[function.scope]
    if isinstance(around, Function):
        return any(parameter.name == DJANGO for parameter in around.parameters)
    siblings = [each for each in summary.definitions if each.scope == function.scope and isinstance(each, Function)]
    return function.name == "__call__" and any(
        parameter.name == DJANGO for each in siblings if isinstance(each, Function) for parameter in each.parameters
    )


def _parameters(summary: Summary, index: int) -> frozenset[str]:
    """Parameters of the function and of those around it: what is called of them is the application behind."""
    names: set[str] = set()
    while index >= 0:
        function = summary.definitions[index]
        if isinstance(function, Function):
            names |= {parameter.name for parameter in function.parameters}
        index = function.scope
    return frozenset(names) - {"send", "receive", "start_response"}


def _answers(body: list[ast.stmt], place: Place) -> Iterator[Answer]:
    """Comparisons of the path behind which this block, or one inside it, answers."""
    for number, statement in enumerate(body):
        if isinstance(statement, ast.If):
            for compare in _comparisons(statement.test):
                equal = isinstance(compare.ops[0], ast.Eq | ast.In)
                there = statement.body if equal else (statement.orelse or body[number + 1 :])
                if _answers_here(there, place):
                    yield Answer(compare.lineno, compare.col_offset + 1, _compared(compare))
        for field in ("body", "orelse", "finalbody"):
            inner = getattr(statement, field, None)
            if isinstance(inner, list) and not isinstance(
                statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
            ):
                yield from _answers(inner, place)


def _comparisons(test: ast.expr) -> Iterator[ast.Compare]:
    for node in walk(test):
        if (
            isinstance(node, ast.Compare)
            and len(node.ops) == 1
            and isinstance(node.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn)
        ):
            sides = [node.left, *node.comparators]
            if any(_is_path(side) for side in sides):
                yield node


def _is_path(node: ast.expr) -> bool:
    """`scope["path"]`, `scope.get("path")`, `request.url.path`, `environ["PATH_INFO"]`, a local name `path`."""
    match node:
        case ast.Attribute(value=ast.Name(id="self" | "cls")):
            return False
        case ast.Attribute(attr=name):
            return name in PATH_WORDS
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name in PATH_WORDS
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(name)), *_]):
            return name in PATH_WORDS
        case ast.Call(func=ast.Attribute(value=inner, attr="rstrip" | "strip" | "lower" | "removesuffix")):
            return _is_path(inner)
        case ast.Name(id=name):
            return name == "path"
        case _:
            return False


def _compared(compare: ast.Compare) -> tuple[ast.expr, ...]:
    found: list[ast.expr] = []
    for side in (compare.left, *compare.comparators):
        if isinstance(side, ast.Tuple | ast.List | ast.Set):
            found.extend(side.elts)
        elif not _is_path(side):
            found.append(side)
    return tuple(found)


def _answers_here(body: list[ast.stmt], place: Place) -> bool:
    """Something is answered here and nothing is handed on."""
    answered = False
    for statement in body:
        for node in walk(statement):
            if isinstance(node, ast.Call):
                name = _dotted(node.func)
                last = name.rpartition(".")[2]
                if last in HANDING_ON or name in place.parameters:
                    return False
                answered |= last in ANSWERING or _is_response(name, node.lineno, place)
    return answered


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _is_response(name: str, line: int, place: Place) -> bool:
    """A response class of a framework, or one derived from it."""
    if not name:
        return False
    symbol = place.project.resolve(place.path, name, place.index, line)
    if symbol.kind is SymbolKind.UNKNOWN:
        return name.endswith("Response")
    return any(each.name.endswith("Response") for each in place.project.ancestors(symbol))


def _checks(handlers: Handlers, path: str, index: int, answer: Answer) -> Iterator[HealthCheck]:
    """One health check for each fixed text that is compared, where that text names one."""
    project = handlers.project
    for expression in answer.compared:
        for text, exact in _texts(project, path, index, expression):
            strength = strength_of(last_segment(text))
            if text.startswith("/") and strength is not Strength.NONE:
                asked = handlers.of_function(path, index)
                yield HealthCheck(
                    span=Span(path, answer.line, answer.column),
                    symbol=project.symbol(path, index),
                    scope=Scope.SERVICE,
                    resolution=Resolution.EXACT if exact else Resolution.INFERRED,
                    path=text,
                    kind="wrapper",
                    strength=strength.value,
                    checks=asked.asks,
                    can_fail=asked.can_fail,
                    told=asked.told,
                )


def _texts(project: Project, path: str, index: int, expression: ast.expr) -> Iterator[tuple[str, bool]]:
    """The texts that an expression can be: a literal, a constant, what a wrapper was given."""
    match expression:
        case ast.Constant(value=str(text)):
            yield text, True
        case ast.Name(id=name):
            constant = project.constant(path, Name(name), index, expression.lineno)
            if isinstance(constant, str):
                yield constant, True
            else:
                yield from _given(project, path, index, name)
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            yield from _kept(project, path, index, name)
        case ast.Attribute():
            constant = project.constant(path, Name(ast.unparse(expression)), index, expression.lineno)
            if isinstance(constant, str):
                yield constant, True
        case _:
            return


def _given(project: Project, path: str, index: int, name: str) -> Iterator[tuple[str, bool]]:
    """What a parameter of the function around, or of a class's `__init__`, is given: by its callers, or by default."""
    summary = project.summary(path)
    scope = index
    while summary is not None and scope >= 0:
        function = summary.definitions[scope]
        if isinstance(function, Function):
            for number, parameter in enumerate(function.parameters):
                if parameter.name == name:
                    yield from _arguments(project, path, scope, number, name)
                    if isinstance(parameter.default, Constant) and isinstance(parameter.default.value, str):
                        yield parameter.default.value, True
                    return
        scope = function.scope


def _arguments(project: Project, path: str, scope: int, number: int, name: str) -> Iterator[tuple[str, bool]]:
    summary = project.summary(path)
    function = summary.definitions[scope] if summary is not None else None
    if function is None:
        return
    method = function.name == "__init__" and function.scope >= 0
    target = function.scope if method else scope
    kind = SymbolKind.CLASS if method else SymbolKind.FUNCTION
    symbol = Symbol(kind, project.symbol(path, target), path, target)
    for where, call_index in project.callers(symbol):
        caller = project.summary(where)
        if caller is None or project.files[where].scope is Scope.TEST:
            continue
        call = caller.calls[call_index]
        place = number - 1 if method else number
        values: list[Value] = [value for key, value in call.keywords if key == name]
        values += [call.arguments[place]] if place < len(call.arguments) else []
        for value in values:
            constant = project.constant(where, value, call.scope, call.line)
            if isinstance(constant, str):
                yield constant, True
    if method:
        yield from _added(project, symbol, name)


def _added(project: Project, symbol: Symbol, name: str) -> Iterator[tuple[str, bool]]:
    """`app.add_middleware(Health, path="/healthz")`, `Middleware(Health, path="/healthz")`."""
    for where in project.paths(Scope.SERVICE):
        summary = project.summary(where)
        for call in summary.calls if summary is not None else ():
            last = (
                call.callee.dotted.rpartition(".")[2]
                if isinstance(call.callee, Name)
                else getattr(call.callee, "name", "")
            )
            if last not in ("add_middleware", "Middleware") or not call.arguments:
                continue
            target = project.resolve_value(where, call.arguments[0], call.scope, call.line)
            if (target.path, target.index) == (symbol.path, symbol.index):
                for key, value in call.keywords:
                    constant = project.constant(where, value, call.scope, call.line)
                    if key == name and isinstance(constant, str):
                        yield constant, True


def _kept(project: Project, path: str, index: int, name: str) -> Iterator[tuple[str, bool]]:
    """What `self.name` holds: a class attribute, or a parameter of `__init__`."""
    summary = project.summary(path)
    if summary is None:
        return
    function = summary.definitions[index]
    found = False
    for assignment in summary.assignments:
        if assignment.target != f"self.{name}" or not isinstance(assignment.value, Name) or assignment.scope < 0:
            continue
        if summary.definitions[assignment.scope].scope == function.scope:
            for text in _given(project, path, assignment.scope, assignment.value.dotted):
                found = True
                yield text
    constant = project.constant(path, Name(f"self.{name}"), index, function.line)
    if not found and isinstance(constant, str):
        yield constant, True
