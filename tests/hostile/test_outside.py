"""Nothing outside of the scanned folder is read, however a repository leads there."""

import json
import os
import shutil

import pytest

CANARY = "canary-7f3a91"
APP = "from fastapi import FastAPI\n\napp = FastAPI()\n"


@pytest.fixture
def outside(shop):
    """Files beside the repository that no report may speak of."""
    folder = shop.beside / "outside"
    settings = f"[tool.readiness]\nchecklist = '{CANARY}'\n"
    shop.write(
        {
            "main.py": f"{APP}\n@app.get('/{CANARY}')\ndef owned(): return 1\n",
            "pyproject.toml": f"[project]\nname = '{CANARY}'\ndependencies = ['{CANARY}']\n{settings}",
            "checklist.toml": f"{CANARY} = [\n",
            "coverage.xml": f"<coverage><class filename='{CANARY}.py'/></coverage>",
            "requirements.txt": f"{CANARY}==1\n",
            "deviations.toml": f"{CANARY} = 1\n",
        },
        folder=folder,
    )
    return folder


@pytest.mark.parametrize("tracked", [False, True], ids=["walked", "in git"])
def test_no_link_is_followed_out_and_no_device_or_pipe_opened(shop, outside, tracked):
    shop.write({"main.py": APP, "app/sub/x.py": "x = 1\n"})
    shop.link(
        {
            "linked.py": outside / "main.py",
            "up.py": "../outside/main.py",
            "linked": outside,
            "pyproject.toml": outside / "pyproject.toml",
            "coverage.xml": outside / "coverage.xml",
            "requirements.txt": outside / "requirements.txt",
            "deviations.toml": outside / "deviations.toml",
            "zero.py": "/dev/zero",
            "terminal.py": "/dev/tty",
            "loop.py": "loop.py",
            "a": "b",
            "b": "a",
            "app/sub/above": "../..",
        }
    )
    os.mkfifo(shop.path / "pipe.py")
    os.mkfifo(shop.path / "setup.py")
    if tracked:
        shop.git("init", "-q")
        shop.git("add", "-A")
        shop.git("commit", "-qm", "first")
        shutil.rmtree(shop.path / "app")
        shop.link({"app": outside})  # what was a folder when it was committed
    done = shop.scan()
    assert CANARY not in done.out + done.err
    assert "the link leads out" in done.problems["linked.py"]
    assert tracked or "was not opened" in done.problems["pipe.py"]


SETTINGS = {
    "checklist": ("checklist.toml", "checklist = {!r}\n"),
    "deviations": ("deviations.toml", "deviations = {!r}\n"),
    "coverage": ("coverage.xml", "[evidence]\ncoverage = {!r}\n"),
    "service": ("", "[[service]]\nroot = {!r}\n"),
}


@pytest.mark.parametrize("way", ["absolute", "above", "by a link", "below a link"])
@pytest.mark.parametrize("key", SETTINGS)
def test_no_setting_leads_out(shop, outside, key, way):
    name, form = SETTINGS[key]
    path = {
        "absolute": str(outside / name),
        "above": f"../outside/{name}",
        "by a link": "linked",
        "below a link": f"folder/{name}",
    }[way]
    shop.link({"linked": outside / name, "folder": outside})
    shop.write({"main.py": APP, "readiness.toml": form.format(path)})
    done = shop.run(shop.path, "--no-cache", "--format", "json")
    assert CANARY not in done.out + done.err
    if key in ("checklist", "deviations") or (key == "service" and "link" not in way):
        assert (done.code, done.err.count("\n")) == (2, 1)
        assert key in done.err
    elif key == "coverage":
        assert path in done.problems


def test_settings_behind_a_link_are_refused(shop, outside):
    shop.write({"main.py": APP})
    shop.link({"readiness.toml": outside / "pyproject.toml"})
    done = shop.run(shop.path, "--no-cache")
    assert (done.code, done.out) == (2, "")
    assert "leads out" in done.err
    assert CANARY not in done.err


def test_a_link_that_is_named_is_not_followed_out(shop, outside):
    shop.write({"main.py": APP})
    shop.link({"linked.py": outside / "main.py", "linked": outside})
    done = shop.run(shop.path / "linked.py", shop.path / "main.py", "--no-cache", "--format", "json", cwd=shop.path)
    assert CANARY not in done.out + done.err
    assert "the link leads out" in done.problems["linked.py"]


def test_names_in_evidence_are_names_only(shop):
    names = ("../../etc/passwd", "/etc/passwd", "../main.py", "C:\\main.py", "main.py/../../x", "", "/", "..", "\0")
    classes = "".join(f'<class filename="{name}"><line number="1" hits="1"/></class>' for name in names[:-1])
    shop.write(
        {
            "main.py": APP,
            "coverage.xml": f"<coverage><sources><source>/etc</source><source>..</source></sources>{classes}</coverage>",
            "lcov.info": "".join(f"SF:{name}\nDA:1,1\nend_of_record\n" for name in names),
            "coverage.json": json.dumps({"files": {name: {"executed_lines": [1, -5, 2**40]} for name in names}}),
            "requirements.txt": "-r ../outside/requirements.txt\n-r /etc/passwd\n-c ../../../../etc/passwd\n",
        }
    )
    done = shop.scan()
    assert "root:x" not in done.out
    assert len(done.document["evidence"]) == 3


@pytest.mark.parametrize("way", ["link", "folder", "pipe"])
def test_no_report_is_written_where_a_repository_leads(shop, outside, way):
    shop.write({"main.py": APP})
    shop.link({"report.json": outside / "report.json", "build": outside})
    os.mkfifo(shop.path / "pipe.json")
    name = {"link": "report.json", "folder": "build/report.json", "pipe": "pipe.json"}[way]
    done = shop.run(".", "--no-cache", "--output", f"json={name}", cwd=shop.path)
    assert (done.code, done.out) == (2, "")
    assert not (outside / "report.json").exists()


def test_a_report_is_written_into_the_scanned_folder(shop):
    shop.write({"main.py": APP})
    shop.link({"latest.json": "report.json"})
    done = shop.run(".", "--no-cache", "--output", "json=latest.json", cwd=shop.path)
    assert done.code == 0
    assert json.loads((shop.path / "report.json").read_text(encoding="utf-8"))
