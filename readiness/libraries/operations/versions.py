"""Routes in, whether they name the version of their interface out: in the path, a header, the host or a parameter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from readiness.libraries.django.settings import settings_of
from readiness.libraries.operations.groups import PREFIXES, VERSION, Groups, interface, segments, version_in
from readiness.libraries.operations.own_pages import OwnPages
from readiness.libraries.values.expressions import keyword
from readiness.model import Application, InterfaceVersion, Library, Project, Resolution, Route, Scope
from readiness.model.summary import Call, Constant, Value

library = Library(__name__, stage="joined", provides=[InterfaceVersion])

UNVERSIONED = re.compile(
    r"^(?:health\w*|livez?|readyz?|heartbeat|ping|status|metrics|version|info|docs|redoc|openapi\S*|swagger\S*|schema|favicon\S*"
    r"|robots\S*|\.well-known|static|media|assets|files|graphql|graphiql|auth|oauth2?|oidc|saml2?|sso|login|logout|token|callback|webhooks?|hooks?"
    r"|internal|admin|backoffice|scim|mcp|ws|websocket|socket\S*|ui|app|console|setup|rss|feeds?|atom|sitemap\S*|thumbnails?|debug"
    r"|__\w+__|api-auth|accounts|jwks\S*|events|share|s|public|img|images)$",
    re.IGNORECASE,
)
"""First parts of paths that no client of the interface is built on, or whose address others have fixed."""
FILE = re.compile(r"\.(?:json|xml|txt|js|css|webmanifest|html?|ico|png|svg)$", re.IGNORECASE)
"""A file at the top, such as `manifest.json`, that browsers and crawlers ask for."""
PAGED = re.compile(r"^(?:(?:\w+[-_])?(?:ajax|xhr)(?:[-_]\w+)?)$", re.IGNORECASE)
"""What the scripts of pages ask for."""
FIXED = frozenset(
    {"authorize", "introspect", "revoke", "revoke_token", "userinfo", "device-authorization", ".well-known", "jwks"}
)
"""Parts of paths that another specification asks for."""
PACKAGES = ("fastapi_versioning", "fastapi_versionizer", "cadwyn", "fastapi_header_versioning", "versionizer")
PARAMETERS = re.compile(r"^(?:x-)?(?:api|accept)[-_]?version$", re.IGNORECASE)
NAMES = {"header": "header", "query": "query"}


@library.recognises
def recognise(project: Project) -> Iterator[InterfaceVersion]:
    """One fact for each service with data routes, and one for each part of its paths that leaves the scheme."""
    groups = Groups(project)
    pages = OwnPages(project)
    services: dict[str, list[Route]] = {}
    for group, routes in interface(project, groups).items():
        kept = [each for each in routes if not _is_exempt(each.path)]
        if any(not version_in(each.path) for each in kept):
            kept = pages.outward(kept)
        if kept:
            services[group] = kept
    applications: dict[str, list[Application]] = {}
    for each in project.each(Application):
        if each.scope is Scope.SERVICE and not each.mounted:
            applications.setdefault(groups.of(each.span.path), []).append(each)
    for group, routes in services.items():
        near = applications.get(group) or []
        yield from _service(project, group, routes, near)


def _service(
    project: Project, group: str, routes: Sequence[Route], applications: Sequence[Application]
) -> Iterator[InterfaceVersion]:
    versioned = [each for each in routes if version_in(each.path)]
    bare = [each for each in routes if not version_in(each.path)]
    scheme, how = _elsewhere(project, routes, applications)
    if not scheme and versioned:
        scheme, how = "path", f"/{version_in(versioned[0].path)}"
    place = applications[0] if applications else routes[0]
    unknown = [each for each in bare if "{?}" in each.path]
    most = scheme not in ("", "path") or len(versioned) >= len(bare)
    yield InterfaceVersion(
        span=place.span,
        symbol=place.symbol,
        scope=place.scope,
        resolution=Resolution.UNRESOLVED if unknown and not most else Resolution.EXACT,
        group=group,
        scheme=scheme if most else "",
        how=how,
        routes=len(routes) if scheme not in ("", "path") else len(versioned) if most else len(bare),
        others=len(versioned),
        example=_example(bare or versioned),
    )
    if scheme != "path" or not most:
        return
    keeping = {each.application for each in versioned}
    parts: dict[str, list[Route]] = {}
    for each in bare:
        # An application of its own, such as a worker's server for health, has a scheme of its own.
        if each not in unknown and each.application in keeping:
            parts.setdefault(_part(each.path), []).append(each)
    for mine in parts.values():
        yield InterfaceVersion(
            span=mine[0].registered,
            symbol=mine[0].symbol,
            scope=mine[0].scope,
            resolution=mine[0].resolution,
            group=group,
            scheme="path",
            how=how,
            routes=len(mine),
            example=_example(mine),
            outside=True,
            others=len(versioned),
        )


def _example(routes: Sequence[Route]) -> str:
    return f"{routes[0].method} {routes[0].path}"


def _is_exempt(path: str) -> bool:
    """No operation that clients are built on: health, documentation, logins, what others call."""
    parts = [each for each in segments(path) if each.lower() not in PREFIXES and not VERSION.match(each)]
    literal = [each for each in parts if "{" not in each]
    if not literal or (len(literal) == 1 and FILE.search(literal[0])) or any(PAGED.match(each) for each in literal):
        return True
    return bool(UNVERSIONED.match(literal[0]) or UNVERSIONED.match(literal[-1])) or not FIXED.isdisjoint(literal)


def _part(path: str) -> str:
    """The first part that names something: `orders` of `/api/orders/{id}`."""
    return next((each for each in segments(path) if each.lower() not in PREFIXES and "{" not in each), "")


def _elsewhere(project: Project, routes: Sequence[Route], applications: Sequence[Application]) -> tuple[str, str]:
    """A version that stands outside of the paths, and what names it."""
    for settings in settings_of(project):
        rest = settings.get("REST_FRAMEWORK")
        given = settings.entry(rest, "DEFAULT_VERSIONING_CLASS") if rest is not None else None
        if given is not None and given.constant is not None:
            return "header", "DEFAULT_VERSIONING_CLASS"
    for package in PACKAGES:
        if project.imports(package, scopes=(Scope.SERVICE,)):
            return "header", package
    named = [
        each for route in routes for each in route.parameters if each.source in NAMES and PARAMETERS.match(each.name)
    ]
    if named and 2 * len({each.name for each in named}) <= len(named) + 1 and 2 * len(named) >= len(routes):
        return NAMES[named[0].source], named[0].name
    for each in applications:
        found = _mounted_at(project, each)
        if found:
            return "host", found
    return "", ""


def _mounted_at(project: Project, application: Application) -> str:
    """The versioned path that a server puts before everything: `FastAPI(root_path="/api/v1")`, `servers=[{"url": ...}]`."""
    summary = project.summary(application.span.path)
    for call in summary.calls if summary is not None else ():
        if (call.line, call.column) == (application.span.line, application.span.column):
            text = _text(project, application.span.path, call, keyword(call, "root_path"))
            return text if version_in(text) else ""
    return ""


def _text(project: Project, path: str, call: Call, value: Value | None) -> str:
    known = project.constant(path, value or Constant(""), call.scope, call.line)
    return known if isinstance(known, str) else ""
