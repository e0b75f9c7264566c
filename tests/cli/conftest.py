"""Gives the tests of commands the sample reports and a scan that answers with one of them."""

import importlib.util
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner, Result
from msgspec import Struct

from readiness.cli import main
from readiness.model.report import Report

SAMPLES = Path(__file__).parent.parent / "reporters" / "samples.py"


class FakeScanOptions(Struct, frozen=True, kw_only=True):
    """The same fields as the real ones, so that a wrong name fails here."""

    exclude: tuple[str, ...] = ()
    checklist: str = ""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    jobs: int | None = None
    cache: bool = True
    show: str = ""
    target: float | None = None
    today: object = None


@pytest.fixture(scope="session")
def samples() -> ModuleType:
    spec = importlib.util.spec_from_file_location("readiness_report_samples", SAMPLES)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class FakeScan:
    """Stands where the module `readiness.scan` stands: it remembers how it was called and answers what it was told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answer: Report | BaseException | None = None
        self.calls: list[tuple[tuple[str, ...], FakeScanOptions]] = []
        module = ModuleType("readiness.scan")
        module.scan = self.scan  # type: ignore[attr-defined]
        module.ScanOptions = FakeScanOptions  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "readiness.scan", module)

    def scan(self, paths: Sequence[str], options: FakeScanOptions, progress: object = None) -> Report:
        self.calls.append((tuple(paths), options))
        if isinstance(self.answer, BaseException):
            raise self.answer
        assert self.answer is not None
        return self.answer


@pytest.fixture
def fake_scan(monkeypatch: pytest.MonkeyPatch) -> FakeScan:
    return FakeScan(monkeypatch)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run the command in an empty folder, without colours from outside."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "CI"):
        monkeypatch.delenv(name, raising=False)

    def invoke(*args: str, **more: object) -> Result:
        return CliRunner().invoke(main, list(args), catch_exceptions=False, **more)  # type: ignore[arg-type]

    return invoke


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch, samples: ModuleType) -> None:
    """Installs the rules of the samples in place of those of the environment."""
    import readiness.plugins
    from readiness.model import Rule

    aliases = {"health-endpoint": ("old-name",)}
    installed = {
        info.id: Rule(
            f"sample_rules.{info.chapter}.{info.id.replace('-', '_')}",
            summary=info.summary,
            severity=info.severity,
            aliases=aliases.get(info.id, ()),
        )
        for info in samples.RULES
    }
    found = readiness.plugins.Plugins(rules=installed, libraries=(), problems=())
    monkeypatch.setattr(readiness.plugins, "load_plugins", lambda paths=(): found)
