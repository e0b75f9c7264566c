"""Accepted deviations and the silencers of other tools in, text for a terminal out: each with its place, its reason and its end."""

from collections.abc import Sequence

from readiness.model import Problem, Stage
from readiness.model.report import DeviationState, SilencedPlace
from readiness.reporters.terminal.painting import Painter, Segment, Style, Terminal
from readiness.reporters.wording import count

STATES = {
    "malformed": Style.STRONG_RED,
    "expired": Style.STRONG_RED,
    "unused": Style.YELLOW,
    "current": Style.GREEN,
}
SHOWN_PLACES = 5
"""Silencers of one tool that are shown unless all are asked for."""


def render_deviations(
    deviations: Sequence[DeviationState],
    silenced: Sequence[SilencedPlace],
    terminal: Terminal,
    *,
    title: str,
    everything: bool,
    problems: Sequence[Problem] = (),
) -> str:
    """Every deviation by state, those that need somebody first, and what is wrong with the register itself; then what silences
    other tools, by tool."""
    painter = Painter(terminal)
    painter.line(Segment(painter.sayable(title, 100), Style.STRONG), f"   {count(len(deviations), 'deviation')}")
    for state, style in STATES.items():
        mine = [each for each in deviations if each.state == state]
        for each in sorted(mine, key=lambda one: (one.until, one.recorded, one.rule)):
            painter.blank()
            _draw(painter, each, style)
    drawn = {(each.recorded.path, each.recorded.line) for each in deviations}
    for problem in problems:
        if problem.stage is Stage.SETTLE and (problem.path, problem.line) not in drawn:
            painter.blank()
            painter.wrapped(f"{problem.path}:{problem.line}: {problem.message}", style=Style.YELLOW, limit=4)
    if silenced:
        painter.blank()
        bare = sum(not each.reason for each in silenced)
        painter.line(
            Segment("other tools silenced", Style.STRONG),
            f"   {count(len(silenced), 'comment')}, {bare:,} without a reason",
        )
        _draw_silenced(painter, silenced, everything=everything)
    return painter.text()


def _draw(painter: Painter, each: DeviationState, style: Style) -> None:
    end = f"until {each.until}" if each.until else "without an end"
    painter.line(
        Segment(each.state, style),
        "  ",
        Segment(each.id, Style.STRONG),
        "  ",
        Segment(each.rule, Style.CYAN),
        f"  {end}",
    )
    named = f"{each.where} ({each.operation})" if each.operation not in ("", each.where) else each.where
    covered = count(each.findings, "finding")
    verb = "disputes" if each.kind == "false-positive" and not each.approver else "accepts"
    if each.source != "directive":
        painter.wrapped(f"at {named or 'no place'}", indent=4)
    if each.reason:
        painter.wrapped(f"because {each.reason}", indent=4, limit=3)
    people = f"owner {each.owner or 'nobody'}"
    people += f", approved by {each.approver}" if each.approver else ""
    painter.wrapped(f"{people}; {verb} {covered}", indent=4)
    if each.problem:
        painter.wrapped(f"hides nothing: {each.problem}", indent=4, style=Style.YELLOW, limit=4)
    link = f"   {each.link}" if each.link and each.source != "decision" else ""
    painter.line(Segment(f"{each.recorded.path}:{each.recorded.line}{link}", Style.FAINT), indent=4)


def _draw_silenced(painter: Painter, silenced: Sequence[SilencedPlace], *, everything: bool) -> None:
    tools: dict[str, list[SilencedPlace]] = {}
    for each in silenced:
        tools.setdefault(each.tool, []).append(each)
    for tool, places in sorted(tools.items(), key=lambda item: (-len(item[1]), item[0])):
        bare = sum(not each.reason for each in places)
        painter.blank()
        painter.line(Segment(tool, Style.CYAN), f"   {len(places) - bare:,} with a reason, {bare:,} without", indent=1)
        # Those that say nothing are the ones to look at.
        ordered = sorted(places, key=lambda each: (bool(each.reason), each.span))
        shown = ordered if everything else ordered[:SHOWN_PLACES]
        for each in shown:
            codes = ", ".join(each.codes) or "everything"
            file = ", whole file" if each.whole_file else ""
            reason = Segment(f"  {each.reason}") if each.reason else Segment("  no reason", Style.YELLOW)
            painter.line(
                f"{each.span.path}:{each.span.line}", Segment(f"  {codes}{file}", Style.FAINT), reason, indent=4
            )
        if len(shown) < len(places):
            painter.line(Segment(f"and {len(places) - len(shown):,} more: -v", Style.FAINT), indent=4)
