"""A whole application: what is read from its code against what Pyramid and Cornice say at run time."""

import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from readiness.analysis import analyse_files
from readiness.libraries.pyramid.patterns import shown
from readiness.model import Application, Resolution, Route

FOLDER = Path(__file__).parents[2] / "fixtures" / "routes" / "pyramid"
EXPECTED: list[dict[str, str]] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))["routes"]


def key(entry: dict[str, str]) -> str:
    return f"{entry['method']} {shown(entry['pattern'])[0]} {entry['handler']}"


@cache
def facts() -> tuple[list[Application], dict[str, Route]]:
    root = FOLDER / "application"
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.py")}
    project = analyse_files(files, [], today=date(2026, 6, 1)).project
    routes = {f"{each.method} {each.path} {each.handler}": each for each in project.each(Route)}
    return list(project.each(Application)), routes


def route(start: str) -> Route:
    return next(each for text, each in facts()[1].items() if text.startswith(start))


def test_every_route_is_found_and_none_is_invented() -> None:
    assert sorted(facts()[1]) == sorted(map(key, EXPECTED))


def test_every_route_is_resolved_but_views_of_objects() -> None:
    resolutions = {each.path: each.resolution for each in facts()[1].values()}
    assert resolutions.pop("{?}/rss") is Resolution.UNRESOLVED
    assert set(resolutions.values()) == {Resolution.EXACT}


@pytest.mark.parametrize("entry", [pytest.param(each, id=key(each)) for each in EXPECTED])
def test_the_handler_is_found_where_it_stands(entry: dict[str, str]) -> None:
    span = facts()[1][key(entry)].span
    assert [span.path, str(span.line)] == [entry["file"], str(entry["line"])]


def test_the_application_is_named_by_what_holds_it() -> None:
    assert [(each.name, each.framework, each.routed) for each in facts()[0]] == [
        ("orchard::configure.config", "Pyramid", True)
    ]


@pytest.mark.parametrize(
    ("start", "data"),
    [
        ("ANY / ", False),
        ("ANY /weather ", False),
        ("GET /reports/trees/{id} ", False),
        ("GET /reports/{year} ", True),
        ("GET /trees ", True),
    ],
)
def test_pages_and_redirects_are_no_operations(start: str, data: bool) -> None:
    assert route(start).data is data


def test_the_permission_is_that_of_the_view_else_the_default() -> None:
    assert route("PUT /trees/{id} ").permission == "edit"
    assert route("GET /trees ").permission == "view"
    assert route("POST /crates ").permission == "pack"
    assert route("DELETE /crates/{id} ").permission == "edit"
    assert route("POST /sales ").permission == "edit"
    assert route("POST /harvest/{year}/{month} ").permission == "edit"


def test_a_view_without_permission_is_declared_public() -> None:
    home = route("ANY / ")
    assert (home.permission, home.declared_public) == ("", True)
    assert not route("GET /trees ").declared_public


def test_what_runs_before_a_view_is_a_dependency() -> None:
    assert route("PATCH /trees/{id} ").dependencies == (
        "orchard::timing_tween",
        "orchard.factories::TreeFactory",
        "orchard.guards::logged",
    )
    assert route("POST /trees ").dependencies == (
        "orchard::timing_tween",
        "orchard::Root",
        "pyramid.csrf.check_csrf_token",
        "orchard.guards::members_only",
    )
    assert "orchard.views.services::positive" in route("PUT /prices/{kind} ").dependencies


def test_a_route_under_a_condition_says_so() -> None:
    assert route("ANY /weather ").condition == "settings.get('weather', True)"
    assert route("GET /trees ").condition == ""


def inputs(start: str) -> dict[str, tuple[object, ...]]:
    return {
        f"{each.source}:{each.name}": (each.annotation, each.required, each.default)
        for each in route(start).parameters
        if not each.via
    }


def test_inputs_of_the_path() -> None:
    tree = next(each for each in route("GET /trees/{id} ").parameters if each.name == "id")
    assert (tree.source, tree.constrained) == ("path", True)
    assert inputs("ANY /files/{subpath:path} ") == {"path:subpath": ("str", True, "")}


def test_inputs_read_from_the_request() -> None:
    assert inputs("GET /trees ") == {"query:page": ("int", False, "1"), "query:kind": ("list", False, "")}
    assert inputs("POST /trees ") == {"header:X-Gardener": ("", False, ""), "body:body": ("", False, "")}
    assert inputs("PUT /trees/{id} ") == {"path:id": ("str", True, ""), "form:name": ("", True, "")}
