"""A number in, files out in which one thing stands that often: what grows faster than the file shows here and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, field

DJANGO = {
    "manage.py": "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n",
    "settings.py": "ROOT_URLCONF = 'app'\nINSTALLED_APPS = ['rest_framework']\n",
}
FLASK = """import logging
import sqlite3

import requests
from flask import Flask, jsonify, request

app = Flask(__name__)
log = logging.getLogger(__name__)
db = sqlite3.connect("shop.db")
"""


@dataclass(frozen=True)
class Crowd:
    """One file: its head once, the body as often as it is asked for, with the number for `$n`, and its tail once."""

    head: str
    body: str
    beside: Mapping[str, str] = field(default_factory=dict)
    """Other files, which stay as they are."""
    tail: str = ""
    path: str = "app.py"

    def files(self, count: int) -> dict[str, str]:
        """Path -> text."""
        body = "".join(self.body.replace("$n", str(each)) for each in range(count))
        return {**self.beside, self.path: self.head + body + self.tail}


CROWDS = {
    "routes of Flask": Crowd(
        FLASK,
        """

@app.route("/items/$n/<int:number>", methods=["GET", "POST"])
def item_$n(number):
    query = "SELECT a FROM t WHERE id = %s" % number
    if request.args.get("name"):
        query += " AND name = '" + request.args["name"] + "'"
    rows = []
    for row in db.execute(query):
        rows.append(row)
    try:
        answer = requests.get("http://stock/%s" % number, timeout=3)
    except requests.RequestException as error:
        log.warning("no answer: %s", error)
        return jsonify(error=str(error)), 502
    return jsonify(rows=rows, answer=answer.json())
""",
    ),
    "models and views of Django": Crowd(
        "from django.db import models\nfrom django.http import JsonResponse\nfrom django.urls import path\n"
        "from rest_framework import serializers, viewsets\n\nurlpatterns = []\n",
        """

class Model$n(models.Model):
    name = models.CharField(max_length=20)
    other = models.ForeignKey("Model$n", on_delete=models.CASCADE)


class Serializer$n(serializers.ModelSerializer):
    class Meta:
        model = Model$n
        fields = "__all__"


class View$n(viewsets.ModelViewSet):
    queryset = Model$n.objects.all()
    serializer_class = Serializer$n


def view_$n(request):
    found = []
    for each in Model$n.objects.filter(name=request.GET["name"]):
        found.append(each.other.name)
    return JsonResponse(found)


urlpatterns.append(path("a/$n", view_$n))
""",
        DJANGO,
    ),
    "models and routes of FastAPI": Crowd(
        "from fastapi import Depends, FastAPI\nfrom pydantic import BaseModel\n"
        "from sqlalchemy import Column, Integer, select, text\nfrom sqlalchemy.orm import Session, declarative_base\n\n"
        "Base = declarative_base()\napp = FastAPI()\n\n\ndef session(): ...\n",
        """

class Row$n(Base):
    __tablename__ = "t$n"
    id = Column(Integer, primary_key=True)


class Body$n(BaseModel):
    name: str


@app.post("/rows/$n")
def rows_$n(body: Body$n, limit: int = 10, db: Session = Depends(session)):
    rows = db.execute(select(Row$n).limit(limit)).scalars().all()
    more = db.query(Row$n).filter(Row$n.id > 3).all()
    return [*rows, *more, db.execute(text("select " + body.name)).all()]
""",
    ),
    "handlers of aiohttp": Crowd(
        "from aiohttp import web\n\nroutes = web.RouteTableDef()\napp = web.Application()\n",
        """

@routes.get("/a/$n")
async def view_$n(request):
    data = await request.json()
    return web.json_response({"a": data["x"]})


app.router.add_get("/b/$n", view_$n)
""",
    ),
    "handlers of Tornado": Crowd(
        "import tornado.web\n\nrules = []\n",
        """

class Handler$n(tornado.web.RequestHandler):
    async def get(self, name):
        self.write({"a": self.get_argument("b")})


rules.append((r"/h/$n/(.*)", Handler$n))
""",
    ),
    "conditions of one function": Crowd(
        FLASK + "\n\n@app.route('/x')\ndef view():\n    query = 'select 1'\n    name = request.args['n']\n",
        """    if name == "$n":
        query += " and a$n = " + name
""",
        tail="    return jsonify(rows=db.execute(query).fetchall())\n",
    ),
    "exception handlers": Crowd(
        FLASK,
        """

def job_$n(address):
    try:
        for each in requests.get(address, timeout=3).json():
            db.execute("insert into t values (?)", (each,))
    except KeyError:
        pass
    except Exception as error:
        log.error(error)
        raise ValueError(str(error))
""",
    ),
    "entries of one table": Crowd(
        FLASK + "TABLES = {}\nNAMES = []\n",
        """NAME_$n = "t$n"
TABLES["k$n"] = NAME_$n
NAMES.append(NAME_$n)


def load_$n():
    return db.execute("select * from " + NAME_$n + " where a = " + TABLES["k$n"])


""",
    ),
    "methods of one class": Crowd(
        FLASK + "\n\nclass Big:\n    def __init__(self):\n        self.db = db\n        self.cache = {}\n",
        """
    def load_$n(self, key):
        self.cache["$n"] = self.get_$n(key)
        for row in self.db.execute("select * from t where id = " + key):
            self.value_$n = row
        return self.load_$n(self.cache[key])

    def get_$n(self, key):
        return self.db.execute(f"select {key} from t$n").fetchall()
""",
    ),
    "calls of one function": Crowd(
        FLASK + "\n\ndef run(sql, *args):\n    return db.execute(sql, args)\n",
        """

@app.get("/a$n/<name>")
def view_$n(name):
    run("select * from t where a = " + name)
    run("select * from t where a = ?", name)
    return jsonify(a=name)
""",
    ),
    "tests of one file": Crowd(
        "from server import app\n\nclient = app.test_client()\n",
        """

def test_item_$n():
    answer = client.get("/items/$n")
    assert answer.status_code == 200
    assert answer.json["x"] == $n
""",
        path="test_server.py",
        beside={"server.py": FLASK + '\n\n@app.get("/items/<int:x>")\ndef item(x):\n    return jsonify(x=x)\n'},
    ),
}
