"""Callees, callers and reach."""

import pytest

from readiness.model import SymbolKind


def test_an_attribute_of_an_object_of_self(project):
    source = {
        "repo.py": "class Repo:\n    def get(self): ...\n",
        "service.py": (
            "from repo import Repo\nclass Service:\n"
            "    def __init__(self):\n        self.repo = Repo()\n    def f(self):\n        self.repo.get()\n"
        ),
    }
    assert project(source).callee("service.py", "get") == "repo::Repo.get"


def test_an_attribute_annotated_in_the_parameter_that_fills_it(project):
    source = {
        "repo.py": "class Repo:\n    def get(self): ...\n",
        "service.py": (
            "from repo import Repo\nclass Service:\n    def __init__(self, repo: Repo):\n        self.repo = repo\n"
            "    def f(self):\n        self.repo.get()\n"
        ),
    }
    assert project(source).callee("service.py", "get") == "repo::Repo.get"


def test_a_decorated_function_is_still_itself(project):
    source = """
    from functools import wraps
    def d(f):
        @wraps(f)
        def w(): return f()
        return w
    @d
    def g(): ...
    g()
    """
    assert project({"m.py": source}).callee("m.py", "g") == "m::g"


def test_a_called_partial_calls_its_function(project):
    asked = project({"m.py": "from functools import partial\ndef f(a): ...\ng = partial(f, 1)\ng()"})
    assert asked.callee("m.py", "g") == "m::f"


def test_an_object_that_is_called_calls_its_call_method(project):
    asked = project({"m.py": "class A:\n    def __call__(self): ...\na = A()\na()"})
    assert asked.callee("m.py", "a") == "m::A.__call__"


def test_a_call_of_something_unknown_is_unknown(project):
    asked = project({"m.py": "def f(x):\n    x.a.b()\n    x[0]()\n"})
    assert asked.linked.callee("m.py", 0).kind is SymbolKind.UNKNOWN
    assert asked.linked.callee("m.py", 1).kind is SymbolKind.UNKNOWN


def test_a_subscripted_class_is_called_as_itself(project):
    asked = project({"m.py": "from a import Page\nPage[int]()", "a.py": "class Page: ..."})
    assert asked.callee("m.py", "Page") == "a::Page"


@pytest.mark.parametrize("source", ["', '.join(x)", "x = 'a'\nx.join(y)", "f'{y}'.join(x)", "'%s' % 1 .join(x)"])
def test_methods_of_text(project, source):
    assert project({"m.py": source}).callee("m.py", "join").endswith("join")


def test_a_long_chain_is_followed_to_its_end(project):
    source = "from a import A\nA()" + ".b()" * 400 + ".c()"
    asked = project({"m.py": source, "a.py": "class A:\n    def b(self): return self\n    def c(self): ...\n"})
    assert asked.callee("m.py", "c") in ("a::A.c", "().c")


def test_callers_are_found_through_imports_aliases_and_methods(project):
    asked = project(
        {
            "a.py": "class A:\n    def f(self): ...\ndef g(): ...\n",
            "b.py": "from a import A, g as h\nA().f()\nh()",
            "c.py": "import a\ni = a.g\ni()\ndef f(): ...\nf()",
        }
    )
    assert asked.linked.callers(asked.resolve("a.py", "A.f")) == [("b.py", 1)]
    assert asked.linked.callers(asked.resolve("a.py", "g")) == [("b.py", 2), ("c.py", 0)]


def test_calls_in_a_function_include_those_of_nested_functions(project):
    asked = project({"m.py": "def f():\n    a()\n    def g():\n        b()\n    return g\nc()\n"})
    found = asked.linked.calls_in(asked.resolve("m.py", "f"))
    assert [asked.summaries["m.py"].calls[index].line for index in found] == [2, 4]


CHAIN = {"m.py": "def a():\n    b()\ndef b():\n    c()\ndef c():\n    d()\ndef d():\n    a()\n"}


@pytest.mark.parametrize(("depth", "names"), [(0, "a"), (1, "ab"), (2, "abc"), (9, "abcd")])
def test_reach_is_bounded_by_its_depth(project, depth, names):
    asked = project(CHAIN)
    found = asked.linked.reached_from(asked.resolve("m.py", "a"), depth)
    assert [each.name for each in found] == [f"m::{name}" for name in names]


def test_reach_goes_through_methods_and_constructors(project):
    asked = project(
        {
            "m.py": "class A:\n    def __init__(self):\n        g()\n    def f(self): ...\ndef g(): ...\ndef h():\n    A().f()\n"
        }
    )
    names = [each.name for each in asked.linked.reached_from(asked.resolve("m.py", "h"))]
    assert names == ["m::h", "m::A.__init__", "m::A.f", "m::g"]


def test_reach_goes_through_functions_handed_to_a_library(project):
    asked = project({"m.py": "from anyio import run_sync\ndef load(): ...\ndef f():\n    run_sync(load)\n"})
    assert [each.name for each in asked.linked.reached_from(asked.resolve("m.py", "f"))] == ["m::f", "m::load"]


def test_the_span_of_a_call(project):
    span = project({"m.py": "x = f(\n  1)"}).linked.span("m.py", 0)
    assert (span.line, span.column, span.end_line, span.end_column) == (1, 5, 2, 5)


def test_reach_goes_from_a_method_without_body_to_those_of_subclasses(project):
    source = """
    from abc import ABC, abstractmethod
    class Sender(ABC):
        @abstractmethod
        def send(self): ...
    class Mail(Sender):
        def send(self):
            connect()
    def connect(): ...
    def f(sender: Sender):
        sender.send()
    """
    asked = project({"m.py": source})
    names = [each.name for each in asked.linked.reached_from(asked.resolve("m.py", "f"))]
    assert names == ["m::f", "m::Sender.send", "m::Mail.send", "m::connect"]


def test_the_default_of_a_table_is_what_its_maker_makes(project):
    asked = project({"m.py": "from collections import defaultdict\nx = defaultdict(list)\nx['a'].append(1)"})
    assert asked.callee("m.py", "append") == "list.append"


def test_an_attribute_of_a_library_object_is_named_by_the_way_to_it(project):
    asked = project({"m.py": "from fastapi import Request\ndef f(request: Request):\n    request.headers.get('x')\n"})
    assert asked.callee("m.py", "get") == "fastapi.Request.headers.get"


def test_a_property_that_gives_a_function(project):
    source = "class T:\n    def t(self): ...\nclass A:\n    tr: T\n    @property\n    def t(self):\n        return self.tr.t\n"
    asked = project({"m.py": source + "def f(a: A):\n    a.t()\n"})
    assert asked.callee("m.py", "t") == "m::T.t"
