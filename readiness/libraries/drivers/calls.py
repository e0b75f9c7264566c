"""Linked code in; the queries and reads of database drivers out, in one walk over the calls."""

from collections.abc import Iterator

from msgspec.structs import replace

from readiness.libraries.drivers.queries import (
    COMPOSED,
    FUNCTIONS,
    composed,
    executed,
    function,
    handed_on,
    names,
    of_service,
    parts,
    text_argument,
)
from readiness.libraries.drivers.reads import LISTS, TERMINALS, of_call, of_loops
from readiness.libraries.drivers.results import results
from readiness.libraries.sql.counting import counted
from readiness.libraries.sql.wrappers import Sink, Wrappers, sink
from readiness.libraries.values.expressions import tail
from readiness.model import Library, Project, Query, Read

library = Library(__name__, stage="data", provides=[Query, Read], results=results(), aside=True)


@library.recognises
def calls(project: Project) -> Iterator[Query | Read]:
    """Every call that hands SQL text to a driver or takes rows from it, by the class of its receiver; by the receiver's name
    where the class is not known."""
    around = Wrappers(project)
    for each in project.parts(project.paths(), calls_of, Sink, Read):
        if isinstance(each, Sink):
            yield from around.of(each)
        elif isinstance(each, Read):
            yield each


def calls_of(project: Project, path: str) -> Iterator[Sink | Read]:
    """Those of one file, before it is asked who hands the text over."""
    known = names(project)
    looked_at = known.methods | known.functions | known.elsewhere | known.services | TERMINALS | LISTS | {"SQL"}
    candidates = project.calls_to(path, looked_at)
    summary = project.summary(path) if candidates else None
    if summary is None:
        return
    asked = False
    for index in candidates:
        call = summary.calls[index]
        method = tail(call.callee)
        query = None
        if method in known.functions:
            query = function(project, path, index, call)
        if query is None and method in known.methods:
            query = executed(project, path, index, call, method, known)
        if query is None and method in known.services:
            query = of_service(project, path, index, call, method)
        if query is None and method == "SQL":
            query = composed(project, path, index, call)
        if query is not None:
            asked = True
            pieces = query.api in COMPOSED or query.api in FUNCTIONS
            yield sink(project, query, path, index, text_argument(call, query.api), pieces=pieces)
        elif method in known.methods:
            handed = handed_on(project, path, index, call, method)
            if handed is not None:
                yield sink(project, handed[0], path, index, handed[1], text=False)
        if method in known.elsewhere:
            for part, whole in parts(project, path, index, call, method):
                asked = True
                yield sink(project, part, path, index, whole)
        if method in TERMINALS or (asked and method in LISTS):
            read = of_call(project, path, index, call, method)
            if read is not None:
                yield replace(read, counted=index in counted(project, path))
    if asked:
        yield from of_loops(project, path, summary)
