"""Code made to lead the linker astray."""

from itertools import permutations
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.model.summary import Name


def ask_everything(asked):
    """Put every kind of question about every place."""
    for path, summary in asked.summaries.items():
        for index, call in enumerate(summary.calls):
            asked.linked.callee(path, index)
            for value in (call.callee, *call.arguments):
                asked.linked.resolve_value(path, value, call.scope, call.line)
                asked.linked.type_of(path, value, call.scope, call.line)
                asked.linked.creation(path, value, call.scope, call.line)
                asked.linked.constant(path, value, call.scope, call.line)
        for assignment in summary.assignments:
            value = Name(assignment.target.removesuffix("[]"))
            asked.linked.type_of(path, value, assignment.scope, assignment.line)
            asked.linked.constant(path, value, assignment.scope, assignment.line)
        for index in range(len(summary.definitions)):
            symbol = asked.linked.resolve(path, summary.definitions[index].name)
            asked.linked.ancestors(symbol)
            asked.linked.callers(symbol)
            asked.linked.reached_from(symbol)


DEEP = {
    "re-exports": {f"m{n}.py": f"from m{n + 1} import x\nx()" for n in range(300)},
    "classes": {
        "m.py": "class A0: ...\n" + "".join(f"class A{n}(A{n - 1}): ...\n" for n in range(1, 400)) + "A399().x()"
    },
    "functions": {
        "m.py": "def f0(): return A()\n"
        + "".join(f"def f{n}(): return f{n - 1}()\n" for n in range(1, 400))
        + "f399().x()"
    },
    "nested calls": {"m.py": "x = " + "str(" * 80 + "1" + ")" * 80},
    "sums": {"m.py": "x = " + " + ".join(["'a'"] * 150)},
    "names": {"m.py": "x0 = 1\n" + "".join(f"x{n} = x{n - 1} + 1\n" for n in range(1, 500))},
    "attributes": {"m.py": "class A:\n    def __init__(self):\n        self.a = A()\nx = A()" + ".a" * 300 + "\nx.a()"},
    "decorators": {
        "m.py": "".join(f"def d{n}(f):\n    @d{n + 1}\n    def w(): return f()\n    return w\n" for n in range(60))
        + "d0(print)()"
    },
}


@pytest.mark.parametrize("sources", DEEP.values(), ids=DEEP.keys())
def test_deep_chains_of(project, sources):
    ask_everything(project(sources))


def test_wide_and_deep_calls_stay_within_the_bound(project):
    """Twelve functions that each return calls of all twelve: 12 to the power of the depth ways to go."""
    names = [f"f{n}" for n in range(12)]
    source = "".join(
        f"def {name}(x):\n" + "".join(f"    if x: return {other}(x)\n" for other in names) for name in names
    )
    ask_everything(project({"m.py": source + "y = f0(1)\ny.go()\n"}))


def test_diamonds_of_classes_stay_within_the_bound(project):
    source = "class A0: ...\nclass B0: ...\n"
    source += "".join(
        f"class A{n}(A{n - 1}, B{n - 1}): ...\nclass B{n}(A{n - 1}, B{n - 1}): ...\n" for n in range(1, 60)
    )
    asked = project({"m.py": source})
    assert len(asked.linked.ancestors(asked.resolve("m.py", "A20"))) == 41


WORDS = [
    "a",
    "b",
    "c",
    "self",
    "a.b",
    "b.c",
    "self.a",
    "a()",
    "b(c)",
    "c.a(b)",
    "[a]",
    "{b: c}",
    "a[b]",
    "a or b",
    "1",
    "'x'",
    "f'{a}'",
]
STATEMENTS = st.one_of(
    st.builds("{} = {}".format, st.sampled_from(["a", "b", "c", "self.a"]), st.sampled_from(WORDS)),
    st.builds(
        "from {} import {}".format,
        st.sampled_from(["m0", "m1", ".m0", ".", "lib"]),
        st.sampled_from(["a", "b", "*", "c as a"]),
    ),
    st.builds(
        "def {}(self, a={}): return {}".format, st.sampled_from("abc"), st.sampled_from(WORDS), st.sampled_from(WORDS)
    ),
    st.builds("class {}({}): a = {}".format, st.sampled_from("abc"), st.sampled_from(WORDS), st.sampled_from(WORDS)),
    st.builds("for {} in {}: {}".format, st.sampled_from("abc"), st.sampled_from(WORDS), st.sampled_from(WORDS)),
    st.builds("with {} as {}: pass".format, st.sampled_from(WORDS), st.sampled_from("abc")),
    st.builds("{}()".format, st.sampled_from(WORDS)),
)
FILES = st.lists(STATEMENTS, max_size=12).map("\n".join)


@settings(max_examples=120, deadline=None)
@given(first=FILES, second=FILES)
def test_any_tangle_is_answered(make_project, first, second):
    from readiness.languages.python import read

    sources = {path: text for path, text in (("m0.py", first), ("m1.py", second)) if read(text.encode()).summary}
    ask_everything(make_project(sources))


@settings(max_examples=60, deadline=None)
@given(first=FILES, second=FILES, order=st.randoms(use_true_random=False))
def test_answers_about_any_tangle_do_not_depend_on_their_order(make_project, first, second, order):
    from readiness.languages.python import read

    sources = {path: text for path, text in (("m0.py", first), ("m1.py", second)) if read(text.encode()).summary}
    straight, shuffled = make_project(sources), make_project(sources)
    questions = [(path, index) for path in sources for index in range(len(straight.summaries[path].calls))]
    expected = {each: straight.linked.callee(*each) for each in questions}
    order.shuffle(questions)
    assert {each: shuffled.linked.callee(*each) for each in questions} == expected


def test_where_a_circle_is_entered_first_decides_nothing(make_project):
    text = """
        a()
        b = a
        with c as b: pass
        class a(a): a = a()
        with b as a: pass
        def b(self, a=a): return a()
        with a() as c: pass
    """
    sources = {"m1.py": dedent(text).strip()}
    count = len(make_project(sources).summaries["m1.py"].calls)
    answers = set()
    for order in permutations(range(count)):
        linked = make_project(sources).linked
        found = {index: linked.callee("m1.py", index) for index in order}
        answers.add(tuple(found[index] for index in range(count)))
    assert len(answers) == 1
