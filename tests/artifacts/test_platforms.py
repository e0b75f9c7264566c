"""Platforms' own files give the addresses that are asked."""

from __future__ import annotations

import pytest

from readiness.artifacts.platforms import PlatformError, read_platform


@pytest.mark.parametrize(
    ("name", "text", "platform", "path", "line"),
    [
        ("fly.toml", '[http_service]\ninternal_port = 80\n[[http_service.checks]]\npath = "/up"\n', "Fly", "/up", 4),
        ("fly.toml", '[[services]]\n[[services.http_checks]]\npath = "/up"\n', "Fly", "/up", 3),
        ("fly.staging.toml", '[checks.alive]\ntype = "http"\npath = "/up"\n', "Fly", "/up", 3),
        ("render.yaml", "services:\n  - name: a\n    healthCheckPath: /up\n", "Render", "/up", 3),
        ("railway.json", '{"deploy": {"healthcheckPath": "/up"}}', "Railway", "/up", 1),
        ("railway.toml", '[deploy]\nhealthcheckPath = "/up"\n', "Railway", "/up", 2),
        ("app.json", '{"healthchecks": {"web": [{"path": "/up"}]}}', "Dokku", "/up", 1),
    ],
)
def test_paths(name: str, text: str, platform: str, path: str, line: int) -> None:
    (found,) = read_platform(text.encode(), name)
    assert (found.platform, found.path, found.line) == (platform, path, line)


def test_the_command_of_a_task_definition() -> None:
    text = b'{"containerDefinitions": [{"name": "a", "healthCheck": {"command": ["CMD-SHELL", "curl -f http://localhost/up"]}}]}'
    (found,) = read_platform(text, "task-definition.json")
    assert found.command is not None
    assert found.command.text == "curl -f http://localhost/up"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("app.json", b'{"expo": {}}'),
        ("app.json", b"[]"),
        ("app.json", b'{"healthchecks": {"web": 3}}'),
        ("fly.toml", b'app = "x"\nchecks = 3\n'),
        ("render.yaml", b"services: 3\n"),
        ("railway.json", b'{"deploy": []}'),
        ("taskdef.json", b'{"containerDefinitions": [1, {"healthCheck": {"command": [1]}}]}'),
    ],
)
def test_files_without_a_check(name: str, text: bytes) -> None:
    assert read_platform(text, name) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("fly.toml", b"["),
        ("app.json", b"{"),
        ("render.yaml", b"a: ["),
        ("app.json", b"\xff"),
        ("app.json", b"[" * 10_000),
    ],
)
def test_what_cannot_be_read_is_named(name: str, text: bytes) -> None:
    with pytest.raises(PlatformError):
        read_platform(text, name)
