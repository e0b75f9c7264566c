"""Functions that run the text they are given: the place is where the text is written, at each of their calls."""

from datetime import date

from readiness.analysis import analyse_files
from readiness.model import PieceKind, Query

HEAD = """
import sqlite3

class Database:
    def __init__(self):
        self.connection = sqlite3.connect("a")

    def run(self, sql, values=()):
        return self.connection.execute(sql, values)

database = Database()
"""
FIRST = HEAD.count("\n") + 1


def queries(code: str, **others: str) -> list[Query]:
    files = {"app.py": code, **{f"{name}.py": text for name, text in others.items()}}
    content = {path: text.encode() for path, text in files.items()}
    return list(analyse_files(content, [], today=date(2026, 6, 1)).project.each(Query))


def lines(code: str) -> list[int]:
    return [each.span.line for each in queries(code)]


def test_every_call_of_a_wrapper_is_a_place_of_its_own() -> None:
    found = queries(HEAD + "database.run('SELECT 1')\ndatabase.run('SELECT 2', (1,))\n")
    assert [each.span.line for each in found] == [FIRST, FIRST + 1]
    assert {(each.library, each.paramstyle, each.statement) for each in found} == {("sqlite3", "?", "SELECT")}
    assert [each.parameters for each in found] == [False, True]
    assert {each.runs_at.line for each in found if each.runs_at is not None} == {9}


def test_a_wrapper_that_nobody_calls_is_a_place_itself() -> None:
    assert lines(HEAD) == [9]


def test_tests_are_no_callers() -> None:
    test = "from app import database\n\ndef test_it():\n    database.run('SELECT 1')\n"
    assert [each.span.path for each in queries(HEAD, test_app=test)] == ["app.py"]


def test_a_second_call_in_the_wrapper_gives_no_second_place() -> None:
    head = HEAD.replace(
        "return self.connection.execute(sql, values)",
        "return self.connection.execute(sql, values) if values else self.connection.execute(sql)",
    )
    assert lines(head + "database.run('SELECT 1')\n") == [FIRST]


def test_the_text_is_found_by_its_name_and_values_beside_it_are_seen() -> None:
    found = queries(HEAD + "database.run(values=(1,), sql='SELECT ?')\n")
    assert [(each.span.line, each.parameters, each.statement) for each in found] == [(FIRST, True, "SELECT")]


def test_a_wrapper_of_a_wrapper_is_followed() -> None:
    code = HEAD + "def all_(text):\n    return database.run(text)\n\nall_('SELECT 1')\ndatabase.run('SELECT 2')\n"
    assert lines(code) == [FIRST + 3, FIRST + 4]


def test_a_wrapper_that_hands_its_text_to_itself_again_ends() -> None:
    code = HEAD + "def again(text):\n    database.run(text)\n    return again(text)\n\nagain('SELECT 1')\n"
    assert lines(code) == [FIRST + 4]


def test_a_text_that_is_changed_a_little_on_its_way_is_the_callers() -> None:
    code = HEAD + (
        "def count(text, values):\n"
        "    text = text.strip()\n"
        "    bound, marks = expand(f'SELECT count(*) FROM ({text})', values)\n"
        "    return database.run(bound, marks)\n\n"
        "count('SELECT name FROM trips', ())\n"
    )
    assert FIRST + 5 in lines(code)


def test_what_a_wrapper_adds_itself_is_one_place_inside() -> None:
    code = HEAD + (
        "def page(text, table):\n    return database.run(text + f' ORDER BY {table}.id')\n\n"
        "def show(name, table):\n    page(f'SELECT * FROM trips WHERE name = {name}', table)\n"
    )
    inside, outside = queries(code)
    assert (inside.span.line, outside.span.line) == (FIRST + 1, FIRST + 4)
    assert [each.text for each in inside.text.pieces if each.kind is not PieceKind.CONSTANT] == ["table"]
    assert [each.text for each in outside.text.pieces if each.kind is not PieceKind.CONSTANT] == ["name"]


def test_a_function_that_is_given_a_table_is_no_wrapper() -> None:
    code = HEAD + "def empty(table):\n    database.run(f'DELETE FROM {table}')\n\nempty('trips')\nempty('legs')\n"
    assert lines(code) == [FIRST + 1]


def test_a_function_that_makes_a_statement_of_what_it_is_given_is_no_wrapper() -> None:
    code = HEAD + "def load(table):\n    text = build(table)\n    database.run(text)\n\nload('trips')\nload('legs')\n"
    assert lines(code) == [FIRST + 2]


def test_a_function_that_closes_over_the_text_is_a_wrapper() -> None:
    code = HEAD + (
        "def retried(text):\n    def once():\n        return database.run(text)\n    return once()\n\nretried('SELECT 1')\n"
    )
    assert lines(code) == [FIRST + 5]


def test_the_calls_of_an_abstract_method_are_those_of_its_implementation() -> None:
    code = HEAD + (
        "class Store:\n    def ask(self, text):\n        raise NotImplementedError\n\n"
        "class Real(Store):\n    def ask(self, text):\n        return database.run(text)\n\n"
        "def show(store: Store):\n    return store.ask('SELECT 1')\n"
    )
    assert lines(code) == [FIRST + 9]


def test_a_handler_is_no_wrapper() -> None:
    head = "from fastapi import FastAPI\n\napi = FastAPI()\n" + HEAD
    code = head + "@api.get('/')\ndef ask(text: str):\n    return database.run(text)\n\nask('SELECT 1')\n"
    assert lines(code) == [code[: code.index("return database")].count("\n") + 1]


def test_a_piece_of_a_statement_stays_where_it_is() -> None:
    code = (
        "from sqlalchemy import text\n\ndef ordered(query, by):\n    return query.order_by(text(by))\n\n"
        "ordered(1, 'name DESC')\n"
    )
    assert lines(code) == [4]


def test_a_statement_that_becomes_text_inside_is_the_callers() -> None:
    code = (
        "from sqlalchemy import text\nfrom sqlalchemy.orm import Session\n\n"
        "def run(session: Session, sql):\n    return session.execute(text(sql))\n\n"
        "def show(session: Session):\n    return run(session, 'SELECT 1')\n"
    )
    assert lines(code) == [8]


def test_the_wrappers_between_the_text_and_the_place_that_runs_it_are_told() -> None:
    code = HEAD + (
        "def outer(text):\n    return inner(text)\n\n"
        "def inner(text):\n    return database.run(text)\n\n"
        "outer('SELECT 1')\ninner('SELECT 2')\ndatabase.run('SELECT 3')\n"
    )
    found = {each.span.line - FIRST: [step.line - FIRST for step in each.through] for each in queries(code)}
    assert found == {6: [4, 1], 7: [4], 8: []}


POOL = HEAD + (
    "class Pool:\n    def run(self, sql, values=()):\n        return Database().run(sql, values)\n\n"
    "def show(request):\n    return request.app.pool.run('SELECT a FROM b')\n"
)


def test_a_method_of_an_unknown_object_is_called_where_every_class_that_has_it_ends_in_the_same_place() -> None:
    assert FIRST + 5 in lines(POOL)


def test_a_method_of_an_unknown_object_is_left_where_another_class_does_something_else_by_that_name() -> None:
    other = "class Engine:\n    def run(self, text):\n        return print(text)\n\n"
    found = queries(POOL + other)
    assert [each.runs_at for each in found if each.span.line == FIRST + 5] in ([], [None])
