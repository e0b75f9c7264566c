"""`readiness check --profile`: the table is on stderr, the reports are as without it."""

import json

import pytest
from click.testing import CliRunner

from readiness.cli import main
from readiness.cli.profile import lines
from readiness.profiling import Part, Profile

APP = """
import sqlite3

from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def items(name: str) -> list[str]:
    return list(sqlite3.connect("shop").execute(f"SELECT name FROM items WHERE name = '{name}'"))
"""


@pytest.fixture
def backend(tmp_path, monkeypatch):
    monkeypatch.setenv("READINESS_CACHE_DIR", str(tmp_path / "cache"))
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "main.py").write_text(APP)
    return folder


def invoke(*args):
    return CliRunner().invoke(main, ["check", "--jobs", "1", *map(str, args)], catch_exceptions=False)


def names(text):
    """The names in the first column, with their indentation."""
    return [line[:34].rstrip() for line in text.splitlines()]


def test_the_report_is_the_same_byte_for_byte(backend):
    arguments = (backend, "--format", "json", "--today", "2026-01-01")
    with_profile, without = invoke(*arguments, "--profile"), invoke(*arguments)
    assert with_profile.stdout == without.stdout
    assert with_profile.exit_code == without.exit_code


def test_each_stage_of_the_run_has_a_line(backend):
    told = names(invoke(backend, "--profile", "--fail-on", "never").stderr)
    stages = {"start", "walk", "extract", "link", "ruff", "bandit", "recognise", "services", "judge", "score", "report"}
    assert stages <= set(told)
    assert told.index("in all") > told.index("report")


def test_an_unchanged_run_names_the_stored_report_and_no_analysis(backend):
    invoke(backend)
    told = names(invoke(backend, "--profile", "--fail-on", "never").stderr)
    assert "stored report" in told
    assert "recognise" not in told


def test_how_the_gate_went_stays_the_last_line(backend):
    result = invoke(backend, "--profile", "--min-score", "100")
    assert result.exit_code == 1
    assert "--min-score" in result.stderr.splitlines()[-1]


def test_a_comparison_is_measured_too(backend, tmp_path):
    from subprocess import run

    identity = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    for arguments in (("init", "-q"), ("add", "-A"), (*identity, "commit", "-q", "-m", "first")):
        run(("git", *arguments), cwd=backend, check=True)
    told = names(invoke(backend, "--since", "HEAD", "--profile", "--fail-on", "never").stderr)
    assert {"walk", "recognise", "in all"} <= set(told)


def test_json_has_every_library_and_rule_that_ran(backend, tmp_path):
    file = tmp_path / "profile.json"
    result = invoke(backend, "--output", f"profile={file}", "--fail-on", "never")
    parts = json.loads(file.read_text())["run"]["parts"]
    assert "fastapi" in parts["recognise"]["parts"]
    assert "parameterized-queries" in parts["judge"]["parts"]["data"]["parts"]
    assert "where the time went" not in result.stderr


def test_what_was_read_is_counted(backend, tmp_path):
    file = tmp_path / "profile.json"
    invoke(backend, "--output", f"profile={file}")
    first = json.loads(file.read_text())["counts"]
    (backend / "more.py").write_text("x = 1\n")
    invoke(backend, "--output", f"profile={file}")
    second = json.loads(file.read_text())["counts"]
    assert (first["files"], first["from the cache"]) == (1, 0)
    assert (second["files"], second["from the cache"]) == (2, 1)


def test_a_profile_is_no_format_to_print(backend):
    result = invoke(backend, "--format", "profile")
    assert result.exit_code == 2


def test_what_took_next_to_nothing_is_one_line():
    profile = Profile(lambda: (0.0, 0.0, 0.0), lambda: 0)
    large, small = Part("sqlalchemy", wall=9.0, cpu=9.0), [Part(name, wall=0.001) for name in ("flask", "quart")]
    parts = {part.name: part for part in (*small, large)}
    profile.whole = Part("run", wall=10.0, cpu=9.0, parts={"recognise": Part("recognise", wall=9.5, parts=parts)})
    assert names("\n".join(lines(profile)))[1:6] == [
        "recognise", "  sqlalchemy", "  2 more", "  the rest", "the rest",
    ]  # fmt: skip


def test_a_shared_step_inside_of_itself_is_counted_once():
    inner = Part("value flow", wall=1.0, times=3, shared=True)
    outer = Part("value flow", wall=4.0, times=1, shared=True, parts={"value flow": inner})
    profile = Profile(lambda: (0.0, 0.0, 0.0), lambda: 0)
    profile.whole = Part("run", wall=4.0, parts={"judge": Part("judge", wall=4.0, parts={"value flow": outer})})
    (line,) = [line for line in lines(profile) if line.startswith("  value flow")]
    assert line.split()[2] == "4.000"
    assert line.endswith("1 times")


def test_what_another_process_did_at_the_same_time_is_not_subtracted():
    beside = Part(
        "in another process", wall=3.0, others=3.0, beside=True, parts={"calls": Part("calls", wall=3.0, cpu=3.0)}
    )
    parts = {"in another process": beside, "flask": Part("flask", wall=4.0, cpu=4.0)}
    profile = Profile(lambda: (0.0, 0.0, 0.0), lambda: 0)
    recognise = Part("recognise", wall=4.0, cpu=4.0, others=3.0, parts=parts)
    profile.whole = Part("run", wall=4.0, cpu=4.0, others=3.0, parts={"recognise": recognise})
    assert names("\n".join(lines(profile)))[1:6] == [
        "recognise", "  flask", "  in another process", "    calls", "in all",
    ]  # fmt: skip
