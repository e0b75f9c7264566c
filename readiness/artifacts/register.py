"""Reads the register of deviations: the text of `deviations.toml` in, its deviations and attestations and their mistakes out.

An entry with any mistake is malformed: it hides nothing, and every mistake is named with the line of its entry.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from msgspec import Struct

from readiness.model import Code, DeviationRecord, Problem, Scope, Span, Stage
from readiness.tables import read_tables

DEFAULT = "deviations.toml"
LONGEST = timedelta(days=365)
"""A deviation is looked at again at least this often."""
WORDS = 3
"""A reason has at least as many words."""
LARGEST = 1024 * 1024
"""Characters of a register."""
MOST_NAMED = 50
"""Unknown keys of one table that are named one by one."""
KINDS = ("accepted", "false-positive")
DEVIATION_KEYS = ("id", "rule", "where", "reason", "kind", "owner", "approver", "created", "until", "link")
ATTESTATION_KEYS = ("item", "statement", "file", "commit", "owner", "until", "link")
REQUIRED = ("rule", "where", "reason", "owner", "created", "until")
ATTESTATION_REQUIRED = ("item", "statement", "owner", "until")
DATES = ("created", "until")
WILDCARDS = frozenset("*?[")

Entry = Mapping[str, object]


class Attestation(Struct, frozen=True, kw_only=True):
    """Evidence that only a person can give. Read and kept; nothing counts it yet."""

    span: Span
    item: str
    statement: str
    owner: str
    until: str
    file: str = ""
    commit: str = ""
    link: str = ""
    state: str = "current"
    """`current`, `expired`, `malformed`."""
    problem: str = ""


class Register(Struct, frozen=True):
    """What a register says."""

    records: tuple[DeviationRecord, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    problems: tuple[Problem, ...] = ()


def registers(code: Code) -> Iterator[Register]:
    """The registers of a scan: those that the configuration names, else `deviations.toml` in the scanned root."""
    for path in code.evidence("deviations") or ((DEFAULT,) if DEFAULT in code.files else ()):
        text = code.text(path)
        if text is None:
            yield _unreadable(path, 1, "cannot be read as UTF-8 text")
        else:
            yield read_register(path, text, code.today)


def read_register(path: str, text: str, today: date) -> Register:
    """Read the register at `path`, as of `today` (UTC)."""
    if len(text) > LARGEST:
        return _unreadable(path, 1, f"larger than {LARGEST // 1024} KiB, so it was not read")
    try:
        data = read_tables(text)
    except ValueError as error:
        place = re.search(r"at line (\d+)", str(error))
        return _unreadable(path, int(place[1]) if place else 1, f"not valid TOML: {error}")
    unknown = [key for key in data if key not in ("deviation", "attestation")]
    problems = [
        _problem(path, _line_of_key(text, key), f"unknown key {key!r}{_meant(key, ('deviation', 'attestation'))}")
        for key in unknown[:MOST_NAMED]
    ]
    if len(unknown) > MOST_NAMED:
        problems.append(_problem(path, 1, f"{len(unknown) - MOST_NAMED} more keys are unknown"))
    records = []
    taken: set[str] = set()
    for number, line, entry in _entries(data, "deviation", text):
        record = _deviation(path, line, number, entry, today, taken)
        taken.add(record.id)
        records.append(record)
    attestations = [_attestation(path, line, entry, today) for _, line, entry in _entries(data, "attestation", text)]
    for record in records:
        if record.problem:
            message = f"deviation {record.id!r} hides nothing: {record.problem}"
            problems.append(_problem(path, record.span.line, message))
    for attestation in attestations:
        if attestation.problem:
            message = f"attestation of {attestation.item!r} counts for nothing: {attestation.problem}"
            problems.append(_problem(path, attestation.span.line, message))
    return Register(tuple(records), tuple(attestations), tuple(problems))


def is_wide(where: str) -> bool:
    """The place is a pattern or a whole folder, so that it covers what nobody has looked at."""
    return bool(WILDCARDS & set(where)) or where.endswith("/")


def _unreadable(path: str, line: int, message: str) -> Register:
    record = DeviationRecord(
        span=Span(path, line),
        symbol="",
        scope=Scope.SERVICE,
        language="toml",
        id=path,
        rule="",
        where="",
        reason="",
        owner="",
        state="malformed",
        problem=message,
    )
    problem = Problem(Stage.SETTLE, path, f"no deviation counts: {message}", line=line)
    return Register((record,), (), (problem,))


def _problem(path: str, line: int, message: str) -> Problem:
    return Problem(Stage.SETTLE, path, message, incomplete=False, line=line)


def _meant(word: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(word[:80], known, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(known)}"


def _entries(data: Entry, name: str, text: str) -> Iterator[tuple[int, int, object]]:
    """Number, line and table of each entry."""
    entries = data.get(name, [])
    if not isinstance(entries, list):
        entries = [entries]
    lines = _header_lines(text, name)
    for index, entry in enumerate(entries):
        line = lines[index] if len(lines) == len(entries) else _line_of_key(text, name)
        yield index + 1, line, entry


def _header_lines(text: str, name: str) -> list[int]:
    """Lines of the `[[name]]` headers that do not stand inside a multi-line text."""
    header = re.compile(rf"\s*\[\[\s*{name}\s*\]\]")
    lines = []
    inside = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not inside and header.match(line):
            lines.append(number)
        for quotes in re.findall(r"\"\"\"|'''", line):
            inside = "" if inside == quotes else inside or quotes
    return lines


def _line_of_key(text: str, key: str) -> int:
    pattern = re.compile(rf"\s*\[*\s*[\"']?{re.escape(key)}\b")
    return next((number for number, line in enumerate(text.splitlines(), start=1) if pattern.match(line)), 1)


def _deviation(path: str, line: int, number: int, entry: object, today: date, taken: set[str]) -> DeviationRecord:
    table: Entry = entry if isinstance(entry, dict) else {}
    mistakes = [] if isinstance(entry, dict) else ["it is no table; write [[deviation]]"]
    mistakes += _mistakes_in_form(table, DEVIATION_KEYS, REQUIRED)
    mistakes += _mistakes_in_content(table)
    created, until = _date(table.get("created")), _date(table.get("until"))
    if created is not None and created > today:
        mistakes.append(f"created lies in the future ({created})")
    if created is not None and until is not None:
        if until < created:
            mistakes.append("until lies before created")
        elif until - created > LONGEST:
            mistakes.append(
                f"until is more than {LONGEST.days} days after created; shorten it and renew it when it ends"
            )
    name = _text(table, "id") or f"deviation-{number}"
    if name in taken:
        mistakes.append(f"the id {name!r} is taken by an entry above")
    return DeviationRecord(
        span=Span(path, line),
        symbol="",
        scope=Scope.SERVICE,
        language="toml",
        id=name,
        rule=_text(table, "rule"),
        where=_text(table, "where"),
        reason=_text(table, "reason"),
        owner=_text(table, "owner"),
        approver=_text(table, "approver"),
        until=until.isoformat() if until else "",
        kind=_text(table, "kind") or "accepted",
        state=_state(mistakes, until, today),
        problem="; ".join(mistakes),
        days_left=(until - today).days if until else 0,
        created=created.isoformat() if created else "",
        link=_text(table, "link"),
    )


def _attestation(path: str, line: int, entry: object, today: date) -> Attestation:
    table: Entry = entry if isinstance(entry, dict) else {}
    mistakes = [] if isinstance(entry, dict) else ["it is no table; write [[attestation]]"]
    mistakes += _mistakes_in_form(table, ATTESTATION_KEYS, ATTESTATION_REQUIRED)
    until = _date(table.get("until"))
    if until is not None and until - today > LONGEST:
        mistakes.append(f"until is more than {LONGEST.days} days from today")
    return Attestation(
        span=Span(path, line),
        item=_text(table, "item"),
        statement=_text(table, "statement"),
        owner=_text(table, "owner"),
        until=until.isoformat() if until else "",
        file=_text(table, "file"),
        commit=_text(table, "commit"),
        link=_text(table, "link"),
        state=_state(mistakes, until, today),
        problem="; ".join(mistakes),
    )


def _mistakes_in_form(table: Entry, known: tuple[str, ...], required: tuple[str, ...]) -> list[str]:
    """Unknown, missing and mistyped keys."""
    unknown = [key for key in table if key not in known]
    mistakes = [f"unknown key {key!r}{_meant(key, known)}" for key in unknown[:MOST_NAMED]]
    for key in known:
        if key not in table:
            if key in required:
                mistakes.append(f"{key} is missing")
        elif key in DATES:
            if _date(table[key]) is None:
                mistakes.append(f"{key} is no date; write it as 2027-03-01")
        elif not isinstance(table[key], str):
            mistakes.append(f"{key} is no text; put it in quotes")
        elif not _text(table, key):
            mistakes.append(f"{key} is empty")
    return mistakes


def _mistakes_in_content(table: Entry) -> list[str]:
    """What the texts of a deviation must say."""
    mistakes = []
    reason, kind = _text(table, "reason"), _text(table, "kind")
    if reason and len(reason.split()) < WORDS:
        mistakes.append(f"the reason has fewer than {WORDS} words")
    if kind and kind not in KINDS:
        mistakes.append(f"kind is {kind!r}{_meant(kind, KINDS)}")
    owner, approver, link = (_text(table, key) for key in ("owner", "approver", "link"))
    if approver and approver.casefold() == owner.casefold():
        mistakes.append("owner and approver are the same; another person has to approve it")
    if is_wide(_text(table, "where")) and not (approver and link):
        mistakes.append("where is a pattern, so it needs an approver and a link")
    return mistakes


def _text(table: Entry, key: str) -> str:
    value = table.get(key)
    return value.strip() if isinstance(value, str) else ""


def _date(value: object) -> date | None:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) else None
        except ValueError:
            return None
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def _state(mistakes: list[str], until: date | None, today: date) -> str:
    if mistakes:
        return "malformed"
    return "expired" if until is not None and until < today else "current"
