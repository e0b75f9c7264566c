"""The documents of a repository in, the operations that they show a request for, and those that they list, out.

A request is shown as `curl`, in a request file or a collection; an operation is listed by its method and its whole address.
"""

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
LISTED = re.compile(
    r"\b(?P<method>GET|POST|PUT|PATCH|DELETE)\b[ \t*_`|:]{1,12}(?P<url>/[\w\-./<>{}:$\[\]]{1,200})[`*|]{0,3}"
)
"""An operation in a list, a heading or a table of a document."""
RAW = re.compile(r'"(?:raw|url)"\s*:\s*"(?P<url>[^"\\]{1,300})"')
METHOD = re.compile(r"(?:-X|--request)[ =]*['\"]?([A-Z]+)")
DATA = re.compile(r"(?:^|\s)(?:-d|--data\S*|--json|-F|--form)\b")


_Found = dict[int, list[tuple[str, list[str], str]]]
"""Method (empty where not said), parts of the address and file, by the number of parts."""


class Prose:
    """Knows which requests the documents show."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._requests: _Found = {}
        self._lists: _Found = {}
        self._is_read = False

    def of(self, method: str, path: str) -> str:
        """Where a request for an operation is shown, in words; empty where none is."""
        self._read()
        wanted = path.strip("/").split("/")
        for shown, parts, file in self._requests.get(len(wanted), ()):
            if shown in (method, "") and all(_fits(a, b) for a, b in zip(wanted, parts, strict=True)):
                return f"request in {file}"
        return ""

    def listed(self, method: str, path: str) -> str:
        """The document that names an operation by its method and its whole address; empty where none does."""
        self._read()
        wanted = path.strip("/").split("/")
        for said, parts, file in self._lists.get(len(wanted), ()):
            if said == method and all(_names(a, b) for a, b in zip(wanted, parts, strict=True)):
                return file
        return ""

    def _read(self) -> None:
        if self._is_read:
            return
        self._is_read = True
        for count, (shown, url, file) in enumerate(self._shown()):
            if count > REQUESTS:
                break
            parts = _parts(url)
            for start in range(min(len(parts), 4)):
                rest = parts[start:]
                self._requests.setdefault(len(rest), []).append((shown, rest, file))

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
                if prose:
                    self._note_lists(text, path)
                yield from self._in_prose(text, path)

    def _note_lists(self, text: str, path: str) -> None:
        for count, found in enumerate(LISTED.finditer(text)):
            if count > COMMANDS:
                break
            parts = _parts(found["url"])
            self._lists.setdefault(len(parts), []).append((found["method"], parts, path))

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


def _names(wanted: str, part: str) -> bool:
    """A part of an address as a document writes it: the same word, or a placeholder for a parameter."""
    if PARAMETER in wanted:
        return part[:1] in "<{:[$"
    return wanted == part
