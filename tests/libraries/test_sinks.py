"""Calls that do what a text says: who decides the text."""

from datetime import date
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.analysis import analyse_files
from readiness.libraries.sinks.places import behind_host
from readiness.model import Piece, PieceKind, Reach, Sink, SinkKind, Text

FLASK = "from flask import Flask, redirect, request\nimport os, subprocess, pickle, re, requests, yaml\n\napp = Flask(__name__)\n\n"


def sinks(code: str, path: str = "app.py", **more: str) -> list[Sink]:
    files = {path: dedent(code).encode()} | {f"{name}.py": dedent(text).encode() for name, text in more.items()}
    return list(analyse_files(files, [], today=date(2026, 6, 1)).project.each(Sink))


def in_handler(line: str) -> list[Sink]:
    return sinks(f"{FLASK}@app.get('/x')\ndef x():\n    {line}\n")


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("os.system(request.args['q'])", SinkKind.COMMAND),
        ("subprocess.run('a ' + request.args['q'], shell=True)", SinkKind.COMMAND),
        ("subprocess.run(['sh', '-c', request.args['q']])", SinkKind.COMMAND),
        ("subprocess.run([request.args['q']])", SinkKind.COMMAND),
        ("eval(request.args['q'])", SinkKind.CODE),
        ("pickle.loads(request.data)", SinkKind.OBJECTS),
        ("yaml.load(request.data, Loader=yaml.UnsafeLoader)", SinkKind.OBJECTS),
        ("open(request.args['q'])", SinkKind.PATH),
        ("redirect(request.args['q'])", SinkKind.REDIRECT),
        ("requests.get(request.args['q'])", SinkKind.ADDRESS),
        ("re.search(request.args['q'], 'text')", SinkKind.PATTERN),
    ],
)
def test_a_client_decides(line: str, kind: SinkKind) -> None:
    assert [(each.kind, each.reach) for each in in_handler(line)] == [(kind, Reach.CLIENT)]


@pytest.mark.parametrize(
    "line",
    [
        "subprocess.run(['ls'])",
        "open('/etc/hosts')",
        "redirect('/home')",
        "redirect(request.full_path)",
        "redirect(f'/orders/{request.args[\"q\"]}')",
        "requests.get('https://api.example/', params=request.args)",
        "re.search('a+', request.args['q'])",
        "eval('1 + 1')",
        "yaml.load('a: 1', Loader=yaml.SafeLoader)",
        "pickle.loads(pickle.dumps(request.args))",
        "request.args.get('q').lower()",
    ],
)
def test_nothing_is_to_be_judged(line: str) -> None:
    assert in_handler(line) == []


@pytest.mark.parametrize(
    ("line", "reach"),
    [
        ("subprocess.run(['ls', request.args['q']])", Reach.PARTLY),
        ("requests.get(f'https://api.example/{request.args[\"q\"]}')", Reach.PARTLY),
        ("os.system(os.environ['HOOK'])", Reach.SETTING),
        ("os.system('sync')", Reach.FIXED),
        ("os.system(unknown())", Reach.OPEN),
        ("os.system(f'kill {int(request.args[\"q\"])}')", Reach.FIXED),
    ],
)
def test_who_decides(line: str, reach: Reach) -> None:
    assert [each.reach for each in in_handler(line)] == [reach]


def test_a_call_is_known_by_what_it_resolves_to() -> None:
    found = sinks(
        """
        from subprocess import run as start

        def go(text):
            start(text, shell=True)

        class Shell:
            def run(self, text, shell):
                return text

        Shell().run("x", shell=True)
        """
    )
    assert [(each.api, each.reach) for each in found] == [("subprocess.run", Reach.OPEN)]


def test_a_value_is_followed_from_the_handler_into_another_file() -> None:
    found = sinks(
        "from flask import Flask, request\nfrom service import load\napp = Flask(__name__)\n\n"
        "@app.get('/x')\ndef x():\n    return load(request.args['url'])\n",
        service="import httpx\n\ndef load(url):\n    return httpx.get(url).text\n",
    )
    assert [(each.span.path, each.reach) for each in found] == [("service.py", Reach.CLIENT)]


def test_a_test_in_the_handler_guards_the_call_in_another_file() -> None:
    found = sinks(
        "from urllib.parse import urlparse\nfrom flask import Flask, abort, request\nfrom service import load\n"
        "app = Flask(__name__)\n\n@app.get('/x')\ndef x():\n    url = request.args['url']\n"
        "    if urlparse(url).hostname not in {'a.example'}:\n        abort(400)\n    return load(url)\n",
        service="import httpx\n\ndef load(url):\n    return httpx.get(url).text\n",
    )
    assert [each.reach for each in found] == [Reach.GUARDED]


def test_a_test_behind_the_call_guards_nothing() -> None:
    found = in_handler(
        "name = request.args['q']\n    text = open('/srv/' + name).read()\n"
        "    if os.path.commonpath(['/srv', name]) != '/srv':\n        return ''\n    return text"
    )
    assert [each.reach for each in found] == [Reach.CLIENT]


def test_a_test_of_something_else_guards_nothing() -> None:
    found = in_handler(
        "name = request.args['q']\n    other = request.form['z']\n    if os.path.commonpath(['/srv', other]) != '/srv':\n"
        "        return ''\n    return open('/srv/' + name).read()"
    )
    assert [each.reach for each in found] == [Reach.CLIENT]


def test_quoting_of_another_value_guards_nothing() -> None:
    found = in_handler(
        "import shlex\n    a = shlex.quote(request.args['a'])\n    b = request.args['b']\n    os.system(f'{a} {b}')"
    )
    assert [each.reach for each in found] == [Reach.CLIENT]


def test_quoting_on_some_ways_only_guards_nothing() -> None:
    found = in_handler(
        "import shlex\n    a = request.args['a']\n    if request.args['b']:\n        a = shlex.quote(a)\n    os.system(a)"
    )
    assert [each.reach for each in found] == [Reach.CLIENT]


def test_one_path_is_judged_once_in_a_function() -> None:
    found = in_handler("name = request.args['q']\n    open(name)\n    os.remove(name)")
    assert [each.api for each in found] == ["open"]


def test_an_entry_of_the_query_is_no_address_of_the_service() -> None:
    found = sinks(
        "from aiohttp import web\n\nasync def x(request: web.Request):\n    raise web.HTTPFound(request.query['next'])\n\n"
        "app = web.Application()\napp.router.add_get('/x', x)\n"
    )
    assert [each.reach for each in found] == [Reach.CLIENT]


def test_a_script_hears_no_client() -> None:
    assert sinks("import sys\n\ndef main(path):\n    return open(path).read()\n", path="scripts/load.py") == []


def constant(text: str) -> Piece:
    return Piece(PieceKind.CONSTANT, text)


SENT = Piece(PieceKind.REQUEST, "request.args['q']")
SETTING = Piece(PieceKind.CONFIGURED, "settings.URL")


@pytest.mark.parametrize(
    ("way", "own_host", "behind"),
    [
        ((constant("https://a.example/"), SENT), False, True),
        ((constant("https://a.example?q="), SENT), False, True),
        ((constant("https://a.example"), SENT), False, False),
        ((constant("https://"), SENT, constant("/x")), False, False),
        ((SENT,), False, False),
        ((SETTING, constant("/"), SENT), False, True),
        ((SETTING, SENT), False, False),
        ((constant("https://"), SETTING, constant("/"), SENT), False, True),
        ((constant("https://"), SETTING, constant("."), SENT), False, False),
        ((constant("/orders/"), SENT), False, True),
        ((constant("/"), SENT), True, False),
        ((constant("//"), SENT), True, False),
        ((constant("/orders/"), SENT), True, True),
        ((constant("?page="), SENT), True, True),
        ((constant("a"), SENT), True, False),
    ],
)
def test_what_stands_behind_the_host(way: tuple[Piece, ...], own_host: bool, behind: bool) -> None:
    assert behind_host(Text((way,)), [SENT], own_host=own_host) == ((SENT,) if behind else ())


@given(st.text(alphabet="abc:/.?#\\", max_size=12), st.booleans())
def test_one_open_way_is_enough(before: str, own_host: bool) -> None:
    """A second way in which the piece comes first opens the host, whatever the other way is."""
    text = Text(((constant(before), SENT), (SENT,)))
    assert behind_host(text, [SENT], own_host=own_host) == ()
