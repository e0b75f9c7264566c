"""The objects that handlers hang on: applications and routers, each with what its maker gave it and what is registered later."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.evaluation.constructions import Construction, Constructions
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Made, Outside
from readiness.libraries.litestar.vocabulary import (
    APPLICATIONS,
    CONFIG,
    FROM_CONFIG,
    POSITIONAL,
    is_application,
    is_known,
    is_router,
)
from readiness.model.summary import Name

WRAPPED = 3
"""Calls around one application or router."""


class Registered(Struct, frozen=True, eq=False):
    """Something that is given to an application or router to answer."""

    given: Answer
    call: tuple[str, int]
    condition: str = ""
    several: bool = False
    """It is a list of such."""
    spread: bool = False
    """The list holds what was there before, which is known otherwise."""


class Node:
    """One application or router of the project."""

    def __init__(self, made: Made, construction: Construction, arguments: dict[str, Answer]) -> None:
        self.made = made
        self.base = construction.base
        self.arguments = arguments
        self.application = is_application(construction.base)
        self.hidden = construction.hidden
        self.registered: list[Registered] = []
        self.config: tuple[object, ...] = ()
        """The identity of the configuration that it was made from."""
        self.later: list[dict[str, Answer]] = []
        """What its attributes are given once it is made, each as a layer of its own."""
        if "route_handlers" in arguments:
            self.registered.append(Registered(arguments["route_handlers"], (made.path, made.index), several=True))

    @property
    def framework(self) -> str:
        """As its makers spell it."""
        return APPLICATIONS["Starlite" if self.base.package == "starlite" else "Litestar"]


class Nodes:
    """Finds the node of an object; each object has one."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.constructions = Constructions(reader, POSITIONAL, is_known)
        self.known: dict[tuple[object, ...], Node | None] = {}

    def of(self, answer: Answer, depth: int = 0) -> list[Node]:
        """The applications and routers an expression can denote; what merely wraps one counts as it."""
        found = []
        for made in self.reader.made(answer):
            node = self.node(made)
            if node is not None:
                found.append(node)
        if not found and isinstance(answer, Bound) and isinstance(answer.value, Name) and depth < WRAPPED:
            found = [
                node for each in self.reader.names.bindings(answer, answer.value) for node in self.of(each, WRAPPED)
            ]
        return list({id(each): each for each in found}.values())

    def node(self, made: Made) -> Node | None:
        """The node of one object, None where nothing can hang on it."""
        if made.key in self.known:
            return self.known[made.key]
        self.known[made.key] = None
        construction = self.constructions.of(made)
        if construction is None or not is_router(construction.base):
            return None
        if construction.base.last != FROM_CONFIG:
            node = self.known[made.key] = Node(made, construction, construction.arguments)
            return node
        config = construction.arguments.get("config")
        configured = next(iter(self.configurations(config)), None) if config is not None else None
        node = self.known[made.key] = Node(made, construction, configured[1] if configured is not None else {})
        node.config = configured[0].key if configured is not None else ()
        return node

    def configurations(self, config: Answer) -> Iterator[tuple[Made, dict[str, Answer]]]:
        """Each `AppConfig` that an expression can denote, with what it was made with."""
        for made in self.reader.made(config):
            construction = self.constructions.of(made)
            if construction is not None and construction.base.last == CONFIG:
                yield made, construction.arguments

    def holders(self, answer: Answer) -> list[Node]:
        """The applications and routers an expression denotes, or those that are made from the configuration it denotes."""
        found = self.of(answer)
        if found:
            return found
        keys = {made.key for made, _ in self.configurations(answer)}
        return [node for node in self.known.values() if node is not None and node.config in keys] if keys else []

    def arguments(self, made: Made) -> tuple[Outside, dict[str, Answer]] | None:
        """What a handler decorator, a security configuration or the like was made with; None for anything else."""
        construction = self.constructions.of(made)
        if construction is None or not is_known(construction.base):
            return None
        return construction.base, construction.arguments

    def named(self, place: Bound, index: int, name: str) -> dict[str, Answer]:
        """Arguments of a call by name, evaluated where `place` is."""
        return self.constructions.named(place, index, name)
