"""Findings in, mended files out: each repair is tried on a copy in memory and judged again before it counts.

A repair is kept where its finding is gone and nothing new fails in its file; files that several repairs spoil together get
them one after the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from readiness import git
from readiness.analysis import Analysis, examine
from readiness.deviations import settle
from readiness.discovery.overlays import overlaid
from readiness.discovery.tree import shown
from readiness.errors import ReadinessError
from readiness.fixing.sources import CstSource, NotRead
from readiness.model import Finding, Fix, Left, Mended, Problem, Repair, SourceFile, Stage, Verdict
from readiness.model.source import digest_of
from readiness.scan import Prepared, ScanOptions, opened

Progress = Callable[[str, int, int], None]
ROUNDS = 20
"""Scans after which the repairs that were not tried yet are left for the next run."""


class Change(Struct, frozen=True):
    """One file before and after."""

    file: SourceFile
    before: bytes
    after: bytes


class Outcome(Struct, frozen=True):
    """What a run of fixes came to; nothing is written yet."""

    root: str
    mended: tuple[Mended, ...]
    left: tuple[Left, ...]
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]


class _Attempt(Struct):
    """A repair that waits for its trial."""

    finding: Finding
    repair: Repair


def fix(
    paths: Sequence[str],
    options: ScanOptions,
    *,
    unsafe: bool = False,
    staged: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Work out every repair below the paths, or of those files that the next commit changes.

    Raises ReadinessError for what the user can mend.
    """
    with opened(paths, options, progress) as prepared:
        only = _staged(Path(prepared.listing.root)) if staged else None
        return _Fixing(prepared, unsafe, only, progress).run()


def _staged(root: Path) -> frozenset[str]:
    try:
        return frozenset(shown(path) for path in git.staged(root))
    except git.GitError as error:
        raise ReadinessError(f"--staged needs git: {error}; scan a clone of the repository") from None


class _Fixing:
    """One run of fixes."""

    def __init__(
        self, prepared: Prepared, unsafe: bool, only: frozenset[str] | None, progress: Progress | None
    ) -> None:
        self.prepared = prepared
        self.unsafe = unsafe
        self.only = only
        """Files that may be rewritten; None for all."""
        self.progress = progress
        self.files = {file.path: file for file in prepared.listing.files}
        self.before: dict[str, bytes] = {}
        self.after: dict[str, bytes] = {}
        self.mended: list[Mended] = []
        self.left: list[Left] = []
        self.waiting: dict[tuple[str, str, str, str, int], Left] = {}
        """Whose repair has to be asked for."""
        self.problems: list[Problem] = []

    def run(self) -> Outcome:
        analysis = self._examine({})
        refused: set[tuple[str, str, str, str, int]] = set()
        together = True
        for _ in range(ROUNDS):
            attempts = self._attempts(analysis, refused)
            if not attempts:
                break
            if not together:
                attempts = {path: each[:1] for path, each in attempts.items()}
            tried, drafts = self._drafts(attempts)
            if not drafts:
                refused |= {each.finding.key for all_ in attempts.values() for each in all_}
                continue
            examined = self._examine(self.after | drafts)
            good = {path for path in drafts if _better(analysis, examined, path, len(tried[path]))}
            for path in sorted(drafts):
                if path in good:
                    self.after[path] = drafts[path]
                    self.mended += [Mended(each.finding, each.repair.title, each.repair.safe) for each in tried[path]]
                elif len(tried[path]) == 1:
                    finding = tried[path][0].finding
                    refused.add(finding.key)
                    self.left.append(Left(finding, "the rewritten code would fail a rule as well"))
            together = together and good == set(drafts)
            # What was good beside a bad draft is judged alone once more, with the next drafts.
            analysis = examined if good == set(drafts) else self._examine(self.after)
        else:
            self.problems.append(
                Problem(Stage.JUDGE, "", f"stopped after {ROUNDS} scans; run the command again for the rest")
            )
        return Outcome(
            root=self.prepared.listing.root,
            mended=tuple(sorted(self.mended, key=lambda each: each.finding.span)),
            left=tuple(sorted((*self.left, *self.waiting.values()), key=lambda each: each.finding.span)),
            changes=tuple(
                Change(self.files[path], self.before[path], content) for path, content in sorted(self.after.items())
            ),
            problems=(*analysis.problems, *self.problems),
        )

    def _examine(self, contents: Mapping[str, bytes]) -> Analysis:
        prepared = self.prepared
        listing = overlaid(prepared.listing, contents) if contents else prepared.listing
        return examine(
            listing,
            prepared.checklist,
            prepared.config.services,
            prepared.rules,
            prepared.plugins,
            prepared.cache,
            prepared.today,
            jobs=prepared.options.jobs or 0,
            progress=self.progress,
        )

    def _attempts(self, analysis: Analysis, refused: set[tuple[str, str, str, str, int]]) -> dict[str, list[_Attempt]]:
        """What can be tried now, by file."""
        prepared = self.prepared
        judged = {rule.id for rule in prepared.rules} - analysis.judgement.broken.keys()
        settled = settle(
            analysis.project, analysis.findings, prepared.plugins.rules, prepared.checklist, prepared.today, judged
        )
        found: dict[str, list[_Attempt]] = {}
        sources: dict[str, CstSource | None] = {}
        waiting: dict[tuple[str, str, str, str, int], Left] = {}
        for finding in settled.findings:
            fix = prepared.plugins.fixes.get(finding.rule)
            if fix is None or finding.key in refused or not finding.active:
                continue
            path = finding.span.path
            if self.only is not None and path not in self.only:
                continue
            if path not in sources:
                sources[path] = self._source(path)
            source = sources[path]
            repair = self._repair(fix, analysis, finding, source) if source is not None else None
            if repair is None:
                refused.add(finding.key)
            elif not repair.safe and not self.unsafe:
                # Told once, with the places of today: a repair above takes another occurrence, or line, to it.
                if not self.after:
                    waiting[finding.key] = Left(
                        finding, "its repair can change what the code does: --unsafe applies it"
                    )
            else:
                found.setdefault(path, []).append(_Attempt(finding, repair))
        self.waiting = waiting or self.waiting
        return found

    def _repair(self, fix: Fix, analysis: Analysis, finding: Finding, source: CstSource) -> Repair | None:
        try:
            return fix.repair(analysis.project, finding, source)
        except Exception as error:  # noqa: BLE001 -- whatever a fix raises, it is named and the file stays as it is
            self.problems.append(
                Problem(
                    Stage.JUDGE, finding.span.path, f"the fix of {fix.rule} crashed: {type(error).__name__}: {error}"
                )
            )
            return None

    def _source(self, path: str) -> CstSource | None:
        file = self.files.get(path)
        if file is None or file.language != "python":
            return None
        try:
            content = self.after.get(path)
            if content is None:
                content = self.before[path] = self.prepared.listing.content(file)
            if path not in self.after and digest_of(content) != file.digest:
                self.problems.append(Problem(Stage.JUDGE, path, "is not rewritten: it changed while it was scanned"))
                return None
            return CstSource(path, content)
        except (OSError, NotRead) as error:
            self.problems.append(Problem(Stage.JUDGE, path, f"cannot be rewritten: {error}"))
            return None

    def _drafts(self, attempts: Mapping[str, Iterable[_Attempt]]) -> tuple[dict[str, list[_Attempt]], dict[str, bytes]]:
        """The new content of each file, with the repairs that are in it."""
        tried: dict[str, list[_Attempt]] = {}
        drafts: dict[str, bytes] = {}
        for path, each in attempts.items():
            source = self._source(path)
            if source is None:
                continue
            chosen: list[_Attempt] = []
            content = b""
            for attempt in each:
                try:
                    content = _applied(source, [*chosen, attempt])
                except NotRead:
                    # It touches what another one rewrites; the next round reads the file anew.
                    continue
                chosen.append(attempt)
            if chosen:
                tried[path], drafts[path] = chosen, content
        return tried, drafts


def _applied(source: CstSource, attempts: Sequence[_Attempt]) -> bytes:
    imports = sorted({module for each in attempts for module in each.repair.imports})
    edits = {edit for each in attempts for edit in each.repair.edits}
    edits |= {edit for module in imports for edit in source.importing(module)}
    content = source.edited(tuple(edits))
    CstSource(source.path, content)
    return content


def _better(before: Analysis, after: Analysis, path: str, repairs: int) -> bool:
    """Whether so many failures of a file are gone and nothing else in it fails or became unknown, nor any file unreadable."""
    if len(after.problems) > len(before.problems):
        return False
    first, second = _failures(before, path), _failures(after, path)
    return sum(first.values()) - sum(second.values()) >= repairs and all(
        number <= first[key] for key, number in second.items()
    )


def _failures(analysis: Analysis, path: str) -> Counter[str]:
    """What does not pass in a file, by rule; a doubt weighs as much as a failure."""
    return Counter(
        each.rule for each in analysis.findings if each.span.path == path and each.verdict is not Verdict.PASSES
    )
