"""A responder, hook or middleware method in, the parts of the request that it reads out: `req.get_param_as_int("page")`.

Read from Falcon 4.4. A responder gets the request as its first parameter behind `self`; what it hands it on to is read too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readiness.languages.python.walking import walk
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Routine
from readiness.model import RouteParameter, SymbolKind
from readiness.model.summary import Function, Name

DEPTH = 2
"""Calls between a responder and the functions whose reads count as its own."""
MOST = 60
"""Reads of one function."""
GETTERS = {
    "get_param": "str",
    "get_param_as_int": "int",
    "get_param_as_float": "float",
    "get_param_as_bool": "bool",
    "get_param_as_list": "list",
    "get_param_as_uuid": "uuid.UUID",
    "get_param_as_date": "datetime.date",
    "get_param_as_datetime": "datetime.datetime",
    "get_param_as_dict": "dict",
    "get_param_as_media": "",
    "get_param_as_json": "",
    "has_param": "",
}
HEADERS = {"get_header": "str", "get_header_as_int": "int", "get_header_as_datetime": "datetime.datetime"}
PARTS = {"params": "query", "headers": "header", "headers_lower": "header", "cookies": "cookie", "media": "body"}
"""Attributes of the request that are mappings -> where their values come from."""
WHOLE = {
    "get_media": "media",
    "media": "media",
    "stream": "stream",
    "bounded_stream": "stream",
    "get_param_as_media": "media",
}
"""What gives the whole body."""
LOADERS = frozenset({"load", "loads", "parse_obj", "parse_raw", "model_validate", "model_validate_json", "decode"})


class Inputs:
    """Reads functions; each is read once."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project = reader.project
        self.stored: dict[str, str] = {}
        """What middleware keeps of the request in its context: `context.body` -> `body`."""
        self._calls: dict[str, dict[int, list[int]]] = {}
        self._known: dict[tuple[str, int, str], tuple[tuple[str, RouteParameter], ...]] = {}

    def learn(self, routine: Routine) -> None:
        """Remember what a middleware's method keeps in the context, for those that run behind it."""
        request = self._request(routine)
        tree = self.project.function(routine.path, routine.index) if request else None
        for node in walk(tree) if tree is not None else ():
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                key = _context_key(node.targets[0], request)
                source = _part(node.value, request, self.stored) if key else ""
                if source:
                    self.stored[key] = source

    def of(self, routine: Routine) -> Iterator[tuple[str, RouteParameter]]:
        """Each input with the symbol of the function that reads it."""
        request = self._request(routine)
        if request:
            yield from self._of(routine.path, routine.index, request, 0)

    def _request(self, routine: Routine) -> str:
        """What the function calls the request, empty where it does not get it."""
        function = self.reader.function(routine)
        skip = 1 if self.reader.is_method(routine.path, routine.index) else 0
        positional = [each.name for each in function.parameters if each.kind.startswith("positional")]
        return positional[skip] if len(positional) > skip else ""

    def _of(self, path: str, index: int, request: str, depth: int) -> tuple[tuple[str, RouteParameter], ...]:
        key = (path, index, request)
        if key not in self._known:
            self._known[key] = ()
            found = [(self.project.symbol(path, index), each) for each in self._reads(path, index, request)]
            if depth < DEPTH:
                for inner_path, inner, name in self._handed_on(path, index, request):
                    found.extend(self._of(inner_path, inner, name, depth + 1))
            self._known[key] = tuple(found[:MOST])
        return self._known[key]

    def _handed_on(self, path: str, index: int, request: str) -> Iterator[tuple[str, int, str]]:
        """The functions of the project that are given the request, with what they call it."""
        summary = self.reader.summary(path)
        for number in self._calls_in(path).get(index, ()):
            call = summary.calls[number]
            if Name(request) not in (*call.arguments, *(each for _, each in call.keywords)):
                continue
            callee = self.project.callee(path, number)
            if callee.kind is not SymbolKind.FUNCTION:
                continue
            function = self.reader.summary(callee.path).definitions[callee.index]
            if not isinstance(function, Function):
                continue
            names = [each.name for each in function.parameters if each.kind.startswith("positional")]
            names = names[1:] if self.reader.is_method(callee.path, callee.index) else names
            for position, given in enumerate(call.arguments[: len(names)]):
                if given == Name(request):
                    yield callee.path, callee.index, names[position]
            for name, given in call.keywords:
                if given == Name(request) and name:
                    yield callee.path, callee.index, name

    def _calls_in(self, path: str) -> dict[int, list[int]]:
        """The calls of a file by the function that they stand in."""
        if path not in self._calls:
            self._calls[path] = {}
            for number, call in enumerate(self.reader.summary(path).calls):
                self._calls[path].setdefault(call.scope, []).append(number)
        return self._calls[path]

    def _reads(self, path: str, index: int, request: str) -> list[RouteParameter]:
        tree = self.project.function(path, index)
        if tree is None:
            return []
        aliases = self.stored | dict(_aliases(tree, request, self.stored))
        found: dict[tuple[str, str], RouteParameter] = {}
        for node in walk(tree):
            for each in _read(node, request, aliases):
                found.setdefault((each.source, each.name), each)
        return list(found.values())[:MOST]


def _context_key(node: ast.expr, request: str) -> str:
    """`context.body` for `req.context["body"]` and `req.context.body`."""
    match node:
        case ast.Subscript(ast.Attribute(ast.Name(name), "context"), ast.Constant(str(key))) if name == request:
            return f"context.{key}"
        case ast.Attribute(ast.Attribute(ast.Name(name), "context"), key) if name == request:
            return f"context.{key}"
        case _:
            return ""


def _aliases(tree: ast.AST, request: str, stored: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Local names of whole parts of the request: `params = req.params`, `data = json.loads(req.stream.read())`."""
    for node in walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            source = _part(node.value, request, stored)
            if source:
                yield node.targets[0].id, source


def _part(node: ast.expr, request: str, aliases: dict[str, str], depth: int = 0) -> str:
    """Where the values of a whole part of the request come from; empty for anything else."""
    if depth > 5:
        return ""
    stored = aliases.get(_context_key(node, request), "")
    if stored:
        return stored
    match node:
        case ast.Name(name):
            return aliases.get(name, "")
        case ast.Await(inner):
            return _part(inner, request, aliases, depth + 1)
        case ast.Attribute(ast.Name(name), attribute) if name == request:
            return PARTS.get(attribute, "body" if attribute in WHOLE else "")
        case ast.Call(ast.Attribute(ast.Name(name), "get_media")) if name == request:
            return "body"
        case ast.Call(ast.Attribute(inner, "read" | "decode" | "copy")):
            return _part(inner, request, aliases, depth + 1)
        case ast.Call(ast.Attribute(_, method), [first, *_]) if method in LOADERS:
            return "body" if _part(first, request, aliases, depth + 1) == "body" else ""
        case _:
            return ""


def _read(node: ast.AST, request: str, aliases: dict[str, str]) -> Iterator[RouteParameter]:
    if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Load):
        key = _context_key(node, request)
        if aliases.get(key) == "body":
            yield RouteParameter(key.partition(".")[2], "body")
            return
    match node:
        case ast.Call(ast.Attribute(ast.Name(name), method), arguments) if name == request:
            yield from _method(node, method, arguments)
        case ast.Call(ast.Attribute(inner, "get" | "pop" | "getall"), [ast.Constant(str(key)), *rest]):
            source = _part(inner, request, aliases)
            if source:
                yield RouteParameter(key, source, required=False, default=_text(rest[0]) if rest else "None")
        case ast.Subscript(inner, ast.Constant(str(key)), ast.Load()):
            source = _part(inner, request, aliases)
            if source:
                yield RouteParameter(key, source)
        case ast.Attribute(ast.Name(name), attribute, ast.Load()) if name == request and attribute in WHOLE:
            yield RouteParameter(WHOLE[attribute], "body")
        case _:
            pass


def _method(node: ast.AST, method: str, arguments: list[ast.expr]) -> Iterator[RouteParameter]:
    """A getter of the request itself."""
    if not isinstance(node, ast.Call):
        return
    named = {each.arg: each.value for each in node.keywords if each.arg}
    if method == "get_media":
        yield RouteParameter("media", "body")
        return
    key = arguments[0] if arguments else named.get("name")
    if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
        return
    if method == "get_cookie_values":
        yield RouteParameter(key.value, "cookie", "list", required=False)
        return
    source = "query" if method in GETTERS else "header" if method in HEADERS else ""
    if not source:
        return
    required = named.get("required", arguments[1] if len(arguments) > 1 else None)
    default = named.get("default")
    must = isinstance(required, ast.Constant) and required.value is True
    yield RouteParameter(
        name=key.value,
        source=source,
        annotation=GETTERS.get(method, HEADERS.get(method, "")),
        required=must,
        default="" if must else _text(default) if default is not None else "None",
        minimum=_number(named.get("min_value")),
        maximum=_number(named.get("max_value")),
        constrained="transform" in named or "format_string" in named,
    )


def _text(value: ast.expr) -> str:
    return str(value.value) if isinstance(value, ast.Constant) else "..."


def _number(value: ast.expr | None) -> float | None:
    negative = isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub)
    inner = value.operand if isinstance(value, ast.UnaryOp) else value
    if not isinstance(inner, ast.Constant) or isinstance(inner.value, bool) or not isinstance(inner.value, int | float):
        return None
    return -float(inner.value) if negative else float(inner.value)
