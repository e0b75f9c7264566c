"""Calls that never return end a way, and keys of a dict display are texts too."""

from datetime import date

import pytest

from readiness.analysis import analyse_files
from readiness.model import Code, PieceKind, Text
from readiness.model.summary import Mapping, Value


def argument(code: str, *, key: bool = False) -> Text:
    """The text of the last argument of the last call of `run`, or of the first key of its keywords' dict."""
    project = analyse_files({"app.py": code.encode()}, [], today=date(2026, 6, 1)).project
    summary = project.summary("app.py")
    assert summary is not None
    index = max(index for index, call in enumerate(summary.calls) if getattr(call.callee, "dotted", "") == "run")
    if not key:
        return project.text_of("app.py", index, summary.calls[index].arguments[-1])
    display = summary.calls[index].keywords[0][1]
    assert isinstance(display, Mapping)
    assert display.keys[0] is not None
    return project.text_of("app.py", index, display.keys[0])


@pytest.mark.parametrize(
    ("before", "ending"),
    [
        ("from flask import abort, request", "abort(400)"),
        ("from flask import abort as stop, request", "stop(400)"),
        ("import flask\nfrom flask import request", "flask.abort(400)"),
        ("import sys\nfrom flask import request", "sys.exit(1)"),
    ],
)
def test_what_is_behind_a_call_that_never_returns_has_passed_the_test(before: str, ending: str) -> None:
    code = f"{before}\ndef f():\n    x = request.args['x']\n    if x not in ('a', 'b'):\n        {ending}\n    run(x)\n"
    assert {piece.kind for piece in argument(code).pieces} == {PieceKind.VALIDATED}


def test_a_function_of_the_project_with_such_a_name_may_return() -> None:
    code = (
        "from flask import request\ndef abort(code): ...\n"
        "def f():\n    x = request.args['x']\n    if x not in ('a', 'b'):\n        abort(400)\n    run(x)\n"
    )
    assert PieceKind.REQUEST in {piece.kind for piece in argument(code).pieces}


def test_a_key_of_a_dict_display_is_a_text() -> None:
    code = "from flask import request\ndef f():\n    run(**{f\"{request.args['x']}__in\": 1})\n"
    assert [piece.kind for piece in argument(code, key=True).pieces] == [PieceKind.REQUEST, PieceKind.CONSTANT]


def test_a_question_that_breaks_is_named_and_costs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    from readiness.linking import flow

    answered = flow.text_of

    def broken(project: Code, path: str, index: int, argument: Value) -> Text:
        if index == 0:
            raise IndexError("tuple index out of range")
        return answered(project, path, index, argument)

    monkeypatch.setattr(flow, "text_of", broken)
    project = analyse_files({"app.py": b"run('a')\nrun('b')\n"}, [], today=date(2026, 6, 1)).project
    summary = project.summary("app.py")
    assert summary is not None
    first, second = (project.text_of("app.py", index, summary.calls[index].arguments[0]) for index in (0, 1))
    assert [piece.kind for piece in first.pieces] == [PieceKind.UNKNOWN]
    assert [piece.text for piece in second.pieces] == ["b"]
    (problem,) = project.problems
    assert (problem.path, problem.line, problem.incomplete) == ("app.py", 1, True)
    assert "IndexError: tuple index out of range" in problem.message
