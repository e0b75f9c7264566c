"""What a library's recogniser offers to the engine."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from readiness.model.facts.base import Fact
from readiness.model.project import Project

Recognise = Callable[[Project], Iterator[Fact]]


class Library:
    """One recogniser: a module of `readiness.libraries`, or of a package behind the entry point of that name, holds
    `library = Library(__name__, ...)` and decorates its function with `@library.recognises`.

    Recognisers run in stages, so that a later one can ask for the facts of the earlier ones: `web` (applications, routes),
    `data` (queries, reads), `code` (exception handlers and the like), `joined` (facts made of other facts). Those of one stage
    see nothing of each other, but for the kinds that one names in `after`.
    """

    STAGES = ("web", "data", "code", "joined")

    def __init__(
        self,
        module: str,
        *,
        stage: str,
        provides: Sequence[type[Fact]],
        packages: Sequence[str] = (),
        results: Mapping[str, str] | None = None,
        after: Sequence[type[Fact]] = (),
        aside: bool = False,
    ) -> None:
        if stage not in self.STAGES:
            raise ValueError(f"unknown stage {stage!r}; one of {', '.join(self.STAGES)}")
        self.name = module.rpartition(".")[2]
        self.module = module
        self.stage = stage
        self.provides = tuple(provides)
        """Kinds of fact it makes."""
        self.packages = tuple(packages)
        """Top-level packages that it reads: `("sqlalchemy", "sqlmodel")`. Empty: it looks at every file."""
        self.results: dict[str, str] = dict(results or {})
        """What its callables give: canonical name -> class, `{"sqlite3.Connection.cursor": "sqlite3.Cursor"}`. A key may also
        be `Class.*` (every other method), `Class.__call__`, `Class.__enter__`, `Class.__iter__` (the element) or the name
        of an object (`flask.request`); calling a class gives that class without an entry."""
        self.after = tuple(after)
        """Kinds of fact of its own stage that it asks for; without them it may run before those that make them."""
        self.aside = aside
        """It may run in a second process, beside the others of its stage: it asks much and needs little of what they work out."""
        self._recognise: Recognise | None = None

    def recognises(self, function: Recognise) -> Recognise:
        """Decorate the function from the linked code, with the facts so far, to new facts."""
        self._recognise = function
        return function

    def recognise(self, project: Project) -> Iterator[Fact]:
        """Run it. Raises LookupError when the module decorated no function."""
        if self._recognise is None:
            raise LookupError(f"{self.module} has no function decorated with @library.recognises")
        return self._recognise(project)
