"""`readiness explain`: a rule's page, or the arithmetic of an item or of the whole score."""

import sys
from typing import TYPE_CHECKING, Unpack

import click

from readiness.cli.options import ScanArguments, color_option, run_scan, scanning_options, show, terminal_for
from readiness.errors import ReadinessError

if TYPE_CHECKING:
    from readiness.model.report import Report
    from readiness.model.rule import Rule
    from readiness.reporters.terminal import Terminal

SCORE = "score"


@click.command(name="explain")
@click.argument("name", metavar="RULE-OR-ITEM")
@click.argument("path", default=".")
@scanning_options
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@color_option
def command(name: str, path: str, quiet: bool, color: str, **arguments: Unpack[ScanArguments]) -> None:
    """Show a rule's page, or how an item or the whole score comes about.

    RULE-OR-ITEM is the id of a rule, the id of an item of the checklist, or `score`. For the last two PATH is scanned.
    """
    from readiness.plugins import load_plugins

    terminal = terminal_for(color, sys.stdout)
    rules = load_plugins(arguments["plugin"])
    rule = rules.rule(name)
    if rule is not None:
        show(_page(rule, terminal))
        return
    report = run_scan((path,), arguments, quiet=quiet)
    show(_arithmetic(report, name, sorted(rules.rules), terminal))


def _page(rule: "Rule", terminal: "Terminal") -> str:
    from readiness.plugins import page_of
    from readiness.reporters.terminal.markdown import render_page

    page = page_of(rule)
    references = "\n".join(f"- {reference}" for reference in rule.references)
    facts = f"\n\n## Reference\n\nSeverity of a failure: {rule.severity}. State: {rule.lifecycle}.\n"
    if rule.aliases:
        facts += f"\nAlso known as: {', '.join(rule.aliases)}.\n"
    if rule.peers:
        facts += f"\nOther tools call it: {', '.join(rule.peers)}.\n"
    return render_page((page or f"# {rule.id}\n\n{rule.summary}") + facts + f"\n{references}", terminal)


def _arithmetic(report: "Report", name: str, rules: list[str], terminal: "Terminal") -> str:
    from readiness.cli.suggestions import did_you_mean
    from readiness.reporters.terminal.explanation import render_item, render_score

    if name == SCORE:
        return render_score(report, terminal)
    items = [item for service in report.services for item in service.items]
    if any(item.id == name for item in items):
        return render_item(report, name, terminal)
    for item in items:
        for criterion in item.criteria:
            if criterion.id == name:
                return render_item(report, item.id, terminal)
            if any(tally.rule == name for tally in criterion.tallies):
                raise ReadinessError(
                    f"{name} is a line of the checklist that readiness has no rule for yet; its item: readiness explain {item.id}"
                )
    known = [SCORE, *rules, *(item.id for item in items)]
    suggestion = did_you_mean(name, known)
    ids = ", ".join(dict.fromkeys(item.id for item in items))
    raise ReadinessError(
        f"{name!r} is neither a rule nor an item{suggestion}; rules: readiness rules; items: {ids or 'none'}; or: {SCORE}"
    )
