"""Linked code in; the filters of document databases that hold something a client sent out."""

from collections.abc import Iterator

from readiness.libraries.documents.origins import ORDER, Origin, Origins
from readiness.libraries.documents.vocabulary import HANDS_ON, MAPPED, MONGOENGINE, PACKAGES, ROOTS, TAKES
from readiness.libraries.values.expressions import keyword, receiver, tail
from readiness.libraries.values.following import Following
from readiness.libraries.values.frames import Place
from readiness.model import DocumentFilter, Library, Project, Resolution, Scope, Symbol, SymbolKind
from readiness.model.summary import Call, CallRef, Choice, Mapping, Member, Name, Sequence, Starred, Subscript, Value

RESULTS = {
    **{f"pymongo.{name}.__enter__": f"pymongo.{name}" for name in ("MongoClient", "AsyncMongoClient")},
    "pymongo.database.Database.get_collection": "pymongo.collection.Collection",
    "mongoengine.get_db": "pymongo.database.Database",
    "mongoengine.connection.get_db": "pymongo.database.Database",
}
library = Library(
    __name__, stage="joined", provides=[DocumentFilter], packages=list(PACKAGES), results=RESULTS, aside=True
)
STEPS = 8


@library.recognises
def filters(project: Project) -> Iterator[DocumentFilter]:
    """Every call that filters documents by what a client sent."""
    following = Following(project)
    origins = Origins(project, following)
    collections = Collections(following)
    for path in project.paths(Scope.SERVICE):
        summary = project.summary(path)
        for index, call in enumerate(summary.calls if summary is not None else ()):
            name = tail(call.callee)
            if name not in TAKES:
                continue
            argument = _filter(call, name)
            if argument is None or not _may_hold(argument):
                continue
            api = collections.api(path, index, call, name)
            if not api:
                continue
            place = Place(argument, following.entry_frame(path, call.scope), call.line)
            found = origins.of_filter(place, index)
            if found:
                worst = min(found, key=lambda each: ORDER.index(each.value))
                yield _fact(project, path, index, call, api, worst)


def _filter(call: Call, name: str) -> Value | None:
    position, key = TAKES[name]
    if 0 <= position < len(call.arguments):
        argument = call.arguments[position]
        return None if isinstance(argument, Starred) else argument
    return keyword(call, key)


def _may_hold(argument: Value) -> bool:
    return not (isinstance(argument, Mapping) and not argument.keys) and isinstance(
        argument, Mapping | Sequence | Name | Member | CallRef | Subscript | Choice
    )


def _fact(project: Project, path: str, index: int, call: Call, api: str, origin: Origin) -> DocumentFilter:
    span = project.span(path, index)
    at = origin.at if origin.at is not None and origin.at.line != span.line else None
    return DocumentFilter(
        span=span,
        symbol=project.symbol(path, call.scope),
        scope=project.files[path].scope,
        resolution=Resolution.EXACT,
        library=api.partition(".")[0],
        api=api,
        value=origin.value,
        name=origin.name,
        field=origin.field,
        how=origin.how,
        origin=at,
    )


class Collections:
    """Tells collections of MongoDB from other things with a `find`."""

    def __init__(self, following: Following) -> None:
        self._following = following
        self._project = following.project

    def api(self, path: str, index: int, call: Call, name: str) -> str:
        """The canonical name of the call; empty where what it is called on is no collection."""
        symbol = self._project.callee(path, index)
        if name == "objects":
            return symbol.name if symbol.name.startswith(MONGOENGINE) else ""
        if symbol.kind is SymbolKind.EXTERNAL:
            if symbol.name.startswith(MAPPED):
                return symbol.name
            return f"pymongo.collection.Collection.{name}" if symbol.name.startswith(ROOTS) else ""
        owner = receiver(call.callee)
        if symbol.kind is not SymbolKind.UNKNOWN or owner is None:
            return ""
        place = Place(owner, self._following.entry_frame(path, call.scope), call.line)
        return f"pymongo.collection.Collection.{name}" if self._is_collection(place, STEPS) else ""

    def _is_collection(self, place: Place, steps: int) -> bool:
        """The value is a collection, a database or a client, or a part of one."""
        if steps <= 0:
            return False
        value = place.value
        if self._is_root(self._project.type_of(place.frame.path, value, place.frame.scope, place.line)):
            return True
        for inner in self._before(place, value):
            if self._is_collection(self._following.inside(place, inner), steps - 1):
                return True
        sources = self._following.back(place) or []
        return any(self._is_collection(each, steps - 1) for each in sources[:4])

    def _before(self, place: Place, value: Value) -> list[Value]:
        if isinstance(value, CallRef):
            callee = self._following.summary(place).calls[value.index].callee
            owner = receiver(callee) if tail(callee) in HANDS_ON else None
            return [owner] if owner is not None else []
        if isinstance(value, Subscript | Member):
            return [value.value]
        if isinstance(value, Name) and "." in value.dotted:
            return [Name(value.dotted.rpartition(".")[0])]
        return []

    @staticmethod
    def _is_root(symbol: Symbol) -> bool:
        return symbol.kind is SymbolKind.EXTERNAL and symbol.name.startswith(ROOTS)
