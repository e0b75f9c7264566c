"""A pattern in, the routes that REST framework answers on it out."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.declarations.patterns import of_regex
from readiness.libraries.django.classes import ClassMembers, texts_of
from readiness.libraries.django.facts import Endpoint, Facts
from readiness.libraries.django.paths import of_route
from readiness.libraries.django.registrations import Registration
from readiness.libraries.django.views import Seen, Wrapper
from readiness.libraries.django.vocabulary import is_elsewhere, last_of
from readiness.libraries.django_rest.routers import Registered, Routers, RouterShape, Template
from readiness.libraries.django_rest.viewsets import Action, ViewSets
from readiness.libraries.django_rest.vocabulary import DOCUMENTATION, FRAMEWORK, verbs_of
from readiness.libraries.evaluation.things import Kind, Outside, Part, Routine
from readiness.model import Route
from readiness.model.summary import CallRef


class Endpoints:
    """Reads patterns. One for a scan."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.reader = facts.reader
        configurations = facts.configurations
        self.members = ClassMembers(self.reader)
        self.viewsets = ViewSets(facts, self.members)
        self.routers = Routers(self.reader, self.members, configurations.activations, configurations.texts)

    def routes(self, registration: Registration) -> Iterator[Route]:
        """Every route of a pattern; none where it is not REST framework's."""
        if isinstance(registration.view, Part):
            shape = self.routers.shape(registration.view.made)
            if shape is not None:
                yield from self._router(registration, shape)
            return
        for seen in self.facts.configurations.seen(registration):
            for endpoint in self._seen(seen):
                yield self.facts.route(registration, endpoint)

    def _seen(self, seen: Seen) -> Iterator[Endpoint]:
        target = seen.target
        if isinstance(target, Kind) and self.viewsets.is_rest(target):
            mapped = list(self.viewsets.mapped(seen, target))
            yield from mapped or self.viewsets.verbs(seen, target)
        elif isinstance(target, Routine):
            yield from self._function(seen, target)
        elif isinstance(target, Outside) and is_elsewhere(target.name):
            yield from self._outside(target, seen.wrappers)

    def _function(self, seen: Seen, routine: Routine) -> Iterator[Endpoint]:
        """A function that `@api_view([...])` decorates."""
        wrappers = (*seen.wrappers, *self.facts.decorators(routine))
        for wrapper in wrappers:
            if last_of(wrapper.name) != "api_view" or not is_elsewhere(wrapper.name):
                continue
            methods, known = self._methods(wrapper)
            for method in methods:
                yield Endpoint(
                    method=method,
                    routine=routine,
                    name=self.facts.project.symbol(routine.path, routine.index),
                    framework=FRAMEWORK,
                    wrappers=wrappers,
                    exact=known,
                    data=not self.facts.answers_pages(routine),
                )
            return

    def _methods(self, wrapper: Wrapper) -> tuple[list[str], bool]:
        place = wrapper.call
        if place is None or not isinstance(place.value, CallRef):
            return ["GET"], True
        call = self.reader.call(place.path, place.value.index)
        given = call.arguments[0] if call.arguments else dict(call.keywords).get("http_method_names")
        if given is None:
            return ["GET"], True
        texts, known = texts_of(self.reader, self.reader.at(place, given))
        named = [text.upper() for text in texts if text.upper() not in ("HEAD", "OPTIONS")]
        return list(dict.fromkeys(named)) or ["ANY"], known and bool(named)

    def _outside(self, target: Outside, wrappers: tuple[Wrapper, ...]) -> Iterator[Endpoint]:
        """A view of a library."""
        shown = target.package not in DOCUMENTATION
        for verb, name in (verbs_of(target.name) or {"any": target.name}).items():
            yield Endpoint(
                method=verb.upper(),
                name=name,
                framework=FRAMEWORK,
                wrappers=wrappers,
                exact=verb != "any",
                data=shown and last_of(target.name) not in ("APIRootView", "SchemaView"),
            )

    # routers

    def _router(self, registration: Registration, shape: RouterShape) -> Iterator[Route]:
        for registered in self.routers.registered(shape.made):
            for template in shape.templates:
                if not template.dynamic:
                    endpoints = list(self._registered(registered, template))
                    yield from self._template(registration, shape, registered, template, endpoints)
                    continue
                if isinstance(registered.viewset, Kind):
                    for action in self.viewsets.extra_actions(registered.viewset):
                        if action.detail == template.detail:
                            yield from self._dynamic(registration, shape, registered, template, action)
        if shape.rooted:
            yield from self._root(registration, shape)

    def _registered(self, registered: Registered, template: Template) -> Iterator[Endpoint]:
        viewset = registered.viewset
        if isinstance(viewset, Kind):
            yield from self.viewsets.actions(viewset, template.mapping, present=True)
        elif template.mapping:
            yield Endpoint(method="ANY", name=viewset.name, framework=FRAMEWORK, exact=False)

    def _dynamic(
        self,
        registration: Registration,
        shape: RouterShape,
        registered: Registered,
        template: Template,
        action: Action,
    ) -> Iterator[Route]:
        if not isinstance(registered.viewset, Kind):
            return
        own = Template(
            template.url.replace("{url_path}", action.url_path.replace("{", "{{").replace("}", "}}")),
            action.methods,
            template.name.replace("{url_name}", action.url_name),
            template.detail,
        )
        endpoints = list(self.viewsets.actions(registered.viewset, action.methods))
        yield from self._template(registration, shape, registered, own, endpoints)

    def _template(
        self,
        registration: Registration,
        shape: RouterShape,
        registered: Registered,
        template: Template,
        endpoints: list[Endpoint],
    ) -> Iterator[Route]:
        if not endpoints:
            return
        lookup = self.routers.lookup(registered.viewset, regex=shape.regex)
        url = template.url
        for name, text in (
            ("{prefix}", registered.prefix),
            ("{lookup}", lookup),
            ("{trailing_slash}", shape.slash),
        ):
            url = url.replace(name, text)
        url = url.replace("{{", "{").replace("}}", "}")
        url = url.removeprefix("^").removesuffix("$")
        if not registered.prefix:
            url = url.removeprefix("/")
        url = shape.parent + url
        state = registration.state
        numbered = 1 + sum(each.name.isdigit() for each in state.parameters)
        own = of_regex(url, numbered) if shape.regex else of_route(url)
        label = template.name.replace("{basename}", registered.basename)
        for endpoint in endpoints:
            yield self.facts.route(
                registration,
                endpoint,
                path=state.prefix + own.text,
                parameters=(*state.parameters, *own.parameters),
                name=":".join((*state.namespaces, label)) if registered.basename else "",
                call=(registered.path, registered.call),
                exact=registered.exact and shape.exact,
            )

    def _root(self, registration: Registration, shape: RouterShape) -> Iterator[Route]:
        """What a default router answers at its root: links to what is registered."""
        name = ":".join((*registration.state.namespaces, "api-root"))
        own = self.routers.root_views(shape.made)
        endpoints = [endpoint for kind in own for endpoint in self.viewsets.verbs(Seen(kind), kind)] or [
            Endpoint(method="GET", name="rest_framework.routers.APIRootView.get", framework=FRAMEWORK, data=False)
        ]
        parent = of_regex(shape.parent)
        for endpoint in endpoints:
            yield self.facts.route(
                registration,
                endpoint,
                path=registration.state.prefix + parent.text,
                parameters=(*registration.state.parameters, *parent.parameters),
                name=name,
            )
