"""Strawberry, Graphene and Ariadne: linked code and schema documents in, schemas and the fields that clients see out."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.libraries.graphql.tables import Tables
from readiness.libraries.graphql.vocabulary import PACKAGES
from readiness.model import Application, Fact, GraphField, GraphSchema, Library, Project

library = Library(__name__, stage="web", provides=(Application, GraphSchema, GraphField), packages=PACKAGES)


@library.recognises
def recognise(project: Project) -> Iterator[Fact]:
    """Every schema with its fields."""
    yield from Tables(project).all()
