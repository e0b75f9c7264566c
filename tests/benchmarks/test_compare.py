"""The comparison: what it runs, what it leaves as it was, and how figures become ratios. No figure itself is asserted."""

import os
import sys
from argparse import Namespace
from xml.etree import ElementTree as ET

import pytest

APP = "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef index():\n    return 'ok'\n"


@pytest.fixture(scope="session")
def compare(benchmark):
    return benchmark("compare")


@pytest.fixture(scope="session")
def measuring(benchmark):
    return benchmark("measuring")


@pytest.fixture(scope="session")
def growth(benchmark):
    return benchmark("growth")


@pytest.fixture
def backend(tmp_path):
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "app.py").write_text(APP)
    return folder


def figures(measuring, wall, code=0):
    return measuring.Figures(wall, wall, 2**20, code)


def test_a_command_has_processor_time_and_memory(measuring):
    found = measuring.measure([sys.executable, "-c", "sum(range(100_000))"])
    assert found.code == 0
    assert found.cpu > 0
    assert found.memory > 2**20


def test_a_command_that_fails_says_so(measuring):
    assert measuring.measure([sys.executable, "-c", "raise SystemExit(7)"]).code == 7


def test_a_command_that_never_ends_is_stopped(measuring):
    found = measuring.measure([sys.executable, "-c", "import sys, threading; threading.Event().wait()"], patience=0.05)
    assert found.code is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_this_process_is_found_and_has_memory(measuring):
    assert os.getpid() in set(measuring.descendants(os.getpid()))
    assert 0 < measuring.proportional(os.getpid()) <= measuring.highest(os.getpid())


def test_a_spread_is_the_median_and_the_ends(measuring):
    assert measuring.Spread.of([3.0, 1.0, 2.0]).told() == "2.00 (1.00–3.00)"
    assert measuring.Spread.of([3.0]).told() == "3.00"


def test_all_states_are_measured_and_the_folder_is_as_it_was(compare, backend):
    arguments = Namespace(runs=1, without="bandit,ruff,semgrep,pylint", semgrep_rules=None, patience=120.0)
    table = compare.compared(backend, arguments)
    assert set(compare.STATES) <= set(table.figures)
    assert "recognise" in table.shares[compare.COLD][0]
    assert "recognise" not in table.shares[compare.UNCHANGED][0]
    assert "recognise" in table.shares[compare.CHANGED][0]
    assert (table.files, table.lines) == (1, APP.count("\n"))
    assert [(path.name, path.read_text()) for path in backend.iterdir()] == [("app.py", APP)]


def test_a_change_is_taken_back_when_the_run_breaks(compare, backend):
    file = backend / "app.py"
    with pytest.raises(KeyboardInterrupt), compare.restored(file):
        file.write_text("broken")
        raise KeyboardInterrupt
    assert file.read_text() == APP


def test_the_file_of_middle_size_outside_of_tests_is_changed(compare, backend):
    (backend / "small.py").write_text("x = 1\n")
    (backend / "large.py").write_text("x = 1\n" * 999)
    (backend / "test_app.py").write_text("x = 1\n" * 30)
    assert compare.changed_file(backend).name == "app.py"


def test_a_tool_that_was_left_out_is_no_peer(compare, backend):
    assert {"bandit", "ruff"} <= set(compare.peers(backend, [], None))
    assert "bandit" not in compare.peers(backend, ["bandit"], None)


def test_a_ratio_is_taken_within_a_round(compare, measuring):
    table = compare.Table("shop", "")
    table.figures = {
        compare.COLD: [figures(measuring, 2.0), figures(measuring, 4.0)],
        "bandit": [figures(measuring, 20.0), figures(measuring, 60.0)],
    }
    assert compare.ratios(table, "bandit") == measuring.Spread(12.5, 10.0, 15.0)
    assert compare.ratios(table, "ruff") is None


def test_a_tool_that_failed_has_its_reason_in_the_table(compare, measuring):
    table = compare.Table("shop", "")
    assert not compare.keep(table, "pylint", figures(measuring, 9.0, code=32), (0,))
    assert not compare.keep(table, "semgrep", figures(measuring, 900.0, code=None), (0,))
    text = "\n".join(compare.told(table))
    assert "| pylint | ended with code 32 |" in text
    assert "| semgrep | stopped after 900 s |" in text


@pytest.mark.parametrize(("text", "lines"), [("10k", 10_000), ("2.5M", 2_500_000), ("777", 777)])
def test_sizes_are_written_short(growth, text, lines):
    assert growth.size(text) == lines


def test_growth_is_a_table_and_a_picture(growth, compare, measuring):
    tables = []
    for lines in (10_000, 100_000, 1_000_000):
        table = compare.Table("invented", "", files=lines // 100, lines=lines)
        table.figures = {
            compare.COLD: [figures(measuring, lines / 50_000), figures(measuring, lines / 40_000)],
            compare.UNCHANGED: [figures(measuring, 0.1)],
        }
        tables.append(table)
    rows = list(growth.told(tables))
    assert rows[2].startswith("| 10,000 | 100 |")
    assert rows[4].split("|")[6].strip() == rows[3].split("|")[6].strip() == "22.5"
    drawing = ET.fromstring(growth.drawn(tables, "a & b"))
    told = {element.text for element in drawing.iter("{http://www.w3.org/2000/svg}text")}
    assert {"cold, processors", "unchanged", "in proportion", "10k", "1M", "a & b"} <= told
    assert "one file changed" not in told
