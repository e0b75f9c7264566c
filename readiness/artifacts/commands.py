"""A health command as written in, what it asks and whether it can fail out. Nothing is run."""

from __future__ import annotations

import re
import shlex
from itertools import islice

from msgspec import Struct

URL = re.compile(
    r"\bhttps?://(?P<host>\[[^\]\s]*\]|[^/:\s\"'\]|;&)]*)(?::(?P<port>[^/\s\"'\]|;&)?]*))?(?P<path>/[^\s\"'|;&)\],]*)?",
    re.IGNORECASE,
)
SCRIPT = re.compile(r"(?<![\w./${}-])[\w./${}-]+\.(?:py|sh)\b")
NEVER_FAILS = re.compile(r"(?:\|\||;)\s*(?:exit\s+0|true|:|echo\b[^|&;]*)\Z")
IDLE = re.compile(r"true|:|exit\s+0|echo\b[^|&;]*|/bin/true")
DURATION = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)?")
SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "": 1.0}
CURL_FAILS = re.compile(r"^-[a-zA-Z]*f[a-zA-Z]*$|^--fail(?:-with-body|-early)?$")
LONGEST = 4000
WORDS = 500
"""Words of one command in exec form."""


class HealthCommand(Struct, frozen=True):
    """A command that a container runs to learn whether it is well."""

    text: str
    """As a shell would read it."""
    line: int
    disabled: bool = False
    """`NONE`, `disable: true`: the image's own is switched off."""
    interval: float = 0.0
    """Seconds; 0 where nothing is said."""
    timeout: float = 0.0

    @property
    def asks(self) -> tuple[str, str] | None:
        """Port and path of the first address that is asked, `""` for a port that is not written; None without an address."""
        found = URL.search(self.text)
        if found is None:
            return None
        path = (found["path"] or "/").partition("?")[0].partition("#")[0]
        return found["port"] or "", path

    @property
    def host(self) -> str:
        """The host of that address."""
        found = URL.search(self.text)
        return found["host"].lower() if found is not None else ""

    @property
    def scripts(self) -> tuple[str, ...]:
        """Scripts that are run: `/app/scripts/health.py`."""
        return tuple(found[0] for found in islice(SCRIPT.finditer(self.text), 5))

    @property
    def cannot_fail(self) -> str:
        """Why the command succeeds whatever happens; empty where it can fail."""
        text = self.text.strip()
        if IDLE.fullmatch(text):
            return f"`{text[:60]}` always succeeds"
        ending = NEVER_FAILS.search(text[:-1].rstrip() if text.endswith(("'", '"')) else text)
        if ending is not None:
            return f"`{ending[0][:60]}` makes it succeed whatever happens"
        return _curl_without_fail(self.text)


def _curl_without_fail(text: str) -> str:
    """curl ends with 0 for an answer of 500 unless it is told to fail, or its output is looked at."""
    if "curl" not in text or "|" in text.replace("||", "") or "http_code" in text or "$(" in text or "`" in text:
        return ""
    try:
        words = shlex.split(text)
    except ValueError:
        words = text.split()
    if not words or words[0].rpartition("/")[2] != "curl":
        return ""
    end = next((number for number, word in enumerate(words) if word in ("||", "&&", ";")), len(words))
    if any(CURL_FAILS.match(word) for word in words[1:end]):
        return ""
    return "curl without --fail succeeds for every answer, also 500"


def command_of(words: tuple[str, ...], line: int, interval: str = "", timeout: str = "") -> HealthCommand:
    """A command in exec form (`CMD curl -f ...`, `CMD-SHELL ...`, `NONE`) or, as one word, in shell form."""
    first, rest = (words[0], words[1:]) if words else ("", ())
    every, limit = duration(interval), duration(timeout)
    if first == "NONE":
        return HealthCommand("", line, disabled=True)
    if first == "CMD":
        return HealthCommand(_joined(rest), line, interval=every, timeout=limit)
    if first == "CMD-SHELL":
        return HealthCommand(" ".join(rest)[:LONGEST], line, interval=every, timeout=limit)
    return HealthCommand(
        (words[0] if len(words) == 1 else _joined(words))[:LONGEST], line, interval=every, timeout=limit
    )


def _joined(words: tuple[str, ...]) -> str:
    """A command in exec form; what a shell is given is the command itself."""
    if len(words) >= 3 and words[0].rpartition("/")[2] in ("sh", "bash", "ash") and words[1] in ("-c", "-lc", "-ec"):
        return words[2][:LONGEST]
    return " ".join(
        word if re.fullmatch(r"[\w@%+=:,./${}\[\]?&-]+", word) else shlex.quote(word) for word in words[:WORDS]
    )[:LONGEST]


def duration(text: str) -> float:
    """Seconds of `1m30s`, `500ms`, `5`; 0 for anything else."""
    parts = DURATION.findall(text.strip()[:40])
    return sum(float(number) * SECONDS[unit] for number, unit in parts)
