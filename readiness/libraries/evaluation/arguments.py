"""Calls in, what each parameter of the called function is given out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.libraries.evaluation.things import Answer, Bound, Frame, Keywords, Made, Outside
from readiness.model.summary import Call, CallRef, Constant, Function, Mapping, Name, Starred

if TYPE_CHECKING:
    from readiness.libraries.evaluation.reader import Reader


class Arguments:
    """Reads the arguments of calls."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def bind(self, function: Function, call: Call, path: str, frame: Frame | None, skip: int) -> dict[str, Answer]:
        """Parameters of a function as a call fills them; `skip` of them are filled otherwise."""
        place = Bound(Name(""), path, call.scope, call.line, frame)
        return self.fill(function, self.positional(call, place), self.keywords(call, place), skip)

    def positional(self, call: Call, place: Bound) -> list[Answer]:
        """Positional arguments of a call, `*` spreads included as far as they are known."""
        given: list[Answer] = []
        for value in call.arguments:
            if isinstance(value, Starred):
                given.extend(self.reader.elements(self.reader.at(place, value.value))[0])
            else:
                given.append(self.reader.at(place, value))
        return given

    @staticmethod
    def fill(function: Function, given: list[Answer], named: dict[str, Answer], skip: int) -> dict[str, Answer]:
        """Parameters of a function as positional and named arguments fill them."""
        positional = [each for each in function.parameters[skip:] if each.kind in ("positional-only", "positional")]
        names: dict[str, Answer] = {}
        for parameter, value in zip(positional, given, strict=False):
            names[parameter.name] = value
        left: dict[str, Answer] = {}
        known = {each.name for each in function.parameters if each.kind in ("positional", "keyword-only")}
        for name, argument in named.items():
            (names if name in known else left)[name] = argument
        for parameter in function.parameters:
            if parameter.kind == "variadic":
                rest = given[len(positional) :]
                names[parameter.name] = Keywords({str(number): each for number, each in enumerate(rest)})
            elif parameter.kind == "keyword-variadic":
                names[parameter.name] = Keywords(left)
        return names

    def keywords(self, call: Call, place: Bound, opened: set[tuple[object, ...]] | None = None) -> dict[str, Answer]:
        """Keyword arguments of a call, `**` spreads included as far as they are known.

        `opened` are mappings that were opened on the way: each is once, also where it spreads itself.
        """
        opened = set() if opened is None else opened
        found: dict[str, Answer] = {}
        for name, value in call.keywords:
            if name:
                found[name] = self.reader.at(place, value)
                continue
            for spread in self.reader.follow(self.reader.at(place, value)):
                found |= self.entries(spread, opened)
        return found

    def entries(self, spread: Answer, opened: set[tuple[object, ...]] | None = None) -> dict[str, Answer]:
        """The entries with constant keys of a mapping; `opened` as for `keywords`."""
        opened = set() if opened is None else opened
        if isinstance(spread, Keywords):
            return dict(spread.items)
        if isinstance(spread, Bound) and isinstance(spread.value, Mapping):
            key = self.reader.key_of(spread)
            if key in opened:
                return {}
            opened.add(key)
            found: dict[str, Answer] = {}
            for name, value in zip(spread.value.keys, spread.value.values, strict=True):
                if isinstance(name, Constant) and isinstance(name.value, str):
                    found[name.value] = self.reader.at(spread, value)
                elif name is None:
                    for inner in self.reader.follow(self.reader.at(spread, value)):
                        found |= self.entries(inner, opened)
            return found
        if isinstance(spread, Made) and isinstance(spread.maker, Outside) and spread.maker.name == "dict":
            call = self.reader.call(spread.path, spread.index)
            place = Bound(call.callee, spread.path, call.scope, call.line, spread.frame)
            key = self.reader.key_of(self.reader.at(place, CallRef(spread.index)))
            if key in opened:
                return {}
            opened.add(key)
            return self.keywords(call, place, opened)
        return {}
