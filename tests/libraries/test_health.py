"""Names, wrappers, libraries and probes: what counts as a health endpoint, and how surely."""

from datetime import date
from textwrap import dedent

import pytest

from readiness.analysis import analyse_files
from readiness.libraries.health.names import Strength, last_segment, of_the_service, purpose_of, strength_of
from readiness.model import HealthCheck


def checks(**files: str) -> list[HealthCheck]:
    """Files by name; `__` stands for the dot of the extension."""
    content = {name.replace("__", "."): dedent(text).encode() for name, text in files.items()}
    return list(analyse_files(content, [], today=date(2026, 6, 1)).project.each(HealthCheck))


@pytest.mark.parametrize(
    ("path", "strength"),
    [
        ("/health", Strength.STRONG),
        ("/api/v1/healthz/", Strength.STRONG),
        ("/health-check", Strength.STRONG),
        ("/healthCheck", Strength.STRONG),
        ("/_health", Strength.STRONG),
        ("/__lbheartbeat__", Strength.STRONG),
        ("/health/live", Strength.STRONG),
        ("/livez?verbose", Strength.STRONG),
        ("/readiness", Strength.STRONG),
        ("/ping", Strength.WEAK),
        ("/api/status", Strength.WEAK),
        ("/up/", Strength.WEAK),
        ("/health-records", Strength.NONE),
        ("/healthcare", Strength.NONE),
        ("/uptime", Strength.NONE),
        ("/health/{id}", Strength.NONE),
        ("/", Strength.NONE),
    ],
)
def test_names(path: str, strength: Strength) -> None:
    assert strength_of(last_segment(path)) is strength


ROUTE = 'from fastapi import FastAPI\napp = FastAPI()\n@app.get("{path}")\ndef handler(): ...\n'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Dockerfile", "HEALTHCHECK CMD curl -f http://localhost:80/api/up || exit 1"),
        ("Dockerfile", "HEALTHCHECK --interval=5s \\\n  --timeout=3s \\\n  CMD wget -q http://localhost/api/up"),
        ("compose.yaml", "services:\n  a:\n    healthcheck:\n      test: curl http://localhost:8000/api/up\n"),
        (
            "docker-compose.prod.yml",
            'services:\n  a:\n    healthcheck:\n      test: ["CMD", "curl", "http://a:80/api/up"]\n',
        ),
        ("deploy/api.yaml", "spec:\n  readinessProbe:\n    httpGet:\n      path: /api/up\n      port: 80\n"),
        ("deploy/api.yaml", 'livenessProbe: {httpGet: {path: "/api/up", port: 80}}\n'),
        ("render.yaml", "services:\n  - type: web\n    healthCheckPath: /api/up\n"),
        ("railway.json", '{"deploy": {"healthcheckPath": "/api/up"}}'),
        ("fly.toml", '[[http_service.checks]]\n  interval = "10s"\n  path = "/api/up"\n'),
    ],
)
def test_a_probe_makes_a_weak_name_strong(name: str, text: str) -> None:
    content = {"app.py": ROUTE.format(path="/api/up").encode(), name: text.encode()}
    (check,) = analyse_files(content, [], today=date(2026, 6, 1)).project.each(HealthCheck)
    assert (check.strength, check.probed) == ("strong", True)


@pytest.mark.parametrize(
    "text",
    [
        "# livenessProbe: {httpGet: {path: /api/up}}",
        "readinessProbe:\n  httpGet:\n    path: {{ .Values.path }}/api/up\n",
        "ingress:\n  path: /api/up\n",
        "readinessProbe:\n  httpGet:\n    path: /other/up\n",
    ],
)
def test_what_is_no_probe_of_the_path(text: str) -> None:
    content = {"app.py": ROUTE.format(path="/api/up").encode(), "deploy.yaml": text.encode()}
    (check,) = analyse_files(content, [], today=date(2026, 6, 1)).project.each(HealthCheck)
    assert (check.strength, check.probed) == ("weak", False)


WRAPPED = (
    "from fastapi import FastAPI\nfrom starlette.responses import PlainTextResponse\nimport json\napp = FastAPI()\n"
)


@pytest.mark.parametrize(
    "code",
    [
        """
        @app.middleware("http")
        async def health(request, call_next):
            if request.url.path in ("/healthz", "/other"):
                return PlainTextResponse("ok")
            return await call_next(request)
        """,
        """
        HEALTH = "/healthz"

        class Health:
            def __init__(self, inner):
                self.inner = inner

            async def __call__(self, scope, receive, send):
                if scope["type"] == "http" and scope["path"] == HEALTH:
                    await PlainTextResponse("ok")(scope, receive, send)
                else:
                    await self.inner(scope, receive, send)
        """,
        """
        def wsgi(environ, start_response):
            if environ["PATH_INFO"].rstrip("/") == "/healthz":
                start_response("200 OK", [])
                return [b"ok"]
            return app(environ, start_response)
        """,
        """
        def middleware(get_response):
            def answer(request):
                if request.path == "/healthz":
                    return HttpResponse("ok")
                return get_response(request)
            return answer
        """,
    ],
)
def test_wrappers_that_answer(code: str) -> None:
    assert [(each.kind, each.path) for each in checks(app__py=WRAPPED + dedent(code))] == [("wrapper", "/healthz")]


@pytest.mark.parametrize(
    "code",
    [
        """
        @app.middleware("http")
        async def skip(request, call_next):
            if request.url.path == "/healthz":
                return await call_next(request)
            return PlainTextResponse("no")
        """,
        """
        @app.middleware("http")
        async def other(request, call_next):
            if request.url.path == "/login":
                return PlainTextResponse("ok")
            return await call_next(request)
        """,
        """
        def plain(path):
            if path == "/healthz":
                return PlainTextResponse("ok")
        """,
    ],
)
def test_what_is_no_wrapper(code: str) -> None:
    assert checks(app__py=WRAPPED + dedent(code)) == []


def test_a_library_of_urls() -> None:
    code = 'from django.urls import include, path\nurlpatterns = [path("ht/", include("health_check.urls"))]\n'
    assert [(each.kind, each.path, each.checks) for each in checks(urls__py=code)] == [("library", "/ht/", True)]


def test_a_library_given_an_application() -> None:
    code = 'from flask import Flask\nfrom healthcheck import HealthCheck\napp = Flask("a")\n'
    code += 'health = HealthCheck(app, "/healthcheck")\n'
    assert [(each.kind, each.path) for each in checks(app__py=code)] == [("library", "/healthcheck")]


def test_a_check_two_calls_away_is_seen() -> None:
    code = """
    import redis
    from fastapi import FastAPI

    client = redis.Redis()
    app = FastAPI()

    def ask():
        return client.ping()

    @app.get("/ping")
    def ping():
        return ask()
    """
    assert [(each.strength, each.checks) for each in checks(app__py=code)] == [("strong", True)]


@pytest.mark.parametrize(
    ("path", "purpose"),
    [
        ("/live", "liveness"),
        ("/health/live/", "liveness"),
        ("/ping", "liveness"),
        ("/readyz", "readiness"),
        ("/health", "general"),
    ],
)
def test_purposes_by_name(path: str, purpose: str) -> None:
    assert purpose_of(path) == purpose


@pytest.mark.parametrize(
    ("path", "general"),
    [
        ("/status", True),
        ("/api/v1/status", True),
        ("/api/2.0/system/status", True),
        ("/api/organization/status", False),
        ("/orders/{id}/status", False),
    ],
)
def test_a_weak_name_under_a_thing_of_the_domain_is_not_of_the_service(path: str, general: bool) -> None:
    assert of_the_service(path) is general


HEALTH = """
    from fastapi import FastAPI
    import redis
    app = FastAPI()
    cache = redis.Redis()
    def up():
        {helper}
    @app.get("/health")
    def health():
        {body}
"""


@pytest.mark.parametrize(
    ("helper", "body", "asks", "can_fail"),
    [
        ("return True", "return 1", False, None),
        ("cache.ping()", "up()", True, True),
        ("try: cache.ping()\n        except Exception: return False", "return up()", True, False),
        ("try: cache.ping()\n        except Exception: raise RuntimeError", "return up()", True, True),
        ("try: cache.ping()\n        except Exception: return 503", "return up()", True, True),
        ("cache.ping()", "try: up()\n        except Exception: return 'down'", True, False),
        ("cache.ping()", "try: up()\n        except Exception: return 'down', 500", True, True),
    ],
)
def test_whether_a_dependency_is_asked_and_its_failure_told(
    helper: str, body: str, asks: bool, can_fail: bool | None
) -> None:
    (check,) = checks(app__py=HEALTH.format(helper=helper, body=body))
    assert (check.checks, check.can_fail) == (asks, can_fail)


@pytest.mark.parametrize(
    ("imports", "manifest", "needs"),
    [
        ("import asyncpg", "", ("PostgreSQL",)),
        ("import sqlite3", "", ()),
        ("import sqlalchemy", "", ("a database",)),
        ("import sqlalchemy", "psycopg2-binary==2.9\n", ("PostgreSQL",)),
        ("import sqlalchemy, redis, celery", "asyncpg\n", ("PostgreSQL", "Redis", "a broker")),
        ("import json", "psycopg2\n", ()),
    ],
)
def test_what_an_application_needs(imports: str, manifest: str, needs: tuple[str, ...]) -> None:
    source = imports + "\n" + ROUTE.format(path="/health")
    (check,) = checks(app__py=source, requirements__txt=manifest)
    assert check.needs == needs


@pytest.mark.parametrize(
    "included",
    [
        '"health_check.urls"',
        '("watchman.urls", "watchman")',
        '"django_alive.urls"',
        '"heartbeat.urls", namespace="h"',
    ],
)
def test_django_packages_are_included_under_a_path(included: str) -> None:
    urls = f'from django.urls import include, path\nurlpatterns = [path("ht/", include({included}))]\n'
    (check,) = checks(urls__py=urls)
    assert (check.path, check.kind, check.checks) == ("/ht/", "library", True)
