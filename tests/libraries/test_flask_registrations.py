"""How Flask's routes are registered: what cannot be followed, what is never registered, and what would never end."""

from collections.abc import Mapping
from datetime import date
from textwrap import dedent

import pytest

from readiness.analysis import Analysis, analyse_files
from readiness.model import Application, Resolution, Route


def analysed(sources: Mapping[str, str]) -> Analysis:
    return analyse_files({path: dedent(text).encode() for path, text in sources.items()}, [], today=date(2026, 6, 1))


def routes(*sources: str, **files: str) -> list[str]:
    """Method, path and resolution of each route; a bare source is `app.py`."""
    content = {f"{name.replace('__', '/')}.py": text for name, text in files.items()}
    if sources:
        content["app.py"] = sources[0]
    analysis = analysed(content)
    assert analysis.problems == ()
    found = sorted(analysis.project.each(Route), key=lambda each: (each.path, each.method))
    return [
        f"{each.method} {each.path}" + ("" if each.resolution is Resolution.EXACT else f" {each.resolution}")
        for each in found
    ]


SHOP = """
    from flask import Blueprint
    shop = Blueprint("shop", __name__, url_prefix="/shop")
    @shop.route("/goods")
    def goods(): ...
"""


def test_a_blueprint_that_is_never_registered_holds_no_routes() -> None:
    main = "from flask import Flask\nimport shop\napp = Flask(__name__)\n"
    assert routes(app=main, shop=SHOP) == []


def test_without_an_application_routes_are_uncertain() -> None:
    assert routes(shop=SHOP) == ["GET /shop/goods unresolved"]


@pytest.mark.parametrize(
    "given",
    [
        "getattr(import_module('shop'), 'shop')",
        "import_string('shop:shop')",
    ],
)
def test_a_blueprint_that_is_looked_up_by_name(given: str) -> None:
    main = f"""
        from importlib import import_module
        from flask import Flask
        from werkzeug.utils import import_string
        app = Flask(__name__)
        app.register_blueprint({given}, url_prefix="/v1")
    """
    assert routes(app=main, shop=SHOP) == ["GET /v1/goods inferred"]


@pytest.mark.parametrize(
    "module",
    [
        "import_module('areas.shop')",
        "import_module(f'areas.{name}')",
        "import_module('areas.' + name)",
        "import_module('.shop', package='areas')",
        "import_module(f'.{name}', 'areas')",
    ],
)
def test_a_module_that_is_imported_by_its_name_is_followed(module: str) -> None:
    main = f"""
        from importlib import import_module
        from flask import Flask
        app = Flask(__name__)
        for name in ["shop"]:
            module = {module}
            app.register_blueprint(module.shop)
    """
    assert routes(main=main, areas__shop=SHOP, areas__mail=SHOP) == ["GET /shop/goods"]


def test_an_application_that_a_function_binds_for_its_module_is_one() -> None:
    main = """
        from flask import Flask
        from shop import shop
        def load(app):
            app.register_blueprint(shop)
        def create_app():
            global app
            app = Flask(__name__)
            load(app)
            return app
        def __getattr__(name):
            return create_app()
    """
    assert routes(main=main, shop=SHOP) == ["GET /shop/goods"]


MOUNTED = """
    from functools import wraps
    from flask import Blueprint, Flask
    from flask.views import MethodView
    from flask_jwt_extended import jwt_required
    class Goods(MethodView):
        def get(self): ...
        def post(self): ...
    def member_only(function):
        @wraps(function)
        def inner(*args, **kwargs): return function(*args, **kwargs)
        return inner
    def mount(blueprint, pairs, decorators=None):
        views = {}
        for path, resource in pairs:
            view = views.get(resource)
            if view is None:
                view = resource.as_view(resource.__name__)
                for decorator in decorators or []:
                    view = decorator(view)
                views[resource] = view
            blueprint.add_url_rule(path, view_func=view)
    app = Flask(__name__)
    shop = Blueprint("shop", __name__)
    mount(shop, [("/goods", Goods)]GUARDS)
    app.register_blueprint(shop)
"""


@pytest.mark.parametrize(
    ("guards", "around"),
    [
        ("", ()),
        (", decorators=[member_only]", ("app::member_only",)),
        (", [member_only, jwt_required()]", ("app::member_only", "flask_jwt_extended.jwt_required")),
    ],
)
def test_a_loop_that_decorates_a_view_makes_no_more_routes_of_it(guards: str, around: tuple[str, ...]) -> None:
    analysis = analysed({"app.py": MOUNTED.replace("GUARDS", guards)})
    found = {f"{each.method} {each.path}": each for each in analysis.project.each(Route)}
    assert sorted(found) == ["GET /goods", "POST /goods"]
    assert all(set(each.dependencies) == set(around) for each in found.values())


def test_of_several_blueprints_the_attribute_that_is_registered_decides() -> None:
    main = """
        from importlib import import_module
        from flask import Flask
        def create_app(names):
            app = Flask(__name__)
            for name in names:
                app.register_blueprint(import_module(name).shop)
            return app
    """
    other = SHOP.replace("shop", "other").replace("goods", "items")
    assert routes(app=main, shop=SHOP, other=other) == ["GET /shop/goods inferred"]


def test_the_blueprint_of_another_package_says_nothing_of_ours() -> None:
    main = (
        "from flask import Flask\nfrom admin_pages import pages\napp = Flask(__name__)\napp.register_blueprint(pages)\n"
    )
    assert routes(app=main, shop=SHOP) == []


def test_a_plugin_that_nobody_is_seen_to_load() -> None:
    main = "from flask import Flask\napp = Flask(__name__)\n"
    plugin = """
        from flask import jsonify
        from shop import shop
        def load(app):
            app.register_blueprint(shop)
            @app.route("/plugin")
            def plugin(): return jsonify(1)
            app.add_url_rule("/added", view_func=plugin)
            app.route("no rule")(plugin)
    """
    found = routes(main=main, plugins__mail=plugin, shop=SHOP)
    assert found == ["GET /added inferred", "GET /plugin inferred", "GET /shop/goods inferred"]


def test_a_decorator_called_route_of_something_else_is_no_route() -> None:
    source = """
        from flask import Flask
        from trains import Network
        app = Flask(__name__)
        network = Network()
        @network.route("/goods")
        def goods(): ...
        @app.errorhandler(404)
        def missing(error): ...
        @app.before_request
        def before(): ...
        @app.context_processor
        def names(): ...
    """
    assert routes(source) == []


def test_the_current_application_takes_blueprints() -> None:
    main = "from flask import Flask\napp = Flask(__name__)\n"
    late = "from flask import current_app\nfrom shop import shop\ncurrent_app.register_blueprint(shop)\n"
    assert routes(main=main, late=late, shop=SHOP) == ["GET /shop/goods inferred"]


@pytest.mark.parametrize(
    ("prefix", "path"),
    [
        ("unknown()", "/{?}/goods"),
        ("f'/api/{unknown()}'", "/api/{?}/goods"),
        ("None", "/shop/goods"),
        ("''", "/goods"),
        ("'/api/'", "/api/goods"),
        ("config['prefix']", "/v2/goods"),
    ],
)
def test_prefixes(prefix: str, path: str) -> None:
    main = f"""
        from flask import Flask
        from elsewhere import unknown
        from shop import shop
        config = {{"prefix": "/v2"}}
        app = Flask(__name__)
        app.register_blueprint(shop, url_prefix={prefix})
    """
    (found,) = routes(app=main, shop=SHOP)
    assert found == f"GET {path}" + (" inferred" if "?" in path else "")


def test_the_same_route_of_two_factories_is_one_of_each_application() -> None:
    source = """
        from flask import Flask
        def home(): ...
        def create(name):
            app = Flask(name)
            app.add_url_rule("/", view_func=home)
            return app
        one = create("one")
        two = create("two")
    """
    analysis = analysed({"app.py": source})
    assert [each.name for each in analysis.project.each(Application)] == ["app::create.app"]
    assert len(list(analysis.project.each(Route))) == 1


def test_branches_on_what_a_function_is_given() -> None:
    source = """
        from flask import Flask
        def home(): ...
        def add(app, rule, secret=False, prefix=None):
            if not secret:
                app.add_url_rule(rule, view_func=home)
            elif prefix is None:
                app.add_url_rule(f"/secret{rule}", view_func=home)
            else:
                app.add_url_rule(f"{prefix}{rule}", view_func=home)
        app = Flask(__name__)
        add(app, "/a")
        add(app, "/b", secret=True)
        add(app, "/c", True, prefix="/hidden")
    """
    assert routes(source) == ["GET /a", "GET /hidden/c", "GET /secret/b"]


def test_a_parameter_that_is_bound_anew_is_followed_on_every_way() -> None:
    source = """
        from flask import Flask, Blueprint
        def made(name):
            blueprint = Blueprint(name, __name__)
            blueprint.add_url_rule(f"/{name}", view_func=home)
            return blueprint
        def home(): ...
        ALWAYS = (made("always"),)
        def create_app(blueprints=None):
            app = Flask(__name__)
            if not blueprints:
                blueprints = ALWAYS
            else:
                blueprints = blueprints + ALWAYS
            for blueprint in blueprints:
                app.register_blueprint(blueprint)
            return app
        app = create_app((made("asked"),))
    """
    assert routes(source) == ["GET /always", "GET /asked"]


def test_methods_that_cannot_be_read_leave_the_route_open() -> None:
    source = """
        from flask import Flask
        from elsewhere import METHODS
        app = Flask(__name__)
        @app.route("/", methods=METHODS)
        def home(): ...
    """
    assert routes(source) == ["ANY / inferred"]


def test_a_blueprint_in_itself_ends() -> None:
    source = """
        from flask import Flask, Blueprint
        app = Flask(__name__)
        one = Blueprint("one", __name__, url_prefix="/one")
        two = Blueprint("two", __name__, url_prefix="/two")
        one.register_blueprint(two)
        two.register_blueprint(one)
        @two.route("/x")
        def x(): ...
        app.register_blueprint(one)
    """
    assert routes(source) == ["GET /one/two/x"]


def test_very_many_turns_are_cut_and_said() -> None:
    source = """
        from flask import Flask
        app = Flask(__name__)
        def home(): ...
        NAMES = [MANY]
        for a in NAMES:
            for b in NAMES:
                app.add_url_rule(f"/{a}/{b}", view_func=home)
    """.replace("MANY", ", ".join(f"'n{number}'" for number in range(60)))
    (problem,) = analysed({"app.py": source}).problems
    assert "the rest was left out" in problem.message


def test_lists_that_grow_by_their_own_elements_end() -> None:
    source = """
        from flask import Flask, request
        app = Flask(__name__)
        def home(): ...
        one, two, three = [], [], []
        one = [*one, "/a"]
        for a in one:
            for b in two:
                three.append(a + b)
        for a in two:
            for b in three:
                one.append(a + b)
        for a in three:
            for b in one:
                two.append(a + b)
        for rule in one + two + three:
            app.add_url_rule(rule, view_func=home)
        @app.get("/")
        def index():
            names = request.args["names"]
            for name in [*names, *names]:
                names = [*names, name]
            return names[0]
    """
    assert "GET /" in routes(source)


def test_an_answer_that_holds_itself_ends() -> None:
    source = """
        from flask import Flask, make_response
        app = Flask(__name__)
        @app.route("/")
        def home():
            answer = (home2(), 200)
            answer = (answer, 200)
            return answer
        def home2():
            return home2(), 200
    """
    assert routes(source) == ["GET /"]


@pytest.mark.parametrize(
    "hang",
    [
        "api = Api(app)",
        "api = Api()\napi.init_app(app)",
        "api = docs(Api(app))",
        "holder = Blueprint('a', __name__)\napi = Api(holder)\napp.register_blueprint(holder)",
        "api = Api(Blueprint('a', __name__))\napp.register_blueprint(api.blueprint)",
        "def later(target):\n    api.init_app(target)\napi = Api()\nlater(app)",
    ],
)
def test_ways_to_hang_an_api_on_an_application(hang: str) -> None:
    head = "from flask import Flask, Blueprint\nfrom flask_restful import Api, Resource\nfrom swagger import docs\n"
    tail = "class Home(Resource):\n    def get(self): ...\n    def helper(self): ...\napi.add_resource(Home, '/home')\n"
    assert routes(f"{head}app = Flask(__name__)\n{hang}\n{tail}") == ["GET /home"]


def test_a_namespace_that_names_its_api() -> None:
    source = """
        from flask import Flask
        from flask_restx import Api, Namespace, Resource
        app = Flask(__name__)
        api = Api(app)
        users = Namespace("users", api=api)
        @users.route("/<int:user>")
        class User(Resource):
            def delete(self, user): ...
    """
    assert routes(source) == ["DELETE /users/{user:int}"]


SMOREST = """
    from flask import Flask
    from flask.views import MethodView
    from flask_smorest import Api, Blueprint
    from marshmallow import Schema, fields, validate
    app = Flask(__name__)
    api = Api(app)
    pets = Blueprint("pets", "pets", url_prefix="/pets")
    class Pet(Schema):
        id = fields.Int(dump_only=True)
        name = fields.Str(required=True, data_key="petName", validate=validate.Length(max=40))
    class Query(Schema):
        size = fields.Int(load_default=10, validate=[validate.Range(min=1, max=50)])
        kind = fields.Str(validate=validate.OneOf(["cat", "dog"]))
    @pets.route("/")
    class Pets(MethodView):
        @pets.arguments(Query, location="query")
        @pets.response(200, Pet(many=True))
        @pets.paginate(max_page_size=30)
        def get(self, args): ...
        @pets.arguments(Pet)
        @pets.response(201, Pet)
        def post(self, pet): ...
    api.register_blueprint(pets, url_prefix="/v1/pets")
"""


def test_flask_smorest() -> None:
    found = {each.method: each for each in analysed({"app.py": SMOREST}).project.each(Route)}
    assert {each.path for each in found.values()} == {"/v1/pets/"}
    get, post = found["GET"], found["POST"]
    assert (get.response, get.collection, get.status) == ("Pet(many=True)", True, 200)
    assert (post.response, post.collection, post.status) == ("Pet", False, 201)
    limits = {each.name: (each.source, each.default, each.minimum, each.maximum) for each in get.parameters}
    assert limits == {
        "size": ("query", "10", 1.0, 50.0),
        "kind": ("query", "", None, None),
        "page": ("query", "1", 1, None),
        "page_size": ("query", "10", 1, 30),
    }
    (name,) = post.parameters
    assert (name.name, name.source, name.required, name.constrained) == ("petName", "body", True, True)


def test_webargs_without_a_location_reads_the_query_of_a_get() -> None:
    source = """
        from flask import Flask
        from webargs import fields
        from webargs.flaskparser import use_args, use_kwargs
        app = Flask(__name__)
        page = {"page": fields.Int(load_default=1), "size": fields.Int(required=True)}
        @app.get("/")
        @use_kwargs(page)
        def home(page, size): ...
        @app.post("/")
        @use_args({**page, "name": fields.Str()}, location="form")
        def create(args): ...
    """
    found = {each.method: each.parameters for each in analysed({"app.py": source}).project.each(Route)}
    assert [(each.name, each.source, each.required) for each in found["GET"]] == [
        ("page", "query", False),
        ("size", "query", True),
    ]
    assert [(each.name, each.source) for each in found["POST"]] == [
        ("page", "form"),
        ("size", "form"),
        ("name", "form"),
    ]


def test_a_view_of_graphql_answers_get_and_post() -> None:
    main = """
        from flask import Flask
        from strawberry.flask.views import GraphQLView
        from schema import schema
        app = Flask(__name__)
        app.add_url_rule("/graphql", view_func=GraphQLView.as_view("graphql", schema=schema))
    """
    assert routes(app=main) == ["GET /graphql", "POST /graphql"]
