"""`readiness doctor`: what would make the analysis of a project incomplete or wrong, and what to do about it."""

import os
import sys
from typing import Unpack

import click

from readiness.cli.options import (
    ScanArguments,
    color_option,
    format_option,
    options_of,
    quiet_option,
    scanning_options,
    show,
    terminal_for,
)
from readiness.cli.progress import progress_line


@click.command(name="doctor")
@click.argument("path", default=".")
@format_option("terminal", "json")
@scanning_options
@quiet_option
@color_option
@click.pass_context
def command(
    context: click.Context, path: str, shown: str, quiet: bool, color: str, **arguments: Unpack[ScanArguments]
) -> None:
    """Say what would make the analysis incomplete or wrong: the checkout, evidence, files, settings, records, tools.

    The exit code is 0 where nothing would, and 1 otherwise.
    """
    from readiness.adopting.examination import examine

    options = options_of((path,), arguments)
    with progress_line(sys.stderr, os.environ, quiet=quiet) as progress:
        diagnosis = examine(path, options, os.environ, progress)
    if shown == "json":
        from readiness.reporters import diagnosis_v1

        show(diagnosis_v1.render(diagnosis))
    else:
        from readiness.reporters.terminal.doctor import render_doctor

        show(render_doctor(diagnosis, terminal_for(color, sys.stdout)))
    context.exit(0 if diagnosis.whole else 1)
