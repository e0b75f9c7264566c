"""A whole application: what is read from its code against what Django says of its routes at run time."""

import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from readiness.analysis import analyse_files
from readiness.model import Application, Resolution, Route, RouteParameter

FOLDER = Path(__file__).parents[2] / "fixtures" / "routes" / "django"
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))["routes"]


def key_of(entry: dict[str, str]) -> str:
    return " ".join((entry["method"], entry["path"], entry["handler"], entry["name"])).strip()


@cache
def facts() -> tuple[list[Application], list[Route]]:
    root = FOLDER / "application"
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.py")}
    project = analyse_files(files, [], today=date(2026, 6, 1)).project
    return list(project.each(Application)), list(project.each(Route))


def own() -> dict[str, Route]:
    """Routes that the application's own code answers, or a class of it."""
    return {
        f"{route.method} {route.path} {route.handler} {route.name}".strip(): route
        for route in facts()[1]
        if route.view or "::" in route.handler
    }


def route(path: str, method: str = "ANY") -> Route:
    (found,) = (each for each in facts()[1] if each.method == method and each.path == path)
    return found


def parameter(route: Route, name: str) -> RouteParameter:
    (found,) = (each for each in route.parameters if each.name == name)
    return found


def test_every_route_is_found_and_none_is_invented() -> None:
    assert sorted(own()) == sorted(key_of(entry) for entry in EXPECTED)


@pytest.mark.parametrize("entry", EXPECTED, ids=key_of)
def test_the_handler_is_found_where_it_stands(entry: dict[str, str]) -> None:
    found = own()[key_of(entry)]
    assert (found.span.path, found.span.line, found.view) == (entry["file"], entry["line"], entry["view"])


def test_the_application_is_the_settings_that_the_server_starts_with() -> None:
    (application,) = facts()[0]
    assert (application.framework, application.name, application.span.path, application.routed) == (
        "Django",
        "store.settings.production",
        "store/settings/production.py",
        True,
    )
    assert {each.application for each in facts()[1]} == {application.name}


def test_every_route_is_resolved_but_those_of_a_list_that_a_function_changes() -> None:
    inexact = {each.path for each in facts()[1] if each.resolution is not Resolution.EXACT}
    assert inexact == set()


def test_views_of_libraries_that_the_application_registers_are_routes() -> None:
    library = {
        (each.method, each.path, each.handler) for each in facts()[1] if not each.view and "::" not in each.handler
    }
    assert library >= {
        ("GET", "/plain/", "django.views.generic.base.TemplateView.get"),
        ("GET", "/old/", "django.views.generic.base.RedirectView.get"),
        ("POST", "/accounts/login/", "django.views.generic.edit.ProcessFormView.post"),
    }


def test_the_administration_and_static_files_are_left_out() -> None:
    assert not [each.path for each in facts()[1] if each.path.startswith(("/admin", "/media", "/login"))]


def test_converters_give_the_types_of_path_parameters() -> None:
    assert parameter(route("/catalogue/products/{pk:int}/", "GET"), "pk").annotation == "int"
    assert parameter(route("/nested/{outer}/deeper/{inner:uuid}/{1}/"), "inner").annotation == "uuid.UUID"


def test_groups_of_digits_are_constrained() -> None:
    found = route("/reports/{year}/{month}/", "GET")
    assert parameter(found, "month").constrained
    assert parameter(found, "month").annotation == "str"


def test_what_a_handler_reads_from_the_request_is_an_input() -> None:
    found = route("/search/", "GET")
    page, tag = parameter(found, "page"), parameter(found, "tag")
    assert (page.source, page.required, page.default) == ("query", False, "1")
    assert (tag.source, tag.default) == ("query", "")
    assert parameter(route("/hook", "POST"), "id").source == "form"
    assert parameter(route("/{shop:slug}/orders/", "POST"), "upload").source == "file"


def test_decorators_and_wrappers_are_dependencies_outermost_first() -> None:
    assert route("/search/", "GET").dependencies == (
        "django.contrib.auth.decorators.login_required",
        "store.views::logged",
    )
    assert route("/catalogue/restricted/", "GET").dependencies == ("django.views.decorators.csrf.csrf_exempt",)


@pytest.mark.parametrize(
    ("path", "method", "data"),
    [
        ("/", "ANY", False),
        ("/unnamed/", "ANY", False),
        ("/accounts/profile/{name:str}/", "ANY", False),
        ("/catalogue/products/", "GET", False),
        ("/catalogue/products.json", "GET", True),
        ("/health/", "GET", True),
        ("/{language}/about/", "GET", False),
    ],
)
def test_pages_and_redirects_are_no_data(path: str, method: str, data: bool) -> None:
    assert route(path, method).data is data


def test_a_list_view_answers_with_a_collection() -> None:
    assert route("/catalogue/products.json", "GET").collection is True
    assert route("/catalogue/products/{pk:int}/", "GET").collection is None


def test_a_docstring_documents() -> None:
    assert route("/").documented
    assert not route("/health/", "GET").documented


def test_a_route_says_where_it_is_registered() -> None:
    found = route("/boxes/{number:int}/show/", "PUT")
    assert found.registered.path == "store/building.py"
    assert (found.first_line, found.end_line) == (56, 59)


def test_the_application_stands_where_the_settings_that_it_takes_name_its_urls() -> None:
    files = {
        "manage.py": b'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings.production")\n',
        "shop/__init__.py": b"",
        "shop/settings/__init__.py": b"",
        "shop/settings/base.py": b'DEBUG = False\nROOT_URLCONF = "shop.urls"\n',
        "shop/settings/production.py": b"from shop.settings.base import *\n",
        "shop/urls.py": b"urlpatterns = []\n",
    }
    project = analyse_files(files, [], today=date(2026, 6, 1)).project
    assert [(each.span.path, each.span.line) for each in project.each(Application)] == [("shop/settings/base.py", 2)]
