"""The bytes of a compose file in; its services out."""

from __future__ import annotations

import re
import shlex

from msgspec import Struct

from readiness.artifacts.commands import LONGEST, WORDS, HealthCommand, command_of
from readiness.artifacts.yaml_documents import (
    Entries,
    Node,
    Scalar,
    entries_of,
    items_of,
    read_documents,
    text_of,
    texts_of,
)

SERVICES = 200
PORTS = 100
"""Ports of one service."""
VARIABLE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*(?::?([-+?])([^{}]*))?\}")


class ComposeService(Struct, frozen=True, kw_only=True):
    """One service of a compose file."""

    name: str
    line: int
    image: str
    built: bool
    context: str = ""
    """Folder that its image is built from, as written."""
    dockerfile: str = ""
    """As written, relative to the context; empty for `Dockerfile`."""
    command: str = ""
    """`entrypoint` and `command`, as a shell would read them; empty where the image's own is run."""
    ports: tuple[int, ...] = ()
    """Inside of the container."""
    health: HealthCommand | None = None
    profiles: tuple[str, ...] = ()


def read_compose(content: bytes) -> list[ComposeService]:
    """The services. Raises YamlError where the file is no YAML."""
    found = []
    for document in read_documents(content)[:1]:
        services = entries_of(entries_of(document).get("services"))
        for name, line, node in services.entries[:SERVICES]:
            if isinstance(node, Entries) and name != "<<":
                found.append(_service(name, line, node))
    return found


def _service(name: str, line: int, node: Entries) -> ComposeService:
    build = node.get("build")
    context = text_of(build) if isinstance(build, Scalar) else text_of(entries_of(build).get("context"))
    ports = [_inner_port(each) for key in ("ports", "expose") for each in items_of(node.get(key))[:PORTS]]
    return ComposeService(
        name=name,
        line=line,
        image=_filled(text_of(node.get("image"))),
        built=build is not None,
        context=context or ("." if build is not None else ""),
        dockerfile=text_of(entries_of(build).get("dockerfile")),
        command=" ".join(part for part in (_command(node.get("entrypoint")), _command(node.get("command"))) if part),
        ports=tuple(dict.fromkeys(port for port in ports if port)),
        health=_health(node),
        profiles=texts_of(node.get("profiles")),
    )


def _health(node: Entries) -> HealthCommand | None:
    health = node.get("healthcheck")
    if not isinstance(health, Entries):
        return None
    line = node.line_of("healthcheck") if node.line_of("healthcheck") != node.line else health.line
    if text_of(health.get("disable")).lower() in ("true", "yes"):
        return HealthCommand("", line, disabled=True)
    test = health.get("test")
    words = tuple(_filled(each) for each in texts_of(test)[:WORDS])
    if not words:
        return None
    return command_of(words, line, text_of(health.get("interval")), text_of(health.get("timeout")))


def _command(node: Node | None) -> str:
    if isinstance(node, Scalar):
        return _filled(node.text)
    words = (_filled(each) for each in texts_of(node)[:WORDS])
    return " ".join(shlex.quote(each) if " " in each else each for each in words)[:LONGEST]


def _inner_port(node: Node) -> int:
    """`8080:80`, `127.0.0.1:8080:80/tcp`, `80`, `{target: 80}`; 0 where it is not a number."""
    text = _filled(text_of(node) if isinstance(node, Scalar) else text_of(entries_of(node).get("target")))
    inner = text.partition("/")[0].rpartition(":")[2]
    return int(inner) if inner.isdecimal() and len(inner) <= 5 else 0


def _filled(text: str) -> str:
    """The text with the defaults of its variables: `${PORT:-8000}` is `8000`; `$$` is a dollar."""
    return VARIABLE.sub(lambda found: found[2] if found[1] == "-" else found[0], text[:LONGEST]).replace("$$", "$")
