"""Manifests, settings, evidence and trees made to hang or to crash their readers are read or named."""

import json
import os
import sqlite3

import pytest

APP = "from fastapi import FastAPI\n\napp = FastAPI()\n\n@app.get('/x')\ndef x(): return 1\n"
DEEP = "[" * 20_000 + "]" * 20_000
DOTS = "a" + ".a" * 30_000
PASSWORDS = "root:x"

MANIFESTS = {
    "deep/pyproject.toml": f"a = {DEEP}\n",
    "dotted/pyproject.toml": f"{DOTS} = 1\n",
    "tables/pyproject.toml": f"[{DOTS}]\n",
    "many/pyproject.toml": "[project]\ndependencies = [" + ",".join(f"'p{i}>=1'" for i in range(40_000)) + "]\n",
    "lines/pyproject.toml": "[project]\ndependencies = [\n"
    + "".join(f"'p{i}>=1',\n" for i in reversed(range(19_000)))
    + "]\n",
    "code/setup.py": "from setuptools import setup\nsetup(install_requires=[])\nx" + "()" * 900 + "\n",
    "setup.cfg": "[options]\ninstall_requires =\n" + "".join(f"  p{i}\n" for i in range(20_000)) + "%(a)s\n",
    "requirements.txt": f"-r requirements.txt\n-r ../../etc/passwd\n-r requirements/r0.txt\na{'-' * 100_000}!\n{'a[' * 50_000}",
    **{f"requirements/r{i}.txt": f"-r r{i + 1}.txt\n" for i in range(500)},
    "uv.lock": f'[[package]]\nname = "{"a" * 500_000}"\nversion = "1"\n[[package]]{" " * 500_000}x\n',
    "Pipfile": DEEP,
    "Pipfile.lock": '{"default": ' + "[" * 100_000,
    "compose.yaml": "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*a, *a]\n" for i in range(60)) + "c: " + "[" * 50_000,
}


def broken(done) -> list[str]:
    """Parts of the engine that crashed."""
    return [each["message"] for each in done.document["problems"] if each["stage"] in ("recognise", "judge", "plugin")]


def test_manifests_that_are_bombs_are_read_or_named(shop):
    shop.write({"main.py": APP, **MANIFESTS})
    done = shop.scan()
    assert {"deep/pyproject.toml", "dotted/pyproject.toml", "tables/pyproject.toml", "Pipfile"} <= set(done.problems)
    assert PASSWORDS not in done.out
    assert broken(done) == []


SETTINGS = {"deep": f"a = {DEEP}", "dots": f"{DOTS} = 1", "bytes": b"\xff", "large": "x" * 2**21}


@pytest.mark.parametrize("kind", SETTINGS)
@pytest.mark.parametrize("name", ["readiness.toml", "deviations.toml"])
def test_settings_that_are_bombs_are_refused_in_a_sentence(shop, name, kind):
    shop.write({"main.py": APP, name: SETTINGS[kind]})
    done = shop.run(shop.path, "--no-cache", "--format", "json")
    if name == "deviations.toml":
        assert "no deviation counts" in done.problems[name]
    else:
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)


COUNTING = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
TABLES = """
CREATE TABLE coverage_schema (version integer); INSERT INTO coverage_schema VALUES (7);
CREATE TABLE meta (key, value); CREATE TABLE file (id, path); INSERT INTO file VALUES (1, 'main.py');
CREATE TABLE arc (file_id, context_id, fromno, tono); CREATE TABLE line_bits (file_id, context_id, numbits);
"""
DATABASES = {
    "view": f"DROP TABLE line_bits; CREATE VIEW line_bits AS {COUNTING} SELECT 1 file_id, 1 context_id, x numbits FROM c",
    "names": f"DROP TABLE file; CREATE VIEW file AS {COUNTING} SELECT x id, 'main.py' path FROM c",
    "computed": "DROP TABLE file; CREATE TABLE file (id, path AS (hex(zeroblob(100000000))))",
    "older": "UPDATE coverage_schema SET version = 2",
    "versions": f"DROP TABLE coverage_schema; CREATE VIEW coverage_schema AS {COUNTING} SELECT 7 version FROM c WHERE x < 0",
}
ENTITIES = "".join(f'<!ENTITY l{i + 1} "{f"&l{i};" * 10}">' for i in range(9))
REPORTS = {
    "bomb/coverage.xml": f'<!DOCTYPE c [<!ENTITY l0 "lol">{ENTITIES}]><coverage><source>&l9;</source></coverage>',
    "entity/coverage.xml": '<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]><coverage><source>&x;</source></coverage>',
    "parameter/coverage.xml": '<!DOCTYPE c [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><coverage/>',
    "deep/coverage.xml": "<coverage>" + "<a>" * 500_000,
    "long/coverage.xml": "<coverage>"
    + "".join(f"<class filename='{'x/' * 50_000}{i}.py'/>" for i in range(20))
    + "</coverage>",
    "sources/coverage.xml": "<coverage>"
    + "".join(f"<source>/s{i}</source>" for i in range(500))
    + "".join(f"<class filename='{'x/' * 100}{i}.py'/>" for i in range(3000))
    + "</coverage>",
    "json/coverage.json": '{"files": ' + "[" * 500_000,
    "lines/coverage.json": json.dumps({"files": {f"{i}.py": {"executed_lines": [10**6, 10**18]} for i in range(300)}}),
    "lcov/lcov.info": "SF:x\nDA:" + "9" * 100_000 + ",1\n" + "DA:1\n" * 50_000,
    "random/.coverage": b"SQLite format 3\0" + bytes(range(256)) * 200,
    "short/.coverage": b"SQLite format 3\0",
}


def test_coverage_files_that_are_bombs_are_named(shop):
    shop.write({"main.py": APP, **REPORTS})
    for name, script in DATABASES.items():
        (shop.path / name).mkdir()
        connection = sqlite3.connect(shop.path / name / ".coverage")
        connection.executescript(TABLES + script)
        connection.close()
    (shop.path / "sparse").mkdir()
    with (shop.path / "sparse" / ".coverage").open("wb") as file:
        file.write(b"SQLite format 3\0")
        file.truncate(100 * 2**30)
    done = shop.scan()
    assert {path for path in done.problems if "/" in path} == {
        *REPORTS,
        *(f"{name}/.coverage" for name in (*DATABASES, "sparse")),
    }
    assert PASSWORDS not in done.out
    assert broken(done) == []


ENTRY = "reason = 'one two three'\nowner = 'o'\napprover = 'p'\nlink = 'l'\ncreated = 2026-01-01\nuntil = 2026-12-01\n"
REGISTERS = {
    "keys": "".join(f"k{i} = 1\n" for i in range(20_000)),
    "patterns": "".join(
        f"[[deviation]]\nid = 'd{i}'\nrule = 'no-swallowed-exceptions'\nwhere = '{'*a' * 100}{i}'\n{ENTRY}"
        for i in range(200)
    ),
    "quotes": "x = '''\n" + "[[deviation]]\n" * 20_000 + "'''\n" + " " * 200_000,
}


@pytest.mark.parametrize("register", REGISTERS)
def test_a_register_of_many_entries_is_read(shop, register):
    clauses = "".join(f"def {'a' * 100}{i}():\n    try: f()\n    except Exception: pass\n" for i in range(100))
    shop.write({"main.py": APP + clauses, "deviations.toml": REGISTERS[register]})
    done = shop.scan()
    assert len(done.findings("no-swallowed-exceptions")) == 100
    assert broken(done) == []


def test_many_files_and_deep_folders_are_listed(shop):
    shop.write({"main.py": APP, "many/x.txt": ""})
    for number in range(20_000):
        (shop.path / "many" / f"f{number}").touch()
    folder = os.open(shop.path, os.O_RDONLY)
    for _ in range(300):
        os.mkdir("d", dir_fd=folder)
        deeper = os.open("d", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = deeper
    os.close(os.open("deep.py", os.O_CREAT | os.O_WRONLY, dir_fd=folder))
    os.close(folder)
    done = shop.scan()
    assert [message for message in done.problems.values() if "nested over" in message]
    assert done.service()["recognised"]["files_read"] == 1


@pytest.mark.parametrize("pattern", ["*a*a*a*b", "a" * 100_000, "[!-z]*?[^" * 50, "\\"])
def test_patterns_made_to_be_slow_are_refused_or_applied(shop, pattern):
    shop.write({"main.py": APP, "a" * 200 + "/" + "a" * 200: ""})
    shop.write({"readiness.toml": f"exclude = [{json.dumps(pattern)}]\n"})
    done = shop.run(shop.path, "--no-cache")
    assert done.code in {0, 1, 2}
