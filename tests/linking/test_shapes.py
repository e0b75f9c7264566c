"""Classes of objects."""

import pytest

ANNOTATED = {
    "itself": "Session",
    "a quotation": '"Session"',
    "Optional": "Optional[Session]",
    "a union with None": "Session | None",
    "a union of typing": "Union[None, Session]",
    "Annotated": "Annotated[Session, 1]",
    "an alias": "Alias",
    "an alias of Annotated": "Dep",
    "a bound type variable": "T",
    "a new type": "New",
}


@pytest.mark.parametrize("annotation", ANNOTATED.values(), ids=ANNOTATED.keys())
def test_a_parameter_annotated_with(project, annotation):
    source = f"""
    from typing import Annotated, NewType, Optional, TypeVar, Union
    from sqlalchemy.orm import Session
    Alias = Session
    Dep = Annotated[Session, 1]
    T = TypeVar("T", bound=Session)
    New = NewType("New", Session)
    def f(session: {annotation}):
        session.execute()
    """
    asked = project({"m.py": source})
    assert asked.type_of("m.py", "session", "f") == "sqlalchemy.orm.Session"
    assert asked.callee("m.py", "execute") == "sqlalchemy.orm.Session.execute"


BOUND = {
    "a call of the class": "x = Session()",
    "an annotated assignment": "x: Session = make()",
    "a declaration": "x: Session\nx = make()",
    "a with": "with Session() as x: pass",
    "an annotated return": "x = typed()",
    "an awaited return": "async def go():\n    global x\n    x = await awaited()",
    "a returned object": "x = untyped()",
    "an element": "for x in listed(): pass",
    "an unpacked pair": "_, x = pair()",
    "a subscript": "x = listed()[0]",
    "a dict's value": "x = table()['a']",
    "a dict's get": "x = table().get('a')",
    "items of a dict": "for _, x in table().items(): pass",
    "enumerate": "for _, x in enumerate(listed()): pass",
    "a generator context": "with managed() as x: pass",
    "a context without annotation": "with unannotated() as x: pass",
    "an own context class": "with Manager() as x: pass",
    "a context class that returns itself": "with Sub() as y: x = y.session",
    "a cast": "from typing import cast\nx = cast(Session, make())",
    "an or": "x = make() or Session()",
    "a property": "x = Sub().owned",
    "an attribute of init": "x = Sub().session",
    "Self": "x = Sub().me().session",
    "a class kept in a name": "C = Session\nx = C()",
    "a type of a class": "def f(c: type[Session]):\n    global x\n    x = c()",
    "next": "x = next(iter(listed()))",
    "a list of its own": "x = [Session()][0]",
    "a partial": "from functools import partial\nx = partial(typed, 1)()",
    "a lambda-free getter": "x = getter()()",
    "closing": "from contextlib import closing\nwith closing(Session()) as x: pass",
}


@pytest.mark.parametrize("binding", BOUND.values(), ids=BOUND.keys())
def test_a_name_bound_by(project, binding):
    source = """
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self
from sqlalchemy.orm import Session
from elsewhere import make
def typed() -> Session: ...
async def awaited() -> Session: ...
def untyped():
    s = Session()
    return s
def getter():
    return typed
def listed() -> list[Session]: ...
def pair() -> tuple[int, Session]: ...
def table() -> dict[str, Session]: ...
@contextmanager
def managed() -> Iterator[Session]:
    yield make()
@contextmanager
def unannotated():
    s = Session()
    yield s
class Manager:
    def __enter__(self) -> Session: ...
class Sub:
    def __init__(self):
        self.session = Session()
    @property
    def owned(self): return self.session
    def __enter__(self): return self
    def me(self) -> Self: ...
"""
    asked = project({"m.py": source + binding})
    assert asked.type_of("m.py", "x") == "sqlalchemy.orm.Session"


DEPENDENT = {
    "an annotated default": "def f(db: Session = Depends(get_db)): ...",
    "a bare default": "def f(db = Depends(get_db)): ...",
    "an untyped default": "def f(db = Depends(untyped)): ...",
    "Annotated": "def f(db: Annotated[Session, Depends(get_db)]): ...",
    "Annotated with Any": "def f(db: Annotated[Any, Depends(get_db)]): ...",
    "an alias": "Dep = Annotated[Session, Depends(get_db)]\ndef f(db: Dep): ...",
    "an asynchronous generator": "def f(db = Depends(asynchronous)): ...",
    "a class": "def f(db = Depends(Session2)): ...",
}


@pytest.mark.parametrize("handler", DEPENDENT.values(), ids=DEPENDENT.keys())
def test_a_dependency_given_by(project, handler):
    source = """
from collections.abc import AsyncGenerator, Generator
from typing import Annotated, Any
from fastapi import Depends
from sqlalchemy.orm import Session
class Session2(Session): ...
def get_db() -> Generator[Session, None, None]:
    yield 1
def untyped():
    with Session() as s:
        yield s
async def asynchronous() -> AsyncGenerator[Session, None]:
    yield 1
"""
    asked = project({"m.py": source + handler})
    found = asked.linked.type_of("m.py", named("db"), asked.scope("m.py", "f"))
    assert asked.linked.is_a(found, {"sqlalchemy.orm.Session"})


def named(name):
    from readiness.model.summary import Name

    return Name(name)


def test_self_is_its_class(project):
    asked = project({"m.py": "class A:\n    def f(self): ...\n"})
    assert asked.type_of("m.py", "self", "A.f") == "m::A"


def test_a_caught_exception_has_its_class(project):
    asked = project({"m.py": "try:\n    f()\nexcept ValueError as error:\n    error.args\n"})
    assert asked.type_of("m.py", "error") == "ValueError"


def test_known_results_of_libraries(project):
    results = {
        "sqlalchemy.create_engine": "sqlalchemy.Engine",
        "sqlalchemy.orm.sessionmaker.__call__": "sqlalchemy.orm.Session",
        "sqlalchemy.orm.Session.*": "sqlalchemy.Result",
        "flask.request": "flask.Request",
    }
    source = """
    from sqlalchemy import create_engine
    from sqlalchemy.orm import sessionmaker
    from flask import request
    engine = create_engine("x")
    Local = sessionmaker(bind=engine)
    with Local() as session:
        rows = session.execute("y")
    r = request
    """
    asked = project({"m.py": source}, results)
    assert asked.type_of("m.py", "engine") == "sqlalchemy.Engine"
    assert asked.type_of("m.py", "session") == "sqlalchemy.orm.Session"
    assert asked.type_of("m.py", "rows") == "sqlalchemy.Result"
    assert asked.type_of("m.py", "r") == "flask.Request"
    assert asked.callee("m.py", "Local") == "sqlalchemy.orm.sessionmaker.__call__"


def test_what_entering_gives_by_a_library(project):
    asked = project({"m.py": "import a\nwith a.Pool() as x: x.run()"}, {"a.Pool.__enter__": "a.Connection"})
    assert asked.callee("m.py", "run") == "a.Connection.run"


def test_a_type_argument_of_a_base_reaches_its_methods(project):
    source = """
    from typing import Generic, TypeVar
    T = TypeVar("T")
    class Repository(Generic[T]):
        def get(self) -> T: ...
        def all(self) -> list[T]: ...
    class User:
        def go(self): ...
    class Users(Repository[User]): ...
    def f(users: Users, direct: Repository[User]):
        one = users.get()
        two = direct.get()
        three = users.all()[0]
    """
    asked = project({"m.py": source})
    for name in ("one", "two", "three"):
        assert asked.type_of("m.py", name, "f") == "m::User"


def test_a_parameter_without_annotation_is_what_its_callers_pass(project):
    asked = project({"m.py": "import a\ndef f(x):\n    x.go()\ndef g():\n    f(a.A())\n"})
    assert asked.callee("m.py", "go") == "a.A.go"


def test_a_parameter_of_callers_who_pass_several_types_is_unknown(project):
    asked = project({"m.py": "import a\ndef f(x):\n    x.go()\nf(a.A())\nf(a.B())\n"})
    assert asked.callee("m.py", "go") == "x.go"


def test_an_optional_branch_keeps_the_type_before_it(project):
    asked = project({"m.py": "import a\ndef f(g, h):\n    x = a.A()\n    if g:\n        x = h(1)\n    x.go()\n"})
    assert asked.callee("m.py", "go") == "a.A.go"


def test_a_class_as_an_object_is_a_type(project):
    asked = project({"m.py": "class A: ...\nx = A"})
    assert asked.type_of("m.py", "x") == "type"


CLASS_SIDE = {
    "Model.mapped": "sqlalchemy.orm.InstrumentedAttribute",
    "Model().mapped": "int",
    "Model.declared": "",
    "Model().declared": "str",
    "Model.column": "sqlalchemy.Column",
    "Model().column": "",
    "Model.constant": "int",
    "Role.ADMIN": "m::Role",
    "Role.ADMIN.value": "str",
    "Role('x')": "m::Role",
    "Role['ADMIN']": "m::Role",
}


@pytest.mark.parametrize(("expression", "expected"), CLASS_SIDE.items(), ids=CLASS_SIDE.keys())
def test_an_attribute_asked_of_a_class_or_of_its_object(project, expression, expected):
    source = f"""
    from enum import Enum
    from sqlalchemy import Column, Integer
    from sqlalchemy.orm import Mapped, mapped_column
    class Role(Enum):
        ADMIN = "admin"
    class Model:
        mapped: Mapped[int] = mapped_column()
        declared: str
        column = Column(Integer)
        constant: int = 5
    x = {expression}
    """
    assert project({"m.py": source}).type_of("m.py", "x") == expected
