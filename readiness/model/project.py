"""What recognisers and rules may ask: protocols, implemented in `linking`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from msgspec import Struct

from readiness.model.facts.base import Fact
from readiness.model.flow import Text
from readiness.model.source import Scope, SourceFile, Span
from readiness.model.summary import Assignment, Scalar, Summary, Value

F = TypeVar("F", bound=Fact)
S = TypeVar("S", bound=Struct)
T = TypeVar("T")


class SymbolKind(StrEnum):
    """What a name turned out to be."""

    EXTERNAL = "external"
    """Of another distribution or the standard library; `name` is its dotted path as imported."""
    BUILTIN = "builtin"
    MODULE = "module"
    FUNCTION = "function"
    CLASS = "class"
    VARIABLE = "variable"
    """Bound by an assignment; `index` is into `Summary.assignments`, its last binding before the use where that is known."""
    PARAMETER = "parameter"
    """`index` is the function in `Summary.definitions`, `rest` starts after the parameter's name."""
    UNKNOWN = "unknown"


class Symbol(Struct, frozen=True):
    """What a dotted name denotes."""

    kind: SymbolKind
    name: str
    """External: `fastapi.APIRouter`. Ours: `app.api.users::UserController.get_all`; a module `app.api.users`. A parameter
    or local variable: `app.api.users::create.name`. Unknown: as written."""
    path: str = ""
    """The project file that defines it; empty for externals."""
    index: int = -1
    """Into `definitions` or `assignments` of that file, by kind."""
    rest: tuple[str, ...] = ()
    """Attributes that were not followed further: of `settings.api.prefix`, where `settings` is a variable, `("api", "prefix")`.
    For externals they are part of the name."""


class Creation(Struct, frozen=True):
    """The call that made an object: the object's identity across files."""

    path: str
    index: int
    """Into `Summary.calls` of that file."""
    maker: Symbol
    """What was called: an external class or function, or a project class."""


class Missing:
    """The type of `UNKNOWN`."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        return False


UNKNOWN = Missing()
"""A constant that could not be computed (None is a constant)."""


class Code(Protocol):
    """The linked code of one scan, as recognisers ask it. Paths are keys of `files`."""

    @property
    def files(self) -> Mapping[str, SourceFile]:
        """Every file of the scan, code or not, by path."""
        ...

    @property
    def today(self) -> date:
        """The date of the scan, UTC."""
        ...

    @property
    def committed(self) -> datetime | None:
        """When HEAD was committed, UTC; None outside git and before the first commit."""
        ...

    def evidence(self, kind: str) -> tuple[str, ...]:
        """Paths of the evidence files of one kind (`coverage`, `tests`, ...) that the configuration names or discovery found."""
        ...

    def touched(self, path: str) -> tuple[tuple[int, int], ...]:
        """First and last lines of the stretches of one file that the change under review wrote, in order; empty where no change is
        reviewed."""
        ...

    def content(self, path: str) -> bytes | None:
        """The bytes of any file of the scan, evidence included; None where it cannot be read or is over 64 MiB."""
        ...

    def paths(self, *scopes: Scope) -> Iterable[str]:
        """Files with a summary, sorted, of the given scopes; of all scopes without any."""
        ...

    def summary(self, path: str) -> Summary | None:
        """The summary of one file, None where it could not be read or is no code."""
        ...

    def module(self, path: str) -> str:
        """Dotted module name of a file, from its import root: `app.api.users`."""
        ...

    def imports(self, *packages: str, scopes: Iterable[Scope] = ()) -> list[str]:
        """Paths of the files that import one of these top-level packages."""
        ...

    def text(self, path: str) -> str | None:
        """The text of any file of the scan (code, TOML, ...); None where it cannot be decoded or is over 4 MiB."""
        ...

    def symbol(self, path: str, scope: int) -> str:
        """Name of a definition, `app.api.users::UserController.get_all`; of the module for -1."""
        ...

    def find(self, symbol: str) -> tuple[str, int] | None:
        """Path and definition index of such a name."""
        ...

    def span(self, path: str, index: int) -> Span:
        """The span of a call, by its index in the file's summary."""
        ...

    def resolve(self, path: str, name: str, scope: int = -1, line: int = 0) -> Symbol:
        """What a dotted name written in `scope` denotes, through imports, re-exports, aliases and class attributes.

        `line` picks the binding in force there when a local name is bound several times.
        """
        ...

    def resolve_value(self, path: str, value: Value, scope: int = -1, line: int = 0) -> Symbol:
        """What a `Name`, `Member` or `Subscript` value denotes: the class of `Page[User]` is `Page`."""
        ...

    def callee(self, path: str, index: int) -> Symbol:
        """What a call calls: a function or class of the project, a method through the receiver's type, an external name
        such as `sqlalchemy.orm.Session.execute`, else unknown."""
        ...

    def creation(self, path: str, value: Value, scope: int = -1, line: int = 0) -> Creation | None:
        """The call that made the object a value denotes, through names, imports, attributes and functions that return it."""
        ...

    def type_of(self, path: str, value: Value, scope: int = -1, line: int = 0) -> Symbol:
        """Class of the object a value denotes, from its creation, annotations, `with`, `await` and known results of calls."""
        ...

    def ancestors(self, symbol: Symbol) -> list[Symbol]:
        """The class itself and all its bases, nearest first; external bases end their branch."""
        ...

    def descendants(self, symbol: Symbol) -> list[Symbol]:
        """The project classes below a class, by path and place; at most 40."""
        ...

    def is_a(self, symbol: Symbol, names: Iterable[str]) -> bool:
        """The class, or one of its ancestors, has one of these external names."""
        ...

    def member(self, symbol: Symbol, name: str) -> Symbol:
        """A method or class attribute of a project class or of its ancestors; unknown where there is none."""
        ...

    def constant(self, path: str, value: Value, scope: int = -1, line: int = 0) -> Scalar | Missing:
        """The constant a value is, through names, concatenation, f-strings, class attributes, enum members and defaults of
        settings classes; `UNKNOWN` where it is none."""
        ...

    def gathered(self, tell: Callable[[Summary], T | None], *scopes: Scope) -> Iterator[tuple[str, T]]:
        """What a function tells of the summaries of all files of these scopes, by path, sorted, as far as it tells anything. The
        function is decorated with `tells`: then no file counts as opened. What it tells is kept."""
        ...

    def shared(self, build: Callable[[Code], T]) -> T:
        """A table that is built once for all who look at the scan, of paths and summaries alone. Whoever looks something up in
        it says so by `looks_up`, and a function that is decorated with `tells` says what one file adds to it."""
        ...

    def looks_up(self, tell: Callable[[Summary], object], name: str) -> None:
        """A name is looked up in such a table, of which the function tells what one file adds under each name."""
        ...

    def assigned_in(self, path: str, scope: int) -> Sequence[Assignment]:
        """What is bound directly in a function, a class or, for -1, a module, in the order of the text."""
        ...

    def defined_in(self, path: str, scope: int) -> Sequence[int]:
        """Indices of the functions and classes that stand directly in a function, a class or, for -1, a module."""
        ...

    def called_in(self, path: str, scope: int) -> Sequence[int]:
        """Indices of the calls that stand directly in a function, a class or, for -1, a module."""
        ...

    def returned_in(self, path: str, scope: int) -> Sequence[int]:
        """Indices of the returns and yields that stand directly in a function."""
        ...

    def calls_in(self, symbol: Symbol) -> Iterable[int]:
        """Indices of the calls in a function's body, nested functions included."""
        ...

    def calls_to(self, path: str, names: Collection[str]) -> list[int]:
        """Indices of the calls of a file by the last name of what they call as written: `commit` of `self.session.commit`; the
        empty name stands for what has none, `(a or b)()`."""
        ...

    def names_called(self, path: str) -> Collection[str]:
        """The last names of all that a file calls, as `calls_to` takes them."""
        ...

    def callers(self, symbol: Symbol) -> list[tuple[str, int]]:
        """Every resolved call of a project function or class: path and call index."""
        ...

    def reached_from(self, symbol: Symbol, depth: int = 3) -> list[Symbol]:
        """The function and the project functions it calls, breadth first, `depth` calls deep."""
        ...

    def tree(self, path: str) -> ast.Module | None:
        """The syntax tree of one file, parsed on demand by the same front end and kept in a bounded cache."""
        ...

    def function(self, path: str, index: int) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The syntax tree of one function, by its index in the file's definitions, with the places of its file. It costs a small
        part of the file's tree, as its own lines are parsed alone."""
        ...

    def text_of(self, path: str, index: int, argument: Value) -> Text:
        """What text an argument of a call can be: value flow, answered backwards from the call."""
        ...


class Project(Code, Protocol):
    """The code with its facts, as rules ask it."""

    def each(self, kind: type[F]) -> Iterator[F]:
        """Every fact of one kind, in order of place."""
        ...

    def each_in(self, kind: type[F], path: str) -> Iterator[F]:
        """Every fact of one kind in one file, in order of place."""
        ...

    def parts(self, names: Iterable[str], ask: Callable[[Project, str], Iterable[S]], *kinds: type[S]) -> Iterator[S]:
        """What `ask`, a function of a module, finds for each of the names, as a rule paths of files, in their order. Each is asked
        in a view of its own, and depends on nothing else; so what it finds is kept for the next run as long as nothing has changed
        that it looked at. `kinds` says of which classes that is, where they are not those of the recogniser's facts."""
        ...

    def table(self, build: Callable[[Project], Mapping[str, T]]) -> Mapping[str, T]:
        """What a function tells of all files together, entry by entry, built once for all who look at the scan. Whoever looks an
        entry up depends on that entry alone. Entries are made of what `msgspec` encodes; no order among them means anything."""
        ...

    def handler_of(self, symbol: str) -> bool:
        """The function answers a route."""
        ...
