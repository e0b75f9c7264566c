"""A clause that answers a failure with an ordinary result in; the same clause with a line in the log out."""

from readiness.model import Finding, Fix, Project, Repair, Source
from readiness_rules.errors.no_swallowed_exceptions_fix import logged

fix = Fix(__name__, summary="logs the failure where the file has a logger")


@fix.rewrites
def log(project: Project, finding: Finding, source: Source) -> Repair | None:
    """`logger.exception(...)` in front of the result."""
    return logged(project, finding, source)
