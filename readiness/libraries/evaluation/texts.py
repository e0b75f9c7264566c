"""Expressions in, the path text they compute to out, with `{?}` for each part that cannot be known."""

from __future__ import annotations

import posixpath
from urllib.parse import urljoin

from readiness.libraries.evaluation.formats import UNRESOLVED, braces, percent
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Answer, Bound, Made, Outside
from readiness.model import UNKNOWN, SymbolKind
from readiness.model.summary import Call, CallRef, Constant, Context, Member, Name, Operation, Sequence, Template

DEPTH = 20
LONGEST = 2_000
"""Characters of a path; nothing longer is computed."""
ENVIRONMENT = frozenset({"os.getenv", "os.environ.get", "decouple.config", "environs.Env.str"})
"""Readers of the environment whose second argument is the default."""
MODULE = -1
WAYS = 8
"""Values of one name that are looked at."""
STRIPS = frozenset({"strip", "lstrip", "rstrip", "lower", "upper", "removeprefix", "removesuffix", "replace"})
JOINS = frozenset({"os.path.join", "posixpath.join"})
OWN_NAMES = ("__name__", "__package__")
PACKAGE_FILE = "__init__.py"


class Texts:
    """Computes text of paths and prefixes."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.known: dict[tuple[object, ...], tuple[str, bool]] = {}

    def of(self, answer: Answer, depth: int = 0) -> tuple[str, bool]:
        """The text, and whether all of it is known. None is no text at all."""
        if depth > DEPTH:
            return UNRESOLVED, False
        if not isinstance(answer, Bound):
            return self._of_thing(answer, depth)
        key = self.reader.key_of(answer)
        known = self.known.get(key)
        if known is None:
            self.known[key] = (UNRESOLVED, False)
            known = self._of_bound(answer, depth)
            self.known[key] = known = known if len(known[0]) <= LONGEST else (UNRESOLVED, False)
        return known

    def _of_bound(self, answer: Bound, depth: int) -> tuple[str, bool]:
        value = answer.value
        if isinstance(value, Constant):
            return ("" if value.value is None else str(value.value)), True
        if isinstance(value, Template):
            return self._joined([self.reader.at(answer, part) for part in value.parts], depth)
        if isinstance(value, Operation) and value.operator == "+":
            return self._joined([self.reader.at(answer, part) for part in value.operands], depth)
        if isinstance(value, Operation) and value.operator == "%" and len(value.operands) == 2:
            return self._filled(answer, value, depth)
        if isinstance(value, CallRef):
            found = self._called(answer, value.index, depth)
            if found is not None:
                return found
        if isinstance(value, Name) and value.dotted in OWN_NAMES:
            return self._own_name(answer.path, value.dotted), True
        ways = self._ways(answer, value) if isinstance(value, Name) else []
        if len(ways) > 1:
            return self._first_known([self.of(each, depth + 1) for each in ways])
        for each in self.reader.follow(answer):
            if isinstance(each, Bound) and each.value == value and each.scope == answer.scope:
                continue
            text, exact = self.of(each, depth + 1)
            if exact:
                return text, True
            if text.strip("/") != UNRESOLVED:
                return text, False
        return self._constant(answer)

    def _ways(self, answer: Bound, name: Name) -> list[Bound]:
        """The values of a module's name that a condition binds anew: the last one bound without a condition, and all since."""
        symbol = self.reader.project.resolve(answer.path, name.dotted, answer.scope, answer.line)
        if symbol.kind is not SymbolKind.VARIABLE or symbol.rest or symbol.index < 0:
            return []
        path, assignments = symbol.path, self.reader.summary(symbol.path).assignments
        bound = self.reader.rebindings.of(path).get((MODULE, assignments[symbol.index].target), [])
        if assignments[symbol.index].scope != MODULE or not bound:
            return []
        here = answer.line if (path, answer.scope) == (answer.path, MODULE) else 0
        found: list[Bound] = []
        for assignment in (assignments[index] for index in bound if not here or assignments[index].line < here):
            if assignment.value is None or assignment.operator != "=":
                return []
            if not assignment.context & Context.CONDITION:
                found.clear()
            found.append(Bound(assignment.value, path, MODULE, assignment.line))
        return found[:WAYS]

    @staticmethod
    def _first_known(texts: list[tuple[str, bool]]) -> tuple[str, bool]:
        """The first text that is known whole; it is certain where all the others agree."""
        known = next((text for text, exact in texts if exact), texts[0][0])
        return known, all(exact and text == known for text, exact in texts)

    def _joined(self, parts: list[Bound], depth: int) -> tuple[str, bool]:
        texts = [self.of(part, depth + 1) for part in parts]
        return "".join(text for text, _ in texts), all(exact for _, exact in texts)

    def _constant(self, answer: Bound) -> tuple[str, bool]:
        """What the project knows of it: enum members, class attributes, defaults of settings."""
        project = self.reader.project
        found = project.constant(answer.path, answer.value, answer.scope, answer.line)
        if found is not UNKNOWN and isinstance(found, str | int):
            return str(found), True
        if isinstance(answer.value, Name) and "." in answer.value.dotted:
            holder, _, name = answer.value.dotted.rpartition(".")
            kind = project.type_of(answer.path, Name(holder), answer.scope, answer.line)
            if kind.kind is SymbolKind.CLASS:
                member = project.member(kind, name)
                if member.kind is SymbolKind.VARIABLE and member.index >= 0:
                    assignment = self.reader.summary(member.path).assignments[member.index]
                    if assignment.value is not None:
                        return self.of(
                            Bound(assignment.value, member.path, assignment.scope, assignment.line), DEPTH - 3
                        )
        return UNRESOLVED, False

    def _of_thing(self, thing: Answer, depth: int) -> tuple[str, bool]:
        """Text from the environment with a default, or from a field of a settings class."""
        if isinstance(thing, Made) and isinstance(thing.maker, Outside) and thing.index >= 0:
            call = self.reader.call(thing.path, thing.index)
            place = Bound(call.callee, thing.path, call.scope, call.line, thing.frame)
            found = self._called(self.reader.at(place, CallRef(thing.index)), thing.index, depth)
            if found is not None:
                return found
            name = thing.maker.name
            if name in JOINS or name == "urllib.parse.urljoin":
                return self._path_joined(place, call, name in JOINS, depth)
            if (name == "str" and len(call.arguments) == 1) or (name == "re.compile" and call.arguments):
                return self.of(self.reader.at(place, call.arguments[0]), depth + 1)
            default = next((value for key, value in call.keywords if key == "default"), None)
            if default is None and name in ENVIRONMENT and len(call.arguments) == 2:
                default = call.arguments[1]
            if default is None and thing.maker.last == "Field" and call.arguments:
                default = call.arguments[0]
            if default is not None:
                return self.of(self.reader.at(place, default), depth + 1)
        return UNRESOLVED, False

    def _called(self, answer: Bound, index: int, depth: int) -> tuple[str, bool] | None:
        """Methods of a text: `prefix.rstrip("/")`, `"/".join([...])`, `"/{}".format(x)`."""
        call = self.reader.call(answer.path, index)
        callee = call.callee
        if isinstance(callee, Name) and "." in callee.dotted:
            holder, _, method = callee.dotted.rpartition(".")
            receiver = self.reader.at(answer, Name(holder))
        elif isinstance(callee, Member):
            receiver, method = self.reader.at(answer, callee.value), callee.name
        else:
            return None
        if method == "join" and len(call.arguments) == 1:
            return self._join(receiver, self.reader.at(answer, call.arguments[0]), depth)
        if method == "format":
            return self._formatted(receiver, call, answer, depth)
        if method not in STRIPS:
            return None
        text, exact = self.of(receiver, depth + 1)
        arguments = [self.of(self.reader.at(answer, each), depth + 1) for each in call.arguments]
        if not exact or not all(known for _, known in arguments) or call.keywords:
            return UNRESOLVED, False
        given = [argument for argument, _ in arguments]
        if len(given) > (2 if method == "replace" else 1) or (method == "replace") != (len(given) == 2):
            return UNRESOLVED, False
        return str(getattr(text, method)(*given)), True

    def _join(self, separator: Bound, items: Bound, depth: int) -> tuple[str, bool]:
        between, exact = self.of(separator, depth + 1)
        if not exact or not isinstance(items.value, Sequence):
            return UNRESOLVED, False
        texts = [self.of(self.reader.at(items, item), depth + 1) for item in items.value.items]
        return between.join(text for text, _ in texts), all(known for _, known in texts)

    def _formatted(self, pattern: Bound, call: Call, place: Bound, depth: int) -> tuple[str, bool]:
        text, exact = self.of(pattern, depth + 1)
        if not exact:
            return UNRESOLVED, False
        given = [self.of(each, depth + 1) for each in self.reader.arguments.positional(call, place)]
        named = {name: self.of(each, depth + 1) for name, each in self.reader.arguments.keywords(call, place).items()}
        return braces(text, given, named)

    def _filled(self, answer: Bound, operation: Operation, depth: int) -> tuple[str, bool]:
        """`"/files/%s" % name`, `"%(a)s/%(b)s" % {...}`."""
        text, exact = self.of(self.reader.at(answer, operation.operands[0]), depth + 1)
        right = self.reader.at(answer, operation.operands[1])
        given: list[Answer] = [right]
        named: dict[str, Answer] = {}
        for thing in self.reader.follow(right):
            if isinstance(thing, Bound) and isinstance(thing.value, Sequence) and thing.value.kind == "tuple":
                given = self.reader.elements(thing)[0]
            named = named or self.reader.arguments.entries(thing)
        filled, known = percent(
            text,
            [self.of(each, depth + 1) for each in given],
            {name: self.of(each, depth + 1) for name, each in named.items()},
        )
        return filled, exact and known

    def _path_joined(self, place: Bound, call: Call, plainly: bool, depth: int) -> tuple[str, bool]:
        """`os.path.join("/api", path)`, and `urljoin(base, path)` of texts that are known."""
        texts = [self.of(each, depth + 1) for each in self.reader.arguments.positional(call, place)]
        pieces, exact = [text for text, _ in texts], all(known for _, known in texts)
        if not pieces or call.keywords:
            return UNRESOLVED, False
        if plainly or not exact:
            return posixpath.join(*pieces), exact
        return (urljoin(pieces[0], pieces[1]), True) if len(pieces) == 2 else (UNRESOLVED, False)

    def _own_name(self, path: str, which: str) -> str:
        """`__name__` and `__package__` of a file."""
        module = self.reader.project.module(path)
        whole = which == "__name__" or posixpath.basename(path) == PACKAGE_FILE
        return module if whole else module.rpartition(".")[0]
