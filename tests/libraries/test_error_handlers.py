"""Which functions are registered for failures."""

import pytest

from readiness.libraries.failures.error_handlers import error_parameter, registered

FLASK = "from flask import Flask\napp = Flask('x')\ndef answer(error): ...\n"
FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\nasync def answer(request, error): ...\n"


@pytest.mark.parametrize(
    ("source", "types"),
    [
        (FLASK + "app.register_error_handler(500, answer)", [("500",)]),
        (FLASK + "app.register_error_handler(Exception, answer)", [("Exception",)]),
        (FLASK + "app.errorhandler(KeyError)(answer)", [("KeyError",)]),
        (FLASK + "for code in (404, 500):\n    app.register_error_handler(code, answer)", [("404",), ("500",)]),
        (
            FLASK
            + "for kind, act in {KeyError: answer, 500: answer}.items():\n    app.register_error_handler(kind, act)",
            [("KeyError",), ("500",)],
        ),
        (
            FLASK + "for kind, act in [(KeyError, answer)]:\n    app.register_error_handler(kind, act)",
            [("KeyError",)],
        ),
        (FASTAPI + "app.add_exception_handler(Exception, answer)", [("Exception",)]),
        (
            "from fastapi import FastAPI\nasync def answer(request, error): ...\n"
            "TABLE = {500: answer}\napp = FastAPI(exception_handlers=TABLE)",
            [("500",)],
        ),
    ],
)
def test_a_registration_names_its_types_and_its_function(recognised, source: str, types: list[tuple[str, ...]]) -> None:
    found = registered(recognised({"app.py": source}, []))
    assert [each.types for each in found] == types
    assert {each.handler.name for each in found} == {"app::answer"}


def test_a_decorator_registers_what_it_stands_on(recognised) -> None:
    source = "from flask import Flask\napp = Flask('x')\n@app.errorhandler(Exception)\ndef answer(error): ...\n"
    (found,) = registered(recognised({"app.py": source}, []))
    assert (found.everything, found.local, found.exact) == (True, False, True)


def test_a_handler_of_a_blueprint_is_local(recognised) -> None:
    source = (
        "from flask import Blueprint\npart = Blueprint('x', 'x')\n@part.errorhandler(500)\ndef answer(error): ...\n"
    )
    (found,) = registered(recognised({"app.py": source}, []))
    assert (found.server_error, found.local) == (True, True)


def test_an_application_that_is_passed_in_is_inferred(recognised) -> None:
    source = "def register(app):\n    @app.errorhandler(404)\n    def answer(error): ...\n"
    (found,) = registered(recognised({"app.py": source}, []))
    assert (found.framework, found.exact) == ("Flask", False)


@pytest.mark.parametrize(
    "source",
    [
        "import logging\nlogging.exception('x')",
        "import argparse\nargparse.ArgumentParser().error('x')",
        "class Own:\n    def exception_handler(self, kind): ...\nOwn().exception_handler(KeyError)(print)",
    ],
)
def test_methods_of_the_same_name_register_nothing(recognised, source: str) -> None:
    assert registered(recognised({"app.py": source}, [])) == []


@pytest.mark.parametrize(
    ("parameters", "name"),
    [("error", "error"), ("request, exc", "exc"), ("*rest", ""), ("", "")],
)
def test_the_parameter_that_takes_the_exception(recognised, parameters: str, name: str) -> None:
    source = f"from flask import Flask\napp = Flask('x')\n@app.errorhandler(500)\ndef answer({parameters}): ...\n"
    project = recognised({"app.py": source}, [])
    (found,) = registered(project)
    assert error_parameter(project, found.handler) == name
