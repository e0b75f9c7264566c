"""Divides a scan into services: a project with its applications in, services with what was recognised in them out.

Each root of recognised applications is a service; with one root, or none, the whole scan is one.
"""

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from readiness.config import ServiceSettings
from readiness.libraries.capabilities import CAPABILITIES, DATABASES, DISPLAY_NAMES
from readiness.model import Application, Dependency, Fact, Project, Query, Read, Resolution, Route, Rule, Scope
from readiness.model.report import Recognised
from readiness.tables import read_tables

MANIFESTS = frozenset(
    {"pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "manage.py", "uv.lock", "poetry.lock"}
)
READ_SHARE = 0.95
"""Share of a service's code that must have been read before 'no site' can mean 'not applicable'."""


class Service(Struct, frozen=True, kw_only=True):
    """One service of the scan."""

    name: str
    root: str
    """Folder relative to the scanned root, empty for the root itself."""
    profile: str
    """`service`, `worker`, `site` or `library`."""
    recognised: Recognised
    witnesses: dict[str, str]
    """Rule id -> why a rule that found no site here is not applicable."""


class Services(Struct, frozen=True):
    """All services of a scan."""

    all: tuple[Service, ...]

    def root_of(self, path: str) -> str:
        """Root of the service that a file belongs to: the deepest that holds it. A file outside all of several services
        is shared by them and has the root `""`."""
        inside = (service.root for service in self.all if _holds(service.root, path))
        return max(inside, key=len, default="")


def divide(
    project: Project,
    rules: Sequence[Rule],
    *,
    name: str,
    unread: Iterable[str],
    unread_languages: frozenset[str],
    settings: Sequence[ServiceSettings] = (),
) -> Services:
    """Find the services; `name` is that of the scanned folder, `unread` the code files that could not be read,
    `unread_languages` those that no front end reads."""
    lost = set(unread)
    roots = {entry.root.strip("/"): entry.name for entry in settings} or dict.fromkeys(_roots(project), "")
    if len(roots) < 2 and not settings:
        roots = {"": ""}
    return Services(
        tuple(
            _service(
                project,
                rules,
                root,
                title or _name_of(project, root, name),
                lost,
                set(roots) - {root},
                unread_languages,
            )
            for root, title in sorted(roots.items())
        )
    )


def _holds(root: str, path: str) -> bool:
    return not root or path == root or path.startswith(f"{root}/")


def _roots(project: Project) -> set[str]:
    """The roots of the applications that stand alone."""
    manifests = {posixpath.dirname(path) for path in project.files if posixpath.basename(path) in MANIFESTS}
    return {
        _root_of(application.span.path, manifests)
        for application in project.each(Application)
        if application.scope is Scope.SERVICE and not application.mounted
    }


def _root_of(path: str, manifests: set[str]) -> str:
    """The nearest folder above a file that holds a manifest; the scanned root where none does."""
    folder = posixpath.dirname(path)
    while folder:
        if folder in manifests:
            return folder
        folder = posixpath.dirname(folder)
    return ""


def _name_of(project: Project, root: str, fallback: str) -> str:
    """The project's own name from its manifest, else its folder's."""
    text = project.text(posixpath.join(root, "pyproject.toml"))
    if text is not None:
        import tomllib

        try:
            manifest = read_tables(text)
        except tomllib.TOMLDecodeError:
            manifest = {}
        for table in (manifest.get("project"), _table(_table(manifest, "tool"), "poetry")):
            if isinstance(table, dict) and isinstance(table.get("name"), str) and table["name"].strip():
                return str(table["name"]).strip()[:80]
    return posixpath.basename(root) or fallback


def _table(value: object, key: str) -> object:
    return value.get(key) if isinstance(value, dict) else None


def _service(
    project: Project,
    rules: Sequence[Rule],
    root: str,
    name: str,
    lost: set[str],
    others: set[str],
    unread_languages: frozenset[str],
) -> Service:
    deeper = [other for other in others if _holds(root, other)]

    def mine(path: str) -> bool:
        return _holds(root, path) and not any(_holds(other, path) for other in deeper)

    applications = [each for each in project.each(Application) if each.scope is Scope.SERVICE and mine(each.span.path)]
    code = [file for path, file in project.files.items() if file.language == "python" and mine(path)]
    own = [file for file in code if file.scope not in (Scope.VENDORED, Scope.GENERATED)]
    read = [file for file in own if file.path not in lost]
    routes = [route for route in project.each(Route) if route.scope is Scope.SERVICE and mine(route.span.path)]
    queries = [query for query in project.each(Query) if query.scope is Scope.SERVICE and mine(query.span.path)]
    reads = [each for each in project.each(Read) if each.scope is Scope.SERVICE and mine(each.span.path)]
    named = _named_packages(project, [file.path for file in own if file.scope is Scope.SERVICE], mine)
    data = {query.library for query in queries} | {each.library for each in reads}
    recognised = Recognised(
        frameworks=tuple(sorted({each.framework for each in applications if each.routed}))
        + tuple(sorted(DISPLAY_NAMES.get(library, library) for library in data)),
        unread=tuple(sorted({each.framework for each in applications if not each.routed})),
        databases=tuple(sorted({title for package, title in DATABASES.items() if package in named})),
        files=len(own),
        files_read=len(read),
        lines=sum(summary.lines for file in read if (summary := project.summary(file.path)) is not None),
        routes=len(routes),
        queries=len(queries),
        tests=sum(file.scope is Scope.TEST for file in own),
        languages_unread=_unread_languages(project, mine, unread_languages),
    )
    return Service(
        name=name,
        root=root,
        profile=_profile(applications, named, unread=bool(own) and not read),
        recognised=recognised,
        witnesses=_witnesses(project, rules, named, mine, len(read), len(own)),
    )


def _named_packages(project: Project, paths: Sequence[str], mine: Callable[[str], bool]) -> frozenset[str]:
    """Top-level packages that the service's code imports, and distributions that its manifests and locks name."""
    named = set()
    for path in paths:
        summary = project.summary(path)
        if summary is not None:
            named |= {each.module.partition(".")[0] for each in summary.imports if each.level == 0}
    for dependency in project.each(Dependency):
        if mine(dependency.span.path):
            named |= {dependency.name, dependency.name.replace("-", "_")}
    return frozenset(named)


def _profile(applications: Sequence[Application], named: frozenset[str], *, unread: bool) -> str:
    """What the code is, as far as its applications and packages show; of code that nobody could read nothing is known, and a
    service is what must prove most."""
    if applications or unread:
        return "service"
    if named & CAPABILITIES.get("tasks", frozenset()):
        return "worker"
    if named & CAPABILITIES.get("web", frozenset()):
        # A web framework is named but no application was found: an unread service, not a library.
        return "service"
    return "library"


def _witnesses(
    project: Project, rules: Sequence[Rule], named: frozenset[str], mine: Callable[[str], bool], read: int, total: int
) -> dict[str, str]:
    """Why each rule that finds no site may be called not applicable; nothing for a rule without such a proof."""
    if total == 0 or read < READ_SHARE * total:
        return {}
    witnesses = {}
    for rule in rules:
        capabilities = {kind.capability for kind in rule.needs if kind.capability}
        known = frozenset().union(*(CAPABILITIES.get(capability, frozenset()) for capability in capabilities))
        if capabilities and named & known:
            bases = {base for kind in rule.needs for base in kind.rests_on}
            if bases and (number := _all_resolved(project, bases, mine)):
                witnesses[rule.id] = f"none among {number} {_in_words(bases)} ({read} of {total} files read)"
            continue
        what = " or ".join(sorted(capabilities))
        reason = f"no {what} library is imported or required" if what else "no such code"
        witnesses[rule.id] = f"{reason} ({read} of {total} files read)"
    return witnesses


def _all_resolved(project: Project, kinds: set[type[Fact]], mine: Callable[[str], bool]) -> int:
    """The number of facts of these kinds in a service; 0 where one of them could not be resolved."""
    facts = [
        fact for kind in kinds for fact in project.each(kind) if fact.scope is Scope.SERVICE and mine(fact.span.path)
    ]
    return 0 if any(fact.resolution is Resolution.UNRESOLVED for fact in facts) else len(facts)


def _in_words(kinds: set[type[Fact]]) -> str:
    """`list endpoints` for `ListEndpoint`."""
    names = sorted(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind.__name__).lower() for kind in kinds)
    return " and ".join(f"{name[:-1]}ies" if name.endswith("y") else f"{name}s" for name in names)


def _unread_languages(
    project: Project, mine: Callable[[str], bool], languages: frozenset[str]
) -> tuple[tuple[str, int], ...]:
    counts = Counter(
        file.language
        for path, file in project.files.items()
        if file.language in languages and file.scope is Scope.SERVICE and mine(path)
    )
    return tuple(sorted(counts.items(), key=lambda each: (-each[1], each[0])))
