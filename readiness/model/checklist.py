"""A checklist: which rules and evidence decide which item, with which weight."""

from msgspec import Struct


class RuleUse(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule inside a criterion."""

    id: str
    kind: str = "linear"
    """`linear`, `strict` (a blocker moves half of the proven share to refuted) or `target`."""
    target: float = 1.0
    """For `target`: the pass rate that proves it whole."""
    required: bool = False
    """No site is open, never 'not applicable' (containers, probes, drift, alerts)."""
    evidence: str = ""
    """Kind of evidence that its sites rest on (`coverage`, `load`): a claimed piece proves only `attested_share`, and its
    unsure sites say nothing about how well the code could be read."""
    everywhere: bool = False
    """Its sites in tests, generated and vendored files count as well."""
    changes_only: bool = False
    """It judges a change (`--since`) and is not applicable to a whole service."""


class EvidenceUse(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Evidence that a criterion asks for."""

    kind: str
    hint: str = ""
    """What would supply it, for the report: `k6, Locust or JMeter results`."""


class Criterion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One weighted line of an item: the plain mean of its applicable rules and evidence."""

    id: str
    title: str
    weight: float
    rules: tuple[RuleUse, ...] = ()
    evidence: tuple[EvidenceUse, ...] = ()


class Item(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One item of the checklist."""

    id: str
    title: str
    """A few words."""
    question: str
    """What the item asks, in one sentence."""
    weight: float
    criteria: tuple[Criterion, ...] = ()


class Caps(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Upper limits of the score, for what an average must not hide. Points of 100."""

    blocker: float = 49
    failing_tests: float = 59
    gate: float = 69
    unresolved: float = 89
    unobserved: float = 89
    unresolved_sites: int = 1
    """Unresolved sites of blocker and gate rules that are let pass."""
    unresolved_share: float = 0.02
    """The same as a share of their sites; the larger of the two counts."""


class Checklist(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole checklist."""

    id: str
    title: str
    version: str
    items: tuple[Item, ...]
    gate_rules: tuple[str, ...] = ()
    """Critical rules that an average must not hide; their exact failures cap the score at `caps.gate`."""
    observed_rules: tuple[str, ...] = ()
    """Rules that must rest on observed evidence for the best verdict."""
    unweighted_rules: tuple[str, ...] = ()
    """Rules that carry no points here, because they act through the outcomes of others."""
    caps: Caps = Caps()
    attested_share: float = 0.7
    """What a claimed (committed or attested) piece of evidence proves of a criterion."""
