"""Linked code and the libraries' tables in, one `OutboundCall` out for every call that is asked for its limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from readiness.libraries.outbound.answer import UNKNOWN_ANSWER, Answer
from readiness.libraries.outbound.around import Around
from readiness.libraries.outbound.sessions import PARTIAL, Sessions
from readiness.libraries.outbound.spreads import Spreads
from readiness.libraries.outbound.values import DEFAULTS, Values
from readiness.libraries.outbound.versions import Versions
from readiness.libraries.outbound.vocabulary import Api, Client, Kind
from readiness.libraries.values.expressions import keyword, receiver, tail
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Place
from readiness.libraries.values.surroundings import Surroundings
from readiness.model import OutboundCall, Project, Resolution, Scope, Symbol, SymbolKind, TimeoutState
from readiness.model.summary import Call, CallRef, Class, Constant, Name, Starred, Summary, Template, Value

SCOPES = (Scope.SERVICE, Scope.SCRIPT, Scope.MIGRATION)
RUNNERS = {"to_thread": 0, "run_sync": 0, "run_in_threadpool": 0, "submit": 0, "run_in_executor": 1}
"""Last names of functions that call what they are given, and the place of it."""
LOCAL = ("data:", "file:")
"""Addresses behind which nobody is."""
SEND = Api(names=frozenset(), kind=Kind.CALL, defaults=())
"""`super().send(...)` in an adapter of the project."""


class Reader:
    """Reads the outbound calls of one project."""

    def __init__(self, project: Project, clients: Sequence[Client]) -> None:
        self.project = project
        self.clients = clients
        following = Following(project)
        self.values = Values(project, following)
        self.spreads = Spreads(project, self.values)
        self.around = Around(project)
        self.sessions = Sessions(project, self.values, self._inner)
        self.versions = Versions(project)
        self._surroundings: Surroundings | None = None
        self._apis = {name: (client, api) for client in clients for api in client.apis for name in api.names}
        self._tails = frozenset(name.rpartition(".")[2] for name in self._apis)

    def calls(self) -> Iterator[OutboundCall]:
        """Every call that is asked, in service code, scripts and migrations."""
        packages = tuple(dict.fromkeys(package for client in self.clients for package in client.packages))
        importing = frozenset(self.project.imports(*packages, scopes=SCOPES))
        makers = self._makers()
        bound = self._bound(importing, makers)
        renamed = {path: _renamed(found, self._tails) for path in importing if (found := self.project.summary(path))}
        given = frozenset(packages).union(*renamed.values())
        modules = frozenset(self.project.module(path).rpartition(".")[2] for path in importing)
        for path in self.project.paths(*SCOPES):
            summary = self.project.summary(path)
            if summary is None:
                continue
            own = renamed.get(path)
            taken = _taken(summary, given, modules) if own is None else frozenset()
            imports = own is not None or bool(taken)
            yield from self._of_file(path, summary, self._tails | (own or taken), bound, imports=imports)

    def _of_file(
        self, path: str, summary: Summary, tails: frozenset[str], bound: frozenset[str], *, imports: bool
    ) -> Iterator[OutboundCall]:
        """The calls of one file by these last names; where it imports no library only those on objects called as in `bound`."""
        for index in self.project.calls_to(path, tails | RUNNERS.keys() if imports else tails):
            call = summary.calls[index]
            name = tail(call.callee)
            found = None
            if name in tails:
                if (imports and not _looks_up(call, name)) or _owner(summary, call) in bound:
                    found = self._called(path, index, call)
            elif name in RUNNERS and imports:
                found = self._run(path, index, call, RUNNERS[name])
            if found is not None:
                yield found

    def _makers(self) -> frozenset[str]:
        """Last names of the classes whose methods are asked, and of the functions that give their objects."""
        asked = (api for client in self.clients for api in client.apis if api.kind is not Kind.CLIENT)
        classes = {name.rpartition(".")[0] for api in asked for name in api.names}
        classes = {owner for owner in classes if owner.rpartition(".")[2][:1].isupper()}
        giving = {name for client in self.clients for name, given in client.results.items() if given in classes}
        return frozenset(each.rpartition(".")[2] for each in classes | giving if not each.endswith("__"))

    def _bound(self, importing: frozenset[str], makers: frozenset[str]) -> frozenset[str]:
        """Last names of the variables, attributes and functions that a client can be reached by in other files."""
        found: set[str] = set()
        classes = set(makers)
        for path in importing:
            summary = self.project.summary(path)
            if summary is None:
                continue
            for definition in summary.definitions:
                if isinstance(definition, Class) and any(tail(each) in makers for each in definition.bases):
                    classes.add(definition.name)
        for path in importing:
            summary = self.project.summary(path)
            if summary is None:
                continue
            for assignment in summary.assignments:
                value = assignment.value
                made = isinstance(value, CallRef) and tail(summary.calls[value.index].callee) in classes
                declared = assignment.annotation is not None and tail(assignment.annotation) in classes
                if made or declared:
                    found.add(assignment.target.rpartition(".")[2])
            for definition in summary.definitions:
                if (
                    not isinstance(definition, Class)
                    and definition.returns is not None
                    and tail(definition.returns) in classes
                ):
                    found.add(definition.name)
            for each in summary.returns:
                if (
                    isinstance(each.value, CallRef)
                    and tail(summary.calls[each.value.index].callee) in classes
                    and each.scope >= 0
                ):
                    found.add(summary.definitions[each.scope].name)
        return frozenset(found | classes)

    def _called(self, path: str, index: int, call: Call) -> OutboundCall | None:
        symbol = self.project.callee(path, index)
        known = self._apis.get(symbol.name) if symbol.kind is SymbolKind.EXTERNAL else None
        if known is None:
            return None
        client, api = known
        if any(keyword(call, each) is not None for each in api.given_by) or self._is_local(path, call):
            return None
        if api.kind is Kind.THROUGH and not self._says(call, api):
            return None
        return self._fact(path, index, client, api, symbol.name, self._judge(path, index, client, api))

    @staticmethod
    def _says(call: Call, api: Api) -> bool:
        """A call through a client names a limit of its own."""
        return any(keyword(call, each) is not None for each in api.keywords)

    def _run(self, path: str, index: int, call: Call, place: int) -> OutboundCall | None:
        """`asyncio.to_thread(requests.get, url)`."""
        if len(call.arguments) <= place or not isinstance(call.arguments[place], Name):
            return None
        symbol = self.project.resolve_value(path, call.arguments[place], call.scope, call.line)
        known = self._apis.get(symbol.name) if symbol.kind is SymbolKind.EXTERNAL else None
        if known is None or known[1].kind is not Kind.CALL:
            return None
        return self._fact(path, index, *known, symbol.name, self._judge(path, index, *known))

    def _fact(self, path: str, index: int, client: Client, api: Api, name: str, answer: Answer) -> OutboundCall:
        project = self.project
        summary = project.summary(path)
        scope = summary.calls[index].scope if summary is not None else -1
        if not answer.bounded and self._surroundings is None:
            self._surroundings = Surroundings(project)
        where = self._surroundings.of(path, scope, ()) if self._surroundings is not None and not answer.bounded else ""
        return OutboundCall(
            span=project.span(path, index),
            symbol=project.symbol(path, scope),
            scope=project.files[path].scope,
            resolution=Resolution.UNRESOLVED if answer.state is TimeoutState.UNKNOWN else Resolution.EXACT,
            library=client.distribution,
            api=name.removesuffix(".__init__"),
            timeout=answer.state,
            how=answer.how,
            keyword=api.keywords[0] if api.keywords else "",
            client=api.kind is Kind.CLIENT,
            asynchronous=api.asynchronous,
            where=where,
            origin=answer.origin,
        )

    def _inner(self, path: str, index: int) -> Answer:
        """The answer for a call inside of a session's or an adapter's own method."""
        own = self._own(path, index, SEND)
        return own if own is not None else Answer(TimeoutState.ABSENT, "none is set")

    def _judge(self, path: str, index: int, client: Client, api: Api) -> Answer:
        own = self._own(path, index, api)
        if own is not None and own.bounded:
            return own
        around = self.around.of(path, index)
        if around is not None:
            return around
        if own is not None and own.state is TimeoutState.OFF:
            return own
        session = self.sessions.of(path, index, api) if api.kind is Kind.CALL and client.sessions else None
        if session is not None:
            return session
        sockets = self.around.sockets() if api.socket else None
        if sockets is not None:
            return sockets
        return self._left(path, client, api, own)

    def _left(self, path: str, client: Client, api: Api, own: Answer | None) -> Answer:
        """What the library does by itself, where nothing surely gives a limit."""
        default = self.versions.default(client.distribution, api.defaults, path)
        if default is None:
            return Answer(
                TimeoutState.UNKNOWN,
                f"releases of {client.distribution} differ and nothing pins one: {_said(api)}",
            )
        name = "the standard library" if client.distribution == "python" else client.distribution
        if default.bounded:
            return Answer(TimeoutState.DEFAULT, f"{name} waits {default.text} by itself")
        if own is not None:
            return own
        return Answer(TimeoutState.ABSENT, f"{name} has no limit of its own")

    def _own(self, path: str, index: int, api: Api) -> Answer | None:
        """What the call itself says; None where it says nothing."""
        summary = self.project.summary(path)
        if summary is None:
            return UNKNOWN_ANSWER
        call = summary.calls[index]
        found = self._argument(path, summary, index, call, api)
        if found is not None:
            return found
        partial = self._partial(path, call)
        if partial is not None:
            where, made = partial
            other = self.project.summary(where)
            if other is not None:
                found = self._argument(where, other, made, other.calls[made], api)
        return found

    def _argument(self, path: str, summary: Summary, index: int, call: Call, api: Api) -> Answer | None:
        place = Place(CallRef(index), self.values.following.entry_frame(path, call.scope), call.line)
        for name in api.keywords:
            value = keyword(call, name)
            if value is not None:
                if self._stands_for_default(path, value, call):
                    return None
                answer = self.values.judge(self.values.following.inside(place, value), name)
                return answer if answer.how else None
        plain = [each for each in call.arguments if not isinstance(each, Starred)]
        if 0 <= api.position < len(call.arguments) and len(plain) == len(call.arguments):
            return self.values.judge(self.values.following.inside(place, plain[api.position]), api.keywords[0])
        if api.address and plain and self._text(path, plain[0], call).find(api.address) >= 0:
            return Answer(TimeoutState.GIVEN, f"the address sets {api.address.rstrip('=')}")
        spread = [value for key, value in call.keywords if not key]
        if not spread or not api.keywords:
            return None
        answers = [self.spreads.judge(self.values.following.inside(place, each), api.keywords[0]) for each in spread]
        return max(answers, key=lambda each: (each.bounded, each.state is TimeoutState.UNKNOWN))

    def _stands_for_default(self, path: str, value: Value, call: Call) -> bool:
        if not isinstance(value, Name):
            return False
        return self.project.resolve_value(path, value, call.scope, call.line).name in DEFAULTS

    def _partial(self, path: str, call: Call) -> tuple[str, int] | None:
        """The `functools.partial(...)` that a called name was made by."""
        if not isinstance(call.callee, Name):
            return None
        symbol: Symbol = self.project.resolve(path, call.callee.dotted, call.scope, call.line)
        summary = (
            self.project.summary(symbol.path) if symbol.kind is SymbolKind.VARIABLE and symbol.index >= 0 else None
        )
        value = summary.assignments[symbol.index].value if summary is not None and not symbol.rest else None
        if not isinstance(value, CallRef) or self.project.callee(symbol.path, value.index).name not in PARTIAL:
            return None
        return symbol.path, value.index

    def _is_local(self, path: str, call: Call) -> bool:
        return bool(call.arguments) and self._text(path, call.arguments[0], call).startswith(LOCAL)

    def _text(self, path: str, value: Value, call: Call) -> str:
        """The text of an address as far as it is known; of an f-string its beginning."""
        if isinstance(value, Template):
            first = value.parts[0] if value.parts else None
            return first.value if isinstance(first, Constant) and isinstance(first.value, str) else ""
        constant = self.project.constant(path, value, call.scope, call.line)
        return constant if isinstance(constant, str) else ""


def _looks_up(call: Call, name: str) -> bool:
    """`settings.get("name")`: an entry of a mapping, which every file is full of."""
    first = call.arguments[0] if call.arguments else None
    return (
        name == "get"
        and not call.keywords
        and receiver(call.callee) is not None
        and isinstance(first, Constant)
        and isinstance(first.value, str)
        and "/" not in first.value
    )


def _said(api: Api) -> str:
    return ", ".join(
        f"{each.text or 'no limit'} {f'since {each.since}' if each.since else f'before {each.until}'}"
        for each in api.defaults
    )


def _owner(summary: Summary, call: Call) -> str:
    """The last name of what a method is called on; of a call the name of what is called."""
    origin = receiver(call.callee)
    if isinstance(origin, CallRef):
        return tail(summary.calls[origin.index].callee)
    return tail(origin) if origin is not None else ""


def _taken(summary: Summary, given: frozenset[str], modules: frozenset[str]) -> frozenset[str]:
    """What a file takes from others that import a library: the library's module, or a name of theirs for one of its callables."""
    return frozenset(
        each.alias or each.name
        for each in summary.imports
        if (each.name in given or each.name == "*") and each.module.rpartition(".")[2] in modules
    )


def _renamed(summary: Summary, tails: frozenset[str]) -> frozenset[str]:
    """Names that this file gives to the callables of a library: aliases of imports and of assignments."""
    found = {each.alias for each in summary.imports if each.name in tails}
    for each in summary.assignments:
        value = each.value
        last = tail(summary.calls[value.index].callee) if isinstance(value, CallRef) else ""
        if last in ("partial", "partialmethod") or (value is not None and tail(value) in tails):
            found.add(each.target.rpartition(".")[2])
    return frozenset(found)
