"""Calls that do what a text says: linked code in, one `Sink` out for each of them where that text is not plainly fixed.

Each family has a file of its own here, which says which callables belong to it, by their canonical names, and which parts of the
text a client may choose without harm. A call is looked at by what it resolves to, and value flow is asked only where the value
can have come from a client, or where the call is dangerous by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.sinks import (
    addresses,
    code,
    commands,
    deserialisation,
    documents,
    paths,
    patterns,
    redirects,
    templates,
)
from readiness.libraries.sinks.asking import Asking
from readiness.libraries.sinks.vocabulary import Family, Site
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Library, Project, Reach, Scope, Sink, SinkKind, SymbolKind
from readiness.model.summary import Call, Constant, Member, Name, Summary
from readiness.model.telling import tabulates

FAMILIES: tuple[Family, ...] = (
    commands.FAMILY,
    code.FAMILY,
    deserialisation.FAMILY,
    templates.FAMILY,
    paths.FAMILY,
    redirects.FAMILY,
    addresses.FAMILY,
    documents.FAMILY,
    patterns.FAMILY,
)
VERBS = frozenset({"get", "delete", "head", "post", "put", "patch"})
SCOPES = (Scope.SERVICE,)
KNOWN = [(name, family) for family in FAMILIES for name in family.apis]
BUILTIN = frozenset(name for name, _ in KNOWN if "." not in name)
NAMES = frozenset(name for name, _ in KNOWN)
TAILS = frozenset(name.rpartition(".")[2] for name, _ in KNOWN)
PACKAGES = tuple(sorted({name.partition(".")[0] for name, _ in KNOWN} - BUILTIN - {"str"}))
OF_PACKAGE = {
    package: frozenset(name.rpartition(".")[2] for name, _ in KNOWN if name.startswith(f"{package}."))
    for package in PACKAGES
}
OBJECTS = {
    package: frozenset(
        name.rpartition(".")[2]
        for name, _ in KNOWN
        if name.startswith(f"{package}.") and name.split(".")[-2][:1].isupper()
    )
    for package in PACKAGES
}
"""Methods, which are called in files that do not import the package as well."""

library = Library(
    __name__,
    stage="joined",
    provides=[Sink],
    results={name: given for family in FAMILIES for name, given in family.results.items()},
    aside=True,
)


ALWAYS = frozenset(
    name.rpartition(".")[2]
    for name, family in KNOWN
    if family.apis[name].kind
    in (SinkKind.COMMAND, SinkKind.CODE, SinkKind.OBJECTS, SinkKind.ARCHIVE, SinkKind.TEMPLATE, SinkKind.XML)
    or "Environment" in name
) - {"search", "render", "fetch"}
"""Last names of calls that are looked at whether or not a client can have a say."""
INFERRED = {"format": "str.format", "format_map": "str.format_map", "save": "werkzeug.datastructures.FileStorage.save"}
"""Methods of objects whose class is not known, where what they are called on says enough."""


@library.recognises
def sinks(project: Project) -> Iterator[Sink]:
    """Every sink call of service code that is worth a judgement."""
    yield from project.parts(project.paths(*SCOPES), sinks_of)


def sinks_of(project: Project, path: str) -> Iterator[Sink]:
    """Those of one file."""
    summary = project.summary(path)
    if summary is None:
        return
    renamed = _renamed(summary)
    candidates = project.calls_to(path, _tails(project, summary) | renamed)
    if not candidates:
        return
    asking = Asking(project)
    opened: set[tuple[str, str]] = set()
    for index in candidates:
        call = summary.calls[index]
        name = tail(call.callee)
        if _is_fixed(call):
            continue
        if name not in ALWAYS and name not in renamed and not _can_be_sent(asking, path, call):
            continue
        for found in _of_call(asking, path, index, call, name):
            if found.kind is SinkKind.PATH and found.piece is not None and found.reach is Reach.CLIENT:
                # One path is opened, written and removed; it is judged where that begins.
                key = (found.symbol, found.piece.source or found.piece.text)
                if key in opened:
                    continue
                opened.add(key)
            yield found


@tabulates
def lent_names(project: Project) -> dict[str, dict[str, list[str]]]:
    """Methods of the packages that the modules of a name import, by that name: one entry, which is asked for each import."""
    lent: dict[str, set[str]] = {}
    for package in PACKAGES:
        for path in project.imports(package, scopes=SCOPES) if OBJECTS[package] else ():
            lent.setdefault(project.module(path).rpartition(".")[2], set()).update(OBJECTS[package])
    return {"modules": {module: sorted(names) for module, names in lent.items()}}


def _tails(project: Project, summary: Summary) -> frozenset[str]:
    """The last names that are looked at in a file: those of the packages that it imports, and the methods of those that the
    modules import which it takes something from."""
    lent = project.table(lent_names)["modules"]
    found = BUILTIN | INFERRED.keys()
    for each in summary.imports:
        top = each.module.partition(".")[0]
        if not each.level and top in OF_PACKAGE:
            found |= OF_PACKAGE[top]
        if each.name in OF_PACKAGE:
            found |= OF_PACKAGE[each.name]
        elif each.name in TAILS:
            found |= {each.name}
        for name in (each.module.rpartition(".")[2], each.name):
            if name in lent:
                found = found.union(lent[name])
    return found


def _of_call(asking: Asking, path: str, index: int, call: Call, last: str) -> Iterator[Sink]:
    symbol = asking.project.callee(path, index)
    name = symbol.name.removeprefix("builtins.").removesuffix(".__init__")
    unknown = symbol.kind is SymbolKind.UNKNOWN or name not in NAMES
    if last in INFERRED and unknown and _is_inferred(asking, path, call, last):
        name = INFERRED[last]
    elif symbol.kind not in (SymbolKind.EXTERNAL, SymbolKind.BUILTIN):
        return
    for family in FAMILIES:
        api = family.apis.get(name)
        if api is not None:
            found = family.judge(asking, Site(path, index, call, name, api))
            if found is not None:
                yield found


def _is_inferred(asking: Asking, path: str, call: Call, last: str) -> bool:
    """`request.args["text"].format(...)`, `request.files["image"].save(...)`."""
    held = receiver(call.callee)
    if held is None:
        return False
    made = asking.slices.of(path, call.scope, [held])
    if last == "save":
        return any("files" in name.split(".") for name in made.names)
    return asking.slices.asks_request(path, made)


def _can_be_sent(asking: Asking, path: str, call: Call) -> bool:
    """Something that the call is given, or is called on, can hold what a client sent."""
    held = receiver(call.callee)
    given = [*call.arguments, *(each for _, each in call.keywords), *([held] if held is not None else [])]
    return asking.slices.can_be_sent(path, call.scope, asking.slices.of(path, call.scope, given))


def _is_fixed(call: Call) -> bool:
    """`"...".format(x)`, or the look-up of a name in a mapping, which every file is full of."""
    callee = call.callee
    if isinstance(callee, Member) and isinstance(callee.value, Constant):
        return True
    if not call.arguments and not call.keywords and tail(callee) in ("save", "open"):
        return not isinstance(callee, Member) and tail(callee) == "save"
    first = call.arguments[0] if call.arguments else None
    return tail(callee) in VERBS and ((first is None and not call.keywords) or isinstance(first, Constant))


def _renamed(summary: Summary) -> frozenset[str]:
    """Names that a file gives to such callables: aliases of imports and of assignments."""
    found = {each.alias for each in summary.imports if each.name in TAILS and each.alias != each.name}
    for each in summary.assignments:
        if isinstance(each.value, Name | Member) and tail(each.value) in TAILS:
            found.add(each.target.rpartition(".")[2])
    return frozenset(found)
