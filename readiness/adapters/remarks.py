"""What adapters give: a tool's remarks on one file."""

from msgspec import Struct


class Remark(Struct, frozen=True, array_like=True):
    """One finding of another tool. Lines and columns count from 1, columns in characters."""

    code: str
    """As the tool names it: `S602`, `B602`."""
    message: str
    line: int
    column: int = 1
    end_line: int = 0
    end_column: int = 0
    severity: str = ""
    """`HIGH`, `MEDIUM` or `LOW`; empty where the tool does not say."""
    confidence: str = ""
    """The same words."""
    weakness: int = 0
    """Number in the Common Weakness Enumeration; 0 where the tool names none."""
