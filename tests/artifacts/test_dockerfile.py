"""A Dockerfile gives the image that its last stage makes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from readiness.artifacts.dockerfile import LARGEST, DockerfileError, Image, read_dockerfile


def image(text: str) -> Image:
    return read_dockerfile(text.encode())


def test_the_last_stage_counts() -> None:
    first = "FROM node:24 AS build\nEXPOSE 3000\nCMD npm start\n"
    found = image(first + 'FROM python:3.13\nEXPOSE 8000/tcp\nCMD ["gunicorn", "app"]\n')
    assert (found.line, found.bases, found.ports, found.command) == (4, ("python:3.13",), (8000,), "gunicorn app")


def test_a_stage_takes_over_what_the_stage_it_stands_on_says() -> None:
    base = "FROM python:3.13 AS base\nENV PORT=80\nHEALTHCHECK CMD curl -f http://x:$PORT/\nCMD run\n"
    found = image(base + "FROM base\nEXPOSE ${PORT}\n")
    assert found.bases == ("base", "python:3.13")
    assert (found.ports, found.command) == ((80,), "run")
    assert found.health is not None
    assert found.health.text == "curl -f http://x:80/"


def test_an_entrypoint_drops_the_command_before_it() -> None:
    assert image('FROM a\nCMD x\nENTRYPOINT ["run"]\nCMD ["serve"]\n').command == "run serve"


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("HEALTHCHECK CMD curl -f http://localhost/up", "curl -f http://localhost/up"),
        ('HEALTHCHECK CMD ["curl", "-f", "http://localhost/up"]', "curl -f http://localhost/up"),
        ('HEALTHCHECK CMD ["sh", "-c", "curl -f http://localhost/up"]', "curl -f http://localhost/up"),
        (
            "healthcheck --interval=5s \\\n  # a word\n  --timeout=3s \\\n\n  cmd curl -f http://localhost/up",
            "curl -f http://localhost/up",
        ),
    ],
)
def test_spellings_of_a_health_check(text: str, command: str) -> None:
    found = image(f"FROM a\n{text}\n").health
    assert found is not None
    assert (found.text, found.line, found.disabled) == (command, 2, False)


def test_times_of_a_health_check_are_seconds() -> None:
    found = image("FROM a\nHEALTHCHECK --interval=1m30s --timeout=500ms CMD true\n").health
    assert found is not None
    assert (found.interval, found.timeout) == (90.0, 0.5)


def test_none_switches_the_health_check_off() -> None:
    found = image("FROM a\nHEALTHCHECK NONE\n").health
    assert found is not None
    assert found.disabled


def test_instructions_inside_of_a_heredoc_are_none() -> None:
    assert image("FROM a\nRUN <<EOF cat > x\nEXPOSE 1\nHEALTHCHECK NONE\nEOF\nEXPOSE 2\n").ports == (2,)


def test_a_backtick_can_be_the_escape() -> None:
    assert image("# escape=`\nFROM a\nCMD run `\n  serve\n").command == "run serve"


@pytest.mark.parametrize(
    ("text", "port"),
    [
        ("ARG PORT=5\nFROM a\nARG PORT\nEXPOSE $PORT\n", (5,)),
        ("FROM a\nENV PORT 6\nEXPOSE $PORT\n", (6,)),
        ("FROM a\nEXPOSE ${PORT:-7}\n", (7,)),
        ("FROM a\nENV HOST=x PORT=8\nEXPOSE ${PORT}\n", (8,)),
        ("FROM a\nEXPOSE $UNKNOWN\n", ()),
        ("FROM a\nENV A=$B B=$A\nEXPOSE $A\n", ()),
    ],
)
def test_variables_are_filled_in(text: str, port: tuple[int, ...]) -> None:
    assert image(text).ports == port


@pytest.mark.parametrize("content", [b"", b"RUN x\n", b"\xff\xfe", b"#" * (LARGEST + 1)])
def test_what_is_no_dockerfile_is_named(content: bytes) -> None:
    with pytest.raises(DockerfileError):
        read_dockerfile(content)


@given(some.lists(some.sampled_from(["FROM a", "FROM a AS b", "FROM b", "CMD", "CMD [", "ENV", "ENV A", "ENV A=$A$A$A", "ARG A",
    "HEALTHCHECK", "HEALTHCHECK --x", "EXPOSE $A", "RUN <<E", "E", "\\", "ENTRYPOINT [\"a\"", "FROM"]), max_size=12))  # fmt: skip
def test_any_lines_give_an_image_or_a_named_error(lines: list[str]) -> None:
    try:
        assert image("\n".join(lines)).line >= 1
    except DockerfileError as error:
        assert str(error)


def test_values_that_name_each_other_stay_small() -> None:
    found = image("FROM a\nENV A=x\n" + "ENV A=$A$A$A$A$A$A$A$A\n" * 200)
    assert len(found.environment["A"]) <= 1000


def test_a_last_stage_for_developers_is_not_what_is_run() -> None:
    text = "FROM python AS base\nFROM base AS production\nCMD gunicorn a\nFROM production AS dev-full\nCMD flask run --debug\n"
    image = read_dockerfile(text.encode())
    assert (image.line, image.command) == (2, "gunicorn a")


def test_where_only_stages_for_developers_start_something_the_last_is_taken() -> None:
    assert read_dockerfile(b"FROM python AS base\nFROM base AS dev\nCMD flask run\n").command == "flask run"


def test_a_last_stage_that_starts_nothing_itself_is_what_is_run() -> None:
    assert read_dockerfile(b"FROM node AS build\nCMD npm start\nFROM nginx AS web\n").line == 3
