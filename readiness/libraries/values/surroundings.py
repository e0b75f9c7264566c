"""A place in the code in, what it runs as out: in answer to a request, as a background task, inside a transaction."""

from collections.abc import Iterable

from readiness.libraries.values.expressions import tail
from readiness.model import Project, Route, Scope, Symbol, SymbolKind
from readiness.model.summary import Call, CallRef, Constant, Function, Name, Summary, Value
from readiness.model.telling import tabulates, tells

HANDLER_DEPTH = 2
"""Calls between a route's handler and what still counts as answering the request."""
DECORATOR_DEPTH = 2
"""Calls between a decorator of the project's own and the library's decorator that it puts on."""
TASK_PACKAGES = frozenset(
    {"celery", "dramatiq", "huey", "rq", "arq", "taskiq", "procrastinate", "apscheduler", "django_q"}
)
TASK_ADDERS = frozenset({"add_task", "create_task", "ensure_future", "enqueue", "add_job", "run_in_executor", "submit"})
"""Methods and functions that take a function and run it in the background."""
WRITES = frozenset({"commit", "flush", "bulk_save_objects", "bulk_insert_mappings", "bulk_create", "bulk_update"})
"""Methods whose name says that they write to a database, whatever object they belong to."""
SESSION_WRITES = frozenset({"add", "add_all", "merge", "delete", "begin", "begin_nested"})
"""Methods that write when they belong to a SQLAlchemy session."""
DJANGO_WRITES = frozenset({"django.db.transaction.atomic", "django.db.transaction.commit"})
PLAIN_DECORATORS = frozenset(
    {
        "property",
        "setter",
        "classmethod",
        "staticmethod",
        "cached_property",
        "dataclass",
        "abstractmethod",
        "overload",
        "override",
        "wraps",
        "contextmanager",
        "asynccontextmanager",
        "lru_cache",
        "cache",
        "total_ordering",
        "field_validator",
        "validator",
        "model_validator",
        "hybrid_property",
    }
)
"""Decorators that run nothing in the background, by their last name."""


class Surroundings:
    """Knows the functions of one project that answer requests or run as tasks."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._answering = project.table(answering_functions)
        self._background = project.table(background_functions)

    def of(self, path: str, scope: int, guarded: Iterable[int]) -> str:
        """`handler`, `task`, `transaction` or empty for a place whose guarded calls are given by index."""
        names = list(self._enclosing(path, scope))
        if any(name in self._answering or self.project.handler_of(name) for name in names):
            return "handler"
        if any(name in self._background for name in names):
            return "task"
        return "transaction" if any(self._writes(path, index) for index in guarded) else ""

    def _enclosing(self, path: str, scope: int) -> Iterable[str]:
        summary = self.project.summary(path)
        while summary is not None and scope >= 0:
            if isinstance(summary.definitions[scope], Function):
                yield self.project.symbol(path, scope)
            scope = summary.definitions[scope].scope

    def _writes(self, path: str, index: int) -> bool:
        summary = self.project.summary(path)
        if summary is None:
            return False
        name = tail(summary.calls[index].callee)
        if name in WRITES:
            return self.project.callee(path, index).kind is not SymbolKind.BUILTIN
        symbol = self.project.callee(path, index)
        if symbol.kind is not SymbolKind.EXTERNAL:
            return False
        return symbol.name in DJANGO_WRITES or (
            name in SESSION_WRITES and symbol.name.startswith(("sqlalchemy.", "sqlmodel."))
        )


@tabulates
def answering_functions(project: Project) -> dict[str, bool]:
    """Functions that run while a route answers."""
    # A dependency runs while its route answers.
    names = {name for route in project.each(Route) for name in (route.handler, *route.dependencies)}
    answering: set[str] = set()
    for handler in sorted(names):
        found = project.find(handler)
        if found is None:
            continue
        symbol = Symbol(SymbolKind.FUNCTION, handler, found[0], found[1])
        answering.update(each.name for each in project.reached_from(symbol, HANDLER_DEPTH))
    return dict.fromkeys(sorted(answering), True)


@tabulates
def background_functions(project: Project) -> dict[str, bool]:
    """Functions that run as tasks."""
    background: set[str] = set()
    scopes = (Scope.SERVICE, Scope.SCRIPT, Scope.MIGRATION)
    for path, _ in project.gathered(may_be_marked, *scopes):
        background.update(_decorated(project, path))
    for path in project.paths(*scopes):
        background.update(_handed_over(project, path))
    return dict.fromkeys(sorted(background), True)


def _decorated(project: Project, path: str) -> Iterable[str]:
    summary = project.summary(path)
    for index, definition in enumerate(summary.definitions if summary is not None else ()):
        if any(
            _may_mark(summary, decorator)
            and is_marked(project, path, decorator, definition.scope, definition.line, TASK_PACKAGES)
            for decorator in definition.decorators
        ):
            yield project.symbol(path, index)


def _handed_over(project: Project, path: str) -> Iterable[str]:
    """Functions that are given to something that runs them in the background."""
    adding = project.calls_to(path, TASK_ADDERS)
    summary = project.summary(path) if adding else None
    calls = [summary.calls[index] for index in adding] if summary else []
    for call in calls:
        for argument in call.arguments[:2]:
            name = _function(project, path, call, argument)
            if name:
                yield name


def _function(project: Project, path: str, call: Call, argument: Value) -> str:
    if isinstance(argument, CallRef):
        symbol = project.callee(path, argument.index)
    elif isinstance(argument, Constant):
        return ""
    else:
        symbol = project.resolve_value(path, argument, call.scope, call.line)
    return symbol.name if symbol.kind is SymbolKind.FUNCTION else ""


def is_marked(project: Project, path: str, decorator: Value, scope: int, line: int, packages: frozenset[str]) -> bool:
    """A decorator is one of these packages, `@app.task`, `@huey.task()`, or one of the project's own around such a one."""
    summary = project.summary(path)
    if summary is None:
        return False
    if isinstance(decorator, CallRef):
        symbol = project.callee(path, decorator.index)
        decorator = summary.calls[decorator.index].callee
    else:
        symbol = project.resolve_value(path, decorator, scope, line)
    if symbol.kind is SymbolKind.EXTERNAL:
        return symbol.name.partition(".")[0] in packages
    if symbol.kind is SymbolKind.FUNCTION:
        reached = project.reached_from(symbol, DECORATOR_DEPTH)
        inside = (project.callee(each.path, index) for each in reached for index in project.calls_in(each))
        return any(each.kind is SymbolKind.EXTERNAL and each.name.partition(".")[0] in packages for each in inside)
    if isinstance(decorator, Name) and "." in decorator.dotted:
        creation = project.creation(path, Name(decorator.dotted.rpartition(".")[0]), scope, line)
        return (
            creation is not None
            and creation.maker.kind is SymbolKind.EXTERNAL
            and creation.maker.name.partition(".")[0] in packages
        )
    return False


@tells
def may_be_marked(summary: Summary) -> bool:
    """A definition of a file has a decorator that is none of the language's own."""
    return any(_may_mark(summary, each) for definition in summary.definitions for each in definition.decorators)


def _may_mark(summary: Summary | None, decorator: Value) -> bool:
    """The decorator is none of the language's own, which stand on most functions that have one."""
    callee = (
        summary.calls[decorator.index].callee if summary is not None and isinstance(decorator, CallRef) else decorator
    )
    return tail(callee) not in PLAIN_DECORATORS
