"""`readiness init`: writes what a project needs to use readiness, and nothing over what is there."""

import os
import sys
from typing import TYPE_CHECKING, Unpack

import click

from readiness.cli.options import (
    ScanArguments,
    color_option,
    options_of,
    quiet_option,
    scanning_options,
    show,
    terminal_for,
)

if TYPE_CHECKING:
    from readiness.model.report import Report


@click.command(name="init")
@click.argument("path", default=".")
@click.option("--diff", is_flag=True, help="Show what would be written; write nothing.")
@click.option("--hook", is_flag=True, help="Write .pre-commit-config.yaml too, where there is none.")
@scanning_options
@quiet_option
@color_option
@click.pass_context
def command(
    context: click.Context,
    path: str,
    diff: bool,
    hook: bool,
    quiet: bool,
    color: str,
    **arguments: Unpack[ScanArguments],
) -> None:
    """Write a small readiness.toml and a workflow for the project as it is, and say what to do next.

    A file that is there is left as it is. The exit code is 1 where something could not be written.
    """
    from readiness.adopting.setting_up import set_up
    from readiness.cli.progress import progress_line
    from readiness.model.diagnosis import Placing
    from readiness.reporters.terminal.setting_up import render_set_up

    options = options_of((path,), arguments)
    with progress_line(sys.stderr, os.environ, quiet=quiet) as progress:
        done = set_up(path, options, _passes, dry=diff, hook=hook, progress=progress)
    show(render_set_up(done, terminal_for(color, sys.stdout), diff=diff))
    context.exit(1 if any(each.placing is Placing.REFUSED for each in done.files) else 0)


def _passes(report: "Report", severity: str) -> bool:
    """Nothing of this severity or worse fails the gate."""
    from readiness.cli.gate import Conditions, judge_gate

    return judge_gate(report, Conditions(fail_on=severity)).passed
