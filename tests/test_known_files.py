"""What an earlier listing found is taken over for untouched files, and for no others."""

import os
import shutil
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness import discovery
from readiness.discovery import KnownFiles, Listing, discover
from readiness.model.source import Scope

LATER = 3_000_000_000
"""Nanoseconds after which no change can hide behind the clock's tick."""


def later() -> int:
    return time.time_ns() + LATER


def listed(root: Path, stored: bytes | None = None) -> tuple[Listing, bytes | None]:
    """A listing that begins a while after the last change, and what it gives the next one."""
    known = KnownFiles(stored, now=later())
    listing = discover(root, known=known)
    return listing, known.encoded()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "main.py").write_text("a = 1\n")
    (tmp_path / "app" / "other.py").write_text("b = 1\n")
    return tmp_path


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that are read from now on."""
    names: list[str] = []
    read = discovery._content

    def noted(top: bytes, raw: bytes, limit: int) -> bytes:
        names.append(raw.decode())
        return read(top, raw, limit)

    monkeypatch.setattr(discovery, "_content", noted)
    return names


def test_an_untouched_tree_is_listed_without_reading(root: Path, opened: list[str]) -> None:
    first, stored = listed(root)
    opened.clear()
    second, _ = listed(root, stored)
    assert (second, opened) == (first, [])


def test_an_untouched_tree_has_nothing_new_to_store(root: Path) -> None:
    _, stored = listed(root)
    assert listed(root, stored)[1] is None


def test_a_changed_file_alone_is_read_again(root: Path, opened: list[str]) -> None:
    _, stored = listed(root)
    opened.clear()
    (root / "app" / "main.py").write_text("a = 22\n")
    second, _ = listed(root, stored)
    assert (second, opened) == (discover(root), ["app/main.py", "app/main.py", "app/other.py"])


def test_a_change_of_equal_size_whose_time_is_set_back_is_seen(root: Path) -> None:
    file = root / "app" / "main.py"
    before = file.stat()
    _, stored = listed(root)
    file.write_text("a = 2\n")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert listed(root, stored)[0] == discover(root)


def test_a_file_changed_a_moment_ago_is_not_taken_for_known(root: Path, opened: list[str]) -> None:
    known = KnownFiles()
    discover(root, known=known)
    opened.clear()
    listed(root, known.encoded())
    assert opened == ["app/main.py", "app/other.py"]


def test_scopes_are_worked_out_anew_when_a_file_comes(root: Path) -> None:
    (root / "app" / "tests").mkdir()
    (root / "app" / "tests" / "tools.py").write_text("c = 1\n")
    _, stored = listed(root)
    (root / "app" / "tests" / "test_main.py").write_text("def test_a():\n    assert True\n")
    scopes = {file.path: file.scope for file in listed(root, stored)[0].files}
    assert scopes["app/tests/tools.py"] is Scope.TEST


def test_scopes_are_worked_out_anew_when_a_file_goes(root: Path) -> None:
    (root / "app" / "tests").mkdir()
    (root / "app" / "tests" / "tools.py").write_text("c = 1\n")
    test = root / "app" / "tests" / "test_main.py"
    test.write_text("def test_a():\n    assert True\n")
    _, stored = listed(root)
    test.unlink()
    scopes = {file.path: file.scope for file in listed(root, stored)[0].files}
    assert scopes["app/tests/tools.py"] is Scope.SERVICE


@pytest.mark.parametrize("stored", [b"", b"\x00", b"\x92\x81\xa1a\x01\x80", b"not msgpack at all"])
def test_what_does_not_decode_is_forgotten(root: Path, stored: bytes) -> None:
    assert listed(root, stored)[0] == discover(root)


def test_a_known_file_that_became_a_link_is_not_taken_over(root: Path) -> None:
    _, stored = listed(root)
    (root / "app" / "main.py").unlink()
    (root / "app" / "main.py").symlink_to("other.py")
    assert listed(root, stored)[0] == discover(root)


CONTENTS = st.sampled_from(
    [
        "a = 1\n",
        "def test_a(): ...\n",
        "@app.get('/')\ndef f(): ...\n",
        "#!/usr/bin/env python\n",
        "from tools import x\n",
    ]
)
NAMES = st.sampled_from(
    ["app/main.py", "app/tests/test_a.py", "app/tests/b.py", "tools/c.py", "bin/run", "app/vendor/d.py", "vendor.txt"]
)


@given(before=st.dictionaries(NAMES, CONTENTS), after=st.dictionaries(NAMES, CONTENTS))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_listing_with_what_is_known_is_the_listing_without(before: dict[str, str], after: dict[str, str]) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        written(folder, before)
        _, stored = listed(folder)
        for name in before.keys() - after.keys():
            (folder / name).unlink()
        written(folder, {name: text for name, text in after.items() if before.get(name) != text})
        assert listed(folder, stored)[0] == discover(folder)
    finally:
        shutil.rmtree(folder)


def written(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
