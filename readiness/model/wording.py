"""A number and what it counts in, how the two are written together out."""


def counted(number: int, singular: str, plural: str = "") -> str:
    """`1 failure`, `1,234 failures`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
