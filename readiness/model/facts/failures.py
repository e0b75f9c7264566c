"""Facts about what happens when something fails."""

from typing import ClassVar

from readiness.model.facts.base import Fact
from readiness.model.facts.web import Route
from readiness.model.source import Span


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
    default: str = ""
    """The constant that stands in for the result and nothing else happens, as written: `return []`, `count = 0`."""
    reaches: str = ""
    """For a default, and for a quiet clause, what the `try` reaches outside of the process: `database`, `network`, `file`,
    `process`, `unknown` (an awaited call that could not be resolved), `work` (a call that could not be judged); empty for a
    computation."""
    signal: str = ""
    """Why the default tells the caller enough: `the function is asked whether something answers`; empty where it does not."""
    trace: str = ""
    """What becomes of the traceback in a clause that catches everything: `kept` (in a record), `raised again` (with it),
    `logged without`, `expected` (logged, but not as an error), `printed`, `raised without cause`, `cut` (`from None`), `answered`
    (a client's error), `unlogged answer` (a server's error that nothing logs), `handed on`; empty where nothing is told."""
    trace_at: Span | None = None
    """The call or `raise` that `trace` is about."""
    trace_call: str = ""
    """What is called or raised there: `logger.error`, `ServiceError`."""
    program: bool = False
    """For `printed`: it belongs to a program for the command line, whose file, or a caller's, has `if __name__ == "__main__"`."""


class ErrorResponse(Fact, frozen=True, kw_only=True):
    """One answer to a client that is made from a failure: in an `except` clause, or by a function that the framework calls with
    the exception. Its span is the answer: the call, the `raise`, the `return`."""

    capability: ClassVar[str] = "web"
    rests_on: ClassVar[tuple[type[Fact], ...]] = (Route,)

    types: tuple[str, ...]
    """Canonical names of the exceptions that lead to it; empty for a bare `except`."""
    exposes: str = ""
    """What of the failure stands in the answer, as written: `str(error)`, `traceback.format_exc()`; empty for nothing."""
    family: str = ""
    """What the exposed failure can be: `any`, `database`, `system`, `network`, `traceback`, `typed`; empty with nothing exposed."""
    status: int = 0
    """0 where it is not known."""
    answer: str = ""
    """What answers: `HTTPException`, `JsonResponse`, `return`."""
    caught: Span | None = None
    """The clause that catches the failure, where the answer is made elsewhere."""
    added: bool = False
    """The framework adds what is exposed to what the handler answers."""


class UnhandledErrors(Fact, frozen=True, kw_only=True):
    """What becomes of an exception that nothing in an application catches. Its span is the application, or the handler that
    decides it."""

    capability: ClassVar[str] = "web"

    application: str
    framework: str
    recorded: bool | None
    """It is logged with its traceback; None where that is not known."""
    answered: bool | None
    """The client gets an answer that tells nothing of the inside; None where that is not known."""
    how: str
    """What decides it, in a few words: `the server logs it and answers 500`, `errorhandler(Exception)`."""
    own: bool = False
    """The application registers a handler for everything itself."""
