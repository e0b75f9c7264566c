"""The data libraries of `fixtures/sinks`: every call that takes SQL text is found with its library, no other call is."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from readiness.analysis import analyse_files
from readiness.model import Query

SINKS = Path(__file__).parents[2] / "fixtures" / "sinks"
MARK = re.compile(r"# sql: (.+?)\s*$")


def projects() -> list[Path]:
    return sorted(each for each in SINKS.iterdir() if each.is_dir() or each.suffix == ".py")


def files(project: Path) -> dict[str, bytes]:
    if project.is_file():
        return {"app.py": project.read_bytes()}
    return {
        str(Path("app") / each.relative_to(project)) if each.suffix == ".py" else each.name: each.read_bytes()
        for each in sorted(project.rglob("*"))
        if each.is_file() and "__pycache__" not in each.parts
    }


def expected(content: dict[str, bytes]) -> Counter[tuple[str, int, str]]:
    return Counter(
        (path, number, mark[1])
        for path, text in content.items()
        for number, line in enumerate(text.decode().splitlines(), 1)
        if (mark := MARK.search(line)) is not None
    )


@pytest.mark.parametrize("project", projects(), ids=lambda each: each.stem)
def test_every_text_of_a_library_is_found_and_nothing_else(project: Path) -> None:
    content = files(project)
    found = Counter(
        (each.span.path, each.span.line, f"{each.library} {each.paramstyle or '-'}")
        for each in analyse_files(content, [], today=date(2026, 6, 1)).project.each(Query)
    )
    assert found == expected(content)
