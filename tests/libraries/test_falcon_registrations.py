"""How Falcon's routes are registered: what cannot be followed, what is none of Falcon's, and what would never end."""

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


PARCELS = """
    class Parcels:
        def on_get(self, req, resp): ...
        def on_post_all(self, req, resp): ...
"""


@pytest.mark.parametrize(
    "made",
    [
        "import falcon\napp = falcon.App()",
        "import falcon\napp = falcon.API()",
        "from falcon.asgi import App\napp = App()",
    ],
)
def test_every_name_of_the_application(made: str) -> None:
    assert routes(f"{made}\nfrom parcels import Parcels\napp.add_route('/p', Parcels())\n", parcels=PARCELS) == [
        "GET /p"
    ]


def test_an_application_that_another_module_registers_on() -> None:
    main = "import falcon\nfrom routes import init\napp = falcon.App()\ninit(app, prefix='/v1')\n"
    inner = "from parcels import Parcels\ndef init(api, prefix=''):\n    api.add_route(prefix + '/p', Parcels())\n"
    assert routes(main, routes=inner, parcels=PARCELS) == ["GET /v1/p"]


def test_an_application_that_nobody_is_seen_to_give() -> None:
    main = "import falcon\napp = falcon.App()\n"
    plugin = "from parcels import Parcels\ndef load(api):\n    api.add_route('/p', Parcels())\n"
    assert routes(main, plugin=plugin, parcels=PARCELS) == ["GET /p inferred"]


def test_without_an_application_routes_are_uncertain() -> None:
    plugin = "import falcon\nfrom parcels import Parcels\ndef load(api):\n    api.add_route('/p', Parcels())\n"
    assert routes(plugin, parcels=PARCELS) == ["GET /p unresolved"]


def test_a_path_that_is_not_known_is_one_route() -> None:
    source = """
        import falcon
        from elsewhere import settings
        from parcels import Parcels
        app = falcon.App()
        app.add_route(settings.prefix + "/p", Parcels())
    """
    assert routes(source, parcels=PARCELS) == ["GET /{?}/p inferred"]


def test_a_resource_that_is_not_known_is_one_route() -> None:
    source = """
        import falcon
        app = falcon.App()
        def load(names):
            for name in names:
                app.add_route("/hooks/" + name, __import__(name).make())
    """
    assert routes(source) == ["ANY /hooks/{?} unresolved"]


def test_a_resource_that_is_known_by_its_annotation() -> None:
    source = """
        import falcon
        from parcels import Parcels
        def create(parcels: Parcels) -> falcon.App:
            app = falcon.App()
            app.add_route("/p", parcels)
            return app
    """
    assert routes(source, parcels=PARCELS) == ["GET /p"]


def test_a_resource_of_another_package_is_no_data() -> None:
    source = "import falcon\nfrom metrics import Metrics\napp = falcon.App()\napp.add_route('/metrics', Metrics())\n"
    (route,) = analysed(app=source).project.each(Route)
    assert (route.method, route.handler, route.data) == ("ANY", "metrics.Metrics", False)


def test_a_suffix_that_is_not_known_finds_every_suffixed_responder() -> None:
    source = """
        import falcon
        from elsewhere import suffix
        from parcels import Parcels
        app = falcon.App()
        app.add_route("/p", Parcels(), suffix=suffix)
    """
    assert routes(source, parcels=PARCELS) == ["POST /p inferred"]


def test_something_else_with_the_same_method_is_no_route() -> None:
    source = """
        import falcon
        from pyramid.config import Configurator
        from parcels import Parcels
        app = falcon.App()
        config = Configurator()
        config.add_route("home", "/")
        class Router:
            def add_route(self, path, target): ...
        Router().add_route("/p", Parcels())
        def build(config: Configurator):
            config.add_route("other", Parcels())
    """
    assert routes(source, parcels=PARCELS) == []


def test_static_routes_and_error_handlers_are_no_routes() -> None:
    source = """
        import falcon
        app = falcon.App()
        app.add_static_route("/static", "/srv")
        app.add_error_handler(Exception, print)
    """
    assert routes(source) == []


def test_a_name_that_is_wrapped_after_it_was_given_on() -> None:
    source = """
        import falcon
        from parcels import Parcels
        application = None
        class Wrapper:
            def __init__(self, app): self.app = app
        def add(app):
            app.add_route("/p", Parcels())
        def create():
            global application
            application = falcon.App()
            add(application)
        def init():
            global application
            create()
            application = Wrapper(application)
        init()
    """
    assert routes(source, parcels=PARCELS) == ["GET /p"]


def test_a_list_that_grows_before_it_is_returned() -> None:
    tables = """
        from parcels import Parcels
        def endpoints(conf):
            found = [("/a", Parcels())]
            if conf.more:
                found.extend([("/b", Parcels())])
            return found
    """
    source = """
        import falcon
        from tables import endpoints
        from settings import conf
        app = falcon.App()
        catalog = [("/v1", endpoints(conf)), ("/v2", [])]
        for version, table in catalog:
            for path, resource in table:
                app.add_route(version + path, resource)
    """
    assert routes(source, tables=tables, parcels=PARCELS, settings="conf = object()") == ["GET /v1/a", "GET /v1/b"]


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("'/%s/p' % 'v1'", "/v1/p"),
        ("'/%s/%s' % ('v1', 'p')", "/v1/p"),
        ("os.path.join('/v1', 'p/{key}')", "/v1/p/{key}"),
        ("os.path.join('/v1', '/p')", "/p"),
        ("'/{}/{{key}}'.format('v1')", "/v1/{key}"),
        ("'/{1}/{0}/{name}'.format('a', 'b', name='c')", "/b/a/c"),
        ("'/%d' % 5", "/5"),
        ("'/%(a)s' % {'a': 1}", "/1"),
    ],
)
def test_computed_templates(written: str, path: str) -> None:
    source = f"import os\nimport falcon\nfrom parcels import Parcels\napp = falcon.App()\napp.add_route({written}, Parcels())\n"
    assert routes(source, parcels=PARCELS) == [f"GET {path}"]


@pytest.mark.parametrize("written", ["'/{0.__class__}'.format('a')", "'/{'.format('a')", "'/%04d' % 5", "'/%s' % ()"])
def test_templates_that_are_not_computed(written: str) -> None:
    source = f"import falcon\nfrom parcels import Parcels\napp = falcon.App()\napp.add_route({written}, Parcels())\n"
    (route,) = analysed(app=source, parcels=PARCELS).project.each(Route)
    assert ("{?}" in route.path, route.resolution) == (True, Resolution.INFERRED)


def test_lists_that_hold_themselves_and_applications_that_wrap_themselves_end() -> None:
    source = """
        import falcon
        from parcels import Parcels
        table = [("/p", Parcels())]
        table.extend(table)
        def again(): return again()
        app = falcon.App()
        app = again(app)
        for path, resource in table + again():
            app.add_route(path, resource)
    """
    assert "GET /p" in [each.partition(" inferred")[0] for each in routes(source, parcels=PARCELS)]


def test_more_registrations_than_are_looked_at_are_said() -> None:
    source = """
        import falcon
        from parcels import Parcels
        app = falcon.App()
        for number in range(1000):
            app.add_route("/p/" + str(number), Parcels())
    """
    (problem,) = analysed(app=source, parcels=PARCELS).problems
    assert "left out" in problem.message


def test_applications_of_tests_are_none() -> None:
    source = "import falcon\nfrom parcels import Parcels\napp = falcon.App()\napp.add_route('/p', Parcels())\n"
    analysis = analysed(tests__test_app=source, parcels=PARCELS)
    assert (list(analysis.project.each(Application)), list(analysis.project.each(Route))) == ([], [])
