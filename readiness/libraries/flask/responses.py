"""A view in, what it answers out: the declared model, a collection or not, the status, a page or data."""

from __future__ import annotations

from readiness.libraries.declarations.fields import is_many
from readiness.libraries.declarations.responses import NOTHING, Response
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Made, Outside, Routine
from readiness.libraries.values.expressions import written
from readiness.model import SymbolKind
from readiness.model.summary import Call, CallRef, Constant, Function, Sequence, Template, Value

PAGES = frozenset(
    {
        "render_template",
        "render_template_string",
        "stream_template",
        "stream_template_string",
        "redirect",
        "send_file",
        "send_from_directory",
        "send_static_file",
    }
)
"""Functions of Flask and Werkzeug whose answer is a page, a redirect or a file."""
PAGE_PACKAGES = frozenset({"flask", "werkzeug"})
LIST_MARSHALS = frozenset({"marshal_list_with"})
MARSHALS = frozenset({"marshal_with", "marshal_list_with"})
DEPTH = 8
"""Tuples and wrappers around one answer."""
MARSHAL_PACKAGES = frozenset({"flask_restful", "flask_restx", "flask_restplus", "flask_apispec"})


class Responses:
    """Reads what views answer."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._known: dict[tuple[str, int], Response] = {}
        self._given: dict[str, dict[int, list[Value]]] = {}

    def of(self, routine: Routine | None) -> Response:
        """The answer of one view."""
        if routine is None:
            return NOTHING
        key = (routine.path, routine.index)
        if key not in self._known:
            self._known[key] = self._marshalled(routine) or Response(data=not self._is_page(routine))
        return self._known[key]

    # declared

    def _marshalled(self, routine: Routine) -> Response | None:
        """`@marshal_with(model)`, `@ns.marshal_list_with(model, envelope="data")`, `@marshal_with(schema)` of flask-apispec."""
        reader = self.reader
        function = reader.function(routine)
        for decorator in function.decorators:
            if not isinstance(decorator, CallRef):
                continue
            call = reader.call(routine.path, decorator.index)
            symbol = reader.project.callee(routine.path, decorator.index)
            last = symbol.name.rpartition(".")[2]
            if symbol.name == "flask_smorest.Blueprint.response" or symbol.name.endswith(
                ".blueprint.Blueprint.response"
            ):
                found = self._described(
                    Bound(call.callee, routine.path, function.scope, call.line, routine.frame), call
                )
                if found is not None:
                    return found
            if symbol.kind is not SymbolKind.EXTERNAL or last not in MARSHALS or not call.arguments:
                continue
            if symbol.name.partition(".")[0] not in MARSHAL_PACKAGES:
                continue
            place = Bound(call.callee, routine.path, function.scope, call.line, routine.frame)
            named = reader.arguments.keywords(call, place)
            text = written(reader.summary(routine.path), call.arguments[0])
            listed = last in LIST_MARSHALS or ("as_list" in named and reader.constant(named["as_list"]) is True)
            # `marshal_with` takes a list as well as an object, whatever the model.
            collection = True if listed else None
            if symbol.name.startswith("flask_apispec."):
                collection = is_many(reader, reader.at(place, call.arguments[0]))
            code = reader.constant(named["code"]) if "code" in named else 0
            return Response(text, collection, code if isinstance(code, int) and 100 <= code <= 599 else 0)
        return None

    def _described(self, place: Bound, call: Call) -> Response | None:
        """`@blueprint.response(200, Schema(many=True))` of flask-smorest."""
        named = self.reader.arguments.keywords(call, place)
        given = self.reader.arguments.positional(call, place)
        status = self.reader.constant(named.get("status_code", given[0] if given else place))
        schema = named.get("schema", given[1] if len(given) > 1 else None)
        if not isinstance(status, int) or not 200 <= status <= 299:
            return None
        text = written(self.reader.summary(place.path), schema.value) if isinstance(schema, Bound) else ""
        return Response(text, is_many(self.reader, schema) if schema is not None else None, status)

    # pages

    def _is_page(self, routine: Routine) -> bool:
        """Some `return` gives a page, a file or a redirect, and none gives data."""
        kinds = {self._kind(value, routine) for value in self._returned(routine)}
        return "page" in kinds and "data" not in kinds

    def _returned(self, routine: Routine) -> list[Value]:
        if routine.path not in self._given:
            self._given[routine.path] = {}
            for each in self.reader.summary(routine.path).returns:
                if each.value is not None and not each.yields:
                    self._given[routine.path].setdefault(each.scope, []).append(each.value)
        return self._given[routine.path].get(routine.index, [])

    def _kind(self, value: Value, routine: Routine, depth: int = 0) -> str:
        """`page`, `data`, or empty for what says neither: a text, an empty answer, something unknown."""
        if depth > DEPTH:
            return ""
        match value:
            case Sequence("tuple", items) if items:
                return self._kind(items[0], routine, depth + 1)  # an answer with its status
            case Constant() | Template():
                return ""
            case CallRef(index):
                line = self.reader.call(routine.path, index).line
                symbol = self.reader.project.callee(routine.path, index)
                if symbol.kind is SymbolKind.EXTERNAL:
                    return self._of_maker(symbol.name, routine, value, depth)
            case _:
                line = self.reader.function(routine).end_line
        found = self.reader.follow(Bound(value, routine.path, routine.index, line, routine.frame))
        kinds = {self._of_thing(each, value, depth) for each in found} or {"data"}
        return kinds.pop() if len(kinds) == 1 else "data" if "data" in kinds else "page"

    def _of_thing(self, thing: Answer, value: Value, depth: int) -> str:
        if isinstance(thing, Made) and isinstance(thing.maker, Outside) and thing.index >= 0:
            scope = self.reader.call(thing.path, thing.index).scope
            if scope >= 0 and self._is_function(thing.path, scope):
                inner = Routine(thing.path, scope, thing.frame)
                return self._of_maker(thing.maker.name, inner, CallRef(thing.index), depth)
        inside = isinstance(thing, Bound) and thing.scope >= 0 and self._is_function(thing.path, thing.scope)
        if inside and isinstance(thing, Bound) and thing.value != value:
            return self._kind(thing.value, Routine(thing.path, thing.scope, thing.frame), depth + 1)
        return "data"

    def _is_function(self, path: str, scope: int) -> bool:
        return isinstance(self.reader.summary(path).definitions[scope], Function)

    def _of_maker(self, name: str, routine: Routine, value: CallRef, depth: int) -> str:
        package, last = name.partition(".")[0], name.rpartition(".")[2]
        if last in PAGES and package in PAGE_PACKAGES:
            return "page"
        if last in ("abort", "str"):
            return ""
        call = self.reader.call(routine.path, value.index)
        if last == "make_response" and package == "flask" and call.arguments:
            return self._kind(call.arguments[0], routine, depth + 1)
        return "data"
