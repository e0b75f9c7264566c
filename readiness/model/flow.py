"""What text an expression can be: the answer that value flow gives about a SQL statement, a path or a limit."""

from enum import StrEnum

from msgspec import Struct

from readiness.model.source import Span


class PieceKind(StrEnum):
    """Where one piece of a composed text comes from, from harmless to unknown."""

    CONSTANT = "constant"
    NUMBER = "number"
    """Cannot carry text: int, float, bool, UUID, date, the result of `len()`, `int()`, ..."""
    VALIDATED = "validated"
    """One of a fixed set: membership test, look-up in a constant table, enum member, `Literal`."""
    QUOTED = "quoted"
    """Went through an API that quotes it for this purpose."""
    PLACEHOLDERS = "placeholders"
    """Built from placeholder marks only: `",".join(["%s"] * n)`."""
    STRUCTURE = "structure"
    """An expression object of a query builder, not text."""
    CONFIGURED = "configured"
    """Set by whoever deploys the service: an environment variable, a settings object."""
    REQUEST = "request"
    """Sent by a client."""
    PARAMETER = "parameter"
    """A parameter of the enclosing function, of which nothing more is known here."""
    UNKNOWN = "unknown"


FROM_DATABASE = "the database"
"""What `Piece.outside` says of columns and objects that are read back."""


class Piece(Struct, frozen=True):
    """One piece of a text."""

    kind: PieceKind
    text: str = ""
    """For a constant its text; else the expression as written, at most 120 characters."""
    span: Span | None = None
    """Where it is put in."""
    source: str = ""
    """For request data and parameters: the name and, where known, whose: `q`."""
    owner: str = ""
    """For a parameter: symbol of its function, `app.crud::search`."""
    position: str = ""
    """Where in the text it lands, for a reader of that text: in SQL `value`, `quoted value`, `LIKE pattern`, `identifier`,
    `clause`, `statement` (all of it), or empty where that is not known."""
    checked: str = ""
    """A test it has passed whose meaning is not known here: `column in allowed`; empty without one."""
    origin: Span | None = None
    """Where it comes from: the assignment or parameter it was read from, when that is another place."""
    outside: str = ""
    """What outside the program it is read from while it runs: `the command line`, `the database`, `a file`; empty where that is not
    known, and for request data."""
    unread: bool = False
    """It was too much work to read it."""
    constrained: bool = False
    """The route that takes it declares a length, a range or a pattern for it."""
    loose: bool = False
    """The test in `checked` is a pattern that lets quotes and white space through: no harm to a path, but enough to write SQL."""


class Text(Struct, frozen=True):
    """The composition of a text argument."""

    alternatives: tuple[tuple[Piece, ...], ...]
    """One sequence of pieces for each way the text can come about (branches), at most 16."""
    how: str = "literal"
    """How it is built: `literal`, `f-string`, `%`, `+`, `format`, `join`, `replace`, `template`, `expression`, `unknown`."""
    complete: bool = True
    """False where the bound on alternatives or steps was reached."""

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All pieces of all alternatives."""
        return tuple(piece for alternative in self.alternatives for piece in alternative)
