"""Manifests give the containers that run for long, with their probes."""

from __future__ import annotations

import pytest

from readiness.artifacts.kubernetes import PodContainer, PodProbe, read_kubernetes
from readiness.artifacts.yaml_documents import TemplateError


def deployment(container: str, kind: str = "Deployment") -> bytes:
    indented = "\n".join(f"          {line}" for line in container.splitlines())
    return (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata:\n  name: api\nspec:\n  template:\n    spec:\n      containers:\n"
        f"        - name: web\n{indented}\n"
    ).encode()


def only(container: str) -> PodContainer:
    (found,) = read_kubernetes(deployment(container))
    return found


def probe(text: str) -> PodProbe:
    (found,) = only(text).probes
    return found


def test_a_container_with_its_ports_and_command() -> None:
    found = only(
        "image: api:1\ncommand: [uvicorn, app]\nargs: [--port, '80']\nports:\n  - {name: http, containerPort: 80}"
    )
    assert (found.kind, found.workload, found.name, found.image) == ("Deployment", "api", "web", "api:1")
    assert (found.ports, found.command, found.line, found.alone) == ((("http", 80),), "uvicorn app --port 80", 9, True)


@pytest.mark.parametrize(
    ("text", "how", "path", "port"),
    [
        ("livenessProbe:\n  httpGet: {path: /up, port: http}", "http", "/up", "http"),
        ("readinessProbe:\n  httpGet:\n    port: 80", "http", "/", "80"),
        ("startupProbe:\n  tcpSocket: {port: 80}", "tcp", "", "80"),
        ("livenessProbe:\n  grpc: {port: 9000}", "grpc", "", "9000"),
        ("livenessProbe:\n  exec: {command: [cat, /tmp/alive]}", "command", "", ""),
    ],
)
def test_kinds_of_probes(text: str, how: str, path: str, port: str) -> None:
    found = probe(text)
    assert (found.how, found.path, found.port, found.line) == (how, path, port, 10)


def test_times_have_the_platform_s_defaults() -> None:
    found = probe("livenessProbe:\n  tcpSocket: {port: 80}")
    assert (found.period, found.timeout) == (10.0, 1.0)


def test_times_that_are_set() -> None:
    found = probe("livenessProbe:\n  periodSeconds: 3\n  timeoutSeconds: 7\n  tcpSocket: {port: 80}")
    assert (found.period, found.timeout) == (3.0, 7.0)


@pytest.mark.parametrize("kind", ["Job", "CronJob", "ConfigMap", "Kustomization"])
def test_what_does_not_run_for_long_is_left_out(kind: str) -> None:
    assert read_kubernetes(deployment("image: x", kind)) == []


def test_lists_and_several_documents() -> None:
    one = b"apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: x}, {name: y}]}\n"
    item = b"{apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {containers: [{name: z}]}}"
    listed = b"apiVersion: v1\nkind: List\nitems:\n  - " + item + b"\n"
    found = read_kubernetes(one + b"---\n" + listed)
    assert [(each.workload, each.name, each.alone) for each in found] == [
        ("a", "x", False),
        ("a", "y", False),
        ("b", "z", True),
    ]


def test_a_template_is_named_as_one() -> None:
    with pytest.raises(TemplateError):
        read_kubernetes(deployment("image: {{ .Values.image }}"))


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"kind: Deployment\n", b"apiVersion: v1\nkind: Pod\nspec: 3\n", b"- a: b\n"]
)
def test_odd_documents_have_no_containers(text: bytes) -> None:
    assert read_kubernetes(text) == []
