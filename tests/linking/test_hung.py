"""Attributes that a program hangs on objects of a framework: what they hold elsewhere."""

from datetime import date
from textwrap import dedent

import pytest

from readiness.analysis import analyse_files
from readiness.linking.hung import shelf_of
from readiness.model import SymbolKind


def callees(code: str, ending: str) -> list[str]:
    """Canonical names of the calls whose name ends so."""
    project = analyse_files({"app.py": dedent(code).encode()}, [], today=date(2026, 6, 1)).project
    summary = project.summary("app.py")
    assert summary is not None
    found = [project.callee("app.py", index) for index in range(len(summary.calls))]
    return [each.name for each in found if each.kind is SymbolKind.EXTERNAL and each.name.endswith(ending)]


def test_what_hangs_on_the_context_of_a_request_is_found_in_another_function() -> None:
    code = """
        import sqlite3
        from flask import g
        def open_it():
            g.db = sqlite3.connect("a")
        def use():
            g.db.commit()
    """
    assert callees(code, ".commit") == ["sqlite3.Connection.commit"]


def test_the_state_of_an_application_is_reached_through_a_request() -> None:
    code = """
        import asyncpg
        from fastapi import FastAPI, Request
        app = FastAPI()
        async def start():
            app.state.pool = await asyncpg.create_pool("a")
        async def use(request: Request):
            await request.app.state.pool.fetch("SELECT 1")
    """
    assert callees(code, ".fetch") == ["asyncpg.Pool.fetch"]


def test_two_kinds_of_thing_under_one_name_are_not_told_apart() -> None:
    code = """
        import sqlite3, logging
        from flask import g
        def one():
            g.thing = sqlite3.connect("a")
        def other():
            g.thing = logging.getLogger("a")
        def use():
            g.thing.close()
    """
    assert callees(code, ".close") == ["flask.g.thing.close"]


def test_the_frameworks_own_attributes_stay_its_own() -> None:
    code = """
        from flask import current_app
        class Settings: ...
        def use():
            current_app.logger.info("a")
    """
    assert callees(code, ".info") == ["flask.current_app.logger.info"]


@pytest.mark.parametrize(
    ("name", "shelf"),
    [
        ("flask.g", "flask.g"),
        ("fastapi.FastAPI.state", "starlette.state"),
        ("starlette.requests.Request.app.state", "starlette.state"),
        ("fastapi.Request.app", "starlette.app"),
        ("sqlalchemy.state", ""),
        ("requests.Session", ""),
    ],
)
def test_what_is_one_and_the_same_shelf(name: str, shelf: str) -> None:
    assert shelf_of(name) == shelf


def test_what_an_application_holds_of_its_own_is_reached_from_a_handler() -> None:
    code = """
        import sqlite3
        import tornado.web
        class Application(tornado.web.Application):
            def __init__(self):
                super().__init__([])
                self.db = sqlite3.connect("a")
        class Base(tornado.web.RequestHandler):
            @property
            def database(self):
                return self.application.db
        class Page(Base):
            def get(self):
                self.application.db.commit()
                self.database.rollback()
    """
    assert callees(code, ".commit") == ["sqlite3.Connection.commit"]
    assert callees(code, ".rollback") == ["sqlite3.Connection.rollback"]
