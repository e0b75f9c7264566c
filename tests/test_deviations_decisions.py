"""Reading Architecture Decision Records: what counts, what does not, and what hostile documents cost."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.analysis import analyse_files
from readiness.artifacts.decisions import is_decision, read_decision
from readiness.artifacts.register import Register
from readiness.model import DeviationRecord

TODAY = date(2026, 6, 1)
KEYS = {
    "status": "accepted",
    "date": "2026-03-01",
    "owner": '"@orders"',
    "approver": '"@platform"',
    "until": "2026-12-01",
    "deviates-from": "paginated-lists",
    "where": "app.countries",
}
TITLE = "\n# Countries are listed on one page\n"


def document(body: str = TITLE, /, **changes: str | None) -> bytes:
    renamed = {key.replace("_", "-"): value for key, value in changes.items()}
    keys = {key: value for key, value in {**KEYS, **renamed}.items() if value is not None}
    return ("---\n" + "".join(f"{key}: {value}\n" for key, value in keys.items()) + "---\n" + body).encode()


def read(content: bytes) -> Register:
    return read_decision("docs/adr/0012-countries.md", content, TODAY)


def test_an_accepted_decision_is_a_record_like_any_other() -> None:
    (record,) = read(document()).records
    assert (record.id, record.rule, record.where) == ("0012-countries", "paginated-lists", "app.countries")
    assert (record.owner, record.approver, record.until, record.days_left) == (
        "@orders",
        "@platform",
        "2026-12-01",
        183,
    )
    assert (record.reason, record.link) == ("Countries are listed on one page", "docs/adr/0012-countries.md")
    assert (record.recorded, record.state, record.span.line) == ("decision", "current", 7)


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"status": "proposed"}, "its status is 'proposed'; only an accepted decision counts"),
        ({"status": None}, "its status is missing"),
        ({"status": "accepted on Monday"}, "only an accepted decision counts"),
        ({"owner": None}, "owner is missing"),
        ({"approver": None}, "approver is missing"),
        ({"until": None}, "until is missing"),
        ({"date": None}, "created is missing"),
        ({"until": "2027-04-01"}, "more than 365 days"),
        ({"date": "2026-07-01"}, "lies in the future"),
        ({"until": "next spring"}, "until is no date"),
        ({"approver": '"@ORDERS"'}, "owner and approver are the same"),
        ({"where": None}, "where is missing"),
        ({"where": "[]"}, "where is empty"),
        ({"where": "{a: b}"}, "where is no text"),
        ({"deviates_from": "[[paginated-lists]]"}, "rule is no text"),
        ({"deviates_from": "{rule: paginated-lists, reson: because it is so}"}, "unknown key 'reson'"),
        ({"reason": "small"}, "fewer than 3 words"),
    ],
)
def test_a_decision_that_lacks_something_hides_nothing(changes: dict[str, str | None], mistake: str) -> None:
    register = read(document(**changes))
    assert [record.state for record in register.records] == ["malformed"]
    assert mistake in register.records[0].problem
    assert mistake in register.problems[0].message


@pytest.mark.parametrize("status", ["rejected", "Superseded by 0013", "deprecated", "superseded by [x](y.md)"])
def test_a_decision_that_is_not_in_force_claims_nothing(status: str) -> None:
    assert read(document(status=f'"{status}"')) == Register()


def test_places_and_rules_make_one_record_each() -> None:
    named = "\n  - paginated-lists\n  - rule: bounded-reads\n    where: app.regions\n    reason: There are nine regions"
    records = read(document(deviates_from=named, where="[app.countries, app.cities]")).records
    assert [(record.id.rpartition("#")[2], record.rule, record.where) for record in records] == [
        ("1", "paginated-lists", "app.countries"),
        ("2", "paginated-lists", "app.cities"),
        ("3", "bounded-reads", "app.regions"),
    ]
    assert [record.reason for record in records][2] == "There are nine regions"


@pytest.mark.parametrize("key", ["decision-makers", "deciders"])
@pytest.mark.parametrize("people", ["Ada, Grace", "[Ada, Grace]", "[Ada, Ada, Grace]"])
def test_the_people_of_a_decision_own_and_approve_it(key: str, people: str) -> None:
    (record,) = read(document(**{key: people, "owner": None, "approver": None})).records
    assert (record.owner, record.approver, record.state) == ("Ada", "Grace", "current")


def test_rules_of_other_tools_are_left_alone() -> None:
    assert read(document(deviates_from=None, rules="[layers]", until=None)) == Register()
    assert read(document(deviates_from=None, rules="[paginated-lists]")).records[0].state == "current"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"---\n",
        b"# Title\n---\ndeviates-from: x\n---\n",
        b"---\nstatus: accepted\n---\ndeviates-from: x\n",
        b"---\ndeviates-from: x\n",
        b"\xff\xfe-\0-\0-\0",
        b"---\nstatus: accepted\n" + b"x: 1\n" * 20_000 + b"deviates-from: x\n---\n",
    ],
)
def test_a_document_without_such_front_matter_is_none(content: bytes) -> None:
    assert read(content) == Register()


@pytest.mark.parametrize(
    "front",
    [
        "deviates-from: [",
        "deviates-from: *nobody",
        "deviates-from: " + "[" * 5000,
        "deviates-from: {{ rule }}",
        "deviates-from: \udcff",
        "a: &a [x, x]\n"
        + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
        + "deviates-from: *i",
        "deviates-from: !!python/object/apply:os.system ['echo owned']",
    ],
    ids=["unclosed", "no anchor", "deep", "template", "bytes", "doubling", "tag"],
)
def test_hostile_front_matter_hides_nothing_and_is_named(front: str) -> None:
    register = read(f"---\n{front}\n---\n{TITLE}".encode("utf-8", "surrogateescape"))
    assert {record.state for record in register.records} == {"malformed"}
    assert register.problems


def test_one_document_names_so_many_deviations_and_no_more() -> None:
    register = read(document(deviates_from=f"[{', '.join(['paginated-lists'] * 900)}]"))
    assert len(register.records) == 51
    assert "more than 50" in register.problems[-1].message
    many = read(document(where=f"[{', '.join(['app.x'] * 900)}]", deviates_from="[bounded-reads, paginated-lists]"))
    assert len(many.records) == 51


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_no_document_breaks_the_reading(front: bytes, behind: bytes) -> None:
    for record in read(b"---\ndeviates-from: paginated-lists\n" + front + b"\n---\n" + behind).records:
        assert record.state == "malformed"


@pytest.mark.parametrize(
    ("path", "decision"),
    [
        ("docs/adr/0001-x.md", True),
        ("doc/adr/2026/0001-x.md", True),
        ("services/shop/docs/ADR/0001-x.md", True),
        ("adr/0001-x.md", True),
        ("decisions/0001-x.md", True),
        ("docs/decisions/0001-x.md", True),
        ("docs/architecture/decisions/0001-x.md", True),
        ("docs/adr/README.md", False),
        ("docs/adr/index.md", False),
        ("docs/adr/0000-template.md", False),
        ("app/decisions/0001-x.md", False),
        ("docs/adrian/0001-x.md", False),
        ("adr.md", False),
    ],
)
def test_decision_records_lie_in_their_folders(path: str, decision: bool) -> None:
    assert is_decision(path) is decision


def records(files: dict[str, bytes]) -> list[DeviationRecord]:
    return list(analyse_files(files, [], today=TODAY).project.each(DeviationRecord))


def test_decisions_of_a_project_are_found_beside_its_register_and_keep_their_names_apart() -> None:
    found = records(
        {f"{folder}/docs/adr/0001-x.md": document() for folder in ("a", "b")} | {"docs/guide.md": document()}
    )
    assert [record.id for record in found] == ["0001-x", "b/docs/adr/0001-x.md"]


def test_unknown_rules_and_blockers_are_verified_like_those_of_the_register() -> None:
    (unknown,) = records({"adr/1.md": document(deviates_from="paginated-list")})
    assert "did you mean 'paginated-lists'" in unknown.problem
    (blocker,) = records({"adr/1.md": document(deviates_from="parameterized-queries")})
    assert blocker.state == "current"


def test_a_huge_decision_is_not_read() -> None:
    assert records({"adr/1.md": document("x" * 2**20)}) == []
