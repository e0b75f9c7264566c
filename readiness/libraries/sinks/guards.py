"""A piece of text that a client sends, and a call, in; what makes it harmless on the way, or tests it, out.

Two things count: a function that gives back something harmless (`secure_filename`, `shlex.quote`), through which the piece goes,
and a test of the piece in a function on its way, before the call (`is_relative_to`, a comparison of the host of a parsed
address), also inside a function of the project that the piece is given to.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from msgspec import Struct

from readiness.languages.python.names import last_name
from readiness.languages.python.walking import walk
from readiness.libraries.sinks.slices import Slice, Slices, scope_at
from readiness.libraries.sinks.vocabulary import Site
from readiness.libraries.values.expressions import keyword, receiver, tail
from readiness.model import Piece, Project, Scope, SinkKind, Span, Symbol, SymbolKind
from readiness.model.summary import Call, Class, Constant, Context, Function, Name, Sequence, Summary, Value

CLEANERS: dict[SinkKind, frozenset[tuple[str, str]]] = {
    SinkKind.COMMAND: frozenset({("shlex", "quote"), ("pipes", "quote")}),
    SinkKind.PATH: frozenset(
        {
            ("werkzeug", "secure_filename"), ("werkzeug", "safe_join"), ("flask", "safe_join"), ("os", "basename"),
            ("ntpath", "basename"), ("posixpath", "basename"), ("django", "get_valid_filename"), ("django", "slugify"),
            ("django", "safe_join"), ("pathvalidate", "sanitize_filename"), ("slugify", "slugify"),
            ("django", "generate_filename"), ("django", "validate_file_name"),
        }
    ),
    SinkKind.MARKUP: frozenset(
        {
            ("html", "escape"), ("markupsafe", "escape"), ("django", "escape"), ("django", "conditional_escape"),
            ("django", "format_html"), ("bleach", "clean"), ("nh3", "clean"), ("flask", "escape"), ("django", "urlencode"),
            ("django", "strip_tags"), ("django", "json_script"), ("urllib", "urlencode"), ("urllib", "quote"),
            ("django", "escapejs"), ("lxml_html_clean", "clean_html"), ("lxml", "clean_html"), ("django", "linebreaks"),
        }
    ),
    SinkKind.PATTERN: frozenset({("re", "escape"), ("regex", "escape"), ("fnmatch", "translate")}),
    SinkKind.REDIRECT: frozenset({("urllib", "quote_plus"), ("django", "iri_to_uri_path")}),
}  # fmt: skip
"""Package and last name of functions that give back something harmless, by what it is harmless for."""

TESTERS: dict[SinkKind, frozenset[str]] = {
    SinkKind.PATH: frozenset(
        {"is_relative_to", "relative_to", "commonpath", "commonprefix", "validate_file_name", "samefile", "safe_join"}
    ),
    SinkKind.REDIRECT: frozenset({"url_has_allowed_host_and_scheme", "is_safe_url"}),
}
"""Last names of calls, of libraries or of unknown objects, that test a value for that purpose."""
HOST_ATTRIBUTES = frozenset({"netloc", "hostname", "host", "authority", "raw_host"})
ADDRESS_ATTRIBUTES = frozenset({"is_private", "is_global", "is_loopback", "is_link_local", "is_reserved"})
HOST_PREFIX = re.compile(r"https?://[\w.-]+(:\d+)?/", re.IGNORECASE)
"""The beginning of addresses of one host."""
PARSERS = frozenset(
    {"urlparse", "urlsplit", "URL", "parse_url", "make_url", "furl", "ip_address", "getaddrinfo", "gethostbyname"}
)
NORMALISING = frozenset({"realpath", "abspath", "resolve", "normpath", "absolute"})
CONVERTING = frozenset({"int", "float", "uuid.UUID"})
PATHS = frozenset({"pathlib.Path", "pathlib.PurePath", "pathlib.PurePosixPath", "anyio.Path"})
CUT = frozenset({".", "..", "/"})
"""A name without these leads to no other folder."""
DEEPEST = 4
MOST_CALLERS = 12
HOSTS = (SinkKind.REDIRECT, SinkKind.ADDRESS)
COMMON = frozenset({"self", "cls", "request", "os", "os.path", "str", "Path", "settings", "self.request"})
"""Names that say nothing about which value is spoken of."""


class Guard(Struct, frozen=True):
    """What stands between a client and a call."""

    text: str
    sure: bool = True
    """False for a test whose meaning is not known."""


class Guards:
    """Guards of the calls of one project."""

    def __init__(self, project: Project, slices: Slices) -> None:
        self.project = project
        self.slices = slices
        self._inside: dict[tuple[str, int, SinkKind], str] = {}

    def of(self, site: Site, value: Value, piece: Piece) -> Guard | None:
        """What makes a piece of a call's argument harmless before the call; None where nothing does."""
        kind = site.api.kind
        places = [each for each in (piece.span, piece.origin) if each is not None]
        doubtful: Guard | None = None
        for place in places:
            found = self._cleaned(kind, place.path, self.slices.of_span(place, piece.text), self._around(kind, place))
            if found is not None and found.sure:
                return found
            doubtful = doubtful or found
        own = self.project.span(site.path, site.index)
        slices = [(place, self.slices.of_span(place, piece.text)) for place in places]
        slices.append((own, self.slices.of(site.path, site.call.scope, [value])))
        for place, made in slices:
            found = self._tested(site, place, made)
            if found is not None and found.sure:
                return found
            doubtful = doubtful or found
        passed = self._passed(site, site.path, site.call.scope, slices[-1][1], DEEPEST)
        return passed if passed is not None and passed.sure else doubtful or passed

    def _cleaned(self, kind: SinkKind, path: str, made: Slice, around: str = "") -> Guard | None:
        """What a slice goes through; doubtful where only some ways lead through it."""
        if around:
            return Guard(around)
        cleaner = self.cleaner(kind, path, made)
        if not cleaner:
            return None
        sometimes = all(each in made.sometimes for each in self._cleaning(kind, path, made))
        return Guard(cleaner, sure=not sometimes)

    def _passed(self, site: Site, path: str, scope: int, made: Slice, depth: int) -> Guard | None:
        """What every caller that can pass a client's value does with it first."""
        names = made.roots & self.slices.parameters(path, scope)
        if depth <= 0 or scope < 0 or not names:
            return None
        symbol = Symbol(SymbolKind.FUNCTION, self.project.symbol(path, scope), path, scope)
        found: Guard | None = None
        for where, index in self.project.callers(symbol)[:MOST_CALLERS]:
            summary = self.project.summary(where)
            if (
                summary is None
                or self.project.files[where].scope is not Scope.SERVICE
                or (where == path and summary.calls[index].scope == scope)
            ):
                continue
            call = summary.calls[index]
            given = list(self._given(path, scope, call, names))
            inner = self.slices.of(where, call.scope, given)
            if not given or not self.slices.can_be_sent(where, call.scope, inner):
                continue
            place = self.project.span(where, index)
            guard = (
                self._cleaned(site.api.kind, where, inner)
                or self._tested(site, place, inner)
                or self._passed(site, where, call.scope, inner, depth - 1)
            )
            if guard is None:
                return None
            found = guard if found is None or not guard.sure else found
        return found

    def _given(self, path: str, scope: int, call: Call, names: frozenset[str]) -> Iterator[Value]:
        """What a call of a function gives for these parameters."""
        summary = self.project.summary(path)
        function = summary.definitions[scope] if summary is not None else None
        if summary is None or not isinstance(function, Function):
            return
        method = function.scope >= 0 and isinstance(summary.definitions[function.scope], Class)
        static = any(isinstance(each, Name) and each.dotted == "staticmethod" for each in function.decorators)
        for position, parameter in enumerate(function.parameters):
            if parameter.name in names:
                place = position - (method and not static)
                given = keyword(call, parameter.name)
                if given is None and 0 <= place < len(call.arguments):
                    given = call.arguments[place]
                if given is not None:
                    yield given

    # Functions that give back something harmless

    def cleaner(self, kind: SinkKind, path: str, made: Slice) -> str:
        """The name of the first call of a slice that gives back something harmless."""
        found = next(iter(self._cleaning(kind, path, made)), None)
        if found is None:
            return ""
        symbol = self.project.callee(path, found)
        if symbol.kind is SymbolKind.EXTERNAL:
            return symbol.name
        summary = self.project.summary(path)
        return tail(summary.calls[found].callee) if summary is not None else ""

    def _cleaning(self, kind: SinkKind, path: str, made: Slice) -> Iterator[int]:
        wanted = CLEANERS.get(kind, frozenset())
        summary = self.project.summary(path)
        for index in made.calls if wanted and summary is not None else ():
            call = summary.calls[index] if summary is not None else None
            symbol = self.project.callee(path, index)
            known = symbol.kind is SymbolKind.EXTERNAL and _short(symbol) in wanted
            if known or (kind is SinkKind.PATH and call is not None and _cuts_folders(call, symbol, index, made)):
                yield index

    def _around(self, kind: SinkKind, place: Span) -> str:
        """A call around the place gives back something harmless."""
        summary = self.project.summary(place.path)
        around = [
            index
            for index, call in enumerate(summary.calls if summary is not None else ())
            if (call.line, call.column) <= (place.line, place.column)
            and (place.end_line or place.line, place.end_column) <= (call.end_line, call.end_column)
        ]
        return self.cleaner(kind, place.path, Slice(frozenset(), tuple(around)))

    # Tests

    def _tested(self, site: Site, place: Span, made: Slice) -> Guard | None:
        """A test of what a slice holds, in the function around a place, and before the call where it is in the same one."""
        summary = self.project.summary(place.path)
        if summary is None:
            return None
        scope = scope_at(summary, place.line)
        if scope < 0:
            return None
        names = (made.names | made.roots) - COMMON
        last = site.call.line if (place.path, scope) == (site.path, site.call.scope) else 0
        doubtful: Guard | None = None
        for index, call in self._calls(summary, scope):
            if (last and call.line > last) or not self._speaks_of(place.path, scope, call, names):
                continue
            text = self._tests_by(site.api.kind, place.path, scope, index, call)
            if text:
                return Guard(text)
            if self._converts(place.path, index, call, names):
                surely = not call.context & (Context.TRY | Context.CONDITION)
                if surely:
                    return Guard(f"{tail(call.callee)}(...)")
            if doubtful is None and self._refuses(site, place.path, index, call, names):
                doubtful = Guard(f"{tail(call.callee)}(...)", sure=False)
        return doubtful

    def _converts(self, path: str, index: int, call: Call, names: frozenset[str]) -> bool:
        """`int(number)` raises for anything that is none, so what stands behind it is one."""
        first = call.arguments[0] if len(call.arguments) == 1 else None
        if not isinstance(first, Name) or first.dotted not in names:
            return False
        symbol = self.project.callee(path, index)
        return symbol.name.removeprefix("builtins.") in CONVERTING and symbol.kind in (
            SymbolKind.BUILTIN,
            SymbolKind.EXTERNAL,
        )

    def _calls(self, summary: Summary, scope: int) -> Iterator[tuple[int, Call]]:
        scopes = self.slices.around(summary, scope)
        return ((index, call) for index, call in enumerate(summary.calls) if call.scope in scopes)

    def _speaks_of(self, path: str, scope: int, call: Call, names: frozenset[str] | set[str]) -> bool:
        """The call is given, or is a method of, something that is made of the same names."""
        origin = receiver(call.callee)
        given = [*call.arguments, *(each for _, each in call.keywords), *([origin] if origin is not None else [])]
        found = self.slices.of(path, scope, given)
        return not found.names.isdisjoint(names)

    def _tests_by(self, kind: SinkKind, path: str, scope: int, index: int, call: Call) -> str:
        """The name of the test that a call is a part of, for this purpose."""
        last = tail(call.callee)
        symbol = self.project.callee(path, index)
        name = symbol.name.rpartition(".")[2] if symbol.kind is SymbolKind.EXTERNAL else last
        if symbol.kind is not SymbolKind.FUNCTION and name in TESTERS.get(kind, frozenset()):
            return name
        if kind in HOSTS and name in PARSERS and symbol.kind is not SymbolKind.FUNCTION:
            return self._host_test(path, scope)
        if kind in HOSTS and last == "startswith" and _names_host(call):
            return "startswith with a host"
        if kind is SinkKind.PATH and last == "startswith":
            return self._prefix_test(path, scope)
        if kind is SinkKind.PATH and last in NORMALISING:
            return self._parent_test(path, scope)
        if symbol.kind is SymbolKind.FUNCTION:
            return self._inside_of(kind, symbol)
        return ""

    def _inside_of(self, kind: SinkKind, symbol: Symbol) -> str:
        """The test that a function of the project makes, or one that it calls."""
        key = (symbol.path, symbol.index, kind)
        if key not in self._inside:
            self._inside[key] = ""
            found = ""
            for each in self.project.reached_from(symbol, depth=2)[:12]:
                found = found or self._test_of(kind, each)
            self._inside[key] = f"{symbol.name.rpartition('::')[2]}: {found}" if found else ""
        return self._inside[key]

    def _test_of(self, kind: SinkKind, symbol: Symbol) -> str:
        summary = self.project.summary(symbol.path)
        if summary is None or symbol.index < 0:
            return ""
        for index, call in enumerate(summary.calls):
            if call.scope != symbol.index:
                continue
            callee = self.project.callee(symbol.path, index)
            if callee.kind is SymbolKind.FUNCTION:
                continue
            found = self._tests_by(kind, symbol.path, symbol.index, index, call)
            if found:
                return found
        return ""

    def _host_test(self, path: str, scope: int) -> str:
        """The function looks at the host of an address that it has parsed."""
        for node in self._nodes(path, scope):
            if isinstance(node, ast.Attribute) and node.attr in HOST_ATTRIBUTES | ADDRESS_ATTRIBUTES:
                return f"a test of .{node.attr}"
        return ""

    def _prefix_test(self, path: str, scope: int) -> str:
        """`os.path.realpath(path).startswith(folder)`."""
        for node in self._nodes(path, scope):
            if isinstance(node, ast.Call):
                name = last_name(node.func)
                if name in NORMALISING:
                    return f"startswith behind {name}"
        return ""

    def _parent_test(self, path: str, scope: int) -> str:
        """`if target.absolute().parent != folder`, `folder in target.resolve().parents`, `dirname(target) == folder`."""
        for node in self._nodes(path, scope):
            if isinstance(node, ast.Compare):
                for each in (node.left, *node.comparators):
                    if isinstance(each, ast.Attribute) and each.attr in ("parent", "parents"):
                        return f"a test of .{each.attr}"
                    if isinstance(each, ast.Call) and last_name(each.func) == "dirname":
                        return "a test of dirname()"
        return ""

    def _nodes(self, path: str, scope: int) -> Iterator[ast.AST]:
        function = self.project.function(path, scope) if scope >= 0 else None
        return walk(function) if function is not None else iter(())

    def _refuses(self, site: Site, path: str, index: int, call: Call, names: frozenset[str]) -> bool:
        """A function of the project that is given the value itself and raises, or answers yes or no; not one on the way to the
        call that is judged."""
        given = [*call.arguments, *(each for _, each in call.keywords)]
        symbol = self.project.callee(path, index)
        if symbol.kind is not SymbolKind.FUNCTION or not any(
            isinstance(each, Name) and each.dotted in names for each in given
        ):
            return False
        reached = self.project.reached_from(symbol, depth=3)
        if any((each.path, each.index) == (site.path, site.call.scope) for each in reached):
            return False
        return any(self._answers(each) for each in self.project.reached_from(symbol, depth=1)[:MOST_CALLERS])

    def _answers(self, symbol: Symbol) -> bool:
        summary = self.project.summary(symbol.path)
        if summary is None:
            return False
        raises = any(each.scope == symbol.index and each.value is not None for each in summary.raises)
        answers = [each.value for each in summary.returns if each.scope == symbol.index and each.value is not None]
        return raises or any(_is_verdict(each) for each in answers)


def _is_verdict(value: Value) -> bool:
    """`False`, or a tuple with it."""
    if isinstance(value, Sequence):
        return any(_is_verdict(each) for each in value.items)
    return isinstance(value, Constant) and value.value is False


def _names_host(call: Call) -> bool:
    """`url.startswith("https://api.example/")`: what begins so is asked of one host. Without the slash `api.example.evil` fits."""
    first = call.arguments[0] if len(call.arguments) == 1 else None
    options = first.items if isinstance(first, Sequence) else (first,)
    return bool(options) and all(
        isinstance(each, Constant) and isinstance(each.value, str) and HOST_PREFIX.match(each.value) for each in options
    )


def _short(symbol: Symbol) -> tuple[str, str]:
    """Package and last name."""
    return symbol.name.partition(".")[0], symbol.name.rpartition(".")[2]


def _cuts_folders(call: Call, symbol: Symbol, index: int, made: Slice) -> bool:
    """`name.replace("..", "")`, `name.split("/")[1]`, `Path(name).name`: no way to another folder is left."""
    last = tail(call.callee)
    first = call.arguments[0] if call.arguments else None
    if last == "replace" and len(call.arguments) == 2:
        return isinstance(first, Constant) and first.value in CUT and call.arguments[1] != first
    if last in ("split", "rsplit"):
        return (
            isinstance(first, Constant) and first.value in CUT and bool({(index, "[-1]"), (index, "[]")} & made.members)
        )
    return symbol.name in PATHS and bool({(index, "name"), (index, "stem"), (index, "suffix")} & made.members)
