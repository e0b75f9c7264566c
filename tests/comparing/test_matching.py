"""Which findings of two states of the code are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.comparing.matching import Key, match

BASE = Key("bounded-reads", "app/orders.py", "app.orders::Orders.all", "3f2a")
names = st.sampled_from(["a", "b", "c"])
keys = st.lists(
    st.builds(
        Key,
        names,
        names.map("{}.py".format),
        st.builds("{}::{}".format, names, names),
        st.sampled_from(["1", "2", "=x"]),
    )
)


@pytest.mark.parametrize(
    "later",
    [
        BASE,
        Key("bounded-reads", "app/orders.py", "app.orders::Orders.every", "3f2a"),
        Key("bounded-reads", "app/purchases.py", "app.purchases::Orders.all", "3f2a"),
        Key("bounded-reads", "app/purchases.py", "app.purchases::everything", "3f2a"),
    ],
    ids=["unchanged", "function renamed", "file renamed", "moved to another function of another file"],
)
def test_the_same_code_is_found_again(later: Key) -> None:
    assert match([BASE], [later]).pairs == {0: 0}


@pytest.mark.parametrize(
    "later",
    [
        Key("parameterized-queries", "app/orders.py", "app.orders::Orders.all", "3f2a"),
        Key("bounded-reads", "app/orders.py", "app.orders::Orders.all", "77aa"),
    ],
    ids=["another rule", "other code"],
)
def test_another_finding_is_not_taken_for_it(later: Key) -> None:
    found = match([BASE], [later])
    assert (found.pairs, found.gone) == ({}, (0,))


def test_a_definition_is_not_found_again_by_its_name_alone() -> None:
    earlier = Key("tested-endpoints", "app/orders.py", "app.orders::create", "=def create")
    later = Key("tested-endpoints", "app/invoices.py", "app.invoices::Invoices.create", "=def create")
    assert match([earlier], [later]).pairs == {}


def test_findings_of_one_name_are_told_apart_by_what_they_say() -> None:
    """A handler of many routes has a finding for each: the route that came is the new one, wherever it stands."""
    said = (["GET /b", "GET /c"], ["GET /a", "GET /b", "GET /c"])
    assert match([BASE] * 2, [BASE] * 3, said).pairs == {1: 0, 2: 1}


def test_another_message_of_the_same_code_is_no_other_finding() -> None:
    assert match([BASE], [BASE], (["3 places"], ["4 places"])).pairs == {0: 0}


def test_a_second_copy_is_new() -> None:
    assert match([BASE], [BASE, BASE]).pairs == {0: 0}


def test_what_stayed_in_its_place_comes_before_what_moved() -> None:
    moved = Key("bounded-reads", "app/other.py", "app.other::Orders.all", "3f2a")
    assert match([BASE], [moved, BASE]).pairs == {1: 0}


@given(keys, keys)
def test_nothing_is_paired_twice_and_nothing_is_lost(earlier: list[Key], later: list[Key]) -> None:
    found = match(earlier, later)
    assert sorted([*found.pairs.values(), *found.gone]) == list(range(len(earlier)))


@given(keys, st.randoms(use_true_random=False))
def test_an_order_is_no_difference(both: list[Key], random: object) -> None:
    shuffled = list(both)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert match(both, shuffled).gone == ()


@given(keys, keys)
def test_what_is_the_same_in_both_is_paired_with_its_like(earlier: list[Key], later: list[Key]) -> None:
    pairs = match(earlier, later).pairs
    exact = sum(min(earlier.count(key), later.count(key)) for key in set(earlier))
    assert sum(later[index] == earlier[other] for index, other in pairs.items()) == exact
