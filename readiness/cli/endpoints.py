"""`readiness endpoints`: the inventory of a backend's routes, and one route's way through the code."""

import sys
from collections.abc import Callable
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
    from readiness.model.report import Report

FILTERS = {
    "unprotected": "Only endpoints where nothing asks who calls.",
    "untested": "Only endpoints that no test reaches.",
    "unbounded": "Only lists without a bound, or with one that the client chooses.",
    "undocumented": "Only endpoints that no API document knows and no docstring describes.",
}


def _filters(function: Callable[..., object]) -> Callable[..., object]:
    for name, text in reversed(FILTERS.items()):
        function = click.option(f"--{name}", is_flag=True, help=text)(function)
    return function


@click.command(name="endpoints")
@click.argument("path", default=".")
@format_option("terminal", "json", "markdown", "html")
@_filters
@click.option(
    "--show",
    "wanted",
    default="",
    metavar="ENDPOINT",
    help='One endpoint\'s way through the code: "GET /orders/{id}", a path or a handler.',
)
@scanning_options
@quiet_option
@color_option
@click.pass_context
def command(
    context: click.Context,
    path: str,
    shown: str,
    unprotected: bool,
    untested: bool,
    unbounded: bool,
    undocumented: bool,
    wanted: str,
    quiet: bool,
    color: str,
    **arguments: Unpack[ScanArguments],
) -> None:
    """List every route with its handler, who may call it, what it takes, its tests and coverage.

    Several filters keep what all of them keep.
    """
    import msgspec

    from readiness.cli.gate import outcome
    from readiness.reporters.inventory import chosen

    report = run_scan((path,), arguments, quiet=quiet, endpoint=wanted)
    ending = outcome(report)
    if wanted and not report.ways and not ending.code:
        raise ReadinessError(_unknown(wanted, report))
    given = zip(FILTERS, (unprotected, untested, unbounded, undocumented), strict=True)
    asked = [name for name, on in given if on]
    kept = chosen(report.endpoints, asked)
    # Nothing is known yet of the tests of GraphQL fields and of who may ask for them.
    fields = chosen(report.graph_fields, asked) if {"unprotected", "untested"}.isdisjoint(asked) else ()
    if wanted:
        kept, fields = tuple(way.endpoint for way in report.ways), ()
    _print(msgspec.structs.replace(report, endpoints=kept, graph_fields=fields), shown, color)
    if ending.message:
        say(ending.message)
    context.exit(ending.code)


def _print(report: "Report", shown: str, color: str) -> None:
    if shown == "json":
        from readiness.reporters import endpoints_v1

        show(endpoints_v1.render(report))
    elif shown == "markdown":
        from readiness.reporters import markdown_endpoints

        show(markdown_endpoints.render(report))
    elif shown == "html":
        from readiness.reporters import html_endpoints

        show(html_endpoints.render(report))
    else:
        from readiness.reporters.terminal.endpoints import render_endpoints, render_ways

        terminal = terminal_for(color, sys.stdout)
        show(render_ways(report.ways, terminal) if report.ways else render_endpoints(report, terminal))


def _unknown(wanted: str, report: "Report") -> str:
    import difflib

    known = sorted({f"{each.method} {each.path}" for each in report.endpoints})
    near = difflib.get_close_matches(wanted, known, n=3, cutoff=0.5)
    meant = f", did you mean {' or '.join(near)}?" if near else ""
    return f"--show {wanted}: there is no such endpoint{meant}; readiness endpoints lists them"
