"""The bytes of a YAML file in; its documents as plain nodes with their lines out, bounded. Nothing is constructed.

PyYAML gives events only. An alias is the anchor's own node, not a copy, so that text which doubles with every line stays small;
an alias inside of its own anchor is an error. Merge keys (`<<`) are looked through when a key is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

LARGEST = 1024 * 1024
"""Bytes of one file."""
NODES = 100_000
DEPTH = 100
KEYS = 400
"""Keys of one mapping that are looked through when one is asked for."""
TEXTS = 1_000
"""Texts of one sequence that are read: an alias can stand for it in every line."""
TAGS = 100
"""Directives that name a tag: the parser compares each with all before it."""
MERGES = 20
"""Mappings that are merged into one another and looked through for a key."""
TEMPLATE = re.compile(rb"\{\{|\{%")
"""Marks of a template language (Helm, Jinja), which are no YAML yet."""


class YamlError(Exception):
    """The file cannot be read; the text is the end of a sentence that says why."""


class TemplateError(YamlError):
    """The file is a template and says nothing before it is filled in."""


class Scalar(Struct, frozen=True):
    """A text, a number, a boolean or null, as written."""

    text: str
    line: int
    quoted: bool = False

    @property
    def null(self) -> bool:
        """It stands for nothing."""
        return not self.quoted and self.text in ("", "~", "null", "Null", "NULL")


class Items(Struct, frozen=True):
    """A sequence."""

    items: tuple[Node, ...]
    line: int


class Entries(Struct, frozen=True):
    """A mapping, in the order of the file."""

    entries: tuple[tuple[str, int, Node], ...]
    """Key, line of the key, value. A key that is no text is left out."""
    line: int

    def get(self, key: str) -> Node | None:
        """The value of a key, of merged mappings too; None without one."""
        waiting: list[Node] = [self]
        for _ in range(MERGES):
            if not waiting:
                return None
            node = waiting.pop(0)
            if isinstance(node, Items):
                waiting[:0] = node.items[:MERGES]
            elif isinstance(node, Entries):
                for name, _, value in reversed(node.entries[:KEYS]):
                    if name == key:
                        return value
                waiting.extend(value for name, _, value in node.entries[:KEYS] if name == "<<")
        return None

    def line_of(self, key: str) -> int:
        """The line of a key that stands in the mapping itself, else the mapping's."""
        return next((line for name, line, _ in self.entries[:KEYS] if name == key), self.line)


Node = Scalar | Items | Entries


def read_documents(content: bytes) -> list[Node]:
    """All documents of a file. Raises TemplateError for a template and YamlError for anything else that is no YAML."""
    if len(content) > LARGEST:
        raise YamlError(f"it is larger than {LARGEST // 1024} KiB")
    if content.count(b"%TAG") > TAGS:
        raise YamlError(f"it has more than {TAGS} %TAG directives")
    template = TEMPLATE.search(content) is not None
    try:
        found = list(_Reader(content).documents())
    except YamlError as error:
        if template:
            raise TemplateError("it is a template, and templates are not filled in") from error
        raise
    if template and _unquoted_template(content):
        raise TemplateError("it is a template, and templates are not filled in")
    return found


def text_of(node: Node | None) -> str:
    """The text of a scalar; empty for anything else and for null."""
    return node.text if isinstance(node, Scalar) and not node.null else ""


def items_of(node: Node | None) -> tuple[Node, ...]:
    """The items of a sequence; nothing for anything else."""
    return node.items if isinstance(node, Items) else ()


def entries_of(node: Node | None) -> Entries:
    """A mapping; an empty one for anything else."""
    return node if isinstance(node, Entries) else Entries((), node.line if node is not None else 0)


def texts_of(node: Node | None) -> tuple[str, ...]:
    """The texts of a sequence of scalars, or of one scalar."""
    if isinstance(node, Scalar):
        return (node.text,) if not node.null else ()
    return tuple(each.text for each in items_of(node)[:TEXTS] if isinstance(each, Scalar))


def inside(node: Node | None, *keys: str) -> Node | None:
    """The value behind several keys."""
    for key in keys:
        node = entries_of(node).get(key)
    return node


def _unquoted_template(content: bytes) -> bool:
    """A mark of a template stands outside of comments and quotes; `"{{ x }}"` in a value is only text there."""
    for line in content.splitlines():
        bare = line.split(b" #", 1)[0]
        found = TEMPLATE.search(bare)
        if (
            found
            and not bare.lstrip().startswith(b"#")
            and b'"' not in bare[: found.start()]
            and b"'" not in bare[: found.start()]
        ):
            return True
    return False


class _Reader:
    """Builds nodes from the parser's events, without recursion."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._anchors: dict[str, Node] = {}
        self._count = 0

    def documents(self) -> Iterator[Node]:
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        stack: list[_Open] = []
        try:
            for event in yaml.parse(self._content, Loader=loader):
                line = event.start_mark.line + 1 if event.start_mark is not None else 1
                node: Node | None = None
                match event:
                    case yaml.DocumentStartEvent():
                        self._anchors = {}
                        continue
                    case yaml.ScalarEvent():
                        node = self._kept(event.anchor, Scalar(event.value, line, event.style in ("'", '"')))
                    case yaml.AliasEvent():
                        node = self._anchors.get(event.anchor or "")
                        if node is None:
                            raise YamlError(f"line {line} refers to {event.anchor!r}, which is not there")
                    case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                        if len(stack) >= DEPTH:
                            raise YamlError(f"it is nested more than {DEPTH} deep")
                        stack.append(_Open(event.anchor, line, isinstance(event, yaml.MappingStartEvent)))
                        continue
                    case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                        opened = stack.pop()
                        node = self._kept(opened.anchor, opened.closed())
                    case _:
                        continue
                self._count += 1
                if self._count > NODES:
                    raise YamlError(f"it has more than {NODES} values")
                if stack:
                    stack[-1].parts.append((line, node))
                else:
                    yield node
        except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
            raise YamlError(f"it is no YAML ({_first_line(error)})") from error

    def _kept(self, anchor: str | None, node: Node) -> Node:
        if anchor is not None:
            self._anchors[anchor] = node
        return node


class _Open:
    """A sequence or mapping that has begun."""

    def __init__(self, anchor: str | None, line: int, mapping: bool) -> None:
        self.anchor = anchor
        self.line = line
        self.mapping = mapping
        self.parts: list[tuple[int, Node]] = []

    def closed(self) -> Node:
        if not self.mapping:
            return Items(tuple(node for _, node in self.parts), self.line)
        pairs = zip(self.parts[::2], self.parts[1::2], strict=False)
        return Entries(
            tuple((key.text, line, value) for (line, key), (_, value) in pairs if isinstance(key, Scalar)), self.line
        )


def _first_line(error: Exception) -> str:
    problem = getattr(error, "problem", None)
    mark = getattr(error, "problem_mark", None)
    text = str(problem or error).partition("\n")[0][:120]
    return f"{text}, line {mark.line + 1}" if mark is not None else text
