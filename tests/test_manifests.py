"""Manifests and lock files: which distributions a project asks for, and in which version."""

import ast
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.artifacts.locks import read_lock
from readiness.artifacts.manifests import (
    ManifestError,
    Requirement,
    normalised,
    read_pipfile,
    read_pyproject,
    read_requirements,
    read_setup_cfg,
    read_setup_py,
)
from readiness.discovery.memory import listing_of
from readiness.libraries import manifests
from readiness.linking import link
from readiness.model import Dependency, Evidence

PYPROJECT = """\
[project]
name = "shop"
dependencies = [
  "FastAPI[all]>=0.100,<1",
  "typing_extensions; python_version < '3.12'",
  "ours @ https://example.org/ours-1.0.whl",
]

[project.optional-dependencies]
postgres = ["psycopg[binary]==3.1.*"]

[dependency-groups]
test = ["pytest==8.3.1", {include-group = "lint"}]
lint = ["ruff"]

[tool.uv]
dev-dependencies = ["mypy (>=1.0)"]

[tool.pdm.dev-dependencies]
docs = ["mkdocs"]
"""

POETRY = """\
[tool.poetry.dependencies]
python = "^3.11"
flask = "^2.1"
Flask-Caching = {version = "~1.10", extras = ["redis"]}
lxml = {version = "*", optional = true}
numpy = [{version = "1.20", python = "<3.9"}, {version = "1.26", python = ">=3.9"}]
local = {path = "../local"}

[tool.poetry.group.test.dependencies]
pytest = "*"

[tool.poetry.dev-dependencies]
black = "22.1"
"""


def brief(requirements: list[Requirement]) -> list[tuple[str, str, int, str]]:
    return [(each.name, each.wanted, each.line, each.group) for each in requirements]


def test_pyproject_with_every_standard_table() -> None:
    assert brief(read_pyproject(PYPROJECT)) == [
        ("fastapi", ">=0.100,<1", 4, ""),
        ("typing-extensions", "", 5, ""),
        ("ours", "https://example.org/ours-1.0.whl", 6, ""),
        ("psycopg", "==3.1.*", 10, "postgres"),
        ("pytest", "==8.3.1", 13, "test"),
        ("ruff", "", 14, "lint"),
        ("mkdocs", "", 20, "docs"),
        ("mypy", ">=1.0", 17, "dev"),
    ]


def test_pyproject_of_poetry() -> None:
    assert brief(read_pyproject(POETRY)) == [
        ("flask", "^2.1", 3, ""),
        ("flask-caching", "~1.10", 4, ""),
        ("lxml", "", 5, "optional"),
        ("numpy", "1.20", 6, ""),
        ("local", "../local", 7, ""),
        ("black", "22.1", 13, "dev"),
        ("pytest", "", 10, "test"),
    ]


def test_a_pipfile() -> None:
    text = '[packages]\nflask = "*"\n"psycopg2" = {version = "==2.9"}\n[dev-packages]\npytest = "*"\n'
    assert brief(read_pipfile(text)) == [("flask", "", 2, ""), ("psycopg2", "==2.9", 3, ""), ("pytest", "", 5, "dev")]


def test_a_requirements_file_with_everything() -> None:
    text = (
        "# comment\n"
        "-r base.txt\n"
        "--constraint=limits.txt\n"
        "--index-url https://example.org\n"
        "-e .\n"
        "Django==4.2.1 \\\n"
        "    --hash=sha256:abc \\\n"
        "    --hash=sha256:def\n"
        "requests[socks] >= 2.8.1, == 2.8.* ; python_version < '3'  # why\n"
        "git+https://example.org/x.git#egg=x\n"
        "./local\n"
        "\n"
        "uvicorn"
    )
    requirements, included = read_requirements(text, "requirements.txt")
    assert brief(requirements) == [
        ("django", "==4.2.1", 6, ""),
        ("requests", ">= 2.8.1, == 2.8.*", 9, ""),
        ("uvicorn", "", 13, ""),
    ]
    assert [(each.path, each.constrains) for each in included] == [("base.txt", False), ("limits.txt", True)]


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("requirements.txt", ""),
        ("requirements-dev.txt", "dev"),
        ("requirements/test.txt", "test"),
        ("dev/requirements.txt", ""),
        ("requirements_latest.txt", ""),
    ],
)
def test_the_name_of_a_requirements_file_says_what_it_is_for(path: str, group: str) -> None:
    assert read_requirements("flask\n", path)[0][0].group == group


def test_setup_cfg() -> None:
    text = "[options]\ninstall_requires =\n    flask>=2\n    redis%dev\n[options.extras_require]\ntest = pytest; x\n    tox\n"
    assert brief(read_setup_cfg(text)) == [
        ("flask", ">=2", 3, ""),
        ("redis", "%dev", 4, ""),
        ("pytest", "", 6, "test"),
        ("tox", "", 7, "test"),
    ]


def test_setup_py_with_literal_lists_only() -> None:
    text = (
        "from setuptools import setup\nBASE = ['flask>=2']\n"
        "setup(install_requires=BASE, extras_require={'test': ['pytest', computed()], key(): ['x']})\n"
        "setup(install_requires=open('requirements.txt').read().split())\nother(install_requires=['no'])\n"
    )
    assert brief(read_setup_py(ast.parse(text))) == [("flask", ">=2", 2, ""), ("pytest", "", 3, "test")]


@pytest.mark.parametrize(
    ("wanted", "version"),
    [("==1.2", "1.2"), ("== 1.2.3", "1.2.3"), ("===1", "1"), ("==1.*", ""), (">=1", ""), ("==1,!=2", ""), ("", "")],
)
def test_only_one_allowed_version_is_a_pin(wanted: str, version: str) -> None:
    assert Requirement("x", wanted, 1).pinned == version


@pytest.mark.parametrize("name", ["Flask-SQLAlchemy", "flask_sqlalchemy", "FLASK.SQLALCHEMY", "flask-_.sqlalchemy"])
def test_names_are_compared_as_the_index_does(name: str) -> None:
    assert normalised(name) == "flask-sqlalchemy"


UV = """\
version = 1

[[package]]
name = "Fast_API"
version = "0.115.3"
source = { registry = "https://pypi.org/simple" }
dependencies = [
    { name = "starlette" },
]

[[package]]
name = "shop"
version = "1.0"
source = { editable = "." }

[package.metadata]
name = "no"
version = "no"

[[package]]
name = "starlette"
version = "0.41.0"
source = { registry = "https://pypi.org/simple" }
"""


@pytest.mark.parametrize("name", ["uv.lock", "poetry.lock", "pdm.lock", "server/uv.lock"])
def test_a_lock_file_gives_versions_without_the_project_itself(name: str) -> None:
    assert [(each.name, each.version, each.line) for each in read_lock(UV, name)] == [
        ("fast-api", "0.115.3", 4),
        ("starlette", "0.41.0", 21),
    ]


def test_a_pylock_file() -> None:
    assert [
        (each.name, each.version) for each in read_lock('[[packages]]\nname = "a"\nversion = "1"\n', "pylock.toml")
    ] == [("a", "1")]


def test_a_lock_file_of_pipenv() -> None:
    text = (
        '{\n "_meta": {},\n "default": {\n  "flask": {"version": "==2.1"}, "git": {}\n },\n'
        ' "develop": {"pytest": {"version": "==8"}}\n}'
    )
    assert [(each.name, each.version, each.line, each.group) for each in read_lock(text, "Pipfile.lock")] == [
        ("flask", "2.1", 4, ""),
        ("pytest", "8", 1, "develop"),
    ]


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_pyproject, "x = "),
        (read_pyproject, "x = " + "[" * 5000),
        (read_pipfile, "["),
        (read_setup_cfg, "no section = 1"),
        (lambda text: read_lock(text, "Pipfile.lock"), "{"),
        (lambda text: read_lock(text, "Pipfile.lock"), '{"default": []}'),
        (lambda text: read_lock(text, "uv.lock"), "[[package]]\nidentity = 1\n"),
    ],
)
def test_what_is_no_manifest_is_told(read: object, text: str) -> None:
    assert callable(read)
    with pytest.raises(ManifestError):
        read(text)


@given(st.text(max_size=200))
def test_any_text_is_a_requirements_file(text: str) -> None:
    requirements, _ = read_requirements(text, "requirements.txt")
    assert all(each.name == normalised(each.name) and each.line > 0 for each in requirements)


# As facts


def facts(files: Mapping[str, str]) -> list[Dependency | Evidence]:
    project = link(listing_of({path: text.encode() for path, text in files.items()}), {}, today=date(2026, 6, 1))
    return [fact for fact in manifests.library.recognise(project) if isinstance(fact, Dependency | Evidence)]


def dependencies(files: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    found = [fact for fact in facts(files) if isinstance(fact, Dependency)]
    return sorted((fact.span.path, fact.name, fact.requirement, fact.version) for fact in found)


def lock(**versions: str) -> str:
    return "".join(f'[[package]]\nname = "{name}"\nversion = "{version}"\n\n' for name, version in versions.items())


def test_a_requirement_gets_the_version_of_the_lock_file_and_the_rest_of_it_counts_too() -> None:
    files = {"pyproject.toml": '[project]\ndependencies = ["flask>=2"]\n', "uv.lock": lock(flask="2.1", werkzeug="2.0")}
    assert dependencies(files) == [("pyproject.toml", "flask", ">=2", "2.1"), ("uv.lock", "werkzeug", "", "2.0")]


def test_the_nearest_lock_file_decides() -> None:
    files = {
        "a/pyproject.toml": '[project]\ndependencies = ["flask", "redis"]\n',
        "a/uv.lock": lock(flask="2"),
        "uv.lock": lock(flask="1", redis="5"),
        "b/uv.lock": lock(flask="3"),
    }
    assert dependencies(files) == [
        ("a/pyproject.toml", "flask", "", "2"),
        ("a/pyproject.toml", "redis", "", "5"),
        ("b/uv.lock", "flask", "", "3"),
    ]


def test_a_pin_wins_over_the_lock_file() -> None:
    files = {"requirements.txt": "flask==2.0\n", "Pipfile.lock": '{"default": {"flask": {"version": "==1.0"}}}'}
    assert dependencies(files) == [("requirements.txt", "flask", "==2.0", "2.0")]


def test_compiled_requirements_set_the_versions_of_what_they_were_compiled_from() -> None:
    files = {"requirements.in": "flask\n", "requirements.txt": "flask==2.0\nwerkzeug==2.1\n"}
    assert ("requirements.in", "flask", "", "2.0") in dependencies(files)


def test_constraints_set_versions_and_ask_for_nothing() -> None:
    files = {"requirements.txt": "-c limits.txt\nflask\n", "limits.txt": "flask==2.0\nother==1\n"}
    assert dependencies(files) == [("requirements.txt", "flask", "", "2.0")]


def test_included_files_are_read_whatever_their_name_and_circles_end() -> None:
    files = {
        "requirements.txt": "-r deps/base.in\n-r gone.txt\n",
        "deps/base.in": "-r ../requirements.txt\n-r base.in\nflask\n",
    }
    assert dependencies(files) == [("deps/base.in", "flask", "", "")]


@pytest.mark.parametrize(
    "path",
    [
        "requirements.txt",
        "requirements-prod.txt",
        "dev_requirements.in",
        "a/requirements/base.txt",
        "req/requirements.dev.txt",
    ],
)
def test_a_requirements_file_is_known_by_its_name(path: str) -> None:
    assert dependencies({path: "flask\n"}) == [(path, "flask", "", "")]


def test_a_broken_manifest_is_a_problem_and_the_others_are_read() -> None:
    found = facts({"pyproject.toml": "x = \n", "requirements.txt": "flask\n"})
    assert [fact.span.path for fact in found if isinstance(fact, Dependency)] == ["requirements.txt"]
    assert [(fact.span.path, fact.stale) for fact in found if isinstance(fact, Evidence) and fact.problem] == [
        ("pyproject.toml", True)
    ]


def test_what_is_vendored_is_not_asked_for_by_the_project() -> None:
    assert dependencies({"vendor/lib/requirements.txt": "flask\n"}) == []


def test_a_module_named_setup_is_no_manifest() -> None:
    assert dependencies({"app/setup.py": "def setup(x):\n    pass\nsetup(install_requires=['flask'])\n"}) == []
