"""A call that imports a module by its name in, the project's module out: `importlib.import_module(f"shop.areas.{name}")`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.libraries.evaluation.things import Bound, Unit
from readiness.model.summary import Call, Name, Operation, Template

if TYPE_CHECKING:
    from readiness.libraries.evaluation.reader import Reader

IMPORT = "importlib.import_module"
PACKAGE_FILE = "__init__.py"


class Modules:
    """Finds modules of the project by their dotted names, which are listed when the first one is asked for."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._paths: dict[str, str] | None = None

    def imported(self, bound: Bound, call: Call) -> Unit | None:
        """The module that a call imports, None where its name is not known or it is none of the project's."""
        given = call.arguments[0] if call.arguments else dict(call.keywords).get("name")
        name = self._text(self.reader.at(bound, given)) if given is not None else None
        if not name:
            return None
        if name.startswith("."):
            name = self._absolute(bound, call, name)
        if self._paths is None:
            project = self.reader.project
            self._paths = {project.module(path): path for path in project.paths()}
        path = self._paths.get(name)
        return Unit(path) if path is not None else None

    def _text(self, bound: Bound) -> str | None:
        """A text that is a constant in this activation, or put together from such."""
        for each in [bound, *self.reader.follow(bound)]:
            value = each.value if isinstance(each, Bound) else None
            parts = value.parts if isinstance(value, Template) else ()
            if isinstance(value, Operation) and value.operator == "+":
                parts = value.operands
            if parts and isinstance(each, Bound):
                pieces = [self.reader.constant(self.reader.at(each, part)) for part in parts]
                return "".join(map(str, pieces)) if None not in pieces else None
        text = self.reader.constant(bound)
        return text if isinstance(text, str) else None

    def _absolute(self, bound: Bound, call: Call, name: str) -> str:
        """`.orders` from the package that is named beside it, or `__name__` and `__package__` for the one around."""
        given = call.arguments[1] if len(call.arguments) > 1 else dict(call.keywords).get("package")
        own = self.reader.project.module(bound.path)
        around = own if bound.path.endswith(PACKAGE_FILE) else own.rpartition(".")[0]
        package = around
        if isinstance(given, Name) and given.dotted == "__name__":
            package = own
        elif given is not None and given != Name("__package__"):
            text = self._text(self.reader.at(bound, given))
            package = text if text is not None else ""
        bare = name.lstrip(".")
        for _ in range(len(name) - len(bare) - 1):
            package = package.rpartition(".")[0]
        return f"{package}.{bare}" if package else bare
