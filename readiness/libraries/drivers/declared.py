"""How a driver is declared in the tables: what its objects and functions take."""

from msgspec import Struct

EXECUTE = frozenset({"execute", "executemany"})


class Argument(Struct, frozen=True):
    """Where a method takes text that is not its first argument, or no whole statement."""

    position: int = 0
    """-1 where it is given by its keyword alone."""
    keyword: str = ""
    clause: bool = False
    """It takes a part of a statement, such as a condition: only those that are put together are looked at."""


class Driver(Struct, frozen=True):
    """What a driver's objects take."""

    library: str
    paramstyle: str
    """How it marks a parameter; `driver` where that is the business of the driver behind it."""
    dialect: str = ""
    methods: frozenset[str] = EXECUTE
    """Methods whose first argument is SQL text."""
    elsewhere: dict[str, tuple[Argument, ...]] = {}
    """Methods that take text otherwise, with each argument that is text."""


class Taking(Struct, frozen=True):
    """A function that takes SQL text."""

    library: str
    paramstyle: str
    dialect: str = ""
    position: int = 0
    keyword: str = "sql"
    beside: bool = False
    """It takes the values of the parameters as well."""
    built_only: bool = False
    """It takes small pieces that are nearly always fixed: only those that are put together are looked at."""
    clause: bool = False
    """It takes a part of a statement, not a whole one."""
    statement: bool = False
    """It takes the name of a table as well, which is a text without a blank."""


class Opening(Struct, frozen=True):
    """How a driver's objects are had."""

    connection: str
    """Class of what `connects` gives; empty where there is none of its own."""
    cursor: str
    """Class of what `connection.cursor()` gives."""
    connects: tuple[str, ...] = ()
    """Functions and methods that open a connection."""
    pool: str = ""
    creates: tuple[str, ...] = ()
    """Functions that make a pool."""
    acquires: tuple[str, ...] = ()
    """Methods of the pool that give a connection."""
