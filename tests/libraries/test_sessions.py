"""Sessions and connections, and what becomes of them."""

from textwrap import dedent

import pytest

from readiness.libraries.sessions.uses import library
from readiness.libraries.sqlalchemy.queries import library as queries
from readiness.model import Release, SessionUse

HEAD = """\
from contextlib import ExitStack, closing
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

engine = create_engine("sqlite://")
SessionLocal = sessionmaker(engine)

"""


def uses(recognised, source: str) -> list[SessionUse]:
    return list(recognised({"app.py": HEAD + dedent(source)}, [queries, library]).each(SessionUse))


def release(recognised, *body: str) -> Release:
    found = uses(recognised, "def work(pool):\n" + "".join(f"    {line}\n" for line in body))
    assert len(found) == 1, found
    return found[0].release


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (("with SessionLocal() as s:", "    s.commit()"), Release.MANAGED),
        (("with Session(engine) as s:", "    s.commit()"), Release.MANAGED),
        (("s = SessionLocal()", "with s:", "    s.commit()"), Release.MANAGED),
        (("s = SessionLocal()", "with closing(s):", "    s.commit()"), Release.MANAGED),
        (("with ExitStack() as stack:", "    s = stack.enter_context(SessionLocal())"), Release.MANAGED),
        (("s = SessionLocal()", "try:", "    s.commit()", "finally:", "    s.close()"), Release.MANAGED),
        (("s = SessionLocal()", "try:", "    s.commit()", "finally:", "    close_session(s)"), Release.MANAGED),
        (("s = SessionLocal()", "s.commit()", "s.close()"), Release.UNPROTECTED),
        (("s = SessionLocal()", "yield s", "s.close()"), Release.UNPROTECTED),
        (("s = SessionLocal()", "yield s"), Release.NEVER),
        (("s = SessionLocal()", "s.commit()"), Release.NEVER),
        (("engine.connect().execute('select 1')",), Release.NEVER),
        (("s = SessionLocal()", "return s"), Release.HANDED_OVER),
        (("return SessionLocal()",), Release.HANDED_OVER),
        (("pool.append(SessionLocal())",), Release.HANDED_OVER),
        (("pool.session = SessionLocal()",), Release.HANDED_OVER),
        (("global s", "s = SessionLocal()"), Release.HANDED_OVER),
    ],
)
def test_what_becomes_of_a_session(recognised, body, expected) -> None:
    assert release(recognised, *body) is expected


def test_a_session_of_the_module_is_shared(recognised) -> None:
    assert [each.release for each in uses(recognised, "session = SessionLocal()\n")] == [Release.SHARED]


def test_the_call_of_a_factory_is_an_acquisition(recognised) -> None:
    found = uses(recognised, "def make():\n    return SessionLocal()\n\ndef work():\n    s = make()\n    s.commit()\n")
    assert [each.release for each in found] == [Release.HANDED_OVER, Release.NEVER] or [
        each.release for each in found
    ] == [Release.NEVER, Release.HANDED_OVER]


def test_a_session_on_a_borrowed_connection_is_none(recognised) -> None:
    assert not uses(recognised, "def work(outer):\n    s = Session(bind=outer.connection())\n    s.commit()\n")


@pytest.mark.parametrize(
    ("call", "expected"), [("sqlite3.connect('a')", Release.NEVER), ("psycopg.connect('a')", Release.MANAGED)]
)
def test_with_does_not_close_the_connections_of_every_driver(recognised, call, expected) -> None:
    from readiness.plugins import load_plugins

    source = f"import psycopg\nimport sqlite3\ndef work():\n    with {call} as c:\n        c.execute('select 1')\n"
    project = recognised({"app.py": source}, load_plugins().libraries)
    assert [each.release for each in project.each(SessionUse)] == [expected]
