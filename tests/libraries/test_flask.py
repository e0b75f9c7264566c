"""Whole applications: what is read from their code against what Flask, Flask-RESTful and Flask-RESTX say at run time."""

import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from readiness.analysis import analyse_files
from readiness.libraries.flask.rules import converted
from readiness.model import Application, Resolution, Route

FOLDER = Path(__file__).parents[2] / "fixtures" / "routes"
APPLICATIONS = ("flask", "flask_classful", "flask_jsonapi", "flask_restful", "flask_restx", "flask_smorest")


def expected(name: str) -> list[dict[str, str]]:
    entries: list[dict[str, str]] = json.loads((FOLDER / name / "expected.json").read_text(encoding="utf-8"))["routes"]
    return entries


def key(entry: dict[str, str]) -> str:
    return f"{entry['method']} {converted(entry['rule'])} {entry['handler']} {entry.get('view', '')}".rstrip()


@cache
def facts(name: str) -> tuple[list[Application], dict[str, Route]]:
    root = FOLDER / name / "application"
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.py")}
    project = analyse_files(files, [], today=date(2026, 6, 1)).project
    routes = {f"{each.method} {each.path} {each.handler} {each.view}".rstrip(): each for each in project.each(Route)}
    return list(project.each(Application)), routes


@pytest.mark.parametrize("name", APPLICATIONS)
def test_every_route_is_found_and_none_is_invented(name: str) -> None:
    assert sorted(facts(name)[1]) == sorted(map(key, expected(name)))


@pytest.mark.parametrize("name", APPLICATIONS)
def test_every_route_is_resolved(name: str) -> None:
    assert {route.resolution for route in facts(name)[1].values()} == {Resolution.EXACT}


ENTRIES = [pytest.param(name, entry, id=f"{name} {key(entry)}") for name in APPLICATIONS for entry in expected(name)]


@pytest.mark.parametrize(("name", "entry"), ENTRIES)
def test_the_handler_is_found_where_it_stands(name: str, entry: dict[str, str]) -> None:
    span = facts(name)[1][key(entry)].span
    assert (span.path, span.line) == (entry["file"], entry["line"])


@pytest.mark.parametrize(
    ("name", "applications"),
    [
        ("flask", ["studio.factory::create_app.app", "studio.server::Server.app"]),
        ("flask_classful", ["orchard.wsgi::app"]),
        ("flask_jsonapi", ["museum.wsgi::app"]),
        ("flask_restful", ["depot.app::create_app.app"]),
        ("flask_restx", ["library.app::create_app.app", "library.app::second"]),
        ("flask_smorest", ["garden.app::create_app.app"]),
    ],
)
def test_applications_are_named_by_what_holds_them(name: str, applications: list[str]) -> None:
    assert [(each.name, each.framework, each.routed) for each in facts(name)[0]] == [
        (each, "Flask", True) for each in applications
    ]


def route(name: str, start: str) -> Route:
    return next(each for text, each in facts(name)[1].items() if text.startswith(start))


@pytest.mark.parametrize(
    ("start", "data"),
    [
        ("GET / ", False),
        ("POST /about/ ", False),
        ("GET /brochure/{name:path} ", False),
        ("GET /imprint ", False),
        ("GET /media/{name:path} ", False),
        ("GET /greeting ", True),
        ("GET /artists ", True),
        ("DELETE /artists/{artist:uuid} ", True),
    ],
)
def test_pages_files_and_redirects_are_no_operations(start: str, data: bool) -> None:
    assert route("flask", start).data is data


def test_what_stands_around_a_view_is_a_dependency() -> None:
    change = route("flask", "PUT /artists/{artist:uuid}")
    assert change.dependencies == (
        "studio.blueprints.artists::check",
        "studio.guards::counted",
        "studio.guards::in_role",
    )
    assert route("flask", "PUT /rooms/paintings/{id:int}").dependencies == ("studio.guards::counted",)
    assert route("flask_restful", "GET /api/parcels/archive").dependencies == ("depot.base::signed_in",)


def inputs(name: str, start: str) -> dict[str, tuple[object, ...]]:
    return {
        f"{each.source}:{each.name}": (each.annotation, each.required, each.default, each.minimum, each.maximum)
        for each in route(name, start).parameters
    }


def test_inputs_read_from_the_request() -> None:
    assert inputs("flask", "GET /artists ") == {
        "query:page": ("int", False, "1", None, None),
        "query:per_page": ("int", False, "20", None, None),
        "query:sort": ("", True, "", None, None),
    }
    assert inputs("flask", "POST /artists/ ") == {
        "body:name": ("", True, "", None, None),
        "body:tags": ("", False, "...", None, None),
    }
    assert inputs("flask", "PUT /artists/{artist:uuid}") == {
        "path:artist": ("uuid.UUID", True, "", None, None),
        "form:note": ("", False, "", None, None),
    }


def test_inputs_of_a_parser_that_is_copied_and_changed() -> None:
    assert inputs("flask_restful", "GET /api/1/goods/all") == {
        "query:page": ("int", False, "1", None, None),
        "query:count": ("int", False, "25", 1.0, 100.0),
        "query:active": ("bool", False, "", None, None),
    }
    assert inputs("flask_restful", "POST /api/1/goods/all") == {
        "body:name": ("str", True, "", None, None),
        "body:tags": ("list", False, "", None, None),
    }


def test_inputs_that_a_namespace_expects() -> None:
    assert inputs("flask_restx", "GET /api/v1/core/titles ") == {
        "query:page": ("int", False, "1", 1.0, None),
        "query:per_page": ("int", False, "20", 1.0, 50.0),
        "query:cursor": ("str", False, "", None, None),
    }
    assert inputs("flask_restx", "PUT /api/v1/core/titles/{book_id:int}") == {
        "path:book_id": ("int", True, "", 0.0, None),
        "body:title": ("str", True, "", None, None),
        "body:pages": ("int", False, "", 1.0, 9000.0),
        "body:stars": ("int", False, "3", None, None),
    }


def test_an_input_that_another_function_reads_names_it() -> None:
    cursor = next(each for each in route("flask_restx", "GET /api/v1/core/titles ").parameters if each.name == "cursor")
    assert cursor.via == "library.spaces.books::page_of"


@pytest.mark.parametrize(
    ("start", "response"),
    [
        ("GET /api/v1/core/titles ", ("book", True, 0)),
        ("POST /api/v1/core/titles ", ("book", None, 201)),
        ("POST /api/v1/core/people//", ("{}", True, 0)),
        ("GET /api/v1/core/loans/open", ("", None, 0)),
    ],
)
def test_declared_answers(start: str, response: tuple[str, bool | None, int]) -> None:
    found = route("flask_restx", start)
    assert (found.response, found.collection, found.status) == response


def test_routes_name_the_extension_that_holds_them() -> None:
    assert {each.framework for each in facts("flask_restx")[1].values()} == {"Flask-RESTX", "Flask"}
    assert {each.framework for each in facts("flask_restful")[1].values()} == {"Flask-RESTful", "Flask"}
