"""A commit, or what is staged, in; the listing that its files would give out. The working tree is not touched.

What is the same in the working tree is read from there; of what differs the content is kept in memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from readiness import git
from readiness.discovery import CODE, LARGEST_SOURCE, Listing, Options, chosen_names
from readiness.discovery.languages import language_of, script_language
from readiness.discovery.marks import marks_of
from readiness.discovery.overlays import Overlay
from readiness.discovery.scopes import scopes_of
from readiness.discovery.tree import shown
from readiness.errors import ReadinessError
from readiness.model.report import Problem, Stage
from readiness.model.source import Scope, SourceFile, digest_of

LARGEST_CHANGE = 512 * 2**20
"""Bytes of earlier contents that are kept in memory."""
LINK, SUBMODULE = "120000", "160000"


def base_of(root: str, name: str) -> str:
    """The commit that a change is held against: the last one that HEAD has in common with `name`; before the first commit, no file.

    Raises ReadinessError, with the way out, where there is none.
    """
    place = Path(root)
    try:
        head = git.head(place)
    except git.GitError as error:
        raise ReadinessError(f"--since needs git: {error}; scan a clone of the repository") from None
    if name == "HEAD" and not head.commit:
        return git.empty_tree(place)
    deeper = "fetch all of it (git fetch --unshallow; in GitHub Actions fetch-depth: 0)"
    try:
        commit = git.commit(place, name)
    except git.GitError:
        way = (
            f"history is cut off here: {deeper}"
            if head.shallow
            else "name a branch, a tag or a commit that git log knows"
        )
        raise ReadinessError(f"--since {name}: there is no such commit; {way}") from None
    try:
        return git.merge_base(place, head.commit, commit)
    except git.GitError:
        way = deeper if head.shallow else "name a commit that this branch began from"
        raise ReadinessError(f"--since {name}: it has no commit in common with HEAD; {way}") from None


def date_of(root: str, commit: str) -> str:
    """The day of a commit, UTC, as an ISO date; empty for what has none."""
    try:
        made = git.committed(Path(root), commit)
    except git.GitError:
        return ""
    return made.date().isoformat() if made is not None else ""


def commit_listing(commit: str, today: Listing, options: Options) -> Overlay:
    """The files of a commit, as a scan of it would list them. Raises ReadinessError where git cannot say."""
    try:
        blobs = git.tree(Path(today.root), commit)
        return _listing(blobs, today, options)
    except git.GitError as error:
        raise ReadinessError(
            f"the commit {commit[:12]} cannot be read: {error}; run git fsck, or fetch it anew"
        ) from None


def staged_listing(today: Listing, options: Options) -> Overlay:
    """The files that are staged, as the next commit would hold them. Raises ReadinessError where git cannot say."""
    try:
        return _listing(git.index(Path(today.root)), today, options)
    except git.GitError as error:
        raise ReadinessError(f"--staged needs git: {error}; scan a clone of the repository") from None


def _listing(blobs: Sequence[git.Blob], today: Listing, options: Options) -> Overlay:
    here = {file.path: file for file in today.files}
    supporting = {path for _, paths in today.evidence for path in paths}
    names = {blob.path: True for blob in blobs if blob.mode not in (LINK, SUBMODULE)}
    chosen = chosen_names(Path(today.root), names, options)
    wanted = {shown(blob.path): blob for blob in blobs if blob.path in chosen}
    same = {path for path, blob in wanted.items() if path in here and _is_same(today, here[path], blob.name)}
    differing = sorted({blob.name for path, blob in wanted.items() if path not in same})
    problems = list(today.problems)
    read = dict(git.contents(Path(today.root), differing, LARGEST_SOURCE, LARGEST_CHANGE))
    contents = {path: read[blob.name] for path, blob in wanted.items() if path not in same and blob.name in read}
    files: dict[str, SourceFile] = {path: here[path] for path in same}
    marks: dict[str, int] = {}
    for path in same:
        if here[path].language in CODE:
            marks[path] = marks_of(path, here[path].language, today.content(here[path]))
    for path, blob in wanted.items():
        if path in same:
            continue
        content = contents.get(path)
        if content is None:
            problems.append(
                Problem(Stage.DISCOVER, path, "its earlier state is too large or not there, and was not read")
            )
            continue
        language = language_of(path.rpartition("/")[2]) or script_language(content[:256])
        if language in CODE:
            marks[path] = marks_of(path, language, content)
        digest = digest_of(content) if language or path in supporting else ""
        raw = None if blob.path == path.encode() else blob.path
        files[path] = SourceFile(path, language, digest, Scope.SERVICE, len(content), raw, tracked=True)
    # What git does not hold is the same before and after: evidence, and the files of submodules.
    inside = tuple(shown(blob.path) + "/" for blob in blobs if blob.mode == SUBMODULE)
    for path, file in here.items():
        if path not in wanted and ((path in supporting and not file.tracked) or path.startswith(inside)):
            files[path] = file
            if file.language in CODE:
                marks[path] = marks_of(path, file.language, today.content(file))
    scopes = scopes_of(marks, files)
    listed = tuple(msgspec.structs.replace(file, scope=scopes[path]) for path, file in sorted(files.items()))
    return Overlay(
        root=today.root,
        files=listed,
        problems=tuple(sorted(problems)),
        head=today.head,
        evidence=tuple((kind, tuple(path for path in paths if path in files)) for kind, paths in today.evidence),
        contents=contents,
    )


def _is_same(today: Listing, file: SourceFile, blob: str) -> bool:
    """Whether a file of the working tree holds what git has under a name."""
    try:
        content = today.content(file)
    except OSError:
        return False
    digest = hashlib.sha256 if len(blob) == 64 else hashlib.sha1
    return digest(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest() == blob
