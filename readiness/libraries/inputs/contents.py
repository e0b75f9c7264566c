"""What a route answers with in, which fields of it a client should not see out: of declared models, serializers, rows and dicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from readiness.libraries.inputs.fields import ClassFields, Field, holds_text, is_secret, words
from readiness.libraries.inputs.returns import Returned, Returns
from readiness.libraries.inputs.schemas import Schemas
from readiness.libraries.values.expressions import keyword, parts, receiver, tail
from readiness.model import Exposed, Project, ResponseContent, Route, Span, Symbol, SymbolKind
from readiness.model.summary import Call, CallRef, Constant, Function, Mapping, Member, Name, Opaque, Subscript, Value
from readiness.model.summary import Sequence as Display

DEPTH = 3
"""Models inside one another."""
CLASSES = 40
"""Classes that are looked at for one answer."""
WHOLE = frozenset({"vars", "model_to_dict"})
ISSUING = frozenset(
    {
        "login", "signin", "token", "tokens", "auth", "oauth", "oauth2", "session", "sessions", "signup", "register", "refresh",
        "authorize", "callback", "sso", "saml", "jwt", "authenticate", "logon", "activate", "impersonate",
    }
)  # fmt: skip
"""Words of operations that hand out a token."""
SHOWING = frozenset(
    {
        "key", "keys", "apikey", "apikeys", "otp", "totp", "2fa", "mfa", "secret", "secrets", "invite", "invites", "invitation",
        "invitations", "share", "shares", "webhook", "webhooks", "regenerate", "rotate", "reset", "credentials", "setup", "clients",
        "applications", "device", "csrf", "upload", "connect",
    }
)  # fmt: skip
"""Words of operations that show a secret when it is made."""
WRITING = frozenset({"POST", "PUT", "PATCH"})
SHAPELESS = ("dict", "Dict", "Mapping", "MutableMapping", "Any", "object")
"""Declared types that choose no fields."""
NAMING = frozenset({"credentials", "secret", "password", "token", "otp", "apikey"})
"""Words of an address that names the secret itself."""
NEVER = frozenset({"password", "passwd", "hash", "hashed", "salt", "passphrase"})
"""Words of what no operation has to answer with."""
LEFT_OUT = ("response_model_exclude", "response_model_include")


class Contents:
    """Reads the fields of answers."""

    def __init__(self, project: Project, fields: ClassFields, schemas: Schemas, returns: Returns) -> None:
        self.project = project
        self.returns = returns
        self.fields = fields
        self.schemas = schemas
        self._exposed: dict[str, tuple[Exposed, ...]] = {}

    def of(
        self, route: Route, path: str, index: int, function: Function, returned: Returned, call: Call | None
    ) -> ResponseContent | None:
        """What the answer of one handler shows; None where its fields are not known."""
        if call is not None and any(keyword(call, name) is not None for name in LEFT_OUT):
            return None
        declared = list(self._declared(route, path, function, call))
        if declared:
            showing = [kind for kind in declared if any(self.exposed(kind))]
            shown = [each for kind in showing for each in self.exposed(kind)]
            return self._fact(route, shown, _named(showing or declared))
        if route.response.partition("[")[0].rpartition(".")[2] not in ("", *SHAPELESS):
            return None  # what is declared chooses the fields, and could not be read
        seen = False
        exposed: list[Exposed] = []
        chosen: list[Symbol] = []
        for value, line in returned.values:
            whole = self._whole(path, index, value, line)
            if whole is not None:
                row, how = whole
                return self._fact(
                    route, self.exposed(row), how, whole=row.name.rpartition("::")[2], at=Span(path, line)
                )
            found = list(self._serializers(path, index, value, line))
            chosen += found
            exposed += [each for kind in found for each in self.exposed(kind)]
            keyed = list(self._keys(path, value, line))
            seen = seen or bool(found) or isinstance(value, Mapping)
            exposed += keyed
        return self._fact(route, exposed, _named(chosen)) if seen else None

    def of_view(self, route: Route) -> ResponseContent | None:
        """What a view of a library shows through its serializer."""
        place = self.project.find(route.view)
        if place is None:
            return None
        kind = Symbol(SymbolKind.CLASS, route.view, *place)
        chosen = self.fields.attribute(kind, "serializer_class")
        if chosen is None or not isinstance(chosen[0].value, Name):
            return None
        serializer = self.project.resolve(chosen[1], chosen[0].value.dotted, chosen[0].scope, chosen[0].line)
        if serializer.kind is not SymbolKind.CLASS or route.method == "DELETE":
            return None
        return self._fact(route, self.exposed(serializer), serializer.name.rpartition("::")[2])

    def _fact(
        self, route: Route, exposed: Iterable[Exposed], how: str, *, whole: str = "", at: Span | None = None
    ) -> ResponseContent:
        found = tuple(sorted(set(exposed)))
        return ResponseContent(
            span=route.span,
            symbol=route.symbol,
            scope=route.scope,
            resolution=route.resolution,
            route=route,
            exposes=found,
            whole=whole,
            how=how,
            at=at,
            issuing=bool(found) and all(issues(route, each.name) for each in found),
        )

    # what is declared

    def _declared(self, route: Route, path: str, function: Function, call: Call | None) -> Iterator[Symbol]:
        """The classes that the declaration names."""
        if not route.response and function.returns is None:
            return
        given = next(
            (found for name in ("response_model", "response") if call and (found := keyword(call, name))), None
        )
        place = (
            (route.registered.path, call.scope, call.line)
            if given is not None and call is not None
            else (path, function.scope, function.line)
        )
        value = given if given is not None else function.returns
        if isinstance(value, Constant) or value is None:
            return
        for each in _inside(value):
            if isinstance(each, Name | Member):
                yield from self._classes(place[0], each, place[1], place[2])

    def _classes(self, path: str, value: Value, scope: int, line: int, depth: int = DEPTH) -> Iterator[Symbol]:
        """The classes behind a name: itself, or those of the alias that it is."""
        symbol = self.project.resolve_value(path, value, scope, line)
        if symbol.kind is SymbolKind.CLASS and self.fields.of(symbol):
            yield symbol
        if symbol.kind is not SymbolKind.VARIABLE or symbol.index < 0 or symbol.rest or depth <= 0:
            return
        summary = self.project.summary(symbol.path)
        found = summary.assignments[symbol.index] if summary is not None else None
        for each in _inside(found.value) if found is not None and found.value is not None else ():
            if isinstance(each, Name | Member):
                yield from self._classes(
                    symbol.path, each, found.scope if found else -1, found.line if found else 0, depth - 1
                )

    def _serializers(self, path: str, scope: int, value: Value, line: int) -> Iterator[Symbol]:
        """The serializers that a value is made by."""
        summary = self.project.summary(path)
        if summary is None:
            return
        waiting, steps = [value], 0
        while waiting and steps < CLASSES:
            steps += 1
            each = waiting.pop()
            if isinstance(each, CallRef):
                call = summary.calls[each.index]
                symbol = self.project.callee(path, each.index)
                if symbol.kind is SymbolKind.CLASS and self.schemas.is_schema(symbol):
                    yield symbol
                    continue
                origin = receiver(call.callee)
                if origin is not None and tail(call.callee) in ("dump", "dumps", "model_dump", "json", "dict"):
                    waiting.append(origin)
            elif isinstance(each, Name):
                waiting += self.assigned(path, scope, each.dotted.partition(".")[0])
                kind = self.project.type_of(path, Name(each.dotted.partition(".")[0]), scope, line)
                if kind.kind is SymbolKind.CLASS and self.schemas.is_schema(kind):
                    yield kind
            else:
                waiting.extend(parts(each))

    def assigned(self, path: str, scope: int, name: str) -> list[Value]:
        """What makes a local name, where that is a call."""
        found = self.returns.assigned(path, scope, name)
        values: list[Value] = [each.value for each in found if isinstance(each.value, CallRef)]
        return values[:DEPTH]

    # rows

    def _whole(self, path: str, scope: int, value: Value, line: int) -> tuple[Symbol, str] | None:
        """A row that is answered with all its columns: `user.__dict__`, `model_to_dict(user)`, the row itself."""
        summary = self.project.summary(path)
        if summary is None:
            return None
        if isinstance(value, CallRef):
            call = summary.calls[value.index]
            name = tail(call.callee)
            if (
                name in WHOLE
                and len(call.arguments) == 1
                and keyword(call, "fields") is None
                and keyword(call, "exclude") is None
            ):
                kind = self.project.type_of(path, call.arguments[0], scope, line)
                if self.schemas.is_stored(kind):
                    return kind, f"{name}()"
                return None
        owner = receiver(value) if isinstance(value, Name | Member) and tail(value) == "__dict__" else None
        if owner is not None:
            kind = self.project.type_of(path, owner, scope, line)
            return (kind, "__dict__") if self.schemas.is_stored(kind) else None
        if isinstance(value, Name | CallRef | Member):
            kind = self.project.type_of(path, value, scope, line)
            if self.schemas.is_stored(kind):
                return kind, "the row itself"
        return None

    # dicts

    def _keys(self, path: str, value: Value, line: int, depth: int = DEPTH) -> Iterator[Exposed]:
        """Secrets that are put under their own name: `{"password": user.password}`."""
        if not isinstance(value, Mapping) or depth <= 0:
            return
        for key, item in zip(value.keys, value.values, strict=True):
            if isinstance(key, Constant) and isinstance(key.value, str) and is_secret(key.value):
                if isinstance(item, Name | Member | Subscript) and is_secret(tail(item)) and "." in _text(item):
                    yield Exposed(Span(path, line), key.value, _text(item))
            elif isinstance(item, Mapping):
                yield from self._keys(path, item, line, depth - 1)

    # fields

    def exposed(self, kind: Symbol, depth: int = DEPTH) -> tuple[Exposed, ...]:
        """The secret-like fields of a class that an answer is made by."""
        if kind.name not in self._exposed:
            self._exposed[kind.name] = ()
            self._exposed[kind.name] = tuple(dict.fromkeys(self._find(kind, depth)))
        return self._exposed[kind.name]

    def _chosen_later(self, kind: Symbol) -> bool:
        """A schema of marshmallow whose constructor decides which fields there are."""
        made = self.project.member(kind, "__init__")
        return made.kind is SymbolKind.FUNCTION and not self.schemas.is_form(kind) and self.schemas.is_schema(kind)

    def _find(self, kind: Symbol, depth: int) -> Iterator[Exposed]:
        if self._chosen_later(kind):
            return
        shown = self._shown(kind)
        hidden = self._hidden(kind)
        for field in self.fields.of(kind):
            name = field.name
            if (shown is not None and name not in shown) or name in hidden:
                continue
            if field.hidden or self._masked(field):
                continue
            if is_secret(name) and holds_text(self.project, field):
                yield Exposed(field.span, name, field.owner)
            elif depth > 1:
                for inner in self._inner(field):
                    yield from self.exposed(inner, depth - 1)
        yield from self._of_model(kind, shown, hidden)

    def _masked(self, field: Field) -> bool:
        """The class of the field writes something of its own in the place of the value."""
        if not field.maker[:1].isupper():
            return False
        kind = self.project.resolve(field.path, field.maker, field.scope, field.line)
        return kind.kind is SymbolKind.CLASS and any(
            self.project.member(kind, name).kind is SymbolKind.FUNCTION for name in ("to_representation", "_serialize")
        )

    def _of_model(self, kind: Symbol, shown: frozenset[str] | None, hidden: frozenset[str]) -> Iterator[Exposed]:
        """Columns of the model that a serializer is made from."""
        option = self.fields.option(kind, "model")
        if option is None or not isinstance(option[0].value, Name):
            return
        model = self.project.resolve(option[1], option[0].value.dotted, option[0].scope, option[0].line)
        if model.kind is not SymbolKind.CLASS:
            return
        declared = {each.name for each in self.fields.of(kind)}
        for field in self.fields.of(model):
            if field.name in declared or field.name in hidden or (shown is not None and field.name not in shown):
                continue
            if is_secret(field.name) and field.maker and holds_text(self.project, field):
                yield Exposed(field.span, field.name, kind.name.rpartition("::")[2])

    def _shown(self, kind: Symbol) -> frozenset[str] | None:
        """The fields that `Meta.fields` lists, as far as they are known; None for all of them."""
        option = self.fields.option(kind, "fields")
        if option is None or isinstance(option[0].value, Constant):
            return None
        return self.fields.texts(option[1], option[0].value, option[0].scope, option[0].line)[0]

    def _hidden(self, kind: Symbol) -> frozenset[str]:
        """Fields that are left out or only written."""
        found: set[str] = set()
        for name in ("exclude", "load_only", "write_only_fields"):
            option = self.fields.option(kind, name)
            if option is not None:
                found |= self.fields.texts(option[1], option[0].value, option[0].scope, option[0].line)[0]
        extra = self.fields.option(kind, "extra_kwargs")
        if extra is not None and isinstance(extra[0].value, Mapping):
            for key, value in zip(extra[0].value.keys, extra[0].value.values, strict=True):
                if isinstance(key, Constant) and isinstance(value, Mapping):
                    said = dict(
                        zip(
                            (each.value for each in value.keys if isinstance(each, Constant)),
                            value.values,
                            strict=False,
                        )
                    )
                    if said.get("write_only") == Constant(True):
                        found.add(str(key.value))
        return frozenset(found | self.fields.removed(kind))

    def _inner(self, field: Field) -> Iterator[Symbol]:
        """Models that a field holds."""
        for each in _inside(field.annotation) if field.annotation is not None else ():
            if isinstance(each, Name | Member) and tail(each)[:1].isupper():
                symbol = self.project.resolve_value(field.path, each, field.scope, field.line)
                if symbol.kind is SymbolKind.CLASS and self.schemas.is_schema(symbol):
                    yield symbol


def issues(route: Route, field: str) -> bool:
    """The operation is there to hand out what the field holds."""
    last = next((each for each in reversed(route.path.split("/")) if each and "{" not in each), "")
    if NAMING & set(words(last)):
        return True
    if NEVER & set(words(field)):
        return False
    said = {each for part in route.path.split("/") if "{" not in part for each in words(part)}
    said |= set(words(route.handler.rpartition("::")[2].rpartition(".")[2])) | set(
        words(route.handler.rpartition("::")[2])
    )
    if said & ISSUING:
        return True
    return route.method in WRITING and bool(
        said & SHOWING or (route.method == "POST" and set(words(field)) & {"key", "token", "secret"})
    )


def _inside(value: Value) -> Iterator[Value]:
    waiting = [value]
    while waiting:
        each = waiting.pop()
        yield each
        if isinstance(each, Subscript):
            inner = each.index.items if isinstance(each.index, Display) else (each.index,)
            head = tail(each.value)
            waiting.append(each.value)
            waiting.extend(inner[:1] if head == "Annotated" else inner)
        elif not isinstance(each, Opaque):
            waiting.extend(parts(each))


def _text(value: Value) -> str:
    if isinstance(value, Name):
        return value.dotted
    if isinstance(value, Member):
        return f"{_text(value.value)}.{value.name}"
    return ""


def _named(kinds: list[Symbol]) -> str:
    return ", ".join(dict.fromkeys(each.name.rpartition("::")[2] for each in kinds[:3]))
