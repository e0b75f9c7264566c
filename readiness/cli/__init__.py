"""The command `readiness`: arguments in, text and an exit code out. The only place that prints or exits.

Commands are imported when they are called, so that `readiness --version` costs nothing but click.
"""

import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from readiness import __version__
from readiness.errors import ReadinessError

COMMANDS = {
    "baseline": "Accept today's findings, and fail for new ones only.",
    "check": "Scan a backend, judge it and score it.",
    "deviate": "Record that a finding is accepted.",
    "deviations": "List accepted deviations, and what silences other tools.",
    "doctor": "Say what would make the analysis incomplete, and the remedy.",
    "endpoints": "List every route with what is known about it.",
    "explain": "Show a rule's page, or the arithmetic of an item or of the score.",
    "fix": "Repair what can be repaired without a decision.",
    "init": "Write settings and a workflow for the project as it is.",
    "plan": "Show which repairs raise the score most.",
    "rules": "List the rules.",
}
USAGE_ERROR = 2
INTERRUPTED = 130


class ReadinessGroup(click.Group):
    """Imports a command when it is asked for; without a command it means `check`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of their use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of the module of that name."""
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"readiness.cli.{cmd_name}").command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table of commands, without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """`readiness` and `readiness --format json` mean `readiness check ...`."""
        if not args or (args[0].startswith("-") and args[0] not in ("-h", "--help", "--version")):
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of the arguments; one that does not exist is answered with what to type instead."""
        name = args[0] if args else ""
        if name not in COMMANDS:
            if os.path.exists(name):  # noqa: PTH110 -- pathlib costs start-up time
                raise ReadinessError(f"{name!r} is no command; to scan it: readiness check {name}")
            from readiness.cli.suggestions import did_you_mean

            raise ReadinessError(f"{name!r} is no command{did_you_mean(name, COMMANDS)}; readiness --help lists them")
        return super().resolve_command(ctx, args)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: object,
    ) -> NoReturn:
        """Run and exit: mistakes of the user are one line and 2, an interrupt is 130."""
        try:
            code = super().main(args, prog_name or "readiness", complete_var, standalone_mode=False, **extra)
        except ReadinessError as error:
            code = _refuse(str(error))
        except click.UsageError as error:
            where = f"; see {error.ctx.command_path} --help" if error.ctx is not None else ""
            code = _refuse(f"{error.format_message().rstrip('.')}{where}")
        except click.ClickException as error:
            code = _refuse(error.format_message())
        except (click.Abort, KeyboardInterrupt):
            click.echo("readiness: interrupted", err=True)
            code = INTERRUPTED
        except BrokenPipeError:
            code = 0
        _close_quietly()
        sys.exit(code if isinstance(code, int) else 0)


def _refuse(message: str) -> int:
    from readiness.reporters.cleaning import clean

    click.echo(f"readiness: {clean(' '.join(message.split()), 1000)}", err=True)
    return USAGE_ERROR


def _close_quietly() -> None:
    """A reader that went away must not make the interpreter complain when it flushes at its end."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        except ValueError:
            continue


@click.group(
    name="readiness",
    cls=ReadinessGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 gate passed, 1 gate failed, 2 wrong usage, 3 incomplete analysis, 4 nothing to analyse.",
)
@click.version_option(__version__, message="readiness %(version)s")
def main() -> None:
    """Judge whether a backend is ready for review and for production, with the evidence for every point.

    `readiness` alone means `readiness check`.
    """
