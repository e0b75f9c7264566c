"""Libraries that bring a health endpoint in, the places that install them out."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.health.names import Strength, last_segment, strength_of
from readiness.model import HealthCheck, Project, Resolution, Scope, SymbolKind
from readiness.model.summary import Call, CallRef, Constant, Name, Sequence, Summary, Value

URLS = {
    "health_check.urls": "django-health-check",
    "watchman.urls": "django-watchman",
    "django_healthchecks.urls": "django-healthchecks",
    "django_probes.urls": "django-probes",
    "healthcheck.urls": "healthcheck",
    "dockerflow.django": "dockerflow",
    "django_alive.urls": "django-alive",
    "heartbeat.urls": "django-heartbeat",
}
"""Modules of URLs that a Django site includes."""
PACKAGES = frozenset(
    {
        "healthcheck", "flask_healthz", "flask_healthcheck", "fastapi_health", "fastapi_healthcheck", "fastapi_healthchecks",
        "dockerflow", "django_health_check", "health_check", "starlette_healthcheck", "py_healthcheck", "pyhealthcheck",
    }
)  # fmt: skip
"""Packages whose objects are installed with a path."""


def library_checks(project: Project) -> Iterator[HealthCheck]:
    """Every place where such a library is given to an application."""
    for path in project.paths(Scope.SERVICE):
        summary = project.summary(path)
        if summary is None:
            continue
        packages = {each.module.partition(".")[0] for each in summary.imports if each.level == 0}
        if not packages & (PACKAGES | {"django"}):
            continue
        for index, call in enumerate(summary.calls):
            where = _django(project, path, summary, call, index) or (
                packages & PACKAGES and _installed(project, path, call, index)
            )
            if where:
                yield HealthCheck(
                    span=project.span(path, index),
                    symbol=project.symbol(path, call.scope),
                    scope=Scope.SERVICE,
                    resolution=Resolution.EXACT,
                    path=where if where.startswith("/") else f"/{where}",
                    kind="library",
                    checks=True,
                )


def _django(project: Project, path: str, summary: Summary, call: Call, index: int) -> str:
    """`path("ht/", include("health_check.urls"))`."""
    if (
        len(call.arguments) < 2
        or not isinstance(call.arguments[0], Constant)
        or not isinstance(call.arguments[1], CallRef)
    ):
        return ""
    inner = summary.calls[call.arguments[1].index]
    module = inner.arguments[0] if inner.arguments else None
    if isinstance(module, Sequence) and module.items:
        module = module.items[0]  # with the name of its namespace
    if module is None or not _text(module).startswith(tuple(URLS)):
        return ""
    outer, included = project.callee(path, index), project.callee(path, call.arguments[1].index)
    if (
        not outer.name.startswith("django.")
        or not included.name.startswith("django.")
        or not included.name.endswith(".include")
    ):
        return ""
    return _text(call.arguments[0]).strip("^$") or "/"


def _installed(project: Project, path: str, call: Call, index: int) -> str:
    """`HealthCheck(app, "/healthcheck")`, `app.register_blueprint(healthz, url_prefix="/healthz")`, `Dockerflow(app)`."""
    texts = [_text(value) for value in (*call.arguments, *(value for _, value in call.keywords))]
    where = next(
        (text for text in texts if text.startswith("/") and strength_of(last_segment(text)) is Strength.STRONG), ""
    )
    callee = project.callee(path, index)
    if callee.kind is SymbolKind.EXTERNAL and callee.name.partition(".")[0] in PACKAGES:
        made = callee.name.rpartition(".")[2]
        if where:
            return where
        return "/__heartbeat__" if made == "Dockerflow" else "/healthz" if made == "Healthz" else ""
    if not where:
        return ""
    for value in (*call.arguments, *(value for _, value in call.keywords)):
        if isinstance(value, Name):
            symbol = project.resolve_value(path, value, call.scope, call.line)
            if symbol.kind is SymbolKind.EXTERNAL and symbol.name.partition(".")[0] in PACKAGES:
                return where
    return ""


def _text(value: Value) -> str:
    return value.value if isinstance(value, Constant) and isinstance(value.value, str) else ""
