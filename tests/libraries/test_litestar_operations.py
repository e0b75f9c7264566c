"""What is said of an operation of Litestar: inputs, what runs before it, who is let pass, what it answers."""

from datetime import date
from textwrap import dedent

import pytest

from readiness.analysis import analyse_files
from readiness.libraries.litestar.exclusions import excluded
from readiness.model import Route, RouteParameter

P = RouteParameter
HEAD = """
import enum
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Optional
from uuid import UUID
from litestar import *
from litestar.datastructures import UploadFile
from litestar.di import Provide
from litestar.enums import RequestEncodingType
from litestar.params import Body, Dependency, HeaderParameter, Parameter, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession
"""


def route(source: str) -> Route:
    (found,) = analyse_files({"app.py": source.encode()}, [], today=date(2026, 6, 1)).project.each(Route)
    return found


def handled(
    signature: str = "",
    path: str = "/{key:int}",
    before: str = "",
    returns: str = "None",
    arguments: str = "",
    app: str = "",
) -> Route:
    source = f"{HEAD}{dedent(before)}\n@post({path!r}, {arguments})\nasync def one({signature}) -> {returns}: ...\n"
    return route(source + f"app = Litestar([one], {app})\n")


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        ("key: int", P("key", "path", "int")),
        ("key: Annotated[int, Parameter(ge=1, le=9)]", P("key", "path", "int", minimum=1, maximum=9)),
        ("key: int, q: str", P("q", "query", "str")),
        ("key: int, q: str | None = None", P("q", "query", "str", required=False, default="None")),
        ("key: int, q: Optional[str]", P("q", "query", "str", required=False, default="None")),
        (
            "key: int, q: int = Parameter(gt=0, default=5)",
            P("q", "query", "int", required=False, default="5", minimum=1),
        ),
        ("key: int, q: int = Parameter(query='page', required=False)", P("page", "query", "int", required=False)),
        ("key: int, q: str = Parameter(header='X-Key')", P("X-Key", "header", "str")),
        ("key: int, q: Annotated[str, Parameter(cookie='s', max_length=9)]", P("s", "cookie", "str", constrained=True)),
        ("key: int, q: Annotated[str, HeaderParameter(name='X-Own')]", P("X-Own", "header", "str")),
        ("key: int, q: Annotated[str, QueryParameter()] = 'a'", P("q", "query", "str", required=False, default="a")),
        ("key: int, q: Literal['a', 'b']", P("q", "query", "Literal", choices=True)),
        ("key: int, q: list[UUID]", P("q", "query", "list[uuid.UUID]")),
        ("key: int, data: dict[str, Any]", P("data", "body", "dict[str, typing.Any]")),
        ("key: int, data: Annotated[UploadFile, Body()]", P("data", "file", "litestar.datastructures.UploadFile")),
        (
            "key: int, data: Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]",
            P("data", "form", "dict[str, str]"),
        ),
        ("key: int, request: Request", P("request", "request", "litestar.Request")),
        ("key: int, headers: dict[str, str]", P("headers", "header", "dict[str, str]", required=False)),
        ("key: int, body: bytes", P("body", "body", "bytes", required=False)),
    ],
)
def test_parameters(signature: str, expected: RouteParameter) -> None:
    assert handled(signature).parameters[-1] == expected


@pytest.mark.parametrize(
    "signature",
    [
        "key: int, state: Any",
        "key: int, db_session: AsyncSession",
        "key: int, own: Any = Dependency()",
        "key: int, *rest: int",
    ],
)
def test_what_the_client_does_not_send(signature: str) -> None:
    assert handled(signature).parameters == (P("key", "path", "int"),)


def test_a_parameter_of_the_path_that_the_handler_does_not_take() -> None:
    assert handled(path="/{key:uuid}/{rest:path}").parameters == (
        P("key", "path", "uuid.UUID"),
        P("rest", "path", "pathlib.Path"),
    )


def test_parameters_that_a_layer_asks_for() -> None:
    found = handled("key: int", app="parameters={'tenant': Parameter(header='X-Tenant', max_length=9)}").parameters
    assert P("X-Tenant", "header", "", constrained=True) in found


PROVIDERS = """
    def limit(size: int = 10) -> int: ...
    def page(limit: int, number: int) -> int: ...
    class Named:
        def __init__(self, name: str) -> None: ...
    @dataclass
    class Fields:
        first: int
        second: str = "a"
    class Called:
        def __call__(self, word: str) -> str: ...
    def mapping(): return {"page": Provide(page)}
"""


@pytest.mark.parametrize(
    ("given", "names", "inputs"),
    [
        ("{'page': Provide(page), 'limit': limit}", ["page", "limit"], ["size", "number"]),
        ("{'page': Named}", ["Named"], ["name"]),
        ("{'page': Provide(Fields)}", ["Fields"], ["first", "second"]),
        ("{'page': Provide(dependency=Called())}", ["Called.__call__"], ["word"]),
        ("mapping() | {'limit': Provide(limit)}", ["page", "limit"], ["size", "number"]),
        ("{**mapping(), 'limit': Provide(limit)}", ["page", "limit"], ["size", "number"]),
        ("dict(mapping(), limit=Provide(limit))", ["page", "limit"], ["size", "number"]),
        ("{'other': Provide(limit)}", [], ["page"]),
    ],
)
def test_providers(given: str, names: list[str], inputs: list[str]) -> None:
    found = handled("page: int", path="/", before=PROVIDERS, app=f"dependencies={given}")
    assert found.dependencies == tuple(f"app::{name}" for name in names)
    assert [each.name for each in found.parameters] == inputs


def test_the_innermost_provider_of_a_name_wins() -> None:
    found = handled(
        "page: int",
        path="/",
        before=PROVIDERS,
        arguments="dependencies={'page': Provide(limit)}",
        app="dependencies={'page': Provide(page)}",
    )
    assert found.dependencies == ("app::limit",)


def test_providers_in_a_circle_end() -> None:
    before = "def a(b: int) -> int: ...\ndef b(a: int) -> int: ...\n"
    found = handled("a: int", path="/", before=before, app="dependencies={'a': Provide(a), 'b': Provide(b)}")
    assert found.dependencies == ("app::a", "app::b")


def test_mappings_that_double_on_every_level_are_opened_once() -> None:
    levels = "".join(f"m{number} = {{**m{number + 1}, **m{number + 1}}}\n" for number in range(19))
    before = f"def a() -> int: ...\n{levels}m19 = {{'a': Provide(a), **m0}}\n"
    assert handled("a: int", path="/", before=before, app="dependencies=m12").dependencies == ("app::a",)


def test_filters_of_advanced_alchemy() -> None:
    before = """
        from advanced_alchemy.extensions.litestar.providers import create_service_dependencies
        filters = create_service_dependencies(
            object, key="service", filters={"pagination_type": "limit_offset", "pagination_size": 30, "id_filter": UUID}
        )
    """
    found = handled("service: Any, filters: Any", path="/", before=before, app="dependencies=filters")
    name = "advanced_alchemy.extensions.litestar.providers.create_service_dependencies"
    assert found.dependencies == (name,)
    size = next(each for each in found.parameters if each.name == "pageSize")
    assert (size.default, size.minimum, size.maximum, size.via) == ("30", 1, None, name)
    assert {each.name for each in found.parameters} == {"ids", "currentPage", "pageSize"}


GUARDS = """
    from litestar.middleware import AbstractAuthenticationMiddleware, DefineMiddleware
    from litestar.middleware.rate_limit import RateLimitConfig
    from their_guards import theirs
    def guard(connection, handler): ...
    def asks(role):
        def inner(connection, handler): ...
        return inner
    class Plain:
        def __init__(self, app): ...
        async def __call__(self, scope, receive, send): ...
    class Login(AbstractAuthenticationMiddleware):
        async def authenticate_request(self, connection): ...
    def factory(app): return app
    limits = RateLimitConfig(rate_limit=("minute", 1))
"""


@pytest.mark.parametrize(
    ("app", "expected"),
    [
        ("guards=[guard]", ("app::guard",)),
        ("guards=(guard, asks('a'))", ("app::guard", "app::asks.<locals>.inner")),
        ("guards=[theirs, theirs.made(1)]", ("their_guards.theirs", "their_guards.theirs.made")),
        ("middleware=[Plain]", ("app::Plain.__call__",)),
        ("middleware=[DefineMiddleware(Login, exclude='/other')]", ("app::Login.authenticate_request",)),
        ("middleware=[factory]", ("app::factory",)),
        ("middleware=[limits.middleware]", ("litestar.middleware.rate_limit.RateLimitConfig",)),
        ("before_request=guard", ("app::guard",)),
        ("middleware=[Plain], guards=[guard]", ("app::Plain.__call__", "app::guard")),
        ("after_request=guard, exception_handlers={404: guard}", ()),
    ],
)
def test_what_stands_before(app: str, expected: tuple[str, ...]) -> None:
    assert handled("key: int", before=GUARDS, app=app).dependencies == expected


@pytest.mark.parametrize(
    ("path", "arguments", "app", "public"),
    [
        ("/a", "", "middleware=[Login]", False),
        ("/a", "exclude_from_auth=True", "middleware=[Login]", True),
        ("/a", "opt={'exclude_from_auth': True}", "middleware=[Login]", True),
        ("/a", "opt={'exclude_from_auth': False}", "opt={'exclude_from_auth': True}", False),
        ("/a", "", "opt={'exclude_from_auth': True}", True),
        ("/a", "", "middleware=[DefineMiddleware(Login, exclude=['^/a$'])]", True),
        ("/a/b", "", "middleware=[DefineMiddleware(Login, exclude=['^/a$'])]", False),
        ("/a", "", "middleware=[DefineMiddleware(Login, exclude_from_auth_key='own')]", False),
        ("/a", "own=True", "middleware=[DefineMiddleware(Login, exclude_from_auth_key='own')]", True),
        # Nobody is asked who they are by what merely counts.
        ("/a", "", "middleware=[DefineMiddleware(Plain, exclude=['/a'])]", False),
    ],
)
def test_who_is_let_pass(path: str, arguments: str, app: str, public: bool) -> None:
    assert handled(path=path, before=GUARDS, arguments=arguments, app=app).declared_public is public


@pytest.mark.parametrize(
    ("path", "pattern", "found"),
    [
        ("/schema/json", "schema", True),
        ("/schema/json", "^/json", False),
        ("/schema/json", "json$", True),
        ("/json/schema", "json$", False),
        ("/a/b/c", "^/a/.*/c$", True),
        ("/a/c", "^/a/.*/c$", False),
        ("/a/b", "/(x|a)/b", True),
        ("/a/b", "^/(?:x|y)$", False),
        ("/login", "/signup|/login", True),
        ("/v1.0/x", r"/v1\.0/", True),
        ("/v120/x", r"/v1\.0/", False),
        ("/aaa", "^/a+$", False),
        ("/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "^/(a*)*$", False),
        ("/a", "", False),
        ("/a", "x" * 1000, False),
    ],
)
def test_patterns_of_paths(path: str, pattern: str, found: bool) -> None:
    assert excluded(path, [pattern]) is found


@pytest.mark.parametrize(
    ("returns", "collection", "data"),
    [
        ("list[str]", True, True),
        ("Response[list[str]]", True, True),
        ("ClassicPagination[str]", True, True),
        ("Template", None, False),
        ("Redirect | File", None, False),
        ("str | None", False, True),
        ("dict[str, str]", None, True),
    ],
)
def test_answers(returns: str, collection: bool | None, data: bool) -> None:
    before = "from litestar.pagination import ClassicPagination\nfrom litestar.response import File, Redirect, Response, Template\n"
    found = handled("key: int", before=before, returns=returns)
    assert (found.response, found.collection, found.data) == (returns, collection, data)


@pytest.mark.parametrize("given", ["media_type=MediaType.HTML", "media_type='text/html'"])
def test_pages_by_their_media_type(given: str) -> None:
    assert handled("key: int", arguments=given, returns="str").data is False


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("201", 201),
        ("status_codes.HTTP_204_NO_CONTENT", 204),
        ("http.HTTPStatus.ACCEPTED", 202),
        ("unknown", 0),
        ("9", 0),
    ],
)
def test_statuses(given: str, status: int) -> None:
    assert handled("key: int", before="import http\n", arguments=f"status_code={given}").status == status


def test_the_nearest_layer_says_what_the_schema_shows() -> None:
    assert handled(app="include_in_schema=False").in_schema is False
    assert handled(app="include_in_schema=False", arguments="include_in_schema=True").in_schema is True
    assert handled(arguments="summary='One'").documented is True
