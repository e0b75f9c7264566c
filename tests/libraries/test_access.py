"""Who may call a route: guards of libraries and of the project, as they are spelled, and what a stranger meets."""

from datetime import date
from textwrap import dedent, indent

import pytest

from readiness.analysis import analyse_files
from readiness.model import AccessKind, RouteAccess


def accesses(**files: str) -> list[RouteAccess]:
    """Files by name; `__` stands for a slash or the dot of the extension."""
    content = {f"{name.replace('__', '/')}.py": dedent(text).encode() for name, text in files.items()}
    project = analyse_files(content, [], today=date(2026, 6, 1))
    assert not project.problems
    return list(project.project.each(RouteAccess))


def kind_of(text: str) -> AccessKind:
    """What is said of the one route of a file."""
    (access,) = accesses(app=text)
    return access.kind


FLASK = "import flask\nfrom flask import Flask, abort, g, jsonify, redirect, request, session\napp = Flask(__name__)\n"
FASTAPI = "from fastapi import Depends, FastAPI, HTTPException, Request, Response, Header, Cookie, Security\napp = FastAPI()\n"


def decorated(body: str, use: str = "guard") -> str:
    """A Flask application with one route behind a decorator of this body."""
    return f'{FLASK}{dedent(body)}\n@app.post("/orders")\n@{use}\ndef create():\n    return {{}}\n'


def depending(body: str, use: str = "guard") -> str:
    """A FastAPI application with one route behind a dependency of this body."""
    return f'{FASTAPI}{dedent(body)}\n@app.post("/orders", dependencies=[Depends({use})])\ndef create():\n    return {{}}\n'


def answering(body: str) -> str:
    """A Flask application with one route whose handler has this body."""
    return f'{FLASK}from flask_login import current_user\n@app.post("/orders")\ndef create():\n{indent(dedent(body), "    ")}\n'


@pytest.mark.parametrize(
    "condition",
    [
        'not session.get("user_id")',
        '"user" not in session',
        "g.user is None",
        "not getattr(g, 'user', None)",
        'not request.headers.get("Authorization", "").startswith("Bearer ")',
        'request.headers.get("X-Api-Key") != app.config["KEY"]',
        'not request.cookies.get("sid")',
        'len(request.headers.get("X-Token", "")) != 32',
        "request.authorization is None",
        'request.headers.get("Authorization") not in KEYS',
        '(token := request.headers.get("Authorization")) is None or token != "a"',
        'not (session.get("user_id") and session.get("role") == "admin")',
        'not any(session.get("user_id") == each for each in KEYS)',
    ],
)
def test_a_condition_that_a_stranger_meets_guards(condition: str) -> None:
    body = f"""
        KEYS = load()
        def guard(view):
            def inner(*args, **kwargs):
                if {condition}:
                    abort(401)
                return view(*args, **kwargs)
            return inner
    """
    assert kind_of(decorated(body)) is AccessKind.PROTECTED


@pytest.mark.parametrize(
    "condition",
    [
        'session.get("user_id") is not None and session["banned"]',
        'request.headers.get("X-Request-Id") is None',
        'session.get("csrf_token") != request.form.get("csrf_token")',
        "request.content_length > 10",
        'request.headers["Host"] != "shop"',
        'request.method == "DELETE" and not session.get("user_id")',
    ],
)
def test_a_condition_that_a_stranger_does_not_meet_guards_nothing(condition: str) -> None:
    body = f"""
        def guard(view):
            def inner(*args, **kwargs):
                if {condition}:
                    abort(403)
                return view(*args, **kwargs)
            return inner
    """
    assert kind_of(decorated(body)) is AccessKind.OPEN


@pytest.mark.parametrize(
    "refusal",
    [
        "abort(401)",
        "raise PermissionError",
        'return redirect("/login")',
        'return jsonify(error="no"), 403',
        'return flask.make_response("no", 401)',
        'return "log in first"',
        "deny()",
    ],
)
def test_every_way_to_refuse_counts(refusal: str) -> None:
    body = f"""
        def deny():
            abort(403)
        def guard(view):
            def inner(*args, **kwargs):
                if not session.get("user_id"):
                    {refusal}
                return view(*args, **kwargs)
            return inner
    """
    assert kind_of(decorated(body)) is AccessKind.PROTECTED


@pytest.mark.parametrize(
    "body",
    [
        """
        def guard(view):
            def inner(*args, **kwargs):
                if session.get("user_id"):
                    return view(*args, **kwargs)
                return redirect("/login")
            return inner
        """,
        """
        def known():
            try:
                return load(session["user_id"])
            except KeyError:
                return None
        def guard(view):
            def inner(*args, **kwargs):
                if known() is None:
                    abort(401)
                return view(*args, **kwargs)
            return inner
        """,
        """
        import jwt
        def guard(view):
            def inner(*args, **kwargs):
                try:
                    claims = jwt.decode(request.headers.get("Authorization"), "key", algorithms=["HS256"])
                except jwt.InvalidTokenError:
                    return jsonify(error="no"), 401
                return view(*args, claims=claims, **kwargs)
            return inner
        """,
        """
        from flask_login import login_required
        def guard(view):
            @login_required
            def inner(*args, **kwargs):
                return view(*args, **kwargs)
            return inner
        """,
        """
        from flask_login import login_required
        def guard(view):
            return login_required(view)
        """,
        """
        class guard:
            def __init__(self, view):
                self.view = view
            def __call__(self, *args, **kwargs):
                if not g.user:
                    abort(401)
                return self.view(*args, **kwargs)
        """,
        """
        def role(wanted):
            def decorator(view):
                def inner(*args, **kwargs):
                    if not session.get("user_id"):
                        abort(401)
                    return view(*args, **kwargs)
                return inner
            return decorator
        guard = role("clerk")
        """,
        """
        import wrapt
        @wrapt.decorator
        def guard(wrapped, instance, args, kwargs):
            if not session.get("user_id"):
                abort(401)
            return wrapped(*args, **kwargs)
        """,
        """
        from flask_httpauth import HTTPBasicAuth
        auth = HTTPBasicAuth()
        guard = auth.login_required
        """,
    ],
)
def test_decorators_guard_however_they_are_made(body: str) -> None:
    assert kind_of(decorated(body)) is AccessKind.PROTECTED


@pytest.mark.parametrize(
    ("use", "kind"),
    [
        ("optional(strangers=False)", AccessKind.PROTECTED),
        ("optional(strangers=True)", AccessKind.OPEN),
        ("optional()", AccessKind.PROTECTED),
    ],
)
def test_the_arguments_of_a_decorator_decide(use: str, kind: AccessKind) -> None:
    body = """
        def optional(strangers=False):
            def decorator(view):
                def inner(*args, **kwargs):
                    if not session.get("user_id") and not strangers:
                        abort(401)
                    return view(*args, **kwargs)
                return inner
            return decorator
    """
    assert kind_of(decorated(body, use)) is kind


@pytest.mark.parametrize(
    "body",
    [
        """
        def guard(view):
            def inner(*args, **kwargs):
                cached = load(session.get("user_id"))
                if cached is not None:
                    return make(cached)
                return view(*args, **kwargs)
            return inner
        """,
        """
        def guard(view):
            def inner(*args, **kwargs):
                try:
                    return view(*args, **kwargs)
                except Exception:
                    return jsonify(error="failed"), 500
            return inner
        """,
        """
        def guard(view):
            def inner(*args, **kwargs):
                g.user = session.get("user_id")
                return view(*args, **kwargs)
            return inner
        """,
        """
        def guard(view):
            return view
        """,
    ],
)
def test_what_looks_at_the_caller_and_lets_everybody_pass_guards_nothing(body: str) -> None:
    assert kind_of(decorated(body)) is AccessKind.OPEN


def test_a_guard_that_something_else_switches_is_not_known() -> None:
    body = """
        def guard(view):
            def inner(*args, **kwargs):
                if configured("private") and not session.get("user_id"):
                    abort(401)
                return view(*args, **kwargs)
            return inner
    """
    assert kind_of(decorated(body)) is AccessKind.UNKNOWN


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (
            """
            def guard(request: Request):
                if "authorization" not in request.headers:
                    raise HTTPException(status_code=401)
            """,
            AccessKind.PROTECTED,
        ),
        (
            """
            def guard(x_api_key: str | None = Header(None)):
                if x_api_key != KEY:
                    raise HTTPException(403)
            """,
            AccessKind.PROTECTED,
        ),
        (
            """
            def guard(x_api_key: str | None = Header(None)):
                return x_api_key
            """,
            AccessKind.OPEN,
        ),
        (
            """
            from fastapi.security import HTTPBearer
            bearer = HTTPBearer(auto_error=False)
            def guard(token=Depends(bearer)):
                if not token:
                    raise HTTPException(403)
            """,
            AccessKind.PROTECTED,
        ),
        (
            """
            from fastapi.security import HTTPBearer
            bearer = HTTPBearer(auto_error=False)
            def guard(token=Depends(bearer)):
                if token:
                    check(token)
            """,
            AccessKind.OPEN,
        ),
        (
            """
            from fastapi.security import APIKeyHeader
            class Key(APIKeyHeader):
                async def __call__(self, request: Request):
                    return await super().__call__(request)
            guard = Key(name="k")
            """,
            AccessKind.PROTECTED,
        ),
        (
            """
            from fastapi.security import APIKeyHeader
            class Key(APIKeyHeader):
                async def __call__(self, request: Request):
                    return await super().__call__(request)
            guard = Key(name="k", auto_error=False)
            """,
            AccessKind.OPEN,
        ),
        (
            """
            class Unknown(Exception):
                status_code = 401
            def caller(request: Request):
                return load(request)
            def guard(user=Depends(caller)):
                if not user:
                    raise Unknown()
            """,
            AccessKind.PROTECTED,
        ),
        (
            """
            def caller(request: Request):
                raise HTTPException(401)
            def guard(request: Request):
                try:
                    return caller(request)
                except Exception:
                    return None
            """,
            AccessKind.OPEN,
        ),
        (
            """
            def session():
                try:
                    yield make()
                except Exception:
                    raise
            guard = session
            """,
            AccessKind.OPEN,
        ),
    ],
)
def test_dependencies_are_read(body: str, kind: AccessKind) -> None:
    assert kind_of(depending(body)) is kind


def test_a_factory_of_dependencies_is_read_with_what_it_is_given() -> None:
    text = FASTAPI + dedent("""
        def strict(request: Request):
            if request.session.get("user") is None:
                raise HTTPException(401)
        def lenient(request: Request):
            return request.session.get("user")
        def caller(*, required=True):
            return strict if required else lenient
        @app.post("/a")
        def a(user=Depends(caller())): ...
        @app.post("/b")
        def b(user=Depends(caller(required=False))): ...
    """)
    assert {each.route.path: each.kind for each in accesses(app=text)} == {
        "/a": AccessKind.PROTECTED,
        "/b": AccessKind.OPEN,
    }


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("if not current_user.is_authenticated:\n    abort(401)\nreturn {}", AccessKind.PROTECTED),
        ("if current_user.is_anonymous:\n    return redirect('/login')\nreturn {}", AccessKind.PROTECTED),
        ("if current_user.is_authenticated:\n    return {}\nreturn jsonify(), 403", AccessKind.PROTECTED),
        ("if not request.json['name']:\n    abort(403)\nreturn {}", AccessKind.OPEN),
        ("if current_user.is_authenticated:\n    return {'name': current_user.name}\nreturn {}", AccessKind.OPEN),
        ("user = load(request.json['name'])\nif user is None:\n    return {}, 404\nreturn {}", AccessKind.OPEN),
    ],
)
def test_handlers_ask_in_their_own_body(body: str, kind: AccessKind) -> None:
    assert kind_of(answering(body)) is kind


def test_a_login_that_refuses_wrong_passwords_is_no_protected_route() -> None:
    text = (
        FLASK
        + '@app.post("/login")\ndef login():\n    user = find(session.get("id"))\n    if not user:\n        abort(401)\n    pass\n'
    )
    (access,) = accesses(app=text)
    assert (access.kind, access.purpose) == (AccessKind.OPEN, "login")


def test_what_a_handler_calls_has_guards_of_its_own() -> None:
    text = FLASK + dedent("""
        from flask_login import login_required
        @login_required
        def listed():
            return {}
        @app.post("/orders")
        def orders():
            return listed()
    """)
    assert kind_of(text) is AccessKind.PROTECTED


def test_a_route_knows_what_guards_it_and_where() -> None:
    (access,) = accesses(
        app=depending(
            'def guard(request: Request):\n    if not request.session.get("user"):\n        raise HTTPException(401)'
        )
    )
    assert access.by == ("app::guard",)
    assert access.decided is not None
    assert access.decided.line == 3
    assert access.changes


def test_more_than_identity_is_marked() -> None:
    text = (
        FLASK
        + 'from flask_security import roles_required\n@app.post("/orders")\n@roles_required("clerk")\ndef orders():\n    pass\n'
    )
    (access,) = accesses(app=text)
    assert access.role


@pytest.mark.parametrize(
    ("path", "method", "purpose"),
    [
        ("/auth/login", "POST", "login"),
        ("/api/token/refresh/", "POST", "refresh"),
        ("/users/signup", "POST", "sign-up"),
        ("/reset-password/{token}", "POST", "password reset"),
        ("/.well-known/jwks.json", "GET", "about the service"),
        ("/themes/{name}/static/{path:path}", "GET", "static"),
        ("/auth/start", "POST", "near the login"),
        ("/share/{share_token}", "GET", "secret link"),
        ("/orders/{number}", "PUT", ""),
        ("/tokens/{number}", "DELETE", ""),
        ("/login-attempts/{number}", "DELETE", "near the login"),
        ("/registers/{number}", "PUT", ""),
    ],
)
def test_a_path_says_what_everybody_has_to_reach(path: str, method: str, purpose: str) -> None:
    names = ", ".join(each.partition("}")[0].partition(":")[0] for each in path.split("{")[1:])
    text = f'{FASTAPI}@app.{method.lower()}("{path}")\ndef handler({names}): ...\n'
    (access,) = accesses(app=text)
    assert access.purpose == purpose


def test_mutual_recursion_and_long_chains_end() -> None:
    chain = "\n".join(f"def f{number}(view):\n    return f{number + 1}(view)" for number in range(200))
    body = f"{chain}\ndef f200(view):\n    return f0(view)\ndef guard(view):\n    return f0(view)"
    assert kind_of(decorated(body)) is AccessKind.OPEN


def test_a_guard_of_thousands_of_conditions_costs_no_more_than_it_may() -> None:
    branches = "\n".join(
        f'        if request.args.get("a{number}"):\n            pass\n        else:\n            return view()'
        for number in range(2_000)
    )
    body = f"def guard(view):\n    def inner():\n{branches}\n        return view()\n    return inner"
    assert kind_of(decorated(body)) is AccessKind.UNKNOWN


def test_a_regular_expression_of_the_project_is_not_run_when_it_may_be_slow() -> None:
    text = FASTAPI + dedent("""
        import re
        from starlette.middleware.base import BaseHTTPMiddleware
        from starlette.responses import JSONResponse
        class Keys(BaseHTTPMiddleware):
            async def dispatch(self, request, call_next):
                if re.match("(a+)+$", request.url.path):
                    return await call_next(request)
                if not request.headers.get("authorization"):
                    return JSONResponse({}, status_code=401)
                return await call_next(request)
        app.add_middleware(Keys)
        @app.post("/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")
        def handler(): ...
    """)
    assert kind_of(text) is AccessKind.UNKNOWN


def test_an_object_that_holds_itself_comes_to_an_end() -> None:
    body = """
    class Node:
        def __init__(self):
            self.parent = self
    def look(node, name):
        if name is None:
            raise HTTPException(401)
    def guard(request: Request):
        look(Node(), request.headers.get("Authorization"))
    """
    assert kind_of(depending(body)) is AccessKind.PROTECTED


def test_a_permission_derived_from_that_of_a_library_is_denied_to_strangers() -> None:
    body = """
        from flask_principal import Permission
        class Own(Permission):
            namespace = None
        class Member(Own):
            def __init__(self, name):
                super(Member, self).__init__(name)
        @app.post("/orders/<name>")
        def create(name):
            permission = Member(name)
            if permission.can():
                return {}
            raise Unknown()
    """
    assert kind_of(FLASK + dedent(body)) is AccessKind.PROTECTED


def test_a_guard_that_costs_too_much_to_follow_is_not_known_to_ask_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("readiness.libraries.access.evaluation.COST", 3)
    body = "def guard(request: Request):\n    if not look(request.headers.get('Authorization'), 1, 2, 3, 4):\n        pass\n"
    assert kind_of(depending(body)) is AccessKind.UNKNOWN


PRESENTED = """
    from functools import wraps
    def with_user(view):
        @wraps(view)
        def handing(*args, **kwargs):
            user = session.get("user_id")
            return view(user, *args, **kwargs)
        return handing
"""


@pytest.mark.parametrize(
    ("body", "kind"),
    [("if user is None:\n        abort(401)\n    return {}", AccessKind.PROTECTED), ("return {}", AccessKind.OPEN)],
)
def test_what_a_decorator_hands_on_of_the_caller_is_asked_by_the_handler(body: str, kind: AccessKind) -> None:
    text = f'{FLASK}{dedent(PRESENTED)}\n@app.post("/orders")\n@with_user\ndef create(user):\n    {body}\n'
    assert kind_of(text) is kind


@pytest.mark.parametrize(
    ("permissions", "kind"),
    [
        ("[IsAuthenticated]", AccessKind.PROTECTED),
        ("[SignedIn]", AccessKind.PROTECTED),
        ("[Anybody]", AccessKind.OPEN),
        ("[AllowAny]", AccessKind.PUBLIC),
    ],
)
def test_permissions_of_controllers_are_judged_by_their_answer(permissions: str, kind: AccessKind) -> None:
    text = f"""
        from ninja_extra import NinjaExtraAPI, api_controller, http_post
        from ninja_extra.permissions import AllowAny, BasePermission, IsAuthenticated

        class SignedIn(BasePermission):
            def has_permission(self, request, controller):
                return request.user.is_authenticated

        class Anybody(BasePermission):
            def has_permission(self, request, controller):
                return True

        @api_controller("/orders", permissions={permissions})
        class Orders:
            @http_post("/")
            def create(self):
                return {{}}

        api = NinjaExtraAPI()
        api.register_controllers(Orders)
    """
    assert kind_of(text) is kind


def test_a_permission_that_no_policy_looks_at_is_not_known_to_ask() -> None:
    (access,) = accesses(
        app="""
            from pyramid.config import Configurator

            def create(request):
                return {}

            config = Configurator()
            config.add_route("orders", "/orders")
            config.add_view(create, route_name="orders", request_method="POST", permission="create")
            app = config.make_wsgi_app()
        """
    )
    assert access.kind is AccessKind.UNKNOWN


def test_a_status_that_is_set_on_an_exception_says_what_it_is() -> None:
    assert (
        kind_of(
            decorated(
                """
                from werkzeug.exceptions import HTTPException
                def refuse(status):
                    error = HTTPException("no")
                    error.code = status
                    raise error
                def guard(view):
                    def guarded(*args):
                        if not session.get("user_id"):
                            refuse(401)
                        return view(*args)
                    return guarded
                """
            )
        )
        is AccessKind.PROTECTED
    )


def test_only_what_speaks_of_no_role_behind_an_address_of_administration_asks_for_identity_alone() -> None:
    guards = """
        def signed_in(request: Request):
            if "Authorization" not in request.headers:
                raise HTTPException(401)
        def staff(request: Request):
            if request.headers.get("Authorization") not in app.roles["staff"]:
                raise HTTPException(401)
    """
    routes = '@app.post("{}", dependencies=[Depends({})])\ndef f{}():\n    return {{}}\n'
    text = FASTAPI + dedent(guards)
    for number, (path, guard) in enumerate((("/admin/a", "signed_in"), ("/admin/b", "staff"), ("/c", "signed_in"))):
        text += routes.format(path, guard, number)
    assert {each.route.path: each.identity_only for each in accesses(app=text)} == {
        "/admin/a": True,
        "/admin/b": False,
        "/c": False,
    }
