"""Functions and methods whose text is known: tables of canonical names, read by `calls`."""

from __future__ import annotations

from readiness.model import PieceKind

NUMBER_CALLS = frozenset(
    {
        "int", "float", "len", "bool", "hash", "ord", "abs", "round", "id", "complex", "isinstance", "issubclass",
        "hasattr", "callable", "any", "all", "divmod", "pow", "hex", "oct", "bin", "sum", "range", "uuid.uuid1",
        "uuid.uuid3", "uuid.uuid4", "uuid.uuid5", "time.time", "time.time_ns", "time.monotonic", "time.perf_counter",
        "math.ceil", "math.floor", "math.sqrt", "math.log", "random.random", "random.randint", "random.randrange",
        "secrets.token_hex", "secrets.randbelow", "zlib.crc32", "binascii.hexlify", "datetime.datetime.now",
        "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today",
        "datetime.datetime.fromtimestamp", "datetime.datetime.fromisoformat", "datetime.date.fromisoformat",
        "datetime.datetime.strptime", "datetime.datetime.combine", "django.utils.timezone.now", "operator.index",
        "os.getpid", "threading.get_ident", "uuid.uuid7", "time.mktime", "calendar.timegm", "time.perf_counter_ns",
        "time.monotonic_ns",
    }
)  # fmt: skip


SAME_TEXT_CALLS = frozenset(
    {
        "ascii", "ast.literal_eval", "base64.b64decode", "base64.b64encode", "base64.urlsafe_b64decode",
        "bleach.clean", "buildpg.render", "bytearray", "bytes", "codecs.decode", "codecs.encode", "codecs.iterdecode", "copy.copy",
        "copy.deepcopy", "csv.reader", "django.utils.encoding.force_str",
        "django.utils.encoding.smart_str", "django.utils.html.escape", "django.utils.html.strip_tags", "format",
        "html.escape", "html.unescape", "inspect.cleandoc", "io.BytesIO", "io.StringIO", "io.TextIOWrapper",
        "json.dump", "json.dumps", "json.loads", "markupsafe.Markup", "markupsafe.escape", "nh3.clean",
        "orjson.dumps", "orjson.loads", "pathlib.Path", "pathlib.PosixPath", "pathlib.PurePath", "re.escape", "repr",
        "shlex.quote", "six.text_type", "sqlalchemy.quoted_name", "sqlalchemy.sql.elements.quoted_name",
        "sqlalchemy.sql.expression.quoted_name", "sqlalchemy.sql.quoted_name", "sqlparse.format", "str",
        "sys.intern", "textwrap.dedent", "textwrap.indent", "ujson.dumps", "ujson.loads", "unicodedata.normalize",
        "urllib.parse.quote", "urllib.parse.quote_plus", "urllib.parse.unquote", "urllib.parse.unquote_plus",
        "yaml.safe_load", "yaml.load", "yaml.full_load", "yaml.safe_load_all", "json.load", "orjson.load",
        "tomllib.load", "tomllib.loads", "tomli.load", "tomli.loads", "toml.load", "toml.loads", "csv.DictReader",
    }
)  # fmt: skip


SAME_TEXT_METHODS = frozenset(
    {
        "lower", "upper", "casefold", "title", "capitalize", "swapcase", "strip", "lstrip", "rstrip", "encode",
        "decode", "expandtabs", "ljust", "rjust", "center", "zfill", "removeprefix", "removesuffix", "translate",
        "split", "rsplit", "splitlines", "partition", "rpartition", "pop", "popitem", "copy", "resolve", "absolute",
        "with_suffix", "expanduser", "as_string", "as_bytes", "getvalue", "to_string", "isoformat", "strftime",
        "hexdigest", "hex", "total_seconds", "timestamp", "date", "time", "astimezone", "__str__",
    }
)  # fmt: skip


NUMBER_METHODS = frozenset(
    {
        "count", "find", "rfind", "index", "rindex", "startswith", "endswith", "isdigit", "isalnum", "isalpha",
        "isoformat", "hexdigest", "timestamp", "total_seconds", "bit_length", "toordinal", "weekday", "isoweekday",
        "isidentifier", "isnumeric", "isdecimal", "get_param_as_int", "get_param_as_float", "get_param_as_bool",
        "get_param_as_uuid", "get_param_as_date", "get_param_as_datetime",
    }
)  # fmt: skip


QUOTING_METHODS = frozenset(
    {
        "quote_name", "quote", "quote_identifier", "quote_schema", "format_table", "format_column",
        "format_constraint", "format_index", "format_sequence", "format_schema", "format_alias", "escape",
        "escape_string", "mogrify", "quote_value", "prepare_value", "literal", "format_label", "quote_ident",
        "sequence_reset_sql", "sql_flush", "sql_with_params", "as_sql",
    }
)  # fmt: skip


QUOTING_OWNERS = ("identifier_preparer", "preparer", "ops", "schema_editor", "dialect", "_preparer", "creator")


QUOTING_CALLS = frozenset(
    {
        "frappe.desk.calendar.get_event_conditions", "frappe.desk.reportview.get_filters_cond",
        "frappe.desk.reportview.get_match_cond", "frappe.desk.reportview.build_match_conditions",
        "psycopg2.extensions.quote_ident", "psycopg2.extensions.adapt", "psycopg2.extensions.QuotedString",
        "asyncpg.utils._quote_ident", "asyncpg.utils._quote_literal", "asyncpg.utils._quote_copy_string",
        "pymysql.converters.escape_string", "pymysql.escape_string", "pymysql.converters.escape_item",
        "MySQLdb.escape_string", "MySQLdb.string_literal", "psycopg.sql.Identifier", "psycopg.sql.Literal",
        "psycopg.sql.Placeholder", "psycopg2.sql.Identifier", "psycopg2.sql.Literal", "psycopg2.sql.Placeholder",
        "sqlglot.exp.to_identifier", "sqlglot.exp.Literal.string",
    }
)  # fmt: skip


DRIVERS = (
    "pymysql.",
    "MySQLdb.",
    "mysql.",
    "psycopg.",
    "psycopg2.",
    "asyncpg.",
    "sqlite3.",
    "django.db.",
    "sqlalchemy.",
    "aiomysql.",
)


COMPOSED_CALLS = frozenset({"psycopg.sql.SQL", "psycopg2.sql.SQL", "psycopg.sql.Composed", "psycopg2.sql.Composed"})


BUILDERS = (
    "sqlalchemy.",
    "sqlmodel.",
    "gino.Gino.text",
    "gino_starlette.Gino.text",
    "pypika.",
    "geoalchemy2.",
    "frappe.qb.",
    "alembic.",
    "peewee.",
    "tortoise.",
    "sqlglot.",
    "django.db.models.",
)


BUILDER_TEXTS = frozenset(
    {"sqlalchemy.engine.make_url", "sqlalchemy.make_url", "sqlalchemy.inspect", "sqlalchemy.create_engine"}
)


WORD_CALLS = frozenset(
    {
        "django.utils.text.slugify", "django.template.defaultfilters.slugify", "slugify.slugify", "awesome_slugify.slugify",
        "unicode_slugify.slugify", "werkzeug.utils.secure_filename", "werkzeug.secure_filename", "secrets.token_urlsafe",
    }
)  # fmt: skip
"""Functions that leave letters, digits, `_`, `-` and `.`, of which no SQL can be written (Django 5.2, python-slugify 8,
Werkzeug 3)."""


PARSERS = frozenset(
    {
        "int",
        "float",
        "uuid.UUID",
        "decimal.Decimal",
        "datetime.date.fromisoformat",
        "bson.ObjectId",
        "bson.objectid.ObjectId",
    }
)
"""What raises for a text that is not written as a number, a key or a date is; `ipaddress` lets any sign stand behind a `%`."""
PARSING = frozenset(each.rpartition(".")[2] for each in PARSERS)


SHIPPED_CALLS = frozenset(
    {
        "importlib.resources.files", "importlib.resources.read_text", "importlib.resources.open_text",
        "pkgutil.get_data", "pkg_resources.resource_string", "pkg_resources.resource_filename",
        "importlib_resources.files",
    }
)  # fmt: skip
"""Files that are part of the program."""


OPENING_CALLS = frozenset({"open", "io.open", "codecs.open", "aiofiles.open", "pathlib.Path.open", "anyio.open_file"})


REFLECTED = frozenset(
    {
        "get_table_names", "get_view_names", "get_materialized_view_names", "get_schema_names", "get_sequence_names",
        "get_temp_table_names", "get_temp_view_names", "get_columns", "get_multi_columns", "get_indexes", "get_pk_constraint",
        "get_foreign_keys", "get_unique_constraints", "get_sorted_table_and_fkc_names", "table_names", "get_table_list",
        "get_table_description",
    }
)  # fmt: skip
"""Methods that name what is in a database: the inspector of SQLAlchemy 2.0, the introspection of Django 5.2."""


FIXED_PATH = (PieceKind.CONSTANT, PieceKind.NUMBER, PieceKind.VALIDATED, PieceKind.CONFIGURED)


MODULES = ("os.path.", "re.", "regex.", "json.", "shutil.", "shlex.", "sqlparse.")
"""Modules with functions that are named like methods of text."""
