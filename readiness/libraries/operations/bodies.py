"""The value of an answer's body in, its form out: the fields of a JSON object, a list, a text; and whether it says that
something failed."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from msgspec import Struct

from readiness.libraries.operations.answers import Given, answers_of
from readiness.libraries.values.expressions import receiver, tail
from readiness.libraries.values.following import COPIES, Following
from readiness.libraries.values.frames import Place
from readiness.model import Project, SymbolKind
from readiness.model.summary import (
    Call,
    CallRef,
    Choice,
    Constant,
    Mapping,
    Member,
    Name,
    Opaque,
    Sequence,
    Template,
    Value,
)

STEPS = 6
DUMPS = COPIES | {"to_dict", "as_dict", "asdict", "serialize", "json", "dump"}
"""Methods that give the fields of the object they are called on."""
TEXT_CALLS = frozenset(
    {"str", "repr", "format", "join", "_", "gettext", "ugettext", "lazy_gettext", "gettext_lazy", "dumps"}
)
FAILED = frozenset({"error", "errors", "err", "error_message", "error_msg", "errormsg"})
"""Fields that are there when something failed."""
SUCCEEDED = frozenset({"success", "ok", "succeeded", "is_success"})
OUTCOME = frozenset({"status", "result", "state", "outcome"})
BAD = frozenset({"error", "fail", "failed", "failure", "ko"})
BESIDE = FAILED | SUCCEEDED | OUTCOME | frozenset(
    {
        "message", "msg", "detail", "details", "reason", "code", "error_code", "errorcode", "status_code", "statuscode", "type",
        "title", "data", "description", "info", "hint", "field", "fields", "path", "timestamp", "request_id", "errno",
    }
)  # fmt: skip
"""Fields that an answer may have which only says what failed."""


class Form(Struct, frozen=True):
    """What a body is made of."""

    kind: str
    """`object`, `list`, `text`, `fields` (a library's list of errors by field), `model`, `unknown`."""
    fields: tuple[tuple[str, Place | None], ...] = ()
    """Of an object: names in order, and what they hold."""
    complete: bool = True
    """These are all fields."""
    model: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the fields."""
        return tuple(name for name, _ in self.fields)


UNKNOWN_FORM = Form("unknown")


class Bodies:
    """Reads bodies of one project's answers."""

    def __init__(self, following: Following) -> None:
        self.following = following
        # With each answer, so that none is collected and its number given to another one.
        self._known: dict[int, tuple[Given, Form]] = {}
        self.project: Project = following.project

    def of(self, given: Given) -> Form:
        """The form of an answer's body."""
        if id(given) not in self._known:
            self._known[id(given)] = (given, self._of(given))
        return self._known[id(given)][1]

    def _of(self, given: Given) -> Form:
        if given.spread is not None:
            return self._keywords(given.spread, given.place)
        return self.form(given.body, STEPS) if given.body is not None else Form("empty")

    def form(self, place: Place, steps: int = STEPS) -> Form:
        """The form of a value."""
        value = place.value
        if steps <= 0:
            return UNKNOWN_FORM
        match value:
            case Mapping():
                return self._mapping(place, value, steps)
            case Constant(value=str()) | Template():
                return Form("text")
            case Sequence(kind="list"):
                return Form("list")
            case CallRef():
                return self._call(place, value, steps)
            case Member(name="errors") | Member(name="messages"):
                return Form("fields")
            case Name() if value.dotted.endswith((".errors", ".messages", ".normalized_messages")):
                return Form("fields")
            case Choice():
                first = self.form(self.following.inside(place, value.yes), steps - 1)
                second = self.form(self.following.inside(place, value.no), steps - 1)
                return first if first.names == second.names and first.kind == second.kind else UNKNOWN_FORM
            case Name() | Member():
                return self._bound(place, steps)
            case _:
                return UNKNOWN_FORM

    def _bound(self, place: Place, steps: int) -> Form:
        sources = self.following.back(place)
        if not sources or len(sources) > 3:
            return UNKNOWN_FORM
        forms = [self.form(each, steps - 1) for each in sources]
        if any((each.kind, each.names) != (forms[0].kind, forms[0].names) for each in forms):
            return UNKNOWN_FORM
        return self._with_items(place, forms[0])

    def _with_items(self, place: Place, form: Form) -> Form:
        """A dict whose entries are set one by one as well: `body["code"] = ...`."""
        if form.kind != "object" or not isinstance(place.value, Name):
            return form
        summary = self.following.summary(place)
        target = f"{place.value.dotted}[]"
        if any(each.target == target and each.scope == place.frame.scope for each in summary.assignments):
            return Form("object", form.fields, complete=False)
        return form

    def _mapping(self, place: Place, value: Mapping, steps: int) -> Form:
        fields: list[tuple[str, Place | None]] = []
        complete = True
        for key, item in zip(value.keys, value.values, strict=True):
            if key is None:
                inner = self.form(self.following.inside(place, item), steps - 1)
                fields.extend(inner.fields)
                complete &= inner.kind == "object" and inner.complete
                continue
            name = self.project.constant(place.frame.path, key, place.frame.scope, place.line)
            if isinstance(name, str):
                fields.append((name, self.following.inside(place, item)))
            else:
                complete = False
        return Form("object", tuple(dict(fields).items()), complete)

    def _keywords(self, call: Call, place: Place) -> Form:
        fields = tuple((name, self.following.inside(place, value)) for name, value in call.keywords if name)
        return Form("object", fields, all(name for name, _ in call.keywords))

    def _call(self, place: Place, value: CallRef, steps: int) -> Form:
        call = self.following.summary(place).calls[value.index]
        symbol = self.following.callee(place)
        name = tail(call.callee)
        if symbol.kind is SymbolKind.BUILTIN and name == "dict" and not call.arguments:
            return self._keywords(call, place)
        if name in DUMPS and symbol.kind is not SymbolKind.FUNCTION:
            origin = receiver(call.callee)
            return self.form(self.following.inside(place, origin), steps - 1) if origin is not None else UNKNOWN_FORM
        if name in TEXT_CALLS and symbol.kind is not SymbolKind.FUNCTION:
            return Form("text")
        if symbol.kind is SymbolKind.CLASS:
            found = self._keywords(call, place)
            short = symbol.name.rpartition("::")[2].rpartition(".")[2]
            return Form("object", found.fields, complete=bool(found.fields) and found.complete, model=short)
        if symbol.kind is SymbolKind.EXTERNAL and name in ("jsonable_encoder", "jsonify") and call.arguments:
            return self.form(self.following.inside(place, call.arguments[0]), steps - 1)
        sources = self.following.back(place) if symbol.kind is SymbolKind.FUNCTION else None
        if not sources or len(sources) > 3:
            return UNKNOWN_FORM
        forms = [self.form(each, steps - 1) for each in sources]
        same = all((each.kind, each.names) == (forms[0].kind, forms[0].names) for each in forms)
        return forms[0] if same else UNKNOWN_FORM

    def failure(self, form: Form) -> str:
        """What in a body says that something failed, as written; empty where it does not, or where it says more."""
        if form.kind != "object" or not form.complete or not {each.lower() for each in form.names} <= BESIDE:
            return ""
        for name, held in form.fields:
            known = self._constant(held)
            lower = name.lower()
            if lower in SUCCEEDED and known is False:
                return f'"{name}": False'
            if lower in OUTCOME and isinstance(known, str) and known.lower() in BAD:
                return f'"{name}": "{known}"'
            if lower in FAILED and held is not None and self._says_something(held):
                return f'"{name}"'
        return ""

    def _constant(self, held: Place | None) -> object:
        if held is None:
            return None
        return self.project.constant(held.frame.path, held.value, held.frame.scope, held.line)

    def _says_something(self, held: Place) -> bool:
        """The value is surely a text or an object that tells of a failure."""
        value: Value = held.value
        match value:
            case Constant(value=str() as text):
                return bool(text)
            case Constant(value=True) | Template():
                return True
            case Mapping():
                return bool(value.keys)
            case Sequence():
                return bool(value.items)
            case CallRef():
                call = self.following.summary(held).calls[value.index]
                return tail(call.callee) in ("str", "repr", "format", "_", "gettext", "lazy_gettext", "gettext_lazy")
            case Opaque() | Name() | Member():
                known = self._constant(held)
                return isinstance(known, str) and bool(known)
            case _:
                return False


def bodies_of(project: Project) -> Bodies:
    """The one reader of a project."""
    if project not in _bodies:
        _bodies[project] = Bodies(answers_of(project).following)
    return _bodies[project]


_bodies: WeakKeyDictionary[Project, Bodies] = WeakKeyDictionary()
