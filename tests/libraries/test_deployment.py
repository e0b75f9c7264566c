"""Containers and probes: what runs where, what is for development, and who is asked for what."""

from __future__ import annotations

from textwrap import dedent

import pytest

from readiness.libraries.deployment import library
from readiness.libraries.deployment.purposes import for_development, listens_on, purpose_of
from readiness.model import Container, Evidence, Probe

SERVE = 'CMD ["uvicorn", "app:app", "--port", "8000"]\n'


def facts(recognised, files: dict[str, str], kind: type):
    return list(recognised({path: dedent(text) for path, text in files.items()}, [library]).each(kind))


@pytest.mark.parametrize(
    ("command", "purpose"),
    [
        ("uvicorn app:app --host 0.0.0.0", "web"),
        ("gunicorn -k uvicorn.workers.UvicornWorker app:app", "web"),
        ("alembic upgrade head && uvicorn app:app", "web"),
        ("flask --app shop run", "web"),
        ("fastapi run app.py", "web"),
        ("celery -A app worker", "worker"),
        ("python manage.py rqworker", "worker"),
        ("./bin/entrypoint-worker.sh", "worker"),
        ("python manage.py migrate --noinput", "job"),
        ("node server.js", ""),
    ],
)
def test_what_a_command_runs(command: str, purpose: str) -> None:
    assert purpose_of(command) == purpose


@pytest.mark.parametrize(
    ("command", "ports"),
    [
        ("uvicorn app:app --port 9000", (9000,)),
        ("uvicorn app:app --port=9000", (9000,)),
        ("uvicorn app:app", (8000,)),
        ("gunicorn --bind 0.0.0.0:5000 app:app", (5000,)),
        ("gunicorn -b :5000 app:app", (5000,)),
        ("gunicorn -c conf.py app:app", ()),
        ("gunicorn -b :$PORT app:app", ()),
        ("python manage.py runserver 0.0.0.0:7000", (7000,)),
        ("hypercorn app:app -b 0.0.0.0:80", (80,)),
        ("/entrypoint.sh", ()),
    ],
)
def test_the_ports_that_a_command_names(command: str, ports: tuple[int, ...]) -> None:
    assert listens_on(command, {}) == ports


def test_many_options_are_read_in_one_way() -> None:
    assert purpose_of("flask" + " -a" * 2000 + " stop") == ""


def test_a_variable_of_the_image_can_set_the_port() -> None:
    assert listens_on("uvicorn app:app", {"UVICORN_PORT": "80"}) == ()


@pytest.mark.parametrize(
    ("path", "development"),
    [
        ("docker-compose.dev.yml", True),
        (".devcontainer/Dockerfile", True),
        ("compose.override.yaml", True),
        ("tests/docker/compose.yml", True),
        ("docker-compose.prod.yml", False),
        ("chart/templates/deployment.yaml", False),
        ("devices/Dockerfile", False),
    ],
)
def test_places_that_are_for_development(path: str, development: bool) -> None:
    assert for_development(path) is development


def test_a_compose_service_runs_the_command_of_the_image_that_it_builds(recognised) -> None:
    files = {"api/Dockerfile": f"FROM python:3.13\n{SERVE}", "compose.yaml": "services:\n  api:\n    build: ./api\n"}
    found = facts(recognised, files, Container)
    assert [(each.source, each.purpose, each.dockerfile, each.listens) for each in found] == [
        ("dockerfile", "web", "api/Dockerfile", (8000,)),
        ("compose", "web", "api/Dockerfile", (8000,)),
    ]


def test_a_service_that_runs_an_image_built_by_another_one(recognised) -> None:
    compose = """
        services:
          migrate:
            build: .
            image: shop/api
            command: alembic upgrade head
          api:
            image: shop/api
    """
    found = facts(recognised, {"Dockerfile": f"FROM python:3.13\n{SERVE}", "compose.yaml": compose}, Container)
    assert {each.name: (each.purpose, each.dockerfile) for each in found if each.source == "compose"} == {
        "migrate": ("job", "Dockerfile"),
        "api": ("web", "Dockerfile"),
    }


def test_a_server_is_found_in_the_script_that_the_image_runs(recognised) -> None:
    files = {
        "Dockerfile": 'FROM ours/base\nENTRYPOINT ["/srv/docker/start.sh"]\n',
        "docker/start.sh": "exec gunicorn app:app\n",
    }
    (found,) = facts(recognised, files, Container)
    assert found.purpose == "web"


@pytest.mark.parametrize(
    ("dockerfile", "purpose"),
    [
        ('FROM nginx:1.29\nCMD ["nginx"]\n', "other"),
        ("FROM python:3.13\nEXPOSE 80\nCMD run\n", "web"),
        ("FROM python:3.13\nCMD run\n", "unknown"),
        ("FROM public.ecr.aws/lambda/python:3.13\nCMD app.handler\n", "job"),
        ("FROM python:3.13\n", "unknown"),
    ],
)
def test_what_runs_in_an_image(recognised, dockerfile: str, purpose: str) -> None:
    (found,) = facts(recognised, {"Dockerfile": dockerfile}, Container)
    assert found.purpose == purpose


@pytest.mark.parametrize(
    "name", ["Dockerfile", "Dockerfile.prod", "Dockerfile-api", "Dockerfile_api", "api.dockerfile", "Containerfile"]
)
def test_names_of_dockerfiles(recognised, name: str) -> None:
    (found,) = facts(recognised, {name: f"FROM python:3.13\n{SERVE}"}, Container)
    assert found.name == name


def test_a_command_that_asks_another_host_keeps_it(recognised) -> None:
    files = {
        "compose.yaml": 'services:\n  a:\n    image: x\n    healthcheck:\n      test: ["CMD", "curl", "http://db:80/up"]\n'
    }
    (found,) = facts(recognised, files, Probe)
    assert (found.host, found.path, found.port) == ("db", "/up", "80")


def test_a_script_of_the_project_is_followed(recognised) -> None:
    files = {
        "Dockerfile": "FROM python:3.13\nHEALTHCHECK CMD python /srv/app/scripts/check.py\n",
        "app/scripts/check.py": 'import requests\n\nrequests.get("http://localhost:80/up")\n',
    }
    (found,) = facts(recognised, files, Probe)
    assert (found.how, found.path) == ("http", "/up")
    assert found.via is not None
    assert found.via.path == "app/scripts/check.py"


def test_a_path_that_a_variable_sets_is_not_known(recognised) -> None:
    (found,) = facts(recognised, {"Dockerfile": "FROM a\nHEALTHCHECK CMD curl -f http://localhost/$WHERE\n"}, Probe)
    assert (found.how, found.path) == ("http", "")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Dockerfile", "RUN x\n"),
        ("compose.yaml", "services: [\n"),
        ("deploy.yaml", "kind: Pod\nspec: [containers:\n"),
        ("fly.toml", "[\n"),
    ],
)
def test_what_cannot_be_read_is_a_named_problem(recognised, path: str, text: str) -> None:
    (found,) = facts(recognised, {path: text}, Evidence)
    assert found.span.path == path
    assert "cannot be read" in found.problem


def test_a_template_is_a_container_of_which_nothing_is_known(recognised) -> None:
    text = "kind: Deployment\nspec:\n  containers:\n    - name: {{ .Values.name }}\n"
    (found,) = facts(recognised, {"chart/templates/deployment.yaml": text}, Container)
    assert (found.purpose, found.development) == ("unknown", False)
    assert "template" in found.problem


def test_yaml_that_is_no_manifest_is_not_read(recognised) -> None:
    assert facts(recognised, {"settings.yaml": "a: [\n", "i18n.yml": "kind: x\n\tb: 1\n"}, Evidence) == []


def test_workflows_are_no_deployment(recognised) -> None:
    text = "jobs:\n  compose:\n    services:\n      db: {image: x}\n"
    assert facts(recognised, {".github/workflows/test-docker-compose.yml": text}, Container) == []
