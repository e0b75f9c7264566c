"""Routes of connexion, read from the code and its documents alone, against the table that connexion makes of them."""

import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from readiness.analysis import analyse_files
from readiness.libraries.connexion import library
from readiness.model import Application, Resolution, Route, RouteParameter

FOLDER = Path(__file__).parents[2] / "fixtures" / "routes" / "connexion"
APPLICATION = FOLDER / "application"
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))["routes"]


@cache
def facts() -> tuple[list[Application], dict[str, Route]]:
    paths = [each for each in APPLICATION.rglob("*") if each.suffix in (".py", ".yaml", ".json")]
    files = {path.relative_to(APPLICATION).as_posix(): path.read_bytes() for path in paths}
    project = analyse_files(files, [], today=date(2026, 6, 1)).project
    routes = {f"{each.method} {each.path}": each for each in project.each(Route)}
    return list(project.each(Application)), routes


def test_every_route_is_found_and_none_is_invented() -> None:
    assert sorted(facts()[1]) == sorted(f"{each['method']} {each['path']}" for each in EXPECTED)


def test_every_route_is_resolved() -> None:
    assert {each.resolution for each in facts()[1].values()} == {Resolution.EXACT}


@pytest.mark.parametrize("entry", EXPECTED, ids=lambda each: f"{each['method']} {each['path']}")
def test_the_handler_is_found_where_it_stands(entry: dict[str, object]) -> None:
    route = facts()[1][f"{entry['method']} {entry['path']}"]
    assert (route.handler, route.span.path, route.span.line) == (entry["handler"], entry["file"], entry["line"])


def test_the_schemes_of_an_operation_are_asked_before_its_function() -> None:
    routes = facts()[1]
    assert routes["GET /live/berths/"].dependencies == ("harbour.auth::by_key",)
    assert routes["DELETE /live/berths/{berth_id:int}"].dependencies == (
        "harbour.auth::by_token",
        "harbour.auth::by_key",
        "harbour.handlers.store::counted",
    )
    assert routes["DELETE /live/berths/{berth_id:int}"].permission == "token or key"


def test_an_empty_list_of_schemes_lets_everyone_in() -> None:
    routes = facts()[1]
    assert routes["GET /live/berths/{berth_id:int}"].declared_public
    assert not routes["PUT /live/berths/{berth_id:int}"].declared_public


def test_inputs_are_those_of_the_document() -> None:
    routes = facts()[1]
    assert routes["GET /api/v2/ships"].parameters == (
        RouteParameter("limit", "query", "int", required=False, maximum=100.0),
    )
    assert routes["POST /customs/declarations"].parameters == (
        RouteParameter("body", "body", "dict", required=True, constrained=True),
    )
    assert routes["GET /crew/crews"].parameters[0].choices


def test_responses_are_those_of_the_document() -> None:
    routes = facts()[1]
    assert (routes["GET /api/v2/ships"].collection, routes["POST /api/v2/ships"].status) == (True, 201)


def test_applications_are_known() -> None:
    assert {(each.framework, each.name, each.routed) for each in facts()[0]} == {
        ("Connexion", "harbour.app::app", True),
        ("Connexion", "harbour.second::create_app.application", True),
    }


def found(**files: str) -> list[Route]:
    contents = {name.replace("__", "/").replace("_dot_", "."): text.encode() for name, text in files.items()}
    return list(analyse_files(contents, [], today=date(2026, 6, 1)).project.each(Route))


DOCUMENT = "openapi: 3.0.0\nservers: [{url: /v1}]\npaths:\n  /a: {get: {operationId: app.show}}\n"
APP = "import connexion\napp = connexion.App(__name__)\n"
SHOW = "def show(): return 1\n"


@pytest.mark.parametrize(
    "given",
    [
        '"api.yaml"',
        '"./api.yaml"',
        "pathlib.Path('api.yaml')",
        "pathlib.Path(__file__).parent / 'api.yaml'",
        "os.path.join(os.path.dirname(__file__), 'api.yaml')",
        "os.path.join(os.environ['ROOT'], 'api.yaml')",
        "yaml.safe_load(open('api.yaml'))",
        "Parser(NAME).specification",
        "load()",
    ],
)
def test_the_document_is_found_however_it_is_named(given: str) -> None:
    code = f"import os, pathlib, yaml\nfrom prance import Parser\n{APP}NAME = 'api.yaml'\n"
    code += f"def load():\n    with open(NAME) as f:\n        return yaml.safe_load(f)\n{SHOW}app.add_api({given})\n"
    assert [(each.method, each.path, each.handler) for each in found(app_dot_py=code, api_dot_yaml=DOCUMENT)] == [
        ("GET", "/v1/a", "app::show")
    ]


@pytest.mark.parametrize(
    "given", ["name", "'missing.yaml'", "'https://example.com/api.yaml'", "requests.get(name).json()", "{}"]
)
def test_a_document_that_is_not_found_is_one_unresolved_route(given: str) -> None:
    code = f"{APP}def serve(name):\n    app.add_api({given}, base_path='/x')\n"
    (route,) = found(app_dot_py=code, api_dot_yaml=DOCUMENT)
    assert (route.path, route.resolution, route.span.line) == ("/x/{?}", Resolution.UNRESOLVED, 4)


def test_a_function_that_is_not_there_leaves_the_operation_at_its_place() -> None:
    (route,) = found(app_dot_py=f"{APP}app.add_api('api.yaml')\n", api_dot_yaml=DOCUMENT)
    assert (route.handler, route.span.path, route.span.line) == ("app.show", "api.yaml", 4)
    assert route.resolution is Resolution.INFERRED


def test_a_function_of_another_package_is_not_known() -> None:
    text = DOCUMENT.replace("app.show", "elsewhere.show")
    (route,) = found(app_dot_py=f"{APP}app.add_api('api.yaml')\n", api_dot_yaml=text)
    assert (route.handler, route.resolution) == ("elsewhere.show", Resolution.UNRESOLVED)


def test_what_only_checks_serves_nothing() -> None:
    code = "import connexion\napp = connexion.ConnexionMiddleware(other)\napp.add_api('api.yaml')\n"
    assert found(app_dot_py=code, api_dot_yaml=DOCUMENT) == []


def test_a_broken_document_is_one_unresolved_route() -> None:
    (route,) = found(app_dot_py=f"{APP}app.add_api('api.yaml')\n", api_dot_yaml="openapi: [\n")
    assert route.resolution is Resolution.UNRESOLVED


def test_a_document_that_is_added_under_a_test_has_its_condition() -> None:
    code = f"{APP}{SHOW}if app.config['LIVE']:\n    app.add_api('api.yaml')\n"
    (route,) = found(app_dot_py=code, api_dot_yaml=DOCUMENT)
    assert route.condition == "app.config['LIVE']"


def test_a_document_that_is_added_either_way_is_served_without_a_condition() -> None:
    code = f"{APP}{SHOW}if LIVE:\n    app.add_api('api.yaml')\nelse:\n    app.add_api('api.yaml', validate_responses=True)\n"
    (route,) = found(app_dot_py=code, api_dot_yaml=DOCUMENT)
    assert route.condition == ""


def test_the_conditions_on_the_way_to_the_call_count() -> None:
    code = f"{APP}{SHOW}def serve():\n    app.add_api('api.yaml')\nif LIVE:\n    serve()\n"
    (route,) = found(app_dot_py=code, api_dot_yaml=DOCUMENT)
    assert route.condition == "LIVE"


def test_what_decorates_a_function_and_lists_of_its_class_stand_around_it() -> None:
    code = f"""{APP}from flask.views import MethodView
def checked(f): return f
def counted(f): return f
class ItemsView(MethodView):
    decorators = [counted]
    @checked
    def get(self): return 1
app.add_api('api.yaml', resolver=connexion.resolver.MethodViewResolver('app'))
"""
    text = DOCUMENT.replace("  /a: {get: {operationId: app.show}}", "  /items: {get: {responses: {}}}")
    (route,) = found(app_dot_py=code, api_dot_yaml=text)
    assert route.dependencies == ("app::counted", "app::checked")


def test_the_recogniser_says_which_packages_it_reads() -> None:
    assert library.packages == ("connexion",)
