"""`readiness check`: which report goes where, and how the run ends."""

import json
from pathlib import Path

import msgspec
import pytest

from readiness.errors import ReadinessError
from readiness.model import Confidence, Problem, Stage


def edited(report, **changes):
    return msgspec.structs.replace(report, **changes)


@pytest.mark.parametrize(
    ("sample", "arguments", "code"),
    [
        ("ready", (), 0),
        ("trouble", (), 1),
        ("trouble", ("--fail-on", "never"), 0),
        ("ready", ("--fail-on", "major"), 0),
        ("trouble", ("--fail-on", "critical"), 1),
        ("ready", ("--min-score", "90"), 0),
        ("unread", ("--min-score", "7.5"), 0),
        ("unread", ("--min-score", "7.6"), 1),
        ("library", ("--min-score", "50"), 1),
        ("library", (), 0),
        ("several", ("--min-score", "60"), 1),
        ("ready", ("--require-complete",), 0),
        ("problems", (), 3),
        ("empty", (), 4),
        ("empty", ("--fail-on", "never"), 4),
    ],
)
@pytest.mark.parametrize("shown", ["terminal", "json"])
def test_exit_code_is_the_same_for_every_format(run, fake_scan, samples, sample, arguments, code, shown):
    fake_scan.answer = samples.ALL[sample]()
    result = run("check", "--format", shown, *arguments)
    assert result.exit_code == code
    assert result.stdout


def test_a_score_that_was_asked_for_replaces_the_default_condition(run, fake_scan, samples):
    fake_scan.answer = samples.trouble()
    assert run("check", "--min-score", "10").exit_code == 0


def test_both_conditions_are_named_when_both_fail(run, fake_scan, samples):
    fake_scan.answer = samples.trouble()
    result = run("check", "--min-score", "80", "--fail-on", "blocker")
    assert result.exit_code == 1
    last = result.stderr.splitlines()[-1]
    assert "--fail-on blocker: 1 finding where 0 may be, the first at app/search.py:41" in last
    assert "--min-score 80: the score is 25.0, 55.0 too low" in last


def test_the_last_line_tells_a_score_from_a_limit_it_nearly_reaches(run, fake_scan, samples):
    report = samples.ready()
    service = report.services[0]
    near = edited(service, score=edited(service.score, value=79.96))
    fake_scan.answer = edited(report, services=(near,))
    assert "the score is 79.9, 0.04 too low" in run("check", "--min-score", "80").stderr


@pytest.mark.parametrize(
    "change",
    [
        {"confidence": Confidence.MEDIUM},
        {"exact": False},
        {"accepted": "DEV-001"},
        {"disputed": True},
        {"excluded": True},
        {"rule": "covered-handlers"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_only_sure_active_findings_of_settled_rules_fail_the_gate(run, fake_scan, samples, change):
    report = samples.trouble()
    blocker = edited(report.findings[0], **change)
    fake_scan.answer = edited(report, findings=(blocker,))
    assert run("check").exit_code == 0


def test_incomplete_analysis_passes_unless_asked(run, fake_scan, samples):
    lost = Problem(Stage.EXTRACT, "app/old.py", "cannot be parsed", line=3)
    fake_scan.answer = edited(samples.ready(), problems=(lost,))
    assert run("check").exit_code == 0
    result = run("check", "--require-complete")
    assert result.exit_code == 3
    assert result.stderr.splitlines()[-1] == (
        "readiness: incomplete (--require-complete): app/old.py:3: cannot be parsed"
    )


def test_a_remark_does_not_make_the_analysis_incomplete(run, fake_scan, samples):
    remark = Problem(Stage.EVIDENCE, "coverage.xml", "is older than HEAD", incomplete=False)
    fake_scan.answer = edited(samples.ready(), problems=(remark,))
    assert run("check", "--require-complete").exit_code == 0


@pytest.mark.parametrize("stage", [Stage.PLUGIN, Stage.RECOGNISE, Stage.JUDGE])
def test_a_broken_plugin_outranks_the_gate(run, fake_scan, samples, stage):
    broken = Problem(stage, "my_rules", "crashed: KeyError: 'x'")
    fake_scan.answer = edited(samples.trouble(), problems=(broken,))
    result = run("check")
    assert result.exit_code == 3
    assert "my_rules: crashed" in result.stderr


def test_nothing_to_analyse_outranks_a_broken_plugin(run, fake_scan, samples):
    broken = Problem(Stage.PLUGIN, "my_rules", "cannot be imported")
    fake_scan.answer = edited(samples.empty(), problems=(broken,))
    assert run("check").exit_code == 4


def test_mistakes_of_the_user_are_one_line(run, fake_scan):
    fake_scan.answer = ReadinessError("pyproject.toml: unknown key 'exlude'; did you mean 'exclude'?")
    result = run("check")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == "readiness: pyproject.toml: unknown key 'exlude'; did you mean 'exclude'?\n"


def test_an_interrupt_is_130(run, fake_scan):
    fake_scan.answer = KeyboardInterrupt()
    result = run("check")
    assert result.exit_code == 130
    assert result.stderr.strip() == "readiness: interrupted"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("check", "no-such-folder"), "there is no file or folder 'no-such-folder'"),
        (("chek",), "did you mean check?"),
        (("check", "--output", "json"), "write FORMAT=FILE"),
        (("check", "--output", "jsn=x"), "did you mean json?"),
        (("check", "--output", "json=."), "is a folder"),
        (("check", "--output", "json=nowhere/x.json"), "there is no folder nowhere"),
        (("check", "--min-score", "101"), "not in the range"),
        (("check", "--fail-on", "horrible"), "not one of"),
        (("check", "--today", "tomorrow"), "does not match"),
        (("check", "--jobs", "0"), "not in the range"),
        (
            (
                "check",
                "--nonsense",
            ),
            "No such option",
        ),
        (("check", "-q", "-v"), "do not go together"),
        (("check", "--select", "paramterized-queries"), "did you mean parameterized-queries?"),
        (("check", "--ignore", "zzz"), "there is no rule 'zzz'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_usage_is_one_line_with_what_to_type_instead(run, fake_scan, rules, arguments, words):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert fake_scan.calls == []


def test_a_folder_in_place_of_a_command_is_answered_with_the_command(run, tmp_path):
    (tmp_path / "backend").mkdir()
    result = run("backend")
    assert result.exit_code == 2
    assert "readiness check backend" in result.stderr


@pytest.mark.parametrize("arguments", [(), ("--fail-on", "never"), ("-q",)], ids=" ".join)
def test_without_a_command_it_checks(run, fake_scan, samples, arguments):
    fake_scan.answer = samples.ready()
    assert run(*arguments).exit_code == 0
    assert fake_scan.calls[0][0] == (".",)


def test_options_reach_the_scan(run, fake_scan, samples, rules, tmp_path):
    fake_scan.answer = samples.ready()
    (tmp_path / "a").mkdir()
    result = run(
        *("check", "a", ".", "--select", "parameterized-queries,paginated-lists", "--ignore", "old-name"),
        *("--exclude", "legacy/**", "--checklist", "mine.toml", "--jobs", "3", "--no-cache", "--today", "2026-01-31"),
    )
    assert result.exit_code == 0
    paths, options = fake_scan.calls[0]
    assert paths == ("a", ".")
    assert options.select == ("parameterized-queries", "paginated-lists")
    assert options.ignore == ("health-endpoint",)
    assert options.exclude == ("legacy/**",)
    assert (options.checklist, options.jobs, options.cache) == ("mine.toml", 3, False)
    assert str(options.today) == "2026-01-31"


def test_one_run_writes_all_formats_before_it_fails(run, fake_scan, samples, tmp_path):
    fake_scan.answer = samples.trouble()
    result = run("check", "-q", "--output", "json=report.json", "--output", "terminal=report.txt")
    assert result.exit_code == 1
    assert len(fake_scan.calls) == 1
    assert json.loads((tmp_path / "report.json").read_text())["gate"]["passed"] is False
    assert "orders-api: NOT READY" in (tmp_path / "report.txt").read_text(encoding="utf-8")
    assert result.stdout.startswith("orders-api: NOT READY")


def test_a_file_that_cannot_be_written_is_named(run, fake_scan, samples, tmp_path, monkeypatch):
    fake_scan.answer = samples.ready()

    def refuse(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", refuse)
    result = run("check", "--output", "json=report.json")
    assert result.exit_code == 2
    assert "cannot write report.json: No space left on device" in result.stderr


def test_the_gate_stands_in_the_json(run, fake_scan, samples):
    fake_scan.answer = samples.trouble()
    gate = json.loads(run("check", "--format", "json").stdout)["gate"]
    assert gate["passed"] is False
    assert gate["conditions"][0]["condition"] == "--fail-on blocker"


def test_same_report_gives_same_bytes(run, fake_scan, samples):
    fake_scan.answer = samples.problems()
    for arguments in (("--format", "json"), ("-vv",), ()):
        assert run("check", *arguments).stdout == run("check", *arguments).stdout


def test_timing_is_no_part_of_the_report(run, fake_scan, samples):
    fake_scan.answer = samples.ready()
    result = run("check", "-v")
    assert "scanned in" in result.stderr
    assert "scanned in" not in result.stdout


def test_color_comes_only_when_asked_for_in_a_pipe(run, fake_scan, samples):
    fake_scan.answer = samples.ready()
    assert "\x1b" not in run("check").stdout
    assert "\x1b[" in run("check", "--color", "always").stdout
    assert "\x1b[" in run("check", env={"FORCE_COLOR": "1"}).stdout
    assert "\x1b" not in run("check", env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).stdout
    assert "\x1b" not in run("check", "--color", "never", env={"FORCE_COLOR": "1"}).stdout


def test_an_error_message_cannot_bring_escape_sequences(run, fake_scan):
    fake_scan.answer = ReadinessError("bad\x1b[2Jname\nsecond line; mend it")
    result = run("check")
    assert "\x1b" not in result.stderr
    assert result.stderr.count("\n") == 1
