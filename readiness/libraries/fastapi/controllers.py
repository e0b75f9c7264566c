"""Classes of handlers: which class is filled by the framework, attributes and all, before its methods answer."""

from __future__ import annotations

from readiness.libraries.evaluation.reader import Reader
from readiness.model.summary import Class


def is_controller(reader: Reader, path: str, index: int) -> bool:
    """A class whose methods answer routes and whose decorator makes it a dependency of theirs.

    Without a decorator nobody would fill in `self`; what the decorator is called does not matter.
    """
    definition = reader.summary(path).definitions[index]
    return isinstance(definition, Class) and bool(definition.decorators)
