"""Draws of hypothesis in, small web applications out, composed of safe and unsafe pieces on the way from a request to SQL text.

The pieces stand in flow_pieces.py. Those in its `NOT_YET` are left out, but for `READINESS_FLOW_PIECES=all`.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from textwrap import indent

from hypothesis import strategies as st

from tests.linking.flow_pieces import (
    AROUND,
    CONSTANTS,
    DICTIONARIES,
    FETCH,
    FLASK_SOURCES,
    HELPERS,
    LATEST,
    LEAVING,
    LISTS,
    NOT_YET,
    NUMBERS,
    PARTS,
    SINKS,
    SLOT,
    STEPS,
    TEXTS,
)

LEFT_OUT = frozenset() if os.environ.get("READINESS_FLOW_PIECES") == "all" else frozenset(NOT_YET)


@dataclass(frozen=True)
class Handler:
    """A function of the application that answers requests."""

    name: str
    texts: tuple[str, ...]
    """Names of what a client sends as text."""
    lists: tuple[str, ...]
    """... as a list of texts."""
    counted: bool
    """Whether a client sends a number, `page`, too."""
    flags: int
    """Conditions that the environment decides: `C1` up to this."""


@dataclass(frozen=True)
class Program:
    """An application: its files, and what calls it."""

    files: dict[str, str]
    framework: str
    handlers: tuple[Handler, ...]

    def __repr__(self) -> str:
        """What hypothesis prints of an example that fails."""
        return "\n".join(f"# {path}\n{text}" for path, text in self.files.items())


@dataclass
class Scope:
    """What the place that is being written can use."""

    texts: list[str] = field(default_factory=list)
    bound: list[str] = field(default_factory=list)
    """Those among the texts that may be bound anew."""
    lists: list[str] = field(default_factory=list)
    dictionaries: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    latest: str = ""
    """What was made last, as a text."""
    leaving: tuple[str, ...] = ("return {}", 'raise ValueError("no")')

    def inner(self) -> "Scope":
        """A copy, for what is written inside."""
        return replace(
            self,
            texts=list(self.texts),
            bound=list(self.bound),
            lists=list(self.lists),
            dictionaries=list(self.dictionaries),
            numbers=list(self.numbers),
        )


class Writer:
    """Fills templates from the draws of one example."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.names = 0
        self.flags = 0
        self.top: list[str] = []
        self.depth = 0
        self.helping = 0
        self.helpers = 0

    def pick(self, choices: Sequence[str]) -> str:
        return self.draw(st.sampled_from([each for each in choices if each not in LEFT_OUT]))

    def chance(self) -> bool:
        return self.draw(st.booleans())

    def place(self, names: Sequence[str]) -> str:
        """One of these names, more often the newest."""
        return names[-1] if self.draw(st.integers(0, 2)) == 0 else self.pick(names)

    def name(self, stem: str) -> str:
        self.names += 1
        return f"{stem}{self.names}"

    def steps(self, scope: Scope, most: int) -> list[str]:
        """Lines of a block: up to so many pieces."""
        lines: list[str] = []
        for _ in range(self.draw(st.integers(0, most))):
            lines += self.step(self.pick(STEPS), scope)
        return lines

    def step(self, template: str, scope: Scope) -> list[str]:
        """Lines of one piece, whose new names join the scope; a plain assignment where the piece needs what is not there."""
        if ("§M" in template and not scope.lists) or ("§w" in template and not scope.bound):
            template = "§v = §T"
        return self.filled(template, scope).split("\n")

    def filled(self, template: str, scope: Scope) -> str:
        """The text of a template."""
        fill = Filling(self, scope)
        lines: list[str] = []
        for line in template.split("\n"):
            if line.strip() == "§S":
                self.depth += 1
                inner = self.steps(fill.scope.inner(), 2) if self.depth < 3 else []
                self.depth -= 1
                block = "\n".join(inner or ["pass"])
                lines.append(indent(block, line[: len(line) - len(line.lstrip())]))
            else:
                if not line:
                    fill.scope = scope.inner()
                lines.append(SLOT.sub(fill.slot, line))
                fill.scope.texts += fill.waiting
                fill.waiting.clear()
        scope.texts += fill.texts
        scope.bound += fill.texts
        scope.lists += fill.lists
        scope.dictionaries += fill.dictionaries
        scope.numbers += fill.numbers
        scope.latest = fill.latest or scope.latest
        return "\n".join(lines)

    def expression(self, templates: Sequence[str], scope: Scope) -> str:
        self.depth += 1
        written = self.filled(self.pick(templates), scope.inner())
        self.depth -= 1
        return written

    def text(self, scope: Scope) -> str:
        if self.depth > 2 or self.draw(st.integers(0, 2)) == 0:
            return self.place(scope.texts)
        if self.helpers < 3 and self.helping < 2 and self.draw(st.integers(0, 3)) == 3:
            return self.helper(scope)
        return self.expression(TEXTS, scope)

    def helper(self, scope: Scope) -> str:
        """A new function or class at the top, and a call of it."""
        definition, calls = self.draw(st.sampled_from([each for each in HELPERS if each[0] not in LEFT_OUT]))
        name = self.name("Helper" if "class §h" in definition else "helper")
        depth, self.depth = self.depth, 1
        self.helping += 1
        self.helpers += 1
        inner = Scope(texts=["BASE"], leaving=LEAVING)
        fill = {"h": name}
        self.top.append(self.with_parameters(definition, inner, fill))
        self.helping -= 1
        self.depth = depth + 1
        call = self.pick(calls)
        for slot, value in fill.items():
            call = call.replace(f"§{slot}", value)
        written = self.filled(call, scope.inner())
        self.depth = depth
        return written

    def with_parameters(self, definition: str, inner: Scope, given: dict[str, str]) -> str:
        """A definition whose names are kept in `given`, so that calls can use them."""
        for slot in re.findall(r"§(g\d)", definition):
            given.setdefault(slot, self.name("p"))
        parts: list[str] = []
        for part in (
            re.split(r"(?m)^(?=    def )", definition) if definition.startswith(("class", "@d")) else [definition]
        ):
            own = [given[slot] for slot in dict.fromkeys(re.findall(r"§(g\d)", part))]
            scope = replace(inner.inner(), texts=[*own, *inner.texts], bound=list(own))
            written = part
            for slot, value in given.items():
                written = written.replace(f"§{slot}", value)
            parts.append(self.filled(written, scope))
        return "".join(parts)


class Filling:
    """The slots of one template."""

    def __init__(self, writer: Writer, scope: Scope) -> None:
        self.writer = writer
        self.scope = scope.inner()
        self.known: dict[str, str] = {}
        self.texts: list[str] = []
        self.lists: list[str] = []
        self.dictionaries: list[str] = []
        self.numbers: list[str] = []
        self.waiting: list[str] = []
        self.own: list[str] = []
        """Parameters of an inner function; nothing of the outer one is bound anew there."""
        self.latest = ""

    def slot(self, match: re.Match[str]) -> str:
        letter, digit = match.groups()
        key = letter + digit
        if not digit or key not in self.known:
            self.known[key] = self.value(letter, digit)
        return self.known[key]

    def value(self, letter: str, digit: str) -> str:
        """What a slot is filled with."""
        writer, scope = self.writer, self.scope
        match letter:
            case "T":
                return writer.text(scope)
            case "t":
                return writer.place(scope.texts)
            case "w":
                self.latest = writer.place(scope.bound)
                return self.latest
            case "Z":
                return scope.latest or writer.text(scope)
            case "L":
                deep = writer.depth > 2
                if scope.lists and (deep or writer.chance()):
                    return writer.pick(scope.lists)
                return writer.expression(LISTS[:1] if deep else LISTS, scope)
            case "M":
                name = writer.place(scope.lists)
                self.latest = f'" AND ".join({name})'
                return name
            case "D":
                if scope.dictionaries and (writer.depth > 2 or writer.chance()):
                    return writer.pick(scope.dictionaries)
                return writer.expression(DICTIONARIES, scope)
            case "N":
                if scope.numbers and writer.chance():
                    return writer.pick(scope.numbers)
                return writer.expression(NUMBERS[:3] if writer.depth > 2 else NUMBERS, scope)
            case "c":
                writer.flags = min(writer.flags + 1, 5)
                return writer.pick([f'os.environ.get("C{writer.flags}")', f'os.getenv("C{writer.flags}") == "on"'])
            case "K":
                return writer.pick(["COLUMNS", '{"name": "items.name", "price": "items.price"}'])
            case "A":
                return writer.pick(["ALLOWED", "KNOWN", "LISTED", "COLUMNS", '("name", "price")', '{"name", "price"}'])
            case "I":
                return writer.pick(["ALLOWED", "LISTED", "COLUMNS", '("name", "price")'])
            case "k":
                return writer.pick(PARTS)
            case "a" | "b":
                self.known[f"a{digit}"], self.known[f"b{digit}"] = writer.draw(st.sampled_from(AROUND))
                return self.known[letter + digit]
            case "R":
                return writer.pick(scope.leaving)
        return self.new(letter)

    def new(self, letter: str) -> str:
        """A new name."""
        stem = {"v": "text", "l": "parts", "d": "found", "n": "number", "e": "each", "g": "p"}.get(letter, "it")
        name = self.writer.name(stem)
        if letter == "e":
            self.waiting.append(name)
        if letter == "g":
            self.scope.texts.append(name)
            self.own.append(name)
            self.scope.bound = list(self.own)
            self.scope.lists = []
            self.scope.leaving = LEAVING
        target = {"v": self.texts, "l": self.lists, "d": self.dictionaries, "n": self.numbers}.get(letter)
        if target is not None:
            target.append(name)
            self.latest = LATEST.get(letter, "{}").format(name)
        return name


def _handler(writer: Writer, framework: str, number: int) -> tuple[Handler, str]:
    """A handler and its code."""
    writer.flags = writer.helpers = 0
    texts = ["term", "order"][: writer.draw(st.integers(1, 2))]
    listed = writer.draw(st.sampled_from([False, False, True]))
    counted = writer.chance()
    lists = ["tags"] if listed else []
    name = f"answer{number}"
    scope = Scope(texts=list(texts), bound=list(texts), lists=list(lists), numbers=["page"] if counted else [])
    if framework == "fastapi":
        parameters = [f"{each}: str" for each in texts]
        parameters += ["tags: list[str] = Query([])"] if listed else []
        parameters += ["page: int = 1"] if counted else []
        lines: list[str] = []
    else:
        parameters = []
        lines = [f"{each} = {writer.pick(FLASK_SOURCES).format(each)}" for each in texts]
        lines += ['tags = request.args.getlist("tags")'] if listed else []
        lines += ['page = request.args.get("page", 1, type=int)'] if counted else []
    lines += writer.steps(scope, 5)
    if writer.draw(st.integers(0, 3)) == 3:
        lines += writer.step(writer.pick(SINKS), scope)
        lines += writer.steps(scope, 2)
    lines += [*writer.step(writer.pick(SINKS), scope), "return {}"]
    body = indent("\n".join(lines), "    ")
    code = f'@app.get("/{name}")\ndef {name}({", ".join(parameters)}):\n{body}'
    return Handler(name, tuple(texts), tuple(lists), counted, writer.flags), code


IMPORTS = {
    "html": "import html",
    "os": "import os",
    "re": "import re",
    "defaultdict": "from collections import defaultdict",
    "contextmanager|suppress": "from contextlib import contextmanager, suppress",
    "StringIO": "from io import StringIO",
    "Template": "from string import Template",
    "SimpleNamespace": "from types import SimpleNamespace",
    "UUID": "from uuid import UUID",
    "BaseModel": "from pydantic import BaseModel",
    "dataclass": "from dataclasses import dataclass, field",
    "Enum": "from enum import Enum",
    "cache|partial|wraps": "from functools import cache, partial, wraps",
    "NamedTuple": "from typing import NamedTuple",
}


def _module(first: str, blocks: list[str]) -> str:
    """A file: the imports and constants that its blocks use, then the blocks."""
    body = "\n\n\n".join(blocks)
    constants = [text for name, text in CONSTANTS.items() if re.search(rf"\b{name}\b", body)]
    body = "\n".join(constants) + "\n\n\n" + body
    imports = [line for names, line in IMPORTS.items() if re.search(rf"\b(?:{names})\b", body)]
    return "\n".join(imports) + f"\n{first}\n{body}\n"


@st.composite
def programs(draw: st.DrawFn, most: int = 3) -> Program:
    """Applications with up to so many handlers."""
    writer = Writer(draw)
    framework = draw(st.sampled_from(["fastapi", "flask"]))
    written = [_handler(writer, framework, number) for number in range(1, draw(st.integers(1, most)) + 1)]
    first = (
        "import sqlite3\n\nfrom fastapi import FastAPI, Query\n\napp = FastAPI()"
        if framework == "fastapi"
        else "import sqlite3\n\nfrom flask import Flask, request\n\napp = Flask(__name__)"
    )
    handlers = [code for _, code in written]
    fetch = [FETCH] if any("fetch(" in code for code in handlers) else []
    first += '\nconnection = sqlite3.connect("shop.db")'
    files: dict[str, str] = {}
    if writer.top and writer.chance():
        names = re.findall(r"(?m)^(?:def|class) (\w+)", "\n".join(writer.top))
        files["building.py"] = _module("", writer.top)
        first = f"from building import {', '.join(names)}\n{first}"
        files["app.py"] = _module(first, [*fetch, *handlers])
    else:
        files["app.py"] = _module(first, [*writer.top, *fetch, *handlers])
    return Program(files, framework, tuple(handler for handler, _ in written))
