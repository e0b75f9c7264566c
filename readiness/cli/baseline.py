"""`readiness baseline`: accepts what fails today, so that only what is new fails the gate."""

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from readiness.cli.options import ScanArguments, quiet_option, run_scan, say, scanning_options, show
from readiness.errors import ReadinessError

if TYPE_CHECKING:
    from readiness.comparing.baseline import Baseline
    from readiness.model.report import Report


@click.command(name="baseline")
@click.argument("action", type=click.Choice(["create", "update", "prune"]))
@click.argument("path", default=".")
@click.option("--file", "named", metavar="FILE", help="The baseline. [default: readiness-baseline.json in PATH]")
@click.option("--force", is_flag=True, help="Let create replace a baseline that is there.")
@scanning_options
@quiet_option
def command(
    action: str, path: str, named: str | None, force: bool, quiet: bool, **arguments: Unpack[ScanArguments]
) -> None:
    """Accept today's findings, so that readiness check fails for new ones only.

    create accepts all that fails; update accepts what has come since as well; prune takes out what is mended. The score stays as
    it is: a baseline lifts findings out of the gate and nothing else.
    """
    from readiness.cli.gate import outcome
    from readiness.comparing import baseline
    from readiness.config import load_config, root_of

    root, _ = root_of((path,))
    place = baseline.place_of(root, load_config(root).baseline, named)
    if action == "create" and place.exists() and not force:
        raise ReadinessError(f"{place} is there already; readiness baseline update adds to it, --force replaces it")
    before = None if action == "create" else baseline.read(place)
    report = run_scan((path,), arguments, quiet=quiet)
    if not report.files:
        ending = outcome(report)
        say(ending.message)
        click.get_current_context().exit(ending.code)
    if before is None:
        after = baseline.of(report)
    elif action == "prune":
        after = baseline.pruned(before, report)
    else:
        after = baseline.updated(before, report)
    _write(place, baseline.written(after))
    show(_told(action, place, before, after, report))


def _write(place: Path, content: bytes) -> None:
    from readiness.files import replace_file

    try:
        replace_file(place, content)
    except OSError as error:
        raise ReadinessError(f"{place} cannot be written ({error.strerror}); name another file with --file") from None


def _told(action: str, place: Path, before: "Baseline | None", after: "Baseline", report: "Report") -> str:
    from readiness.reporters.cleaning import clean
    from readiness.reporters.wording import count

    held = sum(entry.count for entry in after.findings)
    earlier = sum(entry.count for entry in before.findings) if before is not None else 0
    file = clean(place.name, 100)
    if action == "create":
        return (
            f"{file} accepts {count(held, 'finding')}. Commit it: from now on readiness check fails for new ones only.\n"
            "The score stays as it is.\n"
        )
    change = held - earlier
    word = f"{abs(change):,} {'more' if change > 0 else 'fewer'}" if change else "as many"
    return f"{file} accepts {count(held, 'finding')}, {word} than before.\n"
