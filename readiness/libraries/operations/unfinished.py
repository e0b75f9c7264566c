"""Handlers in, whether they do their work out: one `HandlerBody` each, and one for each route that was commented out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.libraries.failures.error_answers import answer_of
from readiness.libraries.operations.answers import answers_of
from readiness.libraries.operations.excuses import words
from readiness.libraries.operations.functions import functions_of
from readiness.libraries.values.expressions import inside as values_inside
from readiness.model import Application, HandlerBody, Library, Project, Route, Scope, Span, Symbol, SymbolKind
from readiness.model.summary import CallRef, Constant, Context, Function, Name, Return, Summary

library = Library(__name__, stage="joined", provides=[HandlerBody])

NOT_IMPLEMENTED = 501
HOOKED = frozenset({"Flask", "Quart", "Sanic"})
"""Frameworks whose hooks before a handler can answer in its place."""
GONE = frozenset({404, 410, 501, 503})
"""Statuses that tell a client that what it asks for is not here."""
SAID = re.compile(
    r"^\W*(?:todo|tbd|fixme|wip|stub|placeholder|coming soon|under construction|work in progress"
    r"|(?:this )?(?:\w+ ){0,3}(?:is )?not (?:yet )?implemented(?: yet)?|to be implemented|implement me)\b",
    re.IGNORECASE,
)
"""Texts that an answer says in place of what it should."""
SAMPLES = frozenset({"dummy", "fake", "mock", "mocked", "placeholder", "stub", "stubbed", "hardcoded"})
"""Words of names of what stands in for data."""
NOTES = re.compile(r"#\s*((?:TODO|FIXME|XXX|HACK)\b.*)")
LEFT = re.compile(
    r"^\w+\W+(?:[\w.]+ ){0,3}implement|unfinished|not done|hard-?\s?coded|placeholder|stub|mock|dummy|fake|incomplete|temporar"
    r"|finish|broken|doesn'?t work|does not work|not work|permission|authoriz|authentic|security|validat"
    r"|before (?:production|release|launch)",
    re.IGNORECASE,
)
"""What a note says where it is about work that is left, not about style."""
COMMENTED = re.compile(
    r"^[ \t]*#+[ \t]*@[\w.]+\.(?:get|post|put|patch|delete|route|api_route)\(\s*(?:[rf]?[\"'](?P<path>[^\"']*)[\"'])?"
)
FOLLOWED = re.compile(r"^[ \t]*#+[ \t]*(?:async\s+)?def\s+(?P<name>\w+)")
DECORATED = re.compile(r"^[ \t]*#+[ \t]*(?:@|\)|[\w\"'\[\]{},=. ()]+$)")
EMPTY = "nothing stands in it"
PARTS = 48
"""Parts of an answer that are looked at."""
LOOK_AHEAD = 12
"""Lines between a route that was commented out and its `def`."""
UNCONDITIONAL = Context.CONDITION | Context.LOOP | Context.TRY | Context.EXCEPT
DOCUMENTED_ONLY = ("{$", "{?}$")
"""Begin the paths of callbacks, which FastAPI only documents."""


@library.recognises
def recognise(project: Project) -> Iterator[HandlerBody]:
    """Every handler of service code, once, and the commented-out routes of their files."""
    reader = Reader(project)
    seen: set[tuple[str, int]] = set()
    paths: dict[str, Route] = {}
    for route in project.each(Route):
        if route.scope is not Scope.SERVICE or any(each in route.path for each in DOCUMENTED_ONLY):
            continue
        handler = reader.functions.handler(route)
        if handler is not None and (handler.path, handler.index) not in seen:
            seen.add((handler.path, handler.index))
            paths.setdefault(handler.path, route)
            paths.setdefault(route.registered.path, route)
            yield reader.body(route, handler)
    for application in project.each(Application):
        mine = next((each for each in paths.values() if each.application == application.name), None)
        if mine is not None and application.scope is Scope.SERVICE:
            paths.setdefault(application.span.path, mine)
    for path, route in paths.items():
        yield from reader.commented(path, route)


class Reader:
    """Reads the handlers of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.functions = functions_of(project)
        self.answers = answers_of(project)
        self._notes: dict[str, list[tuple[int, str]]] = {}

    def body(self, route: Route, handler: Symbol) -> HandlerBody:
        """Whether one handler does its work."""
        summary = self.project.summary(handler.path)
        function = self.functions.definition(handler)
        unfinished, line = "", 0
        if summary is not None and function is not None:
            unfinished, line = self._unfinished(route, handler, summary, function)
        span = Span(handler.path, line) if line else route.span
        note_line, note = self._note(handler.path, function) if function is not None else (0, "")
        return HandlerBody(
            span=span if unfinished or not note else Span(handler.path, note_line),
            symbol=route.symbol,
            scope=route.scope,
            resolution=route.resolution,
            route=route,
            unfinished=unfinished,
            doubtful=unfinished == EMPTY and self._answered_before(route),
            note=note,
        )

    def _answered_before(self, route: Route) -> bool:
        """What stands before the handler may do all the work: dependencies of FastAPI, hooks of Flask that answer by themselves."""
        if route.framework == "FastAPI":
            return bool(route.dependencies)
        return route.framework in HOOKED and any(self._answers(name) for name in route.dependencies)

    def _answers(self, name: str) -> bool:
        place = self.project.find(name)
        if place is None:
            return False
        calls = self.project.calls_in(Symbol(SymbolKind.FUNCTION, name, *place))
        return any(
            (answer := answer_of(self.project, place[0], index)) is not None and answer.status in GONE
            for index in calls
        )

    def _unfinished(self, route: Route, handler: Symbol, summary: Summary, function: Function) -> tuple[str, int]:
        body = self.functions.body(handler.path, handler.index)
        if function.stub:
            if body.raises:
                return "it raises NotImplementedError", body.raises[0].line
            # FastAPI answers for it: the status, or what a dependency does, may be all there is.
            return ("", 0) if route.status in (202, 204, 304) else (EMPTY, 0)
        gives = any(answer.value is not None for answer in body.returns)
        for each in body.raises if not gives else ():
            if not each.context & UNCONDITIONAL and self._raises_unfinished(
                handler.path, summary, each.value, handler.index
            ):
                return "it raises NotImplementedError", each.line
        raised = {each.value.index for each in body.raises if isinstance(each.value, CallRef)}
        for index in body.calls if len(body.returns) < 2 else ():
            call = summary.calls[index]
            if call.context & UNCONDITIONAL:
                continue
            if index in raised or call.context & (Context.RETURNED | Context.DISCARDED):
                answer = answer_of(self.project, handler.path, index)
                if answer is not None and answer.status == NOT_IMPLEMENTED:
                    return "it answers 501", call.line
        if len(body.returns) == 1:
            said = self._says(handler, summary, body.returns[0])
            if said:
                return said, body.returns[0].line
        return "", 0

    def _raises_unfinished(self, path: str, summary: Summary, value: object, scope: int) -> bool:
        if isinstance(value, CallRef):
            symbol = self.project.callee(path, value.index)
        elif isinstance(value, Name):
            symbol = self.project.resolve(path, value.dotted, scope)
        else:
            return False
        return symbol.kind is SymbolKind.BUILTIN and symbol.name.rpartition(".")[2] == "NotImplementedError"

    def _says(self, handler: Symbol, summary: Summary, answer: Return) -> str:
        """What an unconditional answer says in place of data."""
        if answer.context & UNCONDITIONAL or answer.value is None or answer.yields:
            return ""
        if any(given.status == NOT_IMPLEMENTED for given in self.answers.of_return(handler.path, answer)):
            return "it answers 501"
        if isinstance(answer.value, Name) and "." not in answer.value.dotted:
            symbol = self.project.resolve(handler.path, answer.value.dotted, handler.index, answer.line)
            if symbol.kind is SymbolKind.VARIABLE and not words(answer.value.dotted).isdisjoint(SAMPLES):
                return f"it answers with `{answer.value.dotted}`"
        for number, each in enumerate(values_inside(summary, answer.value)):
            if isinstance(each, Constant) and isinstance(each.value, str) and SAID.match(each.value):
                return f'it answers "{each.value[:40]}"'
            if number > PARTS:
                break
        return ""

    def _note(self, path: str, function: Function) -> tuple[int, str]:
        """The first note in a handler about work that is left."""
        if path not in self._notes:
            text = self.project.text(path) or ""
            found = []
            if "TODO" in text or "FIXME" in text or "XXX" in text or "HACK" in text:
                for number, line in enumerate(text.split("\n"), 1):
                    note = NOTES.search(line) if "#" in line else None
                    if note and LEFT.search(note[1]):
                        found.append((number, note[1].strip()[:120]))
            self._notes[path] = found
        return next(
            ((line, note) for line, note in self._notes[path] if function.line < line <= function.end_line), (0, "")
        )

    def commented(self, path: str, route: Route) -> Iterator[HandlerBody]:
        """Routes of a file that were commented out, with their functions."""
        text = self.project.text(path) or ""
        if not re.search(r"#\s*@", text):
            return
        lines = text.split("\n")
        for number, line in enumerate(lines):
            found = COMMENTED.match(line)
            if not found:
                continue
            for other in lines[number + 1 : number + 1 + LOOK_AHEAD]:
                name = FOLLOWED.match(other)
                if name:
                    what = found["path"] or name["name"]
                    yield HandlerBody(
                        span=Span(path, number + 1),
                        symbol=self.project.symbol(path, -1),
                        scope=self.project.files[path].scope,
                        route=route,
                        unfinished=what,
                        commented=True,
                    )
                    break
                if not DECORATED.match(other):
                    break
