"""`readiness endpoints` on a real small backend: the filters, the forms, and one endpoint's way through the code."""

import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from readiness.cli import main

APP = '''
import sqlite3

import httpx
from fastapi import Depends, FastAPI, HTTPException

app = FastAPI()


def connection() -> sqlite3.Connection:
    return sqlite3.connect("orders.db")


def load(database: sqlite3.Connection, number: int) -> tuple[str, int] | None:
    return database.execute("SELECT name, total FROM orders WHERE id = ?", (number,)).fetchone()


@app.get("/orders/{number}")
def order(number: int, database: sqlite3.Connection = Depends(connection)) -> dict[str, str]:
    """One order."""
    found = load(database, number)
    if found is None:
        raise HTTPException(404, "no such order")
    try:
        httpx.post("https://audit.example/seen", timeout=2)
    except Exception as error:
        raise HTTPException(502, str(error)) from error
    return {"name": found[0]}


@app.get("/orders")
def orders(database: sqlite3.Connection = Depends(connection)) -> list[str]:
    return [name for (name,) in database.execute("SELECT name FROM orders").fetchall()]
'''
TEST = """
from fastapi.testclient import TestClient
from app import app

client = TestClient(app)


def test_an_order_that_is_not_there():
    assert client.get("/orders/7").status_code == 404
"""
Run = Callable[..., Result]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("READINESS_CACHE_DIR", str(tmp_path / "cache"))
    folder = tmp_path / "shop"
    (folder / "tests").mkdir(parents=True)
    (folder / "app.py").write_text(APP)
    (folder / "tests" / "test_app.py").write_text(TEST)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def run(shop: Path) -> Run:
    def invoke(*args: str) -> Result:
        return CliRunner().invoke(main, ["endpoints", *args, "-q", "--jobs", "1"], catch_exceptions=False)

    return invoke


def paths(result: Result) -> list[str]:
    return [each["path"] for each in json.loads(result.stdout)["routes"]]


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ((), ["/orders", "/orders/{number}"]),
        (("--untested",), ["/orders"]),
        (("--unbounded",), ["/orders"]),
        (("--undocumented",), ["/orders"]),
        (("--untested", "--unbounded"), ["/orders"]),
    ],
)
def test_filters_keep_what_all_of_them_keep(run: Run, filters: tuple[str, ...], kept: list[str]) -> None:
    assert paths(run("--format", "json", *filters)) == kept


def test_a_test_is_told_by_what_it_tries(run: Run) -> None:
    line = json.loads(run("--format", "json").stdout)["routes"][1]
    assert (line["tests"], line["tested"], line["statuses"]) == (1, ["refusal"], [404])


def test_inputs_are_listed_without_what_dependencies_give(run: Run) -> None:
    line = json.loads(run("--format", "json").stdout)["routes"][1]
    assert line["inputs"] == [{"name": "number", "source": "path", "annotation": "int", "required": True}]


@pytest.mark.parametrize("wanted", ["GET /orders/{number}", "get /orders/{id}", "/orders/{}/", "app.order", "order"])
def test_an_endpoint_is_found_by_any_of_its_names(run: Run, wanted: str) -> None:
    assert paths(run("--format", "json", "--show", wanted)) == ["/orders/{number}"]


def test_the_way_tells_everything_that_a_request_meets(run: Run) -> None:
    (way,) = json.loads(run("--format", "json", "--show", "GET /orders/{id}").stdout)["ways"]
    steps = {(each["kind"], each["span"]["line"], each["through"].rpartition("::")[2]) for each in way["steps"]}
    assert steps == {
        ("dependency", 10, ""),
        ("query", 15, "load"),
        ("call", 25, "order"),
        ("failure", 26, "order"),
        ("answer", 27, "order"),
        ("test", 9, ""),
    }


def test_the_way_names_the_rules_that_fail_at_the_handler(run: Run) -> None:
    (way,) = json.loads(run("--format", "json", "--show", "GET /orders").stdout)["ways"]
    assert "paginated-lists" in way["rules"]


def test_a_step_names_the_rules_that_fail_there(run: Run) -> None:
    (way,) = json.loads(run("--format", "json", "--show", "GET /orders/{id}").stdout)["ways"]
    assert {each["kind"]: each["rules"] for each in way["steps"]}["answer"] == [
        "kept-tracebacks",
        "no-leaked-internals",
    ]


def test_the_terminal_shows_the_way_in_the_order_of_a_request(run: Run) -> None:
    text = run("--show", "GET /orders/{id}").stdout
    places = [text.index(heading) for heading in ("handler", "runs before it", "SQL", "failures caught", "tests")]
    assert places == sorted(places)


def test_an_endpoint_that_is_not_there_is_named_with_the_nearest(run: Run) -> None:
    result = CliRunner().invoke(main, ["endpoints", "-q", "--show", "GET /order"])
    assert result.exit_code == 2
    assert "did you mean GET /orders" in result.stderr


def test_markdown_is_a_table(run: Run) -> None:
    rows = [line for line in run("--format", "markdown").stdout.splitlines() if line.startswith("|")]
    assert len(rows) == 4
    assert len({row.count("|") for row in rows}) == 1


def test_html_holds_no_markup_of_the_scanned_code(run: Run, shop: Path) -> None:
    name = "<script>alert(1)</script>"
    (shop / "app.py").write_text(APP.replace('"/orders"', f'"/{name}"'))
    text = run("--format", "html").stdout
    assert name not in text
    assert "&lt;script&gt;" in text


def test_html_is_well_formed(run: Run) -> None:
    class Balance(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []

        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag not in ("meta",):
                self.open.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    parser = Balance()
    parser.feed(run("--format", "html", "--show", "GET /orders/{id}").stdout)
    assert parser.open == []
