"""What a handler returns in, the answers that it can be out: status and the value of the body.

Understood are tuples of Flask and its kin, dicts and schema objects that a framework turns into JSON, response objects, helper
functions that return any of these. Names are followed to what they were bound to.
"""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from msgspec import Struct

from readiness.libraries.failures.error_answers import RESPONSES, STATUS_KEYWORDS, answer_of, status_value
from readiness.libraries.values.expressions import keyword, tail
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Place
from readiness.model import Project, SymbolKind
from readiness.model.summary import (
    Call,
    CallRef,
    Choice,
    Constant,
    Mapping,
    Name,
    Opaque,
    Return,
    Sequence,
    Starred,
)

STEPS = 4
"""Names and functions that are followed from a `return` to the answer."""
CONTENTS = ("content", "data", "response", "body", "media")
"""Keywords that hold the body of a response."""
WRAPS = frozenset(
    {"flask.make_response", "quart.make_response", "flask.jsonify", "flask.json.jsonify", "quart.jsonify"}
)
"""Functions that make a response of a body without a status of their own."""
NO_BODY = frozenset({204, 205, 304})
PAGES = frozenset(
    {
        "render", "render_template", "render_template_string", "TemplateResponse", "HTMLResponse", "html", "redirect",
        "RedirectResponse", "HttpResponseRedirect", "HttpResponsePermanentRedirect", "FileResponse", "StreamingResponse",
        "StreamingHttpResponse", "send_file", "send_from_directory", "EventSourceResponse",
    }
)  # fmt: skip


class Given(Struct, frozen=True):
    """One answer that a `return` or a `raise` can be."""

    status: int
    """0 where it is not known, -1 where nothing in the answer says one: it is the declared one, or the framework's default."""
    body: Place | None
    """None for an answer without a body, or one that is not known."""
    place: Place
    """Where the answer is made."""
    kind: str = "value"
    """`value`, `response`, `empty`, `null`, `page`, `unknown`."""
    spread: Call | None = None
    """The call whose keywords are the fields of the body: `jsonify(error=...)`."""
    text: bool = False
    """A plain response: its body is text, unless it says otherwise."""


class Answers:
    """Reads the answers of one project's functions."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.following = Following(project)
        self._known: dict[tuple[str, Return], list[Given]] = {}

    def of_return(self, path: str, answer: Return) -> list[Given]:
        """What one `return` of a handler can answer."""
        key = (path, answer)
        if key not in self._known:
            self._known[key] = self._of_return(path, answer)
        return self._known[key]

    def _of_return(self, path: str, answer: Return) -> list[Given]:
        frame = self.following.entry_at(path, answer.scope)
        if answer.value is None or answer.value == Constant(None):
            return [Given(-1, None, Place(Constant(None), frame, answer.line), "null")]
        return list(self._of(Place(answer.value, frame, answer.line), -1, STEPS))

    def _of(self, place: Place, status: int, steps: int) -> Iterator[Given]:
        value = place.value
        match value:
            case Sequence(kind="tuple", items=(body, *rest)) if 1 <= len(rest) <= 2:
                known = self.status(self.following.inside(place, rest[0]))
                yield from self._of(self.following.inside(place, body), known, steps)
            case CallRef():
                yield from self._call(place, value, status, steps)
            case Choice():
                yield from self._of(self.following.inside(place, value.yes), status, steps)
                yield from self._of(self.following.inside(place, value.no), status, steps)
            case Constant(value=None) | Constant(value=""):
                null = "null" if place.frame.depth == 0 and steps == STEPS else "unknown"
                yield Given(status, None, place, "empty" if value.value == "" else null)
            case Mapping() | Constant():
                yield Given(status, place, place)
            case Name() if steps > 0:
                sources = self.following.back(place)
                if not sources or len(sources) > 3:
                    yield Given(status, place, place, "value")
                    return
                for each in sources:
                    yield from self._of(each, status, steps - 1)
            case _:
                yield Given(status, place, place, "value")

    def _call(self, place: Place, value: CallRef, status: int, steps: int) -> Iterator[Given]:
        path, index = place.frame.path, value.index
        call = self.following.summary(place).calls[index]
        symbol = self.project.callee(path, index)
        name = symbol.name.rpartition(".")[2]
        if symbol.kind is SymbolKind.EXTERNAL and name in PAGES:
            yield Given(status, None, place, "page")
            return
        if (symbol.kind is SymbolKind.EXTERNAL and symbol.name in RESPONSES) or symbol.kind is SymbolKind.CLASS:
            answer = answer_of(self.project, path, index)
            if answer is not None and answer.kind == "response":
                yield from self._response(place, call, symbol.name, answer.status, status, steps)
                return
            yield Given(status, place, place, "value" if symbol.kind is SymbolKind.CLASS else "unknown")
            return
        if symbol.kind is SymbolKind.FUNCTION and steps > 0:
            sources = self.following.back(place)
            for each in (sources or ())[:4]:
                yield from self._of(each, status, steps - 1)
            if sources:
                return
        yield Given(status, place, place, "value" if symbol.kind is SymbolKind.BUILTIN else "unknown")

    def _response(self, place: Place, call: Call, name: str, own: int, outer: int, steps: int) -> Iterator[Given]:
        """A response object or a function that makes one: `JSONResponse(content, status_code=...)`."""
        given = next((value for key, value in call.keywords if key in STATUS_KEYWORDS), None)
        arguments = [each for each in call.arguments if not isinstance(each, Starred)]
        wraps = name in WRAPS
        second = arguments[1] if wraps and name.endswith("make_response") and len(arguments) > 1 else None
        status = own
        if wraps:
            status = self.status(self.following.inside(place, second)) if second is not None else -1
        elif own == 0 and given is not None:
            status = self.status(self.following.inside(place, given))
        elif given is None and len(arguments) < 2 and own in (200, 0):
            status = -1 if own == 200 else 0
        if outer != -1:
            status = outer
        if name.endswith("make_response") and arguments:
            yield from self._of(self.following.inside(place, arguments[0]), status, steps)
            return
        body = next((found for each in CONTENTS if (found := keyword(call, each)) is not None), None)
        if body is None and arguments:
            body = arguments[0]
        if body is None and wraps and call.keywords:
            yield Given(status, place, place, "response", call)
            return
        if body is None or body in (Constant(None), Constant("")) or body == Opaque("bytes"):
            yield Given(status, None, place, "empty")
            return
        text = tail(call.callee) in ("HttpResponse", "Response", "PlainTextResponse") or "HttpResponse" in name
        text &= not name.startswith("rest_framework")
        yield Given(status, self.following.inside(place, body), place, "response", None, text)

    def status(self, place: Place, steps: int = STEPS) -> int:
        """The number that a status is, 0 where it is not known."""
        frame = place.frame
        found = status_value(self.project, frame.path, place.value, frame.scope, place.line)
        if found or not steps:
            return found
        sources = self.following.back(place) or []
        known = {self.status(each, steps - 1) for each in sources[:3]}
        return known.pop() if len(known) == 1 else 0


def answers_of(project: Project) -> Answers:
    """The one reader of a project."""
    if project not in _answers:
        _answers[project] = Answers(project)
    return _answers[project]


_answers: WeakKeyDictionary[Project, Answers] = WeakKeyDictionary()
