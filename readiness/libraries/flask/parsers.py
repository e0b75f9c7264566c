"""Request parsers of Flask-RESTful and Flask-RESTX in, the inputs they take out: `parser.add_argument("page", type=int)`."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.evaluation.activations import running
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import RouteParameter, SymbolKind
from readiness.model.summary import Constant

PACKAGES = ("flask_restful", "flask_restx", "flask_restplus")
LOCATIONS = {
    "args": "query",
    "values": "query",
    "form": "form",
    "json": "body",
    "headers": "header",
    "cookies": "cookie",
    "files": "file",
}
CHANGING = frozenset({"add_argument", "replace_argument", "remove_argument"})
COPIES = 6
"""Copies of copies that are followed."""
INPUT_TYPES = {"positive": "int", "natural": "int", "boolean": "bool"}
"""Types of `inputs` -> what they make."""
LIMITS = {"positive": (1.0, None), "natural": (0.0, None)}
"""Types of `inputs` that bound a number by themselves."""

Key = tuple[str, int]


class Parsers:
    """Knows the arguments of every parser of the project."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project = reader.project
        self._changes: dict[Key, list[Key]] | None = None

    def is_parser(self, made: Made) -> bool:
        """An object that a parser class makes, or a copy of one."""
        if isinstance(made.maker, Outside):
            return (
                made.index >= 0
                and made.maker.package in PACKAGES
                and made.maker.last in ("RequestParser", "parser", "copy")
            )
        bases = self.project.ancestors(self.reader.symbol_of(made.maker))
        return any(each.kind is SymbolKind.EXTERNAL and each.name.endswith(".RequestParser") for each in bases)

    def of(self, parser: Answer, method: str) -> Iterator[RouteParameter]:
        """The inputs of what an expression denotes, if that is a parser."""
        for made in self.reader.made(parser):
            if self.is_parser(made):
                found: dict[str, RouteParameter] = {}
                self._gather(made, method, found, 0)
                yield from found.values()

    def _gather(self, made: Made, method: str, found: dict[str, RouteParameter], depth: int) -> None:
        call = self.reader.call(made.path, made.index) if made.index >= 0 else None
        copied = isinstance(made.maker, Outside) and made.maker.last == "copy"
        origin = receiver(call.callee) if call is not None else None
        if call is not None and copied and origin is not None and depth < COPIES:
            for base in self.reader.made(Bound(origin, made.path, call.scope, call.line, made.frame)):
                if self.is_parser(base):
                    self._gather(base, method, found, depth + 1)
        for path, index in self.changes.get((made.path, made.index), ()):
            self._change(path, index, method, found)

    def _change(self, path: str, index: int, method: str, found: dict[str, RouteParameter]) -> None:
        call = self.reader.call(path, index)
        place = Bound(call.callee, path, call.scope, call.line)
        named = self.reader.arguments.keywords(call, place)
        given = self.reader.arguments.positional(call, place)
        name = self.reader.constant(named.get("name", given[0] if given else place))
        if not isinstance(name, str):
            return
        if tail(call.callee) == "remove_argument":
            found.pop(name, None)
            return
        # A chain of `.add_argument` calls belongs to one parser; a later one of the same name replaces the former.
        found[name] = self._parameter(name.lstrip("-"), named, method)

    def _parameter(self, name: str, named: dict[str, Answer], method: str) -> RouteParameter:
        minimum, maximum, annotation, constrained = self._type(named.get("type"))
        default = named.get("default")
        value = self.reader.constant(default) if default is not None else None
        text = "" if default is None else str(value)
        if default is not None and value is None:
            text = "None" if isinstance(default, Bound) and default.value == Constant(None) else "..."
        required = "required" in named and self.reader.constant(named["required"]) is True
        several = "action" in named and self.reader.constant(named["action"]) in ("append", "split")
        return RouteParameter(
            name=name,
            source=self._source(named.get("location"), method),
            annotation=(f"list[{annotation}]" if annotation else "list") if several else annotation,
            required=required,
            default=text,
            minimum=minimum,
            maximum=maximum,
            choices="choices" in named,
            constrained=constrained,
        )

    def _source(self, location: Answer | None, method: str) -> str:
        """Without a location a parser looks into the query, the form and the body; a GET has only the first."""
        undecided = "query" if method in ("GET", "DELETE", "HEAD") else "body"
        if location is None:
            return undecided
        named = self.reader.constant(location)
        if not isinstance(named, str):
            found = [self.reader.constant(each) for each in self.reader.elements(location)[0]]
            named = next((each for each in found if isinstance(each, str)), "")
        if named == "values":
            return undecided
        return LOCATIONS.get(named, undecided)

    def _type(self, given: Answer | None) -> tuple[float | None, float | None, str, bool]:
        """Bounds, name and whether the type checks more than that."""
        for thing in self.reader.things(given) if given is not None else ():
            if isinstance(thing, Made) and isinstance(thing.maker, Outside) and thing.index >= 0:
                return self._made_type(thing, thing.maker)
            if isinstance(thing, Outside) and thing.package in PACKAGES:
                low, high = LIMITS.get(thing.last, (None, None))
                return low, high, INPUT_TYPES.get(thing.last, ""), thing.last not in INPUT_TYPES
            if isinstance(thing, Outside):
                return None, None, thing.name.removeprefix("builtins."), False
            if isinstance(thing, Kind):
                return None, None, self.project.symbol(thing.path, thing.index), True
            return None, None, "", True
        return None, None, "", False

    def _made_type(self, made: Made, maker: Outside) -> tuple[float | None, float | None, str, bool]:
        """`inputs.int_range(1, 100)`."""
        if maker.last != "int_range":
            return None, None, "", True
        call = self.reader.call(made.path, made.index)
        place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
        named = dict(zip(("low", "high"), self.reader.arguments.positional(call, place), strict=False))
        named |= self.reader.arguments.keywords(call, place)
        numbers = [self.reader.constant(named[key]) if key in named else None for key in ("low", "high")]
        low, high = (float(each) if isinstance(each, int | float) else None for each in numbers)
        return low, high, "int", False

    @property
    def changes(self) -> dict[Key, list[Key]]:
        """Parser -> the calls that add, replace or remove an argument, in order."""
        if self._changes is None:
            self._changes = {}
            files = running(self.project) if self.project.imports(*PACKAGES) else []
            for path in files:
                for index, call in enumerate(self.reader.summary(path).calls):
                    if tail(call.callee) not in CHANGING:
                        continue
                    origin = receiver(call.callee)
                    if origin is None:
                        continue
                    for made in self.reader.made(Bound(origin, path, call.scope, call.line)):
                        if self.is_parser(made):
                            self._changes.setdefault((made.path, made.index), []).append((path, index))
        return self._changes
