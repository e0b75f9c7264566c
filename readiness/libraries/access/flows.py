"""The statements of a function in, the ways in which it ends for a caller who presents nothing out.

A condition that is known takes one branch; any other takes both. Where a branch that was taken because of who is calling surely
turns the caller away, it is the one that such a caller takes, and the other is left out.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence

from readiness.languages.python.walking import walk
from readiness.libraries.access.exits import (
    UNAUTHORIZED,
    Exit,
    Refused,
    Role,
    State,
    answered,
    clear,
    ending,
    merged,
    refuses,
    strong,
)
from readiness.libraries.access.values import (
    TRACED,
    UNKNOWN_VALUE,
    Answer,
    Error,
    Guarded,
    Items,
    Outside,
    Response,
    Seen,
    of,
)
from readiness.libraries.access.vocabulary import ERROR_STATUSES, STATUS_NAMES, is_error, last_of

RAISED = "except"
"""Stands among the names for the exception that is being handled; no name can be spelled so."""
TRANSPORT = frozenset(
    {
        "RequestException", "ConnectionError", "ConnectTimeout", "ReadTimeout", "Timeout", "TimeoutError", "RequestError",
        "TransportError", "ConnectError", "TimeoutException", "ClientConnectionError", "ClientConnectorError", "OSError",
        "NewConnectionError", "MaxRetryError", "URLError",
    }
)  # fmt: skip
"""Errors of requests, httpx, aiohttp and urllib for a service that cannot be reached, and those of the system."""
COPIES = 12
"""Conditions of one function whose branches are followed to its end, each apart."""


Evaluate = Callable[[ast.expr, State], Seen]


class Flow:
    """Runs the body of one function."""

    def __init__(self, role: Role, evaluate: Evaluate, error_types: Callable[[ast.expr], tuple[str, ...]]) -> None:
        self.role = role
        self.evaluate = evaluate
        self.error_types = error_types
        """Names of the exceptions that an expression behind `except` names, their bases included."""
        self.pending: list[Exit] = []
        """Ways in which a call that was made on the way may raise."""
        self.defines: Callable[[ast.stmt, State], None] = lambda _statement, _state: None
        self.copies = 0
        """How often what follows a condition was run for one of its branches."""
        self.traced = 0
        """Values made of who is calling that were come by."""

    def run(self, body: Sequence[ast.stmt], state: State) -> list[Exit]:
        """Every way out of a body, its end included."""
        exits: list[Exit] = []
        end = self.block(body, state, exits, ())
        if end is not None:
            exits.append(ending(end))
        return exits

    def block(
        self, body: Sequence[ast.stmt], state: State, exits: list[Exit], tail: Sequence[ast.stmt] | None = None
    ) -> State | None:
        """Run statements; None where none of the ways goes on behind them.

        `tail` is what the function runs behind the block, to its end: a condition that ends one of its branches here takes it in,
        and then nothing goes on. None where what follows is not so simple, as behind a `try` or a loop.
        """
        current: State | None = state
        for number, statement in enumerate(body):
            if current is None:
                return None
            rest = None if tail is None else (*body[number + 1 :], *tail)
            try:
                if isinstance(statement, ast.If):
                    current = self._if(statement, rest, current, exits)
                elif isinstance(statement, ast.With | ast.AsyncWith):
                    self._with(statement, current)
                    current = self.block(statement.body, current, exits, rest)
                else:
                    current = self._statement(statement, current, exits)
            except Refused as refused:
                decided = current is not None and current.decided
                given = refused.exit
                exits.append(
                    Exit(True, given.value, given.asks or decided, statement.lineno, given.by_status and not decided)
                )
                current = None
            self._drain(exits)
        return current

    def _drain(self, exits: list[Exit]) -> None:
        exits.extend(self.pending)
        self.pending.clear()

    # conditions

    def _if(self, statement: ast.If, rest: Sequence[ast.stmt] | None, state: State, exits: list[Exit]) -> State | None:
        """Run a condition; where a branch ends the function, what follows belongs to the other one."""
        test = self.evaluate(statement.test, state)
        self._drain(exits)
        if test.truth is not None:
            taken, other = (statement.body, statement.orelse) if test.truth else (statement.orelse, statement.body)
            after = self.block(taken, state.copy(asked=test.identity), exits, rest)
            if after is not None:
                after.asked = state.asked
                after.left = after.left or (test.identity and (self._ends(other, state) or _only_way_on(other, rest)))
            return after
        first = self._way(statement.body, state, test, rest, branch=True)
        second = self._way(statement.orelse, state, test, rest, branch=False)
        if first.ended != second.ended and rest and self.copies < COPIES:
            self.copies += 1
            going = second if first.ended else first
            if going.state is not None:
                end = self.block(rest, going.state, going.exits, ())
                if end is not None:
                    going.exits.append(ending(end))
                going.state = None
        surely = [each for each in (first, second) if self._surely(each.exits, each.state, test)]
        if len(surely) == 1:
            exits.extend(surely[0].exits)
            return None
        exits.extend((*first.exits, *second.exits))
        after = merged((first.state, second.state), asked=test.identity)
        if after is not None:
            after.asked = state.asked
            after.left = state.left or (test.identity and first.ended != second.ended)
        return after

    def _ends(self, body: Sequence[ast.stmt], state: State) -> bool:
        """A block that does not go on behind its last statement; it was not run."""
        match body[-1] if body else None:
            case ast.If(body=yes, orelse=no):
                return self._ends(yes, state) and self._ends(no, state)
            case ast.With(body=inner) | ast.AsyncWith(body=inner):
                return self._ends(inner, state)
            case ast.Try(body=inner, handlers=handlers, orelse=otherwise, finalbody=final):
                return self._ends(final, state) or (
                    self._ends(otherwise or inner, state) and all(self._ends(each.body, state) for each in handlers)
                )
            case ast.Expr(value=ast.Call() as call):
                return self._surely_raises(call, state)
            case ast.Return() | ast.Raise() | ast.Continue() | ast.Break():
                return True
            case _:
                return False

    def _surely_raises(self, call: ast.Call, state: State) -> bool:
        """`abort(503)`, or a function of the project that does nothing else."""
        pending, traced = len(self.pending), self.traced
        try:
            self.evaluate(call, state.copy())
        except Refused:
            return True
        finally:
            # It is only tried: what it would do is not done.
            del self.pending[pending:]
            self.traced = traced
        return False

    def _way(
        self, body: Sequence[ast.stmt], state: State, test: Seen, rest: Sequence[ast.stmt] | None, *, branch: bool
    ) -> _Way:
        """One branch of a condition that is not known."""
        exits: list[Exit] = []
        tail = rest if self.copies < COPIES else None
        concerned = test.identity or test.partly is branch
        inside = state.copy(asked=concerned)
        inside.left = inside.left and concerned
        after = self.block(body, inside, exits, tail)
        return _Way(exits, after, after is None)

    def _surely(self, exits: Sequence[Exit], state: State | None, test: Seen) -> bool:
        """Every way of a branch turns the caller away, for who is calling."""
        if state is not None or not exits or test.partly is not None:
            return False
        if not all(refuses(each, self.role) for each in exits):
            return False
        if test.identity:
            return all(each.raises or self.role is Role.PREDICATE or clear(each) for each in exits)
        return all(strong(each) for each in exits)

    # statements

    def _statement(self, statement: ast.stmt, state: State, exits: list[Exit]) -> State | None:
        match statement:
            case ast.Return(value=value):
                found = self.evaluate(value, state) if value is not None else Seen(None, truth=False)
                found = of(Answer()) if state.handed else answered(found)
                exits.append(
                    Exit(False, found, state.decided or (found.identity and self._denies(found)), statement.lineno)
                )
                return None
            case ast.Raise():
                exits.append(self._raise(statement, state))
                return None
            case ast.Expr(value=ast.Yield(value=value) | ast.YieldFrom(value=value)):
                found = self.evaluate(value, state) if value is not None else UNKNOWN_VALUE
                exits.append(Exit(False, found, state.decided, statement.lineno))
                return state
            case ast.Expr(value=value):
                found = self.evaluate(value, state)
                if self.role is Role.HANDLER and isinstance(found.thing, Guarded):
                    # Its answer is not looked at: the guard before it turns the caller away by raising.
                    exits.append(Exit(True, of(Error("")), asks=True, line=statement.lineno))
                    return None
            case ast.Assign(targets=targets, value=value):
                found = self.evaluate(value, state)
                for target in targets:
                    self.assign(target, found, state)
            case ast.AnnAssign(target=target, value=value) if value is not None:
                self.assign(target, self.evaluate(value, state), state)
            case ast.AugAssign(target=target, value=value):
                found = self.evaluate(value, state)
                self.assign(target, TRACED if found.identity else UNKNOWN_VALUE, state)
            case ast.For() | ast.AsyncFor():
                return self._loop(statement, state, exits)
            case ast.While():
                return self._while(statement, state, exits)
            case ast.Try() | ast.TryStar():
                return self._try(statement, state, exits)
            case ast.Match():
                return self._match(statement, state, exits)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self.defines(statement, state)
            case ast.Continue() | ast.Break():
                return None
            case _:
                pass
        return state

    def _with(self, statement: ast.With | ast.AsyncWith, state: State) -> None:
        for item in statement.items:
            found = self.evaluate(item.context_expr, state)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, found, state)

    def _denies(self, value: Seen) -> bool:
        return isinstance(value.thing, Response)

    def _raise(self, statement: ast.Raise, state: State) -> Exit:
        again = state.names.get(RAISED, UNKNOWN_VALUE)
        found = self.evaluate(statement.exc, state) if statement.exc is not None else again
        if isinstance(found.thing, Outside) and is_error(found.thing.name):
            last = last_of(found.thing.name)
            found = of(Error(last, ERROR_STATUSES.get(last, 0)))
        if isinstance(found.thing, Error) and isinstance(statement.exc, ast.Name):
            found = of(Error(found.thing.name, self._status_set(statement.exc.id, state) or found.thing.status))
        by_status = isinstance(found.thing, Error) and (found.thing.asks or found.thing.status == UNAUTHORIZED)
        return Exit(True, found, state.decided or by_status, statement.lineno, by_status and not state.decided)

    @staticmethod
    def _status_set(name: str, state: State) -> int:
        """The status that an exception was given after it was made: `error.code = 401`; 0 for none."""
        given = [state.names[f"{name}.{each}"].constant for each in STATUS_NAMES if f"{name}.{each}" in state.names]
        return next((each for each in given if isinstance(each, int) and not isinstance(each, bool)), 0)

    def assign(self, target: ast.expr, value: Seen, state: State) -> None:
        """Bind what stands left of `=`."""
        match target:
            case ast.Name(id=name):
                state.bind(name, value)
            case ast.Attribute(value=ast.Name(id=holder), attr=name):
                state.bind(f"{holder}.{name}", value)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                thing = value.thing
                items = thing.items if isinstance(thing, Items) and thing.complete else ()
                for number, element in enumerate(elements):
                    if len(items) == len(elements):
                        self.assign(element, items[number], state)
                    else:
                        part = value if value.known and value.constant is None else Seen(identity=value.identity)
                        self.assign(element, part, state)
            case ast.Starred(value=inner):
                self.assign(inner, Seen(identity=value.identity), state)
            case _:
                pass

    def _loop(self, statement: ast.For | ast.AsyncFor, state: State, exits: list[Exit]) -> State | None:
        """A loop runs not at all or once; one over what is written out runs for each item."""
        over = self.evaluate(statement.iter, state)
        thing = over.thing
        items = thing.items if isinstance(thing, Items) and thing.complete and len(thing.items) <= 12 else None
        before = state.copy()
        turns = items if items is not None else (Seen(identity=over.identity),)
        current: State | None = state
        for item in turns:
            if current is None:
                break
            again = current.copy()
            self.assign(statement.target, item, current)
            inner: list[Exit] = []
            after = self.block(statement.body, current, inner)
            exits.extend(inner)
            current = after if after is not None or items is None else (again if not inner else None)
        left = [current] if items else [before, current]
        end = merged(left, asked=over.identity)
        if end is None and items is None:
            end = before
        return self.block(statement.orelse, end, exits) if end is not None and statement.orelse else end

    def _while(self, statement: ast.While, state: State, exits: list[Exit]) -> State | None:
        test = self.evaluate(statement.test, state)
        if test.truth is False:
            return self.block(statement.orelse, state, exits)
        before = state.copy()
        after = self.block(statement.body, state.copy(asked=test.identity), exits)
        return merged((before, after), asked=test.identity)

    def _match(self, statement: ast.Match, state: State, exits: list[Exit]) -> State | None:
        subject = self.evaluate(statement.subject, state)
        ends = [self.block(case.body, state.copy(asked=subject.identity), exits) for case in statement.cases]
        return merged((state, *ends), asked=subject.identity)

    # exceptions

    def _try(self, statement: ast.Try | ast.TryStar, state: State, exits: list[Exit]) -> State | None:
        before, traced = state.copy(), self.traced
        inner: list[Exit] = []
        after = self.block(statement.body, state, inner)
        caught: list[Exit] = []
        kept: list[Exit] = []
        for each in inner:
            (caught if each.raises and self._catches(statement.handlers, each) else kept).append(each)
        if after is not None and statement.orelse:
            after = self.block(statement.orelse, after, kept)
        may_fail = self.traced > traced
        if statement.handlers and (caught or may_fail):
            after = self._handled(statement.handlers, before, caught, _Way(kept, after, after is None), exits)
            if after is not None and caught and not kept and _gives(statement.body):
                after.left = after.left or any(each.asks for each in caught)
        else:
            exits.extend(kept)
        if statement.finalbody:
            after = self.block(statement.finalbody, after if after is not None else before, exits) and after
        return after

    def _handled(
        self,
        handlers: Sequence[ast.ExceptHandler],
        before: State,
        caught: Sequence[Exit],
        body: _Way,
        exits: list[Exit],
    ) -> State | None:
        """What the clauses do with what was raised, or with what may be for a caller who presents nothing."""
        asked = any(each.asks for each in caught) or not caught
        ways = []
        for handler in handlers:
            if caught and not any(self._catches([handler], each) for each in caught):
                continue
            mine: list[Exit] = []
            state = before.copy(asked=asked and not self._of_the_way(handler))
            # What may fail without anything that says so is no refusal when it is raised again.
            error = next((each.value for each in caught), of(Error("", 500)))
            state.names[RAISED] = error
            if handler.name:
                state.names[handler.name] = error
            after = self.block(handler.body, state, mine)
            ways.append(_Way(mine, after, after is None))
        surely = [each for each in ways if self._surely(each.exits, each.state, Seen(identity=asked))]
        certain = bool(caught) and body.ended and not body.exits
        if surely and (not certain or len(surely) == len(ways) or asked):
            for each in surely:
                exits.extend(each.exits)
            return None
        exits.extend(exit_ for each in (*ways, body) for exit_ in each.exits)
        after = merged([*(each.state for each in ways), body.state], asked=asked)
        if after is not None:
            after.asked = before.asked
        return after

    def _of_the_way(self, handler: ast.ExceptHandler) -> bool:
        """The clause is for another service that cannot be reached, which says nothing of who is calling."""
        names = self.error_types(handler.type) if handler.type is not None else []
        return bool(names) and all(each in TRANSPORT for each in names)

    def _catches(self, handlers: Iterable[ast.ExceptHandler], exit_: Exit) -> bool:
        error = exit_.error
        for handler in handlers:
            if handler.type is None:
                return True
            names = self.error_types(handler.type)
            if not {"Exception", "BaseException"}.isdisjoint(names):
                return True
            if error is None or not error.name or error.name in names:
                return True
        return False


class _Way:
    """One of several branches."""

    __slots__ = ("ended", "exits", "state")

    def __init__(self, exits: list[Exit], state: State | None, ended: bool) -> None:
        self.exits = exits
        self.state = state
        self.ended = ended


def _gives(statements: Sequence[ast.stmt]) -> bool:
    """A block gives something back: who is known leaves there."""
    return any(isinstance(each, ast.Return) for statement in statements for each in walk(statement))


def _only_way_on(other: Sequence[ast.stmt], rest: Sequence[ast.stmt] | None) -> bool:
    """A block that was left out holds all that the function gives back: behind it nothing but an exception follows."""
    following = next((each for each in rest or () if not isinstance(each, ast.Expr)), None)
    return isinstance(following, ast.Raise) and any(
        isinstance(each, ast.Return) and each.value is not None for statement in other for each in walk(statement)
    )
