"""The files of a Django service that are the same for every domain but for the names in capitals."""

MANAGE = """import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "PACKAGE.settings")
    execute_from_command_line(sys.argv)
"""
CORE_MODELS = """from django.db import models


class Stamped(models.Model):
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
"""
PAGING = """from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200
"""
SETTINGS = '''"""Settings of the service."""

import os

SECRET_KEY = os.environ["SECRET_KEY"]
DEBUG = False
ALLOWED_HOSTS = ["shop.example.com"]
ROOT_URLCONF = "PACKAGE.urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ.get("DATABASE", "shop")}}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "rest_framework",
APPLICATIONS
]
'''
ROOT_URLS = """from django.contrib import admin
from django.db import connection
from django.http import JsonResponse
from django.urls import include, path


def health(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


urlpatterns = [
    path("admin/", admin.site.urls),
    path("health", health),
INCLUDED
]
"""
QUERIES = '''"""What is asked of PLURAL."""

from django.db import connection
from django.db.models import QuerySet, Sum

from PACKAGE.NAME.models import TITLE


def recent(limit: int = 100) -> QuerySet[TITLE]:
    return TITLE.objects.prefetch_related("lines").order_by("-created_at")[:limit]


def totals(region: str) -> dict[str, object]:
    found = TITLE.objects.all()
    if region:
        found = found.filter(TEXT=region)
    rows = found.values("TEXT").annotate(total=Sum("MONEY")).order_by("TEXT")[:500]
    return {row["TEXT"]: row["total"] for row in rows}
'''
WRITTEN = """def names_like(wanted: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT TEXT FROM PLURAL WHERE TEXT LIKE %s ORDER BY TEXT LIMIT 50", [f"{wanted}%"])
        return [row[0] for row in cursor.fetchall()]
"""
WRITTEN_UNSAFE = """def names_like(wanted: str) -> list[str]:
    pattern = wanted.strip().lower()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT TEXT FROM PLURAL WHERE TEXT LIKE '{pattern}%' ORDER BY TEXT LIMIT 50")
        return [row[0] for row in cursor.fetchall()]
"""
TASKS = '''"""What is done with PLURAL beside the requests."""

import logging
import os
from decimal import Decimal

import requests
from django.db import transaction

from PACKAGE.NAME import calculations, queries
from PACKAGE.core.errors import Conflict

'''
VIEWS = '''"""The views of PLURAL."""

import logging

from rest_framework import status, viewsets
from rest_framework.decorators import action, api_view, permission_classes
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from PACKAGE.NAME import queries
from PACKAGE.NAME.models import TITLE
from PACKAGE.NAME.serializers import TITLESerializer
from PACKAGE.core.paging import Pages

logger = logging.getLogger(__name__)


class TITLEViewSet(viewsets.ModelViewSet):
    queryset = TITLE.objects.prefetch_related("lines").order_by("id")
    serializer_class = TITLESerializer
    permission_classes = [IsAuthenticated]
    pagination_class = Pages

    def perform_create(self, serializer: TITLESerializer) -> None:
        item = serializer.save()
        logger.info("%s made NAME %s", self.request.user, item.pk)

    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str | None = None) -> Response:
        item = self.get_object()
        item.save()
        return Response(self.get_serializer(item).data, status=status.HTTP_200_OK)


@api_view(["GET"])
@permission_classes([IsAuthenticated])
def totals(request: Request) -> Response:
    region = request.query_params.get("region", "")
    return Response(queries.totals(region))
'''
URLS = """from django.urls import include, path
from rest_framework.routers import DefaultRouter

from PACKAGE.NAME.views import TITLEViewSet, totals

router = DefaultRouter()
router.register("PLURAL", TITLEViewSet)

urlpatterns = [
    path("totals", totals),
    path("", include(router.urls)),
]
"""
ADMIN = """from django.contrib import admin

from PACKAGE.NAME.models import LINE, TITLE


class LINEInline(admin.TabularInline):
    model = LINE
    extra = 0


@admin.register(TITLE)
class TITLEAdmin(admin.ModelAdmin):
    list_display = ("id", FIELDS)
    search_fields = ("TEXT",)
    inlines = (LINEInline,)
"""
TESTS = """import pytest

pytestmark = pytest.mark.django_db


def payload():
    return {
VALUES
    }


def test_list_PLURAL(api):
    response = api.get("/NAME/PLURAL/", {"limit": 5})
    assert response.status_code == 200


def test_create_and_read_NAME(api):
    made = api.post("/NAME/PLURAL/", payload(), format="json")
    assert made.status_code == 201
    identity = made.json()["id"]
    assert api.get(f"/NAME/PLURAL/{identity}/").json()["id"] == identity


def test_delete_NAME(api):
    identity = api.post("/NAME/PLURAL/", payload(), format="json").json()["id"]
    assert api.delete(f"/NAME/PLURAL/{identity}/").status_code == 204
    assert api.get(f"/NAME/PLURAL/{identity}/").status_code == 404


def test_totals_of_NAME(api):
    assert api.get("/NAME/totals", {"region": "north"}).status_code == 200
"""
VIEW_TEST = """

def test_change_of_FIELD_is_kept(api):
    made = api.post("/NAME/PLURAL/", payload(), format="json").json()
    changed = api.patch(
        f"/NAME/PLURAL/{made['id']}/",
        {"FIELD": VALUE},
        format="json",
    )
    assert changed.status_code == 200
    assert changed.json()["FIELD"] == VALUE
"""
CONFTEST = """import pytest
from rest_framework.test import APIClient


@pytest.fixture
def api(django_user_model):
    client = APIClient()
    client.force_authenticate(django_user_model.objects.create_user("tester"))
    return client
"""
