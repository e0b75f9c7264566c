"""The text of a TOML file in, its tables out, in bounded time whatever the text is."""

SQUARES = 25_000_000
"""Squares of the dots of each line, together: the standard library's parser takes quadratic time for a long dotted key."""


def read_tables(text: str) -> dict[str, object]:
    """Parse TOML. Raises tomllib.TOMLDecodeError, also for keys and values that are nested too deep to be read."""
    import tomllib

    left = SQUARES
    for number, line in enumerate(text.split("\n"), 1):
        left -= line.count(".") ** 2
        if left < 0:
            raise tomllib.TOMLDecodeError(f"Keys nested too deep (at line {number}, column 1)")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise tomllib.TOMLDecodeError("Values nested too deep") from None
