"""Front ends: one folder a language, bytes in, Summary out."""

from __future__ import annotations

import sys
from collections.abc import Callable

from readiness.model.summary import Reading

LANGUAGES = frozenset({"python"})
"""Languages that a front end reads."""


def rest() -> None:
    """End what readers keep running beside this process; they start it again when they need it."""
    child = sys.modules.get("readiness.languages.python.child")
    if child is not None:
        child.end()


def reader(language: str) -> Callable[[bytes], Reading]:
    """The front end of a language, loaded when it is first needed."""
    if language == "python":
        from readiness.languages.python import read

        return read
    raise LookupError(f"no front end reads {language}")
