"""Functions that run the text they are given: one place for a few callers, a place for each where there are many."""

from datetime import date

from readiness.analysis import analyse_files
from readiness.libraries.sql.wrappers import FOLLOWED
from readiness.model import Query

HEAD = """
import sqlite3

class Database:
    def __init__(self):
        self.connection = sqlite3.connect("a")

    def run(self, sql, values=()):
        return self.connection.execute(sql, values)

database = Database()
"""


def queries(code: str) -> list[Query]:
    return list(analyse_files({"app.py": code.encode()}, [], today=date(2026, 6, 1)).project.each(Query))


def calls(number: int) -> str:
    return "".join(f'database.run("SELECT {each}")\n' for each in range(number))


def test_a_few_callers_are_followed_to_the_call_that_runs_the_text() -> None:
    assert [each.span.line for each in queries(HEAD + calls(3))] == [9]


def test_every_call_of_a_wrapper_that_many_use_is_a_place_of_its_own() -> None:
    found = queries(HEAD + calls(FOLLOWED + 1))
    assert [each.span.line for each in found] == list(range(12, 12 + FOLLOWED + 1))
    assert {(each.library, each.paramstyle, each.statement) for each in found} == {("sqlite3", "?", "SELECT")}


def test_a_second_call_in_the_wrapper_gives_no_second_place() -> None:
    head = HEAD.replace(
        "return self.connection.execute(sql, values)",
        "return self.connection.execute(sql, values) if values else self.connection.execute(sql)",
    )
    assert len(queries(head + calls(FOLLOWED + 1))) == FOLLOWED + 1


def test_the_text_is_found_by_its_name_and_values_beside_it_are_seen() -> None:
    code = HEAD + calls(FOLLOWED) + 'database.run(values=(1,), sql="SELECT ?")\n'
    assert [each.parameters for each in queries(code)] == [False] * FOLLOWED + [True]


def test_a_wrapper_of_a_wrapper_is_followed() -> None:
    inner = "def all_(text):\n    return database.run(text)\n"
    uses = "".join(f'all_("SELECT {each}")\n' for each in range(FOLLOWED + 1))
    found = queries(HEAD + calls(FOLLOWED + 1) + inner + uses)
    assert len(found) == 2 * (FOLLOWED + 1)
