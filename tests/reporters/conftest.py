"""Gives the tests of reporters the sample reports, and snapshots of what a user sees."""

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent
UPDATE = "READINESS_UPDATE_SNAPSHOTS"
"""Set to 1 it rewrites the snapshots instead of comparing; the change is reviewed like code."""


def load_samples() -> ModuleType:
    """The module of sample reports, which stands beside this file and in no package."""
    spec = importlib.util.spec_from_file_location("readiness_report_samples", HERE / "samples.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def samples() -> ModuleType:
    return load_samples()


@pytest.fixture
def same_as_snapshot() -> Callable[[str, str], None]:
    def compare(name: str, text: str) -> None:
        file = HERE / "snapshots" / name
        if os.environ.get(UPDATE):
            file.write_text(text, encoding="utf-8", newline="\n")
        assert file.is_file(), f"no such snapshot; make it with {UPDATE}=1"
        assert text == file.read_text(encoding="utf-8"), f"it changed; where that is right, rewrite it with {UPDATE}=1"

    return compare
