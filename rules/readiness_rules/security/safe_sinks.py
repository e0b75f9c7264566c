"""Calls that do what a text says in, whether a client or something unknown can decide what that is out."""

from collections.abc import Iterator

from readiness.model import (
    Confidence,
    Finding,
    Piece,
    Project,
    Reach,
    Related,
    Resolution,
    Rule,
    Scope,
    Severity,
    Sink,
    SinkKind,
)

rule = Rule(
    __name__,
    summary="No client decides what is run, opened, loaded, rendered or asked for.",
    phrase="risky calls are out of a client's control",
    severity=Severity.BLOCKER,
    needs=[Sink],
    references=[
        "https://owasp.org/www-project-application-security-verification-standard/",
        "https://cheatsheetseries.owasp.org/cheatsheets/Injection_Prevention_Cheat_Sheet.html",
        "https://cwe.mitre.org/data/definitions/78.html",
        "https://cwe.mitre.org/data/definitions/22.html",
        "https://cwe.mitre.org/data/definitions/918.html",
    ],
    peers=[
        "B102", "S102", "B202", "S202", "B301", "S301", "B302", "S302", "B307", "S307", "B308", "S308", "B310", "S310",
        "B313", "S313", "B314", "S314", "B315", "S315", "B316", "S316", "B317", "S317", "B318", "S318", "B319", "S319",
        "B506", "S506", "B601", "S601", "B602", "S602", "B603", "S603", "B605", "S605", "B606", "S606", "B701", "S701",
        "B703", "B704", "S704",
    ],
    security=True,
)  # fmt: skip

DOES = {
    SinkKind.COMMAND: "decides which program is run",
    SinkKind.PATH: "decides which file is opened",
    SinkKind.TEMPLATE: "is run as a template, which reaches the inside of the program",
    SinkKind.MARKUP: "goes into the page as it is, scripts included",
    SinkKind.OBJECTS: "is loaded as objects of any class, which runs code",
    SinkKind.REDIRECT: "decides to which site the browser is sent",
    SinkKind.ADDRESS: "decides which host the service calls, those inside its network included",
    SinkKind.CODE: "is run as Python",
    SinkKind.XML: "is parsed with the entities that it declares, which read files and addresses",
    SinkKind.ARCHIVE: "is unpacked to wherever the names in it lead",
    SinkKind.PATTERN: "is run as a regular expression, which can take for ever",
    SinkKind.FORMAT: "is a format string, whose fields read attributes of what is put in",
}
INSTEAD = {
    SinkKind.COMMAND: "pass a list of arguments without a shell, whose first item is fixed, or quote each with `shlex.quote`",
    SinkKind.PATH: "resolve the path and test it with `is_relative_to(folder)`, or take a name from a fixed table",
    SinkKind.TEMPLATE: "keep the template in a file and pass the value to it as a variable",
    SinkKind.MARKUP: "let the template escape it, or use `format_html`",
    SinkKind.OBJECTS: "load JSON, or `yaml.safe_load`",
    SinkKind.REDIRECT: "allow paths of your own only, as `url_has_allowed_host_and_scheme` tests",
    SinkKind.ADDRESS: "compare the host with a list of allowed ones, and refuse private addresses",
    SinkKind.CODE: "look the value up in a table of functions",
    SinkKind.XML: "parse it with defusedxml, or with `resolve_entities=False`",
    SinkKind.ARCHIVE: 'pass `filter="data"`',
    SinkKind.PATTERN: "send it through `re.escape`, or look for it as plain text",
    SinkKind.FORMAT: "use a fixed text and put the value in",
}
SENT = {
    SinkKind.ARCHIVE: Severity.CRITICAL,
    SinkKind.PATTERN: Severity.MAJOR,
    SinkKind.FORMAT: Severity.MAJOR,
}
"""What a client's value weighs where it cannot take over or read out the service by itself."""
UNKNOWN = {
    SinkKind.COMMAND: "is read by a shell, and where it comes from cannot be seen here",
    SinkKind.CODE: "is run as Python, and where it comes from cannot be seen here",
}
STANDARD = "the standard library"


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """Each call is a site where a client has some say, or where the call is dangerous by itself."""
    for sink in project.each(Sink):
        if sink.scope is Scope.SERVICE:
            yield _judge(sink)


def _judge(sink: Sink) -> Finding:
    match sink.reach:
        case Reach.CLIENT:
            return _client(sink)
        case Reach.CHECKED:
            return _checked(sink)
        case Reach.OPEN:
            return _open(sink)
        case Reach.GUARDED:
            return rule.passes(sink, f"{sink.api}: `{sink.guard}` makes it harmless", related=_related(sink))
        case Reach.PARTLY:
            return rule.passes(sink, f"{sink.api}: a client decides `{_shown(sink)}` only; {_why(sink)}")
        case Reach.SETTING:
            return _setting(sink)
        case Reach.FIXED:
            return _setting(sink)


def _client(sink: Sink) -> Finding:
    severity = SENT.get(sink.kind, Severity.BLOCKER)
    if sink.kind is SinkKind.XML and not _opens_entities(sink):
        which = (
            "the standard library expands the entities that it declares, without a limit where Expat is older than 2.4.1"
            if sink.detail == STANDARD
            else "lxml before 5.0 reads the files that its entities name"
        )
        return rule.unsure(
            sink, f"`{_shown(sink)}`, sent by a client, is parsed as XML: {which}; parse it with defusedxml, or without entities",
            severity=Severity.MINOR if sink.detail == STANDARD else Severity.MAJOR, related=_related(sink),
        )  # fmt: skip
    if sink.resolution is not Resolution.EXACT:
        return rule.unsure(
            sink, f"`{_shown(sink)}`, sent by a client, {DOES[sink.kind]}, if `{sink.api}` does what it seems to ({sink.detail});"
            f" {INSTEAD[sink.kind]}",
            severity=severity.lowered(), related=_related(sink),
        )  # fmt: skip
    return rule.fails(
        sink, f"`{_shown(sink)}`, sent by a client, {DOES[sink.kind]}; {INSTEAD[sink.kind]}",
        severity=severity, related=_related(sink),
    )  # fmt: skip


def _checked(sink: Sink) -> Finding:
    if sink.piece is None:
        return rule.unsure(
            sink, f"whether `{sink.guard}` refuses names that lead elsewhere is not known; {INSTEAD[sink.kind]}",
            severity=Severity.MINOR,
        )  # fmt: skip
    if sink.detail == "the page before":
        return rule.unsure(
            sink, f"`{_shown(sink)}` is the page that the browser comes from, which may be another site; {INSTEAD[sink.kind]}",
            severity=Severity.MINOR, related=_related(sink),
        )  # fmt: skip
    if sink.detail == "an attribute":
        return rule.unsure(
            sink, f"`{_shown(sink)}` is an attribute of an object made with what a client sent; if the client chooses it, it"
            f" {DOES[sink.kind]}; {INSTEAD[sink.kind]}",
            severity=Severity.MINOR, related=_related(sink),
        )  # fmt: skip
    if sink.detail == "behind another text":
        return rule.unsure(
            sink, f"`{_shown(sink)}`, sent by a client, follows a text that is not known here: where that does not end the host, it"
            f" {DOES[sink.kind]}; {INSTEAD[sink.kind]}",
            severity=Severity.MAJOR, related=_related(sink),
        )  # fmt: skip
    return rule.unsure(
        sink, f"`{_shown(sink)}`, sent by a client, {DOES[sink.kind]}; it passes `{sink.guard}` first, whose meaning is not known"
        f" here; {INSTEAD[sink.kind]}",
        severity=SENT.get(sink.kind, Severity.CRITICAL), related=_related(sink),
    )  # fmt: skip


def _open(sink: Sink) -> Finding:
    """No client is seen, but nothing says that there is none."""
    shown = _shown(sink)
    match sink.kind:
        case SinkKind.OBJECTS if not sink.detail.startswith(("Loader=", "no Loader")):
            return rule.unsure(
                sink, f"`{shown}` is loaded as objects of any class, and who can write it cannot be seen here; load JSON, or sign"
                " it",
                severity=Severity.MAJOR, related=_related(sink),
            )  # fmt: skip
        case SinkKind.OBJECTS:
            message = f"`{sink.api}` makes objects of any class ({sink.detail}); use `yaml.safe_load`"
        case SinkKind.TEMPLATE:
            return rule.unsure(
                sink, f"`{shown}` is run as a template, and where its text comes from cannot be seen here; where users write it,"
                " use a sandbox",
                severity=Severity.MAJOR, related=_related(sink),
            )  # fmt: skip
        case SinkKind.MARKUP if not sink.detail:
            return rule.unsure(
                sink, "the engine escapes nothing, and what it renders cannot be seen here; where that is a page, pass"
                " `autoescape=True`",
                severity=Severity.MINOR,
            )  # fmt: skip
        case SinkKind.MARKUP:
            message = f"the engine that renders {sink.detail} escapes nothing; pass `autoescape=True`"
        case SinkKind.ARCHIVE:
            message = f"members of the archive can lead out of the folder before Python 3.14; {INSTEAD[sink.kind]}"
        case SinkKind.XML:
            message = (
                f"the parser reads the files and addresses that entities name ({sink.detail}); {INSTEAD[sink.kind]}"
            )
        case _:
            message = f"`{shown}` {UNKNOWN.get(sink.kind, DOES[sink.kind])}; {INSTEAD[sink.kind]}"
    if sink.resolution is not Resolution.EXACT:
        return rule.unsure(sink, f"{message} ({sink.detail})", severity=Severity.MAJOR, related=_related(sink))
    return rule.fails(sink, message, severity=Severity.MAJOR, confidence=Confidence.MEDIUM, related=_related(sink))


def _setting(sink: Sink) -> Finding:
    """The program or its deployment decides."""
    if sink.kind is SinkKind.OBJECTS and sink.detail.startswith(("Loader=", "no Loader")):
        return rule.fails(
            sink, f"`{sink.api}` makes objects of any class ({sink.detail}), of a file of the deployment; use `yaml.safe_load`",
            severity=Severity.MINOR, confidence=Confidence.MEDIUM,
        )  # fmt: skip
    by = "the deployment decides it" if sink.reach is Reach.SETTING else "it is fixed in the code"
    return rule.passes(sink, f"{sink.api}: {by}")


def _opens_entities(sink: Sink) -> bool:
    return bool(sink.detail) and sink.detail != STANDARD


def _why(sink: Sink) -> str:
    if sink.kind is SinkKind.ADDRESS:
        return "the host is fixed"
    if sink.kind is SinkKind.REDIRECT:
        return "the site is fixed"
    return sink.detail or "it does no harm there"


def _shown(sink: Sink) -> str:
    if sink.piece is None:
        return sink.api
    return sink.piece.text or sink.piece.source


def _related(sink: Sink) -> list[Related]:
    piece: Piece | None = sink.piece
    found: list[Related] = []
    for span, message in (
        (piece.span if piece is not None else None, "it is put in here"),
        (piece.origin if piece is not None else None, "it comes from here"),
    ):
        if span is not None and span != sink.span and all(each.span != span for each in found):
            found.append(Related(span, message))
    return found
