"""A call that runs the text which its function is given in, the calls of that function out: there the text is written.

A function whose parameter is the whole statement is a sink itself, and so is a function that hands its own parameter on to
it. What such a function adds to the text (a LIMIT, a condition) is one more place, inside it. A function that is given less
than a statement, a table or a condition, is none: its text is put together in one place, and judged there.
"""

import re
from collections.abc import Iterator
from collections.abc import Mapping as Mapping_

from msgspec import Struct
from msgspec.structs import replace

from readiness.libraries.sql.given import Given, given
from readiness.libraries.sql.text import begins_as_sql, query, reads_as_sql
from readiness.libraries.values.expressions import keyword, receiver, tail, written
from readiness.model import Piece, PieceKind, Project, Query, Resolution, Scope, Span, Symbol, SymbolKind, Text
from readiness.model.summary import Call, Class, Constant, Function, Mapping, Name, Starred, Subscript, Value

SCOPES = (Scope.SERVICE, Scope.SCRIPT, Scope.MIGRATION)
MARKS = re.compile(r"%\((\w+)\)[sdf]|%[sdf]|\{(\w*)\}|\$\{?(\w+)\}?")
"""Where a template is filled."""
DEEPEST = 3
"""Wrappers around wrappers."""
BINDING = ("self", "cls")
WRITTEN = (PieceKind.CONSTANT, PieceKind.REQUEST)
"""What is text for sure: no client sends an object."""
NOT_SEEN = Text(((Piece(PieceKind.UNKNOWN),),), "unknown")
"""Of a call whose argument is an object, as far as can be seen."""


class Sink(Struct, frozen=True):
    """A call that runs SQL text, or hands it to what does."""

    query: Query
    path: str
    index: int
    argument: Value | None
    pieces: bool = False
    """It takes pieces of statements as well."""
    text: bool = True
    """Text was seen here; else an object, which may be text in the hands of another caller."""
    mixed: bool = False
    """It takes objects as well, so that a caller has to be seen to hand text over."""
    alone: bool = False
    """The text is written here: no caller hands it over."""

    @property
    def sites(self) -> list[Query]:
        """The place of the call itself."""
        return [self.query] if self.text else []


class Wrappers:
    """The functions of one project that run the text they are given, each of them once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._wraps: dict[tuple[str, int, str], bool] = {}
        self._passed: dict[tuple[str, int, str], set[str]] = {}
        """What the callers put into the texts that they hand over, as written."""
        self._called: set[tuple[str, int]] = set()
        self._untyped: dict[str, list[tuple[str, int]]] | None = None
        """Calls of methods of objects whose class is not known, by the method's name."""
        self._methods: dict[str, list[Symbol]] = {}
        """The classes that have a method of a name."""

    def of(self, sink: Sink) -> list[Query]:
        """The query itself, or one for each call of the function that hands its text over."""
        if sink.alone:
            return sink.sites
        found = sink.query
        return self._sites(sink, next(iter(found.runs_also_at if sink.text else ()), found.span), DEEPEST)

    def _sites(self, sink: Sink, runs_at: Span, depth: int) -> list[Query]:
        argument = sink.argument
        sources = given(self._project, sink.path, sink.index, argument) if depth and argument is not None else ()
        if not sources or self._project.handler_of(sources[0].function.name):
            return sink.sites
        found: list[Query] = []
        for source in sources:
            if source.key not in self._wraps:
                self._wraps[source.key] = True  # while it is open: a function that calls itself
                written, handed = self._of_callers(sink, source, runs_at, depth)
                self._wraps[source.key] = handed and (
                    ((source.whole or source.filled) and not sink.pieces)
                    or any(reads_as_sql(each.text) for each in written)
                )
                found += written if self._wraps[source.key] else []
        if not any(self._wraps[source.key] for source in sources):
            return sink.sites
        return [*found, *self._added(sink, sources)]

    def _of_callers(self, sink: Sink, source: Given, runs_at: Span, depth: int) -> tuple[list[Query], bool]:
        """The places where the callers write the text, and whether any of them hands one over."""
        found: list[Query] = []
        put_in = self._passed.setdefault(source.key, {source.name})
        handed = False
        callers = self._callers(source.function)
        known = set(callers)
        for path, index in (*callers, *self._by_name(source.function)):
            passed = self._handed(source, path, index)
            if passed is None:
                continue
            if (path, index) in self._called:
                handed = True
                continue
            argument, beside = passed
            template = self._project.text_of(path, index, argument)
            filled = self._filled_in(source, path, index, template) if source.filled else None
            made = self._made(sink, path, index, argument, filled or template, beside=beside and filled is None)
            if sink.mixed and not any(piece.kind in WRITTEN for piece in template.pieces):
                made = None
            if (source.instead or (path, index) not in known) and (made is None or not begins_as_sql(made.text)):
                continue
            handed = True
            self._called.add((path, index))
            text = made is not None
            if made is None and isinstance(argument, Name):
                made = self._made(sink, path, index, argument, NOT_SEEN, beside=beside)
            if made is not None:
                inner = sink.query
                passed_on = () if inner.span == runs_at else (*inner.through, inner.span)
                also = tuple(each for each in inner.runs_also_at if each != runs_at) or self._others(sink, source)
                made = replace(made, runs_at=runs_at, through=passed_on, runs_also_at=also)
                put_in.update(_put_in(made) if text else ())
                onwards = Sink(made, path, index, argument, sink.pieces, text, sink.mixed)
                sites = self._sites(onwards, runs_at, depth - 1)
                put_in.update(each for site in sites for each in _put_in(site))
                found += sites
        return found, handed

    def _others(self, sink: Sink, source: Given) -> tuple[Span, ...]:
        """Other calls of the same method in the function that are handed the same text."""
        summary = self._project.summary(sink.path)
        if summary is None or not isinstance(sink.argument, Name):
            return ()
        method = tail(summary.calls[sink.index].callee)
        found: list[Span] = []
        for index in self._project.calls_in(source.function):
            call = summary.calls[index]
            first = call.arguments[0] if call.arguments else None
            if index == sink.index or tail(call.callee) != method or not isinstance(first, Name):
                continue
            if any(each.key == source.key for each in given(self._project, sink.path, index, first)):
                found.append(self._project.span(sink.path, index))
        return tuple(found)

    def _made(self, sink: Sink, path: str, index: int, argument: Value, text: Text, *, beside: bool) -> Query | None:
        """The query of a call of the wrapper, as the sink inside it takes it; None where the call hands over no text."""
        within = sink.query
        # A whole statement says what the wrapper does with it, where its own cursor does not.
        certain = within.resolution is not Resolution.INFERRED or begins_as_sql(text)
        return query(
            self._project, path, index, argument, library=within.library, api=within.api,
            resolution=Resolution.EXACT if certain else within.resolution, parameters=beside, dialect=within.dialect,
            paramstyle=within.paramstyle, text=text,
        )  # fmt: skip

    def _callers(self, function: Symbol) -> list[tuple[str, int]]:
        """Calls of the function outside tests, those of the method that it overrides included."""
        found = list(self._project.callers(function))
        summary = self._project.summary(function.path)
        definition = summary.definitions[function.index] if summary is not None else None
        if definition is not None and definition.scope >= 0:
            owner = Symbol(
                SymbolKind.CLASS, self._project.symbol(function.path, definition.scope), function.path, definition.scope
            )
            for base in self._project.ancestors(owner)[1:]:
                method = self._project.member(base, definition.name) if base.kind is SymbolKind.CLASS else function
                if method.kind is SymbolKind.FUNCTION and method != function:
                    found += [each for each in self._project.callers(method) if each not in found]
        return [each for each in found if self._project.files[each[0]].scope in SCOPES]

    def _filled_in(self, source: Given, path: str, index: int, template: Text) -> Text | None:
        """A template of a caller with the values that the wrapper formats into it; None where it formats none."""
        own = self._project.summary(source.function.path)
        summary = self._project.summary(path)
        definition = own.definitions[source.function.index] if own is not None else None
        if summary is None or not isinstance(definition, Function):
            return None
        values = _argument(definition, source.filled, summary.calls[index])
        if values is None or not MARKS.search("".join(piece.text for piece in template.pieces)):
            return None
        named: dict[str, tuple[Piece, ...]] = {}
        for name in _marks(template):
            value = next((each for key, each in _entries(values) if key == name), None)
            asked = Subscript(values, Constant(name)) if value is None and isinstance(values, Name) else value
            if asked is not None:
                ways = self._project.text_of(path, index, asked).alternatives
                named[name] = tuple(piece for way in ways for piece in way)
        unknown = (Piece(PieceKind.UNKNOWN, written(summary, values)),)
        filled = tuple(tuple(_filled(each, named, unknown)) for each in template.alternatives)
        return replace(template, alternatives=filled, how="%")

    def _by_name(self, function: Symbol) -> list[tuple[str, int]]:
        """Calls of a method of this name on objects whose class is not known, where the project has one such method alone."""
        summary = self._project.summary(function.path)
        definition = summary.definitions[function.index] if summary is not None else None
        if definition is None or definition.scope < 0:
            return []
        if self._untyped is None:
            self._untyped = self._index()
        owner = self._project.symbol(function.path, definition.scope)
        others = [each for each in self._methods.get(definition.name, ()) if each.name != owner]
        if not all(self._related(each, owner) or self._hands_on(each, function) for each in others):
            return []
        return [
            (path, index)
            for path, index in self._untyped.get(definition.name, ())
            if self._project.callee(path, index).kind is SymbolKind.UNKNOWN
        ]

    def _index(self) -> dict[str, list[tuple[str, int]]]:
        untyped: dict[str, list[tuple[str, int]]] = {}
        for path in self._project.paths(*SCOPES):
            summary = self._project.summary(path)
            if summary is None:
                continue
            for definition in summary.definitions:
                around = summary.definitions[definition.scope] if definition.scope >= 0 else None
                if isinstance(definition, Function) and isinstance(around, Class):
                    owner = self._project.symbol(path, definition.scope)
                    self._methods.setdefault(definition.name, []).append(
                        Symbol(SymbolKind.CLASS, owner, path, definition.scope)
                    )
            for index, call in enumerate(summary.calls):
                if receiver(call.callee) is not None and (call.arguments or call.keywords):
                    untyped.setdefault(tail(call.callee), []).append((path, index))
        return untyped

    def _hands_on(self, one: Symbol, function: Symbol) -> bool:
        """The class has a method of the same name that calls the function: `pool.run(sql)` opens a connection and calls
        `connection.run(sql)`."""
        method = self._project.member(one, function.name.rpartition(".")[2])
        return method.kind is SymbolKind.FUNCTION and any(
            path == method.path and self._within(path, index, method.index)
            for path, index in self._project.callers(function)
        )

    def _within(self, path: str, index: int, function: int) -> bool:
        summary = self._project.summary(path)
        return summary is not None and summary.calls[index].scope == function

    def _related(self, one: Symbol, owner: str) -> bool:
        return any(each.name == owner for each in self._project.ancestors(one))

    def _handed(self, source: Given, path: str, index: int) -> tuple[Value, bool] | None:
        """What a call of the wrapper hands over as the text, and whether more stands beside it."""
        own = self._project.summary(source.function.path)
        summary = self._project.summary(path)
        definition = own.definitions[source.function.index] if own is not None else None
        if summary is None or not isinstance(definition, Function):
            return None
        call = summary.calls[index]
        given_ = _argument(definition, source.name, call)
        if given_ is None:
            return None
        beside = len(call.arguments) + len(call.keywords) > 1
        place = next((at for at, each in enumerate(call.arguments) if each is given_), 0)
        return given_, beside if keyword(call, source.name) is not None else (
            len(call.arguments) > place + 1 or bool(call.keywords)
        )

    def _added(self, sink: Sink, sources: tuple[Given, ...]) -> list[Query]:
        """The query with what the wrapper itself puts into the text; none where that is nothing."""
        if sources[0].whole or sources[0].filled or not sink.text:
            return []
        found = sink.query
        passed = set[str]().union(*(self._passed[each.key] for each in sources))
        kept = tuple(
            tuple(
                Piece(PieceKind.CONSTANT, piece.text) if piece.text in passed or piece.source in passed else piece
                for piece in each
            )
            for each in found.text.alternatives
            if len(each) > 1
        )
        kept = tuple(each for each in kept if any(piece.kind is not PieceKind.CONSTANT for piece in each))
        return [replace(found, text=replace(found.text, alternatives=kept), whole=False)] if kept else []


def _argument(definition: Function, name: str, call: Call) -> Value | None:
    """What a call passes for a parameter; None where that cannot be told, or is left to the default."""
    by_name = keyword(call, name)
    if by_name is not None:
        return by_name
    names = [each.name for each in definition.parameters]
    place = names.index(name) if name in names else -1
    place -= definition.scope >= 0 and bool(names) and names[0] in BINDING
    if not 0 <= place < len(call.arguments) or any(isinstance(each, Starred) for each in call.arguments[: place + 1]):
        return None
    return call.arguments[place]


def _marks(template: Text) -> dict[str, None]:
    """The names that a template is filled by."""
    marks = (mark for piece in template.pieces for mark in MARKS.finditer(piece.text))
    return dict.fromkeys(mark[1] or mark[2] or mark[3] or "" for mark in marks)


def _entries(values: Value) -> Iterator[tuple[str, Value]]:
    """The entries of a dict display."""
    if isinstance(values, Mapping):
        for key, value in zip(values.keys, values.values, strict=False):
            if isinstance(key, Constant):
                yield str(key.value), value


def _filled(
    pieces: tuple[Piece, ...], named: Mapping_[str, tuple[Piece, ...]], unknown: tuple[Piece, ...]
) -> Iterator[Piece]:
    """The pieces of a template with the values in place of its marks."""
    for piece in pieces:
        if piece.kind is not PieceKind.CONSTANT:
            yield piece
            continue
        at = 0
        for mark in MARKS.finditer(piece.text):
            yield replace(piece, text=piece.text[at : mark.start()])
            yield from named.get(mark[1] or mark[2] or mark[3] or "", unknown)
            at = mark.end()
        yield replace(piece, text=piece.text[at:])


def _put_in(query_: Query) -> Iterator[str]:
    for piece in query_.text.pieces:
        if piece.kind is not PieceKind.CONSTANT:
            yield piece.text
            yield piece.source or piece.text


def sink(
    project: Project,
    found: Query,
    path: str,
    index: int,
    argument: Value | None,
    *,
    pieces: bool = False,
    text: bool = True,
    mixed: bool = False,
) -> Sink:
    """A call that runs an argument, or, without, what is written beside it.

    With `pieces` the call takes less than a statement as well, so that one caller has to be seen to hand a statement over; with
    `mixed` it takes objects too. Without `text` it is not seen to take any, as its parameter is declared to hold an object or text.
    """
    sources = given(project, path, index, argument) if argument is not None else ()
    alone = not sources or project.handler_of(sources[0].function.name)
    return Sink(found, path, index, argument, pieces, text, mixed, alone)
