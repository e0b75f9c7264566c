"""Rewritings that change nothing must not change what calls and objects are found to be."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

LIBRARY = """
class Session:
    def execute(self, text): ...
    def close(self): ...

def connect():
    return Session()

def helper(value):
    return value
"""

MAIN = """
from library import Session, connect, helper
from fastapi import APIRouter

router = APIRouter()
session = connect()

class Service:
    def __init__(self, store: Session):
        self.store = store

    def load(self, key):
        found = self.store.execute(key)
        helper(found)
        return found

def handler(key):
    with_session = connect()
    service = Service(with_session)
    service.load(key)
    with_session.close()
    router.get(key)
"""

NAMES = st.from_regex(r"\A[a-z]{6,9}_x\Z")


def said(asked, path="main.py"):
    """What every call of a file calls, by the names of the project before it was rewritten."""
    calls = asked.summaries[path].calls
    return [re.sub(r"\w+::", "::", asked.linked.callee(path, index).name) for index in range(len(calls))]


def created(asked, path="main.py"):
    return [re.sub(r"\w+::", "::", asked.maker(path, name)) for name in ("router", "session")]


@settings(max_examples=25, deadline=None)
@given(alias=NAMES)
def test_importing_under_another_name(make_project, alias):
    before = make_project({"library.py": LIBRARY, "main.py": MAIN})
    source = re.sub(r"\bconnect\b", alias, MAIN).replace(f"Session, {alias}", f"Session, connect as {alias}")
    after = make_project({"library.py": LIBRARY, "main.py": source})
    assert (said(after), created(after)) == (said(before), created(before))


@settings(max_examples=25, deadline=None)
@given(name=NAMES)
def test_renaming_a_local(make_project, name):
    before = make_project({"library.py": LIBRARY, "main.py": MAIN})
    after = make_project({"library.py": LIBRARY, "main.py": re.sub(r"\bwith_session\b", name, MAIN)})
    assert said(after) == said(before)


@settings(max_examples=25, deadline=None)
@given(name=NAMES)
def test_renaming_an_attribute(make_project, name):
    before = make_project({"library.py": LIBRARY, "main.py": MAIN})
    after = make_project({"library.py": LIBRARY, "main.py": MAIN.replace("self.store", f"self.{name}")})
    assert said(after) == said(before)


@settings(max_examples=15, deadline=None)
@given(
    name=NAMES,
    style=st.sampled_from(["from {0} import Session, connect, helper", "from {0} import *", "from .{0} import *"]),
)
def test_moving_code_behind_a_re_export(make_project, name, style):
    before = make_project({"library.py": LIBRARY, "main.py": MAIN})
    after = make_project({f"{name}.py": LIBRARY, "library.py": style.format(name), "main.py": MAIN})
    assert (said(after), created(after)) == (said(before), created(before))


def test_importing_the_module_instead_of_its_names(make_project):
    before = make_project({"library.py": LIBRARY, "main.py": MAIN})
    source = re.sub(r"\b(Session|connect|helper)\b", r"library.\1", MAIN)
    source = source.replace("from library import library.Session, library.connect, library.helper", "import library")
    after = make_project({"library.py": LIBRARY, "main.py": source})
    assert (said(after), created(after)) == (said(before), created(before))


@settings(max_examples=15, deadline=None)
@given(depth=st.integers(1, 6))
def test_adding_functions_that_pass_through(make_project, depth):
    wrappers = "def step0():\n    return Session()\n"
    wrappers += "".join(f"def step{n}():\n    made = step{n - 1}()\n    return made\n" for n in range(1, depth + 1))
    library = LIBRARY.replace("return Session()", f"return step{depth}()") + wrappers
    before = make_project({"library.py": LIBRARY, "main.py": MAIN})
    after = make_project({"library.py": library, "main.py": MAIN})
    assert (said(after), created(after)) == (said(before), created(before))


@settings(max_examples=20, deadline=None)
@given(seed=st.randoms(use_true_random=False))
def test_the_order_of_questions(make_project, seed):
    sources = {
        "library.py": LIBRARY,
        "main.py": MAIN,
        "a.py": (
            "from b import x\nfrom library import *\ny = x\ndef f(v):\n    return g(v)\n"
            "def g(v):\n    return f(y) or connect()\nf(y).close()\n"
        ),
        "b.py": "from a import y\nx = y or z\nz = x\nx.close()\n",
    }
    straight, shuffled = make_project(sources), make_project(sources)
    questions = [(path, index) for path in sources for index in range(len(straight.summaries[path].calls))]
    expected = {each: straight.linked.callee(*each) for each in questions}
    seed.shuffle(questions)
    assert {each: shuffled.linked.callee(*each) for each in questions} == expected
