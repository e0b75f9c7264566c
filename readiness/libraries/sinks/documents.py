"""Calls that parse XML, and calls that unpack archives.

Source: lxml 6.0 (`XMLParser(resolve_entities="internal")` since 5.0, True before; `no_network=True`), the library reference of
Python 3.13 (`xml.sax` reads external entities only when told to, since 3.7.1; Expat limits amplification since 2.4.1; `tarfile`
filters), PEP 706 (the filter `data` is the default from 3.14 on).
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from readiness.languages.python.names import last_name
from readiness.languages.python.walking import walk
from readiness.libraries.sinks.vocabulary import Api, Family, Site, methods
from readiness.libraries.values.expressions import keyword, receiver, tail
from readiness.model import Reach, Sink, SinkKind
from readiness.model.summary import Constant, Name, Value

if TYPE_CHECKING:
    from readiness.libraries.sinks.asking import Asking

XML, ARCHIVE = SinkKind.XML, SinkKind.ARCHIVE
READERS = ("parse", "iterparse", "fromstring", "XML")
STANDARD = frozenset(
    {f"xml.etree.{module}.{name}" for module in ("ElementTree", "cElementTree") for name in READERS}
    | {f"xml.dom.{module}.{name}" for module in ("minidom", "pulldom") for name in ("parse", "parseString")}
    | {"xml.dom.expatbuilder.parse", "xml.dom.expatbuilder.parseString", "xml.sax.parse", "xml.sax.parseString"}
)
LXML = frozenset(
    f"lxml.{module}.{name}" for module in ("etree", "objectify") for name in ("parse", "fromstring", "XML", "iterparse")
)
PARSERS = frozenset({"lxml.etree.XMLParser", "lxml.etree.ETCompatXMLParser"})
EXTRACTS = frozenset({"tarfile.TarFile.extractall", "tarfile.TarFile.extract"})
LOOKS = frozenset({"is_relative_to", "commonpath", "commonprefix", "is_within_directory"})
"""What tells whether a name leads out of a folder."""
UNPACKS = frozenset({"shutil.unpack_archive"})
SAFE_FILTERS = frozenset({"data", "tar"})
CLOSED = "resolve_entities"
EXTERNAL = frozenset({"feature_external_ges", "feature_external_pes"})


def judge(asking: Asking, site: Site) -> Sink | None:
    """The fact of a call that parses XML or unpacks an archive."""
    if site.api.kind is ARCHIVE:
        return _archive(asking, site)
    if site.name in PARSERS:
        return None
    value = asking.argument(site)
    if value is None or isinstance(value, Constant):
        return None
    opened = _opened(asking, site)
    if opened == CLOSED:
        return asking.sink(site, Reach.GUARDED, guard=CLOSED) if asking.can_be_sent(site, value) else None
    detail = opened or ("" if site.name in LXML else "the standard library")
    if not opened and not asking.can_be_sent(site, value):
        return None
    return asking.judged(site, value, always=bool(opened), detail=detail)


def _opened(asking: Asking, site: Site) -> str:
    """What lets the parser read entities from files and addresses."""
    parser = keyword(site.call, "parser")
    if parser is None and site.name in LXML and len(site.call.arguments) > 1:
        parser = site.call.arguments[1]
    if parser is None:
        return ""
    made = asking.project.creation(site.path, parser, site.call.scope, site.call.line)
    summary = asking.project.summary(made.path) if made is not None else None
    if made is not None and summary is not None and made.maker.name in PARSERS:
        call = summary.calls[made.index]
        for name, wanted in (("resolve_entities", True), ("no_network", False), ("load_dtd", True)):
            if keyword(call, name) == Constant(wanted):
                return f"{name}={wanted}"
        return CLOSED if keyword(call, "resolve_entities") in (Constant(False), Constant("internal")) else ""
    return _feature(asking, site, parser)


def _feature(asking: Asking, site: Site, parser: Value) -> str:
    """`parser.setFeature(feature_external_ges, True)`."""
    summary = asking.project.summary(site.path)
    for call in summary.calls if summary is not None else ():
        if (
            tail(call.callee) == "setFeature" and receiver(call.callee) == parser and len(call.arguments) == 2
            and call.scope == site.call.scope and call.arguments[1] == Constant(True)
        ):  # fmt: skip
            feature = call.arguments[0]
            symbol = asking.project.resolve_value(site.path, feature, call.scope, call.line)
            if symbol.name.rpartition(".")[2] in EXTERNAL or (
                isinstance(feature, Constant) and "external" in str(feature.value)
            ):
                return f"setFeature({symbol.name.rpartition('.')[2] or 'external entities'}, True)"
    return ""


def _archive(asking: Asking, site: Site) -> Sink | None:
    """Members of a tar file can name any file, unless a filter refuses them."""
    given = keyword(site.call, "filter")
    if given is not None:
        known = asking.project.constant(site.path, given, site.call.scope, site.call.line)
        named = known if isinstance(known, str) else tail(given) if isinstance(given, Name) else ""
        if named != "fully_trusted" and "fully_trusted" not in named:
            return asking.sink(site, Reach.GUARDED, guard=f"filter={named or '...'}")
    if keyword(site.call, "members") is not None:
        return asking.sink(site, Reach.CHECKED, guard="members=")
    function = asking.project.function(site.path, site.call.scope) if site.call.scope >= 0 else None
    if function is not None and site.name in EXTRACTS:
        if _filtered_first(function, site.call.line):
            return asking.sink(site, Reach.GUARDED, guard="filter= where this Python has one")
        if _looks_at_names(function, site.call.line):
            return asking.sink(site, Reach.CHECKED, guard="the names in it are looked at before")
    held = asking.argument(site)
    if held is None:
        return None
    opened = _source(asking, site, held)
    if site.name in UNPACKS:
        # Only of a client's archive: of the formats that it unpacks, zip leaves out names that lead elsewhere.
        return opened
    return opened if opened is not None else asking.sink(site, Reach.OPEN)


def _filtered_first(function: ast.AST, line: int) -> bool:
    """The call stands in for one with a filter, for a Python that knows no filters: `except TypeError: archive.extract(member)`."""
    for node in walk(function):
        if not isinstance(node, ast.Try):
            continue
        for handler in node.handlers:
            if handler.lineno < line <= (handler.end_lineno or line) and any(
                isinstance(each, ast.Call)
                and last_name(each.func) in ("extract", "extractall")
                and any(given.arg == "filter" for given in each.keywords)
                for statement in node.body
                for each in walk(statement)
            ):
                return True
    return False


def _looks_at_names(function: ast.AST, line: int) -> bool:
    """Before the call a name that leads elsewhere ends the function, or is left out."""
    return any(
        isinstance(node, ast.If)
        and node.lineno < line
        and isinstance(node.body[-1], ast.Raise | ast.Return | ast.Continue)
        and any(_is_look(each) for each in walk(node.test))
        for node in walk(function)
    )


def _is_look(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=".." | "../"):
            return True
        case ast.Call(func=function):
            return last_name(function) in LOOKS
    return False


def _source(asking: Asking, site: Site, held: Value) -> Sink | None:
    """Where the archive that a method is called on was opened from."""
    if site.name in UNPACKS:
        return asking.judged(site, held, always=False)
    made = asking.slice(site, held)
    summary = asking.project.summary(site.path)
    for index in made.calls if summary is not None else ():
        if asking.project.callee(site.path, index).name == "tarfile.open" and summary is not None:
            call = summary.calls[index]
            given = keyword(call, "fileobj") or next(iter(call.arguments), keyword(call, "name"))
            if given is None:
                continue
            inner = Site(site.path, index, call, "tarfile.open", site.api)
            answer = asking.ask(inner, given)
            reach = (
                Reach.CLIENT
                if answer.sent
                else Reach.OPEN
                if answer.open
                else Reach.SETTING
                if answer.configured
                else Reach.FIXED
            )
            piece = next(iter((*answer.sent, *answer.open, *answer.configured)), None)
            return asking.sink(site, reach, answer, piece=piece)
    return None


FAMILY = Family(
    apis={
        **{name: Api(XML, 0, ("source", "text", "string")) for name in STANDARD | LXML},
        **methods(("tarfile.TarFile",), ("extractall", "extract"), Api(ARCHIVE, -1)),
        **{name: Api(ARCHIVE, 0, ("filename",)) for name in UNPACKS},
    },
    judge=judge,
    results={
        "tarfile.open": "tarfile.TarFile",
        "tarfile.TarFile.open": "tarfile.TarFile",
        "tarfile.TarFile.__enter__": "tarfile.TarFile",
    },
)
