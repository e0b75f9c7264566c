"""The problems of a scan in; the same as troubles, those of one kind together and each with its remedy, out."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence

from readiness.config import OWN_FILE
from readiness.discovery import Listing
from readiness.languages.python.decoding import Undecodable, decode
from readiness.model import Problem, Stage
from readiness.model.diagnosis import Gravity, Trouble
from readiness.model.report import Report

SHOWN = 3
"""Places of one kind that are named."""
EXCLUDE = "leave it out: exclude in readiness.toml"
PLAIN = re.compile(r"[\w.-]+(?:/[\w.-]+)*")
"""Folders whose names are patterns of themselves."""
TOPICS = {
    Stage.DISCOVER: "files",
    Stage.EXTRACT: "files",
    Stage.LINK: "files",
    Stage.RECOGNISE: "readiness",
    Stage.JUDGE: "rules",
    Stage.SETTLE: "deviations",
    Stage.SCORE: "readiness",
    Stage.EVIDENCE: "evidence",
    Stage.PLUGIN: "plugins",
    Stage.CACHE: "cache",
    Stage.TOOL: "tools",
}
REMEDIES = {
    Stage.DISCOVER: EXCLUDE,
    Stage.LINK: "scan again while nothing is written there",
    Stage.RECOGNISE: "report it with readiness --version; what it would have found stays open",
    Stage.JUDGE: "report it with readiness --version; without the rule: --ignore RULE",
    Stage.SETTLE: "mend the entry; readiness deviations shows all of them",
    Stage.EVIDENCE: "make it by running the tests before the scan, or mend the path in readiness.toml",
    Stage.PLUGIN: "mend the plugin, or scan without it",
    Stage.CACHE: "set READINESS_CACHE_DIR to a folder that can be written, or give --no-cache",
    Stage.TOOL: "run readiness check again; the tool is given a minute",
}
OWN_WORDS = (
    ("link leads out", "put the file itself into the project, if it belongs there"),
    ("cannot be read", "mend its permissions (chmod), or " + EXCLUDE),
    ("is larger than", "split it, or " + EXCLUDE),
    ("read the same", "rename one of the two"),
    ("sparse checkout", "git sparse-checkout disable"),
    ("its text is not", "save it as UTF-8"),
)
"""Parts of discovery's own sentences, and what to do."""
ADVISED = (Stage.DISCOVER, Stage.EVIDENCE)
"""Stages whose sentences are all ours and may end with advice, behind a semicolon."""


def problems_of(report: Report, listing: Listing, *, advice: Mapping[str, str]) -> Iterator[Trouble]:
    """The problems of a report. `advice` holds better remedies by path; what git had to say is told by who asked it."""
    groups: dict[tuple[bool, str, str, str], list[str]] = {}
    unread: dict[str, list[Problem]] = {}
    for problem in report.problems:
        if problem.path == "git" and not problem.incomplete:
            continue
        if problem.stage is Stage.EXTRACT:
            unread.setdefault(_unread(problem.path, listing), []).append(problem)
            continue
        what, remedy = _told(problem, advice)
        # An entry of the register that does not count does not do what its author wants; nothing is unread for it.
        key = (not problem.incomplete and problem.stage is not Stage.SETTLE, TOPICS[problem.stage], what, remedy)
        place = f"{problem.path}:{problem.line}" if problem.line else problem.path
        places = groups.setdefault(key, [])
        if place and place != "git":
            places.append(place)
    for remedy, problems in unread.items():
        folder = unread_folder([problem.path for problem in problems], listing)
        key = (
            False,
            TOPICS[Stage.EXTRACT],
            f"{problems[0].message}{' in the first' if len(problems) > 1 else ''}",
            f'if they are templates: exclude = ["{folder}/"] in {OWN_FILE}' if folder else f"{remedy}, or {EXCLUDE}",
        )
        groups[key] = [problem.path for problem in problems]
    for (remark, topic, what, remedy), places in groups.items():
        yield Trouble(
            gravity=Gravity.REMARK if remark else Gravity.INCOMPLETE,
            topic=topic,
            what=what,
            remedy=remedy,
            places=tuple(places[:SHOWN]),
            count=len(places),
        )


def unread_folder(unread: Sequence[str], listing: Listing) -> str:
    """The folder that holds several files that cannot be read and no code that can; empty where there is none, and where its name
    would mean something else in a pattern."""
    if len(unread) < 2:
        return ""
    folder = posixpath.commonpath(unread)
    inside = [file.path for file in listing.files if file.path.startswith(f"{folder}/") and file.language == "python"]
    return folder if PLAIN.fullmatch(folder) and set(inside) <= set(unread) else ""


def _told(problem: Problem, advice: Mapping[str, str]) -> tuple[str, str]:
    """What is wrong, and what to do."""
    what, _, remedy = problem.message.rpartition("; ") if problem.stage in ADVISED else (problem.message, "", "")
    if not what:
        what, remedy = problem.message, ""
    if problem.stage is Stage.EVIDENCE and problem.path in advice:
        return what, advice[problem.path]
    if problem.stage is Stage.DISCOVER and not remedy:
        remedy = next((each for part, each in OWN_WORDS if part in what), "")
    return what, remedy or REMEDIES.get(problem.stage, EXCLUDE)


def _unread(path: str, listing: Listing) -> str:
    """What to do about a code file that no reader took: its bytes are no text, or its text is no code."""
    file = next((file for file in listing.files if file.path == path), None)
    try:
        if file is not None:
            decode(listing.content(file))
    except OSError:
        return "mend its permissions (chmod)"
    except Undecodable:
        return "save it as UTF-8 and take away the coding comment"
    return "mend the syntax"
