"""Linked code in, the APIs that are added to connexion's applications out: which document, below which path, found by what."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.connexion.resolvers import Resolver, Resolvers
from readiness.libraries.connexion.specifications import Specifications, Written
from readiness.libraries.connexion.vocabulary import (
    APIS,
    APPLICATIONS,
    PACKAGE,
    POSITIONAL,
    is_api,
    is_application,
    is_resolver,
)
from readiness.libraries.evaluation.activations import running
from readiness.libraries.evaluation.constructions import Construction, Constructions
from readiness.libraries.evaluation.families import derived_names
from readiness.libraries.evaluation.occurrences import Occurrences
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.texts import Texts
from readiness.libraries.evaluation.things import Answer, Bound, Frame, Made, Outside
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Project
from readiness.model.summary import CallRef, Summary

MOST = 2_000
"""Added documents that are looked at, each turn of a loop counted."""


class Addition(Struct, frozen=True, eq=False):
    """One document that is served."""

    documents: tuple[str, ...]
    """Files that it can be, the likeliest first; empty where none was found."""
    prefix: str | None
    """Path before all operations; None where the document itself says it."""
    exact: bool
    resolver: Resolver
    call: tuple[str, int]
    application: Made | None
    """None where it is hung on another framework's application."""
    condition: str = ""
    """The tests around the call, as they are written."""


class Registrations:
    """Everything that one project adds."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project: Project = reader.project
        self.occurrences = Occurrences(reader)
        self.texts = Texts(reader)
        self.specifications = Specifications(reader)
        self.constructions = Constructions(
            reader, POSITIONAL, lambda thing: is_application(thing) or is_api(thing) or is_resolver(thing)
        )
        self.resolvers = Resolvers(reader, self.constructions)
        self.applications: dict[tuple[object, ...], Made] = {}
        self.cut = False
        """Some document was left out for being one too many."""

    def read(self) -> list[Addition]:
        """Every addition; the applications are known afterwards."""
        files = running(self.project)
        names = derived_names((self.reader.summary(path) for path in files), APPLICATIONS | APIS)
        found: list[Addition] = []
        for path in files:
            summary = self.reader.summary(path)
            for addition in self._in_file(path, summary, names):
                found.append(addition)
                if len(found) >= MOST:
                    self.cut = True
                    return found
        return found

    def _in_file(self, path: str, summary: Summary, names: frozenset[str]) -> Iterator[Addition]:
        aliases = {each.alias for each in summary.imports if each.name in names}
        for index, call in enumerate(summary.calls):
            last = tail(call.callee)
            if last == "add_api":
                yield from self._added(path, index)
            elif last in names or last in aliases:
                yield from self._made(path, index)

    def _made(self, path: str, index: int) -> Iterator[Addition]:
        """Applications, and APIs of connexion 2 that hold their document from the start."""
        call = self.reader.call(path, index)
        for frame in self.occurrences.of(path, call):
            for made in self.reader.made(Bound(CallRef(index), path, call.scope, call.line, frame)):
                construction = self.constructions.of(made)
                if construction is None or (made.path, made.index) != (path, index):
                    continue
                if is_application(construction.base):
                    self.applications.setdefault(made.key, made)
                elif is_api(construction.base):
                    yield self._addition(construction.arguments, path, index, frame)

    def _added(self, path: str, index: int) -> Iterator[Addition]:
        """`app.add_api(...)`."""
        call = self.reader.call(path, index)
        origin = receiver(call.callee)
        if origin is None:
            return
        for frame in self.occurrences.of(path, call):
            place = Bound(call.callee, path, call.scope, call.line, frame)
            for made in self.reader.made(self.reader.at(place, origin)):
                construction = self.constructions.of(made)
                if construction is not None and is_application(construction.base):
                    self.applications.setdefault(made.key, made)
                    arguments = self.constructions.named(place, index, "add_api")
                    yield self._addition(arguments, path, index, frame, made, construction)
                    break
            else:
                if self._typed(place):
                    arguments = self.constructions.named(place, index, "add_api")
                    yield self._addition(arguments, path, index, frame)

    def _typed(self, place: Bound) -> bool:
        """The receiver is an application by its annotation."""
        origin = receiver(place.value)
        kind = self.project.type_of(place.path, origin, place.scope, place.line) if origin is not None else None
        return kind is not None and kind.name.startswith(f"{PACKAGE}.") and is_application(Outside(kind.name))

    def _addition(
        self,
        arguments: dict[str, Answer],
        path: str,
        index: int,
        frame: Frame | None,
        made: Made | None = None,
        construction: Construction | None = None,
    ) -> Addition:
        own = construction.arguments if construction is not None else {}
        folder: Written | None = None
        if made is not None:
            folder = self.specifications.folder(own.get("specification_dir"), self._home(made, own))
        given = arguments.get("specification")
        documents = self.specifications.files(given, folder, path) if given is not None else []
        prefix, exact = self._prefix(arguments.get("base_path"))
        return Addition(
            documents=tuple(documents),
            prefix=prefix,
            exact=exact,
            resolver=self.resolvers.of(arguments.get("resolver", own.get("resolver"))),
            call=(path, index),
            application=made,
            condition=self.reader.conditions.along(path, self.reader.call(path, index), frame),
        )

    def _home(self, made: Made, arguments: dict[str, Answer]) -> str:
        """The folder of the module that an application is named after."""
        given = arguments.get("import_name")
        name = self.reader.constant(given) if given is not None else None
        if isinstance(name, str):
            # A name that is no module of the project belongs to no folder: the process's own is used.
            paths = (path for path in self.project.paths() if self.project.module(path) == name)
            return posixpath.dirname(next(paths, ""))
        return posixpath.dirname(made.path)

    def _prefix(self, given: Answer | None) -> tuple[str | None, bool]:
        if given is None or self.reader.is_none(given):
            return None, True
        text, exact = self.texts.of(given)
        return text.rstrip("/"), exact
