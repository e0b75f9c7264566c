"""An `except` clause says what it does with the exception."""

import pytest

from readiness.model.summary import Context, Name


def clause(body: str, head: str = "except E as error:") -> str:
    lines = "\n".join(["    " + line for line in body.split("\n")])
    return f"try:\n    a()\n    b()\n{head}\n{lines}\nafter = 1\n"


@pytest.mark.parametrize(
    ("head", "types", "name"),
    [
        ("except:", (), ""),
        ("except E:", (Name("E"),), ""),
        ("except (A, b.C) as e:", (Name("A"), Name("b.C")), "e"),
    ],
)
def test_the_types_of_a_clause(summary, head: str, types: tuple[Name, ...], name: str) -> None:
    (handler,) = summary(clause("pass", head)).handlers
    assert (handler.types, handler.name) == (types, name)


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ("pass", ("pass",)),
        ("log(1)\nreturn", ("call", "return")),
        ("await log(1)", ("call",)),
        ("'words'\n...", ("constant", "constant")),
        ("x = 1\nx += 1", ("assign", "assign")),
        ("if x:\n    raise\ncontinue", ("if", "continue")),
        ("with x: ...", ("with",)),
    ],
)
def test_the_kinds_of_its_statements(summary, body: str, kinds: tuple[str, ...]) -> None:
    assert summary(clause(body)).handlers[0].body == kinds


@pytest.mark.parametrize(
    ("body", "uses"),
    [
        ("log(error)", True),
        ("log(f'{error!r}')", True),
        ("log(sys.exc_info())", True),
        ("traceback.print_exc()", True),
        ("log('error')", False),
        ("error = None", False),
    ],
)
def test_whether_the_exception_is_used(summary, body: str, uses: bool) -> None:
    assert summary(clause(body)).handlers[0].uses_name is uses


@pytest.mark.parametrize(
    ("body", "raises"),
    [("raise", True), ("if x:\n    raise E", True), ("def f():\n    raise E", False), ("pass", False)],
)
def test_whether_some_path_raises(summary, body: str, raises: bool) -> None:
    assert summary(clause(body)).handlers[0].raises is raises


def test_its_lines_and_those_it_guards(summary) -> None:
    (handler,) = summary(clause("x = 1\nf(\n)")).handlers
    assert (handler.line, handler.column, handler.end_line) == (4, 1, 7)
    assert (handler.try_line, handler.try_end_line) == (2, 3)


@pytest.mark.parametrize(
    ("text", "comment"),
    [
        ("try: ...\nexcept E:  # behind the head\n    pass", "behind the head"),
        ("try: ...\nexcept E:\n    # above\n    pass  # beside", "above"),
        ("try: ...\nexcept E:\n    pass\n    # below\nx = 1", "below"),
        ("try: ...\nexcept E:\n    pass\n# outside\nx = 1", ""),
        ("try: ...\nexcept E:\n    f('# no comment')", ""),
        ("try: ...\nexcept E:\n    f('# no')  # but this", "but this"),
    ],
)
def test_the_first_comment_inside(summary, text: str, comment: str) -> None:
    assert summary(text).handlers[0].comment == comment


def test_a_starred_clause(summary) -> None:
    assert summary("try: ...\nexcept* E: ...").handlers[0].starred


def test_a_handler_knows_its_surroundings(summary) -> None:
    (handler,) = summary("for a in b:\n    try: ...\n    except E: ...").handlers
    assert handler.context == Context.LOOP
