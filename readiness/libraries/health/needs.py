"""The files of an application in, what it cannot work without out: databases, caches, brokers."""

from __future__ import annotations

from collections.abc import Callable

from readiness.libraries.capabilities import CAPABILITIES, DATABASES
from readiness.model import Dependency, Project, Scope

LOCAL = frozenset(
    {"sqlite3", "aiosqlite", "pysqlite3", "apsw", "duckdb", "sqlite_utils", "pickledb", "tinydb", "diskcache"}
)
"""Databases in a file: there is nobody to be asked."""
ORMS = frozenset(
    {
        "sqlalchemy", "sqlmodel", "flask_sqlalchemy", "tortoise", "peewee", "django", "databases", "ormar", "piccolo", "beanie",
        "mongoengine", "pony",
    }
)  # fmt: skip
BROKERS = {
    "celery": "a broker",
    "dramatiq": "a broker",
    "aio_pika": "RabbitMQ",
    "pika": "RabbitMQ",
    "aiokafka": "Kafka",
    "kombu": "a broker",
}
NOT_SERVED = frozenset({"dev", "test", "tests", "docs", "lint", "testing", "development"})


def needs(project: Project, mine: Callable[[str], bool]) -> tuple[str, ...]:
    """What the service whose files `mine` accepts depends on, sorted."""
    imported = set()
    for path in project.paths(Scope.SERVICE):
        summary = project.summary(path) if mine(path) else None
        if summary is not None:
            imported |= {
                each.module.partition(".")[0] for each in summary.imports if each.level == 0 and not each.typing_only
            }
    required = {
        name
        for each in project.each(Dependency)
        if each.group not in NOT_SERVED and mine(each.span.path)
        for name in (each.name, each.name.replace("-", "_"))
    }
    uses = imported & (ORMS | CAPABILITIES["database"] | CAPABILITIES["cache"])
    found = {DATABASES[name] for name in imported - LOCAL if name in DATABASES}
    if imported & ORMS:
        # The driver of an ORM is named in an address, not imported.
        found |= {DATABASES[name] for name in required - LOCAL if name in DATABASES and uses}
        if not found:
            found.add("a database")
    return tuple(sorted(found | {BROKERS[name] for name in imported if name in BROKERS}))
