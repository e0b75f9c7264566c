"""A call that cuts a page out of a statement in, the page with what limits it out.

Source: Flask-SQLAlchemy 3.1.1 and 2.5.1, `paginate`: inside a request `per_page` is read from the query string where the call
does not give it, and only `max_per_page` caps it; sqlalchemy-filters 0.13, fastapi-pagination 0.13.
"""

from readiness.libraries.sqlalchemy.reading import Reading
from readiness.libraries.sqlalchemy.selections import Form, Selection, at, bounded, formed, limited, paged
from readiness.libraries.sqlalchemy.vocabulary import LIMITED_HELPERS
from readiness.libraries.values.expressions import keyword, tail, written
from readiness.libraries.values.frames import Place
from readiness.libraries.values.limits import Limit, LimitKind
from readiness.model import Bound, SymbolKind
from readiness.model.summary import Call, Constant, Value

FLASK = ("flask_sqlalchemy", "flask_sqlalchemy_lite")
PER_PAGE = "per_page"
POSITION = 1
"""Of `per_page` in `query.paginate(page, per_page)`; 3.0 and later take keywords only."""
NOTHING = Constant(None)


class Pages:
    """Reads pages."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.following = reading.following
        self.limits = reading.limits

    def page(self, place: Place, call: Call, before: Selection) -> Selection:
        """One page of a statement that a `paginate` takes."""
        how = f".{tail(call.callee)}(...)"
        page = paged(bounded(formed(before, Form.ROWS), how))
        if before.bounded or not self._of_flask(place):
            return page
        limit = self._limit(place, call)
        return paged(formed(limited(before, limit, f".{tail(call.callee)}({limit.text})"), Form.ROWS))

    def _of_flask(self, place: Place) -> bool:
        symbol = self.following.callee(place)
        return symbol.kind is SymbolKind.EXTERNAL and symbol.name.partition(".")[0] in FLASK

    def _limit(self, place: Place, call: Call) -> Limit:
        """How many rows a page of Flask-SQLAlchemy can hold."""
        summary = self.following.summary(place)
        most = keyword(call, "max_per_page")
        if most is not None and most != NOTHING:
            return Limit(LimitKind.CLAMPED, f"max_per_page={written(summary, most)}")
        size = keyword(call, PER_PAGE)
        on_query = not self.following.callee(place).name.endswith("SQLAlchemy.paginate")
        if size is None and on_query and len(call.arguments) > POSITION:
            size = call.arguments[POSITION]
        if size is None or size == NOTHING:
            return Limit(LimitKind.CLIENT, "", source=PER_PAGE)
        found = self.limits.of(self.following.inside(place, size))
        return Limit(found.kind, f"{PER_PAGE}={found.text}", found.given, found.source)

    def of_database(self, place: Place, call: Call, steps: int) -> list[Selection]:
        """`db.paginate(statement)` of Flask-SQLAlchemy 3."""
        given = self.reading.read(self.following.inside(place, call.arguments[0]), steps, given=True)
        return [self.page(place, call, each) for each in given if each.form is Form.STATEMENT]

    def of_given(self, place: Place, call: Call, steps: int) -> list[Selection]:
        """A call of a library's `paginate`."""
        how = f".{tail(call.callee)}(...)"
        given = [
            each for value in given_to(call) for each in self.reading.read(self.following.inside(place, value), steps)
        ]
        model = next((each.model for each in given if each.model), "")
        return [Selection(Form.ROWS, model=model, bound=Bound.BOUNDED, how=how, exact=bool(given))] if given else []

    def limited_by_helper(self, place: Place, call: Call, dotted: str, steps: int) -> list[Selection]:
        wanted = LIMITED_HELPERS[dotted]
        value = next((each for name, each in call.keywords if name == wanted), None)
        if value is None and len(call.arguments) > 2:
            value = call.arguments[2]
        given = [each for one in given_to(call) for each in self.reading.read(self.following.inside(place, one), steps)]
        if value is None:
            return given
        limit = self.limits.of(self.following.inside(place, value))
        how = f"{dotted.rpartition('.')[2]}({wanted}={limit.text})"
        return [paged(at(place, each, limited(each, limit, how))) for each in given]


def given_to(call: Call) -> list[Value]:
    """Every argument of a call."""
    return [*call.arguments, *(value for _, value in call.keywords)]
