"""Calls that hand SQL text to Django."""

from textwrap import dedent, indent

import pytest

from readiness.libraries.django_orm.queries import library
from readiness.model import Library, PieceKind, Query, Resolution

RESULTS = {"django.db.connection.cursor": "django.db.backends.utils.CursorWrapper"}

BEFORE = """\
from django.db import connection, connections, migrations, models
from django.db.models.expressions import RawSQL
from django.views import View
from rest_framework.decorators import api_view
from rest_framework.views import APIView

class Order(models.Model):
    name = models.CharField(max_length=20)

"""


def queries(recognised, body: str, before: str = "", path: str = "app.py") -> list[Query]:
    function = "def f(request, name, apps, schema_editor):\n" + indent(dedent(body).strip(), "    ") + "\n"
    return list(recognised({path: BEFORE + dedent(before) + function}, [library]).each(Query))


def kinds(query: Query) -> set[PieceKind]:
    return {piece.kind for piece in query.text.pieces}


@pytest.mark.parametrize(
    ("body", "api"),
    [
        ("Order.objects.raw('SELECT ' + name)", "django.db.models.Manager.raw"),
        ("Order.objects.filter(a=1).raw(raw_query='SELECT ' + name)", "django.db.models.Manager.raw"),
        ("Order.objects.extra(where=['a = ' + name])", "django.db.models.QuerySet.extra"),
        ("Order.objects.all().extra({'a': 'b'}, ['a = ' + name])", "django.db.models.QuerySet.extra"),
        ("Order.objects.extra(order_by=[name])", "django.db.models.QuerySet.extra"),
        ("RawSQL('a = ' + name, ())", "django.db.models.expressions.RawSQL"),
        ("migrations.RunSQL('UPDATE ' + name)", "django.db.migrations.RunSQL"),
        ("migrations.RunSQL(['SELECT 1', 'UPDATE ' + name])", "django.db.migrations.RunSQL"),
        ("schema_editor.execute('UPDATE ' + name)", "django.db.backends.base.schema.BaseDatabaseSchemaEditor.execute"),
    ],
)
def test_text_with_a_value_in_it_is_seen_at_every_sink(recognised, body: str, api: str) -> None:
    (found,) = queries(recognised, body)
    assert found.api == api
    assert PieceKind.PARAMETER in kinds(found)


@pytest.mark.parametrize(
    "body",
    [
        "Order.objects.raw('SELECT 1 WHERE a = %s', [name])",
        "Order.objects.extra(where=['a = %s'], params=[name])",
        "RawSQL('a = %s', (name,))",
        "RawSQL('a = %s', params=[name])",
        "migrations.RunSQL([('UPDATE a SET b = %s', [name])])",
        "schema_editor.execute('UPDATE a SET b = %s', [name])",
    ],
)
def test_values_beside_the_text_are_parameters(recognised, body: str) -> None:
    (found,) = queries(recognised, body)
    assert found.parameters
    assert found.paramstyle == "%s"
    assert kinds(found) == {PieceKind.CONSTANT}


@pytest.mark.parametrize(
    "body",
    [
        "name.raw('a')",
        "name.extra(where='a')",
        "name.execute('SELECT 1')",
        "migrations.RunPython(name)",
        "Order.objects.filter(name=name)",
        "Order.objects.extra(tables=['other'])",
    ],
)
def test_other_methods_of_these_names_are_no_sinks(recognised, body: str) -> None:
    found = queries(recognised, body)
    assert [each for each in found if each.resolution is Resolution.EXACT] == []


def test_what_is_appended_to_the_conditions_is_read(recognised) -> None:
    (found,) = queries(recognised, "where = ['a']\nwhere.append(f'b = {name}')\nOrder.objects.extra(where=where)")
    assert PieceKind.PARAMETER in kinds(found)
    assert not found.whole


def test_the_reverse_of_a_migration_counts_and_noop_does_not(recognised) -> None:
    (found,) = queries(recognised, "migrations.RunSQL('SELECT 1', reverse_sql='DROP TABLE ' + name)")
    assert PieceKind.PARAMETER in kinds(found)
    (found,) = queries(recognised, "migrations.RunSQL('SELECT 1', migrations.RunSQL.noop)")
    assert kinds(found) == {PieceKind.CONSTANT}


@pytest.mark.parametrize(
    "taken",
    ["request.GET['q']", "request.POST.get('q')", "request.COOKIES['q']", "request.META['HTTP_Q']", "request.body"],
)
def test_what_a_view_function_takes_from_its_request_is_sent_by_a_client(recognised, taken: str) -> None:
    (found,) = queries(recognised, f"text = {taken}\nOrder.objects.raw(f'SELECT {{text}}')")
    assert PieceKind.REQUEST in kinds(found)


@pytest.mark.parametrize("kept", ["request.user.name", "request.session['q']", "request.resolver_match"])
def test_what_the_server_puts_on_a_request_is_not(recognised, kept: str) -> None:
    (found,) = queries(recognised, f"Order.objects.raw('SELECT ' + {kept})")
    assert PieceKind.REQUEST not in kinds(found)


@pytest.mark.parametrize(
    "taken", ["request.data['q']", "request.query_params.get('q')", "self.request.GET['q']", "self.kwargs['q']"]
)
def test_what_a_view_class_takes_is_sent_by_a_client(recognised, taken: str) -> None:
    before = f"""
    class Orders(APIView):
        def get(self, request):
            return Order.objects.raw("SELECT " + {taken})

    """
    (found,) = queries(recognised, "return 1", before)
    assert PieceKind.REQUEST in kinds(found)


def test_a_decorated_function_is_a_view(recognised) -> None:
    before = """
    @api_view(["GET"])
    def orders(request):
        data = request.data
        return Order.objects.raw("SELECT " + data["q"])

    """
    (found,) = queries(recognised, "return 1", before)
    assert PieceKind.REQUEST in kinds(found)


def test_the_name_of_a_stored_procedure_is_text(recognised) -> None:
    cursors = Library("tests.cursors", stage="data", provides=[], results=dict(RESULTS))
    cursors.recognises(lambda _: iter(()))
    body = "def f(name):\n    connection.cursor().callproc(name)\n"
    (found,) = list(recognised({"app.py": BEFORE + body}, [cursors, library]).each(Query))
    assert found.api == "django.db.backends.utils.CursorWrapper.callproc"


def test_a_parameter_called_request_of_another_class_is_none(recognised) -> None:
    before = """
    class Sender:
        def send(self, request):
            return Order.objects.raw("SELECT " + request.data["q"])

    """
    (found,) = queries(recognised, "return 1", before)
    assert PieceKind.REQUEST not in kinds(found)


def test_the_columns_of_extra_may_be_a_dict_of_the_function(recognised) -> None:
    source = """\
        from django.db import models

        class Order(models.Model):
            pass

        NOW = "now()"

        def orders():
            columns = {"read": NOW}
            return Order.objects.extra(select=columns)
        """
    found = list(recognised({"app.py": source}, [library]).each(Query))
    assert [each.text.alternatives[0][0].kind for each in found] == [PieceKind.CONSTANT]
