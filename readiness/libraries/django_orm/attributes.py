"""A class and the name of an attribute in, what the class body sets it to out, bases of the project included."""

from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Place
from readiness.model import Symbol, SymbolKind
from readiness.model.summary import Class, Function


class Attributes:
    """Answers for the classes of one project."""

    def __init__(self, following: Following) -> None:
        self.following = following
        self.project = following.project
        self._by_class: dict[str, dict[tuple[int, str], int]] = {}

    def of(self, symbol: Symbol, name: str) -> Place | None:
        """What the nearest class body sets an attribute to; None where none of the project's sets it."""
        for each in self.project.ancestors(symbol):
            summary = self.project.summary(each.path) if each.kind is SymbolKind.CLASS else None
            index = self._index(each.path).get((each.index, name)) if summary is not None else None
            if summary is None or index is None:
                continue
            assignment = summary.assignments[index]
            if assignment.value is not None:
                return Place(assignment.value, self.following.entry_frame(each.path, each.index), assignment.line)
        return None

    def _index(self, path: str) -> dict[tuple[int, str], int]:
        """The assignments in class bodies of a file, the last of each name."""
        if path not in self._by_class:
            summary = self.project.summary(path)
            found: dict[tuple[int, str], int] = {}
            for index, each in enumerate(summary.assignments if summary is not None else ()):
                if (
                    summary is not None
                    and each.scope >= 0
                    and each.value is not None
                    and isinstance(summary.definitions[each.scope], Class)
                ):
                    found[each.scope, each.target] = index
            self._by_class[path] = found
        return self._by_class[path]

    def method(self, symbol: Symbol, name: str) -> Symbol | None:
        """The project's method of that name; None where no class of the project has one."""
        member = self.project.member(symbol, name)
        if member.kind is not SymbolKind.FUNCTION or member.index < 0:
            return None
        summary = self.project.summary(member.path)
        found = summary.definitions[member.index] if summary is not None else None
        return member if isinstance(found, Function) else None
