"""Constants."""

import pytest

from readiness.model import UNKNOWN

SETTINGS = """
from enum import Enum, StrEnum
from typing import Final
from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings
import os
class Settings(BaseSettings):
    PREFIX: str = "/api/v1"
    SIZE: int = Field(default=20, le=100)
    HOST: str
    @property
    def url(self) -> str:
        return f"{self.PREFIX}/docs"
settings = Settings()
def get_settings():
    return Settings()
class Role(Enum):
    ADMIN = "admin"
class Kind(StrEnum):
    ONE = "one"
class Table:
    name = "users"
    size = 5
class Page(BaseModel):
    limit: int = 10
BASE: Final = "/a"
PART = BASE + "/b"
TABLE = {"x": "/x", "y": PART}
NAMES = ["n1", "n2"]
CHANGED = {"x": 1}
CHANGED["x"] = 2
TWICE = "a"
TWICE = "b"
if os.name == "nt":
    BRANCH = 1
else:
    BRANCH = 2
if os.name == "nt":
    SAME = 1
else:
    SAME = 1
GROWN = "a"
GROWN += "b"
"""

VALUES = {
    "BASE": "/a",
    "PART": "/a/b",
    "f'{PART}/c'": "/a/b/c",
    "'%s/%s' % (BASE, 1)": "/a/1",
    "'%s!' % BASE": "/a!",
    "'{}/{x}'.format(BASE, x=2)": "/a/2",
    "BASE.upper()": "/A",
    "'/a/'.rstrip('/')": "/a",
    "'/'.join(['a', BASE])": "a//a",
    "'-'.join(NAMES)": "n1-n2",
    "settings.PREFIX": "/api/v1",
    "settings.SIZE": 20,
    "settings.url": "/api/v1/docs",
    "settings.HOST": UNKNOWN,
    "get_settings().PREFIX": "/api/v1",
    "Settings().PREFIX": "/api/v1",
    "Settings(PREFIX='/x').PREFIX": "/x",
    "Role.ADMIN.value": "admin",
    "Role.ADMIN": UNKNOWN,
    "Kind.ONE": "one",
    "Kind.ONE.value": "one",
    "Table.name": "users",
    "Table().size": 5,
    "Page(limit=3).limit": 3,
    "Page().limit": 10,
    "os.getenv('X', 'd')": "d",
    "os.environ.get('X', 'd')": "d",
    "os.getenv('X')": UNKNOWN,
    "os.getenv('X') or 'd'": "d",
    "None or BASE": "/a",
    "'a' if os.name else 'a'": "a",
    "'a' if os.name else 'b'": UNKNOWN,
    "TABLE['y']": "/a/b",
    "TABLE['z']": UNKNOWN,
    "NAMES[-1]": "n2",
    "CHANGED['x']": UNKNOWN,
    "TWICE": "b",
    "BRANCH": UNKNOWN,
    "SAME": 1,
    "GROWN": UNKNOWN,
    "2 * 3 + 1": 7,
    "10 // 3": 3,
    "1 / 0": UNKNOWN,
    "'a' * 10 ** 9": UNKNOWN,
    "'%1000000000d' % 1": UNKNOWN,
    "'{:>1000000000}'.format(1)": UNKNOWN,
    "9 ** 9 ** 9": UNKNOWN,
    "int('12')": 12,
    "int('x')": UNKNOWN,
    "len('abc')": 3,
    "not True": False,
    "-SAME": -1,
    "None": None,
    "(lambda: 1)()": UNKNOWN,
    "missing": UNKNOWN,
}


@pytest.mark.parametrize(("expression", "expected"), VALUES.items(), ids=VALUES.keys())
def test_the_constant_of(project, expression, expected):
    asked = project({"conf.py": SETTINGS, "m.py": f"from conf import *\nimport os\nX = {expression}\n"})
    found = asked.constant("m.py", "X")
    assert found == expected
    assert type(found) is type(expected)


def test_a_constant_of_another_module(project):
    asked = project({"a.py": "import b\nX = b.Y + '!'", "b.py": "from c import Y", "c.py": "Y = 'y'"})
    assert asked.constant("a.py", "X") == "y!"


def test_a_parameter_is_no_constant(project):
    asked = project({"m.py": "def f(x=1):\n    y = x\n"})
    assert asked.constant("m.py", "x", "f") is UNKNOWN
    assert asked.constant("m.py", "y", "f") is UNKNOWN


def test_an_attribute_of_a_model_that_came_from_outside_is_no_constant(project):
    asked = project(
        {
            "m.py": "from pydantic import BaseModel\nclass P(BaseModel):\n    limit: int = 10\ndef f(p: P):\n    x = p.limit\n"
        }
    )
    assert asked.constant("m.py", "x", "f") is UNKNOWN


def test_settings_that_came_in_as_a_parameter_have_their_defaults(project):
    source = "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    limit: int = 10\n"
    source += "def f(s: S):\n    x = s.limit\n"
    assert project({"m.py": source}).constant("m.py", "x", "f") == 10


def test_an_attribute_that_a_method_sets_is_no_constant(project):
    source = "class A:\n    size = 1\n    def f(self, n):\n        self.size = n\na = A()\nx = a.size\n"
    assert project({"m.py": source}).constant("m.py", "x") is UNKNOWN


def test_a_name_bound_in_a_loop_is_no_constant(project):
    assert project({"m.py": "for x in [1]: pass"}).constant("m.py", "x") is UNKNOWN


def test_a_local_constant_is_the_one_in_force(project):
    asked = project({"m.py": "def f():\n    x = 1\n    use(x)\n    x = 2\n    use(x)\n"})
    assert asked.constant("m.py", "x", "f", 3) == 1
    assert asked.constant("m.py", "x", "f", 5) == 2


def test_a_local_set_on_one_branch_only_is_no_constant(project):
    asked = project({"m.py": "def f(a):\n    x = 1\n    if a:\n        x = 2\n    use(x)\n"})
    assert asked.constant("m.py", "x", "f", 5) is UNKNOWN


def test_constants_in_a_circle_end(project):
    asked = project({"a.py": "from b import Y\nX = Y + 'x'", "b.py": "from a import X\nY = X + 'y'"})
    assert asked.constant("a.py", "X") is UNKNOWN
