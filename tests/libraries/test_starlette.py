"""Starlette: routes as lists, endpoint classes, mounts."""

from datetime import date
from textwrap import dedent

import pytest

from readiness.analysis import analyse_files
from readiness.model import Application, Route

HEAD = """
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint, WebSocketEndpoint
from starlette.routing import Host, Mount, Route, Router, WebSocketRoute
from starlette.staticfiles import StaticFiles

async def view(request): ...
"""


def project_of(code: str):  # type: ignore[no-untyped-def]
    return analyse_files({"app.py": (HEAD + dedent(code)).encode()}, [], today=date(2026, 6, 1)).project


def table(code: str) -> set[str]:
    return {f"{route.method} {route.path}" for route in project_of(code).each(Route)}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('app = Starlette(routes=[Route("/x", view)])', {"GET /x"}),
        ('app = Starlette(False, [Route("/x", view, methods=["POST"])])', {"POST /x"}),
        ('routes = [Route("/x", view)]\napp = Starlette(routes=routes)', {"GET /x"}),
        (
            'routes = [Route("/x", endpoint=view)]\nroutes.append(Route("/y", view))\napp = Starlette(routes=routes)',
            {"GET /x", "GET /y"},
        ),
        ('routes = []\nroutes += [Route("/x", view)]\napp = Starlette(routes=routes)', {"GET /x"}),
        ('app = Starlette(routes=[Mount("/a", routes=[Mount("/b", [Route("/x", view)])])])', set()),
        ('app = Starlette(routes=[Mount("/a", routes=[Mount("/b", routes=[Route("/x", view)])])])', {"GET /a/b/x"}),
        ('inner = Starlette(routes=[Route("/", view)])\napp = Starlette(routes=[Mount("/a", app=inner)])', {"GET /a/"}),
        ('app = Starlette(routes=[Mount("/a", Router([Route("/x", view)]))])', {"GET /a/x"}),
        ('app = Starlette(routes=[Host("api.example.org", Router([Route("/x", view)]))])', {"GET /x"}),
        ('app = Starlette(routes=[Mount("/static", StaticFiles(directory="s"))])', set()),
        ('app = Starlette()\napp.add_route("/x", view, ["PUT"])', {"PUT /x"}),
        ('app = Starlette()\n@app.route("/x", methods=["GET", "DELETE"])\nasync def x(request): ...', {"GET /x", "DELETE /x"}),
        ('app = Starlette()\napp.routes.append(Route("/x", view))', {"GET /x"}),
        ('app = Starlette()\napp.router.routes.extend([Route("/x", view)])', {"GET /x"}),
        ('other = Router([Route("/x", view)])\napp = Starlette(routes=other.routes)', {"GET /x"}),
        ('app = Starlette(routes=[WebSocketRoute("/ws", view)])', {"WEBSOCKET /ws"}),
        ('def wrap(f): return f\napp = Starlette(routes=[Route("/x", wrap(view))])', {"GET /x"}),
        ('app = Starlette(routes=[Route(f"/{n}", view) for n in ("a", "b")])', {"GET /a", "GET /b"}),
        ('from gql import GraphQL\napp = Starlette()\napp.add_route("/graphql", GraphQL())', {"ANY /graphql"}),
    ],
)  # fmt: skip
def test_routes(code: str, expected: set[str]) -> None:
    assert table(code) == expected


def test_an_endpoint_class_answers_the_methods_it_defines() -> None:
    code = """
    class Base(HTTPEndpoint):
        async def get(self, request): ...

    class Items(Base):
        async def post(self, request): ...
        def rows(self): ...

    app = Starlette(routes=[Route("/items", Items, methods=["GET"])])
    """
    assert {(each.method, each.handler) for each in project_of(code).each(Route)} == {
        ("GET", "app::Base.get"),
        ("POST", "app::Items.post"),
    }


def test_a_socket_class_is_one_socket() -> None:
    code = """
    class Live(WebSocketEndpoint):
        async def on_receive(self, websocket, data): ...

    app = Starlette(routes=[Route("/live", Live)])
    """
    assert [(each.method, each.handler) for each in project_of(code).each(Route)] == [("WEBSOCKET", "app::Live")]


def test_parameters_are_those_of_the_path() -> None:
    (route,) = project_of('app = Starlette(routes=[Route("/x/{key:int}/{rest:path}", view)])').each(Route)
    assert [(each.name, each.source, each.annotation) for each in route.parameters] == [
        ("key", "path", "int"),
        ("rest", "path", "str"),
    ]


def test_the_framework_is_named() -> None:
    assert [(each.framework, each.routed) for each in project_of("app = Starlette()").each(Application)] == [
        ("Starlette", True)
    ]
