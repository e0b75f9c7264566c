"""The documents of a repository in, the operations that they show a request for out: `curl`, request files, collections."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.libraries.contract.addresses import PARAMETER
from readiness.model import Code, Scope

LANGUAGES = frozenset({"markdown", "restructured-text"})
REQUEST_FILES = (".http", ".rest", ".bru", ".hurl")
COLLECTION = re.compile(r"postman.*\.json|.*\.postman_collection\.json|insomnia.*\.(?:json|ya?ml)", re.I)
LARGEST = 2 * 1024 * 1024
FILES = 400
REQUESTS = 20_000
ADDRESS = re.compile(r"(?:https?://|(?<=[\s'\"])/|(?<=[\s'\"])\$\{?\w{1,60}\}?/)[^\s'\"`\\]{0,300}")
COMMANDS = 2_000
"""Commands of one file."""
COMMAND = 1_000
"""Characters of one command."""
HTTPIE = re.compile(
    r"^[ \t]*(?:\$ )?(?:http|xh)s? +(?:-\S{1,40} +){0,10}(?:(?P<method>GET|POST|PUT|PATCH|DELETE) +)?(?P<url>[^\s]{1,300})",
    re.M,
)
LINE = re.compile(r"^[ \t]*(?P<method>GET|POST|PUT|PATCH|DELETE) +(?P<url>(?:https?://|\{\{|/)[^\s]{0,300})", re.M)
RAW = re.compile(r'"(?:raw|url)"\s*:\s*"(?P<url>[^"\\]{1,300})"')
METHOD = re.compile(r"(?:-X|--request)[ =]*['\"]?([A-Z]+)")
DATA = re.compile(r"(?:^|\s)(?:-d|--data\S*|--json|-F|--form)\b")


class Prose:
    """Knows which requests the documents show."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._requests: dict[int, list[tuple[str, list[str], str]]] | None = None

    def of(self, method: str, path: str) -> str:
        """Where a request for an operation is shown, in words; empty where none is."""
        if self._requests is None:
            self._requests = {}
            for count, (shown, url, file) in enumerate(self._shown()):
                if count > REQUESTS:
                    break
                parts = _parts(url)
                for start in range(min(len(parts), 4)):
                    rest = parts[start:]
                    self._requests.setdefault(len(rest), []).append((shown, rest, file))
        wanted = path.strip("/").split("/")
        for shown, parts, file in self._requests.get(len(wanted), ()):
            if shown in (method, "") and all(_fits(a, b) for a, b in zip(wanted, parts, strict=True)):
                return f"request in {file}"
        return ""

    def _shown(self) -> Iterator[tuple[str, str, str]]:
        """Method (empty where not said), address and file of every request."""
        files = 0
        for path, file in sorted(self._code.files.items()):
            name = path.rpartition("/")[2].lower()
            prose = file.language in LANGUAGES
            collection = not prose and COLLECTION.fullmatch(name) is not None
            requests = name.endswith(REQUEST_FILES)
            if not (prose or collection or requests) or file.size > LARGEST:
                continue
            if file.scope in (Scope.VENDORED, Scope.GENERATED) or name.startswith(("changelog", "license", "history")):
                continue
            files += 1
            if files > FILES:
                return
            text = self._code.text(path) or ""
            if collection:
                yield from (("", found["url"], path) for found in RAW.finditer(text))
            else:
                yield from self._in_prose(text, path)

    @staticmethod
    def _in_prose(text: str, path: str) -> Iterator[tuple[str, str, str]]:
        place = text.find("curl")
        for _ in range(COMMANDS):
            if place < 0:
                break
            following = text.find("curl", place + 4)
            end = min(each for each in (following, text.find("\n\n", place), place + COMMAND) if each >= 0)
            command = text[place:end]
            address = ADDRESS.search(command)
            if address is not None:
                named = METHOD.search(command)
                yield (named[1] if named else "POST" if DATA.search(command) else "GET"), address[0], path
            place = following
        for pattern in (LINE, HTTPIE):
            for found in pattern.finditer(text):
                yield found["method"] or "", found["url"], path


def _parts(url: str) -> list[str]:
    """The parts of an address's path."""
    path = re.sub(r"^(?:https?://[^/]*|\{\{[^}]*\}\}|\$\{?\w+\}?)", "", url).partition("?")[0].partition("#")[0]
    return [each for each in path.strip("/").split("/")[:30] if each]


def _fits(wanted: str, part: str) -> bool:
    if PARAMETER in wanted:
        return True
    return wanted == part
