"""Deployment files, reports of tests and settings of coverage made to hang or to crash their readers are read or named."""

APP = """
from fastapi import FastAPI

app = FastAPI()

@app.get("/health")
def health(): return 1

@app.get("/PARAMETERS")
def several(): return 1
""".replace("PARAMETERS", "{a}-" * 30 + "/" + "{b:path}/" * 30 + "x")
COMPOSE = "services:\n  web:\n    build: .\n    command: uvicorn main:app\n"
POD = "apiVersion: v1\nkind: Pod\n"


def crashed(done) -> list[str]:
    """Parts of the engine that crashed."""
    return [each["message"] for each in done.document["problems"] if each["stage"] in ("recognise", "judge", "plugin")]


def services(lines: str, count: int = 200) -> str:
    """A compose file with services that are all alike."""
    return "services:\n" + "".join(f"  s{number}:\n    build: .\n{lines}" for number in range(count))


def listed(word: str, count: int) -> str:
    return f"[{','.join([word] * count)}]"


UNREADABLE = {
    "deep/compose.yaml": "[" * 200_000,
    "maps/compose.yaml": "{a: " * 100_000,
    "steps/compose.yaml": "".join(" " * depth + "a:\n" for depth in range(500)),
    "inside/compose.yaml": "services: &a\n  x: *a\n",
    "values/compose.yaml": f"a: {listed('b', 200_000)}\n",
    "directives/compose.yaml": "".join(f"%TAG !a{number}! x\n" for number in range(30_000)) + "---\na: 1\n",
    "null/compose.yaml": b"services:\0\n",
    "bytes/compose.yaml": b"\xff" * 1000,
    "stages/Dockerfile": "FROM python:3 AS s0\n"
    + "".join(f"FROM s{number} AS s{number + 1}\n" for number in range(2000)),
    "nothing/Dockerfile": "RUN x\n",
    "bytes/Dockerfile": b"FROM \xff\n",
    "fly.toml": f"a = {'[' * 20_000}\n",
    "deep/railway.json": "[" * 100_000,
    "number/railway.json": '{"a": ' + "9" * 100_000 + "}",
}


def test_deployment_files_that_cannot_be_read_are_named(shop):
    shop.write({"main.py": APP, **UNREADABLE})
    done = shop.scan()
    assert {path for path, message in done.problems.items() if "cannot be read" in message} == set(UNREADABLE)
    assert crashed(done) == []


FILLED = {
    "stages": "FROM python:3 AS a\n"
    + "".join(f"ENV {' '.join(f'v{line}_{each}=1' for each in range(700))}\n" for line in range(50))
    + "".join(f"FROM a AS b{number}\n" for number in range(450)),
    "values": "FROM python:3\n"
    + "".join(f"ENV a{number}={f'$a{number + 1}' * 200}\n" for number in range(6))
    + f"ENV a6='{'--a ' * 240}'\n"
    + "HEALTHCHECK $a0$a1$a2\n" * 3000,
    "options": f"FROM python:3\nCMD flask {'--a ' * 60}\nHEALTHCHECK CMD curl x ; echo{' ' * 3900}&\n",
    "idle": f"FROM python:3\nHEALTHCHECK CMD echo{' ' * 3900}&\nCMD gunicorn {'-b' * 1900}\n",
    "words": f"FROM python:3\nCMD {'[' * 7000}\nHEALTHCHECK CMD {'a' * 3900}\n",
    "address": f"FROM python:3\nCMD uvicorn main:app\nHEALTHCHECK CMD curl -f http://localhost:8000/{'a-' * 900}/{'a/' * 900}\n",
}


def test_dockerfiles_whose_values_grow_are_read(shop):
    shop.write({"main.py": APP, **{f"{name}/Dockerfile": text for name, text in FILLED.items()}})
    done = shop.scan()
    assert not [path for path in done.problems if path.endswith("Dockerfile")]
    assert crashed(done) == []


ALIASES = {
    "words/compose.yaml": f"x: &x {listed('a', 90_000)}\n"
    + services("    command: *x\n    entrypoint: *x\n    ports: *x\n    healthcheck: {test: *x}\n"),
    "merged/compose.yaml": "a0: &a0 {image: x}\n"
    + "".join(f"a{number + 1}: &a{number + 1} {{<<: [*a{number}, *a{number}]}}\n" for number in range(200))
    + services("    <<: *a200\n"),
    "spaces/compose.yaml": services(f'    healthcheck:\n      test: "curl x ; echo{" " * 3900}&"\n'),
    "scripts/compose.yaml": services(f"    healthcheck:\n      test: {'a' * 3900}\n"),
    "list.yaml": f"apiVersion: v1\nkind: List\nx: &x {listed('a', 60_000)}\n"
    f"c: &c {{name: a, args: *x, livenessProbe: {{exec: {{command: *x}}}}}}\nl: &l {listed('*c', 60)}\nitems:\n"
    + "- {apiVersion: v1, kind: Pod, spec: {containers: *l}}\n"
    * 500,
    "probes.yaml": f"{POD}x: &x {listed('a', 30_000)}\np: &p {{exec: {{command: *x}}}}\nspec:\n  containers:\n  - name: a\n"
    + "    livenessProbe: *p\n" * 20_000,
}


def test_aliases_that_stand_for_much_are_followed_so_far(shop):
    shop.write({"main.py": APP, **ALIASES})
    done = shop.scan()
    assert not set(ALIASES) & set(done.problems)
    assert crashed(done) == []


def test_scripts_of_one_name_everywhere_are_compared_so_far(shop):
    shop.write({f"d{number}/start.sh": "exec true\n" for number in range(1500)})
    shop.write({"e/run.sh": "flask -a " * 14_000, "main.py": APP})
    shop.write(
        {
            "compose.yaml": services(
                "    command: /a/start.sh /b/start.sh /c/run.sh\n    healthcheck: {test: /a/run.sh}\n"
            )
        }
    )
    done = shop.scan()
    assert crashed(done) == []
    assert done.service()["recognised"]["routes"] == 2


def test_thousands_of_checks_of_a_platform_are_judged_so_far(shop):
    checks = "".join(f"[checks.a{number}]\npath = '/health'\n" for number in range(8000))
    processes = ",".join(f'"p{number}": [{{"path": "/health", "port": {"9" * 400}}}]' for number in range(900))
    shop.write({"main.py": APP, "fly.toml": checks, "app.json": f'{{"healthchecks": {{{processes}}}}}'})
    done = shop.scan()
    assert crashed(done) == []
    assert {each["span"]["path"] for each in done.findings("working-probes")} == {"fly.toml", "app.json"}


CASE = "<testcase classname='tests.test_a' name='test_x'/>"
BAD_REPORTS = {
    "entities": "<!DOCTYPE a [<!ENTITY a 'lol'>]><testsuite name='&a;'/>",
    "outside": "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><testsuite><testcase name='&x;'/></testsuite>",
    "deep": "<testsuite>" * 100_000,
    "null": b"<testsuite>\0</testsuite>",
    "other": "<a/>",
    "codec": b"<?xml version='1.0' encoding='zlib_codec'?><testsuite/>",
    "unknown": b"<?xml version='1.0' encoding='" + b"x" * 1000 + b"'?><testsuite/>",
    "empty": "",
}


def test_reports_of_tests_that_are_bombs_are_named(shop):
    attributes = " ".join(f"a{number}='1'" for number in range(100_000))
    shop.write(
        {
            "main.py": APP,
            "tests/test_a.py": "def test_x(): assert 1 == 2\n",
            **{f"{name}/junit.xml": text for name, text in BAD_REPORTS.items()},
            "large/junit.xml": f"<testsuite {attributes} failures='\u0669' timestamp='999999-99-99'>{CASE * 1000}</testsuite>",
            "long/junit.xml": f"<testsuite><testcase classname='{'a.' * 200_000}' name='test_x'>"
            f"<failure message='{'x&#10;' * 100_000}'/></testcase></testsuite>",
            "wide/junit.xml": f"<testsuite>{CASE}</testsuite>".encode("utf-16"),
        }
    )
    done = shop.scan()
    assert {path for path in done.problems if path.endswith("junit.xml")} == {
        f"{name}/junit.xml" for name in BAD_REPORTS
    }
    assert "root:x" not in done.out
    assert crashed(done) == []


def test_thousands_of_tests_of_one_name_are_told_apart_so_far(shop):
    cases = "".join(
        f"<testcase classname='tests.test_a.B{number}' name='test_x'><failure message='x'/></testcase>"
        for number in range(2500)
    )
    tests = "".join(f"class TestA{number}:\n    def test_x(self): assert f()\n" for number in range(4000))
    shop.write({"main.py": APP, "tests/test_a.py": tests, "junit.xml": f"<testsuite>{cases}</testsuite>"})
    done = shop.scan()
    assert crashed(done) == []
    assert [each["verdict"] for each in done.findings("passing-tests")][:1] == ["fails"]


def test_tests_that_assert_nothing_by_the_thousand_are_read(shop):
    trivial = "".join(f"def test_{number}(): assert True\n" for number in range(4000))
    empty = "".join(f"def test_{number}(): pass\n" for number in range(4000))
    shop.write({"main.py": APP, "tests/test_a.py": trivial, "tests/test_b.py": empty})
    done = shop.scan()
    assert len(done.findings("honest-coverage")) == 8000
    assert crashed(done) == []


def test_pragmas_on_every_line_are_read(shop):
    lines = "x = 1  # pragma: no cover\n" * 5000 + "def f():  # pragma: no cover\n    pass\n" * 4000
    shop.write({"main.py": APP + lines})
    done = shop.scan()
    assert crashed(done) == []
    assert done.service()["recognised"]["routes"] == 2


def test_settings_of_coverage_that_are_long_are_read(shop):
    omitted = "".join(f"'a{number}',\n" for number in range(15_000))
    spaces = ",".join(f"'{'-' * number}{' ' * 280}a'" for number in range(250))
    stars = "".join(f"  {'*a' * 140}{number}\n" for number in range(2000))
    shop.write(
        {
            "main.py": APP,
            f"{'a' * 200}.py": "x = 1\n",
            "pyproject.toml": f"[tool.coverage.run]\nomit = [\n{omitted}]\n[tool.coverage.report]\nexclude_lines = [{spaces}]\n",
            "sub/.coveragerc": f"[run\n[{' ' * 100_000}x\n[run]\nomit{' ' * 100_000}x\nomit =\n{stars}",
        }
    )
    done = shop.scan()
    assert crashed(done) == []
    assert done.service()["recognised"]["files_read"] == 2
