"""The view expression of a pattern in, what answers it out: a function, a class with what `as_view` is given, or a library's view.

Decorators and wrappers are looked through: `csrf_exempt(login_required(View.as_view()))` is answered by `View`.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.django.locating import Locator
from readiness.libraries.evaluation.reader import Reader, enclosing
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside, Routine
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import SymbolKind
from readiness.model.summary import CallRef, Choice, Constant, Name, Opaque, Operation

DEPTH = 12
"""Decorators and names around one view."""
EXPRESSIONS = 400
"""Expressions that are looked at for one view."""
LAMBDA = "<lambda>"


class Wrapper(Struct, frozen=True, eq=False):
    """Something around a view."""

    name: str
    """Symbol or external name of the decorator: `django.contrib.auth.decorators.login_required`."""
    call: Bound | None = None
    """The call with its arguments, for one that takes any: `require_http_methods(["GET"])`."""


class Seen(Struct, frozen=True, eq=False):
    """What can answer a pattern."""

    target: Routine | Kind | Outside | None
    """None for a lambda or something that cannot be followed."""
    wrappers: tuple[Wrapper, ...] = ()
    """Outermost first."""
    as_view: Bound | None = None
    """The call of `as_view`."""
    lambda_: bool = False


class Views:
    """Follows view expressions. One for a project."""

    def __init__(self, reader: Reader, locator: Locator) -> None:
        self.reader = reader
        self.project = reader.project
        self.locator = locator
        self._left = EXPRESSIONS

    def of(self, answer: Answer, wrappers: tuple[Wrapper, ...] = (), depth: int = 0) -> Iterator[Seen]:
        """Everything that an expression can be, decorators looked through."""
        self._left = EXPRESSIONS if depth == 0 else self._left - 1
        if depth > DEPTH or self._left <= 0:
            return
        if not isinstance(answer, Bound):
            yield from self._thing(answer, wrappers, depth)
            return
        match answer.value:
            case Opaque("Lambda"):
                yield Seen(None, wrappers, lambda_=True)
            case Constant(str() as dotted):
                yield from self._named(answer.path, dotted, wrappers)
            case CallRef(index):
                yield from self._call(answer, index, wrappers, depth)
            case Choice(_, yes, no):
                yield from self.of(self.reader.at(answer, yes), wrappers, depth + 1)
                yield from self.of(self.reader.at(answer, no), wrappers, depth + 1)
            case Operation("or" | "and", operands):
                for operand in operands:
                    yield from self.of(self.reader.at(answer, operand), wrappers, depth + 1)
            case Name(dotted):
                yield from self._name(answer, dotted, wrappers, depth)
            case _:
                for each in self.reader.follow(answer):
                    if not (isinstance(each, Bound) and each.value == answer.value):
                        yield from self.of(each, wrappers, depth + 1)

    def _thing(self, thing: Answer, wrappers: tuple[Wrapper, ...], depth: int) -> Iterator[Seen]:
        match thing:
            case Routine() | Kind() | Outside():
                yield Seen(thing, wrappers)
            case Made(maker=Kind() as kind):
                yield Seen(kind, wrappers)
            case Made() if thing.index >= 0:
                call = self.reader.call(thing.path, thing.index)
                yield from self._call(
                    Bound(CallRef(thing.index), thing.path, call.scope, call.line, thing.frame),
                    thing.index,
                    wrappers,
                    depth + 1,
                )
            case _:
                pass

    def _named(self, path: str, dotted: str, wrappers: tuple[Wrapper, ...]) -> Iterator[Seen]:
        """A view by its text, as Django took it before version 1.10."""
        module, _, name = dotted.rpartition(".")
        file = self.locator.module(module, path) if module else ""
        if file:
            symbol = self.project.resolve(file, name)
            for thing in self.reader.symbol(symbol, Bound(Name(name), file, -1, 0)):
                if isinstance(thing, Routine | Kind):
                    yield Seen(thing, wrappers)

    def _name(self, bound: Bound, dotted: str, wrappers: tuple[Wrapper, ...], depth: int) -> Iterator[Seen]:
        symbol = self.project.resolve(bound.path, dotted, bound.scope, bound.line)
        if symbol.kind is SymbolKind.VARIABLE and symbol.index >= 0 and not symbol.rest:
            made = self.reader.summary(symbol.path).assignments[symbol.index]
            if made.value is not None and made.operator in ("=", ":=") and made.position < 0:
                frame = enclosing(bound.frame, symbol.path, made.scope)
                yield from self.of(Bound(made.value, symbol.path, made.scope, made.line, frame), wrappers, depth + 1)
                return
        if symbol.kind is SymbolKind.PARAMETER and not symbol.rest:
            around = enclosing(bound.frame, symbol.path, symbol.index)
            given = around.names.get(symbol.name.rpartition(".")[2]) if around is not None else None
            if given is not None:
                yield from self.of(given, wrappers, depth + 1)
                return
        for each in self.reader.follow(bound):
            if not (isinstance(each, Bound) and each.value == bound.value):
                yield from self.of(each, wrappers, depth + 1)

    def _call(self, bound: Bound, index: int, wrappers: tuple[Wrapper, ...], depth: int) -> Iterator[Seen]:
        reader = self.reader
        call = reader.call(bound.path, index)
        place = Bound(CallRef(index), bound.path, call.scope, call.line, bound.frame)
        holder = receiver(call.callee)
        if tail(call.callee) in ("as_view", "as_asgi") and holder is not None:
            classes = [each for each in reader.follow(reader.at(place, holder)) if isinstance(each, Kind | Outside)]
            for thing in classes:
                yield Seen(thing, wrappers, as_view=place)
            if classes:
                return
        arguments = [each for each in call.arguments if not isinstance(each, Constant)]
        for target in self._targets(place, index):
            match target:
                case Outside():
                    for argument in arguments[:1]:
                        yield from self._wrapped(Wrapper(target.name, place), place, argument, wrappers, depth)
                case Made(maker=Outside() as maker) if target.index >= 0:
                    decorator = reader.call(target.path, target.index)
                    given = Bound(CallRef(target.index), target.path, decorator.scope, decorator.line, target.frame)
                    for argument in arguments[:1]:
                        yield from self._wrapped(Wrapper(maker.name, given), place, argument, wrappers, depth)
                case Routine():
                    yield from self._routine(target, place, index, wrappers, depth)
                case Kind():
                    yield Seen(target, wrappers)
                case _:
                    pass

    def _targets(self, place: Bound, index: int) -> list[Answer]:
        call = self.reader.call(place.path, index)
        targets = self.reader.follow(Bound(call.callee, place.path, call.scope, call.line, place.frame))
        if not targets:
            symbol = self.project.callee(place.path, index)
            targets = list(self.reader.symbol(symbol, self.reader.at(place, call.callee)))
        return targets

    def _wrapped(
        self, wrapper: Wrapper, place: Bound, argument: object, wrappers: tuple[Wrapper, ...], depth: int
    ) -> Iterator[Seen]:
        yield from self.of(self.reader.at(place, argument), (*wrappers, wrapper), depth + 1)  # type: ignore[arg-type]

    def _routine(
        self, routine: Routine, place: Bound, index: int, wrappers: tuple[Wrapper, ...], depth: int
    ) -> Iterator[Seen]:
        """A function of the project around a view is a decorator; one that is given none makes the view itself."""
        name = self.project.symbol(routine.path, routine.index)
        call = self.reader.call(place.path, index)
        inner = (*wrappers, Wrapper(name, place))
        for argument in (*call.arguments, *(value for key, value in call.keywords if key)):
            if isinstance(argument, Constant):
                continue
            views = [
                each
                for each in self.of(self.reader.at(place, argument), inner, depth + 1)
                if each.lambda_ or self._answers(each)
            ]
            if views:
                yield from views
                return
        frame = self.reader.activate(routine, place.path, index, place.frame)
        for given in self.reader.summary(routine.path).returns:
            if given.scope == routine.index and given.value is not None and not given.yields:
                yield from self.of(
                    Bound(given.value, routine.path, routine.index, given.line, frame), wrappers, depth + 1
                )

    def _answers(self, seen: Seen) -> bool:
        """It can be a view: a function or an `as_view()`, rather than a model or a form that a factory is given."""
        if isinstance(seen.target, Routine):
            return True
        return seen.as_view is not None
