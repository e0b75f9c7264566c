"""Linked code in, one `Read` out for every place that takes several rows out of a Django query set.

A query set that is only narrowed further, handed on or given back by a helper is no read.
"""

from collections.abc import Iterator

from readiness.libraries.django_orm.likelihood import Likelihood
from readiness.libraries.django_orm.querysets import QuerySets
from readiness.libraries.django_orm.vocabulary import LISTS, MANAGER_NAMES, METHODS, ROWS, SERIALIZERS
from readiness.libraries.sqlalchemy.selections import Form, Selection, joined
from readiness.libraries.values.expressions import keyword, receiver, tail
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Place
from readiness.model import Library, Project, Read, Resolution, Scope, Span, Symbol, SymbolKind
from readiness.model.summary import (
    Call,
    CallRef,
    Constant,
    Mapping,
    Name,
    Summary,
    Value,
)

library = Library(__name__, stage="data", provides=[Read], packages=["django"])

SCOPES = (Scope.SERVICE, Scope.SCRIPT)
TAKES = LISTS - {"reversed", "iter", "enumerate"} | {"len", "join", "bulk_create", "bulk_update", "dumps"}
"""Builtins, methods and functions that take every row of their argument."""
ANSWERS = frozenset(
    {
        "django.http.JsonResponse",
        "django.http.response.JsonResponse",
        "rest_framework.response.Response",
        "django.core.serializers.serialize",
    }
)
"""Classes and functions that write every row of their argument into an answer."""
TEMPLATES = frozenset({"django.shortcuts.render", "django.template.response.TemplateResponse"})
TAKERS = TAKES | ROWS | {"render", "TemplateResponse", "JsonResponse", "Response", "serialize"}
"""Last names of the calls that are looked at."""
WORDS = METHODS | MANAGER_NAMES
SERIALIZING = ("rest_framework", "marshmallow", "flask_marshmallow", "adrf")
"""Packages whose serializers take `many=True`."""


@library.recognises
def reads(project: Project) -> Iterator[Read]:
    """Every read of several rows in service code and scripts, as its own function shows it.

    What a caller passes is not known here: a limit that is a parameter counts as one.
    """
    yield from project.parts([path for path in project.paths(*SCOPES) if project.calls_to(path, WORDS)], reads_of)


def reads_of(project: Project, path: str) -> Iterator[Read]:
    """Every read of one file."""
    summary = project.summary(path)
    if summary is not None:
        serializing = bool(project.imports(*SERIALIZING))
        yield from _file(QuerySets(Following(project)), Likelihood(project), path, summary, serializing=serializing)


def _file(sets: QuerySets, likely: Likelihood, path: str, summary: Summary, *, serializing: bool) -> Iterator[Read]:
    taken: set[Value] = set()
    calls = summary.calls if serializing else ()
    many = [index for index, call in enumerate(calls) if call.keywords and keyword(call, "many") is not None]
    for index in sorted({*sets.project.calls_to(path, TAKERS), *many}):
        call = summary.calls[index]
        for value in _taken(sets, path, index, call):
            if value in taken or not likely.rows(path, value, call.scope):
                continue
            found = _selection(sets, path, value, call.scope, call.line)
            if found is not None:
                if isinstance(value, CallRef):
                    taken.add(value)
                counted = call.callee == Name("len") and isinstance(value, CallRef)
                yield read(sets.project, sets.project.span(path, index), call.scope, found, counted=counted)
    for assignment in summary.assignments:
        source = assignment.value
        if assignment.operator != "for" or source is None or source in taken:
            continue
        if not likely.rows(path, source, assignment.scope):
            continue
        found = _selection(sets, path, source, assignment.scope, assignment.line)
        if found is not None:
            span = Span(path, assignment.line)
            if isinstance(source, CallRef):
                taken.add(source)
                span = sets.project.span(path, source.index)
            yield read(sets.project, span, assignment.scope, found)


def _selection(sets: QuerySets, path: str, value: Value, scope: int, line: int) -> Selection | None:
    """What a value that is taken row by row selects; rows that were taken before are not taken again."""
    found = joined(sets.read(Place(value, sets.following.entry_frame(path, scope), line)))
    return found if found is not None and found.form is Form.STATEMENT else None


def _taken(sets: QuerySets, path: str, index: int, call: Call) -> list[Value]:
    """The arguments of a call whose rows it takes; the call itself for `.in_bulk()`."""
    name = tail(call.callee)
    if name in ROWS:
        origin = receiver(call.callee)
        return [origin] if origin is not None and not call.arguments and not call.keywords else []
    first = call.arguments[:1]
    if name in TAKES:
        return [each for each in first if not isinstance(each, Constant)]
    if keyword(call, "many") is not None:
        instance = keyword(call, "instance")
        return list(first) if first else [instance] if instance is not None else []
    if name in ("render", "TemplateResponse"):
        return _context(sets, path, index, call)
    if name in ("JsonResponse", "Response", "serialize"):
        symbol = sets.project.callee(path, index)
        data = call.arguments[1:2] if name == "serialize" else first
        return list(data) if symbol.name in ANSWERS else []
    return []


def _context(sets: QuerySets, path: str, index: int, call: Call) -> list[Value]:
    """Query sets in the context of a template."""
    if sets.project.callee(path, index).name not in TEMPLATES:
        return []
    value = call.arguments[2] if len(call.arguments) > 2 else keyword(call, "context")
    if value is None:
        return []
    place = Place(value, sets.following.entry_frame(path, call.scope), call.line)
    displays = [place] if isinstance(value, Mapping) else sets.following.back(place) or []
    return [item for each in displays if isinstance(each.value, Mapping) for item in each.value.values]


def is_serializer(project: Project, symbol: Symbol) -> bool:
    """The class is a serializer of Django REST framework."""
    if symbol.kind is SymbolKind.EXTERNAL:
        return symbol.name in SERIALIZERS
    return symbol.kind is SymbolKind.CLASS and project.is_a(symbol, SERIALIZERS)


def read(project: Project, span: Span, scope: int, found: Selection, *, counted: bool = False) -> Read:
    """The fact for a place in a file that takes the rows of a selection."""
    return Read(
        span=span,
        symbol=project.symbol(span.path, scope),
        scope=project.files[span.path].scope,
        resolution=resolution(found),
        library="django",
        model=found.model,
        bound=found.bound,
        how=found.how,
        limit=found.limit.text if found.limit is not None else "",
        counted=counted,
        compared=found.compared,
    )


def resolution(found: Selection) -> Resolution:
    """How sure a selection is."""
    if found.exact:
        return Resolution.EXACT
    return Resolution.UNRESOLVED if found.bound.value == "unknown" else Resolution.INFERRED
