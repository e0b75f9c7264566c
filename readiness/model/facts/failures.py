"""Facts about what happens when something fails."""

from readiness.model.facts.base import Fact


class ExceptionHandler(Fact, frozen=True, kw_only=True):
    """One `except` clause, or `contextlib.suppress`. Its span is the `except` line."""

    types: tuple[str, ...]
    """Canonical names; empty for a bare `except`."""
    broad: bool
    """Bare, `Exception`, `BaseException`, or a tuple with one of them."""
    quiet: bool
    """The body does nothing but `pass`, `continue`, `break`, a docstring, or returning a constant None."""
    logs: bool = False
    raises: bool = False
    uses: bool = False
    """The exception object is used."""
    kind: str = "except"
    """`except`, `except*`, `suppress`, `finally` (a jump in a `finally` that drops the exception), `gather`."""
    purpose: str = ""
    """Why silence is right here, where the code shows it: `cleanup`, `optional import`, `feature probe`, `finaliser`,
    `metrics`; else empty."""
    comment: str = ""
    """A reason written inside the clause."""
    guards: str = ""
    """What the `try` does, in a few words of code: `session.commit()`."""
    where: str = ""
    """`handler`, `task`, `transaction`, or empty: what the enclosing function is."""
    cancels: bool = False
    """It swallows `asyncio.CancelledError`."""
