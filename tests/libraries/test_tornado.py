"""A whole application: what is read from its code against what Tornado says at run time."""

import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from readiness.analysis import analyse_files
from readiness.libraries.tornado.patterns import shown
from readiness.model import Application, Resolution, Route

FOLDER = Path(__file__).parents[2] / "fixtures" / "routes" / "tornado"
EXPECTED: list[dict[str, str]] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))["routes"]


def key(entry: dict[str, str]) -> str:
    return f"{entry['method']} {shown(entry['rule'])[0]} {entry['handler']} {entry['view']}"


@cache
def facts() -> tuple[list[Application], dict[str, Route]]:
    root = FOLDER / "application"
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.py")}
    project = analyse_files(files, [], today=date(2026, 6, 1)).project
    routes = {f"{each.method} {each.path} {each.handler} {each.view}": each for each in project.each(Route)}
    return list(project.each(Application)), routes


def test_every_route_is_found_and_none_is_invented() -> None:
    assert sorted(facts()[1]) == sorted(map(key, EXPECTED))


def test_every_route_is_resolved() -> None:
    assert {route.resolution for route in facts()[1].values()} == {Resolution.EXACT}


@pytest.mark.parametrize("entry", [pytest.param(each, id=key(each)) for each in EXPECTED])
def test_the_handler_is_found_where_it_stands(entry: dict[str, str]) -> None:
    span = facts()[1][key(entry)].span
    assert [span.path, str(span.line)] == [entry["file"], str(entry["line"])]


def test_applications_are_named_by_what_holds_them() -> None:
    assert [(each.name, each.framework, each.routed) for each in facts()[0]] == [
        ("harbour.office::make_office.office", "Tornado", True),
        ("harbour.office::make_board", "Tornado", True),
    ]


def route(start: str) -> Route:
    return next(each for text, each in facts()[1].items() if text.startswith(start))


@pytest.mark.parametrize(
    ("start", "data"),
    [
        ("GET / ", False),
        ("GET /ships/{ship}/crew/", False),
        ("GET /charts/{1} ", False),
        ("GET /ships ", True),
        ("DELETE /berths ", True),
    ],
)
def test_pages_redirects_and_files_are_no_operations(start: str, data: bool) -> None:
    assert route(start).data is data


def test_what_stands_around_a_method_is_a_dependency() -> None:
    assert route("POST /ships ").dependencies == (
        "harbour.handlers.base::Handler.prepare",
        "tornado.web.authenticated",
        "harbour.guards::needs",
    )
    assert route("PATCH /ships/{ship} ").dependencies == (
        "harbour.handlers.base::Resource.prepare",
        "harbour.handlers.base::Handler.prepare",
        "harbour.guards::harbour_master",
    )


def test_a_rule_under_a_condition_says_so() -> None:
    assert route("GET /debug ").condition == "settings.get('show_debug', True)"
    assert route("GET /ships ").condition == ""


def inputs(start: str) -> dict[str, tuple[object, ...]]:
    return {
        f"{each.source}:{each.name}": (each.annotation, each.required, each.default)
        for each in route(start).parameters
        if not each.via
    }


def test_inputs_of_the_path() -> None:
    ship = next(each for each in route("GET /ships/{ship} ").parameters if each.name == "ship")
    assert (ship.source, ship.annotation, ship.constrained) == ("path", "str", True)
    assert inputs("GET /logs/{1} ")["path:1"] == ("int", True, "")


def test_inputs_read_from_the_request() -> None:
    assert inputs("GET /ships ") == {
        "query:page": ("int", False, "1"),
        "query:tag": ("list", False, ""),
        "query:sort": ("", True, ""),
    }
    assert inputs("PUT /ships/{ship} ") == {
        "path:ship": ("str", True, ""),
        "form:name": ("", True, ""),
        "file:photo": ("", True, ""),
    }


def test_a_body_that_a_method_of_the_base_reads() -> None:
    (body,) = route("POST /ships ").parameters
    assert (body.source, body.via) == ("body", "harbour.handlers.base::Handler.json")
