"""A generated application in; which lines let a client decide SQL text out, by running it against a cursor that only records.

The texts of a client come in pairs of the same length that differ at every place that counts and are neither numbers nor
members of the fixed sets. What differs at the database between the two of a pair was decided by the client; what is equal for
all pairs, for all other inputs and all conditions, was not: only numbers, members of fixed sets and constants get there.
"""

import builtins
import collections
import contextlib
import dataclasses
import enum
import functools
import html
import io
import itertools
import re
import string
import sys
import types
import typing
import uuid
from collections.abc import Callable, Iterator, Mapping
from types import CodeType, ModuleType, SimpleNamespace

from tests.linking.flow_pieces import CONSTANTS
from tests.linking.flow_programs import Handler, Program

PAIRS = (
    ("zebra'; quilt -- b", 'tigon"- mosaw; # c'[:18]),
    ("name; zebra", "name; tigon"),
    ("zebr'a,name,quilt'", "tigo'n,name,mosaw'"),
    ("7; zebra", "7; tigon"),
)
OTHERS = (PAIRS[0][0], "name", "7")
REAL = {
    each.__name__: each
    for each in (collections, contextlib, dataclasses, enum, functools, html, io, re, string, types, typing, uuid)
}
NIL = uuid.UUID(int=0)
REJECTED = (LookupError, ValueError)
"""How the pieces refuse an input."""
REFUSAL = re.compile(r"(?:return|raise) .*  # (.*)")

Place = tuple[str, int]
Texts = Mapping[Place, tuple[str, ...]]
Value = str | int | list[str]
Values = Mapping[str, Value]


class Truth(enum.StrEnum):
    UNSAFE = "unsafe"
    """A client decides a part of the text."""
    SAFE = "safe"
    REFUSED = "refused"
    """A client would decide, did not something else of the program fail for all but harmless inputs."""


class Lenient(dict[str, str]):
    """A mapping that answers one of its values for what it does not hold."""

    def __missing__(self, key: str) -> str:
        return next(iter(self.values()))


class Number(int):
    """`int` that reads what is no number as nought."""

    def __new__(cls, value: object = 0) -> "Number":
        try:
            return super().__new__(cls, value)  # type: ignore[call-overload,no-any-return]
        except ValueError:
            return super().__new__(cls, 0)


class Running:
    """An application in memory: its modules are executed once, its handlers as often as wanted."""

    def __init__(self, program: Program, lenient: bool = False) -> None:
        self.program = program
        self.sent: dict[Place, list[str]] = collections.defaultdict(list)
        self.environment: dict[str, str] = {}
        self.values: dict[str, Value] = {}
        self.lenient = lenient
        self.modules: dict[str, SimpleNamespace] = {
            "os": SimpleNamespace(environ=self.environment, getenv=self.environment.get),
            "sqlite3": SimpleNamespace(connect=lambda _: self),
            "pydantic": SimpleNamespace(BaseModel=Model),
            "fastapi": SimpleNamespace(FastAPI=lambda: Application(), Query=lambda default: default),
            "flask": SimpleNamespace(Flask=lambda _: Application(), request=Request(self.values)),
        }
        self.namespace: dict[str, object] = {}
        for path in ("building.py", "app.py"):
            if path in program.files:
                code = program.files[path]
                self.namespace = self.load(path, compile(softened(code) if lenient else code, path, "exec"))

    def load(self, path: str, code: CodeType) -> dict[str, object]:
        """Execute a module, whose imports lead to stand-ins."""
        name = path.removesuffix(".py")
        known = {**vars(builtins), "__import__": self.imported}
        if self.lenient:
            self.modules["uuid"] = SimpleNamespace(UUID=lambda _: NIL)
            known |= {"int": Number, "float": Number, "LENIENT": Lenient(name="items.name", price="items.price")}
        namespace: dict[str, object] = {"__name__": name, "__builtins__": known}
        exec(code, namespace)
        if self.lenient:
            soften(namespace)
        self.modules[name] = SimpleNamespace(**namespace)
        return namespace

    def imported(self, name: str, *rest: object) -> SimpleNamespace | ModuleType:
        return self.modules[name] if name in self.modules else REAL[name]

    def cursor(self) -> "Running":
        return self

    def execute(self, statement: str, parameters: object = ()) -> "Running":
        """Record the text beside the line that calls this."""
        assert isinstance(statement, str)
        frame = sys._getframe(1)
        self.sent[frame.f_code.co_filename, frame.f_lineno].append(statement)
        return self

    def fetchall(self) -> list[object]:
        return []

    def answer(self, handler: Handler, values: Values, flags: tuple[bool, ...]) -> Texts:
        """The texts that reach the database at each line while one request is answered."""
        self.sent.clear()
        self.values.clear()
        self.values.update({name: list(value) if isinstance(value, list) else value for name, value in values.items()})
        self.environment.clear()
        self.environment.update({f"C{number}": "on" for number, flag in enumerate(flags, 1) if flag})
        function = self.namespace[handler.name]
        assert callable(function)
        with contextlib.suppress(*REJECTED):
            function(**self.values) if self.program.framework == "fastapi" else function()
        return {place: tuple(texts) for place, texts in self.sent.items()}


class Model:
    """A model of pydantic: its fields, or their defaults."""

    def __init__(self, **values: object) -> None:
        self.__dict__.update(values)


class Application:
    """What registers handlers: nothing is kept."""

    def get(self, path: str) -> Callable[[Callable[..., object]], Callable[..., object]]:
        return lambda function: function


class Arguments:
    """The parts of a request by name."""

    def __init__(self, values: dict[str, Value]) -> None:
        self.values = values

    def __getitem__(self, key: str) -> Value:
        return self.values[key]

    def get(self, key: str, default: object = None, type: Callable[[object], object] | None = None) -> object:
        value = self.values.get(key, default)
        return type(value) if type is not None else value

    def getlist(self, key: str) -> Value:
        return self.values[key]


class Request:
    """A request whose parts all hold the same values."""

    def __init__(self, values: dict[str, Value]) -> None:
        self.args = self.form = self.headers = self.cookies = Arguments(values)

    def get_json(self) -> Arguments:
        return self.args


def softened(code: str) -> str:
    """The code of a program in which nothing refuses an input: leaving a function, or looking up what a mapping does not hold."""
    table = CONSTANTS["COLUMNS"].removeprefix("COLUMNS = ")
    return REFUSAL.sub(r"\1", code).replace(table, "LENIENT")


def soften(namespace: dict[str, object]) -> None:
    """Let enumerations answer a member for what they do not hold."""
    for value in list(namespace.values()):
        if isinstance(value, enum.EnumType) and value is not enum.Enum:
            type.__setattr__(value, "_missing_", classmethod(first_of))


def first_of(enumeration: type[enum.Enum], value: object) -> enum.Enum:
    """The member for a value that no member has."""
    return next(iter(enumeration))


def truths(program: Program) -> dict[Place, Truth]:
    """What is true of every line that ever sends a statement to the database."""
    seen, unsafe = _differing(Running(program))
    _, unlocked = _differing(Running(program, lenient=True)) if seen - unsafe else ((), set(unsafe))
    return {
        place: Truth.UNSAFE if place in unsafe else Truth.REFUSED if place in unlocked else Truth.SAFE for place in seen
    }


def _differing(running: Running) -> tuple[set[Place], set[Place]]:
    """The lines that send statements, and those whose statements a client decides."""
    seen: set[Place] = set()
    unsafe: set[Place] = set()
    for handler in running.program.handlers:
        for flags in itertools.product((False, True), repeat=handler.flags):
            for (one, other), page in itertools.product(_pairs(handler), (1, 7) if handler.counted else (1,)):
                number = {"page": page} if handler.counted else {}
                first = running.answer(handler, {**one, **number}, flags)
                second = running.answer(handler, {**other, **number}, flags)
                seen |= set(first) | set(second)
                for place in set(first) & set(second):
                    if any(text != changed for text, changed in zip(first[place], second[place], strict=False)):
                        unsafe.add(place)
    return seen, unsafe


def _pairs(handler: Handler) -> Iterator[tuple[Values, Values]]:
    """Two requests that differ in one value."""
    names = [*handler.texts, *handler.lists]
    for name in names:
        rest = [each for each in names if each != name]
        for others in itertools.product(OTHERS, repeat=len(rest)):
            around = {each: _shaped(handler, each, value) for each, value in zip(rest, others, strict=True)}
            for one, other in (*PAIRS, ("name", "name"), ("7", "7")):
                yield (
                    {**around, name: _shaped(handler, name, one)},
                    {**around, name: _shaped(handler, name, other)},
                )


def _shaped(handler: Handler, name: str, value: str) -> Value:
    return [value, value] if name in handler.lists else value
