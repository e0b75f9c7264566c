"""A schema, or the call that serves one, in; what bounds the queries of clients, and whether they may ask for the schema, out."""

from __future__ import annotations

from msgspec import Struct

from readiness.libraries.evaluation.things import Answer, Bound, Kind, Made, Outside, Routine
from readiness.libraries.graphql.found import FoundSchema
from readiness.libraries.graphql.reading import Reading
from readiness.libraries.graphql.vocabulary import HARMLESS, LIMITS, NO_INTROSPECTION
from readiness.libraries.values.expressions import tail
from readiness.model.summary import Constant, Opaque

HOLDING = ("extensions", "validation_rules", "middleware")
"""Arguments that can hold what bounds a query."""
HOLDERS = frozenset({"AddValidationRules"})
"""Extensions that hold rules."""
HOOKS = frozenset(
    {
        "on_operation", "on_validate", "on_parse", "on_execute", "on_request_start", "on_validation_start",
        "on_parsing_start", "on_executing_start", "request_started", "enter", "enter_document", "enter_field",
        "enter_operation_definition", "__call__", "resolve",
    }
)  # fmt: skip
"""Methods of extensions and rules that run before a query is answered."""
DEPTH = 4


class Read(Struct, frozen=True):
    """What was read of the arguments."""

    limits: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    """What could not be read, or is the project's own."""
    introspection: bool | None = True
    """False where it is switched off for good, None where something decides."""


class Limits:
    """Reads what bounds queries. One for a scan."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.reader = reading.reader

    def of_schema(self, schema: FoundSchema) -> Read:
        """What the call says that makes a schema: of several activations, what bounds all of them."""
        reads = [self.of(each) for each in (schema.arguments, *schema.others)]
        limits = [each for each in reads[0].limits if all(each in other.limits for other in reads)]
        unread = dict.fromkeys(name for each in reads for name in each.open)
        shown = {each.introspection for each in reads}
        return Read(tuple(limits), tuple(unread), shown.pop() if len(shown) == 1 else None)

    def of(self, arguments: dict[str, Answer]) -> Read:
        """What the arguments of a schema or of a view say."""
        limits: dict[str, None] = {}
        unread: dict[str, None] = {}
        closed: list[bool] = []
        for name in HOLDING:
            if name in arguments:
                self._gather(arguments[name], name, limits, unread, closed, 0)
        given = arguments.get("introspection")
        if given is not None:
            value = self.reader.constant(given)
            closed.append(value is False)
            if value is None:
                return Read(tuple(limits), tuple(unread), None)
        if any(closed):
            return Read(tuple(limits), tuple(unread), False)
        return Read(tuple(limits), tuple(unread), None if unread else True)

    def _gather(
        self,
        answer: Answer,
        name: str,
        limits: dict[str, None],
        unread: dict[str, None],
        closed: list[bool],
        depth: int,
    ) -> None:
        """The elements of a list: classes, objects, lambdas and functions that make them."""
        items, complete = self.reader.elements(answer)
        if not items:
            things = self.reader.follow(answer)
            empty = any(isinstance(each, Bound) and each.value == Constant(None) for each in things)
            if not empty and not complete:
                self._one(answer, name, limits, unread, closed, depth)
            return
        for item in items:
            self._one(item, name, limits, unread, closed, depth)
        if not complete:
            unread[name] = None

    def _one(
        self,
        item: Answer,
        name: str,
        limits: dict[str, None],
        unread: dict[str, None],
        closed: list[bool],
        depth: int,
    ) -> None:
        if isinstance(item, Bound) and item.value == Opaque("Lambda"):
            self._lambda(item, name, limits, unread)
            return
        found = False
        for thing in self.reader.things(item):
            found = True
            last, own = self._named(thing)
            if last in LIMITS:
                limits[last] = None
            elif last in NO_INTROSPECTION:
                closed.append(True)
            elif last in HOLDERS and isinstance(thing, Made) and depth < DEPTH:
                for given in self.reading.positional(thing):
                    self._gather(given, last, limits, unread, closed, depth + 1)
            elif last not in HARMLESS and not own:
                unread[last or name] = None
            elif own and self._may_bound(thing):
                unread[own.rpartition("::")[2]] = None
        if not found:
            unread[name] = None

    def _lambda(self, item: Bound, name: str, limits: dict[str, None], unread: dict[str, None]) -> None:
        """`lambda: QueryDepthLimiter(max_depth=10)`: a summary keeps its calls among those of the function around it."""
        found = False
        for index, call in enumerate(self.reader.summary(item.path).calls):
            if call.scope == item.scope:
                last = self.reading.project.callee(item.path, index).name.rpartition(".")[2]
                found |= last in LIMITS or last in HARMLESS
                if last in LIMITS:
                    limits[last] = None
        if not found:
            unread[name] = None

    def _may_bound(self, thing: object) -> bool:
        """The project's own extension has a hook in which it could refuse a query; one that is derived from a harmless one, or that
        only shapes answers, has none."""
        what = thing.maker if isinstance(thing, Made) else thing
        if not isinstance(what, Kind):
            return True
        if any(each.rpartition(".")[2] in HARMLESS for each in self.reading.members.outside(what)):
            return False
        methods = [each.routine for each in self.reading.members.of(what).values() if each.routine is not None]
        hooked = any(self.reader.function(each).name in HOOKS for each in methods)
        return hooked and any(self._refuses(each) for each in methods)

    def _refuses(self, method: Routine) -> bool:
        """It raises, reports an error, or sets the rules by which queries are checked."""
        summary = self.reader.summary(method.path)
        return (
            any(each.scope == method.index for each in summary.raises)
            or any(each.scope == method.index and tail(each.callee) == "report_error" for each in summary.calls)
            or any(
                each.scope == method.index and each.target.endswith("validation_rules") for each in summary.assignments
            )
        )

    def _named(self, thing: object) -> tuple[str, str]:
        """The last name of what an element is made from, and its symbol where it is the project's own."""
        what = thing.maker if isinstance(thing, Made) else thing
        if isinstance(what, Outside):
            return what.last, ""
        if isinstance(what, Kind):
            outside = [each.rpartition(".")[2] for each in self.reading.members.outside(what)]
            known = next((each for each in outside if each in LIMITS or each in NO_INTROSPECTION), "")
            return known, self.reader.symbol_of(what).name
        return "", self.reader.symbol_of(what).name if isinstance(what, Routine) else ""
