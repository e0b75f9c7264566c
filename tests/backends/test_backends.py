"""The sample shops: the ready one scores all that can be had today, the troubled one is told its troubles, and one changed
line moves what it should and nothing else."""

import json
import os
import shutil
import subprocess
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from readiness.model import Report, Verdict
from readiness.model.report import Problem
from readiness.model.score import CriterionScore, ItemScore, TallyState
from readiness.reporters import json_v1
from readiness.reporters.terminal import Terminal, render
from readiness.scan import ScanOptions, scan

ROOT = Path(__file__).parents[2]
BACKENDS = ROOT / "fixtures" / "backends"
README = ROOT / "README.md"
TODAY = date(2026, 11, 30)
COMMITTED = "2026-11-01T00:00:00+00:00"
"""Before the sample's coverage was measured."""


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READINESS_CACHE_DIR", str(tmp_path / "cache"))


def repository(name: str, folder: Path) -> Path:
    """The sample as its makers would have it checked out: committed, the coverage beside it as a test run leaves it."""
    root = folder / name
    shutil.copytree(BACKENDS / name, root, ignore=shutil.ignore_patterns("expected.json"))
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "shop", "GIT_AUTHOR_EMAIL": "shop@shop.example", "GIT_AUTHOR_DATE": COMMITTED,
        "GIT_COMMITTER_NAME": "shop", "GIT_COMMITTER_EMAIL": "shop@shop.example", "GIT_COMMITTER_DATE": COMMITTED,
    }  # fmt: skip
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "The shop"]):
        subprocess.run(["git", *command], cwd=root, env=environment, check=True)
    return root


def scanned(root: Path) -> Report:
    return scan([str(root)], ScanOptions(today=TODAY, cache=False))


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report]:
    root = repository("shop-ready", tmp_path_factory.mktemp("ready"))
    return root, scanned(root)


@pytest.mark.parametrize("name", sorted(place.name for place in BACKENDS.iterdir()))
def test_the_report_is_the_reviewed_one(name: str, tmp_path: Path) -> None:
    report = json.loads(json_v1.render(scanned(repository(name, tmp_path))))
    for volatile in ("tool", "head"):
        report.pop(volatile)
    place = BACKENDS / name / "expected.json"
    if os.environ.get("READINESS_UPDATE_SNAPSHOTS"):
        place.write_text(json.dumps(report, indent=1) + "\n")
    assert report == json.loads(place.read_text())


def test_the_readme_shows_what_the_troubled_shop_is_told_today(tmp_path: Path) -> None:
    page = README.read_text(encoding="utf-8")
    before, told = page.split("$ readiness check\n", 1)
    shown, after = told.split("\n```\n", 1)
    now = render(replace(scanned(repository("shop-troubled", tmp_path)), root="shop"), Terminal(width=100)).strip("\n")
    if os.environ.get("READINESS_UPDATE_SNAPSHOTS"):
        README.write_text(f"{before}$ readiness check\n{now}\n```\n{after}", encoding="utf-8")
        shown = now
    assert shown == now


def test_the_same_repository_gives_the_same_bytes(tmp_path: Path) -> None:
    root = repository("shop-troubled", tmp_path)
    assert json_v1.render(scanned(root)) == json_v1.render(scanned(root))


def test_a_second_run_takes_the_report_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository("shop-troubled", tmp_path)
    first = scan([str(root)], ScanOptions(today=TODAY))

    def unexpected(*_: object, **__: object) -> None:
        raise AssertionError("the files were read again")

    monkeypatch.setattr("readiness.analysis.extract", unexpected)
    assert scan([str(root)], ScanOptions(today=TODAY)) == first


def test_the_ready_shop_has_nothing_refuted_nor_undecided(ready: tuple[Path, Report]) -> None:
    assert {finding.verdict for finding in ready[1].findings} == {Verdict.PASSES}


def test_the_ready_shop_was_read_whole(ready: tuple[Path, Report]) -> None:
    no_problems: tuple[Problem, ...] = ()
    assert ready[1].problems == no_problems


def test_the_ready_shop_scores_the_ceiling_of_today(ready: tuple[Path, Report]) -> None:
    """Every criterion is proven as far as rules for it exist, so the score is what a reader adds up from the checklist."""
    (service,) = ready[1].services
    ceiling = 0.0
    total = sum(item.weight for item in service.items)
    for item in service.items:
        ceiling += item.weight / total * built_share(item)
    assert ceiling > 0
    assert service.score.value == pytest.approx(100 * ceiling, abs=0.051)


def built_share(item: ItemScore) -> float:
    """The part of an item that today's rules can prove."""
    criteria = [criterion for criterion in item.criteria if criterion.applicable]
    proven = 0.0
    for criterion in criteria:
        members = [tally for tally in criterion.tallies if tally.state is not TallyState.NOT_APPLICABLE]
        judged = sum(tally.state is TallyState.JUDGED for tally in members)
        proven += criterion.weight * judged / (len(members) + len(criterion.evidence))
    return proven / sum(criterion.weight for criterion in criteria)


Moves = dict[tuple[str, str], tuple[Verdict | None, Verdict | None]]
"""(rule, symbol) -> the verdict that went and the one that came."""

API = (
    "shop.routes.orders::list_orders",
    "shop.routes.orders::create_order",
    "shop.routes.orders::get_order",
    "shop.routes.orders::cancel_order",
    "shop.routes.payments::pay",
    "shop.routes.products::search_products",
)
HEALTH = ("shop.health::live", "shop.health::ready")

CHANGES: dict[str, tuple[str, str, str, Moves]] = {
    "a limit taken away": (
        "shop/services/orders.py",
        "    statement = statement.limit(page.limit).offset(page.offset)\n",
        "    page.model_dump()\n",
        {
            ("paginated-lists", "shop.routes.orders::list_orders"): (Verdict.PASSES, Verdict.FAILS),
            ("bounded-reads", "shop.services.orders::list_orders"): (Verdict.PASSES, None),
            ("capped-page-size", "shop.routes.orders::list_orders"): (Verdict.PASSES, None),
            ("stable-page-order", "shop.routes.orders::list_orders"): (Verdict.PASSES, None),
        },
    ),
    "a query built from a value": (
        "shop/services/search.py",
        "ILIKE :pattern",
        "ILIKE '%{term}%'",
        {("parameterized-queries", "shop.services.search::search_products"): (Verdict.PASSES, Verdict.FAILS)},
    ),
    "a logged exception silenced": (
        "shop/services/payment.py",
        '        logger.exception("receipt not sent", extra={"order": order_id})\n',
        "        pass\n",
        {
            ("no-swallowed-exceptions", "shop.services.payment::record"): (Verdict.PASSES, Verdict.FAILS),
            ("kept-tracebacks", "shop.services.payment::record"): (Verdict.PASSES, None),
            ("visible-failures", "shop.services.payment::record"): (Verdict.PASSES, None),
        },
    ),
    "a refusal made and not raised": (
        "shop/access.py",
        "        raise AccessError(",
        "        AccessError(",
        {
            **{("authenticated-endpoints", handler): (Verdict.PASSES, None) for handler in (*API, *HEALTH)},
            **{("tested-authorization", handler): (Verdict.PASSES, None) for handler in API},
            ("authenticated-endpoints", "shop.main::create_app"): (None, Verdict.UNSURE),
        },
    ),
    "a body taken as it comes": (
        "shop/routes/orders.py",
        "wanted: OrderIn",
        "wanted: dict",
        {("validated-input", "shop.routes.orders::create_order"): (Verdict.PASSES, Verdict.FAILS)},
    ),
    "an error in another form": (
        "shop/errors.py",
        '{"error": {"code": "internal", "message": "Internal error"}}',
        '{"detail": "Internal error"}',
        {
            ("consistent-error-format", "shop.errors::install_error_handlers.<locals>.unknown"): (
                Verdict.PASSES,
                Verdict.FAILS,
            )
        },
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_one_changed_line_moves_exactly_its_finding(change: str, ready: tuple[Path, Report], tmp_path: Path) -> None:
    path, old, new, moved = CHANGES[change]
    after = scanned(changed(tmp_path, path, old, new))
    assert difference(ready[1], after) == moved


@pytest.mark.parametrize("change", CHANGES)
def test_one_changed_line_moves_exactly_its_points(change: str, ready: tuple[Path, Report], tmp_path: Path) -> None:
    path, old, new, moved = CHANGES[change]
    rules = {rule for rule, _ in moved}
    before = ready[1].services[0]
    after = scanned(changed(tmp_path, path, old, new)).services[0]
    for item, item_after in zip(before.items, after.items, strict=True):
        for criterion, criterion_after in zip(item.criteria, item_after.criteria, strict=True):
            concerned = any(tally.rule in rules for tally in criterion.tallies)
            assert (criterion.shares != criterion_after.shares) == concerned
            assert criterion_after.shares.proven == pytest.approx(by_hand(criterion_after))
            if concerned:
                assert criterion_after.shares.proven < criterion.shares.proven


def by_hand(criterion: CriterionScore) -> float:
    """The proven share of a criterion as a reader recomputes it: the mean over its rules and its evidence."""
    members = [tally.shares for tally in criterion.tallies if tally.state is not TallyState.NOT_APPLICABLE]
    members += [piece.shares for piece in criterion.evidence]
    return sum(shares.proven for shares in members) / len(members) if criterion.applicable else 0.0


def test_the_query_built_from_a_value_caps_the_score(tmp_path: Path) -> None:
    path, old, new, _ = CHANGES["a query built from a value"]
    score = scanned(changed(tmp_path, path, old, new)).services[0].score
    assert score.caps[0].limit == 49
    assert str(score.verdict) == "NOT READY"


def changed(folder: Path, path: str, old: str, new: str) -> Path:
    root = repository("shop-ready", folder)
    text = (root / path).read_text()
    assert text.count(old) == 1
    (root / path).write_text(text.replace(old, new))
    return root


def difference(before: Report, after: Report) -> Moves:
    """What did not stay as it was, line by line."""
    was, now = places(before), places(after)
    went, came = verdicts(was - now), verdicts(now - was)
    return {key: (went.get(key), came.get(key)) for key in went.keys() | came.keys()}


def places(report: Report) -> Counter[tuple[str, str, str, int, Verdict]]:
    """How many findings of a rule stand in a line with one verdict; none of them is told twice."""
    told = Counter((each.rule, each.symbol, each.span, each.message) for each in report.findings)
    assert not [finding for finding, count in told.items() if count > 1]
    return Counter((each.rule, each.symbol, each.span.path, each.span.line, each.verdict) for each in report.findings)


def verdicts(findings: Counter[tuple[str, str, str, int, Verdict]]) -> dict[tuple[str, str], Verdict]:
    """(rule, symbol) -> the verdict of its one finding among those that moved."""
    assert findings.total() == len({(rule, symbol) for rule, symbol, *_ in findings})
    return {(rule, symbol): verdict for rule, symbol, _, _, verdict in findings}
