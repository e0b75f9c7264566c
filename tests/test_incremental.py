"""A scan after edits, with everything that earlier scans have stored, says what a scan of the same files from nothing says.

What recognisers found is stored too: tests/test_kept.py says when it is used.
"""

import re
import shutil
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness import recognition
from readiness.model import Library, Report
from readiness.recognition import GrowingProject, Keeper
from readiness.recognition.beside import Outcome
from readiness.scan import ScanOptions, scan

SHOP = Path(__file__).parent.parent / "fixtures" / "backends" / "shop-troubled"
FILES = sorted(path.relative_to(SHOP).as_posix() for path in SHOP.rglob("*.py"))
TEXTS = (
    "\n\n# a remark\n",
    "\n\ndef one_more(value):\n    return f'select {value}'\n",
    "\n\nimport os\n\n\ndef run(command):\n    os.system(command)\n",
    "\n\ntry:\n    one()\nexcept Exception:\n    pass\n",
    "\n\nfrom fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n@router.get('/extra/{key}')\ndef extra(key):\n    return key\n",
    "\n\ndef broken(:\n",
    "\n\nclass Further(Base):\n    def load(self, key):\n        return self.session.execute(f'select {key}')\n",
)

Edit = tuple[str, str, str]
"""What is done, to which file, with which text or under which new name."""

EDITS = st.one_of(
    st.tuples(st.just("append"), st.sampled_from(FILES), st.sampled_from(TEXTS)),
    st.tuples(st.just("put first"), st.sampled_from(FILES), st.sampled_from(TEXTS)),
    st.tuples(st.just("delete"), st.sampled_from(FILES), st.just("")),
    st.tuples(st.just("cut"), st.sampled_from(FILES), st.sampled_from(["0.3", "0.6", "0.9"])),
    st.tuples(st.just("rename"), st.sampled_from(FILES), st.integers(0, 50).map(str)),
    st.tuples(
        st.just("move"), st.sampled_from(FILES), st.sampled_from(["moved.py", "scripts/moved.py", "tests/moved.py"])
    ),
)


def edit(root: Path, what: Edit) -> None:
    """Change one file, if it is still there."""
    kind, name, other = what
    file = root / name
    if not file.exists():
        return
    if kind == "append":
        file.write_text(file.read_text() + other)
    elif kind == "put first":
        file.write_text(other.lstrip() + file.read_text())
    elif kind == "delete":
        file.unlink()
    elif kind == "cut":
        lines = file.read_text().splitlines(keepends=True)
        file.write_text("".join(lines[: int(len(lines) * float(other))]))
    elif kind == "rename":
        names = re.findall(r"(?:def|class) (\w+)", file.read_text()) or ["nothing"]
        name = names[int(other) % len(names)]
        file.write_text(re.sub(rf"\b{name}\b", f"{name}_2", file.read_text()))
    else:
        (root / other).parent.mkdir(exist_ok=True)
        file.rename(root / other)


def report(root: Path, *, cache: bool) -> Report:
    """What a scan says, without what the cache has to say."""
    return scan([str(root)], ScanOptions(cache=cache, jobs=2 if cache else 1, today=date(2026, 6, 1)))


@given(rounds=st.lists(st.lists(EDITS, min_size=1, max_size=3), min_size=1, max_size=3))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_edits_are_seen_as_by_a_scan_from_nothing(rounds: Sequence[Sequence[Edit]]) -> None:
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setenv("READINESS_CACHE_DIR", f"{place}/cache")
        patch.setattr(recognition, "SERIAL_FILES", 1)
        root = Path(place, "shop")
        shutil.copytree(SHOP, root)
        report(root, cache=True)
        for edits in rounds:
            for each in edits:
                edit(root, each)
            assert msgspec.to_builtins(report(root, cache=True)) == msgspec.to_builtins(report(root, cache=False))


def test_after_a_small_edit_most_recognisers_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READINESS_CACHE_DIR", str(tmp_path / "cache"))
    root = tmp_path / "shop"
    shutil.copytree(SHOP, root)
    ran: list[str] = []
    run = recognition.run

    def noted(project: GrowingProject, library: Library, *, keeper: Keeper | None) -> Outcome:
        ran.append(library.name)
        return run(project, library, keeper=keeper)

    monkeypatch.setattr(recognition, "run", noted)
    report(root, cache=True)
    first = len(ran)
    ran.clear()
    edit(root, ("append", next(name for name in FILES if "test" in name), TEXTS[0]))
    report(root, cache=True)
    assert 0 < len(ran) < first / 2
