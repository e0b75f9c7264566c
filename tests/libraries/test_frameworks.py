"""Frameworks that are seen but not read, and the tables of libraries."""

from datetime import date

import pytest

from readiness.analysis import analyse_files
from readiness.libraries.frameworks import CAPABILITIES, DATABASES, FRAMEWORKS
from readiness.model import Application


def applications(**files: str) -> list[Application]:
    content = {name.replace("__", "."): text.encode() for name, text in files.items()}
    return list(analyse_files(content, [], today=date(2026, 6, 1)).project.each(Application))


@pytest.mark.parametrize(
    ("code", "framework", "line"),
    [
        ("from quart import Quart\n\napp = Quart(__name__)", "Quart", 3),
        ("import quart as q\napp = q.Quart(__name__)", "Quart", 2),
        ("from quart import Quart as Web\napp = Web(__name__)", "Quart", 2),
        ("from quart import Quart\nclass Own(Quart):\n    pass\n", "Quart", 2),
        ("from bottle import route, run\n@route('/')\ndef index(): ...", "Bottle", 1),
        ("from tastypie.api import Api\napi = Api()", "Tastypie", 2),
        ("import grpc\nserver = grpc.aio.server()", "gRPC", 2),
        ("import django\nINSTALLED_APPS = ['a']", "Django", 2),
        ("from django.core.asgi import get_asgi_application\napplication = get_asgi_application()", "Django", 2),
    ],
)
def test_a_framework_is_seen_where_its_application_is_made(code: str, framework: str, line: int) -> None:
    (found,) = applications(app__py=code)
    assert (found.framework, found.span.line, found.routed, found.mounted) == (framework, line, False, False)


@pytest.mark.parametrize(
    "code",
    [
        "import aiohttp\nsession = aiohttp.ClientSession()",
        "import grpc\nchannel = grpc.insecure_channel('a')",
        "from quart import request, jsonify\ndef f(): return jsonify(request.args)",
        "class Quart: ...\napp = Quart()",
        "def f():\n    INSTALLED_APPS = []",
    ],
)
def test_using_a_package_is_not_having_an_application(code: str) -> None:
    assert applications(app__py=code) == []


def test_one_application_for_each_framework_and_service() -> None:
    one = "from quart import Quart\ndef a(): return Quart('a')\ndef b(): return Quart('b')\n"
    content = {
        "first/pyproject.toml": b"",
        "first/app.py": one.encode(),
        "first/other.py": one.encode(),
        "second/requirements.txt": b"",
        "second/app.py": one.encode(),
    }
    found = analyse_files(content, [], today=date(2026, 6, 1)).project.each(Application)
    assert [each.span.path for each in found] == ["first/app.py", "second/app.py"]


def test_what_hangs_on_a_site_is_mounted() -> None:
    found = applications(
        settings__py="INSTALLED_APPS = ['tastypie']", api__py="from tastypie.api import Api\napi = Api()"
    )
    assert {(each.framework, each.mounted) for each in found} == {("Django", False), ("Tastypie", True)}


def test_every_seen_framework_is_a_web_library() -> None:
    named = {package for framework in FRAMEWORKS for package in framework.packages}
    assert named <= CAPABILITIES["web"]


def test_every_driver_is_a_database_or_cache_library() -> None:
    assert set(DATABASES) <= CAPABILITIES["database"] | CAPABILITIES["cache"]


WELL_KNOWN = [
    "sqlalchemy",
    "psycopg2-binary",
    "MySQLdb",
    "mysqlclient",
    "django",
    "asyncpg",
    "pymongo",
    "sqlite3",
    "cx-oracle",
]


@pytest.mark.parametrize("name", WELL_KNOWN)
def test_well_known_database_libraries_are_listed(name: str) -> None:
    assert name in CAPABILITIES["database"]


def test_names_are_listed_in_their_normal_form_as_well() -> None:
    assert {"web.py", "web-py", "flask_restx", "flask-restx"} <= CAPABILITIES["web"]
