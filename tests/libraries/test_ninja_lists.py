"""List endpoints of django-ninja in, how many rows they answer with and what caps their pages out."""

from datetime import date
from textwrap import dedent

import pytest

from readiness.analysis import analyse_files
from readiness.model import Bound, Cap, ListEndpoint, PageLimit

SETTINGS = "ROOT_URLCONF = 'urls'\nINSTALLED_APPS = []\n"
URLS = "from django.urls import path\nfrom api import api\nurlpatterns = [path('api/', api.urls)]\n"
MODELS = "from django.db import models\nclass Event(models.Model):\n    title = models.CharField(max_length=9)\n"
HEAD = """
    from math import inf
    from ninja import Field, NinjaAPI, Schema
    from ninja.pagination import (
        CursorPagination, LimitOffsetPagination, PageNumberPagination, PaginationBase, RouterPaginated, paginate
    )
    from models import Event

    class EventOut(Schema):
        title: str

    class Capped(LimitOffsetPagination):
        class Input(Schema):
            limit: int = Field(20, ge=1, le=50)
            offset: int = Field(0, ge=0)

    class Deciding(LimitOffsetPagination):
        def paginate_queryset(self, queryset, pagination, **params):
            return super().paginate_queryset(queryset, pagination, **params)

    class Own(PaginationBase):
        class Input(Schema):
            page: int = 1
            per_page: int = Field(20, le=80)

        def paginate_queryset(self, queryset, pagination, **params):
            return {"items": queryset[:pagination.per_page], "count": 1}

    api = NinjaAPI(ROUTER)
"""


def found(decorator: str, settings: str = "", router: str = "") -> tuple[ListEndpoint, PageLimit | None]:
    code = dedent(HEAD).replace("ROUTER", router)
    code += "\n@api.get('/events', response=list[EventOut])\n"
    code += f"{decorator}\n" if decorator else ""
    code += "def events(request):\n    return Event.objects.order_by('id')\n"
    files = {"settings.py": SETTINGS + settings, "urls.py": URLS, "models.py": MODELS, "api.py": code}
    project = analyse_files({path: text.encode() for path, text in files.items()}, [], today=date(2026, 6, 1)).project
    (endpoint,) = project.each(ListEndpoint)
    return endpoint, next(iter(project.each(PageLimit)), None)


def test_a_list_of_all_rows_is_unbounded() -> None:
    endpoint, limit = found("")
    assert (endpoint.bound, [each.model for each in endpoint.reads], limit) == (Bound.UNBOUNDED, ["Event"], None)


@pytest.mark.parametrize(
    ("decorator", "settings", "cap", "maximum"),
    [
        ("@paginate", "", Cap.UNCAPPED, None),
        ("@paginate()", "", Cap.UNCAPPED, None),
        ("@paginate", "NINJA_PAGINATION_MAX_LIMIT = 60\n", Cap.CAPPED, 60),
        ("@paginate", "NINJA_PAGINATION_MAX_LIMIT = 100000\n", Cap.UNCAPPED, 100000),
        ("@paginate", "NINJA_PAGINATION_CLASS = 'ninja.pagination.PageNumberPagination'\n", Cap.CAPPED, 100),
        ("@paginate", "NINJA_PAGINATION_CLASS = 'api.Own'\n", Cap.CAPPED, 80),
        ("@paginate(LimitOffsetPagination, max_limit=30)", "", Cap.CAPPED, 30),
        ("@paginate(PageNumberPagination, page_size=10)", "", Cap.CAPPED, 100),
        ("@paginate(CursorPagination)", "NINJA_MAX_PER_PAGE_SIZE = 40\n", Cap.CAPPED, 40),
        ("@paginate(Capped)", "", Cap.CAPPED, 50),
        ("@paginate(Own)", "", Cap.CAPPED, 80),
        ("@paginate(Deciding)", "", Cap.UNKNOWN, None),
    ],
)
def test_what_paginates_says_how_large_a_page_gets(
    decorator: str, settings: str, cap: Cap, maximum: float | None
) -> None:
    endpoint, limit = found(decorator, settings)
    assert endpoint.bound is Bound.BOUNDED
    assert limit is not None
    assert (limit.cap, limit.maximum) == (cap, maximum)


def test_a_router_that_paginates_does_so_for_each_list() -> None:
    endpoint, limit = found("", router="default_router=RouterPaginated()")
    assert endpoint.bound is Bound.BOUNDED
    assert limit is not None
    assert limit.cap is Cap.UNCAPPED
