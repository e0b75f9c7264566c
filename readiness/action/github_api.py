"""A token and a request in, the bounded answer of GitHub's REST API out.

The token goes to the one address that the runner names and nowhere else: no redirect is followed.
"""

import http.client
import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from readiness.errors import ReadinessError

TIMEOUT = 20.0
"""Seconds for one request."""
LARGEST = 16 * 2**20
"""Bytes of one answer."""
PAGES = 30
"""Pages of a hundred that are read of one list."""
VERSION = "2022-11-28"
_REPOSITORY = re.compile(r"(?!\.{1,2}/)[\w.-]{1,100}/(?!\.{1,2}\Z)[\w.-]{1,100}\Z", re.ASCII)
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})

T = TypeVar("T")


class ApiError(Exception):
    """GitHub refused or could not be asked; the text is the end of a sentence that says why."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status
        """Of the answer; 0 where none came."""


class _Refusal(Struct, frozen=True):
    message: str = ""


class _Author(Struct, frozen=True):
    id: int = 0
    type: str = ""


class Comment(Struct, frozen=True):
    """One comment of a pull request."""

    id: int
    body: str | None = None
    user: _Author | None = None


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: object) -> None:
        """Never: an answer that leads elsewhere is an error."""


class Api:
    """The API of one repository."""

    def __init__(self, environment: Mapping[str, str], token: str) -> None:
        """Raises ReadinessError where address, repository or token are none."""
        address = environment.get("GITHUB_API_URL", "https://api.github.com").rstrip("/")
        parts = urlsplit(address)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
        if not safe or not parts.hostname or parts.username or parts.query or parts.fragment:
            raise ReadinessError("GITHUB_API_URL is no https address; run this in a GitHub workflow")
        repository = environment.get("GITHUB_REPOSITORY", "")
        if not _REPOSITORY.match(repository):
            raise ReadinessError("GITHUB_REPOSITORY names no repository; run this in a GitHub workflow")
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise ReadinessError("the input token is empty or no token; leave it out to use that of the workflow")
        self._address = address
        self._repository = f"{address}/repos/{repository}"
        self._token = token
        self._opener = urllib.request.build_opener(_NoRedirects())

    def may_scan_code(self) -> bool:
        """Whether code scanning is there and this token may read it. Raises ApiError where GitHub cannot say."""
        try:
            self._ask("GET", f"{self._repository}/code-scanning/alerts?per_page=1")
        except ApiError as error:
            if error.status in (401, 403):
                return False
            # Nothing was ever uploaded here.
            if error.status == 404:
                return True
            raise
        return True

    def comments(self, number: int) -> list[Comment]:
        """The comments of a pull request, oldest first. Raises ApiError."""
        found: list[Comment] = []
        for page in range(1, PAGES + 1):
            address = f"{self._repository}/issues/{number}/comments?per_page=100&page={page}"
            some = _decoded(self._ask("GET", address), list[Comment])
            found += some
            if len(some) < 100:
                break
        return found

    def own_id(self) -> int:
        """The account of the token; 0 for that of a workflow or an app, which may not ask."""
        try:
            return _decoded(self._ask("GET", f"{self._address}/user"), _Author).id
        except ApiError:
            return 0

    def add_comment(self, number: int, body: str) -> None:
        """Add a comment to a pull request. Raises ApiError."""
        self._ask("POST", f"{self._repository}/issues/{number}/comments", {"body": body})

    def change_comment(self, comment: int, body: str) -> None:
        """Put another text in place of a comment's. Raises ApiError."""
        self._ask("PATCH", f"{self._repository}/issues/comments/{comment}", {"body": body})

    def _ask(self, method: str, address: str, sent: Mapping[str, str] | None = None) -> bytes:
        request = urllib.request.Request(  # noqa: S310 (the scheme was checked)
            address,
            method=method,
            data=None if sent is None else json.dumps(sent).encode("ascii"),
            headers={
                "Accept": "application/vnd.github+json",
                "Content-Type": "application/json",
                "User-Agent": "readiness",
                "X-GitHub-Api-Version": VERSION,
            },
        )
        # Such a header is left behind should a request ever be sent on.
        request.add_unredirected_header("Authorization", f"Bearer {self._token}")
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                content: bytes = answer.read(LARGEST + 1)
        except urllib.error.HTTPError as error:
            with error:
                raise ApiError(_refusal(error), error.code) from None
        except (OSError, http.client.HTTPException) as error:
            raise ApiError(f"GitHub cannot be asked ({type(error).__name__})") from None
        if len(content) > LARGEST:
            raise ApiError("the answer of GitHub is too large")
        return content


def _decoded(content: bytes, form: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=form)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ApiError("the answer of GitHub has another form than its documentation says") from None


def _refusal(error: urllib.error.HTTPError) -> str:
    """What GitHub says of a refusal, or its number alone."""
    if 300 <= error.code < 400:
        return f"GitHub sends the request elsewhere ({error.code}), and the token stays here"
    try:
        said = msgspec.json.decode(error.read(LARGEST), type=_Refusal).message
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError, http.client.HTTPException):
        said = ""
    return f"GitHub answered {error.code}{f' ({said[:200]})' if said else ''}"
