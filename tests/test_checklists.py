"""Reading checklists: the shipped one is whole, and every mistake in one is named with its key."""

import re
from pathlib import Path

import pytest

from readiness.checklists import load_checklist, parse_checklist, shipped
from readiness.errors import ReadinessError
from readiness.model import Checklist
from readiness.plugins import load_plugins
from readiness.scoring.sites import uses

CATALOGUE = re.findall(
    r"[a-z-]+",
    """
parameterized-queries allow-listed-identifiers typed-document-filters bounded-reads batched-queries eager-relations
atomic-writes released-sessions atomic-updates indexed-filters paginated-lists capped-page-size stable-page-order
side-effect-free-get correct-status-codes consistent-error-format typed-responses versioned-api
consistent-resource-names spec-matches-routes finished-endpoints rate-limited-endpoints bounded-graphql
validated-input no-mass-assignment bounded-input minimal-responses authenticated-endpoints owner-checked-objects
verified-tokens protected-credentials no-swallowed-exceptions visible-failures kept-tracebacks global-error-handler
no-leaked-internals fail-closed-checks observed-background-work calls-have-timeouts bounded-retries checked-responses
limited-tasks health-endpoint meaningful-health independent-liveness graceful-shutdown working-probes
configured-logging structured-logs request-ids no-sensitive-logs request-metrics error-tracking alert-rules
usable-alerts security-audit-log non-blocking-async shared-clients configured-pools short-requests bounded-memory
performance-targets no-hardcoded-secrets debug-off restricted-cors csrf-protection secure-cookies verified-tls
hardened-transport strong-cryptography safe-sinks locked-dependencies no-known-vulnerabilities resolved-scan-findings
passing-tests coverage-target covered-handlers covered-changes tested-endpoints test-levels tested-authorization
tested-error-paths honest-coverage api-specification documented-operations documented-examples integration-guide
operations-documents documented-settings gating-ci hardened-containers production-server config-outside-code
complete-migrations safe-migrations hardened-workloads staging-evidence reasoned-suppressions complete-deviations
current-deviations used-deviations documented-spec-deviations fresh-evidence quality-tooling limited-complexity
typed-documented-api injected-dependencies
""",
)

SMALL = """
id = "small"
title = "Small"
version = "1"

[[items]]
id = "data"
title = "Data"
question = "Is the data safe?"
weight = 2

[[items.criteria]]
id = "queries"
title = "Queries"
weight = 1
rules = [{ id = "parameterized-queries", kind = "strict" }, { id = "acme-own-rule" }]
"""


def named(checklist: Checklist) -> list[str]:
    return [*(use.id for use in uses(checklist)), *checklist.unweighted_rules]


def test_every_rule_of_the_catalogue_stands_in_the_shipped_checklist_once() -> None:
    assert sorted(named(load_checklist())) == sorted(CATALOGUE)


def test_every_built_rule_stands_in_the_shipped_checklist() -> None:
    built = {rule.id for rule in load_plugins().rules.values() if rule.module.startswith("readiness_rules.")}
    assert built <= set(named(load_checklist()))


def test_the_weights_of_the_items_add_up_to_a_hundred() -> None:
    weights = {item.id: item.weight for item in load_checklist().items}
    assert weights == {
        "features-and-tests": 20,
        "api-documentation": 12,
        "performance": 14,
        "security": 22,
        "errors-and-logging": 14,
        "monitoring": 9,
        "deployment": 9,
    }
    assert sum(weights.values()) == 100


def test_every_kind_of_evidence_says_what_would_supply_it() -> None:
    criteria = [criterion for item in load_checklist().items for criterion in item.criteria]
    hinted = {use.kind: use.hint for criterion in criteria for use in criterion.evidence}
    rested = {use.evidence for criterion in criteria for use in criterion.rules if use.evidence}
    assert rested <= set(hinted)
    assert all(hinted.values())


@pytest.mark.parametrize("name", ["production-readiness", "production_readiness"])
def test_a_shipped_checklist_is_found_by_its_name(name: str) -> None:
    assert load_checklist(name).id == "production-readiness"


def test_a_file_may_name_rules_of_other_authors(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(SMALL)
    assert named(load_checklist(str(file))) == ["parameterized-queries", "acme-own-rule"]


def test_an_unknown_name_gets_a_suggestion() -> None:
    with pytest.raises(ReadinessError, match="did you mean production-readiness"):
        load_checklist("production-readyness")
    with pytest.raises(ReadinessError, match=f"shipped are {shipped()[0]}"):
        load_checklist("no/such/file.toml")


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('version = "1"', 'version = "1"\nwieght = 1', "unknown key wieght"),
        ("weight = 2", "wieght = 2", r"unknown key items\[0\].wieght; did you mean 'weight'"),
        ('kind = "strict"', 'knd = "strict"', r"items\[0\].criteria\[0\].rules\[0\].knd; did you mean 'kind'"),
        ("weight = 2", "weight = 0", r"items\[0\].weight is 0; give a number above 0"),
        ("weight = 2", "weight = -1", r"items\[0\].weight is -1"),
        ("weight = 2", "weight = nan", r"items\[0\].weight is nan"),
        ("weight = 2", "weight = inf", r"items\[0\].weight is inf"),
        ("weight = 2", 'weight = "2"', r"Expected `float`, got `str` - at `\$.items\[0\].weight`"),
        ("weight = 1\n", "", "missing required field `weight`"),
        ('kind = "strict"', 'kind = "severe"', r"rules\[0\].kind is 'severe'; known are linear, strict, target"),
        ('kind = "strict"', 'kind = "target", target = 0', r"rules\[0\].target is 0"),
        ('id = "acme-own-rule"', 'id = "parameterized-queries"', r"rules\[1\].id is 'parameterized-queries', as is"),
        ('id = "acme-own-rule"', 'id = ""', r"rules\[1\].id is empty"),
        (
            'version = "1"',
            'version = "1"\ngate_rules = ["parametrized-queries"]',
            "did you mean 'parameterized-queries'",
        ),
        ('version = "1"', 'version = "1"\nobserved_rules = ["passing-tests"]', "observed_rules names 'passing-tests'"),
        ('version = "1"', 'version = "1"\nunweighted_rules = ["acme-own-rule"]', "unweighted_rules is 'acme-own-rule'"),
        ('version = "1"', 'version = "1"\nattested_share = 1.5', "attested_share is 1.5"),
        ('version = "1"', 'version = "1"\ncaps = { blocker = 120 }', "caps.blocker is 120"),
        ('version = "1"', 'version = "1"\ncaps = { unresolved_share = 2 }', "caps.unresolved_share is 2"),
        ('version = "1"', "version =", "not valid TOML: .*line 4"),
    ],
)
def test_a_mistake_is_named_with_its_key(before: str, after: str, message: str) -> None:
    assert before in SMALL
    with pytest.raises(ReadinessError, match=message) as caught:
        parse_checklist("ours.toml", SMALL.replace(before, after, 1).encode())
    assert str(caught.value).startswith("ours.toml: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "missing required field"),
        (b'id = "x"\ntitle = "X"\nversion = "1"\nitems = []', "items is empty"),
        (b"\xff\xfe", "not valid TOML"),
        (b"x = " + b"[" * 100_000, "not valid TOML"),
        (b"#" * 2_000_000, "larger than 1024 KiB"),
    ],
)
def test_what_is_no_checklist_is_refused_in_a_sentence(text: bytes, message: str) -> None:
    with pytest.raises(ReadinessError, match=message):
        parse_checklist("ours.toml", text)


def test_an_item_needs_criteria_and_a_criterion_needs_rules_or_evidence() -> None:
    head, _, _ = SMALL.partition("[[items.criteria]]")
    with pytest.raises(ReadinessError, match=r"items\[0\].criteria of item 'data' is empty"):
        parse_checklist("ours.toml", head.encode())
    bare = SMALL.replace(SMALL[SMALL.index("rules = ") :], "")
    with pytest.raises(ReadinessError, match="names neither rules nor evidence"):
        parse_checklist("ours.toml", bare.encode())


def test_the_example_of_the_document_is_a_checklist() -> None:
    document = (Path(__file__).parent.parent / "docs" / "scoring.md").read_text(encoding="utf-8")
    example = document.rpartition("```toml\n")[2].partition("```")[0]
    assert parse_checklist("docs/scoring.md", example.encode()).id == "ours"
