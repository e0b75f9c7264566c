"""The name of a step in; that step done and its exit code out."""

import os
import sys
from collections.abc import Mapping

from readiness.action.preparing import prepare
from readiness.action.runner import annotate, log
from readiness.action.scanning import ENDINGS, WRONG_USAGE, scan
from readiness.action.telling import tell
from readiness.errors import ReadinessError


def run(step: str, environment: Mapping[str, str]) -> int:
    """Do one step. 0 unless it cannot be done; the last one ends as the command has ended."""
    token = environment.get("READINESS_TOKEN", "").strip()
    try:
        if step == "prepare":
            prepare(environment, token)
        elif step == "scan":
            scan(environment)
        elif step == "tell":
            tell(environment, token)
        else:
            return enforce(environment)
    except ReadinessError as error:
        annotate("error", str(error))
        return WRONG_USAGE
    return 0


def enforce(environment: Mapping[str, str]) -> int:
    """End as the command has ended, and say why. Raises ReadinessError where that is not known."""
    code, why = environment.get("READINESS_CODE", ""), environment.get("READINESS_WHY", "")
    if not code.lstrip("-").isdecimal() or not code.isascii():
        raise ReadinessError("how the scan ended is not known; run this as the last step of action.yml")
    if int(code) == 0:
        log(why)
        return 0
    annotate("error", why or "the scan failed")
    return int(code) if int(code) in ENDINGS else 1


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], os.environ))
