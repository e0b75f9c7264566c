"""requests-hardened: its configuration must name a limit, and a call that names none, or None, gets that one."""

from readiness.libraries.outbound.vocabulary import Api, Client, Default, Kind

NONE = (Default(bounded=False, text="", read_in="requests-hardened 1.3.0, Config: default_timeout has no default"),)

CLIENT = Client(
    distribution="requests-hardened",
    packages=("requests_hardened",),
    apis=(
        Api(
            names=frozenset({"requests_hardened.Config", "requests_hardened.config.Config"}),
            kind=Kind.CLIENT,
            defaults=NONE,
            keywords=("default_timeout",),
        ),
    ),
)
