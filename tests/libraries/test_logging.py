"""Which calls record an error."""

from textwrap import dedent

import pytest

from readiness.libraries.logging import log_call
from readiness.model import Resolution


def kind_of_last_call(recognised, source: str) -> Resolution | None:
    """How surely the last call of a source logs."""
    project = recognised({"app.py": dedent(source)}, [])
    summary = project.summary("app.py")
    last = max(range(len(summary.calls)), key=lambda index: (summary.calls[index].line, -summary.calls[index].column))
    return log_call(project, "app.py", last)


@pytest.mark.parametrize(
    "source",
    [
        "import logging\nlogging.error('x')",
        "from logging import getLogger as make\nlog = make(__name__)\nlog.exception('x')",
        "import structlog\nrecorder = structlog.get_logger()\nrecorder.warning('x')",
        "from loguru import logger\nlogger.opt(exception=True)\nlogger.error('x')",
        "import logfire\nlogfire.exception('x')",
        "import sentry_sdk as sentry\nsentry.capture_exception(ValueError)",
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
        "import warnings\nwarnings.warn('x')",
        "import math\nmath.log(2)",
        "import traceback\ntraceback.print_exc()",
        "def f(response):\n    response.error('x')",
        "import numpy\nnumpy.log(2)",
        "class Log:\n    def error(self, text): ...\nlog = Log()\nlog.error('x')",
    ],
)
def test_what_files_nothing_is_no_logging(recognised, source: str) -> None:
    assert kind_of_last_call(recognised, source) is None
