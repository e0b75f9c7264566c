"""What readiness's JSON documents share: who made them, and a struct written as text that no viewer is misled by."""

import json
import re
from collections.abc import Sequence

import msgspec
from msgspec import Struct

DIGITS = 6
"""Decimals of shares and points."""


class Tool(Struct, frozen=True):
    """What made the report."""

    name: str
    version: str


def text_of(document: Struct) -> str:
    """The document as indented ASCII: whatever is not ASCII stands as an escape, so no viewer can be misled by it."""
    plain = msgspec.to_builtins(document)
    if "services" in plain:
        plain["services"] = _rounded(plain["services"])
    try:
        encoded = msgspec.json.encode(plain)
    except UnicodeEncodeError:
        # Half of a surrogate pair, from code that spells one: JSON cannot hold it.
        encoded = msgspec.json.encode(_without_surrogates(plain))
    text = msgspec.json.format(encoded, indent=2).decode()
    # `##[...]` anywhere in the output of a step is an order to some runners of workflows.
    return re.sub(r"[^\n\x20-\x7e]|(?<=#)#(?=\w*\[)", lambda found: _escape(found[0]), text) + "\n"


def _escape(character: str) -> str:
    return f"\\u{ord(character):04x}" if character in "\x7f#" else json.dumps(character)[1:-1]


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, DIGITS) + 0.0
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, Sequence) and not isinstance(value, str) else value


def _without_surrogates(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {key: _without_surrogates(each) for key, each in value.items()}
    if isinstance(value, Sequence):
        return [_without_surrogates(each) for each in value]
    return value
