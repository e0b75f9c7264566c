"""Names, wrappers, libraries and probes: what counts as a health endpoint, and how surely."""

from datetime import date
from textwrap import dedent

import pytest

from readiness.analysis import analyse_files
from readiness.libraries.health.names import Strength, last_segment, strength_of
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
