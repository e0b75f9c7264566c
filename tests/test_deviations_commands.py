"""`readiness deviations` and `readiness deviate`, on a backend of one file."""

import json
import os
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from readiness.artifacts.register import read_register
from readiness.artifacts.register_entry import RegisterFile, entry_text
from readiness.cli import main
from readiness.errors import ReadinessError

APP = """
from fastapi import FastAPI

app = FastAPI()


@app.get("/items/{item_id}")
def read_item(item_id: int) -> dict[str, int]:
    try:
        return load(item_id)
    except Exception:
        pass
    return {}


class Store:
    def put(self, work):
        try:
            work()
        except Exception:
            pass


value = read_item(1)  # type: ignore[misc]
other = read_item(2)  # noqa: F841 -- kept for the debugger
"""
RULE = "no-swallowed-exceptions"
WHOLE = ("--reason", "The cache may be away", "--owner", "@orders", "--until", "2026-12-01")

Run = Callable[..., Result]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("READINESS_CACHE_DIR", str(tmp_path / "cache"))
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "main.py").write_text(APP)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def run(shop: Path) -> Run:
    def invoke(*args: str) -> Result:
        return CliRunner().invoke(main, [*args, "--today", "2026-06-01", "-q"], catch_exceptions=False)

    return invoke


def deviate(run: Run, place: str, *more: str, rule: str = RULE) -> Result:
    return run("deviate", rule, place, *WHOLE, *more)


@pytest.mark.parametrize(
    ("place", "written"),
    [
        ("main.py:11", 'where = "main.py::read_item"'),
        ("./main.py:11", 'where = "main.py::read_item"'),
        ("main.py:20", 'where = "main.py::Store.put"'),
        ("main::Store.put", 'where = "main::Store.put"'),
        ("main.py::Store", 'where = "main.py::Store"'),
        ("GET /items/{item_id}", 'operation = "GET /items/{item_id}"'),
        ("get /items/{id}", 'operation = "GET /items/{id}"'),
    ],
)
def test_an_entry_is_written_and_accepts_what_is_there(run: Run, shop: Path, place: str, written: str) -> None:
    done = deviate(run, place)
    assert (done.exit_code, written in done.stdout.splitlines()) == (0, True)
    assert (shop / "deviations.toml").read_text() == done.stdout
    assert f"added to deviations.toml: it covers 1 finding of {RULE}" in done.stderr
    (listed,) = json.loads(run("deviations", "--format", "json").stdout)["deviations"]
    assert (listed["state"], listed["findings"], listed["created"]) == ("current", 1, "2026-06-01")


def test_a_pattern_needs_an_approver_and_a_link(run: Run, shop: Path) -> None:
    assert "needs an approver and a link" in deviate(run, "*.py").stderr
    assert not (shop / "deviations.toml").exists()
    done = deviate(run, "*.py", "--approver", "@api", "--link", "https://tracker.example/1")
    assert "it covers 2 findings" in done.stderr


def test_a_file_with_several_sites_needs_them_too(run: Run) -> None:
    done = deviate(run, "main.py")
    assert done.exit_code == 2
    assert "covers 2 of 2 sites" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("no-swallowed-exception", "main.py:11"), "did you mean no-swallowed-exceptions?"),
        ((RULE, "main.py:3"), "no such finding at main.py:3; there is something at main.py:11 (main::read_item)"),
        ((RULE, "main::Stor"), "there is something at main.py:11 (main::read_item), main.py:20 (main::Store.put)"),
        ((RULE, "GET /item/{item_id}"), "no such operation, did you mean GET /items/{item_id}?"),
        (("parameterized-queries", "main.py"), "has nothing against this project"),
    ],
)
def test_a_place_or_rule_that_holds_nothing_is_answered_with_those_there_are(
    run: Run, shop: Path, arguments: tuple[str, str], told: str
) -> None:
    done = deviate(run, arguments[1], rule=arguments[0])
    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr
    assert not (shop / "deviations.toml").exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("--until", "2026-06-01"), "does not lie in the future"),
        (("--until", "2027-06-02"), "until is more than 365 days after created"),
        (("--owner", "orders"), "write @name, @org/team or an address"),
        (("--owner", ""), "write @name"),
        (("--approver", "the boss"), "--approver 'the boss' is nobody's name"),
        (("--approver", "@Orders"), "owner and approver are the same"),
        (("--reason", "small table"), "fewer than 3 words"),
        (("--reason", "bytes \udcff that are none"), "write it in UTF-8"),
        (("--project", "main.py"), "name the folder"),
    ],
)
def test_what_would_hide_nothing_is_not_written(run: Run, shop: Path, change: tuple[str, str], told: str) -> None:
    done = deviate(run, "main.py:11", *change)
    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr
    assert not (shop / "deviations.toml").exists()


@pytest.mark.parametrize("owner", ["@orders", "@org/team-1", "ada.l+x@mail.example.org"])
def test_owners_are_names_teams_and_addresses(run: Run, owner: str) -> None:
    assert deviate(run, "main.py:11", "--owner", owner).exit_code == 0


def test_what_is_accepted_already_is_not_written_again(run: Run, shop: Path) -> None:
    deviate(run, "main.py:11")
    before = (shop / "deviations.toml").read_bytes()
    done = deviate(run, "main::read_item")
    assert (done.exit_code, (shop / "deviations.toml").read_bytes()) == (2, before)
    assert "accepted already" in done.stderr


def test_a_dry_run_writes_nothing(run: Run, shop: Path) -> None:
    done = deviate(run, "main.py:11", "--dry-run")
    assert (done.exit_code, done.stdout.startswith("[[deviation]]\n")) == (0, True)
    assert "would be added" in done.stderr
    assert not (shop / "deviations.toml").exists()


def test_a_false_positive_says_so(run: Run) -> None:
    done = deviate(run, "main.py:11", "--false-positive")
    assert 'kind = "false-positive"' in done.stdout
    assert "it disputes 1 finding" in done.stderr


OLD = """# Ours, since 2024
[[deviation]]   # the first
id = "DEV-041"
rule = "paginated-lists"
where = "a::b"
reason = "Twenty rows at most"
owner = "@a"
created = 2026-01-01
until = 2026-12-01"""


@pytest.mark.parametrize(
    "old", [OLD, OLD + "\n", OLD.replace("\n", "\r\n") + "\r\n", OLD + "\n\n\n# The end", "", "\n"]
)
def test_what_stands_in_the_register_stays_byte_for_byte(run: Run, shop: Path, old: str) -> None:
    (shop / "deviations.toml").write_bytes(old.encode())
    done = deviate(run, "main.py:11")
    assert done.exit_code == 0
    new = (shop / "deviations.toml").read_bytes()
    assert new.startswith(old.encode())
    assert ("\r\n" in old) is (b"\r\n" in new)
    assert b"\n" not in new.replace(b"\r\n", b"") or "\r\n" not in old
    assert ('id = "DEV-042"' if "DEV" in old else 'id = "DEV-001"') in done.stdout


@pytest.mark.parametrize(
    ("old", "told"),
    [
        (b"[[deviation]]\nrule = \n", "deviations.toml:2 is broken, so nothing was added"),
        (b"deviation = []\n", "cannot be added to"),
        (b"[deviation]\nrule = 'x'\n", "cannot be added to"),
        (b"x = '\xff'\n", "is no UTF-8 text"),
        (b"#" * (2**20 + 1), "larger than 1024 KiB"),
    ],
    ids=["broken", "inline", "table", "bytes", "huge"],
)
def test_a_register_that_takes_no_entry_is_left_alone(run: Run, shop: Path, old: bytes, told: str) -> None:
    (shop / "deviations.toml").write_bytes(old)
    done = deviate(run, "main.py:11")
    assert (done.exit_code, (shop / "deviations.toml").read_bytes()) == (2, old)
    assert told in done.stderr


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("there", [True, False])
def test_nothing_is_written_through_a_link(run: Run, shop: Path, inside: bool, there: bool) -> None:
    target = (shop if inside else shop.parent) / "target.toml"
    if there:
        target.write_text("# theirs\n")
    (shop / "deviations.toml").symlink_to(target)
    done = deviate(run, "main.py:11")
    assert done.exit_code == 2
    assert "link" in done.stderr
    assert (target.read_text() if target.exists() else "# theirs\n") == "# theirs\n"
    assert target.exists() is there


def test_nothing_is_written_into_a_folder_that_leads_away(run: Run, shop: Path) -> None:
    outside = shop.parent / "outside"
    outside.mkdir()
    (shop / "docs").symlink_to(outside)
    (shop / "readiness.toml").write_text('deviations = "docs/deviations.toml"\n')
    done = deviate(run, "main.py:11")
    assert done.exit_code == 2
    assert "leads out of the project" in done.stderr
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("name", ["../deviations.toml", "/tmp/deviations.toml", "a\0b"])
def test_a_configured_register_outside_is_refused(shop: Path, name: str) -> None:
    with pytest.raises(ReadinessError):
        RegisterFile(shop, name, date(2026, 6, 1))


def test_a_pipe_is_no_register(run: Run, shop: Path) -> None:
    os.mkfifo(shop / "deviations.toml")
    done = deviate(run, "main.py:11")
    assert done.exit_code == 2
    assert "no regular file" in done.stderr


def test_the_register_of_the_configuration_is_the_one_that_is_added_to(run: Run, shop: Path) -> None:
    (shop / "docs").mkdir()
    (shop / "docs" / "accepted.toml").write_text("# ours\n")
    (shop / "readiness.toml").write_text('deviations = "docs/accepted.toml"\n')
    assert "added to docs/accepted.toml" in deviate(run, "main.py:11").stderr
    assert (shop / "docs" / "accepted.toml").read_text().startswith("# ours\n\n[[deviation]]\n")


HOSTILE = 'x\x1b[31m\u202e "quoted" \\ \n\r\t\x00 \u2028 \U000e0001 ::error::owned ##[group]'


def test_control_characters_are_written_as_escapes_and_come_back_whole(run: Run, shop: Path) -> None:
    text = entry_text({"id": "d", "reason": HOSTILE, "created": date(2026, 6, 1)})
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not hidden & {unicodedata.category(each) for each in text.replace("\n", "")}
    assert read_register("x", text, date(2026, 6, 1)).records[0].reason == HOSTILE.strip()
    done = deviate(run, "main.py:11", "--reason", HOSTILE.replace("\0", ""))
    assert done.exit_code == 0
    assert not hidden & {unicodedata.category(each) for each in done.stdout.replace("\n", "")}
    assert "##[" not in done.stdout
    for shown in (run("deviations").stdout, run("deviations", "--format", "json").stdout):
        assert not hidden & {unicodedata.category(each) for each in shown.replace("\n", "")}
        assert "##[" not in shown
        assert not any(line.lstrip().startswith("::error") for line in shown.splitlines())


def test_a_register_that_grew_meanwhile_is_not_written(shop: Path) -> None:
    register = RegisterFile(shop, "deviations.toml", date(2026, 6, 1))
    (shop / "deviations.toml").write_text("# new\n")
    with pytest.raises(ReadinessError, match="changed meanwhile"):
        register.append(b"x")
    assert (shop / "deviations.toml").read_text() == "# new\n"


REGISTER = """
[[deviation]]
id = "SOON"
rule = "no-swallowed-exceptions"
where = "main::Store"
reason = "The cache may be away"
owner = "@orders"
approver = "@api"
created = 2026-01-01
until = 2026-06-20
link = "https://tracker.example/1"

[[deviation]]
id = "LATER"
rule = "no-swallowed-exceptions"
where = "main::gone"
reason = "The cache may be away"
owner = "@orders"
created = 2026-05-01
until = 2027-01-01

[[deviation]]
id = "OVER"
rule = "no-swallowed-exceptions"
operation = "GET /items/{item_id}"
reason = "The cache may be away"
owner = "@orders"
created = 2026-01-01
until = 2026-05-01

[[deviation]]
id = "HALF"
rule = "no-swallowed-exceptions"
where = "main::Store"
reason = "The cache may be away"
created = 2026-05-01
until = 2026-12-01
"""
DECISION = """---
status: accepted
date: 2026-03-01
decision-makers: Ada, Grace
until: 2026-12-01
deviates-from: no-swallowed-exceptions
where: main::read_item
---

# The cache may be away without anybody noticing
"""


def fill(shop: Path) -> None:
    (shop / "deviations.toml").write_text(REGISTER)
    (shop / "docs" / "adr").mkdir(parents=True)
    (shop / "docs" / "adr" / "0007-quiet.md").write_text(DECISION)


def test_every_deviation_is_listed_with_its_state(run: Run, shop: Path) -> None:
    fill(shop)
    document = json.loads(run("deviations", "--format", "json").stdout)
    assert document["schema"] == "readiness/deviations/v1"
    assert document["states"] == {"current": 2, "expired": 1, "malformed": 1, "unused": 1}
    listed = {each["id"]: each for each in document["deviations"]}
    assert {name: (each["state"], each["findings"], each["source"]) for name, each in listed.items()} == {
        "SOON": ("current", 1, "register"),
        "LATER": ("unused", 0, "register"),
        "OVER": ("expired", 0, "register"),
        "HALF": ("malformed", 0, "register"),
        "0007-quiet": ("current", 1, "decision"),
    }
    assert listed["HALF"]["problem"] == "owner is missing"
    assert listed["OVER"]["operation"] == "GET /items/{item_id}"
    assert (listed["SOON"]["approver"], listed["SOON"]["recorded"]) == ("@api", {"path": "deviations.toml", "line": 2})


def test_silencers_of_other_tools_are_listed_with_place_and_reason(run: Run) -> None:
    tools = json.loads(run("deviations", "--format", "json").stdout)["suppressions"]
    assert [(each["tool"], each["count"], each["without_reason"]) for each in tools] == [
        ("noqa", 1, 0),
        ("type: ignore", 1, 1),
    ]
    assert tools[0]["places"] == [
        {"path": "main.py", "line": 25, "codes": ["F841"], "whole_file": False, "reason": "kept for the debugger"}
    ]


def test_the_terminal_shows_what_needs_somebody_first(run: Run, shop: Path) -> None:
    fill(shop)
    lines = run("deviations").stdout.splitlines()
    heads = [line.split()[:2] for line in lines if line and not line.startswith(" ")][1:-1]
    assert heads == [
        ["malformed", "HALF"],
        ["expired", "OVER"],
        ["unused", "LATER"],
        ["current", "SOON"],
        ["current", "0007-quiet"],
    ]
    assert "    owner @orders, approved by @api; accepts 1 finding" in lines
    assert "    hides nothing: owner is missing" in lines
    assert "    main.py:24  misc  no reason" in lines
    assert "    main.py:25  F841  kept for the debugger" in lines


@pytest.mark.parametrize("written", ["30d", "30", " 30D ", "5w"])
def test_only_those_that_end_soon_are_listed_when_asked_for(run: Run, shop: Path, written: str) -> None:
    fill(shop)
    document = json.loads(run("deviations", "--format", "json", "--expiring", written).stdout)
    assert [each["id"] for each in document["deviations"]] == ["SOON", "OVER"]
    assert document["suppressions"] == []


@pytest.mark.parametrize("written", ["soon", "", "-3", "9999", "3y", "٣"])
def test_a_length_of_time_that_is_none_is_named(run: Run, written: str) -> None:
    done = run("deviations", "--expiring", written)
    assert done.exit_code == 2
    assert "for example 30d or 4w" in done.stderr


def test_places_beyond_the_first_few_are_shown_on_demand(run: Run, shop: Path) -> None:
    (shop / "many.py").write_text("".join(f"x{number} = 1  # noqa: E501\n" for number in range(30)))
    assert "and 26 more: -v" in run("deviations").stdout
    assert run("deviations", "-v").stdout.count("many.py:") == 30


def test_what_is_wrong_with_the_register_beside_its_entries_is_shown(run: Run, shop: Path) -> None:
    (shop / "deviations.toml").write_text("nonsense = true\n")
    assert "deviations.toml:1: unknown key 'nonsense'" in run("deviations").output


def test_what_is_wrong_with_an_entry_is_said_once(run: Run, shop: Path) -> None:
    (shop / "deviations.toml").write_text(f'[[deviation]]\nrule = "{RULE}"\n')
    assert run("deviations").output.count("reason is missing") == 1
