"""The text of a GraphQL schema document (SDL, October 2021 and its drafts) in, its types with their fields out.

What it reads are the definitions of objects, interfaces and inputs, their extensions, and which types are the roots. Operations
and fragments make a text no schema document. Nothing of it is evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

TOKEN = re.compile(
    r"""
    (?P<block>\"\"\"(?:[^"\\]|\\[\s\S]|"(?!""))*\"\"\")
  | (?P<string>"(?:[^"\\\n]|\\.)*")
  | (?P<comment>\#[^\n]*)
  | (?P<name>[A-Za-z_]\w*)
  | (?P<number>-?\d[\w.+-]*)
  | (?P<spread>\.\.\.)
  | (?P<mark>[!$&()\[\]{}:=|@])
  | (?P<blank>[\s,\ufeff]+)
    """,
    re.VERBOSE,
)
HEAD = re.compile(
    r"""
    \"\"\"(?:[^"\\]|\\[\s\S]|"(?!""))*\"\"\" | "(?:[^"\\\n]|\\.)*" | \#[^\n]*
  | ^[ \t]*(?:(?P<extend>extend)[ \t]+)?(?:(?P<schema>schema)|type[ \t]+(?P<name>[A-Za-z_]\w*))\b[^\n{]*
    """,
    re.VERBOSE | re.MULTILINE,
)
"""The beginning of a type or of the schema definition; texts and comments are matched to be passed over."""
CLOSED = re.compile(r"^[ \t]*\}", re.MULTILINE)
LONGEST = 4_000_000
"""Characters of one document."""
TOKENS = 600_000
NESTED = 60
"""Brackets inside one another."""
OPERATIONS = ("query", "mutation", "subscription")
DEFAULT_ROOTS = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}
FIELDED = frozenset({"type", "interface", "input"})
OTHERS = frozenset({"scalar", "union", "enum", "directive"})
EXECUTABLE = frozenset({"query", "mutation", "subscription", "fragment", "{"})


class SdlArgument(Struct, frozen=True):
    """One argument of a field."""

    name: str
    type: str
    """As written: `[ID!]!`."""
    required: bool
    """It must be given: the type ends in `!` and there is no default."""


class SdlField(Struct, frozen=True):
    """One field of a type."""

    name: str
    type: str
    """As written: `[Order!]!`."""
    line: int
    arguments: tuple[SdlArgument, ...] = ()
    directives: tuple[str, ...] = ()
    documented: bool = False

    @property
    def is_list(self) -> bool:
        """It answers with several objects."""
        return self.type.startswith("[")

    @property
    def named(self) -> str:
        """The type without brackets and marks."""
        return self.type.strip("[]!")


class SdlType(Struct, frozen=True):
    """One object, interface or input, its extensions included."""

    name: str
    kind: str
    """`type`, `interface` or `input`."""
    line: int
    fields: tuple[SdlField, ...]


class SdlDocument(Struct, frozen=True):
    """One schema document."""

    types: tuple[SdlType, ...]
    roots: tuple[tuple[str, str], ...]
    """Operation and the name of its root type, as the `schema` definition says, else by their usual names."""

    def of(self, name: str) -> SdlType | None:
        """A type by its name."""
        return next((each for each in self.types if each.name == name), None)

    def fields(self, operation: str) -> tuple[SdlField, ...]:
        """The root fields of an operation."""
        root = self.of(dict(self.roots).get(operation, ""))
        return root.fields if root is not None else ()


def named_roots(text: str) -> dict[str, str]:
    """What the `schema` definition of a document says: operation and the name of its root type; empty without one."""
    roots: dict[str, str] = {}
    for match in HEAD.finditer(text if len(text) <= LONGEST else ""):
        if match["schema"]:
            definition = read_sdl(_cut(text, match.start()))
            roots |= dict(definition.roots) if definition is not None else {}
    return roots


def read_roots(text: str, roots: Mapping[str, str] | None = None) -> SdlDocument | None:
    """The root types of one document, without the rest of it, which may be a hundred times as long; None where it has none.

    `roots` says which types are roots where another document does.
    """
    if len(text) > LONGEST:
        return None
    found: dict[str, list[int]] = {}
    for match in HEAD.finditer(text):
        if match["name"]:
            found.setdefault(match["name"], []).append(match.start())
    chosen = roots or named_roots(text) or {key: name for key, name in DEFAULT_ROOTS.items() if name in found}
    types = []
    for name in dict.fromkeys(chosen.values()):
        fields: dict[str, SdlField] = {}
        for start in found.get(name, ()):
            above = text.count("\n", 0, start)
            part = read_sdl(_cut(text, start))
            own = part.of(name) if part is not None else None
            if own is None:
                return read_sdl(text)
            fields |= {each.name: replace(each, line=each.line + above) for each in own.fields}
        if name in found:
            types.append(SdlType(name, "type", text.count("\n", 0, found[name][0]) + 1, tuple(fields.values())))
    return SdlDocument(tuple(types), tuple(chosen.items())) if types else None


def _cut(text: str, start: int) -> str:
    """One definition: up to the first bracket that closes at the beginning of a line."""
    closed = CLOSED.search(text, start)
    return text[start : closed.end()] if closed is not None else text[start:]


class _Token(Struct, frozen=True):
    kind: str
    text: str
    line: int


class _Unreadable(ValueError):
    """The text is no schema document."""


def read_sdl(text: str) -> SdlDocument | None:
    """Read one document, or several put one behind another; None for what is no schema document."""
    if len(text) > LONGEST:
        return None
    try:
        return _Reading(list(_tokens(text))).document()
    except _Unreadable:
        return None


def _tokens(text: str) -> Iterator[_Token]:
    """The tokens with their lines; white space and comments are passed over."""
    end, line, counted, count = 0, 1, 0, 0
    for match in TOKEN.finditer(text):
        kind, start = match.lastgroup or "", match.start()
        if start != end:
            break
        end = match.end()
        if kind in ("comment", "blank"):
            continue
        line += text.count("\n", counted, start)
        counted = start
        count += 1
        if count > TOKENS:
            raise _Unreadable("it is too long")
        yield _Token(kind, match.group(), line)
    if end != len(text):
        raise _Unreadable("it holds a character that GraphQL does not know")


class _Reading:
    """Reads the tokens of one document from first to last."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.fields: dict[str, dict[str, SdlField]] = {}
        self.kinds: dict[str, tuple[str, int]] = {}
        self.roots: dict[str, str] = {}

    def document(self) -> SdlDocument | None:
        """Everything that is defined; None where nothing is."""
        found = False
        while self.at < len(self.tokens):
            found |= self._definition()
        if not found:
            return None
        roots = self.roots or {key: name for key, name in DEFAULT_ROOTS.items() if name in self.kinds}
        types = tuple(
            SdlType(name, kind, line, tuple(self.fields.get(name, {}).values()))
            for name, (kind, line) in self.kinds.items()
        )
        return SdlDocument(types, tuple(roots.items()))

    # tokens

    def _peek(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def _take(self) -> _Token:
        if self.at >= len(self.tokens):
            raise _Unreadable("it ends too early")
        self.at += 1
        return self.tokens[self.at - 1]

    def _name(self) -> _Token:
        token = self._take()
        if token.kind != "name":
            raise _Unreadable(f"a name is missing in line {token.line}")
        return token

    def _expect(self, text: str) -> _Token:
        token = self._take()
        if token.text != text:
            raise _Unreadable(f"{text} is missing in line {token.line}")
        return token

    def _is_text(self) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at].kind in ("block", "string")

    def _description(self) -> bool:
        if self._is_text():
            self.at += 1
            return True
        return False

    # definitions

    def _definition(self) -> bool:
        """One definition; whether it says something about types."""
        self._description()
        token = self._take()
        word = token.text
        if word == "extend":
            word = self._name().text
        if word in FIELDED:
            self._fielded(word)
        elif word == "schema":
            self._schema()
        elif word in OTHERS:
            self._other(word)
        else:
            kind = "an operation" if word in EXECUTABLE else word
            raise _Unreadable(f"line {token.line} holds {kind}, which defines nothing")
        return True

    def _schema(self) -> None:
        self._directives()
        if self._peek() != "{":
            return
        self._take()
        while self._peek() != "}":
            self._description()
            operation = self._name().text
            self._expect(":")
            self.roots[operation] = self._name().text
        self._take()

    def _fielded(self, kind: str) -> None:
        name = self._name()
        self.kinds.setdefault(name.text, (kind, name.line))
        if self._peek() == "implements":
            self._take()
            while self._peek() not in ("{", "@", "") and (self._peek() == "&" or self._is_name_of_list()):
                self._take()
        self._directives()
        fields = self.fields.setdefault(name.text, {})
        if self._peek() != "{":
            return
        self._take()
        while self._peek() != "}":
            field = self._field()
            fields[field.name] = field
        self._take()

    def _is_name_of_list(self) -> bool:
        """A name behind `implements` or `&`; one behind another begins the next definition, but for lists in the old style."""
        return self.tokens[self.at].kind == "name" and self.tokens[self.at - 1].text in ("implements", "&")

    def _field(self) -> SdlField:
        documented = self._description()
        name = self._name()
        arguments: list[SdlArgument] = []
        if self._peek() == "(":
            self._take()
            while self._peek() != ")":
                arguments.append(self._argument())
            self._take()
        self._expect(":")
        text = self._type()
        self._default()
        return SdlField(name.text, text, name.line, tuple(arguments), self._directives(), documented)

    def _argument(self) -> SdlArgument:
        self._description()
        name = self._name()
        self._expect(":")
        text = self._type()
        given = self._default()
        self._directives()
        return SdlArgument(name.text, text, text.endswith("!") and not given)

    def _type(self, depth: int = 0) -> str:
        if depth > NESTED:
            raise _Unreadable("lists are nested too deep")
        if self._peek() == "[":
            self._take()
            text = f"[{self._type(depth + 1)}]"
            self._expect("]")
        else:
            text = self._name().text
        if self._peek() == "!":
            self._take()
            text += "!"
        return text

    def _default(self) -> bool:
        if self._peek() != "=":
            return False
        self._take()
        self._value()
        return True

    def _value(self) -> None:
        """Pass over one value."""
        open_brackets = 0
        while True:
            token = self._take()
            if token.text in ("[", "{"):
                open_brackets += 1
            elif token.text in ("]", "}"):
                open_brackets -= 1
            elif token.text == "$":
                continue
            if open_brackets <= 0:
                return

    def _directives(self) -> tuple[str, ...]:
        found = []
        while self._peek() == "@":
            self._take()
            found.append(self._name().text)
            if self._peek() == "(":
                self._brackets()
        return tuple(found)

    def _brackets(self) -> None:
        """Pass over a pair of brackets with everything in it."""
        level = 0
        while True:
            text = self._take().text
            if text in ("(", "{", "["):
                level += 1
            elif text in (")", "}", "]"):
                level -= 1
                if level == 0:
                    return

    def _other(self, word: str) -> None:
        """Pass over a scalar, a union, an enumeration or a directive."""
        if word == "directive":
            self._expect("@")
        self._name()
        if word == "directive":
            self._directive()
            return
        self._directives()
        if word == "enum" and self._peek() == "{":
            self._brackets()
        elif word == "union" and self._peek() == "=":
            self._take()
            if self._peek() == "|":
                self._take()
            self._name()
            while self._peek() == "|":
                self._take()
                self._name()

    def _directive(self) -> None:
        if self._peek() == "(":
            self._brackets()
        if self._peek() == "repeatable":
            self._take()
        self._expect("on")
        if self._peek() == "|":
            self._take()
        self._name()
        while self._peek() == "|":
            self._take()
            self._name()
