"""Whole applications: what is read from their code against what Litestar says at run time."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from readiness.analysis import analyse_files
from readiness.model import Application, Resolution, Route

FOLDER = Path(__file__).parents[2] / "fixtures" / "routes" / "litestar"
EXPECTED: list[dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))["routes"]
NAMES = {"app": "kiosk.main::create_app.app", "office": "kiosk.main::office", "inside": "kiosk.areas.talks::inside"}


def key(entry: dict[str, Any]) -> str:
    return f"{NAMES[entry['application']]} {entry['method']} {entry['path']} {entry['handler']}"


@cache
def facts() -> tuple[list[Application], dict[str, Route]]:
    root = FOLDER / "application"
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.py")}
    analysis = analyse_files(files, [], today=date(2026, 6, 1))
    assert analysis.problems == ()
    routes = {
        f"{each.application} {each.method} {each.path} {each.handler}": each for each in analysis.project.each(Route)
    }
    return list(analysis.project.each(Application)), routes


def test_every_route_is_found_and_none_is_invented() -> None:
    assert sorted(facts()[1]) == sorted(map(key, EXPECTED))


def test_every_route_is_resolved() -> None:
    assert {route.resolution for route in facts()[1].values()} == {Resolution.EXACT}


@pytest.mark.parametrize("entry", EXPECTED, ids=key)
def test_the_handler_is_found_where_it_stands(entry: dict[str, Any]) -> None:
    span = facts()[1][key(entry)].span
    assert (span.path, span.line) == (entry["file"], entry["line"])


@pytest.mark.parametrize("entry", EXPECTED, ids=key)
def test_the_guards_of_all_layers_stand_before_a_handler_in_order(entry: dict[str, Any]) -> None:
    dependencies = facts()[1][key(entry)].dependencies
    assert [each for each in dependencies if each in entry["guards"]] == list(dict.fromkeys(entry["guards"]))


@pytest.mark.parametrize("entry", EXPECTED, ids=key)
def test_what_is_open_to_everyone_says_so(entry: dict[str, Any]) -> None:
    route = facts()[1][key(entry)]
    assert route.declared_public is entry["public"]
    session = "kiosk.guards::Sessions.authenticate_request" in route.dependencies
    assert session is (entry["application"] == "app" and not entry["public"])


def test_every_application_is_found() -> None:
    found = sorted((each.framework, each.name, each.routed, each.mounted) for each in facts()[0])
    assert found == [("Litestar", name, True, False) for name in sorted(NAMES.values())]


def only(method: str, path: str) -> Route:
    (found,) = (each for each in facts()[1].values() if (each.method, each.path) == (method, path))
    return found


def test_only_the_providers_that_a_handler_needs_run_before_it() -> None:
    assert only("GET", "/items").dependencies[-1] == "kiosk.providers::page"
    assert only("GET", "/items/{item_id:int}").dependencies[-1] == "kiosk.providers::store"
    assert not [each for each in only("POST", "/items").dependencies if each.startswith("kiosk.providers")]
    assert "kiosk.providers::current_user" in only("GET", "/mine").dependencies


def test_hooks_and_decorators_count_as_well() -> None:
    assert "kiosk.guards::open_hours" in only("GET", "/outer/inner/items/reports").dependencies
    assert "kiosk.guards::traced" in only("GET", "/items/old").dependencies


def test_inputs_of_a_handler_and_of_its_providers() -> None:
    found = {each.name: each for each in only("GET", "/items").parameters}
    assert sorted(found) == ["page", "pageSize", "q"]
    size = found["pageSize"]
    assert (size.minimum, size.maximum, size.default, size.via) == (1, 50, "20", "kiosk.providers::page")
    assert (found["q"].source, found["q"].required, found["q"].via) == ("query", False, "")
    tenant = {each.name: each.source for each in only("GET", "/items/{item_id:int}").parameters}
    assert tenant == {"item_id": "path", "X-Tenant": "header"}


@pytest.mark.parametrize(
    ("method", "path", "response", "collection", "status"),
    [
        ("GET", "/items", "OffsetPagination[dict[str, Any]]", True, 0),
        ("POST", "/items", "dict[str, Any]", None, 202),
        ("GET", "/brands", "list[str]", True, 0),
        ("POST", "/items/upload", "Response[dict[str, str]]", None, 0),
    ],
)
def test_what_a_handler_answers(method: str, path: str, response: str, collection: bool | None, status: int) -> None:
    route = only(method, path)
    assert (route.response, route.collection, route.status) == (response, collection, status)


def test_what_the_decorator_says() -> None:
    old = only("GET", "/items/old")
    assert (old.name, old.in_schema, old.data, old.registered.line) == ("moved", False, False, old.span.line - 2)
    assert only("GET", "/mine").name == "own"
    assert only("WEBSOCKET", "/stream").in_schema is False


def test_a_guard_that_is_made_says_what_it_asks_for() -> None:
    assert only("POST", "/items").permission == "Limit(100), requires('editor')"


def test_a_controller_is_the_view_of_its_handlers() -> None:
    assert only("GET", "/outer/inner/items/reports").view == "kiosk.areas.items::ReportController"
    assert only("GET", "/mine").view == ""


def test_a_route_under_a_setting_says_so() -> None:
    conditions = {each.path: each.condition for each in facts()[1].values() if each.condition}
    assert conditions == {"/debug/routes": "settings.debug"}
