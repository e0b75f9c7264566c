"""Facts read from files beside the code: dependencies, evidence."""

from readiness.model.facts.base import Fact


class Dependency(Fact, frozen=True, kw_only=True):
    """One third-party distribution that a manifest or a lock file names."""

    name: str
    """Normalised: lower case, `-`."""
    requirement: str = ""
    """As written: `>=2,<3`."""
    version: str = ""
    """What the lock file, or a pinned requirement, says; empty without one."""
    group: str = ""
    """The extra or group it belongs to (`dev`, `test`); empty for what the program itself needs."""


class Evidence(Fact, frozen=True, kw_only=True):
    """One evidence file that was read."""

    kind: str
    """`coverage`, later `tests`, `load`, ..."""
    format: str
    observed: bool = False
    """Made in this run or with provenance; a committed file is only claimed."""
    stale: bool = False
    early: bool = False
    """Made before the commit of HEAD, by its own date, and not committed: what it says of text that is still the same holds."""
    detail: str = ""
    """One sentence for the report."""
    problem: str = ""
    """Why nothing of it could be used (then it is stale too); the engine makes a `Problem` of it."""
