"""Calls that send a browser to an address, and the parts of that address that a client may choose without harm.

Source: Flask 3.1, Werkzeug 3.1, Django 5.2 (`url_has_allowed_host_and_scheme`), Starlette 0.50, Litestar 2.19, Sanic 25.3,
aiohttp 3.13, Pyramid 2.0, Tornado 6.5, Falcon 4.2.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from readiness.libraries.sinks.inputs import SEGMENT
from readiness.libraries.sinks.places import BEHIND, behind_another, behind_host
from readiness.libraries.sinks.vocabulary import Api, Family, Site
from readiness.libraries.values.expressions import tail
from readiness.model import Piece, PieceKind, Reach, Resolution, Sink, SinkKind, Text
from readiness.model.summary import CallRef, Constant, Name

if TYPE_CHECKING:
    from readiness.libraries.sinks.asking import Asking

REDIRECT = SinkKind.REDIRECT
CALLS = {
    "flask.redirect": 0, "flask.helpers.redirect": 0, "werkzeug.utils.redirect": 0, "quart.redirect": 0, "quart.utils.redirect": 0,
    "django.shortcuts.redirect": 0, "django.http.HttpResponseRedirect": 0, "django.http.HttpResponsePermanentRedirect": 0,
    "django.http.response.HttpResponseRedirect": 0, "django.http.response.HttpResponsePermanentRedirect": 0,
    "starlette.responses.RedirectResponse": 0, "fastapi.responses.RedirectResponse": 0, "litestar.response.Redirect": 0,
    "litestar.response.redirect.Redirect": 0, "sanic.response.redirect": 0, "sanic.redirect": 0, "aiohttp.web.HTTPFound": 0,
    "aiohttp.web.HTTPSeeOther": 0, "aiohttp.web.HTTPMovedPermanently": 0, "aiohttp.web.HTTPTemporaryRedirect": 0,
    "aiohttp.web.HTTPPermanentRedirect": 0, "pyramid.httpexceptions.HTTPFound": 0, "pyramid.httpexceptions.HTTPSeeOther": 0,
    "pyramid.httpexceptions.HTTPMovedPermanently": 0, "tornado.web.RequestHandler.redirect": 0, "falcon.HTTPFound": 0,
    "falcon.HTTPSeeOther": 0, "falcon.HTTPTemporaryRedirect": 0, "falcon.HTTPMovedPermanently": 0, "bottle.redirect": 0,
}  # fmt: skip
OWN = re.compile(
    r"\b\w+\.(?:(?:get_full_path|get_full_path_info|build_absolute_uri|get_host|url_for|url_path_for|get_port)\(|"
    r"(?:path|path_info|full_path|script_root|root_path|base_url|url_root|host_url|url|host|scheme|path_qs|rel_url|method|"
    r"application_url|host_port|domain|route_url|resource_url|route_path|uri|protocol)\b(?!\s*\()|(?:query|query_string|raw_query)$)"
    r"|\bscope\[|PATH_INFO|REQUEST_URI|SCRIPT_NAME"
)
"""What names the service's own host: the address that was asked for."""
ATTRIBUTE = "an attribute"
"""What is said of a piece that is an attribute of an object, not what a client sent."""
GETTERS = frozenset({"get", "pop", "getlist", "get_json", "json", "loads"})
REFERRER = re.compile(r"refer?rer|HTTP_REFERER", re.IGNORECASE)
NAMED = frozenset(
    {"url_for", "reverse", "reverse_lazy", "url_path_for", "app_path_for", "route_reverse", "route_url", "route_path"}
)
"""Functions that build an address of the service itself."""


def judge(asking: Asking, site: Site) -> Sink | None:
    """The fact of a redirect, where a client has a say in the address."""
    value = asking.argument(site)
    if value is None or isinstance(value, Constant) or not asking.can_be_sent(site, value):
        return None
    if isinstance(value, CallRef) and asking.project.callee(site.path, value.index).name.rpartition(".")[2] in NAMED:
        return None
    if site.name == "django.shortcuts.redirect" and len(site.call.arguments) > 1 + site.api.position:
        # A name of a route with its arguments.
        return None
    answer = asking.ask(site, value)
    own = [each for each in answer.sent if not each.position and OWN.search(each.text)]
    if answer.sent and len(own) == len(answer.sent):
        return None
    harmless = (*own, *(each for each in behind_host(answer.text, answer.sent, own_host=True) if each not in own))
    harmless += tuple(each for each in answer.sent if each not in harmless and _inside(answer.text, each))
    found = asking.of_answer(site, value, answer, always=False, harmless=harmless)
    if found is None or found.reach is Reach.PARTLY:
        # The site is fixed, as it is in most redirects of a service to itself.
        return None
    if found.reach is Reach.CLIENT and found.piece is not None and _is_referrer(found.piece):
        return asking.sink(
            site, Reach.CHECKED, answer, piece=found.piece, detail="the page before", resolution=Resolution.INFERRED
        )
    if found.reach is Reach.CLIENT and found.piece is not None:
        if behind_another(answer.text, found.piece):
            return replace(found, reach=Reach.CHECKED, detail=BEHIND)
        if _of_an_object(asking, site, found.piece):
            return replace(found, reach=Reach.CHECKED, detail=ATTRIBUTE)
    return found


def _of_an_object(asking: Asking, site: Site, piece: Piece) -> bool:
    """An attribute of an attribute of what a function of the project made, `created.urls.base`: it is not what was sent itself."""
    root, *attributes = piece.text.split(".")
    if len(attributes) < 2 or not all(each.isidentifier() for each in (root, *attributes)):
        return False
    summary = asking.project.summary(site.path)
    scopes = asking.slices.around(summary, site.call.scope) if summary is not None else ()
    made = [each.value for each in asking.slices.bound(site.path, root, scopes)]
    return bool(made) and all(isinstance(each, CallRef) and not _reads(asking, site.path, each) for each in made)


def _reads(asking: Asking, path: str, made: CallRef) -> bool:
    """A call of something that is not the project's, such as one that takes a part out of the request."""
    summary = asking.project.summary(path)
    callee = summary.calls[made.index].callee if summary is not None else None
    if not isinstance(callee, Name):
        return True
    return callee.dotted.startswith(("request.", "self.request.", "flask.")) or tail(callee) in GETTERS


def _inside(text: Text, piece: Piece) -> bool:
    """A part of the address that was asked for, without a slash of its own, behind something that no client decides: it begins
    no address, and ends no host but where that is still being written."""
    ways = [way for way in text.alternatives if piece in way]
    return piece.position == SEGMENT and all(
        way.index(piece) > 0 and way[0].kind is not PieceKind.REQUEST and not _opens(way[: way.index(piece)])
        for way in ways
    )


def _opens(before: tuple[Piece, ...]) -> bool:
    """What stands before is written out and ends within the name of a host."""
    return all(each.kind is PieceKind.CONSTANT for each in before)


def _is_referrer(piece: Piece) -> bool:
    return REFERRER.search(f"{piece.text} {piece.source}") is not None


FAMILY = Family(
    apis={
        name: Api(REDIRECT, place, ("location", "redirect_to", "to", "url", "path")) for name, place in CALLS.items()
    },
    judge=judge,
)
