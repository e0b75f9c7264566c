"""Every name of a table, column or relation that is decided at run time in; whether it is one of a fixed set out."""

from collections.abc import Iterator

from readiness.model import (
    Finding,
    NameChoice,
    Piece,
    PieceKind,
    Project,
    Related,
    Resolution,
    Rule,
    Scope,
    Severity,
)

rule = Rule(
    __name__,
    summary="Names of tables, columns and relations in a query come from a fixed set.",
    phrase="chosen names are allow-listed",
    severity=Severity.MAJOR,
    needs=[NameChoice],
    references=[
        "https://cheatsheetseries.owasp.org/cheatsheets/SQL_Injection_Prevention_Cheat_Sheet.html",
        "https://cwe.mitre.org/data/definitions/943.html",
    ],
    peers=["S608", "B608"],
    yields_to=["parameterized-queries"],
)

WHY = {
    PieceKind.CONSTANT: "is fixed in the code",
    PieceKind.NUMBER: "can only be a number",
    PieceKind.VALIDATED: "is one of a fixed set",
    PieceKind.QUOTED: "is quoted by the driver",
    PieceKind.PLACEHOLDERS: "is a placeholder",
    PieceKind.STRUCTURE: "is an expression object",
    PieceKind.CONFIGURED: "is set by whoever deploys the service",
}
EVERY_COLUMN = ("has_property", "hasattr", "__table__", "columns", "_meta", "__mapper__", "model_fields", "__fields__")
"""Tests that every column of the model passes, secret ones too."""


@rule.judges
def judge(project: Project) -> Iterator[Finding]:
    """One finding for each such name outside tests."""
    for choice in project.each(NameChoice):
        if choice.scope is not Scope.TEST:
            yield _judge(choice)


def _judge(choice: NameChoice) -> Finding:
    pieces = choice.text.pieces
    sent = [piece for piece in pieces if piece.kind is PieceKind.REQUEST]
    if sent:
        return _sent(choice, next((each for each in sent if not each.checked), sent[0]))
    open_ = [piece for piece in pieces if piece.kind not in WHY]
    if open_:
        return _open(choice, open_[0])
    worst = next((each for each in pieces if each.kind is not PieceKind.CONSTANT), None)
    return rule.passes(
        choice, f"`{worst.text if worst else choice.api}` {WHY[worst.kind if worst else PieceKind.CONSTANT]}"
    )


def _sent(choice: NameChoice, piece: Piece) -> Finding:
    """A client says which name."""
    related = _related(piece)
    name = piece.source or piece.text
    if choice.resolution is not Resolution.EXACT:
        return rule.unsure(
            choice,
            f"`{name}`, sent by a client, chooses {choice.subject}, but what that is cannot be seen",
            severity=_scoped(choice, Severity.MAJOR),
            related=related,
        )
    wide = any(each in piece.checked for each in EVERY_COLUMN)
    if piece.checked and not wide:
        return rule.unsure(
            choice,
            f"`{name}`, sent by a client, chooses {choice.subject}; it passes `{piece.checked}` first, whose meaning is not"
            " known here",
            severity=_scoped(choice, Severity.MAJOR),
            related=related,
        )
    reach = "every column of the model passes its test" if wide else "nothing keeps it to the columns that were meant"
    guess = ", and by filtering a client can guess values that it never sees" if choice.filters else ""
    return rule.fails(
        choice,
        f"`{name}`, sent by a client, chooses {choice.subject}: {reach}{guess}; look it up in a fixed table of names",
        severity=_scoped(choice, Severity.CRITICAL if choice.sql or choice.filters else Severity.MAJOR),
        related=related,
    )


def _open(choice: NameChoice, piece: Piece) -> Finding:
    """It is not known who says which name."""
    checked = f"; it passes `{piece.checked}` first" if piece.checked else ""
    return rule.unsure(
        choice,
        f"`{piece.text}` chooses {choice.subject}, and where it comes from cannot be seen{checked}; take it from a fixed table"
        " of names",
        severity=_scoped(choice, Severity.MAJOR if choice.sql else Severity.MINOR),
        related=_related(piece),
    )


def _scoped(choice: NameChoice, severity: Severity) -> Severity:
    """Two steps lower in scripts and migrations: no client reaches them."""
    return severity if choice.scope is Scope.SERVICE else severity.lowered(2)


def _related(piece: Piece) -> list[Related]:
    name = piece.source or piece.text
    return [Related(piece.origin, f"`{name}` comes from here")] if piece.origin is not None else []
