"""Calls of other services, and the parts of their address that a client may choose without harm: everything behind the host.

The callables are those that `outbound` knows; source of the argument's place: requests 2.34, httpx 0.28, aiohttp 3.14, urllib3 2.8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from readiness.libraries.outbound.vocabulary import HTTP_METHODS
from readiness.libraries.sinks.inputs import CONTENT
from readiness.libraries.sinks.places import BEHIND, behind_another, behind_host
from readiness.libraries.sinks.vocabulary import Api, Family, Site
from readiness.libraries.values.expressions import receiver
from readiness.model import Reach, Sink, SinkKind
from readiness.model.summary import Constant

if TYPE_CHECKING:
    from readiness.libraries.sinks.asking import Asking

ADDRESS = SinkKind.ADDRESS
VERBS = tuple(name for name in HTTP_METHODS if name != "request")
MODULES = ("requests", "requests.api", "httpx", "httpx2", "urllib3", "niquests", "curl_cffi.requests")
CLIENTS = (
    "requests.Session", "requests.sessions.Session", "requests_cache.CachedSession", "httpx.Client", "httpx.AsyncClient",
    "httpx2.Client", "httpx2.AsyncClient", "aiohttp.ClientSession", "aiohttp.client.ClientSession", "urllib3.PoolManager",
    "niquests.Session", "niquests.AsyncSession", "curl_cffi.requests.Session", "curl_cffi.requests.AsyncSession",
)  # fmt: skip
GUARDED_CLIENTS = frozenset({"advocate", "requests_hardened"})
"""Packages that refuse addresses of the inside by themselves."""
SINGLE = {
    "urllib.request.urlopen": 0, "urllib.request.urlretrieve": 0, "urllib.request.OpenerDirector.open": 0,
    "urllib.request.Request": 0, "http.client.HTTPConnection": 0, "http.client.HTTPSConnection": 0, "wget.download": 0,
    "aiohttp.request": 1, "urllib3.request": 1, "websockets.connect": 0, "websockets.client.connect": 0,
    "tornado.httpclient.AsyncHTTPClient.fetch": 0, "feedparser.parse": 0, "socket.create_connection": 0,
}  # fmt: skip
NAMES = ("url", "URL", "fullurl", "host")


def _apis() -> dict[str, Api]:
    first, second = Api(ADDRESS, 0, NAMES), Api(ADDRESS, 1, NAMES)
    found = {name: Api(ADDRESS, place, NAMES) for name, place in SINGLE.items()}
    for owner in (*MODULES, *CLIENTS):
        found.update({f"{owner}.{name}": first for name in VERBS})
        found.update({f"{owner}.request": second, f"{owner}.stream": second, f"{owner}.ws_connect": first})
        found[f"{owner}.urlopen"] = second
    return found


def judge(asking: Asking, site: Site) -> Sink | None:
    """The fact of a call of another service, where a client has a say in its address."""
    if site.name == "urllib.request.Request" or site.name.partition(".")[0] in GUARDED_CLIENTS:
        return None
    value = asking.argument(site)
    if value is None or isinstance(value, Constant) or not asking.can_be_sent(site, value):
        return None
    answer = asking.ask(site, value)
    if answer.sent and all(each.position == CONTENT for each in answer.sent):
        return None  # a file that was uploaded is no address
    harmless = behind_host(answer.text, answer.sent, own_host=False)
    found = asking.of_answer(site, value, answer, always=False, harmless=harmless)
    if found is None or found.reach is not Reach.CLIENT:
        return found
    if found.piece is not None and behind_another(answer.text, found.piece):
        return replace(found, reach=Reach.CHECKED, detail=BEHIND)
    transport = _transport(asking, site)
    return replace(found, reach=Reach.CHECKED, guard=transport) if transport else found


def _transport(asking: Asking, site: Site) -> str:
    """What the client sends its requests through, where that was written for the purpose."""
    held = receiver(site.call.callee)
    if held is None:
        return ""
    made = asking.project.creation(site.path, held, site.call.scope, site.call.line)
    calls = [(site.path, each) for each in asking.slice(site, held).calls]
    for path, index in [*([(made.path, made.index)] if made is not None else []), *calls]:
        summary = asking.project.summary(path)
        given = {name for name, _ in summary.calls[index].keywords} if summary is not None else set()
        for name in ("transport", "mounts", "connector"):
            if name in given:
                return f"{name}=..."
    return ""


FAMILY = Family(apis=_apis(), judge=judge)
