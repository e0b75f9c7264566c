"""The calls that an exception handler guards in, the reason why silence about their failure is right out.

Reasons: `cleanup`, `optional import`, `feature probe`, `finaliser`, `metrics`; empty where there is none. Decided by what
the calls resolve to; a method of an unknown object counts by its name only where that name has one meaning.
"""

import re
from collections.abc import Sequence

from readiness.libraries.failures.logging import log_call
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Project, SymbolKind
from readiness.model.summary import Call, Context, Function, Name, Summary

CLEANUP_METHODS = frozenset(
    {
        "close",
        "aclose",
        "wait_closed",
        "rollback",
        "disconnect",
        "unlink",
        "rmtree",
        "rmdir",
        "terminate",
        "kill",
        "dispose",
        "shutdown",
        "close_all",
        "server_close",
    }
)
"""Methods that only let go of something, whatever they belong to."""
CLEANUP_FUNCTIONS = frozenset(
    {
        "os.remove",
        "os.unlink",
        "os.rmdir",
        "os.removedirs",
        "os.kill",
        "os.killpg",
        "os.close",
        "shutil.rmtree",
        "tempfile.TemporaryDirectory.cleanup",
        "asyncio.Task.cancel",
        "asyncio.Future.cancel",
        "threading.Timer.cancel",
        "threading.Lock.release",
        "asyncio.Lock.release",
        "contextlib.ExitStack.close",
        "contextlib.AsyncExitStack.aclose",
        "subprocess.Popen.wait",
    }
)
CLEANUP_PLACES = frozenset(
    {
        "__exit__",
        "__aexit__",
        "close",
        "aclose",
        "shutdown",
        "stop",
        "cleanup",
        "teardown",
        "disconnect",
        "on_shutdown",
        "tearDown",
        "on_stop",
        "terminate",
        "dispose",
    }
)
"""Functions whose work is to let go; a cleanup method of the project's own may fail in silence only there."""
FINALISERS = frozenset({"__del__"})
PROBES = frozenset(
    {
        "importlib.metadata.version",
        "importlib.metadata.distribution",
        "importlib.util.find_spec",
        "importlib.resources.files",
        "pkg_resources.get_distribution",
        "socket.gethostname",
        "socket.getfqdn",
        "locale.setlocale",
        "locale.getlocale",
        "asyncio.get_running_loop",
        "os.nice",
        "os.uname",
        "os.getlogin",
        "resource.setrlimit",
        "resource.getrlimit",
        "signal.signal",
        "multiprocessing.set_start_method",
        "os.sched_getaffinity",
        "sys.getwindowsize",
    }
)
PROBE_PACKAGES = ("platform.", "inspect.", "sys.stdout.", "sys.stderr.", "ctypes.")
PROBE_BUILTINS = frozenset({"hasattr", "getattr", "callable", "issubclass"})
IMPORTERS = frozenset({"importlib.import_module", "builtins.__import__", "__import__"})
SETUP = frozenset(
    {"install", "patch", "patch_all", "monkey_patch", "register", "init", "setup", "enable", "load_dotenv"}
)
"""What a program does with an optional package right after it imported it."""
METRIC_PACKAGES = frozenset(
    {
        "prometheus_client",
        "statsd",
        "datadog",
        "ddtrace",
        "opentelemetry",
        "newrelic",
        "aws_embedded_metrics",
        "markus",
        "elasticapm",
    }
)
METRIC_CALLS = frozenset(
    {
        "sentry_sdk.set_tag",
        "sentry_sdk.set_tags",
        "sentry_sdk.set_context",
        "sentry_sdk.set_user",
        "sentry_sdk.set_extra",
        "sentry_sdk.add_breadcrumb",
    }
)
HARMLESS = frozenset(
    {"str", "len", "int", "float", "bool", "repr", "isinstance", "list", "tuple", "dict", "set", "type", "print"}
)
"""Builtins that do nothing a caller waits for."""

DIRECTIVE = re.compile(
    r"^(?:noqa|nosec|nosemgrep|pragma|type|pylint|pyright|mypy|ruff|readiness|fmt|isort|flake8|NOSONAR|sonar|lgtm)\b[^\s]*"
    r"(?:\s*:?\s*[A-Z]{1,5}\d{2,5}(?:\s*,\s*[A-Z]{1,5}\d{2,5})*)?(?:\s*:?\s*(?:ignore|disable|no cover|no branch)\S*)?",
    re.IGNORECASE,
)
PROMISE = re.compile(r"^(?:todo|fixme|xxx|hack)\b", re.IGNORECASE)
CODE = re.compile(
    r"^(?:[\w.]+\(.*\)|[\w.\[\]]+\s*[-+*/]?=\s*\S.*|(?:return|raise|import|from|print|if|for|pass|continue)\b.*[:()]?)$"
)
WORD = re.compile(r"[^\W\d_]{2,}")
REASON_WORDS = 3


def reason_in(comment: str) -> str:
    """The words of a comment that say why; empty for directives, commented-out code, promises and fewer than three words."""
    words = DIRECTIVE.sub("", comment.strip()).strip(" \t-—–:#,;")
    if PROMISE.match(words) or CODE.match(words) or len(WORD.findall(words)) < REASON_WORDS:
        return ""
    return words


def purpose_of(
    project: Project,
    path: str,
    summary: Summary,
    function: Function | None,
    lines: tuple[int, int],
    guarded: Sequence[int],
) -> str:
    """Why silence about the guarded lines is right.

    `guarded` are indices of the calls in those lines, of the same function.
    """
    if function is not None and function.name in FINALISERS:
        return "finaliser"
    kinds = {_kind(project, path, summary, function, index) for index in guarded} - {""}
    if _imports(project, path, summary, lines) and len(kinds - {"probe", "import", "imported"}) == 0:
        return "optional import"
    if kinds == {"import"}:
        return "optional import"
    if kinds == {"cleanup"}:
        return "cleanup"
    if kinds == {"metrics"}:
        return "metrics"
    if kinds and kinds <= {"probe", "import"}:
        return "feature probe"
    return ""


def _imports(project: Project, path: str, summary: Summary, lines: tuple[int, int]) -> bool:
    """The guarded lines import something of another distribution."""
    first, last = lines
    return any(
        first <= each.line <= last
        and each.level == 0
        and project.resolve(path, each.alias, each.scope, each.line).kind in (SymbolKind.EXTERNAL, SymbolKind.UNKNOWN)
        for each in summary.imports
    )


def _kind(project: Project, path: str, summary: Summary, function: Function | None, index: int) -> str:
    """What one guarded call is for: a purpose, empty for what does not matter, `work` for everything else."""
    call = summary.calls[index]
    name = tail(call.callee)
    symbol = project.callee(path, index)
    if symbol.kind is SymbolKind.BUILTIN:
        plain = symbol.name.rpartition(".")[2]
        return (
            "import"
            if plain in IMPORTERS
            else "probe"
            if plain in PROBE_BUILTINS
            else ""
            if plain in HARMLESS
            else "work"
        )
    if symbol.kind is SymbolKind.EXTERNAL:
        return _external_kind(symbol.name, name) or _made_by(project, path, call)
    if log_call(project, path, index) is not None:
        return ""
    if name not in CLEANUP_METHODS:
        return _made_by(project, path, call)
    ours = symbol.kind in (SymbolKind.FUNCTION, SymbolKind.CLASS)
    if not ours and receiver(call.callee) is not None:
        return "cleanup"
    letting_go = call.context & (Context.EXCEPT | Context.FINALLY) or (
        function is not None and function.name in CLEANUP_PLACES
    )
    return "cleanup" if letting_go else "work"


def _external_kind(dotted: str, name: str) -> str:
    package = dotted.partition(".")[0]
    if dotted in CLEANUP_FUNCTIONS or name in CLEANUP_METHODS:
        return "cleanup"
    if dotted in IMPORTERS:
        return "import"
    if dotted in PROBES or dotted.startswith(PROBE_PACKAGES):
        return "probe"
    if package in METRIC_PACKAGES or dotted in METRIC_CALLS:
        return "metrics"
    return ""


def _made_by(project: Project, path: str, call: Call) -> str:
    """`metrics` for a method of an object that a metrics package made, `imported` for one of a guarded import, else `work`."""
    origin = receiver(call.callee)
    if origin is None:
        return "work"
    creation = project.creation(path, origin, call.scope, call.line)
    if creation is not None and creation.maker.kind is SymbolKind.EXTERNAL:
        if creation.maker.name.partition(".")[0] in METRIC_PACKAGES:
            return "metrics"
        return "work"
    root = origin.dotted.partition(".")[0] if isinstance(origin, Name) else ""
    summary = project.summary(path)
    if (
        summary is not None
        and tail(call.callee) in SETUP
        and any(each.alias == root and each.guarded for each in summary.imports)
    ):
        return "imported"
    return "work"
