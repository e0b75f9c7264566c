"""The settings: where they come from, and what a mistake in them is told."""

import json
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

import readiness
from readiness.config import Config, ServiceSettings, json_schema, load_config
from readiness.errors import ReadinessError


def load(folder: Path, text: str, name: str = "readiness.toml") -> Config:
    (folder / name).write_text(text)
    return load_config(folder)


def mistake(folder: Path, text: str, name: str = "readiness.toml") -> str:
    with pytest.raises(ReadinessError) as caught:
        load(folder, text, name)
    return str(caught.value)


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    assert load_config(tmp_path) == Config()


def test_a_pyproject_without_our_table_sets_nothing(tmp_path: Path) -> None:
    assert load(tmp_path, '[tool.other]\nx = 1\n[project]\nname = "x"\n', "pyproject.toml") == Config()


def test_every_setting_is_read(tmp_path: Path) -> None:
    text = """
    exclude = ["gen/", "*.tmp.py"]
    checklist = "views/ours.toml"
    deviations = "docs/deviations.toml"
    min_score = 80
    fail_on = "major"
    require_complete = true
    [evidence]
    coverage = "build/coverage.xml"
    tests = ["a.xml", "b.xml"]
    [[service]]
    root = "services/orders"
    name = "orders"
    [[service]]
    root = "services/users"
    """
    assert load(tmp_path, text) == Config(
        exclude=("gen/", "*.tmp.py"),
        checklist="views/ours.toml",
        deviations="docs/deviations.toml",
        evidence={"coverage": ("build/coverage.xml",), "tests": ("a.xml", "b.xml")},
        services=(ServiceSettings(root="services/orders", name="orders"), ServiceSettings(root="services/users")),
        min_score=80,
        fail_on="major",
        require_complete=True,
        source="readiness.toml",
    )


def test_the_own_file_wins_over_the_shared_one(tmp_path: Path) -> None:
    load(tmp_path, "[tool.readiness]\nmin_score = 1\n", "pyproject.toml")
    assert load(tmp_path, "min_score = 2\n").min_score == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("excude = []", "excude in readiness.toml is no setting; did you mean exclude?"),
        ("min-score = 3", "min-score in readiness.toml is no setting; did you mean min_score?"),
        ("[evidence]\ncoverge = 'x'", "evidence.coverge in readiness.toml is no setting; did you mean coverage?"),
        ("[[service]]\nroot = 'x'\nnmae = 'y'", "service[0].nmae in readiness.toml is no setting; did you mean name?"),
        ("exclude = 'x'", "exclude in readiness.toml must be a list, and is text; mend it"),
        ("exclude = ['x', 1]", "exclude[1] in readiness.toml must be text, and is a whole number; mend it"),
        ("min_score = '80'", "min_score in readiness.toml must be a number, and is text; mend it"),
        (
            "require_complete = 1",
            "require_complete in readiness.toml must be true or false, and is a whole number; mend it",
        ),
        (
            "fail_on = 'blocke'",
            "fail_on in readiness.toml cannot be 'blocke'; write one of blocker, critical, major, minor, never",
        ),
        ("[[service]]\nname = 'x'", "service[0] in readiness.toml lacks root; add it"),
        ("x = 1\ny = \n", "readiness.toml:2: it is no TOML: Invalid value; mend this line"),
        ("x = [1,\n\n", "readiness.toml:3: it is no TOML: Invalid value; mend this line"),
    ],
)
def test_a_mistake_names_the_key_or_the_line_and_a_way_out(tmp_path: Path, text: str, told: str) -> None:
    assert mistake(tmp_path, text) == told


def test_an_unknown_setting_without_a_likeness_gets_the_list(tmp_path: Path) -> None:
    assert "the settings are exclude, checklist" in mistake(tmp_path, "zzz = 1")


def test_in_the_shared_file_the_whole_key_is_named(tmp_path: Path) -> None:
    told = mistake(tmp_path, "[tool.readiness]\nexclude = 3\n", "pyproject.toml")
    assert told.startswith("tool.readiness.exclude in pyproject.toml must be a list")


@pytest.mark.parametrize("score", ["-1", "100.5", "nan", "inf"])
def test_a_score_lies_between_0_and_100(tmp_path: Path, score: str) -> None:
    assert "min_score" in mistake(tmp_path, f"min_score = {score}")


@pytest.mark.parametrize("root", ["../other", "/etc", "a/../../b"])
def test_a_service_does_not_lead_out_of_the_project(tmp_path: Path, root: str) -> None:
    assert "leads out of the project" in mistake(tmp_path, f"[[service]]\nroot = '{root}'")


@pytest.mark.parametrize("key", ["plugin", "plugins", "command", "rules", "python"])
def test_nothing_can_name_a_program_or_a_plugin(tmp_path: Path, key: str) -> None:
    assert "is no setting" in mistake(tmp_path, f"{key} = 'x'")


def test_a_deep_file_and_one_that_is_no_text_are_told(tmp_path: Path) -> None:
    assert "too deep" in mistake(tmp_path, "x = " + "[" * 5000)
    (tmp_path / "readiness.toml").write_bytes(b"x = '\xff'")
    with pytest.raises(ReadinessError, match="not UTF-8"):
        load_config(tmp_path)


def test_a_folder_or_a_large_file_is_not_read(tmp_path: Path) -> None:
    assert "larger than" in mistake(tmp_path, "#" * (2**20 + 1))
    (tmp_path / "readiness.toml").unlink()
    (tmp_path / "readiness.toml").mkdir()
    with pytest.raises(ReadinessError, match="no regular file"):
        load_config(tmp_path)


@given(st.binary(max_size=60))
def test_any_bytes_are_settings_or_a_mistake(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("config")
    (folder / "readiness.toml").write_bytes(content)
    try:
        load_config(folder)
    except ReadinessError as error:
        assert "readiness.toml" in str(error)


def shipped() -> dict[str, object]:
    file = Path(readiness.__file__).parent / "schemas" / "config.json"
    schema = json.loads(file.read_text())
    assert isinstance(schema, dict)
    return schema


def test_the_shipped_schema_is_the_one_of_the_code() -> None:
    assert shipped() == json.loads(json.dumps(json_schema())), "write json_schema() to readiness/schemas/config.json"


def test_the_schema_takes_what_is_right_and_refuses_the_rest() -> None:
    validator = jsonschema.Draft202012Validator(shipped())
    assert validator.is_valid({"min_score": 80, "evidence": {"coverage": ["a"]}, "service": [{"root": "x"}]})
    mistakes: tuple[dict[str, object], ...] = (
        {"min_scor": 80},
        {"fail_on": "x"},
        {"service": [{}]},
        {"evidence": {"other": "x"}},
        {"min_score": 101},
    )
    for wrong in mistakes:
        assert not validator.is_valid(wrong)
