"""The hardened wrapper: what it lists, and that nothing of a repository's configuration runs."""

import os
import stat
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from readiness import git

IDENTITY = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_AUTHOR_DATE": "2026-03-01T12:00:00+0200",
    "GIT_COMMITTER_DATE": "2026-03-01T12:00:00+0200",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def plain_git(folder: Path, *arguments: str) -> str:
    """Run git as a user would, with the repository's own configuration."""
    command = ["git", "-c", "protocol.file.allow=always", "-c", "init.defaultBranch=main", *arguments]
    done = subprocess.run(command, cwd=folder, env=os.environ | IDENTITY, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def repository(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    plain_git(folder, "init", "-q")
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    plain_git(folder, "add", "-A")
    plain_git(folder, "commit", "-q", "-m", "first")
    return folder


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return repository(tmp_path / "repo", {"app/main.py": "x = 1\n", "README.md": "", ".gitignore": "*.log\n"})


def listed(root: Path) -> dict[str, bool]:
    return {os.fsdecode(entry.path): entry.tracked for entry in git.files(root).entries}


def test_tracked_and_untracked_files_are_told_apart_and_ignored_ones_left_out(repo: Path) -> None:
    (repo / "new.py").write_text("")
    (repo / "noise.log").write_text("")
    assert listed(repo) == {".gitignore": True, "README.md": True, "app/main.py": True, "new.py": False}


def test_a_folder_inside_a_repository_is_listed_relative_to_itself(repo: Path) -> None:
    assert listed(repo / "app") == {"main.py": True}


@pytest.mark.parametrize("name", ["näme.py", "a\tb.py", "line\nbreak.py", "H 100644 0 0\tx.py", " lead.py", "-x.py"])
def test_a_strange_name_comes_out_as_it_is(repo: Path, name: str) -> None:
    (repo / name).write_text("")
    assert listed(repo)[name] is False
    plain_git(repo, "add", "-A")
    assert listed(repo)[name] is True


def test_an_unmerged_file_is_listed_once(repo: Path) -> None:
    plain_git(repo, "checkout", "-q", "-b", "other")
    (repo / "README.md").write_text("other")
    plain_git(repo, "commit", "-qam", "other")
    plain_git(repo, "checkout", "-q", "main")
    (repo / "README.md").write_text("main")
    plain_git(repo, "commit", "-qam", "main")
    with pytest.raises(subprocess.CalledProcessError):
        plain_git(repo, "merge", "other")
    assert [entry.path for entry in git.files(repo).entries].count(b"README.md") == 1


def test_a_sparse_checkout_is_seen(repo: Path) -> None:
    plain_git(repo, "sparse-checkout", "set", "--no-cone", "README.md")
    assert {os.fsdecode(entry.path) for entry in git.files(repo).entries if entry.skipped} == {
        ".gitignore",
        "app/main.py",
    }


def test_the_head_is_given_with_its_date_in_utc(repo: Path) -> None:
    head = git.head(repo)
    assert head.commit == plain_git(repo, "rev-parse", "HEAD")
    assert head.date == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert not head.shallow


def test_a_repository_without_a_commit_has_an_empty_head(tmp_path: Path) -> None:
    plain_git(tmp_path, "init", "-q")
    assert git.head(tmp_path) == git.Head("", None, shallow=False)


def test_a_shallow_clone_is_seen(repo: Path, tmp_path: Path) -> None:
    (repo / "second").write_text("")
    plain_git(repo, "add", "-A")
    plain_git(repo, "commit", "-qm", "second")
    plain_git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repo}", "shallow")
    assert git.head(tmp_path / "shallow").shallow


def test_submodules_and_nested_repositories_are_listed_inside(repo: Path, tmp_path: Path) -> None:
    other = repository(tmp_path / "other", {"lib.py": "", "deep/x.py": ""})
    plain_git(repo, "submodule", "--quiet", "add", str(other), "sub")
    repository(repo / "nested", {"own.py": ""})
    (repo / "nested" / "loose.py").write_text("")
    found = listed(repo)
    assert {name: found[name] for name in found if name.startswith(("sub/", "nested/"))} == {
        "sub/lib.py": True,
        "sub/deep/x.py": True,
        "nested/own.py": True,
        "nested/loose.py": False,
    }


def test_a_submodule_that_is_not_checked_out_is_named(repo: Path, tmp_path: Path) -> None:
    other = repository(tmp_path / "other", {"lib.py": ""})
    plain_git(repo, "submodule", "--quiet", "add", str(other), "sub")
    plain_git(repo, "commit", "-qm", "sub")
    plain_git(tmp_path, "clone", "-q", str(repo), "clone")
    (unread,) = git.files(tmp_path / "clone").unread
    assert (unread.path, unread.present) == (b"sub", False)


def test_a_submodule_replaced_by_a_link_is_not_entered(repo: Path, tmp_path: Path) -> None:
    other = repository(tmp_path / "other", {"lib.py": ""})
    plain_git(repo, "submodule", "--quiet", "add", str(other), "sub")
    plain_git(repo, "commit", "-qm", "sub")
    secret = repository(tmp_path / "secret", {"secret.py": ""})
    subprocess.run(["rm", "-r", str(repo / "sub")], check=True)
    (repo / "sub").symlink_to(secret)
    assert not any("secret.py" in name for name in listed(repo))


def test_a_folder_without_a_repository_says_so(tmp_path: Path) -> None:
    with pytest.raises(git.NoRepository):
        git.files(tmp_path)


def test_a_missing_git_says_so(repo: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(git.GitMissing):
        git.files(repo)


def test_a_damaged_repository_is_an_error_of_ours(repo: Path) -> None:
    (repo / ".git" / "index").write_bytes(b"DIRC garbage")
    with pytest.raises(git.GitError):
        git.files(repo)


def test_a_git_that_hangs_is_ended(repo: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path / "bin" / "git", "exec tail -f /dev/null")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    with pytest.raises(git.GitError, match="no answer"):
        git.run(repo, "ls-files", timeout=0.1)


def test_a_git_in_the_scanned_folder_is_never_taken(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marker = repo / "ran"
    program(repo / "git", f"touch {marker}")
    monkeypatch.setenv("PATH", f".:{os.environ['PATH']}")
    monkeypatch.chdir(repo)
    git.files(repo)
    assert not marker.exists()


def test_the_environment_of_the_caller_does_not_lead_elsewhere(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = repository(tmp_path / "other", {"other.py": ""})
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    assert "app/main.py" in listed(repo)


def program(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def trap(tmp_path: Path) -> tuple[Path, Path]:
    """A program and the file that it leaves behind when it runs."""
    marker = tmp_path / "ran"
    return program(tmp_path / "trap.sh", f"touch {marker}; cat > /dev/null; exit 1"), marker


def test_the_trap_works_with_plain_git(repo: Path, trap: tuple[Path, Path]) -> None:
    plain_git(repo, "config", "core.fsmonitor", str(trap[0]))
    plain_git(repo, "ls-files", "-o")
    plain_git(repo, "status")
    assert trap[1].exists()


@pytest.mark.parametrize(
    "key",
    [
        "alias.cat-file",
        "alias.ls-files",
        "core.alternateRefsCommand",
        "core.askPass",
        "core.editor",
        "core.fsmonitor",
        "core.gitProxy",
        "core.hooksPath",
        "core.pager",
        "core.sshCommand",
        "credential.helper",
        "diff.external",
        "filter.evil.clean",
        "filter.evil.process",
        "filter.evil.smudge",
        "gpg.program",
        "pager.ls-files",
        "sequence.editor",
        "trace2.eventTarget",
    ],
)
def test_no_program_that_the_configuration_names_runs(repo: Path, trap: tuple[Path, Path], key: str) -> None:
    value = str(trap[0].parent if key == "core.hooksPath" else f"!{trap[0]}" if key.startswith("alias") else trap[0])
    plain_git(repo, "config", key, value)
    plain_git(repo, "config", "log.showSignature", "true")
    (repo / ".gitattributes").write_text("* filter=evil diff=evil\n")
    for hook in ("post-index-change", "fsmonitor-watchman", "reference-transaction", "pre-auto-gc"):
        program(trap[0].parent / hook, f"touch {trap[1]}")
        program(repo / ".git" / "hooks" / hook, f"touch {trap[1]}")
    (repo / "app" / "main.py").write_text("x = 2\n")
    assert git.files(repo).entries
    assert git.head(repo).commit
    assert not trap[1].exists()


def test_no_program_of_an_included_configuration_runs(repo: Path, trap: tuple[Path, Path]) -> None:
    (repo / "more").write_text(f"[core]\n\tfsmonitor = {trap[0]}\n")
    plain_git(repo, "config", "include.path", "../more")
    git.files(repo)
    assert not trap[1].exists()


def test_a_missing_object_is_not_fetched(repo: Path, tmp_path: Path, trap: tuple[Path, Path]) -> None:
    plain_git(tmp_path, "clone", "-q", str(repo), "partial")
    partial = tmp_path / "partial"
    for name, value in {
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.uploadpack": str(trap[0]),
        "remote.origin.url": f"ext::{trap[0]}",
        "protocol.ext.allow": "always",
        "protocol.file.allow": "always",
    }.items():
        plain_git(partial, "config", name, value)
    commit = plain_git(partial, "rev-parse", "HEAD")
    (partial / ".git" / "objects" / commit[:2] / commit[2:]).unlink()
    assert git.head(partial).commit == ""
    git.files(partial)
    assert not trap[1].exists()


def test_a_bare_repository_in_disguise_is_no_repository(tmp_path: Path, trap: tuple[Path, Path]) -> None:
    folder = tmp_path / "disguise"
    plain_git(tmp_path, "init", "-q", "--bare", "disguise")
    plain_git(folder, "config", "core.bare", "false")
    plain_git(folder, "config", "core.worktree", str(folder))
    plain_git(folder, "config", "core.fsmonitor", str(trap[0]))
    with pytest.raises(git.NoRepository):
        git.files(folder)
    assert not trap[1].exists()


def test_another_work_tree_does_not_lead_out(repo: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text("")
    plain_git(repo, "config", "core.worktree", str(tmp_path))
    assert not any("outside" in name or name.startswith("..") for name in listed(repo))
