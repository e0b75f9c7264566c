"""`readiness plan`: which repairs raise the score most, and the shortest way to a target."""

import sys
from typing import Unpack

import click

from readiness.cli.options import (
    ScanArguments,
    color_option,
    format_option,
    quiet_option,
    run_scan,
    say,
    scanning_options,
    show,
    terminal_for,
)


@click.command(name="plan")
@click.argument("path", default=".")
@click.option(
    "--target",
    type=click.FloatRange(0, 100),
    default=100.0,
    metavar="SCORE",
    help="Where to go. [default: as far as it goes]",
)
@format_option("terminal", "json")
@scanning_options
@quiet_option
@color_option
@click.pass_context
def command(
    context: click.Context,
    path: str,
    target: float,
    shown: str,
    quiet: bool,
    color: str,
    **arguments: Unpack[ScanArguments],
) -> None:
    """Show which repairs raise the score most, step by step.

    Each step is worth most for its work when those before it are done. The score behind it is recomputed, with the caps that it
    lifts.
    """
    from readiness.cli.gate import outcome

    report = run_scan((path,), arguments, quiet=quiet, target=target)
    if shown == "json":
        from readiness.reporters import plan_v1

        show(plan_v1.render(report))
    else:
        from readiness.reporters.terminal.plan import render_plan

        show(render_plan(report, terminal_for(color, sys.stdout)))
    ending = outcome(report)
    if ending.code:
        say(ending.message)
    context.exit(ending.code)
