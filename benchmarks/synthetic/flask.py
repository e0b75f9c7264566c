"""A service on Flask and SQLAlchemy: its core, the files of one domain, and the file that puts all of them together."""

from collections.abc import Sequence
from random import Random

from synthetic.clients import PUBLISH, client_tests, named
from synthetic.logic import ERRORS, calculation_tests, calculations, module
from synthetic.sqlalchemy import migration, models, statements
from synthetic.words import Domain

REQUIREMENTS = ("flask", "flask-sqlalchemy", "sqlalchemy", "requests", "alembic", "pytest")


def core(package: str) -> dict[str, str]:
    """The files that each domain leans on."""
    return {
        f"{package}/__init__.py": "",
        f"{package}/core/__init__.py": "",
        f"{package}/core/errors.py": ERRORS,
        f"{package}/core/database.py": DATABASE,
        f"{package}/core/access.py": ACCESS,
        "tests/conftest.py": CONFTEST.replace("PACKAGE", package),
    }


def files(chance: Random, domain: Domain) -> dict[str, str]:
    """The files of one domain, about 1,200 lines."""
    place = f"{domain.package}/{domain.name}"
    text, names = calculations(chance, domain, chance.randint(9, 15))
    return {
        f"{place}/__init__.py": "",
        f"{place}/models.py": models(domain, f"from {domain.package}.core.database import Base"),
        f"{place}/store.py": store(chance, domain),
        f"{place}/calculations.py": text,
        f"{place}/jobs.py": jobs(chance, domain, names),
        f"{place}/views.py": views(chance, domain),
        f"tests/{domain.name}/test_{domain.name}_calculations.py": calculation_tests(chance, domain, names),
        f"tests/{domain.name}/test_{domain.name}_views.py": client_tests(chance, domain, TESTS, VIEW_TEST),
        f"migrations/versions/{domain.name}.py": migration(domain),
    }


def whole(package: str, domains: Sequence[Domain]) -> dict[str, str]:
    """The application over all domains."""
    imports = "\n".join(
        f"    from {package}.{each.name}.views import blueprint as {each.name}_blueprint" for each in domains
    )
    included = "\n".join(
        f'    app.register_blueprint({each.name}_blueprint, url_prefix="/{each.name}")' for each in domains
    )
    return {
        f"{package}/app.py": APP.replace("PACKAGE", package).replace("IMPORTS", imports).replace("INCLUDED", included)
    }


def store(chance: Random, domain: Domain) -> str:
    """The queries of a domain."""
    title, line = domain.entity.title, domain.line.title
    head = [
        "from datetime import datetime",
        "",
        "from sqlalchemy import func, select, text",
        "from sqlalchemy.orm import selectinload",
        "",
        f"from {domain.package}.core.database import db",
        f"from {domain.package}.{domain.name}.models import {title}, {line}",
    ]
    return module(
        head,
        [
            f"class {title}Store:",
            "    def __init__(self) -> None:",
            "        self.session = db.session",
            *statements(chance, domain),
        ],
    )


def jobs(chance: Random, domain: Domain, names: Sequence[str]) -> str:
    """What runs beside the requests, and what other services are told."""
    timeout = "timeout=10" if chance.random() < 0.6 else "verify=True"
    text = named(JOBS + PUBLISH, domain).replace("TIMEOUT", timeout)
    chosen = chance.sample(list(names), min(len(names), chance.randint(3, 6)))
    functions = [
        [
            f"def nightly_{calculation}(rate: str) -> int:",
            f"    store = {domain.entity.title}Store()",
            f"    items = store.all_of(limit={chance.randint(50, 500)})",
            "    try:",
            f"        result = calculations.{calculation}(items, Decimal(rate))",
            "    except Conflict as error:",
            f'        logger.warning("{calculation} refused: %s", error.message)',
            "        return 0",
            "    for key, value in sorted(result.items()):",
            f'        logger.info("{domain.name} %s: %s", key, value)',
            f'    publish("{calculation}", {{key: str(value) for key, value in result.items()}})',
            "    return len(result)",
        ]
        for calculation in chosen
    ]
    return text + "\n\n" + module(*functions)


def views(chance: Random, domain: Domain) -> str:
    """Five routes."""
    fields = "\n".join(f'        "{field.name}": item.{field.name},' for field in domain.entity.fields)
    required = ", ".join(f'"{field.name}"' for field in domain.entity.fields if field.required)
    limit = (
        'min(request.args.get("limit", 50, type=int), 200)'
        if chance.random() < 0.7
        else 'int(request.args.get("limit", 50))'
    )
    return named(VIEWS, domain).replace("FIELDS", fields).replace("REQUIRED", required).replace("LIMIT", limit)


DATABASE = '''"""The database of the application."""

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)
'''
ACCESS = '''"""Who is calling."""

from collections.abc import Callable
from functools import wraps

from flask import abort, g, request


def login_required(view: Callable[..., object]) -> Callable[..., object]:
    @wraps(view)
    def checked(*args: object, **kwargs: object) -> object:
        token = request.headers.get("Authorization", "")
        if not token.startswith("Bearer "):
            abort(401)
        g.user = token.removeprefix("Bearer ")
        return view(*args, **kwargs)

    return checked
'''
APP = '''"""The application."""

import logging
import os

from flask import Flask, jsonify
from sqlalchemy import text

from PACKAGE.core.database import db
from PACKAGE.core.errors import ServiceError

logger = logging.getLogger(__name__)


def create_app() -> Flask:
    app = Flask("PACKAGE")
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
    app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
    db.init_app(app)
IMPORTS

INCLUDED

    @app.errorhandler(ServiceError)
    def failed(error: ServiceError):
        logger.warning("failed: %s", error.message)
        return jsonify(code=error.code, message=error.message), error.status

    @app.get("/health")
    def health():
        db.session.execute(text("SELECT 1"))
        return jsonify(status="ok")

    return app


app = create_app()
'''
JOBS = '''"""What is done with PLURAL beside the requests."""

import logging
import os
from decimal import Decimal

import requests

from PACKAGE.NAME import calculations
from PACKAGE.NAME.store import TITLEStore
from PACKAGE.core.errors import Conflict

'''
VIEWS = '''"""The routes of PLURAL."""

import logging

from flask import Blueprint, g, jsonify, request

from PACKAGE.NAME.models import TITLE
from PACKAGE.NAME.store import TITLEStore
from PACKAGE.core.access import login_required
from PACKAGE.core.database import db
from PACKAGE.core.errors import Invalid, NotFound

logger = logging.getLogger(__name__)
blueprint = Blueprint("NAME", __name__)
NEEDED = (REQUIRED,)


def shown(item: TITLE) -> dict[str, object]:
    return {
        "id": item.id,
FIELDS
    }


def found(identity: int) -> TITLE:
    item = TITLEStore().get(identity)
    if item is None:
        raise NotFound(f"there is no NAME {identity}", code="NAME_missing")
    return item


def checked(data: dict[str, object]) -> dict[str, object]:
    missing = [name for name in NEEDED if name not in data]
    if missing:
        raise Invalid(f"missing: {', '.join(missing)}")
    return {name: value for name, value in data.items() if hasattr(TITLE, name)}


@blueprint.get("/PLURAL")
@login_required
def list_PLURAL():
    limit = LIMIT
    offset = request.args.get("offset", 0, type=int)
    store = TITLEStore()
    items = store.page(limit, max(offset, 0))
    return jsonify(items=[shown(item) for item in items], total=store.count())


@blueprint.get("/PLURAL/<int:identity>")
@login_required
def read_NAME(identity: int):
    return jsonify(shown(found(identity)))


@blueprint.post("/PLURAL")
@login_required
def create_NAME():
    values = checked(request.get_json())
    item = TITLEStore().add(TITLE(**values))
    db.session.commit()
    logger.info("%s made NAME %s", g.user, item.id)
    return jsonify(shown(item)), 201


@blueprint.patch("/PLURAL/<int:identity>")
@login_required
def update_NAME(identity: int):
    item = found(identity)
    for name, value in request.get_json().items():
        if name in NEEDED:
            setattr(item, name, value)
    db.session.commit()
    return jsonify(shown(item))


@blueprint.delete("/PLURAL/<int:identity>")
@login_required
def delete_NAME(identity: int):
    db.session.delete(found(identity))
    db.session.commit()
    return "", 204
'''
TESTS = """def payload():
    return {
VALUES
    }


def test_list_PLURAL(client, headers):
    response = client.get("/NAME/PLURAL?limit=5", headers=headers)
    assert response.status_code == 200
    assert response.get_json()["total"] >= 0


def test_create_and_read_NAME(client, headers):
    made = client.post("/NAME/PLURAL", json=payload(), headers=headers)
    assert made.status_code == 201
    identity = made.get_json()["id"]
    assert client.get(f"/NAME/PLURAL/{identity}", headers=headers).get_json()["id"] == identity


def test_delete_NAME(client, headers):
    identity = client.post("/NAME/PLURAL", json=payload(), headers=headers).get_json()["id"]
    assert client.delete(f"/NAME/PLURAL/{identity}", headers=headers).status_code == 204
    assert client.get(f"/NAME/PLURAL/{identity}", headers=headers).status_code == 404


def test_NAME_without_a_token_is_refused(client):
    assert client.get("/NAME/PLURAL").status_code == 401
"""
VIEW_TEST = """

def test_change_of_FIELD_is_kept(client, headers):
    made = client.post("/NAME/PLURAL", json=payload(), headers=headers).get_json()
    changed = client.patch(
        f"/NAME/PLURAL/{made['id']}",
        json={"FIELD": VALUE},
        headers=headers,
    )
    assert changed.status_code == 200
    assert changed.get_json()["FIELD"] == VALUE
"""
CONFTEST = """import pytest

from PACKAGE.app import create_app


@pytest.fixture
def client():
    app = create_app()
    app.config["TESTING"] = True
    return app.test_client()


@pytest.fixture
def headers():
    return {"Authorization": "Bearer test"}
"""
