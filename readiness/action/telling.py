"""The reports of a run in; annotations in the log, and one comment at the pull request that each run puts up to date, out.

What GitHub does not allow here is said and does not fail the job: the gate does that, in the last step.
"""

from collections.abc import Mapping
from pathlib import Path

from readiness.action.event import Event, read_event
from readiness.action.figures import comment, marker, read_report
from readiness.action.github_api import Api, ApiError, Comment
from readiness.action.preparing import WHENEVER
from readiness.action.runner import annotate, choice, flag, given, log, print_commands
from readiness.action.scanning import FILES


def tell(environment: Mapping[str, str], token: str) -> None:
    """Annotate where code scanning does not, and comment if asked to. Raises ReadinessError for inputs that mean nothing."""
    uploaded = environment.get("READINESS_UPLOADED", "")
    asked = choice(environment, "annotations", WHENEVER)
    commented = flag(environment, "comment")
    if uploaded == "failure":
        # No annotation: it would push one of the findings out, and the step before has left one.
        log("SARIF could not be uploaded, as the step before says; the findings are annotated instead")
    reports = environment.get("READINESS_REPORTS", "")
    if not reports:
        log("there is no report to show")
        return
    folder = Path(reports)
    if asked == "always" or (asked == "auto" and uploaded != "success"):
        print_commands((folder / FILES["github"]).read_text(encoding="utf-8"))
    if commented:
        event = read_event(environment)
        missing = lacking(event, token)
        log(f"no comment: {missing}") if missing else _comment(environment, event, token, folder / FILES["json"])


def lacking(event: Event, token: str) -> str:
    """What keeps a comment from being written; empty where nothing does."""
    if not event.pull_request:
        return f"{event.name or 'this run'} is about no pull request"
    if event.read_only:
        return "a pull request from a fork has no right to; the summary of the job holds it all"
    return "" if token else "there is no token"


def _comment(environment: Mapping[str, str], event: Event, token: str, file: Path) -> None:
    path = given(environment, "path")
    api = Api(environment, token)
    body = comment(read_report(file), path, run_address(environment))
    try:
        found = earlier_comment(api, api.comments(event.pull_request), marker(path))
        if found is None:
            api.add_comment(event.pull_request, body)
        elif found.body != body:
            api.change_comment(found.id, body)
    except ApiError as error:
        way = "; give the job `permissions: pull-requests: write`" if error.status in (401, 403, 404) else ""
        annotate("warning", f"no comment: {error}{way}")
    else:
        log("the comment is up to date")


def earlier_comment(api: Api, comments: list[Comment], mark: str) -> Comment | None:
    """The comment that an earlier run has left. Anybody can write the mark, so it must be a bot's or the token's own account's."""
    marked = [each for each in comments if (each.body or "").startswith(mark)]
    own: int | None = None
    for each in marked:
        if each.user is None:
            continue
        if each.user.type == "Bot":
            return each
        if own is None:
            own = api.own_id()
        if own and each.user.id == own:
            return each
    return None


def run_address(environment: Mapping[str, str]) -> str:
    """Where GitHub shows the running workflow; empty where that is not known."""
    server, repository = environment.get("GITHUB_SERVER_URL", ""), environment.get("GITHUB_REPOSITORY", "")
    run = environment.get("GITHUB_RUN_ID", "")
    known = server.startswith("https://") and repository and run.isascii() and run.isdigit()
    address = f"{server}/{repository}/actions/runs/{run}"
    return address if known and not any(each in address for each in " ()<>\n\r") else ""
