"""Handlers in, the answers that they give out: one `OperationAnswer` for each way to answer that is understood."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from readiness.libraries.operations.answers import Given, answers_of
from readiness.libraries.operations.bodies import bodies_of
from readiness.libraries.operations.excuses import words
from readiness.libraries.operations.functions import Body, functions_of
from readiness.libraries.operations.groups import answers_data
from readiness.libraries.operations.writes import Writes
from readiness.model import Library, OperationAnswer, Project, Route, Span, Symbol
from readiness.model.summary import CallRef, Context, Function

library = Library(__name__, stage="joined", provides=[OperationAnswer])

CREATING = frozenset({"create", "add", "new", "register", "insert", "post", "signup"})
"""Words of handlers that make something."""
NOT_CREATING = frozenset(
    {
        "search",
        "query",
        "import",
        "bulk",
        "batch",
        "upsert",
        "sync",
        "or",
        "login",
        "token",
        "toggle",
        "send",
        "run",
        "test",
    }
)


@library.recognises
def recognise(project: Project) -> Iterator[OperationAnswer]:
    """The answers of every operation of service code whose handler is in the project, each handler once a method."""
    routes = [each for each in project.each(Route) if answers_data(each)]
    if not routes:
        return
    reader = Reader(project)
    seen: set[tuple[str, str]] = set()
    for route in routes:
        if (route.method, route.handler) not in seen:
            seen.add((route.method, route.handler))
            yield from reader.operation(route)


class Reader:
    """Reads the operations of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.functions = functions_of(project)
        self.answers = answers_of(project)
        self.bodies = bodies_of(project)
        self._writes: Writes | None = None

    def operation(self, route: Route) -> Iterator[OperationAnswer]:
        """Every way in which one operation answers."""
        handler = self.functions.handler(route)
        function = self.functions.definition(handler) if handler is not None else None
        if handler is None or function is None or function.stub or function.generator:
            return
        body = self.functions.body(handler.path, handler.index)
        yield from self._with_creation(route, handler, list(self._answers(route, handler, function, body)))

    def _with_creation(self, route: Route, handler: Symbol, found: list[OperationAnswer]) -> Iterator[OperationAnswer]:
        """The answers; the one that tells of a new row says so, unless another one of the operation answers 201."""
        made = ""
        if route.method == "POST" and all(each.status not in (0, 201, 202) for each in found):
            made = self._created(route, handler)
        last = None
        for each in found:
            if made and each.status == 200 and not each.failure and not each.null and not each.caught:
                last = each
        for each in found:
            yield each if each is not last else replace(each, creates=made)

    def _answers(self, route: Route, handler: Symbol, function: Function, body: Body) -> Iterator[OperationAnswer]:
        known = False
        for answer in body.returns:
            if answer.yields:
                continue
            for given in self.answers.of_return(handler.path, answer):
                if given.kind in ("page", "unknown"):
                    continue
                known = True
                yield self._fact(route, handler, given, answer.line, answer.context)
        if not known and not body.returns and not self._leaves(body, function):
            yield self._nothing(route)

    def _fact(self, route: Route, handler: Symbol, given: Given, line: int, context: int) -> OperationAnswer:
        status = _default(route) if given.status == -1 else given.status
        form = self.bodies.of(given)
        failure = self.bodies.failure(form)
        null = given.kind == "null"
        return OperationAnswer(
            span=self._span(given, handler, line),
            symbol=route.symbol,
            scope=route.scope,
            resolution=route.resolution,
            route=route,
            status=status,
            declared=given.status == -1 and bool(route.status),
            failure=failure,
            caught=bool(context & Context.EXCEPT),
            body=given.kind not in ("empty", "null"),
            null=null,
            removes=route.method == "DELETE",
        )

    def _nothing(self, route: Route) -> OperationAnswer:
        """A handler that gives nothing back."""
        return OperationAnswer(
            span=route.span,
            symbol=route.symbol,
            scope=route.scope,
            resolution=route.resolution,
            route=route,
            status=_default(route),
            declared=bool(route.status),
            body=False,
            null=True,
            removes=route.method == "DELETE",
        )

    def _span(self, given: Given, handler: Symbol, line: int) -> Span:
        if (
            isinstance(given.place.value, CallRef)
            and given.place.frame.path == handler.path
            and given.place.frame.scope == handler.index
        ):
            return self.project.span(handler.path, given.place.value.index)
        return Span(handler.path, line)

    def _leaves(self, body: Body, function: Function) -> bool:
        """The handler may end by an exception only, or is too short to say anything."""
        return bool(body.raises) and not body.calls

    def _created(self, route: Route, handler: Symbol) -> str:
        """The model of which a POST inserts a row for sure, where that is what it is for."""
        last = route.path.rstrip("/").rpartition("/")[2]
        name = words(handler.name.rpartition("::")[2].rpartition(".")[2])
        if "{" in last or name.isdisjoint(CREATING) or not name.isdisjoint(NOT_CREATING):
            return ""
        if self._writes is None:
            self._writes = Writes(self.project, self.functions)
        named = {_stem(each) for each in (*name, *words(_last_literal(route.path)))}
        for each in self._writes.of(handler, 1):
            if each.action == "inserts" and each.index >= 0 and not named.isdisjoint(map(_stem, words(each.subject))):
                summary = self.project.summary(each.path)
                call = summary.calls[each.index] if summary is not None else None
                if call is not None and not call.context & (Context.CONDITION | Context.EXCEPT | Context.LOOP):
                    return each.subject
        return ""


def _default(route: Route) -> int:
    return route.status or 200


def _stem(word: str) -> str:
    """A word without the ending of its plural, roughly."""
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("s", "")):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word.removesuffix(ending) + instead
    return word


def _last_literal(path: str) -> str:
    return next((each for each in reversed(path.split("/")) if each and "{" not in each), "")
