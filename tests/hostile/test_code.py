"""Code made to hang or to crash its readers is read or named, and the rest of the scan is as it would be without it."""

import pytest

APP = """
from fastapi import APIRouter, Depends, FastAPI
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from typing import Union

app = FastAPI()
"""


def sums(count: int, term: str = "'a'") -> str:
    return " + ".join([term] * count)


def doubled(form: str, count: int = 60) -> str:
    """`x0 = ...`, and each further name made of two of the one before."""
    return "x0 = 'a'\n" + "".join(f"x{i + 1} = {form.format(x=f'x{i}')}\n" for i in range(count))


def query(name: str, body: str, answer: str) -> str:
    """A route that runs the body and then a query."""
    inside = "".join(f"    {line}\n" for line in body.splitlines())
    head = f"@app.get('/{name}')\ndef {name}(q: str, session: Session):\n"
    return f"{head}{inside}    return session.execute(text({answer}))\n"


UNREADABLE = {
    "sum_of_20000.py": f"x = {sums(20_000)}\n",
    "brackets.py": f"x = {'[' * 100_000}{']' * 100_000}\n",
    "attributes.py": f"x = y{'.a' * 5000}\n",
    "calls.py": f"x = y{'()' * 5000}\n",
    "lambdas.py": f"x = {'lambda: ' * 5000}1\n",
    "signs.py": f"x = {'-' * 20_000}1\n",
    "branches.py": "if a: pass\n" + "elif b: pass\n" * 5000,
    "indents.py": "".join(" " * depth + "if x:\n" for depth in range(200)) + " " * 200 + "pass\n",
    "newer_and_deep.py": f"type X = int\nx = {sums(20_000)}\n",
    "null.py": b"x = '\0'\n",
    "number.py": f"x = {'9' * 500_000}\n",
    "punycode.py": b"# coding: punycode\n" + b"a" * 200_000,
    "zip.py": b"# coding: zlib_codec\n",
    "unknown_cookie.py": b"# coding: " + b"x" * 1000 + b"\n",
    "bytes.py": b"\xff\xfe\xfd" * 1000,
    "open_string.py": 'x = """' + "a\n" * 10_000,
    "long_name.py": f"class {'a' * 100_000}:\n"
    + "    def f(self):\n        try: f()\n        except Exception: pass\n" * 1000,
    "open_f_string.py": f"x = f'{'{' * 5001}'\n",
}
READABLE = {
    "one_line.py": "; ".join(f"x{i} = {i}" for i in range(20_000)) + "\n",
    "long_line.py": "x = '" + "a" * 3 * 2**20 + "'\n",
    "list.py": f"x = [{'1,' * 100_000}]\ndef f(s): return s.execute(x[0])\n",
    "decorators.py": "def d(f): return d(f)\n" + "@d\n" * 3000 + "def f(): pass\n",
    "surrogates.py": 'x = "\\ud800"\n',
    "numbers.py": "a = 9**9**9**9\nb = 'a' * 10**10\nc = '%999999999d' % 1\nd = [0] * 10**12\ne = 1 << 10**12\n",
}


def test_what_cannot_be_parsed_is_named_and_the_rest_is_read(shop):
    shop.write({"main.py": APP + query("home", "", "q"), **UNREADABLE, **READABLE})
    done = shop.scan()
    assert {path for path, message in done.problems.items() if "could not be read" in message} == set(UNREADABLE)
    assert done.service()["recognised"]["routes"] == 1
    assert [each["span"]["path"] for each in done.findings()] == ["main.py"]


def test_a_file_over_the_bound_is_named(shop):
    shop.write({"main.py": APP, "large.py": "x = 1\n" * 800_000})
    assert "larger than 4 MiB" in shop.scan().problems["large.py"]


GROWING = {
    "sums": (doubled("{x} + {x}"), "f'select {x60} {q}'"),
    "f_strings": (doubled("f'{{{x}}}{{{x}}}'"), "x60 + q"),
    "formats": (doubled("'%s%s' % ({x}, {x})"), "x60 + q"),
    "joins": (doubled("','.join([{x}, {x}])"), "x60 + q"),
    "lists": (doubled("[{x}, {x}]"), "str(x60) + q"),
    "choices": (doubled("({x} if q else {x} + q)"), "x60 + q"),
    "long_sum": ("", sums(900, "q")),
    "long_f_string": ("", "f'" + "{q}" * 3000 + "'"),
    "brackets_in_sql": ("", f"f'select {'(' * 3000}{{q}}{')' * 3000}'"),
    "selects_in_sql": ("", f"f'{'select * from (' * 500}{{q}}{') t' * 500}'"),
    "branches": ("s = ''\n" + "".join(f"if q > '{i}': s = 'select {i}' + q\n" for i in range(1000)), "s"),
    "additions": ("s = ''\n" + "".join(f"if q == '{i}': s += ' {i}' + q\n" for i in range(300)), "s"),
    "elements": ("s = []\n" + "".join(f"if q: s.append(f'{i} = {{q}}')\n" for i in range(300)), "' '.join(s)"),
    "chain": ("v0 = q\n" + "".join(f"v{i + 1} = v{i}\n" for i in range(2000)), "v2000"),
    "loops": ("s = ''\n" + "".join(" " * i + "for _ in q:\n" for i in range(15)) + " " * 15 + "s = s + q\n", "s"),
    "large": (
        "a = 'a' * 10**10\nb = '%999999999d' % 1\nc = f'{1:999999999}'\nd = ','.join(['?'] * 10**10)\n",
        "a+b+c+d+q",
    ),
}


def test_texts_that_grow_without_bound_are_judged(shop):
    shop.write({"main.py": APP + "".join(query(name, *code) for name, code in GROWING.items())})
    findings = shop.scan().findings()
    assert {each["symbol"].rpartition("::")[2] for each in findings} == set(GROWING)
    assert "passes" not in {each["verdict"] for each in findings}


CIRCLES = """
A = A + A
B = f"{B}{B}"
C = D + D
D = C + C
class K(K):
    x: "K" = K()
    def m(self): return self.m()
class L(M): pass
class M(L): pass
X = Union["X", "Y"]
Y = list[X]
def f(x): return f(x) + g(x)
def g(x): return f(g(x))
def first(a=Depends(second)): return a
def second(a=Depends(first)): return a
def third(a=Depends(third)): return a
r = APIRouter()
s = APIRouter()
r.include_router(r, prefix="/a")
r.include_router(s, prefix="/b")
s.include_router(r, prefix="/c")
app.include_router(r)
app.mount("/m", app)
app.include_router(app.router)
@r.get("/x", response_model=X)
def x(q: str, session: Session, a=Depends(first), c=Depends(third)) -> Y:
    return session.execute(text(A + B + C + K().m().x.m() + f(q)))
"""


def test_definitions_that_lead_to_themselves_are_read(shop):
    shop.write({"main.py": APP + CIRCLES})
    done = shop.scan()
    assert not [each for each in done.document["problems"] if each["stage"] not in ("discover",)]
    assert done.service()["recognised"]["queries"] == 1


def test_imports_in_circles_and_stars_everywhere_are_resolved(shop):
    ring, mesh = 100, 40
    files = {f"ring{i}.py": f"from ring{(i + 1) % ring} import *\nimport ring{(i + 2) % ring}\n" for i in range(ring)}
    files |= {f"mesh{i}.py": "".join(f"from mesh{j} import *\n" for j in range(mesh)) for i in range(mesh)}
    files["mesh7.py"] += "KNOWN = 'select 1'\n"
    unknown = "".join(f"u{i}(v{i})\n" for i in range(200))
    main = f"{APP}from ring0 import *\nfrom mesh0 import *\n{unknown}{query('home', '', 'KNOWN')}"
    shop.write({**files, "main.py": main})
    assert [each["verdict"] for each in shop.scan().findings()] == ["passes"]


CHAINS = {
    "dependencies": "def d0(): return 1\n"
    + "".join(f"def d{i + 1}(a=Depends(d{i}), b=Depends(d{i})): return a\n" for i in range(1000))
    + "@app.get('/x')\ndef x(a=Depends(d1000)): return a\n",
    "functions": "".join(f"def f{i}(x): return f{i + 1}(x)\n" for i in range(2000)) + query("x", "", "f0(q)"),
    "callers": "def c0(session: Session, s): session.execute(text(s))\n"
    + "".join(f"def c{i + 1}(session, s):\n    c{i}(session, s + 'a')\n    c{i}(session, s)\n" for i in range(60))
    + "@app.get('/x')\ndef x(q: str, session: Session): c60(session, q)\n",
    "classes": "class A0: pass\nclass B0: pass\n"
    + "".join(f"class A{i + 1}(A{i}, B{i}): pass\nclass B{i + 1}(A{i}, B{i}): pass\n" for i in range(200))
    + query("x", "", "A200().q + B200.q"),
    "statements": "class U: pass\n@app.get('/x')\ndef x(session: Session, q: int):\n    s = select(U)\n"
    + "".join(f"    if q == {i}: s = s.where(U.a == {i})\n" for i in range(300))
    + "    return session.execute(s).scalars().all()\n",
    "types": "T0 = int\n"
    + "".join(f"T{i + 1} = Union[T{i}, list[T{i}]]\n" for i in range(60))
    + "@app.get('/x', response_model=T60)\ndef x() -> T60: return []\n",
    "handlers": "".join(f"try: f{i}()\nexcept Exception: pass\n" for i in range(2000))
    + "@app.get('/x')\ndef x(): return 1\n",
    "routes": "".join(f"@app.post('/r{i}')\ndef r{i}(): return {i}\n" for i in range(1, 1000))
    + "@app.get('/x')\ndef x(): return 1\n",
}


def test_chains_of_thousands_of_definitions_are_followed_or_given_up(shop):
    for name, code in CHAINS.items():
        shop.write({f"{name}/pyproject.toml": f"[project]\nname = '{name}'\n", f"{name}/main.py": APP + code})
    done = shop.scan()
    routes = {each["name"]: each["recognised"]["routes"] for each in done.document["services"]}
    assert routes == dict.fromkeys(CHAINS, 1) | {"routes": 1000}
    assert not [each for each in done.document["problems"] if each["stage"] in ("recognise", "judge")]


ENDLESS = {
    "chain": "".join(f"r{i} = APIRouter(prefix='/p')\n" for i in range(1000))
    + "@r999.get('/x')\ndef x(): return 1\n"
    + "".join(f"r{i}.include_router(r{i + 1})\n" for i in reversed(range(999)))
    + "app.include_router(r0)\n",
    "routers": "".join(f"r{i} = APIRouter()\n" for i in range(41))
    + "@r0.get('/x')\ndef x(): return 1\n"
    + "".join(
        f"r{i + 1}.include_router(r{i}, prefix='/a')\nr{i + 1}.include_router(r{i}, prefix='/b')\n" for i in range(40)
    )
    + "app.include_router(r40)\n",
    "loops": f"P = {[f'/p{i}' for i in range(3000)]}\nfor p in P:\n  for k in P:\n    @app.get(p + k)\n    def z(): return 1\n",
}


@pytest.mark.parametrize("code", ENDLESS)
def test_routes_without_end_are_cut_off_and_the_run_says_so(shop, code):
    shop.write({"main.py": APP + ENDLESS[code]})
    done = shop.scan()
    assert done.code == 3
    assert "the rest was left out" in done.err


def test_comments_made_to_be_slow_are_read(shop):
    comments = (
        f"x = 1  # noqa: {'A1,' * 20_000}\n"
        f"x = 2  # readiness: ignore[{'a' * 200_000}\n"
        f"x = 3  # readiness: ignore[{'],' * 50_000}\n"
        f"# {'noqa' * 50_000} {'nosec ' * 10_000}\n"
        f"# type: ignore[{'[' * 50_000}\n"
        f"# pragma{':' * 50_000} no{' ' * 50_000}cover\n"
    )
    shop.write({"main.py": APP + comments * 3})
    assert shop.scan().service()["recognised"]["files_read"] == 1
