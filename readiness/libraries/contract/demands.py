"""What a document asks of callers and what a route does in, whether they ask the same out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from readiness.model import AccessKind, Difference, Project, Resolution, Route, RouteAccess, SpecOperation

Key = tuple[str, str, str]
FEW = 3
SHARE = 0.25
"""Share of the operations that ask, in the document, beyond which it is not believed that so many routes do not."""


def access_of(project: Project) -> dict[Key, RouteAccess]:
    """Who may call each route."""
    return {_key(each.route): each for each in project.each(RouteAccess)}


class Demands:
    """Compares the security of one document's operations with the access of routes."""

    def __init__(
        self,
        access: Mapping[Key, RouteAccess],
        operations: Sequence[SpecOperation],
        pairs: Mapping[int, Route],
    ) -> None:
        self._access = access
        asked = [self._open(route) for index, route in pairs.items() if _asks(operations[index])]
        self._believed = sum(asked) <= max(FEW, SHARE * len(asked))
        """Where the document asks nearly everywhere and the code nowhere, something asks that is not seen."""
        self._speaks = any(each.security for each in operations)
        """The document asks for authentication somewhere, so that an operation without is said to be open."""

    def differences(self, operation: SpecOperation, route: Route) -> Iterator[Difference]:
        """One difference at most."""
        access = self._access.get(_key(route))
        if access is None or access.resolution is not Resolution.EXACT:
            return
        asked = _asks(operation)
        if asked and self._open(route):
            if self._believed:
                message = "the document asks for authentication, and the route does not"
                # What the document says for all of its operations may have been meant for most.
                yield Difference(kind="authentication", message=message, minor=not operation.overridden)
        elif not asked and access.kind is AccessKind.PROTECTED and self._speaks and not access.default:
            declared = operation.overridden and not operation.security
            message = "the route asks for authentication, and the document lets everyone in"
            yield Difference(kind="authentication", message=message, minor=not declared)

    def _open(self, route: Route) -> bool:
        access = self._access.get(_key(route))
        return access is not None and access.kind in (AccessKind.OPEN, AccessKind.PUBLIC)


def _asks(operation: SpecOperation) -> bool:
    """No caller without a credential is let in."""
    return bool(operation.security) and () not in (operation.security or ())


def _key(route: Route) -> Key:
    return (route.method, route.path, route.handler)
