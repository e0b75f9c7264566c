"""The house keeps its shape: layers, types, style and names, checked like any other behaviour."""

import subprocess
import sys
from pathlib import Path

import pytest

from readiness.plugins import load_plugins

ROOT = Path(__file__).parent.parent
RULES = ROOT / "rules" / "readiness_rules"


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"


def test_the_code_is_clean_for_ruff() -> None:
    run(sys.executable, "-m", "ruff", "check", "--no-cache", ".")


def test_the_code_is_formatted_by_ruff() -> None:
    run(sys.executable, "-m", "ruff", "format", "--no-cache", "--check", ".")


def test_the_types_are_strict() -> None:
    run(sys.executable, "-m", "mypy", "--no-incremental", "--cache-dir", "/dev/null")


def test_nobody_imports_upwards() -> None:
    run(str(Path(sys.executable).parent / "lint-imports"), "--no-cache")


def test_the_rules_folder_is_no_package_that_would_shadow_another_distribution() -> None:
    assert not (ROOT / "rules" / "__init__.py").exists()


def rule_modules() -> list[Path]:
    """Those that hold a rule; beside them stand fixes, and what several rules of a chapter share."""
    return sorted(path for path in RULES.glob("*/*.py") if "\nrule = Rule(" in path.read_text())


@pytest.mark.parametrize("module", sorted(RULES.glob("*/*_fix.py")), ids=lambda path: path.stem)
def test_each_fix_stands_beside_its_rule(module: Path) -> None:
    assert module.with_name(f"{module.stem.removesuffix('_fix')}.py").is_file()


@pytest.mark.parametrize("module", sorted(RULES.glob("*/*_fix.py")), ids=lambda path: path.stem)
def test_each_fix_has_examples(module: Path) -> None:
    folder = ROOT / "fixtures" / "fixes" / module.stem.removesuffix("_fix").replace("_", "-")
    assert list(folder.glob("*/after.py"))


def test_every_rule_is_known_by_its_module() -> None:
    assert {path.stem.replace("_", "-") for path in rule_modules()} == set(load_plugins().rules)


@pytest.mark.parametrize("module", rule_modules(), ids=lambda path: path.stem)
def test_each_rule_has_a_page_beside_it(module: Path) -> None:
    assert module.with_suffix(".md").is_file()


def test_the_readme_names_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text()
    assert "pip install . && readiness check" in text
    assert "pip install -e '.[dev]' && pytest" in text
