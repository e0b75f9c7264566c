"""The arguments of `order_by()`, or a model with its `Meta`, in; by what the rows are ordered out."""

from readiness.libraries.django_orm.models import Models
from readiness.libraries.sqlalchemy.selections import UNREAD, Ordered
from readiness.libraries.values.expressions import written
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Place
from readiness.model import Symbol, SymbolKind
from readiness.model.summary import Sequence, Value


class Orders:
    """Reads the orders of one project's query sets."""

    def __init__(self, following: Following, models: Models) -> None:
        self.following = following
        self.project = following.project
        self.models = models

    def given(self, place: Place, model: Symbol | None, values: tuple[Value, ...]) -> Ordered | None:
        """`order_by("name", "-id")`; None without arguments, which take away any order."""
        columns: list[str] = []
        unique, exact = False, True
        if model is not None and model.kind is not SymbolKind.CLASS:
            model = None
        unseen = model is None or self.models.may_inherit(model)
        summary = self.following.summary(place)
        for value in values:
            text = self.project.constant(place.frame.path, value, place.frame.scope, place.line)
            name = text.lstrip("-+") if isinstance(text, str) else ""
            columns.append(name or written(summary, value))
            field = self.models.field(model, name) if model is not None and name else None
            unique = unique or name in ("pk", "id") or (field is not None and field.unique)
            # A field that is not seen may be unique.
            exact = exact and bool(name) and (field is not None or not unseen)
        if not unique and model is not None:
            unique = any(each <= set(columns) for each in self.models.unique_together(model))
        return Ordered(tuple(columns), unique, exact) if columns else None

    def of_model(self, model: Symbol) -> Ordered | None:
        """`class Meta: ordering = [...]`; None where the model has none."""
        found = self.models.ordering(model)
        if found is None:
            return UNREAD if self.models.may_inherit(model) else None
        path, scope, line, value = found
        if not isinstance(value, Sequence):
            return UNREAD
        return self.given(Place(value, self.following.entry_frame(path, scope), line), model, value.items)
