"""Linked code in, the applications of Pyramid out, each with everything that is said on its configurator."""

from __future__ import annotations

from readiness.libraries.evaluation.activations import running
from readiness.libraries.evaluation.occurrences import Occurrences
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Frame, Made, Outside, Routine
from readiness.libraries.pyramid.modules import Modules
from readiness.libraries.pyramid.records import ApplicationRecord, State
from readiness.libraries.pyramid.scanning import Scanning
from readiness.libraries.pyramid.services import Services
from readiness.libraries.pyramid.vocabulary import CONFIGURATOR, DIRECTIVES, ENTRY, PACKAGE, PACKAGES
from readiness.libraries.pyramid.walking import Walker
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Project, SymbolKind
from readiness.model.summary import Constant, Function, Name, Summary, Value


class Graph:
    """The applications of one project."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project: Project = reader.project
        self.files = running(reader.project)
        self.occurrences = Occurrences(reader)
        self.activations = self.occurrences.activations
        self.modules = Modules(reader.project, self.files)
        self.walker = Walker(reader, self.occurrences, self.modules, self.files)
        self.scanning = Scanning(self.walker)
        self.services = Services(self.walker)
        self.applications: dict[tuple[object, ...], ApplicationRecord] = {}
        self.adrift = ApplicationRecord(Made(Outside(f"{PACKAGE}.config.{CONFIGURATOR}"), "", -1, None), {})
        """What no configurator is seen to include."""

    def build(self) -> None:
        """Read every registration."""
        for path in self.files:
            self._directives(path, self.reader.summary(path))
        for path in self.files:
            self._origins(path, self.reader.summary(path))
        self._left_over()
        for record in (*self.applications.values(), self.adrift):
            for (path, _), state in record.scanned.items():
                self.scanning.scan(path, record, state)
                self.services.scan(path, record, state)
            for given, state in record.given_services:
                for made in self.reader.made(given):
                    self.services.service(made, record, state)

    def _directives(self, path: str, summary: Summary) -> None:
        """`config.add_directive("add_page", function)`, wherever it stands."""
        for index, call in enumerate(summary.calls):
            if tail(call.callee) != "add_directive" or receiver(call.callee) is None:
                continue
            place = Bound(call.callee, path, call.scope, call.line)
            given = self.walker.constructions.named(place, index, "add_directive")
            name, target = given.get("name"), given.get("directive")
            text = self.reader.constant(name) if name is not None else None
            if not isinstance(text, str) or target is None:
                continue
            package = self.modules.package_of(path)
            for thing in self.walker.directives.denoted(target, State(package)):
                if isinstance(thing, Routine):
                    self.walker.added.setdefault(text, []).append(thing)

    def _origins(self, path: str, summary: Summary) -> None:
        """Scopes in which a configurator is made or got, and told something."""
        scopes: set[int] = set()
        for call in summary.calls:
            last = tail(call.callee)
            origin = receiver(call.callee)
            if origin is None or (last not in DIRECTIVES and last not in self.walker.added and last != "make_wsgi_app"):
                continue
            if call.scope not in scopes and self._is_variable(path, origin, call.scope, call.line):
                scopes.add(call.scope)
                for frame in self._different(self.activations.of(path, call.scope)):
                    for made in self.walker.configurators(Bound(origin, path, call.scope, call.line, frame)):
                        self._enter(made, path, call.scope, frame)

    @staticmethod
    def _different(frames: list[Frame | None]) -> list[Frame | None]:
        """Activations that are given different constants; the others configure the same."""
        found: dict[object, Frame | None] = {}
        for frame in frames:
            given = frame.names.items() if frame is not None else ()
            constants = {
                (name, each.value.value)
                for name, each in given
                if isinstance(each, Bound) and isinstance(each.value, Constant) and each.value.value is not None
            }
            found.setdefault(frozenset(constants), frame)
        return list(found.values())

    def _is_variable(self, path: str, origin: Value, scope: int, line: int) -> bool:
        """A parameter is what a caller gives: it is followed from there."""
        if not isinstance(origin, Name):
            return True
        head = origin.dotted.partition(".")[0]
        symbol = self.project.resolve(path, head, scope, line)
        if symbol.kind is SymbolKind.PARAMETER:
            # `config` of `main(global_config, config=None, **settings)` is bound anew where nobody gives it.
            return "." in origin.dotted or self.reader.rebindings.again(path, scope, head)
        return True

    def _enter(self, made: Made, path: str, scope: int, frame: Frame | None) -> None:
        record = self.applications.get(made.key)
        if record is None:
            construction = self.walker.constructions.of(made)
            record = ApplicationRecord(made, construction.arguments if construction is not None else {})
            self.applications[made.key] = record
        state = State(self._package(record, made))
        prefix, exact = self.walker.directives.text(record.arguments.get("route_prefix"))
        self.walker.walk(path, scope, frame, record, State(state.package, prefix.strip("/"), exact))

    def _package(self, record: ApplicationRecord, made: Made) -> str:
        """The package of a configurator: what it is given, else that of the module that makes it."""
        given: Answer | None = record.arguments.get("package")
        if given is not None:
            for thing in self.walker.directives.denoted(given, State(self.modules.package_of(made.path))):
                path = getattr(thing, "path", "")
                if path:
                    return self.modules.package_of(path)
        return self.modules.package_of(made.path)

    def _left_over(self) -> None:
        """Functions that a configurator would come through if something included them: plug-ins, names in settings."""
        importing = set(self.project.imports(*PACKAGES))
        if not importing:
            return
        for path in self.files:
            for index, definition in enumerate(self.reader.summary(path).definitions):
                if definition.name != ENTRY or definition.scope >= 0 or not isinstance(definition, Function):
                    continue
                if (path, index) not in self.walker.entered and definition.parameters:
                    self._adrift(path, index)

    def _adrift(self, path: str, index: int) -> None:
        records = list(self.applications.values())
        record = records[0] if len(records) == 1 else self.adrift
        state = State(self.modules.package_of(path), certain=False)
        self.walker.enter(Routine(path, index), (path, index, 0), None, record, state)
