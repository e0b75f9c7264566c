"""Linked code in; the queries and reads of database drivers out, in one walk over the calls."""

from collections.abc import Iterator

from msgspec.structs import replace

from readiness.libraries.drivers.queries import composed, executed, function, last, names, of_service, sql_argument
from readiness.libraries.drivers.reads import LISTS, TERMINALS, of_call, of_loops
from readiness.libraries.drivers.results import results
from readiness.libraries.drivers.warehouses import SERVICES
from readiness.libraries.sql.counting import counted
from readiness.libraries.sql.wrappers import Wrappers
from readiness.model import Library, Project, Query, Read, SymbolKind
from readiness.model.summary import Member, Name

library = Library(__name__, stage="data", provides=[Query, Read], results=results())


@library.recognises
def calls(project: Project) -> Iterator[Query | Read]:
    """Every call that hands SQL text to a driver or takes rows from it, by the class of its receiver; by the receiver's name
    where the class is not known."""
    known = names(project)
    named: list[tuple[Query, str, int, Name]] = []
    called: dict[tuple[str, int], list[tuple[str, int]]] = {}
    """Functions of the project that have the name of a driver's method, and their calls."""
    for path in project.paths():
        summary = project.summary(path)
        if summary is None:
            continue
        asked = False
        for index, call in enumerate(summary.calls):
            method = last(call.callee)
            query = None
            if method in known.functions:
                query = function(project, path, index, call)
            if query is None and method in known.methods and isinstance(call.callee, Member | Name):
                query = executed(project, path, index, call, method, known)
                symbol = project.callee(path, index)
                if symbol.kind is SymbolKind.FUNCTION:
                    called.setdefault((symbol.path, symbol.index), []).append((path, index))
            elif method in SERVICES:
                query = of_service(project, path, index, call, method)
            elif query is None and method == "SQL":
                query = composed(project, path, index, call)
            if query is not None:
                asked = True
                argument = sql_argument(call)
                if isinstance(argument, Name) and method not in known.functions:
                    # Who calls the function around it is asked when all calls are known.
                    named.append((query, path, index, argument))
                else:
                    yield query
            if method in TERMINALS or (asked and method in LISTS):
                read = of_call(project, path, index, call, method)
                if read is not None:
                    yield replace(read, counted=index in counted(project, path))
        if asked:
            yield from of_loops(project, path, summary)
    wrappers = Wrappers(project, called)
    for query, path, index, argument in named:
        yield from wrappers.sites(query, path, index, argument)
