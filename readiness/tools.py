"""Other tools beside the scan: a listing in, their findings as facts and their failures as problems out.

ruff runs while the files are read, bandit while the project is linked. Both see only service code, and of ruff's and bandit's
rules only those whose defect no rule of ours judges. What they said of a content is cached.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import msgspec

from readiness.adapters import bandit, ruff
from readiness.adapters.processes import ToolError
from readiness.adapters.remarks import Remark
from readiness.cache import Cache
from readiness.discovery import Listing
from readiness.discovery.memory import MemoryListing
from readiness.model import (
    Confidence,
    Fact,
    Problem,
    Project,
    Rule,
    Scope,
    Severity,
    SourceFile,
    Span,
    Stage,
    ToolFinding,
    ToolRun,
)
from readiness.profiling import stage

PATIENCE = 60.0
"""Seconds that a tool may need."""
SEVERITIES = {"HIGH": Severity.MAJOR, "MEDIUM": Severity.MINOR, "LOW": Severity.INFO}
CONFIDENCES = {"HIGH": Confidence.HIGH, "MEDIUM": Confidence.MEDIUM, "LOW": Confidence.LOW}

Remarks = Mapping[str, list[Remark]]
"""By path in the project."""


class Tools:
    """The runs of one scan, in the order `begin`, `go_on`, `facts`; a context manager, at whose end nothing runs any more."""

    def __init__(
        self, listing: Listing, asked: Iterable[type[Fact]], rules: Iterable[Rule], cache: Cache | None
    ) -> None:
        """`asked` are the kinds of fact that the rules of this scan need, `rules` all rules that are installed."""
        self.problems: list[Problem] = []
        self._cache = cache
        self._left_out = frozenset(peer for rule in rules for peer in rule.peers)
        wanted = not {ToolFinding, ToolRun}.isdisjoint(asked)
        self._files = {
            file.path: file
            for file in (listing.files if wanted else ())
            if file.language == "python" and file.scope is Scope.SERVICE
        }
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._places = (
            self._written(listing, self._files) if isinstance(listing, MemoryListing) else self._lying(listing)
        )
        self._paths = {str(place): path for path, place in self._places.items()}
        self._versions: dict[str, str] = {}
        self._remarks: dict[str, dict[str, list[Remark]]] = {}
        self._asked: dict[str, list[SourceFile]] = {}
        self._ruff: ruff.Ruff | None = None
        self._bandit: bandit.Bandit | None = None

    def __enter__(self) -> Tools:
        return self

    def __exit__(self, *error: object) -> None:
        """End what still runs."""
        for running in (self._ruff, self._bandit):
            if running is not None:
                running.stop()
        if self._folder is not None:
            self._folder.cleanup()

    def _lying(self, listing: Listing) -> dict[str, Path]:
        """Where each file lies; copies of those whose names cannot stand in a list of names, or not in an answer."""
        root = os.fsencode(listing.root)
        places = {
            path: Path(os.fsdecode(root + b"/" + (file.raw or path.encode("utf-8", "surrogateescape"))))
            for path, file in self._files.items()
        }
        return places | self._written(listing, [path for path, place in places.items() if not str(place).isprintable()])

    def _written(self, listing: Listing, paths: Collection[str]) -> dict[str, Path]:
        """Files that exist in memory only, or under names that are no text, written where a program finds them."""
        if not paths:
            return {}
        self._folder = tempfile.TemporaryDirectory(prefix="readiness-", ignore_cleanup_errors=True)
        places = {path: Path(self._folder.name, f"{number}.py") for number, path in enumerate(paths)}
        for path, place in places.items():
            try:
                place.write_bytes(listing.content(self._files[path]))
            except OSError:
                continue  # gone since it was listed, which the extraction says
        return places

    def begin(self) -> None:
        """Start ruff on what it has not seen yet."""
        paths = self._unknown("ruff", self._files)
        if paths:
            try:
                self._ruff = ruff.Ruff(paths, self._left_out)
            except ToolError as error:
                self._failed("ruff", error)

    def go_on(self, project: Project) -> None:
        """Take ruff's answer and start bandit where there is something to say."""
        with stage("ruff"):
            if self._ruff is not None:
                try:
                    self._take("ruff", self._ruff.remarks(PATIENCE))
                except ToolError as error:
                    self._failed("ruff", error)
        with stage("bandit"):
            self._go_on_with_bandit(project)

    def _go_on_with_bandit(self, project: Project) -> None:
        flagged = [path for path, remarks in self._remarks.get("ruff", {}).items() if remarks]
        paths = self._unknown("bandit", sorted({*flagged, *project.imports(*bandit.OWN)} & self._files.keys()))
        if len(paths) > bandit.MOST:
            self.problems.append(
                Problem(Stage.TOOL, "bandit", f"looked at the first {bandit.MOST} of {len(paths)} files")
            )
        if paths:
            try:
                self._bandit = bandit.Bandit(paths, self._left_out)
            except ToolError as error:
                self._failed("bandit", error)

    def facts(self, project: Project) -> Iterator[Fact]:
        """What the tools found, one fact a defect, and one for each file that was looked at."""
        if self._bandit is not None:
            try:
                self._take("bandit", self._bandit.remarks(PATIENCE))
            except ToolError as error:
                self._failed("bandit", error)
        tools = tuple(f"{name} {self._versions[name]}" for name in sorted(self._remarks))
        for path in sorted(self._remarks.get("ruff", {})):
            file = self._files[path]
            merged = list(_merged(self._remarks["ruff"][path], self._remarks.get("bandit", {}).get(path, [])))
            for remark, codes in merged:
                yield ToolFinding(
                    span=Span(path, remark.line, remark.column, remark.end_line, remark.end_column),
                    symbol=_symbol(project, path, remark.line),
                    scope=file.scope,
                    codes=codes,
                    message=remark.message,
                    severity=SEVERITIES.get(remark.severity, Severity.MINOR),
                    confidence=CONFIDENCES.get(remark.confidence, Confidence.MEDIUM),
                    weakness=remark.weakness,
                )
            yield ToolRun(span=Span(path, 1, 1), symbol=project.symbol(path, -1), scope=file.scope, tools=tools)

    def _unknown(self, tool: str, paths: Iterable[str]) -> list[Path]:
        """Where the files lie that the tool has still to look at; what it said of the others earlier is taken over."""
        wanted = [self._files[path] for path in paths]
        if not wanted:
            return []
        try:
            self._versions[tool] = version(tool)
        except PackageNotFoundError:
            self._failed(tool, ToolError("is not installed; pip install it beside readiness"))
            return []
        if find_spec(tool) is None:
            self._failed(tool, ToolError("cannot be imported"))
            return []
        by_digest: dict[str, list[SourceFile]] = {}
        for file in wanted:
            by_digest.setdefault(file.digest, []).append(file)
        known = self._stored(tool, by_digest)
        found = self._remarks.setdefault(tool, {})
        for digest, remarks in known.items():
            found.update((file.path, remarks) for file in by_digest[digest])
        self._asked = {digest: files for digest, files in by_digest.items() if digest not in known}
        return [self._places[files[0].path] for files in self._asked.values()]

    def _take(self, tool: str, answer: Remarks) -> None:
        """Take an answer for all files of the same content, and keep it for later runs."""
        by_path = {self._paths[name]: remarks for name, remarks in answer.items() if name in self._paths}
        keep = {}
        for digest, files in self._asked.items():
            remarks = by_path.get(files[0].path, [])
            self._remarks[tool].update((file.path, remarks) for file in files)
            keep[self._key(tool, digest)] = msgspec.msgpack.encode(remarks)
        if self._cache is not None:
            self._cache.put_many(keep, tool)

    def _stored(self, tool: str, digests: Iterable[str]) -> dict[str, list[Remark]]:
        if self._cache is None:
            return {}
        keys = {self._key(tool, digest): digest for digest in digests}
        found = {}
        for key, encoded in self._cache.get_many(keys, tool).items():
            try:
                found[keys[key]] = msgspec.msgpack.decode(encoded, type=list[Remark])
            except msgspec.MsgspecError:
                continue
        return found

    def _key(self, tool: str, digest: str) -> str:
        return f"{self._versions[tool]} {' '.join(sorted(self._left_out))} {digest}"

    def _failed(self, tool: str, error: ToolError) -> None:
        self.problems.append(Problem(Stage.TOOL, tool, str(error)))


def _merged(first: Sequence[Remark], second: Sequence[Remark]) -> Iterator[tuple[Remark, tuple[str, ...]]]:
    """One remark a defect: ruff's number of a rule is bandit's, and both name a line of the same call.

    ruff says the exact place, bandit the severity, the confidence and the weakness.
    """
    left = list(second)
    for remark in first:
        twin = next(
            (
                each
                for each in left
                if each.code[1:] == remark.code[1:]
                and remark.line <= each.end_line
                and each.line <= max(remark.end_line, remark.line)
            ),
            None,
        )
        if twin is None:
            yield remark, (f"ruff {remark.code}",)
            continue
        left.remove(twin)
        both = msgspec.structs.replace(
            remark, severity=twin.severity, confidence=twin.confidence, weakness=twin.weakness
        )
        yield both, (f"ruff {remark.code}", f"bandit {twin.code}")
    for remark in left:
        yield remark, (f"bandit {remark.code}",)


def _symbol(project: Project, path: str, line: int) -> str:
    """The innermost definition around a line."""
    summary = project.summary(path)
    inner = -1
    for index, each in enumerate(summary.definitions if summary is not None else ()):
        if each.first_line <= line <= each.end_line:
            inner = index
    return project.symbol(path, inner)
