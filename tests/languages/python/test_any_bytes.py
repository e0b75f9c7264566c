"""Whatever the bytes are, there is a reading, and what it says is sound."""

import ast
import gc
import warnings

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.languages.python import Unreadable, child, parse, read
from readiness.languages.python.reading import LARGEST
from readiness.model.summary import CallRef, Reading, Summary

SNIPPETS = [
    "x = f(a, *b, **c)", "if a: pass", "else: g()", "for i, (j, *k) in h(l): m()", "while x: break", "try: a()",
    "except (B, C) as d: raise", "finally: return", "with a() as b, c: d()", "del a[b()], c",
    "def f(a, /, b: 'int' = 1, *c, d, **e) -> 'X': yield",
    "class A(B, m=C):", "    x: int = field()", "    def m(self): return self.x", "@d(1)", "async def f(): await g()", "match a:",
    "    case [B(c=d), *e] if f: g()", "lambda: (yield)", "x = f'{a!r:>{b}} {c()}'", "y = '''", "'''  # noqa", "x: 'a[b'",
    "type X[T] = int", "return", "global x", "import a.b as c, d", "from . import *", "x = (y := 1)", "ä = 'é'; f('ß')  # nosec",
    "(",
    ")", "\\", "#", "\t", "\x0c", "\ufeff", "assert a, b()", "x = {**a, 'b': c()}", "a.b().c[d] = e", "x = [i for i in j if k()]",
    "raise A from b()", "x = 1 if a else b", "nonlocal q", "x = t'{a}'", "except* A, B: ...", "if __name__ == '__main__': main()",
]  # fmt: skip

texts = st.lists(
    st.tuples(st.sampled_from(["", "", "    ", "        "]), st.sampled_from(SNIPPETS)).map("".join), max_size=12
).map("\n".join)


@pytest.fixture(autouse=True)
def no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """These texts are hardly ever newer Python; lowering has tests of its own."""
    monkeypatch.setattr(child, "lowered", lambda text: None)


def references(value: object) -> list[int]:
    """Indices of all calls a record refers to."""
    if isinstance(value, CallRef):
        return [value.index]
    if isinstance(value, msgspec.Struct):
        return [index for field in value.__struct_fields__ for index in references(getattr(value, field))]
    if isinstance(value, tuple):
        return [index for item in value for index in references(item)]
    return []


def check(summary: Summary, text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for index, call in enumerate(summary.calls):
        assert all(0 <= reference < index for reference in references(call))
        assert all(0 <= manager < index for manager in call.within)
        assert 1 <= call.line <= call.end_line <= len(lines)
        assert 1 <= call.column <= len(lines[call.line - 1])
        assert 1 < call.end_column <= len(lines[call.end_line - 1]) + 1
        assert lines[call.end_line - 1][call.end_column - 2] == ")"
    for records in (summary.assignments, summary.definitions, summary.returns, summary.raises, summary.handlers):
        assert all(0 <= reference < len(summary.calls) for reference in references(records))
        assert all(-1 <= record.scope < len(summary.definitions) for record in records)
    firsts, lasts = summary.statements[::2], summary.statements[1::2]
    assert all(first <= last < following for first, last, following in zip(firsts, lasts, firsts[1:], strict=False))
    assert all(1 <= line <= len(lines) for line in summary.statements)
    for comment in summary.comments:
        assert lines[comment.line - 1][comment.column - 1] == "#"


@given(st.binary())
@settings(deadline=None)
def test_any_bytes_have_a_reading(content: bytes) -> None:
    reading = read(content)
    assert (reading.summary is None) == bool(reading.problem)


@given(texts)
@settings(deadline=None, max_examples=400)
def test_any_text_has_a_sound_summary(text: str) -> None:
    reading = read(text.encode())
    assert (reading.summary is None) == bool(reading.problem)
    if reading.summary is not None:
        check(reading.summary, text.removeprefix("\ufeff"))


@given(texts)
@settings(deadline=None)
def test_a_summary_survives_encoding_and_is_the_same_each_time(text: str) -> None:
    reading = read(text.encode())
    encoded = msgspec.msgpack.encode(reading)
    assert msgspec.msgpack.decode(encoded, type=Reading) == reading
    assert msgspec.msgpack.encode(read(text.encode())) == encoded


@given(texts)
@settings(deadline=None)
def test_every_call_of_the_tree_is_recorded(text: str) -> None:
    reading = read(text.encode())
    if reading.summary is None:
        return
    calls = [node for node in ast.walk(parse(text.encode())) if isinstance(node, ast.Call)]
    places = [(node.lineno, node.end_lineno) for node in calls]
    found = [(call.line, call.end_line) for call in reading.summary.calls]
    assert sorted(found) == sorted(places)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"x = 1\0", "the file holds null bytes"),
        ("x = 1".encode("utf-16"), "the file is UTF-16 text, which Python does not read"),
        (b"# coding: nonsense\n", "the encoding 'nonsense' of the coding cookie is not known"),
        (b"#!x\n# coding: base64\n", "the encoding 'base64' of the coding cookie is none for source code"),
        (b"# coding: punycode\n", "the encoding 'punycode' of the coding cookie is none for source code"),
        (b"x = 1\ny = '\xff'", "line 2 cannot be decoded as utf-8"),
        (b"x = 1\n  y = 2", "line 2: unexpected indent"),
        (b"x = " + b"9" * 5000, "line 1: Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits"),
        (b"x = " + b"(" * 5000 + b")" * 5000, "line 1: too many nested parentheses"),
        (b"x = " + b" + ".join([b"a"] * 20_000), "the code is nested too deeply to be read"),
        (b"x = " + b"-" * 20_000 + b"1", "the code is nested too deeply to be read"),
        (b"#" * (LARGEST + 1), "the file is larger than 4 MiB"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(content: bytes, problem: str) -> None:
    assert read(content) == Reading(None, problem)


def test_the_tree_of_what_cannot_be_read_is_refused_by_one_error() -> None:
    with pytest.raises(Unreadable, match="nested too deeply"):
        parse(b"x = " + b" + ".join([b"a"] * 20_000))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"# only a comment",
        b"\xef\xbb\xbfx = f()",
        b"# coding: latin-1\nx = f('\xe9')",
        b"x = f()\ry = g()\r",
        b"\x0cx = f()",
        b"x = " + b"(" * 150 + b"f()" + b")" * 150,
        b"x = a" + b".f(1)" * 900,
        b"x = " + b" + ".join([b"f(a)"] * 2000),
        b"x = " + b"lambda: " * 400 + b"f()",
        b"x = " + b"a if b else " * 400 + b"f()",
        b"if a: pass\n" + b"elif f(): pass\n" * 2000,
        b"".join(b" " * depth + b"def f():\n" for depth in range(99)) + b" " * 99 + b"f()",
        b"(" * 80 + b"a" + b",)" * 80 + b" = f()",
        b"x: '" + b"a[" * 300 + b"b" + b"]" * 300 + b"'",
    ],
)
def test_what_python_reads_is_read(content: bytes) -> None:
    reading = read(content)
    assert reading.summary is not None, reading.problem
    assert len(reading.summary.calls) == len([node for node in ast.walk(parse(content)) if isinstance(node, ast.Call)])


def test_nothing_refers_through_more_levels_than_anyone_can_follow() -> None:
    reading = read(b"x = a" + b".f(1)" * 900)
    assert reading.summary is not None
    longest = [0] * len(reading.summary.calls)
    for index, call in enumerate(reading.summary.calls):
        longest[index] = 1 + max([longest[reference] for reference in references(call)], default=0)
    assert 10 < max(longest) < 100


def test_warnings_of_the_scanned_code_are_silent_and_ours_are_not() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert read(b"x = '\\d'; y = 1 is 1").summary is not None
        warnings.warn("ours", DeprecationWarning, stacklevel=1)
    assert [str(each.message) for each in caught] == ["ours"]


def test_reading_does_not_touch_the_collector() -> None:
    enabled = gc.isenabled()
    read(b"x = 1")
    assert gc.isenabled() is enabled
