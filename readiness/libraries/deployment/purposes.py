"""An image and a command in, what runs in the container out: a web server, a worker, a job, somebody else's program."""

from __future__ import annotations

import re

SERVERS = re.compile(
    r"\b(?:gunicorn|uvicorn|hypercorn|daphne|granian|waitress(?:-serve)?|uwsgi|mod_wsgi(?:-express)?|cherryd|fastapi\s+(?:run|dev)"
    r"|runserver(?:_plus)?|flask(?:\s+-\S+(?:\s+[^\s-]\S*)?){0,8}\s+run|litestar(?:\s+\S+)?\s+run|sanic\s+\S+|wsgiref|robyn|chalice\s+local)\b"
)
WORKERS = re.compile(
    r"\b(?:celery|dramatiq|rq|rqworker|rqscheduler|arq|huey(?:_consumer)?|taskiq|procrastinate|qcluster|flower|beat|workers?|scheduler"
    r"|consumer|process_tasks)\b|_worker\b|_scheduler\b|worker[-_.]|[-_]beat\b"
)
JOBS = re.compile(
    r"\b(?:migrate|migrations?|migrator|alembic|collectstatic|loaddata|createsuperuser|initdb|upgrade|chown|pytest|tox|backup)\b"
)
PYTHON = re.compile(
    r"(?:^|/)(?:python|pypy|miniconda3?|anaconda3?|micromamba|uv)\b|python|uvicorn|gunicorn|meinheld|tiangolo/"
)
DEVELOPMENT = re.compile(
    r"--reload\b|\brunserver\b|fastapi\s+dev\b|\bflask\b.{0,400}\brun\b|\bdev[_-]?server\b|--debug\b|sleep\s+infinity|tail\s+-f\b|\bmake\s+test\b"
)
WORDS = re.compile(r"[a-z0-9]+")
NOT_PRODUCTION = frozenset(
    {
        "dev", "develop", "development", "devcontainer", "local", "test", "tests", "testing", "ci", "e2e", "cypress", "override",
        "debug", "example", "examples", "sample", "samples", "demo", "demos", "lab", "labs", "template",
        "playground", "docs", "fixtures",
    }
)  # fmt: skip
LISTENS = (
    re.compile(r"(?:--port|--http-port|--listen-port)[= ](\d{2,5})\b"),
    re.compile(
        r"(?:--bind|-b|--listen|--http|--http-socket|--address|-k)[= ]?(?:tcp:)?[\w.*\[\]:-]{0,100}?:(\d{2,5})\b"
    ),
    re.compile(r"\brunserver(?:_plus)?\s+(?:[\w.\[\]:-]*:)?(\d{2,5})\b"),
    re.compile(r"(?:daphne|flask|fastapi|sanic|hypercorn|granian|uvicorn)\b[^|;&]{0,400}?\s-p[= ]?(\d{2,5})\b"),
)
BY_THEMSELVES = (
    (re.compile(r"\b(?:uvicorn|gunicorn|hypercorn|daphne|granian|fastapi\s+(?:run|dev)|runserver)\b"), 8000),
    (re.compile(r"\bflask\b.{0,400}\brun\b"), 5000),
)
"""Ports where nothing is said (uvicorn 0.40, gunicorn 23, hypercorn 0.18, daphne 4.2, granian 2.5, Django 5.2; Flask 3.1)."""
SETTINGS = (
    "PORT",
    "UVICORN_PORT",
    "GUNICORN_CMD_ARGS",
    "GUNICORN_BIND",
    "BIND",
    "FLASK_RUN_PORT",
    "WEB_PORT",
    "HTTP_PORT",
)


def purpose_of(command: str) -> str:
    """`web`, `worker`, `job`, or empty where the command alone does not say."""
    if SERVERS.search(command):
        return "web"
    if WORKERS.search(command):
        return "worker"
    return "job" if JOBS.search(command) else ""


def is_python(bases: tuple[str, ...]) -> bool:
    """The image stands on one of Python."""
    return any(PYTHON.search(base.lower()) for base in bases)


def for_development(path: str) -> bool:
    """The place or the name of a file says that it is not for production."""
    return not NOT_PRODUCTION.isdisjoint(WORDS.findall(path.lower()))


def runs_development(command: str) -> bool:
    """The command is one that nobody runs in production."""
    return DEVELOPMENT.search(command) is not None


def listens_on(command: str, environment: dict[str, str]) -> tuple[int, ...]:
    """The ports that a server's command names, else its own default; nothing where a variable or a file decides."""
    if not SERVERS.search(command) or "$" in command or "--config" in command or re.search(r"\s-c\s", command):
        return ()
    found = [int(each) for pattern in LISTENS for each in pattern.findall(command)]
    if found or any(name in environment for name in SETTINGS):
        return tuple(dict.fromkeys(found))
    return tuple(port for pattern, port in BY_THEMSELVES if pattern.search(command))[:1]
