"""Whole applications: the root fields that are read from their code against what introspection of them says at run time."""

import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from readiness.analysis import analyse_files
from readiness.model import Application, GraphField, GraphSchema

FOLDER = Path(__file__).parents[2] / "fixtures" / "graphql"
LIBRARIES = ("strawberry", "graphene", "ariadne")
Entry = dict[str, str]
LAMBDA = "..."
"""A type that a lambda gives is not known."""


def expected(name: str) -> list[Entry]:
    entries: list[Entry] = json.loads((FOLDER / name / "expected.json").read_text(encoding="utf-8"))["fields"]
    return entries


def key(entry: Entry) -> str:
    return f"{entry['operation']} {entry['name']}"


@cache
def facts(name: str) -> tuple[list[Application], list[GraphSchema], list[GraphField]]:
    root = FOLDER / name / "application"
    files = {
        each.relative_to(root).as_posix(): each.read_bytes()
        for each in root.rglob("*")
        if each.suffix in (".py", ".graphql", ".graphqls")
    }
    project = analyse_files(files, [], today=date(2026, 6, 1)).project
    return list(project.each(Application)), list(project.each(GraphSchema)), list(project.each(GraphField))


def roots(name: str) -> dict[str, GraphField]:
    return {f"{each.operation} {each.name}": each for each in facts(name)[2] if each.operation}


def others(name: str) -> dict[str, GraphField]:
    return {f"{each.type}.{each.name}": each for each in facts(name)[2] if not each.operation}


@pytest.mark.parametrize("name", LIBRARIES)
def test_every_root_field_is_found_and_none_is_invented(name: str) -> None:
    assert sorted(roots(name)) == sorted(map(key, expected(name)))


@pytest.mark.parametrize("name", LIBRARIES)
def test_the_schema_is_known_to_the_last_field(name: str) -> None:
    (schema,) = facts(name)[1]
    assert schema.complete


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_schema_is_an_application(name: str) -> None:
    (found,) = facts(name)[0]
    assert (found.framework, found.name) == (facts(name)[1][0].library, facts(name)[1][0].name)


ENTRIES = [pytest.param(name, each, id=f"{name} {key(each)}") for name in LIBRARIES for each in expected(name)]


@pytest.mark.parametrize(("name", "entry"), ENTRIES)
def test_the_resolver_is_found_where_it_stands(name: str, entry: Entry) -> None:
    found = roots(name)[key(entry)]
    if entry["file"]:
        assert f"{found.span.path}:{found.span.line}" == f"{entry['file']}:{entry['line']}"
    else:
        assert found.resolver == ""


@pytest.mark.parametrize(("name", "entry"), ENTRIES)
def test_a_list_is_told_from_one_object(name: str, entry: Entry) -> None:
    found = roots(name)[key(entry)]
    assert found.collection is (None if found.returns == LAMBDA else bool(entry["collection"]))


@pytest.mark.parametrize(("name", "entry"), ENTRIES)
def test_arguments_are_named_as_clients_write_them(name: str, entry: Entry) -> None:
    added = {"before", "after", "first", "last"} if entry["collection"] else set()
    known = {each.name for each in roots(name)[key(entry)].arguments}
    assert set(entry["arguments"]) - added == known - added


def test_permissions_extensions_and_decorators_guard_a_field() -> None:
    field = roots("strawberry")["query membersSince"]
    assert field.guards == ("club.guards::IsMember", "club.guards::Counted", "club.guards::in_club")


def test_list_fields_of_other_types_are_known_by_their_names() -> None:
    assert "Person.teamMates" in others("strawberry")
    assert others("strawberry")["Person.mentorOf"].resolver == ""


def test_decorators_of_a_resolver_and_permissions_of_a_mutation_guard_it() -> None:
    assert roots("graphene")["query drafts"].guards == ("library.guards::signed_in",)
    assert roots("graphene")["mutation addBook"].guards == ("library.guards::CanEdit",)


def test_a_resolver_of_ariadne_is_guarded_by_directives_and_decorators() -> None:
    assert roots("ariadne")["query secretNotes"].guards == ("auth", "notes.guards::signed_in")
