"""A class of REST framework in, what answers its methods and actions out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from readiness.libraries.django.classes import Answering, ClassMembers, texts_of
from readiness.libraries.django.facts import Endpoint, Facts
from readiness.libraries.django.views import Seen, Wrapper
from readiness.libraries.django.vocabulary import is_elsewhere, last_of
from readiness.libraries.django_rest.vocabulary import (
    ACTION_DECORATORS,
    ACTIONS,
    COLLECTIONS,
    FRAMEWORK,
    GENERICS,
    actions_of,
    verbs_of,
)
from readiness.libraries.evaluation.things import Bound, Kind, Routine
from readiness.model import SymbolKind
from readiness.model.summary import CallRef, Name, Value

MAPPED = re.compile(r"(\w+)\.mapping\.(\w+)")


class Action(Struct, frozen=True, eq=False):
    """An extra action of a viewset."""

    name: str
    detail: bool
    url_path: str
    url_name: str
    methods: tuple[tuple[str, str], ...]
    """Verb -> the function that answers it."""
    exact: bool = True


class ViewSets:
    """Reads views and viewsets. One for a scan."""

    def __init__(self, facts: Facts, members: ClassMembers) -> None:
        self.facts = facts
        self.reader = facts.reader
        self.project = facts.project
        self.members = members

    def is_rest(self, kind: Kind) -> bool:
        """The class is a view of REST framework."""
        return any(is_elsewhere(each) for each in self.members.outside(kind))

    # plain views

    def verbs(self, seen: Seen, kind: Kind) -> Iterator[Endpoint]:
        """What answers the methods of an `APIView`."""
        decorators = (*seen.wrappers, *self.facts.class_decorators(kind))
        found = False
        for verb, answering in self.members.verbs(kind, verbs_of, seen.as_view):
            found = True
            action = ""
            if answering.routine is None:
                action = GENERICS.get(last_of(answering.name.rpartition(".")[0]), {}).get(verb, "")
                written = self.members.member(kind, action, _nothing) if action else None
                answering = written if written is not None and written.routine is not None else answering
            else:
                action = self._delegated(answering.routine)
            yield self._endpoint(kind, verb, answering, action, decorators)
        if not found:
            whole = self.members.member(kind, "dispatch", _nothing)
            foreign = [
                each for each in self.members.outside(kind) if not each.startswith(("rest_framework.", "django."))
            ]
            if whole is not None and whole.routine is not None:
                yield self._endpoint(kind, "any", whole, "", decorators)
            elif any("." in each for each in foreign):
                name = next(each for each in foreign if "." in each)
                yield self._endpoint(kind, "any", Answering(None, name), "", decorators, exact=False)

    def _delegated(self, routine: Routine) -> str:
        """The action that a method hands on to: `return self.list(request)`."""
        called = {
            call.callee.dotted.removeprefix("self.")
            for call in self.facts.bodies.calls(routine)
            if isinstance(call.callee, Name) and call.callee.dotted.startswith("self.")
        }
        actions = called & set(ACTIONS)
        return actions.pop() if len(actions) == 1 else ""

    def _endpoint(
        self,
        kind: Kind,
        verb: str,
        answering: Answering,
        action: str,
        decorators: tuple[Wrapper, ...],
        *,
        exact: bool = True,
    ) -> Endpoint:
        own = self.facts.decorators(answering.routine) if answering.routine is not None else ()
        return Endpoint(
            method=verb.upper(),
            routine=answering.routine,
            name=answering.name,
            view=kind,
            framework=FRAMEWORK,
            wrappers=(*decorators, *own),
            exact=exact,
            collection=COLLECTIONS.get(action),
            data=answering.routine is None or not self.facts.answers_pages(answering.routine),
        )

    # viewsets

    def mapped(self, seen: Seen, kind: Kind) -> Iterator[Endpoint]:
        """What answers `as_view({"get": "list"})`; nothing where it is given no actions."""
        place = seen.as_view
        if place is None or not isinstance(place.value, CallRef):
            return
        call = self.reader.call(place.path, place.value.index)
        given: Value | None = call.arguments[0] if call.arguments else dict(call.keywords).get("actions")
        if given is None:
            return
        for answer in self.reader.follow(self.reader.at(place, given)):
            entries = self.reader.arguments.entries(answer)
            methods = [(verb, self.reader.constant(action)) for verb, action in entries.items()]
            named = tuple((verb.lower(), action) for verb, action in methods if isinstance(action, str))
            yield from self.actions(kind, named, seen)

    def actions(
        self, kind: Kind, methods: tuple[tuple[str, str], ...], seen: Seen | None = None, *, present: bool = False
    ) -> Iterator[Endpoint]:
        """What answers the actions of a viewset, by verb; with `present` only those that it has."""
        allowed = self.members.allowed(kind, seen.as_view if seen is not None else None)
        decorators = (*(seen.wrappers if seen is not None else ()), *self.facts.class_decorators(kind))
        for verb, action in methods:
            if verb in ("head", "options") or (allowed is not None and verb not in allowed):
                continue
            answering = self.members.member(kind, action, actions_of)
            if answering is None:
                if present:
                    continue
                unknown = Answering(None, f"{self.project.symbol(kind.path, kind.index)}.{action}")
                yield self._endpoint(kind, verb, unknown, action, decorators, exact=False)
                continue
            yield self._endpoint(kind, verb, answering, action, decorators)

    def has(self, kind: Kind, action: str) -> bool:
        """The viewset has an action of that name."""
        return self.members.member(kind, action, actions_of) is not None

    def extra_actions(self, kind: Kind) -> Iterator[Action]:
        """The functions of a viewset that `@action` decorates, those of its bases included."""
        taken: set[str] = set()
        more: dict[str, list[tuple[str, str]]] = {}
        found: list[Action] = []
        for ancestor in self.members.ancestors(kind):
            if not ancestor.path or ancestor.kind is not SymbolKind.CLASS:
                continue
            functions = self.members.functions(ancestor.path, ancestor.index)
            for name, index in functions.items():
                if name in taken:
                    continue
                taken.add(name)
                for decorator in self.reader.summary(ancestor.path).definitions[index].decorators:
                    mapped = MAPPED.fullmatch(decorator.dotted) if isinstance(decorator, Name) else None
                    if mapped is not None:
                        more.setdefault(mapped[1], []).append((mapped[2].lower(), name))
                    elif isinstance(decorator, CallRef):
                        action = self._action(ancestor.path, index, name, decorator.index)
                        found += [action] if action is not None else []
        for action in found:
            yield Action(
                action.name,
                action.detail,
                action.url_path,
                action.url_name,
                (*action.methods, *more.get(action.name, ())),
                action.exact,
            )

    def _action(self, path: str, index: int, name: str, decorator: int) -> Action | None:
        symbol = self.project.callee(path, decorator)
        last = last_of(symbol.name)
        if symbol.kind is not SymbolKind.EXTERNAL or last not in ACTION_DECORATORS or not is_elsewhere(symbol.name):
            return None
        call = self.reader.call(path, decorator)
        place = Bound(CallRef(decorator), path, call.scope, call.line)
        given = self.reader.arguments.keywords(call, place)
        methods, exact = texts_of(self.reader, given.get("methods"))
        if "methods" not in given and call.arguments:
            methods, exact = texts_of(self.reader, self.reader.at(place, call.arguments[0]))
        detail = ACTION_DECORATORS[last]
        if detail is None:
            known = self.reader.constant(given["detail"]) if "detail" in given else None
            detail = bool(known)
            exact = exact and isinstance(known, bool)
        url_path = self.reader.constant(given["url_path"]) if "url_path" in given else None
        url_name = self.reader.constant(given["url_name"]) if "url_name" in given else None
        return Action(
            name,
            detail,
            url_path if isinstance(url_path, str) else name,
            url_name if isinstance(url_name, str) else name.replace("_", "-"),
            tuple((each.lower(), name) for each in (methods or ["get"])),
            exact and (url_path is not None or "url_path" not in given),
        )


def _nothing(_: str) -> dict[str, str]:
    return {}
