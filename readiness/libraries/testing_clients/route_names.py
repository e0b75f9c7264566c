"""What the address of a request is read as: text with holes, or the name of a route."""

from __future__ import annotations

from msgspec import Struct

HOLE = "\0"
"""Stands in a text for what is not known."""


class RouteName(Struct, frozen=True):
    """An address that is made from the name of a route."""

    name: str
    """As written, `namespace:name`, `blueprint.function`; empty where a class stands for it."""
    view: str = ""
    """Symbol of the class of resources that is given instead of a name (Flask-RESTful)."""
    given: tuple[str, ...] = ()
    """Names of the parameters."""
    positional: int = 0
    """Number of parameters without a name."""
    complete: bool = True
    """All parameters are known."""


Address = str | RouteName
