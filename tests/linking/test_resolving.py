"""What names denote."""

import pytest

from readiness.model import SymbolKind


def test_a_from_import_of_a_library_keeps_its_name(project):
    asked = project({"a.py": "from fastapi import APIRouter as R"})
    assert asked.resolve("a.py", "R") == asked.resolve("a.py", "R")
    assert asked.resolve("a.py", "R").name == "fastapi.APIRouter"
    assert asked.resolve("a.py", "R").kind is SymbolKind.EXTERNAL


def test_attributes_of_a_library_are_part_of_the_name(project):
    asked = project({"a.py": "import sqlalchemy as sa"})
    assert asked.resolve("a.py", "sa.orm.Session").name == "sqlalchemy.orm.Session"


def test_a_name_re_exported_by_a_package(project):
    asked = project(
        {"app/__init__.py": "from .db import engine", "app/db.py": "engine = 1", "main.py": "from app import engine"}
    )
    assert asked.resolve("main.py", "engine").name == "app.db::engine"


def test_a_submodule_of_a_package_that_imports_it_by_itself(project):
    asked = project(
        {"app/__init__.py": "from . import db", "app/db.py": "def f(): ...", "main.py": "import app\napp.db.f()"}
    )
    assert asked.callee("main.py", "f") == "app.db::f"


def test_a_star_import_gives_public_names(project):
    asked = project({"a.py": "from b import *", "b.py": "def f(): ...\ndef _g(): ..."})
    assert asked.resolve("a.py", "f").name == "b::f"
    assert asked.resolve("a.py", "_g").kind is SymbolKind.UNKNOWN


def test_a_star_import_gives_what_all_lists(project):
    asked = project({"a.py": "from b import *", "b.py": "__all__ = ['_g']\ndef f(): ...\ndef _g(): ..."})
    assert asked.resolve("a.py", "_g").name == "b::_g"
    assert asked.resolve("a.py", "f").kind is SymbolKind.UNKNOWN


def test_a_star_import_passes_on_names_of_libraries(project):
    asked = project({"a.py": "from b import *\nselect()", "b.py": "from sqlalchemy import select"})
    assert asked.callee("a.py", "select") == "sqlalchemy.select"


def test_star_imports_in_a_circle_end(project):
    asked = project({"a.py": "from b import *", "b.py": "from a import *"})
    assert asked.resolve("a.py", "f").kind is SymbolKind.UNKNOWN


def test_import_circles_end(project):
    asked = project({"a.py": "from b import x", "b.py": "from a import x"})
    assert asked.resolve("a.py", "x").kind is SymbolKind.UNKNOWN


def test_an_assignment_to_itself_ends(project):
    asked = project({"a.py": "x = x\ny = z\nz = y"})
    assert asked.resolve("a.py", "x").kind is SymbolKind.VARIABLE
    assert asked.resolve("a.py", "y").kind is SymbolKind.VARIABLE
    assert asked.creation("a.py", "y") is None


@pytest.mark.parametrize("order", [("orjson", "json"), ("a", "b")])
def test_of_a_guarded_import_the_first_choice_counts(project, order):
    first, second = order
    asked = project({"m.py": f"try:\n    import {first} as j\nexcept ImportError:\n    import {second} as j\n"})
    assert asked.resolve("m.py", "j").name == first


def test_a_guarded_import_counts_before_its_none(project):
    asked = project({"m.py": "try:\n    import redis\nexcept ImportError:\n    redis = None\n"})
    assert asked.resolve("m.py", "redis.Redis").name == "redis.Redis"


def test_type_checking_imports_count(project):
    asked = project(
        {"m.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import B\n", "a.py": "class B: ..."}
    )
    assert asked.resolve("m.py", "B").name == "a::B"


def test_imports_inside_functions_are_local(project):
    asked = project({"m.py": "def f():\n    from a import g\n    g()\n\ndef h():\n    g()\n", "a.py": "def g(): ..."})
    assert asked.resolve("m.py", "g", "f").name == "a::g"
    assert asked.resolve("m.py", "g", "h").kind is SymbolKind.UNKNOWN


def test_a_parameter_hides_a_module_name(project):
    asked = project({"m.py": "def x(): ...\ndef f(x):\n    x()\n"})
    found = asked.resolve("m.py", "x.y", "f")
    assert (found.kind, found.name, found.rest) == (SymbolKind.PARAMETER, "m::f.x", ("y",))
    assert found.index == asked.scope("m.py", "f")


def test_a_local_name_hides_a_module_name_even_before_it_is_bound(project):
    asked = project({"m.py": "x = 1\ndef f():\n    print(x)\n    x = 2\n"})
    assert asked.resolve("m.py", "x", "f", 3).name == "m::f.x"


def test_methods_do_not_see_class_names(project):
    asked = project({"m.py": "x = 1\nclass A:\n    x = 2\n    y = x\n    def f(self):\n        return x\n"})
    assert asked.resolve("m.py", "x", "A.f").name == "m::x"
    assert asked.resolve("m.py", "x", "A", 4).name == "m::A.x"


def test_inner_functions_see_outer_names(project):
    asked = project({"m.py": "def f():\n    x = 1\n    def g():\n        return x\n"})
    assert asked.resolve("m.py", "x", "f.<locals>.g").name == "m::f.x"


def test_builtins(project):
    asked = project({"m.py": "print(1)"})
    assert (asked.resolve("m.py", "print").kind, asked.callee("m.py", "print")) == (SymbolKind.BUILTIN, "print")


def test_the_binding_in_force_at_a_line(project):
    asked = project(
        {"m.py": "def f():\n    x = A()\n    use(x)\n    x = B()\n    use(x)\nclass A: ...\nclass B: ...\n"}
    )
    assert asked.type_of("m.py", "x", "f", 3) == "m::A"
    assert asked.type_of("m.py", "x", "f", 5) == "m::B"
    assert asked.summaries["m.py"].assignments[asked.resolve("m.py", "x", "f", 5).index].line == 4


def test_a_statement_over_several_lines_sees_the_binding_before_it(project):
    source = """
    import sqlalchemy as sa
    def f(a):
        query = sa.Select(a)
        query = (
            query
            .where(a)
        )
        query.all()
    """
    asked = project({"m.py": source}, {"sqlalchemy.Select.where": "sqlalchemy.Select"})
    assert asked.callee("m.py", "where") == "sqlalchemy.Select.where"
    assert asked.callee("m.py", "all") == "sqlalchemy.Select.all"


def test_a_variable_that_is_another_name_of_a_function(project):
    asked = project({"m.py": "import a\ny = a.f\ny()", "a.py": "def f(): ..."})
    assert asked.callee("m.py", "y") == "a::f"


def test_an_annotation_alias_stays_a_variable(project):
    asked = project({"m.py": "from typing import Annotated\nAlias = Annotated[int, 1]"})
    assert asked.resolve("m.py", "Alias").kind is SymbolKind.VARIABLE


def test_an_attribute_of_an_object_is_kept_as_rest(project):
    asked = project({"m.py": "from a import settings", "a.py": "class S:\n    x = 1\nsettings = S()"})
    found = asked.resolve("m.py", "settings.x.y")
    assert (found.kind, found.name, found.rest) == (SymbolKind.VARIABLE, "a::settings", ("x", "y"))


def test_an_attribute_of_self_is_the_assignment_in_the_class(project):
    asked = project(
        {"m.py": "class A:\n    def __init__(self):\n        self.x = 1\n    def f(self):\n        return self.x\n"}
    )
    found = asked.resolve("m.py", "self.x", "A.f")
    assert (found.kind, found.name) == (SymbolKind.VARIABLE, "m::A.x")


def test_an_attribute_of_self_in_a_base_class(project):
    asked = project(
        {
            "m.py": "from a import A\nclass B(A):\n    def f(self):\n        self.go()\n",
            "a.py": "class A:\n    def go(self): ...",
        }
    )
    assert asked.callee("m.py", "go") == "a::A.go"


def test_a_class_attribute_through_cls(project):
    asked = project({"m.py": "class A:\n    @classmethod\n    def f(cls):\n        cls.g()\n    def g(self): ...\n"})
    assert asked.callee("m.py", "g") == "m::A.g"


def test_the_first_parameter_of_a_static_method_is_no_self(project):
    asked = project({"m.py": "class A:\n    @staticmethod\n    def f(x):\n        x.g()\n    def g(self): ...\n"})
    assert asked.resolve("m.py", "x.g", "A.f").kind is SymbolKind.PARAMETER


def test_a_class_method_by_its_class(project):
    asked = project({"m.py": "from a import A\nA.make()", "a.py": "class A:\n    @classmethod\n    def make(cls): ..."})
    assert asked.callee("m.py", "make") == "a::A.make"


def test_a_method_inherited_from_a_library_has_its_name(project):
    asked = project({"m.py": "from pydantic import BaseModel\nclass A(BaseModel): ...\nA.model_validate({})"})
    assert asked.callee("m.py", "model_validate") == "pydantic.BaseModel.model_validate"


def test_a_global_statement_binds_at_module_level(project):
    asked = project({"m.py": "import a\nengine = None\ndef start():\n    global engine\n    engine = a.Engine()\n"})
    assert asked.maker("m.py", "engine") == "a.Engine"


def test_the_getter_of_a_property_counts(project):
    source = """
    class A:
        @property
        def x(self) -> int: ...
        @x.setter
        def x(self, value): ...
    """
    asked = project({"m.py": source})
    member = asked.linked.member(asked.resolve("m.py", "A"), "x")
    assert asked.summaries["m.py"].definitions[member.index].line == 4


def test_the_variable_of_a_comprehension_stays_in_its_statement(project):
    source = """
    def f(a: list[A], b: list[B]):
        one = [x for x in a]
        two = [
            x.go()
            for x in b
        ]
        return x
    class A: ...
    class B:
        def go(self): ...
    x = 1
    """
    asked = project({"m.py": source})
    assert asked.callee("m.py", "go") == "m::B.go"
    assert asked.resolve("m.py", "x", "f", 8).name == "m::x"


def test_find_gives_back_what_symbol_names(project):
    asked = project({"app/a.py": "class A:\n    def f(self):\n        def g(): ...\n", "app/__init__.py": ""})
    for index in range(3):
        assert asked.linked.find(asked.linked.symbol("app/a.py", index)) == ("app/a.py", index)
    assert asked.linked.symbol("app/a.py", 2) == "app.a::A.f.<locals>.g"
    assert asked.linked.symbol("app/a.py", -1) == "app.a"
    assert asked.linked.find("app.a::B") is None
