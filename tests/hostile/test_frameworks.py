"""Applications of Flask and Django, their errors, requests and tests, made to hang or to crash: read, or cut off by name."""

import pytest

FLASK = """
from flask import Blueprint, Flask, jsonify, request
from flask.views import MethodView
from sqlalchemy import select, text
from sqlalchemy.orm import Session
import requests

app = Flask(__name__)
"""
SETTINGS = "ROOT_URLCONF = 'site_.urls'\nINSTALLED_APPS = ['rest_framework']\n"
DJANGO = {
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_.settings')\n",
    "site_/__init__.py": "",
    "site_/settings.py": SETTINGS,
}
URLS = "from django.urls import include, path, re_path\nfrom rest_framework import routers\nfrom . import views\n"
VIEWS = (
    "from django.db import models\nfrom django.http import HttpResponse\nfrom django.views.generic import ListView\n"
    "from rest_framework import viewsets\ndef v(request): return HttpResponse('x')\n"
)


def crashed(done) -> list[str]:
    """Parts of the engine that crashed, other than those that say what they left out."""
    return [
        each["message"]
        for each in done.document["problems"]
        if each["stage"] in ("recognise", "judge", "plugin") and "the rest was left out" not in each["message"]
    ]


def doubled(name: str, form: str, count: int = 50) -> str:
    """`name1 = ...`, and each further name made of two of the one before."""
    return "".join(f"{name}{each + 1} = {form.format(x=f'{name}{each}')}\n" for each in range(count))


FLASK_CIRCLES = """
b = Blueprint('b', __name__)
c = Blueprint('c', __name__)
b.register_blueprint(b)
b.register_blueprint(c)
c.register_blueprint(b)
app.register_blueprint(app)
app.register_blueprint(b, **b)
app.register_blueprint(*[b])
for x in [b, c, *app.blueprints, x]: app.register_blueprint(x)
def make(): return make()
@make().route('/x')
@b.route
@b.route()
@b.route(*x, **x)
def f(): return f()
k = {**k, 'timeout': k}
t = (t, t)
class S(S, requests.Session):
    def request(self, *a, **k): return self.request(*a, **k)
    get = get
s = S()
class V(V, MethodView):
    decorators = [V, *decorators]
    methods = methods
    def get(self, k=k, timeout=timeout): return s.get('x', timeout=t, **k) or s.request(*k, **k)
app.add_url_rule('/v', view_func=V.as_view('v'), **k)
@app.route('/known')
def known(q, session: Session):
    q = q if q else q
    q = (q or q) if not q else q
    try: return session.execute(text(q)).all() or f(q)
    except V as e: raise e from e
    except Exception as e: return known(e), e
@app.errorhandler(V)
@app.errorhandler
def h(e): return h(str(e))
"""


def test_flask_definitions_that_lead_to_themselves_are_read(shop):
    shop.write({"app.py": FLASK + FLASK_CIRCLES})
    done = shop.scan()
    assert crashed(done) == []
    assert done.service()["recognised"]["queries"] == 1


DJANGO_CIRCLES = {
    "site_/urls.py": URLS
    + "urlpatterns = [path('a/', include('site_.urls')), *urlpatterns, path('', include(urlpatterns))]\n"
    + "urlpatterns += urlpatterns\nurlpatterns.append(urlpatterns)\nurlpatterns.extend(f())\n"
    + "def f(): return f() + urlpatterns + [path('x', views.v)]\n"
    + "r = routers.DefaultRouter()\ns = routers.DefaultRouter()\nr.registry.extend(s.registry)\ns.registry.extend(r.registry)\n"
    + "r.register('x', views.S)\nr.register(*r)\nr.register(**{})\nr.register('y', r)\n"
    + "urlpatterns += r.urls + s.urls + [path('l', views.L.as_view())] * 3\n",
    "site_/views.py": VIEWS
    + "from .urls import *\nclass L(L, ListView):\n    as_view = L.as_view\n    queryset = L.queryset\n"
    + "class S(viewsets.ModelViewSet, S):\n    queryset = S.queryset\n    serializer_class = S\n    pagination_class = S\n"
    + "    def get_queryset(self): return self.get_queryset().filter(x=self.get_queryset())\n",
    "site_/settings.py": SETTINGS
    + "REST_FRAMEWORK = {**REST_FRAMEWORK, 'A': {**REST_FRAMEWORK}}\nINSTALLED_APPS += INSTALLED_APPS\n"
    + "MIDDLEWARE = [*MIDDLEWARE, *MIDDLEWARE]\nA0 = {'a': 1}\n"
    + doubled("A", "{{**{x}, **{x}}}")
    + "LOGGING = A50\nDATABASES = dict(A50, **A49)\nfrom .settings import *\n",
}


def test_django_definitions_that_lead_to_themselves_are_read(shop):
    shop.write(DJANGO | DJANGO_CIRCLES)
    assert crashed(shop.scan()) == []


BOUND_ANEW = """
def waves(libraries):
    found = []
    for name in STAGES:
        waiting = sorted(each for each in libraries if each)
        while waiting:
            ready = [each for each in waiting if not any(each is other for other in waiting)]
            found.append(ready or waiting[:1])
            waiting = [each for each in waiting if each not in found[-1]]
    return found
def rules(left, right):
    nodes = [*rules(left, right), *rules(right, left)]
    nodes = [each for each in nodes if each] + [other for other in nodes if other]
    nodes = nodes if left else [*nodes, *rules(nodes, left)]
    return nodes
def build():
    for wave in waves([1, 2, 3]):
        wave = [each for each in waves(wave)]
        for rule in rules(wave, wave):
            app.add_url_rule(rule, view_func=rule)
build()
"""
ENDLESS = {
    "blueprints in blueprints": {
        "app.py": FLASK
        + "".join(f"b{each} = Blueprint('b{each}', __name__, url_prefix='/p')\n" for each in range(1500))
        + "@b1499.route('/x')\ndef x(): return 1\n"
        + "".join(f"b{each}.register_blueprint(b{each + 1})\n" for each in range(1499))
        + "app.register_blueprint(b0)\n"
    },
    "blueprints twice": {
        "app.py": FLASK
        + "".join(f"b{each} = Blueprint('b{each}', __name__)\n" for each in range(41))
        + "@b0.route('/x')\ndef x(): return 1\n"
        + "".join(
            f"b{each + 1}.register_blueprint(b{each}, url_prefix='/{way}')\n" for each in range(40) for way in "ab"
        )
        + "app.register_blueprint(b40)\n"
    },
    "loops": {
        "app.py": f"{FLASK}P = {[f'/p{each}' for each in range(3000)]}\ndef x(): return 1\n"
        + "for p in P:\n  for k in P:\n    app.add_url_rule(p + k, view_func=x)\n"
    },
    "names bound to what is made of themselves": {"app.py": FLASK + BOUND_ANEW},
    "includes twice": DJANGO
    | {
        "site_/urls.py": f"{URLS}p0 = [path('x', views.v)]\n"
        + doubled("p", "[path('a/', include({x})), path('b/', include({x}))]")
        + "urlpatterns = p50\n",
        "site_/views.py": VIEWS,
    },
    "sums": DJANGO
    | {
        "site_/urls.py": f"{URLS}p0 = [path('x', views.v)]\n{doubled('p', '{x} + {x}')}urlpatterns = p50\n",
        "site_/views.py": VIEWS,
    },
    "modules twice": DJANGO
    | {"site_/urls.py": f"{URLS}urlpatterns = [path('a/', include('m0'))]\n", "site_/views.py": VIEWS}
    | {
        f"m{each}.py": "from django.urls import include, path\nfrom site_ import views\n"
        f"urlpatterns = [path('a/', include('m{each + 1}')), path('b/', include('m{each + 1}')), path('x', views.v)]\n"
        for each in range(50)
    },
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_routes_without_end_are_cut_off_and_the_run_says_so(shop, kind):
    shop.write(ENDLESS[kind])
    done = shop.scan()
    assert done.code == 3
    assert "the rest was left out" in done.err
    assert crashed(done) == []


PATTERNS = [
    "(" * 3000,
    "(?P<a>" * 500 + ")" * 500,
    "[" * 3000,
    "\\" * 3001,
    "(a*)*" * 500,
    "{0,99999}" * 500,
    "a|" * 5000,
]
RULES = [
    "<" * 5000,
    "<int:a>" * 1000,
    "<a(b=1,c=" * 800,
    f"<any({'a,' * 5000}):b>",
    "<regex('(((('):a>",
    f"<{'a' * 50_000}>",
]


def test_addresses_made_to_be_slow_are_read(shop):
    shop.write(DJANGO)
    regexes = "".join(f"re_path({each!r}, views.v), path({each!r}, views.v)," for each in (*PATTERNS, *RULES))
    shop.write({"site_/urls.py": f"{URLS}urlpatterns = [{regexes}]\n", "site_/views.py": VIEWS})
    routes = "".join(f"@app.route({each!r})\ndef x{number}(): return 1\n" for number, each in enumerate(RULES))
    shop.write({"shop/app.py": FLASK + routes})
    assert crashed(shop.scan()) == []


def test_requests_of_tests_made_to_be_slow_are_matched(shop):
    routes = (
        f"@app.route('/{'<a>-' * 40}x')\ndef x(): return 1\n@app.route('/{'<path:a>/' * 30}x')\ndef y(): return 1\n"
    )
    ask = "    assert client.get({}).status_code == 200\n"
    fixtures = "".join(
        f"@pytest.fixture\ndef c{each}(c{(each + 1) % 300}, c{(each + 7) % 300}): return c{(each + 1) % 300}\n"
        for each in range(300)
    )
    addresses = [
        f"'/{'a-' * 1500}'",
        f"'/{'a/' * 1500}'",
        f"f'/{'{x}' * 300}'",
        f"f'/{'{x}/' * 300}'",
        "u50",
        "f'{u50}{u50}'",
    ]
    shop.write(
        {
            "app.py": FLASK
            + routes
            + "".join(f"@app.route('/r{each}/<a>')\ndef r{each}(a): return 1\n" for each in range(500)),
            "tests/test_a.py": "import pytest\nfrom app import app\nclient = app.test_client()\nu0 = '/a'\n"
            + doubled("u", "{x} + {x}")
            + fixtures
            + f"def test_a(x, c0):\n{''.join(map(ask.format, addresses))}"
            + "".join(
                f"def test_{each}(c{each % 300}):\n{ask.format(f'f{chr(39)}/r{each}/{{c0}}{chr(39)}')}"
                for each in range(500)
            ),
        }
    )
    done = shop.scan()
    assert crashed(done) == []
    assert len(done.findings("tested-endpoints")) == 502


MANY = {
    "branches": "@app.route('/x')\ndef x(q, session: Session):\n    y = q\n    if y == 0: y = 'a'\n"
    + "".join(f"    elif y == {each}: y = y + 'b'\n" for each in range(1200))
    + "    session.execute(text(y))\n    return requests.get(y, timeout=y).text\n",
    "clauses": "@app.route('/x')\ndef x():\n" + "    try: f()\n    except Exception as e: return str(e), 500\n" * 2500,
    "kept": "@app.route('/x')\ndef x():\n"
    + "    try: f()\n    except Exception as e: m = str(e)\n" * 600
    + "    return m\n",
    "handlers": "".join(f"class E{each}(E{each + 1}): pass\n" for each in range(800))
    + "".join(f"@app.errorhandler(E{each})\ndef h{each}(e): return str(e)\n" for each in range(800))
    + "@app.route('/x')\ndef x(): raise E0()\n",
    "wrappers": "def w0(u, **k): return requests.get(u, **k)\n"
    + "".join(
        f"def w{each + 1}(u, **k):\n    w{each}(u, **k)\n    return w{each}(u, **{{**k}})\n" for each in range(50)
    )
    + "@app.route('/x')\ndef x(): return w50('x', timeout=3)\n",
    "spreads": "k0 = {'timeout': 1}\n"
    + doubled("k", "{{**{x}, **{x}}}")
    + "@app.route('/x', **k50)\ndef x(): return requests.get('x', **k50).text\n",
    "loops": "@app.route('/x')\ndef x(session: Session):\n    rows = session.execute(select(M)).all()\n"
    + "".join(f"    for row in rows: f{each}(session, row)\n" for each in range(800))
    + "".join(f"def f{each}(s, row): f{each + 1}(s, row); s.execute(select(M))\n" for each in range(800)),
    "calls": "; ".join(f"requests.get('x{each}')" for each in range(10_000))
    + "\n@app.route('/x')\ndef x(): return 1\n",
}


@pytest.mark.parametrize("kind", MANY)
def test_definitions_by_the_thousand_are_followed_or_given_up(shop, kind):
    shop.write({"app.py": FLASK + MANY[kind]})
    done = shop.scan()
    assert crashed(done) == []
    assert done.service()["recognised"]["routes"] == 1


def test_thousands_of_views_are_read(shop):
    views = "".join(f"class V{each}(viewsets.ModelViewSet):\n    queryset = M.objects.all()\n" for each in range(600))
    chained = "class A0(ListView): pass\nclass B0(ListView): pass\n" + "".join(
        f"class A{each + 1}(A{each}, B{each}): pass\nclass B{each + 1}(A{each}, B{each}): pass\n" for each in range(150)
    )
    sets = "def q(request):\n    q0 = M.objects.all()\n" + "".join(
        f"    q{each + 1} = (q{each} | q{each}).union(q{each}, q{each})\n" for each in range(40)
    )
    registered = "".join(f"r.register('x{each}', views.V{each})\n" for each in range(600))
    shop.write(DJANGO)
    shop.write(
        {
            "site_/urls.py": f"{URLS}r = routers.DefaultRouter()\n{registered}"
            "urlpatterns = [path('a/', include(r.urls)), path('b', views.B150.as_view()), path('q', views.q)]\n",
            "site_/views.py": f"{VIEWS}class M(models.Model): pass\n{views}{chained}{sets}    return HttpResponse(list(q40))\n",
        }
    )
    done = shop.scan()
    assert crashed(done) == []
    assert done.service()["recognised"]["routes"] >= 3000
