"""A fix changes what was reported and nothing else: whatever stands around it in the file stays, byte by byte."""

import ast
from collections.abc import Iterator
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.fixing import Outcome, fix
from readiness.scan import ScanOptions

FOLDER = Path(__file__).parents[2] / "fixtures" / "fixes"
CASES = sorted(folder.parent for folder in FOLDER.glob("*/*/after.py"))
NOISE = st.lists(
    st.sampled_from(
        [
            "SPACED   =  { 'a' :1 ,'b': 2 }   ",
            "TEXT = 'single' \"double\"  # kept",
            "LONG = (1,\n  2,\n      3)",
            "\t",
            "# a comment with trailing blanks   ",
            "def odd( a,b = 1 ) :return( a+b )",
            "class Odd( object ) : pass",
            "LAST = lambda x:x ; OTHER = 0x_FF",
            "TRIPLE = '''\n  except Exception:\n    pass\n'''",
            "",
        ]
    ),
    max_size=6,
).map(lambda lines: "".join(f"{line}\n" for line in lines))


def fixed(text: str, case: Path, place: Path) -> Outcome:
    (place / "app.py").write_bytes(text.encode())
    options = ScanOptions(select=(case.parent.name,), cache=False, today=date(2026, 6, 1), jobs=1)
    return fix([str(place)], options, unsafe=case.name.startswith("unsafe_"))


@settings(max_examples=40, deadline=None)
@given(case=st.sampled_from(CASES), noise=NOISE)
def test_what_stands_behind_it_stays_as_it_is(case: Path, noise: str) -> None:
    before, wanted = ((case / name).read_text() for name in ("before.py", "after.py"))
    with TemporaryDirectory() as place:
        (change,) = fixed(before + noise, case, Path(place)).changes
    assert change.after.decode() == wanted + noise


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_lines_change_only_in_functions_with_a_finding_and_among_the_imports(case: Path, tmp_path: Path) -> None:
    before = (case / "before.py").read_text()
    outcome = fixed(before, case, tmp_path)
    reported = {
        line
        for each in outcome.mended
        for span in (each.finding.span, *(other.span for other in each.finding.related))
        for line in around(before, span.line)
    }
    (change,) = outcome.changes
    for first, last, text in changed(before, change.after.decode()):
        assert set(range(first, last + 1)) <= reported or text.lstrip().startswith(("import ", "from ")), text


def around(text: str, line: int) -> Iterator[int]:
    """The lines of the innermost function around a line, or of the statement of the module."""
    inside = [
        (node.lineno, node.end_lineno or node.lineno)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    functions = [
        (node.lineno, node.end_lineno or node.lineno)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    first, last = max(functions or inside[:1] or [(line, line)])
    return iter(range(first, last + 2))


def changed(before: str, after: str) -> Iterator[tuple[int, int, str]]:
    """First and last line of the old text that went, or behind which something came, and the new text."""
    a, b = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for kind, i, k, j, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind != "equal":
            yield i + 1, max(k, i + 1), "".join(b[j:m])
