"""A whole application: what is read from its code against what Falcon says at run time."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from readiness.analysis import analyse_files
from readiness.libraries.falcon.templates import converted, of_prefix
from readiness.model import Application, Resolution, Route

FOLDER = Path(__file__).parents[2] / "fixtures" / "routes" / "falcon"
EXPECTED: list[dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))["routes"]


def key(entry: dict[str, Any]) -> str:
    path = of_prefix(entry["path"]) if entry["method"] == "ANY" else converted(entry["path"])
    return f"{entry['method']} {path} {entry['handler']}"


@cache
def facts() -> tuple[list[Application], dict[str, Route]]:
    root = FOLDER / "application"
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.py")}
    analysis = analyse_files(files, [], today=date(2026, 6, 1))
    assert analysis.problems == ()
    routes = {f"{each.method} {each.path} {each.handler}": each for each in analysis.project.each(Route)}
    return list(analysis.project.each(Application)), routes


def test_every_route_is_found_and_none_is_invented() -> None:
    assert sorted(facts()[1]) == sorted(map(key, EXPECTED))


def test_every_route_is_resolved() -> None:
    assert {route.resolution for route in facts()[1].values()} == {Resolution.EXACT}


@pytest.mark.parametrize("entry", EXPECTED, ids=key)
def test_the_responder_is_found_where_it_stands(entry: dict[str, Any]) -> None:
    span = facts()[1][key(entry)].span
    assert (span.path, span.line) == (entry["file"], entry["line"])


def test_every_application_is_found() -> None:
    found = sorted((each.framework, each.name, each.routed, each.mounted) for each in facts()[0])
    assert found == [
        ("Falcon", "depot.main::create_app.app", True, False),
        ("Falcon", "depot.main::live", True, False),
        ("Falcon", "depot.main::office", True, False),
    ]


def only(method: str, path: str) -> Route:
    (found,) = (each for each in facts()[1].values() if (each.method, each.path) == (method, path))
    return found


BEFORE_ALL = (
    "depot.middleware::Bodies.process_request",
    "depot.middleware::Login.process_resource",
    "depot.middleware::Caller.process_request",
    "depot.middleware::no_robots",
)


@pytest.mark.parametrize(
    ("method", "path", "behind"),
    [
        ("GET", "/page", ()),
        ("GET", "/api/1.0/parcels", ("depot.hooks::signed_in",)),
        ("POST", "/api/1.0/parcels", ("depot.hooks::signed_in", "depot.hooks::wants")),
        (
            "DELETE",
            "/api/1.0/parcels/{parcel_id:int}",
            ("depot.hooks::signed_in", "depot.hooks::logged", "depot.hooks::Quota.__call__"),
        ),
        (
            "PUT",
            "/api/1.0/parcels/{parcel_id:int}",
            ("depot.hooks::signed_in", "falcon.media.validators.jsonschema.validate"),
        ),
        ("GET", "/api/labels/wide/{parcel_id}/{label}", ("depot.hooks::counted",)),
    ],
)
def test_what_stands_before_a_responder(method: str, path: str, behind: tuple[str, ...]) -> None:
    assert only(method, path).dependencies == (*BEFORE_ALL, *behind)


def test_a_hook_on_a_base_wraps_what_the_base_defines_and_not_what_is_added() -> None:
    inherited = only("PUT", "/api/2.0/marked/{parcel_id:uuid}").dependencies
    added = only("PATCH", "/api/2.0/marked/{parcel_id:uuid}").dependencies
    assert "depot.hooks::signed_in" in inherited
    assert "depot.hooks::signed_in" not in added
    assert "depot.hooks::wants" in added


def test_middleware_of_one_application_is_none_of_another() -> None:
    assert only("GET", "/desk").dependencies == ("depot.middleware::Login.process_resource",)
    assert only("GET", "/live").dependencies == ()


@pytest.mark.parametrize(
    ("method", "path", "public"),
    [
        ("GET", "/modules/{key}", True),
        ("GET", "/page", False),
        # A hook of its class still asks who calls.
        ("GET", "/api/2.0/marked", False),
    ],
)
def test_a_resource_that_the_middleware_lets_pass(method: str, path: str, public: bool) -> None:
    route = only(method, path)
    assert route.declared_public is public
    assert ("depot.middleware::Login.process_resource" in route.dependencies) is (not path.startswith(("/mod", "/api")))


def test_a_route_under_a_setting_says_so() -> None:
    conditions = {each.path: each.condition for each in facts()[1].values() if each.condition}
    assert conditions == {"/debug/{name}.{extension}": "DEBUG"}


def test_pages_and_redirects_are_no_data() -> None:
    assert {each.path for each in facts()[1].values() if not each.data} == {"/page", "/more/page"}


def test_the_class_of_a_resource_is_its_view() -> None:
    assert only("GET", "/api/1.0/parcels/{parcel_id:int}").view == "depot.resources.parcels::Parcels"
    assert only("GET", "/modules/{key}").view == ""
