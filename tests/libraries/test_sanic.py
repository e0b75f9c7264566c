"""Whole application: what is read from its code against what Sanic says at run time."""

import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from readiness.analysis import analyse_files
from readiness.libraries.sanic.paths import converted
from readiness.model import Application, Resolution, Route

FOLDER = Path(__file__).parents[2] / "fixtures" / "routes" / "sanic"


def expected() -> list[dict[str, str]]:
    entries: list[dict[str, str]] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))["routes"]
    return entries


def key(entry: dict[str, str]) -> str:
    return f"{entry['method']} {converted(entry['path'], {})} {entry['handler']} {entry.get('view', '')}".rstrip()


@cache
def facts() -> tuple[list[Application], dict[str, Route]]:
    root = FOLDER / "application"
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.py")}
    project = analyse_files(files, [], today=date(2026, 6, 1)).project
    routes = {f"{each.method} {each.path} {each.handler} {each.view}".rstrip(): each for each in project.each(Route)}
    return list(project.each(Application)), routes


def test_every_route_is_found_and_none_is_invented() -> None:
    assert sorted(facts()[1]) == sorted(map(key, expected()))


def test_every_route_is_resolved() -> None:
    assert {route.resolution for route in facts()[1].values()} == {Resolution.EXACT}


@pytest.mark.parametrize("entry", [pytest.param(entry, id=key(entry)) for entry in expected()])
def test_the_handler_is_found_where_it_stands(entry: dict[str, str]) -> None:
    span = facts()[1][key(entry)].span
    assert (span.path, span.line) == (entry["file"], entry["line"])


def test_the_application_is_named_by_what_holds_it() -> None:
    (application,) = facts()[0]
    assert (application.name, application.framework) == ("orchard.app::create_app.app", "Sanic")
    assert application.routed


def route(start: str) -> Route:
    return next(each for text, each in facts()[1].items() if text.startswith(start))


COUNTED = "orchard.app::create_app.<locals>.counted"


@pytest.mark.parametrize(
    ("start", "dependencies"),
    [
        ("GET / ", (COUNTED,)),
        ("POST /v1/api/trees ", (COUNTED, "orchard.guards::signed_in", "orchard.guards::in_role")),
        ("GET /fruit/{name} ", (COUNTED, "orchard.guards::in_role")),
        ("PUT /fruit/{name} ", (COUNTED, "orchard.guards::in_role", "orchard.guards::logged")),
        ("GET /edition3/farm/pests/night ", (COUNTED, "orchard.areas.pests::beware")),
    ],
)
def test_hooks_and_decorators_stand_before_a_handler(start: str, dependencies: tuple[str, ...]) -> None:
    assert route(start).dependencies == dependencies


@pytest.mark.parametrize(
    ("start", "data"), [("GET / ", False), ("GET /v1/api/trees/card ", False), ("GET /v1/api/trees ", True)]
)
def test_pages_and_redirects_are_no_operations(start: str, data: bool) -> None:
    assert route(start).data is data


def inputs(start: str) -> dict[str, tuple[object, ...]]:
    return {
        f"{each.source}:{each.name}": (each.annotation, each.required, each.default) for each in route(start).parameters
    }


@pytest.mark.parametrize(
    ("start", "expected_inputs"),
    [
        ("GET /v1/api/trees ", {"query:page": ("int", False, "1"), "query:kind": ("list", False, "")}),
        ("POST /v1/api/trees ", {"body:kind": ("", True, ""), "body:note": ("", False, "")}),
        ("GET /v1/api/trees/{tree_id:int} ", {"path:tree_id": ("int", True, "")}),
        ("DELETE /v2/api/trees/{tree_id:uuid} ", {"path:tree_id": ("uuid.UUID", True, "")}),
        ("PUT /fruit/{name} ", {"path:name": ("str", True, "")}),
    ],
)
def test_inputs(start: str, expected_inputs: dict[str, tuple[object, ...]]) -> None:
    assert inputs(start) == expected_inputs


def test_a_route_under_a_setting_says_so() -> None:
    assert route("GET /debug ").condition == "settings.DEBUG"
    assert route("GET /echo ").condition == ""


def test_a_docstring_documents_a_route() -> None:
    assert route("GET /v1/api/trees/{tree_id:int} ").documented
    assert not route("GET /v1/api/trees ").documented
