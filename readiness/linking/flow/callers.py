"""What callers pass: a function and one of its parameters in, the text that arrives there out."""

from __future__ import annotations

import ast

from msgspec.structs import replace

from readiness.linking.flow.decorators import decorated, does_job
from readiness.linking.flow.methods import methods_named, methods_of
from readiness.linking.flow.nodes import FunctionNode
from readiness.linking.flow.passing import takes, written_text
from readiness.linking.flow.pieces import Flow, constant, union
from readiness.linking.flow.places import FileIndex
from readiness.linking.flow.reader import At, Frame, Lazy, Passed, Reader
from readiness.linking.flow.returns import bind
from readiness.linking.flow.surrounding import surroundings
from readiness.linking.flow.uses import RUNNERS, RUNNING, Handed, Later, Uses, last_of
from readiness.model import PieceKind, Symbol, SymbolKind
from readiness.model.summary import Class, Function, Name, Summary

MOST_ABOVE = 3
"""Functions that a parameter is followed up through."""
MOST_CALLERS = 48
MOST_LISTED = 240
"""Callers of which all but 48 pass a text as written."""
MOST_OTHERS = 200
"""Uses of the name of a function that are looked at before its callers are given up."""
MOST_PROTOCOLS = 24
"""Methods of one name that are looked at for those of protocols."""
PROTOCOLS = ("typing.Protocol", "typing_extensions.Protocol")
ENTRIES = frozenset({"main", "handler", "lambda_handler", "handle", "run", "upgrade", "downgrade", "application"})
"""Functions that something outside the project calls by their name."""
FROM_OUTSIDE = frozenset({PieceKind.REQUEST, PieceKind.PARAMETER})


class Callers:
    """Follows parameters up to the calls of their functions.

    All callers are known where every call of that name in the project is one of the function: a decorator, or a use of the
    function as a value, makes callers that cannot be seen.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._above = 0
        self._uses: Uses | None = None
        self._known: dict[tuple[str, int], tuple[list[Later], bool]] = {}

    def given(self, name: str, function: FunctionNode, at: At) -> tuple[Lazy, ...]:
        """The expressions that the callers pass as a parameter; none unless every caller is known."""
        index = self._reader.index(at.path)
        if at.frame is not None and at.frame.function is function:
            bound = at.frame.arguments.get(name)
            return (bound,) if bound is not None else ()
        if (
            index is None
            or self._above >= MOST_ABOVE
            or decorated(self._reader, at.path, function)
            or at.frame is not None
        ):
            return ()
        number = index.definition_index(function)
        calls, complete = self._calls(at.path, number) if number >= 0 else ([], False)
        complete = complete and len(calls) <= MOST_CALLERS
        found = [self._given(call, at.path, number, name) for call in calls] if complete else []
        known = tuple(each for each in found if each is not None)
        return known if len(known) == len(found) else ()

    def passed(self, name: str, function: FunctionNode, at: At) -> Passed | None:
        """What the callers of a function pass as a parameter, None where nothing is known of them."""
        index = self._reader.index(at.path)
        if index is None or self._above >= MOST_ABOVE or at.frame is not None:
            return None
        number = index.definition_index(function)
        calls, complete = self._calls(at.path, number) if number >= 0 else ([], False)
        complete = complete and not decorated(self._reader, at.path, function)
        found: list[Flow] = []
        self._above += 1
        try:
            read = 0
            for call in calls:
                written = self._written(call, at.path, number, name)
                read += written is None
                if read > MOST_CALLERS:
                    complete = False
                    break
                flow = constant(written) if written is not None else self._argument(call, at.path, number, name)
                if flow is None:
                    complete = False
                else:
                    found.append(flow)
        finally:
            self._above -= 1
        living = [flow for flow in found if not self._never_passed(flow)]
        found = living or found
        passed = union(found)
        if complete and passed.alternatives:
            return Passed(passed, True)
        told = tuple(each for each in passed.alternatives if any(piece.kind in FROM_OUTSIDE for piece in each))
        if told:
            return Passed(replace(passed, alternatives=told), False)
        if self._queued(function, at):
            return Passed(replace(passed, alternatives=()), False, message=True)
        left = None if calls else self._left_alone(name, function, index)
        return Passed(constant(left), True) if left is not None else None

    def _left_alone(self, name: str, function: FunctionNode, index: FileIndex) -> str | None:
        """The default of a parameter of the constructor of a class that a table holds, where no call that can be one of it names
        the parameter."""
        owner = index.parents.get(function)
        if function.name != "__init__" or self._uses is None or not isinstance(owner, ast.ClassDef):
            return None
        if owner.name not in self._uses.held or owner.name in self._uses.values:
            return None
        given = function.args
        positional = [*given.posonlyargs, *given.args]
        defaults = {
            **{each.arg: value for each, value in zip(reversed(positional), reversed(given.defaults), strict=False)},
            **{each.arg: value for each, value in zip(given.kwonlyargs, given.kw_defaults, strict=True)},
        }
        default = defaults.get(name)
        if not isinstance(default, ast.Constant) or not isinstance(default.value, str):
            return None
        others = self._uses.keywords.get(name, ())
        if len(others) > MOST_OTHERS or any(self._hands_on(*each, name) for each in others):
            return None
        return default.value

    def _hands_on(self, path: str, number: int, name: str) -> bool:
        """What a call passes under a name may get to a constructor: nothing is known of what it calls, or that takes any name."""
        found = self._reader.code.callee(path, number)
        if found.kind is not SymbolKind.FUNCTION:
            return found.kind in (SymbolKind.UNKNOWN, SymbolKind.PARAMETER, SymbolKind.VARIABLE)
        summary = self._reader.code.summary(found.path)
        definition = summary.definitions[found.index] if summary is not None and found.index >= 0 else None
        given = definition.parameters if isinstance(definition, Function) else ()
        return all(each.name != name for each in given)

    def _queued(self, function: FunctionNode, at: At) -> bool:
        """A worker calls the function: `@app.task` of Celery, `queue.enqueue("package.function")`."""
        named = self._uses is not None and function.name in self._uses.named
        return named or does_job(self._reader, at.path, function)

    def _never_passed(self, flow: Flow) -> bool:
        """The text is a parameter of a plain function that nothing in the project calls or names."""
        piece = flow.riskiest
        if piece is None or piece.kind is not PieceKind.PARAMETER or not piece.owner or self._uses is None:
            return False
        found = self._reader.code.find(piece.owner)
        summary = self._reader.code.summary(found[0]) if found is not None else None
        if found is None or summary is None or found[1] < 0:
            return False
        function = summary.definitions[found[1]]
        called = function.name in self._uses.calls or function.name in self._uses.values
        return function.scope < 0 and not called and not function.decorators and function.name not in ENTRIES

    def _written(self, call: Later, path: str, number: int, name: str) -> str | None:
        """The text that one call passes, where it is written there; its file need not be read for it."""
        summary, own = self._reader.code.summary(call.path), self._reader.code.summary(path)
        function = own.definitions[number] if own is not None else None
        if summary is None or not isinstance(function, Function) or call.applied or call.skipped or call.handed:
            return None
        return written_text(function, summary.calls[call.number], name)

    def _argument(self, call: Later, callee: str, number: int, name: str) -> Flow | None:
        """The text that one call passes."""
        given = self._given(call, callee, number, name)
        return self._reader.text(given.expression, given.at) if given is not None else None

    def _given(self, call: Later, callee: str, number: int, name: str) -> Lazy | None:
        """The expression that one call passes."""
        path = call.path
        summary = self._reader.code.summary(path)
        index = self._reader.index(path)
        node = index.call(summary.calls[call.number]) if summary is not None and index is not None else None
        statement: ast.stmt | None = index.statement(node) if index is not None and node is not None else None
        if node is None or statement is None:
            return None
        at = surroundings(self._reader, node, At(path, statement, frame=self._frame(call.handed, statement, index)))
        frame = bind(self._reader, _direct(node, call), Symbol(SymbolKind.FUNCTION, "", callee, number), at)
        return frame.arguments.get(name) if frame is not None else None

    def _frame(self, handed: Later | None, statement: ast.stmt, index: FileIndex | None) -> Frame | None:
        """The call of the function around a statement that hands it what it calls there."""
        summary = self._reader.code.summary(handed.path) if handed is not None else None
        outer = self._reader.index(handed.path) if handed is not None else None
        function = index.function(statement) if index is not None else None
        if handed is None or summary is None or outer is None or index is None or function is None:
            return None
        node = outer.call(summary.calls[handed.number])
        there = outer.statement(node) if node is not None else None
        if node is None or there is None:
            return None
        symbol = Symbol(SymbolKind.FUNCTION, "", index.path, index.definition_index(function))
        at = surroundings(self._reader, node, At(handed.path, there))
        return bind(self._reader, _direct(node, handed), symbol, at)

    def _calls(self, path: str, number: int) -> tuple[list[Later], bool]:
        """Calls of a function outside tests, and whether these are all."""
        code = self._reader.code
        summary = code.summary(path)
        if summary is None:
            return [], False
        key = path, number
        if key not in self._known:
            self._known[key] = self._found(path, number, summary)
        return self._known[key]

    def _found(self, path: str, number: int, summary: Summary) -> tuple[list[Later], bool]:
        code = self._reader.code
        definition = summary.definitions[number]
        symbol = Symbol(SymbolKind.FUNCTION, code.symbol(path, number), path, number)
        if self._uses is None:
            self._uses = Uses(code)
        called, name = [symbol], definition.name
        around = summary.definitions[definition.scope] if definition.scope >= 0 else None
        if name == "__init__" and isinstance(around, Class):
            # To construct an object, of the class or of one below it, is to call it.
            owner = Symbol(SymbolKind.CLASS, code.symbol(path, definition.scope), path, definition.scope)
            below = [each for each in code.descendants(owner) if self._constructs(each, symbol)]
            called, name = [symbol, owner, *below], around.name
        elif isinstance(around, Class):
            called = [symbol, *self._stands_in_for(path, definition.scope, name)]
        sites = [site for each in called for site in code.callers(each) if code.files[site[0]].scope in RUNNING]
        if isinstance(around, Class) and name == definition.name and isinstance(definition, Function):
            sites += self._by_name(name, definition)
        found = [Later(path, number, Name(name)) for path, number in dict.fromkeys(sites)]
        found += [each for each in self._uses.later.get(name, ()) if self._is(each, symbol)]
        handed, complete = self._handed(name, called)
        found += handed
        if len(found) > MOST_LISTED:
            return found[:MOST_CALLERS], False
        method = isinstance(around, Class) and name == definition.name
        if method and isinstance(definition, Function):
            by_keywords = self._by_keywords(name, definition)
            if by_keywords:
                return (found + [each for each in by_keywords if each not in found])[:MOST_CALLERS], False
        return found, bool(found) and complete and self._all(name, called, {*sites}, method=method)

    def _stands_in_for(self, path: str, scope: int, name: str) -> list[Symbol]:
        """The methods without a body of classes above that one of this name is called in place of."""
        code = self._reader.code
        owner = Symbol(SymbolKind.CLASS, code.symbol(path, scope), path, scope)
        found: dict[tuple[str, int], Symbol] = {}
        for above in code.ancestors(owner)[1:]:
            method = code.member(above, name) if above.kind is SymbolKind.CLASS else above
            summary = code.summary(method.path) if method.kind is SymbolKind.FUNCTION and not method.rest else None
            definition = summary.definitions[method.index] if summary is not None else None
            if isinstance(definition, Function) and definition.stub:
                found[method.path, method.index] = method
        return [
            *found.values(),
            *(each for each in self._promised(owner, name) if (each.path, each.index) not in found),
        ]

    def _promised(self, owner: Symbol, name: str) -> list[Symbol]:
        """The methods of that name of the protocols that a class fits by what it has, without being below them."""
        code = self._reader.code
        found = []
        for method in methods_of(code, name)[:MOST_PROTOCOLS]:
            summary = code.summary(method.path)
            definition = summary.definitions[method.index] if summary is not None else None
            if summary is None or not isinstance(definition, Function) or not definition.stub:
                continue
            promise = Symbol(
                SymbolKind.CLASS, code.symbol(method.path, definition.scope), method.path, definition.scope
            )
            inside = [
                each for each in summary.definitions if each.scope == promise.index and isinstance(each, Function)
            ]
            fits = all(code.member(owner, each.name).kind is SymbolKind.FUNCTION for each in inside)
            if promise.index >= 0 and fits and promise.name != owner.name and code.is_a(promise, PROTOCOLS):
                found.append(method)
        return found

    def _constructs(self, below: Symbol, init: Symbol) -> bool:
        """A class below inherits the constructor."""
        found = self._reader.code.member(below, "__init__")
        return (found.path, found.index) == (init.path, init.index)

    def _by_name(self, name: str, function: Function) -> list[tuple[str, int]]:
        """Calls of a method, whose name few classes of the project have and no library, of objects of which nothing is known."""
        others = self._uses.calls.get(name, ()) if self._uses is not None else ()
        if not others or len(others) > MOST_OTHERS or not methods_named(self._reader.code, name):
            return []
        found = []
        for path, number in others:
            summary = self._reader.code.summary(path)
            if summary is None or self._reader.code.files[path].scope not in RUNNING:
                continue
            callee = summary.calls[number].callee
            on_object = not isinstance(callee, Name) or "." in callee.dotted
            unknown = (SymbolKind.UNKNOWN, SymbolKind.PARAMETER, SymbolKind.VARIABLE)
            if (
                on_object
                and self._reader.code.callee(path, number).kind in unknown
                and takes(function, summary.calls[number])
            ):
                found.append((path, number))
        return found

    def _by_keywords(self, name: str, function: Function) -> list[Later]:
        """Calls of a method of that name, of objects of which nothing is known, that name its parameters one by one:
        `controller.delete(session=session, query=query)`."""
        needed = {each.name for each in function.parameters[1:] if each.default is None}
        known = {each.name for each in function.parameters[1:]}
        others = self._uses.calls.get(name, ()) if self._uses is not None and len(needed) > 1 else ()
        found = []
        for path, number in others if len(others) <= MOST_OTHERS else ():
            summary = self._reader.code.summary(path)
            call = summary.calls[number] if summary is not None else None
            given = {each for each, _ in call.keywords} if call is not None and not call.arguments else set()
            if call is None or not needed <= given <= known or self._reader.code.files[path].scope not in RUNNING:
                continue
            if self._reader.code.callee(path, number).kind in (SymbolKind.UNKNOWN, SymbolKind.PARAMETER):
                found.append(Later(path, number, Name(name)))
        return found

    def _all(self, name: str, called: list[Symbol], sites: set[tuple[str, int]], *, method: bool) -> bool:
        """No other call of this name can be one of the function: each is known to be of something else."""
        home = self._reader.code.summary(called[0].path)
        known = home.definitions[called[0].index] if home is not None else None
        function = known if isinstance(known, Function) else None
        others = [each for each in self._uses.calls.get(name, ()) if each not in sites] if self._uses else []
        if len(others) > MOST_OTHERS:
            return False
        for path, number in others:
            found = self._reader.code.callee(path, number)
            summary = self._reader.code.summary(path)
            callee = summary.calls[number].callee if summary is not None else None
            dotted_ = not isinstance(callee, Name) or "." in callee.dotted
            if found.kind is SymbolKind.UNKNOWN and (method or not dotted_):
                if summary is not None and function is not None and not takes(function, summary.calls[number]):
                    continue
                return False
            if any((found.path, found.index) == (each.path, each.index) for each in called) and found.path:
                return False
        return True

    def _handed(self, name: str, called: list[Symbol]) -> tuple[list[Later], bool]:
        """Calls by functions of the project that are handed the function: `run_daily(job)`; and whether each such use is known."""
        uses = self._uses.values.get(name, []) if self._uses is not None else []
        if len(uses) > MOST_OTHERS:
            return [], False
        found: list[Later] = []
        complete = True
        later = {(each.path, each.number) for each in self._uses.later.get(name, ())} if self._uses else set()
        for use in uses:
            held = self._reader.code.resolve_value(use.path, use.value, use.scope, use.line)
            if held.kind is SymbolKind.UNKNOWN and isinstance(use.value, Name) and "." not in use.value.dotted:
                continue
            if held.kind is not SymbolKind.UNKNOWN and not any(
                (held.kind, held.path, held.index) == (each.kind, each.path, each.index) for each in called
            ):
                continue
            if (use.path, use.call) in later:
                continue
            inside = self._called_back(use) if held.kind is not SymbolKind.UNKNOWN else None
            complete = complete and inside is not None
            found += inside or []
        return found, complete

    def _called_back(self, use: Handed) -> list[Later] | None:
        """Where a function of the project calls what it is handed; None where it may do anything else with it."""
        code = self._reader.code
        callee = code.callee(use.path, use.call) if use.call >= 0 else None
        handing, at = self._handing(use), use.position
        if handing is not None and handing.skipped:
            # `executor.submit(run_daily, job)` calls `run_daily(job)`.
            outer = code.summary(use.path)
            call = outer.calls[use.call] if outer is not None else None
            callee = code.resolve_value(use.path, handing.function, call.scope, call.line) if call is not None else None
            at -= handing.skipped
        summary = code.summary(callee.path) if callee is not None and callee.kind is SymbolKind.FUNCTION else None
        if callee is None or summary is None or callee.rest:
            return None
        function = summary.definitions[callee.index]
        names = [each.name for each in getattr(function, "parameters", ())]
        if names[:1] in (["self"], ["cls"]):
            names = names[1:]
        name = use.keyword or (names[at] if 0 <= at < len(names) else "")
        found: list[Later] = []
        for number, call in enumerate(summary.calls):
            if call.scope != callee.index:
                continue
            if call.callee == Name(name):
                found.append(Later(callee.path, number, Name(name), handed=handing))
            elif Name(name) in call.arguments:
                position = call.arguments.index(Name(name))
                if RUNNERS.get(last_of(call.callee)) != position:
                    return None
                found.append(Later(callee.path, number, Name(name), skipped=position + 1, handed=handing))
        return found or None

    def _handing(self, use: Handed) -> Later | None:
        """The call that hands a function over, with what it calls itself."""
        summary = self._reader.code.summary(use.path)
        call = summary.calls[use.call] if summary is not None and use.call >= 0 else None
        if call is None:
            return None
        position = RUNNERS.get(last_of(call.callee), -1)
        if 0 <= position < use.position and isinstance(call.arguments[position], Name):
            return Later(use.path, use.call, call.arguments[position], skipped=position + 1)
        return Later(use.path, use.call, call.callee)

    def _is(self, later: Later, symbol: Symbol) -> bool:
        code = self._reader.code
        summary = code.summary(later.path)
        if summary is None or code.files[later.path].scope not in RUNNING:
            return False
        call = summary.calls[later.number]
        found = code.resolve_value(later.path, later.function, call.scope, call.line)
        return found.kind is SymbolKind.FUNCTION and (found.path, found.index) == (symbol.path, symbol.index)


def _direct(node: ast.Call, call: Later) -> ast.Call:
    """The call as if the function were called here."""
    if call.skipped:
        return ast.copy_location(ast.Call(func=node.func, args=node.args[call.skipped :], keywords=node.keywords), node)
    if not call.applied:
        return node
    named = {each.arg: each.value for each in node.keywords}
    given = named.get("args") or (node.args[0] if node.args else None)
    keywords = named.get("kwargs") or (node.args[1] if len(node.args) > 1 else None)
    made = ast.Call(func=node.func, args=[], keywords=[])
    if isinstance(given, ast.List | ast.Tuple):
        made.args = given.elts
    if isinstance(keywords, ast.Dict):
        made.keywords = [
            ast.keyword(arg=key.value, value=value)
            for key, value in zip(keywords.keys, keywords.values, strict=True)
            if isinstance(key, ast.Constant) and isinstance(key.value, str)
        ]
    return ast.copy_location(made, node)
