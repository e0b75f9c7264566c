"""`readiness deviations`: every accepted deviation with its state, and every comment that silences another tool."""

import re
import sys
from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Unpack

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
from readiness.errors import ReadinessError

if TYPE_CHECKING:
    from readiness.model.report import DeviationState

DAYS = {"": 1, "d": 1, "w": 7}
LONGEST = 3650


@click.command(name="deviations")
@click.argument("path", default=".")
@click.option("--expiring", metavar="30d", help="Only deviations that end within so many days, or have ended.")
@format_option("terminal", "json")
@scanning_options
@quiet_option
@click.option("-v", "--verbose", is_flag=True, help="Every comment that silences another tool.")
@color_option
@click.pass_context
def command(
    context: click.Context,
    path: str,
    expiring: str | None,
    shown: str,
    quiet: bool,
    verbose: bool,
    color: str,
    **arguments: Unpack[ScanArguments],
) -> None:
    """List every accepted deviation with its owner, its end and what it accepts, and what silences other tools."""
    from readiness.cli.gate import outcome

    days = _days(expiring) if expiring is not None else None
    report = run_scan((path,), arguments, quiet=quiet)
    deviations = report.deviations
    if days is not None:
        deviations = tuple(_ending(deviations, date.fromisoformat(report.today) + timedelta(days=days)))
    # What silences another tool has no end, so it is no answer to what ends soon.
    silenced = report.silenced if days is None else ()
    if shown == "json":
        from readiness.reporters import deviations_v1

        show(deviations_v1.render(report, deviations, silenced))
    else:
        from readiness.reporters.terminal.deviations import render_deviations

        title = report.root if days is None else f"{report.root}, ended or ending within {days} days"
        terminal = terminal_for(color, sys.stdout)
        show(
            render_deviations(deviations, silenced, terminal, title=title, everything=verbose, problems=report.problems)
        )
    ending = outcome(report)
    if ending.message:
        say(ending.message)
    context.exit(ending.code)


def _days(text: str) -> int:
    """`30d`, `4w` or `30` as days."""
    found = re.fullmatch(r"(\d{1,4})\s*([dw]?)", text.strip().lower(), re.ASCII)
    days = int(found[1]) * DAYS[found[2]] if found else LONGEST + 1
    if days > LONGEST:
        raise ReadinessError(f"--expiring {text[:40]}: write a number of days or weeks, for example 30d or 4w")
    return days


def _ending(deviations: "Iterable[DeviationState]", last: date) -> "Iterable[DeviationState]":
    """Those whose end is known and not after `last`."""
    return (each for each in deviations if each.until and each.until <= last.isoformat())
