"""Things that registrations name in, how facts about routes speak of them out: where they stand and what they are called."""

from __future__ import annotations

from msgspec import Struct

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Kind, Made, Routine
from readiness.model import Application, Scope, Span
from readiness.model.summary import CallRef, Opaque

LAMBDA = Opaque("Lambda")
"""What a summary keeps of a function that is written in place."""


class Placed(Struct, frozen=True):
    """Where what answers a route stands."""

    span: Span
    name: str
    """Its symbol, or the name of a library's handler."""
    first_line: int
    end_line: int
    documented: bool

    @property
    def last(self) -> str:
        """What it is called in its class or module."""
        return self.name.rpartition(".")[2].rpartition("::")[2]


class Placing:
    """Answers where things stand. One for a scan."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project = reader.project

    def handler(self, thing: Answer | None, name: str, registered: Span) -> Placed:
        """A function or class of the project at its `def`; anything else, called `name`, where it is registered."""
        if not isinstance(thing, Routine | Kind):
            return Placed(registered, name, registered.line, registered.end_line or registered.line, False)
        definition = self.reader.summary(thing.path).definitions[thing.index]
        return Placed(
            span=Span(thing.path, definition.line, definition.column),
            name=self.project.symbol(thing.path, thing.index),
            first_line=definition.first_line,
            end_line=definition.end_line,
            documented=bool(definition.docstring),
        )

    def scope(self, handler: str, registered: str) -> Scope:
        """The part of the repository a route belongs to: its handler's file, else the one that registers it."""
        files = self.project.files
        return files[handler].scope if handler in files else files[registered].scope

    def around(self, call: tuple[str, int]) -> str:
        """The symbol of the function or module that a call stands in."""
        path, index = call
        return self.project.symbol(path, self.reader.call(path, index).scope)

    def written_in_place(self, call: tuple[str, int]) -> str:
        """The name of a lambda that a call registers."""
        around = self.around(call)
        return f"{around}.<locals>.<lambda>" if "::" in around else f"{around}::<lambda>"

    def served(self, made: Made, framework: str, name: str = "", *, mounted: bool = False) -> Application:
        """The fact about an object that serves; without a name it is named after what it is bound to."""
        return Application(
            span=self.project.span(made.path, made.index),
            symbol=self.around((made.path, made.index)),
            scope=self.project.files[made.path].scope,
            framework=framework,
            name=name or self.application(made),
            mounted=mounted,
        )

    def application(self, made: Made) -> str:
        """The name an object is bound to: `shop.main::app`, `shop.main::create_app.app`, `shop.main::Shop.app`; that of its class
        where nobody is seen to make it."""
        if made.index < 0 and isinstance(made.maker, Kind):
            return self.project.symbol(made.maker.path, made.maker.index)
        summary = self.reader.summary(made.path)
        around = self.around((made.path, made.index))
        bound = next((each.target for each in summary.assignments if each.value == CallRef(made.index)), "")
        if not bound:
            return around if "::" in around else f"{around}::{summary.calls[made.index].line}"
        if bound.startswith("self."):
            around, bound = around.rpartition(".")[0], bound.removeprefix("self.")
        return f"{around}.{bound}" if "::" in around else f"{around}::{bound}"
