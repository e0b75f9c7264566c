"""What the configuration of a Pyramid application says, in the order in which it says it: routes, views, scans."""

from __future__ import annotations

from msgspec import Struct

from readiness.libraries.evaluation.things import Answer, Made
from readiness.model import Span


class State(Struct, frozen=True, eq=False):
    """What the way to a directive has gathered."""

    package: str
    """What relative names are relative to."""
    prefix: str = ""
    exact: bool = True
    condition: str = ""
    certain: bool = True
    """False where no configurator is seen to come by."""


class RouteRecord(Struct, frozen=True, eq=False):
    """One route that is added."""

    name: str
    pattern: str
    exact: bool
    """Its pattern is known to the last part."""
    arguments: dict[str, Answer]
    place: Span
    state: State
    defaults: dict[str, Answer] = {}
    """Arguments for all its views, of a Cornice service."""


class ViewRecord(Struct, frozen=True, eq=False):
    """One view that is added."""

    view: Answer | None
    arguments: dict[str, Answer]
    place: Span
    state: State
    attribute: str = ""
    """The method of the class that was decorated."""
    route: RouteRecord | None = None
    """The route it belongs to where no name says it."""
    verb: str = ""
    """The method, where the call itself names it."""
    route_name: str | None = None
    """The name of its route, computed where the view is added; None where none is given."""
    lost: bool = False
    """What is registered for it could not be followed."""


class ApplicationRecord:
    """Everything that is said on one configurator."""

    def __init__(self, made: Made, arguments: dict[str, Answer]) -> None:
        self.made = made
        """One without a call stands for what no configurator is seen to include."""
        self.arguments = arguments
        self.routes: dict[str, list[RouteRecord]] = {}
        self.views: list[ViewRecord] = []
        self.scanned: dict[tuple[str, str], State] = {}
        """Files that are scanned, with the prefix in force, each once."""
        self.open: list[tuple[Span, State]] = []
        """Places where something unknown is included or scanned."""
        self.permission: Answer | None = arguments.get("default_permission")
        self.root_factory: Answer | None = arguments.get("root_factory")
        self.csrf = False
        self.around: list[tuple[Answer, State]] = []
        """Tweens and view derivers."""
        self.given_services: list[tuple[Answer, State]] = []
        """What `add_cornice_service` is given."""
        self.services: dict[tuple[object, ...], RouteRecord] = {}
        """Cornice services that are registered, by the objects they are."""
