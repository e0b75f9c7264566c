"""`readiness endpoints`: the inventory of a backend's routes."""

import sys
from typing import Unpack

import click

from readiness.cli.options import ScanArguments, color_option, run_scan, say, scanning_options, show, terminal_for


@click.command(name="endpoints")
@click.argument("path", default=".")
@click.option(
    "--format",
    "shown",
    type=click.Choice(["terminal", "json"]),
    default="terminal",
    help="What to print. [default: terminal]",
)
@scanning_options
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@color_option
@click.pass_context
def command(
    context: click.Context, path: str, shown: str, quiet: bool, color: str, **arguments: Unpack[ScanArguments]
) -> None:
    """List every route with its handler, dependencies, pagination and coverage."""
    from readiness.cli.gate import outcome

    report = run_scan((path,), arguments, quiet=quiet)
    if shown == "json":
        from readiness.reporters import json_v1

        show(json_v1.render_endpoints(report))
    else:
        from readiness.reporters.terminal.endpoints import render_endpoints

        show(render_endpoints(report, terminal_for(color, sys.stdout)))
    ending = outcome(report)
    if ending.message:
        say(ending.message)
    context.exit(ending.code)
