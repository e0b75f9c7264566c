"""Architecture Decision Records in, the deviations that their front matter names out: as registers of one document each.

The front matter is what MADR 4 and Log4brains write (`status`, `date`, `decision-makers`), with `deviates-from` and `until`
added. A decision counts when it is accepted and says who owns it, who approved it and until when.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from readiness.artifacts.register import REQUIRED, Register, problems_of, record_of
from readiness.artifacts.yaml_documents import Entries, Items, Node, Scalar, YamlError, entries_of, read_documents
from readiness.model import Code, DeviationRecord, Problem, Scope, Span, Stage

FOLDERS = frozenset(
    {"adr", "adrs", "architecture-decisions", "architecture_decisions", "architecture-decision-records"}
)
PARENTS = frozenset({"", "doc", "docs", "documentation", "architecture"})
"""Folders whose `decisions` are such records; empty for the scanned root."""
ASIDE = (Scope.VENDORED, Scope.GENERATED, Scope.TEST)
LARGEST = 1024 * 1024
"""Bytes of one document."""
FRONT = 64 * 1024
"""Bytes of its front matter."""
MOST_DOCUMENTS = 2000
MOST_RECORDS = 50
"""Deviations of one document."""
START = re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]*\r?\n")
END = re.compile(rb"^(?:---|\.\.\.)[ \t]*\r?$", re.MULTILINE)
NAMING = re.compile(rb"^(?:deviates[-_]from|rules)[ \t]*:", re.MULTILINE)
TITLE = re.compile(rb"^# +(.{1,400})$", re.MULTILINE)
ENDED = frozenset({"rejected", "deprecated", "superseded", "withdrawn"})
"""Words of a status with which a decision is not in force, and nothing is claimed."""
INHERITED = ("where", "operation", "reason", "kind", "owner", "approver", "until")
"""Keys of the front matter that hold for each deviation it names."""
DECIDERS = ("decision-makers", "deciders")
NEEDED = (*REQUIRED, "approver")

Entry = dict[str, object]


def decisions(code: Code) -> Iterator[Register]:
    """What each decision record of the scan deviates from; nothing for those that name no rule."""
    places = [path for path, file in code.files.items() if file.language == "markdown" and is_decision(path)]
    places = [path for path in places if code.files[path].scope not in ASIDE]
    taken: set[str] = set()
    for path in places[:MOST_DOCUMENTS]:
        if code.files[path].size > LARGEST:
            yield Register(problems=(_remark(path, f"larger than {LARGEST // 1024} KiB, so it was not read"),))
            continue
        register = read_decision(path, code.content(path) or b"", code.today, taken)
        taken |= {record.id for record in register.records}
        if register.records:
            yield register
    if len(places) > MOST_DOCUMENTS:
        message = f"{len(places) - MOST_DOCUMENTS} more decision records were not read"
        yield Register(problems=(_remark(places[MOST_DOCUMENTS], message),))


def is_decision(path: str) -> bool:
    """The document lies where decision records are kept, and is none of their templates and lists."""
    *folders, name = path.lower().split("/")
    if name.startswith(("readme", "index", "_")) or "template" in name:
        return False
    above = ["", *folders]
    return any(
        folder in FOLDERS or (folder == "decisions" and above[place] in PARENTS) for place, folder in enumerate(folders)
    )


def read_decision(path: str, content: bytes, today: date, taken: Iterable[str] = ()) -> Register:
    """The deviations of one document, as of `today` (UTC); `taken` are the ids of other documents."""
    start = START.match(content)
    end = END.search(content, start.end(), start.end() + FRONT) if start else None
    front = content[start.end() : end.start()] if start and end else b""
    if NAMING.search(front) is None:
        return Register()
    try:
        documents = read_documents(front)
    except YamlError as error:
        return _malformed(path, f"its front matter cannot be read: {error}", today)
    table = entries_of(documents[0] if documents else None)
    named = table.get("deviates-from") or table.get("deviates_from")
    if named is None and table.get("until") is not None:
        # Other tools write `rules` too; only with an end is it a deviation.
        named = table.get("rules")
    status = _plain(table.get("status")).strip().lower()
    if named is None or re.split(r"\W", status, maxsplit=1)[0] in ENDED:
        return Register()
    title = TITLE.search(content, end.end() if end else 0, (end.end() if end else 0) + FRONT)
    shared = _shared(table, title[1].decode("utf-8", "replace").strip() if title else "")
    mistakes = []
    if status != "accepted":
        said = f"its status is {status[:40]!r}" if status else "its status is missing"
        mistakes.append(f"{said}; only an accepted decision counts")
    stem = path.rpartition("/")[2].rpartition(".")[0]
    name = path if stem in taken else stem
    items = named.items if isinstance(named, Items) else (named,)
    entries = [
        (item.line + 1, entry) for item in items[: MOST_RECORDS + 1] for entry in _entries(item, shared, name, path)
    ]
    records: list[DeviationRecord] = []
    for number, (line, entry) in enumerate(entries[:MOST_RECORDS], start=1):
        entry["id"] = name if len(entries) == 1 else f"{name}#{number}"
        records.append(
            record_of(
                entry, Span(path, line), number, today, (), required=NEEDED, recorded="decision", mistakes=mistakes
            )
        )
    if len(entries) > MOST_RECORDS:
        records += _malformed(path, f"it names more than {MOST_RECORDS} deviations", today).records
    return Register(tuple(records), (), tuple(problems_of(records)))


def _shared(table: Entries, title: str) -> Entry:
    """What the document says of all its deviations."""
    shared: Entry = {key: _value(node) for key in INHERITED if (node := table.get(key)) is not None}
    created = table.get("created") or table.get("date")
    if created is not None:
        shared["created"] = _value(created)
    if "reason" not in shared and (title or table.get("title") is not None):
        shared["reason"] = title or _plain(table.get("title"))
    deciders = [each for key in DECIDERS for each in _names(table.get(key))]
    if deciders:
        owner = shared.setdefault("owner", deciders[0])
        others = [each for each in deciders if each != owner]
        if others:
            shared.setdefault("approver", others[0])
    return shared


def _entries(item: Node, shared: Entry, name: str, path: str) -> Iterator[Entry]:
    """The entries that one item of the list stands for: one for each of its places."""
    own: Entry = (
        {key: _value(value) for key, _, value in item.entries} if isinstance(item, Entries) else {"rule": _value(item)}
    )
    entry: Entry = {**shared, **own, "id": name, "link": path}
    if "where" in own or "operation" in own:
        # A place of its own stands for those of the whole document.
        entry = {key: value for key, value in entry.items() if key in own or key not in ("where", "operation")}
    places = entry.get("where")
    if not isinstance(places, list):
        yield entry
        return
    for place in places[: MOST_RECORDS + 1] or [""]:
        yield {**entry, "where": place}


def _value(node: Node) -> object:
    """A text, a list of texts, or something that no key of a deviation can be."""
    if isinstance(node, Scalar):
        return "" if node.null else node.text
    if isinstance(node, Items):
        return [_value(each) if isinstance(each, Scalar) else None for each in node.items[: MOST_RECORDS + 1]]
    return None


def _plain(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) and not node.null else ""


def _names(node: Node | None) -> list[str]:
    """People, as a list or with commas; MADR's template puts its hint in braces."""
    written = [_plain(each) for each in node.items[:MOST_RECORDS]] if isinstance(node, Items) else [_plain(node)]
    return [name for text in written for each in text[:1000].split(",") if (name := each.strip()) and "{" not in name]


def _malformed(path: str, message: str, today: date) -> Register:
    span = Span(path, 1)
    record = record_of({"id": path}, span, 1, today, (), required=(), recorded="decision")
    # It lacks everything; only why is worth saying.
    record = msgspec.structs.replace(record, state="malformed", problem=message)
    return Register((record,), (), tuple(problems_of([record])))


def _remark(path: str, message: str) -> Problem:
    return Problem(Stage.SETTLE, path, message, incomplete=False)
