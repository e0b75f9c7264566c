"""Which lines a change wrote: new code is, what was formatted or moved is not."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.comparing.lines import touched
from readiness.discovery.memory import listing_of

ORDERS = """import os


def total(lines, voucher):
    amount = sum(line.price for line in lines)
    if voucher is not None:
        amount -= voucher.worth
    return amount


def refund(order, when):
    order.state = "refunded"
    order.closed = when
    order.refunded = True
    return order
"""
REFUND = ORDERS[ORDERS.index("def refund") :]


def written(before: dict[str, str], after: dict[str, str]) -> dict[str, list[int]]:
    """Numbers of the lines that are new, by path."""
    states = [listing_of({path: text.encode() for path, text in each.items()}) for each in (before, after)]
    return {
        path: [number for first, last in stretches for number in range(first, last + 1)]
        for path, stretches in touched(*states)
    }


def lines(before: str, after: str) -> list[int]:
    return written({"shop.py": before}, {"shop.py": after}).get("shop.py", [])


def test_a_file_that_stays_brings_nothing() -> None:
    assert lines(ORDERS, ORDERS) == []


def test_a_line_that_is_another_one_is_new() -> None:
    assert lines(ORDERS, ORDERS.replace("-= voucher.worth", "-= voucher.worth / 2")) == [7]


def test_lines_between_others_are_new() -> None:
    assert lines(
        ORDERS, ORDERS.replace("    return amount\n", "    check(amount)\n    log(amount)\n    return amount\n")
    ) == [8, 9]


def test_a_line_that_is_gone_brings_nothing() -> None:
    assert lines(ORDERS, ORDERS.replace("        amount -= voucher.worth\n", "")) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    return amount", "    return (\n        amount\n    )"),
        ("sum(line.price for line in lines)", "sum(\n        line.price\n        for line in lines\n    )"),
        ('"refunded"', "'refunded'"),
        ("import os\n", "import os\n\n# Prices are cents.\n"),
        ("    return order", "    return order  # as it is now"),
        ("def total(lines, voucher):", "def total(\n    lines,\n    voucher,\n):"),
        ("\n", "\r\n"),
    ],
    ids=["brackets", "broken line", "quotes", "comment", "comment behind", "trailing comma", "line ends"],
)
def test_what_a_formatter_does_is_not_new(old: str, new: str) -> None:
    assert lines(ORDERS, ORDERS.replace(old, new)) == []


def test_a_line_that_was_broken_and_changed_is_new_where_it_changed() -> None:
    broken = "sum(\n        line.price\n        for line in lines if line.open\n    )"
    assert lines(ORDERS, ORDERS.replace("sum(line.price for line in lines)", broken)) == [7]


def test_deeper_indentation_is_not_new() -> None:
    deeper = ORDERS.replace("    return order\n", "    if order:\n        return order\n")
    assert lines(ORDERS, deeper) == [15]


def test_a_file_with_another_name_is_not_new() -> None:
    assert written({"shop.py": ORDERS}, {"store/orders.py": ORDERS}) == {}


def test_of_a_file_with_another_name_the_changed_lines_are_new() -> None:
    after = ORDERS.replace("= True", "= when is not None")
    assert written({"shop.py": ORDERS}, {"orders.py": after}) == {"orders.py": [14]}


def test_a_function_that_went_to_another_file_is_not_new() -> None:
    after = {"shop.py": ORDERS.replace(REFUND, ""), "refunds.py": REFUND}
    assert written({"shop.py": ORDERS}, after) == {}


def test_a_function_that_was_copied_is_new() -> None:
    assert written({"shop.py": ORDERS}, {"shop.py": ORDERS, "copy.py": REFUND})["copy.py"] == [1, 2, 3, 4, 5]


SMALL = "def number_of(order):\n    return order.number\n"


def test_a_function_of_one_line_that_went_to_another_file_is_not_new() -> None:
    after = {"shop.py": ORDERS, "numbers.py": f'"""Numbers."""\n\n\n{SMALL}'}
    assert written({"shop.py": f"{ORDERS}\n\n{SMALL}"}, after) == {"numbers.py": [1]}


def test_a_function_of_another_body_is_new() -> None:
    after = {"shop.py": ORDERS, "numbers.py": SMALL.replace("order.number", "order.key")}
    assert written({"shop.py": f"{ORDERS}\n\n{SMALL}"}, after) == {"numbers.py": [1, 2]}


def test_functions_that_change_places_are_not_new() -> None:
    head, total = ORDERS[: ORDERS.index("def total")], ORDERS[ORDERS.index("def total") : ORDERS.index("def refund")]
    assert lines(ORDERS, head + REFUND + "\n\n" + total) == []


def test_a_new_file_is_new() -> None:
    assert written({}, {"shop.py": "x = 1\n\n\ny = 2\n"}) == {"shop.py": [1, 4]}


def test_what_is_no_code_is_left_out() -> None:
    assert written({}, {"notes.md": "hello\n", "shop.toml": "x = 1\n"}) == {}


def test_bytes_that_are_no_text_are_survived() -> None:
    states = [listing_of({"shop.py": content}) for content in (b"x = 1\n", b"x = 1\ny = b'\xff\xfe'\n")]
    assert touched(*states) == (("shop.py", ((2, 2),)),)


def test_files_without_a_line_that_stands_once_are_held_against_each_other_up_to_a_bound() -> None:
    """Every line stands many times, in another order: the worst case of any difference. What is given up counts as new."""
    pool = [f"call({number})" for number in range(300)]
    assert len(lines("\n".join(pool * 60), "\n".join(sorted(pool * 60)))) > 300


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_what_was_put_in_is_found_and_nothing_beside_it(seed: int) -> None:
    chance = random.Random(seed)
    old = [f"value_{number} = {chance.randint(0, 3)}" for number in range(chance.randint(3, 40))]
    new, numbers = [], []
    for at, line in enumerate(old):
        if chance.random() < 0.2:
            new.append(f"fresh_{at} = {at}")
            numbers.append(len(new))
        new.append(line)
        new += [""] * chance.randint(0, 2)
    assert lines("\n".join(old), "\n".join(new)) == numbers
