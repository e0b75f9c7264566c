"""Containers and their probes in, whether each container is asked how it is, at an address that answers, out."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from readiness.model import (
    Application,
    Confidence,
    Container,
    Finding,
    HealthCheck,
    Probe,
    Project,
    Related,
    Resolution,
    Route,
    Rule,
    Scope,
    Severity,
)

rule = Rule(
    __name__,
    summary="The platform asks every container how it is, and the question reaches something that answers.",
    phrase="containers are probed at an address that answers",
    severity=Severity.MAJOR,
    needs=[Container],
    references=[
        "https://docs.docker.com/reference/dockerfile/#healthcheck",
        "https://docs.docker.com/reference/compose-file/services/#healthcheck",
        "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
    ],
)

FRAMEWORK_PATHS = frozenset({"/docs", "/redoc", "/openapi.json"})
"""Paths that FastAPI serves without a route in the code."""
HEALTH = re.compile(r"health|live|ready|readiness|heartbeat|ping|status|alive", re.IGNORECASE)
PARAMETER = re.compile(r"\{[^{}]*\}")
STANDALONE = frozenset({"Pod", "Job", "CronJob"})


class Served(Struct, frozen=True):
    """What the applications of the project answer."""

    paths: tuple[str, ...]
    """As written, with `{parameters}`."""
    plain: frozenset[str]
    """Those without parameters, without their last slash."""
    patterns: tuple[re.Pattern[str], ...]
    """Those with parameters."""
    known: bool
    """Every application's routes are read and resolved."""

    def answers(self, path: str) -> bool:
        """Something answers a GET of the path, with or without its last slash."""
        plain = path.rstrip("/") or "/"
        return plain in self.plain or any(pattern.fullmatch(plain) for pattern in self.patterns)

    def nearest(self, path: str) -> str:
        """A path that ends in the same way: what was probably meant; empty without one."""
        last = path.rstrip("/").rpartition("/")[2]
        return next((each for each in self.paths if last and each.rstrip("/").rpartition("/")[2] == last), "")


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Each probe of a service's container is a site, and each such container that nobody asks."""
    served = _served(project)
    containers = [each for each in project.each(Container) if each.scope is not Scope.TEST and not each.development]
    by_container: dict[tuple[str, str], list[Probe]] = {}
    for probe in project.each(Probe):
        by_container.setdefault((probe.span.path, probe.container), []).append(probe)
    ours = [each for each in containers if _is_ours(each, by_container.get((each.span.path, each.name), ()), served)]
    for container in containers:
        if container.problem:
            yield rule.unsure(container, f"{container.problem}; render it to have its probes judged")
    asked = _asked(ours, by_container, served)
    composed = frozenset(each.dockerfile for each in ours if each.source == "compose")
    judged: set[tuple[str, str]] = set()
    for container in ours:
        key = (container.span.path, container.name)
        probes = by_container.get(key, [])
        for probe in probes if key not in judged else ():
            yield _judge(container, probe, served)
        judged.add(key)
        elsewhere = next((each for each in asked if each.span.path != container.span.path), None)
        yield from _lacking(container, probes, composed, by_container, elsewhere)


def _served(project: Project) -> Served:
    routes = [
        route
        for route in project.each(Route)
        if route.scope is not Scope.TEST and route.method in ("GET", "HEAD", "ANY")
    ]
    checks = [check for check in project.each(HealthCheck) if check.scope is not Scope.TEST]
    applications = [each for each in project.each(Application) if each.scope is Scope.SERVICE]
    paths = dict.fromkeys([*(check.path for check in checks), *(route.path for route in routes)])
    known = bool(routes) and all(each.routed for each in applications) and all("{?}" not in path for path in paths)
    known = known and all(route.resolution is not Resolution.UNRESOLVED for route in routes)
    plain = frozenset(_without_query(path) for path in paths if "{" not in path)
    return Served(tuple(paths), plain, tuple(_pattern(path) for path in paths if "{" in path), known)


def _without_query(path: str) -> str:
    return path.partition("?")[0].rstrip("/") or "/"


def _pattern(path: str) -> re.Pattern[str]:
    """A route's path as a pattern: a parameter is one segment, `{name:path}` the rest.

    No pattern takes long to match: several parameters of one segment stand for the text from the first to the last of them, and
    so do several that can be more than a segment.
    """
    whole = _without_query(path)
    parameters = list(PARAMETER.finditer(whole))
    wide = [each for each in parameters if each[0].endswith(":path}") or each[0].startswith("{?")]
    if wide:
        return re.compile(re.escape(whole[: wide[0].start()]) + ".+" + re.escape(whole[wide[-1].end() :]))
    written = []
    for segment in whole.split("/"):
        inside = list(PARAMETER.finditer(segment))
        if inside:
            written.append(re.escape(segment[: inside[0].start()]) + "[^/]+" + re.escape(segment[inside[-1].end() :]))
        else:
            written.append(re.escape(segment))
    return re.compile("/".join(written))


def _is_ours(container: Container, probes: Sequence[Probe], served: Served) -> bool:
    """A web server of this project runs in it."""
    if container.purpose == "web":
        return True
    return container.purpose == "unknown" and any(
        probe.how == "http" and not probe.host and probe.path not in ("", "/") and served.answers(probe.path)
        for probe in probes
    )


def _judge(container: Container, probe: Probe, served: Served) -> Finding:
    if probe.how == "off":
        return rule.fails(
            probe, "the health check is switched off; let it ask the health endpoint", severity=Severity.MINOR
        )
    if probe.cannot_fail:
        return rule.fails(
            probe, f"the probe cannot fail: {probe.cannot_fail}; let it fail for an answer of 400 and more"
        )
    wrong = _wrong_port(container, probe)
    if wrong is not None:
        return wrong
    if probe.how != "http" or probe.host:
        return rule.passes(probe, _asks_without_path(probe))
    if not probe.path:
        return rule.unsure(probe, "the path that is asked could not be read")
    if not served.answers(probe.path):
        return _unanswered(probe, served)
    if container.source == "kubernetes" and 0 < probe.period < probe.timeout:
        return rule.fails(
            probe,
            f"it waits {probe.timeout:g} s but is repeated every {probe.period:g} s; let timeoutSeconds be below periodSeconds",
            severity=Severity.MINOR,
        )
    related = [Related(probe.via, "asks it")] if probe.via is not None else []
    return rule.passes(probe, f"it asks {probe.path}, which is served", related=related)


def _asks_without_path(probe: Probe) -> str:
    if probe.how == "tcp":
        return "it asks whether the port is open"
    if probe.how == "grpc":
        return "it asks the gRPC health service"
    if probe.host:
        return f"it asks {probe.host}{probe.path}"
    return f"it runs `{probe.command[:80]}`"


def _unanswered(probe: Probe, served: Served) -> Finding:
    nearest = served.nearest(probe.path)
    related = [Related(probe.via, "asks it")] if probe.via is not None else []
    if served.known and (nearest or HEALTH.search(probe.path)):
        way_out = f"ask {nearest}" if nearest else "ask a path that the service serves"
        return rule.fails(
            probe,
            f"nothing answers {probe.path}; {way_out}",
            confidence=Confidence.HIGH if nearest else Confidence.MEDIUM,
            related=related,
        )
    if probe.path in FRAMEWORK_PATHS:
        return rule.passes(probe, f"it asks {probe.path}, which the framework serves", related=related)
    why = "" if served.known else ", but not all routes are known"
    return rule.unsure(probe, f"no route was recognised that answers {probe.path}{why}", related=related)


def _wrong_port(container: Container, probe: Probe) -> Finding | None:
    """The probe asks a port on which nothing listens."""
    if probe.how == "command" or probe.host or not probe.port:
        return None
    if not probe.port.isdecimal():
        names = dict(container.port_names)
        if container.source == "kubernetes" and probe.port not in names:
            known = ", ".join(sorted(names)) or "none"
            return rule.fails(
                probe, f"the container has no port named {probe.port} (it names {known}); use one that it has"
            )
        return None
    number = int(probe.port)
    if container.listens and number not in container.listens:
        there = " or ".join(str(each) for each in container.listens)
        if number in container.ports and container.source != "kubernetes":
            return None  # something else in the container, a proxy, may hold a declared port
        return rule.fails(probe, f"it asks port {number}, but the server listens on {there}; ask that port")
    return None


def _asked(
    ours: Sequence[Container], by_container: dict[tuple[str, str], list[Probe]], served: Served
) -> list[Container]:
    """The containers of the service that are asked at a path that is served, one of each file."""
    found: dict[str, Container] = {}
    for container in ours:
        if container.span.path not in found and any(
            probe.how == "http" and probe.path and not probe.cannot_fail and served.answers(probe.path)
            for probe in by_container.get((container.span.path, container.name), ())
        ):
            found[container.span.path] = container
    return list(found.values())


def _lacking(
    container: Container,
    probes: Sequence[Probe],
    composed: frozenset[str],
    by_container: dict[tuple[str, str], list[Probe]],
    elsewhere: Container | None,
) -> Iterator[Finding]:
    """What is said of a container that nobody asks, or whose traffic nothing holds back."""
    if container.purpose != "web":
        return
    if container.source == "kubernetes":
        if (
            not any(probe.kind == "readiness" for probe in probes)
            and container.name.partition(" ")[0] not in STANDALONE
        ):
            yield rule.fails(
                container,
                "no readinessProbe: requests come before the service can answer, and while it cannot; let one ask a readiness path",
            )
        return
    if probes or container.source == "platform":
        return
    if container.source == "compose" and by_container.get((container.dockerfile, container.dockerfile)):
        return  # the image brings its own, which is judged where it stands
    if container.source == "dockerfile" and container.dockerfile in composed:
        return  # judged where it is run
    if elsewhere is not None:
        yield rule.passes(
            container,
            f"it is asked by {elsewhere.span.path}",
            related=[Related(elsewhere.span, "has it asked")],
        )
        return
    what = "HEALTHCHECK" if container.source == "dockerfile" else "healthcheck"
    yield rule.fails(
        container,
        f"nobody asks this container how it is; add a {what}, or a probe of the platform it runs on, that asks the health endpoint",
        severity=Severity.MINOR,
        confidence=Confidence.MEDIUM,
    )
