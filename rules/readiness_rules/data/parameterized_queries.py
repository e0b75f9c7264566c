"""Every call that takes SQL text in; whether anything but fixed text can get into that text out."""

from collections.abc import Iterator

from readiness.model import (
    FROM_DATABASE,
    Confidence,
    Finding,
    Piece,
    PieceKind,
    Project,
    Query,
    Related,
    Resolution,
    Rule,
    Scope,
    Severity,
)

rule = Rule(
    __name__,
    summary="Values reach the database as parameters, never as part of the SQL text.",
    phrase="queries are parameterized",
    severity=Severity.BLOCKER,
    needs=[Query],
    references=[
        "https://owasp.org/www-project-application-security-verification-standard/",
        "https://cheatsheetseries.owasp.org/cheatsheets/Query_Parameterization_Cheat_Sheet.html",
        "https://cwe.mitre.org/data/definitions/89.html",
    ],
    peers=["B608", "S608", "B610", "S610", "B611", "S611"],
    security=True,
)

SCOPES = (Scope.SERVICE, Scope.SCRIPT, Scope.MIGRATION)
OPEN = frozenset({PieceKind.UNKNOWN, PieceKind.PARAMETER})
UNBINDABLE = frozenset(
    {
        "SET", "RESET", "SHOW", "PRAGMA", "KILL", "CREATE", "DROP", "ALTER", "TRUNCATE", "GRANT", "REVOKE", "VACUUM",
        "ANALYZE", "LISTEN", "NOTIFY", "UNLISTEN", "USE", "ATTACH", "DETACH", "REINDEX", "REFRESH", "COMMENT", "LOCK",
        "SAVEPOINT", "RELEASE", "ROLLBACK", "COPY",
    }
)  # fmt: skip
"""Statements whose parts no driver binds."""
QUOTED = frozenset({"quoted value", "LIKE pattern"})
WHY = {
    PieceKind.NUMBER: "numbers",
    PieceKind.VALIDATED: "members of a fixed set",
    PieceKind.QUOTED: "parts that the driver quotes",
    PieceKind.PLACEHOLDERS: "placeholders",
    PieceKind.STRUCTURE: "expression objects",
    PieceKind.CONFIGURED: "settings of the deployment",
}
EXAMPLES = {
    ":name": "write `:{name}` in the text and pass `{{'{name}': ...}}` beside it",
    "%s": "write `%s` without quotes in the text and pass the value beside it, `(..., ({name},))`",
    "?": "write `?` without quotes in the text and pass the value beside it, `(..., ({name},))`",
    "$1": "write `$1` in the text and pass the value as the next argument",
}


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """One finding for every call that takes SQL text in a service, script or migration."""
    for query in project.each(Query):
        if query.scope in SCOPES:
            yield _judge(query)


def _judge(query: Query) -> Finding:
    sent = [piece for piece in query.text.pieces if piece.kind is PieceKind.REQUEST]
    if sent:
        return _sent(query, sent)
    open_ = [piece for piece in query.text.pieces if piece.kind in OPEN]
    # What a row holds where a value stands without quotes is mostly a number: what is surer than that is spoken of.
    surer = [piece for piece in open_ if piece.outside != FROM_DATABASE or piece.position != "value"]
    return _open(query, surer or open_) if open_ else _fixed(query)


def _fixed(query: Query) -> Finding:
    if all(piece.kind is PieceKind.CONSTANT for piece in query.text.pieces):
        beside = ", the values are passed beside it" if query.parameters else ""
        return rule.passes(query, f"the SQL text is fixed{beside}")
    kinds = sorted({WHY[piece.kind] for piece in query.text.pieces if piece.kind in WHY})
    return rule.passes(query, f"only {' and '.join(kinds) or 'fixed text'} are put into the SQL text")


def _sent(query: Query, pieces: list[Piece]) -> Finding:
    """A client decides a part of the text."""
    piece = next((each for each in pieces if not each.checked), pieces[0])
    name = piece.source or piece.text
    related = _related(query, pieces)
    if query.whole:
        message = (
            f"the whole statement is `{piece.text}`, sent by a client: a query runner gives its users the rights of the"
            " database role; use a role of least privilege and record who approved it"
        )
        return rule.fails(query, message, severity=_scoped(query, Severity.MAJOR), related=related)
    if query.resolution is not Resolution.EXACT:
        return rule.unsure(
            query, f"`{piece.text}` is sent by a client and put into text that is handed to `{query.api}`,"
            " but whether that runs SQL is not known: the class of the receiver cannot be seen",
            severity=_scoped(query, Severity.CRITICAL), related=related,
        )  # fmt: skip
    if piece.checked:
        return rule.unsure(
            query, f"`{piece.text}` is sent by a client and {_lands(piece)}; it passes `{piece.checked}` first, whose"
            " meaning is not known here; test it against a fixed set in the code",
            severity=_scoped(query, Severity.CRITICAL), related=related,
        )  # fmt: skip
    return rule.fails(
        query, f"`{name}`, sent by a client, {_lands(piece)}: whoever calls the endpoint writes SQL; {_instead(query, piece)}",
        severity=_scoped(query, Severity.BLOCKER), related=related,
    )  # fmt: skip


def _open(query: Query, pieces: list[Piece]) -> Finding:
    """Something that is not known gets into the text."""
    related = _related(query, pieces)
    unread = next((each for each in pieces if each.unread), None)
    # A text between quotes, or from outside, that was read to its end does not belong there, whatever the rest is.
    read = [each for each in pieces if not each.unread and (each.position in QUOTED or each.outside)]
    piece = max(read if unread is not None and read else pieces, key=_certainty)
    if unread is not None and not read:
        return rule.unsure(
            query, f"the SQL text is put together in too many ways to follow all of them: `{unread.text}` was not read",
            severity=_scoped(query, Severity.MAJOR), related=related,
        )  # fmt: skip
    # No test makes a whole statement fit to run, but one against fixed statements, which is known.
    unchecked = not piece.checked or query.whole
    if piece.outside and unchecked and query.resolution is Resolution.EXACT and not _is_value(piece):
        return rule.fails(
            query, f"{_read(query, piece)}: whoever writes there writes SQL; {_instead_of_read(query)}",
            severity=_scoped(query, Severity.MAJOR), confidence=Confidence.MEDIUM, related=related,
        )  # fmt: skip
    if query.whole:
        return rule.unsure(
            query,
            f"the whole statement is `{piece.text}`, which is built elsewhere",
            severity=_scoped(query, Severity.MAJOR),
            related=related,
        )
    if query.resolution is not Resolution.EXACT:
        return rule.unsure(
            query, f"`{piece.text}` {_lands(piece)}, but whether `{query.api}` runs it is not known: the class of the"
            " receiver, or the version of the library, cannot be seen",
            severity=_scoped(query, Severity.MAJOR), related=related,
        )  # fmt: skip
    if piece.checked:
        return rule.unsure(
            query, f"`{piece.text}` {_lands(piece)}; it passes `{piece.checked}` first, whose meaning is not known here",
            severity=_scoped(query, Severity.MAJOR), related=related,
        )  # fmt: skip
    if query.statement in UNBINDABLE and piece.position != "clause":
        return rule.fails(
            query, f"`{piece.text}` is put into a `{query.statement}` statement, whose parts cannot be bound: make sure that it"
            f" is one of a fixed set or a number{_setting(query)}",
            severity=_scoped(query, Severity.MINOR), confidence=Confidence.MEDIUM, related=related,
        )  # fmt: skip
    if not _is_value(piece) and piece.position in ("identifier", "clause"):
        return rule.unsure(
            query, f"`{piece.text}` {_lands(piece)}, and where it comes from cannot be seen here; take it from a fixed table in the"
            " code, or send names through the driver's quoting",
            severity=_scoped(query, Severity.MAJOR), related=related,
        )  # fmt: skip
    if piece.position == "value" and piece.outside in ("", FROM_DATABASE) and piece.text != piece.source:
        # Where no quotes stand around it the statement runs only with a number, or with SQL of the project's own.
        return rule.unsure(
            query, f"`{piece.text}` {_lands(piece)} without quotes, where a number does no harm and a text does; which it is cannot"
            f" be seen here: {_instead(query, piece)}",
            severity=_scoped(query, Severity.CRITICAL), related=related,
        )  # fmt: skip
    return rule.fails(
        query, f"`{piece.text}` {_lands(piece)}; {_instead(query, piece)}",
        severity=_scoped(query, Severity.CRITICAL), confidence=Confidence.MEDIUM, related=related,
    )  # fmt: skip


def _certainty(piece: Piece) -> tuple[bool, ...]:
    """How surely a piece is a text that does not belong there: the largest is spoken of."""
    value = _is_value(piece)
    return not piece.unread, not piece.checked, value, bool(piece.outside), piece.kind is PieceKind.PARAMETER


def _read(query: Query, piece: Piece) -> str:
    if query.whole:
        return f"the whole statement is `{piece.text}`, read from {piece.outside}"
    return f"`{piece.text}`, read from {piece.outside}, {_lands(piece)}"


def _instead_of_read(query: Query) -> str:
    if query.whole:
        return "run only statements that the code holds"
    return "test it against a fixed set, or send it through the driver's quoting of names"


def _is_value(piece: Piece) -> bool:
    return piece.position in ("value", "quoted value", "LIKE pattern", "")


def _scoped(query: Query, severity: Severity) -> Severity:
    """Two steps lower in scripts and migrations: no client reaches them."""
    return severity if query.scope is Scope.SERVICE else severity.lowered(2)


def _lands(piece: Piece) -> str:
    where = {
        "value": "is put into the SQL text as a value",
        "quoted value": "is put between quotes in the SQL text",
        "LIKE pattern": "is put into a LIKE pattern in the SQL text",
        "identifier": "is put into the SQL text as a name",
        "clause": "is put into the SQL text as a part of its syntax",
    }
    return where.get(piece.position, "is put into the SQL text")


def _instead(query: Query, piece: Piece) -> str:
    if piece.position in ("identifier", "clause"):
        return "look it up in a fixed table of allowed names"
    if query.statement in UNBINDABLE:
        return f"test it against a fixed set{_setting(query)}"
    name = piece.source if piece.source.isidentifier() else "value"
    example = EXAMPLES.get(query.paramstyle, "pass it as a parameter beside the text").format(name=name)
    if piece.position != "LIKE pattern":
        return example
    return (
        f"{example}, with the wildcards in the value: `f'%{{{name}}}%'`; a `%` or `_` of its own stays a wildcard unless it is"
        " escaped"
    )


def _setting(query: Query) -> str:
    return ", or use `set_config(name, value, true)`, which takes parameters" if query.statement == "SET" else ""


def _related(query: Query, pieces: list[Piece]) -> list[Related]:
    found: list[Related] = []
    for piece in pieces[:4]:
        for span, message in (
            (piece.span, f"`{piece.text}` is put in here"),
            (piece.origin, f"`{piece.source or piece.text}` comes from here"),
        ):
            if span is not None and all(each.span != span for each in found):
                found.append(Related(span, message))
    found += [Related(span, "the text is handed on here") for span in reversed(query.through)]
    runs = [*([query.runs_at] if query.runs_at is not None else ()), *query.runs_also_at]
    found += [Related(span, "or here" if number else "the text is run here") for number, span in enumerate(runs)]
    return found
