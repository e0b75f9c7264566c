"""urllib3: a pool may set the limit for all of its calls; without one the socket's default holds, which is none."""

from readiness.libraries.outbound.vocabulary import Api, Client, Default, Kind, methods

NONE = (Default(bounded=False, text="", read_in="urllib3 2.8.0, Timeout.DEFAULT_TIMEOUT is the socket's default"),)
SHORT = (Default(bounded=True, text="3 s", read_in="urllib3 2.8.0, urllib3.request: timeout=3"),)
POOLS = (
    "urllib3.PoolManager",
    "urllib3.ProxyManager",
    "urllib3.HTTPConnectionPool",
    "urllib3.HTTPSConnectionPool",
    "urllib3.poolmanager.PoolManager",
)

CLIENT = Client(
    distribution="urllib3",
    packages=("urllib3",),
    apis=(
        Api(names=frozenset({"urllib3.request"}), kind=Kind.CALL, defaults=SHORT, socket=True),
        Api(
            names=methods(POOLS, ("request", "urlopen", "request_encode_url", "request_encode_body")),
            kind=Kind.CALL,
            defaults=NONE,
            socket=True,
        ),
    ),
    sessions=frozenset(POOLS),
    results={f"{each}.__enter__": each for each in POOLS},
)
