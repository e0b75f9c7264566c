"""Value flow: what text an argument can be."""

import ast
import contextlib
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from textwrap import dedent, indent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.analysis import analyse_files
from readiness.linking import LinkedProject
from readiness.model import Piece, PieceKind, Text
from readiness.model.summary import Name

TODAY = date(2026, 6, 1)
ROOT = Path(__file__).parent.parent.parent


def project_of(files: dict[str, str]) -> LinkedProject:
    return analyse_files({path: dedent(text).encode() for path, text in files.items()}, [], today=TODAY).project


def text_at(project: LinkedProject, path: str = "app.py", sink: str = "run") -> Text:
    """The text of the first argument of the last call of `run`."""
    summary = project.summary(path)
    assert summary is not None
    index = [number for number, call in enumerate(summary.calls) if call.callee == Name(sink)][-1]
    return project.text_of(path, index, summary.calls[index].arguments[0])


def shown(piece: Piece) -> str:
    return piece.text if piece.kind is PieceKind.CONSTANT else f"<{piece.kind} {piece.text}>"


def texts(code: str, **others: str) -> list[str]:
    """Every way the text can come about, sorted."""
    files = {"app.py": code} | {f"{name}.py": text for name, text in others.items()}
    text = text_at(project_of(files))
    return sorted("".join(shown(piece) for piece in alternative) for alternative in text.alternatives)


def function(body: str, parameters: str = "x, y") -> str:
    return f"def f({parameters}):\n{indent(dedent(body).strip(), '    ')}\n"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'a'", "a"),
        ("'a' 'b'", "ab"),
        ("f'a'", "a"),
        ("f'a{{}}'", "a{}"),
        ("b'a'", "a"),
        ("f'a{x}b'", "a<parameter x>b"),
        ("f'a{x!r}'", "a<parameter x>"),
        ("f'a{x:>10}'", "a<parameter x>"),
        ("f'a{x:d}'", "a<number x>"),
        ("f'a{x:.2f}'", "a<number x>"),
        ("'a' + x + 'b'", "a<parameter x>b"),
        ("'a%sb' % x", "a<parameter x>b"),
        ("'a%db' % x", "a<number x>b"),
        ("'a%s%sb' % (x, y)", "a<parameter x><parameter y>b"),
        ("'%(p)s-%(q)s' % {'p': x, 'q': 'c'}", "<parameter x>-c"),
        ("'a%%' % ()", "a%"),
        ("'a{}b'.format(x)", "a<parameter x>b"),
        ("'a{1}{0}'.format(x, y)", "a<parameter y><parameter x>"),
        ("'a{p}'.format(p=x)", "a<parameter x>"),
        ("'a{p}'.format(**{'p': 'c'})", "ac"),
        ("'a{x}'.format(**locals())", "a<parameter locals()>"),
        ("'a{p}'.format_map({'p': x})", "a<parameter x>"),
        ("'a{x.name}'.format(x=x)", "a<parameter x>"),
        ("', '.join(['a', 'b'])", "a, b"),
        ("', '.join([x, 'b'])", "<parameter x>, b"),
        ("'a $p'.replace('$p', x)", "a <parameter x>"),
        ("'a $p'.replace('$q', x)", "a $p"),
        ("' A '.strip().lower()", "a"),
        ("x.strip().lower()", "<parameter x.strip().lower()>"),
        ("str(x)", "<parameter x>"),
        ("f'{int(x)}'", "<number int(x)>"),
        ("f'{len(x)}'", "<number len(x)>"),
        ("f'{x == y}'", "<number x == y>"),
        ("f'{x - 1}'", "<number x - 1>"),
        ("'-' * 3", "---"),
        ("'a' if x else 'a'", "a"),
        ("(lambda: 'a')()", "a"),
    ],
)
def test_an_expression(expression: str, expected: str) -> None:
    assert texts(function(f"run({expression})")) == [expected]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("q = 'a'\nrun(q)", ["a"]),
        ("q = 'a'\nq = 'b'\nrun(q)", ["b"]),
        ("q = 'a'\nq += 'b'\nrun(q)", ["ab"]),
        ("q = 'a'\nif x:\n    q += 'b'\nrun(q)", ["a", "ab"]),
        ("if x:\n    q = 'a'\nelse:\n    q = 'b'\nrun(q)", ["a", "b"]),
        ("if x:\n    q = 'a'\nelse:\n    return\nrun(q)", ["a"]),
        ("q = 'a'\nif x:\n    q = y\n    return\nrun(q)", ["a"]),
        ("q = 'a' if x else 'b'\nrun(q)", ["a", "b"]),
        ("q = x or 'b'\nrun(q)", ["<parameter x>", "b"]),
        ("q = None or 'b'\nrun(q)", ["b"]),
        ("try:\n    q = 'a'\nexcept E:\n    q = 'b'\nrun(q)", ["a", "b"]),
        ("try:\n    q = 'a'\nexcept E:\n    return\nrun(q)", ["a"]),
        ("q = 'a'\ntry:\n    pass\nfinally:\n    q = 'b'\nrun(q)", ["b"]),
        ("with x:\n    q = 'a'\nrun(q)", ["a"]),
        ("with x as q:\n    run(q)", ["<unknown q>"]),
        ("for q in ('a', 'b'):\n    run(q)", ["a", "b"]),
        ("for q, r in (('a', 1), ('b', 2)):\n    run(q)", ["a", "b"]),
        ("for i, q in enumerate(['a', 'b']):\n    run(f'{i}{q}')", ["<number i>a", "<number i>b"]),
        ("for k, v in {'a': 'b'}.items():\n    run(k + v)", ["ab"]),
        ("a, b = 'a', 'b'\nrun(a + b)", ["ab"]),
        ("a = b = 'a'\nrun(b)", ["a"]),
        ("if (q := 'a'):\n    run(q)", ["a"]),
        ("q = 'a'\nfor i in x:\n    q += 'b'\nrun(q)", ["a", "ab"]),
        ("q = 'a'\nwhile x:\n    q = q + f'{x}'\nrun(q)", ["a", "a<parameter x>"]),
        ("match x:\n    case 1:\n        q = 'a'\n    case _:\n        q = 'b'\nrun(q)", ["a", "b"]),
        ("match x:\n    case 'a' | 'b':\n        run(x)", ["a", "b"]),
        ("c = []\nc.append('a')\nif x:\n    c.append('b')\nrun(' '.join(c))", ["a b"]),
        ("c = ['a']\nc += [x]\nrun(' '.join(c))", ["a <parameter x>"]),
        ("c = {'a': x}\nrun(c['a'])", ["<parameter x>"]),
        ("c = {}\nc['a'] = x\nrun('%(a)s' % c)", ["<parameter x>"]),
        ("c = {'a': 'b', 'c': 'd'}\nrun(c[x])", ["<validated c[x]>"]),
        ("c = {'a': 'b'}\nrun(c.get(x, 'z'))", ["<validated c.get(x, 'z')>", "z"]),
        ("c = ['a', 'b']\nrun(c[0])", ["a"]),
        ("def g():\n    return 'a'\nrun(g())", ["a"]),
        ("q = 'a'\ndef g():\n    run(q)\ng()", ["a"]),
        ("t = Template('a $p')\nrun(t.substitute(p=x))", ["a <parameter x>"]),
        ("run(dedent('''\n    a\n    b\n'''))", ["\na\nb\n"]),
        ("[run(f'{c}') for c in ('a', 'b')]", ["a", "b"]),
        ("q: int = load()\nrun(f'{q}')", ["<number q>"]),
        ("del x\nrun('a')", ["a"]),
    ],
)
def test_statements_before_the_call(body: str, expected: list[str]) -> None:
    head = "from string import Template\nfrom textwrap import dedent\n"
    assert texts(head + function(body)) == expected


@pytest.mark.parametrize(
    "guard",
    [
        "if x not in ('a', 'b'):\n    raise ValueError",
        "if x not in ALLOWED:\n    return",
        "if not x in ALLOWED:\n    return",
        "if x.lower() not in ALLOWED:\n    return",
        "if not (x in ALLOWED and y):\n    return",
        "if x not in TABLE:\n    return",
        "if x not in TABLE.keys():\n    return",
        "if x not in [each.value for each in Color]:\n    return",
        "if not x.isidentifier():\n    return",
        "if not re.fullmatch('[a-z_]+', x):\n    return",
        "if not re.match(r'^\\w+$', x):\n    return",
        "if PATTERN.fullmatch(x) is None:\n    return\nif not PATTERN.fullmatch(x):\n    return",
        "if x != 'a' and x != 'b':\n    return",
        "check(x)",
        "x = checked(x)",
        "match x:\n    case 'a' | 'b':\n        pass\n    case _:\n        return",
    ],
)
def test_a_guard_restricts_what_comes_after_it(guard: str) -> None:
    head = """
import re
from enum import Enum
ALLOWED = frozenset({'a', 'b'})
TABLE = {'a': 1}
PATTERN = re.compile('[a-z]+')
class Color(Enum):
    RED = 'red'
def check(value):
    if value not in ALLOWED:
        raise ValueError
def checked(value):
    if value in ALLOWED:
        return value
    raise ValueError
"""
    text = text_at(project_of({"app.py": head + function(f"{guard}\nrun(f'{{x}}')")}))
    assert {piece.kind for piece in text.pieces} <= {PieceKind.VALIDATED, PieceKind.CONSTANT}


@pytest.mark.parametrize(
    "guard",
    [
        "if x in ALLOWED:\n    return",
        "if x not in ALLOWED or y:\n    pass",
        "if x not in ALLOWED and y:\n    return",
        "assert x in ALLOWED",
        "if x not in ALLOWED:\n    print(x)",
        "if y not in ALLOWED:\n    return",
        "if x not in ALLOWED:\n    return\nx = y",
        "if not re.fullmatch('.*', x):\n    return",
        "if not re.match('[a-z]+', x):\n    return",
        'if not re.fullmatch("[a-z\' ]+", x):\n    return',
    ],
)
def test_what_is_no_guard(guard: str) -> None:
    head = "import re\nALLOWED = {'a', 'b'}\n"
    text = text_at(project_of({"app.py": head + function(f"{guard}\nrun(f'{{x}}')")}))
    assert PieceKind.PARAMETER in {piece.kind for piece in text.pieces}


def test_a_test_against_an_unknown_collection_is_remembered() -> None:
    text = text_at(project_of({"app.py": function("if x not in y:\n    return\nrun(f'{x}')")}))
    assert [(piece.kind, piece.checked) for piece in text.pieces] == [(PieceKind.PARAMETER, "x not in y")]


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        ("int", "number"),
        ("float | None", "number"),
        ("Optional[UUID]", "number"),
        ("Annotated[date, 'x']", "number"),
        ("'int'", "number"),
        ("UserId", "number"),
        ("Alias", "number"),
        ("Color", "validated"),
        ("Literal['a', 'b']", "validated"),
        ("Color | int", "validated"),
        ("str", "parameter"),
        ("str | int", "parameter"),
        ("Unknown", "parameter"),
    ],
)
def test_the_type_of_a_parameter(annotation: str, kind: str) -> None:
    head = """
from datetime import date
from enum import Enum
from typing import Annotated, Literal, NewType, Optional
from uuid import UUID
class Color(Enum):
    RED = 'red'
UserId = NewType('UserId', int)
Alias = Annotated[int, 'positive']
"""
    assert texts(head + function("run(f'{x}')", f"x: {annotation}")) == [f"<{kind} x>"]


@pytest.mark.parametrize(
    "marks",
    [
        "','.join(['%s'] * len(x))",
        "', '.join('?' for _ in x)",
        "', '.join(map(lambda _: '?', x))",
        "', '.join([f':p{i}' for i in range(len(x))])",
        "', '.join(f'${i + 1}' for i, _ in enumerate(x))",
        "('?, ' * len(x)).rstrip(', ')",
    ],
)
def test_placeholder_lists(marks: str) -> None:
    text = text_at(project_of({"app.py": function(f"run('IN (' + {marks} + ')')")}))
    assert [piece.kind for piece in text.pieces] == [PieceKind.CONSTANT, PieceKind.PLACEHOLDERS, PieceKind.CONSTANT]


def test_constants_of_other_modules_classes_and_enums() -> None:
    code = """
        from names import TABLE, Item, Color
        import names as n
        def f():
            run(f"{TABLE} {n.TABLE} {Item.__tablename__} {Item.columns[0]} {Color.RED.value}")
    """
    names = """
        from enum import Enum
        PREFIX = "shop"
        TABLE = PREFIX + "_items"
        class Item:
            __tablename__ = "items"
            columns = ["id", "name"]
        class Color(Enum):
            RED = "red"
    """
    assert texts(dedent(code), names=names) == ["shop_items shop_items items id red"]


def test_a_module_constant_that_a_function_rebinds_is_either_value() -> None:
    code = "Q = 'a'\ndef g(x):\n    global Q\n    Q = x\ndef f():\n    run(Q)\n"
    assert texts(code) == ["<unknown x>", "a"]


def test_attributes_of_the_instance() -> None:
    code = """
        class Store:
            table = "items"
            def __init__(self, name, size: int):
                self.schema = "shop"
                self.name = name
                self.size = size
            def f(self):
                run(f"{self.schema}.{self.table} {self.size} {self.name}")
    """
    assert texts(dedent(code)) == ["shop.items <number self.size> <parameter self.name>"]


def test_fields_of_a_typed_parameter() -> None:
    code = """
        from pydantic import BaseModel
        class Body(BaseModel):
            size: int
            name: str
        def f(body: Body):
            run(f"{body.size} {body.name}")
    """
    assert texts(dedent(code)) == ["<number body.size> <parameter body.name>"]


def test_request_data_keeps_its_source() -> None:
    code = """
        from fastapi import Request
        async def f(request: Request):
            data = await request.json()
            name = data["name"].strip()
            run(f"{name} {request.query_params['q']} {request.state.tenant}")
    """
    pieces = [piece for piece in text_at(project_of({"app.py": code})).pieces if piece.kind is not PieceKind.CONSTANT]
    assert [(piece.kind, piece.source) for piece in pieces[:2]] == [
        (PieceKind.REQUEST, "name"),
        (PieceKind.REQUEST, "q"),
    ]
    assert pieces[2].kind is PieceKind.UNKNOWN


def test_the_request_of_flask() -> None:
    code = "from flask import request\ndef f():\n    run(request.args.get('q'))\n"
    pieces = text_at(project_of({"app.py": code})).pieces
    assert [(piece.kind, piece.source) for piece in pieces] == [(PieceKind.REQUEST, "q")]


def test_what_all_callers_pass_is_what_a_parameter_is() -> None:
    code = "def f(t):\n    run(f'FROM {t}')\ndef g():\n    f('a')\ndef h():\n    f(t='b')\n"
    assert texts(code) == ["FROM a", "FROM b"]


def test_a_method_of_an_unknown_object_is_no_function_of_the_module() -> None:
    code = "def f(t):\n    run(f'FROM {t}')\ndef g(z):\n    f('a')\n    z.f(1)\n"
    assert texts(code) == ["FROM a"]


@pytest.mark.parametrize("use", ["h(f)", "x = f", "@f\ndef k(): ...", "y = [f]"])
def test_a_function_with_callers_that_cannot_be_seen_keeps_its_parameter(use: str) -> None:
    code = f"def f(t):\n    run(f'FROM {{t}}')\ndef g(z):\n    f('a')\n{use}\n"
    assert texts(code) == ["FROM <parameter t>"]


def test_tests_are_no_callers() -> None:
    files = {
        "app.py": "def f(t):\n    run(f'FROM {t}')\n",
        "tests/test_app.py": "from app import f\ndef test_f():\n    f('a')\n",
    }
    assert [shown(piece) for piece in text_at(project_of(files)).pieces] == ["FROM ", "<parameter t>"]


def test_a_parameter_names_its_function_and_place() -> None:
    text = text_at(project_of({"app.py": function("run(f'a{x}')")}))
    piece = text.pieces[1]
    assert (piece.owner, piece.source) == ("app::f", "x")
    assert piece.span is not None
    assert (piece.span.line, piece.span.column, piece.span.end_column) == (2, 13, 14)
    assert piece.origin is not None
    assert (piece.origin.line, piece.origin.column) == (1, 7)


def test_columns_count_characters() -> None:
    text = text_at(project_of({"app.py": "def f(x):\n    run('é' f'ü{x}')\n"}))
    assert text.pieces[1].span is not None
    assert text.pieces[1].span.column == 17


def test_two_calls_on_one_line_are_told_apart() -> None:
    assert texts("def f(x):\n    run('é'); run(x)\n") == ["<parameter x>"]


def test_alternatives_are_bounded_and_keep_the_risky_piece() -> None:
    steps = "".join(f"if y[{number}]:\n    q += ' {number}'\n" for number in range(12))
    text = text_at(project_of({"app.py": function(f"q = 'a'\nif y:\n    q += x\n{steps}run(q)")}))
    assert len(text.alternatives) <= 16
    assert not text.complete
    assert PieceKind.PARAMETER in {piece.kind for piece in text.pieces}


def test_a_loop_is_not_complete() -> None:
    assert not text_at(project_of({"app.py": function("q = 'a'\nfor i in x:\n    q += 'b'\nrun(q)")})).complete


@pytest.mark.parametrize(
    "body",
    [
        "q = q\nrun(q)",
        "while x:\n    q, r = r, q\nrun(q)",
        "for i in x:\n    q = q + q\nrun(q)",
        "q = " + " + ".join(["x"] * 900) + "\nrun(q)",
        "q = " + "(" * 80 + "x" + ")" * 80 + "\nrun(q)",
        "q = 'a'\n" + "q = f'{q}{q}'\n" * 40 + "run(q)",
        "q = " + "f(" * 60 + "x" + ")" * 60 + "\nrun(q)",
        "run(*x)",
        "run(**x) if False else run(x)",
        "return\nrun(x)",
        "run(undefined)",
        "run(f(x, y))",
        "q = 'a'\nif q in q:\n    q = q.join(q)\nrun(q)",
    ],
)
def test_odd_code_gets_an_answer(body: str) -> None:
    summary_text = text_at(project_of({"app.py": function(body)}))
    assert summary_text.alternatives


def test_a_query_builder_gives_no_text() -> None:
    code = """
        from pypika import Query, Table
        from sqlalchemy import select
        def f(x):
            q = Query.from_(Table("a")).select(x)
            q = q.join(x).on(x == x)
            run(q.limit(x).get_sql())
    """
    assert {piece.kind for piece in text_at(project_of({"app.py": code})).pieces} == {PieceKind.STRUCTURE}


def test_recursive_functions_get_an_answer() -> None:
    code = "def g(x):\n    return g(h(x))\ndef h(x):\n    return g(x)\ndef f(x):\n    run(g(x))\n"
    assert texts(code)


def test_an_argument_of_another_call_is_unknown() -> None:
    project = project_of({"app.py": "run('a')\n"})
    text = project.text_of("app.py", 0, Name("elsewhere"))
    assert [piece.kind for piece in text.pieces] == [PieceKind.UNKNOWN]


def test_every_call_of_its_own_source_gets_an_answer() -> None:
    # Two seconds' worth of it; the modules further down call each other in circles.
    paths = sorted((ROOT / "readiness" / "linking" / "flow").glob("[a-f]*.py"))
    contents = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}
    project = analyse_files(contents, [], today=TODAY).project
    assert len(project.paths()) == len(paths) > 8
    for path in project.paths():
        summary = project.summary(path)
        assert summary is not None
        for index, call in enumerate(summary.calls):
            for argument in call.arguments[:1]:
                assert project.text_of(path, index, argument).alternatives


# What must hold for every program: nothing that gets into the text is missed.

MARK = "\N{WARNING SIGN}"
EXPRESSIONS = [
    "'a'",
    "''",
    "x",
    "q",
    "f'b{x}'",
    "f'{q}c'",
    "q + 'd'",
    "'%s-%s' % (q, x)",
    "'{}'.format(q)",
    "'k'.join([q, 'e'])",
    "q.replace('a', x)",
    "q.upper()",
    "(q if y else 'g')",
    "(x or 'h')",
    "(q or x)",
    "'' + x",
    "''.join(f'{each}{x}' for each in c)",
    "q.strip()",
    "(q % () if '%' not in q else x)",
    "f'{q!s}'",
    "'-' * len(c)",
    "textwrap.dedent(q)",
    "(lambda value: value + x)(q)",
    "h(*[q, x])",
    "h(y=q, x=x)",
    "' '.join(c)",
    "', '.join(each for each in c if each)",
    "{'i': q}['i']",
    "[q, x][0]",
    "g(q)",
    "TABLE.get(q, x)",
]
SIMPLE = st.sampled_from(EXPRESSIONS).map(lambda value: f"q = {value}") | st.sampled_from(
    ["q += 'l'", "q += x", "c.append(q)", "c.append(x)", "c = ['m']", "c += [q]", "q, r = r, q", "r = q", "r = x"]
)


def _block(body: list[str]) -> str:
    return indent("\n".join(body) or "pass", "    ")


STATEMENT = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda body: f"if y:\n{_block(body)}"),
        st.tuples(st.lists(inner, max_size=2), st.lists(inner, max_size=2)).map(
            lambda both: f"if not y:\n{_block(both[0])}\nelse:\n{_block(both[1])}"
        ),
        st.lists(inner, min_size=1, max_size=2).map(lambda body: f"for r in (x, 'n'):\n{_block(body)}"),
        st.lists(inner, min_size=1, max_size=2).map(lambda body: f"with manager() as m:\n{_block(body)}"),
        st.tuples(st.lists(inner, max_size=2), st.lists(inner, max_size=2)).map(
            lambda both: f"try:\n{_block([*both[0], 'fail(y)'])}\nexcept ValueError:\n{_block(both[1])}"
        ),
        st.lists(inner, max_size=2).map(lambda body: f"match y:\n    case True:\n{indent(_block(body), '    ')}"),
    ),
    max_leaves=8,
)
HEAD = """
import textwrap
TABLE = {'a': 'o'}
def g(value):
    if value == 'a':
        return 'p'
    return value + 't'
def h(x, y='d'):
    if y:
        x = x + y
    return x
def f(x, y):
    q = r = 's'
    c = ['u']
"""


def run_program(source: str, truth: bool) -> str:
    """The text that the program hands over when it is run. The program is one of ours, made above."""
    seen: list[str] = []

    @contextlib.contextmanager
    def manager() -> Iterator[str]:
        yield "v"

    def fail(when: bool) -> None:
        if when:
            raise ValueError

    names: dict[str, object] = {"run": seen.append, "manager": manager, "fail": fail}
    exec(compile(ast.parse(source), "program", "exec"), names)
    program = names["f"]
    assert callable(program)
    program(MARK, truth)
    return seen[0]


@settings(max_examples=100, deadline=None)
@given(st.lists(STATEMENT, min_size=1, max_size=6), st.booleans())
def test_what_really_gets_into_the_text_is_in_the_answer(body: list[str], truth: bool) -> None:
    source = HEAD + indent("\n".join([*body, "run(q)"]), "    ") + "\n"
    real = run_program(source, truth)
    text = text_at(project_of({"app.py": source}))
    if MARK in real.upper():
        assert any(piece.kind not in (PieceKind.CONSTANT, PieceKind.NUMBER) for piece in text.pieces), source
    if text.complete:
        languages = [
            "".join(re.escape(p.text) if p.kind is PieceKind.CONSTANT else ".*" for p in each)
            for each in text.alternatives
        ]
        assert any(re.fullmatch(language, real, re.DOTALL) for language in languages), (source, real, languages)


def test_what_a_caller_was_given_stays_its_own_through_a_method_that_hands_it_back() -> None:
    runner = """
        class Runner:
            def clean(self, text):
                return text
            def go(self, text):
                run(self.clean(text))
    """
    callers = """
        from app import Runner
        from elsewhere import stored

        def repeat():
            Runner().go(stored())
        def create(asked):
            Runner().go(asked)
        def main(given):
            create(given)
    """
    pieces = text_at(project_of({"app.py": dedent(runner), "callers.py": dedent(callers)})).pieces
    assert [each.owner for each in pieces if each.kind is PieceKind.PARAMETER] == ["callers::main"]
