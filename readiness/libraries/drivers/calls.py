"""Linked code in; the queries and reads of database drivers out, in one walk over the calls."""

from collections.abc import Iterator

from msgspec.structs import replace

from readiness.libraries.drivers.queries import METHODS, PACKAGES, composed, executed
from readiness.libraries.drivers.reads import LISTS, TERMINALS, of_call, of_loops
from readiness.libraries.drivers.results import results
from readiness.libraries.sql.counting import counted
from readiness.model import Library, Project, Query, Read
from readiness.model.summary import Member, Name, Value

library = Library(__name__, stage="data", provides=[Query, Read], results=results())


@library.recognises
def calls(project: Project) -> Iterator[Query | Read]:
    """Every call that hands SQL text to a driver or takes rows from it, by the class of its receiver; by the receiver's name
    where the class is not known."""
    drivers = set(project.imports(*sorted(PACKAGES)))
    for path in project.paths():
        summary = project.summary(path)
        if summary is None:
            continue
        asked = False
        for index, call in enumerate(summary.calls):
            method = _method(call.callee)
            if method in METHODS and isinstance(call.callee, Member | Name):
                query = executed(project, path, index, call, method, near=path in drivers)
            elif method == "SQL":
                query = composed(project, path, index, call)
            else:
                query = None
            if query is not None:
                asked = True
                yield query
            if method in TERMINALS or (asked and method in LISTS):
                read = of_call(project, path, index, call, method)
                if read is not None:
                    yield replace(read, counted=index in counted(project, path))
        if asked:
            yield from of_loops(project, path, summary)


def _method(callee: Value) -> str:
    """The last name of what is called."""
    if isinstance(callee, Name):
        return callee.dotted.rpartition(".")[2]
    return callee.name if isinstance(callee, Member) else ""
