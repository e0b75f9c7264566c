"""What a statement selects and what limits it, and how several ways of selecting become one answer."""

from enum import StrEnum

import msgspec
from msgspec import Struct

from readiness.libraries.values.frames import Place
from readiness.libraries.values.limits import Limit, LimitKind
from readiness.model import Bound


class Form(StrEnum):
    """What an expression gives."""

    STATEMENT = "statement"
    RESULT = "result"
    ROWS = "rows"
    ONE = "one"
    """One row, one value, or nothing."""


class Ordered(Struct, frozen=True):
    """By what a statement is ordered."""

    columns: tuple[str, ...]
    """As written; empty where something that could not be followed may order it."""
    unique: bool = False
    """One of them names one row, so that no two rows tie."""
    exact: bool = True
    """All of them could be read."""


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
    ordered: Ordered | None = None
    """None where nothing orders it."""
    compared: str = ""
    """A column that equals something given; how many rows share a value of it is not known."""
    offset: bool = False
    """It begins somewhere in the rows: one page of several."""
    pager: Struct | None = None
    """What cuts the pages where that is no call: what the library that knows it says of it."""
    loads: tuple[str, ...] = ()
    """Relations whose rows come with these, and `*` where that could not be followed."""

    @property
    def bounded(self) -> bool:
        """Some limit holds."""
        return self.bound is Bound.BOUNDED


UNREAD = Ordered((), exact=False)


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
        Form.STATEMENT,
        bound=Bound.UNKNOWN,
        how="a statement that could not be followed",
        exact=False,
        at=place,
        ordered=UNREAD,
    )


def shortened(place: Place, selections: list[Selection], most: int) -> list[Selection]:
    """The selections, or the first of them with one of unknown rows that stands for the rest."""
    if len(selections) <= most:
        return selections
    rest = next((each.form for each in selections[most:] if each.form is not Form.ONE), None)
    if rest is None:
        return selections[:most]
    return [*selections[:most], msgspec.structs.replace(unknown(place), form=rest, how="more ways than are followed")]


def formed(selection: Selection, form: Form) -> Selection:
    """The selection in another form."""
    return msgspec.structs.replace(selection, form=form)


def bounded(selection: Selection, how: str) -> Selection:
    """The selection with a limit that holds; one that it had before stays."""
    return selection if selection.bounded else msgspec.structs.replace(selection, bound=Bound.BOUNDED, how=how)


def portioned(selection: Selection) -> Selection:
    """The selection as one of several that a generator reads one after another."""
    if selection.bound is not Bound.UNBOUNDED or selection.form is Form.ONE:
        return selection
    how = "a generator reads it, maybe in portions"
    return msgspec.structs.replace(selection, bound=Bound.UNKNOWN, how=how, exact=False)


def limited(selection: Selection, limit: Limit, how: str) -> Selection:
    """A statement with a limit; one that asks for all rows limits nothing."""
    if limit.kind is LimitKind.ALL:
        if selection.bounded:
            return selection
        return msgspec.structs.replace(selection, how=f"{how} asks for all rows", limit=limit)
    exact = selection.exact and limit.kind is not LimitKind.UNKNOWN
    return msgspec.structs.replace(selection, bound=Bound.BOUNDED, how=how, limit=limit, exact=exact)


def ordered(selection: Selection, more: Ordered) -> Selection:
    """The selection with more to order it by."""
    before = selection.ordered
    if before is not None:
        more = Ordered(before.columns + more.columns, before.unique or more.unique, before.exact and more.exact)
    return msgspec.structs.replace(selection, ordered=more)


def paged(selection: Selection) -> Selection:
    """The selection as one page of several."""
    return selection if selection.offset else msgspec.structs.replace(selection, offset=True)


def distinct(selections: list[Selection]) -> list[Selection]:
    """Without those that say the same."""
    seen: set[tuple[object, ...]] = set()
    result = []
    for each in selections:
        key = (
            each.form, each.model, each.bound, each.how, each.conditional, each.ordered, each.offset, each.compared,
            each.loads,
        )  # fmt: skip
        if key not in seen:
            seen.add(key)
            result.append(each)
    return result
