"""What a registration is given where its object cannot be followed in, what tells which object of the project is meant out."""

from __future__ import annotations

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Made, Outside
from readiness.libraries.values.expressions import receiver, tail
from readiness.model.summary import CallRef

LOOKUPS = frozenset({"getattr", "importlib.import_module", "werkzeug.utils.import_string", "import_string"})
"""Functions that find an object of the project by its name."""


def is_foreign(reader: Reader, given: Answer) -> bool:
    """What another package makes: it is known to be none of the project's."""
    makers = [each.maker if isinstance(each, Made) else each for each in reader.things(given)]
    return bool(makers) and all(isinstance(each, Outside) and each.name not in LOOKUPS for each in makers)


def name_given(reader: Reader, given: Answer) -> str:
    """What an object is called where it is made: the attribute of a module, or the constant that `getattr` gets; empty where
    nothing says it."""
    if not isinstance(given, Bound):
        return ""
    if isinstance(given.value, CallRef):
        call = reader.call(given.path, given.value.index)
        if tail(call.callee) == "getattr" and len(call.arguments) > 1:
            named = reader.constant(reader.at(given, call.arguments[1]))
            return named if isinstance(named, str) else ""
        return ""
    return tail(given.value) if receiver(given.value) is not None else ""


def names_bound(reader: Reader, made: Made) -> set[str]:
    """What an object is called in the module that makes it."""
    assignments = reader.summary(made.path).assignments
    return {each.target for each in assignments if each.value == CallRef(made.index)}
