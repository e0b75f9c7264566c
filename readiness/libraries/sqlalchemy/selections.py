"""What a statement selects and what limits it, and how several ways of selecting become one answer."""

from enum import StrEnum

import msgspec
from msgspec import Struct

from readiness.libraries.frames import Place
from readiness.libraries.limits import Limit, LimitKind
from readiness.model import Bound


class Form(StrEnum):
    """What an expression gives."""

    STATEMENT = "statement"
    RESULT = "result"
    ROWS = "rows"
    ONE = "one"
    """One row, one value, or nothing."""


class Selection(Struct, frozen=True):
    """One way in which an expression selects rows."""

    form: Form
    model: str = ""
    model_place: Place | None = None
    bound: Bound = Bound.UNBOUNDED
    how: str = "no limit"
    limit: Limit | None = None
    conditional: bool = False
    """The limit stands under a condition."""
    parent: Place | None = None
    """The value that names the parent, for `BY_PARENT`."""
    exact: bool = True
    at: Place | None = None
    """The call that limits or narrows it, else the one that makes it."""

    @property
    def bounded(self) -> bool:
        """Some limit holds."""
        return self.bound is Bound.BOUNDED


def joined(selections: list[Selection]) -> Selection | None:
    """One answer for all ways: the least bounded, where a limit that the client may leave out counts as one."""
    rows = [each for each in selections if each.form is not Form.ONE]
    if not rows:
        return None
    optional = [
        each
        for each in rows
        if each.bounded
        and each.limit is not None
        and each.conditional
        and (each.limit.given or each.limit.kind is LimitKind.CLIENT)
    ]
    if optional:
        return optional[0]
    half = any(each.bounded and each.conditional for each in rows)
    for bound in (Bound.UNBOUNDED, Bound.UNKNOWN, Bound.BY_PARENT, Bound.BOUNDED):
        found = next((each for each in rows if each.bound is bound), None)
        if found is None:
            continue
        if bound is Bound.UNBOUNDED and half:
            return msgspec.structs.replace(
                found, bound=Bound.UNKNOWN, how="limited only under a condition", exact=False
            )
        return found
    return rows[0]


def at(place: Place, before: Selection, after: Selection) -> Selection:
    """The selection with the place that changed its bound."""
    return after if after.how == before.how else msgspec.structs.replace(after, at=place)


def unknown(place: Place) -> Selection:
    """A statement that certainly is one, of which nothing more is known."""
    return Selection(
        Form.STATEMENT, bound=Bound.UNKNOWN, how="a statement that could not be followed", exact=False, at=place
    )


def formed(selection: Selection, form: Form) -> Selection:
    """The selection in another form."""
    return msgspec.structs.replace(selection, form=form)


def bounded(selection: Selection, how: str) -> Selection:
    """The selection with a limit that holds; one that it had before stays."""
    return selection if selection.bounded else msgspec.structs.replace(selection, bound=Bound.BOUNDED, how=how)


def limited(selection: Selection, limit: Limit, how: str) -> Selection:
    """A statement with a limit; one that asks for all rows limits nothing."""
    if limit.kind is LimitKind.ALL:
        if selection.bounded:
            return selection
        return msgspec.structs.replace(selection, how=f"{how} asks for all rows", limit=limit)
    exact = selection.exact and limit.kind is not LimitKind.UNKNOWN
    return msgspec.structs.replace(selection, bound=Bound.BOUNDED, how=how, limit=limit, exact=exact)


def distinct(selections: list[Selection]) -> list[Selection]:
    """Without those that say the same."""
    seen: set[tuple[object, ...]] = set()
    result = []
    for each in selections:
        key = (each.form, each.model, each.bound, each.how, each.conditional)
        if key not in seen:
            seen.add(key)
            result.append(each)
    return result
