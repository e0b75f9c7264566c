"""A scan in, its OpenAPI and Swagger documents out: those that the settings name, else files that say what they are."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from readiness.artifacts.openapi import (
    DocumentError,
    Table,
    TemplateDocumentError,
    is_marked,
    read_document,
    read_values,
)
from readiness.model import Code, Evidence, Fact, Library, Project, Scope, SourceFile, Span, SpecDocument

library = Library(__name__, stage="web", provides=(SpecDocument, Evidence))

KIND = "openapi"
LANGUAGES = frozenset({"yaml", "json"})
NAMED = re.compile(
    r"open-?_?api|swagger|(?:^|[._-])oas(?:[._-]|\d|$)|api[._-]?(?:docs?|spec|schema|contract)|apispec", re.I
)
"""Names of files that are looked into whatever their size."""
FOLDERS = frozenset(
    {"api", "apis", "doc", "docs", "spec", "specs", "schema", "schemas", "contract", "contracts", "openapi", "swagger"}
)
"""Folders whose files are looked into first."""
ASIDE = frozenset(
    [
        *("example", "examples", "sample", "samples", "demo", "demos", "fixture", "fixtures", "testdata", "test_data"),
        *("mock", "mocks", "cassettes", "snapshots", "__snapshots__", "locale", "locales", "i18n", "translations"),
        *("archive", "archived", "deprecated", "templates", "dist", "build"),
    ]
)
"""Folders whose documents speak of other services, or of none."""
LARGEST = 512 * 1024
"""Bytes of a file that only its content can show to be a document."""
LOOKED = 400
"""Such files that are looked into."""
DOCUMENTS = 60
REFERRED = 500
"""Files that the documents of a scan refer to."""


@library.recognises
def recognise(project: Project) -> Iterator[Fact]:
    """Every document, and a piece of evidence for each that cannot be read."""
    for document in Documents(project).all():
        yield document
        if document.problem:
            yield Evidence(
                span=document.span,
                symbol=document.symbol,
                scope=document.scope,
                kind=KIND,
                format="",
                stale=True,
                detail=f"unusable: {document.problem}",
                problem=f"this API document cannot be read: {document.problem}",
            )


class Documents:
    """Reads the documents of one scan."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._roots: dict[str, Table | None] = {}
        self._failures: dict[str, DocumentError] = {}

    def all(self) -> Iterator[SpecDocument]:
        """Every document of the scan, in order of path."""
        configured = self._code.evidence(KIND)
        paths = [path for path in configured if path in self._code.files] if configured else sorted(self._found())
        for path in paths[:DOCUMENTS]:
            document = self.at(path, configured=bool(configured))
            if document is not None:
                yield document

    def at(self, path: str, *, configured: bool = False) -> SpecDocument | None:
        """The document at a path; one with a problem where it cannot be read, None for a template."""
        file = self._code.files[path]
        root = self._root(path)
        try:
            if root is None:
                raise self._failures.get(path) or DocumentError("it cannot be read")
            return read_document(path, root, self._load, scope=file.scope, configured=configured)
        except TemplateDocumentError as error:
            # Nothing of it can be known, and nobody wrote it wrong.
            return self._broken(path, file, str(error)) if configured else None
        except DocumentError as error:
            return self._broken(path, file, str(error))

    def _broken(self, path: str, file: SourceFile, reason: str) -> SpecDocument:
        return SpecDocument(span=Span(path, 1), symbol=path, scope=file.scope, language=KIND, problem=reason)

    def _root(self, path: str) -> Table | None:
        if path not in self._roots:
            self._roots[path] = None
            content = self._code.content(path)
            try:
                if content is not None:
                    as_json = self._code.files[path].language == "json" or content.lstrip()[:1] == b"{"
                    self._roots[path] = read_values(content, as_json=as_json)
            except DocumentError as error:
                self._failures[path] = error
        return self._roots[path]

    def _load(self, path: str) -> Table | None:
        """A file that a document refers to: of the scan, and only YAML or JSON."""
        file = self._code.files.get(path)
        if file is None or file.language not in LANGUAGES or len(self._roots) > REFERRED:
            return None
        return self._root(path)

    # finding

    def _found(self) -> Iterator[str]:
        looked = 0
        for _, path in sorted(self._candidates()):
            named = NAMED.search(posixpath.basename(path)) is not None
            if not named:
                looked += 1
                if looked > LOOKED:
                    return
            content = self._code.content(path)
            if content is not None and is_marked(content, named=named):
                yield path

    def _candidates(self) -> Iterator[tuple[tuple[int, int], str]]:
        """Files that may be documents, the likeliest first."""
        for path, file in self._code.files.items():
            if file.language not in LANGUAGES or file.scope not in (Scope.SERVICE, Scope.SCRIPT):
                continue
            *folders, name = path.lower().split("/")
            if any(each in ASIDE or each.startswith(".") for each in folders):
                continue
            if NAMED.search(name):
                yield (0, len(folders)), path
            elif file.size <= LARGEST and not name.startswith((".", "package", "tsconfig")):
                yield (1 if FOLDERS.intersection(folders) else 2, len(folders)), path
