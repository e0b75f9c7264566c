"""Calls of other services and what ends them."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.libraries.manifests import library as manifests
from readiness.libraries.outbound import CLIENTS, library
from readiness.libraries.outbound.versions import release
from readiness.libraries.outbound.vocabulary import Kind
from readiness.model import OutboundCall, TimeoutState


def calls(recognised, source: str, **files: str) -> list[OutboundCall]:
    others = {name.replace("__", "."): text for name, text in files.items()}
    return list(recognised({"app.py": source, **others}, [manifests, library]).each(OutboundCall))


def only(recognised, source: str) -> OutboundCall:
    (found,) = calls(recognised, source)
    return found


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("requests.get(u)", TimeoutState.ABSENT),
        ("requests.get(u, timeout=5)", TimeoutState.GIVEN),
        ("requests.get(u, timeout=None)", TimeoutState.OFF),
        ("requests.get(u, **unknown)", TimeoutState.UNKNOWN),
        ("httpx.get(u)", TimeoutState.DEFAULT),
        ("httpx.Client(timeout=None)", TimeoutState.OFF),
        ("httpx.Client(**unknown)", TimeoutState.DEFAULT),
        ("urllib3.PoolManager().request('GET', u)", TimeoutState.ABSENT),
        ("smtplib.SMTP('m')", TimeoutState.ABSENT),
        ("boto3.client('s3')", TimeoutState.DEFAULT),
    ],
)
def test_what_ends_a_call(recognised, code: str, state: TimeoutState) -> None:
    imports = "import boto3, httpx, requests, smtplib, urllib3\n"
    assert only(recognised, f"{imports}def f(u, unknown):\n    {code}\n").timeout is state


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("httpx.Timeout(5)", TimeoutState.GIVEN),
        ("httpx.Timeout(timeout=5)", TimeoutState.GIVEN),
        ("httpx.Timeout(timeout=None)", TimeoutState.OFF),
        ("httpx.Timeout(connect=1, read=2, write=3, pool=4)", TimeoutState.GIVEN),
        ("httpx.Timeout(connect=1, read=None, write=3, pool=4)", TimeoutState.OFF),
        ("httpx.Timeout(*values)", TimeoutState.GIVEN),
    ],
)
def test_timeout_objects(recognised, value: str, state: TimeoutState) -> None:
    assert only(recognised, f"import httpx\ndef f(values):\n    httpx.Client(timeout={value})\n").timeout is state


def test_a_fact_names_the_library_the_api_and_the_place(recognised) -> None:
    found = only(recognised, "from requests import post as send\ndef f(u):\n    send(u)\n")
    assert (found.library, found.api, found.span.line, found.symbol) == ("requests", "requests.post", 3, "app::f")


def test_the_limit_of_a_caller_is_shown_where_it_lacks(recognised) -> None:
    source = "import requests\ndef get(u, t=None):\n    requests.get(u, timeout=t)\ndef f(u):\n    get(u)\n"
    found = only(recognised, source)
    assert found.timeout is TimeoutState.OFF
    assert found.origin is not None
    assert found.origin.line == 5


def test_a_wrapper_that_calls_itself_comes_to_an_end(recognised) -> None:
    source = """
        import requests

        def get(u, timeout=None, **kwargs):
            requests.get(u, timeout=timeout, **kwargs)
            get(u, timeout=timeout, **kwargs)

        def other(u, **kwargs):
            requests.get(u, **kwargs)
            other(u, **kwargs)
    """
    assert [each.timeout for each in calls(recognised, source)] == [TimeoutState.UNKNOWN] * 2


def test_sessions_that_set_each_other_come_to_an_end(recognised) -> None:
    source = """
        import requests

        class A(requests.Session):
            def request(self, *args, **kwargs):
                return self.send(*args, **kwargs)

            def send(self, *args, **kwargs):
                return self.request(*args, **kwargs)

        A().get("https://example.com")
    """
    assert [each.timeout for each in calls(recognised, source) if each.api.endswith(".get")] == [TimeoutState.ABSENT]


@pytest.mark.parametrize(
    ("name", "text", "state"),
    [
        ("requirements__txt", "redis==5.0.8\n", TimeoutState.ABSENT),
        ("requirements__txt", "redis==8.0.0\n", TimeoutState.DEFAULT),
        ("requirements__txt", "redis>=8\n", TimeoutState.DEFAULT),
        ("requirements__txt", "redis<8\n", TimeoutState.ABSENT),
        ("requirements__txt", "redis>=5,<9\n", TimeoutState.UNKNOWN),
        ("requirements__txt", "redis\n", TimeoutState.UNKNOWN),
        ("poetry__lock", '[[package]]\nname = "redis"\nversion = "7.1.0"\n', TimeoutState.ABSENT),
        ("pyproject__toml", '[project]\nname = "x"\ndependencies = ["redis~=8.1"]\n', TimeoutState.DEFAULT),
    ],
)
def test_the_lock_file_says_which_default_holds(recognised, name: str, text: str, state: TimeoutState) -> None:
    (found,) = calls(recognised, "import redis\nredis.Redis()\n", **{name: text})
    assert found.timeout is state


@pytest.mark.parametrize(
    ("text", "numbers"), [("8.0.1", (8, 0, 1)), ("8.0rc1", (8, 0)), ("v", ()), ("", ()), ("1.2.3.4.5", (1, 2, 3, 4))]
)
def test_releases(text: str, numbers: tuple[int, ...]) -> None:
    assert release(text) == numbers


def test_every_default_says_where_it_was_read() -> None:
    rows = [row for client in CLIENTS for api in client.apis for row in api.defaults]
    assert all(row.read_in and row.bounded == bool(row.text) for row in rows)


def test_no_name_belongs_to_two_apis() -> None:
    names = [name for client in CLIENTS for api in client.apis for name in api.names]
    assert len(names) == len(set(names))


def test_methods_through_a_client_have_a_client() -> None:
    for client in CLIENTS:
        made = {name for api in client.apis if api.kind is Kind.CLIENT for name in api.names}
        through = {name.rpartition(".")[0] for api in client.apis if api.kind is Kind.THROUGH for name in api.names}
        assert through <= made


def test_every_file_of_the_folder_that_makes_a_client_is_asked() -> None:
    import readiness.libraries.outbound as package

    folder = Path(package.__file__).parent
    tables = [path for path in folder.glob("*.py") if "\nCLIENT = " in path.read_text(encoding="utf-8")]
    assert len(tables) == len({client.distribution for client in CLIENTS} - {"httpx2"})
