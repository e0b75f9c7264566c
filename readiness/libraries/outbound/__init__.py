"""Calls of other services: linked code in, one `OutboundCall` out for each call or client, with what ends its wait.

Each library has a file of its own here, which says which of its callables are asked and which limits it has by itself, with
the release in which that was read.
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.outbound import aiohttp, botocore, httpx, redis, requests, requests_hardened, standard, urllib3
from readiness.libraries.outbound.reading import Reader
from readiness.model import Library, OutboundCall, Project

CLIENTS = (
    requests.CLIENT,
    requests_hardened.CLIENT,
    httpx.CLIENT,
    httpx.SUCCESSOR,
    aiohttp.CLIENT,
    urllib3.CLIENT,
    standard.CLIENT,
    redis.CLIENT,
    botocore.CLIENT,
)

library = Library(
    __name__,
    stage="code",
    provides=[OutboundCall],
    packages=tuple(dict.fromkeys(package for client in CLIENTS for package in client.packages)),
    results={name: given for client in CLIENTS for name, given in client.results.items()},
)


@library.recognises
def outbound_calls(project: Project) -> Iterator[OutboundCall]:
    """Every call of another service that is asked for its limit."""
    yield from Reader(project, CLIENTS).calls()
