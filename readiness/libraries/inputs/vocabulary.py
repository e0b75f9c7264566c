"""Names by which frameworks hand out a request and libraries check it: tables only.

Read in: Flask 3.1, Werkzeug 3.1, Django 5.2, Django REST framework 3.16, Starlette 0.48, aiohttp 3.12, Sanic 25.3, Falcon 4.1,
Tornado 6.5, Pyramid 2.0; marshmallow 3.26 and 2.21, pydantic 2.11, jsonschema 4.25, cerberus 1.3, voluptuous 0.15, colander 2.0,
trafaret 2.1, webargs 8.7, WTForms 3.2, msgspec 0.19, cattrs 25.1.
"""

from __future__ import annotations

REQUEST_OBJECTS = frozenset(
    {"flask.request", "flask.globals.request", "quart.request", "quart.globals.request", "bottle.request"}
)
"""Requests that are imported."""
REQUEST_NAMES = frozenset({"request", "req", "_request"})
"""What handlers call the request that they are given."""

PARTS: dict[str, tuple[str, str]] = {
    "args": ("query", "whole"),
    "values": ("form", "whole"),
    "form": ("form", "whole"),
    "files": ("file", "whole"),
    "json": ("body", "whole"),
    "get_json": ("body", "whole"),
    "load_json": ("body", "whole"),
    "json_body": ("body", "whole"),
    "media": ("body", "whole"),
    "get_media": ("body", "whole"),
    "GET": ("query", "whole"),
    "POST": ("form", "whole"),
    "FILES": ("file", "whole"),
    "DATA": ("body", "whole"),
    "query_params": ("query", "whole"),
    "QUERY_PARAMS": ("query", "whole"),
    "query": ("query", "whole"),
    "params": ("query", "whole"),
    "post": ("form", "whole"),
    "data": ("body", "text"),
    "get_data": ("body", "text"),
    "body": ("body", "text"),
    "raw_body": ("body", "text"),
    "text": ("body", "text"),
    "read": ("body", "text"),
    "body_arguments": ("form", "whole"),
    "query_arguments": ("query", "whole"),
    "arguments": ("form", "whole"),
    "forms": ("form", "whole"),
    "headers": ("header", "whole"),
    "META": ("header", "whole"),
    "cookies": ("cookie", "whole"),
    "COOKIES": ("cookie", "whole"),
    "get_param": ("query", "named"),
    "get_param_as_list": ("query", "named"),
    "get_argument": ("form", "named"),
    "get_arguments": ("form", "named"),
    "get_body_argument": ("form", "named"),
    "get_body_arguments": ("form", "named"),
    "get_query_argument": ("query", "named"),
    "get_query_arguments": ("query", "named"),
    "get_header": ("header", "named"),
}
"""Attribute or method of a request -> source, and what it gives: all of it (`whole`), unparsed (`text`), one value (`named`)."""
PARSED_DATA = frozenset({"Django REST framework"})
"""Frameworks whose `request.data` is parsed."""
TORNADO = "Tornado"
TYPING_FRAMEWORKS = frozenset({"FastAPI", "Litestar", "django-ninja", "Django Ninja", "connexion", "Connexion"})
"""Frameworks that enforce the declared type of each parameter."""

GETTERS = frozenset({"get", "getlist", "pop", "getone", "getall", "get_list", "setdefault", "__getitem__", "popitem"})
COPIES = frozenset({"copy", "dict", "to_dict", "items", "values", "keys", "lists", "multi_items", "mixed", "deepcopy"})
PARSERS = frozenset({"loads", "load", "parse_qs", "parse_qsl", "safe_load"})
PARSER_PACKAGES = frozenset(
    {"json", "orjson", "ujson", "simplejson", "rapidjson", "yaml", "urllib", "flask", "toml", "tomllib", "xmltodict"}
)
"""Packages whose functions parse a text without checking what it says."""

CONVERSIONS = frozenset(
    {
        "int", "float", "complex", "uuid.UUID", "decimal.Decimal", "datetime.datetime.strptime",
        "datetime.datetime.fromisoformat", "datetime.date.fromisoformat", "datetime.time.fromisoformat",
        "datetime.datetime.fromtimestamp", "datetime.date.fromtimestamp", "datetime.datetime.utcfromtimestamp",
        "dateutil.parser.parse", "dateutil.parser.isoparse", "django.utils.dateparse.parse_datetime",
        "django.utils.dateparse.parse_date", "base64.b64decode", "base64.urlsafe_b64decode", "ipaddress.ip_address",
        "ipaddress.ip_network", "arrow.get", "pendulum.parse", "iso8601.parse_date", "bson.ObjectId",
        "bson.objectid.ObjectId", "fractions.Fraction",
    }
)  # fmt: skip
"""What makes a value of another type out of input, or raises."""
SAFE_CONVERSIONS = frozenset(
    {"bool", "str", "len", "hash", "repr", "type", "any", "all", "bytes", "isinstance", "issubclass", "callable", "id"}
)
"""Builtins that take anything, and give something that needs no check."""
QUIET_CONVERSIONS = frozenset({"django.utils.dateparse.parse_datetime", "django.utils.dateparse.parse_date"})
"""Conversions that give None for what they cannot read."""
TEXT_TESTS = frozenset(
    {"isdigit", "isalnum", "isalpha", "isdecimal", "isnumeric", "isidentifier", "startswith", "endswith", "isascii"}
)
TEXT_METHODS = frozenset(
    {
        "strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "replace", "split", "rsplit", "splitlines",
        "encode", "decode", "casefold", "removeprefix", "removesuffix", "partition", "rpartition", "zfill", "expandtabs",
    }
)  # fmt: skip
PASSING = frozenset(
    {"list", "tuple", "set", "dict", "sorted", "reversed", "filter", "enumerate", "zip", "iter", "next", "min", "max"}
)
"""Builtins whose result holds what they are given."""
CATCHING = frozenset(
    {
        "Exception", "BaseException", "ValueError", "TypeError", "ArithmeticError", "OverflowError", "InvalidOperation",
        "DecimalException", "ParserError", "InvalidId", "JSONDecodeError", "binascii.Error", "Error", "LookupError",
        "KeyError", "AttributeError", "UnicodeDecodeError", "DecodeError",
    }
)  # fmt: skip
"""Exceptions that a conversion of bad input can raise, by the last part of their name."""
REFUSALS = frozenset({"abort", "bad_request", "fail", "error", "exit", "flash", "add_error", "throw", "halt"})

SCHEMA_METHODS: dict[str, frozenset[str]] = {
    "load": frozenset(
        {"marshmallow", "flask_marshmallow", "marshmallow_sqlalchemy", "marshmallow_jsonapi", "apiflask"}
    ),
    "loads": frozenset(
        {"marshmallow", "flask_marshmallow", "marshmallow_sqlalchemy", "marshmallow_jsonapi", "apiflask"}
    ),
    "model_validate": frozenset({"pydantic", "sqlmodel"}),
    "model_validate_json": frozenset({"pydantic", "sqlmodel"}),
    "model_validate_strings": frozenset({"pydantic", "sqlmodel"}),
    "parse_obj": frozenset({"pydantic", "sqlmodel"}),
    "parse_raw": frozenset({"pydantic", "sqlmodel"}),
    "from_orm": frozenset({"pydantic", "sqlmodel"}),
    "validate_python": frozenset({"pydantic"}),
    "validate_json": frozenset({"pydantic"}),
    "deserialize": frozenset({"colander"}),
    "check": frozenset({"trafaret"}),
    "structure": frozenset({"cattrs", "cattr"}),
    "loads_json": frozenset({"cattrs", "cattr"}),
    "decode": frozenset({"msgspec"}),
    "convert": frozenset({"msgspec"}),
    "from_dict": frozenset({"dacite"}),
    "parse_obj_as": frozenset({"pydantic"}),
    "parse_raw_as": frozenset({"pydantic"}),
    "iter_errors": frozenset({"jsonschema"}),
    "normalized": frozenset({"cerberus"}),
    "construct_event": frozenset({"stripe"}),
    "de_json": frozenset({"telegram"}),
}
"""Methods and functions that refuse what does not fit by an exception, and the packages that have them."""
TOLD_METHODS: dict[str, frozenset[str]] = {
    "validate": frozenset(
        {"marshmallow", "flask_marshmallow", "marshmallow_sqlalchemy", "cerberus", "wtforms", "flask_wtf"}
    ),
    "is_valid": frozenset({"jsonschema", "django", "rest_framework", "schema"}),
    "validate_on_submit": frozenset({"wtforms", "flask_wtf"}),
    "validated": frozenset({"cerberus"}),
}
"""Methods that say in their result whether it fits."""
FIELD_VALIDATORS = (
    "django.core.validators.", "email_validator.", "validators.", "django.contrib.auth.password_validation.", "phonenumbers.",
    "zoneinfo.ZoneInfo", "pytz.timezone", "croniter.", "hmac.", "itsdangerous.", "jwt.", "jose.", "django.core.signing.",
)  # fmt: skip
"""Functions of other packages that refuse a single value by an exception, by the beginning of their names."""
SIGNATURES = frozenset(
    {"construct_event", "verify", "verify_signature", "is_valid_request", "check_signature", "unwrap", "verify_header"}
)
"""Functions of other packages that check who signed a body."""
PICKING = frozenset({"project", "pick", "omit", "select_keys", "merge", "deepcopy", "copy", "keyfilter", "walk_keys"})
"""Functions of other packages that give back a part of what they are given."""
DATA_PACKAGES = frozenset(
    {
        "django", "sqlalchemy", "flask_sqlalchemy", "sqlmodel", "peewee", "tortoise", "pymongo", "requests", "httpx", "aiohttp",
        "redis", "boto3", "celery", "flask", "rest_framework", "logging", "os", "subprocess", "shutil", "pathlib", "psycopg2",
        "psycopg", "pymysql", "MySQLdb", "sqlite3", "urllib3", "urllib", "smtplib", "rq", "sentry_sdk", "structlog", "loguru",
    }
)  # fmt: skip
"""Packages whose functions store, send or look up, and whose answer says nothing of the form of a value."""

REFUSING_VALIDATE = frozenset(
    {"jsonschema", "schema", "fastjsonschema", "pydantic", "openapi_core", "voluptuous", "strictyaml"}
)
"""Packages whose `validate` raises."""
CALLED_SCHEMAS = frozenset({"voluptuous", "fastjsonschema", "good", "vol"})
"""Packages whose schema objects are called."""
MODEL_BASES = frozenset(
    {"pydantic.BaseModel", "pydantic.main.BaseModel", "pydantic.RootModel", "pydantic.v1.BaseModel", "sqlmodel.SQLModel",
     "sqlmodel.main.SQLModel", "pydantic.generics.GenericModel", "ninja.Schema", "ninja.schema.Schema", "ninja.ModelSchema"}
)  # fmt: skip
VALIDATED_DATA_DECORATORS = frozenset({"pydantic.dataclasses.dataclass"})

FORM_PACKAGES = frozenset(
    {"django", "rest_framework", "wtforms", "flask_wtf", "crispy_forms", "formtools", "django_filters"}
)
FORM_BASES = frozenset(
    {
        "BaseForm", "Form", "ModelForm", "BaseModelForm", "FlaskForm", "SecureForm", "BaseSerializer", "Serializer",
        "ModelSerializer", "ListSerializer", "HyperlinkedModelSerializer", "BaseFormSet", "BaseModelFormSet",
        "AuthenticationForm", "UserCreationForm", "UserChangeForm", "PasswordResetForm", "SetPasswordForm",
        "PasswordChangeForm", "AdminPasswordChangeForm", "FilterSet",
    }
)  # fmt: skip
"""Classes whose objects take input when they are made, and check it when they are asked."""
FORM_MAKERS = frozenset(
    {"get_serializer", "get_form", "modelform_factory", "formset_factory", "get_form_class", "inlineformset_factory"}
)
ASKING = frozenset({"is_valid", "validate", "validate_on_submit", "full_clean", "run_validation"})
"""Methods by which they are asked."""
CLEANING = frozenset({"full_clean", "clean_fields"})
"""Methods by which a model of Django checks its own fields, and raises."""
CLEANED = frozenset({"cleaned_data", "validated_data", "data", "save", "errors", "instance", "cleaned", "validated"})

VALIDATION_ERRORS = frozenset(
    {
        "ValidationError",
        "ValidationException",
        "Invalid",
        "MultipleInvalid",
        "SchemaError",
        "DataError",
        "ClassValidationError",
    }
)
VALIDATION_PACKAGES = frozenset(
    {"pydantic", "marshmallow", "jsonschema", "cerberus", "voluptuous", "colander", "trafaret", "msgspec", "cattrs",
     "rest_framework", "django", "schema", "webargs", "fastjsonschema", "wtforms", "pydantic_core"}
)  # fmt: skip

DECORATORS: dict[str, frozenset[str]] = {
    "use_args": frozenset({"webargs", "flask_apispec"}),
    "use_kwargs": frozenset({"webargs", "flask_apispec"}),
    "arguments": frozenset({"flask_smorest", "flask_rest_api"}),
    "input": frozenset({"apiflask"}),
    "validate": frozenset({"flask_pydantic", "spectree", "sanic_ext", "flask_parameter_validation"}),
    "validate_request": frozenset({"quart_schema"}),
    "validate_querystring": frozenset({"quart_schema"}),
    "validate_json": frozenset({"flask_json_schema"}),
    "expects_json": frozenset({"flask_expects_json"}),
    "request_schema": frozenset({"aiohttp_apispec"}),
    "json_schema": frozenset({"aiohttp_apispec"}),
    "match_info_schema": frozenset({"aiohttp_apispec"}),
    "querystring_schema": frozenset({"aiohttp_apispec"}),
    "use_annotations": frozenset({"webargs"}),
    "docs": frozenset(),
    "required_params": frozenset(),
}
"""Decorators that check a request before the function runs, and the packages that have them."""
LOCATIONS = {
    "json": "body", "json_or_form": "body", "body": "body", "form": "form", "formdata": "form", "query": "query",
    "querystring": "query", "args": "query", "headers": "header", "cookies": "cookie", "files": "file",
    "view_args": "path", "path": "path", "form_and_files": "form", "data": "body",
}  # fmt: skip

LOOSE = frozenset(
    {
        "", "dict", "Any", "typing.Any", "object", "list", "Dict", "List", "Mapping", "MutableMapping", "Request", "bytes",
        "typing.Mapping", "collections.abc.Mapping", "collections.abc.MutableMapping", "JSON", "Json", "typing.MutableMapping",
    }
)  # fmt: skip
"""Types of a body that say nothing of what is in it."""
LOOSE_ARGUMENTS = frozenset({"Any", "typing.Any", "object", "?", ""})
ANSWERS = frozenset(
    {"jsonify", "dumps", "JsonResponse", "Response", "JSONResponse", "make_response", "json_response", "render"}
)
"""What gives the client its own data back."""
STORING = frozenset(
    {
        "create", "update", "insert", "insert_one", "update_one", "bulk_create", "values", "update_or_create",
        "get_or_create", "add", "save", "setattr", "insert_many", "replace_one", "set", "put", "upsert",
    }
)  # fmt: skip
LOOKUPS = frozenset(
    {
        "get", "filter", "filter_by", "exclude", "get_object_or_404", "authenticate", "check_password", "verify_password",
        "compare_digest", "constant_time_compare", "check_password_hash", "exists", "first", "one", "one_or_none", "where",
        "warning", "info", "debug", "error", "exception", "log", "login", "redirect", "flash", "search", "Q",
    }
)  # fmt: skip
"""What looks something up, compares or records: any text will do."""
SELF_FILLING = frozenset({"flask_wtf.FlaskForm", "flask_wtf.form.FlaskForm", "flask_wtf.Form", "flask_wtf.form.Form"})
TEXTS = frozenset({"form", "query", "header", "cookie"})
