"""The names by which MongoDB's libraries take a filter, and by which frameworks give what a client sent.

Read in PyMongo 4.10, Motor 3.6, Flask-PyMongo 3.0, Beanie 1.29, ODMantic 1.0 and MongoEngine 0.29.
"""

PACKAGES = ("pymongo", "motor", "flask_pymongo", "beanie", "odmantic", "mongoengine", "flask_mongoengine")
ROOTS = ("pymongo.", "motor.", "flask_pymongo.", "mongoengine.connection.", "mongoengine.get_db", "mongoengine.connect")
"""Beginnings of the names of clients, databases and collections."""
MAPPED = ("beanie.", "odmantic.")
MONGOENGINE = ("mongoengine.", "flask_mongoengine.")
TAKES: dict[str, tuple[int, str]] = {
    **dict.fromkeys(
        (
            "find", "find_one", "find_one_and_update", "find_one_and_replace", "find_one_and_delete", "update_one",
            "update_many", "replace_one", "delete_one", "delete_many", "count_documents", "count", "remove", "update",
            "find_raw_batches", "find_many", "find_all", "find_one_or_404",
        ),
        (0, "filter"),
    ),
    "distinct": (1, "filter"),
    "aggregate": (0, "pipeline"),
    "objects": (-1, "__raw__"),
}  # fmt: skip
"""Methods with the place and the name of their filter."""
HANDS_ON = frozenset({"get_collection", "get_database", "get_default_database", "with_options", "get_db"})
"""Methods between a client and its collections."""
LITERAL = frozenset(
    {
        "$eq",
        "$ne",
        "$gt",
        "$gte",
        "$lt",
        "$lte",
        "$in",
        "$nin",
        "$all",
        "$size",
        "$type",
        "$exists",
        "$search",
        "$regex",
    }
)
"""Operators whose operand is taken as it is: a document in it is compared, and its operators are not run."""
CODE = frozenset({"$where", "$function", "$accumulator", "$expr"})
PROGRAMS = frozenset({"$where", "body", "init", "accumulate", "merge", "finalize"})
"""Keys whose text is JavaScript that the server runs."""
JSON = frozenset({"json", "get_json", "get_media", "media", "json_body", "json_object"})
"""What a request gives as it was sent: documents, lists, numbers and text."""
REST_JSON = frozenset({"data"})
"""The same for Django REST framework alone; elsewhere it is bytes."""
TEXTS = frozenset(
    {
        "args", "form", "values", "GET", "POST", "META", "COOKIES", "FILES", "files", "query_params", "path_params",
        "headers", "cookies", "match_info", "view_args", "query", "rel_url", "params", "get_param", "get_argument",
        "get_arguments", "get_query_argument", "get_body_argument", "matchdict", "path", "url", "get_header", "user_agent",
        "remote_addr", "host", "get_cookie", "query_string",
    }
)  # fmt: skip
"""What a request gives as text."""
BYTES = frozenset({"body", "data", "get_data", "stream", "text", "read"})
"""What a request gives unread; a document once it is parsed."""
PARSERS = frozenset(
    {"json.loads", "json.load", "orjson.loads", "ujson.loads", "simplejson.loads", "bson.json_util.loads", "yaml.safe_load",
     "ast.literal_eval", "flask.json.loads"}
)  # fmt: skip
REQUESTS = frozenset(
    {
        "Request",
        "HttpRequest",
        "HTTPServerRequest",
        "request",
        "HTTPConnection",
        "ASGIRequest",
        "WSGIRequest",
        "WebSocket",
    }
)
LOOSE = frozenset(
    {"", "dict", "typing.Any", "Any", "object", "list", "typing.Dict", "typing.Mapping", "dict[str, typing.Any]"}
)
CASTS = frozenset(
    {
        "str", "int", "float", "bool", "len", "repr", "abs", "round", "bytes", "hash", "id", "sum", "isinstance", "any",
        "all", "format", "hex", "ord", "chr",
    }
)  # fmt: skip
"""Builtins that never give a document."""
MAKES_NONE = (
    "bson.", "uuid.", "datetime.", "decimal.", "re.", "hashlib.", "secrets.", "html.", "werkzeug.security.", "time.",
    "base64.", "dateutil.", "pendulum.", "bcrypt.", "slugify.", "os.path.", "urllib.parse.", "markupsafe.",
)  # fmt: skip
"""Modules whose functions give text, numbers, dates or keys for whatever they are given."""
