"""One service of a report in, its first screen out: verdict, score, items, what to fix first, what evidence to add."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from readiness.model import Finding
from readiness.model.report import Recognised, Report, RuleInfo, ServiceReport
from readiness.model.score import Gain, ItemScore, ItemState, ReadinessVerdict, Score, Shares, Tally, TallyState
from readiness.reporters.lacking import lacking_evidence, open_for_want, parts_of
from readiness.reporters.terminal.bars import STYLES, bar
from readiness.reporters.terminal.painting import Painter, Segment, Style, width_of
from readiness.reporters.wording import (
    NOTHING,
    Words,
    could_be,
    count,
    listed,
    place,
    points,
    rules_by_id,
    tally_fact,
    whole,
    words_of,
)

FIXES = 3
EVIDENCE = 3
FACTS = 2
NEAR_CAP = 0.7
"""A cap that does not hold the score yet is named from this part of it on."""
NARROW = 64
"""Below this many columns facts stand under their item, not beside it."""

BADGES = {
    ReadinessVerdict.NOT_READY: Style.BADGE_RED,
    ReadinessVerdict.NOT_EVIDENCED: Style.BADGE_YELLOW,
    ReadinessVerdict.READY_CLAIMED: Style.BADGE_YELLOW,
    ReadinessVerdict.READY_WITH_DEVIATIONS: Style.BADGE_GREEN,
    ReadinessVerdict.READY: Style.BADGE_GREEN,
    ReadinessVerdict.NOT_RATED: Style.STRONG,
}
STATE_STYLES = {
    ItemState.SATISFIED: Style.GREEN,
    ItemState.NOT_EVIDENCED: Style.YELLOW,
    ItemState.VIOLATED: Style.RED,
    ItemState.NOT_APPLICABLE: Style.FAINT,
}


class Fact(Struct, frozen=True):
    """One line beside an item, and how much of the item hangs on it."""

    text: str
    style: Style
    weight: float


def draw_service(painter: Painter, report: Report, service: ServiceReport) -> None:
    """The first screen of one service."""
    rules = rules_by_id(report)
    draw_header(painter, service)
    painter.blank()
    draw_score(painter, service.score)
    _draw_unread(painter, service.recognised)
    painter.blank()
    mine = [finding for finding in report.findings if report.counts_for(finding, service)]
    draw_items(painter, service.items, rules, report.readable_evidence, words_of(mine))
    draw_fixes(painter, service, mine)
    draw_evidence(painter, service, report.readable_evidence)


def draw_header(painter: Painter, service: ServiceReport) -> None:
    """The name and what was recognised; it wraps between its parts."""
    dot = f" {painter.glyphs.dot} "
    name = service.name if not service.root or service.root == service.name else f"{service.name} ({service.root})"
    start: list[Segment | str] = [Segment(painter.sayable(name, 60), Style.STRONG), "   "]
    row: list[Segment | str] = list(start)
    used = sum(width_of(each if isinstance(each, str) else each.text) for each in row)
    first = True
    for part in _recognised(service):
        text = painter.sayable(part, 160)
        if not first and used + width_of(dot) + width_of(text) > painter.columns:
            painter.line(*row)
            row, used, first = ["  "], 2, True
        row.append(text if first else f"{dot}{text}")
        used += width_of(text) + (0 if first else width_of(dot))
        first = False
    painter.line(*row)


def _recognised(service: ServiceReport) -> Iterable[str]:
    seen: Recognised = service.recognised
    if service.profile != "service":
        yield service.profile
    if seen.frameworks:
        yield ", ".join(seen.frameworks)
    if seen.unread:
        yield f"{', '.join(seen.unread)} (not read yet)"
    if not seen.frameworks and not seen.unread:
        yield "no framework recognised"
    if seen.databases:
        yield ", ".join(seen.databases)
    counts = [count(seen.routes, "route")] if seen.routes or not seen.unread else []
    counts += [count(seen.queries, "SQL query", "SQL queries")] if seen.queries or not seen.unread else []
    if counts:
        yield ", ".join(counts)
    yield count(seen.lines, "line")


def _draw_unread(painter: Painter, seen: Recognised) -> None:
    """A warning where the score is low because nothing reads the framework, not because of the code."""
    if seen.unread and not seen.routes:
        names = listed(list(seen.unread))
        text = f"{names} {'was' if len(seen.unread) == 1 else 'were'} recognised, but readiness can not read it yet"
        if len(seen.unread) > 1:
            text = text.replace("read it yet", "read them yet")
        painter.wrapped(f"{text}: what depends on it is open, not wrong.", indent=1, style=Style.YELLOW)


def draw_score(painter: Painter, score: Score) -> None:
    """Verdict, score, grade, what it could be, what caps it, and the four parts as a bar."""
    # In colour the verdict stands on a coloured ground, which needs an edge; without colour that would be a hole.
    title = f" {score.verdict} " if painter.terminal.color else str(score.verdict)
    badge = Segment(title, BADGES[score.verdict])
    if score.verdict is ReadinessVerdict.NOT_RATED:
        painter.line(badge, "   a library has no score: see the rates below", indent=1)
    else:
        figures: list[Segment | str] = [badge, "   ", Segment(f"{points(score.value)} of 100", Style.STRONG)]
        figures += ["   grade ", Segment(score.grade, Style.STRONG)] if score.grade else []
        span = could_be(score)
        beside = (
            len(score.verdict)
            + 2
            + sum(width_of(each if isinstance(each, str) else each.text) for each in figures[1:])
            + 4
        )
        if beside + width_of(span) <= painter.columns:
            painter.line(*figures, Segment(f"   {span}", Style.FAINT), indent=1)
        else:
            painter.line(*figures, indent=1)
            painter.wrapped(span, indent=1, style=Style.FAINT)
        _draw_caps(painter, score)
    painter.line(*bar(score.shares, painter.columns - 2, painter.glyphs), indent=1)
    _draw_legend(painter, score)


def _draw_caps(painter: Painter, score: Score) -> None:
    if score.caps and score.uncapped - score.value > 0.05:
        cap = score.caps[0]
        painter.wrapped(
            f"would be {points(score.uncapped)}, but is capped: {cap.reason}", indent=1, style=Style.RED, limit=2
        )
    elif score.caps and score.value > NEAR_CAP * score.caps[0].limit:
        painter.wrapped(
            f"can not rise above {points(score.caps[0].limit)} until this is settled: {score.caps[0].reason}",
            indent=1,
            style=Style.YELLOW,
            limit=2,
        )
    if score.with_deviations - score.value > 0.05:
        painter.line(f"{points(score.with_deviations)} with accepted deviations counted", indent=1)


def _draw_legend(painter: Painter, score: Score) -> None:
    glyphs = painter.glyphs
    signs = (glyphs.proven, glyphs.accepted, glyphs.refuted, glyphs.open)
    names = ("proven", "accepted", "refuted", "open")
    shares = (score.shares.proven, score.shares.accepted, score.shares.refuted, score.shares.open)
    row: list[Segment | str] = []
    used = 0
    for sign, name, share, style in zip(signs, names, shares, STYLES, strict=True):
        if name == "accepted" and share < 1e-9:
            continue
        text = f" {name} {100 * share + 0.0:.1f}"
        if row and used + width_of(text) + 4 > painter.columns - 1:
            painter.line(*row, indent=1)
            row, used = [], 0
        gap = "   " if row else ""
        row += [gap, Segment(sign, style), text]
        used += width_of(gap) + 1 + width_of(text)
    waiting = f"{points(score.unbuilt)} of the open points wait for rules that readiness does not have yet"
    if score.unbuilt < 0.05:
        painter.line(*row, indent=1)
    elif used + 3 + width_of(waiting) <= painter.columns - 1:
        painter.line(*row, Segment(f"   {waiting}", Style.FAINT), indent=1)
    else:
        painter.line(*row, indent=1)
        painter.wrapped(waiting, indent=1, style=Style.FAINT)


def draw_items(
    painter: Painter,
    items: tuple[ItemScore, ...],
    rules: Mapping[str, RuleInfo],
    readable: Collection[str],
    words: Words,
) -> None:
    """Each item with its proven points, its bar, and the facts that decide it."""
    widest = max((width_of(painter.sayable(item.title)) for item in items), default=0)
    narrow = painter.columns < NARROW
    title_width = min(widest, 14 if narrow else 26)
    bar_width = painter.columns - title_width - 11 if narrow else max(min((painter.columns - title_width) // 5, 20), 8)
    indent = 3 if narrow else title_width + bar_width + 11
    for item in items:
        state = Segment(_state_mark(painter, item.state), STATE_STYLES[item.state])
        figure = "" if item.state is ItemState.NOT_APPLICABLE else whole(item.shown)
        head: tuple[Segment | str, ...] = (
            " ",
            state,
            " ",
            *painter.fit([item.title], title_width),
            f"{figure:>4}  ",
            *painter.fit(bar(_shown(item), bar_width, painter.glyphs) if figure else (), bar_width),
            "  ",
        )
        facts = item_facts(item, rules, readable, words)[:FACTS]
        rows = [
            Segment(row, fact.style) for fact in facts for row in painter.rows(fact.text, painter.columns - indent, 2)
        ]
        painter.line(*head, *([] if narrow else rows[:1]))
        for row in rows if narrow else rows[1:]:
            painter.line(row, indent=indent)


def _shown(item: ItemScore) -> Shares:
    """The shares with what is held down counted as refuted, so that the bar says what the number says."""
    held = max(item.shares.proven - item.shown / 100, 0.0) if item.reason else 0.0
    shares = item.shares
    return Shares(shares.proven - held, shares.accepted, shares.refuted + held, shares.open)


def _state_mark(painter: Painter, state: ItemState) -> str:
    glyphs = painter.glyphs
    return {
        ItemState.SATISFIED: glyphs.satisfied,
        ItemState.VIOLATED: glyphs.violated,
        ItemState.NOT_EVIDENCED: glyphs.not_evidenced,
        ItemState.NOT_APPLICABLE: glyphs.not_applicable,
    }[state]


def item_facts(item: ItemScore, rules: Mapping[str, RuleInfo], readable: Collection[str], words: Words) -> list[Fact]:
    """What decides an item, what matters most first: failures, then what is known, then what is missing."""
    facts = []
    waiting = 0
    silent: list[Tally] = []
    for criterion in item.criteria:
        if not criterion.applicable:
            continue
        parts = parts_of(criterion)
        for tally in criterion.tallies:
            if tally.state is TallyState.MISSING:
                waiting += 1
            elif tally.state is TallyState.NO_SITE and tally.reason.startswith(NOTHING):
                silent.append(tally)
            elif tally.state is not TallyState.NOT_APPLICABLE:
                facts.append(_fact(tally, criterion.weight / parts, item.state is ItemState.VIOLATED, rules, words))
        facts += [
            # The first words of a hint name the evidence: `a JUnit report of the test run: pytest --junitxml=...`
            Fact(f"missing: {hint.partition(':')[0]}", Style.FAINT, 0.001 * criterion.weight / parts)
            for hint, _, known in open_for_want(criterion, readable)
            if known
        ]
    if silent:
        one = tally_fact(silent[0], rules)
        text = one if len(silent) == 1 else f"{len(silent)} rules found nothing to judge, so what they ask stays open"
        facts.append(Fact(text, Style.FAINT, 0.0001))
    facts.sort(key=lambda fact: -fact.weight)
    if item.state is ItemState.NOT_APPLICABLE:
        return [Fact(item.reason or "not applicable here", Style.FAINT, 0.0)]
    if item.reason:
        facts.insert(1, Fact(item.reason, Style.RED, 0.0))
    if waiting and not any(fact.style is not Style.FAINT for fact in facts):
        facts.insert(0, Fact(f"not judged yet: {count(waiting, 'rule')} still to be written", Style.FAINT, 0.0))
    return facts


def _fact(tally: Tally, weight: float, violated: bool, rules: Mapping[str, RuleInfo], words: Words) -> Fact:
    """Failures weigh most, then what is undecided, then what passes; each by what it is worth."""
    text = tally_fact(tally, rules, words)
    if tally.state is TallyState.BROKEN:
        return Fact(text, Style.YELLOW, 100 * weight)
    if tally.failed:
        return Fact(text, Style.RED if violated else Style.YELLOW, 100 * weight * (1 + tally.shares.refuted))
    if tally.state is TallyState.JUDGED and (tally.unsure or tally.shares.open > 0):
        return Fact(text, Style.PLAIN, 10 * weight * (1 + tally.shares.open))
    return Fact(text, Style.PLAIN, weight)


def draw_fixes(painter: Painter, service: ServiceReport, findings: Iterable[Finding]) -> None:
    """The repairs that are worth most, one of each rule: what to do next is a kind of work, not a list of places."""
    failing = Counter(each.rule for each in findings if each.active)
    best: dict[str, Gain] = {}
    for gain in service.gains:
        if gain.points > 0.005:
            best.setdefault(gain.rule, gain)
    gains = list(best.values())[:FIXES]
    if not gains:
        return
    painter.blank()
    painter.line(Segment("Fix first", Style.STRONG), indent=1)
    narrow = painter.columns < NARROW
    for gain in gains:
        worth = f"+{points(gain.points)}" if gain.points >= 0.1 else "<0.1"
        like = failing[gain.rule] - gain.count
        others = f"  mends {gain.count:,} places" if gain.count > 1 else ""
        others += f"  +{like:,} like it" if like > 0 else ""
        segments: list[Segment | str] = [
            Segment(f"{worth:>6}", Style.STRONG_GREEN),
            f"  {painter.sayable(place(gain.span), 200)}",
        ]
        if not narrow:
            segments.append(Segment(f"  {gain.rule}", Style.CYAN))
        painter.line(*segments, Segment(others, Style.FAINT), indent=1)
        painter.wrapped(gain.message, indent=9, limit=3 if narrow else 2)


def draw_evidence(painter: Painter, service: ServiceReport, readable: Collection[str]) -> None:
    """What nobody has shown yet and this version could read, with what it could prove at most."""
    wanted = [each for each in lacking_evidence(service, readable) if each.readable and each.worth > 0.005]
    if not wanted:
        return
    painter.blank()
    painter.line(Segment("Evidence to add", Style.STRONG), indent=1)
    for each in wanted[:EVIDENCE]:
        worth = f"+{points(each.worth)}" if each.worth >= 0.1 else "<0.1"
        painter.wrapped(each.hint, indent=9, limit=3, first=[" ", Segment(f"{worth:>6}", Style.STRONG_GREEN)])
