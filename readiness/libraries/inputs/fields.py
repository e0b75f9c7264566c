"""A class in, the fields that its objects hold out: of pydantic, SQLAlchemy, Django, marshmallow and serializers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from msgspec import Struct

from readiness.libraries.values.expressions import called, keyword, parts, tail
from readiness.model import Project, Span, Symbol, SymbolKind
from readiness.model.summary import (
    Assignment,
    CallRef,
    Class,
    Constant,
    Function,
    Mapping,
    Name,
    Operation,
    Sequence,
    Starred,
    Value,
)

WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
SECRETS = frozenset(
    {"password", "passwd", "passphrase", "secret", "secrets", "salt", "otp", "ssn", "token", "apikey", "credentials"}
)
SECRET_PAIRS = frozenset(
    {("api", "key"), ("private", "key"), ("secret", "key"), ("access", "key"), ("password", "hash"), ("hashed", "password"),
     ("encryption", "key"), ("signing", "key"), ("recovery", "codes"), ("backup", "codes")}
)  # fmt: skip
HARMLESS = frozenset(
    {
        "id", "ids", "at", "type", "types", "count", "url", "uri", "name", "names", "length", "expires", "expiry", "expiration",
        "expired", "age", "date", "time", "usage", "used", "limit", "max", "min", "total", "has", "is", "enabled", "required",
        "policy", "status", "set", "changed", "reset", "hint", "strength", "valid", "verified", "lifetime", "ttl", "prefix",
        "suffix", "last4", "exists", "needs", "must", "can", "method", "page", "next", "public", "csrf", "cursor", "pagination",
        "tokens", "budget", "price", "cost", "input", "output", "rotated", "confirm", "confirmation", "invite", "client",
        "scope", "scopes", "label", "labels", "field", "fields", "symbol", "manager", "managers", "allow", "disable", "disabled",
        "uses", "share", "unsubscribe", "endpoint", "supported", "methods", "algorithms", "alg", "values", "header", "headers",
        "hints", "counts", "ref", "refs", "reference", "rule", "rules",
    }
)  # fmt: skip
"""Words beside which such a word tells something about the secret, and is none: `password_changed_at`, `token_type`."""
PLAIN_TYPES = frozenset(
    {"bool", "int", "float", "datetime", "date", "timedelta", "SecretStr", "SecretBytes", "None", "Decimal"}
)
TEXTS = frozenset({"str", "bytes", "dict", "Dict", "Mapping", "MutableMapping", "Any", "object"})
"""Types that can hold a secret as it is."""
PLAIN_FIELDS = frozenset(
    {
        "BooleanField", "DateTimeField", "DateField", "IntegerField", "Boolean", "DateTime", "Integer", "Date", "ForeignKey",
        "ManyToManyField", "OneToOneField", "relationship", "PositiveIntegerField", "BigIntegerField", "SerializerMethodField",
        "FloatField", "DecimalField", "PrimaryKeyRelatedField",
    }
)  # fmt: skip
"""Makers of fields that hold no text."""
ASSIGNED = frozenset(
    {"role", "roles", "groups", "permissions", "user_permissions", "user_role", "access_level", "admin"}
)
"""Those of them that somebody has to be able to set, in the right place."""
PRIVILEGED = frozenset(
    {
        "is_admin", "is_staff", "is_superuser", "is_super_user", "superuser", "admin", "role", "roles", "permissions",
        "user_permissions", "groups", "balance", "credits", "is_verified", "email_verified", "is_owner", "is_root", "privileges",
        "is_email_verified", "can_manage", "is_system", "access_level", "user_role", "is_moderator",
    }
)  # fmt: skip
"""Fields that say what somebody may do, or what he owns."""


NAMED = 8
"""Names and sums of lists inside one another."""


class Field(Struct, frozen=True):
    """One field of a class."""

    name: str
    span: Span
    owner: str
    """The class that declares it."""
    maker: str = ""
    """The last name of what is assigned: `CharField`."""
    annotation: Value | None = None
    hidden: bool = False
    """It is never written out: `write_only=True`, `load_only=True`, `exclude=True`."""
    path: str = ""
    scope: int = -1
    line: int = 0


class ClassFields:
    """Knows the fields of the classes of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._fields: dict[str, tuple[Field, ...]] = {}

    def of(self, kind: Symbol) -> tuple[Field, ...]:
        """The fields of a class, those of its bases in the project included."""
        if kind.name not in self._fields:
            found: dict[str, Field] = {}
            for each in self.project.ancestors(kind):
                if each.kind is SymbolKind.CLASS and each.index >= 0:
                    for field in self._own(each):
                        found.setdefault(field.name, field)
            self._fields[kind.name] = tuple(found.values())
        return self._fields[kind.name]

    def _own(self, kind: Symbol) -> Iterator[Field]:
        summary = self.project.summary(kind.path)
        if summary is None:
            return
        for each in self.project.assigned_in(kind.path, kind.index):
            if "." in each.target or each.target.startswith("_") or each.operator not in ("=", "declare"):
                continue
            maker, hidden = "", False
            if isinstance(each.value, CallRef):
                maker = called(self.project, kind.path, each.value.index)
                call = summary.calls[each.value.index]
                hidden = any(keyword(call, name) == Constant(True) for name in ("write_only", "load_only", "exclude"))
                wrapped = (
                    call.arguments[0] if call.arguments and maker in ("Column", "mapped_column", "field") else None
                )
                if isinstance(wrapped, Name):
                    maker = tail(wrapped)
                elif isinstance(wrapped, CallRef):
                    maker = called(self.project, kind.path, wrapped.index)
            if each.annotation is None and not maker:
                continue
            yield Field(
                each.target,
                Span(kind.path, each.line),
                kind.name.rpartition("::")[2],
                maker,
                each.annotation,
                hidden,
                kind.path,
                kind.index,
                each.line,
            )

    def option(self, kind: Symbol, name: str) -> tuple[Assignment, str] | None:
        """An option of the class's `Meta`, with the file it stands in; that of a base where it has none of its own."""
        for each in self.project.ancestors(kind):
            if each.kind is not SymbolKind.CLASS or each.index < 0:
                continue
            meta = self._meta(each)
            for assignment in self.project.assigned_in(each.path, meta) if meta >= 0 else ():
                if assignment.target == name and assignment.value is not None:
                    return assignment, each.path
        return None

    def removed(self, kind: Symbol) -> set[str]:
        """What the body of its `Meta` takes out of the list: `fields.remove("password")`."""
        summary = self.project.summary(kind.path)
        meta = self._meta(kind)
        calls = (
            [summary.calls[each] for each in self.project.called_in(kind.path, meta)] if summary and meta >= 0 else []
        )
        given = [each.arguments[0] for each in calls if each.callee == Name("fields.remove") and each.arguments]
        return {each.value for each in given if isinstance(each, Constant) and isinstance(each.value, str)}

    def _meta(self, kind: Symbol) -> int:
        summary = self.project.summary(kind.path)
        for index in reversed(self.project.defined_in(kind.path, kind.index)):
            definition = summary.definitions[index] if summary is not None else None
            if isinstance(definition, Class) and definition.name == "Meta":
                return index
        return -1

    def attribute(self, kind: Symbol, name: str) -> tuple[Assignment, str] | None:
        """An assignment in the body of a class or of a base."""
        for each in self.project.ancestors(kind):
            if each.kind is SymbolKind.CLASS and each.index >= 0:
                for assignment in self.project.assigned_in(each.path, each.index):
                    if assignment.target == name and assignment.value is not None:
                        return assignment, each.path
        return None

    def texts(
        self, path: str, value: Value | None, scope: int, line: int, depth: int = 0
    ) -> tuple[frozenset[str], bool]:
        """The texts of a list or tuple, and whether they are all."""
        if value is None or depth > NAMED:
            return frozenset(), value is None
        if isinstance(value, Sequence):
            constants = [each for each in value.items if isinstance(each, Constant) and isinstance(each.value, str)]
            spread = [each.value for each in value.items if isinstance(each, Starred)]
            inner, known = self._joined(path, spread, scope, line, depth)
            complete = len(constants) + len(spread) == len(value.items)
            return inner | {str(each.value) for each in constants}, known and complete
        if isinstance(value, Operation) and value.operator == "+":
            return self._joined(path, value.operands, scope, line, depth)
        if isinstance(value, Mapping):
            keys = [each.value for each in value.keys if isinstance(each, Constant)]
            return frozenset(str(each) for each in keys), len(keys) == len(value.keys)
        if isinstance(value, Name):
            symbol = self.project.resolve(path, value.dotted, scope, line)
            summary = (
                self.project.summary(symbol.path) if symbol.kind is SymbolKind.VARIABLE and symbol.index >= 0 else None
            )
            if summary is not None and not symbol.rest:
                found = summary.assignments[symbol.index]
                return self.texts(symbol.path, found.value, found.scope, found.line, depth + 1)
        return frozenset(), False

    def _joined(
        self, path: str, values: Iterable[Value], scope: int, line: int, depth: int
    ) -> tuple[frozenset[str], bool]:
        """The texts of several lists that make one: `fields = common + ["name"]`, `[*common, "name"]`."""
        found = [self.texts(path, each, scope, line, depth + 1) for each in values]
        return frozenset().union(*(texts for texts, _ in found)), all(known for _, known in found)

    def methods(self, kind: Symbol) -> Iterator[tuple[str, str, int]]:
        """Names, files and indices of the methods of a class, without those of its bases."""
        summary = self.project.summary(kind.path)
        for index, each in enumerate(summary.definitions if summary is not None else ()):
            if isinstance(each, Function) and each.scope == kind.index:
                yield each.name, kind.path, index


def words(name: str) -> list[str]:
    """The words of a name in snake case or camel case, in lower case."""
    return [each.lower() for each in WORDS.findall(name)]


def is_secret(name: str) -> bool:
    """The name of a field that holds a secret."""
    parts = words(name)
    pairs = set(pairwise(parts))
    if not (SECRETS & set(parts) or SECRET_PAIRS & pairs):
        return False
    return not HARMLESS & set(parts)


def holds_text(project: Project, field: Field) -> bool:
    """The field can hold a secret: it is no flag, number, date or relation, and no type that hides what it holds."""
    if field.maker in PLAIN_FIELDS:
        return False
    names = dict(_names(project, field)) if field.annotation is not None else {}
    if names.keys() & PLAIN_TYPES - {"None"} or "ClassVar" in names:
        return False
    made = [each for each in names.values() if each.kind is SymbolKind.CLASS]
    # An object says what it holds in fields of its own.
    return not made or bool(names.keys() & TEXTS) or any(project.is_a(each, ("builtins.str", "str")) for each in made)


def _names(project: Project, field: Field) -> Iterator[tuple[str, Symbol]]:
    """The last names of all types in an annotation, whatever they were imported as, with what they are."""
    waiting = [field.annotation] if field.annotation is not None else []
    while waiting:
        each = waiting.pop()
        if isinstance(each, Name):
            symbol = project.resolve(field.path, each.dotted, field.scope, field.line)
            external = symbol.kind is SymbolKind.EXTERNAL
            yield (symbol.name.rpartition(".")[2] if external else tail(each)), symbol
        waiting.extend(parts(each))
