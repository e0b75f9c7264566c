"""Expressions in, the text of patterns they compute to out: what Tornado applications build patterns with, beyond plain text."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.evaluation.constructions import Constructions
from readiness.libraries.evaluation.reader import UNRESOLVED, Reader
from readiness.libraries.evaluation.texts import Texts
from readiness.libraries.evaluation.things import Answer, Bound, Made, Outside, Part, Routine
from readiness.libraries.tornado.vocabulary import RULE_PARTS, SELF_PARTS, is_rule
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Project
from readiness.model.summary import CallRef

JOINER = "url_path_join"
"""The function that Jupyter's packages join paths with; every one of them carries it."""


class PatternReader(Reader):
    """A reader to which joined paths are texts: their function is not entered."""

    def __init__(self, project: Project) -> None:
        super().__init__(project, parts=RULE_PARTS, itself=SELF_PARTS)

    def _call(self, bound: Bound, index: int) -> Iterator[Answer]:
        if self.is_joiner(bound, index):
            yield bound
        else:
            yield from super()._call(bound, index)

    def is_joiner(self, bound: Bound, index: int) -> bool:
        """The function's name says what it does, wherever it comes from; ours has to take any number of pieces."""
        call = self.call(bound.path, index)
        if tail(call.callee) != JOINER and JOINER not in self._joiners(bound.path):
            return False
        for thing in self.things(self.at(bound, call.callee)):
            if isinstance(thing, Outside) and thing.last == JOINER:
                return True
            if isinstance(thing, Routine):
                function = self.function(thing)
                if function.name == JOINER and any(each.kind == "variadic" for each in function.parameters):
                    return True
        return False

    def _joiners(self, path: str) -> set[str]:
        """Names that a file imports under another one."""
        return {each.name for each in self.summary(path).imports if each.alias != each.name}


class PatternTexts(Texts):
    """Computes patterns: `url_path_join(base, pattern)`, defaults of traits, parts of rules."""

    def __init__(self, reader: PatternReader, constructions: Constructions) -> None:
        super().__init__(reader)
        self.patterns = reader
        self.constructions = constructions

    def _of_bound(self, answer: Bound, depth: int) -> tuple[str, bool]:
        value = answer.value
        if isinstance(value, CallRef) and self.patterns.is_joiner(answer, value.index):
            return self._joined_path(answer, value.index, depth)
        return super()._of_bound(answer, depth)

    def _of_thing(self, thing: Answer, depth: int) -> tuple[str, bool]:
        if isinstance(thing, Part) and isinstance(thing.made.maker, Outside) and is_rule(thing.made.maker):
            given = self.constructions.arguments(thing.made).get(thing.name)
            return self.of(given, depth + 1) if given is not None else (UNRESOLVED, False)
        if isinstance(thing, Made):
            default = self.default_of(thing)
            if default is not None:
                return self.of(default, depth + 1)
        return super()._of_thing(thing, depth)

    def _joined_path(self, answer: Bound, index: int, depth: int) -> tuple[str, bool]:
        call = self.reader.call(answer.path, index)
        place = Bound(call.callee, answer.path, answer.scope, answer.line, answer.frame)
        texts = [self.of(each, depth + 1) for each in self.reader.arguments.positional(call, place)]
        pieces = [text for text, _ in texts]
        if not pieces:
            return UNRESOLVED, False
        inner = "/".join(piece.strip("/") for piece in pieces if piece.strip("/"))
        start = "/" if pieces[0].startswith("/") else ""
        end = "/" if pieces[-1].endswith("/") and inner else ""
        return f"{start}{inner}{end}", all(exact for _, exact in texts)

    def default_of(self, made: Made) -> Answer | None:
        """The default of `Unicode("/", config=True)`: of traitlets, or of a class of the project that is derived from it."""
        maker = made.maker
        if made.index < 0:
            return None
        names = [maker.name] if isinstance(maker, Outside) else []
        if not isinstance(maker, Outside):
            names = [each.name for each in self.reader.project.ancestors(self.reader.symbol_of(maker))]
        if not any(each.startswith("traitlets.") for each in names):
            return None
        call = self.reader.call(made.path, made.index)
        place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
        origin = receiver(call.callee)
        if tail(call.callee) == "tag" and origin is not None:
            return next(map(self.default_of, self.reader.made(self.reader.at(place, origin))), None)
        named = self.reader.arguments.keywords(call, place)
        given = self.reader.arguments.positional(call, place)
        return named.get("default_value", given[0] if given else None)
