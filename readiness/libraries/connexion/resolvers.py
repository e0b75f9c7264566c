"""An operation of a document and the resolver of its API in, the dotted name of its function out, and what that name denotes.

The rules are those of connexion 3.3 (`connexion.resolver`); where connexion 2.14 differs, both are tried.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.connexion.vocabulary import CLASS_RESOLVERS, is_resolver
from readiness.libraries.evaluation.constructions import Constructions
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.texts import Texts
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Routine
from readiness.model import Project, SpecOperation, Symbol, SymbolKind
from readiness.model.summary import Name

LONGEST = 500
"""Characters of a dotted name."""
METHODS = frozenset({"resolve_operation_id", "resolve_function_from_operation_id", "resolve"})


class Resolver(Struct, frozen=True):
    """How an API finds the functions of its operations."""

    kind: str = "Resolver"
    root: str = ""
    """`default_module_name`, `root_path`."""
    collection: str = "search"
    """Name of the function that answers a GET without a parameter at its path's end."""
    exact: bool = True

    def names(self, operation: SpecOperation) -> Iterator[str]:
        """Dotted names of the function, the likeliest first."""
        own, controller = operation.operation_id, operation.controller
        if own and (self.kind != "RelativeResolver" or controller):
            yield f"{controller}.{own}" if controller else own
        elif own:
            yield f"{self.root}.{own}" if self.root else own
        elif self.root or controller:
            yield from self._by_path(operation, controller)

    def _by_path(self, operation: SpecOperation, controller: str) -> Iterator[str]:
        parts = [each for each in operation.path.split("/") if each]
        resource = ".".join(each for each in parts if not _is_variable(each)).replace("-", "_")
        holder = controller or (f"{self.root}.{resource}" if resource else self.root)
        method = operation.method.lower()
        collection = method == "get" and bool(resource) and not _is_variable(parts[-1])
        function = self.collection if collection else method
        if self.kind not in CLASS_RESOLVERS:
            yield f"{holder}.{function}"
            return
        module, _, last = holder.rpartition(".")
        view = f"{module}.{_camelized(last)}View" if module else f"{_camelized(last)}View"
        if self.kind == "MethodViewResolver":
            yield f"{view}.{method}"
        yield f"{view}.{function}"


def _is_variable(part: str) -> bool:
    return part.startswith("{") and part.endswith("}")


def _camelized(name: str) -> str:
    """`pet_foods` as `PetFoods`."""
    return "".join(f"{each[:1].upper()}{each[1:]}" for each in name.split("_"))


class Found(Struct, frozen=True, eq=False):
    """What a dotted name denotes."""

    name: str
    thing: Routine | None = None
    owner: Kind | None = None
    known: bool = False
    """Its module is one of the project's."""


class Functions:
    """Finds functions by dotted names, as an import would."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project: Project = reader.project
        self._modules: dict[str, str] | None = None

    def of(self, name: str) -> Found:
        """The function or method of that name; without one where no file of the project defines it."""
        parts = name.split(".") if len(name) <= LONGEST else []
        for cut in range(len(parts) - 1, 0, -1):
            path = self._paths().get(".".join(parts[:cut]))
            if path is None:
                continue
            routine, owner = self._inside(path, parts[cut:])
            return Found(name, routine, owner, known=True)
        return Found(name)

    def symbol(self, name: str) -> str:
        """The symbol of a function of the project; the dotted name itself for any other."""
        thing = self.of(name).thing
        return self.project.symbol(thing.path, thing.index) if thing is not None else name

    def _paths(self) -> dict[str, str]:
        if self._modules is None:
            self._modules = {self.project.module(path): path for path in self.project.paths()}
        return self._modules

    def _inside(self, path: str, rest: list[str]) -> tuple[Routine | None, Kind | None]:
        symbol = self.project.resolve(path, ".".join(rest))
        owner = self._kind(path, rest[:-1])
        if symbol.kind is SymbolKind.FUNCTION:
            return Routine(symbol.path, symbol.index), owner
        for thing in self.reader.things(Bound(Name(".".join(rest)), path, -1, 0)):
            if isinstance(thing, Routine):
                return thing, owner
            if isinstance(thing, Made) and isinstance(thing.maker, Kind):
                called = self.project.member(self.reader.symbol_of(thing.maker), "__call__")
                if called.kind is SymbolKind.FUNCTION:
                    return Routine(called.path, called.index), thing.maker
        return self._decorated(symbol), owner

    def _kind(self, path: str, rest: list[str]) -> Kind | None:
        symbol = self.project.resolve(path, ".".join(rest)) if rest else Symbol(SymbolKind.UNKNOWN, "")
        return Kind(symbol.path, symbol.index) if symbol.kind is SymbolKind.CLASS else None

    def _decorated(self, symbol: Symbol) -> Routine | None:
        """`get = cached(read_all)`: the first function among the arguments of what is assigned."""
        if symbol.kind is not SymbolKind.VARIABLE or symbol.index < 0 or symbol.rest:
            return None
        assignment = self.reader.summary(symbol.path).assignments[symbol.index]
        index = getattr(assignment.value, "index", None)
        if not isinstance(index, int):
            return None
        call = self.reader.call(symbol.path, index)
        for argument in call.arguments:
            for thing in self.reader.things(Bound(argument, symbol.path, assignment.scope, assignment.line)):
                if isinstance(thing, Routine):
                    return thing
        return None


class Resolvers:
    """Reads the resolvers that APIs are given."""

    def __init__(self, reader: Reader, constructions: Constructions) -> None:
        self.reader = reader
        self.texts = Texts(reader)
        self.constructions = constructions

    def of(self, given: Answer | None) -> Resolver:
        """The resolver; connexion's default where none is given."""
        if given is None:
            return Resolver()
        for made in self.reader.made(given):
            construction = self.constructions.of(made)
            if construction is None or not is_resolver(construction.base):
                continue
            arguments = construction.arguments
            named = arguments.get("default_module_name", arguments.get("root_path"))
            root, exact = self.texts.of(named) if named is not None else ("", True)
            collection, known = "search", True
            if "collection_endpoint_name" in arguments:
                collection, known = self.texts.of(arguments["collection_endpoint_name"])
            own = isinstance(made.maker, Kind) and self._changes(made.maker)
            return Resolver(construction.base.last, root, collection, exact and known and not own)
        return Resolver(exact=False)

    def _changes(self, kind: Kind) -> bool:
        """A class of the project finds operations in a way of its own."""
        definitions = self.reader.summary(kind.path).definitions
        return any(each.scope == kind.index and each.name in METHODS - {"resolve"} for each in definitions)
