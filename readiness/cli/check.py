"""`readiness check`: scans, writes every report that was asked for, then says how the gate went."""

import os
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click
import msgspec

from readiness.cli.options import (
    ScanArguments,
    color_option,
    format_option,
    run_comparison,
    run_scan,
    say,
    scanning_options,
    show,
    terminal_for,
)
from readiness.cli.profile import measured
from readiness.errors import ReadinessError
from readiness.profiling import stage

if TYPE_CHECKING:
    from readiness.model.report import Report
    from readiness.reporters.terminal import Terminal

FORMATS = ("terminal", "json", "markdown", "sarif", "github", "gitlab", "junit")
PROFILE = "profile"
"""What `--output` takes besides: the figures of `--profile`, which differ from run to run and are no report."""


@click.command(name="check")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@format_option(*FORMATS)
@click.option("--output", multiple=True, metavar="FORMAT=FILE", help="Write a report to a file as well; repeatable.")
@click.option("--min-score", type=click.FloatRange(0, 100), metavar="N", help="Fail below this score.")
@click.option(
    "--fail-on",
    type=click.Choice(["blocker", "critical", "major", "minor", "never"]),
    help="Fail on findings this bad, if they are sure. [default: blocker, unless --min-score is given]",
)
@click.option(
    "--baseline", "known", metavar="FILE", help="Findings to accept. [default: readiness-baseline.json, if it is there]"
)
@click.option("--no-baseline", is_flag=True, help="As if there were no baseline.")
@click.option("--since", metavar="REF", help="Judge the change since a branch or commit: what is new, mended, worse.")
@click.option("--staged", is_flag=True, help="Judge what is staged against HEAD.")
@click.option("--require-complete", is_flag=True, help="Fail when something could not be read or judged.")
@scanning_options
@click.option("-q", "--quiet", is_flag=True, help="One line a service.")
@click.option("-v", "--verbose", count=True, help="Findings with their code; -vv with what passes.")
@click.option(
    "--profile", is_flag=True, help="Say on stderr where the time went; --output profile=FILE has all of it as JSON."
)
@color_option
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[str, ...],
    shown: str,
    output: tuple[str, ...],
    min_score: float | None,
    fail_on: str | None,
    known: str | None,
    no_baseline: bool,
    since: str | None,
    staged: bool,
    require_complete: bool,
    quiet: bool,
    verbose: int,
    profile: bool,
    color: str,
    **arguments: Unpack[ScanArguments],
) -> None:
    """Scan a backend, judge it and score it.

    PATH is the folder of a backend, the current one by default.
    """
    from readiness.cli.gate import Conditions, judge_gate, outcome
    from readiness.config import load_config, root_of

    if quiet and verbose:
        raise ReadinessError("-q and -v do not go together; leave one of them out")
    if staged and since is not None:
        raise ReadinessError("--since and --staged do not go together; leave one of them out")
    if since == "":
        raise ReadinessError("--since: name a branch, a tag or a commit")
    targets = [_target(text, paths or (".",)) for text in output]
    files = [(name, file) for name, file in targets if name != PROFILE]
    profiles = [file for name, file in targets if name == PROFILE]
    verbosity = -1 if quiet else verbose
    root = root_of(paths or (".",))[0]
    config = load_config(root)
    conditions = Conditions(
        min_score=config.min_score if min_score is None else min_score,
        fail_on=fail_on or config.fail_on or "",
        require_complete=require_complete or config.require_complete,
    )
    with measured(profile, [partial(_write, file) for file in profiles]):
        started = time.perf_counter()
        if since is None and not staged:
            report = run_scan(paths or (".",), arguments, quiet=quiet)
        else:
            report = run_comparison(paths or (".",), arguments, since or "", quiet=quiet)
        if not no_baseline:
            with stage("baseline"):
                report = _with_baseline(report, root, config.baseline, known)
        elapsed = time.perf_counter() - started
        report = msgspec.structs.replace(report, gate=judge_gate(report, conditions))
        plugins = arguments["plugin"]
        folder = _below_here(root)
        with stage("report"):
            for name, file in files:
                _write(file, _rendered(report, name, _file_terminal(), verbosity, plugins, folder))
            show(_rendered(report, shown, terminal_for(color, sys.stdout), verbosity, plugins, folder))
    ending = outcome(report)
    if verbose:
        say(f"scanned in {elapsed:.2f} s")
    if ending.message:
        say(ending.message)
    context.exit(ending.code)


def _with_baseline(report: "Report", root: Path, configured: str, named: str | None) -> "Report":
    """The report with what the baseline knows; one that nobody named need not be there."""
    from readiness.comparing.baseline import applied, earlier, place_of, read

    place = place_of(root, configured, named)
    if not (named or configured) and not place.exists():
        return report
    before = earlier(root, place, report.change.base) if report.change is not None else None
    return applied(read(place), report, named or place.relative_to(root).as_posix(), before)


def _below_here(root: Path) -> str:
    """Where the scanned root lies below the current folder, which is the root of the repository in a pipeline; empty for that
    folder itself and for one elsewhere."""
    here = Path.cwd()
    return root.relative_to(here).as_posix().removeprefix(".") if root.is_relative_to(here) else ""


def _target(text: str, paths: Sequence[str]) -> tuple[str, Path]:
    """Format and file of one `--output`, checked before the scan so that nobody waits for a typing mistake."""
    from readiness.cli.suggestions import did_you_mean

    name, equals, file = text.partition("=")
    if not equals or not file:
        raise ReadinessError(f"--output {text}: write FORMAT=FILE, for example --output json=readiness.json")
    if name not in (*FORMATS, PROFILE):
        known = ", ".join(FORMATS)
        raise ReadinessError(
            f"--output {text}: there is no format {name!r}{did_you_mean(name, FORMATS)}; one of {known}"
        )
    path = Path(file)
    if path.is_dir():
        raise ReadinessError(f"--output {text}: {file} is a folder; name a file in it")
    if not path.parent.is_dir():
        raise ReadinessError(f"--output {text}: there is no folder {path.parent}; make it first")
    if any(_led_away(path, Path(each)) for each in paths):
        raise ReadinessError(
            f"--output {text}: {file} is a link, a pipe or a device in the scanned folder; name another file"
        )
    return name, path


def _led_away(path: Path, scanned: Path) -> bool:
    """A repository has put something at a path inside of it that would take the report elsewhere."""
    root = os.path.abspath(scanned)  # noqa: PTH100 -- links are not to be followed here
    if not Path(os.path.abspath(path)).is_relative_to(root):  # noqa: PTH100
        return False
    real = Path(os.path.realpath(path))
    return not real.is_relative_to(os.path.realpath(root)) or (real.exists() and not real.is_file())


def _rendered(
    report: "Report", name: str, terminal: "Terminal", verbosity: int, plugins: Sequence[str], folder: str
) -> str:
    if name == "json":
        from readiness.reporters import json_v1

        return json_v1.render(report)
    if name == "markdown":
        from readiness.reporters import markdown

        return markdown.render(report)
    if name == "sarif":
        from readiness.plugins import load_plugins, page_of
        from readiness.reporters import sarif

        rules = load_plugins(plugins).rules.values()
        return sarif.render(report, {rule.id: page for rule in rules if (page := page_of(rule))}, folder)
    if name == "junit":
        from readiness.reporters import junit

        return junit.render(report)
    if name == "github":
        from readiness.reporters import github

        return github.render(report, folder)
    if name == "gitlab":
        from readiness.reporters import gitlab

        return gitlab.render(report, folder)
    from readiness.reporters.terminal import render

    return render(report, terminal, verbosity=verbosity)


def _file_terminal() -> "Terminal":
    from readiness.reporters.terminal import Terminal

    return Terminal()


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise ReadinessError(f"cannot write {file}: {error.strerror}; name a file that can be written") from error
