"""Python: the bytes of a file in, its `Summary` or its syntax tree out. The code is parsed, never imported or run."""

from readiness.languages.python.reading import Unreadable, parse, read

__all__ = ["Unreadable", "parse", "read"]
