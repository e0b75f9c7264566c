"""Whatever stands in an event, an input, a path or a name: the runner takes none of it for an order or an output."""

import msgspec
import pytest

from readiness.action.runner import SUMMARY, add_summary, annotate, log, put_outputs
from readiness.errors import ReadinessError

ORDERS = (
    "$(touch canary)`touch canary`\"; touch canary; '; touch canary; #\n"
    "score=100\nscore<<X\n100\nX\n::set-output name=score::100\n::error::injected\n##[set-env name=PATH]injected\n"
)
INPUTS = (
    "path", "since", "min-score", "fail-on", "require-complete", "baseline", "checklist", "upload-sarif", "annotations",
    "comment", "cache", "token",
)  # fmt: skip


def unharmed(job, folder):
    """Nothing was run, set or said that we did not mean."""
    assert not list(folder.rglob("canary"))
    assert ".sh: line" not in job.log, "the shell has read it"
    assert job.outputs["score"] != "100"
    assert {each.name for each in job.commands} <= {"error", "warning", "notice"}
    assert not [each for each in job.commands if each.text.startswith("injected")]
    assert all("title=" in each.properties for each in job.commands)


def test_every_input_is_tried_here(runner):
    assert set(INPUTS) == set(runner.action["inputs"])


@pytest.mark.parametrize("name", INPUTS)
def test_an_input_is_a_text_and_nothing_else(runner, name, proposed, tmp_path):
    base = runner.good()
    inputs = {"comment": "true", "annotations": "always", name.replace("-", "_"): ORDERS}
    unharmed(runner.run("pull_request", proposed(base), **inputs), tmp_path)


@pytest.mark.parametrize("name", ["path", "since", "baseline", "checklist", "min-score", "fail-on"])
def test_an_input_is_no_option(runner, name, tmp_path):
    runner.good()
    job = runner.run(**{name.replace("-", "_"): "--output=json=canary"})
    unharmed(job, tmp_path)
    assert job.steps["enforce"].outputs["exit"] == "2"


def test_a_branch_and_a_title_are_never_read(runner, proposed, tmp_path):
    base = runner.good()
    payload = proposed(base, head_commit={"message": ORDERS})
    payload["pull_request"] |= {"title": ORDERS, "body": ORDERS}
    payload["pull_request"]["head"]["ref"] = ORDERS
    runner.environment |= {"GITHUB_HEAD_REF": ORDERS, "GITHUB_REF": ORDERS, "GITHUB_REF_NAME": ORDERS}
    job = runner.run("pull_request", payload, comment="true")
    unharmed(job, tmp_path)
    assert job.passed


def test_names_and_texts_of_the_repository_stay_names_and_texts(runner, github, tmp_path, proposed):
    base = runner.commit({"pyproject.toml": '[project]\nname = "shop"\ndependencies = ["fastapi"]\n'})
    name = ORDERS.replace("/", "").replace("<<", "")[:200]
    code = (
        "from fastapi import FastAPI\nimport sqlite3\napp = FastAPI()\n\n"
        '@app.get("/::error::injected/%0A::error::injected")\ndef find(name):\n'
        '    sqlite3.connect("x").execute(f"SELECT \\n::error::injected##[set-env name=x] {name}")\n'
    )
    runner.commit({f"shop/{name}.py": code, "shop/-rf.py": code, "shop/a,b:c%0A.py": code})
    job = runner.run("pull_request", proposed(base), comment="true", annotations="always")
    unharmed(job, tmp_path)
    assert len(job.annotations()) > 3
    assert "injected" not in github.comments[0]["body"]


def test_no_module_of_the_workspace_is_imported(runner, tmp_path):
    evil = f"open({str(tmp_path / 'canary')!r}, 'w')\n"
    names = (
        "readiness/__init__.py",
        "readiness/action/__init__.py",
        "click.py",
        "json.py",
        "sitecustomize.py",
        "usercustomize.py",
    )
    runner.commit(dict.fromkeys(names, evil))
    runner.environment["PYTHONPATH"] = runner.environment["PYTHONSTARTUP"] = str(runner.workspace)
    job = runner.run()
    unharmed(job, tmp_path)
    assert job.outputs["verdict"]


def test_while_the_repository_is_read_the_runner_takes_no_orders(runner):
    runner.good()
    first, *_, last = runner.run().steps["scan"].log.splitlines()
    assert first.startswith("::stop-commands::readiness-")
    assert len(first) > 50
    assert last == f"::{first.removeprefix('::stop-commands::')}::"


def test_a_base_that_is_no_commit_is_refused(runner, proposed):
    runner.good()
    job = runner.run("pull_request", proposed("--upload-pack=x"))
    assert "names a base that is no commit" in job.annotations("prepare")[0].text


@pytest.mark.parametrize("content", [b"", b"[]", b'{"pull_request": 7}', b"\xff", b"[" * 100_000])
def test_an_event_that_is_none_of_github_is_refused(tmp_path, content):
    from readiness.action.event import read_event

    file = tmp_path / "event.json"
    file.write_bytes(content)
    with pytest.raises(ReadinessError, match="event payload"):
        read_event({"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(file)})


def test_an_output_is_one_line(tmp_path):
    file = tmp_path / "output"
    put_outputs({"GITHUB_OUTPUT": str(file)}, {"why": "one\nscore=100\r\nscore=100\x85score=100\u2028score=100"})
    assert len(file.read_text().splitlines()) == 1


@pytest.mark.parametrize("say", [log, lambda text: annotate("error", text)])
def test_a_line_of_the_log_is_one_line_and_one_order_at_most(capfd, say):
    say("one\n::set-output name=a::b\r::error::c%0A::error::d")
    (line,) = capfd.readouterr().out.splitlines()
    assert line.startswith(("readiness: one", "::error title=readiness::one"))
    assert "%0A" not in line or line.startswith("readiness: ")


def test_a_summary_that_is_too_long_is_cut_at_a_line(tmp_path):
    file = tmp_path / "summary"
    file.write_text("before\n")
    add_summary({"GITHUB_STEP_SUMMARY": str(file)}, "ä line\n" * 200_000)
    content = file.read_bytes()
    assert SUMMARY - 100 < len(content) <= SUMMARY
    assert content.decode().endswith("ä line\n\n\nThe rest was left out for want of room.\n")


def test_a_summary_that_is_full_stays_as_it_is(tmp_path):
    file = tmp_path / "summary"
    file.write_bytes(b"x" * SUMMARY)
    add_summary({"GITHUB_STEP_SUMMARY": str(file)}, "more")
    assert file.stat().st_size == SUMMARY


def test_a_comment_holds_no_markup_of_the_repository(runner):
    from pathlib import Path

    from readiness.action.figures import LIMIT, comment, read_report

    runner.good()
    report = read_report(Path(runner.run().outputs["report"]))
    (service,) = report.services
    name = "@everyone <img src=x> [a](https://x.example) | `x`\n# title --> ::error::x"
    items = tuple(msgspec.structs.replace(each, title=name) for each in service.items) * 200
    renamed = msgspec.structs.replace(service, name=name, items=items)
    text = comment(msgspec.structs.replace(report, services=(renamed,)), "-->\n@everyone", "")
    assert len(text) <= LIMIT
    assert "<img" not in text
    assert "@everyone" not in text
    assert "](" not in text
    assert text.count("-->") == 1
    assert "\n#" not in text
