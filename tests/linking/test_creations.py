"""The identity of objects across files."""

import pytest

MADE = {
    "a name": "router = APIRouter()\n",
    "a function's local": "def make():\n    r = APIRouter()\n    return r\nrouter = make()\n",
    "a function's return": "def make():\n    return APIRouter()\nrouter = make()\n",
    "a cached function": (
        "from functools import lru_cache\n@lru_cache\ndef make():\n    return APIRouter()\nrouter = make()\n"
    ),
    "a function of a function": (
        "def inner():\n    return APIRouter()\ndef make():\n    return inner()\nrouter = make()\n"
    ),
    "an or": "import a\nrouter = a.given or APIRouter()\n",
    "a choice": "import sys\nrouter = None if sys.argv else APIRouter()\n",
    "a with": "with APIRouter() as router:\n    pass\n",
    "an await": "async def f():\n    global router\n    router = await APIRouter()\n",
    "a cast": "from typing import cast\nrouter = cast(APIRouter, APIRouter())\n",
    "a later filled name": "router = None\nif True:\n    router = APIRouter()\n",
    "a class attribute": "class A:\n    r = APIRouter()\nrouter = A.r\n",
    "an object's attribute": (
        "class A:\n    def __init__(self):\n        self.r = APIRouter()\na = A()\nrouter = a.r\n"
    ),
    "a property": "class A:\n    @property\n    def r(self):\n        return APIRouter()\na = A()\nrouter = a.r\n",
    "a walrus": "print(router := APIRouter())\n",
    "another name": "r = APIRouter()\nrouter = r\n",
}


@pytest.mark.parametrize("source", MADE.values(), ids=MADE.keys())
def test_an_object_made_by(project, source):
    asked = project({"m.py": f"from fastapi import APIRouter\n{source}", "main.py": "from m import router"})
    assert asked.maker("main.py", "router") == "fastapi.APIRouter"
    made = asked.creation("main.py", "router")
    assert made.path == "m.py"
    assert asked.creation("m.py", "router") == made


def test_an_attribute_of_an_imported_module(project):
    asked = project({"m.py": "from fastapi import APIRouter\nrouter = APIRouter()", "main.py": "import m\nm.router"})
    assert asked.creation("main.py", "m.router") == asked.creation("m.py", "router")


def test_an_attribute_of_self(project):
    source = "from fastapi import APIRouter\nclass A:\n    def __init__(self):\n"
    source += "        self.router = APIRouter()\n    def f(self):\n        self.router\n"
    asked = project({"m.py": source})
    assert asked.maker("m.py", "self.router", "A.f") == "fastapi.APIRouter"


def test_two_objects_of_one_class_are_two(project):
    asked = project({"m.py": "from fastapi import APIRouter\na = APIRouter()\nb = APIRouter()"})
    assert asked.creation("m.py", "a") != asked.creation("m.py", "b")


def test_a_project_class_is_a_maker(project):
    asked = project({"m.py": "class A: ...\na = A()"})
    assert asked.maker("m.py", "a") == "m::A"


def test_a_name_bound_again_is_the_object_in_force(project):
    asked = project({"m.py": "import a\ndef f():\n    x = a.One()\n    x = a.Two()\n    x.go()\n"})
    assert asked.maker("m.py", "x", "f", 4) == "a.One"
    assert asked.maker("m.py", "x", "f", 5) == "a.Two"


def test_a_name_bound_again_by_something_unknown_is_not_the_old_object(project):
    asked = project({"m.py": "import a\ndef f(g):\n    x = a.One()\n    x = g[0]\n    x.go()\n"})
    assert asked.creation("m.py", "x", "f", 5) is None


def test_a_parameter_is_what_its_only_caller_passes(project):
    asked = project(
        {
            "m.py": "from fastapi import FastAPI\nfrom s import setup\napp = FastAPI()\nsetup(app)",
            "s.py": "def setup(app):\n    app.get('/')",
        }
    )
    assert asked.creation("s.py", "app", "setup") == asked.creation("m.py", "app")


def test_a_parameter_of_callers_who_disagree_is_nothing(project):
    asked = project({"m.py": "from a import A\ndef f(x): ...\nf(A())\nf(A())"})
    assert asked.creation("m.py", "x", "f") is None


def test_a_parameter_that_its_own_function_passes_on_ends(project):
    asked = project({"m.py": "def f(x):\n    f(x)\n"})
    assert asked.creation("m.py", "x", "f") is None


def test_functions_that_return_each_other_end(project):
    asked = project({"m.py": "def f():\n    return g()\ndef g():\n    return f()\nx = f()"})
    assert asked.creation("m.py", "x") is None


def test_an_object_of_a_tuple_that_a_function_returns(project):
    asked = project(
        {
            "m.py": "import a\ndef make():\n    one = a.One()\n    return one, a.Two()\nx, y = make()\nz, w = a.One(), a.Two()"
        }
    )
    assert [asked.maker("m.py", name) for name in "xyzw"] == ["a.One", "a.Two", "a.One", "a.Two"]
