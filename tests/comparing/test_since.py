"""A change held against the commit that it began from: what is new, mended, worse, and which endpoints it touches."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from readiness.cli import main

IDENTITY = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}
ORDERS = """import sqlite3

from flask import Flask, request

app = Flask(__name__)


@app.get("/orders")
def orders():
    db = sqlite3.connect("shop.db")
    return db.execute("SELECT * FROM orders WHERE name = ?", (request.args["name"],)).fetchall()
"""
FLAW = """

@app.get("/guests")
def guests():
    db = sqlite3.connect("shop.db")
    return db.execute(f"SELECT * FROM guests WHERE name = '{request.args['name']}'").fetchall()
"""
MENDED = FLAW.replace(
    "f\"SELECT * FROM guests WHERE name = '{request.args['name']}'\"", '"SELECT * FROM guests LIMIT 5"'
)


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always", *arguments]
    done = subprocess.run(command, cwd=folder, env=os.environ | IDENTITY, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(folder: Path, **files: str | None) -> str:
    for name, text in files.items():
        place = folder / f"{name}.py"
        place.unlink() if text is None else place.write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "more")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    commit(tmp_path, orders=ORDERS)
    git(tmp_path, "switch", "-q", "-c", "work")
    return tmp_path


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--no-cache", "--select", "parameterized-queries,tested-endpoints"])


def change(shop: Path, *arguments: str) -> dict[str, Any]:
    found = json.loads(call("check", str(shop), "--format", "json", *(arguments or ("--since", "main"))).stdout)[
        "change"
    ]
    assert isinstance(found, dict)
    return found


def rules(findings: list[dict[str, Any]]) -> list[str]:
    return [each["rule"] for each in findings]


def test_a_new_failure_is_new_and_an_old_one_is_not(shop: Path) -> None:
    commit(shop, orders=ORDERS + FLAW)
    assert rules(change(shop)["new"]) == ["parameterized-queries", "tested-endpoints"]


def test_what_is_not_committed_counts_as_well(shop: Path) -> None:
    (shop / "orders.py").write_text(ORDERS + FLAW)
    assert "parameterized-queries" in rules(change(shop)["new"])


def test_a_mended_failure_is_mended(shop: Path) -> None:
    git(shop, "switch", "-q", "main")
    commit(shop, orders=ORDERS + FLAW)
    git(shop, "switch", "-q", "-c", "mend")
    commit(shop, orders=ORDERS + MENDED)
    found = change(shop)
    assert (rules(found["fixed"]), found["new"]) == (["parameterized-queries"], [])


def test_a_renamed_file_brings_nothing(shop: Path) -> None:
    commit(shop, orders=None, purchases=ORDERS)
    found = change(shop)
    assert (found["new"], found["fixed"]) == ([], [])


def test_a_change_of_main_after_the_branch_began_is_not_ours(shop: Path) -> None:
    git(shop, "switch", "-q", "main")
    commit(shop, guests=ORDERS + MENDED)
    git(shop, "switch", "-q", "work")
    assert change(shop)["endpoints"] == []


def test_a_failure_that_got_worse_is_told_apart(shop: Path) -> None:
    """What only a script did before is done in a service now."""
    git(shop, "switch", "-q", "main")
    text = (
        "import sqlite3\n\n\ndef clean(name):\n"
        "    sqlite3.connect('a.db').execute(f\"DELETE FROM orders WHERE name = '{name}'\")\n"
    )
    (shop / "scripts").mkdir()
    (shop / "scripts" / "clean.py").write_text(text)
    commit(shop)
    git(shop, "switch", "-q", "-c", "worse")
    git(shop, "mv", "scripts/clean.py", "clean.py")
    found = change(shop)
    assert ([(each["finding"]["rule"], each["before"]) for each in found["worse"]], found["new"]) == (
        [("parameterized-queries", "minor")],
        [],
    )


def test_a_site_that_is_no_longer_decided_is_told(shop: Path) -> None:
    commit(
        shop,
        orders=ORDERS.replace('"SELECT * FROM orders WHERE name = ?"', 'load("orders.sql")').replace(
            "app =", "from sqls import load\napp ="
        ),
    )
    assert rules(change(shop)["lost"]) == ["parameterized-queries"]


def test_an_endpoint_whose_handler_only_got_a_docstring_and_a_comment_is_not_listed(shop: Path) -> None:
    said = 'def orders():\n    """All orders\n    of a guest: "theirs".\n    """\n    # Every one.\n'
    commit(shop, orders=ORDERS.replace("def orders():\n", said))
    assert change(shop)["endpoints"] == []


def test_an_endpoint_whose_handler_was_formatted_is_not_listed(shop: Path) -> None:
    commit(shop, orders=ORDERS.replace('sqlite3.connect("shop.db")', "sqlite3.connect(\n        'shop.db',\n    )"))
    assert change(shop)["endpoints"] == []


def test_an_endpoint_whose_handler_begins_with_a_text_that_says_something_is_listed(shop: Path) -> None:
    before = ORDERS.replace("def orders():\n", 'def orders():\n    "a".join(request.args)\n')
    base = commit(shop, orders=before)
    commit(shop, orders=before.replace('"a".join', '"b".join'))
    assert [each["state"] for each in change(shop, "--since", base)["endpoints"]] == ["changed"]


def test_that_a_changed_endpoint_was_open_before_is_no_news(shop: Path) -> None:
    commit(shop, orders=ORDERS.replace("SELECT *", "SELECT name"))
    assert change(shop)["endpoints"][0]["lacks"] == ["test", "bound"]


def test_a_new_endpoint_that_everybody_has_to_reach_is_not_without_authentication(shop: Path) -> None:
    login = (
        "\n\n@app.post('/login')\ndef login():\n    return {}\n\n\n@app.get('/health')\ndef health():\n    return {}\n"
    )
    asked = "\n\n@app.get('/mine')\n@login_required\ndef mine():\n    return {}\n"
    commit(shop, orders=ORDERS.replace("\n\napp", "\nfrom flask_login import login_required\n\napp") + login + asked)
    arguments = ["check", str(shop), "--since", "main", "--format", "json", "--no-cache"]
    found = json.loads(CliRunner().invoke(main, [*arguments, "--select", "authenticated-endpoints"]).stdout)
    assert {each["endpoint"]["path"]: "authentication" in each["lacks"] for each in found["change"]["endpoints"]} == {
        "/login": False,
        "/health": False,
        "/mine": False,
    }


def test_new_and_removed_endpoints_are_listed_with_what_they_lack(shop: Path) -> None:
    commit(shop, orders=ORDERS.replace('"/orders"', '"/purchases"'))
    found = [(each["state"], each["endpoint"]["path"], each["lacks"]) for each in change(shop)["endpoints"]]
    assert found == [("added", "/purchases", ["test", "bound", "authentication"]), ("removed", "/orders", [])]


def test_an_endpoint_whose_handler_changed_is_listed(shop: Path) -> None:
    commit(shop, orders=ORDERS.replace("SELECT *", "SELECT name"))
    assert [(each["state"], each["endpoint"]["path"]) for each in change(shop)["endpoints"]] == [("changed", "/orders")]


def test_an_endpoint_that_only_moved_is_not_listed(shop: Path) -> None:
    commit(shop, orders=ORDERS.replace("app = Flask", "\n\n# more room\napp = Flask"))
    assert change(shop)["endpoints"] == []


def test_the_score_stands_before_and_after(shop: Path) -> None:
    commit(shop, orders=ORDERS + FLAW)
    score = change(shop)["scores"][0]
    assert score["after"] < score["before"]


def test_the_working_tree_is_left_alone(shop: Path) -> None:
    commit(shop, orders=ORDERS + FLAW)
    (shop / "orders.py").write_text(ORDERS)
    before = git(shop, "status", "--porcelain")
    change(shop)
    assert git(shop, "status", "--porcelain") == before


def test_the_gate_holds_new_findings_only(shop: Path) -> None:
    git(shop, "switch", "-q", "main")
    commit(shop, orders=ORDERS + FLAW)
    git(shop, "switch", "-q", "-c", "calm")
    commit(shop, notes="x = 1\n")
    assert (call("check", str(shop)).exit_code, call("check", str(shop), "--since", "main").exit_code) == (1, 0)


def test_a_new_blocker_fails_the_gate(shop: Path) -> None:
    commit(shop, orders=ORDERS + FLAW)
    result = call("check", str(shop), "--since", "main")
    assert (result.exit_code, "1 new finding" in result.stderr) == (1, True)


def test_what_is_staged_is_judged_and_what_is_not_is_not(shop: Path) -> None:
    (shop / "orders.py").write_text(ORDERS + FLAW)
    git(shop, "add", "-A")
    (shop / "orders.py").write_text(ORDERS)
    assert "parameterized-queries" in rules(change(shop, "--staged")["new"])


def test_what_is_not_staged_is_no_part_of_it(shop: Path) -> None:
    (shop / "orders.py").write_text(ORDERS + FLAW)
    assert change(shop, "--staged")["new"] == []


def test_a_folder_of_the_repository_can_be_scanned_alone(shop: Path) -> None:
    (shop / "service").mkdir()
    (shop / "service" / "app.py").write_text(ORDERS)
    base = commit(shop)
    (shop / "service" / "app.py").write_text(ORDERS + FLAW)
    assert "parameterized-queries" in rules(change(shop / "service", "--since", base)["new"])


@pytest.mark.parametrize("name", ["nowhere", "--upload-pack=touch owned", "HEAD~40", "@{u}", "\n"])
def test_a_commit_that_is_not_there_says_what_to_do(shop: Path, name: str) -> None:
    result = call("check", str(shop), f"--since={name}")
    assert (result.exit_code, "there is no such commit" in result.stderr) == (2, True)


def test_a_shallow_clone_says_how_to_fetch_the_rest(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    commit(shop, orders=ORDERS + FLAW)
    clone = tmp_path_factory.mktemp("clone")
    git(clone, "clone", "-q", "--depth=1", f"file://{shop}", ".")
    result = call("check", str(clone), "--since", "HEAD~1")
    assert (result.exit_code, "fetch-depth: 0" in result.stderr) == (2, True)


def test_histories_without_a_common_commit_say_so(shop: Path) -> None:
    git(shop, "checkout", "-q", "--orphan", "other")
    commit(shop, notes="x = 1\n")
    result = call("check", str(shop), "--since", "main")
    assert (result.exit_code, "no commit in common" in result.stderr) == (2, True)


def test_outside_of_git_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(ORDERS)
    result = call("check", str(tmp_path), "--since", "main")
    assert (result.exit_code, "needs git" in result.stderr) == (2, True)


def test_since_and_staged_do_not_go_together(shop: Path) -> None:
    assert call("check", str(shop), "--since", "main", "--staged").exit_code == 2


def test_a_filter_of_the_repository_is_not_run(shop: Path) -> None:
    git(shop, "config", "filter.evil.clean", f"touch {shop}/owned; cat")
    git(shop, "config", "filter.evil.smudge", f"touch {shop}/owned; cat")
    (shop / ".gitattributes").write_text("*.py filter=evil\n")
    (shop / "orders.py").write_text(ORDERS + FLAW)
    change(shop)
    assert not (shop / "owned").exists()


def test_a_link_of_the_base_is_not_followed(shop: Path) -> None:
    git(shop, "switch", "-q", "main")
    (shop / "linked.py").symlink_to("/etc/passwd")
    commit(shop)
    git(shop, "switch", "-q", "-c", "plain")
    (shop / "linked.py").unlink()
    commit(shop, linked="x = 1\n")
    assert change(shop)["new"] == []


def test_the_screen_begins_with_what_is_new(shop: Path) -> None:
    commit(shop, orders=ORDERS + FLAW)
    lines = call("check", str(shop), "--since", "main").stdout.splitlines()
    assert (lines[0].startswith("The change since main"), lines[1]) == (True, " 2 new failures")


def test_a_baseline_knows_new_findings_too(shop: Path) -> None:
    (shop / "orders.py").write_text(ORDERS + FLAW)
    CliRunner().invoke(main, ["baseline", "create", str(shop), "--no-cache"])
    assert call("check", str(shop), "--since", "main").exit_code == 0


SHARED = """from django.urls import path
from django.views import View
from django.http import JsonResponse


class Shared(View):
    def get(self, request):
        return JsonResponse({})


class Orders(Shared):
    pass


class Guests(Shared):
    pass


urlpatterns = [path("orders/", Orders.as_view()), %spath("guests/", Guests.as_view())]
"""


def test_of_a_handler_of_many_routes_the_one_that_came_is_named(shop: Path) -> None:
    settings = "ROOT_URLCONF = 'urls'\nINSTALLED_APPS = ['django.contrib.auth']\n"
    manage = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n"
    base = commit(shop, orders=None, urls=SHARED % "", settings=settings, manage=manage)
    more = 'path("menus/", Menus.as_view()), '
    text = SHARED.replace("class Guests", "class Menus(Shared):\n    pass\n\n\nclass Guests")
    commit(shop, urls=text % more)
    found = [each["message"] for each in change(shop, "--since", base)["new"]]
    assert [("/menus/" in each, "/guests/" in each) for each in found] == [(True, False)]


def accept(shop: Path) -> None:
    """Write a baseline of what fails now, and commit it."""
    CliRunner().invoke(main, ["baseline", "create", str(shop), "--no-cache", "--force"])
    commit(shop)


def test_what_was_mended_before_the_change_cannot_come_back_under_a_baseline(shop: Path) -> None:
    (shop / "orders.py").write_text(ORDERS + FLAW)
    accept(shop)
    base = commit(shop, orders=ORDERS)
    commit(shop, orders=ORDERS + FLAW)
    result = call("check", str(shop), "--since", base)
    assert (result.exit_code, "2 mended failures have come back" in " ".join(result.stdout.split())) == (1, True)


def test_what_moves_in_a_change_stays_known_to_a_baseline(shop: Path) -> None:
    (shop / "orders.py").write_text(ORDERS + FLAW)
    accept(shop)
    commit(shop, orders=None, guests=ORDERS + FLAW)
    assert call("check", str(shop), "--since", "HEAD~1").exit_code == 0


def test_what_a_change_brings_and_accepts_itself_is_known(shop: Path) -> None:
    accept(shop)
    base = git(shop, "rev-parse", "HEAD")
    (shop / "orders.py").write_text(ORDERS + FLAW)
    accept(shop)
    assert call("check", str(shop), "--since", base).exit_code == 0


def test_what_a_change_brings_is_not_excused_because_the_baseline_does_not_know_the_rule(shop: Path) -> None:
    arguments = ["baseline", "create", str(shop), "--no-cache", "--select", "tested-endpoints"]
    CliRunner().invoke(main, arguments)
    base = commit(shop)
    commit(shop, orders=ORDERS + FLAW)
    assert call("check", str(shop), "--since", base).exit_code == 1


def test_a_baseline_outside_of_the_repository_covers_what_it_holds(
    shop: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = str(tmp_path_factory.mktemp("elsewhere") / "known.json")
    (shop / "orders.py").write_text(ORDERS + FLAW)
    CliRunner().invoke(main, ["baseline", "create", str(shop), "--no-cache", "--file", place])
    assert call("check", str(shop), "--since", "main", "--baseline", place).exit_code == 0


NOTHING_RAN = """{"meta": {"format": 3}, "files": {"orders.py": {"executed_lines": [%s], "missing_lines": [%s]}}}"""


def covered(shop: Path, ran: str, missing: str) -> dict[str, Any]:
    """The change of a shop whose tests ran the lines."""
    (shop / "coverage.json").write_text(NOTHING_RAN % (ran, missing))
    arguments = ["check", str(shop), "--since", "main", "--format", "json", "--no-cache"]
    chosen = "covered-changes,covered-handlers,tested-endpoints"
    found = json.loads(CliRunner().invoke(main, [*arguments, "--select", chosen]).stdout)["change"]
    assert isinstance(found, dict)
    return found


LONGER = ORDERS.replace("    return db", "    if not db:\n        return []\n    return db")


def test_lines_of_the_change_that_did_not_run_are_new_failures(shop: Path) -> None:
    commit(shop, orders=LONGER)
    found = covered(shop, "1, 3, 5, 8, 9, 10, 11, 13", "12")
    assert [(each["rule"], each["span"]["line"]) for each in found["new"]] == [("covered-changes", 12)]


def test_the_lines_of_the_change_are_counted(shop: Path) -> None:
    commit(shop, orders=LONGER)
    tally = covered(shop, "1, 3, 5, 8, 9, 10, 11, 13", "12")["tallies"][0]
    assert (tally["passed"], tally["known"], tally["unsure"]) == (1, 2, 0)


def test_a_file_that_the_data_knows_by_its_new_name_alone_is_not_mended(shop: Path) -> None:
    base = commit(shop, notes="x = 1\n")
    commit(shop, orders=None, guests=ORDERS)
    known = {"guests.py": [1, 3, 5, 8, 9, 10, 11], "notes.py": [1]}
    files = {name: {"executed_lines": ran, "missing_lines": []} for name, ran in known.items()}
    (shop / "coverage.json").write_text(json.dumps({"meta": {"format": 3}, "files": files}))
    arguments = ["check", str(shop), "--since", base, "--format", "json", "--no-cache"]
    found = CliRunner().invoke(main, [*arguments, "--select", "coverage-target,covered-handlers"]).stdout
    assert json.loads(found)["change"]["fixed"] == []


def test_without_data_the_lines_of_the_change_are_not_known(shop: Path) -> None:
    commit(shop, orders=LONGER)
    (tally,) = json.loads(
        CliRunner()
        .invoke(
            main,
            ["check", str(shop), "--since", "main", "--format", "json", "--no-cache", "--select", "covered-changes"],
        )
        .stdout
    )["change"]["tallies"]
    assert (tally["known"], tally["unsure"], tally["reason"]) == (0, 2, "no coverage data")


def test_an_old_handler_without_tests_is_not_new_because_the_data_fits_the_new_text_only(shop: Path) -> None:
    """Of the base the data says nothing; what it says now about code that stayed, the change did not bring."""
    commit(shop, orders="import os\n\n" + ORDERS)
    found = covered(shop, "1, 3, 5, 7, 10, 11", "12, 13")
    assert rules(found["new"]) == []


def test_data_from_before_the_commit_says_nothing(shop: Path) -> None:
    commit(shop, orders=LONGER)
    text = NOTHING_RAN % ("1, 3, 5, 8, 9, 10, 11, 12, 13", "")
    (shop / "coverage.json").write_text(
        text.replace('"format": 3', '"format": 3, "timestamp": "2020-01-01T00:00:00+00:00"')
    )
    arguments = ["check", str(shop), "--since", "main", "--format", "json", "--no-cache", "--select", "covered-changes"]
    (tally,) = json.loads(CliRunner().invoke(main, arguments).stdout)["change"]["tallies"]
    assert (tally["known"], tally["reason"]) == (0, "coverage.json is older than the change")


def test_without_a_change_no_line_is_judged(shop: Path) -> None:
    commit(shop, orders=LONGER)
    found = json.loads(call("check", str(shop), "--format", "json", "--select", "covered-changes").stdout)
    assert [each for each in found["findings"] if each["rule"] == "covered-changes"] == []


def test_a_touched_endpoint_of_which_new_code_did_not_run_is_told(shop: Path) -> None:
    (shop / "test_orders.py").write_text(
        "from orders import app\n\n\ndef test_orders():\n    assert app.test_client().get('/orders').status_code == 200\n"
    )
    commit(shop, orders=LONGER)
    (endpoint,) = covered(shop, "1, 3, 5, 8, 9, 10, 11, 13", "12")["endpoints"]
    assert "test of all that is new" in endpoint["lacks"]


def test_a_new_site_that_is_not_decided_is_not_an_old_one_that_got_lost(shop: Path) -> None:
    more = '    db.execute(load("more.sql"))\n    return db'
    commit(shop, orders=ORDERS.replace("    return db", more).replace("app =", "from sqls import load\napp ="))
    assert change(shop)["lost"] == []


def test_a_site_that_is_no_longer_decided_is_told_in_a_file_with_another_name(shop: Path) -> None:
    text = ORDERS.replace('"SELECT * FROM orders WHERE name = ?"', 'load("orders.sql")')
    commit(shop, orders=None, purchases=text.replace("app =", "from sqls import load\napp ="))
    assert rules(change(shop)["lost"]) == ["parameterized-queries"]


def test_a_deviation_that_ended_since_the_branch_began_is_told(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-02-01T00:00:00Z")
    git(shop, "switch", "-q", "main")
    (shop / "deviations.toml").write_text(
        '[[deviation]]\nrule = "parameterized-queries"\nwhere = "orders.py"\nreason = "the list is short and ours"\n'
        'owner = "@ann"\napprover = "@bob"\ncreated = 2026-01-01\nuntil = 2026-03-01\n'
    )
    commit(shop, orders=ORDERS + FLAW)
    git(shop, "switch", "-q", "-c", "later")
    commit(shop, notes="x = 1\n")
    found = json.loads(call("check", str(shop), "--since", "main", "--format", "json", "--today", "2026-06-01").stdout)[
        "change"
    ]
    assert [each["rule"] for each in found["expired"]] == ["parameterized-queries"]


def test_lines_that_are_staged_are_judged_and_others_are_not(shop: Path) -> None:
    (shop / "orders.py").write_text(LONGER)
    git(shop, "add", "-A")
    (shop / "orders.py").write_text(LONGER.replace("return []", "return None"))
    (shop / "coverage.json").write_text(NOTHING_RAN % ("1, 3, 5, 8, 9, 10, 11, 12, 13", ""))
    arguments = ["check", str(shop), "--staged", "--format", "json", "--no-cache", "--select", "covered-changes"]
    (tally,) = json.loads(CliRunner().invoke(main, arguments).stdout)["change"]["tallies"]
    assert (tally["passed"], tally["known"]) == (2, 2)


def test_a_file_with_another_name_brings_no_line(shop: Path) -> None:
    commit(shop, orders=None, purchases=ORDERS)
    assert covered(shop, "1", "2")["tallies"] == []


def test_before_the_first_commit_nothing_staged_is_said_to_be_that(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "orders.py").write_text(ORDERS)
    result = call("check", str(tmp_path), "--staged")
    assert (result.exit_code, "git add it first" in result.stderr) == (4, True)
