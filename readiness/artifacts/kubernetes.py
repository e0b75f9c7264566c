"""The bytes of a file of Kubernetes manifests in; the containers that run for long, with their probes, out."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from readiness.artifacts.commands import HealthCommand, command_of
from readiness.artifacts.yaml_documents import (
    Entries,
    Node,
    entries_of,
    inside,
    items_of,
    read_documents,
    text_of,
    texts_of,
)

DOCUMENTS = 500
CONTAINERS = 50
"""Containers of one pod, and ports of one container."""
TOGETHER = 1_000
"""Containers of one file: aliases make many of a few lines."""
WORKLOADS = {
    "Pod": ("spec",),
    "Deployment": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "ReplicaSet": ("spec", "template", "spec"),
    "ReplicationController": ("spec", "template", "spec"),
    "Rollout": ("spec", "template", "spec"),
    "Service": ("spec", "template", "spec"),
}
"""Kind -> where its pod stands. Jobs end by themselves and are not asked how they are; `Service` is Knative's."""
PROBES = {"livenessProbe": "liveness", "readinessProbe": "readiness", "startupProbe": "startup"}


class PodProbe(Struct, frozen=True, kw_only=True):
    """One probe of a container."""

    kind: str
    """`liveness`, `readiness`, `startup`."""
    line: int
    how: str
    """`http`, `tcp`, `grpc`, `command`."""
    path: str = ""
    port: str = ""
    """A number or the name of a port."""
    command: HealthCommand | None = None
    period: float = 10.0
    """Seconds (Kubernetes 1.31: periodSeconds 10, timeoutSeconds 1)."""
    timeout: float = 1.0


class PodContainer(Struct, frozen=True, kw_only=True):
    """One container of a pod; init containers are left out."""

    kind: str
    """Of the workload: `Deployment`."""
    workload: str
    name: str
    line: int
    image: str
    ports: tuple[tuple[str, int], ...]
    """Name (or empty) and number."""
    command: str
    probes: tuple[PodProbe, ...]
    alone: bool
    """It is the only container of its pod."""


def read_kubernetes(content: bytes) -> list[PodContainer]:
    """Every container of every workload. Raises YamlError where the file is no YAML, TemplateError for a template."""
    found: list[PodContainer] = []
    for document in read_documents(content)[:DOCUMENTS]:
        for each in _unlisted(document):
            found.extend(_containers(each))
            if len(found) >= TOGETHER:
                return found[:TOGETHER]
    return found


def _unlisted(document: Node) -> Iterator[Entries]:
    """The document, or the items of a `List`."""
    if not isinstance(document, Entries):
        return
    if text_of(document.get("kind")) == "List":
        yield from (each for each in items_of(document.get("items"))[:DOCUMENTS] if isinstance(each, Entries))
    else:
        yield document


def _containers(document: Entries) -> Iterator[PodContainer]:
    kind = text_of(document.get("kind"))
    if kind not in WORKLOADS or not text_of(document.get("apiVersion")):
        return
    containers = items_of(inside(inside(document, *WORKLOADS[kind]), "containers"))[:CONTAINERS]
    name = text_of(inside(document, "metadata", "name"))
    for node in containers:
        if isinstance(node, Entries):
            yield _container(kind, name, node, alone=len(containers) == 1)


def _container(kind: str, workload: str, node: Entries, *, alone: bool) -> PodContainer:
    ports = []
    for each in items_of(node.get("ports"))[:CONTAINERS]:
        number = text_of(entries_of(each).get("containerPort"))
        if number.isdecimal() and len(number) <= 5:
            ports.append((text_of(entries_of(each).get("name")), int(number)))
    words = (*texts_of(node.get("command")), *texts_of(node.get("args")))
    return PodContainer(
        kind=kind,
        workload=workload,
        name=text_of(node.get("name")),
        line=node.line,
        image=text_of(node.get("image")),
        ports=tuple(ports),
        command=command_of(("CMD", *words), 0).text if words else "",
        probes=tuple(
            _probe(kind, node.line_of(key), value)
            for key, kind in PROBES.items()
            if (value := node.get(key)) is not None
        ),
        alone=alone,
    )


def _probe(kind: str, line: int, value: Node) -> PodProbe:
    node = entries_of(value)
    period = _seconds(node.get("periodSeconds"), 10.0)
    timeout = _seconds(node.get("timeoutSeconds"), 1.0)
    http, tcp, run, grpc = (node.get(key) for key in ("httpGet", "tcpSocket", "exec", "grpc"))
    if http is not None:
        path = text_of(entries_of(http).get("path")) or "/"
        port = text_of(entries_of(http).get("port"))
        return PodProbe(kind=kind, line=line, how="http", path=path, port=port, period=period, timeout=timeout)
    if run is not None:
        command = command_of(("CMD", *texts_of(entries_of(run).get("command"))), line)
        return PodProbe(kind=kind, line=line, how="command", command=command, period=period, timeout=timeout)
    how, other = ("grpc", grpc) if grpc is not None else ("tcp", tcp)
    return PodProbe(
        kind=kind, line=line, how=how, port=text_of(entries_of(other).get("port")), period=period, timeout=timeout
    )


def _seconds(node: Node | None, default: float) -> float:
    text = text_of(node)
    return float(text) if text.isdecimal() and len(text) < 8 else default
