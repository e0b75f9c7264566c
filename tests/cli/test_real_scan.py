"""The commands with the real scan behind them, on a backend of one file."""

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

import readiness
from readiness.cli import main
from readiness.scan import ScanOptions

APP = """
from fastapi import FastAPI

app = FastAPI()


@app.get("/items/{item_id}")
def read_item(item_id: int) -> dict[str, int]:
    return {"id": item_id}
"""


@pytest.fixture
def backend(tmp_path, monkeypatch):
    monkeypatch.setenv("READINESS_CACHE_DIR", str(tmp_path / "cache"))
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "main.py").write_text(APP)
    return folder


def invoke(*args):
    return CliRunner().invoke(main, [str(each) for each in args], catch_exceptions=False)


def test_the_fake_scan_of_the_other_tests_takes_what_the_real_one_takes(fake_scan):
    import sys

    fake = sys.modules["readiness.scan"].ScanOptions
    assert fake.__struct_fields__ == ScanOptions.__struct_fields__


def test_a_backend_is_scanned_and_its_report_is_valid(backend):
    result = invoke("check", backend, "--jobs", 1, "--format", "json", "--fail-on", "never")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    schema = json.loads((Path(readiness.__file__).parent / "schemas" / "report-v1.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    assert document["services"][0]["recognised"]["frameworks"] == ["FastAPI"]


def test_the_second_run_says_the_same_byte_for_byte(backend):
    arguments = ("check", backend, "--jobs", 1, "-vv", "--today", "2026-01-01", "--fail-on", "never")
    assert invoke(*arguments).stdout == invoke(*arguments).stdout == invoke(*arguments, "--no-cache").stdout


def test_endpoints(backend):
    routes = json.loads(invoke("endpoints", backend, "--jobs", 1, "--format", "json").stdout)["routes"]
    assert [(each["method"], each["path"], each["file"], each["line"], each["handler"]) for each in routes] == [
        ("GET", "/items/{item_id}", "main.py", 8, "main.read_item")
    ]


def test_every_item_can_be_explained(backend):
    document = json.loads(invoke("check", backend, "--jobs", 1, "--format", "json").stdout)
    for item in document["services"][0]["items"]:
        result = invoke("explain", item["id"], backend, "--jobs", 1)
        assert result.exit_code == 0
        assert result.stdout.startswith(item["title"])


def test_every_installed_rule_can_be_explained(backend):
    for rule in json.loads(invoke("rules", "--format", "json").stdout)["rules"]:
        result = invoke("explain", rule["id"])
        assert result.exit_code == 0
        assert result.stdout.startswith(rule["id"])


def test_a_folder_without_code_is_nothing_to_analyse(tmp_path, monkeypatch):
    monkeypatch.setenv("READINESS_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "plan.txt").write_text("nothing here")
    result = invoke("check", tmp_path / "notes")
    assert result.exit_code == 4
    assert "nothing to analyse" in result.stderr


def test_a_plugin_that_breaks_is_named_and_the_report_is_there(backend, tmp_path):
    (tmp_path / "bad_rule.py").write_text("raise RuntimeError('boom')\n")
    result = invoke("check", backend, "--jobs", 1, "--plugin", tmp_path / "bad_rule.py")
    assert result.exit_code == 3
    assert "bad_rule.py: cannot be imported: RuntimeError: boom" in result.stderr.splitlines()[-1]
    assert "FastAPI" in result.stdout
