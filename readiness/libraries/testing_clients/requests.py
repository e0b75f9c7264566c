"""Test files in; the requests that test clients send, with method and address, out."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.testing_clients.addresses import Addresses
from readiness.libraries.testing_clients.bindings import Given, bound_arguments
from readiness.libraries.testing_clients.clients import Certainty, Clients
from readiness.libraries.testing_clients.families import Families
from readiness.libraries.testing_clients.fixtures import Fixtures
from readiness.libraries.testing_clients.route_names import HOLE, Address, RouteName
from readiness.libraries.testing_clients.vocabulary import ADDRESS_NAMES, METHOD_FIRST, METHODS, PATH_FIRST, REVERSE
from readiness.model import Project, Scope, Symbol, SymbolKind
from readiness.model.summary import (
    Assignment,
    Call,
    CallRef,
    Comprehension,
    Constant,
    Function,
    Member,
    Name,
    Operation,
    Sequence,
    Starred,
    Summary,
    Value,
)
from readiness.model.summary import Mapping as Dictionary

ANY = ""
"""The method of a request whose method is not known."""

MOST_CALLERS = 2000
"""Calls of one helper that are looked at."""

WRAPPED = 3
"""Helpers around the call of the client."""

_SENDING = frozenset({*METHODS, *METHOD_FIRST, *PATH_FIRST})
_NO_ADDRESS = (Sequence, Dictionary, Comprehension)


class Request(Struct, frozen=True):
    """One request that a test sends."""

    path: str
    index: int
    """The call in the test, of the client or of a helper, into `Summary.calls`."""
    method: str
    """Of HTTP; empty where it is not known."""
    address: Address
    sure: bool
    """The client was recognised as one, not only by its name."""


class _Form(Struct, frozen=True):
    """How a call sends: which expressions are method and address."""

    methods: tuple[str, ...]
    method: Value | None
    address: Value
    sure: bool


class Requests:
    """Finds the requests of all test files."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self.fixtures = Fixtures(project)
        families = Families(project)
        self.clients = Clients(project, self.fixtures, families)
        self.addresses = Addresses(project, self.fixtures, families)
        self._seen: set[tuple[str, int]] = set()
        packages = {each.partition(".")[0] for each in REVERSE}
        self._reversing = frozenset(project.imports(*sorted(packages), scopes=(Scope.TEST,)))

    def each(self) -> Iterator[Request]:
        """Every request of every test."""
        for path in self._project.paths(Scope.TEST):
            summary = self._project.summary(path)
            if summary is not None:
                yield from self._of_file(path, summary)

    def _of_file(self, path: str, summary: Summary) -> Iterator[Request]:
        verbs = self._bound_verbs(path, summary)
        for index, call in enumerate(summary.calls):
            form = self._form(path, summary, call, verbs)
            if form is not None:
                yield from self._sent(path, index, call, form)

    def _form(
        self, path: str, summary: Summary, call: Call, verbs: dict[tuple[int, str], tuple[Value, bool]]
    ) -> _Form | None:
        """The method and the address of a call, where it is one of a client."""
        callee = call.callee
        if isinstance(callee, Name):
            receiver, _, last = callee.dotted.rpartition(".")
            if not receiver:
                verb = verbs.get((call.scope, last)) if verbs else None
                address = _address(call, 0) if verb else None
                return _Form((), verb[0], address, verb[1]) if verb and address is not None else None
            if last not in _SENDING:
                return None
            held: Value = Name(receiver)
        elif isinstance(callee, Member):
            last, held = callee.name, callee.value
            if last not in _SENDING:
                return None
        elif isinstance(callee, CallRef):
            return self._by_getattr(path, summary, call, callee)
        else:
            return None
        address = _address(call, 1 if last in METHOD_FIRST else 0)
        if address is None or not _may_be_address(address):
            return None
        certainty = self.clients.is_client(path, held, call.scope, call.line)
        if certainty is Certainty.NO and not self._named_address(path, address, call):
            return None
        sure = certainty is not Certainty.NAMED
        if last in METHODS:
            return _Form((METHODS[last],), None, address, sure)
        method = dict(call.keywords).get("method")
        if last in METHOD_FIRST:
            method = call.arguments[0] if call.arguments else method
            return _Form((), method, address, sure) if method is not None else None
        return _Form((), method, address, sure) if method is not None else _Form(("GET",), None, address, sure)

    def _named_address(self, path: str, address: Value, call: Call) -> bool:
        """The address is made from the name of a route, `client.get(reverse("users"))`: only a client is asked for one, whatever
        gave it."""
        if path not in self._reversing or isinstance(address, Constant):
            return False
        given = Given(path, address, call.scope, call.line)
        return any(isinstance(each, RouteName) for each in self.addresses.read(given))

    def _by_getattr(self, path: str, summary: Summary, call: Call, callee: CallRef) -> _Form | None:
        """`getattr(client, method)(address)`."""
        verb = self._verb(path, summary, summary.calls[callee.index])
        address = _address(call, 0)
        return _Form((), verb[0], address, verb[1]) if verb is not None and address is not None else None

    def _verb(self, path: str, summary: Summary, call: Call) -> tuple[Value, bool] | None:
        """The method that `getattr(client, method)` takes."""
        if call.callee != Name("getattr") or len(call.arguments) < 2:
            return None
        certainty = self.clients.is_client(path, call.arguments[0], call.scope, call.line)
        return (call.arguments[1], certainty is Certainty.YES) if certainty is not Certainty.NO else None

    def _bound_verbs(self, path: str, summary: Summary) -> dict[tuple[int, str], tuple[Value, bool]]:
        """Local names that are bound to a method of a client: `send = getattr(client, method)`."""
        found = {}
        for index, call in enumerate(summary.calls):
            if call.callee == Name("getattr") and call.scope >= 0:
                verb = self._verb(path, summary, call)
                for assignment in summary.assignments if verb is not None else ():
                    if assignment.value == CallRef(index) and _plain(assignment) and verb is not None:
                        found[assignment.scope, assignment.target] = verb
        return found

    def _sent(self, path: str, index: int, call: Call, form: _Form) -> Iterator[Request]:
        """The requests of one call: one for each row of parameters, and those of the callers of a helper."""
        plain = self._read(path, call, form, ())
        touched = self.addresses.touched | self._method_touched
        own = {name for where, scope, name in touched if where == path}
        owner = next((scope for where, scope, _ in touched if where == path), -1)
        if not touched or owner < 0:
            yield from self._requests(path, index, plain, form)
            return
        if self.fixtures.is_test(path, owner):
            rows = [row for row in self.fixtures.rows(path, owner) if own & {name for name, _ in row}]
            if not rows:
                yield from self._requests(path, index, plain, form)
            seen = set()
            for row in rows:
                for request in self._requests(path, index, self._read(path, call, form, row), form):
                    if (request.method, request.address) not in seen:
                        seen.add((request.method, request.address))
                        yield request
            return
        wrapped = list(self._wrapped(path, owner, call, form, WRAPPED, ()))
        yield from wrapped or self._requests(path, index, plain, form)

    def _wrapped(
        self, path: str, owner: int, call: Call, form: _Form, depth: int, names: tuple[tuple[str, Given], ...]
    ) -> Iterator[Request]:
        """What the callers of a helper ask it for."""
        summary = self._project.summary(path)
        function = summary.definitions[owner] if summary is not None else None
        if not isinstance(function, Function):
            return
        symbol = Symbol(SymbolKind.FUNCTION, self._project.symbol(path, owner), path, owner)
        for where, index in self._project.callers(symbol)[:MOST_CALLERS]:
            theirs = self._project.summary(where)
            if theirs is None or self._project.files[where].scope is not Scope.TEST:
                continue
            outer = theirs.calls[index]
            for row in self._rows_of(where, outer):
                here = Given(where, Constant(None), outer.scope, outer.line, row)
                bound = tuple(bound_arguments(here, outer, function))
                found = self._read(path, call, form, bound)
                deeper = self.addresses.touched | self._method_touched
                next_owner = next((scope for at, scope, _ in deeper if at == where), -1)
                if next_owner >= 0 and depth > 1 and not self.fixtures.is_test(where, next_owner):
                    yield from self._through(where, next_owner, outer, path, call, form, depth - 1)
                else:
                    yield from self._requests(where, index, found, form)

    def _through(
        self, where: str, owner: int, outer: Call, path: str, call: Call, form: _Form, depth: int
    ) -> Iterator[Request]:
        """The callers of a helper that calls a helper."""
        summary = self._project.summary(where)
        inner_summary = self._project.summary(path)
        function = summary.definitions[owner] if summary is not None else None
        inner = inner_summary.definitions[call.scope] if inner_summary is not None and call.scope >= 0 else None
        if not isinstance(function, Function) or not isinstance(inner, Function):
            return
        symbol = Symbol(SymbolKind.FUNCTION, self._project.symbol(where, owner), where, owner)
        for there, index in self._project.callers(symbol)[:MOST_CALLERS]:
            theirs = self._project.summary(there)
            if theirs is None or self._project.files[there].scope is not Scope.TEST:
                continue
            outmost = theirs.calls[index]
            for row in self._rows_of(there, outmost):
                names = tuple(
                    bound_arguments(Given(there, Constant(None), outmost.scope, outmost.line, row), outmost, function)
                )
                bound = tuple(
                    bound_arguments(Given(where, Constant(None), outer.scope, outer.line, names), outer, inner)
                )
                yield from self._requests(there, index, self._read(path, call, form, bound), form)

    def _rows_of(self, path: str, call: Call) -> list[tuple[tuple[str, Given], ...]]:
        """The rows of the test around a call, where one of its arguments is a parameter of it."""
        names = {
            each.dotted for each in (*call.arguments, *(value for _, value in call.keywords)) if isinstance(each, Name)
        }
        if call.scope < 0 or not names or not self.fixtures.is_test(path, call.scope):
            return [()]
        rows = [row for row in self.fixtures.rows(path, call.scope) if names & {name for name, _ in row}]
        return rows or [()]

    def _read(
        self, path: str, call: Call, form: _Form, names: tuple[tuple[str, Given], ...]
    ) -> list[tuple[str, Address]]:
        """Method and address, in all combinations."""
        methods = list(form.methods)
        self._method_touched: set[tuple[str, int, str]] = set()
        if form.method is not None:
            value = _lowered(self._project, path, form.method)
            read = self.addresses.read(Given(path, value, call.scope, call.line, names))
            self._method_touched = self.addresses.touched
            methods = sorted({_verb_of(each) for each in read})
        found = self.addresses.read(Given(path, form.address, call.scope, call.line, names))
        return [(method, address) for method in methods for address in found]

    def _requests(self, path: str, index: int, found: list[tuple[str, Address]], form: _Form) -> Iterator[Request]:
        for method, address in found:
            yield Request(path, index, method, address, form.sure)


def _verb_of(text: Address) -> str:
    """`GET` of `get`, `client.get` or `GET`; nothing where it is not known."""
    if not isinstance(text, str) or HOLE in text:
        return ANY
    return METHODS.get(text.lower(), text.upper() if text.isalpha() else ANY)


def _lowered(project: Project, path: str, value: Value) -> Value:
    """`method` of `method.lower()`."""
    summary = project.summary(path)
    if isinstance(value, CallRef) and summary is not None:
        callee = summary.calls[value.index].callee
        if isinstance(callee, Name) and callee.dotted.endswith((".lower", ".upper")):
            return Name(callee.dotted.rpartition(".")[0])
        if isinstance(callee, Member) and callee.name in {"lower", "upper"}:
            return callee.value
    return value


def _address(call: Call, place: int) -> Value | None:
    if len(call.arguments) > place and not any(isinstance(each, Starred) for each in call.arguments[: place + 1]):
        return call.arguments[place]
    keywords = dict(call.keywords)
    return next((keywords[name] for name in ADDRESS_NAMES if name in keywords), None)


def _may_be_address(value: Value) -> bool:
    """Not what a dict is asked for: `response.get("name")`, `session.get(User, 1)`."""
    if isinstance(value, Constant):
        return isinstance(value.value, str) and ("/" in value.value or not value.value)
    if isinstance(value, Operation):
        return value.operator in {"+", "%", "/", "or"}
    return not isinstance(value, _NO_ADDRESS)


def _plain(assignment: Assignment) -> bool:
    return assignment.operator == "=" and assignment.position < 0
