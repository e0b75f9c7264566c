"""redis-py: bounded by itself since release 8, so the lock file says what an unset `socket_timeout` means."""

from readiness.libraries.outbound.vocabulary import Api, Client, Default, Kind

DEFAULTS = (
    Default(bounded=False, text="", read_in="redis 4.6, 5.0.8, 5.2.1, 6.4, 7.0 to 7.3, Connection.__init__", until="8"),
    Default(bounded=True, text="5 s for connecting and reading", read_in="redis 8.0.0, Connection.__init__", since="8"),
)
CLASSES = ("Redis", "StrictRedis", "RedisCluster", "ConnectionPool", "BlockingConnectionPool")


def _names(package: str) -> frozenset[str]:
    made = {f"{package}.{each}" for each in CLASSES}
    return frozenset(made | {f"{package}.from_url"} | {f"{each}.from_url" for each in made})


CLIENT = Client(
    distribution="redis",
    packages=("redis",),
    apis=(
        Api(
            names=_names("redis") | _names("redis.client") | _names("redis.cluster"),
            kind=Kind.CLIENT,
            defaults=DEFAULTS,
            keywords=("socket_timeout",),
            given_by=("connection_pool",),
            address="socket_timeout=",
        ),
        Api(
            names=_names("redis.asyncio") | _names("redis.asyncio.client"),
            kind=Kind.CLIENT,
            defaults=DEFAULTS,
            keywords=("socket_timeout",),
            given_by=("connection_pool",),
            address="socket_timeout=",
            asynchronous=True,
        ),
    ),
)
