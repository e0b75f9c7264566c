"""Generated applications, executed against a cursor that records, and judged: the rule says of each line what the runs say.

`READINESS_FLOW_PROGRAMS=5000` tries so many programs, other ones each time.
"""

import os
from collections import Counter, defaultdict

import pytest
from hypothesis import HealthCheck, given, settings

from readiness.analysis import analyse_files
from readiness.model import Verdict
from readiness.plugins import load_plugins
from readiness.testing.samples import TODAY
from tests.linking.flow_pieces import CONSTANTS, HELPERS, NOT_YET, STEPS, TEXTS
from tests.linking.flow_programs import Handler, Program, programs
from tests.linking.flow_running import Place, Truth, truths

RULE = load_plugins().rules["parameterized-queries"]
MANY = os.environ.get("READINESS_FLOW_PROGRAMS", "")
MOST_UNSURE = 0.1
"""Share of the lines for which `unsure` is tolerated."""


def verdicts(program: Program) -> dict[Place, set[Verdict]]:
    """What the rule says of each line."""
    contents = {path: text.encode() for path, text in program.files.items()}
    analysis = analyse_files(contents, [RULE], today=TODAY)
    assert analysis.problems == ()
    found: dict[Place, set[Verdict]] = defaultdict(set)
    for finding in analysis.findings:
        found[finding.span.path, finding.span.line].add(finding.verdict)
    return found


def disagreements(program: Program, said: Counter[str]) -> list[str]:
    """The lines of which the runs and the rule say different things."""
    found = verdicts(program)
    wrong = []
    for place, truth in truths(program).items():
        of_line = found.get(place, set())
        said["unsure" if Verdict.UNSURE in of_line else "sure"] += 1
        excluded = {Truth.UNSAFE: {Verdict.PASSES}, Truth.SAFE: {Verdict.FAILS}, Truth.REFUSED: set[Verdict]()}[truth]
        if not of_line or (of_line == excluded if truth is Truth.UNSAFE else of_line & excluded):
            wrong.append(f"{place[0]}:{place[1]}: {truth}, but judged {sorted(of_line)}")
    return wrong


def test_generated_programs_are_judged_by_what_they_do() -> None:
    said: Counter[str] = Counter()

    @settings(
        max_examples=int(MANY or 100),
        derandomize=not MANY,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(programs())
    def judged(program: Program) -> None:
        assert disagreements(program, said) == []

    judged()
    print(f"{said.total()} lines judged, {said['unsure']} unsure")
    assert said.total() > 100
    assert said["unsure"] <= MOST_UNSURE * said.total()


@pytest.mark.parametrize(
    ("body", "truth"),
    [
        ('connection.execute("SELECT " + term)', Truth.UNSAFE),
        ('connection.execute("SELECT " + term[:1].upper())', Truth.UNSAFE),
        ('connection.execute("SELECT ?", (term,))', Truth.SAFE),
        ('connection.execute(f"SELECT {int(term)}")', Truth.SAFE),
        ('connection.execute("SELECT " + COLUMNS.get(term, "id"))', Truth.SAFE),
        ('connection.execute("SELECT " + (term if term in COLUMNS else "id"))', Truth.SAFE),
        ('if term not in COLUMNS:\n        return {}  # term = "id"\n    connection.execute(term)', Truth.SAFE),
        ("text = COLUMNS[term]\n    connection.execute(term)", Truth.REFUSED),
        (
            'copy = term\n    if term not in COLUMNS:\n        return {}  # term = "id"\n    connection.execute(copy)',
            Truth.REFUSED,
        ),
    ],
)
def test_runs_tell_what_a_client_decides(body: str, truth: Truth) -> None:
    code = f"import sqlite3\nconnection = sqlite3.connect('')\n{CONSTANTS['COLUMNS']}\ndef answer(term):\n    {body}\n"
    handler = Handler("answer", texts=("term",), lists=(), counted=False, flags=0)
    assert list(truths(Program({"app.py": code}, "fastapi", (handler,))).values()) == [truth]


def test_the_pieces_that_are_left_out_are_pieces() -> None:
    assert set(NOT_YET) <= {*TEXTS, *STEPS, *(definition for definition, _ in HELPERS)}
