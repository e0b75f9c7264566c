"""What the parts that read statements ask of one another."""

from typing import Protocol

from readiness.libraries.sqlalchemy.columns import Columns
from readiness.libraries.sqlalchemy.selections import Selection
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Place
from readiness.libraries.values.limits import Limits

MAX_STEPS = 40


class Reading(Protocol):
    """Reads the statements of one project along paths of calls."""

    following: Following
    limits: Limits
    columns: Columns

    def read(self, place: Place, steps: int = MAX_STEPS, *, given: bool = False) -> list[Selection]:
        """Every way in which the expression at a place selects rows; none where it is no statement and no result.

        With `given` the expression certainly is a statement: what cannot be followed is one that selects unknown rows.
        """
        ...
