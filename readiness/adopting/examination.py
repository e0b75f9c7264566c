"""A folder in; everything that would make its analysis incomplete or wrong, each with its remedy, out.

The scan is the command's own, with its cache and its problems; nothing of the project is read here a second time but coverage
data that fits no file.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from readiness import __version__, config
from readiness.adopting import evidence, settings, surroundings
from readiness.adopting.pipelines import pipelines
from readiness.adopting.pipelines import told as pipelines_told
from readiness.adopting.told import problems_of
from readiness.cache import cache_folder
from readiness.errors import ReadinessError
from readiness.model.diagnosis import Diagnosis, Gravity, Known, Trouble
from readiness.model.report import Recognised, Report
from readiness.plugins import load_plugins
from readiness.reporters.terminal.closing import LANGUAGES
from readiness.reporters.wording import count
from readiness.scan import Inputs, Progress, ScanOptions, begun, report_of, with_remarks

CODE_SHARE = 4
"""So many times as much code that nobody reads as code that is read, and no route in it, is hardly a front end alone."""


def examine(
    path: str, options: ScanOptions, environment: Mapping[str, str], progress: Progress | None = None
) -> Diagnosis:
    """Look at a folder. Raises ReadinessError where there is none."""
    root = folder_of(path)
    version = surroundings.git_version()
    said: list[Trouble | Known] = [*surroundings.checkout(root, environment), *surroundings.old_git(version)]
    try:
        inputs, report = scanned(path, options, progress)
    except ReadinessError as error:
        what, _, remedy = str(error).rpartition("; ")
        said.append(
            Trouble(gravity=Gravity.STOPS, topic="settings", what=what or remedy, remedy=remedy if what else "mend it")
        )
    else:
        said += [*_of_scan(root, inputs, report, options)]
    said += [*surroundings.tools(), *_cache(root, environment)]
    troubles = [each for each in said if isinstance(each, Trouble)]
    return Diagnosis(
        root=root.name or str(root),
        tool_version=__version__,
        python=".".join(map(str, sys.version_info[:3])),
        git=version,
        troubles=tuple(sorted(troubles, key=lambda each: each.gravity.rank)),
        found=tuple(each for each in said if isinstance(each, Known)),
    )


def folder_of(path: str) -> Path:
    """The folder that was named. Raises ReadinessError for a file: what is looked at is a project."""
    root, only = config.root_of((path,))
    if only:
        raise ReadinessError(f"{path} is no folder; name the folder of a backend")
    return root


def scanned(path: str, options: ScanOptions, progress: Progress | None = None) -> tuple[Inputs, Report]:
    """What a scan began with, and its report. Raises ReadinessError for what the user can mend."""
    with begun((path,), options, progress) as (inputs, cache):
        return inputs, with_remarks(report_of(inputs, options, cache, progress), cache)


def _of_scan(root: Path, inputs: Inputs, report: Report, options: ScanOptions) -> Iterator[Trouble | Known]:
    listing = inputs.listing
    yield from _code(report)
    yield from problems_of(report, listing, advice=evidence.mappings(report, listing))
    yield from evidence.evidence(report, listing, inputs.config.evidence)
    yield from settings.settings(root, listing, inputs.config)
    yield from settings.records(report)
    yield from settings.accepted(root, inputs.config, report, load_plugins(options.plugins))
    yield from pipelines_told(pipelines(listing))


def _code(report: Report) -> Iterator[Trouble | Known]:
    """What is read, and what nobody reads."""
    seen = [service.recognised for service in report.services]
    if not report.files:
        languages = _unread(seen)
        yield Trouble(
            gravity=Gravity.STOPS,
            topic="code",
            what="there is no code here that readiness reads" + (f", but {languages}" if languages else ""),
            remedy="name the folder of a Python backend: readiness doctor PATH",
        )
        return
    yield Known("code", f"{report.files_read:,} of {report.files:,} files read{_services(report)}")
    frameworks = _each(seen, "frameworks")
    if frameworks:
        routes = count(sum(each.routes for each in seen), "route")
        queries = count(sum(each.queries for each in seen), "SQL query", "SQL queries")
        fields = f", {count(len(report.graph_fields), 'GraphQL field')}" if report.graph_fields else ""
        others = " and others" if len(frameworks) > 6 else ""
        yield Known("frameworks", f"{', '.join(frameworks[:6])}{others}; {routes}{fields}, {queries}")
    elif not any(_each(seen, "unread")):
        profiles = " and ".join(sorted({service.profile for service in report.services})) or "library"
        yield Trouble(
            gravity=Gravity.REMARK,
            topic="frameworks",
            what=f"no web framework was recognised: it is judged as a {profiles}",
            remedy="name the folder of the backend, if this is not it: readiness doctor PATH",
        )
    if unread := _each(seen, "unread"):
        yield Trouble(
            gravity=Gravity.REMARK,
            topic="frameworks",
            what=f"not read yet: {', '.join(unread[:8])}{' and others' if len(unread) > 8 else ''}",
            remedy="nothing to do: what rests on them stays open, it is neither passed nor failed",
        )
    yield from _languages(report, seen)
    if report.newer:
        what = f"{count(report.newer, 'file')} in a newer grammar than that of Python {sys.version_info[0]}.{sys.version_info[1]}"
        yield Trouble(
            gravity=Gravity.REMARK,
            topic="python",
            what=f"{what}, which runs readiness: translated first, which is slower",
            remedy="install readiness under the Python of the project",
        )


def _services(report: Report) -> str:
    return f" in {len(report.services)} services" if len(report.services) > 1 else ""


def _each(seen: Iterable[Recognised], field: str) -> list[str]:
    """The names of all services, each once."""
    return list(dict.fromkeys(name for each in seen for name in getattr(each, field)))


def _unread(known: Sequence[Recognised]) -> str:
    """The languages that nobody reads, with their number of files, most files first; empty where there are none."""
    unread: dict[str, int] = {}
    for each in known:
        for language, number in each.languages_unread:
            unread[language] = unread.get(language, 0) + number
    most = sorted(unread.items(), key=lambda each: (-each[1], each[0]))
    return ", ".join(f"{LANGUAGES.get(name, name.capitalize())} ({count(number, 'file')})" for name, number in most[:4])


def _languages(report: Report, known: Sequence[Recognised]) -> Iterator[Trouble]:
    total = sum(number for each in known for _, number in each.languages_unread)
    if not total:
        return
    named = _unread(known)
    larger = total > CODE_SHARE * report.files and not any(each.routes for each in known)
    yield Trouble(
        gravity=Gravity.INCOMPLETE if larger else Gravity.REMARK,
        topic="languages",
        what=f"not read: {named}{'; that is most of the code' if larger else ''}",
        remedy="nothing to do for a front end; a backend in these languages cannot be judged yet",
    )


def _cache(root: Path, environment: Mapping[str, str]) -> Iterator[Trouble]:
    """Whether the cache would lie among the files of the project, where somebody could commit it."""
    try:
        folder = cache_folder()
    except RuntimeError:
        return
    named = environment.get("READINESS_CACHE_DIR", "")
    place = Path(os.path.abspath(folder))  # noqa: PTH100 -- links are not to be followed here
    if named and not folder.is_absolute():
        yield _cache_trouble(f"READINESS_CACHE_DIR is relative, so every folder gets a cache of its own: {named[:100]}")
    elif place.is_relative_to(root) and not environment.get("CI"):
        yield _cache_trouble("the cache lies inside of the project and may be committed")


def _cache_trouble(what: str) -> Trouble:
    return Trouble(
        gravity=Gravity.REMARK, topic="cache", what=what, remedy="set READINESS_CACHE_DIR to an absolute path outside"
    )
