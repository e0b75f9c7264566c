"""Statements become imports, definitions, assignments, returns and raises."""

import pytest

from readiness.model.summary import (
    CallRef,
    Class,
    Constant,
    Function,
    Import,
    Name,
    Opaque,
    Operation,
    Parameter,
    Return,
    Sequence,
    Starred,
    Subscript,
    Value,
)


@pytest.mark.parametrize(
    ("code", "imported"),
    [
        ("import a.b", Import("a.b", "", "a", 0, -1, 1)),
        ("import a.b as c", Import("a.b", "", "c", 0, -1, 1)),
        ("from ..x import y as z", Import("x", "y", "z", 2, -1, 1)),
        ("from . import y", Import("", "y", "y", 1, -1, 1)),
        ("from a import *", Import("a", "*", "*", 0, -1, 1)),
        ("if TYPE_CHECKING: import a", Import("a", "", "a", 0, -1, 1, typing_only=True)),
        ("if typing.TYPE_CHECKING: import a", Import("a", "", "a", 0, -1, 1, typing_only=True)),
        ("if not TYPE_CHECKING: import a", Import("a", "", "a", 0, -1, 1)),
        ("if not TYPE_CHECKING: ...\nelse: import a", Import("a", "", "a", 0, -1, 2, typing_only=True)),
        ("try: import a\nexcept ImportError: ...", Import("a", "", "a", 0, -1, 1, guarded=True)),
        ("try: import a\nexcept (ValueError, ModuleNotFoundError): ...", Import("a", "", "a", 0, -1, 1, guarded=True)),
        ("try: import a\nexcept ValueError: ...", Import("a", "", "a", 0, -1, 1)),
        ("try: ...\nexcept ImportError: import a", Import("a", "", "a", 0, -1, 2)),
        ("with suppress(ImportError): import a", Import("a", "", "a", 0, -1, 1, guarded=True)),
    ],
)
def test_an_import_binds_one_name(summary, code: str, imported: Import) -> None:
    assert summary(code).imports == (imported,)


@pytest.mark.parametrize(
    ("code", "bound"),
    [
        ("x = y", [("x", "=", Name("y"), -1)]),
        ("x = y = z", [("x", "=", Name("z"), -1), ("y", "=", Name("z"), -1)]),
        ("self.x = y", [("self.x", "=", Name("y"), -1)]),
        ("x['k'] = y", [("x[]", "=", Name("y"), -1)]),
        ("x.d['k'][0] = y", [("x.d[]", "=", Name("y"), -1)]),
        ("x, y = z", [("x", "=", Name("z"), 0), ("y", "=", Name("z"), 1)]),
        ("x, (y,) = z", [("x", "=", Name("z"), 0), ("y", "=", Subscript(Name("z"), Constant(1)), 0)]),
        ("*x, y = z", [("x", "=", Opaque("rest"), -1), ("y", "=", Subscript(Name("z"), Constant(-1)), -1)]),
        ("x += y", [("x", "+=", Name("y"), -1)]),
        ("x: int", [("x", "declare", None, -1)]),
        ("x: int = y", [("x", "=", Name("y"), -1)]),
        ("for x in y: ...", [("x", "for", Name("y"), -1)]),
        ("for x, w in y: ...", [("x", "for", Name("y"), 0), ("w", "for", Name("y"), 1)]),
        ("with y as x: ...", [("x", "with", Name("y"), -1)]),
        ("(x := y)", [("x", ":=", Name("y"), -1)]),
        ("del x", [("x", "del", None, -1)]),
        ("match y:\n    case x: ...", [("x", "case", Name("y"), -1)]),
        ("match y:\n    case {'k': x, **w}: ...", [("w", "case", None, -1), ("x", "case", None, -1)]),
    ],
)  # fmt: skip
def test_what_a_statement_binds(summary, code: str, bound: list[tuple[str, str, Value | None, int]]) -> None:
    found = [(each.target, each.operator, each.value, each.position) for each in summary(code).assignments]
    assert found == bound


def test_a_global_name_is_bound_in_the_module(summary) -> None:
    found = summary("def f():\n    global x\n    x = 1\n    y = 2")
    assert [(each.target, each.scope) for each in found.assignments] == [("x", -1), ("y", 0)]


def test_a_nonlocal_name_is_bound_in_the_function_around(summary) -> None:
    found = summary("def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2")
    assert [each.scope for each in found.assignments] == [0, 0]


def test_definitions_know_their_scope_and_qualified_name(summary) -> None:
    found = summary("class A:\n    def m(self):\n        def inner(): ...\n    class B:\n        def n(self): ...")
    assert [(each.qualname, each.scope) for each in found.definitions] == [
        ("A", -1),
        ("A.m", 0),
        ("A.m.<locals>.inner", 1),
        ("A.B", 0),
        ("A.B.n", 3),
    ]


def test_the_lines_of_a_decorated_function(summary) -> None:
    found = summary('\n@first\n@second(1)\nasync def f(\n    a,\n):\n    """Says it.\n\n    More."""\n    return a\n')
    (function,) = found.definitions
    assert isinstance(function, Function)
    assert (function.first_line, function.line, function.body_line, function.end_line) == (2, 4, 10, 10)
    assert function.column == 1
    assert function.asynchronous
    assert function.docstring == "Says it."
    assert function.decorators == (Name("first"), CallRef(0))


def test_every_kind_of_parameter(summary) -> None:
    (function,) = summary("def f(a, /, b: int = 1, *c, d=2, **e): ...").definitions
    assert isinstance(function, Function)
    assert function.parameters == (
        Parameter("a", "positional-only", None, None),
        Parameter("b", "positional", Name("int"), Constant(1)),
        Parameter("c", "variadic", None, None),
        Parameter("d", "keyword-only", None, Constant(2)),
        Parameter("e", "keyword-variadic", None, None),
    )


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("'User'", Name("User")),
        ("'app.User'", Name("app.User")),
        ("'User | None'", Operation("|", (Name("User"), Constant(None)))),
        ("list['User']", Subscript(Name("list"), Name("User"))),
        ("'list[\"User\"]'", Subscript(Name("list"), Name("User"))),
        ("Literal['User']", Subscript(Name("Literal"), Constant("User"))),
        ("Annotated['User', 'words']", Subscript(Name("Annotated"), Sequence("tuple", (Name("User"), Constant("words"))))),
        ("'no type ('", Constant("no type (")),
    ],
)  # fmt: skip
def test_a_quoted_annotation_reads_as_if_it_were_not_quoted(summary, code: str, value: Value) -> None:
    assert summary(f"x: {code}").assignments[0].annotation == value


@pytest.mark.parametrize(
    ("body", "stub"),
    [
        ("...", True),
        ("pass", True),
        ("'''Words.'''", True),
        ("raise NotImplementedError", True),
        ("raise NotImplementedError('later')", True),
        ("return 1", False),
        ("raise ValueError", False),
    ],
)
def test_a_stub_does_nothing(summary, body: str, stub: bool) -> None:
    (function,) = summary(f"def f():\n    {body}").definitions
    assert isinstance(function, Function)
    assert function.stub is stub


@pytest.mark.parametrize(
    ("body", "generator"),
    [
        ("yield 1", True),
        ("x = yield", True),
        ("yield from y", True),
        ("def g():\n        yield", False),
        ("lambda: (yield)", False),
    ],
)
def test_a_generator_yields_in_its_own_body(summary, body: str, generator: bool) -> None:
    function = summary(f"def f():\n    {body}").definitions[0]
    assert isinstance(function, Function)
    assert function.generator is generator


def test_a_class_has_bases_and_keywords(summary) -> None:
    (found,) = summary("class A(B, table=True): ...").definitions
    assert isinstance(found, Class)
    assert (found.bases, found.keywords) == ((Name("B"),), (("table", Constant(True)),))


def test_returns_and_yields(summary) -> None:
    found = summary("def f():\n    yield a\n    yield from b\n    return")
    assert found.returns == (
        Return(Name("a"), 2, 0, True),
        Return(Starred(Name("b")), 3, 0, True),
        Return(None, 4, 0),
    )


def test_a_raise_without_a_value_raises_again(summary) -> None:
    assert [each.value for each in summary("raise\nraise E").raises] == [None, Name("E")]


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("x = 1\nif __name__ == '__main__':\n    f()", 2),
        ("if '__main__' == __name__: f()", 1),
        ("if __name__ == 'other': f()", 0),
        ("def f():\n    if __name__ == '__main__': ...", 0),
    ],
)
def test_the_line_of_the_main_guard(summary, code: str, line: int) -> None:
    assert summary(code).main_line == line


@pytest.mark.parametrize(("text", "lines"), [("", 0), ("x", 1), ("x\n", 1), ("x\n\n", 2), ("x\r\ny\rz", 3)])
def test_the_number_of_lines(summary, text: str, lines: int) -> None:
    assert summary(text).lines == lines
