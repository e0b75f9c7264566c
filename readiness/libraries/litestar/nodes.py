"""The objects that handlers hang on: applications and routers, each with what its maker gave it and what is registered later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from readiness.libraries.evaluation.constructions import Construction
from readiness.libraries.evaluation.holders import Holders
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Made, Outside
from readiness.libraries.litestar.vocabulary import (
    APPLICATIONS,
    CONFIG,
    FROM_CONFIG,
    POSITIONAL,
    is_application,
    is_known,
    is_router,
)
from readiness.model.summary import Call, Value


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


class Nodes(Holders[Node]):
    """Finds applications and routers."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader, POSITIONAL, is_known)

    def of(self, answer: Answer, depth: int = 0) -> list[Node]:
        """The applications and routers an expression can denote."""
        return super().of(answer, depth) or self._bound(answer, depth)

    def _node(self, made: Made, construction: Construction) -> Node | None:
        if not is_router(construction.base):
            return None
        if construction.base.last != FROM_CONFIG:
            return Node(made, construction, construction.arguments)
        config = construction.arguments.get("config")
        configured = next(iter(self.configurations(config)), None) if config is not None else None
        node = Node(made, construction, configured[1] if configured is not None else {})
        node.config = configured[0].key if configured is not None else ()
        return node

    def _looked_through(self, made: Made, call: Call) -> Iterable[Value]:
        """What is called with an application is none."""
        return ()

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
        return [node for node in self.all if node.config in keys] if keys else []

    def arguments(self, made: Made) -> tuple[Outside, dict[str, Answer]] | None:
        """What a handler decorator, a security configuration or the like was made with; None for anything else."""
        construction = self.constructions.of(made)
        if construction is None or not is_known(construction.base):
            return None
        return construction.base, construction.arguments
