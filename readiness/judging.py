"""The judge stage: a project with its facts and rules in, findings and problems out."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import msgspec
from msgspec import Struct

from readiness.model import Fact, Finding, Problem, Project, Rule, Span, Stage, Verdict
from readiness.profiling import stage

CODE_LENGTH = 200
MARKED_LINES = 100
MARKED_LENGTH = 10_000
"""Lines and characters of one place whose code is marked."""
DEFINITION = re.compile(r"(?:async\s+)?(?:def|class)\s+\w+|@")
COMMENT_OR_TEXT = re.compile(r"(\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')|#[^\n]*")
UNMARKED = re.compile(r"[\s,()'\"\\]+")
"""What a formatter adds, takes away or exchanges."""


class Judgement(Struct, frozen=True):
    """What the rules said."""

    findings: tuple[Finding, ...]
    """In order of path, line, rule."""
    broken: dict[str, str]
    """Rule ids whose answers cannot be trusted, with the reason."""
    problems: tuple[Problem, ...]


def judge(
    project: Project,
    rules: Sequence[Rule],
    *,
    broken_facts: Mapping[type[Fact], str],
    service_of: Callable[[str], str],
) -> Judgement:
    """Let every rule judge every site.

    A rule that crashes, or that needs facts whose recogniser crashed, is reported as broken; its findings are dropped in
    the first case and kept in the second.
    """
    broken: dict[str, str] = {}
    problems: list[Problem] = []
    found: dict[str, list[Finding]] = {}
    for rule in rules:
        try:
            with stage(rule.chapter), stage(rule.id):
                answers = list(rule.judge(project))
            stray = next(
                (answer for answer in answers if not isinstance(answer, Finding) or answer.rule != rule.id), None
            )
            if stray is not None:
                raise TypeError("it yielded something that is not a finding of its own")  # noqa: TRY301 -- named below like a crash
        except Exception as error:  # noqa: BLE001 -- one broken rule must not end the run; its criteria stay open
            reason = f"crashed: {type(error).__name__}: {error}"
            broken[rule.id] = reason
            problems.append(Problem(Stage.JUDGE, rule.id, reason))
            continue
        found[rule.id] = answers
        lost = next((reason for kind, reason in broken_facts.items() if kind in rule.needs), None)
        if lost is not None:
            broken[rule.id] = lost
    findings = [finding for rule in rules for finding in _without_better_said(rule, found)]
    findings.sort(key=lambda each: (each.span, each.rule, each.verdict, each.message))
    return Judgement(tuple(_anchored(project, findings, service_of)), broken, tuple(problems))


def _without_better_said(rule: Rule, found: Mapping[str, list[Finding]]) -> list[Finding]:
    """The rule's findings, less those at places where a rule it yields to fails."""
    answers = found.get(rule.id, [])
    taken = {
        (finding.span.path, finding.span.line)
        for other in rule.yields_to
        for finding in found.get(other, [])
        if finding.verdict is Verdict.FAILS
    }
    return [answer for answer in answers if (answer.span.path, answer.span.line) not in taken] if taken else answers


def _anchored(project: Project, findings: Sequence[Finding], service_of: Callable[[str], str]) -> list[Finding]:
    """The findings with the code they point at, its mark, their occurrence and their service."""
    last: str | None = None
    lines: list[str] = []
    """Of the file of the last finding, which is in order the next one's as a rule."""
    codes: dict[tuple[str, int], str] = {}
    marks: dict[Span, str] = {}
    services: dict[str, str] = {"": ""}
    seen: Counter[tuple[str, str, str, str]] = Counter()
    anchored = []
    for finding in findings:
        span = finding.span
        path = span.path
        if path != last:
            last, lines = path, _lines(project.text(path) or "")
        if path not in services:
            services[path] = service_of(path)
        number = span.line - 1
        if (path, number) not in codes:
            line = lines[number] if 0 <= number < len(lines) else ""
            codes[path, number] = re.sub(r"\s+", " ", line).strip()[:CODE_LENGTH]
        mark = ""
        if finding.verdict is not Verdict.PASSES:
            mark = marks.get(span) or marks.setdefault(span, _mark(_written(lines, span)))
        key = (finding.rule, path, finding.symbol, mark)
        anchored.append(
            msgspec.structs.replace(
                finding,
                code=codes[path, number],
                mark=mark,
                occurrence=seen[key] if mark else 0,
                service=services[path],
            )
        )
        seen[key] += bool(mark)
    return anchored


def _lines(text: str) -> list[str]:
    """The lines of a text. Not splitlines(): the front ends count \n, \r\n and \r only."""
    return re.split(r"\r\n|\r|\n", text) if "\r" in text else text.split("\n")


def _written(lines: Sequence[str], span: Span) -> str:
    """The code of a place; of a definition its first line, and the whole line where the end is not known."""
    first = lines[span.line - 1] if 0 < span.line <= len(lines) else ""
    if not span.end_line or DEFINITION.match(first, span.column - 1):
        return first
    together = list(lines[span.line - 1 : min(span.end_line, span.line + MARKED_LINES)])
    if together and span.end_line == span.line + len(together) - 1:
        together[-1] = together[-1][: span.end_column - 1]
    return "\n".join(together)[span.column - 1 :]


def _mark(code: str) -> str:
    """A digest of what no formatter changes."""
    code = code.lstrip()[:MARKED_LENGTH]
    head = DEFINITION.match(code)
    if head:
        return f"={UNMARKED.sub(' ', head[0])[:80]}"
    text = COMMENT_OR_TEXT.sub(lambda found: found[1] or "", code)
    return hashlib.blake2b(UNMARKED.sub("", text).encode("utf-8", "replace"), digest_size=6).hexdigest()
