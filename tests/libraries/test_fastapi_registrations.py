"""One spelling of a registration at a time: which routes come of it."""

from datetime import date
from textwrap import dedent

import pytest

from readiness.analysis import analyse_files
from readiness.model import Application, Resolution, Route

HEAD = "from fastapi import APIRouter, Depends, FastAPI\n"


def routes(*sources: str | tuple[str, str]) -> list[Route]:
    files = {}
    for source in sources:
        path, text = source if isinstance(source, tuple) else ("app.py", source)
        files[path] = (HEAD + dedent(text)).encode()
    return list(analyse_files(files, [], today=date(2026, 6, 1)).project.each(Route))


def table(*sources: str | tuple[str, str]) -> set[str]:
    return {f"{route.method} {route.path}" for route in routes(*sources)}


APP = """
app = FastAPI()

def handler(): ...
"""
R = 'r = APIRouter()\nr.add_api_route("/x", handler)\n'


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('app.add_api_route("/x", handler)', {"GET /x"}),
        ('app.add_api_route("/x", handler, methods=["post", "HEAD"])', {"POST /x"}),
        ('import http\napp.add_api_route("/x", handler, methods=[http.HTTPMethod.PUT])', {"PUT /x"}),
        ('METHODS = ("GET", "POST")\napp.add_api_route("/x", handler, methods=METHODS)', {"GET /x", "POST /x"}),
        ('app.delete("/x")(handler)', {"DELETE /x"}),
        ('app.router.add_api_route("/x", handler)', {"GET /x"}),
        ('app.add_api_websocket_route("/ws", handler)', {"WEBSOCKET /ws"}),
        ('app.options("/x")(handler)', set()),
        ('app.head("/x")(handler)', {"HEAD /x"}),
        ('app.add_api_route("/x", handler, methods=["HEAD", "OPTIONS"])', {"HEAD /x"}),
        ('app.head("/x")(handler)\napp.get("/x")(handler)', {"GET /x"}),
        ('app.get("/x")(handler)\n@app.head("/x")\ndef other(): ...', {"GET /x", "HEAD /x"}),
        ('for name in ["a", "b"]:\n    app.add_api_route(f"/{name}", handler)', {"GET /a", "GET /b"}),
        ('for p, m in {"/a": "GET", "/b": "PUT"}.items():\n    app.add_api_route(p, handler, methods=[m])', {"GET /a", "PUT /b"}),
        ('r = APIRouter(prefix="/r")\nr.add_api_route("", handler)\napp.include_router(r)', {"GET /r"}),
        (R + '[app.include_router(r, prefix=p) for p in ("/a", "/b")]', {"GET /a/x", "GET /b/x"}),
        (R + 'routers = []\nrouters.append(r)\nfor each in routers:\n    app.include_router(each)', {"GET /x"}),
        (R + 'routers = [] + [r]\nfor i, each in enumerate(routers):\n    app.include_router(each)', {"GET /x"}),
        ('r = APIRouter()\nr.include_router(r)\nr.add_api_route("/x", handler)\napp.include_router(r)', {"GET /x"}),
        ('import os\napp.add_api_route(os.getenv("P", "/d") + "/x", handler)', {"GET /d/x"}),
        ('app.add_api_route("/" + "/".join(["a", "b"]), handler)', {"GET /a/b"}),
        ('PREFIX = "/api/"\napp.add_api_route(PREFIX.rstrip("/") + "/x", handler)', {"GET /api/x"}),
        ('sub = FastAPI()\nsub.add_api_route("/x", handler)\napp.mount("/sub/", sub)', {"GET /sub/x"}),
        ('from mw import Wrap\nsub = FastAPI()\nsub.add_api_route("/x", handler)\napp.mount("/sub", Wrap(sub))', {"GET /sub/x"}),
        (R + 'from typing import cast\napp.include_router(cast(APIRouter, r))', {"GET /x"}),
        ('import functools\napp.add_api_route("/x", functools.partial(handler, 1))', {"GET /x"}),
    ],
)  # fmt: skip
def test_spellings_at_module_level(code: str, expected: set[str]) -> None:
    assert table(APP + code) == expected


def test_a_router_that_is_never_included_has_no_routes() -> None:
    assert table(APP + 'r = APIRouter()\n@r.get("/x")\ndef x(): ...') == set()


def test_routers_of_a_project_without_an_application_are_unresolved() -> None:
    (route,) = routes('r = APIRouter(prefix="/p")\n@r.get("/x")\ndef x(): ...')
    assert (route.path, route.application, route.resolution) == ("/p/x", "", Resolution.UNRESOLVED)


def test_an_unknown_prefix_leaves_its_mark() -> None:
    (route,) = routes(
        APP
        + 'from cfg import load\nr = APIRouter(prefix=load()["p"])\n@r.get("/x")\ndef x(): ...\napp.include_router(r)'
    )
    assert (route.path, route.resolution) == ("/{?}/x", Resolution.INFERRED)


def test_an_application_given_by_nobody_is_the_only_one_there_is() -> None:
    found = routes(
        ("main.py", "from setup import plan\napp = FastAPI()\nplan()"),
        ("views.py", 'def register(app: FastAPI) -> None:\n    @app.get("/x")\n    def x(): ...'),
    )
    assert [(each.path, each.application, each.resolution) for each in found] == [
        ("/x", "main::app", Resolution.INFERRED)
    ]


def test_a_plugin_is_found_by_the_attribute_that_is_included() -> None:
    found = routes(
        (
            "main.py",
            "from registry import plugins\napp = FastAPI()\nfor p in plugins.all():\n    app.include_router(p.events, prefix='/e')",
        ),
        ("slack.py", 'hooks = APIRouter()\n@hooks.post("/hook")\ndef hook(): ...\nclass Slack:\n    events = hooks'),
        ("other.py", 'router = APIRouter()\n@router.post("/other")\ndef other(): ...'),
    )
    assert [(each.path, each.resolution) for each in found] == [("/e/hook", Resolution.INFERRED)]


def test_a_router_made_twice_by_a_factory_is_two_routers() -> None:
    code = """
    def make(prefix):
        router = APIRouter(prefix=prefix)

        @router.get("/x")
        def x(): ...

        return router

    def create_app():
        app = FastAPI()
        app.include_router(make("/a"))
        app.include_router(make("/b"), prefix="/v")
        return app
    """
    assert table(code) == {"GET /a/x", "GET /v/b/x"}


def test_an_application_made_by_a_factory_that_several_call_counts_once() -> None:
    made = 'def create():\n    made = FastAPI()\n    made.add_api_route("/x", handler)\n    return made\n'
    code = APP + made + "one = create()\ntwo = create()"
    project = analyse_files({"app.py": (HEAD + code).encode()}, [], today=date(2026, 6, 1)).project
    assert sorted(each.name for each in project.each(Application)) == ["app::app", "app::create.made"]
    assert [route.path for route in project.each(Route)] == ["/x"]


def test_an_application_class_that_includes_in_its_own_init() -> None:
    code = """
    router = APIRouter()

    @router.get("/x")
    def x(): ...

    class Service(FastAPI):
        def __init__(self, prefix: str = "/v1", **kwargs):
            super().__init__(**kwargs)
            self.include_router(router, prefix=prefix)
            self.register()

        def register(self):
            self.add_api_route("/own", self.own)

        def own(self): ...

    app = Service()
    """
    assert table(code) == {"GET /v1/x", "GET /own"}


def test_classes_of_handlers_are_filled_by_dependencies() -> None:
    code = """
    from fastapi_utils.cbv import cbv

    router = APIRouter()

    def get_db(): ...
    def get_user(db=Depends(get_db)): ...

    class Base:
        db: object = Depends(get_db)

    @cbv(router)
    class Views(Base):
        user: str = Depends(get_user)

        @router.get("/x")
        def x(self, q: str = ""): ...

    app = FastAPI()
    app.include_router(router)
    """
    (route,) = routes(code)
    assert (route.handler, route.dependencies) == ("app::Views.x", ("app::Views", "app::get_db", "app::get_user"))
    assert [(each.name, each.source) for each in route.parameters] == [("q", "query")]


def test_dependencies_are_followed_once_however_they_circle() -> None:
    code = (
        APP
        + """
def a(x=Depends(lambda: b)): ...
def one(y: "int" = Depends(a)): ...
class Loop:
    def __init__(self, again: "Loop" = Depends()): ...

@app.get("/x", dependencies=[Depends(one), Depends(Loop)])
def x(): ...
"""
    )
    (route,) = routes(code)
    assert route.dependencies == ("app::one", "app::a", "app::Loop")


def test_decorators_between_the_route_and_the_function_change_nothing() -> None:
    (route,) = routes(APP + 'import functools\n@app.get("/x")\n@functools.cache\ndef x():\n    """Says x."""')
    assert (route.handler, route.documented, route.first_line, route.span.line) == ("app::x", True, 7, 9)


def test_routes_of_test_files_are_left_out() -> None:
    found = table(
        APP,
        (
            "tests/test_app.py",
            'import pytest\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.get("/t")\ndef test_t(): ...',
        ),
    )
    assert found == set()


def test_other_objects_with_the_same_methods_are_no_routers() -> None:
    code = (
        APP
        + """
cache = {}

class Client:
    def get(self, url): return lambda f: f
    def add_route(self, path, handler): ...
    def mount(self, path, app): ...

client = Client()
cache.get("/a")
client.add_route("/b", handler)
client.mount("/c", app)

@client.get("/d")
def d(): ...
"""
    )
    assert table(code) == set()


@pytest.mark.parametrize(
    ("annotation", "collection"),
    [
        ("list[Item]", True), ("list[Item] | None", True), ("set[int]", True), ("Rows", True), ("Alias", True), ("Wrapped", True),
        ("Item", False), ("Order", False), ("str", False), ("dict", None), ("Unknown", None), ("None", False), ("Root", True),
    ],
)  # fmt: skip
def test_collections_are_told_from_single_objects(annotation: str, collection: bool | None) -> None:
    code = f"""
    from pydantic import BaseModel, RootModel
    from elsewhere import Unknown

    class Item(BaseModel):
        id: int
        name: str

    class Order(BaseModel):
        id: int
        lines: list[Item]

    class Rows(BaseModel):
        items: list[Item]
        total: int

    class Meta(BaseModel):
        page: int
        count: int

    class Wrapped(BaseModel):
        data: list[Item]
        meta: Meta

    class Root(RootModel[list[Item]]): ...

    Alias = list[Item]
    app = FastAPI()

    @app.get("/x")
    def x() -> {annotation}: ...
    """
    (route,) = routes(code)
    assert (route.response, route.collection) == (annotation, collection)


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("def x() -> HTMLResponse: ...", False),
        ("def x():\n    return RedirectResponse('/')", False),
        ("def x():\n    return templates.TemplateResponse('a.html')", False),
        ("def x():\n    if 1:\n        return RedirectResponse('/')\n    return {}", True),
        ("def x() -> JSONResponse: ...", True),
    ],
)
def test_pages_are_no_data(code: str, data: bool) -> None:
    head = (
        "from fastapi.responses import *\nfrom fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse\n"
    )
    head += "from fastapi.templating import Jinja2Templates\ntemplates = Jinja2Templates('t')\n"
    (route,) = routes(head + 'app = FastAPI()\n@app.get("/x")\n' + code)
    assert route.data is data


def test_a_router_of_graphql_brings_its_own_routes():
    text = """
        from fastapi import Depends, FastAPI
        from strawberry.fastapi import GraphQLRouter
        from schema import schema, who

        app = FastAPI()
        graphql = GraphQLRouter(schema, path="/query")
        app.include_router(graphql, prefix="/graphql", dependencies=[Depends(who)])
    """
    found = routes(text)
    assert sorted((each.method, each.path, each.handler.rpartition(".")[2]) for each in found) == [
        ("GET", "/graphql/query", "GraphQLRouter"),
        ("POST", "/graphql/query", "GraphQLRouter"),
        ("WEBSOCKET", "/graphql/query", "GraphQLRouter"),
    ]


def test_a_mounted_application_of_graphql_is_one_operation():
    text = """
        from ariadne.asgi import GraphQL
        from starlette.applications import Starlette
        from schema import schema

        app = Starlette()
        app.mount("/graphql/", GraphQL(schema, debug=True))
        app.mount("/other", make_app())
    """
    found = routes(text)
    assert [(each.method, each.path, each.handler) for each in found] == [("ANY", "/graphql", "ariadne.asgi.GraphQL")]
