"""Syntax newer than the interpreter is read all the same, every call on its line, or named as a problem."""

import ast
import sys
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.languages.python import child, parse, read
from readiness.languages.python.lowering import lower, lower_whole, statements_around
from readiness.languages.python.trees import restore
from readiness.model.summary import Constant, Name, Template

NEWER = {
    "type parameters of a function": "def f[T: (int, str)](a): mark({0})\n",
    "type parameters over several lines": "class A[\n    T,\n    U,\n]:\n    x = mark({4})\n",
    "type parameters before bases": "class A[\n    T,\n](\n    Base,\n):\n    x = mark({5})\n",
    "defaults of type parameters": "async def f[T = int, *Ts = *tuple[int], **P = [int]]():\n    mark({1})\n",
    "type alias": "type X[\n    T,\n] = list[T]\nmark({3})\n",
    "exceptions without parentheses": "try:\n    mark({1})\nexcept A, B:\n    pass\n",
    "starred exceptions without parentheses": "try:\n    mark({1})\nexcept* A, B:\n    pass\n",
    "quotes inside an f-string": 'x = f"{mark({0})["k"]!r:>{w["x"]}}"\n',
    "a backslash inside an f-string": "x = f'{'\\n'.join(mark({0}))}'\n",
    "a comment inside an f-string": 'x = f"""{\n    mark({1})  # why\n}"""\n',
    "f-strings side by side": "x = (\n    f'a {b['c']}'\n    f'{mark({2})}'\n    'plain'\n)\nmark({5})\n",
    "f-strings in f-strings": "x = f'{f'{f'{mark({0})}'}'}'\n",
    "a template string": "x = t'select {mark({0})}'\nmark({1})\n",
}
"""Text with `mark({n})` on its line n, counted from 0."""


def placed(text: str, first: int) -> str:
    """The sample with the number of its lines in a file, which it enters at line `first`."""
    for line in range(10):
        text = text.replace(f"{{{line}}}", str(first + line))
    return text


def marks(found: object) -> list[tuple[int, int]]:
    calls = [call for call in found.calls if call.callee == Name("mark")]  # type: ignore[attr-defined]
    return [(call.arguments[0].value, call.line) for call in calls if isinstance(call.arguments[0], Constant)]


@pytest.mark.parametrize("name", NEWER)
def test_newer_syntax_is_read_with_every_call_on_its_line(name: str) -> None:
    reading = read(placed(NEWER[name], 1).encode())
    assert reading.summary is not None, reading.problem
    found = marks(reading.summary)
    assert found
    assert all(written == line for written, line in found)


@given(st.lists(st.sampled_from([*NEWER.values(), "mark({0})\n", "def g(\n    a,\n): mark({2})\n", "'''\n\n'''\n"])))
@settings(deadline=None, max_examples=40)
def test_lowering_leaves_every_line_where_it_is(samples: list[str]) -> None:
    text = ""
    for sample in samples:
        text += placed(sample, text.count("\n") + 1)
    for lowered in (lower(text), lower_whole(text)):
        assert lowered.count("\n") == text.count("\n")
        calls = [node for node in ast.walk(ast.parse(lowered)) if isinstance(node, ast.Call)]
        found = [node for node in calls if isinstance(node.func, ast.Name) and node.func.id == "mark"]
        assert len(found) == text.count("mark(")
        assert all(isinstance(call.args[0], ast.Constant) and call.args[0].value == call.lineno for call in found)


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ("f'{a['k']!r:>{w['x']}} {{}} {b:.2f}'", 'f"{a["k"]!r:>{w["x"]}} {{}} {b:.2f}"'),
        ("f'{x = }{a['k']}'", 'f"{x = }{a["k"]}"'),
        (r"rf'\d{a['k']}'", r'rf"\d{a["k"]}"'),
        (r"f'it\'s {a['k']}'", r'f"it\'s {a["k"]}"'),
        ("f'{x, a['k']}'", 'f"{(x, a["k"])}"'),
        ("t'select {x!r:>5}'", "__template__(f'select {x!r:>5}')"),
    ],
)
def test_a_lowered_string_has_the_tree_of_the_string(newer: str, older: str) -> None:
    older = older.replace('["', "['").replace('"]', "']")
    tree = restore(ast.parse(lower(f"x = {newer}")))
    assert ast.dump(ast.parse(ast.unparse(tree))) == ast.dump(ast.parse(f"x = {older}"))


def test_a_template_string_is_a_call_of_its_own_name(summary, call) -> None:
    assert call(summary("x = t'a {b}'"), "__template__").arguments == (Template((Constant("a "), Name("b"))),)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="the interpreter reads it itself")
def test_a_lowered_file_says_so() -> None:
    reading = read(b"type X = int")
    assert reading.summary is not None
    assert reading.summary.lowered


def test_the_tree_on_demand_is_lowered_too() -> None:
    (function,) = parse(b"def f[T](): ...").body
    assert isinstance(function, ast.FunctionDef)


def test_what_nobody_reads_is_named_by_the_interpreters_line() -> None:
    assert read(b"x = 1\nfrom a.{{ b }} import c\n").problem.startswith("line 2: ")


def test_a_sum_that_ends_libcst_leaves_this_process_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "PATIENCE", 2.0)
    reading = read(b"type X = int\ny = " + b" + ".join([b"a"] * 20_000))
    assert reading.summary is None
    assert reading.problem
    monkeypatch.setattr(child, "_failures", 0)
    assert read(b"type X[T] = int").summary is not None


def test_a_lowering_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "PROGRAM", "import sys; sys.stdin.read()")
    monkeypatch.setattr(child, "PATIENCE", 0.2)
    monkeypatch.setattr(child, "_failures", 0)
    child.end()
    assert child.lowered("type X = int") is None
    assert child._child is None


def test_the_child_does_not_import_from_the_working_directory(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # type: ignore[arg-type]
    monkeypatch.setattr(sys, "path", ["", str(tmp_path), *sys.path])
    assert not {"", str(tmp_path)} & set(child.import_path())


def test_the_statement_around_a_line_ends_where_the_next_begins() -> None:
    lines = dedent(
        """\
        x = 1
        @a
        def f(
            b,
        ):
            c

        else_ = 2
        """
    ).split("\n")
    assert list(statements_around(lines, 6)) == [(1, 7)]


def test_the_method_around_a_line_comes_before_its_class() -> None:
    lines = dedent(
        """\
        class A:
            x = 1

            @a
            def f(
                self,
            ):
                c

            async def g(self):
                d
        y = 2
        """
    ).split("\n")
    assert list(statements_around(lines, 8)) == [(3, 9), (0, 11)]
    assert list(statements_around(lines, 1)) == [(0, 11)]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="the interpreter reads it itself")
def test_only_the_methods_that_need_it_are_lowered() -> None:
    methods = "".join([f"    def m{n}[T](self): ...\n    def n{n}(self): return  {n}\n" for n in range(50)])
    text = f"class A:\n{methods}"
    assert lower(text) == text.replace("[T]", "") == lower_whole(text)
