"""The bytes of a platform's own file (Fly, Render, Railway, Dokku, ECS) in; the addresses that the platform asks for out."""

from __future__ import annotations

import json
import re
import tomllib

from msgspec import Struct

from readiness.artifacts.commands import HealthCommand, command_of
from readiness.artifacts.yaml_documents import YamlError, entries_of, items_of, read_documents, text_of
from readiness.tables import read_tables

LARGEST = 512 * 1024
CHECKS = 200
"""Checks of one file, and items of one list."""
NAMES = re.compile(
    r"(?:.*/)?(?:fly(?:\.[\w-]+)?\.toml|render\.ya?ml|railway\.(?:json|toml)|app\.json|[^/]*task-?def(?:inition)?[^/]*\.json)",
    re.IGNORECASE,
)


class PlatformError(Exception):
    """The file cannot be read; the text is the end of a sentence that says why."""


class Asked(Struct, frozen=True, kw_only=True):
    """One health check that a platform makes."""

    platform: str
    name: str
    """Of the service, where the file names one."""
    line: int
    path: str = ""
    port: int = 0
    command: HealthCommand | None = None


def read_platform(content: bytes, name: str) -> list[Asked]:
    """The health checks of one file, by its name. Raises PlatformError where it cannot be read."""
    if len(content) > LARGEST:
        raise PlatformError(f"it is larger than {LARGEST // 1024} KiB")
    last = name.rpartition("/")[2].lower()
    try:
        text = content.decode("utf-8-sig")
        if last.endswith((".yaml", ".yml")):
            return _render(content)
        table = read_tables(text) if last.endswith(".toml") else json.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, ValueError, RecursionError, YamlError) as error:
        raise PlatformError(f"it cannot be read ({str(error).partition(chr(10))[0][:120]})") from error
    if last.startswith("fly"):
        return _fly(table, text)
    if last.startswith("railway"):
        path = _text(_table(_table(table).get("deploy")).get("healthcheckPath"))
        return [Asked(platform="Railway", name="", line=_line(text, "healthcheckPath"), path=path)] if path else []
    if last == "app.json":
        return _dokku(table, text)
    return _task_definition(table, text)


def _fly(table: object, text: str) -> list[Asked]:
    """`[[http_service.checks]]`, `[[services.http_checks]]`, `[checks.name]`."""
    root = _table(table)
    service = _table(root.get("http_service"))
    port = service.get("internal_port")
    found = [(each, port) for each in _list(service.get("checks"))]
    for one in _list(root.get("services")):
        inner = _table(one).get("internal_port")
        found += [(each, inner) for key in ("http_checks", "checks") for each in _list(_table(one).get(key))]
    found += [(each, _table(each).get("port")) for each in _table(root.get("checks")).values()]
    result = []
    for each, inner in found[:CHECKS]:
        path = _text(_table(each).get("path"))
        if path:
            number = inner if isinstance(inner, int) else 0
            result.append(Asked(platform="Fly", name="", line=_line(text, path), path=path, port=number))
    return result


def _render(content: bytes) -> list[Asked]:
    found = []
    for document in read_documents(content)[:1]:
        for each in items_of(entries_of(document).get("services"))[:CHECKS]:
            service = entries_of(each)
            path = text_of(service.get("healthCheckPath"))
            if path:
                line = service.line_of("healthCheckPath")
                found.append(Asked(platform="Render", name=text_of(service.get("name")), line=line, path=path))
    return found


def _dokku(table: object, text: str) -> list[Asked]:
    """`healthchecks` of Dokku's app.json, by process type."""
    found: list[Asked] = []
    for process, checks in list(_table(_table(table).get("healthchecks")).items())[:CHECKS]:
        for each in _list(checks)[: CHECKS - len(found)]:
            path = _text(_table(each).get("path"))
            port = _table(each).get("port")
            if path:
                number = port if isinstance(port, int) else 0
                found.append(Asked(platform="Dokku", name=process, line=_line(text, path), path=path, port=number))
    return found


def _task_definition(table: object, text: str) -> list[Asked]:
    """`containerDefinitions` of an ECS task definition, alone or under `taskDefinition`."""
    root = _table(table)
    definitions = root.get("containerDefinitions") or _table(root.get("taskDefinition")).get("containerDefinitions")
    found = []
    for each in _list(definitions):
        container = _table(each)
        words = _table(container.get("healthCheck")).get("command")
        if isinstance(words, list) and words and all(isinstance(word, str) for word in words):
            line = _line(text, "healthCheck")
            command = command_of(tuple(words), line)
            found.append(Asked(platform="ECS", name=_text(container.get("name")), line=line, command=command))
    return found


def _table(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value[:CHECKS] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _line(text: str, wanted: str) -> int:
    place = text.find(wanted)
    return text.count("\n", 0, place) + 1 if place >= 0 else 1
