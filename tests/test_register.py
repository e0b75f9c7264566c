"""Reading the register of deviations: whole entries count, mistaken ones are named and hide nothing."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.artifacts.register import Register, is_wide, read_register

TODAY = date(2026, 6, 1)
WHOLE = {
    "id": '"DEV-1"',
    "rule": '"paginated-lists"',
    "where": '"app.views::items"',
    "reason": '"At most 20 warehouses exist"',
    "owner": '"@orders"',
    "created": "2026-03-01",
    "until": "2026-12-01",
}


def entry(**changes: str | None) -> str:
    """One entry as TOML; a value of None leaves the key out."""
    keys = {key: value for key, value in {**WHOLE, **changes}.items() if value is not None}
    return "[[deviation]]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items())


def read(text: str) -> Register:
    return read_register("deviations.toml", text, TODAY)


def test_a_whole_entry_is_current() -> None:
    register = read(entry(link='"https://tracker.example/1"', approver='"@api"'))
    (record,) = register.records
    assert (record.id, record.rule, record.where) == ("DEV-1", "paginated-lists", "app.views::items")
    assert (record.owner, record.approver, record.created, record.until) == (
        "@orders",
        "@api",
        "2026-03-01",
        "2026-12-01",
    )
    assert (record.state, record.kind, record.days_left, record.problem) == ("current", "accepted", 183, "")
    assert register.problems == ()


def test_dates_may_stand_in_quotes() -> None:
    assert read(entry(until='"2026-12-01"')).records[0].state == "current"


@pytest.mark.parametrize(("until", "state"), [("2026-06-01", "current"), ("2026-05-31", "expired")])
def test_the_last_day_counts(until: str, state: str) -> None:
    assert read(entry(until=until)).records[0].state == state


@pytest.mark.parametrize("days", ["2027-03-01", "2026-03-01"])
def test_a_record_lasts_at_most_a_year(days: str) -> None:
    assert not read(entry(until=days)).records[0].problem


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        *(({key: None}, f"{key} is missing") for key in ("rule", "where", "reason", "owner", "created", "until")),
        *(({key: '""'}, f"{key} is empty") for key in ("rule", "where", "reason", "owner", "link", "id")),
        ({"owner": "3"}, "owner is no text"),
        ({"reason": '["a"]'}, "reason is no text"),
        ({"until": '"next spring"'}, "until is no date"),
        ({"until": "2026-12-01T10:00:00Z"}, "until is no date"),
        ({"until": "20261201"}, "until is no date"),
        ({"until": '"2026-02-30"'}, "until is no date"),
        ({"created": "2026-06-02"}, "created lies in the future"),
        ({"until": "2026-02-01"}, "until lies before created"),
        ({"until": "2027-03-02"}, "more than 365 days after created"),
        ({"reason": '"small table"'}, "fewer than 3 words"),
        ({"kind": '"acepted"'}, "kind is 'acepted'; did you mean 'accepted'"),
        ({"approver": '"@ORDERS"'}, "owner and approver are the same"),
        ({"where": '"app/**"'}, "needs an approver and a link"),
        ({"where": '"app/legacy/"', "approver": '"@api"'}, "needs an approver and a link"),
        ({"aprover": '"@api"'}, "unknown key 'aprover'; did you mean 'approver'"),
    ],
)
def test_a_mistaken_entry_is_malformed_and_named_with_its_line(changes: dict[str, str | None], mistake: str) -> None:
    register = read("\n\n" + entry(**changes))
    (record,) = register.records
    assert record.state == "malformed"
    assert mistake in record.problem
    (problem,) = register.problems
    assert (problem.path, problem.line) == ("deviations.toml", 3)
    assert mistake in problem.message
    assert "hides nothing" in problem.message


def test_a_pattern_with_approver_and_link_is_fine() -> None:
    wide = entry(where='"app/**"', approver='"@api"', link='"https://tracker.example/1"')
    assert read(wide).records[0].state == "current"


def test_an_id_is_taken_once_and_made_where_there_is_none() -> None:
    records = read(entry() + entry() + entry(id=None)).records
    assert [record.id for record in records] == ["DEV-1", "DEV-1", "deviation-3"]
    assert [record.state for record in records] == ["current", "malformed", "current"]


def test_one_mistaken_entry_leaves_the_others_alone() -> None:
    records = read(entry(owner=None) + entry(id='"DEV-2"')).records
    assert [record.state for record in records] == ["malformed", "current"]


def test_a_header_inside_a_text_is_no_entry() -> None:
    text = entry(reason='"""\nas in other tools\n[[deviation]]\n"""') + entry(id='"DEV-2"', owner=None)
    register = read(text)
    assert [record.span.line for record in register.records] == [1, 12]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[[deviation]]\nid = \n", 2),
        ("[[deviation]\n", 1),
        ("x = " + "[" * 50_000, 1),
        ("x = " + "1" * 10_000, 1),
    ],
)
def test_a_register_that_is_no_toml_hides_nothing_and_is_named(text: str, line: int) -> None:
    register = read(text)
    (problem,) = register.problems
    assert problem.line == line
    assert problem.incomplete
    assert problem.message.startswith("no deviation counts: not valid TOML")
    assert [record.state for record in register.records] == ["malformed"]


def test_a_huge_register_is_not_read() -> None:
    assert "larger than 1024 KiB" in read("#" * 2_000_000).problems[0].message


def test_an_unknown_table_is_named() -> None:
    (problem,) = read("\n[[deviaton]]\nid = 'x'\n").problems
    assert (problem.line, problem.message) == (2, "unknown key 'deviaton'; did you mean 'deviation'?")


@pytest.mark.parametrize("text", ["deviation = 3", "deviation = [3]", "deviation = 'x'"])
def test_a_deviation_that_is_no_table_is_malformed(text: str) -> None:
    register = read(text)
    assert register.records[0].state == "malformed"
    assert "it is no table" in register.problems[0].message


def test_attestations_are_read_and_checked() -> None:
    text = '[[attestation]]\nitem = "staging"\nstatement = "Deployed and rolled back"\nowner = "@ops"\nuntil = 2026-09-01\n'
    (attestation,) = read(text).attestations
    assert (attestation.item, attestation.owner, attestation.state) == ("staging", "@ops", "current")
    (problem,) = read(text.replace('owner = "@ops"\n', "")).problems
    assert problem.message == "attestation of 'staging' counts for nothing: owner is missing"


@pytest.mark.parametrize(
    ("where", "wide"), [("app.views::f", False), ("app/a.py", False), ("app/*.py", True), ("app/", True)]
)
def test_patterns_and_folders_are_wide(where: str, wide: bool) -> None:
    assert is_wide(where) is wide


values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8) | st.dates(),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=3,
)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.sampled_from(list(WHOLE)), values)
def test_no_text_breaks_the_reading_and_only_whole_entries_hide_something(text: str, key: str, value: object) -> None:
    read(text)
    written = (
        str(value).lower() if isinstance(value, bool | int) else f"{value}" if isinstance(value, date) else repr(value)
    )
    for record in read(entry(**{key: written})).records:
        assert (record.state == "malformed") == bool(record.problem)


def test_an_operation_stands_in_the_place_of_where_or_beside_it() -> None:
    (alone,) = read(entry(where=None, operation='"GET   /orders/{id}"')).records
    assert (alone.where, alone.operation, alone.state) == ("", "GET /orders/{id}", "current")
    (both,) = read(entry(operation='"GET /orders"')).records
    assert (both.where, both.operation, both.state) == ("app.views::items", "GET /orders", "current")


@pytest.mark.parametrize("operation", ["/orders", "GET", "get /orders", "GET /orders and more", ""])
def test_an_operation_is_a_method_and_a_path(operation: str) -> None:
    assert read(entry(where=None, operation=f'"{operation}"')).records[0].state == "malformed"


@pytest.mark.parametrize(
    ("changes", "number", "read_at_most"),
    [
        ({}, 1100, 1000),
        ({"where": '"app/**"', "approver": '"@api"', "link": '"l"'}, 300, 200),
    ],
)
def test_a_register_without_end_is_read_in_part_and_that_is_named(
    changes: dict[str, str], number: int, read_at_most: int
) -> None:
    register = read("".join(entry(**changes, id=f'"d{count}"') for count in range(number)))
    assert sum(record.state == "current" for record in register.records) == read_at_most
    assert len(register.records) == read_at_most + 1
    assert f"more than {read_at_most}" in register.problems[-1].message
