"""A repair: what a rule's fix may ask of one file, and what it answers."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from msgspec import Struct

from readiness.model.finding import Finding
from readiness.model.project import Project
from readiness.model.source import Span

if TYPE_CHECKING:
    import re

    import libcst as cst

N = TypeVar("N", bound="cst.CSTNode")


class Edit(Struct, frozen=True, order=True):
    """New text for one place of one file; everything around it stays as it is, byte by byte."""

    span: Span
    """With its end. An empty one (end at the start) inserts."""
    text: str


class Repair(Struct, frozen=True):
    """What mends one finding."""

    edits: tuple[Edit, ...]
    """In the file of the finding; they do not overlap."""
    imports: tuple[str, ...] = ()
    """Modules that the new text needs by name, added where the file does not import them: `asyncio`."""
    safe: bool = True
    """What works today works the same way afterwards; without it the repair waits for `--unsafe`."""
    title: str = ""
    """What was done: `binds keyword`."""


class Source(Protocol):
    """One file as libcst reads it: every character of it stands in the tree."""

    @property
    def module(self) -> "cst.Module":
        """The whole tree."""
        ...

    def at(self, span: Span, kind: type[N]) -> N | None:
        """The outermost node of a kind that begins and ends where the span does; None where there is none."""
        ...

    def within(self, span: Span, kind: type[N]) -> list[N]:
        """All nodes of a kind inside of a span, in order."""
        ...

    def around(self, node: "cst.CSTNode", kind: type[N]) -> N | None:
        """The innermost node of a kind that holds another one."""
        ...

    def span(self, node: "cst.CSTNode") -> Span:
        """Where a node stands, without the white space around it."""
        ...

    def explained(self, node: "cst.CSTNode", same: "re.Pattern[str]") -> bool:
        """Whether a comment inside of a node, the one behind its last line too, is for a reader, or for a tool with a finding of
        the `same` kind."""
        ...

    def code(self, node: "cst.CSTNode") -> str:
        """A node as it is written."""
        ...


Rewrite = Callable[[Project, Finding, Source], Repair | None]


class Fix:
    """The fix of one rule. It stands in a module beside the rule's, `<rule>_fix.py`, which makes it
    (`fix = Fix(__name__, ...)`) and decorates the function that rewrites with `@fix.rewrites`.
    """

    def __init__(self, module: str, *, summary: str) -> None:
        self.module = module
        self.rule = module.rpartition(".")[2].removesuffix("_fix").replace("_", "-")
        self.summary = summary
        """What it does, one phrase: `binds the value as a parameter`."""
        self._rewrite: Rewrite | None = None

    def rewrites(self, rewrite: Rewrite) -> Rewrite:
        """Decorate the function that mends a failure, or answers None where it cannot."""
        self._rewrite = rewrite
        return rewrite

    def repair(self, project: Project, finding: Finding, source: Source) -> Repair | None:
        """The repair of one failure. Raises LookupError when the module decorated no function."""
        if self._rewrite is None:
            raise LookupError(f"{self.module} has no function decorated with @fix.rewrites")
        return self._rewrite(project, finding, source)


class Mended(Struct, frozen=True):
    """One repair that was tried and kept."""

    finding: Finding
    title: str
    safe: bool


class Left(Struct, frozen=True):
    """One finding whose rule has a fix, and why it stays."""

    finding: Finding
    reason: str
