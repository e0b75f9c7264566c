"""What of a failure reaches a client."""

from textwrap import dedent

import pytest

from readiness.libraries.failures.error_responses import library
from readiness.libraries.failures.exceptions import library as exceptions
from readiness.libraries.fastapi import library as fastapi
from readiness.model import ErrorResponse

HEAD = """
import traceback

from fastapi import FastAPI, HTTPException
from sqlalchemy.exc import NoResultFound, SQLAlchemyError

app = FastAPI()


class Refused(Exception): ...


"""


def responses(recognised, source: str, path: str = "app.py") -> list[ErrorResponse]:
    project = recognised({path: HEAD + dedent(source)}, [fastapi, exceptions, library])
    return list(project.each(ErrorResponse))


def clause(caught: str, body: str) -> str:
    return (
        f"@app.get('/x')\ndef x(store):\n    try:\n        return store.all()\n    except {caught}:\n        {body}\n"
    )


@pytest.mark.parametrize(
    ("body", "exposes"),
    [
        ("raise HTTPException(400, str(e))", "str(e)"),
        ("raise HTTPException(400, repr(e)) from e", "repr(e)"),
        ("raise HTTPException(400, f'{e}')", "e"),
        ("raise HTTPException(400, f'{e!r}')", "e"),
        ("raise HTTPException(400, 'failed: %s' % e)", "e"),
        ("raise HTTPException(400, 'failed: ' + str(e))", "str(e)"),
        ("raise HTTPException(400, 'failed: {}'.format(e))", "e"),
        ("raise HTTPException(400, {'detail': [e.args[0]]})", "e.args"),
        ("return {'error': str(e)[:100]}", "str(e)"),
        ("return [str(each) for each in e.args]", "e.args"),
        ("return {'trace': traceback.format_exc()}", "traceback.format_exc()"),
        ("return {'trace': traceback.format_exception(e)}", "traceback.format_exception(e)"),
        ("text = str(e); return {'error': text}", "str(e)"),
        ("return {'error': e.__str__()}", "e.__str__()"),
    ],
)
def test_what_is_exposed_as_written(recognised, body: str, exposes: str) -> None:
    assert [each.exposes for each in responses(recognised, clause("Exception as e", body))] == [exposes]


@pytest.mark.parametrize(
    "body",
    [
        "raise HTTPException(500, 'failed') from e",
        "raise HTTPException(500, type(e).__name__)",
        "raise HTTPException(500, e.__class__.__name__)",
        "raise HTTPException(getattr(e, 'status', 500))",
        "return {'error': 'failed', 'timeout': isinstance(e, TimeoutError)}",
        "return {'error': len(str(e)) > 10}",
        "return {'code': e.code}",
        "print(e); return {'error': 'failed'}",
    ],
)
def test_an_answer_that_shows_nothing(recognised, body: str) -> None:
    assert [each.exposes for each in responses(recognised, clause("Exception as e", body))] == [""]


@pytest.mark.parametrize(
    ("caught", "family"),
    [
        ("Exception as e", "any"),
        ("(KeyError, Exception) as e", "any"),
        ("SQLAlchemyError as e", "database"),
        ("NoResultFound as e", "typed"),
        ("OSError as e", "system"),
        ("(ValueError, PermissionError) as e", "system"),
        ("ValueError as e", "typed"),
        ("Refused as e", "typed"),
    ],
)
def test_the_family_comes_from_what_is_caught(recognised, caught: str, family: str) -> None:
    (found,) = responses(recognised, clause(caught, "return {'error': str(e)}"))
    assert found.family == family


def test_a_traceback_is_one_whatever_is_caught(recognised) -> None:
    (found,) = responses(recognised, clause("ValueError", "return {'trace': traceback.format_exc()}"))
    assert found.family == "traceback"


def test_an_answer_of_a_helper_says_where_the_failure_was_caught(recognised) -> None:
    source = "def tell(e):\n    raise HTTPException(400, str(e))\n" + clause("Exception as e", "tell(e)")
    (found,) = responses(recognised, source)
    assert (found.symbol, found.caught is not None) == ("app::tell", True)


def test_the_name_means_the_exception_only_in_its_clause(recognised) -> None:
    source = (
        "@app.get('/x')\ndef x(store):\n    e = 'none'\n    try:\n        store.all()\n"
        "    except Exception as e:\n        store.log(e)\n    return {'e': e}\n"
    )
    assert [each.exposes for each in responses(recognised, source)] == []


def test_functions_that_answer_nobody_are_no_site(recognised) -> None:
    source = "def x(store):\n    try:\n        store.all()\n    except Exception as e:\n        return str(e)\n"
    assert responses(recognised, source) == []


def test_helpers_that_call_each_other_end(recognised) -> None:
    source = "def a(e):\n    return b(e)\ndef b(e):\n    return a(e)\n" + clause("Exception as e", "return a(e)")
    assert [each.exposes for each in responses(recognised, source)] == [""]


def test_tests_are_no_site(recognised) -> None:
    assert responses(recognised, clause("Exception as e", "return str(e)"), path="tests/test_app.py") == []
