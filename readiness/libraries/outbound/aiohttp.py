"""aiohttp's client: bounded by itself, five minutes in all; an own `ClientTimeout` without `total` is not."""

from readiness.libraries.outbound.vocabulary import HTTP_METHODS, Api, Client, Default, Kind, methods

BOUNDED = (
    Default(bounded=True, text="300 s in all", read_in="aiohttp 3.14.5, client.DEFAULT_TIMEOUT", since="3.3"),
    Default(
        bounded=True, text="300 s for reading", read_in="aiohttp 3.0, client.DEFAULT_TIMEOUT = 5 * 60", until="3.3"
    ),
)
SESSIONS = ("aiohttp.ClientSession", "aiohttp.client.ClientSession", "aiohttp_retry.RetryClient")

CLIENT = Client(
    distribution="aiohttp",
    packages=("aiohttp", "aiohttp_retry"),
    apis=(
        Api(names=frozenset({"aiohttp.request"}), kind=Kind.CALL, defaults=BOUNDED, asynchronous=True),
        Api(
            names=frozenset({*SESSIONS, *methods(SESSIONS, ("__init__",))}),
            kind=Kind.CLIENT,
            defaults=BOUNDED,
            asynchronous=True,
        ),
        Api(
            names=methods(SESSIONS, (*HTTP_METHODS, "ws_connect")),
            kind=Kind.THROUGH,
            defaults=BOUNDED,
            asynchronous=True,
        ),
    ),
    results={"aiohttp.ClientSession.__aenter__": "aiohttp.ClientSession"},
)
