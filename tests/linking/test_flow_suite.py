"""Small programs in fixtures/flow, whose lines say by what they do when run whether a value can get into SQL text."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from msgspec import Struct

from readiness.analysis import analyse_files
from readiness.linking.flow import places
from readiness.model import Finding, Severity, Verdict
from readiness.plugins import load_plugins
from readiness.testing.samples import TODAY

FLOW = Path(__file__).parents[2] / "fixtures" / "flow"
MARK = re.compile(
    r"# (?:(?P<kind>unsafe|safe|open):(?: (?P<source>request|other))?(?: (?P<place>value|like|identifier|clause|statement|orm))?"
    r"|no site)$"
)
RULES = load_plugins().rules
TEXT = RULES["parameterized-queries"]
NAMES = RULES["allow-listed-identifiers"]
VERDICTS = {"unsafe": Verdict.FAILS, "safe": Verdict.PASSES, "open": Verdict.UNSURE}

MISSES: dict[str, str] = {
    "classes/attribute_bound_elsewhere": "what a function binds to the attribute of a class is not seen by readers of the class",
    "collections/filled_by_another_function": "what a function puts into a mapping of its module is not seen by the others",
    "collections/pop_removes": "what a list loses again by `pop` is kept",
    "functions/factory_closure": "the function inside that a factory returns has no callers",
    "functions/partial_table": "the calls of what `functools.partial` makes are not followed",
    "orm/django_filter_kwargs": "no site: keys of a mapping that is built before `filter(**mapping)`",
    "orm/django_filter_kwargs_fixed": "no site: keys of a mapping that is built before `filter(**mapping)`",
}
"""Programs that are not judged as their marks say, and why; an entry that is no longer true fails."""


class Marked(Struct, frozen=True):
    """What one line says of itself."""

    path: str
    line: int
    kind: str
    """`unsafe`, `safe`, `open` or empty: there is no SQL on the line."""
    source: str
    place: str


class Program(Struct, frozen=True):
    """One file or folder of the suite."""

    name: str
    files: dict[str, bytes]
    marks: tuple[Marked, ...]

    def __str__(self) -> str:
        return self.name


def read(place: Path) -> Program:
    """One program: its files without their marks, and the marks."""
    paths = sorted(place.rglob("*.py")) if place.is_dir() else [place]
    files: dict[str, bytes] = {}
    marks: list[Marked] = []
    for each in paths:
        path = each.relative_to(place).as_posix() if place.is_dir() else place.name
        lines = each.read_text().split("\n")
        for number, line in enumerate(lines, 1):
            mark = MARK.search(line)
            if mark is not None:
                marks.append(Marked(path, number, *(mark[group] or "" for group in ("kind", "source", "place"))))
                lines[number - 1] = line[: mark.start()].rstrip()
        files[path] = "\n".join(lines).encode()
    return Program(place.relative_to(FLOW).with_suffix("").as_posix(), files, tuple(marks))


PROGRAMS = [
    read(place)
    for topic in sorted(FLOW.iterdir())
    for place in sorted(topic.iterdir())
    if not place.name.startswith((".", "__"))
]


def judged(program: Program) -> list[str]:
    """What the two rules say otherwise than the marks do; empty where they agree."""
    analysis = analyse_files(program.files, [TEXT, NAMES], today=TODAY)
    found: dict[tuple[str, str, int], list[Finding]] = defaultdict(list)
    for finding in analysis.findings:
        found[finding.rule, finding.span.path, finding.span.line].append(finding)
    wrong = [f"{problem.path}: {problem.message}" for problem in analysis.problems]
    spoken = {(mark.path, mark.line) for mark in program.marks}
    for mark in program.marks:
        rule = NAMES if mark.place == "orm" else TEXT
        wrong += [
            f"{mark.path}:{mark.line}: {said}" for said in disagreement(mark, found[rule.id, mark.path, mark.line])
        ]
    for (rule_id, path, line), findings in found.items():
        if rule_id == TEXT.id and (path, line) not in spoken:
            wrong += [
                f"{path}:{line}: nothing is marked, {each.verdict}" for each in findings if each.verdict != "passes"
            ]
    return wrong


def disagreement(mark: Marked, findings: list[Finding]) -> list[str]:
    """What is wrong with the findings on a marked line: the verdicts, and how severe a failure is."""
    verdicts = {finding.verdict for finding in findings}
    if not mark.kind:
        return [f"no SQL here, {verdict}" for verdict in verdicts]
    wanted = VERDICTS[mark.kind]
    if wanted not in verdicts or (wanted is not Verdict.FAILS and len(verdicts) > 1):
        return [f"{mark.kind}, but found {sorted(verdicts) or 'no site'}"]
    if mark.kind != "unsafe" or mark.place in ("statement", "orm"):
        return []
    severities = {finding.severity for finding in findings if finding.verdict is Verdict.FAILS}
    blocker = Severity.BLOCKER in severities
    if blocker != (mark.source == "request"):
        return [f"sent by {mark.source}, but {sorted(severities)}"]
    return []


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(
            program,
            marks=[pytest.mark.xfail(reason=MISSES[program.name], strict=True)] if program.name in MISSES else [],
            id=program.name,
        )
        for program in PROGRAMS
    ],
)
def test_a_program_is_judged_by_what_it_does(program: Program) -> None:
    assert judged(program) == []


@pytest.mark.parametrize("topic", sorted({program.name.partition("/")[0] for program in PROGRAMS}))
def test_statements_that_do_not_speak_of_a_name_can_be_passed_over(topic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "LONG", 0)
    mine = [each for each in PROGRAMS if each.name.startswith(f"{topic}/") and each.name not in MISSES]
    assert {each.name: judged(each) for each in mine} == {each.name: [] for each in mine}


def test_every_program_says_what_it_does() -> None:
    assert [program.name for program in PROGRAMS if not program.marks] == []


def test_half_of_the_marked_lines_are_safe() -> None:
    kinds = [mark.kind for program in PROGRAMS for mark in program.marks]
    assert len(PROGRAMS) >= 300
    assert 0.4 < kinds.count("safe") / len([kind for kind in kinds if kind]) < 0.6


def test_the_list_of_misses_names_programs() -> None:
    assert set(MISSES) <= {program.name for program in PROGRAMS}
