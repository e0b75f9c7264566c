"""An expression of a settings module in, whether the deployment decides it out, and what it is when the deployment says nothing.

Read from the documentation of django-environ 0.12, environs 14, python-decouple 3.8 and django-configurations 2.5.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.values.expressions import inside, keyword
from readiness.model import UNKNOWN, Missing, Project, Symbol, SymbolKind
from readiness.model.summary import Call, CallRef, Constant, Name, Scalar, Sequence, Subscript, Value

ENVIRONMENT = frozenset({"os.environ", "os.environb", "os.getenv", "os.environ.get", "os.environ.pop"})
"""Names that are the environment, or read it."""
READERS = frozenset({"environ", "environs", "decouple", "configurations", "prettyconf", "dynaconf", "starlette"})
"""Packages whose calls read the environment or a file beside the service."""
READING = frozenset({"environ", "environb", "getenv", "config", "env"})
"""A name that reads the environment holds one of these words."""
STEPS = 5
"""Names and functions that are followed from one expression."""


class Deployed(Struct, frozen=True):
    """What the deployment decides."""

    variable: str
    """Name of the environment variable, empty where it is not written out."""
    default: Scalar | Missing
    """The constant without anything in the environment, `UNKNOWN` where it is none or where it must be set."""
    unset: Scalar | Missing = UNKNOWN
    """What the look-up itself gives then, before anything is made of it."""


class Surroundings:
    """Asks whether expressions read the environment. One for a project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._functions: dict[tuple[str, int], bool] = {}
        self._names: dict[tuple[str, int], Deployed | None] = {}

    def deployed(
        self, path: str, value: Value | None, scope: int = -1, line: int = 0, steps: int = STEPS
    ) -> Deployed | None:
        """What the deployment decides of an expression; None where it decides nothing."""
        summary = self.project.summary(path)
        if summary is None or value is None or steps <= 0:
            return None
        for each in inside(summary, value):
            found = self._part(path, each, scope, line, steps)
            if found is None:
                continue
            if each is value:
                return found
            whole = self.project.constant(path, value, scope, line)
            return Deployed(found.variable, whole, found.unset)
        return None

    def _part(self, path: str, value: Value, scope: int, line: int, steps: int) -> Deployed | None:
        match value:
            case CallRef(index):
                return self._call(path, index)
            case Name(dotted):
                return self._name(path, dotted, scope, line, steps)
            case Subscript(Name(dotted), Constant(str() as variable)):
                symbol = self.project.resolve(path, dotted, scope, line)
                return Deployed(variable, UNKNOWN) if symbol.name in ENVIRONMENT else None
        return None

    def _name(self, path: str, dotted: str, scope: int, line: int, steps: int) -> Deployed | None:
        symbol = self.project.resolve(path, dotted, scope, line)
        if symbol.kind is SymbolKind.EXTERNAL and symbol.name in ENVIRONMENT:
            return Deployed("", UNKNOWN)
        if symbol.kind is not SymbolKind.VARIABLE or symbol.index < 0 or symbol.rest:
            return None
        summary = self.project.summary(symbol.path)
        bound = summary.assignments[symbol.index] if summary is not None else None
        if bound is None or bound.value is None or bound.operator not in ("=", ":="):
            return None
        key = (symbol.path, symbol.index)
        if key not in self._names:
            self._names[key] = None  # a name that is made of itself
            self._names[key] = self.deployed(symbol.path, bound.value, bound.scope, bound.line, steps - 1)
        return self._names[key]

    def _call(self, path: str, index: int) -> Deployed | None:
        summary = self.project.summary(path)
        if summary is None:
            return None
        call = summary.calls[index]
        symbol = self.project.callee(path, index)
        if symbol.kind is SymbolKind.BUILTIN and symbol.name == "getattr" and len(call.arguments) > 1:
            # `getattr(configuration, "DEBUG", False)`: a module that whoever deploys it writes.
            return self._read(path, call, call.arguments[1], call.arguments[2] if len(call.arguments) > 2 else None)
        reads = symbol.kind is SymbolKind.EXTERNAL and (
            symbol.name in ENVIRONMENT or symbol.name.partition(".")[0] in READERS
        )
        if not reads and not self._made_by_reader(path, call) and not self._reads(symbol):
            return None
        first = call.arguments[0] if call.arguments else None
        if symbol.name.startswith("configurations.values."):
            return self._read(path, call, keyword(call, "environ_name"), keyword(call, "default") or first)
        default = keyword(call, "default")
        if default is None:
            default = keyword(call, "default_value")
        if default is None and len(call.arguments) > 1:
            default = call.arguments[1]
        if default is None:
            default = self._declared(path, call, first)
        return self._read(path, call, first, default)

    def _read(self, path: str, call: Call, variable: Value | None, default: Value | None) -> Deployed:
        name = self.project.constant(path, variable, call.scope, call.line) if variable is not None else UNKNOWN
        found = self.project.constant(path, default, call.scope, call.line) if default is not None else UNKNOWN
        return Deployed(name if isinstance(name, str) else "", found, found)

    def _made_by_reader(self, path: str, call: Call) -> bool:
        """`env("X")`, `env.bool("X")` where `env` was made by one of the packages."""
        made = self._maker(path, call)
        return made is not None and made[0].name.partition(".")[0] in READERS

    def _maker(self, path: str, call: Call) -> tuple[Symbol, str, Call] | None:
        if not isinstance(call.callee, Name):
            return None
        made = self.project.creation(path, Name(call.callee.dotted.partition(".")[0]), call.scope, call.line)
        summary = self.project.summary(made.path) if made is not None else None
        if made is None or summary is None or made.index < 0:
            return None
        return made.maker, made.path, summary.calls[made.index]

    def _declared(self, path: str, call: Call, variable: Value | None) -> Value | None:
        """The default in the scheme of django-environ: `environ.Env(DEBUG=(bool, False))`."""
        made = self._maker(path, call)
        if made is None or not isinstance(variable, Constant) or not isinstance(variable.value, str):
            return None
        scheme = keyword(made[2], variable.value)
        return scheme.items[1] if isinstance(scheme, Sequence) and len(scheme.items) == 2 else None

    def _reads(self, symbol: Symbol) -> bool:
        """A function of the project that reads the environment itself: `get_bool_from_env("DEBUG", False)`."""
        if symbol.kind is not SymbolKind.FUNCTION or not symbol.path:
            return False
        key = (symbol.path, symbol.index)
        if key not in self._functions:
            self._functions[key] = False
            self._functions[key] = any(
                each in ENVIRONMENT or each.partition(".")[0] in ("decouple", "environ", "environs")
                for each in self._names_in(symbol)
            )
        return self._functions[key]

    def _names_in(self, function: Symbol) -> Iterator[str]:
        """External names that a function calls, or reads in what it returns and assigns."""
        summary = self.project.summary(function.path)
        if summary is None:
            return
        for index in self.project.calls_in(function):
            call = summary.calls[index]
            yield from self._external(function.path, (call.callee, *call.arguments), function.index)
        values = [each.value for each in summary.returns if each.scope == function.index]
        values += [each.value for each in summary.assignments if each.scope == function.index]
        for value in values:
            for part in inside(summary, value):
                if isinstance(part, Subscript | Name):
                    yield from self._external(
                        function.path, (part.value if isinstance(part, Subscript) else part,), function.index
                    )

    def _external(self, path: str, values: tuple[Value, ...], scope: int) -> Iterator[str]:
        for value in values:
            if isinstance(value, Name) and not READING.isdisjoint(value.dotted.split(".")):
                yield self.project.resolve(path, value.dotted, scope).name
