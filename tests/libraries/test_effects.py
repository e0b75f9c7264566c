"""What calls reach outside of the process."""

from textwrap import dedent

import pytest

from readiness.libraries.failures.effects import Effects


def effect(recognised, body: str, before: str = "") -> str:
    """The effect of all calls of a function with this body."""
    project = recognised({"app.py": f"{dedent(before)}\nasync def f(x, order):\n    {body}\n"}, [])
    summary = project.summary("app.py")
    scope = max(index for index, each in enumerate(summary.definitions) if each.name == "f")
    calls = [index for index, each in enumerate(summary.calls) if each.scope == scope]
    return Effects(project).of("app.py", calls)[0]


@pytest.mark.parametrize(
    ("body", "before", "expected"),
    [
        ("return int(x)", "", ""),
        ("return json.loads(x)", "import json", ""),
        ("return x.strip().lower()", "", ""),
        ("return open(x)", "", "file"),
        ("return Path(x).read_text()", "from pathlib import Path", "file"),
        ("return os.path.join(x, x)", "import os", ""),
        ("return os.listdir(x)", "import os", "file"),
        ("return subprocess.run([x])", "import subprocess", "process"),
        ("return requests.get(x)", "import requests", "network"),
        ("return urllib.request.urlopen(x)", "import urllib.request", "network"),
        ("return urllib.parse.quote(x)", "import urllib.parse", ""),
        ("return x.session.commit()", "", "database"),
        ("return Order.objects.get(pk=x)", "", "database"),
        ("return order.get('x')", "", ""),
        ("return await x.fetch()", "", "unknown"),
        ("return x.fetch()", "", "work"),
        ("return select(x)", "from sqlalchemy import select", ""),
        ("return status.HTTP_200_OK", "from http import HTTPStatus as status", ""),
    ],
)
def test_the_effect_of_a_call(recognised, body: str, before: str, expected: str) -> None:
    assert effect(recognised, body, before) == expected


def test_project_functions_are_followed(recognised) -> None:
    before = "import requests\ndef h(x):\n    return requests.get(x)\ndef g(x):\n    return h(x)\n"
    assert effect(recognised, "return g(x)", before) == "network"


def test_functions_that_call_each_other_end(recognised) -> None:
    assert effect(recognised, "return g(x)", "def g(x):\n    return h(x)\ndef h(x):\n    return g(x)\n") == ""


def test_the_gravest_call_is_named(recognised) -> None:
    project = recognised({"app.py": "import requests\ndef f(x):\n    int(x)\n    requests.get(x)\n    x.work()\n"}, [])
    calls = project.summary("app.py").calls
    found = Effects(project).of("app.py", range(len(calls)))
    assert (found[0], calls[found[1]].line) == ("network", 4)
