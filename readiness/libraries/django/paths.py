"""The text of a URL pattern in, a path with `{name}` for each parameter out.

`path()` writes `<int:pk>`, `re_path()` a regular expression.
"""

from __future__ import annotations

import re

from readiness.libraries.declarations.patterns import Parameter, PathText

CONVERTER = re.compile(r"<(?:(?P<converter>[^<>:]+):)?(?P<name>[A-Za-z_]\w*)>")


def of_route(route: str) -> PathText:
    """The path that `path(route, ...)` answers."""
    parameters: list[Parameter] = []

    def shown(match: re.Match[str]) -> str:
        name, converter = match["name"], match["converter"] or ""
        parameters.append(Parameter(name, converter))
        return f"{{{name}:{converter}}}" if converter else f"{{{name}}}"

    return PathText(CONVERTER.sub(shown, route), tuple(parameters))
