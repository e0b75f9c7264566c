"""No text of a scanned repository gives orders to a terminal, to a runner of workflows or to a reader of the JSON report."""

import json
import os
import re
import unicodedata
from pathlib import Path

import jsonschema
import pytest

import readiness

APP = """
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.orm import Session

app = FastAPI()
"""
QUERY = """
@app.get("/")
def home(q: str, session: Session):
    return session.execute(text(q))
"""
WORDS = "x\n::error::owned\r\x1b[31m\u202e\x00 ##vso[task.x]|`a`<b>"
NAMES = (
    "line\nbreak.py",
    "\n::error::owned.py",
    "::error file=x::owned.py",
    "##vso[task.setvariable variable=x]y.py",
    "red\x1b[31m\x1b]0;owned\x07.py",
    "right\u202eyp.exe.py",
    "wide\u2028x.py",
    "ca\rriage.py",
    "`touch x`|<script>alert(1)<script>.py",
    "z" * 246 + ".py",
    "-rf.py",
    "[link](http:x).py",
)


def fill(shop) -> None:
    """Files whose names, code and settings try to speak, in every kind of place that a report shows."""
    for name in NAMES:
        shop.write({name: "def broken(:\n", f"ok/{name}": APP + QUERY})
    (shop.path / os.fsdecode(b"bad\xff\xfe.py")).write_text("def broken(:\n")
    literal = ascii(WORDS)
    on_one_line = " ".join(WORDS.replace("\0", "").split())
    code = f"""
try:
    go({literal})
except Exception:  # because {on_one_line}
    pass

@app.get({literal})
def shown(q: str, session: Session):
    return session.execute(text({literal} + q))  # readiness: ignore[x\x1b[31m ::error:: {on_one_line}]
"""
    escaped = json.dumps(WORDS)
    entry = (
        f"id = {escaped}\nwhere = {escaped}\nreason = {escaped}\nowner = {escaped}\ncreated = 2026-01-01\n"
        f"until = 2026-12-01\n{escaped} = 1\n"
    )
    shop.write(
        {
            "main.py": APP + code,
            "deviations.toml": f"[[deviation]]\nrule = 'parameterized-queries'\n{entry}"
            f"[[deviation]]\nrule = {escaped}\n{entry}[{escaped}]\n",
            "sub/pyproject.toml": f"[project]\nname = {escaped}\ndependencies = [{escaped}, 'fastapi==1']\n",
            "sub/app.py": f"import ssl\n{APP}\n\ndef door(): return ssl._create_unverified_context()\n",
            "coverage.json": json.dumps({"files": {WORDS: {"executed_lines": [1]}}, "meta": {"version": WORDS}}),
            "cobertura.xml": "<&#10;::error::owned>",
            "lcov.info": f"SF:{on_one_line}\n",
            "requirements.txt": "fastapi\x1b[31m\n::error::owned\n",
        }
    )
    shop.write(deployed() | suites())


MARKUP = "x [a](http:evil) ![i](http:evil) <script>1</script> </details> ` | @all #1 <!-- \u202e ::error::owned ##vso[task.x]y"


def deployed() -> dict[str, str]:
    """Deployment files whose values try to speak."""
    words, markup = json.dumps(WORDS.replace("\0", "")), json.dumps(MARKUP)
    probe = f"livenessProbe: {{httpGet: {{path: {json.dumps('/health' + MARKUP)}, port: {words}}}}}"
    container = f"{{name: {markup}, image: x, command: [uvicorn, {words}], ports: [{{name: {words}, containerPort: 80}}], {probe}}}"
    return {
        "compose.yml": f"services:\n  {words}:\n    build: .\n    command: uvicorn main:app\n    healthcheck: {{test: {words}}}\n"
        f"  b:\n    build: .\n    command: uvicorn x\n    healthcheck: {{test: {json.dumps('curl http://localhost/' + MARKUP)}}}\n",
        "deploy/app.yaml": f"apiVersion: v1\nkind: Deployment\nmetadata: {{name: {words}}}\n"
        f"spec: {{template: {{spec: {{containers: [{container}]}}}}}}\n",
        "deploy/template.yaml": "kind: Pod\ncontainers:\n  {{ x \x1b[31m }}\n",
        "deploy/broken.yaml": "kind: Pod\ncontainers: [*::error::owned]\n",
        "fly.toml": f"[checks.{markup}]\npath = {json.dumps('/health' + MARKUP)}\n",
        "Dockerfile": "FROM python:3\nCMD uvicorn main:app\n"
        "HEALTHCHECK CMD curl http://localhost/health\u202e\x1b[31m<script> || exit 0\n",
    }


def suites() -> dict[str, str]:
    """Tests, their report, settings of coverage and code that other tools remark on, all of which try to speak."""
    literal, markup = ascii(WORDS), ascii(MARKUP)
    said = "x&#10;::error::owned&#13;&#x202e; ##vso[task.x]|`a`&lt;b&gt; [a](http:evil)"
    return {
        "junit.xml": f"<testsuite><testcase classname='tests.test_a' name='test_x[{said}]'><failure message='{said}'/></testcase>"
        f"<testcase classname='{said}' name='test_y'><error>::error::owned</error></testcase></testsuite>",
        "tests/test_a.py": f"from main import app\ndef test_x(): assert client.get({literal}).status_code\ndef test_e(): pass\n",
        ".coveragerc": f"[run]\nomit = \x1b[31m::error::owned*\n  main.py # {MARKUP}\n[report]\nexclude_lines =\n  x {MARKUP}\n",
        "more.py": "import logging, subprocess, requests\nfrom flask import Flask\napp = Flask(__name__)\n"
        f"@app.route({literal})\ndef v(a):\n    x = 1  # pragma: no cover {MARKUP} \x1b[31m\n"
        f"    subprocess.call({literal} + a, shell=True)\n    exec(a)\n    requests.get({markup} + a)\n"
        f"    try:\n        f({literal})\n"
        f"    except Exception as e:\n        logging.info({literal}, e)\n        return str(e) + {markup}\n",
    }


def orders_in(text: str) -> list[str]:
    """Lines that act on a terminal or on a runner."""
    acting = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    return [
        line
        for line in text.split("\n")
        if line.lstrip().startswith("::")
        or "##[" in line
        or "##vso[" in line
        or acting & {unicodedata.category(each) for each in line}
    ]


@pytest.mark.parametrize("arguments", [(), ("-vv",), ("-q",), ("--color", "always")], ids=["plain", "vv", "q", "color"])
def test_nothing_that_is_printed_gives_orders(shop, arguments):
    fill(shop)
    done = shop.run(shop.path, "--no-cache", *arguments)
    assert done.code == 1
    shown = re.sub(r"\x1b\[[0-9;]*m", "", done.out) if "always" in arguments else done.out
    assert orders_in(shown) == []
    assert orders_in(done.err) == []


@pytest.mark.parametrize("command", ["endpoints", "explain", "deviations"])
def test_nothing_that_other_commands_print_gives_orders(shop, command):
    fill(shop)
    arguments = ("parameterized-queries",) if command == "explain" else ()
    done = shop.run(*arguments, shop.path, "--no-cache", start=("-m", "readiness", command))
    assert (done.code, orders_in(done.out), orders_in(done.err)) == (0, [], [])
    assert done.out


def test_the_json_report_is_valid_and_plain(shop):
    fill(shop)
    done = shop.scan("--output", f"json={shop.beside / 'written.json'}")
    assert orders_in(done.out) == []
    assert done.out.isascii()
    assert done.out == (shop.beside / "written.json").read_text(encoding="utf-8")
    schema = Path(readiness.__file__).parent / "schemas" / "report-v1.json"
    jsonschema.Draft202012Validator(json.loads(schema.read_text(encoding="utf-8"))).validate(done.document)
    paths = {each["span"]["path"] for each in done.findings()}
    assert {f"ok/{name}" for name in NAMES} <= paths
    assert "bad\\xff\\xfe.py" in done.problems


def test_the_sarif_report_is_plain(shop):
    fill(shop)
    done = shop.run(shop.path, "--no-cache", "--format", "sarif")
    assert orders_in(done.out) == []
    assert done.out.isascii()
    [run] = json.loads(done.out)["runs"]
    messages = [
        each["message"]["text"] for each in (*run["results"], *run["invocations"][0]["toolExecutionNotifications"])
    ]
    assert [each for each in messages if "](" in each or orders_in(each)] == []
    found = {each["ruleId"] for each in run["results"]}
    assert {"working-probes", "passing-tests", "tested-endpoints", "honest-coverage", "resolved-scan-findings"} <= found


def test_nothing_in_the_markdown_report_is_markup_of_the_repository(shop):
    fill(shop)
    done = shop.run(shop.path, "--no-cache", "--format", "markdown")
    assert orders_in(done.out) == []
    bare = re.sub(r"</?(?:details|summary|sub|code)>", "", re.sub(r"`[^`\n]+`", "", done.out))
    assert re.findall(r"<[a-z!/].*|\]\(.*|!\[.*|@\w.*|https?:.*", bare) == []
    assert done.out.count("<details>") == done.out.count("</details>") > 5


def test_files_with_strange_names_are_shown_to_other_tools_too(shop):
    for number, name in enumerate(NAMES):
        shop.write({name: f"import ssl\ndef f{number}(): return ssl._create_unverified_context()\n"})
    (shop.path / os.fsdecode(b"bad\xff\xfe.py")).write_text(
        "import ssl\ndef g(): return ssl._create_unverified_context()\n"
    )
    done = shop.scan()
    assert {each["span"]["path"] for each in done.findings("resolved-scan-findings") if each["verdict"] == "fails"} == {
        *NAMES,
        "bad\\xff\\xfe.py",
    }


@pytest.mark.parametrize(
    "text",
    [
        f"{json.dumps(WORDS)} = 1\n",
        f"fail_on = {json.dumps(WORDS)}\n",
        f"checklist = {json.dumps(WORDS)}\n",
        f"deviations = {json.dumps(WORDS)}\n",
        f"exclude = [{json.dumps(WORDS + '****')}]\n",
        "x = \x1b[31m\n::error::owned\n",
    ],
    ids=["key", "value", "checklist", "deviations", "exclude", "no TOML"],
)
def test_a_refusal_is_one_plain_line(shop, text):
    shop.write({"main.py": APP, "readiness.toml": text})
    done = shop.run(shop.path, "--no-cache")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert orders_in(done.err) == []
