"""What `add_api` is given as its specification in, the files of the scan that it can be out.

A path is read as far as it is known: what stands before the last unknown part is left open, and the files whose paths end so
are the candidates, those nearest to the call first. What loads or translates the file is looked through.
"""

from __future__ import annotations

import posixpath

from msgspec import Struct

from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.texts import Texts
from readiness.libraries.evaluation.things import Answer, Bound, Made, Outside
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Project, SymbolKind
from readiness.model.summary import CallRef, Member, Name, Operation, Subscript, Value

DEPTH = 12
STEPS = 4_000
"""Expressions that are looked into for one scan."""
OPEN = "{?}"
ENDINGS = (".yaml", ".yml", ".json")
JOINING = frozenset({"join", "joinpath", "Path", "PurePath", "PosixPath", "PurePosixPath"})
KEEPING = frozenset(
    {"resolve", "absolute", "expanduser", "str", "as_posix", "abspath", "realpath", "fspath", "normpath"}
)


class Written(Struct, frozen=True):
    """A path as far as it is known."""

    text: str
    rooted: bool = False
    """It begins at the scanned folder."""

    def joined(self, other: Written) -> Written:
        """This folder with a path below it."""
        if other.rooted or other.text.startswith("/"):
            return other
        return Written(posixpath.join(self.text, other.text), self.rooted)

    @property
    def above(self) -> Written:
        """The folder around it."""
        folder = posixpath.dirname(self.text.rstrip("/"))
        return Written(folder, self.rooted) if folder or self.rooted else Written(OPEN)


class Specifications:
    """Finds the files of specifications."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.project: Project = reader.project
        self.texts = Texts(reader)
        self._steps = 0

    def files(self, given: Answer, folder: Written | None, caller: str) -> list[str]:
        """Paths of the scan that a specification can be, the likeliest first; `folder` is the application's own folder of
        documents, `caller` the file that adds it."""
        for written in self._written(given, 0):
            if written.text.lower().endswith(ENDINGS):
                below = folder.joined(written) if folder is not None else written
                found = self._matching(below, caller) or self._matching(written, caller)
                if found:
                    return found
        return []

    def folder(self, given: Answer | None, home: str) -> Written:
        """The folder of documents that an application names, from its module's folder."""
        named = next(iter(self._written(given, 0)), None) if given is not None else None
        root = Written(home, rooted=True)
        return root.joined(named) if named is not None else root

    def _matching(self, written: Written, caller: str) -> list[str]:
        files = self.project.files
        text = written.text.replace("\\", "/")
        if written.rooted and OPEN not in text:
            exact = posixpath.normpath(text)
            return [exact] if exact in files else []
        known = posixpath.normpath(text.rpartition(OPEN)[2].lstrip("/")).lstrip("./")
        if not known:
            return []
        found = [path for path in files if path == known or path.endswith(f"/{known}")]
        near = {path: _shared(path, caller) for path in found}
        return sorted(found, key=lambda path: (-near[path], len(path)))

    # paths

    def _written(self, answer: Answer, depth: int) -> list[Written]:
        """Paths that an expression can be."""
        self._steps += 1
        if depth > DEPTH or self._steps > STEPS:
            return []
        if isinstance(answer, Made):
            return self._called(answer, depth) if answer.index >= 0 else []
        if not isinstance(answer, Bound):
            return []
        value = answer.value
        if isinstance(value, Operation) and value.operator == "/":
            return self._joined([self.reader.at(answer, each) for each in value.operands], depth)
        if value == Name("__file__"):
            return [Written(answer.path, rooted=True)]
        if isinstance(value, CallRef):
            call = self.reader.call(answer.path, value.index)
            made = Made(Outside(tail(call.callee)), answer.path, value.index, answer.frame)
            found = self._called(made, depth)
            if found:
                return found
        if isinstance(value, Member | Name):
            found = self._attribute(answer, value, depth)
            if found:
                return found
        if isinstance(value, Subscript):
            value = value.value
            answer = self.reader.at(answer, value)
        text, exact = self.texts.of(answer)
        if exact and text:
            return [Written(text)]
        found = [
            written
            for each in self.reader.follow(answer)
            if not (isinstance(each, Bound) and each.value == value)
            for written in self._written(each, depth + 1)
        ]
        return found or self._bound(answer, depth) or ([Written(text)] if text.strip("/") != OPEN and text else [])

    def _attribute(self, answer: Bound, value: Member | Name, depth: int) -> list[Written]:
        """`path.parent`, and an attribute of an object that was made with a path: `parser.specification`."""
        origin = receiver(value)
        if origin is None:
            return []
        holder = self.reader.at(answer, origin)
        if tail(value) == "parent":
            return [each.above for each in self._written(holder, depth + 1)]
        if tail(value) in ("specification", "spec", "raw", "content"):
            return self._written(holder, depth + 1)
        return []

    def _bound(self, answer: Bound, depth: int) -> list[Written]:
        """What a name is bound to, where its value could not be followed: `with path.open() as file`."""
        if not isinstance(answer.value, Name):
            return []
        symbol = self.reader.project.resolve(answer.path, answer.value.dotted, answer.scope, answer.line)
        if symbol.kind is not SymbolKind.VARIABLE or symbol.index < 0:
            return []
        assignment = self.reader.summary(symbol.path).assignments[symbol.index]
        if assignment.value is None or assignment.value == answer.value:
            return []
        return self._written(Bound(assignment.value, symbol.path, assignment.scope, assignment.line), depth + 1)

    def _called(self, made: Made, depth: int) -> list[Written]:
        """A path that a call makes, or the path of what it reads."""
        call = self.reader.call(made.path, made.index)
        place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
        given = [self.reader.at(place, each) for each in (*call.arguments, *(value for _, value in call.keywords))]
        origin = receiver(call.callee)
        last = tail(call.callee)
        around = [self.reader.at(place, origin)] if origin is not None and not self._is_module(place, origin) else []
        if last in JOINING:
            return self._joined([*around, *given], depth)
        if last == "dirname" and given:
            return [each.above for each in self._written(given[0], depth + 1)]
        if last in KEEPING:
            return self._first([*around, *given[:1]], depth)
        return self._first([*given, *around], depth)

    def _is_module(self, place: Bound, origin: Value) -> bool:
        """`os.path` of `os.path.join`."""
        found = self.reader.things(self.reader.at(place, origin))
        return any(isinstance(each, Outside) for each in found)

    def _first(self, answers: list[Bound], depth: int) -> list[Written]:
        for each in answers:
            found = self._written(each, depth + 1)
            if found:
                return found
        return []

    def _joined(self, parts: list[Bound], depth: int) -> list[Written]:
        whole: Written | None = None
        for part in parts:
            found = self._written(part, depth + 1)
            each = found[0] if found else Written(OPEN)
            whole = each if whole is None else whole.joined(each)
        return [whole] if whole is not None and whole.text != OPEN else []


def _shared(path: str, other: str) -> int:
    """How many folders two paths share from the root."""
    count = 0
    for one, two in zip(path.split("/")[:-1], other.split("/")[:-1], strict=False):
        if one != two:
            break
        count += 1
    return count
