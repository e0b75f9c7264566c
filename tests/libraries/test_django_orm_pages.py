"""How large the pages of Django's list views get, and in which order their rows are cut; from routes made by hand."""

from textwrap import dedent

import pytest

from readiness.libraries.django_orm import lists
from readiness.model import Cap, Library, Order, PageLimit, PageOrder, Route, Scope, Span

BEFORE = """\
from django.conf import settings
from django.db import models
from rest_framework import filters, generics, pagination

class Item(models.Model):
    name = models.CharField(max_length=20)
    number = models.CharField(max_length=20, unique=True)

"""
SETTINGS = """\
ROOT_URLCONF = "urls"
INSTALLED_APPS = []
REST_FRAMEWORK = {rest}
"""


def facts(recognised, code: str, rest: str = "{}"):
    route = Route(
        span=Span("app.py", 1),
        symbol="app::Items",
        scope=Scope.SERVICE,
        framework="Django REST framework",
        method="GET",
        path="/items/",
        handler="rest_framework.generics.ListAPIView.get",
        registered=Span("app.py", 1),
        view="app::Items",
        collection=True,
    )
    routes = Library("tests.routes", stage="web", provides=[Route])
    routes.recognises(lambda _: iter([route]))
    files = {"app.py": BEFORE + dedent(code), "settings.py": SETTINGS.format(rest=rest), "manage.py": "import django\n"}
    return recognised(files, [routes, lists.library])


def with_paginator(base: str, body: str) -> str:
    indented = "".join(f"    {line}\n" for line in body.splitlines())
    view = (
        "class Items(generics.ListAPIView):\n    queryset = Item.objects.order_by('id')\n    pagination_class = Own\n"
    )
    return f"class Own(pagination.{base}):\n{indented}\n{view}"


NUMBERED, OFFSET, CURSOR = "PageNumberPagination", "LimitOffsetPagination", "CursorPagination"


@pytest.mark.parametrize(
    ("base", "body", "cap", "maximum"),
    [
        (NUMBERED, "page_size = 20", Cap.FIXED, 20),
        (NUMBERED, "page_size = 20\nmax_page_size = 50", Cap.FIXED, 20),
        (NUMBERED, "page_size = 20\npage_size_query_param = None", Cap.FIXED, 20),
        (NUMBERED, "page_size = 20\npage_size_query_param = 'size'", Cap.UNCAPPED, None),
        (NUMBERED, "page_size = 20\npage_size_query_param = 'size'\nmax_page_size = 50", Cap.CAPPED, 50),
        (NUMBERED, "page_size = 20\npage_size_query_param = 'size'\nmax_page_size = 5000", Cap.UNCAPPED, 5000),
        (NUMBERED, "page_size = 20\npage_size_query_param = settings.PARAMETER", Cap.UNKNOWN, None),
        (OFFSET, "default_limit = 20", Cap.UNCAPPED, None),
        (OFFSET, "default_limit = 20\nmax_limit = None", Cap.UNCAPPED, None),
        (OFFSET, "default_limit = 20\nmax_limit = 50", Cap.CAPPED, 50),
        (OFFSET, "default_limit = 20\nlimit_query_param = None", Cap.FIXED, 20),
        (CURSOR, "page_size = 20", Cap.FIXED, 20),
        (CURSOR, "page_size = 20\npage_size_query_param = 'size'", Cap.UNCAPPED, None),
        (OFFSET, "def get_limit(self, request):\n    return min(int(request.query_params['limit']), 50)", Cap.CAPPED, 50),
        (OFFSET, "def get_limit(self, request):\n    return int(request.query_params['limit'])", Cap.UNCAPPED, None),
        (OFFSET, "def get_limit(self, request):\n    return tenant.limit(request)", Cap.UNKNOWN, None),
        (OFFSET, "max_limit = 50\ndef get_limit(self, request):\n    return self.max_limit", Cap.FIXED, 50),
        (OFFSET, "default_limit = 5\ndef paginate_queryset(self, queryset, request):\n    return list(queryset)",
         Cap.UNKNOWN, None),
    ],
)  # fmt: skip
def test_what_a_paginator_allows(recognised, base: str, body: str, cap: Cap, maximum: float | None) -> None:
    found = list(facts(recognised, with_paginator(base, body)).each(PageLimit))
    assert [(each.cap, each.maximum) for each in found] == [(cap, maximum)]


PLAIN = "class Items(generics.ListAPIView):\n    queryset = Item.objects.order_by('id')\n"


@pytest.mark.parametrize(
    ("name", "cap"), [(NUMBERED, Cap.FIXED), (OFFSET, Cap.UNCAPPED), (CURSOR, Cap.FIXED)]
)  # fmt: skip
def test_the_paginator_of_the_settings(recognised, name: str, cap: Cap) -> None:
    rest = f'{{"DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.{name}", "PAGE_SIZE": 30}}'
    found = list(facts(recognised, PLAIN, rest).each(PageLimit))
    assert [each.cap for each in found] == [cap]


def test_the_place_of_the_settings_is_named(recognised) -> None:
    rest = '{"DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination", "PAGE_SIZE": 30}'
    found = list(facts(recognised, PLAIN, rest).each(PageLimit))
    assert found[0].limit is not None
    assert found[0].limit.path == "settings.py"


def test_a_list_without_pages_has_no_size(recognised) -> None:
    assert not list(facts(recognised, PLAIN).each(PageLimit))


@pytest.mark.parametrize(
    ("rows", "order"),
    [
        ("Item.objects.order_by('id')", Order.TOTAL),
        ("Item.objects.order_by('name', '-number')", Order.TOTAL),
        ("Item.objects.order_by('name')", Order.PARTIAL),
        ("Item.objects.order_by('?')", Order.PARTIAL),
        ("Item.objects.order_by(settings.ORDER)", Order.UNKNOWN),
        ("Item.objects.all()", Order.NONE),
        ("Item.objects.order_by('id').order_by()", Order.NONE),
    ],
)
def test_the_order_of_the_rows(recognised, rows: str, order: Order) -> None:
    code = (
        "class Own(pagination.PageNumberPagination):\n    page_size = 20\n"
        f"class Items(generics.ListAPIView):\n    queryset = {rows}\n    pagination_class = Own\n"
    )
    found = list(facts(recognised, code).each(PageOrder))
    assert [each.order for each in found] == [order]


def test_every_way_of_a_query_set_counts_for_its_order(recognised) -> None:
    code = """
        class Own(pagination.PageNumberPagination):
            page_size = 20

        class Items(generics.ListAPIView):
            pagination_class = Own

            def get_queryset(self):
                if self.request.user.is_staff:
                    return Item.objects.order_by("id")
                return Item.objects.filter(name="a")
    """
    found = list(facts(recognised, code).each(PageOrder))
    assert [each.order for each in found] == [Order.OPTIONAL]


def test_a_cursor_without_ordering_orders_by_a_date(recognised) -> None:
    found = list(facts(recognised, with_paginator(CURSOR, "page_size = 20")).each(PageOrder))
    assert [each.columns for each in found] == [("created",)]
