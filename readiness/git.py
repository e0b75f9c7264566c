"""A folder in; the files that git knows there and the commit it stands at out. The one place that runs git.

The configuration of a scanned repository is hostile: it can name programs (`core.fsmonitor`, `core.hooksPath`,
`core.sshCommand`, `gpg.program`, filters, pagers, a remote's transport). Only plumbing commands that need none of them run here,
and each of those doors is shut once more on the command line or in the environment, which a repository cannot override.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

TIMEOUT = 60.0
"""Seconds for one call. Listing the largest public repositories takes under two."""

BATCH = 64 * 2**20
"""Bytes of blobs that are read with one call."""

NESTED_REPOSITORIES = 500
"""Submodules and nested repositories that are listed; more are named as unread."""

_SETTINGS = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    f"core.attributesFile={os.devnull}",
    "core.pager=cat",
    "core.sshCommand=false",
    "core.quotePath=false",
    "credential.helper=",
    "diff.external=",
    "gpg.program=false",
    "gpg.ssh.program=false",
    "gpg.x509.program=false",
    "log.showSignature=false",
    "protocol.allow=never",
    "safe.bareRepository=explicit",
    "submodule.recurse=false",
)

_NOT_A_REPOSITORY = re.compile(rb"not a git repository|must be run in a work tree|cannot use bare repository")


class GitError(Exception):
    """Git could not answer; the text is the end of a sentence that says why."""


class GitMissing(GitError):
    """No git is installed."""


class NoRepository(GitError):
    """The folder belongs to no repository."""


class ForeignRepository(GitError):
    """Another user owns the repository."""


class Entry(Struct, frozen=True):
    """One file that git knows."""

    path: bytes
    """Relative to the folder that was listed, with `/`."""
    tracked: bool
    """It is in the index, not merely present and not ignored."""
    skipped: bool = False
    """A sparse checkout leaves it out of the tree."""


class Unread(Struct, frozen=True):
    """A nested repository whose files git did not list."""

    path: bytes
    reason: str
    present: bool
    """It has files, so a walk of the tree would find something."""


class Files(Struct, frozen=True):
    """What git lists in one folder, nested repositories included."""

    entries: tuple[Entry, ...]
    unread: tuple[Unread, ...] = ()


class Blob(Struct, frozen=True):
    """One entry of a tree or of the index."""

    path: bytes
    """Relative to the folder that was listed, with `/`."""
    name: str
    """Hexadecimal name of its content."""
    mode: str
    """`100644`, `100755`; `120000` for a link, `160000` for a submodule."""


class Head(Struct, frozen=True):
    """The commit that the tree was checked out from."""

    commit: str
    """Hexadecimal name; empty before the first commit."""
    date: datetime | None
    """When it was committed, UTC."""
    shallow: bool
    """Older history is cut off."""


def files(root: Path) -> Files:
    """Every file that git tracks or would offer to add below `root`, with those of submodules and nested repositories.

    Raises GitError where git is missing, refuses or knows no repository.
    """
    entries: list[Entry] = []
    unread: list[Unread] = []
    pending = [b""]
    listed = 0
    while pending:
        prefix = pending.pop()
        listed += 1
        if listed > NESTED_REPOSITORIES:
            unread.append(
                Unread(prefix.rstrip(b"/"), f"over {NESTED_REPOSITORIES} repositories are nested", present=True)
            )
            continue
        try:
            found = list(_list(root / os.fsdecode(prefix)))
        except GitError as error:
            if not prefix:
                raise
            unread.append(Unread(prefix.rstrip(b"/"), str(error), present=True))
            continue
        for tag, mode, path in found:
            if not mode.startswith(b"160000") and not path.endswith(b"/"):
                entries.append(Entry(prefix + path, tag != b"?", tag == b"S"))
                continue
            nested = prefix + path.rstrip(b"/")
            state = _nested_repository(root, nested)
            if state == "repository":
                pending.append(nested + b"/")
            elif state == "empty" and tag != b"?":
                unread.append(Unread(nested, "the submodule is not checked out", present=False))
            elif state == "folder":
                unread.append(Unread(nested, "the folder of a submodule holds no repository", present=True))
    return Files(tuple(entries), tuple(unread))


def head(root: Path) -> Head:
    """The commit of HEAD, its date and whether history is cut off. Raises GitError where git cannot say."""
    shallow = run(root, "rev-parse", "--is-shallow-repository").strip() == b"true"
    answer = run(root, "cat-file", "--batch", standard_input=b"HEAD\n")
    first, _, body = answer.partition(b"\n")
    words = first.split()
    if len(words) != 3 or words[1] != b"commit":
        return Head("", None, shallow)
    return Head(words[0].decode("ascii", "replace"), _committed(body), shallow)


def committed(root: Path, commit_name: str) -> datetime | None:
    """When a commit was made, UTC; None where it does not say, or is none. Raises GitError."""
    first, _, body = run(root, "cat-file", "--batch", standard_input=_lines([commit_name])).partition(b"\n")
    return _committed(body) if first.split()[1:2] == [b"commit"] else None


def commit(root: Path, name: str) -> str:
    """The hexadecimal name of the commit that a branch, a tag or a revision stands for. Raises GitError where there is none."""
    answer = run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return answer.strip().decode("ascii", "replace")


def merge_base(root: Path, one: str, other: str) -> str:
    """The last commit that two commits have in common. Raises GitError where there is none, or history is cut off before it."""
    return run(root, "merge-base", one, other).split(b"\n")[0].strip().decode("ascii", "replace")


def empty_tree(root: Path) -> str:
    """The hexadecimal name of a tree without files, which stands for what was there before the first commit. Raises GitError."""
    return run(root, "hash-object", "-t", "tree", "--stdin").strip().decode("ascii", "replace")


def tree(root: Path, commit_name: str) -> list[Blob]:
    """The files of a commit below `root`, submodules included as what they are. Raises GitError."""
    output = run(root, "ls-tree", "-r", "-z", commit_name)
    found = []
    for record in output.split(b"\0"):
        facts, _, path = record.partition(b"\t")
        words = facts.split(b" ")
        if len(words) == 3 and _inside(path):
            found.append(Blob(path, words[2].decode("ascii", "replace"), words[0].decode("ascii", "replace")))
    return found


def index(root: Path) -> list[Blob]:
    """The files that are staged below `root`, as the next commit would hold them. Raises GitError."""
    found = []
    for record in run(root, "ls-files", "-z", "-s", index_file=_index_of_commit(root)).split(b"\0"):
        facts, _, path = record.partition(b"\t")
        words = facts.split(b" ")
        if len(words) == 3 and words[2] in (b"0", b"2") and _inside(path):
            found.append(Blob(path, words[1].decode("ascii", "replace"), words[0].decode("ascii", "replace")))
    return found


def staged(root: Path) -> list[bytes]:
    """The paths below `root` that the next commit adds or changes. Raises GitError."""
    named = _index_of_commit(root)
    before = head(root).commit or empty_tree(root)
    asked = ("diff-index", "--cached", "--name-only", "--relative", "--no-renames", "--diff-filter=d", "-z", before)
    return [path for path in run(root, *asked, index_file=named).split(b"\0") if path]


def contents(root: Path, names: Sequence[str], largest: int, total: int) -> Iterator[tuple[str, bytes]]:
    """The content of blobs by name; what is over `largest` bytes, or beyond `total` bytes of all, or not there is left out.

    Raises GitError.
    """
    known = run(root, "cat-file", "--batch-check", standard_input=_lines(names))
    batches: list[list[str]] = [[]]
    filled = 0
    for line in known.splitlines():
        words = line.split()
        if len(words) != 3 or words[1] != b"blob" or int(words[2]) > largest:
            continue
        total -= int(words[2])
        if total < 0:
            break
        if filled + int(words[2]) > BATCH:
            batches.append([])
            filled = 0
        filled += int(words[2])
        batches[-1].append(words[0].decode("ascii", "replace"))
    for batch in batches:
        answer = run(root, "cat-file", "--batch", standard_input=_lines(batch)) if batch else b""
        at = 0
        while at < len(answer):
            end = answer.index(b"\n", at)
            name, _, size = answer[at:end].decode("ascii", "replace").split(" ")
            yield name, answer[end + 1 : end + 1 + int(size)]
            at = end + 2 + int(size)


def _index_of_commit(root: Path) -> str:
    """The index that git has named to a hook, where it is one of this repository's: `git commit -a` and `git commit FILE` write one
    of their own, and that is what the commit will hold. Empty for the usual one."""
    named = os.environ.get("GIT_INDEX_FILE", "")
    if not named:
        return ""
    place = os.path.realpath(named)
    folder = os.fsdecode(run(root, "rev-parse", "--absolute-git-dir").rstrip(b"\n"))
    return place if Path(place).is_relative_to(os.path.realpath(folder)) else ""


def _lines(names: Sequence[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode()


def run(
    root: Path, *arguments: str, standard_input: bytes = b"", timeout: float = TIMEOUT, index_file: str = ""
) -> bytes:
    """What one git command prints, run in `root` with nothing of the repository's configuration that starts a program.

    `index_file` is the absolute path of another index than the repository's usual one.
    Raises GitMissing, NoRepository, or GitError for any other refusal and after `timeout` seconds.
    """
    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    options = ["--no-pager", "--no-optional-locks", "--no-replace-objects", "--literal-pathspecs"]
    command = [_program(), "-C", str(root), *settings, *options, *arguments]
    try:
        # A group of its own, so that whatever git might have started ends with it.
        process = subprocess.Popen(  # noqa: S603 (an absolute program, no shell, arguments of our own)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment() | ({"GIT_INDEX_FILE": index_file} if index_file else {}),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise GitError(f"git cannot be started ({error})") from None
    try:
        output, complaint = process.communicate(standard_input, timeout)
    except subprocess.TimeoutExpired:
        raise GitError(f"git {arguments[0]} gave no answer in {timeout:g} seconds") from None
    finally:
        _end(process)
    if process.returncode == 0:
        return output
    if _NOT_A_REPOSITORY.search(complaint):
        raise NoRepository("the folder is no git repository")
    if b"dubious ownership" in complaint:
        raise ForeignRepository("git refuses a repository that another user owns (see safe.directory in git's manual)")
    raise GitError(f"git {arguments[0]} failed: {_first_line(complaint)}")


def _list(folder: Path) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Tag (`H` tracked, `S` left out by a sparse checkout, `M` unmerged, `?` untracked), mode and path of each entry."""
    output = run(folder, "ls-files", "-z", "-t", "-s", "-c", "-o", "--exclude-standard")
    seen = set()
    for record in output.split(b"\0"):
        if not record:
            continue
        tag, rest = record[:1], record[2:]
        mode = b""
        if tag != b"?":
            mode, _, rest = rest.partition(b"\t")
        if rest in seen or not _inside(rest):  # an unmerged path comes once for each side
            continue
        seen.add(rest)
        yield tag, mode, rest


def _inside(path: bytes) -> bool:
    """Git refuses such paths itself; an index written by hand may hold them."""
    return bool(path) and not path.startswith(b"/") and not {b"..", b".git"}.intersection(path.split(b"/"))


def _nested_repository(root: Path, path: bytes) -> str:
    """`repository`, `folder` (files without a repository), `empty`, or `outside` for what is a link or not there."""
    folder = os.path.join(os.fsencode(root), path)  # noqa: PTH118 (bytes)
    if os.path.realpath(folder) != os.path.join(os.path.realpath(os.fsencode(root)), path):  # noqa: PTH118
        return "outside"
    try:
        inside = set(os.listdir(folder))  # noqa: PTH208 (bytes)
    except OSError:
        return "outside"
    if b".git" in inside:
        return "repository"
    return "folder" if inside else "empty"


def _committed(commit: bytes) -> datetime | None:
    """The committer's date of a raw commit object."""
    found = re.search(rb"^committer [^\n]*> (\d{1,12}) [+-]\d{4}$", commit.partition(b"\n\n")[0], re.MULTILINE)
    try:
        return datetime.fromtimestamp(int(found[1]), UTC) if found else None
    except (OverflowError, OSError, ValueError):
        return None


def _program() -> str:
    """Git's absolute path. Relative entries of PATH are left out: they could lie in the scanned repository."""
    program = shutil.which("git", path=_search_path())
    if program is None:
        raise GitMissing("git is not installed")
    return program


def _search_path() -> str:
    places = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(place for place in places if Path(place).is_absolute())


def _environment() -> dict[str, str]:
    """The caller's environment without what steers git, and with what keeps it from asking, fetching or writing."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(("GIT_", "SSH_ASKPASS", "PAGER", "EDITOR", "VISUAL"))
    }
    return kept | {
        "PATH": _search_path(),
        "LC_ALL": "C",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    """Make sure that nothing of a call is left running and no pipe open."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, 9)
        process.kill()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
    process.wait()


def _first_line(complaint: bytes) -> str:
    text = complaint.decode("utf-8", "replace").strip() or "no reason given"
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text.splitlines()[0])[:200]
