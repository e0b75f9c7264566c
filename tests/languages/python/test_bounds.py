"""What a hostile file may cost is bounded: nothing large is written many times."""

import msgspec
import pytest

from readiness.languages.python import read
from readiness.model.summary import Constant, Name, Opaque, Sequence

LARGE = "[" + ", ".join(["'" + "a" * 1000 + "'"] * 150) + "]"


@pytest.mark.parametrize(
    "text",
    [
        f"{' = '.join([f'x{number}' for number in range(2000)])} = {LARGE}",
        f"{', '.join([f'x{number}' for number in range(2000)])} = {LARGE}",
        f"for {', '.join([f'x{number}' for number in range(2000)])} in {LARGE}: ...",
        f"x = {'(y := ' * 150}{LARGE}{')' * 150}",
        f"x = {'[a for a, b, c in ' * 25}{LARGE}{']' * 25}",
        f"with {', '.join(['a()'] * 2000)}: b()",
    ],
)
def test_a_summary_grows_with_its_file(text: str) -> None:
    reading = read(text.encode())
    assert reading.summary is not None
    assert len(msgspec.msgpack.encode(reading)) < 25 * len(text)


def test_a_small_value_is_shared_by_all_it_is_bound_to(summary) -> None:
    found = summary("x = y = z = [a, 1]")
    assert {each.value for each in found.assignments} == {Sequence("list", (Name("a"), Constant(1)))}


def test_the_twenty_first_name_that_is_unpacked_has_no_value(summary) -> None:
    found = summary(f"{', '.join([f'x{number}' for number in range(22)])} = y")
    assert [each.value for each in found.assignments] == [Name("y")] * 20 + [Opaque("more")] * 2


def test_a_line_of_many_calls_and_wide_letters_has_right_columns(summary) -> None:
    found = summary("; ".join(["f('ä')"] * 5000))
    assert [call.column for call in found.calls] == [1 + 8 * number for number in range(5000)]
