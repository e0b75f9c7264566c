"""A call knows what stands around it, inside its own function."""

import pytest

from readiness.model.summary import Context, Name

C = Context


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("x = f()", C.NONE),
        ("f()", C.DISCARDED),
        ("await f()", C.DISCARDED | C.AWAITED),
        ("return f()", C.RETURNED),
        ("return g(f())", C.RETURNED),
        ("for a in b: x = f()", C.LOOP),
        ("for a in f(): ...", C.NONE),
        ("for a in b: ...\nelse: x = f()", C.NONE),
        ("while f(): ...", C.LOOP),
        ("if a: x = f()", C.CONDITION),
        ("if f(): ...", C.NONE),
        ("if a: ...\nelif f(): ...", C.CONDITION),
        ("if a: ...\nelse: x = f()", C.CONDITION),
        ("x = f() if a else b", C.CONDITION),
        ("match a:\n    case 1: x = f()", C.CONDITION),
        ("try: x = f()\nexcept E: ...", C.TRY),
        ("try: x = f()\nfinally: ...", C.NONE),
        ("try: ...\nexcept E: x = f()", C.EXCEPT),
        ("try: ...\nfinally: x = f()", C.FINALLY),
        ("try: ...\nexcept E: ...\nelse: x = f()", C.NONE),
        ("with f() as a: ...", C.WITH_ITEM),
        ("with g(f()) as a: ...", C.NONE),
        ("x = [f() for a in b]", C.LOOP | C.COMPREHENSION),
        ("x = [a for a in f()]", C.NONE),
        ("for a in b:\n    try: x = f()\n    except E: ...", C.LOOP | C.TRY),
        ("for a in b:\n    def g(): x = f()", C.NONE),
        ("@f()\ndef g(): ...", C.DECORATOR),
        ("def g(a=f()): ...", C.DEFAULT),
        ("def g(a: f()): ...", C.ANNOTATION),
    ],
)
def test_the_context_of_a_call(summary, call, code: str, expected: Context) -> None:
    body = "\n".join(["    " + line for line in code.split("\n")])
    assert Context(call(summary(f"async def handler():\n{body}"), "f").context) == expected


def test_calls_know_the_with_blocks_around_them(summary, call) -> None:
    found = summary("with a() as x, b(x):\n    with lock:\n        c()\nd()")
    assert [found.calls[index].callee for index in call(found, "c").within] == [Name("a"), Name("b")]
    assert [found.calls[index].callee for index in call(found, "b").within] == [Name("a")]
    assert call(found, "d").within == ()


def test_a_with_block_does_not_reach_into_a_nested_function(summary, call) -> None:
    found = summary("with a():\n    def f():\n        c()")
    assert call(found, "c").within == ()


def test_a_jump_out_of_a_finally_is_noted(summary) -> None:
    found = summary(
        """
        def f():
            for a in b:
                try: ...
                finally:
                    for c in d:
                        break
                    if c:
                        continue
                    def g():
                        return 1
                    return 2
        """
    )
    assert found.finally_exits == (9, 12)
