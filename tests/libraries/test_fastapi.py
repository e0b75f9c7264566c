"""A whole application: what is read from its code against what FastAPI says of its routes at run time."""

import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from readiness.analysis import analyse_files
from readiness.model import Application, Resolution, Route

FOLDER = Path(__file__).parents[2] / "fixtures" / "routes" / "fastapi"
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))["routes"]
KEYS = [f"{entry['method']} {entry['path']} {entry['handler']}" for entry in EXPECTED]


@cache
def facts() -> tuple[list[Application], dict[str, Route]]:
    root = FOLDER / "application"
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.py")}
    project = analyse_files(files, [], today=date(2026, 6, 1)).project
    routes = {f"{route.method} {route.path} {route.handler}": route for route in project.each(Route)}
    return list(project.each(Application)), routes


def test_every_route_is_found_and_none_is_invented() -> None:
    assert sorted(facts()[1]) == sorted(KEYS)


def test_every_route_is_resolved() -> None:
    assert {route.resolution for route in facts()[1].values()} == {Resolution.EXACT}


DEFINED = [entry for entry in EXPECTED if "lambda" not in entry["handler"]]


@pytest.mark.parametrize("entry", DEFINED, ids=lambda each: f"{each['method']} {each['path']} {each['handler']}")
def test_the_handler_is_found_where_it_stands(entry: dict[str, object]) -> None:
    route = facts()[1][f"{entry['method']} {entry['path']} {entry['handler']}"]
    assert (route.span.path, route.span.line) == (entry["file"], entry["line"])


OPERATIONS = [entry for entry in EXPECTED if "dependencies" in entry]


@pytest.mark.parametrize("entry", OPERATIONS, ids=lambda each: f"{each['method']} {each['path']}")
class TestOperations:
    """What FastAPI says of one operation."""

    def route(self, entry: dict[str, object]) -> Route:
        return facts()[1][f"{entry['method']} {entry['path']} {entry['handler']}"]

    def test_dependencies_of_every_level(self, entry: dict[str, object]) -> None:
        assert sorted(self.route(entry).dependencies) == entry["dependencies"]

    def test_schema_and_status(self, entry: dict[str, object]) -> None:
        route = self.route(entry)
        assert (route.in_schema, route.status or 200) == (entry["in_schema"], entry["status"])

    def test_parameters_with_their_bounds(self, entry: dict[str, dict[str, dict[str, float]]]) -> None:
        expected = {
            name: (
                given["required"],
                given.get("ge", given["gt"] + 1 if "gt" in given else None),
                given.get("le", given["lt"] - 1 if "lt" in given else None),
            )
            for name, given in entry["parameters"].items()
        }
        found = {
            f"{each.source}:{each.name}": (each.required, each.minimum, each.maximum)
            for each in self.route(entry).parameters  # type: ignore[arg-type]
            if each.source != "request"
        }
        assert found == expected


def test_applications_with_what_is_mounted() -> None:
    assert {(each.framework, each.name, each.mounted) for each in facts()[0]} == {
        ("FastAPI", "shop.main::create_app.application", False),
        ("FastAPI", "shop.main::admin", True),
        ("Starlette", "shop.main::asgi", True),
    }


def test_routes_of_a_mounted_application_belong_to_the_outermost() -> None:
    assert {route.application for route in facts()[1].values()} == {"shop.main::create_app.application"}
