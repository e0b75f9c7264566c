"""Linked code in, the settings modules of its Django projects out: which there are, and which of them the service runs with."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.django.locating import Locator
from readiness.libraries.values.expressions import keyword, tail
from readiness.model import UNKNOWN, Missing, Project, Scope, Symbol, SymbolKind
from readiness.model.summary import Call, Class, Constant, Name, Summary, Value
from readiness.model.telling import tells

VARIABLE = "DJANGO_SETTINGS_MODULE"
CLASS_VARIABLE = "DJANGO_CONFIGURATION"
SERVERS = frozenset({"get_wsgi_application", "get_asgi_application"})
MARKERS = ("ROOT_URLCONF", "INSTALLED_APPS")
"""Settings that only a settings module assigns."""
MANIFESTS = frozenset(
    {"pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "uv.lock", "poetry.lock"}
)
DEPLOYMENT = re.compile(
    r"(?:^|/)(?:[\w.-]*Dockerfile[\w.-]*|Procfile|[\w.-]*compose[\w.-]*\.ya?ml|app\.ya?ml|fly\.toml|render\.yaml|\.env[\w.-]*)$"
)
NAMED = re.compile(VARIABLE + r"\s*[=:]\s*[\"']?([A-Za-z_][\w.]*)")
DEPLOYMENT_FILES = 60
CLASSES = 20
"""Classes of one file that assign what settings assign."""
WEIGHTS = {"server": 6, "container": 5, "manage": 4, "other": 1}
"""How much it says about a settings module that such a file names it."""
PRODUCTION = frozenset({"production", "prod", "deploy", "deployment", "live", "release"})
DEVELOPMENT = frozenset(
    {"local", "dev", "devel", "development", "test", "tests", "testing", "ci", "debug", "example", "docs", "build"}
)


class SettingsModule(Struct, frozen=True, kw_only=True):
    """One set of settings: a module, a class of django-configurations in it, or a call of `settings.configure`."""

    path: str
    scope: int = -1
    """Index of the class in the file's definitions; -1 for the module itself."""
    call: int = -1
    """Index of the call of `settings.configure`; -1 for the others."""
    root: str = ""
    """Folder of the Django project: where its `manage.py` stands, else its manifest."""
    weight: int = 0
    """How much speaks for it: higher for what servers and containers start, lower for development and tests."""
    started: bool = False
    """A server, a container or `manage.py` starts with it."""


def settings_modules(project: Project, locator: Locator) -> list[SettingsModule]:
    """Every settings module of the project, those that speak most for themselves first."""
    found: dict[tuple[str, int, int], SettingsModule] = {}
    service = list(_assigned(project, Scope.SERVICE, Scope.SCRIPT))
    for module in (*_named(project, locator), *_configured(project), *(service or _assigned(project, Scope.TEST))):
        key = (module.path, module.scope, module.call)
        known = found.get(key)
        if known is None or known.weight < module.weight:
            found[key] = module
    roots = _Roots(project)
    modules = [
        SettingsModule(
            path=each.path,
            scope=each.scope,
            call=each.call,
            root=roots.of(each.path),
            weight=each.weight + _speaking(project, each),
            started=each.started,
        )
        for each in found.values()
    ]
    return sorted(modules, key=lambda each: (each.root, -each.weight, each.path, each.scope, each.call))


class _Roots:
    def __init__(self, project: Project) -> None:
        self._starts: set[str] = set()
        self._manifests: set[str] = set()
        for path in project.files:
            folder, name = posixpath.split(path)
            if name == "manage.py":
                self._starts.add(folder)
            elif name in MANIFESTS:
                self._manifests.add(folder)

    def of(self, path: str) -> str:
        """The nearest folder above a file that holds a `manage.py`, else a manifest; the scanned root where none does."""
        for folders in (self._starts, self._manifests):
            folder = posixpath.dirname(path)
            while folder and folder not in folders:
                folder = posixpath.dirname(folder)
            if folder or "" in folders:
                return folder
        return ""


def is_for_development(path: str) -> bool:
    """The name of the file says that nothing is deployed with these settings: `settings/dev.py`, `test_settings.py`."""
    return not DEVELOPMENT.isdisjoint(re.split(r"[._-]", posixpath.basename(path).lower()))


def _speaking(project: Project, module: SettingsModule) -> int:
    """What the name itself says."""
    words = set(re.split(r"[/._]", module.path.removesuffix(".py").lower()))
    if module.scope >= 0:
        summary = project.summary(module.path)
        words |= {summary.definitions[module.scope].name.lower()} if summary is not None else set()
    return (words & PRODUCTION != set()) - 3 * (words & DEVELOPMENT != set())


# named by entry points and containers


def _named(project: Project, locator: Locator) -> Iterator[SettingsModule]:
    starters = set(project.imports("django", "celery", "configurations", "channels", "uvicorn", "gunicorn"))
    for path in sorted(starters & set(project.imports("os"))):
        summary = project.summary(path)
        if summary is None:
            continue
        serves = any(tail(each.callee) in SERVERS for each in summary.calls)
        starts = posixpath.basename(path) == "manage.py"
        weight = WEIGHTS["server" if serves else "manage" if starts else "other"]
        class_name = next((text for call in summary.calls if (text := _given(project, path, call, CLASS_VARIABLE))), "")
        for call in summary.calls:
            text = _given(project, path, call, VARIABLE)
            if text:
                yield from _module(project, locator, text, path, weight, class_name)
        if any(each.target.endswith("environ[]") for each in summary.assignments) and VARIABLE in (
            project.text(path) or ""
        ):
            for each in summary.assignments:
                if each.target.endswith("environ[]") and isinstance(each.value, Constant):
                    yield from _module(project, locator, str(each.value.value), path, weight, class_name)
    count = 0
    for path in sorted(project.files):
        if DEPLOYMENT.search(path):
            count += 1
            if count > DEPLOYMENT_FILES:
                return
            for text in dict.fromkeys(NAMED.findall(project.text(path) or "")):
                yield from _module(project, locator, text, posixpath.dirname(path), WEIGHTS["container"], "")


def _given(project: Project, path: str, call: Call, variable: str) -> str:
    """The text that `os.environ.setdefault(variable, text)` and its kin give."""
    if len(call.arguments) != 2 or call.arguments[0] != Constant(variable):
        return ""
    text = project.constant(path, call.arguments[1], call.scope, call.line)
    if isinstance(text, Missing):
        index = _look_up(call.arguments[1])
        text = project.constant(path, index, call.scope, call.line) if index is not None else UNKNOWN
    return text if isinstance(text, str) else ""


def _look_up(value: Value) -> Value | None:
    """The default of `value or "text"`."""
    from readiness.model.summary import Operation

    return value.operands[-1] if isinstance(value, Operation) and value.operator == "or" else None


def _module(
    project: Project, locator: Locator, text: str, near: str, weight: int, class_name: str
) -> Iterator[SettingsModule]:
    path = locator.module(text, near)
    summary = project.summary(path) if path else None
    if summary is None:
        return
    scope = -1
    if class_name:
        names = [index for index, each in enumerate(summary.definitions) if each.name == class_name]
        scope = names[0] if names else -1
    yield SettingsModule(path=path, scope=scope, weight=weight, started=weight > WEIGHTS["other"])


# found by what they assign


def _assigned(project: Project, *scopes: Scope) -> Iterator[SettingsModule]:
    """Modules and django-configurations classes that assign what only settings assign."""
    for path, places in project.gathered(assigns_settings, *scopes):
        summary = project.summary(path)
        if summary is None:
            continue
        for scope in places:
            if scope == -1:
                yield SettingsModule(path=path)
            elif isinstance(summary.definitions[scope], Class) and _is_configuration(project, path, scope):
                yield from _derived(project, path, scope)


@tells
def assigns_settings(summary: Summary) -> list[int]:
    """The module and classes of a file that assign what only settings assign."""
    places = {each.scope for each in summary.assignments if each.target in MARKERS and each.operator == "="}
    return sorted(places)[:CLASSES]


def _is_configuration(project: Project, path: str, scope: int) -> bool:
    symbol = Symbol(SymbolKind.CLASS, project.symbol(path, scope), path, scope)
    return any(
        each.kind is SymbolKind.EXTERNAL and each.name.partition(".")[0] == "configurations"
        for each in project.ancestors(symbol)
    )


def _derived(project: Project, path: str, scope: int) -> Iterator[SettingsModule]:
    """The class, and the classes of the same file that derive from it."""
    summary = project.summary(path)
    for index, definition in enumerate(summary.definitions if summary is not None else ()):
        if not isinstance(definition, Class) or definition.scope != -1:
            continue
        symbol = Symbol(SymbolKind.CLASS, project.symbol(path, index), path, index)
        above = [each for each in project.ancestors(symbol) if (each.path, each.index) == (path, scope)]
        if above:
            yield SettingsModule(path=path, scope=index, weight=int(index != scope))


@tells
def configures(summary: Summary) -> bool:
    """A file that imports Django's settings calls something that configures."""
    return any(each.module.startswith("django.conf") for each in summary.imports) and any(
        isinstance(call.callee, Name) and call.callee.dotted.endswith("configure") for call in summary.calls
    )


def _configured(project: Project) -> Iterator[SettingsModule]:
    """Calls of `settings.configure(...)` in a service of one file."""
    importing = set(project.imports("django", scopes=(Scope.SERVICE, Scope.SCRIPT)))
    for path, _ in project.gathered(configures, Scope.SERVICE, Scope.SCRIPT):
        summary = project.summary(path) if path in importing else None
        for index, call in enumerate(summary.calls if summary is not None else ()):
            if (
                isinstance(call.callee, Name)
                and call.callee.dotted.endswith("configure")
                and (keyword(call, "ROOT_URLCONF") is not None)
                and project.callee(path, index).name == "django.conf.settings.configure"
            ):
                yield SettingsModule(path=path, call=index, weight=WEIGHTS["other"], started=True)
