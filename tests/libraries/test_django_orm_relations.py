"""Loops over Django's rows that ask on each turn, by a query, by a related row, or by related rows."""

from textwrap import dedent

import pytest

from readiness.libraries.django_orm.reads import library as reads
from readiness.libraries.row_loops.loops import library
from readiness.model import Repetition, RowLoop

HEAD = """\
from django.contrib.auth.models import User
from django.db import models
from django.shortcuts import get_object_or_404

class Customer(models.Model):
    name = models.CharField(max_length=20)

class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="orders")

class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")

"""


def queries(recognised, body: str) -> list[RowLoop]:
    indented = "".join(f"    {line}\n" for line in dedent(body).strip().splitlines())
    found = recognised({"app.py": f"{HEAD}def work(given):\n{indented}"}, [reads, library]).each(RowLoop)
    return [each for each in found if each.query]


@pytest.mark.parametrize(
    ("body", "query", "kind"),
    [
        ("for o in Order.objects.all():\n    Customer.objects.get(pk=o.customer_id)", "Customer.objects.get", "read"),
        ("for o in Order.objects.all():\n    User.objects.get(pk=o.pk)", "User.objects.get", "read"),
        ("for o in Order.objects.all():\n    get_object_or_404(Customer, pk=o.pk)", "get_object_or_404", "read"),
        ("for o in Order.objects.all():\n    Line.objects.create(order=o)", "Line.objects.create", "write"),
        ("for o in Order.objects.all():\n    o.lines.count()", "o.lines.count", "read"),
        ("for o in Order.objects.all():\n    print(o.customer.name)", "o.customer", "relation"),
        ("print([o.customer for o in Order.objects.filter(pk__gt=3)])", "o.customer", "relation"),
        ("for o in Order.objects.select_related('x'):\n    print(o.customer)", "o.customer", "relation"),
    ],
)
def test_a_query_on_each_turn(recognised, body: str, query: str, kind: str) -> None:
    found = queries(recognised, body)
    assert [(each.query, each.kind, each.over) for each in found] == [(query, kind, Repetition.ROWS)]


@pytest.mark.parametrize(
    "body",
    [
        "for o in Order.objects.select_related('customer'):\n    print(o.customer.name)",
        "for o in Order.objects.select_related():\n    print(o.customer.name)",
        "for o in Order.objects.select_related(*given):\n    print(o.customer.name)",
        "for o in Order.objects.prefetch_related(models.Prefetch('customer')):\n    print(o.customer.name)",
        "for o in Order.objects.prefetch_related('lines'):\n    print(o.lines.count())",
        "for o in Order.objects.all():\n    print(o.customer_id)",
        "for o in Order.objects.all():\n    o.customer = given\n    print(o.customer)",
        "for o in Order.objects.all()[:3]:\n    print(o.customer)",
        "for o in given:\n    print(o.customer)",
        "for o in Order.objects.all():\n    later = lambda: o.customer",
        "for o in Order.objects.all():\n    break\nprint(o.customer)",
    ],
)
def test_what_asks_nothing_or_may_ask_nothing(recognised, body: str) -> None:
    assert not queries(recognised, body)


def test_a_related_row_under_a_condition_is_less_sure(recognised) -> None:
    found = queries(recognised, "for o in Order.objects.all():\n    if given:\n        print(o.customer)")
    assert [each.conditional for each in found] == [True]


def test_rows_that_someone_may_have_prefetched_are_not_sure(recognised) -> None:
    found = queries(recognised, "for o in given:\n    for line in o.lines.all():\n        print(line)")
    assert [(each.query, each.over) for each in found] == [("o.lines.all", Repetition.UNKNOWN)]


def test_the_same_rows_load_a_relation_once(recognised) -> None:
    body = """
        orders = Order.objects.all()
        for o in orders:
            print(o.customer)
        for o in orders:
            print(o.customer.name)
    """
    assert len(queries(recognised, body)) == 1
