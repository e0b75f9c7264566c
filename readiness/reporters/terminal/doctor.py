"""A diagnosis in, text for a terminal out: what stands in the way, worst first, each with its remedy, and what is in order."""

from readiness.model.diagnosis import Diagnosis, Gravity, Trouble
from readiness.reporters.terminal.painting import Painter, Segment, Style, Terminal
from readiness.reporters.wording import count

MARGIN = 16
"""Columns of the mark and the topic."""
STYLES = {Gravity.STOPS: Style.STRONG_RED, Gravity.INCOMPLETE: Style.STRONG_YELLOW, Gravity.REMARK: Style.FAINT}


def render_doctor(diagnosis: Diagnosis, terminal: Terminal) -> str:
    """Troubles, then what was found, then one line that says how it stands."""
    painter = Painter(terminal)
    versions = [f"readiness {diagnosis.tool_version}", f"Python {diagnosis.python}"]
    versions.append(f"git {diagnosis.git}" if diagnosis.git else "no git")
    dot = f" {painter.glyphs.dot} "
    painter.line(
        Segment(painter.sayable(diagnosis.root, 60), Style.STRONG), f"   {painter.sayable(dot.join(versions), 200)}"
    )
    for trouble in diagnosis.troubles:
        painter.blank()
        _draw(painter, trouble)
    if diagnosis.found:
        painter.blank()
        for known in diagnosis.found:
            mark = Segment(f" {painter.glyphs.satisfied} ", Style.GREEN)
            painter.wrapped(known.what, indent=MARGIN, first=(mark, known.topic), limit=3)
    painter.blank()
    _draw_end(painter, diagnosis)
    return painter.text()


def _draw(painter: Painter, trouble: Trouble) -> None:
    glyphs = painter.glyphs
    mark = {Gravity.STOPS: glyphs.violated, Gravity.INCOMPLETE: glyphs.violated, Gravity.REMARK: glyphs.not_evidenced}
    style = STYLES[trouble.gravity]
    first = (Segment(f" {mark[trouble.gravity]} ", style), Segment(trouble.topic, style))
    painter.wrapped(_where(trouble), indent=MARGIN, first=first, limit=4)
    painter.wrapped(trouble.remedy, indent=MARGIN, style=Style.CYAN, limit=3)


def _where(trouble: Trouble) -> str:
    """What is wrong, behind the places that it is about."""
    if not trouble.places:
        return trouble.what
    more = trouble.count - len(trouble.places)
    places = ", ".join(place[:120] for place in trouble.places)
    return f"{places}{f' and {more:,} more' if more > 0 else ''}: {trouble.what}"


def _draw_end(painter: Painter, diagnosis: Diagnosis) -> None:
    numbers = {gravity: sum(each.gravity is gravity for each in diagnosis.troubles) for gravity in Gravity}
    remarks = f", {count(numbers[Gravity.REMARK], 'remark')}" if numbers[Gravity.REMARK] else ""
    if numbers[Gravity.STOPS]:
        painter.line(Segment("Nothing can be analysed before that is mended.", Style.STRONG_RED))
    elif numbers[Gravity.INCOMPLETE]:
        text = f"{count(numbers[Gravity.INCOMPLETE], 'thing')} would leave the analysis incomplete or wrong{remarks}."
        painter.line(Segment(text, Style.STRONG_YELLOW))
    else:
        painter.line(Segment(f"Everything is in order{remarks}.", Style.STRONG_GREEN))
