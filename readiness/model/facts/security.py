"""Facts about security: calls that do what the text given to them says."""

from enum import StrEnum
from typing import ClassVar

from readiness.model.facts.base import Fact
from readiness.model.facts.web import Route
from readiness.model.flow import Piece, Text


class SinkKind(StrEnum):
    """What is done with the text."""

    COMMAND = "command"
    """A shell reads it, or it names the program that is started."""
    PATH = "path"
    """It names a file."""
    TEMPLATE = "template"
    """A template engine runs it."""
    MARKUP = "markup"
    """It goes into a page as it is."""
    OBJECTS = "objects"
    """Objects of any class are made of it: pickle, YAML with an unsafe loader."""
    REDIRECT = "redirect"
    """A browser is sent to that address."""
    ADDRESS = "address"
    """The service itself sends a request to that address."""
    CODE = "code"
    """It is run as Python."""
    XML = "xml"
    """An XML parser reads it, with the entities that it declares."""
    ARCHIVE = "archive"
    """The files that it names are written."""
    PATTERN = "pattern"
    """It is a regular expression."""
    FORMAT = "format"
    """It is a format string, whose fields can reach attributes."""


class Reach(StrEnum):
    """Who decides what is done, from a client to nobody."""

    CLIENT = "client"
    """A client decides it."""
    CHECKED = "checked"
    """A client decides it, after a test whose meaning is not known."""
    GUARDED = "guarded"
    """A client's value, after something that makes it harmless here."""
    PARTLY = "partly"
    """A client decides a part that does no harm here: the query behind a fixed host, an argument of a fixed program."""
    OPEN = "open"
    """Where it comes from is not known."""
    SETTING = "setting"
    """Whoever deploys the service decides it, or a file of the program."""
    FIXED = "fixed"
    """Constants, numbers, members of a fixed set."""


class Sink(Fact, frozen=True, kw_only=True):
    """One call that does what a text says, where that text is not plainly fixed or the call is dangerous by itself. Its span is
    the call."""

    rests_on: ClassVar[tuple[type[Fact], ...]] = (Route,)

    kind: SinkKind
    api: str
    """Canonical name of what is called: `subprocess.run`."""
    reach: Reach
    text: Text
    """What the text can be, with what the routes say of their handlers' parameters."""
    piece: Piece | None = None
    """The piece that decides; None where no single one does."""
    guard: str = ""
    """What makes it harmless, as written or by its canonical name: `shlex.quote`, `is_relative_to`."""
    detail: str = ""
    """What makes the call dangerous or harmless: `shell=True`, `Loader=yaml.Loader`."""
