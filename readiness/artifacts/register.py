"""Reads the register of deviations: the text of `deviations.toml` in, its deviations and attestations and their mistakes out.

An entry with any mistake is malformed: it hides nothing, and every mistake is named with the line of its entry.
"""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
MOST = 1000
"""Entries that are read."""
MOST_PATTERNS = 200
"""Entries with a pattern that are read: each is held against every finding of its rule."""
DEVIATION_KEYS = ("id", "rule", "where", "operation", "reason", "kind", "owner", "approver", "created", "until", "link")
ATTESTATION_KEYS = ("item", "statement", "file", "commit", "owner", "until", "link")
REQUIRED = ("rule", "reason", "owner", "created", "until")
ATTESTATION_REQUIRED = ("item", "statement", "owner", "until")
DATES = ("created", "until")
WILDCARDS = frozenset("*?[")
OPERATION = re.compile(r"[A-Z]{1,20} \S{1,500}")

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
    patterns = 0
    for number, line, entry in _entries(data, "deviation", text):
        record = record_of(entry, Span(path, line), number, today, taken)
        patterns += is_wide(record.where)
        if number > MOST or (is_wide(record.where) and patterns > MOST_PATTERNS):
            what = f"{MOST} entries" if number > MOST else f"{MOST_PATTERNS} patterns"
            records.append(_unreadable(path, line, f"the register has more than {what}").records[0])
            break
        taken.add(record.id)
        records.append(record)
    attestations = [_attestation(path, line, entry, today) for _, line, entry in _entries(data, "attestation", text)]
    problems += problems_of(records)
    for attestation in attestations:
        if attestation.problem:
            message = f"attestation of {attestation.item!r} counts for nothing: {attestation.problem}"
            problems.append(_problem(path, attestation.span.line, message))
    return Register(tuple(records), tuple(attestations), tuple(problems))


def problems_of(records: Iterable[DeviationRecord]) -> Iterator[Problem]:
    """One sentence for each record that hides nothing."""
    for record in records:
        if record.problem:
            message = f"deviation {record.id!r} hides nothing: {record.problem}"
            yield _problem(record.span.path, record.span.line, message)


def is_wide(where: str) -> bool:
    """The place is a pattern or a whole folder, so that it covers what nobody has looked at."""
    return bool(WILDCARDS & set(where)) or where.endswith("/")


def _unreadable(path: str, line: int, message: str) -> Register:
    """A register of which nothing counts."""
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


def record_of(
    entry: object,
    span: Span,
    number: int,
    today: date,
    taken: Collection[str],
    *,
    required: tuple[str, ...] = REQUIRED,
    recorded: str = "register",
    mistakes: Sequence[str] = (),
) -> DeviationRecord:
    """One entry as a record; `mistakes` are those that are known already, `taken` the ids of the entries above."""
    table: Entry = entry if isinstance(entry, dict) else {}
    found = [*mistakes] if isinstance(entry, dict) else ["it is no table; write [[deviation]]"]
    found += _mistakes_in_form(table, DEVIATION_KEYS, required)
    found += _mistakes_in_content(table)
    created, until = _date(table.get("created")), _date(table.get("until"))
    found += _mistakes_in_time(created, until, today)
    name = _text(table, "id") or f"deviation-{number}"
    if name in taken:
        found.append(f"the id {name!r} is taken by an entry above")
    return DeviationRecord(
        span=span,
        symbol="",
        scope=Scope.SERVICE,
        language="toml" if recorded == "register" else "markdown",
        id=name,
        rule=_text(table, "rule"),
        where=_text(table, "where"),
        operation=" ".join(_text(table, "operation").split()),
        reason=_text(table, "reason"),
        owner=_text(table, "owner"),
        approver=_text(table, "approver"),
        until=until.isoformat() if until else "",
        kind=_text(table, "kind") or "accepted",
        state=_state(found, until, today),
        problem="; ".join(found),
        days_left=(until - today).days if until else 0,
        recorded=recorded,
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


def _mistakes_in_time(created: date | None, until: date | None, today: date) -> list[str]:
    """It is made by now, and does not last for ever."""
    mistakes = []
    if created is not None and created > today:
        mistakes.append(f"created lies in the future ({created})")
    if created is not None and until is not None:
        if until < created:
            mistakes.append("until lies before created")
        elif until - created > LONGEST:
            mistakes.append(
                f"until is more than {LONGEST.days} days after created; shorten it and renew it when it ends"
            )
    return mistakes


def _mistakes_in_content(table: Entry) -> list[str]:
    """What the texts of a deviation must say."""
    mistakes = []
    if "where" not in table and "operation" not in table:
        mistakes.append('where is missing; write a symbol or a file, or operation = "GET /path"')
    operation = _text(table, "operation")
    if operation and OPERATION.fullmatch(" ".join(operation.split())) is None:
        mistakes.append('operation is no method with a path; write it as "GET /orders/{id}"')
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
