"""A repository to be scanned by the real command, in a process of its own, for the tests that go from end to end."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

HANG = 120
"""Seconds after which a run hangs; every one of them should take a few."""
COMMAND = ("-m", "readiness", "check")
TODAY = ("--today", "2026-06-01")
ENDINGS = {0, 1, 3, 4}
"""Exit codes of a scan that came to its end."""


class Done(Struct):
    """How one run of the command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The JSON report."""
        return json.loads(self.out)

    @property
    def problems(self) -> dict[str, str]:
        """Path to message, the last one of each path."""
        return {each["path"]: each["message"] for each in self.document["problems"]}

    def findings(self, rule: str = "parameterized-queries") -> list[dict[str, Any]]:
        """The findings of one rule."""
        return [each for each in self.document["findings"] if each["rule"] == rule]

    def service(self, name: str = "shop") -> dict[str, Any]:
        """One service of the report."""
        return next(each for each in self.document["services"] if each["name"] == name)


class Shop(Struct):
    """A folder below the test's own one, with the cache beside it."""

    path: Path

    @property
    def beside(self) -> Path:
        """The folder around it."""
        return self.path.parent

    def write(self, files: Mapping[str, str | bytes], *, folder: Path | None = None) -> None:
        """Write files by their names."""
        for name, content in files.items():
            path = (folder or self.path) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))

    def link(self, targets: Mapping[str, object]) -> None:
        """Make symbolic links."""
        for name, target in targets.items():
            (self.path / name).symlink_to(str(target))

    def git(self, *arguments: str, folder: Path | None = None) -> None:
        """Run git, as somebody who made the repository did."""
        identity = {f"GIT_{who}_{what}": "a@b.c" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        dates = {f"GIT_{who}_DATE": "2026-03-01T12:00:00Z" for who in ("AUTHOR", "COMMITTER")}
        settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        subprocess.run(
            ["git", "-c", "init.defaultBranch=main", *arguments],
            cwd=folder or self.path,
            env=os.environ | identity | dates | settings,
            capture_output=True,
            check=True,
        )

    def run(self, *arguments: object, start: tuple[str, ...] = COMMAND, cwd: Path | None = None) -> Done:
        """Run the command; what it prints is UTF-8, and no traceback."""
        done = subprocess.run(
            [sys.executable, *start, *(str(each) for each in arguments)],
            cwd=cwd or self.beside,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=HANG,
            check=False,
        )
        result = Done(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in result.err, result.err
        return result

    def scan(self, *arguments: object) -> Done:
        """Scan it without the cache, to its end; the report is JSON."""
        done = self.run(self.path, "--no-cache", "--format", "json", *TODAY, *arguments)
        assert done.code in ENDINGS, done.err
        return done


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """An empty folder to be filled and scanned."""
    monkeypatch.setenv("READINESS_CACHE_DIR", str(tmp_path / "cache"))
    for name in ("PYTHONPATH", "PYTHONSAFEPATH", "COLUMNS", "FORCE_COLOR", "CLICOLOR_FORCE", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "shop"
    folder.mkdir()
    return Shop(folder)
