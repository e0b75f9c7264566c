"""A rule's page in Markdown in, text for a terminal out. It reads what the pages use: headings, lists, fences, tables, emphasis."""

import re

from readiness.reporters.terminal.painting import Painter, Segment, Style, Terminal, width_of

_FENCE = re.compile(r"^\s{0,3}(```+|~~~+)\s*(.*?)\s*$")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_ITEM = re.compile(r"^(\s*)([-*+]|\d+[.)])\s+(.*)$")
_ROW = re.compile(r"^\s*\|.*\|\s*$")
_DIVIDER = re.compile(r"^\s*\|[\s:|-]+\|\s*$")
_LINK = re.compile(r"!?\[([^\]]*)\]\(([^)\s]*)[^)]*\)")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1|(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?!\w)")


def render_page(page: str, terminal: Terminal) -> str:
    """The page, with its code as it stands and its prose wrapped to the width."""
    painter = Painter(terminal)
    paragraph: list[str] = []
    fence = ""
    for raw in [*re.split(r"\r\n|\r|\n", page), ""]:
        line = raw.expandtabs(4)
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not mark[2]:
                fence = ""
                painter.blank()
            else:
                painter.line(Segment(line, _code_style(line)), indent=4)
            continue
        if mark or not line.strip() or _HEADING.match(line) or _ITEM.match(line) or _ROW.match(line):
            _flush(painter, paragraph)
        if mark:
            fence = mark[1]
            path = re.search(r"\bpath=(\S+)", mark[2])
            painter.blank()
            if path:
                painter.line(Segment(path[1], Style.CYAN), indent=4)
        else:
            _prose(painter, line, paragraph)
    _flush(painter, paragraph)
    while painter.lines and not painter.lines[-1]:
        painter.lines.pop()
    return painter.text()


def _prose(painter: Painter, line: str, paragraph: list[str]) -> None:
    heading = _HEADING.match(line)
    if heading:
        painter.blank()
        painter.line(Segment(_plain(heading[2]), Style.STRONG if len(heading[1]) > 1 else Style.STRONG_GREEN))
        painter.blank()
    elif _DIVIDER.match(line):
        return
    elif _ROW.match(line):
        cells = [_plain(cell.strip()) for cell in line.strip().strip("|").split("|")]
        painter.wrapped(" | ".join(cells), indent=2)
    elif not line.strip():
        painter.blank()
    else:
        paragraph.append(line)


def _flush(painter: Painter, paragraph: list[str]) -> None:
    """Write the lines collected as one paragraph or one list item."""
    if not paragraph:
        return
    item = _ITEM.match(paragraph[0])
    if item:
        text = " ".join([item[3], *(line.strip() for line in paragraph[1:])])
        mark = f"{' ' * min(len(item[1]), 8)}{painter.glyphs.dot if item[2] in '-*+' else item[2]} "
        painter.wrapped(_plain(text), indent=2 + width_of(mark), first=["  ", mark])
    else:
        painter.wrapped(_plain(" ".join(line.strip() for line in paragraph)))
    paragraph.clear()


def _plain(text: str) -> str:
    """Without the marks of emphasis and links; code keeps its backticks, which say that it is code."""
    parts = re.split(r"(`+[^`]*`+)", text)
    for index in range(0, len(parts), 2):
        linked = _LINK.sub(
            lambda match: match[1] if match[1] == match[2] or not match[2] else f"{match[1]} ({match[2]})", parts[index]
        )
        parts[index] = _EMPHASIS.sub(lambda match: match[2] or match[3], linked)
    return "".join(parts)


def _code_style(line: str) -> Style:
    """Lines with an expectation mark stand out."""
    if re.search(r"#\s*fails\b", line):
        return Style.RED
    if re.search(r"#\s*unsure\b", line):
        return Style.YELLOW
    return Style.GREEN if re.search(r"#\s*passes\b", line) else Style.PLAIN
