"""Paths with cheap marks of their content in; what each file is for at run time out.

A name alone is weak: `app/tests/` may be the exams of a school, `app/vendor/` the sellers of a shop, `app/docs/` a document store,
`app/services/migration.py` a moving company. So a folder's name counts together with what lies in it, and a file's name with what
stands in it. Where both are silent a file is `service`: too much is judged rather than too little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from readiness.discovery.shelves import Shelves
from readiness.model.source import Scope


class Mark:
    """What the content of one file gives away: bits of an int (an IntFlag costs a tenth of a listing)."""

    NONE = 0
    GENERATED = 1
    """A generator signed it."""
    MIGRATION = 2
    """It holds a database migration, or drives them."""
    TESTS = 4
    """It defines tests."""
    ROUTES = 8
    """It defines routes or an application of a web framework."""
    SCRIPT = 16
    """It is a set-up script, a task file or Django's `manage.py`."""
    SHEBANG = 32
    """It is started by its own first line and has no suffix."""
    ASKS_TOOLS = 64
    """It imports from a package that is called `tools`."""
    ASKS_INNER_TOOLS = 128
    """It imports from a package `tools` inside of another one."""


_RANK = (Scope.SERVICE, Scope.SCRIPT, Scope.GENERATED, Scope.MIGRATION, Scope.TEST, Scope.VENDORED)

_OTHER_TEST_NAME = re.compile(
    r"(?:\.(?:test|spec|cy|e2e)\.[cm]?[jt]sx?|_test\.go|_spec\.rb|Tests?\.(?:java|kt|cs|php|scala|swift)|_test\.exs?)\Z"
)
_GENERATED_NAME = re.compile(
    r"(?:_pb2(?:_grpc)?\.pyi?|\.pb\.(?:go|cc|h)|_pb\.(?:js|d\.ts)|\.g\.dart|\.min\.(?:js|css)|\.generated\.\w+)\Z"
)
_MIGRATION_NAME = re.compile(r"(?:V?\d{3,}_\w+|V\d+__\w+)\.(?:py|sql)", re.IGNORECASE)
WEAK_SCRIPT_NAMES = frozenset({"cli.py", "__main__.py"})

TEST_FOLDERS = frozenset(
    [
        "tests",
        "test",
        "__tests__",
        "testsuite",
        "test_suite",
        "testcases",
        "testing",
        "e2e",
        "unit_tests",
        "integration_tests",
        "functional_tests",
        "acceptance_tests",
        "system_tests",
        "smoke_tests",
        "load_tests",
        "performance_tests",
        "contract_tests",
        ".semgrep",  # rules for a scanner beside the code that they must and must not find
        "api_tests",
        "e2e_tests",
        "end_to_end_tests",
    ]
)
_MIGRATION_FOLDERS = frozenset({"migrations", "migration", "data_migrations", "alembic"})
_VENDORED_FOLDERS = frozenset(
    "_vendor _vendored vendored third_party thirdparty node_modules bower_components site_packages dist_packages".split()  # noqa: SIM905 (a table of words)
)
_THIRD_PARTY = frozenset({"third_party", "thirdparty"})
_SETTINGS_FOLDERS = frozenset({"settings", "config", "conf", "configs"})
_OPEN_SCRIPT_FOLDERS = frozenset(
    [
        "docs",
        "doc",
        "docs_src",
        "example",
        "examples",
        "sample",
        "samples",
        "demo",
        "demos",
        "benchmark",
        "benchmarks",
        "hack",
        "ci",
        ".github",
        ".gitlab",
        ".circleci",
        "devtools",
        "dev",
        "scripts",
        "script",
        "bin",
    ]
)
"""Folders of scripts where they stand at the top of a project."""
_TOOL_FOLDERS = frozenset({"tools", "tooling"})
"""At the top of a project: scripts of its developers, unless the service imports them (the tools of a language model's agent)."""
_INNER_SCRIPT_FOLDERS = frozenset({"scripts", "script"})
"""Folders of scripts wherever they stand."""
_PACKAGED_SCRIPT_FOLDERS = _INNER_SCRIPT_FOLDERS | {"bin", "cli"}
"""Folders of scripts inside a package."""
SCRIPT_FOLDERS = _OPEN_SCRIPT_FOLDERS | _PACKAGED_SCRIPT_FOLDERS | _TOOL_FOLDERS
_PROJECT_NAMES = frozenset(
    [
        "pyproject.toml",
        "setup.py",
        "setup.cfg",
        "requirements.txt",
        "pipfile",
        "package.json",
        "manage.py",
        "go.mod",
        "cargo.toml",
        "dockerfile",
        "makefile",
        "readme.md",
        "readme.rst",
    ]
)
"""What the top folder of a project holds."""


def scopes_of(marks: dict[str, int], names: Iterable[str]) -> dict[str, Scope]:
    """The scope of every file. `marks` are those of the files that were read, `names` the paths of all files."""
    return _Tree(marks, names).scopes()


class _Tree:
    """The folders of one scan, with what lies in them."""

    def __init__(self, marks: dict[str, int], names: Iterable[str]) -> None:
        self.marks = marks
        self.names = sorted(names)
        self.packages: set[str] = set()
        self.tested: set[str] = set()
        """Folders with tests in them, at any depth."""
        self.migrated: set[str] = set()
        """Folders with migrations in them, at most one folder deeper."""
        self.licensed: set[str] = set()
        """Folders that hold the list of what was copied into them."""
        self.routed: set[str] = set()
        """Folders with routes or models in them, at any depth."""
        self.asking: set[str] = set()
        """Folders with files that import from a package called `tools`."""
        self.asking_inside: set[str] = set()
        """The same for a package `tools` inside of another one."""
        self.projects: set[str] = {""}
        self.folders: dict[str, Scope] = {"": Scope.SERVICE}
        self.shelves = Shelves()
        for path in self.names:
            self._note(path)
        self.copied = self.shelves.found(self.packages)
        """Folders that hold copies of libraries, whatever they are called."""

    def _note(self, path: str) -> None:
        folder, _, name = path.rpartition("/")
        mark = self.marks.get(path, Mark.NONE)
        self.shelves.note(folder, name)
        if name == "__init__.py":
            self.packages.add(folder)
        elif name in {"vendor.txt", "vendor.json", "modules.txt"}:
            self.licensed.add(folder)
        elif name.lower() in _PROJECT_NAMES:
            self.projects.add(folder)
        if mark & Mark.TESTS or name == "conftest.py" or _OTHER_TEST_NAME.search(name):
            _add_with_parents(self.tested, folder)
        if mark & Mark.ROUTES:
            _add_with_parents(self.routed, folder)
        if mark & Mark.ASKS_TOOLS and not mark & Mark.TESTS:
            self.asking.add(folder)
        if mark & Mark.ASKS_INNER_TOOLS and not mark & Mark.TESTS:
            self.asking_inside.add(folder)
        if mark & Mark.MIGRATION or (_plain(folder) in _MIGRATION_FOLDERS and _MIGRATION_NAME.fullmatch(name)):
            self.migrated.add(folder)
            self.migrated.add(folder.rpartition("/")[0])

    def scopes(self) -> dict[str, Scope]:
        return {path: self._file(path) for path in self.names}

    def _file(self, path: str) -> Scope:
        folder, _, name = path.rpartition("/")
        mark = self.marks.get(path, Mark.NONE)
        own = Scope.SERVICE
        if mark & Mark.TESTS or name in {"conftest.py", "locustfile.py"} or _OTHER_TEST_NAME.search(name):
            own = Scope.TEST
        elif mark & Mark.MIGRATION:
            own = Scope.MIGRATION
        elif mark & Mark.GENERATED or _GENERATED_NAME.search(name):
            own = Scope.GENERATED
        elif mark & (Mark.SCRIPT | Mark.SHEBANG) or (name.lower() in WEAK_SCRIPT_NAMES and not mark & Mark.ROUTES):
            own = Scope.SCRIPT
        around = self._folder(folder)
        if around is Scope.SCRIPT and mark & Mark.ROUTES and folder.rpartition("/")[0] in self.packages:
            around = Scope.SERVICE
        return max(own, around, key=_RANK.index)

    def _folder(self, folder: str) -> Scope:
        known = self.folders.get(folder)
        if known is None:
            around = self._folder(folder.rpartition("/")[0])
            known = self.folders[folder] = max(self._own(folder), around, key=_RANK.index)
        return known

    def _own(self, folder: str) -> Scope:
        """What a folder is by its own name and by what lies in it."""
        name = _plain(folder)
        if folder in self.copied or self._vendored(folder, name):
            return Scope.VENDORED
        if name in TEST_FOLDERS and (folder in self.tested or "/" not in folder):
            return Scope.TEST
        if name in _MIGRATION_FOLDERS and folder in self.migrated:
            return Scope.MIGRATION
        if name == "commands" and _plain(folder.rpartition("/")[0]) == "management":
            return Scope.SCRIPT
        return Scope.SCRIPT if self._holds_scripts(folder, name) else Scope.SERVICE

    def _vendored(self, folder: str, name: str) -> bool:
        if name in {"vendor", "vendors"}:
            return folder in self.licensed or folder not in self.packages
        if name in _THIRD_PARTY and _plain(folder.rpartition("/")[0]) in _SETTINGS_FOLDERS:
            # `settings/third_party/celery.py` sets a library up.
            return False
        return name in _VENDORED_FOLDERS

    def _holds_scripts(self, folder: str, name: str) -> bool:
        if name.startswith("."):
            # No package can have such a name: it holds what a tool of the developers reads.
            return True
        above = folder.rpartition("/")[0]
        if above in self.packages:
            return name in _PACKAGED_SCRIPT_FOLDERS
        if above in self.projects:
            if name in _TOOL_FOLDERS:
                return folder not in self.routed and not self._asked_for(folder, above)
            return name in _OPEN_SCRIPT_FOLDERS and not (folder in self.packages and folder in self.routed)
        return name in _INNER_SCRIPT_FOLDERS

    def _asked_for(self, folder: str, project: str) -> bool:
        """Whether other code of the project imports from a package with the name of this folder. Of a folder at the top of the
        tree nobody says `something.tools`: that is another package's."""
        return any(
            _within(each, project) and not _within(each, folder) and _plain(each) not in _OPEN_SCRIPT_FOLDERS
            for each in (self.asking | self.asking_inside if project else self.asking)
        )


def _within(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")


def _add_with_parents(folders: set[str], folder: str) -> None:
    while folder not in folders:
        folders.add(folder)
        folder = folder.rpartition("/")[0]


def _plain(folder: str) -> str:
    """The last name of a folder, spelled one way."""
    return folder.rpartition("/")[2].lower().replace("-", "_")
