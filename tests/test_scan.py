"""The pipeline as a whole: what is scanned, what one report says, and that the same inputs give the same bytes."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import msgspec
import pytest

from readiness import checklists
from readiness.model.report import Report, Stage
from readiness.scan import ScanOptions, scan

APP = """
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.orm import Session

app = FastAPI()


@app.get("/{path}")
def {path}(q: str, session: Session):
    return session.execute(text({query}))
"""
BAD = APP.format(path="bad", query="'select ' + q")
GOOD = APP.format(path="good", query="'select :q', {'q': q}")
JSON = ("--format", "json", "--today", "2026-06-01")


def scanned(done) -> set[str]:
    """Files whose queries were judged."""
    return {each["span"]["path"] for each in done.findings() if each["rule"] == "parameterized-queries"}


def report(shop, *, cache: bool = True, **options) -> Report:
    """Scan in this process."""
    today = options.pop("today", date(2026, 6, 1))
    return scan([str(shop.path)], ScanOptions(cache=cache, jobs=1, today=today, **options))


# What is scanned


@pytest.fixture
def places(shop):
    """A shop with three files that each hold a query."""
    shop.write({"main.py": BAD, "app/views.py": BAD, "app/deep/more.py": BAD, "other/x.py": BAD})
    return shop


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["."], {"main.py", "app/views.py", "app/deep/more.py", "other/x.py"}),
        (["main.py"], {"main.py"}),
        (["main.py", "other"], {"main.py", "other/x.py"}),
        (["app/views.py", "app/deep"], {"app/views.py", "app/deep/more.py"}),
        (["app", "main.py", "app/views.py"], {"main.py", "app/views.py", "app/deep/more.py"}),
        (["app"], {"views.py", "deep/more.py"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_files_and_folders_that_are_named_are_all_there_is(places, paths, expected):
    assert scanned(places.run(*paths, "--no-cache", *JSON, cwd=places.path)) == expected


def test_files_can_be_named_from_elsewhere(places):
    named = (places.path / "main.py", places.path / "other" / "x.py")
    assert scanned(places.run(*named, "--no-cache", *JSON, cwd=places.beside)) == {"shop/main.py", "shop/other/x.py"}


def test_what_is_excluded_stays_out_even_when_it_is_named(places):
    places.write({"readiness.toml": "exclude = ['other/', 'app/deep/**']\n"})
    named = ("main.py", "other/x.py", "app/views.py", "app/deep")
    assert scanned(places.run(*named, "--no-cache", *JSON, "--exclude", "views.py", cwd=places.path)) == {"main.py"}


def test_a_path_that_is_not_there_is_refused(shop):
    done = shop.run("nowhere", "--no-cache")
    assert (done.code, done.err) == (
        2,
        "readiness: there is no file or folder 'nowhere'; name the folder of a backend\n",
    )


@pytest.mark.parametrize(
    "files", [{}, {"notes.txt": "x"}, {"main.go": "package main\n"}], ids=["empty", "text", "unread"]
)
def test_without_a_file_that_can_be_read_there_is_nothing_to_analyse(shop, files):
    shop.write(files)
    done = shop.run(shop.path, "--no-cache")
    assert done.code == 4
    assert "nothing to analyse: shop holds no file that readiness can read" in done.err


def test_a_folder_without_git_is_walked_and_the_report_says_so(shop):
    shop.write({"main.py": GOOD})
    done = shop.scan()
    assert [each for each in done.problems.values() if "is no git repository" in each]
    assert done.document["head"] == ""


def test_what_git_ignores_is_left_out(shop):
    shop.git("init", "-q")
    shop.write({"main.py": BAD, "ignored.py": BAD, ".gitignore": "ignored.py\n"})
    assert scanned(shop.scan()) == {"main.py"}


# What the report says


def test_services_are_scored_apart_and_share_what_lies_outside_of_them(shop):
    store = """
from sqlalchemy import text
from sqlalchemy.orm import Session

def find(session: Session, q):
    return session.execute(text("select " + q))
"""
    shop.write(
        {
            "orders/pyproject.toml": "[project]\nname = 'orders'\n",
            "orders/main.py": GOOD.replace("app =", "from shared.store import find\napp ="),
            "users/pyproject.toml": "[project]\nname = 'users'\n",
            "users/main.py": BAD,
            "shared/__init__.py": "",
            "shared/store.py": store,
        }
    )
    done = shop.scan()
    assert [(each["name"], each["root"]) for each in done.document["services"]] == [
        ("orders", "orders"),
        ("users", "users"),
    ]
    places = {each["span"]["path"]: each["service"] for each in done.findings()}
    assert places == {"orders/main.py": "orders", "users/main.py": "users", "shared/store.py": ""}
    assert {each["name"]: sites(each) for each in done.document["services"]} == {"orders": 2, "users": 2}


def test_what_a_service_at_the_root_holds_counts_for_no_service_below_it(shop):
    shop.write(
        {
            "pyproject.toml": "[project]\nname = 'shop'\n",
            "main.py": BAD,
            "users/pyproject.toml": "[project]\nname = 'users'\n",
            "users/main.py": GOOD,
        }
    )
    done = shop.scan()
    assert {each["name"]: sites(each) for each in done.document["services"]} == {"shop": 1, "users": 1}


def sites(service) -> int:
    """Queries that were judged in one service."""
    tallies = [tally for item in service["items"] for criterion in item["criteria"] for tally in criterion["tallies"]]
    (queries,) = [each for each in tallies if each["rule"] == "parameterized-queries"]
    return queries["passed"] + queries["failed"] + queries["unsure"]


def test_a_language_that_is_not_read_is_named(shop):
    shop.write({"main.py": GOOD, "worker/main.go": "package main\n", "worker/job.go": "package main\n", "ui/x.ts": ""})
    assert [tuple(each.values()) for each in shop.scan().service()["recognised"]["unread_languages"]] == [
        ("go", 2),
        ("typescript", 1),
    ]


def test_a_file_that_cannot_be_parsed_is_a_problem_and_the_run_is_not_complete(shop):
    shop.write({"main.py": GOOD, "broken.py": "def broken(:\n"})
    done = shop.scan("--fail-on", "never")
    assert done.code == 0
    assert "could not be read: line 1" in done.problems["broken.py"]
    assert done.document["completeness"]["complete"] is False
    done = shop.scan("--fail-on", "never", "--require-complete")
    assert done.code == 3
    assert "incomplete (--require-complete): broken.py: could not be read" in done.err


def test_code_that_nobody_could_read_is_not_taken_for_a_library(shop):
    shop.write({"broken.py": "def broken(:\n"})
    assert shop.scan().service()["profile"] == "service"


def test_the_gate_obeys_the_configuration_of_the_folder_that_the_named_files_share(shop):
    shop.write({"pyproject.toml": "[tool.readiness]\nmin_score = 99\n", "a.py": GOOD, "b.py": GOOD})
    elsewhere = shop.beside / "elsewhere"
    elsewhere.mkdir()
    done = shop.run(shop.path / "a.py", shop.path / "b.py", "--no-cache", cwd=elsewhere)
    assert done.code == 1
    assert "the score is" in done.err


FRAMEWORKS = {
    "Robyn": {"app.py": "from robyn import Robyn\napp = Robyn('shop')\n@app.get('/')\ndef home(request): return ''\n"},
    "Emmett": {"main.py": "from emmett import App\n\n\ndef main():\n    return App(__name__)\n"},
}


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_an_application_of_a_framework_that_is_not_read_yet_is_described(shop, framework):
    shop.write(FRAMEWORKS[framework])
    done = shop.scan()
    recognised = done.service()["recognised"]
    assert (done.code, recognised["unread_frameworks"], recognised["routes"]) == (0, [framework], 0)
    assert framework in shop.run(shop.path, "--no-cache").out


# The same bytes


@pytest.fixture
def busy(shop):
    """A repository with findings of every kind, evidence, deviations, problems and a history."""
    shop.git("init", "-q")
    files = {f"pkg/m{number}.py": BAD.replace("bad", f"bad{number}") for number in range(12)}
    entry = "reason = 'one two three'\nowner = 'o'\ncreated = 2026-01-01\nuntil = 2026-12-01\n"
    shop.write(
        {
            **files,
            "main.py": GOOD + "".join(f"from pkg.m{number} import app as a{number}\n" for number in range(12)),
            "quiet.py": "try:\n    f()\nexcept Exception:\n    pass\nx = {1, 'a', None}\n",
            "newer.py": "type X = int\ndef f[T](x: T): return f'{'a'}'\n",
            "broken.py": "def broken(:\n",
            "deviations.toml": f"[[deviation]]\nid = 'd'\nrule = 'no-swallowed-exceptions'\nwhere = 'quiet.py'\n{entry}",
            "requirements.txt": "fastapi==0.115.0\nsqlalchemy\n",
        }
    )
    shop.git("add", "-A")
    shop.git("commit", "-qm", "first")
    lines = "".join(f'<line number="{number}" hits="1"/>' for number in (2, 3, 4, 6, 9, 10, 11))
    classes = "".join(f'<class filename="{name}"><lines>{lines}</lines></class>' for name in sorted(files))
    shop.write({"coverage.xml": f"<coverage timestamp='1780000000'>{classes}</coverage>"})
    return shop


SERIAL = ("--no-cache", "--jobs", 1)


def test_serial_and_parallel_runs_say_the_same(busy, monkeypatch):
    expected = busy.run(busy.path, *SERIAL, *JSON)
    assert expected.findings()
    small = "import readiness.extraction as e, readiness.recognition as r; e.SERIAL_FILES = r.SERIAL_FILES = 1"
    script = f"{small}; from readiness.cli import main; main()"
    parallel = ("-P", "-c", script, "check")
    assert busy.run(busy.path, "--no-cache", "--jobs", 2, *JSON, start=parallel).out == expected.out


def test_hashes_and_the_current_folder_do_not_matter(busy, monkeypatch):
    outputs = set()
    for seed, folder in (("0", busy.path), ("1", busy.beside), ("2", busy.path / "pkg")):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        outputs.add(busy.run(busy.path, *SERIAL, *JSON, "-vv", cwd=folder).out)
    assert len(outputs) == 1


def test_a_copy_at_another_place_gives_the_same_report(busy):
    copy = busy.beside / "elsewhere" / "shop"
    shutil.copytree(busy.path, copy)
    for form in (("--format", "json"), ("-vv",)):
        arguments = (*SERIAL, *form, "--today", "2026-06-01")
        assert busy.run(busy.path, *arguments).out == busy.run(copy, *arguments).out


# The cache


def test_the_report_with_the_cache_is_the_one_without(busy):
    expected = busy.run(busy.path, "--no-cache", *JSON)
    assert [busy.run(busy.path, *JSON).out for _ in range(2)] == [expected.out] * 2


def plant(folder, way: str) -> None:
    """Spoil the cache of an earlier run."""
    (file,) = folder.glob("*.sqlite3")
    if way == "random bytes":
        file.write_bytes(bytes(range(256)) * 100)
    elif way == "other values":
        connection = sqlite3.connect(file)
        connection.execute("UPDATE results SET value = x'93c0c0c0'")
        connection.commit()
        connection.close()
    elif way == "endless view":
        connection = sqlite3.connect(file)
        connection.executescript(
            "ALTER TABLE results RENAME TO old; CREATE VIEW results AS WITH RECURSIVE c(x) AS "
            "(SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x key, 1 day, 1 size, x'00' value FROM c"
        )
        connection.close()
    elif way == "link":
        target = folder.parent / "target"
        target.write_text("precious")
        file.unlink()
        file.symlink_to(target)
    elif way == "pipe":
        file.unlink()
        os.mkfifo(file)
    elif way == "folder":
        file.unlink()
        file.mkdir()


@pytest.mark.parametrize("way", ["random bytes", "other values", "endless view", "link", "pipe", "folder"])
def test_a_spoilt_cache_changes_nothing_but_a_remark(busy, way):
    expected = report(busy)
    plant(busy.beside / "cache", way)
    found = report(busy)
    problems = tuple(each for each in found.problems if each.stage is not Stage.CACHE)
    assert msgspec.structs.replace(found, problems=problems) == expected
    if way == "link":
        assert (busy.beside / "target").read_text() == "precious"


def test_runs_at_the_same_time_say_the_same(busy):
    command = [sys.executable, "-m", "readiness", "check", str(busy.path), *JSON]
    runs = [subprocess.Popen(command, cwd=busy.beside, stdout=subprocess.PIPE) for _ in range(3)]
    outputs = {each.communicate(timeout=120)[0] for each in runs}
    assert outputs == {busy.run(busy.path, "--no-cache", *JSON).out.encode()}


STAGES = ("readiness.linking.project.LinkedProject.__init__", "readiness.cache.Cache.close")
KILLED = """
import os, signal, sys
from pydoc import locate

owner, _, name = sys.argv.pop(1).rpartition(".")
setattr(locate(owner), name, lambda *arguments, **named: os.kill(os.getpid(), signal.SIGKILL))
from readiness.cli import main

main()
"""


@pytest.mark.parametrize("stage", STAGES)
def test_a_run_that_was_killed_does_the_next_one_no_harm(busy, stage):
    done = busy.run(stage, "check", busy.path, *JSON, start=("-P", "-c", KILLED))
    assert done.code == -signal.SIGKILL
    assert list((busy.beside / "cache").glob("*.sqlite3"))
    assert busy.run(busy.path, *JSON).out == busy.run(busy.path, "--no-cache", *JSON).out


# Reports that are used again


def commit(shop) -> None:
    shop.git("commit", "-qm", "second", "--allow-empty")


def change_checklist(shop) -> None:
    path = shop.path / "own.toml"
    path.write_text(path.read_text().replace('title = "', 'title = "Own ', 1))


RULE = """
from readiness.model import Finding, Project, Route, Rule, Severity

rule = Rule(__name__, summary="s", severity=Severity.MINOR, needs=[Route])


@rule.judges
def judge(project: Project):
    for route in project.each(Route):
        yield rule.fails(route, "WORD")
"""

CHANGES = {
    "file": lambda shop: shop.write({"main.py": GOOD.replace("good", "fine")}),
    "new file": lambda shop: shop.write({"new.py": BAD}),
    "file gone": lambda shop: (shop.path / "quiet.py").unlink(),
    "settings": lambda shop: shop.write({"readiness.toml": "exclude = ['quiet.py']\n"}),
    "coverage": lambda shop: shop.write({"coverage.xml": "<coverage><class filename='pkg/m1.py'/></coverage>"}),
    "coverage of the same size": lambda shop: shop.write(
        {"coverage.xml": (shop.path / "coverage.xml").read_text().replace('"11" hits="1"', '"11" hits="0"')}
    ),
    "coverage gone": lambda shop: (shop.path / "coverage.xml").unlink(),
    "coverage tracked": lambda shop: shop.git("add", "coverage.xml"),
    "deviations": lambda shop: shop.write(
        {"deviations.toml": (shop.path / "deviations.toml").read_text().replace("quiet.py", "other.py")}
    ),
    "HEAD": commit,
    "manifest": lambda shop: shop.write({"pkg/pyproject.toml": "[project]\nname = 'pkg'\n"}),
    "checklist": change_checklist,
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_an_input_is_seen(busy, change):
    shutil.copy(Path(checklists.__file__).parent / "production_readiness.toml", busy.path / "own.toml")
    checklist = str(busy.path / "own.toml")
    before = report(busy, checklist=checklist)
    assert report(busy, checklist=checklist) == before
    CHANGES[change](busy)
    after = report(busy, checklist=checklist)
    assert after != before
    assert after == report(busy, checklist=checklist, cache=False)


@pytest.mark.parametrize(
    "options",
    [
        {"today": date(2027, 6, 1)},
        {"select": ("no-swallowed-exceptions",)},
        {"ignore": ("no-swallowed-exceptions",)},
        {"exclude": ("pkg",)},
    ],
    ids=lambda options: next(iter(options)),
)
def test_every_option_is_seen(busy, options):
    before = report(busy)
    after = report(busy, **options)
    assert after != before
    assert after == report(busy, cache=False, **options)


def test_a_change_of_a_plugin_is_seen(busy):
    rule = {"rule/own_rule.py": RULE}
    busy.write(rule, folder=busy.beside)
    arguments = ("--plugin", busy.beside / "rule", *JSON)
    before = busy.run(busy.path, *arguments)
    busy.write({"rule/own_rule.py": RULE.replace("WORD", "other words")}, folder=busy.beside)
    after = busy.run(busy.path, *arguments)
    assert {each["message"] for each in before.findings("own-rule")} == {"WORD"}
    assert {each["message"] for each in after.findings("own-rule")} == {"other words"}


def test_a_report_that_is_used_again_reads_no_code(busy):
    busy.run(busy.path, *JSON)
    script = (
        "import readiness.extraction.work as work\n"
        "work.reader = None\n"
        "import readiness.linking.project as project\n"
        "project.LinkedProject = None\n"
        "from readiness.cli import main\n"
        "main()"
    )
    done = busy.run(busy.path, *JSON, start=("-P", "-c", script, "check"))
    assert json.loads(done.out)


def test_the_configuration_makes_the_gate_where_the_command_does_not(shop):
    shop.write({"app.py": "import this\n", "readiness.toml": "min_score = 90\n"})
    assert shop.run(shop.path, "--no-cache").code == 1


def test_the_command_goes_before_the_configuration(shop):
    shop.write({"app.py": "from fastapi import FastAPI\napp = FastAPI()\n", "readiness.toml": "min_score = 90\n"})
    assert shop.run(shop.path, "--no-cache", "--min-score", "0").code == 0
