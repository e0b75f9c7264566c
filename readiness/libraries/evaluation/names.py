"""Names in, what they denote out: imports, variables, parameters of an activation, names that are bound anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from readiness.libraries.evaluation.things import Answer, Bound, Frame, Kind, Made, Outside, Routine, Unit, enclosing
from readiness.model import Symbol, SymbolKind
from readiness.model.summary import CallRef, Function, Name

if TYPE_CHECKING:
    from readiness.libraries.evaluation.reader import Reader


STEPS = 8
"""Names for one expression, one behind the other."""


class Names:
    """Follows names."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def of(self, bound: Bound, dotted: str) -> Iterator[Answer]:
        """What a dotted name can denote where it stands."""
        found = self._given(bound, dotted)
        if found is None:
            found = self._bound_again(bound, dotted)
        if found is None:
            symbol = self.reader.project.resolve(bound.path, dotted, bound.scope, bound.line)
            yield from self.symbol(symbol, bound)
        else:
            yield from found

    def bindings(self, bound: Bound, name: Name) -> Iterator[Bound]:
        """Every value that a variable is bound to, whichever is in force: `application = Wrapper(application)`.

        A name that an activation is given is what its caller calls so.
        """
        symbol = self.reader.project.resolve(bound.path, name.dotted, bound.scope, bound.line)
        if symbol.kind is SymbolKind.PARAMETER and not symbol.rest:
            frame = enclosing(bound.frame, symbol.path, symbol.index)
            given = frame.names.get(name.dotted) if frame is not None else None
            if isinstance(given, Bound) and isinstance(given.value, Name):
                yield from self.bindings(given, given.value)
        if symbol.kind is not SymbolKind.VARIABLE or symbol.index < 0 or symbol.rest:
            return
        assignments = self.reader.summary(symbol.path).assignments
        wanted = assignments[symbol.index]
        for each in assignments:
            if (each.scope, each.target) == (wanted.scope, wanted.target) and each.value is not None:
                yield Bound(each.value, symbol.path, each.scope, each.line)

    def written(self, bound: Bound) -> Bound:
        """The expression that a bare name stands for: what a caller wrote for a parameter, or the one value of a variable."""
        for _ in range(STEPS):
            if not isinstance(bound.value, Name) or "." in bound.value.dotted:
                break
            symbol = self.reader.project.resolve(bound.path, bound.value.dotted, bound.scope, bound.line)
            given = None if symbol.rest or symbol.index < 0 else self._written(symbol, bound)
            if not isinstance(given, Bound):
                break
            bound = given
        return bound

    def is_decorated(self, bound: Answer) -> bool:
        """A bare name for the function that this activation decorates."""
        if not isinstance(bound, Bound) or not isinstance(bound.value, Name) or bound.frame is None:
            return False
        symbol = self.reader.project.resolve(bound.path, bound.value.dotted, bound.scope, bound.line)
        frame = enclosing(bound.frame, symbol.path, symbol.index) if symbol.kind is SymbolKind.PARAMETER else None
        return frame is not None and not symbol.rest and isinstance(frame.names.get(bound.value.dotted), Routine)

    def _written(self, symbol: Symbol, bound: Bound) -> Answer | None:
        if symbol.kind is SymbolKind.PARAMETER:
            name = symbol.name.rpartition(".")[2]
            frame = enclosing(bound.frame, symbol.path, symbol.index)
            again = self.reader.rebindings.again(symbol.path, symbol.index, name)
            return frame.names.get(name) if frame is not None and not again else None
        if symbol.kind is not SymbolKind.VARIABLE:
            return None
        each = self.reader.summary(symbol.path).assignments[symbol.index]
        again = self.reader.rebindings.again(symbol.path, each.scope, each.target)
        if again or each.operator != "=" or each.position >= 0 or each.value is None:
            return None
        frame = enclosing(bound.frame, symbol.path, self._function_at(symbol.path, each.scope))
        return Bound(each.value, symbol.path, each.scope, each.line, frame)

    def symbol(self, symbol: Symbol, bound: Bound) -> Iterator[Answer]:
        """What a resolved name denotes, read from `bound`."""
        found: Iterable[Answer]
        match symbol.kind:
            case SymbolKind.EXTERNAL | SymbolKind.BUILTIN:
                yield Outside(symbol.name)
                return
            case SymbolKind.MODULE:
                found = [Unit(symbol.path)]
            case SymbolKind.FUNCTION:
                found = [Routine(symbol.path, symbol.index, self._around(bound.frame, symbol))]
            case SymbolKind.CLASS:
                found = [Kind(symbol.path, symbol.index, self._around(bound.frame, symbol))]
            case SymbolKind.VARIABLE:
                found = self._variable(symbol, bound)
            case SymbolKind.PARAMETER:
                found = self._parameter(symbol, bound)
            case _:
                found = ()
        for name in symbol.rest:
            found = [each for thing in found for each in self.reader.attributes.of(thing, name)]
        yield from found

    def _bound_again(self, bound: Bound, dotted: str) -> list[Answer] | None:
        """What a local name can denote that is bound several times, or is a parameter that is bound anew: all that can be
        in force there. None for any other name."""
        path, scope = bound.path, bound.scope
        head, *rest = dotted.split(".")
        if not self.reader.rebindings.again(path, scope, head):
            return None
        summary = self.reader.summary(path)
        reaching, past = self.reader.reaching.at(path, scope, head, bound.line)
        around = f"{self.reader.project.symbol(path, scope)}.{head}"
        found: list[Answer] = []
        for index in self.reader.rebindings.of(path)[scope, head]:
            if any(summary.assignments[index] is wanted for wanted in reaching):
                found.extend(self.symbol(Symbol(SymbolKind.VARIABLE, around, path, index, tuple(rest)), bound))
        definition = summary.definitions[scope]
        given = isinstance(definition, Function) and any(each.name == head for each in definition.parameters)
        if past and given:
            found.extend(self.symbol(Symbol(SymbolKind.PARAMETER, around, path, scope, tuple(rest)), bound))
        return found if reaching or (past and given) else None

    def _around(self, frame: Frame | None, symbol: Symbol) -> Frame | None:
        return enclosing(frame, symbol.path, self._function_around(symbol.path, symbol.index))

    def _function_around(self, path: str, index: int) -> int:
        """The function that a definition stands in, -1 for none; classes in between are passed over."""
        return self._function_at(path, self.reader.summary(path).definitions[index].scope)

    def _function_at(self, path: str, scope: int) -> int:
        """The function that a scope belongs to: itself, or the one around a class; -1 for none."""
        definitions = self.reader.summary(path).definitions
        while scope >= 0 and not isinstance(definitions[scope], Function):
            scope = definitions[scope].scope
        return scope

    def _given(self, bound: Bound, dotted: str) -> list[Answer] | None:
        """An attribute of a parameter that this activation binds: the object says more than the parameter's type."""
        head, *rest = dotted.split(".")
        if not rest or bound.frame is None:
            return None
        symbol = self.reader.project.resolve(bound.path, head, bound.scope, bound.line)
        if symbol.kind is not SymbolKind.PARAMETER or symbol.rest:
            return None
        frame = enclosing(bound.frame, symbol.path, symbol.index)
        if frame is None or head not in frame.names:
            return None
        found = self.reader.follow(frame.names[head])
        for name in rest:
            found = [each for thing in found for each in self.reader.attributes.of(thing, name)]
        return found or None

    def _variable(self, symbol: Symbol, bound: Bound) -> Iterator[Answer]:
        assignment = self.reader.summary(symbol.path).assignments[symbol.index]
        frame = enclosing(bound.frame, symbol.path, self._function_at(symbol.path, assignment.scope))
        if assignment.operator == "for" and frame is not None and symbol.index in frame.turns:
            yield from self.reader.follow(frame.turns[symbol.index])
            return
        if assignment.value is None:
            return
        value = Bound(assignment.value, symbol.path, assignment.scope, assignment.line, frame)
        if assignment.scope < 0 and isinstance(assignment.value, CallRef) and assignment.operator == "=":
            made = self.reader.call(symbol.path, assignment.value.index).scope
            activations = self.reader.lists.activations
            if made >= 0 and activations is not None and assignment.position < 0:
                # A function binds the name by `global`: what it makes is made in its activations.
                for each in activations.of(symbol.path, made):
                    yield from self.reader.follow(Bound(assignment.value, symbol.path, made, assignment.line, each))
                return
        if assignment.operator == "for":
            for element in self.reader.elements(value)[0]:
                yield from self.reader.follow(self.reader.unpacked(element, assignment.position))
        elif assignment.position >= 0:
            yield from self.reader.follow(self.reader.unpacked(value, assignment.position))
        elif assignment.operator in ("=", ":=", "with"):
            yield from self.reader.follow(value)

    def _parameter(self, symbol: Symbol, bound: Bound) -> Iterator[Answer]:
        name = symbol.name.rpartition(".")[2]
        frame = enclosing(bound.frame, symbol.path, symbol.index)
        if frame is not None and name in frame.names:
            yield from self.reader.follow(frame.names[name])
            return
        definitions = self.reader.summary(symbol.path).definitions
        function = definitions[symbol.index]
        if not isinstance(function, Function):
            return
        if (
            function.parameters
            and function.parameters[0].name == name
            and self.reader.is_method(symbol.path, symbol.index)
        ):
            kind = Kind(symbol.path, function.scope)
            yield (
                kind
                if "classmethod" in self.reader.decorators(Routine(symbol.path, symbol.index))
                else Made(kind, symbol.path, -1, None)
            )
            return
        for parameter in function.parameters:
            if parameter.name == name and parameter.default is not None:
                yield from self.reader.follow(Bound(parameter.default, symbol.path, function.scope, function.line))
