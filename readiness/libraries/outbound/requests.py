"""requests and what is built on it: every call is asked, for a session holds no limit."""

from readiness.libraries.outbound.vocabulary import HTTP_METHODS, Api, Client, Default, Kind, methods

NONE = (Default(bounded=False, text="", read_in="requests 2.34.2, Session.request: timeout=None"),)
SESSIONS = (
    "requests.Session",
    "requests.sessions.Session",
    "requests_oauthlib.OAuth2Session",
    "requests_oauthlib.OAuth1Session",
    "requests_futures.sessions.FuturesSession",
    "requests_toolbelt.sessions.BaseUrlSession",
    "requests_cache.CachedSession",
    "authlib.integrations.requests_client.OAuth2Session",
    "authlib.integrations.requests_client.OAuth1Session",
    "advocate.Session",
    "advocate.api.Session",
)
METHODS = (*HTTP_METHODS, "fetch_token", "refresh_token")
CALLS = frozenset(f"{module}.{name}" for module in ("requests", "requests.api", "advocate") for name in HTTP_METHODS)

CLIENT = Client(
    distribution="requests",
    packages=("requests", "requests_oauthlib", "requests_futures", "requests_toolbelt", "requests_cache", "advocate"),
    apis=(
        Api(names=CALLS | methods(SESSIONS, METHODS), kind=Kind.CALL, defaults=NONE),
        Api(names=methods(SESSIONS, ("send",)), kind=Kind.CALL, defaults=NONE),
    ),
    sessions=frozenset(SESSIONS),
    results={
        "requests.session": "requests.Session",
        "requests.sessions.session": "requests.Session",
        "requests.Session.__enter__": "requests.Session",
        "requests.sessions.Session.__enter__": "requests.Session",
    },
)
