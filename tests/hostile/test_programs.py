"""Nothing that a scanned repository names, holds or plants is run or imported."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

CANARY = "canary-7f3a91"
APP = "from fastapi import FastAPI\n\napp = FastAPI()\n"

PROGRAM_KEYS = (
    "core.fsmonitor",
    "core.pager",
    "core.sshCommand",
    "core.editor",
    "core.askPass",
    "core.gitProxy",
    "core.alternateRefsCommand",
    "credential.helper",
    "diff.external",
    "gpg.program",
    "sequence.editor",
    "uploadpack.packObjectsHook",
    "pager.ls-files",
    "filter.evil.clean",
    "filter.evil.smudge",
    "filter.evil.process",
    "diff.evil.textconv",
    "diff.evil.command",
    "remote.origin.uploadpack",
)
HOOKS = ("post-index-change", "fsmonitor-watchman", "reference-transaction", "post-checkout", "pre-auto-gc")


@pytest.fixture
def trap(tmp_path):
    """A program that leaves a mark, and the mark."""
    mark = tmp_path / "ran"
    program = tmp_path / "program.sh"
    program.write_text(f'#!/bin/sh\necho "$0 $@" >> {mark}\ncat\nexit 0\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program, mark


def arm(shop, folder: Path, program: Path) -> None:
    """Name the program wherever git's configuration of a repository can name one."""
    for key in PROGRAM_KEYS:
        shop.git("config", key, str(program), folder=folder)
    for key, value in {
        "alias.ls-files": f"!{program}",
        "core.fsmonitorHookVersion": "2",
        "remote.origin.url": f"ext::{program}",
        "extensions.partialClone": "origin",
        "core.hooksPath": str(folder / ".git" / "hooks"),
    }.items():
        shop.git("config", key, value, folder=folder)
    shop.write({".gitattributes": "* filter=evil diff=evil\n"}, folder=folder)
    (folder / ".git" / "hooks").mkdir(exist_ok=True)
    for name in HOOKS:
        shutil.copy(program, folder / ".git" / "hooks" / name)


def test_the_trap_works_with_plain_git(shop, trap):
    program, mark = trap
    shop.git("init", "-q")
    arm(shop, shop.path, program)
    subprocess.run(["git", "status"], cwd=shop.path, capture_output=True, check=False)
    assert mark.exists()


def test_no_program_of_a_repository_runs(shop, trap):
    program, mark = trap
    for folder in (shop.path, shop.path / "nested"):
        folder.mkdir(exist_ok=True)
        shop.git("init", "-q", folder=folder)
        shop.write({"main.py": APP}, folder=folder)
        shop.git("add", "main.py", folder=folder)
        shop.git("commit", "-qm", "first", folder=folder)
        arm(shop, folder, program)
    shop.write({"included": f"[core]\n fsmonitor = {program}\n", "main.py": APP + "x = 1\n"})
    shop.git("config", "include.path", "../included")
    mark.unlink(missing_ok=True)
    done = shop.scan()
    assert not mark.exists()
    assert done.document["head"]
    assert done.service()["recognised"]["files"] == 2


def test_a_git_file_that_points_elsewhere_runs_nothing_and_shows_nothing(shop, trap):
    program, mark = trap
    other = shop.beside / CANARY
    other.mkdir()
    shop.git("init", "-q", folder=other)
    shop.write({f"{CANARY}.py": APP}, folder=other)
    shop.git("add", "-A", folder=other)
    shop.git("commit", "-qm", CANARY, folder=other)
    arm(shop, other, program)
    mark.unlink(missing_ok=True)
    shop.write({"main.py": APP, ".git": f"gitdir: {other / '.git'}\n"})
    done = shop.scan()
    assert not mark.exists()
    assert f"{CANARY}.py" not in done.out + done.err


def test_another_work_tree_leads_nowhere(shop, trap):
    program, mark = trap
    shop.write({f"{CANARY}.py": APP}, folder=shop.beside / "outside")
    shop.git("init", "-q")
    shop.write({"main.py": APP})
    arm(shop, shop.path, program)
    shop.git("config", "core.worktree", str(shop.beside / "outside"))
    mark.unlink(missing_ok=True)
    done = shop.scan()
    assert not mark.exists()
    assert CANARY not in done.out + done.err


def test_a_bare_repository_in_disguise_runs_nothing(shop, trap):
    program, mark = trap
    shop.git("init", "-q", "--bare", ".")
    shop.write({"main.py": APP})
    shop.git("config", "core.bare", "false")
    shop.git("config", "core.worktree", str(shop.path))
    shop.git("config", "core.fsmonitor", str(program))
    mark.unlink(missing_ok=True)
    done = shop.scan()
    assert not mark.exists()
    assert done.service()["recognised"]["files"] == 1


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_another_user_is_walked_and_the_report_says_so(shop, monkeypatch):
    shop.git("init", "-q")
    shop.write({"main.py": APP})
    for path in (shop.path, shop.path / ".git"):
        os.chown(path, 12345, 12345)
    monkeypatch.setenv("HOME", str(shop.beside))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    done = shop.scan()
    assert [each for each in done.problems.values() if "another user owns" in each]
    assert done.service()["recognised"]["files"] == 1


OTHERS = (
    "click conftest coverage evil libcst msgspec pathspec readiness_rules sitecustomize sqlglot sqlglotc sqlglotrs "
    "typing_extensions usercustomize yaml"
)


def plant_modules(shop, mark: Path) -> None:
    """Modules of the names that anything could import, each leaving a mark, but those that Python itself imports for `-m`
    before any code of ours runs."""
    shop.write({"probe/__init__.py": "", "probe/__main__.py": "import sys\nprint(*sys.modules)\n"}, folder=shop.beside)
    loaded = subprocess.run(
        [sys.executable, "-m", "probe"], cwd=shop.beside, capture_output=True, text=True, check=True
    )
    before = {name.partition(".")[0] for name in loaded.stdout.split()}
    names = (sys.stdlib_module_names | set(OTHERS.split())) - before - {"__main__"}
    shop.write({f"{name}.py": f"open({str(mark)!r}, 'a').write({name!r} + ' ')\nraise ImportError\n" for name in names})
    shop.write(
        {
            "evil-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n",
            "evil-1.0.dist-info/entry_points.txt": "[readiness.rules]\nx = evil\n\n[readiness.libraries]\nx = evil\n",
            "evil.pth": f"import os; os.system('touch {mark}')\n",
            "newer.py": "type X = int\n",
            "pkg/main.py": APP,
        }
    )


SPAWNING = """
import sys
from readiness import extraction
from readiness.extraction import pool

if __name__ == "__main__":
    pool.way_to_start = lambda: "spawn"
    extraction.SERIAL_FILES = 1
    from readiness.cli import main

    main(["check", *sys.argv[1:]])
"""
CONSOLE = "import sys; sys.argv[0] = 'readiness'; from readiness.cli import main; main()"


@pytest.mark.parametrize("way", ["module", "console", "spawn"])
def test_no_module_of_the_current_folder_is_imported(shop, way):
    mark = shop.beside / "imported"
    plant_modules(shop, mark)
    driver = shop.beside / "driver.py"
    driver.write_text(SPAWNING)
    start = {
        "module": ("-m", "readiness", "check"),
        "console": ("-P", "-c", CONSOLE, "check"),
        "spawn": (str(driver),),
    }[way]
    done = shop.run(".", "--no-cache", "--format", "json", "--jobs", 2, cwd=shop.path, start=start)
    assert not mark.exists(), mark.read_text()
    assert done.code in {0, 1}
    assert "newer.py" not in done.problems
    assert not [each for each in done.document["problems"] if each["stage"] == "plugin"]


@pytest.mark.parametrize("key", ["plugins", "command", "rules"])
def test_no_setting_loads_a_plugin_or_names_a_program(shop, key):
    mark = shop.beside / "imported"
    settings = f"{key} = ['evil', './evil.py', 'touch {mark}']\n"
    shop.write({"main.py": APP, "evil.py": f"open({str(mark)!r}, 'w')\n", "readiness.toml": settings})
    done = shop.run(".", "--no-cache", cwd=shop.path)
    assert (done.code, mark.exists()) == (2, False)
    assert f"{key} in readiness.toml is no setting" in done.err


def test_the_code_that_is_scanned_does_not_run(shop):
    mark = shop.beside / "ran"
    line = f"open({str(mark)!r}, 'a')\n"
    names = ("main.py", "conftest.py", "setup.py", "tests/conftest.py", "pkg/__init__.py", "noxfile.py", "manage.py")
    shop.write(dict.fromkeys(names, APP + line))
    shop.write(
        {"pyproject.toml": f"[build-system]\nrequires = []\nbuild-backend = 'pkg'\n[project]\nname = '{CANARY}'\n"}
    )
    assert shop.scan().document["services"][0]["recognised"]["files_read"] == len(names)
    assert not mark.exists()


def test_a_plugin_of_the_command_line_is_the_only_way_in(shop):
    mark = shop.beside / "imported"
    shop.write({"main.py": APP, "rules/own.py": f"open({str(mark)!r}, 'w')\n"})
    shop.scan()
    assert not mark.exists()
    assert json.loads(shop.scan("--plugin", shop.path / "rules").out)
    assert mark.exists()
