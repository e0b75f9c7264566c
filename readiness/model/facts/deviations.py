"""Facts about what is deliberately left as it is."""

from readiness.model.facts.base import Fact
from readiness.model.source import Span


class Suppression(Fact, frozen=True, kw_only=True):
    """One comment that silences a tool: ours or another's."""

    tool: str
    """`readiness`, `noqa`, `nosec`, `nosemgrep`, `type: ignore`, `pragma: no cover`, `pylint`, `pyright`, `mypy`, `ruff`."""
    codes: tuple[str, ...]
    """What it silences; empty for everything."""
    reason: str
    """The words that say why; empty without any."""
    whole_file: bool = False
    owner: str = ""
    until: str = ""
    """As written: a date, or empty."""
    problem: str = ""
    """Why one of our own directives is malformed and hides nothing; empty where it is well-formed."""
    covers: tuple[int, int] = (0, 0)
    """First and last line whose findings it hides."""


class DeviationRecord(Fact, frozen=True, kw_only=True):
    """One entry of the register of deviations, or one directive, as a fact that rules about deviations judge."""

    id: str
    rule: str
    where: str
    reason: str
    owner: str
    approver: str = ""
    until: str = ""
    kind: str = "accepted"
    """`accepted` or `false-positive`."""
    state: str = "current"
    """`current`, `expired`, `malformed`."""
    problem: str = ""
    days_left: int = 0
    recorded: str = "register"
    """`register`, `decision` (the front matter of an Architecture Decision Record) or `directive`."""
    created: str = ""
    link: str = ""
    covers: tuple[int, int] = (0, 0)
    """For a directive the first and last line whose findings it accepts."""
    operation: str = ""
    """`GET /orders/{id}`: only findings about the handler of this operation; empty for any."""


class DeviationUse(Fact, frozen=True, kw_only=True):
    """What a record covers, made of the findings of the other rules once these have judged."""

    record: DeviationRecord
    judged: bool
    """Its rule judged in this scan; where not, nothing is known about its use."""
    covered: int = 0
    """Findings that fail or are unsure and lie in its place, whatever its date."""
    sites: int = 0
    """All findings of its rule."""
    overreach: str = ""
    """Why it covers too much for who approved it; empty where it does not."""
    known: bool = True
    """False for an operation that no route of the project has."""
    places: tuple[tuple[Span, str], ...] = ()
    """The findings that it covers: place and symbol of each."""
