"""The algebra of composed texts: alternatives in, their union, concatenation and bounded selection out.

Nothing here looks at code. The one law: a piece that a text can hold is never lost by a bound; only ways to combine pieces are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from readiness.model import Piece, PieceKind, Text

Alternative = tuple[Piece, ...]

MOST_ALTERNATIVES = 16
MOST_PIECES = 400
"""Of one alternative; what goes beyond is folded into its distinct pieces."""
LONGEST_CONSTANT = 20_000

RISK = {
    PieceKind.CONSTANT: 0,
    PieceKind.NUMBER: 1,
    PieceKind.PLACEHOLDERS: 2,
    PieceKind.VALIDATED: 3,
    PieceKind.QUOTED: 4,
    PieceKind.STRUCTURE: 5,
    PieceKind.CONFIGURED: 6,
    PieceKind.UNKNOWN: 7,
    PieceKind.PARAMETER: 8,
    PieceKind.REQUEST: 9,
}
"""From harmless to harmful: which of two pieces speaks for both."""

TEXTLESS = frozenset({PieceKind.CONSTANT, PieceKind.NUMBER})


class Flow(Struct, frozen=True):
    """What an expression can be as text, while it is being worked out."""

    alternatives: tuple[Alternative, ...]
    how: str = "literal"
    complete: bool = True

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All pieces of all alternatives."""
        return tuple(piece for alternative in self.alternatives for piece in alternative)

    @property
    def constant(self) -> str | None:
        """The one constant text it is, None where it is anything else, or can be more than is known."""
        if (
            not self.complete
            or len(self.alternatives) != 1
            or any(piece.kind is not PieceKind.CONSTANT for piece in self.alternatives[0])
        ):
            return None
        return "".join(piece.text for piece in self.alternatives[0])

    @property
    def constants(self) -> list[str] | None:
        """The texts it can be, None unless every alternative is constant."""
        texts = []
        for alternative in self.alternatives:
            if any(piece.kind is not PieceKind.CONSTANT for piece in alternative):
                return None
            texts.append("".join(piece.text for piece in alternative))
        return texts

    @property
    def riskiest(self) -> Piece | None:
        """The piece that decides what the whole can carry, None for an empty text."""
        return max(self.pieces, key=lambda piece: RISK[piece.kind], default=None)

    @property
    def structure(self) -> bool:
        """It is an expression object and no text."""
        return bool(self.pieces) and self.only(PieceKind.STRUCTURE)

    def only(self, *kinds: PieceKind) -> bool:
        """Every piece is of one of these kinds."""
        return all(piece.kind in kinds for piece in self.pieces)

    def text(self) -> Text:
        """The answer in the words of the model."""
        return Text(self.alternatives, self.how, self.complete)


NOTHING = Flow(())
"""No way at all: a branch that never arrives here."""
EMPTY = Flow(((),))
"""The empty text."""


def constant(text: str, how: str = "literal") -> Flow:
    """A constant text."""
    return Flow(((Piece(PieceKind.CONSTANT, text[:LONGEST_CONSTANT]),),) if text else ((),), how)


def single(piece: Piece, how: str = "expression") -> Flow:
    """A text that is one piece."""
    return Flow(((piece,),), how)


def union(flows: Iterable[Flow]) -> Flow:
    """Either of several texts."""
    alternatives: list[Alternative] = []
    how = ""
    complete = True
    for flow in flows:
        alternatives.extend(flow.alternatives)
        complete = complete and flow.complete
        if flow.alternatives and (not how or how == "literal"):
            how = flow.how
    return _bounded(alternatives, how or "literal", complete)


def concatenate(flows: Sequence[Flow], how: str) -> Flow:
    """One text after the other."""
    together: list[Alternative] = [()]
    complete = True
    for flow in flows:
        if not flow.alternatives:
            return replace(NOTHING, complete=flow.complete)
        complete = complete and flow.complete
        joined = [_joined(left, right) for left in together for right in flow.alternatives]
        step = _bounded(joined, how, complete)
        together, complete = list(step.alternatives), step.complete
    return Flow(tuple(together), how, complete)


def mapped(flow: Flow, change: Callable[[Piece], Piece]) -> Flow:
    """The same text with each piece changed."""
    return replace(
        flow, alternatives=tuple(tuple(change(piece) for piece in alternative) for alternative in flow.alternatives)
    )


def spread(flow: Flow, change: Callable[[Piece], Sequence[Flow]], how: str) -> Flow:
    """The same text with each piece replaced by texts, one after the other."""
    changed = union(
        concatenate([each for piece in alternative for each in change(piece)] or [EMPTY], how)
        for alternative in flow.alternatives
    )
    return like(changed, flow)


def like(made: Flow, source: Flow) -> Flow:
    """A text made of another one is not complete where that one is not."""
    return made if source.complete else replace(made, complete=False)


def _joined(left: Alternative, right: Alternative) -> Alternative:
    """Two sequences as one, with neighbouring constants merged and the length bounded."""
    if left and right and left[-1].kind is PieceKind.CONSTANT and right[0].kind is PieceKind.CONSTANT:
        merged = replace(left[-1], text=(left[-1].text + right[0].text)[:LONGEST_CONSTANT])
        left, right = (*left[:-1], merged), right[1:]
    together = (*left, *right)
    return together if len(together) <= MOST_PIECES else tuple(dict.fromkeys(together))[:MOST_PIECES]


def _bounded(alternatives: Sequence[Alternative], how: str, complete: bool) -> Flow:
    """At most 16 alternatives: first those that bring a piece no other has, the riskiest pieces first."""
    distinct = list(dict.fromkeys(alternatives))
    if len(distinct) <= MOST_ALTERNATIVES:
        return Flow(tuple(distinct), how, complete)
    seen: set[tuple[PieceKind, str]] = set()
    kept: set[int] = set()
    order = sorted(range(len(distinct)), key=lambda index: (-_risk(distinct[index]), index))
    for index in order:
        marks = set(_marks(distinct[index]))
        if not marks <= seen and len(kept) < MOST_ALTERNATIVES:
            seen |= marks
            kept.add(index)
    for index in range(len(distinct)):
        if len(kept) >= MOST_ALTERNATIVES:
            break
        kept.add(index)
    lost = [
        piece
        for alternative in distinct
        for piece in alternative
        if piece.kind not in TEXTLESS and (piece.kind, piece.text) not in seen
    ]
    chosen = [distinct[index] for index in sorted(kept)]
    if lost:
        chosen[-1] = (*chosen[-1], *dict.fromkeys(lost))
    return Flow(tuple(chosen), how, False)


def _marks(alternative: Alternative) -> Iterator[tuple[PieceKind, str]]:
    return ((piece.kind, piece.text) for piece in alternative if piece.kind not in TEXTLESS)


def _risk(alternative: Alternative) -> int:
    return max((RISK[piece.kind] for piece in alternative), default=0)
