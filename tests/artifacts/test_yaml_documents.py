"""YAML is read into plain nodes, within bounds, and nothing is constructed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from readiness.artifacts.yaml_documents import (
    DEPTH,
    LARGEST,
    NODES,
    Entries,
    Items,
    Node,
    TemplateError,
    YamlError,
    entries_of,
    inside,
    items_of,
    read_documents,
    text_of,
    texts_of,
)


def only(text: str) -> Node:
    (document,) = read_documents(text.encode())
    return document


def test_keys_values_and_lines() -> None:
    node = only("a: 1\nb:\n  - x\n  - 'y'\n")
    assert isinstance(node, Entries)
    assert [(key, line) for key, line, _ in node.entries] == [("a", 1), ("b", 2)]
    assert texts_of(node.get("b")) == ("x", "y")
    assert node.line_of("b") == 2


def test_every_document_is_read() -> None:
    assert len(read_documents(b"a: 1\n---\nb: 2\n---\n- c\n")) == 3


def test_an_empty_file_has_no_document() -> None:
    assert read_documents(b"# nothing\n") == []


@pytest.mark.parametrize("text", ["a:", "a: ~", "a: null"])
def test_null_has_no_text(text: str) -> None:
    assert text_of(entries_of(only(text)).get("a")) == ""


def test_a_quoted_null_is_text() -> None:
    assert text_of(entries_of(only("a: 'null'")).get("a")) == "null"


def test_booleans_and_numbers_stay_as_written() -> None:
    node = only("on: yes\nport: 0x10\nversion: 1.10\n")
    assert [text_of(inside(node, key)) for key in ("on", "port", "version")] == ["yes", "0x10", "1.10"]


def test_tags_construct_nothing() -> None:
    node = only("a: !!python/object/apply:os.system ['true']\n")
    assert texts_of(inside(node, "a")) == ("true",)


def test_an_alias_is_the_anchor_s_own_node() -> None:
    node = entries_of(only("a: &x {k: 1}\nb: *x\n"))
    assert node.get("a") is node.get("b")


def test_merged_keys_are_found_and_own_keys_win() -> None:
    node = only("a: &x {k: 1, m: 1}\nb: &y {n: 3}\nc:\n  <<: [*x, *y]\n  k: 2\n")
    assert [text_of(inside(node, "c", key)) for key in ("k", "m", "n")] == ["2", "1", "3"]


def test_text_that_doubles_with_every_line_stays_small() -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40))]
    node = entries_of(only("\n".join(lines)))
    assert len(items_of(node.get("a39"))) == 2


def test_mappings_merged_into_one_another_are_looked_through_a_bounded_number_of_times() -> None:
    lines = ["a0: &a0 {x: 1}", *(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 40))]
    assert inside(only("\n".join(lines)), "a39", "absent") is None


@pytest.mark.parametrize(
    "text",
    ["a: &x [*x]", "a: *nowhere", "a: [1, 2", "a: 'x", "\tb: 1", "a: b: c", "a: \x00"],
    ids=["inside itself", "no anchor", "open list", "open text", "tab", "two colons", "null byte"],
)
def test_what_is_no_yaml_is_named(text: str) -> None:
    with pytest.raises(YamlError):
        read_documents(text.encode())


def test_bytes_that_are_no_text_are_named() -> None:
    with pytest.raises(YamlError):
        read_documents(b"a: \xff\xfe\xff")


@pytest.mark.parametrize("text", ["[" * (DEPTH + 5), "{a: " * (DEPTH + 5), "- " * (DEPTH + 5) + "x"])
def test_deep_nesting_is_refused(text: str) -> None:
    with pytest.raises(YamlError, match="nested"):
        read_documents(text.encode())


def test_a_large_file_is_refused() -> None:
    with pytest.raises(YamlError, match="larger"):
        read_documents(b"#" * (LARGEST + 1))


def test_very_many_values_are_refused() -> None:
    with pytest.raises(YamlError, match="more than"):
        read_documents(b"- 1\n" * (NODES + 1))


@pytest.mark.parametrize(
    "text",
    [
        "name: {{ .Values.name }}\n",
        "{{- if .Values.on }}\na: 1\n{{- end }}\n",
        "a: 1\n{% if x %}\nb: 2\n{% endif %}\n",
        "image: api:{{ tag }}\n",
    ],
)
def test_a_template_is_named_as_one(text: str) -> None:
    with pytest.raises(TemplateError):
        read_documents(text.encode())


@pytest.mark.parametrize("text", ['a: "{{ x }}"\n', "a: 1 # {{ x }}\n", "# {% x %}\na: 1\n", "a: '{{x}}'\n"])
def test_marks_of_a_template_in_quotes_and_comments_are_text(text: str) -> None:
    assert isinstance(only(text), Entries)


@given(some.binary(max_size=200))
def test_any_bytes_give_nodes_or_a_named_error(content: bytes) -> None:
    try:
        documents = read_documents(content)
    except YamlError as error:
        assert str(error)
    else:
        assert isinstance(documents, list)


@given(some.text(alphabet="ab:-[]{}&*<>|\n '\"#,?!%", max_size=60))
def test_any_text_gives_nodes_or_a_named_error(text: str) -> None:
    try:
        for document in read_documents(text.encode()):
            assert document.line >= 1
            assert isinstance(items_of(document), tuple)
            assert isinstance(document, Items) or items_of(document) == ()
    except YamlError as error:
        assert str(error)
