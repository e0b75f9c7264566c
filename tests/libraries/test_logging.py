"""Which calls record an error."""

from textwrap import dedent

import pytest

from readiness.libraries.failures.logging import log_call, record_of
from readiness.model import Resolution


def last_call(recognised, source: str):
    """A project of one file, and the index of the last call in it."""
    project = recognised({"app.py": dedent(source)}, [])
    summary = project.summary("app.py")
    return project, max(
        range(len(summary.calls)),
        key=lambda index: (summary.calls[index].line, -summary.calls[index].column, summary.calls[index].end_column),
    )


def kind_of_last_call(recognised, source: str) -> Resolution | None:
    """How surely the last call of a source logs."""
    project, last = last_call(recognised, source)
    return log_call(project, "app.py", last)


@pytest.mark.parametrize(
    "source",
    [
        "import logging\nlogging.error('x')",
        "from logging import getLogger as make\nlog = make(__name__)\nlog.exception('x')",
        "import structlog\nrecorder = structlog.get_logger()\nrecorder.warning('x')",
        "from loguru import logger\nlogger.opt(exception=True)\nlogger.error('x')",
        "import logfire\nlogfire.exception('x')",
        "import warnings\nwarnings.warn('x')",
        "import sentry_sdk as sentry\nsentry.capture_exception(ValueError)",
        "from celery.utils.log import get_task_logger\nout = get_task_logger('x')\nout.error('x')",
        "from flask import current_app\ncurrent_app.logger.error('x')",
        "import logging\ndef make():\n    return logging.getLogger('x')\naudit = make()\naudit.info('x')",
    ],
)
def test_a_resolved_logger_logs(recognised, source: str) -> None:
    assert kind_of_last_call(recognised, source) is Resolution.EXACT


@pytest.mark.parametrize(
    "source",
    [
        "def f(self):\n    self.logger.error('x')",
        "def f(log):\n    log.exception('x')",
        "def f(span):\n    span.record_exception(ValueError)",
    ],
)
def test_a_name_that_looks_like_a_logger_is_inferred(recognised, source: str) -> None:
    assert kind_of_last_call(recognised, source) is Resolution.INFERRED


@pytest.mark.parametrize(
    "source",
    [
        "print('x')",
        "import math\nmath.log(2)",
        "import traceback\ntraceback.print_exc()",
        "def f(response):\n    response.error('x')",
        "import numpy\nnumpy.log(2)",
        "class Log:\n    def error(self, text): ...\nlog = Log()\nlog.error('x')",
    ],
)
def test_what_files_nothing_is_no_logging(recognised, source: str) -> None:
    assert kind_of_last_call(recognised, source) is None


@pytest.mark.parametrize(
    ("call", "level", "traceback"),
    [
        ("log.error('x')", "error", False),
        ("log.error('x', exc_info=True)", "error", True),
        ("log.error('x', exc_info=False)", "error", False),
        ("log.error('x', exc_info=problem)", "error", True),
        ("log.error('x', stack_info=True)", "error", False),
        ("log.exception('x')", "exception", True),
        ("log.exception('x', exc_info=None)", "exception", False),
        ("log.fatal('x')", "critical", False),
        ("log.warn('x')", "warning", False),
        ("log.log(40, 'x')", "error", False),
        ("log.log(logging.CRITICAL, 'x', exc_info=1)", "critical", True),
        ("log.log(level, 'x')", "log", False),
        ("log.error(traceback.format_exc())", "error", True),
        ("log.error(f'x {text}')", "error", True),
        ("sentry_sdk.capture_exception(problem)", "tracker", True),
        ("sentry_sdk.capture_message('x')", "tracker", False),
        ("warnings.warn('x')", "warning", False),
    ],
)
def test_the_level_and_the_traceback_of_a_record(recognised, call: str, level: str, traceback: bool) -> None:
    source = f"""
    import logging
    import traceback
    import warnings

    import sentry_sdk

    log = logging.getLogger("x")


    def f(problem, level):
        text = traceback.format_exc()
        {call}
    """
    project, last = last_call(recognised, source)
    summary = project.summary("app.py")
    outermost = min(
        (index for index, each in enumerate(summary.calls) if each.line == summary.calls[last].line),
        key=lambda index: (summary.calls[index].column, -summary.calls[index].end_column),
    )
    record = record_of(project, "app.py", outermost)
    assert (record.level, record.traceback) == (level, traceback)


@pytest.mark.parametrize(
    ("option", "kept"),
    [("exception=True", True), ("exception=error", True), ("exception=False", False), ("depth=1", False)],
)
def test_an_option_of_loguru_keeps_the_traceback(recognised, option: str, kept: bool) -> None:
    source = f"from loguru import logger\ndef f(error):\n    logger.opt({option}).error('x')"
    project, _ = last_call(recognised, source)
    records = [record_of(project, "app.py", index) for index in range(len(project.summary("app.py").calls))]
    assert [each.traceback for each in records if each is not None and each.level == "error"] == [kept]
