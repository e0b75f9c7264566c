"""The evidence of a scan in; what of it is out of date, or made somewhere else, out."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from readiness.artifacts.coverage_data import CoverageDataError, read_coverage
from readiness.discovery import Listing
from readiness.model.diagnosis import Gravity, Known, Trouble
from readiness.model.report import Report
from readiness.model.source import Scope

NAMES = 5_000
"""Files of coverage data that are compared with the project's."""
SAME_NAME = 30
"""Files of one name among which one is looked for."""
KINDS = {"coverage": "coverage data", "tests": "report of the test run"}
PYTEST = ("conftest.py", "pytest.ini")
"""Files that only pytest reads."""


def run_of(report: Report, listing: Listing) -> str:
    """The command that would leave coverage and a test report behind, by what the tests are started by."""
    paths = sorted((file.path for file in listing.files), key=lambda path: (path.count("/"), path))
    django = any("Django" in service.recognised.frameworks for service in report.services)
    runner = next((path for path in paths if path.rpartition("/")[2] == "manage.py"), "") if django else ""
    if not runner or any(path.rpartition("/")[2] in PYTEST for path in paths):
        return "pytest --cov --cov-report=xml --junitxml=junit.xml"
    tests = f"coverage run {shlex.quote(runner)} test && coverage xml"
    return f"{tests}; a report of the tests comes with pytest --junitxml=junit.xml"


def evidence(report: Report, listing: Listing, named: Collection[str]) -> Iterator[Trouble | Known]:
    """What to say of the evidence that was read, and of kinds that nobody supplied; what the settings name, and is not there, is
    a problem of the scan."""
    told = {path: (kind, detail) for kind, path, detail in report.evidence}
    tracked = {file.path: file.tracked for file in listing.files}
    again = f"run the tests again: {run_of(report, listing)}"
    for path, standing in report.standings:
        kind, detail = told.get(path, ("evidence", ""))
        late = ""
        if standing == "stale":
            late = "out of date"
        elif standing == "early":
            late = "older than the commit that is checked out"
        if late:
            yield Trouble(
                gravity=Gravity.INCOMPLETE,
                topic=kind,
                what=f"{late}: {detail}",
                remedy=again,
                places=(path,),
                count=1,
            )
        elif standing == "claimed" and tracked.get(path):
            yield Trouble(
                gravity=Gravity.REMARK,
                topic=kind,
                what="it is committed, so it may be of any day: it counts as claimed, not as observed",
                remedy="leave it to .gitignore and make it in the pipeline, before readiness check",
                places=(path,),
                count=1,
            )
        elif standing == "claimed" and tracked.get(path) is False:
            yield Trouble(
                gravity=Gravity.REMARK,
                topic=kind,
                what="it does not say when it was made, so it counts as claimed, not as observed",
                remedy=f"let the runner write the time into it; {again}",
                places=(path,),
                count=1,
            )
        if standing != "stale":
            yield Known(kind, f"{path} ({detail})" if detail else path)
    seen = {kind for kind, paths in listing.evidence if paths} | set(named)
    missing = [name for kind, name in KINDS.items() if kind not in seen]
    tested = any(file.scope is Scope.TEST and file.language for file in listing.files)
    if missing and report.files and not tested:
        yield Trouble(
            gravity=Gravity.REMARK,
            topic="evidence",
            what="no test was found: what rests on tests fails or stays open",
            remedy="readiness endpoints lists what they could send; where they are elsewhere, scan the folder that holds both",
        )
    elif missing and report.files:
        yield Trouble(
            gravity=Gravity.REMARK,
            topic="evidence",
            what=f"no {' and no '.join(missing)}: what rests on {'them' if len(missing) > 1 else 'it'} stays open",
            remedy=run_of(report, listing),
        )


def mappings(report: Report, listing: Listing) -> dict[str, str]:
    """Advice for coverage files none of whose names is a file of the scan: the mapping of folders that would match."""
    coverage = {path for kind, paths in listing.evidence if kind == "coverage" for path in paths}
    unusable = {problem.path for problem in report.problems if problem.stage == "evidence"} & coverage
    advice = {}
    for file in listing.files:
        if file.path not in unusable:
            continue
        try:
            names = [each.name for each in read_coverage(listing.content(file)).files]
        except (CoverageDataError, OSError):
            continue
        found = mapping(names, (each.path for each in listing.files if each.language == "python"))
        if found is not None:
            here, there = found
            pair = f'["{here or "."}", "{there}"]'
            advice[file.path] = (
                f"tell coverage that they are the same: source = {pair} in [tool.coverage.paths], then coverage combine, "
                "and write the report again"
            )
    return advice


def mapping(names: Iterable[str], paths: Iterable[str]) -> tuple[str, str] | None:
    """The folder here and the folder there by which most names of coverage data would be files of the scan, for names whose own
    ends match none; None where fewer than half of them would, or two pairs do as well."""
    here: dict[str, list[str]] = {}
    for path in paths:
        here.setdefault(path.rpartition("/")[2], []).append(path)
    votes: Counter[tuple[str, str]] = Counter()
    compared = list(names)[:NAMES]
    for name in compared:
        plain = name.replace("\\", "/")
        votes.update({_folders(path, plain) for path in here.get(plain.rpartition("/")[2], [])[:SAME_NAME]})
    ranked = votes.most_common(2)
    if not ranked or 2 * ranked[0][1] < len(compared) or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _folders(path: str, name: str) -> tuple[str, str]:
    """What stands before the common end of both."""
    ours, theirs = path.split("/"), name.split("/")
    while ours and theirs and ours[-1] == theirs[-1]:
        ours.pop()
        theirs.pop()
    return "/".join(ours), "/".join(theirs)
