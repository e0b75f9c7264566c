"""Requests of tests: which client, which address, which route."""

import pytest

from readiness.libraries import fastapi, testing_clients
from readiness.model import EndpointTest, EndpointTestKind, Resolution, UnresolvedRequest

APP = """
from fastapi import FastAPI

app = FastAPI()


@app.get("/users/{number}")
def read_user(number: int):
    return {}


@app.get("/users/{number}/orders/{order}")
def read_order(number: int, order: int):
    return {}


@app.post("/users")
def create_user():
    return {}


@app.delete("/teams/{number}")
def delete_team(number: int):
    return {}
"""
HEAD = (
    "import pytest\nfrom fastapi.testclient import TestClient\nfrom app.main import app\n\nclient = TestClient(app)\n"
)


@pytest.fixture
def reached(recognised):
    """What a test reaches: `GET /path` in order, those that are not certain with a question mark, then what is not known."""

    def run(test, head=HEAD, **more):
        files = {"app/main.py": APP, "tests/test_app.py": head + test, **more}
        project = recognised(files, [fastapi.library, testing_clients.library])
        found = [
            f"{each.route.method} {each.route.path}{'?' if each.resolution is Resolution.UNRESOLVED else ''}"
            for each in project.each(EndpointTest)
            if each.kind is EndpointTestKind.REQUEST
        ]
        return [*dict.fromkeys(found), *(f"? {each.method} {each.pattern}" for each in project.each(UnresolvedRequest))]

    return run


@pytest.mark.parametrize(
    "expression",
    [
        '"/users/1"',
        '"/users/1?full=yes#top"',
        '"/users/1/"',
        'f"/users/{number}"',
        '"/users/%d" % number',
        '"/users/%(n)s" % {"n": number}',
        '"/users/{}".format(number)',
        '"/users/{n}".format(n=number)',
        '"/users/" + str(number)',
        '"http://testserver/users/1"',
        'f"{number}/users/{number}"',
        'PREFIX + "/1"',
        'app.url_path_for("read_user", number=1)',
        '"/users/1" if number else "/users/2"',
    ],
)
def test_an_address_is_read(reached, expression):
    test = f'\nPREFIX = "/users"\n\n\ndef test_it(number):\n    client.get({expression})\n'
    assert reached(test) == ["GET /users/{number}"]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ('client.get("https://elsewhere.org/users/1")', []),
        ('client.put("/users/1")', []),
        ('client.get("/nothing")', []),
        ('client.head("/users/1")', ["GET /users/{number}"]),
        ('client.request("POST", "/users")', ["POST /users"]),
        ('client.request(method="post", url="/users")', ["POST /users"]),
        ('getattr(client, "post")("/users")', ["POST /users"]),
        ('client.request(verb, "/users")', ["POST /users?"]),
        ("client.get(number)", ["? GET *"]),
        ('{"a": "/users/1"}.get("/users/1")', []),
    ],
)
def test_a_call_is_a_request_or_not(reached, call, expected):
    assert reached(f"\n\ndef test_it(number, verb):\n    {call}\n") == expected


def test_both_branches_of_an_address_are_read(reached):
    test = """

def test_it(new):
    if new:
        address = "/users/1"
    else:
        address = "/users/1/orders/2"
    client.get(address)
"""
    assert reached(test) == ["GET /users/{number}", "GET /users/{number}/orders/{order}"]


def test_rows_keep_method_and_address_together(reached):
    test = """

@pytest.mark.parametrize("method, address", [("POST", "/users"), ("DELETE", "/teams/1")])
def test_it(method, address):
    client.request(method, address)
"""
    assert reached(test) == ["POST /users", "DELETE /teams/{number}"]


def test_a_class_of_addresses_given_by_rows_is_read(reached):
    test = """

class Base:
    base = ""

    @classmethod
    def item(cls, number):
        return f"{cls.base}/{number}"


class Users(Base):
    base = "/users"


class Teams(Base):
    base = "/teams"


@pytest.mark.parametrize("kind", [Users, Teams])
def test_it(kind: Base):
    client.get(kind.item(1))
    client.delete(kind.item(1))
"""
    assert reached(test) == ["GET /users/{number}", "DELETE /teams/{number}"]


def test_a_helper_of_a_helper_is_followed(reached):
    test = """

def send(method, path):
    return client.request(method, path)


def remove(path):
    return send("DELETE", path)


def test_it():
    remove("/teams/1")
"""
    assert reached(test) == ["DELETE /teams/{number}"]


def test_a_fixture_of_the_nearest_conftest_is_meant(reached):
    head = ""
    test = "def test_it(visitor):\n    visitor.get('/users/1')\n"
    clients = (
        "import pytest\nfrom fastapi.testclient import TestClient\nfrom app.main import app\n\n\n"
        "@pytest.fixture(name='visitor')\ndef opened():\n    with TestClient(app) as each:\n        yield each\n"
    )
    assert reached(test, head, **{"tests/conftest.py": clients}) == ["GET /users/{number}"]
    other = "import pytest\n\n\n@pytest.fixture\ndef visitor():\n    return {}\n"
    assert reached(test, head, **{"conftest.py": clients, "tests/conftest.py": other}) == []


def test_a_client_of_a_part_reaches_the_route_below_its_prefix(recognised):
    main = """
from fastapi import APIRouter, FastAPI

router = APIRouter()


@router.get("/bills/{number}")
def read(number):
    return 1


app = FastAPI()
app.include_router(router, prefix="/v1")
"""
    test = """
from fastapi.testclient import TestClient
from app.main import router


def test_it():
    TestClient(router).get("/bills/1")
"""
    project = recognised({"app/main.py": main, "tests/test_app.py": test}, [fastapi.library, testing_clients.library])
    assert [each.route.path for each in project.each(EndpointTest)] == ["/v1/bills/{number}"]


def test_a_call_of_the_function_is_weaker_than_a_request(recognised):
    test = "from app.main import read_user\n\n\ndef test_it():\n    assert read_user(1) == {}\n"
    project = recognised({"app/main.py": APP, "tests/test_app.py": test}, [fastapi.library, testing_clients.library])
    (found,) = project.each(EndpointTest)
    assert (found.kind, found.route.handler) == (EndpointTestKind.DIRECT, "app.main::read_user")


@pytest.mark.parametrize(
    ("check", "statuses", "checked"),
    [
        ("r.status_code == 200", (200,), True),
        ("r.status_code in (200, 401)", (200, 401), False),
        ("r.status_code == status.HTTP_403_FORBIDDEN", (403,), True),
        ("r.status_code == expected", (0,), True),
        ("r.json() == 401", (), True),
    ],
)
def test_the_statuses_that_a_test_accepts_are_read(recognised, check, statuses, checked):
    test = f"{HEAD}\n\ndef test_it(expected):\n    r = client.get('/users/1')\n    assert {check}\n"
    project = recognised({"app/main.py": APP, "tests/test_app.py": test}, [fastapi.library, testing_clients.library])
    (found,) = project.each(EndpointTest)
    assert (found.statuses, found.checked) == (statuses, checked)


def test_addresses_that_call_each_other_come_to_an_end(reached):
    test = """

def first(n):
    return second(n) + "/x"


def second(n):
    return first(n) + "/y"


def test_it():
    client.get(first(1))
"""
    assert reached(test) == ["? GET */x/y/x/y/x/y/x"] or reached(test)[0].startswith("? GET *")


@pytest.mark.parametrize(
    ("head", "test"),
    [
        ("from falcon import testing", "def test_it():\n    client = testing.TestClient(app)\n    client.simulate_get('/users/1')"),
        (
            "from falcon import testing",
            "class TestIt(testing.TestCase):\n    def test_it(self):\n        self.simulate_get('/users/1')",
        ),
        (
            "from tornado.testing import AsyncHTTPTestCase",
            "class TestIt(AsyncHTTPTestCase):\n    def test_it(self):\n        self.fetch('/users/1')",
        ),
        (
            "from tornado.testing import AsyncHTTPTestCase, gen_test",
            "class TestIt(AsyncHTTPTestCase):\n    @gen_test\n    async def test_it(self):\n"
            "        await self.http_client.fetch(self.get_url('/users/1'))",
        ),
        ("", "async def test_it(http_server_client):\n    await http_server_client.fetch('/users/1')"),
        ("", "async def test_it(aiohttp_client):\n    client = await aiohttp_client(app)\n    await client.get('/users/1')"),
        ("", "def test_it():\n    request, response = app.test_client.get('/users/1')"),
        ("", "async def test_it():\n    request, response = await app.asgi_client.get('/users/1')"),
        ("from webtest import TestApp", "def test_it():\n    TestApp(app).get('/users/1')"),
        ("", "def test_it(testapp):\n    testapp.get('/users/1', status=200)"),
        (
            "from litestar.testing import TestClient",
            "def test_it():\n    with TestClient(app=app) as client:\n        client.get('/users/1')",
        ),
        ("", "def test_it():\n    with app.test_client() as client:\n        client.get('/users/1')"),
    ],
)  # fmt: skip
def test_the_clients_of_every_framework_send_requests(reached, head, test):
    assert reached(f"\n{test}\n", head=f"{head}\nfrom app.main import app\n") == ["GET /users/{number}"]


def test_a_method_of_the_project_s_own_class_of_tests_sends_nothing(reached):
    own = "class TestIt:\n    def fetch(self, path):\n        return path\n"
    test = f"\n{own}\n    def test_it(self):\n        self.fetch('/users/1')\n"
    assert reached(test) == []


@pytest.mark.parametrize(
    ("check", "statuses"),
    [
        ("self.assertEqual(response.code, 404)", (404,)),
        ("assert response.status == falcon.HTTP_NOT_FOUND", (404,)),
        ("assert response.status == falcon.HTTP_404", (404,)),
        ("assert response.status_code == status.HTTP_404_NOT_FOUND", (404,)),
    ],
)
def test_statuses_are_read_in_the_words_of_every_framework(recognised, check, statuses):
    test = f"\n\ndef test_it():\n    response = client.get('/users/1')\n    {check}\n"
    project = recognised(
        {"app/main.py": APP, "tests/test_app.py": HEAD + test}, [fastapi.library, testing_clients.library]
    )
    assert [each.statuses for each in project.each(EndpointTest)] == [statuses]


@pytest.mark.parametrize(
    ("test", "statuses"),
    [
        (
            "    assert client.get('/users/1').status_code == 200\n    assert client.delete('/teams/1').status_code == 403",
            {"GET": (200,), "DELETE": (403,)},
        ),
        (
            "    answer = client.get('/users/1')\n    assert answer.status_code == 200\n"
            "    answer = client.delete('/teams/1')\n    assert answer.status_code == 403",
            {"GET": (200,), "DELETE": (403,)},
        ),
        (
            "    first = client.get('/users/1')\n    second = client.delete('/teams/1')\n"
            "    assert first.status_code == 200\n    assert second.status_code == 403",
            {"GET": (200, 403), "DELETE": (200, 403)},
        ),
        (
            "    assert client.get('/users/1').json() == {}\n    assert client.delete('/teams/1').status_code == 204",
            {"GET": (), "DELETE": (204,)},
        ),
    ],
)
def test_a_status_belongs_to_the_request_before_it(recognised, test, statuses):
    files = {"app/main.py": APP, "tests/test_app.py": f"{HEAD}\n\ndef test_it():\n{test}\n"}
    project = recognised(files, [fastapi.library, testing_clients.library])
    assert {each.route.method: each.statuses for each in project.each(EndpointTest)} == statuses


def test_two_requests_of_one_test_to_one_route_are_told_by_what_they_expect(recognised):
    test = "    assert client.get('/users/1').json()\n    assert client.get('/users/x').status_code == 422\n"
    files = {"app/main.py": APP, "tests/test_app.py": f"{HEAD}\n\ndef test_it():\n{test}"}
    project = recognised(files, [fastapi.library, testing_clients.library])
    assert sorted(each.statuses for each in project.each(EndpointTest)) == [(), (422,)]


def _accepted(recognised, test, **more):
    files = {"app/main.py": APP, "tests/test_app.py": HEAD + test, **more}
    (found,) = recognised(files, [fastapi.library, testing_clients.library]).each(EndpointTest)
    return found


def test_what_a_checking_function_accepts_counts_for_the_answer_that_it_is_given(recognised):
    test = "def refused(answer):\n    assert answer.status_code == 401\n\n\ndef test_it():\n    refused(client.post('/users'))\n"
    assert _accepted(recognised, test).statuses == (401,)


def test_a_status_that_is_a_parameter_has_the_values_of_the_rows(recognised):
    test = (
        "@pytest.mark.parametrize('key, expected', [('good', 200), ('', 403)])\ndef test_it(key, expected):\n"
        "    answer = client.post('/users', headers={'key': key})\n    assert answer.status_code == expected\n"
    )
    assert _accepted(recognised, test).statuses == (200, 403)


def test_a_function_that_sends_and_looks_at_nothing_is_accepted_as_its_callers_do(recognised):
    test = "def send():\n    return client.post('/users')\n\n\ndef test_it():\n    assert send().status_code == 401\n"
    assert _accepted(recognised, test).statuses == (401,)


@pytest.mark.parametrize(
    ("check", "sent"),
    [
        ('assert answer.headers["Location"].endswith("/login")', True),
        ('self.assertRedirects(answer, "/accounts/login/?next=/users")', True),
        ('assert answer.url == "/orders"', False),
        ('login_url = answer.headers["Location"]', False),
    ],
)
def test_an_answer_that_sends_its_reader_to_the_login_is_known(recognised, check, sent):
    test = f"def test_it(self=None):\n    answer = client.post('/users')\n    {check}\n"
    assert _accepted(recognised, test).sent_to_login is sent
