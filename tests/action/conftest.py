"""A small runner of workflows that does the steps of `action.yml` for real, and a server that answers as GitHub's API does.

It reads the files that a runner reads and the commands that it takes from a log, so that what is smuggled into one shows here.
Steps that use other actions are remembered, not done.
"""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec import Struct, field

ROOT = Path(__file__).parents[2]
GOOD = """
from fastapi import FastAPI

app = FastAPI()


@app.get("/items/{item_id}")
def read_item(item_id: int) -> dict[str, int]:
    return {"id": item_id}
"""
BAD = """

@app.get("/search")
def search(name: str) -> list[str]:
    import sqlite3

    with sqlite3.connect("shop.db") as connection:
        return connection.execute(f"SELECT name FROM items WHERE name = '{name}'").fetchall()
"""
PROJECT = '[project]\nname = "shop"\nversion = "1"\ndependencies = ["fastapi>=0.110"]\n'
HANG = 120
"""Seconds after which a step hangs."""
TOKEN = "ghs_of-this-test"
SHA = "5" * 40
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_COMMAND = re.compile(r"\s*::([\w-]+)(?: (.*?))?::(.*)")
_OLD_COMMAND = re.compile(r"##\[([\w-]+)([^\]]*)\](.*)")
_CONDITION = re.compile(r"([\w.-]+) (==|!=) '([^']*)'")


class Command(Struct, frozen=True):
    """One order that the runner took from the log."""

    step: str
    name: str
    properties: str
    text: str


class Step(Struct):
    """What became of one step."""

    outcome: str = "skipped"
    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""
    given: dict[str, str] = field(default_factory=dict)
    """What a step that uses another action was given."""


class Job(Struct):
    """What became of the Action."""

    steps: dict[str, Step]
    outputs: dict[str, str]
    commands: list[Command]
    summary: str
    passed: bool

    @property
    def log(self) -> str:
        """All of it."""
        return "".join(step.log for step in self.steps.values())

    def annotations(self, step: str = "tell") -> list[Command]:
        """Those of one step."""
        return [each for each in self.commands if each.step == step and each.name in ("error", "warning", "notice")]


class Answer(Struct, frozen=True):
    """What the server says to a request."""

    status: int = 200
    body: object = None
    headers: dict[str, str] = {}


class Asked(Struct, frozen=True):
    """One request that came in."""

    method: str
    path: str
    body: Any
    authorization: str


class GitHub:
    """A server that keeps the comments of one pull request."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.comments: list[dict[str, Any]] = []
        self.answers: dict[tuple[str, str], Answer] = {
            ("GET", "/code-scanning/alerts"): Answer(404, {"message": "no analysis found"})
        }
        """By method and end of the path."""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                outer.asked.append(Asked(self.command, self.path, body, self.headers.get("Authorization", "")))
                answer = outer.answer(self.command, self.path, body)
                content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_POST = do_PATCH = do_GET

            def log_message(self, *arguments: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, method: str, path: str, body: Any) -> Answer:
        """What was asked to be said, or what a list of comments comes to."""
        bare = path.partition("?")[0]
        for (asked, ending), answer in self.answers.items():
            if asked == method and bare.endswith(ending):
                return answer
        if method == "GET" and bare.endswith("/comments"):
            page = int(re.search(r"[?&]page=(\d+)", path)[1])  # type: ignore[index]
            return Answer(200, self.comments[100 * (page - 1) : 100 * page])
        if method == "POST":
            self.say(body["body"])
            return Answer(201, self.comments[-1])
        if method == "PATCH":
            for comment in self.comments:
                if bare.endswith(f"/{comment['id']}"):
                    comment["body"] = body["body"]
            return Answer(200, {})
        return Answer(404, {"message": "Not Found"})

    def refuse(self, method: str, ending: str, status: int, body: object = None, **headers: str) -> None:
        """From now on, that is the answer to such a request."""
        self.answers[method, ending] = Answer(status, body, headers)

    def say(self, body: str, author: str = "Bot", account: int = 41898282) -> None:
        """Somebody comments."""
        self.comments.append({"id": len(self.comments) + 1, "body": body, "user": {"id": account, "type": author}})


class Runner:
    """Runs the Action in one workspace."""

    def __init__(self, folder: Path, address: str) -> None:
        self.workspace = folder / "work space"
        self.temp = folder / "runner temp"
        self.files = folder / "files"
        self.uses: dict[str, Step] = {
            "python": Step("success", {"python-path": sys.executable}),
            "install": Step("success", {"python": sys.executable}),
            "cache": Step("success"),
            "upload": Step("success"),
        }
        """What steps come to that are not done here."""
        self.action: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_bytes())
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_API_URL": address,
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_RUN_ID": "7",
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_SHA": SHA,
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_ARCH": "X64",
            "RUNNER_OS": "Linux",
            "RUNNER_TEMP": str(self.temp),
        }
        for each in (self.workspace, self.temp, self.files):
            each.mkdir(exist_ok=True)

    def write(self, files: Mapping[str, str]) -> None:
        """Write files of the workspace."""
        for name, content in files.items():
            path = self.workspace / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")

    def git(self, *arguments: str, folder: Path | None = None) -> str:
        """Run git in the workspace."""
        settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        who = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main")
        done = subprocess.run(
            ["git", *who, *arguments],
            cwd=folder or self.workspace,
            env=os.environ | settings,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def good(self, folder: str = ".") -> str:
        """Commit a shop."""
        return self.commit({f"{folder}/shop/main.py": GOOD, f"{folder}/pyproject.toml": PROJECT})

    def bad(self, folder: str = ".") -> str:
        """Commit a blocker to it."""
        return self.commit({f"{folder}/shop/main.py": GOOD + BAD})

    def commit(self, files: Mapping[str, str]) -> str:
        """Commit files; the name of the commit."""
        self.write(files)
        if not (self.workspace / ".git").exists():
            self.git("init", "-q")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "x")
        return self.git("rev-parse", "HEAD")

    def run(self, event: str = "push", payload: object = None, **inputs: str) -> Job:
        """Do all steps. An input `min_score` is `min-score`."""
        given = {name: str(each.get("default", "")) for name, each in self.action["inputs"].items()}
        given |= {name.replace("_", "-"): value for name, value in inputs.items()}
        given = {name: _filled(value, {"github.token": TOKEN}) for name, value in given.items()}
        assert given.keys() == self.action["inputs"].keys()
        file = self.files / "event.json"
        file.write_text(json.dumps(payload or {}), encoding="utf-8")
        environment = self.environment | {"GITHUB_EVENT_NAME": event, "GITHUB_EVENT_PATH": str(file)}
        job = Job({}, {}, [], "", True)
        context = {f"inputs.{name}": value for name, value in given.items()} | {"github.token": TOKEN}
        for each in self.action["runs"]["steps"]:
            step = Step()
            job.steps[each["id"]] = step
            if job.passed and _holds(each.get("if", ""), context):
                self._do(each, step, context, environment, job)
            context[f"steps.{each['id']}.outcome"] = step.outcome
            context |= {f"steps.{each['id']}.outputs.{name}": value for name, value in step.outputs.items()}
            if step.outcome == "failure" and not each.get("continue-on-error"):
                job.passed = False
        job.outputs = {name: _filled(each["value"], context) for name, each in self.action["outputs"].items()}
        return job

    def _do(
        self, each: Mapping[str, Any], step: Step, context: Mapping[str, str], environment: Mapping[str, str], job: Job
    ) -> None:
        step.given = {name: _filled(str(value), context) for name, value in each.get("with", {}).items()}
        if each["id"] in self.uses:
            step.outcome, step.outputs = self.uses[each["id"]].outcome, self.uses[each["id"]].outputs
            return
        assert each["shell"] == "bash"
        output, summary, script = (self.files / f"{each['id']}.{name}" for name in ("output", "summary", "sh"))
        output.write_text("")
        summary.write_text("")
        script.write_text(_filled(each["run"], context))
        own = {name: _filled(value, context) for name, value in each["env"].items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            cwd=self.workspace,
            env={**environment, **own, "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=HANG,
            check=False,
        )
        step.log = done.stdout.decode("utf-8", "replace")
        assert "Traceback" not in step.log, step.log
        step.outcome = "failure" if done.returncode else "success"
        step.outputs = _outputs(output.read_text(encoding="utf-8")) | {"exit": str(done.returncode)}
        job.summary += summary.read_text(encoding="utf-8")
        job.commands += _commands(each["id"], step.log)


def _filled(text: str, context: Mapping[str, str]) -> str:
    """The text with its expressions filled in; an output that was not set is empty."""

    def value(found: re.Match[str]) -> str:
        name = found[1].strip()
        assert re.fullmatch(r"(inputs|steps|github)\.[\w.-]+", name), f"this runner does not know {name}"
        assert name.startswith("steps.") or name in context, f"there is no {name}"
        return context.get(name, "")

    return _EXPRESSION.sub(value, text)


def _holds(condition: str, context: Mapping[str, str]) -> bool:
    for part in condition.split("&&") if condition else ():
        found = _CONDITION.fullmatch(part.strip())
        assert found is not None, f"this runner does not know {part}"
        if (context.get(found[1], "") == found[3]) != (found[2] == "=="):
            return False
    return True


def _outputs(text: str) -> dict[str, str]:
    """Both forms that a runner reads."""
    found = {}
    lines = iter(text.splitlines())
    for line in lines:
        block = re.fullmatch(r"([^=]*?)<<(.+)", line)
        if block is not None:
            found[block[1]] = "\n".join(iter(lambda: next(lines), block[2]))
        elif line:
            name, equals, value = line.partition("=")
            assert equals, f"the runner refuses {line!r}"
            found[name] = value
    return found


def _commands(step: str, log: str) -> list[Command]:
    found = []
    stopped = ""
    for line in log.splitlines():
        order = _COMMAND.match(line) or _OLD_COMMAND.search(line)
        if order is None:
            continue
        if stopped:
            if order[1] == stopped:
                stopped = ""
        elif order[1] == "stop-commands":
            stopped = order[3]
        else:
            found.append(Command(step, order[1], order[2] or "", order[3]))
    return found


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHub]:
    """GitHub, on this machine."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = GitHub()
    thread = threading.Thread(target=server.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.server.shutdown()
    server.server.server_close()
    thread.join()


@pytest.fixture
def runner(tmp_path: Path, github: GitHub) -> Runner:
    """A runner with an empty workspace."""
    return Runner(tmp_path, github.address)


@pytest.fixture
def proposed() -> Callable[..., dict[str, Any]]:
    """Makes the payload of a pull request."""

    def make(base: str, *, head: str | None = "acme/shop", **more: object) -> dict[str, Any]:
        return {
            "pull_request": {
                "number": 12,
                "base": {"sha": base, "repo": {"full_name": "acme/shop"}},
                "head": {"sha": SHA, "repo": None if head is None else {"full_name": head}},
            }
            | more
        }

    return make
