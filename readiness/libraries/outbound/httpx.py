"""httpx and its successor httpx2: bounded by themselves, so that only a limit that is switched off is missing."""

from readiness.libraries.outbound.vocabulary import HTTP_METHODS, Api, Client, Default, Kind, methods

METHODS = (*HTTP_METHODS, "stream", "send")


def _client(package: str, read_in: str) -> Client:
    bounded = (Default(bounded=True, text="5 s for connecting, reading, writing and the pool", read_in=read_in),)
    plain, asynchronous = f"{package}.Client", f"{package}.AsyncClient"
    return Client(
        distribution=package,
        packages=(package,),
        apis=(
            Api(
                names=frozenset(f"{package}.{name}" for name in (*HTTP_METHODS, "stream")),
                kind=Kind.CALL,
                defaults=bounded,
            ),
            Api(names=frozenset({plain, f"{plain}.__init__"}), kind=Kind.CLIENT, defaults=bounded),
            Api(
                names=frozenset({asynchronous, f"{asynchronous}.__init__"}),
                kind=Kind.CLIENT,
                defaults=bounded,
                asynchronous=True,
            ),
            Api(names=methods((plain,), METHODS), kind=Kind.THROUGH, defaults=bounded),
            Api(names=methods((asynchronous,), METHODS), kind=Kind.THROUGH, defaults=bounded, asynchronous=True),
        ),
        results={f"{plain}.__enter__": plain, f"{asynchronous}.__aenter__": asynchronous},
    )


CLIENT = _client("httpx", "httpx 0.28.1, _config.py")
SUCCESSOR = _client("httpx2", "httpx2 2.16.2")
