"""The engine of fixes: what is tried, kept, refused and written."""

import os
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from readiness.cli import main as command
from readiness.fixing import Change, Outcome, fix
from readiness.fixing.sources import CstSource, NotRead
from readiness.fixing.writing import differences, write
from readiness.model import Edit, Finding, Fix, Project, Repair, Scope, Source, SourceFile, Span
from readiness.scan import ScanOptions

BEFORE = """import sqlite3

from flask import Flask, request

app = Flask(__name__)


@app.get("/members")
def members():
    name = request.args["name"]
    db = sqlite3.connect("club.db")
    return db.execute(f"SELECT * FROM members WHERE name = '{name}'").fetchall()
"""
AFTER = BEFORE.replace(
    "f\"SELECT * FROM members WHERE name = '{name}'\"", '"SELECT * FROM members WHERE name = ?", (name,)'
)


def run(place: Path, content: bytes | str = BEFORE) -> Outcome:
    (place / "app.py").write_bytes(content.encode() if isinstance(content, str) else content)
    return fix(
        [str(place)], ScanOptions(select=("parameterized-queries",), cache=False, today=date(2026, 6, 1), jobs=1)
    )


def test_nothing_is_written_before_write_is_called(tmp_path: Path) -> None:
    run(tmp_path)
    assert (tmp_path / "app.py").read_text() == BEFORE


def test_write_replaces_the_file_and_keeps_its_mode(tmp_path: Path) -> None:
    outcome = run(tmp_path)
    (tmp_path / "app.py").chmod(0o640)
    assert write(outcome.root, outcome.changes) == ()
    assert ((tmp_path / "app.py").read_text(), (tmp_path / "app.py").stat().st_mode & 0o777) == (AFTER, 0o640)


def test_a_file_that_changed_meanwhile_is_left(tmp_path: Path) -> None:
    outcome = run(tmp_path)
    (tmp_path / "app.py").write_text("x = 1\n")
    problems = write(outcome.root, outcome.changes)
    assert ["it is another file than the one that was scanned" in each.message for each in problems] == [True]
    assert (tmp_path / "app.py").read_text() == "x = 1\n"


def test_a_link_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text(BEFORE)
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "app.py").symlink_to(outside)
    file = SourceFile("app.py", "python", "", Scope.SERVICE, len(BEFORE))
    problems = write(str(inside), [Change(file, BEFORE.encode(), b"pass\n")])
    assert (len(problems), outside.read_text()) == (1, BEFORE)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_stay(tmp_path: Path, end: str) -> None:
    outcome = run(tmp_path, BEFORE.replace("\n", end))
    assert outcome.changes[0].after.decode() == AFTER.replace("\n", end)


def test_a_byte_order_mark_stays(tmp_path: Path) -> None:
    outcome = run(tmp_path, b"\xef\xbb\xbf" + BEFORE.encode())
    assert outcome.changes[0].after == b"\xef\xbb\xbf" + AFTER.encode()


def test_an_encoding_stays(tmp_path: Path) -> None:
    text = "# coding: latin-1\nname_of_club = 'Caf\u00e9'\n"
    outcome = run(tmp_path, (text + BEFORE).encode("latin-1"))
    assert outcome.changes[0].after == (text + AFTER).encode("latin-1")


def test_what_an_accepted_deviation_covers_is_left(tmp_path: Path) -> None:
    (tmp_path / "deviations.toml").write_text(
        "[[deviation]]\nrule = 'parameterized-queries'\nwhere = 'app.py'\nreason = 'Only the club itself asks this.'\n"
        "owner = '@club'\napprover = '@board'\ncreated = 2026-05-01\nuntil = 2026-12-01\nlink = 'https://club.example/1'\n"
    )
    assert run(tmp_path).changes == ()


def spoiling(finding: Finding, source: Source, text: str) -> Repair:
    import libcst as cst

    call = source.at(finding.span, cst.Call)
    assert call is not None
    return Repair((Edit(source.span(call.args[0]), text),), title="spoils")


@pytest.fixture
def replaced(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The text that the fix of parameterized-queries puts into the call."""
    from readiness_rules.data.parameterized_queries_fix import fix as original

    texts: list[str] = []

    def rewrite(project: Project, finding: Finding, source: Source) -> Repair | None:
        if texts[0] == "crash":
            raise ValueError("no")
        return spoiling(finding, source, texts[0])

    monkeypatch.setattr(original, "_rewrite", rewrite)
    yield texts


@pytest.mark.parametrize("text", ["f\"SELECT * FROM guests WHERE name = '{name}'\"", '"SELECT \'" + name'])
def test_a_repair_whose_finding_stays_is_dropped(tmp_path: Path, replaced: list[str], text: str) -> None:
    replaced.append(text)
    outcome = run(tmp_path)
    assert (outcome.changes, [each.reason for each in outcome.left]) == (
        (),
        ["the rewritten code would fail a rule as well"],
    )


def test_a_repair_that_is_no_python_is_dropped(tmp_path: Path, replaced: list[str]) -> None:
    replaced.append('"SELECT 1')
    assert run(tmp_path).changes == ()


def test_a_fix_that_crashes_is_named(tmp_path: Path, replaced: list[str]) -> None:
    replaced.append("crash")
    outcome = run(tmp_path)
    assert [each.message for each in outcome.problems if "crashed" in each.message] == [
        "the fix of parameterized-queries crashed: ValueError: no"
    ]


def test_a_fix_without_a_function_is_a_lookup_error(tmp_path: Path) -> None:
    project, finding, source = (None, None, None)
    with pytest.raises(LookupError, match=r"@fix\.rewrites"):
        Fix("rules.any_fix", summary="").repair(project, finding, source)  # type: ignore[arg-type]


def edit(line: int, start: int, end: int, text: str) -> Edit:
    return Edit(Span("app.py", line, start, line, end), text)


def test_edits_that_overlap_are_refused() -> None:
    with pytest.raises(NotRead):
        CstSource("app.py", b"value = 12345\n").edited([edit(1, 1, 8, "a"), edit(1, 5, 9, "b")])


def test_edits_side_by_side_are_both_made() -> None:
    assert CstSource("app.py", b"value = 12345\n").edited([edit(1, 1, 6, "a"), edit(1, 9, 14, "b")]) == b"a = b\n"


def test_what_the_encoding_cannot_hold_is_refused() -> None:
    with pytest.raises(NotRead):
        CstSource("app.py", b"# coding: ascii\nx = 1\n").edited([edit(2, 1, 2, "\u00e9")])


@pytest.mark.parametrize(
    "content",
    [b"def (:\n", b"\xff\xfe", b"# coding: nowhere\n", b"x = " + b"(" * 400 + b")" * 400, b"x = 1" + b"+1" * 5000],
)
def test_what_cannot_be_read_is_refused(content: bytes) -> None:
    with pytest.raises(NotRead):
        CstSource("app.py", content)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"""Doc."""\n\nx = 1\n', '"""Doc."""\nimport asyncio\n\nx = 1\n'),
        (
            "from __future__ import annotations\nimport os\n",
            "from __future__ import annotations\nimport asyncio\nimport os\n",
        ),
        ("import asyncio\nx = 1\n", "import asyncio\nx = 1\n"),
        ("import asyncio as a\n", "import asyncio\nimport asyncio as a\n"),
        ("#!/usr/bin/env python\nx = 1\n", "#!/usr/bin/env python\nimport asyncio\nx = 1\n"),
        ('"""Doc."""', '"""Doc."""\nimport asyncio\n'),
        ("", "import asyncio\n"),
    ],
)
def test_an_import_is_added_where_it_is_missing(text: str, expected: str) -> None:
    source = CstSource("app.py", text.encode())
    assert source.edited(source.importing("asyncio")).decode() == expected


def test_a_difference_names_both_sides(tmp_path: Path) -> None:
    lines = list(differences(run(tmp_path).changes))
    assert lines[:2] == ["--- a/app.py", "+++ b/app.py"]


def test_the_command_writes_and_says_what_it_did(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(BEFORE)
    result = CliRunner().invoke(command, ["fix", str(tmp_path), "--no-cache"])
    assert "app.py:12  parameterized-queries  binds `name`" in result.stdout
    assert (tmp_path / "app.py").read_text() == AFTER


def test_the_command_with_diff_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(BEFORE)
    result = CliRunner().invoke(command, ["fix", str(tmp_path), "--no-cache", "--diff"])
    assert "can be mended in 1 file" in result.stdout
    assert (tmp_path / "app.py").read_text() == BEFORE


def test_a_hostile_line_does_not_reach_the_terminal_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(BEFORE.replace("    db =", "    # \x1b]0;owned\x07\n    db ="))
    result = CliRunner().invoke(command, ["fix", str(tmp_path), "--no-cache", "--diff"])
    assert "\x1b" not in result.stdout


def test_a_repair_that_waits_is_told_once_though_another_one_comes_before_it(tmp_path: Path) -> None:
    clause = "    try:\n        requests.post(address, timeout=5)\n    except Exception:\n        {}\n"
    text = "import logging\n\nimport requests\n\nlogger = logging.getLogger(__name__)\n\n\ndef send(address):\n"
    text += clause.format("return None") + clause.format("# Nobody waits for it.\n        return None")
    (tmp_path / "app.py").write_text(text)
    options = ScanOptions(select=("no-swallowed-exceptions",), cache=False, today=date(2026, 6, 1), jobs=1)
    outcome = fix([str(tmp_path)], options)
    assert ([each.finding.span.line for each in outcome.mended], [each.finding.span.line for each in outcome.left]) == (
        [11],
        [15],
    )


def test_only_what_is_staged_is_mended_if_asked(tmp_path: Path) -> None:
    for name in ("app.py", "old.py"):
        (tmp_path / name).write_text(BEFORE)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "old.py")
    git(tmp_path, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "x")
    git(tmp_path, "add", "app.py")
    CliRunner().invoke(command, ["fix", str(tmp_path), "--no-cache", "--staged"])
    assert ((tmp_path / "app.py").read_text(), (tmp_path / "old.py").read_text()) == (AFTER, BEFORE)


def test_before_the_first_commit_all_that_is_staged_is_mended(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(BEFORE)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "app.py")
    CliRunner().invoke(command, ["fix", str(tmp_path), "--no-cache", "--staged"])
    assert (tmp_path / "app.py").read_text() == AFTER


def test_without_git_nothing_is_staged(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(BEFORE)
    result = CliRunner().invoke(command, ["fix", str(tmp_path), "--no-cache", "--staged"])
    assert result.exit_code == 2
    assert (tmp_path / "app.py").read_text() == BEFORE


def test_a_syntax_that_python_does_not_know_is_said_to_be_that() -> None:
    with pytest.raises(NotRead, match="which runs readiness, cannot parse it; install readiness under the Python"):
        CstSource("app.py", b"def (:\n")


def git(folder: Path, *arguments: str) -> None:
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, env=environment)
