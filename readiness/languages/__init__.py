"""Front ends: one folder a language, bytes in, Summary out."""

from __future__ import annotations

from collections.abc import Callable

from readiness.model.summary import Reading

LANGUAGES = frozenset({"python"})
"""Languages that a front end reads."""


def reader(language: str) -> Callable[[bytes], Reading]:
    """The front end of a language, loaded when it is first needed."""
    if language == "python":
        from readiness.languages.python import read

        return read
    raise LookupError(f"no front end reads {language}")
