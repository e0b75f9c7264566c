"""Facts about how a service is deployed: its containers, and who asks them how they are."""

from readiness.model.facts.base import Fact
from readiness.model.source import Span


class Container(Fact, frozen=True, kw_only=True):
    """One image or container that files of the repository describe. Its span is the `FROM`, the service or the container."""

    source: str
    """`dockerfile`, `compose`, `kubernetes`, or `platform` for a platform's own file."""
    name: str
    """Of the compose service, `Deployment api/web`, the platform and its service; for an image its Dockerfile."""
    purpose: str
    """What runs in it: `web`, `worker`, `job`, `other` (somebody else's image), or `unknown`."""
    development: bool = False
    """It is for development, tests or examples, by its file's place and name or by what it runs."""
    image: str = ""
    """Image it is started from, or the base of an image."""
    dockerfile: str = ""
    """Path of the Dockerfile in the repository that its image is built from; its own path for an image."""
    command: str = ""
    """What it runs, as a shell would read it; empty where that is not known."""
    listens: tuple[int, ...] = ()
    """Ports that its command says it listens on."""
    ports: tuple[int, ...] = ()
    """Ports that are declared: EXPOSE, `ports`, `containerPort`."""
    port_names: tuple[tuple[str, int], ...] = ()
    """Named ports."""
    problem: str = ""
    """Why nothing more is known of the file; then it stands for the whole file."""


class Probe(Fact, frozen=True, kw_only=True):
    """One question that a platform asks a container again and again: `HEALTHCHECK`, `healthcheck`, `livenessProbe`, ..."""

    container: str
    """Name of the `Container` it belongs to; it stands in the same file."""
    kind: str
    """`health`, `liveness`, `readiness`, `startup`."""
    how: str
    """`http`, `command` (no address is in it), `tcp`, `grpc`, `off`."""
    path: str = ""
    """Path that is asked, without a query; empty where none is known."""
    port: str = ""
    """A number, the name of a port, or empty."""
    host: str = ""
    """Host that a command asks; empty for the container itself."""
    command: str = ""
    cannot_fail: str = ""
    """Why it succeeds whatever happens; empty where it can fail."""
    period: float = 0.0
    """Seconds; 0 where not known."""
    timeout: float = 0.0
    via: Span | None = None
    """The script of the project that asks, where the command runs one."""
