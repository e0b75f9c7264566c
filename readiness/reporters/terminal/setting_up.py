"""A set-up in, text for a terminal out: what became of each file, lines for files of others, and what to type next."""

from difflib import unified_diff

from readiness.model.diagnosis import Placing, SetUp
from readiness.reporters.cleaning import clean
from readiness.reporters.terminal.painting import Painter, Segment, Style, Terminal, width_of

WORDS = {
    Placing.WRITTEN: ("wrote", Style.GREEN),
    Placing.PROPOSED: ("would write", Style.GREEN),
    Placing.LEFT: ("left", Style.FAINT),
    Placing.NEEDLESS: ("not needed", Style.FAINT),
    Placing.REFUSED: ("refused", Style.STRONG_RED),
}
MARGIN = 13
LONGEST = 500
"""Characters of a line that is shown."""


def render_set_up(set_up: SetUp, terminal: Terminal, *, diff: bool) -> str:
    """With `diff`, the content of what would be written comes first."""
    shown = "".join(f"{clean(line, LONGEST)}\n" for line in _differences(set_up)) if diff else ""
    painter = Painter(terminal)
    for file in set_up.files:
        word, style = WORDS[file.placing]
        reason = f": {file.reason}" if file.reason else ""
        painter.wrapped(f"{file.path}{reason}", indent=MARGIN, first=(Segment(f" {word}", style),))
    for snippet in set_up.snippets:
        painter.blank()
        painter.wrapped(f"Add this to {snippet.place}", indent=1, style=Style.STRONG)
        painter.blank()
        # Not wrapped and not cut: the lines are there to be copied.
        painter.lines += [clean(line, LONGEST) for line in snippet.text.splitlines()]
    painter.blank()
    painter.line(Segment("Next", Style.STRONG), indent=1)
    told = [each for each in set_up.steps if each.why]
    widest = max((width_of(painter.sayable(each.command)) for each in told), default=0)
    beside = all(widest + 8 + width_of(each.why) <= painter.columns for each in told)
    for step in set_up.steps:
        if step.why and beside:
            painter.line(*painter.fit((Segment(step.command, Style.CYAN),), widest), f"   {step.why}", indent=3)
            continue
        if width_of(painter.sayable(step.command)) > painter.columns - 3:
            # As the lines above: a command that is broken in two cannot be copied.
            painter.lines.append(f"   {clean(step.command, LONGEST)}")
        else:
            painter.line(Segment(step.command, Style.CYAN), indent=3)
        if step.why:
            painter.wrapped(step.why, indent=6)
    return (f"{shown}\n" if shown else "") + painter.text()


def _differences(set_up: SetUp) -> list[str]:
    """The new files as a unified difference."""
    lines: list[str] = []
    for file in set_up.files:
        if file.text:
            lines += unified_diff([], file.text.splitlines(), "/dev/null", f"b/{file.path}", lineterm="")
    return lines
