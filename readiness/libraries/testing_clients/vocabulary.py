"""The names by which tests send requests: client classes, fixtures of plugins, functions that make addresses.

Of Starlette 0.49, FastAPI 0.121, httpx 0.28, Flask 3.1, Werkzeug 3.1, Django 5.2, Django REST framework 3.16, pytest-django 4,
pytest-flask 1.3, WebTest 3, aiohttp 3, Litestar 2, Sanic-Testing 24, Quart 0.20, django-ninja 1,
Falcon 4.3, Tornado 6.5, pytest-tornasync 0.6, Connexion 3.
"""

CLIENTS = frozenset(
    {
        "starlette.testclient.TestClient",
        "fastapi.testclient.TestClient",
        "httpx.AsyncClient",
        "httpx.Client",
        "httpx2.AsyncClient",
        "httpx2.Client",
        "async_asgi_testclient.TestClient",
        "flask.testing.FlaskClient",
        "flask.Flask.test_client",
        "werkzeug.test.Client",
        "quart.testing.QuartClient",
        "quart.typing.TestClientProtocol",
        "django.test.Client",
        "django.test.AsyncClient",
        "django.test.client.Client",
        "django.test.client.AsyncClient",
        "rest_framework.test.APIClient",
        "rest_framework.test.RequestsClient",
        "rest_framework.test.CoreAPIClient",
        "django_tenants.test.client.TenantClient",
        "webtest.TestApp",
        "webtest.app.TestApp",
        "flask_webtest.TestApp",
        "django_webtest.DjangoTestApp",
        "aiohttp.test_utils.TestClient",
        "litestar.testing.TestClient",
        "litestar.testing.AsyncTestClient",
        "litestar.testing.create_test_client",
        "litestar.testing.create_async_test_client",
        "sanic_testing.testing.SanicTestClient",
        "sanic_testing.testing.SanicASGITestClient",
        "ninja.testing.TestClient",
        "ninja.testing.TestAsyncClient",
        "ninja.testing.client.TestClient",
        "ninja_extra.testing.TestClient",
        "ninja_extra.testing.TestAsyncClient",
        "falcon.testing.TestClient",
        "falcon.testing.client.TestClient",
        "falcon.testing.ASGIConductor",
        "tornado.httpclient.AsyncHTTPClient",
        "aiohttp.test_utils.TestServer",
        "litestar.testing.client.TestClient",
        "starlite.testing.TestClient",
        "starlite.testing.create_test_client",
    }
)

ABSOLUTE_CLIENTS = frozenset({"httpx.AsyncClient", "httpx.Client", "httpx2.AsyncClient", "httpx2.Client"})
"""Clients that send anywhere: only what goes to the application under test is a test of it."""

CASES = frozenset(
    {
        "django.test.SimpleTestCase",
        "django.test.TestCase",
        "django.test.TransactionTestCase",
        "django.test.LiveServerTestCase",
        "django.test.testcases.TestCase",
        "django.test.testcases.SimpleTestCase",
        "django.test.testcases.TransactionTestCase",
        "django.contrib.staticfiles.testing.StaticLiveServerTestCase",
        "rest_framework.test.APITestCase",
        "rest_framework.test.APISimpleTestCase",
        "rest_framework.test.APITransactionTestCase",
        "rest_framework.test.APILiveServerTestCase",
        "django_webtest.WebTest",
        "flask_testing.TestCase",
        "flask_testing.LiveServerTestCase",
        "wagtail.test.utils.WagtailPageTestCase",
        "aiohttp.test_utils.AioHTTPTestCase",
        "tornado.testing.AsyncHTTPTestCase",
        "tornado.testing.AsyncHTTPSTestCase",
        "falcon.testing.TestCase",
        "falcon.testing.test_case.TestCase",
    }
)
"""Classes of tests that hold a client."""

CASE_CLIENTS = frozenset({"client", "async_client", "app", "http_client"})
"""The attribute under which they do."""

SENDING_CASES = frozenset(
    {
        "tornado.testing.AsyncHTTPTestCase",
        "tornado.testing.AsyncHTTPSTestCase",
        "falcon.testing.TestCase",
        "falcon.testing.test_case.TestCase",
    }
)
"""Those of them that send by methods of their own: `self.fetch("/users")`, `self.simulate_get("/users")`."""

CLIENT_PROPERTIES = (".test_client", ".asgi_client")
"""Attributes of an application that hold a client: Sanic's."""

FIXTURES = frozenset(
    {
        "client",
        "admin_client",
        "async_client",
        "async_admin_client",
        "client_class",
        "django_app",
        "test_client",
        "app_client",
        "aiohttp_client",
        "http_server_client",
        "http_client",
        "sanic_client",
        "testapp",
        "api_client",
    }
)
"""Fixtures of pytest-django, pytest-flask, pytest-aiohttp and their kin: a parameter of a test of this name that is no fixture of
the project."""

COPIES = frozenset({"copy.copy", "copy.deepcopy"})
"""What they give is what they are given."""

FIXTURE_MARKS = frozenset({"fixture", "yield_fixture", "async_fixture"})
"""Last names of the decorators of fixtures: pytest, pytest_asyncio, anyio."""

METHODS = {
    "get": "GET",
    "post": "POST",
    "put": "PUT",
    "patch": "PATCH",
    "delete": "DELETE",
    "head": "HEAD",
    "options": "OPTIONS",
    "trace": "TRACE",
    "post_json": "POST",
    "put_json": "PUT",
    "patch_json": "PATCH",
    "delete_json": "DELETE",
    "delete_params": "DELETE",
    "simulate_get": "GET",
    "simulate_post": "POST",
    "simulate_put": "PUT",
    "simulate_patch": "PATCH",
    "simulate_delete": "DELETE",
    "simulate_head": "HEAD",
    "simulate_options": "OPTIONS",
    "websocket_connect": "WEBSOCKET",
    "ws_connect": "WEBSOCKET",
}
"""Methods of clients to methods of HTTP."""

METHOD_FIRST = frozenset({"request", "generic", "stream", "simulate_request"})
"""Methods of clients that take the method of HTTP as their first argument."""

PATH_FIRST = frozenset({"open", "fetch"})
"""Methods of clients that take the path first and the method of HTTP by name."""

ADDRESS_NAMES = ("url", "path", "uri", "endpoint", "route")

REVERSE = frozenset(
    {
        "django.urls.reverse",
        "django.urls.reverse_lazy",
        "django.urls.base.reverse",
        "django.urls.base.reverse_lazy",
        "django.shortcuts.reverse",
        "django.core.urlresolvers.reverse",
        "rest_framework.reverse.reverse",
        "rest_framework.reverse.reverse_lazy",
    }
)
"""The name of a route first, its parameters under `kwargs` or `args`."""

URL_FOR = frozenset({"flask.url_for", "quart.url_for", "flask.helpers.url_for", "sanic.Sanic.url_for"})
"""The name of a route first, its parameters by their names."""

URL_FOR_METHODS = frozenset({"url_for", "url_path_for", "reverse", "route_reverse"})
"""The same as methods of applications, routers and `Api` objects."""

JOIN = frozenset({"urllib.parse.urljoin", "posixpath.join", "os.path.join", "urljoin"})

HERE = frozenset(
    ["", "test", "testserver", "localhost", "local", "server", "api", "app", "web", "backend", "127.0.0.1", "0.0.0.0"]  # noqa: S104 -- compared, not bound
)
"""Hosts of the application under test."""

SPECIFICATION = ("schemathesis",)
