"""Rules in, a table of them by chapter out."""

from collections.abc import Sequence

from readiness.model.report import RuleInfo
from readiness.reporters.terminal.findings import SEVERITY_STYLES
from readiness.reporters.terminal.painting import Painter, Segment, Style, Terminal, width_of
from readiness.reporters.wording import count

NARROW = 72


def render_rules(rules: Sequence[RuleInfo], terminal: Terminal) -> str:
    """Every rule with the severity of a failure and what it asks for."""
    painter = Painter(terminal)
    ordered = sorted(rules, key=lambda rule: (rule.chapter, rule.id))
    id_width = max((width_of(painter.sayable(rule.id, 40)) for rule in ordered), default=0)
    chapter = None
    for rule in ordered:
        if rule.chapter != chapter:
            chapter = rule.chapter
            painter.blank()
            painter.line(Segment(chapter, Style.STRONG))
        head: tuple[Segment | str, ...] = (
            "  ",
            *painter.fit([Segment(painter.sayable(rule.id, 40), Style.CYAN)], id_width),
            "  ",
            *painter.fit([Segment(rule.severity.value, SEVERITY_STYLES[rule.severity])], 10),
        )
        stage = "" if rule.lifecycle == "stable" else f" ({rule.lifecycle})"
        stage += f" (fix: {rule.fix})" if rule.fix else ""
        if painter.columns < NARROW:
            painter.line(*head)
            painter.wrapped(rule.summary + stage, indent=4, style=Style.FAINT)
        else:
            painter.wrapped(rule.summary + stage, indent=id_width + 14, first=head)
    painter.blank()
    painter.line(Segment(f"{count(len(rules), 'rule')}; one of them in full: readiness explain RULE", Style.FAINT))
    return painter.text()
