"""Spellings of URL configurations and views that no whole application would hold together, and hostile ones."""

from collections.abc import Callable
from textwrap import dedent

import pytest

from readiness.libraries.declarations.patterns import of_regex
from readiness.libraries.django import library as django
from readiness.libraries.django.paths import of_route
from readiness.libraries.django_rest import library as django_rest
from readiness.linking import LinkedProject
from readiness.model import Application, Resolution, Route

Recognised = Callable[..., LinkedProject]
Found = Callable[..., list[Route]]
HEAD = "from django.urls import include, path\nimport views\n"
START = "import os, django\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', '{name}.settings')\n"
INCLUDING = "from django.urls import include, path\nurlpatterns = [path('{prefix}', include('shop.urls'))]\n"
SETTINGS = "import django\nROOT_URLCONF = 'urls'\nDEBUG = False\n"
VIEWS = """
    from django.views import View

    def index(request):
        return None

    def other(request, pk=None):
        return None

    class Page(View):
        def get(self, request):
            return None
"""


@pytest.fixture
def project(recognised: Recognised) -> Callable[..., LinkedProject]:
    """A Django project with this root configuration."""

    def made(urls: str, views: str = VIEWS, settings: str = SETTINGS, **files: str) -> LinkedProject:
        sources = {"settings.py": settings, "urls.py": urls, "views.py": views}
        sources |= {name.replace("__", "/") + ".py": text for name, text in files.items()}
        return recognised(sources, [django, django_rest])

    return made


@pytest.fixture
def routes(project: Callable[..., LinkedProject]) -> Callable[..., list[str]]:
    """Method, path and handler of every route."""

    def made(urls: str, views: str = VIEWS, settings: str = SETTINGS, **files: str) -> list[str]:
        found = project(urls, views, settings, **files).each(Route)
        return sorted(f"{each.method} {each.path} {each.handler.rpartition('::')[2]}" for each in found)

    return made


class TestPaths:
    """Texts of patterns."""

    @pytest.mark.parametrize(
        ("regex", "path"),
        [
            (r"^a/b$", "a/b"),
            (r"^a/(?P<pk>\d+)/$", "a/{pk}/"),
            (r"^a/(\d+)/(\w+)$", "a/{1}/{2}"),
            (r"^a/(?:b/)?$", "a/b/"),
            (r"^a/(?:(?P<b>[^/]+)/)?c$", "a/{b}/c"),
            (r"^\.well-known/x\.json/?$", ".well-known/x.json/"),
            (r"^(?P<a>(b|c)+)/$", "{a}/"),
            (r"^(?P<a>[)(]+)/$", "{a}/"),
            (r"^(?P<a>[]/]+)/$", "{a}/"),
            (r".*", "{*}"),
            (r"^a/\d{4}-[a-z]+$", "a/{*}-{*}"),
            (r"^(?i)a/(?=b)b$", "a/b"),
            (r"^(?:a|b)/$", "a/"),
            (r"^a*b+c?$", "bc"),
            (r"\A/x\Z", "/x"),
            (r"^(?P<a>\d+)\)$", "{a})"),
            (r"(unclosed", "{1}"),
            (r"a)b", "a"),
            ("[a", "{*}"),
            ("a\\", "a"),
        ],
    )
    def test_regular_expressions(self, regex: str, path: str) -> None:
        assert of_regex(regex).text == path

    def test_routes(self) -> None:
        found = of_route("a/<int:pk>/<slug>/<x y>/")
        assert found.text == "a/{pk:int}/{slug}/<x y>/"
        assert [(each.name, each.converter) for each in found.parameters] == [("pk", "int"), ("slug", "")]

    def test_groups_inside_groups_inside_groups_come_to_an_end(self) -> None:
        assert of_regex("(" * 5000).text.startswith("{")


class TestConfigurations:
    """Ways to write lists of patterns."""

    def test_a_prefix_that_a_condition_binds_anew_is_the_one_that_is_known(
        self, project: Callable[..., LinkedProject]
    ) -> None:
        urls = """
            import os
            prefix = ""
            if given := os.getenv("PREFIX"):
                prefix = f"{given}/"
            urlpatterns = [path(f"{prefix}a/", views.index), path(prefix, include("more"))]
        """
        found = project(HEAD + dedent(urls), more=HEAD + "urlpatterns = [path('b/', views.other)]").each(Route)
        assert sorted((each.path, each.resolution) for each in found) == [
            ("/a/", Resolution.INFERRED),
            ("/b/", Resolution.INFERRED),
        ]

    def test_a_prefix_that_is_bound_anew_without_a_condition_is_the_last_one(
        self, routes: Callable[..., list[str]]
    ) -> None:
        urls = "prefix = 'a/'\nprefix = 'b/'\nurlpatterns = [path(prefix, views.index)]"
        assert routes(HEAD + urls) == ["ANY /b/ index"]

    @pytest.mark.parametrize(
        "urls",
        [
            "urlpatterns = [path('a/', views.index)]",
            "urlpatterns = (path('a/', views.index),)",
            "urlpatterns = []\nurlpatterns.insert(0, path('a/', views.index))",
            "urlpatterns = []\nurlpatterns += (path('a/', views.index),)",
            "urlpatterns = list(filter(None, [path('a/', views.index), None]))",
            "urlpatterns = [*[path('a/', views.index)]]",
            "urlpatterns = [path('a/', views.index) if True else None]",
            "urlpatterns = [path(route='a/', view=views.index)]",
            "first = path('a/', views.index)\nurlpatterns = [first]",
            "def made():\n    yield 1\n    return [path('a/', views.index)]\nurlpatterns = made()",
            "class Urls:\n    patterns = [path('a/', views.index)]\nurlpatterns = Urls.patterns",
            "class Urls:\n    @property\n    def urls(self):\n        return [path('a/', views.index)]\nurlpatterns = Urls().urls",
            "class Urls:\n    def get(self):\n        return [path('a/', views.index)]\nurlpatterns = Urls().get()",
            "from django.urls import path as p\nurlpatterns = [p('a/', views.index)]",
            "import django.urls\nurlpatterns = [django.urls.path('a/', views.index)]",
            "from django.urls import re_path\nurlpatterns = [re_path('^a/$', views.index)]",
            "from django.conf.urls import url\nurlpatterns = [url(r'^a/$', views.index)]",
            "from django.conf.urls import url\nurlpatterns = [url(r'^a/$', 'views.index')]",
            "from django.urls import include\nurlpatterns = [path('', include(([path('a/', views.index)], 'x'), 'y'))]",
            "from django.urls import include\nurlpatterns = [path('a/', include([path('', views.index)]))]",
            "PREFIX = 'a'\nurlpatterns = [path(f'{PREFIX}/', views.index)]",
            "urlpatterns = [path('%s/' % 'a', views.index)]",
            "urlpatterns = [path('{}/'.format('a'), views.index)]",
        ],
    )
    def test_one_pattern(self, routes: Callable[..., list[str]], urls: str) -> None:
        assert routes("from django.urls import path\nimport views\n" + urls + "\n") == ["ANY /a/ index"]

    def test_an_included_module_by_name_is_looked_for_near_its_project(self, recognised: Recognised) -> None:
        sources: dict[str, str] = {}
        for name in ("one", "two"):
            sources |= {
                f"{name}/manage.py": START.format(name=name),
                f"{name}/{name}/settings.py": f"ROOT_URLCONF = '{name}.urls'\n",
                f"{name}/{name}/urls.py": INCLUDING.format(prefix=""),
                f"{name}/shop/urls.py": "from django.urls import path\nfrom . import views\n"
                f"urlpatterns = [path('{name}/', views.index)]\n",
                f"{name}/shop/views.py": "def index(request): return None\n",
            }
        found = list(recognised(sources, [django]).each(Route))
        assert {(each.path, each.span.path, each.application) for each in found} == {
            ("/one/", "one/shop/views.py", "one.settings"),
            ("/two/", "two/shop/views.py", "two.settings"),
        }

    def test_an_included_module_that_is_not_in_the_scan_adds_nothing(self, routes: Callable[..., list[str]]) -> None:
        assert (
            routes("from django.urls import include, path\nurlpatterns = [path('x/', include('library.urls'))]\n") == []
        )

    def test_without_a_root_the_configurations_that_nothing_includes(
        self, project: Callable[..., LinkedProject]
    ) -> None:
        found = project(
            "from django.urls import path, include\nimport views\nurlpatterns = [path('a/', include('shop.urls'))]\n",
            settings="import django\nINSTALLED_APPS = []\n",
            shop__urls="from django.urls import path\nimport views\nurlpatterns = [path('b/', views.other)]\n",
        )
        assert [(each.path, each.resolution) for each in found.each(Route)] == [("/a/b/", Resolution.INFERRED)]

    def test_a_service_whose_configuration_is_not_in_the_scan_is_unread(self, recognised: Recognised) -> None:
        (found,) = recognised({"settings.py": "import django\nROOT_URLCONF = 'gone.urls'\n"}, [django]).each(
            Application
        )
        assert (found.framework, found.routed) == ("Django", False)

    def test_the_demonstration_project_shows_the_routes_of_a_library(self, recognised: Recognised) -> None:
        sources = {
            "shop/urls.py": "from django.urls import path\nfrom shop import views\nurlpatterns = [path('a/', views.index)]\n",
            "shop/views.py": "def index(request): return None\n",
            "tests/test_shop.py": "import django\ndef test_a(): pass\n",
        }
        for name in ("one", "two"):
            sources |= {
                f"tests/{name}/manage.py": START.format(name=name),
                f"tests/{name}/{name}/settings.py": f"ROOT_URLCONF = '{name}.urls'\n",
                f"tests/{name}/{name}/urls.py": INCLUDING.format(prefix="s/"),
            }
        project = recognised(sources, [django])
        assert [(each.path, str(each.scope)) for each in project.each(Route)] == [("/s/a/", "service")]
        assert {str(each.scope) for each in project.each(Application)} == {"test"}

    def test_a_prefix_that_the_deployment_decides_is_what_it_is_without(
        self, project: Callable[..., LinkedProject]
    ) -> None:
        found = project(
            "from django.conf import settings\nfrom django.urls import path\nimport views\n"
            "urlpatterns = [path(settings.BASE + 'a/', views.index), path(settings.GONE + 'b/', views.index)]\n",
            settings=SETTINGS + "import os\ndef slash(text):\n    return text + '/' if text else text\n"
            "BASE = slash(os.environ.get('BASE', ''))\n",
        )
        assert sorted((each.path, each.resolution) for each in found.each(Route)) == [
            ("/a/", Resolution.INFERRED),
            ("/{?}b/", Resolution.INFERRED),
        ]

    def test_more_patterns_than_a_summary_keeps(self, routes: Callable[..., list[str]]) -> None:
        many = ",\n".join(f"    path('p{number}/', views.index, name='n')" for number in range(450))
        urls = f"from django.urls import path\nimport views\nurlpatterns = [\n{many},\n]\nrest = [path('x/', views.other)]\n"
        assert len(routes(urls)) == 450

    def test_a_view_that_cannot_be_followed_is_unresolved(self, project: Callable[..., LinkedProject]) -> None:
        urls = (
            "from django.urls import path\ndef f(table):\n    return [path('a/', table['view'])]\nurlpatterns = f({})\n"
        )
        (found,) = project(urls).each(Route)
        assert (found.method, found.path, found.resolution) == ("ANY", "/a/", Resolution.UNRESOLVED)


class TestViews:
    """Ways to write views."""

    @pytest.mark.parametrize(
        ("view", "expected"),
        [
            ("views.Page.as_view()", "GET /a/ Page.get"),
            ("login_required(views.Page.as_view())", "GET /a/ Page.get"),
            ("cache_page(60)(login_required(views.index))", "ANY /a/ index"),
            ("partial(views.index, x=1)", "ANY /a/ index"),
            ("require_POST(views.index)", "POST /a/ index"),
            ("require_POST(views.Page.as_view())", ""),
            ("lambda request: views.index(request)", "ANY /a/ <lambda>"),
            ("page", "GET /a/ Page.get"),
            ("table['page']", "GET /a/ Page.get"),
            ("factory(views.Page)", "ANY /a/ factory.<locals>.show"),
            ("decorated(template='a')(views.index)", "ANY /a/ index"),
        ],
    )
    def test_one_view(self, routes: Callable[..., list[str]], view: str, expected: str) -> None:
        head = """
from functools import partial
from django.contrib.auth.decorators import login_required
from django.urls import path
from django.views.decorators.cache import cache_page
from django.views.decorators.http import require_POST
import views

def factory(model):
    def show(request):
        return model
    return show

def decorated(template):
    def outer(function):
        def inner(request):
            return function(request)
        return inner
    return outer

page = views.Page.as_view()
table = {"page": views.Page.as_view()}
"""
        assert routes(f"{head}urlpatterns = [path('a/', {view})]\n") == ([expected] if expected else [])

    def test_decorators_that_call_each_other_come_to_an_end(self, routes: Callable[..., list[str]]) -> None:
        doubled = "\n".join(f"v{n} = both(v{n - 1}, v{n - 1}, v{n - 1})" for n in range(1, 40))
        urls = (
            "from django.urls import path\nimport views\ndef both(*functions):\n    return functions[0]\n"
            f"v0 = views.index\n{doubled}\nurlpatterns = [path('a/', v39)]\n"
        )
        assert len(routes(urls)) <= 1

    def test_a_class_that_answers_nothing_has_no_route(self, routes: Callable[..., list[str]]) -> None:
        views = "from django.views import View\nclass Page(View):\n    pass\n"
        urls = "from django.urls import path\nimport views\nurlpatterns = [path('a/', views.Page.as_view())]\n"
        assert routes(urls, views) == []

    def test_the_first_base_that_has_the_method_answers(self, project: Callable[..., LinkedProject]) -> None:
        views = """
            from django.views.generic import ListView
            class Mixin:
                def get(self, request):
                    return None
            class Before(Mixin, ListView):
                pass
            class Behind(ListView, Mixin):
                pass
        """
        urls = """
            from django.urls import path
            import views
            urlpatterns = [path('a/', views.Before.as_view()), path('b/', views.Behind.as_view())]
        """
        found = {each.path: each.handler for each in project(urls, views).each(Route)}
        assert found == {"/a/": "views::Mixin.get", "/b/": "django.views.generic.list.BaseListView.get"}


class TestHostile:
    """Configurations that would not come to an end."""

    def test_a_configuration_that_includes_itself(self, routes: Callable[..., list[str]]) -> None:
        urls = HEAD + "urlpatterns = [path('a/', views.index), path('b/', include('urls'))]\n"
        assert routes(urls) == ["ANY /a/ index"]

    def test_lists_that_hold_each_other(self, routes: Callable[..., list[str]]) -> None:
        urls = HEAD + "one = []\ntwo = [one, path('a/', views.index)]\none.append(two)\nurlpatterns = [two]\n"
        assert routes(urls) == ["ANY /a/ index"]

    def test_lists_that_double_with_every_line(self, project: Callable[..., LinkedProject]) -> None:
        lines = ["p0 = [path('a/', views.index)]", *(f"p{n} = p{n - 1} + p{n - 1}" for n in range(1, 60))]
        urls = "from django.urls import path\nimport views\n" + "\n".join(lines) + "\nurlpatterns = p59\n"
        with pytest.raises(OverflowError, match="the rest was left out"):
            project(urls)

    def test_includes_inside_one_another(self, project: Callable[..., LinkedProject]) -> None:
        deep = "path('x/', views.index)"
        for _ in range(25):
            deep = f"path('d/', include([{deep}]))"
        found = project(f"from django.urls import include, path\nimport views\nurlpatterns = [{deep}]\n")
        assert [each.path for each in found.each(Route)] in ([], ["/" + "d/" * 25 + "x/"])
