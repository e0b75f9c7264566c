"""Calls of which nothing tells that they run SQL but the text that they are given."""

from datetime import date

import pytest

from readiness.analysis import analyse_files
from readiness.libraries.written_sql.beginnings import words
from readiness.model import Query, Resolution

SQL = "f\"SELECT id FROM orders WHERE name = '{x}'\""


def queries(code: str, **others: str) -> list[Query]:
    files = {"app.py": code, **{f"{name}.py": text for name, text in others.items()}}
    content = {path: text.encode() for path, text in files.items()}
    return list(analyse_files(content, [], today=date(2026, 6, 1)).project.each(Query))


def resolutions(code: str) -> list[Resolution]:
    return [each.resolution for each in queries(code)]


@pytest.mark.parametrize(
    "callee",
    ["a.store.query", "a.get_rows", "a['db'].run", "(a or b).one", "getattr(a, b).fetchAll", "a.client().select_sql"],
)
def test_a_whole_statement_is_run_by_an_object_of_which_nothing_is_known(callee: str) -> None:
    assert resolutions(f"def f(a, b, x):\n    {callee}({SQL})\n") == [Resolution.EXACT]


def test_the_package_of_the_object_may_be_in_no_table() -> None:
    found = queries(f"from some_pool import Pool\n\ndef f(x):\n    with Pool().get() as c:\n        c.query({SQL})\n")
    assert [(each.api, each.statement) for each in found] == [("query", "SELECT")]


@pytest.mark.parametrize(
    "call",
    [
        "a.append",
        "a.format_sql",
        "a.log_query",
        "print",
        "a.info",
        "ValueError",
        "a.count_rows",
        "len",
        "a.get_query",
        "a.send",
    ],
)
def test_what_makes_or_tells_of_a_statement_runs_none(call: str) -> None:
    assert not queries(f"def f(a, x):\n    {call}({SQL})\n")


@pytest.mark.parametrize(
    "text",
    [
        "f'Select the best {x} from the list of all'", "f'update {x} settings'", "f'Create a new table of {x} today'",
        "f'MATCH (a) RETURN {x}'", "f'{x}'", "f'with {x} as a guest'", "f'insert into the slot {x}'",
    ],
)  # fmt: skip
def test_a_sentence_is_no_statement(text: str) -> None:
    assert not queries(f"def f(a, x):\n    a.query({text})\n")


def test_a_database_with_a_language_of_its_own_runs_no_sql() -> None:
    assert not queries(f"from influxdb import InfluxDBClient\n\ndef f(x):\n    InfluxDBClient().query({SQL})\n")


def test_a_query_that_is_known_already_is_found_once() -> None:
    assert len(queries(f"import sqlite3\n\ndef f(x):\n    sqlite3.connect('a').execute({SQL})\n")) == 1


def test_a_function_that_hands_its_text_to_something_unseen_is_a_place_at_each_call() -> None:
    layer = "def run_sql(a, text):\n    a.session.go(a.cursor.execute, text)\n\n"
    assert resolutions(f"{layer}def f(a, x):\n    run_sql(text={SQL}, a=a)\n    run_sql(a, 1)\n") == []
    swapped = layer.replace("a, text", "text, a")
    assert resolutions(f"{swapped}def f(a, x):\n    run_sql({SQL}, a)\n") == [Resolution.INFERRED]


def test_beside_a_driver_such_a_function_surely_runs_it() -> None:
    layer = "import psycopg\n\ndef run_sql(text, a):\n    a.session.go(a.cursor.execute, text)\n\n"
    assert resolutions(f"{layer}def f(a, x):\n    run_sql({SQL}, a)\n") == [Resolution.EXACT]


def test_a_function_that_keeps_its_text_to_itself_runs_none() -> None:
    layer = "SEEN = []\n\ndef run_sql(text):\n    SEEN.append(text)\n    return text\n\n"
    assert not queries(f"{layer}def f(x):\n    run_sql({SQL})\n")


def test_texts_of_modules_and_classes_are_found_by_their_names() -> None:
    texts = "FIND = 'SELECT id FROM orders'\n\nclass Texts:\n    find = 'SELECT id FROM items'\n"
    code = "from texts import FIND, Texts\n\ndef f(a):\n    a.query(FIND)\n    a.query(Texts.find)\n"
    assert len(queries(code, texts=texts)) == 2


def test_the_word_table_may_be_left_out_of_a_truncate() -> None:
    assert len(queries("def f(a, name):\n    a.run('TRUNCATE %s CASCADE' % (name,))\n")) == 1
    assert not queries("def f(a, name):\n    a.run('truncate %s to the last line' % (name,))\n")


def test_names_are_cut_into_words() -> None:
    assert words("fetchAll_rowsSQL") == {"fetch", "all", "rows", "sql"}
