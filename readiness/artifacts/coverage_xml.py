"""Bytes of a Cobertura XML report in; which lines of which files the tests ran, out."""

from __future__ import annotations

from datetime import UTC, datetime
from pyexpat import ErrorString, ExpatError
from xml.parsers import expat

from readiness.artifacts.coverage_lines import (
    LAST_LINE,
    MOST_FILES,
    CoverageData,
    CoverageDataError,
    FileCoverage,
    bits,
)

MOST_SOURCES = 1000
DEEPEST = 100


def read_cobertura(content: bytes) -> CoverageData:
    """Read a report of coverage.py or of another tool that writes Cobertura's format.

    A reference to Cobertura's document type is let pass and never fetched; declarations inside the file are refused. Raises
    CoverageDataError.
    """
    parser = expat.ParserCreate()
    reader = _Reader()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.document_type
    parser.EntityDeclHandler = reader.entity
    parser.buffer_text = True
    try:
        parser.Parse(content, True)
    except ExpatError as error:
        raise CoverageDataError(f"it is no XML ({ErrorString(error.code)} in line {error.lineno})") from None
    except (ValueError, LookupError) as error:
        raise CoverageDataError(f"it is no XML ({error})") from None
    return reader.result()


class _Reader:
    """Collects lines while the parser walks the document once."""

    def __init__(self) -> None:
        self.depth = 0
        self.version = ""
        self.latest: datetime | None = None
        self.sources: list[str] = []
        self.source: list[str] | None = None
        self.hit: dict[str, list[int]] = {}
        self.missed: dict[str, list[int]] = {}
        self.name = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth == 1:
            if tag != "coverage":
                raise CoverageDataError(f"it is XML of another kind (<{tag[:40]}>), not a Cobertura report")
            self.version = attributes.get("version", "")[:40]
            self.latest = _instant(attributes.get("timestamp", ""))
        elif self.depth > DEEPEST:
            raise CoverageDataError("its elements are nested too deep")
        elif tag == "source":
            self.source = []
        elif tag == "class":
            self.name = attributes.get("filename", "")
            if self.name:
                self.hit.setdefault(self.name, [])
                self.missed.setdefault(self.name, [])
                if len(self.hit) > MOST_FILES:
                    raise CoverageDataError(f"it names more than {MOST_FILES} files")
        elif tag == "line" and self.name:
            number, hits = attributes.get("number", ""), attributes.get("hits", "")
            if number.isdecimal() and len(number) < 9 and int(number) <= LAST_LINE:
                (self.missed if hits.strip("0") == "" else self.hit)[self.name].append(int(number))

    def end(self, tag: str) -> None:
        self.depth -= 1
        if tag == "class":
            self.name = ""
        elif tag == "source" and self.source is not None:
            folder = "".join(self.source).strip()
            if folder and len(self.sources) < MOST_SOURCES:
                self.sources.append(folder)
            self.source = None

    def text(self, text: str) -> None:
        if self.source is not None:
            self.source.append(text)

    def document_type(self, name: str, system: str | None, public: str | None, declares: bool) -> None:
        if declares:
            raise CoverageDataError("it declares a document type of its own, which is refused")

    def entity(self, *declaration: object) -> None:
        raise CoverageDataError("it declares entities, which is refused")

    def result(self) -> CoverageData:
        """What was read."""
        files = []
        for name, hit in self.hit.items():
            executed = bits(hit)
            files.append(FileCoverage(name, executed, bits(self.missed[name]) & ~executed))
        return CoverageData(
            format="Cobertura XML",
            version=self.version,
            files=tuple(files),
            sources=tuple(self.sources),
            latest=self.latest,
        )


def _instant(text: str) -> datetime | None:
    """Seconds since 1970, or milliseconds as coverage.py writes them."""
    text = text.partition(".")[0]
    if not text.isdecimal() or len(text) > 15:
        return None
    seconds = int(text) / 1000 if len(text) > 11 else int(text)
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
