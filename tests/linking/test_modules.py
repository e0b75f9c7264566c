"""Import roots, module names and import targets."""

import pytest

from readiness.model import SymbolKind


def test_a_module_is_named_from_the_scanned_root(project):
    asked = project({"app/__init__.py": "", "app/api/__init__.py": "", "app/api/users.py": "x = 1"})
    assert asked.linked.module("app/api/users.py") == "app.api.users"


def test_a_package_is_named_by_its_folder(project):
    asked = project({"app/__init__.py": "", "app/api/__init__.py": ""})
    assert asked.linked.module("app/api/__init__.py") == "app.api"


@pytest.mark.parametrize("mark", ["pyproject.toml", "requirements.txt", "Dockerfile", "manage.py"])
def test_a_folder_with_a_manifest_is_an_import_root(project, mark):
    asked = project({f"backend/{mark}": "", "backend/app/__init__.py": "", "backend/app/main.py": ""})
    assert asked.linked.module("backend/app/main.py") == "app.main"


def test_src_is_an_import_root(project):
    asked = project({"src/shop/__init__.py": "", "src/shop/main.py": "", "tests/test_a.py": "from shop import main"})
    assert asked.linked.module("src/shop/main.py") == "shop.main"
    assert asked.resolve("tests/test_a.py", "main").path == "src/shop/main.py"


def test_src_that_is_imported_as_a_package_is_one(project):
    asked = project({"src/main.py": "from src.db import engine", "src/db.py": "engine = 1"})
    assert asked.linked.module("src/main.py") == "src.main"
    assert asked.resolve("src/main.py", "engine").path == "src/db.py"


def test_a_folder_that_imports_point_into_is_an_import_root(project):
    asked = project(
        {
            "server/shop/__init__.py": "",
            "server/shop/main.py": "from shop.db import engine",
            "server/shop/db.py": "engine = 1",
        }
    )
    assert asked.linked.module("server/shop/main.py") == "shop.main"
    assert asked.resolve("server/shop/main.py", "engine").path == "server/shop/db.py"


def test_a_folder_on_the_path_of_its_own_programs_is_a_root_though_tests_import_it_as_a_package(project):
    asked = project(
        {
            "server/__init__.py": "",
            "server/start.py": "from stock.items import engine",
            "server/stock/items.py": "engine = 1",
            "tests/test_items.py": "from server.stock.items import engine",
        }
    )
    assert asked.resolve("server/start.py", "engine").path == "server/stock/items.py"
    assert asked.resolve("tests/test_items.py", "engine").path == "server/stock/items.py"


def test_a_program_finds_the_files_beside_it_though_tests_name_its_folder(project):
    asked = project(
        {
            "server/Dockerfile": "",
            "server/main.py": "from guards import check",
            "server/guards.py": "def check(): ...",
            "tests/test_main.py": "import server.main as main",
        }
    )
    assert asked.resolve("server/main.py", "check").path == "server/guards.py"
    assert asked.resolve("tests/test_main.py", "main").path == "server/main.py"


def test_a_package_that_its_own_files_import_by_its_name_is_no_root(project):
    asked = project(
        {
            "server/__init__.py": "",
            "server/start.py": "from stock.items import engine\nfrom server.stock.items import engine as other",
            "server/stock/items.py": "engine = 1",
        }
    )
    assert asked.resolve("server/start.py", "engine").path == ""
    assert asked.resolve("server/start.py", "other").path == "server/stock/items.py"


def test_namespace_packages_need_no_init_file(project):
    asked = project({"app/main.py": "from app.core.config import settings", "app/core/config.py": "settings = 1"})
    assert asked.linked.module("app/core/config.py") == "app.core.config"
    assert asked.resolve("app/main.py", "settings").path == "app/core/config.py"


def test_a_namespace_package_with_a_manifest_inside_is_still_a_package(project):
    asked = project(
        {
            "app/Dockerfile": "",
            "app/main.py": "from app.db import engine\nimport redis",
            "app/db.py": "engine = 1",
            "app/redis.py": "",
        }
    )
    assert asked.linked.module("app/main.py") == "app.main"
    assert asked.resolve("app/main.py", "redis").kind is SymbolKind.EXTERNAL


def test_a_file_inside_a_package_never_hides_an_installed_one(project):
    asked = project(
        {
            "app/__init__.py": "",
            "app/main.py": "import redis\nfrom .db import x",
            "app/redis.py": "",
            "app/db.py": "x = 1",
        }
    )
    assert asked.resolve("app/main.py", "redis.Redis").name == "redis.Redis"


@pytest.mark.parametrize("folder", ["app", "app/core", ""])
def test_the_standard_library_is_never_hidden(project, folder):
    path = f"{folder}/logging.py".lstrip("/")
    asked = project(
        {path: "def getLogger(): ...", f"{folder}/main.py".lstrip("/"): "import logging\nlogging.getLogger()"}
    )
    assert asked.callee(f"{folder}/main.py".lstrip("/"), "getLogger") == "logging.getLogger"


def test_a_migrations_folder_never_hides_the_tool_of_its_name(project):
    asked = project(
        {
            "alembic/env.py": "from alembic import context",
            "alembic/versions/a.py": "import alembic\nfrom alembic import op",
        }
    )
    assert asked.resolve("alembic/env.py", "context").name == "alembic.context"
    assert asked.resolve("alembic/versions/a.py", "alembic.op").name == "alembic.op"
    assert asked.resolve("alembic/versions/a.py", "op").kind is SymbolKind.EXTERNAL


def test_each_service_finds_its_own_package_of_a_shared_name(project):
    sources = {}
    for service in ("orders", "users"):
        sources[f"{service}/pyproject.toml"] = ""
        sources[f"{service}/app/__init__.py"] = ""
        sources[f"{service}/app/db.py"] = "engine = 1"
        sources[f"{service}/app/main.py"] = "from app.db import engine"
        sources[f"{service}/tests/test_main.py"] = "from app import main"
    asked = project(sources)
    for service in ("orders", "users"):
        assert asked.resolve(f"{service}/app/main.py", "engine").path == f"{service}/app/db.py"
        assert asked.resolve(f"{service}/tests/test_main.py", "main").path == f"{service}/app/main.py"


def test_files_that_would_share_a_name_are_named_from_the_scanned_root(project):
    asked = project(
        {"a/pyproject.toml": "", "b/pyproject.toml": "", "a/main.py": "def f(): ...", "b/main.py": "def f(): ..."}
    )
    assert {asked.linked.module("a/main.py"), asked.linked.module("b/main.py")} == {"a.main", "b.main"}
    assert asked.linked.find("b.main::f") == ("b/main.py", 0)


def test_relative_imports_climb(project):
    asked = project(
        {
            "app/__init__.py": "",
            "app/db.py": "engine = 1",
            "app/api/__init__.py": "",
            "app/api/users.py": "from ..db import engine as e",
        }
    )
    assert asked.resolve("app/api/users.py", "e").name == "app.db::engine"


def test_a_relative_import_beyond_the_root_is_unknown(project):
    asked = project({"main.py": "from ...x import y"})
    assert asked.resolve("main.py", "y").kind is SymbolKind.UNKNOWN


def test_a_missing_module_of_our_own_package_is_unknown(project):
    asked = project({"app/__init__.py": "", "app/main.py": "from app._version import version"})
    assert asked.resolve("app/main.py", "version").kind is SymbolKind.UNKNOWN


def test_scripts_see_their_neighbours(project):
    asked = project(
        {
            "pyproject.toml": "",
            "scripts/run.py": "import seeding\nseeding.seed()",
            "scripts/seeding.py": "def seed(): ...",
        }
    )
    assert (
        asked.callee("scripts/run.py", "seed") == "scripts.seeding::seed"
        or asked.callee("scripts/run.py", "seed") == "seeding::seed"
    )


def test_import_chains_reach_submodules(project):
    asked = project(
        {
            "app/__init__.py": "",
            "app/a/__init__.py": "",
            "app/a/b.py": "def f(): ...",
            "main.py": "import app.a.b\napp.a.b.f()",
        }
    )
    assert asked.callee("main.py", "f") == "app.a.b::f"


def test_import_as_reaches_submodules(project):
    asked = project({"app/__init__.py": "", "app/a.py": "def f(): ...", "main.py": "import app.a as z\nz.f()"})
    assert asked.callee("main.py", "f") == "app.a::f"


def test_vendored_packages_do_not_hide_installed_ones(project):
    asked = project(
        {
            "app/_vendor/requests/__init__.py": "def get(): ...",
            "app/main.py": "import requests\nrequests.get()",
            "app/__init__.py": "",
        }
    )
    assert asked.callee("app/main.py", "get") == "requests.get"


def test_imports_lists_files_by_top_level_package(project):
    asked = project({"a.py": "import fastapi", "b.py": "from fastapi.routing import APIRouter", "c.py": "import flask"})
    assert asked.linked.imports("fastapi") == ["a.py", "b.py"]
    assert asked.linked.imports("fastapi", "flask") == ["a.py", "b.py", "c.py"]


def test_a_package_of_ours_with_the_name_of_an_installed_one_inside_another_package(project):
    asked = project(
        {
            "pyproject.toml": "",
            "shop/__init__.py": "",
            "shop/kit/extensions/sqlalchemy/__init__.py": "from sqlalchemy.types import TypeDecorator\nimport sqlalchemy.orm",
            "shop/kit/extensions/sqlalchemy/types.py": "from sqlalchemy import String",
            "shop/db.py": "from sqlalchemy import select\nfrom shop.kit.extensions.sqlalchemy.types import String",
        }
    )
    assert asked.resolve("shop/db.py", "select").name == "sqlalchemy.select"
    assert asked.resolve("shop/db.py", "String").name == "sqlalchemy.String"
    assert asked.linked.module("shop/kit/extensions/sqlalchemy/types.py") == "shop.kit.extensions.sqlalchemy.types"


def test_an_entry_file_inside_a_namespace_package_does_not_make_it_a_root(project):
    asked = project({"app/api/main.py": "", "app/run.py": "from app.api.main import x"})
    assert asked.linked.module("app/api/main.py") == "app.api.main"


@pytest.mark.parametrize("mark", ["setup.py", "pyproject.toml"])
def test_what_is_installed_out_of_a_folder_of_a_package_is_found_under_its_own_name(project, mark):
    asked = project(
        {
            "mill/__init__.py": "",
            f"mill/server/{mark}": "",
            "mill/server/mill_server/__init__.py": "",
            "mill/server/mill_server/data/__init__.py": "",
            "mill/server/mill_server/data/marks.py": "def mark(): ...",
            "mill/server/mill_server/rows.py": "from mill_server.data import marks",
            "mill/client/run.py": "from mill_server.data import marks\nfrom mill_core import other",
        }
    )
    assert asked.resolve("mill/server/mill_server/rows.py", "marks.mark").kind is SymbolKind.FUNCTION
    assert asked.resolve("mill/client/run.py", "marks.mark").path == "mill/server/mill_server/data/marks.py"
