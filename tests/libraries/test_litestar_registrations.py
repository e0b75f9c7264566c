"""How Litestar's routes are registered: what cannot be followed, what nobody registers, and what would never end."""

from datetime import date
from textwrap import dedent

import pytest

from readiness.analysis import Analysis, analyse_files
from readiness.model import Application, Resolution, Route


def analysed(**files: str) -> Analysis:
    content = {f"{name.replace('__', '/')}.py": dedent(text).encode() for name, text in files.items()}
    return analyse_files(content, [], today=date(2026, 6, 1))


def routes(source: str = "", **files: str) -> list[str]:
    """Method, path and resolution of each route; a bare source is `app.py`."""
    analysis = analysed(**({"app": source} if source else {}), **files)
    assert analysis.problems == ()
    found = sorted(analysis.project.each(Route), key=lambda each: (each.path, each.method))
    return [
        f"{each.method} {each.path}" + ("" if each.resolution is Resolution.EXACT else f" {each.resolution}")
        for each in found
    ]


GOODS = """
    from litestar import Controller, get, post
    class Goods(Controller):
        path = "/goods"
        @get()
        async def every(self) -> list[str]: ...
    @post("/loose")
    async def loose() -> None: ...
"""


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ("Litestar([Goods, loose])", ["GET /goods", "POST /loose"]),
        ("Litestar(route_handlers=(Goods,))", ["GET /goods"]),
        ("Litestar([Goods], path='/api/')", ["GET /api/goods"]),
        ("Litestar([Router('/v1', route_handlers=[Goods]), loose])", ["POST /loose", "GET /v1/goods"]),
        ("Litestar([Router(path='v1//', route_handlers=[Router('/', route_handlers=[loose])])])", ["POST /v1/loose"]),
        ("Litestar([Goods] if True else [])", ["GET /goods"]),
        ("Litestar([*map(str, []), Goods])", ["GET /goods", "POST /loose unresolved"]),
        ("Litestar(**{'route_handlers': [loose]})", ["POST /loose"]),
        ("Litestar.from_config(AppConfig(route_handlers=[loose]))", ["POST /loose"]),
        ("Litestar([])", []),
        ("Litestar([...])", []),
        ("Litestar()", []),
    ],
)
def test_ways_to_give_handlers(made: str, expected: list[str]) -> None:
    source = f"""
        from litestar import Litestar, Router
        from litestar.config.app import AppConfig
        from goods import Goods, loose
        app = {made}
    """
    assert routes(source, goods=GOODS) == expected


def test_what_nobody_registers_is_no_route() -> None:
    source = "from litestar import Litestar\nimport goods\napp = Litestar([goods.loose])\n"
    assert routes(source, goods=GOODS) == ["POST /loose"]


def test_without_an_application_handlers_are_uncertain() -> None:
    assert routes(goods=GOODS) == ["GET /goods unresolved", "POST /loose unresolved"]


def test_a_base_that_is_not_registered_itself_is_no_controller_of_its_own() -> None:
    source = GOODS + "    class Fine(Goods):\n        path = '/fine'\n"
    assert routes(goods=source) == ["GET /fine unresolved", "POST /loose unresolved"]


def test_handlers_of_a_module_that_is_imported_by_its_name() -> None:
    source = """
        from importlib import import_module
        from litestar import Litestar
        def find(names):
            return [import_module(name).loose for name in names]
        app = Litestar(find(["goods"]), path="/api")
    """
    assert routes(source, goods=GOODS) == ["POST /api/loose"]


def test_handlers_that_are_looked_up_by_name() -> None:
    source = """
        from importlib import import_module
        from litestar import Litestar
        def find(names):
            return [import_module(f"{name}_v1").loose for name in names]
        app = Litestar(find(["goods"]), path="/api")
    """
    assert routes(source, goods=GOODS) == ["GET /api/goods unresolved", "POST /api/loose unresolved"]


def test_handlers_that_are_nowhere_are_one_route() -> None:
    source = "from litestar import Litestar\nfrom settings import handlers\napp = Litestar(handlers, path='/api')\n"
    settings = "import json\nhandlers = json.loads('[]')\n"
    (route,) = analysed(app=source, settings=settings).project.each(Route)
    assert (route.method, route.path, route.resolution) == ("ANY", "/api/{?}", Resolution.UNRESOLVED)


def test_classes_that_are_found_by_their_names_at_run_time() -> None:
    source = """
        import importlib
        from litestar import Litestar
        class Manifest:
            def __init__(self, paths):
                self.paths = paths
                self.found = {}
            def every(self):
                for path in self.paths:
                    module, name = path.rsplit(".", 1)
                    self.found[name] = getattr(importlib.import_module(module), name)
                return list(self.found.values())
        app = Litestar(Manifest(["goods.Goods"]).every())
    """
    assert routes(source, goods=GOODS) == ["GET /goods unresolved", "POST /loose unresolved"]


def test_an_application_that_is_hung_in_is_none_of_its_routes() -> None:
    source = """
        from litestar import Litestar, asgi
        from their_admin import make_admin
        admin = asgi("/admin", is_mount=True)(make_admin())
        app = Litestar([admin])
    """
    assert routes(source, goods=GOODS) == []


def test_handlers_of_another_package_say_nothing_of_ours() -> None:
    source = "from litestar import Litestar\nfrom their_admin import AdminController, make\n"
    source += "app = Litestar([AdminController, make('/x')])\n"
    assert routes(source, goods=GOODS) == []


def test_something_else_with_the_same_names_is_no_route() -> None:
    source = """
        from litestar import Litestar
        from requests import get
        from menu import Router, register
        @get("/nothing")
        def nothing(): ...
        app = Litestar([])
        router = Router("/x", route_handlers=[nothing])
        router.register(nothing)
        register(nothing)
    """
    assert routes(source) == []


def test_registering_in_a_loop_over_arguments() -> None:
    source = """
        from litestar import Litestar, Router
        from goods import Goods, loose
        def build(prefix, *handlers):
            app = Litestar()
            for handler in handlers:
                app.register(Router(prefix, route_handlers=[handler]))
            return app
        app = build("/v1", Goods, loose)
    """
    assert routes(source, goods=GOODS) == ["GET /v1/goods", "POST /v1/loose"]


def test_a_list_that_grows_before_it_is_returned() -> None:
    source = """
        from litestar import Litestar
        from goods import Goods, loose
        def handlers(more):
            found = [Goods]
            found.append(loose)
            return found
        def create():
            return Litestar(route_handlers=handlers(True))
        app = create()
    """
    assert routes(source, goods=GOODS) == ["GET /goods", "POST /loose"]


@pytest.mark.parametrize(
    "plugin",
    [
        "def on_app_init(self, config):\n        config.route_handlers.append(loose)\n        return config",
        "def on_app_init(self, c):\n        c.route_handlers += [loose]\n        return c",
        "def on_app_init(self, c):\n        c.route_handlers = [*c.route_handlers, loose]\n        return c",
        "def on_app_init(self, c):\n        own = c.route_handlers\n        own.extend([loose])\n        return c",
        "def on_app_init(self, c):\n        return self.more(config=c)\n\n"
        "    def more(self, *, config):\n        config.route_handlers.insert(0, loose)\n        return config",
        "def on_app_init(self, c):\n        c.plugins.append(Second())\n        return c",
        "def on_app_init(self, c):\n        return Second().on_app_init(c)",
        "def on_app_init(self, c):\n        return add(c)",
    ],
)
def test_plugins_that_add_handlers(plugin: str) -> None:
    source = f"""
from litestar import Litestar
from litestar.plugins import InitPlugin
from goods import loose
def add(config):
    config.route_handlers.append(loose)
    return config
class Second(InitPlugin):
    def on_app_init(self, config):
        config.route_handlers.append(loose)
        return config
class First(InitPlugin):
    {plugin}
app = Litestar([], plugins=[First()])
"""
    assert routes(source, goods=GOODS) == ["POST /loose"]


def test_functions_that_get_the_configuration() -> None:
    source = """
        from litestar import Litestar
        from goods import loose
        def add(config):
            config.route_handlers.append(loose)
            return config
        app = Litestar([], on_app_init=[add])
    """
    assert routes(source, goods=GOODS) == ["POST /loose"]


def test_a_security_configuration_brings_its_own_handlers() -> None:
    source = """
        from litestar import Litestar, post
        from litestar.security.jwt import JWTAuth
        from goods import Goods, loose
        async def find(token, connection): ...
        auth = JWTAuth[str](retrieve_user_handler=find, token_secret="", exclude=["/loose"], route_handlers=[loose])
        app = Litestar([Goods], on_app_init=[auth.on_app_init])
    """
    found = {each.path: each for each in analysed(app=source, goods=GOODS).project.each(Route)}
    assert found["/goods"].dependencies == ("litestar.security.jwt.JWTAuth", "app::find")
    assert (found["/loose"].dependencies, found["/loose"].declared_public) == ((), True)


def test_methods_that_are_named() -> None:
    source = """
        from litestar import HttpMethod, Litestar, route
        from elsewhere import methods
        @route("/a", http_method=[HttpMethod.GET, "POST", "OPTIONS"])
        async def a() -> None: ...
        @route("/b", http_method="DELETE")
        async def b() -> None: ...
        @route("/c", http_method=methods)
        async def c() -> None: ...
        app = Litestar([a, b, c])
    """
    assert routes(source) == ["GET /a", "POST /a", "DELETE /b", "ANY /c inferred"]


def test_a_path_that_is_not_known() -> None:
    source = """
        from litestar import Controller, Litestar, get
        from elsewhere import prefix
        class Goods(Controller):
            path = prefix
            @get("/a")
            async def a(self) -> None: ...
        app = Litestar([Goods])
    """
    assert routes(source) == ["GET /{?}/a inferred"]


def test_a_controller_that_a_function_makes_from_a_base_of_the_project() -> None:
    source = """
        from typing import Generic, TypeVar
        from litestar import Controller, Litestar, get
        T = TypeVar("T")
        class Base(Controller, Generic[T]):
            @get("/{key:int}")
            async def one(self, key: int) -> None: ...
            @get("/hidden")
            async def hidden(self) -> None: ...
        def make(where):
            class Made(Base[str]):
                path = "/" + where
                hidden = None
            return Made
        app = Litestar([make("a"), make("b")])
    """
    assert routes(source) == ["GET /a/{key:int}", "GET /b/{key:int}"]


def test_starlite_is_the_same_by_its_old_name() -> None:
    source = """
        from starlite import Controller, Router, Starlite, get
        class Goods(Controller):
            path = "/goods"
            @get("/{key:int}")
            def one(self, key: int) -> None: ...
        app = Starlite(route_handlers=[Router(path="/v1", route_handlers=[Goods])])
    """
    analysis = analysed(app=source)
    (route,) = analysis.project.each(Route)
    (application,) = analysis.project.each(Application)
    assert (route.framework, route.path) == ("Starlite", "/v1/goods/{key:int}")
    assert (application.framework, application.routed) == ("Starlite", True)


def test_routers_that_hold_themselves_end() -> None:
    source = """
        from litestar import Litestar, Router
        from goods import loose
        def again(config): return again(config)
        class Own:
            def on_app_init(self, config):
                config.plugins.append(Own())
                config.route_handlers.append(loose)
                return self.on_app_init(config)
        router = Router("/r", route_handlers=[loose])
        router.register(router)
        app = Litestar([router], plugins=[Own()], on_app_init=[again])
    """
    assert set(routes(source, goods=GOODS)) == {"POST /r/loose", "POST /loose"}


def test_classes_that_derive_from_themselves_end() -> None:
    source = """
        from litestar import Controller, Litestar, get
        class A(Controller): ...
        class A(A):
            @get("/a")
            async def a(self) -> None: ...
        class B(C, A): ...
        class C(B):
            @get("/c")
            async def c(self) -> None: ...
        app = Litestar([A, B, C])
    """
    assert "GET /c" in routes(source)


def test_applications_of_tests_are_none() -> None:
    source = "from litestar import Litestar\nfrom goods import loose\napp = Litestar([loose])\n"
    analysis = analysed(tests__test_app=source, goods=GOODS, main="from litestar import Litestar\napp = Litestar([])\n")
    assert list(analysis.project.each(Route)) == []
