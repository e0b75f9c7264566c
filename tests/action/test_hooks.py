"""The hook as git calls it: what the commit will hold is judged, whichever way it is made."""

import os
import subprocess
import sys

import pytest


def commit(runner, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-m", "x", *arguments],
        cwd=runner.workspace,
        env=os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def hooked(runner, monkeypatch):
    """A repository with a shop whose commits are judged."""
    monkeypatch.setenv("READINESS_CACHE_DIR", str(runner.temp / "cache"))
    runner.good()
    hook = runner.workspace / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m readiness check --staged\n')
    hook.chmod(0o755)
    return runner


def worsen(runner) -> None:
    file = runner.workspace / "shop" / "main.py"
    file.write_text(
        file.read_text() + '\n\n@app.get("/s")\ndef s(name: str):\n    import sqlite3\n\n'
        "    with sqlite3.connect('x') as c:\n        return c.execute(f\"SELECT a FROM b WHERE c = '{name}'\").fetchall()\n"
    )


@pytest.mark.parametrize("arguments", [("-a",), ("--", "shop/main.py"), ("--include", "--", "shop/main.py")])
def test_what_is_staged_only_for_this_commit_is_judged(hooked, arguments):
    worsen(hooked)
    code, said = commit(hooked, *arguments)
    assert code == 1
    assert "shop/main.py" in said
    assert "the gate failed" in said


def test_what_is_not_staged_is_not_judged(hooked):
    worsen(hooked)
    hooked.write({"shop/other.py": "x = 1\n"})
    hooked.git("add", "shop/other.py")
    code, said = commit(hooked)
    assert code == 0, said


def test_the_first_commit_is_held_against_nothing(runner, monkeypatch):
    monkeypatch.setenv("READINESS_CACHE_DIR", str(runner.temp / "cache"))
    runner.write({"shop/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n"})
    worsen(runner)
    runner.git("init", "-q")
    runner.git("add", "-A")
    command = [sys.executable, "-P", "-m", "readiness", "check", "--staged"]
    done = subprocess.run(command, cwd=runner.workspace, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "1 new finding where 0 may be" in done.stderr


def test_an_index_of_another_repository_is_not_taken_for_this_one(hooked, monkeypatch, tmp_path):
    other = tmp_path / "other-index"
    other.write_bytes((hooked.workspace / ".git" / "index").read_bytes())
    worsen(hooked)
    hooked.git("add", "-A")
    monkeypatch.setenv("GIT_INDEX_FILE", str(other))
    command = [sys.executable, "-P", "-m", "readiness", "check", "--staged"]
    done = subprocess.run(command, cwd=hooked.workspace, capture_output=True, text=True, check=False)
    assert done.returncode == 1
