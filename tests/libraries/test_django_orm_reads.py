"""Reads of several rows out of Django's query sets, and what limits them as far as their own function shows."""

from textwrap import dedent, indent

import pytest

from readiness.libraries.django_orm.reads import library
from readiness.model import Bound, Read, Resolution

MODELS = """\
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Count, Q
from django.http import JsonResponse
from django.shortcuts import get_list_or_404, get_object_or_404, render
from rest_framework import serializers

class OrderQuerySet(models.QuerySet):
    def paid(self):
        return self.filter(paid=True)
    def newest(self, size=10):
        return self.order_by("-id")[:size]

class OrderManager(models.Manager):
    def open(self):
        return self.get_queryset().filter(open=True)

class Order(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="orders")
    slug = models.SlugField(unique=True)
    objects = OrderQuerySet.as_manager()
    live = OrderManager()
    combined = OrderManager.from_queryset(OrderQuerySet)()

class Item(models.Model):
    order = models.ForeignKey("Order", on_delete=models.CASCADE)
    tags = models.ManyToManyField("Tag")
    name = models.CharField(max_length=20)

class Tag(models.Model):
    pass

class ItemSerializer(serializers.ModelSerializer):
    pass

"""


def reads(recognised, body: str, before: str = "") -> list[Read]:
    function = "def f(request, x, flag, ids, limit=None):\n" + indent(dedent(body).strip(), "    ") + "\n"
    return list(recognised({"app.py": MODELS + dedent(before) + function}, [library]).each(Read))


def only(recognised, body: str, before: str = "") -> Read:
    found = reads(recognised, body, before)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    "body",
    [
        "return list(Item.objects.all())",
        "return [item.name for item in Item.objects.filter(name=x)]",
        "for item in Item.objects.exclude(name=x):\n    print(item)",
        "rows = Item.objects.order_by('name')\nreturn list(rows)",
        "rows = Item.objects.all()\nif flag:\n    rows = rows.filter(name=x)\nreturn list(rows)",
        "return ItemSerializer(Item.objects.all(), many=True).data",
        "return JsonResponse({'rows': list(Item.objects.values('name'))})",
        "return render(request, 'items.html', {'items': Item.objects.all()})",
        "return len(Item.objects.all())",
        "return list(Item.objects.all()[5:])",
        "return list(Item.objects.all()[:None])",
        "return Item.objects.in_bulk()",
        "return list(Order.objects.paid())",
        "return list(Order.live.open())",
        "return list(Order.combined.paid())",
        "return list(Item.objects.filter(Q(order=x) | Q(name=x)))",
        "return list(Item.objects.filter(a=1) | Item.objects.filter(b=1))",
        "return list(get_user_model().objects.all())",
        "return ','.join(Item.objects.values_list('name', flat=True))",
    ],
)
def test_a_read_without_a_limit_is_unbounded(recognised, body: str) -> None:
    assert only(recognised, body).bound is Bound.UNBOUNDED


@pytest.mark.parametrize(
    ("body", "limit"),
    [
        ("return list(Item.objects.all()[:20])", "20"),
        ("return list(Item.objects.all()[:limit])", "limit"),
        ("return [each for each in Item.objects.all()[x : x + 20]]", "x + 20"),
        ("return list(Item.objects.all()[:20].values('name'))", "20"),
        ("return list(Order.objects.paid().newest())", "size"),
        ("return [each for each in Paginator(Item.objects.all(), 25).get_page(x)]", "25"),
        ("pages = Paginator(Item.objects.all(), per_page=limit)\nreturn list(pages.page(x).object_list)", "limit"),
    ],
)
def test_a_slice_or_a_page_bounds_it(recognised, body: str, limit: str) -> None:
    found = only(recognised, body)
    assert (found.bound, found.limit) == (Bound.BOUNDED, limit)


@pytest.mark.parametrize(
    "body",
    [
        "return list(Order.objects.filter(pk=x))",
        "return list(Order.objects.filter(slug=x))",
        "return list(Order.objects.filter(id__in=[1, 2]))",
        "return list(Order.objects.filter(id__in=ids))",
        "for item in Item.objects.iterator():\n    print(item)",
    ],
)
def test_unique_columns_given_keys_and_portions_bound_it(recognised, body: str) -> None:
    assert only(recognised, body).bound is Bound.BOUNDED


@pytest.mark.parametrize(
    "body",
    [
        "return list(Item.objects.filter(order=x))",
        "return list(Item.objects.filter(order_id=x))",
        "return list(Item.objects.filter(order__slug=x))",
        "return list(Item.objects.filter(order_id__in=ids))",
        "return list(Item.objects.filter(Q(order=x) & Q(name=x)))",
        "return list(Item.objects.filter(**{'order': x}))",
        "return list(Order.objects.filter(orders__item__order=x, user=x))",
        "order = Order.objects.get(pk=x)\nreturn list(order.item_set.all())",
        "return list(request.user.orders.filter(paid=True))",
        "return [tag for tag in x.tags.all()]",
        "return list(Item.objects.filter(pk__in=Item.objects.filter(order=x).values('pk')))",
        "return [each for each in get_list_or_404(Item, order=x)]",
    ],
)
def test_rows_of_one_parent_are_by_parent(recognised, body: str) -> None:
    assert only(recognised, body).bound is Bound.BY_PARENT


@pytest.mark.parametrize(
    "body",
    [
        "return Order.objects.get(pk=x)",
        "return Order.objects.filter(name=x).first()",
        "return Order.objects.count()",
        "return Order.objects.filter(name=x).exists()",
        "return Order.objects.aggregate(n=Count('id'))",
        "return Order.objects.all()",
        "return Order.objects.filter(name=x).order_by('id')",
        "return get_object_or_404(Order, pk=x)",
        "Order.objects.filter(name=x).update(name=1)",
        "Order.objects.filter(name=x).delete()",
        "return list(Order.objects.none())",
        "return Order.objects.all()[5]",
        "return Item.objects.in_bulk(ids)",
        "return [each for each in x.values()]",
        "for each in x.all():\n    print(each)",
        "return list({'a': 1}.values())",
        "return list(request.items.filter(1))",
    ],
)
def test_lazy_query_sets_single_rows_and_other_objects_are_no_reads(recognised, body: str) -> None:
    assert reads(recognised, body) == []


def test_a_group_for_each_value_is_not_known(recognised) -> None:
    found = only(recognised, "return list(Item.objects.values('name').annotate(n=Count('id')))")
    assert found.bound is Bound.UNKNOWN
    assert found.how == "one row for each group"


def test_a_limit_under_a_condition_is_not_known(recognised) -> None:
    found = only(recognised, "rows = Item.objects.all()\nif flag:\n    rows = rows[:20]\nreturn list(rows)")
    assert found.bound is Bound.UNKNOWN


def test_the_model_and_the_library_are_told(recognised) -> None:
    found = only(recognised, "return list(Item.objects.all())")
    assert (found.model, found.library, found.symbol, found.resolution) == (
        "Item",
        "django",
        "app::f",
        Resolution.EXACT,
    )


def test_only_counted_rows_are_marked(recognised) -> None:
    assert only(recognised, "return len(Item.objects.all())").counted
    assert not only(recognised, "rows = Item.objects.all()\nreturn len(rows)").counted


def test_a_column_that_is_compared_is_told(recognised) -> None:
    assert only(recognised, "return list(Item.objects.filter(name=x))").compared == "name"


def test_a_query_set_inside_a_manager_is_what_it_is_called_on(recognised) -> None:
    before = """
    class Rows(models.QuerySet):
        def names(self):
            return [each.name for each in self.filter(a=1)]

    """
    found = only(recognised, "return x", before)
    assert (found.bound, found.resolution) == (Bound.UNKNOWN, Resolution.UNRESOLVED)


def test_objects_of_other_libraries_are_no_managers(recognised) -> None:
    before = """
    import boto3
    bucket = boto3.resource("s3").Bucket("b")

    """
    assert reads(recognised, "return [each.key for each in bucket.objects.all()]", before) == []


def test_loops_in_what_defines_a_name_come_to_an_end(recognised) -> None:
    body = "rows = Item.objects.all()\nfor each in x:\n    rows = rows.filter(name=each) | rows\nreturn list(rows)"
    assert [read.bound for read in reads(recognised, body)] == [Bound.UNBOUNDED]
