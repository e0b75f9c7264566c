"""One comment with the numbers: found again, put up to date, and never at the cost of the token."""

import pytest

from readiness.action.github_api import Api, ApiError
from readiness.errors import ReadinessError

TOKEN = "ghs_of-this-test"


def changes(github) -> list[str]:
    return [each.method for each in github.asked if each.method != "GET"]


@pytest.fixture
def change(runner, proposed):
    """Does the Action for a pull request."""
    base = runner.good()
    runner.bad()

    def run(**inputs: str):
        return runner.run("pull_request", proposed(base), **({"comment": "true", "fail_on": "never"} | inputs))

    return run


@pytest.fixture
def api(github) -> Api:
    return Api({"GITHUB_API_URL": github.address, "GITHUB_REPOSITORY": "acme/shop"}, TOKEN)


def test_without_being_asked_nobody_comments(change, github):
    change(comment="false")
    assert changes(github) == []


def test_the_comment_holds_numbers_and_no_findings(change, github):
    job = change()
    (comment,) = github.comments
    assert 0 < comment["body"].index("| New | Worse |") < comment["body"].index("| | Score |")
    assert f"→ {job.outputs['score']} | E | NOT READY |" in comment["body"]
    assert "| Security |" in comment["body"]
    assert "https://github.example/acme/shop/actions/runs/7" in comment["body"]
    assert "main.py" not in comment["body"]
    assert "search" not in comment["body"]
    assert comment["body"].count("\n") < 30


def test_the_next_run_changes_the_comment_and_adds_none(change, github):
    github.say("Nice!", "User", 5)
    change()
    change(fail_on="blocker")
    assert changes(github) == ["POST", "PATCH"]
    assert len(github.comments) == 2
    assert "gate failed** by `--fail-on blocker`" in github.comments[1]["body"]


def test_a_comment_that_is_up_to_date_is_left_alone(change, github):
    change()
    change()
    assert changes(github) == ["POST"]


def test_somebody_else_who_writes_the_mark_is_left_alone(change, github):
    change()
    (ours,) = github.comments
    ours["user"] = {"id": 5, "type": "User"}
    change()
    assert changes(github) == ["POST", "POST"]


def test_the_comment_of_a_token_of_a_person_is_found_by_its_account(change, github):
    change()
    github.comments[0]["user"] = {"id": 5, "type": "User"}
    github.refuse("GET", "/user", 200, {"id": 5, "type": "User"})
    change(fail_on="blocker")
    assert changes(github) == ["POST", "PATCH"]


def test_a_job_without_the_right_is_told_which(change, github):
    github.refuse("POST", "/comments", 403, {"message": "Resource not accessible by integration"})
    job = change()
    (said,) = job.annotations()
    assert job.passed
    assert "Resource not accessible by integration" in said.text
    assert "pull-requests: write" in said.text


def test_a_comment_is_found_behind_many(api, github):
    for number in range(230):
        github.say(f"{number}")
    assert [each.body for each in api.comments(12)] == [str(number) for number in range(230)]


def test_the_token_goes_to_the_api_and_is_never_printed(change, github):
    job = change()
    assert {each.authorization for each in github.asked} == {f"Bearer {TOKEN}"}
    assert TOKEN not in job.log
    assert TOKEN not in job.summary


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_token_follows_nobody(api, github, status):
    github.refuse("POST", "/comments", status, None, Location=f"{github.address}/elsewhere")
    with pytest.raises(ApiError, match="the token stays here"):
        api.add_comment(12, "x")
    assert [each.path for each in github.asked] == ["/repos/acme/shop/issues/12/comments"]


@pytest.mark.parametrize("body", [b"", b"[", b'{"id": 1}', b'[{"id": "x"}]', b"\xff", b"[" * 100_000])
def test_an_answer_of_another_form_is_an_error(api, github, body):
    github.refuse("GET", "/comments", 200, body)
    with pytest.raises(ApiError, match="another form"):
        api.comments(12)


def test_an_answer_that_is_too_large_is_an_error(api, github, monkeypatch):
    monkeypatch.setattr("readiness.action.github_api.LARGEST", 1000)
    github.refuse("GET", "/comments", 200, b" " * 2000)
    with pytest.raises(ApiError, match="too large"):
        api.comments(12)


def test_a_list_without_an_end_is_left_after_a_while(api, github):
    github.refuse("GET", "/comments", 200, [{"id": 1}] * 100)
    assert len(api.comments(12)) == 3000


@pytest.mark.parametrize("body", [b"", b"\xff", b'{"message": 7}', b"<html>"])
def test_a_refusal_that_says_nothing_is_its_number(api, github, body):
    github.refuse("POST", "/comments", 500, body)
    with pytest.raises(ApiError, match=r"^GitHub answered 500$"):
        api.add_comment(12, "x")


def test_a_server_that_is_not_there_is_an_error(github):
    api = Api({"GITHUB_API_URL": "http://127.0.0.1:1", "GITHUB_REPOSITORY": "acme/shop"}, TOKEN)
    with pytest.raises(ApiError, match="cannot be asked"):
        api.comments(12)


@pytest.mark.parametrize(
    ("status", "there"),
    [(200, True), (404, True), (401, False), (403, False)],
    ids=["alerts", "none yet", "401", "403"],
)
def test_code_scanning_is_there(api, github, status, there):
    github.refuse("GET", "/code-scanning/alerts", status, [])
    assert api.may_scan_code() is there


@pytest.mark.parametrize(
    "address",
    [
        "http://api.example",
        "ftp://api.example",
        "file:///etc/passwd",
        "https://a@api.example",
        "https://x.example?a",
        "",
    ],
)
def test_the_token_goes_nowhere_but_to_an_https_address(address):
    with pytest.raises(ReadinessError, match="GITHUB_API_URL"):
        Api({"GITHUB_API_URL": address, "GITHUB_REPOSITORY": "acme/shop"}, TOKEN)


@pytest.mark.parametrize("repository", ["", "acme", "acme/shop/x", "../shop", "acme/..", "acme/shop?x", "acme/shop\n"])
def test_a_repository_is_two_names(repository):
    with pytest.raises(ReadinessError, match="GITHUB_REPOSITORY"):
        Api({"GITHUB_REPOSITORY": repository}, TOKEN)


@pytest.mark.parametrize("token", ["", "a b", "a\nb", "ä"])
def test_a_token_is_one_word(token):
    with pytest.raises(ReadinessError, match="the input token"):
        Api({"GITHUB_REPOSITORY": "acme/shop"}, token)
