"""The parts of a service's paths in, whether they are named alike out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from readiness.model import Confidence, Finding, PathEnding, Project, ResourceName, Rule, Scope, Severity

rule = Rule(
    __name__,
    summary="The paths of a service name its resources in one way.",
    phrase="path names follow one convention",
    severity=Severity.MINOR,
    needs=[ResourceName, PathEnding],
    references=[
        "https://opensource.zalando.com/restful-api-guidelines/#129",
        "https://opensource.zalando.com/restful-api-guidelines/#134",
        "https://opensource.zalando.com/restful-api-guidelines/#141",
    ],
    peers=["no-http-verbs-in-path", "paths-kebab-case", "path-keys-no-trailing-slash"],
)

FEWEST = 3
"""Collections of one number from which on it is a convention."""
SHARE = 0.6


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Every distinct literal part of a service's paths is a site, and the way its paths end."""
    services: dict[str, list[ResourceName]] = {}
    for name in project.each(ResourceName):
        if name.scope is Scope.SERVICE:
            services.setdefault(name.group, []).append(name)
    for names in services.values():
        style, number = _usual_style(names), _usual_number(names)
        for name in names:
            yield _judge(name, style, number)
    for ending in project.each(PathEnding):
        if ending.scope is Scope.SERVICE:
            yield _ending(ending)


def _usual_style(names: list[ResourceName]) -> str:
    """The style of most names of several words, by names and then by routes."""
    styles = Counter(each.style for each in names if each.style)
    routes: Counter[str] = Counter()
    for each in names:
        routes[each.style] += each.routes
    return max(styles, key=lambda each: (styles[each], routes[each], each)) if styles else ""


def _usual_number(names: list[ResourceName]) -> str:
    """`plural` or `singular` where that is how collections are called; empty where no convention shows."""
    numbers = Counter(each.number for each in names if each.number)
    most = numbers.most_common(1)
    return most[0][0] if most and most[0][1] >= FEWEST and most[0][1] >= SHARE * numbers.total() else ""


def _judge(name: ResourceName, style: str, number: str) -> Finding:
    if name.doubled:
        return rule.fails(name, f"`{name.segment}` stands twice in a row in {name.example}; one prefix is enough")
    if name.extension:
        return rule.fails(
            name, f"`{name.segment}` names a format in the path ({name.example}); let the Accept header choose it"
        )
    if name.verb:
        return rule.fails(
            name,
            f"`{name.segment}` in {name.example} says with `{name.verb}` what the method says; name the resource alone",
        )
    if name.style and name.style != style:
        return rule.fails(
            name,
            f"`{name.segment}` is written in {name.style} case where most names of the service are in {style} case",
        )
    if number and name.number and name.number != number:
        return rule.fails(
            name,
            f"the collection `{name.segment}` ({name.example}) has a {name.number} name where most have a {number} one",
            confidence=Confidence.MEDIUM,
        )
    return rule.passes(name, f"`{name.segment}` is named as the others are")


def _ending(ending: PathEnding) -> Finding:
    if not ending.slashed or not ending.bare:
        return rule.passes(ending, f"all {ending.slashed + ending.bare} paths end alike")
    fewer, more = min(ending.slashed, ending.bare), max(ending.slashed, ending.bare)
    these, those = ("in a slash", "without") if ending.slashed < ending.bare else ("without a slash", "in one")
    count = "1 path ends" if fewer == 1 else f"{fewer} paths end"
    return rule.fails(ending, f"{count} {these} ({ending.example}) and {more} {those}; end all alike")
