"""Classes of the project in, whether they are controllers or listeners of Litestar out."""

from __future__ import annotations

from readiness.libraries.evaluation.lineage import Lineage as Ancestry
from readiness.libraries.evaluation.things import Kind, Outside
from readiness.libraries.litestar.vocabulary import CONTROLLER, LISTENER, is_ours


class Lineage(Ancestry):
    """Reads classes and says what they are."""

    def is_controller(self, kind: Kind) -> bool:
        """A class whose methods are handlers."""
        return any(isinstance(each, Outside) and is_ours(each) and each.last == CONTROLLER for each in self.of(kind))

    def is_listener(self, kind: Kind) -> bool:
        """A class that answers a websocket."""
        return any(isinstance(each, Outside) and is_ours(each) and each.last == LISTENER for each in self.of(kind))
