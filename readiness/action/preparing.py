"""The event, the inputs and what GitHub allows in; what the scan is held against, where it is shown and what is kept out.

Every decision is written to the log with its reason.
"""

import hashlib
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from readiness import __version__
from readiness.action.event import Event, read_event
from readiness.action.github_api import Api, ApiError
from readiness.action.runner import choice, flag, given, log, put_outputs
from readiness.errors import ReadinessError

ENGINE = ("readiness", "rules", "requirements", "pyproject.toml")
"""What of the Action's own folder decides what a summary holds."""
SCANNED = ("push", "pull_request", "schedule", "workflow_dispatch")
"""Events whose commit is the one that GitHub would put alerts to."""
WHENEVER = ("auto", "always", "never")


def prepare(environment: Mapping[str, str], token: str) -> None:
    """Decide, and say so in the outputs of the step. Raises ReadinessError."""
    event = read_event(environment)
    upload, why = wants_upload(environment, event, token)
    log(f"SARIF is {'uploaded to code scanning' if upload else 'not uploaded'}: {why}")
    since = wanted_base(environment, event)
    log(f"the change since {since} is judged" if since else "all of it is judged, not a change")
    outputs = {"since": since, "upload": _word(upload), "cache": _word(flag(environment, "cache"))}
    put_outputs(environment, outputs | cache_names(environment))


def wanted_base(environment: Mapping[str, str], event: Event) -> str:
    """What the input `since` comes to: the base of a proposed change, nothing, or what somebody named."""
    asked = given(environment, "since") or "auto"
    return {"auto": event.base, "none": ""}.get(asked, asked)


def wants_upload(environment: Mapping[str, str], event: Event, token: str) -> tuple[bool, str]:
    """Whether SARIF can be uploaded, and why."""
    asked = choice(environment, "upload-sarif", WHENEVER)
    if asked != "auto":
        return asked == "always", f"upload-sarif is {asked}"
    if event.read_only:
        return False, "a pull request from a fork has no right to"
    if event.name not in SCANNED:
        return (
            False,
            f"on {event.name or 'no event'} GitHub would put the alerts to another commit than the one scanned",
        )
    if not token:
        return False, "there is no token"
    try:
        if Api(environment, token).may_scan_code():
            return True, "code scanning answers"
    except ApiError as error:
        log(f"whether code scanning is there is not known: {error}")
        return True, "nothing speaks against it"
    return False, "code scanning is off here, or the job lacks `permissions: security-events: write`"


def cache_names(environment: Mapping[str, str]) -> dict[str, str]:
    """Folder and keys of what is kept between runs: nothing that another engine has written is taken back."""
    prefix = "-".join(
        [
            "readiness",
            __version__,
            environment.get("RUNNER_OS", ""),
            environment.get("RUNNER_ARCH", ""),
            engine_digest(Path(environment.get("GITHUB_ACTION_PATH", ""))),
        ]
    )
    place = hashlib.blake2b(given(environment, "path").encode("utf-8", "replace"), digest_size=8).hexdigest()
    key = f"{prefix}-{place}-{environment.get('GITHUB_SHA', '')}"
    folder = Path(environment.get("RUNNER_TEMP", ""), "readiness-cache")
    return {"cache-folder": str(folder), "cache-key": _plain(key), "cache-prefix": _plain(f"{prefix}-")}


def engine_digest(folder: Path) -> str:
    """A digest of the engine's own sources, of the versions of what it leans on, and of the interpreter.

    Raises ReadinessError where `folder` holds no engine.
    """
    digest = hashlib.blake2b(sys.version.encode(), digest_size=16)
    if not (folder / "readiness" / "__init__.py").is_file():
        raise ReadinessError("GITHUB_ACTION_PATH is not the folder of the Action; run this as a step of action.yml")
    for name, file in sorted(_sources(folder)):
        content = file.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
        digest.update(content)
    return digest.hexdigest()


def _sources(folder: Path) -> Iterator[tuple[str, Path]]:
    for top in ENGINE:
        if (folder / top).is_file():
            yield top, folder / top
        for place, folders, names in os.walk(folder / top):
            folders[:] = [name for name in folders if name != "__pycache__"]
            for name in names:
                file = Path(place, name)
                yield file.relative_to(folder).as_posix(), file


def _plain(text: str) -> str:
    return re.sub(r"[^\w.-]", "_", text, flags=re.ASCII)


def _word(answer: bool) -> str:
    return "true" if answer else "false"
