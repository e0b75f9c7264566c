"""Probes and files of a deployment in, the paths that are asked for out.

Where a reader gave facts, those are used; other files (templates, Terraform) get a bounded look for a few well-known spellings. A
path that a template computes is left out.
"""

from __future__ import annotations

import posixpath
import re

from readiness.model import Container, Probe, Project

LARGEST = 256 * 1024
FILES = 2_000
AHEAD = 14
"""Lines below the name of a probe that belong to it."""

URL = re.compile(r"https?://[^/\s\"'\]]+(/[^\s\"'|;&)\],]*)?")
PROBE = re.compile(
    r"\b(?:liveness|readiness|startup)Probe\b|^\s*healthcheck:|^\s*HEALTHCHECK\b|http_checks|services\.checks|checks\]\]",
    re.I,
)
PATH = re.compile(r"\b(?:path|urlPath)[\"']?\s*[:=]\s*[\"']?(/[^\s\"',}]*)")
SETTING = re.compile(r"(?:health_?-?check_?-?path|healthcheck_?path)[\"']?\s*[:=]\s*[\"']?(/[^\s\"',}]*)", re.I)
SCRIPT = re.compile(r"[\w./$-]+\.(?:py|sh)\b")
NAMES = re.compile(
    r"(?:^|/)(?:dockerfile[^/]*|[^/]*\.dockerfile|containerfile|procfile|[^/]*compose[^/]*\.ya?ml|fly[^/]*\.toml|render\.ya?ml"
    r"|railway\.(?:json|toml)|app\.json|[^/]*\.ya?ml(?:\.j2|\.tpl)?|[^/]*task-?def[^/]*\.json|[^/]*\.tf)$",
    re.I,
)


def probed_paths(project: Project) -> dict[str, str]:
    """Path, without its last slash -> the file whose probe asks for it."""
    found: dict[str, str] = {}
    read = {container.span.path for container in project.each(Container) if not container.problem}
    for probe in project.each(Probe):
        if probe.how == "http" and probe.path and not probe.host:
            found.setdefault(probe.path.rstrip("/") or "/", probe.span.path)
    looked = 0
    for path in sorted(project.files):
        if path in read or not NAMES.search(path) or project.files[path].size > LARGEST or looked >= FILES:
            continue
        looked += 1
        text = project.text(path)
        if text is not None and ("ealth" in text or "EALTH" in text or "Probe" in text or "check" in text):
            for each in _paths(text, posixpath.basename(path), project):
                found.setdefault(each, path)
    found.pop("/", None)  # `/` is asked of everything, other people's containers included
    return found


def _paths(text: str, name: str, project: Project) -> list[str]:
    lines = text.splitlines()
    docker = "dockerfile" in name.lower() or "containerfile" in name.lower()
    found = []
    for number, line in enumerate(lines):
        found.extend(SETTING.findall(line))
        if not PROBE.search(line) or line.lstrip().startswith("#"):
            continue
        for below in lines[number : number + AHEAD]:
            found.extend(PATH.findall(below))
            found.extend(match or "/" for match in URL.findall(below))
            found.extend(_asked_by_scripts(below, project))
            if docker and not below.rstrip().endswith("\\") and "CMD" in below:
                break
    return [path.partition("?")[0].rstrip("/") or "/" for path in found if "{" not in path and "$" not in path]


def _asked_by_scripts(line: str, project: Project) -> list[str]:
    """Paths that a script of the project asks for: `HEALTHCHECK CMD python /app/scripts/healthcheck.py`."""
    found = []
    for script in SCRIPT.findall(line):
        tail = posixpath.join(*[part for part in script.split("/") if part and "$" not in part][-2:])
        for path in project.files:
            if path == tail or path.endswith(f"/{tail}"):
                text = project.text(path) if project.files[path].size <= LARGEST else None
                found.extend(URL.findall(text or ""))
    return [path for path in found if path]
