"""The settings and records of a project in; what they name that is not there, or no longer, out."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from readiness import config
from readiness.comparing import baseline
from readiness.config import Config
from readiness.discovery import Listing
from readiness.discovery.tree import names_below, shown
from readiness.errors import ReadinessError
from readiness.model.diagnosis import Gravity, Known, Trouble
from readiness.model.report import Report
from readiness.plugins import Plugins

COMPARISONS = 5_000_000
"""Paths that all patterns together are held against."""
STATES = ("current", "expired", "malformed", "unused")


def settings(root: Path, listing: Listing, chosen: Config) -> Iterator[Trouble | Known]:
    """What the settings name that does not exist, and settings that nobody reads."""
    if chosen.source:
        yield Known("settings", chosen.source)
    if chosen.source == config.OWN_FILE and _has_table(listing):
        yield Trouble(
            gravity=Gravity.INCOMPLETE,
            topic="settings",
            what=f"[tool.readiness] in {config.SHARED_FILE} is not read, as there is a {config.OWN_FILE}",
            remedy="move its settings there and take the table away",
        )
    above = _settings_above(root) if not chosen.source else None
    if above is not None:
        yield Trouble(
            gravity=Gravity.REMARK,
            topic="settings",
            what=f"{above} belongs to a folder around this one and is not read here",
            remedy=f"scan {above.parent}, or put settings here",
        )
    yield from _patterns(root, chosen.exclude)
    folders = _folders(listing) if chosen.services else set()
    for number, service in enumerate(chosen.services):
        place = service.root.strip("/")
        if place in folders or place in ("", "."):
            continue
        missing = "is no folder here" if not (root / place).is_dir() else "holds no file that is scanned"
        yield Trouble(
            gravity=Gravity.INCOMPLETE,
            topic="settings",
            what=f"service[{number}].root in {chosen.source} {missing}: {service.root}",
            remedy="write the path of the service's folder, relative to that file",
        )


def _folders(listing: Listing) -> set[str]:
    """Every folder that holds a file of the scan, at any depth."""
    folders = set()
    for folder in {file.path.rpartition("/")[0] for file in listing.files}:
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders


def _has_table(listing: Listing) -> bool:
    """The shared file has settings as well."""
    file = next((file for file in listing.files if file.path == config.SHARED_FILE), None)
    try:
        text = listing.content(file).decode("utf-8", "replace") if file is not None else None
        return bool(config.config_in(lambda name: text if name == config.SHARED_FILE else None).source)
    except (OSError, ReadinessError):
        return False


def _settings_above(root: Path) -> Path | None:
    """Settings in a folder between this one and the root of its repository."""
    folder = root
    while not (folder / ".git").exists() and folder != folder.parent:
        folder = folder.parent
        if (folder / config.OWN_FILE).is_file() and any((each / ".git").exists() for each in (folder, *folder.parents)):
            return folder / config.OWN_FILE
    return None


def _patterns(root: Path, patterns: Sequence[str]) -> Iterator[Trouble]:
    """Patterns that leave nothing out: mostly a folder that was renamed."""
    if not patterns:
        return
    from pathspec import GitIgnoreSpec

    paths = [shown(raw) for raw in names_below(root).files]
    left = COMPARISONS
    idle = []
    for pattern in patterns:
        if pattern.startswith(("!", "#")) or not pattern.strip() or (left := left - len(paths)) < 0:
            continue
        spec = GitIgnoreSpec.from_lines([pattern])
        if not any(spec.match_file(path) for path in paths) and not os.path.lexists(root / pattern.strip("/")):
            idle.append(pattern)
    if idle:
        yield Trouble(
            gravity=Gravity.REMARK,
            topic="settings",
            what="a pattern of exclude that leaves nothing out",
            remedy="mend the spelling, or take it away; it is written as in .gitignore",
            places=tuple(idle[:3]),
            count=len(idle),
        )


def records(report: Report) -> Iterator[Trouble | Known]:
    """Directives in the code that hide nothing; those of the register are problems of the scan."""
    broken: dict[str, list[str]] = {}
    for each in report.deviations:
        if each.source == "directive" and each.state == "malformed":
            broken.setdefault(each.problem or "it is malformed", []).append(
                f"{each.recorded.path}:{each.recorded.line}"
            )
    for problem, places in broken.items():
        yield Trouble(
            gravity=Gravity.INCOMPLETE,
            topic="deviations",
            what=f"a comment that should accept a finding hides nothing: {problem}",
            remedy="# readiness: ignore[RULE] until=YYYY-MM-DD owner=@WHO -- REASON; readiness rules lists them",
            places=tuple(places[:3]),
            count=len(places),
        )
    states = {state: sum(each.state == state for each in report.deviations) for state in STATES}
    told = ", ".join(f"{number:,} {state}" for state, number in states.items() if number)
    if told:
        yield Known("deviations", told)


def accepted(root: Path, chosen: Config, report: Report, plugins: Plugins) -> Iterator[Trouble | Known]:
    """Whether the baseline can be read, speaks of rules that exist, and still holds."""
    try:
        place = baseline.place_of(root, chosen.baseline, None)
        if not chosen.baseline and not place.exists():
            return
        content = baseline.read(place)
    except ReadinessError as error:
        what, _, remedy = str(error).rpartition("; ")
        yield Trouble(gravity=Gravity.STOPS, topic="baseline", what=what, remedy=remedy)
        return
    name = place.relative_to(root).as_posix()
    use = baseline.applied(content, report, name).baseline
    assert use is not None  # noqa: S101 -- it is what `applied` adds
    yield Known("baseline", f"{name} accepts {use.known:,} failures")
    if use.gone:
        yield _of_baseline(
            f"{use.gone:,} findings that it holds are no longer found, and could come back under it",
            "readiness baseline prune",
            Gravity.REMARK,
        )
    unknown, renamed = _rules(content.findings, plugins)
    if unknown:
        yield _of_baseline(
            f"it holds findings of rules that do not exist: {', '.join(unknown[:3])}",
            "readiness baseline create --force makes it anew",
            Gravity.INCOMPLETE,
        )
    if renamed:
        yield _of_baseline(
            f"it holds findings of rules under former names: {', '.join(renamed[:3])}",
            "readiness baseline update",
            Gravity.REMARK,
        )
    if content.tool != report.tool_version or use.newer:
        newer = f": {use.newer:,} failures of rules that came since do not fail the gate yet" if use.newer else ""
        yield _of_baseline(
            f"readiness {content.tool[:40]} made it, and this is {report.tool_version}{newer}",
            "readiness baseline update",
            Gravity.REMARK,
        )


def _of_baseline(what: str, remedy: str, gravity: Gravity) -> Trouble:
    return Trouble(gravity=gravity, topic="baseline", what=what, remedy=remedy)


def _rules(entries: Collection[baseline.Entry], plugins: Plugins) -> tuple[list[str], list[str]]:
    """Names of rules that nobody knows, and names that a rule had before."""
    names = sorted({entry.rule for entry in entries} - plugins.rules.keys())
    renamed = [name for name in names if plugins.rule(name) is not None]
    return [name for name in names if name not in renamed], renamed
