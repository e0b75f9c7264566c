"""What somebody looked at in a linked project: all that what he found out can depend on."""

from __future__ import annotations

from hashlib import blake2b

from msgspec import Struct, field

from readiness.linking.indices import Key
from readiness.model import Fact


class Looked(Struct):
    """What somebody looked at: all that his answers can depend on."""

    files: set[str] = field(default_factory=set)
    """Files that were opened, whether or not they are there."""
    asked: set[Key] = field(default_factory=set)
    """What was looked up in the indices of all files."""
    kinds: set[type[Fact]] = field(default_factory=set)
    """Kinds of the facts that were asked for."""
    matters: set[str] = field(default_factory=set)
    """Properties of the scan: `today`, `committed`, `evidence`, `touched`."""
    called: set[frozenset[str]] = field(default_factory=set)
    """Names of calls that were looked for in single files."""


def digest_told(value: object) -> str:
    """A digest of what stands in a value, by its text."""
    return blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
