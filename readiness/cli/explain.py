"""`readiness explain`: a rule's page, or the arithmetic of an item or of the whole score."""

import re
import sys
from typing import TYPE_CHECKING, Unpack

import click

from readiness.cli.options import (
    ScanArguments,
    color_option,
    quiet_option,
    run_scan,
    scanning_options,
    show,
    terminal_for,
)
from readiness.errors import ReadinessError

if TYPE_CHECKING:
    from readiness.model.checklist import Checklist
    from readiness.model.report import Report
    from readiness.model.rule import Rule
    from readiness.reporters.terminal import Terminal

SCORE = "score"


@click.command(name="explain")
@click.argument("name", metavar="RULE-OR-ITEM")
@click.argument("path", default=".")
@scanning_options
@quiet_option
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
    item = _item(name, _checklist(path, arguments), sorted(rules.rules))
    report = run_scan((path,), arguments, quiet=quiet)
    show(_arithmetic(report, item, terminal))


def _page(rule: "Rule", terminal: "Terminal") -> str:
    from readiness.plugins import page_of
    from readiness.reporters.terminal.markdown import render_page

    # The marks in the code name the rule for the tests; its own page need not say it again.
    page = re.sub(
        rf"(#\s*(?:fails|passes|unsure)):\s*{re.escape(rule.id)}(?=\s|$)",
        r"\1",
        page_of(rule) or "",
        flags=re.MULTILINE,
    )
    references = "\n".join(f"- {reference}" for reference in rule.references)
    facts = f"\n\n## Reference\n\nSeverity of a failure: {rule.severity}. State: {rule.lifecycle}.\n"
    if rule.aliases:
        facts += f"\nAlso known as: {', '.join(rule.aliases)}.\n"
    if rule.peers:
        facts += f"\nOther tools call it: {', '.join(rule.peers)}.\n"
    return render_page((page or f"# {rule.id}\n\n{rule.summary}") + facts + f"\n{references}", terminal)


def _checklist(path: str, arguments: ScanArguments) -> "Checklist":
    from readiness.checklists import checklist_for
    from readiness.config import load_config, root_of

    root = root_of((path,))[0]
    config = load_config(root)
    return checklist_for(root, arguments["checklist"], config.checklist, config.source)


def _item(name: str, checklist: "Checklist", rules: list[str]) -> str:
    """The item that a name means, `score` for the whole. Raises ReadinessError for what the checklist does not know: nobody waits
    for a scan to be told of a typing mistake."""
    from readiness.cli.suggestions import did_you_mean

    if name == SCORE:
        return name
    for item in checklist.items:
        if name == item.id or any(criterion.id == name for criterion in item.criteria):
            return item.id
        if any(use.id == name for criterion in item.criteria for use in criterion.rules):
            raise ReadinessError(
                f"{name} is a line of the checklist that readiness has no rule for yet; its item: readiness explain {item.id}"
            )
    ids = [item.id for item in checklist.items]
    suggestion = did_you_mean(name, [SCORE, *rules, *ids])
    raise ReadinessError(
        f"{name!r} is neither a rule nor an item{suggestion}; rules: readiness rules; items: {', '.join(ids)}; or: {SCORE}"
    )


def _arithmetic(report: "Report", item: str, terminal: "Terminal") -> str:
    from readiness.reporters.terminal.explanation import render_item, render_score

    return render_score(report, terminal) if item == SCORE else render_item(report, item, terminal)
