"""A whole application: what is read from its code against what Django and REST framework say of its routes at run time."""

import json
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from readiness.analysis import analyse_files
from readiness.libraries.django import library as django
from readiness.libraries.django_rest import library as django_rest
from readiness.linking import LinkedProject
from readiness.model import Application, Resolution, Route

Recognised = Callable[..., LinkedProject]
FOLDER = Path(__file__).parents[2] / "fixtures" / "routes" / "django_rest"
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


def route(path: str, method: str = "GET") -> Route:
    (found,) = (each for each in facts()[1] if each.method == method and each.path == path)
    return found


def test_every_route_is_found_and_none_is_invented() -> None:
    assert sorted(own()) == sorted(key_of(entry) for entry in EXPECTED)


@pytest.mark.parametrize("entry", EXPECTED, ids=key_of)
def test_the_handler_is_found_where_it_stands(entry: dict[str, str]) -> None:
    found = own()[key_of(entry)]
    assert (found.span.path, found.span.line, found.view) == (entry["file"], entry["line"], entry["view"])


def test_every_route_is_resolved() -> None:
    assert {each.resolution for each in facts()[1]} == {Resolution.EXACT}


def test_it_hangs_on_the_django_site() -> None:
    found = {each.framework: (each.routed, each.mounted) for each in facts()[0]}
    assert found == {"Django": (True, False), "Django REST framework": (True, True)}


def test_its_routes_are_of_the_framework_and_the_application() -> None:
    assert {(each.framework, each.application) for each in facts()[1]} == {("Django REST framework", "api.settings")}


@pytest.mark.parametrize(
    ("path", "method", "collection"),
    [
        ("/v1/authors/", "GET", True),
        ("/v1/authors/", "POST", False),
        ("/v1/authors/{pk}/", "GET", False),
        ("/v1/authors/{pk}/portrait/", "GET", None),
        ("/authors/", "GET", True),
        ("/books/", "GET", True),
        ("/books/{pk:int}/", "GET", False),
        ("/mixed/", "GET", True),
        ("/mixed/", "PUT", False),
        ("/archive/", "GET", True),
        ("/health/", "GET", None),
    ],
)
def test_lists_answer_with_collections(path: str, method: str, collection: bool | None) -> None:
    assert route(path, method).collection is collection


def test_what_an_action_reads_from_the_request_is_an_input() -> None:
    found = {(each.source, each.name): each for each in route("/v1/authors/").parameters}
    assert found["query", "q"].default == "''"
    follow = {(each.source, each.name) for each in route("/v1/authors/{pk}/follow/{by}/", "POST").parameters}
    assert follow == {("path", "pk"), ("path", "by"), ("body", "since")}


def test_decorators_are_dependencies() -> None:
    assert route("/note/{number:int}/").dependencies == ("rest_framework.decorators.permission_classes",)


def test_the_root_of_a_default_router_is_no_data() -> None:
    found = route("/v1/")
    assert (found.handler, found.name, found.data) == (
        "rest_framework.routers.APIRootView.get",
        "v1:api-root",
        False,
    )


SETTINGS = "import django\nROOT_URLCONF = 'urls'\n"


@pytest.fixture
def routes(recognised: Recognised) -> Callable[..., list[str]]:
    """Method, path and handler of every route."""

    def made(urls: str, views: str) -> list[str]:
        project = recognised({"settings.py": SETTINGS, "urls.py": urls, "views.py": views}, [django, django_rest])
        return sorted(
            f"{each.method} {each.path} {each.handler.rpartition('::')[2]} {each.name}" for each in project.each(Route)
        )

    return made


ROUTER = """
from django.urls import include, path
from rest_framework import routers
import views
router = routers.{router}
{register}
urlpatterns = [path("", include(router.urls))]
"""
VIEWSET = """
from rest_framework import viewsets
from models import Order
class Orders(viewsets.ViewSet):
    def list(self, request):
        return None
"""


@pytest.mark.parametrize(
    "register",
    [
        "router.register('a', views.Orders, 'o')",
        "router.register(prefix='a', viewset=views.Orders, basename='o')",
        "router.register('a', views.Orders, base_name='o')",
        "def fill(target):\n    target.register('a', views.Orders, basename='o')\nfill(router)",
        "for name in ['a']:\n    router.register(name, views.Orders, basename='o')",
        "TABLE = {'a': views.Orders}\nfor name, view in TABLE.items():\n    router.register(name, view, basename='o')",
        "other = routers.SimpleRouter()\nother.register('a', views.Orders, 'o')\nrouter.registry.extend(other.registry)",
    ],
)
def test_ways_to_register(routes: Callable[..., list[str]], register: str) -> None:
    urls = ROUTER.format(router="SimpleRouter()", register=register)
    assert routes(urls, VIEWSET) == ["GET /a/ Orders.list o-list"]


@pytest.mark.parametrize(
    ("attributes", "lookup"),
    [
        ("", "{pk}"),
        ("    lookup_field = 'slug'\n", "{slug}"),
        ("    lookup_field = 'slug'\n    lookup_url_kwarg = 'name'\n", "{name}"),
        ("    lookup_value_regex = '[0-9]{4}'\n", "{pk}"),
    ],
)
def test_the_lookup_of_one_object(routes: Callable[..., list[str]], attributes: str, lookup: str) -> None:
    head = "from rest_framework import viewsets\nclass Orders(viewsets.ViewSet):\n"
    views = f"{head}{attributes}    def retrieve(self, request, **kwargs): pass\n"
    urls = ROUTER.format(router="SimpleRouter()", register="router.register('a', views.Orders, basename='o')")
    assert routes(urls, views) == [f"GET /a/{lookup}/ Orders.retrieve o-detail"]


def test_the_name_of_a_route_comes_from_the_model_of_the_queryset(recognised: Recognised) -> None:
    sources = {
        "settings.py": SETTINGS,
        "urls.py": ROUTER.format(router="SimpleRouter()", register="router.register('a', views.Orders)"),
        "views.py": VIEWSET + "    queryset = Order.objects.filter(x=1).order_by('y')\n",
        "models.py": "from django.db import models\nclass Order(models.Model):\n    pass\n",
    }
    (found,) = recognised(sources, [django, django_rest]).each(Route)
    assert found.name == "order-list"


def test_a_view_of_the_project_at_the_root_of_a_router(routes: Callable[..., list[str]]) -> None:
    views = "from rest_framework.routers import APIRootView\nclass Root(APIRootView):\n    pass\n"
    urls = ROUTER.format(router="DefaultRouter()", register="router.APIRootView = views.Root")
    assert routes(urls, views) == ["GET / rest_framework.routers.APIRootView.get api-root"]


def test_a_router_without_its_root(routes: Callable[..., list[str]]) -> None:
    urls = """
from rest_framework import routers
class Own(routers.DefaultRouter):
    include_root_view = False
router = Own()
urlpatterns = router.urls
"""
    assert routes(urls, VIEWSET) == []


def test_a_viewset_of_a_library_answers_in_a_way_that_is_not_known(recognised: Recognised) -> None:
    urls = ROUTER.format(router="SimpleRouter()", register="import library\nrouter.register('a', library.Set, 'o')")
    found = list(recognised({"settings.py": SETTINGS, "urls.py": urls}, [django, django_rest]).each(Route))
    assert {(each.method, each.path, each.handler, each.resolution) for each in found} == {
        ("ANY", "/a/", "library.Set", Resolution.INFERRED),
        ("ANY", "/a/{pk}/", "library.Set", Resolution.INFERRED),
    }


def test_an_action_that_the_viewset_lacks_is_not_made_by_a_router(routes: Callable[..., list[str]]) -> None:
    views = "from rest_framework import viewsets\nclass Orders(viewsets.ModelViewSet):\n    destroy = None\n    list = None\n"
    urls = ROUTER.format(router="SimpleRouter()", register="router.register('a', views.Orders, basename='o')")
    methods = [each.split()[:2] for each in routes(urls, views)]
    assert methods == [["GET", "/a/{pk}/"], ["PATCH", "/a/{pk}/"], ["POST", "/a/"], ["PUT", "/a/{pk}/"]]


def test_views_of_libraries_are_routes_and_documentation_is_no_data(recognised: Recognised) -> None:
    urls = """
from django.urls import path
from drf_spectacular.views import SpectacularAPIView
from rest_framework_simplejwt.views import TokenObtainPairView
from rest_framework.authtoken import views
class Token(TokenObtainPairView):
    pass
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view()),
    path("token/", TokenObtainPairView.as_view()),
    path("own/", Token.as_view()),
    path("auth/", views.obtain_auth_token),
]
"""
    found = recognised({"settings.py": SETTINGS, "urls.py": urls}, [django, django_rest]).each(Route)
    assert {(each.method, each.path, each.data) for each in found} == {
        ("GET", "/schema/", False),
        ("POST", "/token/", True),
        ("POST", "/own/", True),
        ("POST", "/auth/", True),
    }


def test_rest_framework_without_a_site_is_unread(recognised: Recognised) -> None:
    (found,) = recognised({"api.py": "from rest_framework import viewsets\n"}, [django, django_rest]).each(Application)
    assert (found.framework, found.routed, found.mounted) == ("Django REST framework", False, False)


def test_a_site_that_only_borrows_from_rest_framework_has_one_application(recognised: Recognised) -> None:
    sources = {
        "settings.py": SETTINGS,
        "urls.py": "urlpatterns = []\n",
        "a.py": "from rest_framework import serializers\n",
    }
    found = recognised(sources, [django, django_rest]).each(Application)
    assert [each.framework for each in found] == ["Django"]


def test_routers_that_take_over_each_other_come_to_an_end(routes: Callable[..., list[str]]) -> None:
    register = (
        "other = routers.SimpleRouter()\nother.register('a', views.Orders, 'o')\n"
        "router.registry.extend(other.registry)\nother.registry.extend(router.registry)"
    )
    assert routes(ROUTER.format(router="SimpleRouter()", register=register), VIEWSET) == ["GET /a/ Orders.list o-list"]
