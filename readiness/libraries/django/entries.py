"""Linked code in, Django services out that start somewhere but whose settings are not in the scan."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from readiness.libraries.django.facts import DJANGO
from readiness.libraries.values.expressions import tail
from readiness.model import Application, Project, Scope, SymbolKind

ENTRIES = frozenset({"get_wsgi_application", "get_asgi_application", "execute_from_command_line"})
"""What the entry points call that Django itself writes for a new project; a library of Django apps has none."""


def entries(project: Project) -> Iterator[Application]:
    """One application for each folder of entry points, its routes unread."""
    folders: set[str] = set()
    for path in project.imports("django", scopes=(Scope.SERVICE, Scope.SCRIPT)):
        summary = project.summary(path)
        if summary is None or posixpath.dirname(path) in folders:
            continue
        names = ENTRIES | {each.alias for each in summary.imports if each.name in ENTRIES}
        for index, call in enumerate(summary.calls):
            if tail(call.callee) not in names:
                continue
            symbol = project.callee(path, index)
            if symbol.kind is SymbolKind.EXTERNAL and symbol.name.startswith("django."):
                folders.add(posixpath.dirname(path))
                module = project.symbol(path, call.scope)
                yield Application(
                    span=project.span(path, index),
                    symbol=module,
                    scope=Scope.SERVICE,
                    framework=DJANGO,
                    name=module,
                    routed=False,
                )
                break
