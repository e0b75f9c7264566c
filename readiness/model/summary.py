"""What one file says: the index that a front end makes of it, without looking at any other file.

Everything here crosses process borders and is stored in the cache, hence `array_like` structs: field order is the
format, and a change of it changes the engine's fingerprint by itself.

A `Value` is an expression as far as later stages ask for it. A call inside an expression is a `CallRef` into
`Summary.calls`, so each call stands once.
"""

from __future__ import annotations

from enum import IntFlag

from msgspec import Struct

Scalar = str | int | float | bool | None


class Constant(Struct, frozen=True, array_like=True, gc=False, tag=0):
    """A literal. Integers beyond 64 bits and bytes are `Opaque`."""

    value: Scalar


class Name(Struct, frozen=True, array_like=True, gc=False, tag=1):
    """A name or a dotted chain that starts at a name, as written: `session`, `self.db.execute`."""

    dotted: str


class CallRef(Struct, frozen=True, array_like=True, gc=False, tag=2):
    """A call, by its index in `Summary.calls`."""

    index: int


class Member(Struct, frozen=True, array_like=True, gc=False, tag=3):
    """An attribute of something that is not a name: `select(User).where` is `Member(CallRef(0), "where")`."""

    value: Value
    name: str


class Subscript(Struct, frozen=True, array_like=True, gc=False, tag=4):
    """`value[index]`; several indices come as a tuple `Sequence`, a slice as `Opaque("Slice")` or an `Operation(":")`."""

    value: Value
    index: Value


class Sequence(Struct, frozen=True, array_like=True, gc=False, tag=5):
    """A display of items. Past 200 items the rest is one `Opaque("more")`."""

    kind: str
    """`list`, `tuple` or `set`."""
    items: tuple[Value, ...]


class Mapping(Struct, frozen=True, array_like=True, gc=False, tag=6):
    """A dict display; a key of None is a `**` spread. Past 200 entries the last pair is `Opaque("more")` twice."""

    keys: tuple[Value | None, ...]
    values: tuple[Value, ...]


class Template(Struct, frozen=True, array_like=True, gc=False, tag=7):
    """An f-string: constants are its text, everything else is what is put in."""

    parts: tuple[Value, ...]


class Operation(Struct, frozen=True, array_like=True, gc=False, tag=8):
    """An operator on its operands, in order: `+ - * / // % ** @ << >> | & ^ and or not neg in == < > ...`; `:` is a slice."""

    operator: str
    operands: tuple[Value, ...]


class Choice(Struct, frozen=True, array_like=True, gc=False, tag=9):
    """`yes if test else no`."""

    test: Value
    yes: Value
    no: Value


class Comprehension(Struct, frozen=True, array_like=True, gc=False, tag=10):
    """A comprehension or generator: what it makes and what it iterates (outermost first)."""

    kind: str
    """`list`, `set`, `dict` (element is the value) or `generator`."""
    element: Value
    sources: tuple[Value, ...]


class Starred(Struct, frozen=True, array_like=True, gc=False, tag=11):
    """`*value` in a call or a display."""

    value: Value


class Opaque(Struct, frozen=True, array_like=True, gc=False, tag=12):
    """Anything else, by its kind: `Lambda`, `Ellipsis`, `bytes`, `deep` (nested past 30 levels), `more`, ..."""

    kind: str


Value = (
    Constant
    | Name
    | CallRef
    | Member
    | Subscript
    | Sequence
    | Mapping
    | Template
    | Operation
    | Choice
    | Comprehension
    | Starred
    | Opaque
)


class Context(IntFlag):
    """Where a call, handler or statement stands, inside its own function."""

    NONE = 0
    AWAITED = 1
    LOOP = 2
    """In the body of a `for` or `while`, or in the repeated part of a comprehension."""
    TRY = 4
    """In the body of a `try` that has an `except`."""
    EXCEPT = 8
    FINALLY = 16
    CONDITION = 32
    """Under an `if`, `elif`, `else`, `match` case or conditional expression."""
    WITH_ITEM = 64
    """Is itself the context expression of a `with`."""
    DISCARDED = 128
    """Is a statement of its own; nobody takes its result."""
    RETURNED = 256
    """Is what a `return` gives back, or a part of it."""
    DECORATOR = 512
    ANNOTATION = 1024
    DEFAULT = 2048
    """Stands in a parameter's default."""
    COMPREHENSION = 4096

    # `call.context & Context.LOOP` is asked a million times; what an enumeration makes of it costs twenty times the number.
    __rand__ = int.__rand__  # type: ignore[assignment]


class Import(Struct, frozen=True, array_like=True, gc=False):
    """One bound name of an import statement.

    `import a.b` binds `a` (name empty, module `a.b`, alias `a`); `import a.b as c` binds `c`; `from ..x import y as z` has
    module `x`, name `y`, alias `z`, level 2; a star import has name `*`.
    """

    module: str
    name: str
    alias: str
    level: int
    scope: int
    line: int
    typing_only: bool = False
    """Under `if TYPE_CHECKING`."""
    guarded: bool = False
    """In a `try` that catches the import's failure."""


class Parameter(Struct, frozen=True, array_like=True, gc=False):
    """One parameter of a function."""

    name: str
    kind: str
    """`positional-only`, `positional`, `variadic` (`*args`), `keyword-only`, `keyword-variadic` (`**kwargs`)."""
    annotation: Value | None
    """A quoted annotation is parsed: `"User | None"` reads as if it were not quoted."""
    default: Value | None


class Function(Struct, frozen=True, array_like=True, gc=False, tag="function"):
    """A function or method."""

    name: str
    qualname: str
    """`Outer.method`, `create_app.<locals>.index`."""
    scope: int
    """The definition it stands in; -1 is the module."""
    line: int
    """Of the `def`."""
    column: int
    first_line: int
    """Of the first decorator, else the `def`."""
    body_line: int
    """Of the first statement after the docstring; the `def` line itself for a one-line function."""
    end_line: int
    asynchronous: bool
    generator: bool
    parameters: tuple[Parameter, ...]
    returns: Value | None
    decorators: tuple[Value, ...]
    docstring: str
    """Its first line, at most 200 characters; empty without one."""
    stub: bool
    """The body is only a docstring, `pass`, `...` or `raise NotImplementedError`."""
    branches: int = 0
    """Decisions in the body, nested functions apart, counted as radon 6 does: its complexity less one."""


class Class(Struct, frozen=True, array_like=True, gc=False, tag="class"):
    """A class."""

    name: str
    qualname: str
    scope: int
    line: int
    column: int
    first_line: int
    end_line: int
    bases: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]
    decorators: tuple[Value, ...]
    docstring: str


Definition = Function | Class


class Assignment(Struct, frozen=True, array_like=True, gc=False):
    """One name or attribute that is bound."""

    target: str
    """`x`, `self.x`, `app.state.db`; `x[]` where an element of x is set."""
    operator: str
    """`=`, `+=` and its kin, `for`, `with`, `:=`, `declare` (an annotation alone), `case`, `del`."""
    value: Value | None
    """What is bound: for `for` the thing iterated, for `with` the context expression."""
    annotation: Value | None
    position: int
    """Place in an unpacked tuple, else -1."""
    line: int
    scope: int
    context: int = 0


class Call(Struct, frozen=True, array_like=True, gc=False):
    """One call with what stands around it."""

    callee: Value
    arguments: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]
    """A name of "" is a `**` spread."""
    line: int
    column: int
    end_line: int
    end_column: int
    scope: int
    context: int
    """Bits of `Context`."""
    within: tuple[int, ...] = ()
    """Indices of the calls that are context expressions of the `with` blocks around it, in the same function."""


class Return(Struct, frozen=True, array_like=True, gc=False):
    """A `return` or `yield` with a value (None where it gives none)."""

    value: Value | None
    line: int
    scope: int
    yields: bool = False
    context: int = 0


class Raise(Struct, frozen=True, array_like=True, gc=False):
    """A `raise`; value None re-raises."""

    value: Value | None
    line: int
    scope: int
    context: int = 0


class Handler(Struct, frozen=True, array_like=True, gc=False):
    """One `except` clause."""

    types: tuple[Value, ...]
    """Empty for a bare `except:`; a tuple of types is spread."""
    name: str
    """What the exception is called, or empty."""
    uses_name: bool
    """That name is read in the body, or the body asks `sys.exc_info` or `traceback` for it."""
    raises: bool
    """Some path of the body raises."""
    body: tuple[str, ...]
    """Kinds of its statements in order: `pass`, `continue`, `break`, `return`, `raise`, `call`, `assign`, `constant`, or the
    lower-case name of a compound statement."""
    line: int
    column: int
    end_line: int
    """Last line of the body."""
    try_line: int
    try_end_line: int
    """The guarded lines: first and last statement of the `try` body."""
    scope: int
    context: int
    starred: bool
    comment: str
    """First comment inside the clause, without `#`, at most 200 characters."""


class Comment(Struct, frozen=True, array_like=True, gc=False):
    """A comment that speaks to a tool: our directive, `noqa`, `nosec`, `nosemgrep`, `type: ignore`, `pragma: no cover`, ..."""

    text: str
    """Without the leading `#`, stripped, at most 500 characters."""
    line: int
    column: int
    alone: bool
    """Nothing but white space stands before it."""


class Summary(Struct, frozen=True, array_like=True, gc=False):
    """The index of one file. Nothing of it depends on another file, nor on the file's own path."""

    lines: int
    imports: tuple[Import, ...]
    definitions: tuple[Definition, ...]
    assignments: tuple[Assignment, ...]
    calls: tuple[Call, ...]
    returns: tuple[Return, ...]
    raises: tuple[Raise, ...]
    handlers: tuple[Handler, ...]
    comments: tuple[Comment, ...]
    statements: tuple[int, ...]
    """Flat pairs (first line, last line) of executable statements, by line; a compound statement gives its header only.
    Docstrings, `global` and `nonlocal` are not executable."""
    finally_exits: tuple[int, ...]
    """Lines of a `return`, `break` or `continue` in a `finally`, which drops the exception on its way."""
    main_line: int
    """Line of `if __name__ == "__main__"`, 0 without one."""
    lowered: bool = False
    """It was read through the fallback for newer syntax."""
    older: str = ""
    """The text in the running interpreter's syntax that was read then; empty where the file was read as it is."""


class Reading(Struct, frozen=True, array_like=True, gc=False):
    """What a front end gives back for one file: a summary, or the reason why there is none."""

    summary: Summary | None
    problem: str = ""
