"""Stages and what they cost: measured with clocks of the tests' own, so that nothing here depends on time."""

import itertools
import json

import pytest

from readiness import profiling
from readiness.profiling import count, stage


@pytest.fixture
def ticking(monkeypatch):
    """Each look at the clocks is one second of everything later than the one before."""
    ticks = itertools.count(1.0)
    monkeypatch.setattr(profiling, "_clocks", lambda: (next(ticks),) * 3)
    monkeypatch.setattr(profiling, "_peak", lambda: 4096)
    monkeypatch.setattr(profiling, "_age", lambda: 0.5)


def test_nobody_measures_unless_asked():
    assert stage("one") is stage("two")
    with stage("one"):
        count("files", 3)


def test_a_stage_is_a_part_of_the_one_around_it(ticking):
    with profiling.profiling() as profile, stage("judge"):
        with stage("data"):
            pass
        with stage("data"):
            pass
    judge = profile.whole.parts["judge"]
    assert (judge.wall, judge.times) == (5.0, 1)
    assert (judge.parts["data"].wall, judge.parts["data"].times) == (2.0, 2)


def test_memory_is_looked_at_where_a_stage_of_the_run_ends(ticking):
    with profiling.profiling() as profile, stage("judge"), stage("data"):
        pass
    assert profile.whole.parts["judge"].peak == 4096
    assert profile.whole.parts["judge"].parts["data"].peak == 0


def test_a_stage_that_breaks_has_ended(ticking):
    with profiling.profiling() as profile:
        with pytest.raises(KeyError), stage("judge"):
            raise KeyError
        with stage("score"):
            pass
    assert list(profile.whole.parts) == ["start", "judge", "score"]


def test_the_whole_counts_from_the_beginning_of_the_process(ticking):
    with profiling.profiling() as profile:
        pass
    assert profile.whole.parts["start"].wall == 0.5
    assert (profile.whole.wall, profile.whole.cpu) == (1.5, 2.0)


def test_what_is_counted_adds_up(ticking):
    with profiling.profiling() as profile:
        count("files", 2)
        count("files", 3)
    count("files", 4)
    assert profile.counts == {"files": 5}


def test_after_the_measuring_nothing_is_measured(ticking):
    with pytest.raises(RuntimeError), profiling.profiling() as profile:
        raise RuntimeError
    with stage("late"):
        pass
    assert "late" not in profile.whole.parts


def test_the_document_is_the_tree(ticking):
    with profiling.profiling() as profile, stage("judge"), stage("value flow", shared=True):
        pass
    told = json.loads(profile.document())
    assert told["run"]["parts"]["judge"]["parts"]["value flow"]["shared"] is True


def test_processor_time_of_this_process_is_told():
    with profiling.profiling() as profile:
        pass
    assert profile.whole.cpu > 0


def test_another_process_tells_its_own_stages(ticking):
    with profiling.profiling() as profile, stage("recognise"):
        profiling.elsewhere()
        with stage("calls"):
            pass
        first, second = profiling.told(), profiling.told()
    with profiling.profiling() as profile, stage("recognise"):
        profiling.take(first)
        profiling.take(second)
    (beside,) = profile.whole.parts["recognise"].parts.values()
    assert beside.beside
    assert list(beside.parts) == ["calls"]
    assert (beside.wall, beside.cpu, beside.others) == (1.0, 0.0, 2.0)


def test_a_stage_that_another_process_tells_twice_is_added_up(ticking):
    told = []
    for _ in range(2):
        with profiling.profiling(), stage("recognise"):
            profiling.elsewhere()
            with stage("calls"), stage("read"):
                pass
            told.append(profiling.told())
    with profiling.profiling() as profile, stage("recognise"):
        for each in told:
            profiling.take(each)
    (beside,) = profile.whole.parts["recognise"].parts.values()
    calls = beside.parts["calls"]
    assert (calls.times, calls.wall, calls.parts["read"].times) == (2, beside.wall, 2)


def test_nothing_is_told_while_nobody_measures():
    profiling.elsewhere()
    assert profiling.told() == b""
    profiling.take(b"")
