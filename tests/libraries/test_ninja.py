"""A whole application: what is read from its code against what django-ninja says of its operations at run time."""

import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from readiness.analysis import analyse_files
from readiness.model import Application, Resolution, Route, RouteParameter

FOLDER = Path(__file__).parents[2] / "fixtures" / "routes" / "django_ninja"
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))["routes"]


def key_of(entry: dict[str, str]) -> str:
    return f"{entry['method']} {entry['path']}"


@cache
def facts() -> tuple[list[Application], list[Route]]:
    root = FOLDER / "application"
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.py")}
    project = analyse_files(files, [], today=date(2026, 6, 1)).project
    return list(project.each(Application)), [each for each in project.each(Route) if each.framework == "django-ninja"]


def route(path: str, method: str = "GET") -> Route:
    (found,) = (each for each in facts()[1] if each.method == method and each.path == path)
    return found


def parameters(path: str, method: str = "GET") -> dict[str, RouteParameter]:
    return {f"{each.source} {each.name}": each for each in route(path, method).parameters}


def test_every_route_is_found_and_none_is_invented() -> None:
    assert sorted(f"{each.method} {each.path}" for each in facts()[1]) == sorted(key_of(entry) for entry in EXPECTED)


@pytest.mark.parametrize("entry", EXPECTED, ids=key_of)
def test_the_handler_is_found_where_it_stands(entry: dict[str, str]) -> None:
    found = route(entry["path"], entry["method"])
    assert f"{found.span.path}:{found.span.line}" == f"{entry['file']}:{entry['line']}"
    assert found.view.rpartition("::")[2] == entry["controller"]


@pytest.mark.parametrize("entry", EXPECTED, ids=key_of)
def test_what_authenticates_a_route_is_what_runs(entry: dict[str, list[str]]) -> None:
    found = route(str(entry["path"]), str(entry["method"]))
    names = [each.rpartition("::")[2].rpartition(".")[2] for each in found.dependencies]
    assert names[: len(entry["auth"])] == [{"SessionAuth": "django_auth"}.get(name, name) for name in entry["auth"]]
    assert found.declared_public is not bool(entry["auth"])


@pytest.mark.parametrize("entry", EXPECTED, ids=key_of)
def test_whether_a_route_is_documented_in_the_schema_is_known(entry: dict[str, bool]) -> None:
    assert route(str(entry["path"]), str(entry["method"])).in_schema is entry["in_schema"]


def test_every_route_is_resolved() -> None:
    assert {each.resolution for each in facts()[1]} == {Resolution.EXACT}


def test_each_api_is_an_application_that_hangs_on_the_site() -> None:
    found = [each for each in facts()[0] if each.framework == "django-ninja"]
    assert sorted(each.name for each in found) == [
        "config.api::internal",
        "config.api::public",
        "config.metrics::metrics",
        "staff.api::desk",
    ]
    assert all(each.mounted and each.routed for each in found)


def test_the_fields_of_a_filter_schema_are_in_the_query() -> None:
    found = parameters("/api/v1/events/")
    assert found["query title"].annotation == "str"
    assert found["query least"].minimum == 1


def test_a_page_takes_its_size_from_the_query() -> None:
    assert parameters("/api/v1/events/")["query limit"].maximum == 200
    assert parameters("/api/v1/events/open")["query limit"].maximum == 50
    assert parameters("/api/v1/events/latest")["query page_size"].maximum == 100


def test_a_schema_is_the_body() -> None:
    found = parameters("/api/v1/events/", "POST")
    assert found["body data"].annotation == "events.schemas::EventIn"
    assert "header User-Agent" in found


def test_a_file_and_a_form_are_told_from_the_rest() -> None:
    found = parameters("/api/v1/events/{event_id}/poster", "POST")
    assert {name for name in found if not name.startswith("path")} == {"file poster", "file more", "form title"}


def test_a_schema_in_the_path_gives_its_fields() -> None:
    assert parameters("/api/v1/events/{event_id:int}", "PUT")["path event_id"].annotation == "int"


def test_what_is_marked_by_nothing_is_in_the_query() -> None:
    found = parameters("/{tenant:slug}/internal/venues/")
    assert found["query limit"].default == "10"
    assert "path tenant" in found


def test_a_list_is_a_collection_and_an_object_is_none() -> None:
    assert route("/api/v1/events/").collection is True
    assert route("/api/v1/events/{event_id:int}").collection is False
    assert route("/desk/api/badges/").collection is True


def test_the_success_among_several_answers_is_the_answer() -> None:
    found = route("/api/v1/events/", "POST")
    assert (found.status, found.response) == (201, "EventOut")


def test_a_controller_answers_what_its_method_is_annotated_with() -> None:
    assert route("/desk/api/guests/{number:int}").response == "PersonOut"


def test_permissions_of_a_controller_are_asked_for_beside_what_authenticates() -> None:
    swap = route("/desk/api/shifts/swap", "POST")
    assert swap.permission == "IsLead"
    assert swap.dependencies == ("config.security::Token", "staff.controllers::IsLead")
    assert route("/desk/api/shifts/{shift:int}", "PUT").permission == "IsAuthenticated"


def test_a_decorator_around_a_handler_runs_before_it() -> None:
    assert "events.api::logged" in route("/api/v1/events/", "POST").dependencies


def test_routes_are_named_as_reverse_wants_them() -> None:
    assert route("/api/v1/events/latest").name == "api-1.0:newest"
    assert route("/metrics/").name == "metrics:all_metrics"


HEAD = "from ninja import NinjaAPI, Router\nfrom django.urls import path\napi = NinjaAPI()\nrouter = Router()\n"
SITE = "urlpatterns = [path('api/', api.urls)]\n"


def conditions(code: str) -> dict[str, str]:
    files = {
        "manage.py": b"import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n",
        "settings.py": b"ROOT_URLCONF = 'urls'\n",
        "urls.py": f"{HEAD}{code}".encode(),
    }
    project = analyse_files(files, [], today=date(2026, 6, 1)).project
    return {each.path: each.condition for each in project.each(Route) if each.framework == "django-ninja"}


def test_an_operation_has_the_test_around_it_as_its_condition() -> None:
    code = "if SHOWN:\n    @api.get('/a')\n    def a(request): ...\n@api.get('/b')\ndef b(request): ...\n"
    assert conditions(code + SITE) == {"/api/a": "SHOWN", "/api/b": ""}


def test_the_conditions_of_a_router_and_of_its_operations_come_together() -> None:
    code = "if not OLD:\n    @router.get('/a')\n    def a(request): ...\nif SHOWN:\n    api.add_router('/r', router)\n"
    assert conditions(code + SITE) == {"/api/r/a": "SHOWN and not OLD"}


def test_a_router_that_is_added_either_way_has_no_condition() -> None:
    code = "@router.get('/a')\ndef a(request): ...\n"
    code += "if X:\n    api.add_router('/r', router)\nelse:\n    api.add_router('/r', router)\n"
    assert conditions(code + SITE) == {"/api/r/a": ""}


def test_a_pattern_that_is_added_under_a_test_hands_its_condition_on() -> None:
    code = "@api.get('/a')\ndef a(request): ...\nurlpatterns = []\nif SHOWN:\n    urlpatterns += [path('api/', api.urls)]\n"
    assert conditions(code) == {"/api/a": "SHOWN"}
