"""The text of a manifest in; the distributions that it asks for out. Nothing is installed, resolved or run."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from msgspec import Struct

from readiness.tables import read_tables

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)", re.DOTALL)
_PIN = re.compile(r"===?\s*([A-Za-z0-9][A-Za-z0-9.!+_-]*)\Z")
_NOT_PRODUCTION = re.compile(
    r"(?:^|[-_./])(dev|develop|development|test|tests|testing|lint|docs?|ci|typing|local)(?:[-_./]|$)"
)

MOST = 20_000
"""Requirements of one file."""

LOOKED_AT = 100_000_000
"""Characters of one file that are looked at to place its requirements."""


class ManifestError(Exception):
    """The file cannot be read; the text is the end of a sentence that says why."""


class Requirement(Struct, frozen=True):
    """One distribution that a manifest asks for."""

    name: str
    """Normalised: lower case, `-`."""
    wanted: str
    """As written: `>=2,<3`, `^1.4`, a URL; empty for any version."""
    line: int
    group: str = ""
    """The extra or group; empty for what the program itself needs."""

    @property
    def pinned(self) -> str:
        """The version where the requirement allows one only."""
        found = _PIN.fullmatch(self.wanted.strip())
        return found[1] if found and not found[1].endswith("*") else ""


class Included(Struct, frozen=True):
    """Another file that a requirements file takes in."""

    path: str
    """As written, relative to the file."""
    constrains: bool
    """`-c`: it sets versions and asks for nothing."""


def normalised(name: str) -> str:
    """A distribution's name as the index compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_pyproject(text: str) -> list[Requirement]:
    """PEP 621, dependency groups (PEP 735), and the tables of poetry, pdm and uv. Raises ManifestError."""
    data = _toml(text)
    lines = _Lines(text)
    found: list[Requirement] = []
    project = _table(data, "project")
    found += _from_list(project.get("dependencies"), "", lines)
    for group, each in _table(project, "optional-dependencies").items():
        found += _from_list(each, group, lines)
    for group, each in _table(data, "dependency-groups").items():
        found += _from_list(each, group, lines)
    tool = _table(data, "tool")
    poetry = _table(tool, "poetry")
    found += _from_table(_table(poetry, "dependencies"), "", lines)
    found += _from_table(_table(poetry, "dev-dependencies"), "dev", lines)
    for group, each in _table(poetry, "group").items():
        found += _from_table(_table(each, "dependencies"), group, lines)
    for group, each in _table(_table(tool, "pdm"), "dev-dependencies").items():
        found += _from_list(each, group, lines)
    found += _from_list(_table(tool, "uv").get("dev-dependencies"), "dev", lines)
    return found[:MOST]


def read_pipfile(text: str) -> list[Requirement]:
    """The two tables of a Pipfile. Raises ManifestError."""
    data = _toml(text)
    lines = _Lines(text)
    packages = _from_table(_table(data, "packages"), "", lines)
    return [*packages, *_from_table(_table(data, "dev-packages"), "dev", lines)][:MOST]


def read_requirements(text: str, path: str) -> tuple[list[Requirement], list[Included]]:
    """The lines of a requirements file of pip; its name says whether they are for production."""
    name = _NOT_PRODUCTION.search(path.lower().removesuffix(".txt").removesuffix(".in").rpartition("/")[2])
    group = name[1] if name else ""
    found: list[Requirement] = []
    included: list[Included] = []
    for number, line in _logical_lines(text):
        option = re.match(r"(-r|--requirement|-c|--constraint)[\s=]*(\S+)", line)
        if option:
            included.append(Included(option[2], option[1] in {"-c", "--constraint"}))
        elif not line.startswith("-"):
            requirement = _requirement(re.split(r"\s--", line)[0], number, group)
            if requirement is not None:
                found.append(requirement)
    return found[:MOST], included


def read_setup_cfg(text: str) -> list[Requirement]:
    """`install_requires` and the extras of setuptools' setup.cfg. Raises ManifestError."""
    import configparser

    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise ManifestError(f"it is no INI file ({error.message.splitlines()[0][:200]})") from None
    lines = _Lines(text)
    found = _from_list(parser.get("options", "install_requires", fallback="").splitlines(), "", lines)
    if parser.has_section("options.extras_require"):
        for group, each in parser.items("options.extras_require"):
            found += _from_list(each.splitlines(), group, lines)
    return found[:MOST]


def read_setup_py(tree: ast.Module) -> list[Requirement]:
    """The literal lists in a call of `setup`, or bound to a name in the module; anything computed is left out."""
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found: list[Requirement] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not _is_setup(node.func):
            continue
        for keyword in node.keywords:
            value = constants.get(keyword.value.id) if isinstance(keyword.value, ast.Name) else keyword.value
            if keyword.arg == "install_requires":
                found += _from_literals(value, "")
            elif keyword.arg == "extras_require" and isinstance(value, ast.Dict):
                for key, each in zip(value.keys, value.values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        found += _from_literals(each, key.value)
    return found[:MOST]


def _is_setup(called: ast.expr) -> bool:
    """`setup` or `setuptools.setup`."""
    if isinstance(called, ast.Attribute):
        return called.attr == "setup" and isinstance(called.value, ast.Name) and called.value.id == "setuptools"
    return isinstance(called, ast.Name) and called.id == "setup"


class _Lines:
    """Tells on which line a text first stands, looking from the last line found; 1 after too much was looked at in vain."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._at = 0
        self._left = LOOKED_AT

    def of(self, words: str) -> int:
        start = words.strip()[:80]
        return self._first(lambda line: bool(start) and start in line) or 1

    def of_key(self, key: str) -> int:
        begins = re.compile(rf"""\s*["']?{re.escape(key[:80])}["']?\s*=""")
        return self._first(lambda line: begins.match(line) is not None) or self.of(key)

    def _first(self, fits: Callable[[str], bool]) -> int:
        """The number of the next line that fits, the beginning coming after the end; 0 where none does."""
        for at in chain(range(self._at, len(self._lines)), range(self._at)):
            self._left -= len(self._lines[at]) + 20
            if self._left < 0:
                return 0
            if fits(self._lines[at]):
                self._at = at
                return at + 1
        return 0


def _toml(text: str) -> dict[str, object]:
    import tomllib

    try:
        return read_tables(text)
    except tomllib.TOMLDecodeError as error:
        raise ManifestError(f"it is no TOML ({str(error)[:200]})") from None


def _table(data: object, key: str) -> Mapping[str, object]:
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, dict) else {}


def _from_list(values: object, group: str, lines: _Lines) -> list[Requirement]:
    if not isinstance(values, list):
        return []
    found = (_requirement(value, lines.of(value), group) for value in values if isinstance(value, str))
    return [each for each in found if each is not None]


def _from_table(values: Mapping[str, object], group: str, lines: _Lines) -> list[Requirement]:
    """Tables of poetry and Pipfile: name to a version, to a table with one, or to a list of such tables."""
    found = []
    for name, value in values.items():
        if name.lower() == "python":
            continue
        first = value[0] if isinstance(value, list) and value else value
        table = first if isinstance(first, dict) else {}
        wanted = (
            first
            if isinstance(first, str)
            else str(table.get("version") or table.get("git") or table.get("path") or "")
        )
        optional = "optional" if table.get("optional") is True and not group else group
        found.append(Requirement(normalised(name), "" if wanted == "*" else wanted, lines.of_key(name), optional))
    return found


def _from_literals(value: ast.expr | None, group: str) -> list[Requirement]:
    items = value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
    found = (
        _requirement(item.value, item.lineno, group)
        for item in items
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    )
    return [each for each in found if each is not None]


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Number and text of each line, continued ones put together, comments and blanks left out."""
    waiting, first = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        first = first or number
        waiting += re.sub(r"(?:^|\s)#.*", "", line)
        if waiting.endswith("\\"):
            waiting = waiting[:-1] + " "
            continue
        if waiting.strip():
            yield first, waiting.strip()
        waiting, first = "", 0
    if waiting.strip():
        yield first, waiting.strip()


def _requirement(text: str, line: int, group: str) -> Requirement | None:
    """A requirement of PEP 508; a URL or a folder without a name is none."""
    text = text.strip()
    if not text or text.startswith((".", "/", "git+", "http:", "https:", "file:")):
        return None
    found = _REQUIREMENT.fullmatch(text[:2000])
    if found is None:
        return None
    wanted = re.split(r"\s*;", found[2], maxsplit=1)[0].strip().removeprefix("@").strip()
    if wanted.startswith("(") and wanted.endswith(")"):
        wanted = wanted[1:-1]
    return Requirement(normalised(found[1]), wanted, line, group)
