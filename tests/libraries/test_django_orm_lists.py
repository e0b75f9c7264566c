"""List endpoints of Django and of Django REST framework, from routes made by hand."""

from textwrap import dedent

import pytest

from readiness.libraries.django_orm import lists
from readiness.model import Bound, Library, ListEndpoint, Route, RouteParameter, Scope, Span

BEFORE = """\
from django.db import models
from django.http import JsonResponse
from django.views.generic import ListView
from rest_framework import generics, pagination, serializers, viewsets
from rest_framework.response import Response

class Order(models.Model):
    user = models.ForeignKey("auth.User", on_delete=models.CASCADE)

class OrderSerializer(serializers.ModelSerializer):
    pass

class Ten(pagination.PageNumberPagination):
    page_size = 10

"""
SETTINGS = """\
ROOT_URLCONF = "urls"
INSTALLED_APPS = []
REST_FRAMEWORK = {rest}
"""


def endpoint(
    recognised, code: str, handler: str, view: str = "", *, rest: str = "{}", collection: bool | None = None
) -> ListEndpoint | None:
    route = Route(
        span=Span("app.py", 1),
        symbol=handler,
        scope=Scope.SERVICE,
        framework="Django REST framework",
        method="GET",
        path="/users/{pk}/orders/",
        handler=handler,
        registered=Span("app.py", 1),
        view=f"app::{view}" if view else "",
        parameters=(RouteParameter(name="pk", source="path", annotation="int"),),
        collection=collection,
    )
    routes = Library("tests.routes", stage="web", provides=[Route])
    routes.recognises(lambda _: iter([route]))
    files = {"app.py": BEFORE + dedent(code), "settings.py": SETTINGS.format(rest=rest), "manage.py": "import django\n"}
    found = list(recognised(files, [routes, lists.library]).each(ListEndpoint))
    assert len(found) < 2
    return found[0] if found else None


GENERIC = """
class Orders(generics.ListAPIView):
    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    {more}
"""


def of_settings(recognised, rest: str, more: str = "") -> ListEndpoint:
    found = endpoint(
        recognised,
        GENERIC.format(more=more),
        "rest_framework.mixins.ListModelMixin.list",
        "Orders",
        rest=rest,
        collection=True,
    )
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("rest", "bound"),
    [
        ("{}", Bound.UNBOUNDED),
        ("{'PAGE_SIZE': 20}", Bound.UNBOUNDED),
        ("{'DEFAULT_PAGINATION_CLASS': None, 'PAGE_SIZE': 20}", Bound.UNBOUNDED),
        ("{'DEFAULT_PAGINATION_CLASS': 'rest_framework.pagination.PageNumberPagination'}", Bound.UNBOUNDED),
        ("{'DEFAULT_PAGINATION_CLASS': 'rest_framework.pagination.LimitOffsetPagination'}", Bound.UNBOUNDED),
        (
            "{'DEFAULT_PAGINATION_CLASS': 'rest_framework.pagination.PageNumberPagination', 'PAGE_SIZE': 20}",
            Bound.BOUNDED,
        ),
        (
            "{'DEFAULT_PAGINATION_CLASS': 'rest_framework.pagination.LimitOffsetPagination', 'PAGE_SIZE': 20}",
            Bound.BOUNDED,
        ),
        ("{'DEFAULT_PAGINATION_CLASS': 'app.Ten'}", Bound.BOUNDED),
    ],
)
def test_the_settings_decide_without_a_class_of_the_view(recognised, rest: str, bound: Bound) -> None:
    assert of_settings(recognised, rest).bound is bound


@pytest.mark.parametrize(
    ("more", "bound"),
    [
        ("pagination_class = Ten", Bound.BOUNDED),
        ("pagination_class = None", Bound.UNBOUNDED),
        ("pagination_class = pagination.PageNumberPagination", Bound.BOUNDED),
        ("pagination_class = pagination.LimitOffsetPagination", Bound.BOUNDED),
    ],
)
def test_the_view_decides_before_the_settings(recognised, more: str, bound: Bound) -> None:
    rest = "{'DEFAULT_PAGINATION_CLASS': 'rest_framework.pagination.PageNumberPagination', 'PAGE_SIZE': 20}"
    assert of_settings(recognised, rest, more).bound is bound


def test_the_reason_names_what_is_missing(recognised) -> None:
    rest = "{'DEFAULT_PAGINATION_CLASS': 'rest_framework.pagination.PageNumberPagination'}"
    assert of_settings(recognised, rest).reason == "`PageNumberPagination` has no page_size, so it paginates nothing"
    assert "DEFAULT_PAGINATION_CLASS" in of_settings(recognised, "{}").reason


def test_the_read_behind_it_is_told(recognised) -> None:
    (read,) = of_settings(recognised, "{}").reads
    assert (read.library, read.model, read.bound) == ("django", "Order", Bound.UNBOUNDED)


def test_a_method_of_a_base_means_the_query_set_of_the_registered_class(recognised) -> None:
    code = """
    class Base(generics.GenericAPIView):
        def get(self, request, pk):
            return Response(OrderSerializer(self.get_queryset(), many=True).data)

    class Few(Base):
        def get_queryset(self):
            return Order.objects.order_by("id")[:5]

    class All(Base):
        queryset = Order.objects.all()

    class Own(Base):
        def get_queryset(self):
            return Order.objects.filter(user_id=self.kwargs["pk"])
    """
    bounds = {
        name: found.bound
        for name in ("Few", "All", "Own")
        if (found := endpoint(recognised, code, "app::Base.get", name)) is not None
    }
    assert bounds == {"Few": Bound.BOUNDED, "All": Bound.UNBOUNDED, "Own": Bound.BY_PARENT}


def test_rows_of_the_user_that_asks_are_not_chosen_by_the_address(recognised) -> None:
    code = """
    class Mine(generics.GenericAPIView):
        def get(self, request, pk):
            return Response(OrderSerializer(Order.objects.filter(user=request.user), many=True).data)
    """
    found = endpoint(recognised, code, "app::Mine.get", "Mine")
    assert found is not None
    assert found.bound is Bound.UNBOUNDED


def test_the_way_behind_a_page_is_for_views_without_pages(recognised) -> None:
    code = """
    class Paged(viewsets.GenericViewSet):
        queryset = Order.objects.all()
        {pages}
        def list(self, request, pk):
            page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
            if page is not None:
                return self.get_paginated_response(self.get_serializer(page, many=True).data)
            return Response(self.get_serializer(self.get_queryset(), many=True).data)
    """
    with_pages = endpoint(recognised, code.format(pages="pagination_class = Ten"), "app::Paged.list", "Paged")
    without = endpoint(recognised, code.format(pages=""), "app::Paged.list", "Paged")
    assert with_pages is not None
    assert without is not None
    assert (with_pages.bound, without.bound) == (Bound.BOUNDED, Bound.UNBOUNDED)


def test_a_serializer_of_one_object_is_no_list(recognised) -> None:
    code = """
    class One(generics.GenericAPIView):
        def get(self, request, pk):
            return Response(OrderSerializer(Order.objects.all().first()).data)
    """
    assert endpoint(recognised, code, "app::One.get", "One") is None


@pytest.mark.parametrize(
    ("more", "bound"),
    [
        ("paginate_by = 20", Bound.BOUNDED),
        ("paginate_by = None", Bound.UNBOUNDED),
        ("ordering = 'id'", Bound.UNBOUNDED),
        ("def get_paginate_by(self, queryset):\n        return 5", Bound.BOUNDED),
    ],
)
def test_a_list_view_of_django_has_pages_by_paginate_by(recognised, more: str, bound: Bound) -> None:
    code = f"class Orders(ListView):\n    model = Order\n    {more}\n"
    handler = "django.views.generic.list.BaseListView.get"
    found = endpoint(recognised, code, handler, "Orders", collection=True)
    assert found is not None
    assert found.bound is bound


def test_rows_cut_in_memory_are_a_whole_read(recognised) -> None:
    code = """
    def orders(request, pk):
        rows = list(Order.objects.all())
        return JsonResponse({"rows": rows[:10]})
    """
    found = endpoint(recognised, code, "app::orders")
    assert found is not None
    assert found.cut
    assert found.bound is Bound.UNBOUNDED
