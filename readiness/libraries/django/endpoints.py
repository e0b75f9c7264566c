"""A pattern of Django in, what answers each of its methods out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from readiness.libraries.django.classes import ClassMembers, texts_of
from readiness.libraries.django.facts import Endpoint, Facts
from readiness.libraries.django.registrations import Registration
from readiness.libraries.django.views import Seen, Wrapper
from readiness.libraries.django.vocabulary import (
    LISTS,
    REQUIRED,
    STATIC_VIEWS,
    is_django,
    is_elsewhere,
    last_of,
    methods_of,
)
from readiness.libraries.evaluation.things import Bound, Kind, Outside, Part, Routine
from readiness.libraries.values.expressions import written
from readiness.model.summary import CallRef


class Endpoints:
    """Reads the views of patterns. One for a scan."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.reader = facts.reader
        self.members = ClassMembers(self.reader)

    def of(self, registration: Registration) -> Iterator[Endpoint]:
        """Everything that answers; nothing for views that another recogniser reads."""
        if isinstance(registration.view, Part):
            return
        seen = self.facts.configurations.seen(registration)
        for each in seen:
            yield from self._seen(each)
        if not seen:
            view = registration.view
            text = written(self.reader.summary(view.path), view.value) if isinstance(view, Bound) else ""
            yield Endpoint(method="ANY", name=text, resolved=False)

    def _seen(self, seen: Seen) -> Iterator[Endpoint]:
        target = seen.target
        if isinstance(target, Routine):
            yield from self._function(seen, target)
        elif isinstance(target, Kind):
            yield from self._class(seen, target)
        elif isinstance(target, Outside):
            yield from self._outside(seen, target)
        else:
            for method, known in self.restricted(seen.wrappers):
                yield Endpoint(
                    method=method, wrappers=seen.wrappers, lambda_=seen.lambda_, exact=known and seen.lambda_
                )

    def _function(self, seen: Seen, routine: Routine) -> Iterator[Endpoint]:
        wrappers = (*seen.wrappers, *self.facts.decorators(routine))
        if any(is_elsewhere(each.name) and last_of(each.name) == "api_view" for each in wrappers):
            return
        for method, known in self.restricted(wrappers):
            yield Endpoint(
                method=method,
                routine=routine,
                name=self.facts.project.symbol(routine.path, routine.index),
                wrappers=wrappers,
                exact=known,
                data=not self.facts.answers_pages(routine),
            )

    def restricted(self, wrappers: Iterable[Wrapper]) -> Iterator[tuple[str, bool]]:
        """The methods that decorators leave, each with whether it is known; `ANY` where they restrict none."""
        for wrapper in wrappers:
            last = last_of(wrapper.name)
            if not is_django(wrapper.name):
                continue
            if last in REQUIRED:
                yield from ((method, True) for method in REQUIRED[last])
                return
            if last == "require_http_methods" and wrapper.call is not None and isinstance(wrapper.call.value, CallRef):
                call = self.reader.call(wrapper.call.path, wrapper.call.value.index)
                given = call.arguments[0] if call.arguments else dict(call.keywords).get("request_method_list")
                texts, known = texts_of(self.reader, self.reader.at(wrapper.call, given) if given is not None else None)
                written = dict.fromkeys(text.upper() for text in texts if text.upper() != "OPTIONS")
                # HEAD comes with the others; a view for it alone answers nothing else.
                named = [method for method in written if method != "HEAD"] or list(written)
                if named:
                    yield from ((method, known) for method in named)
                    return
        yield "ANY", True

    def _class(self, seen: Seen, kind: Kind) -> Iterator[Endpoint]:
        outside = self.members.outside(kind)
        if any(is_elsewhere(each) for each in outside):
            return
        decorators = (*seen.wrappers, *self.facts.class_decorators(kind))
        pages = {last_of(each) for each in outside if is_django(each)}
        written = any(
            self.members.member(kind, name, _nothing) for name in ("render_to_response", "render_to_json_response")
        )
        restricted = {method for method, _ in self.restricted(seen.wrappers)} - {"ANY"}
        found = False
        for verb, answering in self.members.verbs(kind, methods_of, seen.as_view):
            if restricted and verb.upper() not in restricted:
                continue
            found = True
            routine = answering.routine
            own = self.facts.decorators(routine) if routine is not None else ()
            page = not written if routine is None else self._answers_pages(kind, verb, routine, above=not written)
            yield Endpoint(
                method=verb.upper(),
                routine=routine,
                name=answering.name,
                view=kind,
                wrappers=(*decorators, *own),
                collection=True if routine is None and pages & LISTS else None,
                data=not page,
            )
        if not found:
            yield from self._undivided(seen, kind, outside)

    def _answers_pages(self, kind: Kind, verb: str, routine: Routine, *, above: bool) -> bool:
        """A method answers with pages: by itself, or with what the classes above give, if all of them do."""
        if self.facts.answers_pages(routine):
            return True
        if not above or not self.facts.answers_pages(routine, above=True):
            return False
        library = False
        for ancestor in self.facts.project.ancestors(self.reader.symbol_of(kind)):
            if not ancestor.path:
                library |= verb in methods_of(ancestor.name)
                continue
            for index, each in enumerate(self.reader.summary(ancestor.path).definitions):
                own = each.scope == ancestor.index and each.name == verb
                if own and not self.facts.answers_pages(Routine(ancestor.path, index), above=True):
                    return False
        return library

    def _undivided(self, seen: Seen, kind: Kind, outside: list[str]) -> Iterator[Endpoint]:
        """A class that answers in one place, or whose methods a library knows."""
        for name in ("dispatch", "__call__"):
            answering = self.members.member(kind, name, _nothing)
            if answering is not None and answering.routine is not None:
                for method, known in self.restricted(seen.wrappers):
                    yield Endpoint(
                        method=method,
                        routine=answering.routine,
                        name=answering.name,
                        view=kind,
                        wrappers=seen.wrappers,
                        exact=known,
                    )
                return
        foreign = [each for each in outside if "." in each and not is_django(each)]
        feeds = [each for each in outside if is_django(each) and last_of(each) == "Feed"]
        if feeds:
            yield Endpoint(method="GET", name=f"{feeds[0]}.__call__", view=kind, wrappers=seen.wrappers, data=False)
        elif foreign:
            yield Endpoint(method="ANY", name=foreign[0], view=kind, wrappers=seen.wrappers, exact=False)

    def _outside(self, seen: Seen, target: Outside) -> Iterator[Endpoint]:
        """A view of another package."""
        if is_elsewhere(target.name) or target.name in STATIC_VIEWS:
            return
        verbs = methods_of(target.name)
        if verbs:
            for verb, name in verbs.items():
                yield Endpoint(method=verb.upper(), name=name, wrappers=seen.wrappers, data=False)
            return
        for method, known in self.restricted(seen.wrappers):
            yield Endpoint(method=method, name=target.name, wrappers=seen.wrappers, exact=known, data=False)


def _nothing(_: str) -> dict[str, str]:
    return {}
