"""A value in a filter in; whether a client decides it, and whether it can be a document with operators, out."""

from msgspec import Struct

from readiness.libraries.documents.vocabulary import (
    BYTES,
    CASTS,
    JSON,
    LITERAL,
    LOOSE,
    MAKES_NONE,
    PARSERS,
    PROGRAMS,
    REQUESTS,
    REST_JSON,
    TEXTS,
)
from readiness.libraries.values.expressions import keyword, parts, receiver, tail, written
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Place
from readiness.model import FilterValue, PieceKind, Project, Route, RouteParameter, Scope, Span, Symbol, SymbolKind
from readiness.model.summary import (
    CallRef,
    Choice,
    Class,
    Comprehension,
    Constant,
    Function,
    Mapping,
    Member,
    Name,
    Operation,
    Sequence,
    Starred,
    Subscript,
    Template,
    Value,
)

STEPS = 14
CALLERS = 8
MOST = 400
"""Values that are looked at for one filter."""
ORDER = (FilterValue.DOCUMENT, FilterValue.CODE, FilterValue.UNKNOWN, FilterValue.TEXT)
OPEN = frozenset({PieceKind.REQUEST, PieceKind.PARAMETER, PieceKind.UNKNOWN})
BODY = frozenset({"body"})
SENT = frozenset({"path", "query", "header", "cookie", "form", "body", "file"})


PLAIN = frozenset({"str", "int", "float", "bool", "bytes", "ObjectId"})
MATCHES = frozenset({"match", "fullmatch", "search"})


class Origin(Struct, frozen=True):
    """Something a client sent that gets into a filter."""

    value: FilterValue
    name: str
    field: str = ""
    how: str = ""
    at: Span | None = None


class Origins:
    """Follows the values of filters back to requests. One for a project."""

    def __init__(self, project: Project, following: Following) -> None:
        self._project = project
        self._following = following
        self._parameters: dict[tuple[str, str], RouteParameter] = {}
        self._handlers: set[str] = set()
        for route in project.each(Route):
            self._handlers.add(route.handler)
            for parameter in route.parameters:
                self._parameters[parameter.via or route.handler, parameter.name] = parameter
        self._left = 0

    def of_filter(self, place: Place, index: int) -> list[Origin]:
        """Everything a client sent that gets into a filter, and the text of programs in it; `index` is the call's."""
        self._left = MOST
        return self._filter(place, index, "", STEPS)

    def _filter(self, place: Place, index: int, field: str, steps: int) -> list[Origin]:
        """A document of a filter, or a value in it."""
        value = place.value
        if steps <= 0:
            return []
        if isinstance(value, Mapping):
            return self._mapping(place, value, index, field, steps)
        if isinstance(value, Sequence):
            return [
                each
                for item in value.items
                for each in self._filter(self._following.inside(place, item), index, field, steps - 1)
            ]
        if isinstance(value, Comprehension):
            return self._filter(self._following.inside(place, value.element), index, field, steps - 1)
        if isinstance(value, Name | Choice) and not field:
            # A filter that was written out elsewhere.
            sources = self._following.back(place) or []
            if any(isinstance(each.value, Mapping | Sequence | Choice) for each in sources):
                return [each for source in sources for each in self._filter(source, index, field, steps - 1)]
        found = self._value(place, steps)
        return [] if found is None else [Origin(found.value, found.name, field, found.how, found.at)]

    def _mapping(self, place: Place, value: Mapping, index: int, field: str, steps: int) -> list[Origin]:
        found: list[Origin] = []
        for key, item in zip(value.keys, value.values, strict=True):
            inner = self._following.inside(place, item)
            if key is None:
                found += self._filter(inner, index, "", steps - 1)
                continue
            name = key.value if isinstance(key, Constant) and isinstance(key.value, str) else ""
            if name in PROGRAMS and not isinstance(item, Mapping | Sequence):
                found += self._program(place, item, index, name)
            elif name in LITERAL and not isinstance(item, Mapping):
                found += [
                    Origin(
                        FilterValue.TEXT,
                        each.name,
                        field,
                        f"it stands behind `{name}`, which runs no operators",
                        each.at,
                    )
                    for each in self._filter(inner, index, field or name, steps - 1)
                ]
            else:
                found += self._filter(inner, index, field if name.startswith("$") else name or "?", steps - 1)
        return found

    def _program(self, place: Place, item: Value, index: int, name: str) -> list[Origin]:
        """JavaScript in a filter."""
        frame = place.frame
        if isinstance(self._project.constant(frame.path, item, frame.scope, place.line), str):
            return [Origin(FilterValue.TEXT, name, name, "the program is fixed")]
        sent = self._value(self._following.inside(place, item), STEPS)
        if sent is not None:
            return [Origin(FilterValue.CODE, sent.name, name, "it is a part of the program in it", sent.at)]
        text = self._project.text_of(frame.path, index, item)
        open_ = [piece for piece in text.pieces if piece.kind in OPEN]
        if not open_:
            return [Origin(FilterValue.TEXT, name, name, "the program is put together from fixed parts")]
        piece = next((each for each in open_ if each.kind is PieceKind.REQUEST), open_[0])
        kind = FilterValue.CODE if piece.kind is PieceKind.REQUEST else FilterValue.UNKNOWN
        return [Origin(kind, piece.text, name, "it is a part of the program in it", piece.origin or piece.span)]

    # Values

    def _value(self, place: Place, steps: int) -> Origin | None:
        """What a client can make of a value; None where it has no say, or nothing is known of it."""
        value = place.value
        self._left -= 1
        if steps <= 0 or self._left < 0 or isinstance(value, Constant):
            return None
        if isinstance(value, Starred):
            return self._value(self._following.inside(place, value.value), steps - 1)
        if isinstance(value, Operation):
            return self._operation(place, value, steps)
        if isinstance(value, Template):
            inner = self._worst([self._following.inside(place, each) for each in parts(value)], steps)
            return self._told(place, FilterValue.TEXT, "it is put together as text") if inner is not None else None
        if isinstance(value, Choice):
            return self._worst([self._following.inside(place, each) for each in (value.yes, value.no)], steps)
        if isinstance(value, Sequence):
            return self._worst([self._following.inside(place, each) for each in value.items], steps)
        if isinstance(value, CallRef):
            return self._call(place, steps)
        if isinstance(value, Subscript):
            found = self._part(place, value.value, steps) or self._followed(place, steps)
            return (self._checked(place) or found) if found is not None else None
        if isinstance(value, Member | Name):
            return self._named(place, steps)
        return None

    def _operation(self, place: Place, value: Operation, steps: int) -> Origin | None:
        found = self._worst([self._following.inside(place, each) for each in value.operands], steps)
        if found is None or value.operator in ("or", "and"):
            return found
        return self._told(place, FilterValue.TEXT, "it is put together as text or a number")

    def _worst(self, places: list[Place], steps: int) -> Origin | None:
        found = [each for place in places if (each := self._value(place, steps - 1)) is not None]
        return min(found, key=lambda each: ORDER.index(each.value), default=None)

    def _told(self, place: Place, kind: FilterValue, how: str) -> Origin:
        summary = self._following.summary(place)
        return Origin(
            kind, written(summary, place.value), "", how, Span(place.frame.path, place.line) if place.line else None
        )

    def _call(self, place: Place, steps: int) -> Origin | None:
        call = self._following.call(place)
        if call is None:
            return None
        symbol = self._following.callee(place)
        given = [
            self._following.inside(place, each) for each in (*call.arguments, *(value for _, value in call.keywords))
        ]
        if symbol.name in PARSERS:
            return self._parsed(place, given, steps)
        name = tail(call.callee)
        if (
            symbol.kind is SymbolKind.BUILTIN and (symbol.name in CASTS or symbol.name.startswith(("str.", "bytes.")))
        ) or (symbol.kind is SymbolKind.EXTERNAL and symbol.name.startswith(MAKES_NONE)):
            inner = self._worst(given, steps)
            owner = receiver(call.callee)
            if inner is None and owner is not None:
                inner = self._value(self._following.inside(place, owner), steps - 1)
            return self._told(place, FilterValue.TEXT, f"`{name}` gives no document") if inner is not None else None
        owner = receiver(call.callee)
        asked = self._asked(place, call.callee)
        if asked is not None:
            return asked
        if owner is not None and name in ("get", "pop", "getlist", "setdefault", "copy", "items", "first", "to_dict"):
            return self._value(self._following.inside(place, owner), steps - 1)
        if owner is not None and name in ("strip", "lower", "upper", "title", "split", "replace", "encode", "decode"):
            inner = self._value(self._following.inside(place, owner), steps - 1)
            return self._told(place, FilterValue.TEXT, f"only text has `{name}`") if inner is not None else None
        if owner is not None and name in ("dict", "model_dump"):
            return self._dumped(place, owner)
        return self._followed(place, steps)

    def _parsed(self, place: Place, given: list[Place], steps: int) -> Origin | None:
        """`json.loads(...)` of what was sent is a document, whatever it was before."""
        for each in given:
            value = each.value
            inner = self._value(each, steps - 1)
            sent = inner is not None or self._asked(each, value, BYTES) is not None
            if sent:
                return self._told(place, FilterValue.DOCUMENT, "parsed from what the client sent")
        return None

    def _followed(self, place: Place, steps: int) -> Origin | None:
        sources = self._following.back(place)
        return (
            self._worst(
                [each for each in sources if each.value != place.value or each.frame is not place.frame][:20], steps
            )
            if sources
            else None
        )

    def _part(self, place: Place, whole: Value, steps: int) -> Origin | None:
        """An item or attribute of a value is of its kind."""
        found = self._value(self._following.inside(place, whole), steps - 1)
        return self._told(place, found.value, found.how) if found is not None else None

    def _named(self, place: Place, steps: int) -> Origin | None:
        asked = self._asked(place, place.value)
        if asked is not None:
            return self._checked(place) or asked
        parameter = self._following.parameter(place)
        if parameter is not None:
            frame, name = parameter
            inner = frame.arguments.get(name)
            if inner is None:
                found = self._parameter(place, frame.path, frame.scope, name, steps)
                return (self._checked(place) or found) if found is not None else None
        found = self._followed(place, steps)
        if found is None:
            owner = receiver(place.value)
            found = self._part(place, owner, steps) if owner is not None else None
        return (self._checked(place) or found) if found is not None and found.value is not FilterValue.TEXT else found

    def _checked(self, place: Place) -> Origin | None:
        """A test that no document passes stands before it in the function."""
        summary = self._following.summary(place)
        for index, call in enumerate(summary.calls):
            if call.scope != place.frame.scope or call.line > place.line or place.value not in call.arguments:
                continue
            if (
                call.callee == Name("isinstance")
                and call.arguments[0] == place.value
                and _are_plain(call.arguments[1:])
            ):
                return self._told(place, FilterValue.TEXT, "its class is tested")
            if tail(call.callee) in MATCHES and self._project.callee(place.frame.path, index).name.startswith("re."):
                return self._told(place, FilterValue.TEXT, "it is matched with a pattern, which no document is")
        return None

    # Requests and parameters

    def _asked(self, place: Place, value: Value, wanted: frozenset[str] = JSON | REST_JSON | TEXTS) -> Origin | None:
        """`request.json["name"]`, `request.args.get("q")`: what is asked of a request object."""
        names: list[str] = []
        inner: Value | None = value
        for _ in range(10):
            if isinstance(inner, CallRef):
                inner = self._following.summary(place).calls[inner.index].callee
            elif isinstance(inner, Subscript):
                inner = inner.value
            elif isinstance(inner, Member):
                names.insert(0, inner.name)
                inner = inner.value
            else:
                break
        if not isinstance(inner, Name):
            return None
        chain = [*inner.dotted.split("."), *names]
        at = next((number for number, name in enumerate(chain) if number and name in wanted), 0)
        if not at or not self._is_request(place, ".".join(chain[:at])):
            return None
        name = chain[at]
        if name in JSON:
            return self._told(place, FilterValue.DOCUMENT, "an item of the JSON that the client sent")
        if name in REST_JSON and wanted is not BYTES:
            rest = self._is_rest(place, ".".join(chain[:at]))
            return self._told(place, FilterValue.DOCUMENT, "an item of the data that the client sent") if rest else None
        return self._told(place, FilterValue.TEXT, f"`{name}` holds text only")

    def _is_request(self, place: Place, dotted: str) -> bool:
        path, scope = place.frame.path, place.frame.scope
        symbol = self._project.resolve(path, dotted, scope, place.line)
        if symbol.kind is SymbolKind.EXTERNAL:
            return symbol.name.rpartition(".")[2] in REQUESTS
        held = self._project.type_of(path, Name(dotted), scope, place.line)
        if held.kind is SymbolKind.EXTERNAL:
            return held.name.rpartition(".")[2] in REQUESTS
        if held.kind is SymbolKind.CLASS:
            return any(
                each.kind is SymbolKind.EXTERNAL and each.name.rpartition(".")[2] in REQUESTS
                for each in self._project.ancestors(held)
            )
        given = self._parameters.get((self._project.symbol(path, scope), dotted))
        if given is not None:
            return given.source == "request"
        return dotted in ("request", "self.request", "req") and (
            self._project.symbol(path, scope) in self._handlers or dotted == "self.request"
        )

    def _is_rest(self, place: Place, dotted: str) -> bool:
        held = self._project.type_of(place.frame.path, Name(dotted), place.frame.scope, place.line)
        if held.kind is SymbolKind.EXTERNAL and not held.name.startswith(("rest_framework.", "django.")):
            return False
        return place.frame.path in self._project.imports("rest_framework")

    def _parameter(self, place: Place, path: str, scope: int, name: str, steps: int) -> Origin | None:
        """A parameter of the function, or an attribute of it, that nothing on the way here has filled."""
        symbol = self._project.symbol(path, scope)
        summary = self._project.summary(path)
        function = summary.definitions[scope] if summary is not None and scope >= 0 else None
        if not isinstance(function, Function):
            return None
        declared = next((each for each in function.parameters if each.name == name), None)
        if declared is None:
            return None
        given = self._parameters.get((symbol, name))
        if given is None:
            if symbol in self._handlers:
                return None
            return self._from_callers(place, path, scope, name, steps)
        if given.source not in SENT:
            return None
        if given.source not in BODY:
            return self._told(place, FilterValue.TEXT, "the framework takes text or a number there")
        held = self._project.type_of(path, Name(name), scope, function.line)
        if held.kind is SymbolKind.CLASS:
            return self._of_model(place, held, name)
        loose = given.annotation.removeprefix("builtins.").partition("[")[0] in LOOSE
        if loose:
            return self._told(place, FilterValue.DOCUMENT, "a body without declared fields")
        return self._told(place, FilterValue.TEXT, f"it is declared as `{given.annotation}`")

    def _of_model(self, place: Place, held: Symbol, name: str) -> Origin | None:
        """A field of a typed body, `order.name`; the model as a whole is no filter."""
        value = place.value
        if not isinstance(value, Name) or not value.dotted.startswith(f"{name}."):
            return None
        field = value.dotted.split(".")[1]
        if self._is_loose_field(held, field):
            return self._told(place, FilterValue.DOCUMENT, f"the field `{field}` takes any JSON")
        return self._told(place, FilterValue.TEXT, f"the field `{field}` is typed")

    def _dumped(self, place: Place, owner: Value) -> Origin | None:
        """All fields of a typed body."""
        held = self._project.type_of(place.frame.path, owner, place.frame.scope, place.line)
        parameter = self._following.parameter(self._following.inside(place, owner))
        if held.kind is not SymbolKind.CLASS or parameter is None or not isinstance(owner, Name):
            return None
        given = self._parameters.get((self._project.symbol(parameter[0].path, parameter[0].scope), parameter[1]))
        if given is None or given.source not in BODY:
            return None
        for each in self._project.ancestors(held):
            summary = self._project.summary(each.path) if each.kind is SymbolKind.CLASS else None
            for assignment in summary.assignments if summary is not None else ():
                if (
                    assignment.scope == each.index
                    and assignment.annotation is not None
                    and self._is_loose_field(held, assignment.target)
                ):
                    return self._told(place, FilterValue.DOCUMENT, f"the field `{assignment.target}` takes any JSON")
        return self._told(place, FilterValue.TEXT, "every field is typed")

    def _is_loose_field(self, held: Symbol, name: str) -> bool:
        symbol = self._project.member(held, name)
        summary = self._project.summary(symbol.path) if symbol.kind is SymbolKind.VARIABLE else None
        if summary is None or symbol.index < 0:
            return False
        annotation = summary.assignments[symbol.index].annotation
        outer = annotation.value if isinstance(annotation, Subscript) else annotation
        found = self._project.resolve_value(symbol.path, outer, held.index, 0) if outer is not None else None
        return found is not None and found.name.removeprefix("builtins.") in LOOSE - {"", "list"}

    def _from_callers(self, place: Place, path: str, scope: int, name: str, steps: int) -> Origin | None:
        """What the calls of the function hand over."""
        summary = self._project.summary(path)
        function = summary.definitions[scope] if summary is not None else None
        if not isinstance(function, Function) or summary is None:
            return None
        if any(each.name == name and self._is_text(path, each.annotation, scope) for each in function.parameters):
            # Not enforced, but declared: who hands over a document breaks the function's contract.
            return None
        symbol = Symbol(SymbolKind.FUNCTION, self._project.symbol(path, scope), path, scope)
        names = [each.name for each in function.parameters]
        around = summary.definitions[function.scope] if function.scope >= 0 else None
        position = names.index(name) - (isinstance(around, Class) and names[:1] in (["self"], ["cls"]))
        callers = [
            each for each in self._project.callers(symbol) if self._project.files[each[0]].scope is Scope.SERVICE
        ]
        found: list[Place] = []
        for caller, index in callers[:CALLERS]:
            outer = self._project.summary(caller)
            call = outer.calls[index] if outer is not None else None
            if call is None:
                continue
            value = keyword(call, name)
            if value is None and 0 <= position < len(call.arguments):
                value = call.arguments[position]
            if value is not None and not isinstance(value, Starred):
                found.append(Place(value, self._following.entry_frame(caller, call.scope), call.line))
        worst = self._worst(found, steps - 3)
        if worst is None or not isinstance(place.value, Name) or "." not in place.value.dotted:
            return worst
        return Origin(worst.value, written(self._following.summary(place), place.value), "", worst.how, worst.at)

    def _is_text(self, path: str, annotation: Value | None, scope: int) -> bool:
        if annotation is None:
            return False
        found = self._project.resolve_value(path, annotation, scope, 0).name.removeprefix("builtins.")
        return found in ("str", "int", "float", "bool", "uuid.UUID", "bson.ObjectId", "bson.objectid.ObjectId")


def _are_plain(kinds: tuple[Value, ...]) -> bool:
    """Classes of which no object is a document."""
    named = [each for kind in kinds for each in (kind.items if isinstance(kind, Sequence) else (kind,))]
    return bool(named) and all(isinstance(each, Name) and each.dotted in PLAIN for each in named)
