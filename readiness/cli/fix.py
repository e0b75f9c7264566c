"""`readiness fix`: repairs in the working tree, each judged again before it is written."""

import os
import sys
from typing import Unpack

import click

from readiness.cli.options import ScanArguments, color_option, options_of, say, scanning_options, show, terminal_for


@click.command(name="fix")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--diff", is_flag=True, help="Show the changes; write nothing.")
@click.option("--unsafe", is_flag=True, help="Also repairs that can change what the code does.")
@click.option("--staged", is_flag=True, help="Only in files that the next commit changes.")
@scanning_options
@click.option("-q", "--quiet", is_flag=True, help="Only what could not be done.")
@color_option
def command(
    paths: tuple[str, ...],
    diff: bool,
    unsafe: bool,
    staged: bool,
    quiet: bool,
    color: str,
    **arguments: Unpack[ScanArguments],
) -> None:
    """Repair what can be repaired without a decision of yours.

    Only the reported places change. A repair is tried in memory and judged again: it is written where its finding is gone and
    nothing else fails for it.
    """
    from readiness.cli.progress import progress_line
    from readiness.fixing import fix
    from readiness.fixing.writing import differences, write
    from readiness.reporters.terminal.repairs import render_repairs

    wanted = paths or (".",)
    with progress_line(sys.stderr, os.environ, quiet=quiet) as progress:
        outcome = fix(wanted, options_of(wanted, arguments), unsafe=unsafe, staged=staged, progress=progress)
    terminal = terminal_for(color, sys.stdout)
    problems = list(outcome.problems)
    if not diff:
        problems += write(outcome.root, outcome.changes)
    if diff or not quiet:
        shown = differences(outcome.changes) if diff else ()
        show(render_repairs(outcome.mended, outcome.left, terminal, shown, written=not diff))
    for problem in problems:
        say(f"{problem.path}: {problem.message}" if problem.path else problem.message)
