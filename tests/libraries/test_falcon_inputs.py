"""What clients send to responders of Falcon, and what stands before these."""

from datetime import date
from textwrap import dedent

import pytest

from readiness.analysis import analyse_files
from readiness.libraries.falcon.templates import converted, of_prefix, parameters_of
from readiness.model import Route, RouteParameter


def route(source: str, **files: str) -> Route:
    content = {f"{name}.py": dedent(text).encode() for name, text in files.items()}
    content["app.py"] = dedent(source).encode()
    (found,) = analyse_files(content, [], today=date(2026, 6, 1)).project.each(Route)
    return found


def inputs(body: str, path: str = "/", before: str = "", signature: str = "req, resp") -> list[RouteParameter]:
    source = dedent(before) + "\nimport falcon, json\nclass One:\n    def on_post(self, " + signature + "):\n"
    source += "".join(f"        {line}\n" for line in dedent(body).strip().splitlines())
    return list(route(source + f"app = falcon.App()\napp.add_route({path!r}, One())\n").parameters)


P = RouteParameter


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("req.get_param('q')", [P("q", "query", "str", required=False, default="None")]),
        ("req.get_param('q', required=True)", [P("q", "query", "str")]),
        ("req.get_param('q', True)", [P("q", "query", "str")]),
        (
            "req.get_param_as_int('n', min_value=-1, max_value=9, default=3)",
            [P("n", "query", "int", required=False, default="3", minimum=-1, maximum=9)],
        ),
        ("req.get_param_as_uuid('key')", [P("key", "query", "uuid.UUID", required=False, default="None")]),
        ("req.params['q']", [P("q", "query")]),
        ("req.params.get('q', 'x')", [P("q", "query", required=False, default="x")]),
        ("params = req.params\nparams.get('q')", [P("q", "query", required=False, default="None")]),
        ("'q' in req.params", []),
        ("req.get_header('X-Key')", [P("X-Key", "header", "str", required=False, default="None")]),
        ("req.headers['X-KEY']", [P("X-KEY", "header")]),
        ("req.cookies.get('s')", [P("s", "cookie", required=False, default="None")]),
        ("req.get_cookie_values('s')", [P("s", "cookie", "list", required=False)]),
        ("req.media", [P("media", "body")]),
        ("req.get_media()", [P("media", "body")]),
        ("(req.media)['name']", [P("name", "body"), P("media", "body")]),
        ("data = json.loads(req.stream.read())\ndata['a']", [P("stream", "body"), P("a", "body")]),
        ("data = req.get_media()\ndata.get('a')", [P("media", "body"), P("a", "body", required=False, default="None")]),
        ("resp.media = req.context.user", []),
        ("req.params['q'] = 1", []),
    ],
)
def test_reads_of_the_request(body: str, expected: list[RouteParameter]) -> None:
    assert sorted(inputs(body), key=str) == sorted(expected, key=str)


def test_the_request_is_whatever_the_first_parameter_is_called() -> None:
    assert inputs("r.get_param('q')", signature="r, s") == [P("q", "query", "str", required=False, default="None")]


def test_reads_of_a_function_that_is_given_the_request() -> None:
    before = "def paging(number, request):\n    return request.get_param_as_int('page')\n"
    (found,) = inputs("paging(1, request=req)", before=before)
    assert (found.name, found.source, found.via) == ("page", "query", "app::paging")


def test_the_path_of_a_template() -> None:
    assert parameters_of("/{a}/{b:int(2, min=1, max=9)}/{c:uuid}/{d:own}.{e:float(min=0.5)}") == (
        P("a", "path", "str"),
        P("b", "path", "int", minimum=1, maximum=9, constrained=True),
        P("c", "path", "uuid.UUID"),
        P("d", "path", "", constrained=True),
        P("e", "path", "float", minimum=0.5),
    )


@pytest.mark.parametrize(
    ("template", "path"),
    [("/{a:int(min=1)}", "/{a:int}"), ("/{a}.{b}", "/{a}.{b}"), ("/{a:dt('%Y-%m-%d')}", "/{a:dt}"), ("/{a", "/{a")],
)
def test_templates_as_facts_spell_them(template: str, path: str) -> None:
    assert converted(template) == path


@pytest.mark.parametrize(
    ("prefix", "path"),
    [("/", "/"), ("", "/"), (r"^/v1/(?P<rest>.*)$", "/v1/{rest}"), (r"/a\.b", "/a.b"), ("/api/.*", "/api/")],
)
def test_prefixes_of_sinks(prefix: str, path: str) -> None:
    assert of_prefix(prefix) == path


def test_a_body_that_middleware_keeps_is_read_where_it_is_used() -> None:
    source = """
        import falcon, json
        class Keep:
            def process_request(self, req, resp):
                req.context["raw"] = req.bounded_stream.read()
        class One:
            def on_post(self, req, resp):
                data = json.loads(req.context["raw"])
                resp.media = data["name"]
        app = falcon.App(middleware=Keep())
        app.add_route("/", One())
    """
    found = route(source)
    assert {(each.source, each.name, each.via) for each in found.parameters} == {
        ("body", "raw", ""),
        ("body", "name", ""),
    }


def test_a_schema_checks_the_body() -> None:
    source = """
        import falcon
        from falcon.media.validators.jsonschema import validate
        class One:
            @validate({"type": "object"})
            def on_post(self, req, resp): ...
        app = falcon.App()
        app.add_route("/", One())
    """
    assert route(source).parameters == (P("media", "body", constrained=True),)


@pytest.mark.parametrize(
    ("decorator", "dependencies"),
    [
        ("@falcon.before(check)", ("app::check",)),
        ("@before(check, 'admin')", ("app::check",)),
        ("@falcon.after(check)", ()),
        ("@hook", ("app::check",)),
        ("@wanting('admin')", ("app::check",)),
        ("@falcon.before(limits.hook)", ("limits.hook",)),
        ("@own", ("app::own",)),
        ("@staticmethod", ()),
    ],
)
def test_hooks_and_decorators(decorator: str, dependencies: tuple[str, ...]) -> None:
    source = f"""
        import falcon
        import limits
        from falcon import before
        def check(req, resp, resource, params, role=None): ...
        def own(responder): return responder
        hook = falcon.before(check)
        def wanting(role):
            return falcon.before(check, role)
        class One:
            {decorator}
            def on_get(self, req, resp): ...
        app = falcon.App()
        app.add_route("/", One())
    """
    assert route(source).dependencies == dependencies


@pytest.mark.parametrize(
    ("made", "resource", "public"),
    [
        ("FalconAuthMiddleware(None)", 'auth = {"auth_disabled": True}', True),
        ("FalconAuthMiddleware(None)", 'auth = {"exempt_methods": ["GET"]}', False),
        ("FalconAuthMiddleware(None)", "name = 'one'", False),
        ("Own()", "free = True", True),
        ("Own()", "free = False", False),
        ("Own(), Second()", "free = True", False),
    ],
)
def test_who_is_let_pass(made: str, resource: str, public: bool) -> None:
    source = f"""
        import falcon
        from falcon_auth import FalconAuthMiddleware
        class Own:
            def process_resource(self, req, resp, resource, params):
                if resource.free:
                    return
                raise falcon.HTTPUnauthorized()
        class Second:
            def process_resource(self, req, resp, resource, params):
                raise falcon.HTTPUnauthorized()
        class One:
            {resource}
            def on_get(self, req, resp): ...
        app = falcon.App(middleware=[{made}])
        app.add_route("/", One())
    """
    found = route(source)
    assert (found.declared_public, bool(found.dependencies)) == (public, not public)
