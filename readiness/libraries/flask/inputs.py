"""A view in, what a client can send for it and what stands around it out."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from readiness.libraries.declarations.fields import Fields
from readiness.libraries.evaluation.handlers import Handlers
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Routine
from readiness.libraries.flask.parsers import Parsers
from readiness.libraries.flask.request_reads import RequestReads
from readiness.libraries.flask.vocabulary import PACKAGES
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import RouteParameter, SymbolKind
from readiness.model.summary import CallRef, Mapping

DEPTH = 2
"""Calls between a view and the functions whose reads count as its own."""
LOCATIONS = {
    "query": "query",
    "querystring": "query",
    "json": "body",
    "json_or_form": "body",
    "body": "body",
    "form": "form",
    "headers": "header",
    "cookies": "cookie",
    "files": "file",
    "view_args": "path",
    "path": "path",
}
"""Locations of webargs and flask-smorest."""
SCHEMA_DECORATORS = frozenset({"use_args", "use_kwargs", "arguments", "input"})
SCHEMA_PACKAGES = frozenset({"webargs", "flask_apispec", "flask_smorest"})
DOCUMENTING = frozenset({"expect", "doc", "param"})
CLASS_LISTS = ("decorators", "method_decorators")
"""Attributes of a class-based view that hold decorators of all its methods."""

PAGER = "flask_smorest.Page"
"""What cuts the page out of whatever a view answers with."""


class Inputs:
    """Reads the inputs of views."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project = reader.project
        self.reads = RequestReads(reader)
        self.parsers = Parsers(reader)
        self.fields = Fields(reader)
        self.handlers = Handlers(reader, PACKAGES)
        self._read: dict[tuple[str, int], tuple[RouteParameter, ...]] = {}

    def of(self, routine: Routine, method: str) -> Iterator[RouteParameter]:
        """The inputs of a view: declared around it, read by a parser, read from the request."""
        yield from self._declared(routine, method)
        yield from self._parsed(routine, method)
        key = (routine.path, routine.index)
        if key not in self._read:
            self._read[key] = tuple(self._from_request(routine))
        yield from self._read[key]

    # from the request

    def _from_request(self, routine: Routine) -> Iterator[RouteParameter]:
        own = self.reader.symbol_of(routine)
        around = [each for each in self.handlers.decorators(routine) if each.kind is SymbolKind.FUNCTION]
        reached = [*self.project.reached_from(own, DEPTH), *around]
        for name, each in self.reads.of({symbol.name: symbol for symbol in reached}.values()):
            yield each if name == own.name else replace(each, via=name)

    # parsers

    def _parsed(self, routine: Routine, method: str) -> Iterator[RouteParameter]:
        """`parser.parse_args()` in the view."""
        for index in self.project.calls_in(self.reader.symbol_of(routine)):
            call = self.reader.call(routine.path, index)
            origin = receiver(call.callee)
            if tail(call.callee) == "parse_args" and origin is not None:
                yield from self.parsers.of(Bound(origin, routine.path, call.scope, call.line), method)

    # decorators

    def _declared(self, routine: Routine, method: str) -> Iterator[RouteParameter]:
        """`@use_args({...})`, `@blueprint.arguments(Schema)`, `@namespace.expect(parser)`."""
        function = self.reader.function(routine)
        for decorator in function.decorators:
            if not isinstance(decorator, CallRef):
                continue
            call = self.reader.call(routine.path, decorator.index)
            name = tail(call.callee)
            if name not in SCHEMA_DECORATORS and name not in DOCUMENTING and name != "paginate":
                continue
            symbol = self.project.callee(routine.path, decorator.index)
            package = symbol.name.partition(".")[0] if symbol.kind is SymbolKind.EXTERNAL else ""
            place = Bound(call.callee, routine.path, function.scope, call.line, routine.frame)
            named = self.reader.arguments.keywords(call, place)
            given = self.reader.arguments.positional(call, place)
            if (
                name in SCHEMA_DECORATORS
                and package in SCHEMA_PACKAGES
                and (given or "argmap" in named or "schema" in named)
            ):
                spec = given[0] if given else named.get("argmap", named.get("schema", place))
                where = named.get("location", named.get("locations", given[1] if len(given) > 1 else None))
                yield from self.fields.of(spec, self._location(where, method))
            elif name == "paginate" and package == "flask_smorest":
                yield from self._paginated(named, pager=bool(given) or "pager" in named)
            elif name in DOCUMENTING and package in PACKAGES:
                for each in (*given, *(named[key] for key in ("parser", "body") if key in named)):
                    yield from self._expected(each, method)

    def _paginated(self, named: dict[str, Answer], *, pager: bool) -> Iterator[RouteParameter]:
        """`@blueprint.paginate()`: the defaults are those of flask-smorest 0.47. With a pager it cuts the page out itself."""
        numbers = {"page": 1, "page_size": 10, "max_page_size": 100}
        for name in numbers:
            value = self.reader.constant(named[name]) if name in named else None
            if isinstance(value, int):
                numbers[name] = value
        yield RouteParameter("page", "query", "int", required=False, default=str(numbers["page"]), minimum=1)
        yield RouteParameter(
            "page_size",
            "query",
            "int",
            required=False,
            default=str(numbers["page_size"]),
            minimum=1,
            maximum=numbers["max_page_size"],
            via=PAGER if pager else "",
        )

    def _expected(self, given: Answer, method: str) -> Iterator[RouteParameter]:
        """A parser, a model or a list of them."""
        display = [each for each in self.reader.follow(given) if isinstance(each, Bound)]
        if display and not isinstance(display[0].value, Mapping):
            for item in self.reader.elements(given)[0][:1]:
                yield from self._expected(item, method) if item is not given else ()
            return
        yield from self.parsers.of(given, method)
        yield from self.fields.of(given, "body")

    def _location(self, given: Answer | None, method: str) -> str:
        undecided = "query" if method in ("GET", "DELETE", "HEAD") else "body"
        if given is None:
            return undecided
        value = self.reader.constant(given)
        if not isinstance(value, str):
            found = [self.reader.constant(each) for each in self.reader.elements(given)[0]]
            value = next((each for each in found if isinstance(each, str)), "")
        return LOCATIONS.get(value, undecided)

    def around(self, routine: Routine | None, owner: Kind | None) -> tuple[str, ...]:
        """Names of the decorators of a view, its class's included, without those that register or document."""
        return self.handlers.around(routine, owner, CLASS_LISTS)
