"""Discovery: which files there are, what they are for, and what is never opened."""

import hashlib
import os
import subprocess
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.discovery import Listing, Options, discover
from readiness.discovery.languages import language_of, script_language
from readiness.discovery.memory import listing_of
from readiness.errors import ReadinessError
from readiness.model.source import Scope, SourceFile

DJANGO = "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    pass\n"
ALEMBIC = 'revision = "1a"\ndown_revision: str | None = None\n'
TEST = "def test_it():\n    assert True\n"
ROUTES = "from fastapi import APIRouter\n\nrouter = APIRouter()\n"


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def paths(listing: Listing) -> list[str]:
    return [file.path for file in listing.files]


def messages(listing: Listing) -> list[str]:
    return [
        f"{problem.path}: {problem.message}" for problem in listing.problems if "git repository" not in problem.message
    ]


def only(listing: Listing, path: str) -> SourceFile:
    return next(file for file in listing.files if file.path == path)


# Which files


def test_without_git_the_tree_is_walked_and_a_remark_says_so(tmp_path: Path) -> None:
    listing = discover(write(tmp_path, {"b.py": "", "a/x.py": ""}))
    assert paths(listing) == ["a/x.py", "b.py"]
    assert [problem.incomplete for problem in listing.problems] == [False]
    assert listing.head is None
    assert listing.files[0].tracked is None


@pytest.mark.parametrize(
    "folder", [".git", "node_modules", "__pycache__", ".tox", "lib/site-packages", ".mypy_cache", ".venv"]
)
def test_a_walk_does_not_enter(tmp_path: Path, folder: str) -> None:
    write(tmp_path, {"a.py": "", f"{folder}/b.py": "", f"{folder}/deep/c.py": ""})
    assert paths(discover(tmp_path)) == ["a.py"]


def test_a_walk_knows_a_virtual_environment_of_any_name(tmp_path: Path) -> None:
    assert paths(discover(write(tmp_path, {"a.py": "", "my-env/pyvenv.cfg": "", "my-env/lib/b.py": ""}))) == ["a.py"]


def test_a_repository_is_listed_by_git_with_what_is_tracked(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    write(tmp_path, {"a.py": "", "b.py": "", "c.log": "", ".gitignore": "*.log\n"})
    subprocess.run(["git", "add", "a.py"], cwd=tmp_path, check=True)
    listing = discover(tmp_path)
    assert {file.path: file.tracked for file in listing.files} == {".gitignore": False, "a.py": True, "b.py": False}
    assert listing.problems == ()


def test_a_file_that_is_deleted_but_in_the_index_is_none(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    write(tmp_path, {"a.py": "", "b.py": ""})
    subprocess.run(["git", "add", "-A"], cwd=tmp_path, check=True)
    (tmp_path / "b.py").unlink()
    assert (paths(discover(tmp_path)), discover(tmp_path).problems) == (["a.py"], ())


def test_a_folder_that_the_repository_around_it_ignores_is_walked(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    write(tmp_path, {".gitignore": "build/\n", "build/x.py": ""})
    assert paths(discover(tmp_path / "build")) == ["x.py"]


def test_a_single_file_can_be_the_root(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "", "b.py": ""})
    listing = discover(tmp_path / "a.py")
    assert (paths(listing), listing.root) == (["a.py"], str(tmp_path.resolve()))


def test_named_files_and_folders_are_all_there_is(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "", "b/x.py": "", "b/y.py": "", "c.py": ""})
    assert paths(discover(tmp_path, Options(only=("b", str(tmp_path / "c.py"))))) == ["b/x.py", "b/y.py", "c.py"]


def test_what_git_ignores_is_scanned_when_it_is_named(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    write(tmp_path, {".gitignore": "gen/\nx.py\n", "gen/a.py": "", "x.py": ""})
    assert paths(discover(tmp_path, Options(only=("gen", "x.py")))) == ["gen/a.py", "x.py"]


@pytest.mark.parametrize("name", ["nowhere.py", "../outside.py", "/etc/hosts"])
def test_a_named_path_that_is_not_below_the_root_is_refused(tmp_path: Path, name: str) -> None:
    write(tmp_path, {"root/a.py": "", "outside.py": ""})
    with pytest.raises(ReadinessError):
        discover(tmp_path / "root", Options(only=(name,)))


def test_a_root_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadinessError, match="not there"):
        discover(tmp_path / "nowhere")


def test_patterns_leave_out_named_files_too(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "", "gen/a.py": "", "gen/keep.py": ""})
    options = Options(only=("gen", "a.py"), exclude=("gen/*", "!gen/keep.py", "/a.py"))
    assert paths(discover(tmp_path, options)) == ["gen/keep.py"]


@pytest.mark.parametrize("pattern", ["*a*a*a*", "**/a/**/b/**/c", "*" * 50])
def test_a_pattern_that_could_take_forever_is_refused(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(ReadinessError, match="too many stars"):
        discover(tmp_path, Options(exclude=(pattern,)))


# What is never opened or followed


def test_a_link_to_a_file_inside_is_that_file_once(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": ""})
    (tmp_path / "link.py").symlink_to("a.py")
    assert (paths(discover(tmp_path)), messages(discover(tmp_path))) == (["a.py"], [])


def test_a_link_out_of_the_root_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"root/a.py": "", "secret.py": ""})
    (tmp_path / "root" / "link.py").symlink_to("../secret.py")
    listing = discover(tmp_path / "root")
    assert paths(listing) == ["a.py"]
    assert messages(listing) == ["link.py: the link leads out of the scanned folder and was not followed"]


def test_a_circle_of_links_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, {"a/x.py": ""})
    (tmp_path / "a" / "up").symlink_to("..")
    (tmp_path / "self").symlink_to("self")
    assert paths(discover(tmp_path)) == ["a/x.py"]


def test_a_tracked_file_below_a_folder_that_a_link_replaced_is_not_read(tmp_path: Path) -> None:
    root = write(tmp_path, {"root/a/x.py": "", "other/x.py": "secret"}) / "root"
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    subprocess.run(["git", "add", "-A"], cwd=root, check=True)
    (root / "a" / "x.py").unlink()
    (root / "a").rmdir()
    (root / "a").symlink_to(tmp_path / "other")
    assert paths(discover(root)) == []


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": ""})
    os.mkfifo(tmp_path / "pipe.py")
    listing = discover(tmp_path)
    assert paths(listing) == ["a.py"]
    assert messages(listing) == ["pipe.py: it is a pipe, a socket or a device, and was not opened"]


def test_a_file_that_became_a_pipe_after_the_listing_is_not_read(tmp_path: Path) -> None:
    listing = discover(write(tmp_path, {"a.py": ""}))
    (tmp_path / "a.py").unlink()
    os.mkfifo(tmp_path / "a.py")
    with pytest.raises(OSError, match="regular"):
        listing.content(listing.files[0])


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": ""})
    (tmp_path / "a.py").chmod(0)
    assert messages(discover(tmp_path)) == ["a.py: it cannot be read (Permission denied)"]


def test_source_that_is_too_large_is_a_problem_and_listed(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"#" * (4 * 2**20 + 1))
    listing = discover(tmp_path)
    assert messages(listing) == ["a.py: it is larger than 4 MiB and was not read"]
    assert [problem.incomplete for problem in listing.problems if problem.path == "a.py"] == [True]
    assert only(listing, "a.py").digest == ""


# Names and content


def test_a_name_that_is_not_utf8_is_shown_escaped_and_opened_as_it_is(tmp_path: Path) -> None:
    raw = b"caf\xe9.py"
    (tmp_path / os.fsdecode(raw)).write_bytes(b"x = 1\n")
    listing = discover(tmp_path)
    assert (paths(listing), listing.files[0].raw) == (["caf\\xe9.py"], raw)
    assert listing.content(listing.files[0]) == b"x = 1\n"


def test_two_names_that_read_the_same_are_told(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xe9.py")).write_bytes(b"")
    (tmp_path / "\\xe9.py").write_bytes(b"")
    listing = discover(tmp_path)
    assert len(listing.files) == 1
    assert any(problem.incomplete and "read the same" in problem.message for problem in listing.problems)


def test_a_name_with_control_characters_is_kept(tmp_path: Path) -> None:
    listing = discover(write(tmp_path, {"a\x1b[31m\nb.py": ""}))
    assert paths(listing) == ["a\x1b[31m\nb.py"]


def test_the_digest_is_that_of_the_content(tmp_path: Path) -> None:
    file = only(discover(write(tmp_path, {"a.py": "x = 1\n"})), "a.py")
    assert file.digest == hashlib.blake2b(b"x = 1\n", digest_size=16).hexdigest()
    assert file.size == 6


def test_a_listing_can_be_stored(tmp_path: Path) -> None:
    listing = discover(write(tmp_path, {"a.py": ""}))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(listing), type=Listing) == listing


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("a.py", "python"),
        ("a.PY", "python"),
        ("a.pyi", "python-stub"),
        ("a.ts", "typescript"),
        ("A.java", "java"),
        ("Dockerfile", "dockerfile"),
        ("Dockerfile.dev", "dockerfile"),
        ("api.Dockerfile", "dockerfile"),
        ("Dockerfile-base", "dockerfile"),
        ("Dockerfile.v1.2", "dockerfile"),
        ("Dockerfile.go", "dockerfile"),
        ("dockerfile-build-dialog.css", "css"),
        ("dockerfile_parser.go", "go"),
        ("poetry.lock", "toml"),
        ("Pipfile", "toml"),
        (".env.example", "dotenv"),
        (".coverage", "coverage"),
        (".coverage.host.1.x", "coverage"),
        (".coveragerc", "ini"),
        ("lcov.info", "lcov"),
        ("notebook.ipynb", "notebook"),
        ("photo.png", ""),
        (".py", ""),
        ("noext", ""),
    ],
)
def test_the_language_follows_the_name(name: str, language: str) -> None:
    assert language_of(name) == language


@pytest.mark.parametrize(
    ("start", "language"),
    [
        (b"#!/usr/bin/env python3\n", "python"),
        (b"#!/usr/bin/python -u\n", "python"),
        (b"#!/usr/bin/env -S uv run --script\n", "python"),
        (b"#!/bin/sh\npython x\n", ""),
        (b"import os\n", ""),
        (b"", ""),
    ],
)
def test_a_file_without_a_suffix_goes_by_its_first_line(start: bytes, language: str) -> None:
    assert script_language(start) == language


def test_a_python_script_without_a_suffix_is_a_script(tmp_path: Path) -> None:
    file = only(discover(write(tmp_path, {"deploy": "#!/usr/bin/env python3\nprint()\n"})), "deploy")
    assert (file.language, file.scope) == ("python", Scope.SCRIPT)


# Scopes


def scope_of(path: str, text: str = "", **others: str) -> Scope:
    """The scope of one file beside others, whose names stand with `__` for `/` and `_py` for `.py`."""
    files = {path: text.encode()} | {
        name.replace("__init___py", "%")
        .replace("__", "/")
        .replace("%", "__init__.py")
        .replace("_py", ".py"): other.encode()
        for name, other in others.items()
    }
    return only(listing_of(files), path).scope


def test_a_top_folder_of_tools_that_nothing_imports_holds_scripts() -> None:
    assert scope_of("tools/rename_user.py", "x = 1\n", app__main_py="import app.tools_of_trade\n") is Scope.SCRIPT


@pytest.mark.parametrize(
    "statement", ["from tools.search import run", "import tools", "def call():\n    from tools import search"]
)
def test_tools_that_the_service_imports_are_service(statement: str) -> None:
    assert scope_of("tools/search.py", "x = 1\n", app__agent_py=f"{statement}\n") is Scope.SERVICE


@pytest.mark.parametrize("asker", ["tests__test_tools_py", "tools__other_py", "scripts__run_py"])
def test_tools_that_only_developers_import_are_scripts(asker: str) -> None:
    assert scope_of("tools/search.py", "x = 1\n", **{asker: "from tools.search import run\n"}) is Scope.SCRIPT


def test_tools_with_routes_are_service() -> None:
    assert scope_of("tools/web.py", "app = Flask(__name__)\n") is Scope.SERVICE


def test_tools_inside_a_package_are_service() -> None:
    assert scope_of("app/tools/search.py", "x = 1\n", app____init___py="") is Scope.SERVICE


@pytest.mark.parametrize(
    ("path", "text", "scope"),
    [
        ("app/main.py", "", Scope.SERVICE),
        ("app/main.py", 'if __name__ == "__main__":\n    run()\n', Scope.SERVICE),
        ("app/tasks.py", "from celery import shared_task\n", Scope.SERVICE),
        ("tasks.py", "from invoke import task\n", Scope.SCRIPT),
        ("setup.py", "from setuptools import setup\nsetup()\n", Scope.SCRIPT),
        ("app/setup.py", "def setup_logging():\n    pass\n", Scope.SERVICE),
        ("noxfile.py", "", Scope.SCRIPT),
        ("manage.py", 'if __name__ == "__main__":\n    main()\n', Scope.SCRIPT),
        (".semgrep/rules/no_sleep.py", "from flask import Flask\napp = Flask(__name__)\n", Scope.TEST),
        (
            "shop/support.py",
            "from django.test import TestCase\n\n\nclass ShopTestCase(TestCase):\n    pass\n",
            Scope.TEST,
        ),
        ("shop/kinds.py", "class LabTestCase(Model):\n    pass\n", Scope.SERVICE),
        (
            "shop/pytest_plugin.py",
            "import pytest\n\n\n@pytest.fixture(scope='session')\ndef shop():\n    return 1\n",
            Scope.TEST,
        ),
        ("shop/fixtures.py", "from shop import fixture\n\n\n@fixture\ndef shop():\n    return 1\n", Scope.SERVICE),
        (".tools/release.py", "from flask import Flask\napp = Flask(__name__)\n", Scope.SCRIPT),
        ("app/management/commands/load.py", "", Scope.SCRIPT),
        ("scripts/load.py", "", Scope.SCRIPT),
        ("docs/conf.py", "", Scope.SCRIPT),
        ("examples/app.py", ROUTES, Scope.SCRIPT),
        ("app/cli.py", "import click\n", Scope.SCRIPT),
        ("app/cli.py", ROUTES, Scope.SERVICE),
        ("app/__main__.py", "", Scope.SCRIPT),
        ("app/__main__.py", "from fastapi import FastAPI\napp = FastAPI()\n", Scope.SERVICE),
        ("tests/conftest.py", "", Scope.TEST),
        ("app/conftest.py", "", Scope.TEST),
        ("tests/helpers/data.py", "", Scope.TEST),
        ("app/test_users.py", TEST, Scope.TEST),
        ("app/users_test.py", TEST, Scope.TEST),
        ("app/tests.py", "class UserTests(TestCase):\n    pass\n", Scope.TEST),
        ("app/services/test_drive.py", "class TestDrive:\n    pass\n", Scope.SERVICE),
        ("app/ab_test.py", "def assign():\n    pass\n", Scope.SERVICE),
        ("tests_api/views.py", ROUTES, Scope.SERVICE),
        ("app/testing/runs.py", ROUTES, Scope.SERVICE),
        ("app/exams/tests/views.py", ROUTES, Scope.SERVICE),
        ("locustfile.py", "", Scope.TEST),
        ("shop/migrations/0001_initial.py", DJANGO, Scope.MIGRATION),
        ("alembic/versions/1a_first.py", ALEMBIC, Scope.MIGRATION),
        ("alembic/env.py", "from alembic import context\n", Scope.MIGRATION),
        ("db/odd/place.py", ALEMBIC, Scope.MIGRATION),
        ("app/services/migration.py", "def migrate(user):\n    pass\n", Scope.SERVICE),
        ("app/migrations/service.py", ROUTES, Scope.SERVICE),
        ("proto/user_pb2.py", "", Scope.GENERATED),
        ("client/api.py", "# Generated by the protocol buffer compiler.  DO NOT EDIT!\nimport x\n", Scope.GENERATED),
        (
            "client/api.py",
            '"""\nPetstore\n\nGenerated by: https://openapi-generator.tech\nDo not edit\n"""\n',
            Scope.GENERATED,
        ),
        ("client/api.py", "# @generated by a tool\nx = 1\n", Scope.GENERATED),
        ("client/api.py", "# This file is auto-generated by tool. Do not edit.\nx = 1\n", Scope.GENERATED),
        ("app/settings.py", '"""\nGenerated by \'django-admin startproject\' using Django 5.\n"""\n', Scope.SERVICE),
        ("app/reports.py", '"""Reports that are generated by night, from the orders."""\n', Scope.SERVICE),
        ("app/x.py", "import a\n# This file is auto-generated by tool. Do not edit.\n", Scope.SERVICE),
        ("third_party/lib/x.py", "", Scope.VENDORED),
        ("pip/_vendor/x.py", "", Scope.VENDORED),
        ("vendor/lib/__init__.py", "", Scope.VENDORED),
        ("web/node_modules/x/y.py", "", Scope.VENDORED),
        ("shop/settings/third_party/celery.py", "BROKER = 1\n", Scope.SERVICE),
    ],
)
def test_the_scope_of_a_file_by_itself(path: str, text: str, scope: Scope) -> None:
    assert scope_of(path, text) is scope


def test_a_shop_with_vendors_is_no_vendored_code() -> None:
    assert scope_of("shop/vendor/views.py", ROUTES, shop__vendor____init___py="") is Scope.SERVICE


COPIES = {
    "installed": [
        "libs/six.py",
        "libs/six-1.17.dist-info/METADATA",
        "libs/a.dist-info/METADATA",
        "libs/b.egg-info/PKG-INFO",
    ],
    "known": ["libs/six.py", "libs/bs4/__init__.py", "libs/certifi/__init__.py", "libs/certifi/core.py"],
}


@pytest.mark.parametrize("names", COPIES.values(), ids=COPIES)
def test_a_folder_of_copied_libraries_is_vendored_whatever_it_is_called(names: list[str]) -> None:
    listing = listing_of(dict.fromkeys([*names, "libs/whatever/views.py", "shop/views.py"], b""))
    assert only(listing, "libs/whatever/views.py").scope is Scope.VENDORED
    assert only(listing, "shop/views.py").scope is Scope.SERVICE


@pytest.mark.parametrize("names", COPIES.values(), ids=COPIES)
def test_two_copied_libraries_make_no_folder_of_copies(names: list[str]) -> None:
    listing = listing_of(dict.fromkeys([*names[:2], names[2].replace("b", "x", 1), "libs/views.py"], b""))
    assert only(listing, "libs/views.py").scope is Scope.SERVICE


def test_the_tools_of_another_package_are_not_those_at_the_top() -> None:
    files = {"tools/load.py": b"x = 1\n", "shop/views.py": b"from platform_base.tools.status import status\n"}
    assert only(listing_of(files), "tools/load.py").scope is Scope.SCRIPT


def test_a_package_with_modules_named_like_libraries_is_no_copy() -> None:
    names = ["shop/__init__.py", "shop/six.py", "shop/bs4.py", "shop/certifi.py", "shop/mako.py"]
    assert only(listing_of(dict.fromkeys(names, b"")), "shop/mako.py").scope is Scope.SERVICE


def test_a_package_named_docs_with_routes_is_service_code() -> None:
    assert scope_of("docs/views.py", ROUTES, docs____init___py="") is Scope.SERVICE


def test_helpers_beside_tests_are_test_code() -> None:
    assert scope_of("app/tests/factories.py", "", app__tests__test_x_py=TEST) is Scope.TEST


def test_helpers_in_a_migrations_folder_are_migration_code() -> None:
    assert scope_of("shop/migrations/tasks/fill.py", "", shop__migrations__0001_first_py=DJANGO) is Scope.MIGRATION


def test_tests_of_migrations_are_tests() -> None:
    files = {"shop/migrations/0001_x.py": DJANGO.encode(), "shop/migrations/tests/test_0001.py": TEST.encode()}
    assert only(listing_of(files), "shop/migrations/tests/test_0001.py").scope is Scope.TEST


NAMES = ["app", "tests", "vendor", "migrations", "docs", "scripts", "x.py", "__init__.py", "conftest.py"]
CONTENTS = [b"", TEST.encode(), DJANGO.encode(), ROUTES.encode(), b"\x00\xff", b"# @generated"]


@given(
    st.dictionaries(st.lists(st.sampled_from(NAMES), min_size=1).map("/".join), st.sampled_from(CONTENTS), max_size=8)
)
def test_every_file_has_a_scope_whatever_lies_beside_it(files: dict[str, bytes]) -> None:
    assert {file.path for file in listing_of(files).files} == set(files)


# Evidence


def test_evidence_is_found_although_git_ignores_it(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    write(tmp_path, {".gitignore": ".coverage\n/reports\n", ".coverage": "x", "reports/junit.xml": "", "a.py": ""})
    listing = discover(tmp_path)
    assert dict(listing.evidence) == {"coverage": (".coverage",), "tests": ("reports/junit.xml",)}
    assert only(listing, ".coverage").tracked is False
    assert only(listing, ".coverage").digest


@pytest.mark.parametrize(
    "path",
    [
        "node_modules/x/coverage.xml",
        "tests/data/coverage.xml",
        "env/coverage.xml",
        "a/b/c/d/coverage.xml",
        ".hidden/coverage.xml",
        "fixtures/.coverage",
        ".coveragerc",
    ],
)
def test_evidence_is_not_looked_for_at(tmp_path: Path, path: str) -> None:
    write(tmp_path, {path: "", "a.py": ""})
    if path.startswith("env/"):
        (tmp_path / "env" / "pyvenv.cfg").write_text("")
    assert discover(tmp_path).evidence == ()


def test_named_evidence_replaces_what_would_be_found(tmp_path: Path) -> None:
    write(tmp_path, {".coverage": "", "ci/cov.bin": "x"})
    listing = discover(tmp_path, Options(evidence={"coverage": ("ci/cov.bin",)}))
    assert dict(listing.evidence) == {"coverage": ("ci/cov.bin",)}
    assert only(listing, "ci/cov.bin").digest


@pytest.mark.parametrize("name", ["gone.xml", "../outside.xml"])
def test_named_evidence_that_is_not_there_or_outside_is_a_problem(tmp_path: Path, name: str) -> None:
    write(tmp_path, {"root/a.py": "", "outside.xml": ""})
    listing = discover(tmp_path / "root", Options(evidence={"coverage": (name,)}))
    assert [problem.path for problem in listing.problems if problem.incomplete] == [name]
    assert dict(listing.evidence) == {"coverage": ()}
