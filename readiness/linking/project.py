"""Files and their summaries in, the linked project out: the one implementation of `Code` and `Project`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar, cast

from msgspec import Struct

from readiness.linking.calls import Calls
from readiness.linking.classes import Classes
from readiness.linking.constants import Constants
from readiness.linking.creations import Creations
from readiness.linking.facts import Facts
from readiness.linking.hung import Hung
from readiness.linking.indices import CALLS, IMPORTERS, INDICES, Key, differing
from readiness.linking.linker import Linker
from readiness.linking.listed import Listed, Memory
from readiness.linking.looked import Looked, digest_told, opened_of
from readiness.linking.outcomes import Outcomes
from readiness.linking.parts import found_in_parts
from readiness.linking.resolving import Resolving
from readiness.linking.shapes import Types
from readiness.linking.tables import Entries, Table, Tables
from readiness.linking.trees import Trees
from readiness.model import Fact
from readiness.model.flow import Text
from readiness.model.project import Code, Creation, Missing, Project, Symbol
from readiness.model.report import Problem, Stage
from readiness.model.source import Scope, SourceFile, Span, digest_of
from readiness.model.summary import Assignment, Scalar, Summary, Value
from readiness.model.telling import is_known, is_known_name, table_named, tell_name
from readiness.profiling import stage

F = TypeVar("F", bound=Fact)
S = TypeVar("S", bound=Struct)
T = TypeVar("T")
Touched = dict[str, tuple[tuple[int, int], ...]]


class LinkedProject:
    """The linked code of one scan and the facts that recognisers add to it."""

    summary: Callable[[str], Summary | None]
    """The summary of one file, None where it could not be read or is no code; asked so often that it is a look into a table."""

    def __init__(
        self,
        listing: Listed,
        summaries: Mapping[str, Summary],
        results: Mapping[str, str],
        today: date,
        around: LinkedProject | None = None,
    ) -> None:
        self._listing = listing
        self._files: dict[str, SourceFile] = around._files if around else {file.path: file for file in listing.files}
        files = self._files
        self._summaries = summaries
        self._opened = opened_of(summaries)
        self.summary = self._opened.__getitem__
        self._results = results
        self._today = today
        self._evidence: dict[str, tuple[str, ...]] = around._evidence if around else dict(listing.evidence)
        self._touched: Touched = around._touched if around else dict(listing.touched)
        self._trees: Trees = around._trees if around else Trees(files, summaries, self._content)
        self._paths: list[str] = around._paths if around else sorted(summaries)
        self._facts: Facts = around._facts if around else Facts()
        self._importing: dict[tuple[str, ...], list[str]] = around._importing if around else {}
        self._tables: Tables = around._tables if around else Tables()
        self._asked_last: Collection[str] | None = None
        self._heard: list[Problem] = []  # problems that were met on the way, here or in another process
        self._seen = Looked()
        self._part = False
        self._memory: Memory | None = None
        self._core: LinkedProject = around._core if around else self
        linker = Linker(files, summaries, results, around._linker if around else None)
        self._linker: Linker = linker
        linker.resolving = self._resolving = Resolving(linker)
        linker.classes = self._classes = Classes(linker)
        linker.types = self._types = Types(linker)
        linker.outcomes = Outcomes(linker)
        linker.creations = self._creations = Creations(linker)
        linker.calls = self._calls = Calls(linker)
        linker.constants = self._constants = Constants(linker)
        linker.hung = Hung(linker)

    def view(self) -> LinkedProject:
        """The same files and facts for somebody else: what he looks at is known, and is all that he can know."""
        return LinkedProject(self._listing, self._summaries, self._results, self._today, self)

    def remember(self, memory: Memory) -> None:
        """What is found for parts is kept there, and taken from there."""
        self._memory = memory

    def parts(self, names: Iterable[str], ask: Callable[[Project, str], Iterable[S]], *kinds: type[S]) -> Iterator[S]:
        """What `ask` finds for each of the names, in a view of its own for each."""
        return found_in_parts(self, self._memory, names, ask, kinds)

    def part(self) -> LinkedProject:
        """A view for one part: what it looks at in a file is a look at that file."""
        view = self.view()
        view._part = True
        return view

    def imports_mean(self) -> str:
        """A digest of which files imports mean, as long as the paths of the files are the same."""
        return self._linker.modules.fingerprint()

    def matter(self, name: str) -> str:
        """A digest of one of the properties that `Looked.matters` names."""
        told: dict[str, object] = {
            "today": self._today,
            "committed": self._listing.committed,
            "evidence": sorted(self._evidence.items()),
            "touched": sorted(self._touched.items()),
        }
        return digest_told(told[name])

    def differing(self, one: Summary, other: Summary) -> set[Key]:
        """Under which names of the indices of all files two contents of a file add different things."""
        # What only value flow asks has to be known here too.
        import readiness.linking.flow  # noqa: F401

        return differing(one, other)

    def compares(self, key: Key) -> bool:
        """`differing` speaks of that index."""
        return key[0] in INDICES or is_known_name(key[0])

    def told(self) -> list[Table]:
        """The tables that were built so far."""
        return list(self._tables.built.values())

    def told_again(self, name: str) -> Table | None:
        """The table of that name; None where no function is known by it."""
        build = table_named(name)
        return self._tables.of(build, self) if build is not None else None

    @property
    def steady(self) -> bool:
        """No file was met whose content is another than the listed one."""
        return not self._trees.changed

    def close(self) -> None:
        """Nobody asks any more: what was worked out is forgotten."""
        from readiness.linking.flow import forget

        self._linker.forget()
        self._opened.clear()
        self._seen = Looked()
        forget(self)

    @property
    def looked(self) -> Looked:
        """What was looked at so far."""
        files, asked = self._linker.looked_at()
        asked.update([(CALLS, name) for names in self._seen.called for name in names])
        seen = self._seen
        files |= seen.files | self._opened.keys()
        return Looked(files, asked, seen.kinds, seen.matters, seen.placed, seen.handlers, seen.entries)

    # Files

    @property
    def files(self) -> Mapping[str, SourceFile]:
        """Every file of the scan, code or not, by path."""
        return self._files

    @property
    def today(self) -> date:
        """The date of the scan, UTC."""
        self._seen.matters.add("today")
        return self._today

    @property
    def committed(self) -> datetime | None:
        """When HEAD was committed, UTC; None outside git and before the first commit."""
        self._seen.matters.add("committed")
        return self._listing.committed

    def evidence(self, kind: str) -> tuple[str, ...]:
        """Paths of the evidence files of one kind."""
        self._seen.matters.add("evidence")
        return self._evidence.get(kind, ())

    def touched(self, path: str) -> tuple[tuple[int, int], ...]:
        """First and last lines of the stretches of one file that the change under review wrote."""
        self._seen.matters.add("touched")
        return self._touched.get(path, ())

    def content(self, path: str) -> bytes | None:
        """The bytes of any file of the scan, evidence included; None where it cannot be read, and for a file without a digest,
        whose changes a stored report would not notice."""
        self._seen.files.add(path)
        return self._content(path)

    def _content(self, path: str) -> bytes | None:
        file = self._files.get(path)
        try:
            content = self._listing.content(file) if file is not None and file.digest else None
        except OSError:
            return None
        if content is not None and file is not None and digest_of(content) != file.digest:
            self._trees.changed.add(path)
        return content

    def paths(self, *scopes: Scope) -> list[str]:
        """Files with a summary, sorted, of the given scopes; of all scopes without any."""
        if not scopes:
            return list(self._paths)
        return [path for path in self._paths if path in self._files and self._files[path].scope in scopes]

    def module(self, path: str) -> str:
        """Dotted module name of a file, from its import root; from the scanned root where two files would share it."""
        return self._linker.modules.name(path)

    def imports(self, *packages: str, scopes: Iterable[Scope] = ()) -> list[str]:
        """Paths of the files that import one of these top-level packages."""
        self._linker.looked.update([(IMPORTERS, package) for package in packages])
        found = self._importing.get(packages)
        if found is None:
            importers = self._linker.indices.importers
            found = sorted({path for package in packages for path in importers.get(package, ())})
            self._importing[packages] = found
        if not scopes:
            return list(found)
        wanted = frozenset(scopes)
        return [path for path in found if path in self._files and self._files[path].scope in wanted]

    def text(self, path: str) -> str | None:
        """The text of any file of the scan; None where it cannot be decoded or is over 4 MiB."""
        self._seen.files.add(path)
        return self._trees.text(path)

    def tree(self, path: str) -> ast.Module | None:
        """The syntax tree of one file, parsed on demand and kept in a bounded cache."""
        self._seen.files.add(path)
        return self._trees.tree(path)

    def function(self, path: str, index: int) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The syntax tree of one function; as a rule its own lines are parsed alone."""
        self._seen.files.add(path)
        return self._trees.function(path, index)

    # Names

    def symbol(self, path: str, scope: int) -> str:
        """Name of a definition, `app.api.users::UserController.get_all`; of the module for -1."""
        return self._resolving.symbol(path, scope)

    def find(self, symbol: str) -> tuple[str, int] | None:
        """Path and definition index of such a name."""
        module, _, qualname = symbol.partition("::")
        path = self._linker.modules.named(module) if qualname else ""
        if not path:
            return None
        self._seen.files.add(path)
        index = self._linker.indices.symbols(path).get(qualname)
        return None if index is None else (path, index)

    def span(self, path: str, index: int) -> Span:
        """The span of a call, by its index in the file's summary."""
        self._seen.files.add(path)
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

    # All files at once

    def gathered(self, tell: Callable[[Summary], T | None], *scopes: Scope) -> Iterator[tuple[str, T]]:
        """What a function tells of the summaries of all files of these scopes, as far as it tells anything."""
        if is_known(tell):
            self._linker.looked.add((tell_name(tell), ""))
        else:
            self._seen.files.update(self.paths(*scopes))
        told = self._linker.indices.told(tell)
        for path in self.paths(*scopes):
            found = told(path)
            if found:
                yield path, found

    def shared(self, build: Callable[[Code], T]) -> T:
        """A table that is built once for all views."""
        return self._linker.indices.shared(build, self._core)

    def table(self, build: Callable[[Project], Mapping[str, T]]) -> Mapping[str, T]:
        """What a function tells of all files, built once for all views; entries that are looked up are noted."""
        table = self._tables.of(build, self)
        self._heard.extend(table.problems)
        return Entries(table, self._seen.entries)

    def looks_up(self, tell: Callable[[Summary], object], name: str) -> None:
        """A name is looked up in a shared table."""
        self._linker.looked.add((tell_name(tell), name))

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
        if self._part:
            self._seen.files.add(path)
        elif names is not self._asked_last:
            if type(names) is frozenset:
                self._asked_last = names
            self._seen.called.add(frozenset(names))
        tails = self._linker.indices.tails(path)
        found = [
            tails[name] for name in (names if len(names) < len(tails) else tails) if name in names and name in tails
        ]
        return found[0] if len(found) == 1 else sorted([index for each in found for index in each])

    def names_called(self, path: str) -> Collection[str]:
        """The last names of all that a file calls, as `calls_to` takes them."""
        self._seen.files.add(path)
        return self._linker.indices.tails(path).keys()

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
            many = "some texts are built in too many steps to be followed; those are unsure"
            lost.append(Problem(Stage.LINK, "", many))
        return tuple(dict.fromkeys((*lost, *self._heard)))

    def take_problems(self, problems: Iterable[Problem]) -> None:
        """What could not be linked in another view or process."""
        self._heard.extend(problems)

    def prepare(self) -> None:
        """Count who calls what: that visits the calls of all files, which processes of a fork would each do, in copies of all."""
        _ = self._linker.indices.called

    def add(self, facts: Iterable[Fact]) -> None:
        """Add facts, to be found by `each` from now on."""
        self._tables.forget(self._facts.add(facts))

    def revise(self, kind: type[F], revision: Callable[[list[F]], list[F]]) -> None:
        """Put what `revision` makes of the facts of one kind in their place."""
        self._facts.replace(kind, revision(list(self.each(kind))))

    def each(self, kind: type[F]) -> Iterator[F]:
        """Every fact of one kind, in order of place."""
        self._seen.kinds.add(kind)
        return iter(cast("list[F]", self._facts.each(kind)))

    def each_in(self, kind: type[F], path: str) -> Iterator[F]:
        """Every fact of one kind in one file, in order of place."""
        self._seen.placed.add((kind, path))
        return iter(cast("list[F]", self._facts.each_in(kind, path)))

    def handler_of(self, symbol: str) -> bool:
        """The function answers a route."""
        self._seen.handlers.add(symbol)
        return symbol in self._facts.handlers
