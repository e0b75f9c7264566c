"""Finds rules and recognisers: installed entry points and `--plugin` folders in, plugin objects and problems out.

Built-in ones come through the same entry points as anyone else's. What breaks is named; the rest is used.
"""

import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from msgspec import Struct

from readiness.errors import ReadinessError
from readiness.model import Fix, Library, Problem, Rule, Stage

RULES = "readiness.rules"
LIBRARIES = "readiness.libraries"
T = TypeVar("T", Rule, Library, Fix)


class Plugins(Struct, frozen=True):
    """What was found."""

    rules: dict[str, Rule]
    """By id, sorted."""
    libraries: tuple[Library, ...]
    """By stage, then name."""
    problems: tuple[Problem, ...]
    fixes: dict[str, Fix] = {}
    """By the id of the rule that they belong to."""

    def rule(self, name: str) -> Rule | None:
        """The rule of that id or alias."""
        if name in self.rules:
            return self.rules[name]
        return next((rule for rule in self.rules.values() if name in rule.aliases), None)


def load_plugins(paths: Sequence[str] = ()) -> Plugins:
    """Load every plugin of the installed environment and of `paths`.

    Raises ReadinessError when a path does not exist.
    """
    problems: list[Problem] = []
    modules: list[ModuleType] = []
    for name in _entry_point_modules(problems):
        modules.extend(_import_tree(name, problems))
    for path in paths:
        modules.extend(_import_path(path, problems))
    rules = _collect(modules, "rule", Rule, problems)
    libraries = _collect(modules, "library", Library, problems)
    fixes = {fix.rule: fix for fix in _collect(modules, "fix", Fix, problems)}
    ids = {rule.id for rule in rules}
    problems.extend(
        Problem(Stage.PLUGIN, fix.module, f"there is no rule {name!r} whose failures it could mend")
        for name, fix in sorted(fixes.items())
        if name not in ids
    )
    return Plugins(
        rules={rule.id: rule for rule in sorted(rules, key=lambda rule: rule.id)},
        libraries=tuple(sorted(libraries, key=lambda each: (Library.STAGES.index(each.stage), each.module))),
        problems=tuple(problems),
        fixes=fixes,
    )


def plugin_packages(paths: Sequence[str] = ()) -> tuple[Path, ...]:
    """Where the plugins lie, found without importing their modules, for the fingerprint.

    Raises ReadinessError when a path does not exist.
    """
    found: set[Path] = set()
    for name in _entry_point_modules([]):
        try:
            spec = importlib.util.find_spec(name)
        except (ImportError, ValueError):
            continue
        if spec is not None:
            found |= {
                Path(place) for place in spec.submodule_search_locations or ([spec.origin] if spec.origin else [])
            }
    return tuple(sorted(found | {_existing(path) for path in paths}))


def page_of(rule: Rule) -> str | None:
    """The Markdown page that stands beside a rule's module, None where there is none."""
    origin = getattr(sys.modules.get(rule.module), "__file__", None)
    if origin is None:
        return None
    page = Path(origin).with_suffix(".md")
    try:
        return page.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _entry_point_modules(problems: list[Problem]) -> Iterator[str]:
    from importlib.metadata import entry_points

    seen: set[str] = set()
    for group in (RULES, LIBRARIES):
        for entry in sorted(entry_points(group=group), key=lambda entry: (entry.name, entry.value)):
            module = entry.value.partition(":")[0]
            if module in seen:
                continue
            seen.add(module)
            yield module


def _import_tree(name: str, problems: list[Problem]) -> Iterator[ModuleType]:
    root = _import(name, problems)
    if root is None:
        return
    yield root
    for path in getattr(root, "__path__", ()):
        yield from _walk([path], f"{name}.", problems)


def _walk(paths: Iterable[str], prefix: str, problems: list[Problem]) -> Iterator[ModuleType]:
    for found in sorted(pkgutil.iter_modules(paths, prefix), key=lambda found: found.name):
        module = _import(found.name, problems)
        if module is None:
            continue
        yield module
        if found.ispkg:
            yield from _walk(module.__path__, f"{found.name}.", problems)


def _import(name: str, problems: list[Problem]) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except Exception as error:  # noqa: BLE001 -- whatever a plugin raises, it is named and the run goes on
        problems.append(Problem(Stage.PLUGIN, name, f"cannot be imported: {type(error).__name__}: {error}"))
        return None


def _existing(path: str) -> Path:
    place = Path(path).resolve()
    if not place.exists():
        raise ReadinessError(f"--plugin {path}: there is no such file or folder; name the folder that holds your rules")
    return place


def _import_path(path: str, problems: list[Problem]) -> Iterator[ModuleType]:
    place = _existing(path)
    name = f"readiness_plugin_{place.stem.replace('-', '_').replace('.', '_')}"
    if place.is_dir():
        package = ModuleType(name)
        package.__path__ = [str(place)]
        sys.modules[name] = package
        # The finders cache folder listings; a plugin written a moment ago must be seen.
        importlib.invalidate_caches()
        yield from _walk([str(place)], f"{name}.", problems)
        return
    spec = importlib.util.spec_from_file_location(f"{name}.{place.stem}", place)
    if spec is None or spec.loader is None:
        raise ReadinessError(f"--plugin {path}: this is no Python file; name a .py file or a folder of them")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # noqa: BLE001 -- whatever a plugin raises, it is named and the run goes on
        problems.append(Problem(Stage.PLUGIN, path, f"cannot be imported: {type(error).__name__}: {error}"))
        return
    yield module


def _collect(modules: Sequence[ModuleType], attribute: str, kind: type[T], problems: list[Problem]) -> list[T]:
    found: dict[str, T] = {}
    for module in modules:
        plugin = getattr(module, attribute, None)
        if not isinstance(plugin, kind):
            continue
        if plugin.module != module.__name__:
            # Imported from elsewhere, not made here.
            continue
        name = plugin.id if isinstance(plugin, Rule) else plugin.module
        if name in found:
            problems.append(
                Problem(
                    Stage.PLUGIN,
                    module.__name__,
                    f"{name!r} is already taken by {found[name].module}; this one is left out",
                )
            )
            continue
        found[name] = plugin
    return list(found.values())
