"""The bytes of a YAML or JSON file in; plain values out, whose mappings know the lines of their keys as far as they matter.

YAML is read as events (see `yaml_documents`), JSON by the standard library. Of JSON only the keys of the first levels have
lines: those are what operations stand in.
"""

from __future__ import annotations

import json
import re

from readiness.artifacts.yaml_documents import (
    Entries,
    Items,
    Node,
    Scalar,
    TemplateError,
    YamlError,
    read_documents,
)

LARGEST = 4 * 1024 * 1024
"""Bytes of one document, as JSON; YAML has a bound of its own."""
LEVELS = 4
"""Levels of a JSON document whose keys have lines: `paths`, a path, a method, what the operation says."""
DEPTH = 100
MERGED = 100_000
"""Keys that merges (`<<`) may bring in, all together."""
HEAD = 64 * 1024
MARK = re.compile(rb"^[ \t{]*[\"']?(?:openapi|swagger)[\"']?[ \t]*:[ \t]*[\"']?\d", re.MULTILINE)
ONE_LINE = re.compile(rb"[{,]\s*\"(?:openapi|swagger)\"\s*:\s*\"\d")
PIECE = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"(\s*:)?|[{}\[\]]')
FILLED = re.compile(rb"\{\{[^{}\n]{0,200}\}\}")
GAP = "__filled_in_later__"
UNKNOWN = "{?}"
"""What stands in a text for a part that a template fills in."""
NUMBER = re.compile(r"[-+]?(?:\d{1,300}(?:\.\d{0,300})?|\.\d{1,300})(?:[eE][-+]?\d{1,3})?")
WORDS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


class DocumentError(Exception):
    """The document cannot be read; the text is the end of a sentence that says why."""


class TemplateDocumentError(DocumentError):
    """It is a template, which says nothing before it is filled in."""


class Table(dict[str, object]):
    """A mapping with its lines."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int = 0) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}

    def line_of(self, key: str) -> int:
        """The line of a key, else that of the mapping."""
        return self.lines.get(key, self.line)


def is_marked(content: bytes, *, named: bool = False) -> bool:
    """The content calls itself an OpenAPI or Swagger document; of a file whose name does so too all of it is looked at."""
    start = content if named else content[:HEAD]
    return MARK.search(start) is not None or ONE_LINE.search(start) is not None


def read_values(content: bytes, *, as_json: bool) -> Table:
    """The document as plain values. Raises DocumentError where it is none."""
    if len(content) > LARGEST:
        raise DocumentError(f"it is larger than {LARGEST // 2**20} MiB")
    value = _json(content) if as_json else _yaml(content)
    if not isinstance(value, Table):
        raise DocumentError("it holds no mapping")
    return value


def table_of(value: object) -> Table:
    """A mapping; an empty one for anything else."""
    return value if isinstance(value, Table) else Table()


def items_of(value: object) -> list[object]:
    """A list; an empty one for anything else."""
    return value if isinstance(value, list) else []


def text_of(value: object) -> str:
    """A text; empty for anything else."""
    return value if isinstance(value, str) else ""


def texts_of(value: object) -> tuple[str, ...]:
    """The texts of a list."""
    return tuple(each for each in items_of(value) if isinstance(each, str))


def number_of(value: object) -> float | None:
    """A number that is no boolean."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


# JSON


def _json(content: bytes) -> object:
    try:
        text = content.decode("utf-8-sig")
        value = json.loads(text, object_pairs_hook=_table)
    except RecursionError as error:
        raise DocumentError("it is nested too deeply") from error
    except (ValueError, UnicodeDecodeError) as error:
        raise DocumentError(f"it is no JSON ({str(error)[:120]})") from error
    if isinstance(value, Table):
        _place(value, text)
    return value


def _table(pairs: list[tuple[str, object]]) -> Table:
    table = Table()
    table.update(pairs)
    return table


def _place(root: Table, text: str) -> None:
    """Give the keys of the first levels their lines."""
    line, before = 1, 0
    depth = 0
    way: list[object] = [root]
    key = ""
    for found in PIECE.finditer(text):
        piece = found[0]
        if piece in "}]":
            depth -= 1
            del way[max(depth, 1) :]
            continue
        if piece in "{[":
            if 0 < depth <= LEVELS and len(way) == depth:
                parent = way[-1]
                inner = parent.get(key) if piece == "{" and isinstance(parent, Table) else None
                way.append(inner if isinstance(inner, Table) else None)
            depth += 1
            continue
        if not found[2] or not 0 < depth <= LEVELS or len(way) != depth:
            continue
        table = way[-1]
        if not isinstance(table, Table):
            continue
        line += text.count("\n", before, found.start())
        before = found.start()
        try:
            key = str(json.loads(f'"{found[1]}"')) if "\\" in found[1] else found[1]
        except ValueError:
            continue
        table.lines[key] = line
        inner = table.get(key)
        if isinstance(inner, Table) and not inner.line:
            inner.line = line


# YAML


def _yaml(content: bytes) -> object:
    try:
        documents = _documents(content)
    except TemplateError as error:
        raise TemplateDocumentError(str(error)) from error
    except YamlError as error:
        raise DocumentError(str(error)) from error
    return _Values().of(documents[0], 0) if documents else None


def _documents(content: bytes) -> list[Node]:
    """The documents of a file; of a template that only fills in texts they are read with gaps."""
    try:
        return read_documents(content)
    except TemplateError:
        if b"{%" in content:
            raise
        return read_documents(FILLED.sub(GAP.encode(), content))


class _Values:
    """Turns nodes into values; what stands behind an alias is one value and not copied."""

    def __init__(self) -> None:
        self._known: dict[int, object] = {}
        self._merged = 0

    def of(self, node: Node, depth: int) -> object:
        if isinstance(node, Scalar):
            return _scalar(node)
        if id(node) in self._known:
            return self._known[id(node)]
        if depth > DEPTH:
            raise DocumentError(f"it is nested more than {DEPTH} deep")
        value: object = (
            [self.of(each, depth + 1) for each in node.items] if isinstance(node, Items) else self._mapping(node, depth)
        )
        self._known[id(node)] = value
        return value

    def _mapping(self, node: Entries, depth: int) -> Table:
        table = Table(node.line)
        for written, line, inner in node.entries:
            key = written.replace(GAP, UNKNOWN)
            if key != "<<":
                table[key] = self.of(inner, depth + 1)
                table.lines[key] = line
        for key, _, inner in node.entries:
            if key == "<<":
                merged = self.of(inner, depth + 1)
                for other in merged if isinstance(merged, list) else [merged]:
                    self._merge(table, table_of(other))
        return table

    def _merge(self, table: Table, other: Table) -> None:
        self._merged += len(other)
        if self._merged > MERGED:
            raise DocumentError(f"it merges more than {MERGED} keys")
        for key, value in other.items():
            if key not in table:
                table[key] = value
                table.lines[key] = other.line_of(key)


def _scalar(node: Scalar) -> object:
    if GAP in node.text:
        return node.text.replace(GAP, UNKNOWN)
    if node.quoted:
        return node.text
    if node.null:
        return None
    if node.text in WORDS:
        return WORDS[node.text]
    if NUMBER.fullmatch(node.text):
        try:
            return int(node.text)
        except ValueError:
            return float(node.text)
    return node.text
