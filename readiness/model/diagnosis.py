"""What `readiness doctor` and `readiness init` found out, as their reporters need it."""

from enum import StrEnum

from msgspec import Struct


class Gravity(StrEnum):
    """What a trouble does to an analysis."""

    STOPS = "stops"
    """There is no analysis before it is mended."""
    INCOMPLETE = "incomplete"
    """Something is not read, or is taken for what it is not."""
    REMARK = "remark"
    """Good to know; nothing is lost."""

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Gravity).index(self)


class Trouble(Struct, frozen=True, kw_only=True):
    """One thing that stands in the way of a whole and true analysis."""

    gravity: Gravity
    topic: str
    """One word for the margin: `checkout`, `coverage`, `settings`."""
    what: str
    """What is wrong, without a full stop."""
    remedy: str
    """What to do about it, in one line; a command where there is one."""
    places: tuple[str, ...] = ()
    """Files that it is about, the first of them."""
    count: int = 0
    """How many there are of `places`."""


class Known(Struct, frozen=True):
    """One thing that was found and is in order."""

    topic: str
    what: str


class Diagnosis(Struct, frozen=True, kw_only=True):
    """The answer of `readiness doctor`."""

    root: str
    """Name of the examined folder."""
    tool_version: str
    python: str
    git: str
    """Version; empty where there is none."""
    troubles: tuple[Trouble, ...]
    """Worst first."""
    found: tuple[Known, ...]

    @property
    def whole(self) -> bool:
        """Nothing would leave the analysis incomplete."""
        return all(each.gravity is Gravity.REMARK for each in self.troubles)


class Placing(StrEnum):
    """What became of a file that `readiness init` proposes."""

    WRITTEN = "written"
    PROPOSED = "proposed"
    """To be written, if it were no dry run."""
    LEFT = "left"
    """It is there already, or what it would say is said elsewhere."""
    NEEDLESS = "needless"
    """The project does not need it."""
    REFUSED = "refused"
    """It cannot be written safely, or not at all."""


class SetUpFile(Struct, frozen=True, kw_only=True):
    """One file of the set-up."""

    path: str
    """Relative to the project."""
    placing: Placing
    text: str = ""
    """Its content; empty where it is left without a proposal."""
    reason: str = ""
    """Why it is left or refused, or what it holds."""


class Snippet(Struct, frozen=True):
    """Lines for a file that belongs to somebody else."""

    place: str
    """Where to put them: `.pre-commit-config.yaml, below repos:`."""
    text: str


class Step(Struct, frozen=True):
    """A command to type next."""

    command: str
    why: str


class SetUp(Struct, frozen=True, kw_only=True):
    """The answer of `readiness init`."""

    root: str
    files: tuple[SetUpFile, ...]
    snippets: tuple[Snippet, ...]
    steps: tuple[Step, ...]
