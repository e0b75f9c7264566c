"""Coverage joined with routes: what is measured, what is not, and what the data is worth."""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import coverage
import msgspec
import pytest

from readiness.discovery import discover
from readiness.discovery.memory import MemoryListing, listing_of
from readiness.extraction import extract
from readiness.git import Head
from readiness.languages.python import read
from readiness.libraries.evidence import coverage as joined
from readiness.linking import LinkedProject, link
from readiness.model import CoverageOf, CoverageState, EndpointTest, Evidence, Route, Scope, Span

APP = '''\
import framework


@framework.get
def first(flag):
    if flag:
        return {"flag": flag}
    return {}


@framework.post
def second():
    value = 1
    return value


class Things:
    """Docstrings of classes leave a trace in the data."""

    @framework.get
    def third(
        self,
        limit=int(
            "3",
        ),
    ):
        """Says what."""
        return {
            "limit": limit,
        }
'''
FRAMEWORK = '''"""Stands in for a web framework."""
get = post = lambda function: function
'''
RUN = "import app\n\napp.first(True)\napp.Things().third()\n"


def route(path: str, line: int, method: str = "GET", scope: Scope = Scope.SERVICE) -> Route:
    span = Span(path, line)
    return Route(
        span=span,
        symbol=f"{path}:{line}",
        scope=scope,
        framework="X",
        method=method,
        path="/x",
        handler="h",
        registered=span,
    )


def project_of(listing: MemoryListing, *routes: Route) -> LinkedProject:
    summaries = {}
    for file in listing.files:
        summary = read(listing.content(file)).summary if file.language == "python" else None
        if summary is not None:
            summaries[file.path] = summary
    project = link(listing, summaries, today=date(2026, 6, 1))
    project.add(routes)
    return project


def answers(listing: MemoryListing, *routes: Route) -> tuple[list[Evidence], list[CoverageOf]]:
    facts = list(joined.library.recognise(project_of(listing, *routes)))
    return (
        [fact for fact in facts if isinstance(fact, Evidence)],
        [fact for fact in facts if isinstance(fact, CoverageOf)],
    )


def sample(files: Mapping[str, str | bytes]) -> MemoryListing:
    return listing_of({path: text.encode() if isinstance(text, str) else text for path, text in files.items()})


def report(files: Mapping[str, tuple[list[int], list[int]]], timestamp: str = "") -> str:
    return json.dumps(
        {
            "meta": {"timestamp": timestamp, "version": "7.10.0"},
            "files": {name: {"executed_lines": hit, "missing_lines": missed} for name, (hit, missed) in files.items()},
        }
    )


ROUTES = (route("app.py", 5), route("app.py", 12, "POST"), route("app.py", 21))


@pytest.fixture(scope="module", params=[False, True], ids=["lines", "branches"])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the tests of APP ran under coverage.py, with the data in all formats."""
    folder = tmp_path_factory.mktemp("run")
    for name, text in {"app.py": APP, "framework.py": FRAMEWORK, "run.py": RUN}.items():
        (folder / name).write_text(text)
    branch = ["--branch"] if request.param else []
    command = [sys.executable, "-m", "coverage", "run", "--rcfile=", "--source=.", *branch, "run.py"]
    subprocess.run(command, cwd=folder, check=True)
    measured = coverage.Coverage(data_file=str(folder / ".coverage"), config_file=False)
    measured.load()
    measured.xml_report(outfile=str(folder / "coverage.xml"))
    measured.json_report(outfile=str(folder / "coverage.json"))
    measured.lcov_report(outfile=str(folder / "lcov.info"))
    return folder


@pytest.mark.parametrize("data", [".coverage", "coverage.xml", "coverage.json", "lcov.info"])
def test_a_real_run_says_the_same_in_every_format(run: Path, data: str) -> None:
    evidence, facts = answers(
        sample({"app.py": APP, "framework.py": FRAMEWORK, data: (run / data).read_bytes()}), *ROUTES
    )
    assert [(fact.state.value, fact.executed, fact.total, fact.source) for fact in facts] == [
        ("measured", 2, 3, data),
        ("measured", 0, 2, data),
        ("measured", 1, 1, data),
    ]
    assert [(fact.stale, fact.problem) for fact in evidence] == [(False, "")]


@pytest.mark.parametrize("data", [".coverage", "coverage.xml", "coverage.json", "lcov.info"])
@pytest.mark.parametrize(
    "edit",
    [
        lambda text: "# one line more\n" + text,
        lambda text: text.replace("import framework\n", "import framework\n\nX = 1\n"),
        lambda text: text[: text.index("class")],
    ],
    ids=["comment above", "statement above", "cut off"],
)
def test_a_file_that_was_edited_after_the_run_is_stale(run: Path, data: str, edit: object) -> None:
    assert callable(edit)
    text = edit(APP)
    line = next(number for number, each in enumerate(text.splitlines(), 1) if each.startswith("def first"))
    evidence, (fact,) = answers(sample({"app.py": text, data: (run / data).read_bytes()}), route("app.py", line))
    assert (fact.state, fact.executed, fact.source) == (CoverageState.STALE, 0, data)
    assert [each.stale for each in evidence] == [True]


DOCSTRING = 18
"""The line of the docstring of `Things` in APP."""


def test_reports_that_list_the_docstrings_of_classes_fit_the_text() -> None:
    """Those of coverage.py 7.6 and 7.10 do, JSON and LCOV alike."""
    files = {"app.py": APP, "coverage.json": report({"app.py": ([1, 4, 5, 6, 7, 11, 12, 17, DOCSTRING], [8, 13, 14])})}
    evidence, facts = answers(sample(files), ROUTES[0])
    assert ([each.stale for each in evidence], [each.executed for each in facts]) == ([False], [2])


def test_a_docstring_that_a_report_calls_missing_is_of_another_text() -> None:
    files = {"app.py": APP, "coverage.json": report({"app.py": ([1, 4, 5, 6, 7], [DOCSTRING])})}
    assert [each.stale for each in answers(sample(files))[0]] == [True]


def test_an_empty_file_whose_first_line_is_listed_fits() -> None:
    files = {"empty/__init__.py": "", "coverage.json": report({"empty/__init__.py": ([1], [])})}
    assert [each.stale for each in answers(sample(files))[0]] == [False]


def test_an_edit_of_another_file_leaves_this_one_alone(run: Path) -> None:
    files = {"app.py": APP, "framework.py": "#\n#\n" + FRAMEWORK, "coverage.json": (run / "coverage.json").read_text()}
    evidence, (fact,) = answers(sample(files), ROUTES[0])
    assert (fact.state, evidence[0].stale) == (CoverageState.MEASURED, False)
    assert "1 of them changed" in evidence[0].detail


def test_without_data_everything_is_missing() -> None:
    evidence, facts = answers(sample({"app.py": APP}), *ROUTES)
    assert (evidence, {fact.state for fact in facts}) == ([], {CoverageState.MISSING})


def test_a_file_that_the_data_does_not_know_is_absent() -> None:
    files = {"app.py": APP, "other.py": "x = 1\n", "coverage.json": report({"other.py": ([1], [])})}
    _, (fact,) = answers(sample(files), ROUTES[0])
    assert (fact.state, fact.source) == (CoverageState.ABSENT, "coverage.json")


def test_a_project_of_which_the_data_knows_no_file_has_no_data() -> None:
    files = {"a/pyproject.toml": "", "a/app.py": APP, "b/pyproject.toml": "", "b/x.py": "x = 1\n"}
    _, (fact,) = answers(sample(files | {"b/coverage.json": report({"x.py": ([1], [])})}), route("a/app.py", 5))
    assert fact.state is CoverageState.MISSING


def test_data_of_which_no_file_is_in_the_scan_is_a_loud_problem() -> None:
    data = report({"/elsewhere/module.py": ([1], []), "/elsewhere/more.py": ([1], [])})
    (evidence,), (fact,) = answers(sample({"app.py": APP, "coverage.json": data}), ROUTES[0])
    assert (evidence.stale, fact.state) == (True, CoverageState.MISSING)
    assert "none of its 2 files is one of this scan, the first is /elsewhere/module.py" in evidence.problem


def test_a_broken_file_is_a_problem_that_says_why() -> None:
    (evidence,), (fact,) = answers(sample({"app.py": APP, "coverage.xml": "<coverage>"}), ROUTES[0])
    assert (evidence.stale, fact.state) == (True, CoverageState.MISSING)
    assert "no XML" in evidence.problem


def test_data_without_any_file_is_a_problem() -> None:
    (evidence,), _ = answers(sample({"app.py": APP, "coverage.xml": "<coverage/>"}), ROUTES[0])
    assert "none of its 0 files" in evidence.problem


def test_two_runs_are_put_together() -> None:
    hit = [1, 4, 5, 11, 12, 17, 20, 21]
    one, two = report({"app.py": ([*hit, 6, 7], [])}), report({"app.py": ([*hit, 6, 8], [])})
    _, (fact,) = answers(sample({"app.py": APP, "coverage.json": one, "reports/coverage.json": two}), ROUTES[0])
    assert (fact.executed, fact.total) == (3, 3)


def test_a_stale_run_does_not_spoil_a_fresh_one() -> None:
    files = {
        "app.py": APP,
        "coverage.json": report({"app.py": ([900], [])}),
        "z/coverage.json": report({"app.py": ([6], [])}),
    }
    _, (fact,) = answers(sample(files), ROUTES[0])
    assert (fact.state, fact.executed, fact.source) == (CoverageState.MEASURED, 1, "z/coverage.json")


@pytest.mark.parametrize(
    ("text", "line", "state"),
    [
        ("def one(): return 1\n", 1, CoverageState.AMBIGUOUS),
        ("def one(\n    a,\n): return 1\n", 1, CoverageState.AMBIGUOUS),
        ("def one(\n    a,\n) -> int: return 1\n", 1, CoverageState.AMBIGUOUS),
        ("def one(a,\n    b): return 1\n", 1, CoverageState.AMBIGUOUS),
        ('def one():\n    """Nothing."""\n', 1, CoverageState.AMBIGUOUS),
        ("def one(\n    a,\n):\n    return 1\n", 1, CoverageState.MEASURED),
        ("def one():\n    (\n    1)\n", 1, CoverageState.MEASURED),
    ],
)
def test_a_body_without_a_line_of_its_own_cannot_be_told(text: str, line: int, state: CoverageState) -> None:
    _, (fact,) = answers(
        sample({"app.py": text, "coverage.json": report({"app.py": ([1], [])})}), route("app.py", line)
    )
    assert fact.state is state


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("def one():  # pragma: no cover\n    return 1\n", True),
        ("@deco  # PRAGMA: NO COVER\ndef one():\n    return 1\n", True),
        ("def one(\n    a,  # pragma:no cover\n):\n    return 1\n", True),
        ("def one():\n    if x:  # pragma: no cover\n        return 1\n", False),
        ("def one():  # no cover charge\n    return 1\n", False),
    ],
)
def test_a_pragma_on_the_header_excludes_the_handler(text: str, excluded: bool) -> None:
    line = 2 if text.startswith("@") else 1
    _, (fact,) = answers(
        sample({"app.py": text, "coverage.json": report({"app.py": ([1], [])})}), route("app.py", line)
    )
    assert (fact.excluded, fact.executed) == (excluded, 0)


def test_a_handler_that_is_no_function_of_the_project_is_left_out() -> None:
    _, facts = answers(sample({"app.py": APP}), route("app.py", 17), route("app.py", 1), route("lib.py", 1))
    assert facts == []


def test_routes_of_tests_and_scripts_are_left_out() -> None:
    _, facts = answers(sample({"app.py": APP}), route("app.py", 5, scope=Scope.TEST))
    assert facts == []


# What the data is worth


def graded(*, tracked: bool | None, made: str, committed: datetime | None) -> Evidence:
    listing = sample({"app.py": APP, "coverage.json": report({"app.py": ([1], [])}, made)})
    files = tuple(msgspec.structs.replace(file, tracked=tracked) for file in listing.files)
    head = None if committed is None else Head("c", committed, shallow=False)
    (evidence,), _ = answers(msgspec.structs.replace(listing, files=files, head=head))
    return evidence


COMMIT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tracked", "made", "committed", "observed"),
    [
        (False, "2026-03-01T01:00:00+00:00", COMMIT, True),
        (False, "2026-02-28T23:00:00+00:00", COMMIT, False),
        (False, "2026-02-28T23:00:00", COMMIT, True),
        (False, "", COMMIT, True),
        (False, "2026-02-01T00:00:00+00:00", None, True),
        (True, "2026-03-01T01:00:00+00:00", COMMIT, False),
        (None, "2026-03-01T01:00:00+00:00", None, False),
    ],
    ids=["after", "before", "zone unknown", "no date", "no commit", "committed", "no git"],
)
def test_only_what_git_ignores_and_was_made_after_the_commit_is_observed(
    tracked: bool | None, made: str, committed: datetime | None, observed: bool
) -> None:
    assert graded(tracked=tracked, made=made, committed=committed).observed is observed


def test_committed_data_does_not_add_to_what_this_run_made(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "claimed.json").write_text(report({"app.py": ([6, 7, 8], [])}))
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "-A"], cwd=tmp_path, check=True)
    (tmp_path / "claimed.json").rename(tmp_path / "coverage-claimed.xml")
    subprocess.run(["git", "add", "-A"], cwd=tmp_path, check=True)
    (tmp_path / "coverage.json").write_text(report({"app.py": ([6], [])}))
    listing = discover(tmp_path)
    summaries, _ = extract(listing.files, listing.content)
    project = link(listing, summaries, today=date(2026, 6, 1))
    project.add([ROUTES[0]])
    facts = list(joined.library.recognise(project))
    assert [fact.observed for fact in facts if isinstance(fact, Evidence)] == [False, True]
    assert [fact.executed for fact in facts if isinstance(fact, CoverageOf)] == [1]


CONTEXTS = {
    "app.py": {
        "executed_lines": [1, 4, 5, 6, 7, 8, 12, 13],
        "missing_lines": [],
        "contexts": {
            "6": ["tests/test_app.py::test_first[a]|run", ""],
            "12": ["tests.test_app.test_second"],
            "4": [""],
        },
    }
}
TESTS = "def test_first(client):\n    assert client.get('/x').status_code == 404\n\n\ndef test_second():\n    pass\n"


def ran(*routes: Route, contexts: object = CONTEXTS) -> list[tuple[str, str, str, tuple[int, ...]]]:
    files = {"app.py": APP, "tests/test_app.py": TESTS, "coverage.json": json.dumps({"meta": {}, "files": contexts})}
    found = joined.library.recognise(project_of(sample(files), *routes))
    return [
        (each.route.method, each.test, each.resolution.value, each.statuses)
        for each in found
        if isinstance(each, EndpointTest)
    ]


def named(path: str, line: int, method: str, handler: str) -> Route:
    return msgspec.structs.replace(route(path, line, method), handler=handler)


def test_contexts_name_the_tests_that_ran_a_handler() -> None:
    assert ran(named("app.py", 5, "GET", "app::first"), named("app.py", 12, "POST", "app::second")) == [
        ("GET", "tests.test_app::test_first", "exact", (404,))
    ]


def test_the_line_of_the_def_is_no_run_of_the_body() -> None:
    assert ran(named("app.py", 12, "POST", "app::second")) == []


def test_a_handler_of_two_operations_does_not_tell_which_was_asked_for() -> None:
    both = ran(named("app.py", 5, "GET", "app::first"), named("app.py", 5, "PUT", "app::first"))
    assert [(method, resolution) for method, _, resolution, _ in both] == [("GET", "inferred"), ("PUT", "inferred")]


def test_a_test_that_is_not_in_the_scan_is_told_by_its_name() -> None:
    contexts = {"app.py": CONTEXTS["app.py"] | {"contexts": {"6": ["elsewhere.test_it"]}}}
    assert [test for _, test, _, _ in ran(ROUTES[0], contexts=contexts)] == ["elsewhere.test_it"]
