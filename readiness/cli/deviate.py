"""`readiness deviate`: a rule, a place and the reasons in, one more entry in the register of deviations out."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.cli.options import ScanArguments, quiet_option, run_scan, say, show
from readiness.errors import ReadinessError

if TYPE_CHECKING:
    from readiness.model import DeviationRecord, Finding, Route
    from readiness.model.report import Report

OWNER = re.compile(r"@[\w.-]+(?:/[\w.-]+)?|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
LINE = re.compile(r"(?P<path>.+):(?P<line>[1-9]\d{0,8})", re.ASCII)
OPERATION = re.compile(r"(?P<method>[A-Za-z]{2,20})\s+(?P<path>\S+)")
SHOWN = 8
"""Places that are offered when the given one holds nothing."""


@click.command(name="deviate")
@click.argument("rule")
@click.argument("place")
@click.option("--reason", required=True, help="Why it is right here; three words or more.")
@click.option("--owner", required=True, metavar="@NAME", help="Who stands for it: @name, @org/team or an address.")
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Last day, YYYY-MM-DD.")
@click.option("--approver", default="", metavar="@NAME", help="Another person who agreed.")
@click.option("--link", default="", metavar="URL", help="Where it was decided.")
@click.option("--false-positive", is_flag=True, help="The finding is wrong, rather than accepted.")
@click.option("--project", default=".", metavar="PATH", help="Folder of the backend. [default: the current one]")
@click.option("--plugin", multiple=True, metavar="PATH", help="Folder or file with further rules.")
@click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Date to judge by. [default: today, UTC]"
)
@click.option("--dry-run", is_flag=True, help="Print the entry, write nothing.")
@quiet_option
def command(
    rule: str,
    place: str,
    reason: str,
    owner: str,
    until: datetime,
    approver: str,
    link: str,
    false_positive: bool,
    project: str,
    plugin: tuple[str, ...],
    today: datetime | None,
    dry_run: bool,
    quiet: bool,
) -> None:
    """Record that a finding of RULE at PLACE is accepted.

    PLACE is a line (app/views.py:41), a symbol (app.views::List.get), a file, a pattern (app/legacy/**) or an operation
    ("GET /orders").
    """
    from readiness.artifacts.register_entry import RegisterFile, entry_text, next_id
    from readiness.config import load_config, root_of
    from readiness.reporters.cleaning import clean

    now = today.date() if today else datetime.now(UTC).date()
    _refuse_people(owner, approver)
    _refuse_date(until.date(), now)
    rule_id = _rule_id(rule, plugin)
    root, only = root_of((project,))
    if only:
        raise ReadinessError(f"--project {project} is a file; name the folder of the backend")
    register = RegisterFile(root, load_config(root).deviations, now)
    report = run_scan((project,), _arguments(rule_id, plugin, now), quiet=quiet)
    chosen = _place(place, _open(report, rule_id), root)
    values: dict[str, str | date] = {
        "id": next_id(register.records),
        "rule": rule_id,
        **chosen,
        "reason": reason.strip(),
        "kind": "false-positive" if false_positive else "accepted",
        "owner": owner,
        "approver": approver,
        "created": now,
        "until": until.date(),
        "link": link.strip(),
    }
    entry = entry_text(values)
    addition, record = register.with_entry(entry)
    if record.problem:
        raise ReadinessError(f"the entry would hide nothing, so it was not written: {record.problem}")
    number = _covered(record, report, plugin, now, place)
    if not dry_run:
        register.append(addition)
    show("".join(f"{clean(line, 5000)}\n" for line in entry.splitlines()))
    what = "would be added to" if dry_run else "added to"
    verb = "disputes" if false_positive and not approver else "covers"
    say(f"{what} {register.name}: it {verb} {number} finding{'' if number == 1 else 's'} of {rule_id}")


def _refuse_people(owner: str, approver: str) -> None:
    for option, name in (("--owner", owner), ("--approver", approver)):
        if (name and OWNER.fullmatch(name) is None) or (option == "--owner" and not name):
            raise ReadinessError(f"{option} {name[:60]!r} is nobody's name; write @name, @org/team or an address")


def _refuse_date(until: date, today: date) -> None:
    if until <= today:
        latest = today + timedelta(days=365)
        raise ReadinessError(f"--until {until} does not lie in the future; choose a day up to {latest}")


def _rule_id(name: str, plugins: Sequence[str]) -> str:
    """The id of a rule that is installed, aliases resolved."""
    from readiness.cli.suggestions import did_you_mean
    from readiness.plugins import load_plugins

    found = load_plugins(plugins)
    rule = found.rule(name)
    if rule is None:
        raise ReadinessError(f"there is no rule {name!r}{did_you_mean(name, found.rules)}; readiness rules lists them")
    return rule.id


def _arguments(rule: str, plugins: tuple[str, ...], today: date) -> ScanArguments:
    return ScanArguments(
        checklist="",
        select=(rule,),
        ignore=(),
        exclude=(),
        plugin=plugins,
        jobs=None,
        no_cache=False,
        today=datetime(today.year, today.month, today.day, tzinfo=UTC),
    )


def _open(report: "Report", rule: str) -> "list[Finding]":
    """What the rule has against the project. Raises ReadinessError when it has nothing, or could not judge."""
    from readiness.cli.gate import outcome
    from readiness.model import Verdict

    ending = outcome(report)
    if ending.code:
        raise ReadinessError(ending.message)
    found = [each for each in report.findings if each.rule == rule and each.verdict is not Verdict.PASSES]
    if not found:
        raise ReadinessError(f"{rule} has nothing against this project, so there is nothing to accept")
    return found


def _place(place: str, findings: "Sequence[Finding]", root: Path) -> dict[str, str]:
    """`where` or `operation` of the entry. A line stands for the function around it, so that the entry outlives edits."""
    operation = OPERATION.fullmatch(place.strip())
    if operation is not None:
        return {"operation": f"{operation['method'].upper()} {operation['path']}"}
    line = LINE.fullmatch(place)
    if line is None:
        return {"where": _relative(place, root)}
    path, number = _relative(line["path"], root), int(line["line"])
    on_line = [
        each
        for each in findings
        if each.span.path == path and each.span.line <= number <= max(each.span.line, each.span.end_line)
    ]
    if not on_line:
        near = [each for each in findings if each.span.path == path] or findings
        raise ReadinessError(f"no such finding at {path}:{number}; {_offered(near)}")
    nearest = min(on_line, key=lambda each: (number - each.span.line, each.symbol))
    name = nearest.symbol.partition("::")[2]
    return {"where": f"{path}::{name}" if name else path}


def _relative(place: str, root: Path) -> str:
    """A place as the report writes it: from the project's root."""
    path, colons, name = place.partition("::")
    if path.startswith("/") and path.startswith(f"{root}/"):
        path = path[len(f"{root}/") :]
    while path.startswith("./"):
        path = path[2:]
    return f"{path}{colons}{name}"


def _covered(record: "DeviationRecord", report: "Report", plugins: Sequence[str], today: date, place: str) -> int:
    """How many findings the record covers. Raises ReadinessError when it covers none, or may not cover them."""
    from readiness.checklists import load_checklist
    from readiness.deviations import RuleNames, apply, verified
    from readiness.plugins import load_plugins

    names = RuleNames.of(load_plugins(plugins).rules.values(), load_checklist())
    settled = apply(report.findings, verified([record], names), today, routes=_routes(report))
    state = settled.deviations[0]
    if state.problem:
        raise ReadinessError(f"the entry would hide nothing, so it was not written: {state.problem}")
    if not state.findings:
        offered = _offered(_open(report, record.rule))
        raise ReadinessError(f"no such finding at {place}; {_known_operations(record, report)}{offered}")
    if settled.findings == report.findings:
        raise ReadinessError("what is there is accepted already, so nothing was written; readiness deviations lists it")
    return state.findings


def _known_operations(record: "DeviationRecord", report: "Report") -> str:
    """The operation that was meant where there is none of that name."""
    if not record.operation:
        return ""
    import difflib

    known = {f"{each.method} {each.path}" for each in report.endpoints}
    near = difflib.get_close_matches(record.operation, sorted(known), n=2, cutoff=0.7)
    meant = f", did you mean {' or '.join(near)}?" if near else ""
    return "" if record.operation in known else f"there is no such operation{meant}; "


def _routes(report: "Report") -> "list[Route]":
    """The inventory as the routes that an operation is looked up in."""
    from readiness.model import Route, Scope, Span

    return [
        Route(
            span=Span(each.file, each.line),
            symbol=each.handler,
            scope=Scope.SERVICE,
            framework=each.framework,
            method=each.method,
            path=each.path,
            handler=each.handler,
            registered=Span(each.file, each.line),
        )
        for each in report.endpoints
    ]


def _offered(findings: "Iterable[Finding]") -> str:
    """The places there are, as the end of a sentence."""
    places = list(dict.fromkeys(f"{each.span.path}:{each.span.line} ({each.symbol})" for each in findings))
    more = f" and {len(places) - SHOWN} more" if len(places) > SHOWN else ""
    return f"there is something at {', '.join(places[:SHOWN])}{more}"
