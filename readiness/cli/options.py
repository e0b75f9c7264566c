"""The options that commands share, and what they come to: how to scan, how to draw."""

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TextIO, TypedDict, TypeVar

import click

from readiness.errors import ReadinessError
from readiness.profiling import stage

if TYPE_CHECKING:
    from readiness.model.report import Report
    from readiness.reporters.terminal import Terminal
    from readiness.scan import ScanOptions

F = TypeVar("F", bound=Callable[..., object])
PIPED_WIDTH = 100
"""Columns of a text that goes to a file or a pipe, so that it is the same everywhere."""


class ScanArguments(TypedDict):
    """The values of `scanning_options`."""

    checklist: str
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    exclude: tuple[str, ...]
    plugin: tuple[str, ...]
    jobs: int | None
    no_cache: bool
    today: datetime | None


def scanning_options(function: F) -> F:
    """Options about what is scanned and how."""
    for decorate in reversed(
        (
            click.option(
                "--checklist",
                default="",
                metavar="NAME-OR-FILE",
                help="Checklist to score against. [default: the Production Readiness Checklist]",
            ),
            click.option("--select", multiple=True, metavar="RULES", help="Only these rules, separated by commas."),
            click.option("--ignore", multiple=True, metavar="RULES", help="Without these rules."),
            click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave out paths, in .gitignore syntax."),
            click.option("--plugin", multiple=True, metavar="PATH", help="Folder or file with further rules."),
            click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes. [default: one a core]"),
            click.option("--no-cache", is_flag=True, help="Read every file anew."),
            click.option(
                "--today",
                type=click.DateTime(["%Y-%m-%d"]),
                metavar="DATE",
                help="Date to judge by, YYYY-MM-DD. [default: today, UTC]",
            ),
        )
    ):
        function = decorate(function)
    return function


def format_option(*formats: str) -> Callable[[F], F]:
    """`--format`: the terminal unless another is chosen."""
    return click.option(
        "--format",
        "shown",
        type=click.Choice(formats),
        default="terminal",
        help="What to print. [default: terminal]",
    )


def quiet_option(function: F) -> F:
    """`--quiet`, for a command that shows its progress and nothing else beside its answer."""
    return click.option("-q", "--quiet", is_flag=True, help="No progress.")(function)


def color_option(function: F) -> F:
    """`--color`, which comes before what the environment says."""
    return click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        help="When to colour. [default: auto]",
    )(function)


def run_scan(
    paths: Sequence[str], arguments: ScanArguments, *, quiet: bool, endpoint: str = "", target: float | None = None
) -> "Report":
    """Scan the paths. Raises ReadinessError for what the user can mend."""
    with stage("load"):
        from readiness.cli.progress import progress_line
        from readiness.scan import scan

    options = options_of(paths, arguments, endpoint=endpoint, target=target)
    with progress_line(sys.stderr, os.environ, quiet=quiet) as progress:
        return scan(paths, options, progress)


def run_comparison(paths: Sequence[str], arguments: ScanArguments, since: str, *, quiet: bool) -> "Report":
    """Scan the paths and hold them against a commit, or what is staged against HEAD. Raises ReadinessError."""
    with stage("load"):
        from readiness.cli.progress import progress_line
        from readiness.comparing.since import compare

    with progress_line(sys.stderr, os.environ, quiet=quiet) as progress:
        return compare(paths, options_of(paths, arguments), since, progress)


def options_of(
    paths: Sequence[str], arguments: ScanArguments, *, endpoint: str = "", target: float | None = None
) -> "ScanOptions":
    """The options of a scan. Raises ReadinessError for a path that is not there and a rule that nobody knows."""
    from readiness.scan import ScanOptions

    for path in paths:
        if not os.path.exists(path):  # noqa: PTH110 -- a file name of any bytes, asked once
            raise ReadinessError(f"there is no file or folder {path!r}; name the folder of a backend")
    today = arguments["today"]
    return ScanOptions(
        exclude=arguments["exclude"],
        checklist=arguments["checklist"],
        select=_rule_ids("--select", arguments["select"], arguments["plugin"]),
        ignore=_rule_ids("--ignore", arguments["ignore"], arguments["plugin"]),
        plugins=arguments["plugin"],
        jobs=arguments["jobs"],
        cache=not arguments["no_cache"],
        today=today.date() if today else None,
        show=endpoint,
        target=target,
    )


def _rule_ids(option: str, values: Iterable[str], plugins: Sequence[str]) -> tuple[str, ...]:
    """The rule ids of an option, aliases resolved. Raises ReadinessError for one that no rule has."""
    names = [name.strip() for value in values for name in value.split(",") if name.strip()]
    if not names:
        return ()
    from readiness.cli.suggestions import did_you_mean
    from readiness.plugins import load_plugins

    found = load_plugins(plugins)
    ids = []
    for name in names:
        rule = found.rule(name)
        if rule is None:
            raise ReadinessError(
                f"{option}: there is no rule {name!r}{did_you_mean(name, found.rules)}; readiness rules lists them"
            )
        ids.append(rule.id)
    return tuple(dict.fromkeys(ids))


def terminal_for(color: str, stream: TextIO) -> "Terminal":
    """What to draw for: width, colour and encoding of a stream."""
    from readiness.reporters.terminal import Terminal

    return Terminal(
        width=_width(stream, os.environ),
        color=wants_color(color, tty=stream.isatty(), environment=os.environ),
        encoding=stream.encoding or "ascii",
    )


def wants_color(choice: str, *, tty: bool, environment: Mapping[str, str]) -> bool:
    """`--color`, then NO_COLOR, then FORCE_COLOR and CLICOLOR_FORCE, then whether it is a terminal."""
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if any(environment.get(name, "") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return tty and environment.get("TERM") != "dumb"


def _width(stream: TextIO, environment: Mapping[str, str]) -> int:
    columns = environment.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and int(columns) > 0:
        return int(columns)
    if not stream.isatty():
        return PIPED_WIDTH
    try:
        return os.get_terminal_size(stream.fileno()).columns or PIPED_WIDTH
    except (OSError, ValueError):
        return PIPED_WIDTH


def show(text: str) -> None:
    """Write to stdout; a reader that went away is no reason for another exit code."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(message: str) -> None:
    """Write one line to stderr, made safe."""
    from readiness.reporters.cleaning import clean

    click.echo(f"readiness: {clean(message, 1000)}", err=True)
