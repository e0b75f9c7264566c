"""Handlers of protected routes in, the objects that they load by an id of the client out, and whether who is calling has a say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from msgspec import Struct

from readiness.languages.python.names import dotted, last_name
from readiness.languages.python.walking import children, walk
from readiness.libraries.access.arguments import Arguments
from readiness.libraries.access.carriers import Asked
from readiness.libraries.access.deciding import Deciding
from readiness.libraries.access.exits import Refused, Role, Spent, State
from readiness.libraries.access.expressions import Expressions, Place
from readiness.libraries.access.flows import Flow
from readiness.libraries.access.values import Carrier, Code, Seen
from readiness.model import AccessKind, ObjectLookup, Project, RouteAccess, Span, Symbol, SymbolKind
from readiness.model.summary import Class, Function

LOADING = frozenset(
    {
        "get",
        "aget",
        "filter",
        "afilter",
        "get_or_404",
        "first_or_404",
        "filter_by",
        "get_or_none",
        "where",
        "find_one",
        "get_by_id",
    }
)
"""Methods that load an object, or narrow the query that does."""
GIVEN_CLASS = frozenset({"get_object_or_404", "aget_object_or_404", "get", "get_one", "select", "query"})
"""Functions and methods whose first argument is the class."""
CHECKS = frozenset(
    {"check_object_permissions", "has_object_permission", "has_perm", "has_permission", "authorize", "is_authorized"}
)
MODELS = frozenset(
    {
        "django",
        "sqlalchemy",
        "flask_sqlalchemy",
        "sqlmodel",
        "tortoise",
        "peewee",
        "mongoengine",
        "beanie",
        "odmantic",
        "pony",
    }
)
"""Packages of the bases of models."""
PEOPLE = frozenset({"user", "current_user", "auser", "auth"})
STATEMENTS = 400
"""Larger handlers are not looked into."""


class Handled(Struct, frozen=True, eq=False):
    """One handler that is looked into."""

    access: RouteAccess
    path: str
    index: int
    node: ast.FunctionDef | ast.AsyncFunctionDef
    ids: frozenset[str]
    """Parameters in which the client names an object."""
    people: set[str]
    """Names that are bound to who is calling, or to what was made of it."""


class Objects:
    """Looks for lookups. One for a project."""

    def __init__(self, project: Project, deciding: Deciding) -> None:
        self.project = project
        self.evaluation = deciding.rulings.evaluation
        self._models: dict[str, bool] = {}
        self._texts: dict[str, str] = {}
        self._people: dict[tuple[str, int, str], bool] = {}

    def of(self, access: RouteAccess) -> Iterator[ObjectLookup]:
        """The object that one handler loads."""
        handled = self._handled(access)
        if handled is None:
            return
        guarded = self._guarded_by_path(access)
        found_here: list[ObjectLookup] = []
        for statement in walk(handled.node):
            if isinstance(statement, ast.Assign | ast.AnnAssign | ast.NamedExpr) and statement.value is not None:
                targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
                if self._asks(handled, statement.value):
                    handled.people.update(each.id for each in targets if isinstance(each, ast.Name))
        for node, name, parts in self._loads(handled):
            found = self._lookup(handled, parts)
            if found is None:
                continue
            found_here.append(
                ObjectLookup(
                    span=Span(handled.path, node.lineno, node.col_offset + 1),
                    symbol=access.symbol,
                    scope=access.scope,
                    resolution=access.resolution,
                    route=access.route,
                    model=found,
                    scoped=self._asks(handled, *parts),
                    checked=guarded or (bool(name) and self._checked(handled, name)),
                    guards=access.by,
                )
            )
        # One site for a handler: the lookup that asks, else the last one, which is what the address names.
        yield from sorted(found_here, key=lambda each: (each.scoped or each.checked, each.span.line))[-1:]

    def _guarded_by_path(self, access: RouteAccess) -> bool:
        """A guard of the project reads the parameters of the path: it decides about the very object, or what that belongs to."""
        names = {each.name for each in access.route.parameters if each.source == "path"}
        return any(self._reads_path(each, names) for each in access.by if each != access.route.handler)

    def _reads_path(self, guard: str, names: set[str]) -> bool:
        place = self.project.find(guard)
        summary = self.project.summary(place[0]) if place is not None else None
        if place is None or summary is None:
            return False
        first, last = summary.definitions[place[1]].line, summary.definitions[place[1]].end_line
        if guard not in self._texts:
            text = self.project.text(place[0]) or ""
            self._texts[guard] = "\n".join(text.split("\n")[first - 1 : last])
        found = self._texts[guard]
        if re.search(r"\bkwargs\s*(\[|\.get)|\bview_args\b|\bpath_params\b|\bmatch_info\b", found):
            return True
        return any(re.search(rf"\b{re.escape(each)}\b", found) for each in names if len(each) > 2)

    def _handled(self, access: RouteAccess) -> Handled | None:
        place = self.project.find(access.route.handler)
        ids = frozenset(each.name for each in access.route.parameters if each.source == "path")
        summary = self.project.summary(place[0]) if place is not None else None
        if access.kind is not AccessKind.PROTECTED or place is None or summary is None or not ids:
            return None
        definition = summary.definitions[place[1]]
        if not isinstance(definition, Function) or definition.end_line - definition.line > STATEMENTS:
            return None
        if not any(self._may_load(summary.calls[index].callee) for index in self._calls(place)):
            return None
        node = self.evaluation.node_of(Code(place[0], place[1], None, {}))
        if node is None:
            return None
        people = {each.arg for each in (*node.args.args, *node.args.kwonlyargs) if self._injects(node, each, place)}
        return Handled(access, place[0], place[1], node, ids | {"pk"}, people)

    def _calls(self, place: tuple[str, int]) -> list[int]:
        symbol = Symbol(SymbolKind.FUNCTION, self.project.symbol(*place), *place)
        return list(self.project.calls_in(symbol))

    @staticmethod
    def _may_load(callee: object) -> bool:
        from readiness.libraries.values.expressions import tail

        return tail(callee) in LOADING | GIVEN_CLASS  # type: ignore[arg-type]

    def _injects(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, parameter: ast.arg, place: tuple[str, int]
    ) -> bool:
        """A parameter that a guard fills: `user = Depends(get_current_user)`."""
        defaults = dict(
            zip(reversed([each.arg for each in node.args.args]), reversed(node.args.defaults), strict=False)
        )
        defaults |= {
            each.arg: given
            for each, given in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
            if given is not None
        }
        flow = Flow(Role.VALUE, _nothing, _no_types)
        expressions = Expressions(self.evaluation, Place(*place, 0), flow)
        flow.evaluate = expressions.of
        self.evaluation.ask(Asked())
        try:
            found = self.evaluation.parameters.unbound(parameter, defaults.get(parameter.arg), expressions)
        except Refused as refused:
            return refused.exit.asks
        except Spent:
            return False
        return found.identity

    # who is calling

    def _asks(self, handled: Handled, *parts: ast.AST) -> bool:
        """The expression, given whole or in its parts, holds who is calling."""
        for each in parts if len(parts) != 1 else walk(parts[0]):
            if isinstance(each, ast.Name):
                if each.id in handled.people or self._is_person(handled, each.id, each.lineno):
                    return True
            elif isinstance(each, ast.Attribute):
                if each.attr in PEOPLE and self._of_request(each.value):
                    return True
            elif isinstance(each, ast.Call) and not each.args and self._gives_person(handled, each):
                return True
        return False

    @staticmethod
    def _of_request(node: ast.expr) -> bool:
        return (isinstance(node, ast.Name) and node.id in ("request", "req", "info", "g")) or (
            isinstance(node, ast.Attribute) and node.attr in ("request", "context", "state", "ctx")
        )

    def _is_person(self, handled: Handled, name: str, line: int) -> bool:
        key = (handled.path, handled.index, name)
        if key not in self._people:
            symbol = self.project.resolve(handled.path, name, handled.index, line)
            thing = self.evaluation.names.outside(symbol.name).thing if symbol.kind is SymbolKind.EXTERNAL else None
            self._people[key] = isinstance(thing, Carrier) and thing.kind in ("user", "session")
        return self._people[key]

    def _gives_person(self, handled: Handled, call: ast.Call) -> bool:
        """A call that gives who is calling: `get_jwt_identity()`, `current_account()`."""
        name = dotted(call.func)
        if not name:
            return False
        key = (handled.path, handled.index, f"{name}()")
        if key not in self._people:
            self._people[key] = self._tells(handled, name, call)
        return self._people[key]

    def _tells(self, handled: Handled, dotted: str, call: ast.Call) -> bool:
        symbol = self.project.resolve(handled.path, dotted, handled.index, call.lineno)
        if symbol.kind is SymbolKind.EXTERNAL:
            found = self.evaluation.calls.given_for(symbol.name)
            return found is not None
        if symbol.kind is not SymbolKind.FUNCTION or call.args or symbol.rest:
            return False
        self.evaluation.ask(Asked())
        try:
            outcome = self.evaluation.run(Code(symbol.path, symbol.index, None, {}), Arguments([], {}), Role.VALUE, 2)
        except (Refused, Spent):
            return False
        return outcome.value.identity or outcome.asks

    # loading

    def _loads(self, handled: Handled) -> Iterator[tuple[ast.Call, str, list[ast.AST]]]:
        """Whole chains of calls that an id of the client goes into, with the name that each is bound to and its parts."""
        bound: dict[int, str] = {}
        waiting: list[ast.AST] = list(reversed(handled.node.body))
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                value = node.value.value if isinstance(node.value, ast.Await) else node.value
                bound[id(value)] = node.targets[0].id
            if not isinstance(node, ast.Call):
                waiting.extend(reversed(list(children(node))))
                continue
            parts = list(walk(node))
            if any(isinstance(each, ast.Name) and each.id in handled.ids for each in parts) or _takes_key(
                parts, handled.ids
            ):
                yield node, bound.get(id(node), ""), parts

    def _lookup(self, handled: Handled, parts: list[ast.AST]) -> str | None:
        """The model that a chain of calls loads by an id of the client; None where it does nothing of the kind."""
        for each in parts:
            if not isinstance(each, ast.Call):
                continue
            name = (
                each.func.attr
                if isinstance(each.func, ast.Attribute)
                else each.func.id
                if isinstance(each.func, ast.Name)
                else ""
            )
            if name in GIVEN_CLASS and each.args:
                model = self._model(handled, each.args[0])
                if model:
                    return model
            if name in LOADING and isinstance(each.func, ast.Attribute):
                model = self._model(handled, each.func.value)
                if model:
                    return model
        return None

    def _model(self, handled: Handled, node: ast.expr) -> str:
        """The model at the root of `Order.objects`, `Order.query`, `Order`."""
        while isinstance(node, ast.Attribute | ast.Call):
            if isinstance(node, ast.Attribute):
                direct = self.project.resolve(handled.path, ast.unparse(node), handled.index, node.lineno)
                if direct.kind is SymbolKind.CLASS and not direct.rest:
                    return direct.name if self._is_model(direct) else ""
            node = node.value if isinstance(node, ast.Attribute) else node.func
        if not isinstance(node, ast.Name):
            return ""
        symbol = self.project.resolve(handled.path, node.id, handled.index, node.lineno)
        return symbol.name if symbol.kind is SymbolKind.CLASS and self._is_model(symbol) else ""

    def _is_model(self, symbol: Symbol) -> bool:
        if symbol.name not in self._models:
            line = self.evaluation.members.ancestors(symbol)
            outside = {each.name.partition(".")[0] for each in line if each.kind is SymbolKind.EXTERNAL}
            summary = self.project.summary(symbol.path)
            own = summary is not None and isinstance(summary.definitions[symbol.index], Class)
            mapped = own and any(each.name.rpartition(".")[2] in ("Model", "Base", "db.Model") for each in line[1:])
            self._models[symbol.name] = bool(outside & MODELS) or mapped
        return self._models[symbol.name]

    # checking

    def _checked(self, handled: Handled, name: str) -> bool:
        """The object is looked at together with who is calling."""
        for node in walk(handled.node):
            if (
                isinstance(node, ast.If | ast.IfExp | ast.Assert)
                and _names(node.test, name)
                and self._asks(handled, node.test)
            ):
                return True
            if (
                isinstance(node, ast.Call)
                and any(_names(each, name) for each in (*node.args, *(one.value for one in node.keywords)))
                and (self._asks(handled, node) or self._checks(handled, node))
            ):
                return True
        return False

    def _checks(self, handled: Handled, call: ast.Call) -> bool:
        """A call that refuses by the object that it is given."""
        last = last_name(call.func)
        if last in CHECKS:
            return True
        if not isinstance(call.func, ast.Name | ast.Attribute):
            return False
        symbol = self.project.resolve(handled.path, ast.unparse(call.func), handled.index, call.lineno)
        if symbol.kind is not SymbolKind.FUNCTION or symbol.rest:
            return False
        self.evaluation.ask(Asked())
        try:
            outcome = self.evaluation.run(
                Code(symbol.path, symbol.index, None, {}), Arguments([Seen()] * len(call.args), {}), Role.VALUE, 1
            )
        except (Refused, Spent):
            return False
        return outcome.asks or outcome.value.identity


def _takes_key(parts: list[ast.AST], ids: frozenset[str]) -> bool:
    """`kwargs["pk"]`, `self.kwargs.get("pk")`."""
    for each in parts:
        if isinstance(each, ast.Subscript) and isinstance(each.slice, ast.Constant) and each.slice.value in ids:
            holder = each.value
            if (isinstance(holder, ast.Name) and holder.id == "kwargs") or (
                isinstance(holder, ast.Attribute) and holder.attr == "kwargs"
            ):
                return True
    return False


def _names(node: ast.AST, name: str) -> bool:
    return any(isinstance(each, ast.Name) and each.id == name for each in walk(node))


def _nothing(_node: ast.expr, _state: State) -> Seen:
    return Seen()


def _no_types(_node: ast.expr) -> tuple[str, ...]:
    return ()
