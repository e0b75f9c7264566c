"""A method of a statement, a query or a result in, what the selection is after it out."""

import msgspec

from readiness.libraries.sql.narrowing import Condition, Narrowing
from readiness.libraries.sqlalchemy.making import Making
from readiness.libraries.sqlalchemy.pages import Pages
from readiness.libraries.sqlalchemy.reading import Reading
from readiness.libraries.sqlalchemy.selections import Form, Selection, bounded, formed, limited, ordered, paged
from readiness.libraries.sqlalchemy.vocabulary import COMBINES, LIMITS, ONE, PAGES, RESULT_STEPS, ROWS
from readiness.libraries.values.expressions import tail
from readiness.libraries.values.frames import Place
from readiness.model import Bound
from readiness.model.summary import Call, Constant


class Steps:
    """Goes on from what stands before a method."""

    def __init__(self, reading: Reading, making: Making, pages: Pages) -> None:
        self.reading = reading
        self.following = reading.following
        self.limits = reading.limits
        self.columns = reading.columns
        self.making = making
        self.pages = pages

    def after(self, place: Place, call: Call, name: str, before: Selection, steps: int) -> list[Selection]:
        """What a method makes of a statement, a query or a result."""
        if before.form is Form.ONE:
            return []
        if name in PAGES:
            return [self.pages.page(place, call, before)]
        if name in ROWS:
            return [formed(before, Form.ROWS)]
        if before.form is Form.ROWS:
            return []
        if name == "fetchmany":
            return [bounded(formed(before, Form.ROWS), ".fetchmany(...)")]
        if name == "yield_per":
            return [bounded(before, "read in portions (yield_per)")]
        if name in ONE and not (before.form is Form.STATEMENT and name in ("delete", "update")):
            return [formed(before, Form.ONE)]
        if before.form is Form.RESULT:
            return [before] if name in RESULT_STEPS else []
        return self._narrowed(place, call, name, before, steps)

    def _narrowed(self, place: Place, call: Call, name: str, before: Selection, steps: int) -> list[Selection]:
        if name in LIMITS and call.arguments:
            limit = self.limits.of(self.following.inside(place, call.arguments[0]))
            return [limited(before, limit, f".{name}({limit.text})")]
        if name == "slice":
            return [paged(bounded(before, ".slice(...)"))]
        if name == "offset":
            return [paged(before)]
        if name == "order_by" and call.arguments:
            return [self._ordered(place, call, before)]
        if name == "execution_options" and any(keyword == "yield_per" for keyword, _ in call.keywords):
            return [bounded(before, "read in portions (yield_per)")]
        if name in ("with_only_columns", "with_entities") and call.arguments:
            if all(self.making.aggregates(place, each) for each in call.arguments):
                return [bounded(before, "aggregates only")]
            return [before]
        if name in ("where", "filter"):
            return [self._filtered(place, before, self.columns.where(place, call.arguments))]
        if name == "filter_by":
            return [self._filtered(place, before, self.columns.filter_by(place, before.model_place, call.keywords))]
        if name == "with_parent" and call.arguments and not before.bounded:
            parent = self.following.inside(place, call.arguments[0])
            how = f"rows of one {tail(call.arguments[0]) or 'parent'}"
            return [msgspec.structs.replace(before, bound=Bound.BY_PARENT, how=how, parent=parent)]
        if name == "distinct" and before.bound is Bound.UNBOUNDED and "." in before.model:
            return [self._of_values(before, before.model)]
        if name == "group_by" and before.bound is Bound.UNBOUNDED:
            return [msgspec.structs.replace(before, bound=Bound.UNKNOWN, how="one row for each group", exact=False)]
        if name in COMBINES:
            others = [
                each
                for value in call.arguments
                for each in self.reading.read(self.following.inside(place, value), steps)
            ]
            return [before, *others]
        return [before]

    def _ordered(self, place: Place, call: Call, before: Selection) -> Selection:
        """The statement in the order of a call; `order_by(None)` takes every order away."""
        if call.arguments[0] in (Constant(None), Constant(False)):
            return msgspec.structs.replace(before, ordered=None)
        return ordered(before, self.columns.order(place, before.model_place, call.arguments))

    @staticmethod
    def _of_values(before: Selection, column: str) -> Selection:
        """One row for each value of a column."""
        return msgspec.structs.replace(
            before, bound=Bound.UNKNOWN, how=f"one row for each value of {column}", exact=False
        )

    def _filtered(self, place: Place, before: Selection, condition: Condition) -> Selection:
        exact = before.exact and condition.exact
        if before.bounded:
            return before
        if condition.narrowing is Narrowing.NONE:
            return msgspec.structs.replace(before, exact=exact, compared=before.compared or condition.compared)
        if condition.narrowing is Narrowing.UNIQUE:
            how = f"selected by {condition.column}"
            return msgspec.structs.replace(before, bound=Bound.BOUNDED, how=how, exact=exact)
        how = f"rows of one {condition.column.rpartition('.')[2].removesuffix('_id')}"
        return msgspec.structs.replace(before, bound=Bound.BY_PARENT, how=how, parent=condition.value, exact=exact)
