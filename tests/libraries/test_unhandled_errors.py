"""What becomes of an exception that nothing catches."""

import pytest

from readiness.libraries.failures.exceptions import library as exceptions
from readiness.libraries.failures.unhandled import library
from readiness.libraries.falcon import library as falcon
from readiness.libraries.fastapi import library as fastapi
from readiness.libraries.flask import library as flask
from readiness.libraries.frameworks import library as frameworks
from readiness.libraries.litestar import library as litestar
from readiness.model import UnhandledErrors


def found(recognised, source: str) -> list[UnhandledErrors]:
    project = recognised({"app.py": source}, [falcon, fastapi, flask, litestar, frameworks, exceptions, library])
    return list(project.each(UnhandledErrors))


@pytest.mark.parametrize(
    ("source", "recorded"),
    [
        ("from fastapi import FastAPI\napp = FastAPI()", True),
        ("from starlette.applications import Starlette\napp = Starlette()", True),
        ("from flask import Flask\napp = Flask('x')", True),
        ("from quart import Quart\napp = Quart('x')", True),
        ("import falcon\napp = falcon.App()", True),
        ("from litestar import Litestar\napp = Litestar([])", False),
        ("from robyn import Robyn\napp = Robyn('x')", None),
    ],
)
def test_what_a_framework_does_by_itself(recognised, source: str, recorded: bool | None) -> None:
    assert [(each.recorded, each.own) for each in found(recognised, source)] == [(recorded, False)]


FLASK = "import logging\nfrom flask import Flask\nlog = logging.getLogger('x')\napp = Flask('x')\n"


@pytest.mark.parametrize(
    ("registered", "body", "recorded"),
    [
        ("Exception", "return 'x', 500", False),
        ("Exception", "log.error(error)\n    return 'x', 500", False),
        ("Exception", "log.exception(error)\n    return 'x', 500", True),
        ("Exception", "app.log_exception(error)\n    raise error", True),
        ("500", "return 'x', 500", True),
    ],
)
def test_flask_logs_before_a_handler_for_500_and_not_before_one_for_everything(
    recognised, registered: str, body: str, recorded: bool
) -> None:
    source = f"{FLASK}@app.errorhandler({registered})\ndef answer(error):\n    {body}\n"
    (errors,) = found(recognised, source)
    assert (errors.recorded, errors.own, errors.symbol) == (recorded, True, "app::answer")


def test_starlette_raises_again_after_a_handler_for_everything(recognised) -> None:
    source = (
        "from fastapi import FastAPI\napp = FastAPI()\n"
        "@app.exception_handler(Exception)\nasync def answer(request, error):\n    return 'x'\n"
    )
    (errors,) = found(recognised, source)
    assert (errors.recorded, errors.own) == (True, True)


def test_a_mounted_application_is_no_site_of_its_own(recognised) -> None:
    source = "from fastapi import FastAPI\nouter = FastAPI()\ninner = FastAPI()\nouter.mount('/inner', inner)\n"
    assert [each.application for each in found(recognised, source)] == ["app::outer"]
