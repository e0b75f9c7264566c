"""What the shared engine follows for every framework: lists on their way, texts, tests, classes that functions make, bounds."""

from datetime import date
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.analysis import Analysis, analyse_files
from readiness.libraries.evaluation import activations
from readiness.libraries.evaluation.bounds import distinct
from readiness.libraries.evaluation.conditions import together
from readiness.libraries.evaluation.formats import UNRESOLVED, braces, percent
from readiness.model import Route, Scope, Span

FASTAPI = "from fastapi import APIRouter, FastAPI\nfrom settings import settings\napp = FastAPI()\ndef handler(): ...\n"
FLASK = "import flask\nfrom settings import settings\napp = flask.Flask(__name__)\ndef handler(): ...\n"
ADD = {"fastapi": "app.add_api_route({}, handler)", "flask": "app.add_url_rule({}, view_func=handler)"}
HEADS = {"fastapi": FASTAPI, "flask": FLASK}


def analysed(source: str, **files: str) -> Analysis:
    texts = {"app": source, "settings": "import os\nclass Settings: ...\nsettings = Settings()\n", **files}
    content = {f"{name.replace('__', '/')}.py": dedent(text).encode() for name, text in texts.items()}
    return analyse_files(content, [], today=date(2026, 6, 1))


def found(source: str, **files: str) -> list[Route]:
    analysis = analysed(source, **files)
    assert analysis.problems == ()
    return sorted(analysis.project.each(Route), key=lambda each: (each.path, each.method))


def paths(source: str, **files: str) -> list[str]:
    return [each.path for each in found(source, **files)]


FILLED = {
    "returned after it grew": """
        def table():
            found = ["/a"]
            found.append("/b")
            return found
        for path in table():
            {add}
    """,
    "bound to another name on the way": """
        def first():
            found = ["/a"]
            found.append("/b")
            return found
        def second():
            paths = first()
            paths += ["/c"]
            return paths
        for path in second():
            {add}
    """,
    "grown from another file": """
        import more
        from lists import paths
        for path in paths:
            {add}
    """,
    "handed to a function": """
        def register(given):
            for path in given:
                {add}
        paths = ["/a"]
        paths.append("/b")
        register(paths)
    """,
    "an attribute that a method sets": """
        def table():
            found = ["/a"]
            found.append("/b")
            return found
        class Site:
            def __init__(self):
                self.paths = table()
            def register(self):
                for path in self.paths:
                    {add}
        Site().register()
    """,
    "yielded": """
        def table():
            yield "/a"
            yield from ["/b", "/c"]
            for number in range(2):
                yield f"/n{{number}}"
        for path in table():
            {add}
    """,
    "set anew item by item": """
        def prefixed(paths):
            for number, path in enumerate(paths):
                paths[number] = "/v1" + path
            return paths
        for path in prefixed(["/a", "/b"]):
            {add}
    """,
}
EXPECTED = {
    "returned after it grew": ["/a", "/b"],
    "bound to another name on the way": ["/a", "/b", "/c"],
    "grown from another file": ["/a", "/b"],
    "handed to a function": ["/a", "/b"],
    "an attribute that a method sets": ["/a", "/b"],
    "yielded": ["/a", "/b", "/c", "/n0", "/n1"],
    "set anew item by item": ["/v1/a", "/v1/b"],
}


@pytest.mark.parametrize("framework", HEADS)
@pytest.mark.parametrize("case", FILLED)
def test_lists_are_followed_on_their_way(case: str, framework: str) -> None:
    body = dedent(FILLED[case]).format(add=ADD[framework].format("path"))
    files = {"lists": "paths = ['/a']\n", "more": "from lists import paths\npaths.append('/b')\n"}
    assert paths(HEADS[framework] + body, **files) == EXPECTED[case]


def test_the_keys_of_a_mapping_that_is_filled_are_not_its_values() -> None:
    source = """
        def table():
            found = {"/a": 1}
            found["/b"] = "/wrong"
            return found
        for path in table():
            app.add_api_route(path, handler)
    """
    assert "/wrong" not in paths(FASTAPI + dedent(source))


@pytest.mark.parametrize("framework", HEADS)
@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("'/%s/p' % 'v1'", "/v1/p"),
        ("'/%s/%d' % ('v1', 2)", "/v1/2"),
        ("'/%(version)s/p' % {'version': 'v1'}", "/v1/p"),
        ("'/100%%/%s' % 'p'", "/100%/p"),
        ("os.path.join('/v1', 'p')", "/v1/p"),
        ("posixpath.join('/v1', '/p')", "/p"),
        ("urljoin('/v1/', 'p')", "/v1/p"),
        ("'/{}/{}'.format('v1', 'p')", "/v1/p"),
        ("'/{1}/{name}'.format('a', 'b', name='p')", "/b/p"),
        ("('/{}/%s' % 'p').format('v1')", "/v1/p"),
        ("'/' + __name__", "/app"),
        ("dict(a='/p')['a']", "/p"),
    ],
)
def test_texts_that_are_put_together(written: str, path: str, framework: str) -> None:
    head = "import os\nimport posixpath\nfrom urllib.parse import urljoin\n"
    assert paths(head + HEADS[framework] + ADD[framework].format(written)) == [path]


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("'/%s/p' % settings.version", "/{?}/p"),
        ("'/%04d/p' % 5", "/{?}/p"),
        ("'/%s/%s' % 'v1'", "/v1/{?}"),
        ("'/{}/p'.format(settings.version)", "/{?}/p"),
        ("'/{0.real}/p'.format(1)", "/{?}/p"),
        ("os.path.join('/v1', settings.name)", "/v1/{?}"),
    ],
)
def test_a_part_that_is_not_known_is_shown(written: str, path: str) -> None:
    (route,) = found("import os\n" + FASTAPI + f"app.add_api_route({written}, handler)\n")
    assert (route.path, route.resolution) == (path, "inferred")


TEXT = st.text(st.characters(exclude_characters="{}%", exclude_categories=["Cs"]), max_size=8)


@given(st.lists(TEXT, min_size=1, max_size=4), st.lists(TEXT, min_size=1, max_size=4))
def test_plain_fields_are_filled_as_python_does(literals: list[str], values: list[str]) -> None:
    pattern = "{}".join([*literals, ""]) if len(literals) <= len(values) else "".join(literals)
    known = [(each, True) for each in values]
    assert braces(pattern, known, {}) == (pattern.format(*values), True)
    percents = pattern.replace("{}", "%s")
    assert percent(percents, known, {}) == (percents % tuple(values[: percents.count("%s")]), True)


@given(st.text(max_size=30))
def test_patterns_of_any_kind_come_to_an_end(pattern: str) -> None:
    for text, exact in (braces(pattern, [("a", True)], {}), percent(pattern, [("a", True)], {})):
        assert exact or UNRESOLVED in text


@pytest.mark.parametrize(
    ("test", "given", "path"),
    [
        ("kind == 'a'", "'a'", "/yes"),
        ("kind == 'a'", "'b'", "/no"),
        ("kind != 'a'", "'a'", "/no"),
        ("kind in ('a', 'b')", "'b'", "/yes"),
        ("kind not in ('a', 'b')", "'b'", "/no"),
        ("kind is None", "None", "/yes"),
        ("kind is not None", "None", "/no"),
        ("not kind", "''", "/yes"),
        ("kind and kind.startswith('x')", "'xy'", "/yes"),
        ("kind == 'a' or kind.endswith('z')", "'b'", "/no"),
    ],
)
def test_a_test_on_what_a_function_is_given_decides(test: str, given: str, path: str) -> None:
    choice = f"def make(kind):\n    app.add_api_route('/yes' if {test} else '/no', handler)\nmake({given})\n"
    assert paths(FASTAPI + choice) == [path]
    block = f"""
def make(kind):
    if {test}:
        app.add_api_route('/yes', handler)
    else:
        app.add_api_route('/no', handler)
make({given})
"""
    assert paths(FASTAPI + block) == [path]


def test_a_test_on_the_turn_of_a_loop_decides() -> None:
    source = """
        for path in ("/a", "/internal/b"):
            if not path.startswith("/internal"):
                app.add_api_route(path, handler)
    """
    assert paths(FASTAPI + dedent(source)) == ["/a"]


CONDITIONS = {
    "around the registration": ("if settings.on:\n    {add}\n", "settings.on"),
    "around the call of the function": ("def more():\n    {add}\nif settings.on:\n    more()\n", "settings.on"),
    "the other branch": ("if settings.on:\n    pass\nelse:\n    {add}\n", "not (settings.on)"),
    "both branches": ("if settings.on:\n    {add}\nelse:\n    {add}\n", ""),
    "one of two places": ("if settings.on:\n    {add}\n{add}\n", ""),
    "a test that the activation decides": ("def more(flag):\n    if flag == 1:\n        {add}\nmore(1)\n", ""),
    "run as a script": ("if __name__ == '__main__':\n    {add}\n", ""),
}


@pytest.mark.parametrize("framework", HEADS)
@pytest.mark.parametrize("case", CONDITIONS)
def test_the_condition_of_a_registration(case: str, framework: str) -> None:
    body, condition = CONDITIONS[case]
    (route,) = found(HEADS[framework] + body.format(add=ADD[framework].format("'/a'")))
    assert route.condition == condition


@pytest.mark.parametrize(
    ("source", "condition"),
    [
        (
            FASTAPI + "r = APIRouter()\nr.add_api_route('/a', handler)\nif settings.on:\n    app.include_router(r)\n",
            "settings.on",
        ),
        (
            FLASK
            + "b = flask.Blueprint('b', __name__)\nb.add_url_rule('/a', view_func=handler)\n"
            + "if settings.on:\n    app.register_blueprint(b)\n",
            "settings.on",
        ),
        (
            "from starlette.applications import Starlette\nfrom starlette.routing import Route\n"
            "from settings import settings\nasync def handler(request): ...\nroutes = []\n"
            "if settings.on:\n    routes.append(Route('/a', handler))\napp = Starlette(routes=routes)\n",
            "settings.on",
        ),
    ],
)
def test_the_condition_of_what_a_router_hangs_on(source: str, condition: str) -> None:
    (route,) = found(source)
    assert route.condition == condition


@pytest.mark.parametrize(
    ("urls", "condition"),
    [
        ("urlpatterns = []\nif settings.DEBUG:\n    urlpatterns += [path('a', views.index)]\n", "settings.DEBUG"),
        ("urlpatterns = []\nif settings.DEBUG:\n    urlpatterns.append(path('a', views.index))\n", "settings.DEBUG"),
        (
            "urlpatterns = [path('a', views.index)]\nif settings.DEBUG:\n    urlpatterns += [path('a', views.index)]\n",
            "",
        ),
    ],
)
def test_the_condition_of_a_pattern_of_django(urls: str, condition: str) -> None:
    sources = {
        "settings.py": "import django\nROOT_URLCONF = 'urls'\nDEBUG = False\n",
        "urls.py": f"from django.conf import settings\nfrom django.urls import path\nimport views\n{urls}",
        "views.py": "def index(request):\n    return None\n",
    }
    analysis = analyse_files({name: text.encode() for name, text in sources.items()}, [], today=date(2026, 6, 1))
    (route,) = analysis.project.each(Route)
    assert route.condition == condition


def test_conditions_around_a_loop_that_calls_a_function() -> None:
    source = """
        from aiohttp import web
        from settings import settings
        async def handler(request): ...
        def more(app, path):
            app.router.add_get(path, handler)
        app = web.Application()
        for path in ("/a", "/b"):
            if settings.on:
                more(app, path)
    """
    routes = [(each.path, each.condition) for each in found(source)]
    assert routes == [("/a", "settings.on"), ("/b", "settings.on")]


def test_the_attributes_of_a_class_that_a_function_makes() -> None:
    source = """
        class Base:
            prefix = "/base"
        def make(base, suffix):
            class Options(base):
                path = suffix
            return Options
        One, Two = make(Base, "/one"), make(Base, "/two")
        app.add_api_route(One.prefix + One.path, handler)
        app.add_api_route(Two.path, handler)
    """
    assert paths(FASTAPI + dedent(source)) == ["/base/one", "/two"]


def test_a_function_with_many_callers_keeps_them_all() -> None:
    calls = "".join(f"register('/n{number:03}')\n" for number in range(200))
    source = f"{FASTAPI}def register(path):\n    app.add_api_route(path, handler)\n{calls}"
    assert paths(source) == [f"/n{number:03}" for number in range(200)]


def test_a_decorator_of_many_functions_keeps_them_all() -> None:
    head = "def at(path):\n    def wrapper(view):\n        app.add_url_rule(path, view_func=view)\n    return wrapper\n"
    views = "".join(f"@at('/n{number:03}')\ndef view_{number}(): ...\n" for number in range(200))
    assert len(paths(FLASK + head + views)) == 200


def test_callers_beyond_the_bound_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activations, "CALLERS", 3)
    calls = "".join(f"register('/n{number}')\n" for number in range(5))
    analysis = analysed(f"{FASTAPI}def register(path):\n    app.add_api_route(path, handler)\n{calls}")
    assert ["left out" in each.message for each in analysis.problems] == [True]
    assert len(list(analysis.project.each(Route))) == 3


def test_callers_of_a_function_that_is_given_nothing_are_not_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activations, "CALLERS", 3)
    source = f"{FASTAPI}def register():\n    app.add_api_route('/a', handler)\n" + "register()\n" * 5
    assert paths(source) == ["/a"]


@pytest.mark.parametrize(
    ("given", "joined"),
    [
        (("a", ""), "a"),
        (("a", "b"), "a and b"),
        (("a", "a"), "a"),
        (("a and b", "b"), "a and b"),
        (("", ""), ""),
    ],
)
def test_conditions_are_said_once(given: tuple[str, str], joined: str) -> None:
    assert together(*given) == joined


@pytest.mark.parametrize(
    ("conditions", "condition"),
    [(["x", "x"], "x"), (["x", ""], ""), (["x", "y"], "x or y"), (["x", "not (x)"], ""), (["x", "y", "x"], "x or y")],
)
def test_a_route_that_is_registered_several_times_needs_one_of_the_conditions(
    conditions: list[str], condition: str
) -> None:
    place = Span("a.py", 1)
    routes = [
        Route(
            span=place,
            symbol="a::b",
            scope=Scope.SERVICE,
            framework="Flask",
            method="GET",
            path="/",
            handler="a::b",
            registered=place,
            condition=each,
        )
        for each in conditions
    ]
    assert [each.condition for each in distinct([(("GET", "/"), each) for each in routes])] == [condition]
