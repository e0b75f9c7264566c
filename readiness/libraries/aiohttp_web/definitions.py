"""What `add_routes` is given in, its elements out: definitions such as `web.get(...)`, and whole tables."""

from __future__ import annotations

from msgspec import Struct

from readiness.libraries.aiohttp_web.nodes import Node, Nodes
from readiness.libraries.aiohttp_web.vocabulary import Holder, definition_of
from readiness.libraries.evaluation.lists import COPIES
from readiness.libraries.evaluation.things import Answer, Bound, Made, Outside
from readiness.model.summary import Operation, Sequence, Starred

DEPTH = 12
"""Lists inside one another."""


class Elements(Struct, eq=False):
    """The elements of one list, each once."""

    definitions: dict[tuple[object, ...], Made]
    tables: dict[int, Node]
    complete: bool = True
    """False where some element could not be followed."""


class Definitions:
    """Reads lists of route definitions."""

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self.reader = nodes.reader

    def of(self, given: Answer) -> Elements:
        """The elements of a list, of lists summed and splatted, of a table."""
        found = Elements({}, {})
        self._open(given, found, 0)
        return found

    def _open(self, given: Answer, found: Elements, depth: int) -> None:
        answers = self.reader.follow(given)
        known = bool(answers) and depth <= DEPTH
        for each in answers if depth <= DEPTH else ():
            if isinstance(each, Made):
                known &= self._made(each, found, depth)
            elif isinstance(each, Bound) and isinstance(each.value, Sequence):
                for item in each.value.items:
                    if isinstance(item, Starred):
                        self._open(self.reader.at(each, item.value), found, depth + 1)
            elif isinstance(each, Bound) and isinstance(each.value, Operation) and each.value.operator == "+":
                for operand in each.value.operands:
                    self._open(self.reader.at(each, operand), found, depth + 1)
            else:
                known &= isinstance(each, Bound)
        items, _ = self.reader.elements(given)
        for element in items:
            known = True
            for thing in self.reader.things(element):
                if isinstance(thing, Made):
                    self._made(thing, found, depth + 1)
        found.complete &= known

    def _made(self, made: Made, found: Elements, depth: int) -> bool:
        """One element, a table, or a copy of a list; False for anything else."""
        maker = made.maker
        if isinstance(maker, Outside) and definition_of(maker):
            found.definitions[made.key] = made
            return True
        node = self.nodes.node(made)
        if node is not None and node.holder is Holder.TABLE:
            found.tables[id(node)] = node
            return True
        if isinstance(maker, Outside) and (maker.name in COPIES or maker.name == "itertools.chain") and made.index >= 0:
            call = self.reader.call(made.path, made.index)
            place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
            for argument in call.arguments:
                value = argument.value if isinstance(argument, Starred) else argument
                self._open(self.reader.at(place, value), found, depth + 1)
            return True
        return False
