"""Crowds: files that hold one thing often, and the stages of a run taken from its profile."""

import ast

import pytest


@pytest.fixture(scope="session")
def crowded(benchmark):
    return benchmark("crowded")


def test_every_crowd_is_code_however_many_there_are(crowded):
    for name, crowd in crowded.CROWDS.items():
        for count in (1, 3):
            for path, text in crowd.files(count).items():
                ast.parse(text, filename=f"{name}: {path}")


def test_a_larger_crowd_has_more_of_the_same(crowded):
    for crowd in crowded.CROWDS.values():
        lines = [crowd.files(count)[crowd.path].count("\n") for count in (1, 2, 3)]
        assert lines[1] - lines[0] == lines[2] - lines[1] > 0
        assert "$n" not in crowd.files(2)[crowd.path]


def test_a_stage_inside_of_another_is_told_too(crowded):
    inner = {"name": "calls", "cpu": 1.5, "others": 0.0, "parts": {}}
    run = {"name": "run", "cpu": 2.0, "others": 0.5, "parts": {"calls": inner}}
    assert dict(crowded.flat(run)) == {"run": 2.5, "calls": 1.5}
