"""The Action's steps, done for real by a small runner: what is judged, where it is shown, how it ends."""

import json
import subprocess
import sys
from pathlib import Path

GATE = "the gate failed: --fail-on blocker: 1 "
HISTORY = "history is cut off here"


def test_a_push_is_judged_as_a_whole(runner):
    runner.good()
    job = runner.run()
    report = json.loads(Path(job.outputs["report"]).read_text())
    score = report["services"][0]["score"]
    assert job.passed
    assert report["change"] is None
    assert job.outputs["verdict"] == score["verdict"] == "NOT READY"
    assert job.outputs["grade"] == score["grade"]
    assert abs(float(job.outputs["score"]) - score["value"]) <= 0.1
    assert job.outputs["new-findings"] == ""
    assert job.summary.startswith("**Gate passed**")


def test_what_code_scanning_takes_is_not_annotated_as_well(runner):
    runner.good()
    job = runner.run()
    assert job.steps["upload"].outcome == "success"
    assert json.loads(Path(job.steps["upload"].given["sarif_file"]).read_text())["version"] == "2.1.0"
    assert job.annotations() == []


def test_what_could_not_be_uploaded_is_annotated(runner):
    runner.uses["upload"].outcome = "failure"
    runner.good()
    job = runner.run()
    assert job.passed
    assert "could not be uploaded" in job.steps["tell"].log
    assert any("file=shop/main.py" in each.properties for each in job.annotations())


def test_without_code_scanning_findings_are_annotated(runner, github):
    github.refuse("GET", "/code-scanning/alerts", 403, {"message": "Code Security must be enabled"})
    runner.good()
    job = runner.run()
    assert job.steps["upload"].outcome == "skipped"
    assert "security-events: write" in job.steps["prepare"].log
    assert job.annotations()


def test_a_failed_gate_shows_everything_first_and_ends_the_job_last(runner):
    runner.good()
    runner.bad()
    job = runner.run(comment="true")
    assert [name for name, step in job.steps.items() if step.outcome == "failure"] == ["enforce"]
    assert job.steps["enforce"].outputs["exit"] == "1"
    (said,) = job.annotations("enforce")
    assert said.text.startswith(GATE)
    assert job.outputs["score"]
    assert job.steps["upload"].outcome == "success"


def test_a_pull_request_is_judged_against_its_base(runner, proposed):
    base = runner.good()
    runner.bad()
    job = runner.run("pull_request", proposed(base), annotations="always")
    report = json.loads(Path(job.outputs["report"]).read_text())
    assert report["change"]["base"] == base
    assert int(job.outputs["new-findings"]) == len(report["change"]["new"]) > 0
    assert {each.properties.split(",")[0] for each in job.annotations()} == {"file=shop/main.py"}
    assert job.annotations("enforce")[0].text.startswith(f"{GATE}new finding")


def test_a_pull_request_is_judged_as_a_whole_where_that_is_asked_for(runner, proposed):
    runner.good()
    runner.bad()
    job = runner.run("pull_request", proposed("0" * 40), since="none", fail_on="never")
    assert job.passed
    assert json.loads(Path(job.outputs["report"]).read_text())["change"] is None


def test_a_merge_queue_is_judged_against_its_base(runner):
    base = runner.good()
    runner.bad()
    job = runner.run("merge_group", {"merge_group": {"base_sha": base}}, fail_on="never")
    assert json.loads(Path(job.outputs["report"]).read_text())["change"]["base"] == base
    assert job.steps["upload"].outcome == "skipped"


def test_a_branch_can_be_named(runner):
    runner.good()
    runner.git("branch", "before")
    runner.bad()
    job = runner.run(since="before", fail_on="never")
    assert json.loads(Path(job.outputs["report"]).read_text())["change"]["name"] == "before"


def test_where_history_is_cut_off_the_way_out_is_said(runner, proposed, tmp_path):
    base = runner.good()
    runner.bad()
    whole = tmp_path / "whole"
    runner.workspace.rename(whole)
    runner.git("clone", "-q", "--depth", "1", whole.as_uri(), str(runner.workspace), folder=tmp_path)
    job = runner.run("pull_request", proposed(base), comment="true")
    (said,) = job.annotations("enforce")
    assert HISTORY in said.text
    assert "fetch-depth: 0" in said.text
    assert "fetch-depth: 0" in job.summary.replace("&#58;", ":")
    assert job.steps["enforce"].outputs["exit"] == "2"
    assert job.outputs["report"] == job.outputs["score"] == ""


def test_a_fork_gets_annotations_and_nothing_is_asked_of_github(runner, github, proposed):
    base = runner.good()
    runner.bad()
    job = runner.run("pull_request", proposed(base, head="mallory/shop"), comment="true")
    assert github.asked == []
    assert job.steps["upload"].outcome == "skipped"
    assert job.annotations()
    assert "no comment: a pull request from a fork" in job.steps["tell"].log


def test_a_fork_that_is_gone_is_a_fork(runner, github, proposed):
    base = runner.good()
    job = runner.run("pull_request", proposed(base, head=None), comment="true")
    assert github.asked == []
    assert job.passed


def test_a_privileged_run_uploads_no_alerts_to_the_base_branch(runner, proposed):
    base = runner.good()
    job = runner.run("pull_request_target", proposed(base, head="mallory/shop"))
    assert job.steps["upload"].outcome == "skipped"
    assert "another commit than the one scanned" in job.steps["prepare"].log


def test_a_backend_in_a_folder_is_named_from_the_root_of_the_repository(runner, proposed):
    base = runner.good("services/api")
    runner.bad("services/api")
    job = runner.run("pull_request", proposed(base), path="services/api", annotations="always")
    (run,) = json.loads(Path(job.steps["upload"].given["sarif_file"]).read_text())["runs"]
    places = {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in run["results"]}
    assert "services/api/shop/main.py" in places
    assert run["automationDetails"]["id"] == "readiness/services/api/"
    assert any("file=services/api/shop/main.py" in each.properties for each in job.annotations())


def test_a_repository_checked_out_beside_another_is_named_from_its_own_root(runner):
    runner.good()
    inner = runner.workspace / "checked out"
    inner.mkdir()
    runner.workspace, outer = inner, runner.workspace
    runner.good()
    runner.workspace = outer
    job = runner.run(path="checked out", annotations="always")
    assert job.steps["upload"].given["checkout_path"] == str(inner)
    assert any("file=shop/main.py" in each.properties for each in job.annotations())


def test_what_a_baseline_does_not_know_is_counted_as_new(runner):
    runner.good()
    made = [sys.executable, "-I", "-m", "readiness", "baseline", "create"]
    subprocess.run(made, cwd=runner.workspace, capture_output=True, check=True)
    runner.bad()
    job = runner.run(fail_on="never")
    report = json.loads(Path(job.outputs["report"]).read_text())
    assert report["baseline"]["known"] > 0
    failing = [each for each in report["findings"] if each["verdict"] == "fails" and not each["known"]]
    assert int(job.outputs["new-findings"]) == len(failing) > 0


def test_a_baseline_that_is_not_there_is_wrong_usage(runner):
    runner.good()
    job = runner.run(baseline="known.json")
    assert job.steps["enforce"].outputs["exit"] == "2"
    assert "known.json" in job.annotations("enforce")[0].text


def test_a_score_that_is_too_low_fails(runner):
    runner.good()
    job = runner.run(min_score="90")
    assert "--min-score 90" in job.annotations("enforce")[0].text
    assert job.steps["enforce"].outputs["exit"] == "1"


def test_nothing_to_analyse_fails(runner):
    job = runner.run()
    assert job.steps["enforce"].outputs["exit"] == "4"
    assert "nothing to analyse" in job.annotations("enforce")[0].text
    assert job.outputs["verdict"] == "NOT RATED"


def test_an_input_that_means_nothing_is_refused_before_anything_runs(runner, github):
    runner.good()
    job = runner.run(upload_sarif="perhaps")
    assert job.steps["prepare"].outputs["exit"] == "2"
    assert "write auto, always or never" in job.annotations("prepare")[0].text
    assert job.steps["scan"].outcome == "skipped"


def test_the_step_that_reads_the_repository_has_no_token(runner):
    for each in runner.action["runs"]["steps"]:
        if each["id"] in ("install", "scan", "enforce"):
            assert "token" not in str(each).lower()


def test_summaries_are_kept_for_this_engine_only(runner):
    runner.good()
    first = runner.run(path="shop").steps["cache"].given
    assert first["key"].startswith(first["restore-keys"])
    assert first["key"] != runner.run().steps["cache"].given["key"]
    assert list(Path(first["path"]).iterdir())


def test_nothing_is_kept_where_that_is_not_wanted(runner):
    runner.good()
    assert runner.run(cache="false").steps["cache"].outcome == "skipped"
