"""Where failures end."""

import pytest

from readiness.libraries.failures.exceptions import library
from readiness.libraries.failures.silence import reason_in
from readiness.libraries.fastapi import library as fastapi
from readiness.model import ExceptionHandler


def handlers(recognised, source: str, *libraries, path: str = "app.py") -> list[ExceptionHandler]:
    return list(recognised({path: source}, [*libraries, library]).each(ExceptionHandler))


def only(recognised, source: str) -> ExceptionHandler:
    found = handlers(recognised, source)
    assert len(found) == 1
    return found[0]


def clause(types: str, body: str = "pass", guarded: str = "work()") -> str:
    return f"def f(work, log):\n    try:\n        {guarded}\n    except{types}:\n        {body}\n"


@pytest.mark.parametrize("types", ["", " Exception", " BaseException", " (KeyError, Exception)", " Exception as error"])
def test_a_clause_that_catches_everything_is_broad(recognised, types: str) -> None:
    assert only(recognised, clause(types)).broad


def test_a_narrow_clause_is_not_broad_and_keeps_its_type(recognised) -> None:
    found = only(recognised, clause(" KeyError"))
    assert (found.broad, found.types) == (False, ("KeyError",))


def test_types_are_resolved_through_imports(recognised) -> None:
    found = only(recognised, "from sqlalchemy.exc import SQLAlchemyError as Broken\n" + clause(" Broken"))
    assert found.types == ("sqlalchemy.exc.SQLAlchemyError",)


def test_a_constant_tuple_is_spread(recognised) -> None:
    assert only(recognised, "ANY = (OSError, Exception)\n" + clause(" ANY")).broad


@pytest.mark.parametrize("body", ["pass", "...", "return", "return None", '"""Nothing."""'])
def test_doing_nothing_is_quiet(recognised, body: str) -> None:
    assert only(recognised, clause(" Exception", body)).quiet


@pytest.mark.parametrize("body", ["return []", "return False", "log.error('x')", "raise", "x = None", "work = work()"])
def test_doing_something_is_not_quiet(recognised, body: str) -> None:
    assert not only(recognised, clause(" Exception", body)).quiet


def test_a_helper_that_logs_two_calls_deep_counts(recognised) -> None:
    source = "import logging\ndef g(e): h(e)\ndef h(e): logging.error(e)\n" + clause(" Exception as e", "g(e)")
    assert only(recognised, source).logs


def test_a_helper_that_raises_counts(recognised) -> None:
    source = "def g(e):\n    raise RuntimeError from e\n" + clause(" Exception as e", "g(e)")
    assert only(recognised, source).raises


def test_a_helper_that_calls_itself_ends(recognised) -> None:
    assert not only(recognised, "def g(e): g(e)\n" + clause(" Exception as e", "g(e)")).logs


@pytest.mark.parametrize(
    ("guarded", "purpose"),
    [
        ("work.close()", "cleanup"),
        ("work.rollback()", "cleanup"),
        ("work.close(); work.commit()", ""),
        ("import uvloop; uvloop.install()", "optional import"),
        ("hasattr(work, 'x')", "feature probe"),
        ("work.send()", ""),
    ],
)
def test_the_purpose_comes_from_what_is_guarded(recognised, guarded: str, purpose: str) -> None:
    assert only(recognised, clause(" Exception", guarded=guarded)).purpose == purpose


def test_a_function_of_the_project_called_close_is_no_cleanup(recognised) -> None:
    source = "def close(order): order.pay()\n" + clause(" Exception", guarded="close(work)")
    assert only(recognised, source).purpose == ""


def test_suppress_is_a_handler_with_its_reason(recognised) -> None:
    source = """
        import contextlib as c

        def f(mailer):
            # the next run sends what is left
            with c.suppress(Exception):
                mailer.send()
    """
    found = only(recognised, source)
    assert (found.kind, found.broad, found.guards) == ("suppress", True, "mailer.send()")
    assert found.comment == "the next run sends what is left"


def test_suppress_of_a_narrow_type_is_not_broad(recognised) -> None:
    source = "from contextlib import suppress\nwith suppress(KeyError):\n    print(1)\n"
    assert not only(recognised, source).broad


def test_results_of_gather_that_are_looked_at_are_no_site(recognised) -> None:
    source = "import asyncio\nasync def f(a):\n    return await asyncio.gather(a(), return_exceptions=True)\n"
    assert handlers(recognised, source) == []


def test_a_jump_in_finally_is_a_site(recognised) -> None:
    source = "def f(work):\n    try:\n        work()\n    finally:\n        return 1\n"
    assert only(recognised, source).kind == "finally"


def test_a_cancellation_is_swallowed_only_where_one_can_arrive(recognised) -> None:
    asynchronous = (
        "async def f(work):\n    try:\n        await work()\n    except BaseException as e:\n        print(e)\n"
    )
    assert only(recognised, asynchronous).cancels
    assert not only(recognised, asynchronous.replace("async ", "").replace("await ", "")).cancels
    assert not only(recognised, asynchronous.replace("BaseException", "Exception")).cancels
    assert not only(recognised, asynchronous.replace("print(e)", "raise")).cancels


def test_code_that_a_route_calls_answers_a_request(recognised) -> None:
    source = """
        from fastapi import FastAPI

        app = FastAPI()

        @app.get("/")
        def index():
            return load()

        def load():
            try:
                return open("x")
            except Exception:
                return None

        def elsewhere():
            try:
                return open("x")
            except Exception:
                return None
    """
    assert [each.where for each in handlers(recognised, source, fastapi)] == ["handler", ""]


def test_a_task_is_known_by_its_decorator_and_by_being_handed_over(recognised) -> None:
    source = """
        import dramatiq

        def actor(function):
            return dramatiq.actor(function)

        @actor
        def first(work):
            try:
                work()
            except Exception:
                pass

        def second(work):
            try:
                work()
            except Exception:
                pass

        def start(background):
            background.add_task(second)
    """
    assert [each.where for each in handlers(recognised, source)] == ["task", "task"]


def test_a_commit_makes_it_a_transaction(recognised) -> None:
    assert only(recognised, clause(" Exception", guarded="work.commit()")).where == "transaction"


def test_tests_have_no_handlers(recognised) -> None:
    assert handlers(recognised, clause(" Exception"), path="tests/test_app.py") == []


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("the cache is only a hint", "the cache is only a hint"),
        ("noqa: BLE001 - a broken plugin must not stop us", "a broken plugin must not stop us"),
        ("noqa: BLE001", ""),
        ("pragma: no cover", ""),
        ("type: ignore[misc]", ""),
        ("TODO handle this one day", ""),
        ("logger.exception('could not read the file')", ""),
        ("value = compute the rest", ""),
        ("ignore it", ""),
    ],
)
def test_only_words_that_say_why_are_a_reason(comment: str, reason: str) -> None:
    assert reason_in(comment) == reason


@pytest.mark.parametrize(
    ("body", "default"),
    [
        ("return []", "return []"),
        ("x = {}", "x = {}"),
        ("return -1", "return -1"),
        ("return {'a': [1, None]}", "return {'a': [1, None]}"),
        ("return dict(a=1)", "return dict(a=1)"),
        ("return work", ""),
        ("return work()", ""),
        ("x = 1; y = work", ""),
        ("x.append(1)", ""),
        ("if work:\n            return []", ""),
    ],
)
def test_a_constant_in_place_of_a_result_is_a_default(recognised, body: str, default: str) -> None:
    assert only(recognised, clause(" Exception", body)).default == default


@pytest.mark.parametrize(
    ("body", "trace"),
    [
        ("raise", "raised again"),
        ("raise e", "raised again"),
        ("raise ValueError() from e", "raised again"),
        ("raise ValueError()", "raised without cause"),
        ("raise ValueError() from None", "cut"),
        ("raise SystemExit(1)", "raised again"),
        ("log.error('x')", "logged without"),
        ("log.error('x', exc_info=e)", "kept"),
        ("log.exception('x'); raise ValueError()", "kept"),
        ("log.info('x')", "expected"),
        ("print(e)", "printed"),
        ("pass", ""),
        ("work.failed = True", ""),
    ],
)
def test_what_becomes_of_the_traceback(recognised, body: str, trace: str) -> None:
    assert only(recognised, clause(" Exception as e", body)).trace == trace


def test_a_clause_is_read_from_its_own_lines_whatever_stands_in_them(recognised) -> None:
    source = (
        "class C:\n    async def f(self, work):\n        try:\n            await work()\n        except Exception as e:\n"
        '            text = """\nno indent here\n"""\n            raise ValueError(text) from e\n'
    )
    assert only(recognised, source).trace == "raised again"


def test_what_reaches_outside_is_named_and_not_what_comes_last(recognised) -> None:
    source = """
import sqlite3


def f(render):
    try:
        connection = sqlite3.connect("shop.db")
        rows = connection.execute("SELECT name FROM items").fetchall()
        print(render(rows))
    except Exception:
        pass
"""
    assert only(recognised, source).guards in ("connection.execute()", "sqlite3.connect()")
