"""Reads a checklist: the name of a shipped one or the path of a TOML file in, a checked `Checklist` out."""

import math
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from readiness.errors import ReadinessError
from readiness.model.checklist import Checklist, Criterion, EvidenceUse, Item, RuleUse
from readiness.tables import read_tables

HERE = Path(__file__).parent
KINDS = ("linear", "strict", "target")
LARGEST = 1024 * 1024
"""Bytes of a checklist; the shipped one has 15 thousand."""
TABLES: dict[str, type[msgspec.Struct]] = {
    "items": Item,
    "criteria": Criterion,
    "rules": RuleUse,
    "evidence": EvidenceUse,
}
"""Keys that hold arrays of tables, with what each table is."""


def shipped() -> list[str]:
    """Names of the checklists that come with the tool."""
    return sorted(file.stem.replace("_", "-") for file in HERE.glob("*.toml"))


def load_checklist(name_or_path: str = "production-readiness") -> Checklist:
    """Load a checklist. Raises ReadinessError that names the file and the key of the first mistake."""
    names = shipped()
    name = name_or_path.replace("_", "-")
    if name in names:
        return parse_checklist(name_or_path, (HERE / f"{name.replace('-', '_')}.toml").read_bytes())
    path = Path(name_or_path)
    if not path.is_file():
        close = _close(name, names)
        known = f"did you mean {close[0]}?" if close else f"shipped are {', '.join(names)}; or give the path of a file"
        raise ReadinessError(f"--checklist {name_or_path}: there is no such checklist or file; {known}")
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise ReadinessError(f"{name_or_path}: cannot be read ({error.strerror}); give a readable file") from error
    return parse_checklist(name_or_path, content)


def checklist_for(root: Path, asked: str, configured: str, source: str) -> Checklist:
    """The checklist that was asked for, else the one that the project's configuration (`source`) names: a shipped one, or a file of
    the project. Raises ReadinessError for what the user can mend."""
    if asked or not configured or configured.replace("_", "-") in shipped():
        return load_checklist(asked or configured or "production-readiness")
    place = Path(os.path.realpath(root / configured.replace("\0", "")))
    if not place.is_relative_to(root):
        raise ReadinessError(
            f"checklist in {source} leads out of the project; name a file inside, or give it with --checklist"
        )
    if not place.is_file():
        raise ReadinessError(
            f"checklist in {source} names {configured}, which is no file of the project and no shipped checklist "
            f"({', '.join(shipped())}); mend the name"
        )
    return load_checklist(str(place))


def parse_checklist(name: str, content: bytes) -> Checklist:
    """Parse and check the text of a checklist; `name` is what mistakes are reported under."""
    if len(content) > LARGEST:
        raise ReadinessError(f"{name}: larger than {LARGEST // 1024} KiB; this is no checklist")
    try:
        data = read_tables(content.decode())
    except ValueError as error:
        raise ReadinessError(f"{name}: not valid TOML: {error}; mend that line") from error
    _refuse_unknown_keys(name, data)
    try:
        checklist = msgspec.convert(data, Checklist)
    except msgspec.ValidationError as error:
        raise ReadinessError(f"{name}: {error}; see docs/scoring.md for the form of a checklist") from error
    for mistake in _mistakes(checklist):
        raise ReadinessError(f"{name}: {mistake}")
    return checklist


def _refuse_unknown_keys(name: str, data: dict[str, object]) -> None:
    for place, table, kind in _tables("", data, Checklist):
        known = [field.encode_name for field in msgspec.structs.fields(kind)]
        for key in table:
            if key not in known:
                close = _close(key, known)
                hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"
                raise ReadinessError(f"{name}: unknown key {place}{key}; {hint}")


def _tables(
    place: str, table: dict[str, object], kind: type[msgspec.Struct]
) -> Iterator[tuple[str, dict[str, object], type[msgspec.Struct]]]:
    """Every table with its place in the file and what it should be."""
    yield place, table, kind
    for key, value in table.items():
        if key in TABLES and isinstance(value, list):
            for index, entry in enumerate(value):
                if isinstance(entry, dict):
                    yield from _tables(f"{place}{key}[{index}].", entry, TABLES[key])


def _mistakes(checklist: Checklist) -> Iterator[str]:
    """What the types cannot say, each with the key it is about."""
    yield from _mistakes_in_limits(checklist)
    if not checklist.items:
        yield "items is empty; a checklist needs at least one item"
    names = _Names()
    for i, item in enumerate(checklist.items):
        place = f"items[{i}]"
        yield from names.twice("item", item.id, f"{place}.id")
        yield from _mistakes_in_weight(item.weight, place)
        if not item.criteria:
            yield f"{place}.criteria of item {item.id!r} is empty; an item needs at least one criterion"
        for j, criterion in enumerate(item.criteria):
            yield from _mistakes_in_criterion(criterion, f"{place}.criteria[{j}]", names)
    rules = names.seen["rule"]
    for key, named in (("gate_rules", checklist.gate_rules), ("observed_rules", checklist.observed_rules)):
        for rule in named:
            if rule not in rules:
                close = _close(rule, rules)
                hint = f"did you mean {close[0]!r}?" if close else "give it one, or take it out here"
                yield f"{key} names {rule!r}, which stands in no criterion; {hint}"
    for rule in checklist.unweighted_rules:
        yield from names.twice("rule", rule, "unweighted_rules")


def _mistakes_in_limits(checklist: Checklist) -> Iterator[str]:
    caps = checklist.caps
    for cap in ("blocker", "failing_tests", "gate", "unresolved", "unobserved"):
        if not 0 <= getattr(caps, cap) <= 100:
            yield f"caps.{cap} is {getattr(caps, cap):g}; give points from 0 to 100"
    for key, share in (("caps.unresolved_share", caps.unresolved_share), ("attested_share", checklist.attested_share)):
        if not 0 <= share <= 1:
            yield f"{key} is {share:g}; give a share from 0 to 1"
    if caps.unresolved_sites < 0:
        yield f"caps.unresolved_sites is {caps.unresolved_sites}; give a number from 0"


def _mistakes_in_weight(weight: float, place: str) -> Iterator[str]:
    if not (math.isfinite(weight) and weight > 0):
        yield f"{place}.weight is {weight:g}; give a number above 0"


def _mistakes_in_criterion(criterion: Criterion, place: str, names: "_Names") -> Iterator[str]:
    yield from names.twice("criterion", criterion.id, f"{place}.id")
    yield from _mistakes_in_weight(criterion.weight, place)
    if not criterion.rules and not criterion.evidence:
        yield f"{place} ({criterion.id!r}) names neither rules nor evidence; nothing could ever decide it"
    for k, use in enumerate(criterion.rules):
        yield from names.twice("rule", use.id, f"{place}.rules[{k}].id")
        if use.kind not in KINDS:
            yield f"{place}.rules[{k}].kind is {use.kind!r}; known are {', '.join(KINDS)}"
        if not 0 < use.target <= 1:
            yield f"{place}.rules[{k}].target is {use.target:g}; give a share above 0 and up to 1"
    for k, evidence in enumerate(criterion.evidence):
        if not evidence.kind:
            yield f"{place}.evidence[{k}].kind is empty; name a kind of evidence"


class _Names:
    """The ids seen so far, of items, criteria and rules."""

    def __init__(self) -> None:
        self.seen: dict[str, dict[str, str]] = {"item": {}, "criterion": {}, "rule": {}}

    def twice(self, what: str, name: str, place: str) -> Iterator[str]:
        """A mistake where an id is empty or was seen before; a rule that stood twice would count twice."""
        if not name:
            yield f"{place} is empty; give the {what} an id"
        elif name in self.seen[what]:
            yield f"{place} is {name!r}, as is {self.seen[what][name]}; each {what} stands once"
        else:
            self.seen[what][name] = place


def _close(name: str, known: Iterable[str]) -> list[str]:
    """The known name that was probably meant, if there is one."""
    from difflib import get_close_matches

    return get_close_matches(name, list(known), n=1)
