"""Dockerfiles, compose files, Kubernetes manifests and platforms' own files in; containers and the probes that ask them out."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from msgspec.structs import replace

from readiness.artifacts.commands import HealthCommand
from readiness.artifacts.compose import ComposeService, read_compose
from readiness.artifacts.dockerfile import DockerfileError, Image, read_dockerfile
from readiness.artifacts.kubernetes import PodContainer, PodProbe, read_kubernetes
from readiness.artifacts.platforms import NAMES as PLATFORMS
from readiness.artifacts.platforms import PlatformError, read_platform
from readiness.artifacts.yaml_documents import TemplateError, YamlError
from readiness.libraries.deployment.purposes import (
    for_development,
    is_python,
    listens_on,
    purpose_of,
    runs_development,
)
from readiness.libraries.deployment.scripts import Scripts
from readiness.model import Container, Evidence, Library, Probe, Project, Resolution, Scope, Span

library = Library(__name__, stage="web", provides=(Container, Probe, Evidence))

LANGUAGES = frozenset({"dockerfile", "yaml", "toml", "json"})
COMPOSE = re.compile(r"(?:.*/)?[^/]*compose[^/]*\.ya?ml", re.I)
YAML = re.compile(r".*\.ya?ml", re.I)
FILES = 2_000
"""YAML files that are looked into for manifests."""
LARGEST = 1024 * 1024
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "[::1]", "::1", ""})  # noqa: S104 (names, not a bind)


@library.recognises
def recognise(project: Project) -> Iterator[Container | Probe | Evidence]:
    """Every container with its probes."""
    yield from _Reader(project).facts()


class _Reader:
    """Reads the deployment files of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.scripts = Scripts(project)
        self.images: dict[str, Image] = {}
        self.broken: list[tuple[str, str]] = []
        self._purposes: dict[str, str] = {}

    def facts(self) -> Iterator[Container | Probe | Evidence]:
        paths = [
            path
            for path, file in sorted(self.project.files.items())
            if file.language in LANGUAGES
            and file.scope not in (Scope.VENDORED, Scope.GENERATED)
            and file.size <= LARGEST
        ]
        docker = [path for path in paths if self.project.files[path].language == "dockerfile"]
        for path in docker:
            try:
                self.images[path] = read_dockerfile(self.project.content(path) or b"")
            except DockerfileError as error:
                self.broken.append((path, str(error)))
        for path, image in self.images.items():
            yield from self._image(path, image)
        looked = 0
        for path in paths:
            if PLATFORMS.fullmatch(path):
                yield from self._platform(path)
            elif COMPOSE.fullmatch(path) and "/.github/" not in f"/{path}":
                yield from self._compose(path)
            elif YAML.fullmatch(path) and looked < FILES and "/.github/" not in f"/{path}":
                looked += 1
                yield from self._manifests(path)
        for path, reason in self.broken:
            yield Evidence(
                span=Span(path, 1),
                symbol=path,
                scope=self.project.files[path].scope,
                kind="deployment",
                format="",
                stale=True,
                detail=f"unusable: {reason}",
                problem=f"this deployment file cannot be read: {reason}",
            )

    def _image(self, path: str, image: Image) -> Iterator[Container | Probe]:
        purpose = self._image_purpose(path, image)
        yield self._container(
            path,
            image.line,
            source="dockerfile",
            name=path,
            purpose=purpose,
            command=image.command,
            image=image.bases[-1],
            dockerfile=path,
            listens=listens_on(image.command, image.environment),
            ports=image.ports,
        )
        if image.health is not None:
            yield self._asked(path, path, image.health, image.health.line, "health")

    def _image_purpose(self, path: str, image: Image) -> str:
        if not image.command:
            return "unknown"
        if "lambda" in image.bases[-1]:
            return "job"
        said = purpose_of(image.command) or self._script_purpose(path, image.command)
        if said:
            return said
        if not is_python(image.bases):
            return "other" if self._known_elsewhere(image.bases[-1]) else "unknown"
        return "web" if image.ports else "unknown"

    @staticmethod
    def _known_elsewhere(base: str) -> bool:
        """An image that a vendor keeps: `nginx`, `library/node`, `mcr.microsoft.com/...`."""
        return "/" not in base or base.startswith(("library/", "docker.io/library/", "mcr.microsoft.com/"))

    def _script_purpose(self, path: str, command: str) -> str:
        """What the scripts of a command run; a server in them counts before a worker, which may be started beside it."""
        for word in command.split()[:6]:
            script = self.scripts.find(word, path) if "/" in word or word.endswith(".sh") else ""
            if script:
                if script not in self._purposes:
                    self._purposes[script] = purpose_of(self.scripts.text(script))
                if self._purposes[script]:
                    return self._purposes[script]
        return ""

    def _compose(self, path: str) -> Iterator[Container | Probe]:
        try:
            services = read_compose(self.project.content(path) or b"")
        except TemplateError as error:
            yield self._unread(path, "compose", str(error))
            return
        except YamlError as error:
            self.broken.append((path, str(error)))
            return
        built = {each.image: self._dockerfile(path, each) for each in services if each.built and each.image}
        for service in services:
            dockerfile = self._dockerfile(path, service) if service.built else built.get(service.image, "")
            yield from self._service(path, service, dockerfile)

    def _service(self, path: str, service: ComposeService, dockerfile: str) -> Iterator[Container | Probe]:
        image = self.images.get(dockerfile)
        command = service.command or (image.command if image is not None else "")
        if service.built or dockerfile:
            said = purpose_of(service.command) or self._script_purpose(path, service.command) if service.command else ""
            purpose = said or (self._image_purpose(dockerfile, image) if image is not None else "unknown")
            if said == "" and service.command and _named_as_worker(service.name):
                purpose = "worker"
        else:
            purpose = purpose_of(service.command) or ("other" if service.image else "unknown")
        environment = image.environment if image is not None else {}
        yield self._container(
            path,
            service.line,
            source="compose",
            name=service.name,
            purpose=purpose,
            command=command,
            image=service.image,
            dockerfile=dockerfile,
            listens=listens_on(command, environment),
            ports=tuple(dict.fromkeys((*service.ports, *(image.ports if image is not None else ())))),
        )
        if service.health is not None:
            yield self._asked(path, service.name, service.health, service.health.line, "health")

    def _dockerfile(self, path: str, service: ComposeService) -> str:
        folder = posixpath.normpath(posixpath.join(posixpath.dirname(path), service.context))
        found = posixpath.normpath(posixpath.join(folder, service.dockerfile or "Dockerfile"))
        return found if found in self.images else ""

    def _manifests(self, path: str) -> Iterator[Container | Probe]:
        content = self.project.content(path) or b""
        if b"containers:" not in content or b"kind:" not in content:
            return
        try:
            containers = read_kubernetes(content)
        except TemplateError as error:
            yield self._unread(path, "kubernetes", str(error))
            return
        except YamlError as error:
            self.broken.append((path, str(error)))
            return
        for each in containers:
            yield from self._pod_container(path, each)

    def _pod_container(self, path: str, each: PodContainer) -> Iterator[Container | Probe]:
        name = f"{each.kind} {each.workload}/{each.name}"
        said = purpose_of(each.command)
        web = any(probe.how == "http" for probe in each.probes) or bool(each.ports)
        yield self._container(
            path,
            each.line,
            source="kubernetes",
            name=name,
            purpose=said or ("web" if web and each.alone and each.kind != "DaemonSet" else "unknown"),
            command=each.command,
            image=each.image,
            listens=listens_on(each.command, {}),
            ports=tuple(number for _, number in each.ports),
            port_names=tuple(pair for pair in each.ports if pair[0]),
        )
        for probe in each.probes:
            yield self._pod_probe(path, name, probe)

    def _pod_probe(self, path: str, name: str, probe: PodProbe) -> Probe:
        if probe.command is not None:
            asked = self._asked(path, name, probe.command, probe.line, probe.kind)
            return replace(asked, period=probe.period, timeout=probe.timeout)
        return Probe(
            span=Span(path, probe.line),
            symbol=path,
            scope=self.project.files[path].scope,
            language=self.project.files[path].language,
            container=name,
            kind=probe.kind,
            how=probe.how,
            path=probe.path.partition("?")[0],
            port=probe.port,
            period=probe.period,
            timeout=probe.timeout,
        )

    def _platform(self, path: str) -> Iterator[Container | Probe]:
        try:
            asked = read_platform(self.project.content(path) or b"", path)
        except PlatformError as error:
            self.broken.append((path, str(error)))
            return
        for each in asked:
            name = " ".join(part for part in (each.platform, each.name) if part)
            ports = (each.port,) if each.port else ()
            yield self._container(path, each.line, source="platform", name=name, purpose="web", ports=ports)
            if each.command is not None:
                yield self._asked(path, name, each.command, each.line, "health")
            else:
                yield Probe(
                    span=Span(path, each.line),
                    symbol=path,
                    scope=self.project.files[path].scope,
                    language=self.project.files[path].language,
                    container=name,
                    kind="health",
                    how="http",
                    path=each.path.partition("?")[0],
                )

    def _asked(self, path: str, container: str, command: HealthCommand, line: int, kind: str) -> Probe:
        """A command as a probe; where it runs a script of the project, the address that the script asks."""
        asks, host, via = command.asks, command.host, None
        how = "off" if command.disabled else "http" if asks is not None else "command"
        if how == "command":
            for written in command.scripts:
                script = self.scripts.find(written, path)
                inner = HealthCommand(self.scripts.text(script), 1) if script else None
                if inner is not None and inner.asks is not None:
                    asks, host, how, via = inner.asks, inner.host, "http", Span(script, 1)
                    break
        port, asked_path = asks or ("", "")
        known = "$" not in asked_path and "{" not in asked_path
        return Probe(
            span=Span(path, line),
            symbol=path,
            scope=self.project.files[path].scope,
            language=self.project.files[path].language,
            container=container,
            kind=kind,
            how=how,
            path=asked_path if known else "",
            port=port if port.isdecimal() else "",
            host="" if host in LOCAL_HOSTS or host == container else host,
            command=command.text,
            cannot_fail=command.cannot_fail,
            period=command.interval,
            timeout=command.timeout,
            via=via,
        )

    def _container(
        self,
        path: str,
        line: int,
        *,
        source: str,
        name: str,
        purpose: str,
        command: str = "",
        image: str = "",
        dockerfile: str = "",
        listens: tuple[int, ...] = (),
        ports: tuple[int, ...] = (),
        port_names: tuple[tuple[str, int], ...] = (),
    ) -> Container:
        file = self.project.files[path]
        return Container(
            span=Span(path, line),
            symbol=path,
            scope=file.scope,
            language=file.language,
            resolution=Resolution.INFERRED if purpose == "unknown" else Resolution.EXACT,
            source=source,
            name=name,
            purpose=purpose,
            development=file.scope is Scope.TEST
            or for_development(path)
            or for_development(name)
            or runs_development(command),
            image=image,
            dockerfile=dockerfile,
            command=command[:400],
            listens=listens,
            ports=ports,
            port_names=port_names,
        )

    def _unread(self, path: str, source: str, reason: str) -> Container:
        file = self.project.files[path]
        return Container(
            span=Span(path, 1),
            symbol=path,
            scope=file.scope,
            language=file.language,
            resolution=Resolution.UNRESOLVED,
            source=source,
            name=path,
            purpose="unknown",
            development=file.scope is Scope.TEST or for_development(path),
            problem=reason,
        )


def _named_as_worker(name: str) -> bool:
    return purpose_of(name) in ("worker", "job")
