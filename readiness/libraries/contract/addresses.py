"""Paths of routes and of documents in, one spelling of both out: parameters without names, no slash at the end."""

from __future__ import annotations

import re

PARAMETER = "{}"
OPEN = "{?}"
GLUED = re.compile(r"(?<=\w)\{\}")
LONGEST = 2_000
TYPED = {"int": "integer", "float": "number", "uuid": "uuid", "uuid.UUID": "uuid", "decimal.Decimal": "number"}


def normal(path: str) -> str:
    """`/orders/{order_id:int}/` as `/orders/{}`; the root as the empty text. An unresolved part stays `{?}`."""
    plain, _ = _split(path)
    # A pattern may bring the slash before it: `/files{path}` with `path` as `(/[^/]+)+`. Both spellings are one.
    return re.sub(r"/{2,}", "/", GLUED.sub("/{}", plain)).rstrip("/")


def names(path: str) -> list[str]:
    """Names of the parameters of a path, in order."""
    return _split(path)[1]


def _split(path: str) -> tuple[str, list[str]]:
    """The path with bare parameters, and their names; braces inside a parameter belong to its pattern."""
    text: list[str] = []
    found: list[str] = []
    depth, start = 0, 0
    for place, letter in enumerate(path[:LONGEST]):
        if letter == "{":
            if depth == 0:
                start = place + 1
            depth += 1
        elif letter == "}" and depth:
            depth -= 1
            if depth == 0:
                inner = path[start:place]
                text.append(OPEN if inner == "?" else PARAMETER)
                found.append(inner.partition(":")[0])
        elif depth == 0:
            text.append(letter)
    return "".join(text), found


def is_open(path: str) -> bool:
    """A part of the path could not be resolved."""
    return OPEN in path


def may_be(pattern: str, path: str) -> bool:
    """A path with unresolved parts may stand for this normal path."""
    pieces = [re.escape(each).replace(re.escape(PARAMETER), "[^/]*") for each in pattern.split(OPEN)]
    return re.fullmatch(".*".join(pieces[:8]), path) is not None


def covers(pattern: str, path: str) -> bool:
    """The parameters of a normal path take in another one's literal parts: `/users/{}` covers `/users/me`."""
    one, two = pattern.split("/"), path.split("/")
    return len(one) == len(two) and all(a in (PARAMETER, b) for a, b in zip(one, two, strict=True)) and one != two


def literals(path: str) -> int:
    """Parts of a normal path that are no parameters."""
    return sum(bool(part) and PARAMETER not in part and OPEN not in part for part in path.split("/"))


def shared_start(paths: list[str]) -> str:
    """The literal parts with which all normal paths begin, the last part of each left out."""
    starts = [path.split("/")[:-1] for path in paths]
    common: list[str] = []
    for parts in zip(*starts, strict=False):
        if len(set(parts)) > 1 or PARAMETER in parts[0]:
            break
        common.append(parts[0])
    return "/".join(common)
