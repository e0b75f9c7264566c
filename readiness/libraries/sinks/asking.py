"""A call and one of its arguments in, what value flow, the routes and the tests around the call say of the argument out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from readiness.libraries.sinks.guards import Guard, Guards
from readiness.libraries.sinks.inputs import Inputs
from readiness.libraries.sinks.slices import Slice, Slices, scope_at
from readiness.libraries.sinks.vocabulary import Site
from readiness.libraries.values.expressions import keyword, receiver
from readiness.model import (
    Piece,
    PieceKind,
    Project,
    Reach,
    Resolution,
    Sink,
    SinkKind,
    Symbol,
    SymbolKind,
    Text,
)
from readiness.model.summary import CallRef, Comprehension, Constant, Name, Opaque, Operation, Sequence, Starred, Value

THROUGH = {
    "io.BytesIO": 0, "io.StringIO": 0, "zlib.decompress": 0, "gzip.decompress": 0, "bz2.decompress": 0,
    "lzma.decompress": 0, "urllib.parse.urljoin": 1, "compile": 0, "urllib.request.Request": 0, "httpx.URL": 0,
    "yarl.URL": 0, "furl.furl": 0, "codecs.decode": 0, "base64.urlsafe_b64decode": 0, "base64.standard_b64decode": 0,
    "base64.b32decode": 0, "base64.b16decode": 0, "base64.a85decode": 0, "base64.decodebytes": 0,
    "binascii.unhexlify": 0, "binascii.a2b_base64": 0, "bytes.fromhex": 0, "urllib.parse.unquote_to_bytes": 0,
    "textwrap.dedent": 0, "django.utils.http.urlsafe_base64_decode": 0, "os.path.join": -1, "anyio.Path": -1,
    "aiopath.AsyncPath": -1, "bytes": 0,
}  # fmt: skip
"""Calls whose result is what stands in that argument, in other clothes; -1 for all of them."""
OPENING = frozenset({"open", "io.open", "pathlib.Path.open", "codecs.open", "gzip.open", "aiofiles.open"})
OWN_FILE = (PieceKind.CONSTANT, PieceKind.NUMBER, PieceKind.VALIDATED, PieceKind.CONFIGURED)
TEMPORARY = "tempfile."
COMMAND_LINE = "the command line"
"""What value flow says of what whoever starts the program has written."""
STARTED = ("sys.argv", "sys.executable", "sys.prefix", "sys.platform", "argparse.", "platform.")
"""What whoever starts the program decides."""
FEW = 5
DEEPEST = 3
JOINT = (Piece(PieceKind.CONSTANT, "/"),)
"""What `os.path.join` puts between the parts of a path or an address."""
SENT = PieceKind.REQUEST
UNSEEN = frozenset({PieceKind.UNKNOWN, PieceKind.PARAMETER})


class Answer(Struct, frozen=True):
    """What is known of a text as a whole."""

    text: Text
    sent: tuple[Piece, ...] = ()
    """What a client sends."""
    open: tuple[Piece, ...] = ()
    """What comes from where nobody knows."""
    configured: tuple[Piece, ...] = ()
    guard: str = ""
    """Everything that a client sends went through this."""

    @property
    def fixed(self) -> bool:
        """Constants, numbers and members of fixed sets only."""
        return not (self.sent or self.open or self.configured)


class Asking:
    """Answers for the calls of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.inputs = Inputs(project)
        self.slices = Slices(project)
        self.guards = Guards(project, self.slices)

    def argument(self, site: Site) -> Value | None:
        """The text that a call acts on; None where it is not given, or spread."""
        api, call = site.api, site.call
        if api.position < 0:
            return receiver(call.callee)
        for name in api.keywords:
            given = keyword(call, name)
            if given is not None:
                return given
        before = call.arguments[: api.position + 1]
        if len(before) <= api.position or any(isinstance(each, Starred) for each in before):
            return None
        return before[api.position]

    def can_be_sent(self, site: Site, value: Value) -> bool:
        """The value can hold what a client sent, as far as its own function tells."""
        if isinstance(value, Constant | Opaque):
            return False
        return self.slices.can_be_sent(site.path, site.call.scope, self.slice(site, value))

    def slice(self, site: Site, value: Value) -> Slice:
        """What an argument is made of."""
        return self.slices.of(site.path, site.call.scope, [value])

    def called(self, site: Site, value: Value) -> Iterator[Symbol]:
        """What is called on the way to a value, in its own function."""
        return (self.project.callee(site.path, each) for each in self.slice(site, value).calls)

    def ask(self, site: Site, value: Value) -> Answer:
        """What is known of an argument; see `Answer`."""
        text = self._told(site, value)
        pieces = text.pieces
        return Answer(
            text,
            sent=tuple(each for each in pieces if each.kind is SENT),
            open=tuple(each for each in pieces if each.kind in UNSEEN),
            configured=tuple(each for each in pieces if each.kind in (PieceKind.CONFIGURED, PieceKind.STRUCTURE)),
        )

    def _told(self, site: Site, value: Value) -> Text:
        if isinstance(value, Constant):
            piece = Piece(PieceKind.CONSTANT, str(value.value))
            return Text(((piece,),))
        between = JOINT if site.api.kind in (SinkKind.ADDRESS, SinkKind.PATH) else ()
        text = self._followed(site.path, site.index, value, site.call.scope, DEEPEST, between)
        symbol = self.project.symbol(site.path, site.call.scope)
        ways = tuple(tuple(self._piece(site, each, symbol) for each in way) for way in text.alternatives)
        return replace(text, alternatives=ways)

    def _piece(self, site: Site, piece: Piece, symbol: str) -> Piece:
        told = self.inputs.told(piece, symbol)
        if told.kind is not PieceKind.UNKNOWN:
            return told
        span = piece.origin or piece.span or self.project.span(site.path, site.index)
        made = self.slices.of_span(span, piece.text)
        if piece.outside == COMMAND_LINE or any(self._started(span.path, each) for each in made.calls):
            return replace(told, kind=PieceKind.CONFIGURED)
        summary = self.project.summary(span.path)
        scope = scope_at(summary, span.line) if summary is not None else -1
        for name in made.names if len(made.names) <= FEW else ():
            if self.project.resolve(span.path, name, scope, span.line).name.startswith(STARTED):
                return replace(told, kind=PieceKind.CONFIGURED)
        return told

    def _started(self, path: str, index: int) -> bool:
        """A call gives a name of this program's own, or what it was started with, also by a function that reads that."""
        callee = self.project.callee(path, index)
        if callee.name.startswith((TEMPORARY, *STARTED)):
            return True
        summary = self.project.summary(callee.path) if callee.kind is SymbolKind.FUNCTION and callee.path else None
        given = [each.value for each in summary.returns if each.scope == callee.index] if summary is not None else []
        return (
            len(given) == 1
            and isinstance(given[0], CallRef)
            and self.project.callee(callee.path, given[0].index).name.startswith(STARTED)
        )

    def _followed(
        self, path: str, index: int, value: Value, scope: int, depth: int, between: tuple[Piece, ...] = ()
    ) -> Text:
        """Value flow's answer, through calls that give the same thing in other clothes; `between` stands between the parts of
        what is joined."""
        text = self.project.text_of(path, index, value)
        if depth <= 0 or not any(piece.kind is PieceKind.UNKNOWN for piece in text.pieces):
            return text
        made = self._made_by(path, value, scope)
        summary = self.project.summary(path)
        if made is None or summary is None:
            return text
        call = summary.calls[made]
        name = self.project.callee(path, made).name.removeprefix("builtins.")
        if name in OPENING:
            held = receiver(call.callee) if name == "pathlib.Path.open" else next(iter(call.arguments), None)
            where = self._followed(path, made, held, scope, depth - 1) if held is not None else text
            own = bool(where.pieces) and all(piece.kind in OWN_FILE for piece in where.pieces)
            return _settled(text) if own else text
        if name not in THROUGH:
            return text
        position = THROUGH[name]
        given = call.arguments if position < 0 else call.arguments[position : position + 1]
        inner = [
            self._followed(path, made, each, scope, depth - 1, between)
            for each in given
            if not isinstance(each, Starred)
        ]
        return _joined(inner, between) if inner else text

    def _made_by(self, path: str, value: Value, scope: int) -> int | None:
        """The one call that a value is the result of."""
        if isinstance(value, CallRef):
            return value.index
        summary = self.project.summary(path)
        if not isinstance(value, Name) or summary is None:
            return None
        scopes = self.slices.around(summary, scope)
        bound = self.slices.bound(path, value.dotted, scopes)
        made = [each.value.index for each in bound if isinstance(each.value, CallRef)]
        return made[0] if len(made) == 1 and len(bound) == 1 else None

    # What stands between a client and the call

    def guard(self, site: Site, value: Value, pieces: Iterable[Piece]) -> Guard | None:
        """What every one of these pieces goes through, or is tested by, before the call; None where one does not."""
        found: Guard | None = None
        for piece in pieces:
            guard = self.guards.of(site, value, piece)
            if guard is None:
                return None
            if found is None or not guard.sure:
                found = guard
        return found

    def cleaned(self, site: Site, value: Value) -> str:
        """What a value of a client went through on its way, where value flow lost its track there: `secure_filename`."""
        made = self.slice(site, value)
        if site.api.kind not in (SinkKind.PATH, SinkKind.COMMAND):
            return ""
        symbol = self.project.symbol(site.path, site.call.scope)
        if not (self.slices.asks_request(site.path, made) or self.inputs.fills(symbol)):
            return ""
        return self.guards.cleaner(site.api.kind, site.path, made)

    def built_as_list(self, site: Site, value: Value) -> bool:
        """A name that is bound to a list or a tuple, or grows as one."""
        summary = self.project.summary(site.path)
        if not isinstance(value, Name) or summary is None:
            return False
        bound = self.slices.bound(site.path, value.dotted, self.slices.around(summary, site.call.scope))
        return any(isinstance(each.value, Sequence | Comprehension | Operation) for each in bound)

    # Facts

    def sink(
        self,
        site: Site,
        reach: Reach,
        answer: Answer | None = None,
        *,
        piece: Piece | None = None,
        guard: str = "",
        detail: str = "",
        resolution: Resolution = Resolution.EXACT,
    ) -> Sink:
        """The fact of a call."""
        return Sink(
            span=self.project.span(site.path, site.index),
            symbol=self.project.symbol(site.path, site.call.scope),
            scope=self.project.files[site.path].scope,
            resolution=resolution,
            kind=site.api.kind,
            api=site.name,
            reach=reach,
            text=answer.text if answer is not None else Text(()),
            piece=piece,
            guard=guard,
            detail=detail,
        )

    def judged(
        self, site: Site, value: Value, *, always: bool, detail: str = "", harmless: Iterable[Piece] = ()
    ) -> Sink | None:
        """The plain case: a client decides, or something on the way prevents it; without a client only where the call is
        dangerous by itself (`always`). `harmless` are pieces of a client that can do nothing where they stand."""
        if not always and not self.can_be_sent(site, value):
            return None
        answer = self.ask(site, value)
        return self.of_answer(site, value, answer, always=always, detail=detail, harmless=tuple(harmless))

    def of_answer(
        self,
        site: Site,
        value: Value,
        answer: Answer,
        *,
        always: bool,
        detail: str = "",
        harmless: tuple[Piece, ...] = (),
    ) -> Sink | None:
        """The same, for a text that is known already."""
        sent = [each for each in answer.sent if each not in harmless]
        if sent:
            return self._sent(site, value, answer, sent, detail)
        if answer.sent:
            return self.sink(site, Reach.PARTLY, answer, piece=answer.sent[0], detail=detail)
        cleaner = self.cleaned(site, value)
        if cleaner:
            return self.sink(site, Reach.GUARDED, answer, guard=cleaner, detail=detail)
        if not always:
            return None
        if answer.open and all(each.checked for each in answer.open):
            return self.sink(site, Reach.GUARDED, answer, guard=answer.open[0].checked, detail=detail)
        if answer.open:
            return self.sink(site, Reach.OPEN, answer, piece=answer.open[0], detail=detail)
        if answer.configured:
            return self.sink(site, Reach.SETTING, answer, piece=answer.configured[0], detail=detail)
        return self.sink(site, Reach.FIXED, answer, detail=detail)

    def _sent(self, site: Site, value: Value, answer: Answer, sent: list[Piece], detail: str) -> Sink:
        guard = self.guard(site, value, sent)
        if guard is not None:
            reach = Reach.GUARDED if guard.sure else Reach.CHECKED
            return self.sink(site, reach, answer, piece=sent[0], guard=guard.text, detail=detail)
        piece = next((each for each in sent if not each.checked), sent[0])
        if piece.checked:
            return self.sink(site, Reach.CHECKED, answer, piece=piece, guard=piece.checked, detail=detail)
        return self.sink(site, Reach.CLIENT, answer, piece=piece, detail=detail)


def is_called(symbol: Symbol, names: Iterable[str]) -> bool:
    """A symbol is one of these callables of libraries or builtins."""
    known = symbol.kind in (SymbolKind.EXTERNAL, SymbolKind.BUILTIN)
    return known and symbol.name.removeprefix("builtins.") in names


def _settled(text: Text) -> Text:
    """The content of a file that the deployment decides."""
    ways = tuple(tuple(replace(each, kind=PieceKind.CONFIGURED) for each in way) for way in text.alternatives)
    return replace(text, alternatives=ways)


def _joined(texts: list[Text], between: tuple[Piece, ...] = ()) -> Text:
    """Several texts behind one another; their ways only where there is one."""
    if len(texts) == 1:
        return texts[0]
    ways: list[tuple[Piece, ...]] = [()]
    for number, text in enumerate(texts):
        joint = between if number else ()
        ways = [(*left, *joint, *right) for left in ways for right in text.alternatives][:16]
    return Text(tuple(ways), "expression", all(each.complete for each in texts))
