"""The class behind a route in, what its bases and its own way in do with a caller who presents nothing out."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.access.arguments import Arguments
from readiness.libraries.access.carriers import Asked
from readiness.libraries.access.exits import Refused, Role, Spent
from readiness.libraries.access.rulings import Ruling, Rulings, Verdict
from readiness.libraries.access.values import Code, Guarded, Handler, Instance, Outside, Type, known, of
from readiness.libraries.access.vocabulary import demand_of, last_of, package_of
from readiness.model import Project, Symbol, SymbolKind

ENTRIES: dict[str, Role] = {
    "dispatch": Role.WRAPPER,
    "dispatch_request": Role.WRAPPER,
    "setup": Role.VALUE,
    "initial": Role.VALUE,
    "prepare": Role.HOOK,
    "check_permissions": Role.VALUE,
    "perform_authentication": Role.VALUE,
}
"""Methods through which a request comes to a view."""
HOOKED = frozenset({"flask_rest_jsonapi", "flask_combo_jsonapi", "combojsonapi"})
"""Packages whose resources call `before_get`, `before_post`, ... before they answer (Flask-REST-JSONAPI 0.31)."""
TESTED = "UserPassesTestMixin"
TEST = "test_func"


class ViewGuards:
    """Judges the classes of views. One for a project."""

    def __init__(self, rulings: Rulings) -> None:
        self.rulings = rulings
        self.project: Project = rulings.project
        self._bases: dict[str, tuple[Ruling, ...]] = {}

    def of(self, view: Symbol, handler: str, asked: Asked) -> Iterator[Ruling]:
        """Everything that asks, bases first."""
        yield from self._mixins(view, asked)
        owner = of(Instance(view, {"action": known(last_of(handler)), "get_response": of(Handler())}, {}))
        for name, role in (*ENTRIES.items(), *self._hooks(view, asked)):
            member = self.project.member(view, name)
            if member.kind is not SymbolKind.FUNCTION or not member.path or member.name == handler:
                continue
            for named, value in self.rulings.decorators_of(member.path, member.index):
                ruling = self.rulings.of_value(value, named, asked, decorator=True, hook=False)
                if ruling.verdict is not Verdict.PASSES:
                    yield ruling
            ruling = self.rulings.of_member(owner, name, role, asked)
            if ruling.verdict in (Verdict.REFUSES, Verdict.DEPENDS):
                yield Ruling(ruling.verdict, member.name, ruling.role, ruling.span)
        yield from self._as_view(view, asked)

    def _hooks(self, view: Symbol, asked: Asked) -> list[tuple[str, Role]]:
        """Methods that the library of a resource calls before the one that answers."""
        hooked = any(
            each.kind is SymbolKind.EXTERNAL and package_of(each.name) in HOOKED
            for each in self.rulings.evaluation.members.ancestors(view)
        )
        return [(f"before_{asked.method.lower()}", Role.VALUE)] if hooked and asked.method else []

    def _mixins(self, view: Symbol, asked: Asked) -> Iterator[Ruling]:
        """`LoginRequiredMixin` and its kin among the bases."""
        for each in self.rulings.evaluation.members.ancestors(view):
            if each.kind is not SymbolKind.EXTERNAL or demand_of(each.name) is None:
                continue
            if last_of(each.name) == TESTED:
                yield self._tested(view, each.name, asked)
            else:
                ruling = self.rulings.library(Outside(each.name), asked)
                if ruling.verdict is not Verdict.PASSES:
                    yield ruling

    def _tested(self, view: Symbol, name: str, asked: Asked) -> Ruling:
        """`UserPassesTestMixin` asks `test_func`."""
        member = self.project.member(view, TEST)
        if member.kind is not SymbolKind.FUNCTION or not member.path:
            return Ruling(Verdict.REFUSES, name, role=True)
        ruling = self.rulings.of_member(of(Instance(view, {}, {})), TEST, Role.PREDICATE, asked)
        return Ruling(ruling.verdict, member.name, True, ruling.span)

    def _as_view(self, view: Symbol, asked: Asked) -> Iterator[Ruling]:
        """`as_view` of the project's own: `return login_required(super().as_view(**kwargs))`."""
        member = self.project.member(view, "as_view")
        if member.kind is not SymbolKind.FUNCTION or not member.path:
            return
        evaluation = self.rulings.evaluation
        evaluation.ask(asked)
        try:
            code = Code(member.path, member.index, None, {}, of(Type(view, {})))
            thing = evaluation.run(code, Arguments([], {}), Role.VALUE).value.thing
        except (Refused, Spent):
            return
        if isinstance(thing, Guarded):
            yield Ruling(Verdict.REFUSES, member.name, span=self.rulings.span_of(code))
