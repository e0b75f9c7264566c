"""A route in, what stands on its way and decides about the object that its address names out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.libraries.values.expressions import inside
from readiness.model import ObjectLookup, Project, Symbol, SymbolKind
from readiness.model.summary import CallRef, Class, Constant, Function, Name, Summary, Value

LISTS = frozenset({"permission_classes", "decorators", "method_decorators", "dispatch_decorators"})
"""Attributes of a class of views that list what stands before its methods."""
LISTING = frozenset({"permission_classes", "method_decorator"})
"""Decorators whose arguments stand before the handler."""
READS = re.compile(
    r"\bkwargs\s*(\[|\.get)|\bview_kwargs\b|\bview_args\b|\bpath_params\b|\bmatch_info\b|\bresolver_match\.kwargs\b"
)
"""How code that is no handler reads what an address holds."""
REFUSES = re.compile(r"\braise\b|\babort\b|40[134]|[Ff]orbidden|has_permission|return False|Permission|redirect")
"""What code holds that may turn a caller away."""
DENIALS = ("PermissionDenied", "Forbidden", "_or_403", "Http404")
"""What a middleware of Django turns a caller away with."""
PERMISSIONS = frozenset({"guardian", "rules", "flask_principal", "flask_allows", "flask_authorize", "oso", "casbin"})
"""Packages whose decorators decide about an object that they are told."""
SHORT = 2
"""Names of parameters that are no longer stand in too many texts."""


class Ways:
    """Looks at what stands before handlers; each piece of code once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._texts: dict[str, str] = {}
        self._middleware: bool | None = None

    def decides(self, lookup: ObjectLookup) -> str:
        """The name of what decides; empty without one."""
        route = lookup.route
        parameters = {each.name for each in route.parameters if each.source == "path"}
        return next((each for each in self._told(lookup, parameters) if each), "") or next(
            (_short(each) for each in self._names(lookup) if self._reads(each, parameters)), ""
        )

    def may_decide(self, lookup: ObjectLookup) -> bool:
        """A middleware of the project reads what addresses hold: for which of them it decides is not followed."""
        if not lookup.route.framework.startswith("Django"):
            return False
        if self._middleware is None:
            self._middleware = any(self._reading_middleware())
        return self._middleware

    # decorators that are told which object

    def _told(self, lookup: ObjectLookup, parameters: set[str]) -> Iterator[str]:
        """Decorators that are given the class of the object or the name of the parameter: `may("edit", (Note, "pk", "id"))`."""
        for path, summary, decorator in self._decorators(lookup):
            if not isinstance(decorator, CallRef):
                continue
            call = summary.calls[decorator.index]
            given = [
                each
                for value in (*call.arguments, *(one for _, one in call.keywords))
                for each in inside(summary, value)
            ]
            for each in given:
                if isinstance(each, Name):
                    symbol = self.project.resolve(path, each.dotted, call.scope, call.line)
                    same = symbol.kind is SymbolKind.CLASS and symbol.name == lookup.model
                    if same and self._is_guarding(path, decorator):
                        yield _written(call.callee)
                elif isinstance(each, Constant) and each.value in parameters and self._is_guarding(path, decorator):
                    yield _written(call.callee)

    def _is_guarding(self, path: str, decorator: CallRef) -> bool:
        """A decorator that can refuse, and does not register a route or describe it."""
        symbol = self.project.callee(path, decorator.index)
        if symbol.kind is SymbolKind.EXTERNAL:
            return symbol.name.partition(".")[0] in PERMISSIONS
        return bool(symbol.path) and bool(REFUSES.search(self._text(symbol.name)))

    def _decorators(self, lookup: ObjectLookup) -> Iterator[tuple[str, Summary, Value]]:
        for name in (lookup.route.handler, lookup.route.view):
            place = self.project.find(name) if name else None
            summary = self.project.summary(place[0]) if place is not None else None
            if place is not None and summary is not None:
                for each in summary.definitions[place[1]].decorators:
                    yield place[0], summary, each

    # code that reads the address

    def _names(self, lookup: ObjectLookup) -> Iterator[str]:
        """Symbols of the project's code before the handler."""
        route = lookup.route
        yield from (each for each in (*lookup.guards, *route.dependencies) if each != route.handler)
        for path, summary, decorator in self._decorators(lookup):
            yield from self._within(path, summary, decorator)
        place = self.project.find(route.view) if route.view else None
        if place is None:
            return
        own = Symbol(SymbolKind.CLASS, route.view, *place)
        for each in self.project.ancestors(own):
            listing = self.project.summary(each.path) if each.kind is SymbolKind.CLASS and each.path else None
            if listing is None:
                continue
            for assignment in listing.assignments:
                if assignment.scope == each.index and assignment.target in LISTS and assignment.value is not None:
                    yield from self._within(each.path, listing, assignment.value)

    def _within(self, path: str, summary: Summary, value: Value) -> Iterator[str]:
        """The project's functions and classes that a decorator or a list of permissions names, not those it is documented with."""
        if isinstance(value, CallRef) and _last(summary.calls[value.index].callee) not in LISTING:
            value = summary.calls[value.index].callee
        for each in inside(summary, value):
            if isinstance(each, Name):
                symbol = self.project.resolve(path, each.dotted)
                if symbol.kind in (SymbolKind.FUNCTION, SymbolKind.CLASS) and not symbol.rest:
                    yield symbol.name

    def _reads(self, name: str, parameters: set[str]) -> bool:
        """Code that is given what the address holds: by name as a parameter, or read from the request."""
        found = self._text(name)
        if not found:
            return False
        if not REFUSES.search(found):
            return False
        if READS.search(found):
            return True
        place = self.project.find(name)
        summary = self.project.summary(place[0]) if place is not None else None
        definition = summary.definitions[place[1]] if place is not None and summary is not None else None
        if isinstance(definition, Function):
            return any(each.name in parameters for each in definition.parameters)
        return any(re.search(rf"\b{re.escape(each)}\b", found) for each in parameters if len(each) > SHORT)

    def _text(self, name: str) -> str:
        """The text of a function; of a class, that of its bases in the project as well."""
        if name in self._texts:
            return self._texts[name]
        self._texts[name] = ""
        place = self.project.find(name)
        summary = self.project.summary(place[0]) if place is not None else None
        if place is None or summary is None:
            return ""
        definition = summary.definitions[place[1]]
        places = [place]
        if isinstance(definition, Class):
            line = self.project.ancestors(Symbol(SymbolKind.CLASS, name, *place))
            places = [(each.path, each.index) for each in line if each.kind is SymbolKind.CLASS and each.path]
        self._texts[name] = "\n".join(self._lines(*each) for each in places)
        return self._texts[name]

    def _lines(self, path: str, index: int) -> str:
        summary = self.project.summary(path)
        if summary is None:
            return ""
        definition = summary.definitions[index]
        return "\n".join((self.project.text(path) or "").split("\n")[definition.line - 1 : definition.end_line])

    # middleware

    def _reading_middleware(self) -> Iterator[bool]:
        from readiness.libraries.django.settings import settings_of

        for settings in settings_of(self.project):
            for name in settings.texts("MIDDLEWARE")[0]:
                module, _, last = name.rpartition(".")
                text = self._text(f"{module}::{last}")
                yield bool(READS.search(text)) and any(each in text for each in DENIALS)


def _last(callee: Value) -> str:
    return callee.dotted.rpartition(".")[2] if isinstance(callee, Name) else ""


def _written(callee: Value) -> str:
    return f"`{_last(callee)}`" if _last(callee) else "a decorator"


def _short(name: str) -> str:
    return f"`{name.rpartition('::')[2] if '::' in name else name.rpartition('.')[2]}`"
