"""A call in, what it gives a caller who presents nothing out: project functions are entered, those of libraries stand in tables."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from readiness.libraries.access.arguments import Arguments, status_of
from readiness.libraries.access.carriers import of_nothing, of_text
from readiness.libraries.access.exits import Exit, Refused, Role, State
from readiness.libraries.access.expressions import Expressions
from readiness.libraries.access.patterns import matched
from readiness.libraries.access.values import (
    ABSENT,
    DENIED,
    TRACED,
    UNKNOWN_VALUE,
    USER,
    Answer,
    Carrier,
    Code,
    Error,
    Guarded,
    Handler,
    Instance,
    Items,
    Outside,
    Parent,
    Response,
    Seen,
    Table,
    Type,
    known,
    of,
    reliant,
    traced,
)
from readiness.libraries.access.vocabulary import (
    ABORT_PACKAGES,
    ABORTING,
    CARRIERS,
    CASTS,
    COMPARING,
    ERROR_STATUSES,
    RAISING,
    RAISING_WHEN,
    REDIRECT,
    REDIRECTS,
    RESPONSE_STATUSES,
    SPLITTING,
    WRAPPING,
    Demand,
    demand_of,
    is_error,
    last_of,
    package_of,
)
from readiness.model import SymbolKind

if TYPE_CHECKING:
    from readiness.libraries.access.evaluation import Evaluation

COPYING = frozenset(
    {"list", "tuple", "set", "frozenset", "sorted", "str", "int", "dict", "bytes", "reversed", "iter", "next"}
)
CREDENTIALS = frozenset({"headers", "cookies", "session", "user"})
"""Carriers that say who is calling to whatever is given them."""
DENYING = frozenset(
    {"handle_no_permission", "permission_denied", "no_permissions_fail", "unauthorized", "not_authorized"}
)
"""Methods of library classes by which a view turns a caller away."""
PASSING_ON = frozenset(
    {"dispatch", "initial", "process_request", "setup", "dispatch_request", "prepare", "get_response"}
)


class Calls:
    """Evaluates calls."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self._handed: list[Arguments] | None = None

    def watched(self, run: Callable[[], object]) -> list[Arguments]:
        """What the handler is called with while something runs."""
        before, self._handed = self._handed, []
        try:
            run()
            return self._handed
        finally:
            self._handed = before

    def of(self, node: ast.Call, around: Expressions, state: State) -> Seen:
        """The value of a call. Raises Refused where it surely raises."""
        found = self._of(node, around, state)
        if found.identity and found.truth is None:
            around.flow.traced += 1
        return found

    def _of(self, node: ast.Call, around: Expressions, state: State) -> Seen:
        function = node.func
        if isinstance(function, ast.Name) and function.id == "super" and "super" not in state.names:
            return self.evaluation.members.parent(around.place, state)
        arguments = self._arguments(node, around, state)
        if isinstance(function, ast.Attribute):
            found = self._method(node, function, arguments, around, state)
            if found is not None:
                return found
        callee = around.of(function, state)
        return self.call(callee, arguments, around, node.lineno)

    @staticmethod
    def _arguments(node: ast.Call, around: Expressions, state: State) -> Arguments:
        positional = [around.of(each, state) for each in node.args]
        keywords = {each.arg or "": around.of(each.value, state) for each in node.keywords}
        return Arguments(positional, keywords)

    # methods

    def _method(
        self, node: ast.Call, function: ast.Attribute, arguments: Arguments, around: Expressions, state: State
    ) -> Seen | None:
        """A method of a carrier, of a text, of nothing; None where the callee has to be looked at."""
        value = around.of(function.value, state)
        name = function.attr
        if (
            self._is_module(function.value, state)
            and not isinstance(value.thing, Carrier | Instance | Items | Table)
            and not (value.identity or value.known)
        ):
            return None
        match value.thing:
            case Carrier(kind="arguments") if name == "get":
                return self.evaluation.carriers.item(Carrier("request"), arguments.first().constant)
            case Carrier() as carrier:
                found = self.evaluation.carriers.called(carrier, name, arguments.positional)
                return found if found is not None else around.attribute(value, name)
            case Parent() as parent:
                if name == "__init__" and "auto_error" in arguments.keywords:
                    # Whether FastAPI's class, which is the base, turns away who presents nothing.
                    state.bind("self.auto_error", arguments.keywords["auto_error"])
                return self._of_parent(parent, name, arguments, around, node.lineno)
            case Instance():
                member = self.evaluation.members.of(value, name, around.place.depth, called=True)
                if isinstance(member.thing, Code | Instance | Type | Handler):
                    return reliant(self.call(member, arguments, around, node.lineno), asked=value.identity)
                if name in DENYING:
                    return self._denied(name, node.lineno)
                given = self._inherited(value.thing, name)
                if given is not None:
                    return given
                return self._of_unknown(value, name, arguments, around)
            case Type():
                member = self.evaluation.members.of(value, name, around.place.depth, called=True)
                if isinstance(member.thing, Code):
                    return reliant(self.call(member, arguments, around, node.lineno), asked=value.identity)
                return self._of_unknown(value, name, arguments, around)
            case Outside() as outside:
                named = Outside(f"{outside.name}.{name}", outside.made, outside.lenient)
                return self._outside(named, arguments, around, node.lineno)
            case Guarded() as guard if (given := self.given_for(f"{guard.name}.{name}")) is not None:
                return given
            case Table() as table if name == "get" and arguments.positional:
                found = table.at(arguments.positional[0])
                given = arguments.positional[1] if len(arguments.positional) > 1 else found
                return given if found.known and found.constant is None else found
            case Items() | Table():
                return traced(value, *arguments.all)
            case Answer():
                return value
            case _:
                pass
        if value.known and isinstance(value.constant, str):
            return of_text(value.constant, name, arguments.positional, identity=value.identity)
        if value.known and value.constant is None and value.identity:
            return of_nothing(name)
        if isinstance(function.value, ast.Name | ast.Attribute) and not value.identity and value.thing is None:
            typed = self.evaluation.names.method(around.place, ast.unparse(function), node.lineno)
            if typed is not None:
                return self.call(typed, arguments, around, node.lineno)
        return self._of_unknown(value, name, arguments, around)

    def _is_module(self, node: ast.expr, state: State) -> bool:
        """A chain of names that nothing binds around here: a module, a class or an object of the module."""
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and node.id not in state.names

    def _of_unknown(self, value: Seen, name: str, arguments: Arguments, around: Expressions) -> Seen:
        if name in DENYING:
            return of(Response(403))
        if name == "get_response":
            return of(Answer())
        if value.identity:
            return TRACED
        return self._given(arguments)

    def _of_parent(self, parent: Parent, name: str, arguments: Arguments, around: Expressions, line: int) -> Seen:
        member = self.evaluation.members.of(of(parent), name, around.place.depth, called=True)
        if isinstance(member.thing, Code):
            found = self.call(member, arguments, around, line)
            return of(Answer()) if name in PASSING_ON and not isinstance(found.thing, Response | Guarded) else found
        if isinstance(member.thing, Guarded):
            return member
        if member.truth is not None or member.identity:
            return member
        return of(Answer()) if name in PASSING_ON else self._given(arguments)

    # what is called

    def call(self, callee: Seen, arguments: Arguments, around: Expressions, line: int) -> Seen:
        """The value of a call of something."""
        evaluation, depth = self.evaluation, around.place.depth
        match callee.thing:
            case Handler():
                if self._handed is not None:
                    self._handed.append(arguments)
                return of(Answer())
            case Code() as code:
                return self._entered(code, arguments, around, line)
            case Type() as kind:
                return evaluation.members.made(kind, arguments, depth)
            case Instance():
                operator = evaluation.members.of(callee, "__call__", depth, called=True)
                if isinstance(operator.thing, Code):
                    return self._entered(operator.thing, arguments, around, line)
                return self._given(arguments)
            case Outside() as outside:
                return self._outside(outside, arguments, around, line)
            case Guarded():
                return callee
            case Error() as error:
                return of(self._error(error, arguments))
            case _:
                around_one = arguments.positional if len(arguments.all) == 1 else []
                if any(isinstance(each.thing, Code) for each in around_one):
                    return around_one[0]  # an unknown decorator around a wrapper of the project
                return TRACED if callee.identity else self._given(arguments)

    def _entered(self, code: Code, arguments: Arguments, around: Expressions, line: int) -> Seen:
        """A function of the project: what it gives back, or what it surely raises."""
        if around.place.depth >= self.evaluation.deepest:
            self.evaluation.cut = True
            return traced(*arguments.all)
        if code.node is None and around.flow.role is Role.HANDLER and self.evaluation.guarded(code):
            # What a handler hands on to may have guards of its own.
            return of(Guarded(self.evaluation.project.symbol(code.path, code.index)))
        outcome = self.evaluation.run(code, arguments, Role.VALUE, around.place.depth + 1)
        if not outcome.returns and outcome.raises:
            first = next((each for each in outcome.raises if each.asks), outcome.raises[0])
            raise Refused(Exit(True, first.value, first.asks, line, first.by_status))
        around.flow.pending.extend(
            Exit(True, each.value, each.asks, line, each.by_status) for each in outcome.raises if each.asks
        )
        value = outcome.value
        return self.evaluation.members.promised(code, value) if value.thing is None and not value.known else value

    def _given(self, arguments: Arguments) -> Seen:
        """What something that is not known makes of its arguments."""
        values = arguments.all
        if any(
            each.identity or (isinstance(each.thing, Carrier) and each.thing.kind in CREDENTIALS) for each in values
        ):
            return TRACED
        if any(isinstance(each.thing, Handler | Answer) for each in values):
            return next(each for each in values if isinstance(each.thing, Handler | Answer))
        status = status_of(arguments)
        return of(Response(status)) if status >= 300 else UNKNOWN_VALUE

    # other packages

    def _outside(self, outside: Outside, arguments: Arguments, around: Expressions, line: int) -> Seen:
        name, last, package = outside.name, last_of(outside.name), package_of(outside.name)
        built = self._builtin(name, arguments) if "." not in name else None
        if built is not None:
            return built
        given = self.given_for(name)
        if given is not None:
            if given is DENIED and self._raises(package, arguments):
                raise Refused(Exit(True, of(Error("", 403)), asks=True, line=line))
            return given
        if last in ABORTING and package in ABORT_PACKAGES:
            given = arguments.first()
            status = given.thing.status if isinstance(given.thing, Response) else given.constant
            raise Refused(
                Exit(
                    True,
                    of(Error("HTTPException", status if isinstance(status, int) else 0)),
                    status == 401,
                    line,
                    by_status=status == 401,
                )
            )
        if last in RAISING.get(package, ()) and not self._lenient(arguments):
            raise Refused(Exit(True, of(Error("")), asks=True, line=line))
        if last in REDIRECTS:
            return of(Response(REDIRECT))
        if last == SPLITTING:
            return of(Items((known("", identity=True), known("", identity=True))), identity=True)
        if last in COMPARING:
            return DENIED if any(each.identity for each in arguments.all) else UNKNOWN_VALUE
        if last in ("LocalProxy", "SimpleLazyObject", "lazy") and arguments.positional:
            return self.call(arguments.first(), Arguments([], {}), around, line)
        if package == "re" and last in ("match", "search", "fullmatch"):
            return matched(last, arguments)
        demand = demand_of(name)
        if demand in (Demand.PUBLIC, Demand.READ_ONLY):
            return of(Outside(name, made=True))
        if demand is not None and demand is not Demand.NOTHING:
            return self._demanding(outside, arguments)
        if last in CASTS and len(arguments.positional) == 2:
            return arguments.positional[1]
        if last in WRAPPING:
            if last == "wraps" and not outside.made:
                return of(Outside(name, made=True))  # it is called with the wrapper: `wraps(view)(inner)`
            return next((each for each in arguments.positional if each.thing is not None), UNKNOWN_VALUE)
        if is_error(name):
            return of(self._error(Error(last, ERROR_STATUSES.get(last, 0)), arguments))
        return self._response(last, arguments)

    def _inherited(self, instance: Instance, name: str) -> Seen | None:
        """What a method of another package's class gives a stranger, of which this is an object: `permission.can()`."""
        for each in self.evaluation.members.ancestors(instance.symbol):
            if each.kind is SymbolKind.EXTERNAL and (given := self.given_for(f"{each.name}.{name}")) is not None:
                return given
        return None

    @staticmethod
    def _raises(package: str, arguments: Arguments) -> bool:
        """A test that is told to raise: `enforcer.authorize(rule, target, credentials, do_raise=True)`."""
        said = arguments.keywords.get(RAISING_WHEN.get(package, ""))
        return said is not None and said.constant is True

    @staticmethod
    def given_for(name: str) -> Seen | None:
        """What a function of another package that tells who is calling gives a stranger; None for any other."""
        return {"nobody": ABSENT, "somebody": USER, "denied": DENIED}.get(CARRIERS.get(name, ""))

    def _demanding(self, outside: Outside, arguments: Arguments) -> Seen:
        """A guard of a library: around the handler it guards it, with other arguments it is a guard itself."""
        if self._lenient(arguments) or outside.lenient:
            return ABSENT
        return of(Guarded(outside.name))

    @staticmethod
    def _lenient(arguments: Arguments) -> bool:
        optional, automatic = arguments.keywords.get("optional"), arguments.keywords.get("auto_error")
        return (optional is not None and optional.constant is True) or (
            automatic is not None and automatic.constant is False
        )

    def _response(self, last: str, arguments: Arguments) -> Seen:
        status = status_of(arguments) or RESPONSE_STATUSES.get(last, 0)
        if status:
            return of(Response(status))
        return of(Response()) if last.endswith("Response") else self._given(arguments)

    @staticmethod
    def _error(error: Error, arguments: Arguments) -> Error:
        response = arguments.keywords.get("response", UNKNOWN_VALUE).thing
        given = response.status if isinstance(response, Response) else 0
        return Error(error.name, status_of(arguments) or given or error.status, error.asks)

    @staticmethod
    def _denied(name: str, line: int) -> Seen:
        if name == "permission_denied":
            raise Refused(Exit(True, of(Error("PermissionDenied", 403)), asks=False, line=line))
        return of(Response(403))

    def _builtin(self, name: str, arguments: Arguments) -> Seen | None:
        first = arguments.first()
        match name:
            case "bool":
                return (
                    Seen(UNKNOWN_VALUE.constant, first.truth, first.identity)
                    if first.truth is None
                    else known(first.truth, identity=first.identity)
                )
            case "isinstance" | "issubclass" if first.identity:
                return self._instance_of(first, arguments)
            case "hasattr":
                return self._has(first, arguments) if isinstance(first.thing, Carrier | Instance) else UNKNOWN_VALUE
            case "getattr" if len(arguments.positional) > 1:
                wanted = arguments.positional[1].constant
                if not isinstance(wanted, str):
                    return traced(first)
                found = self.evaluation.attribute(first, wanted)
                default = arguments.positional[2] if len(arguments.positional) > 2 else None
                if default is not None and isinstance(first.thing, Instance):
                    return default if self.evaluation.members.has(first.thing, wanted) is False else found
                if found is ABSENT and default is not None and default.known:
                    return known(default.constant, identity=True)
                return found
            case "len" if first.known and first.identity:
                return known(0, identity=True)
            case "len" if first.known and isinstance(first.constant, str):
                return known(len(first.constant), identity=first.identity)
            case "type" if isinstance(first.thing, Instance):
                return of(Type(first.thing.symbol, first.thing.names))
            case "any" | "all":
                return self._quantified(name, first)
            case _ if name in COPYING:
                return first if first.thing is not None or first.known else traced(first)
        return None

    def _has(self, carrier: Seen, arguments: Arguments) -> Seen:
        wanted = arguments.positional[1].constant if len(arguments.positional) > 1 else None
        if isinstance(carrier.thing, Instance):
            found = self.evaluation.members.has(carrier.thing, wanted) if isinstance(wanted, str) else None
            return known(found) if found is not None else UNKNOWN_VALUE
        if isinstance(carrier.thing, Carrier) and carrier.thing.kind == "state":
            return DENIED
        return known(True) if wanted in ("user", "session") else UNKNOWN_VALUE

    @staticmethod
    def _instance_of(value: Seen, arguments: Arguments) -> Seen:
        kind = arguments.positional[1].thing if len(arguments.positional) > 1 else None
        if isinstance(value.thing, Carrier):
            anonymous = isinstance(kind, Outside) and last_of(kind.name).startswith(("Anonymous", "Unauthenticated"))
            return known(anonymous, identity=True)
        return DENIED if value.known and value.constant is None else TRACED

    @staticmethod
    def _quantified(name: str, value: Seen) -> Seen:
        thing = value.thing
        if not isinstance(thing, Items):
            return traced(value)
        ending = name == "any"
        truths = [each.truth for each in thing.items]
        identity = value.identity or any(each.identity for each in thing.items)
        if thing.complete and ending in truths:
            return known(ending, identity=identity)
        if truths and all(each is (not ending) for each in truths):
            return known(not ending, identity=identity)
        if not thing.complete and truths and all(each is not None for each in truths) and identity:
            return known(truths[0] is True, identity=True)
        return Seen(identity=identity)
