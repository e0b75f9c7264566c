"""Registrations of Sanic that one small file shows: what is followed, what is marked as inferred, and what is no route."""

from collections.abc import Callable, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.libraries.sanic import library
from readiness.libraries.sanic.paths import converted, parameters_of
from readiness.linking import LinkedProject
from readiness.model import Application, Library, Resolution, Route

Recognised = Callable[[Mapping[str, str], Sequence[Library]], LinkedProject]

IMPORTS = """
from sanic import Blueprint, Sanic
from sanic.views import HTTPMethodView
async def one(request): ...
async def two(request): ...
"""


def routes(recognised: Recognised, **files: str) -> list[Route]:
    sources = {f"{name}.py": text for name, text in files.items()}
    return list(recognised(sources, [library]).each(Route))


def shown(recognised: Recognised, code: str) -> list[str]:
    return [
        f"{each.method} {each.path} {each.handler.rpartition('::')[2]}"
        for each in routes(recognised, app=IMPORTS + code)
    ]


def test_no_application_without_sanic(recognised: Recognised) -> None:
    project = recognised({"app.py": "class Sanic: ...\napp = Sanic()\n"}, [library])
    assert not list(project.each(Application))


@pytest.mark.parametrize(
    ("blueprint", "registration", "path"),
    [
        ("url_prefix='/b'", "", "/b/x"),
        ("url_prefix='/b/'", "", "/b/x"),
        ("", "", "/x"),
        ("url_prefix='/b'", "url_prefix='/r'", "/r/x"),
        ("url_prefix='/b', version=1", "", "/v1/b/x"),
        ("url_prefix='/b', version='v1.2'", "", "/v1.2/b/x"),
        ("url_prefix='/b', version=1", "version=2", "/v2/b/x"),
        ("url_prefix='/b', version=1, version_prefix='/api/v'", "", "/api/v1/b/x"),
        ("url_prefix='/b', version=1", "version_prefix='/api/v'", "/api/v1/b/x"),
    ],
)
def test_prefixes_and_versions(recognised: Recognised, blueprint: str, registration: str, path: str) -> None:
    code = f"""
bp = Blueprint("b", {blueprint})
bp.add_route(one, "/x")
app = Sanic("a")
app.blueprint(bp, {registration})
"""
    assert shown(recognised, code) == [f"GET {path} one"]


def test_a_version_of_a_route_wins(recognised: Recognised) -> None:
    code = "bp = Blueprint('b', version=1)\nbp.add_route(one, '/x', version=3)\napp = Sanic('a')\napp.blueprint(bp)\n"
    assert shown(recognised, code) == ["GET /v3/x one"]


@pytest.mark.parametrize(
    ("strict", "path"), [("", "/x"), (", strict_slashes=True", "/x/"), (", strict_slashes=False", "/x")]
)
def test_slashes_at_the_end(recognised: Recognised, strict: str, path: str) -> None:
    assert shown(recognised, f"app = Sanic('a')\napp.add_route(one, '/x/'{strict})\n") == [f"GET {path} one"]


def test_a_group_that_grows(recognised: Recognised) -> None:
    code = """
from sanic.blueprints import BlueprintGroup
parts = BlueprintGroup(url_prefix="/g")
for name in ("x", "y"):
    bp = Blueprint(name, url_prefix=name)
    bp.add_route(one, "/")
    parts.append(bp)
app = Sanic("a")
app.blueprint(parts)
"""
    assert sorted(shown(recognised, code)) == ["GET /g/x one", "GET /g/y one"]


def test_copy_and_group_of_other_things_are_none(recognised: Recognised) -> None:
    code = """
import re
app = Sanic("a")
@app.get("/x")
async def x(request):
    found = re.match("(a)", "a")
    return {"a": found.group(1), "b": dict(request.args).copy()}
"""
    assert shown(recognised, code) == ["GET /x x"]


def test_a_blueprint_that_nobody_registers_has_no_routes(recognised: Recognised) -> None:
    assert shown(recognised, "bp = Blueprint('b')\nbp.add_route(one, '/x')\napp = Sanic('a')\n") == []


def test_blueprints_of_modules_that_are_imported_by_name(recognised: Recognised) -> None:
    part = "from sanic import Blueprint\nbp = Blueprint('p', url_prefix='/p')\n@bp.get('/')\nasync def index(request): ...\n"
    main = """
from importlib import import_module
from sanic import Sanic
app = Sanic("a")
for name in ("parts.one",):
    app.blueprint(getattr(import_module(name), "bp"))
"""
    project = recognised({"main.py": main, "parts/__init__.py": "", "parts/one.py": part}, [library])
    (route,) = project.each(Route)
    assert (route.path, route.application, route.resolution) == ("/p", "main::app", Resolution.INFERRED)


def test_the_application_that_was_made_elsewhere(recognised: Recognised) -> None:
    late = "from sanic import Sanic\napp = Sanic.get_app('b')\n@app.get('/late')\nasync def late(request): ...\n"
    main = "from sanic import Sanic\nfirst = Sanic('a')\nsecond = Sanic('b')\n"
    (route,) = routes(recognised, main=main, late=late)
    assert (route.application, route.resolution) == ("main::second", Resolution.EXACT)


def test_an_application_that_nobody_is_seen_to_give(recognised: Recognised) -> None:
    plugin = IMPORTS + "def register(app):\n    app.add_route(one, '/plugin')\n"
    (route,) = routes(recognised, main="from sanic import Sanic\napp = Sanic('a')\n", plugin=plugin)
    assert (route.path, route.application, route.resolution) == ("/plugin", "main::app", Resolution.INFERRED)


def test_methods_of_a_class_that_registers_them_itself(recognised: Recognised) -> None:
    code = """
from inspect import getmembers, ismethod
class Own:
    def __init__(self, prefix):
        self.prefix = prefix
    def blueprint(self):
        bp = Blueprint("own", url_prefix=self.prefix)
        for name, method in getmembers(self, ismethod):
            if name != "blueprint" and not name.startswith("_"):
                path, methods, handler = method()
                bp.add_route(handler, path, methods=methods, name=name)
        return bp
class Shared(Own):
    def ping(self):
        async def answer(request): ...
        return "/ping", ["GET"], answer
class Things(Shared):
    def __init__(self, prefix):
        super().__init__(prefix)
    def _hidden(self):
        return "/hidden", ["GET"], one
    def change(self):
        async def answer(request): ...
        return "/change", ["PUT", "PATCH"], answer
app = Sanic("a")
things = Things("/api")
app.blueprint([things.blueprint()])
"""
    assert shown(recognised, code) == [
        "GET /api/ping Shared.ping.<locals>.answer",
        "PUT /api/change Things.change.<locals>.answer",
        "PATCH /api/change Things.change.<locals>.answer",
    ]


def test_methods_that_cannot_be_known(recognised: Recognised) -> None:
    code = "import other\napp = Sanic('a')\napp.add_route(one, '/x', methods=other.METHODS)\n"
    (route,) = routes(recognised, app=IMPORTS + code)
    assert (route.method, route.resolution) == ("ANY", Resolution.INFERRED)


def test_hooks_after_a_response_refuse_nothing(recognised: Recognised) -> None:
    code = """
app = Sanic("a")
@app.on_response
async def after(request, response): ...
@app.middleware("response")
async def late(request, response): ...
async def before(request): ...
app.register_middleware(before, "request")
app.add_route(one, "/x")
"""
    (route,) = routes(recognised, app=IMPORTS + code)
    assert route.dependencies == ("app::before",)


def test_validated_models(recognised: Recognised) -> None:
    code = """
from dataclasses import dataclass
from pydantic import BaseModel
from sanic_ext import openapi, validate
class Item(BaseModel):
    name: str
    price: float = 1
@dataclass
class Filter:
    limit: int | None = None
app = Sanic("a")
@app.post("/items")
@openapi.response(201, {"application/json": list[Item]})
@validate(json=Item, query=Filter)
async def create(request, body: Item, query: Filter): ...
"""
    (route,) = routes(recognised, app=IMPORTS + code)
    assert [(each.source, each.name, each.annotation, each.required) for each in route.parameters] == [
        ("body", "name", "str", True),
        ("body", "price", "float", False),
        ("query", "limit", "int", False),
    ]
    assert (route.response, route.collection, route.status) == ("list[Item]", True, 201)
    assert route.dependencies == ("sanic_ext.validate",)


def test_groups_in_a_circle_end(recognised: Recognised) -> None:
    code = """
from sanic.blueprints import BlueprintGroup
first = BlueprintGroup(url_prefix="/a")
second = BlueprintGroup(url_prefix="/b")
bp = Blueprint("x")
bp.add_route(one, "/x")
first.append(second)
second.append(first)
second.append(bp)
app = Sanic("a")
app.blueprint(first)
"""
    assert shown(recognised, code) == ["GET /a/b/x one"]


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("/a/<b>", "/a/{b}"),
        ("/a/<b:str>", "/a/{b}"),
        ("/a/<b:int>/c", "/a/{b:int}/c"),
        ("/<b:path>", "/{b:path}"),
        (r"/<b:(?P<b>\d+)>", r"/{b:(?P<b>\d+)}"),
        ("/<file:ext=jpg>", "/{file:ext}"),
        ("/a/<b", "/a/<b"),
    ],
)
def test_paths(uri: str, path: str) -> None:
    assert converted(uri, {}) == path


@given(st.text("ab/<>:(?P{})\\d", max_size=30))
def test_any_path_is_read(uri: str) -> None:
    assert len(parameters_of(uri, {})) <= converted(uri, {}).count("{")
