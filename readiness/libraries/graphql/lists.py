"""List fields of GraphQL queries in, one `GraphList` out for each that answers with rows of a multi-row read: limited or not."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.django_orm.lists import DjangoAnswers, DjangoPages
from readiness.libraries.django_orm.views import ViewFollowing, ViewQuerySets
from readiness.libraries.graphql.vocabulary import PACKAGES
from readiness.libraries.listing.answers import Answers
from readiness.libraries.listing.pagination import Pages
from readiness.model import (
    Bound,
    GraphField,
    GraphList,
    Library,
    ListEndpoint,
    Project,
    Resolution,
    Route,
    RouteParameter,
    Scope,
    Symbol,
    SymbolKind,
)
from readiness.model.summary import Function

library = Library(__name__, stage="joined", provides=(GraphList,), packages=PACKAGES)

HOST = "GraphQL"
GIVEN = frozenset({"self", "cls", "info", "root", "parent", "_", "obj", "source"})
"""Parameters of a resolver that the library fills."""
PLAIN = "a list"
"""`GraphField.how` of a field whose type is a list and nothing more."""


@library.recognises
def recognise(project: Project) -> Iterator[GraphList]:
    """Every list field of a query that is known to read rows, or to be limited."""
    fields = [
        each
        for each in project.each(GraphField)
        if each.collection is True and each.scope is Scope.SERVICE and each.operation == "query"
    ]
    if not fields:
        return
    lists = Lists(project)
    for field in fields:
        found = lists.of(field)
        if found is not None:
            yield found


class Lists:
    """Follows resolvers to the rows that they answer with."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.pages: list[Pages] = []
        if project.imports("django"):
            following = ViewFollowing(project)
            sets = ViewQuerySets(following)
            self.pages.append(DjangoPages(project, DjangoAnswers(project, following, sets)))
        if project.imports("sqlalchemy", "sqlmodel"):
            self.pages.append(Pages(project, Answers(project)))

    def of(self, field: GraphField) -> GraphList | None:
        """What is known of one field; None where no rows are seen."""
        if field.bound is not Bound.UNKNOWN:
            return self._fact(field, field.bound, field.how, None)
        if field.how != PLAIN:
            return None  # pages that the project's own code makes: what it reads for them says little
        found = self.project.find(field.resolver) if field.resolver else None
        if found is None:
            return None
        symbol = Symbol(SymbolKind.FUNCTION, field.resolver, found[0], found[1])
        route = self._as_route(field, *found)
        for pages in self.pages:
            endpoint = pages.endpoint(route, symbol, pages.answers.sources(symbol))
            if endpoint is not None and endpoint.reads:
                if endpoint.bound is Bound.UNBOUNDED and any(each.limit for each in endpoint.reads):
                    return None  # a limit that some way through the code leaves out; which one that is, is not known
                return self._fact(field, endpoint.bound, endpoint.reason, endpoint)
        return None

    def _fact(self, field: GraphField, bound: Bound, reason: str, endpoint: ListEndpoint | None) -> GraphList:
        exact = endpoint.resolution if endpoint is not None else field.resolution
        return GraphList(
            span=field.span,
            symbol=field.symbol,
            scope=field.scope,
            resolution=Resolution.UNRESOLVED if bound is Bound.UNKNOWN else exact,
            field=field,
            bound=bound,
            reason=reason,
            reads=endpoint.reads if endpoint is not None else (),
        )

    def _as_route(self, field: GraphField, path: str, index: int) -> Route:
        """A route that answers with the list, for what follows answers of routes; its parameters are the resolver's."""
        summary = self.project.summary(path)
        definition = summary.definitions[index] if summary is not None else None
        parameters = tuple(
            RouteParameter(name=each.name, source="query", required=each.default is None)
            for each in (definition.parameters if isinstance(definition, Function) else ())
            if each.name not in GIVEN
        )
        return Route(
            span=field.span,
            symbol=field.symbol,
            scope=field.scope,
            framework=HOST,
            method="GET",
            path=f"/{field.type}/{field.name}",
            handler=field.resolver,
            registered=field.declared,
            parameters=parameters,
            response=field.returns,
            collection=True,
        )
