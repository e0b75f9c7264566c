"""A settings module and a name in, what happens to that name in the order in which it runs out."""

from __future__ import annotations

import ast

from msgspec import Struct
from msgspec.structs import replace

from readiness.languages.python.walking import walk
from readiness.libraries.django.locating import Locator
from readiness.libraries.django.modules import SettingsModule
from readiness.libraries.values.expressions import inside
from readiness.model import Project, Span, Symbol, SymbolKind
from readiness.model.summary import (
    Assignment,
    Call,
    CallRef,
    Constant,
    Context,
    Function,
    Import,
    Name,
    Value,
)

CHAIN = 12
"""Star imports inside one another."""
GIVEN = 400
"""What may happen to one name."""
CONDITIONS = Context.CONDITION | Context.TRY | Context.EXCEPT | Context.LOOP
ADDING = frozenset({"append", "extend", "insert", "remove", "update", "setdefault"})


class Given(Struct, frozen=True, kw_only=True):
    """One expression that goes into a setting, with the place it stands in."""

    value: Value
    path: str
    scope: int
    line: int
    operator: str = "="
    """`=`, `+=`, `|=`, `[]` (an entry is set), or the method that adds it: `append`, `extend`, `insert`, `update`, ..."""
    key: str = ""
    """For `[]` the entry, empty where it is not a literal."""
    conditional: bool = False
    """Only under a condition: `if DEBUG:`, `try:`, one of two values."""

    @property
    def span(self) -> Span:
        """The line it stands on."""
        return Span(self.path, self.line)


class History:
    """What happens to names in settings modules. One for a project."""

    def __init__(self, project: Project, locator: Locator) -> None:
        self.project = project
        self._locator = locator
        self._known: dict[tuple[str, str], tuple[list[Given], bool]] = {}
        self._owned: dict[str, dict[str, list[Given]]] = {}
        self._imported: dict[str, dict[str, list[Import]]] = {}
        self._set: dict[str, dict[int, str]] = {}
        self._lines: dict[str, list[str]] = {}

    def of(self, module: SettingsModule, name: str) -> tuple[list[Given], bool]:
        """Everything that happens to a name in one set of settings, and whether nothing else can."""
        summary = self.project.summary(module.path)
        if summary is None:
            return [], False
        if module.call >= 0:
            call = summary.calls[module.call]
            complete = all(keyword for keyword, _ in call.keywords)
            return [
                Given(value=value, path=module.path, scope=call.scope, line=call.line)
                for keyword, value in call.keywords
                if keyword == name
            ], complete
        if module.scope >= 0:
            return self._in_class(module, name), True
        return self.in_module(module.path, name)

    def _in_class(self, module: SettingsModule, name: str) -> list[Given]:
        """What the class of django-configurations, or the nearest base, says."""
        symbol = Symbol(SymbolKind.CLASS, self.project.symbol(module.path, module.scope), module.path, module.scope)
        for ancestor in self.project.ancestors(symbol):
            summary = self.project.summary(ancestor.path) if ancestor.path else None
            if summary is None:
                continue
            found = [
                of_assignment(each, ancestor.path)
                for each in summary.assignments
                if each.scope == ancestor.index and each.target == name and each.value is not None
            ]
            for index, definition in enumerate(summary.definitions):
                if isinstance(definition, Function) and (definition.scope, definition.name) == (ancestor.index, name):
                    found += [
                        Given(value=each.value, path=ancestor.path, scope=index, line=each.line)
                        for each in summary.returns
                        if each.scope == index and each.value is not None
                    ]
            if found:
                return [each for each in found if each is not None]
        return []

    def in_module(self, path: str, name: str, depth: int = 0) -> tuple[list[Given], bool]:
        """What happens to a name in a module from its last plain assignment on, star imports followed, in the order of the
        lines; and whether no module that is missing can change it."""
        key = (path, name)
        known = self._known.get(key)
        if known is None:
            self._known[key] = ([], True)  # a circle of imports
            known = self._known[key] = self._read(path, name, depth)
        return known

    def _read(self, path: str, name: str, depth: int) -> tuple[list[Given], bool]:
        summary = self.project.summary(path)
        if summary is None or depth > CHAIN:
            return [], True
        complete = True
        events: list[tuple[int, list[Given]]] = []
        for given in self._own(path).get(name, ()):
            keyed = replace(given, key=self._keys(path).get(given.line, "")) if given.operator == "[]" else given
            events.append((given.line, [keyed]))
        for made in self._imports(path).get("*", []) + self._imports(path).get(name, []):
            target = (
                self._locator.relative(path, made.module, made.level)
                if made.level
                else self._locator.module(made.module, path)
            )
            if not target:
                complete &= made.name != "*" or (made.level == 0 and not _settings_like(made.module))
                continue
            more, known = self.in_module(target, name if made.name == "*" else made.name, depth + 1)
            complete &= known
            if made.guarded or self._indented(path, made.line):
                more = [replace(each, conditional=True) for each in more]
            events.append((made.line, more))
        found = [given for _, group in sorted(events, key=lambda event: event[0]) for given in group]
        return last(found, name, self.project)[:GIVEN], complete

    def _own(self, path: str) -> dict[str, list[Given]]:
        """What a module itself does to its names."""
        if path not in self._owned:
            found: dict[str, list[Given]] = {}
            summary = self.project.summary(path)
            for each in summary.assignments if summary is not None else ():
                if each.scope == -1 and each.value is not None:
                    given = of_assignment(each, path)
                    if each.target.endswith("[]"):
                        given = replace(given, operator="[]")
                    found.setdefault(each.target.removesuffix("[]"), []).append(given)
            for index, call in enumerate(summary.calls if summary is not None else ()):
                if call.scope == -1 and isinstance(call.callee, Name):
                    name, _, method = call.callee.dotted.rpartition(".")
                    if method in ADDING and name and (call.arguments or call.keywords):
                        found.setdefault(name, []).append(_added(path, index, call, method))
            self._owned[path] = found
        return self._owned[path]

    def _imports(self, path: str) -> dict[str, list[Import]]:
        """Imports of a module that bind names, by name; `*` for star imports."""
        if path not in self._imported:
            found: dict[str, list[Import]] = {}
            summary = self.project.summary(path)
            for each in summary.imports if summary is not None else ():
                if each.scope == -1 and each.name and not each.typing_only:
                    found.setdefault("*" if each.name == "*" else each.alias, []).append(each)
            self._imported[path] = found
        return self._imported[path]

    def _keys(self, path: str) -> dict[int, str]:
        """Line -> the literal key of `NAME["key"] = ...` on it."""
        if path not in self._set:
            tree = self.project.tree(path)
            self._set[path] = {
                node.lineno: str(target.slice.value)
                for node in (walk(tree) if tree is not None else ())
                if isinstance(node, ast.Assign)
                for target in node.targets
                if isinstance(target, ast.Subscript)
                and isinstance(target.value, ast.Name)
                and isinstance(target.slice, ast.Constant)
            }
        return self._set[path]

    def _indented(self, path: str, line: int) -> bool:
        """A statement of a module that stands in a block: under a condition, in a `try`."""
        if path not in self._lines:
            self._lines[path] = (self.project.text(path) or "").splitlines()
        lines = self._lines[path]
        return 0 < line <= len(lines) and lines[line - 1][:1].isspace()


def _added(path: str, index: int, call: Call, method: str) -> Given:
    """What `INSTALLED_APPS.append("x")` and its kin add."""
    value: Value = call.arguments[-1] if call.arguments else CallRef(index)
    key = ""
    if method == "setdefault" and len(call.arguments) == 2 and isinstance(call.arguments[0], Constant):
        key = str(call.arguments[0].value)
    return Given(
        value=value,
        path=path,
        scope=call.scope,
        line=call.line,
        operator=method,
        key=key,
        conditional=bool(call.context & CONDITIONS) or method == "setdefault",
    )


def of_assignment(each: Assignment, path: str) -> Given:
    """An assignment that binds a value."""
    assert each.value is not None  # noqa: S101 -- a promise of the callers
    conditional = bool(each.context & CONDITIONS)
    return Given(
        value=each.value, path=path, scope=each.scope, line=each.line, operator=each.operator, conditional=conditional
    )


def _settings_like(module: str) -> bool:
    """A module of the service's own that is missing, rather than one of a library."""
    return "settings" in module or "config" in module or "local" in module


def last(events: list[Given], name: str, project: Project) -> list[Given]:
    """What is left of the events: from the last plain assignment on."""
    left: list[Given] = []
    for each in events:
        if each.operator == "=" and not each.conditional and not (name and _mentions(each, name, project)):
            left = []
        left.append(each)
    return left


def _mentions(given: Given, name: str, project: Project) -> bool:
    summary = project.summary(given.path)
    return summary is not None and any(each == Name(name) for each in inside(summary, given.value))
