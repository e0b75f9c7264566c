"""Whole application: what is read from its code against what aiohttp says at run time."""

import json
import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from readiness.analysis import analyse_files
from readiness.model import Application, Resolution, Route

FOLDER = Path(__file__).parents[2] / "fixtures" / "routes" / "aiohttp"
PATTERN = re.compile(r"\{([A-Za-z_]\w*):[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")
"""aiohttp leaves patterns out of the path that it reports."""


def expected() -> list[dict[str, str]]:
    entries: list[dict[str, str]] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))["routes"]
    return entries


def key(entry: dict[str, str]) -> str:
    return f"{entry['method']} {entry['path']} {entry['handler']} {entry.get('view', '')}".rstrip()


@cache
def facts() -> tuple[list[Application], dict[str, Route]]:
    root = FOLDER / "application"
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.py")}
    project = analyse_files(files, [], today=date(2026, 6, 1)).project
    routes = {
        f"{each.method} {short(each.path)} {each.handler} {each.view}".rstrip(): each for each in project.each(Route)
    }
    return list(project.each(Application)), routes


def short(path: str) -> str:
    return PATTERN.sub(r"{\1}", path)


def test_every_route_is_found_and_none_is_invented() -> None:
    assert sorted(facts()[1]) == sorted(map(key, expected()))


def test_every_route_is_resolved() -> None:
    assert {route.resolution for route in facts()[1].values()} == {Resolution.EXACT}


@pytest.mark.parametrize("entry", [pytest.param(entry, id=key(entry)) for entry in expected()])
def test_the_handler_is_found_where_it_stands(entry: dict[str, str]) -> None:
    span = facts()[1][key(entry)].span
    assert (span.path, span.line) == (entry["file"], entry["line"])


def test_applications_are_named_by_what_holds_them() -> None:
    assert [(each.name, each.framework, each.routed, each.mounted) for each in facts()[0]] == [
        ("harbour.admin::make_gates.gates", "aiohttp", True, True),
        ("harbour.admin::make_admin.admin", "aiohttp", True, True),
        ("harbour.main::create_app.app", "aiohttp", True, False),
        ("harbour.main::create_app", "aiohttp", True, True),
        ("harbour.own::Radio.app", "aiohttp", True, True),
    ]


def route(start: str) -> Route:
    return next(each for text, each in facts()[1].items() if text.startswith(start))


@pytest.mark.parametrize(
    ("start", "dependencies"),
    [
        ("GET /ships ", ("harbour.guards::answered",)),
        ("POST /ships ", ("harbour.guards::answered", "harbour.guards::master_only")),
        ("POST /ships/{imo}/crew", ("harbour.guards::answered", "harbour.guards::master_only")),
        (
            "POST /admin/gates/{gate}/open",
            (
                "harbour.guards::answered",
                "harbour.guards::token_required.<locals>.check",
                "harbour.guards::Quota.count",
            ),
        ),
    ],
)
def test_middleware_of_all_applications_around_stands_before_a_handler(
    start: str, dependencies: tuple[str, ...]
) -> None:
    assert route(start).dependencies == dependencies


@pytest.mark.parametrize(
    ("start", "data"),
    [("GET /pennants ", False), ("GET /manifests/", False), ("GET /ships ", True), ("ANY /watch ", True)],
)
def test_pages_and_files_are_no_operations(start: str, data: bool) -> None:
    assert route(start).data is data


def inputs(start: str) -> dict[str, tuple[object, ...]]:
    return {
        f"{each.source}:{each.name}": (each.annotation, each.required, each.default, each.constrained)
        for each in route(start).parameters
    }


@pytest.mark.parametrize(
    ("start", "expected_inputs"),
    [
        ("GET /ships ", {"query:page": ("int", False, "1", False), "query:flag": ("", True, "", False)}),
        ("POST /ships ", {"body:name": ("", True, "", False), "body:tons": ("", False, "", False)}),
        ("GET /ships/{imo} ", {"path:imo": ("str", True, "", True)}),
        ("GET /vessels/{imo} ", {"path:imo": ("str", True, "", False)}),
        (
            "GET /ships/{imo}/crew ",
            {"path:imo": ("str", True, "", False), "query:limit": ("", False, "", False)},
        ),
        (
            "POST /ships/{imo}/crew ",
            {"path:imo": ("str", True, "", False), "form:name": ("", True, "", False)},
        ),
    ],
)
def test_inputs_read_from_the_request(start: str, expected_inputs: dict[str, tuple[object, ...]]) -> None:
    assert inputs(start) == expected_inputs


def test_a_route_under_a_setting_says_so() -> None:
    assert route("GET /metrics ").condition == "settings.TELEMETRY"
    assert route("GET /ships ").condition == ""


def test_a_docstring_documents_a_route() -> None:
    assert route("GET /ships/{imo} ").documented
    assert not route("GET /ships ").documented


def test_a_name_is_the_one_that_is_given() -> None:
    assert route("GET /signs/port ").name == "port"
    assert route("GET /lamps ").name == "lamp"
