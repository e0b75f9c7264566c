"""Files and their summaries in, the linked project out: the one implementation of `Code` and `Project`."""

from __future__ import annotations

import ast
from bisect import insort
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Protocol, TypeVar

from readiness.linking.calls import Calls
from readiness.linking.classes import Classes
from readiness.linking.constants import Constants
from readiness.linking.creations import Creations
from readiness.linking.hung import Hung
from readiness.linking.linker import Linker
from readiness.linking.outcomes import Outcomes
from readiness.linking.resolving import Resolving
from readiness.linking.results import STANDARD_RESULTS
from readiness.linking.shapes import Types
from readiness.linking.trees import Trees
from readiness.model import Fact, Route
from readiness.model.flow import Text
from readiness.model.library import Library
from readiness.model.project import Creation, Missing, Symbol
from readiness.model.report import Problem, Stage
from readiness.model.source import Scope, SourceFile, Span
from readiness.model.summary import Assignment, Scalar, Summary, Value
from readiness.profiling import stage

F = TypeVar("F", bound=Fact)


class Listed(Protocol):
    """The files of a scan, as discovery lists them."""

    @property
    def files(self) -> Sequence[SourceFile]:
        """All of them."""
        ...

    @property
    def evidence(self) -> Sequence[tuple[str, tuple[str, ...]]]:
        """Kinds of evidence with the paths of their files."""
        ...

    @property
    def touched(self) -> Sequence[tuple[str, tuple[tuple[int, int], ...]]]:
        """Paths with the stretches of lines that the change under review wrote."""
        ...

    @property
    def committed(self) -> datetime | None:
        """When HEAD was committed, UTC."""
        ...

    def content(self, file: SourceFile) -> bytes:
        """The bytes of one file. Raises OSError where it cannot be read."""
        ...


def link(
    listing: Listed,
    summaries: Mapping[str, Summary],
    libraries: Sequence[Library] = (),
    today: date | None = None,
) -> LinkedProject:
    """Link the summaries of a scan; nothing is worked out before it is asked for.

    The libraries say what their callables give (`Library.results`). Import roots are found.
    """
    results = dict(STANDARD_RESULTS)
    for library in libraries:
        results.update(library.results)
    return LinkedProject(listing, summaries, results, today or datetime.now(UTC).date())


class LinkedProject:
    """The linked code of one scan and the facts that recognisers add to it."""

    def __init__(
        self, listing: Listed, summaries: Mapping[str, Summary], results: Mapping[str, str], today: date
    ) -> None:
        self._listing = listing
        self._files = files = {file.path: file for file in listing.files}
        self._summaries = summaries
        self._today = today
        self._evidence = dict(listing.evidence)
        self._touched = dict(listing.touched)
        self._trees = Trees(files, summaries, self.content)
        self._paths = sorted(summaries)
        self._facts: dict[type[Fact], list[Fact]] = {}
        self._handlers: set[str] = set()
        self._heard: list[Problem] = []
        """Problems that were met on the way, here or in another process."""
        self._importers: dict[str, list[str]] | None = None
        self._symbols: dict[str, dict[str, int]] = {}
        linker = self._linker = Linker(files, summaries, results)
        linker.resolving = self._resolving = Resolving(linker)
        linker.classes = self._classes = Classes(linker)
        linker.types = self._types = Types(linker)
        linker.outcomes = Outcomes(linker)
        linker.creations = self._creations = Creations(linker)
        linker.calls = self._calls = Calls(linker)
        linker.constants = self._constants = Constants(linker)
        linker.hung = Hung(linker)

    # Files

    @property
    def files(self) -> Mapping[str, SourceFile]:
        """Every file of the scan, code or not, by path."""
        return self._files

    @property
    def today(self) -> date:
        """The date of the scan, UTC."""
        return self._today

    @property
    def committed(self) -> datetime | None:
        """When HEAD was committed, UTC; None outside git and before the first commit."""
        return self._listing.committed

    def evidence(self, kind: str) -> tuple[str, ...]:
        """Paths of the evidence files of one kind."""
        return self._evidence.get(kind, ())

    def touched(self, path: str) -> tuple[tuple[int, int], ...]:
        """First and last lines of the stretches of one file that the change under review wrote."""
        return self._touched.get(path, ())

    def content(self, path: str) -> bytes | None:
        """The bytes of any file of the scan, evidence included; None where it cannot be read, and for a file without a digest,
        whose changes a stored report would not notice."""
        file = self._files.get(path)
        try:
            return self._listing.content(file) if file is not None and file.digest else None
        except OSError:
            return None

    def paths(self, *scopes: Scope) -> list[str]:
        """Files with a summary, sorted, of the given scopes; of all scopes without any."""
        if not scopes:
            return list(self._paths)
        return [path for path in self._paths if path in self._files and self._files[path].scope in scopes]

    def summary(self, path: str) -> Summary | None:
        """The summary of one file, None where it could not be read or is no code."""
        return self._summaries.get(path)

    def module(self, path: str) -> str:
        """Dotted module name of a file, from its import root; from the scanned root where two files would share it."""
        return self._linker.modules.name(path)

    def imports(self, *packages: str, scopes: Iterable[Scope] = ()) -> list[str]:
        """Paths of the files that import one of these top-level packages."""
        if self._importers is None:
            self._importers = {}
            for path in self._paths:
                for top in {each.module.partition(".")[0] for each in self._summaries[path].imports if not each.level}:
                    self._importers.setdefault(top, []).append(path)
        found = sorted({path for package in packages for path in self._importers.get(package, ())})
        wanted = frozenset(scopes)
        return [path for path in found if not wanted or (path in self._files and self._files[path].scope in wanted)]

    def text(self, path: str) -> str | None:
        """The text of any file of the scan; None where it cannot be decoded or is over 4 MiB."""
        return self._trees.text(path)

    def tree(self, path: str) -> ast.Module | None:
        """The syntax tree of one file, parsed on demand and kept in a bounded cache."""
        return self._trees.tree(path)

    def function(self, path: str, index: int) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The syntax tree of one function; as a rule its own lines are parsed alone."""
        return self._trees.function(path, index)

    # Names

    def symbol(self, path: str, scope: int) -> str:
        """Name of a definition, `app.api.users::UserController.get_all`; of the module for -1."""
        return self._resolving.symbol(path, scope)

    def find(self, symbol: str) -> tuple[str, int] | None:
        """Path and definition index of such a name."""
        module, _, qualname = symbol.partition("::")
        path = self._linker.modules.named(module)
        if not path or not qualname:
            return None
        known = self._symbols.get(path)
        if known is None:
            definitions = self._summaries[path].definitions
            known = self._symbols[path] = {each.qualname: index for index, each in enumerate(definitions)}
        index = known.get(qualname)
        return None if index is None else (path, index)

    def span(self, path: str, index: int) -> Span:
        """The span of a call, by its index in the file's summary."""
        call = self._summaries[path].calls[index]
        return Span(path, call.line, call.column, call.end_line, call.end_column)

    def resolve(self, path: str, name: str, scope: int = -1, line: int = 0) -> Symbol:
        """What a dotted name written in `scope` denotes."""
        return self._resolving.resolve(path, name, scope, line)

    def resolve_value(self, path: str, value: Value, scope: int = -1, line: int = 0) -> Symbol:
        """What a `Name`, `Member` or `Subscript` value denotes: the class of `Page[User]` is `Page`."""
        return self._resolving.resolve_value(path, value, scope, line)

    def callee(self, path: str, index: int) -> Symbol:
        """What a call calls."""
        return self._calls.callee(path, index)

    def creation(self, path: str, value: Value, scope: int = -1, line: int = 0) -> Creation | None:
        """The call that made the object a value denotes."""
        return self._creations.creation(path, value, scope, line)

    def type_of(self, path: str, value: Value, scope: int = -1, line: int = 0) -> Symbol:
        """Class of the object a value denotes."""
        return self._types.type_of(path, value, scope, line)

    def ancestors(self, symbol: Symbol) -> list[Symbol]:
        """The class itself and all its bases, nearest first; external bases end their branch."""
        return list(self._classes.ancestors(symbol))

    def descendants(self, symbol: Symbol) -> list[Symbol]:
        """The project classes below a class, by path and place; at most 40."""
        return list(self._classes.subclasses(symbol))

    def is_a(self, symbol: Symbol, names: Iterable[str]) -> bool:
        """The class, or one of its ancestors, has one of these external names."""
        return self._classes.is_a(symbol, names)

    def member(self, symbol: Symbol, name: str) -> Symbol:
        """A method or class attribute of a project class or of its ancestors; unknown where there is none."""
        return self._classes.member(symbol, name)

    def constant(self, path: str, value: Value, scope: int = -1, line: int = 0) -> Scalar | Missing:
        """The constant a value is; `UNKNOWN` where it is none."""
        return self._constants.constant(path, value, scope, line)

    # What scopes hold

    def assigned_in(self, path: str, scope: int) -> Sequence[Assignment]:
        """What is bound directly in a function, a class or, for -1, a module, in the order of the text."""
        names = self._linker.names(path)
        return names.assignments(scope) if names is not None else ()

    def defined_in(self, path: str, scope: int) -> Sequence[int]:
        """Indices of the functions and classes that stand directly in a function, a class or, for -1, a module."""
        names = self._linker.names(path)
        return names.inner.get(scope, ()) if names is not None else ()

    def called_in(self, path: str, scope: int) -> Sequence[int]:
        """Indices of the calls that stand directly in a function, a class or, for -1, a module."""
        names = self._linker.names(path)
        return names.calls(scope) if names is not None else ()

    def returned_in(self, path: str, scope: int) -> Sequence[int]:
        """Indices of the returns and yields that stand directly in a function."""
        names = self._linker.names(path)
        return names.returns(scope) if names is not None else ()

    # Calls

    def calls_in(self, symbol: Symbol) -> list[int]:
        """Indices of the calls in a function's body, nested functions included."""
        return self._calls.calls_in(symbol)

    def calls_to(self, path: str, names: Collection[str]) -> list[int]:
        """Indices of the calls of a file by the last name of what they call: `commit` of `self.session.commit`."""
        tails = self._calls.tails(path)
        found = [
            tails[name] for name in (names if len(names) < len(tails) else tails) if name in names and name in tails
        ]
        return found[0] if len(found) == 1 else sorted([index for each in found for index in each])

    def names_called(self, path: str) -> Collection[str]:
        """The last names of all that a file calls, as `calls_to` takes them."""
        return self._calls.tails(path).keys()

    def callers(self, symbol: Symbol) -> list[tuple[str, int]]:
        """Every resolved call of a project function or class: path and call index."""
        return list(self._calls.callers(symbol))

    def reached_from(self, symbol: Symbol, depth: int = 3) -> list[Symbol]:
        """The function and the project functions it calls, breadth first, `depth` calls deep."""
        return self._calls.reached_from(symbol, depth)

    def text_of(self, path: str, index: int, argument: Value) -> Text:
        """What text an argument of a call can be."""
        from readiness.linking.flow import text_of, unknown_text

        with stage("value flow", shared=True):
            try:
                return text_of(self, path, index, argument)
            except Exception as error:  # noqa: BLE001 -- one question must not cost the answers to all others
                line = self._summaries[path].calls[index].line
                crash = f"what text a call is given could not be worked out: {type(error).__name__}: {error}"
                self._heard.append(Problem(Stage.LINK, path, crash, line=line))
                return unknown_text()

    # Facts

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be linked: files with a summary that could not be read again, and texts that were given up."""
        from readiness.linking.flow import exhausted

        lost = [
            Problem(Stage.LINK, path, "changed or vanished during the scan; what its code means is not known")
            for path in self._trees.lost
        ]
        if exhausted(self):
            lost.append(
                Problem(Stage.LINK, "", "some texts are built in too many steps to be followed; those are unsure")
            )
        return tuple(dict.fromkeys((*lost, *self._heard)))

    def take_problems(self, problems: Iterable[Problem]) -> None:
        """What could not be linked in another process that examines the same scan."""
        self._heard.extend(problems)

    def prepare(self) -> None:
        """Count who calls what: that visits the calls of all files, which processes of a fork would each do, in copies of all."""
        self._calls.count()

    def renew(self) -> None:
        """Give the questions that follow the full number of steps, whatever earlier ones have used."""
        from readiness.linking.flow import renew

        renew(self)
        self._linker.renew()

    def add(self, facts: Iterable[Fact]) -> None:
        """Add facts, to be found by `each` from now on."""
        for fact in facts:
            insort(self._facts.setdefault(type(fact), []), fact, key=lambda each: each.span)
            if isinstance(fact, Route):
                self._handlers.add(fact.handler)

    def revise(self, kind: type[F], revision: Callable[[list[F]], list[F]]) -> None:
        """Put what `revision` makes of the facts of one kind in their place."""
        self._facts[kind] = list(revision(list(self.each(kind))))

    def each(self, kind: type[F]) -> Iterator[F]:
        """Every fact of one kind, in order of place."""
        for fact in list(self._facts.get(kind, ())):
            if isinstance(fact, kind):
                yield fact

    def handler_of(self, symbol: str) -> bool:
        """The function answers a route."""
        return symbol in self._handlers
