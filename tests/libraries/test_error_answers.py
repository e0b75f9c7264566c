"""What calls answer a client."""

from textwrap import dedent

import pytest

from readiness.libraries.failures.error_answers import Answer, answer_of


def answer(recognised, call: str, before: str) -> Answer | None:
    project = recognised({"app.py": f"{dedent(before)}\ndef f(x, api):\n    return {call}\n"}, [])
    summary = project.summary("app.py")
    last = max(each.line for each in summary.calls)
    outermost = min(
        (index for index, each in enumerate(summary.calls) if each.line == last),
        key=lambda index: (summary.calls[index].column, -summary.calls[index].end_column),
    )
    return answer_of(project, "app.py", outermost)


@pytest.mark.parametrize(
    ("call", "before", "status", "kind"),
    [
        ("HTTPException(404, x)", "from fastapi import HTTPException", 404, "raised"),
        ("HTTPException(detail=x, status_code=500)", "from fastapi import HTTPException", 500, "raised"),
        (
            "HTTPException(status.HTTP_409_CONFLICT)",
            "from fastapi import HTTPException, status",
            409,
            "raised",
        ),
        (
            "HTTPException(HTTPStatus.BAD_GATEWAY)",
            "from http import HTTPStatus\nfrom starlette.exceptions import HTTPException",
            502,
            "raised",
        ),
        ("HTTPException(x)", "from fastapi import HTTPException", 0, "raised"),
        ("abort(403)", "from flask import abort", 403, "aborted"),
        ("BadRequest(x)", "from werkzeug.exceptions import BadRequest", 400, "raised"),
        ("APIException(x)", "from rest_framework.exceptions import APIException", 500, "raised"),
        ("serializers.ValidationError(x)", "from rest_framework import serializers", 400, "raised"),
        ("Response(x, 500)", "from rest_framework.response import Response", 500, "response"),
        ("JsonResponse(x)", "from django.http import JsonResponse", 200, "response"),
        ("JsonResponse(x, status=503)", "from django.http import JsonResponse", 503, "response"),
        ("JSONResponse(x, 502)", "from fastapi.responses import JSONResponse", 502, "response"),
        ("flash(x)", "from flask import flash", 0, "shown"),
    ],
)
def test_the_status_and_kind_of_an_answer(recognised, call: str, before: str, status: int, kind: str) -> None:
    found = answer(recognised, call, before)
    assert (found.status, found.kind) == (status, kind)


def test_the_status_is_no_body(recognised) -> None:
    assert answer(recognised, "HTTPException(x.code, 'gone')", "from fastapi import HTTPException").bodies == ()


def test_a_class_of_the_project_answers_like_its_base(recognised) -> None:
    before = "from fastapi import HTTPException\nclass Gone(HTTPException):\n    status_code = 410\n"
    found = answer(recognised, "Gone(detail=x)", before)
    assert (found.status, found.kind, found.name) == (410, "raised", "Gone")


@pytest.mark.parametrize("call", ["ValueError(x)", "print(x)", "x.respond()", "Order(x)"])
def test_other_calls_answer_nothing(recognised, call: str) -> None:
    assert answer(recognised, call, "class Order: ...\n") is None
