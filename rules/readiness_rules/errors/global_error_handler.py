"""What becomes of unhandled errors in, whether it is recorded and answered out."""

from collections.abc import Iterator

from readiness.model import Finding, Project, Rule, Severity, UnhandledErrors

rule = Rule(
    __name__,
    summary="An error that nothing catches is logged with its traceback and answered generically.",
    phrase="applications log and answer unhandled errors",
    severity=Severity.MAJOR,
    needs=[UnhandledErrors],
    references=[
        "https://docs.djangoproject.com/en/stable/topics/logging/#default-logging-configuration",
        "https://flask.palletsprojects.com/en/stable/errorhandling/",
    ],
)


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every application that stands on its own is a site."""
    for errors in project.each(UnhandledErrors):
        yield _judge(errors)


def _judge(errors: UnhandledErrors) -> Finding:
    if errors.answered is False:
        return rule.fails(
            errors, f"unhandled errors show the inside: {errors.how}; switch it off where clients can reach it"
        )
    if errors.recorded is False:
        return rule.fails(errors, _message(errors))
    if errors.recorded is None or errors.answered is None:
        return rule.unsure(errors, f"it is not known whether an unhandled error is logged: {errors.how}")
    return rule.passes(errors, errors.how if not errors.own else f"{errors.how} answers, and the traceback is logged")


def _message(errors: UnhandledErrors) -> str:
    if errors.own:
        return (
            f"{errors.how} answers every unhandled error and logs no traceback, and {errors.framework} logs none for it; "
            "call a logger's `.exception(...)` in it"
        )
    return f"nothing records an unhandled error: {errors.how}; send it to a handler that writes"
