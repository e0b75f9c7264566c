"""What a health command asks, and whether it can fail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from readiness.artifacts.commands import HealthCommand, command_of, duration


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("curl -f http://localhost:8000/health || exit 1", ("8000", "/health")),
        ("curl -f http://localhost", ("", "/")),
        ("wget -qO- 'http://127.0.0.1/up?full=1'", ("", "/up")),
        ("curl http://localhost:${PORT}/up", ("${PORT}", "/up")),
        ("curl http://[::1]:80/up", ("80", "/up")),
        ("pg_isready -U app", None),
    ],
)
def test_the_address_that_is_asked(text: str, asks: tuple[str, str] | None) -> None:
    assert HealthCommand(text, 1).asks == asks


@pytest.mark.parametrize(
    "text",
    [
        "curl -s http://localhost/up",
        "curl http://localhost/up || exit 0",
        "curl -f http://localhost/up || true",
        "curl -f http://localhost/up; exit 0",
        "true",
        "exit 0",
        "echo fine",
        "/usr/bin/curl --silent http://localhost/up || exit 1",
    ],
)
def test_commands_that_cannot_fail(text: str) -> None:
    assert HealthCommand(text, 1).cannot_fail


@pytest.mark.parametrize(
    "text",
    [
        "curl -f http://localhost/up",
        "curl -fsS http://localhost/up || exit 1",
        "curl --fail-with-body http://localhost/up",
        "curl -s http://localhost/up | grep ok",
        'test "$(curl -s -o /dev/null -w %{http_code} http://localhost/up)" = 200',
        "wget -q http://localhost/up",
        "python check.py",
        "pg_isready",
        "",
    ],
)
def test_commands_that_can_fail(text: str) -> None:
    assert HealthCommand(text, 1).cannot_fail == ""


@pytest.mark.parametrize(
    ("text", "seconds"), [("5s", 5), ("1m30s", 90), ("500ms", 0.5), ("1h", 3600), ("7", 7), ("", 0), ("x", 0)]
)
def test_durations(text: str, seconds: float) -> None:
    assert duration(text) == seconds


def test_scripts_that_a_command_runs() -> None:
    assert HealthCommand("python /app/scripts/health.py || exit 1", 1).scripts == ("/app/scripts/health.py",)


@given(some.text(max_size=120))
def test_any_text_is_judged(text: str) -> None:
    command = command_of((text,), 1)
    assert isinstance(command.cannot_fail, str)
    assert command.asks is None or len(command.asks) == 2
