"""A baseline file and a report in, the report with the findings that the file knows out; and the file itself.

A baseline accepts what was there when it was made, and nothing else: it lifts findings out of the gate and leaves the score as
it is. What it holds and nobody finds any more is named and fails nothing: another version may only have stopped to report it. A
change cannot bring it back all the same: an entry that stood before the change began does not cover what the change brings.
"""

import os
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from pathlib import Path

import msgspec
from msgspec import Struct

from readiness import git
from readiness.comparing.matching import Key, key_of, keys_of, match
from readiness.errors import ReadinessError
from readiness.model import Finding, Report, Verdict
from readiness.model.report import BaselineUse, Change

FILE = "readiness-baseline.json"
"""Looked for at the root of a scan where no other is named."""
SCHEMA = "readiness/baseline/v1"
GONE_SHOWN = 20
"""Entries without a counterpart that the report names."""
LARGEST = 64 * 2**20
"""Bytes of a file that is read."""


class Entry(Struct, frozen=True, order=True):
    """Findings of one name."""

    rule: str
    path: str
    symbol: str
    mark: str
    count: int = 1
    code: str = ""
    """The first line, for people."""


class Baseline(Struct, frozen=True, kw_only=True):
    """What was accepted, and with which versions."""

    schema_name: str
    tool: str
    checklist: str
    rules: tuple[str, ...]
    """Those that judged: what a later rule finds was not accepted, and does not fail either until the file is updated."""
    findings: tuple[Entry, ...]


def place_of(root: Path, configured: str, named: str | None) -> Path:
    """The file of the baseline: the one that a user named, else that of the configuration, else the usual one at the root.

    Raises ReadinessError for a configuration that leads out of the project.
    """
    if named:
        return Path(named)
    place = root / (configured or FILE).replace("\0", "")
    if not Path(os.path.realpath(place)).is_relative_to(os.path.realpath(root)):
        raise ReadinessError(
            f"the baseline {configured or FILE} leads out of the project; name a file inside, or give it with --baseline"
        )
    return place


def read(path: Path) -> Baseline:
    """The baseline in a file. Raises ReadinessError, with a way out, for what is none."""
    try:
        if path.stat().st_size > LARGEST:
            raise ReadinessError(
                f"{path} is larger than {LARGEST // 2**20} MiB; make it anew with readiness baseline create"
            )
        return _decoded(path.read_bytes(), str(path))
    except FileNotFoundError:
        raise ReadinessError(f"the baseline {path} is not there; write it with readiness baseline create") from None
    except IsADirectoryError:
        raise ReadinessError(f"the baseline {path} is a folder; name a file") from None
    except OSError as error:
        raise ReadinessError(f"the baseline {path} cannot be read ({error.strerror}); mend its permissions") from None


def earlier(root: Path, path: Path, commit: str) -> Baseline | None:
    """The baseline as a commit holds it; None where it lies outside of the repository, or is none, or is not there."""
    if not path.absolute().is_relative_to(root.absolute()):
        return None
    wanted = os.fsencode(path.absolute().relative_to(root.absolute()).as_posix())
    try:
        names = [blob.name for blob in git.tree(root, commit) if blob.path == wanted]
        for _, content in git.contents(root, names, LARGEST, LARGEST):
            return _decoded(content, str(path))
    except (git.GitError, ReadinessError):
        return None
    return None


def _decoded(content: bytes, path: str) -> Baseline:
    try:
        baseline = msgspec.json.decode(content, type=Baseline)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ReadinessError(
            f"{path} is no baseline ({error}); make it anew with readiness baseline create --force"
        ) from None
    if baseline.schema_name != SCHEMA:
        raise ReadinessError(
            f"{path} is of the version {baseline.schema_name}, and this readiness reads {SCHEMA}; "
            "use the readiness that made it, or make it anew with readiness baseline create --force"
        )
    if any(entry.count < 1 for entry in baseline.findings):
        raise ReadinessError(
            f"{path} holds an entry that counts nothing; make it anew with readiness baseline create --force"
        )
    return baseline


def written(baseline: Baseline) -> bytes:
    """The file: one line an entry in a fixed order, so that a change of it reads well and merges."""
    head = {
        "schema_name": baseline.schema_name,
        "tool": baseline.tool,
        "checklist": baseline.checklist,
        "rules": baseline.rules,
    }
    lines = [
        f"  {msgspec.json.encode(name).decode()}: {msgspec.json.encode(value).decode()},"
        for name, value in head.items()
    ]
    entries = ",\n".join(f"    {msgspec.json.encode(entry).decode()}" for entry in sorted(baseline.findings))
    return ("{\n" + "\n".join(lines) + '\n  "findings": [\n' + entries + "\n  ]\n}\n").encode()


def of(report: Report) -> Baseline:
    """The baseline that accepts everything that fails in a report."""
    return _baseline(report, (each for each in report.findings if each.active), _judged(report))


def pruned(baseline: Baseline, report: Report) -> Baseline:
    """The same without what is gone, under the names of today. Entries that this report cannot speak of stay."""
    known, left = _matched(baseline, report)
    fresh = _baseline(report, (report.findings[index] for index in sorted(known)), ())
    silent = [each for each in left if not _speaks(report, each)]
    findings = Counter({_named(entry): entry.count for entry in fresh.findings})
    codes = {_named(entry): entry.code for entry in (*silent, *fresh.findings)}
    findings.update({_named(entry): entry.count for entry in silent})
    return msgspec.structs.replace(
        baseline,
        findings=tuple(
            Entry(key.rule, key.path, key.symbol, key.mark, count, codes[key])
            for key, count in sorted(findings.items())
        ),
    )


def updated(baseline: Baseline, report: Report) -> Baseline:
    """The same with everything that fails today, and without what is gone."""
    left = [each for each in _matched(baseline, report)[1] if not _speaks(report, each)]
    fresh = of(report)
    rules = tuple(sorted({*fresh.rules, *(rule for rule in baseline.rules if any(each.rule == rule for each in left))}))
    return msgspec.structs.replace(fresh, rules=rules, findings=tuple(sorted((*fresh.findings, *left))))


def applied(baseline: Baseline, report: Report, name: str, before: Baseline | None = None) -> Report:
    """The report with what the baseline knows marked, and with what that came to.

    `before` is the baseline as it was where a change began. What the change brings is covered only by entries that it brings too.
    """
    known, left = _matched(baseline, report)
    back = _brought(known, report, before)
    known -= back
    older = set(baseline.rules)
    new = _new(report)
    newer = {
        index
        for index, each in enumerate(report.findings)
        if each.active and each.rule not in older and index not in known and each.key not in new
    }
    findings = tuple(
        msgspec.structs.replace(each, known=True) if index in known or index in newer else each
        for index, each in enumerate(report.findings)
    )
    gone = [entry for entry in left if _speaks(report, entry)]
    use = BaselineUse(
        path=name,
        tool=baseline.tool,
        known=sum(report.findings[index].active for index in known),
        newer=len(newer),
        newer_rules=tuple(sorted({report.findings[index].rule for index in newer})),
        gone=sum(entry.count for entry in gone),
        back=len(back),
        gone_places=tuple((entry.rule, entry.path, entry.code) for entry in gone[:GONE_SHOWN]),
    )
    return msgspec.structs.replace(report, findings=findings, baseline=use, change=_told(report.change, findings))


def _brought(known: Set[int], report: Report, before: Baseline | None) -> set[int]:
    """Indices of what the change brings and an entry of an earlier day knows: it was mended in between."""
    if report.change is None or before is None:
        return set()
    new = _new(report)
    indices = [index for index in sorted(known) if report.findings[index].key in new]
    found = Counter(report.findings[index].rule for index in indices)
    held = [_named(each) for each in before.findings for _ in range(min(each.count, found[each.rule]))]
    return {indices[index] for index in match(held, keys_of(report.findings[index] for index in indices)).pairs}


def _new(report: Report) -> set[tuple[str, str, str, str, int]]:
    """The keys of what a change brings."""
    return {each.key for each in report.change.new} if report.change is not None else set()


def _told(change: Change | None, findings: Sequence[Finding]) -> Change | None:
    """The change with the same findings marked."""
    if change is None:
        return None
    known = {each.key for each in findings if each.known}

    def marked(finding: Finding) -> Finding:
        return msgspec.structs.replace(finding, known=finding.key in known)

    return msgspec.structs.replace(
        change,
        new=tuple(marked(each) for each in change.new),
        worse=tuple(msgspec.structs.replace(each, finding=marked(each.finding)) for each in change.worse),
    )


def _matched(baseline: Baseline, report: Report) -> tuple[set[int], list[Entry]]:
    """Indices of the findings that the baseline knows, and its entries with what is left of their counts."""
    indices = [
        index for index, each in enumerate(report.findings) if each.verdict is not Verdict.PASSES and not each.accepted
    ]
    # Failures first: a doubt about the same code must not take their place, nor what a change brings that of what was there.
    new = _new(report)
    indices.sort(
        key=lambda index: (report.findings[index].verdict is not Verdict.FAILS, report.findings[index].key in new)
    )
    found = Counter(report.findings[index].rule for index in indices)
    # An entry can stand for more than there is; that much of it needs no counterpart.
    earlier = [_named(each) for each in baseline.findings for _ in range(min(each.count, found[each.rule]))]
    matches = match(earlier, keys_of(report.findings[index] for index in indices))
    met = Counter(earlier[index] for index in matches.pairs.values())
    left = [msgspec.structs.replace(each, count=each.count - met[_named(each)]) for each in baseline.findings]
    return {indices[index] for index in matches.pairs}, [each for each in left if each.count > 0]


def _baseline(report: Report, findings: Iterable[Finding], rules: tuple[str, ...]) -> Baseline:
    counts: Counter[Key] = Counter()
    codes: dict[Key, str] = {}
    for each in findings:
        key = key_of(each)
        counts[key] += 1
        codes.setdefault(key, each.code[:100])
    return Baseline(
        schema_name=SCHEMA,
        tool=report.tool_version,
        checklist=f"{report.checklist} {report.checklist_version}",
        rules=rules,
        findings=tuple(
            Entry(key.rule, key.path, key.symbol, key.mark, count, codes[key]) for key, count in sorted(counts.items())
        ),
    )


def _named(entry: Entry) -> Key:
    return Key(entry.rule, entry.path, entry.symbol, entry.mark)


def _judged(report: Report) -> tuple[str, ...]:
    return tuple(sorted(rule.id for rule in report.rules))


def _speaks(report: Report, entry: Entry) -> bool:
    """Whether silence about an entry means that it is gone: its rule judged, and its file was not among those that could not be
    read."""
    return any(rule.id == entry.rule for rule in report.rules) and not any(
        problem.incomplete and problem.path in (entry.path, entry.rule) for problem in report.problems
    )
