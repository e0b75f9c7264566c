"""A step of a query set, or its manager, in; which relations' rows come with the rows, and what the manager does to their order,
out."""

from msgspec.structs import replace

from readiness.libraries.django_orm.models import Models
from readiness.libraries.sqlalchemy.selections import UNREAD, Selection
from readiness.libraries.values.expressions import keyword, receiver, tail
from readiness.model import Bound, Symbol, SymbolKind
from readiness.model.summary import Call, CallRef, Constant, Summary, Value

ANYTHING = "*"
"""Stands for relations that could not be read."""
LOADERS = frozenset({"select_related", "prefetch_related"})
NO_OBJECTS = frozenset({"values", "values_list", "dates", "datetimes", "raw", "select_subclasses"})
"""Methods after which the rows are no plain objects of the model."""


def loading(summary: Summary, call: Call, name: str, before: Selection) -> Selection:
    """The selection after `select_related("customer")`, `prefetch_related("lines__product")` and methods that give no objects."""
    if name in NO_OBJECTS:
        return replace(before, loads=(ANYTHING,))
    if name not in LOADERS:
        return before
    if call.arguments == (Constant(None),):
        return replace(before, loads=())
    # Without arguments `select_related()` follows every foreign key that is not null.
    found = tuple(_relation(summary, each) for each in call.arguments) or (ANYTHING,)
    return replace(before, loads=tuple(dict.fromkeys((*before.loads, *found))))


def _relation(summary: Summary, value: Value) -> str:
    if isinstance(value, CallRef):
        call = summary.calls[value.index]
        if tail(call.callee) == "Prefetch":
            given = call.arguments[0] if call.arguments else keyword(call, "lookup")
            return _relation(summary, given) if isinstance(given, Constant) else ANYTHING
    return value.value if isinstance(value, Constant) and isinstance(value.value, str) else ANYTHING


def grouped(summary: Summary, call: Call, name: str, before: Selection) -> Selection:
    """`.values("day").annotate(n=Count("id"))` and `.values_list("city").distinct()` give a row for each group."""
    if name == "distinct" and before.bound is Bound.UNBOUNDED and ANYTHING in before.loads and not call.arguments:
        # `values_list("city")` stands somewhere before it.
        return replace(before, bound=Bound.UNKNOWN, how="one row for each group", exact=False)
    origin = receiver(call.callee)
    behind = summary.calls[origin.index] if isinstance(origin, CallRef) else None
    if (
        before.bound is Bound.UNBOUNDED
        and name in ("annotate", "distinct")
        and behind is not None
        and tail(behind.callee) in ("values", "values_list")
        and behind.arguments
    ):
        return replace(before, bound=Bound.UNKNOWN, how="one row for each group", exact=False)
    return before


def loads(selection: Selection, relation: str) -> bool:
    """The rows of a relation come with those of the selection, or may."""
    return any(each == ANYTHING or each.partition("__")[0] == relation for each in selection.loads)


class Managers:
    """What the managers of one project's models do to every query set that they make."""

    def __init__(self, models: Models) -> None:
        self.models = models
        self.project = models.project
        self._known: dict[str, frozenset[str] | None] = {}

    def made(self, model: Symbol, name: str, selection: Selection) -> Selection:
        """The rows of a model as the manager of that name gives them."""
        if selection.ordered is None and self.models.may_inherit(model):
            selection = replace(selection, ordered=UNREAD)
        classes = self.models.manager_classes(model, name)
        if classes is None:
            # Its manager may be one of a base that is not seen.
            return replace(selection, loads=(ANYTHING,)) if self.models.may_inherit(model) else selection
        for each in classes:
            methods = self._methods(each)
            if methods is None or not methods.isdisjoint(LOADERS):
                selection = replace(selection, loads=(ANYTHING,))
            if methods is None or "order_by" in methods:
                selection = replace(selection, ordered=UNREAD)
        return selection

    def _methods(self, manager: Symbol) -> frozenset[str] | None:
        """What `get_queryset()` of a manager calls; None where that is not in the project."""
        if manager.name not in self._known:
            self._known[manager.name] = self._read(manager)
        return self._known[manager.name]

    def _read(self, manager: Symbol) -> frozenset[str] | None:
        above = self.project.ancestors(manager)
        if any(each.kind is not SymbolKind.CLASS and not each.name.startswith(("django.", "object")) for each in above):
            return None
        method = self.project.member(manager, "get_queryset")
        summary = self.project.summary(method.path) if method.kind is SymbolKind.FUNCTION else None
        if summary is None:
            return frozenset()
        return frozenset(tail(summary.calls[index].callee) for index in self.project.calls_in(method))
