"""Ancestors and members."""

from readiness.model import SymbolKind


def names(asked, path, name):
    return [each.name for each in asked.linked.ancestors(asked.resolve(path, name))]


def test_ancestors_follow_the_method_resolution_order(project):
    asked = project({"m.py": "class O: ...\nclass A(O): ...\nclass B(O): ...\nclass C(A, B): ..."})
    assert names(asked, "m.py", "C") == ["m::C", "m::A", "m::B", "m::O"]


def test_an_impossible_order_gives_every_ancestor(project):
    asked = project({"m.py": "class A: ...\nclass B(A): ...\nclass C(A, B): ..."})
    assert set(names(asked, "m.py", "C")) == {"m::C", "m::A", "m::B"}


def test_an_inheritance_circle_ends(project):
    asked = project({"m.py": "class A(B): ...\nclass B(A): ..."})
    assert names(asked, "m.py", "A")[0] == "m::A"
    assert asked.linked.member(asked.resolve("m.py", "A"), "x").kind is SymbolKind.UNKNOWN


def test_a_class_that_names_itself_as_base_ends(project):
    asked = project({"m.py": "class A(A): ..."})
    assert names(asked, "m.py", "A") == ["m::A"]


def test_type_arguments_of_bases_are_left_out(project):
    asked = project(
        {
            "m.py": "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass A(Generic[T]): ...\nclass B(A[int]): ..."
        }
    )
    assert names(asked, "m.py", "B") == ["m::B", "m::A", "typing.Generic"]


def test_an_external_base_ends_its_branch(project):
    asked = project(
        {
            "m.py": "from a import Base\nclass A(Base): ...",
            "a.py": "from pydantic import BaseModel\nclass Base(BaseModel): ...",
        }
    )
    assert names(asked, "m.py", "A") == ["m::A", "a::Base", "pydantic.BaseModel"]
    assert asked.linked.is_a(asked.resolve("m.py", "A"), {"pydantic.BaseModel"})
    assert not asked.linked.is_a(asked.resolve("m.py", "A"), {"enum.Enum"})


def test_a_base_made_by_a_call(project):
    asked = project(
        {"m.py": "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\nclass A(Base): ..."}
    )
    assert names(asked, "m.py", "A") == ["m::A", "sqlalchemy.orm.declarative_base"]


def test_a_base_that_is_an_attribute_of_an_object(project):
    asked = project({"m.py": "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\nclass A(db.Model): ..."})
    assert names(asked, "m.py", "A") == ["m::A", "flask_sqlalchemy.SQLAlchemy.Model"]


def test_a_mixin_comes_before_the_base_behind_it(project):
    asked = project({"m.py": "class M:\n    def f(self): ...\nclass B:\n    def f(self): ...\nclass A(M, B): ..."})
    assert asked.linked.member(asked.resolve("m.py", "A"), "f").name == "m::M.f"


def test_member_of_a_library_class_is_unknown(project):
    asked = project({"m.py": "from pydantic import BaseModel\nclass A(BaseModel): ..."})
    assert asked.linked.member(asked.resolve("m.py", "A"), "model_dump").kind is SymbolKind.UNKNOWN


def test_super_speaks_to_the_class_above(project):
    asked = project({"m.py": "class A:\n    def f(self): ...\nclass B(A):\n    def f(self):\n        super().f()\n"})
    assert asked.callee("m.py", "f") == "m::A.f"


def test_super_of_a_library_class(project):
    asked = project(
        {
            "m.py": "from fastapi import FastAPI\nclass A(FastAPI):\n    def __init__(self):\n        super().__init__()\n"
        }
    )
    assert asked.callee("m.py", "__init__") == "fastapi.FastAPI.__init__"


def test_a_library_class_is_known_from_whichever_of_its_modules_it_comes(project):
    asked = project({"m.py": "from fastapi.applications import FastAPI\nclass A(FastAPI): ..."})
    assert asked.linked.is_a(asked.resolve("m.py", "A"), {"fastapi.FastAPI"})
