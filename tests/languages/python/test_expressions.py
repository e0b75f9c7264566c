"""Expressions become values, and each call is recorded once."""

import pytest

from readiness.model.summary import (
    CallRef,
    Choice,
    Comprehension,
    Constant,
    Context,
    Mapping,
    Member,
    Name,
    Opaque,
    Operation,
    Sequence,
    Starred,
    Subscript,
    Template,
    Value,
)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("'text'", Constant("text")),
        ("None", Constant(None)),
        ("True", Constant(True)),
        ("-3", Constant(-3)),
        ("1.5", Constant(1.5)),
        ("b'x'", Opaque("bytes")),
        ("...", Opaque("Ellipsis")),
        ("2j", Opaque("complex")),
        (str(2**63 - 1), Constant(2**63 - 1)),
        (str(2**63), Opaque("int")),
        ("name", Name("name")),
        ("self.db.execute", Name("self.db.execute")),
        ("rows[0].id", Member(Subscript(Name("rows"), Constant(0)), "id")),
        ("a[1:n]", Subscript(Name("a"), Operation(":", (Constant(1), Name("n"))))),
        ("[1, *b]", Sequence("list", (Constant(1), Starred(Name("b"))))),
        ("{'a': 1, **b}", Mapping((Constant("a"), None), (Constant(1), Name("b")))),
        ("f'a{b}c'", Template((Constant("a"), Name("b"), Constant("c")))),
        ("a + b + c", Operation("+", (Name("a"), Name("b"), Name("c")))),
        ("a - (b - c)", Operation("-", (Name("a"), Operation("-", (Name("b"), Name("c")))))),
        ("a ** b ** c", Operation("**", (Name("a"), Operation("**", (Name("b"), Name("c")))))),
        ("a and b", Operation("and", (Name("a"), Name("b")))),
        ("a not in b", Operation("not in", (Name("a"), Name("b")))),
        ("a if b else c", Choice(Name("b"), Name("a"), Name("c"))),
        ("[x for x in y]", Comprehension("list", Name("x"), (Name("y"),))),
        ("{k: v for k, v in y}", Comprehension("dict", Name("v"), (Name("y"),))),
        ("lambda: 1", Opaque("Lambda")),
    ],
)
def test_an_expression_has_its_value(summary, code: str, value: Value) -> None:
    assert summary(f"x = {code}").assignments[-1].value == value


def test_a_nested_call_is_referred_to_by_index(summary) -> None:
    found = summary("first(second(1), key=third())")
    (outer,) = [call for call in found.calls if call.callee == Name("first")]
    assert found.calls[outer.arguments[0].index].callee == Name("second")
    assert found.calls[outer.keywords[0][1].index].callee == Name("third")
    assert len(found.calls) == 3


def test_a_chain_of_methods_is_a_chain_of_references(summary) -> None:
    found = summary("q = select(User).where(x).limit(5)")
    limit = found.calls[found.assignments[0].value.index]
    assert isinstance(limit.callee, Member)
    assert limit.callee.name == "limit"
    where = found.calls[limit.callee.value.index]
    assert found.calls[where.callee.value.index].arguments == (Name("User"),)


@pytest.mark.parametrize(
    "code",
    [
        "@found()\ndef f(): ...",
        "def f(a=found()): ...",
        "def f(a: found()): ...",
        "def f() -> found(): ...",
        "class A(found()): ...",
        "class A(metaclass=found()): ...",
        "x = [found() for _ in y]",
        "x = [1 for _ in y if found()]",
        "x = f'{found()}'",
        "x = f'{y:{found()}}'",
        "x = lambda: found()",
        "x = lambda a=found(): a",
        "x[found()] = 1",
        "found().x = 1",
        "del x[found()]",
        "for x in found(): ...",
        "while found(): ...",
        "if a: ...\nelif found(): ...",
        "with found(): ...",
        "assert x, found()",
        "raise x from found()",
        "x: found() = 1",
        "match x:\n    case y if found(): ...",
        "match found():\n    case _: ...",
        "try: ...\nexcept found(): ...",
        "x = (yield found())",
        "x = (y := found())",
        "x = {**found()}",
        "x = not (a < found())",
        "x = a[found():]",
        "x: 'found()'",
    ],
)
def test_a_call_anywhere_is_recorded_once(summary, call, code: str) -> None:
    assert call(summary(code), "found").arguments == ()


def test_a_spread_of_keywords_has_no_name(summary, call) -> None:
    assert call(summary("f(*a, k=1, **b)"), "f").keywords == (("k", Constant(1)), ("", Name("b")))


def test_columns_count_characters_from_one(summary, call) -> None:
    found = call(summary("äöü = 'é'; f('ß')"), "f")
    assert (found.line, found.column, found.end_line, found.end_column) == (1, 12, 1, 18)


def test_a_display_is_cut_after_two_hundred_items_but_walked_to_its_end(summary, call) -> None:
    items = ", ".join(["1"] * 300)
    found = summary(f"x = [{items}, last()]")
    value = found.assignments[0].value
    assert len(value.items) == 201
    assert value.items[-1] == Opaque("more")
    assert call(found, "last")


def test_a_very_long_text_is_cut_and_says_so(summary) -> None:
    value = summary(f"x = '{'a' * 30_000}'").assignments[0].value
    assert value == Operation("+", (Constant("a" * 20_000), Opaque("more")))


def test_a_lone_surrogate_is_replaced(summary) -> None:
    assert summary(r"x = '\ud800'").assignments[0].value == Constant("?")


def test_what_is_nested_too_deeply_is_opaque_but_its_calls_are_recorded(summary, call) -> None:
    found = summary("x = " + "not " * 60 + "deep()")
    value = found.assignments[0].value
    for _ in range(31):
        value = value.operands[0]
    assert value == Opaque("deep")
    assert call(found, "deep")


def test_the_loop_variable_of_a_comprehension_is_an_assignment_in_it(summary) -> None:
    (bound,) = [each for each in summary("[x.id for x in rows]").assignments if each.target == "x"]
    assert bound.operator == "for"
    assert bound.value == Name("rows")
    assert bound.context & Context.COMPREHENSION


def test_an_awaited_call_is_transparent(summary, call) -> None:
    found = summary("async def f():\n    x = await g()")
    assert found.assignments[0].value == CallRef(0)
    assert call(found, "g").context & Context.AWAITED
