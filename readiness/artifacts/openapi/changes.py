"""Two versions of an API document in, what changed between them out: what breaks a client apart from what does not.

A change breaks where a request that the old document allowed is refused by the new one, or where an answer may lack or hold
what the old document ruled out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from readiness.model.facts.contract import (
    SpecBody,
    SpecDocument,
    SpecField,
    SpecOperation,
    SpecParameter,
    SpecResponse,
)
from readiness.model.source import Span

PARAMETER = re.compile(r"\{[^{}]*\}")
WIDER = {"number": frozenset({"integer"})}
"""Types with those that they take in."""


class Change(Struct, frozen=True, kw_only=True):
    """One difference between two versions."""

    kind: str
    """`operation`, `parameter`, `body`, `field`, `response`, `security`, `deprecation`."""
    operation: str
    """`GET /orders/{id}`."""
    message: str
    """What changed, without the operation's name."""
    breaking: bool
    span: Span
    """In the new document, or in the old one for what is gone."""


def changes(old: SpecDocument, new: SpecDocument) -> list[Change]:
    """Every change, breaking ones first, then in the order of the documents."""
    found = [*_changes(old, new)]
    return sorted(found, key=lambda each: (not each.breaking, each.operation, each.kind, each.message))


def _changes(old: SpecDocument, new: SpecDocument) -> Iterator[Change]:
    before, after = _by_key(old), _by_key(new)
    for key, operation in before.items():
        successor = after.get(key)
        if successor is None:
            # What was announced as deprecated may go; clients break all the same, and the message says that they were told.
            told = " after it was deprecated" if operation.deprecated else ""
            yield _change("operation", operation, f"the operation was removed{told}", breaking=True)
        else:
            yield from _Pair(operation, successor).changes()
    for key, operation in after.items():
        if key not in before:
            yield _change("operation", operation, "the operation was added", breaking=False)


def _by_key(document: SpecDocument) -> dict[tuple[str, str], SpecOperation]:
    """Operations by method and path with the first server's prefix; names of path parameters do not count."""
    prefix = document.prefixes[0] if document.prefixes else ""
    return {
        (each.method, PARAMETER.sub("{}", f"{prefix}{each.path}").rstrip("/")): each for each in document.operations
    }


def _change(kind: str, operation: SpecOperation, message: str, *, breaking: bool) -> Change:
    name = f"{operation.method} {operation.path}"
    return Change(kind=kind, operation=name, message=message, breaking=breaking, span=operation.span)


class _Pair:
    """One operation in both versions."""

    def __init__(self, old: SpecOperation, new: SpecOperation) -> None:
        self.old = old
        self.new = new

    def changes(self) -> Iterator[Change]:
        yield from self._parameters()
        yield from self._request()
        yield from self._responses()
        yield from self._security()
        if self.new.deprecated and not self.old.deprecated:
            yield self._told("deprecation", "the operation is deprecated now", breaking=False)

    def _told(self, kind: str, message: str, *, breaking: bool) -> Change:
        return _change(kind, self.new, message, breaking=breaking)

    # what clients send

    def _parameters(self) -> Iterator[Change]:
        before = {(each.source, each.name): each for each in self.old.parameters if each.source != "path"}
        after = {(each.source, each.name): each for each in self.new.parameters if each.source != "path"}
        for key, parameter in before.items():
            successor = after.get(key)
            what = f"{parameter.source} parameter `{parameter.name}`"
            if successor is None:
                yield self._told("parameter", f"{what} was removed", breaking=True)
                continue
            if successor.required and not parameter.required:
                yield self._told("parameter", f"{what} is required now", breaking=True)
            elif parameter.required and not successor.required:
                yield self._told("parameter", f"{what} is optional now", breaking=False)
            yield from self._sent("parameter", what, parameter.value, successor.value)
        for key, parameter in after.items():
            if key not in before:
                what = f"{parameter.source} parameter `{parameter.name}`"
                required = " and is required" if parameter.required else ""
                yield self._told("parameter", f"{what} was added{required}", breaking=parameter.required)
        yield from self._path_parameters()

    def _path_parameters(self) -> Iterator[Change]:
        """By their places: a name is not seen from outside."""
        for one, two in zip(_placed(self.old), _placed(self.new), strict=False):
            if one is not None and two is not None:
                yield from self._sent("parameter", f"path parameter `{two.name}`", one.value, two.value)

    def _request(self) -> Iterator[Change]:
        before, after = self.old.body, self.new.body
        if before is None and after is not None:
            yield self._told("body", "a request body was added", breaking=after.required)
        elif before is not None and after is None:
            yield self._told("body", "the request body was removed", breaking=True)
        elif before is not None and after is not None:
            if after.required and not before.required:
                yield self._told("body", "the request body is required now", breaking=True)
            yield from self._media("request", before, after, breaking=True)
            yield from self._sent_fields(before, after)

    def _sent_fields(self, before: SpecBody, after: SpecBody) -> Iterator[Change]:
        if not (before.whole and after.whole):
            return
        old, new = _fields(before), _fields(after)
        for name, field in old.items():
            successor = new.get(name)
            what = f"request field `{name}`"
            if successor is None and _parent(name) in {"", *new}:
                # An unknown field is refused where the new body is closed; elsewhere what a client means by it is lost.
                yield self._told("field", f"{what} was removed", breaking=not field.read_only)
            if successor is None:
                continue
            if successor.required and not field.required and not successor.read_only:
                yield self._told("field", f"{what} is required now", breaking=True)
            yield from self._sent("field", what, field, successor)
        for name, field in new.items():
            if name not in old and _parent(name) in {"", *old}:
                forced = field.required and not field.read_only
                required = " and is required" if forced else ""
                yield self._told("field", f"request field `{name}` was added{required}", breaking=forced)

    def _sent(self, kind: str, what: str, old: SpecField, new: SpecField) -> Iterator[Change]:
        """A value that clients send: narrowing breaks."""
        if not _takes_in(new, old):
            yield self._told(kind, f"{what} was {_shown(old)} and is {_shown(new)}", breaking=True)
        elif not _takes_in(old, new):
            yield self._told(kind, f"{what} was {_shown(old)} and takes {_shown(new)} now", breaking=False)
        gone = [each for each in old.choices if each not in new.choices] if new.choices else []
        if gone:
            yield self._told(kind, f"{what} does not take {', '.join(gone[:3])} any more", breaking=True)
        elif new.choices and not old.choices:
            yield self._told(kind, f"{what} takes certain values only", breaking=True)
        if old.nullable and not new.nullable:
            yield self._told(kind, f"{what} must not be null any more", breaking=True)
        if _rose(old.minimum, new.minimum) or _fell(old.maximum, new.maximum):
            yield self._told(kind, f"{what} has narrower bounds", breaking=True)

    # what clients get

    def _responses(self) -> Iterator[Change]:
        before = {each.status: each for each in self.old.responses}
        after = {each.status: each for each in self.new.responses}
        for status, response in before.items():
            successor = after.get(status)
            if successor is None:
                # An error that does not happen any more harms nobody.
                yield self._told("response", f"status {status} was removed", breaking=status.startswith(("2", "3")))
            else:
                yield from self._response(status, response, successor)
        for status in after:
            if status not in before:
                alone = status.startswith("2") and not any(each.startswith("2") for each in before)
                yield self._told("response", f"status {status} was added", breaking=alone)

    def _response(self, status: str, old: SpecResponse, new: SpecResponse) -> Iterator[Change]:
        if old.body is None or new.body is None:
            if old.body is not None:
                yield self._told("response", f"{status} has no body any more", breaking=True)
            return
        yield from self._media(f"{status} response", old.body, new.body, breaking=True)
        if old.body.kind and new.body.kind and old.body.kind != new.body.kind:
            yield self._told("response", f"{status} was {old.body.kind} and is {new.body.kind}", breaking=True)
            return
        if not (old.body.whole and new.body.whole):
            return
        before, after = _fields(old.body), _fields(new.body)
        for name, field in before.items():
            successor = after.get(name)
            what = f"response field `{name}` of {status}"
            if successor is None:
                if not field.write_only and _parent(name) in {"", *after}:
                    yield self._told("field", f"{what} was removed", breaking=True)
                continue
            yield from self._given(what, field, successor)
        for name in after:
            if name not in before and _parent(name) in {"", *before}:
                yield self._told("field", f"response field `{name}` of {status} was added", breaking=False)

    def _given(self, what: str, old: SpecField, new: SpecField) -> Iterator[Change]:
        """A value that clients get: widening breaks."""
        if not _takes_in(old, new):
            yield self._told("field", f"{what} was {_shown(old)} and is {_shown(new)}", breaking=True)
        added = [each for each in new.choices if each not in old.choices] if old.choices else []
        if added:
            yield self._told("field", f"{what} may be {', '.join(added[:3])} now", breaking=True)
        if new.nullable and not old.nullable:
            yield self._told("field", f"{what} may be null now", breaking=True)
        if old.required and not new.required:
            yield self._told("field", f"{what} may be missing now", breaking=True)

    def _media(self, what: str, old: SpecBody, new: SpecBody, *, breaking: bool) -> Iterator[Change]:
        gone = [each for each in old.media_types if each not in new.media_types]
        if gone and new.media_types:
            yield self._told("body", f"the {what} is not {' or '.join(gone[:3])} any more", breaking=breaking)

    # who may call

    def _security(self) -> Iterator[Change]:
        old, new = _demands(self.old), _demands(self.new)
        if old == new:
            return
        if () in old and () not in new:
            yield self._told("security", "the operation asks for authentication now", breaking=True)
        elif () in new and () not in old:
            yield self._told("security", "the operation asks for no authentication any more", breaking=False)
        elif any(not any(set(fresh) <= set(known) for fresh in new) for known in old):
            yield self._told("security", "a way to authenticate is not taken any more", breaking=True)
        else:
            yield self._told("security", "there are more ways to authenticate", breaking=False)


def _placed(operation: SpecOperation) -> Sequence[SpecParameter | None]:
    named: Mapping[str, SpecParameter] = {each.name: each for each in operation.parameters if each.source == "path"}
    return [named.get(each[0][1:-1]) for each in PARAMETER.finditer(operation.path)]


def _fields(body: SpecBody) -> dict[str, SpecField]:
    return {each.name: each for each in body.fields}


def _parent(name: str) -> str:
    return name.rpartition(".")[0].removesuffix("[]")


def _takes_in(wide: SpecField, narrow: SpecField) -> bool:
    """Every value of one is a value of the other, as far as types and formats say."""
    if not wide.type or not narrow.type:
        return not wide.type
    if wide.type != narrow.type:
        return narrow.type in WIDER.get(wide.type, ())
    return not wide.format or wide.format == narrow.format


def _shown(field: SpecField) -> str:
    kind = field.type or "of any type"
    return f"{kind} ({field.format})" if field.format else kind


def _rose(old: float | None, new: float | None) -> bool:
    return new is not None and (old is None or new > old)


def _fell(old: float | None, new: float | None) -> bool:
    return new is not None and (old is None or new < old)


def _demands(operation: SpecOperation) -> tuple[tuple[str, ...], ...]:
    """Alternatives of schemes; one that asks for none where nothing is said."""
    return operation.security or ((),)
