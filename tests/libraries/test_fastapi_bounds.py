"""Hostile and circular code: the recogniser ends, and says so where it left something out."""

from datetime import date

from readiness.analysis import Analysis, analyse_files
from readiness.model import Route

HEAD = "from fastapi import APIRouter, Depends, FastAPI\napp = FastAPI()\ndef h(): ...\n"


def analysis(code: str) -> Analysis:
    return analyse_files({"app.py": (HEAD + code).encode()}, [], today=date(2026, 6, 1))


def paths(code: str) -> list[str]:
    found = analysis(code)
    assert found.problems == ()
    return [route.path for route in found.project.each(Route)]


def test_routers_that_include_one_another() -> None:
    code = "a = APIRouter()\nb = APIRouter()\na.include_router(b)\nb.include_router(a)\n"
    assert paths(code + 'b.add_api_route("/x", h)\napp.include_router(a)') == ["/x"]


def test_a_ladder_of_doubled_includes_ends_and_is_reported() -> None:
    steps = "".join(
        f"r{n + 1}.include_router(r{n}, prefix='/a')\nr{n + 1}.include_router(r{n}, prefix='/b')\n" for n in range(30)
    )
    made = "".join(f"r{n} = APIRouter()\n" for n in range(31))
    found = analysis(made + steps + "app.include_router(r30)")
    assert ["left out" in problem.message for problem in found.problems] == [True]


def test_loops_inside_loops_end_and_are_reported() -> None:
    numbers = ", ".join(str(n) for n in range(150))
    loops = f"N = [{numbers}]\nfor a in N:\n    for b in N:\n        for c in N:\n"
    loops += "            app.add_api_route(f'/{a}/{b}/{c}', h)"
    found = analysis(loops)
    assert ["left out" in problem.message for problem in found.problems] == [True]


def test_names_that_circle() -> None:
    assert paths('a = b\nb = a\na.add_api_route("/x", h)\napp.include_router(a)\napp.mount("/y", b)') == []


def test_functions_that_call_themselves() -> None:
    code = "def make(n):\n    r = APIRouter()\n    r.include_router(make(n - 1))\n"
    code += '    r.add_api_route("/x", h)\n    return r\napp.include_router(make(3))'
    assert paths(code) == ["/x"]


def test_text_that_grows_without_end() -> None:
    doubled = "".join(f"p{n + 1} = p{n} + p{n}\n" for n in range(60))
    assert paths(f'p0 = "/a"\n{doubled}app.add_api_route(p60, h)') == ["/{?}"]


def test_a_long_chain_of_functions() -> None:
    chain = "".join(f"def f{n + 1}(): return f{n}()\n" for n in range(400))
    assert paths(f"def f0(): return APIRouter()\n{chain}app.include_router(f400())") == []


def test_unusable_arguments() -> None:
    code = "app.include_router()\napp.add_api_route()\napp.get()(h)\napp.mount()\n@app.get\ndef g(): ...\n"
    code += "@app.api_route('/x', methods=3)\ndef k(): ...\nAPIRouter(*[], **{})"
    assert paths(code) == ["/x"]
