"""A query in; the same out as a piece of a statement, where what comes from elsewhere has the place of a clause."""

from msgspec.structs import replace

from readiness.model import Query


def as_clause(found: Query) -> Query:
    """Text that goes into a statement which is made elsewhere, as that of `order_by(text(order))`: nobody hands over a whole
    statement here."""
    alternatives = tuple(
        tuple(replace(piece, position="clause") if piece.position == "statement" else piece for piece in each)
        for each in found.text.alternatives
    )
    return replace(found, text=replace(found.text, alternatives=alternatives), whole=False)
