"""Builtin and standard library calls in; the shapes of their results out.

Source: the library reference of Python 3.13.
"""

from __future__ import annotations

from collections.abc import Callable

from readiness.linking.annotations import SHAPELESS, Shape, builtin, standard_name
from readiness.model.project import SymbolKind

GIVEN_BACK = frozenset(
    {
        "contextlib.closing",
        "contextlib.aclosing",
        "copy.copy",
        "copy.deepcopy",
        "asyncio.wait_for",
        "asyncio.shield",
        "weakref.proxy",
        "werkzeug.local.LocalProxy",
    }
)
"""Calls that give back their first argument, or its like."""

STANDARD_RESULTS: dict[str, str] = {
    "logging.getLogger": "logging.Logger",
    "logging.getChild": "logging.Logger",
    "logging.Logger.getChild": "logging.Logger",
    "datetime.datetime.now": "datetime.datetime",
    "datetime.datetime.utcnow": "datetime.datetime",
    "datetime.datetime.fromisoformat": "datetime.datetime",
    "datetime.date.today": "datetime.date",
    "pathlib.Path.*": "pathlib.Path",
    "pathlib.Path.read_text": "str",
    "pathlib.Path.read_bytes": "bytes",
    "pathlib.Path.exists": "bool",
    "pathlib.Path.iterdir": "iterator[pathlib.Path]",
    "pathlib.Path.glob": "iterator[pathlib.Path]",
    "pathlib.Path.rglob": "iterator[pathlib.Path]",
    "pathlib.Path.parent": "pathlib.Path",
    "pathlib.Path.parents": "list[pathlib.Path]",
    "pathlib.Path.name": "str",
    "pathlib.Path.stem": "str",
    "pathlib.Path.suffix": "str",
    "pathlib.Path.is_dir": "bool",
    "pathlib.Path.is_file": "bool",
    "pathlib.Path.stat": "os.stat_result",
    "pathlib.Path.open": "io.TextIOWrapper",
    "os.path.join": "str",
    "os.getenv": "str",
    "os.environ.get": "str",
    "os.environ": "dict[str, str]",
    "os.listdir": "list[str]",
    "os.getcwd": "str",
    "os.path.dirname": "str",
    "os.path.basename": "str",
    "os.path.abspath": "str",
    "secrets.token_urlsafe": "str",
    "secrets.token_hex": "str",
    "subprocess.run": "subprocess.CompletedProcess",
    "subprocess.check_output": "bytes",
    "re.findall": "list[str]",
    "re.split": "list[str]",
    "re.finditer": "iterator[re.Match]",
    "datetime.datetime.isoformat": "str",
    "datetime.datetime.strftime": "str",
    "datetime.datetime.timestamp": "float",
    "datetime.datetime.*": "datetime.datetime",
    "datetime.date.isoformat": "str",
    "datetime.date.strftime": "str",
    "urllib.parse.quote": "str",
    "urllib.parse.urlencode": "str",
    "urllib.parse.urljoin": "str",
    "urllib.parse.urlparse": "urllib.parse.ParseResult",
    "base64.b64encode": "bytes",
    "base64.b64decode": "bytes",
    "shutil.which": "str",
    "inspect.signature": "inspect.Signature",
    "decimal.Decimal.*": "decimal.Decimal",
    "json.dumps": "str",
    "re.compile": "re.Pattern",
    "re.match": "re.Match",
    "re.search": "re.Match",
    "re.fullmatch": "re.Match",
    "re.sub": "str",
    "re.Pattern.match": "re.Match",
    "re.Pattern.search": "re.Match",
    "re.Pattern.fullmatch": "re.Match",
    "re.Match.group": "str",
    "uuid.uuid4": "uuid.UUID",
    "uuid.uuid1": "uuid.UUID",
    "time.time": "float",
    "time.monotonic": "float",
    "time.perf_counter": "float",
    "sqlite3.connect": "sqlite3.Connection",
    "sqlite3.Connection.cursor": "sqlite3.Cursor",
    "sqlite3.Connection.execute": "sqlite3.Cursor",
    "sqlite3.Connection.executemany": "sqlite3.Cursor",
    "sqlite3.Connection.executescript": "sqlite3.Cursor",
    "sqlite3.Cursor.execute": "sqlite3.Cursor",
    "sqlite3.Cursor.executemany": "sqlite3.Cursor",
    "smtplib.SMTP": "smtplib.SMTP",
    "argparse.ArgumentParser.parse_args": "argparse.Namespace",
    "argparse.ArgumentParser.add_subparsers": "argparse._SubParsersAction",
    "asyncio.get_event_loop": "asyncio.AbstractEventLoop",
    "asyncio.get_running_loop": "asyncio.AbstractEventLoop",
    "asyncio.new_event_loop": "asyncio.AbstractEventLoop",
    "asyncio.create_task": "asyncio.Task",
    "urllib.request.urlopen": "http.client.HTTPResponse",
    "hashlib.sha256": "hashlib.HASH",
    "hashlib.sha1": "hashlib.HASH",
    "hashlib.md5": "hashlib.HASH",
    "collections.defaultdict": "dict",
    "collections.OrderedDict": "dict",
}

TEXT_METHODS: dict[str, str] = {
    "split": "list", "rsplit": "list", "splitlines": "list", "encode": "bytes", "decode": "str", "partition": "tuple",
    "rpartition": "tuple", "find": "int", "rfind": "int", "index": "int", "count": "int",
}  # fmt: skip
"""Methods of `str` and `bytes` that give something else than their own class; those that begin with `is` give a bool."""

RESULTS: dict[str, str] = {
    "len": "int", "abs": "int", "round": "int", "ord": "int", "hash": "int", "id": "int", "str": "str", "repr": "str",
    "ascii": "str", "chr": "str", "hex": "str", "bin": "str", "oct": "str", "format": "str", "input": "str", "bool": "bool",
    "isinstance": "bool", "issubclass": "bool", "callable": "bool", "hasattr": "bool", "any": "bool", "all": "bool",
    "vars": "dict", "globals": "dict", "locals": "dict", "dir": "list", "range": "range", "bytes": "bytes", "int": "int",
    "float": "float", "complex": "complex", "bytearray": "bytearray", "object": "object", "slice": "slice", "divmod": "tuple",
    "memoryview": "memoryview", "Exception": "Exception",
}  # fmt: skip
COLLECTIONS = {
    "list": "list", "set": "set", "frozenset": "frozenset", "tuple": "list", "sorted": "list", "reversed": "iterator",
    "iter": "iterator", "aiter": "iterator", "filter": "iterator",
}  # fmt: skip
ITERABLE = frozenset(
    {
        "list", "set", "frozenset", "iterator", "generator", "range", "deque", "Deque", "List", "Sequence", "MutableSequence",
        "Iterable", "Iterator", "Generator", "Collection", "AsyncIterable", "AsyncIterator", "AsyncGenerator", "AbstractSet",
        "Set", "MutableSet", "dict", "KeysView", "ValuesView", "AbstractContextManager", "AbstractAsyncContextManager",
        "ContextManager", "AsyncContextManager",
    }
)  # fmt: skip


def element_of(held: Shape, position: int = -1) -> Shape:
    """What a container holds; of a tuple, the item at a position."""
    name = standard_name(held.symbol)
    if name in ("tuple", "Tuple"):
        if not held.arguments:
            return SHAPELESS
        homogeneous = len(held.arguments) == 2 and not held.arguments[1].known
        if position < 0 or homogeneous:
            return held.arguments[0]
        return held.arguments[position] if position < len(held.arguments) else SHAPELESS
    if name in ("str", "bytes") and name == held.symbol.name:
        return held if name == "str" else builtin("int")
    if name in ITERABLE and held.arguments:
        return held.arguments[0]
    if held.symbol.kind is SymbolKind.EXTERNAL and held.symbol.name.rpartition(".")[2] in ("Sequence", "ScalarResult"):
        return held.arguments[0] if held.arguments else SHAPELESS
    return SHAPELESS


def entry_of(held: Shape, given: Callable[[str], str], named: Callable[[str], Shape]) -> Shape:
    """What entering a context manager of no project class gives: what is known of it, else the object itself."""
    name = standard_name(held.symbol)
    if name.endswith("ContextManager") or name in ("Iterator", "AsyncIterator", "Generator", "AsyncGenerator"):
        return element_of(held)
    for method in ("__enter__", "__aenter__"):
        found = given(f"{held.symbol.name}.{method}")
        if found:
            return named(found)
    return held


def builtin_result(name: str, held: Shape, first: Shape) -> Shape:
    """The shape of what a builtin function, or a method of a builtin class, gives back.

    `held` is the object whose method it is, `first` the first argument.
    """
    owner, _, method = name.rpartition(".")
    if owner:
        return _method_result(owner, method, held)
    if name in COLLECTIONS:
        element = element_of(first)
        return builtin(COLLECTIONS[name], element) if element.known else builtin(COLLECTIONS[name])
    if name in ("next", "anext", "min", "max"):
        return element_of(first)
    if name == "enumerate":
        return builtin("iterator", builtin("tuple", builtin("int"), element_of(first)))
    if name == "zip":
        return builtin("iterator", builtin("tuple", element_of(first)))
    if name == "dict":
        return first if first.symbol.name == "dict" else builtin("dict")
    if name == "open":
        return builtin("io.TextIOWrapper")
    if name in RESULTS:
        return builtin(RESULTS[name])
    return builtin(name) if name.endswith(("Error", "Exception", "Interrupt", "Exit", "Iteration")) else SHAPELESS


def _method_result(owner: str, method: str, held: Shape) -> Shape:
    arguments = held.arguments
    if owner in ("str", "bytes"):
        if method.startswith(("is", "startswith", "endswith")):
            return builtin("bool")
        kind = TEXT_METHODS.get(method, owner)
        return builtin(kind, builtin(owner)) if kind == "list" else builtin(kind)
    if owner == "dict":
        value = arguments[1] if len(arguments) > 1 else SHAPELESS
        key = arguments[0] if arguments else SHAPELESS
        if method in ("get", "pop", "setdefault"):
            return value
        if method == "items":
            return builtin("iterator", builtin("tuple", key, value))
        if method in ("keys", "values"):
            return builtin("iterator", key if method == "keys" else value)
        return held if method == "copy" else SHAPELESS
    if owner in ("list", "set", "deque"):
        if method in ("pop", "popleft"):
            return arguments[0] if arguments else SHAPELESS
        if method in ("copy", "union", "intersection", "difference", "symmetric_difference"):
            return held if held.known else builtin(owner)
        return builtin("int") if method in ("index", "count") else SHAPELESS
    return builtin("bytes") if (owner, method) == ("int", "to_bytes") else SHAPELESS
