"""A word that was mistyped and the words there are in, ` (did you mean ...?)` out."""

from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The words most like it, as the end of a sentence; empty where none is like it."""
    import difflib

    near = difflib.get_close_matches(word.lower(), sorted(set(known)), n=2, cutoff=0.6)
    return f", did you mean {' or '.join(near)}?" if near else ""
