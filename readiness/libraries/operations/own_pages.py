"""Routes and the pages of the same repository in, the routes that only those pages call out.

What a template names by `url_for`, `{% url %}` or `route_url`, or its script asks for by its address, changes together with the
route: nobody outside builds on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from readiness.libraries.operations.groups import PREFIXES, segments
from readiness.model import Project, Route, Scope

TEMPLATES = (".html", ".htm", ".jinja", ".jinja2", ".j2", ".mako", ".pt", ".jsp")
SCRIPTS = (".js",)
BUILT = re.compile(
    r"\.min\.js$|(?:^|/)(?:dist|build|vendor|node_modules|libs?|bower_components|ext)/|bundle|jquery|bootstrap"
)
"""Scripts of others, or made by a bundler."""
FILES = 600
LARGEST = 300_000
TEXT = 6_000_000
"""Characters that are read for one project."""
NAMED = re.compile(
    r"(?:url_for|route_url|route_path|reverse|\{%-?\s*url)\s*\(?\s*['\"](?:[\w.\-]*[.:])?(?P<name>[\w\-]{2,80})['\"]"
)
"""The last part of the name of a route that a template links to."""
ADDRESS = re.compile(r"['\"`](?:\{\{[^}'\"]{0,60}\}\})?(?P<address>/[\w\-./]{3,120})")
LONGEST = 20_000
"""Addresses and names that are kept."""


class OwnPages:
    """Knows what the pages of one project call; they are read when it is first asked."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._names: set[str] = set()
        self._addresses: set[str] = set()
        self._is_read = False

    def outward(self, routes: Sequence[Route]) -> list[Route]:
        """The routes without those of an application of pages that its pages call themselves."""
        asked = [each for each in routes if PREFIXES.isdisjoint(segments(each.path.lower()))]
        if not asked or not any(_is_page(each) for each in self.project.each(Route)):
            return list(routes)
        self._read()
        own = {id(each) for each in asked if self._calls(each)}
        return [each for each in routes if id(each) not in own]

    def _calls(self, route: Route) -> bool:
        name = re.split(r"[.:]", route.name)[-1] if route.name else ""
        if name and name in self._names:
            return True
        literal = re.split(r"[{<]", route.path)[0].rstrip("/")
        return len(literal) > 3 and literal in self._addresses

    def _read(self) -> None:
        if self._is_read:
            return
        self._is_read = True
        left = TEXT
        for path in self._pages():
            text = self.project.text(path) or ""
            left -= len(text)
            if left < 0 or len(self._addresses) > LONGEST:
                return
            self._names.update(found["name"] for found in NAMED.finditer(text))
            self._addresses.update(found["address"].rstrip("/") for found in ADDRESS.finditer(text))

    def _pages(self) -> Iterable[str]:
        found = 0
        for path, file in sorted(self.project.files.items()):
            name = path.lower()
            if not name.endswith(TEMPLATES + SCRIPTS) or file.scope is not Scope.SERVICE or file.size > LARGEST:
                continue
            if name.endswith(SCRIPTS) and BUILT.search(name):
                continue
            found += 1
            if found > FILES:
                return
            yield path


def _is_page(route: Route) -> bool:
    return not route.data and route.method in ("GET", "ANY") and route.scope is Scope.SERVICE
