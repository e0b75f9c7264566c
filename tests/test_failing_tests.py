"""A test that fails in a fresh report caps the score of its service."""

import subprocess
from datetime import date

import pytest

from readiness.scan import ScanOptions, scan

APP = "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/orders')\ndef orders():\n    return []\n"
TESTS = "def test_orders():\n    assert 1 + 1 == 2\n"


@pytest.fixture
def capped(tmp_path):
    """The reason of the cap by failing tests, for a report with this body and time; empty without the cap."""

    def run(body, when):
        (tmp_path / "app.py").write_text(APP)
        (tmp_path / "tests").mkdir()
        (tmp_path / "tests" / "test_app.py").write_text(TESTS)
        (tmp_path / ".gitignore").write_text("junit.xml\n")
        environment = {
            "GIT_AUTHOR_DATE": "2026-02-01T00:00:00Z",
            "GIT_COMMITTER_DATE": "2026-02-01T00:00:00Z",
            "PATH": "/usr/bin:/bin:/usr/local/bin",
            "HOME": str(tmp_path),
        }
        for command in (
            ["init", "-q"],
            ["add", "."],
            ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"],
        ):
            subprocess.run(["git", *command], cwd=tmp_path, env=environment, check=True)
        test = f'<testcase classname="tests.test_app" name="test_orders">{body}</testcase>'
        (tmp_path / "junit.xml").write_text(f'<testsuite timestamp="{when}">{test}</testsuite>')
        report = scan([str(tmp_path)], ScanOptions(cache=False, jobs=1, today=date(2026, 3, 1)))
        assert report.problems == ()
        caps = {cap.id: cap.reason for cap in report.services[0].score.caps}
        return caps.get("failing-tests", "")

    return run


def test_a_fresh_failure_caps(capped):
    assert capped("<failure/>", "2026-02-02T00:00:00Z") == "1 of 1 tests fails"


def test_a_failure_from_before_the_commit_does_not(capped):
    assert capped("<failure/>", "2026-01-02T00:00:00Z") == ""


def test_a_suite_that_passes_does_not(capped):
    assert capped("", "2026-02-02T00:00:00Z") == ""
