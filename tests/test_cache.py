"""The cache: bytes in and out, and a run that never fails because of it."""

import multiprocessing
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness import cache as module
from readiness.cache import FILE, Cache, cache_folder, fingerprint


def entries(folder: Path) -> int:
    connection = sqlite3.connect(folder / FILE)
    try:
        return int(connection.execute("SELECT count(*) FROM results").fetchone()[0])
    finally:
        connection.close()


def execute(folder: Path, statement: str) -> None:
    connection = sqlite3.connect(folder / FILE)
    try:
        connection.executescript(statement)
        connection.commit()
    finally:
        connection.close()


def test_what_was_stored_comes_back_in_a_later_run(tmp_path: Path) -> None:
    with Cache("f", folder=tmp_path) as cache:
        cache.put_many({"d1": b"one", "d2": b""}, "summary")
    with Cache("f", folder=tmp_path) as cache:
        assert cache.get_many(["d1", "d2", "d3"], "summary") == {"d1": b"one", "d2": b""}
        assert cache.problems == []


def test_another_engine_or_kind_finds_nothing(tmp_path: Path) -> None:
    with Cache("f", folder=tmp_path) as cache:
        cache.put_many({"d": b"one"}, "summary")
        assert cache.get_many(["d"], "other") == {}
    with Cache("g", folder=tmp_path) as cache:
        assert cache.get_many(["d"], "summary") == {}


def test_a_report_is_stored_by_its_key(tmp_path: Path) -> None:
    with Cache("f", folder=tmp_path) as cache:
        cache.put_report("k", b"report")
        assert (cache.report("k"), cache.report("other")) == (b"report", None)


def test_many_values_come_back(tmp_path: Path) -> None:
    values = {f"{number:x}": str(number).encode() for number in range(2500)}
    with Cache("f", folder=tmp_path) as cache:
        cache.put_many(values, "summary")
        assert cache.get_many(values, "summary") == values


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.text(max_size=20), st.binary(max_size=200), max_size=20))
def test_whatever_bytes_go_in_come_out(tmp_path_factory: pytest.TempPathFactory, values: dict[str, bytes]) -> None:
    with Cache("f", folder=tmp_path_factory.mktemp("cache")) as cache:
        cache.put_many(values, "summary")
        assert cache.get_many(values, "summary") == values


def test_a_disabled_cache_touches_nothing(tmp_path: Path) -> None:
    with Cache("f", folder=tmp_path / "c", enabled=False) as cache:
        cache.put_many({"d": b"one"}, "summary")
        assert cache.get_many(["d"], "summary") == {}
    assert (cache.problems, (tmp_path / "c").exists()) == ([], False)


def test_only_the_user_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "readiness"
    with Cache("f", folder=folder) as cache:
        cache.put_many({"d": b"one"}, "summary")
        modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert (modes, stat.S_IMODE(folder.stat().st_mode)) == ({0o600}, 0o700)


def test_a_value_that_is_too_large_is_not_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_VALUE", 10)
    with Cache("f", folder=tmp_path) as cache:
        cache.put_many({"d": b"12345678901", "e": b"1234567890"}, "summary")
        assert cache.get_many(["d", "e"], "summary") == {"e": b"1234567890"}


# What goes wrong


@pytest.mark.parametrize(
    "content", [b"no database" * 1000, b"SQLite format 3\0" + b"\xff" * 5000], ids=["text", "header"]
)
def test_a_damaged_file_is_moved_aside_and_built_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with Cache("f", folder=tmp_path) as cache:
        assert [problem.incomplete for problem in cache.problems] == [False]
        cache.put_many({"d": b"one"}, "summary")
        assert cache.get_many(["d"], "summary") == {"d": b"one"}
    assert (tmp_path / FILE).with_suffix(".damaged").read_bytes() == content


def test_damage_that_shows_while_reading_ends_its_use_and_the_next_run_builds_it_anew(tmp_path: Path) -> None:
    values = {f"{number}": b"v" * 3000 for number in range(200)}
    with Cache("f", folder=tmp_path) as cache:
        cache.put_many(values, "summary")
    content = bytearray((tmp_path / FILE).read_bytes())
    content[3 * module.PAGE :] = b"\xff" * (len(content) - 3 * module.PAGE)
    (tmp_path / FILE).write_bytes(content)
    with Cache("f", folder=tmp_path) as cache:
        assert cache.get_many(values, "summary") == {}
        cache.put_many({"d": b"one"}, "summary")
        assert [problem.incomplete for problem in cache.problems] == [False]
    with Cache("f", folder=tmp_path) as cache:
        assert (cache.problems, cache.get_many(values, "summary")) == ([], {})


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE results; CREATE VIEW results AS SELECT x'00' AS key, 1 AS day, 1 AS size, x'00' AS value",
        "CREATE TRIGGER t AFTER UPDATE ON results BEGIN SELECT 1; END",
        "CREATE TABLE more (x)",
    ],
)
def test_a_file_with_other_tables_is_not_used(tmp_path: Path, statement: str) -> None:
    with Cache("f", folder=tmp_path) as cache:
        cache.put_many({"d": b"one"}, "summary")
    execute(tmp_path, statement)
    with Cache("f", folder=tmp_path) as cache:
        assert cache.get_many(["d"], "summary") == {}
        assert len(cache.problems) == 1


def test_a_value_of_another_type_is_a_miss(tmp_path: Path) -> None:
    with Cache("f", folder=tmp_path) as cache:
        cache.put_many({"d": b"one"}, "summary")
    execute(tmp_path, "UPDATE results SET value = 'text'")
    with Cache("f", folder=tmp_path) as cache:
        assert (cache.get_many(["d"], "summary"), cache.problems) == ({}, [])


def test_a_locked_file_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    Cache("f", folder=tmp_path).close()
    other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Cache("f", folder=tmp_path) as cache:
        cache.put_many({"d": b"one"}, "summary")
        assert [("locked" in problem.message, problem.incomplete) for problem in cache.problems] == [(True, False)]
        assert cache.get_many(["d"], "summary") == {}
    other.close()


def test_a_full_disk_is_done_without(tmp_path: Path) -> None:
    with Cache("f", folder=tmp_path) as cache:
        assert cache._connection is not None
        cache._connection.execute("PRAGMA max_page_count = 5")
        cache.put_many({f"{number}": b"v" * 100_000 for number in range(20)}, "summary")
        assert [("full" in problem.message, problem.incomplete) for problem in cache.problems] == [(True, False)]


@pytest.mark.parametrize("place", ["file", "pipe", "folder"])
def test_a_place_that_cannot_hold_it_is_done_without(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "c"
    if place == "file":
        folder.write_text("")
    else:
        folder.mkdir()
        (folder / FILE).mkdir() if place == "folder" else os.mkfifo(folder / FILE)
    with Cache("f", folder=folder) as cache:
        cache.put_many({"d": b"one"}, "summary")
        assert cache.get_many(["d"], "summary") == {}
    assert [problem.incomplete for problem in cache.problems] == [False]


def test_no_home_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("READINESS_CACHE_DIR", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", no_home)
    with Cache("f") as cache:
        assert [problem.incomplete for problem in cache.problems] == [False]


def test_a_run_that_is_killed_while_writing_leaves_a_good_file(tmp_path: Path) -> None:
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom readiness.cache import Cache\n"
        "cache = Cache('f', folder=Path(sys.argv[1]))\ncache.put_many({'d': b'one'}, 'summary')\n"
        "cache._connection.execute('BEGIN IMMEDIATE')\n"
        "cache._connection.execute(\"INSERT INTO results VALUES (x'01', 1, 1, x'01')\")\n"
        "os.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    assert killed.returncode == -9
    with Cache("f", folder=tmp_path) as cache:
        assert (cache.get_many(["d"], "summary"), cache.problems) == ({"d": b"one"}, [])
    assert entries(tmp_path) == 1


def _write_some(folder: str, start: int) -> list[str]:
    with Cache("f", folder=Path(folder)) as cache:
        for number in range(start, start + 20):
            cache.put_many({f"{number}": str(number).encode()}, "summary")
        return [problem.message for problem in cache.problems]


def test_runs_at_the_same_time_do_not_disturb_each_other(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        problems = pool.starmap(_write_some, [(str(tmp_path), start) for start in (0, 20, 40)])
    assert problems == [[], [], []]
    with Cache("f", folder=tmp_path) as cache:
        assert len(cache.get_many(map(str, range(60)), "summary")) == 60


# Pruning


def test_what_was_not_used_for_long_goes_and_what_is_used_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_today", lambda: 1000)
    with Cache("f", folder=tmp_path) as cache:
        cache.put_many({"old": b"1", "used": b"2"}, "summary")
    monkeypatch.setattr(module, "_today", lambda: 1020)
    with Cache("f", folder=tmp_path) as cache:
        cache.get_many(["used"], "summary")
    monkeypatch.setattr(module, "_today", lambda: 1031)
    with Cache("f", folder=tmp_path) as cache:
        cache.put_many({"new": b"3"}, "summary")
    with Cache("f", folder=tmp_path) as cache:
        assert cache.get_many(["old", "used", "new"], "summary") == {"used": b"2", "new": b"3"}


def test_when_it_is_too_much_the_oldest_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 100_000)
    for day in range(12):
        monkeypatch.setattr(module, "_today", lambda day=day: 1000 + day)
        with Cache("f", folder=tmp_path) as cache:
            cache.put_many({f"{day}": bytes(10_000)}, "summary")
    with Cache("f", folder=tmp_path) as cache:
        kept = {int(day) for day in cache.get_many(map(str, range(12)), "summary")}
    assert kept == set(range(12 - len(kept), 12))
    assert 8 <= len(kept) <= 10


# Where it lies and what it depends on


def test_the_named_folder_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.delenv("READINESS_CACHE_DIR", raising=False)
    assert cache_folder() == tmp_path / "xdg" / "readiness"
    monkeypatch.setenv("READINESS_CACHE_DIR", str(tmp_path / "own"))
    assert cache_folder() == tmp_path / "own"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "engine" / "__pycache__").mkdir(parents=True)
    (tmp_path / "engine" / "a.py").write_text("x = 1\n")
    return tmp_path / "engine"


def test_the_fingerprint_is_the_same_for_the_same_engine(package: Path) -> None:
    before = fingerprint([package])
    (package / "__pycache__" / "a.pyc").write_bytes(b"x")
    assert fingerprint([package, package]) == before


@pytest.mark.parametrize("change", ["size", "time", "new", "name", "table"])
def test_the_fingerprint_changes_with_any_file(package: Path, change: str) -> None:
    before = fingerprint([package])
    file = package / "a.py"
    status = file.stat()
    if change == "size":
        file.write_text("x = 10\n")
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    elif change == "time":
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    elif change == "new":
        (package / "b.py").write_text("")
    elif change == "name":
        file.rename(package / "c.py")
    else:
        (package / "checklist.toml").write_text("")
    assert fingerprint([package]) != before


def test_a_plugin_of_one_file_counts(package: Path) -> None:
    assert fingerprint([package / "a.py"]) != fingerprint([])
