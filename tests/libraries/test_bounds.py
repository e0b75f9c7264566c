"""Code that leads to itself, or that is longer than calls may be nested, is read to an end."""

import ast

import pytest

from readiness.libraries import flask, testing_clients
from readiness.libraries.django.settings import settings_of
from readiness.libraries.evidence.pragmas import Extent, extents
from readiness.libraries.failures.error_responses import library as error_responses
from readiness.libraries.failures.exceptions import library as exceptions
from readiness.libraries.testing_clients.matching import Routes
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Place
from readiness.libraries.values.reaching import Reaching
from readiness.model import EndpointTest, ErrorResponse, Route, Scope, Span
from readiness.model.summary import CallRef, Constant, Subscript


@pytest.mark.parametrize("form", ["{x} if {x} else y", "{x} if not {x} else {x}", "y if {x} is None else {x}"])
def test_a_choice_that_asks_for_itself_has_sources(recognised, form: str) -> None:
    project = recognised(
        {"app.py": f"def f(y):\n    x = {form.format(x='x')}\n    x = {form.format(x='x')}\n    go(x)\n"}, []
    )
    following = Following(project)
    frame = following.entry_at("app.py", 0)
    call = following.call(Place(CallRef(0), frame, 4))
    assert call is not None
    waiting = [Place(call.arguments[0], frame, 4)]
    for _ in range(5):
        waiting = [each for place in waiting for each in following.back(place) or ()]
    assert following._deciding == 0


def test_a_long_chain_of_branches_is_followed(recognised) -> None:
    branches = "".join(f"    elif x == {number}: y = {number}\n" for number in range(600))
    project = recognised({"app.py": f"def f(x, y):\n    if x: y = 'a'\n{branches}    go(y)\n"}, [])
    bound, past = Reaching(project).at("app.py", 0, "y", 603)
    assert (len(bound), past) == (601, True)


def test_a_branch_on_the_line_of_its_test_binds_only_there(recognised) -> None:
    project = recognised(
        {"app.py": "def f(x):\n    if not x: x = 1\n    go(x)\n    if (y := x): x = 2\n    go(y)\n"}, []
    )
    reaching = Reaching(project)
    assert reaching.at("app.py", 0, "x", 3)[1]
    bound, past = reaching.at("app.py", 0, "y", 5)
    assert ([each.line for each in bound], past) == ([4], False)


def test_a_chain_of_branches_that_all_bind_leaves_no_way_past(recognised) -> None:
    source = "def f(x, y):\n    if x: y = 1\n    elif x > 1: y = 2\n    else:\n        y = 3\n    go(y)\n"
    bound, past = Reaching(recognised({"app.py": source}, [])).at("app.py", 0, "y", 6)
    assert ([each.line for each in bound], past) == ([2, 3, 5], False)


@pytest.mark.parametrize("value", ["{**k, 'methods': ['POST']}", "dict(methods=['POST'], **k)"])
def test_options_that_spread_themselves_are_read(recognised, value: str) -> None:
    source = f"from flask import Flask\napp = Flask(__name__)\nk = {value}\n@app.route('/x', **k)\ndef x(): return 1\n"
    assert [route.method for route in recognised({"app.py": source}, [flask.library]).each(Route)] == ["POST"]


def test_settings_that_spread_themselves_are_read(recognised) -> None:
    settings = "ROOT_URLCONF = 'site_.urls'\nREST_FRAMEWORK = {**REST_FRAMEWORK, 'PAGE_SIZE': 5}\n"
    project = recognised(
        {
            "manage.py": "import os, django\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_.settings')\n",
            "site_/__init__.py": "",
            "site_/settings.py": settings,
        },
        [],
    )
    [found] = settings_of(project)
    framework = found.get("REST_FRAMEWORK")
    assert framework is not None
    assert found.keys(framework) == (["PAGE_SIZE"], False)
    assert found.entry(framework, "PAGE_SIZE") is not None


def route(path: str) -> Route:
    return Route(
        span=Span("app.py", 1),
        symbol="app",
        scope=Scope.SERVICE,
        framework="Flask",
        method="GET",
        path=path,
        handler="app::x",
        registered=Span("app.py", 1),
    )


@pytest.mark.parametrize(
    ("path", "address", "reached"),
    [
        ("/{a}-{b}.json", "/x-y.json", True),
        ("/{a}-{b}.json", "/x-y-z.json", True),
        ("/{a}-{b}.json", "/-y.json", False),
        ("/{a}-{b}.json", "/x-.json", False),
        ("/{a}-{b}.json", "/xy.json", False),
        ("/{a}{b}", "/xy", True),
        ("/{a}{b}", "/x", False),
        ("/v{a}", "/v1", True),
        ("/v{a}", "/v", False),
        ("/{a}ab", "/abab", True),
        ("/" + "{a}-" * 40 + "x", "/" + "a-" * 2000, False),
    ],
)
def test_segments_with_several_parameters_match_what_they_can_hold(path: str, address: str, *, reached: bool) -> None:
    assert bool(Routes([route(path)]).match("GET", address).routes) is reached


def test_holes_of_an_address_fall_on_literals(recognised) -> None:
    source = "from flask import Flask\napp = Flask(__name__)\n@app.route('/ab-cd')\ndef x(): return 1\n"
    test = (
        "from app import app\nclient = app.test_client()\ndef test_x(a): assert client.get(f'/a{a}{a}{a}-c{a}').text\n"
    )
    project = recognised({"app.py": source, "tests/test_a.py": test}, [flask.library, testing_clients.library])
    assert list(project.each(EndpointTest))


def test_a_failure_is_forgotten_behind_its_clause(recognised) -> None:
    source = (
        "from flask import Flask\napp = Flask(__name__)\n@app.route('/x')\ndef x():\n"
        "    try: f()\n    except ValueError as e: m = str(e)\n    e = 'fine'\n    try: f()\n    except KeyError as k: pass\n"
        "    return m\n"
    )
    found = list(recognised({"app.py": source}, [flask.library, exceptions, error_responses]).each(ErrorResponse))
    assert [(each.span.line, each.exposes) for each in found if each.exposes] == [(10, "str(e)")]


def test_what_a_pragma_hides_is_the_smallest_part_whose_header_it_stands_on() -> None:
    lines = ["class A:", "    def f(self):", "        if x:", "            y = 1"]
    source = "\n".join([*lines, "        else:", "            # why", "            y = 2", "        z = 3"])
    assert extents(ast.parse(source), [1, 2, 3, 4, 5, 6, 8]) == {
        1: Extent("class", 1, 8),
        2: Extent("function", 2, 8),
        3: Extent("if", 3, 4),
        5: Extent("else", 5, 7),
        6: Extent("else", 5, 7),
    }


def test_items_of_items_of_items_are_not_followed_for_ever(recognised) -> None:
    project = recognised({"app.py": "def f(x):\n    x = x['a']['b']\n    go(x)\n"}, [])
    following = Following(project)
    frame = following.entry_at("app.py", 0)
    call = following.call(Place(CallRef(0), frame, 3))
    assert call is not None
    place = Place(call.arguments[0], frame, 3)
    for _ in range(20):
        place = Place(Subscript(place.value, Constant("a")), frame, 3)
    assert following.back(place) is None
