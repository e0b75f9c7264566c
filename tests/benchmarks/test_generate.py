"""Invented backends: the same every time, of the size that was asked for, and read by the scan like any other."""

import ast

import pytest

from readiness.model import Verdict
from readiness.scan import ScanOptions, scan

FRAMEWORKS = ("fastapi", "django", "flask")


@pytest.fixture(scope="session")
def generate(benchmark):
    return benchmark("generate")


def python_lines(files):
    return sum(text.count("\n") for path, text in files.items() if path.endswith(".py"))


def test_the_same_arguments_give_the_same_files(generate):
    assert list(generate.backend(9_000, seed=3)) == list(generate.backend(9_000, seed=3))


def test_another_seed_gives_another_backend(generate):
    assert dict(generate.backend(5_000, seed=3)) != dict(generate.backend(5_000, seed=4))


def test_a_larger_backend_holds_the_packages_of_a_smaller_one(generate):
    small, large = dict(generate.backend(9_000)), dict(generate.backend(20_000))
    wholes = ("/main.py", "/app.py", "/settings.py", f"{'shop'}_fastapi/urls.py", "office_django/urls.py")
    assert {path: text for path, text in small.items() if not path.endswith(wholes)}.items() <= large.items()


@pytest.mark.parametrize("lines", [1, 5_000, 30_000])
def test_it_has_the_lines_that_were_asked_for_and_few_more(generate, lines):
    written = python_lines(dict(generate.backend(lines)))
    assert lines <= written < lines + 8_000


def test_no_service_is_larger_than_allowed(generate):
    names = {path.split("/")[1] for path, _ in generate.backend(30_000, frameworks=("flask",), service_lines=10_000)}
    assert len(names) == 3


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("seed", [1, 2])
def test_every_file_is_python_that_this_interpreter_reads(generate, framework, seed):
    for path, text in generate.backend(12_000, seed=seed, frameworks=(framework,)):
        if path.endswith(".py"):
            ast.parse(text, path)


def test_two_packages_of_a_service_never_share_a_name(benchmark):
    words = benchmark("synthetic.words")
    from random import Random

    names = [words.domain(Random(number), "shop", number, ()).name for number in range(5_000)]
    assert len(set(names)) == len(names)


def test_a_folder_that_holds_something_is_left_alone(generate, tmp_path):
    (tmp_path / "mine.py").write_text("x = 1\n")
    with pytest.raises(FileExistsError):
        generate.write(tmp_path, {"other.py": "x = 2\n"})
    assert [path.name for path in tmp_path.iterdir()] == ["mine.py"]


@pytest.fixture(scope="module")
def report(generate, tmp_path_factory):
    folder = tmp_path_factory.mktemp("invented")
    generate.write(folder, generate.backend(15_000))
    return scan([str(folder)], ScanOptions(cache=False, jobs=1))


def test_it_is_scanned_without_problems(report):
    assert [problem for problem in report.problems if problem.incomplete] == []
    assert report.files_read == report.files


def test_each_service_and_its_framework_is_recognised(report):
    found = {name for service in report.services for name in service.recognised.frameworks}
    assert {"FastAPI", "Django REST framework", "Flask", "SQLAlchemy"} <= found
    assert len(report.services) == 3


def test_it_has_routes_queries_and_tests_in_each_service(report):
    for service in report.services:
        assert service.recognised.routes > 10
        assert service.recognised.tests > 5
    assert sum(service.recognised.queries for service in report.services) > 3


@pytest.mark.parametrize(
    "rule", ["parameterized-queries", "paginated-lists", "authenticated-endpoints", "calls-have-timeouts"]
)
def test_rules_find_good_places(report, rule):
    verdicts = {finding.verdict for finding in report.findings if finding.rule == rule}
    assert Verdict.PASSES in verdicts


@pytest.mark.parametrize("rule", ["bounded-reads", "calls-have-timeouts", "limited-complexity"])
def test_rules_find_bad_places(report, rule):
    assert Verdict.FAILS in {finding.verdict for finding in report.findings if finding.rule == rule}
