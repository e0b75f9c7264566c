"""What value flow does when a scan asks more of it than its bounds allow."""

import pytest

from readiness.analysis import analyse_files
from readiness.linking import flow
from readiness.model import Verdict
from readiness.plugins import load_plugins
from readiness.testing.samples import TODAY

RULE = load_plugins().rules["parameterized-queries"]
FILE = b"""
import sqlite3

connection = sqlite3.connect("yard.db")
ORDERS = {"name": "name", "age": "age"}


def listed(order):
    column = ORDERS[order]
    text = "SELECT * FROM barrows ORDER BY " + column
    return connection.execute(text).fetchall()
"""
FILES = {f"yard/part_{number}.py": FILE for number in range(12)}


def test_the_bound_on_steps_is_one_for_all_files(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = analyse_files(FILES, [RULE], today=TODAY)
    assert [each.verdict for each in allowed.findings] == [Verdict.PASSES] * 12
    monkeypatch.setattr(flow, "MOST_TOGETHER", 60)
    bounded = analyse_files(FILES, [RULE], today=TODAY)
    assert {each.verdict for each in bounded.findings} == {Verdict.PASSES, Verdict.UNSURE}
    assert any("too many steps" in each.message for each in bounded.problems)


CLASS = """
class Report:
    def __init__(self):
        self.table = "barrows"
{methods}
    def rows(self, connection):
        return connection.cursor().execute(f"SELECT * FROM {{self.table}}")
"""


def test_what_lies_behind_a_bound_of_bindings_is_not_known() -> None:
    set_ = "\n".join(f"    def use_{number}(self):\n        self.table = 'table_{number}'\n" for number in range(40))
    last = "    def choose(self, table):\n        self.table = table\n"
    source = "import sqlite3\n" + CLASS.format(methods=set_ + last).replace(
        "(self, connection)", "(self, connection: sqlite3.Connection)"
    )
    found = analyse_files({"yard.py": source.encode()}, [RULE], today=TODAY)
    assert [each.verdict for each in found.findings] == [Verdict.UNSURE]
