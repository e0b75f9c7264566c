"""Registrations of aiohttp that one small file shows: what is followed, what is marked as inferred, and what is no route."""

from collections.abc import Callable, Mapping, Sequence

from readiness.libraries.aiohttp_web import library
from readiness.linking import LinkedProject
from readiness.model import Application, Library, Resolution, Route

Recognised = Callable[[Mapping[str, str], Sequence[Library]], LinkedProject]

IMPORTS = "from aiohttp import web\nasync def one(request): ...\nasync def two(request): ...\n"


def routes(recognised: Recognised, **files: str) -> list[Route]:
    sources = {f"{name}.py": text for name, text in files.items()}
    return list(recognised(sources, [library]).each(Route))


def shown(recognised: Recognised, code: str) -> list[str]:
    return [
        f"{each.method} {each.path} {each.handler.rpartition('::')[2]}"
        for each in routes(recognised, app=IMPORTS + code)
    ]


def test_a_client_is_no_server(recognised: Recognised) -> None:
    code = "import aiohttp\nasync def f():\n    async with aiohttp.ClientSession() as s:\n        await s.get('/x')\n"
    project = recognised({"app.py": code}, [library])
    assert not list(project.each(Application))
    assert not list(project.each(Route))


def test_the_whole_package_may_be_imported(recognised: Recognised) -> None:
    code = "import aiohttp.web\nasync def one(request): ...\napp = aiohttp.web.Application()\napp.router.add_get('/a', one)\n"
    assert [each.path for each in routes(recognised, app=code)] == ["/a"]


def test_silent_methods_are_left_out(recognised: Recognised) -> None:
    code = (
        "app = web.Application()\napp.add_routes([web.head('/a', one), web.options('/a', one), web.get('/a', one)])\n"
    )
    assert shown(recognised, code) == ["GET /a one"]


def test_static_files_are_left_out(recognised: Recognised) -> None:
    code = """
app = web.Application()
app.add_routes([web.static("/s", "."), web.get("/a", one)])
app.router.add_static("/t", ".")
"""
    assert shown(recognised, code) == ["GET /a one"]


def test_every_method_of_a_star(recognised: Recognised) -> None:
    code = "app = web.Application()\napp.add_routes([web.route('*', '/a', one)])\n"
    assert shown(recognised, code) == ["ANY /a one"]


def test_tables_in_a_loop(recognised: Recognised) -> None:
    code = """
first, second = web.RouteTableDef(), web.RouteTableDef()
@first.get("/a")
async def a(request): ...
@second.get("/b")
async def b(request): ...
app = web.Application()
for table in (first, second):
    app.add_routes(table)
"""
    assert shown(recognised, code) == ["GET /a a", "GET /b b"]


def test_a_table_that_nobody_takes_has_no_routes(recognised: Recognised) -> None:
    code = "left = web.RouteTableDef()\n@left.get('/a')\nasync def a(request): ...\napp = web.Application()\n"
    assert shown(recognised, code) == []


def test_definitions_from_a_function_of_the_project(recognised: Recognised) -> None:
    code = """
def under(prefix, *pairs):
    return [web.post(prefix + path, handler) for path, handler in pairs]
app = web.Application()
app.add_routes(under("/api", ("/a", one), ("/b", two)))
"""
    assert shown(recognised, code) == ["POST /api/a one", "POST /api/b two"]


def test_a_comprehension_that_calls_a_factory(recognised: Recognised) -> None:
    code = """
class Part:
    def __init__(self, name):
        self.app = web.Application()
        self.app.router.add_get(f"/{name}", one)
def make(name):
    return Part(name).app
app = web.Application()
for number, child in enumerate([make(name) for name in ("x", "y")]):
    app.add_subapp(f"/p{number}", child)
"""
    assert shown(recognised, code) == ["GET /p0/x one", "GET /p1/y one"]


def test_applications_by_members_of_an_enumeration(recognised: Recognised) -> None:
    code = """
from enum import Enum
class Version(Enum):
    OLD = "v1"
    NEW = "v2"
class Api:
    def __init__(self):
        self.old = web.Application()
        self.new = web.Application()
    @property
    def versions(self):
        return {Version.OLD: self.old, Version.NEW: self.new}
    def load(self):
        for version in list(Version):
            app = self.versions[version]
            self.register(app)
        self.old.add_subapp("/v2", self.versions[Version.NEW])
    def register(self, app):
        app.add_routes([web.get("/shared", one)])
        if app is self.versions[Version.OLD]:
            app.add_routes([web.get("/only-old", one)])
        if app is self.versions[Version.NEW]:
            app.add_routes([web.get("/only-new", two)])
Api().load()
"""
    assert sorted(shown(recognised, code)) == [
        "GET /only-old one",
        "GET /shared one",
        "GET /v2/only-new two",
        "GET /v2/shared one",
    ]


def test_a_test_on_a_parameter_decides(recognised: Recognised) -> None:
    code = """
def register(app, kind):
    if kind == "public":
        app.router.add_get("/a", one)
    elif kind in ("inner", "outer"):
        app.router.add_get("/b", two)
public, inner = web.Application(), web.Application()
register(public, "public")
register(inner, "inner")
public.add_subapp("/in", inner)
"""
    assert shown(recognised, code) == ["GET /a one", "GET /in/b two"]


def test_what_decides_elsewhere_is_a_condition(recognised: Recognised) -> None:
    code = "import settings\napp = web.Application()\nif settings.DEBUG:\n    app.router.add_get('/a', one)\n"
    (route,) = routes(recognised, app=IMPORTS + code)
    assert (route.condition, route.resolution) == ("settings.DEBUG", Resolution.EXACT)


def test_an_application_that_nobody_is_seen_to_give(recognised: Recognised) -> None:
    plugin = IMPORTS + "async def register(app: web.Application):\n    app.add_routes([web.get('/plugin', one)])\n"
    (route,) = routes(recognised, main="from aiohttp import web\napp = web.Application()\n", plugin=plugin)
    assert (route.path, route.application, route.resolution) == ("/plugin", "main::app", Resolution.INFERRED)


def test_the_router_of_something_that_cannot_be_followed(recognised: Recognised) -> None:
    code = """
class Pack:
    def __init__(self, services):
        self.server = services.get("server")
    def enable(self):
        self.server.application.router.add_route("GET", "/pack", self.show)
        self.server.index.router.add_route("pack", self.show)
    async def show(self, request): ...
app = web.Application()
"""
    (route,) = routes(recognised, app=IMPORTS + code)
    assert (route.path, route.handler, route.resolution) == ("/pack", "app::Pack.show", Resolution.INFERRED)


def test_a_router_of_another_package_is_none(recognised: Recognised) -> None:
    code = "import other\nsite = other.Site()\nsite.router.add_route('GET', '/x', one)\napp = web.Application()\n"
    assert shown(recognised, code) == []


def test_a_path_that_cannot_be_known_is_one_unresolved_route(recognised: Recognised) -> None:
    code = (
        "import glob\napp = web.Application()\nfor name in glob.glob('*'):\n    app.router.add_get(f'/{name}', one)\n"
    )
    (route,) = routes(recognised, app=IMPORTS + code)
    assert (route.path, route.resolution) == ("/{?}", Resolution.UNRESOLVED)


def test_a_list_that_cannot_be_known_is_one_unresolved_route(recognised: Recognised) -> None:
    code = "import other\napp = web.Application()\napp.add_routes(other.routes())\n"
    (route,) = routes(recognised, app=IMPORTS + code)
    assert (route.method, route.path, route.resolution) == ("ANY", "/{?}", Resolution.UNRESOLVED)


def test_resources_that_are_wrapped(recognised: Recognised) -> None:
    code = """
import aiohttp_cors
app = web.Application()
cors = aiohttp_cors.setup(app)
resource = cors.add(app.router.add_resource("/a"))
cors.add(resource.add_route("GET", one))
cors.add(app.router.add_route("POST", "/b", two))
"""
    assert shown(recognised, code) == ["GET /a one", "POST /b two"]


def test_applications_in_a_circle_end(recognised: Recognised) -> None:
    code = """
first, second = web.Application(), web.Application()
first.add_subapp("/a", second)
second.add_subapp("/b", first)
second.router.add_get("/x", one)
"""
    assert sorted(shown(recognised, code)) == ["GET /a/x one", "GET /x one"]


def test_typed_signatures(recognised: Recognised) -> None:
    code = """
from aiohttp_pydantic import PydanticView
from aiohttp_pydantic.injectors import Group
from aiohttp_pydantic.oas.typing import r200, r201
from pydantic import BaseModel
class Pet(BaseModel):
    name: str
class Page(Group):
    number: int = 1
class PetsView(PydanticView):
    async def get(self, kind: str, /, page: Page, age: int | None = None, *, token: str) -> r200[list[Pet]]:
        return web.json_response([])
    async def post(self, kind: str, /, pet: Pet) -> r201[Pet]:
        return web.json_response({})
app = web.Application()
app.router.add_view("/pets/{kind}", PetsView)
"""
    get, post = routes(recognised, app=IMPORTS + code)
    assert {f"{each.source}:{each.name}": each.annotation for each in get.parameters} == {
        "path:kind": "str",
        "query:number": "int",
        "query:age": "int",
        "header:token": "str",
    }
    assert (get.response, get.collection, get.status) == ("list[Pet]", True, 200)
    assert {f"{each.source}:{each.name}": each.annotation for each in post.parameters} == {
        "path:kind": "str",
        "body:pet": "app::Pet",
    }
    assert (post.response, post.collection, post.status) == ("Pet", False, 201)


def test_schemas_of_decorators(recognised: Recognised) -> None:
    code = """
from aiohttp_apispec import docs, querystring_schema, request_schema, response_schema
from marshmallow import Schema, fields
class Item(Schema):
    name = fields.Str(required=True)
class Page(Schema):
    limit = fields.Int(load_default=10)
@docs(summary="All")
@querystring_schema(Page)
@request_schema(Item())
@response_schema(Item(many=True), 200)
async def items(request): ...
app = web.Application()
app.router.add_post("/items", items)
"""
    (route,) = routes(recognised, app=IMPORTS + code)
    assert {f"{each.source}:{each.name}": each.annotation for each in route.parameters} == {
        "query:limit": "int",
        "body:name": "str",
    }
    assert (route.collection, route.status) == (True, 200)
    assert [each.rpartition(".")[2] for each in route.dependencies] == ["querystring_schema", "request_schema"]


def test_what_a_helper_reads_is_marked(recognised: Recognised) -> None:
    code = """
def page_of(request: web.Request):
    return int(request.rel_url.query["page"])
async def items(req):
    body = await req.json()
    return web.json_response({"page": page_of(req), "body": body})
app = web.Application()
app.router.add_post("/items", items)
"""
    (route,) = routes(recognised, app=IMPORTS + code)
    assert [(each.source, each.name, each.annotation, each.via) for each in route.parameters] == [
        ("body", "body", "", ""),
        ("query", "page", "int", "app::page_of"),
    ]


def test_an_application_that_cannot_be_followed_is_one_unresolved_route(recognised: Recognised) -> None:
    code = """
from importlib import import_module
app = web.Application()
def mount(package):
    app.add_subapp("/parts", import_module(package).create_app())
def also(child):
    app.add_subapp("/child", child)
"""
    (route,) = [each for each in routes(recognised, app=IMPORTS + code) if each.path.startswith("/child")]
    assert (route.path, route.resolution) == ("/child/{?}", Resolution.UNRESOLVED)


def test_a_holder_of_an_application_that_is_typed_only(recognised: Recognised) -> None:
    code = """
class Registry:
    _app: web.Application
    def __init__(self, app: web.Application):
        self._app = app
    def load(self):
        self._app.router.add_get("/typed", one)
app = web.Application()
"""
    (route,) = routes(recognised, app=IMPORTS + code)
    assert (route.path, route.application, route.resolution) == ("/typed", "app::app", Resolution.INFERRED)
