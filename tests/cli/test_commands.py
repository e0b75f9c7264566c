"""`readiness endpoints`, `explain`, `rules` and the group itself."""

import json
import subprocess
import sys

import readiness.plugins
from readiness import __version__
from readiness.cli import COMMANDS
from readiness.model import Problem, Stage

PAGE = """# paginated-lists

An endpoint that lists rows returns them in pages.

## Why

- A table **grows**; see [the standard](https://example.org/pages).

## Bad

```python path=app/main.py
def all_rows():  # fails: paginated-lists
    return session.scalars(select(Row)).all()
```
"""


def test_version_and_help_import_no_command():
    code = (
        "import sys\n"
        "from readiness.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "heavy = {'msgspec', 'libcst', 'sqlglot', 'coverage', 'sqlite3', 'readiness.model', 'readiness.scan', 'json'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all(name in done.stdout for name in COMMANDS)


def test_version(run):
    assert run("--version").stdout == f"readiness {__version__}\n"


def test_every_command_explains_itself(run):
    for name in COMMANDS:
        result = run(name, "--help")
        assert result.exit_code == 0
        assert result.stdout.startswith(f"Usage: readiness {name}")


def test_endpoints_as_json_name_relative_files_and_dotted_handlers(run, fake_scan, samples):
    fake_scan.answer = samples.trouble()
    document = json.loads(run("endpoints", "--format", "json").stdout)
    assert document["schema"] == "readiness/endpoints/v1"
    first = document["routes"][0]
    assert (first["method"], first["path"], first["file"], first["line"]) == ("GET", "/orders", "app/orders.py", 88)
    assert first["handler"] == "app.orders.handle"


def test_endpoints_ignore_the_gate_but_not_a_broken_plugin(run, fake_scan, samples):
    fake_scan.answer = samples.trouble()
    assert run("endpoints").exit_code == 0
    fake_scan.answer = samples.problems()
    assert run("endpoints").exit_code == 3
    fake_scan.answer = samples.empty()
    assert run("endpoints").exit_code == 4


def test_explain_shows_the_page_of_a_rule_without_a_scan(run, fake_scan, rules, monkeypatch):
    monkeypatch.setattr(readiness.plugins, "page_of", lambda rule: PAGE)
    result = run("explain", "paginated-lists")
    assert result.exit_code == 0
    assert fake_scan.calls == []
    assert "A table grows; see the standard (https://example.org/pages)." in result.stdout
    assert "    def all_rows():  # fails\n" in result.stdout
    assert "Severity of a failure: major" in result.stdout


def test_explain_finds_a_rule_by_its_former_name(run, fake_scan, rules, monkeypatch):
    monkeypatch.setattr(readiness.plugins, "page_of", lambda rule: None)
    result = run("explain", "old-name")
    assert result.stdout.startswith("health-endpoint\n")


def test_explain_an_item_and_the_score_scan_the_path(run, fake_scan, samples, rules, tmp_path):
    (tmp_path / "backend").mkdir()
    fake_scan.answer = samples.trouble()
    assert "In the score: 22 / 100 x 56.19 = 12.36 points" in run("explain", "security", "backend").stdout
    assert "sum of weight x share" in run("explain", "score", "backend").stdout
    assert fake_scan.calls[0][0] == ("backend",)


def test_explain_a_criterion_means_its_item(run, fake_scan, samples, rules):
    fake_scan.answer = samples.trouble()
    assert run("explain", "injection").stdout.startswith("Security")


def test_explain_says_when_a_line_of_the_checklist_has_no_rule_yet(run, fake_scan, samples, rules):
    fake_scan.answer = samples.trouble()
    result = run("explain", "gating-ci")
    assert result.exit_code == 2
    assert "has no rule for yet" in result.stderr
    assert "readiness explain deployment" in result.stderr


def test_explain_something_unknown_suggests(run, fake_scan, samples, rules):
    fake_scan.answer = samples.trouble()
    result = run("explain", "securty")
    assert result.exit_code == 2
    assert "did you mean security" in result.stderr
    assert fake_scan.calls == []


def test_rules_as_table_and_as_json(run, rules, samples):
    text = run("rules").stdout
    assert all(info.id in text for info in samples.RULES)
    document = json.loads(run("rules", "--format", "json").stdout)
    assert document["schema"] == "readiness/rules/v1"
    assert [rule["id"] for rule in document["rules"]] == sorted(info.id for info in samples.RULES)
    assert document["rules"][0]["chapter"] == "tests"


def test_rules_name_a_broken_plugin(run, monkeypatch):
    broken = Problem(Stage.PLUGIN, "mine", "cannot be imported: SyntaxError: x")
    found = readiness.plugins.Plugins(rules={}, libraries=(), problems=(broken,))
    monkeypatch.setattr(readiness.plugins, "load_plugins", lambda paths=(): found)
    result = run("rules")
    assert result.exit_code == 3
    assert "mine: cannot be imported" in result.stderr


def test_a_reader_that_goes_away_changes_nothing(samples):
    code = (
        "import sys\n"
        "from readiness.cli import main\n"
        "from readiness.cli.options import show\n"
        "show('x' * 1_000_000)\n"
        "show('y')\n"
        "sys.exit(7)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 7
    assert errors == b""
