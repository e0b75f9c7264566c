"""Paths of Python files and what they import in; module names and the files that imports mean out.

Nothing is configured: which folders stand on the import path is read from marks (manifests, entry files, `src`) and from
the imports themselves.
"""

import hashlib
import posixpath
import sys
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from readiness.model.source import Scope, SourceFile
from readiness.model.summary import Import, Summary

MARKS = frozenset(
    {
        "pyproject.toml",
        "setup.py",
        "setup.cfg",
        "manage.py",
        "requirements.txt",
        "Pipfile",
        "Dockerfile",
        "uv.lock",
        "poetry.lock",
        "alembic.ini",
        "tox.ini",
        "pytest.ini",
        "main.py",
        "app.py",
        "wsgi.py",
        "asgi.py",
    }
)
"""Files that make their folder look like a place programs are started from."""
INSTALLED = frozenset({"setup.py", "pyproject.toml"})
"""Files by which what is in their folder gets installed under its own name, wherever the folder stands."""

STANDARD_PACKAGES = frozenset(
    {
        "asyncio", "collections", "concurrent", "ctypes", "curses", "dbm", "distutils", "email", "encodings",
        "ensurepip", "html", "http", "importlib", "json", "lib2to3", "logging", "multiprocessing", "os", "pathlib",
        "re", "sqlite3", "string", "sysconfig", "tkinter", "tomllib", "unittest", "urllib", "venv", "wsgiref", "xml",
        "xmlrpc", "zipfile", "zoneinfo",
    }
)  # fmt: skip
"""Packages of the standard library, whose submodules a folder of the project never stands in for."""

Wanted: TypeAlias = dict[str, dict[str, set[str]]]
"""Top-level name -> dotted name -> folders in which an import of it is written."""

SUFFIXES = (".py", ".pyi")


class Modules:
    """Import roots, module names and import targets of one scan.

    A target is the path of a file, or a folder with a trailing slash for a package without `__init__.py`.
    """

    def __init__(self, files: Mapping[str, SourceFile], summaries: Mapping[str, Summary]) -> None:
        self._summaries = summaries
        self._paths = {path for path in summaries if path.endswith(SUFFIXES)}
        self._vendored = {path for path in self._paths if path in files and files[path].scope is Scope.VENDORED}
        self._children: dict[str, set[str]] = {"": set()}
        """Folder with Python files somewhere below -> names of the modules and folders in it."""
        self._holders: dict[str, set[str]] = {}
        """Name of a module or folder -> folders that hold one."""
        vendored = {path for path in self._paths if path in files and files[path].scope is Scope.VENDORED}
        for path in self._paths:
            inside, name = path.rpartition(".")[0], ""
            while inside:
                inside, _, name = inside.rpartition("/")
                self._children.setdefault(inside, set()).add(name)
                if path not in vendored:
                    self._holders.setdefault(name, set()).add(inside)
        self._marked = {posixpath.dirname(path) for path in files if posixpath.basename(path) in MARKS}
        self._installed = {posixpath.dirname(path) for path in files if posixpath.basename(path) in INSTALLED}
        self._wanted: tuple[Wanted, Wanted] | None = None
        self._packages: dict[str, bool] = {}
        self._relative: set[str] = set()
        self._roots: dict[str, bool] = {}
        self._root_of: dict[str, str] = {}
        self._names: dict[str, str] | None = None
        self._by_name: dict[str, str] = {}
        self._found: dict[tuple[str, str], tuple[str, bool]] = {}

    # What a name in an import statement means

    def target(self, path: str, module: str, level: int = 0) -> tuple[str, bool]:
        """The target of an import written in a file, empty where it is not of the project; whether its package is ours."""
        folder = posixpath.dirname(path)
        key = (folder, "." * level + module)
        if key not in self._found:
            self._found[key] = self._relative_target(folder, module, level) if level else self._absolute(folder, module)
        return self._found[key]

    def submodule(self, target: str, name: str) -> str:
        """The module `name` inside a package, or empty."""
        if target.endswith("/"):
            return self._at(target[:-1], (name,))
        folder, _, file = target.rpartition("/")
        return self._at(folder, (name,)) if file in ("__init__.py", "__init__.pyi") else ""

    def _relative_target(self, folder: str, module: str, level: int) -> tuple[str, bool]:
        for _ in range(level - 1):
            if not folder:
                return "", True
            folder = posixpath.dirname(folder)
        parts = tuple(module.split(".")) if module else ()
        return self._at(folder, parts), True

    def _absolute(self, folder: str, module: str) -> tuple[str, bool]:
        parts = tuple(module.split("."))
        holders = self._holders.get(parts[0])
        if holders is None:
            return "", False
        roots = sorted((root for root in holders if self._is_root(root)), key=lambda root: _distance(root, folder))
        if parts[0] in sys.stdlib_module_names:
            if len(parts) == 1 or parts[0] in STANDARD_PACKAGES:
                return "", False
            roots = [root for root in roots if self._is_package_file(_join(root, parts[0]))]
        namespace, owned = "", False
        for root in roots:
            found = self._at(root, parts)
            if found and not found.endswith("/"):
                return found, True
            namespace = namespace or found
            owned = owned or self._is_regular(root, parts[0])
        return namespace, owned

    def _at(self, folder: str, parts: Sequence[str]) -> str:
        for part in parts[:-1]:
            folder = _join(folder, part)
            if folder not in self._children:
                return ""
        if parts:
            return self._child(folder, parts[-1])
        return self._file(_join(folder, "__init__")) or (f"{folder}/" if folder in self._children else "")

    def _child(self, folder: str, name: str) -> str:
        base = _join(folder, name)
        package = base in self._children
        if package and (found := self._file(f"{base}/__init__")):
            return found
        return self._file(base) or (f"{base}/" if package else "")

    def _file(self, base: str) -> str:
        return next((base + suffix for suffix in SUFFIXES if base + suffix in self._paths), "")

    def _is_package_file(self, folder: str) -> bool:
        return bool(self._file(f"{folder}/__init__" if folder else "__init__"))

    def _is_regular(self, root: str, name: str) -> bool:
        base = _join(root, name)
        return bool(self._file(base) or self._is_package_file(base))

    def fingerprint(self) -> str:
        """A digest of everything that answers depend on besides the paths of the files."""
        if self._names is None:
            self._names = self._name_all()
        roots = sorted(folder for folder in self._children if self._is_root(folder))
        told = repr((sorted(self._names.items()), roots)).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(told, digest_size=16).hexdigest()

    # Which folders stand on the import path

    def _is_root(self, folder: str) -> bool:
        known = self._roots.get(folder)
        if known is None:
            known = self._roots[folder] = self._judge_root(folder)
        return known

    def _judge_root(self, folder: str) -> bool:
        if not folder:
            return True
        if folder in self._installed and not self._is_package_file(folder) and self._imported(folder, deep=True):
            return True
        if self._is_package_file(folder) or self._is_package(posixpath.dirname(folder)):
            # A folder of a package is a root only for programs started inside it, which never import it as a package.
            # Its tests, and what else stands beside it, may name it all the same: both ways are on their path.
            return not self._named(folder, below=True) and self._imported(folder, near=True)
        if self._named(folder):
            # Tests may name the folder of a program from above, while the program, started inside of it, imports its files.
            started = folder in self._marked and not self._named(folder, below=True)
            return self._imported(folder, deep=True) or (started and self._imported(folder))
        return folder in self._marked or posixpath.basename(folder) == "src" or self._imported(folder)

    def _is_package(self, folder: str) -> bool:
        """The folder is imported as a package, or stands in one."""
        known = self._packages.get(folder)
        if known is None:
            known = bool(folder) and (
                self._is_package_file(folder) or self._named(folder) or self._is_package(posixpath.dirname(folder))
            )
            self._packages[folder] = known
        return known

    def _named(self, folder: str, *, below: bool = False) -> bool:
        """Some import takes the folder for a package: by its name, or by a relative import inside it; `below`: one that is written
        in the folder."""
        modules, members = self._wants()
        if folder in self._relative:
            return True
        parent, _, name = folder.rpartition("/")
        return any(
            "." in dotted
            and (not below or any(f"{each}/".startswith(f"{folder}/") for each in places))
            and self._exists(parent, dotted)
            for wanted in (modules, members)
            for dotted, places in wanted.get(name, {}).items()
        )

    def _exists(self, root: str, dotted: str) -> bool:
        found = self._at(root, dotted.split("."))
        return bool(found) and not found.endswith("/")

    def _imported(self, folder: str, *, near: bool = False, deep: bool = False) -> bool:
        """Imports find their modules below the folder, and mostly so: a folder of an installed package's name does not count.

        `near`: only imports written below the folder count, and all of them must; `deep`: only dotted ones.
        """
        below = f"{folder}/"
        modules, members = self._wants()
        for name in sorted(self._children.get(folder, set()) - sys.stdlib_module_names):
            wanted = modules.get(name, {})
            own = {dotted for dotted, places in wanted.items() if any(f"{each}/".startswith(below) for each in places)}
            dotted_ones = {each for each in own or (set() if near else wanted) if "." in each}
            found = sum(self._exists(folder, each) for each in dotted_ones)
            if dotted_ones and near:
                if found == len(dotted_ones) and not self._wanted_outside(name):
                    return True
            elif dotted_ones:
                if 2 * found > len(dotted_ones):
                    return True
            elif own and not deep and not self._wanted_outside(name):
                inner = [each for each in members.get(name, ()) if self._exists(folder, each)]
                if inner or self._exists(folder, name):
                    return True
        return False

    def _wanted_outside(self, name: str) -> bool:
        """Someone imports the name where no folder above holds one: it is an installed package's."""
        holders = self._holders.get(name, set())
        return any(
            not any(place == holder or f"{place}/".startswith(f"{holder}/" if holder else "") for holder in holders)
            for places in self._wants()[0].get(name, {}).values()
            for place in places
        )

    def _wants(self) -> tuple[Wanted, Wanted]:
        """Every absolute import that could mean a project file: its module, and its module with the imported name."""
        if self._wanted is None:
            self._wanted = ({}, {})
            for path, summary in self._summaries.items():
                folder = posixpath.dirname(path)
                for each in summary.imports:
                    self._want(folder, each, self._wanted)
        return self._wanted

    def _want(self, folder: str, each: Import, wanted: tuple[Wanted, Wanted]) -> None:
        if each.level:
            for _ in range(each.level):
                self._relative.add(folder)
                folder = folder.rpartition("/")[0]
            return
        top = each.module.partition(".")[0]
        if top in self._holders:
            wanted[0].setdefault(top, {}).setdefault(each.module, set()).add(folder)
            if each.name and each.name != "*":
                wanted[1].setdefault(top, {}).setdefault(f"{each.module}.{each.name}", set()).add(folder)

    # What files are called

    def name(self, path: str) -> str:
        """Dotted name of a file from its import root; from the scanned root where two files would share it."""
        if self._names is None:
            self._names = self._name_all()
        return self._names.get(path) or _dotted(path, "")

    def named(self, module: str) -> str:
        """The file with such a name, or empty."""
        if self._names is None:
            self._names = self._name_all()
        return self._by_name.get(module, "")

    def _name_all(self) -> dict[str, str]:
        short: dict[str, list[str]] = {}
        for path in sorted(self._summaries):
            short.setdefault(_dotted(path, self._root(posixpath.dirname(path))), []).append(path)
        names: dict[str, str] = {}
        for name, paths in sorted(short.items()):
            for path in paths:
                unique = name if len(paths) == 1 else _dotted(path, "")
                if unique in self._by_name:
                    unique = path
                names[path] = unique
                self._by_name[unique] = path
        return names

    def _root(self, folder: str) -> str:
        known = self._root_of.get(folder)
        if known is None:
            known = folder
            if folder and (self._is_package(folder) or not self._is_root(folder)):
                known = self._root(posixpath.dirname(folder))
            self._root_of[folder] = known
        return known


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _dotted(path: str, root: str) -> str:
    rest = path[len(root) + 1 :] if root else path
    stem = rest.rpartition(".")[0] if rest.endswith(SUFFIXES) else rest
    parts = stem.split("/")
    if len(parts) > 1 and parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


def _distance(root: str, folder: str) -> tuple[int, bool, int, str]:
    """Order of import roots as seen from a folder: nearest enclosing first, then those that share most of the way."""
    here, there = root.split("/") if root else [], folder.split("/") if folder else []
    common = 0
    for left, right in zip(here, there, strict=False):
        if left != right:
            break
        common += 1
    return -common, common < len(here), len(here), root
