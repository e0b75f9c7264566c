"""What flask-smorest says beside the routes: inputs, answers, pages."""

from datetime import date
from textwrap import dedent

from readiness.analysis import Analysis, analyse_files
from readiness.model import Bound, Cap, ListEndpoint, PageLimit, Route

HEAD = """
    import marshmallow as ma
    from flask import Flask
    from flask.views import MethodView
    from flask_smorest import Api, Blueprint, Page
    from flask_sqlalchemy import SQLAlchemy

    db = SQLAlchemy()

    class Pet(db.Model):
        id = db.Column(db.Integer, primary_key=True)

    class PetSchema(ma.Schema):
        id = ma.fields.Int()
        name = ma.fields.String(required=True)

    class CursorPage(Page):
        pass

    blp = Blueprint("pets", __name__, url_prefix="/pets")

    @blp.route("/")
    class Pets(MethodView):
        @blp.response(200, PetSchema(many=True))
        DECORATOR
        def get(self, *args, **kwargs):
            return Pet.query.order_by(Pet.id)

        @blp.arguments(PetSchema)
        @blp.response(201, PetSchema)
        def post(self, data):
            return data

    app = Flask(__name__)
    api = Api(app)
    api.register_blueprint(blp)
"""


def analysed(decorator: str) -> Analysis:
    code = dedent(HEAD.replace("DECORATOR", decorator))
    return analyse_files({"app.py": code.encode()}, [], today=date(2026, 6, 1))


def test_a_pager_cuts_what_a_view_answers_with() -> None:
    project = analysed("@blp.paginate(CursorPage, max_page_size=30)").project
    (endpoint,) = project.each(ListEndpoint)
    (limit,) = project.each(PageLimit)
    assert (endpoint.bound, limit.cap, limit.maximum) == (Bound.BOUNDED, Cap.CAPPED, 30)


def test_without_a_pager_the_view_has_to_cut_its_page() -> None:
    (endpoint,) = analysed("@blp.paginate()").project.each(ListEndpoint)
    assert endpoint.bound is Bound.UNBOUNDED


def test_arguments_are_the_body_and_the_response_says_the_status() -> None:
    (post,) = (each for each in analysed("").project.each(Route) if each.method == "POST")
    assert {(each.source, each.name, each.required) for each in post.parameters} == {
        ("body", "id", False),
        ("body", "name", True),
    }
    assert (post.status, post.collection, post.framework) == (201, False, "flask-smorest")
