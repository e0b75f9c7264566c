"""`readiness rules`: every rule that is installed."""

import sys

import click

from readiness import __version__
from readiness.cli.options import color_option, format_option, say, show, terminal_for
from readiness.model.report import Problem


@click.command(name="rules")
@format_option("terminal", "json")
@click.option("--plugin", multiple=True, metavar="PATH", help="Folder or file with further rules.")
@color_option
@click.pass_context
def command(context: click.Context, shown: str, plugin: tuple[str, ...], color: str) -> None:
    """List the rules: id, severity of a failure, and what they ask for."""
    from readiness.assembling import rule_infos
    from readiness.cli.gate import INCOMPLETE
    from readiness.plugins import load_plugins

    found = load_plugins(plugin)
    infos = rule_infos(found.rules.values(), found.fixes)
    if shown == "json":
        from readiness.reporters import rules_v1

        show(rules_v1.render(infos, __version__))
    else:
        from readiness.reporters.terminal.rules import render_rules

        show(render_rules(infos, terminal_for(color, sys.stdout)))
    for problem in found.problems:
        say(_sentence(problem))
    context.exit(INCOMPLETE if found.problems else 0)


def _sentence(problem: Problem) -> str:
    return f"{problem.path}: {problem.message}"
