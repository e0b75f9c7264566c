"""What the report shows beside the score: facts in, counts of suppressions and the names of the rules out."""

from collections import Counter
from collections.abc import Iterable, Mapping

from readiness.model import Fix, Project, Rule, Scope, Suppression
from readiness.model.report import RuleInfo, SilencedPlace


def suppressions(project: Project) -> tuple[tuple[str, int, int], ...]:
    """Tool, number of its suppressions, number without a reason; tests left out."""
    silenced = [
        each for each in project.each(Suppression) if each.scope in (Scope.SERVICE, Scope.SCRIPT, Scope.MIGRATION)
    ]
    total = Counter(each.tool for each in silenced)
    bare = Counter(each.tool for each in silenced if not each.reason)
    return tuple((tool, count, bare[tool]) for tool, count in sorted(total.items()))


def silenced(project: Project) -> tuple[SilencedPlace, ...]:
    """Each comment that silences another tool, by place; tests left out. Our own directives are deviations."""
    return tuple(
        SilencedPlace(tool=each.tool, span=each.span, codes=each.codes, reason=each.reason, whole_file=each.whole_file)
        for each in project.each(Suppression)
        if each.tool != "readiness" and each.scope in (Scope.SERVICE, Scope.SCRIPT, Scope.MIGRATION)
    )


def rule_infos(rules: Iterable[Rule], fixes: Mapping[str, Fix]) -> tuple[RuleInfo, ...]:
    """The rules that judged, as reporters name them."""
    return tuple(
        RuleInfo(
            id=rule.id,
            summary=rule.summary,
            phrase=rule.phrase,
            severity=rule.severity,
            lifecycle=str(rule.lifecycle),
            chapter=rule.chapter,
            references=rule.references,
            security=rule.security,
            fix=fixes[rule.id].summary if rule.id in fixes else "",
        )
        for rule in rules
    )
