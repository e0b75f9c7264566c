"""A call in, what of a schema library it is out: a check that refuses, one that tells, an object that checks when asked."""

from __future__ import annotations

from enum import StrEnum

from readiness.libraries.inputs.vocabulary import (
    CALLED_SCHEMAS,
    FORM_BASES,
    FORM_MAKERS,
    FORM_PACKAGES,
    MODEL_BASES,
    REFUSING_VALIDATE,
    SCHEMA_METHODS,
    TOLD_METHODS,
    VALIDATED_DATA_DECORATORS,
)
from readiness.model import Project, Symbol, SymbolKind
from readiness.model.summary import CallRef, Class, Member, Name

MODEL_METHODS = frozenset({"model_validate", "model_validate_json", "parse_obj", "parse_raw"})
"""Methods that classes of pydantic have, and hardly any other."""


class Role(StrEnum):
    """What a call does with data that it is given."""

    NONE = "none"
    REFUSES = "refuses"
    """It raises for what does not fit."""
    TELLS = "tells"
    """Its result says whether it fits."""
    FORM = "form"
    """It makes an object that checks when it is asked."""
    LIBRARY = "library"
    """A view of a library that checks by itself."""


LIBRARY_VIEWS = frozenset(
    {
        "create",
        "update",
        "partial_update",
        "post",
        "put",
        "patch",
        "form_valid",
        "dispatch",
        "get_form",
        "process",
        "destroy",
    }
)


STORES = frozenset(
    {
        "sqlalchemy",
        "flask_sqlalchemy",
        "sqlmodel",
        "peewee",
        "tortoise",
        "mongoengine",
        "pymongo",
        "motor",
        "pony",
        "sqlalchemy_utils",
    }
)
"""Packages whose classes and queries store rows; of Django it is `django.db`."""


def is_row_base(name: str) -> bool:
    """A class of another package whose subclasses are rows."""
    package = name.partition(".")[0]
    if package == "django":
        return name.startswith(("django.db.models.", "django.contrib.auth.models.", "django.contrib.auth.base_user."))
    return package in STORES


class Schemas:
    """Knows the schema classes of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._models: dict[str, bool] = {}
        self._forms: dict[str, bool] = {}
        self._stored: dict[str, bool] = {}

    def role(self, symbol: Symbol) -> tuple[Role, str]:
        """What a callee is, with the name to call it by."""
        if symbol.kind is SymbolKind.CLASS:
            name = symbol.name.rpartition("::")[2]
            if self.is_model(symbol):
                return Role.REFUSES, name
            return (Role.FORM, name) if self.is_form(symbol) else (Role.NONE, name)
        if symbol.kind is not SymbolKind.EXTERNAL:
            return Role.NONE, ""
        return self._external(symbol.name)

    def _external(self, name: str) -> tuple[Role, str]:
        package, last = name.partition(".")[0], name.rpartition(".")[2]
        before = name.rpartition(".")[0].rpartition(".")[2] or package
        if package in SCHEMA_METHODS.get(last, ()):
            return Role.REFUSES, before
        if package in TOLD_METHODS.get(last, ()):
            return Role.TELLS, before
        if last == "validate" and package in REFUSING_VALIDATE:
            return Role.REFUSES, before
        if package in CALLED_SCHEMAS and last in ("__call__", "Schema"):
            return Role.REFUSES, before
        if package in FORM_PACKAGES and (last in FORM_BASES or last in FORM_MAKERS):
            return Role.FORM, last
        if package in FORM_PACKAGES and last in LIBRARY_VIEWS:
            return Role.LIBRARY, before
        return Role.NONE, ""

    def of_given_class(self, path: str, callee: str, scope: int, line: int) -> tuple[Role, str]:
        """`schema.model_validate(sent)`, where `schema` is a parameter: in a file that imports the library only its models have
        such a method."""
        name, _, last = callee.rpartition(".")
        if last not in MODEL_METHODS or not name.isidentifier():
            return Role.NONE, ""
        given = self.project.resolve(path, name, scope, line)
        summary = self.project.summary(path)
        packages = {each.module.partition(".")[0] for each in summary.imports} if summary is not None else set()
        known = given.kind is SymbolKind.PARAMETER and not given.rest and packages & SCHEMA_METHODS[last]
        return (Role.REFUSES, name) if known else (Role.NONE, "")

    def is_model(self, symbol: Symbol) -> bool:
        """Its constructor refuses what does not fit: pydantic and its kin."""
        if symbol.kind is not SymbolKind.CLASS:
            return False
        if symbol.name not in self._models:
            self._models[symbol.name] = self._is_model(symbol)
        return self._models[symbol.name]

    def _is_model(self, symbol: Symbol) -> bool:
        ancestors = self.project.ancestors(symbol)
        if any(each.kind is SymbolKind.EXTERNAL and each.name in MODEL_BASES for each in ancestors):
            return not self._is_table(symbol)
        summary = self.project.summary(symbol.path)
        definition = summary.definitions[symbol.index] if summary is not None and symbol.index >= 0 else None
        if summary is None or not isinstance(definition, Class):
            return False
        for each in definition.decorators:
            if isinstance(each, CallRef):
                found = self.project.callee(symbol.path, each.index)
            elif isinstance(each, Name | Member):
                found = self.project.resolve_value(symbol.path, each, definition.scope, definition.line)
            else:
                continue
            if found.name in VALIDATED_DATA_DECORATORS:
                return True
        return False

    def _is_table(self, symbol: Symbol) -> bool:
        """`class Hero(SQLModel, table=True)`: nothing is checked when such an object is made."""
        summary = self.project.summary(symbol.path)
        definition = summary.definitions[symbol.index] if summary is not None and symbol.index >= 0 else None
        return isinstance(definition, Class) and any(name == "table" for name, _ in definition.keywords)

    def is_stored(self, symbol: Symbol) -> bool:
        """Its objects are rows or documents of a database."""
        if symbol.kind is not SymbolKind.CLASS:
            return False
        if symbol.name not in self._stored:
            self._stored[symbol.name] = not self.is_model(symbol) and any(
                each.kind is SymbolKind.EXTERNAL and is_row_base(each.name) for each in self.project.ancestors(symbol)
            )
        return self._stored[symbol.name]

    def is_form(self, symbol: Symbol) -> bool:
        """Its objects take data and check it when they are asked."""
        if symbol.kind is SymbolKind.EXTERNAL:
            package, last = symbol.name.partition(".")[0], symbol.name.rpartition(".")[2]
            return package in FORM_PACKAGES and last in FORM_BASES
        if symbol.kind is not SymbolKind.CLASS:
            return False
        if symbol.name not in self._forms:
            self._forms[symbol.name] = any(
                each.kind is SymbolKind.EXTERNAL and self.is_form(each) for each in self.project.ancestors(symbol)
            )
        return self._forms[symbol.name]

    def is_schema(self, symbol: Symbol) -> bool:
        """A class of any schema library."""
        if self.is_model(symbol) or self.is_form(symbol):
            return True
        if symbol.kind is SymbolKind.EXTERNAL:
            return symbol.name.partition(".")[0] in SCHEMA_METHODS["load"]
        return symbol.kind is SymbolKind.CLASS and any(
            each.kind is SymbolKind.EXTERNAL and each.name.partition(".")[0] in SCHEMA_METHODS["load"]
            for each in self.project.ancestors(symbol)
        )
