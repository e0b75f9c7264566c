"""A report in, its last lines out: how complete the analysis was, what was accepted, what to type next."""

from collections import Counter

from readiness.model import Problem, Scope, Span, Stage
from readiness.model.report import Report
from readiness.reporters.terminal.painting import Painter, Segment, Style, width_of
from readiness.reporters.wording import count, place, told, unsettled

PROBLEMS = 5
TOOLS = 4
BREAKING = (Stage.PLUGIN, Stage.RECOGNISE, Stage.JUDGE)
"""Stages whose problems mean that a rule or a recogniser broke: they come first."""
LANGUAGES = {"csharp": "C#", "cpp": "C++", "javascript": "JavaScript", "typescript": "TypeScript", "php": "PHP"}
"""Names that are not their identifier with a capital."""
LATE = {"stale": " (out of date)", "early": " (older than the commit)"}
"""What to know of a piece of evidence, by its standing."""


def draw_closing(painter: Painter, report: Report, *, verbosity: int) -> None:
    """Completeness, problems, deviations, and the next commands."""
    _draw_completeness(painter, report)
    _draw_deviations(painter, report)
    if report.baseline is not None:
        style = Style.YELLOW if report.baseline.gone or report.baseline.newer else Style.PLAIN
        painter.wrapped(told(report.baseline, report.tool_version), indent=1, style=style)
    _draw_problems(painter, report.problems, everything=verbosity > 0)
    _draw_next(painter, report, verbosity)


def draw_nothing(painter: Painter, report: Report) -> None:
    """All there is to say where there was nothing to read."""
    painter.line(Segment(painter.sayable(report.root, 60), Style.STRONG), "   nothing to analyse")
    painter.blank()
    languages = _unread_languages(report)
    if report.change is not None and not report.change.name and not languages:
        painter.wrapped("Nothing is staged that readiness reads: git add it first.", indent=1)
    elif languages:
        painter.wrapped(
            f"There is code, in languages that readiness does not read yet: {', '.join(languages)}.", indent=1
        )
    else:
        painter.wrapped("No file here is code that readiness reads; name the folder of a backend.", indent=1)
    _draw_problems(painter, report.problems, everything=True)


def _draw_completeness(painter: Painter, report: Report) -> None:
    dot = f" {painter.glyphs.dot} "
    parts = [f"{report.files_read:,} of {count(report.files, 'file')} read"]
    aside = [
        f"{number:,} {scope}"
        for scope, number in report.scopes
        if scope in (Scope.VENDORED, Scope.GENERATED) and number
    ]
    if aside:
        parts[0] += f" ({', '.join(aside)})"
    sites = sum(not finding.excluded for finding in report.findings)
    if sites:
        undecided = sum(unsettled(finding) for finding in report.findings)
        parts.append(f"{sites - undecided:,} of {count(sites, 'site')} decided")
    unread = _unread_languages(report)
    if unread:
        parts.append(f"not read yet: {', '.join(unread)}")
    late = {path: LATE.get(standing, "") for path, standing in report.standings}
    parts += [f"{kind}: {path}{late.get(path, '')}" for kind, path, _ in report.evidence]
    painter.wrapped(dot.join(parts), indent=1)


def _unread_languages(report: Report) -> list[str]:
    """Languages that nothing reads, with their number of files: `Go (31 files)`."""
    languages: Counter[str] = Counter()
    for service in report.services:
        languages.update(dict(service.recognised.languages_unread))
    ordered = sorted(languages.items(), key=lambda each: (-each[1], each[0]))
    return [
        f"{LANGUAGES.get(language, language.capitalize())} ({count(number, 'file')})" for language, number in ordered
    ]


def _draw_deviations(painter: Painter, report: Report) -> None:
    states = Counter(deviation.state for deviation in report.deviations)
    known = ("current", "expired", "malformed", "unused")
    parts = [f"{states[state]:,} {state}" for state in known if states[state]]
    if parts:
        shares = sum(bool(finding.accepted) and not finding.excluded for finding in report.findings)
        text = f"deviations: {', '.join(parts)}; they accept {count(shares, 'failure')}"
        bad = states["expired"] or states["malformed"]
        painter.wrapped(text, indent=1, style=Style.YELLOW if bad else Style.PLAIN)
    silenced = sorted(report.suppressions, key=lambda each: (-each[1], each[0]))
    total = sum(number for _, number, _ in silenced)
    unexplained = sum(bare for _, _, bare in silenced)
    if total and report.change is None:
        tools = ", ".join(f"{number:,} {tool}" for tool, number, _ in silenced[:TOOLS] if number)
        further = f", {len(silenced) - TOOLS} more tools" if len(silenced) > TOOLS else ""
        text = f"{count(total, 'suppression')} in the code, {unexplained:,} without a reason: {tools}{further}"
        painter.wrapped(text, indent=1)


def _draw_problems(painter: Painter, problems: tuple[Problem, ...], *, everything: bool) -> None:
    if not problems:
        return
    painter.blank()
    incomplete = sum(problem.incomplete for problem in problems)
    heading = count(len(problems), "problem")
    heading += f", {incomplete} of which left the analysis incomplete" if incomplete else ""
    painter.line(Segment(heading, Style.STRONG_YELLOW if incomplete else Style.STRONG), indent=1)
    groups: dict[tuple[bool, bool, str, str], list[Problem]] = {}
    for problem in sorted(problems):
        alone = problem.line > 0 or everything
        key = (not problem.incomplete, problem.stage not in BREAKING, problem.message, problem.path if alone else "")
        groups.setdefault(key, []).append(problem)
    ordered = [groups[key] for key in sorted(groups)]
    for group in ordered if everything else ordered[:PROBLEMS]:
        first = group[0]
        where = place(Span(first.path, first.line)) if first.path else first.stage.value
        others = f" and {len(group) - 1} more" if len(group) > 1 else ""
        painter.wrapped(f"{where}{others}: {first.message}", indent=3, limit=0 if everything else 2)
    if not everything and len(ordered) > PROBLEMS:
        hidden = sum(len(group) for group in ordered[PROBLEMS:])
        painter.line(Segment(f"+{hidden} more: readiness check -v", Style.FAINT), indent=3)


def _draw_next(painter: Painter, report: Report, verbosity: int) -> None:
    failures = sum(finding.active for finding in report.findings)
    undecided = sum(unsettled(finding) for finding in report.findings)
    painter.blank()
    hints = []
    if verbosity == 0 and failures + undecided:
        new = sum(finding.active and not finding.known for finding in report.findings)
        fresh = f" ({new:,} new)" if report.baseline is not None else ""
        whole = "in all " if report.change is not None else ""
        hints.append(f"{whole}{count(failures, 'failure')}{fresh}, {undecided:,} unsure: readiness check -v")
    if report.services:
        hints.append("the arithmetic: readiness explain score")
    mendable = {rule.id for rule in report.rules if rule.fix}
    # Beside a change only what it brings: to mend the rest would make it larger.
    shown = report.findings if report.change is None else report.change.new
    if verbosity == 0 and any(each.active and each.rule in mendable for each in shown):
        staged = " --staged" if report.change is not None and not report.change.name else ""
        hints.append(f"which of them can be repaired: readiness fix{staged} --diff")
    line = "   ".join(hints)
    for hint in [line] if width_of(line) < painter.columns else hints:
        painter.line(Segment(hint, Style.FAINT), indent=1)
