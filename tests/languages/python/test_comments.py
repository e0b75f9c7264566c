"""Comments that speak to a tool are found, and strings that look like them are not."""

import pytest

from readiness.model.summary import Comment


@pytest.mark.parametrize(
    "text",
    [
        "readiness: ignore[x] -- because",
        "noqa",
        "noqa: E501",
        "NOQA",
        "nosec B608",
        "nosemgrep: a.b",
        "type: ignore[arg-type]",
        "pragma: no cover",
        "pragma: no branch",
        "pylint: disable=x",
        "pyright: ignore",
        "mypy: ignore-errors",
        "ruff: noqa",
        "flake8: noqa",
        "words first, then noqa",
    ],
)
def test_a_comment_to_a_tool(summary, text: str) -> None:
    assert summary(f"x = 1  # {text}").comments == (Comment(text, 1, 8, False),)


@pytest.mark.parametrize(
    "text", ["# only words", "# types: none", "# a noqaish word", "x = 1", "x = '# noqa'", '"""\n# noqa\n"""']
)
def test_anything_else_is_none(summary, text: str) -> None:
    assert summary(text).comments == ()


def test_a_comment_alone_on_its_line(summary) -> None:
    assert summary("if x:\n    # noqa\n    pass").comments == (Comment("noqa", 2, 5, True),)


def test_a_comment_behind_a_string_with_a_hash(summary) -> None:
    assert summary("x = '# noqa'  # nosec").comments == (Comment("nosec", 1, 15, False),)


def test_a_comment_between_the_pieces_of_one_string(summary) -> None:
    found = summary("x = (\n    'a #'  # nosec\n    '# noqa'\n    'b'  # noqa\n)").comments
    assert [(each.text, each.line) for each in found] == [("nosec", 2), ("noqa", 4)]


def test_a_comment_after_letters_of_several_bytes(summary) -> None:
    assert summary("x = 'äöü #'  # noqa").comments == (Comment("noqa", 1, 14, False),)


def test_a_hash_in_an_f_string_is_no_comment(summary) -> None:
    assert summary("x = f'{y} # noqa {z}'").comments == ()


def test_a_hash_in_a_quoted_annotation_and_a_pattern_is_no_comment(summary) -> None:
    assert summary("x: '# noqa'\nmatch y:\n    case '# noqa': ...").comments == ()


def test_a_comment_is_cut_after_five_hundred_characters(summary) -> None:
    assert len(summary(f"# noqa {'a' * 1000}").comments[0].text) == 500
