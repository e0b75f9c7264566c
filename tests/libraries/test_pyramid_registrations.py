"""Registrations of Pyramid and Cornice, one spelling at a time."""

from textwrap import dedent

import pytest

from readiness.libraries.pyramid import library
from readiness.libraries.pyramid.patterns import joined, shown
from readiness.model import Resolution, Route
from tests.libraries.conftest import recognise

MAIN = """
from pyramid.config import Configurator

def main(global_config, **settings):
    config = Configurator(settings=settings)
{body}
    return config.make_wsgi_app()
"""
VIEWS = """
from pyramid.view import view_config

@view_config(route_name="home")
def home(request):
    return {}
"""


def app(body: str) -> str:
    return MAIN.format(body="\n".join(f"    {line}" for line in dedent(body).strip().splitlines()))


def routes(**files: str) -> list[Route]:
    sources = {f"{name.replace('__', '/')}.py": text for name, text in files.items()}
    sources = {path.replace("shop/main.py", "shop/__init__.py"): text for path, text in sources.items()}
    return list(recognise(sources, [library]).each(Route))


def table(**files: str) -> list[str]:
    return sorted(f"{each.method} {each.path}" for each in routes(**files))


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/a/{b}", "/a/{b}"),
        ("a/{b:[0-9]{1,3}}", "/a/{b}"),
        ("/a/:b/c", "/a/{b}/c"),
        ("/a/*rest", "/a/{rest:path}"),
        ("{?}/a", "{?}/a"),
        ("/a/{b", "/a/{b}"),
    ],
)
def test_patterns_are_shown_as_paths(pattern: str, path: str) -> None:
    assert shown(pattern)[0] == path


@pytest.mark.parametrize(
    ("prefix", "pattern", "whole"),
    [("", "/a", "/a"), ("api", "/a", "api/a"), ("api/", "a", "api/a"), ("api", "", "api/")],
)
def test_prefixes_join_by_one_slash(prefix: str, pattern: str, whole: str) -> None:
    assert joined(prefix, pattern) == whole


def test_an_empty_pattern_can_take_over_what_its_prefix_ends_in() -> None:
    body = 'config.include(below, route_prefix="x")\nconfig.scan("views")'
    below = 'def below(config):\n    config.add_route("home", "", inherit_slash=True)\n'
    assert table(main=app(body) + below, views=VIEWS) == ["ANY /x"]


@pytest.mark.parametrize(
    "scan",
    ['config.scan("views")', "import views\nconfig.scan(views)", "config.scan()", 'config.scan(package=".views")'],
)
def test_a_scan_is_read_however_its_package_is_named(scan: str) -> None:
    body = f'config.add_route("home", "/home")\n{scan}'
    assert table(
        shop__main=app(body).replace("import views", "from shop import views").replace('"views"', '"shop.views"'),
        shop__views=VIEWS,
    ) == ["ANY /home"]


def test_a_view_that_no_scan_reaches_does_not_count() -> None:
    assert table(shop__main=app('config.add_route("home", "/home")\nconfig.scan(".other")'), shop__views=VIEWS) == []


@pytest.mark.parametrize(
    "target", ['"shop.routes"', '".routes"', '"shop.routes:includeme"', "routes", "routes.includeme"]
)
def test_an_include_is_followed_however_its_target_is_named(target: str) -> None:
    main = "from shop import routes\n" + app(f"config.include({target}, route_prefix='/v1')\nconfig.scan()")
    included = 'def includeme(config):\n    config.add_route("home", "/home")\n'
    assert table(shop__main=main, shop__routes=included, shop__views=VIEWS) == ["ANY /v1/home"]


def test_prefixes_of_nested_includes_add_up() -> None:
    main = app('config.include("shop.api", route_prefix="api")\nconfig.scan()')
    api = 'def includeme(config):\n    config.include(".deep", route_prefix="/v2/")\n'
    deep = (
        'def includeme(config):\n    with config.route_prefix_context("x"):\n        config.add_route("home", "home")\n'
    )
    files = {"shop__main": main, "shop__api": api, "shop__deep": deep, "shop__views": VIEWS}
    assert table(**files) == ["ANY /api/v2/x/home"]


def test_a_prefix_of_the_settings_is_not_known() -> None:
    main = app('config.include("routes", route_prefix=settings["prefix"])\nconfig.scan("views")')
    included = 'def includeme(config):\n    config.add_route("home", "/home")\n'
    (found,) = routes(main=main, routes=included, views=VIEWS)
    assert found.path.endswith("{?}/home")
    assert found.resolution is not Resolution.EXACT


def test_a_route_that_nobody_adds_is_one_unresolved_fact() -> None:
    (found,) = routes(main=app('config.scan("views")'), views=VIEWS)
    assert (found.path, found.resolution) == ("{?}", Resolution.UNRESOLVED)


def test_a_plugin_that_nobody_is_seen_to_include_is_unresolved() -> None:
    plugin = 'def includeme(config):\n    config.add_route("home", "/home")\n    config.scan("views")\n'
    (found,) = routes(plugin=plugin, views=VIEWS)
    assert (found.path, found.resolution) == ("/home", Resolution.UNRESOLVED)


def test_what_is_included_by_an_unknown_name_is_one_unresolved_fact() -> None:
    body = 'for name in settings["plugins"].split():\n    config.include(name)'
    (found,) = routes(main=app(body))
    assert (found.method, found.path, found.resolution, found.data) == ("ANY", "{?}", Resolution.UNRESOLVED, False)


def test_methods_of_route_and_view_are_met_both() -> None:
    main = app('config.add_route("home", "/home", request_method=("GET", "POST"))\nconfig.scan("views")')
    views = VIEWS.replace('route_name="home"', 'route_name="home", request_method=("POST", "PUT")')
    assert table(main=main, views=views) == ["POST /home"]


def test_a_static_route_is_none() -> None:
    assert table(main=app('config.add_route("home", "/h", static=True)\nconfig.scan("views")'), views="") == []


def test_two_applications_have_routes_of_their_own() -> None:
    second = app('config.add_route("home", "/second")\nconfig.scan("views")').replace("main(", "other(")
    main = app('config.add_route("home", "/first")\nconfig.scan("views")')
    assert table(main=main, other=second, views=VIEWS) == ["ANY /first", "ANY /second"]


def test_a_helper_that_is_given_the_configurator_is_entered() -> None:
    helper = 'def add(registry, name):\n    registry.add_route(name, f"/{name}")\n'
    main = "from helper import add\n" + app('add(config, name="home")\nconfig.scan("views")')
    assert table(main=main, helper=helper, views=VIEWS) == ["ANY /home"]


def test_a_configurator_made_in_a_with_statement() -> None:
    main = """
from pyramid.config import Configurator
with Configurator() as config:
    config.add_route("home", "/home")
    config.scan("views")
    app = config.make_wsgi_app()
"""
    assert table(main=main, views=VIEWS) == ["ANY /home"]


def test_views_for_exceptions_are_no_routes() -> None:
    views = VIEWS.replace('route_name="home"', "context=Broken").replace(
        "@view", "class Broken(ValueError): ...\n\n@view"
    )
    assert table(main=app('config.scan("views")'), views=views) == []


def test_a_service_of_cornice_under_the_prefix_of_its_scan() -> None:
    service = """
from cornice import Service

things = Service(name="things", path="/things/{id}")

@things.get(permission="look")
def look(request):
    return request.json_body

@things.options()
def options(request):
    return {}
"""
    plugin = 'def includeme(config):\n    config.scan("service")\n'
    main = app('config.include("cornice")\nconfig.include("plugin", route_prefix="v1")')
    (found,) = routes(main=main, plugin=plugin, service=service)
    assert (found.method, found.path, found.permission) == ("GET", "/v1/things/{id}", "look")


def test_a_service_that_is_registered_by_a_call() -> None:
    service = (
        "from cornice import Service\n"
        'things = Service("things", "/things")\n'
        "@things.post()\ndef add(request):\n    return {}\n"
    )
    main = "from service import things\n" + app("config.add_cornice_service(things)")
    assert table(main=main, service=service) == ["POST /things"]


@pytest.mark.parametrize(
    "body",
    [
        "config.include(config)",
        "config.include(main)",
        "config.add_route()",
        "config.add_view()",
        "config.scan(3)",
        "config = config\nconfig.include('.' * 50 + 'x')",
        "config.add_route('a', '{' * 3000)\nconfig.add_view(main, route_name='a')",
        "config.add_directive('loop', lambda c: c.loop())\nconfig.loop()",
    ],
)
def test_hostile_configurations_end(body: str) -> None:
    assert isinstance(table(main=app(body), routes="def includeme(config):\n    config.include('routes')\n"), list)


def test_what_a_decorator_registers_in_a_way_that_cannot_be_followed_is_one_unresolved_fact() -> None:
    views = """
import venusian

def register(**options):
    def wrapped(kind):
        attach(kind, **options)
        return kind
    return wrapped

def attach(kind, **options):
    def callback(context, name, found):
        for service in services_of(kind, options):
            context.config.add_cornice_service(service)
    venusian.attach(kind, callback, category="pyramid")

@register(name="tree")
class Tree:
    def get(self):
        return {}
"""
    (found,) = routes(main=app('config.include("cornice")\nconfig.scan("views")'), views=views)
    assert (found.method, found.path, found.handler) == ("ANY", "{?}", "views::Tree")
    assert found.resolution is Resolution.UNRESOLVED


def test_remote_procedures_stand_on_their_endpoint() -> None:
    views = """
from pyramid_rpc.xmlrpc import xmlrpc_method

@xmlrpc_method(endpoint="calls", method="add")
def add(request, left, right):
    return left + right
"""
    main = app(
        'config.include("pyramid_rpc.xmlrpc")\nconfig.add_xmlrpc_endpoint("calls", "/calls")\nconfig.scan("views")'
    )
    assert table(main=main, views=views) == ["ANY /calls"]


def test_a_copy_of_cornice_in_the_project_is_known_by_its_module() -> None:
    copy = "class Service:\n    def __init__(self, name, path=None, **settings): ...\n"
    service = (
        "from shop.cornice.service import Service\n"
        'hello = Service(name="hello", path="/hello")\n'
        "@hello.get()\ndef greet(request):\n    return {}\n"
    )
    main = app('config.scan("shop.hello")')
    files = {"shop__main": main, "shop__cornice__service": copy, "shop__hello": service}
    assert table(**files) == ["GET /hello"]


def test_a_permission_that_is_a_name_of_the_project_is_what_it_stands_for() -> None:
    views = VIEWS.replace('route_name="home"', 'route_name="home", permission=Permissions.LOOK').replace(
        "@view", 'class Permissions:\n    LOOK = "look"\n\n@view'
    )
    (found,) = routes(main=app('config.add_route("home", "/h")\nconfig.scan("views")'), views=views)
    assert found.permission == "look"
