"""A compose file gives its services."""

from __future__ import annotations

import pytest

from readiness.artifacts.compose import ComposeService, read_compose
from readiness.artifacts.yaml_documents import TemplateError, YamlError


def service(text: str) -> ComposeService:
    indented = "\n".join(f"    {line}" for line in text.splitlines())
    (found,) = read_compose(f"services:\n  api:\n{indented}\n".encode())
    return found


def test_an_image_of_others() -> None:
    found = service("image: postgres:18")
    assert (found.name, found.line, found.image, found.built) == ("api", 2, "postgres:18", False)


@pytest.mark.parametrize(
    ("text", "context", "dockerfile"),
    [
        ("build: .", ".", ""),
        ("build: ./api", "./api", ""),
        ("build:\n  context: ..\n  dockerfile: docker/Dockerfile", "..", "docker/Dockerfile"),
        ("build:\n  target: production", ".", ""),
    ],
)
def test_an_image_that_is_built(text: str, context: str, dockerfile: str) -> None:
    found = service(text)
    assert (found.built, found.context, found.dockerfile) == (True, context, dockerfile)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ('test: ["CMD", "curl", "-f", "http://localhost/up"]', "curl -f http://localhost/up"),
        ('test: ["CMD-SHELL", "curl -f http://localhost/up || exit 1"]', "curl -f http://localhost/up || exit 1"),
        ("test: curl -f http://localhost:${PORT:-80}/up", "curl -f http://localhost:80/up"),
        ("test: curl -f http://localhost:$${PORT:-80}/up", "curl -f http://localhost:$80/up"),
    ],
)
def test_spellings_of_a_health_check(text: str, command: str) -> None:
    found = service(f"image: x\nhealthcheck:\n  {text}\n  interval: 5s").health
    assert found is not None
    assert (found.text, found.line, found.interval) == (command, 4, 5.0)


@pytest.mark.parametrize("text", ['test: ["NONE"]', "disable: true"])
def test_a_health_check_that_is_switched_off(text: str) -> None:
    found = service(f"image: x\nhealthcheck:\n  {text}").health
    assert found is not None
    assert found.disabled


def test_a_health_check_without_a_test_changes_only_times() -> None:
    assert service("image: x\nhealthcheck:\n  interval: 5s").health is None


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ('ports: ["8080:80"]', (80,)),
        ('ports: ["127.0.0.1:8080:80/tcp", 9000]', (80, 9000)),
        ("ports:\n  - target: 80\n    published: 8080", (80,)),
        ('expose: ["80", "8000-8010"]', (80,)),
        ('ports: ["${PORT:-8080}:80"]', (80,)),
    ],
)
def test_ports_inside_of_the_container(text: str, ports: tuple[int, ...]) -> None:
    assert service(f"image: x\n{text}").ports == ports


def test_entrypoint_and_command_are_one_command() -> None:
    assert service('image: x\nentrypoint: ["run"]\ncommand: serve --port 80').command == "run serve --port 80"


def test_anchors_and_merges() -> None:
    text = b"x-api: &api\n  build: .\nservices:\n  a:\n    <<: *api\n  b:\n    <<: *api\n    command: worker\n"
    assert [(each.name, each.built, each.command) for each in read_compose(text)] == [
        ("a", True, ""),
        ("b", True, "worker"),
    ]


@pytest.mark.parametrize(
    "text", [b"", b"services:\n", b"services: []\n", b"version: '3'\n", b"- a\n", b"services:\n  a: 1\n"]
)
def test_files_without_services(text: bytes) -> None:
    assert read_compose(text) == []


def test_what_is_no_yaml_and_what_is_a_template_are_told_apart() -> None:
    with pytest.raises(TemplateError):
        read_compose(b"services:\n  a:\n    image: {{ image }}\n")
    with pytest.raises(YamlError):
        read_compose(b"services: [")
