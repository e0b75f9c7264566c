"""The layers around a handler in, what runs before it out: middleware, guards, hooks; and whether it lets everyone pass."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside, Part, Routine, Thing
from readiness.libraries.litestar.exclusions import excluded
from readiness.libraries.litestar.lineage import Lineage
from readiness.libraries.litestar.nodes import Nodes
from readiness.libraries.litestar.vocabulary import EXCLUDED, is_ours, is_security
from readiness.libraries.values.expressions import written
from readiness.model.summary import CallRef, Constant

DOING = ("authenticate_request", "handle", "__call__")
"""Methods of middleware classes that see a request first."""
AUTHENTICATING = frozenset({"AbstractAuthenticationMiddleware", "JWTAuthenticationMiddleware"})
WRAPPING = frozenset({"DefineMiddleware"})
OPT_KEYS = ("exclude_opt_key", "exclude_from_auth_key")


class Before(Struct, frozen=True, eq=False):
    """One thing that runs before handlers."""

    names: tuple[str, ...]
    patterns: tuple[str, ...] = ()
    """Regular expressions for the paths that it lets pass."""
    opt_key: str = ""
    """Key of `opt` that makes it let pass."""
    authenticates: bool = False
    permission: str = ""
    """What it is made to ask of the caller, as written."""


class Guards:
    """Reads what stands before handlers."""

    def __init__(self, reader: Reader, nodes: Nodes, lineage: Lineage) -> None:
        self.reader = reader
        self.nodes = nodes
        self.lineage = lineage

    def several(self, given: Answer, middleware: bool) -> list[Before]:
        """The elements of a list of guards or middleware, or the one that is given."""
        items, _ = self.reader.elements(given)
        return [each for item in (items or [given]) for each in self._one(item, middleware)]

    def _one(self, item: Answer, middleware: bool) -> Iterator[Before]:
        permission = self._written(item) if not middleware else ""
        for thing in self.reader.things(item):
            if middleware:
                yield from self._middleware(thing)
            else:
                name = self.name(thing)
                if name:
                    yield Before((name,), permission=permission)

    def _written(self, item: Answer) -> str:
        """`requires_role("admin")`: a guard that is made with what it asks for."""
        if isinstance(item, Bound) and isinstance(item.value, CallRef):
            call = self.reader.call(item.path, item.value.index)
            if call.arguments or call.keywords:
                return written(self.reader.summary(item.path), item.value)
        return ""

    def name(self, thing: Thing) -> str:
        """The symbol of a callable, or the name of another package's."""
        match thing:
            case Routine():
                return self.reader.project.symbol(thing.path, thing.index)
            case Kind():
                return self._method(thing)
            case Made(maker=Kind() as maker):
                return self._method(maker)
            case Made(maker=Outside(name)):
                return name
            case Outside(name):
                return name
            case Part(made=made):
                return self.name(made)
            case _:
                return ""

    def _method(self, kind: Kind) -> str:
        for name in DOING:
            found = self.lineage.attribute(kind, name)
            if isinstance(found, Routine):
                return self.reader.project.symbol(found.path, found.index)
        return self.reader.symbol_of(kind).name

    # middleware

    def _middleware(self, thing: Thing) -> Iterator[Before]:
        match thing:
            case Made(maker=Outside() as maker) if maker.last in WRAPPING and is_ours(maker):
                yield from self._defined(thing)
            case Part(made=made):
                security = self.security(made)
                yield security if security is not None else Before((self.name(made),))
            case Kind():
                yield self._class(thing, {})
            case Made(maker=Kind() as maker):
                call = self.reader.call(thing.path, thing.index) if thing.index >= 0 else None
                place = Bound(call.callee, thing.path, call.scope, call.line, thing.frame) if call is not None else None
                named = self.reader.arguments.keywords(call, place) if call is not None and place is not None else {}
                yield self._class(maker, named)
            case _:
                name = self.name(thing)
                if name:
                    yield Before((name,))

    def _defined(self, made: Made) -> Iterator[Before]:
        """`DefineMiddleware(Middleware, exclude=[...])`."""
        call = self.reader.call(made.path, made.index)
        place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
        named = self.reader.arguments.keywords(call, place)
        given = named.get("middleware", self.reader.at(place, call.arguments[0]) if call.arguments else None)
        for thing in self.reader.things(given) if given is not None else ():
            if isinstance(thing, Kind):
                yield self._class(thing, named)
            else:
                name = self.name(thing)
                if name:
                    yield Before((name,), self._texts(named.get("exclude")))

    def _class(self, kind: Kind, named: dict[str, Answer]) -> Before:
        bases = [each.last for each in self.lineage.of(kind) if isinstance(each, Outside) and is_ours(each)]
        authenticates = bool(AUTHENTICATING & set(bases))
        patterns: list[str] = []
        for name in ("exclude", "exclude_path_pattern"):
            given = named.get(name) or self.lineage.attribute(kind, name)
            patterns.extend(self._texts(given))
        key = EXCLUDED if authenticates else ""
        for name in OPT_KEYS:
            given = named.get(name) or self.lineage.attribute(kind, name)
            text = self.reader.constant(given) if given is not None else None
            key = text if isinstance(text, str) else key
        return Before((self._method(kind),), tuple(patterns), key, authenticates)

    def security(self, made: Made) -> Before | None:
        """A security configuration, with the function that finds the user; None for anything else."""
        known = self.nodes.arguments(made)
        if known is None or not is_security(known[0]):
            return None
        arguments = known[1]
        names = [known[0].name]
        for parameter in ("retrieve_user_handler", "revoked_token_handler"):
            for thing in self.reader.things(arguments[parameter]) if parameter in arguments else ():
                name = self.name(thing)
                if name:
                    names.append(name)
        key = self.reader.constant(arguments["exclude_opt_key"]) if "exclude_opt_key" in arguments else EXCLUDED
        return Before(
            tuple(dict.fromkeys(names)),
            self._texts(arguments.get("exclude")),
            key if isinstance(key, str) else EXCLUDED,
            authenticates=True,
        )

    def _texts(self, given: Answer | None) -> tuple[str, ...]:
        """One pattern or a list of them, as far as they are known."""
        if given is None or (isinstance(given, Bound) and given.value == Constant(None)):
            return ()
        items, _ = self.reader.elements(given)
        found = [self.reader.constant(each) for each in (items or [given])]
        return tuple(each for each in found if isinstance(each, str) and each)

    # letting pass

    def lets_pass(self, before: Before, path: str, opt: dict[str, object]) -> bool:
        """It does not look at this path, or at a handler with these options."""
        if before.opt_key and opt.get(before.opt_key):
            return True
        return bool(before.patterns) and excluded(path, list(before.patterns))
