"""Columns in bytes and in characters are the same places, however long the line is."""

from hypothesis import given
from hypothesis import strategies as st

from readiness.languages.python.columns import Columns

letters = st.text(st.sampled_from("aä€😀"), max_size=40)


@given(letters, st.integers(0, 600), st.data())
def test_a_column_there_and_back(text: str, repetitions: int, data: st.DataObject) -> None:
    line = text * (1 + repetitions // 20)
    columns = Columns(f"first\n{line}\n")
    place = data.draw(st.integers(0, len(line)))
    in_bytes = len(line[:place].encode())
    assert columns.bytes(2, place) == in_bytes
    assert columns.characters(2, in_bytes) == place
