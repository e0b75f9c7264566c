"""Files, texts, trees and facts of a linked project."""

import ast

import pytest

from readiness.linking.trees import KEPT, LARGEST, decode
from readiness.model import Application, Resolution, Route, Scope, Span


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"x", "x"),
        ("ä".encode(), "ä"),
        ("\ufeffä".encode(), "ä"),
        ("ä".encode("utf-16"), "ä"),
        (b"# -*- coding: latin-1 -*-\n# \xe4", "# -*- coding: latin-1 -*-\n# ä"),
        (b"#!/bin/sh\n# coding=latin-1\n\xe4", "#!/bin/sh\n# coding=latin-1\nä"),
        (b"# coding: nonsense\n", None),
        (b"# coding: hex\nzz", None),
        (b"\xff\x00\xe4", None),
        (b"x" * (LARGEST + 1), None),
    ],
    ids=[
        "ascii",
        "utf-8",
        "mark",
        "utf-16",
        "cookie",
        "cookie on line 2",
        "unknown",
        "no text codec",
        "binary",
        "large",
    ],
)
def test_text_is_decoded(content, text):
    assert decode(content, python=True) == text


def test_text_of_a_file_that_is_no_code(project):
    asked = project({"a.toml": "x = 1"})
    assert asked.linked.text("a.toml") == "x = 1"
    assert asked.linked.content("a.toml") == b"x = 1"


def test_text_of_a_file_that_is_not_there(project):
    asked = project({"a.py": ""})
    assert (asked.linked.text("b.py"), asked.linked.content("../etc/passwd"), asked.linked.tree("b.py")) == (None,) * 3


def test_a_tree_is_parsed_once_and_kept(project):
    asked = project({"a.py": "x = 1"})
    tree = asked.linked.tree("a.py")
    assert isinstance(tree, ast.Module)
    assert asked.linked.tree("a.py") is tree


FUNCTIONS = """\
if True:
    class A:
        @decorated(
            1,
        )
        async def f(self, x: int = 2) -> str:
            text = \'\'\'
no indentation
\'\'\'
            def inner(): return [each for each in x]
            return f"{text!r:>{x}}"

        def g(self): pass; pass
def h(): return lambda: 1
"""


@pytest.mark.parametrize("name", ["A.f", "A.f.<locals>.inner", "A.g", "h"])
def test_a_function_alone_is_the_function_of_its_file(project, name):
    asked = project({"a.py": FUNCTIONS})
    alone = asked.linked.function("a.py", asked.scope("a.py", name))
    inside = next(
        each
        for each in ast.walk(asked.linked.tree("a.py"))
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name == alone.name
    )
    assert alone is not inside
    assert ast.dump(alone, include_attributes=True) == ast.dump(inside, include_attributes=True)


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    return f'{a['b']}'\n",
        "def f[T](x: T) -> T:\n    return x\n",
        "class A:\n    def f(self):\n        try:\n            x\n        except A, B: pass\n",
        "x = f'{a['b']}'\ndef f(): return 1\n",
    ],
    ids=["string", "parameters", "clause", "elsewhere"],
)
def test_a_function_of_a_file_in_newer_syntax_has_its_tree(project, source):
    asked = project({"a.py": source})
    found = asked.linked.function(
        "a.py", next(n for n, each in enumerate(asked.summaries["a.py"].definitions) if each.name == "f")
    )
    assert found.name == "f"
    assert "__readiness" not in ast.unparse(found)


def test_a_function_in_a_file_without_end_is_found_in_the_tree(project):
    asked = project({"a.py": "\n" * 20_000 + "def f(): pass\ndef g(): pass\n"})
    found = asked.linked.function("a.py", asked.scope("a.py", "g"))
    assert (found.name, found.lineno) == ("g", 20_002)
    assert asked.linked.function("a.py", asked.scope("a.py", "f")).name == "f"


def test_what_is_no_function_has_no_function_tree(project):
    asked = project({"a.py": "class A: pass"})
    assert asked.linked.function("a.py", asked.scope("a.py", "A")) is None
    assert asked.linked.function("a.py", -1) is None
    assert asked.linked.function("b.py", 0) is None


def test_only_some_trees_are_kept(project):
    asked = project({f"m{n}.py": "x = 1" for n in range(KEPT + 1)})
    first = asked.linked.tree("m0.py")
    for n in range(1, KEPT + 1):
        asked.linked.tree(f"m{n}.py")
    assert asked.linked.tree("m0.py") is not first


def test_paths_by_scope(project):
    asked = project({"app/a.py": "", "tests/test_a.py": "def test_a(): ..."})
    assert asked.linked.paths() == ["app/a.py", "tests/test_a.py"]
    assert asked.linked.paths(Scope.TEST) == ["tests/test_a.py"]


def application(line):
    return Application(span=Span("a.py", line), symbol="a", scope=Scope.SERVICE, framework="F", name="f")


def test_facts_come_in_order_of_place(project):
    linked = project({"a.py": ""}).linked
    linked.add([application(3), application(1)])
    linked.add([application(2)])
    assert [each.span.line for each in linked.each(Application)] == [1, 2, 3]
    assert list(linked.each(Route)) == []


def test_handlers_are_known_by_their_routes(project):
    linked = project({"a.py": ""}).linked
    route = Route(
        span=Span("a.py", 1), symbol="a::f", scope=Scope.SERVICE, resolution=Resolution.EXACT, framework="F",
        method="GET", path="/", handler="a::f", registered=Span("a.py", 1),
    )  # fmt: skip
    linked.add([route])
    assert linked.handler_of("a::f")
    assert not linked.handler_of("a::g")
