"""Calls in, what they reach outside of the process out: `database`, `network`, `file`, `process`; empty for pure work.

Decided by what the calls resolve to; project functions are followed. `unknown` is a call whose target could not be
resolved, `work` one of another distribution that is not in the tables.
"""

from collections.abc import Iterable

from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Project, Symbol, SymbolKind
from readiness.model.summary import Call, CallRef, Context, Function, Member, Name, Value

STEPS = 3
"""Calls deep that a project function is followed."""
DATABASES = frozenset(
    {
        "sqlalchemy",
        "sqlmodel",
        "psycopg",
        "psycopg2",
        "asyncpg",
        "aiosqlite",
        "sqlite3",
        "pymysql",
        "MySQLdb",
        "mysql",
        "aiomysql",
        "oracledb",
        "cx_Oracle",
        "pyodbc",
        "databases",
        "peewee",
        "tortoise",
        "pymongo",
        "motor",
        "beanie",
        "redis",
        "aioredis",
        "cassandra",
        "elasticsearch",
        "opensearchpy",
        "clickhouse_driver",
        "clickhouse_connect",
        "flask_sqlalchemy",
        "django_redis",
        "flask_caching",
    }
)
NETWORK = frozenset(
    {
        "requests",
        "httpx",
        "httpx2",
        "aiohttp",
        "urllib3",
        "boto3",
        "botocore",
        "aiobotocore",
        "aioboto3",
        "smtplib",
        "aiosmtplib",
        "imaplib",
        "ftplib",
        "socket",
        "ldap",
        "ldap3",
        "paramiko",
        "kubernetes",
        "docker",
        "pika",
        "aio_pika",
        "kafka",
        "aiokafka",
        "confluent_kafka",
        "celery",
        "dramatiq",
        "stripe",
        "slack_sdk",
        "twilio",
        "sendgrid",
        "github",
        "githubkit",
        "gitlab",
        "jira",
        "openai",
        "anthropic",
        "pydantic_ai",
        "googleapiclient",
        "minio",
        "websockets",
        "websocket",
        "grpc",
        "xmlrpc",
        "http",
        "telnetlib",
        "dns",
        "whois",
        "geoip2",
        "maxminddb",
    }
)
PACKAGE_PREFIXES = (
    ("urllib.request.", "network"),
    ("google.cloud.", "network"),
    ("azure.", "network"),
    ("django.core.mail.", "network"),
    ("django.core.cache.", "database"),
    ("django.db.", "database"),
    ("flask_mail.", "network"),
    ("subprocess.", "process"),
    ("asyncio.create_subprocess", "process"),
    ("shutil.", "file"),
    ("tempfile.", "file"),
    ("zipfile.", "file"),
    ("tarfile.", "file"),
    ("glob.", "file"),
    ("aiofiles.", "file"),
    ("PIL.Image.open", "file"),
    ("pathlib.", "file"),
)
QUIET_PARTS = frozenset({"status", "HTTPStatus", "PurePath", "PurePosixPath", "Path"})
"""Last names in those packages that reach nothing: constants, path arithmetic, `pathlib.Path(...)` itself."""
PATH_METHODS = frozenset(
    {
        "read_text",
        "read_bytes",
        "write_text",
        "write_bytes",
        "unlink",
        "mkdir",
        "rmdir",
        "iterdir",
        "rename",
        "touch",
        "stat",
        "glob",
        "rglob",
        "symlink_to",
        "chmod",
    }
)
"""Methods that only `pathlib` has, whatever object they are called on."""
OS_FUNCTIONS = frozenset(
    {
        "listdir",
        "scandir",
        "walk",
        "stat",
        "remove",
        "unlink",
        "rename",
        "replace",
        "makedirs",
        "mkdir",
        "chmod",
        "chown",
        "open",
        "read",
        "write",
        "system",
        "popen",
    }
)
SESSION_METHODS = frozenset(
    {
        "commit",
        "flush",
        "execute",
        "executemany",
        "fetchone",
        "fetchall",
        "fetchval",
        "fetchrow",
        "scalars",
        "scalar",
        "bulk_create",
        "bulk_update",
        "get_or_create",
        "update_or_create",
        "apply_async",
        "delay",
        "sendmail",
        "send_message",
        "urlopen",
    }
)
"""Methods of sessions, cursors, managers and tasks whose name has no other common meaning."""
MANAGER = "objects"
"""The name of a Django model's manager."""
MANAGER_METHODS = frozenset(
    {"get", "filter", "all", "exclude", "create", "first", "last", "count", "exists", "update", "delete", "aggregate"}
)
PURE = frozenset(
    {
        "json",
        "base64",
        "binascii",
        "datetime",
        "decimal",
        "fractions",
        "uuid",
        "re",
        "math",
        "ast",
        "copy",
        "hashlib",
        "hmac",
        "struct",
        "string",
        "textwrap",
        "typing",
        "operator",
        "functools",
        "itertools",
        "collections",
        "enum",
        "ipaddress",
        "html",
        "unicodedata",
        "urllib",
        "locale",
        "zoneinfo",
        "calendar",
        "csv",
        "configparser",
        "tomllib",
        "statistics",
        "types",
        "inspect",
        "simplejson",
        "orjson",
        "ujson",
        "dateutil",
        "pytz",
        "pendulum",
        "arrow",
        "six",
        "email",
        "mimetypes",
        "time",
        "logging",
        "posixpath",
        "contextlib",
        "dataclasses",
        "secrets",
        "random",
    }
)
"""Packages that only compute; a conversion that may fail on bad input."""
ORDER = ("database", "network", "process", "file", "unknown", "work", "")


class Effects:
    """Answers for the calls of one project; remembers its functions."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._known: dict[str, str] = {}

    def of(self, path: str, calls: Iterable[int], steps: int = STEPS) -> tuple[str, int]:
        """The gravest effect of these calls, and the index of the one that has it, -1 without any."""
        found, cause = "", -1
        for index in calls:
            effect = self.call(path, index, steps)
            if ORDER.index(effect) < ORDER.index(found):
                found, cause = effect, index
            if found == "database":
                break
        return found, cause

    def call(self, path: str, index: int, steps: int = STEPS) -> str:
        """The effect of one call."""
        summary = self.project.summary(path)
        if summary is None:
            return ""
        call = summary.calls[index]
        symbol = self.project.callee(path, index)
        match symbol.kind:
            case SymbolKind.BUILTIN:
                return "file" if symbol.name.rpartition(".")[2] == "open" else ""
            case SymbolKind.EXTERNAL:
                return _external(symbol.name)
            case SymbolKind.FUNCTION:
                return self._function(symbol, steps) if steps else "work"
            case SymbolKind.CLASS:
                return ""
        return self._by_shape(path, call)

    def _by_shape(self, path: str, call: Call) -> str:
        """A method of an object whose class is not known."""
        name = tail(call.callee)
        origin = receiver(call.callee)
        if origin is None:
            return "work"
        if name in PATH_METHODS:
            return "file"
        if name in SESSION_METHODS or (name in MANAGER_METHODS and _through_manager(origin)):
            return "database"
        creation = self.project.creation(path, origin, call.scope, call.line)
        if creation is not None and creation.maker.kind is SymbolKind.EXTERNAL:
            return _external(f"{creation.maker.name}.{name}")
        if call.context & Context.AWAITED:
            return "unknown"
        return "" if name in TEXT_METHODS else "work"

    def _function(self, symbol: Symbol, steps: int) -> str:
        if symbol.name in self._known:
            return self._known[symbol.name]
        self._known[symbol.name] = ""
        summary = self.project.summary(symbol.path)
        definition = summary.definitions[symbol.index] if summary is not None and symbol.index >= 0 else None
        if not isinstance(definition, Function):
            return ""
        found, _ = self.of(symbol.path, self.project.calls_in(symbol), steps - 1)
        found = "work" if not found and definition.stub else found
        self._known[symbol.name] = found
        return found


TEXT_METHODS = frozenset(
    {
        "get",
        "items",
        "keys",
        "values",
        "split",
        "rsplit",
        "strip",
        "lstrip",
        "rstrip",
        "lower",
        "upper",
        "replace",
        "startswith",
        "endswith",
        "format",
        "join",
        "encode",
        "decode",
        "append",
        "extend",
        "update",
        "pop",
        "copy",
        "isoformat",
        "strftime",
        "total_seconds",
        "astimezone",
        "group",
        "groups",
        "match",
        "search",
        "sub",
        "find",
        "findall",
        "index",
        "removeprefix",
        "removesuffix",
        "setdefault",
        "insert",
        "sort",
        "title",
        "isdigit",
        "partition",
        "rpartition",
        "timestamp",
        "date",
        "time",
    }
)
"""Methods of text, lists, dicts and dates; on an object of unknown class they are taken for those."""


def _external(name: str) -> str:
    package, _, rest = name.partition(".")
    last = name.rpartition(".")[2]
    if last in QUIET_PARTS or (package == "http" and rest.startswith("HTTPStatus")):
        return ""
    for prefix, effect in PACKAGE_PREFIXES:
        if name.startswith(prefix):
            return effect
    if package in DATABASES:
        return _database(name, last)
    if package in NETWORK:
        return "network"
    if package == "os":
        return "file" if last in OS_FUNCTIONS or ".path.get" in name else ""
    return "" if package in PURE else "work"


def _database(name: str, last: str) -> str:
    """Only what talks to the server: building a statement reaches nothing."""
    if name.partition(".")[0] in ("sqlalchemy", "sqlmodel", "flask_sqlalchemy", "peewee"):
        parts = name.split(".")
        owner = parts[-2] if len(parts) > 1 else ""
        talks = owner.endswith(("Session", "Connection", "Query", "Engine", "Result", "scoped_session"))
        return "database" if talks or last in SESSION_METHODS else ""
    return "database"


def _through_manager(origin: Value) -> bool:
    """`User.objects`, or something chained on it."""
    while not isinstance(origin, CallRef):
        if tail(origin) == MANAGER:
            return True
        if not isinstance(origin, Member | Name):
            return False
        before = receiver(origin)
        if before is None:
            return False
        origin = before
    return False
